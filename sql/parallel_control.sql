-- Calls about a run, while there is none: their arguments, and what is kept.
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
CREATE FUNCTION pg_temp.show() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', 'level', parallel_level, 'lag', max_replication_lag, 'rows', max_rows_per_second, 'sleep', sleep_between_chunks)
      FROM dbms.parallel_task WHERE name = 't' $$;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'SELECT i, i FROM generate_series(1, 3) AS i', false);
-- What needs a run says so; to stop what does not run is no error
CALL dbms_parallel_execute.stop_task('t');
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_parallel_execute.pause_task(''t'')'),
    ('CALL dbms_parallel_execute.continue_task(''t'')')) AS v(c);
-- The level of the next run; whole numbers from 1 on
CALL dbms_parallel_execute.set_parallel_level('t', 3);
SELECT pg_temp.show();
CALL dbms_parallel_execute.set_parallel_level(parallel_level => 2, task_name => 't');
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.set_parallel_level(''t'', %s)', a)) FROM (VALUES
    ('NULL'), ('0'), ('-1'), ('1.5'), ('''NaN'''), ('1e20'), ('''Infinity''')) AS v(a);
SELECT pg_temp.show();
-- The throttle: all at once, NULL is no limit
CALL dbms_parallel_execute.set_throttle('t', interval '10 s', 1000, interval '1 ms');
SELECT pg_temp.show();
CALL dbms_parallel_execute.set_throttle('t', max_rows_per_second => 0.5);
SELECT pg_temp.show();
CALL dbms_parallel_execute.set_throttle(task_name => 't', sleep_between_chunks => '0', max_replication_lag => interval '0');
SELECT pg_temp.show();
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.set_throttle(''t'', %s)', a)) FROM (VALUES
    ('''-1 s'''), ('NULL, 0'), ('NULL, -1'), ('NULL, ''NaN'''), ('NULL, NULL, ''-1 us'''), ('''no interval''')) AS v(a);
SELECT pg_temp.show();
CALL dbms_parallel_execute.set_throttle('t', interval '100000000 years', 'Infinity', NULL);
CALL dbms_parallel_execute.set_throttle('t', NULL, 1e30, interval '178000000 years');
CALL dbms_parallel_execute.set_throttle('t', NULL, 1e-30, NULL);
SELECT pg_temp.show();
CALL dbms_parallel_execute.set_throttle('t');
SELECT pg_temp.show();
-- In the caller's transaction
BEGIN;
CALL dbms_parallel_execute.set_throttle('t', NULL, 5);
CALL dbms_parallel_execute.set_parallel_level('t', 7);
ROLLBACK;
SELECT pg_temp.show();
-- RESUME_TASK with the stored arguments takes the level that was set
CALL dbms_parallel_execute.run_task('t', 'SELECT 1 / (:start_id - :end_id)', 1);
CALL dbms_parallel_execute.set_parallel_level('t', 1);
CALL dbms_parallel_execute.resume_task('t');
SELECT parallel_level, is_parallel FROM dbms.parallel_task WHERE name = 't';
CALL dbms_parallel_execute.drop_task('t');
