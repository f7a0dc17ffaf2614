CREATE FUNCTION dbms_scheduler.forecast(
    from_time timestamptz, to_time timestamptz,
    OUT at timestamptz, OUT event text, OUT owner text, OUT object_name text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_forecast';
COMMENT ON FUNCTION dbms_scheduler.forecast(timestamptz, timestamptz) IS
    'what would happen from one time until before another, in order: event RUN for each run of a job. The caller''s own jobs; with dbms_scheduler_admin or pg_monitor all jobs. A job that repeats by an expression shows its next run only; detail says so, and why nothing starts as things are.';
