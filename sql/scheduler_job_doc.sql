-- The examples of doc/scheduler.md.
SET timezone = 'Europe/Berlin';
SET client_min_messages = warning;
CREATE ROLE regress_job_admin LOGIN SUPERUSER;
SET SESSION AUTHORIZATION regress_job_admin;
CREATE TABLE session_log (at timestamptz);
CREATE PROCEDURE pay(employee integer, amount numeric) LANGUAGE sql AS 'SELECT 1';

-- every night at three
CALL dbms_scheduler.create_job(
    job_name        => 'nightly_cleanup',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'BEGIN DELETE FROM session_log WHERE at < now() - interval ''30 days''; END;',
    start_date      => now(),
    repeat_interval => 'FREQ=DAILY;BYHOUR=3;BYMINUTE=0;BYSECOND=0',
    enabled         => TRUE);

-- a procedure with arguments: values first, then ENABLE
CALL dbms_scheduler.create_job('pay_day', 'STORED_PROCEDURE', 'pay', 2,
    start_date => '2040-01-31 09:00', repeat_interval => 'FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=9');
CALL dbms_scheduler.set_job_argument_value('pay_day', 1, '7');
CALL dbms_scheduler.set_job_argument_value('pay_day', 2, '1200.50');
CALL dbms_scheduler.enable('pay_day');

-- maintenance that cannot run in a transaction, by a cron line
CALL dbms_scheduler.create_job(job_name => 'weekly_vacuum', job_type => 'SQL_SCRIPT',
    job_action => 'VACUUM (ANALYZE) session_log', repeat_interval => '30 2 * * 0', enabled => TRUE);

CALL dbms_scheduler.set_attribute('nightly_cleanup', 'max_failures', 5);
CALL dbms_scheduler.set_attribute('nightly_cleanup', 'max_run_duration', interval '2 hours');
CALL dbms_scheduler.set_attribute('nightly_cleanup', 'restartable', TRUE);
CALL dbms_scheduler.set_attribute('nightly_cleanup', 'logging_level', dbms_scheduler.logging_full());
SELECT dbms_scheduler.get_attribute_text('nightly_cleanup', 'repeat_interval');
CALL dbms_scheduler.set_job_attributes(ARRAY[
    dbms_scheduler.jobattr('pay_day', 'start_date', timestamptz '2041-01-01'),
    dbms_scheduler.jobattr('pay_day', 'job_priority', 1)]);

CALL dbms_scheduler.run_job('nightly_cleanup');                                -- here and now
CALL dbms_scheduler.stop_job('nightly_cleanup');

CALL dbms_scheduler.create_jobs(ARRAY[
    dbms_scheduler.job_definition('load_1', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => TRUE,
                                  start_date => '2040-01-01'),
    dbms_scheduler.job_definition('load_2', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;',
                                  start_date => '2040-01-01')]);
CALL dbms_scheduler.create_jobs('[{"job_name": "load_3", "job_type": "SQL_SCRIPT", "job_action": "SELECT 1"}]'::jsonb);
CALL dbms_scheduler.enable('load_1,no_such_job,load_2', commit_semantics => 'ABSORB_ERRORS');
SELECT array_index, object_name, error_code, error_message FROM sys.scheduler_batch_errors;

SELECT b.name, j.interval_kind, j.job_priority, s.is_enabled FROM dbms.job j JOIN dbms.object b USING (id)
  JOIN dbms.job_state s ON s.job_id = b.id ORDER BY 1;

-- leave nothing
CALL dbms_scheduler.drop_job('nightly_cleanup,pay_day,weekly_vacuum,load_1,load_2,load_3', force => TRUE);
DELETE FROM dbms.job_log;
DROP PROCEDURE pay(integer, numeric);
DROP TABLE session_log;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_job_admin;
