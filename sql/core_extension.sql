-- pg_regress has installed the extension before the first test: it can also
-- be dropped and comes back.
DROP EXTENSION pg_dbms;
CREATE EXTENSION pg_dbms;

SELECT extname, extversion, extrelocatable
  FROM pg_catalog.pg_extension
 WHERE extname = 'pg_dbms';
