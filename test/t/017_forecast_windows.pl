# dbms_scheduler.forecast says what windows, plans and the jobs under them then
# really do: windows that meet at edges and overlap, one with priority HIGH and a
# plan that lets no job start, jobs that wait for its end, jobs of windows and
# groups, one that is stopped. Some seconds are foretold, and compared with the
# logs after them. Where the machine is so slow that what happens is late by more
# than a part of a second, order itself may differ: then the same is tried again
# with other names.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main');

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE span (from_time timestamptz, to_time timestamptz);
CREATE TABLE foretold (n integer GENERATED ALWAYS AS IDENTITY, at timestamptz, event text, owner text, object_name text, detail text);
CREATE FUNCTION at(seconds numeric) RETURNS timestamptz LANGUAGE sql
	RETURN (SELECT from_time + seconds * interval '1 s' FROM public.span);
CREATE PROCEDURE win(name text, start_date timestamptz, seconds integer, duration interval, plan text DEFAULT NULL, priority text DEFAULT 'LOW')
	LANGUAGE plpgsql AS $$
BEGIN
	CALL dbms_scheduler.create_window(name, plan, start_date, 'FREQ=SECONDLY;INTERVAL=' || seconds, NULL, duration, priority);
END $$;
CREATE PROCEDURE job(name text, schedule text DEFAULT NULL, start_date timestamptz DEFAULT NULL, repeat_interval text DEFAULT NULL,
	end_date timestamptz DEFAULT NULL, setting text DEFAULT NULL, value text DEFAULT NULL)
	LANGUAGE plpgsql AS $$
BEGIN
	IF schedule IS NOT NULL THEN
		CALL dbms_scheduler.create_job(name, schedule_name => schedule, job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;');
	ELSE
		CALL dbms_scheduler.create_job(name, job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;',
			start_date => start_date, repeat_interval => repeat_interval, end_date => end_date);
	END IF;
	IF setting IS NOT NULL THEN
		CALL dbms_scheduler.set_attribute(name, setting, value);
	END IF;
	CALL dbms_scheduler.enable(name);
END $$;
CREATE VIEW opened AS
	SELECT l.log_id, l.log_date, 'WINDOW_' || l.operation AS event, l.window_name
	  FROM sys.dba_scheduler_window_log l, span
	 WHERE l.operation IN ('OPEN', 'CLOSE') AND l.log_date >= from_time AND l.log_date < to_time;
CREATE VIEW ran AS
	SELECT d.job_name, d.actual_start_date, d.log_date, d.status, d.additional_info
	  FROM sys.dba_scheduler_job_run_details d, span
	 WHERE d.actual_start_date >= from_time AND d.actual_start_date < to_time;
SQL

# Everything of one attempt; its names begin with this letter.
sub attempt
{
	my ($x) = @_;

	# a run by hand tells how long the job takes that is to be stopped
	$node->safe_psql('postgres', <<"SQL");
CALL dbms_scheduler.create_job('${x}_STOPPED', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN PERFORM pg_sleep(2.6); END;');
CALL dbms_scheduler.run_job('${x}_STOPPED', use_current_session => false);
SQL
	wait_for($node, <<"SQL") or return 'no first run';
SELECT last_run_duration > interval '2.5 s' FROM sys.dba_scheduler_jobs WHERE job_name = '${x}_STOPPED'
SQL

	# in one transaction, so that now() is one instant
	$node->safe_psql('postgres', <<"SQL");
TRUNCATE span, foretold;
BEGIN;
INSERT INTO span SELECT date_trunc('second', now()) + interval '4 s', date_trunc('second', now()) + interval '18.5 s';
CALL win('${x}_FIVE', at(-1), 5, '3 s');
CALL win('${x}_FOUR', at(0), 4, '2 s', 'DEFAULT_MAINTENANCE_PLAN');
CALL win('${x}_LONG', at(1), 6, '8 s');
CALL win('${x}_HIGH', at(3), 7, '2 s', 'INTERNAL_QUIESCE', 'HIGH');
CALL dbms_scheduler.create_window('${x}_ONCE', '', at(7), NULL, NULL, interval '2 s', 'HIGH');
CALL dbms_scheduler.create_window_group('${x}_BOTH', '${x}_FIVE,${x}_LONG');
CALL job('${x}_OF_FOUR', 'SYS.${x}_FOUR');
CALL job('${x}_OF_BOTH', 'SYS.${x}_BOTH');
CALL job('${x}_OF_HIGH', 'SYS.${x}_HIGH');
CALL job('${x}_QUITTER', 'SYS.${x}_HIGH', setting => 'stop_on_window_close', value => 'true');
CALL job('${x}_TWICE', 'SYS.${x}_BOTH', setting => 'max_runs', value => '2');
CALL job('${x}_SECONDS', start_date => at(0), repeat_interval => 'FREQ=SECONDLY;INTERVAL=2');
CALL job('${x}_THREES', start_date => at(-3), repeat_interval => 'FREQ=SECONDLY;INTERVAL=3');
CALL job('${x}_EACH', start_date => at(3), repeat_interval => 'FREQ=SECONDLY;INTERVAL=4', setting => 'missed_runs', value => 'EACH');
CALL job('${x}_IN_HIGH', start_date => at(4));
CALL dbms_scheduler.set_attribute('${x}_STOPPED', 'schedule_name', 'SYS.${x}_FOUR');
CALL dbms_scheduler.set_attribute('${x}_STOPPED', 'stop_on_window_close', true);
CALL dbms_scheduler.enable('${x}_STOPPED');
INSERT INTO foretold (at, event, owner, object_name, detail)
	SELECT f.* FROM span, dbms_scheduler.forecast(from_time, to_time) f;
COMMIT;
SQL
	return 'no time to foretell it' if $node->safe_psql('postgres',
		'SELECT clock_timestamp() >= from_time FROM span') eq 't';
	wait_for($node, 'SELECT clock_timestamp() > to_time FROM span');
	$node->safe_psql('postgres', <<"SQL");
DO \$\$
DECLARE name text;
BEGIN
	FOR name IN SELECT w.window_name FROM sys.dba_scheduler_windows w LOOP
		CALL dbms_scheduler.disable(name, true);
	END LOOP;
	FOR name IN SELECT j.job_name FROM sys.dba_scheduler_jobs j LOOP
		CALL dbms_scheduler.disable(name, true);
	END LOOP;
END \$\$;
SQL
	wait_for($node, 'SELECT NOT EXISTS (SELECT FROM dbms.run)');

	# everything is due at full seconds
	return $node->safe_psql('postgres', <<'SQL');
SELECT 'late by ' || max(extract(milliseconds FROM t) % 1000) || ' ms'
  FROM (SELECT log_date FROM opened UNION ALL SELECT actual_start_date FROM ran) AS e(t)
HAVING max(extract(milliseconds FROM t) % 1000) > 400
SQL
}

my $why;
foreach my $x ('A' .. 'F')
{
	$why = attempt($x);
	last if $why eq '';
	note("again: $why");
}

SKIP:
{
	skip "this machine is too slow: $why", 8 if $why ne '';

	is( $node->safe_psql('postgres', <<'SQL'), 't', 'of each kind something was foretold');
SELECT count(DISTINCT event) = 6 AND count(*) > 50 FROM foretold
SQL
	is( $node->safe_psql('postgres', <<'SQL'),
SELECT string_agg(event || ' ' || window_name || ' ' || date_trunc('second', log_date), E'\n' ORDER BY log_id) FROM opened
SQL
		$node->safe_psql('postgres', <<'SQL'), 'windows open and close as foretold, in that order');
SELECT string_agg(event || ' ' || object_name || ' ' || at, E'\n' ORDER BY n) FROM foretold WHERE event LIKE 'WINDOW%'
SQL
	is( $node->safe_psql('postgres', <<'SQL'),
SELECT string_agg(coalesce(plan, 'none') || ' ' || date_trunc('second', started_at), E'\n' ORDER BY sequence)
  FROM (SELECT h.*, lag(plan) OVER (ORDER BY sequence) AS before FROM dbms.plan_history h) AS h, span
 WHERE started_at >= from_time AND started_at < to_time AND plan IS DISTINCT FROM before
SQL
		$node->safe_psql('postgres', <<'SQL'), 'so do plans come in force');
SELECT string_agg(coalesce(object_name, 'none') || ' ' || at, E'\n' ORDER BY n) FROM foretold WHERE event = 'PLAN_SWITCH'
SQL
	is( $node->safe_psql('postgres', <<'SQL'),
SELECT string_agg(job_name || ' ' || date_trunc('second', actual_start_date), E'\n' ORDER BY job_name, actual_start_date) FROM ran
SQL
		$node->safe_psql('postgres', <<'SQL'), 'jobs run as foretold');
SELECT string_agg(object_name || ' ' || at, E'\n' ORDER BY object_name, at) FROM foretold WHERE event = 'RUN'
SQL
	is( $node->safe_psql('postgres', <<'SQL'),
SELECT string_agg(job_name || ' ' || date_trunc('second', log_date), E'\n' ORDER BY job_name, log_date)
  FROM ran, span WHERE status = 'STOPPED' AND additional_info LIKE '%window closed%' AND log_date < to_time
SQL
		$node->safe_psql('postgres', <<'SQL'), 'and are stopped as foretold');
SELECT string_agg(object_name || ' ' || at, E'\n' ORDER BY object_name, at) FROM foretold WHERE event = 'STOP'
SQL
	is( $node->safe_psql('postgres', <<'SQL'), '0', 'nothing runs under the plan that lets nothing start');
SELECT count(*) FROM ran r JOIN (SELECT plan, started_at, lead(started_at) OVER (ORDER BY sequence) AS ended_at FROM dbms.plan_history) h
	ON h.plan = 'INTERNAL_QUIESCE' AND r.actual_start_date > h.started_at AND r.actual_start_date < h.ended_at
SQL
	is( $node->safe_psql('postgres', <<'SQL'), 't', 'what waits is among what was foretold to wait');
SELECT count(*) > 3 AND bool_and(EXISTS (SELECT FROM foretold r WHERE r.event = 'RUN' AND r.object_name = w.object_name AND r.at > w.at)
	OR w.object_name LIKE '%QUITTER' OR w.at > (SELECT max(at) - interval '3 s' FROM foretold))
  FROM foretold w WHERE event = 'WAIT'
SQL
	is( $node->safe_psql('postgres', <<'SQL'), '0', 'each opening is closed before the next one');
SELECT count(*) FROM (SELECT event, lag(event) OVER (ORDER BY log_id) AS before FROM opened) t WHERE event = before
SQL
}

# what there is to see when something differs
diag($node->safe_psql('postgres', <<'SQL')) if !Test::More->builder->is_passing;
SELECT * FROM (SELECT date_trunc('milliseconds', at) AS at, 'foretold', event, object_name, detail FROM foretold
	UNION ALL SELECT log_date, 'logged', event, window_name, NULL FROM opened
	UNION ALL SELECT d.actual_start_date, 'logged', 'RUN', d.job_name, d.req_start_date || ' ' || d.run_duration || ' ' || d.status || coalesce(' ' || d.additional_info, '')
		FROM sys.dba_scheduler_job_run_details d, span WHERE d.actual_start_date >= from_time
	UNION ALL SELECT l.log_date, 'logged', l.operation, l.job_name, l.additional_info
		FROM sys.dba_scheduler_job_log l, span WHERE l.operation = 'SKIPPED' AND l.log_date >= from_time) AS t
 ORDER BY at, 2
SQL

$node->stop;
done_testing();
