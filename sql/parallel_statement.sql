-- The statement of a task: :start_id and :end_id among quotes, comments and
-- operators, rowid, the types of the bounds, and what is refused before a chunk runs.
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
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CREATE TABLE got (lo text, hi text, note text);
CREATE TABLE t (id integer PRIMARY KEY, hits integer DEFAULT 0);
INSERT INTO t SELECT i FROM generate_series(1, 30) AS i;
-- runs a statement over two chunks, tells status and what it wrote
CREATE PROCEDURE pg_temp.try(stmt text, sql text DEFAULT 'VALUES (1, 10), (11, 20)', by_rowid boolean DEFAULT false, level int DEFAULT 0)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_parallel_execute.drop_chunks('t');
    DELETE FROM got;
    CALL dbms_parallel_execute.create_chunks_by_sql('t', sql, by_rowid);
    CALL dbms_parallel_execute.run_task('t', stmt, 1, parallel_level => level);
    RAISE NOTICE 'status %, rows %, %', dbms_parallel_execute.task_status('t'),
        (SELECT string_agg(coalesce(sqlstate, rows_processed::text), ' ' ORDER BY id) FROM dbms.parallel_chunk),
        coalesce((SELECT string_agg(concat_ws('/', lo, hi, note), ', ' ORDER BY lo, hi, note) FROM got), 'nothing written');
END $$;
CALL dbms_parallel_execute.create_task('t');
SET client_min_messages = notice;

-- Found: in any case, more than once, next to any operator
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id)');
CALL pg_temp.try('insert into got select:START_ID,:End_Id,:start_id||''-''||:end_id');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id+1, -:end_id, (:start_id<:end_id)::text)');
CALL pg_temp.try('INSERT INTO got SELECT x, y FROM (VALUES (:start_id, :end_id)) AS v (x, y) WHERE x>=:start_id AND y=:end_id AND x<>:end_id');
CALL pg_temp.try(E'INSERT INTO got\n\tVALUES (:start_id,\n\t:end_id)');
-- Casts: both ways, and a type of that name
CREATE DOMAIN start_id AS integer;
CALL pg_temp.try('INSERT INTO got VALUES (:start_id::int, :end_id::text::int::text, (:start_id::numeric / 4)::text)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id::start_id, :end_id, 7::start_id)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, 7:::start_id)');
DROP DOMAIN start_id;
-- an argument's name is no bound
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, make_interval(days:=:start_id,hours=>:end_id))');
-- Quotes of all kinds are left alone
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, '':start_id'')');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, ''it''''s :start_id, '''':end_id'''''')');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, E''a\'':start_id\\'' || :start_id)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, ''back\'' || :start_id)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, U&''\0041 :end_id'' || n''national :end_id'')');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, (B''101'' || X''F'')::text)');
CALL pg_temp.try('INSERT INTO got SELECT ":start_id", "a "":end_id""", U&"\0061:x" FROM (SELECT :start_id AS ":start_id", :end_id AS "a "":end_id""", 5 AS "a:x") AS q');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, $$:start_id '':end_id''$$ || $a_1$ $$ :x $b$ $a_1$ || $ʇ$:x$ʇ$)');
CALL pg_temp.try('INSERT INTO got SELECT a$b, :end_id, a$start_id FROM (SELECT :start_id AS a$b, ''$'' AS a$start_id) AS q');
CALL pg_temp.try(E'INSERT INTO got VALUES (:start_id, :end_id, ''two ''\n''parts :start_id'')');
-- Comments
CALL pg_temp.try(E'-- :x\nINSERT INTO got -- '' :start_id\nVALUES (:start_id, /* :x /* '' */ :y */ :end_id, ''--'') -- :end_id');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id/**/,:end_id/*:x*/)');
-- Names that only begin like ours, several bytes wide ones
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, ''Größe ʇ'') RETURNING lo AS "ʇ:start_id"');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, :start_ids)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, :start_idʇ)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, :start_id$x)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, :ʇ)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, :"start_id")');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, : start_id)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, :1)');
-- Slices: placeholders where they are ours, else ask for a space
CALL pg_temp.try('INSERT INTO got SELECT :start_id, :end_id, a[2:start_id] FROM (SELECT ARRAY[1,2,3] AS a) AS q');
CALL pg_temp.try('INSERT INTO got SELECT :start_id, :end_id, a[:start_id: :end_id] FROM (SELECT ARRAY[1,2,3] AS a) AS q');
CALL pg_temp.try('INSERT INTO got SELECT :start_id, :end_id, (ARRAY[1,2,3,4])[1:3]::text');
CALL pg_temp.try('INSERT INTO got SELECT :start_id, :end_id, a[1:n] FROM (SELECT ARRAY[1,2,3] AS a, 2 AS n) AS q');
CALL pg_temp.try('INSERT INTO got SELECT :start_id, :end_id, a[1: n] FROM (SELECT ARRAY[1,2,3] AS a, 2 AS n) AS q');
-- One is missing, or both; only quoted ones; a parameter of one's own
CALL pg_temp.try('INSERT INTO got VALUES (:start_id)');
CALL pg_temp.try('INSERT INTO got VALUES (:end_id)');
CALL pg_temp.try('INSERT INTO got VALUES (1)');
CALL pg_temp.try('INSERT INTO got VALUES ('':start_id'', '':end_id'')');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, $2)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, $1)');
-- Not one statement, or none
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id);');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id); ; ');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id); DELETE FROM got');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id); -- that was it');
CALL pg_temp.try('');
CALL pg_temp.try(NULL);
CALL pg_temp.try('   ');
CALL pg_temp.try('-- :start_id :end_id');
-- Not a statement that takes parameters
CALL pg_temp.try('DO $$BEGIN PERFORM :start_id, :end_id; END$$');
CALL pg_temp.try('TRUNCATE got /* :start_id :end_id */');
CALL pg_temp.try('CREATE TABLE x AS SELECT :start_id AS a, :end_id AS b');
CALL pg_temp.try('SELECT :start_id, :end_id INTO x');
CALL pg_temp.try('(SELECT :start_id AS x INTO x) UNION (SELECT :end_id)');
CALL pg_temp.try('EXPLAIN SELECT :start_id, :end_id');
CALL pg_temp.try('EXECUTE x(:start_id, :end_id)');
CALL pg_temp.try('PREPARE x AS SELECT :start_id, :end_id');
CALL pg_temp.try('DECLARE x CURSOR FOR SELECT :start_id, :end_id');
CALL pg_temp.try('COPY (SELECT :start_id, :end_id) TO stdout');
CALL pg_temp.try('VACUUM t /* :start_id */ (:start_id, :end_id)');
CALL pg_temp.try('SET x.y = :start_id, :end_id');
-- Does not parse, or names what is not there: before any chunk
CALL pg_temp.try('INSERT INTO got VALUE (:start_id, :end_id)');
CALL pg_temp.try('INSERT INTO nowhere VALUES (:start_id, :end_id)');
CALL pg_temp.try('INSERT INTO got SELECT nothing FROM t WHERE id BETWEEN :start_id AND :end_id');
CALL pg_temp.try('SELECT no_such_function(:start_id, :end_id)');
CALL pg_temp.try('CALL no_such_procedure(:start_id, :end_id)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, ''open)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id, $$open)');
CALL pg_temp.try('INSERT INTO got VALUES (:start_id, :end_id) /* open');
CALL pg_temp.try('INSERT INTO got SELECT 1 WHERE date ''2020-01-01'' BETWEEN :start_id AND :end_id');
SELECT dbms_parallel_execute.task_status('t'), (SELECT sql_stmt FROM dbms.parallel_task);

-- The session's way to read quotes, in workers too
SET standard_conforming_strings = off;
SET escape_string_warning = off;
CALL pg_temp.try($q$INSERT INTO got VALUES (:start_id, :end_id, 'a\':x' || :start_id)$q$);
CALL pg_temp.try($q$INSERT INTO got VALUES (:start_id, :end_id, 'a\':x' || :start_id)$q$, level => 2);
CALL pg_temp.try($q$BEGIN INSERT INTO got VALUES (:start_id, :end_id, 'a\':x' || :start_id); END;$q$, level => 1);
RESET standard_conforming_strings;
RESET escape_string_warning;
CALL pg_temp.try($q$INSERT INTO got VALUES (:start_id, :end_id, 'a\':x' || :start_id)$q$);

-- rowid is ctid in tasks by rowid, but not in quotes, and only there
CREATE TABLE r (id integer, n integer);
INSERT INTO r SELECT i, 0 FROM generate_series(1, 5) AS i;
CALL pg_temp.try('INSERT INTO got SELECT min(rowid), max(r.ROWID), count(*) || ''rowid'' FROM r WHERE RowId BETWEEN :start_id AND :end_id', 'VALUES (tid ''(0,0)'', tid ''(0,3)''), (''(0,4)'', ''(0,65535)'')', true);
CALL pg_temp.try('INSERT INTO got SELECT e."rowid", :start_id FROM (SELECT ctid AS "rowid" FROM r) AS e WHERE "rowid" BETWEEN :start_id AND :end_id', 'VALUES (tid ''(0,2)'', tid ''(0,3)'')', true);
CALL pg_temp.try('INSERT INTO got SELECT min(rowid), max(rowid) FROM r WHERE id BETWEEN :start_id AND :end_id');
CALL pg_temp.try('UPDATE r e SET n = e.n + 1 WHERE e.rowid BETWEEN :start_id AND :end_id', 'SELECT min(ctid), max(ctid) FROM r', true);
-- a column of that name is meant where there is one
CREATE TABLE own (rowid tid, note text);
INSERT INTO own VALUES ('(7,1)', 'a'), ('(7,2)', 'b');
CALL pg_temp.try('INSERT INTO got SELECT rowid, ctid, note FROM own WHERE rowid BETWEEN :start_id AND :end_id', 'VALUES (tid ''(7,0)'', tid ''(7,9)'')', true);
CALL dbms_parallel_execute.drop_chunks('t');
DELETE FROM got;
CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'own', true, 10);
CALL dbms_parallel_execute.run_task('t', 'INSERT INTO got SELECT rowid, ctid, note FROM own WHERE ctid BETWEEN :start_id AND :end_id AND rowid > ''(7,0)''', 1);
SELECT * FROM got ORDER BY hi;

-- The bounds have the column's type: its index is used, a numeric would not
CREATE TABLE seen (types text);
CREATE FUNCTION spy(a anyelement, b anyelement) RETURNS text LANGUAGE sql AS 'SELECT concat(pg_typeof(a), '' '', pg_typeof(b))';
CREATE TABLE typed (i2 smallint, i4 integer, i8 bigint, num numeric, t text COLLATE "C", d date, n integer);
INSERT INTO typed SELECT i, i, i, i, i, date '2020-01-01' + i, i FROM generate_series(1, 5000) AS i;
CREATE INDEX ON typed (i2);
CREATE INDEX ON typed (i4);
CREATE INDEX ON typed (i8);
CREATE INDEX ON typed (num);
CREATE INDEX ON typed (t);
CREATE INDEX ON typed (d);
ANALYZE typed;
CREATE PROCEDURE pg_temp.spy_on(kind text, col text, stmt text) LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_parallel_execute.drop_chunks('t');
    IF kind = 'number' THEN
        CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'typed', col, 50);
    ELSE
        CALL dbms_parallel_execute.create_chunks_by_key('t', NULL, 'typed', col, 50);
    END IF;
    DELETE FROM seen;
    CALL dbms_parallel_execute.run_task('t', stmt, 1);
    RAISE NOTICE '%: status %, %', col, dbms_parallel_execute.task_status('t'),
        (SELECT concat(types, ' ', count(*)) FROM seen GROUP BY types);
END $$;
CREATE TEMP TABLE cols AS
    SELECT * FROM (VALUES ('number', 'i2'), ('number', 'i4'), ('number', 'i8'), ('number', 'num'), ('key', 't'), ('key', 'd')) AS v (kind, col);
SELECT format('CALL pg_temp.spy_on(%L, %L, %L)', kind, col, 'INSERT INTO seen VALUES (spy(:start_id, :end_id))') FROM cols \gexec
SELECT pg_stat_force_next_flush();
CREATE TEMP TABLE before AS SELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE relname = 'typed';
SELECT format('CALL pg_temp.spy_on(%L, %L, %L)', kind, col,
              format('DELETE FROM typed WHERE %I BETWEEN :start_id AND :end_id AND n < 0', col)) FROM cols \gexec
SELECT pg_stat_force_next_flush();
SELECT indexrelname, s.idx_scan - b.idx_scan >= 100 AS is_used
  FROM pg_stat_user_indexes s JOIN before b USING (indexrelname) ORDER BY indexrelname;

-- Told: that each chunk reads all of a large table
CREATE TABLE large (id integer, n integer, filler text) WITH (autovacuum_enabled = off);
INSERT INTO large SELECT i, 0, repeat('x', 1800) FROM generate_series(1, 5000) AS i;
CREATE PROCEDURE pg_temp.large(by_rowid boolean, size integer, stmt text) LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_parallel_execute.drop_chunks('t');
    IF by_rowid THEN
        CALL dbms_parallel_execute.create_chunks_by_rowid('t', NULL, 'large', true, size);
    ELSE
        CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 'large', 'id', size);
    END IF;
    CALL dbms_parallel_execute.run_task('t', stmt, 1);
END $$;
CALL pg_temp.large(false, 500, 'SELECT count(*) FROM large WHERE id BETWEEN :start_id AND :end_id');
CALL pg_temp.large(false, 500, 'SELECT count(*) FROM large WHERE id IN (SELECT id FROM t WHERE id BETWEEN :start_id AND :end_id)');
CALL pg_temp.large(false, 600, 'SELECT count(*) FROM large WHERE id BETWEEN :start_id AND :end_id');
CALL pg_temp.large(true, 450, 'SELECT count(*) FROM large WHERE ctid BETWEEN :start_id AND :end_id');
SET enable_tidscan = off;
CALL pg_temp.large(true, 450, 'UPDATE large SET n = 1 WHERE ctid BETWEEN :start_id AND :end_id AND id < 0');
RESET enable_tidscan;
CALL pg_temp.try('UPDATE large SET n = 1 WHERE id BETWEEN :start_id AND :end_id AND id < 0', 'SELECT i, i FROM generate_series(1, 10) AS i');
CREATE INDEX ON large (id);
CALL pg_temp.large(false, 500, 'SELECT count(*) FROM large WHERE id BETWEEN :start_id AND :end_id');
CALL pg_temp.try('UPDATE large SET n = 1 WHERE id BETWEEN :start_id AND :end_id AND id < 0', 'SELECT i, i FROM generate_series(1, 10) AS i');
CALL dbms_parallel_execute.drop_task('t');
DROP TABLE cols, before;
DROP SCHEMA regress_par CASCADE;
