-- Programs: a named action for jobs, with its arguments.

CREATE PROCEDURE dbms_scheduler.create_program(
    program_name text,
    program_type text,
    program_action text,
    number_of_arguments integer DEFAULT 0,
    enabled boolean DEFAULT false,
    comments text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_program';
COMMENT ON PROCEDURE dbms_scheduler.create_program(text, text, text, integer, boolean, text) IS
    'makes a program of type PLSQL_BLOCK, STORED_PROCEDURE or SQL_SCRIPT';

CREATE PROCEDURE dbms_scheduler.drop_program(
    program_name text,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_program';
COMMENT ON PROCEDURE dbms_scheduler.drop_program(text, boolean) IS
    'drops programs (a comma list); with force, jobs that use one are disabled first';

-- Oracle's argument_name has a default in front of parameters without one.
-- Here it can only be left out where that leaves a form of its own.

CREATE PROCEDURE dbms_scheduler.define_program_argument(
    program_name text,
    argument_position integer,
    argument_name text,
    argument_type text,
    default_value text,
    out_argument boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_define_program_argument';
COMMENT ON PROCEDURE dbms_scheduler.define_program_argument(text, integer, text, text, text, boolean) IS
    'defines an argument that has a default value';

CREATE PROCEDURE dbms_scheduler.define_program_argument(
    program_name text,
    argument_position integer,
    argument_name text DEFAULT NULL,
    argument_type text DEFAULT NULL,
    out_argument boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_define_program_argument_plain';
COMMENT ON PROCEDURE dbms_scheduler.define_program_argument(text, integer, text, text, boolean) IS
    'defines an argument without a default value';

CREATE PROCEDURE dbms_scheduler.define_program_argument(
    argument_position integer,
    program_name text,
    argument_type text,
    default_value text,
    out_argument boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_define_program_argument_unnamed';
COMMENT ON PROCEDURE dbms_scheduler.define_program_argument(integer, text, text, text, boolean) IS
    'defines an argument that has a default value and no name: for calls by parameter name';

CREATE PROCEDURE dbms_scheduler.define_anydata_argument(
    program_name text,
    argument_position integer,
    argument_name text,
    argument_type text,
    default_value sys.anydata,
    out_argument boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_define_anydata_argument';
COMMENT ON PROCEDURE dbms_scheduler.define_anydata_argument(text, integer, text, text, sys.anydata, boolean) IS
    'defines an argument whose default value is of any type';

CREATE PROCEDURE dbms_scheduler.define_anydata_argument(
    argument_position integer,
    program_name text,
    argument_type text,
    default_value sys.anydata,
    out_argument boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_define_anydata_argument_unnamed';
COMMENT ON PROCEDURE dbms_scheduler.define_anydata_argument(integer, text, text, sys.anydata, boolean) IS
    'defines an argument whose default value is of any type and that has no name: for calls by parameter name';

CREATE PROCEDURE dbms_scheduler.define_metadata_argument(
    program_name text,
    metadata_attribute text,
    argument_position integer,
    argument_name text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_define_metadata_argument';
COMMENT ON PROCEDURE dbms_scheduler.define_metadata_argument(text, text, integer, text) IS
    'defines an argument that receives a fact about the run, such as JOB_NAME or JOB_START';

CREATE PROCEDURE dbms_scheduler.drop_program_argument(
    program_name text,
    argument_position integer)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_program_argument';
COMMENT ON PROCEDURE dbms_scheduler.drop_program_argument(text, integer) IS
    'drops the definition of an argument by its position';

CREATE PROCEDURE dbms_scheduler.drop_program_argument(
    program_name text,
    argument_name text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_program_argument_by_name';
COMMENT ON PROCEDURE dbms_scheduler.drop_program_argument(text, text) IS
    'drops the definition of an argument by its name';
