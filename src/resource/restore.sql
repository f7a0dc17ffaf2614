-- Arriving by a restore: what a dump takes along is what users made or
-- changed, what is pending, and the plan in force.

SELECT pg_catalog.pg_extension_config_dump('dbms.pending_area', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.resource_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.resource_plan', 'WHERE NOT is_system OR is_pending');
SELECT pg_catalog.pg_extension_config_dump('dbms.consumer_group', 'WHERE NOT is_system OR is_pending');
SELECT pg_catalog.pg_extension_config_dump('dbms.plan_directive', 'WHERE NOT is_system OR is_pending');
SELECT pg_catalog.pg_extension_config_dump('dbms.resource_category', 'WHERE NOT is_system OR is_pending');
SELECT pg_catalog.pg_extension_config_dump('dbms.group_mapping', 'WHERE NOT is_system OR is_pending');
SELECT pg_catalog.pg_extension_config_dump('dbms.mapping_priority', 'WHERE NOT is_system OR is_pending');
SELECT pg_catalog.pg_extension_config_dump('dbms.group_privilege', 'WHERE NOT is_system');
SELECT pg_catalog.pg_extension_config_dump('dbms.resource_removed', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.resource_state', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.plan_history', '');
SELECT pg_catalog.pg_extension_config_dump('dbms.plan_history_sequence_seq', '');

-- A row that arrives takes the place of the one that CREATE EXTENSION has just
-- made.

CREATE FUNCTION dbms.resource_arrives() RETURNS trigger
    LANGUAGE c VOLATILE
    AS 'MODULE_PATHNAME', 'pgd_resource_arrives';
COMMENT ON FUNCTION dbms.resource_arrives() IS
    'row trigger: what comes with a dump replaces, or removes, the extension''s own row of the same key';
REVOKE ALL ON FUNCTION dbms.resource_arrives() FROM PUBLIC;

CREATE TRIGGER resource_plan_arrives BEFORE INSERT ON dbms.resource_plan
    FOR EACH ROW WHEN (NOT NEW.is_pending) EXECUTE FUNCTION dbms.resource_arrives('PLAN', 'name');
CREATE TRIGGER consumer_group_arrives BEFORE INSERT ON dbms.consumer_group
    FOR EACH ROW WHEN (NOT NEW.is_pending) EXECUTE FUNCTION dbms.resource_arrives('GROUP', 'name');
CREATE TRIGGER plan_directive_arrives BEFORE INSERT ON dbms.plan_directive
    FOR EACH ROW WHEN (NOT NEW.is_pending) EXECUTE FUNCTION dbms.resource_arrives('DIRECTIVE', 'plan', 'group_or_subplan');
CREATE TRIGGER resource_category_arrives BEFORE INSERT ON dbms.resource_category
    FOR EACH ROW WHEN (NOT NEW.is_pending) EXECUTE FUNCTION dbms.resource_arrives('CATEGORY', 'name');
CREATE TRIGGER group_mapping_arrives BEFORE INSERT ON dbms.group_mapping
    FOR EACH ROW WHEN (NOT NEW.is_pending) EXECUTE FUNCTION dbms.resource_arrives('MAPPING', 'attribute', 'value');
CREATE TRIGGER mapping_priority_arrives BEFORE INSERT ON dbms.mapping_priority
    FOR EACH ROW WHEN (NOT NEW.is_pending) EXECUTE FUNCTION dbms.resource_arrives('PRIORITY', 'attribute');
CREATE TRIGGER group_privilege_arrives BEFORE INSERT ON dbms.group_privilege
    FOR EACH ROW WHEN (NEW.grantee_id = -1) EXECUTE FUNCTION dbms.resource_arrives('PRIVILEGE', 'consumer_group');
CREATE TRIGGER resource_removed_arrives BEFORE INSERT ON dbms.resource_removed
    FOR EACH ROW EXECUTE FUNCTION dbms.resource_arrives('REMOVED', 'kind', 'name', 'part');
