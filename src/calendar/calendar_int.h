/*
 * calendar_int.h
 *		A compiled calendar, and what its parser and evaluator share.
 *
 * All of this is pure C: no server header, no allocation but through
 * PgdCalEnv, no clock.
 */
#ifndef PGD_CALENDAR_INT_H
#define PGD_CALENDAR_INT_H

#include "calendar/calendar.h"

#define PGD_CALENDAR_MAGIC	0x50474443

#define SECS_PER_DAY_		INT64_C(86400)
#define USECS_PER_SEC_		INT64_C(1000000)

/* the Gregorian calendar repeats, weekdays included, after so many days */
#define DAYS_PER_CYCLE		INT64_C(146097)
#define YEARS_PER_CYCLE		400

/* the range of timestamptz, in seconds since 2000-01-01 */
#define MIN_SECOND			INT64_C(-211813488000)
#define MAX_SECOND			INT64_C(9223371331199)

/* no such day or instant */
#define NEVER				INT64_MAX

/* clauses that a rule has */
#define HAS_MONTH			(1 << 0)
#define HAS_WEEKNO			(1 << 1)
#define HAS_YEARDAY			(1 << 2)
#define HAS_DATE			(1 << 3)
#define HAS_MONTHDAY		(1 << 4)
#define HAS_DAY				(1 << 5)
#define HAS_NTH_DAY			(1 << 6)	/* some of BYDAY is numbered */
#define HAS_HOUR			(1 << 7)
#define HAS_MINUTE			(1 << 8)
#define HAS_SECOND			(1 << 9)
#define HAS_TIME			(1 << 10)
#define HAS_SETPOS			(1 << 11)
#define HAS_PERIOD			(1 << 12)
#define HAS_INCLUDE			(1 << 13)
#define HAS_EXCLUDE			(1 << 14)
#define HAS_INTERSECT		(1 << 15)
#define HAS_INTERVAL		(1 << 16)
#define HAS_PERIODS			(1 << 17)
#define HAS_OWN_START		(1 << 18)	/* a named schedule with a start date */
#define IS_CRON				(1 << 19)
#define EITHER_DAY			(1 << 20)	/* cron: day of month or day of week */
#define HAS_YEARS			(1 << 21)	/* BYDATE with a year */
#define HAS_SPANS			(1 << 22)	/* BYDATE with OFFSET or SPAN */
#define HAS_CLOCK			(1 << 23)	/* it or a member says times of day */
#define HAS_OWN_END			(1 << 24)	/* a named schedule with an end date */

#define DATE_CLAUSES \
	(HAS_MONTH | HAS_WEEKNO | HAS_YEARDAY | HAS_DATE | HAS_MONTHDAY | HAS_DAY)
#define GROUP_CLAUSES \
	(HAS_INCLUDE | HAS_EXCLUDE | HAS_INTERSECT)

/* one date of BYDATE: the days base + first .. base + last */
typedef struct CalDate
{
	int16_t		year;			/* 0: every year */
	uint8_t		month;
	uint8_t		day;
	int16_t		first;
	int16_t		last;
} CalDate;

/* a named schedule, moved by days */
typedef struct CalMember
{
	uint16_t	node;
	int16_t		offset;
} CalMember;

/* one list of INCLUDE, EXCLUDE or INTERSECT */
typedef struct CalGroup
{
	uint32_t	clause;			/* HAS_INCLUDE .. */
	uint32_t	first;			/* among the node's members */
	uint32_t	count;
} CalGroup;

/*
 * One rule or union.  Lists lie behind the nodes; "at" fields are offsets
 * from the start of the calendar.
 */
typedef struct CalNode
{
	int64_t		start;			/* HAS_OWN_START: in microseconds */
	int64_t		end;			/* HAS_OWN_END: in microseconds */
	uint64_t	minutes;
	uint64_t	seconds;
	uint64_t	weeks_from_start;	/* bit n: week n */
	uint64_t	weeks_from_end;
	uint64_t	periods[2];		/* BYPERIOD: bit n - 1 */
	uint32_t	flags;
	uint32_t	hours;
	uint32_t	days_from_start;	/* BYMONTHDAY: bit n - 1 */
	uint32_t	days_from_end;
	int32_t		interval;
	uint32_t	zone_at;		/* HAS_OWN_START: the zone's name */
	uint32_t	nth_at;			/* uint64_t[7][2]: BYDAY numbered, bit n */
	uint32_t	yearday_at;		/* uint32_t[2][12]: BYYEARDAY, bit n - 1 */
	uint32_t	date_at;		/* CalDate[dates] */
	uint32_t	setpos_at;		/* int16_t[setpos], ascending */
	uint32_t	time_at;		/* int32_t[times], seconds of day, ascending */
	uint32_t	hourly_at;		/* int32_t[hourly], seconds of an hour */
	uint32_t	member_at;		/* CalMember[members] */
	uint32_t	group_at;		/* CalGroup[groups] */
	uint16_t	months;			/* bit n - 1 */
	uint16_t	dates;
	uint16_t	setpos;
	uint16_t	times;
	uint16_t	hourly;
	uint16_t	members;
	uint16_t	own_members;	/* of a union: these come before the groups' */
	uint16_t	groups;
	uint16_t	freq_node;		/* PGD_FREQ_USER */
	uint8_t		weekdays;		/* BYDAY without number: bit 0 is Monday */
	uint8_t		freq;			/* PgdCalFreq */
	uint8_t		periods_count;	/* PERIODS */
} CalNode;

struct PgdCalendar
{
	uint32_t	magic;
	uint32_t	size;
	uint32_t	nnodes;
	uint32_t	root;
	CalNode		node[1];		/* nnodes, then their lists */
};

static inline const void *
list_at(const PgdCalendar *calendar, uint32_t at)
{
	return (const char *) calendar + at;
}

/* division that rounds towards minus infinity; the divisor is positive */
static inline int64_t
floor_div(int64_t a, int64_t b)
{
	int64_t		q = a / b;

	return (a % b < 0) ? q - 1 : q;
}

static inline int64_t
floor_mod(int64_t a, int64_t b)
{
	int64_t		r = a % b;

	return (r < 0) ? r + b : r;
}

static inline bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* days.c: days are numbered from 2000-01-01, months from 1, Monday is 0 */
extern int64_t pgd_cal_day(int64_t year, int month, int day);
extern void pgd_cal_date(int64_t number, int64_t *year, int *month, int *day);
extern int	pgd_cal_month_length(int64_t year, int month);
extern int	pgd_cal_weekday(int64_t number);
extern int64_t pgd_cal_iso_year(int64_t number);
extern int64_t pgd_cal_iso_year_start(int64_t iso_year);

/* lexical helpers and errors: parse.c */
extern void pgd_cal_error(PgdCalError *err, int ora, const char *format,...)
			__attribute__((format(printf, 3, 4)));
extern void pgd_cal_detail(PgdCalError *err, const char *format,...)
			__attribute__((format(printf, 2, 3)));
extern void pgd_cal_hint(PgdCalError *err, const char *hint);

/* cron.c */
extern bool pgd_cal_is_cron(const char *text);
extern bool pgd_cal_parse_cron(const char *text, CalNode *node, PgdCalError *err);

#endif							/* PGD_CALENDAR_INT_H */
