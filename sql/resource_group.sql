-- Consumer groups and categories: every call, every error.
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
CALL create_pending_area();
CALL create_category('nightly', 'by night');
CALL create_category(category => '"Daily"');
CALL create_consumer_group('plain');
CALL create_consumer_group('full', 'all of it', NULL, 'run-to-completion', 'NIGHTLY');
CALL create_consumer_group('old', cpu_mth => 'RUN-TO-COMPLETION');
CALL create_consumer_group('nulls', NULL, NULL, NULL, NULL);
CREATE VIEW pg_temp.shown AS
    SELECT consumer_group, cpu_method, mgmt_method, internal_use, comments, category, mandatory FROM sys.dba_rsrc_consumer_groups
     WHERE consumer_group IN ('PLAIN', 'FULL', 'OLD', 'NULLS') AND status = 'PENDING' ORDER BY 1;
SELECT * FROM pg_temp.shown;
CALL update_consumer_group('plain', 'changed', new_category => '"Daily"');
CALL update_consumer_group('full', new_mgmt_mth => 'ROUND-ROBIN');
CALL update_consumer_group('old', new_cpu_mth => 'ROUND-ROBIN');
CALL update_consumer_group('nulls');
SELECT * FROM pg_temp.shown;
CALL update_category('nightly', 'changed');
CALL update_category('"Daily"');
SELECT name, comments, mandatory FROM sys.dba_rsrc_categories WHERE status = 'PENDING' ORDER BY name COLLATE "C";
-- its groups fall back to OTHER
CALL delete_category('nightly');
SELECT consumer_group, category FROM pg_temp.shown;

-- Errors
SELECT pg_temp.error_of(c) FROM (VALUES
    ('create_consumer_group(NULL)'), ('create_consumer_group('''')'), ('create_consumer_group(''a b'')'), ('create_consumer_group(repeat(''g'', 129))'),
    ('create_consumer_group(''cancel_sql'')'), ('create_consumer_group(''KILL_SESSION'')'), ('create_consumer_group(''log_only'')'),
    ('create_consumer_group(''g'', repeat(''c'', 2001))'), ('create_consumer_group(''g'', mgmt_mth => ''FIFO'')'), ('create_consumer_group(''g'', cpu_mth => ''FIFO'')'),
    ('create_consumer_group(''g'', cpu_mth => ''ROUND-ROBIN'', mgmt_mth => ''RUN-TO-COMPLETION'')'),
    ('create_consumer_group(''g'', category => ''nothing'')'), ('create_consumer_group(''g'', category => '''')'),
    ('create_consumer_group(''PLAIN'')'), ('create_consumer_group(''low_group'')'), ('create_consumer_group(''default_plan'')'),
    ('update_consumer_group(''nothing'')'), ('update_consumer_group(''default_plan'')'), ('update_consumer_group(''plain'', new_category => ''nothing'')'),
    ('update_consumer_group(''plain'', new_mgmt_mth => ''FIFO'')'), ('update_consumer_group(''plain'', new_cpu_mth => ''ROUND-ROBIN'', new_mgmt_mth => ''RUN-TO-COMPLETION'')'),
    ('update_consumer_group(''sys_group'', ''mine'')'), ('delete_consumer_group(''other_groups'')'), ('delete_consumer_group(''default_consumer_group'')'),
    ('delete_consumer_group(''nothing'')'), ('delete_consumer_group(NULL)'),
    ('create_category(NULL)'), ('create_category('''')'), ('create_category(''"Daily"'')'), ('create_category(''other'')'), ('create_category(''c'', repeat(''c'', 2001))'),
    ('update_category(''nothing'', ''x'')'), ('update_category(''other'', ''x'')'), ('delete_category(''nothing'')'), ('delete_category(''BATCH'')'), ('delete_category(NULL)')) AS t(c);

-- A group goes with its mappings, and with privileges when it is submitted;
-- a directive for it is a fault
RESET ROLE;
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_rsrc_admin', 'etl_group', false);
SET LOCAL ROLE regress_rsrc_admin;
CALL delete_consumer_group('etl_group');
CALL delete_consumer_group('low_group');
SELECT attribute, value, consumer_group FROM sys.dba_rsrc_group_mappings WHERE status = 'PENDING' ORDER BY 1, 2;
SELECT pg_temp.error_of('submit_pending_area()');
CALL delete_plan('dss_plan');
CALL delete_plan('etl_critical_plan');
CALL submit_pending_area();
SELECT grantee, granted_group FROM sys.dba_rsrc_consumer_group_privs ORDER BY 1, 2;
SELECT consumer_group, status FROM sys.dba_rsrc_consumer_groups ORDER BY consumer_group COLLATE "C";
ROLLBACK;
DROP ROLE regress_rsrc_admin;
