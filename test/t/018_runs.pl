# What runs leave behind: records that agree with the work when a commit fails,
# log rows by logging level, limits of time, due times that passed while nobody
# served, and the purge by age.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $soon = 30;
my $node = start_node('main', 'pg_dbms.max_workers = 6', 'max_prepared_transactions = 2');
add_jobs($node);

sub status
{
	my ($name, $expected, $what) = @_;
	return ok(
		wait_for(
			$node, "SELECT string_agg(status || coalesce(' ' || sqlstate, ''), ', ' ORDER BY log_id) FROM dbms.job_log WHERE is_run AND job_name = '$name'",
			expected => $expected, timeout => $soon),
		$what);
}

sub notes { return $node->safe_psql('postgres', "SELECT string_agg(note, ',' ORDER BY id) FROM public.seen WHERE job = '$_[0]'"); }

# Times pass, servers cannot be asked.
sub wait_until_clock
{
	my ($at) = @_;
	usleep(50_000) while time < $at;
	return;
}

# --- jobs of another database become late by more than a minute meanwhile,
# --- and its log old

$node->safe_psql('postgres', 'CREATE DATABASE late');
create_extension($node, 'late');
add_jobs($node, 'late');
my $served = time;
make_job($node, database => 'late', name => 'FILLER', action => 'SELECT 1');
wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE is_run AND job_name = 'FILLER'}, expected => 1, database => 'late');
$node->safe_psql('late', <<'SQL');
INSERT INTO dbms.job_log (log_id, owner_id, job_name, job_class, operation, status, is_run, log_date)
SELECT nextval('dbms.log_id_seq'), owner_id, age || '_' || n, job_class, 'RUN', 'SUCCEEDED', true, now() - days * interval '1 day'
  FROM dbms.job_log, generate_series(1, 2500) AS n, (VALUES ('OLD', 31), ('NEW', 29)) AS a (age, days)
 WHERE job_name = 'FILLER' AND is_run;
CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', 'TRUE');
SQL
make_job($node, database => 'late', name => 'LIMITED', action => q{INSERT INTO public.seen (job) VALUES ('LIMITED')},
	repeat => 'FREQ=MINUTELY;INTERVAL=7', more => '{"schedule_limit": "1 minute"}');
make_job($node, database => 'late', name => 'UNLIMITED', action => q{INSERT INTO public.seen (job) VALUES ('UNLIMITED')},
	repeat => 'FREQ=MINUTELY;INTERVAL=7');
make_job($node, database => 'late', name => 'ONE_TIME', action => q{INSERT INTO public.seen (job) VALUES ('ONE_TIME')},
	more => '{"schedule_limit": "1 minute"}');

# --- a commit that fails

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.parent (id int PRIMARY KEY);
CREATE TABLE public.child (id int REFERENCES public.parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE public.strict (id int);
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'too late'; END$$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON public.strict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION public.refuse();
CREATE TABLE public.doctors (name text PRIMARY KEY, on_call boolean);
INSERT INTO public.doctors VALUES ('Alice', true), ('Bob', true);
SQL
my $n = 0;
foreach my $case (
	[ 'INSERT INTO public.child VALUES (1)', '23503' ],
	[ 'INSERT INTO public.strict VALUES (1)', 'P0001' ])
{
	my ($statement, $state) = @$case;
	foreach my $form (
		[ 'PLSQL_BLOCK', "INSERT INTO public.seen (job) VALUES ('NAME'); $statement;" ],
		[ 'PLSQL_BLOCK', "BEGIN INSERT INTO public.seen (job) VALUES ('NAME'); $statement; END;" ],
		[ 'PLSQL_BLOCK', "BEGIN; INSERT INTO public.seen (job) VALUES ('NAME'); $statement; COMMIT;" ],
		[ 'PLSQL_BLOCK', "BEGIN INSERT INTO public.seen (job) VALUES ('NAME'); $statement; COMMIT; END;" ],
		[ 'SQL_SCRIPT', "BEGIN; INSERT INTO public.seen (job) VALUES ('NAME'); $statement; COMMIT" ],
		[ 'SQL_SCRIPT', "BEGIN; INSERT INTO public.seen (job) VALUES ('NAME'); $statement; PREPARE TRANSACTION 'never'" ])
	{
		my ($type, $action) = @$form;
		my $name = 'COMMIT' . ++$n;
		$action =~ s/NAME/$name/;
		make_job($node, name => $name, action => $action, more => "{\"job_type\": \"$type\"}");
		status($name, "FAILED $state", "an error in the commit of $action");
	}
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job ~ '^COMMIT'}), '0', 'undid the work, not the record');

# write skew, which is found when the second one commits
my $session = open_session($node);
$session->query_safe('SELECT pg_advisory_lock(1)');
make_job($node, name => 'SKEW', action => <<'SQL');
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE public.doctors SET on_call = false WHERE name = 'Alice' AND (SELECT count(*) FROM public.doctors WHERE on_call) > 1;
SELECT pg_advisory_xact_lock(1);
COMMIT;
SQL
ok(wait_for($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}, expected => 1), 'a serializable job has read and written');
$session->query_safe(<<'SQL');
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE public.doctors SET on_call = false WHERE name = 'Bob' AND (SELECT count(*) FROM public.doctors WHERE on_call) > 1;
COMMIT;
SELECT pg_advisory_unlock(1);
SQL
status('SKEW', 'FAILED 40001', 'it fails when it commits, and its record says so');
is($node->safe_psql('postgres', q{SELECT string_agg(name, ',') FROM public.doctors WHERE on_call}), 'Alice', 'its work is undone');

# --- how much is logged

my %expected = (
	off => '',
	failed_runs => 'RUN FAILED',
	runs => 'RUN SUCCEEDED,RUN FAILED',
	full => 'CREATE,UPDATE,ENABLE,RUN SUCCEEDED,UPDATE,ENABLE,RUN FAILED,DROP');
foreach my $level (sort keys %expected)
{
	my $name = uc "level_$level";
	$node->safe_psql('postgres', <<"SQL");
CALL dbms_scheduler.create_job_class('C_$level', logging_level => dbms_scheduler.logging_$level());
CALL dbms_scheduler.create_job('$name', job_type => 'PLSQL_BLOCK', job_class => 'C_$level', auto_drop => false,
    job_action => 'BEGIN INSERT INTO public.seen (job, note) VALUES (job_name, ''good''); END;');
CALL dbms_scheduler.set_attribute('$name', 'comments', 'none');
CALL dbms_scheduler.enable('$name');
SQL
	ok( wait_for(
			$node, "SELECT run_count, final_state FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name = '$name'",
			expected => '1|SUCCEEDED', timeout => $soon),
		"a job of level $level runs");
	$node->safe_psql('postgres', <<"SQL");
CALL dbms_scheduler.set_attribute('$name', 'job_action', 'BEGIN RAISE ''no''; END;');
CALL dbms_scheduler.enable('$name');
SQL
	ok( wait_for(
			$node, "SELECT run_count, final_state FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name = '$name'",
			expected => '1|FAILED', timeout => $soon),
		'fails');
	$node->safe_psql('postgres', "CALL dbms_scheduler.drop_job('$name')");
	is( log_rows($node, "string_agg(concat_ws(' ', operation, status), ',')", "job_name = '$name'"),
		$expected{$level}, 'and leaves these rows');
	is(notes($name), 'good', 'whatever is logged, it ran');
}

# --- a run that takes long is told of, and goes on

$session->query_safe('SELECT pg_advisory_lock(2)');
make_job($node, name => 'LONG', action => 'SELECT pg_advisory_xact_lock(2)', more => '{"max_run_duration": "1 second"}');
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'LONG' AND operation = 'JOB_OVER_MAX_DUR'},
	expected => 1, timeout => $soon), 'a run over its max_run_duration is told of');
$session->query_safe('SELECT pg_advisory_unlock(2)');
status('LONG', 'SUCCEEDED', 'and is not stopped');
is(log_rows($node, q{string_agg(concat_ws(' ', operation, status) , ', ')}, q{job_name = 'LONG'}),
	'RUN SUCCEEDED, JOB_OVER_MAX_DUR', 'nor told of again');
is( log_rows($node, q{count(*)}, q{operation = 'JOB_OVER_MAX_DUR' AND additional_info =
		(SELECT 'RUN_LOG_ID="' || log_id || '"' FROM dbms.job_log WHERE is_run AND job_name = 'LONG')}),
	'1', 'with the number of the run');

# --- DBMS_JOB: a run that the server's crash broke off is run again

$session->query_safe('SELECT pg_advisory_lock(3)');
$node->safe_psql('postgres', <<'SQL');
CALL dbms_job.isubmit(1, 'INSERT INTO public.seen (job) VALUES (''NUMBER 1''); PERFORM pg_advisory_xact_lock(3);', dbms_date.sysdate(), 'SYSDATE + 1');
SQL
ok(wait_for($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}, expected => 1), 'a job of DBMS_JOB runs');
kill_process($node->safe_psql('postgres', q{SELECT pid FROM dbms.workers() WHERE name LIKE '%DBMS_JOB$_1'}), 'KILL');
ok( wait_for($node, 'SELECT broken, failures, last_date IS NOT NULL, next_date > dbms_date.sysdate() FROM sys.user_jobs WHERE job = 1',
		expected => 'N|0|t|t', timeout => $soon),
	'it comes to its end when the server is back');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job = 'NUMBER 1'}), '1', 'and does its work once');
eval { $session->quit };
$session = open_session($node);

$node->safe_psql('postgres', <<'SQL');
CALL dbms_job.isubmit(2, 'RAISE EXCEPTION ''ORA-20123: no luck'';', dbms_date.sysdate(), 'SYSDATE + 1');
SQL
ok(wait_for($node, 'SELECT failures FROM sys.user_jobs WHERE job = 2', expected => 1, timeout => $soon), 'one that fails is counted');
is($node->safe_psql('postgres', q{SELECT status, "error#" FROM sys.user_scheduler_job_run_details WHERE job_name = 'DBMS_JOB$_2'}),
	'FAILED|20123', 'and recorded, by the number that it raises');
is( $node->safe_psql('postgres', q{SELECT next_date - dbms_date.sysdate() BETWEEN '30 s' AND '61 s' FROM sys.user_jobs WHERE job = 2}),
	't', 'and tried again in a minute');
$node->safe_psql('postgres', 'CALL dbms_job.remove(1); CALL dbms_job.remove(2)');

# a worker does not run it beside a RUN that has committed
$session->query_safe('SELECT pg_advisory_lock(3)');
$node->safe_psql('postgres', <<'SQL');
CALL dbms_job.isubmit(3, 'INSERT INTO public.seen (job, note) VALUES (''NUMBER 3'', ''in''); COMMIT; PERFORM pg_advisory_xact_lock(3);'
    ' INSERT INTO public.seen (job, note) VALUES (''NUMBER 3'', ''out'');', timestamp '2100-01-01', 'timestamp ''2100-01-01''');
SQL
my $runner = open_session($node);
$runner->query_until(qr/begun/, "\\echo begun\nCALL dbms_job.run(3);\n");
ok(wait_for($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}, expected => 1), 'a job runs in a session and has committed');
$node->safe_psql('postgres', 'CALL dbms_job.next_date(3, dbms_date.sysdate())');
ok(wait_for($node, q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker' AND wait_event_type = 'Lock' AND wait_event = 'advisory'},
	expected => 1, timeout => $soon), 'it is due meanwhile, and waits');
$session->query_safe('SELECT pg_advisory_unlock(3)');
ok(wait_for($node, q{SELECT string_agg(note, ' ' ORDER BY id) FROM public.seen WHERE job = 'NUMBER 3'}, expected => 'in out in out', timeout => $soon),
	'until it can be run');
$runner->quit;
$node->safe_psql('postgres', 'CALL dbms_job.remove(3)');

# --- a worker that ends while no coordinator is there

make_job($node, name => 'ORPHAN', database => 'late', action => 'SELECT 1');	# stays due
$node->safe_psql('postgres', 'CREATE DATABASE gap');
create_extension($node, 'gap');
add_jobs($node, 'gap');
make_job($node, database => 'gap', name => 'GAP', repeat => 'FREQ=SECONDLY', action => 'SELECT pg_sleep(300)');
ok(wait_for($node, q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker' AND datname = 'gap' AND wait_event = 'PgSleep'},
	expected => 1, timeout => $soon), 'a job runs that is due each second');
$node->safe_psql('postgres', 'ALTER DATABASE gap ALLOW_CONNECTIONS false');
wait_for_pids($node, 'coordinator', 0, 'gap');
my $worker = (pids($node, 'worker', 'gap'))[0];
kill_process($worker, 'TERM');
my $ended = time;
wait_until_clock($ended + 3.5);
$node->safe_psql('postgres', 'ALTER DATABASE gap ALLOW_CONNECTIONS true');
my ($gap_row, $gap_info) = (q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'GAP' AND operation = 'MISSED'},
	q{substring(additional_info, 'MISSED="(\d+)"')::int BETWEEN 2 AND 30});
ok( wait_for($node, "$gap_row AND $gap_info", expected => 1, database => 'gap', timeout => $soon),
	'what fell due since it was ended, and before there was a coordinator again, is logged as missed');
is( log_rows($node, q{status || ' ' || additional_info || ' ' || (run_duration < '30 s')}, q{is_run AND job_name = 'GAP' AND status = 'STOPPED'}, 'gap'),
	'STOPPED REASON="Job slave process was terminated" true', 'the run ended with its worker');
$node->safe_psql('gap', <<'SQL');
CALL dbms_scheduler.disable('gap', force => true);
CALL dbms_scheduler.stop_job('gap', force => true);
SQL

# --- missed due times, by rule

foreach my $rule (qw(once skip each))
{
	make_job($node, name => uc "missed_$rule", repeat => 'FREQ=SECONDLY;INTERVAL=2',
		at => q{date_trunc('second', clock_timestamp()) + interval '1 s'},
		action => 'BEGIN INSERT INTO public.seen (job, note) VALUES (job_name, job_scheduled_start::text); END;',
		more => "{\"missed_runs\": \"$rule\"}");
}
wait_for($node, q{SELECT count(DISTINCT job) FROM public.seen WHERE job ~ '^MISSED'}, expected => 3);
$session->quit;
$node->stop('fast');
my $down = time;
wait_until_clock($down + 7);
$node->start;
my $up = time;
foreach my $rule (qw(once skip each))
{
	my $name = uc "missed_$rule";
	ok( wait_for(
			$node, "SELECT count(*) FROM dbms.job_log WHERE operation = 'MISSED' AND job_name = '$name'",
			expected => 1, timeout => $soon),
		"one row says what \"$rule\" missed while the server was down");
	ok( wait_for(
			$node, "SELECT count(*) >= 2 FROM public.seen WHERE job = '$name' AND at > to_timestamp($up) AND note::timestamptz > to_timestamp($up)",
			timeout => $soon),
		'it goes on');
}
$node->safe_psql('postgres', <<"SQL");
CREATE TABLE public.gap AS SELECT job_name AS job,
    substring(additional_info, 'FIRST="([^"]*)')::timestamptz AS first_at,
    substring(additional_info, 'LAST="([^"]*)')::timestamptz AS last_at,
    substring(additional_info, 'MISSED="([^"]*)')::int AS n,
    substring(additional_info, 'MISSED_RUNS="([^"]*)') AS rule
  FROM dbms.job_log WHERE operation = 'MISSED' AND job_name ~ '^MISSED';
SQL
is( $node->safe_psql('postgres', q{SELECT string_agg(rule, ' ' ORDER BY job) FROM public.gap WHERE last_at - first_at = (n - 1) * interval '2 s' AND n >= 3}),
	'EACH ONCE SKIP', 'it counts them, with the rule');
is( $node->safe_psql('postgres', <<'SQL'), 'MISSED_EACH true,MISSED_ONCE true,MISSED_SKIP true', 'none of them, one, or all are run');
SELECT string_agg(g.job || ' ' || (s.n = CASE g.rule WHEN 'EACH' THEN g.n WHEN 'ONCE' THEN 1 ELSE 0 END), ',' ORDER BY g.job)
  FROM public.gap g, LATERAL (SELECT count(DISTINCT note) AS n FROM public.seen s
       WHERE s.job = g.job AND s.note::timestamptz BETWEEN g.first_at AND g.last_at) AS s
SQL
is( $node->safe_psql('postgres', <<'SQL'), '0', 'no due time is run twice');
SELECT count(*) FROM (SELECT FROM public.seen WHERE job ~ '^MISSED' GROUP BY job, note HAVING count(*) > 1) AS twice
SQL

# --- more than a minute late

ok(wait_for($node, q{SELECT clock_timestamp() > next_run_at + interval '61 s' FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name = 'LIMITED'},
	database => 'late', timeout => 120), 'a minute has passed');
$node->safe_psql('late', q{CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', 'FALSE')});
ok(wait_for($node, q{SELECT string_agg(job, ',' ORDER BY job) FROM public.seen}, expected => 'ONE_TIME,UNLIMITED', database => 'late', timeout => $soon),
	'a run over its schedule_limit is skipped, but not that of a one-time job');
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'LIMITED' AND operation = 'SCH_LIM_REACHED'},
	expected => 1, database => 'late', timeout => $soon), 'which is logged');
is( $node->safe_psql('late', q{SELECT run_count, failure_count, is_enabled, next_run_at > now() FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name = 'LIMITED'}),
	'0|0|t|t', 'and counts neither as a run nor as a failure');

# --- the log is purged by age, without anybody asking

ok(wait_for($node, q{SELECT count(*) FILTER (WHERE job_name ~ '^OLD'), count(*) FILTER (WHERE job_name ~ '^NEW') FROM dbms.job_log},
	expected => '0|2500', database => 'late', timeout => 120), 'rows older than the history of their class go by themselves');

$node->stop;
done_testing();
