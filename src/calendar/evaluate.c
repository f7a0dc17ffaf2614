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

#include "calendar/evaluate_int.h"
static int64_t node_next_time(Eval *eval, EvalNode *en, int64_t from);

/*
 * Counts work, in units of about a tenth of a microsecond; false if it has
 * become too much or something failed.  What has no named schedules ends by
 * itself.
 */
bool
pgd_cal_charge(Eval *eval, int units)
{
	eval->steps += units;
	if (eval->steps >= eval->next_check)
	{
		eval->next_check = eval->steps + INTERRUPT_STEPS;
		if (eval->env->check_interrupts != NULL)
			eval->env->check_interrupts();
	}
	if (eval->is_limited && eval->steps > MAX_STEPS && !eval->has_failed)
	{
		eval->has_failed = true;
		eval->err->was_given_up = true;
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
	while (found != NEVER && pgd_cal_charge(eval, 1))
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

	while (from < limit && pgd_cal_charge(eval, 1))
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

	while (day < limit && pgd_cal_charge(eval, 1))
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
	if (from > MAX_SECOND || from >= en->end || eval->has_failed)
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
	if (found > MAX_SECOND || found >= en->end || eval->has_failed)
		return NEVER;
	return found;
}

/* The first instant of a node on a day, from its own start date on. */
static int64_t
day_begin(const EvalNode *en, int64_t day)
{
	int64_t		begin = pgd_cal_from_local(en->zone, day * SECS_PER_DAY_);

	if ((en->node->flags & HAS_OWN_START) && begin < en->start)
		begin = en->start;
	return begin;
}

/*
 * The first day of a union.  On the days of its own start and end dates its
 * times decide.
 */
static int64_t
next_union_date(Eval *eval, EvalNode *en, int64_t day)
{
	bool		has_start = (en->node->flags & HAS_OWN_START) != 0;
	int64_t		found = next_union_day(eval, en, day);
	int64_t		at;

	if (has_start && found == en->start_day)
	{
		at = next_union_time(eval, en, en->start);
		if (at == NEVER ||
			floor_div(pgd_cal_to_local(en->zone, at), SECS_PER_DAY_) != found)
			found = next_union_day(eval, en, found + 1);
	}
	if (found == en->end_day - 1 &&
		next_union_time(eval, en, day_begin(en, found)) >= en->end)
		found = NEVER;
	return found;
}

/*
 * The first day from this one on on which a node has a time, or NEVER; what
 * times it has does not matter but for its own start and end dates.
 */
int64_t
pgd_cal_next_day(Eval *eval, EvalNode *en, int64_t day)
{
	const CalNode *node = en->node;
	int64_t		found;

	if ((node->flags & HAS_OWN_START) && day < en->start_day)
		day = en->start_day;
	if (!pgd_cal_charge(eval, 1))
		return NEVER;
	if (day >= en->memo_from && day <= en->memo_day)
		return en->memo_day;
	if (day >= en->end_day)
		found = NEVER;
	else if (node->freq == PGD_FREQ_NONE)
		found = next_union_date(eval, en, day);
	else if (is_subdaily(node))
	{
		int64_t		from = day_begin(en, day);

		/* clocks that were put back at midnight show the day before */
		do
		{
			found = search_rule(eval, en, from);
			if (found == NEVER || found >= en->end || eval->has_failed)
			{
				found = NEVER;
				break;
			}
			from = found + 1;
			found = floor_div(pgd_cal_to_local(en->zone, found), SECS_PER_DAY_);
		} while (found < day);
	}
	else
	{
		int64_t		from = day * SECS_PER_DAY_;

		if ((node->flags & HAS_OWN_START) && day == en->start_day)
			from = pgd_cal_first_local(en->zone, en->start);
		found = search_rule(eval, en, from);
		if (found != NEVER && en->end != NEVER &&
			pgd_cal_from_local(en->zone, found) >= en->end)
			found = NEVER;
		if (found != NEVER)
			found = floor_div(found, SECS_PER_DAY_);
	}
	if (eval->has_failed)
		return NEVER;
	if (found >= en->end_day)
		found = NEVER;
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

/*
 * The years for which BYDATE is not the same as 400 years before or after;
 * false if out of memory.
 */
static bool
set_dated_years(Eval *eval, EvalNode *en)
{
	const CalNode *node = en->node;
	const CalDate *date = list_at(eval->calendar, node->date_at);
	int			i;

	if (!(node->flags & HAS_YEARS))
		return true;
	en->dated_years = pgd_cal_alloc(eval, DATED_YEARS / 8);
	if (en->dated_years == NULL)
		return false;
	memset(en->dated_years, 0, DATED_YEARS / 8);
	for (i = 0; i < node->dates; i++, date++)
	{
		int64_t		base;
		int64_t		year;
		int64_t		last_year;
		int			month;
		int			day;

		if (date->year == 0)
			continue;
		base = pgd_cal_day(date->year, date->month, date->day);
		pgd_cal_date(base + date->last, &last_year, &month, &day);
		pgd_cal_date(base + date->first, &year, &month, &day);
		for (; year <= last_year; year++)
			en->dated_years[(year - FIRST_DATED_YEAR) / 8] |=
				(uint8_t) (1 << ((year - FIRST_DATED_YEAR) % 8));
	}
	return true;
}

static void
release_node(Eval *eval, EvalNode *en)
{
	if (en->cycle != NULL)
		eval->env->release(en->cycle);
	if (en->table != NULL)
		eval->env->release(en->table);
	if (en->dated_years != NULL)
		eval->env->release(en->dated_years);
	if (en->node != NULL && (en->flags & HAS_TIME) && en->times != NULL &&
		en->times != list_at(eval->calendar, en->node->time_at))
		eval->env->release((void *) en->times);
	memset(en, 0, sizeof(*en));
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

/* Prepares a node for a start date; false if that fails. */
static bool
prepare(Eval *eval, EvalNode *en, const CalNode *node, const PgdCalZone *zone,
		int64_t start)
{
	release_node(eval, en);
	pgd_cal_charge(eval, 10 + node->dates / 8);
	en->node = node;
	en->zone = zone;
	en->start = start;
	en->start_local = pgd_cal_to_local(zone, start);
	en->start_day = floor_div(en->start_local, SECS_PER_DAY_);
	en->end = en->end_day = NEVER;
	if (node->flags & HAS_OWN_END)
	{
		en->end = start_second(node->end);
		en->end_day = floor_div(pgd_cal_to_local(zone, en->end - 1),
								SECS_PER_DAY_) + 1;
	}
	en->flags = node->flags;
	en->months = node->months;
	en->days_from_start = node->days_from_start;
	en->days_from_end = node->days_from_end;
	en->weekdays = node->weekdays;
	en->group_month = INT64_MIN;
	en->shift = -1;
	en->memo_from = NEVER;
	en->memo_day = INT64_MIN;
	if (!set_dated_years(eval, en))
		return false;
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
	err->was_given_up = false;
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

/*
 * Is there a start date for which the calendar matches from now on?  What
 * depends on it is made as wide as it can be: every period counts, and the
 * first is the day of the month that every month has.
 */
bool
pgd_calendar_can_match(const PgdCalEnv *env, const PgdCalendar *calendar,
					   const PgdCalZone *zone, int64_t now, PgdCalError *err)
{
	PgdCalendar *copy = env->alloc(calendar->size);
	int64_t		today;
	int64_t		year;
	int64_t		next;
	int64_t		start;
	int			month;
	int			day;
	uint32_t	i;
	bool		found;

	if (copy == NULL)
	{
		pgd_cal_error(err, 0, "out of memory");
		return false;
	}
	memcpy(copy, calendar, calendar->size);
	for (i = 0; i < copy->nnodes; i++)
	{
		if (!(copy->node[i].flags & HAS_OWN_START))
			copy->node[i].interval = 1;
	}
	today = floor_div(pgd_cal_to_local(zone, start_second(now)), SECS_PER_DAY_);
	pgd_cal_date(today, &year, &month, &day);
	start = pgd_cal_from_local(zone, (today - day + 1) * SECS_PER_DAY_);
	if (start < MIN_SECOND)
		start = MIN_SECOND;
	found = pgd_calendar_evaluate(env, copy, start * USECS_PER_SEC_, zone,
								  now - 1, &next, err);
	env->release(copy);
	return found;
}
