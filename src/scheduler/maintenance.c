/*
 * maintenance.c
 *		The windows and groups that Oracle brings along, on request.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/errors.h"
#include "core/sql.h"
#include "scheduler/global.h"
#include "scheduler/window_int.h"

#define DEFAULT_PLAN	"DEFAULT_MAINTENANCE_PLAN"
#define WEEKDAY(name) \
	"freq=daily;byday=" name ";byhour=22;byminute=0; bysecond=0"
#define WEEKEND(name) \
	"freq=daily;byday=" name ";byhour=6;byminute=0; bysecond=0"

/* as Oracle makes them */
static const struct
{
	const char *name;
	const char *repeat_interval;
	int			hours;
	bool		is_used;		/* enabled, with a plan, in the groups */
	const char *comments;
}			predefined[] = {
	{"MONDAY_WINDOW", WEEKDAY("MON"), 4, true, "Monday window for maintenance tasks"},
	{"TUESDAY_WINDOW", WEEKDAY("TUE"), 4, true, "Tuesday window for maintenance tasks"},
	{"WEDNESDAY_WINDOW", WEEKDAY("WED"), 4, true, "Wednesday window for maintenance tasks"},
	{"THURSDAY_WINDOW", WEEKDAY("THU"), 4, true, "Thursday window for maintenance tasks"},
	{"FRIDAY_WINDOW", WEEKDAY("FRI"), 4, true, "Friday window for maintenance tasks"},
	{"SATURDAY_WINDOW", WEEKEND("SAT"), 20, true, "Saturday window for maintenance tasks"},
	{"SUNDAY_WINDOW", WEEKEND("SUN"), 20, true, "Sunday window for maintenance tasks"},
	{"WEEKNIGHT_WINDOW", WEEKDAY("MON,TUE,WED,THU,FRI"), 8, false,
	"Weeknight window - for compatibility only"},
	{"WEEKEND_WINDOW", "freq=daily;byday=SAT;byhour=0;byminute=0;bysecond=0", 48,
	false, "Weekend window - for compatibility only"}
};

/* each has all windows that are used */
static const struct
{
	const char *name;
	const char *comments;
}			groups[] = {
	{"MAINTENANCE_WINDOW_GROUP", "Window group for automated maintenance"},
	{"ORA$AT_WGRP_OS", "Window group for optimizer statistics"},
	{"ORA$AT_WGRP_SA", "Window group for the space advisor"},
	{"ORA$AT_WGRP_SQ", "Window group for the SQL tuning advisor"}
};

static PgdObject *find(const char *name, const char *type);
static PgdObject *create_window(Oid caller, int i);

PG_FUNCTION_INFO_V1(pgd_scheduler_install_maintenance_windows);

/*
 * Makes those that are missing, and changes none that is there. A window that
 * is made goes into the groups; windows that were there only into a group
 * that is made.
 */
Datum
pgd_scheduler_install_maintenance_windows(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdObject  *windows[lengthof(predefined)];
	bool		is_new[lengthof(predefined)];
	PgdCatalogScope scope;

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	pgd_catalog_enter(&scope);
	for (int i = 0; i < lengthof(predefined); i++)
	{
		windows[i] = find(predefined[i].name, PGD_WINDOW);
		is_new[i] = windows[i] == NULL;
		if (is_new[i])
			windows[i] = create_window(caller, i);
	}
	for (int g = 0; g < lengthof(groups); g++)
	{
		PgdObject  *group = find(groups[g].name, PGD_GROUP);
		int64		group_id = group != NULL ? group->id :
		pgd_group_create_of_windows(groups[g].name, groups[g].comments);

		for (int i = 0; i < lengthof(predefined); i++)
			if (predefined[i].is_used && (group == NULL || is_new[i]))
				pgd_group_add_window(group_id, windows[i]);
	}
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* 27477 if an object of another kind has the name. */
static PgdObject *
find(const char *name, const char *type)
{
	PgdObject  *object = pgd_object_find_owned(PGD_OWNER_SYS, name);

	if (object != NULL && strcmp(object->type, type) != 0)
		pgd_error_exists(pgd_object_kind(object->type), object->shown);
	return object;
}

static PgdObject *
create_window(Oid caller, int i)
{
	PgdWindowDefinition window = {0};

	window.resource_plan = predefined[i].is_used ?
		pgd_window_plan_require(DEFAULT_PLAN) : NULL;
	window.schedule_owner_id = PGD_OWNER_NONE;
	window.start_at = window.end_at = DT_NOEND;
	window.repeat_interval = unconstify(char *, predefined[i].repeat_interval);
	window.duration = palloc0(sizeof(Interval));
	window.duration->time = predefined[i].hours * USECS_PER_HOUR;
	window.is_system = true;
	window.follow_default_timezone = true;
	window.comments = unconstify(char *, predefined[i].comments);
	window.base_at = GetCurrentTimestamp();
	window.time_zone = pgd_scheduler_attribute("DEFAULT_TIMEZONE");
	pgd_window_create(caller, predefined[i].name, &window,
					  predefined[i].is_used);
	return unconstify(PgdObject *, window.object);
}
