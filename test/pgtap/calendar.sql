-- Calendar strings as a user without privileges calls them.
BEGIN;
SELECT plan(13);

CREATE ROLE regress_calendar_user;
CREATE ROLE regress_calendar_owner IN ROLE dbms_create_job;
SET ROLE regress_calendar_user;
SET TimeZone = 'Europe/Berlin';

SELECT has_function('dbms_scheduler', 'calendar_occurrences',
    ARRAY['text', 'timestamp with time zone', 'timestamp with time zone', 'integer', 'text']);
SELECT volatility_is('dbms_scheduler', 'calendar_occurrences',
    ARRAY['text', 'timestamp with time zone', 'timestamp with time zone', 'integer', 'text'], 'stable');
SELECT has_function('dbms_scheduler', 'evaluate_calendar_string',
    'evaluate_calendar_string exists');
SELECT has_function('dbms_scheduler', 'resolve_calendar_string', 'resolve_calendar_string exists');
SELECT has_function('dbms_scheduler', 'create_calendar_string', 'create_calendar_string exists');
SELECT is(pg_catalog.count(*), 5::bigint, 'each of them says what it is for')
  FROM pg_catalog.pg_proc p
 WHERE p.pronamespace = 'dbms_scheduler'::regnamespace
   AND p.proname IN ('calendar_occurrences', 'evaluate_calendar_string', 'resolve_calendar_string', 'create_calendar_string')
   AND pg_catalog.obj_description(p.oid, 'pg_proc') IS NOT NULL;

SELECT results_eq(
    $$SELECT * FROM dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYSECOND=0',
        '2026-03-28', '2026-03-28', 2)$$,
    $$VALUES ('2026-03-28 06:00+01'::timestamptz), ('2026-03-29 06:00+02')$$,
    'in the zone of the session');
SELECT results_eq(
    $$SELECT * FROM dbms_scheduler.calendar_occurrences(string => '0 6 * * *', start_date => '2026-03-28',
        after => '2026-03-28', n => 1, time_zone => 'US/Pacific')$$,
    $$VALUES ('2026-03-28 06:00-07'::timestamptz)$$,
    'in another zone, by name');
SELECT is(pg_catalog.count(*), 100000::bigint, 'many of them')
  FROM dbms_scheduler.calendar_occurrences('FREQ=MINUTELY;INTERVAL=7', '1970-01-01', '2026-01-01', 100000);
SELECT throws_ok($$SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYHOUR=24', NULL, NULL, 1)$$, 'O7421');
SELECT throws_ok($$CALL dbms_scheduler.evaluate_calendar_string('', NULL, NULL, NULL)$$, 'O7411');

-- a schedule in somebody's name space
RESET ROLE;
SET ROLE regress_calendar_owner;
SELECT lives_ok($$CALL dbms_scheduler.create_schedule('my_days', NULL, 'FREQ=YEARLY;BYDATE=0701')$$);
RESET ROLE;
SET ROLE regress_calendar_user;
SELECT results_eq(
    $$SELECT * FROM dbms_scheduler.calendar_occurrences('FREQ=YEARLY;INCLUDE=regress_calendar_owner.my_days',
        '2026-01-01', '2026-01-01', 1)$$,
    $$VALUES ('2026-07-01 00:00+02'::timestamptz)$$,
    'named with its owner');

SELECT * FROM finish();
ROLLBACK;
