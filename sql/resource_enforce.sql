-- What is enforced of resource plans: consumer groups of job classes, the
-- view that says what becomes of directives, and who may read it. What plans
-- do to work that runs is in test/t/034_shares.pl.
\set SHOW_CONTEXT never
\pset format unaligned
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
CREATE ROLE regress_enforce_admin;
GRANT dbms_resource_admin TO regress_enforce_admin;
CREATE ROLE regress_enforce_user;

CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.create_consumer_group('enforce_g');
CALL dbms_resource_manager.create_consumer_group('"Enforce g"');
CALL dbms_resource_manager.create_plan('enforce_sub', sub_plan => true);
CALL dbms_resource_manager.create_plan_directive('enforce_sub', '"Enforce g"', shares => 3, queueing_p1 => 10);
CALL dbms_resource_manager.create_plan('enforce_p');
CALL dbms_resource_manager.create_plan_directive('enforce_p', 'enforce_g', mgmt_p1 => 60, mgmt_p3 => 10,
    active_sess_pool_p1 => 2, queueing_p1 => 1, parallel_degree_limit_p1 => 2, parallel_server_limit => 50,
    utilization_limit => 50, switch_group => 'CANCEL_SQL', switch_for_call => true, switch_time => 10,
    switch_elapsed_time => 20, switch_io_megabytes => 30, switch_io_reqs => 40, switch_io_logical => 50,
    session_pga_limit => 60, worker_settings => ARRAY['work_mem=1MB'], worker_niceness => 5);
CALL dbms_resource_manager.create_plan_directive('enforce_p', 'enforce_sub', mgmt_p1 => 40);
CALL dbms_resource_manager.create_plan_directive('enforce_p', 'OTHER_GROUPS', mgmt_p2 => 100, switch_estimate => true,
    max_est_exec_time => 1, undo_pool => 2, max_idle_time => 3, max_idle_blocker_time => 4,
    parallel_queue_timeout => 5, parallel_stmt_critical => 'FALSE', pq_timeout_action => 'CANCEL');
CALL dbms_resource_manager.submit_pending_area();

-- Each directive that is set, and what becomes of it
SELECT plan, group_or_subplan, directive, value, enforced, is_in_force
  FROM sys.dba_rsrc_enforcement WHERE plan LIKE 'ENFORCE%' ORDER BY plan, group_or_subplan, directive;
SELECT count(*) > 0 AS texts FROM sys.dba_rsrc_enforcement HAVING bool_and(effect ~ '^[a-z]' AND length(effect) > 10);
-- nothing that can be set is missing
SELECT count(DISTINCT directive) FROM sys.dba_rsrc_enforcement WHERE plan LIKE 'ENFORCE%';
BEGIN;
CALL dbms_resource_manager.switch_plan('enforce_p');
SELECT DISTINCT plan, is_in_force FROM sys.dba_rsrc_enforcement WHERE plan LIKE 'ENFORCE%' ORDER BY plan;
ROLLBACK;
SELECT count(*) FROM sys."v$rsrc_consumer_group";

-- Consumer groups of job classes
CALL dbms_scheduler.create_job_class('enforce_c', 'enforce_g');
CALL dbms_scheduler.create_job_class('enforce_d', '"Enforce g"');
CALL dbms_scheduler.create_job_class('enforce_e', '');
SELECT job_class_name, resource_consumer_group FROM sys.dba_scheduler_job_classes
 WHERE job_class_name LIKE 'ENFORCE%' ORDER BY 1;
CALL dbms_scheduler.get_attribute('enforce_c', 'resource_consumer_group', NULL::text);
CALL dbms_scheduler.set_attribute('enforce_c', 'resource_consumer_group', 'default_consumer_group');
CALL dbms_scheduler.get_attribute('enforce_c', 'resource_consumer_group', NULL::text);
CALL dbms_scheduler.set_attribute_null('enforce_c', 'resource_consumer_group');
CALL dbms_scheduler.get_attribute('enforce_c', 'resource_consumer_group', NULL::text);
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_job_class(''enforce_f'', ''enforce_nothing'')'),
    ('CALL dbms_scheduler.create_job_class(''enforce_f'', ''enforce_p'')'),
    ('CALL dbms_scheduler.create_job_class(''enforce_f'', ''a b'')'),
    ('CALL dbms_scheduler.set_attribute(''enforce_c'', ''resource_consumer_group'', ''enforce_nothing'')'),
    ('CALL dbms_scheduler.set_attribute(''enforce_c'', ''resource_consumer_group'', 7)'),
    ('CALL dbms_scheduler.set_attribute(''enforce_c'', ''resource_consumer_group'', repeat(''g'', 129))')) AS t(c);

-- Who may read
SET ROLE regress_enforce_admin;
SELECT count(*) > 0 AS sees FROM sys.dba_rsrc_enforcement;
SELECT count(*) FROM sys."v$rsrc_consumer_group";
SET ROLE regress_enforce_user;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('SELECT FROM sys.dba_rsrc_enforcement'), ('SELECT FROM sys."v$rsrc_consumer_group"'),
    ('SELECT FROM dbms.consumer_group_states()'), ('SELECT FROM dbms.job_consumer_group')) AS t(c);
RESET ROLE;

CALL dbms_scheduler.drop_job_class('enforce_c, enforce_d, enforce_e');
CALL dbms_resource_manager.create_pending_area();
CALL dbms_resource_manager.delete_plan_cascade('enforce_p');
CALL dbms_resource_manager.submit_pending_area();
SELECT count(*) FROM sys.dba_rsrc_consumer_groups WHERE consumer_group LIKE '%NFORCE%';
REVOKE dbms_resource_admin FROM regress_enforce_admin;
DROP ROLE regress_enforce_admin, regress_enforce_user;
