/*
 * parse.c
 *		Calendar strings: from text to a compiled calendar.
 *
 * A recursive descent over the grammar in doc/calendar.md.  A named schedule
 * is fetched by the caller's resolver and compiled into the same block, once
 * for each name.  Pure C: see calendar.h.
 */
#include <stdio.h>
#include <string.h>

#include "calendar/parse_int.h"

static const char *const freq_names[] = {
	"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"
};

static bool compile_text(Compiler *compiler, const char *text,
						 const char *owner, const Known *schedule, int depth,
						 uint16_t *result, int *levels);
<<<<<<< HEAD
=======

/* Errors */

/* Starts an error: its number and message. */
void
cal_error(PgdCalError *err, int ora, const char *format,...)
{
	va_list		args;

	memset(err, 0, sizeof(*err));
	err->ora = ora;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
}

void
cal_detail(PgdCalError *err, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(err->detail, sizeof(err->detail), format, args);
	va_end(args);
}

void
cal_hint(PgdCalError *err, const char *hint)
{
	snprintf(err->hint, sizeof(err->hint), "%s", hint);
}

/*
 * A piece of the text for a message.  A long one is cut, where a character
 * of several bytes must not be torn: then only ASCII is shown.
 */
static const char *
excerpt(const char *start, int length, char *buffer)
{
	int			i;

	if (length <= PGD_CALENDAR_NAME_MAX)
	{
		memcpy(buffer, start, length);
		buffer[length] = '\0';
		return buffer;
	}
	for (i = 0; i < 40; i++)
		buffer[i] = ((unsigned char) start[i] < 0x80) ? start[i] : '?';
	strcpy(buffer + i, "...");
	return buffer;
}

#define EXCERPT_SIZE	(PGD_CALENDAR_NAME_MAX + 1)

/* Says where in which text the error is. */
static void
place(Source *source, const Token *token)
{
	char		buffer[EXCERPT_SIZE];
	char		where[2 * PGD_CALENDAR_NAME_MAX + 32] = "";
	const char *p;
	int			position = 1;

	/* in characters, if the encoding is UTF-8 */
	for (p = source->lexer.text; p < token->start; p++)
	{
		if (((unsigned char) *p & 0xC0) != 0x80)
			position++;
	}
	if (source->schedule != NULL)
		snprintf(where, sizeof(where), " of schedule \"%s\"",
				 source->schedule->name);
	if (token->kind == TOKEN_END)
		cal_detail(source->compiler->err, "At the end%s%s.",
				   where[0] == '\0' ? " of the text" : where, "");
	else
		cal_detail(source->compiler->err, "At position %d%s: \"%s\".",
				   position, where,
				   excerpt(token->start, token->length, buffer));
}

/* The usual error, at the current token; returns false for the caller to return. */
static bool
fail_at(Source *source, const Token *token, int ora, const char *message,
		const char *hint)
{
	cal_error(source->compiler->err, ora, "%s", message);
	place(source, token);
	if (hint != NULL)
		cal_hint(source->compiler->err, hint);
	return false;
}

static bool
fail_syntax(Source *source, const char *hint)
{
	return fail_at(source, &source->lexer.token, 27418,
				   "syntax error in calendar string", hint);
}
>>>>>>> 568a5e1 (Align stars of C's own types)

static bool
fail_memory(Compiler *compiler)
{
	pgd_cal_error(compiler->err, 0, "out of memory");
	return false;
}

/* Lists behind the nodes */

/* Appends a list to the compiled block; its place is relative to the lists. */
static bool
add_list(Compiler *compiler, const void *list, size_t size, uint32_t *at)
{
	size_t		padded = (size + 7) & ~(size_t) 7;

	if (compiler->used + padded > compiler->size)
	{
		size_t		wanted = (compiler->used + padded) * 2 + 1024;
		char	   *grown = compiler->env->alloc(wanted);

		if (grown == NULL)
			return fail_memory(compiler);
		if (compiler->lists != NULL)
		{
			memcpy(grown, compiler->lists, compiler->used);
			compiler->env->release(compiler->lists);
		}
		compiler->lists = grown;
		compiler->size = wanted;
	}
	memset(compiler->lists + compiler->used, 0, padded);
	memcpy(compiler->lists + compiler->used, list, size);
	*at = (uint32_t) compiler->used;
	compiler->used += padded;
	return true;
}

<<<<<<< HEAD
=======
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

/* Clauses with numbers */

/*
 * Reads [-]number within 1 (or 0) .. max.  Negative numbers are only allowed
 * where min_negative says so.
 */
static bool
read_number(Source *source, const char *clause, int min, int max,
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
		advance(lexer);
	}
	if (lexer->token.kind != TOKEN_NUMBER)
	{
		char		buffer[EXCERPT_SIZE];

		if (lexer->token.kind == TOKEN_END ||
			(lexer->token.kind == TOKEN_MARK && lexer->token.mark != '"'))
			return fail_syntax(source, NULL);
		cal_error(source->compiler->err, 27414, "\"%s\" is not a value of %s",
				  excerpt(lexer->token.start, lexer->token.length, buffer),
				  clause);
		place(source, &lexer->token);
		cal_hint(source->compiler->err, "Write a list of whole numbers.");
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
		return fail_at(source, &first, 27421, message, NULL);
	}
	*value = negative ? -number : number;
	advance(lexer);
	return true;
}

/* After an element of a list: a comma means that another one follows. */
static bool
more(Source *source)
{
	if (!is_mark(&source->lexer.token, ','))
		return false;
	advance(&source->lexer);
	return true;
}

/* A list of numbers without sign as bits: bit n, or n - 1 if base is 1. */
static bool
read_bits(Source *source, const char *clause, int base, int max,
		  uint64_t *low, uint64_t *high)
{
	int			value;

	do
	{
		if (!read_number(source, clause, base, max, false, &value))
			return false;
		value -= base;
		if (value < 64)
			*low |= UINT64_C(1) << value;
		else
			*high |= UINT64_C(1) << (value - 64);
	} while (more(source));
	return true;
}

static bool
read_months(Source *source, CalNode *node)
{
	Lexer	   *lexer = &source->lexer;

	do
	{
		int			month = word_index(&lexer->token, month_names, 12);

		if (month >= 0)
		{
			advance(lexer);
			month++;
		}
		else if (!read_number(source, "BYMONTH", 1, 12, false, &month))
		{
			if (source->compiler->err->ora == 27414)
				cal_hint(source->compiler->err,
						 "Write months as 1 to 12 or JAN to DEC.");
			return false;
		}
		node->months |= 1 << (month - 1);
	} while (more(source));
	return true;
}

static bool
read_month_days(Source *source, CalNode *node)
{
	int			day;

	do
	{
		if (!read_number(source, "BYMONTHDAY", 1, 31, true, &day))
			return false;
		if (day > 0)
			node->days_from_start |= UINT32_C(1) << (day - 1);
		else
			node->days_from_end |= UINT32_C(1) << (-day - 1);
	} while (more(source));
	return true;
}

static bool
read_weeks(Source *source, CalNode *node)
{
	int			week;

	do
	{
		if (!read_number(source, "BYWEEKNO", 1, 53, true, &week))
			return false;
		if (week > 0)
			node->weeks_from_start |= UINT64_C(1) << week;
		else
			node->weeks_from_end |= UINT64_C(1) << -week;
	} while (more(source));
	return true;
}

static bool
read_year_days(Source *source, Draft *draft)
{
	int			day;

	do
	{
		uint32_t   *bits;

		if (!read_number(source, "BYYEARDAY", 1, 366, true, &day))
			return false;
		bits = draft->yearday[day > 0 ? 0 : 1];
		day = (day > 0 ? day : -day) - 1;
		bits[day / 32] |= UINT32_C(1) << (day % 32);
	} while (more(source));
	return true;
}

static bool
read_setpos(Source *source, Draft *draft)
{
	int			count = 0;
	int			position;

	do
	{
		if (!read_number(source, "BYSETPOS", 1, 9999, true, &position))
			return false;
		if (count < MAX_LIST)
			draft->setpos[count++] = (int16_t) position;
	} while (more(source));
	SORT_UNIQUE(int16_t, draft->setpos, count);
	draft->node.setpos = (uint16_t) count;
	return true;
}

/* BYDAY: [[-]n] weekday. */
static bool
read_days(Source *source, Draft *draft)
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
				advance(lexer);
				return fail_at(source, &first, 27421,
							   "BYDAY can have numbers only with a yearly, monthly or user-defined frequency",
							   NULL);
			}
			if (!read_number(source, "the number of a day in BYDAY", 1, limit,
							 true, &n))
				return false;
		}
		day = word_index(&lexer->token, day_names, 7);
		if (day < 0)
		{
			char		buffer[EXCERPT_SIZE];

			if (lexer->token.kind == TOKEN_END ||
				lexer->token.kind == TOKEN_MARK)
				return fail_syntax(source, NULL);
			cal_error(source->compiler->err, 27416,
					  "\"%s\" is not a day of the week",
					  excerpt(lexer->token.start, lexer->token.length, buffer));
			place(source, &lexer->token);
			cal_hint(source->compiler->err,
					 "Write MON, TUE, WED, THU, FRI, SAT or SUN.");
			return false;
		}
		advance(lexer);
		if (n == 0)
			node->weekdays |= 1 << day;
		else
		{
			draft->nth[day][n < 0] |= UINT64_C(1) << (n < 0 ? -n : n);
			node->flags |= HAS_NTH_DAY;
		}
	} while (more(source));
	return true;
}

/* n days or weeks; the current token is the number. */
static bool
read_distance(Source *source, int *days)
{
	Lexer	   *lexer = &source->lexer;
	Token		number = lexer->token;

	if (number.kind != TOKEN_NUMBER)
		return fail_syntax(source, "Write a number of days or weeks, such as 3D or 2W.");
	advance(lexer);
	if (is_word(&lexer->token, "D"))
	{
		if (number.value < 1 || number.value > 376)
			return fail_at(source, &number, 27421,
						   "an offset or span must be between 1 and 376 days", NULL);
		*days = number.value;
	}
	else if (is_word(&lexer->token, "W"))
	{
		if (number.value < 1 || number.value > 53)
			return fail_at(source, &number, 27421,
						   "an offset or span must be between 1 and 53 weeks", NULL);
		*days = number.value * 7;
	}
	else
		return fail_syntax(source, "Write a number of days or weeks, such as 3D or 2W.");
	advance(lexer);
	return true;
}

/* Skips "OFFSET:" or "SPAN:", if it is there. */
static bool
accept_keyword(Lexer *lexer, const char *word)
{
	Lexer		ahead = *lexer;

	if (!is_word(&lexer->token, word))
		return false;
	advance(&ahead);
	if (!is_mark(&ahead.token, ':'))
		return false;
	advance(&ahead);
	*lexer = ahead;
	return true;
}

/* BYDATE: [YYYY]MMDD, then an offset or a span. */
static bool
read_dates(Source *source, Draft *draft)
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
			return fail_syntax(source, hint);
		if (token.kind != TOKEN_NUMBER ||
			(token.length != 4 && token.length != 8))
			return fail_at(source, &token, 27414, "invalid date in BYDATE", hint);
		memset(&date, 0, sizeof(date));
		date.year = (int16_t) (token.value / 10000);
		date.month = (uint8_t) (token.value / 100 % 100);
		date.day = (uint8_t) (token.value % 100);
		if ((token.length == 8 && date.year == 0) ||
			date.month < 1 || date.month > 12 || date.day < 1 ||
			date.day > cal_month_length(token.length == 4 ? 2000 : date.year,
										date.month))
			return fail_at(source, &token, 27414, "invalid date in BYDATE", hint);
		advance(lexer);

		sign = lexer->token.kind == TOKEN_MARK ? lexer->token.mark : '\0';
		if (sign == '+' || sign == '-' || sign == '^')
		{
			bool		is_span;

			advance(lexer);
			is_span = accept_keyword(lexer, "SPAN");
			if (!is_span && sign == '^')
				return fail_syntax(source, "Write a span around a date as ^SPAN:3D.");
			if (!is_span)
				accept_keyword(lexer, "OFFSET");
			if (!read_distance(source, &days))
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
	} while (more(source));
	return true;
}

/* BYTIME: hh24mmss, or mmss for every hour that the rule has. */
static bool
read_times(Source *source, Draft *draft)
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
			return fail_syntax(source, NULL);
		if (token.kind != TOKEN_NUMBER ||
			(token.length != 4 && token.length != 6) ||
			hour > 23 || minute > 59 || second > 59)
			return fail_at(source, &token, 27414, "invalid time in BYTIME",
						   "Write times as HH24MMSS, or as MMSS within the hour.");
		advance(lexer);
		if (token.length == 6 && ntimes < MAX_LIST)
			draft->times[ntimes++] = (hour * 60 + minute) * 60 + second;
		else if (nhourly < MAX_LIST)
			draft->hourly[nhourly++] = minute * 60 + second;
	} while (more(source));
	SORT_UNIQUE(int32_t, draft->times, ntimes);
	SORT_UNIQUE(int32_t, draft->hourly, nhourly);
	draft->node.times = (uint16_t) ntimes;
	draft->node.hourly = (uint16_t) nhourly;
	return true;
}

>>>>>>> 568a5e1 (Align stars of C's own types)
/* Named schedules */

/* Compiles the schedule of this name, or finds it compiled already. */
static bool
compile_schedule(Source *source, const Name *name, const Token *token,
				 uint16_t *node)
{
	Compiler   *compiler = source->compiler;
	const char *owner = name->has_owner ? name->owner : source->owner;
	PgdCalSchedule schedule;
	Known	   *known;
	CalNode    *compiled;
	int			i;

	for (i = 0; i < compiler->nknown; i++)
	{
		known = &compiler->known[i];
		if (strcmp(known->name, name->name) != 0 ||
			known->has_owner != (owner != NULL) ||
			(owner != NULL && strcmp(known->owner, owner) != 0))
			continue;
		if (known->is_open)
		{
			pgd_cal_error(compiler->err, 27421,
						  "schedule \"%s\" refers to itself", name->name);
			pgd_lex_place(source, token);
			return false;
		}
		if (source->depth + 1 + known->levels > PGD_CALENDAR_MAX_DEPTH)
			return pgd_lex_fail_at(source, token, 27421,
								   "named schedules are nested more than 16 deep", NULL);
		if (known->levels + 1 > source->levels)
			source->levels = known->levels + 1;
		*node = known->node;
		return true;
	}

	memset(&schedule, 0, sizeof(schedule));
	if (compiler->resolve == NULL ||
		!compiler->resolve(compiler->arg, owner, name->name, &schedule) ||
		schedule.text == NULL)
	{
		pgd_cal_error(compiler->err, 27412, "schedule \"%s\" does not exist",
					  name->name);
		pgd_lex_place(source, token);
		pgd_cal_hint(compiler->err,
					 "Create the schedule first, or correct the keyword.");
		return false;
	}
	if (source->depth >= PGD_CALENDAR_MAX_DEPTH)
		return pgd_lex_fail_at(source, token, 27421,
							   "named schedules are nested more than 16 deep", NULL);
	if (compiler->nknown >= MAX_NODES - 1)
		return pgd_lex_fail_at(source, token, 27421,
							   "calendar string uses too many named schedules", NULL);

	known = &compiler->known[compiler->nknown++];
	memset(known, 0, sizeof(*known));
	strcpy(known->name, name->name);
	known->has_owner = owner != NULL;
	if (owner != NULL)
		snprintf(known->owner, sizeof(known->owner), "%s", owner);
	known->is_open = true;
	if (!compile_text(compiler, schedule.text,
					  schedule.owner != NULL ? schedule.owner : owner,
					  known, source->depth + 1, &known->node, &known->levels))
		return false;
	known->is_open = false;

	compiled = &compiler->nodes[known->node];
	if (schedule.has_start)
	{
		const char *zone = schedule.zone != NULL ? schedule.zone : "";

		compiled->flags |= HAS_OWN_START;
		compiled->start = schedule.start;
		if (!add_list(compiler, zone, strlen(zone) + 1, &compiled->zone_at))
			return false;
	}
	if (known->levels + 1 > source->levels)
		source->levels = known->levels + 1;
	*node = known->node;
	return true;
}

/* [owner.]name [offset] */
static bool
read_member(Source *source, CalMember *member)
{
	Lexer	   *lexer = &source->lexer;
	Token		token = lexer->token;
	Name		name;
	int			days = 0;

	if (!pgd_lex_read_name(lexer, &name))
		return pgd_lex_fail_syntax(source, "Write the name of a schedule.");
	token.length = (int) (lexer->token.start - token.start);
	while (token.length > 0 && is_blank(token.start[token.length - 1]))
		token.length--;
	if (is_mark(&lexer->token, '-'))
		return pgd_lex_fail_syntax(source, "A named schedule can only be moved forward.");
	if (is_mark(&lexer->token, '+'))
	{
		pgd_lex_advance(lexer);
		pgd_lex_accept_keyword(lexer, "OFFSET");
		if (!pgd_clause_distance(source, &days))
			return false;
	}
	member->offset = (int16_t) days;
	return compile_schedule(source, &name, &token, &member->node);
}

/* Appends a list of schedules to the draft's members. */
static bool
read_members(Source *source, Draft *draft)
{
	do
	{
		if (draft->node.members >= MAX_LIST)
			return pgd_lex_fail_syntax(source, NULL);
		if (!read_member(source, &draft->members[draft->node.members]))
			return false;
		draft->node.members++;
	} while (pgd_clause_more(source));
	return true;
}

/* INCLUDE, EXCLUDE, INTERSECT */
static bool
read_group(Source *source, Draft *draft, const char *clause, uint32_t flag,
		   bool may_have_times)
{
	CalNode    *node = &draft->node;
	CalGroup   *group = &draft->groups[node->groups];
	int			i;

	group->clause = flag;
	group->first = node->members;
	if (!read_members(source, draft))
		return false;
	group->count = node->members - group->first;
	node->groups++;
	node->flags |= flag;
	for (i = group->first; i < node->members; i++)
	{
		const CalNode *embedded =
		&source->compiler->nodes[draft->members[i].node];

		if ((embedded->flags & HAS_CLOCK) && !may_have_times)
		{
			pgd_cal_error(source->compiler->err, 27422,
						  "times of day cannot be used in an embedded schedule");
			pgd_cal_detail(source->compiler->err,
						   "A schedule in %s has BYHOUR, BYMINUTE, BYSECOND or BYTIME.",
						   clause);
			pgd_cal_hint(source->compiler->err,
						 "The embedding calendar string says the times of day.");
			return false;
		}
		if (embedded->flags & HAS_CLOCK)
			node->flags |= HAS_CLOCK;
	}
	return true;
}

/* Rules and unions */

static const struct
{
	const char *word;
	uint32_t	flag;
}			clauses[] =

{
	{"INTERVAL", HAS_INTERVAL},
	{"BYMONTH", HAS_MONTH},
	{"BYWEEKNO", HAS_WEEKNO},
	{"BYYEARDAY", HAS_YEARDAY},
	{"BYDATE", HAS_DATE},
	{"BYMONTHDAY", HAS_MONTHDAY},
	{"BYDAY", HAS_DAY},
	{"BYHOUR", HAS_HOUR},
	{"BYMINUTE", HAS_MINUTE},
	{"BYSECOND", HAS_SECOND},
	{"BYTIME", HAS_TIME},
	{"BYSETPOS", HAS_SETPOS},
	{"BYPERIOD", HAS_PERIOD},
	{"PERIODS", HAS_PERIODS},
	{"INCLUDE", HAS_INCLUDE},
	{"EXCLUDE", HAS_EXCLUDE},
	{"INTERSECT", HAS_INTERSECT}
};

/* The clause that starts here; 0 after reporting an error. */
static uint32_t
read_clause_name(Source *source, const CalNode *node)
{
	Lexer	   *lexer = &source->lexer;
	Token		token = lexer->token;
	char		buffer[EXCERPT_SIZE];
	int			i;

	if (token.kind != TOKEN_WORD)
	{
		pgd_lex_fail_syntax(source, NULL);
		return 0;
	}
	for (i = 0; i < COUNT(clauses); i++)
	{
		if (!pgd_lex_is_word(&token, clauses[i].word))
			continue;
		if ((node->flags & clauses[i].flag) &&
			!(clauses[i].flag & GROUP_CLAUSES))
		{
			pgd_cal_error(source->compiler->err, 27418, "%s is given twice",
						  clauses[i].word);
			pgd_lex_place(source, &token);
			pgd_cal_hint(source->compiler->err,
						 "Write all its values in one list, separated by commas.");
			return 0;
		}
		pgd_lex_advance(lexer);
		if (!is_mark(&lexer->token, '='))
		{
			pgd_lex_fail_syntax(source, "After the name of a clause comes \"=\".");
			return 0;
		}
		pgd_lex_advance(lexer);
		return clauses[i].flag;
	}
	if (pgd_lex_is_word(&token, "FREQ"))
	{
		pgd_lex_fail_syntax(source, "FREQ is given once, at the beginning.");
		return 0;
	}
	pgd_cal_error(source->compiler->err, 27412,
				  "\"%s\" is not a clause of calendar strings",
				  pgd_lex_excerpt(token.start, token.length, buffer));
	pgd_lex_place(source, &token);
	pgd_cal_hint(source->compiler->err,
				 "See the documentation of calendar strings for the clauses.");
	return 0;
}

/* The largest INTERVAL of a frequency: 99, or a year of the small units. */
static int
interval_limit(int freq)
{
	switch (freq)
	{
		case PGD_FREQ_HOURLY:
			return 366 * 24;
		case PGD_FREQ_MINUTELY:
			return 366 * 24 * 60;
		case PGD_FREQ_SECONDLY:
			return 366 * 24 * 60 * 60;
		default:
			return 99;
	}
}

static bool
read_clause(Source *source, Draft *draft)
{
	CalNode    *node = &draft->node;
	uint32_t	clause = read_clause_name(source, node);
	uint64_t	bits = 0;
	uint64_t	more_bits = 0;
	int			value;

	node->flags |= clause;
	switch (clause)
	{
		case HAS_INTERVAL:
			return pgd_clause_number(source, "INTERVAL", 1,
									 interval_limit(node->freq), false,
									 &node->interval);
		case HAS_MONTH:
			return pgd_clause_months(source, node);
		case HAS_WEEKNO:
			return pgd_clause_weeks(source, node);
		case HAS_YEARDAY:
			return pgd_clause_year_days(source, draft);
		case HAS_DATE:
			return pgd_clause_dates(source, draft);
		case HAS_MONTHDAY:
			return pgd_clause_month_days(source, node);
		case HAS_DAY:
			return pgd_clause_days(source, draft);
		case HAS_HOUR:
			if (!pgd_clause_bits(source, "BYHOUR", 0, 23, &bits, &more_bits))
				return false;
			node->hours = (uint32_t) bits;
			return true;
		case HAS_MINUTE:
			return pgd_clause_bits(source, "BYMINUTE", 0, 59, &node->minutes,
								   &more_bits);
		case HAS_SECOND:
			return pgd_clause_bits(source, "BYSECOND", 0, 59, &node->seconds,
								   &more_bits);
		case HAS_TIME:
			return pgd_clause_times(source, draft);
		case HAS_SETPOS:
			return pgd_clause_setpos(source, draft);
		case HAS_PERIOD:
			return pgd_clause_bits(source, "BYPERIOD", 1, 100, &node->periods[0],
								   &node->periods[1]);
		case HAS_PERIODS:
			if (!pgd_clause_number(source, "PERIODS", 1, 100, false, &value))
				return false;
			node->periods_count = (uint8_t) value;
			return true;
		case HAS_INCLUDE:
			return read_group(source, draft, "INCLUDE", clause,
							  node->freq == PGD_FREQ_NONE);
		case HAS_EXCLUDE:
			return read_group(source, draft, "EXCLUDE", clause, false);
		case HAS_INTERSECT:
			return read_group(source, draft, "INTERSECT", clause, false);
		default:
			return false;
	}
}

/* What the clauses of a rule demand of each other. */
static bool
check_rule(Source *source, const CalNode *node)
{
	Compiler   *compiler = source->compiler;
	uint32_t	flags = node->flags;

	if ((flags & HAS_WEEKNO) && node->freq != PGD_FREQ_YEARLY)
	{
		pgd_cal_error(compiler->err, 27417, "BYWEEKNO needs FREQ=YEARLY");
		return false;
	}
	if ((flags & HAS_WEEKNO) && (flags & HAS_MONTH))
	{
		pgd_cal_error(compiler->err, 27421,
					  "BYWEEKNO and BYMONTH cannot be used together");
		return false;
	}
	if ((flags & HAS_SETPOS) && node->freq != PGD_FREQ_YEARLY &&
		node->freq != PGD_FREQ_MONTHLY && node->freq != PGD_FREQ_USER)
	{
		pgd_cal_error(compiler->err, 27421,
					  "BYSETPOS needs a yearly, monthly or user-defined frequency");
		return false;
	}
	if ((flags & HAS_TIME) && (flags & (HAS_HOUR | HAS_MINUTE | HAS_SECOND)))
	{
		pgd_cal_error(compiler->err, 27421,
					  "BYTIME cannot be used together with BYHOUR, BYMINUTE or BYSECOND");
		return false;
	}
	if (flags & HAS_PERIOD)
	{
		int			count = 0;
		int			last = (node->periods[1] != 0) ? 64 : 0;
		uint64_t	bits = (node->periods[1] != 0) ? node->periods[1] : node->periods[0];

		if (node->freq == PGD_FREQ_USER)
			count = compiler->nodes[node->freq_node].periods_count;
		if (count == 0)
		{
			pgd_cal_error(compiler->err, 27421,
						  "BYPERIOD needs a named schedule with PERIODS as frequency");
			return false;
		}
		for (; bits != 0; bits >>= 1)
			last++;
		if (last > count)
		{
			pgd_cal_error(compiler->err, 27421,
						  "BYPERIOD must be between 1 and %d", count);
			pgd_cal_detail(compiler->err,
						   "The schedule that is the frequency has PERIODS=%d.",
						   count);
			return false;
		}
	}
	return true;
}

/* Reads clauses up to the end. */
static bool
read_clauses(Source *source, Draft *draft, bool is_union)
{
	Lexer	   *lexer = &source->lexer;
	const uint32_t of_unions = GROUP_CLAUSES | HAS_PERIODS;

	while (lexer->token.kind != TOKEN_END)
	{
		Token		token;

		if (!is_mark(&lexer->token, ';'))
			return pgd_lex_fail_syntax(source, "Separate clauses by semicolons.");
		pgd_lex_advance(lexer);
		token = lexer->token;
		if (token.kind == TOKEN_END || is_mark(&token, ';'))
			continue;
		if (!read_clause(source, draft))
			return false;
		if (is_union && (draft->node.flags & ~(of_unions | HAS_CLOCK)))
			return pgd_lex_fail_at(source, &token, 27418,
								   "clause needs a calendar string that starts with FREQ=",
								   "After a list of schedules only PERIODS, INCLUDE, EXCLUDE and INTERSECT are possible.");
	}
	return true;
}

/* FREQ= ... */
static bool
read_rule(Source *source, Draft *draft)
{
	Lexer	   *lexer = &source->lexer;
	CalNode    *node = &draft->node;
	int			freq;

	pgd_lex_advance(lexer);
	if (!is_mark(&lexer->token, '='))
		return pgd_lex_fail_syntax(source, "After FREQ comes \"=\".");
	pgd_lex_advance(lexer);
	freq = pgd_lex_word_index(&lexer->token, freq_names, COUNT(freq_names));
	if (freq >= 0)
	{
		Lexer		ahead = *lexer;

		pgd_lex_advance(&ahead);
		if (is_mark(&ahead.token, '.'))
			freq = -1;			/* an owner of this name */
		else
			*lexer = ahead;
	}
	if (freq >= 0)
		node->freq = (uint8_t) (PGD_FREQ_YEARLY + freq);
	else
	{
		Token		token = lexer->token;
		Name		name;

		if (!pgd_lex_read_name(lexer, &name))
			return pgd_lex_fail_syntax(source, "After FREQ= comes YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY or the name of a schedule.");
		node->freq = PGD_FREQ_USER;
		if (!compile_schedule(source, &name, &token, &node->freq_node))
			return false;
	}
	if (!read_clauses(source, draft, false))
		return false;
	if (node->flags & (HAS_HOUR | HAS_MINUTE | HAS_SECOND | HAS_TIME))
		node->flags |= HAS_CLOCK;
	return check_rule(source, node);
}

/* schedule, schedule ... */
static bool
read_union(Source *source, Draft *draft)
{
	CalNode    *node = &draft->node;
	int			i;

	node->freq = PGD_FREQ_NONE;
	if (!read_members(source, draft))
		return false;
	node->own_members = node->members;
	for (i = 0; i < node->members; i++)
	{
		if (source->compiler->nodes[draft->members[i].node].flags & HAS_CLOCK)
			node->flags |= HAS_CLOCK;
	}
	return read_clauses(source, draft, true);
}

/* Moves a finished draft into the compiled block. */
static bool
store_draft(Compiler *compiler, Draft *draft, uint16_t *result)
{
	CalNode    *node = &draft->node;

	if ((node->flags & HAS_NTH_DAY) &&
		!add_list(compiler, draft->nth, sizeof(draft->nth), &node->nth_at))
		return false;
	if ((node->flags & HAS_YEARDAY) &&
		!add_list(compiler, draft->yearday, sizeof(draft->yearday),
				  &node->yearday_at))
		return false;
	if (node->dates > 0 &&
		!add_list(compiler, draft->dates, node->dates * sizeof(CalDate),
				  &node->date_at))
		return false;
	if (node->setpos > 0 &&
		!add_list(compiler, draft->setpos, node->setpos * sizeof(int16_t),
				  &node->setpos_at))
		return false;
	if (node->times > 0 &&
		!add_list(compiler, draft->times, node->times * sizeof(int32_t),
				  &node->time_at))
		return false;
	if (node->hourly > 0 &&
		!add_list(compiler, draft->hourly, node->hourly * sizeof(int32_t),
				  &node->hourly_at))
		return false;
	if (node->members > 0 &&
		!add_list(compiler, draft->members, node->members * sizeof(CalMember),
				  &node->member_at))
		return false;
	if (node->groups > 0 &&
		!add_list(compiler, draft->groups, node->groups * sizeof(CalGroup),
				  &node->group_at))
		return false;
	if (compiler->nnodes >= MAX_NODES)
		return fail_memory(compiler);
	*result = (uint16_t) compiler->nnodes;
	compiler->nodes[compiler->nnodes++] = *node;
	return true;
}

/* Compiles one text into a node. */
static bool
compile_text(Compiler *compiler, const char *text, const char *owner,
			 const Known *schedule, int depth, uint16_t *result, int *levels)
{
	Source		source;
	Draft	   *draft;
	bool		ok;
	size_t		length = strlen(text);

	memset(&source, 0, sizeof(source));
	source.compiler = compiler;
	source.owner = owner;
	source.schedule = schedule;
	source.depth = depth;
	*levels = 0;
	if (length > PGD_CALENDAR_MAX)
	{
		pgd_cal_error(compiler->err, 27413, "calendar string is too long");
		pgd_cal_detail(compiler->err, "It has %zu bytes, at most %d are possible.",
					   length, PGD_CALENDAR_MAX);
		return false;
	}
	pgd_lex_start(&source.lexer, text);
	if (source.lexer.token.kind == TOKEN_END)
	{
		pgd_cal_error(compiler->err, 27411, "calendar string is empty");
		if (schedule != NULL)
			pgd_cal_detail(compiler->err, "In schedule \"%s\".", schedule->name);
		pgd_cal_hint(compiler->err, "Write, for example, FREQ=DAILY;BYHOUR=6.");
		return false;
	}

	draft = compiler->env->alloc(sizeof(Draft));
	if (draft == NULL)
		return fail_memory(compiler);
	memset(&draft->node, 0, sizeof(draft->node));
	memset(draft->nth, 0, sizeof(draft->nth));
	memset(draft->yearday, 0, sizeof(draft->yearday));
	draft->node.interval = 1;

	if (pgd_cal_is_cron(text))
	{
		ok = pgd_cal_parse_cron(text, &draft->node, compiler->err);
		if (!ok && schedule != NULL && compiler->err->detail[0] == '\0')
			pgd_cal_detail(compiler->err, "In schedule \"%s\".", schedule->name);
	}
	else
	{
		Lexer		ahead = source.lexer;

		pgd_lex_advance(&ahead);
		if (pgd_lex_is_word(&source.lexer.token, "FREQ"))
			ok = read_rule(&source, draft);
		else if ((source.lexer.token.kind == TOKEN_WORD &&
				  !is_mark(&ahead.token, '=')) ||
				 source.lexer.token.kind == TOKEN_QUOTED)
			ok = read_union(&source, draft);
		else
			ok = pgd_lex_fail_at(&source, &source.lexer.token, 27415,
								 "calendar string does not start with FREQ=",
								 "Write FREQ= first, or a list of named schedules.");
	}
	if (ok)
		ok = store_draft(compiler, draft, result);
	compiler->env->release(draft);
	*levels = source.levels;
	return ok;
}

/* Joins nodes and lists into one block. */
static PgdCalendar *
join(Compiler *compiler, uint16_t root)
{
	size_t		head = offsetof(PgdCalendar, node) +
	compiler->nnodes * sizeof(CalNode);
	PgdCalendar *calendar = compiler->env->alloc(head + compiler->used);
	int			i;

	if (calendar == NULL)
	{
		fail_memory(compiler);
		return NULL;
	}
	calendar->magic = PGD_CALENDAR_MAGIC;
	calendar->size = (uint32_t) (head + compiler->used);
	calendar->nnodes = (uint32_t) compiler->nnodes;
	calendar->root = root;
	for (i = 0; i < compiler->nnodes; i++)
	{
		CalNode    *node = &compiler->nodes[i];

		/* lists that a node does not have are never looked at */
		node->zone_at += (uint32_t) head;
		node->nth_at += (uint32_t) head;
		node->yearday_at += (uint32_t) head;
		node->date_at += (uint32_t) head;
		node->setpos_at += (uint32_t) head;
		node->time_at += (uint32_t) head;
		node->hourly_at += (uint32_t) head;
		node->member_at += (uint32_t) head;
		node->group_at += (uint32_t) head;
	}
	memcpy(calendar->node, compiler->nodes,
		   compiler->nnodes * sizeof(CalNode));
	if (compiler->used > 0)
		memcpy((char *) calendar + head, compiler->lists, compiler->used);
	return calendar;
}

/*
 * Compiles a text.  The result is allocated by env; NULL with *err filled if
 * the text is not valid.  A NULL text counts as an empty one.
 */
PgdCalendar *
pgd_calendar_parse(const PgdCalEnv *env, const char *text,
				   const char *default_owner, PgdCalResolve resolve,
				   void *arg, PgdCalError *err)
{
	Compiler	compiler;
	PgdCalendar *calendar = NULL;
	uint16_t	root;
	int			levels;

	memset(err, 0, sizeof(*err));
	memset(&compiler, 0, sizeof(compiler));
	compiler.env = env;
	compiler.resolve = resolve;
	compiler.arg = arg;
	compiler.err = err;
	compiler.known = env->alloc(MAX_NODES * sizeof(Known));
	compiler.nodes = env->alloc(MAX_NODES * sizeof(CalNode));
	if (compiler.known == NULL || compiler.nodes == NULL)
		fail_memory(&compiler);
	else if (compile_text(&compiler, text != NULL ? text : "", default_owner,
						  NULL, 0, &root, &levels))
		calendar = join(&compiler, root);
	if (compiler.known != NULL)
		env->release(compiler.known);
	if (compiler.nodes != NULL)
		env->release(compiler.nodes);
	if (compiler.lists != NULL)
		env->release(compiler.lists);
	return calendar;
}

/*
 * What kind of text is this?  A calendar string starts with FREQ or is a list
 * of named schedules that all exist; whether it is correct is another
 * question.
 */
PgdCalTextKind
pgd_calendar_classify(const char *text, const char *default_owner,
					  PgdCalResolve resolve, void *arg)
{
	Lexer		lexer;

	if (text == NULL)
		return PGD_TEXT_OTHER;
	if (pgd_cal_is_cron(text))
		return PGD_TEXT_CRON;
	pgd_lex_start(&lexer, text);
	if (pgd_lex_is_word(&lexer.token, "FREQ"))
		return PGD_TEXT_CALENDAR;
	if (resolve == NULL)
		return PGD_TEXT_OTHER;
	for (;;)
	{
		PgdCalSchedule schedule;
		Name		name;

		if (!pgd_lex_read_name(&lexer, &name))
			return PGD_TEXT_OTHER;
		memset(&schedule, 0, sizeof(schedule));
		if (!resolve(arg, name.has_owner ? name.owner : default_owner,
					 name.name, &schedule))
			return PGD_TEXT_OTHER;
		if (is_mark(&lexer.token, '+') || is_mark(&lexer.token, '-'))
		{
			pgd_lex_advance(&lexer);
			pgd_lex_accept_keyword(&lexer, "OFFSET");
			if (lexer.token.kind != TOKEN_NUMBER)
				return PGD_TEXT_OTHER;
			pgd_lex_advance(&lexer);
			if (!pgd_lex_is_word(&lexer.token, "D") && !pgd_lex_is_word(&lexer.token, "W"))
				return PGD_TEXT_OTHER;
			pgd_lex_advance(&lexer);
		}
		if (lexer.token.kind == TOKEN_END || is_mark(&lexer.token, ';'))
			return PGD_TEXT_CALENDAR;
		if (!is_mark(&lexer.token, ','))
			return PGD_TEXT_OTHER;
		pgd_lex_advance(&lexer);
	}
}
