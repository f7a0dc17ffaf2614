-- Chunks by a key: any type with an order, bounds that are there, equal keys together.
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
    SELECT format('%s .. %s', c.start_key, c.end_key)
      FROM dbms.parallel_chunk c JOIN dbms.parallel_task t ON t.id = c.task_id
     WHERE t.name = task ORDER BY c.id $$;
CREATE FUNCTION pg_temp.facts_of(task text) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, chunk_type, schema_name, table_name, column_name, bind_type,
                     (SELECT count(*) FROM dbms.parallel_chunk c WHERE c.task_id = t.id))
      FROM dbms.parallel_task t WHERE t.name = task $$;
-- chunks a column of table k, runs both ways, tells the chunks and who was hit
CREATE PROCEDURE pg_temp.try(col text, size int, level int DEFAULT 0)
    LANGUAGE plpgsql AS $$
DECLARE
    bad text;
BEGIN
    UPDATE k SET hits = 0;
    CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'k', col, size);
    CALL dbms_parallel_execute.run_task('t',
        format('UPDATE k SET hits = hits + 1 WHERE %I BETWEEN :start_id AND :end_id', col), 1,
        parallel_level => level);
    EXECUTE format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM k WHERE hits <> (%I IS NOT NULL)::int', col)
       INTO bad;
    RAISE NOTICE '%: %, status %, bad rows: %', col, pg_temp.facts_of('t'),
        dbms_parallel_execute.task_status('t'), coalesce(bad, 'none');
END $$;
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CALL dbms_parallel_execute.create_task('t');

-- Each chunk has size rows, from a key that is there to another
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'it''s "so"', 'e,f');
CREATE DOMAIN short AS text COLLATE "C" CHECK (length(VALUE) < 60);
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE k (
    id integer, hits integer, u uuid, t text, tc text COLLATE "C", tn text COLLATE nocase, d date,
    ts timestamp, tz timestamptz, iv interval, f float8, f4 real, num numeric, b bytea, boo boolean,
    ch character(5), vc varchar(20), dom short, e mood, ip inet, arr integer[], r int4range, bits bit varying,
    js jsonb, oi oid, m money, tm time, tmz timetz, na name, c1 "char", ls pg_lsn);
INSERT INTO k
SELECT i, 0, md5(i::text)::uuid, 'it''s "' || i % 37 || '" \ key, {' || i % 11 || '}', chr(97 + i % 13) || i, CASE WHEN i % 2 = 0 THEN upper(chr(97 + i % 7)) ELSE chr(97 + i % 7) END,
       date '2020-01-12' + i, timestamp '1999-12-31 23:59:59.123456' + i * interval '1 hour', timestamptz '2020-10-25 00:00:00+00' + i * interval '10 min',
       interval '1 mon -3 days 04:05:06.7' * (i - 50), (i - 50) / 3.0, (i - 50) / 7.0, (i - 50) / 1.3, decode(md5(i::text), 'hex'), i % 2 = 0,
       (i % 20)::text, 'v' || i, 'dom' || i % 40, (enum_range(NULL::mood))[1 + i % 5], ('10.0.0.' || i)::inet, ARRAY[i % 10, NULL, i], int4range(i % 9, i + 10), i::bit(8)::varbit,
       jsonb_build_object('a', i), i + 4000000000, i * 1.25, time '00:00' + i * interval '7 min', timetz '03:00+02' + i * interval '7 min', 'n' || i, (chr(64 + i % 50))::"char", ('0/' || to_hex(i))::pg_lsn
  FROM generate_series(1, 100) AS i;
INSERT INTO k (id, hits, f, f4, num, d, ts, tz) VALUES
    (101, 0, 'NaN', 'Infinity', 'NaN', 'infinity', '-infinity', 'infinity'), (102, 0, '-Infinity', 'NaN', '-Infinity', '0044-03-15 BC', 'infinity', '0044-03-15 12:00+00 BC');
CALL dbms_parallel_execute.create_chunks_by_key('t', 'regress_par', 'k', 'u', 40);
SELECT pg_temp.chunks_of('t');
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_key(
    task_name => 't', table_owner => 'REGRESS_PAR', table_name => 'K', table_column => 'D', chunk_size => 50);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');

-- Every type, whatever the settings of the session are; NULLs are counted
SET client_min_messages = notice;
DO $$
DECLARE
    col text;
BEGIN
    FOR col IN SELECT attname FROM pg_attribute WHERE attrelid = 'k'::regclass AND attnum > 2 ORDER BY attnum LOOP
        CALL pg_temp.try(col, 9);
        CALL dbms_parallel_execute.drop_chunks('t');
    END LOOP;
END $$;
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = 'sql_standard';
SET TimeZone = 'Europe/Berlin';
SET extra_float_digits = -10;
SET bytea_output = 'escape';
DO $$
DECLARE
    col text;
BEGIN
    FOREACH col IN ARRAY ARRAY['d', 'ts', 'tz', 'iv', 'f', 'f4', 'b', 'tmz', 'm'] LOOP
        CALL pg_temp.try(col, 7, 2);
        CALL dbms_parallel_execute.drop_chunks('t');
    END LOOP;
END $$;
-- chunks made under one setting, run under another
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'k', 'tz', 30);
SELECT pg_temp.chunks_of('t');
UPDATE k SET hits = 0;
SET DateStyle = 'German';
SET TimeZone = 'Asia/Kathmandu';
CALL dbms_parallel_execute.run_task('t', 'UPDATE k SET hits = hits + 1 WHERE tz BETWEEN :start_id AND :end_id', 1, parallel_level => 1);
SELECT hits, count(*) FROM k GROUP BY hits ORDER BY hits;
CALL dbms_parallel_execute.drop_chunks('t');
RESET DateStyle;
RESET IntervalStyle;
RESET TimeZone;
RESET extra_float_digits;
RESET bytea_output;

-- Equal keys are never split, also if only the collation calls them equal
CREATE TABLE dup (k text COLLATE nocase, hits integer DEFAULT 0);
INSERT INTO dup SELECT x FROM unnest(ARRAY['a', 'A', 'a', 'b', 'C', 'c', 'c', 'C', 'd']) AS x;
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'dup', 'k', 2);
SELECT lower(c) FROM pg_temp.chunks_of('t') AS c;
CALL dbms_parallel_execute.run_task('t', 'UPDATE dup SET hits = hits + 1 WHERE k BETWEEN :start_id AND :end_id', 1);
SELECT hits, count(*) FROM dup GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');
CREATE TABLE same AS SELECT 'x'::text AS k FROM generate_series(1, 30);
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'same', 'k', 1);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');

-- One row each, and all in one
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'k', 'vc', 1);
SELECT count(*) FROM pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'k', 'vc', 1e30);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
-- No rows, or none with a key
CREATE TABLE empty (k text);
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'empty', 'k', 10);
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');
INSERT INTO empty VALUES (NULL);
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'empty', 'k', 10);
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_chunks('t');

-- More keys than are read or written at a time
CREATE TABLE many AS SELECT lpad(i::text, 6, '0') AS k, 0 AS hits FROM generate_series(1, 25000) AS i;
CREATE INDEX ON many (k);
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'many', 'k', 10);
SELECT count(*), min(c COLLATE "C"), max(c COLLATE "C") FROM pg_temp.chunks_of('t') AS c;
CALL dbms_parallel_execute.run_task('t', 'UPDATE many SET hits = hits + 1 WHERE k BETWEEN :start_id AND :end_id', 1);
SELECT hits, count(*) FROM many GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');

-- Keys of one's own making are made by the caller, not by the extension's owner
CREATE ROLE regress_par_user LOGIN;
GRANT ALL ON SCHEMA regress_par TO regress_par_user;
SET SESSION AUTHORIZATION regress_par_user;
CREATE TABLE spied (who text);
CREATE FUNCTION spy(i integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'regress_par_user' THEN RAISE WARNING 'called by another'; END IF;
    RETURN i <> 7;
END $$;
CREATE DOMAIN spied_int AS integer;
CREATE TABLE spies (k spied_int[], hits integer DEFAULT 0);
INSERT INTO spies SELECT ARRAY[i] FROM generate_series(1, 9) AS i;
ALTER DOMAIN spied_int ADD CONSTRAINT spy CHECK (spy(VALUE)) NOT VALID;
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'spies', 'k', 2);
SELECT dbms_parallel_execute.task_status('t');
-- a key that is no value of its type any more is an error of its chunk
CALL dbms_parallel_execute.run_task('t', 'UPDATE spies SET hits = hits + 1 WHERE k BETWEEN :start_id AND :end_id', 1);
SELECT k, hits FROM spies ORDER BY k;
CALL dbms_parallel_execute.drop_task('t');
RESET SESSION AUTHORIZATION;

-- Rows have an order if all their columns have
CREATE TYPE pair AS (d date, f float8);
CREATE TABLE pairs AS SELECT ROW(date '2020-05-01' + i / 4, i / 3.0)::pair AS p, 0 AS hits FROM generate_series(1, 20) AS i;
SET DateStyle = 'SQL, DMY';
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'pairs', 'p', 8);
SELECT pg_temp.chunks_of('t');
CALL dbms_parallel_execute.run_task('t', 'BEGIN UPDATE pairs SET hits = hits + 1 WHERE p BETWEEN :start_id AND :end_id; END;', 1);
RESET DateStyle;
SELECT hits, count(*) FROM pairs GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');

-- Texts that depend on settings: chunked with some, run with others
CREATE TABLE named (id regclass, price money, hits integer DEFAULT 0);
INSERT INTO named SELECT t, (1234.56 * n)::numeric::money FROM unnest('{k,pairs,named}'::regclass[]) WITH ORDINALITY AS u(t, n);
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'named', 'id', 1);
SET search_path = public;
CALL dbms_parallel_execute.run_task('t', 'UPDATE regress_par.named SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
SET search_path = regress_par, public;
SELECT hits, count(*) FROM named GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'named', 'price', 1);
SELECT * FROM pg_temp.chunks_of('t');
CALL dbms_parallel_execute.run_task('t', 'UPDATE named SET hits = hits + 1 WHERE price BETWEEN :start_id AND :end_id', 1);
SELECT hits, count(*) FROM named GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');

-- Refused: types without an order, and arguments
ALTER TABLE k ADD COLUMN pt point, ADD COLUMN jso json, ADD COLUMN xm xml, ADD COLUMN bx box;
CREATE TABLE comp (c k, p same);
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_chunks_by_key(''t'', %s)', a)) FROM (VALUES
    ('NULL, ''k'', ''pt'', 10'), ('NULL, ''k'', ''jso'', 10'), ('NULL, ''k'', ''xm'', 10'), ('NULL, ''k'', ''bx'', 10'),
    ('NULL, ''comp'', ''c'', 10'), ('NULL, ''comp'', ''nothing'', 10'),
    ('NULL, NULL, ''u'', 10'), ('NULL, '''', ''u'', 10'), ('NULL, ''k'', NULL, 10'), ('NULL, ''k'', '''', 10'),
    ('NULL, ''k'', ''u'', NULL'), ('NULL, ''k'', ''u'', 0'), ('NULL, ''k'', ''u'', -1'),
    ('NULL, ''k'', ''u'', 1.5'), ('NULL, ''k'', ''u'', ''NaN'''), ('NULL, ''k'', ''u'', ''-Infinity'''),
    ('NULL, ''nowhere'', ''u'', 10'), ('''nowhere'', ''k'', ''u'', 10'), ('NULL, ''k'', ''nothing'', 10'),
    ('NULL, ''k'', ''xmin'', 10'), ('NULL, ''k'', ''ctid'', 10'), ('NULL, ''k'', ''tableoid'', 10'),
    ('NULL, ''k'', ''u, t'', 10'), ('NULL, ''k'', ''k.u'', 10')) AS v(a);
SELECT pg_temp.facts_of('t');
CALL dbms_parallel_execute.drop_task('t');
DROP SCHEMA regress_par CASCADE;
DROP OWNED BY regress_par_user;
DROP ROLE regress_par_user;
