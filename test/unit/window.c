/*
 * window.c
 *		Tests of the rules of windows without a server; prints TAP.
 *
 * unit-sources: src/calendar/parse.c src/calendar/lex.c src/calendar/clauses.c src/calendar/cron.c src/calendar/days.c src/calendar/local.c src/calendar/months.c src/calendar/periods.c src/calendar/times.c src/calendar/elapsed.c src/calendar/evaluate.c src/calendar/summary.c src/scheduler/timing.c src/scheduler/window_rules.c test/unit/calendar_harness.c test/unit/window_*.c
 *
 * A case is a set of windows and a number of steps; what the steps answer is
 * written down as one text, which is compared. Sets at random follow:
 * WINDOW_SEED and WINDOW_SETS (how many) may be set.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "window_test.h"

int			evaluations = 0;

static int	ntests = 0;
static int	nfailed = 0;

/* the case at hand */
PgdWindow	windows[MAX_WINDOWS];
int			nwindows;
PgdOpening	opening;
const PgdCalZone *zone;
static char result[MAX_TEXT];

void
ok(bool passed, const char *format,...)
{
	va_list		args;

	if (!passed)
		nfailed++;
	printf("%sok %d - ", passed ? "" : "not ", ++ntests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

/* the server's part of the calendar, for the test's memory and zones */
bool
pgd_calendar_next(const PgdCalendar *calendar, int64_t start,
				  const PgdCalZone *from_zone, int64_t after, int64_t *next,
				  PgdCalError *err)
{
	evaluations++;
	return pgd_calendar_evaluate(&test_env, calendar, start, from_zone, after,
								 next, err);
}

const PgdCalendar *
compiled(const char *text)
{
	PgdCalError error;
	PgdCalendar *calendar = pgd_calendar_parse(&test_env, text, NULL, NULL,
											   NULL, &error);

	if (calendar == NULL)
	{
		fprintf(stderr, "%s: %s\n", text, error.message);
		exit(2);
	}
	return calendar;
}

void
begin_case(const char *zone_name)
{
	memset(windows, 0, sizeof(windows));
	memset(&opening, 0, sizeof(opening));
	nwindows = 0;
	zone = test_zone(zone_name);
	result[0] = '\0';
}

int64_t
at(const char *text)
{
	return test_instant(text, zone);
}

PgdWindow *
add(const char *name, const char *repeat_interval, const char *start,
	int64_t duration, bool is_high, const char *enabled)
{
	PgdWindow  *window = &windows[nwindows++];

	window->id = nwindows;
	window->name = name;
	window->is_enabled = true;
	window->is_high = is_high;
	window->duration = duration;
	window->timing.start_at = start != NULL ? at(start) : PGD_NO_TIME;
	window->timing.end_at = PGD_NO_TIME;
	window->timing.zone = zone;
	if (repeat_interval != NULL)
	{
		window->timing.kind = PGD_INTERVAL_CALENDAR;
		window->timing.calendar = compiled(repeat_interval);
	}
	pgd_window_begin(window, at(enabled));
	return window;
}

static void
write_events(const PgdWindowEvent *events, int n)
{
	static const char *const reasons[] = {
		"", "", " priority", " forced", " manual", " drop"
	};
	static const char *const kinds[] = {
		"OVERLAP", "CLOSE", "OPEN", "EXTEND", "END"
	};
	int			i;

	for (i = 0; i < n; i++)
	{
		const PgdWindowEvent *event = &events[i];
		size_t		used = strlen(result);
		char		time[32];

		test_show(event->at, zone, time);
		snprintf(result + used, MAX_TEXT - used, "%s %s %s%s\n", time,
				 windows[event->window_id - 1].name, kinds[event->kind],
				 reasons[event->reason]);
	}
}

static void
step(int64_t now, PgdWindowActionKind kind, const char *name,
	 int64_t duration)
{
	PgdWindowEvent events[PGD_WINDOW_MAX_EVENTS(MAX_WINDOWS)];
	PgdWindowAction action = {kind, 0, duration};
	int			i;

	for (i = 0; i < nwindows; i++)
	{
		if (name != NULL && strcmp(windows[i].name, name) == 0)
			action.window_id = windows[i].id;
	}
	write_events(events,
				 pgd_windows_step(windows, nwindows, &opening, &action, now,
								  events));
}

void
time_is(const char *now)
{
	step(at(now), PGD_WINDOW_TIME, NULL, 0);
}

void
open_by_hand(const char *now, const char *name, int64_t duration)
{
	run_until(now);
	step(at(now), PGD_WINDOW_OPEN, name, duration);
}

void
close_by_hand(const char *now, const char *name)
{
	run_until(now);
	step(at(now), PGD_WINDOW_CLOSE, name, 0);
}

void
drop_by_hand(const char *now, const char *name)
{
	run_until(now);
	step(at(now), PGD_WINDOW_DROP, name, 0);
}

void
run_until(const char *text)
{
	int64_t		end = at(text);
	int64_t		next;
	int			steps = 0;

	while ((next = pgd_windows_next(windows, nwindows, &opening)) < end &&
		   steps++ < 1000)
		step(next, PGD_WINDOW_TIME, NULL, 0);
}

void
forget(void)
{
	result[0] = '\0';
}

void
is_result(const char *expected, const char *name)
{
	bool		passed = strcmp(result, expected) == 0;

	ok(passed, "%s", name);
	if (!passed)
		fprintf(stderr, "# %s: expected\n%s# got\n%s", name, expected, result);
	result[0] = '\0';
}

int
main(void)
{
	const char *seed = getenv("WINDOW_SEED");
	const char *nsets = getenv("WINDOW_SETS");

	test_cases();
	test_mishaps();
	test_many();
	test_random(seed != NULL ? strtoull(seed, NULL, 10) : 1,
				nsets != NULL ? atoi(nsets) : 10000);
	printf("1..%d\n", ntests);
	return nfailed > 0;
}
