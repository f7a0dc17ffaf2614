# Tasks of DBMS_PARALLEL_EXECUTE after a dump and restore: definitions, chunks
# and their statuses come along, chunks by number go on where the dump found
# them, chunks by rowid must be made again. In the same cluster, in another
# one that lacks an owner at first, and after pg_upgrade.

use strict;
use warnings;

use IPC::Run qw(run);
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('origin', 'autovacuum = off');
my $dir = $node->basedir;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_ann LOGIN;
CREATE ROLE "Regress Bob" LOGIN;
GRANT dbms_create_job TO regress_ann, "Regress Bob";
CREATE TABLE public.t AS SELECT g AS id, 0 AS n FROM generate_series(1, 1000) AS g;
ALTER TABLE public.t ADD PRIMARY KEY (id);
CREATE TABLE public.stop (id int);
GRANT ALL ON public.t, public.stop TO PUBLIC;
INSERT INTO public.stop VALUES (555);
SET ROLE regress_ann;
CALL dbms_parallel_execute.create_task('by number', 'restored');
CALL dbms_parallel_execute.create_chunks_by_number_col('by number', 'public', 't', 'id', 100);
CALL dbms_parallel_execute.set_throttle('by number', NULL, 1000000, NULL);
CALL dbms_parallel_execute.run_task('by number',
	'UPDATE public.t SET n = n + 1 / (SELECT count(*) - count(*) FILTER (WHERE s.id = t.id) FROM public.stop s)
	  WHERE id BETWEEN :start_id AND :end_id AND EXISTS (SELECT FROM public.stop)', 1, parallel_level => 2);
CALL dbms_parallel_execute.create_task('by rowid');
CALL dbms_parallel_execute.create_chunks_by_rowid('by rowid', 'public', 't', false, 1);
CALL dbms_parallel_execute.create_task('by key');
CALL dbms_parallel_execute.create_chunks_by_key('by key', 'public', 't', 'id', 100);
SET ROLE "Regress Bob";
CALL dbms_parallel_execute.create_task('of Bob');
CALL dbms_parallel_execute.create_chunks_by_number_col('of Bob', 'public', 't', 'id', 500);
SQL
my $definitions = <<'SQL';
SELECT 'owner', id, role_name, (role_oid <> 0)::text FROM dbms.owner
UNION ALL SELECT 'task', id, name, t::text FROM dbms.parallel_task t
UNION ALL SELECT 'relation', task_id, '', r::text FROM dbms.parallel_relation r
UNION ALL SELECT 'chunk', id, '', c::text FROM dbms.parallel_chunk c
UNION ALL SELECT 'status', 0, task_name, status FROM sys.dba_parallel_execute_tasks
ORDER BY 1, 2, 3, 4
SQL
my $before = $node->safe_psql('postgres', $definitions);
like($before, qr/^status\|0\|by number\|FINISHED_WITH_ERROR$/m, 'one chunk has failed');
is($node->safe_psql('postgres', 'SELECT sum(n) FROM public.t'), 900, 'and the others have not');

# What a task does in a copy, with statements of the dump's tasks.
sub goes_on
{
	my ($server, $database, $what) = @_;
	my ($status, $out, $error);

	is($server->safe_psql($database, $definitions), $before, "$what: all is there");
	$server->safe_psql($database, <<'SQL');
UPDATE public.stop SET id = 0;
SET ROLE regress_ann;
CALL dbms_parallel_execute.resume_task('by number');
SQL
	is($server->safe_psql($database, 'SELECT count(*), sum(n), max(n) FROM public.t'),
		'1000|1000|1', "$what: chunks by number go on, and each row is processed once");
	($status, $out, $error) = try_sql($server, <<'SQL', $database);
\set VERBOSITY verbose
SET ROLE regress_ann;
CALL dbms_parallel_execute.run_task('by rowid', 'UPDATE public.t SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id', 1);
SQL
	like($error, qr/O9491.*HINT:  Use drop_chunks\(\), and chunk it again/s, "$what: chunks by rowid do not");
	($status, $out, $error) = try_sql($server, <<'SQL', $database);
\set VERBOSITY verbose
SET ROLE regress_ann;
CALL dbms_parallel_execute.run_task('by rowid', 'SELECT count(*) FROM public.t WHERE ctid BETWEEN :start_id AND :end_id', 1);
SQL
	like($error, qr/O9491/, "$what: not for reading either");
	$server->safe_psql($database, <<'SQL');
SET ROLE regress_ann;
CALL dbms_parallel_execute.drop_chunks('by rowid');
CALL dbms_parallel_execute.create_chunks_by_rowid('by rowid', 'public', 't', false, 1);
CALL dbms_parallel_execute.run_task('by rowid', 'UPDATE public.t SET n = n + 1 WHERE ctid BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
CALL dbms_parallel_execute.run_task('by key', 'UPDATE public.t SET n = n + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
CALL dbms_parallel_execute.create_task('new');
CALL dbms_parallel_execute.create_chunks_by_number_col('new', 'public', 't', 'id', 500);
SQL
	is($server->safe_psql($database, 'SELECT count(*), min(n), max(n) FROM public.t'),
		'1000|3|3', "$what: once they are made again; and so do chunks by key");
	return;
}

sub complaints
{
	my ($out, $err) = ('', '');

	run([@_], '>', \$out, '2>', \$err);
	return $err;
}

$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/dump", $node->connstr('postgres') ], 'pg_dump');

# --- the same cluster

$node->safe_psql('postgres', 'CREATE DATABASE restored');
is(complaints('pg_restore', '-d', $node->connstr('restored'), "$dir/dump"), '', 'pg_restore raises no error');
ok( wait_for(
		$node,
		"SELECT state = 'serving' FROM dbms.coordinators()"
		  . " WHERE database_oid = (SELECT oid FROM pg_database WHERE datname = 'restored')"),
	'the restored database is served');
goes_on($node, 'restored', 'same cluster');
$node->safe_psql('postgres', 'DROP DATABASE restored WITH (FORCE)');

# --- another cluster, where tables may have the same numbers, and an owner
# comes later

my $other = new_node('other');
$other->start;
$other->safe_psql('postgres', 'CREATE ROLE filler; CREATE ROLE regress_ann LOGIN');
like(complaints('pg_restore', '-d', $other->connstr('postgres'), "$dir/dump"), qr/^$/, 'restored without an owner');
is($other->safe_psql('postgres', "SELECT task_owner, status FROM sys.dba_parallel_execute_tasks WHERE task_name = 'of Bob'"),
	'Regress Bob|CHUNKED', 'his task is there');
$other->safe_psql('postgres', 'CREATE ROLE "Regress Bob" LOGIN');
is($other->safe_psql('postgres', <<'SQL'), 'of Bob|CHUNKED', 'and his when he comes, by his name');
SET ROLE "Regress Bob";
CALL dbms_parallel_execute.set_throttle('of Bob');
SELECT task_name, status FROM sys.user_parallel_execute_tasks;
SQL
my (undef, undef, $refused) = try_sql($other, 'DROP ROLE "Regress Bob"');
like($refused, qr/some objects depend on it/, 'then he cannot be dropped');
$other->safe_psql('postgres', 'GRANT dbms_create_job TO regress_ann, "Regress Bob"');
ok(wait_for($other, "SELECT bool_and(role_oid <> 0) FROM dbms.owner WHERE id > 0"), 'all owners have their roles');
is($other->safe_psql('postgres', q{SELECT sys FROM (SELECT count(*) AS sys FROM dbms.parallel_relation
	WHERE system_identifier <> (SELECT system_identifier FROM pg_control_system())) AS s}),
	1, 'rowids are known to be from elsewhere');
goes_on($other, 'postgres', 'another cluster');
$other->safe_psql('postgres', 'DROP OWNED BY "Regress Bob"; DROP ROLE "Regress Bob"');
is($other->safe_psql('postgres', "SELECT count(*) FROM dbms.parallel_task WHERE name = 'of Bob'"), 0, 'DROP OWNED drops tasks');
$other->safe_psql('postgres', 'CREATE ROLE regress_carl; REASSIGN OWNED BY regress_ann TO regress_carl');
is($other->safe_psql('postgres', "SELECT DISTINCT task_owner FROM sys.dba_parallel_execute_tasks"),
	'REGRESS_CARL', 'REASSIGN OWNED gives them away');
$other->stop;

# --- pg_upgrade, to the same version

$node->stop;
my $new = new_node('new', 'autovacuum = off');
mkdir "$dir/upgrade";
my @upgrade = (
	'pg_upgrade', '--username=postgres',
	'--old-datadir' => $node->data_dir, '--new-datadir' => $new->data_dir,
	'--old-bindir' => $node->config_data('--bindir'), '--new-bindir' => $node->config_data('--bindir'),
	'--old-port' => $node->port, '--new-port' => $new->port,
	'--socketdir' => $node->host);
my $output = '';
ok(run(\@upgrade, '>', \$output, '2>', \$output, init => sub { chdir "$dir/upgrade" or die }),
	'pg_upgrade') or diag($output);
$new->start;
ok( wait_for($new, "SELECT state = 'serving' FROM dbms.coordinators()"), 'the upgraded database is served');
goes_on($new, 'postgres', 'pg_upgrade');
$new->stop;

done_testing();
