-- Chunks by rowid: whole blocks of tables, and what has none.
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
    SELECT format('%s %s..%s', c.relation::regclass, c.start_rowid, c.end_rowid)
      FROM dbms.parallel_chunk c JOIN dbms.parallel_task t ON t.id = c.task_id
     WHERE t.name = task ORDER BY c.id $$;
CREATE FUNCTION pg_temp.facts_of(task text) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, chunk_type, schema_name, table_name, column_name, bind_type,
                     (SELECT count(*) FROM dbms.parallel_chunk c WHERE c.task_id = t.id))
      FROM dbms.parallel_task t WHERE t.name = task $$;
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
-- chunks, runs, tells how often each row was hit
CREATE PROCEDURE pg_temp.try_it(tab text, by_row boolean, size numeric, level int DEFAULT 0)
    LANGUAGE plpgsql AS $$
DECLARE
    before text;
    answer text;
BEGIN
    CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, tab, by_row, size);
    before := regexp_replace(pg_temp.facts_of('t'), '(pg_temp)_\d+| \d+$', '\1', 'g');
    CALL dbms_parallel_execute.run_task('t',
        format('UPDATE %s SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', tab), 1, parallel_level => level);
    EXECUTE format('SELECT string_agg(concat(h.hits, '' hits: '', n), '', '' ORDER BY h.hits)'
                   ' FROM (SELECT hits, count(*) AS n FROM %s GROUP BY hits) AS h', tab) INTO answer;
    RAISE NOTICE '%; then status %, %', before, dbms_parallel_execute.task_status('t'), answer;
    CALL dbms_parallel_execute.drop_chunks('t');
    EXECUTE format('UPDATE %s SET hits = 0', tab);
END $$;
CALL dbms_parallel_execute.create_task('t');

-- Ranges of whole blocks, both ends inclusive; sizes in blocks or rows
CREATE TABLE r (id integer, hits integer DEFAULT 0, pad text) WITH (autovacuum_enabled = off);
INSERT INTO r SELECT i, 0, repeat('x', 1000) FROM generate_series(1, 70) AS i;
SELECT pg_relation_size('r') / current_setting('block_size')::int;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', 'regress_par', 'r', false, 4);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid(
    task_name => 't', table_owner => 'REGRESS_PAR', table_name => 'R', by_row => true, chunk_size => 21);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
ANALYZE r;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r', true, 35);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
-- at least a block, at most all
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r', true, 1);
SELECT count(*) FROM pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r', false, 1e30);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r', true, 1e30);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL pg_temp.try_it('r', false, 3);
CALL pg_temp.try_it('r', true, 20, 2);

-- Empty: no blocks, or blocks without rows
CREATE TABLE e (id integer, hits integer);
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'e', true, 10);
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.run_task('t', 'UPDATE e SET hits = 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
INSERT INTO e VALUES (1, 0);
DELETE FROM e;
CALL pg_temp.try_it('e', true, 10);

-- Unlogged, with TOAST, with dead rows, temporary, of a type
CREATE UNLOGGED TABLE u (id integer, hits integer DEFAULT 0, pad text);
INSERT INTO u SELECT i, 0, repeat('x', 500) FROM generate_series(1, 200) AS i;
CALL pg_temp.try_it('u', false, 2, 2);
CREATE TABLE toasted (id integer, hits integer DEFAULT 0, pad text);
ALTER TABLE toasted ALTER pad SET STORAGE EXTERNAL;
INSERT INTO toasted SELECT i, 0, repeat(i::text, 5000) FROM generate_series(1, 500) AS i;
DELETE FROM toasted WHERE id % 3 = 0;
CALL pg_temp.try_it('toasted', true, 100, 2);
SELECT count(*) FROM toasted WHERE pad = repeat(id::text, 5000);
CREATE TEMP TABLE tt (id integer, hits integer DEFAULT 0, pad text);
INSERT INTO tt SELECT i, 0, repeat('x', 500) FROM generate_series(1, 200) AS i;
CALL pg_temp.try_it('tt', false, 2);

-- A partitioned table, and a parent with rows of its own: ranges of each
CREATE TABLE p (id integer, hits integer DEFAULT 0, pad text) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (1000) PARTITION BY RANGE (id);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (100) TO (200);
CREATE TABLE p22 PARTITION OF p2 DEFAULT;
INSERT INTO p SELECT i, 0, repeat('x', 1500) FROM generate_series(90, 110) AS i;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'p', false, 2);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.get_rowid_chunk(''t'', NULL, NULL, NULL, NULL)');
CALL dbms_parallel_execute.drop_chunks('t');
CALL pg_temp.try_it('p', true, 3);
CALL pg_temp.try_it('p', true, 3, 2);
CALL pg_temp.try_it('p2', true, 3);
CALL pg_temp.try_it('p1', false, 1);
CREATE TABLE alone (id integer, hits integer) PARTITION BY RANGE (id);
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'alone', false, 2);
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CREATE TABLE alone_1 PARTITION OF alone DEFAULT;
INSERT INTO alone VALUES (1, 0), (2, 0);
CALL pg_temp.try_it('alone', false, 2);
CREATE TABLE parent (id integer, hits integer DEFAULT 0);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent SELECT i, 0 FROM generate_series(1, 300) AS i;
INSERT INTO child SELECT i, 0, 'x' FROM generate_series(1, 500) AS i;
CALL pg_temp.try_it('parent', false, 1);
CALL pg_temp.try_it('child', false, 1);
-- what names a partitioned table other than once is refused, before anything runs
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'p', false, 2);
CREATE PROCEDURE proc(tid, tid) LANGUAGE sql AS 'UPDATE p SET hits = -1 WHERE ctid BETWEEN $1 AND $2';
CREATE VIEW pv AS SELECT ctid AS rowid, * FROM p;
CALL dbms_parallel_execute.run_task('t', 'CALL proc(:start_id, :end_id)', 1);
CALL dbms_parallel_execute.run_task('t', 'BEGIN UPDATE p SET hits = -1 WHERE rowid BETWEEN :start_id AND :end_id; END;', 1);
CALL dbms_parallel_execute.run_task('t', 'UPDATE p SET hits = -1 FROM p AS q WHERE p.rowid BETWEEN :start_id AND :end_id AND q.id = p.id', 1);
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.run_task('t', 'SELECT * FROM p1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO p (id) SELECT 1 WHERE :start_id < :end_id', 1);
SELECT dbms_parallel_execute.task_status('t'), (SELECT count(*) FROM p WHERE hits < 0);
CALL dbms_parallel_execute.run_task('t', 'MERGE INTO p USING (VALUES (95), (105), (999)) AS s (id) ON p.id = s.id AND p.rowid BETWEEN :start_id AND :end_id WHEN MATCHED THEN UPDATE SET hits = hits + 10', 1);
SELECT id, hits FROM p WHERE hits > 0 ORDER BY id;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'p', false, 2);
-- a plan that is made anew in mid-run keeps to the partition
CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN EXECUTE ''GRANT SELECT ON p TO PUBLIC''; RETURN NULL; END';
CREATE TRIGGER disturb AFTER UPDATE ON p FOR EACH STATEMENT EXECUTE FUNCTION disturb();
UPDATE p SET hits = 0;
SET client_min_messages = error;
CALL dbms_parallel_execute.run_task('t', 'UPDATE p SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
RESET client_min_messages;
DROP TRIGGER disturb ON p;
SELECT hits, count(*) FROM p GROUP BY hits;
SELECT sum(rows_processed), count(*) > 1 FROM dbms.parallel_chunk WHERE status = 2;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'p', false, 2);
CALL dbms_parallel_execute.run_task('t', 'WITH w AS (SELECT id FROM p WHERE rowid BETWEEN :start_id AND :end_id) SELECT * FROM w', 1);
SELECT sum(rows_processed) FROM dbms.parallel_chunk;
CALL dbms_parallel_execute.drop_chunks('t');

-- No table with rows of its own
CREATE VIEW v AS SELECT * FROM r;
CREATE MATERIALIZED VIEW mv AS SELECT * FROM r;
CREATE INDEX r_idx ON r (id);
CREATE SEQUENCE s;
CREATE TYPE comp AS (a integer);
CREATE FOREIGN DATA WRAPPER regress_par_fdw;
CREATE SERVER regress_par_server FOREIGN DATA WRAPPER regress_par_fdw;
CREATE FOREIGN TABLE ft (id integer) SERVER regress_par_server;
CREATE TABLE mixed (id integer) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE mixed_1 PARTITION OF mixed DEFAULT SERVER regress_par_server;
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_chunks_by_rowid(''t'', %s)', a)) FROM (VALUES
    ('NULL, ''v'', true, 10'), ('NULL, ''mv'', true, 10'), ('NULL, ''r_idx'', true, 10'), ('NULL, ''s'', true, 10'),
    ('NULL, ''comp'', true, 10'), ('NULL, ''ft'', true, 10'), ('NULL, ''mixed'', true, 10'),
    ('NULL, ''nowhere'', true, 10'), ('''nowhere'', ''r'', true, 10'), ('''pg_catalog'', ''pg_stat_activity'', true, 10'),
    ('NULL, NULL, true, 10'), ('NULL, '''', true, 10'), ('NULL, ''r'', NULL, 10'), ('NULL, ''r'', true, NULL'),
    ('NULL, ''r'', true, 0'), ('NULL, ''r'', false, -5'), ('NULL, ''r'', false, 2.5'), ('NULL, ''r'', false, ''NaN''')) AS v(a);
SELECT pg_temp.facts_of('t');
SELECT count(*) FROM dbms.parallel_relation;
-- Only what the caller may see
CREATE ROLE regress_par_user LOGIN;
CREATE SCHEMA regress_par_closed CREATE TABLE c (id integer);
GRANT USAGE ON SCHEMA regress_par TO regress_par_user;
SET SESSION AUTHORIZATION regress_par_user;
CALL dbms_parallel_execute.create_task('t');
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_parallel_execute.create_chunks_by_rowid(''t'', ''regress_par'', ''r'', true, 10)'),
    ('CALL dbms_parallel_execute.create_chunks_by_rowid(''t'', ''regress_par_closed'', ''c'', true, 10)')) AS v(c);
RESET SESSION AUTHORIZATION;
GRANT SELECT ON r TO regress_par_user;
SET SESSION AUTHORIZATION regress_par_user;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', 'regress_par', 'r', true, 100);
CALL dbms_parallel_execute.run_task('t', 'SELECT count(*) FROM r WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
RESET SESSION AUTHORIZATION;
-- the right to update a column moves rows, too
CREATE TABLE c (id integer, hits integer DEFAULT 0, pad text) WITH (autovacuum_enabled = off);
INSERT INTO c SELECT i, 0, repeat('x', 1000) FROM generate_series(1, 140) AS i;
DELETE FROM c WHERE id > 70 AND id % 2 = 0;
VACUUM c;
GRANT SELECT, UPDATE (hits) ON c TO regress_par_user;
SET SESSION AUTHORIZATION regress_par_user;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', 'regress_par', 'c', false, 2);
CALL dbms_parallel_execute.run_task('t', 'UPDATE c SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
RESET SESSION AUTHORIZATION;
SELECT hits, count(*) FROM c GROUP BY hits;

-- A table that changed in between
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r', true, 100);
VACUUM FULL r;
CALL dbms_parallel_execute.run_task('t', 'UPDATE r SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r', true, 100);
ALTER TABLE r RENAME TO r_renamed;
CALL dbms_parallel_execute.run_task('t', 'UPDATE r_renamed SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
SELECT hits, count(*) FROM r_renamed GROUP BY hits ORDER BY hits;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'r_renamed', true, 100);
DROP TABLE r_renamed CASCADE;
CALL dbms_parallel_execute.run_task('t', 'UPDATE u SET hits = 5 WHERE ctid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.run_task('t', 'SELECT 1 FROM u WHERE ctid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'p', true, 100);
ALTER TABLE p RENAME TO p_renamed;
CALL dbms_parallel_execute.run_task('t', 'UPDATE p_renamed SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
ALTER TABLE p_renamed RENAME TO p;
-- another table under the name of the one that was chunked, as a swap leaves it
CREATE TABLE p_new (LIKE p);
ALTER TABLE p RENAME TO p_old;
ALTER TABLE p_new RENAME TO p;
CALL dbms_parallel_execute.run_task('t', 'UPDATE p SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
CREATE TABLE swap (id integer, hits integer DEFAULT 0, pad text);
INSERT INTO swap SELECT g, 0, repeat('x', 200) FROM generate_series(1, 500) AS g;
CALL dbms_parallel_execute.create_task('swap');
CALL dbms_parallel_execute.create_chunks_by_rowid('swap', NULL, 'swap', true, 50);
CREATE TABLE swap_new AS SELECT id, hits, ''::text AS pad FROM swap ORDER BY id DESC;
ALTER TABLE swap RENAME TO swap_old;
ALTER TABLE swap_new RENAME TO swap;
CALL dbms_parallel_execute.run_task('swap', 'UPDATE swap SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('swap');
DROP TABLE swap;
ALTER TABLE swap_old RENAME TO swap;
CALL dbms_parallel_execute.run_task('swap', 'UPDATE swap SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT hits, count(*) FROM swap GROUP BY hits;
CALL dbms_parallel_execute.drop_task('swap');
DROP TABLE p, swap;
ALTER TABLE p_old RENAME TO p;
ALTER TABLE p1 RENAME TO p1_renamed;
CALL dbms_parallel_execute.run_task('t', 'UPDATE p SET hits = hits + 1 WHERE rowid BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_task('t');
DROP SCHEMA regress_par, regress_par_closed CASCADE;
DROP FOREIGN DATA WRAPPER regress_par_fdw CASCADE;
DROP OWNED BY regress_par_user;
DROP ROLE regress_par_user;
