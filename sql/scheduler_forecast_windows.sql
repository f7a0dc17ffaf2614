-- dbms_scheduler.forecast: windows, the plans that they put in force, and jobs that start, wait and stop with them.
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE ROLE regress_fw_a LOGIN;
CREATE ROLE regress_fw_b LOGIN;
GRANT dbms_create_job TO regress_fw_a, regress_fw_b;
CREATE SCHEMA regress_fw;
GRANT ALL ON SCHEMA regress_fw TO PUBLIC;
SET search_path = regress_fw, sys;
-- windows that other tests left are none of our business
CREATE VIEW windows AS SELECT window_name FROM all_scheduler_windows WHERE window_name LIKE 'FW%';
CREATE FUNCTION foretold(from_time timestamptz, to_time timestamptz,
    OUT at timestamptz, OUT event text, OUT owner text, OUT object_name text, OUT detail text) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT * FROM dbms_scheduler.forecast(from_time, to_time) f
     WHERE f.object_name LIKE 'FW%' OR f.event = 'PLAN_SWITCH'
$$;
-- a job of the current role
CREATE PROCEDURE job(name text, schedule text DEFAULT NULL, start_date timestamptz DEFAULT NULL, repeat_interval text DEFAULT NULL,
    stops boolean DEFAULT false, class text DEFAULT 'DEFAULT_JOB_CLASS', max_runs integer DEFAULT NULL,
    schedule_limit interval DEFAULT NULL, missed_runs text DEFAULT NULL, end_date timestamptz DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
    IF schedule IS NOT NULL THEN
        CALL dbms_scheduler.create_job(name, schedule_name => schedule, job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', job_class => class);
    ELSE
        CALL dbms_scheduler.create_job(name, job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', job_class => class,
            start_date => start_date, repeat_interval => repeat_interval, end_date => end_date);
    END IF;
    IF stops THEN
        CALL dbms_scheduler.set_attribute(name, 'stop_on_window_close', true);
    END IF;
    IF max_runs IS NOT NULL THEN
        CALL dbms_scheduler.set_attribute(name, 'max_runs', max_runs);
    END IF;
    IF schedule_limit IS NOT NULL THEN
        CALL dbms_scheduler.set_attribute(name, 'schedule_limit', schedule_limit);
    END IF;
    IF missed_runs IS NOT NULL THEN
        CALL dbms_scheduler.set_attribute(name, 'missed_runs', missed_runs);
    END IF;
    CALL dbms_scheduler.enable(name);
END $$;
-- as if the last run had taken so long; without triggers, which take rows that come by themselves for a restore
CREATE PROCEDURE took(job_name text, duration interval) LANGUAGE sql SET session_replication_role = replica AS $$
    UPDATE dbms.job_state s SET last_run_duration = took.duration FROM dbms.object o WHERE o.id = s.job_id AND o.name = took.job_name
$$;

-- WINDOWS, as everybody sees them, and the plans

CALL dbms_scheduler.create_window('fw_day', NULL, '2100-01-01 08:00', 'FREQ=DAILY', '2100-01-20', interval '8 hours');
CALL dbms_scheduler.create_window('fw_night', 'DEFAULT_MAINTENANCE_PLAN', '2100-01-01 22:00', 'FREQ=DAILY', '2100-01-20', interval '8 hours');
CALL dbms_scheduler.create_window('fw_evening', 'MIXED_WORKLOAD_PLAN', '2100-01-01 20:00', 'FREQ=DAILY', '2100-01-20', interval '3 hours');
CALL dbms_scheduler.create_window('fw_urgent', '', '2100-01-02 12:00', NULL, NULL, interval '1 hour', 'HIGH');
CALL dbms_scheduler.create_window('fw_off', NULL, '2100-01-01 00:00', 'FREQ=HOURLY', NULL, interval '10 minutes');
CALL dbms_scheduler.disable('fw_off');
SELECT * FROM foretold('2100-01-01', '2100-01-04');
SET ROLE regress_fw_b;
SELECT count(*) FROM foretold('2100-01-01', '2100-01-04');
RESET ROLE;
-- from_time counts, to_time does not; what was open before is known
SELECT at, event, object_name FROM foretold('2100-01-02 16:00', '2100-01-02 20:00');
SELECT at, event, object_name FROM foretold('2100-01-02 06:00', '2100-01-02 08:00');
-- the plan from before comes back
BEGIN;
CALL dbms_resource_manager.switch_plan('INTERNAL_PLAN');
SELECT at, event, object_name, detail FROM foretold('2100-01-01 20:00', '2100-01-02 08:00') WHERE event = 'PLAN_SWITCH';
CALL dbms_resource_manager.switch_plan('INTERNAL_PLAN', allow_scheduler_plan_switches => false);
SELECT at, event, object_name, detail FROM foretold('2100-01-01 20:00', '2100-01-02 08:00');
ROLLBACK;
-- by hand: in this transaction the window is open until tomorrow
BEGIN;
CALL dbms_scheduler.open_window('fw_day', interval '1 day');
SELECT at - now() BETWEEN interval '1 day' AND interval '1 day 1 min', event, object_name, detail FROM foretold(now(), now() + interval '2 days');
ROLLBACK;
-- dropped, enabled
BEGIN;
CALL dbms_scheduler.drop_window('fw_night');
CALL dbms_scheduler.enable('fw_off');
SELECT at, event, object_name FROM foretold('2100-01-01 07:00', '2100-01-01 08:05') WHERE event LIKE 'WINDOW%';
ROLLBACK;

-- JOBS OF WINDOWS AND GROUPS

CALL dbms_scheduler.create_window_group('fw_group', 'fw_day,fw_evening');
CALL dbms_scheduler.create_window_group('fw_idle', 'fw_day');
CALL dbms_scheduler.disable('fw_idle');
SET ROLE regress_fw_a;
CALL job('fw_of_night', 'SYS.FW_NIGHT');
CALL job('fw_of_group', 'SYS.FW_GROUP');
CALL job('fw_of_idle', 'SYS.FW_IDLE');
CALL job('fw_twice', 'SYS.FW_GROUP', max_runs => 2);
CALL job('fw_beside', start_date => '2100-01-01 20:00', repeat_interval => 'FREQ=DAILY', end_date => '2100-01-20');
SELECT at, event, owner, object_name FROM foretold('2100-01-01', '2100-01-03');
SELECT at, object_name FROM foretold('2100-01-02', '2100-01-03') WHERE object_name = 'FW_TWICE';
SET ROLE regress_fw_b;
SELECT count(*) FILTER (WHERE event = 'RUN'), count(*) FROM foretold('2100-01-01', '2100-01-03');
RESET ROLE;
GRANT pg_monitor TO regress_fw_b;
SET ROLE regress_fw_b;
SELECT count(*) FILTER (WHERE event = 'RUN'), count(*) FROM foretold('2100-01-01', '2100-01-03');
RESET ROLE;
REVOKE pg_monitor FROM regress_fw_b;

-- STOP: as long as the last run

CALL dbms_scheduler.create_window('fw_hour_1', NULL, '2100-02-01 01:00', NULL, NULL, interval '1 hour');
CALL dbms_scheduler.create_window('fw_hour_2', NULL, '2100-02-01 02:00', NULL, NULL, interval '1 hour');
CALL dbms_scheduler.create_window('fw_hour_3', NULL, '2100-02-01 03:00', NULL, NULL, interval '1 hour');
CALL dbms_scheduler.create_window_group('fw_first_two', 'fw_hour_1,fw_hour_2');
SET ROLE regress_fw_a;
CALL job('fw_new', 'SYS.FW_HOUR_1', stops => true);
CALL job('fw_short', 'SYS.FW_HOUR_1', stops => true);
CALL job('fw_long', 'SYS.FW_HOUR_1', stops => true);
CALL job('fw_stays', 'SYS.FW_HOUR_1');
CALL job('fw_two', 'SYS.FW_FIRST_TWO', stops => true);
RESET ROLE;
CALL took('FW_SHORT', '59 minutes');
CALL took('FW_LONG', '61 minutes');
CALL took('FW_STAYS', '61 minutes');
CALL took('FW_TWO', '3 hours');
SELECT at, event, object_name, detail FROM foretold('2100-02-01', '2100-02-01 12:00') WHERE owner = 'REGRESS_FW_A';
-- one that was stopped as its window closed took its time so far, not all that it needed; one that was stopped by hand counts as any other
CREATE PROCEDURE stopped(job_name text, info text) LANGUAGE sql SET session_replication_role = replica AS $$
    INSERT INTO dbms.job_log (log_id, owner_id, job_name, job_class, operation, status, additional_info, is_run, run_duration)
    SELECT nextval('dbms.log_id_seq'), o.owner_id, o.name, 'DEFAULT_JOB_CLASS', 'RUN', 'STOPPED', info, true, s.last_run_duration
      FROM dbms.object o JOIN dbms.job_state s ON s.job_id = o.id WHERE o.name = stopped.job_name
$$;
CALL stopped('FW_SHORT', 'REASON="stopped by hand"');
SELECT at, event, detail FROM foretold('2100-02-01', '2100-02-01 12:00') WHERE object_name = 'FW_SHORT';
CALL stopped('FW_SHORT', 'REASON="window closed"');
SELECT at, event, detail FROM foretold('2100-02-01', '2100-02-01 12:00') WHERE object_name = 'FW_SHORT';
CALL took('FW_SHORT', '58 minutes');
SELECT at, event, detail FROM foretold('2100-02-01', '2100-02-01 12:00') WHERE object_name = 'FW_SHORT';
-- each run takes longer than the day
CALL dbms_scheduler.create_window('fw_daily', NULL, '2100-03-01 00:00', 'FREQ=DAILY', '2100-03-06', interval '1 hour', 'HIGH');
SET ROLE regress_fw_a;
CALL job('fw_slow', 'SYS.FW_DAILY');
RESET ROLE;
CALL took('FW_SLOW', '1 day 06:00:00');
SELECT at, event, detail FROM foretold('2100-03-01', '2100-04-01') WHERE object_name = 'FW_SLOW';

-- a window that is open, and a run that is under way
CREATE PROCEDURE wait_until(query text) LANGUAGE plpgsql AS $$
DECLARE
    deadline timestamptz := clock_timestamp() + interval '60 s';
    reached boolean;
BEGIN
    LOOP
        EXECUTE query INTO reached;
        EXIT WHEN reached;
        IF clock_timestamp() > deadline THEN
            RAISE 'still not true: %', query;
        END IF;
        PERFORM pg_sleep(0.01);
        COMMIT;
    END LOOP;
END $$;
CALL dbms_scheduler.create_window('fw_now', NULL, '2101-01-01', NULL, NULL, interval '1 hour');
SELECT pg_advisory_lock(4714);
SET ROLE regress_fw_a;
CALL dbms_scheduler.create_job('fw_running', schedule_name => 'SYS.FW_NOW', job_type => 'PLSQL_BLOCK', job_action => 'SELECT pg_advisory_xact_lock(4714)');
CALL dbms_scheduler.set_attribute('fw_running', 'stop_on_window_close', true);
CALL dbms_scheduler.enable('fw_running');
RESET ROLE;
CALL dbms_scheduler.open_window('fw_now', interval '1 hour');
CALL wait_until('SELECT count(*) = 1 FROM pg_locks WHERE locktype = ''advisory'' AND objid = 4714 AND NOT granted');
CALL took('FW_RUNNING', '2 hours');
SELECT at BETWEEN now() + interval '50 min' AND now() + interval '1 hour', event, object_name, detail
  FROM foretold(now(), now() + interval '3 hours') WHERE object_name IN ('FW_NOW', 'FW_RUNNING');
CALL took('FW_RUNNING', '1 min');
SELECT event, object_name FROM foretold(now(), now() + interval '3 hours') WHERE object_name IN ('FW_NOW', 'FW_RUNNING');
CALL dbms_scheduler.close_window('fw_now');
CALL wait_until('SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = ''advisory'' AND objid = 4714 AND NOT granted)');
SELECT pg_advisory_unlock(4714);
CALL wait_until('SELECT state = ''SCHEDULED'' FROM dba_scheduler_jobs WHERE job_name = ''FW_RUNNING''');
SELECT count(*) FROM foretold(now(), now() + interval '3 hours') WHERE object_name IN ('FW_NOW', 'FW_RUNNING');

-- WAIT: the plan of a window lets nothing of the group start

CALL dbms_scheduler.create_job_class('FW_ADMINISTRATORS', resource_consumer_group => 'SYS_GROUP');
CALL dbms_scheduler.grant_privilege('EXECUTE', 'SYS.FW_ADMINISTRATORS', 'regress_fw_a');
CALL dbms_scheduler.create_window('fw_quiet', 'INTERNAL_QUIESCE', '2100-05-01 10:00', NULL, NULL, interval '4 hours', 'HIGH');
SET ROLE regress_fw_a;
CALL job('fw_hourly', start_date => '2100-05-01 09:30', repeat_interval => 'FREQ=HOURLY', end_date => '2100-05-01 16:00');
CALL job('fw_each', start_date => '2100-05-01 11:30', repeat_interval => 'FREQ=HOURLY', missed_runs => 'EACH', end_date => '2100-05-01 15:00');
CALL job('fw_free', start_date => '2100-05-01 11:00', class => 'FW_ADMINISTRATORS');
CALL job('fw_limited', start_date => '2100-05-01 11:00', repeat_interval => 'FREQ=DAILY', schedule_limit => '1 hour', end_date => '2100-05-03');
CALL job('fw_patient', start_date => '2100-05-01 11:00', repeat_interval => 'FREQ=DAILY', schedule_limit => '3 hours', end_date => '2100-05-03');
CALL job('fw_ended', start_date => '2100-05-01 11:00', repeat_interval => 'FREQ=DAILY', end_date => '2100-05-01 13:00');
CALL job('fw_of_quiet', 'SYS.FW_QUIET');
CALL job('fw_in_quiet', 'SYS.FW_QUIET', stops => true);
SELECT at, event, object_name, detail FROM foretold('2100-05-01 09:00', '2100-05-03');
-- what waits since before the span is seen when it runs
SELECT at, event, object_name, detail FROM foretold('2100-05-01 13:45', '2100-05-01 14:01') WHERE object_name LIKE 'FW_H%' OR object_name = 'FW_EACH';
RESET ROLE;

-- a sub-plan that bars all below it, and a limit on waiting
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO dbms.resource_plan (name, is_pending, is_sub_plan) VALUES ('FW_PLAN', false, false), ('FW_BELOW', false, true);
INSERT INTO dbms.consumer_group (name, is_pending) VALUES ('FW_BELOW_GROUP', false);
INSERT INTO dbms.plan_directive (plan, group_or_subplan, is_pending, active_sess_pool_p1, queueing_p1) VALUES
    ('FW_PLAN', 'FW_BELOW', false, 0, NULL), ('FW_PLAN', 'OTHER_GROUPS', false, NULL, NULL), ('FW_BELOW', 'FW_BELOW_GROUP', false, NULL, 1800);
INSERT INTO dbms.group_mapping (attribute, value, is_pending, consumer_group) VALUES ('ORACLE_USER', 'REGRESS_FW_A', false, 'FW_BELOW_GROUP');
SET LOCAL session_replication_role = origin;
CALL dbms_scheduler.set_attribute('fw_quiet', 'resource_plan', 'FW_PLAN');
SELECT at, event, object_name, detail FROM foretold('2100-05-01 09:00', '2100-05-01 15:00') WHERE object_name IN ('FW_HOURLY', 'FW_QUIET');
SELECT at, event, object_name FROM foretold('2100-05-01 13:00', '2100-05-01 15:00') WHERE object_name = 'FW_HOURLY';
-- a plan that is not there any more leaves the one in force
SET LOCAL session_replication_role = replica;
DELETE FROM dbms.plan_directive WHERE plan = 'FW_PLAN';
DELETE FROM dbms.resource_plan WHERE name = 'FW_PLAN';
SELECT at, event, object_name, detail FROM foretold('2100-05-01 09:00', '2100-05-01 14:30') WHERE object_name = 'FW_QUIET';
ROLLBACK;

-- FAR AWAY: exact as far as that takes a moment, then reckoned from shortly before

CALL dbms_scheduler.create_window('fw_far', NULL, '2150-01-01 08:00', 'FREQ=HOURLY', NULL, interval '50 minutes');
CALL dbms_scheduler.create_window('fw_later', NULL, '2150-01-01 08:45', 'FREQ=HOURLY', NULL, interval '10 minutes');
SET statement_timeout = '60s';
SELECT at, event, object_name, detail FROM foretold('2160-01-01 01:00', '2160-01-01 02:00') WHERE event LIKE 'WINDOW%';
SELECT at, event, object_name, detail FROM foretold('9999-01-01 01:00', '9999-01-01 02:00') WHERE event LIKE 'WINDOW%';
RESET statement_timeout;

-- NOTHING STARTS: the forecast says so
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', 'TRUE');
SELECT * FROM foretold('2100-05-01 10:00', '2100-05-01 10:00:01');
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', NULL);

DROP OWNED BY regress_fw_a, regress_fw_b;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT g.group_name FROM all_scheduler_groups g WHERE g.group_name LIKE 'FW%' LOOP
        CALL dbms_scheduler.drop_group(name, true);
    END LOOP;
    FOR name IN SELECT w.window_name FROM windows w LOOP
        CALL dbms_scheduler.drop_window(name, true);
    END LOOP;
END $$;
CALL dbms_scheduler.drop_job_class('FW_ADMINISTRATORS');
DROP SCHEMA regress_fw CASCADE;
DROP ROLE regress_fw_a, regress_fw_b;
