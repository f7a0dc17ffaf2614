-- RUN_JOB here and in the background, STOP_JOB, and what may be done to a job
-- while it runs. A job that is to run for a while waits for a lock that this
-- session holds.
SET timezone = 'Europe/Berlin';
SET client_min_messages = notice;
SET intervalstyle = 'postgres';
CREATE ROLE regress_job_admin LOGIN SUPERUSER;
CREATE ROLE regress_job_owner LOGIN IN ROLE dbms_create_job;
SET SESSION AUTHORIZATION regress_job_admin;
CREATE TABLE work (who name, what text);
GRANT INSERT ON work TO regress_job_owner;

-- waits until a query says so
CREATE PROCEDURE wait_for(condition text) LANGUAGE plpgsql AS $$
DECLARE is_true boolean; deadline timestamptz := clock_timestamp() + interval '60 seconds';
BEGIN
    LOOP
        EXECUTE condition INTO is_true;
        EXIT WHEN is_true;
        COMMIT;
        IF clock_timestamp() > deadline THEN RAISE EXCEPTION 'waited in vain: %', condition; END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
END $$;
CREATE VIEW log AS
SELECT l.job_name AS job, l.operation, l.status, l.user_name, l.additional_info AS info, l.sqlstate, output
  FROM dbms.job_log l ORDER BY log_id;
CREATE FUNCTION runs(job text) RETURNS bigint LANGUAGE sql AS
$$ SELECT count(*) FROM dbms.run r JOIN dbms.object b ON b.id = r.job_id WHERE b.name = job $$;

-- ---- in this session ----
CREATE PROCEDURE pay(employee integer, amount numeric, note text DEFAULT 'none') LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO work VALUES (session_user, format('%s gets %s, %s', employee, amount, note));
    RAISE NOTICE 'paid %', employee;
END $$;
CREATE FUNCTION counted() RETURNS integer LANGUAGE sql AS
$$ INSERT INTO work VALUES (session_user, 'counted') RETURNING 1 $$;
CREATE PROCEDURE committing() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO work VALUES (session_user, 'before');
    COMMIT;
    INSERT INTO work VALUES (session_user, 'after');
END $$;

CALL dbms_scheduler.create_job('block', 'PLSQL_BLOCK', 'BEGIN counted; INSERT INTO work VALUES (job_owner, job_name); END;', 0);
CALL dbms_scheduler.create_job('statements', 'PLSQL_BLOCK', 'CREATE TEMP TABLE t(a) AS SELECT 1; INSERT INTO work SELECT ''t'', a FROM t; DROP TABLE t', 0);
CALL dbms_scheduler.create_job('proc', 'STORED_PROCEDURE', 'pay', 2);
CALL dbms_scheduler.set_job_argument_value('proc', 1, '7');
CALL dbms_scheduler.set_job_argument_value('proc', 2, '12.50');
CALL dbms_scheduler.create_job('func', 'STORED_PROCEDURE', 'counted', 0);
CALL dbms_scheduler.create_job('commits', 'STORED_PROCEDURE', 'committing', 0);
CALL dbms_scheduler.create_job('script', 'SQL_SCRIPT', 'INSERT INTO work VALUES (''s'', 1); INSERT INTO work VALUES (''s'', 2);', 0);
CALL dbms_scheduler.create_job('fails', 'PLSQL_BLOCK', 'BEGIN INSERT INTO work VALUES (''f'', 1); PERFORM 1 / 0; END;', 0);
CALL dbms_scheduler.create_job('vacuums', 'SQL_SCRIPT', 'VACUUM work', 0);
CALL dbms_scheduler.run_job('block');
CALL dbms_scheduler.run_job('statements');
CALL dbms_scheduler.run_job('proc');
CALL dbms_scheduler.run_job('func,script', use_current_session => TRUE);
CALL dbms_scheduler.run_job('commits');
SELECT * FROM work;
TRUNCATE work;
-- the error comes through, and nothing stays
CALL dbms_scheduler.run_job('fails');
CALL dbms_scheduler.run_job('vacuums');
BEGIN;
CALL dbms_scheduler.run_job('commits');
ROLLBACK;
BEGIN;
CALL dbms_scheduler.run_job('func');
ROLLBACK;
SELECT * FROM work;
-- counters do not move, a log row is written
SELECT sum(run_count) AS runs, count(last_start_at) AS starts FROM dbms.job_state;
SELECT * FROM log;
DELETE FROM dbms.job_log;
-- a named program with names and defaults
CALL dbms_scheduler.create_program('prog', 'STORED_PROCEDURE', 'pay', 3);
CALL dbms_scheduler.define_program_argument('prog', 1, 'employee', 'integer', '1');
CALL dbms_scheduler.define_program_argument('prog', 2, 'amount', 'numeric');
CALL dbms_scheduler.define_metadata_argument('prog', 'job_name', 3, 'note');
CALL dbms_scheduler.enable('prog');
CALL dbms_scheduler.create_job(job_name => 'of_prog', program_name => 'prog');
CALL dbms_scheduler.run_job('of_prog');
CALL dbms_scheduler.set_job_argument_value('of_prog', 'amount', '99');
CALL dbms_scheduler.run_job('of_prog');
SELECT what FROM work;
TRUNCATE work;
-- errors
CALL dbms_scheduler.run_job('no_job');
CALL dbms_scheduler.run_job(NULL);
CALL dbms_scheduler.run_job('block', NULL);
CALL dbms_scheduler.run_job('SYS.DEFAULT_JOB_CLASS');
CALL dbms_scheduler.create_job('regress_job_owner.theirs', 'PLSQL_BLOCK', 'BEGIN INSERT INTO work VALUES (session_user, current_user); END;', 0);
CALL dbms_scheduler.run_job('regress_job_owner.theirs');

-- ---- in the background ----
CALL dbms_scheduler.run_job('regress_job_owner.theirs', FALSE);
CALL wait_for($$ SELECT count(*) = 1 FROM log WHERE job = 'THEIRS' $$);
SELECT * FROM work;
CALL wait_for($$ SELECT run_count = 1 FROM dbms.job_state s JOIN dbms.object b ON b.id = s.job_id WHERE name = 'THEIRS' $$);
CALL dbms_scheduler.run_job('fails', use_current_session => FALSE);
CALL wait_for($$ SELECT count(*) = 1 FROM log WHERE job = 'FAILS' $$);
SELECT * FROM log WHERE user_name IS NOT NULL;
DELETE FROM dbms.job_log;
-- the scheduler is off; a session reads settings again between two commands
\set wait_for_setting 'SELECT format($f$ DO $d$ BEGIN IF NOT (%s) THEN PERFORM pg_sleep(0.01); END IF; END $d$ $f$, :''setting'') FROM generate_series(1, 3000)'
ALTER SYSTEM SET pg_dbms.max_workers = 0;
SELECT pg_reload_conf();
\set setting 'current_setting(''pg_dbms.max_workers'') = ''0'''
\set ECHO none
:wait_for_setting \gexec
\set ECHO all
CALL dbms_scheduler.run_job('fails', FALSE);
ALTER SYSTEM RESET pg_dbms.max_workers;
SELECT pg_reload_conf();
\set setting 'current_setting(''pg_dbms.max_workers'') <> ''0'''
\set ECHO none
:wait_for_setting \gexec
\set ECHO all
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', 'TRUE');
CALL dbms_scheduler.run_job('fails', FALSE);
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', 'FALSE');

-- ---- by a calendar that ceases to match ----
CALL dbms_scheduler.create_schedule('days', '2000-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.create_job('ceases', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0, '2020-01-01', 'FREQ=SECONDLY;INTERSECT=days', enabled => TRUE);
CALL wait_for($$ SELECT count(*) > 0 FROM log WHERE job = 'CEASES' AND operation = 'RUN' $$);
CALL dbms_scheduler.set_attribute('days', 'repeat_interval', 'FREQ=DAILY;BYDATE=20010101');
CALL wait_for($$ SELECT count(*) = 0 FROM sys.user_scheduler_jobs WHERE job_name = 'CEASES' AND enabled = 'TRUE' $$);
SELECT enabled, state FROM sys.user_scheduler_jobs WHERE job_name = 'CEASES';
SELECT s.disabled_reason FROM dbms.job_state s JOIN dbms.object b ON b.id = s.job_id WHERE b.name = 'CEASES';
CALL dbms_scheduler.drop_job('ceases');
CALL dbms_scheduler.drop_schedule('days');
DELETE FROM dbms.job_log;

-- ---- by an expression that does not come to an end ----
CREATE FUNCTION endless() RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4711);
    RETURN clock_timestamp() + interval '1 hour';
END $$;
SELECT pg_advisory_lock(4711);
CALL dbms_scheduler.create_job('hangs', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0, NULL, 'endless()', enabled => TRUE);
CALL wait_for($$ SELECT runs('HANGS') = 1 $$);
CALL dbms_scheduler.stop_job('hangs');
-- then only the expression is evaluated: that is stopped, too
CALL wait_for($$ SELECT count(*) > 0 FROM log WHERE job = 'HANGS' AND status = 'STOPPED' $$);
CALL wait_for($$ SELECT count(*) = 1 FROM dbms.run WHERE operation = 'EVALUATE' $$);
CALL dbms_scheduler.stop_job('hangs');
CALL wait_for($$ SELECT count(*) = 0 FROM sys.user_scheduler_jobs WHERE job_name = 'HANGS' AND enabled = 'TRUE' $$);
SELECT operation, status, info FROM log WHERE job = 'HANGS';
CALL dbms_scheduler.drop_job('hangs');
-- the owner's statement_timeout counts for it as for a statement
ALTER ROLE regress_job_owner SET statement_timeout = '10ms';
CALL dbms_scheduler.create_job('regress_job_owner.times_out', 'SQL_SCRIPT', 'SELECT 1', 0, NULL, 'endless()', enabled => TRUE);
CALL wait_for($$ SELECT count(*) = 0 FROM dbms.job_state s JOIN dbms.object b ON b.id = s.job_id WHERE name = 'TIMES_OUT' AND is_enabled $$);
SELECT status, sqlstate FROM dbms.job_log WHERE job_name = 'TIMES_OUT' AND is_run;
ALTER ROLE regress_job_owner RESET statement_timeout;
CALL dbms_scheduler.drop_job('regress_job_owner.times_out');
SELECT pg_advisory_unlock(4711);
DROP FUNCTION endless();
DELETE FROM dbms.job_log;

-- ---- while it runs ----
CALL dbms_scheduler.create_job('long', 'PLSQL_BLOCK', 'BEGIN PERFORM pg_advisory_xact_lock(4711); END;', 0,
    '2040-01-01', 'FREQ=DAILY', job_class => 'DEFAULT_JOB_CLASS', enabled => TRUE);
CALL dbms_scheduler.set_attribute('long', 'logging_level', dbms_scheduler.logging_full());
SELECT pg_advisory_lock(4711);
CALL dbms_scheduler.run_job('long', FALSE);
CALL wait_for($$ SELECT runs('LONG') = 1 $$);
CALL dbms_scheduler.run_job('long', FALSE);
CALL dbms_scheduler.disable('long');
CALL dbms_scheduler.set_attribute('long', 'enabled', FALSE);
CALL dbms_scheduler.disable('SYS.DEFAULT_JOB_CLASS');
CALL dbms_scheduler.drop_job('long');
-- these leave the run alone
CALL dbms_scheduler.disable('long', force => TRUE);
CALL dbms_scheduler.enable('long');
CALL dbms_scheduler.set_attribute('long', 'max_runs', 100);
SELECT runs('LONG');
CALL dbms_scheduler.stop_job('long');
CALL wait_for($$ SELECT runs('LONG') = 0 $$);
CALL dbms_scheduler.stop_job('long');
SELECT is_enabled, failure_count FROM dbms.job_state s JOIN dbms.object b ON b.id = s.job_id WHERE name = 'LONG';
SELECT * FROM log WHERE job = 'LONG';
DELETE FROM dbms.job_log;
-- by force; of a class
CALL dbms_scheduler.run_job('long', FALSE);
CALL wait_for($$ SELECT runs('LONG') = 1 $$);
CALL dbms_scheduler.stop_job('long', force => TRUE);
CALL wait_for($$ SELECT runs('LONG') = 0 $$);
SELECT job, operation, status, info FROM log WHERE job = 'LONG';
CALL dbms_scheduler.run_job('long', FALSE);
CALL wait_for($$ SELECT runs('LONG') = 1 $$);
CALL dbms_scheduler.stop_job('no_job,long', commit_semantics => 'ABSORB_ERRORS');
CALL wait_for($$ SELECT runs('LONG') = 0 $$);
CALL dbms_scheduler.run_job('long', FALSE);
CALL wait_for($$ SELECT runs('LONG') = 1 $$);
CALL dbms_scheduler.stop_job('SYS.DEFAULT_JOB_CLASS');
CALL wait_for($$ SELECT runs('LONG') = 0 $$);
-- who may force, and other errors
CALL dbms_scheduler.create_job('regress_job_owner.long', 'SQL_SCRIPT', 'SELECT 1', 0);
SET ROLE regress_job_owner;
CALL dbms_scheduler.stop_job('long', TRUE);
CALL dbms_scheduler.stop_job('long');
RESET ROLE;
-- who manages the scheduler ends runs of others, but not those of superusers, and does nothing else with them
CREATE ROLE regress_job_manager IN ROLE dbms_manage_scheduler;
CALL dbms_scheduler.create_job('regress_job_owner.waits', 'PLSQL_BLOCK', 'BEGIN PERFORM pg_advisory_xact_lock(4711); END;', 0);
CALL dbms_scheduler.run_job('regress_job_owner.waits', FALSE);
CALL wait_for($$ SELECT runs('WAITS') = 1 $$);
SET ROLE regress_job_manager;
CALL dbms_scheduler.stop_job('regress_job_owner.waits');
CALL dbms_scheduler.disable('regress_job_owner.waits', TRUE);
CALL dbms_scheduler.drop_job('regress_job_owner.waits', TRUE);
CALL dbms_scheduler.stop_job('regress_job_owner.waits', TRUE);
RESET ROLE;
CALL wait_for($$ SELECT runs('WAITS') = 0 $$);
SELECT job, operation, status, info FROM log WHERE job = 'WAITS';
CALL dbms_scheduler.run_job('long', FALSE);
CALL wait_for($$ SELECT runs('LONG') = 1 $$);
SET ROLE regress_job_manager;
CALL dbms_scheduler.stop_job('regress_job_admin.long', TRUE);
RESET ROLE;
SELECT runs('LONG');
CALL dbms_scheduler.stop_job('long', TRUE);
CALL wait_for($$ SELECT runs('LONG') = 0 $$);
CALL dbms_scheduler.drop_job('regress_job_owner.waits');
DROP ROLE regress_job_manager;
\set VERBOSITY sqlstate
CALL dbms_scheduler.stop_job(NULL);
CALL dbms_scheduler.stop_job('no_job');
CALL dbms_scheduler.stop_job('long', NULL);
CALL dbms_scheduler.stop_job('long', FALSE, 'TRANSACTIONAL');
CALL dbms_scheduler.stop_job('SYS.DEFAULT_JOB_CLASS', FALSE, 'ABSORB_ERRORS');
\set VERBOSITY default
-- disabled while it runs: the reason outlives the run
CALL dbms_scheduler.create_schedule('sched', '2040-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.create_job('ends', schedule_name => 'sched', job_type => 'PLSQL_BLOCK',
    job_action => 'BEGIN PERFORM pg_advisory_xact_lock(4711); END;', enabled => TRUE);
CALL dbms_scheduler.run_job('ends', FALSE);
CALL wait_for($$ SELECT runs('ENDS') = 1 $$);
CALL dbms_scheduler.drop_schedule('sched', force => TRUE);
CALL dbms_scheduler.stop_job('ends');
CALL wait_for($$ SELECT runs('ENDS') = 0 $$);
SELECT enabled, state, run_count, disabled_reason FROM sys.user_scheduler_jobs WHERE job_name = 'ENDS';
CALL dbms_scheduler.drop_job('ends');
-- dropped at the end of its run
CALL dbms_scheduler.run_job('long', FALSE);
CALL wait_for($$ SELECT runs('LONG') = 1 $$);
CALL dbms_scheduler.drop_job('long', defer => TRUE);
SELECT count(*) FROM dbms.object WHERE name = 'LONG';
SELECT pg_advisory_unlock(4711);
CALL wait_for($$ SELECT count(*) = 1 FROM dbms.object WHERE name = 'LONG' $$);
-- stopped and dropped
SELECT pg_advisory_lock(4711);
CALL dbms_scheduler.create_job('long2', 'PLSQL_BLOCK', 'BEGIN PERFORM pg_advisory_xact_lock(4711); END;', 0);
CALL dbms_scheduler.run_job('long2', FALSE);
CALL wait_for($$ SELECT runs('LONG2') = 1 $$);
CALL dbms_scheduler.drop_job('long2', force => TRUE);
CALL wait_for($$ SELECT count(*) = 0 FROM dbms.run $$);
SELECT count(*) FROM dbms.object WHERE name = 'LONG2';
SELECT job, operation, status, info FROM log WHERE job = 'LONG2';
SELECT pg_advisory_unlock(4711);

-- a run that turns against its own job: stopped, its work is undone; dropped, it first ends
DELETE FROM dbms.job_log;
CALL dbms_scheduler.create_job('own_stop', 'PLSQL_BLOCK',
    'BEGIN INSERT INTO work VALUES (''s'', ''1''); dbms_scheduler.stop_job(''own_stop''); INSERT INTO work VALUES (''s'', ''2''); END;',
    0, auto_drop => FALSE, enabled => TRUE);
CALL dbms_scheduler.create_job('own_kill', 'PLSQL_BLOCK',
    'BEGIN INSERT INTO work VALUES (''k'', ''1''); dbms_scheduler.stop_job(''own_kill'', TRUE); INSERT INTO work VALUES (''k'', ''2''); END;',
    0, auto_drop => FALSE, enabled => TRUE);
CALL dbms_scheduler.create_job('own_drop', 'PLSQL_BLOCK',
    'BEGIN INSERT INTO work VALUES (''d'', ''1''); dbms_scheduler.drop_job(''own_drop'', force => TRUE); INSERT INTO work VALUES (''d'', ''2''); END;',
    0, start_date => now() - interval '1 day', repeat_interval => 'FREQ=SECONDLY', enabled => TRUE);
CALL dbms_scheduler.create_job('own_script', 'SQL_SCRIPT',
    'INSERT INTO work VALUES (''c'', ''1''); CALL dbms_scheduler.drop_job(''own_script'', force => TRUE); INSERT INTO work VALUES (''c'', ''2'')',
    0, start_date => now() - interval '1 day', repeat_interval => 'FREQ=SECONDLY', enabled => TRUE);
CALL dbms_scheduler.create_job('own_plain', 'PLSQL_BLOCK', 'BEGIN dbms_scheduler.drop_job(''own_plain''); END;',
    0, auto_drop => FALSE, enabled => TRUE);
CALL wait_for($$ SELECT count(DISTINCT job) = 5 FROM log WHERE job LIKE 'OWN%' AND operation = 'RUN' $$);
CALL wait_for($$ SELECT count(*) = 3 FROM dbms.object WHERE name LIKE 'OWN\_%' $$);
CALL wait_for($$ SELECT count(*) = 0 FROM dbms.run $$);
SELECT * FROM work ORDER BY 1, 2;
SELECT job, operation, status, info FROM log WHERE job LIKE 'OWN%' ORDER BY 1;
SELECT b.name, s.final_state FROM dbms.job_state s JOIN dbms.object b ON b.id = s.job_id WHERE b.name LIKE 'OWN\_%' ORDER BY 1;
CALL dbms_scheduler.drop_job('own_stop,own_kill,own_plain');

-- leave nothing
CALL dbms_scheduler.drop_job('block,statements,proc,func,commits,script,fails,vacuums,of_prog,regress_job_owner.theirs,regress_job_owner.long');
CALL dbms_scheduler.drop_program('prog');
SELECT count(*) FROM dbms.job;
DELETE FROM dbms.job_log;
DELETE FROM dbms.scheduler_attribute WHERE name = 'SCHEDULER_DISABLED';
DROP VIEW log;
DROP FUNCTION runs(text);
DROP PROCEDURE pay(integer, numeric, text), committing(), wait_for(text);
DROP FUNCTION counted();
DROP TABLE work;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_job_owner, regress_job_admin;
