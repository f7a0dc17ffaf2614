-- pg_regress has installed the extension before the first test: it can also
-- be dropped and comes back.
DROP EXTENSION pg_dbms;
CREATE EXTENSION pg_dbms;

SELECT extname, extversion, extrelocatable
  FROM pg_catalog.pg_extension
 WHERE extname = 'pg_dbms';

-- What everybody may call of the inner functions is what the views call. The
-- trigger functions trust their tables: nobody may put them on one of his own.
SELECT p.oid::regprocedure
  FROM pg_catalog.pg_proc p
 WHERE p.pronamespace = 'dbms'::regnamespace
   AND pg_catalog.has_function_privilege('public', p.oid, 'EXECUTE')
 ORDER BY p.oid::regprocedure::text COLLATE "C";
CREATE ROLE regress_extension_user;
GRANT CREATE ON SCHEMA public TO regress_extension_user;
SET ROLE regress_extension_user;
CREATE TABLE arrivals (id text, service bigint);
CREATE TRIGGER t BEFORE INSERT ON arrivals FOR EACH ROW EXECUTE FUNCTION dbms.job_class_arrives();
CREATE TRIGGER t BEFORE INSERT ON arrivals FOR EACH ROW EXECUTE FUNCTION dbms.owner_arrives();
CREATE TRIGGER t BEFORE INSERT ON arrivals FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
RESET ROLE;
DROP TABLE arrivals;
REVOKE CREATE ON SCHEMA public FROM regress_extension_user;
DROP ROLE regress_extension_user;
