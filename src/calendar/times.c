/*
 * times.c
 *		The times of day of a rule, as seconds of a day.
 *
 * Pure C: see calendar.h.
 */
#include "calendar/evaluate_int.h"

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
int
pgd_cal_next_time(const EvalNode *en, int from)
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
int64_t
pgd_cal_time_rank(const EvalNode *en, int64_t time)
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
int64_t
pgd_cal_nth_time(const EvalNode *en, int64_t n)
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
bool
pgd_cal_join_times(Eval *eval, EvalNode *en)
{
	int			count = en->ntimes + en->nhourly;
	int32_t    *times = pgd_cal_alloc(eval, count * sizeof(int32_t));
	int			n = 0;
	int			time = -1;

	if (times == NULL)
		return false;
	while (n < count && (time = next_listed_time(en, time + 1)) >= 0)
		times[n++] = time;
	pgd_cal_charge(eval, count / 8);
	en->times = times;
	en->ntimes = n;
	en->nhourly = 0;
	return true;
}
