-- What CREATE EXTENSION brings of resource plans, and SWITCH_PLAN.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
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
CREATE ROLE regress_rsrc_admin;
GRANT dbms_resource_admin TO regress_rsrc_admin;
CREATE ROLE regress_rsrc_none;
BEGIN;

-- Every directive of ours is for a plan or a group that there is, and no level
-- of a plan has more than 100 percent
SELECT plan, group_or_subplan FROM dbms.plan_directive d
 WHERE NOT EXISTS (SELECT FROM dbms.resource_plan p WHERE p.name = d.plan)
    OR (SELECT count(*) FROM dbms.resource_plan p WHERE p.name = d.group_or_subplan) +
       (SELECT count(*) FROM dbms.consumer_group g WHERE g.name = d.group_or_subplan) <> 1;
SELECT plan, level, sum(percent) FROM dbms.plan_directive, unnest(mgmt_p) WITH ORDINALITY AS p(percent, level)
 GROUP BY 1, 2 HAVING sum(percent) > 100;
SELECT name FROM dbms.resource_plan p
 WHERE NOT EXISTS (SELECT FROM dbms.plan_directive d WHERE d.plan = p.name AND (p.is_sub_plan OR d.group_or_subplan = 'OTHER_GROUPS'));

-- No plan is in force, with a row or without
SELECT plan, window_name, coalesce(is_locked, false) FROM (VALUES (1)) AS one LEFT JOIN dbms.resource_state ON true;
SET ROLE regress_rsrc_admin;
CALL dbms_resource_manager.switch_plan('default_plan');
CALL dbms_resource_manager.switch_plan(plan_name => 'DSS_PLAN', allow_scheduler_plan_switches => false, sid => 'orcl');
-- once again is no switch
CALL dbms_resource_manager.switch_plan('DSS_PLAN', '*', false);
CALL dbms_resource_manager.switch_plan('');
CALL dbms_resource_manager.switch_plan(NULL);
CALL dbms_resource_manager.switch_plan('"INTERNAL_PLAN"');
RESET ROLE;
SELECT plan, window_name, is_locked FROM dbms.resource_state;
SELECT plan, window_name, is_locked, ended_at IS NULL AS in_force,
       coalesce(ended_at = lead(started_at) OVER (ORDER BY sequence), true) AS is_seamless
  FROM dbms.plan_history ORDER BY sequence;

-- Errors
SET ROLE regress_rsrc_admin;
SELECT pg_temp.error_of(c) FROM (VALUES
    ('CALL dbms_resource_manager.switch_plan(''no_such_plan'')'),
    ('CALL dbms_resource_manager.switch_plan(''"default_plan"'')'),
    ('CALL dbms_resource_manager.switch_plan(''not a name'')'),
    ('CALL dbms_resource_manager.switch_plan(''hr.default_plan'')'),
    ('CALL dbms_resource_manager.switch_plan(repeat(''x'', 129))'),
    ('CALL dbms_resource_manager.switch_plan(''DEFAULT_PLAN'', ''*'', NULL)'),
    ('CALL dbms_resource_manager.switch_plan(''ORA$AUTOTASK_SUB_PLAN'')')) AS t(c);
SET ROLE regress_rsrc_none;
SELECT pg_temp.error_of('CALL dbms_resource_manager.switch_plan(''DEFAULT_PLAN'')');
RESET ROLE;

-- The history does not grow for ever
DO $$
BEGIN
    FOR i IN 1 .. 550 LOOP
        CALL dbms_resource_manager.switch_plan('DEFAULT_PLAN');
        CALL dbms_resource_manager.switch_plan('');
    END LOOP;
END $$;
SELECT count(*), max(sequence) - min(sequence), count(*) FILTER (WHERE ended_at IS NULL) FROM dbms.plan_history;
-- a row that is gone is made again
DELETE FROM dbms.resource_state;
CALL dbms_resource_manager.switch_plan('DEFAULT_PLAN');
SELECT plan FROM dbms.resource_state;
ROLLBACK;
SELECT max(plan) FROM dbms.resource_state;
DROP ROLE regress_rsrc_admin, regress_rsrc_none;
