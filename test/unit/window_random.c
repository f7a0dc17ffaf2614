/*
 * window_random.c
 *		Windows, calls and mishaps at random, compared second by second with
 *		window_naive.c: the same window is open, and the log has the same rows
 *		in the same order.
 *
 * The rules are asked only when they say that they are due, or when something
 * is done by hand: so that is compared, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "window_naive.h"
#include "window_test.h"

/* a multiple of a minute */
#define FIRST_SECOND	INT64_C(152064000)
#define SECONDS			1500

static const char *const names[NAIVE_WINDOWS] = {
	"ALPHA", "BETA", "DELTA", "GAMMA", "OMEGA", "PHI", "ZETA"
};

static uint64_t random_state;

/* what was compared, to see that the sets are not empty of something */
static int64_t counts[5];
static int64_t reasons[128];
static int64_t nseconds;

static int
any(int n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (int) ((random_state >> 11) % (uint64_t) n);
}

static bool
chance(int percent)
{
	return any(100) < percent;
}

/* a schedule and a duration, in both models */
static void
schedule(NaiveWindow *naive, PgdWindow *window, int64_t now)
{
	char		text[400];
	int			i;

	free((void *) window->timing.calendar);
	window->timing.calendar = NULL;
	naive->is_anchored = chance(80);
	naive->anchor = now - 200 + any(500);
	naive->end = chance(15) ? now + any(SECONDS) : -1;
	naive->is_high = chance(30);
	naive->duration = chance(70) ? 1 + any(120) : 1 + any(600);
	naive->kind = chance(15) ? NAIVE_ONCE :
		chance(60) ? NAIVE_EVERY : NAIVE_AT_SECONDS;
	if (naive->kind == NAIVE_EVERY)
	{
		/* some of one length, so that they meet at edges */
		naive->period = chance(40) ? 60 : 1 + any(300);
		if (chance(40))
			naive->anchor -= naive->anchor % 20;
		if (chance(40))
			naive->duration = 20 * (1 + any(5));
		sprintf(text, "FREQ=SECONDLY;INTERVAL=%d", (int) naive->period);
	}
	else if (naive->kind == NAIVE_AT_SECONDS)
	{
		memset(naive->at_second, 0, sizeof(naive->at_second));
		for (i = 1 + any(4); i > 0; i--)
			naive->at_second[any(12) * 5] = true;
		strcpy(text, "FREQ=MINUTELY;BYSECOND=");
		for (i = 0; i < 60; i++)
		{
			if (naive->at_second[i])
				sprintf(text + strlen(text), "%s%d",
						text[strlen(text) - 1] == '=' ? "" : ",", i);
		}
	}

	window->is_high = naive->is_high;
	window->duration = naive->duration * SECOND;
	window->timing.kind = naive->kind == NAIVE_ONCE ? PGD_INTERVAL_NONE :
		PGD_INTERVAL_CALENDAR;
	if (naive->kind != NAIVE_ONCE)
		window->timing.calendar = compiled(text);
	window->timing.zone = test_zone("UTC");
	window->timing.start_at = naive->is_anchored ? naive->anchor * SECOND :
		PGD_NO_TIME;
	window->timing.end_at = naive->end >= 0 ? naive->end * SECOND :
		PGD_NO_TIME;
}

static void
begin(NaiveWindow *naive, PgdWindow *window, int64_t now)
{
	naive->is_enabled = window->is_enabled = true;
	naive_begin(naive, now);
	pgd_window_begin(window, now * SECOND);
}

/* the definition of some window changes */
static void
redefine(NaiveModel *model, PgdWindow *windows, int64_t now)
{
	int			i = any(model->n);
	NaiveWindow *naive = &model->window[i];

	if (!naive->exists)
		return;
	if (chance(40))
		naive->is_enabled = windows[i].is_enabled = false;
	else if (chance(30))
		naive->is_high = windows[i].is_high = !naive->is_high;
	else
	{
		if (chance(70))
			schedule(naive, &windows[i], now);
		begin(naive, &windows[i], now);
	}
}

/* a call; false if the packages would refuse it */
static NaiveAct
pick_call(const NaiveModel *model, int *which, int64_t *duration)
{
	const NaiveWindow *window;

	*which = any(model->n);
	if (chance(40) && model->open >= 0)
		*which = model->open;
	window = &model->window[*which];
	if (!window->exists)
		return NAIVE_NOTHING;
	*duration = chance(50) ? window->duration : 1 + any(150);
	if (chance(60))
		return window->is_enabled ? NAIVE_OPEN_IT : NAIVE_NOTHING;
	if (chance(85))
		return model->open == *which ? NAIVE_CLOSE_IT : NAIVE_NOTHING;
	return NAIVE_DROP_IT;
}

static int
step_rules(PgdWindow *windows, int n, PgdOpening *opening, int64_t now,
		   NaiveAct act, int which, int64_t duration, PgdWindowEvent *events)
{
	static const PgdWindowActionKind kinds[] = {
		PGD_WINDOW_TIME, PGD_WINDOW_OPEN, PGD_WINDOW_CLOSE, PGD_WINDOW_DROP
	};
	PgdWindowAction action;

	if (act == NAIVE_NOTHING &&
		pgd_windows_next(windows, n, opening) > now * SECOND)
		return 0;
	action.kind = kinds[act];
	action.window_id = act == NAIVE_NOTHING ? 0 : windows[which].id;
	action.duration = duration * SECOND;
	return pgd_windows_step(windows, n, opening, &action, now * SECOND,
							events);
}

static void
show(const char *who, NaiveKindOfEvent kind, int window, int64_t at,
	 char reason)
{
	static const char *const kinds[] = {"OVERLAP", "CLOSE", "OPEN", "EXTEND", "END"};

	fprintf(stderr, "#   %s: %d %s %s %c\n", who, (int) (at - FIRST_SECOND),
			names[window], kinds[kind], reason);
}

static bool
is_same(const NaiveModel *model, const PgdOpening *opening,
		const PgdWindowEvent *events, int nevents)
{
	bool		same = nevents == model->nevents;
	int			i;

	for (i = 0; i < nevents && same; i++)
	{
		const NaiveEvent *naive = &model->event[i];
		const PgdWindowEvent *event = &events[i];

		same = naive->kind == (NaiveKindOfEvent) event->kind &&
			naive->window + 1 == event->window_id &&
			naive->at * SECOND == event->at &&
			naive->reason == " dpfmx"[event->reason];
		counts[naive->kind]++;
		reasons[(int) naive->reason]++;
	}
	if (model->open < 0)
		return same && opening->window_id == 0;
	return same && opening->window_id == model->open + 1 &&
		opening->close_at == model->closes_at * SECOND &&
		opening->opened_at == model->opened_at * SECOND &&
		opening->is_high == model->open_is_high;
}

/* The log alone: who opens was closed, who closes was open. */
static bool
is_log_whole(const PgdWindowEvent *events, int nevents, int64_t *logged_open)
{
	int			i;

	for (i = 0; i < nevents; i++)
	{
		const PgdWindowEvent *event = &events[i];

		if (event->kind == PGD_WINDOW_OPENS)
		{
			if (*logged_open != 0)
				return false;
			*logged_open = event->window_id;
		}
		else if (event->kind == PGD_WINDOW_CLOSES)
		{
			if (*logged_open != event->window_id)
				return false;
			*logged_open = 0;
		}
		else if (event->kind == PGD_WINDOW_OVERLAPS &&
				 (*logged_open == 0 || *logged_open == event->window_id))
			return false;
	}
	return true;
}

static void
describe(const NaiveModel *model)
{
	int			i;

	for (i = 0; i < model->n; i++)
	{
		const NaiveWindow *window = &model->window[i];

		fprintf(stderr, "#   %s%s%s: %s, kind %d, anchor %d, period %d, duration %d, end %d, enabled at %d\n",
				names[i], window->exists ? "" : " (dropped)",
				window->is_enabled ? "" : " (disabled)",
				window->is_high ? "HIGH" : "LOW", window->kind,
				(int) (window->anchor - FIRST_SECOND), (int) window->period,
				(int) window->duration,
				window->end < 0 ? -1 : (int) (window->end - FIRST_SECOND),
				(int) (window->enabled_at - FIRST_SECOND));
	}
}

/* Some windows over some time; false at the first difference. */
static bool
compare_set(int set)
{
	NaiveModel	model;
	PgdWindow	windows[NAIVE_WINDOWS];
	PgdOpening	opening;
	PgdWindowEvent events[PGD_WINDOW_MAX_EVENTS(NAIVE_WINDOWS)];
	int64_t		now = FIRST_SECOND;
	int64_t		logged_open = 0;
	int			unrest = any(40);	/* calls in 1,000 seconds */
	bool		has_mishaps = chance(50);
	bool		passed = true;
	int			i;
	int			second;

	memset(&model, 0, sizeof(model));
	memset(windows, 0, sizeof(windows));
	memset(&opening, 0, sizeof(opening));
	model.n = 1 + any(NAIVE_WINDOWS);
	model.open = -1;
	for (i = 0; i < model.n; i++)
	{
		windows[i].id = i + 1;
		windows[i].name = names[i];
		model.window[i].exists = true;
		schedule(&model.window[i], &windows[i], now);
		begin(&model.window[i], &windows[i], now);
	}

	for (second = 0; second < SECONDS && passed; second++)
	{
		NaiveAct	act = NAIVE_NOTHING;
		int			which = 0;
		int64_t		duration = 0;
		int			nevents;

		if (has_mishaps && any(200) == 0)
			now += any(4) == 0 ? any(2000) : any(100);
		if (has_mishaps && any(400) == 0)
			now -= any(4) == 0 ? any(1000) : any(100);
		if (any(1000) < unrest)
			redefine(&model, windows, now);
		if (any(1000) < unrest)
			act = pick_call(&model, &which, &duration);

		naive_second(&model, now, act, which, duration);
		nevents = step_rules(windows, model.n, &opening, now, act, which,
							 duration, events);
		passed = is_same(&model, &opening, events, nevents) &&
			is_log_whole(events, nevents, &logged_open);
		if (!passed)
		{
			fprintf(stderr, "# set %d, second %d (act %d on %d)\n", set,
					(int) (now - FIRST_SECOND), act, which);
			for (i = 0; i < model.nevents; i++)
				show("naive", model.event[i].kind, model.event[i].window,
					 model.event[i].at, model.event[i].reason);
			for (i = 0; i < nevents; i++)
				show("rules", (NaiveKindOfEvent) events[i].kind,
					 (int) events[i].window_id - 1, events[i].at / SECOND,
					 " dpfmx"[events[i].reason]);
			fprintf(stderr, "#   open: %d until %d, rules %d until %d\n",
					model.open, (int) (model.closes_at - FIRST_SECOND),
					(int) opening.window_id - 1,
					(int) (opening.close_at / SECOND - FIRST_SECOND));
			describe(&model);
		}
		now++;
		nseconds++;
	}
	for (i = 0; i < model.n; i++)
		free((void *) windows[i].timing.calendar);
	return passed;
}

void
test_random(uint64_t seed, int nsets)
{
	int			ndifferent = 0;
	int			set;
	int			i;
	bool		all = true;

	random_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 88172645463325252;
	for (set = 0; set < nsets && ndifferent < 3; set++)
	{
		if (!compare_set(set))
			ndifferent++;
	}
	for (i = 0; i < 5; i++)
		all = all && counts[i] > 0;
	for (i = 0; i < 5; i++)
		all = all && reasons[(int) "dpfmx"[i]] > 0;
	printf("# seed %llu: %lld seconds; %lld openings, %lld closings (%lld by time, %lld by priority, %lld by another opened, %lld by hand, %lld dropped), %lld new ends, %lld overlaps, %lld ended\n",
		   (unsigned long long) seed, (long long) nseconds,
		   (long long) counts[NAIVE_OPEN], (long long) counts[NAIVE_CLOSE],
		   (long long) reasons['d'], (long long) reasons['p'],
		   (long long) reasons['f'], (long long) reasons['m'],
		   (long long) reasons['x'], (long long) counts[NAIVE_EXTEND],
		   (long long) counts[NAIVE_OVERLAP], (long long) counts[NAIVE_END]);
	ok(ndifferent == 0, "%d sets at random: as brute force says", nsets);
	ok(all || nsets < 100, "everything happened in them");
}
