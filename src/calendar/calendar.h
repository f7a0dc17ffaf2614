/*
 * calendar.h
 *		Calendar strings and cron lines: compile a text, ask for the next time.
 *
 * parse.c, cron.c, days.c and evaluate.c need no server: they allocate through
 * PgdCalEnv, raise nothing, and know time zones only as PgdCalZone.  server.c
 * binds them to PostgreSQL; functions.c holds the SQL functions.  Instants are
 * microseconds since 2000-01-01 00:00 UTC, as TimestampTz.
 */
#ifndef PGD_CALENDAR_H
#define PGD_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* longest calendar string, in bytes, as in Oracle */
#define PGD_CALENDAR_MAX		4000

/* longest name of a schedule or its owner, in bytes */
#define PGD_CALENDAR_NAME_MAX	128

/* named schedules nest at most so deep */
#define PGD_CALENDAR_MAX_DEPTH	16

/*
 * A compiled text: one block of memory without pointers.  It may be copied
 * with memcpy (pgd_calendar_size() bytes), shared by jobs with the same text,
 * and is released with the allocator's free (pfree in the server).
 */
typedef struct PgdCalendar PgdCalendar;

/* What is wrong with a text or an evaluation. */
typedef struct PgdCalError
{
	int			ora;			/* 27411 .. 27422; 0: an invalid argument */
	bool		was_given_up;	/* 27419, but perhaps there is a date */
	char		message[256];
	char		detail[512];	/* empty if there is none */
	char		hint[256];		/* empty if there is none */
} PgdCalError;

/*
 * A time zone.  offset() returns the seconds that local time is ahead of UTC
 * at an instant (seconds since 2000-01-01 UTC); *until becomes the first later
 * instant at which this may change, INT64_MAX if there is none.
 */
typedef struct PgdCalZone PgdCalZone;
struct PgdCalZone
{
	int32_t		(*offset) (const PgdCalZone *zone, int64_t at, int64_t *until);
};

/* What a resolver says of a named schedule; the texts must live until the compilation ends. */
typedef struct PgdCalSchedule
{
	const char *owner;			/* becomes the owner of unqualified names in
								 * its text */
	const char *text;			/* its repeat interval */
	bool		has_start;
	int64_t		start;			/* its start date, if it has one */
	const char *zone;			/* name of the start date's time zone */
	bool		has_end;
	int64_t		end;			/* its end date, if it has one */
} PgdCalSchedule;

/*
 * Finds a named schedule; false if there is none.  The name is folded by
 * Oracle's rule; an owner that is written in the text is folded by
 * PostgreSQL's (SYS arrives as "sys"), else the embedding text's owner is
 * passed as it was given, which may be NULL.
 */
typedef bool (*PgdCalResolve) (void *arg, const char *owner, const char *name,
							   PgdCalSchedule *schedule);

/* What the pure part asks of its surroundings. */
typedef struct PgdCalEnv
{
	void	   *(*alloc) (size_t size); /* may return NULL */
	void		(*release) (void *memory);
	void		(*check_interrupts) (void); /* may be NULL */
	const PgdCalZone *(*find_zone) (const char *name);	/* NULL if unknown */
} PgdCalEnv;

typedef enum PgdCalTextKind
{
	PGD_TEXT_OTHER,				/* perhaps an SQL expression */
	PGD_TEXT_CALENDAR,			/* starts with FREQ, or names existing
								 * schedules */
	PGD_TEXT_CRON				/* five fields, @daily etc., or "10 seconds" */
} PgdCalTextKind;

/* frequencies, with Oracle's numbers */
typedef enum PgdCalFreq
{
	PGD_FREQ_NONE,				/* union of schedules */
	PGD_FREQ_YEARLY,
	PGD_FREQ_MONTHLY,
	PGD_FREQ_WEEKLY,
	PGD_FREQ_DAILY,
	PGD_FREQ_HOURLY,
	PGD_FREQ_MINUTELY,
	PGD_FREQ_SECONDLY,
	PGD_FREQ_USER				/* dates of a named schedule */
} PgdCalFreq;

/* Receives the values of one list clause of a compiled rule. */
typedef void (*PgdCalVisit) (void *arg, int value, int second);

typedef enum PgdCalList
{
	PGD_LIST_SECOND,
	PGD_LIST_MINUTE,
	PGD_LIST_HOUR,
	PGD_LIST_DAY,				/* value: MONDAY = 1, second: occurrence or 0 */
	PGD_LIST_DATE,				/* value: year or 0, second: month * 100 + day */
	PGD_LIST_MONTHDAY,
	PGD_LIST_YEARDAY,
	PGD_LIST_WEEKNO,
	PGD_LIST_MONTH,
	PGD_LIST_SETPOS
} PgdCalList;

typedef struct PgdCalSummary
{
	PgdCalFreq	freq;
	int			interval;
	bool		uses_calendars; /* INCLUDE, EXCLUDE, INTERSECT, a union or
								 * FREQ=name */
	bool		has_times;		/* BYTIME */
	bool		has_spans;		/* BYDATE with OFFSET or SPAN */
	bool		is_cron;
} PgdCalSummary;

/* the pure part: evaluate.c, parse.c */
extern PgdCalendar *pgd_calendar_parse(const PgdCalEnv *env, const char *text,
									   const char *default_owner,
									   PgdCalResolve resolve, void *arg,
									   PgdCalError *err);
extern bool pgd_calendar_evaluate(const PgdCalEnv *env,
								  const PgdCalendar *calendar, int64_t start,
								  const PgdCalZone *zone, int64_t after,
								  int64_t *next, PgdCalError *err);
extern bool pgd_calendar_can_match(const PgdCalEnv *env,
								   const PgdCalendar *calendar,
								   const PgdCalZone *zone, int64_t now,
								   PgdCalError *err);
extern PgdCalTextKind pgd_calendar_classify(const char *text,
											const char *default_owner,
											PgdCalResolve resolve, void *arg);
extern size_t pgd_calendar_size(const PgdCalendar *calendar);
extern void pgd_calendar_summary(const PgdCalendar *calendar,
								 PgdCalSummary *summary);
extern void pgd_calendar_list(const PgdCalendar *calendar, PgdCalList list,
							  PgdCalVisit visit, void *arg);

/* the server's part: server.c */

/*
 * Compiles a calendar string or cron line, into CurrentMemoryContext; NULL
 * with *err filled if it is not valid.  resolve may be NULL: then no named
 * schedule exists.
 */
extern PgdCalendar *pgd_calendar_compile(const char *text,
										 const char *default_owner,
										 PgdCalResolve resolve, void *arg,
										 PgdCalError *err);

/*
 * The smallest T with T >= start and T > after; false with *err filled if
 * there is none (27419) or an argument is wrong.  A start within a second
 * counts as the next whole second.  Needs no transaction and no catalog.
 */
extern bool pgd_calendar_next(const PgdCalendar *calendar, int64_t start,
							  const PgdCalZone *zone, int64_t after,
							  int64_t *next, PgdCalError *err);

/*
 * Does the calendar match at all, at any time from its start date on?  If that
 * is not known yet (start is NULL), from some start date not before now.
 */
extern bool pgd_calendar_check(const PgdCalendar *calendar,
							   const int64_t *start, const PgdCalZone *zone,
							   int64_t now, PgdCalError *err);

/* raises *err as an error of its own */
extern void pgd_calendar_raise(const PgdCalError *err);

/* *err as the detail of another error, one or two sentences, palloc'd */
extern char *pgd_calendar_error_detail(const PgdCalError *err);

/* NULL if the server does not know it; the result lives as long as the process */
extern const PgdCalZone *pgd_zone_lookup(const char *name);

/* like pgd_zone_lookup, raises an error; NULL means the session's TimeZone */
extern const PgdCalZone *pgd_zone_require(const char *name);

/*
 * The name by which a zone is kept and shown: that of a region, or +02:00, east
 * positive.  The server reads the latter the other way round:
 * pgd_zone_server_name() is what it calls the zone of that name.
 */
extern const char *pgd_zone_name(const PgdCalZone *zone);
extern const char *pgd_zone_server_name(const char *name);

/* is it a bare offset? */
extern bool pgd_zone_is_offset(const PgdCalZone *zone);

/* warns, with a hint, if a zone is a bare offset */
extern void pgd_zone_warn_offset(const PgdCalZone *zone);

/*
 * Finds named schedules for the SQL functions of this folder, in the name
 * space of the calling role; installed by the scheduler.
 */
extern PgdCalResolve pgd_calendar_resolver;

#endif							/* PGD_CALENDAR_H */
