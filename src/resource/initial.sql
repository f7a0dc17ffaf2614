-- The plans, consumer groups, categories and mappings that CREATE EXTENSION
-- brings. All plans are valid.

INSERT INTO dbms.resource_category (name, is_pending, is_mandatory, is_system, comments) VALUES
    ('ADMINISTRATIVE', false, true, true, 'groups of administrators'),
    ('INTERACTIVE', false, true, true, 'groups of work that somebody waits for'),
    ('BATCH', false, true, true, 'groups of batch work'),
    ('MAINTENANCE', false, true, true, 'groups of maintenance'),
    ('OTHER', false, true, true, 'groups of no other category');

INSERT INTO dbms.consumer_group (id, name, is_pending, category, is_mandatory, is_system, comments) VALUES
    (1, 'SYS_GROUP', false, 'ADMINISTRATIVE', true, true, 'work of administrators'),
    (2, 'DEFAULT_CONSUMER_GROUP', false, 'OTHER', true, true, 'work that belongs to no other group'),
    (3, 'OTHER_GROUPS', false, 'OTHER', true, true, 'work of groups that the plan in force does not name'),
    (4, 'LOW_GROUP', false, 'OTHER', false, true, 'work that can wait'),
    (5, 'BATCH_GROUP', false, 'BATCH', false, true, 'batch work'),
    (6, 'ETL_GROUP', false, 'BATCH', false, true, 'loading of data'),
    (7, 'DSS_GROUP', false, 'BATCH', false, true, 'reports'),
    (8, 'DSS_CRITICAL_GROUP', false, 'BATCH', false, true, 'urgent reports'),
    (9, 'INTERACTIVE_GROUP', false, 'INTERACTIVE', false, true, 'work that somebody waits for'),
    (10, 'AUTO_TASK_CONSUMER_GROUP', false, 'MAINTENANCE', false, true, 'maintenance'),
    (11, 'ORA$AUTOTASK_URGENT_GROUP', false, 'MAINTENANCE', false, true, 'urgent maintenance');

INSERT INTO dbms.resource_plan (id, name, is_pending, is_sub_plan, is_mandatory, is_system, comments) VALUES
    (101, 'DEFAULT_PLAN', false, false, true, true, 'administrators first, then all others, maintenance last'),
    (102, 'DEFAULT_MAINTENANCE_PLAN', false, false, true, true, 'for maintenance windows: three quarters of what administrators leave'),
    (103, 'INTERNAL_PLAN', false, false, true, true, 'no division: all work is equal'),
    (104, 'INTERNAL_QUIESCE', false, false, true, true, 'nothing starts but the work of administrators'),
    (105, 'MIXED_WORKLOAD_PLAN', false, false, false, true, 'interactive work before batch work'),
    (106, 'DSS_PLAN', false, false, false, true, 'urgent reports, then reports, then loading and batch work'),
    (107, 'ETL_CRITICAL_PLAN', false, false, false, true, 'loading of data beside urgent reports'),
    (108, 'ORA$AUTOTASK_SUB_PLAN', false, true, false, true, 'maintenance: urgent work first');

INSERT INTO dbms.plan_directive (plan, group_or_subplan, is_pending, mgmt_p, active_sess_pool_p1, is_mandatory, is_system, comments) VALUES
    ('DEFAULT_PLAN', 'SYS_GROUP', false, '{90,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'administrators'),
    ('DEFAULT_PLAN', 'OTHER_GROUPS', false, '{NULL,90,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'all others'),
    ('DEFAULT_PLAN', 'ORA$AUTOTASK_SUB_PLAN', false, '{NULL,10,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'maintenance'),
    ('DEFAULT_MAINTENANCE_PLAN', 'SYS_GROUP', false, '{75,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'administrators'),
    ('DEFAULT_MAINTENANCE_PLAN', 'ORA$AUTOTASK_SUB_PLAN', false, '{NULL,75,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'maintenance'),
    ('DEFAULT_MAINTENANCE_PLAN', 'OTHER_GROUPS', false, '{NULL,25,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'all others'),
    ('INTERNAL_PLAN', 'OTHER_GROUPS', false, '{100,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, true, true, 'all work'),
    ('INTERNAL_QUIESCE', 'SYS_GROUP', false, '{100,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, true, true, 'administrators'),
    ('INTERNAL_QUIESCE', 'OTHER_GROUPS', false, '{NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', 0, true, true, 'all others wait'),
    ('MIXED_WORKLOAD_PLAN', 'SYS_GROUP', false, '{75,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'administrators'),
    ('MIXED_WORKLOAD_PLAN', 'INTERACTIVE_GROUP', false, '{NULL,85,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'interactive work'),
    ('MIXED_WORKLOAD_PLAN', 'ORA$AUTOTASK_SUB_PLAN', false, '{NULL,5,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'maintenance'),
    ('MIXED_WORKLOAD_PLAN', 'OTHER_GROUPS', false, '{NULL,5,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'all others'),
    ('MIXED_WORKLOAD_PLAN', 'BATCH_GROUP', false, '{NULL,NULL,100,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'batch work'),
    ('DSS_PLAN', 'SYS_GROUP', false, '{75,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'administrators'),
    ('DSS_PLAN', 'DSS_CRITICAL_GROUP', false, '{NULL,75,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'urgent reports'),
    ('DSS_PLAN', 'DSS_GROUP', false, '{NULL,NULL,75,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'reports'),
    ('DSS_PLAN', 'ETL_GROUP', false, '{NULL,NULL,NULL,45,NULL,NULL,NULL,NULL}', NULL, false, true, 'loading of data'),
    ('DSS_PLAN', 'BATCH_GROUP', false, '{NULL,NULL,NULL,45,NULL,NULL,NULL,NULL}', NULL, false, true, 'batch work'),
    ('DSS_PLAN', 'ORA$AUTOTASK_SUB_PLAN', false, '{NULL,NULL,NULL,10,NULL,NULL,NULL,NULL}', NULL, false, true, 'maintenance'),
    ('DSS_PLAN', 'OTHER_GROUPS', false, '{NULL,NULL,NULL,NULL,90,NULL,NULL,NULL}', NULL, false, true, 'all others'),
    ('DSS_PLAN', 'LOW_GROUP', false, '{NULL,NULL,NULL,NULL,10,NULL,NULL,NULL}', NULL, false, true, 'work that can wait'),
    ('ETL_CRITICAL_PLAN', 'SYS_GROUP', false, '{75,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'administrators'),
    ('ETL_CRITICAL_PLAN', 'ETL_GROUP', false, '{NULL,50,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'loading of data'),
    ('ETL_CRITICAL_PLAN', 'DSS_CRITICAL_GROUP', false, '{NULL,50,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'urgent reports'),
    ('ETL_CRITICAL_PLAN', 'DSS_GROUP', false, '{NULL,NULL,50,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'reports'),
    ('ETL_CRITICAL_PLAN', 'BATCH_GROUP', false, '{NULL,NULL,50,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'batch work'),
    ('ETL_CRITICAL_PLAN', 'OTHER_GROUPS', false, '{NULL,NULL,NULL,70,NULL,NULL,NULL,NULL}', NULL, false, true, 'all others'),
    ('ETL_CRITICAL_PLAN', 'ORA$AUTOTASK_SUB_PLAN', false, '{NULL,NULL,NULL,20,NULL,NULL,NULL,NULL}', NULL, false, true, 'maintenance'),
    ('ETL_CRITICAL_PLAN', 'LOW_GROUP', false, '{NULL,NULL,NULL,10,NULL,NULL,NULL,NULL}', NULL, false, true, 'work that can wait'),
    ('ORA$AUTOTASK_SUB_PLAN', 'ORA$AUTOTASK_URGENT_GROUP', false, '{100,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'urgent maintenance'),
    ('ORA$AUTOTASK_SUB_PLAN', 'AUTO_TASK_CONSUMER_GROUP', false, '{NULL,100,NULL,NULL,NULL,NULL,NULL,NULL}', NULL, false, true, 'maintenance');

INSERT INTO dbms.group_mapping (attribute, value, is_pending, consumer_group, is_system) VALUES
    ('ORACLE_USER', 'SYS', false, 'SYS_GROUP', true),
    ('ORACLE_USER', 'SYSTEM', false, 'SYS_GROUP', true),
    ('ORACLE_FUNCTION', 'BACKUP', false, 'BATCH_GROUP', true),
    ('ORACLE_FUNCTION', 'COPY', false, 'BATCH_GROUP', true),
    ('ORACLE_FUNCTION', 'DATALOAD', false, 'ETL_GROUP', true);

INSERT INTO dbms.mapping_priority (attribute, is_pending, priority, is_system) VALUES
    ('EXPLICIT', false, 1, true),
    ('SERVICE_MODULE_ACTION', false, 2, true),
    ('SERVICE_MODULE', false, 3, true),
    ('MODULE_NAME_ACTION', false, 4, true),
    ('MODULE_NAME', false, 5, true),
    ('SERVICE_NAME', false, 6, true),
    ('ORACLE_USER', false, 7, true),
    ('CLIENT_PROGRAM', false, 8, true),
    ('CLIENT_OS_USER', false, 9, true),
    ('CLIENT_MACHINE', false, 10, true),
    ('CLIENT_ID', false, 11, true);

-- Work of these groups is nobody's secret: all may switch to them.

INSERT INTO dbms.group_privilege (grantee_id, consumer_group, is_system) VALUES
    (-1, 'DEFAULT_CONSUMER_GROUP', true),
    (-1, 'LOW_GROUP', true);
