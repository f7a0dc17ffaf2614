-- Cron lines, in pg_cron's syntax.
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';
\set VERBOSITY terse

CREATE TEMP TABLE line (no int GENERATED ALWAYS AS IDENTITY, line text);
INSERT INTO line (line) VALUES
    ('* * * * *'), ('0 * * * *'), ('*/20 * * * *'), ('5-35/15 0,12 * * *'), ('0 10 * * *'), ('30 3 * * 6'),
    ('0 0 1 * *'), ('0 0 $ * *'), ('0 0 15,$ feb *'), ('0 0 13 * 5'), ('0 0 13 * *'), ('0 0 * * 5'), ('0 0 */2 * 5'),
    ('0 0 1-7 * */7'), ('0 22 * * mon-fri'), ('0 22 * * 7'), ('0 22 * * 0'), ('0 22 * * Fri-Sun'), ('0 22 * * sun-sun'), ('0 22 * * 0-sun'), ('0 22 * * sun-tue'), ('0 0 29 2 *'),
    ('0 4 8-14 jan-mar,DEC *'), ('  0	4   *  *  * '),
    ('@yearly'), ('@annually'), ('@monthly'), ('@weekly'), ('@daily'), ('@midnight'), ('@Hourly'),
    ('1 second'), ('30 seconds'), ('59 SECONDS');
SELECT l.line, pg_catalog.string_agg(o.at::text, E'\n' ORDER BY o.at) AS times
  FROM line l,
       LATERAL dbms_scheduler.calendar_occurrences(l.line, '2006-01-11 12:00:30', '-infinity', 4) AS o(at)
 GROUP BY l.no, l.line
 ORDER BY l.no;

-- clocks change: 02:30 does not exist on the first, comes twice on the second
SELECT dbms_scheduler.calendar_occurrences('30 2 * * *', '2006-03-25', '2006-03-25', 3);
SELECT dbms_scheduler.calendar_occurrences('30 2 * * *', '2006-10-28', '2006-10-28', 3);
SELECT dbms_scheduler.calendar_occurrences('*/30 * * * *', '2006-03-26 01:00', '2006-03-26 01:00', 4);
-- with a star for minute or hour a line follows the clock, twice if it must
SELECT dbms_scheduler.calendar_occurrences('*/30 * * * *', '2006-10-29 01:30', '2006-10-29 01:30', 6);
SELECT dbms_scheduler.calendar_occurrences('30 2-3 * * *', '2006-10-29 01:30', '2006-10-29 01:30', 3);

-- as the days of a named schedule
BEGIN;
CALL dbms_scheduler.create_schedule('line', NULL, '0 6 1 * *');
SELECT dbms_scheduler.calendar_occurrences('line+1d', '2006-01-01', '2006-01-01', 2);
ROLLBACK;

SELECT dbms_scheduler.calendar_occurrences('0 0 31 2 *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('60 * * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('* 24 * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('* * 0 * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('* * * 13 *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('* * * * 8', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('* * * * fry', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('10-5 * * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('1/5 * * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('*/0 * * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('1,,2 * * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('$ * * * *', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('@reboot', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('@daily 3', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('0 seconds', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('60 seconds', '2006-01-01', NULL, 1);
SELECT dbms_scheduler.calendar_occurrences('* * * *', '2006-01-01', NULL, 1);
