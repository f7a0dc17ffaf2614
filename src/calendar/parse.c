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
	if (schedule.has_end)
	{
		compiled->flags |= HAS_OWN_END;
		compiled->end = schedule.end;
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
