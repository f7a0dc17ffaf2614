-- CREATE_JOBS and SET_JOB_ATTRIBUTES. Nothing runs.
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
SET client_min_messages = warning;
CREATE ROLE regress_job_admin LOGIN SUPERUSER;
SET SESSION AUTHORIZATION regress_job_admin;
CREATE VIEW jobs AS
SELECT b.name, coalesce(j.program_name, j.job_type) AS action, j.repeat_interval AS interval, j.time_zone,
       s.is_enabled AS enabled, s.next_run_at AS next_run, j.max_runs, j.job_priority AS priority,
       j.logging_level AS level, j.auto_drop, j.comments
  FROM dbms.job j JOIN dbms.object b ON b.id = j.id JOIN dbms.job_state s ON s.job_id = j.id ORDER BY 1;
CALL dbms_scheduler.create_program('prog', 'PLSQL_BLOCK', 'begin null; end;', enabled => TRUE);
CALL dbms_scheduler.create_schedule('sched', '2041-01-01', 'FREQ=WEEKLY');

-- definitions as an array
CALL dbms_scheduler.create_jobs(ARRAY[
    dbms_scheduler.job_definition('a1', program_name => 'prog', start_date => '2040-01-01', repeat_interval => 'FREQ=DAILY',
        enabled => TRUE, max_runs => 3, job_priority => 1, comments => 'first'),
    dbms_scheduler.job_definition('a2', job_type => 'STORED_PROCEDURE', job_action => 'p', number_of_arguments => 3,
        arguments => ARRAY[dbms_scheduler.jobarg(1, 'one'), dbms_scheduler.jobarg(2, ROW('text', 'two')::sys.anydata),
                           dbms_scheduler.jobarg(3)],
        schedule_name => 'sched', enabled => TRUE, auto_drop => FALSE),
    dbms_scheduler.job_definition('a3', program_name => 'prog', job_style => 'LIGHTWEIGHT', schedule_name => 'sched'),
    ROW('a4', NULL, NULL, 'SELECT 1', 'SQL_SCRIPT', NULL, NULL, NULL, NULL, '2040-01-01', NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, 'Asia/Tokyo')::dbms_scheduler.job_definition]);
SELECT * FROM jobs;
SELECT position, value, is_anydata FROM dbms.job_argument ORDER BY 1;

-- as JSON
CALL dbms_scheduler.create_jobs('[
  {"job_name": "b1", "job_type": "SQL_SCRIPT", "job_action": "SELECT 1", "repeat_interval": "0 3 * * *",
   "start_date": "2040-06-01", "time_zone": "America/New_York", "enabled": true, "missed_runs": "each"},
  {"job_name": "b2", "job_type": "STORED_PROCEDURE", "job_action": "p", "number_of_arguments": 1,
   "arguments": [{"arg_position": 1, "arg_text_value": "x"}], "max_run_duration": "2 hours"}]'::jsonb);
SELECT * FROM jobs WHERE name LIKE 'B_';
CALL dbms_scheduler.create_jobs('[]'::jsonb);
CALL dbms_scheduler.create_jobs('{}'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "job_typ": "SQL_SCRIPT"}]'::jsonb);
CALL dbms_scheduler.create_jobs('[1]'::jsonb);
CALL dbms_scheduler.create_jobs('[null]'::jsonb);
CALL dbms_scheduler.create_jobs(NULL::jsonb);
-- a value that its field cannot have: the element and the field are named, and nothing is made
\set VERBOSITY sqlstate
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "max_runs": "many"}]'::jsonb);
\set VERBOSITY default
\set SHOW_CONTEXT always
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "job_type": "SQL_SCRIPT", "job_action": "SELECT 1"}, {"job_name": "y", "max_runs": "many"}]'::jsonb);
\set SHOW_CONTEXT errors
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "max_runs": 1.5}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "max_runs": 1e20}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "max_runs": []}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "job_action": {"do": "it"}}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "enabled": "maybe"}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "start_date": "2040-13-01"}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "schedule_limit": "an hour"}]'::jsonb, 'ABSORB_ERRORS');
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "arguments": "a"}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "arguments": [{"arg_position": 1}, 2]}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "arguments": [{"arg_position": "first"}]}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "arguments": [{"arg_value": "a"}]}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x", "arguments": [{"arg_position": 1, "arg_anydata_value": {"type": "text"}}]}]'::jsonb);
CALL dbms_scheduler.create_jobs('[{"job_name": "x"}, {"max_runs": 1}]'::jsonb);
CALL dbms_scheduler.create_jobs('"x"'::jsonb);
SELECT count(*) FROM jobs WHERE name IN ('X', 'Y');
CALL dbms_scheduler.create_jobs(NULL::dbms_scheduler.job_definition[]);
CALL dbms_scheduler.create_jobs(ARRAY[NULL]::dbms_scheduler.job_definition[]);

-- what cannot go together
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog'),
    dbms_scheduler.job_definition('"X"', program_name => 'prog')]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog', job_type => 'SQL_SCRIPT')]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog', schedule_name => 'sched',
    repeat_interval => 'FREQ=DAILY')]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog', queue_spec => 'q')]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog', max_runs => 0)]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog', comments => 'c', job_style => 'LIGHTWEIGHT')]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', job_type => 'STORED_PROCEDURE', job_action => 'p',
    number_of_arguments => 1, arguments => ARRAY[dbms_scheduler.jobarg(2, 'x')])]);
CALL dbms_scheduler.create_jobs(ARRAY[dbms_scheduler.job_definition('x', program_name => 'prog')], 'NEVER');
SELECT count(*) FROM jobs WHERE name = 'X';

-- commit_semantics: c2 is wrong
CREATE FUNCTION definitions() RETURNS dbms_scheduler.job_definition[] LANGUAGE sql AS $$
SELECT ARRAY[dbms_scheduler.job_definition('c1', program_name => 'prog'),
             dbms_scheduler.job_definition('c2', program_name => 'no_prog'),
             dbms_scheduler.job_definition('c3', program_name => 'prog')] $$;
CALL dbms_scheduler.create_jobs(definitions());
SELECT name FROM jobs WHERE name LIKE 'C_';
CALL dbms_scheduler.drop_job('c1');
CALL dbms_scheduler.create_jobs(definitions(), 'TRANSACTIONAL');
SELECT name FROM jobs WHERE name LIKE 'C_';
CALL dbms_scheduler.create_jobs(definitions(), 'ABSORB_ERRORS');
SELECT name FROM jobs WHERE name LIKE 'C_';
SELECT * FROM sys.scheduler_batch_errors;
-- they are the caller's
SET ROLE pg_monitor;
SELECT count(*) FROM sys.scheduler_batch_errors;
RESET ROLE;
CALL dbms_scheduler.drop_job('c1,c3');
BEGIN;
CALL dbms_scheduler.create_jobs(definitions(), 'ABSORB_ERRORS');
COMMIT;
SELECT name FROM jobs WHERE name LIKE 'C_';
BEGIN;
CALL dbms_scheduler.drop_job('c1');
CALL dbms_scheduler.create_jobs(definitions());
COMMIT;
SELECT name FROM jobs WHERE name LIKE 'C_';

-- attributes of several jobs, one of them twice: it is enabled again once
CALL dbms_scheduler.set_job_attributes(ARRAY[
    dbms_scheduler.jobattr('a1', 'max_runs', 30),
    dbms_scheduler.jobattr('b1', 'enabled', FALSE),
    dbms_scheduler.jobattr('a1', 'start_date', timestamptz '2042-01-01'),
    dbms_scheduler.jobattr('a1', 'comments', 'changed'),
    dbms_scheduler.jobattr('b2', 'schedule_limit', interval '1 hour'),
    dbms_scheduler.jobattr('b2', 'arguments', ARRAY[dbms_scheduler.jobarg(1, 'y')]),
    dbms_scheduler.jobattr('b2', 'max_run_duration'),
    dbms_scheduler.jobattr('b2', 'enabled', TRUE),
    dbms_scheduler.jobattr('b2', 'start_date', '2040-01-01 00:00 Asia/Tokyo')]);
SELECT * FROM jobs WHERE name IN ('A1', 'B1', 'B2');
SELECT value FROM dbms.job_argument WHERE value = 'y';
-- for a job to change as a whole, what stands in the way alone may pass
CALL dbms_scheduler.set_attribute('b2', 'number_of_arguments', 2);
CALL dbms_scheduler.set_job_attributes(ARRAY[
    dbms_scheduler.jobattr('b2', 'number_of_arguments', 0), dbms_scheduler.jobattr('b2', 'job_type', 'SQL_SCRIPT'),
    dbms_scheduler.jobattr('b2', 'job_action', 'SELECT 2')]);
SELECT name, action, enabled FROM jobs WHERE name = 'B2';
-- errors
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr('a1', 'max_runs', 4), dbms_scheduler.jobattr('no_job', 'max_runs', 4)], 'TRANSACTIONAL');
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr('a1', 'max_runs', 5), dbms_scheduler.jobattr('no_job', 'max_runs', 4)]);
SELECT max_runs FROM jobs WHERE name = 'A1';
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr('a1', 'max_runs', 6), dbms_scheduler.jobattr('a1', 'job_priority', 9),
    dbms_scheduler.jobattr('a2', 'comments', 'x')], 'ABSORB_ERRORS');
SELECT array_index, object_name, attr_name, error_code, error_message, additional_info FROM sys.scheduler_batch_errors;
SELECT name, max_runs, comments FROM jobs WHERE name IN ('A1', 'A2');
-- the errors name the element of the array and its attribute
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr('a1', 'max_runs', 7), dbms_scheduler.jobattr('no_job', 'comments', 'x'),
    dbms_scheduler.jobattr('a2', 'comments', 'y'), dbms_scheduler.jobattr('a1', 'no_attribute', 1), dbms_scheduler.jobattr('b2', 'enabled', TRUE),
    dbms_scheduler.jobattr('b1', 'max_runs', 8), dbms_scheduler.jobattr('b1', NULL, 9), dbms_scheduler.jobattr('b1', 'comments', 'x'),
    dbms_scheduler.jobattr('a3', 'start_date', '2040-01-01'),
    dbms_scheduler.jobattr('a4', 'arguments', ARRAY[dbms_scheduler.jobarg(1, 'x')])], 'ABSORB_ERRORS');
SELECT array_index, object_name, attr_name, error_code, error_message, left(additional_info, 60) AS additional_info FROM sys.scheduler_batch_errors;
SELECT name, max_runs, comments FROM jobs ORDER BY 1;
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr('a1', NULL, 6)]);
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr(NULL, 'max_runs', 6)]);
CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr('a1', 'no_attribute', 6)]);
CALL dbms_scheduler.set_job_attributes(NULL);

-- leave nothing
CALL dbms_scheduler.drop_job('a1,a2,a3,a4,b1,b2,c1,c3');
CALL dbms_scheduler.drop_program('prog');
CALL dbms_scheduler.drop_schedule('sched');
SELECT count(*) FROM dbms.job;
DELETE FROM dbms.job_log;
DROP FUNCTION definitions();
DROP VIEW jobs;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_job_admin;
