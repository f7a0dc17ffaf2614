# Runs of tasks: with as many workers as there are, stopped, cancelled and
# killed in every way, steered while they run. After each the status is right,
# resuming finishes the task, and each row was processed once.
#
# A chunk that is to be under way for long waits for an advisory lock that
# the test holds: its number is 7.

use strict;
use warnings;

use IPC::Run qw(start finish);
use PgDbms;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 4', 'max_worker_processes = 16',
	'autovacuum = off', "pg_dbms.chunk_stop_grace = '100ms'");
add_jobs($node);

# --- what all tests use

my $rows = 400;

sub sql
{
	my ($query, $database) = @_;
	return $node->safe_psql($database // 'postgres', $query);
}

# Tables and procedures; each row counts how often it was processed.
sub prepare
{
	my ($database) = @_;

	sql(<<'SQL', $database);
CREATE TABLE public.t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE PROCEDURE public.work(a int, b int) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.t SET n = n + 1 WHERE id BETWEEN a AND b;
    PERFORM pg_advisory_xact_lock_shared(7);
END$$;
CREATE FUNCTION public.hold() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7);
    RETURN 1;
END$$;
CREATE FUNCTION public.stop_at(i int, stop int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF i = stop THEN
        CALL dbms_parallel_execute.stop_task('T');
    END IF;
    RETURN true;
END$$;
SQL
	return;
}

my $work = 'CALL public.work(:start_id, :end_id)';
my $plain = 'UPDATE public.t SET n = n + 1 WHERE id BETWEEN :start_id AND :end_id';
my $by_rowid = 'UPDATE public.t SET n = n + public.hold() WHERE rowid BETWEEN :start_id AND :end_id';

# A new table and a task T of chunks of $size rows; of one block each by rowid.
sub new_task
{
	my (%option) = @_;
	my $size  = $option{size} // 10;
	my $count = $option{rows} // $rows;

	sql(<<SQL, $option{database});
DO \$\$ BEGIN
    IF EXISTS (SELECT 1 FROM sys.user_parallel_execute_tasks WHERE task_name = 'T') THEN
        CALL dbms_parallel_execute.drop_task('T');
    END IF;
END \$\$;
TRUNCATE public.t;
INSERT INTO public.t SELECT generate_series(1, $count);
CALL dbms_parallel_execute.create_task('T');
SQL
	sql( $option{rowid}
		? q{CALL dbms_parallel_execute.create_chunks_by_rowid('T', 'public', 't', false, 1)}
		: qq{CALL dbms_parallel_execute.create_chunks_by_number_col('T', 'public', 't', 'id', $size)},
		$option{database});
	return;
}

sub run_sql
{
	my ($level, $statement) = @_;
	$statement //= $work;
	return "CALL dbms_parallel_execute.run_task('T', '$statement', dbms_parallel_execute.native(), parallel_level => $level)";
}

# Statements in a session of its own; ended() waits for its end and returns what
# it said.
sub begin_call
{
	my ($query, $database) = @_;
	my %call = (out => '', err => '');

	$call{run} = start(
		[ 'psql', '-XAtq', '-d', $node->connstr($database // 'postgres'),
			map { ('-c', $_) } split(/;/, $query) ],
		'>', \$call{out}, '2>', \$call{err},
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	return \%call;
}

sub ended
{
	my ($call) = @_;
	eval { finish($call->{run}); 1 } or $call->{err} .= "not ended: $@";
	return $call->{err};
}

sub status
{
	return sql(q{SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = 'T'}, @_);
}

# rows that were not processed exactly once
sub wrong_rows
{
	return sql('SELECT count(*) FROM public.t WHERE n <> 1', @_);
}

my $progress = q{FROM sys.user_parallel_execute_progress WHERE task_name = 'T'};

sub wait_for_chunks
{
	my ($n, $database) = @_;
	return wait_for($node, "SELECT cardinality(current_chunks) = $n $progress", database => $database // 'postgres');
}

# chunks are held where they are until let_go() or a restart of the server
my $holder;

sub hold
{
	$holder //= open_session($node);
	$holder->query_safe('SELECT pg_advisory_lock(7)');
	return;
}

sub let_go
{
	$holder->query_safe('SELECT pg_advisory_unlock_all()');
	return;
}

sub forget_holder
{
	eval { $holder->quit };
	$holder = undef;
	return;
}

# A process is killed, so the server starts again without its memory, and
# without what was still to be written to the log on disk.
sub crash
{
	my ($pid) = @_;

	my $before = sql(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'});
	kill 'KILL', $pid // $before;
	forget_holder() if $holder;
	wait_for($node, "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'walwriter' AND pid <> $before");
	wait_for_pids($node, 'coordinator', 1, 'postgres');
	return;
}

# Resume finishes it, each row once.
sub resumes
{
	my ($name, $force, $database) = @_;

	sql("CALL dbms_parallel_execute.resume_task('T', " . ($force ? 'true' : 'false') . ')', $database);
	is(status($database),     'FINISHED', "$name: resumed and finished");
	is(wrong_rows($database), '0',        "$name: each row once");
	return;
}

prepare();

# --- all goes well

foreach my $level (0, 1, 3)
{
	new_task();
	sql(run_sql($level));
	is(status(),     'FINISHED', "level $level: finished");
	is(wrong_rows(), '0',        "level $level: each row once");
}
is( sql(q{SELECT count(*) FROM sys.user_parallel_execute_chunks WHERE task_name = 'T' AND job_name LIKE 'TASK$%'}),
	'40', 'workers did the chunks');

# --- few slots, none, and workers that come later

setting($node, 'pg_dbms.max_workers' => 2);
new_task();
hold();
my $call = begin_call(run_sql(4));
wait_for_chunks(2);
is(sql("SELECT workers_wanted, workers, reason IS NOT NULL $progress"), '4|2|t', 'it goes on with the workers it gets');
setting($node, 'pg_dbms.max_workers' => 4);
wait_for_chunks(4);
let_go();
is(ended($call), '',         'and with more when they come');
is(status(),     'FINISHED', 'to its end');

setting($node, 'pg_dbms.max_workers' => 0);
new_task();
hold();
$call = begin_call(run_sql(2));
wait_for_chunks(1);
is(sql("SELECT workers, current_pids[1] = session_id $progress"), '0|t', 'no worker: the session does it');
setting($node, 'pg_dbms.max_workers' => 4);
wait_for_chunks(3);
let_go();
like(ended($call), qr/NOTICE:  no worker is free for task "T"/, 'and says so');
is(sql(q{SELECT count(*) FILTER (WHERE job_name IS NULL) >= 1, count(job_name) >= 2
	FROM sys.user_parallel_execute_chunks WHERE task_name = 'T'}), 't|t', 'workers that come later join');
is(wrong_rows(), '0', 'each row once');

# a database that lets no process of the role in
sql(<<'SQL');
CREATE ROLE u LOGIN;
GRANT dbms_create_job TO u;
GRANT ALL ON public.t TO u;
SQL
new_task();
my $u = open_session($node);
$u->query_safe('SET SESSION AUTHORIZATION u');
$u->query_safe(q{CALL dbms_parallel_execute.create_task('T')});
$u->query_safe(q{CALL dbms_parallel_execute.create_chunks_by_number_col('T', 'public', 't', 'id', 100)});
sql('ALTER DATABASE postgres CONNECTION LIMIT 0');
$u->query(run_sql(2));
sql('ALTER DATABASE postgres CONNECTION LIMIT -1');
is($u->query_safe(q{SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = 'T'}),
	'FINISHED', 'no worker can connect: the session does it');
is(wrong_rows(), '0', 'each row once');
$u->query_safe(q{CALL dbms_parallel_execute.drop_task('T')});
$u->quit;

# --- where it cannot commit

new_task();
my (undef, undef, $error) = $node->psql('postgres',
	'DO $$ BEGIN BEGIN ' . run_sql(2, 'SELECT :start_id, :end_id') . '; EXCEPTION WHEN division_by_zero THEN NULL; END; END $$');
like($error, qr/cannot be called inside of a transaction/, 'not in a block with EXCEPTION');
is(status(), 'CHUNKED', 'the task is as it was');
sql('DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM generate_series(1, 3) LOOP IF r.generate_series = 2 THEN '
	  . run_sql(2) . '; END IF; END LOOP; END $$');
is(status(), 'FINISHED', 'in a loop over a query');

# --- stopped

foreach my $level (2, 0)
{
	my $left = $level > 0 ? 'CRASHED' : 'PROCESSING';

	new_task();
	hold();
	$call = begin_call(run_sql($level));
	wait_for_chunks($level || 1);
	sql(q{CALL dbms_parallel_execute.stop_task('T')});
	like(ended($call), qr/^WARNING:  task "T" ended before all its chunks/, "level $level: stop_task ends the run");
	is(status(), $left, "level $level: stopped it is $left");
	is(sql('SELECT count(*) FROM public.t WHERE n <> 0'), '0', "level $level: chunks under way were rolled back");
	let_go();
	resumes("level $level, stopped", $level == 0);

	# chunks have a while to end
	new_task();
	setting($node, 'pg_dbms.chunk_stop_grace' => '1h');
	hold();
	$call = begin_call(run_sql($level));
	wait_for_chunks($level || 1);
	my $stop = begin_call(q{CALL dbms_parallel_execute.adm_stop_task('POSTGRES', 'T')});
	wait_for($node, qq{SELECT activity = 'STOPPING' $progress});
	let_go();
	is(ended($stop), '', "level $level: adm_stop_task");
	ended($call);
	is(status(), $left, "level $level: stopped with grace");
	is(sql(q{SELECT count(*) = 10 * max(c.n) FROM public.t, (SELECT count(*) AS n FROM sys.user_parallel_execute_chunks
		WHERE task_name = 'T' AND status = 'PROCESSED') c WHERE t.n = 1}), 't', "level $level: chunks came to their end");
	setting($node, 'pg_dbms.chunk_stop_grace' => '100ms');
	resumes("level $level, with grace", $level == 0);

	# by the task itself
	new_task();
	sql(run_sql($level, q{UPDATE public.t SET n = n + 1 WHERE id BETWEEN :start_id AND :end_id AND public.stop_at(:start_id, 101)}));
	is(status(), $left, "level $level: stopped by itself");
	is(sql(q{SELECT min(status) FROM sys.user_parallel_execute_chunks WHERE task_name = 'T' AND start_id = 101}),
		'PROCESSED', "level $level: that chunk is done");
	resumes("level $level, stopped by itself", $level == 0);

	# the caller is cancelled, and ended
	foreach my $how ('pg_cancel_backend', 'pg_terminate_backend')
	{
		new_task();
		hold();
		$call = begin_call(run_sql($level));
		wait_for_chunks($level || 1);
		my $session = sql("SELECT session_id $progress");
		sql("SELECT $how($session)");
		like(ended($call), $how =~ /cancel/ ? qr/ERROR:  canceling statement/ : qr/terminating connection/, "level $level: $how");
		let_go() if $how =~ /terminate/;
		wait_for($node, "SELECT activity = 'NOT RUNNING' $progress");
		is(status(), $left, "level $level, $how: $left");
		let_go() if $how =~ /cancel/;
		resumes("level $level, $how", $level == 0);
	}
}

# --- our processes end

new_task();
hold();
$call = begin_call(run_sql(2));
wait_for_chunks(2);
sql("SELECT pg_terminate_backend(current_pids[1]) $progress");
wait_for_chunks(1);
let_go();
like(ended($call), qr/^WARNING:  task "T" ended before/, 'a worker is ended: the other goes on');
is(sql("SELECT chunks_left $progress"), '1', 'but for its chunk');
is(status(), 'CRASHED', 'it counts as crashed');
resumes('worker ended');

foreach my $kind ('coordinator', 'launcher')
{
	new_task();
	hold();
	$call = begin_call(run_sql(2));
	wait_for_chunks(2);
	my ($pid) = pids($node, $kind);
	sql("SELECT pg_terminate_backend($pid)");
	wait_for($node, "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_dbms $kind' AND pid <> $pid");
	let_go();
	is(ended($call), '',         "the $kind is ended");
	is(status(),     'FINISHED', 'nobody minds');
	is(wrong_rows(), '0',        'each row once');
}

# --- jobs and tasks share the slots

setting($node, 'pg_dbms.max_workers' => 2);
new_task();
hold();
$call = begin_call(run_sql(2));
wait_for_chunks(2);
make_job($node, name => 'BESIDE', action => q{INSERT INTO public.seen (job) VALUES ('BESIDE')});
wait_for($node, q{SELECT sum(waiting) > 0 FROM dbms.coordinators()});
sql(q{CALL dbms_parallel_execute.set_throttle('T', sleep_between_chunks => '1 h')});
let_go();
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'BESIDE'}), 'a job gets a slot of a long task');
is(sql("SELECT activity <> 'NOT RUNNING' AND chunks_left > 0 $progress"), 't', 'long before its end');
sql(q{CALL dbms_parallel_execute.set_throttle('T')});
is(ended($call), '', 'which comes');
is(wrong_rows(), '0', 'each row once');
setting($node, 'pg_dbms.max_workers' => 4);

# --- steered

new_task();
hold();
$call = begin_call(run_sql(1));
wait_for_chunks(1);
sql(q{CALL dbms_parallel_execute.set_parallel_level('T', 3)});
ok(wait_for_chunks(3), 'more workers');
sql(q{CALL dbms_parallel_execute.set_throttle('T', sleep_between_chunks => '50 ms')});
sql(q{CALL dbms_parallel_execute.set_parallel_level('T', 1)});
let_go();
ok(wait_for($node, "SELECT workers = 1 AND chunks_left > 0 $progress"), 'fewer');
sql(q{CALL dbms_parallel_execute.pause_task('T')});
ok(wait_for($node, "SELECT activity = 'PAUSED' $progress"), 'paused');
sql(q{CALL dbms_parallel_execute.set_throttle('T')});
sql(q{CALL dbms_parallel_execute.continue_task('T')});
is(ended($call), '', 'continued');
is(wrong_rows(), '0', 'each row once');

foreach my $level (2, 0)
{
	new_task(rowid => 1, rows => 4000);
	hold();
	$call = begin_call(run_sql($level, $by_rowid));
	wait_for_chunks($level || 1);
	my (undef, undef, $err) = $node->psql('postgres', 'VACUUM (SKIP_LOCKED) public.t');
	like($err, qr/skipping vacuum of "t"/, "level $level: no VACUUM while it runs");
	sql(q{CALL dbms_parallel_execute.pause_task('T')});
	let_go();
	ok(wait_for($node, "SELECT activity = 'PAUSED' $progress"), "level $level: paused");
	is(sql(q{SET lock_timeout = '20s'; VACUUM public.t; ALTER TABLE public.t ADD COLUMN IF NOT EXISTS more int}), '',
		"level $level: VACUUM and ALTER TABLE while it is paused");
	sql(q{CALL dbms_parallel_execute.continue_task('T')});
	is(ended($call), '', "level $level: continued");
	is(status(), 'FINISHED', "level $level: finished");
	is(wrong_rows(), '0', "level $level: each row once");
}

# 4000 rows at 2000 a second: nearly two seconds, as the first chunk is free
new_task(rows => 4000, size => 100);
sql(q{CALL dbms_parallel_execute.set_throttle('T', max_rows_per_second => 2000)});
sql(run_sql(2, $plain));
my $seconds = sql(q{SELECT extract(epoch FROM max(end_ts) - min(start_ts)) FROM sys.user_parallel_execute_chunks WHERE task_name = 'T'});
cmp_ok($seconds, '>', 1.6, 'rows per second are not exceeded');
cmp_ok($seconds, '<', 10, 'and are reached, as far as the machine lets them');

# --- two databases

sql('CREATE DATABASE second');
create_extension($node, 'second');
prepare('second');
new_task();
new_task(database => 'second');
hold();
my $other = open_session($node, 'second');
$other->query_safe('SELECT pg_advisory_lock(7)');
my @calls = (begin_call(run_sql(2)), begin_call(run_sql(2), 'second'));
wait_for_chunks(2);
wait_for_chunks(2, 'second');
let_go();
$other->quit;
is(ended($_), '', 'a run in each of two databases') foreach @calls;
is(wrong_rows('postgres') + wrong_rows('second'), 0, 'each row once');

# the extension, then the database, is dropped under a run
new_task(database => 'second');
$other = open_session($node, 'second');
$other->query_safe('SELECT pg_advisory_lock(7)');
$call = begin_call(run_sql(2), 'second');
wait_for_chunks(2, 'second');
my $drop = begin_call('DROP EXTENSION pg_dbms CASCADE', 'second');
wait_for($node, q{SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'object'
	AND database = (SELECT oid FROM pg_database WHERE datname = 'second')});
$other->quit;
unlike(ended($drop), qr/not ended/, 'DROP EXTENSION does not hang');
like(ended($call), qr/extension pg_dbms was dropped while task ".*" ran/, 'nor does the run, which says why it ended');
sql('DROP EXTENSION IF EXISTS pg_dbms CASCADE', 'second');
create_extension($node, 'second');
new_task(database => 'second');
$other = open_session($node, 'second');
$other->query_safe('SELECT pg_advisory_lock(7)');
$call = begin_call(run_sql(2), 'second');
wait_for_chunks(2, 'second');
is(ended(begin_call('DROP DATABASE second WITH (FORCE)')), '', 'DROP DATABASE does not hang');
ended($call);
eval { $other->quit };
is(sql('SELECT count(*) FROM dbms.parallel_running_tasks()'), '0', 'no run is left');

# --- the server goes down

foreach my $level (2, 0)
{
	my $left = $level > 0 ? 'CRASHED' : 'PROCESSING';

	new_task();
	hold();
	$call = begin_call(run_sql($level));
	wait_for_chunks($level || 1);
	my $victim = sql("SELECT current_pids[1] $progress");
	crash($victim);
	ended($call);
	is(status(), $left, "level $level: $left after kill -9 of whom runs a chunk");
	resumes("level $level, kill -9", $level == 0);

	new_task();
	hold();
	$call = begin_call(run_sql($level));
	wait_for_chunks($level || 1);
	$node->stop('fast');
	ended($call);
	forget_holder();
	$node->start;
	is(status(), $left, "level $level: $left after a shutdown");
	wait_for_pids($node, 'coordinator', 1, 'postgres');
	resumes("level $level, shutdown", $level == 0);
}

# Commits of chunks do not wait for the disk: marks and work are lost together.
# The end does, also for a session that does not wait by itself.
setting($node, wal_writer_delay => '10s');
foreach my $setting ('off', 'on')
{
	new_task(rows => 20000);
	sql(q{CALL dbms_parallel_execute.set_throttle('T', sleep_between_chunks => '2 ms')});
	$call = begin_call("SET pg_dbms.chunk_synchronous_commit = $setting;" . run_sql(2, $plain));
	wait_for($node, "SELECT chunks_processed > 200 $progress");
	crash();
	ended($call);
	is( sql(q{SELECT count(*) FROM sys.user_parallel_execute_chunks c JOIN public.t ON t.id BETWEEN c.start_id AND c.end_id
		WHERE task_name = 'T' AND t.n <> (c.status = 'PROCESSED')::int}),
		'0', "synchronous $setting: marks and work agree");
	if (status() ne 'FINISHED')
	{
		resumes("synchronous $setting");
	}
	new_task();
	sql("SET synchronous_commit = $setting; SET pg_dbms.chunk_synchronous_commit = $setting;" . run_sql(2));
	crash();
	is(status(), 'FINISHED', "synchronous $setting: the end is on disk");
	is(wrong_rows(), '0', "synchronous $setting: with all rows");
}
setting($node, wal_writer_delay => '200ms');

# --- a standby that must keep up

setting($node, wal_level => 'replica', max_wal_senders => 4, hot_standby => 'on');
$node->restart;
wait_for_pids($node, 'coordinator', 1, 'postgres');
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'});
new_task(rows => 20000);
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_pause()');
sql(q{CALL dbms_parallel_execute.set_throttle('T', max_replication_lag => '100 ms')});
$call = begin_call(run_sql(2));
ok(wait_for($node, "SELECT activity = 'THROTTLED' AND chunks_left > 0 $progress"), 'a standby whose replay stands still slows it');
ok(wait_for($node, "SELECT activity = 'THROTTLED' AND chunks_left > 0 AND NOT EXISTS (SELECT FROM dbms.parallel_chunk"
	. " WHERE end_ts > clock_timestamp() - interval '1 s') $progress"), 'to a stop: for a second no chunk has ended');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_resume()');
is(ended($call), '', 'it goes on with the standby');
is(status(),     'FINISHED', 'to its end');
is(wrong_rows(), '0',        'each row once');
$standby->stop;
$node->stop;

# --- a server without a process to spare

$node = start_node('small', 'max_worker_processes = 4');
add_jobs($node);
make_job($node, name => 'LONG', action => q{BEGIN INSERT INTO public.seen (job) VALUES ('LONG'); COMMIT; PERFORM pg_sleep(3600); END;});
wait_for($node, q{SELECT count(*) = 1 FROM public.seen});
prepare();
new_task();
like(ended(begin_call(run_sql(2))), qr/NOTICE:  no worker is free/, 'max_worker_processes is used up');
is(status(),     'FINISHED', 'the session does it');
is(wrong_rows(), '0',        'each row once');

done_testing();
