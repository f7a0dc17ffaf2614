/*
 * window_set.h
 *		All windows with their state and the opening in force, as the rules of
 *		window_rules.h want them, read from and written to the tables.
 *
 * Everything here expects an open catalog scope. Who decides about openings
 * holds the row of dbms.opening first; then the rows of the windows are taken,
 * and those that somebody else holds are passed over: as if they were
 * disabled. Who changes a window's rows holds that of dbms.window.
 */
#ifndef PGD_WINDOW_SET_H
#define PGD_WINDOW_SET_H

#include "scheduler/window_rules.h"

/* why a closing is late, for the log */
#define PGD_LATE_DISABLED	"the scheduler was disabled"

/* seconds; the longest is Oracle's, whose shortest is a minute */
#define PGD_WINDOW_DURATION_MIN		1
#define PGD_WINDOW_DURATION_MAX		((int64) 99 * SECS_PER_DAY)

/* what the rules need not know of a window */
typedef struct PgdWindowDetail
{
	int64		id;
	char	   *name;
	char	   *resource_plan;	/* NULL: the one in force stays; '': none */
	char	   *fault;			/* why it can never open; NULL: it can */
	bool		is_held;		/* by another transaction: not written */
	bool		has_state;		/* its row of dbms.window_state exists */
	PgdWindow	before;			/* as it was read */
} PgdWindowDetail;

typedef struct PgdWindowSet
{
	int			n;
	PgdWindow  *windows;		/* for the rules, by name */
	PgdWindowDetail *details;	/* found by id */
	PgdOpening	opening;
	char	   *open_name;		/* as it was when it opened */
	bool		is_served;		/* jobs know of the opening or closing */
	bool		has_held;		/* a window was passed over */
	TimestampTz last_log_date;
} PgdWindowSet;

/*
 * Takes the row of dbms.opening until the end of the transaction. Without
 * wait it returns false if somebody else has it.
 */
extern bool pgd_opening_lock(bool wait);

/*
 * Reads all into the current memory context. With lock the windows' rows are
 * taken, passing over those that others hold.
 */
extern PgdWindowSet *pgd_window_set_read(bool lock);

/* the window of this id; NULL if there is none */
extern PgdWindow *pgd_window_set_find(PgdWindowSet *set, int64 id);
extern PgdWindowDetail *pgd_window_set_detail(PgdWindowSet *set, int64 id);

/*
 * Carries out a step of the rules at now: state, opening, log rows, switch of
 * the plan. For the set as read with lock, by who holds the row of
 * dbms.opening, which a session tells the coordinator of. The acting role is shown for what the action does, NULL for
 * the scheduler. A closing at a later time than it was due has late_reason
 * (NULL: "late") in the log, but "scheduler restart" if it was due before
 * since.
 */
extern void pgd_window_set_step(PgdWindowSet *set,
								const PgdWindowAction *action,
								TimestampTz now, const char *user,
								TimestampTz since, const char *late_reason);

/* jobs know of what happened last */
extern void pgd_opening_set_served(void);

/*
 * window_log.c: a row of the log. The name is that of the window; at is moved
 * behind *last, the date of the row before, and becomes that.
 */
extern void pgd_window_log(TimestampTz at, TimestampTz *last,
						   const char *window_name, const char *operation,
						   const char *status, const char *user,
						   const char *info, const PgdOpening *ended);

/* KEY="value" pairs, joined by a comma; either may be NULL */
extern char *pgd_window_log_join(char *info, char *more);

/* microseconds as days and time; without months */
extern Interval *pgd_interval_of(int64 usecs);

/*
 * An error in a switch of the plan must not keep a window from opening: the
 * coordinator, after such an error, tries again without.
 */
extern bool pgd_window_plan_is_switching;
extern bool pgd_window_plan_is_suspect;

#endif							/* PGD_WINDOW_SET_H */
