-- Windows: the forms of create_window, attributes, enable and disable, dropping, schedules that windows use, the log.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE ROLE regress_win_manager LOGIN;
GRANT dbms_manage_scheduler, dbms_create_job TO regress_win_manager;
CREATE ROLE regress_win_owner LOGIN;
GRANT dbms_create_job TO regress_win_owner;
CREATE SCHEMA regress_win;
GRANT USAGE ON SCHEMA regress_win TO PUBLIC;
-- a window as it is defined
CREATE VIEW regress_win.shown AS
    SELECT window_name, resource_plan, schedule_owner || '.' || schedule_name AS schedule, schedule_type, start_date,
           repeat_interval, end_date, duration, window_priority, next_start_date, enabled, comments, start_date_timezone
      FROM sys.all_scheduler_windows;
GRANT SELECT ON regress_win.shown TO PUBLIC;
CREATE FUNCTION regress_win.error_of(call text) RETURNS text
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
SET ROLE regress_win_manager;

-- Calls as scripts for Oracle make them: a named schedule
CALL dbms_scheduler.create_schedule('s_eight', '2999-01-01 00:00 UTC', 'FREQ=DAILY;BYHOUR=8', time_zone => 'UTC');
CALL dbms_scheduler.create_window('w_a1', NULL, 's_eight', INTERVAL '8' HOUR);
CALL dbms_scheduler.create_window('w_a2', NULL, 's_eight', INTERVAL '480' MINUTE, 'HIGH');
CALL dbms_scheduler.create_window('w_a3', NULL, 's_eight', dbms_date.numtodsinterval(8, 'hour'), 'low', 'by position');
CALL dbms_scheduler.create_window('w_a4', NULL, 'regress_win_manager.s_eight', '8 hours');
CALL dbms_scheduler.create_window('w_a5', NULL, 's_eight', '0 08:00:00', 'High');
CALL dbms_scheduler.create_window(window_name => 'w_a6', resource_plan => 'DEFAULT_PLAN', schedule_name => 's_eight',
    duration => INTERVAL '1 02:00:00' DAY TO SECOND, window_priority => 'LOW', comments => 'by name');
CALL dbms_scheduler.create_window(window_name => 'w_a7', resource_plan => '', schedule_name => 's_eight', duration => '8 hours');
CALL dbms_scheduler.create_window(window_name => 'w_a8', resource_plan => 'default_plan', schedule_name => 's_eight', duration => '8 hours', comments => '');
CALL dbms_scheduler.create_window('w_a9', NULL, 's_eight', duration => '8 hours', comments => 'mixed');
DO $$
DECLARE
    window_name varchar := 'w_a10';
    schedule_name varchar := 's_eight';
    duration interval := '1 hour';
BEGIN
    CALL dbms_scheduler.create_window(window_name, NULL, schedule_name, duration);
END $$;
-- ... and one of its own
CALL dbms_scheduler.create_window('w_b1', NULL, DATE '2999-01-01', 'FREQ=DAILY', NULL, INTERVAL '8' HOUR);
CALL dbms_scheduler.create_window('w_b2', NULL, '2999-01-01 06:00 UTC', 'freq=daily;byhour=6', NULL, INTERVAL '8' HOUR, 'LOW');
CALL dbms_scheduler.create_window('w_b3', NULL, TIMESTAMP '2999-01-01 10:00', 'FREQ=DAILY', TIMESTAMP WITH TIME ZONE '2999-02-01 10:00 UTC', '8 hours', 'HIGH', 'all', 'Europe/Berlin');
CALL dbms_scheduler.create_window('w_b4', NULL, dbms_date.to_date('2999-01-02', 'YYYY-MM-DD'), '0 6 * * 1', NULL, dbms_date.numtodsinterval(30, 'minute'));
CALL dbms_scheduler.create_window('w_b5', NULL, NULL, 'FREQ=DAILY;BYDATE=29991231;BYHOUR=1;BYMINUTE=0;BYSECOND=0', NULL, INTERVAL '1' SECOND);
CALL dbms_scheduler.create_window('w_b6', NULL, NULL, 'FREQ=YEARLY;BYDATE=29991231;BYTIME=030000', NULL, '99 days', 'LOW');
CALL dbms_scheduler.create_window(window_name => 'w_b7', resource_plan => NULL, start_date => '2999-01-01 00:00 UTC', duration => INTERVAL '8' HOUR);
CALL dbms_scheduler.create_window(window_name => 'w_b8', resource_plan => 'DEFAULT_PLAN', start_date => '2999-01-01 00:00 UTC',
    repeat_interval => 'FREQ=WEEKLY;BYDAY=SAT', end_date => '2999-06-01 00:00 UTC', duration => '48 hours', window_priority => 'HIGH', comments => 'weekend');
CALL dbms_scheduler.create_window('SYS.w_b9', NULL, start_date => '2999-01-01 00:00 UTC', repeat_interval => 'FREQ=DAILY', duration => '1 hour');
CALL dbms_scheduler.create_window('"w-b10"', NULL, start_date => '2999-01-01 00:00 UTC', repeat_interval => 'FREQ=DAILY', duration => '1 hour', comments => '');
SELECT * FROM regress_win.shown ORDER BY length(window_name), window_name COLLATE "C";
-- '' is a plan, the one that gives no orders, and NULL none
SELECT window_name, resource_plan IS NULL FROM sys.all_scheduler_windows WHERE window_name IN ('W_A1', 'W_A7') ORDER BY 1;

-- Start dates have fractions of seconds; calendars are counted from the whole second after them
CALL dbms_scheduler.create_window('w_c1', NULL, '2999-01-01 00:00:00.5 UTC', 'FREQ=SECONDLY', NULL, INTERVAL '1.5' SECOND);
SELECT start_date, next_start_date, duration FROM regress_win.shown WHERE window_name = 'W_C1';
CALL dbms_scheduler.drop_window('w_c1');

-- Attributes, each with its own type and as text
CALL dbms_scheduler.set_attribute('w_b1', 'resource_plan', 'default_plan');
CALL dbms_scheduler.set_attribute('w_b1', 'window_priority', 'high');
CALL dbms_scheduler.set_attribute('w_b1', 'duration', INTERVAL '90' MINUTE);
CALL dbms_scheduler.set_attribute('w_b1', 'start_date', '2999-02-01 00:00 UTC'::timestamptz);
CALL dbms_scheduler.set_attribute('w_b1', 'repeat_interval', 'FREQ=DAILY;BYHOUR=5');
CALL dbms_scheduler.set_attribute('w_b1', 'end_date', '2999-03-01 00:00 UTC'::timestamptz);
CALL dbms_scheduler.set_attribute('w_b1', 'comments', 'changed');
SELECT * FROM regress_win.shown WHERE window_name = 'W_B1';
CALL dbms_scheduler.set_attribute('sys.w_b1', 'duration', '2 hours');
CALL dbms_scheduler.set_attribute('w_b1', 'start_date', '2999-02-02 00:00 Asia/Tokyo');
CALL dbms_scheduler.set_attribute('w_b1', 'end_date', '2999-03-02 00:00 UTC');
CALL dbms_scheduler.set_attribute('w_b1', 'resource_plan', '');
SELECT * FROM regress_win.shown WHERE window_name = 'W_B1';
CALL dbms_scheduler.set_attribute('w_b1', 'start_date_timezone', 'Europe/Berlin');
CALL dbms_scheduler.set_attribute_null('w_b1', 'end_date');
CALL dbms_scheduler.set_attribute_null('w_b1', 'comments');
CALL dbms_scheduler.set_attribute_null('w_b1', 'resource_plan');
SELECT * FROM regress_win.shown WHERE window_name = 'W_B1';
SELECT attribute, dbms_scheduler.get_attribute_text('w_a6', attribute) AS a, dbms_scheduler.get_attribute_text('w_b1', attribute) AS b
  FROM unnest('{RESOURCE_PLAN,WINDOW_PRIORITY,DURATION,SCHEDULE_NAME,START_DATE,REPEAT_INTERVAL,END_DATE,
                ENABLED,COMMENTS,FOLLOW_DEFAULT_TIMEZONE,SYSTEM}'::text[]) AS attribute;
SELECT dbms_scheduler.get_attribute_text('w_b1', 'start_date_timezone');
CALL dbms_scheduler.get_attribute('w_b1', 'duration', NULL::interval);
CALL dbms_scheduler.get_attribute('w_b1', 'start_date', NULL::timestamptz);
CALL dbms_scheduler.get_attribute('w_b1', 'enabled', NULL::boolean);

-- A named schedule and dates of its own exclude each other
SELECT regress_win.error_of('CALL dbms_scheduler.set_attribute(''w_b1'', ''schedule_name'', ''s_eight'')');
SELECT regress_win.error_of(format('CALL dbms_scheduler.set_attribute(''w_a1'', %L, %L)', a, v))
  FROM (VALUES ('start_date', '2999-01-01'), ('start_date_timezone', 'UTC'), ('repeat_interval', 'FREQ=DAILY'), ('end_date', '2999-01-01')) AS t(a, v);
CALL dbms_scheduler.disable('w_b1');
CALL dbms_scheduler.set_attribute_null('w_b1', 'start_date');
CALL dbms_scheduler.set_attribute_null('w_b1', 'repeat_interval');
CALL dbms_scheduler.set_attribute('w_b1', 'schedule_name', 's_eight');
CALL dbms_scheduler.enable('w_b1');
SELECT * FROM regress_win.shown WHERE window_name = 'W_B1';
CALL dbms_scheduler.disable('sys.w_b1');
CALL dbms_scheduler.set_attribute_null('w_b1', 'schedule_name');
CALL dbms_scheduler.set_attribute('w_b1', 'repeat_interval', 'FREQ=YEARLY;BYDATE=29991231;BYTIME=030000');
SELECT * FROM regress_win.shown WHERE window_name = 'W_B1';
CALL dbms_scheduler.set_attribute('w_b1', 'enabled', true);
SELECT enabled, next_start_date FROM regress_win.shown WHERE window_name = 'W_B1';
-- twice is once
CALL dbms_scheduler.enable('w_b1, w_b2');
CALL dbms_scheduler.set_attribute('w_b1', 'enabled', 'false');
CALL dbms_scheduler.disable('w_b1');
SELECT enabled, next_start_date FROM regress_win.shown WHERE window_name = 'W_B1';

-- A window that has no start any more is made, or stays, disabled, and says so
SET client_min_messages = warning;
CALL dbms_scheduler.create_window('w_d1', NULL, '2001-01-01 00:00 UTC', 'FREQ=DAILY', '2001-02-01 00:00 UTC', INTERVAL '1' HOUR);
CALL dbms_scheduler.create_window('w_d2', NULL, '2999-01-01 00:00 UTC', NULL, '2999-01-01 00:00 UTC', INTERVAL '1' HOUR);
CALL dbms_scheduler.enable('w_d1');
SELECT window_name, enabled, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_D_' ORDER BY 1;
CALL dbms_scheduler.set_attribute_null('w_d2', 'end_date');
CALL dbms_scheduler.enable('w_d2');
SELECT window_name, enabled, next_start_date FROM regress_win.shown WHERE window_name = 'W_D2';
CALL dbms_scheduler.set_attribute('w_d2', 'end_date', '2999-01-01 00:00 UTC');
SELECT window_name, enabled, next_start_date FROM regress_win.shown WHERE window_name = 'W_D2';
CALL dbms_scheduler.drop_window('w_d1, w_d2');

-- The schedule that windows use changes, or is named in their calendars
SET ROLE regress_win_owner;
CALL dbms_scheduler.create_schedule('s_day', '2999-01-01 00:00 UTC', 'FREQ=DAILY;BYDATE=0110', time_zone => 'UTC');
CALL dbms_scheduler.create_schedule('s_outer', '2999-01-01 00:00 UTC', 'FREQ=MONTHLY;INCLUDE=s_day;BYHOUR=4', time_zone => 'UTC');
SET ROLE regress_win_manager;
CALL dbms_scheduler.create_window('w_e1', NULL, 'regress_win_owner.s_day', INTERVAL '1' HOUR);
CALL dbms_scheduler.create_window('w_e2', NULL, 'regress_win_owner.s_outer', INTERVAL '1' HOUR);
CALL dbms_scheduler.create_window('w_e3', NULL, '2999-01-01 00:00 UTC', 'FREQ=YEARLY;INCLUDE=regress_win_owner.s_day;BYHOUR=5', NULL, INTERVAL '1' HOUR, time_zone => 'UTC');
CALL dbms_scheduler.create_window('w_e4', NULL, 'regress_win_owner.s_day', INTERVAL '1' HOUR);
CALL dbms_scheduler.disable('w_e4');
SELECT window_name, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
SET ROLE regress_win_owner;
CALL dbms_scheduler.set_attribute('s_day', 'repeat_interval', 'FREQ=DAILY;BYDATE=0120');
SELECT window_name, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
-- one that cannot go on is disabled, with the reason in the log
CALL dbms_scheduler.set_attribute('s_day', 'repeat_interval', 'FREQ=DAILY;BYHOUR=2');
SELECT window_name, enabled, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
CALL dbms_scheduler.set_attribute('s_day', 'end_date', '2999-01-01 01:00 UTC');
SELECT window_name, enabled, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
CALL dbms_scheduler.set_attribute_null('s_day', 'end_date');
SET ROLE regress_win_manager;
CALL dbms_scheduler.enable('w_e1');
SELECT regress_win.error_of('CALL dbms_scheduler.enable(''w_e2'')');
-- a schedule in use is dropped with force alone, which disables the windows
SET ROLE regress_win_owner;
SELECT regress_win.error_of('CALL dbms_scheduler.drop_schedule(''s_day'')');
CALL dbms_scheduler.drop_schedule('s_day', force => true);
SELECT window_name, schedule, enabled FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
SELECT regress_win.error_of('CALL dbms_scheduler.drop_schedule(''s_outer'')');
RESET ROLE;
SELECT regress_win.error_of('DROP OWNED BY regress_win_owner');
-- it follows to another owner
CREATE ROLE regress_win_third;
REASSIGN OWNED BY regress_win_owner TO regress_win_third;
SELECT window_name, schedule FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
SELECT dbms_scheduler.get_attribute_text('w_e2', 'schedule_name');
REASSIGN OWNED BY regress_win_third TO regress_win_owner;
DROP ROLE regress_win_third;
DROP OWNED BY regress_win_owner CASCADE;
SELECT window_name, schedule, enabled FROM regress_win.shown WHERE window_name LIKE 'W\_E_' ORDER BY 1;
SET ROLE regress_win_manager;
SELECT regress_win.error_of('CALL dbms_scheduler.enable(''w_e1'')');
SELECT window_name, operation, user_name, additional_info FROM sys.all_scheduler_window_log WHERE window_name LIKE 'W\_E_' ORDER BY log_id;
CALL dbms_scheduler.drop_window('w_e1, w_e2, w_e3, w_e4');
-- of many windows some are named
CALL dbms_scheduler.create_schedule('s_many', '2999-01-01 00:00 UTC', 'FREQ=DAILY');
DO $$
BEGIN
    FOR i IN 10 .. 21 LOOP
        CALL dbms_scheduler.create_window('w_m' || i, NULL, 's_many', INTERVAL '1' HOUR);
    END LOOP;
END $$;
SELECT regress_win.error_of('CALL dbms_scheduler.drop_schedule(''s_many'')');
CALL dbms_scheduler.drop_schedule('s_many', force => true);
SELECT count(*) FROM sys.all_scheduler_windows WHERE window_name LIKE 'W\_M%' AND enabled = 'FALSE';
SELECT regress_win.error_of('CALL dbms_scheduler.drop_window(' || quote_literal(string_agg(window_name, ',')) || ')') FROM sys.all_scheduler_windows WHERE window_name LIKE 'W\_M%';

-- Windows that follow DEFAULT_TIMEZONE
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', 'Europe/Berlin');
CALL dbms_scheduler.create_window('w_f1', NULL, NULL, 'FREQ=YEARLY;BYDATE=29991231;BYTIME=030000', NULL, INTERVAL '1' HOUR, time_zone => 'UTC');
CALL dbms_scheduler.create_window('w_f2', NULL, '2999-01-01 00:00 UTC', 'FREQ=YEARLY;BYDATE=29991231;BYTIME=030000', NULL, INTERVAL '1' HOUR, time_zone => 'UTC');
CALL dbms_scheduler.set_attribute('w_f1', 'follow_default_timezone', true);
CALL dbms_scheduler.set_attribute('w_f2', 'follow_default_timezone', true);
SELECT window_name, start_date_timezone, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_F_' ORDER BY 1;
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', 'Asia/Tokyo');
SELECT window_name, start_date_timezone, next_start_date FROM regress_win.shown WHERE window_name LIKE 'W\_F_' ORDER BY 1;
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', NULL);
CALL dbms_scheduler.drop_window('w_f1, w_f2');

-- The log: what was done to a definition, by whom; what is no change is no row
SELECT operation, status, user_name, additional_info FROM sys.all_scheduler_window_log WHERE window_name = 'W_B1' ORDER BY log_id;
BEGIN;
CALL dbms_scheduler.drop_window('w_b1');
ROLLBACK;
SELECT count(*) FROM sys.all_scheduler_window_log WHERE window_name = 'W_B1' AND operation = 'DROP';

-- Purging: it goes by LOG_HISTORY, or by hand
RESET ROLE;
UPDATE dbms.window_log SET log_date = log_date - interval '10 days' WHERE window_name = 'W_A1';
UPDATE dbms.window_log SET log_date = log_date - interval '40 days' WHERE window_name = 'W_A2';
SET ROLE regress_win_manager;
CALL dbms_scheduler.purge_log(50);
SELECT count(*) FROM sys.all_scheduler_window_log WHERE window_name IN ('W_A1', 'W_A2');
CALL dbms_scheduler.auto_purge();
SELECT window_name FROM sys.all_scheduler_window_log WHERE window_name IN ('W_A1', 'W_A2');
CALL dbms_scheduler.purge_log(5, 'JOB_LOG');
SELECT count(*) FROM sys.all_scheduler_window_log WHERE window_name = 'W_A1';
CALL dbms_scheduler.purge_log(5, 'window_log');
SELECT count(*) FROM sys.all_scheduler_window_log WHERE window_name = 'W_A1';
CALL dbms_scheduler.purge_log();
SELECT count(*) FROM sys.all_scheduler_window_log;

-- Dropping: a list, and jobs that name a window
CALL dbms_scheduler.drop_window('w_a1, sys.w_a2 ,"W_A3"');
SELECT count(*) FROM sys.all_scheduler_windows WHERE window_name IN ('W_A1', 'W_A2', 'W_A3');
CALL dbms_scheduler.create_job('j_window', schedule_name => 'sys.w_a4', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1', enabled => true);
SELECT regress_win.error_of('CALL dbms_scheduler.drop_window(''w_a4'')');
SELECT regress_win.error_of('CALL dbms_scheduler.disable(''w_a4'')');
CALL dbms_scheduler.disable('w_a4', force => true);
SELECT enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_WINDOW';
CALL dbms_scheduler.enable('w_a4');
CALL dbms_scheduler.drop_window('w_a4', force => true);
SELECT enabled, disabled_reason FROM sys.user_scheduler_jobs WHERE job_name = 'J_WINDOW';
CALL dbms_scheduler.drop_job('j_window');
-- the list ends at the first that is not there
SELECT regress_win.error_of('CALL dbms_scheduler.drop_window(''w_a5, w_none, w_a6'')');
SELECT count(*) FROM sys.all_scheduler_windows WHERE window_name IN ('W_A5', 'W_A6');

-- An open window: it is not dropped or disabled without force, and may be changed
CALL dbms_scheduler.open_window('w_a5', INTERVAL '1' DAY);
SELECT regress_win.error_of('CALL dbms_scheduler.drop_window(''w_a5'')');
SELECT regress_win.error_of('CALL dbms_scheduler.disable(''w_a5'')');
CALL dbms_scheduler.set_attribute('w_a5', 'duration', INTERVAL '5' HOUR);
CALL dbms_scheduler.set_attribute('w_a5', 'window_priority', 'LOW');
SELECT enabled, active, duration, manual_duration, window_priority FROM sys.all_scheduler_windows WHERE window_name = 'W_A5';
CALL dbms_scheduler.disable('w_a5', force => true);
SELECT enabled, active, next_start_date FROM sys.all_scheduler_windows WHERE window_name = 'W_A5';
CALL dbms_scheduler.enable('w_a5');
CALL dbms_scheduler.get_scheduler_attribute('current_open_window', NULL);
SELECT value FROM sys.all_scheduler_global_attribute WHERE attribute_name = 'CURRENT_OPEN_WINDOW';
SELECT regress_win.error_of('CALL dbms_scheduler.set_scheduler_attribute(''current_open_window'', ''w_a6'')');
CALL dbms_scheduler.drop_window('w_a5', force => true);
CALL dbms_scheduler.get_scheduler_attribute('current_open_window', NULL);
SELECT operation, status, user_name FROM sys.all_scheduler_window_log WHERE window_name = 'W_A5' ORDER BY log_id;
SELECT d.window_duration, d.req_start_date = d.actual_start_date, d.log_id = l.log_id
  FROM sys.all_scheduler_window_details d JOIN sys.all_scheduler_window_log l USING (log_id)
 WHERE l.window_name = 'W_A5' AND l.operation = 'CLOSE';

-- Oracle's own windows, on request, as often as one likes
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', 'America/New_York');
SELECT count(*) FROM sys.all_scheduler_windows WHERE window_name LIKE '%DAY\_WINDOW';
CALL dbms_scheduler.install_maintenance_windows();
SELECT window_name, resource_plan, repeat_interval, duration, window_priority, enabled, comments, start_date_timezone
  FROM sys.all_scheduler_windows WHERE window_name LIKE '%\_WINDOW' ORDER BY window_name;
RESET ROLE;
CALL dbms_scheduler.set_attribute('monday_window', 'system', false);
SELECT dbms_scheduler.get_attribute_text('monday_window', 'system');
CALL dbms_scheduler.set_attribute('monday_window', 'system', true);
SET ROLE regress_win_manager;
SELECT dbms_scheduler.get_attribute_text('monday_window', 'system'), dbms_scheduler.get_attribute_text('monday_window', 'follow_default_timezone');
SELECT window_group_name, enabled, number_of_windows, comments FROM sys.all_scheduler_window_groups ORDER BY 1;
SELECT window_name FROM sys.all_scheduler_wingroup_members WHERE window_group_name = 'MAINTENANCE_WINDOW_GROUP' ORDER BY 1;
CALL dbms_scheduler.set_attribute('monday_window', 'duration', INTERVAL '2' HOUR);
CALL dbms_scheduler.disable('tuesday_window', force => true);
CALL dbms_scheduler.remove_window_group_member('maintenance_window_group', 'wednesday_window');
CALL dbms_scheduler.drop_window('friday_window', force => true);
CALL dbms_scheduler.drop_window_group('ora$at_wgrp_os');
CALL dbms_scheduler.install_maintenance_windows();
SELECT window_name, duration, enabled FROM sys.all_scheduler_windows WHERE window_name ~ '^(MON|TUES|FRI).*\_WINDOW' ORDER BY window_name;
SELECT window_group_name, array_agg(window_name ORDER BY window_name COLLATE "C") FROM sys.all_scheduler_wingroup_members GROUP BY 1 ORDER BY 1;
SELECT operation, count(*) FROM sys.all_scheduler_window_log WHERE window_name LIKE '%DAY\_WINDOW' GROUP BY 1 ORDER BY 1;
-- its name may be taken by something else
CALL dbms_scheduler.drop_window('sunday_window', force => true);
CALL dbms_scheduler.create_window_group('sunday_window');
SELECT regress_win.error_of('CALL dbms_scheduler.install_maintenance_windows()');
CALL dbms_scheduler.drop_group('sunday_window, maintenance_window_group, ora$at_wgrp_os, ora$at_wgrp_sa, ora$at_wgrp_sq');
SET ROLE regress_win_owner;
SELECT regress_win.error_of('CALL dbms_scheduler.install_maintenance_windows()');
RESET ROLE;

CALL dbms_scheduler.set_scheduler_attribute('default_timezone', NULL);
DO $$
DECLARE
    windows text;
BEGIN
    SELECT string_agg(format('"%s"', window_name), ',') INTO windows FROM sys.all_scheduler_windows;
    CALL dbms_scheduler.drop_window(windows, true);
END $$;
SELECT count(*) FROM sys.all_scheduler_windows;
SELECT (SELECT count(*) FROM dbms.window_state), (SELECT count(*) FROM dbms.object_group_member), (SELECT count(*) FROM dbms.object WHERE type IN ('WINDOW', 'GROUP'));
CALL dbms_scheduler.purge_log();
CALL dbms_scheduler.drop_schedule('regress_win_manager.s_eight');
DROP SCHEMA regress_win CASCADE;
DROP ROLE regress_win_manager, regress_win_owner;
