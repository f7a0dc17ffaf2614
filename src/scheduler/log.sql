-- Purging the log.

CREATE PROCEDURE dbms_scheduler.purge_log(
    log_history integer DEFAULT 0,
    which_log text DEFAULT 'JOB_AND_WINDOW_LOG',
    job_name text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_purge_log';
COMMENT ON PROCEDURE dbms_scheduler.purge_log(integer, text, text) IS
    'deletes log rows that are older than so many days, of windows and of all jobs or a list of jobs and classes; needs dbms_manage_scheduler';

CREATE PROCEDURE dbms_scheduler.auto_purge()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_auto_purge';
COMMENT ON PROCEDURE dbms_scheduler.auto_purge() IS
    'deletes log rows that are past their history; the scheduler does the same by itself';
