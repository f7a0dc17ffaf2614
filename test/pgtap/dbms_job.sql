-- Package DBMS_JOB: its calls and views are there, and a user's day.
BEGIN;
SELECT plan(34);

CREATE ROLE regress_dbms_job_user LOGIN;
CREATE ROLE regress_dbms_job_admin LOGIN IN ROLE dbms_scheduler_admin;

-- Oracle's parameters by name and position; OUT parameters are not among them
CREATE FUNCTION pg_temp.parameters(name text) RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT pg_get_function_identity_arguments(oid)
      FROM pg_proc
     WHERE pronamespace = 'dbms_job'::regnamespace AND proname = name
     ORDER BY pg_get_function_identity_arguments(oid) COLLATE "C";
$$;
SELECT results_eq($$SELECT * FROM pg_temp.parameters('submit')$$,
    $$VALUES ('OUT job integer, IN what text, IN next_date timestamp with time zone, IN "interval" text, IN no_parse boolean, IN instance integer, IN force boolean'),
             ('OUT job integer, IN what text, IN next_date timestamp without time zone, IN "interval" text, IN no_parse boolean, IN instance integer, IN force boolean')$$, 'submit');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('isubmit')$$,
    $$VALUES ('IN job integer, IN what text, IN next_date timestamp with time zone, IN "interval" text, IN no_parse boolean'),
             ('IN job integer, IN what text, IN next_date timestamp without time zone, IN "interval" text, IN no_parse boolean')$$, 'isubmit');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('change')$$,
    $$VALUES ('IN job integer, IN what text, IN next_date timestamp with time zone, IN "interval" text, IN instance integer, IN force boolean'),
             ('IN job integer, IN what text, IN next_date timestamp without time zone, IN "interval" text, IN instance integer, IN force boolean')$$, 'change');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('next_date')$$,
    $$VALUES ('IN job integer, IN next_date timestamp with time zone'),
             ('IN job integer, IN next_date timestamp without time zone')$$, 'next_date');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('broken')$$,
    $$VALUES ('IN job integer, IN broken boolean, IN next_date timestamp with time zone'),
             ('IN job integer, IN broken boolean, IN next_date timestamp without time zone')$$, 'broken');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('remove')$$, $$VALUES ('IN job integer')$$, 'remove');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('what')$$, $$VALUES ('IN job integer, IN what text')$$, 'what');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('interval')$$, $$VALUES ('IN job integer, IN "interval" text')$$, 'interval');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('instance')$$,
    $$VALUES ('IN job integer, IN instance integer, IN force boolean')$$, 'instance');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('run')$$, $$VALUES ('IN job integer, IN force boolean')$$, 'run');
SELECT results_eq($$SELECT * FROM pg_temp.parameters('user_export')$$,
    $$VALUES ('IN job integer, INOUT mycall text'), ('IN job integer, INOUT mycall text, INOUT myinst text')$$, 'user_export');
SELECT function_returns('dbms_job'::name, 'background_process'::name, '{}'::name[], 'boolean');
SELECT function_returns('dbms_job'::name, 'is_jobq'::name, '{}'::name[], 'boolean');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc
                   WHERE pronamespace = 'dbms_job'::regnamespace
                     AND NOT has_function_privilege('regress_dbms_job_user', oid, 'EXECUTE')$$,
                'everybody may call them');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc
                   WHERE pronamespace = 'dbms_job'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL$$,
                'all are described');

-- the views
SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = ('sys.' || view)::regclass AND attnum > 0),
          'job log_user priv_user schema_user last_date last_sec this_date this_sec next_date next_sec total_time broken interval failures what nls_env misc_env instance',
          'columns of ' || view)
  FROM unnest('{all_jobs,dba_jobs,user_jobs}'::text[]) AS view;
SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'sys.dba_jobs_running'::regclass AND attnum > 0),
          'sid job failures last_date last_sec this_date this_sec instance', 'columns of dba_jobs_running');
SELECT results_eq($$SELECT attname::text COLLATE "default", format_type(atttypid, atttypmod) FROM pg_attribute
                     WHERE attrelid = 'sys.user_jobs'::regclass AND attname LIKE '%\_date' ORDER BY 1$$,
                  $$VALUES ('last_date'::text, 'timestamp(0) without time zone'),
                           ('next_date', 'timestamp(0) without time zone'),
                           ('this_date', 'timestamp(0) without time zone')$$,
                  'a DATE has seconds');

-- a user's day
SET ROLE regress_dbms_job_user;
SET search_path = sys, public;
SET timezone = 'Asia/Tokyo';
CALL dbms_job.isubmit(4711, 'NULL;', '2100-01-01 03:00', 'TRUNC(SYSDATE + 1) + 3/24');
SELECT results_eq('SELECT job, what, next_date, next_sec, "interval", broken, failures, total_time FROM user_jobs',
    $$VALUES (4711, 'NULL;'::text, timestamp(0) '2100-01-01 03:00', '03:00:00'::text, 'TRUNC(SYSDATE + 1) + 3/24'::text, 'N'::text, NULL::integer, 0::numeric)$$,
    'a job');
SET timezone = 'UTC';
SELECT is((SELECT next_date FROM user_jobs), timestamp(0) '2099-12-31 18:00', 'that is another date elsewhere');
SELECT throws_ok($$CALL dbms_job.isubmit(4711, 'NULL;', '2100-01-01')$$, '23505', NULL, 'a number is used once');
SELECT throws_ok($$CALL dbms_job.remove(4712)$$, 'O3421', NULL, 'no such job');
SELECT throws_ok($$CALL dbms_job."interval"(4711, 'SYSDATE - 1')$$, 'O3420', NULL, 'no way back');
CALL dbms_job.broken(4711, true);
SELECT results_eq('SELECT broken, next_date FROM user_jobs', $$VALUES ('Y'::text, timestamp(0) '4000-01-01')$$, 'broken');
SET timezone = 'Asia/Tokyo';
CALL dbms_job.run(4711);
SELECT results_eq('SELECT broken, failures, next_date = date_trunc(''day'', localtimestamp) + interval ''1 day 3 hours'' FROM user_jobs',
                  $$VALUES ('N'::text, 0, true)$$, 'a run mends it');
SELECT is_empty('TABLE user_scheduler_jobs', 'the scheduler does not show it');
SELECT throws_ok('TABLE dba_jobs', '42501', NULL, 'dba_jobs is not for a user');
SET ROLE regress_dbms_job_admin;
SELECT is_empty('TABLE user_jobs', 'nobody else has it');
SELECT is_empty('TABLE all_jobs', 'nor sees it');
SELECT results_eq('SELECT job, priv_user FROM dba_jobs WHERE job = 4711', $$VALUES (4711, 'REGRESS_DBMS_JOB_USER'::text)$$,
                  'but an administrator');
SELECT throws_ok('CALL dbms_job.remove(4711)', 'O3421', NULL, 'who has no part in it');
SET ROLE regress_dbms_job_user;
CALL dbms_job.remove(4711);
SELECT is_empty('TABLE user_jobs', 'removed');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
