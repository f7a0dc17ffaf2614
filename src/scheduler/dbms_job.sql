-- Package DBMS_JOB. A DATE is a timestamp of the session's time zone; each
-- call with one also takes a timestamptz. Only own jobs are handled.

CREATE SEQUENCE dbms.dbms_job_seq AS integer;
COMMENT ON SEQUENCE dbms.dbms_job_seq IS 'job numbers of package DBMS_JOB';
SELECT pg_catalog.pg_extension_config_dump('dbms.dbms_job_seq', '');

CREATE FUNCTION dbms_job.any_instance() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 0;
COMMENT ON FUNCTION dbms_job.any_instance() IS 'constant: a job may run in any instance of the database';

CREATE PROCEDURE dbms_job.submit(
    OUT job integer, what text, next_date timestamp DEFAULT dbms_date.sysdate(), "interval" text DEFAULT 'null',
    no_parse boolean DEFAULT false, instance integer DEFAULT 0, force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_submit';
COMMENT ON PROCEDURE dbms_job.submit(text, timestamp, text, boolean, integer, boolean) IS
    'makes a job that runs statements; returns its number. It runs once the transaction has committed';

CREATE PROCEDURE dbms_job.submit(
    OUT job integer, what text, next_date timestamptz, "interval" text DEFAULT 'null',
    no_parse boolean DEFAULT false, instance integer DEFAULT 0, force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_submit';
COMMENT ON PROCEDURE dbms_job.submit(text, timestamptz, text, boolean, integer, boolean) IS
    'makes a job that runs statements; returns its number. It runs once the transaction has committed';

CREATE PROCEDURE dbms_job.isubmit(
    job integer, what text, next_date timestamp, "interval" text DEFAULT 'null', no_parse boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_isubmit';
COMMENT ON PROCEDURE dbms_job.isubmit(integer, text, timestamp, text, boolean) IS
    'makes a job of the given number';

CREATE PROCEDURE dbms_job.isubmit(
    job integer, what text, next_date timestamptz, "interval" text DEFAULT 'null', no_parse boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_isubmit';
COMMENT ON PROCEDURE dbms_job.isubmit(integer, text, timestamptz, text, boolean) IS
    'makes a job of the given number';

CREATE PROCEDURE dbms_job.remove(job integer)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_remove';
COMMENT ON PROCEDURE dbms_job.remove(integer) IS 'removes a job; a run that is under way goes on';

CREATE PROCEDURE dbms_job.change(
    job integer, what text, next_date timestamp, "interval" text, instance integer DEFAULT NULL,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_change';
COMMENT ON PROCEDURE dbms_job.change(integer, text, timestamp, text, integer, boolean) IS
    'changes what a job does and when; NULL leaves a value as it is';

CREATE PROCEDURE dbms_job.change(
    job integer, what text, next_date timestamptz, "interval" text, instance integer DEFAULT NULL,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_change';
COMMENT ON PROCEDURE dbms_job.change(integer, text, timestamptz, text, integer, boolean) IS
    'changes what a job does and when; NULL leaves a value as it is';

CREATE PROCEDURE dbms_job.what(job integer, what text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_what';
COMMENT ON PROCEDURE dbms_job.what(integer, text) IS
    'changes what a job does; it then runs with the settings that this session has now';

CREATE PROCEDURE dbms_job.next_date(job integer, next_date timestamp)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_next_date';
COMMENT ON PROCEDURE dbms_job.next_date(integer, timestamp) IS 'changes when a job runs next';

CREATE PROCEDURE dbms_job.next_date(job integer, next_date timestamptz)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_next_date';
COMMENT ON PROCEDURE dbms_job.next_date(integer, timestamptz) IS 'changes when a job runs next';

CREATE PROCEDURE dbms_job."interval"(job integer, "interval" text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_interval';
COMMENT ON PROCEDURE dbms_job."interval"(integer, text) IS
    'changes the expression that says, at each run, when the next one is; NULL: there is none';

CREATE PROCEDURE dbms_job.instance(job integer, instance integer, force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_instance';
COMMENT ON PROCEDURE dbms_job.instance(integer, integer, boolean) IS
    'changes the instance of a job, which is kept and shown only';

CREATE PROCEDURE dbms_job.broken(
    job integer, broken boolean, next_date timestamp DEFAULT dbms_date.sysdate())
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_broken';
COMMENT ON PROCEDURE dbms_job.broken(integer, boolean, timestamp) IS
    'marks a job as broken, so that it never runs, or as not broken, with the time of its next run';

CREATE PROCEDURE dbms_job.broken(job integer, broken boolean, next_date timestamptz)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_broken';
COMMENT ON PROCEDURE dbms_job.broken(integer, boolean, timestamptz) IS
    'marks a job as broken, so that it never runs, or as not broken, with the time of its next run';

CREATE PROCEDURE dbms_job.run(job integer, force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_run';
COMMENT ON PROCEDURE dbms_job.run(integer, boolean) IS
    'runs a job now, in this session and transaction, even if it is broken';

CREATE PROCEDURE dbms_job.user_export(job integer, INOUT mycall text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_user_export';
COMMENT ON PROCEDURE dbms_job.user_export(integer, text) IS 'returns the text of a call that makes the job anew';

CREATE PROCEDURE dbms_job.user_export(job integer, INOUT mycall text, INOUT myinst text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_user_export_instance';
COMMENT ON PROCEDURE dbms_job.user_export(integer, text, text) IS
    'returns the text of a call that makes the job anew, and of one that sets its instance';

CREATE FUNCTION dbms_job.background_process() RETURNS boolean
    LANGUAGE c STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_is_jobq';
COMMENT ON FUNCTION dbms_job.background_process() IS 'is this session a worker of pg_dbms';

CREATE FUNCTION dbms_job.is_jobq() RETURNS boolean
    LANGUAGE c STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'pgd_dbms_job_is_jobq';
COMMENT ON FUNCTION dbms_job.is_jobq() IS 'is this session a worker of pg_dbms';

-- Its views; dates are those of the session's time zone.

CREATE VIEW dbms.shown_dbms_job AS
    SELECT o.owner_id, j.id,
           j.dbms_job_number AS job,
           j.creator AS log_user,
           w.shown AS priv_user,
           w.shown AS schema_user,
           pg_catalog.date_trunc('second', s.last_success_at)::timestamp(0) AS last_date,
           pg_catalog.to_char(s.last_success_at, 'HH24:MI:SS') AS last_sec,
           pg_catalog.date_trunc('second', r.started_at)::timestamp(0) AS this_date,
           pg_catalog.to_char(r.started_at, 'HH24:MI:SS') AS this_sec,
           coalesce(pg_catalog.date_trunc('second', s.next_run_at)::timestamp(0),
                    '4000-01-01'::timestamp(0)) AS next_date,
           coalesce(pg_catalog.to_char(s.next_run_at, 'HH24:MI:SS'), '00:00:00') AS next_sec,
           pg_catalog.round(EXTRACT(epoch FROM s.total_run_time)
                            + coalesce(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - r.started_at), 0)) AS total_time,
           CASE WHEN s.is_enabled THEN 'N' ELSE 'Y' END AS broken,
           j.repeat_interval AS "interval",
           CASE WHEN s.last_start_at IS NOT NULL THEN s.consecutive_failures END AS failures,
           j.job_action AS what,
           dbms.shown_settings(j.environment) AS nls_env,
           NULL::bytea AS misc_env,
           coalesce(j.instance_id, 0) AS instance,
           r.log_id
      FROM dbms.job j
      JOIN dbms.job_state s ON s.job_id = j.id
      JOIN dbms.object o ON o.id = j.id
      LEFT JOIN (SELECT n.job_id, max(n.marked_at) AS started_at, max(n.id) AS log_id
                   FROM dbms.run n
                  GROUP BY n.job_id) r ON r.job_id = j.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
     WHERE j.dbms_job_number IS NOT NULL;
COMMENT ON VIEW dbms.shown_dbms_job IS 'jobs of DBMS_JOB as its views show them';

CREATE VIEW sys.user_jobs WITH (security_barrier = true) AS
    SELECT b.job, dbms.opaque(b.log_user) AS log_user, dbms.opaque(b.priv_user) AS priv_user,
           dbms.opaque(b.schema_user) AS schema_user, dbms.opaque(b.last_date)::timestamp(0) AS last_date,
           dbms.opaque(b.last_sec) AS last_sec, dbms.opaque(b.this_date)::timestamp(0) AS this_date,
           dbms.opaque(b.this_sec) AS this_sec, dbms.opaque(b.next_date)::timestamp(0) AS next_date,
           dbms.opaque(b.next_sec) AS next_sec, dbms.opaque(b.total_time) AS total_time,
           dbms.opaque(b.broken) AS broken, dbms.opaque(b."interval") AS "interval",
           dbms.opaque(b.failures) AS failures, dbms.opaque(b.what) AS what, dbms.opaque(b.nls_env) AS nls_env,
           b.misc_env, dbms.opaque(b.instance) AS instance
      FROM dbms.shown_dbms_job b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_jobs IS 'jobs of DBMS_JOB of the current user';
COMMENT ON COLUMN sys.user_jobs.log_user IS 'who submitted the job';
COMMENT ON COLUMN sys.user_jobs.priv_user IS 'whose rights it has';
COMMENT ON COLUMN sys.user_jobs.last_date IS 'start of the last run that succeeded';
COMMENT ON COLUMN sys.user_jobs.this_date IS 'start of the run under way';
COMMENT ON COLUMN sys.user_jobs.next_date IS 'when it runs next; 4000-01-01 for a broken job';
COMMENT ON COLUMN sys.user_jobs.total_time IS 'seconds that its runs took, with the one under way';
COMMENT ON COLUMN sys.user_jobs.broken IS 'Y: it is never run';
COMMENT ON COLUMN sys.user_jobs."interval" IS 'expression that says, at each run, when the next one is';
COMMENT ON COLUMN sys.user_jobs.failures IS 'failures since the last success; NULL before the first run';
COMMENT ON COLUMN sys.user_jobs.what IS 'the statements that it runs';
COMMENT ON COLUMN sys.user_jobs.misc_env IS 'always NULL';

CREATE VIEW sys.all_jobs WITH (security_barrier = true) AS
    SELECT b.job, dbms.opaque(b.log_user) AS log_user, dbms.opaque(b.priv_user) AS priv_user,
           dbms.opaque(b.schema_user) AS schema_user, dbms.opaque(b.last_date)::timestamp(0) AS last_date,
           dbms.opaque(b.last_sec) AS last_sec, dbms.opaque(b.this_date)::timestamp(0) AS this_date,
           dbms.opaque(b.this_sec) AS this_sec, dbms.opaque(b.next_date)::timestamp(0) AS next_date,
           dbms.opaque(b.next_sec) AS next_sec, dbms.opaque(b.total_time) AS total_time,
           dbms.opaque(b.broken) AS broken, dbms.opaque(b."interval") AS "interval",
           dbms.opaque(b.failures) AS failures, dbms.opaque(b.what) AS what, dbms.opaque(b.nls_env) AS nls_env,
           b.misc_env, dbms.opaque(b.instance) AS instance
      FROM dbms.shown_dbms_job b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.all_jobs IS 'the same as user_jobs, as in Oracle';
COMMENT ON COLUMN sys.all_jobs.log_user IS 'who submitted the job';
COMMENT ON COLUMN sys.all_jobs.priv_user IS 'whose rights it has';
COMMENT ON COLUMN sys.all_jobs.last_date IS 'start of the last run that succeeded';
COMMENT ON COLUMN sys.all_jobs.this_date IS 'start of the run under way';
COMMENT ON COLUMN sys.all_jobs.next_date IS 'when it runs next; 4000-01-01 for a broken job';
COMMENT ON COLUMN sys.all_jobs.total_time IS 'seconds that its runs took, with the one under way';
COMMENT ON COLUMN sys.all_jobs.broken IS 'Y: it is never run';
COMMENT ON COLUMN sys.all_jobs."interval" IS 'expression that says, at each run, when the next one is';
COMMENT ON COLUMN sys.all_jobs.failures IS 'failures since the last success; NULL before the first run';
COMMENT ON COLUMN sys.all_jobs.what IS 'the statements that it runs';
COMMENT ON COLUMN sys.all_jobs.misc_env IS 'always NULL';

CREATE VIEW sys.dba_jobs AS
    SELECT b.job, b.log_user, b.priv_user, b.schema_user, b.last_date, b.last_sec, b.this_date, b.this_sec,
           b.next_date, b.next_sec, b.total_time, b.broken, b."interval", b.failures, b.what, b.nls_env, b.misc_env,
           b.instance
      FROM dbms.shown_dbms_job b;
COMMENT ON VIEW sys.dba_jobs IS 'all jobs of DBMS_JOB';
COMMENT ON COLUMN sys.dba_jobs.log_user IS 'who submitted the job';
COMMENT ON COLUMN sys.dba_jobs.priv_user IS 'whose rights it has';
COMMENT ON COLUMN sys.dba_jobs.last_date IS 'start of the last run that succeeded';
COMMENT ON COLUMN sys.dba_jobs.this_date IS 'start of the run under way';
COMMENT ON COLUMN sys.dba_jobs.next_date IS 'when it runs next; 4000-01-01 for a broken job';
COMMENT ON COLUMN sys.dba_jobs.total_time IS 'seconds that its runs took, with the one under way';
COMMENT ON COLUMN sys.dba_jobs.broken IS 'Y: it is never run';
COMMENT ON COLUMN sys.dba_jobs."interval" IS 'expression that says, at each run, when the next one is';
COMMENT ON COLUMN sys.dba_jobs.failures IS 'failures since the last success; NULL before the first run';
COMMENT ON COLUMN sys.dba_jobs.what IS 'the statements that it runs';
COMMENT ON COLUMN sys.dba_jobs.misc_env IS 'always NULL';

CREATE VIEW sys.dba_jobs_running AS
    SELECT k.pid AS sid, b.job, b.failures, b.last_date, b.last_sec, b.this_date, b.this_sec, b.instance
      FROM dbms.shown_dbms_job b
      LEFT JOIN dbms.workers() k ON k.run_id = b.log_id
            AND k.database_oid = (SELECT d.oid FROM pg_catalog.pg_database d
                                   WHERE d.datname = pg_catalog.current_database())
     WHERE b.log_id IS NOT NULL;
COMMENT ON VIEW sys.dba_jobs_running IS 'jobs of DBMS_JOB that run now';
COMMENT ON COLUMN sys.dba_jobs_running.sid IS 'process of the worker';
