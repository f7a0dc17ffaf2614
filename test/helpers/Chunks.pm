# Chunks.pm
#		What tests of chunks by rowid share: a table whose rows move, tasks on
#		it, and how often each row was processed.

package Chunks;

use strict;
use warnings;

use Exporter qw(import);
use PgDbms;

our @EXPORT = qw(
  use_chunks
  dense
  half_empty
  make_task
  call
  outcome
  status_is
  begin
  $statement
  $gated
  $at_gate
);

our $statement = 'UPDATE public.t SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id';

# waits at blocks 40 to 99 while somebody has advisory lock 1, but not at rows that
# have moved far behind; fails at blocks in public.stop
our $gated = "$statement AND (SELECT public.gate(:start_id))";

our $at_gate = q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted};

my $node;
my $tasks = 0;

sub use_chunks
{
	($node) = @_;
	$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.stop (block int);
CREATE FUNCTION public.gate(start_rowid tid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	b int := (start_rowid::text::point)[0];
BEGIN
	IF b BETWEEN 40 AND 99 THEN
		PERFORM pg_advisory_xact_lock_shared(1);
	END IF;
	IF EXISTS (SELECT FROM public.stop WHERE block = b) THEN
		RAISE EXCEPTION 'block %', b;
	END IF;
	RETURN true;
END $$;
SQL
	return;
}

# A fresh table: n counts how often our statement processed a row, f how often
# somebody else updated it.
sub dense
{
	my ($rows) = @_;
	$node->safe_psql('postgres', <<"SQL");
DROP TABLE IF EXISTS public.t CASCADE;
CREATE TABLE public.t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, f int NOT NULL DEFAULT 0, pad text);
INSERT INTO public.t SELECT g, 0, 0, repeat('x', 180) FROM generate_series(1, $rows) AS g;
SQL
	return $rows;
}

# The same with room in its later half, as VACUUM has noticed.
sub half_empty
{
	my ($rows) = @_;
	dense($rows * 4 / 3);
	$node->safe_psql('postgres', "DELETE FROM public.t WHERE id > $rows * 2 / 3 AND id % 2 = 0");
	$node->safe_psql('postgres', 'VACUUM public.t');
	return $node->safe_psql('postgres', 'SELECT count(*) FROM public.t');
}

# The name of a new task with chunks of so many blocks.
sub make_task
{
	my ($blocks, $table) = @_;
	my $name = 'exact ' . ++$tasks;

	$blocks //= 10;
	$table  //= 't';
	$node->safe_psql('postgres', <<"SQL");
CALL dbms_parallel_execute.create_task('$name');
CALL dbms_parallel_execute.create_chunks_by_rowid('$name', 'public', '$table', false, $blocks);
SQL
	return $name;
}

sub call
{
	my ($name, $level, $sql) = @_;
	$sql //= $statement;
	return "CALL dbms_parallel_execute.run_task('$name', '$sql', 1, parallel_level => $level);";
}

# Status of a task, and rows by how often they were processed.
sub outcome
{
	my ($name, $table) = @_;
	$table //= 't';
	return $node->safe_psql('postgres', <<"SQL");
SELECT (SELECT status FROM sys.dba_parallel_execute_tasks WHERE task_name = '$name')
	|| ' ' || (SELECT string_agg(n || ':' || c, ' ' ORDER BY n) FROM (SELECT n, count(*) AS c FROM public.$table GROUP BY n) AS s)
SQL
}

sub status_is
{
	my ($name, $status) = @_;
	return wait_for($node, "SELECT status = '$status' FROM sys.dba_parallel_execute_tasks WHERE task_name = '$name'");
}

# A session in which a call goes on while the test does other things.
sub begin
{
	my ($sql) = @_;
	my $session = open_session($node);
	$session->query_until(qr/begun/, "\\echo begun\n$sql\n");
	return $session;
}

1;
