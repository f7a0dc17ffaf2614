# The pool of workers: how many there are, who gets them, when they leave.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# Idle workers would stay for a minute: what has to happen sooner happens in
# less than this.
my $soon = 20;

my $node = start_node('main', 'pg_dbms.max_workers = 3');
add_jobs($node);
$node->safe_psql('postgres',
	join ';', map { "CREATE ROLE pool_$_ LOGIN" } qw(a b c d));

# Jobs wait in front of a gate, an advisory lock that this session holds.
my $gate = open_session($node);
my $pass = 'SELECT pg_advisory_xact_lock_shared(1)';
my $note = "INSERT INTO public.seen (job) VALUES ('#')";

sub shut { $gate->query_safe('SELECT pg_advisory_lock(1)'); return; }
sub open_gate { $gate->query_safe('SELECT pg_advisory_unlock(1)'); return; }

my $running = q{SELECT count(*) FROM dbms.workers() WHERE state = 'running'};

# Wait until all runs that were marked have ended and been taken note of.
sub drained
{
	return wait_for($node,
		'SELECT (SELECT count(*) FROM dbms.run) = 0 AND NOT EXISTS'
		  . ' (SELECT FROM dbms.job_state WHERE next_run_at <= now() AND is_enabled)',
		timeout => $soon);
}

# --- max_workers bounds them

shut();
make_job($node, name => 'BOUND#', owner => 'pool_a', count => 7,
	action => $pass);
ok(wait_for($node, $running, expected => 3), 'as many run as max_workers says');
ok( wait_for(
		$node, 'SELECT waiting, wait_reason, wait_since IS NOT NULL'
		  . ' FROM dbms.coordinators() WHERE pid IS NOT NULL',
		expected => '4|all workers are busy (pg_dbms.max_workers)|t'),
	'the others wait, and one can see why');
is(scalar(pids($node, 'worker')), 3, 'and there is no further process');
open_gate();
ok(drained(), 'then they run too');
is(log_rows($node, 'count(*), count(DISTINCT worker_pid)', "job_name LIKE 'BOUND%' AND status = 'SUCCEEDED'"),
	'7|3', 'in the same processes');

# --- a worker runs one job after the other, of its role only

foreach my $i (1 .. 3)
{
	make_job($node, name => "AGAIN$i", owner => 'pool_a', action => 'SELECT 1');
	drained();
}
is(log_rows($node, 'count(*), count(DISTINCT worker_pid)', "job_name LIKE 'AGAIN%'"),
	'3|1', 'one process for consecutive runs of a role');

# All three are idle and of another role now.
make_job($node, name => 'OTHER', owner => 'pool_b', action => 'SELECT 1');
ok(drained(), 'an idle worker of another role makes room');
is( $node->safe_psql(
		'postgres', q{SELECT count(*) FROM dbms.workers() WHERE role_oid = 'pool_a'::regrole}),
	'2', 'just one of them');
shut();
make_job($node, name => 'MIX_C#', owner => 'pool_c', count => 2, action => $pass);
make_job($node, name => 'MIX_D#', owner => 'pool_d', count => 2, action => $pass);
make_job($node, name => 'MIX_A#', owner => 'pool_a', count => 2, action => $pass);
ok(wait_for($node, $running, expected => 3), 'all slots are busy again');
open_gate();
ok(drained(), 'jobs of more roles than workers all run');
is( $node->safe_psql(
		'postgres',
		'SELECT count(*) FROM (SELECT worker_pid FROM dbms.job_log WHERE is_run'
		  . ' GROUP BY worker_pid HAVING count(DISTINCT owner_id) > 1) AS shared'),
	'0', 'no worker ever ran jobs of two roles');

# --- priority, then time

setting($node, 'pg_dbms.max_workers' => 1);
ok(wait_for($node, 'SELECT count(*) <= 1 FROM dbms.workers()', timeout => $soon),
	'idle workers leave when max_workers is lowered');
shut();
make_job($node, name => 'FIRST', owner => 'pool_a', action => $pass);
ok(wait_for($node, $running, expected => 1), 'the only worker is busy');
$node->safe_psql('postgres', join '',
	map { make_job_sql(
			name   => "ORDER$_->[0]",
			action => "INSERT INTO public.seen (job, note) VALUES ('order', '$_->[0]')",
			owner  => 'pool_a',
			at     => "clock_timestamp() + interval '$_->[1] s'",
			more   => "{\"job_priority\": $_->[2]}") }
	  ([ 'e', 0.3, 5 ], [ 'b', 0.8, 1 ], [ 'd', 0.7, 3 ], [ 'a', 0.5, 1 ], [ 'c', 0.1, 3 ]));
ok( wait_for(
		$node, 'SELECT waiting FROM dbms.coordinators() WHERE pid IS NOT NULL',
		expected => '5'),
	'five wait');
open_gate();
ok(drained(), 'and run');
is( $node->safe_psql(
		'postgres', "SELECT string_agg(note, '' ORDER BY id) FROM public.seen WHERE job = 'order'"),
	'abcde', 'in the order of priority, then of due time');

# --- changed while jobs run

$node->safe_psql('postgres',
	'CREATE FUNCTION public.running() RETURNS SETOF int LANGUAGE sql'
	  . ' SECURITY DEFINER SET search_path = pg_catalog AS'
	  . q{ $$SELECT slot FROM dbms.workers() WHERE state IN ('assigned', 'running')$$});
setting($node, 'pg_dbms.max_workers' => 4);
shut();
make_job($node, name => 'MORE#', owner => 'pool_a', count => 40,
	action => "BEGIN PERFORM pg_advisory_xact_lock_shared(1);"
	  . " INSERT INTO public.seen (job, note)"
	  . " SELECT 'more', count(*) FROM public.running(); END");
ok(wait_for($node, $running, expected => 4), 'raised: more run at once');
setting($node, 'pg_dbms.max_workers' => 2);
open_gate();
ok(drained(), 'lowered: all the same they come to their end');
is( $node->safe_psql(
		'postgres',
		"SELECT count(*), max(note::int) FILTER (WHERE nth > 8) <= 2 FROM"
		  . " (SELECT note, row_number() OVER (ORDER BY id) AS nth FROM public.seen WHERE job = 'more') AS s"),
	'40|t', 'with no more at once than the lowered setting');

setting($node, 'pg_dbms.max_workers' => 0);
ok(wait_for($node, 'SELECT count(*) FROM dbms.workers()', expected => '0',
	timeout => $soon), 'with 0 all workers leave');
make_job($node, name => 'PAUSED', owner => 'pool_a', action => 'SELECT 1');
ok( wait_for(
		$node, 'SELECT waiting, wait_reason FROM dbms.coordinators() WHERE pid IS NOT NULL',
		expected => '1|pg_dbms.max_workers is 0'),
	'and a job waits');
setting($node, 'pg_dbms.max_workers' => 2);
ok(drained(), 'until it is raised again');
is(log_rows($node, 'status', "job_name = 'PAUSED'"), 'SUCCEEDED', 'the waiting job has run');

# --- idle workers leave after a while

setting($node, 'pg_dbms.worker_idle_timeout' => '300ms');
make_job($node, name => 'LAST', owner => 'pool_a', action => 'SELECT 1');
drained();
ok(wait_for($node, 'SELECT count(*) FROM dbms.workers()', expected => '0',
	timeout => $soon), 'idle workers leave after worker_idle_timeout');
setting($node, 'pg_dbms.worker_idle_timeout' => '1min');

# --- owners that can run nothing

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE pool_nologin NOLOGIN;
CREATE ROLE pool_gone LOGIN;
CREATE ROLE pool_out LOGIN;
CREATE DATABASE closed;
REVOKE CONNECT ON DATABASE closed FROM PUBLIC;
SQL
create_extension($node, 'closed');
add_jobs($node, 'closed');

make_job($node, name => 'NOLOGIN', owner => 'pool_nologin', action => 'SELECT 1');
ok(wait_for($node, q{SELECT status || ' ' || errors FROM dbms.job_log WHERE is_run AND job_name = 'NOLOGIN'},
		expected => 'FAILED the owner of the job is not permitted to log in'),
	'an owner that may not log in: a failed run that says so');
make_job($node, name => 'NOCONNECT', owner => 'pool_out', action => 'SELECT 1',
	database => 'closed');
ok( wait_for(
		$node, q{SELECT status || ' ' || errors FROM dbms.job_log WHERE is_run AND job_name = 'NOCONNECT'},
		database => 'closed',
		expected => 'FAILED the owner of the job lacks the CONNECT privilege on the database'),
	'an owner that may not connect');

# a role that is gone all the same: its entry is deleted as no command would
setting($node, 'pg_dbms.max_workers' => 0);
make_job($node, name => 'GONE', owner => 'pool_gone', action => 'SELECT 1');
$node->safe_psql('postgres', <<'SQL');
SET allow_system_table_mods = on;
DELETE FROM pg_shdepend WHERE objid = 'dbms.owned_objects()'::regprocedure AND refobjid = 'pool_gone'::regrole;
DROP ROLE pool_gone;
SQL
setting($node, 'pg_dbms.max_workers' => 2);
ok(wait_for($node, q{SELECT status || ' ' || errors FROM dbms.job_log WHERE is_run AND job_name = 'GONE'},
		expected => 'FAILED the owner of the job does not exist'),
	'an owner that is gone');
is(log_rows($node, 'DISTINCT sqlstate', "job_name IN ('NOLOGIN', 'GONE') AND is_run"),
	'28000', 'the record has an SQLSTATE');
make_job($node, name => 'AFTER', owner => 'pool_a', action => 'SELECT 1');
ok(drained(), 'the others go on');
is(log_rows($node, 'status', "job_name = 'AFTER'"), 'SUCCEEDED', 'and run');

# --- two databases share the pool

$node->safe_psql('postgres', 'CREATE DATABASE other');
create_extension($node, 'other');
add_jobs($node, 'other');
setting($node, 'pg_dbms.max_workers' => 1);
make_job($node, name => 'HERE', owner => 'pool_a', action => 'SELECT 1');
drained();
my $begun = time;
make_job($node, name => 'THERE', owner => 'pool_a', action => 'SELECT 1', database => 'other');
ok( wait_for(
		$node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'THERE'},
		database => 'other', expected => '1', timeout => $soon),
	'an idle worker of another database makes room');

# busy when the other asks, idle later
shut();
make_job($node, name => 'BUSY', owner => 'pool_a', action => $pass);
ok(wait_for($node, $running, expected => 1), 'one database has the only worker');
make_job($node, name => 'WAITS', owner => 'pool_a', action => 'SELECT 1', database => 'other');
ok( wait_for(
		$node, 'SELECT count(*) FROM dbms.coordinators() WHERE waiting = 1',
		expected => '1'),
	'the other waits');
open_gate();
ok( wait_for(
		$node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'WAITS'},
		database => 'other', expected => '1', timeout => $soon),
	'and gets it as soon as it is idle');

# both have more to do than the pool can take
setting($node, 'pg_dbms.max_workers' => 2);
shut();
make_job($node, name => 'FAIR#', owner => 'pool_a', count => 60, action => "$pass; $note; SELECT pg_sleep(0.02)");
ok(wait_for($node, $running, expected => 2), 'one database has all workers');
make_job($node, name => 'FAIR#', owner => 'pool_a', count => 10, action => "$note; SELECT pg_sleep(0.02)", database => 'other');
ok(wait_for($node, q{SELECT sum(waiting) FROM dbms.coordinators()}, expected => '68'), 'both wait');
open_gate();
ok(wait_for($node, q{SELECT count(*) FROM public.seen WHERE job <> 'order' AND job <> 'more'},
	expected => '60', timeout => $soon), 'all have run in the one');
ok(wait_for($node, q{SELECT count(*) FROM public.seen}, database => 'other',
	expected => '10', timeout => $soon), 'and in the other');
my $last_there = $node->safe_psql('other', 'SELECT max(at) FROM public.seen');
cmp_ok(
	$node->safe_psql('postgres',
		"SELECT count(*) FROM public.seen WHERE at < '$last_there' AND job <> 'order' AND job <> 'more'"),
	'<', 50, 'neither had to wait for the other to finish');

# --- no process to be had

$gate->quit;
$node->append_conf('postgresql.conf', "max_worker_processes = 6\n");
setting($node, 'pg_dbms.max_workers' => 8);
$node->restart;
$gate = open_session($node);
wait_for_pids($node, 'coordinator', 3);
my $offset = -s $node->logfile;
shut();
make_job($node, name => 'NOPROCESS#', owner => 'pool_a', count => 4, action => $pass);
ok( wait_for(
		$node,
		'SELECT waiting, wait_reason FROM dbms.coordinators() WHERE waiting > 0',
		expected => '3|no worker process is free (max_worker_processes)'),
	'too few max_worker_processes: jobs wait, and one can see why');

# it has tried for at least a second
wait_for($node, q{SELECT max(now() - wait_since) > '1 s' FROM dbms.coordinators()});
my $log = slurp_file($node->logfile, $offset);
my @said = $log =~ m/no worker process is free/g;
is(scalar @said, 1, 'said once in the log');
open_gate();
ok(drained(), 'with one worker they all run');

# the idle worker of another role is in the way
make_job($node, name => 'INSTEAD', owner => 'pool_b', action => 'SELECT 1');
ok(drained(), 'an idle worker leaves its process to another role');
is(log_rows($node, 'status', "job_name = 'INSTEAD'"), 'SUCCEEDED', 'which runs its job');

$gate->quit;
$node->stop;
done_testing();
