# doc/errors.md has every error number that the sources raise, and no other
# SQLSTATE than the one that belongs to it.

use strict;
use warnings;

use FindBin;
use Test::More;

my $tree = "$FindBin::RealBin/../..";
my @letters = ('Q', 'I', 'O', 'T');

sub contents
{
	my ($file) = @_;
	local $/;
	open my $handle, '<', $file or die "could not open $file: $!";
	return <$handle>;
}

my %raised;
for my $file (glob "$tree/src/*/*.c")
{
	my $text = contents($file);
	$raised{ sprintf '%05d', $1 } = $file while $text =~ /\bPGD_ORA\((\d+)\)/g;

	# errors of calendar strings are plain numbers
	next unless $file =~ m{/src/calendar/};
	$raised{$1} = $file while $text =~ /\b(274[12]\d)\b/g;
}
ok(%raised > 40, 'the sources raise errors of Oracle');

my %documented;
my $doc = contents("$tree/doc/errors.md");
while ($doc =~ /^\|\s*(\d{5})\s*\|\s*(\w{5})\s*\|/mg)
{
	my ($number, $sqlstate) = ($1, $2);
	$documented{$number} = 1;
	is( $sqlstate,
		$letters[ substr($number, 0, 1) ] . substr($number, 1),
		"SQLSTATE of $number");
}
is_deeply([ grep { !$documented{$_} } sort keys %raised ],
	[], 'all that are raised are documented');
is_deeply([ grep { !$raised{$_} } sort keys %documented ],
	[], 'all that are documented are raised');

done_testing();
