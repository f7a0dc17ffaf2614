# Windows in a true run: the day of four windows with hours scaled to seconds,
# their log, how late they are, and jobs that go by them.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main', 'pg_dbms.max_workers = 6');
add_jobs($node);

# Four windows of days of 24 seconds; t0 is the beginning of the first whole one:
# PEAK_AM from 6 to 12, PEAK_PM from 12 to 18, OFF_DAYS from 18 for 12 hours, and
# on the second day OFF_WEEKEND, which is HIGH.
my $t0 = $node->safe_psql('postgres',
	q{SELECT date_trunc('second', clock_timestamp()) + interval '12 seconds'});
my @windows = (
	[ 'PEAK_AM',     6,  6,  'LOW',  24 ],
	[ 'PEAK_PM',     12, 6,  'LOW',  24 ],
	[ 'OFF_DAYS',    -6, 12, 'LOW',  24 ],
	[ 'OFF_WEEKEND', 26, 8,  'HIGH', 480 ]);

$node->safe_psql('postgres', join ';', map {
		"CALL dbms_scheduler.create_window('$_->[0]', NULL, '$t0'::timestamptz + interval '$_->[1] s',"
		  . " 'FREQ=SECONDLY;INTERVAL=$_->[4]', NULL, interval '$_->[2] s', '$_->[3]')"
} @windows);
$node->safe_psql('postgres', <<'SQL');
CALL dbms_scheduler.create_window_group('PEAKTIME', 'PEAK_AM, PEAK_PM');
CALL dbms_scheduler.create_window_group('"OFF-PEAK"', 'OFF_DAYS, OFF_WEEKEND');
SQL

# --- jobs: one of a window, one of each group, one that runs until it is
# stopped, and one that outlives a switch within its group

my $note = q{INSERT INTO public.seen (job, note) VALUES (job_name, window_end - window_start);};

sub window_job
{
	my ($name, $schedule, $action, %more) = @_;

	$node->safe_psql('postgres', join ';',
		"CALL dbms_scheduler.create_job('$name', schedule_name => '$schedule',"
		  . " job_type => 'PLSQL_BLOCK', job_action => \$q\$BEGIN $note $action END;\$q\$)",
		(map { "CALL dbms_scheduler.set_attribute('$name', '$_', $more{$_})" } sort keys %more),
		"CALL dbms_scheduler.enable('$name')");
	return;
}

window_job('OF_AM', 'PEAK_AM', '');
window_job('OF_PEAK', 'PEAKTIME', '');
window_job('OF_OFF', '"OFF-PEAK"', '');
window_job('STOPPED', 'PEAK_PM', 'PERFORM pg_sleep(100);', stop_on_window_close => 'true');
window_job('GROUP_STOPPED', 'PEAKTIME', 'PERFORM pg_sleep(100);', stop_on_window_close => 'true');

is( $node->safe_psql('postgres',
		q{SELECT string_agg(concat_ws(' ', job_name, schedule_type, state, extract(epoch from next_run_date - '} . $t0
		  . q{')::int), ', ' ORDER BY job_name) FROM sys.user_scheduler_jobs}),
	'GROUP_STOPPED WINDOW_GROUP SCHEDULED 6, OF_AM WINDOW SCHEDULED 6, OF_OFF WINDOW_GROUP SCHEDULED -6,'
	  . ' OF_PEAK WINDOW_GROUP SCHEDULED 6, STOPPED WINDOW SCHEDULED 12',
	'jobs of windows are scheduled for the next start of their window');

# --- the log of a day and a half

ok( wait_for($node,
		q{SELECT count(*) = 1 FROM dbms.window_log WHERE window_name = 'OFF_WEEKEND' AND operation = 'OPEN'}, timeout => 90),
	'the day passes');
my $log = $node->safe_psql('postgres', <<SQL);
SELECT concat_ws(' ', window_name, operation, round(extract(epoch from log_date - '$t0')), additional_info)
  FROM dbms.window_log WHERE operation IN ('OPEN', 'CLOSE', 'OVERLAP') ORDER BY log_id
SQL
is($log, <<'LOG' =~ s/\n\z//r, 'the rows of the log, in order');
OFF_DAYS OPEN -6
OFF_DAYS CLOSE 6
PEAK_AM OPEN 6
PEAK_AM CLOSE 12
PEAK_PM OPEN 12
PEAK_PM CLOSE 18
OFF_DAYS OPEN 18
OFF_WEEKEND OVERLAP 26 REASON="window OFF_DAYS is open"
OFF_DAYS CLOSE 26 REASON="window OFF_WEEKEND has priority HIGH"
OFF_WEEKEND OPEN 26
LOG
is( $node->safe_psql('postgres', <<SQL), <<'LOG' =~ s/\n\z//r, 'the same day as an administrator reads it, newest first');
SELECT round(extract(epoch from log_date - '$t0')), window_name, operation
  FROM sys.dba_scheduler_window_log
 WHERE operation IN ('OPEN', 'CLOSE') AND log_date < '$t0'::timestamptz + interval '20 s'
 ORDER BY log_date DESC LIMIT 6
SQL
18|OFF_DAYS|OPEN
18|PEAK_PM|CLOSE
12|PEAK_PM|OPEN
12|PEAK_AM|CLOSE
6|PEAK_AM|OPEN
6|OFF_DAYS|CLOSE
LOG
is( $node->safe_psql('postgres', <<SQL), <<'LOG' =~ s/\n\z//r, 'and the details of its openings');
SELECT window_name, round(extract(epoch from req_start_date - '$t0')), round(extract(epoch from actual_start_date - '$t0')),
       window_duration, round(extract(epoch from actual_duration))
  FROM sys.dba_scheduler_window_details
 WHERE log_date < '$t0'::timestamptz + interval '27 s' AND window_name <> 'OFF_WEEKEND' AND req_start_date IS NOT NULL
 ORDER BY log_date
SQL
OFF_DAYS|-6|-6|00:00:12|12
PEAK_AM|6|6|00:00:06|6
PEAK_PM|12|12|00:00:06|6
OFF_DAYS|18|18|00:00:12|8
LOG
is( $node->safe_psql('postgres', <<'SQL'),
SELECT count(*) FROM (SELECT log_date, lag(log_date) OVER (ORDER BY log_id) AS before FROM dbms.window_log
   WHERE operation IN ('OPEN', 'CLOSE', 'OVERLAP')) AS l WHERE log_date <= before
SQL
	'0', 'dates strictly increase');
is( $node->safe_psql('postgres', <<'SQL'),
SELECT count(*) FROM dbms.window_log
 WHERE is_detail <> (operation = 'CLOSE')
    OR is_detail AND (actual_duration <> log_date - opened_at OR opened_at < requested_at)
SQL
	'0', 'each closing has its details, nothing else has');

# PEAK_AM of the second day falls into the weekend
ok( wait_for($node,
		q{SELECT count(*) = 2 FROM dbms.window_log WHERE window_name = 'PEAK_AM' AND operation = 'OPEN'}, timeout => 90),
	'the weekend passes');
is( $node->safe_psql('postgres', <<SQL),
SELECT string_agg(concat_ws(' ', window_name, operation, round(extract(epoch from log_date - '$t0'))), ', ' ORDER BY log_id)
  FROM dbms.window_log WHERE operation IN ('OPEN', 'CLOSE', 'OVERLAP')
   AND log_id > (SELECT log_id FROM dbms.window_log WHERE window_name = 'OFF_WEEKEND' AND operation = 'OPEN')
SQL
	'PEAK_AM OVERLAP 30, OFF_WEEKEND CLOSE 34, PEAK_AM OPEN 34', 'a HIGH window stays, and the one opens whose time it is');

# --- how late

my $late = $node->safe_psql('postgres', <<'SQL');
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch from late)) * 1000
  FROM (SELECT opened_at - requested_at AS late FROM dbms.window_log
         WHERE is_detail
        UNION ALL
        SELECT log_date - (requested_at + duration) FROM dbms.window_log
         WHERE is_detail AND additional_info IS NULL) AS l
SQL
cmp_ok($late, '<=', 100, "at most 100 ms late at the median (measured: $late ms)");

# --- what the jobs did

is( $node->safe_psql('postgres', <<SQL),
SELECT string_agg(job || ' ' || n, ', ' ORDER BY job)
  FROM (SELECT job, count(*) AS n FROM public.seen WHERE at < '$t0'::timestamptz + interval '29 s' GROUP BY job) AS s
SQL
	'OF_AM 1, OF_OFF 3, OF_PEAK 2', 'once for each opening; a run that was stopped has left nothing');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE note IS NULL}), '0', 'a block knows its window');
is( $node->safe_psql('postgres', <<SQL),
SELECT string_agg(concat_ws(' ', job_name, operation, status, additional_info, round(extract(epoch from log_date - '$t0'))),
                  E'\n' ORDER BY round(extract(epoch from log_date - '$t0')), job_name)
  FROM dbms.job_log WHERE job_name LIKE '%STOPPED' AND log_date < '$t0'::timestamptz + interval '29 s'
SQL
	<<'LOG' =~ s/\n\z//r, 'stopped when the window closes, unless the next one is in the group');
GROUP_STOPPED SKIPPED REASON="it was still running when the window opened" 12
GROUP_STOPPED RUN STOPPED REASON="window closed" 18
STOPPED RUN STOPPED REASON="window closed" 18
LOG
is( $node->safe_psql('postgres',
		q{SELECT count(*) FROM sys.user_scheduler_jobs WHERE state NOT IN ('SCHEDULED', 'RUNNING') OR enabled = 'FALSE'}),
	'0', 'all of them wait for the next opening');

# --- made when its schedule says that it would be open

$node->safe_psql('postgres', <<'SQL');
CALL dbms_scheduler.create_window('within', NULL, date_trunc('second', clock_timestamp()) - interval '3 days 100 seconds',
	'FREQ=DAILY', NULL, interval '30 minutes', 'HIGH');
SQL
ok(wait_for($node, q{SELECT active = 'TRUE' FROM sys.dba_scheduler_windows WHERE window_name = 'WITHIN'}),
	'a window whose start date has passed opens within its interval');
is($node->safe_psql('postgres', q{SELECT close_at = requested_at + interval '30 minutes' AND opened_at > requested_at + interval '99 s' FROM dbms.opening}),
	't', '... for the rest of it');

$node->stop;
done_testing();
