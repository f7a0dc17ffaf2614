-- Every error of calendar strings, with its SQLSTATE.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
\set VERBOSITY default
\set SHOW_CONTEXT never

CREATE FUNCTION pg_temp.try(string text) RETURNS TABLE (state text, message text, detail text, hint text)
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dbms_scheduler.calendar_occurrences(string, '2006-01-01', '2006-01-01', 1);
    state := 'ok';
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END $$;

CREATE TEMP TABLE wrong (no int GENERATED ALWAYS AS IDENTITY, string text);
INSERT INTO wrong (string) VALUES
    (NULL), (''), ('  '),
    ('FREQ=DAILY;FOO=1'), ('FREQ=SOMETIMES'), ('no_such_schedule'), ('FREQ=DAILY;EXCLUDE=nobody.nothing'),
    (pg_catalog.repeat(' ', 3991) || 'FREQ=DAILY'),
    ('FREQ=DAILY;BYHOUR=MON'), ('FREQ=DAILY;BYMONTH=FOO'), ('FREQ=YEARLY;BYDATE=0230'), ('FREQ=YEARLY;BYDATE=20230229'),
    ('FREQ=DAILY;BYTIME=240000'), ('FREQ=DAILY;BYTIME=9'),
    ('BYDAY=MON'), ('9'),
    ('FREQ=WEEKLY;BYDAY=MON,XXX'),
    ('FREQ=MONTHLY;BYWEEKNO=1'),
    ('FREQ'), ('FREQ='), ('FREQ=DAILY BYHOUR=1'), ('FREQ=DAILY;BYHOUR'), ('FREQ=DAILY;BYHOUR='), ('FREQ=DAILY;BYHOUR=1,'),
    ('FREQ=DAILY;BYHOUR=1;BYHOUR=2'), ('FREQ=DAILY;FREQ=DAILY'), ('FREQ=YEARLY;BYDATE=0201^3D'), ('FREQ=YEARLY;BYDATE=0201+3'),
    ('FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31'), ('FREQ=DAILY;BYDATE=20051231'),
    ('FREQ=DAILY;INTERVAL=0'), ('FREQ=DAILY;INTERVAL=100'), ('FREQ=HOURLY;INTERVAL=8785'), ('FREQ=MINUTELY;INTERVAL=527041'),
    ('FREQ=SECONDLY;INTERVAL=31622401'), ('FREQ=SECONDLY;INTERVAL=99999999999999999999'),
    ('FREQ=DAILY;BYHOUR=24'), ('FREQ=DAILY;BYHOUR=-1'), ('FREQ=DAILY;BYMONTHDAY=32'), ('FREQ=DAILY;BYYEARDAY=-367'),
    ('FREQ=DAILY;BYSETPOS=1'), ('FREQ=WEEKLY;BYDAY=1MON'), ('FREQ=MONTHLY;BYDAY=6MON'),
    ('FREQ=YEARLY;BYWEEKNO=1;BYMONTH=1'), ('FREQ=DAILY;BYTIME=090000;BYHOUR=3'), ('FREQ=YEARLY;BYPERIOD=1'),
    ('FREQ=YEARLY;BYDATE=0201+OFFSET:377D'), ('FREQ=YEARLY;BYDATE=0201+SPAN:54W'),
    ('FREQ=DAILY;BYHOUR=ähm'), ('FREQ=DAILY;' || pg_catalog.repeat('ä', 300) || '=3'), (E'FREQ=DAILY;\x01'), ('"'), ('""');
SELECT w.no, pg_catalog.left(pg_catalog.btrim(w.string), 50) AS string, t.*
  FROM wrong w, LATERAL pg_temp.try(w.string) t
 ORDER BY w.no;

-- named schedules: rings, times of day, what they cannot do
BEGIN;
CALL dbms_scheduler.create_schedule('ring_a', NULL, 'FREQ=WEEKLY;BYDAY=SUN');
CALL dbms_scheduler.create_schedule('ring_b', NULL, 'FREQ=DAILY;EXCLUDE=ring_a');
CALL dbms_scheduler.create_schedule('with_hour', NULL, 'FREQ=DAILY;BYHOUR=6');
CALL dbms_scheduler.create_schedule('four', NULL, 'FREQ=YEARLY;BYDATE=0101,0401,0701,1001;PERIODS=4');
UPDATE dbms.schedule SET repeat_interval = 'FREQ=DAILY;EXCLUDE=ring_b'
 WHERE id = (SELECT id FROM dbms.object WHERE name = 'RING_A');
SELECT s.string, t.*
  FROM (VALUES (1, 'ring_a'), (2, 'FREQ=ring_b'), (3, 'FREQ=DAILY;EXCLUDE=with_hour'), (4, 'with_hour-3d'),
               (5, 'with_hour;BYHOUR=3'), (6, 'FREQ=four;BYPERIOD=5'), (7, 'FREQ=with_hour;BYPERIOD=1'),
               (8, 'with_hour+3d;PERIODS=1')) AS s(no, string),
       LATERAL pg_temp.try(s.string) t
 ORDER BY s.no;
ROLLBACK;

-- arguments
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', '2006-01-01', NULL);
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', '2006-01-01', -1);
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', '2006-01-01', 1000001);
SELECT count(*) FROM dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', '2006-01-01', 0);
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', 'infinity', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', 'infinity', 1);
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', '2006-01-01', 1, 'Mars/Olympus');
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY', '2006-01-01', '2006-01-01', 1, '');
CALL dbms_scheduler.evaluate_calendar_string(NULL, NULL, NULL, NULL);
CALL dbms_scheduler.evaluate_calendar_string('FREQ=DAILY;BYHOUR=25', NULL, NULL, NULL);

-- a list that ends, and one in the past
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYDATE=20060102,20060104', '2006-01-01', '2006-01-01', 5);
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYDATE=20060102,20060104', '2006-01-01', '2006-02-01', 5);

-- fixed offsets are possible, but daylight saving is not observed
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYHOUR=12', '2006-01-01 12:00+05:30', '-infinity', 2, '+05:30');
SET TimeZone = '-5';
CALL dbms_scheduler.evaluate_calendar_string('FREQ=DAILY;BYHOUR=12', '2006-01-01', '2006-01-01', NULL);
-- POSIX turns the sign round; what is shown is the offset that counts
SET TimeZone = '+02:00';
SELECT o AT TIME ZONE 'UTC' FROM dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYHOUR=12', '2006-01-01', '-infinity', 1) o;
SET TimeZone = 'UTC';
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYHOUR=12', '2006-01-01', '-infinity', 1, 'UTC+2');

-- taking apart and putting together
CALL dbms_scheduler.resolve_calendar_string('FREQ=DAILY;BYTIME=060000', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.resolve_calendar_string('FREQ=DAILY;BYDATE=0101+3D', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.resolve_calendar_string('0 0 * * *', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(4, NULL, '{60}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(4, NULL, '{NULL}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(4, NULL, '{{1},{2}}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(4, NULL, NULL, NULL, NULL, '{8}', NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(2, NULL, NULL, NULL, NULL, '{1,2}', '{1}', NULL, NULL, NULL, NULL, NULL);
