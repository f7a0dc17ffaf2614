-- Packages DBMS_RESOURCE_MANAGER and DBMS_RESOURCE_MANAGER_PRIVS: Oracle's
-- parameters in its order, then ours. NUMBER is numeric throughout; the calls
-- say where a fraction makes no sense.

-- The pending area.

CREATE PROCEDURE dbms_resource_manager.create_pending_area()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_create_pending_area';
COMMENT ON PROCEDURE dbms_resource_manager.create_pending_area() IS
    'begins a change of plans: a copy of the active ones that can be changed';

CREATE PROCEDURE dbms_resource_manager.validate_pending_area()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_validate_pending_area';
COMMENT ON PROCEDURE dbms_resource_manager.validate_pending_area() IS
    'are the plans of the pending area fit to be active; an error lists all that is not';

CREATE PROCEDURE dbms_resource_manager.submit_pending_area()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_submit_pending_area';
COMMENT ON PROCEDURE dbms_resource_manager.submit_pending_area() IS
    'validates the pending area, and its plans become the active ones when the transaction commits';

CREATE PROCEDURE dbms_resource_manager.clear_pending_area()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_clear_pending_area';
COMMENT ON PROCEDURE dbms_resource_manager.clear_pending_area() IS
    'discards the pending area';

-- Plans.

CREATE PROCEDURE dbms_resource_manager.create_plan(
    plan text,
    comment text DEFAULT NULL,
    cpu_mth text DEFAULT NULL,
    active_sess_pool_mth text DEFAULT 'ACTIVE_SESS_POOL_ABSOLUTE',
    parallel_degree_limit_mth text DEFAULT 'PARALLEL_DEGREE_LIMIT_ABSOLUTE',
    queueing_mth text DEFAULT 'FIFO_TIMEOUT',
    mgmt_mth text DEFAULT 'EMPHASIS',
    sub_plan boolean DEFAULT false,
    max_iops numeric DEFAULT NULL,
    max_mbps numeric DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_create_plan';
COMMENT ON PROCEDURE dbms_resource_manager.create_plan(text, text, text, text, text, text, text, boolean, numeric, numeric) IS
    'makes a plan in the pending area';

CREATE PROCEDURE dbms_resource_manager.update_plan(
    plan text,
    new_comment text DEFAULT NULL,
    new_cpu_mth text DEFAULT NULL,
    new_active_sess_pool_mth text DEFAULT NULL,
    new_parallel_degree_limit_mth text DEFAULT NULL,
    new_queueing_mth text DEFAULT NULL,
    new_mgmt_mth text DEFAULT NULL,
    new_sub_plan boolean DEFAULT NULL,
    new_max_iops numeric DEFAULT NULL,
    new_max_mbps numeric DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_update_plan';
COMMENT ON PROCEDURE dbms_resource_manager.update_plan(text, text, text, text, text, text, text, boolean, numeric, numeric) IS
    'changes a plan in the pending area; NULL: unchanged, -1: the default';

CREATE PROCEDURE dbms_resource_manager.delete_plan(
    plan text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_delete_plan';
COMMENT ON PROCEDURE dbms_resource_manager.delete_plan(text) IS
    'deletes a plan and its directives in the pending area';

CREATE PROCEDURE dbms_resource_manager.delete_plan_cascade(
    plan text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_delete_plan_cascade';
COMMENT ON PROCEDURE dbms_resource_manager.delete_plan_cascade(text) IS
    'deletes a plan with all sub-plans and consumer groups below it that are not mandatory, or nothing';

-- Consumer groups and their categories.

CREATE PROCEDURE dbms_resource_manager.create_consumer_group(
    consumer_group text,
    comment text DEFAULT NULL,
    cpu_mth text DEFAULT NULL,
    mgmt_mth text DEFAULT 'ROUND-ROBIN',
    category text DEFAULT 'OTHER')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_create_consumer_group';
COMMENT ON PROCEDURE dbms_resource_manager.create_consumer_group(text, text, text, text, text) IS
    'makes a consumer group in the pending area';

CREATE PROCEDURE dbms_resource_manager.update_consumer_group(
    consumer_group text,
    new_comment text DEFAULT NULL,
    new_cpu_mth text DEFAULT NULL,
    new_mgmt_mth text DEFAULT NULL,
    new_category text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_update_consumer_group';
COMMENT ON PROCEDURE dbms_resource_manager.update_consumer_group(text, text, text, text, text) IS
    'changes a consumer group in the pending area; NULL: unchanged';

CREATE PROCEDURE dbms_resource_manager.delete_consumer_group(
    consumer_group text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_delete_consumer_group';
COMMENT ON PROCEDURE dbms_resource_manager.delete_consumer_group(text) IS
    'deletes a consumer group in the pending area; its work falls back to the default group';

CREATE PROCEDURE dbms_resource_manager.create_category(
    category text,
    comment text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_create_category';
COMMENT ON PROCEDURE dbms_resource_manager.create_category(text, text) IS
    'makes a category of consumer groups in the pending area';

CREATE PROCEDURE dbms_resource_manager.update_category(
    category text,
    new_comment text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_update_category';
COMMENT ON PROCEDURE dbms_resource_manager.update_category(text, text) IS
    'changes a category in the pending area';

CREATE PROCEDURE dbms_resource_manager.delete_category(
    category text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_delete_category';
COMMENT ON PROCEDURE dbms_resource_manager.delete_category(text) IS
    'deletes a category in the pending area; its groups are of category OTHER then';

-- Directives. parallel_queue_timeout stands where Oracle has it; the last two are ours.

CREATE PROCEDURE dbms_resource_manager.create_plan_directive(
    plan text,
    group_or_subplan text,
    comment text DEFAULT NULL,
    cpu_p1 numeric DEFAULT NULL,
    cpu_p2 numeric DEFAULT NULL,
    cpu_p3 numeric DEFAULT NULL,
    cpu_p4 numeric DEFAULT NULL,
    cpu_p5 numeric DEFAULT NULL,
    cpu_p6 numeric DEFAULT NULL,
    cpu_p7 numeric DEFAULT NULL,
    cpu_p8 numeric DEFAULT NULL,
    active_sess_pool_p1 numeric DEFAULT NULL,
    queueing_p1 numeric DEFAULT NULL,
    parallel_degree_limit_p1 numeric DEFAULT NULL,
    switch_group text DEFAULT NULL,
    switch_time numeric DEFAULT NULL,
    switch_estimate boolean DEFAULT false,
    max_est_exec_time numeric DEFAULT NULL,
    undo_pool numeric DEFAULT NULL,
    max_idle_time numeric DEFAULT NULL,
    max_idle_blocker_time numeric DEFAULT NULL,
    switch_time_in_call numeric DEFAULT NULL,
    mgmt_p1 numeric DEFAULT NULL,
    mgmt_p2 numeric DEFAULT NULL,
    mgmt_p3 numeric DEFAULT NULL,
    mgmt_p4 numeric DEFAULT NULL,
    mgmt_p5 numeric DEFAULT NULL,
    mgmt_p6 numeric DEFAULT NULL,
    mgmt_p7 numeric DEFAULT NULL,
    mgmt_p8 numeric DEFAULT NULL,
    switch_io_megabytes numeric DEFAULT NULL,
    switch_io_reqs numeric DEFAULT NULL,
    switch_for_call boolean DEFAULT NULL,
    max_utilization_limit numeric DEFAULT NULL,
    parallel_target_percentage numeric DEFAULT NULL,
    parallel_queue_timeout numeric DEFAULT NULL,
    parallel_server_limit numeric DEFAULT NULL,
    utilization_limit numeric DEFAULT NULL,
    switch_io_logical numeric DEFAULT NULL,
    switch_elapsed_time numeric DEFAULT NULL,
    shares numeric DEFAULT NULL,
    parallel_stmt_critical text DEFAULT NULL,
    session_pga_limit numeric DEFAULT NULL,
    pq_timeout_action text DEFAULT NULL,
    worker_settings text[] DEFAULT NULL,
    worker_niceness numeric DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_create_plan_directive';
COMMENT ON PROCEDURE dbms_resource_manager.create_plan_directive(text, text, text, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, text, numeric, boolean, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, boolean, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, text, numeric, text, text[], numeric) IS
    'says what a plan gives a consumer group or a sub-plan, in the pending area';

CREATE PROCEDURE dbms_resource_manager.update_plan_directive(
    plan text,
    group_or_subplan text,
    new_comment text DEFAULT NULL,
    new_cpu_p1 numeric DEFAULT NULL,
    new_cpu_p2 numeric DEFAULT NULL,
    new_cpu_p3 numeric DEFAULT NULL,
    new_cpu_p4 numeric DEFAULT NULL,
    new_cpu_p5 numeric DEFAULT NULL,
    new_cpu_p6 numeric DEFAULT NULL,
    new_cpu_p7 numeric DEFAULT NULL,
    new_cpu_p8 numeric DEFAULT NULL,
    new_active_sess_pool_p1 numeric DEFAULT NULL,
    new_queueing_p1 numeric DEFAULT NULL,
    new_parallel_degree_limit_p1 numeric DEFAULT NULL,
    new_switch_group text DEFAULT NULL,
    new_switch_time numeric DEFAULT NULL,
    new_switch_estimate boolean DEFAULT NULL,
    new_max_est_exec_time numeric DEFAULT NULL,
    new_undo_pool numeric DEFAULT NULL,
    new_max_idle_time numeric DEFAULT NULL,
    new_max_idle_blocker_time numeric DEFAULT NULL,
    new_switch_time_in_call numeric DEFAULT NULL,
    new_mgmt_p1 numeric DEFAULT NULL,
    new_mgmt_p2 numeric DEFAULT NULL,
    new_mgmt_p3 numeric DEFAULT NULL,
    new_mgmt_p4 numeric DEFAULT NULL,
    new_mgmt_p5 numeric DEFAULT NULL,
    new_mgmt_p6 numeric DEFAULT NULL,
    new_mgmt_p7 numeric DEFAULT NULL,
    new_mgmt_p8 numeric DEFAULT NULL,
    new_switch_io_megabytes numeric DEFAULT NULL,
    new_switch_io_reqs numeric DEFAULT NULL,
    new_switch_for_call boolean DEFAULT NULL,
    new_max_utilization_limit numeric DEFAULT NULL,
    new_parallel_target_percentage numeric DEFAULT NULL,
    new_parallel_queue_timeout numeric DEFAULT NULL,
    new_parallel_server_limit numeric DEFAULT NULL,
    new_utilization_limit numeric DEFAULT NULL,
    new_switch_io_logical numeric DEFAULT NULL,
    new_switch_elapsed_time numeric DEFAULT NULL,
    new_shares numeric DEFAULT NULL,
    new_parallel_stmt_critical text DEFAULT NULL,
    new_session_pga_limit numeric DEFAULT NULL,
    new_pq_timeout_action text DEFAULT NULL,
    new_worker_settings text[] DEFAULT NULL,
    new_worker_niceness numeric DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_update_plan_directive';
COMMENT ON PROCEDURE dbms_resource_manager.update_plan_directive(text, text, text, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, text, numeric, boolean, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, boolean, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, text, numeric, text, text[], numeric) IS
    'changes a directive in the pending area; NULL: unchanged, -1: the default';

CREATE PROCEDURE dbms_resource_manager.delete_plan_directive(
    plan text,
    group_or_subplan text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_delete_plan_directive';
COMMENT ON PROCEDURE dbms_resource_manager.delete_plan_directive(text, text) IS
    'deletes a directive in the pending area';

CREATE PROCEDURE dbms_resource_manager.create_simple_plan(
    simple_plan text DEFAULT NULL,
    consumer_group1 text DEFAULT NULL,
    group1_cpu numeric DEFAULT NULL,
    consumer_group2 text DEFAULT NULL,
    group2_cpu numeric DEFAULT NULL,
    consumer_group3 text DEFAULT NULL,
    group3_cpu numeric DEFAULT NULL,
    consumer_group4 text DEFAULT NULL,
    group4_cpu numeric DEFAULT NULL,
    consumer_group5 text DEFAULT NULL,
    group5_cpu numeric DEFAULT NULL,
    consumer_group6 text DEFAULT NULL,
    group6_cpu numeric DEFAULT NULL,
    consumer_group7 text DEFAULT NULL,
    group7_cpu numeric DEFAULT NULL,
    consumer_group8 text DEFAULT NULL,
    group8_cpu numeric DEFAULT NULL,
    group1_percent numeric DEFAULT NULL,
    group2_percent numeric DEFAULT NULL,
    group3_percent numeric DEFAULT NULL,
    group4_percent numeric DEFAULT NULL,
    group5_percent numeric DEFAULT NULL,
    group6_percent numeric DEFAULT NULL,
    group7_percent numeric DEFAULT NULL,
    group8_percent numeric DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_create_simple_plan';
COMMENT ON PROCEDURE dbms_resource_manager.create_simple_plan(text, text, numeric, text, numeric, text, numeric, text, numeric, text, numeric, text, numeric, text, numeric, text, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric) IS
    'makes a plan for up to eight consumer groups at once, without a pending area of the caller';

-- Which group work belongs to.

CREATE PROCEDURE dbms_resource_manager.set_consumer_group_mapping(
    attribute text,
    value text,
    consumer_group text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_set_consumer_group_mapping';
COMMENT ON PROCEDURE dbms_resource_manager.set_consumer_group_mapping(text, text, text) IS
    'maps work to a consumer group in the pending area; without a group the mapping is deleted';

CREATE PROCEDURE dbms_resource_manager.set_consumer_group_mapping_pri(
    explicit numeric,
    oracle_user numeric,
    service_name numeric,
    client_os_user numeric,
    client_program numeric,
    client_machine numeric,
    module_name numeric,
    module_name_action numeric,
    service_module numeric,
    service_module_action numeric,
    client_id numeric DEFAULT 11)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_set_consumer_group_mapping_pri';
COMMENT ON PROCEDURE dbms_resource_manager.set_consumer_group_mapping_pri(numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric) IS
    'which attribute of a mapping counts first, in the pending area: the numbers 1 to 11';

CREATE PROCEDURE dbms_resource_manager.set_initial_consumer_group(
    "user" text,
    consumer_group text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_set_initial_consumer_group';
COMMENT ON PROCEDURE dbms_resource_manager.set_initial_consumer_group(text, text) IS
    'maps a user to a consumer group, at once';

CREATE PROCEDURE dbms_resource_manager.switch_consumer_group_for_sess(
    session_id numeric,
    session_serial numeric,
    consumer_group text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_switch_consumer_group_for_sess';
COMMENT ON PROCEDURE dbms_resource_manager.switch_consumer_group_for_sess(numeric, numeric, text) IS
    'what this worker runs goes on in another consumer group';

CREATE PROCEDURE dbms_resource_manager.switch_consumer_group_for_user(
    "user" text,
    consumer_group text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_switch_consumer_group_for_user';
COMMENT ON PROCEDURE dbms_resource_manager.switch_consumer_group_for_user(text, text) IS
    'what runs of this user goes on in another consumer group';

-- The plan in force.

CREATE PROCEDURE dbms_resource_manager.switch_plan(
    plan_name text,
    sid text DEFAULT '*',
    allow_scheduler_plan_switches boolean DEFAULT true)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_switch_plan';
COMMENT ON PROCEDURE dbms_resource_manager.switch_plan(text, text, boolean) IS
    'puts a plan in force, or none (NULL, empty); with allow_scheduler_plan_switches => false windows cannot switch it';

-- There is no queue of parallel statements: these do nothing.

CREATE PROCEDURE dbms_resource_manager.begin_sql_block()
    LANGUAGE sql
    BEGIN ATOMIC END;
COMMENT ON PROCEDURE dbms_resource_manager.begin_sql_block() IS
    'does nothing: parallel statements do not queue';

CREATE PROCEDURE dbms_resource_manager.end_sql_block()
    LANGUAGE sql
    BEGIN ATOMIC END;
COMMENT ON PROCEDURE dbms_resource_manager.end_sql_block() IS
    'does nothing: parallel statements do not queue';

CREATE PROCEDURE dbms_resource_manager.dequeue_parallel_statement(
    session_id numeric,
    session_serial numeric,
    inst_id numeric DEFAULT NULL,
    sql_id text DEFAULT NULL)
    LANGUAGE sql
    BEGIN ATOMIC END;
COMMENT ON PROCEDURE dbms_resource_manager.dequeue_parallel_statement(numeric, numeric, numeric, text) IS
    'does nothing: parallel statements do not queue';

-- Constants: attributes of a mapping.

CREATE FUNCTION dbms_resource_manager.oracle_user() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'ORACLE_USER';
COMMENT ON FUNCTION dbms_resource_manager.oracle_user() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.service_name() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'SERVICE_NAME';
COMMENT ON FUNCTION dbms_resource_manager.service_name() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.client_os_user() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'CLIENT_OS_USER';
COMMENT ON FUNCTION dbms_resource_manager.client_os_user() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.client_program() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'CLIENT_PROGRAM';
COMMENT ON FUNCTION dbms_resource_manager.client_program() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.client_machine() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'CLIENT_MACHINE';
COMMENT ON FUNCTION dbms_resource_manager.client_machine() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.client_id() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'CLIENT_ID';
COMMENT ON FUNCTION dbms_resource_manager.client_id() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.module_name() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'MODULE_NAME';
COMMENT ON FUNCTION dbms_resource_manager.module_name() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.module_name_action() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'MODULE_NAME_ACTION';
COMMENT ON FUNCTION dbms_resource_manager.module_name_action() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.service_module() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'SERVICE_MODULE';
COMMENT ON FUNCTION dbms_resource_manager.service_module() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.service_module_action() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'SERVICE_MODULE_ACTION';
COMMENT ON FUNCTION dbms_resource_manager.service_module_action() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.oracle_function() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'ORACLE_FUNCTION';
COMMENT ON FUNCTION dbms_resource_manager.oracle_function() IS 'attribute of a mapping';
CREATE FUNCTION dbms_resource_manager.performance_class() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 'PERFORMANCE_CLASS';
COMMENT ON FUNCTION dbms_resource_manager.performance_class() IS 'attribute of a mapping';

-- Privileges.

CREATE PROCEDURE dbms_resource_manager_privs.grant_system_privilege(
    grantee_name text,
    privilege_name text DEFAULT 'ADMINISTER_RESOURCE_MANAGER',
    admin_option boolean DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_grant_system_privilege';
COMMENT ON PROCEDURE dbms_resource_manager_privs.grant_system_privilege(text, text, boolean) IS
    'makes a role a member of dbms_resource_admin; admin_option must be given';

CREATE PROCEDURE dbms_resource_manager_privs.revoke_system_privilege(
    revokee_name text,
    privilege_name text DEFAULT 'ADMINISTER_RESOURCE_MANAGER')
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_revoke_system_privilege';
COMMENT ON PROCEDURE dbms_resource_manager_privs.revoke_system_privilege(text, text) IS
    'takes the membership in dbms_resource_admin back';

CREATE PROCEDURE dbms_resource_manager_privs.grant_switch_consumer_group(
    grantee_name text,
    consumer_group text,
    grant_option boolean)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_grant_switch_consumer_group';
COMMENT ON PROCEDURE dbms_resource_manager_privs.grant_switch_consumer_group(text, text, boolean) IS
    'lets a role, or PUBLIC, switch to a consumer group';

CREATE PROCEDURE dbms_resource_manager_privs.revoke_switch_consumer_group(
    revokee_name text,
    consumer_group text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_resource_revoke_switch_consumer_group';
COMMENT ON PROCEDURE dbms_resource_manager_privs.revoke_switch_consumer_group(text, text) IS
    'takes the privilege to switch to a consumer group back';
