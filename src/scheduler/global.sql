-- The scheduler's own attributes.

CREATE PROCEDURE dbms_scheduler.set_scheduler_attribute(
    attribute text,
    value text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_set_scheduler_attribute';
COMMENT ON PROCEDURE dbms_scheduler.set_scheduler_attribute(text, text) IS
    'sets an attribute of the scheduler, NULL its default; needs dbms_manage_scheduler';

CREATE PROCEDURE dbms_scheduler.get_scheduler_attribute(
    attribute text,
    OUT value text)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_scheduler_attribute';
COMMENT ON PROCEDURE dbms_scheduler.get_scheduler_attribute(text) IS
    'value becomes that of an attribute of the scheduler';

CREATE FUNCTION dbms_scheduler.stime(follow_default_timezone boolean DEFAULT false)
    RETURNS timestamptz
    LANGUAGE c VOLATILE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_stime';
COMMENT ON FUNCTION dbms_scheduler.stime(boolean) IS
    'the time now; an instant here has no zone, so follow_default_timezone changes nothing';

CREATE FUNCTION dbms_scheduler.get_sys_time_zone_name()
    RETURNS text
    LANGUAGE c STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_sys_time_zone_name';
COMMENT ON FUNCTION dbms_scheduler.get_sys_time_zone_name() IS
    'the server''s time zone (its setting log_timezone)';

CREATE FUNCTION dbms_scheduler.get_default_value(attribute_name text)
    RETURNS text
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_get_default_value';
COMMENT ON FUNCTION dbms_scheduler.get_default_value(text) IS
    'default of an attribute of jobs and other objects; NULL if there is none';

CREATE FUNCTION dbms.scheduler_attributes(OUT attribute_name text, OUT value text)
    RETURNS SETOF record
    LANGUAGE c STABLE PARALLEL RESTRICTED ROWS 12
    AS 'MODULE_PATHNAME', 'pgd_scheduler_attributes';
COMMENT ON FUNCTION dbms.scheduler_attributes() IS
    'all attributes of the scheduler with their values, those that were not set too';
