-- Dictionary views of tasks: nothing of others' tasks reaches a user by a
-- function, an operator or EXPLAIN, and rows are found by indexes.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE ROLE regress_pviews_a LOGIN;
CREATE ROLE regress_pviews_b LOGIN;
CREATE ROLE regress_pviews_reader LOGIN;
CREATE SCHEMA regress_pviews;
GRANT ALL ON SCHEMA regress_pviews TO PUBLIC;
SET search_path = regress_pviews, sys;

-- what EXPLAIN tells, with the constant in question taken out
CREATE FUNCTION explained(options text, query text, constant text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (' || options || ') ' || format(query, constant) LOOP
        plan := plan || replace(line, constant, '?') || E'\n';
    END LOOP;
    RETURN plan;
END $$;
-- as cheap as can be, so that the planner would call it first
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
    RAISE WARNING 'leaked: %', value;
    RETURN true;
END $$;
CREATE FUNCTION leak(value text, other text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
    RAISE WARNING 'leaked: %', value;
    RETURN true;
END $$;
CREATE OPERATOR <<!>> (FUNCTION = leak, LEFTARG = text, RIGHTARG = text);

CREATE TABLE "Some Table" ("Id" integer PRIMARY KEY, name text);
INSERT INTO "Some Table" SELECT g, 'name ' || g FROM generate_series(1, 100) AS g;
GRANT SELECT ON "Some Table" TO PUBLIC;

SET ROLE regress_pviews_a;
CALL dbms_parallel_execute.create_task('of a', 'secret comment');
CALL dbms_parallel_execute.create_chunks_by_number_col('of a', 'regress_pviews', '"Some Table"', '"Id"', 10);
SET client_min_messages = error;
CALL dbms_parallel_execute.run_task('of a', 'SELECT 1 / (:start_id - 11), ''secret'' WHERE :end_id > 0', 1);
SET client_min_messages = warning;
RESET ROLE;
SET ROLE regress_pviews_b;
CALL dbms_parallel_execute.create_task('of b');
CALL dbms_parallel_execute.create_chunks_by_number_col('of b', 'regress_pviews', '"Some Table"', '"Id"', 50);

-- Names that need quotes are shown as they are
SELECT task_name, table_owner, table_name, number_column FROM user_parallel_execute_tasks;

-- Functions and operators see visible rows alone
SELECT task_name FROM user_parallel_execute_tasks WHERE leak(task_name) OR leak(sql_stmt) OR leak(task_comment);
SELECT start_id FROM user_parallel_execute_chunks WHERE leak(task_name) OR leak(error_message) ORDER BY 1;
SELECT task_name FROM user_parallel_execute_progress WHERE leak(task_name) OR leak(status);
SELECT task_name FROM user_parallel_execute_tasks ORDER BY leak(sql_stmt);
SELECT count(*) FROM user_parallel_execute_tasks GROUP BY leak(task_name) HAVING leak(max(task_comment));
SELECT count(*) FROM user_parallel_execute_tasks t JOIN user_parallel_execute_chunks c ON t.task_name <<!>> c.task_name OR leak(c.error_message);
SELECT leak(t::text) FROM (SELECT task_name, status FROM user_parallel_execute_tasks) AS t;

-- EXPLAIN says the same whether others' rows meet a condition or not
SELECT options, q, explained(options, q, hit) = explained(options, q, 'no such') AS same
  FROM unnest(ARRAY['COSTS on', 'ANALYZE, COSTS on, TIMING off, SUMMARY off, BUFFERS off']) AS options,
       (VALUES ('SELECT * FROM user_parallel_execute_tasks WHERE task_comment = ''%s''', 'secret comment'),
               ('SELECT * FROM user_parallel_execute_tasks WHERE status = ''%s''', 'FINISHED_WITH_ERROR'),
               ('SELECT * FROM user_parallel_execute_chunks WHERE error_message = ''%s''', 'division by zero'),
               ('SELECT * FROM user_parallel_execute_chunks WHERE status = ''%s''', 'PROCESSED_WITH_ERROR'),
               ('SELECT * FROM user_parallel_execute_progress WHERE status = ''%s''', 'FINISHED_WITH_ERROR')) AS v(q, hit)
 ORDER BY 1, 2;

-- What the views read is for nobody, and the functions behind them tell him nothing
SELECT * FROM dbms.parallel_task;
SELECT * FROM dbms.shown_parallel_task;
SELECT * FROM dbms.shown_parallel_chunk;
SELECT * FROM dbms.shown_parallel_progress;
SELECT * FROM dba_parallel_execute_tasks;
SELECT * FROM dba_parallel_execute_chunks;
SELECT * FROM dba_parallel_execute_progress;
RESET ROLE;
SELECT t.id AS of_a FROM dbms.parallel_task t WHERE t.name = 'of a' \gset
SELECT dbms.parallel_task_status(:of_a), (dbms.parallel_chunk_counts(:of_a)).*;
SET ROLE regress_pviews_b;
SELECT dbms.parallel_task_status(:of_a), (dbms.parallel_chunk_counts(:of_a)).*;
SELECT dbms.parallel_task_status(NULL), dbms.parallel_task_status(-1), dbms.parallel_chunk_counts(-1);

-- Who was given a view alone sees tasks as their rows are
RESET ROLE;
GRANT SELECT ON dba_parallel_execute_tasks, dba_parallel_execute_progress TO regress_pviews_reader;
SET ROLE regress_pviews_reader;
SELECT task_owner, task_name, status FROM dba_parallel_execute_tasks ORDER BY 1;
SELECT task_owner, chunks_total, chunks_failed, rows_processed FROM dba_parallel_execute_progress ORDER BY 1;
RESET ROLE;
REVOKE SELECT ON dba_parallel_execute_tasks, dba_parallel_execute_progress FROM regress_pviews_reader;

-- A session that is a member of an owner's role sees that role's tasks as this role only
GRANT regress_pviews_a TO regress_pviews_reader;
SET ROLE regress_pviews_reader;
SELECT count(*) FROM user_parallel_execute_tasks;
SET ROLE regress_pviews_a;
SELECT task_name, status FROM user_parallel_execute_tasks;
RESET ROLE;

-- Rows are found by the task's name and the chunk's number
SET ROLE regress_pviews_a;
SET enable_seqscan = off;
SELECT explained('COSTS off', 'SELECT * FROM user_parallel_execute_tasks WHERE task_name = %L', 'of a') ~ 'owner_id = \$[0-9]+\) AND \(name = ' AS by_name;
SELECT explained('COSTS off', 'SELECT * FROM user_parallel_execute_chunks WHERE task_name = %L AND chunk_id = 7', 'of a')
       ~ 'Index Cond: .*\(id = 7\)' AS by_number;
RESET enable_seqscan;

RESET ROLE;
DROP OWNED BY regress_pviews_a, regress_pviews_b;
DROP SCHEMA regress_pviews CASCADE;
DROP ROLE regress_pviews_a, regress_pviews_b, regress_pviews_reader;
