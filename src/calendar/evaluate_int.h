/*
 * evaluate_int.h
 *		What the files that evaluate a calendar share: a rule with its start
 *		date, its periods, and the state of one evaluation.
 */
#ifndef PGD_EVALUATE_INT_H
#define PGD_EVALUATE_INT_H

#include "calendar/calendar_int.h"

/* what calendars with named schedules may cost, see pgd_cal_charge() */
#define MAX_STEPS			2000000

/* how often interrupts are checked, in the same unit */
#define INTERRUPT_STEPS		4096

/* full days without a result, after which a table of remainders pays */
#define DAYS_BEFORE_TABLE	16

/* masks of the last few years, before all 400 are kept */
#define FEW_YEARS			4
#define YEARS_BEFORE_CYCLE	12

/* bits for the years in which dates of BYDATE with a year may lie */
#define FIRST_DATED_YEAR	(-7)
#define DATED_YEARS			10016

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
	int64_t		end;			/* the first second that is too late, or NEVER */
	int64_t		end_day;		/* the first day that lies after it as a whole */

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
	uint8_t    *dated_years;	/* see pgd_cal_is_dated_year() */

	/* masks already made */
	YearDays	few[FEW_YEARS];
	YearDays   *cycle;
	int			nmade;
	int64_t		group_month;	/* whose embedded schedules these are */
	uint32_t	included;
	uint32_t	excluded;
	uint32_t	intersected;

	/*
	 * the last answer of pgd_cal_next_day(): none from memo_from up to
	 * memo_day
	 */
	int64_t		memo_from;
	int64_t		memo_day;

	/* user-defined frequency: the period last looked at, counted */
	Period		origin;
	Period		current;
	bool		has_origin;

	/*
	 * Sub-daily: by how much clocks differ from those of the start, modulo a
	 * period, and the first second of a day by where the periods fall, made
	 * when some days were looked at without a result.
	 */
	int64_t		shift;
	int			tried;
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
	int64_t		next_check;
} Eval;

static inline int
count_bits(uint64_t bits)
{
	return __builtin_popcountll(bits);
}

static inline int
lowest_bit(uint64_t bits)
{
	return __builtin_ctzll(bits);
}

/* The position of the n-th (from 0) bit that is set. */
static inline int
nth_bit(uint64_t bits, int n)
{
	while (n-- > 0)
		bits &= bits - 1;
	return lowest_bit(bits);
}

/* The bits below position n, which may be 64. */
static inline uint64_t
bits_below(int n)
{
	return (n >= 64) ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

static inline bool
is_subdaily(const CalNode *node)
{
	return node->freq >= PGD_FREQ_HOURLY && node->freq <= PGD_FREQ_SECONDLY;
}

/* Does BYDATE name days of this year that it does not name 400 years later? */
static inline bool
pgd_cal_is_dated_year(const EvalNode *en, int64_t year)
{
	int64_t		i = year - FIRST_DATED_YEAR;

	return en->dated_years != NULL && i >= 0 && i < DATED_YEARS &&
		(en->dated_years[i / 8] >> (i % 8) & 1);
}

/* local.c: time zones */
extern int64_t pgd_cal_zone_offset(const PgdCalZone *zone, int64_t at,
								   int64_t *until);
extern int64_t pgd_cal_from_local(const PgdCalZone *zone, int64_t local);
extern int64_t pgd_cal_first_local(const PgdCalZone *zone, int64_t instant);
extern int64_t pgd_cal_to_local(const PgdCalZone *zone, int64_t instant);

/* months.c: days */
extern uint32_t pgd_cal_period_days(Eval *eval, EvalNode *en,
									const Period *period, int64_t year,
									int month);
extern int64_t pgd_cal_next_day_in(Eval *eval, EvalNode *en,
								   const Period *period, int64_t first,
								   int64_t end);
extern void pgd_cal_fill_groups(Eval *eval, EvalNode *en, int64_t year,
								int month);

/* periods.c */
extern int64_t pgd_cal_period_index(const EvalNode *en, int64_t day);
extern bool pgd_cal_period_at(Eval *eval, EvalNode *en, int64_t day,
							  Period *period);
extern bool pgd_cal_next_period(Eval *eval, EvalNode *en, Period *period);
extern int64_t pgd_cal_next_kept_day(Eval *eval, EvalNode *en, int64_t day,
									 int64_t limit);

/* times.c: seconds of a day */
extern int	pgd_cal_next_time(const EvalNode *en, int from);
extern int64_t pgd_cal_time_rank(const EvalNode *en, int64_t time);
extern int64_t pgd_cal_nth_time(const EvalNode *en, int64_t n);
extern bool pgd_cal_join_times(Eval *eval, EvalNode *en);

/* elapsed.c: frequencies of hours, minutes and seconds */
extern int64_t pgd_cal_search_elapsed(Eval *eval, EvalNode *en, int64_t from,
									  int64_t limit);

/* evaluate.c */
extern bool pgd_cal_charge(Eval *eval, int units);
extern void *pgd_cal_alloc(Eval *eval, size_t size);
extern EvalNode *pgd_cal_enter(Eval *eval, int index, const EvalNode *parent);
extern int64_t pgd_cal_next_day(Eval *eval, EvalNode *en, int64_t day);

#endif							/* PGD_EVALUATE_INT_H */
