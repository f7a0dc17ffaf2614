-- Who may use what of DBMS_PARALLEL_EXECUTE; see src/scheduler/grants.sql. The
-- functions behind the views show nobody what is not his to see.

GRANT USAGE ON SCHEMA dbms_parallel_execute TO PUBLIC;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA dbms_parallel_execute TO PUBLIC;
GRANT EXECUTE ON FUNCTION
    dbms.parallel_task_status(bigint), dbms.parallel_chunk_counts(bigint), dbms.parallel_running_tasks(),
    dbms.parallel_workers()
    TO PUBLIC;
GRANT SELECT ON
    sys.dba_parallel_execute_tasks, sys.dba_parallel_execute_chunks, sys.dba_parallel_execute_progress
    TO dbms_parallel_admin, dbms_scheduler_admin, pg_monitor;
GRANT SELECT ON
    sys.user_parallel_execute_tasks, sys.user_parallel_execute_chunks, sys.user_parallel_execute_progress
    TO PUBLIC;
