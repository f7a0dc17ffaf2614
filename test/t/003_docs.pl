# README and doc/ against the server: the examples run, and all that a user
# can call, read or set has its place there.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../helpers";
use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $tree  = "$FindBin::RealBin/../..";
my %pages = map { m{([^/]+)$}; $1 => slurp_file($_) }
  "$tree/README.md", glob("$tree/doc/*.md");
my $all = join "\n", map { $pages{$_} } sort keys %pages;

# "sql" blocks are statements for psql, "plpgsql" ones actions, one a line
sub blocks
{
	my ($page, $language) = @_;
	return $pages{$page} =~ /^```$language\n(.*?)^```$/msg;
}

my $node = start_node('main');
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE alice;
CREATE ROLE hr;
CREATE DATABASE mydb;
SQL

# what the examples take for granted
my $stage = <<'SQL';
CREATE EXTENSION pg_dbms;
CREATE SCHEMA hr;
CREATE TABLE session_log (at timestamptz);
CREATE TABLE orders (customer int);
CREATE INDEX orders_customer_idx ON orders (customer);
CREATE TABLE feed (line text);
CREATE TABLE staging (line text);
CREATE PROCEDURE hr.sp_export() LANGUAGE sql AS '';
CREATE PROCEDURE delete_old_orders(days int) LANGUAGE sql AS '';
CREATE PROCEDURE log_failure() LANGUAGE sql AS '';
CREATE PROCEDURE pay(employee int, amount numeric) LANGUAGE sql AS '';
CREATE PROCEDURE refresh_totals() LANGUAGE sql AS '';
CREATE PROCEDURE refresh_totals(day date, force boolean DEFAULT false) LANGUAGE sql AS '';
CALL dbms_scheduler.create_program('my_program', 'STORED_PROCEDURE', 'hr.sp_export');
SQL

# errors that an example has when nothing runs, or when it is not the first
my @expected = (qr/extension "pg_dbms" already exists/, qr/job "\S+" is not running/);

my $examples = 0;
for my $page (sort keys %pages)
{
	my $database = 'page_' . lc($page =~ s/\W/_/gr);
	my @sql     = blocks($page, 'sql');
	my @actions = map { split /\n/ } blocks($page, 'plpgsql');

	next unless @sql || @actions;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, $stage);
	wait_for_pids($node, 'coordinator', 1, $database);
	$examples += @sql + @actions;

	my ($out, $errors) = ('', '');
	$node->psql($database, join("\n", @sql),
		on_error_stop => 0, stdout => \$out, stderr => \$errors)
	  if @sql;
	my @errors = grep {
		my $line = $_;
		/ERROR:/ && !grep { $line =~ $_ } @expected
	} split /\n/, $errors;
	is_deeply(\@errors, [], "the examples of $page run");

	for my $action (@actions)
	{
		my ($status, undef, $stderr) = try_sql($node, <<"SQL", $database);
CALL dbms_scheduler.create_job('example', job_type => 'PLSQL_BLOCK', job_action => \$action\$$action\$action\$);
CALL dbms_scheduler.run_job('example');
CALL dbms_scheduler.drop_job('example');
SQL
		is($status, 0, "an action of $page runs: $action") or diag($stderr);
	}
	$node->safe_psql('postgres', "DROP DATABASE $database WITH (FORCE)");
}
cmp_ok($examples, '>=', 15, 'there are examples');

# settings: each has its row, with default and who changes it
my %documented;
while ($pages{'settings.md'} =~
	/^\|\s*`(pg_dbms\.\w+)`\s*\|\s*`([^`]+)`\s*\|[^|]*\|\s*(\w+)\s*\|/mg)
{
	$documented{$1} = "$2 $3";
}
my %settings = map { split /=/, $_, 2 } split /\n/,
  $node->safe_psql('postgres', <<'SQL');
SELECT name || '=' || current_setting(name) || ' '
       || CASE context WHEN 'sighup' THEN 'reload' WHEN 'user' THEN 'anybody' ELSE context END
  FROM pg_settings WHERE name LIKE 'pg\_dbms.%'
SQL
is_deeply(\%documented, \%settings,
	'doc/settings.md has the settings, their defaults and who changes them');
my %mentioned = map { $_ => 1 } $all =~ /\b(pg_dbms\.[a-z_]+)/g;
delete @mentioned{ 'pg_dbms.so', 'pg_dbms.control' };
delete $mentioned{'pg_dbms.stop_points'};	# in a library made for tests alone
is_deeply([ grep { !$settings{$_} } sort keys %mentioned ],
	[], 'and no other setting is named anywhere');

# what a user calls or reads is named on some page
sub unnamed
{
	my ($query) = @_;
	return join ' ', grep { $all !~ /(?<!\w)\Q$_\E(?!\w)/i } split /\n/,
	  $node->safe_psql('postgres', $query);
}
is(unnamed(<<'SQL'), '', 'every subprogram is documented');
SELECT DISTINCT proname FROM pg_proc
 WHERE pronamespace IN ('dbms_scheduler'::regnamespace, 'dbms_job'::regnamespace, 'dbms_date'::regnamespace,
                        'dbms_parallel_execute'::regnamespace, 'dbms_resource_manager'::regnamespace,
                        'dbms_resource_manager_privs'::regnamespace)
   AND proname NOT IN ('plus', 'minus')	-- behind operators
 ORDER BY 1
SQL
is( join(
		' ',
		grep {
			my ($family) = m/^(?:user|all|dba)_(.*)/;
			$all !~ /(?<!\w)\Q$_\E(?!\w)/
			  && (!defined $family || $all !~ /`$family`/)
		  } split /\n/,
		$node->safe_psql(
			'postgres',
			"SELECT relname FROM pg_class WHERE relnamespace = 'sys'::regnamespace AND relkind = 'v' ORDER BY 1"
		)),
	'',
	'every view is documented, itself or as a form of its family');
is(unnamed(<<'SQL'), '', 'every role is documented');
SELECT rolname FROM pg_roles WHERE rolname LIKE 'dbms\_%' ORDER BY 1
SQL
is_deeply(
	[ grep { $all !~ /`\Q$_\E`/ } split /\n/, $node->safe_psql('postgres',
			'SELECT attribute_name FROM sys.all_scheduler_global_attribute ORDER BY 1') ],
	[], 'every attribute of the scheduler is documented');

# links lead somewhere
my @dangling;
for my $page (sort keys %pages)
{
	my $folder = $page eq 'README.md' ? $tree : "$tree/doc";
	while ($pages{$page} =~ /\]\(([^)#:]+)(?:#[^)]*)?\)/g)
	{
		push @dangling, "$page: $1" unless -e "$folder/$1";
	}
}
is_deeply(\@dangling, [], 'every link leads to a page');

$node->stop;
done_testing();
