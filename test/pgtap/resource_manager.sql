-- Resource plans: the contract of packages and views, and an administrator's day.
BEGIN;
SELECT plan(39);
SET LOCAL client_min_messages = error;

CREATE ROLE regress_rsrc_dba;
GRANT dbms_resource_admin TO regress_rsrc_dba;
CREATE ROLE regress_rsrc_monitor IN ROLE pg_monitor;
CREATE ROLE regress_rsrc_user;

-- signatures: names and order of parameters

CREATE FUNCTION pg_temp.signature(package regnamespace, subprogram name) RETURNS text LANGUAGE sql
    RETURN (SELECT string_agg(n || ' ' || format_type(t, NULL) || CASE WHEN i > pronargs - pronargdefaults THEN '?' ELSE '' END, ', ' ORDER BY i)
              FROM pg_proc p, unnest(proargnames, proargtypes::oid[]) WITH ORDINALITY AS a(n, t, i)
             WHERE pronamespace = package AND proname = subprogram);
SELECT is(pg_temp.signature('dbms_resource_manager', 'create_plan'),
    'plan text, comment text?, cpu_mth text?, active_sess_pool_mth text?, parallel_degree_limit_mth text?, queueing_mth text?, '
    || 'mgmt_mth text?, sub_plan boolean?, max_iops numeric?, max_mbps numeric?', 'CREATE_PLAN');
SELECT is(pg_temp.signature('dbms_resource_manager', 'update_plan'),
    'plan text, new_comment text?, new_cpu_mth text?, new_active_sess_pool_mth text?, new_parallel_degree_limit_mth text?, new_queueing_mth text?, '
    || 'new_mgmt_mth text?, new_sub_plan boolean?, new_max_iops numeric?, new_max_mbps numeric?', 'UPDATE_PLAN');
SELECT is(pg_temp.signature('dbms_resource_manager', 'create_plan_directive'),
    'plan text, group_or_subplan text, comment text?, cpu_p1 numeric?, cpu_p2 numeric?, cpu_p3 numeric?, cpu_p4 numeric?, cpu_p5 numeric?, cpu_p6 numeric?, '
    || 'cpu_p7 numeric?, cpu_p8 numeric?, active_sess_pool_p1 numeric?, queueing_p1 numeric?, parallel_degree_limit_p1 numeric?, switch_group text?, '
    || 'switch_time numeric?, switch_estimate boolean?, max_est_exec_time numeric?, undo_pool numeric?, max_idle_time numeric?, max_idle_blocker_time numeric?, '
    || 'switch_time_in_call numeric?, mgmt_p1 numeric?, mgmt_p2 numeric?, mgmt_p3 numeric?, mgmt_p4 numeric?, mgmt_p5 numeric?, mgmt_p6 numeric?, '
    || 'mgmt_p7 numeric?, mgmt_p8 numeric?, switch_io_megabytes numeric?, switch_io_reqs numeric?, switch_for_call boolean?, max_utilization_limit numeric?, '
    || 'parallel_target_percentage numeric?, parallel_queue_timeout numeric?, parallel_server_limit numeric?, utilization_limit numeric?, '
    || 'switch_io_logical numeric?, switch_elapsed_time numeric?, shares numeric?, parallel_stmt_critical text?, session_pga_limit numeric?, '
    || 'pq_timeout_action text?, worker_settings text[]?, worker_niceness numeric?', 'CREATE_PLAN_DIRECTIVE');
SELECT is(pg_temp.signature('dbms_resource_manager', 'update_plan_directive'),
    regexp_replace(pg_temp.signature('dbms_resource_manager', 'create_plan_directive'), '(\w+ [a-z]+(\[\])?\?)', 'new_\1', 'g'),
    'UPDATE_PLAN_DIRECTIVE: the same, with new_');
SELECT is(pg_temp.signature('dbms_resource_manager', 'create_simple_plan'),
    'simple_plan text?, ' || (SELECT string_agg(format('consumer_group%s text?, group%s_cpu numeric?', i, i), ', ' ORDER BY i) FROM generate_series(1, 8) AS i)
    || ', ' || (SELECT string_agg(format('group%s_percent numeric?', i), ', ' ORDER BY i) FROM generate_series(1, 8) AS i), 'CREATE_SIMPLE_PLAN');
SELECT is(pg_temp.signature('dbms_resource_manager', 'create_consumer_group'),
    'consumer_group text, comment text?, cpu_mth text?, mgmt_mth text?, category text?', 'CREATE_CONSUMER_GROUP');
SELECT is(pg_temp.signature('dbms_resource_manager', 'update_consumer_group'),
    'consumer_group text, new_comment text?, new_cpu_mth text?, new_mgmt_mth text?, new_category text?', 'UPDATE_CONSUMER_GROUP');
SELECT is(pg_temp.signature('dbms_resource_manager', 'set_consumer_group_mapping'), 'attribute text, value text, consumer_group text?',
    'SET_CONSUMER_GROUP_MAPPING');
SELECT is(pg_temp.signature('dbms_resource_manager', 'set_consumer_group_mapping_pri'),
    'explicit numeric, oracle_user numeric, service_name numeric, client_os_user numeric, client_program numeric, client_machine numeric, module_name numeric, '
    || 'module_name_action numeric, service_module numeric, service_module_action numeric, client_id numeric?', 'SET_CONSUMER_GROUP_MAPPING_PRI');
SELECT is(pg_temp.signature('dbms_resource_manager', 'switch_plan'), 'plan_name text, sid text?, allow_scheduler_plan_switches boolean?', 'SWITCH_PLAN');
SELECT is(pg_temp.signature('dbms_resource_manager', 'switch_consumer_group_for_sess'),
    'session_id numeric, session_serial numeric, consumer_group text', 'SWITCH_CONSUMER_GROUP_FOR_SESS');
SELECT is(pg_temp.signature('dbms_resource_manager', 'set_initial_consumer_group'), 'user text, consumer_group text', 'SET_INITIAL_CONSUMER_GROUP');
SELECT is(pg_temp.signature('dbms_resource_manager_privs', 'grant_system_privilege'), 'grantee_name text, privilege_name text?, admin_option boolean?',
    'GRANT_SYSTEM_PRIVILEGE');
SELECT is(pg_temp.signature('dbms_resource_manager_privs', 'grant_switch_consumer_group'), 'grantee_name text, consumer_group text, grant_option boolean',
    'GRANT_SWITCH_CONSUMER_GROUP');

-- constants are the words that the calls take

SELECT is_empty($$
    SELECT proname FROM pg_proc
     WHERE pronamespace = 'dbms_resource_manager'::regnamespace AND prokind = 'f'
       AND (provolatile <> 'i' OR pg_get_function_result(oid) <> 'text'
            OR (xpath('//v/text()', query_to_xml(format('SELECT dbms_resource_manager.%I() AS v', proname), true, false, '')))[1]::text <> upper(proname))$$,
    'constants');
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'dbms_resource_manager'::regnamespace AND prokind = 'f'), 12::bigint, 'there are twelve');

-- columns of views, Oracle's in its order, then ours

CREATE FUNCTION pg_temp.columns(view regclass) RETURNS text LANGUAGE sql
    RETURN (SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = view AND attnum > 0);
SELECT is(pg_temp.columns('sys.dba_rsrc_plans'),
    'plan_id plan num_plan_directives cpu_method mgmt_method active_sess_pool_mth parallel_degree_limit_mth queuing_mth sub_plan comments status mandatory '
    || 'max_iops max_mbps', 'DBA_RSRC_PLANS');
SELECT is(pg_temp.columns('sys.dba_rsrc_plan_directives'),
    'plan group_or_subplan type cpu_p1 cpu_p2 cpu_p3 cpu_p4 cpu_p5 cpu_p6 cpu_p7 cpu_p8 mgmt_p1 mgmt_p2 mgmt_p3 mgmt_p4 mgmt_p5 mgmt_p6 mgmt_p7 mgmt_p8 '
    || 'active_sess_pool_p1 queueing_p1 parallel_target_percentage parallel_degree_limit_p1 switch_group switch_for_call switch_time switch_io_megabytes '
    || 'switch_io_reqs switch_estimate max_est_exec_time undo_pool max_idle_time max_idle_blocker_time max_utilization_limit parallel_queue_timeout '
    || 'switch_time_in_call switch_io_logical switch_elapsed_time parallel_server_limit utilization_limit parallel_stmt_critical session_pga_limit '
    || 'pq_timeout_action comments status mandatory shares worker_settings worker_niceness', 'DBA_RSRC_PLAN_DIRECTIVES');
SELECT is(pg_temp.columns('sys.dba_rsrc_consumer_groups'),
    'consumer_group_id consumer_group cpu_method mgmt_method internal_use comments category status mandatory', 'DBA_RSRC_CONSUMER_GROUPS');
SELECT is(pg_temp.columns('sys.dba_rsrc_consumer_group_privs'), 'grantee granted_group grant_option initial_group', 'DBA_RSRC_CONSUMER_GROUP_PRIVS');
SELECT is(pg_temp.columns('sys.user_rsrc_consumer_group_privs'), 'granted_group grant_option initial_group', 'USER_RSRC_CONSUMER_GROUP_PRIVS');
SELECT is(pg_temp.columns('sys.dba_rsrc_manager_system_privs'), 'grantee privilege admin_option', 'DBA_RSRC_MANAGER_SYSTEM_PRIVS');
SELECT is(pg_temp.columns('sys.dba_rsrc_group_mappings') || ' / ' || pg_temp.columns('sys.dba_rsrc_mapping_priority') || ' / '
          || pg_temp.columns('sys.dba_rsrc_categories'),
    'attribute value consumer_group status / attribute priority status / name comments status mandatory', 'mappings, priorities, categories');
SELECT is(pg_temp.columns('sys.v$rsrc_plan'),
    'id name is_top_plan cpu_managed instance_caging parallel_servers_active parallel_servers_total parallel_execution_managed con_id', 'V$RSRC_PLAN');
SELECT is(pg_temp.columns('sys.v$rsrc_plan_history'),
    'sequence# id name start_time end_time enabled_by_scheduler window_name allowed_automated_switches cpu_managed instance_caging '
    || 'parallel_execution_managed con_id sequence_number', 'V$RSRC_PLAN_HISTORY');

-- rights

SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace = 'sys'::regnamespace AND relkind = 'v' AND relname ~ '^(dba_|v\$)rsrc_|^v\$parameter$' AND relname <> 'dba_rsrc_enforcement'
       AND (has_table_privilege('regress_rsrc_user', oid, 'SELECT')
            OR NOT has_table_privilege('regress_rsrc_monitor', oid, 'SELECT')
            OR NOT has_table_privilege('regress_rsrc_dba', oid, 'SELECT'))$$,
    'dba_* and v$* are for pg_monitor and dbms_resource_admin');
SELECT is_empty($$
    SELECT relname FROM pg_class
     WHERE relnamespace = 'sys'::regnamespace AND relkind = 'v' AND relname ~ '^user_rsrc_'
       AND NOT has_table_privilege('regress_rsrc_user', oid, 'SELECT')$$,
    'user_* are for everybody');

-- nonsense is told of by an error that is meant for the user: never one of ours

CREATE FUNCTION pg_temp.outcomes(value_of_text text, value_of_number text) RETURNS TABLE (subprogram text, state text) LANGUAGE plpgsql AS $$
DECLARE
    p pg_proc;
BEGIN
    FOR p IN SELECT * FROM pg_proc WHERE prokind = 'p'
              AND pronamespace IN ('dbms_resource_manager'::regnamespace, 'dbms_resource_manager_privs'::regnamespace) ORDER BY proname LOOP
        subprogram := p.proname;
        BEGIN
            EXECUTE format('CALL %s(%s)', p.oid::regproc,
                (SELECT string_agg(CASE format_type(t, NULL) WHEN 'text' THEN value_of_text WHEN 'numeric' THEN value_of_number
                                                             WHEN 'text[]' THEN 'ARRAY[' || value_of_text || '::text]' ELSE 'NULL' END, ', ' ORDER BY i)
                   FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(t, i)));
            state := '00000';
        EXCEPTION WHEN OTHERS THEN
            state := SQLSTATE;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT is_empty($$
    SELECT v, n, o.*
      FROM (SELECT 'NULL' UNION ALL
            SELECT quote_literal(w) FROM unnest(ARRAY['', ' ', ',', '"', '" ', 'a.b', E'\'', ';', 'ö', 'OTHER_GROUPS', 'DEFAULT_PLAN', 'a=b', repeat('x', 5000)]) AS w) AS t(v),
           unnest(ARRAY['NULL', '0', '-1', '1e300', E'\'NaN\'', E'\'-Infinity\'']) AS n, pg_temp.outcomes(v, n) AS o
     WHERE state !~ '^(00|O|22|42|Q|25)'$$, 'no call fails in a way that is ours');
SELECT is_empty($$SELECT * FROM pg_temp.outcomes('NULL', 'NULL') AS o WHERE state = '00000' AND subprogram !~ '(pending_area|sql_block|statement|switch_plan)$'$$,
    'NULL is not good enough');
SELECT is((SELECT count(*) FROM dbms.pending_area), 0::bigint, 'none of that left a pending area');

-- an administrator's day

SET LOCAL ROLE regress_rsrc_dba;
SET LOCAL search_path = public, sys, dbms_resource_manager;
CALL create_pending_area();
CALL create_plan('day', 'office hours');
CALL create_consumer_group('office');
CALL create_plan_directive('day', 'office', mgmt_p1 => 80, active_sess_pool_p1 => 4);
CALL create_plan_directive('day', 'other_groups', mgmt_p1 => 20);
CALL submit_pending_area();
CALL switch_plan('day');
SELECT results_eq('SELECT name, is_top_plan, cpu_managed, con_id FROM v$rsrc_plan', $$VALUES ('DAY'::text, 'TRUE'::text, 'ON'::text, 0)$$,
    'the plan is in force');
SELECT results_eq('SELECT value FROM v$parameter WHERE name = ''resource_manager_plan''', $$VALUES ('DAY'::text)$$, 'RESOURCE_MANAGER_PLAN');
CALL switch_plan('dss_plan', allow_scheduler_plan_switches => false);
SELECT results_eq('SELECT name, is_top_plan FROM v$rsrc_plan ORDER BY 2 DESC, 1', $$VALUES ('DSS_PLAN'::text, 'TRUE'::text), ('ORA$AUTOTASK_SUB_PLAN', 'FALSE')$$,
    'a plan with a sub-plan');
SELECT results_eq('SELECT value FROM v$parameter WHERE name = ''resource_manager_plan''', $$VALUES ('FORCE:DSS_PLAN'::text)$$, 'windows cannot switch it');
CALL switch_plan('');
SELECT is_empty('TABLE v$rsrc_plan', 'none is in force');
SELECT results_eq('SELECT value FROM v$parameter WHERE name = ''resource_manager_plan''', $$VALUES (NULL::text)$$, 'which has no name');
SELECT results_eq('SELECT name, enabled_by_scheduler, allowed_automated_switches, cpu_managed, end_time IS NULL FROM v$rsrc_plan_history ORDER BY "sequence#"',
    $$VALUES ('DAY'::text, 'FALSE'::text, 'TRUE'::text, 'ON'::text, false), ('DSS_PLAN', 'FALSE', 'FALSE', 'ON', false), (NULL, 'FALSE', 'TRUE', 'OFF', true)$$,
    'the history');
RESET ROLE;
UPDATE dbms.resource_state SET plan = 'DAY', window_name = 'NIGHT';
SET LOCAL ROLE regress_rsrc_dba;
SELECT results_eq('SELECT value FROM v$parameter WHERE name = ''resource_manager_plan''', $$VALUES ('SCHEDULER:NIGHT:DAY'::text)$$, 'a window switched it');
SELECT throws_ok('CALL create_simple_plan(''day'')', 'O9357', 'resource plan "DAY" already exists', 'names are taken');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
