-- Chunks by rowid of partitioned tables: each reads its own leaf, no other.
SET client_min_messages = warning;
CREATE TABLE regress_leaf (id integer, n integer DEFAULT 0) PARTITION BY RANGE (id);
CREATE TABLE regress_leaf_a PARTITION OF regress_leaf FOR VALUES FROM (0) TO (100);
CREATE TABLE regress_leaf_b PARTITION OF regress_leaf FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
CREATE TABLE regress_leaf_b1 PARTITION OF regress_leaf_b FOR VALUES FROM (100) TO (150);
CREATE TABLE regress_leaf_b2 PARTITION OF regress_leaf_b FOR VALUES FROM (150) TO (200);
INSERT INTO regress_leaf SELECT g FROM generate_series(0, 199) AS g;

-- called before the condition that keeps a statement to its leaf
CREATE TABLE regress_seen (work xid8 DEFAULT pg_current_xact_id(), leaf regclass);
CREATE FUNCTION regress_see(leaf oid) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
    INSERT INTO regress_seen (leaf) VALUES (leaf);
    RETURN true;
END $$;

CALL dbms_parallel_execute.create_task('leaf');
CALL dbms_parallel_execute.create_chunks_by_rowid('leaf', 'public', 'regress_leaf', false, 1);
CALL dbms_parallel_execute.run_task('leaf',
    'UPDATE regress_leaf SET n = n + 1 WHERE rowid BETWEEN :start_id AND :end_id AND regress_see(tableoid)',
    dbms_parallel_execute.native());
SELECT dbms_parallel_execute.task_status('leaf') = dbms_parallel_execute.finished() AS finished;
SELECT tableoid::regclass AS leaf, n, count(*) FROM regress_leaf GROUP BY 1, 2 ORDER BY min(id);
SELECT max(leaves) AS leaves_of_a_chunk, count(*) AS chunks
  FROM (SELECT count(DISTINCT leaf) AS leaves FROM regress_seen GROUP BY work) AS c;

-- a subquery that reads it; a join with another table
CALL dbms_parallel_execute.drop_chunks('leaf');
CALL dbms_parallel_execute.create_chunks_by_rowid('leaf', 'public', 'regress_leaf', false, 1);
TRUNCATE regress_seen;
CREATE TABLE regress_other (id integer, n integer);
INSERT INTO regress_other SELECT g, 0 FROM generate_series(0, 199) AS g;
CALL dbms_parallel_execute.run_task('leaf',
    'UPDATE regress_other o SET n = o.n + 1 FROM (SELECT id FROM regress_leaf WHERE ctid BETWEEN :start_id AND :end_id AND regress_see(tableoid)) AS l WHERE l.id = o.id',
    dbms_parallel_execute.native());
SELECT n, count(*) FROM regress_other GROUP BY 1;
SELECT max(leaves) AS leaves_of_a_chunk, count(*) AS chunks
  FROM (SELECT count(DISTINCT leaf) AS leaves FROM regress_seen GROUP BY work) AS c;

-- a partition that came after the table was chunked
CALL dbms_parallel_execute.drop_chunks('leaf');
CALL dbms_parallel_execute.create_chunks_by_rowid('leaf', 'public', 'regress_leaf', false, 1);
CREATE TABLE regress_leaf_late PARTITION OF regress_leaf FOR VALUES FROM (100000) TO (100010);
CALL dbms_parallel_execute.run_task('leaf',
    'UPDATE regress_leaf SET n = n + 1 WHERE rowid BETWEEN :start_id AND :end_id',
    dbms_parallel_execute.native());
CALL dbms_parallel_execute.drop_task('leaf');
DROP TABLE regress_leaf, regress_seen, regress_other;
DROP FUNCTION regress_see(oid);
