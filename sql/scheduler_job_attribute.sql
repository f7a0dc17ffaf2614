-- SET_ATTRIBUTE, SET_ATTRIBUTE_NULL and GET_ATTRIBUTE of jobs. Nothing runs.
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
SET client_min_messages = warning;
CREATE ROLE regress_job_admin LOGIN SUPERUSER;
CREATE ROLE regress_job_owner LOGIN IN ROLE dbms_create_job;
CREATE ROLE regress_job_helper LOGIN;
SET SESSION AUTHORIZATION regress_job_admin;

CALL dbms_scheduler.create_job('j', 'STORED_PROCEDURE', 'p', 0, '2040-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.create_program('prog', 'PLSQL_BLOCK', 'begin null; end;', enabled => TRUE);
CALL dbms_scheduler.create_schedule('sched', '2041-01-01', 'FREQ=WEEKLY');
CALL dbms_scheduler.create_job_class('my_class');

-- Defaults, all as text.
CREATE VIEW attributes AS
SELECT a, dbms_scheduler.get_attribute_text('j', a) AS value
  FROM unnest(ARRAY['program_name', 'job_type', 'job_action', 'number_of_arguments', 'schedule_name', 'start_date',
       'start_date_timezone', 'repeat_interval', 'end_date', 'event_spec', 'job_class', 'job_priority', 'job_weight',
       'max_failures', 'max_runs', 'max_run_duration', 'schedule_limit', 'restartable', 'restart_on_failure',
       'restart_on_recovery', 'missed_runs', 'auto_drop', 'stop_on_window_close', 'raise_events', 'logging_level',
       'store_output', 'comments', 'enabled', 'follow_default_timezone', 'parallel_instances', 'instance_stickiness',
       'instance_id', 'database_role', 'allow_runs_in_restricted_mode', 'credential_name', 'destination_name',
       'job_style', 'system']) WITH ORDINALITY AS u(a, n) ORDER BY n;
SELECT * FROM attributes;

-- Every attribute, through the overload of its type.
CALL dbms_scheduler.set_attribute('j', 'job_type', 'plsql_block');
CALL dbms_scheduler.set_attribute('j', 'job_action', 'begin perform 1; end;');
CALL dbms_scheduler.set_attribute('j', 'job_action', 'q;');
CALL dbms_scheduler.set_attribute('j', 'job_type', 'STORED_PROCEDURE');
CALL dbms_scheduler.set_attribute('j', 'job_action', 'q;');
CALL dbms_scheduler.set_attribute('j', 'job_action', 'q');
CALL dbms_scheduler.set_attribute('j', 'number_of_arguments', 1);
CALL dbms_scheduler.set_attribute('j', 'start_date', timestamptz '2040-02-01 00:00+00');
CALL dbms_scheduler.set_attribute('j', 'start_date', timestamp '2040-02-02 00:00');
CALL dbms_scheduler.set_attribute('j', 'start_date', date '2040-02-03');
CALL dbms_scheduler.set_attribute('j', 'start_date_timezone', 'Asia/Tokyo');
CALL dbms_scheduler.set_attribute('j', 'repeat_interval', 'FREQ=HOURLY');
CALL dbms_scheduler.set_attribute('j', 'end_date', timestamptz '2041-02-01');
CALL dbms_scheduler.set_attribute('j', 'job_class', 'my_class');
CALL dbms_scheduler.set_attribute('j', 'job_priority', 1);
CALL dbms_scheduler.set_attribute('j', 'job_weight', 9);
CALL dbms_scheduler.set_attribute('j', 'max_failures', 4);
CALL dbms_scheduler.set_attribute('j', 'max_runs', 5);
CALL dbms_scheduler.set_attribute('j', 'max_run_duration', interval '1 hour');
CALL dbms_scheduler.set_attribute('j', 'schedule_limit', interval '2 days');
CALL dbms_scheduler.set_attribute('j', 'restartable', TRUE);
CALL dbms_scheduler.set_attribute('j', 'restart_on_recovery', FALSE);
CALL dbms_scheduler.set_attribute('j', 'missed_runs', 'each');
CALL dbms_scheduler.set_attribute('j', 'auto_drop', FALSE);
CALL dbms_scheduler.set_attribute('j', 'stop_on_window_close', FALSE);
CALL dbms_scheduler.set_attribute('j', 'raise_events', 0);
CALL dbms_scheduler.set_attribute('j', 'logging_level', dbms_scheduler.logging_full());
CALL dbms_scheduler.set_attribute('j', 'store_output', FALSE);
CALL dbms_scheduler.set_attribute('j', 'comments', 'a comment');
CALL dbms_scheduler.set_attribute('j', 'follow_default_timezone', TRUE);
CALL dbms_scheduler.set_attribute('j', 'parallel_instances', FALSE);
CALL dbms_scheduler.set_attribute('j', 'instance_stickiness', FALSE);
CALL dbms_scheduler.set_attribute('j', 'instance_id', 1);
CALL dbms_scheduler.set_attribute('j', 'database_role', 'primary');
CALL dbms_scheduler.set_attribute('j', 'allow_runs_in_restricted_mode', TRUE);
SELECT * FROM attributes;

-- The same as text, which every type is parsed from.
CALL dbms_scheduler.set_attribute('j', 'MAX_RUNS', '6');
CALL dbms_scheduler.set_attribute('"J"', 'Auto_Drop', 'TRUE');
CALL dbms_scheduler.set_attribute('regress_job_admin.j', 'start_date', '2040-03-01 10:00 Asia/Tokyo');
CALL dbms_scheduler.set_attribute('j', 'schedule_limit', '90 minutes');
SELECT * FROM attributes WHERE a IN ('max_runs', 'auto_drop', 'start_date', 'start_date_timezone', 'schedule_limit');

-- Back to NULL, or to the default.
CALL dbms_scheduler.set_attribute_null('j', 'start_date');
CALL dbms_scheduler.set_attribute_null('j', 'repeat_interval');
CALL dbms_scheduler.set_attribute_null('j', 'end_date');
CALL dbms_scheduler.set_attribute_null('j', 'job_class');
CALL dbms_scheduler.set_attribute_null('j', 'job_priority');
CALL dbms_scheduler.set_attribute_null('j', 'job_weight');
CALL dbms_scheduler.set_attribute_null('j', 'max_failures');
CALL dbms_scheduler.set_attribute_null('j', 'max_runs');
CALL dbms_scheduler.set_attribute_null('j', 'max_run_duration');
CALL dbms_scheduler.set_attribute_null('j', 'schedule_limit');
CALL dbms_scheduler.set_attribute_null('j', 'raise_events');
CALL dbms_scheduler.set_attribute_null('j', 'comments');
CALL dbms_scheduler.set_attribute_null('j', 'instance_id');
CALL dbms_scheduler.set_attribute_null('j', 'database_role');
CALL dbms_scheduler.set_attribute_null('j', 'event_spec');
CALL dbms_scheduler.set_attribute_null('j', 'credential_name');
CALL dbms_scheduler.set_attribute_null('j', 'destination_name');
SELECT * FROM attributes WHERE value IS NULL OR a LIKE 'job_%';

-- From an inline to a named action and schedule, and back.
CALL dbms_scheduler.set_attribute('j', 'program_name', 'prog');
CALL dbms_scheduler.set_attribute_null('j', 'job_type');
CALL dbms_scheduler.set_attribute_null('j', 'job_action');
CALL dbms_scheduler.set_attribute_null('j', 'number_of_arguments');
CALL dbms_scheduler.set_attribute('j', 'program_name', 'prog');
CALL dbms_scheduler.set_attribute('j', 'job_type', 'PLSQL_BLOCK');
CALL dbms_scheduler.set_attribute('j', 'schedule_name', 'sched');
CALL dbms_scheduler.set_attribute('j', 'repeat_interval', 'FREQ=DAILY');
CALL dbms_scheduler.enable('j');
SELECT * FROM attributes WHERE a IN ('program_name', 'schedule_name', 'enabled');
CALL dbms_scheduler.set_attribute_null('j', 'program_name');
CALL dbms_scheduler.disable('j');
CALL dbms_scheduler.set_attribute_null('j', 'program_name');
CALL dbms_scheduler.set_attribute_null('j', 'schedule_name');
CALL dbms_scheduler.enable('j');
CALL dbms_scheduler.set_attribute('j', 'job_type', 'PLSQL_BLOCK');
CALL dbms_scheduler.enable('j');
CALL dbms_scheduler.set_attribute('j', 'job_action', 'begin null; end;');
CALL dbms_scheduler.set_attribute('j', 'schedule_name', 'sched');
CALL dbms_scheduler.set_attribute_null('j', 'schedule_name');
CALL dbms_scheduler.set_attribute('j', 'start_date', '2040-01-01');
CALL dbms_scheduler.set_attribute('j', 'repeat_interval', 'FREQ=DAILY');
CALL dbms_scheduler.set_attribute('j', 'schedule_name', 'sched');

-- ENABLED; a change of an enabled job counts at once, and starts its counters
-- again only where its schedule changes.
CALL dbms_scheduler.set_attribute('j', 'enabled', TRUE);
UPDATE dbms.job_state SET run_count = 3, failure_count = 2, consecutive_failures = 1;
CALL dbms_scheduler.set_attribute('j', 'max_runs', 10);
SELECT is_enabled, next_run_at, run_count, failure_count, consecutive_failures FROM dbms.job_state;
CALL dbms_scheduler.set_attribute('j', 'start_date', '2040-06-01 08:00');
SELECT is_enabled, next_run_at, run_count, failure_count, consecutive_failures FROM dbms.job_state;
CALL dbms_scheduler.set_attribute('j', 'repeat_interval', '15 9 1 * *');
SELECT is_enabled, next_run_at, interval_kind FROM dbms.job_state JOIN dbms.job ON id = job_id;
CALL dbms_scheduler.set_attribute('j', 'start_date_timezone', 'America/New_York');
SELECT is_enabled, next_run_at FROM dbms.job_state;
CALL dbms_scheduler.set_attribute('j', 'enabled', 'false');
SELECT is_enabled, next_run_at FROM dbms.job_state;
CALL dbms_scheduler.set_attribute('j', 'enabled', TRUE);
-- an end that has come
CALL dbms_scheduler.set_attribute('j', 'repeat_interval', 'FREQ=YEARLY;BYDATE=0101;BYHOUR=0;BYMINUTE=0;BYSECOND=0');
CALL dbms_scheduler.set_attribute_null('j', 'start_date');
CALL dbms_scheduler.set_attribute('j', 'end_date', '2001-01-01');
SELECT is_enabled, next_run_at, final_state FROM dbms.job_state;
CALL dbms_scheduler.set_attribute_null('j', 'end_date');
CALL dbms_scheduler.set_attribute('j', 'start_date', '2040-06-01 08:00');

-- What a schedule's change does to the jobs that use it.
CALL dbms_scheduler.create_job(job_name => 'named', program_name => 'prog', schedule_name => 'sched', enabled => TRUE);
SELECT next_run_at FROM dbms.job_state WHERE is_enabled;
CALL dbms_scheduler.set_attribute('sched', 'start_date', timestamptz '2042-01-01');
SELECT next_run_at FROM dbms.job_state WHERE is_enabled;
CALL dbms_scheduler.drop_schedule('sched', force => TRUE);
SELECT is_enabled, next_run_at, disabled_reason FROM dbms.job_state JOIN dbms.job ON id = job_id WHERE program_name = 'PROG';
CALL dbms_scheduler.enable('named');

-- A job without a start date may follow the scheduler's zone.
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', 'Asia/Tokyo');
CALL dbms_scheduler.create_job('follows', 'SQL_SCRIPT', 'SELECT 1', 0, repeat_interval => '0 3 1 1 *');
CALL dbms_scheduler.set_attribute('follows', 'follow_default_timezone', TRUE);
CALL dbms_scheduler.enable('follows');
CALL dbms_scheduler.create_job('stays', 'SQL_SCRIPT', 'SELECT 1', 0, repeat_interval => '0 3 1 1 *', enabled => TRUE);
CREATE VIEW next_runs AS
SELECT b.name, j.time_zone, to_char(s.next_run_at AT TIME ZONE j.time_zone, 'MM-DD HH24:MI') AS local,
       to_char(s.next_run_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') AS utc
  FROM dbms.job_state s JOIN dbms.job j ON j.id = s.job_id JOIN dbms.object b ON b.id = j.id
 WHERE b.name IN ('FOLLOWS', 'STAYS') ORDER BY 1;
SELECT * FROM next_runs;
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', 'America/New_York');
SELECT * FROM next_runs;
CALL dbms_scheduler.set_scheduler_attribute('default_timezone', NULL);
DROP VIEW next_runs;
CALL dbms_scheduler.drop_job('follows,stays');

-- GET_ATTRIBUTE by the variable's type.
CALL dbms_scheduler.get_attribute('j', 'comments', NULL);
CALL dbms_scheduler.get_attribute('j', 'max_runs', NULL::integer);
CALL dbms_scheduler.get_attribute('j', 'auto_drop', NULL::boolean);
CALL dbms_scheduler.get_attribute('j', 'start_date', NULL::timestamptz);
CALL dbms_scheduler.get_attribute('j', 'schedule_limit', NULL::interval);
CALL dbms_scheduler.get_attribute('j', 'event_spec', NULL, NULL);
SELECT dbms_scheduler.get_attribute_integer('j', 'job_priority') AS i, dbms_scheduler.get_attribute_boolean('j', 'enabled') AS b,
       dbms_scheduler.get_attribute_timestamptz('j', 'start_date') AS t, dbms_scheduler.get_attribute_interval('j', 'schedule_limit') AS v;
DO $$ DECLARE n integer; b boolean; BEGIN
    CALL dbms_scheduler.get_attribute('j', 'max_runs', n);
    CALL dbms_scheduler.get_attribute('j', 'auto_drop', value => b);
    RAISE WARNING 'max_runs % auto_drop %', n, b;
END $$;

-- Errors, with their texts once ...
CALL dbms_scheduler.set_attribute('no_job', 'max_runs', 1);
CALL dbms_scheduler.set_attribute('j', 'no_attribute', 1);
CALL dbms_scheduler.set_attribute('j', 'max_runs', NULL);
CALL dbms_scheduler.set_attribute('j', 'max_runs', 'many');
CALL dbms_scheduler.set_attribute('j', 'max_runs', 0);
CALL dbms_scheduler.set_attribute('j', 'max_runs', TRUE);
CALL dbms_scheduler.set_attribute('j', 'auto_drop', 'maybe');
CALL dbms_scheduler.set_attribute('j', 'start_date', 'yesterdayish');
CALL dbms_scheduler.set_attribute('j', 'schedule_limit', interval '1 month');
CALL dbms_scheduler.set_attribute('j', 'schedule_limit', interval '59 seconds');
CALL dbms_scheduler.set_attribute('j', 'missed_runs', 'all');
-- variables of all types of numbers
CALL dbms_scheduler.set_attribute('j', 'job_priority', 1::smallint);
CALL dbms_scheduler.set_attribute('j', 'job_priority', 2::bigint);
CALL dbms_scheduler.set_attribute('j', 'job_priority', 4::numeric);
SELECT dbms_scheduler.get_attribute_integer('j', 'job_priority');
CALL dbms_scheduler.set_attribute('j', 'job_priority', 4.5);
CALL dbms_scheduler.set_attribute('j', 'job_priority', 'NaN'::numeric);
CALL dbms_scheduler.set_attribute('j', 'job_priority', 1e300);
CALL dbms_scheduler.set_attribute('j', 'job_priority', NULL::numeric);
CALL dbms_scheduler.set_attribute('j', 'comments', 4.0);
CALL dbms_scheduler.set_attribute('j', 'job_priority', '');
CALL dbms_scheduler.set_attribute_null('j', 'job_priority');
CALL dbms_scheduler.set_attribute('j', 'logging_level', 100);
CALL dbms_scheduler.set_attribute('j', 'logging_level', 'all of it');
CALL dbms_scheduler.set_attribute('j', 'logging_level', '512');
CALL dbms_scheduler.set_attribute('j', 'start_date_timezone', 'Mars/Olympus');
CALL dbms_scheduler.set_attribute('j', 'job_style', 'LIGHTWEIGHT');
CALL dbms_scheduler.set_attribute('j', 'comments', 'a', 'b');
CALL dbms_scheduler.set_attribute('j', 'raise_events', dbms_scheduler.job_failed());
CALL dbms_scheduler.set_attribute('j', 'event_spec', 'condition', 'queue');
CALL dbms_scheduler.set_attribute('j', 'parallel_instances', TRUE);
CALL dbms_scheduler.set_attribute('j', 'database_role', 'LOGICAL STANDBY');
CALL dbms_scheduler.set_attribute('j', 'job_class', 'no_class');
CALL dbms_scheduler.set_attribute('j', 'program_name', 'no_prog');
CALL dbms_scheduler.set_attribute('j', 'end_date', '2039-01-01');
CALL dbms_scheduler.set_attribute('j', 'repeat_interval', 'FREQ=DAILY;BYMONTH=13');
CALL dbms_scheduler.get_attribute('j', 'max_runs', NULL::boolean);
CALL dbms_scheduler.get_attribute('j', 'no_attribute', NULL);
-- a job that could not be enabled again stays as it was
CALL dbms_scheduler.disable('prog', force => TRUE);
CALL dbms_scheduler.create_job(job_name => 'inline', job_type => 'STORED_PROCEDURE', job_action => 'p', schedule_name => 'sched');
CALL dbms_scheduler.create_job('inline', 'STORED_PROCEDURE', 'p', 0, '2040-01-01', enabled => TRUE);
CALL dbms_scheduler.set_attribute('inline', 'number_of_arguments', 1);
SELECT dbms_scheduler.get_attribute_integer('inline', 'number_of_arguments') AS arguments,
       dbms_scheduler.get_attribute_boolean('inline', 'enabled') AS enabled;

-- ... and by code.
\set VERBOSITY sqlstate
CALL dbms_scheduler.set_attribute(NULL, 'max_runs', 1);
CALL dbms_scheduler.set_attribute('j', NULL, 1);
CALL dbms_scheduler.set_attribute('j', '', 1);
CALL dbms_scheduler.set_attribute('j', 'comments', '');
CALL dbms_scheduler.set_attribute('j', 'comments', repeat('c', 4001));
CALL dbms_scheduler.set_attribute('j', 'max_failures', 1000001);
CALL dbms_scheduler.set_attribute('j', 'job_priority', 6);
CALL dbms_scheduler.set_attribute('j', 'job_weight', 101);
CALL dbms_scheduler.set_attribute('j', 'max_run_duration', interval '0');
CALL dbms_scheduler.set_attribute('j', 'max_run_duration', interval '100 days');
CALL dbms_scheduler.set_attribute('j', 'max_run_duration', interval '-1 day');
CALL dbms_scheduler.set_attribute('j', 'max_run_duration', 5);
CALL dbms_scheduler.set_attribute('j', 'start_date', timestamptz 'infinity');
CALL dbms_scheduler.set_attribute('j', 'start_date', 5);
CALL dbms_scheduler.set_attribute('j', 'start_date_timezone', 'Nowhere/City');
CALL dbms_scheduler.set_attribute('j', 'job_type', 'EXECUTABLE');
CALL dbms_scheduler.set_attribute('j', 'job_type', 'SHELL');
CALL dbms_scheduler.set_attribute('j', 'job_action', 5);
CALL dbms_scheduler.set_attribute('j', 'number_of_arguments', 256);
CALL dbms_scheduler.set_attribute('j', 'raise_events', 2000);
CALL dbms_scheduler.set_attribute('j', 'credential_name', 'c');
CALL dbms_scheduler.set_attribute('j', 'destination_name', 'd');
CALL dbms_scheduler.set_attribute('j', 'database_role', 'MASTER');
CALL dbms_scheduler.set_attribute_null('j', 'auto_drop');
CALL dbms_scheduler.set_attribute_null('j', 'enabled');
CALL dbms_scheduler.set_attribute_null('j', 'start_date_timezone');
CALL dbms_scheduler.set_attribute_null('no_job', 'comments');
CALL dbms_scheduler.get_attribute('no_job', 'comments', NULL);
CALL dbms_scheduler.get_attribute('j', 'comments', NULL::interval);
\set VERBOSITY default

-- Lightweight jobs have few attributes.
CALL dbms_scheduler.enable('prog');
CALL dbms_scheduler.create_job(job_name => 'light', program_name => 'prog', start_date => '2040-01-01', job_style => 'LIGHTWEIGHT');
CALL dbms_scheduler.set_attribute('light', 'comments', 'x');
CALL dbms_scheduler.set_attribute('light', 'max_runs', 3);
CALL dbms_scheduler.enable('light');

-- ALTER on a job is for all but what its owner executes.
CALL dbms_scheduler.create_job('regress_job_owner.theirs', 'SQL_SCRIPT', 'SELECT 1', 0, '2040-01-01');
SET ROLE regress_job_helper;
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'max_runs', 2);
CALL dbms_scheduler.get_attribute('regress_job_owner.theirs', 'max_runs', NULL);
SET ROLE regress_job_owner;
CALL dbms_scheduler.grant_privilege('ALTER', 'theirs', 'regress_job_helper');
SET ROLE regress_job_helper;
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'max_runs', 2);
CALL dbms_scheduler.get_attribute('regress_job_owner.theirs', 'max_runs', NULL);
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'repeat_interval', 'FREQ=DAILY');
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'repeat_interval', 'SYSDATE + 1');
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'job_action', 'DROP TABLE t');
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'system', TRUE);
RESET ROLE;
-- a job of the system is for superusers
CALL dbms_scheduler.set_attribute('regress_job_owner.theirs', 'system', TRUE);
SET ROLE regress_job_owner;
CALL dbms_scheduler.set_attribute('theirs', 'max_runs', 3);
RESET ROLE;

-- which end of time was given is in the message
CALL dbms_scheduler.set_attribute('j', 'start_date', timestamptz '-infinity');
CALL dbms_scheduler.set_attribute('j', 'start_date', timestamptz 'infinity');
-- leave nothing
CALL dbms_scheduler.drop_job('j,named,inline,light,regress_job_owner.theirs');
CALL dbms_scheduler.drop_program('prog');
CALL dbms_scheduler.drop_job_class('my_class');
DELETE FROM dbms.job_log;
DROP VIEW attributes;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_job_owner, regress_job_helper, regress_job_admin;
