-- The examples of doc/parallel_execute.md, and what they leave: each employee
-- exactly one raise from each.
\set VERBOSITY terse
CREATE SCHEMA hr;
CREATE TABLE hr.employees (
    employee_id   integer PRIMARY KEY,
    last_name     varchar(25) NOT NULL,
    hire_date     date NOT NULL,
    salary        numeric(8,2),
    manager_id    integer REFERENCES hr.employees,
    department_id integer)
    WITH (fillfactor = 40);
INSERT INTO hr.employees
    SELECT id, 'Employee ' || id, date '2015-01-01' + id % 3000, 4000 + id % 50 * 100,
           CASE WHEN id > 100 THEN 100 + (id - 101) / 15 END, 10 + id % 11 * 10
      FROM generate_series(100, 2099) AS id;
CREATE TABLE hr.before AS SELECT * FROM hr.employees;
-- fails, but not for ever
CREATE SEQUENCE hr.attempts;
CREATE FUNCTION hr.trouble(id integer) RETURNS integer VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    IF id = 1500 AND nextval('hr.attempts') < 3 THEN
        RAISE EXCEPTION 'employee % is locked', id;
    END IF;
    RETURN 0;
END $$;

-- By rowid, and again what failed

DO $$
DECLARE
    tries integer := 0;
BEGIN
    CALL dbms_parallel_execute.create_task('raise salaries');
    CALL dbms_parallel_execute.create_chunks_by_rowid('raise salaries', 'HR', 'EMPLOYEES', by_row => true, chunk_size => 100);
    CALL dbms_parallel_execute.run_task('raise salaries',
        'UPDATE hr.employees e SET salary = e.salary + 10 + hr.trouble(e.employee_id) WHERE rowid BETWEEN :start_id AND :end_id',
        dbms_parallel_execute.native(), parallel_level => 4);
    RAISE NOTICE '%', (SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = 'raise salaries');
    RAISE NOTICE '%', (SELECT concat_ws(' ', status, error_code, sqlstate, error_message) FROM sys.user_parallel_execute_chunks
                        WHERE task_name = 'raise salaries' AND status <> 'PROCESSED');

    WHILE dbms_parallel_execute.task_status('raise salaries') <> dbms_parallel_execute.finished() AND tries < 2 LOOP
        tries := tries + 1;
        CALL dbms_parallel_execute.resume_task('raise salaries');
        RAISE NOTICE 'try % %', tries, (SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = 'raise salaries');
    END LOOP;

    RAISE NOTICE '%', (SELECT concat_ws(' ', status, activity, chunks_failed, chunks_left, percent_done, rows_processed)
                         FROM sys.user_parallel_execute_progress WHERE task_name = 'raise salaries');
    IF dbms_parallel_execute.task_status('raise salaries') = dbms_parallel_execute.finished() THEN
        CALL dbms_parallel_execute.drop_task('raise salaries');
    END IF;
END $$;
SELECT e.salary - b.salary AS raise, count(*) FROM hr.employees e JOIN hr.before b USING (employee_id) GROUP BY 1;

-- By a query: one chunk for each manager

DO $$
BEGIN
    CALL dbms_parallel_execute.create_task('by manager');
    CALL dbms_parallel_execute.create_chunks_by_sql('by manager',
        'SELECT DISTINCT manager_id, manager_id FROM hr.employees', by_rowid => false);
    CALL dbms_parallel_execute.run_task('by manager',
        'UPDATE hr.employees e SET salary = e.salary + 10 WHERE manager_id BETWEEN :start_id AND :end_id',
        dbms_parallel_execute.native(), parallel_level => 4);
    RAISE NOTICE '%', (SELECT concat_ws(' ', status, chunks_total, chunks_processed, rows_processed)
                         FROM sys.user_parallel_execute_progress WHERE task_name = 'by manager');
    CALL dbms_parallel_execute.drop_task('by manager');
END $$;
SELECT e.salary - b.salary AS raise, count(*), count(e.manager_id) AS with_manager
  FROM hr.employees e JOIN hr.before b USING (employee_id) GROUP BY 1 ORDER BY 1;

-- A framework of one's own, on a table where rows do not move

CREATE TABLE hr.staff (LIKE hr.employees) WITH (fillfactor = 40);
INSERT INTO hr.staff SELECT * FROM hr.before ORDER BY employee_id;
CALL dbms_parallel_execute.create_task('own loop');
CALL dbms_parallel_execute.create_chunks_by_rowid('own loop', 'HR', 'STAFF', by_row => true, chunk_size => 100);
-- a session that gives up gives its chunk back
BEGIN;
CALL dbms_parallel_execute.get_rowid_chunk('own loop', NULL, NULL, NULL, NULL) \gset
SELECT status, count(*) > 1 AS many FROM sys.user_parallel_execute_chunks WHERE task_name = 'own loop' GROUP BY 1 ORDER BY 1;
ROLLBACK;
SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = 'own loop';
CREATE PROCEDURE hr.own_loop() LANGUAGE plpgsql AS $$
DECLARE
    chunk     numeric;
    first_row tid;
    last_row  tid;
    any_rows  boolean;
BEGIN
    LOOP
        CALL dbms_parallel_execute.get_rowid_chunk('own loop', chunk, first_row, last_row, any_rows);
        EXIT WHEN NOT any_rows;
        BEGIN
            UPDATE hr.staff SET department_id = department_id + 1 + hr.trouble(employee_id) WHERE ctid BETWEEN first_row AND last_row;
            CALL dbms_parallel_execute.set_chunk_status('own loop', chunk, dbms_parallel_execute.processed());
        EXCEPTION WHEN OTHERS THEN
            CALL dbms_parallel_execute.set_chunk_status('own loop', chunk, dbms_parallel_execute.processed_with_error(),
                                                        -20000, sqlerrm);
        END;
        COMMIT;
    END LOOP;
END $$;
ALTER SEQUENCE hr.attempts RESTART 2;
CALL hr.own_loop();
SELECT dbms_parallel_execute.task_status('own loop') = dbms_parallel_execute.finished_with_error() AS has_error;
SELECT concat_ws(' ', status, activity, chunks_failed, chunks_left, percent_done) AS progress
  FROM sys.user_parallel_execute_progress WHERE task_name = 'own loop';
SELECT status, error_code, error_message, start_ts <= end_ts AS timed
  FROM sys.user_parallel_execute_chunks WHERE task_name = 'own loop' AND status <> 'PROCESSED';
SELECT chunk_id AS bad FROM sys.user_parallel_execute_chunks
 WHERE task_name = 'own loop' AND status = 'PROCESSED_WITH_ERROR' \gset
CALL dbms_parallel_execute.set_chunk_status('own loop', :bad, dbms_parallel_execute.unassigned());
CALL hr.own_loop();
SELECT status, chunks_failed, chunks_left FROM sys.user_parallel_execute_progress WHERE task_name = 'own loop';
SELECT e.department_id - b.department_id AS moved, count(*) FROM hr.staff e JOIN hr.before b USING (employee_id) GROUP BY 1;
CALL dbms_parallel_execute.drop_task('own loop');
SET client_min_messages = warning;
DROP SCHEMA hr CASCADE;
