-- Resource plans: every call on them, every error.
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

-- Positional and named calls; defaults; the old name of a parameter
CALL create_plan('plain');
CALL create_plan('full', 'all of it', NULL, 'active_sess_pool_absolute', 'PARALLEL_DEGREE_LIMIT_ABSOLUTE', 'FIFO_TIMEOUT', 'ratio', true, 1000, 200);
CALL create_plan(plan => '"Quoted"', comment => '', cpu_mth => 'RATIO', sub_plan => true);
CALL create_plan('nulls', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT plan, num_plan_directives, cpu_method, mgmt_method, active_sess_pool_mth, parallel_degree_limit_mth, queuing_mth,
       sub_plan, comments, status, mandatory, max_iops, max_mbps
  FROM sys.dba_rsrc_plans WHERE plan IN ('PLAIN', 'FULL', 'Quoted', 'NULLS') ORDER BY plan COLLATE "C";

-- NULL leaves as it is, -1 is the default
CALL update_plan('full', new_max_iops => -1);
CALL update_plan('full', 'changed', NULL, NULL, NULL, NULL, 'EMPHASIS', false, NULL, 300);
CALL update_plan('full');
SELECT mgmt_method, sub_plan, comments, max_iops, max_mbps FROM sys.dba_rsrc_plans WHERE plan = 'FULL';
CALL update_plan('full', '', 'RATIO', new_sub_plan => true, new_max_mbps => -1);
SELECT mgmt_method, sub_plan, comments, max_iops, max_mbps FROM sys.dba_rsrc_plans WHERE plan = 'FULL';

-- Errors of arguments
SELECT pg_temp.error_of(c) FROM (VALUES
    ('create_plan(NULL)'),
    ('create_plan('''')'),
    ('create_plan(''a plan'')'),
    ('create_plan(''"A" "B"'')'),
    ('create_plan(''sys.a'')'),
    ('create_plan(''hr.a'')'),
    ('create_plan(''1a'')'),
    ('create_plan(repeat(''p'', 129))'),
    ('create_plan(''p'', repeat(''c'', 2001))'),
    ('create_plan(''p'', mgmt_mth => ''FAIR'')'),
    ('create_plan(''p'', cpu_mth => ''FAIR'')'),
    ('create_plan(''p'', cpu_mth => ''EMPHASIS'', mgmt_mth => ''RATIO'')'),
    ('create_plan(''p'', active_sess_pool_mth => ''OTHER'')'),
    ('create_plan(''p'', parallel_degree_limit_mth => ''OTHER'')'),
    ('create_plan(''p'', queueing_mth => ''LIFO'')'),
    ('create_plan(''p'', max_iops => -1)'),
    ('create_plan(''p'', max_mbps => ''NaN'')'),
    ('create_plan(''p'', max_mbps => ''Infinity'')'),
    ('update_plan(''p'', new_max_mbps => -2)'),
    ('update_plan(''p'', new_cpu_mth => ''RATIO'', new_mgmt_mth => ''EMPHASIS'')')) AS t(c);
-- the longest name and comment
CALL create_plan(repeat('p', 128), repeat('c', 2000));

-- Names that are taken, of plans and groups alike
SELECT pg_temp.error_of(c) FROM (VALUES
    ('create_plan(''PLAIN'')'),
    ('create_plan(''default_plan'')'),
    ('create_plan(''sys_group'')'),
    ('create_consumer_group(''plain'')')) AS t(c);

-- What is not there
SELECT pg_temp.error_of(c) FROM (VALUES
    ('update_plan(''nothing'')'),
    ('update_plan(''"plain"'')'),
    ('delete_plan(''nothing'')'),
    ('delete_plan(''sys_group'')'),
    ('delete_plan_cascade(''nothing'')'),
    ('delete_plan(NULL)'),
    ('delete_plan_cascade(NULL)')) AS t(c);

-- What is mandatory
SELECT pg_temp.error_of(c) FROM (VALUES
    ('update_plan(''default_plan'', ''mine'')'),
    ('delete_plan(''DEFAULT_MAINTENANCE_PLAN'')'),
    ('delete_plan(''internal_plan'')'),
    ('delete_plan_cascade(''internal_quiesce'')'),
    ('create_plan_directive(''internal_plan'', ''low_group'')'),
    ('create_plan_directive(''internal_quiesce'', ''low_group'')'),
    ('update_plan_directive(''internal_plan'', ''other_groups'', new_mgmt_p1 => 1)'),
    ('delete_plan_directive(''internal_plan'', ''other_groups'')')) AS t(c);
CALL clear_pending_area();
CALL create_pending_area();
-- the others of ours are the user's to change; so are directives of DEFAULT_PLAN
CALL update_plan('dss_plan', 'mine');
CALL delete_plan('mixed_workload_plan');
CALL update_plan_directive('default_maintenance_plan', 'ora$autotask_sub_plan', new_mgmt_p2 => 60);
CALL validate_pending_area();
SELECT plan, comments FROM sys.dba_rsrc_plans WHERE plan IN ('DSS_PLAN', 'MIXED_WORKLOAD_PLAN') AND status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_plan_directives WHERE plan = 'MIXED_WORKLOAD_PLAN' AND status = 'PENDING';
CALL clear_pending_area();

-- With all that is below: sub-plans and groups, but nothing that is mandatory
CALL create_pending_area();
CALL create_plan('top');
CALL create_plan('sub', sub_plan => true);
CALL create_plan('subsub', sub_plan => true);
CALL create_consumer_group('g1');
CALL create_consumer_group('g2');
CALL create_consumer_group('g3');
CALL create_plan_directive('top', 'sub', mgmt_p1 => 50);
CALL create_plan_directive('top', 'other_groups', mgmt_p2 => 100);
CALL create_plan_directive('top', 'sys_group', mgmt_p1 => 50);
CALL create_plan_directive('sub', 'subsub', mgmt_p1 => 50);
CALL create_plan_directive('sub', 'g1', mgmt_p1 => 50);
CALL create_plan_directive('subsub', 'g2', mgmt_p1 => 50);
CALL create_plan_directive('subsub', 'low_group', mgmt_p1 => 50);
CALL set_consumer_group_mapping('SERVICE_NAME', 'reports', 'g2');
-- not while a plan that stays uses some of it: all or nothing
CALL create_plan('neighbour', sub_plan => true);
CALL create_plan_directive('neighbour', 'g2', mgmt_p1 => 50);
SELECT pg_temp.error_of('delete_plan_cascade(''top'')');
SELECT count(*) FROM sys.dba_rsrc_plans WHERE plan IN ('TOP', 'SUB', 'SUBSUB') AND status = 'PENDING';
CALL delete_plan_directive('neighbour', 'g2');
CALL create_plan_directive('neighbour', 'g3', mgmt_p1 => 50);
CALL delete_plan('dss_plan');
CALL delete_plan('etl_critical_plan');
CALL delete_plan_cascade('top');
SELECT plan FROM sys.dba_rsrc_plans WHERE plan IN ('TOP', 'SUB', 'SUBSUB', 'NEIGHBOUR') AND status = 'PENDING';
SELECT consumer_group FROM sys.dba_rsrc_consumer_groups
 WHERE consumer_group IN ('G1', 'G2', 'G3', 'LOW_GROUP', 'SYS_GROUP', 'OTHER_GROUPS') AND status = 'PENDING' ORDER BY 1;
SELECT plan, group_or_subplan FROM sys.dba_rsrc_plan_directives WHERE plan IN ('TOP', 'SUB', 'SUBSUB') AND status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_group_mappings WHERE value = 'REPORTS' AND status = 'PENDING';
CALL submit_pending_area();
SELECT plan FROM sys.dba_rsrc_plans ORDER BY plan COLLATE "C";
ROLLBACK;
DROP ROLE regress_rsrc_admin;
