# Many jobs and windows that are not due cost nothing: no CPU, no writes, no memory.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $jobs = $ENV{PGD_IDLE_JOBS} // 20000;
my $watched = 5;                # seconds

my $node = start_node('main', 'autovacuum = off', 'checkpoint_timeout = 1h',
	'wal_level = minimal', 'max_wal_senders = 0');
add_jobs($node);
$node->safe_psql('postgres', 'CREATE ROLE idle_owner LOGIN');

# CPU of a process in milliseconds, and its private memory in kilobytes
sub cpu
{
	my ($pid) = @_;
	my @stat = split / /, (slurp_file("/proc/$pid/stat") =~ s/^.*\) //sr);

	return ($stat[11] + $stat[12]) * 10;
}

sub memory
{
	my ($pid) = @_;

	return slurp_file("/proc/$pid/status") =~ m/RssAnon:\s+(\d+)/ ? $1 : undef;
}

make_job($node, name => 'IDLE#', count => $jobs, owner => 'idle_owner',
	action => 'SELECT 1', at => "now() + interval '30 days'");
# windows, too: one is open
$node->safe_psql('postgres', q{DO $$ BEGIN FOR i IN 1..200 LOOP
	CALL dbms_scheduler.create_window('IDLE_WINDOW' || i, 'DEFAULT_MAINTENANCE_PLAN', now() + interval '30 days', 'FREQ=DAILY', NULL, interval '1 hour');
END LOOP; END $$});
$node->safe_psql('postgres', q{CALL dbms_scheduler.open_window('IDLE_WINDOW1', interval '1 day')});
ok(wait_for($node, 'SELECT is_served FROM dbms.opening WHERE window_id IS NOT NULL'), 'a window is open');
my ($coordinator) = pids($node, 'coordinator');
my ($launcher)    = pids($node, 'launcher');
$node->safe_psql('postgres', 'VACUUM');
$node->safe_psql('postgres', 'CHECKPOINT');

# The last job is running when the session that made it has gone: wait until
# both processes sleep.
wait_for($node, q{SELECT count(*) FROM dbms.coordinators() WHERE waiting = 0}, expected => '1');
my $wal = $node->lsn('insert');
my @cpu = (cpu($coordinator), cpu($launcher));
my $memory = memory($coordinator);
my $begun  = time;
wait_for($node, "SELECT clock_timestamp() >= to_timestamp($begun) + interval '$watched s'",
	timeout => 60);
cmp_ok(cpu($coordinator) - $cpu[0], '<=', 10, "the coordinator used no CPU in $watched seconds");
cmp_ok(cpu($launcher) - $cpu[1], '<=', 10, 'nor did the launcher');
is($node->lsn('insert'), $wal, 'nothing was written');
cmp_ok(memory($coordinator) - $memory, '<=', 16, 'the coordinator has not grown');

# one more is seen at once
make_job($node, name => 'ONE', owner => 'idle_owner', action => 'SELECT 1');
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'ONE' AND is_run}, expected => 1),
	'one more job runs');
cmp_ok(
	$node->safe_psql('postgres',
		q{SELECT extract(epoch FROM started_at - scheduled_at) FROM dbms.job_log WHERE job_name = 'ONE' AND is_run}),
	'<', 1, 'at once');

# so is one of the many
$node->safe_psql('postgres', q{CALL dbms_scheduler.set_attribute('idle_owner.IDLE7', 'start_date', clock_timestamp())});
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'IDLE7' AND is_run}, expected => 1, timeout => 10),
	'one of them that becomes due runs');

# a coordinator that starts reads them all
$begun = time;
$node->restart;
make_job($node, name => 'TWO', owner => 'idle_owner', action => 'SELECT 1');
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE job_name = 'TWO' AND is_run}, expected => 1, timeout => 20),
	'after a restart, too');
cmp_ok(time - $begun, '<', 10, 'within seconds');

$node->stop;
done_testing();
