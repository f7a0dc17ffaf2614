# Waits of runs and of calls about them: for a lock on the table, for a task that
# ends. Timeouts and cancels of the caller end each of them.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = start_node('main', 'pg_dbms.max_workers = 4', 'max_worker_processes = 16', 'autovacuum = off',
	'max_prepared_transactions = 2', 'wal_level = replica', "pg_dbms.chunk_stop_grace = '100ms'");

sub sql
{
	return $node->safe_psql('postgres', shift);
}

# stderr of statements that fail
sub error_of
{
	my (undef, undef, $stderr) = try_sql($node, "\\set VERBOSITY verbose\n" . shift);
	return $stderr;
}

my $statement = 'UPDATE public.t SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id';

sub new_task
{
	my ($name) = @_;

	sql(<<"SQL");
CALL dbms_parallel_execute.create_task('$name');
CALL dbms_parallel_execute.create_chunks_by_rowid('$name', 'public', 't', false, 1);
SQL
	return;
}

sub run_sql
{
	my ($name, $level) = @_;
	return "CALL dbms_parallel_execute.run_task('$name', '$statement', 1, parallel_level => $level);";
}

sub status
{
	my ($name) = @_;
	return sql("SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = '$name'");
}

sql(q{CREATE TABLE public.t AS SELECT g AS id, 0 AS n, repeat('x', 500) AS pad FROM generate_series(1, 200) AS g});

# waits for advisory lock 1 in the first chunks, for 2 in the last
my $gated = "$statement AND (SELECT public.gate(id) IS NOT NULL)";

# A session in which the task is run, or resumed without a level; said()
# returns what came of it.
sub open_run
{
	my ($name, $level, $text) = @_;
	my $session = $node->background_psql('postgres', timeout => 3600, on_error_stop => 0);

	$text //= $statement;
	$session->query_until(qr/begun/, "\\echo begun\n"
		  . (defined $level ? "CALL dbms_parallel_execute.run_task('$name', '$text', 1, parallel_level => $level);"
			: "CALL dbms_parallel_execute.resume_task('$name');") . "\n");
	return $session;
}

sub said
{
	my ($session) = @_;
	$session->query('SELECT 1');
	my $said = $session->{stderr};
	$session->quit;
	return $said;
}

sub progress
{
	my ($name) = @_;
	return " FROM sys.user_parallel_execute_progress WHERE task_name = '$name'";
}

my $holder = open_session($node);

sub hold
{
	my ($lock) = @_;
	$holder->query_safe("SELECT pg_advisory_lock($lock)");
	return;
}

sub let_go
{
	my ($lock) = @_;
	$holder->query_safe("SELECT pg_advisory_unlock($lock)");
	return;
}

sql(<<'SQL');
CREATE FUNCTION public.gate(i int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    IF i IN (1, 2) OR i > 9 THEN
        PERFORM pg_advisory_xact_lock_shared(1);
    ELSIF i = 9 THEN
        PERFORM pg_advisory_xact_lock_shared(2);
    END IF;
    RETURN 1;
END $$;
SQL

# --- a table that somebody writes

my $writer = open_session($node);
foreach my $level (0, 2)
{
	new_task("wait $level");
	$writer->query_safe('BEGIN; UPDATE public.t SET pad = pad WHERE id = 1');
	my $began = time;
	like(error_of("SET lock_timeout = '300ms'; " . run_sql("wait $level", $level)),
		qr/55P03: could not lock table "t" for task "wait $level"\nDETAIL:  It is held by process \d+ \(postgres\), mode RowExclusiveLock\./,
		"level $level: lock_timeout ends the wait");
	cmp_ok(time - $began, '<', 10, "level $level: long before ours would");
	like(error_of("SET statement_timeout = '300ms'; " . run_sql("wait $level", $level)),
		qr/57014: canceling statement due to statement timeout/, "level $level: so does statement_timeout");
	my $caller = $node->background_psql('postgres', timeout => 3600, on_error_stop => 0);
	$caller->query_until(qr/begun/, "\\echo begun\n" . run_sql("wait $level", $level) . "\n");
	ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted}),
		"level $level: a run waits for the table");
	sql(q{SELECT pg_cancel_backend(pid) FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted});
	ok(wait_for($node, "SELECT activity = 'NOT RUNNING' FROM sys.user_parallel_execute_progress WHERE task_name = 'wait $level'"),
		"level $level: so does a cancel");
	is(status("wait $level"), 'CHUNKED', "level $level: the task is as it was");
	is($caller->query('SELECT 1'), '1', "level $level: and its session goes on");
	$caller->quit;

	# a cancel that comes while the process is not scheduled, and its try is over by then
	$caller = open_run("wait $level", $level);
	ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted}),
		"level $level: a run waits again");
	my $pid = sql(q{SELECT pid FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted});
	kill('STOP', $pid);
	my $stopped = sql('SELECT clock_timestamp()');
	wait_for($node, "SELECT clock_timestamp() > '$stopped'::timestamptz + interval '2500 ms'");
	kill('INT', $pid);
	kill('CONT', $pid);
	ok(wait_for($node, "SELECT activity = 'NOT RUNNING' FROM sys.user_parallel_execute_progress WHERE task_name = 'wait $level'"),
		"level $level: a cancel at the end of a try ends it, too");
	like(said($caller), qr/canceling statement due to user request/, "level $level: and says so");
	$writer->query_safe('COMMIT');
	sql(run_sql("wait $level", $level));
	is(status("wait $level"), 'FINISHED', "level $level: and runs");
	sql("CALL dbms_parallel_execute.drop_task('wait $level')");
}
$writer->query_safe(q{BEGIN; UPDATE public.t SET pad = pad WHERE id = 1; PREPARE TRANSACTION 'a "prepared" one'});
new_task('prepared');
like(error_of("SET lock_timeout = '300ms'; " . run_sql('prepared', 0)),
	qr/DETAIL:  It is held by prepared transaction "a "prepared" one", mode RowExclusiveLock\./,
	'a prepared transaction is told by its name');
sql(q{ROLLBACK PREPARED 'a "prepared" one'});
sql(q{CALL dbms_parallel_execute.drop_task('prepared')});

# --- STOP_TASK

# a run that waits for its table ends, too
new_task('stopped');
$writer->query_safe('BEGIN; UPDATE public.t SET pad = pad WHERE id = 1');
my $caller = open_run('stopped', 0);
ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted}), 'a run waits for its table');
sql(q{CALL dbms_parallel_execute.stop_task('stopped')});
like(said($caller), qr/task "stopped" was stopped while it waited for table "t"/, 'stopped, it says so');
is(status('stopped'), 'CHUNKED', 'the task is as it was');
$writer->query_safe('COMMIT');

# who has changed the task in his transaction cannot wait for its end there
hold(1);
$caller = open_run('stopped', 2, $gated);
ok(wait_for($node, 'SELECT cardinality(current_chunks) = 2' . progress('stopped')), 'a run is at work');
like(error_of(q{BEGIN; CALL dbms_parallel_execute.set_throttle('stopped', NULL, 1000); CALL dbms_parallel_execute.stop_task('stopped');}),
	qr/40P01: deadlock detected\nDETAIL:  stop_task\(\) waits for the run of task "stopped", and that waits/, 'a deadlock with the run is found');
like(said($caller), qr/task "stopped" ended before all its chunks/, 'then the run ends');
is(status('stopped'), 'CRASHED', 'as it was told to');

# --- what is set for a run is for those that come after it, too

$caller = open_run('stopped', undef);
ok(wait_for($node, 'SELECT cardinality(current_chunks) = 2' . progress('stopped')), 'resumed');
sql(q{CALL dbms_parallel_execute.set_parallel_level('stopped', 3)});
ok(wait_for($node, 'SELECT cardinality(current_chunks) = 3' . progress('stopped')), 'with one worker more');
sql(q{CALL dbms_parallel_execute.stop_task('stopped')});
said($caller);
$caller = open_run('stopped', undef);
ok(wait_for($node, 'SELECT cardinality(current_chunks) = 3' . progress('stopped')), 'resumed again, it has them at once');
let_go(1);
is(said($caller), '', 'and ends');
is(status('stopped'), 'FINISHED', 'with all chunks');

# --- PAUSE_TASK while the throttle makes it wait

foreach my $level (0, 2)
{
	new_task("paused $level");
	sql("CALL dbms_parallel_execute.set_throttle('paused $level', sleep_between_chunks => '1 h')");
	$caller = open_run("paused $level", $level);
	my $chunks = $level || 1;
	ok(wait_for($node, "SELECT activity = 'THROTTLED' AND chunks_processed = $chunks" . progress("paused $level")), "level $level: it sleeps");
	sql("CALL dbms_parallel_execute.pause_task('paused $level')");
	ok(wait_for($node, q{SELECT count(*) = 0 FROM pg_locks WHERE relation = 'public.t'::regclass AND mode <> 'AccessShareLock'}),
		"level $level: paused meanwhile, it lets go of its table");
	is(sql(q{SET lock_timeout = '20s'; VACUUM public.t; ALTER TABLE public.t ADD COLUMN IF NOT EXISTS more int}), '',
		"level $level: VACUUM and ALTER TABLE can have it");
	sql("CALL dbms_parallel_execute.continue_task('paused $level')");
	ok(wait_for($node, q{SELECT count(*) > 0 FROM pg_locks WHERE relation = 'public.t'::regclass AND mode = 'ShareUpdateExclusiveLock'}),
		"level $level: continued, it has it again");
	is(sql("SELECT chunks_processed = $chunks" . progress("paused $level")), 't', "level $level: and sleeps on");
	sql("CALL dbms_parallel_execute.set_throttle('paused $level')");
	is(said($caller), '', "level $level: without a throttle it ends");
	is(status("paused $level"), 'FINISHED', "level $level: with all chunks");
}

# the last chunk is not followed by a pause
sql(q{CALL dbms_parallel_execute.create_task('last')});
sql(q{CALL dbms_parallel_execute.create_chunks_by_sql('last', 'SELECT 1, 1', false)});
sql(q{CALL dbms_parallel_execute.set_throttle('last', sleep_between_chunks => '1 h')});
foreach my $level (0, 2)
{
	sql("SET statement_timeout = '20s'; CALL dbms_parallel_execute.run_task('last', 'SELECT :start_id, :end_id', 1, parallel_level => $level)");
	is(status('last'), 'FINISHED', "level $level: no pause behind the last chunk");
	sql(q{CALL dbms_parallel_execute.drop_chunks('last')});
	sql(q{CALL dbms_parallel_execute.create_chunks_by_sql('last', 'SELECT 1, 1', false)});
}

# --- chunks that other sessions have

foreach my $level (0, 2)
{
	sql("CALL dbms_parallel_execute.create_task('shared $level')");
	sql("CALL dbms_parallel_execute.create_chunks_by_sql('shared $level', 'SELECT i, i FROM generate_series(1, 9) AS i', false)");
	hold(1);
	hold(2);
	my $other = open_session($node);
	$caller = open_run("shared $level", $level, 'SELECT public.gate(:start_id), :end_id');
	my $taken = $level || 1;
	ok(wait_for($node, "SELECT cardinality(current_chunks) = $taken" . progress("shared $level")), "level $level: it is at its first chunks");
	$other->query_safe("BEGIN; CALL dbms_parallel_execute.get_number_col_chunk('shared $level', NULL, NULL, NULL, NULL)");
	let_go(1);
	ok(wait_for($node, 'SELECT chunks_left = 2 AND cardinality(current_chunks) = 1' . progress("shared $level")), "level $level: it passes over a chunk of another session");
	$other->query_safe('ROLLBACK');
	let_go(2);
	is(said($caller), '', "level $level: given back, it is done at the end");
	is(status("shared $level"), 'FINISHED', "level $level: with all chunks");

	sql("CALL dbms_parallel_execute.drop_chunks('shared $level')");
	sql("CALL dbms_parallel_execute.create_chunks_by_sql('shared $level', 'SELECT i, i FROM generate_series(1, 9) AS i', false)");
	hold(1);
	$caller = open_run("shared $level", $level, 'SELECT public.gate(:start_id), :end_id');
	ok(wait_for($node, "SELECT cardinality(current_chunks) = $taken" . progress("shared $level")), "level $level: it is at its first chunks");
	$other->query_safe("BEGIN; CALL dbms_parallel_execute.get_number_col_chunk('shared $level', NULL, NULL, NULL, NULL)");
	let_go(1);
	like(said($caller), qr/DETAIL:  1 chunk is left; another session has it/, "level $level: kept, it is not waited for");
	$other->query_safe('ROLLBACK');
	sql("CALL dbms_parallel_execute.resume_task('shared $level', force => true)");
	is(status("shared $level"), 'FINISHED', "level $level: resumed, it is done");
	$other->quit;
}

# --- a snapshot that is kept for RESUME_TASK, and DISCARD

my $slots = q{SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'pg\_dbms\_%'};
my $session = $node->background_psql('postgres', timeout => 3600, on_error_stop => 0);
$session->query('SET client_min_messages = error; SET pg_dbms.rowid_exact = on');
foreach my $name ('discarded', 'discarded too')
{
	new_task($name);
	$session->query("CALL dbms_parallel_execute.run_task('$name', 'UPDATE public.t SET n = n + 1 / (id - 100) WHERE ctid BETWEEN :start_id AND :end_id', 1)");
}
$session->query("DISCARD $_") foreach ('PLANS', 'SEQUENCES', 'TEMP');
is(sql($slots), '2', 'a session keeps the snapshots of its tasks');
$session->query('DISCARD ALL');
is(sql($slots), '0', 'DISCARD ALL gives them back');
$session->query('SET pg_dbms.rowid_exact = on');
$session->query("CALL dbms_parallel_execute.resume_task('discarded', '$statement', 1)");
like($session->{stderr}, qr/NOTICE:  the snapshot of task "discarded" is lost/, 'resumed, it says so');
is(status('discarded'), 'FINISHED', 'and finishes');
$session->quit;

$writer->quit;
$node->stop;
done_testing();
