-- Resource plans: who gets how much of the pool of workers. Each table of the
-- schema of plans holds active rows and, while there is a pending area, copies
-- that are being changed.

CREATE TABLE dbms.pending_area (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE dbms.pending_area IS 'one row while there is a pending area';
COMMENT ON COLUMN dbms.pending_area.only_row IS 'true';
COMMENT ON COLUMN dbms.pending_area.created_by IS 'role that made it';
COMMENT ON COLUMN dbms.pending_area.created_at IS 'when it was made';

CREATE SEQUENCE dbms.resource_id_seq MINVALUE 1 START 1001;
COMMENT ON SEQUENCE dbms.resource_id_seq IS 'numbers of plans and consumer groups; up to 1000 are the extension''s own';

CREATE TABLE dbms.resource_plan (
    id bigint NOT NULL DEFAULT nextval('dbms.resource_id_seq'),
    name text NOT NULL,
    is_pending boolean NOT NULL,
    mgmt_method text NOT NULL DEFAULT 'EMPHASIS',
    active_sess_pool_method text NOT NULL DEFAULT 'ACTIVE_SESS_POOL_ABSOLUTE',
    parallel_degree_method text NOT NULL DEFAULT 'PARALLEL_DEGREE_LIMIT_ABSOLUTE',
    queueing_method text NOT NULL DEFAULT 'FIFO_TIMEOUT',
    is_sub_plan boolean NOT NULL DEFAULT false,
    max_iops numeric,
    max_mbps numeric,
    is_mandatory boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    comments text,
    PRIMARY KEY (name, is_pending),
    CONSTRAINT resource_plan_mgmt_method_check CHECK (mgmt_method IN ('EMPHASIS', 'RATIO'))
);
COMMENT ON TABLE dbms.resource_plan IS 'resource plans';

CREATE TABLE dbms.consumer_group (
    id bigint NOT NULL DEFAULT nextval('dbms.resource_id_seq'),
    name text NOT NULL,
    is_pending boolean NOT NULL,
    mgmt_method text NOT NULL DEFAULT 'ROUND-ROBIN',
    category text NOT NULL DEFAULT 'OTHER',
    is_internal boolean NOT NULL DEFAULT false,
    is_mandatory boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    comments text,
    PRIMARY KEY (name, is_pending)
);
COMMENT ON TABLE dbms.consumer_group IS 'consumer groups: kinds of work among which a plan divides';

CREATE TABLE dbms.plan_directive (
    plan text NOT NULL,
    group_or_subplan text NOT NULL,
    is_pending boolean NOT NULL,
    mgmt_p numeric[] NOT NULL DEFAULT '{NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL}',
    shares numeric,
    active_sess_pool_p1 integer,
    queueing_p1 integer,
    parallel_degree_limit_p1 integer,
    parallel_server_limit numeric,
    utilization_limit numeric,
    switch_group text,
    switch_for_call boolean,
    switch_time numeric,
    switch_elapsed_time numeric,
    switch_io_megabytes numeric,
    switch_io_reqs numeric,
    switch_io_logical numeric,
    switch_estimate boolean NOT NULL DEFAULT false,
    max_est_exec_time numeric,
    undo_pool numeric,
    max_idle_time numeric,
    max_idle_blocker_time numeric,
    parallel_queue_timeout numeric,
    parallel_stmt_critical text,
    pq_timeout_action text,
    session_pga_limit numeric,
    worker_settings text[],
    worker_niceness integer,
    is_mandatory boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    comments text,
    PRIMARY KEY (plan, group_or_subplan, is_pending),
    CONSTRAINT plan_directive_mgmt_p_check CHECK (array_length(mgmt_p, 1) = 8)
);
COMMENT ON TABLE dbms.plan_directive IS 'directives: what a plan gives a consumer group or a sub-plan; times in seconds, NULL: no limit';
COMMENT ON COLUMN dbms.plan_directive.worker_settings IS 'settings of workers that run work of the group, as name, value, name, value';
COMMENT ON COLUMN dbms.plan_directive.worker_niceness IS 'niceness of the operating system, 0 to 19; NULL: unchanged';

CREATE TABLE dbms.resource_category (
    name text NOT NULL,
    is_pending boolean NOT NULL,
    is_mandatory boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    comments text,
    PRIMARY KEY (name, is_pending)
);
COMMENT ON TABLE dbms.resource_category IS 'categories of consumer groups; they steer nothing';

CREATE TABLE dbms.group_mapping (
    attribute text NOT NULL,
    value text NOT NULL,
    is_pending boolean NOT NULL,
    consumer_group text NOT NULL,
    is_system boolean NOT NULL DEFAULT false,
    PRIMARY KEY (attribute, value, is_pending)
);
COMMENT ON TABLE dbms.group_mapping IS 'which consumer group work belongs to, by what is known of it';

CREATE TABLE dbms.mapping_priority (
    attribute text NOT NULL,
    is_pending boolean NOT NULL,
    priority integer NOT NULL,
    is_system boolean NOT NULL DEFAULT false,
    PRIMARY KEY (attribute, is_pending)
);
COMMENT ON TABLE dbms.mapping_priority IS 'which attribute of a mapping counts first';

CREATE TABLE dbms.group_privilege (
    grantee_id integer NOT NULL,
    consumer_group text NOT NULL,
    has_grant_option boolean NOT NULL DEFAULT false,
    is_initial boolean NOT NULL DEFAULT false,
    PRIMARY KEY (grantee_id, consumer_group)
);
COMMENT ON TABLE dbms.group_privilege IS 'roles that may switch to a consumer group; grantee -1 is PUBLIC';

-- The plan in force. Without a row there is none.

CREATE TABLE dbms.resource_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    plan text,
    window_name text,
    is_locked boolean NOT NULL DEFAULT false,
    has_saved_plan boolean NOT NULL DEFAULT false,
    saved_plan text
);
COMMENT ON TABLE dbms.resource_state IS 'the resource plan in force';
COMMENT ON COLUMN dbms.resource_state.only_row IS 'true';
COMMENT ON COLUMN dbms.resource_state.plan IS 'NULL: none';
COMMENT ON COLUMN dbms.resource_state.window_name IS 'window that set it; NULL: SWITCH_PLAN did';
COMMENT ON COLUMN dbms.resource_state.is_locked IS 'windows may not switch it (allow_scheduler_plan_switches was FALSE)';
COMMENT ON COLUMN dbms.resource_state.has_saved_plan IS 'saved_plan comes back when no window is open any more';
COMMENT ON COLUMN dbms.resource_state.saved_plan IS 'the plan before the first window of a row opened; NULL: none';

CREATE TABLE dbms.plan_history (
    sequence bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    plan text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    window_name text,
    is_locked boolean NOT NULL
);
COMMENT ON TABLE dbms.plan_history IS 'plans that were in force';

CREATE TRIGGER resource_plan_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.resource_plan
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER consumer_group_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.consumer_group
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER plan_directive_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.plan_directive
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER group_mapping_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.group_mapping
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER mapping_priority_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.mapping_priority
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
CREATE TRIGGER resource_state_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dbms.resource_state
    FOR EACH STATEMENT EXECUTE FUNCTION dbms.catalog_changed();
