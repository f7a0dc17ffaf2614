-- dbms_scheduler.forecast: what would happen, when, and who may know.
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set VERBOSITY terse
CREATE ROLE regress_forecast_a LOGIN;
CREATE ROLE regress_forecast_b LOGIN;
GRANT dbms_create_job TO regress_forecast_a, regress_forecast_b;
CREATE SCHEMA regress_forecast;
GRANT ALL ON SCHEMA regress_forecast TO PUBLIC;
SET search_path = regress_forecast, sys;

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

-- would fail if forecast called it: an expression is its owner's worker's business
CREATE FUNCTION next_time() RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    RAISE 'evaluated';
END $$;

-- BOUNDS

SELECT * FROM dbms_scheduler.forecast(NULL, now());
SELECT * FROM dbms_scheduler.forecast(now(), NULL);
SELECT * FROM dbms_scheduler.forecast(now(), now() - interval '1 us');
SELECT * FROM dbms_scheduler.forecast('-infinity', now());
SELECT * FROM dbms_scheduler.forecast(now(), 'infinity');
SELECT count(*) FROM dbms_scheduler.forecast('2100-01-01', '2100-01-01');
SELECT count(*) FROM dbms_scheduler.forecast('4713-01-01 BC', '2000-01-01');

-- EVERY KIND OF SCHEDULE

SET ROLE regress_forecast_a;
CALL dbms_scheduler.create_schedule('holidays', repeat_interval => 'FREQ=YEARLY;BYDATE=0104', start_date => '2099-01-01');
CALL dbms_scheduler.create_schedule('mornings', repeat_interval => 'FREQ=DAILY;BYHOUR=8', start_date => '2100-01-01', end_date => '2100-01-03');
CALL dbms_scheduler.create_program('nothing', 'PLSQL_BLOCK', 'BEGIN NULL; END;', enabled => true);
CALL dbms_scheduler.create_job('once', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-02 12:00', enabled => true);
CALL dbms_scheduler.create_job('calendar', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-01', repeat_interval => 'FREQ=DAILY;BYHOUR=6;EXCLUDE=HOLIDAYS', enabled => true);
CALL dbms_scheduler.create_job('cron', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-01', repeat_interval => '30 5 * * mon', enabled => true);
CALL dbms_scheduler.create_job('zone', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-01', repeat_interval => 'FREQ=WEEKLY;BYDAY=SUN;BYHOUR=3', time_zone => 'Asia/Tokyo', enabled => true);
CALL dbms_scheduler.create_job('named', program_name => 'nothing', schedule_name => 'mornings', enabled => true);
CALL dbms_scheduler.create_job('expression', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-02 09:00', repeat_interval => 'regress_forecast.next_time()', enabled => true);
CALL dbms_scheduler.create_job('ends', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-01', repeat_interval => 'FREQ=HOURLY', end_date => '2100-01-01 02:00', enabled => true);
CALL dbms_scheduler.create_job('counted', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-03 22:00', repeat_interval => 'FREQ=HOURLY');
CALL dbms_scheduler.set_attribute('counted', 'max_runs', 3);
CALL dbms_scheduler.enable('counted');
CALL dbms_scheduler.create_job('urgent', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-02 12:00');
CALL dbms_scheduler.set_attribute('urgent', 'job_priority', 1);
CALL dbms_scheduler.enable('urgent');
CALL dbms_scheduler.create_job('disabled', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-02', repeat_interval => 'FREQ=HOURLY');
CALL dbms_job.isubmit(770077, 'NULL;', '2100-01-02 15:00', 'SYSDATE + 1');

SELECT * FROM dbms_scheduler.forecast('2100-01-01', '2100-01-05');
-- from_time counts, to_time does not
SELECT at, object_name FROM dbms_scheduler.forecast('2100-01-02 06:00', '2100-01-02 08:00');
-- times before from_time are counted by max_runs
SELECT at, object_name FROM dbms_scheduler.forecast('2100-01-04', '2100-01-05') WHERE object_name = 'COUNTED';

-- WHO SEES IT

SET ROLE regress_forecast_b;
SELECT count(*) FROM dbms_scheduler.forecast('2100-01-01', '2100-01-05');
SET ROLE regress_forecast_a;
CALL dbms_scheduler.grant_privilege('ALTER', 'once', 'regress_forecast_b');
SET ROLE regress_forecast_b;
SELECT count(*) FROM dbms_scheduler.forecast('2100-01-01', '2100-01-05');
RESET ROLE;
GRANT pg_monitor TO regress_forecast_b;
SET ROLE regress_forecast_b;
SELECT count(*) > 10 AS sees_all FROM dbms_scheduler.forecast('2100-01-01', '2100-01-05') WHERE owner = 'REGRESS_FORECAST_A';
RESET ROLE;

-- A JOB THAT RUNS, AND A RETRY

SELECT pg_advisory_lock(4712);
SET ROLE regress_forecast_a;
CALL dbms_scheduler.create_job('runs_once', job_type => 'PLSQL_BLOCK', job_action => 'SELECT pg_advisory_xact_lock(4712)', enabled => true);
CALL dbms_scheduler.create_job('runs_twice', job_type => 'PLSQL_BLOCK', job_action => 'SELECT pg_advisory_xact_lock(4712)', repeat_interval => 'FREQ=YEARLY');
CALL dbms_scheduler.set_attribute('runs_twice', 'max_runs', 2);
CALL dbms_scheduler.enable('runs_twice');
CALL dbms_scheduler.create_job('retried', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN RAISE ''no''; END;');
CALL dbms_scheduler.set_attribute('retried', 'restart_on_failure', true);
CALL dbms_scheduler.enable('retried');
CALL wait_until('SELECT count(*) = 2 FROM pg_locks WHERE locktype = ''advisory'' AND objid = 4712 AND NOT granted');
CALL wait_until('SELECT state = ''RETRY SCHEDULED'' AND retry_count >= 2 FROM user_scheduler_jobs WHERE job_name = ''RETRIED''');
SELECT object_name, at > now() + interval '1 day' AS is_far, detail
  FROM dbms_scheduler.forecast(now(), now() + interval '2 years')
 WHERE object_name IN ('RUNS_ONCE', 'RUNS_TWICE', 'RETRIED') ORDER BY 1;
RESET ROLE;
SELECT pg_advisory_unlock(4712);

-- FAR AWAY: times before from_time need not be stepped through

SET ROLE regress_forecast_a;
CALL dbms_scheduler.create_job('each_second', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-01', repeat_interval => 'FREQ=SECONDLY', enabled => true);
SET statement_timeout = '20s';
SELECT count(*) FROM dbms_scheduler.forecast('9999-01-01', '9999-01-01 00:00:10') WHERE object_name = 'EACH_SECOND';
RESET statement_timeout;
-- a long forecast can be cancelled
SET statement_timeout = '200ms';
SELECT count(*) FROM dbms_scheduler.forecast('2100-01-01', '9999-01-01');
RESET statement_timeout;

-- NOTHING STARTS: the forecast says so
RESET ROLE;
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', 'TRUE');
SET ROLE regress_forecast_a;
SELECT at, object_name, detail FROM dbms_scheduler.forecast('2100-01-01 06:00', '2100-01-01 06:00:00.5') WHERE object_name = 'CALENDAR';
RESET ROLE;
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', NULL);

CALL wait_until('SELECT NOT EXISTS (SELECT FROM dba_scheduler_jobs WHERE owner = ''REGRESS_FORECAST_A'' AND state IN (''RUNNING'', ''READY TO RUN''))');
DROP OWNED BY regress_forecast_a, regress_forecast_b;
DROP SCHEMA regress_forecast CASCADE;
DROP ROLE regress_forecast_a, regress_forecast_b;
