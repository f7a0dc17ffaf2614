/*
 * procedure.c
 *		Which procedure or function a STORED_PROCEDURE action calls.
 *
 * The arguments of an action are texts without a type of their own, so the
 * server's rules for overloads do not say enough.  Here one candidate is
 * chosen by number, names and declared types of the arguments; then the call
 * is built with every value cast to its parameter's type, and the server
 * does the rest: defaults, VARIADIC, rights, CALL that may commit.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "core/compat.h"
#include "core/errors.h"
#include "scheduler/procedure.h"

/* a way to call one procedure with the given arguments */
typedef struct Candidate
{
	Oid			procedure;
	bool		is_procedure;
	Oid		   *types;			/* of the parameter each argument goes to */
	int			nnamed;			/* so many arguments at the end go by name */
	int			ndefaults;		/* parameters that take their default */
	int			name_matches;	/* names equal to those at their position */
	bool		is_variadic;
} Candidate;

/* Oracle's types, which a declared type may name */
static const struct
{
	const char *oracle;
	const char *name;
}			oracle_types[] = {
	{"varchar2", "text"},
	{"nvarchar2", "text"},
	{"nchar", "character"},
	{"clob", "text"},
	{"nclob", "text"},
	{"long", "text"},
	{"number", "numeric"},
	{"pls_integer", "integer"},
	{"binary_integer", "integer"},
	{"natural", "integer"},
	{"binary_float", "real"},
	{"binary_double", "double precision"},
	{"raw", "bytea"},
	{"blob", "bytea"},
	{"date", "timestamp"},
};

static Candidate *choose_candidate(const char *name,
								   const PgdActionArgument *arguments,
								   int narguments,
								   PgdActionArgument **sorted_arguments);
static bool has_name_characters(const char *text);
static List *argument_names(const PgdActionArgument *arguments,
							int narguments);
static char *parameter_name(const char *name);
static List *find_candidates(const char *shown, List *names,
							 const PgdActionArgument *arguments,
							 int narguments);
static List *candidates_of(FuncCandidateList found,
						   const PgdActionArgument *arguments,
						   int narguments, int nnamed, bool *has_out,
						   bool *is_ambiguous);
static List *keep_best(List *candidates,
					   int (*score) (const Candidate *candidate, void *arg),
					   void *arg);
static int	score_names(const Candidate *candidate, void *arg);
static int	score_declared_types(const Candidate *candidate, void *arg);
static int	score_text(const Candidate *candidate, void *arg);
static int	score_defaults(const Candidate *candidate, void *arg);
static Oid	declared_type(const char *text);
static void report_none(const char *shown, List *names, int narguments)
			pg_attribute_noreturn();
static void report_ambiguous(const char *shown, List *candidates)
			pg_attribute_noreturn();
static Oid	parameter_type(const Candidate *candidate, int i,
						   const PgdActionArgument *argument);
static RawStmt *build_statement(const Candidate *candidate,
								const PgdActionArgument *arguments,
								int narguments);

/* what score functions need to know */
typedef struct ScoreInput
{
	const PgdActionArgument *arguments;
	int			narguments;
	Oid		   *declared;		/* InvalidOid: none, or unknown to us */
} ScoreInput;

List *
pgd_procedure_name(const char *text)
{
	List	   *names = NIL;
	int			ntokens = 0;
	PgdToken   *tokens = NULL;
	bool		is_valid;

	/* the scanner would report an open quote as an error of syntax */
	is_valid = has_name_characters(text);
	if (is_valid)
	{
		tokens = pgd_text_tokens(text, &ntokens);
		is_valid = ntokens == 1 || ntokens == 3 || ntokens == 5;
	}
	for (int i = 0; is_valid && i < ntokens; i++)
	{
		if (i % 2 == 1)
			is_valid = pgd_token_is(&tokens[i], ".");
		else if (!pgd_token_is_name(&tokens[i]))
			is_valid = false;
		else
			names = lappend(names, makeString(tokens[i].value));
	}
	if (!is_valid)
		ereport(ERROR,
				(errcode(PGD_ORA(27452)),
				 errmsg("\"%s\" is not a valid procedure name", text),
				 strchr(text, ';') != NULL || strchr(text, '(') != NULL ?
				 errhint("Give the name of a procedure or function alone, without a semicolon; values of its arguments are set one by one.") :
				 errhint("Give the name of a procedure or function, perhaps with its schema before it, each quoted where PostgreSQL needs it.")));
	return names;
}

RawStmt *
pgd_procedure_statement(const char *name, const PgdActionArgument *arguments,
						int narguments)
{
	PgdActionArgument *sorted;
	Candidate  *candidate = choose_candidate(name, arguments, narguments,
											 &sorted);

	return build_statement(candidate, sorted, narguments);
}

char *
pgd_procedure_statement_text(const char *name,
							 const PgdActionArgument *arguments,
							 int narguments)
{
	PgdActionArgument *sorted;
	Candidate  *candidate = choose_candidate(name, arguments, narguments,
											 &sorted);
	Oid			schema = get_func_namespace(candidate->procedure);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s %s(", candidate->is_procedure ? "CALL" : "SELECT",
					 quote_qualified_identifier(get_namespace_name(schema),
												get_func_name(candidate->procedure)));
	for (int i = 0; i < narguments; i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		if (i >= narguments - candidate->nnamed)
			appendStringInfo(&text, "%s => ",
							 quote_identifier(parameter_name(sorted[i].name)));
		appendStringInfo(&text, "CAST($%d AS %s)", i + 1,
						 format_type_be_qualified(parameter_type(candidate, i,
																 &sorted[i])));
	}
	appendStringInfoChar(&text, ')');
	return text.data;
}

/*
 * The one procedure that fits; the arguments by position in *sorted_arguments.
 */
static Candidate *
choose_candidate(const char *name, const PgdActionArgument *arguments,
				 int narguments, PgdActionArgument **sorted_arguments)
{
	List	   *names = pgd_procedure_name(name);
	PgdActionArgument *sorted;
	List	   *candidates;
	ScoreInput	input;

	if (list_length(names) == 3 &&
		strcmp(strVal(linitial(names)), get_database_name(MyDatabaseId)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("procedure \"%s\" is not in this database", name)));

	sorted = palloc0((narguments + 1) * sizeof(PgdActionArgument));
	for (int i = 0; i < narguments; i++)
	{
		int			position = arguments[i].position;

		if (position < 1 || position > narguments ||
			sorted[position - 1].position != 0)
			elog(ERROR, "argument positions of \"%s\" are not 1 to %d",
				 name, narguments);
		sorted[position - 1] = arguments[i];
	}
	*sorted_arguments = sorted;

	candidates = find_candidates(name, names, sorted, narguments);

	input.arguments = sorted;
	input.narguments = narguments;
	input.declared = palloc0((narguments + 1) * sizeof(Oid));
	if (list_length(candidates) > 1)
	{
		for (int i = 0; i < narguments; i++)
			input.declared[i] = declared_type(sorted[i].type);
		candidates = keep_best(candidates, score_names, &input);
		candidates = keep_best(candidates, score_declared_types, &input);
		candidates = keep_best(candidates, score_defaults, &input);
		candidates = keep_best(candidates, score_text, &input);
		if (list_length(candidates) > 1)
			report_ambiguous(name, candidates);
	}
	return linitial(candidates);
}

/*
 * Has the text nothing outside of quoted identifiers that a qualified name
 * has not?
 */
static bool
has_name_characters(const char *text)
{
	bool		in_quotes = false;

	for (const char *c = text; *c != '\0'; c++)
	{
		bool		is_first = c == text || c[-1] == '.' ||
		scanner_isspace(c[-1]);

		if (*c == '"')
		{
			/* an empty identifier, not a doubled quote in one */
			if (!in_quotes && c[1] == '"' && c[2] != '"')
				return false;
			in_quotes = !in_quotes;
		}
		else if (in_quotes || IS_HIGHBIT_SET(*c) || *c == '_' || *c == '.' ||
				 isalpha((unsigned char) *c) || scanner_isspace(*c))
			continue;
		else if (is_first || !(isdigit((unsigned char) *c) || *c == '$'))
			return false;
	}
	return !in_quotes;
}

/*
 * Names of the arguments from the first one that has a name, if all behind it
 * have one too: as named notation wants it.  Else NIL.
 */
static List *
argument_names(const PgdActionArgument *arguments, int narguments)
{
	List	   *names = NIL;

	for (int i = 0; i < narguments; i++)
	{
		if (arguments[i].name != NULL)
			names = lappend(names, parameter_name(arguments[i].name));
		else if (names != NIL)
			return NIL;
	}
	return names;
}

/*
 * Our own names are upper-cased unless quoted, PostgreSQL's lower-cased: a
 * name that needs no quotes there is meant here.
 */
static char *
parameter_name(const char *name)
{
	char	   *result = pstrdup(name);

	for (char *c = result; *c != '\0'; c++)
	{
		if (*c >= 'A' && *c <= 'Z')
			*c = pg_ascii_tolower(*c);
		else if (!(*c == '_' || (c != result &&
								 ((*c >= '0' && *c <= '9') || *c == '$'))))
			return pstrdup(name);
	}
	return result;
}

/*
 * All ways to call what has this name with these arguments: by the names of
 * the arguments if they are those of the parameters, else by position.
 */
static List *
find_candidates(const char *shown, List *names,
				const PgdActionArgument *arguments, int narguments)
{
	List	   *argnames = argument_names(arguments, narguments);
	bool		has_out = false;
	bool		is_ambiguous = false;
	List	   *candidates = NIL;

	if (argnames != NIL)
		candidates = candidates_of(FuncnameGetCandidates(names, narguments,
														 argnames, true, true,
														 false, true),
								   arguments, narguments,
								   list_length(argnames),
								   &has_out, &is_ambiguous);
	if (candidates == NIL)
		candidates = candidates_of(FuncnameGetCandidates(names, narguments,
														 NIL, true, true,
														 false, true),
								   arguments, narguments, 0,
								   &has_out, &is_ambiguous);
	if (candidates != NIL && !is_ambiguous)
		return candidates;
	if (is_ambiguous)
		report_ambiguous(shown, candidates);

	/* would it fit with its output parameters counted? */
	(void) candidates_of(FuncnameGetCandidates(names, narguments, NIL,
											   true, true, true, true),
						 arguments, narguments, 0, &has_out, &is_ambiguous);
	if (has_out)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("procedure \"%s\" has output parameters", shown),
				 errdetail("A stored procedure that a job runs can have input parameters only."),
				 errhint("Call it from a block instead.")));
	report_none(shown, names, narguments);
}

static List *
candidates_of(FuncCandidateList found, const PgdActionArgument *arguments,
			  int narguments, int nnamed, bool *has_out, bool *is_ambiguous)
{
	List	   *candidates = NIL;

	for (; found != NULL; found = found->next)
	{
		HeapTuple	tuple;
		Form_pg_proc proc;
		Candidate  *candidate;
		Oid		   *types;
		char	  **names;
		char	   *modes;
		int			nparameters;
		bool		is_refused = false;

		if (!OidIsValid(found->oid))
		{
			/* several that differ only in parameters with defaults */
			*is_ambiguous = true;
			continue;
		}
		tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(found->oid));
		if (!HeapTupleIsValid(tuple))
			continue;
		proc = (Form_pg_proc) GETSTRUCT(tuple);
		if (proc->prokind != PROKIND_PROCEDURE &&
			proc->prokind != PROKIND_FUNCTION)
		{
			ReleaseSysCache(tuple);
			continue;
		}

		candidate = palloc0(sizeof(Candidate));
		candidate->procedure = found->oid;
		candidate->is_procedure = proc->prokind == PROKIND_PROCEDURE;
		candidate->nnamed = nnamed;
		candidate->ndefaults = found->ndargs;
		candidate->is_variadic = found->nvargs > 0;
		candidate->types = palloc((narguments + 1) * sizeof(Oid));
		for (int i = 0; i < narguments; i++)
			candidate->types[i] = found->args[i];

		nparameters = get_func_arg_info(tuple, &types, &names, &modes);
		for (int i = 0, input = 0; i < nparameters; i++)
		{
			char		mode = modes == NULL ? PROARGMODE_IN : modes[i];

			/* what a function puts out is its result, and ignored */
			if (candidate->is_procedure &&
				(mode == PROARGMODE_OUT || mode == PROARGMODE_INOUT))
				is_refused = true;
			if (mode == PROARGMODE_OUT || mode == PROARGMODE_TABLE)
				continue;
			if (input < narguments && arguments[input].name != NULL &&
				names != NULL && names[i] != NULL &&
				strcmp(parameter_name(arguments[input].name), names[i]) == 0)
				candidate->name_matches++;
			input++;
		}
		ReleaseSysCache(tuple);

		if (is_refused)
			*has_out = true;
		else
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}

/*
 * Keeps the candidates with the highest score.
 */
static List *
keep_best(List *candidates, int (*score) (const Candidate *candidate, void *arg),
		  void *arg)
{
	List	   *kept = NIL;
	int			best = PG_INT32_MIN;
	ListCell   *cell;

	foreach(cell, candidates)
	{
		int			this_score = score(lfirst(cell), arg);

		if (this_score > best)
		{
			best = this_score;
			kept = NIL;
		}
		if (this_score == best)
			kept = lappend(kept, lfirst(cell));
	}
	return kept;
}

static int
score_names(const Candidate *candidate, void *arg)
{
	return candidate->name_matches;
}

/* an equal type counts most, then one of the same category */
static int
score_declared_types(const Candidate *candidate, void *arg)
{
	const ScoreInput *input = arg;
	int			score = 0;

	for (int i = 0; i < input->narguments; i++)
	{
		Oid			declared = input->declared[i];

		if (!OidIsValid(declared))
			continue;
		if (declared == getBaseType(candidate->types[i]))
			score += 1000;
		else if (TypeCategory(declared) == TypeCategory(candidate->types[i]))
			score++;
	}
	return score;
}

/* what has no declared type is text, as for the server an unknown constant */
static int
score_text(const Candidate *candidate, void *arg)
{
	const ScoreInput *input = arg;

	for (int i = 0; i < input->narguments; i++)
	{
		if (!OidIsValid(input->declared[i]) &&
			TypeCategory(candidate->types[i]) != TYPCATEGORY_STRING)
			return 0;
	}
	return 1;
}

static int
score_defaults(const Candidate *candidate, void *arg)
{
	return -candidate->ndefaults - (candidate->is_variadic ? 1000 : 0);
}

/*
 * The type that was declared for an argument, which nobody checked then and
 * which may be one of Oracle's; InvalidOid if it is none or unknown.
 */
static Oid
declared_type(const char *text)
{
	const char *end;

	if (text == NULL)
		return InvalidOid;
	while (scanner_isspace(*text))
		text++;
	end = text + strcspn(text, "( \t\n\r");
	if (end == text)
		return InvalidOid;
	for (int i = 0; i < lengthof(oracle_types); i++)
	{
		if (strlen(oracle_types[i].oracle) == end - text &&
			pg_strncasecmp(text, oracle_types[i].oracle, end - text) == 0)
			return pgd_type_by_name(oracle_types[i].name);
	}
	return pgd_type_by_name(text);
}

static void
report_none(const char *shown, List *names, int narguments)
{
	FuncCandidateList found = FuncnameGetCandidates(names, -1, NIL, false,
													false, true, true);
	StringInfoData known;

	initStringInfo(&known);
	for (; found != NULL; found = found->next)
		appendStringInfo(&known, "%s%s", known.len > 0 ? ", " : "",
						 format_procedure(found->oid));
	if (known.len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("procedure or function \"%s\" does not exist", shown),
				 list_length(names) == 1 ?
				 errhint("No schema of the search_path has it; write its schema before the name.") : 0));
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_FUNCTION),
			 errmsg_plural("\"%s\" cannot be called with %d argument",
						   "\"%s\" cannot be called with %d arguments",
						   narguments, shown, narguments),
			 errdetail("Known by this name: %s.", known.data)));
}

static void
report_ambiguous(const char *shown, List *candidates)
{
	StringInfoData known;
	ListCell   *cell;

	initStringInfo(&known);
	foreach(cell, candidates)
		appendStringInfo(&known, "%s%s", known.len > 0 ? ", " : "",
						 format_procedure(((Candidate *) lfirst(cell))->procedure));
	ereport(ERROR,
			(errcode(ERRCODE_AMBIGUOUS_FUNCTION),
			 errmsg("more than one procedure or function fits \"%s\" with these arguments", shown),
			 known.len > 0 ? errdetail("Candidates: %s.", known.data) : 0,
			 errhint("Give the arguments the names of the parameters, or declare their types in a program.")));
}

/*
 * The type that an argument's value is cast to.
 */
static Oid
parameter_type(const Candidate *candidate, int i,
			   const PgdActionArgument *argument)
{
	Oid			type = candidate->types[i];

	if (IsPolymorphicType(type) || type == ANYOID)
	{
		type = declared_type(argument->type);
		if (!OidIsValid(type))
			type = TEXTOID;
	}
	return type;
}

static RawStmt *
build_statement(const Candidate *candidate,
				const PgdActionArgument *arguments, int narguments)
{
	Oid			schema = get_func_namespace(candidate->procedure);
	List	   *name = list_make2(makeString(get_namespace_name(schema)),
								  makeString(get_func_name(candidate->procedure)));
	List	   *args = NIL;
	FuncCall   *call;
	RawStmt    *raw = makeNode(RawStmt);

	for (int i = 0; i < narguments; i++)
	{
		const PgdActionArgument *argument = &arguments[i];
		TypeCast   *cast = makeNode(TypeCast);

		cast->arg = (Node *)
			pgd_make_constant(argument->value == NULL ? NULL :
							  pstrdup(argument->value));
		cast->typeName =
			makeTypeNameFromOid(parameter_type(candidate, i, argument), -1);
		cast->location = -1;
		if (i >= narguments - candidate->nnamed)
		{
			NamedArgExpr *named = makeNode(NamedArgExpr);

			named->name = parameter_name(argument->name);
			named->arg = (Expr *) cast;
			named->argnumber = -1;
			named->location = -1;
			args = lappend(args, named);
		}
		else
			args = lappend(args, cast);
	}
	call = makeFuncCall(name, args, COERCE_EXPLICIT_CALL, -1);

	if (candidate->is_procedure)
	{
		CallStmt   *statement = makeNode(CallStmt);

		statement->funccall = call;
		raw->stmt = (Node *) statement;
	}
	else
	{
		SelectStmt *statement = makeNode(SelectStmt);
		ResTarget  *target = makeNode(ResTarget);

		target->val = (Node *) call;
		target->location = -1;
		statement->targetList = list_make1(target);
		raw->stmt = (Node *) statement;
	}
	return raw;
}
