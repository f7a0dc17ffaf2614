/*
 * months.c
 *		The days of a rule, as masks of months.
 *
 * A mask is made once and kept for the 400 years after which the calendar
 * repeats.  Pure C: see calendar.h.
 */
#include <string.h>

#include "calendar/evaluate_int.h"

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
	int			weekday = pgd_cal_weekday(day);
	int64_t		from_start = (day - first) / 7 + 1;
	int64_t		from_end = (end - 1 - day) / 7 + 1;

	return day >= first && day < end &&
		((from_start < 64 && (nth[weekday * 2] >> from_start & 1)) ||
		 (from_end < 64 && (nth[weekday * 2 + 1] >> from_end & 1)));
}

/* BYDAY with numbers, for the days of a mask. */
static uint32_t
nth_day_mask(const Eval *eval, const EvalNode *en, uint32_t days,
			 int64_t month_first, int64_t first, int64_t end)
{
	uint32_t	plain = weekday_mask(en->weekdays, pgd_cal_weekday(month_first));
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
	int			before = (int) (month_first - pgd_cal_day(year, 1, 1));
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
		int64_t		year = pgd_cal_iso_year(day);
		int64_t		first = pgd_cal_iso_year_start(year);
		int64_t		end = pgd_cal_iso_year_start(year + 1);
		int			from_start = (int) ((day - first) / 7) + 1;
		int			from_end = (int) ((end - 1 - day) / 7) + 1;

		if ((node->weeks_from_start >> from_start & 1) ||
			(node->weeks_from_end >> from_end & 1))
			result |= UINT32_C(1) << lowest_bit(days);
	}
	return result;
}

/* Marks those of the days first .. last that lie in a year, that is these. */
static void
mark_dates(YearDays *yd, int64_t year_first, int64_t year_last,
		   int64_t first, int64_t last)
{
	int64_t		year;
	int			month;
	int			day;

	if (first < year_first)
		first = year_first;
	if (last > year_last)
		last = year_last;
	if (first > last)
		return;
	pgd_cal_date(first, &year, &month, &day);
	while (first <= last)
	{
		int			length = pgd_cal_month_length(yd->year, month);
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
fill_dates(Eval *eval, const CalNode *node, YearDays *yd)
{
	const CalDate *date = list_at(eval->calendar, node->date_at);
	int64_t		year_first = pgd_cal_day(yd->year, 1, 1);
	int64_t		year_last = pgd_cal_day(yd->year, 12, 31);
	int			i;

	memset(yd->dates, 0, sizeof(yd->dates));
	pgd_cal_charge(eval, node->dates);
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
		{
			/* the usual case: far away */
			if (date->year < yd->year - 3 || date->year > yd->year + 3)
				continue;
			year = last_year = date->year;
		}
		for (; year <= last_year; year++)
		{
			int64_t		day;

			if (date->month == 2 && date->day == 29 && !is_leap(year))
				continue;
			day = pgd_cal_day(year, date->month, date->day);
			mark_dates(yd, year_first, year_last, day + date->first,
					   day + date->last);
		}
	}
}

/*
 * The masks of a year.  But for those in which there are dates of BYDATE with
 * a year, all years that are 400 apart are alike and share them.
 */
static YearDays *
year_days(Eval *eval, EvalNode *en, int64_t year)
{
	YearDays   *yd;

	if (!pgd_cal_is_dated_year(en, year))
		year = 12000 + floor_mod(year, YEARS_PER_CYCLE);
	if (en->cycle == NULL && en->nmade > YEARS_BEFORE_CYCLE)
	{
		en->cycle = pgd_cal_alloc(eval, YEARS_PER_CYCLE * sizeof(YearDays));
		if (en->cycle == NULL)
			return NULL;
		memset(en->cycle, 0, YEARS_PER_CYCLE * sizeof(YearDays));
		pgd_cal_charge(eval, 20);
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
	length = pgd_cal_month_length(year, month);
	first = pgd_cal_day(year, month, 1);
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
			matching |= weekday_mask(en->weekdays, pgd_cal_weekday(first));
		days &= matching;
	}
	if ((flags & HAS_DAY) && !(flags & (HAS_NTH_DAY | EITHER_DAY)))
		days &= weekday_mask(en->weekdays, pgd_cal_weekday(first));
	if ((flags & HAS_NTH_DAY) && node->freq == PGD_FREQ_MONTHLY)
		days = nth_day_mask(eval, en, days, first, first, first + length);
	if ((flags & HAS_NTH_DAY) && node->freq == PGD_FREQ_YEARLY)
		days = nth_day_mask(eval, en, days, first, pgd_cal_day(year, 1, 1),
							pgd_cal_day(year + 1, 1, 1));
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

/* The days of a named schedule, moved, as bits of a month. */
static uint32_t
member_days(Eval *eval, EvalNode *en, const CalMember *member,
			int64_t month_first, int length)
{
	EvalNode   *child = pgd_cal_enter(eval, member->node, en);
	uint32_t	days = 0;
	int64_t		day = month_first;

	while (child != NULL && day < month_first + length)
	{
		day = pgd_cal_next_day(eval, child, day - member->offset);
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
void
pgd_cal_fill_groups(Eval *eval, EvalNode *en, int64_t year, int month)
{
	const CalNode *node = en->node;
	const CalGroup *group = list_at(eval->calendar, node->group_at);
	const CalMember *members = list_at(eval->calendar, node->member_at);
	int64_t		first = pgd_cal_day(year, month, 1);
	int			length = pgd_cal_month_length(year, month);
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
uint32_t
pgd_cal_period_days(Eval *eval, EvalNode *en, const Period *period, int64_t year,
					int month)
{
	const CalNode *node = en->node;
	int64_t		first = pgd_cal_day(year, month, 1);
	uint32_t	days = clause_days(eval, en, year, month);

	if (!pgd_cal_charge(eval, 1))
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
		pgd_cal_fill_groups(eval, en, year, month);
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
int64_t
pgd_cal_next_day_in(Eval *eval, EvalNode *en, const Period *period, int64_t first,
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
	pgd_cal_date(first, &year, &month, &day);
	for (;;)
	{
		uint32_t	days = pgd_cal_period_days(eval, en, period, year, month) &
		~(uint32_t) bits_below(day - 1);

		if (eval->has_failed)
			return NEVER;
		if (days != 0)
		{
			int64_t		found = first + lowest_bit(days) - (day - 1);

			return (found < end) ? found : NEVER;
		}
		first += pgd_cal_month_length(year, month) - (day - 1);
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
