-- Mappings of work to consumer groups, their priorities, and switching work.
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
SELECT attribute, value, consumer_group, status FROM sys.dba_rsrc_group_mappings ORDER BY 1, 2;
SELECT attribute, priority, status FROM sys.dba_rsrc_mapping_priority ORDER BY 2;
CALL create_pending_area();
CALL create_consumer_group('g');
-- a role as the views show it, all else in upper case; only two of them count
CALL set_consumer_group_mapping('ORACLE_USER', 'hr', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.oracle_user(), '"Bob Smith"', 'g');
CALL set_consumer_group_mapping(attribute => 'service_name', value => 'Reports', consumer_group => 'low_group');
SET LOCAL client_min_messages = error;
CALL set_consumer_group_mapping(dbms_resource_manager.client_os_user(), 'b%', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.client_program(), 'psql', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.client_machine(), 'pc', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.client_id(), 'id', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.module_name(), 'm', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.module_name_action(), 'm.a', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.service_module(), 's.m', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.service_module_action(), 's.m.a', 'g');
CALL set_consumer_group_mapping(dbms_resource_manager.performance_class(), 'pc', 'g');
SET LOCAL client_min_messages = warning;
CALL set_consumer_group_mapping(dbms_resource_manager.oracle_function(), 'backup', 'g');
SELECT attribute, value, consumer_group FROM sys.dba_rsrc_group_mappings WHERE status = 'PENDING' ORDER BY 1, 2;
-- changed, and deleted; what is not there is no error
CALL set_consumer_group_mapping('ORACLE_USER', 'HR', 'low_group');
CALL set_consumer_group_mapping('ORACLE_USER', '"Bob Smith"');
CALL set_consumer_group_mapping('ORACLE_USER', 'sys', NULL);
CALL set_consumer_group_mapping('CLIENT_ID', 'nobody', NULL);
SELECT attribute, value, consumer_group FROM sys.dba_rsrc_group_mappings WHERE attribute = 'ORACLE_USER' AND status = 'PENDING' ORDER BY 1, 2;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('set_consumer_group_mapping(NULL, ''hr'', ''g'')'), ('set_consumer_group_mapping('''', ''hr'', ''g'')'), ('set_consumer_group_mapping(''SHOE_SIZE'', ''9'', ''g'')'),
    ('set_consumer_group_mapping(''ORACLE_USER'', NULL, ''g'')'), ('set_consumer_group_mapping(''ORACLE_USER'', '''', ''g'')'), ('set_consumer_group_mapping(''ORACLE_USER'', ''a.b'', ''g'')'),
    ('set_consumer_group_mapping(''ORACLE_USER'', ''a b'', ''g'')'), ('set_consumer_group_mapping(''SERVICE_NAME'', repeat(''s'', 129), ''g'')'),
    ('set_consumer_group_mapping(''ORACLE_FUNCTION'', ''RESTORE'', ''g'')'), ('set_consumer_group_mapping(''ORACLE_USER'', ''hr'', ''nothing'')'),
    ('set_consumer_group_mapping(''ORACLE_USER'', ''hr'', '''')'), ('set_consumer_group_mapping(''ORACLE_USER'', ''hr'', ''other_groups'')'),
    ('set_consumer_group_mapping(''ORACLE_USER'', ''hr'', ''default_plan'')')) AS t(c);

-- Priorities
CALL set_consumer_group_mapping_pri(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
SELECT string_agg(attribute || ' ' || priority, ', ' ORDER BY priority) FROM sys.dba_rsrc_mapping_priority WHERE status = 'PENDING';
CALL set_consumer_group_mapping_pri(explicit => 1, oracle_user => 11, service_name => 10, client_os_user => 9, client_program => 8, client_machine => 7,
    module_name => 6, module_name_action => 5, service_module => 4, service_module_action => 3, client_id => 2);
SELECT string_agg(attribute || ' ' || priority, ', ' ORDER BY priority) FROM sys.dba_rsrc_mapping_priority WHERE status = 'PENDING';
SELECT pg_temp.error_of('set_consumer_group_mapping_pri(' || c || ')') FROM (VALUES
    ('2, 1, 3, 4, 5, 6, 7, 8, 9, 10'), ('1, 2, 2, 4, 5, 6, 7, 8, 9, 10'), ('1, 2, 3, 4, 5, 6, 7, 8, 9, 11'), ('1, 12, 3, 4, 5, 6, 7, 8, 9, 10'),
    ('1, 0, 3, 4, 5, 6, 7, 8, 9, 10'), ('1, 2.5, 3, 4, 5, 6, 7, 8, 9, 10'), ('1, NULL, 3, 4, 5, 6, 7, 8, 9, 10'), ('1, 2, 3, 4, 5, 6, 7, 8, 9, 10, NULL'),
    ('1, ''NaN'', 3, 4, 5, 6, 7, 8, 9, 10')) AS t(c);
CALL submit_pending_area();
SELECT attribute, value, consumer_group, status FROM sys.dba_rsrc_group_mappings WHERE attribute IN ('ORACLE_USER', 'SERVICE_NAME') ORDER BY 1, 2;

-- The first group of a user: at once, and in a pending area, too
RESET ROLE;
CREATE ROLE regress_rsrc_hr;
CREATE ROLE "Regress Rsrc";
SET LOCAL ROLE regress_rsrc_admin;
CALL set_initial_consumer_group('regress_rsrc_hr', 'low_group');
SELECT value, consumer_group, status FROM sys.dba_rsrc_group_mappings WHERE value ILIKE 'regress%' ORDER BY 1, 3;
CALL create_pending_area();
CALL set_initial_consumer_group("user" => '"Regress Rsrc"', consumer_group => 'LOW_GROUP');
CALL set_initial_consumer_group('REGRESS_RSRC_HR', 'default_consumer_group');
SELECT value, consumer_group, status FROM sys.dba_rsrc_group_mappings WHERE value ILIKE 'regress%' ORDER BY 1, 3;
CALL clear_pending_area();
SELECT pg_temp.error_of(c) FROM (VALUES
    ('set_initial_consumer_group(NULL, ''g'')'), ('set_initial_consumer_group('''', ''g'')'), ('set_initial_consumer_group(''nobody_at_all'', ''g'')'),
    ('set_initial_consumer_group(''regress_rsrc_hr'', NULL)'), ('set_initial_consumer_group(''regress_rsrc_hr'', ''nothing'')'),
    ('set_initial_consumer_group(''regress_rsrc_hr'', ''other_groups'')'), ('set_initial_consumer_group(''regress_rsrc_hr'', ''g'')'),
    ('set_initial_consumer_group(''a.b'', ''g'')')) AS t(c);
CALL dbms_resource_manager_privs.grant_switch_consumer_group('regress_rsrc_hr', 'g', false);
CALL set_initial_consumer_group('regress_rsrc_hr', 'g');
SELECT grantee, granted_group, initial_group FROM sys.dba_rsrc_consumer_group_privs WHERE granted_group = 'G';

-- Work that runs: there is none here
SELECT pg_temp.error_of(c) FROM (VALUES
    ('switch_consumer_group_for_sess(NULL, 1, ''g'')'), ('switch_consumer_group_for_sess(1, NULL, ''g'')'), ('switch_consumer_group_for_sess(1, 1, NULL)'),
    ('switch_consumer_group_for_sess(1, 1, ''nothing'')'), ('switch_consumer_group_for_sess(1, 1, ''other_groups'')'), ('switch_consumer_group_for_sess(1, 1, ''g'')'),
    ('switch_consumer_group_for_sess(0, 0, ''g'')'), ('switch_consumer_group_for_sess(1.5, 0, ''g'')'), ('switch_consumer_group_for_sess(1e20, 0, ''g'')'),
    ('switch_consumer_group_for_sess(session_id => ''NaN'', session_serial => 1, consumer_group => ''g'')'),
    ('switch_consumer_group_for_user(NULL, ''g'')'), ('switch_consumer_group_for_user(''nobody_at_all'', ''g'')'), ('switch_consumer_group_for_user(''regress_rsrc_hr'', NULL)'),
    ('switch_consumer_group_for_user(''regress_rsrc_hr'', ''nothing'')'), ('switch_consumer_group_for_user(''regress_rsrc_hr'', ''other_groups'')'),
    ('switch_consumer_group_for_user("user" => ''regress_rsrc_hr'', consumer_group => ''batch_group'')'), ('switch_consumer_group_for_user(''regress_rsrc_hr'', ''g'')')) AS t(c);
-- there is no queue of parallel statements
CALL begin_sql_block();
CALL end_sql_block();
CALL dequeue_parallel_statement(1, 2);
CALL dequeue_parallel_statement(session_id => 1, session_serial => 2, inst_id => 1, sql_id => 'x');
ROLLBACK;
DROP ROLE regress_rsrc_admin;
