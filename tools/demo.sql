\set QUIET on
\pset footer off
\ir wait.sql

\echo
\echo '-- CREATE EXTENSION pg_dbms;'
CREATE EXTENSION pg_dbms;
SELECT extname AS extension, extversion AS version
  FROM pg_extension
 WHERE extname = 'pg_dbms';
