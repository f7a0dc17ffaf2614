-- CREATE_SIMPLE_PLAN.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET search_path = public, dbms_resource_manager;
CREATE FUNCTION pg_temp.error_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE 'CALL ' || call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.error_of(text) TO PUBLIC;
CREATE ROLE regress_rsrc_admin;
GRANT dbms_resource_admin TO regress_rsrc_admin;
BEGIN;
SET LOCAL ROLE regress_rsrc_admin;
CREATE VIEW pg_temp.shown AS
    SELECT plan, group_or_subplan, mgmt_p1, mgmt_p2, mgmt_p3, status FROM sys.dba_rsrc_plan_directives WHERE plan LIKE 'SIMPLE%' ORDER BY 1, 5, 3, 2;
CALL create_simple_plan('simple1', 'low_group', 20, 'simple_a', 30, '"Simple B"', 50);
CALL create_simple_plan(simple_plan => 'simple2', consumer_group1 => 'simple_a', group1_percent => 60, consumer_group8 => 'simple_c', group8_percent => 0.5);
CALL create_simple_plan('simple3');
CALL create_simple_plan('simple4', consumer_group1 => 'low_group', group1_percent => 70, consumer_group8 => 'other_groups', group8_percent => 30);
CALL create_simple_plan('simple5', 's1', 10, 's2', 10, 's3', 10, 's4', 10, 's5', 10, 's6', 10, 's7', 10, 's8', 30);
SELECT * FROM pg_temp.shown;
SELECT consumer_group, category, comments, status FROM sys.dba_rsrc_consumer_groups WHERE consumer_group ILIKE 'simple%' ORDER BY consumer_group COLLATE "C";
SELECT plan, mgmt_method, sub_plan, comments FROM sys.dba_rsrc_plans WHERE plan LIKE 'SIMPLE%' ORDER BY 1;
CALL switch_plan('simple1');

-- Errors, which leave nothing
SELECT pg_temp.error_of('create_simple_plan(' || c || ')') FROM (VALUES
    ('NULL'), (''''''), (''), ('''a b'''), ('''simple1'''), ('''low_group'''), ('''bad'', ''a b'', 1'), ('''bad'', ''default_plan'', 1'), ('''bad'', ''bad'', 1'),
    ('''bad'', ''low_group'''), ('''bad'', ''low_group'', 101'), ('''bad'', ''low_group'', group1_percent => -1'),
    ('''bad'', ''low_group'', 10, group1_percent => 10'), ('''bad'', NULL, 10'), ('''bad'', group3_percent => 10'), ('''bad'', ''low_group'', 10, ''LOW_GROUP'', 20'),
    ('''bad'', ''sys_group'', 10'), ('''bad'', ''cancel_sql'', 10'), ('''bad'', ''bad_group'', 60, ''low_group'', 50')) AS t(c);
SELECT count(*) FROM sys.dba_rsrc_plans WHERE plan = 'BAD' OR status = 'PENDING';
SELECT count(*) FROM sys.dba_rsrc_consumer_groups WHERE consumer_group = 'BAD_GROUP' OR status = 'PENDING';
ROLLBACK;
DROP ROLE regress_rsrc_admin;
