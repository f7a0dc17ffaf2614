-- Chunks by a number column: bounds, types, limits, refusals.
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
    SELECT format('%s..%s', c.start_id, c.end_id)
      FROM dbms.parallel_chunk c JOIN dbms.parallel_task t ON t.id = c.task_id
     WHERE t.name = task ORDER BY c.id $$;
CREATE FUNCTION pg_temp.facts_of(task text) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, chunk_type, schema_name, table_name, column_name, bind_type,
                     (SELECT count(*) FROM dbms.parallel_chunk c WHERE c.task_id = t.id))
      FROM dbms.parallel_task t WHERE t.name = task $$;
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;

-- Chunk i is [min + i * size, min + (i + 1) * size - 1], the last ends at max
CREATE TABLE n (i2 smallint, i4 integer, i8 bigint, num numeric, num0 numeric(6, 0), t text, f float8);
INSERT INTO n SELECT i, i, i, i, i, i, i FROM generate_series(-7, 17) AS i;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'regress_par', 'n', 'i4', 10);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
SELECT pg_temp.facts_of('t');
-- without owner by the search_path, names as PostgreSQL's
CALL dbms_parallel_execute.create_chunks_by_number_col(
    task_name => 't', table_owner => NULL, table_name => 'N', table_column => 'I2', chunk_size => 24);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
-- the order of arguments is Oracle's
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'REGRESS_PAR', 'n', 'i8', 25);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', '', 'n', 'num', 26);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', '', 'n', 'num0', 1);
SELECT count(*), min(c), max(c) FROM pg_temp.chunks_of('t') AS c;
CALL dbms_parallel_execute.drop_chunks('t');

-- Quoted names, and a domain, whose base type binds
CREATE DOMAIN whole AS integer CHECK (VALUE > 0);
CREATE SCHEMA "Regress Par";
CREATE TABLE "Regress Par"."My ""Table" ("A Column" whole, dropped int);
ALTER TABLE "Regress Par"."My ""Table" DROP COLUMN dropped;
INSERT INTO "Regress Par"."My ""Table" VALUES (1), (100);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', '"Regress Par"', '"My ""Table"', '"A Column"', 60);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
DROP SCHEMA "Regress Par" CASCADE;
DROP DOMAIN whole;

-- Near the limits of the types: bounds stay inside of the column's type
CREATE TABLE big (i2 smallint, i4 integer, i8 bigint, num numeric);
INSERT INTO big VALUES
    (-32768, -2147483648, -9223372036854775808, -1e40), (32767, 2147483647, 9223372036854775807, 1e40);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'big', 'i2', 40000);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.run_task('t', 'UPDATE big SET i4 = 0 WHERE i2 BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
SELECT i4 FROM big;
UPDATE big SET i4 = CASE WHEN i2 < 0 THEN -2147483648 ELSE 2147483647 END;
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'big', 'i4', 4294967295);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.run_task('t', 'UPDATE big SET i2 = 0 WHERE i4 BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'big', 'i8', 9223372036854775807);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.run_task('t', 'UPDATE big SET i2 = 2 WHERE i8 BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t');
SELECT i2 FROM big;
CALL dbms_parallel_execute.drop_chunks('t');
-- a size beyond what bigint holds is one chunk of all, as any that is large enough
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'big', 'i8', 1e30);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'big', 'num', 1e40);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.run_task('t', 'UPDATE big SET i2 = 3 WHERE num BETWEEN :start_id AND :end_id', 1);
SELECT dbms_parallel_execute.task_status('t'), (SELECT string_agg(i2::text, ' ') FROM big);
CALL dbms_parallel_execute.drop_chunks('t');

-- At most ten million chunks, and that is known before one is made
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''big'', ''i4'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''big'', ''i4'', 429)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''big'', ''i8'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''big'', ''num'', 1)')) AS v(c);
SELECT pg_temp.facts_of('t');

-- No rows, no chunks; a run of it has nothing to do
CREATE TABLE empty (id integer);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'empty', 'id', 10);
SELECT pg_temp.facts_of('t');
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.run_task('t', 'whatever', 1);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
-- nor with NULLs alone, which are reported
INSERT INTO empty VALUES (NULL), (NULL);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'empty', 'id', 10);
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
INSERT INTO empty VALUES (5);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'empty', 'id', 10);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');

-- Numbers with a fraction, and those that are none
CREATE TABLE odd (n numeric, f numeric, nan numeric, inf numeric);
INSERT INTO odd VALUES (1, 10.5, 'NaN', 'Infinity'), (2.0, 11, 1, 1);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'odd', 'n', 1);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''odd'', ''f'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''odd'', ''nan'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''odd'', ''inf'', 1)')) AS v(c);

-- Views and partitioned tables have columns, too
CREATE VIEW seen AS SELECT i4 + 100 AS id FROM n;
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'seen', 'id', 100);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (3), (13);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'parts', 'id', 5);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');

-- Arguments
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', %s)', a)) FROM (VALUES
    ('NULL, NULL, ''i4'', 10'), ('NULL, '''', ''i4'', 10'), ('NULL, ''n'', NULL, 10'), ('NULL, ''n'', '''', 10'),
    ('NULL, ''n'', ''i4'', NULL'), ('NULL, ''n'', ''i4'', 0'), ('NULL, ''n'', ''i4'', -1'),
    ('NULL, ''n'', ''i4'', 1.5'), ('NULL, ''n'', ''i4'', ''NaN'''), ('NULL, ''n'', ''i4'', ''Infinity'''),
    ('NULL, ''nowhere'', ''i4'', 10'), ('''nowhere'', ''n'', ''i4'', 10'), ('NULL, ''n'', ''nothing'', 10'),
    ('NULL, ''n'', ''ctid'', 10'), ('NULL, ''n'', ''xmin'', 10'), ('NULL, ''"N"'', ''i4'', 10'),
    ('NULL, ''n'', ''"I4"'', 10'), ('NULL, ''regress_par.n'', ''i4'', 10'), ('''a.b'', ''n'', ''i4'', 10'),
    ('NULL, ''n; DROP TABLE n'', ''i4'', 10'), ('NULL, ''n'', ''i4 FROM n; --'', 10'), ('NULL, ''n'', ''a.i4'', 10'),
    ('NULL, ''n'', ''t'', 10'), ('NULL, ''n'', ''f'', 10')) AS v(a);
SELECT pg_temp.facts_of('t');

-- States
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'n', 'i4', 10);
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''n'', ''i4'', 10)');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1);
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''n'', ''i4'', 10)');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_rowid(''t'', NULL, ''n'', true, 10)');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_key(''t'', NULL, ''n'', ''i4'', 10)');
SELECT pg_temp.error_of('CALL dbms_parallel_execute.create_chunks_by_sql(''t'', ''SELECT 1, 2'', false)');
CALL dbms_parallel_execute.drop_chunks('t');
SELECT pg_temp.facts_of('t');

-- An error is CHUNKING_FAILED if the call may commit, else nothing has happened
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'nowhere', 'i4', 10);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'n', 'i4', 10);
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_chunks('t');
BEGIN;
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'nowhere', 'i4', 10);
ROLLBACK;
SELECT dbms_parallel_execute.task_status('t');
BEGIN;
CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'n', 'i4', 10);
SELECT dbms_parallel_execute.task_status('t');
ROLLBACK;
SELECT pg_temp.facts_of('t');
DO $$
BEGIN
    CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'n', 'i4', 10);
    COMMIT;
END $$;
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
-- in a handler of exceptions it is atomic
DO $$
BEGIN
    CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'nowhere', 'i4', 10);
EXCEPTION WHEN undefined_table THEN
    RAISE NOTICE 'caught %, status %', SQLSTATE, dbms_parallel_execute.task_status('t');
END $$;
DO $$
BEGIN
    CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'nowhere', 'i4', 10);
END $$;
SELECT dbms_parallel_execute.task_status('t');
CALL dbms_parallel_execute.drop_task('t');

-- Privileges are the caller's
CREATE ROLE regress_par_user LOGIN;
GRANT USAGE ON SCHEMA regress_par TO regress_par_user;
GRANT SELECT (i2) ON n TO regress_par_user;
CREATE SCHEMA regress_par_closed CREATE TABLE c (id integer);
SET SESSION AUTHORIZATION regress_par_user;
CALL dbms_parallel_execute.create_task('t');
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', ''regress_par'', ''n'', ''i4'', 10)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', ''regress_par_closed'', ''c'', ''id'', 10)')) AS v(c);
CALL dbms_parallel_execute.create_chunks_by_number_col('t', 'regress_par', 'n', 'i2', 100);
SELECT dbms_parallel_execute.task_status('t');
RESET SESSION AUTHORIZATION;
DROP SCHEMA regress_par, regress_par_closed CASCADE;
DROP OWNED BY regress_par_user;
DROP ROLE regress_par_user;
