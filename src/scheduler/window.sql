-- Windows: intervals of the day with a resource plan, of which at most one is
-- open; groups of them; their log.

CREATE TABLE dbms.window (
    id bigint PRIMARY KEY,
    resource_plan text,
    schedule_owner_id integer,
    schedule_name text,
    start_at timestamptz,
    time_zone text NOT NULL,
    repeat_interval text,
    end_at timestamptz,
    duration interval NOT NULL,
    is_high boolean NOT NULL DEFAULT false,
    is_enabled boolean NOT NULL DEFAULT true,
    base_at timestamptz NOT NULL,
    is_system boolean NOT NULL DEFAULT false,
    follow_default_timezone boolean NOT NULL DEFAULT false,
    comments text
);
COMMENT ON TABLE dbms.window IS 'windows: when they open, for how long, with which resource plan';
COMMENT ON COLUMN dbms.window.id IS 'row of dbms.object; its owner is SYS';
COMMENT ON COLUMN dbms.window.resource_plan IS 'plan while it is open; NULL: the one in force stays; empty: none';
COMMENT ON COLUMN dbms.window.schedule_owner_id IS 'owner of the named schedule';
COMMENT ON COLUMN dbms.window.schedule_name IS 'named schedule; NULL: the inline schedule';
COMMENT ON COLUMN dbms.window.start_at IS 'first opening; NULL: the moment of enabling';
COMMENT ON COLUMN dbms.window.time_zone IS 'zone in which the schedule counts';
COMMENT ON COLUMN dbms.window.repeat_interval IS 'calendar string of the inline schedule; NULL: once';
COMMENT ON COLUMN dbms.window.end_at IS 'no openings from this time on';
COMMENT ON COLUMN dbms.window.duration IS 'without months';
COMMENT ON COLUMN dbms.window.is_high IS 'priority HIGH, not LOW';
COMMENT ON COLUMN dbms.window.is_enabled IS 'it opens by its schedule';
COMMENT ON COLUMN dbms.window.base_at IS 'moment of making, enabling or changing it; without a start date earlier starts do not count';
COMMENT ON COLUMN dbms.window.is_system IS 'made by install_maintenance_windows';
COMMENT ON COLUMN dbms.window.follow_default_timezone IS 'time_zone is that of the scheduler attribute DEFAULT_TIMEZONE';
COMMENT ON COLUMN dbms.window.comments IS 'free text';

CREATE TABLE dbms.window_state (
    window_id bigint PRIMARY KEY,
    next_start_at timestamptz,
    start_at timestamptz,
    is_used_up boolean NOT NULL DEFAULT false,
    last_opened_at timestamptz
) WITH (fillfactor = 70);
COMMENT ON TABLE dbms.window_state IS 'what the rules of overlap remember of each window';
COMMENT ON COLUMN dbms.window_state.window_id IS 'row of dbms.window';
COMMENT ON COLUMN dbms.window_state.next_start_at IS 'start to come; NULL: none';
COMMENT ON COLUMN dbms.window_state.start_at IS 'last start that came; NULL: none';
COMMENT ON COLUMN dbms.window_state.is_used_up IS 'the interval from start_at on can open it no more';
COMMENT ON COLUMN dbms.window_state.last_opened_at IS 'when it was last opened';

-- One row from the first window on: who holds it decides about openings.

CREATE TABLE dbms.opening (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    window_id bigint,
    window_name text,
    is_high boolean,
    is_manual boolean,
    requested_at timestamptz,
    opened_at timestamptz,
    close_at timestamptz,
    duration interval,
    last_log_date timestamptz,
    is_served boolean NOT NULL DEFAULT true
) WITH (fillfactor = 50);
COMMENT ON TABLE dbms.opening IS 'one row, made with the first window: the window that is open; all NULL if none is';
COMMENT ON COLUMN dbms.opening.only_row IS 'true';
COMMENT ON COLUMN dbms.opening.window_id IS 'row of dbms.window; NULL: no window is open';
COMMENT ON COLUMN dbms.opening.window_name IS 'its name when it opened';
COMMENT ON COLUMN dbms.opening.is_high IS 'its priority when it opened';
COMMENT ON COLUMN dbms.opening.is_manual IS 'opened, or given a new end, by OPEN_WINDOW';
COMMENT ON COLUMN dbms.opening.requested_at IS 'its start, or the call that opened it';
COMMENT ON COLUMN dbms.opening.opened_at IS 'when it opened';
COMMENT ON COLUMN dbms.opening.close_at IS 'when it is to close';
COMMENT ON COLUMN dbms.opening.duration IS 'that was asked for';
COMMENT ON COLUMN dbms.opening.is_served IS 'jobs were started and stopped for it, or for the closing';
COMMENT ON COLUMN dbms.opening.last_log_date IS 'of the last opening or closing in the log: the next one is later';

CREATE TABLE dbms.window_log (
    log_id bigint PRIMARY KEY DEFAULT nextval('dbms.log_id_seq'),
    log_date timestamptz NOT NULL DEFAULT clock_timestamp(),
    window_name text NOT NULL,
    operation text NOT NULL,
    status text,
    user_name text,
    additional_info text,
    is_detail boolean NOT NULL DEFAULT false,
    requested_at timestamptz,
    opened_at timestamptz,
    duration interval,
    actual_duration interval
);
CREATE INDEX window_log_log_date_idx ON dbms.window_log (log_date);
COMMENT ON TABLE dbms.window_log IS 'log of windows; the row of a closing holds the details of the opening too';
COMMENT ON COLUMN dbms.window_log.log_id IS 'in the order of what happened';
COMMENT ON COLUMN dbms.window_log.log_date IS 'when it happened';
COMMENT ON COLUMN dbms.window_log.window_name IS 'its name then';
COMMENT ON COLUMN dbms.window_log.operation IS 'CREATE, UPDATE, ENABLE, DISABLE, DROP, OPEN, CLOSE or OVERLAP';
COMMENT ON COLUMN dbms.window_log.status IS 'SUCCEEDED or FAILED for OPEN and CLOSE; else NULL';
COMMENT ON COLUMN dbms.window_log.user_name IS 'role that did it; NULL: the scheduler';
COMMENT ON COLUMN dbms.window_log.additional_info IS 'KEY="value" pairs';
COMMENT ON COLUMN dbms.window_log.is_detail IS 'the row ends an opening: the columns that follow count';
COMMENT ON COLUMN dbms.window_log.requested_at IS 'start of the opening by schedule, or the call that opened it';
COMMENT ON COLUMN dbms.window_log.opened_at IS 'when it opened';
COMMENT ON COLUMN dbms.window_log.duration IS 'that was asked for';
COMMENT ON COLUMN dbms.window_log.actual_duration IS 'for which it was open';

CREATE TABLE dbms.object_group (
    id bigint PRIMARY KEY,
    group_type text NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    is_system boolean NOT NULL DEFAULT false,
    comments text,
    CONSTRAINT object_group_group_type_check CHECK (group_type IN ('WINDOW', 'DB_DEST', 'EXTERNAL_DEST'))
);
COMMENT ON TABLE dbms.object_group IS 'groups of windows, and of destinations, which have no effect';
COMMENT ON COLUMN dbms.object_group.id IS 'row of dbms.object';
COMMENT ON COLUMN dbms.object_group.group_type IS 'WINDOW, DB_DEST or EXTERNAL_DEST';
COMMENT ON COLUMN dbms.object_group.is_enabled IS 'jobs of the group start when a member opens';
COMMENT ON COLUMN dbms.object_group.is_system IS 'made by install_maintenance_windows';
COMMENT ON COLUMN dbms.object_group.comments IS 'free text';

CREATE TABLE dbms.object_group_member (
    group_id bigint NOT NULL,
    member_id bigint,
    member_name text NOT NULL,
    PRIMARY KEY (group_id, member_name)
);
CREATE INDEX object_group_member_member_id_idx ON dbms.object_group_member (member_id);
COMMENT ON TABLE dbms.object_group_member IS 'members of groups';
COMMENT ON COLUMN dbms.object_group_member.group_id IS 'row of dbms.object_group';
COMMENT ON COLUMN dbms.object_group_member.member_id IS 'row of dbms.window; NULL: a destination';
COMMENT ON COLUMN dbms.object_group_member.member_name IS 'as the views show it';

CREATE TRIGGER window_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.window
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER window_state_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.window_state
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER opening_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.opening
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER object_group_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.object_group
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER object_group_member_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.object_group_member
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
