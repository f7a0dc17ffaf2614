-- Chunks from a query, by number and by rowid.
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
CREATE FUNCTION pg_temp.chunks_of(task text) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT concat_ws(' .. ', c.start_id, c.end_id, c.start_rowid, c.end_rowid)
      FROM dbms.parallel_chunk c JOIN dbms.parallel_task t ON t.id = c.task_id
     WHERE t.name = task ORDER BY c.id $$;
CREATE FUNCTION pg_temp.facts_of(task text) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, chunk_type, schema_name, table_name, column_name, bind_type,
                     (SELECT count(*) FROM dbms.parallel_chunk c WHERE c.task_id = t.id))
      FROM dbms.parallel_task t WHERE t.name = task $$;
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CREATE TABLE employees (employee_id integer PRIMARY KEY, manager_id integer, salary numeric, hits integer DEFAULT 0);
INSERT INTO employees SELECT i, CASE WHEN i % 5 > 0 THEN 100 + i % 5 END, 1000 FROM generate_series(1, 50) AS i;

-- Oracle's example: a chunk for each manager, in the query's order
CALL dbms_parallel_execute.create_task('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask',
    'SELECT DISTINCT manager_id, manager_id FROM employees WHERE manager_id IS NOT NULL ORDER BY 1 DESC', false);
SELECT pg_temp.chunks_of('mytask');
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.run_task('mytask',
    'UPDATE employees e SET salary = e.salary + 10, hits = hits + 1 WHERE manager_id BETWEEN :start_id AND :end_id',
    dbms_parallel_execute.native(), parallel_level => 2);
SELECT dbms_parallel_execute.task_status('mytask') = dbms_parallel_execute.finished();
SELECT salary, hits, count(*), count(manager_id) FROM employees GROUP BY 1, 2 ORDER BY 1;
CALL dbms_parallel_execute.drop_chunks('mytask');
-- as it is written there: those without a manager are in no chunk
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT DISTINCT manager_id, manager_id FROM employees', false);
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'VALUES (1, NULL), (NULL, 1), (3, 4)', false);
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
-- chunks that end before they begin are the query's affair, but are told
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'VALUES (2, 1), (1, 2), (3, 3), (1, NULL), (0, -1)', false);
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', $$VALUES ('(1,2)'::tid, '(1,1)'::tid), ('(1,1)', '(1,2)')$$, true);
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT NULL::tid, NULL::tid', true);
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');

-- Bounds have the type of the columns, or the larger one's
CALL dbms_parallel_execute.create_chunks_by_sql(sql_stmt => 'SELECT 1::int2, 2::int2', by_rowid => false, task_name => 'mytask');
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT 1, 2', false);
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'VALUES (1::int2, 2147483647), (3, 4)', false);
SELECT pg_temp.facts_of('mytask');
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT 1::bigint, 9223372036854775807', false);
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT 1.5, 2', false);
SELECT pg_temp.facts_of('mytask');
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CREATE DOMAIN number AS numeric;
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT 1::number, 2::number', false);
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
-- Whatever gives rows: a table, a function, WITH, a comment in front
CREATE TABLE ranges (lo integer, hi integer);
INSERT INTO ranges VALUES (1, 10), (5, 7), (30, 20), (11, 11);
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'TABLE ranges', false);
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask',
    '/* ten */ WITH g AS (SELECT i FROM generate_series(1, 91, 10) AS i) SELECT i AS start_id, i + 9 AS end_id FROM g;', false);
SELECT count(*), min(c), max(c) FROM pg_temp.chunks_of('mytask') AS c;
CALL dbms_parallel_execute.drop_chunks('mytask');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT i, i FROM generate_series(1, 2500) AS i', false);
SELECT count(*) FROM pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
-- No rows
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT lo, hi FROM ranges WHERE lo > 1000', false);
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.run_task('mytask', 'UPDATE employees SET hits = 0 WHERE employee_id BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('mytask') = dbms_parallel_execute.no_chunks();
CALL dbms_parallel_execute.drop_chunks('mytask');

-- Rowids
CALL dbms_parallel_execute.create_chunks_by_sql('mytask',
    'SELECT min(ctid), max(ctid) FROM (SELECT ctid, ntile(3) OVER (ORDER BY ctid) AS n FROM ranges) AS r GROUP BY n ORDER BY n', true);
SELECT pg_temp.chunks_of('mytask');
SELECT pg_temp.facts_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');

-- as in Oracle, where there is no column of that name
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', $$
    SELECT MIN(rid), MAX(rid) FROM (SELECT e.ROWID AS rid, NTILE(2) OVER (ORDER BY rowid) AS n FROM ranges e WHERE 'rowid' <> "lo"::text) r
     GROUP BY n ORDER BY n -- rowid
    $$, by_rowid => TRUE);
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
CREATE TABLE own (rowid tid);
INSERT INTO own VALUES ('(7,1)');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT rowid, rowid FROM own', true);
SELECT pg_temp.chunks_of('mytask');
CALL dbms_parallel_execute.drop_chunks('mytask');
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_chunks_by_sql(''mytask'', %L, %L)', q, r)) FROM (VALUES
    ('SELECT rowid, rowid FROM ranges', false), ('SELECT rowid, rowid FRM ranges', true), ('SELECT rowid, ''rowid', true)) AS v(q, r);

-- What is not two columns, or not of the right types; nothing is kept
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_chunks_by_sql(''mytask'', %L, %L)', q, r)) FROM (VALUES
    (NULL, false), ('', false), ('SELECT 1, 2', NULL), ('   ', false),
    ('SELECT 1', false), ('SELECT 1, 2, 3', false), ('SELECT', false),
    ('SELECT ''1'', ''2''', false), ('SELECT 1, 2.5::float8', false), ('SELECT 1, date ''2020-01-01''', false),
    ('SELECT ctid, ctid FROM ranges', false), ('SELECT 1, 2', true), ('SELECT ctid, 1 FROM ranges', true),
    ('SELECT 1/0, 1', false), ('SELECT lo, hi FROM nowhere', false), ('SELEC 1, 2', false),
    ('SELECT 1, 2; SELECT 3, 4', false), ('DELETE FROM ranges', false), ('CREATE TABLE x (a int)', false),
    ('SELECT 1, 2 INTO x', false), ('SELECT :lo, 2', false), ('SELECT $1, 2', false), ('COMMIT', false), ('BEGIN NULL; END;', false),
    ('DELETE FROM ranges RETURNING lo, hi', false),
    ('WITH d AS (DELETE FROM ranges RETURNING lo, hi) SELECT lo, hi FROM d', false)) AS v(q, r);
SELECT count(*) > 0 AS rows_are_there FROM ranges;
SELECT pg_temp.facts_of('mytask');
SELECT count(*) FROM ranges;
-- In the middle of its rows: none is left
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT i, 1 / (3000 - i) FROM generate_series(1, 5000) AS i', false);
SELECT pg_temp.facts_of('mytask');
-- Privileges are the caller's, the query runs as he
CREATE ROLE regress_par_user LOGIN;
GRANT USAGE ON SCHEMA regress_par TO regress_par_user;
SET SESSION AUTHORIZATION regress_par_user;
CALL dbms_parallel_execute.create_task('mytask');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_sql(''mytask'', ''SELECT lo, hi FROM ranges'', false)');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_sql(''mytask'', ''SELECT id, id FROM dbms.parallel_task'', false)');
CALL dbms_parallel_execute.create_chunks_by_sql('mytask', 'SELECT (current_user = ''regress_par_user'')::int, 1', false);
RESET SESSION AUTHORIZATION;
SELECT start_id FROM dbms.parallel_chunk;
DROP OWNED BY regress_par_user;
DROP ROLE regress_par_user;
CALL dbms_parallel_execute.drop_task('mytask');
DROP SCHEMA regress_par CASCADE;
