/*
 * action.c
 *		Runs an action as if a client had sent it.
 *
 * Called by a worker outside any transaction, with nothing of ours on the
 * stack of snapshots, SPI levels or portals: so the action's code may COMMIT,
 * and VACUUM and CREATE DATABASE find themselves at top level.  What happens
 * here is what the server does with a message of a simple query
 * (exec_simple_query in tcop/postgres.c), but that the rows of a SELECT go
 * nowhere, that a script's statements are sent one by one, and that the
 * caller is asked just before the last commit.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/analyze.h"
#include "pgstat.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"

#include "core/compat.h"
#include "core/errors.h"
#include "resource/worker_apply.h"
#include "scheduler/action.h"
#include "scheduler/procedure.h"

/* an action while it runs */
typedef struct ActionState
{
	const PgdAction *action;
	const PgdActionHooks *hooks;
	MemoryContext caller_cxt;	/* reported values go here */
	MemoryContext cxt;			/* ours, gone when the action ends */
	bool		in_command;		/* StartTransactionCommand without its end */
	LocalTransactionId first_transaction;
	bool		hook_is_done;
	bool		was_logged;		/* log_statement has shown the text */
	int			nstatements;
	int			statement;		/* number of the one that runs, from 1 */
	int			location;		/* where it starts in the text */
} ActionState;

/* the action whose block may report variables; NULL if none runs */
static ActionState *current = NULL;

/*
 * Words that begin a line of SQL*Plus, and no SQL.
 */
static const char *const sqlplus_words[] = {
	"accept", "break", "btitle", "clear", "column", "compute", "connect",
	"define", "disconnect", "exit", "host", "pause", "print", "prompt",
	"quit", "rem", "remark", "shutdown", "spool", "startup", "ttitle",
	"undefine", "variable", "whenever"
};

/* words that begin a statement and cannot follow a division sign */
static const char *const leading_words[] = {
	"alter", "analyze", "begin", "call", "comment", "commit", "create",
	"declare", "delete", "do", "drop", "grant", "insert", "merge", "refresh",
	"reindex", "revoke", "rollback", "select", "set", "truncate", "update",
	"vacuum", "with"
};

static List *prepare_statements(ActionState *state);
static List *parse_sql(const char *text, char **cleaned_text);
static void refuse_client_syntax(const char *text, const PgdToken *tokens,
								 int i, bool is_start);
static void refuse_copy_from_client(const char *text, int location);
static bool is_any_word(const PgdToken *token, const char *const *words,
						int nwords);
static RawStmt *block_statement(const PgdAction *action);
static char *block_language(const PgdAction *action);
static char *block_text(const PgdAction *action);
static void forget_reports(const PgdAction *action);
static void run_by_spi(ActionState *state, bool may_commit);
static void run_sql_by_spi(ActionState *state, SPIExecuteOptions *options);
static void run_procedure_by_spi(const PgdAction *action,
								 SPIExecuteOptions *options);
static void check_spi(int result);
static void log_statement_text(ActionState *state, List *statements);
static void log_duration_of(ActionState *state, const char *text);
static void run_statements(ActionState *state, List *statements);
static void run_statement(ActionState *state, RawStmt *statement);
static void run_nothing(ActionState *state);
static void begin_command(ActionState *state);
static void end_command(ActionState *state);
static bool commits(const RawStmt *statement);
static void end_last_statement(ActionState *state, const RawStmt *statement);
static void refuse_open_block(void);
static void call_hook(ActionState *state);
static int	statement_start(const char *text, const RawStmt *statement);
static void add_statement_context(void *arg);

PG_FUNCTION_INFO_V1(pgd_scheduler_block_report);
PG_FUNCTION_INFO_V1(pgd_scheduler_rewrite_block);

void
pgd_action_run(const PgdAction *action, const PgdActionHooks *hooks)
{
	ActionState state = {.action = action,.hooks = hooks};
	ErrorContextCallback context;

	state.caller_cxt = CurrentMemoryContext;
	state.cxt = AllocSetContextCreate(CurrentMemoryContext, "pg_dbms action",
									  ALLOCSET_DEFAULT_SIZES);
	forget_reports(action);

	debug_query_string = action->text;
	SetCurrentStatementStartTimestamp();
	pgstat_report_activity(STATE_RUNNING, action->text);

	context.callback = add_statement_context;
	context.arg = &state;
	context.previous = error_context_stack;
	error_context_stack = &context;
	current = &state;

	PG_TRY();
	{
		List	   *statements;

		begin_command(&state);
		state.first_transaction = pgd_local_transaction();
		MemoryContextSwitchTo(state.cxt);
		statements = prepare_statements(&state);
		if (hooks != NULL && hooks->before_start != NULL)
			hooks->before_start(hooks->arg);
		log_statement_text(&state, statements);
		if (statements == NIL)
			run_nothing(&state);
		else
			run_statements(&state, statements);
	}
	PG_FINALLY();
	{
		current = NULL;
		if (get_timeout_active(STATEMENT_TIMEOUT))
			disable_timeout(STATEMENT_TIMEOUT, false);
	}
	PG_END_TRY();

	Assert(state.hook_is_done);
	error_context_stack = context.previous;
	MemoryContextSwitchTo(state.caller_cxt);
	MemoryContextDelete(state.cxt);
	debug_query_string = NULL;
}

void
pgd_action_run_inside(const PgdAction *action, bool is_atomic)
{
	ActionState state = {.action = action};
	ActionState *outer = current;
	ErrorContextCallback context;

	state.caller_cxt = CurrentMemoryContext;
	forget_reports(action);

	context.callback = add_statement_context;
	context.arg = &state;
	context.previous = error_context_stack;
	error_context_stack = &context;
	current = &state;

	PG_TRY();
	{
		SPI_connect_ext(is_atomic ? 0 : SPI_OPT_NONATOMIC);
		run_by_spi(&state, !is_atomic);
		SPI_finish();
	}
	PG_FINALLY();
	{
		current = outer;
	}
	PG_END_TRY();

	error_context_stack = context.previous;
	MemoryContextSwitchTo(state.caller_cxt);
}

void
pgd_action_check(PgdActionType type, const char *text)
{
	PgdTextErrors errors;

	pgd_text_errors_begin(&errors, text);
	switch (type)
	{
		case PGD_ACTION_PROCEDURE:
			(void) pgd_procedure_name(text);
			break;
		case PGD_ACTION_BLOCK:
			if (!pgd_action_is_block(text))
				(void) parse_sql(text, NULL);
			break;
		case PGD_ACTION_SCRIPT:
			(void) parse_sql(text, NULL);
			break;
	}
	pgd_text_errors_end(&errors);
}

/*
 * dbms.block_report(name, value): a block tells the value of a variable that
 * it may have assigned to.
 */
Datum
pgd_scheduler_block_report(PG_FUNCTION_ARGS)
{
	char	   *name;
	PgdBlockVariable *variable = NULL;

	if (current == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s can only be called by the block of a running job",
						"dbms.block_report")));
	if (PG_ARGISNULL(0))
		PG_RETURN_VOID();
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	for (int i = 0; i < current->action->nvariables; i++)
	{
		if (current->action->variables[i].is_reported &&
			strcmp(current->action->variables[i].name, name) == 0)
			variable = &current->action->variables[i];
	}
	if (variable == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the running job has no variable \"%s\"", name)));

	variable->was_reported = true;
	variable->reported = NULL;
	if (!PG_ARGISNULL(1))
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 1);
		Oid			output;
		bool		is_varlena;
		char	   *value;
		int			guc_level = NewGUCNestLevel();

		/* the block may have set a style that we cannot read back */
		(void) set_config_option("datestyle", "ISO, YMD", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
		getTypeOutputInfo(type, &output, &is_varlena);
		value = OidOutputFunctionCall(output, PG_GETARG_DATUM(1));
		AtEOXact_GUC(true, guc_level);
		variable->reported = MemoryContextStrdup(current->caller_cxt, value);
	}
	PG_RETURN_VOID();
}

/*
 * dbms.rewrite_block(text): shows the block that would run; NULL if the text
 * is no block.
 */
Datum
pgd_scheduler_rewrite_block(PG_FUNCTION_ARGS)
{
	char	   *source = text_to_cstring(PG_GETARG_TEXT_PP(0));
	PgdBlockVariable variables[] = {
		{.name = "job_name",.type = "pg_catalog.text",.value = "O'Job"},
		{.name = "job_start",.type = "pg_catalog.timestamptz"},
		{.name = "next_date",.type = "pg_catalog.timestamp",.is_reported = true}
	};
	PgdTextErrors errors;
	char	   *block = NULL;

	pgd_text_errors_begin(&errors, source);
	if (pgd_action_is_block(source))
		block = pgd_block_rewrite(source, variables, lengthof(variables));
	pgd_text_errors_end(&errors);
	if (block == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(block));
}

/*
 * The action's statements, not analyzed.  A syntax error means that nothing
 * ran.  Takes no snapshot: the action may still begin with SET TRANSACTION.
 * Allocated in the current context.
 */
static List *
prepare_statements(ActionState *state)
{
	const PgdAction *action = state->action;
	List	   *statements = NIL;

	switch (action->type)
	{
		case PGD_ACTION_PROCEDURE:
			statements = list_make1(pgd_procedure_statement(action->text,
															action->arguments,
															action->narguments));
			break;
		case PGD_ACTION_BLOCK:
			if (pgd_action_is_block(action->text))
				statements = list_make1(block_statement(action));
			else
				statements = parse_sql(action->text, NULL);
			break;
		case PGD_ACTION_SCRIPT:
			statements = parse_sql(action->text, NULL);
			break;
	}
	state->nstatements = list_length(statements);
	return statements;
}

/*
 * Parses SQL text.  What only a client understands is refused, but the slash
 * on a line of its own by which SQL*Plus ends a statement is taken for a
 * semicolon, or for nothing behind one.
 */
static List *
parse_sql(const char *text, char **cleaned_text)
{
	char	   *cleaned = pstrdup(text);
	PgdTokenizer *tokenizer = pgd_tokenizer_begin(text);
	PgdToken	tokens[4];		/* the one before, this one, two ahead */
	bool		is_start = true;
	bool		in_copy = false;
	int			depth = 0;
	List	   *statements;
	ListCell   *cell;

	memset(tokens, 0, sizeof(tokens));
	(void) pgd_tokenizer_next(tokenizer, &tokens[2]);
	tokens[3].kind = PGD_TOKEN_END;
	if (tokens[2].kind != PGD_TOKEN_END)
		(void) pgd_tokenizer_next(tokenizer, &tokens[3]);

	while (tokens[2].kind != PGD_TOKEN_END)
	{
		PgdToken   *token = &tokens[1];

		tokens[0] = tokens[1];
		tokens[1] = tokens[2];
		tokens[2] = tokens[3];
		if (tokens[2].kind != PGD_TOKEN_END)
			(void) pgd_tokenizer_next(tokenizer, &tokens[3]);

		refuse_client_syntax(text, tokens, 1, is_start);

		if (is_start)
		{
			in_copy = pgd_token_is_word(token, "copy");
			depth = 0;
		}
		else if (pgd_token_is(token, "("))
			depth++;
		else if (pgd_token_is(token, ")"))
			depth--;
		else if (in_copy && depth == 0 &&
				 ((pgd_token_is_word(&tokens[0], "from") &&
				   pgd_token_is_word(token, "stdin")) ||
				  (pgd_token_is_word(&tokens[0], "to") &&
				   pgd_token_is_word(token, "stdout"))))
			refuse_copy_from_client(text, token->location);

		if (pgd_token_is(token, "/") && pgd_token_is_alone(text, token))
		{
			if (is_start)
				cleaned[token->location] = ' ';
			else if (tokens[2].kind == PGD_TOKEN_END ||
					 is_any_word(&tokens[2], leading_words,
								 lengthof(leading_words)))
			{
				cleaned[token->location] = ';';
				is_start = true;
			}
			continue;
		}
		is_start = pgd_token_is(token, ";");
	}
	pgd_tokenizer_end(tokenizer);

	statements = pg_parse_query(cleaned);
	if (cleaned_text != NULL)
		*cleaned_text = cleaned;
	foreach(cell, statements)
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);

		/* it would read from a connection that does not exist */
		if (IsA(statement->stmt, CopyStmt) &&
			((CopyStmt *) statement->stmt)->filename == NULL)
			refuse_copy_from_client(text, statement->stmt_location);
	}
	return statements;
}

/*
 * Refuses what psql and SQL*Plus would not send to the server.
 */
static void
refuse_client_syntax(const char *text, const PgdToken *tokens, int i,
					 bool is_start)
{
	const PgdToken *token = &tokens[i];

	if (pgd_token_is(token, "\\"))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("psql commands cannot be used in a job"),
				 errhint("An action holds SQL only; what begins with a backslash is known to psql alone."),
				 pgd_text_errposition(text, token->location)));
	if (!is_start)
		return;
	if (pgd_token_is(token, "@") || pgd_token_is(token, "@@") ||
		is_any_word(token, sqlplus_words, lengthof(sqlplus_words)) ||
		(pgd_token_is_word(token, "set") &&
		 tokens[i + 1].kind == PGD_TOKEN_WORD &&
		 (pgd_token_is_word(&tokens[i + 2], "on") ||
		  pgd_token_is_word(&tokens[i + 2], "off"))))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("SQL*Plus commands cannot be used in a job"),
				 errhint("An action holds SQL only; leave out lines that were meant for SQL*Plus."),
				 pgd_text_errposition(text, token->location)));
}

static void
refuse_copy_from_client(const char *text, int location)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("COPY FROM STDIN and COPY TO STDOUT cannot be used in a job"),
			 errdetail("A job has no client to exchange data with."),
			 errhint("Use a file of the server, a program, or INSERT ... SELECT."),
			 pgd_text_errposition(text, location)));
}

static bool
is_any_word(const PgdToken *token, const char *const *words, int nwords)
{
	for (int i = 0; i < nwords; i++)
	{
		if (pgd_token_is_word(token, words[i]))
			return true;
	}
	return false;
}

/*
 * DO for a block.  Only PL/pgSQL's blocks are rewritten; another language gets
 * the text as it is.
 */
static RawStmt *
block_statement(const PgdAction *action)
{
	DoStmt	   *block = makeNode(DoStmt);
	RawStmt    *statement = makeNode(RawStmt);

	block->args =
		list_make2(makeDefElem("language",
							   (Node *) makeString(block_language(action)), -1),
				   makeDefElem("as",
							   (Node *) makeString(block_text(action)), -1));
	statement->stmt = (Node *) block;
	return statement;
}

static char *
block_language(const PgdAction *action)
{
	return pstrdup(action->block_language == NULL ? "plpgsql" :
				   action->block_language);
}

static char *
block_text(const PgdAction *action)
{
	if (strcmp(block_language(action), "plpgsql") == 0)
		return pgd_block_rewrite(action->text, action->variables,
								 action->nvariables);
	return pstrdup(action->text);
}

static void
forget_reports(const PgdAction *action)
{
	for (int i = 0; i < action->nvariables; i++)
	{
		action->variables[i].was_reported = false;
		action->variables[i].reported = NULL;
	}
}

/*
 * Runs the action as a function would; SPI is connected.
 */
static void
run_by_spi(ActionState *state, bool may_commit)
{
	const PgdAction *action = state->action;
	SPIExecuteOptions options = {0};

	options.allow_nonatomic = may_commit;
	options.dest = None_Receiver;
	if (action->type == PGD_ACTION_PROCEDURE)
		run_procedure_by_spi(action, &options);
	else if (action->type == PGD_ACTION_BLOCK &&
			 pgd_action_is_block(action->text))
		check_spi(SPI_execute_extended(psprintf("DO LANGUAGE %s %s",
												quote_identifier(block_language(action)),
												quote_literal_cstr(block_text(action))),
									   &options));
	else
		run_sql_by_spi(state, &options);
}

/*
 * One statement after the other, as their texts; the parser has found where
 * each begins.
 */
static void
run_sql_by_spi(ActionState *state, SPIExecuteOptions *options)
{
	char	   *cleaned;
	List	   *statements;
	ListCell   *cell;
	PgdTextErrors errors;

	pgd_text_errors_begin(&errors, state->action->text);
	statements = parse_sql(state->action->text, &cleaned);
	pgd_text_errors_end(&errors);
	state->nstatements = list_length(statements);
	foreach(cell, statements)
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);
		const char *start;
		int			length;

		state->statement++;
		state->location = statement_start(cleaned, statement);
		start = cleaned + state->location;
		length = statement->stmt_len > 0 ?
			statement->stmt_location + statement->stmt_len - state->location :
			(int) strlen(start);
		CHECK_FOR_INTERRUPTS();
		check_spi(IsA(statement->stmt, TransactionStmt) ?
				  SPI_ERROR_TRANSACTION :
				  SPI_execute_extended(pnstrdup(start, length), options));
	}
}

static void
run_procedure_by_spi(const PgdAction *action, SPIExecuteOptions *options)
{
	int			n = action->narguments;
	Oid		   *types = palloc((n + 1) * sizeof(Oid));
	ParamListInfo params = makeParamList(n);
	SPIPlanPtr	plan;
	char	   *text = pgd_procedure_statement_text(action->text,
													action->arguments, n);

	for (int i = 0; i < n; i++)
	{
		const PgdActionArgument *argument = &action->arguments[i];
		ParamExternData *param = &params->params[argument->position - 1];

		types[i] = TEXTOID;
		param->isnull = argument->value == NULL;
		param->value = argument->value == NULL ? (Datum) 0 :
			CStringGetTextDatum(argument->value);
		param->pflags = PARAM_FLAG_CONST;
		param->ptype = TEXTOID;
	}
	plan = SPI_prepare(text, n, types);
	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", text,
			 SPI_result_code_string(SPI_result));
	options->params = params;
	check_spi(SPI_execute_plan_extended(plan, options));
}

/*
 * SPI returns what else throws.
 */
static void
check_spi(int result)
{
	if (result == SPI_ERROR_TRANSACTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("an action that runs in the current session cannot begin or end transactions"),
				 errhint("Run the job in the background, with use_current_session => false.")));
	if (result < 0)
		elog(ERROR, "could not run the action: %s",
			 SPI_result_code_string(result));
}

/*
 * The owner's log_statement counts as for a client.
 */
static void
log_statement_text(ActionState *state, List *statements)
{
	ListCell   *cell;

	if (log_statement == LOGSTMT_NONE)
		return;
	foreach(cell, statements)
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);

		if (GetCommandLogLevel(statement->stmt) <= log_statement)
		{
			ereport(LOG,
					(errmsg("statement: %s", state->action->text),
					 errhidestmt(true)));
			state->was_logged = true;
			return;
		}
	}
}

/*
 * So do log_duration and log_min_duration_statement.
 */
static void
log_duration_of(ActionState *state, const char *text)
{
	char		milliseconds[32];

	switch (check_log_duration(milliseconds, state->was_logged))
	{
		case 1:
			ereport(LOG,
					(errmsg("duration: %s ms", milliseconds),
					 errhidestmt(true)));
			break;
		case 2:
			ereport(LOG,
					(errmsg("duration: %s ms  statement: %s",
							milliseconds, text),
					 errhidestmt(true)));
			break;
		default:
			break;
	}
}

static void
run_statements(ActionState *state, List *statements)
{
	bool		is_script = state->action->type == PGD_ACTION_SCRIPT;
	bool		in_implicit_block = !is_script && list_length(statements) > 1;
	ListCell   *cell;

	foreach(cell, statements)
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);
		bool		is_last = lnext(statements, cell) == NULL;
		MemoryContext statement_cxt;
		char	   *text = NULL;

		state->statement++;
		state->location = statement_start(state->action->text, statement);
		if (is_script && list_length(statements) > 1)
		{
			const char *start = state->action->text + state->location;
			int			length = statement->stmt_len > 0 ?
			statement->stmt_location + statement->stmt_len - state->location :
			(int) strlen(start);

			text = pnstrdup(start, length);
			SetCurrentStatementStartTimestamp();
			pgstat_report_activity(STATE_RUNNING, text);
		}
		begin_command(state);
		if (in_implicit_block)
			BeginImplicitTransactionBlock();
		CHECK_FOR_INTERRUPTS();

		statement_cxt = AllocSetContextCreate(state->cxt,
											  "pg_dbms statement",
											  ALLOCSET_DEFAULT_SIZES);
		MemoryContextSwitchTo(statement_cxt);

		/* when the user's own commit comes, it is too late */
		if (is_last && commits(statement) &&
			!IsAbortedTransactionBlockState())
			call_hook(state);

		run_statement(state, statement);

		if (is_last)
		{
			if (in_implicit_block)
				EndImplicitTransactionBlock();
			end_last_statement(state, statement);
		}
		else if (is_script || IsA(statement->stmt, TransactionStmt))
			end_command(state);
		else
		{
			/* the timeout counts for each statement */
			CommandCounterIncrement();
			if (get_timeout_active(STATEMENT_TIMEOUT))
				disable_timeout(STATEMENT_TIMEOUT, false);
		}
		MemoryContextSwitchTo(state->cxt);
		MemoryContextDelete(statement_cxt);
		if (text != NULL)
		{
			log_duration_of(state, text);
			pfree(text);
		}
		else if (is_last)
			log_duration_of(state, state->action->text);
	}
}

/*
 * Analyzes, plans and runs a statement at top level.  Everything is allocated
 * in the current context, which lives longer than any transaction in it.
 */
static void
run_statement(ActionState *state, RawStmt *statement)
{
	const char *text = state->action->text;
	MemoryContext statement_cxt = CurrentMemoryContext;
	CommandTag	tag = CreateCommandTag(statement->stmt);
	List	   *plans;
	Portal		portal;
	DestReceiver *receiver;
	QueryCompletion completion;
	bool		has_snapshot = false;

	pgstat_report_query_id(0, true);

	if (IsAbortedTransactionBlockState() &&
		!(IsA(statement->stmt, TransactionStmt)))
		ereport(ERROR,
				(errcode(ERRCODE_IN_FAILED_SQL_TRANSACTION),
				 errmsg("current transaction is aborted, commands ignored until end of transaction block")));

	if (analyze_requires_snapshot(statement))
	{
		PushActiveSnapshot(GetTransactionSnapshot());
		has_snapshot = true;
	}
	plans = pg_plan_queries(pgd_analyze_and_rewrite(statement, text), text,
							CURSOR_OPT_PARALLEL_OK, NULL);
	/* execution takes its own, after its locks */
	if (has_snapshot)
		PopActiveSnapshot();
	CHECK_FOR_INTERRUPTS();

	portal = CreatePortal("", true, true);
	portal->visible = false;
	PortalDefineQuery(portal, NULL, text, tag, plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	receiver = CreateDestReceiver(DestNone);
	(void) pgd_portal_run(portal, receiver, &completion);
	receiver->rDestroy(receiver);
	PortalDrop(portal, false);
	/* it may have ended transactions */
	MemoryContextSwitchTo(statement_cxt);
}

/*
 * An action without any statement, such as a comment, succeeds.
 */
static void
run_nothing(ActionState *state)
{
	call_hook(state);
	end_command(state);
}

/*
 * Starts a transaction, or a command in the one that is open, and its
 * timeout.  The timeout of an earlier statement is over by then.
 */
static void
begin_command(ActionState *state)
{
	MemoryContext cxt = CurrentMemoryContext;

	if (!state->in_command)
	{
		pgd_worker_apply();
		StartTransactionCommand();
		MemoryContextSwitchTo(cxt);
		state->in_command = true;
	}
	if (StatementTimeout > 0)
	{
		if (!get_timeout_active(STATEMENT_TIMEOUT))
			enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
	}
	else if (get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
}

/*
 * Ends the command, and the transaction if it is not in a block.
 */
static void
end_command(ActionState *state)
{
	MemoryContext cxt = CurrentMemoryContext;

	if (get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
	if (state->in_command)
	{
		CommitTransactionCommand();
		MemoryContextSwitchTo(cxt);
		state->in_command = false;
	}
}

/*
 * Does the statement end its transaction by committing it?
 */
static bool
commits(const RawStmt *statement)
{
	const TransactionStmt *command;

	if (!IsA(statement->stmt, TransactionStmt))
		return false;
	command = (const TransactionStmt *) statement->stmt;
	return command->kind == TRANS_STMT_COMMIT && !command->chain;
}

/*
 * Ends the action's last command, with the caller's hook in its last
 * transaction.  A statement with effects that no rollback undoes, such as
 * CREATE DATABASE, is committed at once: the hook gets a transaction of its
 * own.
 */
static void
end_last_statement(ActionState *state, const RawStmt *statement)
{
	if (state->hook_is_done)
	{
		end_command(state);
		return;
	}
	if (IsA(statement->stmt, TransactionStmt) ||
		(MyXactFlags & XACT_FLAGS_NEEDIMMEDIATECOMMIT) != 0)
	{
		end_command(state);
		if (IsTransactionOrTransactionBlock())
			refuse_open_block();
		begin_command(state);
	}
	else if (IsTransactionBlock())
		refuse_open_block();
	call_hook(state);
	end_command(state);
}

static void
refuse_open_block(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			 errmsg("the action left a transaction block open"),
			 errdetail("What it did since its BEGIN was rolled back."),
			 errhint("End the action with COMMIT, or leave out its BEGIN.")));
}

static void
call_hook(ActionState *state)
{
	MemoryContext cxt = CurrentMemoryContext;

	Assert(!state->hook_is_done);
	state->hook_is_done = true;
	if (state->hooks == NULL || state->hooks->before_commit == NULL)
		return;
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	state->hooks->before_commit(state->hooks->arg,
								pgd_local_transaction() ==
								state->first_transaction);
	PopActiveSnapshot();
	MemoryContextSwitchTo(cxt);
}

/*
 * Where the statement starts; the parser's location begins with white space.
 */
static int
statement_start(const char *text, const RawStmt *statement)
{
	int			location = Max(statement->stmt_location, 0);

	while (text[location] != '\0' && strchr(" \t\n\r\f\v", text[location]))
		location++;
	return location;
}

static void
add_statement_context(void *arg)
{
	ActionState *state = arg;

	if (state->action->type == PGD_ACTION_PROCEDURE)
		errcontext("stored procedure \"%s\"", state->action->text);
	else if (state->nstatements > 1 && state->statement > 0)
		errcontext("statement %d of the action, line %d", state->statement,
				   pgd_text_line(state->action->text, state->location));
}
