# Processes are killed at named points: between a mark and its commit, between
# a commit and what follows it. Whatever the point, a job that restarts after a
# crash runs once, no job's work differs from its record, and each row of a
# task's table is processed once.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my @job_points  = qw(start-marked start-committed run-recorded run-committed outcome-applied outcome-committed);
my @task_points = qw(chunks-fenced chunk-recorded chunk-committed task-ended task-end-committed);

my $node = start_node('main', 'pg_dbms.max_workers = 4',
	"pg_dbms.stop_points = '" . join(',', @job_points, @task_points) . "'");
add_jobs($node);

# A session that holds a point's lock: who comes there waits.
sub hold
{
	my ($point) = @_;

	my $session = open_session($node);
	$session->query_safe("SELECT pg_advisory_lock(20487, hashtext('$point'))");
	return $session;
}

# The process that waits at a point.
sub wait_at
{
	my ($point) = @_;

	my $from = 'FROM pg_locks WHERE locktype = \'advisory\' AND NOT granted'
	  . " AND classid = 20487 AND objid = (hashtext('$point')::bigint & 4294967295)::oid";
	wait_for($node, "SELECT count(*) > 0 $from") or die "nobody came to $point";
	return $node->safe_psql('postgres', "SELECT pid $from ORDER BY pid LIMIT 1");
}

# The end of a session whose server was killed is no error.
sub let_go
{
	my ($session) = @_;

	eval { $session->quit; };
	return;
}

# --- jobs

sub check_jobs
{
	my ($point, $how, $prefix) = @_;

	ok( wait_for(
			$node,
			"SELECT count(*) = 2 AND NOT EXISTS (SELECT FROM dbms.run) FROM sys.dba_scheduler_jobs"
			  . " WHERE job_name LIKE '$prefix%' AND state IN ('SUCCEEDED', 'STOPPED', 'COMPLETED')"),
		"$point, $how: both jobs have ended");
	is( $node->safe_psql(
			'postgres',
			"SELECT count(*) FROM public.seen WHERE job = '${prefix}RESTART'"),
		1,
		"$point, $how: the job that restarts ran once");
	is( $node->safe_psql(
			'postgres', <<"SQL"),
SELECT j.job_name, (SELECT count(*) FROM public.seen s WHERE s.job = j.job_name)
  FROM sys.dba_scheduler_jobs j
 WHERE j.job_name LIKE '$prefix%'
   AND (SELECT count(*) FROM public.seen s WHERE s.job = j.job_name)
       <> (SELECT count(*) FROM sys.dba_scheduler_job_run_details d
            WHERE d.job_name = j.job_name AND d.status = 'SUCCEEDED')
SQL
		'',
		"$point, $how: what was done is what the log says");
	return;
}

my $round = 0;
foreach my $point (@job_points)
{
	# coordinators hold interrupts there: only workers can be terminated
	foreach my $how ($point =~ m/^run/ ? qw(KILL TERM) : qw(KILL))
	{
		my $prefix  = 'P' . ++$round . '_';
		my $session = hold($point);

		$node->safe_psql(
			'postgres', 'BEGIN;' . join(
				'',
				map {
					make_job_sql(
						name   => "$prefix$_->[0]",
						action => "BEGIN INSERT INTO public.seen (job) VALUES (job_name); END;",
						at     => 'clock_timestamp()',
						more   => qq({"auto_drop": false, "restart_on_recovery": $_->[1]}))
				} ([ 'RESTART', 'true' ], [ 'PLAIN', 'false' ]))
			  . 'COMMIT;');
		my $pid = wait_at($point);
		if ($how eq 'KILL')
		{
			kill_process($pid);
			let_go($session);
			wait_for($node, 'SELECT true');
		}
		else
		{
			$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
			let_go($session);
		}
		check_jobs($point, $how, $prefix);
	}
}

# --- a task

foreach my $point (@task_points)
{
	$node->safe_psql('postgres', <<'SQL');
DROP TABLE IF EXISTS public.rows;
CREATE TABLE public.rows (id int, n int NOT NULL DEFAULT 0, pad text) WITH (fillfactor = 50);
INSERT INTO public.rows SELECT g, 0, repeat('x', 200) FROM generate_series(1, 500) AS g;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', 'public', 'rows', false, 5);
SQL
	my $session = hold($point);
	my $runner  = open_session($node);
	$runner->query_until(
		qr/begun/, <<'SQL');
\echo begun
CALL dbms_parallel_execute.run_task('t', 'UPDATE rows SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
SQL
	kill_process(wait_at($point));
	let_go($session);
	let_go($runner);
	wait_for($node, 'SELECT true');
	my (undef, undef, $error) = try_sql($node, "CALL dbms_parallel_execute.resume_task('t')");
	diag($error) if $error =~ m/ERROR/ && $error !~ m/has finished|FINISHED/;
	is($node->safe_psql('postgres', "SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.finished()"),
		't', "$point: the task finishes");
	is($node->safe_psql('postgres', 'SELECT count(*), min(n), max(n) FROM public.rows'),
		'500|1|1', "$point: each row once");
	$node->safe_psql('postgres', "CALL dbms_parallel_execute.drop_task('t')");
}

$node->stop;
done_testing();
