-- What pg_dbms makes of resource plans: how the groups of the plan in force
-- fare, and which directives have which effect.

CREATE FUNCTION dbms.consumer_group_states(
    OUT plan text, OUT since timestamptz, OUT name text, OUT waiting integer, OUT requests bigint,
    OUT waits bigint, OUT waited interval, OUT queued interval, OUT limit_hits bigint, OUT timeouts bigint,
    OUT yields bigint, OUT switched_in bigint, OUT switched_out bigint, OUT cancelled bigint, OUT killed bigint,
    OUT reason text)
    RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'pgd_resource_group_states';
COMMENT ON FUNCTION dbms.consumer_group_states() IS
    'the consumer groups of the plan that the coordinator of this database enforces, with counts since it is in force; no row if there is none';
REVOKE ALL ON FUNCTION dbms.consumer_group_states() FROM PUBLIC;

CREATE VIEW sys."v$rsrc_consumer_group" AS
    SELECT g.id, s.name, r.active AS active_sessions, s.waiting AS execution_waiters, s.requests,
           (extract(epoch FROM s.waited) * 1000)::bigint AS cpu_wait_time, s.waits AS cpu_waits,
           (extract(epoch FROM r.cpu_used) * 1000)::bigint AS consumed_cpu_time,
           s.yields, s.waiting AS queue_length,
           0::bigint AS current_undo_consumption, s.limit_hits AS active_session_limit_hit,
           0::bigint AS undo_limit_hit, s.switched_in AS switches_in_cpu_time, s.switched_out AS switches_out_cpu_time,
           s.cancelled AS sql_canceled, s.killed AS active_sessions_killed, 0::bigint AS idle_sessions_killed,
           0::bigint AS idle_blkr_sessions_killed,
           (extract(epoch FROM s.queued) * 1000)::bigint AS queued_time, s.timeouts AS queue_time_outs,
           s.reason AS wait_reason
      FROM dbms.consumer_group_states() s
      LEFT JOIN dbms.consumer_group g ON g.name = s.name AND NOT g.is_pending
      CROSS JOIN LATERAL (
          SELECT pg_catalog.count(*)::integer AS active,
                 coalesce(pg_catalog.sum(k.cpu_used), interval '0') AS cpu_used
            FROM dbms.workers() k
           WHERE k.database_oid = (SELECT d.oid FROM pg_catalog.pg_database d
                                    WHERE d.datname = pg_catalog.current_database())
             AND k.state IN ('assigned', 'running')
             AND (k.consumer_group = s.name
                  OR (s.name = 'OTHER_GROUPS'
                      AND k.consumer_group NOT IN (SELECT t.name FROM dbms.consumer_group_states() t)))) r;
COMMENT ON VIEW sys."v$rsrc_consumer_group" IS
    'how the consumer groups of the plan in force fare since it is; times in milliseconds, what is not known is 0';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".active_sessions IS 'workers that run work of the group';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".execution_waiters IS 'jobs that are due and wait, and workers that tasks lack';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".requests IS 'runs of jobs and workers of tasks that started';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".cpu_wait_time IS 'how long jobs waited for a worker';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".consumed_cpu_time IS 'CPU time of what runs now';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".yields IS 'workers that tasks were told to give away';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".active_session_limit_hit IS 'how often a limit was reached with work waiting';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".switches_in_cpu_time IS 'how often work came from another group, as it was over a limit there';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".switches_out_cpu_time IS 'how often work was switched to another group, as it was over a limit';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".sql_canceled IS 'how often work was cancelled for a limit';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".active_sessions_killed IS 'workers that were ended for a limit';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".queued_time IS 'how long jobs waited while a limit was reached';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".queue_time_outs IS 'runs that failed as they waited for longer than queueing_p1';
COMMENT ON COLUMN sys."v$rsrc_consumer_group".wait_reason IS 'what work of the group waits for';

CREATE VIEW sys.dba_rsrc_enforcement AS
    SELECT d.plan, d.group_or_subplan, v.directive, v.value, e.enforced, e.effect,
           CASE WHEN d.plan = (SELECT s.plan FROM dbms.resource_state s) THEN 'TRUE' ELSE 'FALSE' END AS is_in_force
      FROM dbms.plan_directive d
      JOIN dbms.resource_plan p ON p.name = d.plan AND NOT p.is_pending
      CROSS JOIN LATERAL (
          SELECT 'MGMT_P' || l.level AS directive, d.mgmt_p[l.level]::text AS value
            FROM pg_catalog.generate_series(1, 8) AS l(level)
          UNION ALL
          VALUES ('SHARES', d.shares::text), ('ACTIVE_SESS_POOL_P1', d.active_sess_pool_p1::text),
                 ('QUEUEING_P1', d.queueing_p1::text), ('PARALLEL_DEGREE_LIMIT_P1', d.parallel_degree_limit_p1::text),
                 ('PARALLEL_SERVER_LIMIT', d.parallel_server_limit::text),
                 ('UTILIZATION_LIMIT', d.utilization_limit::text), ('SWITCH_GROUP', d.switch_group),
                 ('SWITCH_FOR_CALL', CASE WHEN d.switch_for_call THEN 'TRUE' END),
                 ('SWITCH_TIME', d.switch_time::text), ('SWITCH_ELAPSED_TIME', d.switch_elapsed_time::text),
                 ('SWITCH_IO_MEGABYTES', d.switch_io_megabytes::text), ('SWITCH_IO_REQS', d.switch_io_reqs::text),
                 ('SWITCH_IO_LOGICAL', d.switch_io_logical::text),
                 ('SWITCH_ESTIMATE', CASE WHEN d.switch_estimate THEN 'TRUE' END),
                 ('MAX_EST_EXEC_TIME', d.max_est_exec_time::text), ('UNDO_POOL', d.undo_pool::text),
                 ('MAX_IDLE_TIME', d.max_idle_time::text), ('MAX_IDLE_BLOCKER_TIME', d.max_idle_blocker_time::text),
                 ('PARALLEL_QUEUE_TIMEOUT', d.parallel_queue_timeout::text),
                 ('PARALLEL_STMT_CRITICAL', d.parallel_stmt_critical), ('PQ_TIMEOUT_ACTION', d.pq_timeout_action),
                 ('SESSION_PGA_LIMIT', d.session_pga_limit::text),
                 ('WORKER_SETTINGS', dbms.shown_settings(d.worker_settings)),
                 ('WORKER_NICENESS', d.worker_niceness::text)) AS v(directive, value)
      JOIN (VALUES
          ('MGMT_P', 'YES', 'share of slot time when more work waits than there are workers, of what higher levels leave; what a group does not use goes to the others'),
          ('SHARES', 'YES', 'share of slot time in proportion to the other directives of the plan'),
          ('ACTIVE_SESS_POOL_P1', 'YES', 'so many jobs and workers of tasks run at once; 0: nothing starts'),
          ('QUEUEING_P1', 'YES', 'a run that has waited for so many seconds while a limit is reached fails with ORA-07454; tasks go on waiting'),
          ('PARALLEL_DEGREE_LIMIT_P1', 'PARTLY', 'so many workers for a task; in workers, statements may have so many parallel workers unless the action sets it anew'),
          ('PARALLEL_SERVER_LIMIT', 'PARTLY', 'tasks of the group have that part of the workers together; each statement in a worker may have that part of max_parallel_workers'),
          ('UTILIZATION_LIMIT', 'YES', 'that part of the workers, one at least, run work of the group at once; the processor time of each is not limited'),
          ('SWITCH_GROUP', 'YES', 'what happens to work that is over one of the limits of SWITCH_*'),
          ('SWITCH_FOR_CALL', 'YES', 'the limits of SWITCH_* are counted anew for each call'),
          ('SWITCH_TIME', 'PARTLY', 'processor time of the worker; its parallel workers are not counted'),
          ('SWITCH_ELAPSED_TIME', 'YES', 'time since the run or the call began'),
          ('SWITCH_IO_MEGABYTES', 'PARTLY', 'blocks that the worker itself reads from files or writes to them, looked at each second'),
          ('SWITCH_IO_REQS', 'PARTLY', 'blocks that the worker itself reads from files or writes to them, looked at each second'),
          ('SWITCH_IO_LOGICAL', 'PARTLY', 'blocks that the worker itself looks at, looked at each second'),
          ('SWITCH_ESTIMATE', 'NO', 'kept and shown'),
          ('MAX_EST_EXEC_TIME', 'NO', 'kept and shown'),
          ('UNDO_POOL', 'NO', 'kept and shown: there is no undo'),
          ('MAX_IDLE_TIME', 'NO', 'kept and shown: work of the pool is never idle'),
          ('MAX_IDLE_BLOCKER_TIME', 'NO', 'kept and shown: work of the pool is never idle'),
          ('PARALLEL_QUEUE_TIMEOUT', 'NO', 'kept and shown: there is no queue of statements'),
          ('PARALLEL_STMT_CRITICAL', 'NO', 'kept and shown: there is no queue of statements'),
          ('PQ_TIMEOUT_ACTION', 'NO', 'kept and shown: there is no queue of statements'),
          ('SESSION_PGA_LIMIT', 'YES', 'private memory of the worker, looked at each second; beyond it the worker is ended'),
          ('WORKER_SETTINGS', 'PARTLY', 'settings of workers from the next statement of an action on, unless the action sets them anew'),
          ('WORKER_NICENESS', 'YES', 'niceness of the workers; one that was raised leaves when its work is done')
          ) AS e(name, enforced, effect)
        ON e.name = v.directive OR (e.name = 'MGMT_P' AND v.directive LIKE 'MGMT\_P_')
     WHERE NOT d.is_pending AND v.value IS NOT NULL;
COMMENT ON VIEW sys.dba_rsrc_enforcement IS
    'what pg_dbms does with each directive that is set: for work of its own workers only, never for other sessions';
COMMENT ON COLUMN sys.dba_rsrc_enforcement.directive IS 'parameter of CREATE_PLAN_DIRECTIVE';
COMMENT ON COLUMN sys.dba_rsrc_enforcement.value IS 'as it was given';
COMMENT ON COLUMN sys.dba_rsrc_enforcement.enforced IS 'YES, PARTLY or NO';
COMMENT ON COLUMN sys.dba_rsrc_enforcement.effect IS 'what it comes to';
COMMENT ON COLUMN sys.dba_rsrc_enforcement.is_in_force IS 'TRUE if the plan is the one in force, also FALSE for its sub-plans';
