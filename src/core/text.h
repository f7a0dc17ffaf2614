/*
 * text.h
 *		Tokens of SQL and PL/pgSQL text, as the server's own scanner sees them:
 *		comments, quotes, dollar quotes and operators are right.
 */
#ifndef PGD_TEXT_H
#define PGD_TEXT_H

#include "utils/elog.h"

typedef enum PgdTokenKind
{
	PGD_TOKEN_END,				/* no more text */
	PGD_TOKEN_WORD,				/* identifier or key word without quotes */
	PGD_TOKEN_QUOTED,			/* "identifier", U&"identifier" */
	PGD_TOKEN_STRING,			/* any string constant, dollar quotes too */
	PGD_TOKEN_NUMBER,
	PGD_TOKEN_PARAM,			/* $1 */
	PGD_TOKEN_OPERATOR,			/* + - <= := => :: << and the like */
	PGD_TOKEN_SELF				/* a single character of punctuation */
} PgdTokenKind;

typedef struct PgdToken
{
	PgdTokenKind kind;
	int			location;		/* byte offset in the text */
	int			length;			/* bytes of text */

	/*
	 * WORD: folded to lower case and truncated as the server does; QUOTED:
	 * the identifier; STRING: its value; OPERATOR and SELF: the text; else
	 * NULL.
	 */
	char	   *value;
} PgdToken;

typedef struct PgdTokenizer PgdTokenizer;

/*
 * The text must stay as it is for as long as the iterator. Everything is
 * allocated in the current context; the last call gives it back.  Reading
 * throws a syntax error with its position where the text has none of the
 * server's tokens, such as a quote that is not closed.
 */
extern PgdTokenizer *pgd_tokenizer_begin(const char *text);
extern bool pgd_tokenizer_next(PgdTokenizer *tokenizer, PgdToken *token);
extern void pgd_tokenizer_end(PgdTokenizer *tokenizer);

/* all tokens at once, the last is PGD_TOKEN_END; *ntokens does not count it */
extern PgdToken *pgd_text_tokens(const char *text, int *ntokens);

/* is it this word (lower case), without quotes */
extern bool pgd_token_is_word(const PgdToken *token, const char *word);

/* is it this operator or character */
extern bool pgd_token_is(const PgdToken *token, const char *text);

/* could it be an identifier or a part of a qualified name */
extern bool pgd_token_is_name(const PgdToken *token);

/* is there nothing else than white space beside it on its line */
extern bool pgd_token_is_alone(const char *text, const PgdToken *token);

/* number of the line of a location, from 1 */
extern int	pgd_text_line(const char *text, int location);

/* for ereport: position of a byte offset in the text */
extern int	pgd_text_errposition(const char *text, int location);

/*
 * Between these calls positions in errors belong to this text, which the user
 * gave as an argument, and not to the statement that he sent.
 */
typedef struct PgdTextErrors
{
	ErrorContextCallback callback;
	const char *text;
} PgdTextErrors;

extern void pgd_text_errors_begin(PgdTextErrors *errors, const char *text);
extern void pgd_text_errors_end(PgdTextErrors *errors);

#endif							/* PGD_TEXT_H */
