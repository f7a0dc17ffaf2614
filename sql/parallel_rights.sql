-- Who runs the chunks: roles, rights, and the settings of the caller's session in
-- workers; temporary tables, timeouts, row security.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
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
CREATE FUNCTION pg_temp.show(task text DEFAULT 't') RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
    SELECT concat_ws(' ', 'status', t.status, 'rows',
               (SELECT string_agg(coalesce(c.sqlstate || ' ' || c.error_message, c.rows_processed::text, '-'), ', ' ORDER BY c.id)
                  FROM dbms.parallel_chunk c WHERE c.task_id = t.id))
      FROM dbms.parallel_task t WHERE name = task $$;
GRANT EXECUTE ON FUNCTION pg_temp.show(text) TO PUBLIC;
CREATE ROLE regress_par_job LOGIN;
CREATE ROLE regress_par_plain LOGIN;
CREATE ROLE regress_par_nologin;
GRANT dbms_create_job TO regress_par_job, regress_par_nologin;
CREATE SCHEMA regress_par;
GRANT ALL ON SCHEMA regress_par TO regress_par_job, regress_par_plain, regress_par_nologin;
ALTER ROLE regress_par_job SET search_path = regress_par, public;
SET search_path = regress_par, public;
CREATE TABLE t (id integer PRIMARY KEY, hits integer DEFAULT 0, owner text);
INSERT INTO t SELECT i, 0, CASE WHEN i % 2 = 0 THEN 'regress_par_job' END FROM generate_series(1, 30) AS i;
CREATE TABLE log (what text);
GRANT ALL ON t, log TO regress_par_job, regress_par_plain, regress_par_nologin;

-- More than none needs the right to create jobs; the caller's session does not
SET SESSION AUTHORIZATION regress_par_plain;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'regress_par', 't', 'id', 10);
CALL dbms_parallel_execute.run_task('t', 'UPDATE regress_par.t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1);
CALL dbms_parallel_execute.run_task('t', 'UPDATE regress_par.t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => NULL);
SELECT pg_temp.show();
CALL dbms_parallel_execute.run_task('t', 'UPDATE regress_par.t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT pg_temp.show();
CALL dbms_parallel_execute.drop_task('t');
RESET SESSION AUTHORIZATION;
-- who cannot log in is told so before the first chunk
SET ROLE regress_par_nologin;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'regress_par', 't', 'id', 10);
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
SELECT pg_temp.show();
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT pg_temp.show();
CALL dbms_parallel_execute.drop_task('t');
RESET ROLE;
-- a class of one's own needs a grant
CALL dbms_scheduler.create_job_class('regress_par_class');
SET SESSION AUTHORIZATION regress_par_job;
SET search_path = regress_par, public;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 't', 'id', 10);
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1, job_class => 'regress_par_class');
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1, job_class => 'sys.no_such_class');
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, job_class => 'regress_par_class');
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, job_class => 'sys.no_such_class');
SELECT pg_temp.show();
RESET SESSION AUTHORIZATION;
CALL dbms_scheduler.grant_privilege('EXECUTE', 'regress_par_class', 'regress_par_job');
SET SESSION AUTHORIZATION regress_par_job;
SET search_path = regress_par, public;
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1, job_class => 'regress_par_class');
SELECT pg_temp.show();

-- Workers are the current user, with the settings of the caller
CREATE PROCEDURE pg_temp.anew() LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_parallel_execute.drop_chunks('t');
    CALL dbms_parallel_execute.create_chunks_by_sql('t', 'SELECT 1, 1', false);
    DELETE FROM regress_par.log;
END $$;
CREATE FUNCTION settings() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', current_user, session_user, current_setting('search_path'), current_setting('DateStyle'), current_setting('TimeZone'),
                     current_setting('IntervalStyle'), current_setting('standard_conforming_strings'), current_setting('transaction_isolation')) $$;
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'Asia/Kathmandu';
SET IntervalStyle = 'iso_8601';
SET search_path = public, regress_par;
SET escape_string_warning = off;
SET standard_conforming_strings = off;
SET default_transaction_isolation = 'serializable';
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO log SELECT settings() WHERE :start_id = :end_id', 1);
SELECT what FROM log;
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO log SELECT settings() WHERE :start_id = :end_id', 1, parallel_level => 1);
SELECT what FROM log;
-- the role's own settings do not change that
RESET SESSION AUTHORIZATION;
ALTER ROLE regress_par_job SET default_transaction_isolation = 'serializable';
ALTER ROLE regress_par_job SET TimeZone = 'America/Lima';
SET SESSION AUTHORIZATION regress_par_job;
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'BEGIN INSERT INTO log SELECT settings() WHERE :start_id = :end_id; END;', 1, parallel_level => 1);
SELECT what FROM log;
RESET DateStyle;
RESET TimeZone;
RESET IntervalStyle;
RESET standard_conforming_strings;
RESET escape_string_warning;
RESET default_transaction_isolation;
SET search_path = regress_par, public;
RESET SESSION AUTHORIZATION;
CREATE TRUSTED LANGUAGE regress_par_language HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
SET SESSION AUTHORIZATION regress_par_job;
-- all that was set in the session, its own variables too, but not who it is
SET SESSION my.tenant = 'a "b", c';
SET work_mem = '78MB';
SET statement_timeout = '10min';
SET row_security = off;
SET bytea_output = escape;
SET pg_dbms.block_language = regress_par_language;
SET application_name = 'regress_par';
CREATE FUNCTION more_settings() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', current_setting('my.tenant', true), current_setting('work_mem'), current_setting('statement_timeout'),
                     current_setting('row_security'), bytea '\x00', current_setting('application_name') = 'regress_par', current_setting('role')) $$;
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO log SELECT more_settings() WHERE :start_id = :end_id', 1, parallel_level => 1);
SELECT what FROM log;
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'BEGIN INSERT INTO log SELECT lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE pronamespace = pg_my_temp_schema() AND :start_id = :end_id; END;', 1, parallel_level => 1);
SELECT what FROM log;
RESET my.tenant;
RESET work_mem;
RESET statement_timeout;
RESET row_security;
RESET bytea_output;
RESET pg_dbms.block_language;
RESET application_name;
-- the worker is as before for whoever comes next
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO log SELECT more_settings() WHERE :start_id = :end_id', 1, parallel_level => 1);
SELECT what FROM log;
-- nothing of them is kept
RESET SESSION AUTHORIZATION;
SELECT environment FROM dbms.parallel_task;
SET SESSION AUTHORIZATION regress_par_job;
-- a function's settings hold while it runs
CREATE FUNCTION own_settings() RETURNS text LANGUAGE sql SET TimeZone = 'UTC' SET search_path = pg_catalog AS 'SELECT current_setting(''TimeZone'') || '' '' || current_setting(''search_path'')';
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO log SELECT own_settings() || current_setting(''search_path'') WHERE :start_id = :end_id', 1, parallel_level => 1);
SELECT what FROM log;
-- and what a chunk sets is gone with its work
CREATE PROCEDURE sets(integer, integer) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log VALUES (current_setting('work_mem'));
    SET LOCAL work_mem = '77kB';
END $$;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'SELECT 1, 1 FROM generate_series(1, 3)', false);
DELETE FROM log;
CALL dbms_parallel_execute.run_task('t', 'CALL sets(:start_id, :end_id)', 1, parallel_level => 1);
SELECT count(*), count(DISTINCT what), bool_or(what = '77kB') FROM log;

-- SET ROLE: the task and its chunks are the current user's
RESET SESSION AUTHORIZATION;
SET ROLE regress_par_job;
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO log SELECT concat(current_user, '' '', session_user) WHERE :start_id = :end_id', 1, parallel_level => 1);
SELECT what FROM log;

-- Temporary tables are of the session alone
CREATE TEMP TABLE tt (id integer, hits integer DEFAULT 0);
INSERT INTO tt VALUES (1), (11);
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'tt', 'id', 10);
CALL dbms_parallel_execute.run_task('t', 'UPDATE tt SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
CALL dbms_parallel_execute.run_task('t', 'BEGIN UPDATE tt SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id; END;', 1, parallel_level => 2);
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = t.hits + 1 FROM tt WHERE t.id = tt.id AND t.id BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
SELECT pg_temp.show();
CALL dbms_parallel_execute.run_task('t', 'UPDATE tt SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT pg_temp.show();
SELECT * FROM tt;
DROP TABLE tt;
-- other things of the session: the worker says what it misses
CREATE FUNCTION pg_temp.own(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'SELECT pg_temp.own(:start_id, :end_id)', 1, parallel_level => 1);
SELECT pg_temp.show();
SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.crashed();
CALL dbms_parallel_execute.resume_task('t', 'SELECT pg_temp.own(:start_id, :end_id)', 1);
SELECT pg_temp.show();

-- Timeouts: those of the role count for each chunk of a worker
RESET ROLE;
ALTER ROLE regress_par_job SET statement_timeout = '2s';
ALTER ROLE regress_par_job RESET default_transaction_isolation;
SET ROLE regress_par_job;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'VALUES (1, 1), (30, 1), (1, 1)', false);
CALL dbms_parallel_execute.run_task('t', 'SELECT pg_sleep(:start_id - :end_id)', 1, parallel_level => 1);
SELECT pg_temp.show();
-- that of the caller's session ends the call
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'VALUES (1, 1), (30, 1), (1, 1)', false);
SET statement_timeout = '2s';
CALL dbms_parallel_execute.run_task('t', 'SELECT pg_sleep(:start_id - :end_id)', 1);
RESET statement_timeout;
SELECT pg_temp.show();
SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.processing();
CALL dbms_parallel_execute.resume_task('t', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.resume_task('t', 'SELECT :start_id, :end_id', 1, force => true);
SELECT pg_temp.show();
RESET ROLE;
ALTER ROLE regress_par_job RESET statement_timeout;

-- Row security is that of the owner of the task
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (owner = current_user);
GRANT SELECT ON t TO regress_par_job;
UPDATE t SET hits = 0;
SET ROLE regress_par_job;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 't', 'id', 10);
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
SELECT pg_temp.show();
RESET ROLE;
SELECT owner, hits, count(*) FROM t GROUP BY owner, hits ORDER BY owner, hits;
-- who lacks a right on what the statement names is told before the first chunk
REVOKE ALL ON t FROM regress_par_job;
GRANT SELECT, UPDATE (owner) ON t TO regress_par_job;
CREATE PROCEDURE closed(integer, integer) LANGUAGE sql AS '';
REVOKE EXECUTE ON PROCEDURE closed(integer, integer) FROM PUBLIC;
CREATE TABLE own_t (id integer, hits integer);
CREATE TABLE secret (id integer);
GRANT ALL ON own_t TO regress_par_job;
CREATE VIEW open_v AS SELECT * FROM t;
GRANT UPDATE, SELECT ON open_v TO regress_par_job;
SET ROLE regress_par_job;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'SELECT 1, 1', false);
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1);
CALL dbms_parallel_execute.run_task('t', 'WITH d AS (DELETE FROM t WHERE id BETWEEN :start_id AND :end_id RETURNING id) SELECT * FROM d', 1);
CALL dbms_parallel_execute.run_task('t', 'UPDATE own_t SET hits = 1 WHERE id BETWEEN :start_id AND :end_id AND id IN (SELECT count(*) FROM (SELECT 1 FROM t, secret) AS s)', 1);
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO t SELECT id FROM own_t WHERE id BETWEEN :start_id AND :end_id', 1);
CALL dbms_parallel_execute.run_task('t', 'CALL closed(:start_id, :end_id)', 1);
SELECT pg_temp.show();
-- with no more rights than it needs it runs
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET owner = owner WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT pg_temp.show();
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'UPDATE open_v SET owner = owner WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT pg_temp.show();
-- what a block or a function does is an error of each chunk that lacks the right
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'BEGIN UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id; END;', 1);
CALL dbms_parallel_execute.resume_task('t', 'BEGIN UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id; END;', 1, force => true, parallel_level => 1);
SELECT pg_temp.show();
RESET ROLE;
CALL dbms_scheduler.drop_job_class('regress_par_class');
DROP SCHEMA regress_par CASCADE;
DROP LANGUAGE regress_par_language;
DROP OWNED BY regress_par_job, regress_par_plain, regress_par_nologin;
DROP ROLE regress_par_job, regress_par_plain, regress_par_nologin;
