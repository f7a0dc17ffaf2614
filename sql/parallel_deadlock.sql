-- Two workers that lock each other out: the one that the server chooses tries
-- again, and no row is lost or counted twice.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CREATE TABLE t (id integer PRIMARY KEY, hits integer DEFAULT 0);
INSERT INTO t VALUES (1), (2);
CREATE SEQUENCE arrivals;
-- updates one row, waits until the other worker has the other one, takes it
CREATE PROCEDURE cross_over(mine integer, other integer) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE t SET hits = hits + 1 WHERE id = mine;
    PERFORM nextval('arrivals');
    FOR i IN 1..6000 LOOP
        EXIT WHEN (SELECT last_value FROM arrivals) >= 2;
        PERFORM pg_sleep(0.01);
    END LOOP;
    UPDATE t SET hits = hits + 1 WHERE id = other;
END $$;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'VALUES (1, 2), (2, 1)', false);
CALL dbms_parallel_execute.run_task('t', 'CALL cross_over(:start_id, :end_id)', 1, parallel_level => 2);
SELECT dbms_parallel_execute.task_status('t');
SELECT count(*), sum(retries) > 0, count(DISTINCT job_name), max(status) FROM dbms.parallel_chunk;
SELECT * FROM t ORDER BY id;
-- also in a block
CALL dbms_parallel_execute.drop_chunks('t');
UPDATE t SET hits = 0;
ALTER SEQUENCE arrivals RESTART;
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'VALUES (1, 2), (2, 1)', false);
CALL dbms_parallel_execute.run_task('t', 'BEGIN cross_over(:start_id, :end_id); END;', 1, parallel_level => 2);
SELECT dbms_parallel_execute.task_status('t');
SELECT count(*), sum(retries) > 0, count(DISTINCT job_name), max(status) FROM dbms.parallel_chunk;
SELECT * FROM t ORDER BY id;
CALL dbms_parallel_execute.drop_task('t');
DROP SCHEMA regress_par CASCADE;
