-- The worked examples of calendar strings, named schedules included. Nothing
-- is committed.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
BEGIN;

CALL dbms_scheduler.create_schedule('s1', NULL, 'FREQ=YEARLY;BYDATE=0701');
CALL dbms_scheduler.create_schedule('embed', NULL, 'FREQ=YEARLY;BYDATE=0130,0220,0725');
CALL dbms_scheduler.create_schedule('last_sat', NULL, 'FREQ=MONTHLY;BYDAY=-1SAT');
CALL dbms_scheduler.create_schedule('end_qtr', NULL, 'FREQ=YEARLY;BYDATE=0331,0630,0930,1231');
CALL dbms_scheduler.create_schedule('jan15', NULL, 'FREQ=YEARLY;BYDATE=0115');
CALL dbms_scheduler.create_schedule('holiday', NULL, 'FREQ=YEARLY;BYDATE=0101,0704,1225');
CALL dbms_scheduler.create_schedule('fy', '2004-03-01', 'FREQ=YEARLY;BYDATE=0301,0601,0901,1201;PERIODS=4');
CALL dbms_scheduler.create_schedule('year_start', NULL, 'FREQ=YEARLY;BYDATE=0201^SPAN:1W;BYDAY=SUN');
CALL dbms_scheduler.create_schedule('retail', '2005-01-15 12:00',
    'year_start,year_start+13w,year_start+26w,year_start+39w;periods=4');
CALL dbms_scheduler.create_schedule('job1', NULL, 'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=6;BYMINUTE=0;BYSECOND=0');

-- without a moment to look from, all times from the start date on
CREATE TEMP TABLE example (no int, start_at timestamp, after timestamp, n int, string text);
INSERT INTO example VALUES
    (1, '2005-04-15 09:00', NULL, 4, 'FREQ=YEARLY'),
    (2, '2003-01-21 00:00', NULL, 4, 'FREQ=YEARLY;BYMONTH=JAN,JUL'),
    (3, '2003-01-01 10:00', NULL, 8, 'FREQ=YEARLY;BYWEEKNO=2'),
    (4, '2003-12-01 00:00', NULL, 15, 'FREQ=YEARLY;BYWEEKNO=1,53'),
    (5, '2004-06-10 00:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=MON,TUE,WED,THU,FRI;BYSETPOS=-1'),
    (6, '2003-01-01 10:00', NULL, 4, 'FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYDAY=MON,TUE,WED,THU,FRI'),
    (7, '2005-01-20 09:00', NULL, 4, 'FREQ=YEARLY;INCLUDE=S1'),
    (8, '2005-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;BYMONTHDAY=-1;INTERSECT=LAST_SAT,END_QTR'),
    (9, '2005-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15;BYHOUR=9,17;INCLUDE=EMBED'),
    (10, '2005-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;BYMONTHDAY=15,30;BYHOUR=8,13,18;BYMINUTE=0;BYSECOND=0;EXCLUDE=JAN15'),
    (11, '2004-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=MON,TUE,FRI;BYSETPOS=1,3'),
    (12, '2004-01-15 00:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=MON,TUE,FRI;BYSETPOS=1,3'),
    (13, '2005-03-01 07:00', NULL, 4, 'FREQ=MONTHLY;INTERVAL=3;BYDAY=MON,TUE,WED,THU,FRI;BYSETPOS=-2'),
    (14, '2005-01-01 00:00', NULL, 4, 'FREQ=DAILY;BYHOUR=8,13,18;BYMINUTE=0;BYSECOND=0;BYDATE=0502,0922'),
    (15, '2005-01-01 00:00', NULL, 6, 'FREQ=YEARLY;BYDATE=0110+SPAN:5D'),
    (16, '2005-01-01 00:00', NULL, 4, 'FREQ=YEARLY;BYDATE=0205-OFFSET:2W'),
    (17, '2005-01-01 00:00', NULL, 4, 'FREQ=YEARLY;BYDATE=0201^SPAN:1W;BYDAY=SUN'),
    (18, '2004-03-01 12:00', NULL, 4, 'FREQ=FY;BYDAY=-1WED'),
    (19, '2004-03-01 12:00', NULL, 4, 'FREQ=FY;BYDAY=MON,TUE,WED,THU,FRI;BYPERIOD=2,4;BYSETPOS=-1'),
    (20, '2005-02-01 00:00', NULL, 4, 'FREQ=RETAIL;BYDAY=SAT,SUN;INCLUDE=HOLIDAY;BYPERIOD=2,4;BYSETPOS=5'),
    (21, '2005-01-15 12:00', NULL, 4, 'RETAIL'),
    (22, '2006-01-01 00:00', NULL, 4, 'JOB1+OFFSET:15D'),
    (23, '2006-01-02 08:00', NULL, 4, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FRI'),
    (24, '2006-01-07 08:00', NULL, 4, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MON,SAT'),
    (25, '2006-01-04 08:15:30', NULL, 4, 'FREQ=WEEKLY'),
    (26, '2006-01-31 23:30', NULL, 4, 'FREQ=MONTHLY'),
    (27, '2006-01-31 23:30', NULL, 4, 'FREQ=MONTHLY;BYMONTHDAY=-1'),
    (28, '2006-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;BYMONTHDAY=29'),
    (29, '2006-01-01 06:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=2WED'),
    (30, '2006-01-01 06:00', NULL, 4, 'FREQ=YEARLY;BYDAY=-1FRI'),
    (31, '2006-01-01 06:00', NULL, 4, 'FREQ=YEARLY;BYDAY=26FRI'),
    (32, '2006-01-01 06:00', NULL, 4, 'FREQ=YEARLY;BYYEARDAY=69,-2'),
    (33, '2004-02-29 05:00', NULL, 4, 'FREQ=YEARLY'),
    (34, '2006-01-01 10:20:30', NULL, 4, 'FREQ=HOURLY;INTERVAL=50'),
    (35, '2006-01-01 10:20:30', NULL, 4, 'FREQ=HOURLY;BYMINUTE=7,31,42;BYSECOND=0'),
    (36, '2006-01-30 22:00', NULL, 4, 'FREQ=HOURLY;BYMONTHDAY=1,2,3'),
    (37, '2006-01-01 09:02:30', NULL, 4, 'FREQ=MINUTELY;INTERVAL=5;BYSECOND=0'),
    (38, '2006-01-01 16:58:10', NULL, 4, 'FREQ=MINUTELY;BYHOUR=7,8,16,17'),
    (39, '2006-01-01 00:00', NULL, 4, 'FREQ=SECONDLY;INTERVAL=30'),
    (40, '2006-01-01 04:00', NULL, 4, 'FREQ=DAILY;INTERVAL=10'),
    (41, '2006-01-01 00:00', NULL, 4, 'FREQ=DAILY;BYHOUR=16,17,18;BYMINUTE=0;BYSECOND=0'),
    (42, '2006-01-01 00:00', '2006-06-30 08:00', 4, 'FREQ=DAILY;BYDAY=MON,TUE,WED,THU,FRI;EXCLUDE=HOLIDAY;BYHOUR=7'),
    (43, '2006-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=FRI;BYMONTHDAY=13'),
    (44, '2006-01-01 00:00', NULL, 4, 'FREQ=YEARLY;BYMONTH=NOV;BYDAY=THU;BYSETPOS=4'),
    (45, '2006-01-01 00:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=MON,TUE,WED,THU,FRI;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;BYSETPOS=-1,1'),
    (46, '2006-01-01 00:00', NULL, 4, 'FREQ=DAILY;BYTIME=060000,123015'),
    (47, '2006-03-10 08:00', NULL, 4, 'FREQ=YEARLY;BYDATE=20060315,0701'),
    (48, '2006-01-01 00:00', NULL, 4, 'FREQ=DAILY;INTERVAL=3;BYDAY=MON'),
    (49, '2006-01-01 00:00', NULL, 4, 'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FRI'),
    (50, '2006-01-01 00:00', NULL, 4, 'FREQ=YEARLY;BYDATE=0228-SPAN:3D'),
    (51, '2006-01-01 00:00', NULL, 6, 'FREQ=YEARLY;BYDATE=0704^SPAN:4D'),
    (52, '2006-01-15 09:00', NULL, 4, 'FREQ=MONTHLY;BYMONTH=MAR,SEP'),
    (53, '2006-01-05 03:00', NULL, 4, 'FREQ=MONTHLY;BYDAY=-1SUN,1SUN;BYHOUR=2'),
    (54, '2006-01-01 00:00', NULL, 4, 'FREQ=YEARLY;BYMONTHDAY=15'),
    (55, '2004-03-01 12:00', NULL, 4, 'FREQ=FY'),
    (56, '2006-01-01 00:00', NULL, 4, 'FREQ=DAILY;BYDAY=MON;BYHOUR=22;BYMINUTE=0;BYSECOND=0');
SELECT e.no, e.string, pg_catalog.string_agg(o.at::text, E'\n' ORDER BY o.at) AS times
  FROM example e,
       LATERAL dbms_scheduler.calendar_occurrences(e.string, e.start_at AT TIME ZONE 'UTC',
           coalesce(e.after AT TIME ZONE 'UTC', '-infinity'), e.n) AS o(at)
 GROUP BY e.no, e.string
 ORDER BY e.no;

-- a rule that never matches
SELECT dbms_scheduler.calendar_occurrences('FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31', '2006-01-01', NULL, 1);
ROLLBACK;

-- daylight saving, by the session's zone
SET TimeZone = 'US/Eastern';
BEGIN;
CREATE TEMP TABLE example (no int, start_at timestamptz, after timestamptz, n int, string text);
INSERT INTO example VALUES
    (57, '2007-03-10 21:00', NULL, 4, 'FREQ=HOURLY;INTERVAL=3'),
    (58, '2007-03-10 02:30', NULL, 4, 'FREQ=DAILY'),
    (59, '2007-11-04 00:30', NULL, 4, 'FREQ=HOURLY'),
    (60, '2007-11-03 01:30', NULL, 4, 'FREQ=DAILY');
SELECT e.no, e.string, pg_catalog.string_agg(o.at::text, E'\n' ORDER BY o.at) AS times
  FROM example e,
       LATERAL dbms_scheduler.calendar_occurrences(e.string, e.start_at, '-infinity', e.n) AS o(at)
 GROUP BY e.no, e.string
 ORDER BY e.no;
ROLLBACK;

-- every Friday, March 10: three ways to say it each
SET TimeZone = 'UTC';
SELECT string, pg_catalog.string_agg(o.at::text, ' ' ORDER BY o.at) AS times
  FROM (VALUES ('FREQ=DAILY;BYDAY=FRI'), ('FREQ=WEEKLY;BYDAY=FRI'), ('FREQ=YEARLY;BYDAY=FRI'),
               ('FREQ=YEARLY;BYMONTH=MAR;BYMONTHDAY=10'), ('FREQ=YEARLY;BYDATE=0310')) AS v(string),
       LATERAL dbms_scheduler.calendar_occurrences(string, '2006-01-01', '-infinity', 3) AS o(at)
 GROUP BY string
 ORDER BY string;

-- a named schedule's own start and end dates count wherever it is used; as a
-- frequency its last period ends with it
BEGIN;
CALL dbms_scheduler.create_schedule('closed', '2006-01-03', 'FREQ=DAILY', '2006-01-06');
CALL dbms_scheduler.create_schedule('quarters', '2005-03-01 12:00', 'FREQ=YEARLY;BYMONTH=MAR,JUN,SEP,DEC;BYMONTHDAY=1;BYHOUR=6;BYMINUTE=0;BYSECOND=0', '2006-01-10 08:00');
SELECT s.string, ARRAY(SELECT o::timestamp FROM dbms_scheduler.calendar_occurrences(s.string, '2006-01-01', '-infinity', 9) o) AS dates
  FROM (VALUES (1, 'closed'), (2, 'closed+2D'), (3, 'FREQ=DAILY;BYDATE=20060101+SPAN:8D;EXCLUDE=closed'), (4, 'FREQ=DAILY;INTERSECT=closed'),
               (5, 'FREQ=MONTHLY;INCLUDE=closed+3D'), (6, 'FREQ=quarters;BYDAY=MON'), (7, 'FREQ=quarters;BYMONTHDAY=-1;INCLUDE=closed'),
               (8, 'FREQ=closed;BYHOUR=6,7')) AS s(no, string)
 ORDER BY s.no;
SELECT o::timestamp FROM dbms_scheduler.calendar_occurrences('FREQ=quarters', '2004-01-01', '-infinity', 9) o;
-- in the last period of a frequency that has no beginning
CALL dbms_scheduler.create_schedule('halves', NULL, 'FREQ=YEARLY;BYDATE=0101,0701', '2005-05-01');
SELECT string, o::timestamp FROM (VALUES ('FREQ=halves;BYMONTHDAY=15'), ('FREQ=halves;INTERVAL=2;BYMONTHDAY=15')) AS s(string),
       LATERAL dbms_scheduler.calendar_occurrences(s.string, '2005-03-01', '-infinity', 9) o;
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;INTERSECT=closed', '2006-01-06', '-infinity', 1);
ROLLBACK;

-- the procedure, as Oracle has it: by position, by name, walking on
CALL dbms_scheduler.evaluate_calendar_string('FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYSECOND=0',
    '2003-01-01 10:00', '2003-01-01 10:00', NULL);
CALL dbms_scheduler.evaluate_calendar_string(calendar_string => 'FREQ=DAILY', start_date => '2003-01-01 10:00',
    return_date_after => '2003-01-01 10:00', next_run_date => NULL, time_zone => 'Europe/Berlin');
DO $$
DECLARE
    start_date timestamptz := '2004-06-10';
    return_date_after timestamptz := start_date;
    next_run_date timestamptz;
BEGIN
    FOR i IN 1 .. 5 LOOP
        CALL dbms_scheduler.evaluate_calendar_string('FREQ=MONTHLY;BYDAY=MON,TUE,WED,THU,FRI;BYSETPOS=-1',
            start_date, return_date_after, next_run_date);
        RAISE NOTICE 'next_run_date: %', next_run_date;
        return_date_after := next_run_date;
    END LOOP;
END $$;
-- without dates: from now on
SELECT at > pg_catalog.now() AND at <= pg_catalog.now() + interval '1 minute 1 second' AS soon
  FROM dbms_scheduler.calendar_occurrences('FREQ=MINUTELY', NULL, NULL, 1) AS o(at);

-- there and back
CALL dbms_scheduler.resolve_calendar_string(
    'FREQ=YEARLY;INTERVAL=2;BYMONTH=JAN,DEC;BYDATE=0301,20061224;BYMONTHDAY=1,-1;BYDAY=-1FRI,MON;BYHOUR=6;BYMINUTE=0,30;BYSECOND=0;BYSETPOS=-1,1',
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.resolve_calendar_string('FREQ=YEARLY;BYWEEKNO=1,-1;BYYEARDAY=1,366,-1',
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CALL dbms_scheduler.create_calendar_string(2, 3, '{0}', '{0,30}', '{8}', '{1,5}', '{1,-1}', NULL, NULL, NULL, '{1,7}', NULL);
CALL dbms_scheduler.create_calendar_string(4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
