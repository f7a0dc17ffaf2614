-- What of a PLSQL_BLOCK text is a block, and what becomes of it: calls
-- without CALL, variables around it. How it runs is in action_run.
\pset format unaligned
\pset tuples_only on

-- blocks and SQL
SELECT CASE WHEN dbms.rewrite_block(action) IS NULL THEN 'SQL  ' ELSE 'block' END || ' ' || action
  FROM unnest(ARRAY[
    'BEGIN NULL; END;', 'begin null; end', 'DECLARE x int; BEGIN NULL; END;',
    '/* a */ -- b' || E'\n' || ' begin null; end;', '<<l>> BEGIN NULL; END l;',
    '<<l>> DECLARE x int; BEGIN NULL; END;',
    'BEGIN', 'BEGIN;', 'BEGIN; SELECT 1; COMMIT;', 'BEGIN WORK;', 'BEGIN TRANSACTION;',
    'BEGIN ISOLATION LEVEL SERIALIZABLE;', 'BEGIN READ ONLY;', 'START TRANSACTION;',
    'SELECT 1', '"begin" null; end;', '', '-- begin null; end;',
    'DECLARE c CURSOR FOR SELECT 1',
    'DECLARE c BINARY CURSOR FOR SELECT 1; BEGIN NULL; END;',
    'DECLARE c INSENSITIVE CURSOR FOR SELECT 1',
    'DECLARE c NO SCROLL CURSOR FOR SELECT 1',
    'DECLARE c CURSOR WITH HOLD FOR SELECT 1',
    'DECLARE c CURSOR FOR SELECT 1; BEGIN; COMMIT',
    'DECLARE c CURSOR FOR SELECT 1; BEGIN NULL; END;',
    'DECLARE c SCROLL CURSOR FOR SELECT 1; BEGIN NULL; END;',
    'DECLARE c CURSOR (x int) FOR SELECT x; BEGIN NULL; END;',
    'DECLARE c CURSOR IS SELECT 1; BEGIN NULL; END;',
    'DECLARE cursor int; BEGIN NULL; END;']) WITH ORDINALITY AS t (action, n)
 ORDER BY n;

-- the first tokens must be tokens
SELECT dbms.rewrite_block('BEGIN ''open');
SELECT dbms.rewrite_block('/* open');

-- calls without CALL
SELECT dbms.rewrite_block(action)
  FROM unnest(ARRAY[
    'BEGIN HR.SP_EXPORT;END;',
    'begin my_proc(1); end;',
    'begin p; exception when others then q(1, ''a;b''); end;',
    'BEGIN "My Schema"."Proc"; "x""y"(1); a.b.c; a . b ( 1 ); END;',
    'BEGIN p(f(1, (2)), ARRAY[1, 2], g[1], $$);$$, x => 1); END;',
    'BEGIN p /* ; */ ; q -- ;' || E'\n' || '(1) ; END;',
    'BEGIN IF a THEN p; ELSIF b THEN q(1); ELSE r; END IF; END;',
    'BEGIN CASE x WHEN 1 THEN p; ELSE q; END CASE; END;',
    'BEGIN LOOP p; EXIT WHEN f(1); END LOOP; END;',
    'BEGIN <<l>> FOR i IN 1..3 LOOP p(i); CONTINUE l; END LOOP l; END;',
    'BEGIN FOR r IN SELECT 1 LOOP p(r.x); END LOOP; END;',
    'BEGIN BEGIN p; END; <<i>> DECLARE x int := f(1); BEGIN q; END i; r; END;',
    'DECLARE x int; y CONSTANT text := (CASE WHEN true THEN f(1) ELSE g(2) END); BEGIN p; END;',
    'BEGIN DBMS_STATS.GATHER_TABLE_STATS(ownname => ''HR'', tabname => ''T''); END;']) WITH ORDINALITY AS t (action, n)
 ORDER BY n;

-- what is left alone
SELECT dbms.rewrite_block(action) = action
  FROM unnest(ARRAY[
    'BEGIN NULL; RETURN; COMMIT; ROLLBACK; RAISE; EXIT; CONTINUE; END;',
    'BEGIN x := 1; x = 1; x.y := 2; a[1] := 3; r.a[1] := f(1); END;',
    'BEGIN PERFORM (1); ASSERT (true); RETURN (1); EXECUTE (''x''); RAISE NOTICE ''%'', f(1); END;',
    'BEGIN SELECT (1); VALUES (1); VACUUM; ANALYZE (VERBOSE); CHECKPOINT; CALL p(1); DO ''x''; END;',
    'BEGIN x := CASE WHEN a THEN f(1) ELSE g(2) END; END;',
    'BEGIN INSERT INTO t VALUES (1); DELETE FROM t; TRUNCATE t; DROP TABLE IF EXISTS t; END;',
    'BEGIN MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE; END;',
    'BEGIN GET DIAGNOSTICS n = ROW_COUNT; OPEN c; FETCH c INTO x; CLOSE c; END;',
    'BEGIN p(1) q; p.; p(1; END;']) WITH ORDINALITY AS t (action, n)
 ORDER BY n;

-- CALL or PERFORM, by what the name means
CREATE SCHEMA action_a;
CREATE SCHEMA action_b;
CREATE PROCEDURE action_a.only_procedure() LANGUAGE sql AS '';
CREATE FUNCTION action_a.only_function() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE action_a.both(int) LANGUAGE sql AS '';
CREATE FUNCTION action_a.both(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION action_a.both(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION action_a.defaults(int, int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE action_a.defaults(int, int, VARIADIC int[]) LANGUAGE sql AS '';
CREATE FUNCTION action_b.in_path() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION action_b."Quoted"() RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT dbms.rewrite_block('BEGIN Action_A.Only_Procedure; ACTION_A.ONLY_FUNCTION; action_a.both(1); action_a.both(1, 2);'
    ' action_a.both; action_a.defaults(1); action_a.defaults(1, 2); action_a.defaults(1, 2, 3);'
    ' in_path; "Quoted"; quoted; action_a.neither; action_c.p; x.action_a.only_function; END;');
SET search_path = action_b;
SELECT dbms.rewrite_block('BEGIN in_path; "Quoted"(); only_function; sum(1); END;');
RESET search_path;
SELECT dbms.rewrite_block('BEGIN ' || quote_ident(current_database()) || '.action_b.in_path; END;')
     = 'BEGIN PERFORM ' || quote_ident(current_database()) || '.action_b.in_path(); END;';

-- what stands behind the last END, and more than one block
SELECT replace(dbms.rewrite_block(action), E'\n', ' | ')
  FROM unnest(ARRAY[
    'BEGIN NULL; END', 'BEGIN NULL; END;;', 'BEGIN NULL; END name;', 'BEGIN NULL; END "Name"',
    '<<name>> BEGIN NULL; END name;', E'BEGIN NULL; END;\n/', E'BEGIN NULL; END;\n / \n',
    E'BEGIN NULL; END -- end\n', 'BEGIN LOOP EXIT; END LOOP', 'BEGIN x := 1 / 2; END;',
    E'BEGIN p; END;\n/\nBEGIN q; END;\n/', 'BEGIN p; END; DECLARE x int; BEGIN q; END;',
    'BEGIN NULL']) WITH ORDINALITY AS t (action, n)
 ORDER BY n;

-- variables, declared if the text uses them
SELECT dbms.rewrite_block(action)
  FROM unnest(ARRAY[
    'BEGIN INSERT INTO log VALUES (job_name); END;',
    'BEGIN INSERT INTO log VALUES (JOB_NAME, job_start); END;',
    'BEGIN next_date := now(); END;',
    'BEGIN SELECT j.job_name FROM j; p(job_name => 1, job_start := 2); RAISE NOTICE ''job_name''; END;']) WITH ORDINALITY AS t (action, n)
 ORDER BY n;

-- the rewritten text runs as it is; a column and an own declaration win
DO LANGUAGE plpgsql $test$
DECLARE
    o text;
BEGIN
    CREATE TEMP TABLE job_table (job_name text);
    INSERT INTO job_table VALUES ('column');
    EXECUTE format('DO %L', dbms.rewrite_block(
        'BEGIN RAISE NOTICE ''%'', job_name; RAISE NOTICE ''%'', (SELECT job_name FROM job_table);'
        ' DECLARE job_name int := 3; BEGIN RAISE NOTICE ''%'', job_name; END; END'));
    BEGIN
        EXECUTE format('DO %L', dbms.rewrite_block('BEGIN job_name := ''x''; END'));
    EXCEPTION WHEN OTHERS THEN
        RAISE NOTICE '% %', SQLSTATE, SQLERRM;
    END;
    BEGIN
        EXECUTE format('DO %L', dbms.rewrite_block('BEGIN next_date := ''2030-01-01''; END'));
    EXCEPTION WHEN OTHERS THEN
        RAISE NOTICE '% %', SQLSTATE, SQLERRM;
    END;
END
$test$;

-- rights
CREATE ROLE regress_action_block;
SET ROLE regress_action_block;
SELECT dbms.rewrite_block('BEGIN NULL; END;');
SELECT dbms.block_report('next_date', now());
RESET ROLE;
SELECT dbms.rewrite_block(NULL);

DROP ROLE regress_action_block;
\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA action_a, action_b CASCADE;
