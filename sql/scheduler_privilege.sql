-- Privileges: the roles of the extension, and grants on single objects.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
-- SQLSTATE and message of a call that fails
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.error_of(text) TO PUBLIC;
-- The roles, made with the extension
SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE 'dbms#_%' ESCAPE '#' ORDER BY rolname;
SELECT m.roleid::regrole, m.member::regrole, m.admin_option
  FROM pg_auth_members m WHERE m.member = 'dbms_scheduler_admin'::regrole ORDER BY m.roleid::regrole::text;
CREATE ROLE regress_priv_owner LOGIN;
CREATE ROLE regress_priv_user LOGIN;
CREATE ROLE regress_priv_group;
CREATE ROLE regress_priv_member LOGIN IN ROLE regress_priv_group;
CREATE ROLE regress_priv_admin LOGIN;
GRANT dbms_create_job TO regress_priv_owner, regress_priv_user, regress_priv_member;
GRANT dbms_scheduler_admin TO regress_priv_admin;
SELECT dbms.has_role('dbms_create_job'), dbms.has_role('dbms_manage_scheduler'), dbms.has_role('no_such_role');
SET ROLE regress_priv_admin;
SELECT dbms.has_role('dbms_create_job'), dbms.has_role('dbms_manage_scheduler'), dbms.has_role('no_such_role');
RESET ROLE;
SET ROLE regress_priv_user;
SELECT dbms.has_role('dbms_create_job'), dbms.has_role('dbms_manage_scheduler'), dbms.has_role('no_such_role');
SELECT pg_temp.error_of('SELECT dbms.create_roles()');
SELECT pg_temp.error_of('INSERT INTO dbms.owner (role_oid, role_name) VALUES (10, ''postgres'')');
SELECT pg_temp.error_of('SELECT * FROM dbms.job');
RESET ROLE;

SET ROLE regress_priv_owner;
CALL dbms_scheduler.create_program('p', 'PLSQL_BLOCK', 'BEGIN NULL; END;', enabled => true);
CALL dbms_scheduler.create_schedule('s', repeat_interval => 'FREQ=DAILY');
CALL dbms_scheduler.create_job('j', program_name => 'p', schedule_name => 's');

-- Errors
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.grant_privilege(NULL, ''p'', ''public'')'),
    ('CALL dbms_scheduler.grant_privilege(''ALTER'', NULL, ''public'')'),
    ('CALL dbms_scheduler.grant_privilege(''ALTER'', ''p'', NULL)'),
    ('CALL dbms_scheduler.grant_privilege(''ALTER'', ''p'', '''')'),
    ('CALL dbms_scheduler.grant_privilege(''ALTER'', ''none'', ''public'')'),
    ('CALL dbms_scheduler.grant_privilege(''ALTER'', ''p'', ''no_such_role'')'),
    ('CALL dbms_scheduler.grant_privilege(''ALTER'', ''p'', ''a.b'')'),
    ('CALL dbms_scheduler.grant_privilege(''SELECT'', ''p'', ''public'')'),
    ('CALL dbms_scheduler.grant_privilege(''EXECUTE'', ''j'', ''public'')'),
    ('CALL dbms_scheduler.grant_privilege(''EXECUTE'', ''s'', ''public'')'),
    ('CALL dbms_scheduler.grant_privilege(''EXECUTE'', ''DEFAULT_JOB_CLASS'', ''regress_priv_user'')')) AS t(c);

-- Another's program: EXECUTE to use it, ALTER to change it
RESET ROLE;
SET ROLE regress_priv_user;
SELECT pg_temp.error_of('CALL dbms_scheduler.create_job(''j'', program_name => ''regress_priv_owner.p'')');
RESET ROLE;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.grant_privilege('execute', 'P', 'REGRESS_PRIV_USER');
CALL dbms_scheduler.grant_privilege('execute', 'P', 'REGRESS_PRIV_USER');
RESET ROLE;
SET ROLE regress_priv_user;
CALL dbms_scheduler.create_job('j', program_name => 'regress_priv_owner.p');
SELECT owner, program_name FROM sys.all_scheduler_programs ORDER BY 1, 2;
SELECT pg_temp.error_of('CALL dbms_scheduler.disable(''regress_priv_owner.p'')');
SELECT pg_temp.error_of('CALL dbms_scheduler.grant_privilege(''EXECUTE'', ''regress_priv_owner.p'', ''public'')');
RESET ROLE;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.grant_privilege('all', 'regress_priv_owner.p', 'regress_priv_group');
RESET ROLE;
SET ROLE regress_priv_member;
CALL dbms_scheduler.set_attribute('regress_priv_owner.p', 'comments', 'changed by a member');
RESET ROLE;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.revoke_privilege('ALTER', 'p', 'regress_priv_group');
CALL dbms_scheduler.revoke_privilege('ALTER', 'p', 'regress_priv_group');
RESET ROLE;
SET ROLE regress_priv_member;
SELECT pg_temp.error_of('CALL dbms_scheduler.set_attribute(''regress_priv_owner.p'', ''comments'', ''again'')');
CALL dbms_scheduler.create_job('j', program_name => 'regress_priv_owner.p');
CALL dbms_scheduler.drop_job('j');

-- PUBLIC
RESET ROLE;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.revoke_privilege('ALL', 'p', 'regress_priv_group');
CALL dbms_scheduler.grant_privilege('EXECUTE', 'p', 'PUBLIC');
RESET ROLE;
SET ROLE regress_priv_member;
CALL dbms_scheduler.create_job('j', program_name => 'regress_priv_owner.p');
CALL dbms_scheduler.drop_job('j');
RESET ROLE;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.revoke_privilege('EXECUTE', 'p', 'public');
RESET ROLE;
SET ROLE regress_priv_member;
SELECT pg_temp.error_of('CALL dbms_scheduler.create_job(''j'', program_name => ''regress_priv_owner.p'')');
RESET ROLE;

-- A role that only holds privileges can be dropped; one that owns objects not
DROP ROLE regress_priv_member;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.grant_privilege('ALTER', 's', 'regress_priv_group');
RESET ROLE;
DROP ROLE regress_priv_group;
SELECT pg_temp.error_of('DROP ROLE regress_priv_owner');
DROP OWNED BY regress_priv_user;
DROP ROLE regress_priv_user;
SET ROLE regress_priv_owner;
CALL dbms_scheduler.drop_job('j');
CALL dbms_scheduler.drop_program('p');
CALL dbms_scheduler.drop_schedule('s');
RESET ROLE;
DROP ROLE regress_priv_owner, regress_priv_admin;
