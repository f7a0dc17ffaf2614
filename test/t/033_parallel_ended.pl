# Processes of a running task are ended or cancelled at random moments: its
# session, workers, coordinator, launcher. Whoever ends, the task can be
# resumed at once, each row is processed once, and no lock, no slot for
# replication and no place in shared memory stays behind.
#
# PGD_RANDOM_SECONDS says for how long (default 8), PGD_SEED repeats the
# choices of an earlier run.

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
	'fsync = off',
	'wal_level = replica',
	'deadlock_timeout = 200ms',
	'pg_dbms.max_workers = 6',
	'pg_dbms.chunk_stop_grace = 20ms');
use_chunks($node);

# An error does not end it.
sub open_caller
{
	return $node->background_psql('postgres', timeout => 3600, on_error_stop => 0);
}

sub pick
{
	return $_[ int(rand(@_)) ];
}

# What a run looks like that is over.
my %left = (
	'locks'   => q{SELECT count(*) FROM pg_locks WHERE relation IN (SELECT oid FROM pg_class WHERE relname IN ('t', 'parallel_chunk', 'parallel_task')) AND pid <> pg_backend_pid()},
	'runs'    => 'SELECT count(*) FROM dbms.parallel_running_tasks()');

# Who may be ended, and how.
my $controller = q{query ~ '^CALL dbms_parallel' AND pid <> pg_backend_pid()};
my %victim = (
	'session'     => $controller,
	'worker'      => q{backend_type = 'pg_dbms worker'},
	'busy worker' => q{backend_type = 'pg_dbms worker' AND query ~ '^task '},
	'coordinator' => q{backend_type = 'pg_dbms coordinator'},
	'launcher'    => q{backend_type = 'pg_dbms launcher'});

sub status
{
	my ($task) = @_;
	return $node->safe_psql('postgres', "SELECT status FROM sys.dba_parallel_execute_tasks WHERE task_name = '$task'");
}

my ($rounds, $bad, %done) = (0, 0);
my $deadline = time + $seconds;
while (time < $deadline)
{
	my $rows    = half_empty(pick(900, 3000));
	my $task    = make_task(pick(1, 3, 10));
	my $level   = pick(0, 1, 2, 4);
	my $mode    = pick('SELECT 1;', 'SET pg_dbms.rowid_exact = on;');
	my $session = open_caller();
	my $pause   = pick(1, 1, 4) * 0.001;
	my $sql     = "$statement AND (SELECT pg_sleep($pause)) IS NOT NULL";
	my @story   = ("level $level", $mode);
	my $problem;

	for (my $run = 0; $run < 40 && !$problem; $run++)
	{
		my $next = status($task) eq 'CHUNKED' ? call($task, $level, $sql) : "CALL dbms_parallel_execute.resume_task('$task', force => true);";

		# IPC::Run dies when its session has ended
		my $alive = eval {
			$session->query_until(qr/begun $run/, "$mode\n\\echo begun $run\n$next\n");
			1;
		};
		if ($run < 6)
		{
			foreach my $n (1 .. pick(1, 1, 3))
			{
				my $who = pick(sort keys %victim);
				my $how = pick('pg_terminate_backend', 'pg_terminate_backend', 'pg_cancel_backend');

				usleep(int(rand(pick(20_000, 150_000))));
				push @story, "$how $who: " . $node->safe_psql('postgres',
					"SELECT $how(pid) FROM pg_stat_activity WHERE $victim{$who} ORDER BY random() LIMIT 1");
				$done{"$how $who"}++;
			}
		}
		$alive = eval { $session->query_until(qr/done $run/, "\\echo done $run\n"); 1; } && $alive;
		if (!$alive)
		{
			eval { $session->quit };
			$session = open_caller();
		}

		# a worker may still be at its end
		foreach my $what (sort keys %left)
		{
			$problem = "$what are left" if !wait_for($node, $left{$what}, expected => '0');
		}
		my $state = status($task);
		push @story, $state;
		last if $state eq 'FINISHED';
	}
	eval { $session->quit };
	$problem //= 'slots are left' if !wait_for($node, 'SELECT count(*) FROM pg_replication_slots', expected => '0');
	my $outcome = outcome($task);
	if ($problem || $outcome ne "FINISHED 1:$rows")
	{
		diag("round $rounds: $outcome of $rows; " . ($problem // '') . "\n" . join("\n", @story));
		$bad++;
	}
	$rounds++;
	last if $problem;
}
is($bad, 0, "each row once, and nothing left, in $rounds tasks");
note "$_: $done{$_}" foreach sort keys %done;

$node->stop;
done_testing();
