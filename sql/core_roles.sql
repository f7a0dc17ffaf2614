-- The roles of the extension: made where they miss, refused where they belong
-- to somebody, kept by DROP EXTENSION.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE DATABASE regress_roles;
\set main :DBNAME
\c regress_roles
SET client_min_messages = warning;

-- a role of such a name that can log in, or is a superuser, is somebody's
DROP ROLE dbms_datapump_imp;
CREATE ROLE dbms_datapump_imp LOGIN;
CREATE EXTENSION pg_dbms;
\echo :SQLSTATE
ALTER ROLE dbms_datapump_imp NOLOGIN SUPERUSER;
CREATE EXTENSION pg_dbms;
ALTER ROLE dbms_datapump_imp NOSUPERUSER;
SELECT nspname FROM pg_namespace WHERE nspname IN ('dbms', 'sys', 'dbms_scheduler');

-- one that misses is made, with its membership; one that was taken out of a
-- membership stays out
DROP ROLE dbms_create_external_job;
REVOKE dbms_execute_any_class FROM dbms_scheduler_admin;
CREATE EXTENSION pg_dbms;
SELECT m.roleid::regrole, m.admin_option
  FROM pg_auth_members m WHERE m.member = 'dbms_scheduler_admin'::regrole ORDER BY m.roleid::regrole::text;
GRANT dbms_execute_any_class TO dbms_scheduler_admin WITH ADMIN OPTION;

-- a missing role means only that nobody has its privilege
DROP ROLE dbms_manage_scheduler;
CREATE ROLE regress_roles_user;
SET ROLE regress_roles_user;
CALL dbms_scheduler.create_job_class('c');
SELECT dbms.has_role('dbms_manage_scheduler');
RESET ROLE;
CALL dbms_scheduler.create_job_class('c');
SELECT dbms.has_role('dbms_manage_scheduler');
SELECT dbms.create_roles();
DROP ROLE regress_roles_user;

DROP EXTENSION pg_dbms;
SELECT count(*) FROM pg_roles WHERE rolname LIKE 'dbms#_%' ESCAPE '#';
\c :main
DROP DATABASE regress_roles;
