/*
 * window_rules.h
 *		Which window is open when: the rules of overlap as one pure function of
 *		(windows, state, action, time). Coordinator, OPEN_WINDOW, CLOSE_WINDOW,
 *		DROP_WINDOW and forecast use it alike; no clock, no catalog.
 *
 * A window starts at the times of its schedule; from such a start on it has a
 * nominal interval of its duration. At most one window is open. Equal
 * priority: the open one stays; a HIGH one that starts closes a LOW one, also
 * one that was opened by hand. When a window closes, the one opens whose
 * nominal interval contains that moment and is not used up: HIGH before LOW,
 * then the one with the largest part of its duration left, then by name.
 *
 * A start is used up, and its interval no candidate any more, when the window
 * is closed by hand within it, or when it falls while the same window is open
 * (by hand, or because its duration exceeds its interval).
 */
#ifndef PGD_WINDOW_RULES_H
#define PGD_WINDOW_RULES_H

#include "scheduler/decide.h"

/* a window as the rules see it, with what they remember of it */
typedef struct PgdWindow
{
	int64		id;
	const char *name;
	bool		is_enabled;
	bool		is_high;
	int64		duration;		/* microseconds, > 0 */
	PgdTiming	timing;			/* NONE: once; base_at: when it was enabled */

	/* remembered; the rules change them */
	TimestampTz next_start_at;	/* start to come; PGD_NO_TIME: none */
	TimestampTz start_at;		/* last start that came; PGD_NO_TIME: none */
	bool		is_used_up;		/* ... and its interval is no candidate */

	/*
	 * Set by the rules, together with is_enabled = false: no start will come
	 * (end_date reached, a one-time window is done, or its calendar failed:
	 * then the error says why).
	 */
	bool		has_ended;
	PgdCalError calendar_error;
} PgdWindow;

/* the opening in force */
typedef struct PgdOpening
{
	int64		window_id;		/* 0: no window is open */
	bool		is_high;		/* as it was when it opened */
	bool		is_manual;
	TimestampTz requested_at;	/* its start, or the call that opened it */
	TimestampTz opened_at;
	TimestampTz close_at;
	int64		duration;		/* that was asked for, microseconds */
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
	int64		window_id;
	int64		duration;		/* OPEN: microseconds */
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
	int64		window_id;
	TimestampTz at;				/* the time given, or when it was due */
	PgdCloseReason reason;		/* of CLOSES */
	PgdOpening	opening;		/* the opening that closes or opens */
} PgdWindowEvent;

/* as many events as one step can have: each window overlaps and ends, ... */
#define PGD_WINDOW_MAX_EVENTS(n) (2 * (n) + 4)

/*
 * Brings windows and opening to the time now and carries out the action.
 * Returns the number of events. What is due at one moment comes in this order:
 * the open window closes if its time is over; starts up to now come; the action;
 * then the successor opens. Starts that passed before now without a step (no
 * server, a clock set forward) count only as far as their intervals contain
 * now. A clock set back repeats no start.
 */
extern int	pgd_windows_step(PgdWindow *windows, int n, PgdOpening *opening,
							 const PgdWindowAction *action, TimestampTz now,
							 PgdWindowEvent *events);

/* when the next step is due; PGD_NO_TIME: never */
extern TimestampTz pgd_windows_next(const PgdWindow *windows, int n,
									const PgdOpening *opening);

/*
 * A window that was made, enabled or changed at now: its starts from now on
 * (a single start that is past comes at once). Sets what is remembered.
 */
extern void pgd_window_begin(PgdWindow *window, TimestampTz now);

#endif							/* PGD_WINDOW_RULES_H */
