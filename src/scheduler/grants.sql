-- Who may use what; the last file. Who installs the extension may have default
-- privileges for his tables and functions: a right to write a table of
-- schema dbms would be one to run as anybody, and without EXECUTE for PUBLIC
-- no view could be read. So all that came by default goes, and what
-- is meant is granted.

SELECT dbms.revoke_defaults();

GRANT USAGE ON SCHEMA dbms, sys, dbms_scheduler, dbms_job, dbms_date TO PUBLIC;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA dbms_scheduler, dbms_job, dbms_date TO PUBLIC;
GRANT EXECUTE ON FUNCTION
    dbms.batch_errors(), dbms.block_report(text, anyelement), dbms.display_name(text), dbms.has_role(text),
    dbms.opaque(anyelement), dbms.scheduler_attributes(), dbms.shown_settings(text[]), dbms.workers()
    TO PUBLIC;
GRANT EXECUTE ON FUNCTION dbms.coordinators() TO dbms_scheduler_admin, pg_monitor;

GRANT SELECT ON
    sys.dba_scheduler_jobs, sys.dba_scheduler_job_args, sys.dba_scheduler_programs, sys.dba_scheduler_program_args,
    sys.dba_scheduler_schedules, sys.dba_scheduler_job_classes, sys.dba_scheduler_waiting_jobs,
    sys.dba_scheduler_workers, sys.dba_scheduler_databases, sys.dba_scheduler_job_roles, sys.dba_scheduler_job_log,
    sys.dba_scheduler_job_run_details, sys.dba_scheduler_running_jobs, sys."v$scheduler_running_jobs",
    sys.dba_scheduler_job_dests, sys.dba_scheduler_db_dests, sys.dba_scheduler_external_dests,
    sys.dba_scheduler_global_attribute, sys.dba_scheduler_windows, sys.dba_scheduler_window_log,
    sys.dba_scheduler_window_details, sys.dba_scheduler_window_groups, sys.dba_scheduler_wingroup_members,
    sys.dba_scheduler_groups, sys.dba_scheduler_group_members
    TO dbms_scheduler_admin, pg_monitor;
GRANT SELECT ON
    sys.user_scheduler_jobs, sys.all_scheduler_jobs, sys.user_scheduler_job_args, sys.all_scheduler_job_args,
    sys.user_scheduler_programs, sys.all_scheduler_programs, sys.user_scheduler_program_args,
    sys.all_scheduler_program_args, sys.user_scheduler_schedules, sys.all_scheduler_schedules,
    sys.all_scheduler_job_classes, sys.user_scheduler_job_log, sys.all_scheduler_job_log,
    sys.user_scheduler_job_run_details, sys.all_scheduler_job_run_details, sys.user_scheduler_running_jobs,
    sys.all_scheduler_running_jobs, sys.user_scheduler_job_dests, sys.all_scheduler_job_dests,
    sys.user_scheduler_db_dests, sys.all_scheduler_db_dests, sys.all_scheduler_external_dests,
    sys.all_scheduler_global_attribute, sys.all_scheduler_windows, sys.all_scheduler_window_log,
    sys.all_scheduler_window_details, sys.all_scheduler_window_groups, sys.all_scheduler_wingroup_members,
    sys.user_scheduler_groups, sys.all_scheduler_groups, sys.user_scheduler_group_members,
    sys.all_scheduler_group_members
    TO PUBLIC;
GRANT SELECT ON sys.scheduler_batch_errors TO PUBLIC;
GRANT SELECT ON sys.dba_jobs, sys.dba_jobs_running TO dbms_scheduler_admin, pg_monitor;
GRANT SELECT ON sys.user_jobs, sys.all_jobs TO PUBLIC;
