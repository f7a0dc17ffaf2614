# PgDbms.pm
#		What the TAP tests share: servers with the extension in them, waiting
#		for conditions, and our processes by kind.
#
# Kinds of process are "launcher", "coordinator" and "worker".

package PgDbms;

use strict;
use warnings;

use Carp;
use Exporter qw(import);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

our @EXPORT = qw(
  new_node
  start_node
  create_extension
  wait_for
  wait_for_message
  pids
  wait_for_pids
  kill_process
);

# A node that is set up but not started.  Further arguments are settings,
# which come after ours and so may override them.
sub new_node
{
	my ($name, @settings) = @_;

	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init;

	# a crash is part of many tests; the module switches the restart off
	$node->append_conf(
		'postgresql.conf', join "\n",
		"shared_preload_libraries = 'pg_dbms'",
		'restart_after_crash = on',
		'max_worker_processes = 20',
		'log_statement = none',
		@settings, '');
	return $node;
}

# A running node whose database "postgres" has the extension.
sub start_node
{
	my ($name, @settings) = @_;

	my $node = new_node($name, @settings);
	$node->start;
	create_extension($node);
	return $node;
}

sub create_extension
{
	my ($node, $database) = @_;

	$node->safe_psql($database // 'postgres', 'CREATE EXTENSION pg_dbms');
	return;
}

# Return true as soon as the query answers $expected (default: t).  After
# "timeout" seconds report what it answered instead, and return false.  Errors
# count as "not yet": the server may just be restarting.
sub wait_for
{
	my ($node, $query, %option) = @_;

	my $expected = $option{expected} // 't';
	my $timeout  = $option{timeout}  // $PostgreSQL::Test::Utils::timeout_default;
	my $deadline = time + $timeout;
	my ($status, $stdout, $stderr);

	while (1)
	{
		($status, $stdout, $stderr) =
		  $node->psql($option{database} // 'postgres', $query);
		return 1 if defined $status && $status == 0 && $stdout eq $expected;
		last if time > $deadline;
		usleep(50_000);
	}
	diag("not reached in $timeout s: $query\n"
		  . "expected: $expected\nanswered: $stdout\n$stderr");
	return 0;
}

# Return the size of the log once it has $pattern after $offset, or undef
# when that does not happen in time.
sub wait_for_message
{
	my ($node, $pattern, $offset, $timeout) = @_;

	$offset  //= 0;
	$timeout //= $PostgreSQL::Test::Utils::timeout_default;
	my $deadline = time + $timeout;

	while (1)
	{
		my $log = slurp_file($node->logfile, $offset);
		return $offset + length $log if $log =~ m/$pattern/;
		last if time > $deadline;
		usleep(50_000);
	}
	diag("not in the log within $timeout s: $pattern");
	return;
}

# Pids of our processes of a kind, of one database or of all.
sub pids
{
	my ($node, $kind, $database) = @_;

	my $query = "SELECT pid FROM pg_stat_activity"
	  . " WHERE backend_type = 'pg_dbms $kind'";
	$query .= " AND datname = '$database'" if defined $database;
	return split /\n/, $node->safe_psql('postgres', "$query ORDER BY pid");
}

# Wait until there are exactly $count such processes, and return their pids.
sub wait_for_pids
{
	my ($node, $kind, $count, $database) = @_;

	my $query = "SELECT count(*) = $count FROM pg_stat_activity"
	  . " WHERE backend_type = 'pg_dbms $kind'";
	$query .= " AND datname = '$database'" if defined $database;
	wait_for($node, $query) or croak "no $count pg_dbms $kind processes";
	return pids($node, $kind, $database);
}

# Send a signal and return once the process is gone.
sub kill_process
{
	my ($pid, $signal) = @_;

	my $deadline = time + $PostgreSQL::Test::Utils::timeout_default;

	kill $signal // 'KILL', $pid or croak "could not signal process $pid: $!";
	while (kill 0, $pid)
	{
		croak "process $pid does not end" if time > $deadline;
		usleep(10_000);
	}
	return;
}

1;
