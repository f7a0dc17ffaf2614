-- The pending area: all of it is one transaction of the caller.
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
-- Nothing is changed without one
SELECT pg_temp.error_of(c) FROM (VALUES
    ('validate_pending_area()'), ('submit_pending_area()'), ('clear_pending_area()'), ('create_plan(''p'')'), ('update_plan(''dss_plan'')'),
    ('delete_plan(''dss_plan'')'), ('delete_plan_cascade(''dss_plan'')'), ('create_consumer_group(''g'')'), ('update_consumer_group(''low_group'')'),
    ('delete_consumer_group(''low_group'')'), ('create_category(''c'')'), ('update_category(''other'')'), ('delete_category(''other'')'),
    ('create_plan_directive(''dss_plan'', ''g'')'), ('update_plan_directive(''dss_plan'', ''etl_group'')'), ('delete_plan_directive(''dss_plan'', ''etl_group'')'),
    ('set_consumer_group_mapping(''ORACLE_USER'', ''hr'')'), ('set_consumer_group_mapping_pri(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)')) AS t(c);
-- arguments are looked at first
SELECT pg_temp.error_of('create_plan(''a b'')');
CALL create_pending_area();
SELECT pg_temp.error_of('create_pending_area()');
SELECT pg_temp.error_of('create_simple_plan(''p'')');
-- Copies of all stand beside the active rows
SELECT (SELECT count(*) FROM sys.dba_rsrc_plans WHERE status IS NULL) = (SELECT count(*) FROM sys.dba_rsrc_plans WHERE status = 'PENDING') AS plans,
       (SELECT count(*) FROM sys.dba_rsrc_plan_directives WHERE status IS NULL) = (SELECT count(*) FROM sys.dba_rsrc_plan_directives WHERE status = 'PENDING') AS directives,
       (SELECT count(*) FROM sys.dba_rsrc_consumer_groups WHERE status IS NULL) = (SELECT count(*) FROM sys.dba_rsrc_consumer_groups WHERE status = 'PENDING') AS groups,
       (SELECT count(*) FROM sys.dba_rsrc_categories WHERE status IS NULL) = (SELECT count(*) FROM sys.dba_rsrc_categories WHERE status = 'PENDING') AS categories,
       (SELECT count(*) FROM sys.dba_rsrc_group_mappings WHERE status IS NULL) = (SELECT count(*) FROM sys.dba_rsrc_group_mappings WHERE status = 'PENDING') AS mappings,
       (SELECT count(*) FROM sys.dba_rsrc_mapping_priority WHERE status IS NULL) = (SELECT count(*) FROM sys.dba_rsrc_mapping_priority WHERE status = 'PENDING') AS priorities;
-- all columns of them
SELECT count(*) FROM (SELECT to_jsonb(p) - 'status' FROM sys.dba_rsrc_plans p WHERE status IS NULL
                      EXCEPT SELECT to_jsonb(p) - 'status' FROM sys.dba_rsrc_plans p WHERE status = 'PENDING') AS d;
SELECT count(*) FROM (SELECT to_jsonb(p) - 'status' FROM sys.dba_rsrc_plan_directives p WHERE status IS NULL
                      EXCEPT SELECT to_jsonb(p) - 'status' FROM sys.dba_rsrc_plan_directives p WHERE status = 'PENDING') AS d;
SELECT count(*) FROM (SELECT to_jsonb(p) - 'status' FROM sys.dba_rsrc_consumer_groups p WHERE status IS NULL
                      EXCEPT SELECT to_jsonb(p) - 'status' FROM sys.dba_rsrc_consumer_groups p WHERE status = 'PENDING') AS d;

-- Cleared, nothing is left of it
CALL create_plan('p');
CALL create_consumer_group('g');
CALL create_category('c');
CALL set_consumer_group_mapping('ORACLE_USER', 'hr', 'g');
CALL clear_pending_area();
SELECT count(*) FROM sys.dba_rsrc_plans WHERE plan = 'P' OR status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_consumer_groups WHERE consumer_group = 'G' OR status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_plan_directives WHERE status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_categories WHERE status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_group_mappings WHERE status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_mapping_priority WHERE status = 'PENDING';

-- A submit that fails leaves it as it is; one that succeeds makes it active
CALL create_pending_area();
CALL create_plan('p', 'mine');
CALL create_consumer_group('g', 'mine too');
CALL create_plan_directive('p', 'g', mgmt_p1 => 60);
SELECT pg_temp.error_of('submit_pending_area()');
SELECT plan, status FROM sys.dba_rsrc_plans WHERE plan = 'P';
SELECT pg_temp.error_of('switch_plan(''p'')');
CALL create_plan_directive('p', 'other_groups', mgmt_p1 => 40);
CALL set_consumer_group_mapping('ORACLE_USER', 'hr', 'g');
CALL set_consumer_group_mapping_pri(1, 6, 7, 9, 8, 10, 5, 4, 3, 2);
CALL validate_pending_area();
CALL submit_pending_area();
SELECT plan, status, comments, num_plan_directives FROM sys.dba_rsrc_plans WHERE plan = 'P';
SELECT group_or_subplan, mgmt_p1, status FROM sys.dba_rsrc_plan_directives WHERE plan = 'P' ORDER BY 1;
SELECT consumer_group, status FROM sys.dba_rsrc_group_mappings WHERE value = 'HR';
SELECT string_agg(attribute, ' ' ORDER BY priority), count(status) FROM sys.dba_rsrc_mapping_priority;
SELECT count(*) FROM sys.dba_rsrc_plans WHERE status = 'PENDING';
CALL switch_plan('p');

-- Numbers of plans and groups stay when they are changed
CREATE TEMPORARY TABLE before AS SELECT plan, plan_id FROM sys.dba_rsrc_plans;
CALL create_pending_area();
CALL update_plan('p', 'changed');
CALL create_plan('q', sub_plan => true);
CALL create_plan_directive('q', 'g', mgmt_p1 => 60);
CALL submit_pending_area();
SELECT a.plan, a.comments, a.plan_id = b.plan_id FROM sys.dba_rsrc_plans a LEFT JOIN before b USING (plan) WHERE a.plan IN ('P', 'Q', 'DSS_PLAN') ORDER BY 1;
SELECT min(plan_id) > 1000 FROM sys.dba_rsrc_plans WHERE plan IN ('P', 'Q');
SELECT bool_and(plan_id <= 1000) FROM sys.dba_rsrc_plans WHERE plan NOT IN ('P', 'Q');

-- What of ours is deleted is noted for a restore, until it is made again
CALL create_pending_area();
CALL delete_plan('mixed_workload_plan');
CALL set_consumer_group_mapping('ORACLE_FUNCTION', 'COPY', NULL);
CALL delete_plan_directive('default_plan', 'ora$autotask_sub_plan');
CALL submit_pending_area();
RESET ROLE;
SELECT kind, name, part FROM dbms.resource_removed ORDER BY 1, 2, 3;
SET LOCAL ROLE regress_rsrc_admin;
CALL create_pending_area();
CALL create_plan('mixed_workload_plan');
CALL create_plan_directive('mixed_workload_plan', 'other_groups', mgmt_p1 => 100);
CALL create_plan_directive('default_plan', 'ora$autotask_sub_plan', mgmt_p2 => 1);
CALL submit_pending_area();
RESET ROLE;
SELECT kind, name, part FROM dbms.resource_removed ORDER BY 1, 2, 3;
ROLLBACK;
DROP ROLE regress_rsrc_admin;
