# Tasks on a standby: the views can be read while the primary runs them, and
# after promotion they are resumed there.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', 'wal_level = replica', 'max_wal_senders = 4', 'hot_standby = on', 'wal_log_hints = on');
$primary->start;
create_extension($primary);
$primary->safe_psql('postgres', q{SELECT pg_create_physical_replication_slot('standby')});
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "primary_slot_name = 'standby'");
$standby->start;

$primary->safe_psql('postgres', <<'SQL');
CREATE TABLE public.t AS SELECT g AS id, 0 AS n FROM generate_series(1, 100) AS g;
ALTER TABLE public.t ADD PRIMARY KEY (id);
CREATE FUNCTION public.gate(id int) RETURNS int VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    IF id = 55 THEN PERFORM pg_advisory_xact_lock_shared(1); END IF;
    RETURN 0;
END $$;
CALL dbms_parallel_execute.create_task('runs');
CALL dbms_parallel_execute.create_chunks_by_number_col('runs', 'public', 't', 'id', 10);
CALL dbms_parallel_execute.create_task('own');
CALL dbms_parallel_execute.create_chunks_by_number_col('own', 'public', 't', 'id', 50);
CALL dbms_parallel_execute.get_number_col_chunk('own', NULL, NULL, NULL, NULL);
CALL dbms_parallel_execute.create_task('chunked');
CALL dbms_parallel_execute.create_chunks_by_number_col('chunked', 'public', 't', 'id', 50);
CALL dbms_parallel_execute.create_task('being chunked');
UPDATE dbms.parallel_task SET status = 2 WHERE name = 'being chunked';
SQL
my $gate = open_session($primary);
$gate->query('SELECT pg_advisory_lock(1)');
my $run = open_session($primary);
$run->query_until(qr/^started$/m, <<'SQL');
\echo started
CALL dbms_parallel_execute.run_task('runs', 'UPDATE public.t SET n = n + 1 + public.gate(id) WHERE id BETWEEN :start_id AND :end_id', 1, parallel_level => 1);
SQL
ok(wait_for($primary, "SELECT chunks_processed FROM sys.user_parallel_execute_progress WHERE task_name = 'runs' AND current_chunks IS NOT NULL",
		expected => '5'), 'the primary runs a task');
$primary->safe_psql('postgres', 'SELECT pg_switch_wal()');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

is($standby->safe_psql('postgres', 'SELECT task_name, status FROM sys.user_parallel_execute_tasks ORDER BY 1'),
	"being chunked|CHUNKING\nchunked|CHUNKED\nown|PROCESSING\nruns|PROCESSING", 'the standby shows what is stored');
is($standby->safe_psql('postgres', "SELECT dbms_parallel_execute.task_status('runs')"), '6', 'in all forms');
is($standby->safe_psql('postgres', "SELECT activity, chunks_total, chunks_processed, chunks_left FROM sys.user_parallel_execute_progress WHERE task_name = 'runs'"),
	'NOT RUNNING|10|5|5', 'and counts chunks');
is($standby->safe_psql('postgres', "SELECT count(*) FROM sys.user_parallel_execute_chunks WHERE task_name = 'runs' AND status = 'PROCESSED'"),
	'5', 'of the view');
my (undef, undef, $stderr) = try_sql($standby, q{CALL dbms_parallel_execute.resume_task('runs', force => true)});
like($stderr, qr/ERROR:  cannot execute dbms_parallel_execute.resume_task\(\) in a read-only transaction/, 'nothing can be resumed there');
foreach my $level (0, 2)
{
	(undef, undef, $stderr) = try_sql($standby, "CALL dbms_parallel_execute.run_task('chunked', 'SELECT :start_id, :end_id', 1, parallel_level => $level)");
	like($stderr, qr/ERROR:  cannot execute dbms_parallel_execute.run_task\(\) in a read-only transaction.*HINT:  This server is a standby: call it on the primary/s,
		"nor run, level $level");
}
(undef, undef, $stderr) = try_sql($standby, q{CALL dbms_parallel_execute.create_task('there')});
like($stderr, qr/read-only/, 'nor made');

$primary->stop('immediate');
$standby->promote;
wait_for_pids($standby, 'coordinator', 1, 'postgres');
is($standby->safe_psql('postgres', 'SELECT task_name, status FROM sys.user_parallel_execute_tasks ORDER BY 1'),
	"being chunked|CHUNKING_FAILED\nchunked|CHUNKED\nown|PROCESSING\nruns|CRASHED", 'after promotion it knows that nobody is at work');
$standby->safe_psql('postgres', q{CALL dbms_parallel_execute.resume_task('runs')});
is($standby->safe_psql('postgres', 'SELECT count(*), min(n), max(n) FROM public.t'), '100|1|1', 'a task resumed there has done each row once');

$standby->stop;
done_testing();
