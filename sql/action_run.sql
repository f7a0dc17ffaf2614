-- Actions as jobs run them: blocks, SQL, scripts and procedures; their
-- transactions, output and errors.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA action_run;
SET search_path = action_run, public;
CREATE TABLE work (a int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE argument (position int PRIMARY KEY, name text, type text, value text);

-- Runs an action as a job that is dropped afterwards, and shows its record.
-- Arguments stand in the table, declared by a program if one has a name or type.
CREATE PROCEDURE act(job_type text, action text) LANGUAGE plpgsql AS $$
DECLARE
    last_id bigint := (SELECT coalesce(max(log_id), 0) FROM dbms.job_log);
    has_program boolean := EXISTS (SELECT FROM argument WHERE name IS NOT NULL OR type IS NOT NULL);
    n int := (SELECT count(*) FROM argument);
    deadline timestamptz := clock_timestamp() + interval '60 s';
    r record;
BEGIN
    IF has_program THEN
        CALL dbms_scheduler.create_program('REGRESS_ACTION_PROGRAM', job_type, action, n);
        FOR r IN SELECT * FROM argument ORDER BY position LOOP
            CALL dbms_scheduler.define_program_argument('REGRESS_ACTION_PROGRAM', r.position, r.name, coalesce(r.type, 'VARCHAR2'));
        END LOOP;
        CALL dbms_scheduler.enable('REGRESS_ACTION_PROGRAM');
        CALL dbms_scheduler.create_job('REGRESS_ACTION', program_name => 'REGRESS_ACTION_PROGRAM');
    ELSE
        CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type, action, n);
    END IF;
    FOR r IN SELECT * FROM argument ORDER BY position LOOP
        CALL dbms_scheduler.set_job_argument_value('REGRESS_ACTION', r.position, r.value);
    END LOOP;
    CALL dbms_scheduler.enable('REGRESS_ACTION');
    COMMIT;
    LOOP
        SELECT * INTO r FROM dbms.job_log l
         WHERE l.log_id > last_id AND l.job_name = 'REGRESS_ACTION' AND l.is_run;
        EXIT WHEN FOUND;
        IF clock_timestamp() > deadline THEN
            RAISE 'the job did not run within a minute';
        END IF;
        PERFORM pg_sleep(0.005);
        COMMIT;
    END LOOP;
    RAISE INFO '%', concat_ws(' | ', r.status, r.sqlstate, replace(nullif(r.errors, ''), E'\n', ' '),
                              replace(nullif(rtrim(r.output, E'\n'), ''), E'\n', ' '));
    -- the job may still be there for a moment, or for good if it failed
    LOOP
        EXIT WHEN NOT EXISTS (SELECT FROM dbms.run x JOIN dbms.object o ON o.id = x.job_id WHERE o.name = 'REGRESS_ACTION');
        PERFORM pg_sleep(0.005);
        COMMIT;
    END LOOP;
    IF EXISTS (SELECT FROM dbms.object WHERE name = 'REGRESS_ACTION') THEN
        CALL dbms_scheduler.drop_job('REGRESS_ACTION');
    END IF;
    IF has_program THEN
        CALL dbms_scheduler.drop_program('REGRESS_ACTION_PROGRAM');
    END IF;
    DELETE FROM argument;
    COMMIT;
END
$$;
CREATE PROCEDURE act_with(name text, VARIADIC arguments text[]) LANGUAGE plpgsql AS $$
BEGIN
    -- 'name:type=value', each part may be missing
    INSERT INTO argument
        SELECT n, m[1], m[2], m[3]
          FROM unnest(arguments) WITH ORDINALITY AS u (x, n),
               regexp_match(x, '^(?:([A-Za-z]+)?:)?(?:([A-Za-z0-9(),]*[A-Za-z)])?=)?(.*)$') AS m;
    UPDATE argument SET value = NULL WHERE value = 'NULL';
    CALL act('STORED_PROCEDURE', name);
END
$$;

-- blocks
CALL act('PLSQL_BLOCK', 'BEGIN RAISE NOTICE ''hello %'', 1; END;');
CALL act('PLSQL_BLOCK', 'begin insert into work values (1); commit; insert into work values (2); end');
CALL act('PLSQL_BLOCK', 'BEGIN INSERT INTO work VALUES (3); RAISE EXCEPTION ''no'' USING DETAIL = ''d'', HINT = ''h''; END;');
CALL act('PLSQL_BLOCK', 'BEGIN INSERT INTO work VALUES (4); COMMIT; INSERT INTO work VALUES (5); RAISE SQLSTATE ''AB123''; END;');
CALL act('PLSQL_BLOCK', E'BEGIN\n  NULL;\n  x y z;\nEND;');
CALL act('PLSQL_BLOCK', E'DECLARE\n  x int;\nBEGIN\n  x := 1 / 0;\nEND;\n/\n');
CALL act('PLSQL_BLOCK', 'BEGIN no_such_procedure; END;');
CALL act('PLSQL_BLOCK', 'BEGIN no_such_schema.p(1); END;');
CREATE PROCEDURE inserts(x int, INOUT y int DEFAULT 0) LANGUAGE plpgsql AS $$BEGIN INSERT INTO work VALUES (x); COMMIT; y := y + 1; END$$;
CREATE FUNCTION tells(x text) RETURNS int LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'told %', x; RETURN 1; END$$;
CALL act('PLSQL_BLOCK', 'DECLARE n int := 5; BEGIN inserts(6, n); tells(''n is '' || n); ACTION_RUN.TELLS(''b''); END;');
CALL act('PLSQL_BLOCK', 'BEGIN tells(job_name || '' '' || (job_start >= job_scheduled_start) || '' '' || coalesce(window_start::text, ''none'')); END;');
CALL act('PLSQL_BLOCK', 'BEGIN DECLARE job_name int := 7; BEGIN tells(job_name::text); END; END;');

-- SQL: one transaction, unless it says otherwise
CALL act('PLSQL_BLOCK', 'SELECT 1');
CALL act('PLSQL_BLOCK', ' -- nothing');
CALL act('PLSQL_BLOCK', 'INSERT INTO work VALUES (10); INSERT INTO work VALUES (11)');
CALL act('PLSQL_BLOCK', E'INSERT INTO work VALUES (12);\n\nSELECT 1/0');
CALL act('PLSQL_BLOCK', 'BEGIN; INSERT INTO work VALUES (13); COMMIT;');
CALL act('PLSQL_BLOCK', 'BEGIN; INSERT INTO work VALUES (14); COMMIT; INSERT INTO work VALUES (15); SELECT 1/0');
CALL act('PLSQL_BLOCK', 'INSERT INTO work VALUES (16); ROLLBACK');
CALL act('PLSQL_BLOCK', 'BEGIN; INSERT INTO work VALUES (17)');
CALL act('PLSQL_BLOCK', 'BEGIN; INSERT INTO work VALUES (18); COMMIT AND CHAIN');
CALL act('PLSQL_BLOCK', 'BEGIN; INSERT INTO work VALUES (19); SAVEPOINT s; INSERT INTO work VALUES (20); ROLLBACK TO s; END');
CALL act('PLSQL_BLOCK', 'BEGIN READ ONLY; SELECT 1; COMMIT');
CALL act('PLSQL_BLOCK', 'BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO work VALUES (21); COMMIT');
CALL act('PLSQL_BLOCK', 'SET default_transaction_read_only = on; SELECT 1');
CALL act('PLSQL_BLOCK', 'VACUUM work');
CALL act('PLSQL_BLOCK', 'VACUUM work; SELECT 1');
-- deferred constraints fail at the very end, and take the record of success with them
CALL act('PLSQL_BLOCK', 'INSERT INTO work VALUES (22); INSERT INTO work VALUES (22)');
CALL act('PLSQL_BLOCK', 'BEGIN; INSERT INTO work VALUES (23); INSERT INTO work VALUES (23); COMMIT');
CALL act('PLSQL_BLOCK', 'BEGIN INSERT INTO work VALUES (24); INSERT INTO work VALUES (24); END');
SELECT array_agg(a ORDER BY a) FROM work;
TRUNCATE work;

-- scripts: one transaction for each statement
CALL act('SQL_SCRIPT', 'VACUUM work; REINDEX TABLE CONCURRENTLY work; INSERT INTO work VALUES (30)');
CALL act('SQL_SCRIPT', 'CREATE DATABASE regress_action_run; DROP DATABASE regress_action_run');
CALL act('SQL_SCRIPT', 'CREATE DATABASE regress_action_run');
CALL act('SQL_SCRIPT', 'DROP DATABASE regress_action_run');
CALL act('SQL_SCRIPT', 'INSERT INTO work VALUES (31); SELECT 1/0; INSERT INTO work VALUES (32)');
CALL act('SQL_SCRIPT', 'BEGIN; INSERT INTO work VALUES (33); SELECT 1/0; COMMIT');
CALL act('SQL_SCRIPT', 'BEGIN; INSERT INTO work VALUES (34); COMMIT; INSERT INTO work VALUES (35); COMMIT');
CALL act('SQL_SCRIPT', 'BEGIN; INSERT INTO work VALUES (36); ROLLBACK');
CALL act('SQL_SCRIPT', 'INSERT INTO work VALUES (37); BEGIN; INSERT INTO work VALUES (38);');
CALL act('SQL_SCRIPT', 'BEGIN; INSERT INTO work VALUES (39); INSERT INTO work VALUES (39); COMMIT');
CALL act('SQL_SCRIPT', E'SELECT 1\n/\nINSERT INTO work VALUES (40);\n/\nINSERT INTO work VALUES (41)\n/\n');
CALL act('SQL_SCRIPT', E'INSERT INTO work VALUES (84\n/\n2)');
CALL act('SQL_SCRIPT', 'EXPLAIN ANALYZE SELECT 1; SHOW ALL; BEGIN; DECLARE c CURSOR FOR SELECT 1; FETCH ALL c; COMMIT; PREPARE x AS SELECT 1;'
    ' EXECUTE x; INSERT INTO work VALUES (43) RETURNING a; CREATE TEMP TABLE t (a int); VALUES (1); NOTIFY regress_action; CALL inserts(44)');
CALL act('SQL_SCRIPT', 'DO $do$BEGIN RAISE NOTICE ''one''; END$do$; DO $do$BEGIN RAISE WARNING ''two''; END$do$');
SELECT array_agg(a ORDER BY a) FROM work;
TRUNCATE work;

-- what is refused when it is defined
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1; SELEC 2');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'PLSQL_BLOCK', job_action => 'SELEC 2');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => E'COPY work FROM STDIN;\n1\n\\.\n');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'PLSQL_BLOCK', job_action => 'COPY (SELECT 1) TO STDOUT');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => E'SELECT 1;\n\\d work');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1 \gexec');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => E'SET SERVEROUTPUT ON\nSELECT 1;');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => E'PROMPT hello\nSELECT 1;');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => '@script.sql');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'p;');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'p(1)');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'a.b.c.d');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'a.');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => '"open');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => '""');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'a''b');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'p -- x');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => '1p');
\set VERBOSITY default
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => E'SELECT 1;\nSELEC 2');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'STORED_PROCEDURE', job_action => 'p;');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1;' || chr(10) || '\d');
CALL dbms_scheduler.create_job('REGRESS_ACTION', job_type => 'SQL_SCRIPT', job_action => 'COPY work TO STDOUT');
\set VERBOSITY terse

-- stored procedures
CREATE PROCEDURE plain() LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'one'; COMMIT; RAISE NOTICE 'two'; END$$;
CREATE PROCEDURE p1(a int, b text DEFAULT 'default') LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'p1 % %', a, b; END$$;
CREATE PROCEDURE same(a int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'same integer %', a; END$$;
CREATE PROCEDURE same(a text) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'same text %', a; END$$;
CREATE PROCEDURE other(a int, b int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'other integer %', a; END$$;
CREATE PROCEDURE other(a date, b int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'other date %', a; END$$;
CREATE PROCEDURE other(x numeric, y int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'other numeric %', x; END$$;
CREATE PROCEDURE many(a int, VARIADIC b int[]) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'many % %', a, b; END$$;
CREATE PROCEDURE puts_out(a int, OUT b int) LANGUAGE plpgsql AS $$BEGIN b := a; END$$;
CREATE PROCEDURE defaults(a int DEFAULT 1, b int DEFAULT 2, c int DEFAULT 3) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'defaults % % %', a, b, c; END$$;
CREATE FUNCTION returns_any(a anyelement) RETURNS anyelement LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'any % %', a, pg_typeof(a); RETURN a; END$$;
CREATE FUNCTION returns_set(a int[]) RETURNS SETOF int LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'set %', a; RETURN QUERY SELECT 1; END$$;
CREATE FUNCTION returns_row(a int, OUT x int, OUT y int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'row %', a; END$$;
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE PROCEDURE takes_domain(a positive) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'domain %', a; END$$;
CREATE PROCEDURE "Odd.Name;"(a text) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'odd %', a; END$$;
CALL act('STORED_PROCEDURE', 'plain');
CALL act('STORED_PROCEDURE', 'ACTION_RUN.PLAIN');
CALL act('STORED_PROCEDURE', ' "action_run" . plain ');
CALL act('STORED_PROCEDURE', current_database() || '.action_run.plain');
CALL act('STORED_PROCEDURE', 'elsewhere.action_run.plain');
CALL act('STORED_PROCEDURE', 'no_such_procedure');
CALL act('STORED_PROCEDURE', 'no_such_schema.p');
CALL act('STORED_PROCEDURE', 'p1');
CALL act_with('p1', '5');
CALL act_with('p1', '5', 'it''s');
CALL act_with('p1', 'NULL');
CALL act_with('p1', 'abc');
CALL act_with('p1', '1', '2', '3');
CALL act_with('p1', 'b:=x', 'a:=7');
CALL act_with('same', '5');
CALL act_with('same', 'NUMBER=5');
CALL act_with('same', 'VARCHAR2(30)=5');
CALL act_with('other', '5', '6');
CALL act_with('other', 'x:=5', 'y:=6');
CALL act_with('other', 'DATE=2024-01-01', 'NUMBER=6');
CALL act_with('other', 'INTEGER=5', 'INTEGER=6');
CALL act_with('other', 'nonsense=5', 'NUMBER=6');
CALL act_with('many', '5', '6', '7');
CALL act_with('puts_out', '5');
CALL act_with('puts_out', '5', 'NULL');
CALL act_with('defaults', 'c:=9');
CALL act_with('defaults', '8', 'c:=9');
CALL act('STORED_PROCEDURE', 'defaults');
CALL act_with('returns_any', 'NUMBER=5');
CALL act_with('returns_any', '5');
CALL act_with('returns_set', '{1,2}');
CALL act_with('returns_row', '1');
CALL act_with('takes_domain', '1');
CALL act_with('takes_domain', '-1');
CALL act_with('"Odd.Name;"', 'x');
CALL act_with('count', '1');

-- output: what the session lets through, in the server's encoding, bounded
CALL act('PLSQL_BLOCK', 'BEGIN RAISE NOTICE ''n'' USING DETAIL = ''d'', HINT = ''h''; RAISE WARNING ''w''; RAISE INFO ''i''; RAISE LOG ''l''; RAISE DEBUG ''d''; END');
CALL act('PLSQL_BLOCK', 'BEGIN SET client_min_messages = error; RAISE WARNING ''w''; RAISE INFO ''i''; END');
CALL act('PLSQL_BLOCK', 'BEGIN SET client_encoding = latin1; RAISE NOTICE ''%'', chr(228); END');
CALL act('PLSQL_BLOCK', 'BEGIN RAISE NOTICE ''before''; RAISE EXCEPTION ''after''; END');
CREATE PROCEDURE long_output() LANGUAGE plpgsql AS $$BEGIN FOR i IN 1..3000 LOOP RAISE NOTICE 'this is line % of much output', i; END LOOP; END$$;
SET client_min_messages = error;
CALL dbms_scheduler.create_job('REGRESS_ACTION_LONG', job_type => 'STORED_PROCEDURE', job_action => 'long_output', enabled => true);
RESET client_min_messages;
DO $$
DECLARE
    deadline timestamptz := clock_timestamp() + interval '60 s';
BEGIN
    LOOP
        EXIT WHEN EXISTS (SELECT FROM dbms.job_log WHERE job_name = 'REGRESS_ACTION_LONG' AND is_run);
        IF clock_timestamp() > deadline THEN
            RAISE 'the job did not run within a minute';
        END IF;
        PERFORM pg_sleep(0.005);
        COMMIT;
    END LOOP;
END
$$;
SELECT status, octet_length(output) BETWEEN 65000 AND 65536, right(output, 25)
  FROM dbms.job_log WHERE job_name = 'REGRESS_ACTION_LONG' AND is_run ORDER BY log_id DESC LIMIT 1;

-- the place of an error
CALL act('PLSQL_BLOCK', E'SELECT 1;\n\tSELECT ''\u00e4'', no_such_column FROM work');
CALL act('PLSQL_BLOCK', 'SELECT ' || repeat('1 + ', 100) || 'no_such_column' || repeat(' + 1', 100));
CALL act('PLSQL_BLOCK', 'BEGIN EXECUTE ''SELEC 1''; END;');

-- times are read back under any style: IST is elsewhere in the Postgres style
SET DateStyle = 'Postgres, DMY';
SET TimeZone = 'Asia/Kolkata';
CALL act('PLSQL_BLOCK', $$BEGIN
  RAISE NOTICE '% %', job_start BETWEEN now() - interval '1 min' AND now() + interval '1 min', job_scheduled_start BETWEEN now() - interval '1 min' AND now();
END;$$);
RESET DateStyle;
RESET TimeZone;

-- timeouts and settings of the owner count
CALL act('PLSQL_BLOCK', 'SET statement_timeout = 50; SELECT pg_sleep(60)');
CALL act('PLSQL_BLOCK', 'SET statement_timeout = 60000; SELECT pg_sleep(0.001); SELECT 1');

CALL dbms_scheduler.purge_log(0, 'JOB_LOG', 'REGRESS_ACTION, REGRESS_ACTION_LONG');
SELECT count(*) FROM dbms.job_log WHERE job_name LIKE 'REGRESS_ACTION%';
SET client_min_messages = error;
DROP SCHEMA action_run CASCADE;
