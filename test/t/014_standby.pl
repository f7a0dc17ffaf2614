# A standby runs nothing.  After its promotion the jobs go on there.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $soon = 30;

my $primary = new_node('primary', "wal_level = replica", 'max_wal_senders = 4',
	'hot_standby = on');
$primary->append_conf('postgresql.conf', 'wal_log_hints = on');
$primary->start;
create_extension($primary);
add_jobs($primary);
$primary->safe_psql('postgres', 'CREATE DATABASE second');
create_extension($primary, 'second');
add_jobs($primary, 'second');
$primary->safe_psql('postgres', q{SELECT pg_create_physical_replication_slot('standby')});

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "primary_slot_name = 'standby'");
$standby->start;

my $note = q{INSERT INTO public.seen (job, note) VALUES (job_name, job_scheduled_start)};
make_job($primary, name => 'TICK', action => "BEGIN $note; END;", repeat => 'FREQ=SECONDLY');
make_job($primary, name => 'TICK', action => "BEGIN $note; END;", repeat => 'FREQ=SECONDLY', database => 'second');
make_job($primary, name => 'LATER', action => "BEGIN $note; END;", at => "clock_timestamp() + interval '3 s'");
make_job($primary, name => 'LONG', action => "BEGIN $note; PERFORM pg_sleep(300); END;",
	more => '{"restart_on_recovery": true}');
make_job($primary, name => 'BROKEN_OFF', action => "BEGIN $note; PERFORM pg_sleep(300); END;");
$primary->safe_psql('postgres', $_)
  foreach q{CALL dbms_scheduler.create_window('OPEN_HERE', 'DEFAULT_MAINTENANCE_PLAN', now() + interval '1 day', 'FREQ=DAILY', NULL, interval '1 hour')},
  q{CALL dbms_scheduler.open_window('OPEN_HERE', NULL)};
ok(wait_for($primary, q{SELECT count(*) >= 3 FROM public.seen WHERE job = 'TICK'}), 'jobs run on the primary');
ok(wait_for($primary, q{SELECT count(*) = 2 FROM pg_stat_activity WHERE wait_event = 'PgSleep'}), 'two of them for long');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

is( $standby->safe_psql(
		'postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_dbms%'}),
	'0', 'no process of ours on the standby');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM dbms.workers()'), '0', 'no worker');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM dbms.coordinators()'), '0', 'no coordinator');
is( $standby->safe_psql('postgres', q{SELECT string_agg(name, ' ' ORDER BY name) FROM dbms.run JOIN dbms.object o ON o.id = job_id WHERE name IN ('BROKEN_OFF', 'LONG')}),
	'BROKEN_OFF LONG', 'it sees the runs of the primary');
like($standby->safe_psql('postgres', q{SELECT state FROM sys.user_scheduler_jobs WHERE job_name = 'TICK'}),
	qr/^(SCHEDULED|READY TO RUN|RUNNING)$/, 'the views can be read');
is( $standby->safe_psql('postgres',
		q{SELECT DISTINCT detail FROM dbms_scheduler.forecast(now(), now() + interval '1 minute') WHERE object_name = 'TICK'}
	),
	'paused: this server is a standby',
	'and so can the forecast');
my ($status, undef, $stderr) = try_sql($standby,
	q{CALL dbms_scheduler.create_job('X', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1', enabled => true)});
isnt($status, 0, 'no job can be made there');
like($stderr, qr/read-only/, 'for the server\'s reason');
my $open_windows = q{SELECT string_agg(window_name, ' ') FROM sys.dba_scheduler_windows WHERE active = 'TRUE'};
is($standby->safe_psql('postgres', $open_windows), 'OPEN_HERE', 'it sees the open window of the primary');
($status, undef, $stderr) = try_sql($standby, q{CALL dbms_scheduler.close_window('OPEN_HERE')});
isnt($status, 0, 'which cannot be closed there');
like($stderr, qr/read-only/, 'for the same reason');

$standby->restart;
is( $standby->safe_psql(
		'postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_dbms%'}),
	'0', 'nor after a restart');

# both jobs that sleep, and a one-time job that is to come, go over
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
$primary->stop('immediate');
my $before = $standby->safe_psql('postgres', q{SELECT max(note::timestamptz) FROM public.seen WHERE job = 'TICK'});
$standby->promote;

ok(wait_for($standby, "SELECT count(*) >= 3 FROM public.seen WHERE job = 'TICK' AND note::timestamptz > '$before'", timeout => $soon),
	'after promotion the jobs go on there');
ok(wait_for($standby, "SELECT count(*) >= 3 FROM public.seen WHERE job = 'TICK' AND at > '$before'", timeout => $soon, database => 'second'),
	'in all databases');
is(scalar(pids($standby, 'launcher')), 1, 'with a launcher');
is(scalar(pids($standby, 'coordinator')), 2, 'and a coordinator for each database');
ok(wait_for($standby, q{SELECT count(*) FROM public.seen WHERE job = 'LATER'}, expected => 1, timeout => $soon),
	'a one-time job runs once');
ok( wait_for(
		$standby, q{SELECT string_agg(job_name || ' ' || status, ', ' ORDER BY job_name) FROM dbms.job_log WHERE status = 'STOPPED'},
		expected => 'BROKEN_OFF STOPPED, LONG STOPPED', timeout => $soon),
	'runs that were broken off are recorded');
ok(wait_for($standby, q{SELECT operation FROM dbms.run JOIN dbms.object o ON o.id = job_id WHERE name = 'LONG'},
	expected => 'RECOVERY_RUN', timeout => $soon), 'and run again if that is their rule');
is( $standby->safe_psql(
		'postgres', q{SELECT count(*) FROM (SELECT job, note FROM public.seen GROUP BY 1, 2 HAVING count(*) > 1) AS twice}),
	'0', 'no due time was served twice');
is( $standby->safe_psql(
		'postgres', q{SELECT final_state FROM dbms.job_state JOIN dbms.object ON id = job_id WHERE name = 'BROKEN_OFF'}),
	'STOPPED', 'the other job says that it was stopped');

# the window is open there, too, and closes
is($standby->safe_psql('postgres', $open_windows), 'OPEN_HERE', 'the window is open after promotion');
is($standby->safe_psql('postgres', q{SELECT plan FROM dbms.resource_state}), 'DEFAULT_MAINTENANCE_PLAN', 'with its plan');
$standby->safe_psql('postgres', q{CALL dbms_scheduler.open_window('OPEN_HERE', interval '1 s', force => true)});
ok(wait_for($standby, "SELECT ($open_windows) IS NULL", timeout => $soon), 'it closes there');
is( $standby->safe_psql('postgres', q{SELECT string_agg(operation, ' ' ORDER BY log_id) FROM dbms.window_log WHERE operation IN ('OPEN', 'CLOSE')}),
	'OPEN CLOSE', 'it was opened and closed once');

$standby->stop;
done_testing();
