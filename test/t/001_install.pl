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

# Default privileges of the installing role, as for an application's tables,
# or taken from PUBLIC, change nothing.
$node->safe_psql('postgres', 'CREATE DATABASE defaults');
$node->safe_psql('defaults', <<'SQL');
CREATE ROLE "An App";
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO "An App", PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO "An App", PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO "An App";
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO "An App", PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
SQL
create_extension($node, 'defaults');
my $rights = <<'SQL';
SELECT count(*), md5(string_agg(line, ',' ORDER BY line COLLATE "C"))
  FROM (SELECT concat_ws(' ', c.relname, g.privilege_type, g.grantee::regrole) AS line
          FROM pg_class c CROSS JOIN aclexplode(c.relacl) g
         WHERE c.relnamespace IN ('dbms'::regnamespace, 'sys'::regnamespace) AND c.relkind IN ('r', 'v', 'S') AND g.grantee <> c.relowner
        UNION ALL
        SELECT concat_ws(' ', p.oid::regprocedure, g.grantee::regrole)
          FROM pg_proc p CROSS JOIN aclexplode(p.proacl) g
         WHERE p.pronamespace = 'dbms'::regnamespace AND g.grantee <> p.proowner
        UNION ALL
        SELECT concat_ws(' ', n.nspname, g.privilege_type)
          FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) g
         WHERE n.nspname ~ '^(dbms|sys$)' AND g.grantee = 0) AS r
SQL
is( $node->safe_psql('defaults', $rights),
	$node->safe_psql('postgres', $rights),
	'default privileges open and close nothing');
$node->safe_psql('defaults', <<'SQL');
GRANT dbms_create_job TO "An App";
SET ROLE "An App";
CALL dbms_scheduler.create_job('j', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;');
SELECT * FROM sys.user_scheduler_jobs;
SELECT * FROM sys.all_jobs;
SELECT * FROM sys.scheduler_batch_errors;
SQL
$node->safe_psql('postgres', 'DROP DATABASE defaults WITH (FORCE)');

$node->restart;
is($node->safe_psql('postgres', $version), '1.0', 'there after a restart');

done_testing();
