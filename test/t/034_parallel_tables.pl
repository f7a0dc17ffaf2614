# Runs with workers while others change the table's definition: by rowid they
# wait for the end, of partitioned tables as well; by number and key they pass
# between chunks, and chunks that cannot work any more fail. Nothing hangs.

use strict;
use warnings;

use Chunks;
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'autovacuum = off', 'deadlock_timeout = 200ms', 'pg_dbms.max_workers = 4');
use_chunks($node);
my $keeper = open_session($node);
my $number = 0;

sub sql
{
	return $node->safe_psql('postgres', @_);
}

sub locks_wait
{
	my ($n, $what) = @_;
	return ok(wait_for($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted}, expected => $n), $what);
}

# --- partitions: DDL on the parent waits there, not at its partitions

{
	sql(<<'SQL');
CREATE TABLE public.p (id int, k int, n int DEFAULT 0, pad text) PARTITION BY LIST (k);
CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
CREATE TABLE public.p2 PARTITION OF public.p FOR VALUES IN (2, 3) PARTITION BY LIST (k);
CREATE TABLE public.p22 PARTITION OF public.p2 FOR VALUES IN (2);
CREATE TABLE public.p23 PARTITION OF public.p2 FOR VALUES IN (3);
INSERT INTO public.p SELECT g, 1 + g % 3, 0, repeat('x', 180) FROM generate_series(1, 6000) AS g;
SQL
	foreach my $ddl ('ALTER TABLE public.p ADD COLUMN more int', 'ALTER TABLE public.p2 ADD CHECK (id > 0)', 'TRUNCATE public.p')
	{
		sql('UPDATE public.p SET n = 0');
		my $task = make_task(5, 'p');
		$keeper->query_safe('SELECT pg_advisory_lock(1)');
		my $run = begin(call($task, 2, 'UPDATE public.p SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id AND (SELECT public.gate(:start_id))'));
		ok(wait_for($node, $at_gate), 'a chunk waits');
		my $changer = begin("$ddl;");
		locks_wait(1, "$ddl waits");
		$keeper->query_safe('SELECT pg_advisory_unlock(1)');
		ok(status_is($task, 'FINISHED'), 'the run ends');
		$run->quit;
		$changer->quit;
		is(sql("SELECT rows_processed FROM dbms.parallel_task WHERE name = '$task'"), 6000, 'with all rows processed');
		is($run->{stderr} =~ /WARNING/ ? $run->{stderr} : '', '', 'without a warning');
	}
}

# --- a chunk waits for somebody who waits for the run

{
	dense(500);
	sql('CREATE TABLE public.other AS SELECT 0 AS n');
	my $task = make_task(1000);
	$keeper->query_safe('BEGIN; UPDATE public.other SET n = 1');
	my $run = begin(call($task, 1,
		'WITH o AS (UPDATE public.other SET n = n + 1 RETURNING n) UPDATE public.t SET n = t.n + 1 WHERE ctid BETWEEN :start_id AND :end_id'));
	ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker' AND wait_event = 'transactionid'}),
		'a chunk waits for a row');
	$keeper->query_until(qr/begun/, "\\echo begun\nANALYZE public.t;\n");
	ok(status_is($task, 'FINISHED_WITH_ERROR'), 'whose owner waits for the run: it ends');
	is(sql("SELECT sqlstate || ' ' || error_message FROM dbms.parallel_chunk"
			  . " WHERE task_id = (SELECT id FROM dbms.parallel_task WHERE name = '$task')"),
		'40P01 deadlock detected', 'and the chunk says why');
	$run->quit;
	$keeper->query_safe('COMMIT');
}

# --- by number and by key: DDL passes

# Chunks of 100 rows by id or u, the first two of which wait.
sub by_column
{
	my ($column) = @_;
	my $task = 'tables ' . ++$number;

	sql(<<"SQL");
DROP TABLE IF EXISTS public.t CASCADE;
CREATE TABLE public.t (id int, u uuid PRIMARY KEY, n int DEFAULT 0);
INSERT INTO public.t SELECT g, md5(g::text)::uuid, 0 FROM generate_series(1, 2000) AS g;
CREATE INDEX ON public.t (id);
CREATE OR REPLACE FUNCTION public.hold() RETURNS boolean LANGUAGE sql VOLATILE AS
	'SELECT true FROM pg_advisory_xact_lock_shared(1)';
CALL dbms_parallel_execute.create_task('$task');
SQL
	sql($column eq 'id'
		? "CALL dbms_parallel_execute.create_chunks_by_number_col('$task', 'public', 't', 'id', 100)"
		: "CALL dbms_parallel_execute.create_chunks_by_key('$task', 'public', 't', 'u', 100)");
	return $task;
}

foreach my $column ('id', 'u')
{
	my $update = "UPDATE public.t SET n = n + 1 WHERE $column BETWEEN :start_id AND :end_id AND (SELECT public.hold())";

	# nothing in the way
	my $task = by_column($column);
	sql(call($task, 3, $update));
	is(outcome($task), 'FINISHED 1:2000', "chunks by $column: each row once");
	cmp_ok(sql("SELECT count(DISTINCT job_name) FROM sys.dba_parallel_execute_chunks WHERE task_name = '$task'"), '>', 0, 'by workers');

	# of the DDL: what becomes of the task, of its chunks, and of the rows
	foreach my $case (
		[ 'ALTER TABLE public.t ADD COLUMN more int', 'FINISHED', 20, qr/^$/, 2000 ],
		[ 'ALTER TABLE public.t ALTER COLUMN n TYPE bigint', 'FINISHED', 20, qr/^$/, 2000 ],
		[ 'VACUUM FULL public.t', 'FINISHED', 20, qr/^$/, 2000 ],
		[ 'CLUSTER public.t USING t_pkey', 'FINISHED', 20, qr/^$/, 2000 ],
		[ 'TRUNCATE public.t', 'FINISHED', 20, qr/^$/, 0 ],
		[ 'DROP TABLE public.t', 'FINISHED_WITH_ERROR', 2, qr/^42P01 relation "public.t" does not exist$/, undef ],
		[ "ALTER TABLE public.t RENAME COLUMN $column TO renamed", 'FINISHED_WITH_ERROR', 2, qr/^42703 column "$column" does not exist$/, 200 ])
	{
		my ($ddl, $status, $done, $error, $rows) = @$case;

		$task = by_column($column);
		$keeper->query_safe('SELECT pg_advisory_lock(1)');
		my $run = begin(call($task, 2, $update));
		ok(wait_for($node, q{SELECT count(*) = 2 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}), 'two chunks wait');
		my $changer = begin("$ddl;");
		locks_wait(1, "$ddl waits for them");
		$keeper->query_safe('SELECT pg_advisory_unlock(1)');
		ok(status_is($task, $status), "$ddl by $column: $status");
		$run->quit;
		$changer->quit;
		is(sql("SELECT count(*) FROM sys.dba_parallel_execute_chunks WHERE task_name = '$task' AND status = 'PROCESSED'"), $done, "$done chunks done");
		like(sql("SELECT DISTINCT sqlstate || ' ' || error_message FROM dbms.parallel_chunk WHERE status = 3"
				. " AND task_id = (SELECT id FROM dbms.parallel_task WHERE name = '$task')"), $error, 'with that error');
		is(sql('SELECT count(*) FROM public.t WHERE n = 1'), $rows, "$rows rows processed") if defined $rows;
	}
}

# --- by rowid: what was rewritten or dropped between two runs

foreach my $case ([ 'VACUUM FULL public.t', qr/was rewritten/ ], [ 'CLUSTER public.t USING t_pkey', qr/was rewritten/ ],
	[ 'TRUNCATE public.t', qr/was rewritten/ ], [ 'DROP TABLE public.t', qr/does not exist any more/ ])
{
	my ($ddl, $message) = @$case;

	dense(3000);
	my $task = make_task();
	sql('INSERT INTO public.stop VALUES (40)');
	sql(call($task, 2, $gated));
	sql('TRUNCATE public.stop');
	sql($ddl);
	my (undef, undef, $error) = try_sql($node, "\\set VERBOSITY verbose\nCALL dbms_parallel_execute.resume_task('$task');");
	like($error, qr/ERROR:  O9491: .*$message/, "$ddl between two runs is told");
	is(sql("SELECT dbms_parallel_execute.task_status('$task')"), 8, 'and the task stays as it was');
}

$keeper->quit;
$node->stop;
done_testing();
