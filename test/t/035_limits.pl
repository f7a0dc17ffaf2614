# What a directive limits of one session or call: CPU time, duration, reads,
# memory; what becomes of work that is beyond; settings and niceness of
# workers. A switch of the plan reaches what runs already.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 8', 'shared_buffers = 16MB');
my $end = q{EXISTS (SELECT FROM sys.dba_scheduler_job_run_details WHERE job_name = '%s')};

sub sql
{
	return $node->safe_psql('postgres', @_);
}

# A job of the class of a consumer group.
sub start_job
{
	my ($group, $action, $type) = @_;

	$type //= 'PLSQL_BLOCK';
	sql("CALL dbms_scheduler.create_job('J_$group', job_type => '$type', job_action => \$a\$$action\$a\$,"
		  . " job_class => 'C_$group', enabled => true)");
	return;
}

sub wait_for_end
{
	my ($group) = @_;

	return wait_for($node, sprintf "SELECT $end", "J_$group") || die "job of $group does not end";
}

# status, error number, what the log says of a limit
sub record
{
	my ($group) = @_;

	wait_for_end($group);
	return sql(<<"SQL");
SELECT status, "error#", coalesce(substring(additional_info FROM '(?:RESOURCE_LIMIT|REASON)="([^"]*)"'), '-')
  FROM sys.dba_scheduler_job_run_details WHERE job_name = 'J_$group'
SQL
}

my $burn  = 'DECLARE n numeric; BEGIN FOR i IN 1..1000000000 LOOP n := i * 2; END LOOP; END;';
my $sleep = 'BEGIN PERFORM pg_sleep(%s); END;';

my %directive = (
	CPU      => q{switch_group => 'CANCEL_SQL', switch_time => 0.5},
	TIME     => q{switch_group => 'KILL_SESSION', switch_elapsed_time => 0.5},
	TELL     => q{switch_group => 'LOG_ONLY', switch_elapsed_time => 0.2},
	MOVE     => q{switch_group => 'CPU', switch_elapsed_time => 0.3},
	READS    => q{switch_group => 'CANCEL_SQL', switch_io_logical => 5000},
	REQUESTS => q{switch_group => 'CANCEL_SQL', switch_io_reqs => 1000},
	BYTES    => q{switch_group => 'CANCEL_SQL', switch_io_megabytes => 20},
	MEMORY   => q{session_pga_limit => 60},
	SETTINGS => q{worker_settings => '{work_mem=7MB,vacuum_cost_delay=11,hash_mem_multiplier=3}', worker_niceness => 7},
	NOTHING  => q{switch_time => 0.1, switch_elapsed_time => 0.1},
	CHUNK    => q{switch_group => 'CANCEL_SQL', switch_elapsed_time => 0.5, switch_for_call => true},
	TASK     => q{switch_group => 'CANCEL_SQL', switch_elapsed_time => 0.05},
	GUEST    => q{switch_group => 'HOST', switch_elapsed_time => 0.3, switch_for_call => true},
	HOST     => q{mgmt_p1 => 1},
	STUBBORN => q{switch_group => 'CANCEL_SQL', switch_elapsed_time => 0.3},
	DEGREE   => q{parallel_degree_limit_p1 => 1, worker_settings => '{max_parallel_workers_per_gather=8}'});

my $script = "CALL dbms_resource_manager.create_pending_area();\n"
  . "CALL dbms_resource_manager.create_plan('LIMITS');\n"
  . "CALL dbms_resource_manager.create_plan('OTHER');\n"
  . "CALL dbms_resource_manager.create_plan_directive('OTHER', 'OTHER_GROUPS', worker_settings => '{work_mem=5MB}');\n"
  . "CALL dbms_resource_manager.create_plan_directive('LIMITS', 'OTHER_GROUPS');\n";
$script .= "CALL dbms_resource_manager.create_consumer_group('$_');\n" foreach sort keys %directive;
$script .= "CALL dbms_resource_manager.create_plan_directive('LIMITS', '$_', $directive{$_});\n"
  foreach sort keys %directive;
$script .= "CALL dbms_resource_manager.submit_pending_area();\n";
$script .= "CALL dbms_scheduler.create_job_class('C_$_', resource_consumer_group => '$_');\n"
  foreach sort keys %directive;
$script .= "CALL dbms_resource_manager.switch_plan('LIMITS');\n";
sql($script . 'CREATE TABLE public.seen (id int GENERATED ALWAYS AS IDENTITY, what text);'
	  . 'CREATE TABLE public.large AS SELECT g, repeat(md5(g::text), 20) AS pad FROM generate_series(1, 60000) AS g;');

# --- beyond a limit

start_job('CPU', $burn);
start_job('TIME', sprintf $sleep, 600);
start_job('TELL', sprintf $sleep, 1);
start_job('NOTHING', sprintf $sleep, 1);
start_job('MOVE', "BEGIN PERFORM pg_sleep(0.6); $burn END;");
ok( wait_for($node, q{SELECT count(*) = 1 FROM dbms.workers() WHERE name = 'POSTGRES.J_MOVE' AND consumer_group = 'CPU'}),
	'work that is moved shows its new group');
is(record('CPU'), 'FAILED|40|switch_time of consumer group CPU', 'CANCEL_SQL for CPU time');
is(record('TIME'), 'FAILED|41|switch_elapsed_time of consumer group TIME', 'KILL_SESSION for the time that it lasts');
is(record('TELL'), 'SUCCEEDED|0|switch_elapsed_time of consumer group TELL', 'LOG_ONLY tells the log of the run');
like(slurp_file($node->logfile), qr/"POSTGRES.J_TELL" is beyond switch_elapsed_time of consumer group TELL/, '... and that of the server');
is(record('NOTHING'), 'SUCCEEDED|0|-', 'without switch_group nothing happens');
is(record('MOVE'), 'FAILED|40|switch_time of consumer group CPU', 'in its new group the limits of that one count');

is( sql(<<'SQL'), "CPU 1 0 2 0\nMOVE 0 1 0 0\nTIME 0 0 0 1", 'counts of what became of work');
SELECT concat_ws(' ', name, switches_in_cpu_time, switches_out_cpu_time, sql_canceled, active_sessions_killed)
  FROM sys."v$rsrc_consumer_group" WHERE name IN ('CPU', 'MOVE', 'TIME') ORDER BY name
SQL

my $scan = 'DECLARE n bigint; BEGIN FOR i IN 1..100000 LOOP SELECT count(pad) INTO n FROM public.large; END LOOP; END;';
start_job('READS', $scan);
start_job('REQUESTS', $scan);
start_job('BYTES', $scan);
is(record('READS'), 'FAILED|40|switch_io_logical of consumer group READS', 'buffers');
is(record('REQUESTS'), 'FAILED|40|switch_io_reqs of consumer group REQUESTS', 'reads');
is(record('BYTES'), 'FAILED|40|switch_io_megabytes of consumer group BYTES', 'megabytes');

start_job('MEMORY', 'DECLARE x text[]; BEGIN FOR i IN 1..100000 LOOP x := x || repeat(md5(i::text), 10000);'
	  . ' PERFORM pg_sleep(0.005); END LOOP; END;');
like(record('MEMORY'), qr/^FAILED\|10260\|/, 'memory');

# --- settings and niceness, also of what runs already

my $gate = open_session($node);
$gate->query_safe('SELECT pg_advisory_lock(7)');
start_job('SETTINGS', <<'SQL', 'SQL_SCRIPT');
INSERT INTO public.seen (what) VALUES (concat_ws(' ', current_setting('work_mem'), current_setting('vacuum_cost_delay')));
SET hash_mem_multiplier = 7;
SELECT pg_advisory_xact_lock_shared(7);
INSERT INTO public.seen (what) VALUES (concat_ws(' ', current_setting('work_mem'), current_setting('vacuum_cost_delay'), current_setting('hash_mem_multiplier')));
SQL
ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}), 'a job waits');
my $pid = sql(q{SELECT pid FROM dbms.workers() WHERE name = 'POSTGRES.J_SETTINGS'});
like(`ps -o ni= -p $pid`, qr/^\s*7\s*$/, 'its worker is niced');
sql(q{CALL dbms_resource_manager.switch_plan('OTHER')});
ok(wait_for($node, q{SELECT count(*) > 0 FROM dbms.consumer_group_states() WHERE plan = 'OTHER'}), 'the plan is switched');
$gate->query_safe('SELECT pg_advisory_unlock(7)');
wait_for_end('SETTINGS');
is(sql('SELECT what FROM public.seen ORDER BY id'), "7MB 11ms\n5MB 0 7",
	'settings of the directive, and of that of the next plan from the next statement on, but for what the action has set');
ok(wait_for($node, "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid"), 'a niced worker leaves when its work is done');
sql(q{TRUNCATE public.seen; CALL dbms_resource_manager.switch_plan('')});
start_job('SETTINGS', q{INSERT INTO public.seen (what) SELECT setting FROM pg_settings WHERE name = 'work_mem'}, 'SQL_SCRIPT');
ok(wait_for($node, q{SELECT count(*) = 1 FROM public.seen}), 'without a plan');
is(sql('SELECT what FROM public.seen'), '4096', '... a worker has its own settings');
sql(q{CALL dbms_resource_manager.switch_plan('LIMITS')});

start_job('DEGREE', q{INSERT INTO public.seen (what) SELECT current_setting('max_parallel_workers_per_gather') || current_setting('max_parallel_maintenance_workers')}, 'SQL_SCRIPT');
wait_for_end('DEGREE');
is(sql('SELECT what FROM public.seen ORDER BY id DESC LIMIT 1'), '00', 'a degree of one: no parallel workers');

# --- chunks

sql(<<'SQL');
CREATE TABLE public.rows AS SELECT g AS id, 0 AS n FROM generate_series(1, 40) AS g;
ALTER TABLE public.rows ADD PRIMARY KEY (id);
CREATE FUNCTION public.slow(first int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_sleep(CASE WHEN first = 11 THEN 600 ELSE 0.1 END);
	RETURN true;
END $$;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'public', 'rows', 'id', 5);
CALL dbms_parallel_execute.run_task('t',
	'UPDATE rows SET n = n + 1 WHERE id BETWEEN :start_id AND :end_id AND (SELECT slow(:start_id))', 1,
	parallel_level => 2, job_class => 'C_CHUNK');
SQL
is(sql(q{SELECT start_id, status, error_code FROM sys.dba_parallel_execute_chunks WHERE status <> 'PROCESSED'}),
	'11|PROCESSED_WITH_ERROR|-40', 'a chunk that lasts too long fails, the others do not');
is(sql('SELECT count(*) FROM public.rows WHERE n = 1'), 35, 'what they did is there');

# a worker of a task that is beyond a limit between two chunks: only chunks fail
sql(<<'SQL');
CALL dbms_parallel_execute.create_task('short');
CALL dbms_parallel_execute.create_chunks_by_sql('short', 'SELECT g, g FROM generate_series(1, 4000) AS g', false);
CALL dbms_parallel_execute.run_task('short',
	'UPDATE rows SET n = n WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 2, job_class => 'C_TASK');
SQL
is(sql(q{SELECT status IN ('FINISHED', 'FINISHED_WITH_ERROR') FROM sys.dba_parallel_execute_tasks WHERE task_name = 'short'}),
	't', 'a limit of workers does not end their task');
is(sql(<<'SQL'), '0', '... chunks are processed, or fail with the error of the limit');
SELECT count(*) FROM sys.dba_parallel_execute_chunks
 WHERE task_name = 'short' AND NOT (status = 'PROCESSED' OR status = 'PROCESSED_WITH_ERROR' AND error_code = -40)
SQL

# a worker that is ended
my (undef, undef, $told) = $node->psql('postgres', <<'SQL');
CALL dbms_parallel_execute.create_task('ended');
CALL dbms_parallel_execute.create_chunks_by_sql('ended', 'SELECT 11, 11', false);
CALL dbms_parallel_execute.run_task('ended',
	'UPDATE rows SET n = n WHERE id BETWEEN :start_id AND :end_id AND (SELECT slow(:start_id))', 1,
	parallel_level => 1, job_class => 'C_TIME');
SQL
like($told, qr/A worker ended with: active time limit exceeded - session terminated/, 'a task says which limit ended its worker');

# moved for the time of a call
sql(<<'SQL');
CREATE FUNCTION public.gated(chunk int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock_shared(chunk);
	RETURN true;
END $$;
SQL
$gate->query_safe('SELECT pg_advisory_lock(21), pg_advisory_lock(22)');
my $caller = open_session($node);
$caller->query_safe(<<'SQL');
CALL dbms_parallel_execute.create_task('guest');
CALL dbms_parallel_execute.create_chunks_by_sql('guest', 'SELECT g, g FROM generate_series(21, 22) AS g', false);
SQL
$caller->query_until(qr/started/, <<'SQL');
\echo started
CALL dbms_parallel_execute.run_task('guest', 'UPDATE rows SET n = n WHERE id BETWEEN :start_id AND :end_id AND gated(:start_id)', 1, parallel_level => 1, job_class => 'C_GUEST');
SQL
my $group_is = q{SELECT count(*) = 1 FROM dbms.workers() WHERE kind = 'PARALLEL' AND consumer_group = '%s'};
ok(wait_for($node, sprintf $group_is, 'HOST'), 'a call that lasts is moved to another group');
$gate->query_safe('SELECT pg_advisory_unlock(21)');
ok(wait_for($node, sprintf $group_is, 'GUEST'), '... the next one is of its own');
ok(wait_for($node, sprintf $group_is, 'HOST'), '... until it lasts, too');
$gate->query_safe('SELECT pg_advisory_unlock(22)');
$caller->quit;

# cancelled again and again
start_job('STUBBORN', <<'SQL');
BEGIN
	FOR i IN 1..2 LOOP
		BEGIN
			PERFORM pg_sleep(600);
		EXCEPTION WHEN query_canceled THEN
			INSERT INTO public.seen (what) VALUES ('canceled');
		END;
	END LOOP;
	PERFORM pg_sleep(600);
END
SQL
is(record('STUBBORN'), 'FAILED|40|switch_elapsed_time of consumer group STUBBORN', 'a run that bears a cancel is cancelled again');

$node->stop;
done_testing();
