/*
 * calendar.c
 *		Fuzz target: calendar strings, cron lines and their evaluation.
 *
 * fuzz-sources: src/calendar/parse.c src/calendar/lex.c src/calendar/clauses.c src/calendar/cron.c src/calendar/days.c src/calendar/local.c src/calendar/months.c src/calendar/periods.c src/calendar/times.c src/calendar/elapsed.c src/calendar/evaluate.c src/calendar/summary.c test/unit/calendar_harness.c
 *
 * The input is a line that chooses start, moment and zone, then the text;
 * further lines are the named schedules A, B, C ... Beyond not crashing, a
 * result must lie after the moment, and be found again from any moment that
 * lies before it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/calendar_harness.h"

#define MAX_LINES	8

typedef struct Input
{
	char	   *line[MAX_LINES];
	int			count;
	int64_t		start;
} Input;

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
resolve(void *arg, const char *owner, const char *name, PgdCalSchedule *schedule)
{
	const Input *input = arg;
	int			i;

	if (name[0] < 'A' || name[1] != '\0')
		return false;
	i = name[0] - 'A' + 2;
	if (i >= input->count)
		return false;
	schedule->owner = owner;
	schedule->text = input->line[i];
	/* a lower-case f: many texts start with it */
	schedule->has_start = input->line[i][0] == 'f';
	schedule->start = input->start / 2 - INT64_C(86400000000) * (i * 40);
	schedule->zone = i % 2 == 0 ? "Eastern" : "";
	/* a blank at the end */
	schedule->has_end = input->line[i][0] != '\0' &&
		input->line[i][strlen(input->line[i]) - 1] == ' ';
	schedule->end = input->start / 2 + INT64_C(86400000000) * (i * 70);
	return true;
}

static void
visit(void *arg, int value, int second)
{
	*(int64_t *) arg += value + second;
}

static void
check_times(const PgdCalendar *calendar, int64_t start, const PgdCalZone *zone,
			int64_t after)
{
	PgdCalError err;
	int64_t		next;
	int			i;

	for (i = 0; i < 3; i++)
	{
		int64_t		again;

		if (!pgd_calendar_evaluate(&test_env, calendar, start, zone, after, &next, &err))
		{
			if (err.message[0] == '\0')
				abort();
			return;
		}
		if (next <= after || next < start)
			abort();
		/* from just before it, and from half the way */
		if (!pgd_calendar_evaluate(&test_env, calendar, start, zone, next - 1, &again, &err) ||
			again != next)
			abort();
		if (after > INT64_MIN / 4 &&
			(!pgd_calendar_evaluate(&test_env, calendar, start, zone,
									after + (next - after) / 2, &again, &err) ||
			 (again != next && next - after > 1)))
			abort();
		after = next;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = {"UTC", "Fixed", "Eastern", "Howe"};
	char	   *text = malloc(size + 1);
	char	   *p;
	Input		input;
	PgdCalError err;
	PgdCalendar *calendar;
	const PgdCalZone *zone = test_zone("UTC");
	int64_t		after = 0;

	memcpy(text, data, size);
	text[size] = '\0';
	memset(&input, 0, sizeof(input));
	for (p = text; p != NULL && input.count < MAX_LINES; input.count++)
	{
		input.line[input.count] = p;
		p = strchr(p, '\n');
		if (p != NULL)
			*p++ = '\0';
	}
	if (input.count >= 2)
	{
		char	   *end;

		/* seconds since 2000, seconds after it, zone; or anything */
		input.start = strtoll(input.line[0], &end, 10);
		after = strtoll(end, &end, 10);
		zone = test_zone(zones[strtoull(end, NULL, 10) % 4]);
		if (input.start / INT64_C(9000000000000) == 0)
			input.start *= 1000000;
		if (after / INT64_C(9000000000000) == 0)
			after *= 1000000;
		if (!__builtin_add_overflow(input.start, after, &after))
		{
			int64_t		sum = 0;

			pgd_calendar_classify(input.line[1], NULL, resolve, &input);
			calendar = pgd_calendar_parse(&test_env, input.line[1], NULL, resolve,
										  &input, &err);
			if (calendar != NULL)
			{
				PgdCalSummary summary;
				int			list;

				pgd_calendar_summary(calendar, &summary);
				for (list = PGD_LIST_SECOND; list <= PGD_LIST_SETPOS; list++)
					pgd_calendar_list(calendar, (PgdCalList) list, visit, &sum);
				check_times(calendar, input.start, zone, after);
				free(calendar);
			}
			else if (err.message[0] == '\0')
				abort();
		}
	}
	free(text);
	return 0;
}
