-- CREATE_JOB in its forms, COPY_JOB, GENERATE_JOB_NAME. All jobs lie in the
-- future or are disabled, so that nothing runs.
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
CREATE ROLE regress_job_owner LOGIN IN ROLE dbms_create_job;
CREATE ROLE regress_job_other LOGIN IN ROLE dbms_create_job;
CREATE ROLE regress_job_plain LOGIN;
CREATE ROLE regress_job_admin LOGIN SUPERUSER;
SET SESSION AUTHORIZATION regress_job_admin;
GRANT CREATE ON SCHEMA public TO regress_job_owner;

CREATE VIEW show_jobs AS
SELECT w.role_name AS owner, b.name, j.job_style AS style,
       coalesce(j.program_name, j.job_type) AS action,
       coalesce(j.schedule_name, j.repeat_interval) AS interval, j.interval_kind AS kind,
       j.time_zone, s.is_enabled AS enabled, s.next_run_at AS next_run
  FROM dbms.job j JOIN dbms.object b ON b.id = j.id
  JOIN dbms.owner w ON w.id = b.owner_id JOIN dbms.job_state s ON s.job_id = j.id
 ORDER BY 1, 2;

-- Form 1, as migrated code calls it: by name and by position.
CALL dbms_scheduler.create_job(
    job_name        => 'nightly',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'BEGIN cleanup(30); END;',
    start_date      => '2040-01-01 03:00',
    repeat_interval => 'FREQ=DAILY;BYHOUR=3;BYMINUTE=0;BYSECOND=0',
    end_date        => NULL,
    enabled         => TRUE,
    auto_drop       => FALSE,
    comments        => 'removes what is old');
CALL dbms_scheduler.create_job('by_position', 'STORED_PROCEDURE', 'hr.pay', 2,
    timestamptz '2040-02-01 12:00+00', 'FREQ=MONTHLY;BYMONTHDAY=1', NULL, 'DEFAULT_JOB_CLASS', FALSE, TRUE, 'pays');
CALL dbms_scheduler.create_job('once', 'plsql_block', 'begin null; end;', start_date => '2040-01-01', enabled => true);
CALL dbms_scheduler.create_job(job_name => '"Mixed Case"', job_type => 'SQL_SCRIPT', job_action => 'VACUUM; ANALYZE',
    start_date => current_date + 10000, repeat_interval => NULL);
-- a cron line, an expression, a time zone of its own
CALL dbms_scheduler.create_job(job_name => 'cron', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2040-03-25 00:00', repeat_interval => '30 2 * * *', enabled => TRUE);
CALL dbms_scheduler.create_job(job_name => 'expression', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2040-01-01 00:00', repeat_interval => 'TRUNC(SYSDATE + 1) + 6/24', enabled => TRUE);
CALL dbms_scheduler.create_job(job_name => 'elsewhere', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2040-01-01 00:00', repeat_interval => 'FREQ=DAILY;BYHOUR=9', enabled => TRUE,
    time_zone => 'America/New_York');

-- Forms 2, 3 and 4.
CALL dbms_scheduler.create_program('prog', 'PLSQL_BLOCK', 'begin null; end;', enabled => TRUE);
CALL dbms_scheduler.create_schedule('sched', '2040-01-01 04:00', 'FREQ=WEEKLY');
CALL dbms_scheduler.create_job(job_name => 'form2', program_name => 'prog', schedule_name => 'sched', enabled => TRUE);
CALL dbms_scheduler.create_job('form2_position', 'prog', 'sched', 'DEFAULT_JOB_CLASS', TRUE, TRUE, 'named both', 'REGULAR');
CALL dbms_scheduler.create_job(job_name => 'form3', program_name => 'prog', start_date => '2040-01-01',
    repeat_interval => 'FREQ=DAILY', enabled => TRUE);
CALL dbms_scheduler.create_job(job_name => 'form3_short', program_name => 'prog');
CALL dbms_scheduler.create_job('form3_position', 'prog', timestamptz '2040-01-01', 'FREQ=DAILY', NULL);
CALL dbms_scheduler.create_job(job_name => 'form3_light', program_name => 'prog', repeat_interval => 'FREQ=DAILY',
    start_date => '2040-01-01', job_style => 'LIGHTWEIGHT', enabled => TRUE);
CALL dbms_scheduler.create_job(job_name => 'form4', schedule_name => 'sched', job_type => 'PLSQL_BLOCK',
    job_action => 'begin null; end;', enabled => TRUE);
SELECT * FROM show_jobs;
SELECT environment, creator, comments FROM dbms.job WHERE comments = 'removes what is old';

-- three texts by position fit two forms, as in Oracle
CALL dbms_scheduler.create_job('x', 'PLSQL_BLOCK', 'begin null; end;');

-- A calendar counts in the zone of the session that made the job: 02:30 does
-- not exist on the day when Berlin's clocks go forward.
SELECT next_run AT TIME ZONE 'Europe/Berlin' AS local FROM show_jobs WHERE name = 'CRON';

-- What never matches is refused, enabled or not; without a start date, what
-- matches from no start date.
CALL dbms_scheduler.create_job(job_name => 'never', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    repeat_interval => 'FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31');
CALL dbms_scheduler.create_job(job_name => 'never', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    repeat_interval => '0 0 31 4 *', enabled => TRUE);
CALL dbms_scheduler.create_job(job_name => 'never', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2041-01-31', repeat_interval => 'FREQ=YEARLY;BYMONTH=FEB');
CALL dbms_scheduler.create_job(job_name => 'never', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    repeat_interval => 'FREQ=YEARLY;INTERVAL=4;BYDATE=0229');
CALL dbms_scheduler.set_attribute('never', 'repeat_interval', 'FREQ=MONTHLY;BYMONTHDAY=-31;BYMONTH=APR');
CALL dbms_scheduler.set_attribute('never', 'start_date', '2041-01-01'::timestamptz);
CALL dbms_scheduler.set_attribute('never', 'comments', 'still there');
CALL dbms_scheduler.drop_job('never');
-- A bare offset knows no summer time.
SET timezone = '+02:00';
CALL dbms_scheduler.create_job(job_name => 'offset', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2040-01-01', repeat_interval => 'FREQ=DAILY');
SET timezone = 'Europe/Berlin';
CALL dbms_scheduler.create_job(job_name => 'offset2', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2040-01-01', time_zone => '-03');
CALL dbms_scheduler.create_job(job_name => 'x', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    start_date => '2040-01-01', time_zone => 'Nowhere/City');

-- The empty text is NULL, as in Oracle.
CALL dbms_scheduler.create_job(job_name => 'empties', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1',
    repeat_interval => '', comments => '', credential_name => '', destination_name => '');

-- Errors, with their texts once ...
CALL dbms_scheduler.create_job('nightly', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job(NULL, 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('x', 'SHELL', 'ls', 0);
CALL dbms_scheduler.create_job('x', 'EXECUTABLE', '/bin/ls', 0);
CALL dbms_scheduler.create_job('x', 'PLSQL_BLOCK', 'begin null; end;', 1);
CALL dbms_scheduler.create_job('x', 'STORED_PROCEDURE', 'p;', 0);
CALL dbms_scheduler.create_job('x', 'STORED_PROCEDURE', 'p', 256);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELEC 1', 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-02', end_date => '2040-01-01');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, repeat_interval => 'FREQ=NEVER');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, repeat_interval => 'FREQ=DAILY;BYHOUR=25');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, repeat_interval => 'no_such_function(1)');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, start_date => 'infinity');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, job_class => 'no_class');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, credential_name => 'c');
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, destination_name => 'd');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'no_prog');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'prog', schedule_name => 'no_sched');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'sched');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'prog', job_style => 'HEAVY');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'prog', schedule_name => 'sched', job_style => 'IN_MEMORY_FULL');
CALL dbms_scheduler.create_job(job_name => 'no_role.x', program_name => 'prog');
CALL dbms_scheduler.create_job(job_name => 'SYS.x', program_name => 'prog');
CALL dbms_scheduler.create_job('x', 'STORED_PROCEDURE', 'p', 1, enabled => TRUE);

-- ... and by code.
\set VERBOSITY sqlstate
CALL dbms_scheduler.create_job('', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('a b', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('a.b.c', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job(repeat('n', 129), 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('x', NULL, 'SELECT 1', 0);
CALL dbms_scheduler.create_job('x', '', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', NULL, 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', '', 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', repeat('-', 4001), 0);
CALL dbms_scheduler.create_job('x', 'CHAIN', 'c', 0);
CALL dbms_scheduler.create_job('x', 'EXTERNAL_SCRIPT', 'c', 0);
CALL dbms_scheduler.create_job('x', 'BACKUP_SCRIPT', 'c', 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', NULL::integer);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', -1);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 1);
CALL dbms_scheduler.create_job('x', 'STORED_PROCEDURE', 'a.b.c.d', 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, enabled => NULL);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, auto_drop => NULL);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, job_class => NULL);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, comments => repeat('c', 4001));
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, repeat_interval => repeat(' ', 4001));
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, end_date => '-infinity');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => NULL);
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'prog', schedule_name => NULL);
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'prog', job_style => NULL);
CALL dbms_scheduler.create_job(job_name => 'x', schedule_name => NULL, job_type => 'SQL_SCRIPT', job_action => 'SELECT 1');
CALL dbms_scheduler.create_job(job_name => 'x', schedule_name => 'sched', job_type => NULL, job_action => 'SELECT 1');
CALL dbms_scheduler.create_job(job_name => 'prog', schedule_name => 'sched', job_type => 'SQL_SCRIPT', job_action => 'SELECT 1');
\set VERBOSITY default
SELECT count(*) FROM show_jobs WHERE name IN ('X', 'PROG');

-- An end that is the start, or has passed: the job is made, and never runs.
CALL dbms_scheduler.create_job('never', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01', end_date => '2040-01-01', enabled => TRUE);
CALL dbms_scheduler.create_job('passed', 'SQL_SCRIPT', 'SELECT 1', 0, '2000-01-01', 'FREQ=DAILY', '2001-01-01', enabled => TRUE);
SELECT b.name, s.is_enabled, s.next_run_at, s.final_state
  FROM dbms.object b JOIN dbms.job_state s ON s.job_id = b.id
 WHERE b.name IN ('NEVER', 'PASSED') ORDER BY 1;

-- Definitions are transactional.
BEGIN;
CALL dbms_scheduler.create_job('gone', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01', enabled => TRUE);
ROLLBACK;
SELECT count(*) FROM show_jobs WHERE name = 'GONE';

-- Lightweight jobs.
CALL dbms_scheduler.create_program('off', 'PLSQL_BLOCK', 'begin null; end;');
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'off', job_style => 'LIGHTWEIGHT');
CALL dbms_scheduler.create_program('script', 'SQL_SCRIPT', 'SELECT 1', enabled => TRUE);
CALL dbms_scheduler.create_job(job_name => 'x', program_name => 'script', job_style => 'LIGHTWEIGHT');
-- a job of another style may be made of a disabled program, not enabled
CALL dbms_scheduler.create_job(job_name => 'of_off', program_name => 'off');
CALL dbms_scheduler.enable('of_off');

-- Owners: who may make what for whom.
SET ROLE regress_job_plain;
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0);
SET ROLE regress_job_owner;
CALL dbms_scheduler.create_job('mine', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('regress_job_other.x', 'SQL_SCRIPT', 'SELECT 1', 0);
CALL dbms_scheduler.create_job('x', 'SQL_SCRIPT', 'SELECT 1', 0, job_class => 'DEFAULT_JOB_CLASS');
RESET ROLE;
CALL dbms_scheduler.create_program('secret', 'PLSQL_BLOCK', 'begin null; end;', enabled => TRUE);
CALL dbms_scheduler.create_job_class('closed_class');
SET ROLE regress_job_owner;
CALL dbms_scheduler.create_job(job_name => 'y', program_name => 'regress_job_admin.secret');
CALL dbms_scheduler.create_job('y', 'SQL_SCRIPT', 'SELECT 1', 0, job_class => 'closed_class');
RESET ROLE;
CALL dbms_scheduler.create_job('regress_job_owner.made_for', 'SQL_SCRIPT', 'SELECT 1', 0);
SELECT owner, name FROM show_jobs WHERE owner = 'regress_job_owner';

-- An owner as whom no worker can connect.
ALTER ROLE regress_job_owner NOLOGIN;
CALL dbms_scheduler.create_job('regress_job_owner.warned', 'SQL_SCRIPT', 'SELECT 1', 0);
ALTER ROLE regress_job_owner LOGIN;

-- COPY_JOB: everything but the state.
CALL dbms_scheduler.create_job('with_args', 'STORED_PROCEDURE', 'p', 2, '2040-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.set_job_argument_value('with_args', 1, 'one');
CALL dbms_scheduler.set_job_argument_value('with_args', 2, NULL);
CALL dbms_scheduler.set_attribute('with_args', 'max_runs', 7);
CALL dbms_scheduler.enable('with_args');
CALL dbms_scheduler.copy_job('with_args', 'copied');
SELECT name, j.max_runs, j.repeat_interval, s.is_enabled, s.next_run_at, a.position, a.value
  FROM dbms.job j JOIN dbms.object b USING (id) JOIN dbms.job_state s ON s.job_id = b.id
  JOIN dbms.job_argument a ON a.job_id = b.id WHERE name IN ('COPIED', 'WITH_ARGS') ORDER BY name, position;
CALL dbms_scheduler.copy_job('with_args', 'copied');
CALL dbms_scheduler.copy_job('no_job', 'x');
CALL dbms_scheduler.copy_job(NULL, 'x');
CALL dbms_scheduler.copy_job('with_args', NULL);
SET ROLE regress_job_other;
CALL dbms_scheduler.copy_job('regress_job_owner.mine', 'x');
RESET ROLE;

-- GENERATE_JOB_NAME
SELECT dbms_scheduler.generate_job_name() ~ '^JOB\$_[0-9]+$' AS prefixed,
       dbms_scheduler.generate_job_name('nightly_') ~ '^NIGHTLY_[0-9]+$' AS own_prefix,
       dbms_scheduler.generate_job_name(NULL) ~ '^[0-9]+$' AS bare,
       dbms_scheduler.generate_job_name() <> dbms_scheduler.generate_job_name() AS differ;
SELECT dbms_scheduler.generate_job_name('much_too_long_prefix');
SELECT dbms_scheduler.generate_job_name('job1');
SELECT dbms_scheduler.generate_job_name('a b');
SELECT dbms_scheduler.generate_job_name('hr.job_');
SELECT dbms_scheduler.generate_job_name('1_');
SELECT dbms_scheduler.generate_job_name('"a b');
SELECT dbms_scheduler.generate_job_name('""');

-- leave nothing
DO $$ DECLARE j record; BEGIN
    FOR j IN SELECT quote_ident(owner) || '."' || name || '"' AS name FROM show_jobs LOOP
        CALL dbms_scheduler.drop_job(j.name);
    END LOOP;
END $$;
CALL dbms_scheduler.drop_program('prog,off,script,secret');
CALL dbms_scheduler.drop_schedule('sched');
CALL dbms_scheduler.drop_job_class('closed_class');
SELECT count(*) FROM dbms.job;
DROP VIEW show_jobs;
RESET SESSION AUTHORIZATION;
REVOKE CREATE ON SCHEMA public FROM regress_job_owner;
DROP ROLE regress_job_owner, regress_job_other, regress_job_plain, regress_job_admin;
