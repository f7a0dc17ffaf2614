/*
 * sql.c
 *		Catalog access under the owner of the extension's tables.
 *
 * A scope pins search_path and switches the current user to the owner of the
 * schema dbms, for catalog statements alone; nothing of a user runs inside.
 * An error inside needs no cleaning up: the abort restores user and settings.
 * Statements are constants of this library, so their plans are kept for the
 * life of the process, found by the address of the text.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "core/sql.h"

#define PGD_PINNED_PATH "pg_catalog, pg_temp"

/* a kept plan; the key is the address of the statement's constant text */
typedef struct PgdPlan
{
	const char *text;
	SPIPlanPtr	plan;
} PgdPlan;

static HTAB *plans = NULL;

static Oid	catalog_owner(void);
static SPIPlanPtr plan_of(const char *text, int nargs, const Oid *types);
static void hide_statement(const char *text, MemoryContext context);
static bool is_of_caller(int sqlstate);
static Datum column(uint64 row, int column, bool *isnull);

/*
 * Opens a scope: current user, search_path and SPI for catalog statements.
 * A scope inside another one is allowed. Needs a transaction.
 */
void
pgd_catalog_enter(PgdCatalogScope *scope)
{
	GetUserIdAndSecContext(&scope->saved_user, &scope->saved_sec_context);
	scope->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(catalog_owner(), scope->saved_sec_context |
						   SECURITY_LOCAL_USERID_CHANGE);
	if (strcmp(namespace_search_path, PGD_PINNED_PATH) != 0)
		(void) set_config_option("search_path", PGD_PINNED_PATH,
								 PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	scope->is_open = true;
}

/* Closes what pgd_catalog_enter() opened; query results are gone then. */
void
pgd_catalog_leave(PgdCatalogScope *scope)
{
	Assert(scope->is_open);
	scope->is_open = false;
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	AtEOXact_GUC(true, scope->guc_level);
	SetUserIdAndSecContext(scope->saved_user, scope->saved_sec_context);
}

/*
 * Runs a statement of constant text inside a scope; returns the number of
 * rows. Throws when the result is not the expected SPI_OK_ code.
 */
uint64
pgd_sql(const char *text, int nargs, const Oid *types, const Datum *values,
		const char *nulls, int expected)
{
	SPIPlanPtr	plan = plan_of(text, nargs, types);
	bool		saved_seqscan = enable_seqscan;
	bool		saved_hashjoin = enable_hashjoin;
	bool		saved_mergejoin = enable_mergejoin;
	bool		saved_jit = jit_enabled;
	MemoryContext context = CurrentMemoryContext;
	volatile int rc = 0;

	/*
	 * Plans are kept while tables grow from nothing to millions of rows, and
	 * our tables have an index for each way in: no statistics of the moment
	 * may talk the planner into anything else.
	 */
	enable_seqscan = enable_hashjoin = enable_mergejoin = false;
	jit_enabled = false;
	PG_TRY();
	{
		rc = SPI_execute_plan(plan, unconstify(Datum *, values), nulls,
							  false, 0);
	}
	PG_CATCH();
	{
		enable_seqscan = saved_seqscan;
		enable_hashjoin = saved_hashjoin;
		enable_mergejoin = saved_mergejoin;
		jit_enabled = saved_jit;
		hide_statement(text, context);
		PG_RE_THROW();
	}
	PG_END_TRY();
	enable_seqscan = saved_seqscan;
	enable_hashjoin = saved_hashjoin;
	enable_mergejoin = saved_mergejoin;
	jit_enabled = saved_jit;
	if (rc != expected)
		elog(ERROR, "catalog statement returned %s: %s",
			 SPI_result_code_string(rc), text);
	return SPI_processed;
}

/*
 * The caller does not know our statements: what stopped one of them from
 * outside is told without it. Faults of ours keep it. Called where that error
 * is handled, and raises it if there is something to hide.
 */
static void
hide_statement(const char *text, MemoryContext context)
{
	ErrorData  *error;
	char	   *line;
	char	   *found;

	if (!is_of_caller(geterrcode()))
		return;
	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	line = psprintf("SQL statement \"%s\"", text);
	found = error->context == NULL ? NULL : strstr(error->context, line);
	if (found == NULL)
		return;
	FlushErrorState();
	if (found[strlen(line)] == '\n')
		memmove(found, found + strlen(line) + 1,
				strlen(found + strlen(line) + 1) + 1);
	else if (found == error->context)
		error->context = NULL;
	else
		found[-1] = '\0';
	ReThrowError(error);
}

/* Does an error come from his transaction, other sessions or the server? */
static bool
is_of_caller(int sqlstate)
{
	int			category = ERRCODE_TO_CATEGORY(sqlstate);

	return category == ERRCODE_INVALID_TRANSACTION_STATE ||
		category == ERRCODE_TRANSACTION_ROLLBACK ||
		category == ERRCODE_INSUFFICIENT_RESOURCES ||
		category == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE ||
		category == ERRCODE_OPERATOR_INTERVENTION;
}

/*
 * The call that runs changes our tables: 25006 where its transaction may not.
 */
void
pgd_require_writable(FunctionCallInfo fcinfo)
{
	Oid			call = fcinfo->flinfo->fn_oid;

	if (!XactReadOnly)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
			 errmsg("cannot execute %s.%s() in a read-only transaction",
					get_namespace_name(get_func_namespace(call)),
					get_func_name(call)),
			 RecoveryInProgress() ?
			 errhint("This server is a standby: call it on the primary.") : 0));
}

/* InvalidOid if the extension is not here; needs a transaction. */
Oid
pgd_catalog_schema(void)
{
	return get_namespace_oid("dbms", true);
}

/* Owner of the schema dbms, and so of all catalog tables. */
static Oid
catalog_owner(void)
{
	HeapTuple	tuple;
	Oid			owner;

	tuple = SearchSysCache1(NAMESPACENAME, CStringGetDatum("dbms"));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("extension \"pg_dbms\" is not installed in this database"),
				 errhint("Use CREATE EXTENSION pg_dbms.")));
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	return owner;
}

static SPIPlanPtr
plan_of(const char *text, int nargs, const Oid *types)
{
	PgdPlan    *entry;
	bool		found;

	if (plans == NULL)
	{
		HASHCTL		ctl = {0};

		ctl.keysize = sizeof(const char *);
		ctl.entrysize = sizeof(PgdPlan);
		ctl.hcxt = AllocSetContextCreate(TopMemoryContext, "pg_dbms plans",
										 ALLOCSET_DEFAULT_SIZES);
		plans = hash_create("pg_dbms plans", 128, &ctl,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(plans, &text, HASH_FIND, NULL);
	if (entry != NULL)
		return entry->plan;
	else
	{
		SPIPlanPtr	plan;

		/* values change with every call, what is good for them does not */
		plan = SPI_prepare_cursor(text, nargs, unconstify(Oid *, types),
								  CURSOR_OPT_GENERIC_PLAN);
		if (plan == NULL)
			elog(ERROR, "SPI_prepare failed: %s",
				 SPI_result_code_string(SPI_result));
		if (SPI_keepplan(plan) != 0)
			elog(ERROR, "SPI_keepplan failed");
		entry = hash_search(plans, &text, HASH_ENTER, &found);
		entry->plan = plan;
		return plan;
	}
}

/*
 * The columns are read from the last statement's rows; this goes back to
 * those of an earlier one of the same scope.
 */
void
pgd_rows_use(SPITupleTable *rows, uint64 n)
{
	SPI_tuptable = rows;
	SPI_processed = n;
}

static Datum
column(uint64 row, int column, bool *isnull)
{
	Assert(row < SPI_processed);
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						 column + 1, isnull);
}

bool
pgd_column_is_null(uint64 row, int col)
{
	bool		isnull;

	(void) column(row, col, &isnull);
	return isnull;
}

/* NULL for SQL NULL; the copy lives in the given context. */
char *
pgd_column_text(MemoryContext context, uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);
	char	   *string;
	char	   *copy;

	if (isnull)
		return NULL;
	string = TextDatumGetCString(value);
	copy = MemoryContextStrdup(context, string);
	pfree(string);
	return copy;
}

int64
pgd_column_int64(uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

int32
pgd_column_int32(uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);

	return isnull ? 0 : DatumGetInt32(value);
}

double
pgd_column_float8(uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);

	return isnull ? 0 : DatumGetFloat8(value);
}

bool
pgd_column_bool(uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);

	return !isnull && DatumGetBool(value);
}

/* DT_NOBEGIN for SQL NULL. */
TimestampTz
pgd_column_timestamptz(uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);

	return isnull ? DT_NOBEGIN : DatumGetTimestampTz(value);
}

/* NULL for SQL NULL; the copy lives in the given context. */
Interval *
pgd_column_interval(MemoryContext context, uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);
	Interval   *copy;

	if (isnull)
		return NULL;
	copy = MemoryContextAlloc(context, sizeof(Interval));
	*copy = *DatumGetIntervalP(value);
	return copy;
}

Datum
pgd_column_array(MemoryContext context, uint64 row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);
	MemoryContext old;

	if (isnull)
		return (Datum) 0;
	old = MemoryContextSwitchTo(context);
	value = PointerGetDatum(DatumGetArrayTypePCopy(value));
	MemoryContextSwitchTo(old);
	return value;
}

Oid
pgd_column_oid(uint64 row, int col)
{
	bool		isnull;
	Datum		value = column(row, col, &isnull);

	return isnull ? InvalidOid : DatumGetObjectId(value);
}

/* bigint[] in the current memory context. */
Datum
pgd_int8_array(const int64 *values, int n)
{
	Datum	   *datums = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		datums[i] = Int64GetDatum(values[i]);
	return PointerGetDatum(construct_array(datums, n, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/*
 * Starts a transaction of a background process, with an active snapshot. It
 * is ours: what the role prefers for its own must not make it fail or wait.
 */
void
pgd_transaction_begin(void)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	XactIsoLevel = XACT_READ_COMMITTED;
	XactReadOnly = false;
	XactDeferrable = false;
	PushActiveSnapshot(GetTransactionSnapshot());
}

void
pgd_transaction_commit(void)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
}
