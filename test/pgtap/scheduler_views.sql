-- The dictionary views: all are there, with Oracle's columns in its order and
-- ours behind them, and nobody reads what is not for him. Then a user's day.
BEGIN;
SELECT plan(67);

CREATE ROLE regress_views_user LOGIN;
CREATE ROLE regress_views_other LOGIN;
CREATE ROLE regress_views_monitor LOGIN IN ROLE pg_monitor;
CREATE ROLE regress_views_admin LOGIN IN ROLE dbms_scheduler_admin;
GRANT dbms_create_job TO regress_views_user, regress_views_other;

-- a view's columns in order, without a trailing list of our own
CREATE FUNCTION pg_temp.columns(view text) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(attname, ' ' ORDER BY attnum)
      FROM pg_attribute
     WHERE attrelid = ('sys.' || quote_ident(view))::regclass AND attnum > 0 AND NOT attisdropped;
$$;

CREATE TEMPORARY TABLE family (name text, forms text, has_owner_for_user boolean, columns text);
INSERT INTO family VALUES
('scheduler_jobs', 'user all dba', false,
 'owner job_name job_subname job_style job_creator client_id global_uid program_owner program_name job_type job_action number_of_arguments schedule_owner schedule_name schedule_type start_date repeat_interval event_queue_owner event_queue_name event_queue_agent event_condition event_rule file_watcher_owner file_watcher_name end_date job_class enabled auto_drop restart_on_recovery restart_on_failure state job_priority run_count uptime_run_count max_runs failure_count uptime_failure_count max_failures retry_count last_start_date last_run_duration next_run_date schedule_limit max_run_duration logging_level store_output stop_on_window_close instance_stickiness raise_events system job_weight nls_env source number_of_destinations destination_owner destination credential_owner credential_name instance_id deferred_drop allow_runs_in_restricted_mode comments flags restartable has_constraints connect_credential_owner connect_credential_name fail_on_script_error start_date_timezone missed_runs disabled_reason'),
('scheduler_job_args', 'user all dba', false,
 'owner job_name argument_name argument_position argument_type value anydata_value out_argument'),
('scheduler_programs', 'user all dba', false,
 'owner program_name program_type program_action number_of_arguments enabled detached schedule_limit priority weight max_runs max_failures max_run_duration has_constraints nls_env comments'),
('scheduler_program_args', 'user all dba', false,
 'owner program_name argument_name argument_position argument_type metadata_attribute default_value default_anydata_value out_argument'),
('scheduler_schedules', 'user all dba', false,
 'owner schedule_name schedule_type start_date repeat_interval event_queue_owner event_queue_name event_queue_agent event_condition file_watcher_owner file_watcher_name end_date comments start_date_timezone'),
('scheduler_job_classes', 'all dba', false,
 'owner job_class_name resource_consumer_group service logging_level log_history comments log_max_rows'),
('scheduler_job_log', 'user all dba', true,
 'log_id log_date owner job_name job_subname job_class operation status user_name client_id global_uid credential_owner credential_name destination_owner destination additional_info'),
('scheduler_job_run_details', 'user all dba', true,
 'log_id log_date owner job_name job_subname status error# req_start_date actual_start_date run_duration instance_id session_id slave_pid cpu_used credential_owner credential_name destination_owner destination additional_info errors output binary_errors binary_output error_number sqlstate'),
('scheduler_running_jobs', 'user all dba', false,
 'owner job_name job_subname job_style detached session_id slave_process_id slave_os_process_id running_instance resource_consumer_group elapsed_time cpu_used destination_owner destination credential_owner credential_name log_id'),
('scheduler_global_attribute', 'all dba', false, 'attribute_name value'),
('scheduler_job_roles', 'dba', false,
 'owner job_name job_subname job_creator database_role program_owner program_name job_type job_action job_class schedule_owner schedule_name schedule_type start_date repeat_interval end_date last_start_date enabled state comments'),
('scheduler_job_dests', 'user all dba', false,
 'owner job_name job_subname credential_owner credential_name destination_owner destination job_dest_id enabled refs_enabled state next_start_date run_count retry_count failure_count last_start_date last_end_date'),
('scheduler_db_dests', 'user all dba', false,
 'owner destination_name connect_info agent enabled refs_enabled comments'),
('scheduler_external_dests', 'all dba', false,
 'owner destination_name hostname port ip_address enabled comments'),
('scheduler_waiting_jobs', 'dba', false,
 'owner job_name job_class job_priority is_manual waiting_since waiting_time reason resource_consumer_group'),
('scheduler_workers', 'dba', false,
 'slot pid database_name owner state kind name class_name object_id run_id scheduled_at started_at idle_since cpu_used resource_consumer_group'),
('scheduler_databases', 'dba', false,
 'database_name coordinator_pid state waiting wait_reason wait_since workers');

SELECT is(pg_temp.columns(form || '_' || name),
          CASE WHEN form = 'user' AND NOT has_owner_for_user THEN substr(columns, length('owner ') + 1) ELSE columns END,
          'columns of ' || form || '_' || name)
  FROM family, string_to_table(forms, ' ') AS form
 ORDER BY name, form;
SELECT is(pg_temp.columns('v$scheduler_running_jobs'),
          'database_name owner job_name job_class job_id log_id slave_process_id session_id state req_start_date actual_start_date elapsed_time cpu_used',
          'columns of v$scheduler_running_jobs');

-- rights
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace = 'sys'::regnamespace AND relkind = 'v' AND (relname ~ '^(user|all)_' OR relname = 'scheduler_batch_errors')
       AND NOT has_table_privilege('regress_views_user', oid, 'SELECT')$$,
    'user_* and all_* are for everybody');
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace = 'sys'::regnamespace AND relkind = 'v' AND relname ~ '^(dba_|v\$)'
       AND relname !~ '^(dba_|v\$)rsrc_|^v\$parameter$' -- those are for dbms_resource_admin
       AND (has_table_privilege('regress_views_user', oid, 'SELECT')
            OR NOT has_table_privilege('regress_views_monitor', oid, 'SELECT')
            OR NOT has_table_privilege('regress_views_admin', oid, 'SELECT'))$$,
    'dba_* and v$* are for pg_monitor and dbms_scheduler_admin alone');
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace = 'dbms'::regnamespace
       AND (has_table_privilege('regress_views_monitor', oid, 'SELECT')
            OR has_table_privilege('regress_views_admin', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR has_table_privilege('regress_views_user', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE'))
       AND relkind IN ('r', 'v')$$,
    'nobody touches the tables below');
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace = 'sys'::regnamespace AND relkind = 'v' AND relname ~ '^(user|all)_'
       AND relname !~ '_(schedules|global_attribute|dests|windows|window_log|window_details|window_groups|wingroup_members)$'
       AND NOT 'security_barrier=true' = ANY (coalesce(reloptions, '{}'))$$,
    'views that hide rows are security barriers');
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace IN ('sys'::regnamespace, 'dbms'::regnamespace) AND relkind = 'v'
       AND obj_description(oid, 'pg_class') IS NULL$$,
    'every view is described');
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace IN ('sys'::regnamespace, 'dbms'::regnamespace)
       AND NOT EXISTS (SELECT FROM pg_depend
                        WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
       AND relkind IN ('v', 'r', 'S')$$,
    'all belong to the extension');

SELECT is_empty($$
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'sys'::regnamespace AND c.relkind = 'v' AND a.attnum > 0
       AND (a.atttypid IN ('name'::regtype, 'unknown'::regtype)
            OR (a.atttypid = 'text'::regtype AND a.attcollation <> 'pg_catalog."default"'::regcollation))$$,
    'texts are compared and sorted as any other');

-- a user's day
SET ROLE regress_views_user;
SET search_path = sys, public;
SET timezone = 'Europe/Berlin';
CALL dbms_scheduler.create_program('clean_up', 'STORED_PROCEDURE', 'hr.clean_up', 2, false, 'removes old rows');
CALL dbms_scheduler.define_program_argument('clean_up', 1, 'days', 'integer', '30');
CALL dbms_scheduler.define_metadata_argument('clean_up', 'job_name', 2, 'job');
CALL dbms_scheduler.enable('clean_up');
CALL dbms_scheduler.create_schedule('nightly', timestamptz '2100-01-01 03:00', 'FREQ=DAILY;BYHOUR=3', comments => 'when nobody is there');
CALL dbms_scheduler.create_job('clean_orders', program_name => 'clean_up', schedule_name => 'nightly', comments => 'of shop', enabled => true);
CALL dbms_scheduler.set_job_argument_value('clean_orders', 'days', '7');
CALL dbms_scheduler.create_job('once', 'PLSQL_BLOCK', 'BEGIN NULL; END;', start_date => timestamptz '2100-01-02 12:00',
                               repeat_interval => 'FREQ=HOURLY');

SELECT results_eq(
    'SELECT program_name, program_type, program_action, number_of_arguments, enabled, comments FROM user_scheduler_programs',
    $$VALUES ('CLEAN_UP'::text, 'STORED_PROCEDURE'::text, 'hr.clean_up'::text, 2, 'TRUE'::text, 'removes old rows'::text)$$,
    'the program');
SELECT results_eq(
    'SELECT argument_name, argument_position, metadata_attribute, default_value FROM user_scheduler_program_args ORDER BY 2',
    $$VALUES ('DAYS'::text, 1, NULL::text, '30'::text), ('JOB', 2, 'JOB_NAME', NULL)$$,
    'its arguments');
SELECT results_eq(
    'SELECT schedule_name, schedule_type, repeat_interval, start_date, start_date_timezone FROM user_scheduler_schedules',
    $$VALUES ('NIGHTLY'::text, 'CALENDAR'::text, 'FREQ=DAILY;BYHOUR=3'::text, timestamptz '2100-01-01 03:00+01', 'Europe/Berlin'::text)$$,
    'the schedule');
SELECT results_eq(
    'SELECT job_name, program_owner, program_name, schedule_owner, schedule_name, schedule_type, enabled, state, next_run_date, comments
       FROM user_scheduler_jobs WHERE job_name = ''CLEAN_ORDERS''',
    $$VALUES ('CLEAN_ORDERS'::text, 'REGRESS_VIEWS_USER'::text, 'CLEAN_UP'::text, 'REGRESS_VIEWS_USER'::text, 'NIGHTLY'::text,
              'NAMED'::text, 'TRUE'::text, 'SCHEDULED'::text, timestamptz '2100-01-01 03:00+01', 'of shop'::text)$$,
    'the job of both');
SELECT results_eq(
    'SELECT job_name, job_type, job_action, schedule_type, start_date, repeat_interval, state, raise_events, job_creator, program_name
       FROM user_scheduler_jobs WHERE job_name = ''ONCE''',
    $$VALUES ('ONCE'::text, 'PLSQL_BLOCK'::text, 'BEGIN NULL; END;'::text, 'CALENDAR'::text, timestamptz '2100-01-02 12:00+01',
              'FREQ=HOURLY'::text, 'DISABLED'::text, NULL::text, 'REGRESS_VIEWS_USER'::text, NULL::text)$$,
    'the job of its own');
SELECT results_eq(
    'SELECT argument_name, argument_position, argument_type, value FROM user_scheduler_job_args ORDER BY 2',
    $$VALUES ('DAYS'::text, 1, 'integer'::text, '7'::text), ('JOB', 2, 'VARCHAR2', NULL)$$,
    'values of its arguments');
SELECT is((SELECT nls_env FROM user_scheduler_jobs WHERE job_name = 'ONCE') ~ 'TimeZone=''Europe/Berlin''', true,
          'the settings it has kept');
SELECT results_eq(
    'SELECT job_name FROM all_scheduler_jobs WHERE owner = ''REGRESS_VIEWS_USER'' ORDER BY 1',
    $$VALUES ('CLEAN_ORDERS'::text), ('ONCE')$$,
    'a query as written for Oracle');
SELECT is((SELECT value FROM all_scheduler_global_attribute WHERE attribute_name = 'LOG_HISTORY'), '30',
          'attributes that were not set');
SELECT throws_ok('TABLE dba_scheduler_jobs', '42501', NULL, 'dba_* is not for a user');
SELECT is_empty('SELECT 1 FROM user_scheduler_job_dests', 'there are no destinations');

-- and another user
SET ROLE regress_views_other;
SELECT is_empty('SELECT 1 FROM user_scheduler_jobs UNION ALL SELECT 1 FROM all_scheduler_jobs
                 UNION ALL SELECT 1 FROM all_scheduler_job_args UNION ALL SELECT 1 FROM all_scheduler_programs
                 UNION ALL SELECT 1 FROM all_scheduler_program_args UNION ALL SELECT 1 FROM all_scheduler_job_log',
                'sees nothing of it');
SELECT results_eq('SELECT owner, schedule_name FROM all_scheduler_schedules',
                  $$VALUES ('REGRESS_VIEWS_USER'::text, 'NIGHTLY'::text)$$,
                  'but the schedule, which he may use');
SELECT results_eq('SELECT job_class_name FROM all_scheduler_job_classes ORDER BY 1',
                  $$VALUES ('DBMS_JOB$'::text), ('DEFAULT_JOB_CLASS'), ('SCHED$_LOG_ON_ERRORS_CLASS')$$,
                  'and the classes');
SET ROLE regress_views_user;
CALL dbms_scheduler.grant_privilege('ALTER', 'once', 'regress_views_other');
CALL dbms_scheduler.grant_privilege('EXECUTE', 'clean_up', 'regress_views_other');
SET ROLE regress_views_other;
SELECT results_eq('SELECT owner, job_name FROM all_scheduler_jobs',
                  $$VALUES ('REGRESS_VIEWS_USER'::text, 'ONCE'::text)$$,
                  'a granted job is seen');
SELECT results_eq('SELECT program_name, argument_position FROM all_scheduler_program_args ORDER BY 2',
                  $$VALUES ('CLEAN_UP'::text, 1), ('CLEAN_UP', 2)$$,
                  'a granted program too');
RESET ROLE;
GRANT dbms_create_any_job TO regress_views_other;
SET ROLE regress_views_other;
SELECT is((SELECT count(*) FROM all_scheduler_jobs), 2::bigint, 'CREATE ANY JOB sees the jobs of all');
SET ROLE regress_views_monitor;
SELECT results_eq('SELECT owner, job_name, schedule_type, state FROM dba_scheduler_jobs WHERE owner LIKE ''REGRESS_VIEWS%'' ORDER BY 2',
                  $$VALUES ('REGRESS_VIEWS_USER'::text, 'CLEAN_ORDERS'::text, 'NAMED'::text, 'SCHEDULED'::text),
                           ('REGRESS_VIEWS_USER', 'ONCE', 'CALENDAR', 'DISABLED')$$,
                  'a monitor sees them in dba_*');
SELECT is((SELECT count(*) FROM dba_scheduler_databases WHERE database_name = current_database()), 1::bigint,
          'and that this database is served');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
