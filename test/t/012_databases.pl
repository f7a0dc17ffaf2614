# Databases that come, go, change and are copied while they are served.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $soon = 20;

# What has to wait for somebody to leave gives up after five seconds.
my $at_once = 3;

my $node = start_node('main', 'max_worker_processes = 24',
	'allow_in_place_tablespaces = on');
add_jobs($node);

my $gate = open_session($node);

my $jobs = 0;

# Run a job in a database and wait for its record.
sub serves
{
	my ($database, $what) = @_;
	my $name = 'J' . ++$jobs;

	make_job($node, database => $database, name => $name, action => 'SELECT 1');
	return ok(
		wait_for(
			$node, "SELECT status FROM dbms.job_log WHERE is_run AND job_name = '$name'",
			database => $database, expected => 'SUCCEEDED', timeout => $soon),
		"$what: $database is served");
}

sub new_database
{
	my ($database) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	create_extension($node, $database);
	add_jobs($node, $database);
	return;
}

# Run a command that needs the database to itself, with coordinator and idle
# worker in it.
sub command
{
	my ($database, $command, $fails) = @_;
	my ($status, $stderr) = (0, '');

	serves($database, 'before') if defined $database;
	my $begun = time;
	$status = $node->psql('postgres', $command, stderr => \$stderr);
	my $seconds = time - $begun;
	if (defined $fails)
	{
		like($stderr, $fails, "$command fails");
	}
	else
	{
		is($stderr, '', "$command succeeds");
		cmp_ok($seconds, '<', $at_once, 'at once');
	}
	return;
}

# --- many of them, and none is listed anywhere

my @databases = map { "db$_" } 1 .. 6;
new_database($_) foreach @databases;
make_job($node, database => $_, name => 'MANY', action => 'SELECT 1') foreach @databases;
foreach my $database (@databases)
{
	ok( wait_for(
			$node, q{SELECT status FROM dbms.job_log WHERE is_run AND job_name = 'MANY'},
			database => $database, expected => 'SUCCEEDED', timeout => $soon),
		"$database is served");
}
$node->safe_psql('postgres', 'CREATE DATABASE plain');
is( $node->safe_psql(
		'postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator'}),
	7, 'one coordinator for each database that has the extension');
ok( wait_for(
		$node, q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'plain'}, expected => '0'),
	'and nothing is in one that has not');

# --- the extension goes and comes

foreach my $i (1 .. 5)
{
	my $begun = time;
	$node->safe_psql('db1', 'DROP EXTENSION pg_dbms');
	$node->safe_psql('db1', 'CREATE EXTENSION pg_dbms');
	cmp_ok(time - $begun, '<', $at_once, 'dropped and created again at once');
	add_jobs($node, 'db1');
	serves('db1', "round $i");
}
$node->safe_psql('db1', 'BEGIN; DROP EXTENSION pg_dbms; ROLLBACK');
serves('db1', 'after a drop that was rolled back');
$node->safe_psql('db1', 'BEGIN; DROP EXTENSION pg_dbms; CREATE EXTENSION pg_dbms; COMMIT');
serves('db1', 'replaced in one transaction');

# dropped while jobs run and fall due all the time
make_job($node, database => 'db1', name => 'LOAD#', count => 20, repeat => 'FREQ=SECONDLY',
	action => 'SELECT pg_sleep(0.02)');
ok(wait_for($node, q{SELECT count(*) > 60 FROM dbms.job_log WHERE job_name LIKE 'LOAD%'}, database => 'db1'), 'jobs run');
my $begun = time;
$node->safe_psql('db1', 'DROP EXTENSION pg_dbms');
cmp_ok(time - $begun, '<', $at_once, 'dropped under load at once');
ok( wait_for(
		$node, q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'db1'}, expected => '0', timeout => $soon),
	'coordinator and workers leave');
create_extension($node, 'db1');
add_jobs($node, 'db1');
serves('db1', 'created again');

# while a job of the dropped one still runs
$gate->query_safe('SELECT pg_advisory_lock(1)');
make_job($node, database => 'db2', name => 'OLD', action => 'SELECT pg_sleep(300)');
ok(wait_for($node, q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'db2' AND wait_event = 'PgSleep'}, expected => 1), 'a job runs');
my $old = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE datname = 'db2' AND wait_event = 'PgSleep'});
$begun = time;
$node->safe_psql('db2', 'DROP EXTENSION pg_dbms');
$node->safe_psql('db2', 'CREATE EXTENSION pg_dbms');
cmp_ok(time - $begun, '<', $at_once, 'dropped and created again under it');
add_jobs($node, 'db2');
serves('db2', 'beside the run of the dropped one');
make_job($node, database => 'db2', name => "SAME$_", action => 'SELECT pg_sleep(300)',
	at => "now() + interval '1 hour'") foreach 1 .. 3;
$node->safe_psql('postgres', "SELECT pg_terminate_backend($old)");
serves('db2', 'its end');
is( log_rows($node, q{count(*)}, q{job_name LIKE 'SAME%' OR status <> 'SUCCEEDED'}, 'db2'),
	'0', 'and it is no run of a new job');

# --- commands that need a database to themselves

command('db1', 'CREATE DATABASE db1_copy TEMPLATE db1');
serves('db1', 'copied');
command('db1', 'ALTER DATABASE db1 RENAME TO db1_renamed');
serves('db1_renamed', 'renamed');
$node->safe_psql('postgres', q{CREATE TABLESPACE here LOCATION ''});
command('db1_renamed', 'ALTER DATABASE db1_renamed SET TABLESPACE here');
serves('db1_renamed', 'moved');
command('db2', 'DROP DATABASE db2');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_database WHERE datname = 'db2'}), '0', 'it is gone');

# the same, in vain
command('db3', 'ALTER DATABASE db3 RENAME TO db4', qr/already exists/);
serves('db3', 'not renamed');
command('db3', 'ALTER DATABASE db3 SET TABLESPACE nowhere', qr/does not exist/);
serves('db3', 'not moved');
command('db3', 'CREATE DATABASE db4 TEMPLATE db3', qr/already exists/);
serves('db3', 'not copied');
command('db3', 'BEGIN; DROP DATABASE db3', qr/cannot run inside a transaction block/);
serves('db3', 'not dropped');
$node->safe_psql('postgres', 'CREATE ROLE nobody LOGIN');
command('db3', 'SET ROLE nobody; DROP DATABASE db3', qr/must be owner/);
serves('db3', 'still not dropped');
command('db3', 'BEGIN; ALTER DATABASE db3 RENAME TO db3_not; ROLLBACK');
serves('db3', 'renaming rolled back');
command('db3', 'BEGIN; ALTER DATABASE db3 RENAME TO db3_new; COMMIT');
serves('db3_new', 'renamed in a transaction block');

# a session that stays away from its end
my $other = open_session($node);
$other->query_safe('BEGIN; ALTER DATABASE db4 RENAME TO db4_renamed');
serves('db5', 'while another is being renamed');
$other->query_safe('COMMIT');
serves('db4_renamed', 'renamed at last');
$other->quit;

# somebody else is in it
my $inside = open_session($node, 'db5');
command('db5', 'DROP DATABASE db5', qr/is being accessed by other users/);
serves('db5', 'with a session in it');
$inside->quit;

# a job that runs counts as a session
make_job($node, database => 'db5', name => 'RUNS', action => 'SELECT pg_sleep(300)');
ok(wait_for($node, q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'db5' AND wait_event = 'PgSleep'}, expected => 1), 'a job runs');
command(undef, 'DROP DATABASE db5', qr/is being accessed by other users/);
serves('db5', 'with a job in it');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'db5' AND wait_event = 'PgSleep'}), '1', 'which goes on');
command(undef, 'DROP DATABASE db5 WITH (FORCE)');
ok(wait_for($node, q{SELECT count(*) FROM dbms.workers() WHERE database_oid NOT IN (SELECT oid FROM pg_database)},
	expected => '0', timeout => $soon), 'nothing of it is left');

# --- the copy

$node->safe_psql('db1_copy', 'SELECT 1');
ok( wait_for(
		$node, q{SELECT state FROM dbms.coordinators() JOIN pg_database ON oid = database_oid WHERE datname = 'db1_copy'},
		expected => 'held', timeout => $soon),
	'a copy is held');

# --- ALLOW_CONNECTIONS

my $present = q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'db6'};
serves('db6', 'open');
$node->safe_psql('postgres', 'ALTER DATABASE db6 ALLOW_CONNECTIONS false');
ok(wait_for($node, $present, expected => '0', timeout => $soon), 'no longer open: coordinator and idle worker leave');
command(undef, 'ALTER DATABASE db6 RENAME TO db7');
$node->safe_psql('postgres', 'ALTER DATABASE db7 ALLOW_CONNECTIONS true');
ok(wait_for($node, q{SELECT count(*) FROM pg_stat_activity WHERE datname = 'db7' AND backend_type = 'pg_dbms coordinator'},
	expected => '1', timeout => $soon), 'open again: a coordinator is there');
serves('db7', 'open again');
foreach my $i (1 .. 10)
{
	$node->safe_psql('postgres', 'ALTER DATABASE db7 ALLOW_CONNECTIONS ' . ($i % 2 ? 'false' : 'true'));
}
serves('db7', 'after many changes');

# --- a role is renamed in another database, which may have no extension

$node->safe_psql('postgres', 'CREATE ROLE regress_old LOGIN');
make_job($node, database => 'db7', owner => 'regress_old', name => 'KEPT', action => 'SELECT 1',
	at => "now() + interval '1 day'");
my $name = q{SELECT owner FROM sys.dba_scheduler_jobs WHERE job_name = 'KEPT'};
is($node->safe_psql('db7', $name), 'REGRESS_OLD', 'the owner has a name');
$node->safe_psql('plain', 'BEGIN; ALTER ROLE regress_old RENAME TO regress_never; ROLLBACK');
$node->safe_psql('plain', 'ALTER ROLE regress_old RENAME TO regress_new');
ok(wait_for($node, $name, database => 'db7', expected => 'REGRESS_NEW', timeout => $soon), 'and gets another');
$node->safe_psql('db7', 'DROP OWNED BY regress_new');
$node->safe_psql('plain', 'DROP ROLE regress_new');

# --- the launcher is started again

my ($launcher) = pids($node, 'launcher');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($launcher)");
serves('db7', 'without a launcher');
new_database('db8');
serves('db8', 'made without a launcher');
is(scalar(pids($node, 'launcher')), 1, 'there is one again');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator'});
serves($_, 'after the end of its coordinator') foreach qw(db8 db7 db1_renamed postgres);

# --- too few processes: as many databases as possible are served, by one worker

$gate->quit;
$node->append_conf('postgresql.conf', "max_worker_processes = 6\n");
my $offset = -s $node->logfile;
$node->restart;
wait_for_pids($node, 'coordinator', 3);
my $said = wait_for_message($node, qr/could not start a coordinator: no worker process is free/, $offset);
ok($said, 'too few max_worker_processes: the log says it');
$node->safe_psql('postgres', 'CREATE DATABASE more1');
$node->safe_psql('postgres', 'CREATE DATABASE more2');
my @lines = slurp_file($node->logfile, $offset) =~ m/could not start a coordinator/g;
is(scalar @lines, 1, 'once');
is(scalar(pids($node, 'coordinator')), 3, 'a process is left for work');
my @served = split /\n/, $node->safe_psql('postgres',
	q{SELECT datname FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator' AND datname <> 'db1_copy'});
serves($_, 'with one worker for all') foreach @served, @served;

$node->stop;
done_testing();
