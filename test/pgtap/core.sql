-- What every database with the extension has.
BEGIN;
SELECT plan(2);

SELECT has_extension('pg_dbms'::name);
SELECT has_schema('dbms'::name);

SELECT * FROM finish();
ROLLBACK;
