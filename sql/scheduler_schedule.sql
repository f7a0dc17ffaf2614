-- Named schedules: every call, every error, who may do it, and their jobs.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
-- SQLSTATE and message of a call that fails
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.error_of(text) TO PUBLIC;
CREATE ROLE regress_sched_owner LOGIN;
CREATE ROLE regress_sched_other LOGIN;
GRANT dbms_create_job TO regress_sched_owner, regress_sched_other;
SET ROLE regress_sched_owner;

-- What a schedule is
CALL dbms_scheduler.create_schedule('s_once', '2999-03-01 12:00 UTC');
CALL dbms_scheduler.create_schedule('s_daily', NULL, 'FREQ=DAILY;BYHOUR=3', comments => 'at night', time_zone => 'Europe/Berlin');
CALL dbms_scheduler.create_schedule(schedule_name => 's_cron', repeat_interval => '30 2 * * 1', end_date => '2999-01-01 UTC');
CALL dbms_scheduler.create_schedule('s_days', repeat_interval => 'FREQ=YEARLY;BYDATE=0101,1225');
CALL dbms_scheduler.create_schedule('s_without', repeat_interval => 'FREQ=DAILY;BYHOUR=4;EXCLUDE=s_days');
CALL dbms_scheduler.create_schedule('s_offset', repeat_interval => 'FREQ=DAILY', time_zone => '+02:00');
SELECT dbms_scheduler.get_attribute_text('s_offset', 'start_date_timezone');
SELECT schedule_name, schedule_type, repeat_interval, start_date AT TIME ZONE 'UTC', end_date AT TIME ZONE 'UTC', comments
  FROM sys.user_scheduler_schedules ORDER BY schedule_name;

-- Errors of create_schedule
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_schedule(NULL, repeat_interval => ''FREQ=DAILY'')'),
    ('CALL dbms_scheduler.create_schedule('''', repeat_interval => ''FREQ=DAILY'')'),
    ('CALL dbms_scheduler.create_schedule(''two words'', repeat_interval => ''FREQ=DAILY'')'),
    ('CALL dbms_scheduler.create_schedule(''S_Once'', repeat_interval => ''FREQ=DAILY'')'),
    ('CALL dbms_scheduler.create_schedule(''s'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', ''2001-01-01'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', ''infinity'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', ''2999-01-01'', ''FREQ=DAILY'', ''2999-01-01'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY'', ''-infinity'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, '''')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY;BYHOUR=25'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''SYSDATE + 1'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', ''2001-01-31'', ''FREQ=YEARLY;BYMONTH=FEB'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY;BYDATE=20010101'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY;EXCLUDE=s_daily'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''0 0 31 4 *'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY;INCLUDE=none'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=YEARLY;INCLUDE=s'')'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY'', NULL, repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.create_schedule(''s'', NULL, ''FREQ=DAILY'', time_zone => ''Mars/Olympus'')'),
    ('CALL dbms_scheduler.create_schedule(''sys.s'', NULL, ''FREQ=DAILY'')'),
    ('CALL dbms_scheduler.create_schedule(''regress_sched_other.s'', NULL, ''FREQ=DAILY'')')) AS t(c);
SELECT count(*) FROM sys.user_scheduler_schedules;

-- Attributes
CALL dbms_scheduler.set_attribute('s_daily', 'repeat_interval', 'FREQ=DAILY;BYHOUR=5');
CALL dbms_scheduler.set_attribute('s_daily', 'start_date', '2998-12-31 00:00 UTC'::timestamptz);
CALL dbms_scheduler.set_attribute('s_daily', 'end_date', '2999-12-31 00:00 UTC'::timestamptz);
CALL dbms_scheduler.set_attribute('s_daily', 'comments', 'later');
CALL dbms_scheduler.set_attribute('s_daily', 'start_date_timezone', 'Asia/Tokyo');
CALL dbms_scheduler.get_attribute('s_daily', 'repeat_interval', NULL::text);
CALL dbms_scheduler.get_attribute('s_daily', 'start_date', NULL::timestamptz);
CALL dbms_scheduler.get_attribute('s_daily', 'end_date', NULL::timestamptz);
CALL dbms_scheduler.get_attribute('s_daily', 'comments', NULL::text);
CALL dbms_scheduler.get_attribute('s_daily', 'start_date_timezone', NULL::text);
CALL dbms_scheduler.set_attribute('s_daily', 'start_date', '2998-12-31 00:00 Europe/Berlin');
CALL dbms_scheduler.get_attribute('s_daily', 'start_date_timezone', NULL::text);
CALL dbms_scheduler.set_attribute_null('s_daily', 'start_date');
CALL dbms_scheduler.set_attribute_null('s_daily', 'end_date');
CALL dbms_scheduler.set_attribute_null('s_daily', 'comments');
SELECT repeat_interval, start_date, end_date, comments FROM sys.user_scheduler_schedules WHERE schedule_name = 'S_DAILY';
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.set_attribute_null(''s_daily'', ''repeat_interval'')'),
    ('CALL dbms_scheduler.set_attribute_null(''s_daily'', ''start_date_timezone'')'),
    ('CALL dbms_scheduler.set_attribute(''s_daily'', ''repeat_interval'', ''FREQ=NEVER'')'),
    ('CALL dbms_scheduler.set_attribute(''s_daily'', ''repeat_interval'', ''FREQ=YEARLY;BYYEARDAY=366;BYMONTH=JAN'')'),
    ('CALL dbms_scheduler.set_attribute(''s_days'', ''start_date'', ''infinity''::timestamptz)'),
    ('CALL dbms_scheduler.set_attribute(''s_daily'', ''repeat_interval'', true)'),
    ('CALL dbms_scheduler.set_attribute(''s_days'', ''repeat_interval'', ''FREQ=YEARLY;INCLUDE=s_days'')'),
    ('CALL dbms_scheduler.set_attribute(''s_daily'', ''start_date_timezone'', ''Mars/Olympus'')'),
    ('CALL dbms_scheduler.set_attribute(''s_once'', ''start_date'', ''2001-01-01''::timestamptz)'),
    ('CALL dbms_scheduler.set_attribute(''s_once'', ''end_date'', ''2001-01-01''::timestamptz)'),
    ('CALL dbms_scheduler.set_attribute(''s_once'', ''start_date'', ''tomorrowish'')'),
    ('CALL dbms_scheduler.set_attribute(''s_once'', ''event_spec'', ''c'', ''q'')'),
    ('CALL dbms_scheduler.set_attribute(''s_once'', ''enabled'', true)'),
    ('CALL dbms_scheduler.get_attribute(''s_once'', ''colour'', NULL::text)'),
    ('CALL dbms_scheduler.enable(''s_once'')'),
    ('CALL dbms_scheduler.disable(''s_once'')')) AS t(c);

-- A change gives the jobs new due times at once, and keeps their counters
CALL dbms_scheduler.create_schedule('s_jobs', '2999-01-01 00:00 UTC', 'FREQ=DAILY;BYHOUR=3', time_zone => 'UTC');
CALL dbms_scheduler.create_job('j_sched', schedule_name => 's_jobs', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => true);
SELECT next_run_date AT TIME ZONE 'UTC' FROM sys.user_scheduler_jobs WHERE job_name = 'J_SCHED';
CALL dbms_scheduler.set_attribute('s_jobs', 'repeat_interval', 'FREQ=DAILY;BYHOUR=7');
SELECT next_run_date AT TIME ZONE 'UTC', enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_SCHED';
CALL dbms_scheduler.set_attribute('s_jobs', 'start_date_timezone', 'Asia/Tokyo');
SELECT next_run_date AT TIME ZONE 'UTC', enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_SCHED';
CALL dbms_scheduler.set_attribute('s_jobs', 'start_date', '2999-06-01 00:00 UTC'::timestamptz);
SELECT next_run_date AT TIME ZONE 'UTC', enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_SCHED';
-- a job that thereby has no date any more is disabled, with the reason
CALL dbms_scheduler.set_attribute('s_jobs', 'start_date', '2001-01-01 00:00 UTC'::timestamptz);
CALL dbms_scheduler.set_attribute('s_jobs', 'repeat_interval', 'FREQ=DAILY;BYDATE=20010102');
SELECT next_run_date, enabled, state FROM sys.user_scheduler_jobs WHERE job_name = 'J_SCHED';
SELECT operation, additional_info FROM sys.user_scheduler_job_log WHERE job_name = 'J_SCHED' ORDER BY log_id;
SELECT pg_temp.error_of('CALL dbms_scheduler.enable(''j_sched'')');
CALL dbms_scheduler.set_attribute('s_jobs', 'repeat_interval', 'FREQ=DAILY');
CALL dbms_scheduler.set_attribute('s_jobs', 'start_date', '2999-06-01 00:00 UTC'::timestamptz);
CALL dbms_scheduler.enable('j_sched');
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_schedule(''s_jobs'')');
CALL dbms_scheduler.drop_schedule('s_jobs', force => true);
SELECT enabled, schedule_name FROM sys.user_scheduler_jobs WHERE job_name = 'J_SCHED';
CALL dbms_scheduler.drop_job('j_sched');

-- So does a schedule that calendars name, directly or by another schedule; what only looks like its name counts for nothing
CALL dbms_scheduler.create_schedule('daily', '2999-01-01 00:00 UTC', 'FREQ=DAILY;BYDATE=0110', time_zone => 'UTC');
CALL dbms_scheduler.create_schedule('s_outer', '2999-01-01 00:00 UTC', 'FREQ=MONTHLY;INCLUDE=daily;BYHOUR=4', time_zone => 'UTC');
CALL dbms_scheduler.create_job('j_inline', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0, '2999-01-01 00:00 UTC',
    'FREQ=YEARLY;INCLUDE=daily;BYHOUR=5', enabled => true, time_zone => 'UTC');
CALL dbms_scheduler.create_job('j_outer', schedule_name => 's_outer', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => true);
CALL dbms_scheduler.create_job('j_deep', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0, '2999-01-01 00:00 UTC', 's_outer', enabled => true, time_zone => 'UTC');
CALL dbms_scheduler.create_job('j_plain', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0, '2999-01-01 00:00 UTC', 'FREQ=DAILY', enabled => true, time_zone => 'UTC');
CALL dbms_scheduler.create_job('j_off', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0, '2999-01-01 00:00 UTC', 'FREQ=YEARLY;INCLUDE=daily', time_zone => 'UTC');
RESET ROLE;
UPDATE dbms.job_state s SET run_count = 7, next_run_at = next_run_at + interval '1 hour' FROM dbms.object b WHERE b.id = s.job_id AND b.name LIKE 'J\_%';
SET ROLE regress_sched_owner;
SELECT job_name, next_run_date AT TIME ZONE 'UTC' AS next_run FROM sys.user_scheduler_jobs ORDER BY 1;
CALL dbms_scheduler.set_attribute('daily', 'repeat_interval', 'FREQ=DAILY;BYDATE=0120');
SELECT job_name, next_run_date AT TIME ZONE 'UTC' AS next_run, run_count, enabled FROM sys.user_scheduler_jobs ORDER BY 1;
-- a job that cannot go on is disabled now, not when it would be due
CALL dbms_scheduler.set_attribute('daily', 'repeat_interval', 'FREQ=DAILY;BYHOUR=2');
SELECT job_name, enabled, state, disabled_reason FROM sys.user_scheduler_jobs ORDER BY 1;
CALL dbms_scheduler.drop_job('j_inline,j_outer,j_deep,j_plain,j_off');
CALL dbms_scheduler.drop_schedule('s_outer,daily');

-- Names in a schedule are those of its owner, whoever uses it
CALL dbms_scheduler.create_schedule('s_hours', '2999-01-01 00:00 UTC', 'FREQ=DAILY;BYHOUR=8;EXCLUDE=s_days', time_zone => 'UTC');
RESET ROLE;
SET ROLE regress_sched_other;
CALL dbms_scheduler.create_job('j_theirs', schedule_name => 'regress_sched_owner.s_hours', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => true);
SELECT next_run_date AT TIME ZONE 'UTC' AS next_run FROM sys.user_scheduler_jobs;
SELECT at AT TIME ZONE 'UTC' AS at FROM dbms_scheduler.forecast('2999-01-01 00:00 UTC', '2999-01-05 00:00 UTC') ORDER BY 1;
CALL dbms_scheduler.drop_job('j_theirs');
RESET ROLE;
SET ROLE regress_sched_owner;
CALL dbms_scheduler.drop_schedule('s_hours');

-- Everybody may use and see every schedule, its owner alone may change it
RESET ROLE;
SET ROLE regress_sched_other;
SELECT owner, schedule_name FROM sys.all_scheduler_schedules WHERE owner = 'REGRESS_SCHED_OWNER' AND schedule_name = 'S_DAYS';
CALL dbms_scheduler.create_schedule('s_mine', repeat_interval => 'FREQ=DAILY;EXCLUDE=regress_sched_owner.s_days');
CALL dbms_scheduler.get_attribute('regress_sched_owner.s_days', 'repeat_interval', NULL::text);
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.set_attribute(''regress_sched_owner.s_days'', ''comments'', ''mine'')'),
    ('CALL dbms_scheduler.drop_schedule(''regress_sched_owner.s_days'')'),
    ('CALL dbms_scheduler.drop_schedule(''s_days'')'),
    ('CALL dbms_scheduler.drop_schedule(NULL)'),
    ('CALL dbms_scheduler.drop_schedule(''s_mine'', NULL)'),
    ('CALL dbms_scheduler.drop_schedule(''s_mine, '')')) AS t(c);
CALL dbms_scheduler.drop_schedule('s_mine');
RESET ROLE;
SET ROLE regress_sched_owner;
CALL dbms_scheduler.drop_schedule('s_once, s_daily, s_cron, s_without, s_days, s_offset');
SELECT count(*) FROM sys.user_scheduler_schedules;

RESET ROLE;
DROP ROLE regress_sched_owner, regress_sched_other;
