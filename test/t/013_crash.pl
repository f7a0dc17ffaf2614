# Processes of all kinds are killed at random moments while many jobs run.
# Afterwards each run has one outcome, no due time was lost or served twice,
# and what the jobs did agrees with what their records say.
#
# PGD_CRASH_SECONDS says for how long (default 120): half of the time by kill
# -9, which makes the server restart, half by pg_terminate_backend() and
# SIGINT.  PGD_CRASH_SEED repeats the choices of an earlier run.

use strict;
use warnings;

use IPC::Run qw(start finish);
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $seconds = $ENV{PGD_CRASH_SECONDS} // 120;
my $seed    = $ENV{PGD_CRASH_SEED}    // int(rand(2**31));
srand($seed);
diag("PGD_CRASH_SEED=$seed PGD_CRASH_SECONDS=$seconds");

my $node = start_node('main', 'pg_dbms.max_workers = 14', 'max_worker_processes = 24',
	'pg_dbms.worker_idle_timeout = 2s', 'max_connections = 30');
add_jobs($node);

# --- the load

# Work is tagged with its job and due time, and takes a while, so that many
# runs are under way at any moment.
my $insert = 'INSERT INTO public.work (job, scheduled_at, step) VALUES (job_name, job_scheduled_start,';
my $delay  = 'PERFORM pg_sleep(0.03 * random());';
my $work   = "BEGIN $delay $insert 1); $delay END;";
my $steps  = "BEGIN $insert 1); COMMIT; $delay $insert 2); COMMIT; $delay $insert 3); END;";
my $fail   = "BEGIN $delay $insert 1); $delay RAISE EXCEPTION 'as intended'; END;";

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.work (job text, scheduled_at timestamptz, step int,
    at timestamptz DEFAULT clock_timestamp());
-- the one-time jobs whose creation has committed
CREATE TABLE public.made (job text PRIMARY KEY, kind text);
GRANT SELECT, INSERT ON public.work TO PUBLIC;
CREATE ROLE crash_a LOGIN;
CREATE ROLE crash_b LOGIN;
CALL dbms_scheduler.create_job_class('SILENT', logging_level => dbms_scheduler.logging_off());
CALL dbms_scheduler.grant_privilege('EXECUTE', 'SYS.SILENT', 'PUBLIC');
SQL

# kind, how many, interval in seconds, further attributes
my @repeating = (
	[ 'ONCE',    50, 1, $work, 'crash_a', '{}' ],
	[ 'EACH',    50, 2, $work, 'crash_b', '{"missed_runs": "each"}' ],
	[ 'SKIP',    50, 2, $work, 'crash_a', '{"missed_runs": "skip"}' ],
	[ 'STEPS',   50, 2, $steps, 'crash_b', '{}' ],
	[ 'FAIL',    50, 2, $fail, 'crash_a', '{}' ],
	[ 'RECOVER', 50, 2, $work, 'crash_b', '{"restart_on_recovery": true}' ],
	[ 'SILENT',  50, 2, $work, 'crash_a', '{"job_class": "SILENT", "missed_runs": "each"}' ],
	[ 'BOUND',   50, 1, $work, 'crash_b', '{"max_runs": 20, "auto_drop": false}' ]);
foreach my $kind (@repeating)
{
	my ($name, $count, $interval, $action, $owner, $more) = @$kind;
	make_job($node, name => "${name}_#", count => $count, action => $action,
		owner => $owner, more => $more,
		at => "date_trunc('second', clock_timestamp()) + interval '2 s'",
		repeat => "FREQ=SECONDLY;INTERVAL=$interval");
}
make_job($node, name => 'EXPR_#', count => 50, action => $work, owner => 'crash_a',
	repeat => q{systimestamp + interval '1.5' second});

# One-time jobs come all the time.  A transaction that does not commit leaves
# none.
my $made = 0;

sub make_more
{
	my $sql = 'BEGIN;';
	foreach my $i (1 .. 12)
	{
		$made++;
		my ($kind, $action, $more) = @{ (
				[ 'SQL', "INSERT INTO public.work (job, step) VALUES ('SQL_$made', 1)", '{"job_type": "SQL_SCRIPT"}' ],
				[ 'BLOCK', $work, '{}' ],
				[ 'MANY', $steps, '{}' ],
				[ 'AGAIN', $work, '{"restart_on_recovery": true, "restart_on_failure": true}' ],
				[ 'ERROR', $fail, '{}' ],
				[ 'QUIET', $work, '{"job_class": "SILENT"}' ])[ $made % 6 ] };
		$sql .= make_job_sql(
			name   => "${kind}_$made",
			action => $action,
			owner  => $made % 2 ? 'crash_a' : 'crash_b',
			more   => $more,
			at     => "clock_timestamp() + interval '" . sprintf('%.3f', rand(2)) . " s'");
		$sql .= "INSERT INTO public.made VALUES ('${kind}_$made', '$kind');";
	}
	$sql .= 'COMMIT;';

	# "it may fail" is the point
	try_sql($node, $sql);
	return;
}

# --- the killing

my $server_pid = $node->{_pid};
my %type = (
	launcher     => 'pg_dbms launcher',
	coordinator  => 'pg_dbms coordinator',
	worker       => 'pg_dbms worker',
	checkpointer => 'checkpointer',
	walwriter    => 'walwriter',
	client       => 'client backend');

# A process of a kind, in the middle of what it does; undef if there is none
# or nobody answers.
sub victim
{
	my ($kind) = @_;

	my (undef, $pid) = try_sql($node,
		"SELECT pid FROM pg_stat_activity WHERE backend_type = '$type{$kind}'"
		  . ' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1');
	return $pid =~ m/^\d+$/ ? $pid : undef;
}

sub wait_for_server
{
	return wait_for($node, 'SELECT true', timeout => 60);
}

my %count;
my $begun = time;
while (time - $begun < $seconds / 2)
{
	foreach my $kind (qw(worker launcher coordinator client checkpointer walwriter))
	{
		my $client;

		wait_for_server() or last;
		$client = start([ 'psql', '-Xq', '-d', $node->connstr('postgres'),
			'-c', 'UPDATE pg_catalog.pg_class SET relpages = relpages WHERE false; SELECT pg_sleep(60)' ],
			'>', \my $out, '2>', \my $err)
		  if $kind eq 'client';
		make_more();
		usleep(rand(1_500_000));
		my $pid = victim($kind);
		if (defined $pid && kill('KILL', $pid))
		{
			$count{"kill -9 $kind"}++;
		}
		make_more();
		if (defined $client)
		{
			$client->kill_kill(grace => 0);
		}
	}
}
wait_for_server();
ok(kill(0, $server_pid), 'the server is still the one that was started');

$begun = time;
while (time - $begun < $seconds / 2)
{
	foreach my $kind (qw(worker coordinator worker launcher worker))
	{
		make_more() if rand() < 0.5;
		usleep(rand(700_000));
		my $pid = victim($kind);
		next if !defined $pid;
		if (rand() < 0.5)
		{
			try_sql($node, "SELECT pg_terminate_backend($pid)");
			$count{"terminate $kind"}++;
		}
		else
		{
			kill 'INT', $pid;
			$count{"interrupt $kind"}++;
		}
	}
}
diag("$_: $count{$_}") foreach sort keys %count;
diag("one-time jobs: $made");

# --- it goes on

my $end = $node->safe_psql('postgres', 'SELECT clock_timestamp()');

# a coordinator that was ended again and again comes back within a minute
ok( wait_for(
		$node, "SELECT count(*) FROM dbms.job_state JOIN dbms.job ON id = job_id WHERE is_enabled"
		  . " AND (next_run_at < '$end' OR repeat_interval IS NULL AND next_operation = 'RUN')",
		expected => '0', timeout => 120),
	'nothing that was due is left');
ok( wait_for(
		$node, "SELECT count(DISTINCT job) FROM public.work WHERE job ~ '^(ONCE|EACH|SKIP|STEPS|RECOVER|SILENT|EXPR)_'"
		  . " AND at > '$end'",
		expected => '350', timeout => 120),
	'all repeating jobs run on');

$node->safe_psql('postgres', <<'SQL');
DO $$
DECLARE
    job record;
BEGIN
    FOR job IN SELECT quote_ident(role_name) || '.' || o.name AS name
        FROM dbms.object o JOIN dbms.owner w ON w.id = o.owner_id
        JOIN dbms.job j ON j.id = o.id WHERE j.repeat_interval IS NOT NULL
    LOOP
        CALL dbms_scheduler.disable(job.name, force => true);
    END LOOP;
END$$
SQL
ok( wait_for(
		$node, 'SELECT (SELECT count(*) FROM dbms.run) + (SELECT count(*) FROM dbms.outcome)'
		  . q{ + (SELECT count(*) FROM dbms.workers() WHERE state <> 'idle')},
		expected => '0', timeout => 60),
	'no run is left under way, and no worker holds one');

# --- the records

# No rows, or the first few of them.
sub none
{
	my ($what, $query) = @_;
	my $found = $node->safe_psql('postgres', "SELECT * FROM ($query) AS bad LIMIT 5");

	is($found, '', $what);
	return;
}

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.log AS
    SELECT *, split_part(job_name, '_', 1) AS kind FROM dbms.job_log WHERE is_run;
CREATE INDEX ON public.log (job_name, scheduled_at);
CREATE TABLE public.missed AS
    SELECT job_name, substring(additional_info, 'FIRST="([^"]*)')::timestamptz AS first_at,
        substring(additional_info, 'LAST="([^"]*)')::timestamptz AS last_at
    FROM dbms.job_log WHERE operation = 'MISSED';
CREATE INDEX ON public.missed (job_name);
CREATE INDEX ON public.work (job, scheduled_at);
ANALYZE public.log, public.missed, public.work;
SQL

none('every run has one record',
	'SELECT log_id FROM public.log GROUP BY log_id HAVING count(*) > 1');
none('records have known outcomes',
	q{SELECT * FROM public.log WHERE status NOT IN ('SUCCEEDED', 'FAILED', 'STOPPED')});
none('a due time is served once',
	q{SELECT job_name, scheduled_at, count(*) FROM public.log
		WHERE operation <> 'RECOVERY_RUN' GROUP BY 1, 2 HAVING count(*) > 1});
none('and succeeds once',
	q{SELECT job_name, scheduled_at, count(*) FROM public.log
		WHERE status = 'SUCCEEDED' GROUP BY 1, 2 HAVING count(*) > 1});
none('only runs that were broken off are recovered',
	q{SELECT job_name, status FROM public.log r WHERE operation = 'RECOVERY_RUN'
		AND NOT EXISTS (SELECT FROM public.log s WHERE s.job_name = r.job_name
			AND s.status = 'STOPPED' AND s.log_id < r.log_id)});

# work of one transaction and its record are there together or not at all
my $single = q{('ONCE', 'EACH', 'SKIP', 'RECOVER', 'BOUND', 'EXPR', 'BLOCK', 'AGAIN')};
none('no work without its record',
	qq{SELECT w.job, w.scheduled_at, l.status FROM public.work w
		LEFT JOIN public.log l ON l.job_name = w.job AND l.scheduled_at = w.scheduled_at
			AND l.status = 'SUCCEEDED'
		WHERE split_part(w.job, '_', 1) IN $single AND l.log_id IS NULL});
none('no record without its work',
	qq{SELECT l.job_name, l.scheduled_at FROM public.log l
		LEFT JOIN public.work w ON w.job = l.job_name AND w.scheduled_at = l.scheduled_at
		WHERE l.kind IN $single AND l.status = 'SUCCEEDED' AND w.job IS NULL});
none('no work twice',
	q{SELECT job, scheduled_at, step, count(*) FROM public.work
		GROUP BY 1, 2, 3 HAVING count(*) > 1});
none('no work of a run that failed',
	q{SELECT * FROM public.work WHERE job ~ '^(FAIL|ERROR)_'});

# several transactions
none('a success has all its steps',
	q{SELECT l.job_name, l.scheduled_at, count(w.step) FROM public.log l
		LEFT JOIN public.work w ON w.job = l.job_name AND w.scheduled_at = l.scheduled_at
		WHERE l.kind IN ('STEPS', 'MANY') AND l.status = 'SUCCEEDED'
		GROUP BY 1, 2 HAVING count(w.step) <> 3});
none('a run that was broken off has the first of them, if any',
	q{SELECT w.job, w.scheduled_at, max(step), count(*) FROM public.work w
		WHERE w.job ~ '^(STEPS|MANY)_' GROUP BY 1, 2 HAVING max(step) <> count(*)});
none('and has a record',
	q{SELECT w.job, w.scheduled_at FROM public.work w
		LEFT JOIN public.log l ON l.job_name = w.job AND l.scheduled_at = w.scheduled_at
		WHERE w.job ~ '^(STEPS|MANY)_' AND l.log_id IS NULL});
none('a run with its last step has succeeded',
	q{SELECT w.job, w.scheduled_at FROM public.work w
		WHERE w.job ~ '^(STEPS|MANY)_' AND step = 3 AND NOT EXISTS (SELECT FROM public.log l
			WHERE l.job_name = w.job AND l.scheduled_at = w.scheduled_at AND status = 'SUCCEEDED')});

# one-time jobs
none('every one-time job whose creation committed has run',
	q{SELECT m.job FROM public.made m LEFT JOIN public.log l ON l.job_name = m.job
		WHERE l.log_id IS NULL AND m.kind <> 'QUIET'});
none('no other one has',
	q{SELECT job_name FROM public.log l WHERE kind IN ('SQL', 'BLOCK', 'MANY', 'AGAIN', 'ERROR', 'QUIET')
		AND NOT EXISTS (SELECT FROM public.made WHERE job = job_name)
	  UNION ALL
	  SELECT job FROM public.work w WHERE job ~ '^(SQL|BLOCK|MANY|AGAIN|ERROR|QUIET)_'
		AND NOT EXISTS (SELECT FROM public.made m WHERE m.job = w.job)});
none('once, and its work was done if it succeeded',
	q{SELECT m.job, count(l.log_id), sum(w.n) FROM public.made m
		LEFT JOIN public.log l ON l.job_name = m.job
		LEFT JOIN LATERAL (SELECT count(*) AS n FROM public.work WHERE job = m.job) w ON true
		WHERE m.kind IN ('SQL', 'BLOCK') GROUP BY 1
		HAVING count(l.log_id) <> 1
			OR sum(w.n) <> count(l.log_id) FILTER (WHERE status = 'SUCCEEDED')});
none('those that are recovered have succeeded, or somebody stopped them',
	q{SELECT m.job, string_agg(l.operation || ' ' || l.status || ' ' || coalesce(l.additional_info, ''), ', ' ORDER BY l.log_id)
		FROM public.made m LEFT JOIN public.log l ON l.job_name = m.job WHERE m.kind = 'AGAIN'
		GROUP BY 1 HAVING count(*) FILTER (WHERE status = 'SUCCEEDED') <> 1
			AND count(*) FILTER (WHERE additional_info ~ 'pg_cancel_backend') <> 1});
none('what is not logged ran at most once',
	q{SELECT job, count(*) FROM public.work WHERE job ~ '^QUIET_' GROUP BY 1 HAVING count(*) > 1});
none('and left no job that is still to run',
	q{SELECT o.name, s.* FROM dbms.object o JOIN dbms.job_state s ON s.job_id = o.id
		WHERE o.name ~ '^(SQL|BLOCK|MANY|ERROR|QUIET)_' AND s.next_run_at IS NOT NULL});
none('one-time jobs that ended are gone, those that were broken off are kept',
	q{SELECT l.job_name, l.status, s.final_state FROM public.log l
		LEFT JOIN dbms.object o ON o.name = l.job_name LEFT JOIN dbms.job_state s ON s.job_id = o.id
		WHERE l.kind IN ('SQL', 'BLOCK', 'MANY', 'ERROR')
		AND (l.status = 'STOPPED') IS DISTINCT FROM (s.final_state IS NOT DISTINCT FROM 'STOPPED')});

# due times
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.due AS
    SELECT job_name, kind, d AS due_at FROM (
        SELECT job_name, kind, min(scheduled_at) AS first_at, max(scheduled_at) AS last_at
        FROM public.log WHERE kind IN ('ONCE', 'EACH', 'SKIP', 'STEPS', 'FAIL', 'BOUND')
        AND operation = 'RUN' GROUP BY 1, 2) AS j,
    generate_series(first_at, last_at, CASE WHEN kind IN ('ONCE', 'BOUND') THEN interval '1 s' ELSE '2 s' END) AS d;
ANALYZE public.due;
SQL
none('runs are due when the calendar says',
	q{SELECT job_name, scheduled_at FROM public.log l WHERE kind IN ('ONCE', 'EACH', 'SKIP', 'STEPS', 'FAIL', 'BOUND')
		AND NOT EXISTS (SELECT FROM public.due d WHERE d.job_name = l.job_name AND d.due_at = l.scheduled_at)});
none('"each" runs for each due time',
	q{SELECT d.* FROM public.due d WHERE kind = 'EACH' AND NOT EXISTS
		(SELECT FROM public.log l WHERE l.job_name = d.job_name AND l.scheduled_at = d.due_at)});
none('a due time without a run was missed, and the log says so, or the job was still running',
	q{SELECT d.*, (SELECT max(scheduled_at) FROM public.log l WHERE l.job_name = d.job_name AND l.scheduled_at < d.due_at) AS before
		FROM public.due d WHERE kind <> 'EACH'
		AND NOT EXISTS (SELECT FROM public.log l WHERE l.job_name = d.job_name AND l.scheduled_at = d.due_at)
		AND NOT EXISTS (SELECT FROM public.missed m WHERE m.job_name = d.job_name AND d.due_at BETWEEN m.first_at AND m.last_at)
		AND NOT EXISTS (SELECT FROM public.log l WHERE l.job_name = d.job_name AND l.scheduled_at < d.due_at
			AND (l.started_at >= d.due_at
				OR l.log_date >= d.due_at AND coalesce(l.additional_info, '') !~ 'terminated'))});
none('expressions go on from run to run',
	q{SELECT o.name, s.* FROM dbms.object o JOIN dbms.job_state s ON s.job_id = o.id
		WHERE o.name ~ '^EXPR_' AND s.final_state IS NOT NULL});

# the jobs
none('counters agree with the records',
	q{SELECT o.name, s.run_count, s.failure_count, l.* FROM dbms.object o JOIN dbms.job_state s ON s.job_id = o.id
		JOIN (SELECT job_name, count(*) FILTER (WHERE operation <> 'RECOVERY_RUN') AS runs,
				count(*) FILTER (WHERE status = 'FAILED') AS failures
			FROM public.log WHERE kind IN ('ONCE', 'EACH', 'SKIP', 'STEPS', 'FAIL', 'BOUND') GROUP BY 1) AS l ON l.job_name = o.name
		WHERE s.run_count <> l.runs OR s.failure_count <> l.failures});
none('max_runs is kept',
	q{SELECT job_name, count(*) FROM public.log WHERE kind = 'BOUND' GROUP BY 1 HAVING count(*) > 20});
none('what is not logged is counted',
	q{SELECT o.name, s.run_count, count(w.job) FROM dbms.object o JOIN dbms.job_state s ON s.job_id = o.id
		LEFT JOIN public.work w ON w.job = o.name WHERE o.name ~ '^SILENT_' GROUP BY 1, 2
		HAVING count(w.job) > s.run_count});
none('definition, state and name of a job are there together',
	q{SELECT j.id, s.job_id, o.id FROM dbms.job j FULL JOIN dbms.job_state s ON s.job_id = j.id
		FULL JOIN (SELECT id FROM dbms.object WHERE type = 'JOB') o ON o.id = coalesce(j.id, s.job_id)
		WHERE j.id IS NULL OR s.job_id IS NULL OR o.id IS NULL});

my $log = slurp_file($node->logfile);
unlike($log, qr/TRAP:|PANIC:|terminated by signal (?!9\b)/, 'no process failed by itself');
unlike($log, qr/could not reset its session|duplicate key/, 'nor did its work');
diag($node->safe_psql('postgres',
	q{SELECT string_agg(kind || ' ' || n, ', ' ORDER BY kind) FROM (SELECT kind || ' ' || status AS kind, count(*) AS n FROM public.log GROUP BY 1) AS s}));

$node->stop;
done_testing();
