/*
 * window_cases.c
 *		Worked cases: the rules of windows one by one.
 */
#include <string.h>

#include "window_test.h"

/* every day at that hour */
#define DAILY(hour) "FREQ=DAILY;BYHOUR=" #hour ";BYMINUTE=0;BYSECOND=0"

#define MONDAY	"2025-06-02 00:00:00"

/* The sample of the rules: a day of peak and off-peak. */
static void
test_sample(void)
{
	begin_case("Eastern");
	add("OFF_DAYS", "FREQ=DAILY;BYHOUR=18;BYMINUTE=0;BYSECOND=0", NULL,
		12 * HOUR, false, "2004-10-20 00:00:00");
	add("OFF_WEEKEND", "FREQ=WEEKLY;BYDAY=SAT;BYHOUR=0;BYMINUTE=0;BYSECOND=0",
		NULL, 48 * HOUR, true, "2004-10-20 00:00:00");
	add("PEAK_AM", "FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYSECOND=0", NULL,
		6 * HOUR, false, "2004-10-20 00:00:00");
	add("PEAK_PM", "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0", NULL,
		6 * HOUR, false, "2004-10-20 00:00:00");
	run_until("2004-10-23 00:00:00");
	forget();
	run_until("2004-10-25 06:00:01");
	is_result("2004-10-23 00:00:00 OFF_WEEKEND OVERLAP\n"
			  "2004-10-23 00:00:00 OFF_DAYS CLOSE priority\n"
			  "2004-10-23 00:00:00 OFF_WEEKEND OPEN\n"
			  "2004-10-23 06:00:00 PEAK_AM OVERLAP\n"
			  "2004-10-23 12:00:00 PEAK_PM OVERLAP\n"
			  "2004-10-23 18:00:00 OFF_DAYS OVERLAP\n"
			  "2004-10-24 06:00:00 PEAK_AM OVERLAP\n"
			  "2004-10-24 12:00:00 PEAK_PM OVERLAP\n"
			  "2004-10-24 18:00:00 OFF_DAYS OVERLAP\n"
			  "2004-10-25 00:00:00 OFF_WEEKEND CLOSE\n"
			  "2004-10-25 00:00:00 OFF_DAYS OPEN\n"
			  "2004-10-25 06:00:00 OFF_DAYS CLOSE\n"
			  "2004-10-25 06:00:00 PEAK_AM OPEN\n",
			  "sample: the weekend");
	run_until("2004-10-26 00:00:00");
	forget();
	run_until("2004-10-27 00:00:00");
	is_result("2004-10-26 06:00:00 OFF_DAYS CLOSE\n"
			  "2004-10-26 06:00:00 PEAK_AM OPEN\n"
			  "2004-10-26 12:00:00 PEAK_AM CLOSE\n"
			  "2004-10-26 12:00:00 PEAK_PM OPEN\n"
			  "2004-10-26 18:00:00 PEAK_PM CLOSE\n"
			  "2004-10-26 18:00:00 OFF_DAYS OPEN\n",
			  "sample: Tuesday 2004-10-26");
}

static void
test_schedule(void)
{
	begin_case("UTC");
	add("W", DAILY(22), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-04 00:00:00");
	is_result("2025-06-02 22:00:00 W OPEN\n"
			  "2025-06-03 06:00:00 W CLOSE\n"
			  "2025-06-03 22:00:00 W OPEN\n",
			  "a window opens and closes by its schedule");
	ok(opening.window_id == 1 && !opening.is_manual && !opening.is_high &&
	   opening.requested_at == at("2025-06-03 22:00:00") &&
	   opening.close_at == at("2025-06-04 06:00:00") &&
	   windows[0].next_start_at == at("2025-06-04 22:00:00"),
	   "the opening, and the next start");

	/* a minute late: it closes at its nominal end nevertheless */
	begin_case("UTC");
	add("W", DAILY(22), NULL, 8 * HOUR, false, MONDAY);
	time_is("2025-06-02 22:01:00");
	is_result("2025-06-02 22:01:00 W OPEN\n", "a step that comes late");
	ok(opening.requested_at == at("2025-06-02 22:00:00") &&
	   opening.opened_at == at("2025-06-02 22:01:00") &&
	   opening.close_at == at("2025-06-03 06:00:00"),
	   "is late only at the start");
}

static void
test_priority(void)
{
	begin_case("UTC");
	add("FIRST", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("SECOND", DAILY(10), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 FIRST OPEN\n"
			  "2025-06-02 10:00:00 SECOND OVERLAP\n"
			  "2025-06-02 16:00:00 FIRST CLOSE\n"
			  "2025-06-02 16:00:00 SECOND OPEN\n"
			  "2025-06-02 18:00:00 SECOND CLOSE\n",
			  "equal priority: the open one stays, the other takes the rest");

	begin_case("UTC");
	add("FIRST", DAILY(8), NULL, 8 * HOUR, true, MONDAY);
	add("SECOND", DAILY(10), NULL, 8 * HOUR, true, MONDAY);
	add("THIRD", DAILY(11), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 FIRST OPEN\n"
			  "2025-06-02 10:00:00 SECOND OVERLAP\n"
			  "2025-06-02 11:00:00 THIRD OVERLAP\n"
			  "2025-06-02 16:00:00 FIRST CLOSE\n"
			  "2025-06-02 16:00:00 SECOND OPEN\n"
			  "2025-06-02 18:00:00 SECOND CLOSE\n"
			  "2025-06-02 18:00:00 THIRD OPEN\n"
			  "2025-06-02 19:00:00 THIRD CLOSE\n",
			  "HIGH never yields to a start");

	begin_case("UTC");
	add("LOW", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("TALL", DAILY(10), NULL, 2 * HOUR, true, MONDAY);
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 LOW OPEN\n"
			  "2025-06-02 10:00:00 TALL OVERLAP\n"
			  "2025-06-02 10:00:00 LOW CLOSE priority\n"
			  "2025-06-02 10:00:00 TALL OPEN\n"
			  "2025-06-02 12:00:00 TALL CLOSE\n"
			  "2025-06-02 12:00:00 LOW OPEN\n"
			  "2025-06-02 16:00:00 LOW CLOSE\n",
			  "HIGH closes LOW, which has its rest afterwards");
}

static void
test_same_instant(void)
{
	begin_case("UTC");
	add("A_LOW", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	add("B_LOW", DAILY(8), NULL, 4 * HOUR, false, MONDAY);
	add("C_HIGH", DAILY(8), NULL, 1 * HOUR, true, MONDAY);
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 C_HIGH OPEN\n"
			  "2025-06-02 08:00:00 A_LOW OVERLAP\n"
			  "2025-06-02 08:00:00 B_LOW OVERLAP\n"
			  "2025-06-02 09:00:00 C_HIGH CLOSE\n"
			  "2025-06-02 09:00:00 B_LOW OPEN\n"
			  "2025-06-02 12:00:00 B_LOW CLOSE\n",
			  "at one instant: HIGH, then the largest part left");

	begin_case("UTC");
	add("BETA", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	add("ALPHA", DAILY(8), NULL, 4 * HOUR, false, MONDAY);
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 ALPHA OPEN\n"
			  "2025-06-02 08:00:00 BETA OVERLAP\n"
			  "2025-06-02 12:00:00 ALPHA CLOSE\n",
			  "equal in everything: by name");

	begin_case("UTC");
	add("A", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	add("B", DAILY(10), NULL, 2 * HOUR, true, MONDAY);
	add("C", DAILY(12), NULL, 2 * HOUR, false, MONDAY);
	run_until("2025-06-02 20:00:00");
	is_result("2025-06-02 08:00:00 A OPEN\n"
			  "2025-06-02 10:00:00 A CLOSE\n"
			  "2025-06-02 10:00:00 B OPEN\n"
			  "2025-06-02 12:00:00 B CLOSE\n"
			  "2025-06-02 12:00:00 C OPEN\n"
			  "2025-06-02 14:00:00 C CLOSE\n",
			  "one closes as another starts: no overlap, the close comes first");

	begin_case("UTC");
	add("LOW", DAILY(6), NULL, 10 * HOUR, false, MONDAY);
	add("TALL_1", DAILY(8), NULL, 1 * HOUR, true, MONDAY);
	add("TALL_2", DAILY(8), NULL, 3 * HOUR, true, MONDAY);
	run_until("2025-06-02 12:00:00");
	is_result("2025-06-02 06:00:00 LOW OPEN\n"
			  "2025-06-02 08:00:00 TALL_1 OVERLAP\n"
			  "2025-06-02 08:00:00 TALL_2 OVERLAP\n"
			  "2025-06-02 08:00:00 LOW CLOSE priority\n"
			  "2025-06-02 08:00:00 TALL_1 OPEN\n"
			  "2025-06-02 09:00:00 TALL_1 CLOSE\n"
			  "2025-06-02 09:00:00 TALL_2 OPEN\n"
			  "2025-06-02 11:00:00 TALL_2 CLOSE\n"
			  "2025-06-02 11:00:00 LOW OPEN\n",
			  "two HIGH ones at one instant close a LOW one once");
}

static void
test_percentage(void)
{
	/* at 05:00 W1 has 1/8 left, W2 1/10 */
	begin_case("UTC");
	add("OTHER", DAILY(19), NULL, 10 * HOUR, false, MONDAY);
	add("W1", DAILY(22), NULL, 8 * HOUR, false, MONDAY);
	add("W2", DAILY(20), NULL, 10 * HOUR, false, MONDAY);
	run_until("2025-06-03 19:00:00");
	is_result("2025-06-02 19:00:00 OTHER OPEN\n"
			  "2025-06-02 20:00:00 W2 OVERLAP\n"
			  "2025-06-02 22:00:00 W1 OVERLAP\n"
			  "2025-06-03 05:00:00 OTHER CLOSE\n"
			  "2025-06-03 05:00:00 W1 OPEN\n"
			  "2025-06-03 06:00:00 W1 CLOSE\n",
			  "12.5 % left beats 10 %");

	/* priority counts more */
	begin_case("UTC");
	add("OTHER", DAILY(19), NULL, 10 * HOUR, true, MONDAY);
	add("W1", DAILY(22), NULL, 8 * HOUR, false, MONDAY);
	add("W2", DAILY(20), NULL, 10 * HOUR, true, MONDAY);
	run_until("2025-06-03 05:00:01");
	is_result("2025-06-02 19:00:00 OTHER OPEN\n"
			  "2025-06-02 20:00:00 W2 OVERLAP\n"
			  "2025-06-02 22:00:00 W1 OVERLAP\n"
			  "2025-06-03 05:00:00 OTHER CLOSE\n"
			  "2025-06-03 05:00:00 W2 OPEN\n",
			  "but HIGH comes before LOW");

	/* (d - 1) / d grows with d, by less than a double can tell */
	begin_case("UTC");
	add("BRIEF", NULL, "2025-06-02 08:00:00", 98 * DAY, false, MONDAY);
	add("CLOSER", NULL, "2025-06-02 08:00:00", 98 * DAY + 1, false, MONDAY);
	add("DOOR", NULL, "2025-06-02 08:00:00", HOUR, true, MONDAY);
	close_by_hand("2025-06-02 08:00:00", "DOOR");
	is_result("2025-06-02 08:00:00 BRIEF OPEN\n"
			  "2025-06-02 08:00:00 CLOSER OVERLAP\n"
			  "2025-06-02 08:00:00 DOOR END\n",
			  "at the start all have the same part");
	begin_case("UTC");
	add("BRIEF", NULL, "2025-06-02 08:00:00", 98 * DAY, false, MONDAY);
	add("CLOSER", NULL, "2025-06-02 08:00:00", 98 * DAY + 1, false, MONDAY);
	add("DOOR", NULL, "2025-06-02 08:00:00", SECOND, true, MONDAY);
	run_until("2025-06-02 08:00:02");
	is_result("2025-06-02 08:00:00 DOOR OPEN\n"
			  "2025-06-02 08:00:00 BRIEF OVERLAP\n"
			  "2025-06-02 08:00:00 CLOSER OVERLAP\n"
			  "2025-06-02 08:00:01 DOOR CLOSE\n"
			  "2025-06-02 08:00:01 CLOSER OPEN\n"
			  "2025-06-02 08:00:01 DOOR END\n",
			  "parts are compared exactly");
}

static void
test_close_by_hand(void)
{
	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	close_by_hand("2025-06-02 09:00:00", "W");
	run_until("2025-06-03 09:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 W CLOSE manual\n"
			  "2025-06-03 08:00:00 W OPEN\n",
			  "closed by hand: closed until its next start");

	begin_case("UTC");
	add("FIRST", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("SECOND", DAILY(9), NULL, 8 * HOUR, false, MONDAY);
	close_by_hand("2025-06-02 10:00:00", "FIRST");
	close_by_hand("2025-06-02 11:00:00", "SECOND");
	run_until("2025-06-03 00:00:00");
	is_result("2025-06-02 08:00:00 FIRST OPEN\n"
			  "2025-06-02 09:00:00 SECOND OVERLAP\n"
			  "2025-06-02 10:00:00 FIRST CLOSE manual\n"
			  "2025-06-02 10:00:00 SECOND OPEN\n"
			  "2025-06-02 11:00:00 SECOND CLOSE manual\n",
			  "the successor by the same rules");

	begin_case("UTC");
	add("W", "FREQ=HOURLY", "2025-06-02 08:00:00", HOUR, false, MONDAY);
	close_by_hand("2025-06-02 09:00:00", "W");
	run_until("2025-06-02 10:00:01");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 W CLOSE\n"
			  "2025-06-02 10:00:00 W OPEN\n",
			  "closed by hand at the very start of the next interval");
}

static void
test_open_by_hand(void)
{
	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	open_by_hand("2025-06-02 01:00:00", "W", 0);
	ok(opening.is_manual && opening.close_at == at("2025-06-02 03:00:00") &&
	   opening.requested_at == at("2025-06-02 01:00:00") &&
	   windows[0].next_start_at == at("2025-06-02 08:00:00"),
	   "opened by hand: its own duration, the next start stays");
	open_by_hand("2025-06-02 04:00:00", "W", 30 * MINUTE);
	run_until("2025-06-02 09:00:00");
	is_result("2025-06-02 01:00:00 W OPEN\n"
			  "2025-06-02 03:00:00 W CLOSE\n"
			  "2025-06-02 04:00:00 W OPEN\n"
			  "2025-06-02 04:30:00 W CLOSE\n"
			  "2025-06-02 08:00:00 W OPEN\n",
			  "by hand, and by its schedule nevertheless");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	open_by_hand("2025-06-02 07:00:00", "W", 90 * MINUTE);
	run_until("2025-06-03 09:00:00");
	is_result("2025-06-02 07:00:00 W OPEN\n"
			  "2025-06-02 08:30:00 W CLOSE\n"
			  "2025-06-03 08:00:00 W OPEN\n",
			  "it uses up the interval whose start it covers");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	open_by_hand("2025-06-02 08:00:00", "W", HOUR);
	run_until("2025-06-03 00:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 W CLOSE\n",
			  "also one that starts at that moment");
	ok(!opening.window_id, "nothing is open then");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	open_by_hand("2025-06-02 07:00:00", "W", HOUR);
	run_until("2025-06-02 12:00:00");
	is_result("2025-06-02 07:00:00 W OPEN\n"
			  "2025-06-02 08:00:00 W CLOSE\n"
			  "2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 10:00:00 W CLOSE\n",
			  "but not one that starts as it closes");
}

static void
test_forced(void)
{
	begin_case("UTC");
	add("LOW", DAILY(20), NULL, 2 * HOUR, false, MONDAY);
	add("TALL", DAILY(8), NULL, 8 * HOUR, true, MONDAY);
	open_by_hand("2025-06-02 09:00:00", "LOW", HOUR);
	run_until("2025-06-02 18:00:00");
	is_result("2025-06-02 08:00:00 TALL OPEN\n"
			  "2025-06-02 09:00:00 TALL CLOSE forced\n"
			  "2025-06-02 09:00:00 LOW OPEN\n"
			  "2025-06-02 10:00:00 LOW CLOSE\n"
			  "2025-06-02 10:00:00 TALL OPEN\n"
			  "2025-06-02 16:00:00 TALL CLOSE\n",
			  "a forced opening wins at the call, also LOW over HIGH");

	begin_case("UTC");
	add("LOW", DAILY(20), NULL, 2 * HOUR, false, MONDAY);
	add("LOW_2", DAILY(10), NULL, 2 * HOUR, false, MONDAY);
	add("TALL", DAILY(11), NULL, HOUR, true, MONDAY);
	open_by_hand("2025-06-02 09:00:00", "LOW", 4 * HOUR);
	run_until("2025-06-02 18:00:00");
	is_result("2025-06-02 09:00:00 LOW OPEN\n"
			  "2025-06-02 10:00:00 LOW_2 OVERLAP\n"
			  "2025-06-02 11:00:00 TALL OVERLAP\n"
			  "2025-06-02 11:00:00 LOW CLOSE priority\n"
			  "2025-06-02 11:00:00 TALL OPEN\n"
			  "2025-06-02 12:00:00 TALL CLOSE\n",
			  "a HIGH one that starts later closes a LOW one opened by hand");

	begin_case("UTC");
	add("LOW", DAILY(10), NULL, 4 * HOUR, false, MONDAY);
	add("TALL", DAILY(11), NULL, HOUR, true, MONDAY);
	open_by_hand("2025-06-02 11:00:00", "LOW", 30 * MINUTE);
	run_until("2025-06-02 18:00:00");
	is_result("2025-06-02 10:00:00 LOW OPEN\n"
			  "2025-06-02 11:00:00 TALL OVERLAP\n"
			  "2025-06-02 11:00:00 LOW CLOSE priority\n"
			  "2025-06-02 11:00:00 LOW OPEN\n"
			  "2025-06-02 11:30:00 LOW CLOSE\n"
			  "2025-06-02 11:30:00 TALL OPEN\n"
			  "2025-06-02 12:00:00 TALL CLOSE\n"
			  "2025-06-02 12:00:00 LOW OPEN\n"
			  "2025-06-02 14:00:00 LOW CLOSE\n",
			  "a call at the moment of a start comes after it");

	begin_case("UTC");
	add("TALL", DAILY(8), NULL, 4 * HOUR, true, MONDAY);
	add("TALL_2", DAILY(20), NULL, HOUR, true, MONDAY);
	open_by_hand("2025-06-02 09:00:00", "TALL_2", HOUR);
	open_by_hand("2025-06-02 09:30:00", "TALL", HOUR);
	run_until("2025-06-02 18:00:00");
	is_result("2025-06-02 08:00:00 TALL OPEN\n"
			  "2025-06-02 09:00:00 TALL CLOSE forced\n"
			  "2025-06-02 09:00:00 TALL_2 OPEN\n"
			  "2025-06-02 09:30:00 TALL_2 CLOSE forced\n"
			  "2025-06-02 09:30:00 TALL OPEN\n"
			  "2025-06-02 10:30:00 TALL CLOSE\n"
			  "2025-06-02 10:30:00 TALL OPEN\n"
			  "2025-06-02 12:00:00 TALL CLOSE\n",
			  "an interval whose start was not covered goes on after it");
}

static void
test_new_end(void)
{
	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	add("X", DAILY(9), NULL, 4 * HOUR, false, MONDAY);
	open_by_hand("2025-06-02 08:30:00", "W", 15 * MINUTE);
	ok(opening.is_manual && opening.opened_at == at("2025-06-02 08:00:00") &&
	   opening.requested_at == at("2025-06-02 08:00:00"),
	   "a new end: the opening stays the same");
	run_until("2025-06-02 23:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 08:30:00 W EXTEND\n"
			  "2025-06-02 08:45:00 W CLOSE\n"
			  "2025-06-02 09:00:00 X OPEN\n"
			  "2025-06-02 13:00:00 X CLOSE\n",
			  "an earlier end is not taken back by its interval");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 2 * HOUR, false, MONDAY);
	open_by_hand("2025-06-02 09:00:00", "W", 0);
	open_by_hand("2025-06-02 10:00:00", "W", 24 * HOUR);
	run_until("2025-06-04 09:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 09:00:00 W EXTEND\n"
			  "2025-06-02 10:00:00 W EXTEND\n"
			  "2025-06-03 10:00:00 W CLOSE\n"
			  "2025-06-04 08:00:00 W OPEN\n",
			  "a later end, over its own next start");
}

static void
test_definitions(void)
{
	begin_case("UTC");
	add("FIRST", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	add("SECOND", DAILY(9), NULL, 10 * HOUR, false, MONDAY);
	drop_by_hand("2025-06-02 10:00:00", "FIRST");
	run_until("2025-06-03 10:00:00");
	is_result("2025-06-02 08:00:00 FIRST OPEN\n"
			  "2025-06-02 09:00:00 SECOND OVERLAP\n"
			  "2025-06-02 10:00:00 FIRST CLOSE drop\n"
			  "2025-06-02 10:00:00 SECOND OPEN\n"
			  "2025-06-02 19:00:00 SECOND CLOSE\n"
			  "2025-06-03 09:00:00 SECOND OPEN\n",
			  "dropping the open one closes it first, then the best follows");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-02 09:00:00");
	windows[0].is_enabled = false;
	run_until("2025-06-04 00:00:00");
	windows[0].is_enabled = true;
	pgd_window_begin(&windows[0], at("2025-06-04 10:00:00"));
	run_until("2025-06-05 09:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 16:00:00 W CLOSE\n"
			  "2025-06-05 08:00:00 W OPEN\n",
			  "disabled it stays open to its end; enabled within its interval it waits for the next start");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 8 * HOUR, false, MONDAY);
	run_until("2025-06-02 09:00:00");
	windows[0].is_high = true;
	windows[0].duration = HOUR;
	pgd_window_begin(&windows[0], at("2025-06-02 09:00:00"));
	run_until("2025-06-03 10:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 16:00:00 W CLOSE\n"
			  "2025-06-03 08:00:00 W OPEN\n"
			  "2025-06-03 09:00:00 W CLOSE\n",
			  "a change counts from the next opening");
	ok(!opening.is_high, "and so does the priority");
}

static void
test_ends(void)
{
	begin_case("UTC");
	add("W", NULL, "2025-06-02 08:00:00", 2 * HOUR, false, MONDAY);
	run_until("2026-01-01 00:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 10:00:00 W CLOSE\n"
			  "2025-06-02 10:00:00 W END\n",
			  "once, then it ends");
	ok(!windows[0].is_enabled && windows[0].has_ended &&
	   windows[0].next_start_at == PGD_NO_TIME &&
	   windows[0].calendar_error.message[0] == '\0' &&
	   pgd_windows_next(windows, 1, &opening) == PGD_NO_TIME,
	   "disabled, without a next start or an error");

	begin_case("UTC");
	add("W", NULL, "2024-01-01 00:00:00", 2 * HOUR, false, MONDAY);
	add("X", NULL, NULL, HOUR, true, MONDAY);
	run_until("2026-01-01 00:00:00");
	is_result("2025-06-02 00:00:00 X OPEN\n"
			  "2025-06-02 00:00:00 W OVERLAP\n"
			  "2025-06-02 01:00:00 X CLOSE\n"
			  "2025-06-02 01:00:00 W OPEN\n"
			  "2025-06-02 01:00:00 X END\n"
			  "2025-06-02 02:00:00 W CLOSE\n"
			  "2025-06-02 02:00:00 W END\n",
			  "a single start in the past, or none: at once, its whole duration");

	begin_case("UTC");
	add("LOST", NULL, "2025-06-02 08:00:00", HOUR, false, MONDAY);
	add("TALL", NULL, "2025-06-02 08:00:00", 2 * HOUR, true, MONDAY);
	run_until("2026-01-01 00:00:00");
	is_result("2025-06-02 08:00:00 TALL OPEN\n"
			  "2025-06-02 08:00:00 LOST OVERLAP\n"
			  "2025-06-02 09:00:00 LOST END\n"
			  "2025-06-02 10:00:00 TALL CLOSE\n"
			  "2025-06-02 10:00:00 TALL END\n",
			  "one that never came to open ends with its interval");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 4 * HOUR, false, MONDAY);
	windows[0].timing.end_at = at("2025-06-03 10:00:00");
	run_until("2026-01-01 00:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 12:00:00 W CLOSE\n"
			  "2025-06-03 08:00:00 W OPEN\n"
			  "2025-06-03 10:00:00 W END\n"
			  "2025-06-03 12:00:00 W CLOSE\n",
			  "end_date: the open one goes on to its end");

	begin_case("UTC");
	add("W", DAILY(8), NULL, 4 * HOUR, false, MONDAY);
	windows[0].timing.end_at = at("2025-06-02 09:00:00");
	add("TALL", NULL, "2025-06-02 08:30:00", HOUR, true, MONDAY);
	run_until("2026-01-01 00:00:00");
	is_result("2025-06-02 08:00:00 W OPEN\n"
			  "2025-06-02 08:30:00 TALL OVERLAP\n"
			  "2025-06-02 08:30:00 W CLOSE priority\n"
			  "2025-06-02 08:30:00 TALL OPEN\n"
			  "2025-06-02 09:00:00 W END\n"
			  "2025-06-02 09:30:00 TALL CLOSE\n"
			  "2025-06-02 09:30:00 TALL END\n",
			  "end_date: what waits does not open any more");

	begin_case("UTC");
	add("W", DAILY(8), "2025-07-01 00:00:00", HOUR, false, MONDAY);
	windows[0].timing.end_at = at("2025-06-15 00:00:00");
	pgd_window_begin(&windows[0], at(MONDAY));
	time_is("2025-06-02 00:00:01");
	is_result("2025-06-02 00:00:01 W END\n", "an end before the start");
}

static void
test_overlong(void)
{
	begin_case("UTC");
	add("W", DAILY(0), NULL, 30 * HOUR, false, MONDAY);
	run_until("2025-06-06 00:00:00");
	is_result("2025-06-02 00:00:00 W OPEN\n"
			  "2025-06-03 06:00:00 W CLOSE\n"
			  "2025-06-04 00:00:00 W OPEN\n"
			  "2025-06-05 06:00:00 W CLOSE\n",
			  "longer than its interval: starts in it are used up");

	begin_case("UTC");
	add("W", "FREQ=HOURLY", "2025-06-02 00:00:00", HOUR, false, MONDAY);
	run_until("2025-06-02 01:30:00");
	is_result("2025-06-02 00:00:00 W OPEN\n"
			  "2025-06-02 01:00:00 W CLOSE\n"
			  "2025-06-02 01:00:00 W OPEN\n",
			  "as long as its interval: one opening after the other");
}

void
test_cases(void)
{
	test_sample();
	test_schedule();
	test_priority();
	test_same_instant();
	test_percentage();
	test_close_by_hand();
	test_open_by_hand();
	test_forced();
	test_new_end();
	test_definitions();
	test_ends();
	test_overlong();
}
