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

#define MAX_WINDOWS		8
#define MAX_TEXT		8192

/* the case at hand */
extern PgdWindow windows[MAX_WINDOWS];
extern int	nwindows;
extern PgdOpening opening;
extern const PgdCalZone *zone;

extern void begin_case(const char *zone_name);

/* local time of the case's zone as an instant */
extern int64_t at(const char *text);

/* a window, enabled at that time; repeat_interval NULL: once, at start */
extern PgdWindow *add(const char *name, const char *repeat_interval,
					  const char *start, int64_t duration, bool is_high,
					  const char *enabled);

/* all steps that are due before that time */
extern void run_until(const char *text);

/* one step at that time, whatever was due before */
extern void time_is(const char *now);

/* what is due before that time, then a call */
extern void open_by_hand(const char *now, const char *name, int64_t duration);
extern void close_by_hand(const char *now, const char *name);
extern void drop_by_hand(const char *now, const char *name);

/* the log begins anew; before that, is it this? */
extern void forget(void);
extern void is_result(const char *expected, const char *name);

/* a compiled calendar, to be freed */
extern const PgdCalendar *compiled(const char *text);

/* how often calendars were evaluated since it was set to 0 */
extern int	evaluations;


/* window_cases.c, window_mishaps.c */
extern void test_cases(void);
extern void test_mishaps(void);
extern void test_many(void);

/* window_random.c: so many sets of windows */
extern void test_random(uint64_t seed, int nsets);

#endif							/* WINDOW_TEST_H */
