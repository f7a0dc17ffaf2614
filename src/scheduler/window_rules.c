/*
 * window_rules.c
 *		Which window is open when; see window_rules.h.
 *
 * Without a server header, so that test/unit/window.c links it with the
 * calendar's pure part. A step looks at each window a few times and allocates
 * nothing; after a long time without steps the last start is found by
 * bisection, not by counting.
 */
#include <string.h>

#include "scheduler/window_rules.h"

/* the year 2000: a time that has passed, wherever the clock was set */
#define LONG_SINCE	0

/* what one step works on */
typedef struct Step
{
	PgdWindow  *windows;
	int			n;
	PgdOpening *opening;
	int64_t		now;
	PgdWindowEvent *events;
	int			nevents;
} Step;

static PgdWindowEvent *add_event(Step *step, PgdWindowEventKind kind,
								 int64_t window_id, int64_t at);
static PgdWindow *find_window(const Step *step, int64_t id);
static void open_window(Step *step, const PgdWindow *window,
						int64_t requested_at, int64_t duration,
						bool is_manual);
static void close_window(Step *step, int64_t at, PgdCloseReason reason);
static bool come_to_start(PgdWindow *window, const PgdOpening *before,
						  int64_t now);
static bool is_over(const PgdWindow *window, int64_t now);
static void use_up_past(Step *step);
static void log_overlaps(Step *step);
static void carry_out(Step *step, const PgdWindowAction *action);
static PgdWindow *best_candidate(const Step *step);
static bool is_better(const PgdWindow *a, const PgdWindow *b, int64_t now);
static int	compare_fractions(int64_t a, int64_t b, int64_t c, int64_t d);
static bool is_unreadable(const PgdWindow *window);
static int64_t end_of_window(const PgdWindow *window,
							 const PgdOpening *opening);
static void end_window(Step *step, PgdWindow *window);
static int64_t start_after(PgdWindow *window, int64_t after);
static int64_t last_start(PgdWindow *window, int64_t now, int64_t *next);

int
pgd_windows_step(PgdWindow *windows, int n, PgdOpening *opening,
				 const PgdWindowAction *action, int64_t now,
				 PgdWindowEvent *events)
{
	Step		step = {windows, n, opening, now, events, 0};
	PgdOpening	before = *opening;
	bool		starts_high = false;
	PgdWindow  *best;
	int			i;

	if (opening->window_id != 0 && opening->close_at <= now)
	{
		PgdWindow  *window = find_window(&step, opening->window_id);

		/* it was open to the end: a clock set back opens it no more */
		if (window != NULL && window->start_at != PGD_NO_TIME &&
			is_over(window, now))
			window->is_used_up = true;
		close_window(&step, opening->close_at, PGD_CLOSE_DURATION);
	}

	for (i = 0; i < n; i++)
	{
		PgdWindow  *window = &windows[i];

		window->has_started = come_to_start(window, &before, now);
		if (window->has_started && window->is_high)
			starts_high = true;
	}
	log_overlaps(&step);
	if (opening->window_id != 0 && !opening->is_high && starts_high)
		close_window(&step, now, PGD_CLOSE_PRIORITY);

	if (action != NULL)
		carry_out(&step, action);

	if (opening->window_id == 0)
	{
		best = best_candidate(&step);
		if (best != NULL)
			open_window(&step, best, best->start_at, best->duration, false);
		else
			use_up_past(&step);
	}
	log_overlaps(&step);

	for (i = 0; i < n; i++)
		end_window(&step, &windows[i]);
	return step.nevents;
}

int64_t
pgd_windows_next(const PgdWindow *windows, int n, const PgdOpening *opening)
{
	int64_t		next = PGD_NO_TIME;
	int			i;

	if (opening->window_id != 0)
		next = opening->close_at;
	for (i = 0; i < n; i++)
	{
		const PgdWindow *window = &windows[i];
		int64_t		end = end_of_window(window, opening);

		if (!window->is_enabled)
			continue;
		if (window->next_start_at < next)
			next = window->next_start_at;
		if (end < next)
			next = end;

		/* the clock was set back to before the start of an interval */
		if (opening->window_id == 0 && !window->is_used_up &&
			window->start_at < next)
			next = window->start_at;
	}
	return next;
}

void
pgd_window_begin(PgdWindow *window, int64_t now)
{
	PgdTiming  *timing = &window->timing;
	int64_t		after = now - 1;

	/* with a start date, a start before now counts if it still lasts */
	if (timing->start_at != PGD_NO_TIME && timing->start_at <= now)
		after = now - window->duration;
	timing->base_at = now;
	window->start_at = PGD_NO_TIME;
	window->is_used_up = false;
	window->has_ended = false;
	if (timing->kind == PGD_INTERVAL_CALENDAR)
		window->next_start_at = start_after(window, after);
	else
		window->next_start_at =
			pgd_timing_within_end(timing, timing->start_at != PGD_NO_TIME &&
								  timing->start_at > now ?
								  timing->start_at : now);
}

static PgdWindowEvent *
add_event(Step *step, PgdWindowEventKind kind, int64_t window_id, int64_t at)
{
	PgdWindowEvent *event = &step->events[step->nevents++];

	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->window_id = window_id;
	event->at = at;
	if (kind != PGD_WINDOW_ENDS)
		event->opening = *step->opening;
	return event;
}

static PgdWindow *
find_window(const Step *step, int64_t id)
{
	int			i;

	for (i = 0; i < step->n; i++)
	{
		if (step->windows[i].id == id)
			return &step->windows[i];
	}
	return NULL;
}

static void
open_window(Step *step, const PgdWindow *window, int64_t requested_at,
			int64_t duration, bool is_manual)
{
	PgdOpening *opening = step->opening;

	opening->window_id = window->id;
	opening->is_high = window->is_high;
	opening->is_manual = is_manual;
	opening->requested_at = requested_at;
	opening->opened_at = step->now;
	opening->close_at = requested_at + duration;
	opening->duration = duration;
	add_event(step, PGD_WINDOW_OPENS, window->id, step->now);
}

static void
close_window(Step *step, int64_t at, PgdCloseReason reason)
{
	add_event(step, PGD_WINDOW_CLOSES, step->opening->window_id,
			  at)->reason = reason;
	memset(step->opening, 0, sizeof(*step->opening));
}

/*
 * Brings the window's starts up to now; true if the last of them comes now:
 * its interval contains now and can open the window. 'before' is the opening
 * before this step.
 */
static bool
come_to_start(PgdWindow *window, const PgdOpening *before, int64_t now)
{
	bool		comes = false;

	if (!window->is_enabled || is_unreadable(window))
		return false;
	if (window->next_start_at != PGD_NO_TIME && window->next_start_at <= now)
	{
		window->start_at = last_start(window, now, &window->next_start_at);

		/* one at the very end of the opening is no part of it */
		window->is_used_up = is_over(window, now) ||
			(before->window_id == window->id &&
			 window->start_at < before->close_at);
		comes = !window->is_used_up;
	}
	return comes;
}

/* Is the interval of the last start over? */
static bool
is_over(const PgdWindow *window, int64_t now)
{
	return now - window->start_at >= window->duration;
}

/*
 * What is over while no window is open does not come back when the clock is
 * set back.
 */
static void
use_up_past(Step *step)
{
	int			i;

	for (i = 0; i < step->n; i++)
	{
		PgdWindow  *window = &step->windows[i];

		if (window->start_at != PGD_NO_TIME && is_over(window, step->now))
			window->is_used_up = true;
	}
}

/* Those that start and find another window open, or lose against it. */
static void
log_overlaps(Step *step)
{
	int			i;

	if (step->opening->window_id == 0)
		return;
	for (i = 0; i < step->n; i++)
	{
		PgdWindow  *window = &step->windows[i];

		if (!window->has_started)
			continue;
		window->has_started = false;
		if (window->id != step->opening->window_id)
			add_event(step, PGD_WINDOW_OVERLAPS, window->id,
					  window->start_at);
	}
}

static void
carry_out(Step *step, const PgdWindowAction *action)
{
	PgdWindow  *window = find_window(step, action->window_id);
	PgdOpening *opening = step->opening;
	bool		is_open = opening->window_id == action->window_id;
	int64_t		duration;

	if (action->kind == PGD_WINDOW_TIME || window == NULL)
		return;
	duration = action->duration > 0 ? action->duration : window->duration;
	switch (action->kind)
	{
		case PGD_WINDOW_OPEN:
			if (is_open)
			{
				opening->is_manual = true;
				opening->close_at = step->now + duration;
				opening->duration = duration;
				window->is_used_up = true;
				add_event(step, PGD_WINDOW_EXTENDED, window->id, step->now);
				break;
			}
			if (opening->window_id != 0)
				close_window(step, step->now, PGD_CLOSE_FORCED_OPEN);
			/* its start at this very moment is covered */
			if (window->start_at == step->now)
				window->is_used_up = true;
			open_window(step, window, step->now, duration, true);
			break;

		case PGD_WINDOW_CLOSE:
			if (is_open)
				close_window(step, step->now, PGD_CLOSE_MANUAL);
			window->is_used_up = true;
			window->has_started = false;
			break;

		case PGD_WINDOW_DROP:
			if (is_open)
				close_window(step, step->now, PGD_CLOSE_DROP);
			window->is_enabled = false;
			window->has_started = false;
			break;

		default:
			break;
	}
}

static PgdWindow *
best_candidate(const Step *step)
{
	PgdWindow  *best = NULL;
	int			i;

	for (i = 0; i < step->n; i++)
	{
		PgdWindow  *window = &step->windows[i];

		if (!window->is_enabled || is_unreadable(window) ||
			window->is_used_up || window->start_at == PGD_NO_TIME ||
			window->start_at > step->now ||
			is_over(window, step->now) ||
			pgd_timing_within_end(&window->timing, step->now) == PGD_NO_TIME)
			continue;
		if (best == NULL || is_better(window, best, step->now))
			best = window;
	}
	return best;
}

static bool
is_better(const PgdWindow *a, const PgdWindow *b, int64_t now)
{
	int			order;

	if (a->is_high != b->is_high)
		return a->is_high;
	order = compare_fractions(a->start_at + a->duration - now, a->duration,
							  b->start_at + b->duration - now, b->duration);
	if (order != 0)
		return order > 0;
	return strcmp(a->name, b->name) < 0;
}

/* Compares a/b with c/d, none of them negative, b and d > 0, exactly. */
static int
compare_fractions(int64_t a, int64_t b, int64_t c, int64_t d)
{
	int			sign = 1;

	for (;;)
	{
		int64_t		swap;

		if (a / b != c / d)
			return a / b > c / d ? sign : -sign;
		a %= b;
		c %= d;
		if (a == 0 || c == 0)
			return a == c ? 0 : a > c ? sign : -sign;

		/* the other way round for the reciprocals */
		swap = a;
		a = b;
		b = swap;
		swap = c;
		c = d;
		d = swap;
		sign = -sign;
	}
}

static bool
is_unreadable(const PgdWindow *window)
{
	return window->timing.kind == PGD_INTERVAL_CALENDAR &&
		window->timing.calendar == NULL;
}

/*
 * When the window ends: there is no start to come, and its last interval is
 * over or end_date reached; an open one ends when it closes, at end_date at
 * the latest.
 */
static int64_t
end_of_window(const PgdWindow *window, const PgdOpening *opening)
{
	int64_t		end = LONG_SINCE;

	if (is_unreadable(window))
		return end;
	if (window->next_start_at != PGD_NO_TIME)
		return PGD_NO_TIME;
	if (opening->window_id == window->id)
		end = PGD_NO_TIME;
	else if (window->start_at != PGD_NO_TIME && !window->is_used_up)
		end = window->start_at + window->duration;
	return end < window->timing.end_at ? end : window->timing.end_at;
}

static void
end_window(Step *step, PgdWindow *window)
{
	bool		is_past;

	if (!window->is_enabled ||
		end_of_window(window, step->opening) > step->now)
		return;
	is_past = pgd_timing_within_end(&window->timing,
									step->now) == PGD_NO_TIME;
	if (!is_unreadable(window))
	{
		/*
		 * what the calendar says today: why there is no start, or one after
		 * all
		 */
		window->calendar_error.message[0] = '\0';
		if (!is_past && window->timing.kind == PGD_INTERVAL_CALENDAR)
		{
			int64_t		after = window->start_at != PGD_NO_TIME ?
			window->start_at : window->timing.base_at - 1;

			/* one whose interval is over would be passed over once more */
			if (after < step->now - window->duration)
				after = step->now - window->duration;
			window->next_start_at = start_after(window, after);
			if (window->next_start_at != PGD_NO_TIME)
				return;
		}
	}
	window->is_enabled = false;
	window->has_ended = true;
	add_event(step, PGD_WINDOW_ENDS, window->id, step->now);
}

/*
 * The first start after that time; PGD_NO_TIME if there is none or, with
 * calendar_error set, the calendar failed.
 */
static int64_t
start_after(PgdWindow *window, int64_t after)
{
	PgdTiming	timing = window->timing;

	if (timing.kind != PGD_INTERVAL_CALENDAR || is_unreadable(window))
		return PGD_NO_TIME;
	timing.missed = PGD_MISSED_EACH;
	return pgd_timing_next(&timing, after, after, &window->calendar_error);
}

/*
 * The last start up to now, where next_start_at has come, and in *next the one
 * after now. A start whose interval is over by now stands for all such ones.
 */
static int64_t
last_start(PgdWindow *window, int64_t now, int64_t *next)
{
	int64_t		last = window->next_start_at;
	int64_t		bound = now;	/* there is no start from here up to now */
	int64_t		start;

	if (now - last >= window->duration)
	{
		start = start_after(window, now - window->duration);
		if (start > now)
		{
			*next = start;
			return last;
		}
		last = start;
	}
	while ((start = start_after(window, last)) <= now)
	{
		int64_t		middle = start + (bound - start) / 2;

		last = start;
		if (middle == last)
			continue;
		start = start_after(window, middle);
		if (start <= now)
			last = start;
		else
			bound = middle;
	}
	*next = start;
	return last;
}
