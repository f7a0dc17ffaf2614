-- Dictionary views of the scheduler, with Oracle's names and columns in its
-- order; columns of our own follow the last of these.
--
-- Each family stands on one view in schema dbms, which shows all rows and is
-- for nobody; it adds owner_id and what else the filters need. user_* shows
-- the rows of the current user, all_* those that he may use; both are
-- security barriers. dba_* shows everything to those who were granted SELECT:
-- members of dbms_scheduler_admin and pg_monitor; others get "permission
-- denied" where Oracle says that the view does not exist.
--
-- In user_* and all_* what a column tells of an object goes through
-- dbms.opaque(), so that not even the row counts of EXPLAIN say whether
-- somebody else's object meets a condition. Only names, owners and the columns
-- of the log by which one looks up are left open to indexes.

CREATE VIEW dbms.owner_shown AS
    SELECT w.id, w.role_oid,
           dbms.display_name(CASE WHEN w.role_oid = 0 THEN w.role_name
                             ELSE pg_catalog.pg_get_userbyid(w.role_oid)::text COLLATE "default" END) AS shown
      FROM dbms.owner w;
COMMENT ON VIEW dbms.owner_shown IS 'owners with the names that the dictionary views show';

CREATE VIEW dbms.current_owner AS
    SELECT w.id
      FROM dbms.owner w
     WHERE w.role_oid = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
     ORDER BY w.id
     LIMIT 1;
COMMENT ON VIEW dbms.current_owner IS 'the current user as an owner; no row if he never owned anything';

CREATE VIEW dbms.granted_object AS
    SELECT p.object_id, p.privilege
      FROM dbms.privilege p
      LEFT JOIN dbms.owner w ON w.id = p.grantee_id
     WHERE (p.grantee_id = -1 AND p.privilege <> 'NONE')
        OR (w.role_oid <> 0 AND pg_catalog.pg_has_role(w.role_oid, 'USAGE'));
COMMENT ON VIEW dbms.granted_object IS 'object privileges that the current user has, himself, by a role or by PUBLIC';

-- Jobs.

CREATE VIEW dbms.shown_job AS
    SELECT j.id, o.owner_id, w.shown AS owner, o.name AS job_name,
           NULL::text AS job_subname,
           j.job_style,
           j.creator AS job_creator,
           NULL::text AS client_id,
           NULL::text AS global_uid,
           pw.shown AS program_owner,
           j.program_name,
           j.job_type,
           j.job_action,
           CASE WHEN j.program_name IS NULL THEN j.number_of_arguments END AS number_of_arguments,
           sw.shown AS schedule_owner,
           j.schedule_name,
           CASE WHEN so.type = 'WINDOW' THEN 'WINDOW'
                WHEN so.type = 'GROUP' THEN 'WINDOW_GROUP'
                WHEN j.schedule_name IS NOT NULL THEN 'NAMED'
                WHEN j.repeat_interval IS NULL AND j.start_at IS NULL THEN 'IMMEDIATE'
                WHEN j.repeat_interval IS NULL THEN 'ONCE'
                WHEN j.interval_kind = 'EXPRESSION' THEN 'PLSQL'
                ELSE 'CALENDAR' END AS schedule_type,
           j.start_at AS start_date,
           j.repeat_interval,
           NULL::text AS event_queue_owner,
           NULL::text AS event_queue_name,
           NULL::text AS event_queue_agent,
           NULL::text AS event_condition,
           NULL::text AS event_rule,
           NULL::text AS file_watcher_owner,
           NULL::text AS file_watcher_name,
           j.end_at AS end_date,
           j.job_class,
           CASE WHEN s.is_enabled THEN 'TRUE' ELSE 'FALSE' END AS enabled,
           CASE WHEN j.auto_drop THEN 'TRUE' ELSE 'FALSE' END AS auto_drop,
           CASE WHEN j.restart_on_recovery THEN 'TRUE' ELSE 'FALSE' END AS restart_on_recovery,
           CASE WHEN j.restart_on_failure THEN 'TRUE' ELSE 'FALSE' END AS restart_on_failure,
           CASE WHEN r.job_id IS NOT NULL THEN 'RUNNING'
                WHEN s.is_enabled AND s.retry_count > 0 THEN 'RETRY SCHEDULED'
                WHEN s.is_enabled AND s.next_run_at <= pg_catalog.statement_timestamp() THEN 'READY TO RUN'
                WHEN s.is_enabled THEN 'SCHEDULED'
                ELSE coalesce(s.final_state, 'DISABLED') END AS state,
           j.job_priority,
           s.run_count,
           NULL::bigint AS uptime_run_count,
           j.max_runs,
           s.failure_count,
           NULL::bigint AS uptime_failure_count,
           j.max_failures,
           s.retry_count,
           coalesce(r.started_at, s.last_start_at) AS last_start_date,
           s.last_run_duration,
           CASE WHEN NOT s.is_enabled OR s.next_run_at IS NOT NULL OR so.id IS NULL THEN s.next_run_at
                WHEN so.type = 'WINDOW' THEN
                    (SELECT t.next_start_at
                       FROM dbms.window n JOIN dbms.window_state t ON t.window_id = n.id
                      WHERE n.id = so.id AND n.is_enabled)
                ELSE
                    (SELECT min(t.next_start_at)
                       FROM dbms.object_group g
                       JOIN dbms.object_group_member m ON m.group_id = g.id
                       JOIN dbms.window n ON n.id = m.member_id AND n.is_enabled
                       JOIN dbms.window_state t ON t.window_id = n.id
                      WHERE g.id = so.id AND g.is_enabled) END AS next_run_date,
           j.schedule_limit,
           j.max_run_duration,
           CASE j.logging_level WHEN 32 THEN 'OFF' WHEN 64 THEN 'RUNS'
                WHEN 128 THEN 'FAILED RUNS' WHEN 256 THEN 'FULL' END AS logging_level,
           CASE WHEN j.store_output THEN 'TRUE' ELSE 'FALSE' END AS store_output,
           CASE WHEN j.stop_on_window_close THEN 'TRUE' ELSE 'FALSE' END AS stop_on_window_close,
           CASE WHEN j.instance_stickiness THEN 'TRUE' ELSE 'FALSE' END AS instance_stickiness,
           nullif(pg_catalog.concat_ws(', ',
                      CASE WHEN j.raise_events & 1 <> 0 THEN 'JOB_STARTED' END,
                      CASE WHEN j.raise_events & 2 <> 0 THEN 'JOB_SUCCEEDED' END,
                      CASE WHEN j.raise_events & 4 <> 0 THEN 'JOB_FAILED' END,
                      CASE WHEN j.raise_events & 8 <> 0 THEN 'JOB_BROKEN' END,
                      CASE WHEN j.raise_events & 16 <> 0 THEN 'JOB_COMPLETED' END,
                      CASE WHEN j.raise_events & 32 <> 0 THEN 'JOB_STOPPED' END,
                      CASE WHEN j.raise_events & 64 <> 0 THEN 'JOB_SCH_LIM_REACHED' END,
                      CASE WHEN j.raise_events & 128 <> 0 THEN 'JOB_DISABLED' END,
                      CASE WHEN j.raise_events & 256 <> 0 THEN 'JOB_CHAIN_STALLED' END,
                      CASE WHEN j.raise_events & 512 <> 0 THEN 'JOB_OVER_MAX_DUR' END),
                  '') AS raise_events,
           CASE WHEN j.is_system THEN 'TRUE' ELSE 'FALSE' END AS system,
           j.job_weight,
           dbms.shown_settings(j.environment) AS nls_env,
           NULL::text AS source,
           1 AS number_of_destinations,
           NULL::text AS destination_owner,
           NULL::text AS destination,
           CASE WHEN j.credential_name IS NOT NULL THEN w.shown END AS credential_owner,
           j.credential_name,
           j.instance_id,
           CASE WHEN s.is_deferred_drop THEN 'TRUE' ELSE 'FALSE' END AS deferred_drop,
           CASE WHEN j.allow_runs_in_restricted_mode THEN 'TRUE' ELSE 'FALSE' END AS allow_runs_in_restricted_mode,
           j.comments,
           NULL::bigint AS flags,
           CASE WHEN j.restart_on_recovery AND j.restart_on_failure THEN 'TRUE' ELSE 'FALSE' END AS restartable,
           'FALSE' AS has_constraints,
           NULL::text AS connect_credential_owner,
           NULL::text AS connect_credential_name,
           CASE WHEN j.job_type = 'SQL_SCRIPT' THEN 'TRUE' ELSE 'FALSE' END AS fail_on_script_error,
           j.time_zone AS start_date_timezone,
           j.missed_runs,
           s.disabled_reason
      FROM dbms.job j
      JOIN dbms.job_state s ON s.job_id = j.id
      JOIN dbms.object o ON o.id = j.id
      LEFT JOIN (SELECT n.job_id, max(n.marked_at) AS started_at
                   FROM dbms.run n
                  WHERE n.operation <> 'EVALUATE'
                  GROUP BY n.job_id) r ON r.job_id = j.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
      LEFT JOIN dbms.owner_shown pw ON pw.id = j.program_owner_id
      LEFT JOIN dbms.object so ON so.owner_id = j.schedule_owner_id AND so.name = j.schedule_name
            AND so.type IN ('WINDOW', 'GROUP')
      LEFT JOIN dbms.owner_shown sw ON sw.id = j.schedule_owner_id
     WHERE j.dbms_job_number IS NULL;
COMMENT ON VIEW dbms.shown_job IS 'jobs as the dictionary shows them, but those of DBMS_JOB';

CREATE VIEW sys.user_scheduler_jobs WITH (security_barrier = true) AS
    SELECT b.job_name, b.job_subname, dbms.opaque(b.job_style) AS job_style,
           dbms.opaque(b.job_creator) AS job_creator, b.client_id, b.global_uid,
           dbms.opaque(b.program_owner) AS program_owner, dbms.opaque(b.program_name) AS program_name,
           dbms.opaque(b.job_type) AS job_type, dbms.opaque(b.job_action) AS job_action,
           dbms.opaque(b.number_of_arguments) AS number_of_arguments, dbms.opaque(b.schedule_owner) AS schedule_owner,
           dbms.opaque(b.schedule_name) AS schedule_name, dbms.opaque(b.schedule_type) AS schedule_type,
           dbms.opaque(b.start_date) AS start_date, dbms.opaque(b.repeat_interval) AS repeat_interval,
           b.event_queue_owner, b.event_queue_name, b.event_queue_agent, b.event_condition, b.event_rule,
           b.file_watcher_owner, b.file_watcher_name, dbms.opaque(b.end_date) AS end_date,
           dbms.opaque(b.job_class) AS job_class, dbms.opaque(b.enabled) AS enabled,
           dbms.opaque(b.auto_drop) AS auto_drop, dbms.opaque(b.restart_on_recovery) AS restart_on_recovery,
           dbms.opaque(b.restart_on_failure) AS restart_on_failure, dbms.opaque(b.state) AS state,
           dbms.opaque(b.job_priority) AS job_priority, dbms.opaque(b.run_count) AS run_count, b.uptime_run_count,
           dbms.opaque(b.max_runs) AS max_runs, dbms.opaque(b.failure_count) AS failure_count, b.uptime_failure_count,
           dbms.opaque(b.max_failures) AS max_failures, dbms.opaque(b.retry_count) AS retry_count,
           dbms.opaque(b.last_start_date) AS last_start_date, dbms.opaque(b.last_run_duration) AS last_run_duration,
           dbms.opaque(b.next_run_date) AS next_run_date, dbms.opaque(b.schedule_limit) AS schedule_limit,
           dbms.opaque(b.max_run_duration) AS max_run_duration, dbms.opaque(b.logging_level) AS logging_level,
           dbms.opaque(b.store_output) AS store_output, dbms.opaque(b.stop_on_window_close) AS stop_on_window_close,
           dbms.opaque(b.instance_stickiness) AS instance_stickiness, dbms.opaque(b.raise_events) AS raise_events,
           dbms.opaque(b.system) AS system, dbms.opaque(b.job_weight) AS job_weight,
           dbms.opaque(b.nls_env) AS nls_env, b.source, b.number_of_destinations, b.destination_owner, b.destination,
           dbms.opaque(b.credential_owner) AS credential_owner, dbms.opaque(b.credential_name) AS credential_name,
           dbms.opaque(b.instance_id) AS instance_id, dbms.opaque(b.deferred_drop) AS deferred_drop,
           dbms.opaque(b.allow_runs_in_restricted_mode) AS allow_runs_in_restricted_mode,
           dbms.opaque(b.comments) AS comments, b.flags, dbms.opaque(b.restartable) AS restartable, b.has_constraints,
           b.connect_credential_owner, b.connect_credential_name,
           dbms.opaque(b.fail_on_script_error) AS fail_on_script_error,
           dbms.opaque(b.start_date_timezone) AS start_date_timezone, dbms.opaque(b.missed_runs) AS missed_runs,
           dbms.opaque(b.disabled_reason) AS disabled_reason
      FROM dbms.shown_job b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_jobs IS 'jobs of the current user';
COMMENT ON COLUMN sys.user_scheduler_jobs.job_creator IS 'role that created the job';
COMMENT ON COLUMN sys.user_scheduler_jobs.number_of_arguments IS 'of an inline action; NULL with a named program';
COMMENT ON COLUMN sys.user_scheduler_jobs.schedule_type IS
    'IMMEDIATE, ONCE, CALENDAR (a cron line too), PLSQL (an SQL expression) or NAMED';
COMMENT ON COLUMN sys.user_scheduler_jobs.start_date IS
    'of an inline schedule, and so are repeat_interval and end_date';
COMMENT ON COLUMN sys.user_scheduler_jobs.state IS
    'DISABLED, SCHEDULED, READY TO RUN, RUNNING, RETRY SCHEDULED, COMPLETED, SUCCEEDED, FAILED, STOPPED or BROKEN';
COMMENT ON COLUMN sys.user_scheduler_jobs.uptime_run_count IS
    'always NULL: there are no in-memory jobs, and so is uptime_failure_count';
COMMENT ON COLUMN sys.user_scheduler_jobs.last_start_date IS 'of the last run, which may be under way';
COMMENT ON COLUMN sys.user_scheduler_jobs.next_run_date IS
    'when the job runs next: a due time of its schedule, a retry, or the next start of its window';
COMMENT ON COLUMN sys.user_scheduler_jobs.nls_env IS
    'settings of the session that created the job, which its runs have';
COMMENT ON COLUMN sys.user_scheduler_jobs.flags IS 'always NULL';
COMMENT ON COLUMN sys.user_scheduler_jobs.fail_on_script_error IS
    'TRUE for SQL_SCRIPT: a script ends at its first error';
COMMENT ON COLUMN sys.user_scheduler_jobs.start_date_timezone IS 'name of the time zone in which the schedule counts';
COMMENT ON COLUMN sys.user_scheduler_jobs.missed_runs IS
    'what happens to due times that passed while nothing could run: ONCE, SKIP or EACH';
COMMENT ON COLUMN sys.user_scheduler_jobs.disabled_reason IS 'why the scheduler disabled the job; NULL if it did not';

CREATE VIEW sys.all_scheduler_jobs WITH (security_barrier = true) AS
    SELECT b.owner, b.job_name, b.job_subname, dbms.opaque(b.job_style) AS job_style,
           dbms.opaque(b.job_creator) AS job_creator, b.client_id, b.global_uid,
           dbms.opaque(b.program_owner) AS program_owner, dbms.opaque(b.program_name) AS program_name,
           dbms.opaque(b.job_type) AS job_type, dbms.opaque(b.job_action) AS job_action,
           dbms.opaque(b.number_of_arguments) AS number_of_arguments, dbms.opaque(b.schedule_owner) AS schedule_owner,
           dbms.opaque(b.schedule_name) AS schedule_name, dbms.opaque(b.schedule_type) AS schedule_type,
           dbms.opaque(b.start_date) AS start_date, dbms.opaque(b.repeat_interval) AS repeat_interval,
           b.event_queue_owner, b.event_queue_name, b.event_queue_agent, b.event_condition, b.event_rule,
           b.file_watcher_owner, b.file_watcher_name, dbms.opaque(b.end_date) AS end_date,
           dbms.opaque(b.job_class) AS job_class, dbms.opaque(b.enabled) AS enabled,
           dbms.opaque(b.auto_drop) AS auto_drop, dbms.opaque(b.restart_on_recovery) AS restart_on_recovery,
           dbms.opaque(b.restart_on_failure) AS restart_on_failure, dbms.opaque(b.state) AS state,
           dbms.opaque(b.job_priority) AS job_priority, dbms.opaque(b.run_count) AS run_count, b.uptime_run_count,
           dbms.opaque(b.max_runs) AS max_runs, dbms.opaque(b.failure_count) AS failure_count, b.uptime_failure_count,
           dbms.opaque(b.max_failures) AS max_failures, dbms.opaque(b.retry_count) AS retry_count,
           dbms.opaque(b.last_start_date) AS last_start_date, dbms.opaque(b.last_run_duration) AS last_run_duration,
           dbms.opaque(b.next_run_date) AS next_run_date, dbms.opaque(b.schedule_limit) AS schedule_limit,
           dbms.opaque(b.max_run_duration) AS max_run_duration, dbms.opaque(b.logging_level) AS logging_level,
           dbms.opaque(b.store_output) AS store_output, dbms.opaque(b.stop_on_window_close) AS stop_on_window_close,
           dbms.opaque(b.instance_stickiness) AS instance_stickiness, dbms.opaque(b.raise_events) AS raise_events,
           dbms.opaque(b.system) AS system, dbms.opaque(b.job_weight) AS job_weight,
           dbms.opaque(b.nls_env) AS nls_env, b.source, b.number_of_destinations, b.destination_owner, b.destination,
           dbms.opaque(b.credential_owner) AS credential_owner, dbms.opaque(b.credential_name) AS credential_name,
           dbms.opaque(b.instance_id) AS instance_id, dbms.opaque(b.deferred_drop) AS deferred_drop,
           dbms.opaque(b.allow_runs_in_restricted_mode) AS allow_runs_in_restricted_mode,
           dbms.opaque(b.comments) AS comments, b.flags, dbms.opaque(b.restartable) AS restartable, b.has_constraints,
           b.connect_credential_owner, b.connect_credential_name,
           dbms.opaque(b.fail_on_script_error) AS fail_on_script_error,
           dbms.opaque(b.start_date_timezone) AS start_date_timezone, dbms.opaque(b.missed_runs) AS missed_runs,
           dbms.opaque(b.disabled_reason) AS disabled_reason
      FROM dbms.shown_job b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c)
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (b.owner_id <> 0 AND (SELECT dbms.has_role('dbms_create_any_job')));
COMMENT ON VIEW sys.all_scheduler_jobs IS 'jobs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_jobs.owner IS 'role that owns the job and as which it runs';
COMMENT ON COLUMN sys.all_scheduler_jobs.job_creator IS 'role that created the job';
COMMENT ON COLUMN sys.all_scheduler_jobs.number_of_arguments IS 'of an inline action; NULL with a named program';
COMMENT ON COLUMN sys.all_scheduler_jobs.schedule_type IS
    'IMMEDIATE, ONCE, CALENDAR (a cron line too), PLSQL (an SQL expression) or NAMED';
COMMENT ON COLUMN sys.all_scheduler_jobs.start_date IS
    'of an inline schedule, and so are repeat_interval and end_date';
COMMENT ON COLUMN sys.all_scheduler_jobs.state IS
    'DISABLED, SCHEDULED, READY TO RUN, RUNNING, RETRY SCHEDULED, COMPLETED, SUCCEEDED, FAILED, STOPPED or BROKEN';
COMMENT ON COLUMN sys.all_scheduler_jobs.uptime_run_count IS
    'always NULL: there are no in-memory jobs, and so is uptime_failure_count';
COMMENT ON COLUMN sys.all_scheduler_jobs.last_start_date IS 'of the last run, which may be under way';
COMMENT ON COLUMN sys.all_scheduler_jobs.next_run_date IS
    'when the job runs next: a due time of its schedule, a retry, or the next start of its window';
COMMENT ON COLUMN sys.all_scheduler_jobs.nls_env IS
    'settings of the session that created the job, which its runs have';
COMMENT ON COLUMN sys.all_scheduler_jobs.flags IS 'always NULL';
COMMENT ON COLUMN sys.all_scheduler_jobs.fail_on_script_error IS
    'TRUE for SQL_SCRIPT: a script ends at its first error';
COMMENT ON COLUMN sys.all_scheduler_jobs.start_date_timezone IS 'name of the time zone in which the schedule counts';
COMMENT ON COLUMN sys.all_scheduler_jobs.missed_runs IS
    'what happens to due times that passed while nothing could run: ONCE, SKIP or EACH';
COMMENT ON COLUMN sys.all_scheduler_jobs.disabled_reason IS 'why the scheduler disabled the job; NULL if it did not';

CREATE VIEW sys.dba_scheduler_jobs AS
    SELECT b.owner, b.job_name, b.job_subname, b.job_style, b.job_creator, b.client_id, b.global_uid, b.program_owner,
           b.program_name, b.job_type, b.job_action, b.number_of_arguments, b.schedule_owner, b.schedule_name,
           b.schedule_type, b.start_date, b.repeat_interval, b.event_queue_owner, b.event_queue_name,
           b.event_queue_agent, b.event_condition, b.event_rule, b.file_watcher_owner, b.file_watcher_name,
           b.end_date, b.job_class, b.enabled, b.auto_drop, b.restart_on_recovery, b.restart_on_failure, b.state,
           b.job_priority, b.run_count, b.uptime_run_count, b.max_runs, b.failure_count, b.uptime_failure_count,
           b.max_failures, b.retry_count, b.last_start_date, b.last_run_duration, b.next_run_date, b.schedule_limit,
           b.max_run_duration, b.logging_level, b.store_output, b.stop_on_window_close, b.instance_stickiness,
           b.raise_events, b.system, b.job_weight, b.nls_env, b.source, b.number_of_destinations, b.destination_owner,
           b.destination, b.credential_owner, b.credential_name, b.instance_id, b.deferred_drop,
           b.allow_runs_in_restricted_mode, b.comments, b.flags, b.restartable, b.has_constraints,
           b.connect_credential_owner, b.connect_credential_name, b.fail_on_script_error, b.start_date_timezone,
           b.missed_runs, b.disabled_reason
      FROM dbms.shown_job b;
COMMENT ON VIEW sys.dba_scheduler_jobs IS 'all jobs';
COMMENT ON COLUMN sys.dba_scheduler_jobs.owner IS 'role that owns the job and as which it runs';
COMMENT ON COLUMN sys.dba_scheduler_jobs.job_creator IS 'role that created the job';
COMMENT ON COLUMN sys.dba_scheduler_jobs.number_of_arguments IS 'of an inline action; NULL with a named program';
COMMENT ON COLUMN sys.dba_scheduler_jobs.schedule_type IS
    'IMMEDIATE, ONCE, CALENDAR (a cron line too), PLSQL (an SQL expression), NAMED, WINDOW or WINDOW_GROUP';
COMMENT ON COLUMN sys.dba_scheduler_jobs.start_date IS
    'of an inline schedule, and so are repeat_interval and end_date';
COMMENT ON COLUMN sys.dba_scheduler_jobs.state IS
    'DISABLED, SCHEDULED, READY TO RUN, RUNNING, RETRY SCHEDULED, COMPLETED, SUCCEEDED, FAILED, STOPPED or BROKEN';
COMMENT ON COLUMN sys.dba_scheduler_jobs.uptime_run_count IS
    'always NULL: there are no in-memory jobs, and so is uptime_failure_count';
COMMENT ON COLUMN sys.dba_scheduler_jobs.last_start_date IS 'of the last run, which may be under way';
COMMENT ON COLUMN sys.dba_scheduler_jobs.next_run_date IS
    'when the job runs next: a due time of its schedule, a retry, or the next start of its window';
COMMENT ON COLUMN sys.dba_scheduler_jobs.nls_env IS
    'settings of the session that created the job, which its runs have';
COMMENT ON COLUMN sys.dba_scheduler_jobs.flags IS 'always NULL';
COMMENT ON COLUMN sys.dba_scheduler_jobs.fail_on_script_error IS
    'TRUE for SQL_SCRIPT: a script ends at its first error';
COMMENT ON COLUMN sys.dba_scheduler_jobs.start_date_timezone IS 'name of the time zone in which the schedule counts';
COMMENT ON COLUMN sys.dba_scheduler_jobs.missed_runs IS
    'what happens to due times that passed while nothing could run: ONCE, SKIP or EACH';
COMMENT ON COLUMN sys.dba_scheduler_jobs.disabled_reason IS 'why the scheduler disabled the job; NULL if it did not';

CREATE VIEW dbms.shown_job_arg AS
    SELECT j.id, o.owner_id, w.shown AS owner, o.name AS job_name,
           a.name AS argument_name, a.position AS argument_position, a.type_name AS argument_type,
           a.value,
           CASE WHEN a.is_anydata THEN ROW(a.type_name, a.value)::sys.anydata END AS anydata_value,
           'FALSE' AS out_argument
      FROM (SELECT v.job_id, v.position, p.name, p.type_name, v.value, v.is_anydata
              FROM dbms.job_argument v
              JOIN dbms.job j ON j.id = v.job_id
              LEFT JOIN dbms.object po ON po.owner_id = j.program_owner_id AND po.name = j.program_name
                    AND po.type = 'PROGRAM'
              LEFT JOIN dbms.program r ON r.id = po.id
              LEFT JOIN dbms.program_argument p ON p.program_id = po.id AND p.position = v.position
             WHERE v.position <= coalesce(r.number_of_arguments, j.number_of_arguments)
            UNION ALL
            SELECT j.id, p.position, p.name, p.type_name, p.default_value, p.is_anydata
              FROM dbms.job j
              JOIN dbms.object po ON po.owner_id = j.program_owner_id AND po.name = j.program_name
                   AND po.type = 'PROGRAM'
              JOIN dbms.program_argument p ON p.program_id = po.id
             WHERE NOT EXISTS (SELECT FROM dbms.job_argument v
                                WHERE v.job_id = j.id AND v.position = p.position)) a
      JOIN dbms.job j ON j.id = a.job_id
      JOIN dbms.object o ON o.id = j.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
     WHERE j.dbms_job_number IS NULL;
COMMENT ON VIEW dbms.shown_job_arg IS 'values of job arguments, the job''s own or its program''s default';

CREATE VIEW sys.user_scheduler_job_args WITH (security_barrier = true) AS
    SELECT b.job_name, dbms.opaque(b.argument_name) AS argument_name,
           dbms.opaque(b.argument_position) AS argument_position, dbms.opaque(b.argument_type) AS argument_type,
           dbms.opaque(b.value) AS value, dbms.opaque(b.anydata_value) AS anydata_value, b.out_argument
      FROM dbms.shown_job_arg b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_job_args IS 'arguments of the current user''s jobs';
COMMENT ON COLUMN sys.user_scheduler_job_args.value IS 'the job''s own value, else the default of its program';
COMMENT ON COLUMN sys.user_scheduler_job_args.anydata_value IS
    'the same with the name of its type, if it was set as ANYDATA';

CREATE VIEW sys.all_scheduler_job_args WITH (security_barrier = true) AS
    SELECT b.owner, b.job_name, dbms.opaque(b.argument_name) AS argument_name,
           dbms.opaque(b.argument_position) AS argument_position, dbms.opaque(b.argument_type) AS argument_type,
           dbms.opaque(b.value) AS value, dbms.opaque(b.anydata_value) AS anydata_value, b.out_argument
      FROM dbms.shown_job_arg b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c)
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (b.owner_id <> 0 AND (SELECT dbms.has_role('dbms_create_any_job')));
COMMENT ON VIEW sys.all_scheduler_job_args IS 'arguments of the jobs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_job_args.value IS 'the job''s own value, else the default of its program';
COMMENT ON COLUMN sys.all_scheduler_job_args.anydata_value IS
    'the same with the name of its type, if it was set as ANYDATA';

CREATE VIEW sys.dba_scheduler_job_args AS
    SELECT b.owner, b.job_name, b.argument_name, b.argument_position, b.argument_type, b.value, b.anydata_value,
           b.out_argument
      FROM dbms.shown_job_arg b;
COMMENT ON VIEW sys.dba_scheduler_job_args IS 'arguments of all jobs';
COMMENT ON COLUMN sys.dba_scheduler_job_args.value IS 'the job''s own value, else the default of its program';
COMMENT ON COLUMN sys.dba_scheduler_job_args.anydata_value IS
    'the same with the name of its type, if it was set as ANYDATA';

-- Programs.

CREATE VIEW dbms.shown_program AS
    SELECT p.id, o.owner_id, w.shown AS owner, o.name AS program_name,
           p.program_type, p.program_action, p.number_of_arguments,
           CASE WHEN p.is_enabled THEN 'TRUE' ELSE 'FALSE' END AS enabled,
           CASE WHEN p.is_detached THEN 'TRUE' ELSE 'FALSE' END AS detached,
           NULL::interval AS schedule_limit,
           NULL::integer AS priority,
           NULL::integer AS weight,
           NULL::integer AS max_runs,
           NULL::integer AS max_failures,
           NULL::interval AS max_run_duration,
           'FALSE' AS has_constraints,
           dbms.shown_settings(p.environment) AS nls_env,
           p.comments
      FROM dbms.program p
      JOIN dbms.object o ON o.id = p.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id;
COMMENT ON VIEW dbms.shown_program IS 'programs as the dictionary shows them';

CREATE VIEW sys.user_scheduler_programs WITH (security_barrier = true) AS
    SELECT b.program_name, dbms.opaque(b.program_type) AS program_type,
           dbms.opaque(b.program_action) AS program_action, dbms.opaque(b.number_of_arguments) AS number_of_arguments,
           dbms.opaque(b.enabled) AS enabled, dbms.opaque(b.detached) AS detached, b.schedule_limit, b.priority,
           b.weight, b.max_runs, b.max_failures, b.max_run_duration, b.has_constraints,
           dbms.opaque(b.nls_env) AS nls_env, dbms.opaque(b.comments) AS comments
      FROM dbms.shown_program b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_programs IS 'programs of the current user';
COMMENT ON COLUMN sys.user_scheduler_programs.schedule_limit IS
    'always NULL, and so are the next five: these are attributes of jobs';
COMMENT ON COLUMN sys.user_scheduler_programs.nls_env IS 'settings of the session that created the program';

CREATE VIEW sys.all_scheduler_programs WITH (security_barrier = true) AS
    SELECT b.owner, b.program_name, dbms.opaque(b.program_type) AS program_type,
           dbms.opaque(b.program_action) AS program_action, dbms.opaque(b.number_of_arguments) AS number_of_arguments,
           dbms.opaque(b.enabled) AS enabled, dbms.opaque(b.detached) AS detached, b.schedule_limit, b.priority,
           b.weight, b.max_runs, b.max_failures, b.max_run_duration, b.has_constraints,
           dbms.opaque(b.nls_env) AS nls_env, dbms.opaque(b.comments) AS comments
      FROM dbms.shown_program b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c)
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (b.owner_id <> 0 AND (SELECT dbms.has_role('dbms_create_any_job') OR dbms.has_role('dbms_execute_any_program')));
COMMENT ON VIEW sys.all_scheduler_programs IS 'programs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_programs.schedule_limit IS
    'always NULL, and so are the next five: these are attributes of jobs';
COMMENT ON COLUMN sys.all_scheduler_programs.nls_env IS 'settings of the session that created the program';

CREATE VIEW sys.dba_scheduler_programs AS
    SELECT b.owner, b.program_name, b.program_type, b.program_action, b.number_of_arguments, b.enabled, b.detached,
           b.schedule_limit, b.priority, b.weight, b.max_runs, b.max_failures, b.max_run_duration, b.has_constraints,
           b.nls_env, b.comments
      FROM dbms.shown_program b;
COMMENT ON VIEW sys.dba_scheduler_programs IS 'all programs';
COMMENT ON COLUMN sys.dba_scheduler_programs.schedule_limit IS
    'always NULL, and so are the next five: these are attributes of jobs';
COMMENT ON COLUMN sys.dba_scheduler_programs.nls_env IS 'settings of the session that created the program';

CREATE VIEW dbms.shown_program_arg AS
    SELECT o.id, o.owner_id, w.shown AS owner, o.name AS program_name,
           a.name AS argument_name, a.position AS argument_position, a.type_name AS argument_type,
           a.metadata_attribute, a.default_value,
           CASE WHEN a.is_anydata THEN ROW(a.type_name, a.default_value)::sys.anydata END AS default_anydata_value,
           'FALSE' AS out_argument
      FROM dbms.program_argument a
      JOIN dbms.object o ON o.id = a.program_id
      JOIN dbms.owner_shown w ON w.id = o.owner_id;
COMMENT ON VIEW dbms.shown_program_arg IS 'arguments of programs as the dictionary shows them';

CREATE VIEW sys.user_scheduler_program_args WITH (security_barrier = true) AS
    SELECT b.program_name, dbms.opaque(b.argument_name) AS argument_name,
           dbms.opaque(b.argument_position) AS argument_position, dbms.opaque(b.argument_type) AS argument_type,
           dbms.opaque(b.metadata_attribute) AS metadata_attribute, dbms.opaque(b.default_value) AS default_value,
           dbms.opaque(b.default_anydata_value) AS default_anydata_value, b.out_argument
      FROM dbms.shown_program_arg b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_program_args IS 'arguments of the current user''s programs';
COMMENT ON COLUMN sys.user_scheduler_program_args.metadata_attribute IS
    'what the argument tells of the run, such as JOB_NAME';
COMMENT ON COLUMN sys.user_scheduler_program_args.default_anydata_value IS
    'the default with the name of its type, if it was set as ANYDATA';

CREATE VIEW sys.all_scheduler_program_args WITH (security_barrier = true) AS
    SELECT b.owner, b.program_name, dbms.opaque(b.argument_name) AS argument_name,
           dbms.opaque(b.argument_position) AS argument_position, dbms.opaque(b.argument_type) AS argument_type,
           dbms.opaque(b.metadata_attribute) AS metadata_attribute, dbms.opaque(b.default_value) AS default_value,
           dbms.opaque(b.default_anydata_value) AS default_anydata_value, b.out_argument
      FROM dbms.shown_program_arg b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c)
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (b.owner_id <> 0 AND (SELECT dbms.has_role('dbms_create_any_job') OR dbms.has_role('dbms_execute_any_program')));
COMMENT ON VIEW sys.all_scheduler_program_args IS 'arguments of the programs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_program_args.metadata_attribute IS
    'what the argument tells of the run, such as JOB_NAME';
COMMENT ON COLUMN sys.all_scheduler_program_args.default_anydata_value IS
    'the default with the name of its type, if it was set as ANYDATA';

CREATE VIEW sys.dba_scheduler_program_args AS
    SELECT b.owner, b.program_name, b.argument_name, b.argument_position, b.argument_type, b.metadata_attribute,
           b.default_value, b.default_anydata_value, b.out_argument
      FROM dbms.shown_program_arg b;
COMMENT ON VIEW sys.dba_scheduler_program_args IS 'arguments of all programs';
COMMENT ON COLUMN sys.dba_scheduler_program_args.metadata_attribute IS
    'what the argument tells of the run, such as JOB_NAME';
COMMENT ON COLUMN sys.dba_scheduler_program_args.default_anydata_value IS
    'the default with the name of its type, if it was set as ANYDATA';

-- Schedules, which everybody may use and see.

CREATE VIEW dbms.shown_schedule AS
    SELECT c.id, o.owner_id, w.shown AS owner, o.name AS schedule_name,
           CASE WHEN c.repeat_interval IS NULL THEN 'ONCE' ELSE 'CALENDAR' END AS schedule_type,
           c.start_at AS start_date,
           c.repeat_interval,
           NULL::text AS event_queue_owner,
           NULL::text AS event_queue_name,
           NULL::text AS event_queue_agent,
           NULL::text AS event_condition,
           NULL::text AS file_watcher_owner,
           NULL::text AS file_watcher_name,
           c.end_at AS end_date,
           c.comments,
           c.time_zone AS start_date_timezone
      FROM dbms.schedule c
      JOIN dbms.object o ON o.id = c.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id;
COMMENT ON VIEW dbms.shown_schedule IS 'named schedules as the dictionary shows them';

CREATE VIEW sys.user_scheduler_schedules WITH (security_barrier = true) AS
    SELECT b.schedule_name, dbms.opaque(b.schedule_type) AS schedule_type, dbms.opaque(b.start_date) AS start_date,
           dbms.opaque(b.repeat_interval) AS repeat_interval, b.event_queue_owner, b.event_queue_name,
           b.event_queue_agent, b.event_condition, b.file_watcher_owner, b.file_watcher_name,
           dbms.opaque(b.end_date) AS end_date, dbms.opaque(b.comments) AS comments,
           dbms.opaque(b.start_date_timezone) AS start_date_timezone
      FROM dbms.shown_schedule b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_schedules IS 'schedules of the current user';
COMMENT ON COLUMN sys.user_scheduler_schedules.schedule_type IS 'ONCE or CALENDAR (a cron line too)';
COMMENT ON COLUMN sys.user_scheduler_schedules.start_date_timezone IS
    'name of the time zone in which the schedule counts';

CREATE VIEW sys.all_scheduler_schedules AS
    SELECT b.owner, b.schedule_name, b.schedule_type, b.start_date, b.repeat_interval, b.event_queue_owner,
           b.event_queue_name, b.event_queue_agent, b.event_condition, b.file_watcher_owner, b.file_watcher_name,
           b.end_date, b.comments, b.start_date_timezone
      FROM dbms.shown_schedule b;
COMMENT ON VIEW sys.all_scheduler_schedules IS 'all schedules: everybody may use them';
COMMENT ON COLUMN sys.all_scheduler_schedules.schedule_type IS 'ONCE or CALENDAR (a cron line too)';
COMMENT ON COLUMN sys.all_scheduler_schedules.start_date_timezone IS
    'name of the time zone in which the schedule counts';

CREATE VIEW sys.dba_scheduler_schedules AS
    SELECT b.owner, b.schedule_name, b.schedule_type, b.start_date, b.repeat_interval, b.event_queue_owner,
           b.event_queue_name, b.event_queue_agent, b.event_condition, b.file_watcher_owner, b.file_watcher_name,
           b.end_date, b.comments, b.start_date_timezone
      FROM dbms.shown_schedule b;
COMMENT ON VIEW sys.dba_scheduler_schedules IS 'all schedules';
COMMENT ON COLUMN sys.dba_scheduler_schedules.schedule_type IS 'ONCE or CALENDAR (a cron line too)';
COMMENT ON COLUMN sys.dba_scheduler_schedules.start_date_timezone IS
    'name of the time zone in which the schedule counts';

-- Job classes, which belong to SYS: all_* shows those that the user may use.

CREATE VIEW dbms.shown_job_class AS
    SELECT c.id, o.owner_id, w.shown AS owner, o.name AS job_class_name,
           c.resource_consumer_group, c.service,
           CASE c.logging_level WHEN 32 THEN 'OFF' WHEN 64 THEN 'RUNS'
                WHEN 128 THEN 'FAILED RUNS' WHEN 256 THEN 'FULL' END AS logging_level,
           c.log_history, c.comments, c.log_max_rows
      FROM dbms.job_class c
      JOIN dbms.object o ON o.id = c.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id;
COMMENT ON VIEW dbms.shown_job_class IS 'job classes as the dictionary shows them';

CREATE VIEW sys.all_scheduler_job_classes WITH (security_barrier = true) AS
    SELECT b.owner, b.job_class_name, b.resource_consumer_group, b.service, b.logging_level, b.log_history,
           b.comments, b.log_max_rows
      FROM dbms.shown_job_class b
     WHERE b.id IN (SELECT g.object_id FROM dbms.granted_object g WHERE g.privilege = 'EXECUTE')
        OR (SELECT dbms.has_role('dbms_execute_any_class') OR dbms.has_role('dbms_manage_scheduler'));
COMMENT ON VIEW sys.all_scheduler_job_classes IS 'job classes that the current user may use';
COMMENT ON COLUMN sys.all_scheduler_job_classes.log_history IS
    'days that log rows are kept; NULL: the scheduler attribute LOG_HISTORY';
COMMENT ON COLUMN sys.all_scheduler_job_classes.log_max_rows IS
    'log rows kept at the most, the newest; NULL: no bound';

CREATE VIEW sys.dba_scheduler_job_classes AS
    SELECT b.owner, b.job_class_name, b.resource_consumer_group, b.service, b.logging_level, b.log_history,
           b.comments, b.log_max_rows
      FROM dbms.shown_job_class b;
COMMENT ON VIEW sys.dba_scheduler_job_classes IS 'all job classes';
COMMENT ON COLUMN sys.dba_scheduler_job_classes.log_history IS
    'days that log rows are kept; NULL: the scheduler attribute LOG_HISTORY';
COMMENT ON COLUMN sys.dba_scheduler_job_classes.log_max_rows IS
    'log rows kept at the most, the newest; NULL: no bound';

-- The log. Rows stay when their job is gone; its owner still sees them, others
-- only while they have a privilege on the job. The views for everybody give the
-- newest row first: the order that a query asks for does not get below a security
-- barrier, so this order alone lets "the last 20" be read off an index.

CREATE VIEW dbms.shown_job_log AS
    SELECT l.owner_id, l.is_run,
           l.log_id, l.log_date, w.shown AS owner, l.job_name, l.job_subname, l.job_class,
           l.operation, l.status, l.user_name,
           NULL::text AS client_id,
           NULL::text AS global_uid,
           NULL::text AS credential_owner,
           NULL::text AS credential_name,
           NULL::text AS destination_owner,
           NULL::text AS destination,
           l.additional_info,
           l.error_number,
           l.scheduled_at AS req_start_date,
           l.started_at AS actual_start_date,
           l.run_duration::interval(0) AS run_duration,
           1 AS instance_id,
           l.worker_pid::text AS session_id,
           l.worker_pid::text AS slave_pid,
           l.cpu_used::interval(2) AS cpu_used,
           l.errors, l.output, l.sqlstate
      FROM dbms.job_log l
      JOIN dbms.owner_shown w ON w.id = l.owner_id;
COMMENT ON VIEW dbms.shown_job_log IS 'log of jobs with the details of runs';

CREATE VIEW dbms.visible_job_log AS
    SELECT l.*
      FROM dbms.shown_job_log l
     WHERE l.owner_id = (SELECT c.id FROM dbms.current_owner c)
        OR (l.owner_id <> 0 AND (SELECT dbms.has_role('dbms_create_any_job')))
        OR (l.owner_id, l.job_name) IN (SELECT o.owner_id, o.name
                                          FROM dbms.granted_object g
                                          JOIN dbms.object o ON o.id = g.object_id
                                         WHERE o.type = 'JOB');
COMMENT ON VIEW dbms.visible_job_log IS 'rows of the log that the current user may see';

CREATE VIEW sys.user_scheduler_job_log WITH (security_barrier = true) AS
    SELECT l.log_id, l.log_date, l.owner, l.job_name, l.job_subname, dbms.opaque(l.job_class) AS job_class,
           l.operation, l.status, l.user_name, l.client_id, l.global_uid, l.credential_owner, l.credential_name,
           l.destination_owner, l.destination, dbms.opaque(l.additional_info) AS additional_info
      FROM dbms.shown_job_log l
     WHERE l.owner_id = (SELECT c.id FROM dbms.current_owner c)
     ORDER BY l.log_id DESC;
COMMENT ON VIEW sys.user_scheduler_job_log IS 'log entries about the current user''s jobs';
COMMENT ON COLUMN sys.user_scheduler_job_log.log_id IS
    'number of the entry; an entry for a run and its details share it';
COMMENT ON COLUMN sys.user_scheduler_job_log.job_class IS 'class at the time of the entry';
COMMENT ON COLUMN sys.user_scheduler_job_log.operation IS 'RUN, RETRY_RUN, RECOVERY_RUN, or what was done to the job';
COMMENT ON COLUMN sys.user_scheduler_job_log.user_name IS
    'role that did it or asked for the run; NULL for the scheduler';
COMMENT ON COLUMN sys.user_scheduler_job_log.additional_info IS 'pairs KEY="value"';

CREATE VIEW sys.all_scheduler_job_log WITH (security_barrier = true) AS
    SELECT l.log_id, l.log_date, l.owner, l.job_name, l.job_subname, dbms.opaque(l.job_class) AS job_class,
           l.operation, l.status, l.user_name, l.client_id, l.global_uid, l.credential_owner, l.credential_name,
           l.destination_owner, l.destination, dbms.opaque(l.additional_info) AS additional_info
      FROM dbms.visible_job_log l
     ORDER BY l.log_id DESC;
COMMENT ON VIEW sys.all_scheduler_job_log IS 'log entries about the jobs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_job_log.log_id IS
    'number of the entry; an entry for a run and its details share it';
COMMENT ON COLUMN sys.all_scheduler_job_log.job_class IS 'class at the time of the entry';
COMMENT ON COLUMN sys.all_scheduler_job_log.operation IS 'RUN, RETRY_RUN, RECOVERY_RUN, or what was done to the job';
COMMENT ON COLUMN sys.all_scheduler_job_log.user_name IS
    'role that did it or asked for the run; NULL for the scheduler';
COMMENT ON COLUMN sys.all_scheduler_job_log.additional_info IS 'pairs KEY="value"';

CREATE VIEW sys.dba_scheduler_job_log AS
    SELECT l.log_id, l.log_date, l.owner, l.job_name, l.job_subname, l.job_class, l.operation, l.status, l.user_name,
           l.client_id, l.global_uid, l.credential_owner, l.credential_name, l.destination_owner, l.destination,
           l.additional_info
      FROM dbms.shown_job_log l;
COMMENT ON VIEW sys.dba_scheduler_job_log IS 'log entries about all jobs';
COMMENT ON COLUMN sys.dba_scheduler_job_log.log_id IS
    'number of the entry; an entry for a run and its details share it';
COMMENT ON COLUMN sys.dba_scheduler_job_log.job_class IS 'class at the time of the entry';
COMMENT ON COLUMN sys.dba_scheduler_job_log.operation IS 'RUN, RETRY_RUN, RECOVERY_RUN, or what was done to the job';
COMMENT ON COLUMN sys.dba_scheduler_job_log.user_name IS
    'role that did it or asked for the run; NULL for the scheduler';
COMMENT ON COLUMN sys.dba_scheduler_job_log.additional_info IS 'pairs KEY="value"';

CREATE VIEW sys.user_scheduler_job_run_details WITH (security_barrier = true) AS
    SELECT l.log_id, l.log_date, l.owner, l.job_name, l.job_subname, l.status, l.error_number AS "error#",
           l.req_start_date, l.actual_start_date, l.run_duration, l.instance_id, l.session_id, l.slave_pid,
           l.cpu_used, l.credential_owner, l.credential_name, l.destination_owner, l.destination,
           pg_catalog.left(nullif(pg_catalog.concat_ws(', ', dbms.opaque(l.additional_info), dbms.opaque(l.errors)), ''), 4000) AS additional_info,
           dbms.opaque(l.errors) AS errors, dbms.opaque(l.output) AS output,
           pg_catalog.convert_to(dbms.opaque(l.errors), 'UTF8') AS binary_errors,
           pg_catalog.convert_to(dbms.opaque(l.output), 'UTF8') AS binary_output, l.error_number, l.sqlstate
      FROM dbms.shown_job_log l
     WHERE l.owner_id = (SELECT c.id FROM dbms.current_owner c) AND l.is_run
     ORDER BY l.log_id DESC;
COMMENT ON VIEW sys.user_scheduler_job_run_details IS 'details of the runs of the current user''s jobs';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.log_id IS 'that of the run in the log';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.log_date IS 'when the run ended, to the microsecond';
COMMENT ON COLUMN sys.user_scheduler_job_run_details."error#" IS 'Oracle''s number of the error, 0 for success';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.run_duration IS
    'in whole seconds; log_date - actual_start_date is exact';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.session_id IS 'process of the worker, and so is slave_pid';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.errors IS 'message of the error with detail, hint and context';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.output IS 'what the run raised: NOTICE and above';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.error_number IS 'the same as "error#", without quotes';
COMMENT ON COLUMN sys.user_scheduler_job_run_details.sqlstate IS 'PostgreSQL''s code of the error';

CREATE VIEW sys.all_scheduler_job_run_details WITH (security_barrier = true) AS
    SELECT l.log_id, l.log_date, l.owner, l.job_name, l.job_subname, l.status, l.error_number AS "error#",
           l.req_start_date, l.actual_start_date, l.run_duration, l.instance_id, l.session_id, l.slave_pid,
           l.cpu_used, l.credential_owner, l.credential_name, l.destination_owner, l.destination,
           pg_catalog.left(nullif(pg_catalog.concat_ws(', ', dbms.opaque(l.additional_info), dbms.opaque(l.errors)), ''), 4000) AS additional_info,
           dbms.opaque(l.errors) AS errors, dbms.opaque(l.output) AS output,
           pg_catalog.convert_to(dbms.opaque(l.errors), 'UTF8') AS binary_errors,
           pg_catalog.convert_to(dbms.opaque(l.output), 'UTF8') AS binary_output, l.error_number, l.sqlstate
      FROM dbms.visible_job_log l
     WHERE l.is_run
     ORDER BY l.log_id DESC;
COMMENT ON VIEW sys.all_scheduler_job_run_details IS 'details of the runs of the jobs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.log_id IS 'that of the run in the log';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.log_date IS 'when the run ended, to the microsecond';
COMMENT ON COLUMN sys.all_scheduler_job_run_details."error#" IS 'Oracle''s number of the error, 0 for success';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.run_duration IS
    'in whole seconds; log_date - actual_start_date is exact';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.session_id IS 'process of the worker, and so is slave_pid';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.errors IS 'message of the error with detail, hint and context';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.output IS 'what the run raised: NOTICE and above';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.error_number IS 'the same as "error#", without quotes';
COMMENT ON COLUMN sys.all_scheduler_job_run_details.sqlstate IS 'PostgreSQL''s code of the error';

CREATE VIEW sys.dba_scheduler_job_run_details AS
    SELECT l.log_id, l.log_date, l.owner, l.job_name, l.job_subname, l.status, l.error_number AS "error#",
           l.req_start_date, l.actual_start_date, l.run_duration, l.instance_id, l.session_id, l.slave_pid,
           l.cpu_used, l.credential_owner, l.credential_name, l.destination_owner, l.destination,
           pg_catalog.left(nullif(pg_catalog.concat_ws(', ', l.additional_info, l.errors), ''), 4000) AS additional_info,
           l.errors, l.output, pg_catalog.convert_to(l.errors, 'UTF8') AS binary_errors,
           pg_catalog.convert_to(l.output, 'UTF8') AS binary_output, l.error_number, l.sqlstate
      FROM dbms.shown_job_log l
     WHERE l.is_run;
COMMENT ON VIEW sys.dba_scheduler_job_run_details IS 'details of the runs of all jobs';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.log_id IS 'that of the run in the log';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.log_date IS 'when the run ended, to the microsecond';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details."error#" IS 'Oracle''s number of the error, 0 for success';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.run_duration IS
    'in whole seconds; log_date - actual_start_date is exact';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.session_id IS 'process of the worker, and so is slave_pid';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.errors IS 'message of the error with detail, hint and context';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.output IS 'what the run raised: NOTICE and above';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.error_number IS 'the same as "error#", without quotes';
COMMENT ON COLUMN sys.dba_scheduler_job_run_details.sqlstate IS 'PostgreSQL''s code of the error';

-- Runs under way. The tables know which; shared memory knows who does the work.
-- Workers of other packages' work are shown as jobs of its owner, too; those
-- have no row in a table.

CREATE VIEW dbms.shown_running_job AS
    SELECT j.id, o.owner_id, w.shown AS owner, o.name AS job_name,
           NULL::text AS job_subname,
           j.job_style,
           CASE WHEN p.is_detached THEN 'TRUE' ELSE 'FALSE' END AS detached,
           k.pid AS session_id,
           k.slot AS slave_process_id,
           k.pid::text AS slave_os_process_id,
           1 AS running_instance,
           k.consumer_group AS resource_consumer_group,
           (pg_catalog.clock_timestamp() - coalesce(k.started_at, r.marked_at))::interval(2) AS elapsed_time,
           k.cpu_used::interval(2) AS cpu_used,
           NULL::text AS destination_owner,
           NULL::text AS destination,
           CASE WHEN j.credential_name IS NOT NULL THEN w.shown END AS credential_owner,
           j.credential_name,
           r.id AS log_id
      FROM dbms.run r
      JOIN dbms.job j ON j.id = r.job_id
      JOIN dbms.object o ON o.id = j.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
      LEFT JOIN dbms.object po ON po.owner_id = j.program_owner_id AND po.name = j.program_name
            AND po.type = 'PROGRAM'
      LEFT JOIN dbms.program p ON p.id = po.id
      LEFT JOIN dbms.workers() k ON k.run_id = r.id
            AND k.database_oid = (SELECT d.oid FROM pg_catalog.pg_database d
                                   WHERE d.datname = pg_catalog.current_database())
     WHERE r.operation <> 'EVALUATE' AND j.dbms_job_number IS NULL
    UNION ALL
    SELECT NULL, w.id, w.shown, pg_catalog.substr(k.name, pg_catalog.length(w.shown) + 2),
           NULL, 'REGULAR', 'FALSE', k.pid, k.slot, k.pid::text, 1, k.consumer_group,
           (pg_catalog.clock_timestamp() - coalesce(k.started_at, k.scheduled_at))::interval(2),
           k.cpu_used::interval(2), NULL, NULL, NULL, NULL, NULL
      FROM dbms.workers() k
      JOIN dbms.owner_shown w ON w.role_oid = k.role_oid
     WHERE k.kind <> 'JOB'
       AND k.database_oid = (SELECT d.oid FROM pg_catalog.pg_database d
                              WHERE d.datname = pg_catalog.current_database());
COMMENT ON VIEW dbms.shown_running_job IS 'runs under way in this database, and workers of tasks';

CREATE VIEW sys.user_scheduler_running_jobs WITH (security_barrier = true) AS
    SELECT b.job_name, b.job_subname, dbms.opaque(b.job_style) AS job_style, dbms.opaque(b.detached) AS detached,
           dbms.opaque(b.session_id) AS session_id, dbms.opaque(b.slave_process_id) AS slave_process_id,
           dbms.opaque(b.slave_os_process_id) AS slave_os_process_id, b.running_instance,
           dbms.opaque(b.resource_consumer_group) AS resource_consumer_group,
           dbms.opaque(b.elapsed_time)::interval(2) AS elapsed_time, dbms.opaque(b.cpu_used)::interval(2) AS cpu_used,
           b.destination_owner, b.destination, dbms.opaque(b.credential_owner) AS credential_owner,
           dbms.opaque(b.credential_name) AS credential_name, dbms.opaque(b.log_id) AS log_id
      FROM dbms.shown_running_job b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_scheduler_running_jobs IS 'runs under way of the current user''s jobs';
COMMENT ON COLUMN sys.user_scheduler_running_jobs.session_id IS
    'process of the worker; NULL unless the current user has the privileges of the job''s owner or pg_monitor';
COMMENT ON COLUMN sys.user_scheduler_running_jobs.slave_process_id IS 'its slot in the pool';
COMMENT ON COLUMN sys.user_scheduler_running_jobs.log_id IS 'LOG_ID that the run will have in the log; NULL for workers of tasks';

CREATE VIEW sys.all_scheduler_running_jobs WITH (security_barrier = true) AS
    SELECT b.owner, b.job_name, b.job_subname, dbms.opaque(b.job_style) AS job_style,
           dbms.opaque(b.detached) AS detached, dbms.opaque(b.session_id) AS session_id,
           dbms.opaque(b.slave_process_id) AS slave_process_id,
           dbms.opaque(b.slave_os_process_id) AS slave_os_process_id, b.running_instance,
           dbms.opaque(b.resource_consumer_group) AS resource_consumer_group,
           dbms.opaque(b.elapsed_time)::interval(2) AS elapsed_time, dbms.opaque(b.cpu_used)::interval(2) AS cpu_used,
           b.destination_owner, b.destination, dbms.opaque(b.credential_owner) AS credential_owner,
           dbms.opaque(b.credential_name) AS credential_name, dbms.opaque(b.log_id) AS log_id
      FROM dbms.shown_running_job b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c)
        OR b.id IN (SELECT g.object_id FROM dbms.granted_object g)
        OR (b.owner_id <> 0 AND (SELECT dbms.has_role('dbms_create_any_job')));
COMMENT ON VIEW sys.all_scheduler_running_jobs IS 'runs under way of the jobs that the current user may see';
COMMENT ON COLUMN sys.all_scheduler_running_jobs.session_id IS
    'process of the worker; NULL unless the current user has the privileges of the job''s owner or pg_monitor';
COMMENT ON COLUMN sys.all_scheduler_running_jobs.slave_process_id IS 'its slot in the pool';
COMMENT ON COLUMN sys.all_scheduler_running_jobs.log_id IS 'LOG_ID that the run will have in the log; NULL for workers of tasks';

CREATE VIEW sys.dba_scheduler_running_jobs AS
    SELECT b.owner, b.job_name, b.job_subname, b.job_style, b.detached, b.session_id, b.slave_process_id,
           b.slave_os_process_id, b.running_instance, b.resource_consumer_group, b.elapsed_time, b.cpu_used,
           b.destination_owner, b.destination, b.credential_owner, b.credential_name, b.log_id
      FROM dbms.shown_running_job b;
COMMENT ON VIEW sys.dba_scheduler_running_jobs IS 'all runs under way in this database, and workers of tasks';
COMMENT ON COLUMN sys.dba_scheduler_running_jobs.session_id IS
    'process of the worker; NULL unless the current user has the privileges of the job''s owner or pg_monitor';
COMMENT ON COLUMN sys.dba_scheduler_running_jobs.slave_process_id IS 'its slot in the pool';
COMMENT ON COLUMN sys.dba_scheduler_running_jobs.log_id IS 'LOG_ID that the run will have in the log; NULL for workers of tasks';

CREATE VIEW sys."v$scheduler_running_jobs" AS
    SELECT d.datname::text COLLATE "default" AS database_name, dbms.display_name(a.rolname::text COLLATE "default") AS owner,
           k.name AS job_name, k.class_name AS job_class,
           CASE WHEN k.kind = 'JOB' THEN k.object_id END AS job_id,
           CASE WHEN k.kind = 'JOB' THEN k.run_id END AS log_id,
           k.slot AS slave_process_id, k.pid AS session_id, k.state,
           k.scheduled_at AS req_start_date, k.started_at AS actual_start_date,
           (pg_catalog.clock_timestamp() - k.started_at)::interval(2) AS elapsed_time,
           k.cpu_used::interval(2) AS cpu_used
      FROM dbms.workers() k
      LEFT JOIN pg_catalog.pg_database d ON d.oid = k.database_oid
      LEFT JOIN pg_catalog.pg_roles a ON a.oid = k.role_oid
     WHERE k.kind IS NOT NULL;
COMMENT ON VIEW sys."v$scheduler_running_jobs" IS
    'jobs that run now in any database of the server, from shared memory alone';
COMMENT ON COLUMN sys."v$scheduler_running_jobs".job_name IS 'OWNER.NAME';
COMMENT ON COLUMN sys."v$scheduler_running_jobs".log_id IS 'LOG_ID that the run has in the log; NULL for workers of tasks';

-- The consumer group of a job: that of its class, else as the mappings say by
-- the service of its class or by its owner.

CREATE VIEW dbms.job_consumer_group AS
    SELECT j.id,
           coalesce((SELECT g.name FROM dbms.consumer_group g
                      WHERE g.name = c.resource_consumer_group AND NOT g.is_pending),
                    (SELECT m.consumer_group
                       FROM dbms.group_mapping m
                       JOIN dbms.consumer_group g ON g.name = m.consumer_group AND NOT g.is_pending
                       LEFT JOIN dbms.mapping_priority p ON p.attribute = m.attribute AND NOT p.is_pending
                      WHERE NOT m.is_pending
                        AND (m.attribute = 'SERVICE_NAME' AND m.value = pg_catalog.upper(c.service)
                             OR m.attribute = 'ORACLE_USER' AND m.value = w.shown)
                      ORDER BY p.priority, m.attribute DESC
                      LIMIT 1),
                    'DEFAULT_CONSUMER_GROUP') AS consumer_group
      FROM dbms.job j
      JOIN dbms.object o ON o.id = j.id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
      LEFT JOIN dbms.object co ON co.owner_id = 0 AND co.name = j.job_class AND co.type = 'JOB CLASS'
      LEFT JOIN dbms.job_class c ON c.id = co.id;
COMMENT ON VIEW dbms.job_consumer_group IS 'consumer groups of jobs as the coordinator finds them';

CREATE VIEW sys.dba_scheduler_waiting_jobs AS
    WITH state AS MATERIALIZED (SELECT * FROM dbms.consumer_group_states())
    SELECT w.shown AS owner, o.name AS job_name, j.job_class, j.job_priority,
           CASE WHEN s.manual_run_at IS NOT NULL THEN 'TRUE' ELSE 'FALSE' END AS is_manual,
           t.since AS waiting_since,
           (pg_catalog.clock_timestamp() - t.since)::interval(2) AS waiting_time,
           CASE WHEN b.database_oid IS NULL OR b.state IN ('starting', 'down') THEN 'no coordinator serves this database'
                WHEN b.state = 'held' THEN 'this database is held: see dbms_scheduler.resume_after_restore()'
                WHEN p.name IS NOT NULL THEN coalesce(p.reason, 'about to start')
                WHEN b.wait_reason <> '' THEN b.wait_reason
                ELSE 'about to start' END AS reason,
           g.consumer_group AS resource_consumer_group
      FROM dbms.job_state s
      JOIN dbms.job j ON j.id = s.job_id
      JOIN dbms.object o ON o.id = s.job_id
      JOIN dbms.owner_shown w ON w.id = o.owner_id
      JOIN dbms.job_consumer_group g ON g.id = s.job_id
      CROSS JOIN LATERAL (SELECT least(CASE WHEN s.is_enabled THEN s.next_run_at END, s.manual_run_at) AS since) t
      LEFT JOIN LATERAL (SELECT x.name, x.reason FROM state x WHERE x.name IN (g.consumer_group, 'OTHER_GROUPS')
                          ORDER BY x.name = g.consumer_group DESC LIMIT 1) p ON true
      LEFT JOIN dbms.coordinators() b ON b.database_oid = (SELECT d.oid FROM pg_catalog.pg_database d
                                                            WHERE d.datname = pg_catalog.current_database())
     WHERE t.since <= pg_catalog.statement_timestamp()
       AND NOT EXISTS (SELECT FROM dbms.run r WHERE r.job_id = s.job_id);
COMMENT ON VIEW sys.dba_scheduler_waiting_jobs IS 'jobs of this database that are due and have not started, and why';
COMMENT ON COLUMN sys.dba_scheduler_waiting_jobs.is_manual IS 'asked for by RUN_JOB in the background';
COMMENT ON COLUMN sys.dba_scheduler_waiting_jobs.waiting_since IS 'when the job fell due';
COMMENT ON COLUMN sys.dba_scheduler_waiting_jobs.reason IS
    'what the jobs of this database wait for; under a resource plan those of its consumer group';
COMMENT ON COLUMN sys.dba_scheduler_waiting_jobs.resource_consumer_group IS
    'one that the plan in force does not name counts as OTHER_GROUPS';

CREATE VIEW sys.dba_scheduler_workers AS
    SELECT k.slot, k.pid, d.datname::text COLLATE "default" AS database_name, dbms.display_name(a.rolname::text COLLATE "default") AS owner, k.state,
           k.kind, k.name, k.class_name, k.object_id, k.run_id,
           k.scheduled_at, k.started_at, k.idle_since, k.cpu_used,
           k.consumer_group AS resource_consumer_group
      FROM dbms.workers() k
      LEFT JOIN pg_catalog.pg_database d ON d.oid = k.database_oid
      LEFT JOIN pg_catalog.pg_roles a ON a.oid = k.role_oid;
COMMENT ON VIEW sys.dba_scheduler_workers IS 'the workers of pg_dbms in all databases of the server, and what they do';
COMMENT ON COLUMN sys.dba_scheduler_workers.owner IS 'the role as which the worker is connected';
COMMENT ON COLUMN sys.dba_scheduler_workers.state IS 'starting, idle, reserved, assigned, running, done, leaving or gone';
COMMENT ON COLUMN sys.dba_scheduler_workers.kind IS 'kind of work, such as JOB; NULL for an idle worker';
COMMENT ON COLUMN sys.dba_scheduler_workers.resource_consumer_group IS 'of its work, whether a resource plan is in force or not';

CREATE VIEW sys.dba_scheduler_databases AS
    SELECT d.datname::text COLLATE "default" AS database_name, b.pid AS coordinator_pid, b.state, b.waiting, b.wait_reason, b.wait_since,
           (SELECT pg_catalog.count(*) FROM dbms.workers() k WHERE k.database_oid = b.database_oid) AS workers
      FROM dbms.coordinators() b
      LEFT JOIN pg_catalog.pg_database d ON d.oid = b.database_oid;
COMMENT ON VIEW sys.dba_scheduler_databases IS 'the databases of the server that pg_dbms serves, and whether work waits there';
COMMENT ON COLUMN sys.dba_scheduler_databases.state IS
    'starting, serving, held (a copy or restore: nothing starts), absent (no extension) or down';
COMMENT ON COLUMN sys.dba_scheduler_databases.waiting IS 'pieces of work that are due and have no worker';
COMMENT ON COLUMN sys.dba_scheduler_databases.wait_reason IS 'why they wait';
COMMENT ON COLUMN sys.dba_scheduler_databases.workers IS 'workers connected to the database, idle ones too';

-- Attributes of the scheduler.

CREATE VIEW sys.all_scheduler_global_attribute AS
    SELECT a.attribute_name, a.value
      FROM dbms.scheduler_attributes() a;
COMMENT ON VIEW sys.all_scheduler_global_attribute IS 'attributes of the scheduler, those that were not set with their defaults';

CREATE VIEW sys.dba_scheduler_global_attribute AS
    SELECT a.attribute_name, a.value
      FROM dbms.scheduler_attributes() a;
COMMENT ON VIEW sys.dba_scheduler_global_attribute IS 'attributes of the scheduler, those that were not set with their defaults';

CREATE VIEW sys.dba_scheduler_job_roles AS
    SELECT b.owner, b.job_name, b.job_subname, b.job_creator, j.database_role,
           b.program_owner, b.program_name, b.job_type, b.job_action, b.job_class,
           b.schedule_owner, b.schedule_name, b.schedule_type, b.start_date, b.repeat_interval, b.end_date,
           b.last_start_date, b.enabled, b.state, b.comments
      FROM dbms.shown_job b
      JOIN dbms.job j ON j.id = b.id;
COMMENT ON VIEW sys.dba_scheduler_job_roles IS 'jobs with the role of the server in which they run';
COMMENT ON COLUMN sys.dba_scheduler_job_roles.database_role IS 'always PRIMARY in effect: on a standby nothing runs';

-- Jobs at other servers there are not; the views of their destinations are
-- here, and empty, so that queries on them work.

CREATE VIEW sys.user_scheduler_job_dests AS
    SELECT NULL::text AS job_name, NULL::text AS job_subname, NULL::text AS credential_owner,
           NULL::text AS credential_name, NULL::text AS destination_owner, NULL::text AS destination,
           NULL::bigint AS job_dest_id, NULL::text AS enabled, NULL::text AS refs_enabled, NULL::text AS state,
           NULL::timestamptz AS next_start_date, NULL::bigint AS run_count, NULL::integer AS retry_count,
           NULL::bigint AS failure_count, NULL::timestamptz AS last_start_date, NULL::timestamptz AS last_end_date
     WHERE false;
COMMENT ON VIEW sys.user_scheduler_job_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.all_scheduler_job_dests AS
    SELECT NULL::text AS owner, NULL::text AS job_name, NULL::text AS job_subname, NULL::text AS credential_owner,
           NULL::text AS credential_name, NULL::text AS destination_owner, NULL::text AS destination,
           NULL::bigint AS job_dest_id, NULL::text AS enabled, NULL::text AS refs_enabled, NULL::text AS state,
           NULL::timestamptz AS next_start_date, NULL::bigint AS run_count, NULL::integer AS retry_count,
           NULL::bigint AS failure_count, NULL::timestamptz AS last_start_date, NULL::timestamptz AS last_end_date
     WHERE false;
COMMENT ON VIEW sys.all_scheduler_job_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.dba_scheduler_job_dests AS
    SELECT NULL::text AS owner, NULL::text AS job_name, NULL::text AS job_subname, NULL::text AS credential_owner,
           NULL::text AS credential_name, NULL::text AS destination_owner, NULL::text AS destination,
           NULL::bigint AS job_dest_id, NULL::text AS enabled, NULL::text AS refs_enabled, NULL::text AS state,
           NULL::timestamptz AS next_start_date, NULL::bigint AS run_count, NULL::integer AS retry_count,
           NULL::bigint AS failure_count, NULL::timestamptz AS last_start_date, NULL::timestamptz AS last_end_date
     WHERE false;
COMMENT ON VIEW sys.dba_scheduler_job_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.user_scheduler_db_dests AS
    SELECT NULL::text AS destination_name, NULL::text AS connect_info, NULL::text AS agent, NULL::text AS enabled,
           NULL::text AS refs_enabled, NULL::text AS comments
     WHERE false;
COMMENT ON VIEW sys.user_scheduler_db_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.all_scheduler_db_dests AS
    SELECT NULL::text AS owner, NULL::text AS destination_name, NULL::text AS connect_info, NULL::text AS agent,
           NULL::text AS enabled, NULL::text AS refs_enabled, NULL::text AS comments
     WHERE false;
COMMENT ON VIEW sys.all_scheduler_db_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.dba_scheduler_db_dests AS
    SELECT NULL::text AS owner, NULL::text AS destination_name, NULL::text AS connect_info, NULL::text AS agent,
           NULL::text AS enabled, NULL::text AS refs_enabled, NULL::text AS comments
     WHERE false;
COMMENT ON VIEW sys.dba_scheduler_db_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.all_scheduler_external_dests AS
    SELECT NULL::text AS owner, NULL::text AS destination_name, NULL::text AS hostname, NULL::integer AS port,
           NULL::text AS ip_address, NULL::text AS enabled, NULL::text AS comments
     WHERE false;
COMMENT ON VIEW sys.all_scheduler_external_dests IS 'always empty: jobs run in this server alone';

CREATE VIEW sys.dba_scheduler_external_dests AS
    SELECT NULL::text AS owner, NULL::text AS destination_name, NULL::text AS hostname, NULL::integer AS port,
           NULL::text AS ip_address, NULL::text AS enabled, NULL::text AS comments
     WHERE false;
COMMENT ON VIEW sys.dba_scheduler_external_dests IS 'always empty: jobs run in this server alone';
