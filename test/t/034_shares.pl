# Resource plans steer what runs: shares of slot time, limits, the number of a
# task's workers, and switches of the plan while work runs and waits.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use IPC::Run;
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 4');
add_jobs($node);
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE mapped LOGIN;
CREATE TABLE public.ran (class text, started timestamptz, ended timestamptz);
GRANT INSERT ON public.ran TO PUBLIC;
CREATE PROCEDURE public.nap(class text) LANGUAGE plpgsql AS $$
DECLARE
	started timestamptz := clock_timestamp();
BEGIN
	PERFORM pg_sleep(0.05);
	INSERT INTO public.ran VALUES (class, started, clock_timestamp());
END $$;

-- many jobs of a class, all due when the transaction commits
CREATE FUNCTION public.make_many(class text, n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..n LOOP
		CALL dbms_scheduler.create_job(dbms_scheduler.generate_job_name(class || '$'), job_type => 'PLSQL_BLOCK',
			job_action => format('CALL public.nap(%L)', class), job_class => 'CLASS_' || class, enabled => true);
	END LOOP;
END $$;

CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.create_consumer_group('group_a', 'a');
CALL dbms_resource_manager.create_consumer_group('group_b', 'b');
CALL dbms_resource_manager.create_consumer_group('group_c', 'c');
SQL

# name => directives of a plan; OTHER_GROUPS has the second level
my %plans = (
	A75     => ["'group_a', mgmt_p1 => 75", "'group_b', mgmt_p1 => 25"],
	A25     => ["'group_a', mgmt_p1 => 25", "'group_b', mgmt_p1 => 75"],
	NO_A    => ["'group_a', active_sess_pool_p1 => 0", "'group_b', mgmt_p1 => 25"],
	ONE     => ["'group_a', active_sess_pool_p1 => 1"],
	QUEUE   => ["'group_a', active_sess_pool_p1 => 1, queueing_p1 => 1"],
	SERIAL  => ["'group_a', parallel_degree_limit_p1 => 1"],
	SERVERS => ["'group_a', parallel_server_limit => 50"],
	HALF    => ["'group_a', utilization_limit => 50"],
	TREE    => ["'below', utilization_limit => 30"]);
my $definitions = <<'SQL';
CALL dbms_resource_manager.create_plan('below', 'p', sub_plan => true);
CALL dbms_resource_manager.create_plan_directive('below', 'group_a', shares => 1);
CALL dbms_resource_manager.create_plan_directive('below', 'group_b', shares => 3);
SQL
foreach my $plan (sort keys %plans)
{
	$definitions .= "CALL dbms_resource_manager.create_plan('$plan', 'p');\n";
	$definitions .= "CALL dbms_resource_manager.create_plan_directive('$plan', $_);\n"
	  foreach @{ $plans{$plan} }, "'OTHER_GROUPS', mgmt_p2 => 100";
}
$node->safe_psql('postgres', $definitions . <<'SQL');
CALL dbms_resource_manager.set_consumer_group_mapping('ORACLE_USER', 'mapped', 'group_c');
CALL dbms_resource_manager.set_consumer_group_mapping('SERVICE_NAME', 'night', 'group_b');
CALL dbms_resource_manager.submit_pending_area();
CALL dbms_scheduler.create_job_class('class_a', 'group_a');
CALL dbms_scheduler.create_job_class('class_b', 'group_b');
CALL dbms_scheduler.create_job_class('class_night', NULL, 'Night');
CALL dbms_scheduler.create_job_class('class_plain');
SQL

sub switch_plan
{
	my ($plan) = @_;
	$node->safe_psql('postgres', "CALL dbms_resource_manager.switch_plan('$plan')");
	return;
}

# The part of class A in the slot time of runs, in percent: between the n-th
# and the m-th start after a moment.
sub part_of_a
{
	my ($since, $from, $to) = @_;

	wait_for($node, "SELECT count(*) >= $to FROM public.ran WHERE started > '$since'")
	  or return -1;
	return $node->safe_psql('postgres', <<"SQL");
WITH span AS (
	SELECT min(started) AS a, max(started) AS b FROM (
		SELECT started, row_number() OVER (ORDER BY started) AS n
		  FROM public.ran WHERE started > '$since') x
	 WHERE n BETWEEN $from AND $to),
used AS (
	SELECT class, sum(extract(epoch FROM least(ended, b) - greatest(started, a))) AS t
	  FROM public.ran, span WHERE ended > a AND started < b GROUP BY class)
SELECT round((100 * coalesce(sum(t) FILTER (WHERE class = 'A'), 0) / sum(t))::numeric, 1) FROM used
SQL
}

sub now { return $node->safe_psql('postgres', 'SELECT clock_timestamp()'); }

my $waiting = q{SELECT count(*) FROM dbms.job_state s WHERE s.is_enabled
	AND NOT EXISTS (SELECT FROM dbms.run r WHERE r.job_id = s.job_id)};
my $running = q{SELECT count(*) FROM dbms.workers() WHERE state = 'running'};

# --- shares, under saturation, also after a switch

switch_plan('A75');
my $start = now();
$node->safe_psql('postgres', "SELECT public.make_many(c, 900) FROM (VALUES ('A'), ('B')) AS t(c)");
my $part = part_of_a($start, 20, 400);
cmp_ok(abs($part - 75), '<=', 6, "75/25: class A has $part % of the slot time");

switch_plan('A25');
$part = part_of_a(now(), 4, 160);
cmp_ok(abs($part - 25), '<=', 8, "after a switch to 25/75 it has $part %");

# --- a sub-plan by weights, with a limit for all below it

switch_plan('TREE');
ok(wait_for($node, $running, expected => 1), 'a limit of a sub-plan is one of all its groups: 30 % of four slots are one');
$part = part_of_a(now(), 1, 40);
cmp_ok(abs($part - 25), '<=', 10, "shares 1 and 3 of a sub-plan: class A has $part %");
switch_plan('A25');

# --- a lone class has everything

$node->safe_psql('postgres', <<'SQL');
DO $$
DECLARE
	job text;
BEGIN
	FOR job IN SELECT job_name FROM sys.dba_scheduler_jobs WHERE job_name LIKE 'B$%' LOOP
		BEGIN
			CALL dbms_scheduler.drop_job(job);
		EXCEPTION WHEN SQLSTATE 'O7475' OR SQLSTATE 'O7478' THEN
			NULL;	-- it runs, or has just ended
		END;
	END LOOP;
END $$;
SQL
ok(wait_for($node, "SELECT count(*) = 4 AND bool_and(consumer_group = 'GROUP_A') FROM dbms.workers()"
		  . " WHERE state = 'running'"),
	'all slots are of the only class that has work');

# --- active_sess_pool_p1 = 0, and others are not held up

switch_plan('NO_A');
ok(wait_for($node, $running, expected => 0), 'a group with a limit of 0 starts nothing');
my $left = $node->safe_psql('postgres', $waiting);
cmp_ok($left, '>', 100, 'though it has work');
is( $node->safe_psql('postgres', q{SELECT DISTINCT reason, resource_consumer_group FROM sys.dba_scheduler_waiting_jobs}),
	'active_sess_pool_p1 of GROUP_A is 0|GROUP_A', 'the view says why it waits');
is( $node->safe_psql('postgres', q{SELECT active_sessions, queue_length, active_session_limit_hit, wait_reason
	FROM sys."v$rsrc_consumer_group" WHERE name = 'GROUP_A'}),
	"0|$left|1|active_sess_pool_p1 of GROUP_A is 0", 'and so does that of the groups');
make_job($node, name => 'OTHER#', count => 20, more => '{"job_class": "class_b"}',
	action => q{INSERT INTO public.seen (job) VALUES ('other')});
ok(wait_for($node, q{SELECT count(*) FROM public.seen WHERE job = 'other'}, expected => 20),
	'jobs of another group run');
is($node->safe_psql('postgres', $waiting), $left, 'the first one has still started nothing');
switch_plan('HALF');
ok(wait_for($node, q{SELECT count(*) = 2 AND count(*) FILTER (WHERE consumer_group = 'GROUP_A') = 2
	FROM dbms.workers() WHERE state = 'running'}), 'utilization_limit of 50 % gives it two of four slots');
switch_plan('');
ok(wait_for($node, q{SELECT count(*) = 4 FROM dbms.workers() WHERE state = 'running'}),
	'without a plan it has all of them again');
is($node->safe_psql('postgres', 'SELECT count(*) FROM sys."v$rsrc_consumer_group"'), '0', 'and the view is empty');
ok(wait_for($node, $waiting, expected => 0), 'until all is done');

# --- queueing_p1

switch_plan('QUEUE');
my $gate = open_session($node);
$gate->query_safe('SELECT pg_advisory_lock(1)');
make_job($node, name => 'QUEUED#', count => 3, more => '{"job_class": "class_a"}',
	action => 'SELECT pg_advisory_xact_lock_shared(1)');
ok( wait_for(
		$node, q{SELECT string_agg(concat_ws(' ', status, "error#", sqlstate, errors), ',' ORDER BY log_id)
	FROM sys.dba_scheduler_job_run_details WHERE job_name LIKE 'QUEUED%'},
		expected => join(',', ('FAILED 7454 Q7454 queue timeout of 1 seconds exceeded in consumer group "GROUP_A"') x 2)),
	'runs that wait for longer than queueing_p1 fail');
is($node->safe_psql('postgres', $running), '1', 'the one that was let in goes on');
is($node->safe_psql('postgres', q{SELECT queue_time_outs FROM sys."v$rsrc_consumer_group" WHERE name = 'GROUP_A'}),
	'2', 'and is counted');
$gate->query_safe('SELECT pg_advisory_unlock(1)');
ok(wait_for($node, q{SELECT count(*) FROM sys.dba_scheduler_job_run_details
	WHERE job_name LIKE 'QUEUED%' AND status = 'SUCCEEDED'}, expected => 1), 'to its end');

# --- who belongs where

$gate->query_safe('SELECT pg_advisory_lock(1)');
make_job($node, name => 'MAP_OWNER', owner => 'mapped', action => 'SELECT pg_advisory_xact_lock_shared(1)');
make_job($node, name => 'MAP_SERVICE', more => '{"job_class": "class_night"}',
	action => 'SELECT pg_advisory_xact_lock_shared(1)');
make_job($node, name => 'MAP_NONE', more => '{"job_class": "class_plain"}',
	action => 'SELECT pg_advisory_xact_lock_shared(1)');
ok( wait_for(
		$node, q{SELECT string_agg(job_name || ' ' || resource_consumer_group, ', ' ORDER BY job_name)
	FROM sys.dba_scheduler_running_jobs},
		expected => 'MAP_NONE DEFAULT_CONSUMER_GROUP, MAP_OWNER GROUP_C, MAP_SERVICE GROUP_B'),
	'owner and service decide if the class does not');
$node->safe_psql('postgres', q{CALL dbms_scheduler.set_attribute('class_plain', 'resource_consumer_group', 'group_a')});
make_job($node, name => 'MAP_NEXT', more => '{"job_class": "class_plain"}',
	action => 'SELECT pg_advisory_xact_lock_shared(1)');
ok(wait_for($node, q{SELECT resource_consumer_group FROM sys.dba_scheduler_running_jobs WHERE job_name = 'MAP_NEXT'},
		expected => 'GROUP_A'), "a changed class counts from the next run on");
$gate->query_safe('SELECT pg_advisory_unlock(1)');
ok(wait_for($node, $running, expected => 0), 'and they end');

# --- parallel tasks

switch_plan('A75');
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.parts AS SELECT generate_series(1, 100000) AS i;
CALL dbms_parallel_execute.create_task('long');
CALL dbms_parallel_execute.create_chunks_by_number_col('long', 'public', 'parts', 'i', 5);
SQL
my $task = q{CALL dbms_parallel_execute.run_task('long',
	'WITH x AS (SELECT pg_sleep(0.05)) INSERT INTO public.seen (job) SELECT ''chunk'' FROM x WHERE :start_id <= :end_id',
	1, parallel_level => 4, job_class => 'class_a')};
my ($out, $err) = ('', '');
my $session = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', $task ],
	'>', \$out, '2>', \$err);
my $workers = q{SELECT count(*) FROM dbms.workers() WHERE kind = 'PARALLEL' AND state = 'running'};
ok(wait_for($node, $workers, expected => 4), 'a task of level 4 has four workers');
switch_plan('SERIAL');
ok(wait_for($node, $workers, expected => 1), 'one under a plan with parallel_degree_limit_p1 => 1');
switch_plan('SERVERS');
ok(wait_for($node, $workers, expected => 2), 'two under one with parallel_server_limit => 50');
switch_plan('NO_A');
ok(wait_for($node, $running, expected => 0), 'none with active_sess_pool_p1 => 0');
my $chunks = $node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job = 'chunk'});
make_job($node, name => 'BESIDE', more => '{"job_class": "class_b"}',
	action => q{INSERT INTO public.seen (job) VALUES ('beside')});
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen WHERE job = 'beside'}), 'jobs of others run then');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job = 'chunk'}), $chunks,
	'and the session of the task does not work around it');
switch_plan('A75');
ok(wait_for($node, $workers, expected => 4), 'all come back with the plan');

# jobs of another group get their share of a task's slots at the ends of chunks
$start = now();
$node->safe_psql('postgres', q{TRUNCATE public.ran; SELECT public.make_many('B', 150)});
ok(wait_for($node, q{SELECT count(*) >= 40 FROM public.ran}), 'a task makes room for jobs');
$part = $node->safe_psql('postgres', <<"SQL");
WITH span AS (SELECT min(started) AS a, max(started) AS b FROM public.ran),
used AS (SELECT sum(extract(epoch FROM least(ended, b) - started)) AS t FROM public.ran, span WHERE started < b)
SELECT round((100 * t / (4 * extract(epoch FROM b - a)))::numeric, 1) FROM used, span
SQL
cmp_ok($part, '>=', 10, "jobs have $part % of the slots, up to 25");
cmp_ok($part, '<=', 33, 'and not more than that');
$node->safe_psql('postgres', q{CALL dbms_parallel_execute.stop_task('long')});
$session->finish;
ok(wait_for($node, $waiting, expected => 0), 'the other jobs run to their end');

# jobs and a task of one group take turns, if it has one slot
switch_plan('ONE');
$node->safe_psql('postgres', q{TRUNCATE public.ran; SELECT public.make_many('A', 200)});
ok(wait_for($node, q{SELECT count(*) >= 3 FROM public.ran}), 'jobs run in the one slot of their group');
$session = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', q{CALL dbms_parallel_execute.resume_task('long')} ],
	'>', \my $turns_out, '2>', \my $turns_err);
ok(wait_for($node, "$workers", expected => 1), 'a task of the group gets it, too');
my $done_before = $node->safe_psql('postgres', 'SELECT count(*) FROM public.ran');
ok(wait_for($node, "SELECT count(*) > $done_before FROM public.ran"), 'and the jobs get it back');
$node->safe_psql('postgres', q{CALL dbms_parallel_execute.stop_task('long')});
$session->finish;
switch_plan('');
ok(wait_for($node, $waiting, expected => 0), 'the jobs run to their end');

# --- what a worker of the group may have for a query

switch_plan('SERIAL');
$node->safe_psql('postgres', 'ALTER DATABASE postgres SET max_parallel_workers_per_gather = 4');
make_job($node, name => 'DEGREE_A', more => '{"job_class": "class_a"}',
	action => q{INSERT INTO public.seen (job, note) VALUES ('degree_a', current_setting('max_parallel_workers_per_gather'))});
make_job($node, name => 'DEGREE_B', more => '{"job_class": "class_b"}',
	action => q{INSERT INTO public.seen (job, note) VALUES ('degree_b', current_setting('max_parallel_workers_per_gather'))});
ok(wait_for($node, q{SELECT string_agg(note, ' ' ORDER BY job) FROM public.seen WHERE job LIKE 'degree%'},
		expected => '0 4'), 'parallel_degree_limit_p1 is a setting of its workers, too');

$gate->quit;

# --- windows, and a server that starts again

$node->safe_psql('postgres', <<'SQL');
CALL dbms_resource_manager.switch_plan('A75');
CALL dbms_scheduler.create_window('shut', resource_plan => 'NO_A', repeat_interval => 'FREQ=YEARLY',
	duration => interval '1 hour', start_date => '2999-01-01');
CALL dbms_scheduler.open_window('shut', interval '1 hour');
SQL
my $in_force = q{SELECT DISTINCT plan FROM dbms.consumer_group_states()};
ok(wait_for($node, $in_force, expected => 'NO_A'), "a window's plan is in force");
$node->safe_psql('postgres', 'TRUNCATE public.ran; SELECT public.make_many(c, 10) FROM (VALUES (\'A\'), (\'B\')) AS t(c)');
my $ended = q{SELECT count(*) FILTER (WHERE class = 'A'), count(*) FILTER (WHERE class = 'B') FROM public.ran};
ok(wait_for($node, $ended, expected => '0|10'), 'a class that it shuts out waits');
$node->restart;
make_job($node, name => 'AGAIN', more => '{"job_class": "class_b"}', action => q{CALL public.nap('B')});
ok(wait_for($node, $ended, expected => '0|11'), 'also after a restart of the server');
is($node->safe_psql('postgres', $in_force), 'NO_A', 'with the plan in force');
$node->safe_psql('postgres', q{CALL dbms_scheduler.close_window('shut')});
ok(wait_for($node, $ended, expected => '10|11'), 'and runs when the window closes');
is($node->safe_psql('postgres', $in_force), 'A75', 'under the plan from before');
$node->safe_psql('postgres', q{SELECT public.make_many('A', 5); CALL dbms_scheduler.open_window('shut', interval '2 s')});
ok(wait_for($node, $ended, expected => '15|11'), 'also when it closes by itself');

ok(wait_for($node, 'SELECT count(*) FROM dbms.run', expected => '0'), 'nothing is left running');
$node->stop;
done_testing();
