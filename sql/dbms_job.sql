-- Package DBMS_JOB: calls, errors, runs, and what runs do to their jobs.
SET client_min_messages = warning;
CREATE ROLE regress_job_a LOGIN;
CREATE ROLE regress_job_b LOGIN;
CREATE SCHEMA regress_job;
GRANT ALL ON SCHEMA regress_job TO PUBLIC;

CREATE PROCEDURE regress_job.wait_until(query text) LANGUAGE plpgsql AS $$
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

SET ROLE regress_job_a;
SET search_path = regress_job, sys;
SET timezone = 'Europe/Berlin';
SET datestyle = iso;
SET intervalstyle = 'iso_8601';
CREATE TABLE work (what text, at timestamptz DEFAULT clock_timestamp());
CREATE PROCEDURE do_work(what text) LANGUAGE sql AS $$ INSERT INTO work (what) VALUES (do_work.what) $$;

-- SUBMIT AND CHANGE, with dates far away

CALL dbms_job.submit(NULL, 'do_work(''one'');', '2100-01-01 12:00', 'TRUNC(SYSDATE + 1) + 6/24') \gset
\echo :job
CALL dbms_job.submit(job => NULL, what => 'do_work(''two'');', next_date => timestamptz '2100-07-01 12:00:00.7+00') \gset two_
CALL dbms_job.isubmit(100, 'do_work(''hundred'');', timestamp '2100-01-02 00:00', 'NULL');
SELECT job, log_user, priv_user, schema_user, last_date, last_sec, this_date, this_sec, next_date, next_sec, total_time,
       broken, "interval", failures, what, misc_env, instance
  FROM user_jobs ORDER BY job \gx
SELECT count(*) AS same FROM all_jobs a JOIN user_jobs u USING (job, nls_env);
SELECT nls_env ~ 'IntervalStyle=''iso_8601''' AND nls_env ~ 'TimeZone=''Europe/Berlin''' AS kept FROM user_jobs WHERE job = 100;
-- elsewhere the same instant is another date
SET timezone = 'America/New_York';
SELECT next_date, next_sec FROM user_jobs WHERE job = 100;
SET timezone = 'Europe/Berlin';
CALL dbms_job.change(100, NULL, NULL, NULL);
CALL dbms_job.change(100, NULL, NULL, 'SYSDATE + 1', instance => 1);
CALL dbms_job.what(100, 'do_work(''what'');');
CALL dbms_job.next_date(100, '2100-02-01 01:02:03');
CALL dbms_job."interval"(100, 'SYSDATE + 2');
CALL dbms_job.instance(100, 5, force => true);
SELECT next_date, "interval", what, instance FROM user_jobs WHERE job = 100;
CALL dbms_job.change(job => 100, what => 'do_work(''changed'');', next_date => NULL, "interval" => NULL);
CALL dbms_job.broken(100, true);
SELECT next_date, next_sec, broken FROM user_jobs WHERE job = 100;
CALL dbms_job.broken(100, false, '2100-03-01 00:00');
SELECT next_date, next_sec, broken, what FROM user_jobs WHERE job = 100;
CALL dbms_job.user_export(100, NULL);
CALL dbms_job.user_export(100, NULL, NULL) \gset
CALL dbms_job.remove(100);
-- the text makes the job anew
:mycall
:myinst
SELECT job, next_date, "interval", what, instance, broken FROM user_jobs WHERE job = 100;
CALL dbms_job.remove(100);
-- hidden among the scheduler's jobs
SELECT count(*) FROM user_scheduler_jobs;
SELECT dbms_job.any_instance(), dbms_job.is_jobq(), dbms_job.background_process();
-- nothing happens before the transaction commits
BEGIN;
CALL dbms_job.isubmit(101, 'do_work(''never'');', dbms_date.sysdate());
ROLLBACK;
SELECT count(*) FROM user_jobs WHERE job = 101;

-- ERRORS

\set VERBOSITY sqlstate
CALL dbms_job.submit(NULL, NULL);
CALL dbms_job.submit(NULL, '');
CALL dbms_job.submit(NULL, 'this is nothing;');
CALL dbms_job.submit(NULL, repeat('x', 4001));
CALL dbms_job.submit(NULL, 'do_work(''x'');', NULL::timestamp);
CALL dbms_job.submit(NULL, 'do_work(''x'');', 'infinity');
CALL dbms_job.submit(NULL, 'do_work(''x'');', "interval" => 'SYSDATE - 1');
CALL dbms_job.submit(NULL, 'do_work(''x'');', "interval" => 'SYSDATE');
CALL dbms_job.submit(NULL, 'do_work(''x'');', "interval" => '7');
CALL dbms_job.submit(NULL, 'do_work(''x'');', "interval" => 'FREQ=DAILY');
CALL dbms_job.submit(NULL, 'do_work(''x'');', "interval" => 'no such thing');
CALL dbms_job.submit(NULL, 'do_work(''x'');', no_parse => NULL);
CALL dbms_job.submit(NULL, 'do_work(''x'');', instance => -1);
CALL dbms_job.submit(NULL, 'do_work(''x'');', instance => NULL);
CALL dbms_job.submit(NULL, 'do_work(''x'');', instance => 2);
CALL dbms_job.submit(NULL, 'do_work(''x'');', force => NULL);
CALL dbms_job.isubmit(:job, 'do_work(''x'');', '2100-01-01');
CALL dbms_job.isubmit(0, 'do_work(''x'');', '2100-01-01');
CALL dbms_job.isubmit(-1, 'do_work(''x'');', '2100-01-01');
CALL dbms_job.isubmit(NULL, 'do_work(''x'');', '2100-01-01');
CALL dbms_job.remove(NULL);
CALL dbms_job.remove(0);
CALL dbms_job.remove(12345);
CALL dbms_job.change(12345, NULL, NULL, NULL);
CALL dbms_job.change(:job, 'this is nothing;', NULL, NULL);
CALL dbms_job.change(:job, NULL, NULL, 'SYSDATE - 1');
CALL dbms_job.change(:job, NULL, NULL, NULL, 2);
CALL dbms_job.what(:job, NULL);
CALL dbms_job.next_date(:job, NULL);
CALL dbms_job."interval"(:job, 'SYSDATE - 1');
CALL dbms_job.instance(:job, NULL);
CALL dbms_job.instance(:job, 2);
CALL dbms_job.broken(:job, NULL);
CALL dbms_job.broken(:job, false, NULL);
CALL dbms_job.run(12345);
CALL dbms_job.run(:job, NULL);
CALL dbms_job.user_export(12345, NULL);
-- another user, even the superuser, has no part in it
SET ROLE regress_job_b;
CALL dbms_job.remove(:job);
CALL dbms_job.change(:job, NULL, NULL, NULL);
CALL dbms_job.what(:job, 'NULL;');
CALL dbms_job.broken(:job, true);
CALL dbms_job.run(:job);
CALL dbms_job.isubmit(:job, 'NULL;', '2100-01-01');
SELECT count(*) FROM all_jobs;
TABLE dba_jobs;
TABLE dba_jobs_running;
RESET ROLE;
CALL dbms_job.remove(:job);
SET ROLE regress_job_a;
\set VERBOSITY default
\set SHOW_CONTEXT never
CALL dbms_job.isubmit(:job, 'do_work(''x'');', '2100-01-01');
CALL dbms_job.submit(NULL, 'do_work(''x'');', instance => 2);
CALL dbms_job.isubmit(0, 'do_work(''x'');', '2100-01-01');
CALL dbms_job.what(:job, NULL);
CALL dbms_job.remove(12345);
-- nothing was changed
SELECT job, next_date, "interval", what, instance, broken FROM user_jobs ORDER BY job;

-- RUN, in this session

CALL dbms_job.run(:job);
SELECT what FROM work;
SELECT broken, failures, last_date IS NOT NULL AS has_succeeded, next_sec FROM user_jobs WHERE job = :job;
-- a broken job is mended by it
CALL dbms_job.broken(:job, true);
CALL dbms_job.run(:job);
SELECT broken, next_sec FROM user_jobs WHERE job = :job;
-- what the statements assign counts
CALL dbms_job.what(:job, 'next_date := timestamp ''2100-05-01 00:00''; do_work(''number '' || job);');
CALL dbms_job.run(:job);
SELECT next_date FROM user_jobs WHERE job = :job;
-- of a time that comes twice, the first one; one that never comes is later
CALL dbms_job.what(:job, 'SET TimeZone = UTC; next_date := timestamp ''2100-10-31 02:30'';');
CALL dbms_job.run(:job);
SET timezone = 'UTC';
SELECT next_date FROM user_jobs WHERE job = :job;
SET timezone = 'Europe/Berlin';
CALL dbms_job.what(:job, 'next_date := timestamp ''2100-03-28 02:30'';');
CALL dbms_job.run(:job);
SELECT next_date FROM user_jobs WHERE job = :job;
CALL dbms_job.what(:job, 'broken := true;');
CALL dbms_job.run(:job);
SELECT broken FROM user_jobs WHERE job = :job;
-- errors, with the transaction as it was
CALL dbms_job.what(:job, 'do_work(''lost''); RAISE EXCEPTION ''out of luck'' USING DETAIL = ''None was left.'';');
CALL dbms_job.run(:job);
SELECT what FROM work ORDER BY at;
-- statements may commit where the caller could
CALL dbms_job.what(:job, 'do_work(''first''); COMMIT; do_work(''second''); ROLLBACK; do_work(''third'');');
BEGIN;
CALL dbms_job.run(:job);
ROLLBACK;
CALL dbms_job.run(:job);
SELECT what FROM work ORDER BY at;
-- a job without an interval is gone after its success
CALL dbms_job.run(:two_job);
SELECT count(*) FROM user_jobs WHERE job = :two_job;
-- a job may remove itself
CALL dbms_job.what(:job, 'dbms_job.remove(job);');
CALL dbms_job.run(:job);
SELECT count(*) FROM user_jobs;

-- RUNS BY WORKERS

TRUNCATE work;
CALL dbms_job.isubmit(1, 'do_work(''once '' || dbms_job.is_jobq());', dbms_date.sysdate());
CALL dbms_job.isubmit(2, 'do_work(''daily '' || (next_date = timestamp ''2100-01-01 00:00''));', dbms_date.sysdate(), 'timestamp ''2100-01-01 00:00''');
CALL dbms_job.isubmit(3, 'do_work(''moves''); next_date := timestamp ''2100-02-01 00:00'';', dbms_date.sysdate(), 'SYSDATE + 1');
CALL dbms_job.isubmit(4, 'do_work(''stops''); next_date := NULL;', dbms_date.sysdate(), 'SYSDATE + 1');
CALL dbms_job.isubmit(5, 'do_work(''breaks''); broken := true;', dbms_date.sysdate(), 'SYSDATE + 1');
CALL dbms_job.isubmit(6, 'do_work(''lost''); RAISE ''no luck'';', dbms_date.sysdate(), 'SYSDATE + 1');
CALL dbms_job.isubmit(7, 'do_work(current_setting(''IntervalStyle''));', dbms_date.sysdate());
CALL dbms_job.isubmit(8, 'BEGIN do_work(''block''); END;', dbms_date.sysdate());
CALL dbms_job.isubmit(9, 'DECLARE x text := ''declared''; BEGIN do_work(x); END;', dbms_date.sysdate());
CALL dbms_job.isubmit(10, 'this is nothing;', dbms_date.sysdate(), no_parse => true);
CALL dbms_job.isubmit(11, 'do_work(''never'');', dbms_date.sysdate(), 'SYSDATE - 1', no_parse => true);
CALL dbms_job.isubmit(12, 'do_work(''soon again'');', dbms_date.sysdate(), 'CASE WHEN SYSDATE < timestamp ''2100-01-01'' THEN SYSDATE + 1/86400 END');
CALL wait_until('SELECT count(*) FILTER (WHERE what = ''soon again'') >= 2 AND count(DISTINCT what) = 9 FROM work');
CALL dbms_job.broken(12, true);
CALL wait_until('SELECT count(*) = 7 AND count(*) FILTER (WHERE failures = 1) = 3 AND bool_and(this_date IS NULL) FROM user_jobs');
SELECT DISTINCT what FROM work ORDER BY what;
SELECT job, failures, broken, last_date IS NOT NULL AS has_succeeded,
       CASE WHEN next_date > timestamp '2099-01-01' THEN next_date END AS next_date,
       next_date - dbms_date.sysdate() BETWEEN interval '30 s' AND interval '60 s' AS in_a_minute
  FROM user_jobs WHERE job <> 12 ORDER BY job;
-- failures are in the log of the scheduler
SELECT job_name, status, sqlstate, split_part(errors, E'\n', 1) AS error FROM user_scheduler_job_run_details
 WHERE job_name <> 'DBMS_JOB$_12' ORDER BY job_name;
-- one that runs: what is set meanwhile, its end decides anew
RESET ROLE;
SELECT pg_advisory_lock(4712);
SET ROLE regress_job_a;
CALL dbms_job.isubmit(20, 'PERFORM pg_advisory_xact_lock(4712); do_work(''twenty'');', dbms_date.sysdate(), 'timestamp ''2100-01-01 00:00''');
CALL wait_until('SELECT this_date IS NOT NULL AND this_sec IS NOT NULL FROM user_jobs WHERE job = 20');
RESET ROLE;
CALL regress_job.wait_until('SELECT sid IS NOT NULL FROM sys.dba_jobs_running WHERE job = 20');
SET ROLE regress_job_a;
CALL dbms_job.run(20);
CALL dbms_job.broken(20, true);
SELECT broken FROM user_jobs WHERE job = 20;
SELECT pg_advisory_unlock(4712);
CALL wait_until('SELECT broken = ''N'' FROM user_jobs WHERE job = 20');
SELECT broken, next_date, this_date FROM user_jobs WHERE job = 20;

-- after a failure in 1, 2, 4 ... minutes, or its interval if that is less;
-- after 16 it is broken
CALL dbms_job.isubmit(21, 'RAISE ''no luck'';', '2100-01-01', 'SYSDATE + 1');
CALL dbms_job.isubmit(22, 'RAISE ''no luck'';', '2100-01-01', 'SYSDATE + 3/1440');
CALL dbms_job.isubmit(23, 'RAISE ''no luck'';', '2100-01-01', 'SYSDATE + 3');
CALL dbms_job.isubmit(24, 'RAISE ''no luck'';', '2100-01-01');
CALL dbms_job.isubmit(25, 'RAISE ''no luck'';', '2100-01-01', 'SYSDATE + 1');
-- (without triggers, which would take this for a restore)
RESET ROLE;
SET session_replication_role = replica;
UPDATE dbms.job_state s SET consecutive_failures = f.n
  FROM dbms.job j, (VALUES (21, 4), (22, 4), (23, 14), (24, 10), (25, 15)) AS f (job, n)
 WHERE j.dbms_job_number = f.job AND s.job_id = j.id;
RESET session_replication_role;
SET ROLE regress_job_a;
CALL dbms_job.next_date(21, dbms_date.sysdate());
CALL dbms_job.next_date(22, dbms_date.sysdate());
CALL dbms_job.next_date(23, dbms_date.sysdate());
CALL dbms_job.next_date(24, dbms_date.sysdate());
CALL dbms_job.next_date(25, dbms_date.sysdate());
CALL wait_until('SELECT count(*) = 5 FROM user_jobs WHERE job BETWEEN 21 AND 25 AND failures IN (5, 15, 11, 16)');
SELECT job, failures, broken,
       CASE WHEN broken = 'N' THEN round(extract(epoch FROM next_date - dbms_date.sysdate()) / 60) END AS minutes
  FROM user_jobs WHERE job BETWEEN 21 AND 25 ORDER BY job;

RESET ROLE;
DROP OWNED BY regress_job_a;
SELECT count(*) FROM sys.dba_jobs WHERE priv_user = 'REGRESS_JOB_A';
DROP SCHEMA regress_job CASCADE;
DROP ROLE regress_job_a, regress_job_b;
