/*
 * window_naive.c
 *		See window_naive.h.
 */
#include "window_naive.h"

static void
note(NaiveModel *model, NaiveKindOfEvent kind, int window, int64_t at,
	 char reason)
{
	NaiveEvent *event = &model->event[model->nevents++];

	event->kind = kind;
	event->window = window;
	event->at = at;
	event->reason = reason;
}

bool
naive_starts(const NaiveWindow *window, int64_t at)
{
	if (at < window->enabled_at || (window->end >= 0 && at >= window->end))
		return false;
	switch (window->kind)
	{
		case NAIVE_ONCE:
			return at == (window->anchor > window->enabled_at ?
						  window->anchor : window->enabled_at);
		case NAIVE_EVERY:
			return at >= window->anchor &&
				(at - window->anchor) % window->period == 0;
		case NAIVE_AT_SECONDS:
			return at >= window->anchor && window->at_second[at % 60];
	}
	return false;
}

/* will it ever start after what was looked at? */
static bool
starts_again(const NaiveWindow *window)
{
	int64_t		at;

	if (window->kind != NAIVE_ONCE && window->end < 0)
		return true;
	if (window->kind == NAIVE_ONCE)
	{
		at = window->anchor > window->enabled_at ? window->anchor :
			window->enabled_at;
		return at > window->seen && naive_starts(window, at);
	}
	for (at = window->seen + 1; at < window->end; at++)
	{
		if (naive_starts(window, at))
			return true;
	}
	return false;
}

void
naive_begin(NaiveWindow *window, int64_t now)
{
	window->enabled_at = now;
	if (!window->is_anchored)
		window->anchor = now;
	else if (window->kind != NAIVE_ONCE && window->anchor <= now)
	{
		/* seconds from which on it would still last */
		window->enabled_at = now - window->duration + 1;
	}
	window->seen = window->enabled_at - 1;
	window->has_interval = false;
}

static void
shut(NaiveModel *model, int64_t at, char reason)
{
	note(model, NAIVE_CLOSE, model->open, at, reason);
	model->open = -1;
}

static bool
contains(const NaiveWindow *window, int64_t now)
{
	return window->start <= now && now < window->start + window->duration;
}

/* could it open now, of itself? */
static bool
may_open(const NaiveWindow *window, int64_t now)
{
	return window->exists && window->is_enabled && window->has_interval &&
		contains(window, now) && (window->end < 0 || now < window->end);
}

static int
choose(const NaiveModel *model, int64_t now)
{
	int			chosen = -1;
	int			i;

	for (i = 0; i < model->n; i++)
	{
		const NaiveWindow *a = &model->window[i];
		const NaiveWindow *b;

		if (!may_open(a, now))
			continue;
		if (chosen < 0)
		{
			chosen = i;
			continue;
		}
		b = &model->window[chosen];
		if (a->is_high && !b->is_high)
			chosen = i;
		else if (a->is_high == b->is_high &&
				 (a->start + a->duration - now) * b->duration >
				 (b->start + b->duration - now) * a->duration)
			chosen = i;
	}
	return chosen;
}

/* What a call does at that second, after all that is due then. */
static void
act_on(NaiveModel *model, int64_t now, NaiveAct act, int which,
	   int64_t duration)
{
	NaiveWindow *window = &model->window[which];

	if (act == NAIVE_OPEN_IT && model->open == which)
	{
		/* a new end, which the interval it came from cannot take back */
		model->closes_at = now + duration;
		window->has_interval = false;
		note(model, NAIVE_EXTEND, which, now, ' ');
	}
	else if (act == NAIVE_OPEN_IT)
	{
		if (model->open >= 0)
			shut(model, now, 'f');
		model->open = which;
		model->open_is_high = window->is_high;
		model->opened_at = now;
		model->closes_at = now + duration;
		/* it covers a start of this second */
		if (window->has_interval && window->start == now)
			window->has_interval = false;
		note(model, NAIVE_OPEN, which, now, ' ');
	}
	else if (act == NAIVE_CLOSE_IT)
	{
		if (model->open == which)
			shut(model, now, 'm');
		window->has_interval = false;
	}
	else if (act == NAIVE_DROP_IT)
	{
		if (model->open == which)
			shut(model, now, 'x');
		window->exists = false;
	}
}

void
naive_second(NaiveModel *model, int64_t now, NaiveAct act, int which,
			 int64_t duration)
{
	bool		comes[NAIVE_WINDOWS] = {false};
	int			was_open = model->open;
	int64_t		was_to_close = model->closes_at;
	bool		high_comes = false;
	int			i;

	model->nevents = 0;

	/* first it closes, if its time is over */
	if (model->open >= 0 && now >= model->closes_at)
	{
		NaiveWindow *window = &model->window[model->open];

		if (!contains(window, now) && window->start < now)
			window->has_interval = false;
		shut(model, model->closes_at, 'd');
	}

	/* then starts come, also those of seconds without service */
	for (i = 0; i < model->n; i++)
	{
		NaiveWindow *window = &model->window[i];
		int64_t		at;

		if (!window->exists || !window->is_enabled)
			continue;
		for (at = window->seen + 1; at <= now; at++)
		{
			if (!naive_starts(window, at))
				continue;
			/* the last one counts, unless it was open then */
			window->start = at;
			window->has_interval = was_open != i || at >= was_to_close;
			comes[i] = true;
		}
		if (window->seen < now)
			window->seen = now;
		if (comes[i] && !contains(window, now))
			window->has_interval = false;
		comes[i] = comes[i] && window->has_interval;
		if (comes[i] && window->is_high)
			high_comes = true;
	}

	/* they meet the one that is open */
	if (model->open >= 0)
	{
		for (i = 0; i < model->n; i++)
		{
			if (comes[i])
				note(model, NAIVE_OVERLAP, i, model->window[i].start, ' ');
			comes[i] = false;
		}
		if (high_comes && !model->open_is_high)
			shut(model, now, 'p');
	}

	if (act != NAIVE_NOTHING)
		act_on(model, now, act, which, duration);

	/* the best one follows */
	if (model->open < 0)
	{
		i = choose(model, now);
		if (i >= 0)
		{
			model->open = i;
			model->open_is_high = model->window[i].is_high;
			model->opened_at = now;
			model->closes_at = model->window[i].start +
				model->window[i].duration;
			note(model, NAIVE_OPEN, i, now, ' ');
		}
		else
		{
			/* what is over now is over for good */
			for (i = 0; i < model->n; i++)
			{
				if (model->window[i].start + model->window[i].duration <= now)
					model->window[i].has_interval = false;
			}
		}
	}

	/* and those that started in the same second have lost against it */
	for (i = 0; i < model->n && model->open >= 0; i++)
	{
		if (comes[i] && i != model->open && model->window[i].exists &&
			!(act == NAIVE_CLOSE_IT && i == which))
			note(model, NAIVE_OVERLAP, i, model->window[i].start, ' ');
	}

	/* who has nothing to come any more is disabled */
	for (i = 0; i < model->n; i++)
	{
		NaiveWindow *window = &model->window[i];

		if (!window->exists || !window->is_enabled || starts_again(window))
			continue;
		if ((window->end >= 0 && now >= window->end) ||
			(model->open != i &&
			 (!window->has_interval ||
			  now >= window->start + window->duration)))
		{
			window->is_enabled = false;
			note(model, NAIVE_END, i, now, ' ');
		}
	}
}
