-- RUN_TASK and RESUME_TASK: where they may be called, their arguments, states,
-- kinds of statements, settings, and rights of workers.
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
CREATE SCHEMA regress_par;
SET search_path = regress_par, public;
CREATE TABLE t (id integer PRIMARY KEY, hits integer DEFAULT 0, note text);
INSERT INTO t SELECT i FROM generate_series(1, 30) AS i;
-- what the task's last run had, and its chunks
CREATE FUNCTION pg_temp.show(task text DEFAULT 't') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', 'status', dbms_parallel_execute.task_status(t.name), 'level', parallel_level, job_class, language_flag, edition,
               apply_crossedition_trigger, fire_apply_trigger, 'rows',
               (SELECT string_agg(coalesce(c.sqlstate || ' ' || c.error_code, c.rows_processed::text, '-'), ' ' ORDER BY c.id)
                  FROM dbms.parallel_chunk c WHERE c.task_id = t.id))
      FROM dbms.parallel_task t WHERE name = task $$;
CREATE FUNCTION pg_temp.error_in(task text DEFAULT 't') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', c.sqlstate, c.error_code, c.error_message, c.error_detail, regexp_replace(c.error_context, '(pgd_chunk|pg_temp|TASK\$)_[0-9_]+', '\1', 'g'))
      FROM dbms.parallel_chunk c JOIN dbms.parallel_task t ON t.id = c.task_id WHERE t.name = task AND c.status = 3 ORDER BY c.id $$;
CREATE PROCEDURE pg_temp.anew() LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_parallel_execute.drop_chunks('t');
    CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 't', 'id', 10);
    UPDATE t SET hits = 0, note = NULL;
END $$;
CALL dbms_parallel_execute.create_task('t');

-- Where it may be called: wherever it can commit
CALL pg_temp.anew();
BEGIN;
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
ROLLBACK;
BEGIN;
CALL dbms_parallel_execute.resume_task('t');
ROLLBACK;
BEGIN;
CALL dbms_parallel_execute.resume_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
ROLLBACK;
SELECT pg_temp.error_of('CALL dbms_parallel_execute.run_task(''t'', ''UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id'', 1)');
DO $$
BEGIN
    CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
EXCEPTION WHEN invalid_transaction_termination THEN
    RAISE NOTICE 'caught %', SQLERRM;
END $$;
CREATE PROCEDURE definer() LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
END $$;
CALL definer();
SELECT pg_temp.show();
SELECT sum(hits) FROM t;
DO $$
BEGIN
    CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
    RAISE NOTICE 'status %', dbms_parallel_execute.task_status('t');
    CALL dbms_parallel_execute.drop_chunks('t');
    CALL dbms_parallel_execute.create_chunks_by_number_col('t', NULL, 't', 'id', 10);
    CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 2);
    RAISE NOTICE 'status %', dbms_parallel_execute.task_status('t');
END $$;
SELECT sum(hits) FROM t;
-- the caller's own work before it is committed with the first chunk
CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS $$
BEGIN
    UPDATE t SET note = 'before';
    CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
    RAISE EXCEPTION 'too late';
END $$;
CALL pg_temp.anew();
CALL outer_one();
SELECT count(note), sum(hits) FROM t;

-- a loop over a query goes on behind the commits
CALL pg_temp.anew();
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT i FROM generate_series(1, 3) AS i LOOP
        CALL dbms_parallel_execute.create_task('loop ' || r.i);
        CALL dbms_parallel_execute.create_chunks_by_number_col('loop ' || r.i, NULL, 't', 'id', 20);
        CALL dbms_parallel_execute.run_task('loop ' || r.i, 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => r.i - 1);
        CALL dbms_parallel_execute.drop_task('loop ' || r.i);
    END LOOP;
END $$;
SELECT hits, count(*) FROM t GROUP BY hits;
CALL dbms_parallel_execute.drop_chunks('t');

-- Arguments by position in Oracle's order, and by name
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', dbms_parallel_execute.v7(),
    'my edition', 'my trigger', false, 1, 'default_job_class');
SELECT pg_temp.show();
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task(job_class => 'DEFAULT_JOB_CLASS', parallel_level => 0, fire_apply_trigger => true,
    apply_crossedition_trigger => NULL, edition => NULL, language_flag => NULL,
    sql_stmt => 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', task_name => 't');
SELECT pg_temp.show();
-- the level: whole numbers from 0 on, NULL is the number of CPUs
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => NULL);
SELECT parallel_level >= 1, is_parallel FROM dbms.parallel_task;
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => -1);
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 1.5);
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 'NaN');
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 1e20);
CALL dbms_parallel_execute.run_task('t', NULL, 1);
CALL dbms_parallel_execute.run_task('t', '', 1);
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, repeat('x', 131));
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, NULL, repeat('x', 131));
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, fire_apply_trigger => NULL);
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 1, job_class => 'no_such_class');
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 1, job_class => 'not a name');
-- in the session too: the class is kept for RESUME_TASK
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, job_class => 'no_such_class');
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, job_class => 'not a name');
SELECT pg_temp.show();
-- a class that is NULL or empty is the default
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1, parallel_level => 1, job_class => NULL);
SELECT pg_temp.show();

-- States
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.resume_task('t');
CALL dbms_parallel_execute.resume_task('t', true);
CALL dbms_parallel_execute.resume_task('t', 'SELECT :start_id, :end_id', 1, force => true);
CALL dbms_parallel_execute.drop_chunks('t');
CALL dbms_parallel_execute.run_task('t', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.resume_task('t');
CALL dbms_parallel_execute.create_task('new');
CALL dbms_parallel_execute.resume_task('new');
CALL dbms_parallel_execute.create_chunks_by_sql('new', 'SELECT 1, 2', false);
CALL dbms_parallel_execute.resume_task('new');
CALL dbms_parallel_execute.resume_task('new', 'SELECT :start_id, :end_id', 1);
CALL dbms_parallel_execute.resume_task('new', force => NULL);
CALL dbms_parallel_execute.drop_task('new');

-- RESUME_TASK does what failed, with the stored arguments or new ones
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 + 0 / (id - 15) WHERE id BETWEEN :start_id AND :end_id', 1, 'ed', parallel_level => 1);
SELECT pg_temp.show();
SELECT hits, count(*) FROM t GROUP BY hits ORDER BY hits;
CALL dbms_parallel_execute.resume_task('t');
SELECT pg_temp.show();
SELECT pg_temp.error_in();
CALL dbms_parallel_execute.resume_task(force => false, task_name => 't');
CALL dbms_parallel_execute.resume_task('t', 'UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT pg_temp.show();
SELECT hits, count(*) FROM t GROUP BY hits ORDER BY hits;
-- purged errors are not done again
CALL pg_temp.anew();
CALL dbms_parallel_execute.run_task('t', 'UPDATE t SET hits = hits + 1 + 0 / (id - 15) WHERE id BETWEEN :start_id AND :end_id', 1);
CALL dbms_parallel_execute.purge_processed_chunks('t');
SELECT pg_temp.show();
CALL dbms_parallel_execute.resume_task('t');
SELECT pg_temp.show();

-- Kinds of statements, and the rows that each counts
CREATE TABLE log (lo integer, hi integer, who text DEFAULT current_user, pid integer DEFAULT pg_backend_pid());
CREATE PROCEDURE pg_temp.try(stmt text, level int DEFAULT 0) LANGUAGE plpgsql AS $$
BEGIN
    CALL pg_temp.anew();
    DELETE FROM log;
    CALL dbms_parallel_execute.run_task('t', stmt, 1, parallel_level => level);
    RAISE NOTICE '%, hits %, log %', pg_temp.show(), (SELECT string_agg(h, ' ') FROM (SELECT concat(hits, '*', count(*)) AS h FROM t GROUP BY hits ORDER BY hits) AS h),
        (SELECT count(*) FROM log);
END $$;
CREATE PROCEDURE process(first integer, last integer) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE t SET hits = hits + 1 WHERE id BETWEEN first AND last;
    INSERT INTO log VALUES (first, last);
END $$;
CALL pg_temp.try('UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id AND id % 2 = 0');
CALL pg_temp.try('UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id RETURNING id, hits');
CALL pg_temp.try('DELETE FROM log WHERE lo BETWEEN :start_id AND :end_id');
CALL pg_temp.try('INSERT INTO log (lo, hi) SELECT id, id FROM t WHERE id BETWEEN :start_id AND :end_id AND id > 4');
CALL pg_temp.try('INSERT INTO t (id) SELECT id FROM t WHERE id BETWEEN :start_id AND :end_id ON CONFLICT (id) DO UPDATE SET hits = t.hits + 5 WHERE t.id < 6');
CALL pg_temp.try('INSERT INTO t (id) SELECT id FROM t WHERE id BETWEEN :start_id AND :end_id ON CONFLICT DO NOTHING');
CALL pg_temp.try('MERGE INTO t USING generate_series(:start_id, :end_id) AS g (i) ON t.id = g.i WHEN MATCHED AND i > 5 THEN UPDATE SET hits = hits + 1 WHEN NOT MATCHED THEN INSERT (id) VALUES (i)');
CALL pg_temp.try('WITH u AS (UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id RETURNING id) INSERT INTO log (lo) SELECT id FROM u WHERE id > 8');
CALL pg_temp.try('WITH u AS (UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id RETURNING id) SELECT count(*) FROM u');
CALL pg_temp.try('SELECT id FROM t WHERE id BETWEEN :start_id AND :end_id AND id <> 3');
CALL pg_temp.try('SELECT id FROM t WHERE id BETWEEN :start_id AND :end_id FOR UPDATE');
CALL pg_temp.try('VALUES (:start_id), (:end_id)');
CALL pg_temp.try('CALL process(:start_id, :end_id)');
CALL pg_temp.try('CALL process(last => :end_id, first => :start_id)', 2);
CALL pg_temp.try('BEGIN UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id; CALL process(:start_id, :end_id); END;');
CALL pg_temp.try('DECLARE n integer := :start_id; BEGIN FOR i IN n..:end_id LOOP UPDATE t SET hits = hits + 1 WHERE id = i; END LOOP; END', 2);
CALL pg_temp.try('/* a comment */ begin process(:start_id, :end_id); end;');
CALL pg_temp.try('BEGIN NULL; END; -- :start_id');
CALL pg_temp.try('BEGIN this is no code :start_id :end_id; END;');
-- a view, a rule, a trigger
CREATE VIEW v AS SELECT id, hits FROM t WHERE id > 5;
CALL pg_temp.try('UPDATE v SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id');
CREATE VIEW j AS SELECT a.id, a.hits FROM t a JOIN t b USING (id);
CREATE RULE ru AS ON UPDATE TO j DO INSTEAD (UPDATE t SET hits = hits + 2 WHERE id = OLD.id; INSERT INTO log (lo) VALUES (OLD.id));
CALL pg_temp.try('UPDATE j SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id');
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log (lo) VALUES (NEW.id); RETURN CASE WHEN NEW.id <> 7 THEN NEW END; END';
CREATE TRIGGER tr BEFORE UPDATE OF hits ON t FOR EACH ROW WHEN (NEW.hits > 0) EXECUTE FUNCTION log_it();
CALL pg_temp.try('UPDATE t SET hits = hits + 1 WHERE id BETWEEN :start_id AND :end_id', 1);
DROP TRIGGER tr ON t;

-- COMMIT and ROLLBACK inside are errors of each chunk
CREATE PROCEDURE commits(integer, integer) LANGUAGE plpgsql AS 'BEGIN UPDATE t SET hits = -1 WHERE id BETWEEN $1 AND $2; COMMIT; END';
CALL pg_temp.try('CALL commits(:start_id, :end_id)');
SELECT pg_temp.error_in();
CALL pg_temp.try('CALL commits(:start_id, :end_id)', 2);
CALL pg_temp.try('BEGIN UPDATE t SET hits = -1 WHERE id BETWEEN :start_id AND :end_id; ROLLBACK; END;', 1);
SELECT pg_temp.error_in();

-- Errors: SQLSTATE, Oracle's number, message, detail, context
CREATE FUNCTION fails(i integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF i = 3 THEN RAISE EXCEPTION 'no luck with %', i USING DETAIL = 'in detail', HINT = 'try again'; END IF;
    IF i = 13 THEN PERFORM 1 / 0; END IF;
    IF i = 23 THEN RAISE unique_violation USING MESSAGE = repeat('ʇ', 3000); END IF;
    RETURN 1;
END $$;
CALL pg_temp.try('UPDATE t SET hits = hits + fails(id) WHERE id BETWEEN :start_id AND :end_id', 2);
SELECT left(e, 300) FROM pg_temp.error_in() AS e;
SELECT octet_length(error_message) FROM dbms.parallel_chunk ORDER BY id;
-- a constraint that is checked at the commit
CREATE TABLE child (id integer, t_id integer REFERENCES t DEFERRABLE INITIALLY DEFERRED);
CALL pg_temp.try('INSERT INTO child SELECT id, CASE WHEN id = 12 THEN 1000 ELSE id END FROM t WHERE id BETWEEN :start_id AND :end_id');
SELECT pg_temp.error_in();
CALL pg_temp.try('INSERT INTO child SELECT id, CASE WHEN id = 12 THEN 1000 ELSE id END FROM t WHERE id BETWEEN :start_id AND :end_id', 2);
SELECT pg_temp.error_in();
SELECT count(*) FROM child;
DROP TABLE child;
-- serialization failures are tried again, so often
CREATE SEQUENCE tries;
CREATE FUNCTION late(i integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF i = 11 AND nextval('tries') < 4 THEN RAISE serialization_failure; END IF;
    IF i = 21 THEN PERFORM nextval('tries'); RAISE deadlock_detected; END IF;
    RETURN 1;
END $$;
CALL pg_temp.try('UPDATE t SET hits = hits + late(id) WHERE id BETWEEN :start_id AND :end_id', 1);
SELECT retries, status, sqlstate FROM dbms.parallel_chunk ORDER BY id;
SELECT last_value FROM tries;
-- at the commit, too
CREATE FUNCTION late_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lo = 1 AND nextval('tries') < 3 THEN RAISE serialization_failure; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late_trigger();
ALTER SEQUENCE tries RESTART;
CALL pg_temp.try('INSERT INTO log VALUES (:start_id, :end_id)', 1);
SELECT retries, status, sqlstate FROM dbms.parallel_chunk ORDER BY id;
ALTER SEQUENCE tries RESTART;
CALL pg_temp.try('INSERT INTO log VALUES (:start_id, :end_id)');
SELECT retries, status, sqlstate FROM dbms.parallel_chunk ORDER BY id;
DROP TRIGGER ct ON log;
CALL dbms_parallel_execute.drop_task('t');
DROP SCHEMA regress_par CASCADE;
