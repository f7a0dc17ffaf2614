-- Groups of windows and of destinations: both families of calls, members, attributes, rights, dropping.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE ROLE regress_grp_manager LOGIN;
GRANT dbms_manage_scheduler, dbms_create_job TO regress_grp_manager;
CREATE ROLE regress_grp_owner LOGIN;
GRANT dbms_create_job TO regress_grp_owner;
CREATE ROLE regress_grp_other LOGIN;
CREATE SCHEMA regress_grp;
GRANT USAGE ON SCHEMA regress_grp TO PUBLIC;
CREATE FUNCTION regress_grp.error_of(call text) RETURNS text
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
SET ROLE regress_grp_manager;
CALL dbms_scheduler.create_window('peak_am', NULL, '2999-01-01 06:00 UTC', 'FREQ=DAILY;BYHOUR=6', NULL, INTERVAL '6' HOUR);
CALL dbms_scheduler.create_window('peak_pm', NULL, '2999-01-01 12:00 UTC', 'FREQ=DAILY;BYHOUR=12', NULL, INTERVAL '6' HOUR);
CALL dbms_scheduler.create_window('off_days', NULL, '2999-01-01 18:00 UTC', 'FREQ=DAILY;BYHOUR=18', NULL, INTERVAL '12' HOUR);
CALL dbms_scheduler.create_window('off_weekend', NULL, '2999-01-05 00:00 UTC', 'FREQ=WEEKLY;BYDAY=SAT', NULL, INTERVAL '48' HOUR, 'HIGH');

-- The groups of an Oracle script; a name with a hyphen needs quotes
CALL dbms_scheduler.create_window_group(group_name => 'peaktime', window_list => 'peak_am, peak_pm', comments => 'when people work');
CALL dbms_scheduler.create_window_group('"OFF-PEAK"', 'sys.off_days,"OFF_WEEKEND"');
CALL dbms_scheduler.create_window_group('empty_group');
SELECT window_group_name, enabled, number_of_windows, next_start_date, comments FROM sys.all_scheduler_window_groups ORDER BY 1;
SELECT window_group_name, window_name FROM sys.all_scheduler_wingroup_members ORDER BY 1, 2;
SELECT owner, group_name, group_type, enabled, number_of_members, comments FROM sys.all_scheduler_groups ORDER BY 1, 2;
SELECT owner, group_name, member_name FROM sys.all_scheduler_group_members ORDER BY 1, 2, 3;

-- Members: a group stands for its own at that moment, who is there stays once
CALL dbms_scheduler.add_window_group_member('empty_group', 'peaktime');
CALL dbms_scheduler.add_window_group_member('SYS.empty_group', 'peak_am, peak_am, "OFF-PEAK"');
SELECT window_name FROM sys.all_scheduler_wingroup_members WHERE window_group_name = 'EMPTY_GROUP' ORDER BY 1;
CALL dbms_scheduler.remove_window_group_member('peaktime', 'peak_pm');
SELECT window_name FROM sys.all_scheduler_wingroup_members WHERE window_group_name = 'EMPTY_GROUP' ORDER BY 1;
CALL dbms_scheduler.remove_window_group_member('empty_group', '"OFF-PEAK", peak_am');
SELECT window_name FROM sys.all_scheduler_wingroup_members WHERE window_group_name = 'EMPTY_GROUP' ORDER BY 1;
SELECT regress_grp.error_of('CALL dbms_scheduler.remove_window_group_member(''empty_group'', ''peak_am'')');
SELECT regress_grp.error_of('CALL dbms_scheduler.remove_window_group_member(''empty_group'', ''peak_pm, peak_am'')');
CALL dbms_scheduler.add_window_group_member('empty_group', 'empty_group');
SELECT number_of_windows FROM sys.all_scheduler_window_groups WHERE window_group_name = 'EMPTY_GROUP';
CALL dbms_scheduler.add_group_member('peaktime', 'peak_pm');

-- The newer calls, and attributes
CALL dbms_scheduler.create_group('any_group', 'WINDOW', 'peaktime, off_days', 'new');
CALL dbms_scheduler.create_group(group_name => 'sys.other_group', group_type => 'window');
CALL dbms_scheduler.add_group_member(group_name => 'other_group', member => 'off_days');
CALL dbms_scheduler.remove_group_member('any_group', 'sys.peak_am');
SELECT attribute, dbms_scheduler.get_attribute_text('any_group', attribute), dbms_scheduler.get_attribute_text('peaktime', attribute)
  FROM unnest('{GROUP_TYPE,MEMBER_NAME,NUMBER_OF_MEMBERS,ENABLED,COMMENTS}'::text[]) AS attribute;
CALL dbms_scheduler.get_attribute('any_group', 'number_of_members', NULL::integer);
CALL dbms_scheduler.set_attribute('any_group', 'member_name', 'off_weekend, peak_am');
CALL dbms_scheduler.set_attribute('any_group', 'comments', 'set');
SELECT dbms_scheduler.get_attribute_text('any_group', 'member_name'), dbms_scheduler.get_attribute_text('any_group', 'comments');
CALL dbms_scheduler.set_attribute_null('any_group', 'member_name');
CALL dbms_scheduler.set_attribute_null('any_group', 'comments');
SELECT dbms_scheduler.get_attribute_text('any_group', 'member_name'), dbms_scheduler.get_attribute_text('any_group', 'comments'),
       dbms_scheduler.get_attribute_text('any_group', 'number_of_members');
SELECT regress_grp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''group_type'', ''DB_DEST'')'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''number_of_members'', 2)'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''member_name'', true)'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''member_name'', '''')'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''member_name'', ''none'')'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''comments'', repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''enabled'', ''perhaps'')'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''colour'', ''red'')'),
    ('CALL dbms_scheduler.set_attribute_null(''any_group'', ''enabled'')'),
    ('CALL dbms_scheduler.get_attribute(''any_group'', ''colour'', NULL::text)'),
    ('CALL dbms_scheduler.get_attribute(''any_group'', ''enabled'', NULL::integer)')) AS t(c);

-- Enabling and disabling
CALL dbms_scheduler.disable('peaktime, any_group');
CALL dbms_scheduler.disable('sys.peaktime');
SELECT window_group_name, enabled, next_start_date FROM sys.all_scheduler_window_groups ORDER BY 1;
CALL dbms_scheduler.set_attribute('peaktime', 'enabled', true);
CALL dbms_scheduler.set_attribute('other_group', 'enabled', 'false');
SELECT enabled FROM sys.all_scheduler_window_groups WHERE window_group_name IN ('PEAKTIME', 'OTHER_GROUP') ORDER BY window_group_name;
CALL dbms_scheduler.enable('other_group');
CALL dbms_scheduler.enable('peaktime');
-- a disabled window has no start
CALL dbms_scheduler.disable('peak_am');
SELECT enabled, next_start_date FROM sys.all_scheduler_window_groups WHERE window_group_name = 'PEAKTIME';
CALL dbms_scheduler.enable('peak_am');
-- a job holds its group, an open window too
CALL dbms_scheduler.create_job('j_group', schedule_name => 'peaktime', job_type => 'PLSQL_BLOCK', job_action => 'SELECT 1', enabled => true);
SELECT regress_grp.error_of('CALL dbms_scheduler.disable(''peaktime'')');
SELECT regress_grp.error_of('CALL dbms_scheduler.drop_window_group(''peaktime'')');
CALL dbms_scheduler.disable('peaktime', force => true);
SELECT enabled FROM sys.user_scheduler_jobs WHERE job_name = 'J_GROUP';
CALL dbms_scheduler.enable('peaktime');
CALL dbms_scheduler.drop_window_group('peaktime', force => true);
SELECT enabled, disabled_reason FROM sys.user_scheduler_jobs WHERE job_name = 'J_GROUP';
CALL dbms_scheduler.drop_job('j_group');
SELECT count(*) FROM sys.all_scheduler_windows WHERE window_name LIKE 'PEAK%';
CALL dbms_scheduler.open_window('off_days', NULL);
SELECT regress_grp.error_of('CALL dbms_scheduler.disable(''"OFF-PEAK"'')');
CALL dbms_scheduler.disable('"OFF-PEAK"', force => true);
SELECT active FROM sys.all_scheduler_windows WHERE window_name = 'OFF_DAYS';
CALL dbms_scheduler.close_window('off_days');
CALL dbms_scheduler.enable('"OFF-PEAK"');

-- A window that is dropped leaves its groups; the name of a group means its windows
CALL dbms_scheduler.drop_window('off_days');
SELECT window_group_name, window_name FROM sys.all_scheduler_wingroup_members ORDER BY 1, 2;
CALL dbms_scheduler.create_window_group('to_drop', 'peak_am, peak_pm');
CALL dbms_scheduler.drop_window('to_drop');
SELECT window_name FROM sys.all_scheduler_windows ORDER BY 1;
SELECT number_of_windows FROM sys.all_scheduler_window_groups WHERE window_group_name = 'TO_DROP';
CALL dbms_scheduler.drop_group('to_drop, sys.empty_group');

-- Groups of destinations: there is but the local one, and they do nothing
SET ROLE regress_grp_owner;
CALL dbms_scheduler.create_group('d_one', 'DB_DEST', 'LOCAL', 'databases');
CALL dbms_scheduler.create_group('d_two', 'db_dest', 'd_one, local');
CALL dbms_scheduler.create_group('d_ext', 'external_dest', comments => '');
CALL dbms_scheduler.add_group_member('d_ext', '"LOCAL"');
SELECT group_name, group_type, enabled, number_of_members, comments FROM sys.user_scheduler_groups ORDER BY 1;
SELECT group_name, member_name FROM sys.user_scheduler_group_members ORDER BY 1;
SELECT owner, group_name FROM sys.all_scheduler_groups WHERE owner <> 'SYS' ORDER BY 1, 2;
CALL dbms_scheduler.disable('d_one');
CALL dbms_scheduler.enable('d_one');
CALL dbms_scheduler.remove_group_member('regress_grp_owner.d_two', 'd_one');
SELECT regress_grp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.remove_group_member(''d_two'', ''local'')'),
    ('CALL dbms_scheduler.add_group_member(''d_two'', ''d_ext'')'),
    ('CALL dbms_scheduler.add_group_member(''d_two'', ''elsewhere'')'),
    ('CALL dbms_scheduler.add_group_member(''d_two'', ''off_weekend'')'),
    ('CALL dbms_scheduler.add_group_member(''d_two'', ''cred@host'')'),
    ('CALL dbms_scheduler.add_window_group_member(''d_two'', ''off_weekend'')'),
    ('CALL dbms_scheduler.drop_window_group(''d_two'')'),
    ('CALL dbms_scheduler.create_job(''j'', schedule_name => ''d_two'', job_type => ''PLSQL_BLOCK'', job_action => ''SELECT 1'')'),
    ('CALL dbms_scheduler.create_group(''sys.d'', ''DB_DEST'')'),
    ('CALL dbms_scheduler.create_group(''regress_grp_other.d'', ''DB_DEST'')'),
    ('CALL dbms_scheduler.create_group(''g'', ''WINDOW'')'),
    ('CALL dbms_scheduler.create_window_group(''g'')'),
    ('CALL dbms_scheduler.add_window_group_member(''any_group'', ''off_weekend'')'),
    ('CALL dbms_scheduler.remove_group_member(''any_group'', ''off_weekend'')'),
    ('CALL dbms_scheduler.drop_group(''any_group'')'),
    ('CALL dbms_scheduler.enable(''any_group'')'),
    ('CALL dbms_scheduler.disable(''other_group'')'),
    ('CALL dbms_scheduler.set_attribute(''any_group'', ''comments'', ''x'')')) AS t(c);
-- others see and change them if they were let
SET ROLE regress_grp_other;
SELECT owner, group_name FROM sys.all_scheduler_groups WHERE owner <> 'SYS' ORDER BY 1, 2;
SELECT regress_grp.error_of('CALL dbms_scheduler.drop_group(''regress_grp_owner.d_two'')');
SELECT regress_grp.error_of('CALL dbms_scheduler.create_group(''d'', ''DB_DEST'')');
SET ROLE regress_grp_owner;
CALL dbms_scheduler.grant_privilege('ALTER', 'd_two', 'regress_grp_other');
SELECT regress_grp.error_of('CALL dbms_scheduler.grant_privilege(''EXECUTE'', ''d_two'', ''regress_grp_other'')');
SET ROLE regress_grp_other;
SELECT owner, group_name FROM sys.all_scheduler_groups WHERE owner <> 'SYS' ORDER BY 1, 2;
SELECT owner, group_name, member_name FROM sys.all_scheduler_group_members WHERE owner <> 'SYS' ORDER BY 1, 2;
CALL dbms_scheduler.add_group_member('regress_grp_owner.d_two', 'local');
SELECT owner, group_name, member_name FROM sys.all_scheduler_group_members WHERE owner <> 'SYS' ORDER BY 1, 2;
CALL dbms_scheduler.drop_group('regress_grp_owner.d_two');
-- a group of windows as well, but not the windows
SET ROLE regress_grp_manager;
CALL dbms_scheduler.grant_privilege('ALTER', 'any_group', 'regress_grp_other');
SELECT regress_grp.error_of('CALL dbms_scheduler.grant_privilege(''ALTER'', ''off_weekend'', ''regress_grp_other'')');
SET ROLE regress_grp_other;
CALL dbms_scheduler.add_group_member('any_group', 'off_weekend');
SELECT regress_grp.error_of('CALL dbms_scheduler.disable(''off_weekend'')');
RESET ROLE;
SELECT owner, group_name, group_type FROM sys.dba_scheduler_groups ORDER BY 1, 2;
-- they go with what else their owner has
DROP OWNED BY regress_grp_owner;
SELECT owner, group_name, group_type FROM sys.dba_scheduler_groups ORDER BY 1, 2;
SELECT count(*) FROM dbms.object_group_member m WHERE NOT EXISTS (SELECT FROM dbms.object_group g WHERE g.id = m.group_id);

-- Wrong calls
SET ROLE regress_grp_manager;
CALL dbms_scheduler.create_schedule('s_grp', '2999-01-01', 'FREQ=DAILY');
SELECT regress_grp.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_window_group(NULL)'),
    ('CALL dbms_scheduler.create_window_group('''')'),
    ('CALL dbms_scheduler.create_window_group(''off-peak'')'),
    ('CALL dbms_scheduler.create_window_group(repeat(''g'', 129))'),
    ('CALL dbms_scheduler.create_window_group(''regress_grp_manager.g'')'),
    ('CALL dbms_scheduler.create_window_group(''any_group'')'),
    ('CALL dbms_scheduler.create_window_group(''off_weekend'')'),
    ('CALL dbms_scheduler.create_window_group(''g'', '''')'),
    ('CALL dbms_scheduler.create_window_group(''g'', ''off_weekend,'')'),
    ('CALL dbms_scheduler.create_window_group(''g'', ''none'')'),
    ('CALL dbms_scheduler.create_window_group(''g'', ''regress_grp_manager.s_grp'')'),
    ('CALL dbms_scheduler.create_window_group(''g'', NULL, repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.create_group(''g'', NULL)'),
    ('CALL dbms_scheduler.create_group(''g'', ''JOB'')'),
    ('CALL dbms_scheduler.create_group(''g'', ''WINDOW'', ''s_grp'')'),
    ('CALL dbms_scheduler.create_group(''g'', ''DB_DEST'', ''LOCAL'', repeat(''x'', 4001))'),
    ('CALL dbms_scheduler.create_group(''s_grp'', ''DB_DEST'')'),
    ('CALL dbms_scheduler.add_window_group_member(''none'', ''off_weekend'')'),
    ('CALL dbms_scheduler.add_window_group_member(''any_group'', NULL)'),
    ('CALL dbms_scheduler.add_window_group_member(NULL, ''off_weekend'')'),
    ('CALL dbms_scheduler.add_window_group_member(''off_weekend'', ''off_weekend'')'),
    ('CALL dbms_scheduler.add_window_group_member(''regress_grp_manager.any_group'', ''off_weekend'')'),
    ('CALL dbms_scheduler.add_group_member(''s_grp'', ''off_weekend'')'),
    ('CALL dbms_scheduler.remove_group_member(''none'', ''off_weekend'')'),
    ('CALL dbms_scheduler.drop_group(''none'')'),
    ('CALL dbms_scheduler.drop_group(''off_weekend'')'),
    ('CALL dbms_scheduler.drop_group(NULL)'),
    ('CALL dbms_scheduler.drop_group(''any_group'', NULL)'),
    ('CALL dbms_scheduler.drop_window_group(''other_group, none'')')) AS t(c);
SELECT window_group_name FROM sys.all_scheduler_window_groups ORDER BY 1;

-- An object of one's own with the name of a group or window does not hide it
CALL dbms_scheduler.create_schedule('any_group', '2999-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.create_schedule('off_weekend', '2999-01-01', 'FREQ=DAILY');
CALL dbms_scheduler.add_group_member('other_group', 'off_weekend');
CALL dbms_scheduler.add_group_member('any_group', 'other_group');
CALL dbms_scheduler.drop_group('any_group, other_group');
CALL dbms_scheduler.drop_window('off_weekend');
SELECT count(*) FROM sys.all_scheduler_windows;
CALL dbms_scheduler.drop_schedule('any_group, off_weekend, s_grp');

CALL dbms_scheduler.drop_group('"OFF-PEAK"');
CALL dbms_scheduler.purge_log();
RESET ROLE;
DROP SCHEMA regress_grp CASCADE;
DROP ROLE regress_grp_manager, regress_grp_owner, regress_grp_other;
