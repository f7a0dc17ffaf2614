# Other things on the same server: extensions that hook into it, publications
# of all tables, event triggers, objects of users that look like the server's.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $soon = 25;
my $node = new_node('main', 'wal_level = logical',
	q{auto_explain.log_min_duration = 0},
	q{auto_explain.log_nested_statements = on},
	q{auto_explain.log_analyze = on},
	q{pg_stat_statements.track = all});

# Jobs of every type run now, with what their owner's session calls.
sub works
{
	my ($database, $what) = @_;

	$node->safe_psql($database, <<'SQL');
SET ROLE regress_owner;
CALL dbms_scheduler.create_job('block', job_type => 'PLSQL_BLOCK',
	job_action => 'BEGIN INSERT INTO public.done VALUES (job_name); END;', repeat_interval => 'SYSDATE + 1/86400', enabled => true);
CALL dbms_scheduler.create_job('script', job_type => 'SQL_SCRIPT', repeat_interval => 'FREQ=SECONDLY', enabled => true,
	job_action => 'BEGIN; CREATE TEMP TABLE own (i int); COMMIT; DROP TABLE own; INSERT INTO public.done VALUES (''SCRIPT'')');
CALL dbms_scheduler.create_program('prog', 'STORED_PROCEDURE', 'pg_catalog.pg_sleep', 1);
CALL dbms_scheduler.define_program_argument('prog', 1, 's', 'double precision', '0'::text);
CALL dbms_scheduler.enable('prog');
CALL dbms_scheduler.create_schedule('sched', repeat_interval => 'FREQ=SECONDLY');
CALL dbms_scheduler.create_job('procedure', program_name => 'prog', schedule_name => 'sched', enabled => true);
CALL dbms_scheduler.set_attribute('procedure', 'comments', 'no more');
CALL dbms_scheduler.copy_job('block', 'copy');
CALL dbms_scheduler.run_job('block');
CALL dbms_scheduler.run_job('copy', use_current_session => false);
SELECT * FROM dbms_scheduler.forecast(pg_catalog.now(), pg_catalog.now() + pg_catalog.interval_in('2 s', 0, -1));
SELECT count(*) FROM sys.user_scheduler_jobs;
SQL
	my $done = ok(
		wait_for(
			$node,
			q{SET search_path = pg_catalog; SELECT string_agg(r, ' ' ORDER BY r) FROM (SELECT DISTINCT job_name || ':' || status AS r FROM dbms.job_log WHERE is_run) AS runs},
			database => $database, expected => 'BLOCK:SUCCEEDED COPY:SUCCEEDED PROCEDURE:SUCCEEDED SCRIPT:SUCCEEDED', timeout => $soon),
		"$what: jobs run");
	$node->safe_psql($database, <<'SQL');
SET ROLE regress_owner;
CALL dbms_scheduler.drop_job('block, script, procedure, copy', force => true);
CALL dbms_scheduler.drop_program('prog');
CALL dbms_scheduler.drop_schedule('sched');
RESET ROLE;
CALL dbms_scheduler.purge_log();
SQL
	$node->safe_psql($database, 'DELETE FROM dbms.job_log');
	return;
}

sub new_database
{
	my ($database) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	create_extension($node, $database);
	$node->safe_psql($database, 'CREATE TABLE public.done (job text); GRANT ALL ON public.done TO PUBLIC');
	return;
}

# --- other libraries, before and behind ours

foreach my $libraries ('pg_dbms, pg_stat_statements, auto_explain',
	'auto_explain, pg_stat_statements, pg_dbms')
{
	$node->append_conf('postgresql.conf', "shared_preload_libraries = '$libraries'");
	if ($libraries =~ /^pg_dbms/)
	{
		$node->start;
		create_extension($node);
		$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_owner LOGIN;
GRANT dbms_create_job TO regress_owner;
CREATE TABLE public.done (job text);
GRANT ALL ON public.done TO PUBLIC;
CREATE EXTENSION pg_stat_statements;
SQL
	}
	else
	{
		$node->restart;
	}
	works('postgres', $libraries);
	my $begun = time;
	$node->safe_psql('postgres', 'DROP EXTENSION pg_dbms');
	cmp_ok(time - $begun, '<', 4, 'hooks of ours are reached');
	create_extension($node);
}
cmp_ok($node->safe_psql('postgres', q{SELECT sum(calls) FROM pg_stat_statements WHERE query ~ 'INSERT INTO public.done'}),
	'>', 0, 'statements of jobs are seen by others');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_dbms'");
$node->restart;

# --- changes of all tables are published

new_database('published');
$node->safe_psql('published', 'CREATE PUBLICATION everything FOR ALL TABLES');
works('published', 'FOR ALL TABLES');
is( $node->safe_psql(
		'published', q{SELECT string_agg(c.relname, ' ') FROM pg_class c WHERE c.relnamespace = 'dbms'::regnamespace AND relkind = 'r'}
		  . ' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)'),
	'', 'each of our tables has an identity for that');

# --- event triggers that let nothing pass but tables

new_database('watched');
$node->safe_psql('watched', <<'SQL');
CREATE FUNCTION public.look() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	IF tg_tag NOT IN ('CREATE TABLE', 'DROP TABLE') THEN
		RAISE EXCEPTION '% of % is not wanted', tg_event, tg_tag;
	END IF;
END$$;
CREATE FUNCTION public.look_at_dropped() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM * FROM pg_event_trigger_dropped_objects() WHERE schema_name = 'dbms';
	IF found THEN
		RAISE EXCEPTION 'not ours';
	END IF;
END$$;
CREATE EVENT TRIGGER at_drop ON sql_drop EXECUTE FUNCTION public.look_at_dropped();
CREATE EVENT TRIGGER at_rewrite ON table_rewrite EXECUTE FUNCTION public.look();
CREATE EVENT TRIGGER at_start ON ddl_command_start EXECUTE FUNCTION public.look();
CREATE EVENT TRIGGER at_end ON ddl_command_end EXECUTE FUNCTION public.look();
SQL
works('watched', 'event triggers');

# --- objects that look like the server's, on everybody's path before it

new_database('hijacked');
my @functions = map { "CREATE FUNCTION public.$_ LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'hijacked'; END\$\$;" }
  ('upper(text) RETURNS text', 'now() RETURNS timestamptz', 'clock_timestamp() RETURNS timestamptz',
	'nextval(text) RETURNS bigint', 'quote_ident(text) RETURNS text', 'max(bigint) RETURNS bigint',
	'unnest(bigint[]) RETURNS bigint', 'pg_has_role(oid, text) RETURNS boolean',
	'display_name(text) RETURNS text', 'eq(text, text) RETURNS boolean', 'eq(bigint, bigint) RETURNS boolean',
	'eq(integer, integer) RETURNS boolean', 'eq(oid, oid) RETURNS boolean', 'eq(name, name) RETURNS boolean',
	'lt(timestamptz, timestamptz) RETURNS boolean', 'cat(text, text) RETURNS text');
my @operators = (
	(map { "CREATE OPERATOR public.= (LEFTARG = $_, RIGHTARG = $_, FUNCTION = public.eq);" } qw(text bigint integer oid name)),
	(map { "CREATE OPERATOR public.$_ (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.lt);" } qw(< <= > >=)),
	'CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = public.cat);');
my @tables = map { "CREATE TABLE public.$_ (x int);" } qw(pg_roles pg_class pg_database pg_authid job object run);
$node->safe_psql('hijacked', join "\n", @functions, @operators, @tables,
	'CREATE TYPE public.interval AS (a int);', 'CREATE DOMAIN public.timestamptz AS text;',
	'ALTER DATABASE hijacked SET search_path = public, pg_catalog');
works('hijacked', 'a path of traps');

$node->stop;
done_testing();
