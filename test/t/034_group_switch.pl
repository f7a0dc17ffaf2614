# SWITCH_CONSUMER_GROUP_FOR_SESS and _FOR_USER: work that runs goes on in
# another consumer group, and what waited for its place starts.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 6');

# A group of which one job runs at a time. Jobs hold on until the lock is gone.
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_ann LOGIN;
CREATE ROLE regress_ben LOGIN;
GRANT dbms_create_job TO regress_ann, regress_ben;
CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.create_plan('p');
CALL dbms_resource_manager.create_consumer_group('narrow');
CALL dbms_resource_manager.create_consumer_group('wide');
CALL dbms_resource_manager.create_consumer_group('closed');
CALL dbms_resource_manager.create_plan_directive('p', 'narrow', mgmt_p1 => 50, active_sess_pool_p1 => 1);
CALL dbms_resource_manager.create_plan_directive('p', 'wide', mgmt_p1 => 25);
CALL dbms_resource_manager.create_plan_directive('p', 'other_groups', mgmt_p1 => 25);
CALL dbms_resource_manager.set_consumer_group_mapping('ORACLE_USER', 'regress_ann', 'narrow');
CALL dbms_resource_manager.submit_pending_area();
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_ann', 'wide', false);
CALL dbms_resource_manager.switch_plan('p');
SQL
my $lock = open_session($node);
$lock->query('SELECT pg_advisory_lock(1)');

my $running = q{SELECT string_agg(job_name || ' ' || resource_consumer_group, ', ' ORDER BY job_name) FROM sys.dba_scheduler_running_jobs};

sub start
{
	my ($owner, $name) = @_;

	$node->safe_psql('postgres', <<"SQL");
SET ROLE $owner;
CALL dbms_scheduler.create_job('$name', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN PERFORM pg_advisory_lock_shared(1); END;', enabled => true);
SQL
	return;
}

sub session
{
	my ($name) = @_;
	return $node->safe_psql('postgres', "SELECT session_id FROM sys.dba_scheduler_running_jobs WHERE job_name = '$name'");
}

sub refused
{
	my ($sqlstate, $call, $what) = @_;
	my (undef, undef, $stderr) = try_sql($node, "\\set VERBOSITY sqlstate\nCALL dbms_resource_manager.$call");
	like($stderr, qr/ERROR:  $sqlstate/, $what);
	return;
}

start('regress_ann', 'A1');
ok(wait_for($node, $running, expected => 'A1 NARROW'), 'a job runs in the group of its owner');
start('regress_ann', 'A2');
start('regress_ann', 'A3');
start('regress_ben', 'B1');
ok(wait_for($node, $running, expected => 'A1 NARROW, B1 DEFAULT_CONSUMER_GROUP'), 'two more have no place there');

my $first = session('A1');
refused('O9399', "switch_consumer_group_for_sess($first, 1, 'closed')", 'its owner needs the privilege on a group');
refused('O9399', 'switch_consumer_group_for_sess(' . session('B1') . ", 1, 'wide')", 'so does another one');
refused('O9394', "switch_consumer_group_for_sess(pg_backend_pid(), 1, 'wide')", 'a session of a client has no group');

$node->safe_psql('postgres', "CALL dbms_resource_manager.switch_consumer_group_for_sess($first, 1, 'wide')");
ok( wait_for($node, $running, expected => 'A1 WIDE, A2 NARROW, B1 DEFAULT_CONSUMER_GROUP'),
	'the first one goes on in another group, and the second starts');

# a rollback does not move it back
$node->safe_psql('postgres', "BEGIN; CALL dbms_resource_manager.switch_consumer_group_for_user('regress_ann', 'wide'); ROLLBACK;");
ok( wait_for($node, $running, expected => 'A1 WIDE, A2 WIDE, A3 NARROW, B1 DEFAULT_CONSUMER_GROUP'),
	'all that runs of the user goes on there, and the third starts');

$lock->query('SELECT pg_advisory_unlock(1)');
ok(wait_for($node, 'SELECT count(*) = 0 FROM sys.dba_scheduler_running_jobs'), 'all end');
is($node->safe_psql('postgres', "SELECT count(*) FROM sys.dba_scheduler_job_run_details WHERE status = 'SUCCEEDED'"),
	4, 'and succeed');
refused('O9394', "switch_consumer_group_for_sess($first, 1, 'wide')", 'a worker without work has no group');
refused('O9393', "switch_consumer_group_for_user('regress_ann', 'wide')", 'nor a user of whom nothing runs');

# the next run is in the group of its owner again
$lock->query('SELECT pg_advisory_lock(1)');
start('regress_ann', 'A4');
ok(wait_for($node, $running, expected => 'A4 NARROW'), 'the next one is where the mapping says');
$lock->query('SELECT pg_advisory_unlock(1)');
ok(wait_for($node, 'SELECT count(*) = 0 FROM sys.dba_scheduler_running_jobs'), 'it ends');

$lock->quit;
$node->stop;
done_testing();
