# What the views show of a task while it runs: chunks that workers have, who
# works, what a run waits for, workers among the running jobs; and to whom.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 4');
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_ann LOGIN;
CREATE ROLE "Regress Bob" LOGIN;
CREATE ROLE regress_monitor LOGIN IN ROLE pg_monitor;
GRANT dbms_create_job TO regress_ann, "Regress Bob";
CALL dbms_scheduler.create_job_class('batch');
CALL dbms_scheduler.grant_privilege('EXECUTE', 'batch', 'regress_ann');
CREATE TABLE public.t AS SELECT g AS id, 0 AS n FROM generate_series(1, 1000) AS g;
ALTER TABLE public.t ADD PRIMARY KEY (id);
-- a chunk waits here until the test lets it go on
CREATE FUNCTION public.gate(id int) RETURNS int VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(id % 100);
    RETURN 0;
END $$;
GRANT ALL ON public.t TO PUBLIC;
SET ROLE regress_ann;
CALL dbms_parallel_execute.create_task('x');
CALL dbms_parallel_execute.create_chunks_by_number_col('x', 'public', 't', 'id', 100);
SQL

# The answer to a query of regress_ann, or of somebody else.
sub answer
{
	my ($query, $role) = @_;

	return $node->safe_psql('postgres', 'SET ROLE "' . ($role // 'regress_ann') . "\";\n$query");
}

sub reached
{
	my ($query, $expected, $what) = @_;

	ok(wait_for($node, "SET ROLE regress_ann; $query", expected => $expected), $what);
	return;
}

my $gate = open_session($node);
$gate->query('SELECT pg_advisory_lock(1)');

# a session that runs the task
sub start_run
{
	my ($call) = @_;

	my $session = open_session($node);
	$session->query('SET ROLE regress_ann; SET client_min_messages = error');
	$session->query_until(qr/^started$/m, "\\echo started\n$call;\n\\echo ended\n");
	return $session;
}

sub end_run
{
	my ($session) = @_;

	$session->{timeout}->start($PostgreSQL::Test::Utils::timeout_default) if ref $session->{timeout};
	$session->query_until(qr/^ended$/m, "\n");
	$session->quit;
	return;
}

my $run = start_run(<<'SQL' =~ s/;\s*$//r);
CALL dbms_parallel_execute.run_task('x',
	'UPDATE public.t SET n = n + 1 + public.gate(id) WHERE id BETWEEN :start_id AND :end_id AND id % 100 = 1',
	1, parallel_level => 2, job_class => 'batch');
SQL
reached('SELECT array_length(current_chunks, 1) FROM sys.user_parallel_execute_progress', '2', 'two chunks are under way');
is(answer(<<'SQL'), 'PROCESSING|RUNNING||10|0|0|10|0.0|0|2|2|t|t|t', 'the progress of the task');
SELECT status, activity, reason, chunks_total, chunks_processed, chunks_failed, chunks_left, percent_done, rows_processed,
	workers_wanted, workers, ended_at IS NULL, current_pids[1] <> current_pids[2] AND session_id <> ALL (current_pids),
	started_at < now() FROM sys.user_parallel_execute_progress
SQL
is(answer('SELECT estimated_end, chunks_per_second FROM sys.user_parallel_execute_progress'), '|0.0', 'no rate yet');
is(answer(<<'SQL'), "1|t|t|t\n101|t|t|t", 'chunks that workers have are ASSIGNED');
SELECT start_id, start_ts < now() AND end_ts IS NULL, job_name ~ '^TASK\$_[0-9]+_[12]$', chunk_id = ANY (p.current_chunks)
  FROM sys.user_parallel_execute_chunks c JOIN sys.user_parallel_execute_progress p USING (task_name)
 WHERE c.status = 'ASSIGNED' ORDER BY 1
SQL
is(answer("SELECT status, count(*) FROM sys.user_parallel_execute_chunks GROUP BY 1 ORDER BY 1"), "ASSIGNED|2\nUNASSIGNED|8", 'others are not');
is($node->safe_psql('postgres', 'SELECT DISTINCT status FROM dbms.parallel_chunk'), '0', 'in the table they are not marked');
is(answer(<<'SQL'), 't|t', 'the task is told in all forms');
SELECT status = 'PROCESSING', dbms_parallel_execute.task_status('x') = dbms_parallel_execute.processing() FROM sys.user_parallel_execute_tasks
SQL

# --- workers as jobs

my $jobs = answer('SELECT unnest(current_jobs) FROM sys.user_parallel_execute_progress ORDER BY 1');
is(answer('SELECT job_name FROM sys.user_scheduler_running_jobs ORDER BY 1'), $jobs, 'they are running jobs of the owner');
is(answer('SELECT owner, count(*) FROM sys.all_scheduler_running_jobs GROUP BY 1'), 'REGRESS_ANN|2', 'with his name');
is(answer('SELECT job_name FROM sys.dba_scheduler_running_jobs ORDER BY 1', 'regress_monitor'), $jobs, 'for those who see all');
is( answer(q{SELECT replace(job_name, 'REGRESS_ANN.', ''), job_class, owner, state FROM sys."v$scheduler_running_jobs" ORDER BY 1}, 'regress_monitor'),
	join("\n", map { "$_|BATCH|REGRESS_ANN|running" } split /\n/, $jobs), 'also those of the server');
is( $node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker'"
		  . " AND query ~ '^task REGRESS_ANN.x chunk [0-9]+: UPDATE public.t' AND usename = 'regress_ann'"),
	2, 'pg_stat_activity says what they do');

# --- who sees it

is(answer('SELECT count(*) FROM sys.dba_parallel_execute_progress WHERE current_chunks IS NOT NULL', 'regress_monitor'), 1, 'a monitor sees it');
foreach my $source ('dbms.parallel_running_tasks()', 'dbms.parallel_workers()', 'sys.user_parallel_execute_progress',
	'sys.user_parallel_execute_chunks', 'sys.user_parallel_execute_tasks', 'sys.user_scheduler_running_jobs', 'sys.all_scheduler_running_jobs')
{
	is(answer("SELECT count(*) FROM $source", 'Regress Bob'), 0, "others see nothing in $source");
}
$node->safe_psql('postgres', 'GRANT dbms_create_any_job TO "Regress Bob"');
is(answer('SELECT count(*) FROM sys.all_scheduler_running_jobs', 'Regress Bob'), 0, 'nor does who may change jobs of others');

# --- pausing

answer("CALL dbms_parallel_execute.pause_task('x')");
is(answer('SELECT activity FROM sys.user_parallel_execute_progress'), 'PAUSING', 'chunks under way come to their end');
$gate->query('SELECT pg_advisory_unlock(1)');
reached('SELECT activity, chunks_processed, rows_processed, workers, current_chunks, estimated_end FROM sys.user_parallel_execute_progress',
	'PAUSED|2|2|2||', 'then it is paused');
cmp_ok(answer('SELECT chunks_per_second FROM sys.user_parallel_execute_progress'), '>', 0, 'there is a rate');

# --- slower, with one worker, to the next gate

$node->safe_psql('postgres', 'SET ROLE regress_ann;'
	  . " CALL dbms_parallel_execute.set_throttle('x', sleep_between_chunks => '1 h'); CALL dbms_parallel_execute.set_parallel_level('x', 1);"
	  . " CALL dbms_parallel_execute.continue_task('x')");
reached('SELECT activity, workers_wanted, workers, chunks_processed, estimated_end > now() FROM sys.user_parallel_execute_progress',
	'THROTTLED|1|1|3|t', 'one worker sleeps after a chunk');
$gate->query('SELECT pg_advisory_lock(1)');
answer("CALL dbms_parallel_execute.set_throttle('x')");
reached('SELECT activity, array_length(current_chunks, 1), chunks_left FROM sys.user_parallel_execute_progress', 'RUNNING|1|7', 'without a throttle it goes on');

# --- readers whose snapshot is older than a run's end

my $reader = open_session($node);
$reader->query('SET ROLE regress_ann; BEGIN ISOLATION LEVEL REPEATABLE READ');
is($reader->query("SELECT status FROM sys.user_parallel_execute_tasks"), 'PROCESSING', 'an old snapshot sees the run');

# --- the end of its session

my $pid = answer('SELECT session_id FROM sys.user_parallel_execute_progress');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
reached('SELECT status, activity, reason, workers FROM sys.user_parallel_execute_progress',
	'PROCESSING|STOPPING|the session that ran the task has ended|1', 'when its session ends its worker ends the chunk');
$gate->query('SELECT pg_advisory_unlock(1)');
reached('SELECT status, activity, chunks_total, chunks_processed, chunks_left, workers, ended_at FROM sys.user_parallel_execute_progress',
	'CRASHED|NOT RUNNING|10|4|6|0|', 'then the task has crashed');
is(answer("SELECT status, count(*) FROM sys.user_parallel_execute_chunks GROUP BY 1 ORDER BY 1"), "PROCESSED|4\nUNASSIGNED|6", 'other chunks are as they were');
$gate->query('SELECT pg_advisory_lock(1)');
$run->{run}->kill_kill;

# --- no worker to be had

setting($node, 'pg_dbms.max_workers' => 0);
ok(wait_for($node, 'SHOW pg_dbms.max_workers', expected => 0), 'no workers');
$run = start_run(q{CALL dbms_parallel_execute.resume_task('x')});
reached('SELECT status, activity, reason, workers_wanted, workers, array_length(current_chunks, 1), current_jobs FROM sys.user_parallel_execute_progress',
	'PROCESSING|RUNNING|0 of 1 workers: pg_dbms.max_workers is 0|1|0|1|{NULL}', 'the session does it, with the level set last, and the view says why');
is(answer(<<'SQL'), 't|', 'its chunk is assigned to no job');
SELECT p.current_pids[1] = p.session_id, c.job_name FROM sys.user_parallel_execute_chunks c JOIN sys.user_parallel_execute_progress p USING (task_name)
 WHERE c.status = 'ASSIGNED'
SQL
is(answer('SELECT count(*) FROM sys.user_scheduler_running_jobs'), 0, 'and no job runs');
$gate->query('SELECT pg_advisory_unlock(1)');
end_run($run);
is(answer('SELECT status, activity, chunks_processed, rows_processed, ended_at > started_at FROM sys.user_parallel_execute_progress'),
	'FINISHED|NOT RUNNING|10|10|t', 'it has ended');
is($node->safe_psql('postgres', 'SELECT sum(n), max(n) FROM public.t'), '10|1', 'with each row once');
is( $reader->query("SELECT status, dbms_parallel_execute.task_status('x') FROM sys.user_parallel_execute_tasks"),
	'FINISHED|7', 'the old snapshot is not told that it crashed');
$reader->quit;

$gate->quit;
$node->stop;
done_testing();
