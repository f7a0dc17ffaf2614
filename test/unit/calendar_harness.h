/*
 * calendar_harness.h
 *		What the calendar's tests without a server share: memory, named
 *		schedules from an array, and a few time zones by rule.
 */
#ifndef CALENDAR_HARNESS_H
#define CALENDAR_HARNESS_H

#include "calendar/calendar.h"

typedef struct TestSchedule
{
	const char *name;
	const char *text;
	const char *start;			/* "YYYY-MM-DD hh:mm:ss" or NULL */
	const char *zone;
} TestSchedule;

typedef struct TestSchedules
{
	const TestSchedule *list;
	int			count;
} TestSchedules;

extern const PgdCalEnv test_env;

/* UTC, Fixed (east 5:45), Eastern (US rule since 2007), Howe (half an hour) */
extern const PgdCalZone *test_zone(const char *name);

/* a PgdCalResolve; arg is TestSchedules */
extern bool test_resolve(void *arg, const char *owner, const char *name,
						 PgdCalSchedule *schedule);

/* local time as text to an instant, the first if it comes twice; and back */
extern int64_t test_instant(const char *text, const PgdCalZone *zone);
extern void test_show(int64_t instant, const PgdCalZone *zone, char *buffer);

#endif							/* CALENDAR_HARNESS_H */
