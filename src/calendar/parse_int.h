/*
 * parse_int.h
 *		What the files that read calendar strings share: tokens, and a rule
 *		while it is read.
 */
#ifndef PGD_PARSE_INT_H
#define PGD_PARSE_INT_H

#include "calendar/calendar_int.h"

/* different named schedules in one calendar */
#define MAX_NODES		256

/* no list can have more members than half the text's bytes */
#define MAX_LIST		(PGD_CALENDAR_MAX / 2)

typedef enum TokenKind
{
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_NUMBER,
	TOKEN_MARK					/* a single character */
} TokenKind;

typedef struct Token
{
	TokenKind	kind;
	const char *start;
	int			length;
	int			value;			/* of a number, at most 99999999 */
	char		mark;
} Token;

typedef struct Lexer
{
	const char *text;
	const char *next;
	Token		token;			/* the current one */
} Lexer;

/* a rule while it is read */
typedef struct Draft
{
	CalNode		node;
	uint64_t	nth[7][2];
	uint32_t	yearday[2][12];
	CalDate		dates[MAX_LIST];
	int16_t		setpos[MAX_LIST];
	int32_t		times[MAX_LIST];
	int32_t		hourly[MAX_LIST];
	CalMember	members[MAX_LIST];
	CalGroup	groups[MAX_LIST];
} Draft;

/* a named schedule that was met */
typedef struct Known
{
	char		owner[PGD_CALENDAR_NAME_MAX + 1];
	char		name[PGD_CALENDAR_NAME_MAX + 1];
	bool		has_owner;
	bool		is_open;		/* being compiled: a second visit is a cycle */
	int			levels;			/* of named schedules below it */
	uint16_t	node;
} Known;

typedef struct Compiler
{
	const PgdCalEnv *env;
	PgdCalResolve resolve;
	void	   *arg;
	PgdCalError *err;
	Known	   *known;			/* MAX_NODES */
	int			nknown;
	CalNode    *nodes;			/* MAX_NODES */
	int			nnodes;
	char	   *lists;			/* everything behind the nodes */
	size_t		used;
	size_t		size;
} Compiler;

/* one text while it is read */
typedef struct Source
{
	Compiler   *compiler;
	Lexer		lexer;
	const char *owner;			/* of unqualified names; may be NULL */
	const Known *schedule;		/* whose text this is; NULL for the outermost */
	int			depth;
	int			levels;			/* of named schedules that it needs */
} Source;

typedef struct Name
{
	char		owner[PGD_CALENDAR_NAME_MAX + 1];
	char		name[PGD_CALENDAR_NAME_MAX + 1];
	bool		has_owner;
} Name;

#define COUNT(array)	((int) (sizeof(array) / sizeof((array)[0])))

/* room for what excerpt shows */
#define EXCERPT_SIZE	(PGD_CALENDAR_NAME_MAX + 1)

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static inline bool
is_mark(const Token *token, char mark)
{
	return token->kind == TOKEN_MARK && token->mark == mark;
}

/* lex.c: tokens, and errors about them */
extern void pgd_lex_start(Lexer *lexer, const char *text);
extern void pgd_lex_advance(Lexer *lexer);
extern bool pgd_lex_is_word(const Token *token, const char *word);
extern int	pgd_lex_word_index(const Token *token, const char *const *words,
							   int nwords);
extern bool pgd_lex_accept_keyword(Lexer *lexer, const char *word);
extern bool pgd_lex_read_name(Lexer *lexer, Name *name);
extern const char *pgd_lex_excerpt(const char *start, int length,
								   char *buffer);
extern void pgd_lex_place(Source *source, const Token *token);
extern bool pgd_lex_fail_at(Source *source, const Token *token, int ora,
							const char *message, const char *hint);
extern bool pgd_lex_fail_syntax(Source *source, const char *hint);

/* clauses.c: the lists of BY clauses, behind the equals sign */
extern bool pgd_clause_number(Source *source, const char *clause, int min,
							  int max, bool may_be_negative, int *value);
extern bool pgd_clause_more(Source *source);
extern bool pgd_clause_distance(Source *source, int *days);
extern bool pgd_clause_bits(Source *source, const char *clause, int base,
							int max, uint64_t *low, uint64_t *high);
extern bool pgd_clause_months(Source *source, CalNode *node);
extern bool pgd_clause_month_days(Source *source, CalNode *node);
extern bool pgd_clause_weeks(Source *source, CalNode *node);
extern bool pgd_clause_year_days(Source *source, Draft *draft);
extern bool pgd_clause_setpos(Source *source, Draft *draft);
extern bool pgd_clause_days(Source *source, Draft *draft);
extern bool pgd_clause_dates(Source *source, Draft *draft);
extern bool pgd_clause_times(Source *source, Draft *draft);

#endif							/* PGD_PARSE_INT_H */
