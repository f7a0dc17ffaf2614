/*
 * expression.c
 *		Repeat intervals that are SQL expressions with Oracle's date
 *		arithmetic.
 *
 * The expression is PostgreSQL's, but its names and operators are looked up
 * in schema dbms_date first, where integers divide as numbers, a number
 * added to a date means days, and TRUNC, NEXT_DAY and their kin are.  This
 * path counts for the analysis alone: functions that the expression calls
 * find their own, since it is put back before planning, which may already
 * run something.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/execdesc.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_func.h"
#include "parser/parser.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/compat.h"
#include "core/text.h"
#include "scheduler/expression.h"

/*
 * CURRENT_DATE is a key word and no column; this name of the same length
 * takes its place, so that positions in messages stay right.
 */
#define CURRENT_DATE_WORD	"current_date"
#define CURRENT_DATE_ALIAS	"dbms_sysdate"

/* receives the one row */
typedef struct ValueReceiver
{
	DestReceiver pub;
	Oid			type;
	bool		is_null;
	TimestampTz value;
} ValueReceiver;

static Query *analyze_expression(const char *text);
static char *adapt_syntax(const char *text);
static void blank_precision(char *text, const PgdToken *tokens, int i);
static void require_plain_expression(List *statements);
static void set_dbms_date_path(void);
static void setup_parser(ParseState *state, void *arg);
static Node *resolve_column(ParseState *state, ColumnRef *column, Node *found);
static Oid	check_type(Query *query);
static void receiver_start(DestReceiver *self, int operation,
						   TupleDesc descriptor);
static bool receiver_receive(TupleTableSlot *slot, DestReceiver *self);
static void receiver_end(DestReceiver *self);

PG_FUNCTION_INFO_V1(pgd_scheduler_evaluate_interval);

void
pgd_expression_check(const char *text)
{
	(void) check_type(analyze_expression(text));
}

TimestampTz
pgd_expression_next(const char *text, const char *time_zone, bool *is_null)
{
	int			guc_level = NewGUCNestLevel();
	ValueReceiver receiver = {.is_null = true};
	Query	   *query;
	PlannedStmt *plan;
	QueryDesc  *execution;

	(void) set_config_option("timezone", pgd_zone_server_name(time_zone),
							 PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	query = analyze_expression(text);
	receiver.type = check_type(query);
	receiver.pub.receiveSlot = receiver_receive;
	receiver.pub.rStartup = receiver_start;
	receiver.pub.rShutdown = receiver_end;
	receiver.pub.rDestroy = receiver_end;
	receiver.pub.mydest = DestNone;

	PushActiveSnapshot(GetTransactionSnapshot());
	plan = pg_plan_query(query, text, 0, NULL);
	execution = CreateQueryDesc(plan, text, GetActiveSnapshot(),
								InvalidSnapshot, &receiver.pub, NULL, NULL, 0);
	ExecutorStart(execution, 0);
	pgd_executor_run(execution);
	ExecutorFinish(execution);
	ExecutorEnd(execution);
	FreeQueryDesc(execution);
	PopActiveSnapshot();
	/* functions of the expression may have written */
	CommandCounterIncrement();

	AtEOXact_GUC(true, guc_level);
	*is_null = receiver.is_null;
	return receiver.value;
}

/*
 * dbms.evaluate_interval(interval, time_zone): the next run by a repeat
 * interval that is an expression, as a worker of the caller would find it.
 */
Datum
pgd_scheduler_evaluate_interval(PG_FUNCTION_ARGS)
{
	TimestampTz value;
	bool		is_null;

	value = pgd_expression_next(text_to_cstring(PG_GETARG_TEXT_PP(0)),
								text_to_cstring(PG_GETARG_TEXT_PP(1)),
								&is_null);
	if (is_null)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(value);
}

/*
 * Parses and analyzes the expression under the path with dbms_date.
 */
static Query *
analyze_expression(const char *text)
{
	int			guc_level;
	char	   *adapted;
	List	   *statements;
	List	   *queries;
	Query	   *query;
	PgdTextErrors errors;

	pgd_text_errors_begin(&errors, text);
	adapted = adapt_syntax(text);
	statements = raw_parser(adapted, RAW_PARSE_PLPGSQL_EXPR);
	require_plain_expression(statements);

	guc_level = NewGUCNestLevel();
	set_dbms_date_path();
	PushActiveSnapshot(GetTransactionSnapshot());
	queries = pgd_analyze_and_rewrite_withcb(linitial_node(RawStmt, statements),
											 adapted, setup_parser, NULL);
	PopActiveSnapshot();
	AtEOXact_GUC(true, guc_level);

	query = linitial_node(Query, queries);
	if (list_length(queries) != 1 || query->commandType != CMD_SELECT ||
		list_length(query->targetList) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("repeat interval is not a single expression")));
	if (query->hasTargetSRFs)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("repeat interval must not return a set")));
	pgd_text_errors_end(&errors);
	return query;
}

/*
 * Replaces what is Oracle's syntax and not PostgreSQL's, without moving
 * anything: CURRENT_DATE, which has a time there, and the precision of an
 * interval's leading field, as in INTERVAL '400' DAY(3).
 */
static char *
adapt_syntax(const char *text)
{
	char	   *adapted = pstrdup(text);
	int			ntokens;
	PgdToken   *tokens = pgd_text_tokens(text, &ntokens);

	for (int i = 0; i < ntokens; i++)
	{
		if (pgd_token_is_word(&tokens[i], CURRENT_DATE_WORD) &&
			!(i > 0 && pgd_token_is(&tokens[i - 1], ".")))
			memcpy(adapted + tokens[i].location, CURRENT_DATE_ALIAS,
				   tokens[i].length);
		else if (pgd_token_is_word(&tokens[i], "interval") &&
				 tokens[i + 1].kind == PGD_TOKEN_STRING &&
				 tokens[i + 2].kind == PGD_TOKEN_WORD)
		{
			blank_precision(adapted, tokens, i + 2);
		}
	}
	return adapted;
}

/*
 * Blanks the parenthesis behind the field's name at tokens[i], but
 * SECOND(n), which the server knows.
 */
static void
blank_precision(char *text, const PgdToken *tokens, int i)
{
	int			last = i + 1;

	if (!pgd_token_is(&tokens[last], "("))
		return;
	while (tokens[last].kind != PGD_TOKEN_END && !pgd_token_is(&tokens[last], ")"))
		last++;
	if (tokens[last].kind == PGD_TOKEN_END ||
		(pgd_token_is_word(&tokens[i], "second") && last == i + 3))
		return;
	memset(text + tokens[i + 1].location, ' ',
		   tokens[last].location + 1 - tokens[i + 1].location);
}

/*
 * The grammar for expressions allows the rest of a SELECT behind them.
 */
static void
require_plain_expression(List *statements)
{
	SelectStmt *select;

	if (list_length(statements) == 1 &&
		IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt))
	{
		select = (SelectStmt *) linitial_node(RawStmt, statements)->stmt;
		if (list_length(select->targetList) == 1 &&
			linitial_node(ResTarget, select->targetList)->name == NULL &&
			select->distinctClause == NIL && select->intoClause == NULL &&
			select->fromClause == NIL && select->whereClause == NULL &&
			select->groupClause == NIL && select->havingClause == NULL &&
			select->windowClause == NIL && select->valuesLists == NIL &&
			select->sortClause == NIL && select->limitOffset == NULL &&
			select->limitCount == NULL && select->lockingClause == NIL &&
			select->withClause == NULL && select->op == SETOP_NONE)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("repeat interval is not a single expression"),
			 errhint("Write an expression such as TRUNC(SYSDATE) + 1; put a query in parentheses.")));
}

/*
 * dbms_date before pg_catalog, and both before the session's schemas, so that
 * nobody who may create objects there gets in between.
 */
static void
set_dbms_date_path(void)
{
	char	   *path = "dbms_date, pg_catalog";

	if (namespace_search_path != NULL &&
		namespace_search_path[strspn(namespace_search_path, " ")] != '\0')
		path = psprintf("%s, %s", path, namespace_search_path);
	(void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

static void
setup_parser(ParseState *state, void *arg)
{
	state->p_post_columnref_hook = resolve_column;
}

/*
 * SYSDATE and SYSTIMESTAMP are functions without parentheses; a column of the
 * name, in a query inside of the expression, wins.
 */
static Node *
resolve_column(ParseState *state, ColumnRef *column, Node *found)
{
	const char *name;
	const char *function;
	Oid			type;
	FuncExpr   *call;

	if (found != NULL || list_length(column->fields) != 1 ||
		!IsA(linitial(column->fields), String))
		return NULL;
	name = strVal(linitial(column->fields));
	if (strcmp(name, "sysdate") == 0 || strcmp(name, CURRENT_DATE_ALIAS) == 0)
	{
		function = "sysdate";
		type = TIMESTAMPOID;
	}
	else if (strcmp(name, "systimestamp") == 0)
	{
		function = "systimestamp";
		type = TIMESTAMPTZOID;
	}
	else
		return NULL;
	call = makeFuncExpr(LookupFuncName(list_make2(makeString("dbms_date"),
												  makeString(pstrdup(function))),
									   0, NULL, false),
						type, NIL, InvalidOid, InvalidOid,
						COERCE_EXPLICIT_CALL);
	call->location = column->location;
	return (Node *) call;
}

/*
 * The type of the expression; throws if it is none that says an instant.
 */
static Oid
check_type(Query *query)
{
	Node	   *expression = (Node *) linitial_node(TargetEntry,
													query->targetList)->expr;
	Oid			type = exprType(expression);

	switch (type)
	{
		case TIMESTAMPTZOID:
		case TIMESTAMPOID:
		case DATEOID:
			return type;
		case TEXTOID:
		case UNKNOWNOID:
			/* a bare NULL: run no more */
			if (IsA(expression, Const) && ((Const *) expression)->constisnull)
				return type;
			break;
		default:
			break;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("repeat interval is of type %s, not a date or timestamp",
					format_type_be(type)),
			 type == INTERVALOID || type == INT4OID || type == NUMERICOID ?
			 errhint("Add it to SYSDATE or SYSTIMESTAMP.") :
			 errhint("An expression says when the next run is, such as SYSDATE + 1; a calendar string starts with FREQ=.")));
}

static void
receiver_start(DestReceiver *self, int operation, TupleDesc descriptor)
{
}

static bool
receiver_receive(TupleTableSlot *slot, DestReceiver *self)
{
	ValueReceiver *receiver = (ValueReceiver *) self;
	Datum		value = slot_getattr(slot, 1, &receiver->is_null);

	if (receiver->is_null)
		return true;
	switch (receiver->type)
	{
		case TIMESTAMPTZOID:
			receiver->value = DatumGetTimestampTz(value);
			break;
		case TIMESTAMPOID:
			receiver->value =
				pgd_local_to_instant(DatumGetTimestamp(value),
									 GetCurrentStatementStartTimestamp() + 1);
			break;
		case DATEOID:
			value = DirectFunctionCall1(date_timestamp, value);
			receiver->value =
				pgd_local_to_instant(DatumGetTimestamp(value),
									 GetCurrentStatementStartTimestamp() + 1);
			break;
		default:
			elog(ERROR, "unexpected type %u of a repeat interval",
				 receiver->type);
	}
	return true;
}

static void
receiver_end(DestReceiver *self)
{
}

/*
 * The instant of a local time in the session's zone.  When clocks are put
 * back, local times come twice and the server takes the second; here it is
 * the first one that is not over, or a job that runs every few minutes would
 * pause for an hour.
 */
TimestampTz
pgd_local_to_instant(Timestamp local, TimestampTz not_before)
{
	static const int shifts[] = {7200, 3600, 1800};
	TimestampTz instant =
	DatumGetTimestampTz(DirectFunctionCall1(timestamp_timestamptz,
											TimestampGetDatum(local)));

	if (TIMESTAMP_NOT_FINITE(local))
		return instant;
	for (int i = 0; i < lengthof(shifts); i++)
	{
		TimestampTz earlier = instant - shifts[i] * USECS_PER_SEC;
		Datum		shown = DirectFunctionCall1(timestamptz_timestamp,
												TimestampTzGetDatum(earlier));

		if (DatumGetTimestamp(shown) == local &&
			earlier >= not_before)
			return earlier;
	}
	return instant;
}
