/*
 * calendar_harness.c
 *		See calendar_harness.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar_harness.h"

#define DAY		INT64_C(86400)
#define USEC	INT64_C(1000000)

/* A zone by rule: daylight saving between two Sundays of each year. */
typedef struct TestZone
{
	PgdCalZone	zone;
	const char *name;
	int32_t		standard;		/* seconds east of UTC */
	int32_t		saving;			/* 0: none */
	int			start_month;
	int			start_sunday;	/* the n-th of the month */
	int			start_utc;		/* second of that day at which clocks change */
	int			end_month;
	int			end_sunday;
	int			end_utc;
} TestZone;

/* days from 2000-01-01, slowly: independent of what is tested */
static int64_t
day_number(int year, int month, int day)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t		past = year - 1;
	int64_t		days;
	bool		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	/* from 0001-01-01 */
	days = past * 365 + past / 4 - past / 100 + past / 400;
	days += before[month - 1] + (month > 2 && leap ? 1 : 0) + day - 1;
	return days - 730119;
}

static int64_t
sunday(int year, int month, int n)
{
	int64_t		first = day_number(year, month, 1);
	int64_t		weekday = ((first + 6) % 7 + 7) % 7;	/* 0 is Sunday */

	return first + (7 - weekday) % 7 + 7 * (n - 1);
}

static int
year_of(int64_t at)
{
	int			year = 2000 + (int) (at / (DAY * 365.2425));

	while (year > 1 && day_number(year, 1, 1) * DAY > at)
		year--;
	while (day_number(year + 1, 1, 1) * DAY <= at)
		year++;
	return year;
}

static int32_t
zone_offset(const PgdCalZone *base, int64_t at, int64_t *until)
{
	const TestZone *zone = (const TestZone *) base;
	int			year;
	int64_t		change[4];
	int			i;

	*until = INT64_MAX;
	if (zone->saving == 0 || at < day_number(1900, 1, 1) * DAY)
	{
		if (zone->saving != 0)
			*until = day_number(1900, 1, 1) * DAY;
		return zone->standard;
	}
	year = year_of(at);
	for (i = 0; i < 2; i++)
	{
		change[i * 2] = sunday(year + i, zone->start_month, zone->start_sunday) *
			DAY + zone->start_utc;
		change[i * 2 + 1] = sunday(year + i, zone->end_month, zone->end_sunday) *
			DAY + zone->end_utc;
	}
	/* in the south daylight saving ends first */
	if (zone->start_month < zone->end_month)
	{
		for (i = 0; i < 4; i++)
		{
			if (at < change[i])
			{
				*until = change[i];
				return zone->standard + (i % 2 == 1 ? zone->saving : 0);
			}
		}
	}
	else
	{
		int64_t		order[4] = {change[1], change[0], change[3], change[2]};

		for (i = 0; i < 4; i++)
		{
			if (at < order[i])
			{
				*until = order[i];
				return zone->standard + (i % 2 == 0 ? zone->saving : 0);
			}
		}
	}
	return zone->standard;
}

static const TestZone zones[] = {
	{{zone_offset}, "UTC", 0, 0, 0, 0, 0, 0, 0, 0},
	{{zone_offset}, "Fixed", 20700, 0, 0, 0, 0, 0, 0, 0},
	{{zone_offset}, "Eastern", -18000, 3600, 3, 2, 7 * 3600, 11, 1, 6 * 3600},
	{{zone_offset}, "Howe", 37800, 1800, 10, 1, -30600, 4, 1, -32400}
};

const PgdCalZone *
test_zone(const char *name)
{
	size_t		i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
	{
		if (strcmp(zones[i].name, name) == 0)
			return &zones[i].zone;
	}
	return NULL;
}

const PgdCalEnv test_env = {malloc, free, NULL, test_zone};

bool
test_resolve(void *arg, const char *owner, const char *name,
			 PgdCalSchedule *schedule)
{
	const TestSchedules *schedules = arg;
	int			i;

	for (i = 0; i < schedules->count; i++)
	{
		const TestSchedule *s = &schedules->list[i];

		if (strcmp(s->name, name) != 0)
			continue;
		schedule->owner = owner;
		schedule->text = s->text;
		schedule->has_start = s->start != NULL;
		schedule->zone = s->zone != NULL ? s->zone : "UTC";
		if (s->start != NULL)
			schedule->start = test_instant(s->start, test_zone(schedule->zone));
		return true;
	}
	return false;
}

int64_t
test_instant(const char *text, const PgdCalZone *zone)
{
	int			year = 2000,
				month = 1,
				day = 1,
				hour = 0,
				minute = 0,
				second = 0;
	int64_t		local;
	int64_t		at;
	int64_t		until;

	sscanf(text, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second);
	local = day_number(year, month, day) * DAY + (hour * 60 + minute) * 60 + second;
	for (at = local - DAY; at + zone->offset(zone, at, &until) < local;)
	{
		int64_t		offset = zone->offset(zone, at, &until);

		at = (local - offset < until) ? local - offset : until;
	}
	return at * USEC;
}

void
test_show(int64_t instant, const PgdCalZone *zone, char *buffer)
{
	int64_t		until;
	int64_t		at = instant / USEC;
	int64_t		local = at + zone->offset(zone, at, &until);
	int			year = year_of(local);
	int			second = (int) (local - day_number(year, 1, 1) * DAY) % DAY;
	int64_t		day = (local - second) / DAY;
	int			month = 12;

	while (day_number(year, month, 1) > day)
		month--;
	sprintf(buffer, "%04d-%02d-%02d %02d:%02d:%02d", year, month,
			(int) (day - day_number(year, month, 1)) + 1,
			second / 3600, second / 60 % 60, second % 60);
}
