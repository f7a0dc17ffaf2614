# A dump brings everything back in whichever form it is made and restored:
# in parallel, in one transaction, by sections, over what is there, of the
# whole cluster, and by pg_upgrade, which also must start nothing meanwhile.

use strict;
use warnings;

use IPC::Run qw(run);
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('origin', 'autovacuum = off');
my $dir = $node->basedir;
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_ann LOGIN;
CREATE ROLE "Regress Bob" LOGIN;
CREATE ROLE regress_reader;
GRANT dbms_create_job TO regress_ann, "Regress Bob";
CREATE TABLE public.work (who text DEFAULT session_user, at timestamptz DEFAULT clock_timestamp());
GRANT ALL ON public.work TO PUBLIC;
CALL dbms_scheduler.create_job_class('batch', log_history => 9);
CALL dbms_scheduler.grant_privilege('EXECUTE', 'batch', 'regress_ann');
CALL dbms_scheduler.grant_privilege('EXECUTE', 'DBMS_JOB$', 'regress_reader');
CALL dbms_scheduler.revoke_privilege('EXECUTE', 'SCHED$_LOG_ON_ERRORS_CLASS', 'PUBLIC');
CALL dbms_scheduler.revoke_privilege('EXECUTE', 'DBMS_JOB$', 'public');
CALL dbms_scheduler.grant_privilege('EXECUTE', 'DBMS_JOB$', 'public');
CALL dbms_scheduler.set_scheduler_attribute('LOG_HISTORY', '11');
CALL dbms_scheduler.create_window('later', 'DEFAULT_MAINTENANCE_PLAN', '2100-01-01 00:00 UTC', 'FREQ=DAILY', '2101-01-01 00:00 UTC',
	interval '1 hour', 'HIGH', 'far away', 'Europe/Berlin');
CALL dbms_scheduler.create_window('"by hand"', '', '2100-01-01 00:00 UTC', NULL, NULL, interval '1 hour');
CALL dbms_scheduler.create_window('off', NULL, '2100-01-01 00:00 UTC', '0 6 * * *', NULL, interval '1 hour');
CALL dbms_scheduler.disable('off');
CALL dbms_scheduler.create_group('windows', 'WINDOW', 'later, off', 'both');
CALL dbms_scheduler.grant_privilege('ALTER', 'windows', 'regress_ann');
CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.create_plan('mine', 'of my own');
CALL dbms_resource_manager.create_consumer_group('mine_group');
CALL dbms_resource_manager.create_category('mine_category');
CALL dbms_resource_manager.create_plan_directive('mine', 'mine_group', mgmt_p1 => 70, worker_settings => '{work_mem=8MB}');
CALL dbms_resource_manager.create_plan_directive('mine', 'other_groups', mgmt_p1 => 30);
CALL dbms_resource_manager.update_plan('dss_plan', 'changed');
CALL dbms_resource_manager.update_consumer_group('low_group', 'changed');
CALL dbms_resource_manager.update_plan_directive('default_maintenance_plan', 'other_groups', new_mgmt_p2 => 5);
CALL dbms_resource_manager.delete_plan_directive('default_plan', 'ora$autotask_sub_plan');
CALL dbms_resource_manager.delete_plan('mixed_workload_plan');
CALL dbms_resource_manager.delete_consumer_group('interactive_group');
CALL dbms_resource_manager.delete_plan('etl_critical_plan');
CALL dbms_resource_manager.create_plan('etl_critical_plan', 'made again');
CALL dbms_resource_manager.create_plan_directive('etl_critical_plan', 'other_groups', mgmt_p1 => 100);
CALL dbms_resource_manager.set_consumer_group_mapping('ORACLE_USER', 'regress_ann', 'mine_group');
CALL dbms_resource_manager.set_consumer_group_mapping('ORACLE_USER', 'sys', 'batch_group');
CALL dbms_resource_manager.set_consumer_group_mapping('ORACLE_FUNCTION', 'COPY', NULL);
CALL dbms_resource_manager.set_consumer_group_mapping_pri(1, 6, 7, 9, 8, 10, 5, 4, 3, 2);
CALL dbms_resource_manager.submit_pending_area();
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_ann', 'mine_group', true);
CALL dbms_resource_manager_privs.grant_switch_consumer_group('public', 'low_group', true);
CALL dbms_resource_manager_privs.revoke_switch_consumer_group('public', 'default_consumer_group');
CALL dbms_resource_manager.switch_plan('mine', allow_scheduler_plan_switches => false);
CALL dbms_resource_manager.switch_plan('mine');
CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.create_plan('unfinished');
CALL dbms_resource_manager.delete_consumer_group('dss_critical_group');
SET ROLE regress_ann;
CALL dbms_scheduler.create_group('places', 'DB_DEST', 'LOCAL');
CALL dbms_scheduler.create_job(job_name => 'in_window', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1',
	schedule_name => 'SYS.WINDOWS', enabled => true);
CALL dbms_scheduler.create_program('prog', 'STORED_PROCEDURE', 'pg_catalog.pg_sleep', 1);
CALL dbms_scheduler.define_program_argument('prog', 1, NULL, 'double precision', '0'::text);
CALL dbms_scheduler.enable('prog');
CALL dbms_scheduler.create_schedule('every_second', repeat_interval => 'FREQ=SECONDLY');
CALL dbms_scheduler.grant_privilege('ALTER', 'every_second', '"Regress Bob"');
RESET ROLE;
CALL dbms_scheduler.create_window('named', NULL, 'regress_ann.every_second', interval '1 hour');
CALL dbms_scheduler.disable('named');
CALL dbms_scheduler.open_window('"by hand"', interval '20 days');
SET ROLE regress_ann;
CALL dbms_scheduler.create_job(job_name => 'tick', job_type => 'PLSQL_BLOCK',
	job_action => 'INSERT INTO public.work DEFAULT VALUES', schedule_name => 'every_second', enabled => true);
CALL dbms_scheduler.create_job(job_name => 'later', program_name => 'prog',
	start_date => '2100-01-01 00:00 UTC', enabled => true, job_class => 'batch');
CALL dbms_scheduler.set_job_argument_value('later', 1, '0.5');
SET ROLE "Regress Bob";
CALL dbms_scheduler.create_job(job_name => '"Bob''s Job"', job_type => 'PLSQL_BLOCK',
	job_action => 'INSERT INTO public.work DEFAULT VALUES', repeat_interval => 'FREQ=SECONDLY', enabled => true);
SQL
ok(wait_for($node, 'SELECT count(DISTINCT who) = 2 FROM public.work'), 'jobs run');

# Everything that somebody defined, without what each run changes.
my $definitions = <<'SQL';
SELECT 'owner', id, role_name, (role_oid <> 0)::text FROM dbms.owner
UNION ALL SELECT 'object', o.id, o.name, o.type || o.owner_id || CASE WHEN o.owner_id > 0 THEN o.created_at::text ELSE '' END FROM dbms.object o
UNION ALL SELECT 'job', id, '', j::text FROM dbms.job j
UNION ALL SELECT 'state', job_id, '', is_enabled::text FROM dbms.job_state
UNION ALL SELECT 'program', id, '', p::text FROM dbms.program p
UNION ALL SELECT 'argument', 0, '', a::text FROM dbms.program_argument a
UNION ALL SELECT 'value', 0, '', a::text FROM dbms.job_argument a
UNION ALL SELECT 'schedule', id, '', s::text FROM dbms.schedule s
UNION ALL SELECT 'class', id, '', c::text FROM dbms.job_class c
UNION ALL SELECT 'attribute', 0, '', a::text FROM dbms.scheduler_attribute a
UNION ALL SELECT 'privilege', object_id, privilege, grantee_id::text FROM dbms.privilege
UNION ALL SELECT 'log', 0, '', (count(*) > 0)::text FROM dbms.job_log
UNION ALL SELECT 'window', id, '', w::text FROM dbms.window w
UNION ALL SELECT 'window state', window_id, '', s::text FROM dbms.window_state s
UNION ALL SELECT 'opening', window_id, window_name, (p.opened_at, p.close_at, p.duration, p.is_manual, p.last_log_date)::text FROM dbms.opening p
UNION ALL SELECT 'window log', log_id, window_name, l::text FROM dbms.window_log l
UNION ALL SELECT 'group', id, '', g::text FROM dbms.object_group g
UNION ALL SELECT 'member', group_id, member_name, m::text FROM dbms.object_group_member m
UNION ALL SELECT 'plan', p.id, '', p::text FROM dbms.resource_plan p
UNION ALL SELECT 'consumer group', g.id, '', g::text FROM dbms.consumer_group g
UNION ALL SELECT 'directive', 0, '', d::text FROM dbms.plan_directive d
UNION ALL SELECT 'category', 0, '', c::text FROM dbms.resource_category c
UNION ALL SELECT 'mapping', 0, '', m::text FROM dbms.group_mapping m
UNION ALL SELECT 'priority', 0, '', m::text FROM dbms.mapping_priority m
UNION ALL SELECT 'group privilege', 0, '', v::text FROM dbms.group_privilege v
UNION ALL SELECT 'removed', 0, '', r::text FROM dbms.resource_removed r
UNION ALL SELECT 'pending area', 0, '', a::text FROM dbms.pending_area a
UNION ALL SELECT 'plan in force', 0, '', s::text FROM dbms.resource_state s
UNION ALL SELECT 'plan history', 0, '', h::text FROM dbms.plan_history h
ORDER BY 1, 2, 3, 4
SQL
my $before = $node->safe_psql('postgres', $definitions);
like($before, qr{^opening\|\d+\|by hand\|}m, 'a window is open');
like($before, qr{^privilege\|2\|NONE\|-1$}m, 'a privilege of PUBLIC that was taken back is known');
unlike($before, qr{^privilege\|2\|EXECUTE\|-1$}m, 'and gone');
like($before, qr{^privilege\|3\|EXECUTE\|-1$}m, 'one that was given again is there');
unlike($before, qr{^privilege\|3\|NONE}m, 'and not lost');

like($before, qr{^plan\|\d+\|\|.*changed}m, 'a plan of the extension is changed');
like($before, qr{^removed\|0\|\|\(PLAN,MIXED_WORKLOAD_PLAN,}m, 'and another one is gone');
like($before, qr{^pending area\|}m, 'there is a pending area');

# Jobs of both owners run in a database, and new objects get new numbers.
sub goes_on
{
	my ($server, $database, $what) = @_;
	my $at = $server->safe_psql($database, 'SELECT clock_timestamp()');

	is_deeply([ split /\n/, $server->safe_psql($database, $definitions) ],
		[ split /\n/, $before ], "$what: all definitions are there");
	ok( wait_for(
			$server, "SELECT count(DISTINCT who) = 2 FROM public.work WHERE at > '$at'",
			database => $database),
		"$what: jobs go on");
	$server->safe_psql($database,
		q{CALL dbms_scheduler.create_job('new', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1')});
	return;
}

# Run commands; what they complain of, but for one thing: a grant that meets
# the coordinator's own change of the same row of the catalog.
sub complaints
{
	my @errors;

	foreach my $command (@_)
	{
		my ($out, $err) = ('', '');
		run($command, '>', \$out, '2>', \$err);
		push @errors, $err =~ m/ERROR:  (.*)/g;
	}
	return join ',', grep { $_ ne 'tuple concurrently updated' } @errors;
}

my @dump = ('pg_dump', '-d', 'postgres');
$node->command_ok([ @dump, '-Fc', '-f', "$dir/custom" ], 'dump: custom');
$node->command_ok([ @dump, '-Fd', '-j', 2, '-f', "$dir/directory" ], 'dump: directory, in parallel');
$node->command_ok([ @dump, '-Fp', '-f', "$dir/plain.sql" ], 'dump: plain');
$node->command_ok([ @dump, '-Fp', '--inserts', '-f', "$dir/inserts.sql" ], 'dump: plain with INSERT');

my @restore = ('pg_restore', '-d', 'x');
my @forms = (
	[ 'parallel', [ @restore, '-j', 4, "$dir/custom" ] ],
	[ 'parallel from a directory', [ @restore, '-j', 4, "$dir/directory" ] ],
	[ 'one transaction', [ @restore, '-1', "$dir/custom" ] ],
	[ 'sections', map { [ @restore, "--section=$_", "$dir/custom" ] } qw(pre-data data post-data) ],
	[ 'schema, then data', [ @restore, '--schema-only', "$dir/custom" ], [ @restore, '--data-only', "$dir/custom" ] ],
	[ 'plain', [ 'psql', '-Xq', '-f', "$dir/plain.sql", 'x' ] ],
	[ 'plain in one transaction', [ 'psql', '-Xq1', '-f', "$dir/plain.sql", 'x' ] ],
	[ 'INSERT', [ 'psql', '-Xq', '-f', "$dir/inserts.sql", 'x' ] ]);
foreach my $form (@forms)
{
	my ($what, @commands) = @$form;

	$node->safe_psql('postgres', 'CREATE DATABASE x');
	is(complaints(@commands), '', "$what: restored");
	goes_on($node, 'x', $what);
	$node->safe_psql('postgres', 'DROP DATABASE x WITH (FORCE)') unless $what eq 'INSERT';
}
is(complaints([ @restore, '--clean', '--if-exists', "$dir/custom" ]), '', 'over a database that is served: restored');
goes_on($node, 'x', 'over a database that is served');
$node->safe_psql('postgres', 'DROP DATABASE x WITH (FORCE)');

my $of_plans = qr{^(?:plan|consumer group|directive|category|mapping|priority|group privilege|removed|pending area|plan in force|plan history)\|};

# without triggers, ours tell nobody of the rows that arrive
$node->safe_psql('postgres', 'CREATE DATABASE x');
is( complaints([ @restore, '--schema-only', "$dir/custom" ], [ @restore, '--data-only', '--disable-triggers', "$dir/custom" ]),
	'', 'data without triggers: restored');
my $restored_at = $node->safe_psql('x', 'SELECT clock_timestamp()');
ok( wait_for(
		$node, "SELECT count(DISTINCT who) = 2 FROM public.work WHERE at > '$restored_at'",
		database => 'x', timeout => 30),
	'data without triggers: jobs go on');
is_deeply(
	[ grep { /$of_plans/ } split /\n/, $node->safe_psql('x', $definitions) ],
	[ grep { /$of_plans/ } split /\n/, $before ],
	'data without triggers: plans are there, once each');
is($node->safe_psql('x', 'SELECT count(*) FROM dbms.stamp'), '1', 'data without triggers: it has its own stamp');
$node->safe_psql('postgres', 'DROP DATABASE x WITH (FORCE)');

# --- all of a cluster, into a new one

$node->command_ok([ 'pg_dumpall', '-f', "$dir/all.sql" ], 'pg_dumpall');
my $second = new_node('second', 'autovacuum = off');
$second->start;
$ENV{PGHOST} = $second->host;
$ENV{PGPORT} = $second->port;
is(complaints([ 'psql', '-Xq', '-d', 'postgres', '-f', "$dir/all.sql" ]) =~ s/role "postgres" already exists//r,
	'', 'pg_dumpall: restored');
goes_on($second, 'postgres', 'pg_dumpall');
$second->stop;

# --- pg_upgrade, here to the same version

$node->stop;
my $new = new_node('new', 'autovacuum = off');
mkdir "$dir/upgrade";
my @upgrade = (
	'pg_upgrade', '--retain', '--username=postgres',
	'--old-datadir' => $node->data_dir, '--new-datadir' => $new->data_dir,
	'--old-bindir' => $node->config_data('--bindir'), '--new-bindir' => $node->config_data('--bindir'),
	'--old-port' => $node->port, '--new-port' => $new->port,
	'--socketdir' => $node->host);
my $output = '';
ok(run(\@upgrade, '>', \$output, '2>', \$output, init => sub { chdir "$dir/upgrade" or die }),
	'pg_upgrade') or diag($output);
my @logs = glob $new->data_dir . '/pg_upgrade_output.d/*/log/pg_upgrade_server.log';
is(scalar(@logs), 1, 'it has a log');
like(slurp_file($logs[0]), qr/database system is ready/, 'of the servers that it started');
unlike(slurp_file($logs[0]), qr{pg_dbms (launcher|coordinator|worker)}, 'in which nothing of ours started');
$new->start;
goes_on($new, 'postgres', 'pg_upgrade');
ok(wait_for_message($new, 'pg_dbms runs the jobs of database "postgres", which were restored from a dump'),
	'the log says that they came from elsewhere');
is($new->safe_psql('postgres', 'SELECT count(*) FROM dbms.stamp'), '1', 'it has its own stamp now');
my (undef, undef, $stderr) = try_sql($new, 'DROP ROLE regress_ann');
like($stderr, qr/some objects depend on it/, 'owners are kept');
$new->stop;

done_testing();
