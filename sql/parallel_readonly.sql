-- Read-only transactions: what the caller is told is of his own doing, not of
-- our statements.
\set SHOW_CONTEXT always
\pset format unaligned
\pset tuples_only on
-- SQLSTATE and message of a call that fails, and its context if that is ours
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    context text;
BEGIN
    EXECUTE call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, CASE WHEN context ~ 'dbms\.|TABLE' THEN context END);
END $$;
CREATE SCHEMA regress_par;
CREATE TABLE regress_par.t AS SELECT i AS id FROM generate_series(1, 10) AS i;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'regress_par', 't', 'id', 5);
CALL dbms_parallel_execute.create_task('new');

SET default_transaction_read_only = on;
-- what changes something
SELECT pg_temp.error_of('CALL dbms_parallel_execute.' || c) FROM (VALUES
    ('create_task(''u'')'),
    ('create_chunks_by_rowid(''new'', ''regress_par'', ''t'', true, 5)'),
    ('create_chunks_by_number_col(''new'', ''regress_par'', ''t'', ''id'', 5)'),
    ('create_chunks_by_key(''new'', ''regress_par'', ''t'', ''id'', 5)'),
    ('create_chunks_by_sql(''new'', ''SELECT 1, 2'', false)'),
    ('get_rowid_chunk(''t'', NULL, NULL, NULL, NULL)'),
    ('get_number_col_chunk(''t'', NULL, NULL, NULL, NULL)'),
    ('get_key_chunk(''t'', NULL, NULL, NULL, NULL)'),
    ('set_chunk_status(''t'', 1, 2)'),
    ('purge_processed_chunks(''t'')'),
    ('set_parallel_level(''t'', 2)'),
    ('set_throttle(''t'')'),
    ('drop_chunks(''t'')'),
    ('drop_task(''t'')'),
    ('adm_drop_chunks(current_user::text, ''t'')'),
    ('adm_drop_task(current_user::text, ''t'')')) AS v(c);
SELECT pg_temp.error_of('SELECT dbms_parallel_execute.generate_task_name()');
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 1);
CALL dbms_parallel_execute.resume_task('t');
CALL dbms_parallel_execute.resume_task('t', 'SELECT :start_id, :end_id', 1);
-- what does not
CALL dbms_parallel_execute.stop_task('t');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.pause_task(''t'')');
SELECT dbms_parallel_execute.task_status('t'), dbms_parallel_execute.adm_task_status(current_user::text, 't');
SELECT task_name, activity, chunks_total, chunks_left FROM sys.user_parallel_execute_progress ORDER BY 1;
SET default_transaction_read_only = off;
BEGIN READ ONLY;
CALL dbms_parallel_execute.set_throttle('t', NULL, 1);
ROLLBACK;
-- other packages, too
BEGIN READ ONLY;
CALL dbms_scheduler.create_schedule('regress_par_s', repeat_interval => 'FREQ=DAILY');
ROLLBACK;

-- Chunks can be written as in the session that calls, whatever the role's default
CREATE ROLE regress_par_ro LOGIN;
ALTER ROLE regress_par_ro SET default_transaction_read_only = on;
GRANT dbms_create_job TO regress_par_ro;
GRANT USAGE ON SCHEMA regress_par TO regress_par_ro;
GRANT SELECT, UPDATE ON regress_par.t TO regress_par_ro;
SET SESSION AUTHORIZATION regress_par_ro;
SET default_transaction_read_only = off;
CALL dbms_parallel_execute.create_task('ro');
CALL dbms_parallel_execute.create_chunks_by_number_col('ro', 'regress_par', 't', 'id', 5);
CALL dbms_parallel_execute.run_task('ro', 'SELECT id FROM regress_par.t WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1);
SELECT status, rows_processed, sqlstate, error_message FROM sys.user_parallel_execute_chunks ORDER BY chunk_id;
CALL dbms_parallel_execute.drop_chunks('ro');
CALL dbms_parallel_execute.create_chunks_by_number_col('ro', 'regress_par', 't', 'id', 5);
CALL dbms_parallel_execute.run_task('ro', 'UPDATE regress_par.t SET id = id WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1);
SELECT status, rows_processed, sqlstate, error_message FROM sys.user_parallel_execute_chunks ORDER BY chunk_id;
CALL dbms_parallel_execute.drop_task('ro');
RESET SESSION AUTHORIZATION;

CALL dbms_parallel_execute.drop_task('t');
CALL dbms_parallel_execute.drop_task('new');
DROP SCHEMA regress_par CASCADE;
DROP OWNED BY regress_par_ro;
DROP ROLE regress_par_ro;
