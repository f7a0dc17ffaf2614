-- Who may use what of resource plans; see src/scheduler/grants.sql.

GRANT USAGE ON SCHEMA dbms_resource_manager, dbms_resource_manager_privs TO PUBLIC;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA dbms_resource_manager, dbms_resource_manager_privs TO PUBLIC;
