-- Owners: DROP ROLE, DROP OWNED, REASSIGN OWNED, renamed roles, restores.
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
CREATE ROLE regress_own_a LOGIN;
CREATE ROLE regress_own_b LOGIN;
CREATE ROLE "regress Own C" LOGIN;
GRANT dbms_create_job TO regress_own_a, regress_own_b, "regress Own C";
CREATE FUNCTION pg_temp.show_objects() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', dbms.display_name(w.role_name), CASE WHEN w.role_oid = 0 THEN '(gone)' END, o.type, o.name)
      FROM dbms.object o JOIN dbms.owner w ON w.id = o.owner_id
     WHERE o.id > 1000 ORDER BY 1
$$;
SET ROLE regress_own_a;
CALL dbms_scheduler.create_program('p', 'PLSQL_BLOCK', 'BEGIN NULL; END;', enabled => true);
CALL dbms_scheduler.create_schedule('s', '2999-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.create_job('j', program_name => 'p', schedule_name => 's', enabled => true);
CALL dbms_scheduler.grant_privilege('EXECUTE', 'p', 'regress_own_b');
RESET ROLE;
SET ROLE regress_own_b;
CALL dbms_scheduler.create_job('j_b', program_name => 'regress_own_a.p', schedule_name => 'regress_own_a.s', enabled => true);
RESET ROLE;
SET ROLE "regress Own C";
CALL dbms_scheduler.create_job('j', job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;', start_date => '2999-01-01', enabled => true);
SELECT pg_temp.error_of('CALL dbms_scheduler.create_job(''j'', job_type => ''PLSQL_BLOCK'', job_action => ''BEGIN NULL; END;'')');
RESET ROLE;
SELECT * FROM pg_temp.show_objects();

-- No owner can be dropped
SELECT pg_temp.error_of('DROP ROLE regress_own_a');
SELECT pg_temp.error_of('DROP ROLE IF EXISTS regress_own_b, no_such_role');
SELECT pg_temp.error_of('DROP ROLE "regress Own C"');

-- REASSIGN OWNED: names must be free; those who refer to the objects follow
SELECT pg_temp.error_of('REASSIGN OWNED BY regress_own_a TO "regress Own C"');
SELECT * FROM pg_temp.show_objects();
REASSIGN OWNED BY regress_own_a TO regress_own_b;
SELECT * FROM pg_temp.show_objects();
SELECT owner, job_name, program_owner, program_name, schedule_owner, schedule_name, enabled
  FROM sys.dba_scheduler_jobs WHERE owner LIKE '%_OWN_%' ORDER BY owner, job_name;
DROP ROLE regress_own_a;

-- A role that comes back under the name of a dropped one gets nothing of it
CREATE ROLE regress_own_a LOGIN;
GRANT dbms_create_job TO regress_own_a;
SET ROLE regress_own_a;
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_job(''j'')');
CALL dbms_scheduler.create_schedule('s', repeat_interval => 'FREQ=DAILY');
RESET ROLE;
SELECT role_name, role_oid = 0 AS is_gone FROM dbms.owner WHERE role_name = 'regress_own_a' ORDER BY id;

-- A renamed role is shown by its new name
ALTER ROLE regress_own_b RENAME TO regress_own_d;
SELECT * FROM pg_temp.show_objects();
SELECT owner, job_name FROM sys.dba_scheduler_jobs WHERE owner LIKE '%_OWN_%' ORDER BY owner, job_name;
SELECT pg_temp.error_of('CALL dbms_scheduler.drop_program(''regress_own_d.p'')');

-- DROP OWNED: jobs of others that use the objects stop it, CASCADE disables them
SET ROLE regress_own_d;
CALL dbms_scheduler.grant_privilege('EXECUTE', 'p', '"regress Own C"');
RESET ROLE;
SET ROLE "regress Own C";
CALL dbms_scheduler.create_job('j_c', program_name => 'regress_own_d.p', schedule_name => 'regress_own_d.s', enabled => true);
RESET ROLE;
SELECT pg_temp.error_of('DROP OWNED BY regress_own_d');
SELECT * FROM pg_temp.show_objects();
DROP OWNED BY regress_own_d CASCADE;
SELECT owner, job_name, enabled FROM sys.dba_scheduler_jobs WHERE owner LIKE '%Own%' ORDER BY owner, job_name;
SELECT count(*) FROM dbms.privilege p WHERE NOT EXISTS (SELECT FROM dbms.object o WHERE o.id = p.object_id);

-- It took the mark of the owner; the next object brings it back
SET ROLE regress_own_d;
CALL dbms_scheduler.create_schedule('s', repeat_interval => 'FREQ=DAILY');
RESET ROLE;
SELECT pg_temp.error_of('DROP ROLE regress_own_d');
DROP OWNED BY regress_own_d, "regress Own C", regress_own_a;
DROP ROLE regress_own_d, "regress Own C", regress_own_a;
SELECT * FROM pg_temp.show_objects();

-- An owner that comes with a dump finds its role by name, not by its OID; one
-- whose role is missing gets his objects when the role is there
INSERT INTO dbms.owner (id, role_oid, role_name) VALUES (900001, 10, 'regress_own_e'), (900002, 10, 'regress_own_f');
SELECT role_name, role_oid FROM dbms.owner WHERE id > 900000 ORDER BY id;
INSERT INTO dbms.object (id, owner_id, name, type) VALUES (900001, 900001, 'S_RESTORED', 'SCHEDULE');
INSERT INTO dbms.schedule (id, time_zone, repeat_interval) VALUES (900001, 'UTC', 'FREQ=DAILY');
CALL dbms_scheduler.set_attribute('regress_own_e.s_restored', 'comments', 'seen by a superuser');
CREATE ROLE regress_own_e LOGIN;
CREATE ROLE regress_own_f LOGIN;
GRANT dbms_create_job TO regress_own_e, regress_own_f;
SET ROLE regress_own_f;
CALL dbms_scheduler.create_schedule('s', repeat_interval => 'FREQ=DAILY');
RESET ROLE;
SET ROLE regress_own_e;
CALL dbms_scheduler.create_schedule('s', repeat_interval => 'FREQ=DAILY');
CALL dbms_scheduler.set_attribute('s_restored', 'comments', 'mine again');
RESET ROLE;
SELECT w.role_name, w.role_oid <> 0 AS has_role, o.name, w.id > 900000 AS is_restored
  FROM dbms.owner w LEFT JOIN dbms.object o ON o.owner_id = w.id
 WHERE w.role_name IN ('regress_own_e', 'regress_own_f') ORDER BY 1, 4, 3;
SELECT pg_temp.error_of('DROP ROLE regress_own_e');
DROP OWNED BY regress_own_e, regress_own_f;
DROP ROLE regress_own_e, regress_own_f;
DELETE FROM dbms.owner WHERE id > 900000;

-- PREPARE TRANSACTION is refused after a change of definitions
BEGIN;
CALL dbms_scheduler.create_schedule('s_prepared', repeat_interval => 'FREQ=DAILY');
PREPARE TRANSACTION 'regress_own';
\echo :SQLSTATE
