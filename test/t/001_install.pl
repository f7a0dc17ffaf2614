# The extension installs in one database after the other, and is dropped
# again, while the server runs.

use strict;
use warnings;

use PgDbms;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('main');
my $version =
  "SELECT extversion FROM pg_extension WHERE extname = 'pg_dbms'";

is($node->safe_psql('postgres', $version), '1.0', 'installed in one database');

$node->safe_psql('postgres', 'CREATE DATABASE other');
create_extension($node, 'other');
is($node->safe_psql('other', $version), '1.0', 'installed in a second one');

$node->safe_psql('other', 'DROP EXTENSION pg_dbms');
is($node->safe_psql('other', $version), '', 'dropped there');
is($node->safe_psql('postgres', $version), '1.0', 'and the first one still has it');

$node->restart;
is($node->safe_psql('postgres', $version), '1.0', 'there after a restart');

done_testing();
