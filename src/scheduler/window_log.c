/*
 * window_log.c
 *		Rows of the log of windows: openings, closings, overlaps.
 *
 * The dates of what happens to openings strictly increase, whatever the clock
 * does; so does log_id, since all of it is written by who holds the row of
 * dbms.opening.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "core/change.h"
#include "core/sql.h"
#include "scheduler/window_set.h"

void
pgd_window_log(TimestampTz at, TimestampTz *last, const char *window_name,
			   const char *operation, const char *status, const char *user,
			   const char *info, const PgdOpening *ended)
{
	Oid			types[] = {
		TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID,
		TIMESTAMPTZOID, TIMESTAMPTZOID, INTERVALOID, INTERVALOID
	};
	Datum		values[lengthof(types)] = {0};
	char		nulls[] = "           ";

	if (at <= *last)
		at = *last + 1;
	*last = at;
	values[0] = TimestampTzGetDatum(at);
	values[1] = CStringGetTextDatum(window_name);
	values[2] = CStringGetTextDatum(operation);
	if (status != NULL)
		values[3] = CStringGetTextDatum(status);
	else
		nulls[3] = 'n';
	if (user != NULL)
		values[4] = CStringGetTextDatum(user);
	else
		nulls[4] = 'n';
	if (info != NULL)
		values[5] = CStringGetTextDatum(info);
	else
		nulls[5] = 'n';
	values[6] = BoolGetDatum(ended != NULL);
	if (ended != NULL)
	{
		int64		open_for = at - ended->opened_at;

		values[7] = TimestampTzGetDatum(ended->requested_at);
		values[8] = TimestampTzGetDatum(ended->opened_at);
		values[9] = IntervalPGetDatum(pgd_interval_of(ended->duration));
		values[10] = IntervalPGetDatum(pgd_interval_of(Max(open_for, 0)));
	}
	else
		nulls[7] = nulls[8] = nulls[9] = nulls[10] = 'n';
	pgd_change_sql("INSERT INTO dbms.window_log (log_date, window_name, operation, status, user_name,"
				   " additional_info, is_detail, requested_at, opened_at, duration, actual_duration)"
				   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
}

char *
pgd_window_log_join(char *info, char *more)
{
	if (info == NULL)
		return more;
	if (more == NULL)
		return info;
	return psprintf("%s, %s", info, more);
}

Interval *
pgd_interval_of(int64 usecs)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->day = usecs / USECS_PER_DAY;
	interval->time = usecs % USECS_PER_DAY;
	return interval;
}
