-- Dictionary views of resource plans, with Oracle's names and columns in its
-- order; columns of our own follow the last of these. Active rows have no status;
-- rows of the pending area stand beside them.

CREATE VIEW sys.dba_rsrc_plans AS
    SELECT p.id AS plan_id,
           p.name AS plan,
           (SELECT count(*)::integer FROM dbms.plan_directive d
             WHERE d.plan = p.name AND d.is_pending = p.is_pending) AS num_plan_directives,
           p.mgmt_method AS cpu_method,
           p.mgmt_method,
           p.active_sess_pool_method AS active_sess_pool_mth,
           p.parallel_degree_method AS parallel_degree_limit_mth,
           p.queueing_method AS queuing_mth,
           CASE WHEN p.is_sub_plan THEN 'YES' ELSE 'NO' END AS sub_plan,
           p.comments,
           CASE WHEN p.is_pending THEN 'PENDING' END AS status,
           CASE WHEN p.is_mandatory THEN 'YES' ELSE 'NO' END AS mandatory,
           p.max_iops,
           p.max_mbps
      FROM dbms.resource_plan p;
COMMENT ON VIEW sys.dba_rsrc_plans IS 'resource plans, active and pending';

CREATE VIEW sys.dba_rsrc_plan_directives AS
    SELECT d.plan,
           d.group_or_subplan,
           CASE WHEN EXISTS (SELECT FROM dbms.resource_plan p
                              WHERE p.name = d.group_or_subplan AND p.is_pending = d.is_pending)
                THEN 'PLAN' ELSE 'CONSUMER_GROUP' END AS type,
           coalesce(d.shares, d.mgmt_p[1], 0) AS cpu_p1,
           coalesce(d.mgmt_p[2], 0) AS cpu_p2,
           coalesce(d.mgmt_p[3], 0) AS cpu_p3,
           coalesce(d.mgmt_p[4], 0) AS cpu_p4,
           coalesce(d.mgmt_p[5], 0) AS cpu_p5,
           coalesce(d.mgmt_p[6], 0) AS cpu_p6,
           coalesce(d.mgmt_p[7], 0) AS cpu_p7,
           coalesce(d.mgmt_p[8], 0) AS cpu_p8,
           coalesce(d.shares, d.mgmt_p[1], 0) AS mgmt_p1,
           coalesce(d.mgmt_p[2], 0) AS mgmt_p2,
           coalesce(d.mgmt_p[3], 0) AS mgmt_p3,
           coalesce(d.mgmt_p[4], 0) AS mgmt_p4,
           coalesce(d.mgmt_p[5], 0) AS mgmt_p5,
           coalesce(d.mgmt_p[6], 0) AS mgmt_p6,
           coalesce(d.mgmt_p[7], 0) AS mgmt_p7,
           coalesce(d.mgmt_p[8], 0) AS mgmt_p8,
           d.active_sess_pool_p1::numeric AS active_sess_pool_p1,
           d.queueing_p1::numeric AS queueing_p1,
           d.parallel_server_limit AS parallel_target_percentage,
           d.parallel_degree_limit_p1::numeric AS parallel_degree_limit_p1,
           d.switch_group,
           CASE WHEN d.switch_for_call THEN 'TRUE' ELSE 'FALSE' END AS switch_for_call,
           d.switch_time,
           d.switch_io_megabytes,
           d.switch_io_reqs,
           CASE WHEN d.switch_estimate THEN 'TRUE' ELSE 'FALSE' END AS switch_estimate,
           d.max_est_exec_time,
           d.undo_pool,
           d.max_idle_time,
           d.max_idle_blocker_time,
           d.utilization_limit AS max_utilization_limit,
           d.parallel_queue_timeout,
           CASE WHEN d.switch_for_call THEN d.switch_time END AS switch_time_in_call,
           d.switch_io_logical,
           d.switch_elapsed_time,
           d.parallel_server_limit,
           d.utilization_limit,
           coalesce(d.parallel_stmt_critical, 'FALSE') AS parallel_stmt_critical,
           d.session_pga_limit,
           d.pq_timeout_action,
           d.comments,
           CASE WHEN d.is_pending THEN 'PENDING' END AS status,
           CASE WHEN d.is_mandatory THEN 'YES' ELSE 'NO' END AS mandatory,
           d.shares,
           dbms.shown_settings(d.worker_settings) AS worker_settings,
           d.worker_niceness::numeric AS worker_niceness
      FROM dbms.plan_directive d;
COMMENT ON VIEW sys.dba_rsrc_plan_directives IS
    'what plans give consumer groups and sub-plans, active and pending; MGMT_P1 of a plan by weights is the weight';

CREATE VIEW sys.dba_rsrc_consumer_groups AS
    SELECT g.id AS consumer_group_id,
           g.name AS consumer_group,
           g.mgmt_method AS cpu_method,
           g.mgmt_method,
           CASE WHEN g.is_internal THEN 'YES' ELSE 'NO' END AS internal_use,
           g.comments,
           g.category,
           CASE WHEN g.is_pending THEN 'PENDING' END AS status,
           CASE WHEN g.is_mandatory THEN 'YES' ELSE 'NO' END AS mandatory
      FROM dbms.consumer_group g;
COMMENT ON VIEW sys.dba_rsrc_consumer_groups IS 'consumer groups, active and pending';

CREATE VIEW sys.dba_rsrc_categories AS
    SELECT c.name,
           c.comments,
           CASE WHEN c.is_pending THEN 'PENDING' END AS status,
           CASE WHEN c.is_mandatory THEN 'YES' ELSE 'NO' END AS mandatory
      FROM dbms.resource_category c;
COMMENT ON VIEW sys.dba_rsrc_categories IS 'categories of consumer groups, active and pending';

CREATE VIEW sys.dba_rsrc_group_mappings AS
    SELECT m.attribute,
           m.value,
           m.consumer_group,
           CASE WHEN m.is_pending THEN 'PENDING' END AS status
      FROM dbms.group_mapping m;
COMMENT ON VIEW sys.dba_rsrc_group_mappings IS 'which consumer group work belongs to, active and pending';

CREATE VIEW sys.dba_rsrc_mapping_priority AS
    SELECT m.attribute,
           m.priority,
           CASE WHEN m.is_pending THEN 'PENDING' END AS status
      FROM dbms.mapping_priority m;
COMMENT ON VIEW sys.dba_rsrc_mapping_priority IS 'which attribute of a mapping counts first, active and pending';

-- Privileges.

CREATE VIEW dbms.shown_group_privilege AS
    SELECT w.role_oid,
           CASE WHEN v.grantee_id = -1 THEN 'PUBLIC' ELSE w.shown END AS grantee,
           v.consumer_group AS granted_group,
           CASE WHEN v.has_grant_option THEN 'YES' ELSE 'NO' END AS grant_option,
           CASE WHEN EXISTS (SELECT FROM dbms.group_mapping m
                              WHERE m.attribute = 'ORACLE_USER' AND m.value = w.shown
                                AND m.consumer_group = v.consumer_group AND NOT m.is_pending)
                THEN 'YES' ELSE 'NO' END AS initial_group
      FROM dbms.group_privilege v
      LEFT JOIN dbms.owner_shown w ON w.id = v.grantee_id;
COMMENT ON VIEW dbms.shown_group_privilege IS 'privileges to switch to consumer groups';

CREATE VIEW sys.dba_rsrc_consumer_group_privs AS
    SELECT v.grantee, v.granted_group, v.grant_option, v.initial_group
      FROM dbms.shown_group_privilege v;
COMMENT ON VIEW sys.dba_rsrc_consumer_group_privs IS 'who may switch to which consumer group';

CREATE VIEW sys.user_rsrc_consumer_group_privs WITH (security_barrier) AS
    SELECT v.granted_group, v.grant_option, v.initial_group
      FROM dbms.shown_group_privilege v
     WHERE v.role_oid = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER);
COMMENT ON VIEW sys.user_rsrc_consumer_group_privs IS 'consumer groups that the current user may switch to, by a privilege of his own';

CREATE VIEW dbms.resource_admin AS
    SELECT m.member AS role_oid,
           dbms.display_name(pg_catalog.pg_get_userbyid(m.member)::text COLLATE "default") AS grantee,
           'ADMINISTER RESOURCE MANAGER'::text AS privilege,
           CASE WHEN bool_or(m.admin_option) THEN 'YES' ELSE 'NO' END AS admin_option
      FROM pg_catalog.pg_auth_members m
      JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
     WHERE r.rolname = 'dbms_resource_admin'
     GROUP BY m.member;
COMMENT ON VIEW dbms.resource_admin IS 'members of the role dbms_resource_admin';

CREATE VIEW sys.dba_rsrc_manager_system_privs AS
    SELECT a.grantee, a.privilege, a.admin_option
      FROM dbms.resource_admin a;
COMMENT ON VIEW sys.dba_rsrc_manager_system_privs IS 'who may administer resource plans';

CREATE VIEW sys.user_rsrc_manager_system_privs WITH (security_barrier) AS
    SELECT a.privilege, a.admin_option
      FROM dbms.resource_admin a
     WHERE a.role_oid = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER);
COMMENT ON VIEW sys.user_rsrc_manager_system_privs IS 'may the current user administer resource plans, by a membership of his own';

-- The plan in force.

CREATE VIEW sys."v$rsrc_plan" AS
    WITH RECURSIVE tree(name, is_top) AS (
        SELECT s.plan, true FROM dbms.resource_state s WHERE s.plan IS NOT NULL
        UNION
        SELECT d.group_or_subplan, false
          FROM tree t
          JOIN dbms.plan_directive d ON d.plan = t.name AND NOT d.is_pending
          JOIN dbms.resource_plan p ON p.name = d.group_or_subplan AND NOT p.is_pending)
    SELECT p.id,
           t.name,
           CASE WHEN t.is_top THEN 'TRUE' ELSE 'FALSE' END AS is_top_plan,
           'ON'::text AS cpu_managed,
           'OFF'::text AS instance_caging,
           (SELECT count(*)::integer FROM dbms.workers() w
             WHERE w.kind = 'PARALLEL'
               AND w.database_oid = (SELECT b.oid FROM pg_catalog.pg_database b
                                      WHERE b.datname = pg_catalog.current_database())) AS parallel_servers_active,
           pg_catalog.current_setting('pg_dbms.max_workers')::integer AS parallel_servers_total,
           'ON'::text AS parallel_execution_managed,
           0 AS con_id
      FROM tree t
      LEFT JOIN dbms.resource_plan p ON p.name = t.name AND NOT p.is_pending;
COMMENT ON VIEW sys."v$rsrc_plan" IS 'the plan in force and its sub-plans; no row if none is';

CREATE VIEW sys."v$rsrc_plan_history" AS
    SELECT h.sequence AS "sequence#",
           p.id,
           h.plan AS name,
           h.started_at AS start_time,
           h.ended_at AS end_time,
           CASE WHEN h.window_name IS NOT NULL THEN 'TRUE' ELSE 'FALSE' END AS enabled_by_scheduler,
           h.window_name,
           CASE WHEN h.is_locked THEN 'FALSE' ELSE 'TRUE' END AS allowed_automated_switches,
           CASE WHEN h.plan IS NULL THEN 'OFF' ELSE 'ON' END AS cpu_managed,
           'OFF'::text AS instance_caging,
           CASE WHEN h.plan IS NULL THEN 'OFF' ELSE 'ON' END AS parallel_execution_managed,
           0 AS con_id,
           h.sequence AS sequence_number
      FROM dbms.plan_history h
      LEFT JOIN dbms.resource_plan p ON p.name = h.plan AND NOT p.is_pending;
COMMENT ON VIEW sys."v$rsrc_plan_history" IS 'plans that were in force, the last 1000; without a name: none was';

CREATE VIEW sys."v$parameter" AS
    SELECT 1 AS num,
           'resource_manager_plan'::text AS name,
           2 AS type,
           CASE WHEN s.is_locked THEN 'FORCE:' || coalesce(s.plan, '')
                WHEN s.plan IS NULL THEN NULL
                WHEN s.window_name IS NOT NULL THEN 'SCHEDULER:' || s.window_name || ':' || s.plan
                ELSE s.plan END AS value,
           CASE WHEN s.plan IS NULL AND NOT s.is_locked THEN 'TRUE' ELSE 'FALSE' END AS isdefault,
           'resource plan in force'::text AS description
      FROM dbms.resource_state s;
COMMENT ON VIEW sys."v$parameter" IS
    'RESOURCE_MANAGER_PLAN as Oracle writes it: a plan, FORCE:plan if windows cannot switch it, SCHEDULER:window:plan if one has';
