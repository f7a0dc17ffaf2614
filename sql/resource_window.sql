-- Windows and the plan in force: what an opening switches, and what comes back.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET search_path = public, dbms_resource_manager;
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE 'CALL ' || call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.error_of(text) TO PUBLIC;
CREATE ROLE regress_rsrc_admin;
GRANT dbms_resource_admin TO regress_rsrc_admin;
BEGIN;
SET LOCAL ROLE regress_rsrc_admin;
RESET ROLE;
GRANT dbms_manage_scheduler TO regress_rsrc_admin;
SET LOCAL ROLE regress_rsrc_admin;
CREATE VIEW pg_temp.state AS SELECT value FROM sys."v$parameter";
-- what the log says of plans that could not be switched
CREATE FUNCTION pg_temp.errors() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT l.operation || ' ' || l.window_name || ' ' || substring(l.additional_info FROM 'ERROR="[^"]*"')
      FROM sys.all_scheduler_window_log l
     WHERE l.window_name LIKE 'RW\_%' AND l.additional_info ~ 'ERROR=' ORDER BY l.log_id
$$;
CREATE PROCEDURE pg_temp.window(name text, plan text) LANGUAGE sql AS $$
    CALL dbms_scheduler.create_window(name, plan, '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '1 hour')
$$;
CALL pg_temp.window('rw_maint', 'default_maintenance_plan');
CALL pg_temp.window('rw_dss', 'DSS_PLAN');
CALL pg_temp.window('rw_same', NULL);
CALL pg_temp.window('rw_off', '');
CREATE PROCEDURE pg_temp.open(name text) LANGUAGE sql AS $$ CALL dbms_scheduler.open_window(name, NULL, true) $$;
CREATE PROCEDURE pg_temp.close(name text) LANGUAGE sql AS $$ CALL dbms_scheduler.close_window(name) $$;

-- From none to that of the window and back
CALL switch_plan('');
SELECT coalesce(max(sequence_number), 0) AS before FROM sys."v$rsrc_plan_history" \gset
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_maint');
SELECT * FROM pg_temp.state;
CALL pg_temp.close('rw_maint');
SELECT * FROM pg_temp.state;
-- A row of windows: the plan from before the first comes back after the last;
-- one without a plan of its own leaves what is in force
CALL switch_plan('default_plan');
CALL pg_temp.open('rw_same');
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_maint');
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_same');
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_off');
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_dss');
SELECT * FROM pg_temp.state;
SELECT name, is_top_plan FROM sys."v$rsrc_plan" ORDER BY is_top_plan DESC;
CALL pg_temp.close('rw_dss');
SELECT * FROM pg_temp.state;
SELECT name, window_name, enabled_by_scheduler, allowed_automated_switches FROM sys."v$rsrc_plan_history"
 WHERE sequence_number > :before ORDER BY sequence_number;

-- What SWITCH_PLAN sets while a window is open stays when it closes
CALL pg_temp.open('rw_maint');
CALL switch_plan('mixed_workload_plan');
SELECT * FROM pg_temp.state;
CALL pg_temp.close('rw_maint');
SELECT * FROM pg_temp.state;
-- and is what comes back after windows that open later
CALL pg_temp.open('rw_maint');
CALL switch_plan('etl_critical_plan');
CALL pg_temp.open('rw_dss');
SELECT * FROM pg_temp.state;
CALL pg_temp.close('rw_dss');
SELECT * FROM pg_temp.state;

-- Blocked: windows open, the plan stays, the log says so; until SWITCH_PLAN lets them again
CALL pg_temp.open('rw_maint');
CALL switch_plan('default_plan', allow_scheduler_plan_switches => false);
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_dss');
CALL pg_temp.open('rw_same');
CALL pg_temp.open('rw_off');
SELECT * FROM pg_temp.state;
CALL pg_temp.close('rw_off');
SELECT * FROM pg_temp.state;
CALL switch_plan('', '*', false);
CALL pg_temp.open('rw_dss');
SELECT * FROM pg_temp.state;
CALL switch_plan('default_plan');
CALL pg_temp.close('rw_dss');
SELECT * FROM pg_temp.state;
SELECT pg_temp.errors();

-- A plan that is gone, or is a sub-plan: the window opens, and what is in force stays
CALL create_pending_area();
CALL create_plan('gone');
CALL create_plan_directive('gone', 'other_groups');
CALL create_plan('becomes_sub');
CALL create_plan_directive('becomes_sub', 'other_groups');
CALL submit_pending_area();
CALL pg_temp.window('rw_gone', 'gone');
CALL pg_temp.window('rw_sub', 'becomes_sub');
CALL create_pending_area();
CALL delete_plan('gone');
CALL update_plan('becomes_sub', new_sub_plan => true);
CALL create_plan_directive('becomes_sub', 'low_group');
CALL delete_plan_directive('becomes_sub', 'other_groups');
CALL submit_pending_area();
CALL pg_temp.open('rw_gone');
SELECT * FROM pg_temp.state;
CALL pg_temp.open('rw_sub');
SELECT * FROM pg_temp.state;
CALL pg_temp.close('rw_sub');
SELECT * FROM pg_temp.state;
SELECT pg_temp.errors() OFFSET 3;

-- Neither the plan of the open window nor the one that comes back can be deleted
CALL pg_temp.open('rw_dss');
CALL create_pending_area();
CALL delete_plan('dss_plan');
SELECT pg_temp.error_of('submit_pending_area()');
CALL clear_pending_area();
CALL switch_plan('mixed_workload_plan');
CALL pg_temp.open('rw_dss');
CALL create_pending_area();
CALL delete_plan('mixed_workload_plan');
SELECT pg_temp.error_of('submit_pending_area()');
CALL clear_pending_area();
CALL pg_temp.close('rw_dss');
SELECT * FROM pg_temp.state;
ROLLBACK;
DROP ROLE regress_rsrc_admin;
