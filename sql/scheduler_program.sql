-- Programs and their arguments: every call, every error, who may do it.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
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
CREATE ROLE regress_prog_owner LOGIN;
CREATE ROLE regress_prog_other;
CREATE ROLE regress_prog_none;
CREATE ROLE regress_prog_any;
GRANT dbms_create_job TO regress_prog_owner, regress_prog_other;
GRANT dbms_create_any_job TO regress_prog_any;
GRANT regress_prog_owner TO regress_prog_any;
SET ROLE regress_prog_owner;

-- What a program is
CALL dbms_scheduler.create_program('p_block', 'plsql_block', 'BEGIN NULL; END;', enabled => true, comments => 'a block');
CALL dbms_scheduler.create_program('"p Proc"', 'STORED_PROCEDURE', 'app.work', 3);
CALL dbms_scheduler.create_program(program_name => 'regress_prog_owner.p_script', program_type => 'SQL_SCRIPT', program_action => 'SELECT 1; SELECT 2');
SELECT program_name, program_type, program_action, number_of_arguments, enabled, detached, comments
  FROM sys.user_scheduler_programs ORDER BY program_name;

-- Errors of create_program
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_program(NULL, ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program('''', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''1a'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''a-b'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''a.b.c'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''"a'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''"a""b"'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''a, b'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(repeat(''n'', 129), ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''p'', NULL, ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''NO_TYPE'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''EXECUTABLE'', ''/bin/true'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''EXTERNAL_SCRIPT'', ''true'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''BACKUP_SCRIPT'', ''backup'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''CHAIN'', ''c'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''PLSQL_BLOCK'', NULL)'),
    ('CALL dbms_scheduler.create_program(''p'', ''PLSQL_BLOCK'', '''')'),
    ('CALL dbms_scheduler.create_program(''p'', ''PLSQL_BLOCK'', repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.create_program(''p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'', 1)'),
    ('CALL dbms_scheduler.create_program(''p'', ''SQL_SCRIPT'', ''SELECT 1'', 1)'),
    ('CALL dbms_scheduler.create_program(''p'', ''STORED_PROCEDURE'', ''app.work'', 256)'),
    ('CALL dbms_scheduler.create_program(''p'', ''STORED_PROCEDURE'', ''app.work'', -1)'),
    ('CALL dbms_scheduler.create_program(''p'', ''STORED_PROCEDURE'', ''app.work'', NULL)'),
    ('CALL dbms_scheduler.create_program(''p'', ''STORED_PROCEDURE'', ''app.work'', 0, NULL)'),
    ('CALL dbms_scheduler.create_program(''p'', ''STORED_PROCEDURE'', ''app.work'', 2, true)'),
    ('CALL dbms_scheduler.create_program(''p'', ''STORED_PROCEDURE'', ''call me;'')'),
    ('CALL dbms_scheduler.create_program(''p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'', comments => repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.create_program(''P_Block'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''no_such_role.p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''sys.p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')'),
    ('CALL dbms_scheduler.create_program(''regress_prog_other.p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')')) AS t(c);

-- Arguments: each form, a new definition of the same position, metadata
CALL dbms_scheduler.define_program_argument('"p Proc"', 1, 'a_one', 'VARCHAR2', 'first');
CALL dbms_scheduler.define_program_argument('"p Proc"', 2, 'a_two', 'NUMBER');
CALL dbms_scheduler.define_program_argument('"p Proc"', 1, 'a_one', 'DATE', NULL);
CALL dbms_scheduler.define_metadata_argument('"p Proc"', 'job_name', 3);
SELECT argument_position, argument_name, argument_type, metadata_attribute, default_value, out_argument
  FROM sys.user_scheduler_program_args WHERE program_name = 'p Proc' ORDER BY argument_position;
CALL dbms_scheduler.define_program_argument(program_name => '"p Proc"', argument_position => 3, argument_type => 'NUMBER', default_value => '7');
CALL dbms_scheduler.define_program_argument(program_name => '"p Proc"', argument_position => 2, argument_type => 'text');
CALL dbms_scheduler.define_anydata_argument('"p Proc"', 1, 'a_one', 'SYS.ANYDATA', ROW('integer', '42')::sys.anydata);
SELECT argument_position, argument_name, argument_type, metadata_attribute, default_value, out_argument
  FROM sys.user_scheduler_program_args WHERE program_name = 'p Proc' ORDER BY argument_position;
CALL dbms_scheduler.define_anydata_argument(program_name => '"p Proc"', argument_position => 1, argument_type => 'SYS.ANYDATA', default_value => NULL);

-- Errors of arguments
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.define_program_argument(''none'', 1, ''a'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(NULL, 1, ''a'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 0, ''a'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 4, ''a'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', NULL::integer, ''a'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 1, ''a b'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 1, '''', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 1, ''a'', NULL)'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 1, ''a'', repeat(''t'', 258))'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 1, ''a'', ''NUMBER'', repeat(''t'', 4001))'),
    ('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 1, ''a'', ''NUMBER'', true)'),
    ('CALL dbms_scheduler.define_program_argument(''p_block'', 1, ''a'', ''NUMBER'')'),
    ('CALL dbms_scheduler.define_metadata_argument(''"p Proc"'', ''JOB_COLOUR'', 1)'),
    ('CALL dbms_scheduler.define_metadata_argument(''"p Proc"'', NULL, 1)'),
    ('CALL dbms_scheduler.drop_program_argument(''"p Proc"'', 4)'),
    ('CALL dbms_scheduler.drop_program_argument(''"p Proc"'', ''nobody'')'),
    ('CALL dbms_scheduler.drop_program_argument(''"p Proc"'', NULL::text)')) AS t(c);
CALL dbms_scheduler.define_program_argument('"p Proc"', 1, 'a_one', 'NUMBER');
SELECT pg_temp.error_of('CALL dbms_scheduler.define_program_argument(''"p Proc"'', 2, ''A_ONE'', ''NUMBER'')');

-- Enabling needs all arguments; an enabled program stays complete
CALL dbms_scheduler.drop_program_argument('"p Proc"', 'a_one');
CALL dbms_scheduler.drop_program_argument('"p Proc"', 2);
SELECT pg_temp.error_of('CALL dbms_scheduler.enable(''"p Proc"'')');
CALL dbms_scheduler.define_program_argument('"p Proc"', 1, 'a_one', 'NUMBER');
CALL dbms_scheduler.define_program_argument('"p Proc"', 2, 'a_two', 'NUMBER');
CALL dbms_scheduler.enable('"p Proc"');
CALL dbms_scheduler.enable('"p Proc", p_script');
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_program_argument(''"p Proc"'', 2)');
SELECT pg_temp.error_of('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''number_of_arguments'', 4)');
CALL dbms_scheduler.set_attribute('"p Proc"', 'number_of_arguments', 1);
SELECT argument_position, argument_name FROM sys.user_scheduler_program_args WHERE program_name = 'p Proc';

-- Attributes
CALL dbms_scheduler.set_attribute('"p Proc"', 'program_action', 'app.other');
CALL dbms_scheduler.set_attribute('"p Proc"', 'comments', 'changed');
CALL dbms_scheduler.set_attribute('"p Proc"', 'detached', false);
SELECT program_type, program_action, number_of_arguments, enabled, comments
  FROM sys.user_scheduler_programs WHERE program_name = 'p Proc';
CALL dbms_scheduler.set_attribute_null('"p Proc"', 'comments');
CALL dbms_scheduler.get_attribute('"p Proc"', 'program_type', NULL::text);
CALL dbms_scheduler.get_attribute('"p Proc"', 'program_action', NULL::text);
CALL dbms_scheduler.get_attribute('"p Proc"', 'number_of_arguments', NULL::integer);
CALL dbms_scheduler.get_attribute('"p Proc"', 'enabled', NULL::boolean);
CALL dbms_scheduler.get_attribute('"p Proc"', 'detached', NULL::boolean);
CALL dbms_scheduler.get_attribute('"p Proc"', 'comments', NULL::text);
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''program_type'', ''PLSQL_BLOCK'')'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''program_type'', ''EXECUTABLE'')'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''program_type'', ''nothing'')'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''program_action'', ''not; a name'')'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''program_action'', repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''number_of_arguments'', 256)'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''number_of_arguments'', true)'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''number_of_arguments'', ''many'')'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''detached'', true)'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''enabled'', ''perhaps'')'),
    ('CALL dbms_scheduler.set_attribute(''"p Proc"'', ''colour'', ''red'')'),
    ('CALL dbms_scheduler.set_attribute_null(''"p Proc"'', ''program_action'')'),
    ('CALL dbms_scheduler.set_attribute_null(''"p Proc"'', ''enabled'')'),
    ('CALL dbms_scheduler.get_attribute(''"p Proc"'', ''colour'', NULL::text)')) AS t(c);

-- Type and action may disagree for a while only when the program is disabled
CALL dbms_scheduler.disable('"p Proc"');
CALL dbms_scheduler.set_attribute('"p Proc"', 'number_of_arguments', 0);
CALL dbms_scheduler.set_attribute('"p Proc"', 'program_action', 'BEGIN NULL; END;');
SELECT pg_temp.error_of('CALL dbms_scheduler.enable(''"p Proc"'')');
CALL dbms_scheduler.set_attribute('"p Proc"', 'program_type', 'PLSQL_BLOCK');
CALL dbms_scheduler.set_attribute('"p Proc"', 'enabled', true);
SELECT program_type, program_action, enabled FROM sys.user_scheduler_programs WHERE program_name = 'p Proc';

-- Who may do what to it
RESET ROLE;
SET ROLE regress_prog_none;
SELECT pg_temp.error_of('CALL dbms_scheduler.create_program(''p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')');
RESET ROLE;
SET ROLE regress_prog_other;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.drop_program(''regress_prog_owner.p_block'')'),
    ('CALL dbms_scheduler.drop_program(''p_block'')'),
    ('CALL dbms_scheduler.enable(''regress_prog_owner.p_block'')'),
    ('CALL dbms_scheduler.set_attribute(''regress_prog_owner.p_block'', ''comments'', ''mine'')'),
    ('CALL dbms_scheduler.get_attribute(''regress_prog_owner.p_block'', ''comments'', NULL::text)'),
    ('CALL dbms_scheduler.define_program_argument(''regress_prog_owner.p_block'', 1, ''a'', ''NUMBER'')')) AS t(c);
RESET ROLE;
SET ROLE regress_prog_any;
CALL dbms_scheduler.create_program('regress_prog_owner.p_any', 'PLSQL_BLOCK', 'BEGIN NULL; END;');
CALL dbms_scheduler.set_attribute('regress_prog_owner.p_any', 'comments', 'made by another');
SELECT pg_temp.error_of('CALL dbms_scheduler.create_program(''regress_prog_other.p'', ''PLSQL_BLOCK'', ''BEGIN NULL; END;'')');
RESET ROLE;
SET ROLE regress_prog_owner;

-- Jobs that use it
CALL dbms_scheduler.create_job('j_uses', program_name => 'p_block', start_date => '2999-01-01', repeat_interval => 'FREQ=DAILY', enabled => true);
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_program(''p_block'')');
SELECT pg_temp.error_of('CALL dbms_scheduler.disable(''p_block'')');
CALL dbms_scheduler.disable('p_block', force => true);
SELECT enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_USES';
CALL dbms_scheduler.drop_program('p_block', force => true);
SELECT enabled, program_name FROM sys.user_scheduler_jobs WHERE job_name = 'J_USES';

-- Lists stop at the first that fails, and nothing is done
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_program(''p_script, none, p_any'')');
SELECT program_name FROM sys.user_scheduler_programs ORDER BY program_name;
CALL dbms_scheduler.drop_program('p_script, "p Proc",p_any');
SELECT count(*) FROM sys.user_scheduler_program_args;
CALL dbms_scheduler.drop_job('j_uses');

RESET ROLE;
DROP ROLE regress_prog_owner, regress_prog_other, regress_prog_none, regress_prog_any;
