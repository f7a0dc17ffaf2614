-- Resource plans: who gets how much of the pool of workers. Each table of the
-- schema of plans holds active rows and, while there is a pending area, copies
-- that are being changed. A row as CREATE EXTENSION made it and the user's row of
-- the same name exist together only just after a restore without triggers.

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
    comments text,
    PRIMARY KEY (name, is_pending, is_system),
    CONSTRAINT resource_plan_mgmt_method_check CHECK (mgmt_method IN ('EMPHASIS', 'RATIO'))
);
COMMENT ON TABLE dbms.resource_plan IS 'resource plans';
COMMENT ON COLUMN dbms.resource_plan.id IS 'up to 1000: the extension''s own';
COMMENT ON COLUMN dbms.resource_plan.name IS 'upper case unless it was quoted; plans and consumer groups share one name space';
COMMENT ON COLUMN dbms.resource_plan.is_pending IS 'a copy that the pending area changes';
COMMENT ON COLUMN dbms.resource_plan.mgmt_method IS 'EMPHASIS: percentages by levels; RATIO: weights';
COMMENT ON COLUMN dbms.resource_plan.active_sess_pool_method IS 'the only one';
COMMENT ON COLUMN dbms.resource_plan.parallel_degree_method IS 'the only one';
COMMENT ON COLUMN dbms.resource_plan.queueing_method IS 'the only one';
COMMENT ON COLUMN dbms.resource_plan.is_sub_plan IS 'meant for use in other plans: it needs no directive for OTHER_GROUPS';
COMMENT ON COLUMN dbms.resource_plan.max_iops IS 'without effect';
COMMENT ON COLUMN dbms.resource_plan.max_mbps IS 'without effect';
COMMENT ON COLUMN dbms.resource_plan.is_mandatory IS 'it cannot be changed or deleted; its directives have marks of their own';
COMMENT ON COLUMN dbms.resource_plan.is_system IS 'as CREATE EXTENSION made it; a change makes it the user''s';
COMMENT ON COLUMN dbms.resource_plan.comments IS 'free text';

CREATE TABLE dbms.consumer_group (
    id bigint NOT NULL DEFAULT nextval('dbms.resource_id_seq'),
    name text NOT NULL,
    is_pending boolean NOT NULL,
    mgmt_method text NOT NULL DEFAULT 'ROUND-ROBIN',
    category text NOT NULL DEFAULT 'OTHER',
    is_internal boolean NOT NULL DEFAULT false,
    is_mandatory boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    comments text,
    PRIMARY KEY (name, is_pending, is_system)
);
COMMENT ON TABLE dbms.consumer_group IS 'consumer groups: kinds of work among which a plan divides';
COMMENT ON COLUMN dbms.consumer_group.id IS 'up to 1000: the extension''s own';
COMMENT ON COLUMN dbms.consumer_group.name IS 'upper case unless it was quoted';
COMMENT ON COLUMN dbms.consumer_group.is_pending IS 'a copy that the pending area changes';
COMMENT ON COLUMN dbms.consumer_group.mgmt_method IS 'ROUND-ROBIN or RUN-TO-COMPLETION; without effect';
COMMENT ON COLUMN dbms.consumer_group.category IS 'row of dbms.resource_category';
COMMENT ON COLUMN dbms.consumer_group.is_internal IS 'not for users';
COMMENT ON COLUMN dbms.consumer_group.is_mandatory IS 'it cannot be changed or deleted';
COMMENT ON COLUMN dbms.consumer_group.is_system IS 'as CREATE EXTENSION made it; a change makes it the user''s';
COMMENT ON COLUMN dbms.consumer_group.comments IS 'free text';

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
    comments text,
    PRIMARY KEY (plan, group_or_subplan, is_pending, is_system),
    CONSTRAINT plan_directive_mgmt_p_check CHECK (array_length(mgmt_p, 1) = 8)
);
COMMENT ON TABLE dbms.plan_directive IS 'directives: what a plan gives a consumer group or a sub-plan; times in seconds, NULL: no limit';
COMMENT ON COLUMN dbms.plan_directive.plan IS 'row of dbms.resource_plan';
COMMENT ON COLUMN dbms.plan_directive.group_or_subplan IS 'row of dbms.consumer_group or dbms.resource_plan';
COMMENT ON COLUMN dbms.plan_directive.is_pending IS 'a copy that the pending area changes';
COMMENT ON COLUMN dbms.plan_directive.mgmt_p IS 'percentages of levels 1 to 8; in a plan by weights, element 1 is the weight if shares is NULL';
COMMENT ON COLUMN dbms.plan_directive.shares IS 'weight; a plan with shares divides by weights, whatever its method';
COMMENT ON COLUMN dbms.plan_directive.active_sess_pool_p1 IS 'workers at a time; 0: nothing starts';
COMMENT ON COLUMN dbms.plan_directive.queueing_p1 IS 'seconds that due work may wait';
COMMENT ON COLUMN dbms.plan_directive.parallel_degree_limit_p1 IS 'workers of one parallel task or statement; groups only';
COMMENT ON COLUMN dbms.plan_directive.parallel_server_limit IS 'percentage of the server''s parallel workers';
COMMENT ON COLUMN dbms.plan_directive.utilization_limit IS 'percentage of the slots';
COMMENT ON COLUMN dbms.plan_directive.switch_group IS 'where work goes that passes a switch limit: a group, CANCEL_SQL, KILL_SESSION or LOG_ONLY';
COMMENT ON COLUMN dbms.plan_directive.switch_for_call IS 'for one call only: the meters begin anew with each';
COMMENT ON COLUMN dbms.plan_directive.switch_time IS 'CPU seconds';
COMMENT ON COLUMN dbms.plan_directive.switch_elapsed_time IS 'elapsed seconds';
COMMENT ON COLUMN dbms.plan_directive.switch_io_megabytes IS 'megabytes read and written';
COMMENT ON COLUMN dbms.plan_directive.switch_io_reqs IS 'blocks read and written';
COMMENT ON COLUMN dbms.plan_directive.switch_io_logical IS 'blocks read from memory or disk';
COMMENT ON COLUMN dbms.plan_directive.switch_estimate IS 'by the planner''s estimate, before it runs';
COMMENT ON COLUMN dbms.plan_directive.max_est_exec_time IS 'seconds by estimate above which a statement is refused';
COMMENT ON COLUMN dbms.plan_directive.undo_pool IS 'kilobytes of undo; without effect';
COMMENT ON COLUMN dbms.plan_directive.max_idle_time IS 'seconds; without effect';
COMMENT ON COLUMN dbms.plan_directive.max_idle_blocker_time IS 'seconds that an idle transaction may block others';
COMMENT ON COLUMN dbms.plan_directive.parallel_queue_timeout IS 'seconds; without effect';
COMMENT ON COLUMN dbms.plan_directive.parallel_stmt_critical IS 'TRUE, FALSE, QUEUE or BYPASS_QUEUE; without effect';
COMMENT ON COLUMN dbms.plan_directive.pq_timeout_action IS 'CANCEL or RUN; without effect';
COMMENT ON COLUMN dbms.plan_directive.session_pga_limit IS 'megabytes of a worker''s memory';
COMMENT ON COLUMN dbms.plan_directive.is_mandatory IS 'it cannot be changed or deleted';
COMMENT ON COLUMN dbms.plan_directive.is_system IS 'as CREATE EXTENSION made it; a change makes it the user''s';
COMMENT ON COLUMN dbms.plan_directive.comments IS 'free text';
COMMENT ON COLUMN dbms.plan_directive.worker_settings IS 'settings of workers that run work of the group, as name, value, name, value';
COMMENT ON COLUMN dbms.plan_directive.worker_niceness IS 'niceness of the operating system, 0 to 19; NULL: unchanged';

CREATE TABLE dbms.resource_category (
    name text NOT NULL,
    is_pending boolean NOT NULL,
    is_mandatory boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    comments text,
    PRIMARY KEY (name, is_pending, is_system)
);
COMMENT ON TABLE dbms.resource_category IS 'categories of consumer groups; they steer nothing';
COMMENT ON COLUMN dbms.resource_category.name IS 'upper case unless it was quoted';
COMMENT ON COLUMN dbms.resource_category.is_pending IS 'a copy that the pending area changes';
COMMENT ON COLUMN dbms.resource_category.is_mandatory IS 'it cannot be changed or deleted';
COMMENT ON COLUMN dbms.resource_category.is_system IS 'as CREATE EXTENSION made it; a change makes it the user''s';
COMMENT ON COLUMN dbms.resource_category.comments IS 'free text';

CREATE TABLE dbms.group_mapping (
    attribute text NOT NULL,
    value text NOT NULL,
    is_pending boolean NOT NULL,
    consumer_group text NOT NULL,
    is_system boolean NOT NULL DEFAULT false,
    PRIMARY KEY (attribute, value, is_pending, is_system)
);
COMMENT ON TABLE dbms.group_mapping IS 'which consumer group work belongs to, by what is known of it';
COMMENT ON COLUMN dbms.group_mapping.attribute IS 'ORACLE_USER, SERVICE_NAME, ...';
COMMENT ON COLUMN dbms.group_mapping.value IS 'ORACLE_USER: the role as the views show it; the rest as given, in upper case';
COMMENT ON COLUMN dbms.group_mapping.is_pending IS 'a copy that the pending area changes';
COMMENT ON COLUMN dbms.group_mapping.consumer_group IS 'row of dbms.consumer_group';
COMMENT ON COLUMN dbms.group_mapping.is_system IS 'as CREATE EXTENSION made it; a change makes it the user''s';

CREATE TABLE dbms.mapping_priority (
    attribute text NOT NULL,
    is_pending boolean NOT NULL,
    priority integer NOT NULL,
    is_system boolean NOT NULL DEFAULT false,
    PRIMARY KEY (attribute, is_pending, is_system)
);
COMMENT ON TABLE dbms.mapping_priority IS 'which attribute of a mapping counts first';
COMMENT ON COLUMN dbms.mapping_priority.attribute IS 'EXPLICIT, or one of a mapping';
COMMENT ON COLUMN dbms.mapping_priority.is_pending IS 'a copy that the pending area changes';
COMMENT ON COLUMN dbms.mapping_priority.priority IS '1 to 11; 1 counts first';
COMMENT ON COLUMN dbms.mapping_priority.is_system IS 'as CREATE EXTENSION made it; a change makes it the user''s';

CREATE TABLE dbms.group_privilege (
    grantee_id integer NOT NULL,
    consumer_group text NOT NULL,
    has_grant_option boolean NOT NULL DEFAULT false,
    is_system boolean NOT NULL DEFAULT false,
    PRIMARY KEY (grantee_id, consumer_group, is_system)
);
COMMENT ON TABLE dbms.group_privilege IS 'roles that may switch to a consumer group; grantee -1 is PUBLIC';
COMMENT ON COLUMN dbms.group_privilege.grantee_id IS 'row of dbms.owner; -1: PUBLIC';
COMMENT ON COLUMN dbms.group_privilege.consumer_group IS 'row of dbms.consumer_group';
COMMENT ON COLUMN dbms.group_privilege.has_grant_option IS 'he may pass it on';
COMMENT ON COLUMN dbms.group_privilege.is_system IS 'as CREATE EXTENSION made it';

-- What CREATE EXTENSION brings and users took away, so that a restore takes it
-- away, too.

CREATE TABLE dbms.resource_removed (
    kind text NOT NULL,
    name text NOT NULL,
    part text NOT NULL DEFAULT '',
    PRIMARY KEY (kind, name, part),
    CONSTRAINT resource_removed_kind_check CHECK (kind IN
        ('PLAN', 'GROUP', 'DIRECTIVE', 'CATEGORY', 'MAPPING', 'PRIVILEGE'))
);
COMMENT ON TABLE dbms.resource_removed IS 'what was deleted of the plans, groups, directives, categories, mappings and privileges that CREATE EXTENSION makes';
COMMENT ON COLUMN dbms.resource_removed.kind IS 'what it was';
COMMENT ON COLUMN dbms.resource_removed.name IS 'name; plan of a directive, attribute of a mapping, group of a privilege';
COMMENT ON COLUMN dbms.resource_removed.part IS 'group or sub-plan of a directive, value of a mapping; else empty';

-- The plan in force: one row always. Who holds it switches.

CREATE TABLE dbms.resource_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    plan text,
    window_name text,
    is_locked boolean NOT NULL DEFAULT false,
    has_saved_plan boolean NOT NULL DEFAULT false,
    saved_plan text
);
COMMENT ON TABLE dbms.resource_state IS 'one row, made with the first switch or window: the resource plan in force';
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
COMMENT ON COLUMN dbms.plan_history.sequence IS 'in the order of switches';
COMMENT ON COLUMN dbms.plan_history.plan IS 'NULL: none';
COMMENT ON COLUMN dbms.plan_history.started_at IS 'when it came into force';
COMMENT ON COLUMN dbms.plan_history.ended_at IS 'NULL: it is in force';
COMMENT ON COLUMN dbms.plan_history.window_name IS 'window that set it; NULL: SWITCH_PLAN did';
COMMENT ON COLUMN dbms.plan_history.is_locked IS 'windows could not switch it';

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
