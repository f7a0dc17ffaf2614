-- Windows: every wrong argument and attribute, objects of the wrong kind or missing, rights.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE ROLE regress_err_manager LOGIN;
GRANT dbms_manage_scheduler, dbms_create_job TO regress_err_manager;
CREATE ROLE regress_err_user LOGIN;
GRANT dbms_create_job TO regress_err_user;
CREATE SCHEMA regress_err;
GRANT USAGE ON SCHEMA regress_err TO PUBLIC;
CREATE FUNCTION regress_err.error_of(call text) RETURNS text
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
-- the same in short, and whatever the call does is undone
CREATE FUNCTION regress_err.result_of(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE call;
    RAISE EXCEPTION 'no error' USING ERRCODE = 'ZZZZZ';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN CASE SQLSTATE WHEN 'ZZZZZ' THEN 'no error'
                ELSE concat_ws(' | ', SQLSTATE, left(SQLERRM, 70), nullif(left(detail, 70), '')) END;
END $$;
SET ROLE regress_err_manager;
CALL dbms_scheduler.create_schedule('s', '2999-01-01 00:00 UTC', 'FREQ=DAILY', time_zone => 'UTC');
CALL dbms_scheduler.create_schedule('s_rel', NULL, 'FREQ=YEARLY;BYDATE=29990101;BYHOUR=3', time_zone => 'UTC');
CALL dbms_scheduler.create_program('p', 'PLSQL_BLOCK', 'SELECT 1');
CALL dbms_scheduler.create_window('w_there', NULL, 's', INTERVAL '1' HOUR);
CALL dbms_scheduler.create_window_group('g_there');

-- create_window with a schedule of its own: one wrong argument at a time
SELECT what, regress_err.error_of(format('CALL dbms_scheduler.create_window(%s)',
           (SELECT string_agg(name || ' => ' || CASE WHEN name = a THEN v ELSE good END, ', ')
              FROM (VALUES ('window_name', '''w_new'''), ('resource_plan', 'NULL'), ('start_date', '''2999-01-01 00:00 UTC'''),
                           ('repeat_interval', '''FREQ=DAILY'''), ('end_date', 'NULL'), ('duration', 'INTERVAL ''1'' HOUR'),
                           ('window_priority', '''LOW'''), ('comments', 'NULL'), ('time_zone', 'NULL')) AS p(name, good))))
  FROM (VALUES
    ('no name', 'window_name', 'NULL'),
    ('empty name', 'window_name', ''''''),
    ('bad name', 'window_name', '''two words'''),
    ('long name', 'window_name', 'repeat(''w'', 129)'),
    ('taken name', 'window_name', '''W_THERE'''),
    ('name of a group', 'window_name', '''g_there'''),
    ('other owner', 'window_name', '''regress_err_manager.w'''),
    ('unknown plan', 'resource_plan', '''no_plan'''),
    ('bad plan', 'resource_plan', '''no plan'''),
    ('plan of somebody', 'resource_plan', '''hr.default_plan'''),
    ('group as plan', 'resource_plan', '''OTHER_GROUPS'''),
    ('endless start', 'start_date', '''infinity'''),
    ('no date', 'start_date', '''soon'''),
    ('bad calendar', 'repeat_interval', '''FREQ=DAILY;BYHOUR=25'''),
    ('never', 'repeat_interval', '''FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=30'''),
    ('expression', 'repeat_interval', '''SYSDATE + 1'''),
    ('long calendar', 'repeat_interval', 'repeat(''x'', 4001)'),
    ('unknown schedule', 'repeat_interval', '''FREQ=DAILY;INCLUDE=s_none'''),
    ('schedule without owner', 'repeat_interval', '''FREQ=YEARLY;INCLUDE=s'''),
    ('end before start', 'end_date', '''2998-12-31 00:00 UTC'''),
    ('endless end', 'end_date', '''-infinity'''),
    ('no duration', 'duration', 'NULL'),
    ('zero', 'duration', 'INTERVAL ''0'' SECOND'),
    ('less than a second', 'duration', 'INTERVAL ''0.999999'' SECOND'),
    ('negative', 'duration', 'INTERVAL ''-1'' HOUR'),
    ('mixed signs', 'duration', 'INTERVAL ''1 day -25 hours'''),
    ('too long', 'duration', 'INTERVAL ''99 days 1 second'''),
    ('far too long', 'duration', 'INTERVAL ''2000000000 days'''),
    ('months', 'duration', 'INTERVAL ''1'' MONTH'),
    ('years', 'duration', 'INTERVAL ''1'' YEAR'),
    ('no interval', 'duration', '''for long'''),
    ('no priority', 'window_priority', 'NULL'),
    ('empty priority', 'window_priority', ''''''),
    ('bad priority', 'window_priority', '''MEDIUM'''),
    ('long comments', 'comments', 'repeat(''x'', 4001)'),
    ('unknown zone', 'time_zone', '''Mars/Olympus''')) AS t(what, a, v);
-- ... and with a named one
SELECT what, regress_err.error_of('CALL dbms_scheduler.create_window(' || c || ')')
  FROM (VALUES
    ('no schedule', '''w_new'', NULL, schedule_name => NULL, duration => INTERVAL ''1'' HOUR'),
    ('empty schedule', '''w_new'', NULL, '''', INTERVAL ''1'' HOUR'),
    ('unknown', '''w_new'', NULL, ''s_none'', INTERVAL ''1'' HOUR'),
    ('unknown owner', '''w_new'', NULL, ''nobody.s'', INTERVAL ''1'' HOUR'),
    ('not in SYS', '''w_new'', NULL, ''sys.s'', INTERVAL ''1'' HOUR'),
    ('a program', '''w_new'', NULL, ''p'', INTERVAL ''1'' HOUR'),
    ('a window', '''w_new'', NULL, ''w_there'', INTERVAL ''1'' HOUR'),
    ('a calendar', '''w_new'', NULL, ''FREQ=DAILY'', INTERVAL ''1'' HOUR'),
    ('no duration', '''w_new'', NULL, ''s'', NULL::interval'),
    ('no schedule as text', '''w_new'', NULL, NULL, ''1 hour'''),
    ('no duration as text', '''w_new'', NULL, ''s'', NULL'),
    ('bad duration as text', '''w_new'', NULL, ''s'', ''for long'''),
    ('zero as text', '''w_new'', NULL, ''s'', ''0'''),
    ('months as text', '''w_new'', NULL, ''s'', ''1 month'''),
    ('no priority', '''w_new'', NULL, ''s'', ''1 hour'', NULL'),
    ('bad priority', '''w_new'', NULL, ''s'', INTERVAL ''1'' HOUR, ''MEDIUM'''),
    ('long comments', '''w_new'', NULL, ''s'', INTERVAL ''1'' HOUR, ''LOW'', repeat(''x'', 4001)'),
    ('unknown plan', '''w_new'', ''no_plan'', ''s'', INTERVAL ''1'' HOUR')) AS t(what, c);
SELECT count(*) FROM sys.all_scheduler_windows;

-- Attributes: NULL, the empty text, each wrong type, too long
CALL dbms_scheduler.create_window('w_inline', NULL, '2999-01-01 00:00 UTC', 'FREQ=DAILY', '2999-12-31 00:00 UTC', INTERVAL '1' HOUR, time_zone => 'UTC');
SELECT attribute, what, regress_err.result_of(format(
           CASE what WHEN 'set null' THEN 'CALL dbms_scheduler.set_attribute_null(''w_inline'', %L)'
                     ELSE 'CALL dbms_scheduler.set_attribute(''w_inline'', %L, %s)' END, attribute, v))
  FROM unnest('{resource_plan,window_priority,duration,schedule_name,start_date,start_date_timezone,repeat_interval,
                end_date,enabled,comments,follow_default_timezone,system,colour}'::text[]) WITH ORDINALITY AS a(attribute, i),
       (VALUES ('null', 'NULL::text', 1), ('empty', '''''', 2), ('set null', '', 3), ('boolean', 'true', 4), ('number', '7', 5),
               ('date', '''2999-06-01 00:00 UTC''::timestamptz', 6), ('interval', 'INTERVAL ''2'' HOUR', 7),
               ('text', '''nonsense''', 8), ('long', 'repeat(''x'', 4001)', 9), ('two texts', '''x'', ''y''', 10)) AS t(what, v, j)
 ORDER BY i, j;
CALL dbms_scheduler.drop_window('w_inline');
CALL dbms_scheduler.create_window('w_inline', NULL, 's', INTERVAL '1' HOUR);
SELECT attribute, what, regress_err.result_of(format('CALL dbms_scheduler.set_attribute(''w_inline'', %L, %s)', attribute, v))
  FROM unnest('{schedule_name,start_date,start_date_timezone,repeat_interval,end_date}'::text[]) WITH ORDINALITY AS a(attribute, i),
       (VALUES ('boolean', 'true', 1), ('text', '''nonsense''', 2), ('date', '''2999-01-01''::timestamptz', 3)) AS t(what, v, j)
 ORDER BY i, j;
CALL dbms_scheduler.drop_window('w_inline');
CALL dbms_scheduler.create_window('w_inline', NULL, '2999-01-01 00:00 UTC', 'FREQ=DAILY', '2999-12-31 00:00 UTC', INTERVAL '1' HOUR, time_zone => 'UTC');
SELECT a, v, regress_err.error_of(format('CALL dbms_scheduler.set_attribute(''w_inline'', %L, %s)', a, v))
  FROM (VALUES
    ('resource_plan', '''no_plan'''),
    ('resource_plan', '''default plan'''),
    ('window_priority', '''HIGHEST'''),
    ('duration', 'INTERVAL ''0'''),
    ('duration', 'INTERVAL ''-1 day'''),
    ('duration', 'INTERVAL ''100 days'''),
    ('duration', 'INTERVAL ''1 mon'''),
    ('duration', '''0 00:00:00'''),
    ('start_date', '''infinity''::timestamptz'),
    ('start_date', '''3000-01-01 00:00 UTC'''),
    ('end_date', '''2998-12-31 23:59 UTC'''),
    ('end_date', '''-infinity'''),
    ('repeat_interval', '''FREQ=NEVER'''),
    ('repeat_interval', '''SYSDATE + 1'''),
    ('repeat_interval', '''FREQ=YEARLY;BYDATE=29980101'''),
    ('start_date_timezone', '''Mars/Olympus'''),
    ('schedule_name', '''s'''),
    ('enabled', '''perhaps'''),
    ('enabled', '1'),
    ('system', 'true')) AS t(a, v);
SELECT repeat_interval, start_date, end_date, duration, window_priority, next_start_date FROM sys.all_scheduler_windows WHERE window_name = 'W_INLINE';
SELECT what, regress_err.error_of(c) FROM (VALUES
    ('get unknown', 'CALL dbms_scheduler.get_attribute(''w_inline'', ''colour'', NULL::text)'),
    ('get wrong type', 'CALL dbms_scheduler.get_attribute(''w_inline'', ''duration'', NULL::boolean)'),
    ('get null attribute', 'CALL dbms_scheduler.get_attribute(''w_inline'', NULL, NULL::text)'),
    ('get missing', 'CALL dbms_scheduler.get_attribute(''w_none'', ''duration'', NULL::interval)'),
    ('set missing', 'CALL dbms_scheduler.set_attribute(''w_none'', ''comments'', ''x'')'),
    ('set missing in SYS', 'CALL dbms_scheduler.set_attribute(''sys.w_none'', ''comments'', ''x'')'),
    ('set other owner', 'CALL dbms_scheduler.set_attribute(''regress_err_manager.w_inline'', ''comments'', ''x'')'),
    ('enable missing', 'CALL dbms_scheduler.enable(''w_none'')'),
    ('enable with semantics', 'CALL dbms_scheduler.enable(''w_inline'', ''TRANSACTIONAL'')'),
    ('disable with semantics', 'CALL dbms_scheduler.disable(''w_inline'', false, ''ABSORB_ERRORS'')'),
    ('drop missing', 'CALL dbms_scheduler.drop_window(''w_none'')'),
    ('drop null', 'CALL dbms_scheduler.drop_window(NULL)'),
    ('drop empty', 'CALL dbms_scheduler.drop_window('''')'),
    ('drop list', 'CALL dbms_scheduler.drop_window(''w_inline,'')'),
    ('drop null force', 'CALL dbms_scheduler.drop_window(''w_inline'', NULL)'),
    ('drop other owner', 'CALL dbms_scheduler.drop_window(''regress_err_manager.w_inline'')'),
    ('drop a class', 'CALL dbms_scheduler.drop_window(''default_job_class'')'),
    ('drop a schedule', 'CALL dbms_scheduler.drop_window(''s'')'),
    ('drop as schedule', 'CALL dbms_scheduler.drop_schedule(''w_inline'')'),
    ('drop as schedule of SYS', 'CALL dbms_scheduler.drop_schedule(''sys.w_inline'')'),
    ('drop as job', 'CALL dbms_scheduler.drop_job(''sys.w_inline'')'),
    ('drop as class', 'CALL dbms_scheduler.drop_job_class(''w_inline'')'),
    ('drop as group', 'CALL dbms_scheduler.drop_group(''sys.w_inline'')'),
    ('run as job', 'CALL dbms_scheduler.run_job(''sys.w_inline'')'),
    ('use as program', 'CALL dbms_scheduler.create_job(''j'', program_name => ''sys.w_inline'')'),
    ('use as class', 'CALL dbms_scheduler.create_job(''j'', job_type => ''PLSQL_BLOCK'', job_action => ''SELECT 1'', job_class => ''w_inline'')'),
    ('use in a calendar', 'CALL dbms_scheduler.create_schedule(''s_new'', NULL, ''FREQ=DAILY;INCLUDE=sys.w_inline'')'),
    ('class of that name', 'CALL dbms_scheduler.create_job_class(''w_inline'')'),
    ('group of that name', 'CALL dbms_scheduler.create_window_group(''w_inline'')'),
    ('purge by its name', 'CALL dbms_scheduler.purge_log(0, ''WINDOW_LOG'', ''w_inline'')'),
    ('grant', 'CALL dbms_scheduler.grant_privilege(''ALTER'', ''w_inline'', ''regress_err_user'')')) AS t(what, c);

-- A one-time window opens when it is enabled if its start has passed, so its schedule is taken away only while it is disabled;
-- here the end has passed as well
CALL dbms_scheduler.disable('w_inline');
CALL dbms_scheduler.set_attribute_null('w_inline', 'repeat_interval');
CALL dbms_scheduler.set_attribute_null('w_inline', 'start_date');
CALL dbms_scheduler.set_attribute('w_inline', 'end_date', '2001-01-01 00:00 UTC');
CALL dbms_scheduler.enable('w_inline');
SELECT schedule_type, enabled, next_start_date FROM sys.all_scheduler_windows WHERE window_name = 'W_INLINE';

-- In a transaction that only reads
BEGIN READ ONLY;
SELECT regress_err.error_of(c) FROM (VALUES
    ('CALL dbms_scheduler.create_window(''w_new'', NULL, ''s'', INTERVAL ''1'' HOUR)'),
    ('CALL dbms_scheduler.create_window(''w_new'', NULL, NULL, ''FREQ=DAILY'', NULL, INTERVAL ''1'' HOUR)'),
    ('CALL dbms_scheduler.drop_window(''w_inline'')'),
    ('CALL dbms_scheduler.create_window_group(''g_new'')'),
    ('CALL dbms_scheduler.create_group(''g_new'', ''WINDOW'')'),
    ('CALL dbms_scheduler.add_group_member(''g_there'', ''w_inline'')'),
    ('CALL dbms_scheduler.drop_window_group(''g_there'')'),
    ('CALL dbms_scheduler.install_maintenance_windows()')) AS t(c);
ROLLBACK;

-- Without the role nothing goes, but looking
SET ROLE regress_err_user;
SELECT what, regress_err.error_of(c) FROM (VALUES
    ('create', 'CALL dbms_scheduler.create_window(''w_mine'', NULL, ''regress_err_manager.s'', INTERVAL ''1'' HOUR)'),
    ('create text', 'CALL dbms_scheduler.create_window(''w_mine'', NULL, ''regress_err_manager.s'', ''1 hour'')'),
    ('create inline', 'CALL dbms_scheduler.create_window(''w_mine'', NULL, NULL, ''FREQ=DAILY'', NULL, INTERVAL ''1'' HOUR)'),
    ('own schema', 'CALL dbms_scheduler.create_window(''regress_err_user.w_mine'', NULL, NULL, ''FREQ=DAILY'', NULL, INTERVAL ''1'' HOUR)'),
    ('set', 'CALL dbms_scheduler.set_attribute(''w_there'', ''comments'', ''mine'')'),
    ('set null', 'CALL dbms_scheduler.set_attribute_null(''sys.w_there'', ''comments'')'),
    ('enable', 'CALL dbms_scheduler.enable(''sys.w_there'')'),
    ('disable', 'CALL dbms_scheduler.disable(''sys.w_there'')'),
    ('drop', 'CALL dbms_scheduler.drop_window(''w_there'')'),
    ('drop of none', 'CALL dbms_scheduler.drop_window(''w_none'')'),
    ('purge', 'CALL dbms_scheduler.purge_log(0, ''WINDOW_LOG'')'),
    ('get', 'CALL dbms_scheduler.get_attribute(''w_there'', ''duration'', NULL::interval)')) AS t(what, c);
SELECT window_name FROM sys.all_scheduler_windows ORDER BY 1;
SELECT regress_err.error_of('SELECT * FROM sys.dba_scheduler_windows');
SELECT regress_err.error_of('SELECT * FROM dbms.window');
SELECT regress_err.error_of('SELECT * FROM dbms.opening');

-- Rows that somebody else brought: a schedule, a zone or a calendar that is not there keeps nobody from mending the window
RESET ROLE;
SET ROLE regress_err_manager;
CALL dbms_scheduler.create_window('w_rel', NULL, 's_rel', INTERVAL '1' HOUR);
CALL dbms_scheduler.disable('w_rel, w_there');
RESET ROLE;
UPDATE dbms.window w SET schedule_name = 'S_GONE' FROM dbms.object o WHERE o.id = w.id AND o.name = 'W_REL';
UPDATE dbms.window w SET repeat_interval = 'FREQ=NEVER', end_at = NULL, time_zone = 'Mars/Olympus' FROM dbms.object o WHERE o.id = w.id AND o.name = 'W_INLINE';
UPDATE dbms.window w SET duration = '-1 month' FROM dbms.object o WHERE o.id = w.id AND o.name = 'W_THERE';
SET ROLE regress_err_manager;
SELECT w, regress_err.error_of(format('CALL dbms_scheduler.enable(%L)', w)) FROM unnest('{w_rel,w_inline,w_there}'::text[]) AS w;
CALL dbms_scheduler.set_attribute('w_rel', 'schedule_name', 's_rel');
CALL dbms_scheduler.set_attribute('w_there', 'duration', INTERVAL '1' HOUR);
SELECT regress_err.error_of('CALL dbms_scheduler.set_attribute(''w_inline'', ''repeat_interval'', ''FREQ=DAILY'')');
SELECT regress_err.error_of('CALL dbms_scheduler.set_attribute_null(''w_inline'', ''repeat_interval'')');
CALL dbms_scheduler.set_attribute('w_inline', 'start_date', '2999-01-01 00:00 UTC');
SELECT w, regress_err.error_of(format('CALL dbms_scheduler.enable(%L)', w)) FROM unnest('{w_rel,w_inline,w_there}'::text[]) AS w;
SELECT window_name, enabled, schedule_name, repeat_interval FROM sys.all_scheduler_windows ORDER BY 1;

CALL dbms_scheduler.drop_window('w_rel, w_inline, w_there');
CALL dbms_scheduler.drop_group('g_there');
CALL dbms_scheduler.purge_log();
CALL dbms_scheduler.drop_schedule('s, s_rel');
CALL dbms_scheduler.drop_program('p');
RESET ROLE;
DROP SCHEMA regress_err CASCADE;
DROP ROLE regress_err_manager, regress_err_user;
