-- Job classes: every call, every error, who may do it, and their jobs.
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
CREATE ROLE regress_class_manager LOGIN;
CREATE ROLE regress_class_user LOGIN;
GRANT dbms_manage_scheduler TO regress_class_manager;
GRANT dbms_create_job TO regress_class_user;
SELECT job_class_name, logging_level, log_history FROM sys.dba_scheduler_job_classes ORDER BY job_class_name;
SET ROLE regress_class_manager;

-- What a class is
CALL dbms_scheduler.create_job_class('c_plain');
CALL dbms_scheduler.create_job_class('sys.c_full', logging_level => dbms_scheduler.logging_full(), log_history => 7, comments => 'all of it', log_max_rows => 5000000000);
CALL dbms_scheduler.create_job_class('c_service', NULL, 'reports', 128);
SELECT job_class_name, resource_consumer_group, service, logging_level, log_history, comments
  FROM sys.all_scheduler_job_classes WHERE job_class_name LIKE 'C#_%' ESCAPE '#' ORDER BY job_class_name;

-- Errors
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_job_class(NULL)'),
    ('CALL dbms_scheduler.create_job_class('''')'),
    ('CALL dbms_scheduler.create_job_class(''c plain'')'),
    ('CALL dbms_scheduler.create_job_class(''C_PLAIN'')'),
    ('CALL dbms_scheduler.create_job_class(''regress_class_manager.c'')'),
    ('CALL dbms_scheduler.create_job_class(''c'', ''some_group'')'),
    ('CALL dbms_scheduler.create_job_class(''c'', service => repeat(''s'', 65))'),
    ('CALL dbms_scheduler.create_job_class(''c'', logging_level => 1)'),
    ('CALL dbms_scheduler.create_job_class(''c'', logging_level => NULL)'),
    ('CALL dbms_scheduler.create_job_class(''c'', log_history => -1)'),
    ('CALL dbms_scheduler.create_job_class(''c'', log_history => 1000001)'),
    ('CALL dbms_scheduler.create_job_class(''c'', log_max_rows => -1)'),
    ('CALL dbms_scheduler.create_job_class(''c'', comments => repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.drop_job_class(''none'')'),
    ('CALL dbms_scheduler.drop_job_class(NULL)'),
    ('CALL dbms_scheduler.drop_job_class(''regress_class_manager.c'')'),
    ('CALL dbms_scheduler.drop_job_class(''c_plain'', NULL)'),
    ('CALL dbms_scheduler.drop_job_class(''DEFAULT_JOB_CLASS'', true)'),
    ('CALL dbms_scheduler.drop_job_class(''DBMS_JOB$'')')) AS t(c);

-- Attributes
CALL dbms_scheduler.set_attribute('c_plain', 'logging_level', dbms_scheduler.logging_failed_runs());
CALL dbms_scheduler.set_attribute('c_plain', 'log_history', 3);
CALL dbms_scheduler.set_attribute('c_plain', 'log_max_rows', '100');
CALL dbms_scheduler.set_attribute('sys.c_plain', 'service', 'batch');
CALL dbms_scheduler.set_attribute('c_plain', 'comments', 'changed');
CALL dbms_scheduler.get_attribute('c_plain', 'logging_level', NULL::integer);
CALL dbms_scheduler.get_attribute('c_plain', 'log_history', NULL::integer);
CALL dbms_scheduler.get_attribute('c_plain', 'log_max_rows', NULL::integer);
CALL dbms_scheduler.get_attribute('c_plain', 'service', NULL::text);
CALL dbms_scheduler.get_attribute('c_plain', 'comments', NULL::text);
CALL dbms_scheduler.get_attribute('c_plain', 'resource_consumer_group', NULL::text);
CALL dbms_scheduler.set_attribute_null('c_plain', 'log_history');
CALL dbms_scheduler.set_attribute_null('c_plain', 'log_max_rows');
CALL dbms_scheduler.set_attribute_null('c_plain', 'service');
CALL dbms_scheduler.set_attribute_null('c_plain', 'comments');
CALL dbms_scheduler.set_attribute_null('c_plain', 'resource_consumer_group');
SELECT logging_level, log_history, service, comments FROM sys.all_scheduler_job_classes WHERE job_class_name = 'C_PLAIN';
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''logging_level'', 65)'),
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''logging_level'', true)'),
    ('CALL dbms_scheduler.set_attribute_null(''c_plain'', ''logging_level'')'),
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''log_history'', 1000001)'),
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''log_max_rows'', -1)'),
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''resource_consumer_group'', ''g'')'),
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''colour'', ''red'')'),
    ('CALL dbms_scheduler.get_attribute(''c_plain'', ''colour'', NULL::text)'),
    ('CALL dbms_scheduler.set_attribute(''DEFAULT_JOB_CLASS'', ''log_history'', 1)')) AS t(c);

-- Rights: making and changing needs dbms_manage_scheduler, using needs EXECUTE
RESET ROLE;
SET ROLE regress_class_user;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_job_class(''c'')'),
    ('CALL dbms_scheduler.drop_job_class(''c_plain'')'),
    ('CALL dbms_scheduler.set_attribute(''c_plain'', ''log_history'', 1)'),
    ('CALL dbms_scheduler.get_attribute(''c_plain'', ''log_history'', NULL::integer)'),
    ('CALL dbms_scheduler.create_job(''j_class'', job_type => ''PLSQL_BLOCK'', job_action => ''BEGIN NULL; END;'', job_class => ''c_plain'')')) AS t(c);
RESET ROLE;
SET ROLE regress_class_manager;
CALL dbms_scheduler.grant_privilege('EXECUTE', 'c_plain', 'regress_class_user');
RESET ROLE;
SET ROLE regress_class_user;
CALL dbms_scheduler.get_attribute('c_plain', 'logging_level', NULL::integer);
CALL dbms_scheduler.create_job('j_class', 'PLSQL_BLOCK', 'BEGIN NULL; END;', start_date => '2999-01-01', job_class => 'c_plain', enabled => true);
SELECT job_class, enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_CLASS';

-- Dropping a class that is used
RESET ROLE;
SET ROLE regress_class_manager;
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_job_class(''c_full, c_plain'')');
CALL dbms_scheduler.drop_job_class('c_plain', force => true);
RESET ROLE;
SET ROLE regress_class_user;
SELECT job_class, enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_CLASS';
CALL dbms_scheduler.drop_job('j_class');
RESET ROLE;
SET ROLE regress_class_manager;
CALL dbms_scheduler.drop_job_class('c_full, SYS.C_SERVICE');
SELECT count(*) FROM sys.all_scheduler_job_classes WHERE job_class_name LIKE 'C#_%' ESCAPE '#';

-- Constants
SELECT dbms_scheduler.logging_off(), dbms_scheduler.logging_runs(), dbms_scheduler.logging_failed_runs(), dbms_scheduler.logging_full();
SELECT dbms_scheduler.job_started(), dbms_scheduler.job_succeeded(), dbms_scheduler.job_failed(), dbms_scheduler.job_broken(),
       dbms_scheduler.job_completed(), dbms_scheduler.job_stopped(), dbms_scheduler.job_sch_lim_reached(),
       dbms_scheduler.job_disabled(), dbms_scheduler.job_chain_stalled(), dbms_scheduler.job_all_events(),
       dbms_scheduler.job_over_max_dur(), dbms_scheduler.job_run_completed();

RESET ROLE;
DROP ROLE regress_class_manager, regress_class_user;
