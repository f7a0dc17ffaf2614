/*
 * window_test.h
 *		What the parts of the unit test of windows share.
 */
#ifndef WINDOW_TEST_H
#define WINDOW_TEST_H

#include "calendar_harness.h"
#include "scheduler/window_rules.h"

#define USEC		INT64_C(1000000)
#define SECOND		USEC
#define MINUTE		(60 * SECOND)
#define HOUR		(60 * MINUTE)
#define DAY			(24 * HOUR)

/* reports one assertion */
extern void ok(bool passed, const char *format,...)
			__attribute__((format(printf, 2, 3)));

/* a compiled calendar, which lives as long as the test */
extern const PgdCalendar *compiled(const char *text);

/* how often calendars were evaluated since it was set to 0 */
extern int	evaluations;


/* window_random.c: so many sets of windows */
extern void test_random(uint64_t seed, int nsets);

#endif							/* WINDOW_TEST_H */
