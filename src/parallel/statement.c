/*
 * statement.c
 *		The statement of a task; see statement.h.
 *
 * Its text is the user's, with $1 and $2 where :start_id and :end_id stood,
 * found by the server's own scanner. It is prepared once in each process, for
 * parameters of the type of the chunked column: a numeric bound would keep an
 * index on an integer column from being used. A block becomes the body of a
 * temporary function, since DO takes no parameters.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "storage/bufmgr.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rel.h"

#include "core/compat.h"
#include "core/errors.h"
#include "core/guc.h"
#include "core/text.h"
#include "parallel/leaf.h"
#include "parallel/parallel.h"
#include "parallel/statement.h"
#include "scheduler/block.h"

/* tables with fewer blocks may as well be read again and again */
#define LARGE_BLOCKS	1000

struct PgdStatement
{
	SPIPlanPtr	plan;
	char	   *function;		/* of a block, else NULL */
	Oid			bind_type;
	char	   *text;			/* with parameters */
	bool		leaves;
	Oid			leaf;			/* that the plan is for */
	Oid			relation;		/* that is chunked */
	bool		counts_rows;
	PgdStatementKind kind;
	Oid			target;
};

static bool means_rowid_column(const char *text, Oid relation);
static bool names_rowid_table(Node *node, void *context);
static bool names_table_with_rowid(const char *text);
static char *bind(const char *text, bool with_ctid);
static bool is_placeholder(const PgdToken *tokens, int i, const char *name);
static void check_single(const char *text);
static bool makes_table(const SelectStmt *select);
static void prepare_block(PgdStatement *statement, const PgdTask *task,
						  const char *text, MemoryContext context);
static void prepare_leaf(PgdStatement *statement, Oid leaf);
static SPIPlanPtr prepare(const char *text, const PgdStatement *statement);
static void classify(PgdStatement *statement, Oid relation);
static bool has_row_triggers(Oid relation);
static bool check_rights(Node *node, void *context);
static void require_execute(Oid procedure);
static bool scans_all(const Plan *plan, const PlannedStmt *statement,
					  Oid relation);
static bool any_scans_all(List *plans, const PlannedStmt *statement,
						  Oid relation);

PgdStatement *
pgd_statement_prepare(const PgdTask *task, Oid relation, bool leaves,
					  MemoryContext context)
{
	PgdStatement *statement;
	char	   *text;

	if (!OidIsValid(task->bind_type))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the type of the chunks of task \"%s\" does not exist",
						task->name),
				 errhint("Drop the chunks, and make them again.")));
	statement = MemoryContextAllocZero(context, sizeof(PgdStatement));
	statement->bind_type = task->bind_type;
	statement->leaves = leaves;
	statement->relation = relation;
	if (leaves && !OidIsValid(relation))
		ereport(ERROR,
				(errcode(PGD_ORA(29491)),
				 errmsg("table \"%s\" that task \"%s\" has chunked does not exist any more",
						task->table_name, task->name)));
	text = bind(task->sql_stmt,
				task->chunk_type == PGD_CHUNKS_ROWID &&
				!means_rowid_column(task->sql_stmt, relation));
	if (pgd_action_is_block(text))
	{
		if (leaves)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a block cannot process a partitioned table by rowid"),
					 errhint("Chunk its partitions, each with a task of its own.")));
		prepare_block(statement, task, text, context);
		return statement;
	}
	check_single(text);
	statement->text = MemoryContextStrdup(context, text);
	prepare_leaf(statement, InvalidOid);
	classify(statement, relation);
	return statement;
}

/*
 * Has the chunked table a column "rowid"? Chunks by a query do not say which
 * table they are of: then it may be any that the statement names.
 */
static bool
means_rowid_column(const char *text, Oid relation)
{
	char	   *bound;

	if (OidIsValid(relation))
		return get_attnum(relation, "rowid") != InvalidAttrNumber;
	bound = bind(text, false);
	return !pgd_action_is_block(bound) && names_table_with_rowid(bound);
}

static bool
names_table_with_rowid(const char *text)
{
	PgdTextErrors errors;
	bool		found;

	pgd_text_errors_begin(&errors, text);
	found = names_rowid_table((Node *) pg_parse_query(text), NULL);
	pgd_text_errors_end(&errors);
	return found;
}

static bool
names_rowid_table(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RawStmt))
		return names_rowid_table(((RawStmt *) node)->stmt, context);
	if (IsA(node, RangeVar))
	{
		Oid			relation = RangeVarGetRelid((RangeVar *) node, NoLock, true);

		return OidIsValid(relation) &&
			get_attnum(relation, "rowid") != InvalidAttrNumber;
	}
	return raw_expression_tree_walker(node, names_rowid_table, context);
}

char *
pgd_statement_rowid_query(const char *text)
{
	StringInfoData out;
	PgdToken   *tokens;
	int			ntokens;
	int			done = 0;
	PgdTextErrors errors;

	if (names_table_with_rowid(text))
		return pstrdup(text);
	initStringInfo(&out);
	pgd_text_errors_begin(&errors, text);
	tokens = pgd_text_tokens(text, &ntokens);
	pgd_text_errors_end(&errors);
	for (int i = 0; i < ntokens; i++)
	{
		if (!pgd_token_is_word(&tokens[i], "rowid"))
			continue;
		appendBinaryStringInfo(&out, text + done, tokens[i].location - done);
		appendStringInfoString(&out, "ctid");
		done = tokens[i].location + tokens[i].length;
	}
	appendStringInfoString(&out, text + done);
	return out.data;
}

/*
 * The text with parameters in place of :start_id and :end_id, and with ctid in
 * place of rowid if that is wanted.
 */
static char *
bind(const char *text, bool with_ctid)
{
	static const char *const names[] = {"start_id", "end_id"};
	PgdToken   *tokens;
	int			ntokens;
	int			done = 0;
	bool		found[2] = {false, false};
	StringInfoData out;
	PgdTextErrors errors;

	initStringInfo(&out);
	pgd_text_errors_begin(&errors, text);
	tokens = pgd_text_tokens(text, &ntokens);
	for (int i = 0; i < ntokens; i++)
	{
		const PgdToken *token = &tokens[i];
		int			bound = 0;

		if (token->kind == PGD_TOKEN_PARAM)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_PARAMETER),
					 errmsg("the statement of a task cannot have parameters of its own"),
					 errhint("Use :start_id and :end_id."),
					 pgd_text_errposition(text, token->location)));
		if (with_ctid && pgd_token_is_word(token, "rowid"))
		{
			appendBinaryStringInfo(&out, text + done, token->location - done);
			appendStringInfoString(&out, "ctid");
			done = token->location + token->length;
			continue;
		}
		if (!pgd_token_is(token, ":") || i + 1 >= ntokens ||
			tokens[i + 1].kind != PGD_TOKEN_WORD ||
			tokens[i + 1].location != token->location + 1)
			continue;
		for (int n = 0; n < lengthof(names); n++)
			if (is_placeholder(tokens, i, names[n]))
				bound = n + 1;
		if (bound == 0)
			ereport(ERROR,
					(errcode(PGD_ORA(1008)),
					 errmsg("bind variable \":%s\" has no value",
							tokens[i + 1].value),
					 errdetail("The statement of a task has :start_id and :end_id."),
					 errhint("In a slice of an array, put a space behind the colon."),
					 pgd_text_errposition(text, token->location)));
		appendBinaryStringInfo(&out, text + done, token->location - done);
		appendStringInfo(&out, " $%d", bound);
		done = tokens[i + 1].location + tokens[i + 1].length;
		found[bound - 1] = true;
		i++;
	}
	pgd_text_errors_end(&errors);
	appendStringInfoString(&out, text + done);
	for (int n = 0; n < lengthof(names); n++)
		if (!found[n])
			ereport(ERROR,
					(errcode(PGD_ORA(1006)),
					 errmsg("the statement has no bind variable \":%s\"",
							names[n]),
					 errhint("It must use both :start_id and :end_id outside of quotes; for a DO block use BEGIN ... END instead.")));
	return out.data;
}

static bool
is_placeholder(const PgdToken *tokens, int i, const char *name)
{
	return pgd_token_is_word(&tokens[i + 1], name);
}

/* One statement, of a kind that takes parameters. */
static void
check_single(const char *text)
{
	List	   *statements;
	Node	   *node;
	PgdTextErrors errors;

	pgd_text_errors_begin(&errors, text);
	statements = pg_parse_query(text);
	pgd_text_errors_end(&errors);

	if (list_length(statements) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a task needs exactly one statement"),
				 errhint("Put several into BEGIN ... END, or into a procedure that the task calls.")));
	node = linitial_node(RawStmt, statements)->stmt;
	switch (nodeTag(node))
	{
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
#if PG_VERSION_NUM >= 150000
		case T_MergeStmt:
#endif
		case T_CallStmt:
			break;
		case T_SelectStmt:
			if (!makes_table((SelectStmt *) node))
				break;
			/* fall through */
		default:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s cannot be the statement of a task",
							IsA(node, SelectStmt) ? "SELECT INTO" :
							GetCommandTagName(CreateCommandTag(node))),
					 errhint("Use INSERT, UPDATE, DELETE, MERGE, SELECT, CALL or a block.")));
	}
}

/* SELECT INTO; the clause is that of the leftmost SELECT. */
static bool
makes_table(const SelectStmt *select)
{
	while (select->op != SETOP_NONE)
		select = select->larg;
	return select->intoClause != NULL;
}

/* A temporary function with the bounds as its parameters. */
static void
prepare_block(PgdStatement *statement, const PgdTask *task, const char *text,
			  MemoryContext context)
{
	static uint32 counter = 0;
	const char *type = format_type_be_qualified(statement->bind_type);
	const char *body;
	StringInfoData create;
	char	   *name;

	body = strcmp(pgd_block_language, "plpgsql") == 0 ?
		pgd_block_rewrite(text, NULL, 0) : text;
	name = psprintf("pg_temp.pgd_chunk_" INT64_FORMAT "_%u", task->id,
					++counter);
	initStringInfo(&create);
	appendStringInfo(&create,
					 "CREATE FUNCTION %s(%s, %s) RETURNS void LANGUAGE %s AS %s",
					 name, type, type, quote_identifier(pgd_block_language),
					 quote_literal_cstr(body));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(create.data, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not make a function of a block");
	SPI_finish();
	statement->function = MemoryContextStrdup(context,
											  psprintf("%s(%s, %s)", name,
													   type, type));
	statement->kind = PGD_STATEMENT_OTHER;
	statement->plan = prepare(psprintf("SELECT %s($1, $2)", name), statement);
}

/* The plan for one leaf, if the table has leaves, and not for any other. */
static void
prepare_leaf(PgdStatement *statement, Oid leaf)
{
	PgdLeafScope scope;

	if (statement->plan != NULL)
		SPI_freeplan(statement->plan);
	statement->plan = NULL;
	pgd_leaf_enter(&scope, statement->leaves ? statement->text : NULL,
				   statement->relation, leaf);
	PG_TRY();
	{
		statement->plan = prepare(statement->text, statement);
	}
	PG_FINALLY();
	{
		pgd_leaf_leave(&scope);
	}
	PG_END_TRY();
	statement->leaf = leaf;
}

static SPIPlanPtr
prepare(const char *text, const PgdStatement *statement)
{
	Oid			types[] = {statement->bind_type, statement->bind_type, OIDOID};
	SPIPlanPtr	plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = SPI_prepare(text, statement->leaves ? 3 : 2, types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	SPI_finish();
	return plan;
}

/* What does it do with the chunked table, and with others? */
static void
classify(PgdStatement *statement, Oid relation)
{
	List	   *sources = SPI_plan_get_plan_sources(statement->plan);
	CachedPlanSource *source = linitial(sources);
	Query	   *query;

	statement->kind = PGD_STATEMENT_OTHER;
	statement->target = InvalidOid;
	query = linitial_node(Query, source->query_list);
	statement->counts_rows = query->commandType != CMD_UTILITY;
	if (list_length(source->query_list) != 1)
		return;					/* a rule made more of it */
	switch (query->commandType)
	{
		case CMD_UPDATE:
		case CMD_DELETE:
#if PG_VERSION_NUM >= 150000
		case CMD_MERGE:
#endif
			statement->target = rt_fetch(query->resultRelation,
										 query->rtable)->relid;
			if (!query->hasModifyingCTE)
				statement->kind = PGD_STATEMENT_CHANGES;
			break;
		case CMD_INSERT:
			statement->target = rt_fetch(query->resultRelation,
										 query->rtable)->relid;
			if (statement->target == relation ||
				has_row_triggers(statement->target))
				break;
			/* fall through */
		case CMD_SELECT:
			if (!query->hasModifyingCTE &&
				!contain_volatile_functions((Node *) query))
				statement->kind = PGD_STATEMENT_READS;
			break;
		default:
			break;
	}
	if (query->commandType == CMD_INSERT)
		statement->target = InvalidOid;
}

static bool
has_row_triggers(Oid relation)
{
	Relation	table = table_open(relation, AccessShareLock);
	bool		has = table->trigdesc != NULL &&
	(table->trigdesc->trig_insert_before_row ||
	 table->trigdesc->trig_insert_after_row ||
	 table->trigdesc->trig_insert_instead_row ||
	 table->trigdesc->trig_update_before_row ||
	 table->trigdesc->trig_update_after_row);

	table_close(table, AccessShareLock);
	return has;
}

void
pgd_statement_require_rights(const PgdStatement *statement)
{
	ListCell   *cell;

	foreach(cell, SPI_plan_get_plan_sources(statement->plan))
	{
		CachedPlanSource *source = lfirst(cell);

		(void) check_rights((Node *) source->query_list, NULL);
	}
}

static bool
check_rights(Node *node, void *context)
{
	Query	   *query;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, check_rights, context);
	query = (Query *) node;
	if (query->commandType == CMD_UTILITY)
	{
		if (IsA(query->utilityStmt, CallStmt))
			require_execute(castNode(CallStmt, query->utilityStmt)->funcexpr->funcid);
		return false;
	}
	pgd_check_relation_rights(query);
	return query_tree_walker(query, check_rights, context, 0);
}

static void
require_execute(Oid procedure)
{
	AclResult	answer = pgd_function_aclcheck(procedure, GetUserId(),
											   ACL_EXECUTE);

	if (answer != ACLCHECK_OK)
		aclcheck_error(answer, OBJECT_PROCEDURE, get_func_name(procedure));
}

void
pgd_statement_warn_of_scan(const PgdStatement *statement, const PgdTask *task)
{
	Oid			relation = OidIsValid(statement->relation) ?
	statement->relation : statement->target;
	Relation	table;
	CachedPlan *cached;
	ListCell   *cell;
	bool		found = false;

	if (statement->function != NULL || statement->leaves ||
		!OidIsValid(relation) || get_rel_relkind(relation) != RELKIND_RELATION ||
		(table = try_relation_open(relation, AccessShareLock)) == NULL)
		return;
	if (RelationGetNumberOfBlocks(table) >= LARGE_BLOCKS &&
		(cached = SPI_plan_get_cached_plan(statement->plan)) != NULL)
	{
		foreach(cell, cached->stmt_list)
		{
			const PlannedStmt *planned = lfirst_node(PlannedStmt, cell);

			found = found || scans_all(planned->planTree, planned, relation) ||
				any_scans_all(planned->subplans, planned, relation);
		}
		ReleaseCachedPlan(cached, CurrentResourceOwner);
	}
	if (found)
		ereport(WARNING,
				(errmsg("each chunk of task \"%s\" reads all of table \"%s\"",
						task->name, RelationGetRelationName(table)),
				 task->chunk_type == PGD_CHUNKS_ROWID ?
				 errhint("Compare the table's ctid with :start_id and :end_id, and leave enable_tidscan on.") :
				 task->column_name == NULL ?
				 errhint("Create an index on what is compared with :start_id and :end_id.") :
				 errhint("Create an index on column \"%s\", and compare it with :start_id and :end_id.",
						 task->column_name)));
	relation_close(table, NoLock);
}

static bool
scans_all(const Plan *plan, const PlannedStmt *statement, Oid relation)
{
	if (plan == NULL)
		return false;
	switch (nodeTag(plan))
	{
		case T_SeqScan:
			return rt_fetch(((const Scan *) plan)->scanrelid,
							statement->rtable)->relid == relation;
		case T_Append:
			return any_scans_all(((const Append *) plan)->appendplans,
								 statement, relation);
		case T_MergeAppend:
			return any_scans_all(((const MergeAppend *) plan)->mergeplans,
								 statement, relation);
		case T_SubqueryScan:
			return scans_all(((const SubqueryScan *) plan)->subplan,
							 statement, relation);
		default:
			return scans_all(plan->lefttree, statement, relation) ||
				scans_all(plan->righttree, statement, relation);
	}
}

static bool
any_scans_all(List *plans, const PlannedStmt *statement, Oid relation)
{
	ListCell   *cell;

	foreach(cell, plans)
	{
		if (scans_all(lfirst(cell), statement, relation))
			return true;
	}
	return false;
}

void
pgd_statement_free(PgdStatement *statement)
{
	if (statement->plan != NULL)
		SPI_freeplan(statement->plan);
	statement->plan = NULL;
}

void
pgd_statement_require_shared(const PgdStatement *statement)
{
	List	   *relations = list_make1_oid(statement->relation);
	ListCell   *cell;

	foreach(cell, SPI_plan_get_plan_sources(statement->plan))
	{
		CachedPlanSource *source = lfirst(cell);

		relations = list_concat_copy(relations, source->relationOids);
	}
	foreach(cell, relations)
		if (OidIsValid(lfirst_oid(cell)) &&
			get_rel_persistence(lfirst_oid(cell)) == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("workers cannot use temporary table \"%s\"",
						get_rel_name(lfirst_oid(cell))),
				 errdetail("Only the session that made it sees it."),
				 errhint("Use parallel_level => 0, or a table that is not temporary.")));
}

void
pgd_statement_drop_function(PgdStatement *statement)
{
	if (statement->function == NULL)
		return;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	(void) SPI_execute(psprintf("DROP FUNCTION IF EXISTS %s",
								statement->function), false, 0);
	SPI_finish();
	statement->function = NULL;
}

uint64
pgd_statement_run(PgdStatement *statement, Datum start, Datum end, Oid leaf)
{
	ParamListInfo params = makeParamList(statement->leaves ? 3 : 2);
	SPIExecuteOptions options = {0};
	PgdLeafScope scope;
	uint64		rows = 0;
	volatile int rc = 0;

	for (int i = 0; i < params->numParams; i++)
	{
		params->params[i].value = i == 0 ? start : i == 1 ? end :
			ObjectIdGetDatum(leaf);
		params->params[i].ptype = i < 2 ? statement->bind_type : OIDOID;
		params->params[i].isnull = false;
		params->params[i].pflags = PARAM_FLAG_CONST;
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	options.params = params;
	options.dest = CreateDestReceiver(DestNone);

	if (statement->leaves && statement->leaf != leaf)
		prepare_leaf(statement, leaf);
	pgd_leaf_enter(&scope, statement->leaves ? statement->text : NULL,
				   statement->relation, leaf);
	PG_TRY();
	{
		rc = SPI_execute_plan_extended(statement->plan, &options);
	}
	PG_FINALLY();
	{
		pgd_leaf_leave(&scope);
	}
	PG_END_TRY();
	if (rc < 0)
		elog(ERROR, "could not run the statement: %s",
			 SPI_result_code_string(rc));
	if (statement->counts_rows)
		rows = SPI_processed;
	SPI_finish();
	return rows;
}

PgdStatementKind
pgd_statement_kind(const PgdStatement *statement)
{
	return statement->kind;
}

Oid
pgd_statement_target(const PgdStatement *statement)
{
	return statement->target;
}
