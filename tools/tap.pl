#!/usr/bin/perl
#
# tap.pl JOBS FILE...
#
# Run files that speak TAP, JOBS at a time, show what failed with the end of
# its logs, and end with "N assertions passed, N failed".  A file that dies,
# or whose plan does not hold, counts as one failure more.
#
# TAP_EXEC names a program that is given the file; without it, Perl runs it.
# Each file gets a folder of its own below TMPDIR for clusters and logs.

use strict;
use warnings;

use File::Basename qw(basename);
use TAP::Harness;

my ($jobs, @files) = @ARGV;
my $work = "$ENV{TMPDIR}/tap";
mkdir $work;

my $harness = TAP::Harness->new(
	{
		jobs     => $jobs,
		timer    => 1,
		failures => 1,
		# Perl's tests report to stderr, all others to stdout
		comments => defined $ENV{TAP_EXEC},
		exec     => sub {
			my (undef, $file) = @_;
			my $dir = "$work/" . basename($file);
			mkdir $dir;
			my @run =
			  defined $ENV{TAP_EXEC} ? ($ENV{TAP_EXEC}, $file) : ($^X, $file);

			# several names for the same, by versions of PostgreSQL::Test
			return [
				'env', '-C', $dir, "TESTDIR=$dir", "TESTDATADIR=$dir/tmp_check",
				"TESTLOGDIR=$dir/tmp_check/log", @run
			];
		}
	});

my $result = $harness->runtests(map { [ $_, basename($_) ] } @files);

my $failed = 0;
foreach my $name ($result->descriptions)
{
	my ($parser) = $result->parsers($name);
	my $broken = $parser->failed;
	$broken++ if $broken == 0 && $parser->has_problems;
	next if $broken == 0;
	$failed += $broken;
	show_logs($name);
}

printf "%d assertions passed, %d failed\n", scalar $result->passed, $failed;
exit($failed > 0);

# the end of each log that the file's clusters and the file itself left
sub show_logs
{
	my ($name) = @_;

	foreach my $log (glob "$work/$name/tmp_check/log/*")
	{
		open my $handle, '<', $log or next;
		my @lines = <$handle>;
		close $handle;
		splice @lines, 0, @lines - 150 if @lines > 150;
		print "---- $name: ", basename($log), "\n", @lines, "----\n";
	}
	return;
}
