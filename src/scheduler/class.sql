-- Job classes: logging, history and resource group for many jobs; and the
-- package's constants.

CREATE PROCEDURE dbms_scheduler.create_job_class(
    job_class_name text,
    resource_consumer_group text DEFAULT NULL,
    service text DEFAULT NULL,
    logging_level integer DEFAULT 64,
    log_history integer DEFAULT NULL,
    comments text DEFAULT NULL,
    log_max_rows bigint DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_job_class';
COMMENT ON PROCEDURE dbms_scheduler.create_job_class(text, text, text, integer, integer, text, bigint) IS
    'makes a job class in SYS; needs dbms_manage_scheduler';

CREATE PROCEDURE dbms_scheduler.drop_job_class(
    job_class_name text,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_job_class';
COMMENT ON PROCEDURE dbms_scheduler.drop_job_class(text, boolean) IS
    'drops job classes (a comma list); with force, their jobs are disabled and move to DEFAULT_JOB_CLASS';

-- A dump brings classes that the extension has made already.

CREATE FUNCTION dbms.job_class_arrives() RETURNS trigger
    LANGUAGE c VOLATILE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_job_class_arrives';
COMMENT ON FUNCTION dbms.job_class_arrives() IS
    'row trigger: a class of the extension that comes with a dump changes the one that is there';
REVOKE ALL ON FUNCTION dbms.job_class_arrives() FROM PUBLIC;
CREATE TRIGGER job_class_arrives BEFORE INSERT ON dbms.job_class
    FOR EACH ROW WHEN (NEW.is_system) EXECUTE FUNCTION dbms.job_class_arrives();

CREATE FUNCTION dbms_scheduler.logging_off() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 32;
COMMENT ON FUNCTION dbms_scheduler.logging_off() IS 'logging level: nothing';
CREATE FUNCTION dbms_scheduler.logging_runs() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 64;
COMMENT ON FUNCTION dbms_scheduler.logging_runs() IS 'logging level: every run';
CREATE FUNCTION dbms_scheduler.logging_failed_runs() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 128;
COMMENT ON FUNCTION dbms_scheduler.logging_failed_runs() IS 'logging level: failed runs only';
CREATE FUNCTION dbms_scheduler.logging_full() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 256;
COMMENT ON FUNCTION dbms_scheduler.logging_full() IS 'logging level: every run, and what is done to the job';

CREATE FUNCTION dbms_scheduler.job_started() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 1;
COMMENT ON FUNCTION dbms_scheduler.job_started() IS 'event: a run starts';
CREATE FUNCTION dbms_scheduler.job_succeeded() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 2;
COMMENT ON FUNCTION dbms_scheduler.job_succeeded() IS 'event: a run succeeded';
CREATE FUNCTION dbms_scheduler.job_failed() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 4;
COMMENT ON FUNCTION dbms_scheduler.job_failed() IS 'event: a run failed';
CREATE FUNCTION dbms_scheduler.job_broken() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 8;
COMMENT ON FUNCTION dbms_scheduler.job_broken() IS 'event: max_failures is reached';
CREATE FUNCTION dbms_scheduler.job_completed() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 16;
COMMENT ON FUNCTION dbms_scheduler.job_completed() IS 'event: max_runs or end_date is reached';
CREATE FUNCTION dbms_scheduler.job_stopped() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 32;
COMMENT ON FUNCTION dbms_scheduler.job_stopped() IS 'event: stop_job ended a run';
CREATE FUNCTION dbms_scheduler.job_sch_lim_reached() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 64;
COMMENT ON FUNCTION dbms_scheduler.job_sch_lim_reached() IS 'event: schedule_limit is exceeded';
CREATE FUNCTION dbms_scheduler.job_disabled() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 128;
COMMENT ON FUNCTION dbms_scheduler.job_disabled() IS 'event: the scheduler disabled the job';
CREATE FUNCTION dbms_scheduler.job_chain_stalled() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 256;
COMMENT ON FUNCTION dbms_scheduler.job_chain_stalled() IS 'event: a chain is stalled';
CREATE FUNCTION dbms_scheduler.job_over_max_dur() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 512;
COMMENT ON FUNCTION dbms_scheduler.job_over_max_dur() IS 'event: a run lasts longer than max_run_duration';
CREATE FUNCTION dbms_scheduler.job_run_completed() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 38;
COMMENT ON FUNCTION dbms_scheduler.job_run_completed() IS 'events: a run succeeded, failed or was stopped';
CREATE FUNCTION dbms_scheduler.job_all_events() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 511;
COMMENT ON FUNCTION dbms_scheduler.job_all_events() IS 'events: all but job_over_max_dur';
