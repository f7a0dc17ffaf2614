-- ENABLE, DISABLE, DROP_JOB and the values of arguments. Nothing runs.
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
CREATE ROLE regress_job_admin LOGIN SUPERUSER;
CREATE ROLE regress_job_owner LOGIN IN ROLE dbms_create_job;
CREATE ROLE regress_job_other LOGIN IN ROLE dbms_create_job;
SET SESSION AUTHORIZATION regress_job_admin;

CREATE VIEW states AS
SELECT w.role_name || '.' || b.name AS job, s.is_enabled AS enabled, s.next_run_at AS next_run,
       s.run_count AS runs, s.failure_count AS failures, s.final_state, s.disabled_reason AS reason
  FROM dbms.job j JOIN dbms.object b ON b.id = j.id
  JOIN dbms.owner w ON w.id = b.owner_id JOIN dbms.job_state s ON s.job_id = j.id
 ORDER BY 1;

CALL dbms_scheduler.create_job_class('my_class', logging_level => dbms_scheduler.logging_full());
CALL dbms_scheduler.create_job('a', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01', 'FREQ=DAILY', job_class => 'my_class');
CALL dbms_scheduler.create_job('b', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01', 'FREQ=DAILY', job_class => 'my_class');
CALL dbms_scheduler.create_job('c', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01', 'FREQ=DAILY');

-- lists, classes; what is enabled already keeps its counters
CALL dbms_scheduler.enable('a, "B" ,regress_job_admin.c');
SELECT * FROM states;
UPDATE dbms.job_state SET run_count = 5, failure_count = 4;
CALL dbms_scheduler.enable('a');
SELECT * FROM states WHERE job LIKE '%.A';
CALL dbms_scheduler.disable('a');
CALL dbms_scheduler.disable('a');
CALL dbms_scheduler.enable('a');
SELECT * FROM states WHERE job LIKE '%.A';
CALL dbms_scheduler.disable('SYS.my_class');
SELECT * FROM states;
CALL dbms_scheduler.enable('my_class');
SELECT * FROM states;

-- an error in a list: what came before it stays, what follows is not touched
CALL dbms_scheduler.disable('a,no_job,b');
SELECT job, enabled FROM states;
-- in a transaction block the error takes all along
CALL dbms_scheduler.enable('a');
BEGIN;
CALL dbms_scheduler.disable('a,no_job,b');
ROLLBACK;
SELECT job, enabled FROM states;
-- and so in a block, which keeps its own transaction
DO $$ BEGIN CALL dbms_scheduler.disable('c'); CALL dbms_scheduler.disable('a,no_job,b'); END $$;
SELECT job, enabled FROM states;
CALL dbms_scheduler.disable('a,no_job,b', commit_semantics => 'TRANSACTIONAL');
SELECT job, enabled FROM states;
CALL dbms_scheduler.disable('a,no_job,b', commit_semantics => 'ABSORB_ERRORS');
SELECT job, enabled FROM states;
SELECT array_index, object_name, error_code, error_message FROM sys.scheduler_batch_errors;
CALL dbms_scheduler.enable('a,b', 'absorb_errors');
SELECT count(*) FROM sys.scheduler_batch_errors;

CALL dbms_scheduler.set_attribute('a', 'max_runs', 10);
CALL dbms_scheduler.drop_job('a');

-- DROP_JOB of a class, and errors in a list
CALL dbms_scheduler.drop_job('SYS.MY_CLASS');
SELECT job FROM states;
CALL dbms_scheduler.create_job('a', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.drop_job('a,no_job,c');
SELECT job FROM states;
CALL dbms_scheduler.drop_job('no_job,c', commit_semantics => 'ABSORB_ERRORS');
SELECT job FROM states;
-- the log keeps what was done, at level FULL
SELECT b.operation, b.job_name, b.status, b.user_name, b.additional_info FROM dbms.job_log b
 WHERE b.job_class = 'MY_CLASS' ORDER BY log_id;

-- the argument values of a job
CREATE PROCEDURE p(n integer, t text) LANGUAGE sql AS 'SELECT 1';
CALL dbms_scheduler.create_job('args', 'STORED_PROCEDURE', 'p', 2, '2040-01-01');
CALL dbms_scheduler.set_job_argument_value('args', 1, '1');
CALL dbms_scheduler.set_job_argument_value(job_name => 'args', argument_position => 2, argument_value => NULL);
CALL dbms_scheduler.enable('args');
CALL dbms_scheduler.set_job_argument_value('args', 1, '11');
CALL dbms_scheduler.set_job_anydata_value('args', 2, ROW('text', 'two')::sys.anydata);
SELECT position, value, is_anydata FROM dbms.job_argument ORDER BY 1;
-- without a default the job is disabled
CALL dbms_scheduler.reset_job_argument_value('args', 2);
SELECT job, enabled, reason FROM states;
CALL dbms_scheduler.enable('args');
CALL dbms_scheduler.set_job_argument_value('args', 0, '1');
CALL dbms_scheduler.set_job_argument_value('args', 3, '1');
CALL dbms_scheduler.set_job_argument_value('args', 'n', '1');
CALL dbms_scheduler.set_job_argument_value('no_job', 1, '1');
CALL dbms_scheduler.reset_job_argument_value('args', 3);
-- values that the action has no place for are not shown
CALL dbms_scheduler.create_job('fewer', 'STORED_PROCEDURE', 'p', 2);
CALL dbms_scheduler.set_job_argument_value('fewer', 1, 'one');
CALL dbms_scheduler.set_job_argument_value('fewer', 2, 'two');
CALL dbms_scheduler.set_attribute('fewer', 'number_of_arguments', 1);
SELECT argument_position, value FROM sys.user_scheduler_job_args WHERE job_name = 'FEWER' ORDER BY 1;
CALL dbms_scheduler.drop_job('fewer');
CALL dbms_scheduler.set_job_argument_value('args', NULL::integer, '1');
CALL dbms_scheduler.set_job_argument_value('args', NULL::text, '1');

-- of a program, by position and by name, before its defaults
CALL dbms_scheduler.create_program('prog', 'STORED_PROCEDURE', 'p', 3);
CALL dbms_scheduler.create_job(job_name => 'uses', program_name => 'prog', start_date => '2040-01-01');
CALL dbms_scheduler.enable('uses');
CALL dbms_scheduler.define_program_argument('prog', 1, 'first', 'integer', '1');
CALL dbms_scheduler.define_program_argument('prog', 2, 'second', 'text');
CALL dbms_scheduler.enable('prog');
CALL dbms_scheduler.define_metadata_argument('prog', 'job_name', 3, 'third');
CALL dbms_scheduler.enable('prog');
CALL dbms_scheduler.enable('uses');
CALL dbms_scheduler.set_job_argument_value('uses', 'second', 'two');
CALL dbms_scheduler.set_job_argument_value('uses', 'FIRST', 'one');
CALL dbms_scheduler.set_job_anydata_value('uses', 'second', ROW('text', 'zwei')::sys.anydata);
CALL dbms_scheduler.set_job_argument_value('uses', 'third', 'x');
CALL dbms_scheduler.set_job_argument_value('uses', 3, 'x');
CALL dbms_scheduler.set_job_argument_value('uses', 'fourth', 'x');
CALL dbms_scheduler.set_job_argument_value('uses', '4', 'x');
CALL dbms_scheduler.reset_job_argument_value('uses', 'a b');
CALL dbms_scheduler.enable('uses');
SELECT b.name, a.position, a.value, a.is_anydata FROM dbms.job_argument a JOIN dbms.object b ON b.id = a.job_id
 WHERE name = 'USES' ORDER BY 1, 2;
CALL dbms_scheduler.reset_job_argument_value('uses', 'first');
SELECT job, enabled, reason FROM states WHERE job LIKE '%.USES';
CALL dbms_scheduler.reset_job_argument_value('uses', 'second');
SELECT job, enabled, reason FROM states WHERE job LIKE '%.USES';
-- a program that goes takes nothing along by force
CALL dbms_scheduler.set_job_argument_value('uses', 2, 'two');
CALL dbms_scheduler.enable('uses');
CALL dbms_scheduler.drop_program('prog');
CALL dbms_scheduler.drop_program('prog', force => TRUE);
SELECT job, enabled, reason FROM states WHERE job LIKE '%.USES';
CALL dbms_scheduler.enable('uses');

-- a class that goes
CALL dbms_scheduler.create_job('classed', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01', job_class => 'my_class', enabled => TRUE);
CALL dbms_scheduler.drop_job_class('my_class');
CALL dbms_scheduler.drop_job_class('my_class', force => TRUE);
SELECT job, enabled, reason FROM states WHERE job LIKE '%.CLASSED';
SELECT dbms_scheduler.get_attribute_text('classed', 'job_class');

-- rights
CALL dbms_scheduler.create_job('regress_job_owner.theirs', 'STORED_PROCEDURE', 'p', 1, '2040-01-01');
SET ROLE regress_job_other;
\set VERBOSITY sqlstate
CALL dbms_scheduler.enable('regress_job_owner.theirs');
CALL dbms_scheduler.disable('regress_job_owner.theirs');
CALL dbms_scheduler.drop_job('regress_job_owner.theirs');
CALL dbms_scheduler.set_job_argument_value('regress_job_owner.theirs', 1, 'x');
CALL dbms_scheduler.reset_job_argument_value('regress_job_owner.theirs', 1);
CALL dbms_scheduler.run_job('regress_job_owner.theirs');
CALL dbms_scheduler.run_job('regress_job_owner.theirs', FALSE);
CALL dbms_scheduler.stop_job('regress_job_owner.theirs');
-- unqualified names are the caller's own
CALL dbms_scheduler.enable('theirs');
\set VERBOSITY default
RESET ROLE;
SET ROLE regress_job_owner;
CALL dbms_scheduler.grant_privilege('ALTER', 'theirs', 'regress_job_other');
SET ROLE regress_job_other;
CALL dbms_scheduler.set_job_argument_value('regress_job_owner.theirs', 1, 'x');
CALL dbms_scheduler.enable('regress_job_owner.theirs');
CALL dbms_scheduler.disable('regress_job_owner.theirs');
-- in the current session only the owner runs his job
CALL dbms_scheduler.run_job('regress_job_owner.theirs');
CALL dbms_scheduler.drop_job('regress_job_owner.theirs');
RESET ROLE;
SELECT job FROM states WHERE job LIKE '%THEIRS';

-- errors of arguments
\set VERBOSITY sqlstate
CALL dbms_scheduler.enable(NULL);
CALL dbms_scheduler.enable('');
CALL dbms_scheduler.enable('a,,b');
CALL dbms_scheduler.enable('args', NULL);
CALL dbms_scheduler.enable('args', 'SOMETIMES');
CALL dbms_scheduler.enable('SYS.DEFAULT_JOB_CLASS', 'ABSORB_ERRORS');
CALL dbms_scheduler.disable('args', NULL);
CALL dbms_scheduler.disable('args', TRUE, 'TRANSACTIONAL');
CALL dbms_scheduler.drop_job(NULL);
CALL dbms_scheduler.drop_job('no_job');
CALL dbms_scheduler.drop_job('args', NULL);
CALL dbms_scheduler.drop_job('args', FALSE, NULL);
CALL dbms_scheduler.drop_job('args', TRUE, TRUE);
CALL dbms_scheduler.drop_job('args', TRUE, FALSE, 'TRANSACTIONAL');
CALL dbms_scheduler.drop_job('SYS.DEFAULT_JOB_CLASS', commit_semantics => 'TRANSACTIONAL');
CALL dbms_scheduler.set_job_argument_value(NULL, 1, 'x');
CALL dbms_scheduler.end_detached_job_run('args');
\set VERBOSITY default
-- a schedule has no such switch
CALL dbms_scheduler.create_schedule('sched', repeat_interval => 'FREQ=DAILY');
CALL dbms_scheduler.enable('sched');
CALL dbms_scheduler.drop_schedule('sched');

-- leave nothing
CALL dbms_scheduler.drop_job('args,uses,classed');
SELECT * FROM states;
SELECT count(*) FROM dbms.job_argument;
DELETE FROM dbms.job_log;
DROP VIEW states;
DROP PROCEDURE p;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_job_owner, regress_job_other, regress_job_admin;
