-- Dictionary views: the states of jobs, and who sees what of whom.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE ROLE regress_views_a LOGIN;
CREATE ROLE regress_views_b LOGIN;
CREATE ROLE regress_views_monitor LOGIN IN ROLE pg_monitor;
GRANT dbms_create_job TO regress_views_a, regress_views_b;
CREATE SCHEMA regress_views;
GRANT ALL ON SCHEMA regress_views TO PUBLIC;
SET search_path = regress_views, sys;

CREATE PROCEDURE wait_until(query text) LANGUAGE plpgsql AS $$
DECLARE
    deadline timestamptz := clock_timestamp() + interval '60 s';
    reached boolean;
BEGIN
    LOOP
        EXECUTE query INTO reached;
        EXIT WHEN reached;
        IF clock_timestamp() > deadline THEN
            RAISE 'still not true: %', query;
        END IF;
        PERFORM pg_sleep(0.01);
        COMMIT;
    END LOOP;
END $$;

-- what EXPLAIN tells, with the constant in question taken out
CREATE FUNCTION explained(options text, query text, constant text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (' || options || ') ' || format(query, constant) LOOP
        plan := plan || replace(line, constant, '?') || E'\n';
    END LOOP;
    RETURN plan;
END $$;

-- as cheap as can be, so that the planner would call it first
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
    RAISE WARNING 'leaked: %', value;
    RETURN true;
END $$;

CREATE FUNCTION leak(value text, other text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
    RAISE WARNING 'leaked: %', value;
    RETURN true;
END $$;
CREATE OPERATOR <<!>> (FUNCTION = leak, LEFTARG = text, RIGHTARG = text);

-- STATES

SELECT pg_advisory_lock(4711);
SET ROLE regress_views_a;
CALL dbms_scheduler.create_job('disabled', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', comments => 'of a alone');
CALL dbms_scheduler.create_job('scheduled', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2100-01-01 00:00+00', enabled => true);
CALL dbms_scheduler.create_job('succeeded', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', enabled => true, auto_drop => false);
CALL dbms_scheduler.create_job('failed', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN RAISE ''secret''; END;', enabled => true, auto_drop => false);
CALL dbms_scheduler.create_job('completed', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', repeat_interval => 'FREQ=SECONDLY', auto_drop => false);
CALL dbms_scheduler.set_attribute('completed', 'max_runs', 1);
CALL dbms_scheduler.create_job('broken', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN RAISE ''secret''; END;', repeat_interval => 'FREQ=SECONDLY', auto_drop => false);
CALL dbms_scheduler.set_attribute('broken', 'max_failures', 1);
CALL dbms_scheduler.create_job('retried', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN RAISE ''secret''; END;');
CALL dbms_scheduler.set_attribute('retried', 'restart_on_failure', true);
CALL dbms_scheduler.create_job('running', job_type => 'PLSQL_BLOCK', job_action => 'SELECT pg_advisory_xact_lock(4711)', enabled => true);
CALL dbms_scheduler.create_job('stopped', job_type => 'PLSQL_BLOCK', job_action => 'SELECT pg_advisory_xact_lock(4711)', enabled => true, auto_drop => false);
CALL dbms_scheduler.enable('completed, broken, retried');
CALL wait_until('SELECT count(*) = 2 FROM user_scheduler_running_jobs WHERE session_id IS NOT NULL AND job_name IN (''RUNNING'', ''STOPPED'')');
CALL wait_until('SELECT count(*) = 2 FROM pg_locks WHERE locktype = ''advisory'' AND objid = 4711 AND NOT granted');
CALL dbms_scheduler.stop_job('stopped');
CALL wait_until('SELECT count(*) = 9 FROM user_scheduler_jobs WHERE state = job_name OR (state = ''RETRY SCHEDULED'' AND retry_count = 2)');
RESET ROLE;
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', 'TRUE');
SET ROLE regress_views_a;
CALL dbms_scheduler.create_job('ready', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => now(), enabled => true, auto_drop => false);
SELECT job_name, enabled, state, run_count, failure_count, retry_count > 0 AS retried,
       last_start_date IS NOT NULL AS has_run, next_run_date IS NOT NULL AS will_run
  FROM user_scheduler_jobs ORDER BY job_name;
SELECT job_name, operation, status, "error#", error_number, sqlstate, errors, output, d.additional_info,
       actual_start_date >= req_start_date AS in_order, session_id = slave_pid AS by_worker
  FROM user_scheduler_job_run_details d
  JOIN user_scheduler_job_log USING (log_id, log_date, owner, job_name, status)
 WHERE job_name <> 'RETRIED' ORDER BY job_name \gx
SELECT job_name, operation, status, user_name FROM user_scheduler_job_log
 WHERE operation NOT IN ('RUN', 'RETRY_RUN') ORDER BY job_name, operation;

-- LIVE VIEWS

SELECT job_name, job_style, detached, session_id IS NOT NULL AS has_session, slave_process_id IS NOT NULL AS has_slot,
       elapsed_time > '0' AS runs, cpu_used >= '0' AS uses_cpu, log_id IS NOT NULL AS has_log_id
  FROM user_scheduler_running_jobs;
SET ROLE regress_views_monitor;
CALL wait_until('SELECT reason LIKE ''%SCHEDULER_DISABLED%'' FROM dba_scheduler_waiting_jobs WHERE owner = ''REGRESS_VIEWS_A'' AND job_name = ''READY''');
SELECT job_name, job_class, job_priority, is_manual, waiting_time > '0' AS waits, reason
  FROM dba_scheduler_waiting_jobs WHERE job_name = 'READY';
SELECT job_name, session_id IS NOT NULL AS has_session FROM dba_scheduler_running_jobs;
SELECT database_name = current_database() AS here, owner, job_name, job_class, state, cpu_used >= '0' AS uses_cpu
  FROM v$scheduler_running_jobs;
SELECT owner, state, kind, name FROM dba_scheduler_workers WHERE name LIKE 'REGRESS_VIEWS%';
SELECT state, waiting > 0 AS waits, wait_reason, workers > 0 AS has_workers, coordinator_pid IS NOT NULL AS is_served
  FROM dba_scheduler_databases WHERE database_name = current_database();
SELECT job_name, database_role, state FROM dba_scheduler_job_roles WHERE owner = 'REGRESS_VIEWS_A' AND job_name = 'RUNNING';

-- VISIBILITY: b sees nothing of a ...

SET ROLE regress_views_b;
SELECT count(*) FROM user_scheduler_jobs;
SELECT count(*) FROM all_scheduler_jobs;
SELECT count(*) FROM user_scheduler_job_log;
SELECT count(*) FROM all_scheduler_job_log;
SELECT count(*) FROM user_scheduler_job_run_details;
SELECT count(*) FROM all_scheduler_job_run_details;
SELECT count(*) FROM user_scheduler_running_jobs;
SELECT count(*) FROM all_scheduler_running_jobs;
SELECT count(*) FROM dbms.workers() WHERE run_id IS NOT NULL OR name IS NOT NULL OR state IS NOT NULL;
-- ... not through a function that tells what it is given ...
SELECT job_name FROM user_scheduler_jobs WHERE leak(job_action) OR leak(job_name);
SELECT job_name FROM all_scheduler_jobs WHERE leak(job_action) OR leak(job_name) OR leak(owner);
SELECT job_name FROM all_scheduler_job_run_details WHERE leak(errors) OR leak(job_name);
SELECT job_name FROM all_scheduler_running_jobs WHERE leak(job_name);
SELECT program_name FROM all_scheduler_programs WHERE leak(program_action);
-- ... an operator, an order, a group or a join that does ...
SELECT job_name FROM all_scheduler_jobs WHERE job_action <<!>> '' OR job_name <<!>> '';
SELECT job_name FROM all_scheduler_job_log WHERE additional_info <<!>> '' OR user_name <<!>> '';
SELECT job_name FROM all_scheduler_jobs ORDER BY leak(job_action);
SELECT count(*) FROM all_scheduler_jobs GROUP BY leak(job_name) HAVING leak(max(job_action));
SELECT j.job_name FROM all_scheduler_jobs j JOIN all_scheduler_job_run_details d ON j.job_name <<!>> d.job_name OR leak(d.errors);
SELECT leak(j::text) FROM all_scheduler_jobs j;
-- ... nor through what another user has prepared or made in this session
RESET ROLE;
SET ROLE regress_views_a;
PREPARE mine AS SELECT count(*) > 0 AS has_jobs, current_user FROM user_scheduler_jobs;
SET plan_cache_mode = force_generic_plan;
EXECUTE mine;
CREATE VIEW of_a AS SELECT job_name, job_action FROM user_scheduler_jobs;
GRANT SELECT ON of_a TO PUBLIC;
CREATE FUNCTION asked_by_a() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    RETURN (SELECT count(*) FROM sys.user_scheduler_jobs WHERE job_name = 'RUNNING');
SET ROLE regress_views_b;
EXECUTE mine;
SELECT count(*) FROM of_a;
-- what a lends with his own rights he may
SELECT asked_by_a();
DEALLOCATE mine;
RESET plan_cache_mode;
-- ... and a plan is the same whether a has such a thing or not
RESET ROLE;
ANALYZE dbms.job, dbms.job_state, dbms.object, dbms.job_log;
SET ROLE regress_views_b;
SELECT view, column_name,
       explained('ANALYZE, COSTS off, TIMING off, SUMMARY off', 'SELECT * FROM ' || view || ' WHERE ' || column_name || ' = %L', value)
       = explained('ANALYZE, COSTS off, TIMING off, SUMMARY off', 'SELECT * FROM ' || view || ' WHERE ' || column_name || ' = %L', 'no such thing') AS same_rows,
       explained('COSTS on', 'SELECT * FROM ' || view || ' WHERE ' || column_name || ' = %L', value)
       = explained('COSTS on', 'SELECT * FROM ' || view || ' WHERE ' || column_name || ' = %L', 'no such thing') AS same_estimate
  FROM (VALUES ('user_scheduler_jobs', 'job_action', 'BEGIN NULL; END;'),
               ('all_scheduler_jobs', 'job_action', 'BEGIN NULL; END;'),
               ('all_scheduler_jobs', 'comments', 'of a alone'),
               ('all_scheduler_jobs', 'state', 'RUNNING'),
               ('all_scheduler_job_log', 'job_class', 'DEFAULT_JOB_CLASS'),
               ('all_scheduler_job_run_details', 'errors', 'secret')) AS v (view, column_name, value);
TABLE dbms.job;
TABLE dbms.shown_job;
TABLE dba_scheduler_jobs;
TABLE dba_scheduler_running_jobs;
TABLE dba_scheduler_waiting_jobs;
SELECT * FROM v$scheduler_running_jobs;
SELECT count(*) FROM dbms.coordinators();

-- a privilege on one job shows it, its log and its run, but not who does it
SET ROLE regress_views_a;
CALL dbms_scheduler.grant_privilege('ALTER', 'running', 'regress_views_b');
CALL dbms_scheduler.grant_privilege('ALTER', 'failed', 'regress_views_b');
SET ROLE regress_views_b;
SELECT owner, job_name, state FROM all_scheduler_jobs ORDER BY 2;
SELECT owner, job_name, status FROM all_scheduler_job_run_details;
SELECT owner, job_name, session_id FROM all_scheduler_running_jobs;
SELECT count(*) FROM user_scheduler_jobs;
-- a member of a's role has a's rights, but is not a
RESET ROLE;
GRANT regress_views_a TO regress_views_b;
SET ROLE regress_views_b;
SELECT owner, job_name, session_id IS NOT NULL AS has_session FROM all_scheduler_running_jobs;
SELECT count(*) FROM user_scheduler_jobs;
RESET ROLE;
REVOKE regress_views_a FROM regress_views_b;

-- the name of a renamed role, and rows of a dropped job's log
ALTER ROLE regress_views_a RENAME TO "Regress Views A";
SET ROLE regress_views_monitor;
SELECT DISTINCT owner FROM dba_scheduler_jobs WHERE job_name IN ('FAILED', 'RUNNING');
RESET ROLE;
ALTER ROLE "Regress Views A" RENAME TO regress_views_a;
SET ROLE regress_views_a;
CALL dbms_scheduler.drop_job('failed');
SELECT count(*) FROM user_scheduler_job_log WHERE job_name = 'FAILED' AND operation = 'RUN';
SET ROLE regress_views_b;
SELECT count(*) FROM all_scheduler_job_log WHERE job_name = 'FAILED';

-- the last rows are read off an index
SET enable_sort = off;
SET enable_seqscan = off;
DO $$
DECLARE
    view text;
    condition text;
    line text;
BEGIN
    FOREACH view IN ARRAY '{user_scheduler_job_log, user_scheduler_job_run_details, all_scheduler_job_log, all_scheduler_job_run_details}'::text[] LOOP
        FOREACH condition IN ARRAY '{"", "WHERE job_name = ''FAILED''"}'::text[] LOOP
            FOR line IN EXECUTE format('EXPLAIN SELECT * FROM %I %s ORDER BY log_id DESC LIMIT 20', view, condition) LOOP
                IF line ~ '->  Sort|^Sort' THEN
                    RAISE WARNING '% % is sorted', view, condition;
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
RESET enable_sort;
RESET enable_seqscan;

-- names as Oracle shows them
SET ROLE regress_views_a;
CALL dbms_scheduler.create_job('"Mixed Case"', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;');
SELECT owner, job_name FROM all_scheduler_jobs WHERE owner = 'REGRESS_VIEWS_A' AND lower(job_name) = 'mixed case';

RESET ROLE;
SELECT pg_advisory_unlock(4711);
CALL dbms_scheduler.set_scheduler_attribute('scheduler_disabled', NULL);
CALL wait_until('SELECT NOT EXISTS (SELECT FROM dba_scheduler_jobs WHERE owner = ''REGRESS_VIEWS_A'' AND state IN (''RUNNING'', ''READY TO RUN''))');
DROP OWNED BY regress_views_a, regress_views_b;
SELECT count(*) FROM dba_scheduler_jobs WHERE owner LIKE 'REGRESS_VIEWS%';
DROP SCHEMA regress_views CASCADE;
DROP ROLE regress_views_a, regress_views_b, regress_views_monitor;
