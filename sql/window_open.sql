-- OPEN_WINDOW and CLOSE_WINDOW: what they do, when they refuse, what a
-- rollback leaves. No window here opens by its schedule before 2990.
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
CREATE ROLE regress_win_manager;
CREATE ROLE regress_win_other;
GRANT dbms_manage_scheduler TO regress_win_manager;
SELECT coalesce(max(log_id), 0) AS first_log FROM dbms.window_log \gset
CREATE VIEW pg_temp.opening AS
    SELECT window_name, is_high, is_manual, duration, close_at - opened_at AS open_for, requested_at = opened_at AS by_call
      FROM dbms.opening;
-- rows since the last look; a CLOSE with whether its details are right
CREATE TEMPORARY TABLE seen AS SELECT :first_log::bigint AS log_id;
CREATE FUNCTION pg_temp.new_rows() RETURNS SETOF text
    LANGUAGE sql AS $$
    WITH new AS (SELECT l.*, lag(l.log_date) OVER (ORDER BY l.log_id) AS before
                   FROM dbms.window_log l WHERE l.log_id > (SELECT max(s.log_id) FROM seen s)),
         told AS (INSERT INTO seen SELECT max(n.log_id) FROM new n HAVING max(n.log_id) IS NOT NULL)
    SELECT concat_ws(' | ', n.window_name, n.operation, n.status, n.user_name,
                     regexp_replace(n.additional_info, 'CLOSE_DATE="[^"]*"', 'CLOSE_DATE'),
                     CASE WHEN n.log_date <= n.before THEN 'out of order' END,
                     CASE WHEN n.is_detail THEN 'asked for ' || n.duration END,
                     CASE WHEN n.is_detail <> (n.operation = 'CLOSE') THEN 'wrong detail' END,
                     CASE WHEN n.is_detail AND (n.opened_at > n.log_date OR n.requested_at > n.opened_at
                               OR n.actual_duration <> n.log_date - n.opened_at) THEN 'wrong times' END)
      FROM new n WHERE n.operation NOT IN ('CREATE') ORDER BY n.log_id
$$;

CALL dbms_scheduler.create_window('w_low', NULL, '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '2 hours');
CALL dbms_scheduler.create_window('w_high', NULL, '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '40 hours', 'HIGH');
CALL dbms_scheduler.create_window('"w quoted"', NULL, '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '1 hour');
CALL dbms_scheduler.create_window('w_off', NULL, '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '1 hour');
CALL dbms_scheduler.disable('w_off');
CALL dbms_scheduler.create_schedule('w_sched', '2990-01-01 00:00 UTC', 'FREQ=YEARLY');
SELECT count(*) > 0 FROM pg_temp.new_rows();

-- Opening, closing, opening again
SET ROLE regress_win_manager;
CALL dbms_scheduler.open_window('w_low', interval '30 minutes');
RESET ROLE;
SELECT * FROM pg_temp.opening;
SELECT * FROM pg_temp.new_rows();
SELECT next_start_at = '2990-01-01 00:00 UTC', last_opened_at = (SELECT opened_at FROM dbms.opening) FROM dbms.window_state s
  JOIN dbms.object o ON o.id = s.window_id WHERE o.name = 'W_LOW';
SET ROLE regress_win_manager;
CALL dbms_scheduler.close_window('SYS.w_low');
RESET ROLE;
SELECT * FROM pg_temp.opening;
SELECT * FROM pg_temp.new_rows();
CALL dbms_scheduler.open_window('"w quoted"', NULL);
CALL dbms_scheduler.close_window('"w quoted"');
CALL dbms_scheduler.open_window(window_name => 'w_high', duration => NULL, force => false);
SELECT * FROM pg_temp.opening;
SELECT * FROM pg_temp.new_rows();

-- What another one that is open means; force
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_low', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_high', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.close_window('w_low')$$);
CALL dbms_scheduler.open_window('w_high', interval '3 days', force => true);
SELECT window_name, is_manual, duration, close_at > opened_at + interval '3 days' FROM dbms.opening;
SELECT * FROM pg_temp.new_rows();
CALL dbms_scheduler.open_window('w_low', NULL, true);
SELECT * FROM pg_temp.opening;
SELECT * FROM pg_temp.new_rows();

-- A rollback undoes all of it, to a savepoint too
BEGIN;
CALL dbms_scheduler.close_window('w_low');
CALL dbms_scheduler.open_window('w_high', interval '1 second');
SAVEPOINT s;
CALL dbms_scheduler.close_window('w_high');
ROLLBACK TO s;
SELECT window_name FROM dbms.opening;
SELECT * FROM pg_temp.new_rows();
ROLLBACK;
SELECT * FROM pg_temp.opening;
SELECT * FROM pg_temp.new_rows();
BEGIN;
CALL dbms_scheduler.close_window('w_low');
PREPARE TRANSACTION 'x';
SELECT window_name FROM dbms.opening;

-- Calls that are wrong
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window(NULL, NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('a.b.c', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_none', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_sched', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_off', NULL, true)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_low', NULL, NULL)$$);
SELECT pg_temp.error_of(format($$CALL dbms_scheduler.open_window('w_low', interval '%s', true)$$, d))
  FROM unnest(ARRAY['0', '-1 hour', '0.9 seconds', '99 days 1 second', '1 month', '100000000 days', '2000000000 hours']) AS d;
SELECT pg_temp.error_of($$CALL dbms_scheduler.close_window(NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.close_window('w_none')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.close_window('w_off')$$);
SET ROLE regress_win_other;
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_low', NULL)$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.close_window('w_low')$$);
RESET ROLE;
BEGIN;
CALL dbms_scheduler.set_scheduler_attribute('SCHEDULER_DISABLED', 'TRUE');
SELECT pg_temp.error_of($$CALL dbms_scheduler.open_window('w_high', NULL, true)$$);
ROLLBACK;
SELECT window_name FROM dbms.opening;
SELECT * FROM pg_temp.new_rows();

BEGIN READ ONLY;
CALL dbms_scheduler.open_window('w_high', NULL, true);
ROLLBACK;
BEGIN READ ONLY;
CALL dbms_scheduler.close_window('w_low');
ROLLBACK;

-- The plan of the window is in force while it is open; one that is missing is told of
CALL dbms_scheduler.close_window('w_low');
CALL dbms_scheduler.create_window('w_plan', 'DEFAULT_MAINTENANCE_PLAN', '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '1 hour');
CALL dbms_scheduler.create_window('w_no_plan', '', '2990-01-01 00:00 UTC', 'FREQ=YEARLY', NULL, interval '1 hour');
CALL dbms_resource_manager.switch_plan('DEFAULT_PLAN');
SELECT count(*) > 0 FROM pg_temp.new_rows();
CALL dbms_scheduler.open_window('w_plan', NULL);
SELECT plan, window_name FROM dbms.resource_state;
CALL dbms_scheduler.open_window('w_no_plan', NULL, true);
SELECT plan, window_name FROM dbms.resource_state;
CALL dbms_scheduler.open_window('w_low', NULL, true);
SELECT plan, window_name FROM dbms.resource_state;
CALL dbms_scheduler.close_window('w_low');
SELECT plan, window_name FROM dbms.resource_state;
SELECT * FROM pg_temp.new_rows();
CALL dbms_resource_manager.switch_plan('DEFAULT_PLAN', allow_scheduler_plan_switches => false);
CALL dbms_scheduler.open_window('w_plan', NULL);
CALL dbms_scheduler.close_window('w_plan');
SELECT plan, window_name FROM dbms.resource_state;
SELECT * FROM pg_temp.new_rows();
CALL dbms_resource_manager.switch_plan('');

-- The open window is disabled, dropped
CALL dbms_scheduler.open_window('w_low', NULL);
SELECT pg_temp.error_of($$CALL dbms_scheduler.disable('w_low')$$);
SELECT pg_temp.error_of($$CALL dbms_scheduler.drop_window('w_low')$$);
CALL dbms_scheduler.disable('w_low', force => true);
SELECT window_name FROM dbms.opening;
BEGIN;
CALL dbms_scheduler.drop_window('w_low', force => true);
SELECT window_name FROM dbms.opening;
ROLLBACK;
SELECT window_name FROM dbms.opening;
CALL dbms_scheduler.drop_window('w_low', force => true);
SELECT window_name FROM dbms.opening;
SELECT * FROM pg_temp.new_rows();

-- A window whose interval contains the moment opens when another one closes
CALL dbms_scheduler.create_window('w_now', NULL, NULL, NULL, NULL, interval '5 hours');
DO $$
BEGIN
    FOR i IN 1..600 LOOP
        EXIT WHEN EXISTS (SELECT FROM dbms.opening WHERE window_name = 'W_NOW');
        PERFORM pg_sleep(0.1);
    END LOOP;
END $$;
SELECT window_name, is_manual, requested_at < opened_at, close_at - requested_at FROM dbms.opening;
CALL dbms_scheduler.open_window('w_high', NULL, true);
CALL dbms_scheduler.close_window('w_high');
SELECT window_name, is_manual, requested_at < opened_at, close_at - requested_at FROM dbms.opening;
CALL dbms_scheduler.close_window('w_now');
SELECT window_name FROM dbms.opening;
SELECT * FROM pg_temp.new_rows();

CALL dbms_scheduler.drop_window('w_high, "w quoted", w_off, w_plan, w_no_plan');
DO $$
BEGIN
    FOR i IN 1..600 LOOP
        EXIT WHEN NOT EXISTS (SELECT FROM dbms.window w JOIN dbms.object o USING (id) WHERE o.name = 'W_NOW' AND w.is_enabled);
        PERFORM pg_sleep(0.1);
    END LOOP;
END $$;
SELECT is_enabled FROM dbms.window w JOIN dbms.object o USING (id) WHERE o.name = 'W_NOW';
CALL dbms_scheduler.drop_window('w_now');
CALL dbms_scheduler.drop_schedule('w_sched');
DROP ROLE regress_win_manager, regress_win_other;
