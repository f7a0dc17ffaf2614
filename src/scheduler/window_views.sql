-- Dictionary views of windows and groups, as views.sql says. Windows and groups
-- of windows belong to SYS, and everybody may see them: all_* and dba_* show the
-- same. Groups of destinations are shown like other objects of roles.

CREATE VIEW dbms.shown_window AS
    SELECT n.id, o.owner_id, w.shown AS owner, o.name AS window_name,
           n.resource_plan,
           sw.shown AS schedule_owner,
           n.schedule_name,
           CASE WHEN n.schedule_name IS NOT NULL THEN 'NAMED'
                WHEN n.repeat_interval IS NULL THEN 'ONCE'
                ELSE 'CALENDAR' END AS schedule_type,
           n.start_at AS start_date,
           n.repeat_interval,
           n.end_at AS end_date,
           n.duration,
           CASE WHEN n.is_high THEN 'HIGH' ELSE 'LOW' END AS window_priority,
           CASE WHEN n.is_enabled THEN t.next_start_at END AS next_start_date,
           t.last_opened_at AS last_start_date,
           CASE WHEN n.is_enabled THEN 'TRUE' ELSE 'FALSE' END AS enabled,
           CASE WHEN p.window_id IS NOT NULL THEN 'TRUE' ELSE 'FALSE' END AS active,
           CASE WHEN p.is_manual THEN p.requested_at END AS manual_open_time,
           CASE WHEN p.is_manual THEN p.duration END AS manual_duration,
           n.comments,
           n.time_zone AS start_date_timezone
      FROM dbms.window n
      JOIN dbms.object o ON o.id = n.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
      LEFT JOIN dbms.window_state t ON t.window_id = n.id
      LEFT JOIN dbms.opening p ON p.window_id = n.id
      LEFT JOIN dbms.owner_shown sw ON sw.id = n.schedule_owner_id;
COMMENT ON VIEW dbms.shown_window IS 'windows as the dictionary shows them';

CREATE VIEW sys.all_scheduler_windows AS
    SELECT b.owner, b.window_name, b.resource_plan, b.schedule_owner, b.schedule_name, b.schedule_type, b.start_date,
           b.repeat_interval, b.end_date, b.duration, b.window_priority, b.next_start_date, b.last_start_date,
           b.enabled, b.active, b.manual_open_time, b.manual_duration, b.comments, b.start_date_timezone
      FROM dbms.shown_window b;
COMMENT ON VIEW sys.all_scheduler_windows IS 'windows: everybody may see all';
COMMENT ON COLUMN sys.all_scheduler_windows.resource_plan IS
    'plan while it is open; NULL: the one in force stays; empty: none';
COMMENT ON COLUMN sys.all_scheduler_windows.schedule_type IS 'ONCE, CALENDAR (a cron line too) or NAMED';
COMMENT ON COLUMN sys.all_scheduler_windows.start_date IS
    'of an inline schedule, and so are repeat_interval and end_date';
COMMENT ON COLUMN sys.all_scheduler_windows.next_start_date IS 'next start by its schedule; NULL if it is disabled';
COMMENT ON COLUMN sys.all_scheduler_windows.last_start_date IS 'when it was last opened';
COMMENT ON COLUMN sys.all_scheduler_windows.active IS 'TRUE: it is open';
COMMENT ON COLUMN sys.all_scheduler_windows.manual_open_time IS
    'when open_window was called for it, while it is open by that; and so is manual_duration';
COMMENT ON COLUMN sys.all_scheduler_windows.start_date_timezone IS
    'name of the time zone in which an inline schedule counts';

CREATE VIEW sys.dba_scheduler_windows AS
    SELECT b.owner, b.window_name, b.resource_plan, b.schedule_owner, b.schedule_name, b.schedule_type, b.start_date,
           b.repeat_interval, b.end_date, b.duration, b.window_priority, b.next_start_date, b.last_start_date,
           b.enabled, b.active, b.manual_open_time, b.manual_duration, b.comments, b.start_date_timezone
      FROM dbms.shown_window b;
COMMENT ON VIEW sys.dba_scheduler_windows IS 'all windows';
COMMENT ON COLUMN sys.dba_scheduler_windows.resource_plan IS
    'plan while it is open; NULL: the one in force stays; empty: none';
COMMENT ON COLUMN sys.dba_scheduler_windows.schedule_type IS 'ONCE, CALENDAR (a cron line too) or NAMED';
COMMENT ON COLUMN sys.dba_scheduler_windows.start_date IS
    'of an inline schedule, and so are repeat_interval and end_date';
COMMENT ON COLUMN sys.dba_scheduler_windows.next_start_date IS 'next start by its schedule; NULL if it is disabled';
COMMENT ON COLUMN sys.dba_scheduler_windows.last_start_date IS 'when it was last opened';
COMMENT ON COLUMN sys.dba_scheduler_windows.active IS 'TRUE: it is open';
COMMENT ON COLUMN sys.dba_scheduler_windows.manual_open_time IS
    'when open_window was called for it, while it is open by that; and so is manual_duration';
COMMENT ON COLUMN sys.dba_scheduler_windows.start_date_timezone IS
    'name of the time zone in which an inline schedule counts';

-- The log. What ends an opening is one row in both views.

CREATE VIEW sys.all_scheduler_window_log AS
    SELECT l.log_id, l.log_date, 'SYS' AS owner, l.window_name, l.operation, l.status, l.user_name,
           NULL::text AS client_id, NULL::text AS global_uid, l.additional_info
      FROM dbms.window_log l;
COMMENT ON VIEW sys.all_scheduler_window_log IS 'what happened to windows';
COMMENT ON COLUMN sys.all_scheduler_window_log.operation IS
    'OPEN, CLOSE, OVERLAP (it started while another one was open), CREATE, UPDATE, ENABLE, DISABLE or DROP';
COMMENT ON COLUMN sys.all_scheduler_window_log.status IS 'SUCCEEDED or FAILED for OPEN and CLOSE; else NULL';
COMMENT ON COLUMN sys.all_scheduler_window_log.user_name IS 'role that did it; NULL: the scheduler';
COMMENT ON COLUMN sys.all_scheduler_window_log.additional_info IS 'KEY="value" pairs';

CREATE VIEW sys.dba_scheduler_window_log AS
    SELECT l.log_id, l.log_date, 'SYS' AS owner, l.window_name, l.operation, l.status, l.user_name,
           NULL::text AS client_id, NULL::text AS global_uid, l.additional_info
      FROM dbms.window_log l;
COMMENT ON VIEW sys.dba_scheduler_window_log IS 'what happened to windows';
COMMENT ON COLUMN sys.dba_scheduler_window_log.operation IS
    'OPEN, CLOSE, OVERLAP (it started while another one was open), CREATE, UPDATE, ENABLE, DISABLE or DROP';
COMMENT ON COLUMN sys.dba_scheduler_window_log.status IS 'SUCCEEDED or FAILED for OPEN and CLOSE; else NULL';
COMMENT ON COLUMN sys.dba_scheduler_window_log.user_name IS 'role that did it; NULL: the scheduler';
COMMENT ON COLUMN sys.dba_scheduler_window_log.additional_info IS 'KEY="value" pairs';

CREATE VIEW sys.all_scheduler_window_details AS
    SELECT l.log_id, l.log_date, 'SYS' AS owner, l.window_name, l.requested_at AS req_start_date,
           l.opened_at AS actual_start_date, l.duration AS window_duration, l.actual_duration, 1 AS instance_id,
           l.additional_info
      FROM dbms.window_log l
     WHERE l.is_detail;
COMMENT ON VIEW sys.all_scheduler_window_details IS 'openings of windows that have ended';
COMMENT ON COLUMN sys.all_scheduler_window_details.log_id IS 'that of the CLOSE row of the log';
COMMENT ON COLUMN sys.all_scheduler_window_details.req_start_date IS
    'start by the schedule, or the call of open_window';
COMMENT ON COLUMN sys.all_scheduler_window_details.window_duration IS 'that was asked for';

CREATE VIEW sys.dba_scheduler_window_details AS
    SELECT l.log_id, l.log_date, 'SYS' AS owner, l.window_name, l.requested_at AS req_start_date,
           l.opened_at AS actual_start_date, l.duration AS window_duration, l.actual_duration, 1 AS instance_id,
           l.additional_info
      FROM dbms.window_log l
     WHERE l.is_detail;
COMMENT ON VIEW sys.dba_scheduler_window_details IS 'openings of windows that have ended';
COMMENT ON COLUMN sys.dba_scheduler_window_details.log_id IS 'that of the CLOSE row of the log';
COMMENT ON COLUMN sys.dba_scheduler_window_details.req_start_date IS
    'start by the schedule, or the call of open_window';
COMMENT ON COLUMN sys.dba_scheduler_window_details.window_duration IS 'that was asked for';

-- Groups.

CREATE VIEW dbms.shown_group AS
    SELECT g.id, o.owner_id, w.shown AS owner, o.name AS group_name, g.group_type,
           CASE WHEN g.is_enabled THEN 'TRUE' ELSE 'FALSE' END AS enabled,
           (SELECT count(*)::integer FROM dbms.object_group_member m WHERE m.group_id = g.id) AS number_of_members,
           g.comments
      FROM dbms.object_group g
      JOIN dbms.object o ON o.id = g.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id;
COMMENT ON VIEW dbms.shown_group IS 'groups as the dictionary shows them';

CREATE VIEW dbms.shown_group_member AS
    SELECT g.id, g.owner_id, g.owner, g.group_name, g.group_type, m.member_name, o.name AS window_name
      FROM dbms.shown_group g
      JOIN dbms.object_group_member m ON m.group_id = g.id
      LEFT JOIN dbms.object o ON o.id = m.member_id;
COMMENT ON VIEW dbms.shown_group_member IS 'members of groups as the dictionary shows them';

CREATE VIEW sys.all_scheduler_window_groups AS
    SELECT b.group_name AS window_group_name, b.enabled, b.number_of_members AS number_of_windows,
           CASE WHEN b.enabled = 'TRUE' THEN
               (SELECT min(t.next_start_at)
                  FROM dbms.object_group_member m
                  JOIN dbms.window n ON n.id = m.member_id AND n.is_enabled
                  JOIN dbms.window_state t ON t.window_id = n.id
                 WHERE m.group_id = b.id) END::text AS next_start_date,
           b.comments
      FROM dbms.shown_group b
     WHERE b.group_type = 'WINDOW';
COMMENT ON VIEW sys.all_scheduler_window_groups IS 'groups of windows';
COMMENT ON COLUMN sys.all_scheduler_window_groups.next_start_date IS
    'as text, as in Oracle: the next start of its windows; NULL if the group is disabled';

CREATE VIEW sys.dba_scheduler_window_groups AS
    SELECT b.group_name AS window_group_name, b.enabled, b.number_of_members AS number_of_windows,
           CASE WHEN b.enabled = 'TRUE' THEN
               (SELECT min(t.next_start_at)
                  FROM dbms.object_group_member m
                  JOIN dbms.window n ON n.id = m.member_id AND n.is_enabled
                  JOIN dbms.window_state t ON t.window_id = n.id
                 WHERE m.group_id = b.id) END::text AS next_start_date,
           b.comments
      FROM dbms.shown_group b
     WHERE b.group_type = 'WINDOW';
COMMENT ON VIEW sys.dba_scheduler_window_groups IS 'groups of windows';
COMMENT ON COLUMN sys.dba_scheduler_window_groups.next_start_date IS
    'as text, as in Oracle: the next start of its windows; NULL if the group is disabled';

CREATE VIEW sys.all_scheduler_wingroup_members AS
    SELECT b.group_name AS window_group_name, b.window_name
      FROM dbms.shown_group_member b
     WHERE b.group_type = 'WINDOW';
COMMENT ON VIEW sys.all_scheduler_wingroup_members IS 'windows of groups';

CREATE VIEW sys.dba_scheduler_wingroup_members AS
    SELECT b.group_name AS window_group_name, b.window_name
      FROM dbms.shown_group_member b
     WHERE b.group_type = 'WINDOW';
COMMENT ON VIEW sys.dba_scheduler_wingroup_members IS 'windows of groups';

CREATE VIEW sys.user_scheduler_groups WITH (security_barrier = true) AS
    SELECT b.group_name, dbms.opaque(b.group_type) AS group_type, dbms.opaque(b.enabled) AS enabled,
           dbms.opaque(b.number_of_members) AS number_of_members, dbms.opaque(b.comments) AS comments
      FROM dbms.shown_group b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_groups IS 'groups of the current user; those of windows belong to SYS';
COMMENT ON COLUMN sys.user_scheduler_groups.group_type IS 'DB_DEST or EXTERNAL_DEST';

CREATE VIEW sys.all_scheduler_groups WITH (security_barrier = true) AS
    SELECT b.owner, b.group_name, dbms.opaque(b.group_type) AS group_type, dbms.opaque(b.enabled) AS enabled,
           dbms.opaque(b.number_of_members) AS number_of_members, dbms.opaque(b.comments) AS comments
      FROM dbms.shown_group b
     WHERE b.owner_id IN (0, (SELECT c.id FROM dbms.current_owner c))
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (SELECT dbms.has_role('dbms_create_any_job'));
COMMENT ON VIEW sys.all_scheduler_groups IS 'groups that the current user may see: those of windows are for everybody';
COMMENT ON COLUMN sys.all_scheduler_groups.group_type IS 'WINDOW, DB_DEST or EXTERNAL_DEST';

CREATE VIEW sys.dba_scheduler_groups AS
    SELECT b.owner, b.group_name, b.group_type, b.enabled, b.number_of_members, b.comments
      FROM dbms.shown_group b;
COMMENT ON VIEW sys.dba_scheduler_groups IS 'all groups';
COMMENT ON COLUMN sys.dba_scheduler_groups.group_type IS 'WINDOW, DB_DEST or EXTERNAL_DEST';

CREATE VIEW sys.user_scheduler_group_members WITH (security_barrier = true) AS
    SELECT b.group_name, dbms.opaque(b.member_name) AS member_name
      FROM dbms.shown_group_member b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_group_members IS 'members of the current user''s groups';

CREATE VIEW sys.all_scheduler_group_members WITH (security_barrier = true) AS
    SELECT b.owner, b.group_name, dbms.opaque(b.member_name) AS member_name
      FROM dbms.shown_group_member b
     WHERE b.owner_id IN (0, (SELECT c.id FROM dbms.current_owner c))
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (SELECT dbms.has_role('dbms_create_any_job'));
COMMENT ON VIEW sys.all_scheduler_group_members IS 'members of the groups that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_group_members.member_name IS 'a window as "SYS"."NAME"';

CREATE VIEW sys.dba_scheduler_group_members AS
    SELECT b.owner, b.group_name, b.member_name
      FROM dbms.shown_group_member b;
COMMENT ON VIEW sys.dba_scheduler_group_members IS 'members of all groups';
COMMENT ON COLUMN sys.dba_scheduler_group_members.member_name IS 'a window as "SYS"."NAME"';
