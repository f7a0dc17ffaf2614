-- Package DBMS_RESOURCE_MANAGER.

CREATE PROCEDURE dbms_resource_manager.switch_plan(
    plan_name text,
    sid text DEFAULT '*',
    allow_scheduler_plan_switches boolean DEFAULT true)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_switch_plan';
COMMENT ON PROCEDURE dbms_resource_manager.switch_plan(text, text, boolean) IS
    'puts a plan in force, or none (NULL, empty); with allow_scheduler_plan_switches => false windows cannot switch it';
