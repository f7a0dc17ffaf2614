-- Repeat intervals that are SQL expressions: Oracle's date functions and
-- operators, and how an expression is looked up and evaluated.
\pset format unaligned
\pset tuples_only on
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- TRUNC and ROUND, every format model
SELECT format, dbms_date.trunc(timestamp '2024-08-15 13:47:31.5', format),
       dbms_date.round(timestamp '2024-08-15 13:47:31.5', format)
  FROM unnest(ARRAY['CC', 'SCC', 'SYYYY', 'YYYY', 'YEAR', 'SYEAR', 'YYY', 'YY', 'Y', 'IYYY', 'IYY', 'IY', 'I',
                    'Q', 'MONTH', 'mon', 'MM', 'RM', 'WW', 'IW', 'W', 'DDD', 'DD', 'J', 'DAY', 'dy', 'D',
                    'HH', 'HH12', 'HH24', 'MI']) WITH ORDINALITY AS t (format, n)
 ORDER BY n;
SELECT dbms_date.trunc(timestamp '2024-08-15 13:47:31'), dbms_date.round(timestamp '2024-08-15 13:47:31'),
       dbms_date.round(timestamp '2024-08-15 11:59:59.999999');
SELECT dbms_date.trunc(timestamp '2024-08-15', 'XX');
SELECT dbms_date.round(timestamp '2024-08-15', '');

-- where ROUND turns
SELECT v.format, dbms_date.round(v.before, v.format), dbms_date.round(v.after, v.format)
  FROM (VALUES ('CC', timestamp '2050-12-31 23:59:59', timestamp '2051-01-01'),
               ('YYYY', '2024-06-30 23:59:59', '2024-07-01'),
               ('IYYY', '2024-06-30 23:59:59', '2024-07-01'),
               ('Q', '2024-05-15 23:59:59', '2024-05-16'),
               ('Q', '2024-11-15 23:59:59', '2024-11-16'),
               ('MM', '2024-02-15 23:59:59', '2024-02-16'),
               ('MM', '2024-12-15 23:59:59', '2024-12-16'),
               ('WW', '2024-01-11 11:59:59', '2024-01-11 12:00'),
               ('IW', '2024-01-11 11:59:59', '2024-01-11 12:00'),
               ('W', '2024-03-04 11:59:59', '2024-03-04 12:00'),
               ('D', '2024-01-10 11:59:59', '2024-01-10 12:00'),
               ('DD', '2024-12-31 11:59:59', '2024-12-31 12:00'),
               ('HH', '2024-01-10 11:29:59', '2024-01-10 11:30'),
               ('MI', '2024-12-31 23:59:29', '2024-12-31 23:59:30')) AS v (format, before, after);

-- edges: ISO years, centuries, before the epoch, before year 1, infinity
SELECT d, dbms_date.trunc(d, 'IYYY')::date AS iyyy, dbms_date.trunc(d, 'IW')::date AS iw, dbms_date.trunc(d, 'CC')::date AS cc,
       dbms_date.trunc(d)
  FROM unnest(ARRAY[timestamp '2021-01-03', '2020-12-28', '2000-12-31 23:59:59.5', '1900-01-01', '0001-01-01 12:00', '0044-03-15 BC',
                    '0101-01-01 BC 10:00', '-infinity', 'infinity']) AS d WHERE isfinite(d) ORDER BY d;
SELECT dbms_date.trunc(timestamp 'infinity'), dbms_date.round(timestamp '-infinity', 'MM'),
       dbms_date.last_day(timestamp 'infinity'), dbms_date.add_months(timestamp 'infinity', 1),
       dbms_date.next_day(timestamp '-infinity', 'MON'), dbms_date.plus(timestamp 'infinity', 1);
SELECT dbms_date.months_between(timestamp 'infinity', timestamp '2024-01-01');
SELECT timestamp 'infinity' OPERATOR(dbms_date.-) timestamp '2024-01-01';
-- random dates lie in their units
SELECT count(*) FILTER (WHERE dbms_date.trunc(d, f) > d OR dbms_date.trunc(dbms_date.trunc(d, f), f) <> dbms_date.trunc(d, f)
                           OR dbms_date.round(d, f) NOT IN (dbms_date.trunc(d, f), dbms_date.round(dbms_date.round(d, f), f))
                           OR CASE f WHEN 'MM' THEN dbms_date.trunc(d, f) <> date_trunc('month', d)
                                     WHEN 'Q' THEN dbms_date.trunc(d, f) <> date_trunc('quarter', d)
                                     WHEN 'IW' THEN dbms_date.trunc(d, f) <> date_trunc('week', d)
                                     WHEN 'YY' THEN dbms_date.trunc(d, f) <> date_trunc('year', d)
                                     WHEN 'CC' THEN dbms_date.trunc(d, f) <> date_trunc('century', d)
                                     WHEN 'HH' THEN dbms_date.trunc(d, f) <> date_trunc('hour', d)
                                     WHEN 'MI' THEN dbms_date.trunc(d, f) <> date_trunc('minute', d)
                                     WHEN 'IYYY' THEN extract(isoyear FROM dbms_date.trunc(d, f)) <> extract(isoyear FROM d)
                                                   OR extract(isodow FROM dbms_date.trunc(d, f)) <> 1
                                                   OR extract(week FROM dbms_date.trunc(d, f)) <> 1 END) AS wrong,
       count(*) > 10000 AS many
  FROM generate_series(timestamp '1890-01-01 07:08:09.123', timestamp '2110-01-01', interval '61 days 05:43:21') AS d,
       unnest(ARRAY['CC', 'YY', 'IYYY', 'Q', 'MM', 'WW', 'IW', 'W', 'DD', 'D', 'HH', 'MI']) AS f;

-- NEXT_DAY, LAST_DAY, ADD_MONTHS, MONTHS_BETWEEN
SELECT dbms_date.next_day(timestamp '2009-10-15 10:20:30', 'TUESDAY'), dbms_date.next_day(timestamp '2009-10-15', 'thu'),
       dbms_date.next_day(timestamp '2009-10-15', 'Frizzle'), dbms_date.next_day(timestamp '2009-10-15', 1),
       dbms_date.next_day(date '2009-10-15', 'SAT');
SELECT dbms_date.next_day(timestamp '2009-10-15', 'Montag'), dbms_date.next_day(timestamp '2009-10-15', 'Dienstag');
SELECT dbms_date.next_day(timestamp '2009-10-15', '');
SELECT dbms_date.next_day(timestamp '2009-10-15', 8);
SELECT dbms_date.last_day(timestamp '2024-02-10 10:20:30'), dbms_date.last_day(date '2023-02-01'), dbms_date.last_day(date '2024-12-31');
SELECT dbms_date.add_months(timestamp '2023-01-31 10:20:30', 1), dbms_date.add_months(date '2023-02-28', 1),
       dbms_date.add_months(date '2024-02-28', 12), dbms_date.add_months(date '2024-02-29', 12),
       dbms_date.add_months(date '2024-03-30', -1), dbms_date.add_months(date '2024-01-15', -13),
       dbms_date.add_months(date '2024-01-15', 1.9), dbms_date.add_months(date '2024-12-31', 0);
SELECT dbms_date.add_months(date '2024-01-15', 2147483647);
SELECT dbms_date.months_between(date '1995-02-02', date '1995-01-01'), dbms_date.months_between(date '2024-02-29', date '2024-01-31'),
       dbms_date.months_between(timestamp '2024-03-15 10:00', timestamp '2024-01-15 22:00'),
       dbms_date.months_between(timestamp '2024-03-15 12:00', timestamp '2024-01-14'),
       dbms_date.months_between(date '2024-01-01', date '2024-03-02');

-- intervals and conversions
SELECT dbms_date.numtodsinterval(1.5, 'DAY'), dbms_date.numtodsinterval(-90, 'minute'), dbms_date.numtodsinterval(1.0000015, 'SECOND'),
       dbms_date.numtodsinterval(25, 'HOUR'), dbms_date.numtoyminterval(1.5, 'YEAR'), dbms_date.numtoyminterval(-14, 'MONTH');
SELECT dbms_date.numtodsinterval(1, 'MONTH');
SELECT dbms_date.numtoyminterval(1, 'DAY');
SELECT dbms_date.numtodsinterval(1e20, 'DAY');
SELECT dbms_date.to_dsinterval('1 02:03:04.5'), dbms_date.to_dsinterval('-1 02:00:00'), dbms_date.to_dsinterval(' +0 00:10:00'),
       dbms_date.to_dsinterval('P1DT2H'), dbms_date.to_dsinterval('-P1DT2H'), dbms_date.to_yminterval('1-2');
SELECT dbms_date.to_dsinterval('1-2');
SELECT dbms_date.to_dsinterval('--1 00:00:00');
SELECT dbms_date.to_dsinterval('soon');
SELECT dbms_date.to_date('2025-03-04 05:06', 'YYYY-MM-DD HH24:MI'), dbms_date.to_number('1.5'),
       dbms_date.nvl(NULL, 1.5), dbms_date.nvl(1, 1.5), dbms_date.nvl(NULL::timestamp, date '2024-01-01');

-- operators, under the path that expressions have
SET search_path = dbms_date, pg_catalog;
SELECT 15/1440, 7/2, 1::smallint/2::bigint, 6::bigint/24, 7.0/2, 1e0::float8/2;
SELECT 1/0;
SELECT timestamp '2024-02-28 10:00' + 1, timestamp '2024-02-28 10:00' + 6/24, timestamp '2024-02-28 10:00' + 1/7,
       timestamp '2024-02-28 10:00' - 1.5, 1/24 + timestamp '2024-02-28 10:00', timestamp '2024-02-28 10:00' + 0.5::float8,
       2 + timestamp '2024-02-28 10:00', 0.25::float8 + timestamp '2024-02-28 10:00', timestamp '2024-02-28' - 1, timestamp '2024-02-28' - 1::float8;
SELECT date '2024-02-28' + 1, date '2024-02-28' + 0.25, date '2024-02-28' - 0.5, date '2024-02-28' - date '2024-02-01', 0.5 + date '2024-02-28',
       date '2024-02-28' + 0.5::float8, date '2024-02-28' - 0.5::float8, 1::float8 + date '2024-02-28';
SELECT timestamp '2024-02-28 12:00' - timestamp '2024-02-01', (timestamp '2024-02-28 12:00' - date '2024-02-28') * 24,
       timestamptz '2024-02-28 12:00+00' - timestamptz '2024-02-01 00:00+00', timestamp '2024-01-01' + interval '1' day;
SET timezone = 'Europe/Berlin';
SELECT timestamptz '2024-03-30 12:00' + 1, timestamptz '2024-03-30 12:00' + 24/24, timestamptz '2024-03-30 12:00' - 1/24,
       timestamptz '2024-03-30 12:00' + 23.5/24, 1.5 + timestamptz '2024-03-30 12:00', timestamptz '2024-03-30 12:00' + 1::float8,
       timestamptz '2024-03-30 12:00' - 1, timestamptz '2024-03-30 12:00' - 1::float8, 1 + timestamptz '2024-03-30 12:00';
SELECT trunc(timestamptz '2024-03-31 12:00'), trunc(timestamptz '2024-03-31 12:00', 'MM'), round(timestamptz '2024-03-31 12:00'),
       last_day(timestamptz '2024-03-01 12:00'), add_months(timestamptz '2024-02-29 12:00', 1), add_months(timestamptz '2024-02-29 12:00', 1.2),
       next_day(timestamptz '2024-03-29 12:00', 'SUN'), next_day(timestamptz '2024-03-29 12:00', 1),
       months_between(timestamptz '2024-03-31 12:00', timestamptz '2024-02-29 12:00'), round(timestamptz '2024-03-20 12:00', 'MM');
SET timezone = 'UTC';
SELECT timestamp '2024-01-01' + 1e12;
SELECT timestamp '2024-01-01' + 1e9;
SELECT trunc(1.5), round(2.567, 1), round(2.5), trunc(2.5::float8);
RESET search_path;

-- Expressions. The difference to SYSDATE is shown, in days.
CREATE FUNCTION test_interval(expression text, zone text DEFAULT 'UTC') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result timestamptz := dbms.evaluate_interval(expression, zone);
BEGIN
    RETURN coalesce(extract(epoch FROM result - date_trunc('second', statement_timestamp()))::numeric / 86400 || ' days', 'NULL');
END
$$;
SELECT e, round(replace(test_interval(e), ' days', '')::numeric, 6)
  FROM unnest(ARRAY['SYSDATE + 15/1440', 'sysdate + 1', 'SYSDATE + 1/24', 'SYSDATE + NUMTODSINTERVAL(36, ''HOUR'')',
                    'SYSDATE + INTERVAL ''15'' MINUTE', 'SYSDATE + INTERVAL ''400'' DAY(3)', 'SYSDATE + INTERVAL ''1 12'' DAY(2) TO HOUR',
                    'SYSDATE + INTERVAL ''3'' SECOND(2,1)', 'SYSDATE + INTERVAL ''3'' SECOND(1)', 'CURRENT_DATE + 1/24',
                    'TRUNC(SYSDATE) + (SYSDATE - TRUNC(SYSDATE)) + 2', 'sysdate()', '"sysdate" + 1', 'SYSDATE - 1',
                    'CASE WHEN TO_CHAR(SYSDATE, ''YYYY'') > ''2000'' THEN SYSDATE + 3 END', 'NVL(NULL::timestamp, SYSDATE + 4)',
                    'GREATEST(SYSDATE, SYSDATE + TRUNC(7.5/3))', 'SYSDATE + TO_NUMBER(''0.5'')',
                    '(SELECT max(SYSDATE + x / 2) FROM generate_series(1, 3) AS x)', '/* a */ SYSDATE -- b']) WITH ORDINALITY AS t (e, n)
 ORDER BY n;
-- systimestamp has microseconds, in one transaction all are equal
SELECT abs(round(replace(test_interval(e), ' days', '')::numeric, 4)) FROM unnest(ARRAY['SYSTIMESTAMP + 1', 'SYSTIMESTAMP + 1/24', 'systimestamp() - 0.5']) AS e;
-- in the job's zone, whatever the session's
SELECT zone, dbms.evaluate_interval('TRUNC(SYSDATE) + 1', zone) AT TIME ZONE zone = date_trunc('day', statement_timestamp() AT TIME ZONE zone) + interval '1 day'
  FROM unnest(ARRAY['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York']) AS zone;
SELECT dbms.evaluate_interval(e, 'Europe/Berlin')
  FROM unnest(ARRAY['timestamp ''2037-06-01 12:00''', 'DATE ''2037-01-01''', 'timestamptz ''2037-01-01 00:00''',
                    'TO_DATE(''01-06-2037 10:30'', ''DD-MM-YYYY HH24:MI'')', 'NEXT_DAY(timestamp ''2037-06-01'', ''MON'')', 'timestamp ''infinity''']) AS e;
SHOW timezone;
-- when clocks go back, the first of two equal local times; forward, the later
SELECT dbms.evaluate_interval('timestamp ''2037-10-25 02:30''', '+02:00') AT TIME ZONE 'UTC';
SELECT dbms.evaluate_interval('timestamp ''2037-10-25 02:30''', 'Europe/Berlin'), dbms.evaluate_interval('timestamp ''2037-10-25 03:00''', 'Europe/Berlin'),
       dbms.evaluate_interval('timestamp ''2037-03-29 02:30''', 'Europe/Berlin');
SELECT dbms.evaluate_interval('NULL', 'UTC') IS NULL, dbms.evaluate_interval('null::date', 'UTC') IS NULL,
       dbms.evaluate_interval('CASE WHEN SYSDATE < timestamp ''2000-01-01'' THEN SYSDATE END', 'UTC') IS NULL;

-- what is no expression, or yields no date
\set VERBOSITY default
SELECT dbms.evaluate_interval('', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE FROM pg_class', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE + 1 +', 'UTC');
SELECT dbms.evaluate_interval('1', 'UTC');
SELECT dbms.evaluate_interval('''2030-01-01''', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE', 'Nowhere/Nothing');
\set VERBOSITY sqlstate
SELECT dbms.evaluate_interval('SYSDATE, 1', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE AS x', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE WHERE true', 'UTC');
SELECT dbms.evaluate_interval('DISTINCT SYSDATE', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE UNION SELECT SYSDATE', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE ORDER BY 1', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE LIMIT 1', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE FOR UPDATE', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE; SELECT 1', 'UTC');
SELECT dbms.evaluate_interval('SELECT SYSDATE', 'UTC');
SELECT dbms.evaluate_interval('*', 'UTC');
SELECT dbms.evaluate_interval('''open', 'UTC');
SELECT dbms.evaluate_interval('generate_series(now(), now(), interval ''1 day'')', 'UTC');
SELECT dbms.evaluate_interval('interval ''1 day''', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE || ''x''', 'UTC');
SELECT dbms.evaluate_interval('no_column', 'UTC');
SELECT dbms.evaluate_interval('no_function(1)', 'UTC');
SELECT dbms.evaluate_interval('SYSDATE + 1/0', 'UTC');
SELECT dbms.evaluate_interval('TRUNC(SYSDATE, ''XX'')', 'UTC');
SELECT dbms.evaluate_interval('x.sysdate', 'UTC');
SELECT dbms.evaluate_interval(NULL, 'UTC') IS NULL;
\set VERBOSITY default

-- the path is the expression's alone: a function that it calls has its own,
-- and nobody gets between by objects of the same name
CREATE SCHEMA action_evil;
CREATE FUNCTION action_evil.trap(int, int) RETURNS numeric LANGUAGE plpgsql AS $$BEGIN RAISE 'trapped'; END$$;
CREATE OPERATOR action_evil./ (LEFTARG = int, RIGHTARG = int, FUNCTION = action_evil.trap);
CREATE OPERATOR action_evil.* (LEFTARG = int, RIGHTARG = int, FUNCTION = action_evil.trap);
CREATE FUNCTION action_evil.next_run() RETURNS timestamp LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '% %', current_setting('search_path'), 7 / 2;
    RETURN timestamp '2037-01-01';
END$$;
CREATE FUNCTION action_evil.inlined() RETURNS timestamp LANGUAGE sql AS $$SELECT timestamp '2037-01-01' + interval '1 day' * (7 / 2)$$;
SET search_path = action_evil, pg_catalog;
SELECT dbms.evaluate_interval('timestamp ''2037-01-01'' + 2 * 3 * 1/4', 'UTC');
SET search_path = public, action_evil;
SELECT dbms.evaluate_interval('next_run()', 'UTC'), dbms.evaluate_interval('inlined()', 'UTC');
SET search_path = '';
SELECT dbms.evaluate_interval('timestamp ''2037-01-01'' + 7/2', 'UTC');
SHOW search_path;
RESET search_path;

-- side effects are the caller's; rights
CREATE TABLE action_evil.log (a int);
CREATE FUNCTION action_evil.writes() RETURNS timestamp LANGUAGE sql AS $$INSERT INTO action_evil.log VALUES (1); SELECT timestamp '2037-01-01'$$;
SELECT dbms.evaluate_interval('action_evil.writes()', 'UTC');
SELECT * FROM action_evil.log;
CREATE ROLE regress_action_expression;
SET ROLE regress_action_expression;
SELECT dbms.evaluate_interval('SYSDATE', 'UTC');
SELECT dbms_date.trunc(timestamp '2024-01-01 10:00');
RESET ROLE;
DROP ROLE regress_action_expression;
\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA action_evil CASCADE;
DROP FUNCTION test_interval(text, text);
