/*
 * local.c
 *		Local time and instants, by way of a time zone.
 *
 * Pure C: see calendar.h.
 */
#include "calendar/evaluate_int.h"

int64_t
pgd_cal_zone_offset(const PgdCalZone *zone, int64_t at, int64_t *until)
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
int64_t
pgd_cal_from_local(const PgdCalZone *zone, int64_t local)
{
	int64_t		at = local - MAX_OFFSET;

	for (;;)
	{
		int64_t		until;
		int64_t		offset = pgd_cal_zone_offset(zone, at, &until);
		int64_t		found = local - offset;

		if (found < at)
			found = at;
		if (found < until)
			return found;
		at = until;
	}
}

/*
 * The smallest local time whose instant, by pgd_cal_from_local(), is not before this
 * one.  After clocks were put back it is what they showed at most.
 */
int64_t
pgd_cal_first_local(const PgdCalZone *zone, int64_t instant)
{
	int64_t		before = instant - 1;
	int64_t		at = before - 2 * MAX_OFFSET;
	int64_t		result = INT64_MIN;

	for (;;)
	{
		int64_t		until;
		int64_t		offset = pgd_cal_zone_offset(zone, at, &until);
		int64_t		shown;

		shown = ((until <= before) ? until : before + 1) + offset;
		if (shown > result)
			result = shown;
		if (until > before)
			return result;
		at = until;
	}
}

int64_t
pgd_cal_to_local(const PgdCalZone *zone, int64_t instant)
{
	int64_t		until;

	return instant + pgd_cal_zone_offset(zone, instant, &until);
}
