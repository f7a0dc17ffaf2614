# dbms_scheduler.forecast says what then really happens: thirty jobs of all
# kinds of schedule, their forecast for some seconds, and after these the log.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', "timezone = 'Europe/Berlin'");

# In one transaction, so that now() is one instant; the span begins late
# enough to have all jobs known before.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE span AS
	SELECT date_trunc('second', now()) + interval '5 s' AS from_time,
		   date_trunc('second', now()) + interval '13 s' AS to_time;
CREATE FUNCTION at(seconds numeric) RETURNS timestamptz LANGUAGE sql
	RETURN (SELECT from_time + seconds * interval '1 s' FROM public.span);
CREATE PROCEDURE job(name text, start_date timestamptz DEFAULT NULL, repeat_interval text DEFAULT NULL,
	end_date timestamptz DEFAULT NULL, max_runs integer DEFAULT NULL, action text DEFAULT 'BEGIN NULL; END;',
	missed_runs text DEFAULT NULL, time_zone text DEFAULT NULL, is_enabled boolean DEFAULT true)
	LANGUAGE plpgsql AS $$
BEGIN
	CALL dbms_scheduler.create_job(name, job_type => 'PLSQL_BLOCK', job_action => action, start_date => start_date,
		repeat_interval => repeat_interval, end_date => end_date, time_zone => time_zone);
	IF max_runs IS NOT NULL THEN
		CALL dbms_scheduler.set_attribute(name, 'max_runs', max_runs);
	END IF;
	IF missed_runs IS NOT NULL THEN
		CALL dbms_scheduler.set_attribute(name, 'missed_runs', missed_runs);
	END IF;
	IF is_enabled THEN
		CALL dbms_scheduler.enable(name);
	END IF;
END $$;
BEGIN;
CALL dbms_scheduler.create_schedule('threes', repeat_interval => 'FREQ=SECONDLY;INTERVAL=3', start_date => at(0));
CALL dbms_scheduler.create_schedule('ending', repeat_interval => 'FREQ=SECONDLY', start_date => at(0), end_date => at(3));
CALL dbms_scheduler.create_program('nothing', 'PLSQL_BLOCK', 'BEGIN NULL; END;', enabled => true);
CALL job('once', at(2));
CALL job('once_fraction', at(2.345678));
CALL job('once_at_end', at(8));
CALL job('once_before_end', at(7.999));
CALL job('once_far', at(86400));
CALL job('once_by_sysdate', repeat_interval => NULL, start_date => at(5));
CALL job('seconds', at(0), 'FREQ=SECONDLY');
CALL job('two_seconds', at(-20), 'FREQ=SECONDLY;INTERVAL=2');
CALL job('odd_start', at(-3.5), 'FREQ=SECONDLY;INTERVAL=5');
CALL job('list', at(-100), 'FREQ=MINUTELY;BYSECOND=0,5,10,15,20,25,30,35,40,45,50,55');
CALL job('minutes_and_seconds', at(-100), 'FREQ=HOURLY;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59;BYSECOND=0,7,14,21,28,35,42,49,56');
CALL job('minute', at(-100), 'FREQ=MINUTELY');
CALL job('minute_from_start', at(1), 'FREQ=MINUTELY;INTERVAL=10');
CALL job('cron', at(-100), '* * * * *');
CALL job('never_now', at(-100), 'FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29');
CALL dbms_scheduler.create_schedule('leap_days', repeat_interval => 'FREQ=YEARLY;INTERVAL=4;BYDATE=0229', start_date => '2024-01-01');
CALL job('but_leap_days', at(0), 'FREQ=SECONDLY;INTERVAL=2;EXCLUDE=LEAP_DAYS');
CALL job('and_threes', at(0), 'FREQ=SECONDLY;INTERVAL=2;INTERSECT=THREES');
CALL job('with_threes', at(0), 'FREQ=SECONDLY;INTERVAL=4;INCLUDE=THREES');
CALL job('as_threes', at(0), 'THREES');
CALL job('tokyo', at(0), 'FREQ=HOURLY', time_zone => 'Asia/Tokyo');
CALL job('half_hour_zone', at(3), 'FREQ=DAILY', time_zone => 'Asia/Kolkata');
CALL job('ends', at(0), 'FREQ=SECONDLY;INTERVAL=2', end_date => at(5));
CALL job('ended_at_due', at(0), 'FREQ=SECONDLY;INTERVAL=2', end_date => at(4));
CALL job('twice', at(1), 'FREQ=SECONDLY;INTERVAL=2', max_runs => 2);
CALL job('used_up_before', at(-3), 'FREQ=SECONDLY;INTERVAL=2', max_runs => 2);
CALL job('each', at(0), 'FREQ=SECONDLY;INTERVAL=3', missed_runs => 'EACH');
CALL job('skip', at(0), 'FREQ=SECONDLY;INTERVAL=3', missed_runs => 'SKIP');
CALL job('disabled', at(0), 'FREQ=SECONDLY', is_enabled => false);
CALL job('expression', at(1), 'systimestamp + interval ''2'' second');
CALL job('fails', at(1), 'FREQ=SECONDLY;INTERVAL=3', action => 'BEGIN RAISE ''no''; END;');
CALL dbms_scheduler.create_job('named', program_name => 'nothing', schedule_name => 'threes', enabled => true);
CALL dbms_scheduler.create_job('named_ending', program_name => 'nothing', schedule_name => 'ending', enabled => true);
CREATE TABLE foretold AS
	SELECT f.* FROM span, dbms_scheduler.forecast(from_time, to_time) f;
COMMIT;
SQL
is( $node->safe_psql('postgres',
		'SELECT now() < from_time FROM span'),
	't',
	'the forecast was made before its time');
ok( wait_for($node, <<'SQL'), 'its time has passed');
SELECT now() > to_time AND NOT EXISTS (SELECT FROM dbms.run)
   AND EXISTS (SELECT FROM sys.dba_scheduler_job_run_details WHERE req_start_date >= to_time)
  FROM span
SQL

$node->safe_psql('postgres', <<'SQL');
CREATE VIEW happened AS
	SELECT d.req_start_date AS at, d.job_name, d.log_date
	  FROM sys.dba_scheduler_job_run_details d, span
	 WHERE d.req_start_date >= from_time AND d.req_start_date < to_time;
SQL
is( $node->safe_psql('postgres',
		'SELECT count(*) > 40 AND count(DISTINCT object_name) > 15 FROM foretold'),
	't',
	'much was foretold');
is( $node->safe_psql('postgres', <<'SQL'), '', 'all that happened was foretold');
SELECT h.job_name, h.at FROM happened h
 WHERE NOT EXISTS (SELECT FROM foretold f WHERE f.object_name = h.job_name AND f.at = h.at)
   AND NOT (h.job_name = 'EXPRESSION' AND EXISTS (SELECT FROM foretold f WHERE f.object_name = h.job_name AND f.at < h.at))
 ORDER BY 1, 2
SQL

# a due time that passes while the run before it waits or runs is no failure
is( $node->safe_psql('postgres', <<'SQL'), '', 'all that was foretold happened');
SELECT f.object_name, f.at FROM foretold f
 WHERE NOT EXISTS (SELECT FROM happened h WHERE h.job_name = f.object_name AND h.at = f.at)
   AND NOT EXISTS (SELECT FROM happened h WHERE h.job_name = f.object_name AND h.at < f.at AND h.log_date >= f.at)
 ORDER BY 1, 2
SQL
is( $node->safe_psql('postgres',
		"SELECT count(*) FROM foretold WHERE object_name IN ('DISABLED', 'ONCE_AT_END', 'ONCE_FAR', 'NEVER_NOW', 'USED_UP_BEFORE')"
	),
	'0',
	'nothing of what is out of the span');
is( $node->safe_psql('postgres',
		"SELECT count(*) FROM foretold WHERE object_name = 'EXPRESSION'"),
	'1',
	'an expression is not evaluated: its next run alone');
is( $node->safe_psql('postgres',
		'SELECT count(*) FROM (SELECT at < lag(at) OVER (ROWS UNBOUNDED PRECEDING) AS falls FROM foretold) t WHERE falls'
	),
	'0',
	'in order');

$node->stop;
done_testing();
