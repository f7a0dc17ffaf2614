/*
 * evaluate.c
 *		The next time of a compiled calendar.
 *
 * Days come first: rules with a frequency of days and more walk over their
 * periods in local time, so that at most 400 years times INTERVAL are
 * visited; elapsed.c does the others.  Nothing counts from the start date, so
 * a date far from it costs no more than a near one.  Pure C: see calendar.h.
 */
#include <string.h>

<<<<<<< HEAD
#include "calendar/evaluate_int.h"
=======
#include "calendar/calendar_int.h"

/* what calendars with named schedules may cost, in months looked at */
#define MAX_STEPS			2000000

/* how often interrupts are checked, in the same unit */
#define INTERRUPT_MASK		0x0FFF

/* full days without a result, after which a table of remainders pays */
#define DAYS_BEFORE_TABLE	16

/* masks of the last few years, before all 400 are kept */
#define FEW_YEARS			4
#define YEARS_BEFORE_CYCLE	12

/* local time is never further away from UTC */
#define MAX_OFFSET			(8 * SECS_PER_DAY_)

/* the days of one year, without the interval and embedded schedules */
typedef struct YearDays
{
	int64_t		year;
	uint16_t	known;			/* bit n: days[n] is filled */
	bool		has_dates;
	uint32_t	days[12];
	uint32_t	dates[12];		/* BYDATE */
} YearDays;

/* a period of the frequency: the days first .. end - 1 */
typedef struct Period
{
	int64_t		index;
	int64_t		first;
	int64_t		end;
} Period;

/* a rule or union with its start date */
typedef struct EvalNode
{
	const CalNode *node;
	const PgdCalZone *zone;
	bool		is_ready;		/* for this zone and start */
	int64_t		start;			/* in seconds, UTC */
	int64_t		start_local;
	int64_t		start_day;

	/* the clauses, defaults from the start date filled in */
	uint32_t	flags;
	uint16_t	months;
	uint32_t	days_from_start;
	uint32_t	days_from_end;
	uint8_t		weekdays;
	bool		has_no_days;	/* only INCLUDE adds days */
	bool		has_first_day;	/* only the first of each period */
	uint32_t	hours;
	uint64_t	minutes;
	uint64_t	seconds;
	const int32_t *times;		/* BYTIME */
	int			ntimes;
	const int32_t *hourly;
	int			nhourly;
	int64_t		per_day;		/* times on each day, for BYSETPOS */

	int64_t		first_index;	/* of the period that the interval counts from */
	int64_t		first_dated;	/* years that BYDATE names, see year_days() */
	int64_t		last_dated;

	/* masks already made */
	YearDays	few[FEW_YEARS];
	YearDays   *cycle;
	int			nmade;
	int64_t		group_month;	/* whose embedded schedules these are */
	uint32_t	included;
	uint32_t	excluded;
	uint32_t	intersected;

	/* the last answer of node_next_day(): none from memo_from up to memo_day */
	int64_t		memo_from;
	int64_t		memo_day;

	/* user-defined frequency: the period last looked at, counted */
	Period		origin;
	Period		current;
	bool		has_origin;

	/* sub-daily: first second of a day by where the periods fall */
	uint32_t   *table;
	int64_t		table_shift;
} EvalNode;

typedef struct Eval
{
	const PgdCalEnv *env;
	const PgdCalendar *calendar;
	PgdCalError *err;
	EvalNode   *nodes;
	bool		has_failed;		/* then *err says why */
	bool		is_limited;
	int64_t		steps;
} Eval;

static int64_t node_next_day(Eval *eval, EvalNode *en, int64_t day);
>>>>>>> 568a5e1 (Align stars of C's own types)
static int64_t node_next_time(Eval *eval, EvalNode *en, int64_t from);

/* Counts work; false if it has become too much or something failed. */
bool
pgd_cal_step(Eval *eval)
{
	eval->steps++;
	if ((eval->steps & INTERRUPT_MASK) == 0 &&
		eval->env->check_interrupts != NULL)
		eval->env->check_interrupts();
	if (eval->is_limited && eval->steps > MAX_STEPS && !eval->has_failed)
	{
		eval->has_failed = true;
		pgd_cal_error(eval->err, 27419, "no date can be found for the calendar string");
		pgd_cal_detail(eval->err, "The search through its named schedules was given up.");
	}
	return !eval->has_failed;
}

void *
pgd_cal_alloc(Eval *eval, size_t size)
{
	void	   *memory = eval->env->alloc(size);

	if (memory == NULL && !eval->has_failed)
	{
		eval->has_failed = true;
		pgd_cal_error(eval->err, 0, "out of memory");
	}
	return memory;
}

<<<<<<< HEAD
=======
static int
count_bits(uint64_t bits)
{
	return __builtin_popcountll(bits);
}

static int
lowest_bit(uint64_t bits)
{
	return __builtin_ctzll(bits);
}

/* The position of the n-th (from 0) bit that is set. */
static int
nth_bit(uint64_t bits, int n)
{
	while (n-- > 0)
		bits &= bits - 1;
	return lowest_bit(bits);
}

/* The bits below position n, which may be 64. */
static uint64_t
bits_below(int n)
{
	return (n >= 64) ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

/* Time zones */

static int64_t
zone_offset(const PgdCalZone *zone, int64_t at, int64_t *until)
{
	int64_t		offset = zone->offset(zone, at, until);

	if (*until <= at)
		*until = at + 1;
	return offset;
}

/*
 * The instant of a local time: the first at which local clocks show it or
 * more.  That is the end of a gap for the times in it, and the first of two
 * for times that come twice; it never decreases with local time.
 */
static int64_t
from_local(const PgdCalZone *zone, int64_t local)
{
	int64_t		at = local - MAX_OFFSET;

	for (;;)
	{
		int64_t		until;
		int64_t		offset = zone_offset(zone, at, &until);
		int64_t		found = local - offset;

		if (found < at)
			found = at;
		if (found < until)
			return found;
		at = until;
	}
}

/*
 * The smallest local time whose instant, by from_local(), is not before this
 * one.  After clocks were put back it is what they showed at most.
 */
static int64_t
first_local(const PgdCalZone *zone, int64_t instant)
{
	int64_t		before = instant - 1;
	int64_t		at = before - 2 * MAX_OFFSET;
	int64_t		result = INT64_MIN;

	for (;;)
	{
		int64_t		until;
		int64_t		offset = zone_offset(zone, at, &until);
		int64_t		shown;

		shown = ((until <= before) ? until : before + 1) + offset;
		if (shown > result)
			result = shown;
		if (until > before)
			return result;
		at = until;
	}
}

static int64_t
to_local(const PgdCalZone *zone, int64_t instant)
{
	int64_t		until;

	return instant + zone_offset(zone, instant, &until);
}

/* The days of a month by the clauses of a rule */

/* The week day of the first of a month repeated through its days. */
static uint32_t
weekday_mask(uint8_t weekdays, int first_weekday)
{
	uint32_t	week = ((weekdays | (uint32_t) weekdays << 7) >> first_weekday) & 0x7F;

	return week | week << 7 | week << 14 | week << 21 | week << 28;
}

/* Does this day have one of BYDAY's numbers within first .. end - 1? */
static bool
is_nth_day(const Eval *eval, const CalNode *node, int64_t day, int64_t first,
		   int64_t end)
{
	const uint64_t *nth = list_at(eval->calendar, node->nth_at);
	int			weekday = cal_weekday(day);
	int64_t		from_start = (day - first) / 7 + 1;
	int64_t		from_end = (end - 1 - day) / 7 + 1;

	return (from_start < 64 && (nth[weekday * 2] >> from_start & 1)) ||
		(from_end < 64 && (nth[weekday * 2 + 1] >> from_end & 1));
}

/* BYDAY with numbers, for the days of a mask. */
static uint32_t
nth_day_mask(const Eval *eval, const EvalNode *en, uint32_t days,
			 int64_t month_first, int64_t first, int64_t end)
{
	uint32_t	plain = weekday_mask(en->weekdays, cal_weekday(month_first));
	uint32_t	result = days & plain;

	for (days &= ~plain; days != 0; days &= days - 1)
	{
		int			i = lowest_bit(days);

		if (is_nth_day(eval, en->node, month_first + i, first, end))
			result |= UINT32_C(1) << i;
	}
	return result;
}

static uint32_t
year_day_mask(const Eval *eval, const CalNode *node, uint32_t days,
			  int64_t year, int64_t month_first)
{
	const uint32_t *listed = list_at(eval->calendar, node->yearday_at);
	int			before = (int) (month_first - cal_day(year, 1, 1));
	int			length = is_leap(year) ? 366 : 365;
	uint32_t	result = 0;

	for (; days != 0; days &= days - 1)
	{
		int			i = lowest_bit(days);
		int			from_start = before + i;
		int			from_end = length - 1 - from_start;

		if ((listed[from_start / 32] >> (from_start % 32) & 1) ||
			(listed[12 + from_end / 32] >> (from_end % 32) & 1))
			result |= UINT32_C(1) << i;
	}
	return result;
}

static uint32_t
week_mask(const CalNode *node, uint32_t days, int64_t month_first)
{
	uint32_t	result = 0;

	for (; days != 0; days &= days - 1)
	{
		int64_t		day = month_first + lowest_bit(days);
		int64_t		year = cal_iso_year(day);
		int64_t		first = cal_iso_year_start(year);
		int64_t		end = cal_iso_year_start(year + 1);
		int			from_start = (int) ((day - first) / 7) + 1;
		int			from_end = (int) ((end - 1 - day) / 7) + 1;

		if ((node->weeks_from_start >> from_start & 1) ||
			(node->weeks_from_end >> from_end & 1))
			result |= UINT32_C(1) << lowest_bit(days);
	}
	return result;
}

/* Marks those of the days first .. last that lie in a year. */
static void
mark_dates(YearDays *yd, int64_t first, int64_t last)
{
	int64_t		year_first = cal_day(yd->year, 1, 1);
	int64_t		year_last = cal_day(yd->year, 12, 31);
	int64_t		year;
	int			month;
	int			day;

	if (first < year_first)
		first = year_first;
	if (last > year_last)
		last = year_last;
	if (first > last)
		return;
	cal_date(first, &year, &month, &day);
	while (first <= last)
	{
		int			length = cal_month_length(yd->year, month);
		int64_t		month_last = first + (length - day);
		int			count = (int) ((month_last < last ? month_last : last) - first) + 1;

		yd->dates[month - 1] |= (uint32_t) (bits_below(count) << (day - 1));
		first = month_last + 1;
		month++;
		day = 1;
	}
}

/* The days of BYDATE in a year, whose dates may come from its neighbours. */
static void
fill_dates(const Eval *eval, const CalNode *node, YearDays *yd)
{
	const CalDate *date = list_at(eval->calendar, node->date_at);
	int			i;

	memset(yd->dates, 0, sizeof(yd->dates));
	yd->has_dates = true;
	for (i = 0; i < node->dates; i++, date++)
	{
		int64_t		year = yd->year;
		int64_t		last_year = yd->year;

		if (date->last > 0)
			year -= date->last / 365 + 1;
		if (date->first < 0)
			last_year += -date->first / 365 + 1;
		if (date->year != 0)
			year = last_year = date->year;
		for (; year <= last_year; year++)
		{
			int64_t		day;

			if (date->month == 2 && date->day == 29 && !is_leap(year))
				continue;
			day = cal_day(year, date->month, date->day);
			mark_dates(yd, day + date->first, day + date->last);
		}
	}
}

/*
 * The masks of a year.  Outside the years that BYDATE names all years that
 * are 400 apart are alike and share them.
 */
static YearDays *
year_days(Eval *eval, EvalNode *en, int64_t year)
{
	YearDays   *yd;

	if (year < en->first_dated || year > en->last_dated)
		year = 12000 + floor_mod(year, YEARS_PER_CYCLE);
	if (en->cycle == NULL && en->nmade > YEARS_BEFORE_CYCLE)
	{
		en->cycle = eval_alloc(eval, YEARS_PER_CYCLE * sizeof(YearDays));
		if (en->cycle == NULL)
			return NULL;
		memset(en->cycle, 0, YEARS_PER_CYCLE * sizeof(YearDays));
	}
	if (en->cycle != NULL)
		yd = &en->cycle[year % YEARS_PER_CYCLE];
	else
		yd = &en->few[year % FEW_YEARS];
	if (yd->year != year || yd->known == 0)
	{
		yd->year = year;
		yd->known = 0;
		yd->has_dates = false;
		en->nmade++;
	}
	return yd;
}

/* The days that satisfy the rule's own clauses, as bits of a month. */
static uint32_t
clause_days(Eval *eval, EvalNode *en, int64_t year, int month)
{
	const CalNode *node = en->node;
	uint32_t	flags = en->flags;
	uint32_t	days;
	int			length;
	int64_t		first;
	YearDays   *yd;

	if (en->has_no_days ||
		((flags & HAS_MONTH) && !(en->months >> (month - 1) & 1)))
		return 0;
	yd = year_days(eval, en, year);
	if (yd == NULL)
		return 0;
	if (yd->known >> month & 1)
		return yd->days[month - 1];

	year = yd->year;
	length = cal_month_length(year, month);
	first = cal_day(year, month, 1);
	days = (uint32_t) bits_below(length);
	if (flags & HAS_MONTHDAY)
	{
		uint32_t	matching = en->days_from_start;
		uint32_t	from_end = en->days_from_end;

		for (; from_end != 0; from_end &= from_end - 1)
		{
			int			i = length - 1 - lowest_bit(from_end);

			if (i >= 0)
				matching |= UINT32_C(1) << i;
		}
		if (flags & EITHER_DAY)
			matching |= weekday_mask(en->weekdays, cal_weekday(first));
		days &= matching;
	}
	if ((flags & HAS_DAY) && !(flags & (HAS_NTH_DAY | EITHER_DAY)))
		days &= weekday_mask(en->weekdays, cal_weekday(first));
	if ((flags & HAS_NTH_DAY) && node->freq == PGD_FREQ_MONTHLY)
		days = nth_day_mask(eval, en, days, first, first, first + length);
	if ((flags & HAS_NTH_DAY) && node->freq == PGD_FREQ_YEARLY)
		days = nth_day_mask(eval, en, days, first, cal_day(year, 1, 1),
							cal_day(year + 1, 1, 1));
	if (flags & HAS_YEARDAY)
		days = year_day_mask(eval, node, days, year, first);
	if (flags & HAS_WEEKNO)
		days = week_mask(node, days, first);
	if ((flags & HAS_DATE) && days != 0)
	{
		if (!yd->has_dates)
			fill_dates(eval, node, yd);
		days &= yd->dates[month - 1];
	}
	yd->days[month - 1] = days;
	yd->known |= 1 << month;
	return days;
}

/* Embedded schedules */

static EvalNode *enter(Eval *eval, int index, const EvalNode *parent);

/* The days of a named schedule, moved, as bits of a month. */
static uint32_t
member_days(Eval *eval, EvalNode *en, const CalMember *member,
			int64_t month_first, int length)
{
	EvalNode   *child = enter(eval, member->node, en);
	uint32_t	days = 0;
	int64_t		day = month_first;

	while (child != NULL && day < month_first + length)
	{
		day = node_next_day(eval, child, day - member->offset);
		if (day == NEVER)
			break;
		day += member->offset;
		if (day >= month_first + length)
			break;
		days |= UINT32_C(1) << (day - month_first);
		day++;
	}
	return days;
}

/* Fills the masks of INCLUDE, EXCLUDE and INTERSECT for a month. */
static void
fill_groups(Eval *eval, EvalNode *en, int64_t year, int month)
{
	const CalNode *node = en->node;
	const CalGroup *group = list_at(eval->calendar, node->group_at);
	const CalMember *members = list_at(eval->calendar, node->member_at);
	int64_t		first = cal_day(year, month, 1);
	int			length = cal_month_length(year, month);
	int			i;
	uint32_t	j;

	if (en->group_month == year * 12 + month)
		return;
	en->group_month = year * 12 + month;
	en->included = 0;
	en->excluded = 0;
	en->intersected = ~UINT32_C(0);
	for (i = 0; i < node->groups; i++, group++)
	{
		uint32_t	days = 0;

		for (j = 0; j < group->count; j++)
			days |= member_days(eval, en, &members[group->first + j], first, length);
		if (group->clause == HAS_INCLUDE)
			en->included |= days;
		else if (group->clause == HAS_EXCLUDE)
			en->excluded |= days;
		else
			en->intersected &= days;
	}
}

/*
 * The days of a rule in a month, as far as they lie in the period.  That
 * the period is kept is the caller's business.
 */
static uint32_t
period_days(Eval *eval, EvalNode *en, const Period *period, int64_t year,
			int month)
{
	const CalNode *node = en->node;
	int64_t		first = cal_day(year, month, 1);
	uint32_t	days = clause_days(eval, en, year, month);

	if (!step(eval))
		return 0;
	if (days != 0 && node->freq == PGD_FREQ_USER)
	{
		if (en->flags & HAS_NTH_DAY)
			days = nth_day_mask(eval, en, days, first, period->first,
								period->end);
		if (en->has_first_day)
		{
			if (period->first < first || period->first >= first + 31)
				return 0;
			days &= UINT32_C(1) << (period->first - first);
		}
	}
	if (node->groups > 0)
	{
		/* a month that BYMONTH leaves out is a skipped period */
		if (node->freq == PGD_FREQ_MONTHLY && (en->flags & HAS_MONTH) &&
			!(en->months >> (month - 1) & 1))
			return 0;
		if (days == 0 && !(node->flags & HAS_INCLUDE))
			return 0;
		fill_groups(eval, en, year, month);
		days = (days | en->included) & ~en->excluded & en->intersected;
	}
	if (period->first > first)
	{
		if (period->first >= first + 31)
			return 0;
		days &= ~(uint32_t) bits_below((int) (period->first - first));
	}
	if (period->end < first + 31)
	{
		if (period->end <= first)
			return 0;
		days &= (uint32_t) bits_below((int) (period->end - first));
	}
	return days;
}

/* The first day of the rule within first .. end - 1 of a period, or NEVER. */
static int64_t
next_day_in(Eval *eval, EvalNode *en, const Period *period, int64_t first,
			int64_t end)
{
	int64_t		year;
	int			month;
	int			day;

	if (first < period->first)
		first = period->first;
	if (end > period->end)
		end = period->end;
	if (first >= end)
		return NEVER;
	cal_date(first, &year, &month, &day);
	for (;;)
	{
		uint32_t	days = period_days(eval, en, period, year, month) &
		~(uint32_t) bits_below(day - 1);

		if (eval->has_failed)
			return NEVER;
		if (days != 0)
		{
			int64_t		found = first + lowest_bit(days) - (day - 1);

			return (found < end) ? found : NEVER;
		}
		first += cal_month_length(year, month) - (day - 1);
		if (first >= end)
			return NEVER;
		day = 1;
		if (++month > 12)
		{
			month = 1;
			year++;
		}
	}
}

/* Periods */

/* The last day of a schedule that is not after this one, or NEVER. */
static int64_t
node_previous_day(Eval *eval, EvalNode *en, int64_t day)
{
	int64_t		limit = day - DAYS_PER_CYCLE;
	int64_t		width = 40;

	if ((en->node->flags & HAS_OWN_START) && limit < en->start_day)
		limit = en->start_day;
	for (;;)
	{
		int64_t		from = (day - width > limit) ? day - width : limit;
		int64_t		found = node_next_day(eval, en, from);

		if (found <= day)
		{
			for (;;)
			{
				int64_t		later = node_next_day(eval, en, found + 1);

				if (later > day || !step(eval))
					return found;
				found = later;
			}
		}
		if (from <= limit || !step(eval))
			return NEVER;
		width *= 4;
	}
}

/* Sets the end of a user-defined period: the day before the next starts. */
static void
close_user_period(Eval *eval, EvalNode *freq, Period *period)
{
	period->end = node_next_day(eval, freq, period->first + 1);
	if (period->end == NEVER)
		period->end = period->first + DAYS_PER_CYCLE;
}

static bool
is_kept(const EvalNode *en, const Period *period)
{
	const CalNode *node = en->node;

	if (node->interval > 1 &&
		floor_mod(period->index - en->first_index, node->interval) != 0)
		return false;
	return true;
}

/* Moves on to the next user-defined period; false if there is none. */
static bool
next_user_period(Eval *eval, EvalNode *freq, Period *period)
{
	int64_t		first = period->end;

	if (node_next_day(eval, freq, first) != first || !step(eval))
		return false;
	period->index++;
	period->first = first;
	close_user_period(eval, freq, period);
	return true;
}

/* BYPERIOD and INTERVAL of a user-defined frequency. */
static bool
is_kept_user(const Eval *eval, const EvalNode *en, const Period *period)
{
	const CalNode *node = en->node;

	if (node->flags & HAS_PERIOD)
	{
		int			count = eval->calendar->node[node->freq_node].periods_count;
		int			i = (int) floor_mod(period->index, count);

		if (!(node->periods[i / 64] >> (i % 64) & 1))
			return false;
	}
	return is_kept(en, period);
}

/*
 * The first kept user-defined period that ends after a day.  Only INTERVAL
 * and BYPERIOD need to count periods from the first.
 */
static bool
user_period_at(Eval *eval, EvalNode *en, int64_t day, Period *period)
{
	const CalNode *node = en->node;
	EvalNode   *freq = enter(eval, node->freq_node, en);

	if (freq == NULL)
		return false;
	if (node->interval == 1 && !(node->flags & HAS_PERIOD))
	{
		period->index = 0;
		period->first = node_previous_day(eval, freq, day);
		if (period->first == NEVER)
			period->first = node_next_day(eval, freq, day);
		if (period->first == NEVER || eval->has_failed)
			return false;
		close_user_period(eval, freq, period);
		return true;
	}

	if (!en->has_origin)
	{
		/* index 0 is the first that the schedule returns from its start on */
		en->origin.index = 0;
		en->origin.first = node_next_day(eval, freq, freq->start_day);
		if (en->origin.first == NEVER)
			return false;
		if (!(freq->node->flags & HAS_OWN_START) &&
			en->origin.first > en->start_day)
		{
			int64_t		before = node_previous_day(eval, freq, en->start_day);

			if (before != NEVER)
			{
				en->origin.index = -1;
				en->origin.first = before;
			}
		}
		close_user_period(eval, freq, &en->origin);
		/* the interval counts from the period of the start date */
		while (en->origin.end <= en->start_day &&
			   next_user_period(eval, freq, &en->origin))
			;
		en->first_index = en->origin.index;
		en->current = en->origin;
		en->has_origin = true;
	}
	*period = (day >= en->current.first) ? en->current : en->origin;
	while (period->end <= day || !is_kept_user(eval, en, period))
	{
		if (!next_user_period(eval, freq, period))
			return false;
	}
	en->current = *period;
	return !eval->has_failed;
}

/* The bounds of a period from its index. */
static void
set_bounds(const EvalNode *en, Period *period)
{
	int64_t		i = period->index;

	switch (en->node->freq)
	{
		case PGD_FREQ_YEARLY:
			if (en->flags & HAS_WEEKNO)
			{
				period->first = cal_iso_year_start(i);
				period->end = cal_iso_year_start(i + 1);
			}
			else
			{
				period->first = cal_day(i, 1, 1);
				period->end = cal_day(i + 1, 1, 1);
			}
			break;
		case PGD_FREQ_MONTHLY:
			period->first = cal_day(floor_div(i, 12), (int) floor_mod(i, 12) + 1, 1);
			period->end = period->first +
				cal_month_length(floor_div(i, 12), (int) floor_mod(i, 12) + 1);
			break;
		case PGD_FREQ_WEEKLY:
			period->first = i * 7 - 5;
			period->end = period->first + 7;
			break;
		default:
			period->first = i;
			period->end = i + 1;
			break;
	}
}

/* The index of the period in which a day lies. */
static int64_t
period_index(const EvalNode *en, int64_t day)
{
	int64_t		year;
	int			month;
	int			day_of_month;

	switch (en->node->freq)
	{
		case PGD_FREQ_YEARLY:
			if (en->flags & HAS_WEEKNO)
				return cal_iso_year(day);
			cal_date(day, &year, &month, &day_of_month);
			return year;
		case PGD_FREQ_MONTHLY:
			cal_date(day, &year, &month, &day_of_month);
			return year * 12 + month - 1;
		case PGD_FREQ_WEEKLY:
			return floor_div(day + 5, 7);
		default:
			return day;
	}
}

/* The first kept period that ends after a day; false if there is none. */
static bool
period_at(Eval *eval, EvalNode *en, int64_t day, Period *period)
{
	int64_t		skipped;

	if (en->node->freq == PGD_FREQ_USER)
		return user_period_at(eval, en, day, period);
	period->index = period_index(en, day);
	skipped = floor_mod(period->index - en->first_index, en->node->interval);
	if (skipped != 0)
		period->index += en->node->interval - skipped;
	set_bounds(en, period);
	return true;
}

static bool
next_period(Eval *eval, EvalNode *en, Period *period)
{
	if (en->node->freq == PGD_FREQ_USER)
		return user_period_at(eval, en, period->end, period);
	period->index += en->node->interval;
	set_bounds(en, period);
	return step(eval);
}

/*
 * The first day of a rule within day .. limit - 1 that lies in a kept period,
 * without BYSETPOS.
 */
static int64_t
next_kept_day(Eval *eval, EvalNode *en, int64_t day, int64_t limit)
{
	Period		period;

	if (en->node->freq == PGD_FREQ_NONE || en->node->freq == PGD_FREQ_HOURLY ||
		en->node->freq == PGD_FREQ_MINUTELY ||
		en->node->freq == PGD_FREQ_SECONDLY ||
		(en->node->interval == 1 && en->node->freq != PGD_FREQ_USER))
	{
		period.index = 0;
		period.first = day;
		period.end = limit;
		return next_day_in(eval, en, &period, day, limit);
	}
	if (!period_at(eval, en, day, &period))
		return NEVER;
	while (period.first < limit)
	{
		int64_t		found = next_day_in(eval, en, &period, day, limit);

		if (found != NEVER)
			return found;
		if (!next_period(eval, en, &period))
			return NEVER;
	}
	return NEVER;
}

/* Times of day */

/* The first of ascending numbers that is not below a value: its index. */
static int
lower_bound(const int32_t *list, int count, int64_t value)
{
	int			low = 0;
	int			high = count;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (list[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first second of a day, from this one on, that BYTIME has, or -1. */
static int
next_listed_time(const EvalNode *en, int from)
{
	int			result = -1;
	int			i = lower_bound(en->times, en->ntimes, from);
	int			hour = from / 3600;
	uint32_t	hours;

	if (i < en->ntimes)
		result = en->times[i];
	if (en->nhourly > 0 && hour < 24)
	{
		int			hourly = -1;

		i = lower_bound(en->hourly, en->nhourly, from % 3600);
		if (i < en->nhourly && (en->hours >> hour & 1))
			hourly = hour * 3600 + en->hourly[i];
		else
		{
			hours = en->hours & ~(uint32_t) bits_below(hour + 1);
			if (hours != 0)
				hourly = lowest_bit(hours) * 3600 + en->hourly[0];
		}
		if (hourly >= 0 && (result < 0 || hourly < result))
			result = hourly;
	}
	return result;
}

/* The first second of a day, from this one on, that the rule has, or -1. */
static int
next_time(const EvalNode *en, int from)
{
	int			hour = from / 3600;
	int			minute = from / 60 % 60;
	int			second = from % 60;
	uint64_t	bits;

	if (from >= SECS_PER_DAY_)
		return -1;
	if (en->flags & HAS_TIME)
		return next_listed_time(en, from);
	bits = en->hours & ~bits_below(hour);
	if (bits == 0)
		return -1;
	if (lowest_bit(bits) == hour)
	{
		uint64_t	minutes = en->minutes & ~bits_below(minute);

		if (minutes != 0 && lowest_bit(minutes) == minute)
		{
			uint64_t	seconds = en->seconds & ~bits_below(second);

			if (seconds != 0)
				return (hour * 60 + minute) * 60 + lowest_bit(seconds);
			minutes &= minutes - 1;
		}
		if (minutes != 0)
			return (hour * 60 + lowest_bit(minutes)) * 60 +
				lowest_bit(en->seconds);
		bits &= bits - 1;
		if (bits == 0)
			return -1;
	}
	return (lowest_bit(bits) * 60 + lowest_bit(en->minutes)) * 60 +
		lowest_bit(en->seconds);
}

/* How many of a rule's times of day are before this one. */
static int64_t
time_rank(const EvalNode *en, int64_t time)
{
	int			hour = (int) (time / 3600);
	int			minute = (int) (time / 60 % 60);
	int			second = (int) (time % 60);
	int			minutes = count_bits(en->minutes);
	int			seconds = count_bits(en->seconds);
	int64_t		rank;

	if (en->flags & HAS_TIME)
		return lower_bound(en->times, en->ntimes, time);
	rank = (int64_t) count_bits(en->hours & bits_below(hour)) * minutes * seconds;
	if (!(en->hours >> hour & 1))
		return rank;
	rank += count_bits(en->minutes & bits_below(minute)) * seconds;
	if (!(en->minutes >> minute & 1))
		return rank;
	return rank + count_bits(en->seconds & bits_below(second));
}

/* The n-th (from 0) time of day of a rule. */
static int64_t
nth_time(const EvalNode *en, int64_t n)
{
	int			minutes = count_bits(en->minutes);
	int			seconds = count_bits(en->seconds);

	if (en->flags & HAS_TIME)
		return en->times[n];
	return (nth_bit(en->hours, (int) (n / (minutes * seconds))) * INT64_C(60) +
			nth_bit(en->minutes, (int) (n / seconds % minutes))) * 60 +
		nth_bit(en->seconds, (int) (n % seconds));
}

/*
 * BYTIME with MMSS in a daily or longer frequency: joins both lists, so that
 * positions can be counted.
 */
static bool
join_times(Eval *eval, EvalNode *en)
{
	int			count = en->ntimes + en->nhourly;
	int32_t    *times = eval_alloc(eval, count * sizeof(int32_t));
	int			n = 0;
	int			time = -1;

	if (times == NULL)
		return false;
	while (n < count && (time = next_listed_time(en, time + 1)) >= 0)
		times[n++] = time;
	en->times = times;
	en->ntimes = n;
	en->nhourly = 0;
	return true;
}
>>>>>>> 568a5e1 (Align stars of C's own types)

/* Rules with a frequency of days and more, in local time */

/* The first position of BYSETPOS, as an index from 0, in from .. total - 1, or -1. */
static int64_t
next_position(const Eval *eval, const CalNode *node, int64_t from,
			  int64_t total)
{
	const int16_t *list = list_at(eval->calendar, node->setpos_at);
	int64_t		result = -1;
	int64_t		wanted;
	int			pass;

	/* first the positive ones, from the start, then those from the end */
	for (pass = 0; pass < 2; pass++)
	{
		int			low = 0;
		int			high = node->setpos;

		wanted = (pass == 0) ? from + 1 : from - total;
		if (pass == 0 && wanted < 1)
			wanted = 1;
		while (low < high)
		{
			int			middle = (low + high) / 2;

			if (list[middle] < wanted)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < node->setpos)
		{
			int64_t		position = list[low];

			if (pass == 0)
				position--;
			else if (position < 0)
				position += total;
			else
				continue;
			if (position >= from && position >= 0 && position < total &&
				(result < 0 || position < result))
				result = position;
		}
	}
	return result;
}

/*
 * The first local time of a period, from this one on, that BYSETPOS picks:
 * positions count all times of the whole period.
 */
static int64_t
pick_position(Eval *eval, EvalNode *en, const Period *period, int64_t from)
{
	int64_t		from_day = floor_div(from, SECS_PER_DAY_);
	int64_t		total = 0;
	int64_t		before = 0;
	int64_t		position;
	int64_t		year;
	int64_t		first;
	int			month;
	int			day;
	int			pass;

	for (pass = 0; pass < 2; pass++)
	{
		int64_t		left = 0;

		if (pass == 1)
		{
			position = next_position(eval, en->node, before, total);
			if (position < 0)
				return NEVER;
			left = position / en->per_day;
		}
		pgd_cal_date(period->first, &year, &month, &day);
		first = period->first - (day - 1);
		while (first < period->end)
		{
			uint32_t	days = pgd_cal_period_days(eval, en, period, year, month);
			int			count = count_bits(days);

			if (eval->has_failed)
				return NEVER;
			if (pass == 0)
			{
				total += count * en->per_day;
				if (from_day >= first + 31)
					before += count * en->per_day;
				else if (from_day >= first)
				{
					int			i = (int) (from_day - first);

					before += count_bits(days & bits_below(i)) * en->per_day;
					if (days >> i & 1)
						before += pgd_cal_time_rank(en, from - from_day * SECS_PER_DAY_);
				}
			}
			else if (left < count)
				return (first + nth_bit(days, (int) left)) * SECS_PER_DAY_ +
					pgd_cal_nth_time(en, position % en->per_day);
			else
				left -= count;
			first += pgd_cal_month_length(year, month);
			if (++month > 12)
			{
				month = 1;
				year++;
			}
		}
	}
	return NEVER;
}

/* The first local time from this one on, on a day before the limit. */
static int64_t
search_local(Eval *eval, EvalNode *en, int64_t from, int64_t limit)
{
	int64_t		day = floor_div(from, SECS_PER_DAY_);
	int64_t		found;
	int			time;

	if (en->flags & HAS_SETPOS)
	{
		Period		period;

		if (!pgd_cal_period_at(eval, en, day, &period))
			return NEVER;
		while (period.first < limit)
		{
			found = pick_position(eval, en, &period, from);
			if (found != NEVER)
				return found;
			if (!pgd_cal_next_period(eval, en, &period))
				return NEVER;
		}
		return NEVER;
	}
	found = pgd_cal_next_kept_day(eval, en, day, limit);
	if (found == day)
	{
		time = pgd_cal_next_time(en, (int) (from - day * SECS_PER_DAY_));
		if (time >= 0)
			return day * SECS_PER_DAY_ + time;
		found = pgd_cal_next_kept_day(eval, en, day + 1, limit);
	}
	if (found == NEVER)
		return NEVER;
	return found * SECS_PER_DAY_ + pgd_cal_next_time(en, 0);
}

/* Any rule */

/* How many days ahead a rule is looked for. */
static int64_t
horizon(const CalNode *node)
{
	if (is_subdaily(node))
		return DAYS_PER_CYCLE + 366;
	return DAYS_PER_CYCLE * node->interval + 800;
}

/*
 * The earliest days, not all before a day, that a date of BYDATE with a year
 * names: *first .. *last.
 */
static bool
next_dated_days(const Eval *eval, const CalNode *node, int64_t day,
				int64_t *first, int64_t *last)
{
	const CalDate *date = list_at(eval->calendar, node->date_at);
	bool		found = false;
	int			i;

	for (i = 0; i < node->dates; i++, date++)
	{
		int64_t		base;

		if (date->year == 0)
			continue;
		base = pgd_cal_day(date->year, date->month, date->day);
		if (base + date->last < day ||
			(found && base + date->first >= *first))
			continue;
		*first = base + date->first;
		*last = base + date->last;
		found = true;
	}
	return found;
}

/*
 * Searches a rule from a time on: local time for days and more, else an
 * instant.  When all that repeats has been seen only dates with a year
 * remain.
 */
static int64_t
search_rule(Eval *eval, EvalNode *en, int64_t from)
{
	int64_t		(*search) (Eval *, EvalNode *, int64_t, int64_t);
	int64_t		day = floor_div(from, SECS_PER_DAY_);
	int64_t		limit = day + horizon(en->node);
	int64_t		first = 0;
	int64_t		last = 0;
	int64_t		found;

	search = is_subdaily(en->node) ? pgd_cal_search_elapsed : search_local;
	found = search(eval, en, from, limit);
	if (!(en->flags & HAS_YEARS))
		return found;
	while (found == NEVER && !eval->has_failed &&
		   next_dated_days(eval, en->node, limit, &first, &last))
	{
		/* a day more on each side, for what is local and what is not */
		if (first - 1 > limit)
			limit = first - 1;
		found = search(eval, en, limit * SECS_PER_DAY_, last + 3);
		limit = last + 3;
	}
	return found;
}

/* Unions */

/* When the named schedule, moved by days, is next due: from this instant on. */
static int64_t
next_member_time(Eval *eval, EvalNode *en, const CalMember *member,
				 int64_t from)
{
	EvalNode   *child = pgd_cal_enter(eval, member->node, en);
	int64_t		distance = member->offset * SECS_PER_DAY_;
	int64_t		found;

	if (child == NULL)
		return NEVER;
	if (distance == 0)
		return node_next_time(eval, child, from);
	/* by the calendar: the same time of day, so many days later */
	found = node_next_time(eval, child,
						   pgd_cal_from_local(child->zone,
											  pgd_cal_first_local(child->zone, from) - distance));
	while (found != NEVER && pgd_cal_step(eval))
	{
		int64_t		moved = pgd_cal_from_local(child->zone,
											   pgd_cal_first_local(child->zone, found) + distance);

		if (moved >= from)
			return (moved <= MAX_SECOND) ? moved : NEVER;
		found = node_next_time(eval, child, found + 1);
	}
	return NEVER;
}

/* The members of a union: its list, and what INCLUDE adds. */
static bool
is_union_member(const Eval *eval, const CalNode *node, int i)
{
	const CalGroup *group = list_at(eval->calendar, node->group_at);
	int			j;

	if (i < node->own_members)
		return true;
	for (j = 0; j < node->groups; j++)
	{
		if (group[j].clause == HAS_INCLUDE &&
			(uint32_t) i >= group[j].first &&
			(uint32_t) i < group[j].first + group[j].count)
			return true;
	}
	return false;
}

/* Do EXCLUDE and INTERSECT of a union leave this day? */
static bool
is_day_left(Eval *eval, EvalNode *en, int64_t day)
{
	int64_t		year;
	int			month;
	int			day_of_month;

	if (!(en->node->flags & (HAS_EXCLUDE | HAS_INTERSECT)))
		return true;
	pgd_cal_date(day, &year, &month, &day_of_month);
	pgd_cal_fill_groups(eval, en, year, month);
	return ((en->intersected & ~en->excluded) >> (day_of_month - 1)) & 1;
}

static int64_t
next_union_time(Eval *eval, EvalNode *en, int64_t from)
{
	const CalNode *node = en->node;
	const CalMember *members = list_at(eval->calendar, node->member_at);
	int64_t		limit = from + (DAYS_PER_CYCLE + 366) * SECS_PER_DAY_;

	while (from < limit && pgd_cal_step(eval))
	{
		int64_t		best = NEVER;
		int64_t		day;
		int			i;

		for (i = 0; i < node->members; i++)
		{
			int64_t		found;

			if (!is_union_member(eval, node, i))
				continue;
			found = next_member_time(eval, en, &members[i], from);
			if (found < best)
				best = found;
			if (eval->has_failed)
				return NEVER;
		}
		if (best == NEVER)
			return NEVER;
		day = floor_div(pgd_cal_to_local(en->zone, best), SECS_PER_DAY_);
		if (is_day_left(eval, en, day))
			return best;
		from = pgd_cal_from_local(en->zone, (day + 1) * SECS_PER_DAY_);
		if (from <= best)
			from = best + 1;
	}
	return NEVER;
}

static int64_t
next_union_day(Eval *eval, EvalNode *en, int64_t day)
{
	const CalNode *node = en->node;
	const CalMember *members = list_at(eval->calendar, node->member_at);
	int64_t		limit = day + DAYS_PER_CYCLE + 366;

	while (day < limit && pgd_cal_step(eval))
	{
		int64_t		best = NEVER;
		int			i;

		for (i = 0; i < node->members; i++)
		{
			EvalNode   *child;
			int64_t		found;

			if (!is_union_member(eval, node, i))
				continue;
			child = pgd_cal_enter(eval, members[i].node, en);
			if (child == NULL)
				return NEVER;
			found = pgd_cal_next_day(eval, child, day - members[i].offset);
			if (found != NEVER && found + members[i].offset < best)
				best = found + members[i].offset;
		}
		if (best == NEVER || is_day_left(eval, en, best))
			return best;
		day = best + 1;
	}
	return NEVER;
}

/* Nodes: any rule or union, from its own start date on if it has one */

/* The first instant from this one on, or NEVER. */
static int64_t
node_next_time(Eval *eval, EvalNode *en, int64_t from)
{
	int64_t		found;

	if ((en->node->flags & HAS_OWN_START) && from < en->start)
		from = en->start;
	if (from < MIN_SECOND)
		from = MIN_SECOND;
	if (from > MAX_SECOND || eval->has_failed)
		return NEVER;
	if (en->node->freq == PGD_FREQ_NONE)
		found = next_union_time(eval, en, from);
	else if (is_subdaily(en->node))
		found = search_rule(eval, en, from);
	else
	{
		found = search_rule(eval, en, pgd_cal_first_local(en->zone, from));
		if (found != NEVER)
			found = pgd_cal_from_local(en->zone, found);
	}
	return (found > MAX_SECOND || eval->has_failed) ? NEVER : found;
}

/* The first day from this one on, without regard to times, or NEVER. */
int64_t
pgd_cal_next_day(Eval *eval, EvalNode *en, int64_t day)
{
	const CalNode *node = en->node;
	int64_t		found;

	if ((node->flags & HAS_OWN_START) && day < en->start_day)
		day = en->start_day;
	if (!pgd_cal_step(eval))
		return NEVER;
	if (day >= en->memo_from && day <= en->memo_day)
		return en->memo_day;
	if (node->freq == PGD_FREQ_NONE)
		found = next_union_day(eval, en, day);
	else if (is_subdaily(node))
	{
		int64_t		from = pgd_cal_from_local(en->zone, day * SECS_PER_DAY_);

		/* clocks that were put back at midnight show the day before */
		do
		{
			found = search_rule(eval, en, from);
			if (found == NEVER || eval->has_failed)
				break;
			from = found + 1;
			found = floor_div(pgd_cal_to_local(en->zone, found), SECS_PER_DAY_);
		} while (found < day);
	}
	else
	{
		found = search_rule(eval, en, day * SECS_PER_DAY_);
		if (found != NEVER)
			found = floor_div(found, SECS_PER_DAY_);
	}
	if (eval->has_failed)
		return NEVER;
	en->memo_from = day;
	en->memo_day = found;
	return found;
}

/* Defaults from the start date */

static void
set_default_days(EvalNode *en)
{
	const CalNode *node = en->node;
	uint32_t	dates = en->flags & DATE_CLAUSES;
	bool		has_no_date = dates == 0;
	bool		has_only_month = dates == HAS_MONTH;
	int64_t		year;
	int			month;
	int			day;

	if (en->flags & GROUP_CLAUSES)
	{
		/*
		 * INCLUDE alone says the days of a longer period.  In a monthly rule
		 * BYMONTH says which periods there are, not which days.
		 */
		if ((en->flags & HAS_INCLUDE) &&
			(node->freq <= PGD_FREQ_WEEKLY || node->freq == PGD_FREQ_USER) &&
			(has_no_date ||
			 (has_only_month && node->freq == PGD_FREQ_MONTHLY)))
			en->has_no_days = true;
		return;
	}
	if (!has_no_date && !has_only_month)
		return;
	pgd_cal_date(en->start_day, &year, &month, &day);
	switch (node->freq)
	{
		case PGD_FREQ_YEARLY:
			if (has_no_date)
				en->months = (uint16_t) (1 << (month - 1));
			en->flags |= HAS_MONTH | HAS_MONTHDAY;
			en->days_from_start = UINT32_C(1) << (day - 1);
			break;
		case PGD_FREQ_MONTHLY:
			en->flags |= HAS_MONTHDAY;
			en->days_from_start = UINT32_C(1) << (day - 1);
			break;
		case PGD_FREQ_WEEKLY:
			en->flags |= HAS_DAY;
			en->weekdays = (uint8_t) (1 << pgd_cal_weekday(en->start_day));
			break;
		case PGD_FREQ_USER:
			en->has_first_day = has_no_date;
			break;
		default:
			break;
	}
}

static void
set_default_times(EvalNode *en)
{
	int64_t		time = floor_mod(en->start_local, SECS_PER_DAY_);
	bool		is_coarse = !is_subdaily(en->node);
	int			freq = en->node->freq;

	en->hours = en->node->hours;
	en->minutes = en->node->minutes;
	en->seconds = en->node->seconds;
	if (!(en->flags & HAS_HOUR))
		en->hours = is_coarse ? UINT32_C(1) << (time / 3600) : 0xFFFFFF;
	if (!(en->flags & HAS_MINUTE))
		en->minutes = (is_coarse || freq == PGD_FREQ_HOURLY) ?
			UINT64_C(1) << (time / 60 % 60) : bits_below(60);
	if (!(en->flags & HAS_SECOND))
		en->seconds = (freq != PGD_FREQ_SECONDLY) ?
			UINT64_C(1) << (time % 60) : bits_below(60);
}

/* The years for which BYDATE is not the same as 400 years before or after. */
static void
set_dated_years(const Eval *eval, EvalNode *en)
{
	const CalNode *node = en->node;
	const CalDate *date = list_at(eval->calendar, node->date_at);
	int			i;

	en->first_dated = INT64_MAX;
	en->last_dated = INT64_MIN;
	if (!(node->flags & HAS_YEARS))
		return;
	for (i = 0; i < node->dates; i++, date++)
	{
		if (date->year == 0)
			continue;
		if (date->year - 3 < en->first_dated)
			en->first_dated = date->year - 3;
		if (date->year + 3 > en->last_dated)
			en->last_dated = date->year + 3;
	}
}

static void
release_node(Eval *eval, EvalNode *en)
{
	if (en->cycle != NULL)
		eval->env->release(en->cycle);
	if (en->table != NULL)
		eval->env->release(en->table);
	if (en->node != NULL && (en->flags & HAS_TIME) && en->times != NULL &&
		en->times != list_at(eval->calendar, en->node->time_at))
		eval->env->release((void *) en->times);
	memset(en, 0, sizeof(*en));
}

/* Prepares a node for a start date; false if that fails. */
static bool
prepare(Eval *eval, EvalNode *en, const CalNode *node, const PgdCalZone *zone,
		int64_t start)
{
	release_node(eval, en);
	en->node = node;
	en->zone = zone;
	en->start = start;
	en->start_local = pgd_cal_to_local(zone, start);
	en->start_day = floor_div(en->start_local, SECS_PER_DAY_);
	en->flags = node->flags;
	en->months = node->months;
	en->days_from_start = node->days_from_start;
	en->days_from_end = node->days_from_end;
	en->weekdays = node->weekdays;
	en->group_month = INT64_MIN;
	en->memo_from = NEVER;
	en->memo_day = INT64_MIN;
	set_dated_years(eval, en);
	if (node->freq != PGD_FREQ_NONE)
	{
		set_default_days(en);
		set_default_times(en);
		if (en->flags & HAS_TIME)
		{
			en->times = list_at(eval->calendar, node->time_at);
			en->ntimes = node->times;
			en->hourly = list_at(eval->calendar, node->hourly_at);
			en->nhourly = node->hourly;
			if ((en->flags & HAS_SETPOS) && en->nhourly > 0 &&
				!pgd_cal_join_times(eval, en))
				return false;
			en->per_day = en->ntimes;
		}
		else
			en->per_day = (int64_t) count_bits(en->hours) *
				count_bits(en->minutes) * count_bits(en->seconds);
		en->first_index = pgd_cal_period_index(en, en->start_day);
	}
	en->is_ready = true;
	return true;
}

/* Rounds a start date up to a whole second within the range of timestamps. */
static int64_t
start_second(int64_t start)
{
	int64_t		second = floor_div(start, USECS_PER_SEC_);

	if (second * USECS_PER_SEC_ != start)
		second++;
	if (second < MIN_SECOND)
		return MIN_SECOND;
	return (second > MAX_SECOND) ? MAX_SECOND : second;
}

/* A node as part of another one: with its own start date, or the other's. */
EvalNode *
pgd_cal_enter(Eval *eval, int index, const EvalNode *parent)
{
	const CalNode *node = &eval->calendar->node[index];
	EvalNode   *en = &eval->nodes[index];
	const PgdCalZone *zone = parent->zone;
	int64_t		start = parent->start;

	if (node->flags & HAS_OWN_START)
	{
		const char *name = list_at(eval->calendar, node->zone_at);

		if (en->is_ready)
			return en;
		start = start_second(node->start);
		if (name[0] != '\0')
			zone = eval->env->find_zone(name);
		if (zone == NULL)
		{
			eval->has_failed = true;
			pgd_cal_error(eval->err, 0,
						  "time zone \"%.200s\" of a named schedule is not recognized",
						  name);
			return NULL;
		}
	}
	if (en->is_ready && en->start == start && en->zone == zone)
		return en;
	return prepare(eval, en, node, zone, start) ? en : NULL;
}

/*
 * The smallest time that is not before start and after 'after'; false with
 * *err filled if there is none.
 */
bool
pgd_calendar_evaluate(const PgdCalEnv *env, const PgdCalendar *calendar,
					  int64_t start, const PgdCalZone *zone, int64_t after,
					  int64_t *next, PgdCalError *err)
{
	Eval		eval;
	EvalNode	single;
	EvalNode   *root;
	int64_t		from;
	int64_t		found = NEVER;
	uint32_t	i;

	memset(&eval, 0, sizeof(eval));
	eval.env = env;
	eval.calendar = calendar;
	eval.err = err;
	eval.is_limited = calendar->nnodes > 1;
	err->ora = 0;
	err->message[0] = err->detail[0] = err->hint[0] = '\0';

	if (start < MIN_SECOND * USECS_PER_SEC_ ||
		start > MAX_SECOND * USECS_PER_SEC_)
	{
		pgd_cal_error(err, 0, "start date of a calendar must be finite");
		return false;
	}
	if (calendar->nnodes > 1)
	{
		eval.nodes = pgd_cal_alloc(&eval, calendar->nnodes * sizeof(EvalNode));
		if (eval.nodes == NULL)
			return false;
		memset(eval.nodes, 0, calendar->nnodes * sizeof(EvalNode));
	}
	else
	{
		memset(&single, 0, sizeof(single));
		eval.nodes = &single;
	}

	from = start_second(start);
	if (after >= from * USECS_PER_SEC_)
		from = (after < MAX_SECOND * USECS_PER_SEC_) ?
			floor_div(after, USECS_PER_SEC_) + 1 : MAX_SECOND + 1;
	root = &eval.nodes[calendar->root];
	if (prepare(&eval, root, &calendar->node[calendar->root], zone,
				start_second(start)))
		found = node_next_time(&eval, root, from);

	for (i = 0; i < calendar->nnodes; i++)
		release_node(&eval, &eval.nodes[i]);
	if (eval.nodes != &single)
		env->release(eval.nodes);
	if (eval.has_failed)
		return false;
	if (found == NEVER)
	{
		pgd_cal_error(err, 27419, "no date can be found for the calendar string");
		pgd_cal_detail(err, "There is no matching date from the given time on.");
		pgd_cal_hint(err, "Look for clauses that exclude each other, and for dates that have passed.");
		return false;
	}
	*next = found * USECS_PER_SEC_;
	return true;
}
<<<<<<< HEAD
=======

/* What a compiled calendar is made of */

size_t
pgd_calendar_size(const PgdCalendar *calendar)
{
	return calendar->size;
}

void
pgd_calendar_summary(const PgdCalendar *calendar, PgdCalSummary *summary)
{
	const CalNode *node = &calendar->node[calendar->root];

	summary->freq = node->freq;
	summary->interval = node->interval;
	summary->uses_calendars = node->freq == PGD_FREQ_NONE ||
		node->freq == PGD_FREQ_USER || (node->flags & GROUP_CLAUSES) != 0;
	summary->has_times = (node->flags & HAS_TIME) != 0;
	summary->has_spans = (node->flags & HAS_SPANS) != 0;
	summary->is_cron = (node->flags & IS_CRON) != 0;
}

/* Visits the bits that are set, as base, base + 1 ... times sign. */
static void
visit_bits(uint64_t bits, int base, int sign, PgdCalVisit visit, void *arg)
{
	for (; bits != 0; bits &= bits - 1)
		visit(arg, sign * (lowest_bit(bits) + base), 0);
}

/* Visits the values of a list clause; no call if the rule has none. */
void
pgd_calendar_list(const PgdCalendar *calendar, PgdCalList list,
				  PgdCalVisit visit, void *arg)
{
	const CalNode *node = &calendar->node[calendar->root];
	int			i;
	int			j;

	switch (list)
	{
		case PGD_LIST_SECOND:
			visit_bits(node->seconds, 0, 1, visit, arg);
			break;
		case PGD_LIST_MINUTE:
			visit_bits(node->minutes, 0, 1, visit, arg);
			break;
		case PGD_LIST_HOUR:
			visit_bits(node->hours, 0, 1, visit, arg);
			break;
		case PGD_LIST_DAY:
			visit_bits(node->weekdays, 1, 1, visit, arg);
			if (!(node->flags & HAS_NTH_DAY))
				break;
			for (i = 0; i < 7; i++)
			{
				const uint64_t *nth = list_at(calendar, node->nth_at);

				for (j = 1; j < 64; j++)
				{
					if (nth[i * 2] >> j & 1)
						visit(arg, i + 1, j);
					if (nth[i * 2 + 1] >> j & 1)
						visit(arg, i + 1, -j);
				}
			}
			break;
		case PGD_LIST_DATE:
			for (i = 0; i < node->dates; i++)
			{
				const CalDate *date = (const CalDate *)
				list_at(calendar, node->date_at) + i;

				visit(arg, date->year, date->month * 100 + date->day);
			}
			break;
		case PGD_LIST_MONTHDAY:
			visit_bits(node->days_from_start, 1, 1, visit, arg);
			visit_bits(node->days_from_end, 1, -1, visit, arg);
			break;
		case PGD_LIST_YEARDAY:
			if (!(node->flags & HAS_YEARDAY))
				break;
			for (i = 0; i < 24; i++)
			{
				const uint32_t *bits = list_at(calendar, node->yearday_at);

				visit_bits(bits[i], i % 12 * 32 + 1, i < 12 ? 1 : -1, visit, arg);
			}
			break;
		case PGD_LIST_WEEKNO:
			visit_bits(node->weeks_from_start, 0, 1, visit, arg);
			visit_bits(node->weeks_from_end, 0, -1, visit, arg);
			break;
		case PGD_LIST_MONTH:
			visit_bits(node->months, 1, 1, visit, arg);
			break;
		case PGD_LIST_SETPOS:
			for (i = 0; i < node->setpos; i++)
				visit(arg, ((const int16_t *) list_at(calendar, node->setpos_at))[i], 0);
			break;
	}
}
>>>>>>> 568a5e1 (Align stars of C's own types)
