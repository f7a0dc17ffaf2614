-- Object privileges: what GRANT would do, if it knew our objects.

CREATE PROCEDURE dbms_scheduler.grant_privilege(
    privilege text,
    object_name text,
    grantee text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_grant_privilege';
COMMENT ON PROCEDURE dbms_scheduler.grant_privilege(text, text, text) IS
    'gives a role, or PUBLIC, the privilege ALTER, EXECUTE or ALL on a job, program, schedule or job class';

CREATE PROCEDURE dbms_scheduler.revoke_privilege(
    privilege text,
    object_name text,
    grantee text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_revoke_privilege';
COMMENT ON PROCEDURE dbms_scheduler.revoke_privilege(text, text, text) IS
    'takes a privilege on an object back';

-- CREATE EXTENSION gives privileges to PUBLIC; a dump brings word of those
-- that were taken back.

CREATE FUNCTION dbms.privilege_lost() RETURNS trigger
    LANGUAGE c VOLATILE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_privilege_lost';
COMMENT ON FUNCTION dbms.privilege_lost() IS
    'row trigger: PUBLIC has no privilege left on an object of the extension';
REVOKE ALL ON FUNCTION dbms.privilege_lost() FROM PUBLIC;
CREATE TRIGGER privilege_lost AFTER INSERT ON dbms.privilege
    FOR EACH ROW WHEN (NEW.privilege = 'NONE') EXECUTE FUNCTION dbms.privilege_lost();
