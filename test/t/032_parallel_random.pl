# Chunks by rowid on tables of all shapes while the server crashes, workers are
# ended, tasks are stopped, and others write; each row counts how often it was
# processed.
#
#  1. crashes, nobody else writes: each row once
#  2. others write, workers are ended, the task is stopped, with
#     pg_dbms.rowid_exact: each row once
#  3. others write, and crashes: only rows that others wrote differ, and a
#     warning says so
#
# PGD_RANDOM_SECONDS says for how long each of the three goes on (default 8),
# PGD_SEED repeats the choices of an earlier run.

use strict;
use warnings;

use Chunks;
use IPC::Run qw(start);
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $seconds = $ENV{PGD_RANDOM_SECONDS} || 8;
my $seed    = $ENV{PGD_SEED}           || int(rand(2**31));
srand($seed);
diag("PGD_SEED=$seed PGD_RANDOM_SECONDS=$seconds");

my $node = start_node(
	'main',
	'autovacuum = off',
	'wal_level = replica',
	'fsync = off',
	'deadlock_timeout = 200ms',
	'pg_dbms.max_workers = 6',
	'pg_dbms.chunk_stop_grace = 20ms');
use_chunks($node);

my $writer = $node->basedir . '/writer.sql';
append_to_file($writer, <<'SQL');
\set id random(1, 4000)
\set what random(1, 20)
\if :what = 1
DELETE FROM public.t WHERE id = :id;
\else
UPDATE public.t SET f = f + 1, pad = repeat('y', (random() * 500)::int) WHERE id = :id;
\endif
SQL

sub pick
{
	return $_[ int(rand(@_)) ];
}

# A table of 4,000 rows at the most, and a statement for it.
sub random_table
{
	my $fill  = pick(30, 60, 90, 100);
	my $width = pick(20, 150, 400);
	my $grow  = pick(0, 100, 300);
	my $toast = pick(0, 0, 3);

	$node->safe_psql('postgres', <<"SQL");
DROP TABLE IF EXISTS public.t;
CREATE TABLE public.t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, f int NOT NULL DEFAULT 0, pad text)
  WITH (fillfactor = $fill);
INSERT INTO public.t SELECT g, 0, 0,
  CASE WHEN $toast > 0 AND g % 100 < $toast THEN (SELECT string_agg(md5(i::text || g), '') FROM generate_series(1, 100) AS i)
  ELSE repeat('x', (random() * $width)::int) END FROM generate_series(1, 4000) AS g;
SQL
	$node->safe_psql('postgres', 'CREATE INDEX ON public.t (n)') if pick(0, 1);
	$node->safe_psql('postgres', 'CREATE INDEX ON public.t (left(pad, 10))') if pick(0, 1);
	if (pick(0, 1, 1))
	{
		my $from = int(rand(4000));
		$node->safe_psql('postgres', "DELETE FROM public.t WHERE id > $from AND id % 3 <> 0");
		$node->safe_psql('postgres', 'VACUUM public.t');
	}
	return "UPDATE public.t SET n = n + 1, pad = pad || repeat('z', $grow)"
	  . ' WHERE ctid BETWEEN :start_id AND :end_id AND (SELECT pg_sleep(0.004)) IS NOT NULL';
}

sub a_moment
{
	usleep(int(rand(250_000)));
	return;
}

sub status
{
	my ($task) = @_;
	my (undef, $out) = try_sql($node, "SELECT status FROM sys.dba_parallel_execute_tasks WHERE task_name = '$task'");
	return $out;
}

# Kill -9 of one of the task's processes: the server restarts.
sub crash
{
	my (undef, $out) = try_sql($node, q{SELECT pid FROM pg_stat_activity
		WHERE backend_type = 'pg_dbms worker' OR query ~ '^CALL dbms_parallel' ORDER BY random() LIMIT 1});
	kill 'KILL', $out if $out =~ /^\d+$/;
	usleep(20_000);
	wait_for($node, 'SELECT true') or die 'no server';
	return;
}

sub start_writers
{
	return start([ 'pgbench', '-n', '-c', '2', '-T', '600', '-f', $writer, '-h', $node->host, '-p', $node->port, 'postgres' ],
		'>', \my $out, '2>', \my $err);
}

sub deviating
{
	my ($where) = @_;
	return $node->safe_psql('postgres', "SELECT count(*) FROM public.t WHERE n <> 1 AND $where");
}

# The call of the task's next run.
sub next_call
{
	my ($task, $sql, $run) = @_;

	(my $quoted = $sql) =~ s/'/''/g;
	return call($task, pick(0, 2, 3, 4), $quoted) if !$run;
	return "CALL dbms_parallel_execute.resume_task('$task', force => true);";
}

my $crashes = 0;

# Runs the task to its end over crashes.
sub run_over_crashes
{
	my ($task, $sql, $mode) = @_;

	for (my $run = 0; $run < 30; $run++)
	{
		# a client of its own each time: it dies with the server
		my ($out, $err) = ('', '');
		my $client = start(
			[ 'psql', '-X', '-h', $node->host, '-p', $node->port, '-d', 'postgres', '-c', $mode, '-c', next_call($task, $sql, status($task) ne 'CHUNKED') ],
			'>', \$out, '2>', \$err);
		if ($run < 4)
		{
			a_moment();
			crash();
			$crashes++;
		}
		eval { $client->finish };
		return $err if status($task) eq 'FINISHED';
	}
	return '';
}

# --- 1. crashes

my $deadline = time + $seconds;
my ($rounds, $bad) = (0, 0);
while (time < $deadline)
{
	my $sql  = random_table();
	my $task = make_task(pick(1, 3, 10));
	run_over_crashes($task, $sql, 'SELECT 1');
	if (status($task) ne 'FINISHED' || deviating('true') > 0)
	{
		diag("round $rounds: " . outcome($task));
		$bad++;
	}
	$rounds++;
}
is($bad, 0, "each row once, over $crashes crashes in $rounds tasks");

# --- 2. writers, ended workers, stops

$deadline = time + $seconds;
($rounds, $bad) = (0, 0);
my ($ended, $stops) = (0, 0);
while (time < $deadline)
{
	my $sql     = random_table();
	my $task    = make_task(pick(1, 3, 10));
	my $writers = start_writers();
	my $session = open_session($node);
	my $n       = 0;

	for (my $run = 0; $run < 30; $run++)
	{
		# goes on when the call before has ended
		$session->query_until(qr/begun $run/,
			"SET pg_dbms.rowid_exact = on;\n\\echo begun $run\n" . next_call($task, $sql, $run) . "\n\\echo ended $run\n");
		if ($run < 4)
		{
			a_moment();
			if (pick(0, 1))
			{
				$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity
					WHERE backend_type = 'pg_dbms worker' AND query ~ '^task ' ORDER BY random() LIMIT 1});
				$ended++;
			}
			else
			{
				$node->safe_psql('postgres', "CALL dbms_parallel_execute.stop_task('$task')");
				$stops++;
			}
		}
		$session->query_until(qr/done $run/, "\\echo done $run\n");
		last if status($task) eq 'FINISHED';
	}
	$writers->kill_kill;
	my $problem = $session->{stderr};
	$session->quit;
	if (status($task) ne 'FINISHED' || deviating('true') > 0 || $problem =~ /snapshot .* lost/)
	{
		diag("round $rounds: " . outcome($task) . " $problem");
		$bad++;
	}
	$rounds++;
}
is($bad, 0, "each row once, while others write, with $ended ended workers and $stops stops in $rounds tasks");

# --- 3. writers and crashes

$deadline = time + $seconds;
($rounds, $bad, $crashes) = (0, 0, 0);
my $differ = 0;
while (time < $deadline)
{
	my $sql  = random_table();
	my $task = make_task(pick(1, 3, 10));

	# they begin again after each crash
	my $writers = start(
		[ 'sh', '-c', 'while :; do pgbench -n -c 2 -T 600 -f "$0" -h "$1" -p "$2" postgres; sleep 0.05; done',
			$writer, $node->host, $node->port ],
		'>', \my $out, '2>', \my $err);
	my $answer = run_over_crashes($task, $sql, pick('SELECT 1', 'SET pg_dbms.rowid_exact = on'));
	$writers->kill_kill;
	$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgbench'});
	my $all = deviating('true');
	$differ += $all;
	if (status($task) ne 'FINISHED' || deviating('f = 0') > 0 || $all > 0 && $answer !~ /WARNING:  other sessions have/)
	{
		diag("round $rounds: " . outcome($task) . " $answer");
		$bad++;
	}
	$rounds++;
}
is($bad, 0, "only rows that others wrote differ ($differ), as a warning says, over $crashes crashes in $rounds tasks");

$node->stop;
done_testing();
