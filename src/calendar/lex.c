/*
 * lex.c
 *		Calendar strings: tokens, names, and errors that point at them.
 *
 * Pure C: see calendar.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calendar/parse_int.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		(unsigned char) c >= 0x80;
}

static char
to_upper(char c)
{
	return (c >= 'a' && c <= 'z') ? c - 'a' + 'A' : c;
}

static char
to_lower(char c)
{
	return (c >= 'A' && c <= 'Z') ? c - 'A' + 'a' : c;
}

void
pgd_lex_advance(Lexer *lexer)
{
	Token	   *token = &lexer->token;
	const char *p = lexer->next;

	while (is_blank(*p))
		p++;
	token->start = p;
	token->value = 0;
	token->mark = '\0';
	if (*p == '\0')
		token->kind = TOKEN_END;
	else if (is_digit(*p))
	{
		token->kind = TOKEN_NUMBER;
		for (; is_digit(*p); p++)
		{
			if (token->value <= 99999999)
				token->value = token->value * 10 + (*p - '0');
		}
	}
	else if (is_letter(*p))
	{
		token->kind = TOKEN_WORD;
		while (is_letter(*p) || is_digit(*p) || *p == '$' || *p == '#')
			p++;
	}
	else if (*p == '"' && strchr(p + 1, '"') != NULL)
	{
		token->kind = TOKEN_QUOTED;
		p = strchr(p + 1, '"') + 1;
	}
	else
	{
		token->kind = TOKEN_MARK;
		token->mark = *p++;
	}
	token->length = (int) (p - token->start);
	lexer->next = p;
}

void
pgd_lex_start(Lexer *lexer, const char *text)
{
	lexer->text = text;
	lexer->next = text;
	pgd_lex_advance(lexer);
}

/* Is the token this word, written without quotes in any case? */
bool
pgd_lex_is_word(const Token *token, const char *word)
{
	int			i;

	if (token->kind != TOKEN_WORD || (size_t) token->length != strlen(word))
		return false;
	for (i = 0; i < token->length; i++)
	{
		if (to_upper(token->start[i]) != word[i])
			return false;
	}
	return true;
}

/* The index of the token among words, -1 if it is none of them. */
int
pgd_lex_word_index(const Token *token, const char *const *words, int nwords)
{
	int			i;

	for (i = 0; i < nwords; i++)
	{
		if (pgd_lex_is_word(token, words[i]))
			return i;
	}
	return -1;
}

/* Skips "OFFSET:" or "SPAN:", if it is there. */
bool
pgd_lex_accept_keyword(Lexer *lexer, const char *word)
{
	Lexer		ahead = *lexer;

	if (!pgd_lex_is_word(&lexer->token, word))
		return false;
	pgd_lex_advance(&ahead);
	if (!is_mark(&ahead.token, ':'))
		return false;
	pgd_lex_advance(&ahead);
	*lexer = ahead;
	return true;
}

/* Copies a word or quoted name, folded; false if it is empty or too long. */
static bool
fold_name(const Token *token, bool upper, char *buffer)
{
	const char *start = token->start;
	int			length = token->length;
	int			i;

	if (token->kind == TOKEN_QUOTED)
	{
		start++;
		length -= 2;
	}
	if (length == 0 || length > PGD_CALENDAR_NAME_MAX)
		return false;
	for (i = 0; i < length; i++)
	{
		buffer[i] = start[i];
		if (token->kind == TOKEN_WORD)
			buffer[i] = upper ? to_upper(start[i]) : to_lower(start[i]);
	}
	buffer[length] = '\0';
	return true;
}

/* Reads [owner.]name; false without an error message if there is none. */
bool
pgd_lex_read_name(Lexer *lexer, Name *name)
{
	Token		first = lexer->token;
	Lexer		ahead;

	if (first.kind != TOKEN_WORD && first.kind != TOKEN_QUOTED)
		return false;
	pgd_lex_advance(lexer);
	ahead = *lexer;
	name->has_owner = is_mark(&lexer->token, '.');
	if (!name->has_owner)
		return fold_name(&first, true, name->name);
	pgd_lex_advance(&ahead);
	if (ahead.token.kind != TOKEN_WORD && ahead.token.kind != TOKEN_QUOTED)
		return false;
	if (!fold_name(&first, false, name->owner) ||
		!fold_name(&ahead.token, true, name->name))
		return false;
	pgd_lex_advance(&ahead);
	*lexer = ahead;
	return true;
}

/* Errors */

/* Starts an error: its number and message. */
void
pgd_cal_error(PgdCalError *err, int ora, const char *format,...)
{
	va_list		args;

	memset(err, 0, sizeof(*err));
	err->ora = ora;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
}

void
pgd_cal_detail(PgdCalError *err, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(err->detail, sizeof(err->detail), format, args);
	va_end(args);
}

void
pgd_cal_hint(PgdCalError *err, const char *hint)
{
	snprintf(err->hint, sizeof(err->hint), "%s", hint);
}

/*
 * A piece of the text for a message.  A long one is cut, where a character
 * of several bytes must not be torn: then only ASCII is shown.
 */
const char *
pgd_lex_excerpt(const char *start, int length, char *buffer)
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

/* Says where in which text the error is. */
void
pgd_lex_place(Source *source, const Token *token)
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
		pgd_cal_detail(source->compiler->err, "At the end%s%s.",
					   where[0] == '\0' ? " of the text" : where, "");
	else
		pgd_cal_detail(source->compiler->err, "At position %d%s: \"%s\".",
					   position, where,
					   pgd_lex_excerpt(token->start, token->length, buffer));
}

/* The usual error, at the current token; returns false for the caller to return. */
bool
pgd_lex_fail_at(Source *source, const Token *token, int ora, const char *message,
				const char *hint)
{
	pgd_cal_error(source->compiler->err, ora, "%s", message);
	pgd_lex_place(source, token);
	if (hint != NULL)
		pgd_cal_hint(source->compiler->err, hint);
	return false;
}

bool
pgd_lex_fail_syntax(Source *source, const char *hint)
{
	return pgd_lex_fail_at(source, &source->lexer.token, 27418,
						   "syntax error in calendar string", hint);
}
