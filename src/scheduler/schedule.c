/*
 * schedule.c
 *		Named schedules: reading and writing dbms.schedule.
 *
 * A schedule that changes gives its jobs and windows new times in the same
 * transaction. Jobs that reach it only through a calendar string (INCLUDE=...)
 * see the change at their next due time.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/object.h"
#include "core/sql.h"
#include "scheduler/attribute.h"
#include "scheduler/job.h"
#include "scheduler/schedule.h"
#include "scheduler/window.h"

#define SCHEDULE		"SCHEDULE"
#define NAME_OF			"schedule name"
#define COMMENTS_MAX	4000

/* a row of dbms.schedule; times that are not set are DT_NOBEGIN */
typedef struct PgdSchedule
{
	TimestampTz start_at;
	char	   *time_zone;
	char	   *repeat_interval;
	TimestampTz end_at;
	char	   *comments;
} PgdSchedule;

static char *text_argument(FunctionCallInfo fcinfo, int n);
static TimestampTz date_argument(FunctionCallInfo fcinfo, int n,
								 const char *what);
static void set_zone(PgdSchedule *schedule, const PgdCalZone *zone);
static void check_schedule(const PgdObject *object,
						   const PgdSchedule *schedule, bool must_match);
static void read_schedule(const PgdObject *object, PgdSchedule *schedule);
static void write_schedule(int64 id, const PgdSchedule *schedule,
						   bool is_new);
static void drop_one(Oid caller, const PgdObjectName *name, bool force);

#define SCHEDULE_ATTRIBUTES \
	"START_DATE, START_DATE_TIMEZONE, REPEAT_INTERVAL, END_DATE and COMMENTS"

PG_FUNCTION_INFO_V1(pgd_scheduler_create_schedule);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_schedule);

Datum
pgd_scheduler_create_schedule(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdObjectName *name = pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF);
	Oid			owner = pgd_name_owner_role(name);
	PgdSchedule schedule;
	PgdObject  *object;
	PgdCatalogScope scope;

	pgd_require_create_for(caller, owner);
	schedule.start_at = date_argument(fcinfo, 1, "START_DATE");
	schedule.repeat_interval = text_argument(fcinfo, 2);
	schedule.end_at = date_argument(fcinfo, 3, "END_DATE");
	schedule.comments = text_argument(fcinfo, 4);
	if (schedule.comments != NULL &&
		strlen(schedule.comments) > COMMENTS_MAX)
		pgd_error_too_long("COMMENTS", COMMENTS_MAX);
	set_zone(&schedule, pgd_zone_require(pgd_arg_text(fcinfo, 5)));

	pgd_catalog_enter(&scope);
	object = pgd_object_by_id(pgd_object_create(pgd_owner_id(owner, true),
												name->name, SCHEDULE));
	write_schedule(object->id, &schedule, true);
	check_schedule(object, &schedule, true);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_schedule(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	List	   *names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0), NAME_OF);
	bool		force = pgd_arg_bool(fcinfo, 1, "FORCE");
	PgdCatalogScope scope;
	ListCell   *cell;

	pgd_catalog_enter(&scope);
	foreach(cell, names)
		drop_one(caller, lfirst(cell), force);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * A new start date brings its time zone, as Oracle's values do: the region at
 * its end if it is given as text with one, else the session's.
 */
void
pgd_schedule_set_attribute(Oid caller, const PgdObject *object,
						   const char *attribute, const PgdAttrValue *value)
{
	PgdSchedule schedule;
	bool		changes_times = true;

	pgd_object_require_alter(caller, object);
	read_schedule(object, &schedule);

	if (strcmp(attribute, "START_DATE") == 0)
	{
		schedule.start_at = value->is_null ? DT_NOBEGIN :
			pgd_attr_to_timestamptz(attribute, value);
		if (!value->is_null)
			set_zone(&schedule,
					 pgd_zone_require(pgd_attr_zone_in_text(value)));
	}
	else if (strcmp(attribute, "REPEAT_INTERVAL") == 0)
		schedule.repeat_interval = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, PGD_CALENDAR_MAX);
	else if (strcmp(attribute, "END_DATE") == 0)
		schedule.end_at = value->is_null ? DT_NOBEGIN :
			pgd_attr_to_timestamptz(attribute, value);
	else if (strcmp(attribute, "START_DATE_TIMEZONE") == 0)
	{
		const PgdCalZone *zone = pgd_zone_lookup(pgd_attr_to_text(attribute,
																  value, 0));

		if (zone == NULL)
			pgd_error_invalid_value(attribute, value->text,
									"The server does not know this time zone.",
									"Use a name from the view pg_timezone_names, such as Europe/Berlin.");
		set_zone(&schedule, zone);
	}
	else if (strcmp(attribute, "COMMENTS") == 0)
	{
		schedule.comments = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, COMMENTS_MAX);
		changes_times = false;
	}
	else if (strcmp(attribute, "EVENT_SPEC") == 0)
		pgd_error_not_supported("a schedule that waits for events");
	else
		pgd_attr_error_unknown("schedule", attribute, SCHEDULE_ATTRIBUTES);

	write_schedule(object->id, &schedule, false);
	if (changes_times)
	{
		check_schedule(object, &schedule,
					   strcmp(attribute, "END_DATE") != 0);
		pgd_job_reschedule_dependents(PGD_JOB_USES_SCHEDULE,
									  object->owner_id, object->name);
		pgd_job_reschedule_naming(object->owner_id, object->name);
		pgd_window_reschedule_dependents(object->owner_id, object->name);
	}
}

/* Everybody may look at every schedule. */
void
pgd_schedule_get_attribute(Oid caller, const PgdObject *object,
						   const char *attribute, PgdAttrValue *value)
{
	MemoryContext old_context;
	PgdSchedule schedule;

	old_context = MemoryContextSwitchTo(GetMemoryChunkContext(unconstify(PgdObject *, object)));
	read_schedule(object, &schedule);
	if (strcmp(attribute, "START_DATE") == 0)
		pgd_attr_put_timestamptz(value, schedule.start_at);
	else if (strcmp(attribute, "REPEAT_INTERVAL") == 0)
		pgd_attr_put_text(value, schedule.repeat_interval);
	else if (strcmp(attribute, "END_DATE") == 0)
		pgd_attr_put_timestamptz(value, schedule.end_at);
	else if (strcmp(attribute, "START_DATE_TIMEZONE") == 0)
		pgd_attr_put_text(value, schedule.time_zone);
	else if (strcmp(attribute, "COMMENTS") == 0)
		pgd_attr_put_text(value, schedule.comments);
	else if (strcmp(attribute, "EVENT_SPEC") == 0)
		pgd_attr_put_text(value, NULL);
	else
		pgd_attr_error_unknown("schedule", attribute, SCHEDULE_ATTRIBUTES);
	MemoryContextSwitchTo(old_context);
}

bool
pgd_schedule_resolve(void *arg, const char *owner, const char *name,
					 PgdCalSchedule *schedule)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	PgdCatalogScope scope;
	int			owner_id;
	bool		found;

	pgd_catalog_enter(&scope);
	owner_id = owner == NULL ? pgd_owner_id(caller, false) :
		pgd_owner_id_by_name(owner);
	if (owner_id == PGD_OWNER_NONE && owner != NULL &&
		strcmp(owner, "sys") == 0)
		owner_id = PGD_OWNER_SYS;
	found = owner_id != PGD_OWNER_NONE;
	if (found)
	{
		Oid			types[] = {INT4OID, TEXTOID};
		Datum		values[] = {Int32GetDatum(owner_id), CStringGetTextDatum(name)};

		found = pgd_sql("SELECT s.repeat_interval, s.start_at, s.time_zone, o.role_name, s.end_at"
						" FROM dbms.object b JOIN dbms.schedule s ON s.id = b.id"
						" JOIN dbms.owner o ON o.id = b.owner_id"
						" WHERE b.owner_id = $1 AND b.name = $2 AND b.type = 'SCHEDULE'",
						lengthof(types), types, values, NULL,
						SPI_OK_SELECT) > 0;
	}
	if (found)
	{
		memset(schedule, 0, sizeof(*schedule));
		schedule->text = pgd_column_text(context, 0, 0);
		schedule->has_start = !pgd_column_is_null(0, 1);
		if (schedule->has_start)
			schedule->start = pgd_column_timestamptz(0, 1);
		schedule->zone = pgd_column_text(context, 0, 2);
		schedule->owner = pgd_column_text(context, 0, 3);
		schedule->has_end = !pgd_column_is_null(0, 4);
		if (schedule->has_end)
			schedule->end = pgd_column_timestamptz(0, 4);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return found;
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
	TimestampTz at;

	if (PG_ARGISNULL(n))
		return DT_NOBEGIN;
	at = PG_GETARG_TIMESTAMPTZ(n);
	if (TIMESTAMP_NOT_FINITE(at))
		pgd_error_invalid_value(what, timestamptz_to_str(at),
								"It must be a finite point in time.", NULL);
	return at;
}

/* The repeat interval is there already, for which an offset is doubtful. */
static void
set_zone(PgdSchedule *schedule, const PgdCalZone *zone)
{
	schedule->time_zone = pstrdup(pgd_zone_name(zone));
	if (schedule->repeat_interval != NULL)
		pgd_zone_warn_offset(zone);
}

/*
 * Checks all of a schedule together, and that there is a date if its calendar
 * is new. Its row is written, so that a calendar string that includes its own
 * schedule is found out.
 */
static void
check_schedule(const PgdObject *object, const PgdSchedule *schedule,
			   bool must_match)
{
	if (schedule->repeat_interval == NULL && schedule->start_at == DT_NOBEGIN)
		ereport(ERROR,
				(errcode(PGD_ORA(27491)),
				 errmsg("schedule \"%s\" has neither a start date nor a repeat interval",
						object->shown)));
	if (schedule->end_at != DT_NOBEGIN && schedule->start_at != DT_NOBEGIN &&
		schedule->end_at <= schedule->start_at)
		ereport(ERROR,
				(errcode(PGD_ORA(27483)),
				 errmsg("invalid end date of schedule \"%s\"", object->shown),
				 errdetail("The end date must lie after the start date.")));
	if (schedule->repeat_interval == NULL)
	{
		if (schedule->start_at < GetCurrentTransactionStartTimestamp())
			ereport(ERROR,
					(errcode(PGD_ORA(27481)),
					 errmsg("schedule \"%s\" is not valid", object->shown),
					 errdetail("It has no repeat interval, and its start date has passed.")));
	}
	else
	{
		char	   *owner = OidIsValid(object->owner_role) ?
		GetUserNameFromId(object->owner_role, true) : NULL;

		pgd_schedule_check_interval(schedule->repeat_interval, owner,
									schedule->start_at == DT_NOBEGIN ? NULL :
									&schedule->start_at,
									pgd_zone_require(schedule->time_zone),
									must_match);
	}
}

void
pgd_schedule_check_interval(const char *repeat_interval, const char *owner,
							const int64_t *start, const PgdCalZone *zone,
							bool must_match)
{
	PgdCalError error;
	PgdCalendar *calendar;

	if (strlen(repeat_interval) > PGD_CALENDAR_MAX)
		pgd_error_too_long("REPEAT_INTERVAL", PGD_CALENDAR_MAX);
	if (pgd_calendar_classify(repeat_interval, owner, pgd_schedule_resolve,
							  NULL) == PGD_TEXT_OTHER)
		pgd_error_invalid_value("REPEAT_INTERVAL", repeat_interval,
								"It is neither a calendar string nor a cron line. SQL expressions are for jobs alone.",
								"Write, for example, FREQ=DAILY;BYHOUR=6.");
	calendar = pgd_calendar_compile(repeat_interval, owner,
									pgd_schedule_resolve, NULL, &error);
	if (calendar == NULL ||
		(must_match &&
		 !pgd_calendar_check(calendar, start, zone,
							 GetCurrentTransactionStartTimestamp(), &error)))
		pgd_error_invalid_value("REPEAT_INTERVAL", repeat_interval,
								pgd_calendar_error_detail(&error),
								error.hint[0] != '\0' ? error.hint : NULL);
}

/* Locks the row, so that two who change it do so one after the other. */
static void
read_schedule(const PgdObject *object, PgdSchedule *schedule)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (pgd_sql("SELECT s.start_at, s.time_zone, s.repeat_interval, s.end_at, s.comments"
				" FROM dbms.schedule s WHERE s.id = $1 FOR UPDATE",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_object("schedule", object->shown);
	schedule->start_at = pgd_column_timestamptz(0, 0);
	schedule->time_zone = pgd_column_text(CurrentMemoryContext, 0, 1);
	schedule->repeat_interval = pgd_column_text(CurrentMemoryContext, 0, 2);
	schedule->end_at = pgd_column_timestamptz(0, 3);
	schedule->comments = pgd_column_text(CurrentMemoryContext, 0, 4);
}

static void
write_schedule(int64 id, const PgdSchedule *schedule, bool is_new)
{
	Oid			types[] = {INT8OID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' ', ' ', ' ', ' '};
	Datum		values[6];

	values[0] = Int64GetDatum(id);
	values[1] = pgd_timestamptz_or_null(schedule->start_at, &nulls[1]);
	values[2] = CStringGetTextDatum(schedule->time_zone);
	values[3] = pgd_text_or_null(schedule->repeat_interval, &nulls[3]);
	values[4] = pgd_timestamptz_or_null(schedule->end_at, &nulls[4]);
	values[5] = pgd_text_or_null(schedule->comments, &nulls[5]);
	if (is_new)
		pgd_change_sql("INSERT INTO dbms.schedule (id, start_at, time_zone, repeat_interval, end_at, comments)"
					   " VALUES ($1, $2, $3, $4, $5, $6)",
					   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	else
		pgd_change_sql("UPDATE dbms.schedule SET start_at = $2, time_zone = $3, repeat_interval = $4,"
					   " end_at = $5, comments = $6 WHERE id = $1",
					   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
}

/* Calendar strings that name the schedule are not looked at, as in Oracle. */
static void
drop_one(Oid caller, const PgdObjectName *name, bool force)
{
	PgdObject  *object = pgd_object_get(caller, name, SCHEDULE);
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};
	char	   *jobs;
	char	   *windows;

	pgd_object_require_alter(caller, object);
	jobs = pgd_job_dependents(PGD_JOB_USES_SCHEDULE, object->owner_id,
							  object->name);
	windows = pgd_window_dependents(object->owner_id, object->name);
	if ((jobs != NULL || windows != NULL) && !force)
		pgd_error_dependents("drop", "schedule", object->shown,
							 jobs == NULL ? windows : windows == NULL ? jobs :
							 psprintf("%s %s", jobs, windows));
	if (jobs != NULL)
		pgd_job_disable_dependents(PGD_JOB_USES_SCHEDULE, object->owner_id,
								   object->name,
								   psprintf("schedule \"%s\" was dropped",
											object->shown));
	if (windows != NULL)
		pgd_window_disable_dependents(object->owner_id, object->name,
									  psprintf("schedule \"%s\" was dropped",
											   object->shown));
	pgd_change_sql("DELETE FROM dbms.schedule WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_object_drop(object->id);
}
