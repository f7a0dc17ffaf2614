-- Who may do what with resource plans, and DBMS_RESOURCE_MANAGER_PRIVS.
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
CREATE ROLE regress_rsrc_none;
CREATE ROLE regress_rsrc_user;
CREATE ROLE regress_rsrc_team;
CREATE ROLE regress_rsrc_monitor IN ROLE pg_monitor;
GRANT regress_rsrc_team TO regress_rsrc_user;

-- Without the role: nothing, whether there is a pending area or not
SET LOCAL ROLE regress_rsrc_none;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('create_pending_area()'), ('validate_pending_area()'), ('submit_pending_area()'), ('clear_pending_area()'), ('create_plan(''p'')'), ('update_plan(''dss_plan'')'),
    ('delete_plan(''dss_plan'')'), ('delete_plan_cascade(''dss_plan'')'), ('create_consumer_group(''g'')'), ('update_consumer_group(''low_group'')'),
    ('delete_consumer_group(''low_group'')'), ('create_category(''c'')'), ('update_category(''other'')'), ('delete_category(''other'')'),
    ('create_plan_directive(''dss_plan'', ''g'')'), ('update_plan_directive(''dss_plan'', ''etl_group'')'), ('delete_plan_directive(''dss_plan'', ''etl_group'')'),
    ('create_simple_plan(''p'')'), ('set_consumer_group_mapping(''ORACLE_USER'', ''hr'')'), ('set_consumer_group_mapping_pri(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)'),
    ('set_initial_consumer_group(''regress_rsrc_none'', ''low_group'')'), ('switch_consumer_group_for_sess(1, 1, ''low_group'')'),
    ('switch_consumer_group_for_user(''regress_rsrc_none'', ''low_group'')'), ('switch_plan(''dss_plan'')'),
    ('dbms_resource_manager_privs.grant_switch_consumer_group(''regress_rsrc_none'', ''low_group'', true)'),
    ('dbms_resource_manager_privs.revoke_switch_consumer_group(''public'', ''low_group'')'),
    ('dbms_resource_manager_privs.grant_system_privilege(''regress_rsrc_none'', admin_option => false)'),
    ('dbms_resource_manager_privs.revoke_system_privilege(''regress_rsrc_admin'')'),
    ('create_plan(NULL)')) AS t(c);
-- views of what there is are for administrators and monitors
SELECT count(*) FROM information_schema.views v, unnest('{regress_rsrc_none,regress_rsrc_admin,regress_rsrc_monitor}'::name[]) AS r
 WHERE v.table_schema = 'sys' AND v.table_name ~ 'rsrc' AND v.table_name !~ '^user_' AND v.table_name <> 'dba_rsrc_enforcement'
   AND has_table_privilege(r, format('sys.%I', v.table_name), 'SELECT') <> (r <> 'regress_rsrc_none');
RESET ROLE;

-- The system privilege is membership in a role
SET LOCAL ROLE regress_rsrc_admin;
SELECT pg_temp.error_of('dbms_resource_manager_privs.grant_system_privilege(''regress_rsrc_user'', admin_option => false)');
RESET ROLE;
CALL dbms_resource_manager_privs.grant_system_privilege('regress_rsrc_user', 'ADMINISTER_RESOURCE_MANAGER', false);
CALL dbms_resource_manager_privs.grant_system_privilege(grantee_name => '"regress_rsrc_team"', privilege_name => 'administer_resource_manager', admin_option => true);
SELECT grantee, privilege, admin_option FROM sys.dba_rsrc_manager_system_privs WHERE grantee LIKE 'REGRESS%' ORDER BY 1;
SET LOCAL ROLE regress_rsrc_user;
SELECT privilege, admin_option FROM sys.user_rsrc_manager_system_privs;
SET LOCAL ROLE regress_rsrc_none;
SELECT privilege, admin_option FROM sys.user_rsrc_manager_system_privs;
-- who has it with the option passes it on
SET LOCAL ROLE regress_rsrc_team;
CALL dbms_resource_manager_privs.grant_system_privilege('regress_rsrc_none', admin_option => false);
CALL dbms_resource_manager_privs.revoke_system_privilege('regress_rsrc_none');
RESET ROLE;
CALL dbms_resource_manager_privs.revoke_system_privilege('regress_rsrc_user', 'ADMINISTER_RESOURCE_MANAGER');
CALL dbms_resource_manager_privs.revoke_system_privilege('REGRESS_RSRC_TEAM');
SELECT grantee, privilege, admin_option FROM sys.dba_rsrc_manager_system_privs WHERE grantee LIKE 'REGRESS%' ORDER BY 1;
SELECT pg_temp.error_of('dbms_resource_manager_privs.' || c) FROM (VALUES
    ('grant_system_privilege(NULL, admin_option => false)'), ('grant_system_privilege('''', admin_option => false)'),
    ('grant_system_privilege(''nobody_at_all'', admin_option => false)'), ('grant_system_privilege(''regress_rsrc_user'')'),
    ('grant_system_privilege(''regress_rsrc_user'', NULL, false)'), ('grant_system_privilege(''regress_rsrc_user'', '''', false)'),
    ('grant_system_privilege(''regress_rsrc_user'', ''DBA'', false)'), ('revoke_system_privilege(''regress_rsrc_user'', ''DBA'')'),
    ('revoke_system_privilege(NULL)')) AS t(c);

-- The privilege to switch to a group
SET LOCAL ROLE regress_rsrc_admin;
SELECT grantee, granted_group, grant_option, initial_group FROM sys.dba_rsrc_consumer_group_privs ORDER BY 1, 2;
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_rsrc_user', 'batch_group', true);
CALL dbms_resource_manager_privs.grant_switch_consumer_group(grantee_name => 'REGRESS_RSRC_TEAM', consumer_group => '"ETL_GROUP"', grant_option => false);
CALL dbms_resource_manager_privs.grant_switch_consumer_group('public', 'dss_group', false);
-- once more, with and without the option
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_rsrc_team', 'etl_group', false);
CALL dbms_resource_manager_privs.grant_switch_consumer_group('PUBLIC', 'dss_group', true);
CALL dbms_resource_manager_privs.grant_switch_consumer_group('PUBLIC', 'low_group', true);
CALL set_initial_consumer_group('regress_rsrc_user', 'batch_group');
SELECT grantee, granted_group, grant_option, initial_group FROM sys.dba_rsrc_consumer_group_privs ORDER BY 1, 2;
-- his own, by the role of a team, or everybody's
CALL set_initial_consumer_group('regress_rsrc_user', 'etl_group');
CALL set_initial_consumer_group('regress_rsrc_user', 'dss_group');
SELECT pg_temp.error_of('set_initial_consumer_group(''regress_rsrc_none'', ''etl_group'')');
SELECT pg_temp.error_of('set_initial_consumer_group(''regress_rsrc_admin'', ''etl_group'')');
SET LOCAL ROLE regress_rsrc_user;
SELECT granted_group, grant_option, initial_group FROM sys.user_rsrc_consumer_group_privs ORDER BY 1;
-- he passes on what he has with the option, and no more
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_rsrc_none', 'batch_group', false);
SELECT pg_temp.error_of('dbms_resource_manager_privs.grant_switch_consumer_group(''regress_rsrc_none'', ''etl_group'', false)');
SELECT pg_temp.error_of('dbms_resource_manager_privs.revoke_switch_consumer_group(''regress_rsrc_team'', ''etl_group'')');
SET LOCAL ROLE regress_rsrc_none;
SELECT granted_group, grant_option, initial_group FROM sys.user_rsrc_consumer_group_privs ORDER BY 1;
SET LOCAL ROLE regress_rsrc_admin;
SELECT pg_temp.error_of('dbms_resource_manager_privs.' || c) FROM (VALUES
    ('grant_switch_consumer_group(NULL, ''low_group'', false)'), ('grant_switch_consumer_group('''', ''low_group'', false)'),
    ('grant_switch_consumer_group(''nobody_at_all'', ''low_group'', false)'), ('grant_switch_consumer_group(''regress_rsrc_none'', NULL, false)'),
    ('grant_switch_consumer_group(''regress_rsrc_none'', ''nothing'', false)'), ('grant_switch_consumer_group(''regress_rsrc_none'', ''other_groups'', false)'),
    ('grant_switch_consumer_group(''regress_rsrc_none'', ''low_group'', NULL)'), ('revoke_switch_consumer_group(''regress_rsrc_none'', ''other_groups'')'),
    ('revoke_switch_consumer_group(''regress_rsrc_none'', ''nothing'')'), ('revoke_switch_consumer_group(NULL, ''low_group'')'),
    ('revoke_switch_consumer_group(''nobody_at_all'', ''low_group'')'),
    -- what was not granted is no error
    ('revoke_switch_consumer_group(''regress_rsrc_none'', ''dss_critical_group'')')) AS t(c);
CALL dbms_resource_manager_privs.revoke_switch_consumer_group('regress_rsrc_none', 'batch_group');
CALL dbms_resource_manager_privs.revoke_switch_consumer_group('PUBLIC', 'default_consumer_group');
SELECT grantee, granted_group, grant_option FROM sys.dba_rsrc_consumer_group_privs ORDER BY 1, 2;
RESET ROLE;
SELECT kind, name FROM dbms.resource_removed;

-- Privileges go with the role, and do not keep it
DROP ROLE regress_rsrc_user;
DROP OWNED BY regress_rsrc_team;
SELECT grantee, granted_group FROM sys.dba_rsrc_consumer_group_privs ORDER BY 1, 2;

-- A transaction that is read-only
SAVEPOINT s;
SET TRANSACTION READ ONLY;
SELECT pg_temp.error_of(c) FROM (VALUES ('create_pending_area()'), ('switch_plan(''dss_plan'')'), ('create_simple_plan(''p'')'),
    ('dbms_resource_manager_privs.grant_switch_consumer_group(''public'', ''etl_group'', false)')) AS t(c);
ROLLBACK TO s;
ROLLBACK;
DROP ROLE regress_rsrc_admin;
