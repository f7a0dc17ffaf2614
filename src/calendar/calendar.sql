-- Calendar strings: evaluate, list, take apart, put together.

CREATE PROCEDURE dbms_scheduler.evaluate_calendar_string(
    calendar_string text,
    start_date timestamptz,
    return_date_after timestamptz,
    INOUT next_run_date timestamptz,
    time_zone text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_evaluate_calendar_string';
COMMENT ON PROCEDURE dbms_scheduler.evaluate_calendar_string(text, timestamptz, timestamptz, timestamptz, text) IS
    'next_run_date becomes the first time of a calendar string or cron line that is not before start_date and after return_date_after';

CREATE FUNCTION dbms_scheduler.calendar_occurrences(
    string text,
    start_date timestamptz,
    after timestamptz,
    n integer,
    time_zone text DEFAULT NULL)
    RETURNS SETOF timestamptz
    LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED ROWS 20
    AS 'MODULE_PATHNAME', 'pgd_scheduler_calendar_occurrences';
COMMENT ON FUNCTION dbms_scheduler.calendar_occurrences(text, timestamptz, timestamptz, integer, text) IS
    'the next n times of a calendar string or cron line';

-- Oracle has two forms, told apart by their OUT parameters. Here these are
-- INOUT, which count in the choice between procedures.

CREATE PROCEDURE dbms_scheduler.resolve_calendar_string(
    calendar_string text,
    INOUT frequency integer,
    INOUT "interval" integer,
    INOUT calendars_used boolean,
    INOUT bysecond integer[],
    INOUT byminute integer[],
    INOUT byhour integer[],
    INOUT byday_days integer[],
    INOUT byday_occurrence integer[],
    INOUT bydate_y integer[],
    INOUT bydate_md integer[],
    INOUT bymonthday integer[],
    INOUT byyearday integer[],
    INOUT byweekno integer[],
    INOUT bymonth integer[],
    INOUT bysetpos integer[])
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_resolve_calendar_string';
COMMENT ON PROCEDURE dbms_scheduler.resolve_calendar_string(text, integer, integer, boolean,
    integer[], integer[], integer[], integer[], integer[], integer[], integer[], integer[],
    integer[], integer[], integer[], integer[]) IS
    'the clauses of a calendar string as numbers';

CREATE PROCEDURE dbms_scheduler.resolve_calendar_string(
    calendar_string text,
    INOUT frequency integer,
    INOUT "interval" integer,
    INOUT bysecond integer[],
    INOUT byminute integer[],
    INOUT byhour integer[],
    INOUT byday_days integer[],
    INOUT byday_occurrence integer[],
    INOUT bymonthday integer[],
    INOUT byyearday integer[],
    INOUT byweekno integer[],
    INOUT bymonth integer[])
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_resolve_calendar_string_short';
COMMENT ON PROCEDURE dbms_scheduler.resolve_calendar_string(text, integer, integer,
    integer[], integer[], integer[], integer[], integer[], integer[], integer[], integer[],
    integer[]) IS
    'the clauses of a calendar string as numbers, without dates and positions';

CREATE PROCEDURE dbms_scheduler.create_calendar_string(
    frequency integer,
    "interval" integer,
    bysecond integer[],
    byminute integer[],
    byhour integer[],
    byday_days integer[],
    byday_occurrence integer[],
    bymonthday integer[],
    byyearday integer[],
    byweekno integer[],
    bymonth integer[],
    INOUT calendar_string text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_calendar_string';
COMMENT ON PROCEDURE dbms_scheduler.create_calendar_string(integer, integer, integer[], integer[],
    integer[], integer[], integer[], integer[], integer[], integer[], integer[], text) IS
    'calendar_string becomes the calendar string with these clauses';
