-- The log: what is done to jobs, and purging by hand and by history.
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
CREATE ROLE regress_log_owner LOGIN;
CREATE ROLE regress_log_manager LOGIN;
GRANT dbms_create_job TO regress_log_owner;
GRANT dbms_manage_scheduler TO regress_log_manager;
CALL dbms_scheduler.create_job_class('c_log_full', logging_level => dbms_scheduler.logging_full());
CALL dbms_scheduler.create_job_class('c_log_days', log_history => 5);
CALL dbms_scheduler.create_job_class('c_log_rows', log_max_rows => 3);
CALL dbms_scheduler.grant_privilege('EXECUTE', 'c_log_full', 'public');

-- At level FULL of the job or its class, and not below
SET ROLE regress_log_owner;
CALL dbms_scheduler.create_job('j_quiet', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2999-01-01', enabled => true);
CALL dbms_scheduler.create_job('j_class', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2999-01-01', job_class => 'c_log_full', enabled => true);
CALL dbms_scheduler.disable('j_class');
CALL dbms_scheduler.set_attribute('j_quiet', 'logging_level', dbms_scheduler.logging_full());
CALL dbms_scheduler.set_attribute('j_quiet', 'comments', 'said "so"');
CALL dbms_scheduler.drop_job('j_quiet, j_class');
SELECT job_name, operation, status, user_name FROM sys.user_scheduler_job_log ORDER BY log_id;
RESET ROLE;

-- Purging by hand. Rows made here are seen by this transaction alone, so that
-- the scheduler's own purging leaves them.
CREATE FUNCTION pg_temp.fill() RETURNS void LANGUAGE sql AS $$
    DELETE FROM dbms.job_log;
    INSERT INTO dbms.job_log (log_id, log_date, owner_id, job_name, job_class, operation, status)
    SELECT nextval('dbms.log_id_seq'), now() - make_interval(days => 40 - n), w.id, j.name, c.name, 'RUN', 'SUCCEEDED'
      FROM generate_series(1, 39) n, dbms.owner w, (VALUES ('J_A'), ('j b')) j(name),
           (VALUES ('DEFAULT_JOB_CLASS'), ('C_LOG_DAYS'), ('C_LOG_ROWS'), ('C_GONE')) c(name)
     WHERE w.role_name = 'regress_log_owner'
     ORDER BY n, c.name, j.name
$$;
CREATE FUNCTION pg_temp.show_rows() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', job_class, job_name, count(*), extract(day FROM now() - min(log_date)))
      FROM dbms.job_log GROUP BY job_class, job_name ORDER BY job_class, job_name
$$;
BEGIN;
SELECT pg_temp.fill();
SELECT * FROM pg_temp.show_rows();
SET ROLE regress_log_manager;
CALL dbms_scheduler.purge_log(30, 'JOB_LOG');
CALL dbms_scheduler.purge_log(10, 'WINDOW_LOG');
RESET ROLE;
SELECT * FROM pg_temp.show_rows();
CALL dbms_scheduler.purge_log(20, 'WINDOW_LOG', 'regress_log_owner.j_a');
CALL dbms_scheduler.purge_log(job_name => 'sys.c_log_days, regress_log_owner."j b"', log_history => 10);
SELECT * FROM pg_temp.show_rows();
CALL dbms_scheduler.purge_log(which_log => 'job_log', job_name => 'DEFAULT_JOB_CLASS');
SELECT * FROM pg_temp.show_rows();
CALL dbms_scheduler.purge_log();
SELECT * FROM pg_temp.show_rows();
ROLLBACK;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.purge_log(NULL)'),
    ('CALL dbms_scheduler.purge_log(-1)'),
    ('CALL dbms_scheduler.purge_log(1000001)'),
    ('CALL dbms_scheduler.purge_log(1, NULL)'),
    ('CALL dbms_scheduler.purge_log(1, ''DIARY'')'),
    ('CALL dbms_scheduler.purge_log(1, ''JOB_LOG'', '''')'),
    ('CALL dbms_scheduler.purge_log(1, ''JOB_LOG'', ''regress_log_owner.none'')'),
    ('CALL dbms_scheduler.purge_log(1, ''JOB_LOG'', ''no_such_role.j'')')) AS t(c);
SET ROLE regress_log_owner;
SELECT pg_temp.error_of('CALL dbms_scheduler.purge_log()');
SELECT pg_temp.error_of('CALL dbms_scheduler.auto_purge()');
RESET ROLE;

-- By history: days and rows of the class, else LOG_HISTORY; also for a class
-- that is gone. A row whose run the coordinator has not settled stays.
BEGIN;
SELECT pg_temp.fill();
SAVEPOINT filled;
INSERT INTO dbms.run (id, job_id, operation, scheduled_at, marked_at)
SELECT min(log_id), -1, 'RUN', now(), now() FROM dbms.job_log WHERE job_class = 'C_GONE';
CALL dbms_scheduler.auto_purge();
SELECT * FROM pg_temp.show_rows();
CALL dbms_scheduler.purge_log();
SELECT * FROM pg_temp.show_rows();
ROLLBACK TO filled;
CALL dbms_scheduler.set_scheduler_attribute('log_history', '0');
CALL dbms_scheduler.set_attribute('c_log_rows', 'log_max_rows', 0);
CALL dbms_scheduler.set_attribute('c_log_rows', 'log_history', 100);
CALL dbms_scheduler.auto_purge();
SELECT * FROM pg_temp.show_rows();
ROLLBACK;

CALL dbms_scheduler.drop_job_class('c_log_full, c_log_days, c_log_rows');
DROP ROLE regress_log_owner, regress_log_manager;
