/*
 * calendar_naive.h
 *		A second, slow implementation of the rules of calendar strings, for
 *		tests: it looks at every day, or every second, of a window of years.
 */
#ifndef CALENDAR_NAIVE_H
#define CALENDAR_NAIVE_H

#include "calendar/calendar.h"

/* the window: 2000-01-01 .. 2024-12-31 */
#define NAIVE_DAYS		9132

#define NAIVE_LIST		8
#define NAIVE_TEXT		600

typedef struct NaiveDate
{
	int			year;			/* 0: every year */
	int			month;
	int			day;
	int			first;
	int			last;
} NaiveDate;

typedef struct NaiveRule NaiveRule;

typedef struct NaiveGroup
{
	int			kind;			/* 1 INCLUDE, 2 EXCLUDE, 3 INTERSECT */
	const NaiveRule *rule[2];
	int			offset[2];
	int			count;
} NaiveGroup;

/* Empty lists (count 0) are clauses that are absent. */
struct NaiveRule
{
	char		name[16];		/* as a named schedule */
	char		text[NAIVE_TEXT];
	int			freq;			/* PgdCalFreq */
	const NaiveRule *user;		/* PGD_FREQ_USER */
	int			interval;
	int			periods;		/* PERIODS */
	bool		has_start;		/* as a named schedule */
	int64_t		start_local;
	bool		has_end;		/* as a named schedule */
	int64_t		end_local;

	int			month[NAIVE_LIST],
				nmonth;
	int			weekno[NAIVE_LIST],
				nweekno;
	int			yearday[NAIVE_LIST],
				nyearday;
	NaiveDate	date[NAIVE_LIST];
	int			ndate;
	int			monthday[NAIVE_LIST],
				nmonthday;
	int			weekday[NAIVE_LIST],	/* 0 is Monday */
				nth[NAIVE_LIST],
				nweekday;
	int			hour[NAIVE_LIST],
				nhour;
	int			minute[NAIVE_LIST],
				nminute;
	int			second[NAIVE_LIST],
				nsecond;
	int			time[NAIVE_LIST],	/* hhmmss, or mmss - 1000000 */
				ntime;
	int			setpos[NAIVE_LIST],
				nsetpos;
	int			byperiod[NAIVE_LIST],
				nbyperiod;
	NaiveGroup	group[3];
	int			ngroup;
};

typedef struct NaiveTimes
{
	int64_t    *at;				/* ascending */
	int			count;
	int			size;
} NaiveTimes;

extern int64_t naive_day(int year, int month, int day);
extern void naive_date(int64_t number, int *year, int *month, int *day);

/* all local times of a rule with a frequency of days and more in the window */
extern void naive_local_times(const NaiveRule *rule, int64_t start_local,
							  bool is_own_start, NaiveTimes *times);

/* the instants from..end - 1 (seconds) of a rule with a smaller frequency */
extern void naive_elapsed_times(const NaiveRule *rule, int64_t start,
								const PgdCalZone *zone, int64_t from,
								int64_t end, NaiveTimes *times);

/* the first instant at which clocks show this or more */
extern int64_t naive_instant(const PgdCalZone *zone, int64_t local);

extern void naive_add(NaiveTimes *times, int64_t at);
extern void naive_sort(NaiveTimes *times);

#endif							/* CALENDAR_NAIVE_H */
