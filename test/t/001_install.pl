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

# Operators that somebody planted in schema public, nearer to what our views
# compare than the server's own: the install looks at pg_catalog alone.
$node->safe_psql('postgres', 'CREATE DATABASE planted');
$node->safe_psql('planted', <<'SQL');
CREATE ROLE mallory;
GRANT CREATE ON SCHEMA public TO mallory;
SET ROLE mallory;
CREATE FUNCTION public.planted(oid, integer) RETURNS boolean LANGUAGE plpgsql AS
	$$BEGIN RAISE 'planted code runs as %', current_user; END$$;
CREATE OPERATOR public.= (FUNCTION = public.planted, LEFTARG = oid, RIGHTARG = integer);
CREATE OPERATOR public.<> (FUNCTION = public.planted, LEFTARG = oid, RIGHTARG = integer);
SQL
create_extension($node, 'planted');
is( $node->safe_psql('planted', <<'SQL'), 'J', 'no planted operator gets into the views');
CALL dbms_scheduler.create_job('j', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;');
SELECT job_name FROM sys.dba_scheduler_jobs;
SQL
is( $node->safe_psql('planted', "DROP SCHEMA public CASCADE; $version"),
	'1.0', 'and the extension does not hang on schema public');
$node->safe_psql('postgres', 'DROP DATABASE planted WITH (FORCE)');

$node->restart;
is($node->safe_psql('postgres', $version), '1.0', 'there after a restart');

done_testing();
