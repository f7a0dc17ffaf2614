-- Arriving by a restore: what a dump takes along, and letting copies run.

CREATE PROCEDURE dbms_scheduler.resume_after_restore()
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_resume_after_restore';
COMMENT ON PROCEDURE dbms_scheduler.resume_after_restore() IS
    'lets the jobs of a copied or restored database run; needs dbms_manage_scheduler';

SELECT pg_catalog.pg_extension_config_dump('dbms.stamp', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.owner', 'WHERE id > 0');
SELECT pg_catalog.pg_extension_config_dump('dbms.owner_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.object', 'WHERE id > 1000');
SELECT pg_catalog.pg_extension_config_dump('dbms.object_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.privilege',
    'WHERE object_id > 1000 OR grantee_id <> -1 OR privilege = ''NONE''');
SELECT pg_catalog.pg_extension_config_dump('dbms.log_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.job_name_seq', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.program', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.program_argument', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.schedule', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.job_class', 'WHERE id > 1000 OR is_changed');
SELECT pg_catalog.pg_extension_config_dump('dbms.job', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.job_state', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.job_argument', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.job_log', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.scheduler_attribute', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.window', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.window_state', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.opening', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.window_log', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.object_group', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.object_group_member', '');

-- Rows that our own calls did not write hold the database until their
-- writers have ended.

CREATE TRIGGER stamp_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.stamp
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER object_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.object
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER program_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.program
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER job_argument_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.job_argument
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
