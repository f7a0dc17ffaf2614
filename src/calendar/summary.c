/*
 * summary.c
 *		What a compiled calendar is made of.
 *
 * Pure C: see calendar.h.
 */
#include "calendar/evaluate_int.h"

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
