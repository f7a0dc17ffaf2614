# What a job's code finds: a session of its owner, as new, that nothing leaves
# behind and that cannot become another's.  And: no setting of the owner keeps
# a run from being recorded.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $soon = 20;
my $node = start_node('main', 'pg_dbms.max_workers = 2');
add_jobs($node);
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE sess_owner LOGIN;
CREATE ROLE sess_other LOGIN;
CREATE ROLE sess_super LOGIN SUPERUSER;
GRANT sess_other TO sess_owner;
CREATE SEQUENCE public.numbers;
GRANT USAGE ON SEQUENCE public.numbers TO PUBLIC;
SQL

my $session = open_session($node);

my $jobs = 0;

# Run a job to its end; returns its status and SQLSTATE, and its log row's id
# in a list.
sub run
{
	my ($owner, $action, %more) = @_;

	my $name = 'J' . ++$jobs;
	make_job($node, name => $name, owner => $owner, action => $action, %more);
	wait_for(
		$node, "SELECT EXISTS (SELECT FROM dbms.job_log WHERE is_run AND job_name = '$name')"
		  . ' AND NOT EXISTS (SELECT FROM dbms.run)',
		timeout => $soon);
	return log_rows($node, "status || coalesce(' ' || sqlstate, '')", "job_name = '$name'");
}

# The note that the last job has left.
sub last_note { return $node->safe_psql('postgres', 'SELECT note FROM public.seen ORDER BY id DESC LIMIT 1'); }

my $script = '{"job_type": "SQL_SCRIPT"}';
my $who    = "INSERT INTO public.seen (note) VALUES (session_user || ' ' || current_user)";

# --- who the job is

is(run('sess_owner', $who), 'SUCCEEDED', 'a job runs');
is(last_note(), 'sess_owner sess_owner', 'as its owner');
foreach my $way (
	'RESET ROLE',
	'SET ROLE NONE',
	'RESET SESSION AUTHORIZATION',
	'SET SESSION AUTHORIZATION DEFAULT',
	'RESET ALL',
	'SET SESSION AUTHORIZATION sess_owner')
{
	is(run('sess_owner', "$way; $who", more => $script), 'SUCCEEDED', "$way is allowed");
	is(last_note(), 'sess_owner sess_owner', 'and leads nowhere');
}
is(run('sess_owner', 'DISCARD ALL', more => $script), 'SUCCEEDED', 'DISCARD ALL is allowed');
foreach my $way (
	'SET ROLE postgres',
	'SET SESSION AUTHORIZATION postgres',
	'SET SESSION AUTHORIZATION sess_other',
	"SELECT set_config('role', 'postgres', false)",
	"SELECT set_config('session_authorization', 'postgres', false)")
{
	is(run('sess_owner', $way), 'FAILED 42501', "$way is refused");
}
run('sess_owner', "DO \$\$BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXECUTE 'RESET ROLE'; $who; END\$\$");
is(last_note(), 'sess_owner sess_owner', 'dynamic SQL is no way out');
run('sess_super', "SET SESSION AUTHORIZATION sess_other; $who");
is(last_note(), 'sess_other sess_other', 'a superuser may become another role');
run('sess_super', $who);
is(last_note(), 'sess_super sess_super', 'for that one run');

# what a role would log in as otherwise
my $roles = "INSERT INTO public.seen (note) VALUES (concat_ws(' ', session_user, current_user, current_setting('role'),"
  . " current_setting('is_superuser')))";
foreach my $case (
	[ 'sess_owner', 'ALTER ROLE sess_owner SET role = sess_other', 'ALTER ROLE sess_owner RESET ALL', 'off' ],
	[ 'sess_super', 'ALTER ROLE sess_super SET role = sess_other', 'ALTER ROLE sess_super RESET ALL', 'on' ],
	[ 'sess_super', 'ALTER ROLE sess_super SET session_authorization = sess_other', 'ALTER ROLE sess_super RESET ALL', 'on' ],
	[ 'sess_owner', 'ALTER DATABASE postgres SET role = sess_other', 'ALTER DATABASE postgres RESET ALL', 'off' ],
	[ 'sess_super', 'ALTER DATABASE postgres SET session_authorization = sess_other', 'ALTER DATABASE postgres RESET ALL', 'on' ],
	[ 'sess_owner', 'ALTER ROLE ALL IN DATABASE postgres SET role = sess_other', 'ALTER ROLE ALL IN DATABASE postgres RESET ALL', 'off' ])
{
	my ($owner, $set, $reset, $is_super) = @$case;
	local $ENV{PGOPTIONS} = '-c role=none';		# for ourselves
	$node->safe_psql('postgres', $set);
	run($owner, $roles);
	is(last_note(), "$owner $owner none $is_super", "$set makes nobody else of the owner");
	run($owner, "RESET ROLE; RESET SESSION AUTHORIZATION; $roles", more => $script);
	is(last_note(), "$owner $owner none $is_super", 'nor does a reset');
	kill_process((pids($node, 'coordinator', 'postgres'))[0], 'TERM') if $set =~ m/DATABASE/;
	is(run($owner, $roles), 'SUCCEEDED', 'the coordinator is not steered, either');
	$node->safe_psql('postgres', $reset);
}

# functions that run as others give nothing away
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION public.definer() RETURNS text LANGUAGE sql SECURITY DEFINER
    AS $$SELECT concat_ws(' ', session_user, current_user)$$;
CREATE FUNCTION public.with_role() RETURNS text LANGUAGE sql SET role = 'sess_other'
    AS $$SELECT concat_ws(' ', session_user, current_user)$$;
CREATE PROCEDURE public.commits() LANGUAGE plpgsql AS $$
BEGIN
    COMMIT;
    EXECUTE 'RESET SESSION AUTHORIZATION';
    EXECUTE 'RESET ROLE';
    INSERT INTO public.seen (note) VALUES (concat_ws(' ', session_user, current_user));
    COMMIT;
END$$;
SQL
run('sess_owner', "INSERT INTO public.seen (note) SELECT public.definer() || ', ' || public.with_role() || ', ' || concat_ws(' ', session_user, current_user)");
is(last_note(), 'sess_owner postgres, sess_owner sess_other, sess_owner sess_owner', 'functions of others end with their rights');
run('sess_owner', 'BEGIN public.commits(); END;');
is(last_note(), 'sess_owner sess_owner', 'a COMMIT opens no way');
is(run('sess_owner', "DO \$\$BEGIN EXECUTE 'SET SESSION AUTHORIZATION postgres'; END\$\$"), 'FAILED 42501', 'nor does DO');

# --- what a worker keeps between two runs

sub pid_of_last { return log_rows($node, 'max(worker_pid)', "job_name = 'J$jobs'"); }

is(run('sess_owner', 'LISTEN dirt'), 'FAILED 0A000', 'the server lets no background process listen');
is( run('sess_owner', <<'SQL', more => $script),
SET work_mem = '9MB';
SET my.secret = 'dirt';
SELECT set_config('my.other', 'dirt', false);
SET TimeZone = 'Asia/Tokyo';
CREATE TEMP TABLE dirt AS SELECT 1 AS one;
PREPARE dirt AS SELECT 1;
SELECT pg_advisory_lock(42);
SELECT pg_advisory_lock(42);
SELECT pg_advisory_lock_shared(43);
SELECT nextval('public.numbers');
BEGIN;
DECLARE dirt CURSOR WITH HOLD FOR SELECT 1;
COMMIT;
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ;
SET search_path = pg_temp;
SET ROLE sess_other;
SQL
	'SUCCEEDED', 'a job leaves all kinds of things in its session');
my $dirty = pid_of_last();
my $look = <<'SQL';
DO $$
DECLARE
    last text := 'no currval';
BEGIN
    BEGIN
        last := currval('public.numbers')::text;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
    END;
    INSERT INTO public.seen (note) VALUES (concat_ws(' ',
        session_user, current_user, current_setting('work_mem'),
        '<' || coalesce(current_setting('my.secret', true), '') || '>',
        '<' || coalesce(current_setting('my.other', true), '') || '>',
        current_setting('search_path'),
        current_setting('transaction_isolation'),
        coalesce(to_regclass('pg_temp.dirt')::text, 'no table'),
        (SELECT count(*) FROM pg_prepared_statements),
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
        (SELECT count(*) FROM pg_listening_channels()),
        (SELECT count(*) FROM pg_cursors WHERE is_holdable),
        last));
END$$
SQL
my $clean = 'sess_owner sess_owner 4MB <> <> "$user", public read committed no table 0 0 0 0 no currval';
is(run('sess_owner', $look), 'SUCCEEDED', 'the next one looks');
is(pid_of_last(), $dirty, 'in the same process');
is(last_note(), $clean, 'and finds nothing of that');
is( $node->safe_psql('postgres', 'SELECT pg_try_advisory_lock(42), pg_try_advisory_lock(43)'),
	't|t', 'the locks are free');

# after an error, too
is( run('sess_owner', <<'SQL', more => $script),
SET work_mem = '9MB';
CREATE TEMP TABLE dirt AS SELECT 1 AS one;
PREPARE dirt AS SELECT 1;
SELECT pg_advisory_lock(42);
BEGIN;
SET LOCAL my.secret = 'dirt';
SELECT pg_advisory_lock(43), nextval('public.numbers');
SELECT 1/0;
SQL
	'FAILED 22012', 'a job fails half way');
run('sess_owner', $look);
is(pid_of_last(), $dirty, 'the worker stays');
is(last_note(), $clean, 'as new');

# --- settings of roles and databases

my $setting = "INSERT INTO public.seen (note) VALUES (current_setting('work_mem'))";
foreach my $change (
	[ "ALTER ROLE sess_owner SET work_mem = '5MB'", '5MB' ],
	[ "ALTER ROLE sess_owner IN DATABASE postgres SET work_mem = '6MB'", '6MB' ],
	[ 'ALTER ROLE sess_owner IN DATABASE postgres RESET work_mem', '5MB' ],
	[ 'ALTER ROLE sess_owner RESET ALL', '4MB' ],
	[ "ALTER DATABASE postgres SET work_mem = '7MB'", '7MB' ],
	[ 'ALTER DATABASE postgres RESET work_mem', '4MB' ],
	[ "ALTER ROLE ALL SET work_mem = '8MB'", '8MB' ],
	[ 'ALTER ROLE ALL RESET ALL', '4MB' ])
{
	$node->safe_psql('postgres', $change->[0]);
	run('sess_owner', $setting);
	is(last_note(), $change->[1], "$change->[0] counts from the next run on");
}
setting($node, work_mem => '3MB');
ok( wait_for(
		$node, "SELECT current_setting('work_mem')", expected => '3MB'),
	'the configuration is read again');
run('sess_owner', $setting);
is(last_note(), '3MB', 'by idle workers, too');

# --- a block that is left open

is(run('sess_owner', "BEGIN; INSERT INTO public.seen (note) VALUES ('open')", more => $script),
	'FAILED 25001', 'a job that leaves a transaction block open fails');
is(run('sess_owner', 'SELECT 1; BEGIN'), 'FAILED 25001', 'also as its last statement');
is( $node->safe_psql('postgres', "SELECT count(*) FROM public.seen WHERE note = 'open'"),
	'0', 'and what it did in it is undone');

# --- settings of the owner that could stand in the way of the record

my %odd = (
	default_transaction_read_only       => 'on',
	default_transaction_isolation       => 'serializable',
	statement_timeout                   => '1s',
	lock_timeout                        => '1ms',
	idle_in_transaction_session_timeout => '1ms',
	search_path                         => 'evil, pg_catalog',
	session_replication_role            => 'replica',
	DateStyle                           => 'SQL, DMY',
	IntervalStyle                       => 'sql_standard',
	TimeZone                            => 'Asia/Kathmandu',
	transform_null_equals               => 'on',
	array_nulls                         => 'off',
	row_security                        => 'off',
	quote_all_identifiers               => 'on',
	standard_conforming_strings         => 'off',
	check_function_bodies               => 'off',
	plan_cache_mode                     => 'force_generic_plan',
	default_tablespace                  => 'nowhere',
	temp_tablespaces                    => '',
	client_encoding                     => 'LATIN1',
	synchronous_commit                  => 'off',
	default_table_access_method         => 'nowhere',
	default_transaction_deferrable      => 'on',
	exit_on_error                       => 'on',
	force_parallel_mode                 => 'on',
	jit_above_cost                      => '0',
	log_duration                        => 'on',
	log_min_duration_statement          => '0',
	max_stack_depth                     => '100kB',
	parallel_leader_participation       => 'off',
	session_preload_libraries           => 'nowhere',
	track_activities                    => 'off',
	work_mem                            => '64kB',
	enable_indexscan                    => 'off',
	client_min_messages                 => 'error',
	extra_float_digits                  => '-15',
	lc_messages                         => 'C',
	log_statement                       => 'all',
	debug_print_plan                    => 'off',
	deadlock_timeout                    => '1ms',
	zero_damaged_pages                  => 'off',
	ignore_system_indexes               => undef,
	bytea_output                        => 'escape');
$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA evil;
CREATE FUNCTION evil.nothing(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR evil.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.nothing);
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$SELECT 'epoch'::timestamptz$$;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
SQL
foreach my $name (sort keys %odd)
{
	next if !defined $odd{$name};
	my $role = lc "sess_odd_$name";
	$node->safe_psql('postgres', "CREATE ROLE $role LOGIN; ALTER ROLE $role SET $name = "
		. ($name eq 'search_path' ? $odd{$name} : "'$odd{$name}'"));
	is(run($role, 'SELECT 1'), 'SUCCEEDED', "a success is recorded with $name");
	is(run($role, 'SELECT 1/0'), 'FAILED 22012', 'so is a failure');
}
is( $node->safe_psql('postgres', <<'SQL'), '0', 'with good times and durations');
SELECT count(*) FROM dbms.job_log WHERE is_run
    AND (log_date NOT BETWEEN now() - interval '10 min' AND now()
         OR started_at NOT BETWEEN scheduled_at AND log_date
         OR run_duration NOT BETWEEN '0' AND '1 min')
SQL

# all of them at once, but for those that hide what the worker does, and somebody holds the log while the run ends
delete @odd{qw(track_activities force_parallel_mode)};
$node->safe_psql('postgres', 'CREATE ROLE sess_odd LOGIN; ' . join '',
	map { "ALTER ROLE sess_odd SET $_ = " . ($_ eq 'search_path' ? $odd{$_} : "'$odd{$_}'") . ';' }
	  grep { defined $odd{$_} } sort keys %odd);
my $blocked = q{SELECT count(*) FROM pg_stat_activity}
  . q{ WHERE backend_type = 'pg_dbms worker' AND wait_event_type = 'Lock'};
foreach my $case (
	[ 'SELECT 1', 'SUCCEEDED' ],
	[ 'SELECT 1/0', 'FAILED 22012' ],
	[ 'CREATE TABLE public.never ()', 'FAILED 25006' ])
{
	my $name = 'BLOCKED' . ++$jobs;
	make_job($node, name => $name, owner => 'sess_odd', action => "SELECT pg_sleep(0.8); $case->[0]");
	wait_for($node, q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker' AND wait_event = 'PgSleep'}, expected => 1);
	$session->query_safe('BEGIN; LOCK TABLE dbms.job_log IN SHARE MODE');
	ok(wait_for($node, $blocked, expected => 1), 'somebody has locked the log');

	# longer than the timeouts of the owner
	wait_for($node, q{SELECT now() - min(state_change) > '1.2 s' FROM pg_stat_activity}
		  . q{ WHERE backend_type = 'pg_dbms worker' AND wait_event_type = 'Lock'});
	$session->query_safe('COMMIT');
	ok( wait_for(
			$node, "SELECT status || coalesce(' ' || sqlstate, '') FROM dbms.job_log WHERE is_run AND job_name = '$name'",
			expected => $case->[1], timeout => $soon),
		'its timeouts do not count for the record');
}

# but they do for what it does itself
$node->safe_psql('postgres', 'ALTER ROLE sess_odd RESET default_transaction_read_only');
is(run('sess_odd', 'SELECT pg_sleep(60)'), 'FAILED 57014', 'its statement_timeout is a failure, and no stop');
is(log_rows($node, 'errors', "job_name = 'J$jobs'"), 'canceling statement due to statement timeout', 'as the record says');
is(run('sess_owner', "SET statement_timeout = 50; SELECT pg_sleep(60)", more => $script),
	'FAILED 57014', 'also when the job sets it');

# --- cancel and terminate

my $sleep = 'SELECT pg_sleep(120)';
my $asleep = q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker' AND wait_event = 'PgSleep'};

sub start_sleeper
{
	my ($name, %more) = @_;
	make_job($node, name => $name, owner => 'sess_owner', action => $sleep, %more);
	wait_for($node, "SELECT EXISTS ($asleep)");
	return $node->safe_psql('postgres', $asleep);
}

run('sess_owner', 'SELECT 1');
my $idle = pid_of_last();
$node->safe_psql('postgres', "SELECT pg_cancel_backend($idle)");
run('sess_owner', 'SELECT 1');
is(pid_of_last(), $idle, 'a cancel does nothing to an idle worker');

my $pid = start_sleeper('CANCELED');
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
ok(wait_for($node, q{SELECT status FROM dbms.job_log WHERE is_run AND job_name = 'CANCELED'}, expected => 'STOPPED'),
	'a run that is canceled is recorded as stopped');
$pid = start_sleeper('TERMINATED');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
ok(wait_for($node, q{SELECT status || ' ' || additional_info FROM dbms.job_log WHERE is_run AND job_name = 'TERMINATED'},
	expected => 'STOPPED REASON="Job slave process was terminated"'),
	'so is one whose worker was terminated');
is( $node->safe_psql(
		'postgres',
		q{SELECT string_agg(final_state || ' ' || is_enabled || ' ' || run_count, ', ') FROM dbms.job_state}
		  . q{ JOIN dbms.object ON id = job_id WHERE name IN ('CANCELED', 'TERMINATED')}),
	'STOPPED false 1, STOPPED false 1', 'and the jobs say so');

# --- somebody holds a job's row

my $recovers = '{"restart_on_recovery": true}';
$pid = start_sleeper('LOCKED', more => $recovers);
$session->query_safe(q{BEGIN; SELECT FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name = 'LOCKED' FOR UPDATE OF job_state});
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
wait_for($node, "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid", expected => '0');
make_job($node, name => "MEANWHILE$_", owner => 'sess_owner', action => 'SELECT 1') foreach 1 .. 3;
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE is_run AND job_name LIKE 'MEANWHILE%'}, expected => 3, timeout => $soon),
	'a locked job delays no other');
is(log_rows($node, 'count(*)', "job_name = 'LOCKED'"), '0', 'its interrupted run waits for its record');
$session->query_safe('COMMIT');
ok(wait_for($node, "SELECT EXISTS ($asleep)", timeout => $soon), 'then the job is run again, as its rule says');
is(log_rows($node, "string_agg(operation || ' ' || status, ', ')", "job_name = 'LOCKED'"), 'RUN STOPPED', 'with one record for the first run');
$pid = $node->safe_psql('postgres', $asleep);
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
ok(wait_for($node, q{SELECT string_agg(operation || ' ' || status, ', ' ORDER BY log_id) FROM dbms.job_log WHERE job_name = 'LOCKED'},
	expected => 'RUN STOPPED, RECOVERY_RUN STOPPED', timeout => $soon), 'and one for the second');

# an owner's first job is not committed for long
$node->safe_psql('postgres', 'CREATE ROLE sess_late LOGIN');
$session->query_safe('BEGIN; ' . make_job_sql(name => 'UNCOMMITTED', owner => 'sess_late', action => 'SELECT 1'));
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator'});
make_job($node, name => 'BESIDE', owner => 'sess_owner', action => 'SELECT 1');
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE is_run AND job_name = 'BESIDE'}, expected => 1, timeout => $soon),
	'a job that is not committed delays no other');
$session->query_safe('COMMIT');
ok(wait_for($node, q{SELECT count(*) FROM dbms.job_log WHERE is_run AND job_name = 'UNCOMMITTED'}, expected => 1, timeout => $soon),
	'and runs when it is committed');

$session->quit;
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM dbms.run), (SELECT count(*) FROM dbms.outcome)'),
	'0|0', 'nothing is left under way');
$node->stop;
done_testing();
