/*
 * window_attribute.c
 *		Attributes of windows, ENABLE and DISABLE.
 *
 * What is set counts from the window's next opening on: the opening in force
 * goes on as it began.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/errors.h"
#include "scheduler/job.h"
#include "scheduler/window_int.h"
#include "scheduler/window_open.h"

#define WINDOW_ATTRIBUTES \
	"RESOURCE_PLAN, WINDOW_PRIORITY, DURATION, SCHEDULE_NAME, START_DATE," \
	" START_DATE_TIMEZONE, REPEAT_INTERVAL, END_DATE, ENABLED, COMMENTS," \
	" FOLLOW_DEFAULT_TIMEZONE and SYSTEM"

static bool set_timing(Oid caller, PgdWindowDefinition *window,
					   const char *attribute, const PgdAttrValue *value);
static bool set_other(Oid caller, PgdWindowDefinition *window,
					  const char *attribute, const PgdAttrValue *value);
static void require_inline_schedule(const PgdWindowDefinition *window,
									const char *attribute);
static void set_zone(PgdWindowDefinition *window, const char *name);

void
pgd_window_set_attribute(Oid caller, const PgdObject *object,
						 const char *attribute, const PgdAttrValue *value)
{
	PgdWindowDefinition window;

	pgd_object_require_alter(caller, object);
	if (strcmp(attribute, "ENABLED") == 0)
	{
		if (pgd_attr_to_boolean(attribute, value))
			pgd_window_enable(caller, object);
		else
			pgd_window_disable(caller, object, false);
		return;
	}
	pgd_window_read(&window, object, true);
	if (set_timing(caller, &window, attribute, value))
	{
		pgd_window_follow_zone(&window);
		pgd_window_check_times(&window);
		if (window.is_enabled)
			pgd_window_start_anew(&window);
		else
			pgd_window_update(&window);
	}
	else if (set_other(caller, &window, attribute, value))
		pgd_window_update(&window);
	else
		pgd_attr_error_unknown("window", attribute, WINDOW_ATTRIBUTES);
	pgd_window_log_definition(object->name, "UPDATE", pgd_role_show(caller),
							  NULL);
}

/* The attributes that say when it starts; false for any other. */
static bool
set_timing(Oid caller, PgdWindowDefinition *window, const char *attribute,
		   const PgdAttrValue *value)
{
	if (strcmp(attribute, "SCHEDULE_NAME") == 0)
	{
		char	   *name = value->is_null ? NULL :
		pgd_attr_to_text(attribute, value, 0);

		window->schedule_owner_id = PGD_OWNER_NONE;
		window->schedule_name = NULL;
		if (name == NULL)
			return true;
		if (window->start_at != DT_NOEND || window->end_at != DT_NOEND ||
			window->repeat_interval != NULL)
			ereport(ERROR,
					(errcode(PGD_ORA(27488)),
					 errmsg("cannot set %s of window \"%s\" because it has an inline schedule",
							attribute, window->object->shown),
					 errhint("Set START_DATE, REPEAT_INTERVAL and END_DATE to NULL first, while the window is disabled.")));
		pgd_window_schedule_require(caller, window, name);
	}
	else if (strcmp(attribute, "START_DATE") == 0)
	{
		window->start_at = value->is_null ? DT_NOEND :
			pgd_attr_to_timestamptz(attribute, value);
		if (value->is_null)
			return true;
		require_inline_schedule(window, attribute);
		set_zone(window, pgd_attr_zone_in_text(value));
	}
	else if (strcmp(attribute, "START_DATE_TIMEZONE") == 0)
	{
		char	   *name = pgd_attr_to_text(attribute, value, 0);

		require_inline_schedule(window, attribute);
		if (pgd_zone_lookup(name) == NULL)
			pgd_error_invalid_value(attribute, name,
									"The server does not know this time zone.",
									"Use a name from the view pg_timezone_names, such as Europe/Berlin.");
		set_zone(window, name);
	}
	else if (strcmp(attribute, "REPEAT_INTERVAL") == 0)
	{
		window->repeat_interval = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, PGD_CALENDAR_MAX);
		if (!value->is_null)
			require_inline_schedule(window, attribute);
	}
	else if (strcmp(attribute, "END_DATE") == 0)
	{
		window->end_at = value->is_null ? DT_NOEND :
			pgd_attr_to_timestamptz(attribute, value);
		if (!value->is_null)
			require_inline_schedule(window, attribute);
	}
	else if (strcmp(attribute, "FOLLOW_DEFAULT_TIMEZONE") == 0)
		window->follow_default_timezone = pgd_attr_to_boolean(attribute, value);
	else
		return false;
	return true;
}

/* All others; false if there is no such attribute. */
static bool
set_other(Oid caller, PgdWindowDefinition *window, const char *attribute,
		  const PgdAttrValue *value)
{
	if (strcmp(attribute, "RESOURCE_PLAN") == 0)
	{
		if (!value->is_null && value->type != PGD_ATTR_TEXT)
			pgd_attr_error_type(attribute, PGD_ATTR_TEXT);
		window->resource_plan = value->is_null ? NULL :
			pgd_window_plan_require(value->text);
	}
	else if (strcmp(attribute, "WINDOW_PRIORITY") == 0)
		window->is_high =
			pgd_window_check_priority(pgd_attr_to_text(attribute, value, 0));
	else if (strcmp(attribute, "DURATION") == 0)
		window->duration = pgd_window_check_duration(value);
	else if (strcmp(attribute, "COMMENTS") == 0)
		window->comments = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, PGD_COMMENTS_MAX);
	else if (strcmp(attribute, "SYSTEM") == 0)
	{
		if (!superuser_arg(caller))
			pgd_error_privilege(psprintf("Attribute %s of a window is changed by superusers only.",
										 attribute), NULL);
		window->is_system = pgd_attr_to_boolean(attribute, value);
	}
	else
		return false;
	return true;
}

static void
require_inline_schedule(const PgdWindowDefinition *window,
						const char *attribute)
{
	if (window->schedule_name != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27488)),
				 errmsg("cannot set %s of window \"%s\" because it uses schedule \"%s\"",
						attribute, window->object->shown,
						window->schedule_name),
				 errhint("Set SCHEDULE_NAME to NULL first, while the window is disabled.")));
}

/* NULL: the session's */
static void
set_zone(PgdWindowDefinition *window, const char *name)
{
	const PgdCalZone *zone = pgd_zone_require(name);

	window->time_zone = pstrdup(pgd_zone_name(zone));
	if (window->repeat_interval != NULL)
		pgd_zone_warn_offset(zone);
}

/* Everybody may look at every window. */
void
pgd_window_get_attribute(Oid caller, const PgdObject *object,
						 const char *attribute, PgdAttrValue *value)
{
	MemoryContext old_context;
	PgdWindowDefinition window;

	old_context = MemoryContextSwitchTo(GetMemoryChunkContext(unconstify(PgdObject *, object)));
	pgd_window_read(&window, object, false);
	if (strcmp(attribute, "RESOURCE_PLAN") == 0)
		pgd_attr_put_text(value, window.resource_plan);
	else if (strcmp(attribute, "WINDOW_PRIORITY") == 0)
		pgd_attr_put_text(value, window.is_high ? "HIGH" : "LOW");
	else if (strcmp(attribute, "DURATION") == 0)
		pgd_attr_put_interval(value, window.duration);
	else if (strcmp(attribute, "SCHEDULE_NAME") == 0)
		pgd_attr_put_text(value, window.schedule_name == NULL ? NULL :
						  pgd_name_display(pgd_owner_show(window.schedule_owner_id),
										   window.schedule_name));
	else if (strcmp(attribute, "START_DATE") == 0)
		pgd_attr_put_timestamptz(value, window.start_at);
	else if (strcmp(attribute, "START_DATE_TIMEZONE") == 0)
		pgd_attr_put_text(value, window.time_zone);
	else if (strcmp(attribute, "REPEAT_INTERVAL") == 0)
		pgd_attr_put_text(value, window.repeat_interval);
	else if (strcmp(attribute, "END_DATE") == 0)
		pgd_attr_put_timestamptz(value, window.end_at);
	else if (strcmp(attribute, "ENABLED") == 0)
		pgd_attr_put_boolean(value, window.is_enabled);
	else if (strcmp(attribute, "COMMENTS") == 0)
		pgd_attr_put_text(value, window.comments);
	else if (strcmp(attribute, "FOLLOW_DEFAULT_TIMEZONE") == 0)
		pgd_attr_put_boolean(value, window.follow_default_timezone);
	else if (strcmp(attribute, "SYSTEM") == 0)
		pgd_attr_put_boolean(value, window.is_system);
	else
		pgd_attr_error_unknown("window", attribute, WINDOW_ATTRIBUTES);
	MemoryContextSwitchTo(old_context);
}

/* One that is enabled already stays as it is. */
void
pgd_window_enable(Oid caller, const PgdObject *object)
{
	PgdWindowDefinition window;

	pgd_object_require_alter(caller, object);
	pgd_window_read(&window, object, true);
	if (window.is_enabled)
		return;
	pgd_window_check_times(&window);
	pgd_window_start_anew(&window);
	if (window.is_enabled)
		pgd_window_log_definition(object->name, "ENABLE",
								  pgd_role_show(caller), NULL);
}

/* With force an open one stays open, and jobs that name it stay enabled. */
void
pgd_window_disable(Oid caller, const PgdObject *object, bool force)
{
	PgdWindowDefinition window;
	char	   *dependents;

	pgd_object_require_alter(caller, object);
	pgd_window_read(&window, object, false);
	if (!window.is_enabled)
		return;
	if (!force)
		pgd_window_require_closed("disable", object);
	pgd_window_read(&window, object, true);
	dependents = force ? NULL :
		pgd_job_dependents(PGD_JOB_USES_SCHEDULE, PGD_OWNER_SYS,
						   object->name);
	if (dependents != NULL)
		pgd_error_dependents("disable", "window", object->shown, dependents);
	pgd_window_stop_starting(&window);
	pgd_window_log_definition(object->name, "DISABLE", pgd_role_show(caller),
							  NULL);
}
