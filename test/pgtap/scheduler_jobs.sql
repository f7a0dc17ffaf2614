-- The calls of jobs, as an application that moves from Oracle uses them:
-- signatures, who may call, and a user's day.
BEGIN;
SELECT plan(51);

-- Oracle's parameters in Oracle's order
CREATE FUNCTION arguments(subprogram text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT pg_get_function_arguments(oid) FROM pg_proc
 WHERE pronamespace = 'dbms_scheduler'::regnamespace AND proname = subprogram
$$;
SELECT set_eq($$ SELECT arguments('create_job') $$, ARRAY[
  'IN job_name text, IN job_type text, IN job_action text, IN number_of_arguments integer DEFAULT 0, IN start_date timestamp with time zone DEFAULT NULL::timestamp with time zone, IN repeat_interval text DEFAULT NULL::text, IN end_date timestamp with time zone DEFAULT NULL::timestamp with time zone, IN job_class text DEFAULT ''DEFAULT_JOB_CLASS''::text, IN enabled boolean DEFAULT false, IN auto_drop boolean DEFAULT true, IN comments text DEFAULT NULL::text, IN credential_name text DEFAULT NULL::text, IN destination_name text DEFAULT NULL::text, IN time_zone text DEFAULT NULL::text',
  'IN job_name text, IN program_name text, IN schedule_name text, IN job_class text DEFAULT ''DEFAULT_JOB_CLASS''::text, IN enabled boolean DEFAULT false, IN auto_drop boolean DEFAULT true, IN comments text DEFAULT NULL::text, IN job_style text DEFAULT ''REGULAR''::text, IN credential_name text DEFAULT NULL::text, IN destination_name text DEFAULT NULL::text',
  'IN job_name text, IN program_name text, IN start_date timestamp with time zone DEFAULT NULL::timestamp with time zone, IN repeat_interval text DEFAULT NULL::text, IN end_date timestamp with time zone DEFAULT NULL::timestamp with time zone, IN job_class text DEFAULT ''DEFAULT_JOB_CLASS''::text, IN enabled boolean DEFAULT false, IN auto_drop boolean DEFAULT true, IN comments text DEFAULT NULL::text, IN job_style text DEFAULT ''REGULAR''::text, IN credential_name text DEFAULT NULL::text, IN destination_name text DEFAULT NULL::text, IN time_zone text DEFAULT NULL::text',
  'IN job_name text, IN schedule_name text, IN job_type text, IN job_action text, IN number_of_arguments integer DEFAULT 0, IN job_class text DEFAULT ''DEFAULT_JOB_CLASS''::text, IN enabled boolean DEFAULT false, IN auto_drop boolean DEFAULT true, IN comments text DEFAULT NULL::text, IN credential_name text DEFAULT NULL::text, IN destination_name text DEFAULT NULL::text'],
  'create_job has four forms');
SELECT results_eq($$ SELECT arguments('run_job') $$, ARRAY['IN job_name text, IN use_current_session boolean DEFAULT true'], 'run_job');
SELECT results_eq($$ SELECT arguments('stop_job') $$, ARRAY['IN job_name text, IN force boolean DEFAULT false, IN commit_semantics text DEFAULT ''STOP_ON_FIRST_ERROR''::text'], 'stop_job');
SELECT results_eq($$ SELECT arguments('drop_job') $$, ARRAY['IN job_name text, IN force boolean DEFAULT false, IN defer boolean DEFAULT false, IN commit_semantics text DEFAULT ''STOP_ON_FIRST_ERROR''::text'], 'drop_job');
SELECT results_eq($$ SELECT arguments('copy_job') $$, ARRAY['IN old_job text, IN new_job text'], 'copy_job');
SELECT results_eq($$ SELECT arguments('enable') $$, ARRAY['IN name text, IN commit_semantics text DEFAULT ''STOP_ON_FIRST_ERROR''::text'], 'enable');
SELECT results_eq($$ SELECT arguments('disable') $$, ARRAY['IN name text, IN force boolean DEFAULT false, IN commit_semantics text DEFAULT ''STOP_ON_FIRST_ERROR''::text'], 'disable');
SELECT results_eq($$ SELECT arguments('generate_job_name') $$, ARRAY['prefix text DEFAULT ''JOB$_''::text'], 'generate_job_name');
SELECT results_eq($$ SELECT arguments('set_attribute_null') $$, ARRAY['IN name text, IN attribute text'], 'set_attribute_null');
SELECT is((SELECT count(*) FROM arguments('set_attribute')), 6::bigint, 'set_attribute has an overload for each type, and one for other numbers');
SELECT is((SELECT count(*) FROM arguments('get_attribute')), 6::bigint, 'get_attribute too, and one with two values');
SELECT is((SELECT count(*) FROM arguments('set_job_argument_value')), 2::bigint, 'arguments are set by position and by name');
SELECT is((SELECT count(*) FROM arguments('set_job_anydata_value')), 2::bigint, 'also as anydata');
SELECT is((SELECT count(*) FROM arguments('reset_job_argument_value')), 2::bigint, 'and reset');
SELECT is((SELECT count(*) FROM arguments('create_jobs')), 2::bigint, 'create_jobs takes definitions and JSON');
SELECT is((SELECT count(*) FROM arguments('set_job_attributes')), 1::bigint, 'set_job_attributes');
SELECT is((SELECT count(*) FROM arguments('end_detached_job_run')), 1::bigint, 'end_detached_job_run');

-- everybody may call; rights are checked inside, and nobody gets at the tables
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'dbms_scheduler'::regnamespace
            AND NOT has_function_privilege('public', oid, 'EXECUTE')), 0::bigint, 'EXECUTE is granted to PUBLIC');
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'dbms_scheduler'::regnamespace AND prosecdef), 0::bigint,
          'nothing is SECURITY DEFINER');
SELECT is((SELECT count(*) FROM pg_class WHERE relnamespace = 'dbms'::regnamespace AND relkind = 'r'
            AND has_table_privilege('public', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')), 0::bigint, 'tables cannot be written');

-- a user's day
CREATE ROLE regress_job_user LOGIN IN ROLE dbms_create_job;
CREATE ROLE regress_job_other LOGIN IN ROLE dbms_create_job;
SET LOCAL ROLE regress_job_user;
SET LOCAL timezone = 'Europe/Berlin';
SELECT lives_ok($$ CALL dbms_scheduler.create_job(job_name => 'report', job_type => 'PLSQL_BLOCK',
    job_action => 'BEGIN make_report; END;', start_date => timestamptz '2040-01-01', repeat_interval => 'FREQ=DAILY;BYHOUR=6',
    enabled => TRUE) $$, 'makes a job');
SELECT is(dbms_scheduler.get_attribute_boolean('report', 'enabled'), TRUE, 'it is enabled');
SELECT is(dbms_scheduler.get_attribute_boolean('REPORT', 'enabled'), TRUE, 'names do not mind case');
SELECT is(dbms_scheduler.get_attribute_boolean('regress_job_user.report', 'enabled'), TRUE, 'nor an owner in front');
SELECT throws_ok($$ SELECT dbms_scheduler.get_attribute_boolean('"report"', 'enabled') $$, 'O7476', NULL, 'but quotes');
SELECT is((SELECT next_run_date FROM sys.user_scheduler_jobs WHERE job_name = 'REPORT'),
          timestamptz '2040-01-01 06:00 Europe/Berlin', 'the view says when it runs');
SELECT is((SELECT state FROM sys.user_scheduler_jobs WHERE job_name = 'REPORT'), 'SCHEDULED', 'and its state');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('report', 'max_runs', 12) $$, 'a number');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('report', 'restartable', TRUE) $$, 'a boolean');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('report', 'schedule_limit', interval '1 day') $$, 'an interval');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('report', 'end_date', timestamptz '2050-01-01') $$, 'a time');
SELECT lives_ok($$ CALL dbms_scheduler.set_attribute('report', 'comments', 'daily') $$, 'a text');
SELECT results_eq($$ SELECT max_runs::integer, restartable, comments FROM sys.user_scheduler_jobs WHERE job_name = 'REPORT' $$,
                  $$ VALUES (12, 'TRUE'::text, 'daily'::text) $$, 'all are seen');
SELECT throws_ok($$ CALL dbms_scheduler.set_attribute('report', 'max_runs', 0) $$, 'O7465', NULL, 'a value out of range');
SELECT throws_ok($$ CALL dbms_scheduler.set_attribute('report', 'max_walks', 1) $$, 'O7469', NULL, 'an unknown attribute');
SELECT throws_ok($$ CALL dbms_scheduler.set_attribute('report', 'max_runs', TRUE) $$, 'O7467', NULL, 'a wrong type');
SELECT throws_ok($$ CALL dbms_scheduler.create_job('report', 'PLSQL_BLOCK', 'BEGIN NULL; END;', 0) $$, 'O7477', NULL, 'a name that is taken');
SELECT throws_ok($$ CALL dbms_scheduler.drop_job('repost') $$, 'O7475', NULL, 'a job that does not exist');
SELECT throws_ok($$ CALL dbms_scheduler.stop_job('report') $$, 'O7366', NULL, 'a job that does not run');
SELECT lives_ok($$ CALL dbms_scheduler.copy_job('report', 'report_2') $$, 'a copy');
SELECT is(dbms_scheduler.get_attribute_boolean('report_2', 'enabled'), FALSE, 'the copy is disabled');
SELECT is(dbms_scheduler.get_attribute_integer('report_2', 'max_runs'), 12, 'and has the attributes');
SELECT lives_ok($$ CALL dbms_scheduler.disable('report, report_2') $$, 'disables both');
SELECT is((SELECT state FROM sys.user_scheduler_jobs WHERE job_name = 'REPORT'), 'DISABLED', 'the state says so');

SET LOCAL ROLE regress_job_other;
SELECT throws_ok($$ CALL dbms_scheduler.enable('regress_job_user.report') $$, 'O7486', NULL, 'others may not enable');
SELECT throws_ok($$ CALL dbms_scheduler.drop_job('regress_job_user.report') $$, 'O7486', NULL, 'nor drop');
SELECT throws_ok($$ CALL dbms_scheduler.run_job('regress_job_user.report') $$, 'O7486', NULL, 'nor run');
SELECT throws_ok($$ CALL dbms_scheduler.create_job('regress_job_user.x', 'SQL_SCRIPT', 'SELECT 1', 0) $$, 'O7486', NULL, 'nor make jobs for others');
SELECT is((SELECT count(*) FROM sys.all_scheduler_jobs WHERE owner = 'REGRESS_JOB_USER'), 0::bigint, 'nor see them');

SET LOCAL ROLE regress_job_user;
SELECT lives_ok($$ CALL dbms_scheduler.drop_job('report,report_2') $$, 'drops both');
SELECT is((SELECT count(*) FROM sys.user_scheduler_jobs), 0::bigint, 'and they are gone');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
