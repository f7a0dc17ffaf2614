# A job whose rows cannot be written, a database that is held, a cancel that
# comes too late: all of it stays with the one that it concerns.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $soon = 25;
my $node = start_node('main', 'pg_dbms.max_workers = 4');
add_jobs($node);
my $gate = open_session($node);
my $pass = 'SELECT pg_advisory_xact_lock_shared(1)';
my $running = q{SELECT count(*) FROM dbms.workers() WHERE state = 'running'};

sub runs
{
	my ($name, $expected, $what) = @_;
	return ok(
		wait_for(
			$node, "SELECT count(*) FROM dbms.job_log WHERE is_run AND job_name ~ '^$name'",
			expected => $expected, timeout => $soon),
		$what);
}

# Two jobs at once: no slot is lost.
sub pool_is_whole
{
	my ($when) = @_;
	$gate->query_safe('SELECT pg_advisory_lock(1)');
	make_job($node, name => 'WHOLE#', count => 5, action => $pass);
	ok(wait_for($node, $running, expected => 4, timeout => $soon), "all workers are to be had $when");
	$gate->query_safe('SELECT pg_advisory_unlock(1)');
	return wait_for($node, q{SELECT count(*) FROM dbms.object WHERE name ~ '^WHOLE'}, expected => 0);
}

# --- rows of one job that cannot be written

$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION public.poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'poison';
END$$;
CREATE FUNCTION public.poison_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM dbms.object WHERE id = NEW.job_id AND name ~ '^UNSTARTED') THEN
        RAISE EXCEPTION 'poison';
    END IF;
    RETURN NEW;
END$$;
CREATE FUNCTION public.poison_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.run_count > 0 AND EXISTS (SELECT FROM dbms.object WHERE id = NEW.job_id AND name ~ '^UNENDED') THEN
        RAISE EXCEPTION 'poison';
    END IF;
    RETURN NEW;
END$$;
CREATE TRIGGER poison BEFORE INSERT ON dbms.run FOR EACH ROW EXECUTE FUNCTION public.poison_start();
CREATE TRIGGER poison BEFORE UPDATE ON dbms.job_state FOR EACH ROW EXECUTE FUNCTION public.poison_end();
CREATE TRIGGER poison BEFORE INSERT ON dbms.job_log FOR EACH ROW WHEN (NEW.job_name ~ '^UNLOGGED') EXECUTE FUNCTION public.poison();
SQL

make_job($node, name => 'UNSTARTED', action => 'SELECT 1', more => '{"auto_drop": false}');
make_job($node, name => 'BESIDE_A#', count => 20, action => 'SELECT 1');
runs('BESIDE_A', 20, 'a job that cannot be marked as started delays the others for a moment');
is(log_rows($node, 'count(*)', "job_name = 'UNSTARTED'"), '0', 'it has not run');

make_job($node, name => 'UNENDED', action => 'SELECT 1', more => '{"auto_drop": false}');
runs('UNENDED', 1, 'a job whose state cannot be written runs');
make_job($node, name => 'BESIDE_B#', count => 20, action => 'SELECT 1');
runs('BESIDE_B', 20, 'and delays the others for a moment');
ok( wait_for(
		$node, q{SELECT count(*) FROM dbms.object WHERE name ~ '^BESIDE'}, expected => '0', timeout => $soon),
	'whose ends are taken note of');

make_job($node, name => 'UNLOGGED', action => "INSERT INTO public.seen (job) VALUES ('UNLOGGED')", more => '{"auto_drop": false}');
make_job($node, name => 'BESIDE_C#', count => 20, action => 'SELECT 1');
runs('BESIDE_C', 20, 'so does a job whose record cannot be written');
pool_is_whole('beside all three');

$node->safe_psql('postgres', <<'SQL');
DROP TRIGGER poison ON dbms.run;
DROP TRIGGER poison ON dbms.job_state;
DROP TRIGGER poison ON dbms.job_log;
-- the next one tries at once
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator';
SQL
ok( wait_for(
		$node, q{SELECT string_agg(name || ' ' || run_count || ' ' || final_state, ', ' ORDER BY name)}
		  . q{ FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name ~ '^UN'},
		expected => 'UNENDED 1 SUCCEEDED, UNLOGGED 1 STOPPED, UNSTARTED 1 SUCCEEDED', timeout => $soon),
	'when the cause has gone, all of them are brought to their end');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.seen}), '0', 'work that could not be recorded is undone');
is(log_rows($node, 'count(*)', "job_name = 'UNENDED'"), '1', 'none ran twice');
pool_is_whole('after them');

# --- a database in which nothing may run takes no share of the pool

$node->safe_psql('postgres', 'CREATE DATABASE off');
create_extension($node, 'off');
add_jobs($node, 'off');
$node->safe_psql('off', q{CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', 'TRUE')});
make_job($node, database => 'off', name => 'NEVER#', count => 9, action => 'SELECT 1');
ok(wait_for($node, q{SELECT waiting, wait_reason FROM dbms.coordinators() WHERE waiting > 0},
	expected => '9|scheduler attribute SCHEDULER_DISABLED is TRUE'), 'a database that is switched off has due jobs');
pool_is_whole('elsewhere');

# --- more late jobs than are looked at in one turn

setting($node, 'pg_dbms.max_workers' => 0);
make_job($node, name => 'LATE#', count => 700, action => 'SELECT 1', repeat => 'FREQ=HOURLY',
	at => "clock_timestamp() + interval '500 ms'", more => '{"missed_runs": "skip"}');
make_job($node, name => 'CATCH#', count => 300, action => 'SELECT 1',
	at => "clock_timestamp() + interval '500 ms'");
wait_for($node, 'SELECT waiting FROM dbms.coordinators() WHERE waiting >= 1000', expected => 1000);
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_dbms.max_workers = 4');
$node->stop('immediate');
$node->start;
runs('CATCH', 300, 'what fell due while the server was down runs');
ok( wait_for(
		$node, q{SELECT count(*) FROM dbms.job_log WHERE operation = 'MISSED' AND job_name ~ '^LATE'},
		expected => 700, timeout => $soon),
	'or is logged as missed');
is($node->safe_psql('postgres', q{SELECT count(*) FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name ~ '^LATE' AND next_run_at < now()}),
	'0', 'and put off to the next time');
is(log_rows($node, 'count(*)', "job_name ~ '^LATE'"), '0', 'without a run');
$node->safe_psql('postgres', <<'SQL');
DO $$
DECLARE
    job text;
BEGIN
    FOR job IN SELECT name FROM dbms.object WHERE name ~ '^LATE' LOOP
        CALL dbms_scheduler.drop_job(job);
    END LOOP;
END$$
SQL

# --- a next time that has come before it was said

$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION public.slow_next() RETURNS timestamptz LANGUAGE sql VOLATILE AS
	$$SELECT statement_timestamp() + interval '10 ms' FROM pg_sleep(0.05)$$;
SQL
make_job($node, name => 'SLOW_NEXT', action => 'SELECT 1', repeat => 'public.slow_next()', more => '{"max_runs": 3}');
runs('SLOW_NEXT', 3, 'an interval that takes longer than it lasts');
is(log_rows($node, 'DISTINCT status', "job_name = 'SLOW_NEXT' AND is_run"), 'SUCCEEDED', 'is no error');

# --- a stop that comes at any moment hits no other run

my $asked = 0;
$gate->quit;
$gate = open_session($node);
foreach my $round (1 .. 30)
{
	make_job($node, name => "STOP${round}_#", count => 20, action => 'SELECT pg_sleep(0.004 * random())');

	# those that run just now, and none of the others
	$node->safe_psql('postgres', <<'SQL');
CREATE TABLE IF NOT EXISTS public.asked (job text, run_id bigint, n int);
DO $$
DECLARE
    r record;
BEGIN
    FOR i IN 1..40 LOOP
        FOR r IN SELECT name, run_id FROM dbms.workers() WHERE state IN ('assigned', 'running') AND random() < 0.3 LOOP
            INSERT INTO public.asked VALUES (r.name, r.run_id, i);
            BEGIN
                CALL dbms_scheduler.stop_job(r.name, force => random() < 0.2);
            EXCEPTION WHEN SQLSTATE 'O7366' OR SQLSTATE 'O7475' THEN
                -- it has ended, or is gone
            END;
        END LOOP;
        COMMIT;
    END LOOP;
END$$
SQL
}
ok(wait_for($node, 'SELECT count(*) FROM dbms.run', expected => 0, timeout => $soon), 'jobs were stopped at random moments');
diag(log_rows($node, q{string_agg(DISTINCT status || ' ' || coalesce(sqlstate, '') || ' ' || coalesce(additional_info, ''), ', ')}, q{job_name ~ '^STOP' AND is_run}));
is(log_rows($node, 'count(*)', q{job_name ~ '^STOP' AND is_run}), 600, 'each has its record');
is( $node->safe_psql(
		'postgres', q{SELECT count(*) FROM dbms.job_log l WHERE is_run AND job_name ~ '^STOP' AND status <> 'SUCCEEDED'}
		  . ' AND NOT EXISTS (SELECT FROM public.asked WHERE run_id = log_id)'),
	'0', 'only runs that somebody asked to stop were stopped');
is(log_rows($node, 'count(*)', q{job_name ~ '^STOP' AND is_run AND status NOT IN ('STOPPED', 'SUCCEEDED')}), '0', 'and none failed');
pool_is_whole('afterwards');
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM dbms.run), (SELECT count(*) FROM dbms.outcome)'),
	'0|0', 'nothing is left under way');

$gate->quit;
$node->stop;
done_testing();
