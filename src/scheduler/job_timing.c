/*
 * job_timing.c
 *		When a job runs: its time zone, what its repeat interval is, and its
 *		next due time when it is enabled or its schedule changes.
 *
 * The rules themselves are in decide.c; here is what they are fed with.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/errors.h"
#include "scheduler/decide.h"
#include "scheduler/expression.h"
#include "scheduler/global.h"
#include "scheduler/job_int.h"
#include "scheduler/schedule.h"

/* a schedule that is looked for in calendars */
typedef struct PgdNamedSchedule
{
	int			owner_id;
	const char *name;
	bool		is_found;
} PgdNamedSchedule;

static bool resolve_and_look(void *arg, const char *owner, const char *name,
							 PgdCalSchedule *schedule);
static void check_expression(const char *repeat_interval);

/*
 * The zone in which the job's calendar counts: the given one, else that of
 * the session. Its name is kept, since an instant has lost it.
 */
void
pgd_job_set_time_zone(PgdJob *job, const char *time_zone)
{
	const PgdCalZone *zone = pgd_zone_require(time_zone);

	job->time_zone = pstrdup(pgd_zone_name(zone));
	if (time_zone != NULL || job->repeat_interval != NULL)
		pgd_zone_warn_offset(zone);
}

/*
 * A job without a start date that follows the scheduler's DEFAULT_TIMEZONE
 * has that zone. Inside a catalog scope; true if it is another one.
 */
bool
pgd_job_follow_time_zone(PgdJob *job)
{
	MemoryContext context = PGD_JOB_CONTEXT(job);
	char	   *time_zone;

	if (!job->follow_default_timezone || job->start_at != DT_NOEND)
		return false;
	time_zone = pgd_scheduler_attribute("DEFAULT_TIMEZONE");
	if (time_zone == NULL || strcmp(time_zone, job->time_zone) == 0)
		return false;
	job->time_zone = MemoryContextStrdup(context, time_zone);
	return true;
}

/*
 * What a repeat interval is, as dbms.job.interval_kind has it; NULL for
 * none. One that is nothing raises 27465. Runs outside of catalog scopes,
 * since an expression is looked at with the caller's rights and search_path.
 */
char *
pgd_job_interval_kind(Oid owner, const char *repeat_interval)
{
	PgdCatalogScope scope;
	PgdCalTextKind kind;
	PgdCalError error;
	char	   *detail = NULL;
	char	   *owner_name;
	MemoryContext context = CurrentMemoryContext;

	if (repeat_interval == NULL)
		return NULL;
	if (strlen(repeat_interval) > PGD_JOB_INTERVAL_MAX)
		pgd_error_too_long("REPEAT_INTERVAL", PGD_JOB_INTERVAL_MAX);
	owner_name = GetUserNameFromId(owner, false);
	pgd_catalog_enter(&scope);
	kind = pgd_calendar_classify(repeat_interval, owner_name,
								 pgd_schedule_resolve, NULL);
	if (kind != PGD_TEXT_OTHER)
	{
		PgdCalendar *calendar;

		calendar = pgd_calendar_compile(repeat_interval, owner_name,
										pgd_schedule_resolve, NULL, &error);
		MemoryContextSwitchTo(context);
		if (calendar == NULL)
			detail = pgd_calendar_error_detail(&error);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	if (detail != NULL)
		pgd_error_invalid_value("REPEAT_INTERVAL", repeat_interval, detail,
								error.hint[0] != '\0' ? error.hint : NULL);
	switch (kind)
	{
		case PGD_TEXT_CALENDAR:
			return "CALENDAR";
		case PGD_TEXT_CRON:
			return "CRON";
		case PGD_TEXT_OTHER:
			break;
	}
	check_expression(repeat_interval);
	return "EXPRESSION";
}

/*
 * 27465 if the job's own calendar string or cron line can never match. Without
 * a start date the moment of enabling is that, which may be now. Inside a
 * catalog scope.
 */
void
pgd_job_check_calendar(const PgdJob *job, bool is_enabled_now)
{
	const PgdCalZone *zone = pgd_zone_lookup(job->time_zone);
	TimestampTz now = GetCurrentTimestamp();
	const TimestampTz *start = NULL;
	PgdCalendar *calendar;
	PgdCalError error;

	if (job->repeat_interval == NULL || zone == NULL ||
		strcmp(job->interval_kind, "EXPRESSION") == 0)
		return;
	if (job->start_at != DT_NOEND)
		start = &job->start_at;
	else if (is_enabled_now)
		start = &now;
	calendar = pgd_calendar_compile(job->repeat_interval,
									GetUserNameFromId(job->object->owner_role,
													  false),
									pgd_schedule_resolve, NULL, &error);
	if (calendar == NULL ||
		!pgd_calendar_check(calendar, start, zone, now, &error))
		pgd_error_invalid_value("REPEAT_INTERVAL", job->repeat_interval,
								pgd_calendar_error_detail(&error),
								error.hint[0] != '\0' ? error.hint : NULL);
	pfree(calendar);
}

/* What is wrong with an expression becomes the detail of 27465. */
static void
check_expression(const char *repeat_interval)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		pgd_expression_check(repeat_interval);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			PG_RE_THROW();
		FlushErrorState();
		pgd_error_invalid_value("REPEAT_INTERVAL", repeat_interval,
								error->detail == NULL ?
								psprintf("As an SQL expression: %s.",
										 error->message) :
								psprintf("As an SQL expression: %s. %s",
										 error->message, error->detail),
								"Use a calendar string such as FREQ=DAILY;BYHOUR=3, a cron line, or an expression that yields the next date.");
	}
	PG_END_TRY();
}

/* The end may be the start: then the job never runs. */
void
pgd_job_check_dates(const PgdJob *job)
{
	if (job->end_at != DT_NOEND && job->start_at != DT_NOEND &&
		job->end_at < job->start_at)
		ereport(ERROR,
				(errcode(PGD_ORA(27483)),
				 errmsg("invalid end date of job \"%s\"", job->object->shown),
				 errdetail("The end date %s lies before the start date %s.",
						   pstrdup(timestamptz_to_str(job->end_at)),
						   pstrdup(timestamptz_to_str(job->start_at)))));
}

/*
 * The first due time of the job if it is enabled now, DT_NOEND if it never
 * runs. *complaint says what makes that impossible, a clause without a full
 * stop; it is allocated in the current memory context of SPI.
 */
TimestampTz
pgd_job_first_run(const PgdJob *job, TimestampTz now, char **complaint)
{
	PgdTiming	timing = {0};
	PgdCalError error = {0};
	char	   *owner_name = NULL;
	char	   *time_zone = job->time_zone;
	char	   *repeat_interval = job->repeat_interval;
	bool		is_expression = job->interval_kind != NULL &&
	strcmp(job->interval_kind, "EXPRESSION") == 0;
	TimestampTz first;

	*complaint = NULL;
	timing.start_at = job->start_at;
	timing.end_at = job->end_at;
	timing.base_at = job->base_at;
	timing.missed = strcmp(job->missed_runs, "EACH") == 0 ? PGD_MISSED_EACH :
		strcmp(job->missed_runs, "SKIP") == 0 ? PGD_MISSED_SKIP :
		PGD_MISSED_ONCE;
	if (OidIsValid(job->object->owner_role))
		owner_name = GetUserNameFromId(job->object->owner_role, true);

	if (job->schedule_name != NULL)
	{
		Oid			types[] = {INT4OID, TEXTOID};
		Datum		values[] = {
			Int32GetDatum(job->schedule_owner_id),
			CStringGetTextDatum(job->schedule_name)
		};

		if (pgd_sql("SELECT s.start_at, s.end_at, s.time_zone, s.repeat_interval, w.role_name"
					" FROM dbms.object o JOIN dbms.schedule s ON s.id = o.id"
					" JOIN dbms.owner w ON w.id = o.owner_id"
					" WHERE o.owner_id = $1 AND o.name = $2",
					lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		{
			*complaint = psprintf("schedule \"%s\" does not exist",
								  job->schedule_name);
			return DT_NOEND;
		}
		timing.start_at = pgd_column_is_null(0, 0) ? DT_NOEND :
			pgd_column_timestamptz(0, 0);
		timing.end_at = pgd_column_is_null(0, 1) ? DT_NOEND :
			pgd_column_timestamptz(0, 1);
		time_zone = pgd_column_text(CurrentMemoryContext, 0, 2);
		repeat_interval = pgd_column_text(CurrentMemoryContext, 0, 3);
		is_expression = false;

		/* names without an owner in it are those of the schedule's owner */
		owner_name = pgd_column_text(CurrentMemoryContext, 0, 4);
	}

	timing.zone = pgd_zone_lookup(time_zone);
	if (timing.zone == NULL)
	{
		*complaint = psprintf("time zone \"%s\" is not recognized", time_zone);
		return DT_NOEND;
	}
	if (repeat_interval == NULL)
		timing.kind = PGD_INTERVAL_NONE;
	else if (is_expression)
		timing.kind = PGD_INTERVAL_EXPRESSION;
	else
	{
		timing.kind = PGD_INTERVAL_CALENDAR;
		timing.calendar = pgd_calendar_compile(repeat_interval, owner_name,
											   pgd_schedule_resolve, NULL,
											   &error);
		if (timing.calendar == NULL)
		{
			*complaint = psprintf("the repeat interval is not valid: %s",
								  error.message);
			return DT_NOEND;
		}
	}
	first = pgd_timing_first(&timing, now, &error);
	if (first == PGD_NO_TIME && error.message[0] != '\0')
		*complaint = psprintf("the repeat interval is not valid: %s",
							  error.message);

	/* a start that has passed means at once */
	if (first < now)
		first = timing.end_at <= now ? DT_NOEND : now;
	return first;
}

/*
 * Calendars that hold the schedule's name, or the name of a schedule that
 * does, are compiled to see whether it is really that schedule: a job must
 * not lose a due time because a schedule is called DAILY. Inside a catalog
 * scope.
 */
void
pgd_job_reschedule_naming(int owner_id, const char *name)
{
	PgdNamedSchedule wanted = {owner_id, name, false};
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[] = {Int32GetDatum(owner_id), CStringGetTextDatum(name)};
	SPITupleTable *rows;
	uint64		n;

	n = pgd_sql("WITH RECURSIVE named (owner_id, name) AS (SELECT $1, $2 UNION"
				"  SELECT b.owner_id, b.name FROM named n JOIN dbms.schedule s"
				"   ON pg_catalog.strpos(pg_catalog.upper(s.repeat_interval), pg_catalog.upper(n.name)) > 0"
				"  JOIN dbms.object b ON b.id = s.id)"
				" SELECT j.id, CASE WHEN sc.id IS NULL THEN j.repeat_interval ELSE sc.repeat_interval END, w.role_name"
				" FROM dbms.job j JOIN dbms.job_state t ON t.job_id = j.id"
				" JOIN dbms.object o ON o.id = j.id"
				" LEFT JOIN dbms.object so ON so.owner_id = j.schedule_owner_id AND so.name = j.schedule_name"
				"  AND so.type = 'SCHEDULE'"
				" LEFT JOIN dbms.schedule sc ON sc.id = so.id"
				" JOIN dbms.owner w ON w.id = coalesce(so.owner_id, o.owner_id)"
				" WHERE t.is_enabled AND (j.interval_kind = 'CALENDAR' AND EXISTS (SELECT FROM named n"
				"   WHERE pg_catalog.strpos(pg_catalog.upper(j.repeat_interval), pg_catalog.upper(n.name)) > 0)"
				"  OR EXISTS (SELECT FROM named n WHERE n.owner_id = so.owner_id AND n.name = so.name))"
				" AND (so.owner_id, so.name) IS DISTINCT FROM ($1, $2)"
				" ORDER BY o.owner_id, o.name",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 i = 0; i < n; i++)
	{
		PgdCalError error;
		PgdCalendar *calendar = NULL;
		int64		job_id;

		CHECK_FOR_INTERRUPTS();
		pgd_rows_use(rows, n);
		job_id = pgd_column_int64(i, 0);
		wanted.is_found = false;
		if (!pgd_column_is_null(i, 1))
			calendar = pgd_calendar_compile(pgd_column_text(CurrentMemoryContext, i, 1),
											pgd_column_text(CurrentMemoryContext, i, 2),
											resolve_and_look, &wanted, &error);
		if (calendar != NULL)
			pfree(calendar);
		if (wanted.is_found)
			pgd_job_reschedule(job_id);
	}
}

/* The resolver of all calendars, and a look at what they name. */
static bool
resolve_and_look(void *arg, const char *owner, const char *name,
				 PgdCalSchedule *schedule)
{
	PgdNamedSchedule *wanted = arg;

	if (!pgd_schedule_resolve(NULL, owner, name, schedule))
		return false;
	wanted->is_found |= strcmp(name, wanted->name) == 0 &&
		pgd_owner_id_by_name(schedule->owner) == wanted->owner_id;
	return true;
}
