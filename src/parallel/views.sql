-- Dictionary views of DBMS_PARALLEL_EXECUTE, made as those of the scheduler:
-- one view in schema dbms for each family, user_* behind a security barrier,
-- dba_* by grant. What runs is in shared memory, and the functions that read
-- it answer for roles whose privileges the reader has.

CREATE FUNCTION dbms.parallel_task_status(task_id bigint) RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_parallel_shown_status';
COMMENT ON FUNCTION dbms.parallel_task_status(bigint) IS
    'what TASK_STATUS says of a task; NULL for those without the privileges of its owner, of pg_read_all_stats, dbms_parallel_admin or dbms_scheduler_admin';

CREATE FUNCTION dbms.parallel_chunk_counts(
    task_id bigint, OUT total bigint, OUT processed bigint, OUT failed bigint, OUT rows_processed bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_parallel_chunk_counts';
COMMENT ON FUNCTION dbms.parallel_chunk_counts(bigint) IS
    'counts the chunks of a task; NULL for those who may not see it';

CREATE FUNCTION dbms.parallel_running_tasks(
    OUT task_id bigint, OUT run_number integer, OUT pid integer, OUT started_at timestamptz, OUT state text,
    OUT reason text, OUT workers_wanted integer, OUT workers integer, OUT chunks_total bigint,
    OUT chunks_processed bigint, OUT chunks_failed bigint, OUT rows_processed bigint,
    OUT chunk_rate double precision, OUT row_rate double precision)
    RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL RESTRICTED ROWS 8
    AS 'MODULE_PATHNAME', 'pgd_parallel_running_tasks';
COMMENT ON FUNCTION dbms.parallel_running_tasks() IS
    'tasks of this database that run now, as far as one may see them, from shared memory';

CREATE FUNCTION dbms.parallel_workers(
    OUT task_id bigint, OUT pid integer, OUT job_name text, OUT chunk_id bigint, OUT chunk_since timestamptz,
    OUT chunks bigint)
    RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL RESTRICTED ROWS 8
    AS 'MODULE_PATHNAME', 'pgd_parallel_workers';
COMMENT ON FUNCTION dbms.parallel_workers() IS
    'processes that run chunks of tasks of this database, as far as one may see them, from shared memory';

-- Tasks.

CREATE VIEW dbms.shown_parallel_task AS
    SELECT t.id, t.owner_id, w.shown AS task_owner, t.name AS task_name,
           t.chunk_type,
           (ARRAY['CREATED', 'CHUNKING', 'CHUNKING_FAILED', 'NO_CHUNKS', 'CHUNKED', 'PROCESSING', 'FINISHED',
                  'FINISHED_WITH_ERROR', 'CRASHED'])[CASE WHEN t.status IN (2, 5, 6)
                                                          THEN coalesce(dbms.parallel_task_status(t.id), t.status::integer)
                                                          ELSE t.status END] AS status,
           dbms.display_name(t.schema_name) AS table_owner,
           dbms.display_name(t.table_name) AS table_name,
           CASE WHEN t.chunk_type = 'NUMBER_RANGE' THEN dbms.display_name(t.column_name) END AS number_column,
           t.task_comment,
           t.job_prefix,
           t.sql_stmt,
           t.language_flag,
           t.edition,
           t.apply_crossedition_trigger,
           CASE WHEN t.fire_apply_trigger THEN 'TRUE' WHEN NOT t.fire_apply_trigger THEN 'FALSE' END AS fire_apply_trigger,
           t.parallel_level,
           t.job_class,
           CASE WHEN t.chunk_type = 'KEY_RANGE' THEN dbms.display_name(t.column_name) END AS key_column,
           t.run_number,
           t.run_started_at,
           t.run_ended_at,
           t.max_replication_lag,
           t.max_rows_per_second,
           t.sleep_between_chunks,
           t.warning,
           t.chunks_total,
           t.chunks_processed,
           t.chunks_failed,
           t.rows_processed
      FROM dbms.parallel_task t
      JOIN dbms.owner_shown w ON w.id = t.owner_id;
COMMENT ON VIEW dbms.shown_parallel_task IS 'tasks as the dictionary shows them';

CREATE VIEW sys.user_parallel_execute_tasks WITH (security_barrier = true) AS
    SELECT b.task_name, dbms.opaque(b.chunk_type) AS chunk_type, dbms.opaque(b.status) AS status,
           dbms.opaque(b.table_owner) AS table_owner, dbms.opaque(b.table_name) AS table_name,
           dbms.opaque(b.number_column) AS number_column, dbms.opaque(b.task_comment) AS task_comment,
           dbms.opaque(b.job_prefix) AS job_prefix, dbms.opaque(b.sql_stmt) AS sql_stmt,
           dbms.opaque(b.language_flag) AS language_flag, dbms.opaque(b.edition) AS edition,
           dbms.opaque(b.apply_crossedition_trigger) AS apply_crossedition_trigger,
           dbms.opaque(b.fire_apply_trigger) AS fire_apply_trigger, dbms.opaque(b.parallel_level) AS parallel_level,
           dbms.opaque(b.job_class) AS job_class, dbms.opaque(b.key_column) AS key_column,
           dbms.opaque(b.run_number) AS run_number, dbms.opaque(b.run_started_at) AS run_started_at,
           dbms.opaque(b.run_ended_at) AS run_ended_at, dbms.opaque(b.max_replication_lag) AS max_replication_lag,
           dbms.opaque(b.max_rows_per_second) AS max_rows_per_second,
           dbms.opaque(b.sleep_between_chunks) AS sleep_between_chunks, dbms.opaque(b.warning) AS warning
      FROM dbms.shown_parallel_task b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_parallel_execute_tasks IS 'tasks of the current user';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.chunk_type IS
    'UNDELARED (as Oracle spells it: no chunks yet), ROWID_RANGE, NUMBER_RANGE or KEY_RANGE';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.table_owner IS 'schema of the chunked table; NULL for chunks by a query';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.job_prefix IS
    'the workers of the last parallel run were shown as jobs with this name and a number';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.sql_stmt IS
    'argument of the last run, and so are the following ones up to job_class';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.key_column IS 'column of chunks by key';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.run_number IS 'runs since the task was chunked';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.run_ended_at IS 'NULL while it runs, and when it crashed';
COMMENT ON COLUMN sys.user_parallel_execute_tasks.warning IS 'what the last run has to say of rows of other writers';

CREATE VIEW sys.dba_parallel_execute_tasks AS
    SELECT b.task_owner, b.task_name, b.chunk_type, b.status, b.table_owner, b.table_name, b.number_column,
           b.task_comment, b.job_prefix, b.sql_stmt, b.language_flag, b.edition, b.apply_crossedition_trigger,
           b.fire_apply_trigger, b.parallel_level, b.job_class, b.key_column, b.run_number, b.run_started_at,
           b.run_ended_at, b.max_replication_lag, b.max_rows_per_second, b.sleep_between_chunks, b.warning
      FROM dbms.shown_parallel_task b;
COMMENT ON VIEW sys.dba_parallel_execute_tasks IS 'all tasks';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.task_owner IS 'role that owns the task and as which it runs';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.chunk_type IS
    'UNDELARED (as Oracle spells it: no chunks yet), ROWID_RANGE, NUMBER_RANGE or KEY_RANGE';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.table_owner IS 'schema of the chunked table; NULL for chunks by a query';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.job_prefix IS
    'the workers of the last parallel run were shown as jobs with this name and a number';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.sql_stmt IS
    'argument of the last run, and so are the following ones up to job_class';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.key_column IS 'column of chunks by key';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.run_number IS 'runs since the task was chunked';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.run_ended_at IS 'NULL while it runs, and when it crashed';
COMMENT ON COLUMN sys.dba_parallel_execute_tasks.warning IS 'what the last run has to say of rows of other writers';

-- Chunks. What workers have taken is in memory alone.

CREATE VIEW dbms.shown_parallel_chunk AS
    SELECT c.id AS chunk_id, t.owner_id, w.shown AS task_owner, t.name AS task_name,
           CASE WHEN k.chunk_id IS NOT NULL AND c.status = 0 THEN 'ASSIGNED'
                ELSE (ARRAY['UNASSIGNED', 'ASSIGNED', 'PROCESSED', 'PROCESSED_WITH_ERROR'])[c.status + 1] END AS status,
           c.start_rowid,
           c.end_rowid,
           c.start_id,
           c.end_id,
           CASE WHEN k.chunk_id IS NOT NULL AND c.status = 0 THEN k.job_name ELSE c.job_name END AS job_name,
           CASE WHEN k.chunk_id IS NOT NULL AND c.status = 0 THEN k.chunk_since ELSE c.start_ts END AS start_ts,
           c.end_ts,
           c.error_code,
           c.error_message,
           c.sqlstate,
           c.error_detail,
           c.error_context,
           c.retries,
           c.rows_processed,
           c.start_key,
           c.end_key,
           dbms.display_name(n.nspname::text COLLATE "default") AS leaf_owner,
           dbms.display_name(r.relname::text COLLATE "default") AS leaf_name
      FROM dbms.parallel_task t
      JOIN dbms.parallel_chunk c ON c.task_id = t.id
      JOIN dbms.owner_shown w ON w.id = t.owner_id
      LEFT JOIN dbms.parallel_workers() k ON k.task_id = c.task_id AND k.chunk_id = c.id
      LEFT JOIN pg_catalog.pg_class r ON r.oid = c.relation
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace;
COMMENT ON VIEW dbms.shown_parallel_chunk IS 'chunks as the dictionary shows them';

CREATE VIEW sys.user_parallel_execute_chunks WITH (security_barrier = true) AS
    SELECT b.chunk_id, b.task_name, dbms.opaque(b.status) AS status, dbms.opaque(b.start_rowid) AS start_rowid,
           dbms.opaque(b.end_rowid) AS end_rowid, dbms.opaque(b.start_id) AS start_id, dbms.opaque(b.end_id) AS end_id,
           dbms.opaque(b.job_name) AS job_name, dbms.opaque(b.start_ts) AS start_ts, dbms.opaque(b.end_ts) AS end_ts,
           dbms.opaque(b.error_code) AS error_code, dbms.opaque(b.error_message) AS error_message,
           dbms.opaque(b.sqlstate) AS sqlstate, dbms.opaque(b.error_detail) AS error_detail,
           dbms.opaque(b.error_context) AS error_context, dbms.opaque(b.retries) AS retries,
           dbms.opaque(b.rows_processed) AS rows_processed, dbms.opaque(b.start_key) AS start_key,
           dbms.opaque(b.end_key) AS end_key, dbms.opaque(b.leaf_owner) AS leaf_owner,
           dbms.opaque(b.leaf_name) AS leaf_name
      FROM dbms.shown_parallel_chunk b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_parallel_execute_chunks IS 'chunks of the current user''s tasks';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.status IS
    'UNASSIGNED, ASSIGNED, PROCESSED or PROCESSED_WITH_ERROR';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.start_rowid IS 'bounds are inclusive';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.job_name IS 'worker that processes it, or did; NULL for a session';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.error_code IS 'Oracle''s number of the error, negative';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.sqlstate IS 'PostgreSQL''s code of the error';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.retries IS 'repetitions after a deadlock or serialization failure';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.rows_processed IS 'rows that the statement says it processed';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.start_key IS 'bounds of chunks by key, as text';
COMMENT ON COLUMN sys.user_parallel_execute_chunks.leaf_name IS 'table or partition to which the rowids belong';

CREATE VIEW sys.dba_parallel_execute_chunks AS
    SELECT b.chunk_id, b.task_owner, b.task_name, b.status, b.start_rowid, b.end_rowid, b.start_id, b.end_id,
           b.job_name, b.start_ts, b.end_ts, b.error_code, b.error_message, b.sqlstate, b.error_detail,
           b.error_context, b.retries, b.rows_processed, b.start_key, b.end_key, b.leaf_owner, b.leaf_name
      FROM dbms.shown_parallel_chunk b;
COMMENT ON VIEW sys.dba_parallel_execute_chunks IS 'chunks of all tasks';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.status IS
    'UNASSIGNED, ASSIGNED, PROCESSED or PROCESSED_WITH_ERROR';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.start_rowid IS 'bounds are inclusive';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.job_name IS 'worker that processes it, or did; NULL for a session';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.error_code IS 'Oracle''s number of the error, negative';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.sqlstate IS 'PostgreSQL''s code of the error';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.retries IS 'repetitions after a deadlock or serialization failure';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.rows_processed IS 'rows that the statement says it processed';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.start_key IS 'bounds of chunks by key, as text';
COMMENT ON COLUMN sys.dba_parallel_execute_chunks.leaf_name IS 'table or partition to which the rowids belong';

-- How far tasks are. While one runs its counts are in memory, afterwards in
-- its row; chunks are counted only if neither has them.

CREATE VIEW dbms.shown_parallel_progress AS
    SELECT b.id, b.owner_id, b.task_owner, b.task_name, b.status,
           coalesce(l.state, 'NOT RUNNING') AS activity,
           l.reason,
           n.total AS chunks_total,
           n.processed AS chunks_processed,
           n.failed AS chunks_failed,
           n.total - n.processed - n.failed AS chunks_left,
           CASE WHEN n.total > 0
                THEN pg_catalog.round(100.0 * (n.processed + n.failed) / n.total, 1) END AS percent_done,
           n.rows AS rows_processed,
           pg_catalog.round(l.chunk_rate::numeric, 1) AS chunks_per_second,
           pg_catalog.round(l.row_rate::numeric, 1) AS rows_per_second,
           b.run_started_at AS started_at,
           b.run_ended_at AS ended_at,
           CASE WHEN l.chunk_rate > 0 AND l.state IN ('RUNNING', 'THROTTLED', 'ENDING')
                THEN pg_catalog.clock_timestamp()
                     + pg_catalog.make_interval(secs => (n.total - n.processed - n.failed) / l.chunk_rate) END AS estimated_end,
           l.workers_wanted,
           coalesce(l.workers, 0) AS workers,
           l.pid AS session_id,
           k.chunk_ids AS current_chunks,
           k.job_names AS current_jobs,
           k.pids AS current_pids,
           b.warning
      FROM dbms.shown_parallel_task b
      LEFT JOIN dbms.parallel_running_tasks() l ON l.task_id = b.id
      LEFT JOIN (SELECT p.task_id, pg_catalog.array_agg(p.chunk_id ORDER BY p.chunk_id) AS chunk_ids,
                        pg_catalog.array_agg(p.job_name ORDER BY p.chunk_id) AS job_names,
                        pg_catalog.array_agg(p.pid ORDER BY p.chunk_id) AS pids
                   FROM dbms.parallel_workers() p
                  WHERE p.chunk_id IS NOT NULL
                  GROUP BY p.task_id) k ON k.task_id = b.id
      LEFT JOIN LATERAL dbms.parallel_chunk_counts(
                    CASE WHEN l.task_id IS NULL AND b.chunks_total IS NULL THEN b.id END) s ON true
      CROSS JOIN LATERAL (SELECT coalesce(l.chunks_total, b.chunks_total, s.total) AS total,
                                 coalesce(l.chunks_processed, b.chunks_processed, s.processed) AS processed,
                                 coalesce(l.chunks_failed, b.chunks_failed, s.failed) AS failed,
                                 coalesce(l.rows_processed, b.rows_processed, s.rows_processed) AS rows) n;
COMMENT ON VIEW dbms.shown_parallel_progress IS 'how far tasks are';

CREATE VIEW sys.user_parallel_execute_progress WITH (security_barrier = true) AS
    SELECT b.task_name, dbms.opaque(b.status) AS status, dbms.opaque(b.activity) AS activity,
           dbms.opaque(b.reason) AS reason, dbms.opaque(b.chunks_total) AS chunks_total,
           dbms.opaque(b.chunks_processed) AS chunks_processed, dbms.opaque(b.chunks_failed) AS chunks_failed,
           dbms.opaque(b.chunks_left) AS chunks_left, dbms.opaque(b.percent_done) AS percent_done,
           dbms.opaque(b.rows_processed) AS rows_processed, dbms.opaque(b.chunks_per_second) AS chunks_per_second,
           dbms.opaque(b.rows_per_second) AS rows_per_second, dbms.opaque(b.started_at) AS started_at,
           dbms.opaque(b.ended_at) AS ended_at, dbms.opaque(b.estimated_end) AS estimated_end,
           dbms.opaque(b.workers_wanted) AS workers_wanted, dbms.opaque(b.workers) AS workers,
           dbms.opaque(b.session_id) AS session_id, dbms.opaque(b.current_chunks) AS current_chunks,
           dbms.opaque(b.current_jobs) AS current_jobs, dbms.opaque(b.current_pids) AS current_pids,
           dbms.opaque(b.warning) AS warning
      FROM dbms.shown_parallel_progress b
     WHERE b.owner_id = (SELECT c.id FROM dbms.current_owner c);
COMMENT ON VIEW sys.user_parallel_execute_progress IS 'how far the current user''s tasks are';
COMMENT ON COLUMN sys.user_parallel_execute_progress.activity IS
    'NOT RUNNING, STARTING, WAITING (for workers), RUNNING, THROTTLED, PAUSING, PAUSED, STOPPING or ENDING';
COMMENT ON COLUMN sys.user_parallel_execute_progress.reason IS 'why it does not do more';
COMMENT ON COLUMN sys.user_parallel_execute_progress.rows_processed IS 'in all runs since the task was chunked';
COMMENT ON COLUMN sys.user_parallel_execute_progress.chunks_per_second IS
    'over the last minute, and so is rows_per_second; NULL if the task does not run';
COMMENT ON COLUMN sys.user_parallel_execute_progress.estimated_end IS 'if it goes on at this rate';
COMMENT ON COLUMN sys.user_parallel_execute_progress.workers_wanted IS 'workers that the run may have; 0: serial';
COMMENT ON COLUMN sys.user_parallel_execute_progress.session_id IS 'process that called RUN_TASK or RESUME_TASK';
COMMENT ON COLUMN sys.user_parallel_execute_progress.current_chunks IS
    'chunks being processed; current_jobs and current_pids say by whom, in the same order';

CREATE VIEW sys.dba_parallel_execute_progress AS
    SELECT b.task_owner, b.task_name, b.status, b.activity, b.reason, b.chunks_total, b.chunks_processed,
           b.chunks_failed, b.chunks_left, b.percent_done, b.rows_processed, b.chunks_per_second, b.rows_per_second,
           b.started_at, b.ended_at, b.estimated_end, b.workers_wanted, b.workers, b.session_id, b.current_chunks,
           b.current_jobs, b.current_pids, b.warning
      FROM dbms.shown_parallel_progress b;
COMMENT ON VIEW sys.dba_parallel_execute_progress IS 'how far all tasks are';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.activity IS
    'NOT RUNNING, STARTING, WAITING (for workers), RUNNING, THROTTLED, PAUSING, PAUSED, STOPPING or ENDING';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.reason IS 'why it does not do more';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.rows_processed IS 'in all runs since the task was chunked';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.chunks_per_second IS
    'over the last minute, and so is rows_per_second; NULL if the task does not run';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.estimated_end IS 'if it goes on at this rate';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.workers_wanted IS 'workers that the run may have; 0: serial';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.session_id IS 'process that called RUN_TASK or RESUME_TASK';
COMMENT ON COLUMN sys.dba_parallel_execute_progress.current_chunks IS
    'chunks being processed; current_jobs and current_pids say by whom, in the same order';
