/*
 * timing.h
 *		The times at which a schedule says that something happens: jobs run,
 *		windows start. Pure functions without a server; instants are
 *		microseconds as TimestampTz.
 */
#ifndef PGD_TIMING_H
#define PGD_TIMING_H

#include "calendar/calendar.h"

/* no such instant; also "never again" (the server's infinity) */
#define PGD_NO_TIME		INT64_MAX

typedef enum PgdIntervalKind
{
	PGD_INTERVAL_NONE,			/* runs once */
	PGD_INTERVAL_CALENDAR,		/* calendar string or cron line */
	PGD_INTERVAL_EXPRESSION,	/* evaluated by the owner's worker */
	PGD_INTERVAL_WINDOW			/* runs when its window opens, or one of its
								 * group: no due time in between */
} PgdIntervalKind;

typedef enum PgdMissedRule
{
	PGD_MISSED_ONCE,			/* one run makes up for all, as Oracle */
	PGD_MISSED_SKIP,			/* none */
	PGD_MISSED_EACH				/* one run for each due time */
} PgdMissedRule;

/* when a job is to run, or a window starts */
typedef struct PgdTiming
{
	PgdIntervalKind kind;
	const PgdCalendar *calendar;	/* for PGD_INTERVAL_CALENDAR */
	const PgdCalZone *zone;		/* zone of the start date */
	int64_t		start_at;		/* PGD_NO_TIME: none was given */
	int64_t		base_at;		/* moment of enabling, counts without start */
	int64_t		end_at;			/* PGD_NO_TIME: none */
	PgdMissedRule missed;
} PgdTiming;

/*
 * The first due time of what is enabled at now; PGD_NO_TIME if there is
 * none. An error of the calendar is returned in *error (then PGD_NO_TIME).
 */
extern int64_t pgd_timing_first(const PgdTiming *timing, int64_t now,
								PgdCalError *error);

/*
 * The due time after the one at 'served', seen from now. For an expression
 * the worker says it, not this function.
 */
extern int64_t pgd_timing_next(const PgdTiming *timing, int64_t served,
							   int64_t now, PgdCalError *error);

/*
 * Due times that passed, from the first that was not served up to now; at
 * most 'most' are counted. *last becomes the latest of them.
 */
extern int	pgd_timing_count_missed(const PgdTiming *timing, int64_t first,
									int64_t now, int most, int64_t *last);

/* at, or PGD_NO_TIME if the schedule has ended by then */
extern int64_t pgd_timing_within_end(const PgdTiming *timing, int64_t at);

#endif							/* PGD_TIMING_H */
