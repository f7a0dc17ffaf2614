/*
 * clauses.c
 *		Calendar strings: the values of BY clauses.
 *
 * Each function reads a list behind the equals sign and leaves the lexer on
 * what follows; false means that the error is described.  Pure C: see
 * calendar.h.
 */
#include <stdio.h>
#include <string.h>

#include "calendar/parse_int.h"

static const char *const month_names[] = {
	"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
	"JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
};
static const char *const day_names[] = {
	"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"
};

/* Sorts a short list of numbers, drops duplicates, returns their new count. */
#define SORT_UNIQUE(type, list, count) \
	do { \
		int		i_, j_, kept_ = 0; \
		for (i_ = 0; i_ < (count); i_++) \
		{ \
			type	value_ = (list)[i_]; \
			for (j_ = kept_; j_ > 0 && (list)[j_ - 1] > value_; j_--) \
				(list)[j_] = (list)[j_ - 1]; \
			if (j_ > 0 && (list)[j_ - 1] == value_) \
				memmove(&(list)[j_], &(list)[j_ + 1], \
						(kept_ - j_) * sizeof(type)); \
			else \
			{ \
				(list)[j_] = value_; \
				kept_++; \
			} \
		} \
		(count) = kept_; \
	} while (0)

/*
 * Reads [-]number within 1 (or 0) .. max.  Negative numbers are only allowed
 * where min_negative says so.
 */
bool
pgd_clause_number(Source *source, const char *clause, int min, int max,
				  bool may_be_negative, int *value)
{
	Lexer	   *lexer = &source->lexer;
	Token		first = lexer->token;
	char		message[256];
	bool		negative = false;
	int			number;

	if (is_mark(&lexer->token, '-') || is_mark(&lexer->token, '+'))
	{
		negative = is_mark(&lexer->token, '-');
		pgd_lex_advance(lexer);
	}
	if (lexer->token.kind != TOKEN_NUMBER)
	{
		char		buffer[EXCERPT_SIZE];

		if (lexer->token.kind == TOKEN_END ||
			(lexer->token.kind == TOKEN_MARK && lexer->token.mark != '"'))
			return pgd_lex_fail_syntax(source, NULL);
		pgd_cal_error(source->compiler->err, 27414, "\"%s\" is not a value of %s",
					  pgd_lex_excerpt(lexer->token.start, lexer->token.length, buffer),
					  clause);
		pgd_lex_place(source, &lexer->token);
		pgd_cal_hint(source->compiler->err, "Write a list of whole numbers.");
		return false;
	}
	number = lexer->token.value;
	if (number < min || number > max || (negative && !may_be_negative))
	{
		if (may_be_negative)
			snprintf(message, sizeof(message),
					 "%s must be between %d and %d or between -%d and -%d",
					 clause, min, max, max, min);
		else
			snprintf(message, sizeof(message),
					 "%s must be between %d and %d", clause, min, max);
		if (negative)
			first.length = (int) (lexer->token.start + lexer->token.length -
								  first.start);
		else
			first = lexer->token;
		return pgd_lex_fail_at(source, &first, 27421, message, NULL);
	}
	*value = negative ? -number : number;
	pgd_lex_advance(lexer);
	return true;
}

/* After an element of a list: a comma means that another one follows. */
bool
pgd_clause_more(Source *source)
{
	if (!is_mark(&source->lexer.token, ','))
		return false;
	pgd_lex_advance(&source->lexer);
	return true;
}

/* A list of numbers without sign as bits: bit n, or n - 1 if base is 1. */
bool
pgd_clause_bits(Source *source, const char *clause, int base, int max,
				uint64_t *low, uint64_t *high)
{
	int			value;

	do
	{
		if (!pgd_clause_number(source, clause, base, max, false, &value))
			return false;
		value -= base;
		if (value < 64)
			*low |= UINT64_C(1) << value;
		else
			*high |= UINT64_C(1) << (value - 64);
	} while (pgd_clause_more(source));
	return true;
}

bool
pgd_clause_months(Source *source, CalNode *node)
{
	Lexer	   *lexer = &source->lexer;

	do
	{
		int			month = pgd_lex_word_index(&lexer->token, month_names, 12);

		if (month >= 0)
		{
			pgd_lex_advance(lexer);
			month++;
		}
		else if (!pgd_clause_number(source, "BYMONTH", 1, 12, false, &month))
		{
			if (source->compiler->err->ora == 27414)
				pgd_cal_hint(source->compiler->err,
							 "Write months as 1 to 12 or JAN to DEC.");
			return false;
		}
		node->months |= 1 << (month - 1);
	} while (pgd_clause_more(source));
	return true;
}

bool
pgd_clause_month_days(Source *source, CalNode *node)
{
	int			day;

	do
	{
		if (!pgd_clause_number(source, "BYMONTHDAY", 1, 31, true, &day))
			return false;
		if (day > 0)
			node->days_from_start |= UINT32_C(1) << (day - 1);
		else
			node->days_from_end |= UINT32_C(1) << (-day - 1);
	} while (pgd_clause_more(source));
	return true;
}

bool
pgd_clause_weeks(Source *source, CalNode *node)
{
	int			week;

	do
	{
		if (!pgd_clause_number(source, "BYWEEKNO", 1, 53, true, &week))
			return false;
		if (week > 0)
			node->weeks_from_start |= UINT64_C(1) << week;
		else
			node->weeks_from_end |= UINT64_C(1) << -week;
	} while (pgd_clause_more(source));
	return true;
}

bool
pgd_clause_year_days(Source *source, Draft *draft)
{
	int			day;

	do
	{
		uint32_t   *bits;

		if (!pgd_clause_number(source, "BYYEARDAY", 1, 366, true, &day))
			return false;
		bits = draft->yearday[day > 0 ? 0 : 1];
		day = (day > 0 ? day : -day) - 1;
		bits[day / 32] |= UINT32_C(1) << (day % 32);
	} while (pgd_clause_more(source));
	return true;
}

bool
pgd_clause_setpos(Source *source, Draft *draft)
{
	int			count = 0;
	int			position;

	do
	{
		if (!pgd_clause_number(source, "BYSETPOS", 1, 9999, true, &position))
			return false;
		if (count < MAX_LIST)
			draft->setpos[count++] = (int16_t) position;
	} while (pgd_clause_more(source));
	SORT_UNIQUE(int16_t, draft->setpos, count);
	draft->node.setpos = (uint16_t) count;
	return true;
}

/* BYDAY: [[-]n] weekday. */
bool
pgd_clause_days(Source *source, Draft *draft)
{
	Lexer	   *lexer = &source->lexer;
	CalNode    *node = &draft->node;

	do
	{
		bool		is_numbered = lexer->token.kind == TOKEN_NUMBER ||
		is_mark(&lexer->token, '-') || is_mark(&lexer->token, '+');
		Token		first = lexer->token;
		int			n = 0;
		int			day;

		if (is_numbered)
		{
			int			limit = (node->freq == PGD_FREQ_MONTHLY) ? 5 : 53;

			if (node->freq != PGD_FREQ_YEARLY &&
				node->freq != PGD_FREQ_MONTHLY &&
				node->freq != PGD_FREQ_USER)
			{
				pgd_lex_advance(lexer);
				return pgd_lex_fail_at(source, &first, 27421,
									   "BYDAY can have numbers only with a yearly, monthly or user-defined frequency",
									   NULL);
			}
			if (!pgd_clause_number(source, "the number of a day in BYDAY", 1, limit,
								   true, &n))
				return false;
		}
		day = pgd_lex_word_index(&lexer->token, day_names, 7);
		if (day < 0)
		{
			char		buffer[EXCERPT_SIZE];

			if (lexer->token.kind == TOKEN_END ||
				lexer->token.kind == TOKEN_MARK)
				return pgd_lex_fail_syntax(source, NULL);
			pgd_cal_error(source->compiler->err, 27416,
						  "\"%s\" is not a day of the week",
						  pgd_lex_excerpt(lexer->token.start, lexer->token.length, buffer));
			pgd_lex_place(source, &lexer->token);
			pgd_cal_hint(source->compiler->err,
						 "Write MON, TUE, WED, THU, FRI, SAT or SUN.");
			return false;
		}
		pgd_lex_advance(lexer);
		if (n == 0)
			node->weekdays |= 1 << day;
		else
		{
			draft->nth[day][n < 0] |= UINT64_C(1) << (n < 0 ? -n : n);
			node->flags |= HAS_NTH_DAY;
		}
	} while (pgd_clause_more(source));
	return true;
}

/* n days or weeks; the current token is the number. */
bool
pgd_clause_distance(Source *source, int *days)
{
	Lexer	   *lexer = &source->lexer;
	Token		number = lexer->token;

	if (number.kind != TOKEN_NUMBER)
		return pgd_lex_fail_syntax(source, "Write a number of days or weeks, such as 3D or 2W.");
	pgd_lex_advance(lexer);
	if (pgd_lex_is_word(&lexer->token, "D"))
	{
		if (number.value < 1 || number.value > 376)
			return pgd_lex_fail_at(source, &number, 27421,
								   "an offset or span must be between 1 and 376 days", NULL);
		*days = number.value;
	}
	else if (pgd_lex_is_word(&lexer->token, "W"))
	{
		if (number.value < 1 || number.value > 53)
			return pgd_lex_fail_at(source, &number, 27421,
								   "an offset or span must be between 1 and 53 weeks", NULL);
		*days = number.value * 7;
	}
	else
		return pgd_lex_fail_syntax(source, "Write a number of days or weeks, such as 3D or 2W.");
	pgd_lex_advance(lexer);
	return true;
}

/* BYDATE: [YYYY]MMDD, then an offset or a span. */
bool
pgd_clause_dates(Source *source, Draft *draft)
{
	Lexer	   *lexer = &source->lexer;
	CalNode    *node = &draft->node;
	const char *const hint = "Write dates as MMDD or YYYYMMDD.";

	do
	{
		Token		token = lexer->token;
		CalDate		date;
		int			days;
		char		sign;

		if (token.kind == TOKEN_END ||
			(token.kind == TOKEN_MARK && token.mark != '-'))
			return pgd_lex_fail_syntax(source, hint);
		if (token.kind != TOKEN_NUMBER ||
			(token.length != 4 && token.length != 8))
			return pgd_lex_fail_at(source, &token, 27414, "invalid date in BYDATE", hint);
		memset(&date, 0, sizeof(date));
		date.year = (int16_t) (token.value / 10000);
		date.month = (uint8_t) (token.value / 100 % 100);
		date.day = (uint8_t) (token.value % 100);
		if ((token.length == 8 && date.year == 0) ||
			date.month < 1 || date.month > 12 || date.day < 1 ||
			date.day > pgd_cal_month_length(token.length == 4 ? 2000 : date.year,
											date.month))
			return pgd_lex_fail_at(source, &token, 27414, "invalid date in BYDATE", hint);
		pgd_lex_advance(lexer);

		sign = lexer->token.kind == TOKEN_MARK ? lexer->token.mark : '\0';
		if (sign == '+' || sign == '-' || sign == '^')
		{
			bool		is_span;

			pgd_lex_advance(lexer);
			is_span = pgd_lex_accept_keyword(lexer, "SPAN");
			if (!is_span && sign == '^')
				return pgd_lex_fail_syntax(source, "Write a span around a date as ^SPAN:3D.");
			if (!is_span)
				pgd_lex_accept_keyword(lexer, "OFFSET");
			if (!pgd_clause_distance(source, &days))
				return false;
			node->flags |= HAS_SPANS;
			if (!is_span)
				date.first = date.last = (int16_t) (sign == '+' ? days : -days);
			else if (sign == '+')
				date.last = (int16_t) (days - 1);
			else if (sign == '-')
				date.first = (int16_t) (1 - days);
			else
			{
				date.first = (int16_t) -(days / 2);
				date.last = (int16_t) (days / 2);
			}
		}
		if (date.year != 0)
			node->flags |= HAS_YEARS;
		if (node->dates < MAX_LIST)
			draft->dates[node->dates++] = date;
	} while (pgd_clause_more(source));
	return true;
}

/* BYTIME: hh24mmss, or mmss for every hour that the rule has. */
bool
pgd_clause_times(Source *source, Draft *draft)
{
	Lexer	   *lexer = &source->lexer;
	int			ntimes = 0;
	int			nhourly = 0;

	do
	{
		Token		token = lexer->token;
		int			hour = token.value / 10000;
		int			minute = token.value / 100 % 100;
		int			second = token.value % 100;

		if (token.kind == TOKEN_END ||
			(token.kind == TOKEN_MARK && token.mark != '-'))
			return pgd_lex_fail_syntax(source, NULL);
		if (token.kind != TOKEN_NUMBER ||
			(token.length != 4 && token.length != 6) ||
			hour > 23 || minute > 59 || second > 59)
			return pgd_lex_fail_at(source, &token, 27414, "invalid time in BYTIME",
								   "Write times as HH24MMSS, or as MMSS within the hour.");
		pgd_lex_advance(lexer);
		if (token.length == 6 && ntimes < MAX_LIST)
			draft->times[ntimes++] = (hour * 60 + minute) * 60 + second;
		else if (nhourly < MAX_LIST)
			draft->hourly[nhourly++] = minute * 60 + second;
	} while (pgd_clause_more(source));
	SORT_UNIQUE(int32_t, draft->times, ntimes);
	SORT_UNIQUE(int32_t, draft->hourly, nhourly);
	draft->node.times = (uint16_t) ntimes;
	draft->node.hourly = (uint16_t) nhourly;
	return true;
}
