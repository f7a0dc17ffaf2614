-- Validation: each rule, and all that is wrong at once.
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
CREATE PROCEDURE pg_temp.area() LANGUAGE plpgsql AS $$
BEGIN
    CALL dbms_resource_manager.create_pending_area();
    CALL dbms_resource_manager.create_plan('p');
    CALL dbms_resource_manager.create_plan_directive('p', 'other_groups', mgmt_p1 => 10);
END $$;
-- validate_pending_area, and the area is gone afterwards
CREATE FUNCTION pg_temp.faults() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    faults text;
BEGIN
    BEGIN
        CALL dbms_resource_manager.validate_pending_area();
        faults := 'valid';
    EXCEPTION WHEN SQLSTATE 'O9382' THEN
        GET STACKED DIAGNOSTICS faults = PG_EXCEPTION_DETAIL;
    END;
    CALL dbms_resource_manager.clear_pending_area();
    RETURN QUERY SELECT line FROM regexp_split_to_table(faults, E'\n') AS line;
END $$;

-- What is as it was is valid, and so is the least that can be
CALL create_pending_area();
SELECT pg_temp.faults();
CALL pg_temp.area();
SELECT pg_temp.faults();

-- Percentages: by level and by plan; 100 is not too much
CALL pg_temp.area();
CALL create_plan_directive('p', 'low_group', mgmt_p1 => 90, mgmt_p8 => 33.3);
CALL create_plan_directive('p', 'sys_group', mgmt_p2 => 100, mgmt_p8 => 66.7);
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_plan_directive('p', 'low_group', mgmt_p1 => 90.5, mgmt_p8 => 70);
CALL create_plan_directive('p', 'sys_group', mgmt_p2 => 100, mgmt_p8 => 70);
SELECT pg_temp.faults();

-- Weights: one level, no sum
CALL pg_temp.area();
CALL create_plan('r', mgmt_mth => 'RATIO');
CALL create_plan_directive('r', 'low_group', mgmt_p1 => 90);
CALL create_plan_directive('r', 'other_groups', mgmt_p1 => 90);
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_plan('r', mgmt_mth => 'RATIO');
CALL create_plan_directive('r', 'low_group', mgmt_p1 => 90, mgmt_p2 => 5);
CALL create_plan_directive('r', 'other_groups', mgmt_p1 => 90, mgmt_p3 => 5);
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_plan('r', mgmt_mth => 'RATIO');
CALL create_plan_directive('r', 'low_group', shares => 9);
CALL create_plan_directive('r', 'other_groups', shares => 200);
CALL create_plan('e');
CALL create_plan_directive('e', 'low_group', shares => 9);
CALL create_plan_directive('e', 'other_groups', shares => 200);
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_plan_directive('p', 'low_group', shares => 9);
SELECT pg_temp.faults();

-- Loops
CALL pg_temp.area();
CALL create_plan('a', sub_plan => true);
CALL create_plan('b', sub_plan => true);
CALL create_plan('c', sub_plan => true);
CALL create_plan_directive('p', 'a');
CALL create_plan_directive('a', 'b');
CALL create_plan_directive('b', 'c');
CALL create_plan_directive('c', 'low_group');
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_plan('a', sub_plan => true);
CALL create_plan('b', sub_plan => true);
CALL create_plan('c', sub_plan => true);
CALL create_plan_directive('p', 'a');
CALL create_plan_directive('a', 'b');
CALL create_plan_directive('b', 'c');
CALL create_plan_directive('c', 'a');
CALL create_plan_directive('c', 'low_group');
SELECT pg_temp.faults();
-- all in one loop: none is a top plan
CALL pg_temp.area();
CALL create_plan('q');
CALL create_plan_directive('p', 'q');
CALL create_plan_directive('q', 'p');
SELECT pg_temp.faults();
-- a sub-plan in two plans of one is no loop
CALL pg_temp.area();
CALL create_plan('a', sub_plan => true);
CALL create_plan('b', sub_plan => true);
CALL create_plan('c', sub_plan => true);
CALL create_plan_directive('p', 'a');
CALL create_plan_directive('p', 'b');
CALL create_plan_directive('a', 'c');
CALL create_plan_directive('b', 'c');
CALL create_plan_directive('c', 'low_group');
SELECT pg_temp.faults();

-- A plan without directives; nothing for OTHER_GROUPS, in the plan or below it
CALL pg_temp.area();
CALL create_plan('empty');
CALL create_plan('empty_sub', sub_plan => true);
CALL create_plan('q');
CALL create_plan_directive('q', 'low_group');
CALL create_plan('r');
CALL create_plan_directive('r', 's');
CALL create_plan('s', sub_plan => true);
CALL create_plan_directive('s', 'other_groups');
CALL create_plan('t', sub_plan => true);
CALL create_plan_directive('t', 'low_group');
SELECT pg_temp.faults();

-- What directives, mappings and groups refer to
CALL pg_temp.area();
CALL create_plan_directive('p', 'nothing');
CALL create_plan_directive('p', 'low_group', switch_group => 'nothing');
CALL create_plan_directive('p', 'sys_group', switch_group => 'other_groups');
CALL create_plan_directive('p', 'batch_group', switch_group => 'dss_plan');
CALL create_plan_directive('p', 'etl_group', switch_group => 'cancel_sql');
CALL create_plan_directive('p', 'dss_group', switch_group => 'KILL_SESSION');
CALL create_plan_directive('p', 'dss_critical_group', switch_group => 'log_only');
CALL create_plan_directive('p', 'interactive_group', switch_group => 'low_group');
CALL create_plan_directive('p', 'ora$autotask_sub_plan', parallel_degree_limit_p1 => 1);
CALL delete_plan('dss_plan');
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_consumer_group('g');
CALL create_plan_directive('p', 'g');
CALL create_plan_directive('p', 'low_group', switch_group => 'g');
CALL delete_consumer_group('g');
CALL delete_plan('ora$autotask_sub_plan');
SELECT pg_temp.faults();

-- More than 28 of them
CALL pg_temp.area();
DO $$
BEGIN
    FOR i IN 1 .. 28 LOOP
        CALL dbms_resource_manager.create_consumer_group('g' || i);
        CALL dbms_resource_manager.create_plan_directive('p', 'g' || i);
    END LOOP;
    CALL dbms_resource_manager.delete_plan_directive('p', 'g28');
END $$;
SELECT pg_temp.faults();
CALL pg_temp.area();
CALL create_plan('s', sub_plan => true);
CALL create_plan_directive('p', 's');
DO $$
BEGIN
    FOR i IN 1 .. 30 LOOP
        CALL dbms_resource_manager.create_consumer_group('g' || i);
        CALL dbms_resource_manager.create_plan_directive(CASE WHEN i > 20 THEN 's' ELSE 'p' END, 'g' || i);
    END LOOP;
END $$;
SELECT pg_temp.faults();
CALL pg_temp.area();
DO $$
BEGIN
    FOR i IN 1 .. 28 LOOP
        CALL dbms_resource_manager.create_consumer_group('g' || i);
        CALL dbms_resource_manager.create_plan_directive('p', 'g' || i);
    END LOOP;
END $$;
SELECT pg_temp.faults();

-- The plan in force
CALL switch_plan('dss_plan');
CALL create_pending_area();
CALL delete_plan('dss_plan');
SELECT pg_temp.faults();
CALL create_pending_area();
CALL delete_plan_directive('dss_plan', 'other_groups');
CALL update_plan('dss_plan', new_sub_plan => true);
SELECT pg_temp.faults();
CALL create_pending_area();
CALL delete_plan('dss_plan');
SELECT pg_temp.error_of('submit_pending_area()');
CALL clear_pending_area();
-- and the one that comes back when no window is open any more
RESET ROLE;
UPDATE dbms.resource_state SET plan = 'DEFAULT_PLAN', window_name = 'W', has_saved_plan = true, saved_plan = 'DSS_PLAN';
SET LOCAL ROLE regress_rsrc_admin;
CALL create_pending_area();
CALL delete_plan('dss_plan');
SELECT pg_temp.faults();
CALL switch_plan('');
CALL create_pending_area();
CALL delete_plan('dss_plan');
SELECT pg_temp.faults();

-- What only a superuser can bring about
CALL pg_temp.area();
CALL create_category('c');
CALL create_consumer_group('g', category => 'c');
CALL create_consumer_group('g2');
CALL set_consumer_group_mapping('ORACLE_USER', 'hr', 'g2');
RESET ROLE;
DELETE FROM dbms.resource_plan WHERE is_pending AND name = 'DSS_PLAN';
DELETE FROM dbms.resource_category WHERE is_pending AND name = 'C';
DELETE FROM dbms.consumer_group WHERE is_pending AND name IN ('G2', 'OTHER_GROUPS');
SET LOCAL ROLE regress_rsrc_admin;
SELECT DISTINCT pg_temp.faults();

-- A long row of sub-plans, with all that is below them; as long as can be
CREATE PROCEDURE pg_temp.row_of(n integer) LANGUAGE plpgsql AS $$
BEGIN
    CALL pg_temp.area();
    FOR i IN 1 .. n LOOP
        CALL dbms_resource_manager.create_plan('deep' || i, sub_plan => true);
        CALL dbms_resource_manager.create_plan_directive('deep' || i, 'low_group');
    END LOOP;
    FOR i IN 1 .. n - 1 LOOP
        CALL dbms_resource_manager.create_plan_directive('deep' || i, 'deep' || i + 1);
    END LOOP;
    CALL dbms_resource_manager.create_plan_directive('p', 'deep1');
END $$;
CALL pg_temp.row_of(126);
SELECT pg_temp.faults();
CALL pg_temp.row_of(127);
SELECT pg_temp.faults();
CALL pg_temp.row_of(400);
SELECT pg_temp.faults();
-- Few sub-plans, of which each is in two: it is the places that count
CALL pg_temp.area();
DO $$
BEGIN
    FOR i IN 1 .. 40 LOOP
        CALL dbms_resource_manager.create_plan('l' || i, sub_plan => true);
        CALL dbms_resource_manager.create_plan('r' || i, sub_plan => true);
        CALL dbms_resource_manager.create_plan_directive('l' || i, 'low_group');
        CALL dbms_resource_manager.create_plan_directive('r' || i, 'low_group');
    END LOOP;
    FOR i IN 1 .. 39 LOOP
        CALL dbms_resource_manager.create_plan_directive('l' || i, 'l' || i + 1);
        CALL dbms_resource_manager.create_plan_directive('l' || i, 'r' || i + 1);
        CALL dbms_resource_manager.create_plan_directive('r' || i, 'l' || i + 1);
        CALL dbms_resource_manager.create_plan_directive('r' || i, 'r' || i + 1);
    END LOOP;
    CALL dbms_resource_manager.create_plan_directive('p', 'l1');
END $$;
SELECT pg_temp.faults();

-- So many that not all are told
CALL create_pending_area();
DO $$
BEGIN
    FOR i IN 10 .. 70 LOOP
        CALL dbms_resource_manager.create_plan('p' || i);
    END LOOP;
END $$;
SELECT count(*), min(f), max(f) FROM pg_temp.faults() AS f;
ROLLBACK;
DROP ROLE regress_rsrc_admin;
