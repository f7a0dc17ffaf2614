-- The statement of a task on texts made at random of quotes, comments, operators,
-- casts and slices: what a chunk computes is what the server computes of the same
-- text with numbers in place of :start_id and :end_id.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CREATE TABLE got (what text[]);
CREATE DOMAIN start_id AS integer;

-- expressions; «s» and «e» are the bounds
CREATE TABLE piece (id serial, piece text);
INSERT INTO piece (piece) VALUES
    ('«s»'), ('«e»'), ('«s»+«e»'), ('1-«s»'), ('-«e»'), ('- -«e»'), ('@«s»'), ('«s»<«e»'), ('«e»>=«s»'), ('«s»<>«e»'), ('«e»%«s»'), ('«s»||''''||«e»'),
    ('«s»::text'), ('«s»::numeric/«e»'), ('«e»::start_id'), ('7::start_id'), ('«s»::start_id::text::start_id'), ('CAST(«e» AS start_id)'),
    (''':start_id'''), ('''it''''s :end_id'''), (''':x'''':y'''), ('''-- :start_id'''), ('''/* :x'''), ('''$$ :x'''), ('''a"b:start_id'''),
    ('E''a\'':start_id\\'''), ('e''\n:end_id'''), ('U&''\0041 :end_id'''), ('n'':x'''), ('B''101'''), ('X''1F'''),
    (E'''two ''\n''parts :start_id'''), (E'''two '' -- :x ''\n  ''parts :end_id'''),
    ('$$:start_id'':end_id$$'), ('$a$ $$ :x $b$ :y $a$'), ('$ʇ$:x$ʇ$'), ('$_1$''$_1$'),
    ('":start_id"'), ('q.":start_id"'), ('"a "":end_id"""'), ('U&"\0061:x"'), ('a$start_id'), ('größe'), ('q."größe"'),
    ('a[«s»]'), ('a[1: «s»]'), ('a[«s»: «e»]'), ('a[«s» : «e»]'), ('a[1 : 2]'), ('a[: «e»]'), ('a[«s»:]'), ('(a[2:3])[1]'),
    ('make_interval(days := «s»)'), ('make_interval(hours=>«e»)'), ('make_interval(secs:=«s»)'), ('coalesce(NULL,«s»)'),
    ('CASE WHEN «s»=7 THEN «e» ELSE 0 END'), ('«s» BETWEEN 1 AND «e»'), ('«s» IN («e»,«s»)'), ('(SELECT «s» WHERE «e»>0)'),
    ('1.5e3'), ('.5'), ('1e-3*«s»'), ('5*-«s»'), ('interval ''1 day''*«s»'), ('ARRAY[«s»,«e»]'), ('''{7}''::int[]@>ARRAY[«s»]'), ('ROW(«s»,'':x'',«e»)');
-- what may stand where a space may
CREATE TABLE gap (id serial, gap text);
INSERT INTO gap (gap) VALUES
    (''), (''), (''), (' '), (' '), (E'\n'), (E'\t'), (E' -- :x '' $$ \n'), (' /* :y '' */ '), ('/*:z*/'), ('/* a /* :b */ " :c */'), (E'--\n'), (E' /* \n -- */ ');

-- the text with the bounds' names in any case, and the text with numbers
CREATE FUNCTION fill(template text, start_text text, end_text text) RETURNS text LANGUAGE sql AS $$
    SELECT replace(replace(template, '«s»', start_text), '«e»', end_text)
$$;
CREATE FUNCTION any_case(name text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(CASE WHEN random() < 0.3 THEN upper(c) ELSE c END, '' ORDER BY n) FROM string_to_table(name, NULL) WITH ORDINALITY AS s (c, n)
$$;
CREATE FUNCTION any_gap() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT gap FROM gap ORDER BY random() LIMIT 1
$$;
CREATE FUNCTION any_list() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    list text;
    one text;
BEGIN
    -- both bounds are needed
    FOR one IN (SELECT piece FROM piece ORDER BY random() LIMIT 1 + random() * 6) UNION ALL VALUES ('«e»'), ('«s»') LOOP
        list := concat(list || ',', any_gap(), '(', any_gap(), one, any_gap(), ')', any_gap(), '::text', any_gap());
    END LOOP;
    RETURN list;
END $$;

CREATE PROCEDURE try_many(n integer) LANGUAGE plpgsql AS $$
DECLARE
    sources CONSTANT text := 'FROM (SELECT 1 AS ":start_id", 2 AS "a "":end_id""", 3 AS "a:x", ARRAY[1,2,3,4,5,6,7,8,9,10] AS a, 4 AS a$start_id, 5 AS größe) AS q';
    template text;
    stmt text;
    expected text[];
    computed text[];
    good integer := 0;
BEGIN
    FOR i IN 1 .. n LOOP
        template := format('SELECT ARRAY[%s] %s%s', any_list(), any_gap(), sources);
        EXECUTE fill(template, '(7)', '(9)') INTO expected;
        stmt := 'INSERT INTO got ' || fill(template, any_case(':start_id'), any_case(':end_id'));
        IF i % 3 = 0 THEN
            stmt := format(E'%s DECLARE%s v int:=:start_id; BEGIN %s;\n IF v = :start_id THEN v := v+:end_id; END IF; END%s;',
                           any_gap(), any_gap(), stmt, any_gap());
        END IF;
        DELETE FROM got;
        CALL dbms_parallel_execute.drop_chunks('random');
        CALL dbms_parallel_execute.create_chunks_by_sql('random', 'VALUES (7, 9)', false);
        CALL dbms_parallel_execute.run_task('random', stmt, 1);
        computed := (SELECT what FROM got);
        IF computed IS NOT DISTINCT FROM expected THEN
            good := good + 1;
        ELSE
            RAISE WARNING E'computed %\nexpected %\nof %\n%', computed, expected, stmt,
                (SELECT error_message FROM sys.user_parallel_execute_chunks WHERE task_name = 'random');
        END IF;
    END LOOP;
    RAISE NOTICE '% of % are equal', good, n;
END $$;
CALL dbms_parallel_execute.create_task('random');
CALL try_many(150);
CALL dbms_parallel_execute.drop_task('random');
SET client_min_messages = warning;
DROP SCHEMA regress_par CASCADE;
