CREATE FUNCTION dbms_scheduler.forecast(
    from_time timestamptz, to_time timestamptz,
    OUT at timestamptz, OUT event text, OUT owner text, OUT object_name text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_forecast';
COMMENT ON FUNCTION dbms_scheduler.forecast(timestamptz, timestamptz) IS
    'what would happen from one time until before another, in order: WINDOW_OPEN, WINDOW_CLOSE, PLAN_SWITCH; RUN for each run of a job; WAIT when a resource plan keeps it from starting; STOP when it ends with its window. The caller''s own jobs; with dbms_scheduler_admin or pg_monitor all jobs. detail says why, what is assumed, and why nothing starts as things are.';
