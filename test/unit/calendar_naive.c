/*
 * calendar_naive.c
 *		See calendar_naive.h.  Shares no code with what it checks.
 */
#include <stdlib.h>
#include <string.h>

#include "calendar_naive.h"

#define DAY			INT64_C(86400)

static bool
leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_length(int year, int month)
{
	if (month == 2)
		return leap(year) ? 29 : 28;
	return (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31;
}

/* by counting years and months from 2000 */
int64_t
naive_day(int year, int month, int day)
{
	int64_t		number = 0;
	int			i;

	for (i = 2000; i < year; i++)
		number += leap(i) ? 366 : 365;
	for (i = year; i < 2000; i++)
		number -= leap(i) ? 366 : 365;
	for (i = 1; i < month; i++)
		number += month_length(year, i);
	return number + day - 1;
}

void
naive_date(int64_t number, int *year, int *month, int *day)
{
	static struct
	{
		short		year;
		signed char month;
		signed char day;
	}			known[NAIVE_DAYS + 1];
	int64_t		wanted = number;

	if (number >= 0 && number <= NAIVE_DAYS && known[number].year != 0)
	{
		*year = known[number].year;
		*month = known[number].month;
		*day = known[number].day;
		return;
	}
	*year = 2000;
	while (number < 0)
	{
		(*year)--;
		number += leap(*year) ? 366 : 365;
	}
	while (number >= (leap(*year) ? 366 : 365))
	{
		number -= leap(*year) ? 366 : 365;
		(*year)++;
	}
	*month = 1;
	while (number >= month_length(*year, *month))
	{
		number -= month_length(*year, *month);
		(*month)++;
	}
	*day = (int) number + 1;
	if (wanted >= 0 && wanted <= NAIVE_DAYS)
	{
		known[wanted].year = (short) *year;
		known[wanted].month = (signed char) *month;
		known[wanted].day = (signed char) *day;
	}
}

static int
weekday(int64_t number)
{
	return (int) (((number + 5) % 7 + 7) % 7);
}

/* ISO 8601: a week belongs to the year of its Thursday */
static void
iso_week(int64_t number, int *iso_year, int *week, int *from_end)
{
	int64_t		thursday = number - weekday(number) + 3;
	int64_t		later = thursday;
	int			year,
				month,
				day;

	naive_date(thursday, iso_year, &month, &day);
	*week = (int) (thursday - naive_day(*iso_year, 1, 1)) / 7 + 1;
	*from_end = 0;
	do
	{
		(*from_end)--;
		later += 7;
		naive_date(later, &year, &month, &day);
	} while (year == *iso_year);
}

static int64_t
floordiv(int64_t a, int64_t b)
{
	int64_t		q = a / b;

	while (q * b > a)
		q--;
	while ((q + 1) * b <= a)
		q++;
	return q;
}

static bool
listed(const int *list, int count, int value)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		if (list[i] == value)
			return true;
	}
	return false;
}

void
naive_add(NaiveTimes *times, int64_t at)
{
	if (times->count == times->size)
	{
		times->size = times->size * 2 + 64;
		times->at = realloc(times->at, times->size * sizeof(int64_t));
	}
	times->at[times->count++] = at;
}

/* the days on which a rule has times, moved */
static void
add_days(const NaiveRule *rule, int64_t start_local, int offset, char *days)
{
	NaiveTimes	times = {NULL, 0, 0};
	int			i;

	if (rule->has_start)
		naive_local_times(rule, rule->start_local, true, &times);
	else
		naive_local_times(rule, start_local, false, &times);
	for (i = 0; i < times.count; i++)
	{
		int64_t		day = floordiv(times.at[i], DAY) + offset;

		if ((rule->has_start && times.at[i] < rule->start_local) ||
			(rule->has_end && times.at[i] >= rule->end_local))
			continue;
		if (day >= 0 && day < NAIVE_DAYS)
			days[day] = 1;
	}
	free(times.at);
}

/* does a day satisfy the clauses?  period_first and period_end are for BYDAY */
static bool
day_matches(const NaiveRule *rule, int64_t number, int64_t period_first,
			int64_t period_end)
{
	int			year,
				month,
				day;
	int			i;
	int			iso_year,
				week,
				week_from_end;

	naive_date(number, &year, &month, &day);
	if (rule->nmonth > 0 && !listed(rule->month, rule->nmonth, month))
		return false;
	if (rule->nmonthday > 0 &&
		!listed(rule->monthday, rule->nmonthday, day) &&
		!listed(rule->monthday, rule->nmonthday, day - month_length(year, month) - 1))
		return false;
	if (rule->nyearday > 0)
	{
		int			yearday = (int) (number - naive_day(year, 1, 1)) + 1;

		if (!listed(rule->yearday, rule->nyearday, yearday) &&
			!listed(rule->yearday, rule->nyearday,
					yearday - (leap(year) ? 366 : 365) - 1))
			return false;
	}
	if (rule->nweekno > 0)
	{
		iso_week(number, &iso_year, &week, &week_from_end);
		if (!listed(rule->weekno, rule->nweekno, week) &&
			!listed(rule->weekno, rule->nweekno, week_from_end))
			return false;
	}
	if (rule->ndate > 0)
	{
		bool		found = false;

		for (i = 0; i < rule->ndate && !found; i++)
		{
			const NaiveDate *date = &rule->date[i];
			int			offset;

			/* is there a day so far away that is the date itself? */
			for (offset = date->first; offset <= date->last && !found; offset++)
			{
				int			y,
							m,
							d;

				naive_date(number - offset, &y, &m, &d);
				found = m == date->month && d == date->day &&
					(date->year == 0 || date->year == y);
			}
		}
		if (!found)
			return false;
	}
	if (rule->nweekday > 0)
	{
		bool		found = false;
		int64_t		other;
		int			from_start = 0;
		int			from_end = 0;

		if (rule->freq == PGD_FREQ_YEARLY)
		{
			period_first = naive_day(year, 1, 1);
			period_end = naive_day(year + 1, 1, 1);
		}
		if (rule->freq == PGD_FREQ_MONTHLY)
		{
			period_first = naive_day(year, month, 1);
			period_end = period_first + month_length(year, month);
		}
		if (period_end - period_first < 1000)
		{
			for (other = number; other >= period_first; other -= 7)
				from_start++;
			for (other = number; other < period_end; other += 7)
				from_end--;
		}
		for (i = 0; i < rule->nweekday; i++)
		{
			if (rule->weekday[i] == weekday(number) &&
				(rule->nth[i] == 0 || rule->nth[i] == from_start ||
				 rule->nth[i] == from_end))
				found = true;
		}
		if (!found)
			return false;
	}
	return true;
}

static int
compare(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a;
	int64_t		y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

void
naive_sort(NaiveTimes *times)
{
	if (times->count > 0)
		qsort(times->at, times->count, sizeof(int64_t), compare);
}

/* the times of day of a rule with a frequency of days and more */
static void
day_times(const NaiveRule *rule, int64_t start_local, NaiveTimes *times)
{
	int			start = (int) (start_local - floordiv(start_local, DAY) * DAY);
	int			second;
	int			i;

	for (second = 0; second < DAY; second++)
	{
		int			h = second / 3600;
		int			m = second / 60 % 60;
		int			s = second % 60;
		bool		found = false;

		if (rule->ntime > 0)
		{
			for (i = 0; i < rule->ntime; i++)
			{
				if (rule->time[i] == h * 10000 + m * 100 + s ||
					(rule->time[i] + 1000000 == m * 100 + s && h == start / 3600))
					found = true;
			}
		}
		else
			found = (rule->nhour > 0 ? listed(rule->hour, rule->nhour, h) : h == start / 3600) &&
				(rule->nminute > 0 ? listed(rule->minute, rule->nminute, m) : m == start / 60 % 60) &&
				(rule->nsecond > 0 ? listed(rule->second, rule->nsecond, s) : s == start % 60);
		if (found)
			naive_add(times, second);
	}
}

/* clauses that default to the start date */
static NaiveRule
with_defaults(const NaiveRule *rule, int64_t start_local)
{
	NaiveRule	full = *rule;
	int64_t		start_day = floordiv(start_local, DAY);
	int			ndates = rule->nweekno + rule->nyearday + rule->ndate +
	rule->nmonthday + rule->nweekday;
	int			year,
				month,
				day;

	naive_date(start_day, &year, &month, &day);
	if (rule->ngroup > 0 || ndates > 0)
		return full;
	if (rule->freq == PGD_FREQ_YEARLY && rule->nmonth == 0)
		full.month[full.nmonth++] = month;
	if (rule->freq == PGD_FREQ_YEARLY || rule->freq == PGD_FREQ_MONTHLY)
		full.monthday[full.nmonthday++] = day;
	if (rule->freq == PGD_FREQ_WEEKLY)
	{
		full.weekday[0] = weekday(start_day);
		full.nth[0] = 0;
		full.nweekday = 1;
	}
	return full;
}

/* adds the picked times of one period's days */
static void
finish_period(const NaiveRule *rule, const NaiveTimes *clock,
			  const NaiveTimes *days, NaiveTimes *times)
{
	int64_t		total = (int64_t) days->count * clock->count;
	int64_t		i;
	int			j;

	for (i = 0; i < total; i++)
	{
		bool		found = rule->nsetpos == 0;

		for (j = 0; j < rule->nsetpos; j++)
		{
			if (rule->setpos[j] == i + 1 || rule->setpos[j] == i - total)
				found = true;
		}
		if (found)
			naive_add(times, days->at[i / clock->count] * DAY +
					  clock->at[i % clock->count]);
	}
}

void
naive_local_times(const NaiveRule *rule, int64_t start_local,
				  bool is_own_start, NaiveTimes *times)
{
	int64_t		last_period_end = NAIVE_DAYS;
	NaiveRule	full = with_defaults(rule, start_local);
	int64_t		start_day = floordiv(start_local, DAY);
	NaiveTimes	clock = {NULL, 0, 0};
	NaiveTimes	days = {NULL, 0, 0};
	char	   *include = calloc(1, NAIVE_DAYS);
	char	   *exclude = calloc(1, NAIVE_DAYS);
	char	   *intersect[3] = {NULL, NULL, NULL};
	char	   *boundary = NULL;
	int			nintersect = 0;
	bool		has_include = false;
	bool		has_date = full.nweekno + full.nyearday + full.ndate +
	full.nmonthday + full.nweekday > 0 || full.nmonth > 0;
	bool		base_is_empty;
	int64_t		number;
	int64_t		current = INT64_MIN;
	int64_t		start_index = 0;
	int64_t		period_first = 0;
	int64_t		period_end = 0;
	int64_t		user_index = 0;
	int			i,
				j;

	day_times(rule, start_local, &clock);
	for (i = 0; i < rule->ngroup; i++)
	{
		const NaiveGroup *group = &rule->group[i];
		char	   *target = (group->kind == 1) ? include : exclude;

		if (group->kind == 3)
			target = intersect[nintersect++] = calloc(1, NAIVE_DAYS);
		if (group->kind == 1)
			has_include = true;
		for (j = 0; j < group->count; j++)
			add_days(group->rule[j], start_local, group->offset[j], target);
	}
	if (rule->freq == PGD_FREQ_MONTHLY && full.nmonth > 0 &&
		full.nweekno + full.nyearday + full.ndate + full.nmonthday + full.nweekday == 0)
		has_date = false;
	base_is_empty = has_include && !has_date &&
		(rule->freq <= PGD_FREQ_WEEKLY || rule->freq == PGD_FREQ_USER);

	if (rule->freq == PGD_FREQ_USER)
	{
		int64_t		k = 0;
		int64_t		zero_day;

		/* a period ends with its schedule at the latest */
		if (rule->user->has_end && rule->user->end_local < NAIVE_DAYS * DAY)
			last_period_end = floordiv(rule->user->end_local - 1, DAY) + 1;

		boundary = calloc(1, NAIVE_DAYS + 1);
		add_days(rule->user, start_local, 0, boundary);
		/* number 0 is the first date from the schedule's start on */
		zero_day = rule->user->has_start ? floordiv(rule->user->start_local, DAY) : start_day;
		for (number = zero_day; number < NAIVE_DAYS && !boundary[number]; number++)
			;
		zero_day = number;
		for (number = NAIVE_DAYS - 1; number >= 0; number--)
		{
			if (boundary[number] && number < zero_day)
				k--;
		}
		user_index = k - 1;
		/* the period of the start date, or the first one */
		start_index = -1;
		for (number = zero_day; number <= start_day; number++)
			start_index += boundary[number];
		if (start_index < 0 &&
			(rule->user->has_start || zero_day == start_day))
			start_index = 0;
	}

	for (number = 0; number < NAIVE_DAYS; number++)
	{
		int64_t		index = number;
		int			year,
					month,
					day,
					week,
					from_end;
		bool		kept;

		naive_date(number, &year, &month, &day);
		switch (rule->freq)
		{
			case PGD_FREQ_YEARLY:
				index = year;
				if (rule->nweekno > 0)
				{
					int			iso_year;

					iso_week(number, &iso_year, &week, &from_end);
					index = iso_year;
				}
				break;
			case PGD_FREQ_MONTHLY:
				index = year * 12 + month;
				break;
			case PGD_FREQ_WEEKLY:
				index = floordiv(number + 5, 7);
				break;
			case PGD_FREQ_USER:
				if (boundary[number])
				{
					user_index++;
					period_first = number;
					for (period_end = number + 1;
						 period_end < last_period_end && !boundary[period_end];
						 period_end++)
						;
				}
				else if (period_end <= number)
					continue;	/* in no period */
				index = user_index;
				break;
			default:
				break;
		}
		if (rule->freq != PGD_FREQ_USER && current == INT64_MIN)
		{
			/* the index of the start date's period, once */
			int			y,
						m,
						d;

			naive_date(start_day, &y, &m, &d);
			start_index = start_day;
			if (rule->freq == PGD_FREQ_YEARLY)
				start_index = y;
			if (rule->freq == PGD_FREQ_YEARLY && rule->nweekno > 0)
			{
				int			iso_year;

				iso_week(start_day, &iso_year, &week, &from_end);
				start_index = iso_year;
			}
			if (rule->freq == PGD_FREQ_MONTHLY)
				start_index = y * 12 + m;
			if (rule->freq == PGD_FREQ_WEEKLY)
				start_index = floordiv(start_day + 5, 7);
		}
		if (index != current)
		{
			finish_period(rule, &clock, &days, times);
			days.count = 0;
			current = index;
		}
		kept = ((index - start_index) % rule->interval) == 0;
		if (rule->nbyperiod > 0)
		{
			int			p = rule->user->periods;
			int			k = (int) (((index % p) + p) % p) + 1;

			if (!listed(rule->byperiod, rule->nbyperiod, k))
				kept = false;
		}
		if (rule->freq == PGD_FREQ_MONTHLY && full.nmonth > 0 &&
			!listed(full.month, full.nmonth, month))
			kept = false;
		if (!kept)
			continue;
		{
			bool		in = !base_is_empty &&
			day_matches(&full, number, period_first, period_end);

			if (rule->freq == PGD_FREQ_USER && !has_date && rule->ngroup == 0)
				in = number == period_first;
			in = (in || include[number]) && !exclude[number];
			for (i = 0; i < nintersect; i++)
				in = in && intersect[i][number];
			if (in)
				naive_add(&days, number);
		}
	}
	finish_period(rule, &clock, &days, times);

	/* what a schedule with its own start date does not return */
	if (is_own_start)
	{
		for (i = j = 0; i < times->count; i++)
		{
			if (floordiv(times->at[i], DAY) >= start_day)
				times->at[j++] = times->at[i];
		}
		times->count = j;
	}
	naive_sort(times);
	free(clock.at);
	free(days.at);
	free(include);
	free(exclude);
	free(boundary);
	for (i = 0; i < nintersect; i++)
		free(intersect[i]);
}

void
naive_elapsed_times(const NaiveRule *rule, int64_t start,
					const PgdCalZone *zone, int64_t from, int64_t end,
					NaiveTimes *times)
{
	int64_t		until;
	int64_t		start_local = start + zone->offset(zone, start, &until);
	int64_t		unit = rule->freq == PGD_FREQ_HOURLY ? 3600 :
	rule->freq == PGD_FREQ_MINUTELY ? 60 : 1;
	int64_t		anchor = start - (start_local - floordiv(start_local, unit) * unit);
	int64_t		at;
	char	   *group[3] = {NULL, NULL, NULL};
	int			i,
				j;
	int64_t		last_day = INT64_MIN;
	bool		day_ok = false;

	for (i = 0; i < rule->ngroup; i++)
	{
		group[i] = calloc(1, NAIVE_DAYS);
		for (j = 0; j < rule->group[i].count; j++)
			add_days(rule->group[i].rule[j], start_local, rule->group[i].offset[j],
					 group[i]);
	}
	for (at = from; at < end; at++)
	{
		int64_t		local;
		int64_t		into;
		int64_t		day;
		int			h,
					m,
					s;

		if (floordiv(at - anchor, unit) % rule->interval != 0)
			continue;
		local = at + zone->offset(zone, at, &until);
		into = at - anchor - floordiv(at - anchor, unit) * unit;
		day = floordiv(local, DAY);
		h = (int) (local - day * DAY) / 3600;
		m = (int) (local - day * DAY) / 60 % 60;
		s = (int) (local - day * DAY) % 60;
		if (rule->ntime > 0)
		{
			bool		found = false;

			for (i = 0; i < rule->ntime; i++)
			{
				if (rule->time[i] == h * 10000 + m * 100 + s ||
					rule->time[i] + 1000000 == m * 100 + s)
					found = true;
			}
			if (!found)
				continue;
		}
		else
		{
			if (rule->nhour > 0 && !listed(rule->hour, rule->nhour, h))
				continue;
			if (rule->nminute > 0 ? !listed(rule->minute, rule->nminute, m) :
				(unit == 3600 && into / 60 != (start - anchor) / 60))
				continue;
			if (rule->nsecond > 0 ? !listed(rule->second, rule->nsecond, s) :
				(unit >= 60 && into % 60 != (start - anchor) % 60))
				continue;
		}
		if (day != last_day)
		{
			last_day = day;
			day_ok = day_matches(rule, day, 0, 0);
			for (i = 0; i < rule->ngroup; i++)
			{
				bool		in = day >= 0 && day < NAIVE_DAYS && group[i][day];

				if (rule->group[i].kind == 1)
					day_ok = day_ok || in;
			}
			for (i = 0; i < rule->ngroup; i++)
			{
				bool		in = day >= 0 && day < NAIVE_DAYS && group[i][day];

				if (rule->group[i].kind == 2)
					day_ok = day_ok && !in;
				if (rule->group[i].kind == 3)
					day_ok = day_ok && in;
			}
		}
		if (day_ok)
			naive_add(times, at);
	}
	for (i = 0; i < rule->ngroup; i++)
		free(group[i]);
}

int64_t
naive_instant(const PgdCalZone *zone, int64_t local)
{
	int64_t		at = local - 2 * DAY;

	for (;;)
	{
		int64_t		until;
		int64_t		shown = at + zone->offset(zone, at, &until);

		if (shown >= local)
			return at;
		/* as far as clocks run evenly, and no further */
		at = (at + (local - shown) < until) ? at + (local - shown) : until;
	}
}
