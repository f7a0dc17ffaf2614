/*
 * window_rules.h
 *		Which window is open when: the rules of overlap as one pure function of
 *		(windows, state, action, time). Coordinator, OPEN_WINDOW, CLOSE_WINDOW,
 *		DROP_WINDOW and forecast use it alike; no clock, no catalog, no server.
 *
 * A window starts at the times of its schedule; from such a start on it has a
 * nominal interval of its duration. Only the interval of its last start
 * counts. At most one window is open. Equal priority: the open one stays; a
 * HIGH one that starts closes a LOW one, also one that was opened by hand. When
 * a window closes, the one opens whose nominal interval contains that moment
 * and is not used up: HIGH before LOW, then the one with the largest part of
 * its duration left, then by name.
 *
 * An interval is used up, and can open its window no more, when the window is
 * closed by hand, or given a new end by hand; when its start falls while the
 * same window is open (by hand, or because its duration exceeds its interval);
 * when the window was open to its end, or it is over and no window is open:
 * then also after the clock was set back.
 */
#ifndef PGD_WINDOW_RULES_H
#define PGD_WINDOW_RULES_H

#include "scheduler/timing.h"

/* a window as the rules see it, with what they remember of it */
typedef struct PgdWindow
{
	int64_t		id;				/* not 0 */
	const char *name;
	bool		is_enabled;
	bool		is_high;
	int64_t		duration;		/* microseconds, > 0 */

	/*
	 * NONE: it starts once; base_at: when it was enabled; missed: not used. A
	 * CALENDAR that is NULL could not be read: the window ends at once, with
	 * the calendar_error that the caller has set.
	 */
	PgdTiming	timing;

	/* remembered; the rules change them */
	int64_t		next_start_at;	/* start to come; PGD_NO_TIME: none */
	int64_t		start_at;		/* last start that came; PGD_NO_TIME: none */
	bool		is_used_up;		/* ... and its interval is no candidate */

	/*
	 * Set by the rules, together with is_enabled = false: no start will come
	 * and the last interval is over, end_date is reached, or the calendar
	 * failed: then the error says why, else its message is empty.
	 */
	bool		has_ended;
	PgdCalError calendar_error;

	bool		has_started;	/* within a step: its start comes */
} PgdWindow;

/* the opening in force */
typedef struct PgdOpening
{
	int64_t		window_id;		/* 0: no window is open */
	bool		is_high;		/* as it was when it opened */
	bool		is_manual;		/* opened, or given a new end, by hand */
	int64_t		requested_at;	/* its start, or the call that opened it */
	int64_t		opened_at;
	int64_t		close_at;
	int64_t		duration;		/* that was asked for, microseconds */
} PgdOpening;

typedef enum PgdWindowActionKind
{
	PGD_WINDOW_TIME,			/* nothing but the time */
	PGD_WINDOW_OPEN,			/* OPEN_WINDOW; force and state were checked */
	PGD_WINDOW_CLOSE,			/* CLOSE_WINDOW of the open one */
	PGD_WINDOW_DROP				/* DROP_WINDOW of any; it is gone afterwards */
} PgdWindowActionKind;

typedef struct PgdWindowAction
{
	PgdWindowActionKind kind;
	int64_t		window_id;
	int64_t		duration;		/* OPEN: microseconds; 0: the window's own */
} PgdWindowAction;

typedef enum PgdWindowEventKind
{
	PGD_WINDOW_OVERLAPS,		/* it starts while another one is open */
	PGD_WINDOW_CLOSES,
	PGD_WINDOW_OPENS,
	PGD_WINDOW_EXTENDED,		/* OPEN_WINDOW of the open one: new close_at */
	PGD_WINDOW_ENDS				/* see has_ended */
} PgdWindowEventKind;

typedef enum PgdCloseReason
{
	PGD_CLOSE_NONE,
	PGD_CLOSE_DURATION,			/* its time was over */
	PGD_CLOSE_PRIORITY,			/* a HIGH window starts */
	PGD_CLOSE_FORCED_OPEN,		/* another window was opened by hand */
	PGD_CLOSE_MANUAL,			/* CLOSE_WINDOW */
	PGD_CLOSE_DROP
} PgdCloseReason;

/* what happens, in the order in which it is logged */
typedef struct PgdWindowEvent
{
	PgdWindowEventKind kind;
	int64_t		window_id;
	int64_t		at;				/* the start that overlaps, the end that was
								 * due; else the time of the step */
	PgdCloseReason reason;		/* of CLOSES */
	PgdOpening	opening;		/* that closes, opens or has a new end; of
								 * OVERLAPS the one in its way; of ENDS none */
} PgdWindowEvent;

/* as many events as one step can have: each window overlaps and ends, ... */
#define PGD_WINDOW_MAX_EVENTS(n) (2 * (n) + 4)

/*
 * Brings windows and opening to the time now and carries out the action (NULL:
 * none). Returns the number of events. What is due at one moment comes in this
 * order: the open window closes if its time is over; starts up to now come; the
 * action; then, if none is open, the best window opens; windows end. A start
 * that comes and finds, or loses against, another window overlaps, and so does
 * that of a HIGH window that closes a LOW one.
 *
 * Starts that passed before now without a step (no server, a clock set
 * forward) count only as far as their intervals contain now. A clock set back
 * repeats no start, and an open window stays so until the clock shows its end.
 */
extern int	pgd_windows_step(PgdWindow *windows, int n, PgdOpening *opening,
							 const PgdWindowAction *action, int64_t now,
							 PgdWindowEvent *events);

/* when the next step is due, perhaps long since; PGD_NO_TIME: never */
extern int64_t pgd_windows_next(const PgdWindow *windows, int n,
								const PgdOpening *opening);

/*
 * A window that was made, enabled, or got another schedule or duration at now:
 * its starts from now on count, and with a start date one before whose interval
 * contains now (a single start that is past comes at once).
 * Sets timing.base_at and what is remembered; an opening in force goes on.
 */
extern void pgd_window_begin(PgdWindow *window, int64_t now);

#endif							/* PGD_WINDOW_RULES_H */
