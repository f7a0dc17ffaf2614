-- Windows and groups: the calls.

CREATE PROCEDURE dbms_scheduler.create_window(
    window_name text,
    resource_plan text,
    schedule_name text,
    duration interval,
    window_priority text DEFAULT 'LOW',
    comments text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_window_named';
COMMENT ON PROCEDURE dbms_scheduler.create_window(text, text, text, interval, text, text) IS
    'makes a window that opens by a named schedule; needs dbms_manage_scheduler';

CREATE PROCEDURE dbms_scheduler.create_window(
    window_name text,
    resource_plan text,
    schedule_name text,
    duration text,
    window_priority text DEFAULT 'LOW')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_window_named_text';
COMMENT ON PROCEDURE dbms_scheduler.create_window(text, text, text, text, text) IS
    'the same for a duration written as a plain literal, such as ''8 hours''';

CREATE PROCEDURE dbms_scheduler.create_window(
    window_name text,
    resource_plan text,
    start_date timestamptz DEFAULT NULL,
    repeat_interval text DEFAULT NULL,
    end_date timestamptz DEFAULT NULL,
    duration interval DEFAULT NULL,
    window_priority text DEFAULT 'LOW',
    comments text DEFAULT NULL,
    time_zone text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_window_inline';
COMMENT ON PROCEDURE dbms_scheduler.create_window(text, text, timestamptz, text, timestamptz, interval, text, text, text) IS
    'makes a window with a schedule of its own, in a time zone (NULL: the session''s); needs dbms_manage_scheduler';

CREATE PROCEDURE dbms_scheduler.drop_window(
    window_name text,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_window';
COMMENT ON PROCEDURE dbms_scheduler.drop_window(text, boolean) IS
    'drops windows (a comma list; the name of a group means its windows); with force, an open one is closed and jobs that name one are disabled';

CREATE PROCEDURE dbms_scheduler.create_group(
    group_name text,
    group_type text,
    member text DEFAULT NULL,
    comments text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_group';
COMMENT ON PROCEDURE dbms_scheduler.create_group(text, text, text, text) IS
    'makes a group of windows in SYS (type WINDOW, needs dbms_manage_scheduler), or one of destinations (DB_DEST, EXTERNAL_DEST), which has no effect';

CREATE PROCEDURE dbms_scheduler.add_group_member(
    group_name text,
    member text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_add_group_member';
COMMENT ON PROCEDURE dbms_scheduler.add_group_member(text, text) IS
    'adds members (a comma list) to a group; a group stands for its members';

CREATE PROCEDURE dbms_scheduler.remove_group_member(
    group_name text,
    member text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_remove_group_member';
COMMENT ON PROCEDURE dbms_scheduler.remove_group_member(text, text) IS
    'removes members (a comma list) from a group';

CREATE PROCEDURE dbms_scheduler.drop_group(
    group_name text,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_group';
COMMENT ON PROCEDURE dbms_scheduler.drop_group(text, boolean) IS
    'drops groups (a comma list), not their members; with force, jobs that use one are disabled';

CREATE PROCEDURE dbms_scheduler.create_window_group(
    group_name text,
    window_list text DEFAULT NULL,
    comments text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_create_window_group';
COMMENT ON PROCEDURE dbms_scheduler.create_window_group(text, text, text) IS
    'makes a group of windows (a comma list) in SYS; needs dbms_manage_scheduler';

CREATE PROCEDURE dbms_scheduler.add_window_group_member(
    group_name text,
    window_list text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_add_window_group_member';
COMMENT ON PROCEDURE dbms_scheduler.add_window_group_member(text, text) IS
    'adds windows (a comma list) to a group of windows';

CREATE PROCEDURE dbms_scheduler.remove_window_group_member(
    group_name text,
    window_list text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_remove_window_group_member';
COMMENT ON PROCEDURE dbms_scheduler.remove_window_group_member(text, text) IS
    'removes windows (a comma list) from a group of windows';

CREATE PROCEDURE dbms_scheduler.drop_window_group(
    group_name text,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_drop_window_group';
COMMENT ON PROCEDURE dbms_scheduler.drop_window_group(text, boolean) IS
    'drops groups of windows (a comma list), not their windows; with force, jobs that use one are disabled';

CREATE PROCEDURE dbms_scheduler.install_maintenance_windows()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_install_maintenance_windows';
COMMENT ON PROCEDURE dbms_scheduler.install_maintenance_windows() IS
    'makes Oracle''s predefined windows and groups of them, those that are missing; needs dbms_manage_scheduler';
