-- The extension installs, and says what it is.
CREATE EXTENSION pg_dbms;

SELECT extname, extversion, extrelocatable
  FROM pg_catalog.pg_extension
 WHERE extname = 'pg_dbms';
