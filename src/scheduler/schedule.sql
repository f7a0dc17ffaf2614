-- Named schedules: when, for many jobs.

CREATE PROCEDURE dbms_scheduler.create_schedule(
    schedule_name text,
    start_date timestamptz DEFAULT NULL,
    repeat_interval text DEFAULT NULL,
    end_date timestamptz DEFAULT NULL,
    comments text DEFAULT NULL,
    time_zone text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_schedule';
COMMENT ON PROCEDURE dbms_scheduler.create_schedule(text, timestamptz, text, timestamptz, text, text) IS
    'makes a named schedule: a calendar string or cron line in a time zone (NULL: the session''s), or one date';

CREATE PROCEDURE dbms_scheduler.drop_schedule(
    schedule_name text,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_schedule';
COMMENT ON PROCEDURE dbms_scheduler.drop_schedule(text, boolean) IS
    'drops schedules (a comma list); with force, jobs that use one are disabled first';
