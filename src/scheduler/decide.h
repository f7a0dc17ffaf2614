/*
 * decide.h
 *		The rules of when a job runs and what a run's outcome does to it, as
 *		pure functions of what is given: no clock, no catalog, no settings.
 *		Coordinator, CREATE_JOB, ENABLE and forecast use them alike.
 */
#ifndef PGD_DECIDE_H
#define PGD_DECIDE_H

#include "datatype/timestamp.h"

#include "calendar/calendar.h"

/* no such instant; also "never again" */
#define PGD_NO_TIME		DT_NOEND

typedef enum PgdIntervalKind
{
	PGD_INTERVAL_NONE,			/* runs once */
	PGD_INTERVAL_CALENDAR,		/* calendar string or cron line */
	PGD_INTERVAL_EXPRESSION		/* evaluated by the owner's worker */
} PgdIntervalKind;

typedef enum PgdMissedRule
{
	PGD_MISSED_ONCE,			/* one run makes up for all, as Oracle */
	PGD_MISSED_SKIP,			/* none */
	PGD_MISSED_EACH				/* one run for each due time */
} PgdMissedRule;

/* when a job is to run */
typedef struct PgdTiming
{
	PgdIntervalKind kind;
	const PgdCalendar *calendar;	/* for PGD_INTERVAL_CALENDAR */
	const PgdCalZone *zone;		/* zone of the start date */
	TimestampTz start_at;		/* PGD_NO_TIME: none was given */
	TimestampTz base_at;		/* moment of enabling, counts without start */
	TimestampTz end_at;			/* PGD_NO_TIME: none */
	PgdMissedRule missed;
} PgdTiming;

/*
 * The first due time of a job that is enabled at now; PGD_NO_TIME if it never
 * runs. An error of the calendar is returned in *error (then PGD_NO_TIME).
 */
extern TimestampTz pgd_timing_first(const PgdTiming *timing, TimestampTz now,
									PgdCalError *error);

/*
 * The due time after the one at 'served', seen from now. For an expression
 * the worker says it, not this function.
 */
extern TimestampTz pgd_timing_next(const PgdTiming *timing,
								   TimestampTz served, TimestampTz now,
								   PgdCalError *error);

#endif							/* PGD_DECIDE_H */
