-- What make demo shows: jobs of a user, run by the server, and a window.
\set QUIET on
\pset footer off
\ir wait.sql

\echo
\echo '-- As superuser, once for each database:'
\echo '   CREATE EXTENSION pg_dbms;'
\echo '   CREATE ROLE hr LOGIN;  GRANT dbms_create_job TO hr;'
CREATE EXTENSION pg_dbms;
CREATE ROLE hr LOGIN;
GRANT dbms_create_job TO hr;
ALTER DATABASE demo SET search_path = "$user", public, sys;
CREATE SCHEMA hr AUTHORIZATION hr;

\c - hr
\ir wait.sql
CREATE TABLE heartbeat (at timestamptz DEFAULT clock_timestamp(), who text DEFAULT session_user);
CREATE PROCEDURE report() LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '% heartbeats so far', (SELECT count(*) FROM hr.heartbeat);
END $$;

\echo
\echo '-- As hr: a job for every second, a block that calls a procedure, one that fails.'
CALL dbms_scheduler.create_job(
    job_name        => 'heart',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'INSERT INTO hr.heartbeat DEFAULT VALUES',
    repeat_interval => 'FREQ=SECONDLY',
    enabled         => true);
CALL dbms_scheduler.create_job(
    job_name        => 'report',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'BEGIN HR.REPORT; END;',
    repeat_interval => 'FREQ=SECONDLY;INTERVAL=2',
    enabled         => true);
CALL dbms_scheduler.create_job(
    job_name        => 'oops',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'SELECT 1/0',
    auto_drop       => false,
    enabled         => true);
CALL dbms_scheduler.create_job(
    job_name        => 'month_end',
    job_type        => 'STORED_PROCEDURE',
    job_action      => 'hr.report',
    repeat_interval => 'FREQ=MONTHLY;BYDAY=MON,TUE,WED,THU,FRI;BYSETPOS=-1;BYHOUR=18;BYMINUTE=0;BYSECOND=0',
    time_zone       => 'Europe/Berlin',
    enabled         => true);

CALL pg_temp.wait_until('SELECT count(*) >= 4 FROM hr.heartbeat');

\echo
\echo '-- SELECT * FROM heartbeat'
SELECT * FROM heartbeat ORDER BY at LIMIT 4;

\echo '-- user_scheduler_jobs'
SELECT job_name, state, run_count, failure_count, next_run_date
  FROM user_scheduler_jobs ORDER BY job_name;

\echo '-- user_scheduler_job_run_details'
SELECT job_name, status, "error#", split_part(errors, E'\n', 1) AS errors, rtrim(output, E'\n') AS output,
       round(extract(epoch FROM actual_start_date - req_start_date) * 1000, 1) AS ms_late
  FROM user_scheduler_job_run_details ORDER BY log_id LIMIT 8;

\echo '-- dbms_scheduler.forecast of the next 90 days, without what runs each second'
SELECT at, event, object_name, detail
  FROM dbms_scheduler.forecast(now(), now() + interval '90 days')
 WHERE object_name = 'MONTH_END';
CALL dbms_scheduler.disable('heart,report', force => true);

\c - postgres
\ir wait.sql
\echo
\echo '-- As superuser: a window of three seconds, in which maintenance gets three quarters of the workers.'
CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.create_consumer_group('maintenance');
CALL dbms_resource_manager.create_plan('nights');
CALL dbms_resource_manager.create_plan_directive('nights', 'maintenance', mgmt_p1 => 75);
CALL dbms_resource_manager.create_plan_directive('nights', 'other_groups', mgmt_p1 => 25);
CALL dbms_resource_manager.submit_pending_area();
CALL dbms_scheduler.create_job_class('upkeep', resource_consumer_group => 'maintenance');
CALL dbms_scheduler.create_window('night', 'nights', start_date => clock_timestamp() + interval '1 s', duration => interval '3 s');
CALL dbms_scheduler.create_job(
    job_name      => 'tidy',
    job_type      => 'PLSQL_BLOCK',
    job_action    => 'BEGIN PERFORM pg_sleep(60); END;',
    schedule_name => 'sys.night',
    job_class     => 'upkeep');
CALL dbms_scheduler.set_attribute('tidy', 'stop_on_window_close', true);
CALL dbms_scheduler.enable('tidy');
CALL pg_temp.wait_until($$SELECT count(*) > 0 FROM sys.dba_scheduler_job_run_details WHERE job_name = 'TIDY'$$);

\echo
\echo '-- dba_scheduler_window_log'
SELECT log_date, window_name, operation, status FROM dba_scheduler_window_log
 WHERE operation IN ('OPEN', 'CLOSE') ORDER BY log_id;

\echo '-- v$rsrc_plan_history, and the job that was told to stop when the window closed'
SELECT name, start_time, end_time, window_name FROM "v$rsrc_plan_history" ORDER BY "sequence#";
SELECT job_name, status, run_duration, additional_info FROM dba_scheduler_job_run_details WHERE job_name = 'TIDY';

