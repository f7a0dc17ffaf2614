-- Clocks that change, in zones that do it differently. With a frequency of
-- days and more a schedule follows the clock on the wall: a time that is
-- skipped becomes the end of the gap, one that comes twice is taken once, the
-- first. With a smaller one it follows elapsed time.
SET DateStyle = 'ISO, YMD';

CREATE FUNCTION pg_temp.times(string text, zone text, start_at text, n int) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.set_config('TimeZone', zone, true);
    RETURN QUERY SELECT at::text || ' ' || pg_catalog.to_char(at, 'TZ') FROM
        dbms_scheduler.calendar_occurrences(string, start_at::timestamptz, '-infinity', n) AS o(at);
END $$;

SELECT * FROM pg_temp.times('FREQ=DAILY', 'Europe/Berlin', '2006-03-25 02:30', 3);
SELECT * FROM pg_temp.times('FREQ=DAILY', 'Europe/Berlin', '2006-10-28 02:30', 3);
SELECT * FROM pg_temp.times('FREQ=HOURLY', 'Europe/Berlin', '2006-03-26 00:30', 4);
SELECT * FROM pg_temp.times('FREQ=HOURLY', 'Europe/Berlin', '2006-10-29 00:30', 5);
SELECT * FROM pg_temp.times('FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30;BYSECOND=0', 'Europe/Berlin', '2006-03-26 00:00', 7);
SELECT * FROM pg_temp.times('FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30;BYSECOND=0', 'Europe/Berlin', '2006-10-29 00:00', 7);
-- half an hour
SELECT * FROM pg_temp.times('FREQ=HOURLY', 'Australia/Lord_Howe', '2006-04-02 00:15', 4);
SELECT * FROM pg_temp.times('FREQ=HOURLY;BYMINUTE=0;BYSECOND=0', 'Australia/Lord_Howe', '2006-04-02 00:15', 4);
SELECT * FROM pg_temp.times('FREQ=HOURLY;BYMINUTE=0;BYSECOND=0', 'Australia/Lord_Howe', '2006-10-29 00:15', 4);
SELECT * FROM pg_temp.times('FREQ=DAILY', 'Australia/Lord_Howe', '2006-10-28 02:15', 3);
SELECT * FROM pg_temp.times('FREQ=MINUTELY;INTERVAL=20', 'Australia/Lord_Howe', '2006-04-02 01:25', 4);
-- quarters of an hour
SELECT * FROM pg_temp.times('FREQ=HOURLY;BYMINUTE=0,45;BYSECOND=0', 'Asia/Kathmandu', '1985-12-31 22:00', 6);
SELECT * FROM pg_temp.times('FREQ=DAILY;BYHOUR=0;BYMINUTE=0', 'Asia/Kathmandu', '1985-12-30 00:00', 4);
-- at midnight
SELECT * FROM pg_temp.times('FREQ=DAILY', 'America/Sao_Paulo', '2008-10-18 00:00', 3);
SELECT * FROM pg_temp.times('FREQ=DAILY', 'America/Sao_Paulo', '2009-02-13 23:30', 3);
SELECT * FROM pg_temp.times('FREQ=HOURLY;BYHOUR=23', 'America/Sao_Paulo', '2009-02-14 22:30', 3);
SELECT * FROM pg_temp.times('FREQ=DAILY', 'America/Sao_Paulo', '2018-11-03 00:00', 3);
SELECT * FROM pg_temp.times('FREQ=YEARLY;BYDATE=1104', 'America/Sao_Paulo', '2018-11-03 00:00', 3);
-- a day that was left out, and one that came twice
SELECT * FROM pg_temp.times('FREQ=DAILY;BYHOUR=9', 'Pacific/Apia', '2011-12-28 09:00', 4);
SELECT * FROM pg_temp.times('FREQ=DAILY;BYHOUR=9', 'Pacific/Kwajalein', '1993-08-19 09:00', 4);
SELECT * FROM pg_temp.times('FREQ=HOURLY;INTERVAL=12', 'Pacific/Apia', '2011-12-29 06:00', 5);
-- long ago and far ahead
SELECT * FROM pg_temp.times('FREQ=DAILY;BYHOUR=12', 'Europe/Berlin', '1893-03-31 00:00', 3);
SELECT * FROM pg_temp.times('FREQ=DAILY', 'US/Eastern', '2500-03-13 02:30', 3);
SELECT * FROM pg_temp.times('FREQ=YEARLY;BYMONTH=JUL', 'US/Eastern', '294276-01-01 12:00', 1);

-- the zone is the argument's, not the session's
SET TimeZone = 'Asia/Tokyo';
SELECT dbms_scheduler.calendar_occurrences('FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0', '2006-03-25 00:00+01',
    '2006-03-25 00:00+01', 3, 'europe/berlin');

-- the zone of a named schedule is that of its start date
BEGIN;
SET LOCAL TimeZone = 'US/Eastern';
CALL dbms_scheduler.create_schedule('new_york', '2006-01-01 09:00', 'FREQ=DAILY;BYHOUR=9');
SET LOCAL TimeZone = 'Europe/Berlin';
SELECT dbms_scheduler.calendar_occurrences('new_york', '2006-04-01', '2006-04-01', 3);
ROLLBACK;
