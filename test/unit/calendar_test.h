/*
 * calendar_test.h
 *		The parts of the calendar's unit test.
 */
#ifndef CALENDAR_TEST_H
#define CALENDAR_TEST_H

#include "calendar_harness.h"

#define USEC		INT64_C(1000000)
#define DAY			INT64_C(86400)

/* reports one assertion */
extern void ok(bool passed, const char *format,...)
			__attribute__((format(printf, 2, 3)));

/* calendar_random.c: nrules rules of each kind */
extern void test_random(uint64_t seed, int nrules);

/* calendar_speed.c */
extern void test_speed(void);

#endif							/* CALENDAR_TEST_H */
