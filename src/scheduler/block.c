/*
 * block.c
 *		Blocks: what is one, calls without CALL in it, variables around it.
 *
 * PL/SQL calls a procedure by its name alone; PL/pgSQL wants CALL or PERFORM
 * before it.  The text is changed token by token, nothing else in it moves:
 * what is inserted holds no line break, so that line numbers in messages stay
 * those of the user's text.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "commands/dbcommands.h"
#include "common/keywords.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "scheduler/block.h"

/* a statement that is only a name, perhaps with arguments */
typedef struct BareCall
{
	List	   *names;			/* parts of the name, String nodes */
	int			last_name;		/* index of its last token */
	int			last;			/* index of its last token before the ';' */
	bool		has_arguments;	/* has parentheses */
	int			nargs;
} BareCall;

/* a block's text and its tokens while it is rewritten */
typedef struct BlockText
{
	const char *text;
	PgdToken   *tokens;
	int			ntokens;
	int			end;			/* index of the token after the last one used */
	bool		is_sequence;	/* more statements follow the first block */
} BlockText;

static int	skip_labels(const PgdToken *tokens, int ntokens);
static bool declares_cursor(const PgdToken *tokens, int ntokens, int first);
static void find_end(BlockText *block);
static bool is_if_exists(const PgdToken *token);
static void rewrite_statements(BlockText *block, StringInfo out);
static bool is_bare_call(const BlockText *block, int first, BareCall *call);
static bool is_statement_word(const PgdToken *token);
static bool resolves_to_function(const BareCall *call);
static bool mentions(const BlockText *block, const PgdBlockVariable *variable);
static void add_declarations(StringInfo out, const BlockText *block,
							 const PgdBlockVariable *variables,
							 int nvariables);
static void add_reports(StringInfo out, const BlockText *block,
						const PgdBlockVariable *variables, int nvariables);

/*
 * Words that are a statement, or the start of one that may go on with a
 * parenthesis, when they stand alone and without quotes.  They call nothing.
 */
static const char *const statement_words[] = {
	"abort", "analyse", "analyze", "assert", "begin", "call", "case",
	"checkpoint", "cluster", "commit", "continue", "declare", "delete", "do",
	"elsif", "elseif", "end", "exception", "execute", "exit", "explain", "if",
	"insert", "loop", "null", "perform", "raise", "return", "rollback",
	"select", "update", "vacuum", "values", "when", "with"
};

bool
pgd_action_is_block(const char *text)
{
	int			ntokens;
	PgdToken   *tokens = pgd_text_tokens(text, &ntokens);
	int			first = skip_labels(tokens, ntokens);
	const PgdToken *next;

	if (pgd_token_is_word(&tokens[first], "declare"))
		return !declares_cursor(tokens, ntokens, first);
	if (!pgd_token_is_word(&tokens[first], "begin"))
		return false;

	next = &tokens[first + 1];
	return !(next->kind == PGD_TOKEN_END ||
			 pgd_token_is(next, ";") ||
			 pgd_token_is_word(next, "work") ||
			 pgd_token_is_word(next, "transaction") ||
			 pgd_token_is_word(next, "isolation") ||
			 pgd_token_is_word(next, "read"));
}

char *
pgd_block_rewrite(const char *text, const PgdBlockVariable *variables,
				  int nvariables)
{
	BlockText	block = {.text = text};
	StringInfoData out;
	bool		has_mention = false;
	bool		has_wrapper;

	block.tokens = pgd_text_tokens(text, &block.ntokens);
	find_end(&block);
	for (int i = 0; i < nvariables; i++)
		has_mention |= mentions(&block, &variables[i]);
	has_wrapper = has_mention || block.is_sequence;

	initStringInfo(&out);
	if (has_mention)
		add_declarations(&out, &block, variables, nvariables);
	if (has_wrapper)
		appendStringInfoString(&out, "BEGIN ");
	rewrite_statements(&block, &out);
	if (has_wrapper)
	{
		if (has_mention)
			add_reports(&out, &block, variables, nvariables);
		appendStringInfoString(&out, " END;");
	}
	return out.data;
}

char *
pgd_block_from_statements(const char *text)
{
	int			ntokens;
	PgdToken   *tokens = pgd_text_tokens(text, &ntokens);
	int			end = 0;

	while (ntokens > 0 && pgd_token_is(&tokens[ntokens - 1], "/") &&
		   pgd_token_is_alone(text, &tokens[ntokens - 1]))
		ntokens--;
	if (ntokens > 0)
		end = tokens[ntokens - 1].location + tokens[ntokens - 1].length;
	return psprintf("BEGIN %.*s%s END;", end, text,
					ntokens == 0 ||
					pgd_token_is(&tokens[ntokens - 1], ";") ? "" : ";");
}

/*
 * Index of the first token that is no part of a label.
 */
static int
skip_labels(const PgdToken *tokens, int ntokens)
{
	int			i = 0;

	while (i + 2 < ntokens &&
		   pgd_token_is(&tokens[i], "<<") &&
		   pgd_token_is_name(&tokens[i + 1]) &&
		   pgd_token_is(&tokens[i + 2], ">>"))
		i += 3;
	return i;
}

/*
 * DECLARE begins either a block's declarations or SQL's DECLARE CURSOR.  A
 * cursor can be declared in both; then it is a block if words follow that
 * only PL/pgSQL knows, or if a BEGIN follows a semicolon that is not one of
 * SQL's.
 */
static bool
declares_cursor(const PgdToken *tokens, int ntokens, int first)
{
	int			i = first + 1;

	if (!pgd_token_is_name(&tokens[i]))
		return false;
	for (i++;; i++)
	{
		if (pgd_token_is_word(&tokens[i], "binary") ||
			pgd_token_is_word(&tokens[i], "asensitive") ||
			pgd_token_is_word(&tokens[i], "insensitive"))
			return true;
		if (!pgd_token_is_word(&tokens[i], "no") &&
			!pgd_token_is_word(&tokens[i], "scroll"))
			break;
	}
	if (!pgd_token_is_word(&tokens[i], "cursor"))
		return false;
	i++;
	if (pgd_token_is_word(&tokens[i], "with") ||
		pgd_token_is_word(&tokens[i], "without"))
		return true;
	if (!pgd_token_is_word(&tokens[i], "for"))
		return false;

	for (; i + 1 < ntokens; i++)
	{
		if (pgd_token_is(&tokens[i], ";") &&
			pgd_token_is_word(&tokens[i + 1], "begin"))
		{
			const PgdToken *next = &tokens[i + 2];

			return next->kind == PGD_TOKEN_END ||
				pgd_token_is(next, ";") ||
				pgd_token_is_word(next, "work") ||
				pgd_token_is_word(next, "transaction") ||
				pgd_token_is_word(next, "isolation") ||
				pgd_token_is_word(next, "read");
		}
	}
	return true;
}

/*
 * Finds where the text's last statement ends, leaving out what may stand
 * behind the last END: its label if the block has none, semicolons, and
 * SQL*Plus's slash.  Also finds whether something follows the first block,
 * which PL/SQL tools allow and PL/pgSQL does not; a wrong guess only costs a
 * block around the text that changes nothing.
 */
static void
find_end(BlockText *block)
{
	const PgdToken *tokens = block->tokens;
	int			end = block->ntokens;
	int			level = 0;

	while (end > 0 &&
		   (pgd_token_is(&tokens[end - 1], ";") ||
			(pgd_token_is(&tokens[end - 1], "/") &&
			 pgd_token_is_alone(block->text, &tokens[end - 1]))))
		end--;
	if (end >= 2 &&
		pgd_token_is_word(&tokens[end - 2], "end") &&
		pgd_token_is_name(&tokens[end - 1]) &&
		!pgd_token_is_word(&tokens[end - 1], "if") &&
		!pgd_token_is_word(&tokens[end - 1], "loop") &&
		!pgd_token_is_word(&tokens[end - 1], "case") &&
		!pgd_token_is(&tokens[0], "<<"))
		end--;
	block->end = end;

	for (int i = 0; i < end; i++)
	{
		bool		is_closing = i > 0 && pgd_token_is_word(&tokens[i - 1], "end");

		if (tokens[i].kind != PGD_TOKEN_WORD ||
			(i > 0 && pgd_token_is(&tokens[i - 1], ".")))
			continue;
		if (pgd_token_is_word(&tokens[i], "end"))
		{
			level--;
			if (level <= 0 && i + 1 < end &&
				pgd_token_is(&tokens[i + 1], ";"))
			{
				block->is_sequence = true;
				break;
			}
		}
		else if (is_closing)
			continue;
		else if (pgd_token_is_word(&tokens[i], "begin") ||
				 pgd_token_is_word(&tokens[i], "case") ||
				 pgd_token_is_word(&tokens[i], "loop") ||
				 (pgd_token_is_word(&tokens[i], "if") &&
				  !is_if_exists(&tokens[i])))
			level++;
	}
}

/*
 * Is this IF the one of CREATE TABLE IF NOT EXISTS or DROP TABLE IF EXISTS?
 */
static bool
is_if_exists(const PgdToken *token)
{
	if (pgd_token_is_word(&token[1], "not"))
		return pgd_token_is_word(&token[2], "exists") &&
			!pgd_token_is(&token[3], "(");
	return pgd_token_is_word(&token[1], "exists") &&
		!pgd_token_is(&token[2], "(");
}

/*
 * Copies the text with CALL or PERFORM before bare calls.
 */
static void
rewrite_statements(BlockText *block, StringInfo out)
{
	const PgdToken *tokens = block->tokens;
	int			copied = 0;		/* offset up to which text was copied */
	int			depth = 0;
	bool		is_start = true;	/* could a statement start here */
	bool		in_declarations = false;

	for (int i = 0; i < block->end; i++)
	{
		const PgdToken *token = &tokens[i];
		BareCall	call;

		if (is_start && !in_declarations && is_bare_call(block, i, &call))
		{
			const PgdToken *last_name = &tokens[call.last_name];

			appendBinaryStringInfo(out, block->text + copied,
								   token->location - copied);
			appendStringInfoString(out, resolves_to_function(&call) ?
								   "PERFORM " : "CALL ");
			copied = last_name->location + last_name->length;
			appendBinaryStringInfo(out, block->text + token->location,
								   copied - token->location);
			if (!call.has_arguments)
				appendStringInfoString(out, "()");
			i = call.last;
			is_start = false;
			continue;
		}

		/* between blocks, SQL*Plus's sign to run what stands before it */
		if (is_start && pgd_token_is(token, "/") &&
			pgd_token_is_alone(block->text, token))
		{
			appendBinaryStringInfo(out, block->text + copied,
								   token->location - copied);
			copied = token->location + token->length;
			continue;
		}

		if (pgd_token_is_word(token, "declare") && is_start)
		{
			in_declarations = true;
			continue;
		}

		is_start = false;
		if (pgd_token_is(token, "("))
			depth++;
		else if (pgd_token_is(token, ")"))
			depth--;
		else if (depth > 0 || (i > 0 && pgd_token_is(&tokens[i - 1], ".")))
			continue;
		else if (pgd_token_is(token, ";") ||
				 pgd_token_is_word(token, "then") ||
				 pgd_token_is_word(token, "else"))
			is_start = true;
		else if (pgd_token_is_word(token, "begin"))
		{
			in_declarations = false;
			is_start = true;
		}
		else if (pgd_token_is_word(token, "loop"))
			is_start = i == 0 || !pgd_token_is_word(&tokens[i - 1], "end");
		else if (pgd_token_is(token, ">>"))
			/* a label; a block may follow it */
			is_start = pgd_token_is_word(&tokens[i + 1], "declare");
	}

	if (block->end > 0)
	{
		const PgdToken *last = &tokens[block->end - 1];

		appendBinaryStringInfo(out, block->text + copied,
							   last->location + last->length - copied);
		appendStringInfoChar(out, ';');
	}
}

/*
 * Is the statement that starts here a name, or a name with arguments, and
 * nothing else?
 */
static bool
is_bare_call(const BlockText *block, int first, BareCall *call)
{
	const PgdToken *tokens = block->tokens;
	int			i = first;
	int			depth = 0;

	if (!pgd_token_is_name(&tokens[i]))
		return false;
	call->names = list_make1(makeString(tokens[i].value));
	while (pgd_token_is(&tokens[i + 1], ".") &&
		   pgd_token_is_name(&tokens[i + 2]))
	{
		i += 2;
		call->names = lappend(call->names, makeString(tokens[i].value));
	}
	if (list_length(call->names) == 1 && is_statement_word(&tokens[first]))
		return false;

	call->last_name = i;
	call->last = i;
	call->has_arguments = false;
	call->nargs = 0;
	if (pgd_token_is(&tokens[i + 1], "("))
	{
		call->has_arguments = true;
		if (!pgd_token_is(&tokens[i + 2], ")"))
			call->nargs = 1;
		for (i++; i < block->end; i++)
		{
			if (pgd_token_is(&tokens[i], "(") || pgd_token_is(&tokens[i], "["))
				depth++;
			else if (pgd_token_is(&tokens[i], ")") ||
					 pgd_token_is(&tokens[i], "]"))
			{
				if (--depth == 0)
					break;
			}
			else if (depth == 1 && pgd_token_is(&tokens[i], ","))
				call->nargs++;
			else if (pgd_token_is(&tokens[i], ";"))
				return false;
		}
		call->last = i;
	}
	return call->last + 1 < block->ntokens &&
		pgd_token_is(&tokens[call->last + 1], ";");
}

/*
 * Words that cannot be a call: statements, and what the server's grammar
 * does not take as the name of a function.
 */
static bool
is_statement_word(const PgdToken *token)
{
	int			keyword;

	if (token->kind != PGD_TOKEN_WORD)
		return false;
	for (int i = 0; i < lengthof(statement_words); i++)
	{
		if (strcmp(token->value, statement_words[i]) == 0)
			return true;
	}
	keyword = ScanKeywordLookup(token->value, &ScanKeywords);
	return keyword >= 0 &&
		(ScanKeywordCategories[keyword] == RESERVED_KEYWORD ||
		 ScanKeywordCategories[keyword] == COL_NAME_KEYWORD);
}

/*
 * Does the name mean a function, and no procedure?  Those that take this
 * number of arguments count first.  What exists not at all is called as a
 * procedure, so that the server says so.
 */
static bool
resolves_to_function(const BareCall *call)
{
	FuncCandidateList candidate;
	bool		fits[2] = {false, false};	/* function, procedure */
	bool		exists[2] = {false, false};

	if (list_length(call->names) > 3)
		return false;
	if (list_length(call->names) == 3 &&
		strcmp(strVal(linitial(call->names)),
			   get_database_name(MyDatabaseId)) != 0)
		return false;

	for (candidate = FuncnameGetCandidates(call->names, -1, NIL, false, false,
										   true, true);
		 candidate != NULL;
		 candidate = candidate->next)
	{
		HeapTuple	tuple = SearchSysCache1(PROCOID,
											ObjectIdGetDatum(candidate->oid));
		Form_pg_proc proc;
		int			is_procedure;

		if (!HeapTupleIsValid(tuple))
			continue;
		proc = (Form_pg_proc) GETSTRUCT(tuple);
		if (proc->prokind == PROKIND_PROCEDURE ||
			proc->prokind == PROKIND_FUNCTION)
		{
			int			most = candidate->nargs;

			is_procedure = proc->prokind == PROKIND_PROCEDURE;
			exists[is_procedure] = true;
			if (call->nargs >= most - proc->pronargdefaults &&
				(call->nargs <= most || OidIsValid(proc->provariadic)))
				fits[is_procedure] = true;
		}
		ReleaseSysCache(tuple);
	}
	if (fits[true] || fits[false])
		return !fits[true];
	return exists[false] && !exists[true];
}

/*
 * Does the text use this name: not as a part of a qualified one, not as the
 * name of an argument.
 */
static bool
mentions(const BlockText *block, const PgdBlockVariable *variable)
{
	int			depth = 0;

	for (int i = 0; i < block->end; i++)
	{
		const PgdToken *token = &block->tokens[i];
		const PgdToken *next = &block->tokens[i + 1];

		if (pgd_token_is(token, "("))
			depth++;
		else if (pgd_token_is(token, ")"))
			depth--;
		else if (pgd_token_is_name(token) &&
				 strcmp(token->value, variable->name) == 0 &&
				 !(i > 0 && pgd_token_is(&block->tokens[i - 1], ".")) &&
				 !pgd_token_is(next, "=>") &&
				 !(depth > 0 && pgd_token_is(next, ":=")))
			return true;
	}
	return false;
}

/*
 * Declares the variables that are mentioned.  As in PL/SQL, a column of the
 * same name in a query wins over the variable, and so does a declaration in
 * the text.
 */
static void
add_declarations(StringInfo out, const BlockText *block,
				 const PgdBlockVariable *variables, int nvariables)
{
	appendStringInfoString(out, "#variable_conflict use_column DECLARE ");
	for (int i = 0; i < nvariables; i++)
	{
		const PgdBlockVariable *variable = &variables[i];

		if (mentions(block, variable))
			appendStringInfo(out, "%s %s%s := %s; ",
							 quote_identifier(variable->name),
							 variable->is_reported ? "" : "CONSTANT ",
							 variable->type,
							 variable->value == NULL ? "NULL" :
							 quote_literal_cstr(variable->value));
	}
}

static void
add_reports(StringInfo out, const BlockText *block,
			const PgdBlockVariable *variables, int nvariables)
{
	for (int i = 0; i < nvariables; i++)
	{
		if (variables[i].is_reported && mentions(block, &variables[i]))
			appendStringInfo(out, " PERFORM dbms.block_report(%s, %s);",
							 quote_literal_cstr(variables[i].name),
							 quote_identifier(variables[i].name));
	}
}
