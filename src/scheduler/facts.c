/*
 * facts.c
 *		A job's row as the facts that decide.c works on.
 */
#include "postgres.h"

#include "core/sql.h"
#include "scheduler/facts.h"
#include "scheduler/schedule.h"

/*
 * Facts of a job from a row; returns its calendar, to be freed. A calendar
 * or zone that is no longer valid is told by facts->timing.kind being
 * PGD_INTERVAL_CALENDAR without a calendar.
 */
PgdCalendar *
pgd_facts_read(uint64 row, PgdJobFacts *facts)
{
	PgdCalendar *calendar = NULL;
	char	   *zone = pgd_column_text(CurrentMemoryContext, row, 18);
	char	   *interval = pgd_column_text(CurrentMemoryContext, row, 19);
	char	   *kind = pgd_column_text(CurrentMemoryContext, row, 20);
	char	   *missed = pgd_column_text(CurrentMemoryContext, row, 21);

	memset(facts, 0, sizeof(*facts));
	facts->is_enabled = pgd_column_bool(row, 1);
	facts->is_deferred_drop = pgd_column_bool(row, 2);
	facts->auto_drop = pgd_column_bool(row, 3);
	facts->restart_on_failure = pgd_column_bool(row, 4);
	facts->restart_on_recovery = pgd_column_bool(row, 5);
	facts->is_dbms_job = pgd_column_bool(row, 6);
	facts->max_runs = pgd_column_int32(row, 7);
	facts->max_failures = pgd_column_int32(row, 8);
	facts->run_count = pgd_column_int64(row, 9);
	facts->failure_count = pgd_column_int64(row, 10);
	facts->consecutive_failures = pgd_column_int32(row, 11);
	facts->retry_count = pgd_column_int32(row, 12);
	facts->next_run_at = pgd_column_is_null(row, 13) ? PGD_NO_TIME :
		pgd_column_timestamptz(row, 13);
	facts->due_at = pgd_column_is_null(row, 14) ? facts->next_run_at :
		pgd_column_timestamptz(row, 14);
	facts->timing.base_at = pgd_column_is_null(row, 15) ? facts->due_at :
		pgd_column_timestamptz(row, 15);
	facts->timing.start_at = pgd_column_is_null(row, 16) ? PGD_NO_TIME :
		pgd_column_timestamptz(row, 16);
	facts->timing.end_at = pgd_column_is_null(row, 17) ? PGD_NO_TIME :
		pgd_column_timestamptz(row, 17);
	facts->timing.zone = zone ? pgd_zone_lookup(zone) : NULL;
	facts->timing.missed = strcmp(missed, "EACH") == 0 ? PGD_MISSED_EACH :
		strcmp(missed, "SKIP") == 0 ? PGD_MISSED_SKIP : PGD_MISSED_ONCE;
	facts->stops_with_window = pgd_column_bool(row, PGD_FACT_STOPS);
	facts->window_close_at = pgd_column_timestamptz(row, PGD_FACT_CLOSE);
	if (kind != NULL && strcmp(kind, "WINDOW") == 0)
		facts->timing.kind = PGD_INTERVAL_WINDOW;
	else if (kind == NULL || interval == NULL)
		facts->timing.kind = PGD_INTERVAL_NONE;
	else if (strcmp(kind, "EXPRESSION") == 0)
		facts->timing.kind = PGD_INTERVAL_EXPRESSION;
	else
	{
		PgdCalError error;

		facts->timing.kind = PGD_INTERVAL_CALENDAR;
		if (facts->timing.zone != NULL)
			calendar = pgd_calendar_compile(interval,
											pgd_column_text(CurrentMemoryContext, row,
															PGD_FACT_NAMES_OWNER),
											pgd_schedule_resolve, NULL, &error);
		facts->timing.calendar = calendar;
	}
	return calendar;
}

/* What makes a job's timing useless, NULL if nothing does. */
const char *
pgd_facts_fault(uint64 row, const PgdJobFacts *facts)
{
	if (pgd_column_bool(row, PGD_FACT_NO_SCHEDULE))
		return "its schedule does not exist";
	if (facts->timing.zone == NULL)
		return "its time zone is unknown";
	if (facts->timing.kind == PGD_INTERVAL_CALENDAR &&
		facts->timing.calendar == NULL)
		return "its repeat interval is not valid";
	return NULL;
}
