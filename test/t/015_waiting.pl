# Work that waits: a view says why and since when, the log says it once.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 1');

# the first job holds the only worker until this session lets go
my $session = $node->background_psql('postgres');
$session->query('SELECT pg_advisory_lock(1)');
$node->safe_psql('postgres', <<'SQL');
CALL dbms_scheduler.create_job(job_name => 'busy', job_type => 'PLSQL_BLOCK',
	job_action => 'SELECT pg_advisory_xact_lock(1)', enabled => true);
CALL dbms_scheduler.create_job(job_name => 'waits', job_type => 'PLSQL_BLOCK',
	job_action => 'SELECT 1', enabled => true);
SQL
ok( wait_for(
		$node,
		'SELECT string_agg(job_name || reason, \',\') FROM sys.dba_scheduler_waiting_jobs',
		expected => 'WAITSall workers are busy (pg_dbms.max_workers)'),
	'the view names the job and the reason');
is( $node->safe_psql('postgres',
		'SELECT waiting_since <= now() FROM sys.dba_scheduler_waiting_jobs'),
	't',
	'and since when');
my $offset = wait_for_message($node,
	'1 item of work is due and waits: all workers are busy');
ok($offset, 'the log says that work waits for long');

# turns of the coordinator in between do not say it again
$node->safe_psql('postgres', <<"SQL") for 1 .. 3;
CALL dbms_scheduler.create_job(job_name => dbms_scheduler.generate_job_name(), job_type => 'PLSQL_BLOCK',
	job_action => 'SELECT 1', enabled => true);
SQL
ok( wait_for(
		$node, 'SELECT count(*) = 4 FROM sys.dba_scheduler_waiting_jobs'),
	'more jobs wait');
$session->query('SELECT pg_advisory_unlock(1)');
$session->quit;
ok(wait_for($node, 'SELECT count(*) = 0 FROM sys.dba_scheduler_waiting_jobs'),
	'all of them run when the worker is free');
unlike(slurp_file($node->logfile, $offset), qr/due and wait/, 'one line only');

$node->stop;
done_testing();
