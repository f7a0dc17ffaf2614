/*
 * window_define.c
 *		CREATE_WINDOW in its forms, DROP_WINDOW, and what makes the parts of a
 *		window's definition valid.
 *
 * Windows belong to SYS. The forms of CREATE_WINDOW have Oracle's parameters in
 * Oracle's order; those that must have a value but follow one that need not
 * are checked here.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/sql.h"
#include "resource/resource.h"
#include "scheduler/global.h"
#include "scheduler/job.h"
#include "scheduler/schedule.h"
#include "scheduler/window_int.h"
#include "scheduler/window_open.h"
#include "scheduler/window_set.h"

#define NAME_OF		"window name"

static char *text_argument(FunctionCallInfo fcinfo, int n);
static TimestampTz date_argument(FunctionCallInfo fcinfo, int n,
								 const char *what);
static void common_arguments(FunctionCallInfo fcinfo, int priority,
							 PgdWindowDefinition *window);
static void create(const char *window_name, const char *resource_plan,
				   const char *schedule_name, PgdWindowDefinition *window);

PG_FUNCTION_INFO_V1(pgd_scheduler_create_window_named);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_window_named_text);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_window_inline);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_window);

/* (window_name, resource_plan, schedule_name, duration, priority, comments) */
Datum
pgd_scheduler_create_window_named(PG_FUNCTION_ARGS)
{
	PgdWindowDefinition window = {0};
	PgdAttrValue duration = {.type = PGD_ATTR_INTERVAL};

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	if (text_argument(fcinfo, 2) == NULL)
		pgd_error_missing("SCHEDULE_NAME", pgd_arg_text(fcinfo, 2));
	duration.is_null = PG_ARGISNULL(3);
	if (!duration.is_null)
		duration.interval = PG_GETARG_INTERVAL_P(3);
	window.duration = pgd_window_check_duration(&duration);
	common_arguments(fcinfo, 4, &window);
	window.start_at = window.end_at = DT_NOEND;
	create(pgd_arg_text(fcinfo, 0), pgd_arg_text(fcinfo, 1),
		   text_argument(fcinfo, 2), &window);
	PG_RETURN_VOID();
}

/*
 * The same for a duration that is written as a plain literal, and so is as
 * much a repeat interval as a duration to the server.
 */
Datum
pgd_scheduler_create_window_named_text(PG_FUNCTION_ARGS)
{
	PgdWindowDefinition window = {0};
	PgdAttrValue duration = {.type = PGD_ATTR_TEXT};

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	if (text_argument(fcinfo, 2) == NULL)
		pgd_error_missing("SCHEDULE_NAME", pgd_arg_text(fcinfo, 2));
	duration.text = text_argument(fcinfo, 3);
	duration.is_null = duration.text == NULL;
	window.duration = pgd_window_check_duration(&duration);
	common_arguments(fcinfo, 4, &window);
	window.start_at = window.end_at = DT_NOEND;
	create(pgd_arg_text(fcinfo, 0), pgd_arg_text(fcinfo, 1),
		   text_argument(fcinfo, 2), &window);
	PG_RETURN_VOID();
}

/*
 * (window_name, resource_plan, start_date, repeat_interval, end_date, duration,
 * priority, comments, time_zone)
 */
Datum
pgd_scheduler_create_window_inline(PG_FUNCTION_ARGS)
{
	PgdWindowDefinition window = {0};
	PgdAttrValue duration = {.type = PGD_ATTR_INTERVAL};
	const PgdCalZone *zone;

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	window.start_at = date_argument(fcinfo, 2, "START_DATE");
	window.repeat_interval = text_argument(fcinfo, 3);
	window.end_at = date_argument(fcinfo, 4, "END_DATE");
	duration.is_null = PG_ARGISNULL(5);
	if (!duration.is_null)
		duration.interval = PG_GETARG_INTERVAL_P(5);
	window.duration = pgd_window_check_duration(&duration);
	common_arguments(fcinfo, 6, &window);
	zone = pgd_zone_require(text_argument(fcinfo, 8));
	window.time_zone = pstrdup(pgd_zone_name(zone));
	if (window.repeat_interval != NULL)
		pgd_zone_warn_offset(zone);
	create(pgd_arg_text(fcinfo, 0), pgd_arg_text(fcinfo, 1), NULL, &window);
	PG_RETURN_VOID();
}

/* A name may be that of a group: then its windows go, and it stays, empty. */
Datum
pgd_scheduler_drop_window(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	List	   *names;
	bool		force;
	PgdCatalogScope scope;
	ListCell   *cell;

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0), NAME_OF);
	force = pgd_arg_bool(fcinfo, 1, "FORCE");
	pgd_catalog_enter(&scope);
	foreach(cell, names)
	{
		ListCell   *window;

		foreach(window, pgd_window_or_group(caller, lfirst(cell)))
			pgd_window_drop(caller, lfirst(window), force);
	}
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * Without force neither an open window nor one that jobs name. With force an
 * open one is closed first, by the rules of any closing; the jobs that name it
 * are disabled.
 */
void
pgd_window_drop(Oid caller, const PgdObject *object, bool force)
{
	PgdWindowDefinition window;
	char	   *user = pgd_role_show(caller);
	char	   *dependents;

	if (!force)
		pgd_window_require_closed("drop", object);
	pgd_window_read(&window, object, true);
	dependents = pgd_job_dependents(PGD_JOB_USES_SCHEDULE, PGD_OWNER_SYS,
									object->name);
	if (dependents != NULL && !force)
		pgd_error_dependents("drop", "window", object->shown, dependents);
	if (force)
		pgd_window_close_dropped(object, user);
	if (dependents != NULL)
		pgd_job_disable_dependents(PGD_JOB_USES_SCHEDULE, PGD_OWNER_SYS,
								   object->name,
								   psprintf("window \"%s\" was dropped",
											object->shown));
	pgd_group_forget_window(object->id);
	pgd_window_delete(object->id);
	pgd_object_drop(object->id);
	pgd_window_log_definition(object->name, "DROP", user, NULL);
}

/* NULL for NULL and for the empty text, which Oracle takes for NULL. */
static char *
text_argument(FunctionCallInfo fcinfo, int n)
{
	char	   *text = pgd_arg_text(fcinfo, n);

	return text == NULL || text[0] == '\0' ? NULL : text;
}

static TimestampTz
date_argument(FunctionCallInfo fcinfo, int n, const char *what)
{
	PgdAttrValue value = {.type = PGD_ATTR_TIMESTAMPTZ};

	if (PG_ARGISNULL(n))
		return DT_NOEND;
	value.timestamp = PG_GETARG_TIMESTAMPTZ(n);
	return pgd_attr_to_timestamptz(what, &value);
}

/* window_priority and, where there is one, comments behind it */
static void
common_arguments(FunctionCallInfo fcinfo, int priority,
				 PgdWindowDefinition *window)
{
	window->is_high = pgd_window_check_priority(pgd_arg_text(fcinfo, priority));
	if (PG_NARGS() > priority + 1)
		window->comments = text_argument(fcinfo, priority + 1);
	if (window->comments != NULL &&
		strlen(window->comments) > PGD_COMMENTS_MAX)
		pgd_error_too_long("COMMENTS", PGD_COMMENTS_MAX);
}

/* Makes a window, enabled, of what has been read into it. */
static void
create(const char *window_name, const char *resource_plan,
	   const char *schedule_name, PgdWindowDefinition *window)
{
	Oid			caller = GetUserId();
	PgdObjectName *name = pgd_name_in_sys(pgd_name_parse(window_name, NAME_OF),
										  "window");
	PgdCatalogScope scope;

	window->schedule_owner_id = PGD_OWNER_NONE;
	if (window->time_zone == NULL)
		window->time_zone = pstrdup(pgd_zone_name(pgd_zone_require(NULL)));
	window->base_at = GetCurrentTimestamp();
	pgd_catalog_enter(&scope);
	if (resource_plan != NULL)
		window->resource_plan = pgd_window_plan_require(resource_plan);
	if (schedule_name != NULL)
		pgd_window_schedule_require(caller, window, schedule_name);
	pgd_window_create(caller, name->name, window, true);
	pgd_catalog_leave(&scope);
}

void
pgd_window_create(Oid caller, const char *name, PgdWindowDefinition *window,
				  bool is_enabled)
{
	window->object = pgd_object_by_id(pgd_object_create(PGD_OWNER_SYS, name,
														PGD_WINDOW));
	pgd_window_check_times(window);
	pgd_window_insert(window);
	if (is_enabled)
		pgd_window_start_anew(window);
	pgd_window_log_definition(name, "CREATE", pgd_role_show(caller), NULL);
}

/* ---- parts of a definition ---- */

/*
 * The name of a resource plan, or the empty text, which is the plan that gives
 * no orders. 27476 if there is no such plan. Inside a catalog scope.
 */
char *
pgd_window_plan_require(const char *resource_plan)
{
	char	   *name;

	if (resource_plan[0] == '\0')
		return pstrdup(resource_plan);
	name = pgd_name_fold(resource_plan, "resource plan name");
	if (!pgd_plan_exists(name))
		pgd_error_no_object("resource plan", name);
	return name;
}

/* Everybody may use every schedule. Inside a catalog scope. */
void
pgd_window_schedule_require(Oid caller, PgdWindowDefinition *window,
							const char *schedule_name)
{
	PgdObject  *schedule = pgd_object_get(caller,
										  pgd_name_parse(schedule_name,
														 "schedule name"),
										  "SCHEDULE");

	window->schedule_owner_id = schedule->owner_id;
	window->schedule_name = schedule->name;
}

Interval *
pgd_window_check_duration(const PgdAttrValue *value)
{
	return pgd_attr_to_interval("DURATION", value, PGD_WINDOW_DURATION_MIN,
								PGD_WINDOW_DURATION_MAX);
}

/* Is it HIGH? */
bool
pgd_window_check_priority(const char *text)
{
	if (text == NULL || text[0] == '\0')
		pgd_error_missing("WINDOW_PRIORITY", text);
	if (pg_strcasecmp(text, "HIGH") != 0 && pg_strcasecmp(text, "LOW") != 0)
		pgd_error_invalid_value("WINDOW_PRIORITY", text, NULL,
								"Use LOW or HIGH.");
	return pg_strcasecmp(text, "HIGH") == 0;
}

/*
 * Dates and calendar of an inline schedule together; without dates and
 * calendar it opens once, when it is enabled. Inside a catalog scope.
 */
void
pgd_window_check_times(const PgdWindowDefinition *window)
{
	if (window->schedule_name != NULL)
		return;
	if (window->end_at != DT_NOEND && window->start_at != DT_NOEND &&
		window->end_at < window->start_at)
		ereport(ERROR,
				(errcode(PGD_ORA(27483)),
				 errmsg("invalid end date of window \"%s\"",
						window->object->shown),
				 errdetail("The end date %s lies before the start date %s.",
						   pstrdup(timestamptz_to_str(window->end_at)),
						   pstrdup(timestamptz_to_str(window->start_at)))));
	if (window->repeat_interval != NULL)
		pgd_schedule_check_interval(window->repeat_interval, PGD_SYS_SCHEMA,
									window->start_at == DT_NOEND ? NULL :
									&window->start_at,
									pgd_zone_require(window->time_zone), true);
}

/* The zone of a window without a start date that follows DEFAULT_TIMEZONE. */
void
pgd_window_follow_zone(PgdWindowDefinition *window)
{
	char	   *time_zone;

	if (!window->follow_default_timezone || window->start_at != DT_NOEND)
		return;
	time_zone = pgd_scheduler_attribute("DEFAULT_TIMEZONE");
	if (time_zone != NULL)
		window->time_zone = time_zone;
}
