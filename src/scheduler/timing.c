/*
 * timing.c
 *		The times of a schedule; see timing.h.
 */
#include "scheduler/timing.h"

static int64_t reference(const PgdTiming *timing);

int64_t
pgd_timing_first(const PgdTiming *timing, int64_t now, PgdCalError *error)
{
	int64_t		next;

	error->ora = 0;
	error->message[0] = '\0';
	if (timing->kind != PGD_INTERVAL_CALENDAR)
		return pgd_timing_within_end(timing, timing->start_at != PGD_NO_TIME ?
									 timing->start_at : now);
	if (!pgd_calendar_next(timing->calendar, reference(timing), timing->zone,
						   now - 1, &next, error))
		return PGD_NO_TIME;
	return pgd_timing_within_end(timing, next);
}

int64_t
pgd_timing_next(const PgdTiming *timing, int64_t served, int64_t now,
				PgdCalError *error)
{
	int64_t		next;
	int64_t		after = served;

	error->ora = 0;
	error->message[0] = '\0';
	if (timing->kind != PGD_INTERVAL_CALENDAR)
		return PGD_NO_TIME;

	/* times that passed meanwhile are not made up for, but for EACH */
	if (timing->missed != PGD_MISSED_EACH && now - 1 > after)
		after = now - 1;
	if (!pgd_calendar_next(timing->calendar, reference(timing), timing->zone,
						   after, &next, error))
	{
		/*
		 * A calendar that has run out is an end, not an error.  One that
		 * never had a date is: a named schedule in it was changed.
		 */
		if (error->ora == 27419 && !error->was_given_up &&
			pgd_calendar_next(timing->calendar, reference(timing),
							  timing->zone, reference(timing) - 1, &next,
							  error))
			error->message[0] = '\0';
		return PGD_NO_TIME;
	}
	return pgd_timing_within_end(timing, next);
}

int
pgd_timing_count_missed(const PgdTiming *timing, int64_t first,
						int64_t now, int most, int64_t *last)
{
	int			n = 0;
	int64_t		at = first;

	while (n < most && at < now)
	{
		PgdCalError error;

		n++;
		*last = at;
		if (timing->kind != PGD_INTERVAL_CALENDAR ||
			!pgd_calendar_next(timing->calendar, reference(timing),
							   timing->zone, at, &at, &error) ||
			pgd_timing_within_end(timing, at) == PGD_NO_TIME)
			break;
	}
	return n;
}

/* The instant from which a calendar takes what its text leaves out. */
static int64_t
reference(const PgdTiming *timing)
{
	return timing->start_at != PGD_NO_TIME ? timing->start_at :
		timing->base_at;
}

int64_t
pgd_timing_within_end(const PgdTiming *timing, int64_t at)
{
	return timing->end_at != PGD_NO_TIME && at >= timing->end_at ?
		PGD_NO_TIME : at;
}
