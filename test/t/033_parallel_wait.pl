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
	'max_prepared_transactions = 2', "pg_dbms.chunk_stop_grace = '100ms'");

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

$writer->quit;
$node->stop;
done_testing();
