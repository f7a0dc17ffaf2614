-- Every SQL object of the extension: described, closed to those who have no
-- business with it, and immune to the caller's search_path.
BEGIN;
SELECT plan(26);

CREATE TEMPORARY TABLE our_schema AS
    SELECT n.oid, n.nspname::text COLLATE "default" AS name
      FROM pg_namespace n JOIN pg_depend d ON d.classid = 'pg_namespace'::regclass AND d.objid = n.oid
      JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
     WHERE e.extname = 'pg_dbms' AND d.deptype = 'e';
CREATE TEMPORARY TABLE our_function AS
    SELECT p.*, p.oid::regprocedure::text AS name, s.name AS schema, l.lanname
      FROM pg_proc p JOIN our_schema s ON s.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang;
CREATE TEMPORARY TABLE our_relation AS
    SELECT c.oid, s.name AS schema, c.oid::regclass::text AS name, c.relkind, c.relacl, c.relowner, c.reloptions
      FROM pg_class c JOIN our_schema s ON s.oid = c.relnamespace;

SELECT results_eq('SELECT name FROM our_schema ORDER BY 1',
                  $$VALUES ('dbms'::text), ('dbms_date'), ('dbms_job'), ('dbms_parallel_execute'), ('dbms_resource_manager'),
                    ('dbms_resource_manager_privs'), ('dbms_scheduler'), ('sys')$$, 'the schemas');

-- all of it belongs to the extension, so that DROP EXTENSION leaves nothing

SELECT is_empty($$
    SELECT name FROM our_function f
     WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')$$,
    'every function and procedure belongs to the extension');
SELECT is_empty($$
    SELECT name FROM our_relation r
     WHERE relkind IN ('r', 'v', 'S', 'c')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('e', 'i'))$$,
    'and every table, view, sequence and composite type');
SELECT is_empty($$
    SELECT name FROM our_relation WHERE relkind NOT IN ('r', 'v', 'S', 'c', 'i', 't')$$,
    'there are relations of no other kind');

-- descriptions

SELECT is_empty($$SELECT name FROM our_schema WHERE obj_description(oid, 'pg_namespace') IS NULL$$, 'every schema is described');
SELECT is_empty($$SELECT name FROM our_function WHERE obj_description(oid, 'pg_proc') IS NULL$$,
    'every function and procedure is described');
SELECT is_empty($$
    SELECT name FROM our_relation r
     WHERE relkind IN ('r', 'v', 'S') AND obj_description(oid, 'pg_class') IS NULL
       -- an identity column speaks for its sequence
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'i')$$,
    'every table, view and sequence is described');
SELECT is_empty($$
    SELECT t.typname FROM pg_type t JOIN our_relation r ON r.oid = t.typrelid
     WHERE r.relkind = 'c' AND obj_description(t.oid, 'pg_type') IS NULL$$,
    'every type is described');

SELECT is_empty($$
    SELECT r.name, a.attname FROM our_relation r JOIN pg_attribute a ON a.attrelid = r.oid
     WHERE r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND col_description(r.oid, a.attnum) IS NULL$$,
    'every column of a table is described');

-- nobody borrows our rights

SELECT is_empty($$SELECT name FROM our_function WHERE prosecdef$$, 'no function runs with the rights of its owner');
SELECT is_empty($$SELECT name FROM our_function WHERE lanname NOT IN ('c', 'sql')$$, 'functions are in C or SQL');
SELECT is_empty($$
    SELECT name FROM our_function
     WHERE lanname = 'sql' AND prosqlbody IS NULL
       -- polymorphic, so it has a text; that is COALESCE, which is no name
       AND NOT (proname = 'nvl' AND prosrc ~* '^\s*SELECT coalesce\(\$1, \$2\)\s*$')$$,
    'those in SQL were parsed when they were made: no search_path changes what they mean');
SELECT is_empty($$SELECT name FROM our_function WHERE proleakproof$$, 'none claims to be leakproof');

-- rights

SELECT is_empty($$
    SELECT name, g.* FROM our_relation r, aclexplode(relacl) g
     WHERE r.schema = 'dbms' AND g.grantee <> r.relowner$$,
    'nobody has a right on a table, sequence or view of schema dbms');
SELECT is_empty($$
    SELECT name, g.* FROM our_relation r, aclexplode(relacl) g
     WHERE r.schema <> 'dbms' AND g.grantee <> r.relowner AND (g.privilege_type <> 'SELECT' OR g.is_grantable)$$,
    'views of schema sys are for reading');
SELECT is_empty($$
    SELECT name FROM our_schema s
     WHERE has_schema_privilege('pg_monitor', oid, 'CREATE') OR NOT has_schema_privilege('pg_monitor', oid, 'USAGE')$$,
    'everybody may use the schemas, nobody may add to them');
SELECT is_empty($$
    SELECT name FROM our_function f
     WHERE prorettype IN ('trigger'::regtype, 'event_trigger'::regtype)
       AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) g WHERE g.grantee = 0))$$,
    'nobody hangs our trigger functions on tables of his own');

-- marks

SELECT is_empty($$
    SELECT name FROM our_function f
     WHERE schema <> 'dbms_date' AND lanname = 'c' AND provolatile = 'i'
       AND proname NOT IN ('shown_settings', 'get_default_value')$$,
    'no other function in C is immutable');
SELECT is_empty($$
    SELECT name FROM our_function f
     WHERE schema <> 'dbms_date' AND prokind = 'f' AND lanname = 'c' AND proparallel = 's'
       AND proname NOT IN ('shown_settings', 'opaque', 'get_default_value', 'get_sys_time_zone_name', 'stime')$$,
    'or may be called by parallel workers');
SELECT is_empty($$SELECT name FROM our_function WHERE prokind = 'p' AND proisstrict$$, 'no procedure ignores a NULL');

-- tables

SELECT is_empty($$
    SELECT name FROM our_relation r
     WHERE relkind = 'r' AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = r.oid AND c.contype = 'p')$$,
    'every table has a primary key');
SELECT results_eq($$
    SELECT name FROM our_relation r, pg_extension e
     WHERE e.extname = 'pg_dbms' AND relkind IN ('r', 'S') AND r.oid <> ALL (e.extconfig) ORDER BY 1$$,
    $$VALUES ('dbms.outcome'::text), ('dbms.run')$$,
    'a dump takes all along but runs under way');

-- a job's name alone is enough to find its rows, without reading those of others

INSERT INTO dbms.job_log (log_id, owner_id, job_name, job_class, operation, is_run)
    SELECT nextval('dbms.log_id_seq'), 0, 'JOB_' || i % 2000, 'DEFAULT_JOB_CLASS', 'RUN', true
      FROM generate_series(1, 20000) AS i;
ANALYZE dbms.job_log, dbms.owner;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    RETURN plan;
END $$;
SELECT is_empty($$
    SELECT view, pg_temp.plan_of('SELECT * FROM sys.' || view || ' WHERE job_name = ''JOB_7''')
      FROM unnest('{user_scheduler_job_log,all_scheduler_job_log,
                    dba_scheduler_job_log,user_scheduler_job_run_details,all_scheduler_job_run_details,
                    dba_scheduler_job_run_details}'::text[]) AS view
     WHERE pg_temp.plan_of('SELECT * FROM sys.' || view || ' WHERE job_name = ''JOB_7''')
           !~ 'Index Cond: \(\(owner_id = [^)]*\) AND \(job_name = ''JOB_7''::text\)\)'$$,
    'rows of a job are found by an index on owner and name');

SET LOCAL enable_seqscan = off;
SELECT is_empty($$
    SELECT view, pg_temp.plan_of('SELECT * FROM sys.' || view || ' WHERE job = 7')
      FROM unnest('{user_jobs,all_jobs,dba_jobs}'::text[]) AS view
     WHERE pg_temp.plan_of('SELECT * FROM sys.' || view || ' WHERE job = 7') !~ 'Index Cond: \(dbms_job_number = 7\)'$$,
    'a job of DBMS_JOB is found by its number');

-- types

SELECT is_empty($$
    SELECT regexp_replace(r.name, '^sys\.(user|all|dba)_', ''), a.attname, array_agg(DISTINCT format_type(a.atttypid, a.atttypmod))
      FROM our_relation r JOIN pg_attribute a ON a.attrelid = r.oid
     WHERE r.schema = 'sys' AND r.relkind = 'v' AND a.attnum > 0
     GROUP BY 1, 2 HAVING count(DISTINCT format_type(a.atttypid, a.atttypmod)) > 1$$,
    'a column has the same type in all forms of a view');
SELECT is_empty($$
    SELECT r.name, a.attname, format_type(a.atttypid, NULL)
      FROM our_relation r JOIN pg_attribute a ON a.attrelid = r.oid
     WHERE r.schema = 'sys' AND r.name ~ '_scheduler_' AND r.relkind = 'v' AND a.attnum > 0
       AND format_type(a.atttypid, NULL) <>
           CASE WHEN r.name ~ '_window_groups$' AND a.attname = 'next_start_date' THEN 'text'	-- as in Oracle
                WHEN a.attname ~ '(_date|_since|_open_time)$' OR a.attname IN ('scheduled_at', 'started_at') THEN 'timestamp with time zone'
                WHEN a.attname ~ '(_duration|_limit|_time|_used)$' THEN 'interval'
                WHEN a.attname ~ '^binary_' THEN 'bytea'
                WHEN a.attname ~ 'anydata' THEN 'sys.anydata'
                WHEN a.attname ~ '^(is_|allow_|enabled|auto_drop|restart|system|detached|deferred)' THEN 'text'
                ELSE format_type(a.atttypid, NULL) END$$,
    'and the type that its name says');

SELECT * FROM finish();
ROLLBACK;
