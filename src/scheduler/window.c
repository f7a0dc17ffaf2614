/*
 * window.c
 *		Definitions of windows: reading and writing dbms.window, and their
 *		state as far as it follows from the definition.
 *
 * The calls of DBMS_SCHEDULER are in window_define.c and window_attribute.c,
 * openings in window_set.c. All functions expect an open catalog scope.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/change.h"
#include "core/errors.h"
#include "core/sql.h"
#include "resource/resource.h"
#include "scheduler/global.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"
#include "scheduler/schedule.h"
#include "scheduler/window_int.h"
#include "scheduler/window_set.h"

/* dependent windows that are named in an error */
#define MAX_NAMED	10

#define NEVER_OPENS	"the schedule has no time from now on"

/* a schedule that is looked for in calendars */
typedef struct PgdWantedSchedule
{
	int			owner_id;
	const char *name;
	bool		is_found;
} PgdWantedSchedule;

static char *begin(PgdWindowDefinition *window);
static void begin_or_disable(PgdWindowDefinition *window);
static int64 *windows_of_schedule(int owner_id, const char *schedule_name,
								  int *n);
static bool names_schedule(const char *repeat_interval, const char *owner,
						   PgdWantedSchedule *wanted);
static bool resolve_and_look(void *arg, const char *owner, const char *name,
							 PgdCalSchedule *schedule);
static PgdWindowDefinition *definition_by_id(int64 window_id);

void
pgd_window_log_definition(const char *window_name, const char *operation,
						  const char *user, const char *info)
{
	TimestampTz last = DT_NOBEGIN;

	pgd_window_log(GetCurrentTimestamp(), &last, window_name, operation, NULL,
				   user, info, NULL);
}

#define DEFINITION_COLUMNS \
	"resource_plan, schedule_owner_id, schedule_name, start_at, time_zone, repeat_interval, end_at," \
	" duration, is_high, is_enabled, base_at, is_system, follow_default_timezone, comments"

static void
put_definition(PgdParameters *p, const PgdWindowDefinition *window)
{
	p->n = 0;
	pgd_put_int64(p, window->object->id);
	pgd_put_text(p, window->resource_plan);
	pgd_put_int32_or_null(p, window->schedule_owner_id, PGD_OWNER_NONE);
	pgd_put_text(p, window->schedule_name);
	pgd_put_timestamptz(p, window->start_at);
	pgd_put_text(p, window->time_zone);
	pgd_put_text(p, window->repeat_interval);
	pgd_put_timestamptz(p, window->end_at);
	pgd_put_interval(p, window->duration);
	pgd_put_bool(p, window->is_high);
	pgd_put_bool(p, window->is_enabled);
	pgd_put_timestamptz(p, window->base_at);
	pgd_put_bool(p, window->is_system);
	pgd_put_bool(p, window->follow_default_timezone);
	pgd_put_text(p, window->comments);
}

static TimestampTz
time_or_none(int column)
{
	return pgd_column_is_null(0, column) ? DT_NOEND :
		pgd_column_timestamptz(0, column);
}

/* A row of dbms.window that is held is passed over by who opens windows. */
void
pgd_window_read(PgdWindowDefinition *window, const PgdObject *object,
				bool for_change)
{
	MemoryContext context = GetMemoryChunkContext(unconstify(PgdObject *, object));
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (for_change)
		(void) pgd_sql("SELECT 1 FROM dbms.window WHERE id = $1 FOR UPDATE",
					   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	if (pgd_sql("SELECT " DEFINITION_COLUMNS " FROM dbms.window WHERE id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_object("window", object->shown);
	window->object = object;
	window->resource_plan = pgd_column_text(context, 0, 0);
	window->schedule_owner_id = pgd_column_is_null(0, 1) ? PGD_OWNER_NONE :
		pgd_column_int32(0, 1);
	window->schedule_name = pgd_column_text(context, 0, 2);
	window->start_at = time_or_none(3);
	window->time_zone = pgd_column_text(context, 0, 4);
	window->repeat_interval = pgd_column_text(context, 0, 5);
	window->end_at = time_or_none(6);
	window->duration = pgd_column_interval(context, 0, 7);
	window->is_high = pgd_column_bool(0, 8);
	window->is_enabled = pgd_column_bool(0, 9);
	window->base_at = pgd_column_timestamptz(0, 10);
	window->is_system = pgd_column_bool(0, 11);
	window->follow_default_timezone = pgd_column_bool(0, 12);
	window->comments = pgd_column_text(context, 0, 13);
}

/*
 * Both rows; the object exists. The first window of all brings the rows that
 * switches of windows lock: a restore, which makes no window, finds none in
 * the way of those of the dump.
 */
void
pgd_window_insert(const PgdWindowDefinition *window)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(window->object->id)};
	PgdParameters parameters;

	put_definition(&parameters, window);
	pgd_change_sql_with("INSERT INTO dbms.window (id, " DEFINITION_COLUMNS ")"
						" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
						&parameters, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.window_state (window_id) VALUES ($1)",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.opening DEFAULT VALUES ON CONFLICT DO NOTHING",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_plan_make_state();
	pgd_change_note_windows();
}

void
pgd_window_update(const PgdWindowDefinition *window)
{
	PgdParameters parameters;

	put_definition(&parameters, window);
	pgd_change_sql_with("UPDATE dbms.window SET (" DEFINITION_COLUMNS ")"
						" = ROW($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) WHERE id = $1",
						&parameters, SPI_OK_UPDATE);
	pgd_change_note_windows();
}

/* Not its object, nor what refers to it. */
void
pgd_window_delete(int64 window_id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(window_id)};

	pgd_change_sql("DELETE FROM dbms.window WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.window_state WHERE window_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_note_windows();
}

/*
 * Lets an enabled window start from now on by its schedule, and writes its
 * state. NULL if it does; else the window is disabled, and the result says
 * why, a clause without a full stop.
 */
static char *
begin(PgdWindowDefinition *window)
{
	PgdWindowSet *set;
	PgdWindow  *rules;
	PgdParameters parameters = {0};
	char	   *complaint;

	/* as the rules read it, it is what is written */
	pgd_window_update(window);
	set = pgd_window_set_read(false);
	rules = pgd_window_set_find(set, window->object->id);
	if (rules == NULL)
		pgd_error_no_object("window", window->object->shown);
	complaint = pgd_window_set_detail(set, rules->id)->fault;
	if (complaint == NULL)
	{
		pgd_window_begin(rules, GetCurrentTimestamp());
		if (rules->next_start_at == PGD_NO_TIME)
			complaint = rules->calendar_error.message[0] != '\0' ?
				rules->calendar_error.message : NEVER_OPENS;
	}
	if (complaint != NULL)
	{
		pgd_window_stop_starting(window);
		return complaint;
	}
	window->base_at = rules->timing.base_at;
	pgd_window_update(window);
	pgd_put_int64(&parameters, rules->id);
	pgd_put_timestamptz(&parameters, rules->next_start_at);
	pgd_put_timestamptz(&parameters, rules->start_at);
	pgd_put_bool(&parameters, rules->is_used_up);
	pgd_change_sql_with("UPDATE dbms.window_state SET next_start_at = $2, start_at = $3, is_used_up = $4"
						" WHERE window_id = $1",
						&parameters, SPI_OK_UPDATE);
	return NULL;
}

void
pgd_window_start_anew(PgdWindowDefinition *window)
{
	const char *complaint;

	window->is_enabled = true;
	complaint = begin(window);
	if (complaint == NULL)
		return;
	if (strcmp(complaint, NEVER_OPENS) != 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27481)),
				 errmsg("window \"%s\" has an invalid schedule",
						window->object->shown),
				 errdetail("%s", pgd_error_sentence(complaint))));
	ereport(WARNING,
			(errcode(PGD_ORA(27483)),
			 errmsg("window \"%s\" will never open", window->object->shown),
			 errdetail("Its schedule has no time from now on, so it is disabled.")));
}

void
pgd_window_stop_starting(PgdWindowDefinition *window)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(window->object->id)};

	window->is_enabled = false;
	pgd_window_update(window);
	pgd_change_sql("UPDATE dbms.window_state SET next_start_at = NULL WHERE window_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

/* ---- windows and schedules ---- */

/* Ids by name, in the current memory context of SPI. */
static int64 *
windows_of_schedule(int owner_id, const char *schedule_name, int *n)
{
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[] = {Int32GetDatum(owner_id),
		CStringGetTextDatum(schedule_name)
	};
	int64	   *ids;

	*n = pgd_sql("SELECT w.id FROM dbms.window w JOIN dbms.object b ON b.id = w.id"
				 " WHERE w.schedule_owner_id = $1 AND w.schedule_name = $2 ORDER BY b.name",
				 lengthof(types), types, values, NULL, SPI_OK_SELECT);
	ids = palloc(sizeof(int64) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
		ids[i] = pgd_column_int64(i, 0);
	return ids;
}

char *
pgd_window_dependents(int owner_id, const char *schedule_name)
{
	int			n;
	int64	   *ids = windows_of_schedule(owner_id, schedule_name, &n);
	StringInfoData detail;

	if (n == 0)
		return NULL;
	initStringInfo(&detail);
	for (int i = 0; i < n && i < MAX_NAMED; i++)
	{
		PgdObject  *object = pgd_object_by_id(ids[i]);

		if (object != NULL)
			appendStringInfo(&detail, "%sWindow \"%s\" depends on it.",
							 detail.len > 0 ? " " : "", object->shown);
	}
	if (n > MAX_NAMED)
		appendStringInfo(&detail, " So do %d other windows.", n - MAX_NAMED);
	return detail.data;
}

void
pgd_window_disable_dependents(int owner_id, const char *schedule_name,
							  const char *reason)
{
	int			n;
	int64	   *ids = windows_of_schedule(owner_id, schedule_name, &n);

	for (int i = 0; i < n; i++)
	{
		PgdWindowDefinition *window = definition_by_id(ids[i]);

		if (window == NULL || !window->is_enabled)
			continue;
		pgd_window_stop_starting(window);
		pgd_window_log_definition(window->object->name, "DISABLE", NULL,
								  pgd_log_info("REASON", reason));
	}
}

/*
 * Windows are few: every one's calendar is compiled to see whether it names
 * the schedule. One that cannot start any more is disabled with the reason.
 */
void
pgd_window_reschedule_dependents(int owner_id, const char *schedule_name)
{
	PgdWantedSchedule wanted = {owner_id, schedule_name, false};
	SPITupleTable *rows;
	uint64		n;

	n = pgd_sql("SELECT w.id, w.schedule_owner_id, w.schedule_name,"
				" CASE WHEN w.schedule_name IS NULL THEN w.repeat_interval ELSE s.repeat_interval END, sw.role_name"
				" FROM dbms.window w JOIN dbms.object b ON b.id = w.id"
				" LEFT JOIN dbms.object so ON so.owner_id = w.schedule_owner_id AND so.name = w.schedule_name"
				"  AND so.type = 'SCHEDULE'"
				" LEFT JOIN dbms.schedule s ON s.id = so.id"
				" LEFT JOIN dbms.owner sw ON sw.id = so.owner_id"
				" WHERE w.is_enabled ORDER BY b.name",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 i = 0; i < n; i++)
	{
		int64		id;
		bool		is_meant;

		CHECK_FOR_INTERRUPTS();
		pgd_rows_use(rows, n);
		id = pgd_column_int64(i, 0);
		is_meant = !pgd_column_is_null(i, 1) &&
			pgd_column_int32(i, 1) == owner_id &&
			strcmp(pgd_column_text(CurrentMemoryContext, i, 2),
				   schedule_name) == 0;
		if (!is_meant && !pgd_column_is_null(i, 3))
			is_meant = names_schedule(pgd_column_text(CurrentMemoryContext, i, 3),
									  pgd_column_text(CurrentMemoryContext, i, 4),
									  &wanted);
		if (is_meant)
			begin_or_disable(definition_by_id(id));
	}
}

static bool
names_schedule(const char *repeat_interval, const char *owner,
			   PgdWantedSchedule *wanted)
{
	PgdCalError error;
	PgdCalendar *calendar;

	wanted->is_found = false;
	calendar = pgd_calendar_compile(repeat_interval,
									owner == NULL ? PGD_SYS_SCHEMA : owner,
									resolve_and_look, wanted, &error);
	if (calendar != NULL)
		pfree(calendar);
	return wanted->is_found;
}

/* The resolver of all calendars, and a look at what they name. */
static bool
resolve_and_look(void *arg, const char *owner, const char *name,
				 PgdCalSchedule *schedule)
{
	PgdWantedSchedule *wanted = arg;

	if (!pgd_schedule_resolve(NULL, owner, name, schedule))
		return false;
	wanted->is_found |= strcmp(name, wanted->name) == 0 &&
		pgd_owner_id_by_name(schedule->owner) == wanted->owner_id;
	return true;
}

/* A window at the time that another one's doing concerns it; NULL: it is gone. */
static PgdWindowDefinition *
definition_by_id(int64 window_id)
{
	PgdObject  *object;
	PgdWindowDefinition *window;

	object = pgd_object_by_id(window_id);
	if (object == NULL)
		return NULL;
	window = palloc0(sizeof(PgdWindowDefinition));
	pgd_window_read(window, object, true);
	return window;
}

/* The schedule of a window changed without its doing. */
static void
begin_or_disable(PgdWindowDefinition *window)
{
	char	   *complaint;

	if (window == NULL || !window->is_enabled)
		return;
	complaint = begin(window);
	if (complaint != NULL)
		pgd_window_log_definition(window->object->name, "DISABLE", NULL,
								  pgd_log_info("REASON", complaint));
}

/* Windows that follow it go by the new zone, at the same time of day. */
void
pgd_window_default_time_zone_changed(void)
{
	Oid			types[] = {TEXTOID};
	Datum		values[1];
	char	   *time_zone = pgd_scheduler_attribute("DEFAULT_TIMEZONE");
	uint64		n;
	int64	   *ids;

	if (time_zone == NULL)
		return;
	values[0] = CStringGetTextDatum(time_zone);
	n = pgd_sql("SELECT w.id FROM dbms.window w WHERE w.follow_default_timezone AND w.start_at IS NULL"
				" AND w.time_zone <> $1 ORDER BY w.id",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	ids = palloc(sizeof(int64) * Max(n, 1));
	for (uint64 i = 0; i < n; i++)
		ids[i] = pgd_column_int64(i, 0);
	for (uint64 i = 0; i < n; i++)
	{
		PgdWindowDefinition *window = definition_by_id(ids[i]);

		if (window == NULL)
			continue;
		window->time_zone = time_zone;
		pgd_window_update(window);
		begin_or_disable(window);
	}
}
