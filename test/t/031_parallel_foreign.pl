# Chunks by rowid while others move rows: other sessions, triggers, foreign
# keys. Without pg_dbms.rowid_exact nothing is processed twice, rows that
# others moved may be missed, and a warning says so; with it each row is
# processed once.

use strict;
use warnings;

use Chunks;
use IPC::Run qw(start);
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node(
	'main',
	'autovacuum = off',
	'wal_level = replica',
	'deadlock_timeout = 200ms',
	'pg_dbms.max_workers = 4');
use_chunks($node);
add_jobs($node);

my $keeper  = open_session($node);
my $exact   = 'SET pg_dbms.rowid_exact = on;';
my $no_slot = 'SELECT count(*) = 0 FROM pg_replication_slots';

sub warning_of
{
	my ($task) = @_;
	return $node->safe_psql('postgres', "SELECT coalesce(warning, 'none') FROM dbms.parallel_task WHERE name = '$task'");
}

# --- rows that leave before their chunk's turn

sub move_rows
{
	$node->safe_psql('postgres', <<'SQL');
UPDATE public.t SET f = f + 1, pad = repeat('y', 1500) WHERE ctid IN ('(45,3)', '(80,3)', '(82,3)', '(83,3)');
DELETE FROM public.t WHERE ctid = '(81,3)' OR id = (SELECT id FROM public.t WHERE f > 0 ORDER BY id DESC OFFSET 1 LIMIT 1);
UPDATE public.t SET f = f + 1, pad = repeat('z', 1800) WHERE id = (SELECT max(id) FROM public.t WHERE f > 0);
SQL
	return;
}

foreach my $mode ('', $exact)
{
	foreach my $level (0, 2)
	{
		my $rows = dense(4000);
		my $task = make_task();
		my $what = $mode ? "exact, level $level" : "level $level";

		$keeper->query_safe('SELECT pg_advisory_lock(1)');
		my $run = begin($mode . call($task, $level, $gated));
		ok(wait_for($node, $at_gate), 'a chunk waits');
		move_rows();
		is($node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE f > 0'), 3, 'rows have moved');
		$keeper->query_safe('SELECT pg_advisory_unlock(1)');
		ok(status_is($task, 'FINISHED'), "$what: the run ends");
		$run->quit;
		if ($mode)
		{
			is(outcome($task), "FINISHED 1:" . ($rows - 2), "$what: each row once");
			is(warning_of($task), 'none', 'without a warning');
			ok(wait_for($node, $no_slot), 'no snapshot is kept');
		}
		else
		{
			is(outcome($task), "FINISHED 0:3 1:" . ($rows - 5), "$what: rows that moved are missed, no row is processed twice");
			is($node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n = 0 AND f = 0'), 0, 'and no other');
			is(warning_of($task), '3 rows behind the chunks were written by others', 'they are counted');
			like($run->{stderr}, qr/WARNING:  other sessions have written.*3 rows/s, 'a warning tells');
		}
	}
}

# --- E4, E5: a row that leaves while the statement of its chunk waits for it

foreach my $mode ('', $exact)
{
	foreach my $level (0, 2)
	{
		my $rows = dense(4000);
		my $task = make_task();
		my $what = $mode ? "exact, level $level" : "level $level";
		my $writer = open_session($node);

		$keeper->query_safe('SELECT pg_advisory_lock(1)');
		my $run = begin($mode . call($task, $level, $gated));
		ok(wait_for($node, $at_gate), 'a chunk waits');
		$writer->query_safe(<<'SQL');
BEGIN;
UPDATE public.t SET f = f + 1, pad = repeat('y', 1500) WHERE ctid IN ('(45,3)', '(65,3)');
DELETE FROM public.t WHERE ctid = '(45,5)';
SAVEPOINT s;
UPDATE public.t SET f = f + 1, pad = repeat('y', 1500) WHERE ctid = '(45,7)';
ROLLBACK TO s;
SQL
		$keeper->query_safe('SELECT pg_advisory_unlock(1)');
		ok(wait_for($node, q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted}),
			'a statement waits for a row');
		$writer->query_safe('COMMIT');
		ok(status_is($task, 'FINISHED'), "$what: the run ends");
		$run->quit;
		$writer->quit;
		is(outcome($task), $mode ? 'FINISHED 1:' . ($rows - 1) : 'FINISHED 0:2 1:' . ($rows - 3),
			"$what: rows that moved " . ($mode ? 'are processed once' : 'are missed, none is processed twice'));
		is($node->safe_psql('postgres', "SELECT sum(retries) FROM dbms.parallel_chunk WHERE task_id = (SELECT id FROM dbms.parallel_task WHERE name = '$task')"),
			0, 'at the first try');
		is(warning_of($task), $mode ? 'none' : '2 rows behind the chunks were written by others', 'with a warning if they are missed');
	}
}

# --- S4, S5: writers all the time

my $script = $node->basedir . '/writer.sql';
append_to_file($script, <<'SQL');
\set id random(1, 6000)
UPDATE public.t SET f = f + 1, pad = repeat('y', 150 + (random() * 100)::int) WHERE id = :id;
SQL

sub start_writers
{
	return start(
		[ 'pgbench', '-n', '-M', 'prepared', '-c', '2', '-T', '600', '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres' ],
		'>', \my $out, '2>', \my $err);
}

foreach my $mode ('', $exact)
{
	my $rows = half_empty(6000);
	my $task = make_task(4);
	my $what = $mode ? 'exact, with writers' : 'with writers';
	my $writers = start_writers();
	ok(wait_for($node, 'SELECT count(*) > 20 FROM public.t WHERE f > 0'), 'writers are at work');
	my (undef, undef, $error) = try_sql($node, $mode . call($task, 4));
	$writers->kill_kill;
	my $missed = $node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n = 0');
	note "$missed rows missed: $error";
	if ($mode)
	{
		is(outcome($task), "FINISHED 1:$rows", "$what: each row once");
	}
	else
	{
		is($node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n > 1 OR n = 0 AND f = 0'),
			0, "$what: no row twice, and only rows missed that they wrote");
		like($error, qr/WARNING:  other sessions have written/, 'a warning tells') if $missed > 0;
	}
}

{
	my $rows = half_empty(6000);
	my $task = make_task(4);
	my $writers = start_writers();
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	my $run = begin($exact . call($task, 4, $gated));
	ok(wait_for($node, $at_gate), 'a chunk waits');
	ok(wait_for($node, 'SELECT count(*) > 50 FROM public.t WHERE f > 0'), 'writers are at work');
	$node->stop('immediate');
	$writers->kill_kill;
	eval { $run->quit };
	eval { $keeper->quit };
	$node->start;
	$keeper = open_session($node);
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	$run = begin("$exact CALL dbms_parallel_execute.resume_task('$task');");
	ok(wait_for($node, $at_gate), 'a chunk waits');
	$writers = start_writers();
	$keeper->query_safe('SELECT pg_advisory_unlock(1)');
	ok(status_is($task, 'FINISHED'), 'the run ends');
	$writers->kill_kill;
	$run->quit;
	is($node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n > 1 OR n = 0 AND f = 0'),
		0, 'writers and a crash: no row twice, and only rows missed that they wrote');
	like($run->{stderr}, qr/NOTICE:  the snapshot of task .* is lost/, 'the snapshot is lost in a crash');
	like($run->{stderr}, qr/WARNING:  other sessions have written/, 'and a warning tells what that means');
}

# --- the snapshot lives on between two runs, if the session does

foreach my $same (1, 0)
{
	my $rows = dense(4000);
	my $task = make_task();
	$node->safe_psql('postgres', 'INSERT INTO public.stop VALUES (40), (80)');
	my $session = open_session($node);
	$session->query($exact . call($task, 2, $gated));
	ok(!wait_for($node, $no_slot, timeout => 0), 'a run that does not finish keeps its snapshot');
	move_rows();
	$node->safe_psql('postgres', 'TRUNCATE public.stop');
	my $resume = "CALL dbms_parallel_execute.resume_task('$task');";
	$same ? $session->query($exact . $resume) : try_sql($node, $exact . $resume);
	is($node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n <> 1'),
		0, 'it finds rows that moved meanwhile, ' . ($same ? 'in the same session' : 'in another one'));
	is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots WHERE xmin IS NOT NULL'),
		0, 'and at the end no session keeps rows, even if it is not its own run that has ended');
	$session->query("CALL dbms_parallel_execute.drop_task('$task')");
	ok(wait_for($node, $no_slot), 'no snapshot is kept');
	$session->quit;
}

# --- the snapshot of a run that a job calls ends with the job, not with its worker

foreach my $fails (0, 1)
{
	my $rows = dense(1000);
	my $task = make_task();
	(my $quoted = $gated) =~ s/'/''/g;
	$node->safe_psql('postgres', 'INSERT INTO public.stop VALUES (0)');
	make_job($node, name => "RUNS$fails", action => 'BEGIN SET pg_dbms.rowid_exact = on;' . call($task, 0, $quoted)
			. ($fails ? 'PERFORM 1 / 0;' : '') . ' END;');
	ok(wait_for($node, "SELECT status = '" . ($fails ? 'FAILED' : 'SUCCEEDED') . "' FROM sys.dba_scheduler_job_run_details WHERE job_name = 'RUNS$fails'"),
		'a job has run a task');
	is($node->safe_psql('postgres', "SELECT dbms_parallel_execute.task_status('$task')"), 8, 'one chunk of which has failed');
	ok(wait_for($node, $no_slot), 'no snapshot is kept by its worker, ' . ($fails ? 'after an error' : 'after success'));
	$node->safe_psql('postgres', 'TRUNCATE public.stop');
	my (undef, undef, $error) = try_sql($node, "$exact CALL dbms_parallel_execute.resume_task('$task');");
	like($error, qr/NOTICE:  the snapshot of task .* is lost/, 'it is lost');
	is(outcome($task), "FINISHED 1:$rows", 'each row once');
}

# --- triggers and foreign keys that change rows of other chunks

foreach my $mode ('', $exact)
{
	my $rows = dense(2000);
	$node->safe_psql('postgres', <<'SQL');
CREATE OR REPLACE FUNCTION public.push() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE public.t SET f = f + 1, pad = pad || repeat('y', 300) WHERE id = NEW.id + 1000;
	RETURN NULL;
END $$;
CREATE TRIGGER pushes AFTER UPDATE OF n ON public.t FOR EACH ROW EXECUTE FUNCTION public.push();
SQL
	my $task = make_task(5);
	my (undef, undef, $error) = try_sql($node, $mode . call($task, 0));
	my $missed = $node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n = 0');
	if ($mode)
	{
		is(outcome($task), "FINISHED 1:$rows", 'exact: rows that a trigger moves are processed');
		unlike($error, qr/WARNING/, 'without a warning');
	}
	else
	{
		cmp_ok($missed, '>', 0, 'rows that a trigger moves are missed');
		like($error, qr/WARNING:  rows of table "t" may be missed.*Trigger "pushes"/s, 'as a warning says');
		is($node->safe_psql('postgres', 'SELECT count(*) FROM public.t WHERE n > 1'), 0, 'none is processed twice');
	}

	$node->safe_psql('postgres', <<'SQL');
DROP TABLE IF EXISTS public.node;
CREATE TABLE public.node (id int PRIMARY KEY, parent int REFERENCES public.node ON DELETE SET NULL, n int DEFAULT 0, pad text);
INSERT INTO public.node SELECT g, nullif(g % 997, 0), 0, repeat('x', 180) FROM generate_series(1, 3000) AS g;
CREATE INDEX ON public.node (parent);
SQL
	$task = make_task(5, 'node');
	(undef, undef, $error) = try_sql($node, $mode . call($task, 0, 'DELETE FROM public.node WHERE ctid BETWEEN :start_id AND :end_id'));
	$missed = $node->safe_psql('postgres', 'SELECT count(*) FROM public.node');
	if ($mode)
	{
		is($missed, 0, 'exact: and rows that a foreign key moves');
	}
	else
	{
		cmp_ok($missed, '>', 0, 'and rows that a foreign key moves');
		like($error, qr/WARNING:  rows of table "node" may be missed.*Foreign key "node_parent_fkey"/s, 'as a warning says');
	}
}

# --- partitions: rows that the statement itself moves, and that others do

foreach my $mode ('', $exact)
{
	my $what = $mode ? 'exact' : 'partitions';

	$node->safe_psql('postgres', <<'SQL');
DROP TABLE IF EXISTS public.p;
CREATE TABLE public.p (id int, k int, n int DEFAULT 0, f int DEFAULT 0, pad text) PARTITION BY LIST (k);
CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
CREATE TABLE public.p2 PARTITION OF public.p FOR VALUES IN (2);
INSERT INTO public.p SELECT g, 1 + g % 2, 0, 0, repeat('x', 180) FROM generate_series(1, 4000) AS g;
DELETE FROM public.p WHERE id > 2000 AND id % 3 = 0;
SQL
	$node->safe_psql('postgres', 'VACUUM public.p');
	my $rows = $node->safe_psql('postgres', 'SELECT count(*) FROM public.p');
	my $moving = 'UPDATE public.p SET n = n + 1, k = 3 - k WHERE ctid BETWEEN :start_id AND :end_id';
	my $task = make_task(5, 'p');
	my (undef, undef, $error) = try_sql($node, $mode . call($task, 2, $moving));
	is(outcome($task, 'p'), "FINISHED 1:$rows", "$what: each row once that the statement moves to another partition");
	unlike($error, qr/WARNING/, 'without a warning');

	$task = make_task(5, 'p');
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	my $run = begin($mode . call($task, 1, "$moving AND (SELECT public.gate(:start_id))"));
	ok(wait_for($node, $at_gate), 'a chunk waits');
	$node->safe_psql('postgres', q{UPDATE public.p SET f = 1, k = 3 - k WHERE n = 1 AND id % 100 = 7});
	my $moved = $node->safe_psql('postgres', 'SELECT count(*) FROM public.p WHERE f = 1');
	$keeper->query_safe('SELECT pg_advisory_unlock(1)');
	ok(status_is($task, 'FINISHED'), 'the run ends');
	$run->quit;
	is(outcome($task, 'p'), "FINISHED 1:$moved 2:" . ($rows - $moved), "$what: rows that others move to another partition are missed");
	like(warning_of($task), $mode ? qr/^$moved rows were moved to other partitions by others/ : qr/^$moved rows behind/, 'and counted');
}

# --- the chunked table must be the one that changes

{
	my $rows = dense(500);
	my $task = make_task(5);
	$node->safe_psql('postgres', 'CREATE TABLE public.sum AS SELECT 0 AS n');
	my (undef, undef, $error) = try_sql($node, $exact . call($task, 2,
			'UPDATE public.sum AS s SET n = n + (SELECT count(*) FROM public.t WHERE ctid BETWEEN :start_id AND :end_id)'));
	like($error, qr/NOTICE:  pg_dbms.rowid_exact has no effect for this statement/, 'rows that are only read are not followed');
	is($node->safe_psql('postgres', 'SELECT n FROM public.sum'), $rows, 'each is read once');
	ok(wait_for($node, $no_slot), 'no snapshot is kept');

	# all chunks change the same rows
	$node->safe_psql('postgres', 'CREATE TABLE public.digit (d int PRIMARY KEY, n int)');
	$task = make_task(2);
	try_sql($node, $exact . call($task, 2, 'INSERT INTO public.digit SELECT id % 10, count(*) FROM public.t WHERE ctid BETWEEN :start_id AND :end_id'
			. ' GROUP BY 1 ORDER BY 1 ON CONFLICT (d) DO UPDATE SET n = digit.n + excluded.n'));
	is($node->safe_psql('postgres', "SELECT dbms_parallel_execute.task_status('$task'), count(*), sum(n) FROM public.digit"),
		"7|10|$rows", 'INSERT ... ON CONFLICT DO UPDATE from the rows of chunks');
}

# --- rowids of a query

sub by_query
{
	my ($query) = @_;
	my $task = make_task(1000);
	$query =~ s/'/''/g;
	$node->safe_psql('postgres', <<"SQL");
CALL dbms_parallel_execute.drop_chunks('$task');
CALL dbms_parallel_execute.create_chunks_by_sql('$task', '$query', true);
SQL
	return $task;
}

my $blocks = q{SELECT format('(%s,0)', b)::tid, format('(%s,65535)', b + 9)::tid FROM generate_series(0, 10000, 10) AS b};
foreach my $level (0, 2)
{
	my $rows = half_empty(6000);
	my $task = by_query($blocks);
	my (undef, undef, $error) = try_sql($node, call($task, $level));
	is(outcome($task), "FINISHED 1:$rows", "rowids of a query, level $level: each row once");
	unlike($error, qr/WARNING/, 'without a warning');
}
{
	dense(500);
	my $task = by_query($blocks);
	my (undef, undef, $error) = try_sql($node,
		call($task, 0, 'WITH c AS (UPDATE public.t SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id) SELECT 1'));
	like($error, qr/WARNING:  rows may be processed more than once/, 'no guarantee for a statement without a single target');
	$task = by_query(q{SELECT format('(%s,%s)', b, 1 + 20 * i)::tid, format('(%s,%s)', b, 20 + 20 * i)::tid
		FROM generate_series(0, 20) AS b, generate_series(0, 5) AS i});
	(undef, undef, $error) = try_sql($node, call($task, 0));
	like($error, qr/WARNING:  rows may be processed more than once.*share blocks/s, 'U1: none for ranges that share blocks');
}

# --- subtransactions

foreach my $many (0, 1)
{
	my $rows = dense(3000);
	my $task = make_task(5);
	my $times = $many ? 80 : 3;
	my $block = <<"SQL";
DECLARE
	r record;
BEGIN
	FOR i IN 1..$times LOOP
		BEGIN
			UPDATE public.t SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id AND id % $times = i - 1;
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
	END LOOP;
	PERFORM public.gate(:start_id);
END;
SQL
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	my $run = begin(call($task, 1, $block));
	ok(wait_for($node, $at_gate), 'a chunk waits');
	$node->safe_psql('postgres', q{INSERT INTO public.t SELECT g, 1, 1, '' FROM generate_series(10001, 10007) AS g}) if $many;
	$keeper->query_safe('SELECT pg_advisory_unlock(1)');
	ok(status_is($task, 'FINISHED'), 'the run ends');
	$run->quit;
	is(outcome($task), 'FINISHED 1:' . ($rows + 7 * $many), 'each row once by a block with subtransactions');
	like(warning_of($task), $many ? qr/^unknown: / : qr/^none$/, 'whose rows are known as ours, up to a number of them');
}

# --- with pg_dbms.rowid_exact VACUUM is kept out at a pause, too, and told of between runs

{
	my $rows = half_empty(6000);
	my $task = make_task();
	$keeper->query_safe('SELECT pg_advisory_lock(1)');
	my $run = begin('SET pg_dbms.rowid_exact = on; ' . call($task, 2, $gated));
	ok(wait_for($node, $at_gate), 'a chunk of an exact run waits');
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.pause_task('$task')");
	$keeper->query_safe('SELECT pg_advisory_unlock(1)');
	ok(wait_for($node, "SELECT activity = 'PAUSED' FROM sys.user_parallel_execute_progress WHERE task_name = '$task'"), 'it is paused');
	my (undef, undef, $skipped) = try_sql($node, 'VACUUM (SKIP_LOCKED) public.t');
	like($skipped, qr/skipping vacuum of "t" --- lock not available/, 'and keeps VACUUM out all the same');
	$node->safe_psql('postgres', "UPDATE public.t SET f = f + 1, pad = pad || repeat('y', 100) WHERE n = 1");
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.continue_task('$task')");
	ok(status_is($task, 'FINISHED'), 'it goes on');
	$run->quit;
	is(outcome($task), "FINISHED 1:$rows", 'and processes each row once, although others have moved those that were done');

	$rows = half_empty(3000);
	$task = make_task();
	$node->safe_psql('postgres', 'INSERT INTO public.stop SELECT generate_series(0, 39)');
	$run = begin('SET pg_dbms.rowid_exact = on; ' . call($task, 0, $gated));
	ok(status_is($task, 'FINISHED_WITH_ERROR'), 'chunks of an exact run fail');
	$node->safe_psql('postgres', 'TRUNCATE public.stop');
	$node->safe_psql('postgres', 'VACUUM (DISABLE_PAGE_SKIPPING) public.t');
	$run->query("CALL dbms_parallel_execute.resume_task('$task');");
	ok(status_is($task, 'FINISHED'), 'they are done after a VACUUM');
	like($run->{stderr}, qr/WARNING:  rows may have been processed more than once by task "$task"/, 'of which a warning tells');
	$run->quit;
	is(outcome($task), "FINISHED 1:$rows", 'though nobody wrote');
}

$keeper->quit;
$node->stop;
done_testing();
