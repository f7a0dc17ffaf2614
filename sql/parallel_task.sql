-- Tasks: names, comments, constants, status, owners, and the calls for tasks
-- of others.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
-- SQLSTATE and message of a call that fails
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
GRANT EXECUTE ON FUNCTION pg_temp.error_of(text) TO PUBLIC;
CREATE ROLE regress_par_a LOGIN;
CREATE ROLE regress_par_b LOGIN;
CREATE ROLE regress_par_admin LOGIN;
CREATE ROLE "Regress Par" LOGIN;
GRANT dbms_parallel_admin TO regress_par_admin;
CREATE VIEW pg_temp.tasks AS
    SELECT w.role_name, t.name, t.status, t.chunk_type, t.task_comment
      FROM dbms.parallel_task t JOIN dbms.owner w ON w.id = t.owner_id
     WHERE w.role_name ~* 'regress.par' ORDER BY w.role_name, t.name COLLATE "C";

-- Constants
SELECT dbms_parallel_execute.unassigned(), dbms_parallel_execute.assigned(),
       dbms_parallel_execute.processed(), dbms_parallel_execute.processed_with_error();
SELECT dbms_parallel_execute.created(), dbms_parallel_execute.chunking(),
       dbms_parallel_execute.chunking_failed(), dbms_parallel_execute.no_chunks(),
       dbms_parallel_execute.chunked(), dbms_parallel_execute.processing(),
       dbms_parallel_execute.finished(), dbms_parallel_execute.finished_with_error(),
       dbms_parallel_execute.crashed();
SELECT dbms_parallel_execute.v6(), dbms_parallel_execute.native(), dbms_parallel_execute.v7();

-- Generated names: the prefix, and numbers that grow in one sequence
SELECT dbms_parallel_execute.generate_task_name() ~ '^TASK\$_[0-9]+$',
       dbms_parallel_execute.generate_task_name('SCOTT') ~ '^SCOTT[0-9]+$',
       dbms_parallel_execute.generate_task_name(prefix => 'my Task ') ~ '^my Task [0-9]+$',
       dbms_parallel_execute.generate_task_name(NULL) ~ '^[0-9]+$',
       dbms_parallel_execute.generate_task_name('') ~ '^[0-9]+$';
SELECT n[2] = n[1] + 1 FROM (SELECT ARRAY[dbms_parallel_execute.generate_task_name('')::int,
                                          dbms_parallel_execute.generate_task_name('')::int] AS n) AS g;
SELECT pg_temp.error_of(format('SELECT dbms_parallel_execute.generate_task_name(%L)', repeat('x', 128)));

SET SESSION AUTHORIZATION regress_par_a;
-- Names are plain strings
CALL dbms_parallel_execute.create_task('t');
CALL dbms_parallel_execute.create_task('T', 'upper case');
CALL dbms_parallel_execute.create_task(task_name => 'PROCESS BIG TABLE', comment => 'Oracle''s');
CALL dbms_parallel_execute.create_task(comment => NULL, task_name => ' with "quotes".and ''more'' ');
CALL dbms_parallel_execute.create_task('ʇ', '');
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_parallel_execute.create_task(NULL)'),
    ('CALL dbms_parallel_execute.create_task('''')'),
    ('CALL dbms_parallel_execute.create_task(''t'')'),
    ('CALL dbms_parallel_execute.create_task(''t'', ''with another comment'')')) AS v(c);
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_task(%L)', n)) FROM (VALUES
    (repeat('x', 129)), (repeat('ʇ', 65))) AS v(n);
SELECT pg_temp.error_of(format('CALL dbms_parallel_execute.create_task(''c'', %L)', n)) FROM (VALUES
    (repeat('x', 4001)), (repeat('ʇ', 2001))) AS v(n);
CALL dbms_parallel_execute.create_task(repeat('ʇ', 64), repeat('x', 4000));
RESET SESSION AUTHORIZATION;
SELECT role_name, left(name, 20), octet_length(name), status, chunk_type, left(task_comment, 10), length(task_comment)
  FROM pg_temp.tasks;

-- Each owner has names of his own, and sees only his
SET SESSION AUTHORIZATION regress_par_b;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('SELECT dbms_parallel_execute.task_status(''t'')'),
    ('CALL dbms_parallel_execute.drop_task(''t'')'),
    ('CALL dbms_parallel_execute.drop_chunks(''t'')'),
    ('CALL dbms_parallel_execute.stop_task(''t'')'),
    ('CALL dbms_parallel_execute.purge_processed_chunks(''t'')'),
    ('CALL dbms_parallel_execute.set_chunk_status(''t'', 1, 2)'),
    ('CALL dbms_parallel_execute.get_rowid_chunk(''t'', NULL, NULL, NULL, NULL)'),
    ('CALL dbms_parallel_execute.get_number_col_chunk(''t'', NULL, NULL, NULL, NULL)'),
    ('CALL dbms_parallel_execute.get_key_chunk(''t'', NULL, NULL, NULL, NULL)'),
    ('CALL dbms_parallel_execute.create_chunks_by_rowid(''t'', NULL, ''x'', true, 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col(''t'', NULL, ''x'', ''y'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_key(''t'', NULL, ''x'', ''y'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_sql(''t'', ''SELECT 1, 2'', false)'),
    ('CALL dbms_parallel_execute.pause_task(''t'')'),
    ('CALL dbms_parallel_execute.continue_task(''t'')'),
    ('CALL dbms_parallel_execute.set_parallel_level(''t'', 2)'),
    ('CALL dbms_parallel_execute.set_throttle(''t'')')) AS v(c);
-- \set VERBOSITY verbose would name the source file; SQLSTATEs of the rest
\set VERBOSITY sqlstate
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.resume_task('t');
CALL dbms_parallel_execute.resume_task('t', true);
CALL dbms_parallel_execute.resume_task('t', 'SELECT :start_id, :end_id', 1);
\set VERBOSITY default
CALL dbms_parallel_execute.create_task('t', 'another one');
SELECT dbms_parallel_execute.task_status('t');
-- A name that is NULL or empty
SELECT pg_temp.error_of(c) FROM (VALUES
    ('SELECT dbms_parallel_execute.task_status(NULL)'),
    ('SELECT dbms_parallel_execute.task_status('''')'),
    ('CALL dbms_parallel_execute.drop_task(NULL)'),
    ('CALL dbms_parallel_execute.drop_chunks(NULL)'),
    ('CALL dbms_parallel_execute.stop_task(NULL)'),
    ('CALL dbms_parallel_execute.purge_processed_chunks(NULL)'),
    ('CALL dbms_parallel_execute.set_chunk_status(NULL, 1, 2)'),
    ('CALL dbms_parallel_execute.get_rowid_chunk(NULL, NULL, NULL, NULL, NULL)'),
    ('CALL dbms_parallel_execute.get_number_col_chunk(NULL, NULL, NULL, NULL, NULL)'),
    ('CALL dbms_parallel_execute.create_chunks_by_rowid(NULL, NULL, ''x'', true, 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_number_col('''', NULL, ''x'', ''y'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_key(NULL, NULL, ''x'', ''y'', 1)'),
    ('CALL dbms_parallel_execute.create_chunks_by_sql(NULL, ''SELECT 1, 2'', false)'),
    ('CALL dbms_parallel_execute.pause_task(NULL)'),
    ('CALL dbms_parallel_execute.continue_task(NULL)'),
    ('CALL dbms_parallel_execute.set_parallel_level(NULL, 2)'),
    ('CALL dbms_parallel_execute.set_throttle(NULL)')) AS v(c);
\set VERBOSITY sqlstate
CALL dbms_parallel_execute.run_task(NULL, 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.resume_task(NULL);
CALL dbms_parallel_execute.resume_task('', 'SELECT :start_id, :end_id', 1);
\set VERBOSITY default
-- Longer than any name is only unknown; no part of it is looked for
SELECT pg_temp.error_of(format('SELECT dbms_parallel_execute.task_status(%L)', repeat('t', 130)));

-- Dropping: in the caller's transaction
BEGIN;
CALL dbms_parallel_execute.drop_task('t');
SELECT pg_temp.error_of('SELECT dbms_parallel_execute.task_status(''t'')');
ROLLBACK;
SELECT dbms_parallel_execute.task_status('t');
BEGIN;
CALL dbms_parallel_execute.create_task('u');
ROLLBACK;
SELECT pg_temp.error_of('SELECT dbms_parallel_execute.task_status(''u'')');
DO $$ BEGIN CALL dbms_parallel_execute.drop_task('t'); END $$;
SELECT pg_temp.error_of('CALL dbms_parallel_execute.drop_task(''t'')');
CALL dbms_parallel_execute.create_task('t');

-- Tasks of others need the role, one's own by this way too
SELECT pg_temp.error_of(c) FROM (VALUES
    ('SELECT dbms_parallel_execute.adm_task_status(''regress_par_a'', ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(''regress_par_b'', ''t'')'),
    ('CALL dbms_parallel_execute.adm_drop_chunks(''regress_par_a'', ''t'')'),
    ('CALL dbms_parallel_execute.adm_stop_task(''regress_par_a'', ''t'')'),
    ('CALL dbms_parallel_execute.adm_drop_task(''regress_par_a'', ''t'')')) AS v(c);
SET SESSION AUTHORIZATION regress_par_admin;
SELECT dbms_parallel_execute.adm_task_status('regress_par_a', 't'),
       dbms_parallel_execute.adm_task_status(task_owner => 'REGRESS_PAR_B', task_name => 't');
SELECT pg_temp.error_of(c) FROM (VALUES
    ('SELECT dbms_parallel_execute.task_status(''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(NULL, ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status('''', ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(''regress_par_a'', NULL)'),
    ('SELECT dbms_parallel_execute.adm_task_status(''regress_par_nobody'', ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(''a.b'', ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(''sys.b'', ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(''sys'', ''t'')'),
    ('SELECT dbms_parallel_execute.adm_task_status(''regress_par_a'', ''unknown'')'),
    ('CALL dbms_parallel_execute.adm_drop_task(''regress_par_a'', ''unknown'')'),
    ('CALL dbms_parallel_execute.adm_drop_chunks(''regress_par_a'', ''unknown'')'),
    ('CALL dbms_parallel_execute.adm_stop_task(''regress_par_a'', ''unknown'')')) AS v(c);
CALL dbms_parallel_execute.adm_stop_task('regress_par_a', 't');
CALL dbms_parallel_execute.adm_drop_chunks('regress_par_a', 't');
CALL dbms_parallel_execute.adm_drop_task('regress_par_a', 't');
CALL dbms_parallel_execute.adm_drop_task(task_owner => 'regress_par_a', task_name => 'PROCESS BIG TABLE');
SELECT pg_temp.error_of('SELECT dbms_parallel_execute.adm_task_status(''regress_par_a'', ''t'')');
SET SESSION AUTHORIZATION "Regress Par";
CALL dbms_parallel_execute.create_task('t');
SET SESSION AUTHORIZATION regress_par_admin;
SELECT dbms_parallel_execute.adm_task_status('"Regress Par"', 't');
RESET SESSION AUTHORIZATION;
-- The current user counts, not the session's; superusers need no role
SET ROLE regress_par_b;
SELECT dbms_parallel_execute.task_status('t');
RESET ROLE;
SELECT dbms_parallel_execute.adm_task_status('regress_par_b', 't');
SELECT role_name, left(name, 10), status FROM pg_temp.tasks;

-- Roles and their tasks
DROP ROLE regress_par_b;
ALTER ROLE regress_par_b RENAME TO regress_par_renamed;
SELECT dbms_parallel_execute.adm_task_status('regress_par_renamed', 't');
ALTER ROLE regress_par_renamed RENAME TO regress_par_b;
REASSIGN OWNED BY "Regress Par" TO regress_par_b;
REASSIGN OWNED BY "Regress Par" TO regress_par_a;
DROP ROLE "Regress Par";
DROP OWNED BY "Regress Par";
DROP ROLE "Regress Par";
SELECT role_name, left(name, 10), status FROM pg_temp.tasks;
SET ROLE regress_par_a;
CALL dbms_parallel_execute.create_chunks_by_sql('t', 'SELECT 1, 2', false);
RESET ROLE;
DROP OWNED BY regress_par_a, regress_par_b;
SELECT role_name, left(name, 10), status FROM pg_temp.tasks;
SELECT count(*) FROM dbms.parallel_chunk c WHERE NOT EXISTS (SELECT FROM dbms.parallel_task t WHERE t.id = c.task_id);
DROP OWNED BY regress_par_admin;
DROP ROLE regress_par_a, regress_par_b, regress_par_admin;
