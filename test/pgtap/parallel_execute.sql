-- DBMS_PARALLEL_EXECUTE as an application that moves from Oracle uses it:
-- signatures, constants, views, who may call and see what, and a user's day.
-- A run commits, so nothing is rolled back here: the file's database is its
-- own, and its roles are dropped at the end.
SELECT plan(97);

CREATE ROLE regress_pe_user LOGIN;
CREATE ROLE regress_pe_other LOGIN;
CREATE ROLE regress_pe_admin LOGIN IN ROLE dbms_parallel_admin;
CREATE ROLE regress_pe_monitor LOGIN IN ROLE pg_monitor;
GRANT dbms_create_job TO regress_pe_user;

-- Oracle's parameters in Oracle's order
CREATE FUNCTION arguments(subprogram text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT pg_get_function_arguments(oid) || CASE WHEN prokind = 'f' THEN ' => ' || format_type(prorettype, NULL) ELSE '' END FROM pg_proc
 WHERE pronamespace = 'dbms_parallel_execute'::regnamespace AND proname = subprogram
$$;
CREATE TEMPORARY TABLE signature (subprogram text, arguments text);
INSERT INTO signature VALUES
('generate_task_name', 'prefix text DEFAULT ''TASK$_''::text => text'),
('create_task', 'IN task_name text, IN comment text DEFAULT NULL::text'),
('create_chunks_by_rowid', 'IN task_name text, IN table_owner text, IN table_name text, IN by_row boolean, IN chunk_size numeric'),
('create_chunks_by_number_col', 'IN task_name text, IN table_owner text, IN table_name text, IN table_column text, IN chunk_size numeric'),
('create_chunks_by_key', 'IN task_name text, IN table_owner text, IN table_name text, IN table_column text, IN chunk_size numeric'),
('create_chunks_by_sql', 'IN task_name text, IN sql_stmt text, IN by_rowid boolean'),
('drop_chunks', 'IN task_name text'),
('drop_task', 'IN task_name text'),
('get_rowid_chunk', 'IN task_name text, OUT chunk_id numeric, OUT start_rowid tid, OUT end_rowid tid, OUT any_rows boolean'),
('get_number_col_chunk', 'IN task_name text, OUT chunk_id numeric, OUT start_id numeric, OUT end_id numeric, OUT any_rows boolean'),
('set_chunk_status', 'IN task_name text, IN chunk_id numeric, IN status numeric, IN err_num numeric DEFAULT NULL::numeric, IN err_msg text DEFAULT NULL::text'),
('purge_processed_chunks', 'IN task_name text'),
('run_task', 'IN task_name text, IN sql_stmt text, IN language_flag numeric, IN edition text DEFAULT NULL::text, IN apply_crossedition_trigger text DEFAULT NULL::text, IN fire_apply_trigger boolean DEFAULT true, IN parallel_level numeric DEFAULT 0, IN job_class text DEFAULT ''DEFAULT_JOB_CLASS''::text'),
('resume_task', 'IN task_name text, IN sql_stmt text, IN language_flag numeric, IN edition text DEFAULT NULL::text, IN apply_crossedition_trigger text DEFAULT NULL::text, IN fire_apply_trigger boolean DEFAULT true, IN parallel_level numeric DEFAULT 0, IN job_class text DEFAULT ''DEFAULT_JOB_CLASS''::text, IN force boolean DEFAULT false'),
('resume_task', 'IN task_name text, IN force boolean DEFAULT false'),
('stop_task', 'IN task_name text'),
('task_status', 'task_name text => integer'),
('adm_drop_task', 'IN task_owner text, IN task_name text'),
('adm_drop_chunks', 'IN task_owner text, IN task_name text'),
('adm_stop_task', 'IN task_owner text, IN task_name text'),
('adm_task_status', 'task_owner text, task_name text => integer'),
('set_parallel_level', 'IN task_name text, IN parallel_level numeric'),
('pause_task', 'IN task_name text'),
('continue_task', 'IN task_name text'),
('set_throttle', 'IN task_name text, IN max_replication_lag interval DEFAULT NULL::interval, IN max_rows_per_second numeric DEFAULT NULL::numeric, IN sleep_between_chunks interval DEFAULT NULL::interval');
SELECT set_eq(format('SELECT arguments(%L)', subprogram), array_agg(arguments), subprogram)
  FROM signature GROUP BY subprogram ORDER BY subprogram;

-- constants
SELECT results_eq($$ SELECT dbms_parallel_execute.unassigned(), dbms_parallel_execute.assigned(), dbms_parallel_execute.processed(),
                            dbms_parallel_execute.processed_with_error() $$, 'VALUES (0, 1, 2, 3)', 'status of chunks');
SELECT results_eq($$ SELECT dbms_parallel_execute.created(), dbms_parallel_execute.chunking(), dbms_parallel_execute.chunking_failed(),
                            dbms_parallel_execute.no_chunks(), dbms_parallel_execute.chunked(), dbms_parallel_execute.processing(),
                            dbms_parallel_execute.finished(), dbms_parallel_execute.finished_with_error(), dbms_parallel_execute.crashed() $$,
    'VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9)', 'status of tasks');
SELECT results_eq('SELECT dbms_parallel_execute.v6(), dbms_parallel_execute.native(), dbms_parallel_execute.v7()', 'VALUES (0, 1, 2)', 'language flags');

-- columns of the views: Oracle's, then ours
CREATE FUNCTION columns(view text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum)
      FROM pg_attribute WHERE attrelid = ('sys.' || view)::regclass AND attnum > 0;
$$;
CREATE TEMPORARY TABLE family (name text, columns text);
INSERT INTO family VALUES
('tasks', 'task_owner text, task_name text, chunk_type text, status text, table_owner text, table_name text, number_column text, task_comment text, job_prefix text, sql_stmt text, language_flag numeric, edition text, apply_crossedition_trigger text, fire_apply_trigger text, parallel_level integer, job_class text, key_column text, run_number integer, run_started_at timestamp with time zone, run_ended_at timestamp with time zone, max_replication_lag interval, max_rows_per_second numeric, sleep_between_chunks interval, warning text'),
('chunks', 'chunk_id bigint, task_owner text, task_name text, status text, start_rowid tid, end_rowid tid, start_id numeric, end_id numeric, job_name text, start_ts timestamp with time zone, end_ts timestamp with time zone, error_code numeric, error_message text, sqlstate text, error_detail text, error_context text, retries integer, rows_processed bigint, start_key text, end_key text, leaf_owner text, leaf_name text'),
('progress', 'task_owner text, task_name text, status text, activity text, reason text, chunks_total bigint, chunks_processed bigint, chunks_failed bigint, chunks_left bigint, percent_done numeric, rows_processed bigint, chunks_per_second numeric, rows_per_second numeric, started_at timestamp with time zone, ended_at timestamp with time zone, estimated_end timestamp with time zone, workers_wanted integer, workers integer, session_id integer, current_chunks bigint[], current_jobs text[], current_pids integer[], warning text');
SELECT is(columns(form || '_parallel_execute_' || name),
          CASE WHEN form = 'user' THEN replace(columns, 'task_owner text, ', '') ELSE columns END,
          'columns of ' || form || '_parallel_execute_' || name)
  FROM family, unnest('{user,dba}'::text[]) AS form ORDER BY name, form;

-- rights
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'dbms_parallel_execute'::regnamespace
            AND NOT has_function_privilege('public', oid, 'EXECUTE')), 0::bigint, 'EXECUTE is granted to PUBLIC');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'sys'::regnamespace AND relname ~ '^user_parallel'
                      AND NOT has_table_privilege('regress_pe_user', oid, 'SELECT') $$, 'user_* is for everybody');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'sys'::regnamespace AND relname ~ '^dba_parallel'
                      AND (has_table_privilege('regress_pe_user', oid, 'SELECT') OR NOT has_table_privilege('regress_pe_admin', oid, 'SELECT')
                           OR NOT has_table_privilege('regress_pe_monitor', oid, 'SELECT')) $$,
    'dba_* is for dbms_parallel_admin and pg_monitor');

-- a user's day
CREATE TABLE items AS SELECT g AS id, 0 AS n, 'item ' || g AS name FROM generate_series(1, 1000) AS g;
ALTER TABLE items ADD PRIMARY KEY (id);
GRANT ALL ON items TO regress_pe_user, regress_pe_other;
SET ROLE regress_pe_user;
SELECT matches(dbms_parallel_execute.generate_task_name(), '^TASK\$_\d+$', 'a name');
SELECT matches(dbms_parallel_execute.generate_task_name('SCOTT'), '^SCOTT\d+$', 'with a prefix');
SELECT lives_ok($$ CALL dbms_parallel_execute.create_task('My Task', comment => 'a comment') $$, 'makes a task');
SELECT throws_ok($$ CALL dbms_parallel_execute.create_task('My Task') $$, 'O9497', NULL, 'once');
SELECT throws_ok($$ SELECT dbms_parallel_execute.task_status('my task') $$, 'O9498', NULL, 'names are plain strings');
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.created(), 'it is created');
SELECT results_eq('SELECT task_name, chunk_type, status, task_comment FROM sys.user_parallel_execute_tasks',
    $$ VALUES ('My Task', 'UNDELARED', 'CREATED', 'a comment') $$, 'the view has it');
SELECT lives_ok($$ CALL dbms_parallel_execute.create_chunks_by_number_col('My Task', 'PUBLIC', 'ITEMS', 'ID', 100) $$, 'chunks');
SELECT throws_ok($$ CALL dbms_parallel_execute.create_chunks_by_number_col('My Task', 'PUBLIC', 'ITEMS', 'ID', 100) $$, 'O9492', NULL, 'once');
SELECT results_eq('SELECT chunk_type, status, table_owner, table_name, number_column, key_column, run_number FROM sys.user_parallel_execute_tasks',
    $$ VALUES ('NUMBER_RANGE', 'CHUNKED', 'PUBLIC', 'ITEMS', 'ID', NULL, 0) $$, 'names are shown as Oracle would');
SELECT results_eq('SELECT status, start_id, end_id, start_rowid, job_name, start_ts, end_ts FROM sys.user_parallel_execute_chunks ORDER BY chunk_id LIMIT 2',
    $$ VALUES ('UNASSIGNED', 1::numeric, 100::numeric, NULL::tid, NULL, NULL::timestamptz, NULL::timestamptz), ('UNASSIGNED', 101, 200, NULL, NULL, NULL, NULL) $$,
    'the chunks');
SELECT results_eq('SELECT status, activity, reason, chunks_total, chunks_left, percent_done, workers, current_chunks, started_at FROM sys.user_parallel_execute_progress',
    $$ VALUES ('CHUNKED', 'NOT RUNNING', NULL, 10::bigint, 10::bigint, 0.0, 0, NULL::bigint[], NULL::timestamptz) $$, 'and how far they are');
SELECT throws_ok($$ CALL dbms_parallel_execute.run_task('My Task', 'SELECT :start_id, :end_id', 1) $$, '2D000', NULL, 'a run in a function is refused');
SELECT throws_ok($$ CALL dbms_parallel_execute.adm_stop_task('REGRESS_PE_USER', 'My Task') $$, 'O9490', NULL, 'an adm_ call needs its role');

SET client_min_messages = error;
CALL dbms_parallel_execute.run_task('My Task',
    'UPDATE public.items SET n = n + 1 / (id - 555) * 0 + 1 WHERE id BETWEEN :start_id AND :end_id',
    dbms_parallel_execute.native(), parallel_level => 2);
RESET client_min_messages;
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.finished_with_error(), 'a run with an error');
SELECT results_eq('SELECT count(*), sum(n) FROM items', 'VALUES (1000::bigint, 900::bigint)', 'all other chunks are done');
SELECT results_eq($$ SELECT status, start_id, error_code, sqlstate, error_message, retries, rows_processed, end_ts >= start_ts
                       FROM sys.user_parallel_execute_chunks WHERE status <> 'PROCESSED' $$,
    $$ VALUES ('PROCESSED_WITH_ERROR', 501::numeric, -1476::numeric, '22012', 'division by zero', 0, 0::bigint, true) $$, 'the error is told');
SELECT results_eq($$ SELECT status, activity, chunks_total, chunks_processed, chunks_failed, chunks_left, rows_processed, ended_at > started_at
                       FROM sys.user_parallel_execute_progress $$,
    $$ VALUES ('FINISHED_WITH_ERROR', 'NOT RUNNING', 10::bigint, 9::bigint, 1::bigint, 0::bigint, 900::bigint, true) $$, 'and counted');
SELECT results_eq($$ SELECT language_flag, edition, fire_apply_trigger, parallel_level, job_class, job_prefix ~ '^TASK\$_\d+$', run_number
                       FROM sys.user_parallel_execute_tasks $$,
    $$ VALUES (1::numeric, NULL, 'TRUE', 2, 'DEFAULT_JOB_CLASS', true, 1) $$, 'arguments are kept');
SELECT is((SELECT bool_and(c.job_name ~ ('^' || replace(t.job_prefix, '$', '\$') || '_[12]$'))
             FROM sys.user_parallel_execute_chunks c, sys.user_parallel_execute_tasks t), true, 'workers have names of jobs');
SELECT throws_ok($$ CALL dbms_parallel_execute.set_chunk_status('My Task', 1, 4) $$, 'O9493', NULL, 'no such status');
SELECT throws_ok($$ CALL dbms_parallel_execute.set_chunk_status('My Task', 0, 2) $$, 'O9499', NULL, 'no such chunk');
CALL dbms_parallel_execute.resume_task('My Task', 'UPDATE public.items SET n = n + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.finished(), 'resumed with another statement');
SELECT results_eq('SELECT count(*), min(n), max(n) FROM items', 'VALUES (1000::bigint, 1, 1)', 'each row was processed once');
SELECT results_eq($$ SELECT c.job_name, c.error_code, p.rows_processed, p.chunks_failed, t.job_prefix FROM sys.user_parallel_execute_chunks c,
                       sys.user_parallel_execute_progress p, sys.user_parallel_execute_tasks t WHERE c.start_id = 501 $$,
    $$ VALUES (NULL, NULL::numeric, 1000::bigint, 0::bigint, NULL) $$, 'the session did that');
SELECT lives_ok($$ CALL dbms_parallel_execute.purge_processed_chunks('My Task') $$, 'chunks are purged');
SELECT results_eq('SELECT chunks_total, rows_processed, percent_done FROM sys.user_parallel_execute_progress', 'VALUES (0::bigint, 0::bigint, NULL::numeric)',
    'and not counted any more');
SELECT lives_ok($$ CALL dbms_parallel_execute.drop_chunks('My Task') $$, 'dropped');
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.created(), 'the task can be chunked again');

-- chunks by rowid and key, a framework of one's own
SELECT lives_ok($$ CALL dbms_parallel_execute.create_chunks_by_rowid('My Task', 'public', 'items', false, 2) $$, 'chunks by rowid');
SELECT results_eq('SELECT start_rowid, end_rowid, leaf_owner, leaf_name FROM sys.user_parallel_execute_chunks ORDER BY chunk_id LIMIT 1',
    $$ VALUES ('(0,0)'::tid, '(1,65535)'::tid, 'PUBLIC', 'ITEMS') $$, 'are whole blocks');
CALL dbms_parallel_execute.drop_chunks('My Task');
SELECT lives_ok($$ CALL dbms_parallel_execute.create_chunks_by_key('My Task', 'public', 'items', 'name', 400) $$, 'chunks by key');
SELECT results_eq($$ SELECT chunk_type, key_column, number_column FROM sys.user_parallel_execute_tasks $$, $$ VALUES ('KEY_RANGE', 'NAME', NULL) $$, 'have a column');
SELECT is((SELECT count(*) FROM items i JOIN sys.user_parallel_execute_chunks c ON i.name BETWEEN c.start_key AND c.end_key), 1000::bigint, 'and each row');
CALL dbms_parallel_execute.get_key_chunk('My Task', NULL, NULL, NULL, NULL) \gset
SELECT results_eq(format('SELECT status, start_key, end_key, start_ts IS NOT NULL FROM sys.user_parallel_execute_chunks WHERE chunk_id = %s', :'chunk_id'),
    format('VALUES (''ASSIGNED'', %L, %L, true)', :'start_key', :'end_key'), 'one is given out');
SELECT results_eq('SELECT status, chunks_left, chunks_processed FROM sys.user_parallel_execute_progress', $$ VALUES ('PROCESSING', 3::bigint, 0::bigint) $$, 'the task is being processed');
SELECT lives_ok(format('CALL dbms_parallel_execute.set_chunk_status(''My Task'', %s, dbms_parallel_execute.processed_with_error(), -1, ''no'')', :'chunk_id'), 'it failed');
SELECT results_eq('SELECT status, chunks_left, chunks_failed FROM sys.user_parallel_execute_progress', $$ VALUES ('PROCESSING', 2::bigint, 1::bigint) $$, 'others are left');
SELECT lives_ok(format('CALL dbms_parallel_execute.set_chunk_status(''My Task'', %s, 2)', chunk_id), 'another is done')
  FROM sys.user_parallel_execute_chunks WHERE status = 'UNASSIGNED' ORDER BY chunk_id;
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.finished_with_error(), 'then all are');

-- others
RESET ROLE;
SET ROLE regress_pe_other;
SELECT is_empty('SELECT task_name FROM sys.user_parallel_execute_tasks', 'another user sees no task');
SELECT is_empty('SELECT chunk_id FROM sys.user_parallel_execute_chunks', 'no chunk');
SELECT is_empty('SELECT task_name FROM sys.user_parallel_execute_progress', 'no progress');
SELECT throws_ok('SELECT * FROM sys.dba_parallel_execute_tasks', '42501', NULL, 'nor all tasks');
SELECT is_empty('SELECT 1 FROM generate_series(1, 100) AS g WHERE dbms.parallel_task_status(g) IS NOT NULL', 'statuses are not for him');
SELECT is_empty('SELECT 1 FROM generate_series(1, 100) AS g, dbms.parallel_chunk_counts(g) AS c WHERE c.total IS NOT NULL', 'nor counts');
SELECT throws_ok($$ CALL dbms_parallel_execute.drop_task('My Task') $$, 'O9498', NULL, 'he cannot drop it');
SELECT lives_ok($$ CALL dbms_parallel_execute.create_task('My Task') $$, 'but have one of the same name');
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.created(), 'which is his');
CALL dbms_parallel_execute.create_chunks_by_number_col('My Task', 'public', 'items', 'id', 1000);
CALL dbms_parallel_execute.run_task('My Task', 'SELECT :start_id, :end_id', 1);
SELECT is(dbms_parallel_execute.task_status('My Task'), dbms_parallel_execute.finished(), 'serial runs need no privilege');
RESET ROLE;
SET ROLE regress_pe_monitor;
SELECT results_eq('SELECT task_owner, task_name, status FROM sys.dba_parallel_execute_tasks ORDER BY 1',
    $$ VALUES ('REGRESS_PE_OTHER', 'My Task', 'FINISHED'), ('REGRESS_PE_USER', 'My Task', 'FINISHED_WITH_ERROR') $$, 'a monitor sees all');
SELECT results_eq('SELECT task_owner, chunks_total, chunks_failed FROM sys.dba_parallel_execute_progress ORDER BY 1',
    $$ VALUES ('REGRESS_PE_OTHER', 1::bigint, 0::bigint), ('REGRESS_PE_USER', 3::bigint, 1::bigint) $$, 'and how far they are');
SELECT throws_ok($$ CALL dbms_parallel_execute.adm_drop_task('REGRESS_PE_USER', 'My Task') $$, 'O9490', NULL, 'and changes nothing');
RESET ROLE;
SET ROLE regress_pe_admin;
SELECT is(dbms_parallel_execute.adm_task_status('REGRESS_PE_USER', 'My Task'), dbms_parallel_execute.finished_with_error(), 'an admin may ask');
SELECT lives_ok($$ CALL dbms_parallel_execute.adm_stop_task('REGRESS_PE_USER', 'My Task') $$, 'stop');
SELECT lives_ok($$ CALL dbms_parallel_execute.adm_drop_chunks('REGRESS_PE_USER', 'My Task') $$, 'drop chunks');
SELECT lives_ok($$ CALL dbms_parallel_execute.adm_drop_task('REGRESS_PE_USER', 'My Task') $$, 'drop the task');
SELECT is((SELECT count(*) FROM sys.dba_parallel_execute_tasks), 1::bigint, 'it is gone');
SELECT is((SELECT count(*) FROM sys.dba_parallel_execute_chunks), 1::bigint, 'with its chunks');

RESET ROLE;
SELECT throws_ok('DROP ROLE regress_pe_other', '2BP01', NULL, 'an owner of tasks cannot be dropped');
SELECT * FROM finish();
DROP OWNED BY regress_pe_user, regress_pe_other, regress_pe_admin, regress_pe_monitor;
DROP ROLE regress_pe_user, regress_pe_other, regress_pe_admin, regress_pe_monitor;
