/*
 * window_set.c
 *		Windows and the opening in force between the tables and the rules.
 *
 * Used by the coordinator and by the sessions that open and close windows by
 * hand or drop them; see window_set.h for the locks.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "calendar/calendar.h"
#include "core/change.h"
#include "core/sql.h"
#include "resource/resource.h"
#include "scheduler/log.h"
#include "scheduler/schedule.h"
#include "scheduler/window_set.h"

/* a closing is late if it is by more than this */
#define PGD_CLOSE_LATE_US	USECS_PER_SEC

/* what the writing of a step needs */
typedef struct PgdStepWriter
{
	PgdWindowSet *set;
	TimestampTz now;
	const char *user;
	TimestampTz since;
	const char *late_reason;
} PgdStepWriter;

bool		pgd_window_plan_is_switching = false;
bool		pgd_window_plan_is_suspect = false;

static int64 *lock_windows(int *n);
static int64 *lock_states(int *n);
static int64 *ids_of_rows(int n);
static void read_opening(PgdWindowSet *set);
static void read_window(uint64 row, PgdWindow *window,
						PgdWindowDetail *detail);
static void read_calendar(uint64 row, PgdWindow *window,
						  PgdWindowDetail *detail);
static bool is_among(int64 id, const int64 *ids, int n);
static void begin_without_state(PgdWindowSet *set, TimestampTz now);
static void end_faulty(PgdStepWriter *writer);
static void write_event(PgdStepWriter *writer, const PgdWindowEvent *events,
						int i, int n);
static char *close_info(PgdStepWriter *writer, const PgdWindowEvent *events,
						int i, int n);
static char *switch_plan(const PgdWindowDetail *detail, const char *name);
static const char *name_of(PgdWindowSet *set, int64 id);
static void write_end(PgdStepWriter *writer, int64 id, const char *reason);
static void write_states(PgdWindowSet *set, int64 dropped);
static void write_opening(PgdWindowSet *set, bool is_changed);

bool
pgd_opening_lock(bool wait)
{
	if (!wait &&
		pgd_sql("SELECT FROM dbms.opening FOR UPDATE SKIP LOCKED",
				0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
		return true;
	if (!wait &&
		pgd_sql("SELECT FROM dbms.opening",
				0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
		return false;

	/* the row is missing only if a superuser deleted it */
	while (pgd_sql("SELECT FROM dbms.opening FOR UPDATE",
				   0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
		pgd_change_sql("INSERT INTO dbms.opening DEFAULT VALUES ON CONFLICT DO NOTHING",
					   0, NULL, NULL, NULL, SPI_OK_INSERT);
	return true;
}

PgdWindowSet *
pgd_window_set_read(bool lock)
{
	MemoryContext context = CurrentMemoryContext;
	PgdWindowSet *set = palloc0(sizeof(PgdWindowSet));
	int			nours = 0;
	int			nstates = 0;
	int64	   *ours = lock ? lock_windows(&nours) : NULL;
	int64	   *states = lock ? lock_states(&nstates) : NULL;
	SPITupleTable *rows;
	uint64		n;

	MemoryContextSwitchTo(context);
	read_opening(set);
	n = pgd_sql("SELECT o.id, o.name, w.resource_plan, w.is_high, w.is_enabled, w.duration, w.base_at,"
				" CASE WHEN w.schedule_name IS NULL THEN w.start_at ELSE sc.start_at END,"
				" CASE WHEN w.schedule_name IS NULL THEN w.end_at ELSE sc.end_at END,"
				" CASE WHEN w.schedule_name IS NULL THEN w.time_zone ELSE sc.time_zone END,"
				" CASE WHEN w.schedule_name IS NULL THEN w.repeat_interval ELSE sc.repeat_interval END,"
				" CASE WHEN w.schedule_name IS NULL THEN 'sys' ELSE sw.role_name END,"
				" w.schedule_name IS NOT NULL AND sc.id IS NULL,"
				" s.next_start_at, s.start_at, coalesce(s.is_used_up, false), s.window_id IS NOT NULL"
				" FROM dbms.window w JOIN dbms.object o ON o.id = w.id"
				" LEFT JOIN dbms.window_state s ON s.window_id = w.id"
				" LEFT JOIN dbms.object so ON so.owner_id = w.schedule_owner_id AND so.name = w.schedule_name"
				"  AND so.type = 'SCHEDULE'"
				" LEFT JOIN dbms.schedule sc ON sc.id = so.id"
				" LEFT JOIN dbms.owner sw ON sw.id = so.owner_id"
				" ORDER BY o.name",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	MemoryContextSwitchTo(context);
	set->n = n;
	set->windows = palloc0(sizeof(PgdWindow) * Max(n, 1));
	set->details = palloc0(sizeof(PgdWindowDetail) * Max(n, 1));
	for (uint64 row = 0; row < n; row++)
	{
		PgdWindow  *window = &set->windows[row];
		PgdWindowDetail *detail = &set->details[row];

		read_window(row, window, detail);

		/* a named schedule in the calendar is looked up in between */
		pgd_rows_use(rows, n);
		MemoryContextSwitchTo(context);
		detail->before = *window;
		if (lock && (!is_among(window->id, ours, nours) ||
					 (detail->has_state &&
					  !is_among(window->id, states, nstates))))
		{
			detail->is_held = true;
			set->has_held = true;
			window->is_enabled = false;
		}
	}
	return set;
}

PgdWindow *
pgd_window_set_find(PgdWindowSet *set, int64 id)
{
	for (int i = 0; i < set->n; i++)
		if (set->windows[i].id == id)
			return &set->windows[i];
	return NULL;
}

PgdWindowDetail *
pgd_window_set_detail(PgdWindowSet *set, int64 id)
{
	for (int i = 0; i < set->n; i++)
		if (set->details[i].id == id)
			return &set->details[i];
	return NULL;
}

/* Ids of the windows whose rows are ours until the end of the transaction. */
static int64 *
lock_windows(int *n)
{
	*n = pgd_sql("SELECT w.id FROM dbms.window w ORDER BY w.id FOR UPDATE OF w SKIP LOCKED",
				 0, NULL, NULL, NULL, SPI_OK_SELECT);
	return ids_of_rows(*n);
}

/* The same of their states, which only a superuser's own statement can hold. */
static int64 *
lock_states(int *n)
{
	*n = pgd_sql("SELECT s.window_id FROM dbms.window_state s ORDER BY s.window_id FOR UPDATE OF s SKIP LOCKED",
				 0, NULL, NULL, NULL, SPI_OK_SELECT);
	return ids_of_rows(*n);
}

static int64 *
ids_of_rows(int n)
{
	int64	   *ids = palloc(sizeof(int64) * Max(n, 1));

	for (int i = 0; i < n; i++)
		ids[i] = pgd_column_int64(i, 0);
	return ids;
}

static bool
is_among(int64 id, const int64 *ids, int n)
{
	for (int i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void
read_opening(PgdWindowSet *set)
{
	MemoryContext context = CurrentMemoryContext;
	Interval   *duration;

	set->is_served = true;
	set->last_log_date = DT_NOBEGIN;
	if (pgd_sql("SELECT window_id, window_name, is_high, is_manual, requested_at, opened_at, close_at,"
				" duration, last_log_date, is_served FROM dbms.opening",
				0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
		return;
	set->last_log_date = pgd_column_timestamptz(0, 8);
	set->is_served = pgd_column_bool(0, 9);
	if (pgd_column_is_null(0, 0))
		return;
	set->opening.window_id = pgd_column_int64(0, 0);
	set->open_name = pgd_column_text(context, 0, 1);
	set->opening.is_high = pgd_column_bool(0, 2);
	set->opening.is_manual = pgd_column_bool(0, 3);
	set->opening.requested_at = pgd_column_timestamptz(0, 4);
	set->opening.opened_at = pgd_column_timestamptz(0, 5);
	set->opening.close_at = pgd_column_timestamptz(0, 6);
	duration = pgd_column_interval(context, 0, 7);
	set->opening.duration = duration == NULL ? 0 :
		duration->day * USECS_PER_DAY + duration->time;
}

static TimestampTz
time_or_none(uint64 row, int column)
{
	return pgd_column_is_null(row, column) ? PGD_NO_TIME :
		pgd_column_timestamptz(row, column);
}

/*
 * A window that cannot open as it is defined, as a restore may bring it, has
 * a fault and is disabled for the rules.
 */
static void
read_window(uint64 row, PgdWindow *window, PgdWindowDetail *detail)
{
	MemoryContext context = CurrentMemoryContext;
	Interval   *duration = pgd_column_interval(context, row, 5);

	window->id = detail->id = pgd_column_int64(row, 0);
	window->name = detail->name = pgd_column_text(context, row, 1);
	detail->resource_plan = pgd_column_text(context, row, 2);
	window->is_high = pgd_column_bool(row, 3);
	window->is_enabled = pgd_column_bool(row, 4);
	window->timing.base_at = pgd_column_timestamptz(row, 6);
	window->timing.start_at = time_or_none(row, 7);
	window->timing.end_at = time_or_none(row, 8);
	window->next_start_at = time_or_none(row, 13);
	window->start_at = time_or_none(row, 14);
	window->is_used_up = pgd_column_bool(row, 15);
	detail->has_state = pgd_column_bool(row, 16);

	if (duration == NULL || duration->month != 0 ||
		duration->day > PGD_WINDOW_DURATION_MAX / SECS_PER_DAY ||
		duration->day < 0 || duration->time < 0 ||
		duration->time > PGD_WINDOW_DURATION_MAX * USECS_PER_SEC ||
		duration->day * USECS_PER_DAY + duration->time <= 0)
	{
		detail->fault = "its duration is not valid";
		window->duration = USECS_PER_SEC;
	}
	else
		window->duration = duration->day * USECS_PER_DAY + duration->time;
	if (pgd_column_bool(row, 12))
		detail->fault = "its schedule does not exist";
	else
		read_calendar(row, window, detail);
	if (detail->fault != NULL)
		window->timing.kind = PGD_INTERVAL_NONE;
}

static void
read_calendar(uint64 row, PgdWindow *window, PgdWindowDetail *detail)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *zone = pgd_column_text(context, row, 9);
	char	   *interval = pgd_column_text(context, row, 10);
	PgdCalError error;

	window->timing.zone = pgd_zone_lookup(zone);
	if (window->timing.zone == NULL)
	{
		detail->fault = "its time zone is unknown";
		return;
	}
	if (interval == NULL)
		return;
	window->timing.kind = PGD_INTERVAL_CALENDAR;
	window->timing.calendar =
		pgd_calendar_compile(interval, pgd_column_text(context, row, 11),
							 pgd_schedule_resolve, NULL, &error);
	if (window->timing.calendar == NULL)
		detail->fault = psprintf("its repeat interval is not valid: %s",
								 error.message);
}

/* ---- a step ---- */

void
pgd_window_set_step(PgdWindowSet *set, const PgdWindowAction *action,
					TimestampTz now, const char *user, TimestampTz since,
					const char *late_reason)
{
	PgdStepWriter writer = {set, now, user, since, late_reason};
	PgdWindowEvent *events;
	bool		is_changed = false;
	int			n;

	begin_without_state(set, now);
	end_faulty(&writer);
	events = palloc0(sizeof(PgdWindowEvent) * PGD_WINDOW_MAX_EVENTS(set->n));
	n = pgd_windows_step(set->windows, set->n, &set->opening, action, now,
						 events);
	for (int i = 0; i < n; i++)
	{
		write_event(&writer, events, i, n);
		is_changed |= events[i].kind == PGD_WINDOW_OPENS ||
			events[i].kind == PGD_WINDOW_CLOSES;
	}
	write_states(set, action->kind == PGD_WINDOW_DROP ? action->window_id : 0);
	write_opening(set, is_changed);
}

/* A window whose state is missing begins now, as if it were made now. */
static void
begin_without_state(PgdWindowSet *set, TimestampTz now)
{
	for (int i = 0; i < set->n; i++)
	{
		PgdWindowDetail *detail = pgd_window_set_detail(set,
														set->windows[i].id);

		Oid			types[] = {INT8OID, TIMESTAMPTZOID};
		Datum		values[] = {
			Int64GetDatum(detail->id), TimestampTzGetDatum(now)
		};

		if (detail->has_state || detail->fault != NULL ||
			!set->windows[i].is_enabled)
			continue;
		pgd_window_begin(&set->windows[i], now);
		pgd_change_sql("UPDATE dbms.window SET base_at = $2 WHERE id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	}
}

/* Windows that cannot open stand in nobody's way. */
static void
end_faulty(PgdStepWriter *writer)
{
	PgdWindowSet *set = writer->set;

	for (int i = 0; i < set->n; i++)
	{
		PgdWindow  *window = &set->windows[i];
		PgdWindowDetail *detail = pgd_window_set_detail(set, window->id);

		if (detail->fault == NULL || !window->is_enabled)
			continue;
		window->is_enabled = false;
		window->next_start_at = PGD_NO_TIME;
		write_end(writer, window->id, detail->fault);
	}
}

static void
write_event(PgdStepWriter *writer, const PgdWindowEvent *events, int i, int n)
{
	PgdWindowSet *set = writer->set;
	const PgdWindowEvent *event = &events[i];
	const char *name = name_of(set, event->window_id);
	const PgdWindow *window;
	bool		by_hand;

	switch (event->kind)
	{
		case PGD_WINDOW_OVERLAPS:
			pgd_window_log(writer->now, &set->last_log_date, name, "OVERLAP",
						   NULL, NULL,
						   pgd_log_info("REASON",
										psprintf("window %s is open",
												 set->open_name ? set->open_name : "")),
						   NULL);
			break;
		case PGD_WINDOW_CLOSES:
			by_hand = event->reason == PGD_CLOSE_FORCED_OPEN ||
				event->reason == PGD_CLOSE_MANUAL ||
				event->reason == PGD_CLOSE_DROP;
			if (set->open_name != NULL)
				name = set->open_name;
			pgd_window_log(writer->now, &set->last_log_date, name, "CLOSE",
						   "SUCCEEDED", by_hand ? writer->user : NULL,
						   close_info(writer, events, i, n), &event->opening);
			set->open_name = NULL;
			break;
		case PGD_WINDOW_OPENS:
			by_hand = event->opening.is_manual;
			pgd_window_log(writer->now, &set->last_log_date, name, "OPEN",
						   "SUCCEEDED", by_hand ? writer->user : NULL,
						   pgd_window_log_join(by_hand ?
											   pgd_log_info("REASON", "manual open") : NULL,
											   switch_plan(pgd_window_set_detail(set, event->window_id),
														   name)),
						   NULL);
			set->open_name = pstrdup(name);
			break;
		case PGD_WINDOW_EXTENDED:
			pgd_window_log(writer->now, &set->last_log_date, name, "UPDATE",
						   NULL, writer->user,
						   pgd_window_log_join(pgd_log_info("REASON", "manual open"),
											   pgd_log_info("CLOSE_DATE",
															timestamptz_to_str(event->opening.close_at))),
						   NULL);
			break;
		case PGD_WINDOW_ENDS:
			window = pgd_window_set_find(set, event->window_id);
			write_end(writer, event->window_id,
					  window != NULL && window->calendar_error.message[0] != '\0' ?
					  window->calendar_error.message :
					  "its schedule has no more starts");
			break;
	}
}

/* Why a window closes, unless it is that its time is over. */
static char *
close_info(PgdStepWriter *writer, const PgdWindowEvent *events, int i, int n)
{
	const PgdWindowEvent *event = &events[i];
	TimestampTz due = event->opening.close_at;
	char	   *info = NULL;
	char	   *in_force = NULL;
	const char *failure = NULL;
	int			next = i + 1;

	while (next < n && events[next].kind != PGD_WINDOW_OPENS)
		next++;
	switch (event->reason)
	{
		case PGD_CLOSE_NONE:
		case PGD_CLOSE_DURATION:
			if (due < writer->since || writer->now - due > PGD_CLOSE_LATE_US)
				info = pgd_log_info("REASON", writer->late_reason != NULL ?
									writer->late_reason :
									due < writer->since ? "scheduler restart" :
									"the scheduler was late");
			break;
		case PGD_CLOSE_PRIORITY:
			info = pgd_log_info("REASON",
								psprintf("window %s has priority HIGH",
										 next < n ? name_of(writer->set, events[next].window_id) : ""));
			break;
		case PGD_CLOSE_FORCED_OPEN:
			info = pgd_log_info("REASON",
								psprintf("window %s was opened by force",
										 next < n ? name_of(writer->set, events[next].window_id) : ""));
			break;
		case PGD_CLOSE_MANUAL:
			info = pgd_log_info("REASON", "manual close");
			break;
		case PGD_CLOSE_DROP:
			info = pgd_log_info("REASON", "window dropped");
			break;
	}
	if (next < n)
		return info;

	/* no other one opens: the plan from before comes back */
	if (!pgd_window_plan_is_suspect)
	{
		pgd_window_plan_is_switching = true;
		failure = pgd_plan_windows_closed(&in_force);
		pgd_window_plan_is_switching = false;
	}
	else
		failure = "the resource plan could not be switched";
	if (failure != NULL)
		return pgd_window_log_join(info, pgd_log_info("ERROR", failure));
	if (in_force != NULL)
		info = pgd_window_log_join(info, pgd_log_info("PLAN", in_force));
	return info;
}

/* The plan of a window that opens; what the log says of it. */
static char *
switch_plan(const PgdWindowDetail *detail, const char *name)
{
	char	   *in_force = NULL;
	const char *failure = "the resource plan could not be switched";

	if (!pgd_window_plan_is_suspect)
	{
		pgd_window_plan_is_switching = true;
		failure = pgd_plan_window_opens(name, detail != NULL ?
										detail->resource_plan : NULL,
										&in_force);
		pgd_window_plan_is_switching = false;
	}
	if (failure != NULL)
		return pgd_log_info("ERROR", failure);
	return in_force != NULL ? pgd_log_info("PLAN", in_force) : NULL;
}

static const char *
name_of(PgdWindowSet *set, int64 id)
{
	PgdWindowDetail *detail = pgd_window_set_detail(set, id);

	if (detail != NULL)
		return detail->name;
	return set->opening.window_id == id && set->open_name != NULL ?
		set->open_name : "";
}

/* A window that will not open any more is disabled. */
static void
write_end(PgdStepWriter *writer, int64 id, const char *reason)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(id)};
	PgdWindowDetail *detail = pgd_window_set_detail(writer->set, id);

	if (detail == NULL || detail->is_held)
		return;
	pgd_change_sql("UPDATE dbms.window SET is_enabled = false WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_window_log(writer->now, &writer->set->last_log_date, detail->name,
				   "DISABLE", NULL, NULL, pgd_log_info("REASON", reason),
				   NULL);
}

/* What the rules remember, where it changed. */
static void
write_states(PgdWindowSet *set, int64 dropped)
{
	for (int i = 0; i < set->n; i++)
	{
		PgdWindow  *window = &set->windows[i];
		PgdWindowDetail *detail = pgd_window_set_detail(set, window->id);
		bool		opened;
		Oid			types[] = {
			INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID, TIMESTAMPTZOID
		};
		Datum		values[lengthof(types)];
		char		nulls[] = "     ";

		if (detail == NULL || detail->is_held || window->id == dropped)
			continue;
		opened = set->opening.window_id == window->id;
		if (detail->has_state && !opened &&
			window->next_start_at == detail->before.next_start_at &&
			window->start_at == detail->before.start_at &&
			window->is_used_up == detail->before.is_used_up)
			continue;
		values[0] = Int64GetDatum(window->id);
		values[1] = TimestampTzGetDatum(window->next_start_at);
		values[2] = TimestampTzGetDatum(window->start_at);
		values[3] = BoolGetDatum(window->is_used_up);
		values[4] = TimestampTzGetDatum(set->opening.opened_at);
		if (window->next_start_at == PGD_NO_TIME)
			nulls[1] = 'n';
		if (window->start_at == PGD_NO_TIME)
			nulls[2] = 'n';
		if (!opened)
			nulls[4] = 'n';
		pgd_change_sql("INSERT INTO dbms.window_state AS s (window_id, next_start_at, start_at, is_used_up, last_opened_at)"
					   " VALUES ($1, $2, $3, $4, $5)"
					   " ON CONFLICT (window_id) DO UPDATE SET next_start_at = excluded.next_start_at,"
					   "  start_at = excluded.start_at, is_used_up = excluded.is_used_up,"
					   "  last_opened_at = coalesce(excluded.last_opened_at, s.last_opened_at)",
					   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	}
}

static void
write_opening(PgdWindowSet *set, bool is_changed)
{
	PgdOpening *opening = &set->opening;
	bool		is_open = opening->window_id != 0;
	Oid			types[] = {
		INT8OID, TEXTOID, BOOLOID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
		TIMESTAMPTZOID, INTERVALOID, TIMESTAMPTZOID, BOOLOID
	};
	Datum		values[lengthof(types)] = {0};
	char		nulls[] = "nnnnnnnnn ";

	if (is_open)
	{
		values[0] = Int64GetDatum(opening->window_id);
		values[1] = CStringGetTextDatum(set->open_name);
		values[2] = BoolGetDatum(opening->is_high);
		values[3] = BoolGetDatum(opening->is_manual);
		values[4] = TimestampTzGetDatum(opening->requested_at);
		values[5] = TimestampTzGetDatum(opening->opened_at);
		values[6] = TimestampTzGetDatum(opening->close_at);
		values[7] = IntervalPGetDatum(pgd_interval_of(opening->duration));
		memset(nulls, ' ', 8);
	}
	if (set->last_log_date != DT_NOBEGIN)
	{
		values[8] = TimestampTzGetDatum(set->last_log_date);
		nulls[8] = ' ';
	}
	values[9] = BoolGetDatum(set->is_served && !is_changed);
	pgd_change_sql("UPDATE dbms.opening SET window_id = $1, window_name = $2, is_high = $3, is_manual = $4,"
				   " requested_at = $5, opened_at = $6, close_at = $7, duration = $8,"
				   " last_log_date = $9, is_served = $10",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	if (is_changed)
		set->is_served = false;
}

void
pgd_opening_set_served(void)
{
	pgd_change_sql("UPDATE dbms.opening SET is_served = true",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
}
