/*
 * calendar_speed.c
 *		The worst that a rule can cost: 50 ms, and with named schedules a
 *		bounded time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calendar_test.h"

static const char *
worst_list(const char *prefix, const char *item, int step, int most, const char *suffix)
{
	static char text[PGD_CALENDAR_MAX + 100];
	int			i;

	strcpy(text, prefix);
	for (i = 1; i <= 2000 && strlen(text) + strlen(suffix) < PGD_CALENDAR_MAX - 30; i++)
	{
		if (i > 1)
			strcat(text, ",");
		sprintf(text + strlen(text), item, 1 + i * step % most);
	}
	strcat(text, suffix);
	return text;
}

static double
seconds_of_cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void
test_time(const char *text, const char *zone_name, double limit)
{
	const PgdCalZone *zone = test_zone(zone_name);
	int64_t		start = test_instant("1970-01-05 00:00:00", zone);
	int64_t		next;
	double		best = 1000;
	PgdCalError err;
	int			i;

	for (i = 0; i < 3; i++)
	{
		double		before = seconds_of_cpu();
		double		spent;
		PgdCalendar *calendar;

		calendar = pgd_calendar_parse(&test_env, text, NULL, NULL, NULL, &err);
		if (calendar == NULL)
		{
			ok(false, "%.60s: %s %s", text, err.message, err.detail);
			return;
		}
		pgd_calendar_evaluate(&test_env, calendar, start, zone, start, &next, &err);
		free(calendar);
		spent = seconds_of_cpu() - before;
		if (spent < best)
			best = spent;
	}
	ok(best < limit, "%.1f ms: %.100s in %s", best * 1000, text, zone_name);
}

static void
test_worst(void)
{
	static const char *const texts[] = {
		"FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31",
		"FREQ=YEARLY;INTERVAL=99;BYMONTH=FEB;BYMONTHDAY=30",
		"FREQ=MONTHLY;INTERVAL=97;BYMONTH=FEB;BYMONTHDAY=29;BYDAY=MON;BYYEARDAY=1",
		"FREQ=WEEKLY;INTERVAL=97;BYMONTH=FEB;BYMONTHDAY=30",
		"FREQ=DAILY;INTERVAL=97;BYMONTH=FEB;BYMONTHDAY=29",
		"FREQ=DAILY;INTERVAL=98;BYDAY=TUE,WED,THU,FRI,SAT,SUN",
		"FREQ=DAILY;INTERVAL=91;BYDAY=TUE",
		"FREQ=DAILY;BYYEARDAY=366;BYMONTH=JAN,MAR,MAY,JUL,AUG,OCT",
		"FREQ=DAILY;BYDATE=99991231",
		"FREQ=DAILY;INTERVAL=97;BYDATE=99991231^SPAN:376D",
		"FREQ=YEARLY;BYWEEKNO=53;BYMONTHDAY=15",
		"FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=9999",
		"FREQ=MONTHLY;BYHOUR=0,1,2,3;BYSETPOS=9999,-9999",
		"FREQ=SECONDLY;INTERVAL=7919;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3;BYMINUTE=3;BYSECOND=3",
		"FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,43,45,47,49,51,53,55,57,59",
		"FREQ=SECONDLY;INTERVAL=300;BYSECOND=1",
		"FREQ=SECONDLY;INTERVAL=293;BYYEARDAY=366;BYSECOND=1;BYMINUTE=1;BYHOUR=1",
		"FREQ=SECONDLY;INTERVAL=86399;BYHOUR=7;BYMINUTE=7;BYSECOND=7;BYDAY=MON;BYMONTHDAY=13;BYMONTH=2",
		"FREQ=SECONDLY;INTERVAL=86401;BYHOUR=7;BYMINUTE=7;BYSECOND=7;BYDATE=0229",
		"FREQ=SECONDLY;INTERVAL=31622399;BYDATE=0229;BYHOUR=1;BYMINUTE=1;BYSECOND=1",
		"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=SECONDLY;BYYEARDAY=366;BYMONTH=1,2,3,4,5,6,7,8,9,10,11",
		"FREQ=MINUTELY;INTERVAL=1439;BYHOUR=3;BYMINUTE=3;BYDATE=0229;BYDAY=MON",
		"FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30",
		"FREQ=MINUTELY;INTERVAL=527040;BYMINUTE=30;BYDATE=0229",
		"FREQ=HOURLY;INTERVAL=23;BYHOUR=3;BYDATE=0229;BYDAY=MON",
		"FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
		"FREQ=HOURLY;INTERVAL=25;BYDATE=0229;BYMINUTE=1;BYSECOND=1;BYHOUR=0",
		"FREQ=HOURLY;INTERVAL=8784;BYHOUR=3;BYDATE=0229",
		"0 0 31 2 *",
		"0 0 30 feb mon"
	};
	size_t		i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		test_time(texts[i], "UTC", 0.05);
		test_time(texts[i], "Howe", 0.05);
	}
	test_time(worst_list("FREQ=DAILY;BYDATE=", "0101^SPAN:%dD", 7, 376, ";BYMONTH=2;BYMONTHDAY=30"), "UTC", 0.05);
	test_time(worst_list("FREQ=DAILY;BYDATE=", "0101^SPAN:%dD", 7, 376, ";BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=1"), "UTC", 0.05);
	test_time(worst_list("FREQ=DAILY;BYDATE=", "0229+SPAN:%dD", 7, 376, ";BYDAY=MON;BYYEARDAY=366;BYMONTHDAY=30"), "UTC", 0.05);
	test_time(worst_list("FREQ=DAILY;INTERVAL=97;BYDATE=", "0101-%dD", 1, 376, ";BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=60"), "UTC", 0.05);
	test_time(worst_list("FREQ=SECONDLY;INTERVAL=97;BYDATE=", "0101-%dD", 1, 376, ";BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=61"), "Howe", 0.05);
	test_time(worst_list("FREQ=DAILY;INTERVAL=97;BYDATE=", "9%03d1231", 1, 900, ""), "UTC", 0.05);
	test_time(worst_list("FREQ=DAILY;BYDATE=", "0101+SPAN:%dD", 1, 90, ";BYMONTH=7,8,9"), "UTC", 0.05);
	test_time(worst_list("FREQ=DAILY;INTERVAL=97;BYDATE=", "1231-SPAN:%dW", 1, 9, ";BYMONTH=7,8,9"), "UTC", 0.05);
	test_time(worst_list("FREQ=MINUTELY;BYDATE=", "0101+SPAN:%dD", 1, 90, ";BYMONTH=7,8,9"), "Howe", 0.05);
	/* years that are named, and all those between them */
	test_time(worst_list("FREQ=MONTHLY;INTERVAL=12;BYDATE=00010601,99990601,", "0601+SPAN:%dD", 1, 200, ""), "UTC", 0.05);
	test_time(worst_list("FREQ=DAILY;INTERVAL=98;BYDATE=00010601,99990601,", "0601+SPAN:%dD", 1, 200, ";BYMONTH=JAN"), "Howe", 0.05);
	test_time(worst_list("FREQ=MONTHLY;INTERVAL=12;BYDATE=", "5%03d0701^SPAN:20W", 4, 900, ""), "UTC", 0.05);
	test_time(worst_list("FREQ=MONTHLY;INTERVAL=12;BYDATE=", "5%03d0701", 2, 900, ""), "UTC", 0.05);
	test_time(worst_list("FREQ=MONTHLY;BYSETPOS=", "%d", 1, 1000, ";BYMONTH=2;BYMONTHDAY=30"), "UTC", 0.05);
	test_time(worst_list("FREQ=MONTHLY;BYSETPOS=", "9%03d", 1, 900, ""), "UTC", 0.05);
	test_time(worst_list("FREQ=YEARLY;BYSETPOS=", "-9%03d", 1, 900, ";BYDAY=MON"), "UTC", 0.05);
	test_time(worst_list("FREQ=YEARLY;BYYEARDAY=", "%d", 5, 300, ";BYMONTHDAY=31;BYMONTH=2"), "UTC", 0.05);
	test_time(worst_list("FREQ=YEARLY;BYYEARDAY=", "%d", 5, 300, ";BYWEEKNO=53"), "UTC", 0.05);
	test_time(worst_list("FREQ=YEARLY;BYDAY=", "%dMON", 1, 52, ",53SUN;BYYEARDAY=1,2,3,4,5,6,7;BYMONTHDAY=8"), "UTC", 0.05);
	test_time(worst_list("FREQ=MINUTELY;INTERVAL=7;BYTIME=", "%04d", 1, 59, ";BYDATE=0229;BYDAY=SUN"), "Howe", 0.05);
	test_time("FREQ=SECONDLY;INTERVAL=7", "Eastern", 0.001);
}

/* Named schedules may cost more, but not without bounds. */

static const char *ladder_rung;
static const char *ladder_end;

static bool
resolve_ladder(void *arg, const char *owner, const char *name, PgdCalSchedule *schedule)
{
	static char text[20][PGD_CALENDAR_MAX + 1];
	int			n = atoi(name + 1);

	(void) arg;
	if (name[0] != 'N' || n > 16)
		return false;
	if (n == 16)
		strcpy(text[n], ladder_end);
	else
		snprintf(text[n], sizeof(text[n]), ladder_rung, n + 1, n + 1, n + 1);
	schedule->owner = owner;
	schedule->text = text[n];
	return true;
}

static void
test_ladder(const char *rung, const char *end)
{
	double		before = seconds_of_cpu();
	double		spent;
	const PgdCalZone *zone = test_zone("Howe");
	int64_t		next;
	PgdCalError err;
	PgdCalendar *calendar;

	ladder_rung = rung;
	ladder_end = end;
	calendar = pgd_calendar_parse(&test_env, "N1", NULL, resolve_ladder, NULL, &err);
	if (calendar != NULL)
		pgd_calendar_evaluate(&test_env, calendar, 0, zone, 1, &next, &err);
	free(calendar);
	spent = seconds_of_cpu() - before;
	ok(calendar != NULL && spent < 2, "%.0f ms: 16 schedules like %s, then %.60s %s",
	   spent * 1000, rung, end, err.message);
}

static void
test_ladders(void)
{
	static const char *const rungs[] = {
		"N%d,N%d+1D,N%d+2D", "FREQ=DAILY;INCLUDE=N%d,N%d+1D;EXCLUDE=N%d+3D",
		"FREQ=N%d;INCLUDE=N%d+7D", "FREQ=N%d;BYSETPOS=2", "FREQ=N%d;INTERVAL=7",
		"FREQ=YEARLY;INTERSECT=N%d,N%d+1W", "N%d;EXCLUDE=N%d+1D;INTERSECT=N%d+2D"
	};
	static const char *const ends[] = {
		"FREQ=DAILY", "FREQ=SECONDLY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=DAILY;BYDATE=99991231", "FREQ=HOURLY;INTERVAL=25;BYDATE=0229"
	};
	size_t		i,
				j;

	for (i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++)
	{
		for (j = 0; j < sizeof(ends) / sizeof(ends[0]); j++)
			test_ladder(rungs[i], ends[j]);
		test_ladder(rungs[i], worst_list("FREQ=DAILY;BYDATE=", "0101+SPAN:%dD", 1, 90, ";BYMONTH=7,8,9"));
	}
}

void
test_speed(void)
{
	test_worst();
	test_ladders();
}
