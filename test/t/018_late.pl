# Jobs that are late when their turn comes: longer than their schedule_limit,
# and what was missed is logged once, however often the jobs are read again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $soon = 25;
my $node = start_node('main', 'pg_dbms.max_workers = 4');
add_jobs($node);

# --- schedule_limit: made late by hand, which holds the database for as long
# as the session lasts

make_job($node, name => 'OVER', action => 'SELECT 1', at => q{now() + interval '1 hour'}, repeat => 'FREQ=YEARLY',
	more => '{"schedule_limit": "00:01:00"}');
make_job($node, name => 'UNDER', action => 'SELECT 1', at => q{now() + interval '1 hour'}, repeat => 'FREQ=YEARLY',
	more => '{"schedule_limit": "01:00:00"}');
make_job($node, name => 'ONETIME', action => 'SELECT 1', at => q{now() + interval '1 hour'},
	more => '{"schedule_limit": "00:01:00", "auto_drop": "FALSE"}');
$node->safe_psql('postgres', <<'SQL');
UPDATE dbms.job_state s SET next_run_at = now() - interval '90 s', due_at = now() - interval '90 s'
  FROM dbms.object b WHERE b.id = s.job_id AND b.name IN ('OVER', 'UNDER', 'ONETIME');
SQL
my $counts = q{SELECT string_agg(format('%s %s %s %s', b.name, s.run_count, s.failure_count, s.next_run_at > now()), ', ' ORDER BY b.name)}
	. q{ FROM dbms.job_state s JOIN dbms.object b ON b.id = s.job_id WHERE b.name IN ('OVER', 'UNDER', 'ONETIME')};
ok( wait_for(
		$node, $counts,
		expected => 'ONETIME 1 0 , OVER 0 0 t, UNDER 1 0 t', timeout => $soon),
	'a run that waited longer than the limit is skipped, and counts neither as a run nor as a failure');
is( log_rows($node, 'job_name, additional_info', q{operation = 'SCH_LIM_REACHED'}),
	'OVER|REASON="schedule_limit exceeded"', 'and is logged; a job that runs once has no limit');

# --- a job of the moment in which the extension comes is not late: the
# coordinator was about to come, too

$node->safe_psql('postgres', 'CREATE DATABASE fresh');
my $served = q{SELECT count(*) FROM dbms.coordinators() c JOIN pg_database d ON d.oid = c.database_oid WHERE datname = 'fresh'};
$node->safe_psql('fresh', 'CREATE EXTENSION pg_dbms');
ok(wait_for($node, "$served AND state = 'serving'", expected => 1, timeout => $soon), 'another database is served');
$node->safe_psql('fresh', 'DROP EXTENSION pg_dbms');
ok(wait_for($node, $served, expected => 0, timeout => $soon), 'and not any more');
$node->safe_psql('fresh', <<'SQL');
BEGIN;
CREATE EXTENSION pg_dbms;
CALL dbms_scheduler.create_job('at_once', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1', enabled => true, auto_drop => false);
COMMIT;
SQL
ok( wait_for(
		$node, q{SELECT string_agg(operation, ',' ORDER BY log_id) FROM sys.dba_scheduler_job_log WHERE job_name = 'AT_ONCE'},
		database => 'fresh', expected => 'RUN', timeout => $soon),
	'a job made together with the extension runs, and nothing was missed');

# --- what was missed is logged once for the jobs that wait for a worker

setting($node, 'pg_dbms.max_workers' => 0);
make_job($node, name => 'MISSED#', count => 3, action => 'SELECT 1', repeat => 'FREQ=HOURLY',
	at => q{clock_timestamp() + interval '300 ms'});
wait_for($node, 'SELECT waiting FROM dbms.coordinators() WHERE waiting >= 3', expected => 3);
$node->stop('immediate');
$node->start;
my $missed = q{operation = 'MISSED' AND job_name ~ '^MISSED'};
ok(wait_for($node, "SELECT count(*) FROM dbms.job_log WHERE $missed", expected => 3, timeout => $soon),
	'what was missed is logged');

# every job is read again
for my $zone ('Asia/Tokyo', 'UTC')
{
	$node->safe_psql('postgres', "CALL dbms_scheduler.set_scheduler_attribute('DEFAULT_TIMEZONE', '$zone')");
}
setting($node, 'pg_dbms.max_workers' => 4);
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE is_run AND job_name ~ '^MISSED'}, expected => 3, timeout => $soon),
	'the jobs run');
is($node->safe_psql('postgres', "SELECT count(*) FROM dbms.job_log WHERE $missed"), '3', 'and nothing is logged twice');

done_testing();
