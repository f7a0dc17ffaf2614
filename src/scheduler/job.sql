-- Jobs: the subprograms of DBMS_SCHEDULER that make, change, run and stop them.
-- Names, parameters and their order are Oracle's; a last parameter time_zone
-- is ours.

CREATE PROCEDURE dbms_scheduler.create_job(
    job_name text,
    job_type text,
    job_action text,
    number_of_arguments integer DEFAULT 0,
    start_date timestamptz DEFAULT NULL,
    repeat_interval text DEFAULT NULL,
    end_date timestamptz DEFAULT NULL,
    job_class text DEFAULT 'DEFAULT_JOB_CLASS',
    enabled boolean DEFAULT false,
    auto_drop boolean DEFAULT true,
    comments text DEFAULT NULL,
    credential_name text DEFAULT NULL,
    destination_name text DEFAULT NULL,
    time_zone text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_job_inline';
COMMENT ON PROCEDURE dbms_scheduler.create_job(text, text, text, integer, timestamptz, text, timestamptz, text, boolean, boolean, text, text, text, text) IS
    'makes a job with its own action and its own schedule';

CREATE PROCEDURE dbms_scheduler.create_job(
    job_name text,
    program_name text,
    schedule_name text,
    job_class text DEFAULT 'DEFAULT_JOB_CLASS',
    enabled boolean DEFAULT false,
    auto_drop boolean DEFAULT true,
    comments text DEFAULT NULL,
    job_style text DEFAULT 'REGULAR',
    credential_name text DEFAULT NULL,
    destination_name text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_job_named';
COMMENT ON PROCEDURE dbms_scheduler.create_job(text, text, text, text, boolean, boolean, text, text, text, text) IS
    'makes a job of a named program and a named schedule';

CREATE PROCEDURE dbms_scheduler.create_job(
    job_name text,
    program_name text,
    start_date timestamptz DEFAULT NULL,
    repeat_interval text DEFAULT NULL,
    end_date timestamptz DEFAULT NULL,
    job_class text DEFAULT 'DEFAULT_JOB_CLASS',
    enabled boolean DEFAULT false,
    auto_drop boolean DEFAULT true,
    comments text DEFAULT NULL,
    job_style text DEFAULT 'REGULAR',
    credential_name text DEFAULT NULL,
    destination_name text DEFAULT NULL,
    time_zone text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_job_program';
COMMENT ON PROCEDURE dbms_scheduler.create_job(text, text, timestamptz, text, timestamptz, text, boolean, boolean, text, text, text, text, text) IS
    'makes a job of a named program with its own schedule';

CREATE PROCEDURE dbms_scheduler.create_job(
    job_name text,
    schedule_name text,
    job_type text,
    job_action text,
    number_of_arguments integer DEFAULT 0,
    job_class text DEFAULT 'DEFAULT_JOB_CLASS',
    enabled boolean DEFAULT false,
    auto_drop boolean DEFAULT true,
    comments text DEFAULT NULL,
    credential_name text DEFAULT NULL,
    destination_name text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_job_schedule';
COMMENT ON PROCEDURE dbms_scheduler.create_job(text, text, text, text, integer, text, boolean, boolean, text, text, text) IS
    'makes a job of a named schedule with its own action';

CREATE PROCEDURE dbms_scheduler.copy_job(old_job text, new_job text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_copy_job';
COMMENT ON PROCEDURE dbms_scheduler.copy_job(text, text) IS
    'makes a disabled copy of a job with its arguments';

CREATE PROCEDURE dbms_scheduler.drop_job(
    job_name text,
    force boolean DEFAULT false,
    defer boolean DEFAULT false,
    commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_job';
COMMENT ON PROCEDURE dbms_scheduler.drop_job(text, boolean, boolean, text) IS
    'drops jobs, or all jobs of a class; force stops a running one, defer waits for its end';

CREATE PROCEDURE dbms_scheduler.enable(name text, commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_enable';
COMMENT ON PROCEDURE dbms_scheduler.enable(text, text) IS
    'enables jobs, all jobs of a class, or programs';

CREATE PROCEDURE dbms_scheduler.disable(
    name text,
    force boolean DEFAULT false,
    commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_disable';
COMMENT ON PROCEDURE dbms_scheduler.disable(text, boolean, text) IS
    'disables jobs, all jobs of a class, or programs';

CREATE PROCEDURE dbms_scheduler.set_attribute(name text, attribute text, value text, value2 text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_text';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute(text, text, text, text) IS
    'sets an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.set_attribute(name text, attribute text, value boolean)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_boolean';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute(text, text, boolean) IS
    'sets an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.set_attribute(name text, attribute text, value integer)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_integer';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute(text, text, integer) IS
    'sets an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.set_attribute(name text, attribute text, value double precision)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_number';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute(text, text, double precision) IS
    'sets an attribute of a job, program, schedule or job class to a number of a type other than integer';

CREATE PROCEDURE dbms_scheduler.set_attribute(name text, attribute text, value timestamptz)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_timestamptz';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute(text, text, timestamptz) IS
    'sets an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.set_attribute(name text, attribute text, value interval)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_interval';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute(text, text, interval) IS
    'sets an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.set_attribute_null(name text, attribute text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_attribute_null';
COMMENT ON PROCEDURE dbms_scheduler.set_attribute_null(text, text) IS
    'sets an attribute of a job, program, schedule or job class to NULL';

CREATE PROCEDURE dbms_scheduler.get_attribute(name text, attribute text, INOUT value text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_attribute_text';
COMMENT ON PROCEDURE dbms_scheduler.get_attribute(text, text, text) IS
    'reads an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.get_attribute(name text, attribute text, INOUT value boolean)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_attribute_boolean';
COMMENT ON PROCEDURE dbms_scheduler.get_attribute(text, text, boolean) IS
    'reads an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.get_attribute(name text, attribute text, INOUT value integer)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_attribute_integer';
COMMENT ON PROCEDURE dbms_scheduler.get_attribute(text, text, integer) IS
    'reads an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.get_attribute(name text, attribute text, INOUT value timestamptz)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_attribute_timestamptz';
COMMENT ON PROCEDURE dbms_scheduler.get_attribute(text, text, timestamptz) IS
    'reads an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.get_attribute(name text, attribute text, INOUT value interval)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_attribute_interval';
COMMENT ON PROCEDURE dbms_scheduler.get_attribute(text, text, interval) IS
    'reads an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.get_attribute(name text, attribute text, INOUT value text, INOUT value2 text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_attribute_two_texts';
COMMENT ON PROCEDURE dbms_scheduler.get_attribute(text, text, text, text) IS
    'reads an attribute with two values';

CREATE FUNCTION dbms_scheduler.get_attribute_text(name text, attribute text)
    RETURNS text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_attribute_text';
COMMENT ON FUNCTION dbms_scheduler.get_attribute_text(text, text) IS
    'value of an attribute of a job, program, schedule or job class';

CREATE FUNCTION dbms_scheduler.get_attribute_boolean(name text, attribute text)
    RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_attribute_boolean';
COMMENT ON FUNCTION dbms_scheduler.get_attribute_boolean(text, text) IS
    'value of an attribute of a job, program, schedule or job class';

CREATE FUNCTION dbms_scheduler.get_attribute_integer(name text, attribute text)
    RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_attribute_integer';
COMMENT ON FUNCTION dbms_scheduler.get_attribute_integer(text, text) IS
    'value of an attribute of a job, program, schedule or job class';

CREATE FUNCTION dbms_scheduler.get_attribute_timestamptz(name text, attribute text)
    RETURNS timestamptz
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_attribute_timestamptz';
COMMENT ON FUNCTION dbms_scheduler.get_attribute_timestamptz(text, text) IS
    'value of an attribute of a job, program, schedule or job class';

CREATE FUNCTION dbms_scheduler.get_attribute_interval(name text, attribute text)
    RETURNS interval
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_attribute_interval';
COMMENT ON FUNCTION dbms_scheduler.get_attribute_interval(text, text) IS
    'value of an attribute of a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.set_job_argument_value(
    job_name text,
    argument_position integer,
    argument_value text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_argument_by_position';
COMMENT ON PROCEDURE dbms_scheduler.set_job_argument_value(text, integer, text) IS
    'gives an argument of a job its value';

CREATE PROCEDURE dbms_scheduler.set_job_argument_value(job_name text, argument_name text, argument_value text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_argument_by_name';
COMMENT ON PROCEDURE dbms_scheduler.set_job_argument_value(text, text, text) IS
    'gives an argument of a job its value';

CREATE PROCEDURE dbms_scheduler.set_job_anydata_value(
    job_name text,
    argument_position integer,
    argument_value sys.anydata)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_anydata_by_position';
COMMENT ON PROCEDURE dbms_scheduler.set_job_anydata_value(text, integer, sys.anydata) IS
    'gives an argument of a job its value';

CREATE PROCEDURE dbms_scheduler.set_job_anydata_value(
    job_name text,
    argument_name text,
    argument_value sys.anydata)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_anydata_by_name';
COMMENT ON PROCEDURE dbms_scheduler.set_job_anydata_value(text, text, sys.anydata) IS
    'gives an argument of a job its value';

CREATE PROCEDURE dbms_scheduler.reset_job_argument_value(job_name text, argument_position integer)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_reset_argument_by_position';
COMMENT ON PROCEDURE dbms_scheduler.reset_job_argument_value(text, integer) IS
    'takes a job''s argument back to the program''s default';

CREATE PROCEDURE dbms_scheduler.reset_job_argument_value(job_name text, argument_name text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_reset_argument_by_name';
COMMENT ON PROCEDURE dbms_scheduler.reset_job_argument_value(text, text) IS
    'takes a job''s argument back to the program''s default';

CREATE FUNCTION dbms_scheduler.generate_job_name(prefix text DEFAULT 'JOB$_')
    RETURNS text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_generate_job_name';
COMMENT ON FUNCTION dbms_scheduler.generate_job_name(text) IS
    'a job name that no call has returned before';

CREATE PROCEDURE dbms_scheduler.run_job(job_name text, use_current_session boolean DEFAULT true)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_run_job';
COMMENT ON PROCEDURE dbms_scheduler.run_job(text, boolean) IS
    'runs jobs at once, in this session or in the background';

CREATE PROCEDURE dbms_scheduler.stop_job(
    job_name text,
    force boolean DEFAULT false,
    commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_stop_job';
COMMENT ON PROCEDURE dbms_scheduler.stop_job(text, boolean, text) IS
    'stops running jobs, or those of a class; force ends their processes';

CREATE PROCEDURE dbms_scheduler.end_detached_job_run(
    job_name text,
    error_number integer DEFAULT 0,
    additional_info text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_end_detached_job_run';
COMMENT ON PROCEDURE dbms_scheduler.end_detached_job_run(text, integer, text) IS
    'ends a run of a detached program; not supported yet';

-- Types of the batch calls, with Oracle's fields and, as functions of the same
-- name, its constructors. A field that is NULL has its default.

CREATE TYPE dbms_scheduler.jobarg AS (
    arg_position integer,
    arg_text_value text,
    arg_anydata_value sys.anydata,
    arg_operation text
);
COMMENT ON TYPE dbms_scheduler.jobarg IS 'value of an argument of a job, or a RESET of it';

CREATE FUNCTION dbms_scheduler.jobarg(arg_position integer, arg_value text)
    RETURNS dbms_scheduler.jobarg
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(arg_position, arg_value, NULL, 'SET')::dbms_scheduler.jobarg;
COMMENT ON FUNCTION dbms_scheduler.jobarg(integer, text) IS 'constructor: a text value';

CREATE FUNCTION dbms_scheduler.jobarg(arg_position integer, arg_value sys.anydata)
    RETURNS dbms_scheduler.jobarg
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(arg_position, NULL, arg_value, 'SET')::dbms_scheduler.jobarg;
COMMENT ON FUNCTION dbms_scheduler.jobarg(integer, sys.anydata) IS 'constructor: a value of any type';

CREATE FUNCTION dbms_scheduler.jobarg(arg_position integer, arg_reset boolean DEFAULT false)
    RETURNS dbms_scheduler.jobarg
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(arg_position, NULL, NULL, CASE WHEN arg_reset THEN 'RESET' ELSE 'SET' END)::dbms_scheduler.jobarg;
COMMENT ON FUNCTION dbms_scheduler.jobarg(integer, boolean) IS 'constructor: NULL, or back to the default';

CREATE TYPE dbms_scheduler.job_definition AS (
    job_name text,
    job_style text,
    program_name text,
    job_action text,
    job_type text,
    schedule_name text,
    repeat_interval text,
    event_condition text,
    queue_spec text,
    start_date timestamptz,
    end_date timestamptz,
    number_of_arguments integer,
    arguments dbms_scheduler.jobarg[],
    job_class text,
    schedule_limit interval,
    job_priority integer,
    job_weight integer,
    max_run_duration interval,
    max_runs integer,
    max_failures integer,
    logging_level integer,
    restartable boolean,
    stop_on_window_close boolean,
    raise_events integer,
    comments text,
    auto_drop boolean,
    enabled boolean,
    follow_default_timezone boolean,
    parallel_instances boolean,
    aq_job boolean,
    instance_id integer,
    credential_name text,
    destination text,
    database_role text,
    allow_runs_in_restricted_mode boolean,
    restart_on_recovery boolean,
    restart_on_failure boolean,
    store_output boolean,
    missed_runs text,
    time_zone text
);
COMMENT ON TYPE dbms_scheduler.job_definition IS 'a job for create_jobs';

CREATE FUNCTION dbms_scheduler.job_definition(
    job_name text,
    job_style text DEFAULT 'REGULAR',
    program_name text DEFAULT NULL,
    job_action text DEFAULT NULL,
    job_type text DEFAULT NULL,
    schedule_name text DEFAULT NULL,
    repeat_interval text DEFAULT NULL,
    event_condition text DEFAULT NULL,
    queue_spec text DEFAULT NULL,
    start_date timestamptz DEFAULT NULL,
    end_date timestamptz DEFAULT NULL,
    number_of_arguments integer DEFAULT NULL,
    arguments dbms_scheduler.jobarg[] DEFAULT NULL,
    job_class text DEFAULT 'DEFAULT_JOB_CLASS',
    schedule_limit interval DEFAULT NULL,
    job_priority integer DEFAULT NULL,
    job_weight integer DEFAULT NULL,
    max_run_duration interval DEFAULT NULL,
    max_runs integer DEFAULT NULL,
    max_failures integer DEFAULT NULL,
    logging_level integer DEFAULT 64,
    restartable boolean DEFAULT false,
    stop_on_window_close boolean DEFAULT false,
    raise_events integer DEFAULT NULL,
    comments text DEFAULT NULL,
    auto_drop boolean DEFAULT true,
    enabled boolean DEFAULT false,
    follow_default_timezone boolean DEFAULT false,
    parallel_instances boolean DEFAULT false,
    aq_job boolean DEFAULT false,
    instance_id integer DEFAULT NULL,
    credential_name text DEFAULT NULL,
    destination text DEFAULT NULL,
    database_role text DEFAULT NULL,
    allow_runs_in_restricted_mode boolean DEFAULT false,
    restart_on_recovery boolean DEFAULT NULL,
    restart_on_failure boolean DEFAULT NULL,
    store_output boolean DEFAULT NULL,
    missed_runs text DEFAULT NULL,
    time_zone text DEFAULT NULL)
    RETURNS dbms_scheduler.job_definition
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(
        job_name, job_style, program_name, job_action, job_type, schedule_name, repeat_interval,
        event_condition, queue_spec, start_date, end_date, number_of_arguments, arguments,
        job_class, schedule_limit, job_priority, job_weight, max_run_duration, max_runs,
        max_failures, logging_level, restartable, stop_on_window_close, raise_events, comments,
        auto_drop, enabled, follow_default_timezone, parallel_instances, aq_job, instance_id,
        credential_name, destination, database_role, allow_runs_in_restricted_mode,
        restart_on_recovery, restart_on_failure, store_output, missed_runs, time_zone)::dbms_scheduler.job_definition;
COMMENT ON FUNCTION dbms_scheduler.job_definition IS 'constructor with Oracle''s defaults';

CREATE TYPE dbms_scheduler.jobattr AS (
    job_name text,
    attr_name text,
    char_value text,
    char_value2 text,
    args_value dbms_scheduler.jobarg[],
    num_value integer,
    timestamp_value timestamptz,
    interval_value interval
);
COMMENT ON TYPE dbms_scheduler.jobattr IS 'an attribute of a job for set_job_attributes';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text, attr_value text)
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, attr_value, NULL, NULL, NULL, NULL, NULL)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text, text) IS 'constructor';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text, attr_value boolean)
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, CASE WHEN attr_value THEN 'TRUE' ELSE 'FALSE' END, NULL, NULL, NULL, NULL, NULL)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text, boolean) IS 'constructor';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text, attr_value integer)
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, NULL, NULL, NULL, attr_value, NULL, NULL)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text, integer) IS 'constructor';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text, attr_value timestamptz)
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, NULL, NULL, NULL, NULL, attr_value, NULL)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text, timestamptz) IS 'constructor';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text, attr_value interval)
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, NULL, NULL, NULL, NULL, NULL, attr_value)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text, interval) IS 'constructor';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text, attr_value dbms_scheduler.jobarg[])
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, NULL, NULL, attr_value, NULL, NULL, NULL)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text, dbms_scheduler.jobarg[]) IS 'constructor';

CREATE FUNCTION dbms_scheduler.jobattr(job_name text, attr_name text)
    RETURNS dbms_scheduler.jobattr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(job_name, attr_name, NULL, NULL, NULL, NULL, NULL, NULL)::dbms_scheduler.jobattr;
COMMENT ON FUNCTION dbms_scheduler.jobattr(text, text) IS 'constructor: the attribute becomes NULL';

CREATE PROCEDURE dbms_scheduler.create_jobs(
    jobdef_array dbms_scheduler.job_definition[],
    commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_jobs';
COMMENT ON PROCEDURE dbms_scheduler.create_jobs(dbms_scheduler.job_definition[], text) IS 'makes jobs';

CREATE PROCEDURE dbms_scheduler.create_jobs(
    jobdef_array jsonb,
    commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_jobs_jsonb';
COMMENT ON PROCEDURE dbms_scheduler.create_jobs(jsonb, text) IS
    'makes jobs of JSON objects with the fields of job_definition';

CREATE PROCEDURE dbms_scheduler.set_job_attributes(
    jobattr_array dbms_scheduler.jobattr[],
    commit_semantics text DEFAULT 'STOP_ON_FIRST_ERROR')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_job_attributes';
COMMENT ON PROCEDURE dbms_scheduler.set_job_attributes(dbms_scheduler.jobattr[], text) IS
    'sets attributes of jobs; each job is enabled again once';

-- What the last call with commit_semantics ABSORB_ERRORS passed over.

CREATE FUNCTION dbms.batch_errors(
    OUT array_index integer, OUT object_name text, OUT error_code integer, OUT sqlstate text,
    OUT error_message text, OUT error_detail text, OUT attr_name text)
    RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'pgd_scheduler_batch_errors';
COMMENT ON FUNCTION dbms.batch_errors() IS 'errors that the last batch call of this session absorbed';

CREATE VIEW sys.scheduler_batch_errors AS
    SELECT e.array_index, 'JOB'::text AS object_type, e.object_name, e.attr_name, e.error_code,
           e.error_message, e.error_detail AS additional_info, e.sqlstate
    FROM dbms.batch_errors() e;
COMMENT ON VIEW sys.scheduler_batch_errors IS
    'errors that the last batch call of this session absorbed';
