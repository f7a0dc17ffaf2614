/*
 * periods.c
 *		The periods of a frequency, and the days in those that INTERVAL keeps.
 *
 * Pure C: see calendar.h.
 */
#include "calendar/evaluate_int.h"

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
		int64_t		found = pgd_cal_next_day(eval, en, from);

		if (found <= day)
		{
			for (;;)
			{
				int64_t		later = pgd_cal_next_day(eval, en, found + 1);

				if (later > day || !pgd_cal_charge(eval, 1))
					return found;
				found = later;
			}
		}
		if (from <= limit || !pgd_cal_charge(eval, 1))
			return NEVER;
		width *= 4;
	}
}

/*
 * Sets the end of a user-defined period: where the next starts.  The last one
 * ends with its schedule, if that ends.
 */
static void
close_user_period(Eval *eval, EvalNode *freq, Period *period)
{
	period->end = pgd_cal_next_day(eval, freq, period->first + 1);
	if (period->end == NEVER)
		period->end = (freq->end_day != NEVER) ? freq->end_day :
			period->first + DAYS_PER_CYCLE;
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

	if (pgd_cal_next_day(eval, freq, first) != first || !pgd_cal_charge(eval, 1))
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
	EvalNode   *freq = pgd_cal_enter(eval, node->freq_node, en);

	if (freq == NULL)
		return false;
	if (node->interval == 1 && !(node->flags & HAS_PERIOD))
	{
		period->index = 0;
		period->first = node_previous_day(eval, freq, day);
		if (period->first == NEVER)
			period->first = pgd_cal_next_day(eval, freq, day);
		if (period->first == NEVER || eval->has_failed)
			return false;
		close_user_period(eval, freq, period);
		return period->end > day && !eval->has_failed;
	}

	if (!en->has_origin)
	{
		/* index 0 is the first that the schedule returns from its start on */
		en->origin.index = 0;
		en->origin.first = pgd_cal_next_day(eval, freq, freq->start_day);
		if (en->origin.first == NEVER && (freq->node->flags & HAS_OWN_START))
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
			if (en->origin.first == NEVER)
				return false;
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
				period->first = pgd_cal_iso_year_start(i);
				period->end = pgd_cal_iso_year_start(i + 1);
			}
			else
			{
				period->first = pgd_cal_day(i, 1, 1);
				period->end = pgd_cal_day(i + 1, 1, 1);
			}
			break;
		case PGD_FREQ_MONTHLY:
			period->first = pgd_cal_day(floor_div(i, 12), (int) floor_mod(i, 12) + 1, 1);
			period->end = period->first +
				pgd_cal_month_length(floor_div(i, 12), (int) floor_mod(i, 12) + 1);
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
int64_t
pgd_cal_period_index(const EvalNode *en, int64_t day)
{
	int64_t		year;
	int			month;
	int			day_of_month;

	switch (en->node->freq)
	{
		case PGD_FREQ_YEARLY:
			if (en->flags & HAS_WEEKNO)
				return pgd_cal_iso_year(day);
			pgd_cal_date(day, &year, &month, &day_of_month);
			return year;
		case PGD_FREQ_MONTHLY:
			pgd_cal_date(day, &year, &month, &day_of_month);
			return year * 12 + month - 1;
		case PGD_FREQ_WEEKLY:
			return floor_div(day + 5, 7);
		default:
			return day;
	}
}

/* The first kept period that ends after a day; false if there is none. */
bool
pgd_cal_period_at(Eval *eval, EvalNode *en, int64_t day, Period *period)
{
	int64_t		skipped;

	if (en->node->freq == PGD_FREQ_USER)
		return user_period_at(eval, en, day, period);
	period->index = pgd_cal_period_index(en, day);
	skipped = floor_mod(period->index - en->first_index, en->node->interval);
	if (skipped != 0)
		period->index += en->node->interval - skipped;
	set_bounds(en, period);
	return true;
}

bool
pgd_cal_next_period(Eval *eval, EvalNode *en, Period *period)
{
	if (en->node->freq == PGD_FREQ_USER)
		return user_period_at(eval, en, period->end, period);
	period->index += en->node->interval;
	set_bounds(en, period);
	return pgd_cal_charge(eval, 1);
}

/*
 * The first day of a rule within day .. limit - 1 that lies in a kept period,
 * without BYSETPOS.
 */
int64_t
pgd_cal_next_kept_day(Eval *eval, EvalNode *en, int64_t day, int64_t limit)
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
		return pgd_cal_next_day_in(eval, en, &period, day, limit);
	}
	if (!pgd_cal_period_at(eval, en, day, &period))
		return NEVER;
	while (period.first < limit)
	{
		int64_t		found = pgd_cal_next_day_in(eval, en, &period, day, limit);

		if (found != NEVER)
			return found;
		if (!pgd_cal_next_period(eval, en, &period))
			return NEVER;
	}
	return NEVER;
}
