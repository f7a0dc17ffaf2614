CREATE SCHEMA dbms;
COMMENT ON SCHEMA dbms IS 'catalog tables of pg_dbms';
