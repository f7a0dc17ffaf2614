-- Views of windows and groups: Oracle's columns in its order, what they show, who sees them.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'sys'::regnamespace AND c.relname ~ '^(user|all|dba)_scheduler_(windows|window_log|window_details|window_groups|wingroup_members|groups|group_members)$'
 GROUP BY c.relname ORDER BY c.relname COLLATE "C";
-- all_* is for everybody, dba_* for administrators
SELECT c.relname, array_agg(g.grantee::regrole::text ORDER BY g.grantee::regrole::text COLLATE "C")
  FROM pg_class c, aclexplode(c.relacl) g
 WHERE c.relnamespace = 'sys'::regnamespace AND c.relname ~ '_scheduler_(window|wingroup|group)' AND g.grantee <> c.relowner
 GROUP BY c.relname ORDER BY c.relname COLLATE "C";

CREATE ROLE regress_view_manager LOGIN;
GRANT dbms_manage_scheduler TO regress_view_manager;
CREATE ROLE regress_view_other LOGIN;
CREATE ROLE regress_view_admin LOGIN;
GRANT dbms_scheduler_admin TO regress_view_admin;
SET ROLE regress_view_manager;
CALL dbms_scheduler.create_window('v_later', 'DEFAULT_PLAN', '2999-01-01 06:00 UTC', 'FREQ=DAILY;BYHOUR=6', '3000-01-01 00:00 UTC', INTERVAL '6' HOUR, 'HIGH', 'mornings', 'Europe/Berlin');
CALL dbms_scheduler.create_window('v_open', '', '2999-01-01 12:00 UTC', NULL, NULL, INTERVAL '6' HOUR);
CALL dbms_scheduler.create_window('v_off', NULL, '2999-01-01 18:00 UTC', '0 18 * * *', NULL, INTERVAL '12' HOUR);
CALL dbms_scheduler.disable('v_off');
CALL dbms_scheduler.create_group('v_group', 'WINDOW', 'v_open, v_later, v_off', 'all of them');
CALL dbms_scheduler.open_window('v_open', INTERVAL '3' HOUR);

SET ROLE regress_view_other;
SELECT owner, window_name, resource_plan, schedule_owner, schedule_name, schedule_type, start_date, repeat_interval, end_date, duration,
       window_priority, next_start_date, last_start_date IS NOT NULL, enabled, active, manual_open_time IS NOT NULL, manual_duration, comments, start_date_timezone
  FROM sys.all_scheduler_windows ORDER BY window_name;
SELECT manual_open_time = last_start_date FROM sys.all_scheduler_windows WHERE active = 'TRUE';
-- the query of Oracle's manuals, newest first
SELECT window_name, operation FROM sys.all_scheduler_window_log WHERE operation IN ('OPEN', 'CLOSE') AND window_name LIKE 'V\_%' ORDER BY log_date DESC;
SELECT attribute_name, value FROM sys.all_scheduler_global_attribute WHERE attribute_name = 'CURRENT_OPEN_WINDOW';
SET ROLE regress_view_manager;
CALL dbms_scheduler.close_window('v_open');
SET ROLE regress_view_other;
SELECT window_name, enabled, active, manual_open_time, manual_duration, last_start_date IS NOT NULL FROM sys.all_scheduler_windows WHERE window_name = 'V_OPEN';
SELECT window_name, operation FROM sys.all_scheduler_window_log WHERE operation IN ('OPEN', 'CLOSE') AND window_name LIKE 'V\_%' ORDER BY log_date DESC;
SELECT log_id IS NOT NULL, log_date IS NOT NULL, owner, window_name, operation, status, user_name, client_id, global_uid, additional_info
  FROM sys.all_scheduler_window_log WHERE window_name LIKE 'V\_%' ORDER BY all_scheduler_window_log.log_id;
SELECT d.owner, d.window_name, d.req_start_date = d.actual_start_date, d.window_duration, d.actual_duration = d.log_date - d.actual_start_date,
       d.instance_id, d.additional_info, l.operation
  FROM sys.all_scheduler_window_details d JOIN sys.all_scheduler_window_log l USING (log_id) WHERE d.window_name LIKE 'V\_%' ORDER BY log_id;
SELECT window_group_name, enabled, number_of_windows, next_start_date, comments FROM sys.all_scheduler_window_groups;
SELECT window_group_name, window_name FROM sys.all_scheduler_wingroup_members ORDER BY 2;
SELECT * FROM sys.all_scheduler_groups;
SELECT * FROM sys.all_scheduler_group_members ORDER BY member_name;
SELECT * FROM sys.user_scheduler_groups;
SELECT * FROM sys.user_scheduler_group_members;

-- administrators see the same in dba_*
SET ROLE regress_view_admin;
SELECT count(*) FROM (TABLE sys.dba_scheduler_windows EXCEPT TABLE sys.all_scheduler_windows) AS d;
SELECT (SELECT count(*) FROM sys.dba_scheduler_windows), (SELECT count(*) FROM sys.dba_scheduler_window_details WHERE window_name LIKE 'V\_%'), (SELECT count(*) FROM sys.dba_scheduler_window_groups),
       (SELECT count(*) FROM sys.dba_scheduler_wingroup_members), (SELECT count(*) FROM sys.dba_scheduler_groups), (SELECT count(*) FROM sys.dba_scheduler_group_members),
       (SELECT count(*) = (SELECT count(*) FROM sys.all_scheduler_window_log) FROM sys.dba_scheduler_window_log);
SET ROLE regress_view_manager;
SELECT count(*) FROM sys.dba_scheduler_windows;

CALL dbms_scheduler.drop_group('v_group');
CALL dbms_scheduler.drop_window('v_later, v_open, v_off');
CALL dbms_scheduler.purge_log();
RESET ROLE;
DROP ROLE regress_view_manager, regress_view_other, regress_view_admin;
