/*
 * text.c
 *		Tokens of SQL and PL/pgSQL text.  A thin layer over the server's core
 *		scanner; needs no transaction.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "parser/scanner.h"

#include "core/text.h"

/* the core scanner's tokens; scanner.h promises these numbers to its users */
enum
{
	SCAN_IDENT = 258,
	SCAN_UIDENT,
	SCAN_FCONST,
	SCAN_SCONST,
	SCAN_USCONST,
	SCAN_BCONST,
	SCAN_XCONST,
	SCAN_OP,
	SCAN_ICONST,
	SCAN_PARAM,
	SCAN_TYPECAST,
	SCAN_DOT_DOT,
	SCAN_COLON_EQUALS,
	SCAN_EQUALS_GREATER,
	SCAN_LESS_EQUALS,
	SCAN_GREATER_EQUALS,
	SCAN_NOT_EQUALS,
	SCAN_LAST = SCAN_NOT_EQUALS
};

struct PgdTokenizer
{
	core_yyscan_t scanner;
	core_yy_extra_type extra;
	const char *text;
};

PgdTokenizer *
pgd_tokenizer_begin(const char *text)
{
	PgdTokenizer *tokenizer = palloc0(sizeof(PgdTokenizer));

	tokenizer->text = text;
	tokenizer->scanner = scanner_init(text, &tokenizer->extra,
									  &ScanKeywords, ScanKeywordTokens);
	/* whoever runs the text warns */
	tokenizer->extra.escape_string_warning = false;
	return tokenizer;
}

/*
 * Reads the next token; false and PGD_TOKEN_END at the end of the text.
 */
bool
pgd_tokenizer_next(PgdTokenizer *tokenizer, PgdToken *token)
{
	core_YYSTYPE value;
	YYLTYPE		location = 0;
	int			code;

	code = core_yylex(&value, &location, tokenizer->scanner);
	token->location = location;
	token->value = NULL;
	if (code == 0)
	{
		token->kind = PGD_TOKEN_END;
		token->location = (int) strlen(tokenizer->text);
		token->length = 0;
		return false;
	}

	/* until the next call the scanner keeps a zero byte behind the token */
	token->length = (int) strlen(tokenizer->extra.scanbuf + location);

	switch (code)
	{
		case SCAN_IDENT:
			token->kind = tokenizer->text[location] == '"' ?
				PGD_TOKEN_QUOTED : PGD_TOKEN_WORD;
			token->value = value.str;
			break;
		case SCAN_UIDENT:
			token->kind = PGD_TOKEN_QUOTED;
			token->value = value.str;
			break;
		case SCAN_SCONST:
		case SCAN_USCONST:
		case SCAN_BCONST:
		case SCAN_XCONST:
			token->kind = PGD_TOKEN_STRING;
			token->value = value.str;
			break;
		case SCAN_FCONST:
		case SCAN_ICONST:
			token->kind = PGD_TOKEN_NUMBER;
			break;
		case SCAN_PARAM:
			token->kind = PGD_TOKEN_PARAM;
			break;
		default:
			token->value = pnstrdup(tokenizer->text + location, token->length);
			if (code < SCAN_IDENT)
				token->kind = PGD_TOKEN_SELF;
			else if (code <= SCAN_LAST)
				token->kind = PGD_TOKEN_OPERATOR;
			else
			{
				/* a key word of the server */
				token->kind = PGD_TOKEN_WORD;
				token->value = pstrdup(value.keyword);
			}
			break;
	}
	return true;
}

void
pgd_tokenizer_end(PgdTokenizer *tokenizer)
{
	scanner_finish(tokenizer->scanner);
	pfree(tokenizer);
}

PgdToken *
pgd_text_tokens(const char *text, int *ntokens)
{
	PgdTokenizer *tokenizer = pgd_tokenizer_begin(text);
	int			size = 64;
	int			n = 0;
	PgdToken   *tokens = palloc(size * sizeof(PgdToken));

	while (pgd_tokenizer_next(tokenizer, &tokens[n]))
	{
		if (++n == size)
		{
			size *= 2;
			tokens = repalloc_huge(tokens, size * sizeof(PgdToken));
		}
	}
	pgd_tokenizer_end(tokenizer);
	*ntokens = n;
	return tokens;
}

bool
pgd_token_is_word(const PgdToken *token, const char *word)
{
	return token->kind == PGD_TOKEN_WORD && strcmp(token->value, word) == 0;
}

bool
pgd_token_is(const PgdToken *token, const char *text)
{
	return (token->kind == PGD_TOKEN_SELF ||
			token->kind == PGD_TOKEN_OPERATOR) &&
		strcmp(token->value, text) == 0;
}

bool
pgd_token_is_name(const PgdToken *token)
{
	return token->kind == PGD_TOKEN_WORD || token->kind == PGD_TOKEN_QUOTED;
}

bool
pgd_token_is_alone(const char *text, const PgdToken *token)
{
	const char *before = text + token->location;
	const char *behind = before + token->length;

	while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	while (*behind == ' ' || *behind == '\t' || *behind == '\r')
		behind++;
	return (before == text || before[-1] == '\n') &&
		(*behind == '\0' || *behind == '\n');
}

int
pgd_text_line(const char *text, int location)
{
	int			line = 1;

	for (int i = 0; i < location && text[i] != '\0'; i++)
	{
		if (text[i] == '\n')
			line++;
	}
	return line;
}

int
pgd_text_errposition(const char *text, int location)
{
	return errposition(pg_mbstrlen_with_len(text, location) + 1);
}

static void
move_position(void *arg)
{
	PgdTextErrors *errors = arg;
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(errors->text);
	}
}

void
pgd_text_errors_begin(PgdTextErrors *errors, const char *text)
{
	errors->text = text;
	errors->callback.callback = move_position;
	errors->callback.arg = errors;
	errors->callback.previous = error_context_stack;
	error_context_stack = &errors->callback;
}

void
pgd_text_errors_end(PgdTextErrors *errors)
{
	error_context_stack = errors->callback.previous;
}
