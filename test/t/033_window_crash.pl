# kill -9 of the coordinator and of the whole server while windows open and
# close: at random moments, and just before and after the commit of a switch.
# Afterwards the right window is open, openings and closings alternate, each
# closing has its details and, if it came late, its reason, and each opening
# has started its job once.
#
# PGD_WINDOW_CRASH_SECONDS says for how long (default 40), PGD_WINDOW_CRASH_SEED
# repeats the choices of an earlier run.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $seconds = $ENV{PGD_WINDOW_CRASH_SECONDS} // 40;
my $seed    = $ENV{PGD_WINDOW_CRASH_SEED}    // int(rand(2**31));
srand($seed);
diag("PGD_WINDOW_CRASH_SEED=$seed PGD_WINDOW_CRASH_SECONDS=$seconds");

my $node = start_node('main', 'pg_dbms.max_workers = 4', 'max_worker_processes = 12',
	"pg_dbms.stop_points = 'window-switched,window-committed'");
add_jobs($node);

# A and B take turns and overlap, C has priority: with gaps there are some 20
# switches in 12 seconds.
$node->safe_psql('postgres', <<'SQL');
CALL dbms_scheduler.create_window('A', NULL, date_trunc('second', now()) + interval '2 s', 'FREQ=SECONDLY;INTERVAL=3', NULL, interval '1.5 s');
CALL dbms_scheduler.create_window('B', NULL, date_trunc('second', now()) + interval '3 s', 'FREQ=SECONDLY;INTERVAL=3', NULL, interval '1.2 s');
CALL dbms_scheduler.create_window('C', NULL, date_trunc('second', now()) + interval '4 s', 'FREQ=SECONDLY;INTERVAL=12', NULL, interval '2 s', 'HIGH');
CALL dbms_scheduler.create_window_group('G', 'A, B');
SELECT 'BEGIN INSERT INTO public.seen (job, note) VALUES (job_name, job_scheduled_start); END;' AS action,
       'BEGIN INSERT INTO public.seen (job, note) VALUES (job_name, job_scheduled_start); PERFORM pg_sleep(100); END;' AS long \gset
CALL dbms_scheduler.create_job('OF_A', schedule_name => 'A', job_type => 'PLSQL_BLOCK', job_action => :'action');
CALL dbms_scheduler.create_job('OF_G', schedule_name => 'G', job_type => 'PLSQL_BLOCK', job_action => :'action');
CALL dbms_scheduler.set_attribute('OF_G', 'restart_on_recovery', true);
CALL dbms_scheduler.create_job('OF_C', schedule_name => 'C', job_type => 'PLSQL_BLOCK', job_action => :'long');
CALL dbms_scheduler.set_attribute('OF_C', 'stop_on_window_close', true);
CALL dbms_scheduler.set_attribute('OF_C', 'restart_on_recovery', true);
CALL dbms_scheduler.enable('OF_A, OF_C, OF_G');
CREATE TABLE public.goes_by (job text, name text);
INSERT INTO public.goes_by VALUES ('OF_A', 'A'), ('OF_C', 'C'), ('OF_G', 'A'), ('OF_G', 'B');

-- Is the window open that should be? When two of equal priority are possible,
-- it depends on what came first.
CREATE FUNCTION public.is_right() RETURNS boolean LANGUAGE sql VOLATILE AS $$
    WITH now AS (SELECT clock_timestamp() AS at),
         possible AS (
             SELECT o.name, w.is_high, s.start_at
               FROM now, dbms.window w JOIN dbms.object o USING (id) JOIN dbms.window_state s ON s.window_id = w.id
              WHERE EXISTS (SELECT FROM generate_series(w.start_at, now.at, CASE o.name WHEN 'C' THEN interval '12 s' ELSE interval '3 s' END) AS g
                             WHERE now.at >= g AND now.at < g + w.duration))
    SELECT CASE WHEN p.window_id IS NULL THEN NOT EXISTS (SELECT FROM possible)
                ELSE EXISTS (SELECT FROM possible q WHERE q.name = p.window_name
                                AND q.is_high = (SELECT bool_or(r.is_high) FROM possible r)) END
      FROM dbms.opening p;
$$;
SQL

sub check_state
{
	my ($what) = @_;

	wait_for($node, 'SELECT public.is_right()') or fail("$what: the right window is open");
	return;
}

# A session that holds a point's lock: who comes there waits.
sub hold
{
	my ($point) = @_;

	my $session = open_session($node);
	$session->query_safe("SELECT pg_advisory_lock(20487, hashtext('$point'))");
	return $session;
}

# --- at the edge: before and after the commit of a switch

foreach my $point (qw(window-switched window-committed) x 2)
{
	my $session = hold($point);
	my $from = 'FROM pg_locks WHERE locktype = \'advisory\' AND NOT granted'
	  . " AND classid = 20487 AND objid = (hashtext('$point')::bigint & 4294967295)::oid";
	wait_for($node, "SELECT count(*) > 0 $from") or die "nobody came to $point";
	my $before = $node->safe_psql('postgres', 'SELECT count(*) FROM dbms.window_log');
	kill_process($node->safe_psql('postgres', "SELECT pid $from LIMIT 1"));
	eval { $session->quit; };
	ok(wait_for($node, "SELECT count(*) > $before FROM dbms.window_log"), "$point: the switch is made");
	check_state($point);
}

# --- at random moments

my $end    = time + $seconds;
my %killed = (coordinator => 0, server => 0);

while (time < $end)
{
	usleep(int(rand(2_000_000)));
	if (rand() < 0.7)
	{
		my ($pid) = eval { pids($node, 'coordinator') };
		next unless $pid;
		eval { kill_process($pid); 1; } or next;
		$killed{coordinator}++;
	}
	else
	{
		my ($status, $backends) = try_sql($node, 'SELECT pid FROM pg_stat_activity');
		next unless defined $status && $status == 0;

		# all that are left notice, and go
		$node->kill9;
		foreach my $pid (split /\n/, $backends)
		{
			usleep(10_000) while kill 0, $pid;
		}
		usleep(int(rand(1_500_000)));
		my $started = 0;
		for (1 .. 50)
		{
			$started = $node->start(fail_ok => 1);
			last if $started;
			usleep(100_000);
		}
		die 'the server does not start' unless $started;
		$killed{server}++;
	}
	check_state("after $killed{coordinator} and $killed{server}");
}
ok($killed{coordinator} > 0 && $killed{server} > 0,
	"the coordinator was killed $killed{coordinator} times, the server $killed{server} times");

# --- what is left

ok(wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator'}), 'it is back');
$node->safe_psql('postgres', q{CALL dbms_scheduler.disable('A, B, C', force => true)});
ok(wait_for($node, 'SELECT window_id IS NULL AND is_served FROM dbms.opening'), 'the last window closes');
ok( wait_for($node,
		q{SELECT NOT EXISTS (SELECT FROM dbms.run) AND count(*) = 0 FROM dbms.job_state WHERE next_run_at IS NOT NULL}),
	'the last run ends');

is( $node->safe_psql('postgres', <<'SQL'), '', 'openings and closings alternate, in the order of their dates');
SELECT log_id, window_name, operation FROM
  (SELECT *, lag(operation) OVER w AS before, lag(window_name) OVER w AS name_before, lag(log_date) OVER w AS date_before
     FROM dbms.window_log WHERE operation IN ('OPEN', 'CLOSE') WINDOW w AS (ORDER BY log_id)) AS l
 WHERE operation = coalesce(before, 'CLOSE') OR (operation = 'CLOSE' AND window_name <> name_before)
    OR log_date <= date_before
SQL
is($node->safe_psql('postgres', q{SELECT count(*) FROM dbms.window_log WHERE is_detail <> (operation = 'CLOSE')}),
	'0', 'each closing has its details');
is( $node->safe_psql('postgres', <<'SQL'), '', 'a closing that came late has its reason');
SELECT log_date, requested_at, duration FROM dbms.window_log
 WHERE operation = 'CLOSE' AND additional_info IS NULL AND log_date - (requested_at + duration) > interval '1.1 s'
SQL
cmp_ok(
	$node->safe_psql('postgres',
		q{SELECT count(*) FROM dbms.window_log WHERE operation = 'CLOSE' AND additional_info LIKE '%scheduler restart%'}),
	'>', 0, 'some closings came after a restart');
is( $node->safe_psql('postgres', <<'SQL'), '', 'each opening has started its jobs once, or the log says why not');
SELECT job, opened_at, runs, skipped FROM
  (SELECT b.job, w.opened_at,
          (SELECT count(*) FROM dbms.job_log j WHERE j.job_name = b.job AND j.operation = 'RUN' AND j.scheduled_at = w.opened_at) AS runs,
          (SELECT count(*) FROM dbms.job_log j WHERE j.job_name = b.job AND j.operation = 'SKIPPED'
              AND j.log_date >= w.opened_at) AS skipped
     FROM dbms.window_log w JOIN public.goes_by b ON b.name = w.window_name WHERE w.is_detail) AS o
 WHERE runs > 1 OR (runs = 0 AND skipped = 0)
SQL
is( $node->safe_psql('postgres', q{SELECT job, note FROM public.seen GROUP BY job, note HAVING count(*) > 1}),
	'', 'no run was made twice');
is( $node->safe_psql('postgres', <<'SQL'), '', 'work and records are the same');
SELECT s.job, s.note, j.job_name, j.scheduled_at FROM public.seen s
  FULL JOIN (SELECT job_name, scheduled_at FROM dbms.job_log WHERE is_run AND status = 'SUCCEEDED') AS j
       ON j.scheduled_at = s.note::timestamptz AND j.job_name = s.job
 WHERE s.note IS NULL OR j.scheduled_at IS NULL
SQL
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.seen WHERE job = 'OF_C'}), '0', 'no run outlived its window');
is( $node->safe_psql('postgres', <<'SQL'), '', 'an interrupted run was recovered, unless the next opening came first');
SELECT j.scheduled_at FROM dbms.job_log j
 WHERE j.job_name = 'OF_G' AND j.is_run AND j.status = 'STOPPED'
   AND NOT EXISTS (SELECT FROM dbms.job_log n WHERE n.job_name = 'OF_G' AND n.is_run AND n.log_id > j.log_id)
SQL

$node->stop;
done_testing();
