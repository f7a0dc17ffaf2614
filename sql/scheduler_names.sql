-- Names that would break out of a statement put together from texts, in every
-- call that takes a name: a whole life of a job, a program and a schedule.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE ROLE regress_names LOGIN;
CREATE ROLE "regress_'$$;""\ names" LOGIN;
GRANT dbms_create_job, dbms_manage_scheduler, dbms_execute_any_class TO regress_names;
CREATE SCHEMA regress_names AUTHORIZATION regress_names;
SET search_path = regress_names, sys;
SET ROLE regress_names;
CREATE TABLE victim (i integer);
CREATE PROCEDURE act(value text) LANGUAGE plpgsql AS $$BEGIN NULL; END$$;

CREATE TABLE odd (id integer GENERATED ALWAYS AS IDENTITY, name text);
INSERT INTO odd (name) VALUES
    ('a''b'), ('a;b'), ('a\b'), ('\'), ('$$'), ('$1'), ('%s%n%1$s'), ('{},[]:()'), ('a.b'), ('a,b'), (' '), ('null'),
    ('x''); DROP TABLE regress_names.victim; --'), ('x"'''); -- a double quote cannot be in a name
INSERT INTO odd (name) VALUES
    (E'a\nb\t'), (E'\u00e9t\u00e9'), (E'\u65e5\u672c\u8a9e'), (E'\U0001F600'), (E'\u202egnp'), (repeat('n', 128));

CREATE FUNCTION try(what text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    EXECUTE call;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE;
    RETURN format('%s: %s %s', what, state, SQLERRM);
END $$;

CREATE FUNCTION live(name text) RETURNS SETOF text LANGUAGE plpgsql AS $live$
DECLARE
    quoted text := quote_literal('"' || name || '"');
    call text;
    n integer := 0;
    state text;
    seen bigint;
BEGIN
    FOREACH call IN ARRAY ARRAY[
        'CALL dbms_scheduler.create_job_class(%1$s, comments => %2$s)',
        'CALL dbms_scheduler.set_attribute(''SYS.'' || %1$s, ''comments'', %1$s)',
        'CALL dbms_scheduler.create_job(%1$s, job_type => ''PLSQL_BLOCK'', job_action => ''BEGIN NULL; END;'', job_class => %1$s)',
        'CALL dbms_scheduler.set_attribute(%1$s, ''comments'', %2$s)',
        'CALL dbms_scheduler.set_job_argument_value(%1$s, 1, %2$s)',    -- it has none
        'CALL dbms_scheduler.grant_privilege(''ALTER'', %1$s, ''"regress_''''$$;""\ names"'')',
        'CALL dbms_scheduler.revoke_privilege(''ALTER'', %1$s, ''"regress_''''$$;""\ names"'')',
        'CALL dbms_scheduler.run_job(%1$s)',
        'CALL dbms_scheduler.run_job(''regress_names.'' || %1$s)',
        'CALL dbms_scheduler.enable(%1$s)',
        'CALL dbms_scheduler.disable(''SYS.'' || %1$s)',
        'CALL dbms_scheduler.drop_job(%1$s || '','' || %1$s, force => true)',    -- the second is gone
        'CALL dbms_scheduler.drop_job_class(%1$s, true)',
        'CALL dbms_scheduler.create_program(%1$s, ''STORED_PROCEDURE'', ''regress_names.act'', 1, comments => %2$s)',
        'CALL dbms_scheduler.define_program_argument(%1$s, 1, %1$s, ''text'', %2$s)',
        'CALL dbms_scheduler.enable(%1$s)',
        'CALL dbms_scheduler.create_job(%1$s || ''_'', program_name => %1$s)',    -- text behind the quotes
        'CALL dbms_scheduler.create_job(''user'', program_name => %1$s)',
        'CALL dbms_scheduler.set_job_argument_value(''user'', %1$s, %2$s)',
        'CALL dbms_scheduler.run_job(''user'')',
        'CALL dbms_scheduler.copy_job(''user'', ''copy'')',
        'CALL dbms_scheduler.drop_program_argument(%1$s, %1$s)',    -- its jobs depend on it
        'CALL dbms_scheduler.drop_job(''user,copy'')',
        'CALL dbms_scheduler.drop_program(%1$s)',
        'CALL dbms_scheduler.create_schedule(%1$s, repeat_interval => ''FREQ=DAILY'', comments => %2$s)',
        'CALL dbms_scheduler.create_job(''user'', schedule_name => %1$s, job_type => ''PLSQL_BLOCK'', job_action => ''BEGIN NULL; END;'')',
        'CALL dbms_scheduler.set_attribute(%1$s, ''repeat_interval'', ''FREQ=HOURLY'')',
        'SELECT dbms_scheduler.calendar_occurrences(''FREQ=DAILY;INCLUDE='' || %1$s, ''2100-01-01'', ''2100-01-01'', 1)',
        'CALL dbms_scheduler.drop_schedule(%1$s, true)',
        'CALL dbms_scheduler.drop_job(''user'')',
        'CALL dbms_scheduler.create_jobs(jsonb_build_array(jsonb_build_object(''job_name'', %1$s::text, ''job_type'', ''PLSQL_BLOCK'', ''job_action'', ''BEGIN NULL; END;'')))',
        'CALL dbms_scheduler.set_job_attributes(ARRAY[dbms_scheduler.jobattr(%1$s, ''comments'', %2$s)])',
        'SELECT dbms_scheduler.get_attribute_text(%1$s, ''comments'')',
        'CALL dbms_scheduler.stop_job(%1$s)',    -- it does not run
        'CALL dbms_scheduler.purge_log(0, ''JOB_LOG'', %1$s)',
        'CALL dbms_scheduler.drop_job(%1$s)']
    LOOP
        n := n + 1;
        state := try('', format(call, quoted, quote_literal(name)));
        IF state IS NOT NULL THEN
            RETURN NEXT format('%s %s %s', to_char(n, 'FM00'), substring(call FROM 'dbms_scheduler\.(\w+)'), substring(state FROM ': (\w+)'));
        END IF;
    END LOOP;
    PERFORM try('', format('CALL dbms_scheduler.create_job(%s, job_type => ''SQL_SCRIPT'', job_action => ''SELECT 1'')', quoted));
    SELECT count(*) INTO seen FROM user_scheduler_jobs j WHERE j.job_name = name;
    IF seen = 0 THEN
        RETURN NEXT 'not in the view';
    END IF;
    PERFORM try('', format('CALL dbms_scheduler.drop_job(%s)', quoted));
END $live$;

-- which calls fail, for how many of the names
SELECT said, count(*) FROM odd o, live(o.name) AS said WHERE o.name !~ '"' GROUP BY 1 ORDER BY said COLLATE "C";
SELECT said FROM live((SELECT name FROM odd WHERE name ~ '"')) AS said WHERE said ~ 'create_' ORDER BY said COLLATE "C";

-- texts that are no names
SELECT name, try('', format('CALL dbms_scheduler.create_job(%L, job_type => ''PLSQL_BLOCK'', job_action => ''BEGIN NULL; END;'')', name)) AS said
  FROM (VALUES ('a''b'), ('a b'), ('a;b'), ('"a'), ('a"'), ('"a""b"'), ('""'), (''), ('.'), ('.a'), ('regress_names.'), ('a.b.c'), ('1a'),
               ('"a"b'), ('a--'), (E'a\nb'), ('$$'), ('a,b')) AS v (name);
SELECT try('', format('CALL dbms_scheduler.create_job(%L, job_type => ''PLSQL_BLOCK'', job_action => ''BEGIN NULL; END;'')', repeat(name, 200)))
  FROM (VALUES ('n'), (E'\u65e5')) AS v (name);
SELECT length(try('', format('CALL dbms_scheduler.drop_job(%L)', repeat('n', 1000000)))) < 400 AS message_is_short;

-- an owner with an odd name: a double quote cannot be in front of the dot
RESET ROLE;
GRANT dbms_create_job TO "regress_'$$;""\ names";
SET SESSION AUTHORIZATION "regress_'$$;""\ names";
CALL dbms_scheduler.create_job('"it''s"', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', auto_drop => false, enabled => true);
CALL dbms_scheduler.create_job('"regress_''$$;""\ names"."other"', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;');
SELECT owner, job_name FROM sys.all_scheduler_jobs ORDER BY 2;
RESET SESSION AUTHORIZATION;
DO $$
DECLARE
    deadline timestamptz := clock_timestamp() + interval '60 s';
BEGIN
    WHILE NOT EXISTS (SELECT FROM sys.dba_scheduler_jobs WHERE job_name = 'it''s' AND state = 'SUCCEEDED') LOOP
        IF clock_timestamp() > deadline THEN
            RAISE 'it has not run';
        END IF;
        PERFORM pg_sleep(0.01);
        COMMIT;
    END LOOP;
END $$;
SELECT owner, job_name, status, errors FROM sys.dba_scheduler_job_run_details WHERE job_name = 'it''s';

SELECT name AS left_over FROM dbms.object WHERE id > 1000 AND owner_id = (SELECT id FROM dbms.owner WHERE role_name = 'regress_names');
SELECT to_regclass('regress_names.victim') IS NOT NULL AS is_safe;
DROP OWNED BY regress_names, "regress_'$$;""\ names";
DROP SCHEMA IF EXISTS regress_names CASCADE;
DROP ROLE regress_names, "regress_'$$;""\ names";
