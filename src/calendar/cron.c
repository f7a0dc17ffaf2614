/*
 * cron.c
 *		Cron lines, in pg_cron's syntax, as a rule like any other.
 *
 * minute hour day-of-month month day-of-week, @daily and its kin, or
 * "10 seconds".  Pure C: see calendar.h.
 */
#include <string.h>

#include "calendar/calendar_int.h"

typedef struct CronField
{
	const char *what;
	int			low;
	int			high;
	const char *const *names;	/* of low and up, NULL if there are none */
	int			nnames;
} CronField;

static const char *const month_names[] = {
	"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
	"JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
};
static const char *const day_names[] = {
	"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"
};

static const CronField fields[] = {
	{"minute", 0, 59, NULL, 0},
	{"hour", 0, 23, NULL, 0},
	{"day of month", 1, 31, NULL, 0},
	{"month", 1, 12, month_names, 12},
	{"day of week", 0, 7, day_names, 7}
};

static const struct
{
	const char *word;
	const char *line;
}			nicknames[] =

{
	{"YEARLY", "0 0 1 1 *"},
	{"ANNUALLY", "0 0 1 1 *"},
	{"MONTHLY", "0 0 1 * *"},
	{"WEEKLY", "0 0 * * 0"},
	{"DAILY", "0 0 * * *"},
	{"MIDNIGHT", "0 0 * * *"},
	{"HOURLY", "0 * * * *"}
};

#define COUNT(array)	((int) (sizeof(array) / sizeof((array)[0])))

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char
to_upper(char c)
{
	return (c >= 'a' && c <= 'z') ? c - 'a' + 'A' : c;
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

static const char *
skip_field(const char *p)
{
	while (*p != '\0' && !is_blank(*p))
		p++;
	return p;
}

static bool
same_word(const char *p, const char *end, const char *word)
{
	for (; p < end; p++, word++)
	{
		if (*word == '\0' || to_upper(*p) != *word)
			return false;
	}
	return *word == '\0';
}

/* "10 seconds": the number's end and the word's bounds, if it looks so. */
static bool
is_seconds(const char *p, int *seconds)
{
	const char *word;
	const char *end;
	int			value = 0;

	for (; is_digit(*p); p++)
	{
		if (value < 100000)
			value = value * 10 + (*p - '0');
	}
	if (!is_blank(*p))
		return false;
	word = skip_blanks(p);
	end = skip_field(word);
	if (!same_word(word, end, "SECOND") && !same_word(word, end, "SECONDS"))
		return false;
	*seconds = value;
	return *skip_blanks(end) == '\0';
}

/*
 * Does this look like a cron line?  Five fields of the characters that cron
 * lines have, of which the first starts with a digit or a star, so that few
 * SQL expressions can be mistaken for one.
 */
bool
pgd_cal_is_cron(const char *text)
{
	const char *p = skip_blanks(text);
	int			nfields = 0;
	int			seconds;

	if (*p == '@')
		return true;
	if (!is_digit(*p) && *p != '*')
		return false;
	if (is_digit(*p) && is_seconds(p, &seconds))
		return true;
	while (*p != '\0')
	{
		const char *end = skip_field(p);

		if (++nfields > 5 ||
			(!is_digit(*p) && !is_letter(*p) && *p != '*' && *p != '$'))
			return false;
		for (; p < end; p++)
		{
			if (!is_digit(*p) && !is_letter(*p) && strchr("*$,-/", *p) == NULL)
				return false;
		}
		p = skip_blanks(end);
	}
	return nfields == 5;
}

static bool
fail(PgdCalError *err, int ora, const CronField *field, const char *detail)
{
	if (field != NULL)
		pgd_cal_error(err, ora, "invalid %s in cron line", field->what);
	else
		pgd_cal_error(err, ora, "invalid cron line");
	pgd_cal_detail(err, "%s", detail);
	if (field == NULL)
		pgd_cal_hint(err,
					 "A cron line has five fields: minute, hour, day of month, month and day of week.");
	return false;
}

/*
 * A number or name; *p moves behind it.  first is where the range started that
 * this value ends, else -1.
 */
static bool
read_value(const CronField *field, const char **p, const char *end,
		   int first, int *value, PgdCalError *err)
{
	const char *start = *p;
	int			i;

	*value = 0;
	if (start < end && is_digit(*start))
	{
		for (; *p < end && is_digit(**p); (*p)++)
		{
			if (*value < 100000)
				*value = *value * 10 + (**p - '0');
		}
		if (*value < field->low || *value > field->high)
		{
			pgd_cal_error(err, 27421, "%s in cron line must be between %d and %d",
						  field->what, field->low, field->high);
			return false;
		}
		return true;
	}
	while (*p < end && is_letter(**p))
		(*p)++;
	for (i = 0; i < field->nnames; i++)
	{
		if (same_word(start, *p, field->names[i]))
		{
			*value = field->low + i;
			/* fri-sun: the Sunday at the end of the week, but not sun-sun */
			if (first > 0 && field->high == 7 && i == 0)
				*value = 7;
			return true;
		}
	}
	return fail(err, 27418, field,
				field->nnames > 0 ? "Expected a number or a name of three letters." :
				"Expected a number.");
}

/* One field: a comma list of *, n, n-m, each range with an optional /step. */
static bool
read_field(const CronField *field, const char *p, const char *end,
		   uint64_t *bits, bool *has_last_day, PgdCalError *err)
{
	for (;;)
	{
		int			first;
		int			last;
		int			step = 1;
		bool		is_range = true;

		if (p < end && *p == '$' && field->high == 31)
		{
			*has_last_day = true;
			p++;
		}
		else
		{
			if (p < end && *p == '*')
			{
				first = field->low;
				last = field->high;
				p++;
			}
			else
			{
				if (!read_value(field, &p, end, -1, &first, err))
					return false;
				last = first;
				is_range = p < end && *p == '-';
				if (is_range)
				{
					p++;
					if (!read_value(field, &p, end, first, &last, err))
						return false;
					if (last < first)
						return fail(err, 27421, field,
									"The end of a range is before its start.");
				}
			}
			if (p < end && *p == '/')
			{
				p++;
				if (!is_range)
					return fail(err, 27418, field,
								"A step needs a range or a star before it.");
				if (p >= end || !is_digit(*p))
					return fail(err, 27418, field, "Expected a step.");
				for (step = 0; p < end && is_digit(*p); p++)
				{
					if (step < 100000)
						step = step * 10 + (*p - '0');
				}
				if (step == 0)
					return fail(err, 27421, field, "A step cannot be zero.");
			}
			for (; first <= last; first += step)
				*bits |= UINT64_C(1) << first;
		}
		if (p == end)
			return true;
		if (*p != ',')
			return fail(err, 27418, field, "Expected a comma.");
		p++;
	}
}

/*
 * Compiles a cron line into an empty rule.  As in cron, a day must match both
 * the day of month and the day of week, but if neither starts with a star one
 * of them is enough; and when clocks change, a line whose minute and hour are
 * given runs once, at the end of the gap if need be, while one that has a
 * star there just follows the clock.
 */
bool
pgd_cal_parse_cron(const char *text, CalNode *node, PgdCalError *err)
{
	const char *p = skip_blanks(text);
	uint64_t	bits[5] = {0, 0, 0, 0, 0};
	bool		has_star[5];
	bool		has_last_day = false;
	int			seconds;
	int			i;

	node->flags |= IS_CRON | HAS_CLOCK | HAS_INTERVAL;
	if (is_digit(*p) && is_seconds(p, &seconds))
	{
		if (seconds < 1 || seconds > 59)
		{
			pgd_cal_error(err, 27421,
						  "an interval of seconds must be between 1 and 59");
			pgd_cal_hint(err, "For longer intervals use FREQ=SECONDLY with INTERVAL.");
			return false;
		}
		node->freq = PGD_FREQ_SECONDLY;
		node->interval = seconds;
		return true;
	}
	if (*p == '@')
	{
		const char *end = skip_field(++p);
		const char *line = NULL;

		for (i = 0; i < COUNT(nicknames); i++)
		{
			if (same_word(p, end, nicknames[i].word))
				line = nicknames[i].line;
		}
		if (line == NULL || *skip_blanks(end) != '\0')
		{
			pgd_cal_error(err, 27418, "invalid cron line");
			pgd_cal_detail(err, "After \"@\" comes yearly, annually, monthly, weekly, daily, midnight or hourly.");
			return false;
		}
		p = line;
	}
	for (i = 0; i < COUNT(fields); i++)
	{
		const char *end = skip_field(p);

		if (p == end)
			return fail(err, 27418, NULL, "It has fewer than five fields.");
		has_star[i] = *p == '*';
		if (!read_field(&fields[i], p, end, &bits[i], &has_last_day, err))
			return false;
		p = skip_blanks(end);
	}
	if (*p != '\0')
		return fail(err, 27418, NULL, "It has more than five fields.");

	/*
	 * a line that leaves minute or hour open does not pause when clocks go
	 * back
	 */
	node->freq = (has_star[0] || has_star[1]) ? PGD_FREQ_MINUTELY : PGD_FREQ_DAILY;
	node->flags |= HAS_MINUTE | HAS_HOUR | HAS_SECOND;
	node->minutes = bits[0];
	node->hours = (uint32_t) bits[1];
	node->seconds = 1;
	node->days_from_start = (uint32_t) (bits[2] >> 1);
	node->days_from_end = has_last_day ? 1 : 0;
	node->months = (uint16_t) (bits[3] >> 1);
	bits[4] |= bits[4] >> 7;	/* 7 is Sunday too */
	node->weekdays = (uint8_t) (((bits[4] >> 1) & 0x3F) | (bits[4] & 1) << 6);
	node->flags |= HAS_MONTH | HAS_MONTHDAY | HAS_DAY;
	if (!has_star[2] && !has_star[4])
		node->flags |= EITHER_DAY;
	return true;
}
