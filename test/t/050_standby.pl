# A standby runs nothing; after its promotion the jobs go on there.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf',
	"shared_preload_libraries = 'pg_dbms'\nmax_worker_processes = 20");
$primary->start;
create_extension($primary);
$primary->safe_psql('postgres', <<'SQL');
CREATE TABLE public.work (at timestamptz DEFAULT clock_timestamp());
CALL dbms_scheduler.create_job(job_name => 'tick', job_type => 'PLSQL_BLOCK',
	job_action => 'INSERT INTO public.work DEFAULT VALUES',
	repeat_interval => 'FREQ=SECONDLY', enabled => true);
SQL
ok(wait_for($primary, 'SELECT count(*) >= 2 FROM public.work'),
	'the job runs on the primary');

$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;

my $rows = $primary->safe_psql('postgres', 'SELECT count(*) FROM public.work');
ok(wait_for($primary, "SELECT count(*) >= $rows + 2 FROM public.work"),
	'the primary goes on');
$primary->wait_for_catchup($standby);
is( $standby->safe_psql(
		'postgres',
		"SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_dbms%'"
	),
	'0',
	'no process of ours runs on the standby');
like(
	$standby->safe_psql('postgres',
		'SELECT state FROM sys.user_scheduler_jobs'),
	qr/^(SCHEDULED|READY TO RUN|RUNNING)$/,
	'the views can be read there');
my ($rc, undef, $stderr) = $standby->psql('postgres',
	"CALL dbms_scheduler.disable('tick', force => true)");
isnt($rc, 0, 'a definition cannot be changed there');
like($stderr, qr/read-only transaction|recovery/, 'with a clear error');

$primary->stop('immediate');
$rows = $standby->safe_psql('postgres', 'SELECT count(*) FROM public.work');
$standby->promote;
ok( wait_for($standby, "SELECT count(*) >= $rows + 2 FROM public.work"),
	'after promotion the job goes on');
ok( wait_for($standby, 'SELECT count(*) <= 1 FROM dbms.run'),
	'the run that was under way on the primary is settled');
is( $standby->safe_psql(
		'postgres',
		'SELECT count(*) FROM (SELECT scheduled_at FROM dbms.job_log'
		  . " WHERE is_run AND status = 'SUCCEEDED' GROUP BY scheduled_at HAVING count(*) > 1) AS twice"
	),
	'0',
	'no due time ran twice');

$standby->stop;
done_testing();
