-- The calls of windows and groups, as an application that moves from Oracle
-- uses them: signatures, who may call, and an administrator's day.
BEGIN;
SELECT plan(56);

CREATE FUNCTION arguments(subprogram text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT replace(pg_get_function_arguments(oid), 'timestamp with time zone', 'ts') FROM pg_proc
 WHERE pronamespace = 'dbms_scheduler'::regnamespace AND proname = subprogram
$$;
SELECT set_eq($$ SELECT arguments('create_window') $$, ARRAY[
  'IN window_name text, IN resource_plan text, IN schedule_name text, IN duration interval, IN window_priority text DEFAULT ''LOW''::text, IN comments text DEFAULT NULL::text',
  'IN window_name text, IN resource_plan text, IN start_date ts DEFAULT NULL::ts, IN repeat_interval text DEFAULT NULL::text, IN end_date ts DEFAULT NULL::ts, IN duration interval DEFAULT NULL::interval, IN window_priority text DEFAULT ''LOW''::text, IN comments text DEFAULT NULL::text, IN time_zone text DEFAULT NULL::text',
  'IN window_name text, IN resource_plan text, IN schedule_name text, IN duration text, IN window_priority text DEFAULT ''LOW''::text'],
  'create_window has Oracle''s two forms, and one for a duration as a literal');
SELECT results_eq($$ SELECT arguments('drop_window') $$, ARRAY['IN window_name text, IN force boolean DEFAULT false'], 'drop_window');
SELECT results_eq($$ SELECT arguments('open_window') $$, ARRAY['IN window_name text, IN duration interval DEFAULT NULL::interval, IN force boolean DEFAULT false'], 'open_window');
SELECT results_eq($$ SELECT arguments('close_window') $$, ARRAY['IN window_name text'], 'close_window');
SELECT results_eq($$ SELECT arguments('create_window_group') $$, ARRAY['IN group_name text, IN window_list text DEFAULT NULL::text, IN comments text DEFAULT NULL::text'], 'create_window_group');
SELECT results_eq($$ SELECT arguments('add_window_group_member') $$, ARRAY['IN group_name text, IN window_list text'], 'add_window_group_member');
SELECT results_eq($$ SELECT arguments('remove_window_group_member') $$, ARRAY['IN group_name text, IN window_list text'], 'remove_window_group_member');
SELECT results_eq($$ SELECT arguments('drop_window_group') $$, ARRAY['IN group_name text, IN force boolean DEFAULT false'], 'drop_window_group');
SELECT results_eq($$ SELECT arguments('create_group') $$, ARRAY['IN group_name text, IN group_type text, IN member text DEFAULT NULL::text, IN comments text DEFAULT NULL::text'], 'create_group');
SELECT results_eq($$ SELECT arguments('add_group_member') $$, ARRAY['IN group_name text, IN member text'], 'add_group_member');
SELECT results_eq($$ SELECT arguments('remove_group_member') $$, ARRAY['IN group_name text, IN member text'], 'remove_group_member');
SELECT results_eq($$ SELECT arguments('drop_group') $$, ARRAY['IN group_name text, IN force boolean DEFAULT false'], 'drop_group');
SELECT results_eq($$ SELECT arguments('install_maintenance_windows') $$, ARRAY[''], 'install_maintenance_windows');

-- an administrator's day, with Oracle's views and date functions at hand
CREATE ROLE regress_window_admin LOGIN IN ROLE dbms_manage_scheduler;
CREATE ROLE regress_window_user LOGIN IN ROLE dbms_create_job;
SET LOCAL search_path = public, sys, dbms_date;
SET LOCAL timezone = 'Europe/Berlin';
SET LOCAL client_min_messages = warning;
SET LOCAL ROLE regress_window_admin;
SELECT lives_ok($$ CALL dbms_scheduler.create_window(
    window_name     => 'peak_am',
    resource_plan   => 'default_plan',
    start_date      => timestamptz '2040-01-02 06:00:00 +01:00',
    repeat_interval => 'FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYSECOND=0',
    end_date        => NULL,
    duration        => numtodsinterval(6, 'hour'),
    window_priority => 'LOW',
    comments        => 'morning') $$, 'makes a window by names');
SELECT lives_ok($$ CALL dbms_scheduler.create_window('peak_pm', NULL, DATE '2040-01-02', 'FREQ=DAILY;BYHOUR=12', NULL, INTERVAL '6' HOUR, 'LOW', 'afternoon') $$,
    'another one by positions');
SELECT lives_ok($$ CALL dbms_scheduler.create_window('weekend', '', TIMESTAMP '2040-01-07 00:00', 'FREQ=WEEKLY;BYDAY=SAT', TIMESTAMP '2050-01-01 00:00', INTERVAL '2 00:00:00' DAY TO SECOND, 'high') $$,
    'a third one with an end');
SELECT is((SELECT next_start_date FROM all_scheduler_windows WHERE window_name = 'PEAK_AM'), timestamptz '2040-01-02 06:00', 'the view says when it opens');
SELECT is((SELECT next_start_date FROM all_scheduler_windows WHERE window_name = 'PEAK_PM'), timestamptz '2040-01-02 12:00', 'the second one too');
SELECT is((SELECT next_start_date FROM all_scheduler_windows WHERE window_name = 'WEEKEND'), timestamptz '2040-01-07 00:00', 'and the third');
SELECT is((SELECT (owner, enabled, active, window_priority, schedule_type)::text FROM all_scheduler_windows WHERE window_name = 'WEEKEND'),
    '(SYS,TRUE,FALSE,HIGH,CALENDAR)', 'it is enabled, not open');
SELECT throws_ok($$ CALL dbms_scheduler.create_window('peak_am', NULL, NULL, 'FREQ=DAILY', NULL, INTERVAL '1' HOUR) $$, 'O7477', NULL, 'a name is taken once');
SELECT throws_ok($$ CALL dbms_scheduler.create_window('w', NULL, NULL, 'FREQ=DAILY', NULL, INTERVAL '0' HOUR) $$, 'O7465', NULL, 'zero is no duration');
SELECT throws_ok($$ CALL dbms_scheduler.create_window('w', 'no_plan', NULL, 'FREQ=DAILY', NULL, INTERVAL '1' HOUR) $$, 'O7476', NULL, 'plans exist');
SELECT throws_ok($$ CALL dbms_scheduler.create_window('w', NULL, NULL, 'SYSDATE + 1', NULL, INTERVAL '1' HOUR) $$, 'O7465', NULL, 'calendars only');

SELECT lives_ok($$ CALL dbms_scheduler.create_window_group('peaktime', 'peak_am,peak_pm') $$, 'a group');
SELECT lives_ok($$ CALL dbms_scheduler.create_group('"OFF-PEAK"', 'WINDOW', 'SYS.WEEKEND') $$, 'another one with quotes');
SELECT results_eq($$ SELECT window_name FROM all_scheduler_wingroup_members WHERE window_group_name = 'PEAKTIME' ORDER BY 1 $$,
    ARRAY['PEAK_AM', 'PEAK_PM'], 'its members');
SELECT is((SELECT next_start_date::timestamptz FROM all_scheduler_window_groups WHERE window_group_name = 'PEAKTIME'), timestamptz '2040-01-02 06:00',
    'a group starts with its first window');
SELECT lives_ok($$ CALL dbms_scheduler.disable('SYS.PEAK_AM') $$, 'disables a window');
SELECT is((SELECT next_start_date::timestamptz FROM all_scheduler_window_groups WHERE window_group_name = 'PEAKTIME'), timestamptz '2040-01-02 12:00',
    'then with the second');
SELECT is((SELECT next_start_date FROM all_scheduler_windows WHERE window_name = 'PEAK_AM'), NULL, 'a disabled window has no start');
SELECT lives_ok($$ CALL dbms_scheduler.enable('SYS.PEAK_AM') $$, 'enables it');
SELECT is((SELECT next_start_date FROM all_scheduler_windows WHERE window_name = 'PEAK_AM'), timestamptz '2040-01-02 06:00', 'it has one again');

SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('peak_am', 'duration', INTERVAL '5' HOUR) $$, 'an interval');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('peak_am', 'start_date', timestamptz '2040-02-01 00:00') $$, 'a date');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('SYS.PEAK_AM', 'window_priority', 'HIGH') $$, 'a text');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute_null('peak_am', 'resource_plan') $$, 'NULL');
SELECT is((SELECT (resource_plan IS NULL, window_priority, duration, next_start_date)::text FROM all_scheduler_windows WHERE window_name = 'PEAK_AM'),
    (true, 'HIGH', interval '5 hours', timestamptz '2040-02-01 06:00')::text, 'the view has them all');
SELECT is(dbms_scheduler.get_attribute_interval('peak_am', 'duration'), interval '5 hours', 'and get_attribute');

-- a user schedules jobs by them, and leaves them alone
SET LOCAL ROLE regress_window_user;
SELECT lives_ok($$ CALL dbms_scheduler.create_job('in_window', schedule_name => 'SYS.PEAK_PM', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => true) $$,
    'a job of a window');
SELECT lives_ok($$ CALL dbms_scheduler.create_job('in_group', schedule_name => 'peaktime', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => true) $$,
    'a job of a group');
SELECT is((SELECT next_run_date FROM user_scheduler_jobs WHERE job_name = 'IN_WINDOW'), timestamptz '2040-01-02 12:00', 'it runs when the window opens');
SELECT is((SELECT next_run_date FROM user_scheduler_jobs WHERE job_name = 'IN_GROUP'), timestamptz '2040-01-02 12:00', 'or the first of the group');
SELECT throws_ok($$ CALL dbms_scheduler.set_attribute('peak_pm', 'duration', INTERVAL '24' HOUR) $$, 'O7486', NULL, 'he does not change windows');
SELECT throws_ok($$ CALL dbms_scheduler.drop_window('peak_pm') $$, 'O7486', NULL, 'nor drop them');
SELECT throws_ok($$ CALL dbms_scheduler.open_window('peak_pm') $$, 'O7486', NULL, 'nor open them');
SELECT throws_ok($$ CALL dbms_scheduler.add_window_group_member('peaktime', 'weekend') $$, 'O7486', NULL, 'nor change groups');
SELECT throws_ok($$ CALL dbms_scheduler.install_maintenance_windows() $$, 'O7486', NULL, 'nor install windows');
SELECT is((SELECT count(*) FROM user_scheduler_groups), 0::bigint, 'none of them is his');

SET LOCAL ROLE regress_window_admin;
SELECT throws_ok($$ CALL dbms_scheduler.drop_window('peak_pm') $$, 'O7479', NULL, 'a job keeps its window');
SELECT lives_ok($$ CALL dbms_scheduler.drop_window('peak_pm', force => true) $$, 'unless it is forced');
SELECT is((SELECT array_agg(window_name) FROM all_scheduler_wingroup_members WHERE window_group_name = 'PEAKTIME'), ARRAY['PEAK_AM'], 'the group has one window less');
SELECT lives_ok($$ CALL dbms_scheduler.install_maintenance_windows() $$, 'Oracle''s own windows');
SELECT is((SELECT count(*) FROM all_scheduler_wingroup_members WHERE window_group_name = 'MAINTENANCE_WINDOW_GROUP'), 7::bigint, 'seven are in use');
SELECT results_eq($$ SELECT operation FROM all_scheduler_window_log WHERE window_name = 'PEAK_AM' ORDER BY log_id $$,
    ARRAY['CREATE', 'DISABLE', 'ENABLE', 'UPDATE', 'UPDATE', 'UPDATE', 'UPDATE'], 'the log knows it all');
RESET ROLE;
SELECT is((SELECT enabled || disabled_reason FROM dba_scheduler_jobs WHERE job_name = 'IN_WINDOW'), 'FALSEwindow "SYS.PEAK_PM" was dropped', 'the job of a window that is gone is disabled');

SELECT * FROM finish();
ROLLBACK;
