-- Plan directives: every parameter, every error.
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
CALL create_plan('p');
CALL create_plan('s', sub_plan => true);
CALL create_consumer_group('g');
CALL create_consumer_group('g2');
CREATE VIEW pg_temp.shown AS SELECT * FROM sys.dba_rsrc_plan_directives WHERE plan IN ('P', 'S') AND status = 'PENDING';

-- All of Oracle's in its order; names of what has no effect come once
CALL create_plan_directive('p', 'g', 'positional', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    4, 60, 2, 'low_group', 100, true, 1000, 5000, 600, 60, NULL,
    10, 20, 30, 40, 50, 60, 70, 80,
    500, 600, false, NULL, NULL, 7, 25, 50, 800, 900, NULL, 'queue', 256, 'run');
\pset tuples_only off
\pset expanded on
SELECT * FROM pg_temp.shown WHERE group_or_subplan = 'G';
\pset expanded off
\pset tuples_only on
-- the old names; what two names have in common
CALL create_plan_directive('p', 'other_groups', cpu_p1 => 1, cpu_p2 => 2, cpu_p3 => 3, cpu_p4 => 4, cpu_p5 => 5, cpu_p6 => 6, cpu_p7 => 7, cpu_p8 => 8.5,
    switch_time_in_call => 3, max_utilization_limit => 40, parallel_target_percentage => 30, switch_group => 'cancel_sql');
SELECT cpu_p1, cpu_p2, cpu_p3, cpu_p4, cpu_p5, cpu_p6, cpu_p7, cpu_p8, mgmt_p1, mgmt_p8, switch_group, switch_for_call, switch_time,
       switch_time_in_call, max_utilization_limit, utilization_limit, parallel_target_percentage, parallel_server_limit
  FROM pg_temp.shown WHERE group_or_subplan = 'OTHER_GROUPS';
-- weights are shown as MGMT_P1, too
CALL create_plan_directive('s', 'g2', shares => 2.5, worker_niceness => 19,
    worker_settings => ARRAY['Work_Mem = 64MB', 'vacuum_cost_delay=10ms', 'datestyle=ISO, DMY', 'application_name=']);
SELECT type, mgmt_p1, shares, worker_settings, worker_niceness FROM pg_temp.shown WHERE plan = 'S';
CALL create_plan_directive('p', 's');
SELECT group_or_subplan, type FROM pg_temp.shown WHERE plan = 'P' ORDER BY 1;

-- NULL leaves as it is, -1 and empty texts are the default
CALL update_plan_directive('p', 'g');
SELECT mgmt_p1, active_sess_pool_p1, switch_group, switch_estimate, parallel_stmt_critical, comments FROM pg_temp.shown WHERE group_or_subplan = 'G';
CALL update_plan_directive('p', 'g', '', new_mgmt_p1 => 11, new_mgmt_p2 => -1, new_active_sess_pool_p1 => 0, new_queueing_p1 => -1,
    new_parallel_degree_limit_p1 => -1, new_switch_group => '', new_switch_time_in_call => 9, new_switch_estimate => false, new_max_est_exec_time => -1,
    new_undo_pool => -1, new_max_idle_time => -1, new_max_idle_blocker_time => -1, new_switch_io_megabytes => -1, new_switch_io_reqs => -1,
    new_parallel_queue_timeout => -1, new_parallel_target_percentage => 70, new_utilization_limit => -1, new_switch_io_logical => -1,
    new_switch_elapsed_time => -1, new_parallel_stmt_critical => '', new_session_pga_limit => -1, new_pq_timeout_action => '');
\pset tuples_only off
\pset expanded on
SELECT * FROM pg_temp.shown WHERE group_or_subplan = 'G';
\pset expanded off
\pset tuples_only on
CALL update_plan_directive('s', 'g2', new_worker_settings => '{}', new_worker_niceness => -1, new_shares => 1);
SELECT mgmt_p1, shares, worker_settings, worker_niceness FROM pg_temp.shown WHERE plan = 'S';
CALL update_plan_directive('s', 'g2', new_worker_settings => '{work_mem=1MB}');
SELECT worker_settings FROM pg_temp.shown WHERE plan = 'S';

-- Numbers out of range
SELECT pg_temp.error_of(format('create_plan_directive(''p'', ''low_group'', %s)', c)) FROM (VALUES
    ('mgmt_p1 => 100.5'), ('mgmt_p8 => -1'), ('cpu_p3 => 101'), ('mgmt_p2 => ''NaN'''), ('utilization_limit => 200'), ('max_utilization_limit => -5'),
    ('parallel_server_limit => 101'), ('parallel_target_percentage => 101'),
    ('active_sess_pool_p1 => -1'), ('active_sess_pool_p1 => 1.5'), ('queueing_p1 => 2147483648'), ('parallel_degree_limit_p1 => -3'),
    ('switch_time => -1'), ('switch_elapsed_time => 1000000000001'), ('switch_io_megabytes => ''Infinity'''), ('switch_io_reqs => ''NaN'''),
    ('switch_io_logical => -1'), ('max_est_exec_time => -1'), ('undo_pool => -1'), ('max_idle_time => -1'), ('max_idle_blocker_time => -1'),
    ('parallel_queue_timeout => -1'), ('session_pga_limit => -1'), ('shares => 0'), ('shares => -1'),
    ('worker_niceness => -1'), ('worker_niceness => 20'), ('worker_niceness => 0.5')) AS t(c);
SELECT pg_temp.error_of(format('update_plan_directive(''p'', ''g'', %s)', c)) FROM (VALUES
    ('new_mgmt_p1 => -2'), ('new_cpu_p1 => 101'), ('new_shares => 0'), ('new_worker_niceness => 20')) AS t(c);
-- Words
SELECT pg_temp.error_of(format('create_plan_directive(''p'', ''low_group'', %s)', c)) FROM (VALUES
    ('parallel_stmt_critical => ''maybe'''), ('pq_timeout_action => ''wait'''), ('switch_group => ''a b'''), ('comment => repeat(''c'', 2001)')) AS t(c);
-- Two names of one thing
SELECT pg_temp.error_of(format('create_plan_directive(''p'', ''low_group'', %s)', c)) FROM (VALUES
    ('cpu_p1 => 1, mgmt_p1 => 1'), ('cpu_p8 => 1, mgmt_p8 => 2'), ('switch_time => 1, switch_time_in_call => 1'),
    ('max_utilization_limit => 1, utilization_limit => 1'), ('parallel_target_percentage => 1, parallel_server_limit => 1')) AS t(c);
SELECT pg_temp.error_of('update_plan_directive(''p'', ''g'', new_cpu_p1 => 1, new_mgmt_p1 => 1)');
-- Settings: form, names, values, and who may set them
SELECT pg_temp.error_of(format('create_plan_directive(''p'', ''low_group'', worker_settings => %s)', c)) FROM (VALUES
    ('''{work_mem}'''), ('ARRAY[NULL]::text[]'), ('''{=1}'''), ('''{{a=1},{b=2}}'''), ('''{no_such_setting=1}'''), ('''{no.such_setting=1}'''),
    ('''{work_mem=1MB,WORK_MEM=2MB}'''), ('''{work_mem=much}'''), ('''{work_mem=1}'''), ('''{vacuum_cost_delay=-1}'''), ('''{enable_sort=perhaps}'''),
    ('''{shared_buffers=1GB}'''), ('''{log_statement=all}'''), ('''{wal_level=minimal}'''), ('''{port=1}'''), ('''{server_version=1}'''),
    ('''{search_path=public}'''), ('''{role=postgres}'''), ('''{session_authorization=postgres}'''), ('''{transaction_read_only=on}'''),
    ('''{transaction_isolation=serializable}'''), ('''{exit_on_error=on}'''), ('''{client_encoding=LATIN1}'''),
    ('''{pg_dbms.block_language=sql}''')) AS t(c);
SELECT count(*) FROM pg_temp.shown WHERE group_or_subplan = 'LOW_GROUP';

-- Names
SELECT pg_temp.error_of(c) FROM (VALUES
    ('create_plan_directive(NULL, ''g'')'), ('create_plan_directive(''p'', NULL)'), ('create_plan_directive('''', ''g'')'), ('create_plan_directive(''p'', '''')'),
    ('create_plan_directive(''p'', ''a b'')'), ('create_plan_directive(''nothing'', ''g'')'), ('create_plan_directive(''g'', ''g2'')'),
    ('create_plan_directive(''p'', ''G'')'), ('create_plan_directive(''p'', ''p'')'),
    ('update_plan_directive(''nothing'', ''g'')'), ('update_plan_directive(''p'', ''g2'')'), ('delete_plan_directive(''p'', ''nothing'')'),
    ('delete_plan_directive(''nothing'', ''g'')'), ('delete_plan_directive(NULL, ''g'')'), ('update_plan_directive(''p'', NULL)')) AS t(c);
CALL delete_plan_directive('p', '"G"');
SELECT count(*) FROM pg_temp.shown WHERE group_or_subplan = 'G';
SELECT pg_temp.error_of('delete_plan_directive(''p'', ''g'')');

-- What comes of each of them: those that have no effect are those of the warning
CALL clear_pending_area();
CALL create_pending_area();
CALL create_plan('p');
CALL create_plan_directive('p', 'other_groups', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    4, 60, 2, 'low_group', 100, true, 1000, 5000, 600, 60, NULL,
    1, 2, 3, 4, 5, 6, 7, 8,
    500, 600, true, NULL, NULL, 7, 25, 50, 800, 900, NULL, 'queue', 256, 'run', '{work_mem=1MB}', 19);
CALL create_plan('s');
CALL create_plan_directive('s', 'other_groups', shares => 1);
CALL submit_pending_area();
SELECT enforced, count(*), string_agg(directive, ' ' ORDER BY directive) FROM sys.dba_rsrc_enforcement WHERE plan IN ('P', 'S') GROUP BY 1 ORDER BY 1;
ROLLBACK;
DROP ROLE regress_rsrc_admin;
