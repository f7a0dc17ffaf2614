-- Opening and closing windows by hand.

CREATE PROCEDURE dbms_scheduler.open_window(
    window_name text,
    duration interval DEFAULT NULL,
    force boolean DEFAULT false)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_open_window';
COMMENT ON PROCEDURE dbms_scheduler.open_window(text, interval, boolean) IS
    'opens a window at the commit, for this duration or its own; force closes the one that is open, or gives it a new end';

CREATE PROCEDURE dbms_scheduler.close_window(window_name text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_close_window';
COMMENT ON PROCEDURE dbms_scheduler.close_window(text) IS
    'closes the open window at the commit; it does not open again before its next start';
