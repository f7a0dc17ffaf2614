/*
 * elapsed.c
 *		Rules with a frequency of hours, minutes or seconds, in elapsed time.
 *
 * They walk over matching days; where in a day a period falls is a matter
 * of remainders, which a table remembers.  Pure C: see calendar.h.
 */
#include <string.h>

#include "calendar/evaluate_int.h"

static int64_t
unit_of(int freq)
{
	return (freq == PGD_FREQ_HOURLY) ? 3600 : (freq == PGD_FREQ_MINUTELY) ? 60 : 1;
}

/*
 * The first second of a day within from .. end - 1 that is one of the rule's
 * times and lies in a kept period.  Periods start at phase, a second of that
 * day, and every 'stride' seconds before and after.
 */
static int64_t
scan_day(Eval *eval, const EvalNode *en, int64_t phase, int64_t stride,
		 int64_t unit, int64_t from, int64_t end)
{
	int			tries;

	for (tries = 1; from < end; tries++)
	{
		int64_t		into;

		/* a part of the price of a month */
		if (tries % 16 == 0 && !pgd_cal_charge(eval, 1))
			return NEVER;

		from = pgd_cal_next_time(en, (int) from);
		if (from < 0 || from >= end)
			return NEVER;
		into = floor_mod(from - phase, stride);
		if (into < unit)
			return from;
		from += stride - into;
	}
	return NEVER;
}

/*
 * The same for a whole day, remembered by the phase: the days of centuries
 * share few of them.
 */
static int64_t
scan_whole_day(Eval *eval, EvalNode *en, int64_t phase, int64_t stride,
			   int64_t unit)
{
	int64_t		entry = phase / unit;
	int64_t		shift = phase % unit;

	if (en->table == NULL)
	{
		en->table = pgd_cal_alloc(eval, stride / unit * sizeof(uint32_t));
		if (en->table == NULL)
			return NEVER;
		en->table_shift = -1;
	}
	if (en->table_shift != shift)
	{
		memset(en->table, 0, stride / unit * sizeof(uint32_t));
		en->table_shift = shift;
	}
	if (en->table[entry] == 0)
	{
		int64_t		found = scan_day(eval, en, phase, stride, unit, 0, SECS_PER_DAY_);

		en->table[entry] = (found == NEVER) ? UINT32_MAX : (uint32_t) found + 1;
	}
	return (en->table[entry] == UINT32_MAX) ? NEVER : en->table[entry] - 1;
}

/* Periods of less than a day: day by day, within first .. end - 1 local. */
static int64_t
search_short_strides(Eval *eval, EvalNode *en, int64_t origin, int64_t stride,
					 int64_t unit, int64_t first, int64_t end)
{
	int64_t		last_day = floor_div(end - 1, SECS_PER_DAY_);
	int64_t		day = floor_div(first, SECS_PER_DAY_);

	for (;;)
	{
		int64_t		start;
		int64_t		phase;
		int64_t		from;
		int64_t		to;
		int64_t		found;

		day = pgd_cal_next_kept_day(eval, en, day, last_day + 1);
		if (day == NEVER)
			return NEVER;
		start = day * SECS_PER_DAY_;
		from = (first > start) ? first - start : 0;
		to = (end - start < SECS_PER_DAY_) ? end - start : SECS_PER_DAY_;
		phase = floor_mod(origin - start, stride);
		if (en->tried < DAYS_BEFORE_TABLE)
			found = scan_day(eval, en, phase, stride, unit, from, to);
		else
		{
			found = scan_whole_day(eval, en, phase, stride, unit);
			if (found < from)
				found = scan_day(eval, en, phase, stride, unit, from, to);
			else if (found >= to)
				found = NEVER;
		}
		if (found != NEVER)
			return start + found;
		en->tried++;
		day++;
		if (!pgd_cal_charge(eval, 1))
			return NEVER;
	}
}

/* Periods further apart than a day: one by one, skipping over other days. */
static int64_t
search_long_strides(Eval *eval, EvalNode *en, int64_t origin, int64_t stride,
					int64_t unit, int64_t first, int64_t end)
{
	int64_t		period = first - floor_mod(first - origin, stride);

	while (period < end)
	{
		int64_t		from = (period > first) ? period : first;
		int64_t		to = (period + unit < end) ? period + unit : end;
		int64_t		day = floor_div(from, SECS_PER_DAY_);
		int64_t		start;

		/* a period is an hour at most, so it touches two days at most */
		while (from < to)
		{
			start = day * SECS_PER_DAY_;
			if (pgd_cal_next_kept_day(eval, en, day, day + 1) == day)
			{
				int			time = pgd_cal_next_time(en, (int) (from - start));

				if (time >= 0 && start + time < to)
					return start + time;
			}
			if (eval->has_failed)
				return NEVER;
			day++;
			from = day * SECS_PER_DAY_;
		}
		period += stride;
		if (!pgd_cal_charge(eval, 1))
			return NEVER;
		if (period < end)
		{
			/* over the days on which nothing can be */
			day = pgd_cal_next_kept_day(eval, en, floor_div(period, SECS_PER_DAY_),
										floor_div(end - 1, SECS_PER_DAY_) + 1);
			if (day == NEVER)
				return NEVER;
			start = day * SECS_PER_DAY_ - unit + 1;
			if (start > period)
				period += (start - period + stride - 1) / stride * stride;
		}
	}
	return NEVER;
}

/*
 * Times that default to the start date's, as they are shown by clocks that
 * differ by shift seconds from those of the start: an hour later by elapsed
 * time may be another minute where daylight saving moves by half an hour.
 */
static void
shift_times(EvalNode *en, int64_t shift)
{
	int64_t		start = en->start_local;

	en->shift = shift;
	if (en->flags & HAS_TIME)
		return;
	if (en->node->freq == PGD_FREQ_HOURLY && !(en->flags & HAS_MINUTE))
		en->minutes = UINT64_C(1) << floor_mod(floor_div(start + shift, 60), 60);
	if (en->node->freq != PGD_FREQ_SECONDLY && !(en->flags & HAS_SECOND))
		en->seconds = UINT64_C(1) << floor_mod(start + shift, 60);
}

/* The first instant from this one on, on a day before the limit. */
int64_t
pgd_cal_search_elapsed(Eval *eval, EvalNode *en, int64_t from, int64_t limit)
{
	int64_t		unit = unit_of(en->node->freq);
	int64_t		stride = unit * en->node->interval;
	int64_t		anchor = en->start - floor_mod(en->start_local, unit);
	int64_t		last_end = limit * SECS_PER_DAY_;

	if (last_end > MAX_SECOND + 1)
		last_end = MAX_SECOND + 1;
	/* a stretch of time in which clocks are not changed, one after the other */
	while (from < last_end)
	{
		int64_t		until;
		int64_t		offset = pgd_cal_zone_offset(en->zone, from, &until);
		int64_t		end = (until < last_end) ? until : last_end;
		int64_t		origin = anchor + offset;
		int64_t		shift = floor_mod(origin, unit);
		int64_t		found;

		if (shift != en->shift)
			shift_times(en, shift);
		if (stride < SECS_PER_DAY_)
			found = search_short_strides(eval, en, origin, stride, unit,
										 from + offset, end + offset);
		else
			found = search_long_strides(eval, en, origin, stride, unit,
										from + offset, end + offset);
		if (found != NEVER)
			return found - offset;
		if (!pgd_cal_charge(eval, 1))
			return NEVER;
		from = end;
	}
	return NEVER;
}
