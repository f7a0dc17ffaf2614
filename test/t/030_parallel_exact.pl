# Chunks by rowid process each row exactly once, although updates move rows:
# serial and with workers, after crashes and VACUUMs, on tables that have room
# before their end. Other sessions that update make rows be missed, and then
# only theirs.

use strict;
use warnings;

use Chunks;
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node(
	'main',
	'autovacuum = off',
	'wal_level = minimal',
	'autovacuum_freeze_max_age = 100000',
	'deadlock_timeout = 200ms',
	'pg_dbms.max_workers = 4');

use_chunks($node);
my $keeper = open_session($node);

# --- E1, E3, E7, S1, S2: room before the end, by level

foreach my $level (0, 1, 2, 4)
{
	my $rows = half_empty(6000);
	my $task = make_task();
	my (undef, undef, $error) = try_sql($node, call($task, $level));
	is(outcome($task), "FINISHED 1:$rows", "each row once with room before the end, level $level");
	unlike($error, qr/WARNING/, 'without a warning');
	next if $level % 4;

	# a second task after VACUUM has seen the dead rows of the first
	$node->safe_psql('postgres', 'VACUUM public.t');
	my $second = make_task();
	$node->safe_psql('postgres', call($second, $level));
	is(outcome($second), "FINISHED 2:$rows", 'and once again in a second task after VACUUM');
}

# --- E2: a dense table

my $rows = dense(8000);
my $task = make_task(7);
$node->safe_psql('postgres', call($task, 0));
is(outcome($task), "FINISHED 1:$rows", 'each row of a dense table once');

# --- E6: a row that all chunks change

$rows = half_empty(3000);
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.counter AS SELECT 0 AS n;
CREATE FUNCTION public.count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE public.counter SET n = n + 1;
	RETURN NULL;
END $$;
CREATE TRIGGER counts AFTER UPDATE ON public.t FOR EACH STATEMENT EXECUTE FUNCTION public.count();
SQL
$task = make_task();
$node->safe_psql('postgres', call($task, 4));
is(outcome($task), "FINISHED 1:$rows", 'chunks that change the same row: each row once');

# --- V2, V3: VACUUM during a run is refused; at a pause it passes

$rows = half_empty(6000);
$task = make_task();
$keeper->query_safe('SELECT pg_advisory_lock(1)');
my $run = begin(call($task, 2, $gated));
ok(wait_for($node, $at_gate), 'a chunk waits');
my (undef, undef, $skipped) = try_sql($node, 'VACUUM (SKIP_LOCKED) public.t');
like($skipped, qr/skipping vacuum of "t" --- lock not available/, 'VACUUM is kept out during a run');
$node->safe_psql('postgres', "CALL dbms_parallel_execute.pause_task('$task')");
$keeper->query_safe('SELECT pg_advisory_unlock(1)');
ok( wait_for(
		$node, q{SELECT count(*) = 0 FROM pg_locks WHERE relation = 'public.t'::regclass AND pid <> pg_backend_pid()}),
	'a paused task lets go of its table');
$node->safe_psql('postgres', 'VACUUM (DISABLE_PAGE_SKIPPING) public.t');
$node->safe_psql('postgres', "CALL dbms_parallel_execute.continue_task('$task')");
ok(status_is($task, 'FINISHED'), 'it goes on');
$run->quit;
is(outcome($task), "FINISHED 1:$rows", 'and processes each row once, although VACUUM has offered its blocks');

# --- a worker that ends between two chunks takes its lock along

$rows = half_empty(3000);
$task = make_task();
$node->safe_psql('postgres', "CALL dbms_parallel_execute.set_throttle('$task', sleep_between_chunks => '1 hour')");
$run = begin(call($task, 2));
ok( wait_for(
		$node, "SELECT activity = 'THROTTLED' AND chunks_processed = 2 FROM sys.user_parallel_execute_progress WHERE task_name = '$task'"),
	'two workers have done a chunk each and wait');
$node->safe_psql('postgres', q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker'});
ok(status_is($task, 'CRASHED'), 'without them the run ends');
$run->quit;
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE relation = 'public.t'::regclass}),
	'0', 'and nobody has the table locked');

# --- V1: some chunks, a VACUUM that visits all pages, the rest

foreach my $level (0, 2)
{
	$rows = half_empty(6000);
	$task = make_task();
	$node->safe_psql('postgres', 'INSERT INTO public.stop SELECT generate_series(50, 100000, 10)');
	$node->safe_psql('postgres', call($task, $level, $gated));
	is( $node->safe_psql('postgres', "SELECT count(*) FROM sys.dba_parallel_execute_chunks WHERE task_name = '$task' AND status = 'PROCESSED'"),
		5, 'five chunks are done');
	$node->safe_psql('postgres', 'VACUUM (DISABLE_PAGE_SKIPPING) public.t');
	$node->safe_psql('postgres', 'TRUNCATE public.stop');
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.resume_task('$task')");
	is(outcome($task), "FINISHED 1:$rows", "each row once over a VACUUM between the runs, level $level");
}

# --- a chunk that fails in a serial run takes no lock along

foreach my $deferred (0, 1)
{
	$rows = half_empty(6000);
	$node->safe_psql('postgres', <<'SQL') if $deferred;
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM public.gate(OLD.ctid);
	IF EXISTS (SELECT FROM public.stop WHERE block = 20) AND OLD.id = 1000 THEN
		RAISE EXCEPTION 'at the commit';
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuses AFTER UPDATE ON public.t DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION public.refuse();
SQL
	$task = make_task();
	$node->safe_psql('postgres', 'INSERT INTO public.stop VALUES (20)');
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	$run = begin(call($task, 0, $gated));
	ok(wait_for($node, $at_gate), 'a chunk waits');
	is( $node->safe_psql('postgres', q{SELECT count(*) FROM dbms.parallel_chunk WHERE status = 3}),
		1, 'another one has failed before');
	(undef, undef, $skipped) = try_sql($node, 'VACUUM (SKIP_LOCKED) public.t');
	like($skipped, qr/lock not available/, 'VACUUM is still kept out');
	$keeper->query_safe('SELECT pg_advisory_unlock(1)');
	ok(status_is($task, 'FINISHED_WITH_ERROR'), 'the run ends');
	$run->quit;
	$node->safe_psql('postgres', 'TRUNCATE public.stop');
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.resume_task('$task')");
	is(outcome($task), "FINISHED 1:$rows", 'and each row is processed once');
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.drop_task('$task')");
}

# --- E3b, S3: a crash

foreach my $level (0, 4)
{
	$rows = half_empty(6000);
	$task = make_task();
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	$run = begin(call($task, $level, $gated));
	ok(wait_for($node, $at_gate), 'a chunk waits');
	$node->stop('immediate');
	$node->start;
	eval { $run->quit };
	eval { $keeper->quit };
	$keeper = open_session($node);
	is( $node->safe_psql('postgres', "SELECT status FROM sys.dba_parallel_execute_tasks WHERE task_name = '$task'"),
		$level ? 'CRASHED' : 'PROCESSING', 'the task has crashed');
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.resume_task('$task', force => true)");
	is(outcome($task), "FINISHED 1:$rows", "each row once over a crash, level $level");
}

# --- a table that has shrunk, or grown, since it was chunked

$rows = half_empty(6000);
$task = make_task();
$node->safe_psql('postgres', 'DELETE FROM public.t WHERE ctid >= (SELECT max(ctid) FROM public.t WHERE id < 4500)');
$node->safe_psql('postgres', 'VACUUM public.t');
$rows = $node->safe_psql('postgres', 'SELECT count(*) FROM public.t');
$node->safe_psql('postgres', call($task, 2));
is(outcome($task), "FINISHED 1:$rows", 'each row once of a table that has shrunk since');
$rows = half_empty(3000);
$task = make_task();
$node->safe_psql('postgres', 'INSERT INTO public.t SELECT g FROM generate_series(10001, 15000) AS g');
$rows += 5000;
$node->safe_psql('postgres', call($task, 2));
is(outcome($task), "FINISHED 1:$rows", 'each row once of one that has grown');
$rows = half_empty(6000);
$task = make_task();
$node->safe_psql('postgres', 'INSERT INTO public.stop SELECT generate_series(50, 100000, 10)');
$node->safe_psql('postgres', call($task, 2, $gated));
$node->safe_psql('postgres', 'DELETE FROM public.t WHERE ctid >= (SELECT max(ctid) FROM public.t WHERE id < 4500)');
$node->safe_psql('postgres', 'VACUUM public.t; TRUNCATE public.stop');
$rows = $node->safe_psql('postgres', 'SELECT count(*) FROM public.t');
$node->safe_psql('postgres', "CALL dbms_parallel_execute.resume_task('$task')");
is(outcome($task), "FINISHED 1:$rows", 'and of one that has shrunk between two runs');

# --- DDL waits for a run, and does not stop it

foreach my $ddl (
	'ALTER TABLE public.t ADD COLUMN more int', 'CREATE INDEX ON public.t (n)',
	'VACUUM FULL public.t', 'CLUSTER public.t USING t_pkey',
	'TRUNCATE public.t', 'DROP TABLE public.t')
{
	$rows = half_empty(2000);
	$task = make_task(2);
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	$run = begin(call($task, 2, $gated));
	ok(wait_for($node, $at_gate), 'a chunk waits');
	my $changer = begin("$ddl;");
	ok( wait_for($node, q{SELECT count(*) > 0 FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted}),
		"$ddl waits");
	$keeper->query_safe('SELECT pg_advisory_unlock(1)');
	ok(status_is($task, 'FINISHED'), 'the run ends');
	is( $node->safe_psql('postgres', "SELECT rows_processed FROM dbms.parallel_task WHERE name = '$task'"),
		$rows, 'with all rows processed');
	$run->quit;
	$changer->quit;
}

# --- DDL that waits already when the run begins lets no worker at the table

foreach my $level (0, 2)
{
	$rows = half_empty(2000);
	$task = make_task(2);
	$keeper->query_safe('BEGIN; LOCK TABLE public.t IN ROW EXCLUSIVE MODE');
	$run = begin(call($task, $level));
	ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted}),
		'a run waits for who writes');
	my $changer = begin('ALTER TABLE public.t ADD COLUMN more int;');
	ok(wait_for($node, q{SELECT count(*) = 2 FROM pg_locks WHERE relation = 'public.t'::regclass AND NOT granted}),
		'ALTER TABLE waits behind it');
	$keeper->query_safe('COMMIT');
	ok(status_is($task, 'FINISHED'), "the run ends, level $level");
	is(outcome($task), "FINISHED 1:$rows", 'each row once');
	$run->quit;
	$changer->quit;
	like($run->{stderr}, qr/NOTICE:  no worker can lock the table/, 'in its session, which says so') if $level;
}

# --- a chunk that waits for the session which waits for it

half_empty(500);
$node->safe_psql('postgres', <<'SQL');
CREATE PROCEDURE public.lock_table(start_rowid tid, end_rowid tid) LANGUAGE plpgsql AS $$
BEGIN
	LOCK TABLE public.t IN SHARE UPDATE EXCLUSIVE MODE;
END $$;
SQL
$task = make_task(1000);
$node->safe_psql('postgres', call($task, 1, 'CALL public.lock_table(:start_id, :end_id)'));
is( $node->safe_psql('postgres', "SELECT sqlstate || ' ' || error_message FROM dbms.parallel_chunk"
		  . " WHERE task_id = (SELECT id FROM dbms.parallel_task WHERE name = '$task')"),
	'40P01 deadlock detected', 'a chunk that waits for the lock of its own run fails');

# --- who cannot lock the table is told who holds it

$task = make_task();
$keeper->query_safe('BEGIN; UPDATE public.t SET f = 0 WHERE id = 1');
my (undef, undef, $locked) = try_sql($node, "\\set VERBOSITY verbose\n" . call($task, 0));
like($locked, qr/55P03.*held by process \d+ \(postgres\), mode RowExclusiveLock/s, 'the holder of a lock is named');
is($node->safe_psql('postgres', "SELECT dbms_parallel_execute.task_status('$task')"), 5, 'and the task can be run later');
$keeper->query_safe('ROLLBACK');

# --- a snapshot that cannot be kept, before the first chunk

my (undef, undef, $refused) = try_sql($node, 'SET pg_dbms.rowid_exact = on;' . call($task, 0));
like($refused, qr/ERROR:  .*wal_level/, 'pg_dbms.rowid_exact needs slots for replication');
is($node->safe_psql('postgres', "SELECT dbms_parallel_execute.task_status('$task')"), 5, 'and the task can be run later');

# --- no vacuum for as long as the run takes: a warning for tables that need one

$node->safe_psql('postgres', <<'SQL');
DO $$
BEGIN
	SET synchronous_commit = off;
	FOR i IN 1..51000 LOOP
		PERFORM pg_current_xact_id();
		COMMIT;
	END LOOP;
END $$;
SQL
my (undef, undef, $freeze) = try_sql($node, call($task, 0));
like($freeze, qr/WARNING:  table "t" will soon need a vacuum to prevent wraparound/, 'a table that needs a vacuum soon');
like(outcome($task), qr/^FINISHED 1:\d+$/, 'is processed');

$keeper->quit;
$node->stop;
done_testing();
