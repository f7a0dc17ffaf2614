-- Who may use what of resource plans; see src/scheduler/grants.sql.

GRANT USAGE ON SCHEMA dbms_resource_manager, dbms_resource_manager_privs TO PUBLIC;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA dbms_resource_manager, dbms_resource_manager_privs TO PUBLIC;

GRANT SELECT ON
    sys.dba_rsrc_plans, sys.dba_rsrc_plan_directives, sys.dba_rsrc_consumer_groups, sys.dba_rsrc_categories,
    sys.dba_rsrc_group_mappings, sys.dba_rsrc_mapping_priority, sys.dba_rsrc_consumer_group_privs,
    sys.dba_rsrc_manager_system_privs, sys."v$rsrc_plan", sys."v$rsrc_plan_history", sys."v$parameter",
    sys."v$rsrc_consumer_group", sys.dba_rsrc_enforcement
    TO dbms_resource_admin, pg_monitor;
GRANT SELECT ON sys.user_rsrc_consumer_group_privs, sys.user_rsrc_manager_system_privs TO PUBLIC;
GRANT EXECUTE ON FUNCTION dbms.consumer_group_states() TO dbms_resource_admin, dbms_scheduler_admin, pg_monitor;
