-- A framework of one's own: GET_..._CHUNK, SET_CHUNK_STATUS, PURGE, and what
-- the task's status says meanwhile.
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
-- Chunks with their number in the task
CREATE VIEW pg_temp.chunks AS
    SELECT t.name, row_number() OVER (PARTITION BY t.id ORDER BY c.id) AS n, c.id, c.status,
           coalesce(c.start_id::text, c.start_key, c.start_rowid::text) AS first,
           coalesce(c.end_id::text, c.end_key, c.end_rowid::text) AS last,
           c.start_ts IS NOT NULL AS started, c.end_ts IS NOT NULL AS ended, c.error_code, c.error_message
      FROM dbms.parallel_chunk c JOIN dbms.parallel_task t ON t.id = c.task_id;
CREATE FUNCTION pg_temp.chunk(task text, nth int) RETURNS numeric LANGUAGE sql AS
    'SELECT id FROM pg_temp.chunks WHERE name = task AND n = nth';
CREATE FUNCTION pg_temp.show(task text) RETURNS SETOF text LANGUAGE sql AS
    $$SELECT concat_ws(' ', n, first, last, 'status', status, CASE WHEN started THEN 'started' END,
                       CASE WHEN ended THEN 'ended' END, error_code, error_message)
        FROM pg_temp.chunks WHERE name = task ORDER BY n$$;
-- gives out a chunk: its number, its bounds
CREATE FUNCTION pg_temp.get(kind text, task text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    chunk numeric;
    first numeric;
    last numeric;
    first_rowid tid;
    last_rowid tid;
    first_key text;
    last_key text;
    any_rows boolean;
BEGIN
    IF kind = 'rowid' THEN
        CALL dbms_parallel_execute.get_rowid_chunk(task, chunk, first_rowid, last_rowid, any_rows);
    ELSIF kind = 'key' THEN
        CALL dbms_parallel_execute.get_key_chunk(task, chunk, first_key, last_key, any_rows);
    ELSE
        CALL dbms_parallel_execute.get_number_col_chunk(task, chunk, first, last, any_rows);
    END IF;
    RETURN concat_ws(' ', (SELECT n FROM pg_temp.chunks WHERE name = task AND id = chunk), any_rows,
                     first, last, first_rowid, last_rowid, first_key, last_key);
END $$;
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CREATE TABLE work (id integer PRIMARY KEY, hits integer DEFAULT 0, k text);
INSERT INTO work SELECT i, 0, 'k' || i FROM generate_series(1, 30) AS i;

-- One chunk after the other, the lowest first
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'work', 'id', 10);
DO $$
DECLARE
    chunk numeric;
    first numeric;
    last numeric;
    any_rows boolean;
BEGIN
    FOR i IN 1..4 LOOP
        CALL dbms_parallel_execute.get_number_col_chunk('t', chunk, first, last, any_rows);
        RAISE NOTICE '% % % %: status %', chunk = pg_temp.chunk('t', i), first, last, any_rows,
            dbms_parallel_execute.task_status('t');
    END LOOP;
END $$;
SELECT pg_temp.show('t');
-- by name; nothing is left
CALL dbms_parallel_execute.get_number_col_chunk(task_name => 't', any_rows => NULL, end_id => NULL, start_id => NULL, chunk_id => NULL);

-- SET_CHUNK_STATUS: times and errors of each status
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 1), dbms_parallel_execute.processed());
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 2), dbms_parallel_execute.processed_with_error(), -20001, 'no luck');
SELECT pg_temp.show('t');
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 3), 2);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.set_chunk_status(task_name => 't', chunk_id => pg_temp.chunk('t', 2), status => 0, err_msg => NULL, err_num => NULL);
SELECT pg_temp.show('t');
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 2), dbms_parallel_execute.assigned());
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 1), dbms_parallel_execute.unassigned());
SELECT pg_temp.show('t');
-- it is given out again
DO $$
DECLARE
    chunk numeric;
    first numeric;
    last numeric;
    any_rows boolean;
BEGIN
    CALL dbms_parallel_execute.get_number_col_chunk('t', chunk, first, last, any_rows);
    RAISE NOTICE '% % % %', chunk = pg_temp.chunk('t', 1), first, last, any_rows;
END $$;
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 1), 2);
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 2), 2);
SELECT dbms_parallel_execute.task_status('t');
-- a message is cut at 4000 bytes, between characters
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 2), 3, 1.5, 'x' || repeat('ʇ', 3000));
SELECT n, error_code, octet_length(error_message), length(error_message) FROM pg_temp.chunks WHERE name = 't' ORDER BY n;

-- Refused, and nothing changes
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.set_chunk_status(''t'', %s)', a)) FROM (VALUES
    ('NULL, 2'), ('0, 2'), ('-1, 2'), ('1e30, 2'), ('1.5, 2'), ('''NaN'', 2'), ('''-Infinity'', 2'), ('9223372036854775807, 2'),
    ('pg_temp.chunk(''t'', 1), NULL'), ('pg_temp.chunk(''t'', 1), 4'), ('pg_temp.chunk(''t'', 1), -1'),
    ('pg_temp.chunk(''t'', 1), 1.5'), ('pg_temp.chunk(''t'', 1), ''NaN'''), ('pg_temp.chunk(''t'', 1), 1e20')) AS v(a);
CALL dbms_parallel_execute.create_task('other');
CALL dbms_parallel_execute.create_chunks_by_sql('other', 'SELECT 1, 2', false);
SELECT regexp_replace(pg_temp.error_of('CALL dbms_parallel_execute.set_chunk_status(''t'', pg_temp.chunk(''other'', 1), 0)'), '\d+ of', 'N of');
SELECT left(pg_temp.show('t'), 40);
SELECT pg_temp.show('other');

-- PURGE removes what is processed, with and without error
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 3), 0);
CALL dbms_parallel_execute.purge_processed_chunks('t');
SELECT pg_temp.show('t');
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.set_chunk_status('t', pg_temp.chunk('t', 1), 3);
CALL dbms_parallel_execute.purge_processed_chunks(task_name => 't');
SELECT count(*) FROM pg_temp.chunks WHERE name = 't';
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.purge_processed_chunks('t');
SELECT pg_temp.show('other');

-- In the caller's transaction: with it a chunk is given back
BEGIN;
SAVEPOINT s;
SELECT pg_temp.get('number_col', 'other');
SELECT dbms_parallel_execute.task_status('other');
ROLLBACK TO s;
SELECT dbms_parallel_execute.task_status('other');
SELECT pg_temp.get('number_col', 'other');
ROLLBACK;
SELECT dbms_parallel_execute.task_status('other');
SELECT pg_temp.get('number_col', 'other');
-- to nobody it belongs for ever: RESUME_TASK takes it, but only by force
CALL dbms_parallel_execute.resume_task('other', 'UPDATE work SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
CALL dbms_parallel_execute.resume_task('other', 'UPDATE work SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, force => true);
SELECT pg_temp.show('other');
SELECT dbms_parallel_execute.task_status('other');
SELECT sum(hits) FROM work;
CALL dbms_parallel_execute.drop_task('other');
CALL dbms_parallel_execute.drop_task('t');

-- A chunk of another type is given out without its bounds
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'work', 'id', 10);
SELECT pg_temp.get('rowid', 't');
SELECT pg_temp.get('key', 't');
SELECT pg_temp.show('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'work', 'k', 20);
SELECT pg_temp.get('key', 't');
SELECT pg_temp.get('number_col', 't');
CALL dbms_parallel_execute.drop_chunks('t');
-- without chunks
CALL dbms_parallel_execute.get_key_chunk('t', NULL, NULL, NULL, NULL);
CALL dbms_parallel_execute.get_rowid_chunk('t', NULL, NULL, NULL, NULL);
CALL dbms_parallel_execute.purge_processed_chunks('t');
SELECT dbms_parallel_execute.task_status('t');

-- Oracle's example, with a chunk that fails
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'work', false, 1);
UPDATE work SET hits = 0;
DO $$
DECLARE
    chunk numeric;
    first tid;
    last tid;
    any_rows boolean;
BEGIN
    LOOP
        CALL dbms_parallel_execute.get_rowid_chunk('t', chunk, first, last, any_rows);
        EXIT WHEN NOT any_rows;
        BEGIN
            EXECUTE 'UPDATE work SET hits = hits + 1 WHERE ctid BETWEEN $1 AND $2' USING first, last;
            CALL dbms_parallel_execute.set_chunk_status('t', chunk, dbms_parallel_execute.processed());
        EXCEPTION WHEN OTHERS THEN
            CALL dbms_parallel_execute.set_chunk_status('t', chunk, dbms_parallel_execute.processed_with_error(), 1, SQLERRM);
        END;
        COMMIT;
    END LOOP;
END $$;
SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.finished();
SELECT hits, count(*) FROM work GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'work', 'id', 10);
DO $$
DECLARE
    chunk numeric;
    first numeric;
    last numeric;
    any_rows boolean;
BEGIN
    LOOP
        CALL dbms_parallel_execute.get_number_col_chunk('t', chunk, first, last, any_rows);
        EXIT WHEN NOT any_rows;
        BEGIN
            UPDATE work SET hits = hits / (id - 15) WHERE id BETWEEN first AND last;
            CALL dbms_parallel_execute.set_chunk_status('t', chunk, 2);
        EXCEPTION WHEN OTHERS THEN
            CALL dbms_parallel_execute.set_chunk_status('t', chunk, 3, -1476, SQLERRM);
        END;
        COMMIT;
    END LOOP;
END $$;
SELECT pg_temp.show('t');
SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.finished_with_error();
-- what failed can be resumed with a statement
CALL dbms_parallel_execute.resume_task('t');
CALL dbms_parallel_execute.resume_task('t', 'UPDATE work SET hits = 7 WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT hits, count(*) FROM work GROUP BY hits ORDER BY hits;
SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.finished();
-- in functions, too
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'work', 'id', 10);
CREATE FUNCTION next_of(task text, OUT chunk numeric, OUT first numeric, OUT last numeric, OUT any_rows boolean) LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_parallel_execute.get_number_col_chunk(task, chunk, first, last, any_rows);
    IF any_rows THEN
        CALL dbms_parallel_execute.set_chunk_status(task, chunk, 2);
    END IF;
END $$;
SELECT first, last, any_rows FROM next_of('t');
SELECT first, last, any_rows FROM next_of('t');
SELECT first, last, any_rows FROM next_of('t');
SELECT pg_temp.show('t');
CALL dbms_parallel_execute.drop_chunks('t');
-- by rowid, and then resumed: rows may have moved behind the chunks
CREATE TABLE grown (id integer, hits integer DEFAULT 0, pad text) WITH (autovacuum_enabled = off);
INSERT INTO grown SELECT g, 0, repeat('x', 500) FROM generate_series(1, 100) AS g;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'grown', false, 100);
DO $$
DECLARE
    chunk numeric;
    first tid;
    last tid;
    any_rows boolean;
BEGIN
    CALL dbms_parallel_execute.get_rowid_chunk('t', chunk, first, last, any_rows);
    UPDATE grown SET hits = hits + 1 WHERE ctid BETWEEN first AND last;
    CALL dbms_parallel_execute.set_chunk_status('t', chunk, 3);
END $$;
CALL dbms_parallel_execute.resume_task('t', 'UPDATE grown SET hits = hits WHERE ctid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t') = dbms_parallel_execute.finished();
CALL dbms_parallel_execute.drop_task('t');
DROP SCHEMA regress_par CASCADE;
