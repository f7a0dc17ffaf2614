/*
 * calendar_random.c
 *		Rules at random, compared with calendar_naive.c: the same times, in
 *		order, from the start and from any moment.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar_naive.h"
#include "calendar_test.h"

static uint64_t random_state;

static int
any(int n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (int) ((random_state >> 11) % (uint64_t) n);
}

static bool
chance(int percent)
{
	return any(100) < percent;
}

static const char *const day_names[] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
static const char *const month_names[] = {
	"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
};

static void
put(NaiveRule *rule, const char *format,...)
{
	size_t		used = strlen(rule->text);
	va_list		args;

	va_start(args, format);
	vsnprintf(rule->text + used, NAIVE_TEXT - used, format, args);
	va_end(args);
}

/* a clause of count numbers; negative ones mirror the positive */
static void
put_list(NaiveRule *rule, const char *clause, int *list, int *count, int most,
		 int low, int high, bool may_be_negative)
{
	int			i;

	*count = 1 + any(most);
	put(rule, ";%s=", clause);
	for (i = 0; i < *count; i++)
	{
		list[i] = low + any(high - low + 1);
		if (may_be_negative && chance(30))
			list[i] = -list[i];
		put(rule, "%s%d", i > 0 ? "," : "", list[i]);
	}
}

static void
put_dates(NaiveRule *rule)
{
	int			i;

	rule->ndate = 1 + any(4);
	put(rule, ";BYDATE=");
	for (i = 0; i < rule->ndate; i++)
	{
		NaiveDate  *date = &rule->date[i];
		int			n = 1 + any(20);

		memset(date, 0, sizeof(*date));
		date->month = 1 + any(12);
		date->day = 1 + any(28);
		if (chance(10))
		{
			date->month = 2;
			date->day = 29;
		}
		if (i > 0)
			put(rule, ",");
		if (chance(20) && date->day != 29)
		{
			date->year = 2003 + any(15);
			put(rule, "%04d", date->year);
		}
		put(rule, "%02d%02d", date->month, date->day);
		if (chance(10))
			n = 300 + any(77);
		switch (any(8))
		{
			case 0:
				date->first = date->last = n;
				put(rule, "+OFFSET:%dD", n);
				break;
			case 1:
				date->first = date->last = -n;
				put(rule, "-%dD", n);
				break;
			case 2:
				date->last = n - 1;
				put(rule, "+SPAN:%dD", n);
				break;
			case 3:
				date->first = 1 - n;
				put(rule, "-SPAN:%dD", n);
				break;
			case 4:
				n = 1 + any(3);
				date->first = -(n * 7 / 2);
				date->last = n * 7 / 2;
				put(rule, "^span:%dw", n);
				break;
			default:
				break;
		}
	}
}

static void
put_days(NaiveRule *rule)
{
	int			i;
	int			most = rule->freq == PGD_FREQ_YEARLY ? 53 : rule->freq == PGD_FREQ_MONTHLY ? 5 :
	rule->freq == PGD_FREQ_USER ? 20 : 0;
	bool		numbered = most > 0 && chance(50);

	rule->nweekday = 1 + any(5);
	put(rule, ";BYDAY=");
	for (i = 0; i < rule->nweekday; i++)
	{
		rule->weekday[i] = any(7);
		rule->nth[i] = 0;
		if (numbered && chance(80))
			rule->nth[i] = (1 + any(most)) * (chance(40) ? -1 : 1);
		if (i > 0)
			put(rule, ",");
		if (rule->nth[i] != 0)
			put(rule, "%d", rule->nth[i]);
		put(rule, "%s", day_names[rule->weekday[i]]);
	}
}

static void
put_months(NaiveRule *rule)
{
	int			i;

	rule->nmonth = 1 + any(4);
	put(rule, ";BYMONTH=");
	for (i = 0; i < rule->nmonth; i++)
	{
		rule->month[i] = 1 + any(12);
		if (chance(50))
			put(rule, "%s%s", i > 0 ? "," : "", month_names[rule->month[i] - 1]);
		else
			put(rule, "%s%d", i > 0 ? "," : "", rule->month[i]);
	}
}

static void
put_date_clauses(NaiveRule *rule)
{
	if (chance(30))
		put_months(rule);
	else if (rule->freq == PGD_FREQ_YEARLY && chance(20))
		put_list(rule, "BYWEEKNO", rule->weekno, &rule->nweekno, 4, 1, 53, true);
	if (chance(12))
		put_list(rule, "BYYEARDAY", rule->yearday, &rule->nyearday, 7, 1, 366, true);
	if (chance(15))
		put_dates(rule);
	if (chance(25))
		put_list(rule, "BYMONTHDAY", rule->monthday, &rule->nmonthday, 7, 1, 31, true);
	if (chance(40))
		put_days(rule);
}

static void
put_time_clauses(NaiveRule *rule)
{
	int			i;

	if (chance(10))
	{
		rule->ntime = 1 + any(4);
		put(rule, ";BYTIME=");
		for (i = 0; i < rule->ntime; i++)
		{
			rule->time[i] = any(60) * 100 + any(60);
			if (chance(60))
			{
				rule->time[i] += any(24) * 10000;
				put(rule, "%s%06d", i > 0 ? "," : "", rule->time[i]);
			}
			else
			{
				put(rule, "%s%04d", i > 0 ? "," : "", rule->time[i]);
				rule->time[i] -= 1000000;
			}
		}
		return;
	}
	if (chance(40))
		put_list(rule, "BYHOUR", rule->hour, &rule->nhour, 4, 0, 23, false);
	if (chance(40))
		put_list(rule, "BYMINUTE", rule->minute, &rule->nminute, 4, 0, 59, false);
	if (chance(40))
		put_list(rule, "BYSECOND", rule->second, &rule->nsecond, 3, 0, 59, false);
}

/* named schedules for INCLUDE etc. and as frequency, made new for each rule */
#define NPOOL	4

static NaiveRule pool[NPOOL + 1];

/* of the rule that uses them: also of those without a start date */
static const PgdCalZone *pool_zone;

static bool
resolve_pool(void *arg, const char *owner, const char *name, PgdCalSchedule *schedule)
{
	int			i;

	(void) arg;
	for (i = 0; i <= NPOOL; i++)
	{
		if (strcmp(pool[i].name, name) == 0)
		{
			schedule->owner = owner;
			schedule->text = pool[i].text;
			schedule->has_start = pool[i].has_start;
			schedule->start = pool[i].start_local * USEC;
			schedule->zone = "UTC";
			schedule->has_end = pool[i].has_end;
			schedule->end = (pool[i].has_start ? pool[i].end_local :
							 naive_instant(pool_zone, pool[i].end_local)) * USEC;
			return true;
		}
	}
	return false;
}

static int64_t
random_start(void)
{
	return (naive_day(2003, 1, 1) + any(1200)) * DAY + any(86400);
}

/* after the start, at midnight at times */
static int64_t
random_end(const NaiveRule *rule)
{
	int64_t		end = rule->start_local + (1 + any(2500)) * DAY +
	any(86400) - 43200;

	return chance(30) ? end - end % DAY : end;
}

static void
make_pool(void)
{
	static const int freqs[] = {PGD_FREQ_YEARLY, PGD_FREQ_MONTHLY, PGD_FREQ_WEEKLY, PGD_FREQ_DAILY};
	int			i;

	memset(pool, 0, sizeof(pool));
	for (i = 0; i < NPOOL; i++)
	{
		NaiveRule  *rule = &pool[i];

		sprintf(rule->name, "P%d", i);
		rule->freq = freqs[any(4)];
		rule->interval = 1;
		put(rule, "FREQ=%s", rule->freq == PGD_FREQ_YEARLY ? "YEARLY" :
			rule->freq == PGD_FREQ_MONTHLY ? "MONTHLY" :
			rule->freq == PGD_FREQ_WEEKLY ? "WEEKLY" : "DAILY");
		if (chance(30))
		{
			rule->interval = 1 + any(4);
			put(rule, ";INTERVAL=%d", rule->interval);
		}
		put_date_clauses(rule);
		if (rule->freq <= PGD_FREQ_MONTHLY && chance(10))
			put_list(rule, "BYSETPOS", rule->setpos, &rule->nsetpos, 3, 1, 6, true);
		rule->has_start = chance(30);
		rule->start_local = random_start();
		rule->has_end = chance(20);
		rule->end_local = random_end(rule);
	}
	/* a frequency that ends only where its end date says so */
	{
		NaiveRule  *rule = &pool[NPOOL];

		strcpy(rule->name, "PF");
		rule->interval = 1;
		if (chance(50))
		{
			int			i;

			rule->freq = PGD_FREQ_YEARLY;
			put(rule, "FREQ=YEARLY;BYDATE=");
			rule->ndate = 1 + any(5);
			for (i = 0; i < rule->ndate; i++)
			{
				rule->date[i].month = 1 + any(12);
				rule->date[i].day = 1 + any(28);
				put(rule, "%s%02d%02d", i > 0 ? "," : "", rule->date[i].month,
					rule->date[i].day);
			}
		}
		else if (chance(50))
		{
			rule->freq = PGD_FREQ_MONTHLY;
			put(rule, "FREQ=MONTHLY");
			put_list(rule, "BYMONTHDAY", rule->monthday, &rule->nmonthday, 3, 1, 28, true);
		}
		else
		{
			rule->freq = PGD_FREQ_WEEKLY;
			rule->interval = 1 + any(6);
			put(rule, "FREQ=WEEKLY;INTERVAL=%d", rule->interval);
			put_days(rule);
		}
		if (rule->freq != PGD_FREQ_WEEKLY && chance(40))
			put_list(rule, "BYHOUR", rule->hour, &rule->nhour, 2, 0, 23, false);
		rule->periods = 1 + any(6);
		put(rule, ";PERIODS=%d", rule->periods);
		rule->has_start = chance(50);
		rule->start_local = random_start();
		rule->has_end = chance(20);
		rule->end_local = random_end(rule);
	}
}

static void
put_groups(NaiveRule *rule, bool with_offsets)
{
	static const char *const words[] = {"INCLUDE", "EXCLUDE", "INTERSECT"};
	int			i,
				j;

	rule->ngroup = 1 + any(2);
	for (i = 0; i < rule->ngroup; i++)
	{
		NaiveGroup *group = &rule->group[i];

		group->kind = 1 + any(3);
		group->count = 1 + any(2);
		put(rule, ";%s=", words[group->kind - 1]);
		for (j = 0; j < group->count; j++)
		{
			group->rule[j] = &pool[any(NPOOL)];
			group->offset[j] = (with_offsets && chance(30)) ? 1 + any(40) : 0;
			put(rule, "%s%s", j > 0 ? "," : "", group->rule[j]->name);
			if (group->offset[j] > 0)
				put(rule, "+%s%dD", chance(50) ? "OFFSET:" : "", group->offset[j]);
		}
	}
}

static void
make_rule(NaiveRule *rule, int freq, bool with_schedules)
{
	static const char *const names[] = {
		NULL, "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY", "PF"
	};

	memset(rule, 0, sizeof(*rule));
	rule->freq = freq;
	rule->interval = 1;
	if (freq == PGD_FREQ_USER)
		rule->user = &pool[NPOOL];
	put(rule, "FREQ=%s", names[freq]);
	if (chance(50))
	{
		rule->interval = 1 + any(freq == PGD_FREQ_YEARLY ? 3 : freq < PGD_FREQ_HOURLY || freq == PGD_FREQ_USER ? 12 : 200);
		if (freq > PGD_FREQ_DAILY && freq < PGD_FREQ_USER && chance(20))
			rule->interval = 1 + any(freq == PGD_FREQ_HOURLY ? 2000 : freq == PGD_FREQ_MINUTELY ? 5000 : 200000);
		put(rule, ";INTERVAL=%d", rule->interval);
	}
	put_date_clauses(rule);
	put_time_clauses(rule);
	if (freq == PGD_FREQ_USER && chance(40))
		put_list(rule, "BYPERIOD", rule->byperiod, &rule->nbyperiod, 3, 1,
				 rule->user->periods, false);
	if ((freq <= PGD_FREQ_MONTHLY || freq == PGD_FREQ_USER) && chance(40))
		put_list(rule, "BYSETPOS", rule->setpos, &rule->nsetpos, 4, 1, 12, true);
	if (with_schedules && chance(60))
		put_groups(rule, true);
}

static const char *const zone_names[] = {"UTC", "Fixed", "Eastern", "Howe"};

/* Compares a rule with its list of instants; false and a report if they differ. */
static bool
agrees(const NaiveRule *rule, int64_t start, const PgdCalZone *zone,
	   const char *zone_name, const NaiveTimes *expected, int64_t end,
	   PgdCalResolve resolve)
{
	PgdCalError err;
	PgdCalendar *calendar;
	PgdCalendar *copy;
	int64_t		at = start * USEC - 1;
	int64_t		next;
	int			i = 0;
	int			steps;
	bool		passed = true;

	pool_zone = zone;
	calendar = pgd_calendar_parse(&test_env, rule->text, NULL, resolve, NULL, &err);
	if (calendar == NULL)
	{
		printf("# %s: %d %s %s\n", rule->text, err.ora, err.message, err.detail);
		return false;
	}
	/* a compiled calendar can be moved */
	copy = malloc(pgd_calendar_size(calendar));
	memcpy(copy, calendar, pgd_calendar_size(calendar));
	free(calendar);

	/* stepping from the start: strictly increasing and the same times */
	while (i < expected->count && expected->at[i] < start)
		i++;
	for (steps = 0; steps < 400 && passed; steps++)
	{
		int64_t		wanted = i < expected->count ? expected->at[i] : end;
		bool		found = pgd_calendar_evaluate(&test_env, copy, start * USEC, zone, at, &next, &err);

		if (wanted >= end)
		{
			/* nothing more in the window */
			passed = found ? next >= end * USEC : err.ora == 27419;
			if (passed)
				break;
		}
		else
			passed = found && next == wanted * USEC && next > at;
		if (!passed)
		{
			char		shown[3][40] = {"", "none", "none"};

			test_show(start * USEC, zone, shown[0]);
			if (wanted < end)
				test_show(wanted * USEC, zone, shown[1]);
			if (found)
				test_show(next, zone, shown[2]);
			printf("# %s\n# start %s %s, step %d: expected %s, got %s %s\n",
				   rule->text, shown[0], zone_name, steps, shown[1], shown[2],
				   found ? "" : err.message);
		}
		at = next;
		while (i < expected->count && expected->at[i] <= wanted)
			i++;
	}
	/* from any moment: the same as stepping */
	for (steps = 0; steps < 40 && passed; steps++)
	{
		int64_t		after = start + any((int) (end - start > 2000000000 ? 2000000000 : end - start));
		int64_t		wanted = end;
		bool		found;

		if (expected->count > 0 && chance(40))
			after = expected->at[any(expected->count)] - any(2);
		if (after < start || after >= end)
			continue;
		for (i = 0; i < expected->count; i++)
		{
			if (expected->at[i] > after && expected->at[i] >= start)
			{
				wanted = expected->at[i];
				break;
			}
		}
		found = pgd_calendar_evaluate(&test_env, copy, start * USEC, zone,
									  after * USEC + any(1000000), &next, &err);
		if (wanted >= end)
			passed = found ? next >= end * USEC : err.ora == 27419;
		else
			passed = found && next == wanted * USEC;
		if (!passed)
		{
			char		shown[4][40] = {"", "", "none", "none"};

			test_show(start * USEC, zone, shown[0]);
			test_show(after * USEC, zone, shown[1]);
			if (wanted < end)
				test_show(wanted * USEC, zone, shown[2]);
			if (found)
				test_show(next, zone, shown[3]);
			printf("# %s\n# start %s %s, after %s: expected %s, got %s\n",
				   rule->text, shown[0], zone_name, shown[1], shown[2], shown[3]);
		}
	}
	if (!passed)
	{
		for (i = 0; i <= NPOOL; i++)
		{
			char		shown[2][40] = {"", ""};

			if (pool[i].has_start)
				test_show(pool[i].start_local * USEC, test_zone("UTC"), shown[0]);
			if (pool[i].has_end)
				test_show(pool[i].end_local * USEC, test_zone("UTC"), shown[1]);
			printf("#   %s = %s (%s .. %s)\n", pool[i].name, pool[i].text,
				   shown[0], shown[1]);
		}
	}
	free(copy);
	return passed;
}

/* local times to instants, each once */
static void
to_instants(NaiveTimes *times, const PgdCalZone *zone)
{
	int			i,
				n = 0;

	for (i = 0; i < times->count; i++)
	{
		int64_t		at = naive_instant(zone, times->at[i]);

		if (n == 0 || times->at[n - 1] < at)
			times->at[n++] = at;
	}
	times->count = n;
}

static void
test_random_days(int freq, bool with_schedules, int nrules)
{
	int			failures = 0;
	int			i;

	for (i = 0; i < nrules && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(4)];
		const PgdCalZone *zone = test_zone(zone_name);
		NaiveTimes	times = {NULL, 0, 0};
		NaiveRule	rule;
		int64_t		start;
		int64_t		start_local;

		make_pool();
		make_rule(&rule, freq, with_schedules);
		start_local = random_start();
		start = naive_instant(zone, start_local);
		start_local = start;
		{
			int64_t		until;

			start_local += zone->offset(zone, start, &until);
		}
		naive_local_times(&rule, start_local, false, &times);
		to_instants(&times, zone);
		if (!agrees(&rule, start, zone, zone_name, &times,
					naive_day(2021, 1, 1) * DAY, resolve_pool))
			failures++;
		free(times.at);
	}
	ok(failures == 0, "%d random rules of frequency %d%s", i, freq,
	   with_schedules ? " with named schedules" : "");
}

static void
test_random_seconds(int freq, bool with_schedules, int nrules)
{
	static const int hours[] = {24 * 60, 24 * 12, 10};
	int			failures = 0;
	int			i;

	for (i = 0; i < nrules && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(4)];
		const PgdCalZone *zone = test_zone(zone_name);
		NaiveTimes	times = {NULL, 0, 0};
		NaiveRule	rule;
		int64_t		start;
		int64_t		end;

		make_pool();
		make_rule(&rule, freq, with_schedules);
		start = naive_instant(zone, random_start());
		/* often near a change of clocks */
		if (chance(60))
		{
			int64_t		until;

			zone->offset(zone, start, &until);
			if (until < naive_day(2015, 1, 1) * DAY)
				start = until - any(8 * 3600);
		}
		end = start + hours[freq - PGD_FREQ_HOURLY] * INT64_C(3600);
		naive_elapsed_times(&rule, start, zone, start, end, &times);
		if (!agrees(&rule, start, zone, zone_name, &times, end, resolve_pool))
			failures++;
		free(times.at);
	}
	ok(failures == 0, "%d random rules of frequency %d%s", i, freq,
	   with_schedules ? " with named schedules" : "");
}

/* unions of named schedules, moved by days */
static void
test_random_unions(int nrules)
{
	int			failures = 0;
	int			i,
				j;

	for (i = 0; i < nrules && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(2)];
		const PgdCalZone *zone = test_zone("UTC");
		NaiveTimes	times = {NULL, 0, 0};
		NaiveTimes	sorted = {NULL, 0, 0};
		NaiveRule	rule;
		int64_t		start = random_start();
		int			count = 1 + any(3);
		int64_t		at;

		(void) zone_name;
		make_pool();
		memset(&rule, 0, sizeof(rule));
		for (j = 0; j < count; j++)
		{
			NaiveRule  *member = &pool[any(NPOOL)];
			NaiveTimes	own = {NULL, 0, 0};
			int			offset = chance(60) ? 1 + any(30) : 0;
			int			k;

			put(&rule, "%s%s", j > 0 ? "," : "", member->name);
			if (offset > 0)
				put(&rule, "+%dD", offset);
			naive_local_times(member, member->has_start ? member->start_local : start,
							  member->has_start, &own);
			for (k = 0; k < own.count; k++)
			{
				if ((!member->has_start || own.at[k] >= member->start_local) &&
					(!member->has_end || own.at[k] < member->end_local))
					naive_add(&times, own.at[k] + offset * DAY);
			}
			free(own.at);
		}
		/* ascending, each once */
		for (at = INT64_MIN;;)
		{
			int64_t		best = INT64_MAX;

			for (j = 0; j < times.count; j++)
			{
				if (times.at[j] > at && times.at[j] < best)
					best = times.at[j];
			}
			if (best == INT64_MAX)
				break;
			naive_add(&sorted, best);
			at = best;
			if (sorted.count > 1500)
				break;
		}
		if (!agrees(&rule, start, zone, "UTC", &sorted,
					sorted.count > 1500 ? sorted.at[1499] : naive_day(2021, 1, 1) * DAY,
					resolve_pool))
			failures++;
		free(times.at);
		free(sorted.at);
	}
	ok(failures == 0, "%d random unions", i);
}

/* Cron lines, minute by minute */

typedef struct CronPart
{
	bool		star;
	bool		set[64];
	bool		last;
} CronPart;

static void
make_cron_field(char *text, CronPart *part, int low, int high,
				const char *const *names, int name_base, bool may_be_last)
{
	int			n = 1 + any(2);
	int			i,
				j;

	memset(part, 0, sizeof(*part));
	for (i = 0; i < n; i++)
	{
		int			first = low + any(high - low + 1);
		int			last = first + any(high - first + 1);
		int			stride = 1 + any(7);

		if (i > 0)
			strcat(text, ",");
		switch (any(may_be_last ? 6 : 5))
		{
			case 0:
				if (i == 0)
					part->star = true;
				sprintf(text + strlen(text), "*");
				stride = 1;
				first = low;
				last = high;
				break;
			case 1:
				if (i == 0)
					part->star = true;
				sprintf(text + strlen(text), "*/%d", stride);
				first = low;
				last = high;
				break;
			case 2:
				sprintf(text + strlen(text), "%d-%d/%d", first, last, stride);
				break;
			case 3:
				sprintf(text + strlen(text), "%d-%d", first, last);
				stride = 1;
				break;
			case 4:
				last = first;
				if (names != NULL && first - name_base >= 0 && first < high && chance(50))
					sprintf(text + strlen(text), "%.3s", names[first - name_base]);
				else
					sprintf(text + strlen(text), "%d", first);
				break;
			default:
				strcat(text, "$");
				part->last = true;
				continue;
		}
		for (j = first; j <= last; j += stride)
			part->set[j] = true;
	}
}

static void
test_random_cron(int nlines)
{
	static const char *const sunday_first[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	static const char *const months[] = {
		"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
	};
	int			failures = 0;
	int			i;

	for (i = 0; i < nlines && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(4)];
		const PgdCalZone *zone = test_zone(zone_name);
		NaiveTimes	times = {NULL, 0, 0};
		NaiveRule	rule;
		CronPart	part[5];
		int64_t		start = random_start();
		int64_t		last = start + 120 * DAY;
		int64_t		minute;

		memset(&rule, 0, sizeof(rule));
		memset(pool, 0, sizeof(pool));
		make_cron_field(rule.text, &part[0], 0, 59, NULL, 0, false);
		strcat(rule.text, " ");
		make_cron_field(rule.text, &part[1], 0, 23, NULL, 0, false);
		strcat(rule.text, " \t");
		make_cron_field(rule.text, &part[2], 1, 31, NULL, 0, true);
		strcat(rule.text, " ");
		make_cron_field(rule.text, &part[3], 1, 12, months, 1, false);
		strcat(rule.text, " ");
		make_cron_field(rule.text, &part[4], 0, 7, sunday_first, 0, false);
		if (part[4].set[7])
			part[4].set[0] = true;
		for (minute = start / 60 * 60; minute < last + DAY; minute += 60)
		{
			int			year,
						month,
						day,
						y,
						m,
						d;
			bool		by_month_day,
						by_week_day;

			naive_date(minute / DAY, &year, &month, &day);
			naive_date(minute / DAY + 1, &y, &m, &d);
			by_month_day = part[2].set[day] || (part[2].last && d == 1);
			by_week_day = part[4].set[(minute / DAY + 6) % 7];
			if (part[0].set[minute / 60 % 60] && part[1].set[minute / 3600 % 24] &&
				part[3].set[month] &&
				((part[2].star || part[4].star) ? by_month_day && by_week_day :
				 by_month_day || by_week_day))
			{
				int64_t		at = naive_instant(zone, minute);
				int64_t		until;
				int64_t		shown = at + zone->offset(zone, at, &until);
				int64_t		again;

				if (!part[0].star && !part[1].star)
					naive_add(&times, at);
				else
				{
					/* what clocks never show does not run, else each time */
					if (shown == minute)
						naive_add(&times, at);
					for (again = at + 60; again < at + 2 * 3600; again += 60)
					{
						if (again + zone->offset(zone, again, &until) == minute)
							naive_add(&times, again);
					}
				}
			}
			/* a time that clocks skip runs with the one at the gap's end */
			if (times.count > 1 && times.at[times.count - 1] == times.at[times.count - 2])
				times.count--;
		}
		naive_sort(&times);
		if (!agrees(&rule, naive_instant(zone, start), zone, zone_name, &times,
					naive_instant(zone, last), NULL))
			failures++;
		free(times.at);
	}
	ok(failures == 0, "%d random cron lines", i);
}

void
test_random(uint64_t seed, int n)
{
	int			freq;

	random_state = seed;
	for (freq = PGD_FREQ_YEARLY; freq <= PGD_FREQ_DAILY; freq++)
	{
		test_random_days(freq, false, n);
		test_random_days(freq, true, n / 2);
	}
	test_random_days(PGD_FREQ_USER, true, n);
	for (freq = PGD_FREQ_HOURLY; freq <= PGD_FREQ_SECONDLY; freq++)
	{
		test_random_seconds(freq, false, n);
		test_random_seconds(freq, true, n / 4);
	}
	test_random_unions(n / 2);
	test_random_cron(n);
}
