/*
 * window_naive.h
 *		Windows by brute force: a second model of what window_rules.h promises,
 *		which looks at every second and at every window, in whole seconds.
 *
 * Written from the rules as they are told in doc/windows.md, not from the code
 * that it checks; it knows no calendar, no next start and no due time.
 */
#ifndef WINDOW_NAIVE_H
#define WINDOW_NAIVE_H

#include <stdbool.h>
#include <stdint.h>

#define NAIVE_WINDOWS	7
#define NAIVE_EVENTS	(2 * NAIVE_WINDOWS + 4)

/* when a window starts, each second on its own */
typedef enum NaiveKind
{
	NAIVE_ONCE,
	NAIVE_EVERY,				/* each period seconds from anchor on */
	NAIVE_AT_SECONDS			/* at those seconds of each minute */
} NaiveKind;

typedef struct NaiveWindow
{
	bool		exists;
	bool		is_enabled;
	bool		is_high;
	int64_t		duration;
	NaiveKind	kind;
	int64_t		anchor;
	bool		is_anchored;	/* else anchor is when it is enabled */
	int64_t		period;
	bool		at_second[60];
	int64_t		end;			/* no openings from then on; -1: none */

	int64_t		enabled_at;
	int64_t		seen;			/* seconds up to this one were looked at */
	bool		has_interval;	/* one that can open it, or could */
	int64_t		start;			/* of that */
} NaiveWindow;

typedef enum NaiveKindOfEvent
{
	NAIVE_OVERLAP,
	NAIVE_CLOSE,
	NAIVE_OPEN,
	NAIVE_EXTEND,
	NAIVE_END
} NaiveKindOfEvent;

typedef struct NaiveEvent
{
	NaiveKindOfEvent kind;
	int			window;
	int64_t		at;
	char		reason;			/* d p f m x: why it closes */
} NaiveEvent;

typedef enum NaiveAct
{
	NAIVE_NOTHING,
	NAIVE_OPEN_IT,
	NAIVE_CLOSE_IT,
	NAIVE_DROP_IT
} NaiveAct;

typedef struct NaiveModel
{
	int			n;
	NaiveWindow window[NAIVE_WINDOWS];	/* in the order of their names */
	int			open;			/* -1: none */
	bool		open_is_high;
	int64_t		opened_at;
	int64_t		closes_at;
	NaiveEvent	event[NAIVE_EVENTS];
	int			nevents;
} NaiveModel;

/* made, enabled or changed at that second */
extern void naive_begin(NaiveWindow *window, int64_t now);

/* one second of service; the events are those of this second */
extern void naive_second(NaiveModel *model, int64_t now, NaiveAct act,
						 int window, int64_t duration);

/* does the window start in that second, whatever happened before */
extern bool naive_starts(const NaiveWindow *window, int64_t at);

#endif							/* WINDOW_NAIVE_H */
