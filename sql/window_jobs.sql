-- Jobs whose schedule is a window or a group of windows. The windows open by
-- hand alone: their first starts lie far ahead.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
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
CREATE PROCEDURE pg_temp.wait_for(condition text)
    LANGUAGE plpgsql AS $$
DECLARE
    reached boolean;
BEGIN
    FOR i IN 1..1200 LOOP
        EXECUTE 'SELECT ' || condition INTO reached;
        IF reached THEN
            RETURN;
        END IF;
        PERFORM pg_sleep(0.05);
    END LOOP;
    RAISE EXCEPTION 'not reached: %', condition;
END $$;
-- the jobs know of the last opening or closing, and have run
CREATE PROCEDURE pg_temp.settle()
    LANGUAGE sql AS $$
    CALL pg_temp.wait_for('(SELECT is_served FROM dbms.opening) AND NOT EXISTS (SELECT FROM dbms.run)'
                          ' AND NOT EXISTS (SELECT FROM dbms.job_state WHERE next_run_at <= clock_timestamp())')
$$;
CREATE VIEW pg_temp.jobs AS
    SELECT job_name, schedule_owner, schedule_name, schedule_type, enabled, state, next_run_date, run_count, failure_count
      FROM sys.user_scheduler_jobs WHERE job_name LIKE 'J\_%' ORDER BY 1;
CREATE TABLE public.window_ran (id serial, job text, started timestamptz, ends timestamptz);

CALL dbms_scheduler.create_window('wj_a', NULL, '2990-03-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '2 hours');
CALL dbms_scheduler.create_window('wj_b', NULL, '2990-02-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '2 hours');
CALL dbms_scheduler.create_window('wj_c', NULL, '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '2 hours');
CALL dbms_scheduler.disable('wj_c');
CALL dbms_scheduler.create_window_group('wj_group', 'wj_a, wj_b, wj_c');
CALL dbms_scheduler.create_group('"wj empty"', 'WINDOW');
CALL dbms_scheduler.create_group('wj_dest', 'DB_DEST');
CALL dbms_scheduler.create_program('wj_program', 'PLSQL_BLOCK', 'BEGIN NULL; END;', enabled => true);
SELECT 'BEGIN ' || $$INSERT INTO public.window_ran (job, started, ends) VALUES (job_name, window_start, window_end);$$ || ' END;' AS block \gset

-- How such a job is made
CALL dbms_scheduler.create_job('j_a', schedule_name => 'wj_a', job_type => 'PLSQL_BLOCK', job_action => :'block', auto_drop => false);
CALL dbms_scheduler.create_job('j_group', schedule_name => 'SYS.wj_group', job_type => 'PLSQL_BLOCK', job_action => :'block', enabled => true, auto_drop => false);
CALL dbms_scheduler.create_job('j_named', program_name => 'wj_program', schedule_name => 'wj_b', enabled => true);
CALL dbms_scheduler.create_job('j_empty', program_name => 'wj_program', schedule_name => '"wj empty"', enabled => true);
CALL dbms_scheduler.create_job('j_set', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;');
CALL dbms_scheduler.set_attribute('j_set', 'schedule_name', 'wj_a');
CALL dbms_scheduler.set_attribute('j_set', 'stop_on_window_close', true);
CALL dbms_scheduler.enable('j_a, j_set');
SELECT * FROM pg_temp.jobs;
SELECT dbms_scheduler.get_attribute_text('j_set', 'schedule_name'), dbms_scheduler.get_attribute_boolean('j_set', 'stop_on_window_close'),
       dbms_scheduler.get_attribute_text('j_group', 'schedule_name');
SELECT pg_temp.error_of($$CALL dbms_scheduler.create_job('j_no', program_name => 'wj_program', schedule_name => 'wj_none')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.create_job('j_no', program_name => 'wj_program', schedule_name => 'wj_dest')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.create_job('j_no', program_name => 'wj_program', schedule_name => 'wj_program')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.set_attribute('j_a', 'repeat_interval', 'FREQ=DAILY')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.set_attribute('j_a', 'end_date', now())$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.set_attribute('j_a', 'stop_on_window_close', 'perhaps')$$);

-- When it runs next: at the window's next start, of a group at the first of an
-- enabled member
CALL dbms_scheduler.enable('wj_c');
SELECT job_name, next_run_date FROM pg_temp.jobs;
CALL dbms_scheduler.disable('wj_group', force => true);
CALL dbms_scheduler.disable('wj_a', force => true);
SELECT job_name, enabled, state, next_run_date FROM pg_temp.jobs;
CALL dbms_scheduler.enable('wj_a, wj_group');
CALL dbms_scheduler.disable('wj_c', force => true);
SELECT job_name, next_run_date FROM pg_temp.jobs;

-- It runs once for each opening
CALL dbms_scheduler.open_window('wj_a', NULL);
CALL pg_temp.wait_for('(SELECT count(*) = 2 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.open_window('wj_b', NULL, force => true);
CALL pg_temp.wait_for('(SELECT count(*) = 3 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.open_window('wj_a', interval '1 hour', force => true);
CALL pg_temp.wait_for('(SELECT count(*) = 5 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.open_window('wj_a', interval '10 minutes', force => true);
CALL dbms_scheduler.close_window('wj_a');
CALL pg_temp.settle();
SELECT job, count(*), min(ends - started), max(ends - started) FROM public.window_ran GROUP BY job ORDER BY 1;
SELECT job_name, enabled, state, next_run_date, run_count FROM pg_temp.jobs;

-- A job that is made, enabled or changed while the window is open waits for the next opening
CALL dbms_scheduler.disable('j_a');
CALL dbms_scheduler.open_window('wj_a', NULL);
CALL pg_temp.wait_for('(SELECT count(*) = 6 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.enable('j_a');
CALL dbms_scheduler.create_job('j_new', schedule_name => 'wj_a', job_type => 'PLSQL_BLOCK', job_action => :'block', enabled => true);
CALL dbms_scheduler.create_job('j_twice', schedule_name => 'wj_a', job_type => 'PLSQL_BLOCK', job_action => :'block');
CALL dbms_scheduler.set_attribute('j_twice', 'max_runs', 2);
CALL dbms_scheduler.enable('j_twice');
CALL dbms_scheduler.set_attribute('j_named', 'schedule_name', 'wj_a');
CALL dbms_scheduler.set_attribute('j_group', 'comments', 'not of its times');
CALL dbms_scheduler.run_job('j_new', use_current_session => false);
CALL pg_temp.wait_for('(SELECT count(*) = 7 FROM public.window_ran)');
CALL pg_temp.settle();
SELECT job_name, state, next_run_date FROM pg_temp.jobs;
SELECT job, started IS NULL, ends IS NULL FROM public.window_ran ORDER BY id DESC LIMIT 1;
CALL dbms_scheduler.close_window('wj_a');
-- the second run completes J_TWICE, which goes; closing has ended nothing
CALL dbms_scheduler.open_window('wj_a', NULL);
CALL pg_temp.wait_for('(SELECT count(*) = 11 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.close_window('wj_a');
CALL dbms_scheduler.open_window('wj_a', NULL);
CALL pg_temp.wait_for('(SELECT count(*) = 15 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.close_window('wj_a');
CALL pg_temp.settle();
SELECT job_name, enabled, state, run_count FROM pg_temp.jobs;
SELECT operation, status, additional_info FROM sys.user_scheduler_job_log WHERE job_name = 'J_TWICE' ORDER BY log_id;

-- A disabled group starts nothing, its windows open and start their own jobs
TRUNCATE public.window_ran;
CALL dbms_scheduler.disable('wj_group', force => true);
CALL dbms_scheduler.open_window('wj_a', NULL);
CALL pg_temp.wait_for('(SELECT count(*) = 2 FROM public.window_ran)');
CALL pg_temp.settle();
CALL dbms_scheduler.close_window('wj_a');
CALL dbms_scheduler.enable('wj_group');
SELECT job FROM public.window_ran ORDER BY job;

-- stop_on_window_close: of the window's job, of the group's, and without
SELECT 'BEGIN INSERT INTO public.window_ran (job) VALUES (job_name); COMMIT; PERFORM pg_sleep(600); END;' AS long \gset
CALL dbms_scheduler.create_job('j_stop', schedule_name => 'wj_a', job_type => 'PLSQL_BLOCK', job_action => :'long');
CALL dbms_scheduler.create_job('j_stop_group', schedule_name => 'wj_group', job_type => 'PLSQL_BLOCK', job_action => :'long');
CALL dbms_scheduler.create_job('j_stay', schedule_name => 'wj_a', job_type => 'PLSQL_BLOCK', job_action => :'long', auto_drop => false);
CALL dbms_scheduler.set_attribute('j_stop', 'stop_on_window_close', true);
CALL dbms_scheduler.set_attribute('j_stop_group', 'stop_on_window_close', true);
CALL dbms_scheduler.enable('j_stop, j_stop_group, j_stay');
CALL dbms_scheduler.open_window('wj_a', NULL);
CALL pg_temp.wait_for('(SELECT count(*) = 3 FROM public.window_ran WHERE job LIKE ''J\_ST%'')');
CALL dbms_scheduler.open_window('wj_b', NULL, force => true);
CALL pg_temp.wait_for('(SELECT count(*) = 2 FROM sys.user_scheduler_job_log WHERE job_name LIKE ''J\_ST%'' AND operation <> ''ENABLE'')');
SELECT job_name, operation, status, additional_info FROM sys.user_scheduler_job_log WHERE job_name LIKE 'J\_ST%' AND operation <> 'ENABLE' ORDER BY job_name, log_id;
CALL dbms_scheduler.close_window('wj_b');
CALL pg_temp.wait_for('(SELECT count(*) = 1 FROM dbms.run)');
SELECT job_name, status, split_part(additional_info, ',', 1) FROM sys.user_scheduler_job_run_details WHERE job_name LIKE 'J\_ST%' ORDER BY job_name, log_id;
SELECT job_name, enabled, state, run_count, failure_count FROM pg_temp.jobs WHERE job_name LIKE 'J\_ST%';
CALL dbms_scheduler.stop_job('j_stay');

-- Arguments of a procedure that tell the window
CREATE PROCEDURE public.window_procedure(a timestamptz, b timestamptz) LANGUAGE sql
    AS $$ INSERT INTO public.window_ran (job, started, ends) VALUES ('procedure', a, b) $$;
CALL dbms_scheduler.create_program('wj_procedure', 'STORED_PROCEDURE', 'public.window_procedure', 2);
CALL dbms_scheduler.define_metadata_argument('wj_procedure', 'WINDOW_START', 1);
CALL dbms_scheduler.define_metadata_argument('wj_procedure', 'WINDOW_END', 2);
CALL dbms_scheduler.enable('wj_procedure');
CALL dbms_scheduler.create_job('j_procedure', program_name => 'wj_procedure', schedule_name => 'wj_b', enabled => true);
CALL dbms_scheduler.open_window('wj_b', interval '5 minutes');
CALL pg_temp.wait_for('EXISTS (SELECT FROM public.window_ran WHERE job = ''procedure'')');
SELECT started = p.opened_at, ends = p.close_at FROM public.window_ran, dbms.opening p WHERE job = 'procedure';
CALL dbms_scheduler.close_window('wj_b');
CALL pg_temp.settle();

-- Windows and groups that jobs refer to
SELECT pg_temp.error_of($$CALL dbms_scheduler.drop_window('wj_b')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.drop_window_group('wj_group')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.disable('wj_a')$$);
CALL dbms_scheduler.drop_window('wj_a', force => true);
CALL dbms_scheduler.drop_window_group('wj_group', force => true);
SELECT job_name, schedule_name, schedule_type, enabled, state, next_run_date FROM pg_temp.jobs;
SELECT job_name, disabled_reason FROM sys.user_scheduler_jobs WHERE disabled_reason IS NOT NULL ORDER BY 1;
SELECT pg_temp.error_of($$CALL dbms_scheduler.enable('j_a')$$);

DO $$
DECLARE
    j text;
BEGIN
    FOR j IN SELECT job_name FROM sys.user_scheduler_jobs WHERE job_name LIKE 'J\_%' ORDER BY 1 LOOP
        CALL dbms_scheduler.drop_job(j);
    END LOOP;
END $$;
CALL dbms_scheduler.drop_program('wj_program, wj_procedure');
CALL dbms_scheduler.drop_window('wj_b, wj_c');
CALL dbms_scheduler.drop_group('"wj empty", wj_dest');
DROP PROCEDURE public.window_procedure;
DROP TABLE public.window_ran;
