#!/usr/bin/perl
#
# typedefs.pl SERVER_INCLUDE_DIR FILE...
#
# Print, sorted, the names of types that the formatter has to know: those
# that our FILEs define, and those of the server and of C that they use.  With
# an empty folder name, only those that we define.

use strict;
use warnings;

use File::Find qw(find);

my ($server, @files) = @ARGV;
my (%ours, %known, %used);

foreach my $file (@files)
{
	my $text = read_source($file);
	$ours{$_} = 1 foreach defined_types($text);
	$used{$_} = 1 foreach $text =~ /\b([A-Za-z_]\w*)\b/g;
}

if ($server ne '')
{
	$known{$_} = 1
	  foreach qw(int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t
	  uint64_t intptr_t uintptr_t size_t ssize_t pid_t uid_t gid_t time_t
	  va_list sigjmp_buf FILE DIR);
	find(
		{
			no_chdir => 1,
			wanted   => sub {
				return unless /\.h$/;
				$known{$_} = 1 foreach defined_types(read_source($_));
			}
		},
		$server);
}

my %all = %ours;
$all{$_} = 1 foreach grep { $used{$_} } keys %known;

# a plain word such as "text" is a type of the server, and the name of many a
# variable of ours
delete @all{ grep { /^[a-z]+$/ && !$ours{$_} && !/^(?:bool|bytea)$/ } keys %all };
print map { "$_\n" } sort keys %all;

sub read_source
{
	my ($file) = @_;

	open my $handle, '<', $file or die "could not read $file: $!\n";
	local $/ = undef;
	my $text = <$handle>;
	close $handle;
	$text =~ s{/\*.*?\*/}{ }gs;
	$text =~ s{"(?:[^"\\\n]|\\.)*"}{""}g;
	return $text;
}

sub defined_types
{
	my ($text) = @_;
	my @names;

	# a struct, union or enum with its body; a plain name; a function's type
	push @names, $text =~ /^\}\s*(\w+)\s*;/gm;
	push @names, $text =~ /^typedef\s+[^;{(]*?\b(\w+)\s*(?:\[[^\]]*\])?\s*;/gm;
	push @names, $text =~ /^typedef\s+[^;{(]*?\(\s*\*\s*(\w+)\s*\)/gm;
	push @names, $text =~ /^typedef\s+[^;{(]*?\b(\w+)\s*\((?!\s*\*)/gm;
	return @names;
}
