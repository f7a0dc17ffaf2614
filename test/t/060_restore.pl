# Leaving and arriving: dump and restore, copies of databases, owners that are
# dropped or renamed, prepared transactions.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Utils;
use IPC::Run qw(run);
use Test::More;

sub restore
{
	my ($what, $connstr, $file) = @_;
	my ($out, $err) = ('', '');

	run([ 'pg_restore', '-d', $connstr, $file ], '>', \$out, '2>', \$err);
	is($err, '', $what);
	return;
}

my $node = start_node('origin');
my $dump = $node->basedir . '/dump';

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_ann LOGIN;
CREATE ROLE "Regress Bob" LOGIN;
GRANT dbms_create_job TO regress_ann, "Regress Bob";
CREATE TABLE public.work (who text DEFAULT session_user, at timestamptz DEFAULT clock_timestamp());
GRANT ALL ON public.work TO PUBLIC;
SET ROLE regress_ann;
CALL dbms_scheduler.create_program('prog', 'PLSQL_BLOCK', 'INSERT INTO public.work DEFAULT VALUES', enabled => true);
CALL dbms_scheduler.create_schedule('every_second', repeat_interval => 'FREQ=SECONDLY');
CALL dbms_scheduler.create_job(job_name => 'tick', program_name => 'prog', schedule_name => 'every_second', enabled => true);
CALL dbms_scheduler.create_job(job_name => 'later', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1',
	start_date => '2100-01-01 00:00 UTC', enabled => true, comments => 'far away');
SET ROLE "Regress Bob";
CALL dbms_scheduler.create_job(job_name => '"Bob''s Job"', job_type => 'PLSQL_BLOCK',
	job_action => 'INSERT INTO public.work DEFAULT VALUES', repeat_interval => 'FREQ=SECONDLY', enabled => true);
SQL
wait_for($node,
	"SELECT count(DISTINCT who) = 2 AND count(*) > 3 FROM public.work")
  or BAIL_OUT('jobs do not run');

my $definitions = <<'SQL';
SELECT o.name, o.type, w.role_name, j.job_type, j.job_action, j.repeat_interval, j.start_at, j.comments,
	j.program_name, j.schedule_name, p.program_action, s.repeat_interval, t.is_enabled
FROM dbms.object o JOIN dbms.owner w ON w.id = o.owner_id
LEFT JOIN dbms.job j ON j.id = o.id LEFT JOIN dbms.job_state t ON t.job_id = o.id
LEFT JOIN dbms.program p ON p.id = o.id LEFT JOIN dbms.schedule s ON s.id = o.id
WHERE w.id > 0 ORDER BY w.role_name, o.name
SQL
my $before = $node->safe_psql('postgres', $definitions);

# what was set for all: a class of the extension, one of our own, attributes
my $settings = <<'SQL';
SELECT 'class', job_class_name, log_history FROM sys.dba_scheduler_job_classes
UNION ALL SELECT 'attribute', attribute_name, value::integer FROM sys.dba_scheduler_global_attribute WHERE attribute_name = 'LOG_HISTORY'
UNION ALL SELECT privilege, dbms.display_name(w.role_name), object_id::integer FROM dbms.privilege p JOIN dbms.owner w ON w.id = p.grantee_id
ORDER BY 1, 2
SQL
$node->safe_psql('postgres', <<'SQL');
CALL dbms_scheduler.set_attribute('SCHED$_LOG_ON_ERRORS_CLASS', 'log_history', 7);
CALL dbms_scheduler.create_job_class('batch', log_history => 9);
CALL dbms_scheduler.grant_privilege('EXECUTE', 'batch', 'regress_ann');
CALL dbms_scheduler.set_scheduler_attribute('LOG_HISTORY', '11');
SQL
my $settings_before = $node->safe_psql('postgres', $settings);

# --- pg_dump, pg_restore in the same cluster
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('postgres') ],
	'pg_dump');
my $logged = $node->safe_psql('postgres',
	"SELECT count(*) > 0 FROM dbms.job_log");
my $offset = -s $node->logfile;
restore('pg_restore raises no error', $node->connstr('restored'), $dump);
my $restored_at = $node->safe_psql('restored', 'SELECT clock_timestamp()');
is($node->safe_psql('restored', $definitions),
	$before, 'all definitions are there');
is($node->safe_psql('restored', $settings),
	$settings_before, 'classes, privileges and attributes are too');
is($node->safe_psql('restored', "SELECT count(*) > 0 FROM dbms.job_log"),
	't', 'so is the log');
ok( wait_for(
		$node,
		"SELECT count(DISTINCT who) = 2 FROM public.work WHERE at > '$restored_at'",
		database => 'restored'),
	'jobs of both owners go on in the restored database');
ok( wait_for_message(
		$node,
		'pg_dbms runs the jobs of database "restored", which were restored from a dump',
		$offset),
	'the log says so');
is( $node->safe_psql('restored', 'SELECT count(*) FROM dbms.stamp'),
	'1', 'the database has its own stamp now');

# --- nothing starts while the writers of a plain dump are still there
$node->command_ok(
	[ 'pg_dump', '-Fp', '-f', "$dump.sql", $node->connstr('postgres') ],
	'plain pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE plain');
my $session = $node->background_psql('plain', on_error_stop => 0);
$session->query("\\i $dump.sql");
my $count = $session->query('SELECT count(*) FROM public.work');
ok( wait_for(
		$node,
		"SELECT state = 'held' FROM dbms.coordinators() WHERE database_oid ="
		  . " (SELECT oid FROM pg_database WHERE datname = 'plain')"),
	'the database is held while its writer is connected');
is($session->query('SELECT count(*) FROM public.work'),
	$count, 'nothing ran');
$session->quit;
ok( wait_for(
		$node, "SELECT count(*) > $count FROM public.work",
		database => 'plain'),
	'jobs run when the session has ended');

# --- pg_dbms.after_restore = hold
$node->safe_psql('postgres',
	q{ALTER SYSTEM SET pg_dbms.after_restore = 'hold'});
$node->reload;
ok( wait_for($node, "SHOW pg_dbms.after_restore", expected => 'hold'),
	'setting is there');
$node->safe_psql('postgres', 'CREATE DATABASE held');
$offset = -s $node->logfile;
restore('restore with after_restore = hold', $node->connstr('held'), $dump);
ok( wait_for_message($node, 'pg_dbms holds the jobs of database "held"',
		$offset),
	'the log says that it is held');

# a change makes the coordinator look again, and say nothing
$node->safe_psql('held',
	q{CALL dbms_scheduler.set_attribute('regress_ann.later', 'comments', 'held')});
$count = $node->safe_psql('held', 'SELECT count(*) FROM public.work');
my ($status, undef, $stderr) = $node->psql('held',
	'SET ROLE regress_ann; CALL dbms_scheduler.resume_after_restore()');
like($stderr, qr/dbms_manage_scheduler/, 'not everybody may resume');
is($node->safe_psql('held', 'SELECT count(*) FROM public.work'),
	$count, 'nothing ran while it was held');
$node->safe_psql('held', 'CALL dbms_scheduler.resume_after_restore()');
ok( wait_for(
		$node, "SELECT count(*) > $count FROM public.work",
		database => 'held'),
	'after resume_after_restore jobs run');
my @said = slurp_file($node->logfile, $offset) =~
  /pg_dbms (?:holds|runs) the jobs of database "held"/g;
is(scalar(@said), 1, 'the log says so once');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET pg_dbms.after_restore');
$node->reload;

# --- CREATE DATABASE ... TEMPLATE always holds
$node->safe_psql('postgres', 'CREATE DATABASE copy TEMPLATE restored');
ok( wait_for(
		$node,
		"SELECT state = 'held' FROM dbms.coordinators() WHERE database_oid ="
		  . " (SELECT oid FROM pg_database WHERE datname = 'copy')"),
	'a copy is held');
$count = $node->safe_psql('copy', 'SELECT count(*) FROM public.work');
my $ours = $node->safe_psql('restored', 'SELECT count(*) FROM public.work');
ok( wait_for(
		$node, "SELECT count(*) > $ours + 2 FROM public.work",
		database => 'restored'),
	'its template goes on');
is($node->safe_psql('copy', 'SELECT count(*) FROM public.work'),
	$count, 'the copy does not');
$node->safe_psql('copy', 'CALL dbms_scheduler.resume_after_restore()');
ok( wait_for(
		$node, "SELECT count(*) > $count FROM public.work",
		database => 'copy'),
	'until it is let go');
$node->safe_psql('postgres', "DROP DATABASE $_")
  foreach qw(copy held plain restored);

# --- another cluster, where one of the owners does not exist
my $other = new_node('other');
$other->start;
$other->safe_psql('postgres',
	'CREATE ROLE filler; CREATE ROLE regress_ann LOGIN');
restore('nothing of ours needs the missing role', $other->connstr('postgres'),
	$dump);
$restored_at = $other->safe_psql('postgres', 'SELECT clock_timestamp()');
ok( wait_for(
		$other,
		"SELECT count(*) > 0 FROM dbms.job_log"
		  . " WHERE job_name = 'TICK' AND status = 'SUCCEEDED' AND log_date > '$restored_at'"),
	'the job of the owner who exists runs, found by his name');
ok( wait_for(
		$other,
		"SELECT errors LIKE '%owner of the job does not exist%' FROM dbms.job_log"
		  . " WHERE job_name = 'Bob''s Job' AND status = 'FAILED' ORDER BY log_id LIMIT 1"),
	'the other one has a failed run that says why');
my ($code, undef, $refused) =
  $other->psql('postgres', 'DROP ROLE regress_ann');
like($refused, qr/some objects depend on it/,
	'the owner who exists cannot be dropped');
$other->safe_psql('postgres', 'CREATE ROLE "Regress Bob" LOGIN');
$other->safe_psql('postgres',
	q{CALL dbms_scheduler.set_attribute('"Regress Bob"."Bob''s Job"', 'comments', 'found')});
($code, undef, $refused) =
  $other->psql('postgres', 'DROP ROLE "Regress Bob"');
like($refused, qr/some objects depend on it/,
	'nor the one who came later');
$other->stop;

# --- owners
my ($rc, undef, $error) =
  $node->psql('postgres', 'DROP ROLE regress_ann');
isnt($rc, 0, 'an owner of jobs cannot be dropped');
like($error, qr/some objects depend on it.*DETAIL:.*dbms/s,
	'with a detail');
$node->safe_psql('postgres', 'ALTER ROLE regress_ann RENAME TO regress_anna');
my $runs = $node->safe_psql('postgres', 'SELECT count(*) FROM public.work');
ok( wait_for(
		$node,
		"SELECT count(*) > 0 FROM public.work WHERE who = 'regress_anna'"),
	'a renamed owner keeps his jobs');
$node->safe_psql('postgres',
	'REASSIGN OWNED BY "Regress Bob" TO regress_anna');
is( $node->safe_psql(
		'postgres',
		"SELECT count(*) FROM dbms.object o JOIN dbms.owner w ON w.id = o.owner_id"
		  . " WHERE w.role_name IN ('regress_anna', 'regress_ann') AND o.name = 'Bob''s Job'"
	),
	'1',
	'REASSIGN OWNED moves jobs');
$node->safe_psql('postgres', 'DROP OWNED BY "Regress Bob"; DROP ROLE "Regress Bob"');
pass('a role without objects can be dropped');
$node->safe_psql('postgres',
	'DROP OWNED BY regress_anna; DROP ROLE regress_anna');
is( $node->safe_psql('postgres',
		'SELECT count(*) FROM dbms.object WHERE owner_id > 0'),
	'0',
	'DROP OWNED drops jobs, programs and schedules');

# --- two-phase commit
$node->append_conf('postgresql.conf', 'max_prepared_transactions = 2');
$node->restart;
($rc, undef, $error) = $node->psql('postgres', <<'SQL');
BEGIN;
CALL dbms_scheduler.create_job(job_name => 'two_phase', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1');
PREPARE TRANSACTION 'x';
SQL
like($error,
	qr/cannot PREPARE a transaction that has changed definitions of pg_dbms/,
	'definitions cannot be changed in a prepared transaction');

$node->stop;
done_testing();
