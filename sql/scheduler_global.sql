-- Attributes of the scheduler, and the functions about time and defaults.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
-- SQLSTATE and message of a call that fails
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.error_of(text) TO PUBLIC;
CREATE ROLE regress_global_manager;
CREATE ROLE regress_global_user;
GRANT dbms_manage_scheduler TO regress_global_manager;

-- Defaults; the time zone is the server's
SELECT attribute_name, CASE attribute_name WHEN 'DEFAULT_TIMEZONE' THEN (value = dbms_scheduler.get_sys_time_zone_name())::text ELSE value END
  FROM sys.all_scheduler_global_attribute ORDER BY attribute_name;

SET ROLE regress_global_manager;
CALL dbms_scheduler.set_scheduler_attribute('log_history', '90');
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', 'europe/berlin');
CALL dbms_scheduler.set_scheduler_attribute('EMAIL_SERVER', 'mail.example.org:25');
CALL dbms_scheduler.set_scheduler_attribute('EMAIL_SENDER', 'jobs@example.org');
CALL dbms_scheduler.set_scheduler_attribute('EMAIL_SERVER_ENCRYPTION', 'starttls');
CALL dbms_scheduler.set_scheduler_attribute('EVENT_EXPIRY_TIME', '3600');
CALL dbms_scheduler.set_scheduler_attribute('MAX_JOB_SLAVE_PROCESSES', '10');
SELECT attribute_name, value FROM sys.all_scheduler_global_attribute WHERE value IS NOT NULL ORDER BY attribute_name;
RESET ROLE;
SET ROLE regress_global_user;
CALL dbms_scheduler.get_scheduler_attribute('log_history', NULL);
CALL dbms_scheduler.get_scheduler_attribute('current_open_window', NULL);
SELECT pg_temp.error_of('CALL dbms_scheduler.set_scheduler_attribute(''log_history'', ''1'')');
RESET ROLE;
SET ROLE regress_global_manager;

-- NULL is the default again
CALL dbms_scheduler.set_scheduler_attribute('log_history', NULL);
CALL dbms_scheduler.get_scheduler_attribute('LOG_HISTORY', NULL);
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', NULL);
CALL dbms_scheduler.set_scheduler_attribute('EMAIL_SERVER', NULL);
CALL dbms_scheduler.set_scheduler_attribute('EMAIL_SENDER', NULL);
CALL dbms_scheduler.set_scheduler_attribute('EMAIL_SERVER_ENCRYPTION', NULL);
CALL dbms_scheduler.set_scheduler_attribute('EVENT_EXPIRY_TIME', NULL);
CALL dbms_scheduler.set_scheduler_attribute('MAX_JOB_SLAVE_PROCESSES', NULL);

SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.set_scheduler_attribute(NULL, ''1'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute('''', ''1'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''colour'', ''red'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''current_open_window'', ''w'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''last_observed_event'', ''e'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''file_watcher_count'', ''1'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''log_history'', ''-1'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''log_history'', ''1000001'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''log_history'', ''long'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''max_job_slave_processes'', ''0'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''event_expiry_time'', ''-5'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''email_server'', repeat(''x'', 129))'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''email_server_encryption'', ''ROT13'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''default_timezone'', ''Mars/Olympus'')'),
    ('CALL dbms_scheduler.set_scheduler_attribute(''scheduler_disabled'', ''perhaps'')'),
    ('CALL dbms_scheduler.get_scheduler_attribute(''colour'', NULL)'),
    ('CALL dbms_scheduler.get_scheduler_attribute(NULL, NULL)')) AS t(c);

RESET ROLE;
SELECT dbms_scheduler.stime() BETWEEN now() AND clock_timestamp(), dbms_scheduler.stime(true) >= now();
SELECT a, dbms_scheduler.get_default_value(a)
  FROM unnest(ARRAY['job_class', 'JOB_PRIORITY', 'auto_drop', 'log_history', 'email_sender', 'nothing', NULL]) WITH ORDINALITY AS t(a, n) ORDER BY n;
DROP ROLE regress_global_manager, regress_global_user;
