/*
 * window_mishaps.c
 *		Worked cases: times without service, clocks set forward and back, nights
 *		in which clocks change, calendars that fail; very many windows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "window_test.h"

/* every day at that hour */
#define DAILY(hour) "FREQ=DAILY;BYHOUR=" #hour ";BYMINUTE=0;BYSECOND=0"

#define MONDAY	"2025-06-02 00:00:00"

static void
test_downtime(void)
{
	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("X", DAILY(9), NULL, 4 * HOUR, false, MONDAY);
	time_is("2025-06-05 12:00:00");
	is_result("2025-06-05 12:00:00 W OPEN\n"
			  "2025-06-05 09:00:00 X OVERLAP\n",
			  "after days without service the best one opens");
	ok(opening.requested_at == at("2025-06-05 08:00:00") &&
	   opening.opened_at == at("2025-06-05 12:00:00") &&
	   opening.close_at == at("2025-06-05 16:00:00") &&
	   windows[0].next_start_at == at("2025-06-06 08:00:00"),
	   "for its remaining time");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("TALL", DAILY(10), NULL, HOUR, true, MONDAY);
	add("X", DAILY(15), NULL, 4 * HOUR, false, MONDAY);
	run_until("2025-06-02 09:00:00");
	time_is("2025-06-02 17:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 16:00:00 W CLOSE\n"
			  "2025-06-02 17:00:00 X OPEN\n",
			  "one that should have closed closes; what is over left no trace");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("TALL", DAILY(9), NULL, 4 * HOUR, true, MONDAY);
	run_until("2025-06-02 08:30:00");
	time_is("2025-06-02 10:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 TALL OVERLAP\n"
			  "2025-06-02 10:00:00 W CLOSE priority\n"
			  "2025-06-02 10:00:00 TALL OPEN\n",
			  "a HIGH one that started meanwhile comes now");

	begin_case("UTC");
	add("W", "FREQ=HOURLY", "2025-06-02 08:00:00", 90 * MINUTE, false, MONDAY);
	run_until("2025-06-02 08:30:00");
	time_is("2025-06-02 09:45:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:30:00 W CLOSE\n",
			  "a start that it covered is used up, seen or not");

	begin_case("UTC");
	add("W", NULL, "2025-06-02 08:00:00", HOUR, false, MONDAY);
	time_is("2025-06-03 08:00:00");
	is_result("2025-06-03 08:00:00 W END\n", "a single start was missed");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	windows[0].timing.end_at = at("2025-06-03 09:00:00");
	time_is("2025-06-03 10:00:00");
	is_result("2025-06-03 10:00:00 W END\n",
			  "end_date came in a time without service");

	/* many starts passed, none comes before end_date: no step is due again */
	begin_case("UTC");
	add("W", DAILY(8), NULL, HOUR, false, MONDAY);
	windows[0].timing.end_at = at("2025-06-10 06:00:00");
	time_is("2025-06-09 12:00:00");
	run_until("2025-06-11 00:00:00");
	is_result("2025-06-09 12:00:00 W END\n",
			  "the last starts passed without service");
}

static void
test_clock(void)
{
	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-02 09:00:00");
	time_is("2025-06-02 07:00:00");
	ok(opening.window_id == 1, "the clock is set back: the open one stays");
	run_until("2025-06-03 07:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 16:00:00 W CLOSE\n",
			  "until the clock shows its end; its start is not repeated");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	run_until("2025-06-02 10:30:00");
	time_is("2025-06-02 09:00:00");
	run_until("2025-06-03 09:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 10:00:00 W CLOSE\n"
			  "2025-06-03 08:00:00 W OPEN\n",
			  "set back into an interval that is over");

	/* X waits for W; set back before its start, it waits for that, too */
	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("X", DAILY(9), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-02 10:00:00");
	close_by_hand("2025-06-02 08:30:00", "W");
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 X OVERLAP\n"
			  "2025-06-02 08:30:00 W CLOSE manual\n"
			  "2025-06-02 09:00:00 X OPEN\n"
			  "2025-06-02 17:00:00 X CLOSE\n",
			  "set back to before the start of one that waits");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	run_until("2025-06-02 08:30:00");
	time_is("2025-06-04 08:30:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 10:00:00 W CLOSE\n"
			  "2025-06-04 08:30:00 W OPEN\n",
			  "set forward");
}

static void
test_saving(void)
{
	/* 2024-03-10: after 01:59 comes 03:00; 2024-11-03: 01:00 to 02:00 twice */
	begin_case("Eastern");
	add("MIDNIGHT", DAILY(0), NULL, 4 * HOUR, false, "2024-03-09 12:00:00");
	run_until("2024-03-11 06:00:00");
	is_result("2024-03-10 00:00:00 MIDNIGHT OPEN\n"
			  "2024-03-10 05:00:00 MIDNIGHT CLOSE\n"
			  "2024-03-11 00:00:00 MIDNIGHT OPEN\n"
			  "2024-03-11 04:00:00 MIDNIGHT CLOSE\n",
			  "clocks go forward: four hours all the same");

	begin_case("Eastern");
	add("IN_GAP", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0", NULL, HOUR,
		false, "2024-03-09 12:00:00");
	run_until("2024-03-11 06:00:00");
	is_result("2024-03-10 03:00:00 IN_GAP OPEN\n"
			  "2024-03-10 04:00:00 IN_GAP CLOSE\n"
			  "2024-03-11 02:30:00 IN_GAP OPEN\n"
			  "2024-03-11 03:30:00 IN_GAP CLOSE\n",
			  "a start that the night leaves out comes right after it");

	begin_case("Eastern");
	add("MIDNIGHT", DAILY(0), NULL, 4 * HOUR, false, "2024-11-02 12:00:00");
	add("TWICE", "FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0", NULL, HOUR,
		true, "2024-11-02 12:00:00");
	run_until("2024-11-03 12:00:00");
	is_result("2024-11-03 00:00:00 MIDNIGHT OPEN\n"
			  "2024-11-03 01:30:00 TWICE OVERLAP\n"
			  "2024-11-03 01:30:00 MIDNIGHT CLOSE priority\n"
			  "2024-11-03 01:30:00 TWICE OPEN\n"
			  "2024-11-03 01:30:00 TWICE CLOSE\n"
			  "2024-11-03 01:30:00 MIDNIGHT OPEN\n"
			  "2024-11-03 03:00:00 MIDNIGHT CLOSE\n",
			  "clocks go back: the first of two starts, and elapsed time");
}

static void
test_failing(void)
{
	begin_case("UTC");
	add("W", DAILY(8), NULL, HOUR, false, MONDAY);
	free((void *) windows[0].timing.calendar);
	windows[0].timing.calendar = NULL;
	strcpy(windows[0].calendar_error.message, "no such schedule");
	run_until("2025-06-03 00:00:00");
	is_result("2000-01-01 00:00:00 W END\n",
			  "a calendar that cannot be read: it ends at once");
	ok(strcmp(windows[0].calendar_error.message, "no such schedule") == 0,
	   "and says why");

	begin_case("UTC");
	add("W", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", NULL, HOUR, false, MONDAY);
	time_is("2025-06-02 00:00:01");
	is_result("2025-06-02 00:00:01 W END\n", "a calendar without any date");
	ok(windows[0].calendar_error.message[0] != '\0', "an error says so");

	/* its text changes while it is open: it closes, then ends */
	begin_case("UTC");
	add("W", DAILY(8), NULL, HOUR, false, MONDAY);
	run_until("2025-06-02 08:30:00");
	windows[0].timing.calendar =
		compiled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
	windows[0].next_start_at = PGD_NO_TIME;
	run_until("2025-06-04 00:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 W CLOSE\n"
			  "2025-06-02 09:00:00 W END\n",
			  "a calendar that fails later: the opening goes on to its end");
	ok(windows[0].calendar_error.message[0] != '\0', "then the error");

	/* ... or finds a date again before the window ends */
	begin_case("UTC");
	add("W", DAILY(8), NULL, HOUR, false, MONDAY);
	windows[0].next_start_at = PGD_NO_TIME;
	run_until("2025-06-02 08:30:00");
	is_result("2025-06-02 08:00:00 W OPEN\n",
			  "a window does not end while its calendar has a date");

	begin_case("UTC");
	add("W", "FREQ=YEARLY;BYDATE=20250603;BYHOUR=8;BYMINUTE=0;BYSECOND=0",
		NULL, HOUR, false, MONDAY);
	run_until("2026-01-01 00:00:00");
	is_result("2025-06-03 08:00:00 W OPEN\n"
			  "2025-06-03 09:00:00 W CLOSE\n"
			  "2025-06-03 09:00:00 W END\n",
			  "a calendar that has run out");
	ok(windows[0].calendar_error.message[0] == '\0', "which is no error");
}

void
test_mishaps(void)
{
	test_downtime();
	test_clock();
	test_saving();
	test_failing();
}

/* Years without service, a thousand windows: counted, not only measured. */
void
test_many(void)
{
	enum
	{
		MANY = 1000
	};
	PgdWindow  *many = calloc(MANY, sizeof(PgdWindow));
	PgdWindowEvent *events = calloc(PGD_WINDOW_MAX_EVENTS(MANY),
									sizeof(PgdWindowEvent));
	PgdOpening	none;
	char		names[MANY][8];
	int64_t		now;
	int64_t		end;
	clock_t		began;
	int			nsteps = 0;
	int			nevents = 0;
	int			i;

	begin_case("UTC");
	add("W", "FREQ=SECONDLY", "2000-01-01 00:00:00", 99 * DAY, false,
		"2000-01-02 00:00:00");
	evaluations = 0;
	time_is("2040-01-01 00:00:00.0");
	is_result("2040-01-01 00:00:00 W OPEN\n", "forty years without service");
	ok(opening.requested_at == at("2040-01-01 00:00:00") &&
	   evaluations < 60, "the last start is found in %d looks", evaluations);

	begin_case("UTC");
	add("W", "FREQ=SECONDLY;INTERVAL=7", "2000-01-01 00:00:00", SECOND, false,
		"2000-01-02 00:00:00");
	evaluations = 0;
	time_is("2040-01-01 00:00:03");
	ok(opening.window_id == 0 && evaluations < 10,
	   "that no interval contains the moment in %d", evaluations);

	memset(&none, 0, sizeof(none));
	opening = none;
	for (i = 0; i < MANY; i++)
	{
		char		text[80];

		snprintf(names[i], sizeof(names[i]), "W%d", i);
		many[i].id = i + 1;
		many[i].name = names[i];
		many[i].is_enabled = true;
		many[i].is_high = i % 10 == 0;
		many[i].duration = (i % 20 + 1) * HOUR;
		many[i].timing.kind = PGD_INTERVAL_CALENDAR;
		sprintf(text, "FREQ=DAILY;BYHOUR=%d;BYMINUTE=%d;BYSECOND=0", i % 24,
				i % 60);
		many[i].timing.calendar = compiled(text);
		many[i].timing.zone = test_zone("Eastern");
		many[i].timing.start_at = PGD_NO_TIME;
		many[i].timing.end_at = PGD_NO_TIME;
		pgd_window_begin(&many[i], at(MONDAY));
	}
	began = clock();
	end = at(MONDAY) + 10 * DAY;
	while ((now = pgd_windows_next(many, MANY, &opening)) < end)
	{
		nevents += pgd_windows_step(many, MANY, &opening, NULL, now, events);
		nsteps++;
	}
	printf("# 1,000 windows over 10 days: %d steps, %d events, %d ms\n",
		   nsteps, nevents,
		   (int) ((clock() - began) * 1000 / CLOCKS_PER_SEC));
	ok(nevents > 9000, "1,000 windows over 10 days");

	/* all at once: the most events that there can be */
	for (i = 0; i < MANY; i++)
	{
		many[i].is_enabled = true;
		many[i].duration = HOUR;
		many[i].timing.kind = PGD_INTERVAL_NONE;
		pgd_window_begin(&many[i], now);
	}
	opening = none;
	nevents = pgd_windows_step(many, MANY, &opening, NULL, now, events);
	ok(nevents == MANY && events[0].kind == PGD_WINDOW_OPENS,
	   "1,000 windows at one moment: one opens, the others overlap");
	nevents = pgd_windows_step(many, MANY, &opening, NULL, now + HOUR,
							   events);
	ok(nevents == MANY + 1 && events[0].kind == PGD_WINDOW_CLOSES &&
	   pgd_windows_next(many, MANY, &opening) == PGD_NO_TIME,
	   "and all end together");
	for (i = 0; i < MANY; i++)
		free((void *) many[i].timing.calendar);
	free(many);
	free(events);
}
