# What can stand in the way of windows: a server that is down when one closes,
# a standby, a session that holds rows, a disabled scheduler, definitions that
# cannot be read.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', 'wal_level = replica', 'max_wal_senders = 4', 'hot_standby = on',
	'pg_dbms.max_workers = 4');
$primary->start;
create_extension($primary);
add_jobs($primary);
my $node = $primary;

my $note = q{INSERT INTO public.seen (job, note) VALUES (job_name, window_start);};

sub make_window
{
	my ($name, $start, $duration, %more) = @_;
	my $repeat   = defined $more{repeat}   ? "'$more{repeat}'"   : 'NULL';
	my $plan     = defined $more{plan}     ? "'$more{plan}'"     : 'NULL';
	my $priority = $more{priority} // 'LOW';

	$node->safe_psql('postgres',
		"CALL dbms_scheduler.create_window('$name', $plan, now() + interval '$start', $repeat, NULL,"
		  . " interval '$duration', '$priority')");
	return;
}

sub make_window_job
{
	my ($name, $schedule, $action, %more) = @_;

	$node->safe_psql('postgres', join ';',
		"CALL dbms_scheduler.create_job('$name', schedule_name => '$schedule', auto_drop => false,"
		  . " job_type => 'PLSQL_BLOCK', job_action => \$q\$BEGIN $note $action END;\$q\$)",
		(map { "CALL dbms_scheduler.set_attribute('$name', '$_', $more{$_})" } sort keys %more),
		"CALL dbms_scheduler.enable('$name')");
	return;
}

# Openings and closings of windows whose names begin so.
sub openings
{
	my ($prefix) = @_;

	return $node->safe_psql('postgres',
		"SELECT string_agg(concat_ws(' ', window_name, operation, additional_info), ', ' ORDER BY log_id)"
		  . " FROM dbms.window_log WHERE window_name LIKE '$prefix%' AND operation IN ('OPEN', 'CLOSE', 'DISABLE')");
}

sub wait_open
{
	my ($name) = @_;

	return wait_for($node, "SELECT count(*) = 1 FROM dbms.opening WHERE window_name = '$name'");
}

sub wait_none
{
	return wait_for($node, 'SELECT window_id IS NULL FROM dbms.opening');
}

# --- a server that is down; a window that is over when it comes back, one
# whose time it then is, and one that nobody saw

make_window('D_FIRST',  '0 s',   '3 s');
make_window('D_MISSED', '3.1 s', '1 s');
make_window('D_SECOND', '2 s',   '1 day');
make_window_job('D_JOB', 'D_SECOND', '');
ok(wait_open('D_FIRST'), 'a window is open');
my $close_at = $node->safe_psql('postgres', 'SELECT ceil(extract(epoch from close_at)) + 2 FROM dbms.opening');
$node->stop('immediate');
select(undef, undef, undef, 0.1) while time < $close_at;
$node->start;
ok(wait_open('D_SECOND'), 'after the restart the one is open whose time it is');
like(openings('D_'), qr/^D_FIRST OPEN, D_FIRST CLOSE REASON="scheduler restart", D_SECOND OPEN/,
	'the closing says why it is late; what nobody saw never was');
is( $node->safe_psql('postgres', q{SELECT requested_at < opened_at - interval '1 s', close_at = requested_at + interval '1 day' FROM dbms.opening}),
	't|t', 'it is open for the rest of its time');
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'D_JOB'}), 'and its job runs');

# --- a job runs on when the coordinator ends; a closing meanwhile stops it

make_window('D_HAND', '1 hour', '1 hour');
make_window_job('D_LONG', 'D_HAND', 'PERFORM pg_sleep(600);', stop_on_window_close => 'true');
$node->safe_psql('postgres', q{CALL dbms_scheduler.open_window('D_HAND', NULL, force => true)});
my $is_long = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'};
ok(wait_for($node, $is_long), 'a job runs');
my ($coordinator) = pids($node, 'coordinator');
$node->safe_psql('postgres',
	qq{BEGIN; SELECT pg_terminate_backend($coordinator); CALL dbms_scheduler.close_window('D_HAND'); COMMIT;});
ok( wait_for($node, q{SELECT count(*) = 1 FROM dbms.job_log WHERE job_name = 'D_LONG' AND status = 'STOPPED'
	AND additional_info = 'REASON="window closed"'}), 'the next coordinator stops it when its window has closed');
$node->safe_psql('postgres', q{CALL dbms_scheduler.drop_window('D_FIRST, D_SECOND, D_MISSED, D_HAND', force => true)});

# --- retries end with the window

make_window('R_WINDOW', '1 hour', '1 hour');
make_window_job('R_JOB', 'R_WINDOW', q{RAISE EXCEPTION 'as intended';}, restart_on_failure => 'true', max_failures => 2);
make_window_job('R_GOES', 'R_WINDOW', q{RAISE EXCEPTION 'as intended';}, restart_on_failure => 'true', max_failures => 1, auto_drop => 'true');
foreach my $failures (1, 2)
{
	$node->safe_psql('postgres', q{CALL dbms_scheduler.open_window('R_WINDOW', interval '600 s')});
	ok( wait_for($node, qq{SELECT count(*) = 2 * $failures FROM dbms.job_log WHERE job_name = 'R_JOB' AND is_run}),
		'a run fails, and its retry');
	ok(wait_for($node, q{SELECT count(*) = 1 FROM sys.dba_scheduler_jobs WHERE job_name = 'R_JOB' AND state = 'RETRY SCHEDULED' AND retry_count = 2}),
		'the next retry comes in 10 seconds');
	$node->safe_psql('postgres', q{CALL dbms_scheduler.close_window('R_WINDOW')});
	ok( wait_for($node, qq{SELECT count(*) = 1 FROM sys.dba_scheduler_jobs WHERE job_name = 'R_JOB' AND failure_count = $failures AND retry_count = 0}),
		'the window closes: no retry, the run has failed');
}
is( $node->safe_psql('postgres', q{SELECT state, run_count FROM sys.dba_scheduler_jobs WHERE job_name = 'R_JOB'}),
	'BROKEN|2', 'and counts for max_failures');
is( $node->safe_psql('postgres', q{SELECT operation FROM dbms.job_log WHERE job_name = 'R_GOES' ORDER BY log_id DESC LIMIT 1}),
	'BROKEN', 'another one is broken when its window closes');
is($node->safe_psql('postgres', q{SELECT count(*) FROM dbms.object WHERE name = 'R_GOES'}), '0', 'and dropped, as it was to be');

# --- a job whose row is locked when its window opens

make_window('L_WINDOW', '1 hour', '1 hour');
make_window_job('L_HELD', 'L_WINDOW', '');
make_window_job('L_FREE', 'L_WINDOW', '');
my $session = open_session($node);
$session->query_safe(q{BEGIN; CALL dbms_scheduler.set_attribute('L_HELD', 'comments', 'held');});
$node->safe_psql('postgres', q{CALL dbms_scheduler.open_window('L_WINDOW', NULL)});
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'L_FREE'}), 'another job runs');
$session->query_safe('COMMIT');
$session->quit;
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'L_HELD'}), 'the locked one follows');
make_window_job('L_LATE', 'L_WINDOW', '');
$node->safe_psql('postgres', q{CALL dbms_scheduler.run_job('L_LATE', false)});
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'L_LATE'}), 'run_job works beside');
is( $node->safe_psql('postgres', q{SELECT note IS NULL FROM public.seen WHERE job = 'L_LATE'}), 't', 'without a window');
$node->safe_psql('postgres', q{CALL dbms_scheduler.close_window('L_WINDOW')});
ok(wait_for($node, 'SELECT is_served FROM dbms.opening'), 'the closing is over');
is( $node->safe_psql('postgres', q{SELECT job, count(*) FROM public.seen WHERE job LIKE 'L\_%' GROUP BY job ORDER BY job}),
	"L_FREE|1\nL_HELD|1\nL_LATE|1", 'each ran once; one that was enabled while it was open did not');

# --- rows of windows that a session holds: the others go on

make_window('H_STATE', '2 s', '1 hour');
make_window('H_ROW', '2 s', '1 hour');
make_window('H_FREE', '2 s', '2 s');
make_job($node, name => 'H_TICK', action => 'BEGIN INSERT INTO public.seen (job) VALUES (job_name); END;', repeat => 'FREQ=SECONDLY');
$session = open_session($node);
$session->query_safe(q{BEGIN; CALL dbms_scheduler.set_attribute('H_ROW', 'comments', 'held');
	SELECT count(*) FROM (SELECT FROM dbms.window_state s JOIN dbms.object o ON o.id = s.window_id WHERE o.name = 'H_STATE' FOR UPDATE OF s) AS h;});
ok(wait_for($node, q{SELECT count(*) = 1 FROM dbms.window_log WHERE window_name = 'H_FREE' AND operation = 'CLOSE'}),
	'a window opens and closes while others are held');
my $held_ticks = $node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job = 'H_TICK'});
ok(wait_for($node, qq{SELECT count(*) >= $held_ticks + 3 FROM public.seen WHERE job = 'H_TICK'}), 'jobs go on');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM dbms.window_log WHERE window_name IN ('H_ROW', 'H_STATE') AND operation = 'OPEN'}),
	'0', 'those are not open');
$session->query_safe('COMMIT');
$session->quit;
ok(wait_for($node, q{SELECT count(*) = 1 FROM dbms.opening WHERE window_name IN ('H_ROW', 'H_STATE')}), 'until they are free');
$node->safe_psql('postgres', q{CALL dbms_scheduler.drop_window('H_ROW, H_STATE, H_FREE', force => true)});
$node->safe_psql('postgres', q{CALL dbms_scheduler.drop_job('H_TICK', force => true)});

# --- jobs that no worker could be had for

make_window('W_WINDOW', '1 hour', '1 hour');
make_window_job('W_STOP', 'W_WINDOW', '', stop_on_window_close => 'true');
make_window_job('W_STAY', 'W_WINDOW', '');
make_window_job('W_LIMIT', 'W_WINDOW', '', schedule_limit => q{interval '1 minute'});
setting($node, 'pg_dbms.max_workers' => 0);
ok(wait_for($node, q{SELECT setting = '0' FROM pg_settings WHERE name = 'pg_dbms.max_workers'}), 'there are no workers');
$node->safe_psql('postgres', q{CALL dbms_scheduler.open_window('W_WINDOW', NULL)});
ok( wait_for($node, q{SELECT count(*) = 3 FROM sys.dba_scheduler_jobs WHERE job_name LIKE 'W\_%' AND state = 'READY TO RUN'}),
	'jobs are due');
$node->safe_psql('postgres', q{CALL dbms_scheduler.close_window('W_WINDOW')});
ok(wait_for($node, q{SELECT count(*) = 1 FROM dbms.job_log WHERE job_name = 'W_STOP' AND operation = 'SKIPPED'
	AND additional_info = 'REASON="the window closed before it could start"'}), 'one that ends with its window is not started after it');
# two minutes later, as the rows have it
$node->safe_psql('postgres', q{UPDATE dbms.job_state s SET next_run_at = next_run_at - interval '2 minutes', due_at = due_at - interval '2 minutes'
	FROM dbms.object o WHERE o.id = s.job_id AND o.name = 'W_LIMIT'});
setting($node, 'pg_dbms.max_workers' => 4);
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'W_STAY'}), 'another one runs late');
ok(wait_for($node, q{SELECT count(*) = 1 FROM dbms.job_log WHERE job_name = 'W_LIMIT' AND operation = 'SCH_LIM_REACHED'}),
	'schedule_limit counts from the opening');
is( $node->safe_psql('postgres', q{SELECT string_agg(concat_ws(' ', job_name, state, run_count), ', ' ORDER BY job_name)
	FROM sys.dba_scheduler_jobs WHERE job_name IN ('W_LIMIT', 'W_STOP')}),
	'W_LIMIT SCHEDULED 0, W_STOP SCHEDULED 0', 'skipped starts are no runs, and end nothing');

# --- a disabled scheduler

make_window('S_WINDOW', '0 s', '2 s');
ok(wait_open('S_WINDOW'), 'a window is open');
$node->safe_psql('postgres', q{CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', 'TRUE')});
ok(wait_for($node, 'SELECT close_at + interval \'1.5 s\' < clock_timestamp() FROM dbms.opening'), 'its time is over');
$node->safe_psql('postgres', q{CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', NULL)});
ok(wait_none(), 'it closes when the scheduler is enabled again');
like(openings('S_'), qr/^S_WINDOW OPEN, S_WINDOW CLOSE REASON="the scheduler was disabled"/, 'and says why it is late');

make_window('S_HAND', '0 s', '2 s');
ok(wait_open('S_HAND'), 'a window is open');
$node->safe_psql('postgres', q{CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', 'TRUE')});
ok(wait_for($node, 'SELECT close_at + interval \'1.5 s\' < clock_timestamp() FROM dbms.opening'), 'its time is over');
$node->safe_psql('postgres', q{CALL dbms_scheduler.close_window('S_HAND')});
$node->safe_psql('postgres', q{CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', NULL)});
like(openings('S_HAND'), qr/^S_HAND OPEN, S_HAND CLOSE REASON="the scheduler was disabled"/, 'one that is closed by hand says so too');

# --- definitions as a restore may bring them: only our own windows open
# meanwhile, and an end of the session is the end of the restore

make_window("B_$_", '1 hour', '1 hour', repeat => 'FREQ=HOURLY') foreach qw(CALENDAR ZONE DURATION SCHEDULE STATE GOOD);
make_window_job('B_JOB', 'B_GOOD', '');
$node->safe_psql('postgres', <<'SQL');
UPDATE dbms.window w SET repeat_interval = 'FREQ=NEVER' FROM dbms.object o WHERE o.id = w.id AND o.name = 'B_CALENDAR';
UPDATE dbms.window w SET time_zone = 'Mars/Olympus' FROM dbms.object o WHERE o.id = w.id AND o.name = 'B_ZONE';
UPDATE dbms.window w SET duration = '1 month' FROM dbms.object o WHERE o.id = w.id AND o.name = 'B_DURATION';
UPDATE dbms.window w SET schedule_name = 'NONE', schedule_owner_id = 0 FROM dbms.object o WHERE o.id = w.id AND o.name = 'B_SCHEDULE';
DELETE FROM dbms.window_state s USING dbms.object o WHERE o.id = s.window_id AND o.name = 'B_STATE';
SQL
ok(wait_for($node, q{SELECT count(*) = 4 FROM dbms.window_log WHERE window_name LIKE 'B\_%' AND operation = 'DISABLE'}),
	'windows that cannot be read are disabled');
is( $node->safe_psql('postgres', <<'SQL'), <<'LOG' =~ s/\n\z//r, 'with their reason');
SELECT window_name, additional_info FROM dbms.window_log WHERE window_name LIKE 'B\_%' AND operation = 'DISABLE' ORDER BY 1
SQL
B_CALENDAR|REASON="its repeat interval is not valid: schedule ""NEVER"" does not exist"
B_DURATION|REASON="its duration is not valid"
B_SCHEDULE|REASON="its schedule does not exist"
B_ZONE|REASON="its time zone is unknown"
LOG
is( $node->safe_psql('postgres', q{SELECT string_agg(o.name, ' ' ORDER BY o.name) FROM dbms.window w JOIN dbms.object o USING (id)
	JOIN dbms.window_state s ON s.window_id = o.id WHERE o.name LIKE 'B\_%' AND w.is_enabled AND s.next_start_at > now()}),
	'B_GOOD B_STATE', 'the others go on');
$node->safe_psql('postgres', q{CALL dbms_scheduler.open_window('B_GOOD', NULL)});
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'B_JOB'}), 'and start their jobs');
$node->safe_psql('postgres', q{CALL dbms_scheduler.close_window('B_GOOD')});

# --- a plan that is missing

make_window('P_WINDOW', '1 s', '2 s', plan => 'DEFAULT_MAINTENANCE_PLAN');
make_window_job('P_JOB', 'P_WINDOW', '');
$node->safe_psql('postgres', q{UPDATE dbms.window w SET resource_plan = 'NO_PLAN' FROM dbms.object o WHERE o.id = w.id AND o.name = 'P_WINDOW'});
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'P_JOB'}), 'a window opens without its plan');
ok(wait_none(), 'and closes');
like(openings('P_'), qr/^P_WINDOW OPEN ERROR="[^"]*NO_PLAN[^"]*", P_WINDOW CLOSE/, 'the log says that there was none');

# --- errors that nobody foresaw: of the plan, which is left out, and of
# windows, which do not stop jobs

$node->safe_psql('postgres', q{ALTER TABLE dbms.plan_history ADD CONSTRAINT no_plan CHECK (plan <> 'DEFAULT_MAINTENANCE_PLAN') NOT VALID});
make_window('E_PLAN', '1 s', '6 s', plan => 'DEFAULT_MAINTENANCE_PLAN');
ok(wait_for($node, q{SELECT count(*) = 1 FROM dbms.window_log WHERE window_name = 'E_PLAN' AND operation = 'CLOSE'}),
	'a window opens and closes although the plan cannot be switched');
like(openings('E_PLAN'), qr/^E_PLAN OPEN ERROR="the resource plan could not be switched", E_PLAN CLOSE/, 'the log says so');
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE dbms.plan_history DROP CONSTRAINT no_plan;
ALTER TABLE dbms.window_log ADD CONSTRAINT no_row CHECK (window_name <> 'E_WINDOW' OR operation <> 'OPEN') NOT VALID;
SQL
make_job($node, name => 'E_TICK', action => 'BEGIN INSERT INTO public.seen (job) VALUES (job_name); END;', repeat => 'FREQ=SECONDLY');
my $log_size = -s $node->logfile;
make_window('E_WINDOW', '0 s', '1 hour');
ok(wait_for_message($node, qr/violates check constraint "no_row"/, $log_size), 'a window cannot open');
my $ticks = $node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job = 'E_TICK'});
ok(wait_for($node, qq{SELECT count(*) >= $ticks + 3 FROM public.seen WHERE job = 'E_TICK'}), 'jobs go on');
is($node->safe_psql('postgres', q{SELECT window_name FROM dbms.opening}), '', 'it is not open');
$node->safe_psql('postgres', 'ALTER TABLE dbms.window_log DROP CONSTRAINT no_row');
ok(wait_open('E_WINDOW'), 'it opens when it can');
$node->safe_psql('postgres', q{CALL dbms_scheduler.drop_window('E_PLAN, E_WINDOW', force => true)});
$node->safe_psql('postgres', q{CALL dbms_scheduler.drop_job('E_TICK', force => true)});

# --- a standby that is promoted

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
make_window('Y_FIRST',  '0 s', '4 s');
make_window('Y_SECOND', '2 s', '1 day');
make_window_job('Y_JOB', 'Y_SECOND', '');
ok(wait_open('Y_FIRST'), 'a window is open on the primary');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
$primary->stop('immediate');
$node = $standby;
is($node->safe_psql('postgres', 'SELECT window_name FROM dbms.opening'), 'Y_FIRST', 'the standby sees it');
ok(wait_for($node, 'SELECT close_at + interval \'0.2 s\' < clock_timestamp() FROM dbms.opening'), 'its time is over');
is(openings('Y_'), 'Y_FIRST OPEN', 'nothing happens there');
$node->promote;
ok(wait_open('Y_SECOND'), 'after the promotion the right one opens');
like(openings('Y_'), qr/^Y_FIRST OPEN, Y_FIRST CLOSE REASON="scheduler restart", (Y_FIRST DISABLE [^,]*, )?Y_SECOND OPEN/,
	'after the other one has closed');
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'Y_JOB'}), 'and its job runs');
$node->stop;
done_testing();
