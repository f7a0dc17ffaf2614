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
