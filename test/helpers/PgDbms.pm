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
  try_sql
  wait_for_message
  pids
  wait_for_pids
  kill_process
  setting
  open_session
  add_jobs
  make_job
  make_job_sql
  log_rows
);

# A node that is set up but not started.  Further arguments are settings,
# which come after ours and so may override them.
sub new_node
{
	my ($name, @settings) = @_;

	my $node = PostgreSQL::Test::Cluster->new($name);

	# the superuser's name must not depend on who runs the tests
	$ENV{PGUSER} = 'postgres';
	$node->init(extra => ['--username=postgres']);

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

	$database //= 'postgres';
	$node->safe_psql($database, 'CREATE EXTENSION pg_dbms');
	wait_for_pids($node, 'coordinator', 1, $database);
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
		  try_sql($node, $query, $option{database});
		return 1 if defined $status && $status == 0 && $stdout eq $expected;
		last if time > $deadline;
		usleep(50_000);
	}
	diag("not reached in $timeout s: $query\n"
		  . "expected: $expected\nanswered: $stdout\n$stderr");
	return 0;
}

# Exit status of psql, and what it wrote.  A server that is not there makes
# the module die now and then, when psql has gone before its input was written.
sub try_sql
{
	my ($node, $query, $database) = @_;
	my ($stdout, $stderr) = ('', '');

	my $status = eval {
		$node->psql($database // 'postgres', $query,
			stdout => \$stdout, stderr => \$stderr, on_error_stop => 1);
	};
	return ($status, $stdout // '', $stderr // $@);
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

# Change settings of a running server.
sub setting
{
	my ($node, %settings) = @_;

	$node->safe_psql('postgres', "ALTER SYSTEM SET $_ = '$settings{$_}'")
	  foreach sort keys %settings;
	$node->reload;
	return;
}

# A session that stays, for locks and open transactions.  Without a limit of
# its own it would live as long as one query may take.
sub open_session
{
	my ($node, $database) = @_;

	return $node->background_psql($database // 'postgres', timeout => 3600);
}

# What make_job() needs in a database, and a table of evidence: an action adds
# rows to public.seen, which anybody may do.
sub add_jobs
{
	my ($node, $database) = @_;

	$node->safe_psql($database // 'postgres', <<'SQL');
CREATE TABLE IF NOT EXISTS public.seen (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text, note text,
    pid int DEFAULT pg_backend_pid(), at timestamptz DEFAULT clock_timestamp());
GRANT SELECT, INSERT ON public.seen TO PUBLIC;

-- Makes $7 jobs; with more than one, "#" in name and action is the number.
-- $6 holds further attributes.
CREATE OR REPLACE FUNCTION public.make_job(name text, action text, owner_name text,
    at timestamptz, repeat text, more jsonb, n int)
    RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    job text;
    attribute record;
BEGIN
    FOR i IN 1..n LOOP
        job := quote_ident(owner_name) || '.' || replace(name, '#', i::text);
        CALL dbms_scheduler.create_job(job,
            job_type => coalesce(more->>'job_type', 'PLSQL_BLOCK'),
            job_action => replace(action, '#', i::text),
            start_date => at, repeat_interval => repeat,
            job_class => coalesce(more->>'job_class', 'DEFAULT_JOB_CLASS'));
        FOR attribute IN SELECT * FROM jsonb_each(more - 'job_type' - 'job_class') LOOP
            CASE jsonb_typeof(attribute.value)
                WHEN 'boolean' THEN
                    CALL dbms_scheduler.set_attribute(job, attribute.key, attribute.value::boolean);
                WHEN 'number' THEN
                    CALL dbms_scheduler.set_attribute(job, attribute.key, attribute.value::int);
                ELSE
                    CALL dbms_scheduler.set_attribute(job, attribute.key, attribute.value #>> '{}');
            END CASE;
        END LOOP;
        CALL dbms_scheduler.enable(job);
    END LOOP;
END$$;
SQL
	return;
}

# Make and enable jobs.  "name" and "action" must be given; "owner", "at" (an
# expression), "repeat", "count", "more" (further attributes, as JSON) and
# "database" may be.
sub make_job
{
	my ($node, %job) = @_;

	$node->safe_psql($job{database} // 'postgres', make_job_sql(%job));
	return;
}

# The same as a statement, for those who make many.
sub make_job_sql
{
	my (%job) = @_;

	return 'SELECT public.make_job('
	  . join(', ',
		map { defined $_ ? "\$q\$$_\$q\$" : 'NULL' } $job{name},
		$job{action}, $job{owner} // 'postgres')
	  . ', '
	  . ($job{at} // 'clock_timestamp()') . ', '
	  . (defined $job{repeat} ? "\$q\$$job{repeat}\$q\$" : 'NULL') . ', '
	  . "\$q\$" . ($job{more} // '{}') . "\$q\$, "
	  . ($job{count} // 1) . ');';
}

# Rows of the job log, "columns" of those with "where", one line each.
sub log_rows
{
	my ($node, $columns, $where, $database) = @_;

	return $node->safe_psql($database // 'postgres',
		"SELECT $columns FROM (SELECT * FROM dbms.job_log"
		  . " WHERE operation <> 'MISSED' ORDER BY log_id) AS job_log"
		  . " WHERE $where");
}

1;
