-- Catalog tables of the scheduler. There are no foreign keys: only our own
-- functions write here, and dropping many finished jobs must stay cheap. Times that a user gives are instants with
-- the name of their time zone beside them, since calendars follow the zone.

CREATE TABLE dbms.program (
    id bigint PRIMARY KEY,
    program_type text NOT NULL,
    program_action text NOT NULL,
    number_of_arguments integer NOT NULL DEFAULT 0,
    is_enabled boolean NOT NULL DEFAULT false,
    is_detached boolean NOT NULL DEFAULT false,
    environment text[] NOT NULL DEFAULT '{}',
    comments text,
    CONSTRAINT program_number_of_arguments_check CHECK (number_of_arguments BETWEEN 0 AND 255)
);
COMMENT ON TABLE dbms.program IS 'programs: a named action for jobs';
COMMENT ON COLUMN dbms.program.id IS 'row of dbms.object';
COMMENT ON COLUMN dbms.program.program_type IS 'PLSQL_BLOCK, STORED_PROCEDURE or SQL_SCRIPT';
COMMENT ON COLUMN dbms.program.program_action IS 'what a run executes';
COMMENT ON COLUMN dbms.program.number_of_arguments IS '0 to 255';
COMMENT ON COLUMN dbms.program.is_enabled IS 'may be used';
COMMENT ON COLUMN dbms.program.is_detached IS 'ends by a call, not with its action; not supported yet';
COMMENT ON COLUMN dbms.program.comments IS 'free text of its owner';
COMMENT ON COLUMN dbms.program.environment IS 'settings of the creating session as name, value, name, value';

CREATE TABLE dbms.program_argument (
    program_id bigint NOT NULL,
    position integer NOT NULL,
    name text,
    type_name text,
    metadata_attribute text,
    has_default boolean NOT NULL DEFAULT false,
    default_value text,
    is_anydata boolean NOT NULL DEFAULT false,
    PRIMARY KEY (program_id, position)
);
CREATE UNIQUE INDEX program_argument_program_id_name_idx ON dbms.program_argument (program_id, name);
COMMENT ON TABLE dbms.program_argument IS 'arguments of programs, with their defaults';
COMMENT ON COLUMN dbms.program_argument.program_id IS 'row of dbms.program';
COMMENT ON COLUMN dbms.program_argument.position IS 'from 1';
COMMENT ON COLUMN dbms.program_argument.name IS 'NULL: none';
COMMENT ON COLUMN dbms.program_argument.type_name IS 'as it was given; the procedure''s parameter decides when it runs';
COMMENT ON COLUMN dbms.program_argument.metadata_attribute IS 'what of the run is passed, such as JOB_NAME; NULL: a value';
COMMENT ON COLUMN dbms.program_argument.has_default IS 'default_value counts, NULL too';
COMMENT ON COLUMN dbms.program_argument.default_value IS 'as text';
COMMENT ON COLUMN dbms.program_argument.is_anydata IS 'was given as ANYDATA';

CREATE TABLE dbms.schedule (
    id bigint PRIMARY KEY,
    start_at timestamptz,
    time_zone text NOT NULL,
    repeat_interval text,
    end_at timestamptz,
    comments text
);
COMMENT ON TABLE dbms.schedule IS 'named schedules: when, for many jobs';
COMMENT ON COLUMN dbms.schedule.id IS 'row of dbms.object';
COMMENT ON COLUMN dbms.schedule.start_at IS 'first time; NULL: the moment a job is enabled';
COMMENT ON COLUMN dbms.schedule.repeat_interval IS 'calendar string or cron line; NULL: once';
COMMENT ON COLUMN dbms.schedule.end_at IS 'no runs from this time on';
COMMENT ON COLUMN dbms.schedule.comments IS 'free text of its owner';
COMMENT ON COLUMN dbms.schedule.time_zone IS 'zone in which the calendar string counts';

CREATE TABLE dbms.job_class (
    id bigint PRIMARY KEY,
    resource_consumer_group text,
    service text,
    logging_level integer NOT NULL DEFAULT 64,
    log_history integer,
    log_max_rows bigint,
    is_system boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    comments text
);
COMMENT ON TABLE dbms.job_class IS 'job classes: logging, history and resource group for many jobs';
COMMENT ON COLUMN dbms.job_class.id IS 'row of dbms.object';
COMMENT ON COLUMN dbms.job_class.resource_consumer_group IS 'consumer group of its jobs and tasks; one that was deleted has no effect';
COMMENT ON COLUMN dbms.job_class.service IS 'mappings of SERVICE_NAME to consumer groups look at it; else without effect';
COMMENT ON COLUMN dbms.job_class.comments IS 'free text';
COMMENT ON COLUMN dbms.job_class.logging_level IS '32 off, 64 runs, 128 failed runs, 256 full';
COMMENT ON COLUMN dbms.job_class.log_history IS 'days that log rows are kept; NULL: the scheduler attribute LOG_HISTORY';
COMMENT ON COLUMN dbms.job_class.is_system IS 'brought along by the extension';
COMMENT ON COLUMN dbms.job_class.is_changed IS 'a class of the extension whose attributes were set: a dump takes these along';
COMMENT ON COLUMN dbms.job_class.log_max_rows IS 'log rows kept at the most, the newest; NULL: no bound';

-- The definition of a job, which changes rarely ...

CREATE TABLE dbms.job (
    id bigint PRIMARY KEY,
    creator text NOT NULL,
    job_style text NOT NULL DEFAULT 'REGULAR',
    program_owner_id integer,
    program_name text,
    job_type text,
    job_action text,
    number_of_arguments integer NOT NULL DEFAULT 0,
    schedule_owner_id integer,
    schedule_name text,
    start_at timestamptz,
    time_zone text NOT NULL,
    repeat_interval text,
    interval_kind text,
    end_at timestamptz,
    job_class text NOT NULL DEFAULT 'DEFAULT_JOB_CLASS',
    job_priority integer NOT NULL DEFAULT 3,
    job_weight integer NOT NULL DEFAULT 1,
    max_failures integer,
    max_runs integer,
    max_run_duration interval,
    schedule_limit interval,
    restart_on_failure boolean NOT NULL DEFAULT false,
    restart_on_recovery boolean NOT NULL DEFAULT false,
    missed_runs text NOT NULL DEFAULT 'ONCE',
    auto_drop boolean NOT NULL DEFAULT true,
    stop_on_window_close boolean NOT NULL DEFAULT false,
    raise_events integer NOT NULL DEFAULT 0,
    logging_level integer NOT NULL DEFAULT 32,
    store_output boolean NOT NULL DEFAULT true,
    follow_default_timezone boolean NOT NULL DEFAULT false,
    parallel_instances boolean NOT NULL DEFAULT false,
    instance_stickiness boolean NOT NULL DEFAULT true,
    instance_id integer,
    database_role text NOT NULL DEFAULT 'PRIMARY',
    allow_runs_in_restricted_mode boolean NOT NULL DEFAULT false,
    credential_name text,
    is_system boolean NOT NULL DEFAULT false,
    dbms_job_number integer,
    environment text[] NOT NULL DEFAULT '{}',
    comments text,
    CONSTRAINT job_interval_kind_check CHECK (interval_kind IN ('CALENDAR', 'CRON', 'EXPRESSION')),
    CONSTRAINT job_missed_runs_check CHECK (missed_runs IN ('ONCE', 'SKIP', 'EACH'))
);
CREATE INDEX job_program_idx ON dbms.job (program_owner_id, program_name) WHERE program_name IS NOT NULL;
CREATE INDEX job_schedule_idx ON dbms.job (schedule_owner_id, schedule_name) WHERE schedule_name IS NOT NULL;
CREATE INDEX job_job_class_idx ON dbms.job (job_class);
CREATE UNIQUE INDEX job_dbms_job_number_idx ON dbms.job (dbms_job_number) WHERE dbms_job_number IS NOT NULL;
COMMENT ON TABLE dbms.job IS 'definitions of jobs';
COMMENT ON COLUMN dbms.job.id IS 'row of dbms.object';
COMMENT ON COLUMN dbms.job.creator IS 'role that made it, as the views show it';
COMMENT ON COLUMN dbms.job.job_style IS 'REGULAR, LIGHTWEIGHT or an in-memory style';
COMMENT ON COLUMN dbms.job.program_owner_id IS 'owner of the named program';
COMMENT ON COLUMN dbms.job.job_type IS 'PLSQL_BLOCK, STORED_PROCEDURE or SQL_SCRIPT; NULL with a named program';
COMMENT ON COLUMN dbms.job.job_action IS 'what a run executes; NULL with a named program';
COMMENT ON COLUMN dbms.job.number_of_arguments IS 'of an inline action';
COMMENT ON COLUMN dbms.job.schedule_owner_id IS 'owner of the named schedule; 0 (SYS) for windows and groups';
COMMENT ON COLUMN dbms.job.start_at IS 'first time; NULL: the moment the job is enabled';
COMMENT ON COLUMN dbms.job.time_zone IS 'zone in which the schedule counts';
COMMENT ON COLUMN dbms.job.repeat_interval IS 'of the inline schedule; NULL: once';
COMMENT ON COLUMN dbms.job.end_at IS 'no runs from this time on';
COMMENT ON COLUMN dbms.job.job_class IS 'name of a class of SYS';
COMMENT ON COLUMN dbms.job.job_priority IS '1 (first) to 5 among what is due';
COMMENT ON COLUMN dbms.job.job_weight IS 'kept and shown, without effect';
COMMENT ON COLUMN dbms.job.max_failures IS 'failures in a row until the job is BROKEN; NULL: any';
COMMENT ON COLUMN dbms.job.max_runs IS 'runs until it is COMPLETED; NULL: any';
COMMENT ON COLUMN dbms.job.max_run_duration IS 'a longer run is reported; NULL: any';
COMMENT ON COLUMN dbms.job.schedule_limit IS 'a run that could not start within it is skipped; NULL: any';
COMMENT ON COLUMN dbms.job.restart_on_failure IS 'a failed run is tried again';
COMMENT ON COLUMN dbms.job.restart_on_recovery IS 'an interrupted run is run again';
COMMENT ON COLUMN dbms.job.auto_drop IS 'dropped when it has ended';
COMMENT ON COLUMN dbms.job.stop_on_window_close IS 'a run ends when the window closes in which it started; for a group when the next window is not in it';
COMMENT ON COLUMN dbms.job.raise_events IS 'sum of the constants JOB_STARTED ...; not supported yet';
COMMENT ON COLUMN dbms.job.logging_level IS '32 off, 64 runs, 128 failed runs, 256 full; the more detailed of job and class counts';
COMMENT ON COLUMN dbms.job.store_output IS 'the log keeps what a run raises';
COMMENT ON COLUMN dbms.job.follow_default_timezone IS 'time_zone is that of the scheduler attribute DEFAULT_TIMEZONE';
COMMENT ON COLUMN dbms.job.parallel_instances IS 'not supported yet';
COMMENT ON COLUMN dbms.job.instance_stickiness IS 'kept and shown, without effect';
COMMENT ON COLUMN dbms.job.instance_id IS 'kept and shown, without effect';
COMMENT ON COLUMN dbms.job.database_role IS 'PRIMARY; no other is supported yet';
COMMENT ON COLUMN dbms.job.allow_runs_in_restricted_mode IS 'kept and shown, without effect';
COMMENT ON COLUMN dbms.job.credential_name IS 'not supported yet';
COMMENT ON COLUMN dbms.job.is_system IS 'only superusers change it';
COMMENT ON COLUMN dbms.job.comments IS 'free text of its owner';
COMMENT ON COLUMN dbms.job.program_name IS 'named program, by name: it may be dropped and made again; NULL: the inline action';
COMMENT ON COLUMN dbms.job.schedule_name IS 'named schedule, window or group, by name; NULL: the inline schedule';
COMMENT ON COLUMN dbms.job.interval_kind IS 'what repeat_interval is: a calendar string, a cron line, or an expression that the owner''s worker evaluates';
COMMENT ON COLUMN dbms.job.missed_runs IS 'due times passed while nothing could run: ONCE, SKIP or EACH';
COMMENT ON COLUMN dbms.job.dbms_job_number IS 'job number for a job of package DBMS_JOB';
COMMENT ON COLUMN dbms.job.environment IS 'settings of the creating session as name, value, name, value';

-- ... and its state, which changes once for each run, in place.

CREATE TABLE dbms.job_state (
    job_id bigint PRIMARY KEY,
    is_enabled boolean NOT NULL DEFAULT false,
    base_at timestamptz,
    next_run_at timestamptz,
    due_at timestamptz,
    next_operation text NOT NULL DEFAULT 'RUN',
    run_count bigint NOT NULL DEFAULT 0,
    failure_count bigint NOT NULL DEFAULT 0,
    consecutive_failures integer NOT NULL DEFAULT 0,
    retry_count integer NOT NULL DEFAULT 0,
    last_start_at timestamptz,
    last_run_duration interval,
    last_success_at timestamptz,
    total_run_time interval NOT NULL DEFAULT '0',
    final_state text,
    disabled_reason text,
    is_deferred_drop boolean NOT NULL DEFAULT false,
    manual_run_at timestamptz,
    manual_run_user text
) WITH (fillfactor = 70);
COMMENT ON TABLE dbms.job_state IS 'state of jobs: counters and the next due time';
COMMENT ON COLUMN dbms.job_state.job_id IS 'row of dbms.job';
COMMENT ON COLUMN dbms.job_state.is_enabled IS 'it runs when it is due';
COMMENT ON COLUMN dbms.job_state.run_count IS 'runs since it was enabled; retries count as one';
COMMENT ON COLUMN dbms.job_state.failure_count IS 'of these, failed';
COMMENT ON COLUMN dbms.job_state.consecutive_failures IS 'failed since the last success';
COMMENT ON COLUMN dbms.job_state.retry_count IS 'retries of the run that failed last';
COMMENT ON COLUMN dbms.job_state.last_start_at IS 'start of the last run';
COMMENT ON COLUMN dbms.job_state.last_run_duration IS 'of the last run';
COMMENT ON COLUMN dbms.job_state.last_success_at IS 'start of the last run that succeeded';
COMMENT ON COLUMN dbms.job_state.total_run_time IS 'of all runs';
COMMENT ON COLUMN dbms.job_state.disabled_reason IS 'why the scheduler disabled it; NULL: it did not';
COMMENT ON COLUMN dbms.job_state.is_deferred_drop IS 'dropped when its run ends';
COMMENT ON COLUMN dbms.job_state.manual_run_user IS 'who asked for that run';
COMMENT ON COLUMN dbms.job_state.base_at IS 'moment of enabling, the reference of a calendar without a start date';
COMMENT ON COLUMN dbms.job_state.next_run_at IS 'when the job runs next: a due time of its schedule or a retry';
COMMENT ON COLUMN dbms.job_state.due_at IS 'the schedule''s due time that next_run_at serves; differs from it for a retry; for a window or group the last opening that the job was told of';
COMMENT ON COLUMN dbms.job_state.next_operation IS 'RUN, RETRY_RUN or RECOVERY_RUN: what the next run is in the log; EVALUATE: only the repeat expression is evaluated';
COMMENT ON COLUMN dbms.job_state.final_state IS 'COMPLETED, BROKEN, FAILED, SUCCEEDED or STOPPED once a job has ended by itself';
COMMENT ON COLUMN dbms.job_state.manual_run_at IS 'RUN_JOB asked for a run in the background at this time; NULL: none asked';

CREATE TABLE dbms.job_argument (
    job_id bigint NOT NULL,
    position integer NOT NULL,
    value text,
    is_anydata boolean NOT NULL DEFAULT false,
    PRIMARY KEY (job_id, position)
);
COMMENT ON TABLE dbms.job_argument IS 'argument values of jobs; a program''s default counts where there is none';
COMMENT ON COLUMN dbms.job_argument.job_id IS 'row of dbms.job';
COMMENT ON COLUMN dbms.job_argument.position IS 'from 1';
COMMENT ON COLUMN dbms.job_argument.value IS 'as text; NULL is a value';
COMMENT ON COLUMN dbms.job_argument.is_anydata IS 'was given as ANYDATA';

-- Runs under way. The coordinator inserts a row before a run begins, many in
-- one commit; the row goes when its outcome has reached the job's state. A row
-- without a live worker behind it is an interrupted run.

CREATE TABLE dbms.run (
    id bigint PRIMARY KEY,
    job_id bigint NOT NULL,
    operation text NOT NULL,
    scheduled_at timestamptz NOT NULL,
    marked_at timestamptz NOT NULL,
    retry integer NOT NULL DEFAULT 0,
    is_manual boolean NOT NULL DEFAULT false,
    requested_by text
) WITH (fillfactor = 70);
CREATE INDEX run_job_id_idx ON dbms.run (job_id);
COMMENT ON TABLE dbms.run IS 'runs that have been started and whose outcome is not yet in the job''s state';
COMMENT ON COLUMN dbms.run.id IS 'the log_id that its record will have';
COMMENT ON COLUMN dbms.run.job_id IS 'row of dbms.job';
COMMENT ON COLUMN dbms.run.operation IS 'RUN, RETRY_RUN, RECOVERY_RUN or EVALUATE';
COMMENT ON COLUMN dbms.run.scheduled_at IS 'the due time that it serves';
COMMENT ON COLUMN dbms.run.marked_at IS 'when it was handed to a worker';
COMMENT ON COLUMN dbms.run.retry IS 'number of the retry, 0: the first try';
COMMENT ON COLUMN dbms.run.is_manual IS 'asked for by RUN_JOB';
COMMENT ON COLUMN dbms.run.requested_by IS 'who asked';

-- Outcomes that the log does not hold: the worker inserts one in the same
-- transaction as the work when the run is not logged, or says more than a log
-- row can.

CREATE TABLE dbms.outcome (
    id bigint PRIMARY KEY,
    status text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    has_next_run boolean NOT NULL DEFAULT false,
    next_run_at timestamptz,
    is_broken boolean
);
COMMENT ON TABLE dbms.outcome IS 'outcome of a run beside the log, until it has reached the job''s state';
COMMENT ON COLUMN dbms.outcome.id IS 'row of dbms.run';
COMMENT ON COLUMN dbms.outcome.status IS 'SUCCEEDED, FAILED or STOPPED';
COMMENT ON COLUMN dbms.outcome.started_at IS 'start of the action';
COMMENT ON COLUMN dbms.outcome.ended_at IS 'its end';
COMMENT ON COLUMN dbms.outcome.next_run_at IS 'the next due time; NULL: none';
COMMENT ON COLUMN dbms.outcome.is_broken IS 'what a block of DBMS_JOB set BROKEN to; NULL: nothing';
COMMENT ON COLUMN dbms.outcome.has_next_run IS 'next_run_at counts: the worker evaluated the repeat expression, or DBMS_JOB''s block set its next date';

-- The log of jobs. Run details are the same row: one insert for each run.

CREATE TABLE dbms.job_log (
    log_id bigint PRIMARY KEY,
    log_date timestamptz NOT NULL DEFAULT clock_timestamp(),
    owner_id integer NOT NULL,
    job_name text NOT NULL,
    job_subname text,
    job_class text NOT NULL,
    operation text NOT NULL,
    status text,
    user_name text,
    additional_info text,
    is_run boolean NOT NULL DEFAULT false,
    error_number integer,
    sqlstate text,
    scheduled_at timestamptz,
    started_at timestamptz,
    run_duration interval,
    cpu_used interval,
    worker_pid integer,
    errors text,
    output text
);
CREATE INDEX job_log_job_class_log_id_idx ON dbms.job_log (job_class, log_id);
CREATE INDEX job_log_owner_id_job_name_log_id_idx ON dbms.job_log (owner_id, job_name, log_id);
COMMENT ON TABLE dbms.job_log IS 'log of jobs; a run''s row holds its details too';
COMMENT ON COLUMN dbms.job_log.log_id IS 'in the order of what happened';
COMMENT ON COLUMN dbms.job_log.log_date IS 'when it was written; for a run, its end';
COMMENT ON COLUMN dbms.job_log.owner_id IS 'owner of the job';
COMMENT ON COLUMN dbms.job_log.job_name IS 'its name then';
COMMENT ON COLUMN dbms.job_log.job_subname IS 'always NULL';
COMMENT ON COLUMN dbms.job_log.job_class IS 'its class then';
COMMENT ON COLUMN dbms.job_log.operation IS 'RUN, RETRY_RUN, RECOVERY_RUN, MISSED or what was done to the job';
COMMENT ON COLUMN dbms.job_log.status IS 'SUCCEEDED, FAILED or STOPPED; NULL: no run';
COMMENT ON COLUMN dbms.job_log.user_name IS 'role that did it or asked for the run; NULL: the scheduler';
COMMENT ON COLUMN dbms.job_log.additional_info IS 'reason, numbers';
COMMENT ON COLUMN dbms.job_log.is_run IS 'the row has run details';
COMMENT ON COLUMN dbms.job_log.error_number IS 'ORA number, 0 for a success';
COMMENT ON COLUMN dbms.job_log.sqlstate IS 'code of the error';
COMMENT ON COLUMN dbms.job_log.scheduled_at IS 'the due time that the run served';
COMMENT ON COLUMN dbms.job_log.started_at IS 'start of the action';
COMMENT ON COLUMN dbms.job_log.run_duration IS 'of the action';
COMMENT ON COLUMN dbms.job_log.cpu_used IS 'of the worker';
COMMENT ON COLUMN dbms.job_log.worker_pid IS 'process of the worker';
COMMENT ON COLUMN dbms.job_log.errors IS 'error message with detail, hint and context';
COMMENT ON COLUMN dbms.job_log.output IS 'what the run raised: NOTICE and above, bounded';

CREATE TABLE dbms.scheduler_attribute (
    name text PRIMARY KEY,
    value text
);
COMMENT ON TABLE dbms.scheduler_attribute IS 'global attributes of the scheduler that were set; the others have their defaults';
COMMENT ON COLUMN dbms.scheduler_attribute.name IS 'in upper case';
COMMENT ON COLUMN dbms.scheduler_attribute.value IS 'as text';

-- What the extension brings along: never dumped, so made here and nowhere else.

INSERT INTO dbms.object (id, owner_id, name, type) OVERRIDING SYSTEM VALUE VALUES
    (1, 0, 'DEFAULT_JOB_CLASS', 'JOB CLASS'),
    (2, 0, 'SCHED$_LOG_ON_ERRORS_CLASS', 'JOB CLASS'),
    (3, 0, 'DBMS_JOB$', 'JOB CLASS');
INSERT INTO dbms.job_class (id, logging_level, is_system, comments) VALUES
    (1, 64, true, 'This is the default job class.'),
    (2, 128, true, 'This is the default job class if you want to log only errors.'),
    (3, 32, true, 'This is the job class of DBMS_JOB.');
INSERT INTO dbms.privilege (object_id, grantee_id, privilege, grantor_id) VALUES
    (1, -1, 'EXECUTE', 0), (2, -1, 'EXECUTE', 0), (3, -1, 'EXECUTE', 0);
SELECT pg_catalog.setval('dbms.object_id_seq', 1000, true);

-- Statement triggers: whoever changes a definition wakes the coordinator.

CREATE TRIGGER job_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.job
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER job_state_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.job_state
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER schedule_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.schedule
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER job_class_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.job_class
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER owner_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.owner
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER scheduler_attribute_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.scheduler_attribute
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
