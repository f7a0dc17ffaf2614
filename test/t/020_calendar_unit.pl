# Calendar strings without a server: test/unit/calendar.c is built with the
# files that it tests and prints TAP itself. CALENDAR_RULES says how many
# random rules of each kind, CALENDAR_SEED which.

use strict;
use warnings;

use File::Basename;
use File::Spec;
use File::Temp;

my $root = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $build = File::Temp->newdir;
my $program = "$build/calendar";
my @pure = map { "$root/src/calendar/$_.c" }
  qw(parse lex clauses cron days local months periods times elapsed evaluate summary);

system($ENV{CC} || 'cc', '-std=gnu99', '-Wall', '-Wextra', '-O2', "-I$root/src",
	'-o', $program, glob("$root/test/unit/calendar*.c"), @pure) == 0
  or die 'cannot build test/unit/calendar.c';
system($program) == 0 or die "some tests failed";
