/*
 * chunking.c
 *		CREATE_CHUNKS_BY_...: states, and what all ways have in common.
 *
 * Called where it may commit, it first shows that the task is being chunked,
 * and afterwards that it failed; else all is part of the caller's transaction.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/resowner.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "parallel/chunking.h"

static bool is_atomic(FunctionCallInfo fcinfo);
static ErrorData *try_to_make(const PgdTask *task, FunctionCallInfo fcinfo,
							  PgdMakeChunks make);
static void next_transaction(void);
static void check_state(const PgdTask *task);
static void set_tag(LOCKTAG *tag, int64 task_id);
static void finish(int64 task_id);
static char *single_name(const char *text);

void
pgd_chunking_run(FunctionCallInfo fcinfo, PgdMakeChunks make)
{
	PgdTask    *task;
	ErrorData  *error;
	LOCKTAG		tag;
	bool		atomic = is_atomic(fcinfo);

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	if (SPI_connect_ext(atomic ? 0 : SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (!atomic && XactIsoLevel != XACT_READ_COMMITTED)
	{
		/*
		 * by default the caller's are stricter: others may be at work on
		 * tasks
		 */
		check_state(pgd_task_get(pgd_arg_text(fcinfo, 0), false));
		next_transaction();
	}
	task = pgd_task_get(pgd_arg_text(fcinfo, 0), true);
	check_state(task);
	set_tag(&tag, task->id);
	if (atomic)
	{
		(void) LockAcquire(&tag, ExclusiveLock, false, false);
		make(task, fcinfo);
		finish(task->id);
		SPI_finish();
		return;
	}

	/* a lock of the session: held beyond the commit, given up by an abort */
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
	pgd_task_set_status(task->id, PGD_TASK_CHUNKING);
	next_transaction();
	error = try_to_make(task, fcinfo, make);
	if (error == NULL)
		finish(task->id);
	else
		pgd_task_set_status(task->id, PGD_TASK_CHUNKING_FAILED);
	SPI_commit();
	(void) LockRelease(&tag, ExclusiveLock, true);
	if (error != NULL)
		ReThrowError(error);
	SPI_finish();
}

/* Commits, and begins the next, which no other session's work can make fail. */
static void
next_transaction(void)
{
	SPI_commit();
	XactIsoLevel = XACT_READ_COMMITTED;
	XactDeferrable = false;
}

/* No chunks are kept of an attempt that failed; its error, or NULL. */
static ErrorData *
try_to_make(const PgdTask *task, FunctionCallInfo fcinfo, PgdMakeChunks make)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		make(task, fcinfo);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

static bool
is_atomic(FunctionCallInfo fcinfo)
{
	return fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		castNode(CallContext, fcinfo->context)->atomic;
}

static void
check_state(const PgdTask *task)
{
	PgdTaskStatus status = pgd_task_status(task);

	pgd_task_require_idle(task);
	if (status != PGD_TASK_CREATED && status != PGD_TASK_CHUNKING_FAILED)
		ereport(ERROR,
				(errcode(PGD_ORA(29492)),
				 errmsg("task \"%s\" cannot be chunked because it is %s",
						task->name, pgd_task_status_name(status)),
				 errhint("Use dbms_parallel_execute.drop_chunks() first.")));
}

/* Held by who makes chunks. */
static void
set_tag(LOCKTAG *tag, int64 task_id)
{
	Oid			table = get_relname_relid("parallel_task",
										  get_namespace_oid("dbms", false));

	SET_LOCKTAG_OBJECT(*tag, MyDatabaseId, table, (uint32) task_id, 1);
}

bool
pgd_chunking_is_live(int64 task_id)
{
	LOCKTAG		tag;

	set_tag(&tag, task_id);
	if (LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return true;
	(void) LockRelease(&tag, ShareLock, false);
	return false;
}

void
pgd_chunking_require_idle(const PgdTask *task)
{
	if (task->status == PGD_TASK_CHUNKING && pgd_chunking_is_live(task->id))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("chunks of task \"%s\" are being made", task->name),
				 errhint("Cancel the session that makes them, or wait for it.")));
}

static void
finish(int64 task_id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task_id)};
	PgdCatalogScope scope;
	bool		any;

	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET run_number = 0, is_parallel = false, run_started_at = NULL,"
				   " run_ended_at = NULL, chunks_total = (SELECT count(*) FROM dbms.parallel_chunk WHERE task_id = $1),"
				   " chunks_processed = 0, chunks_failed = 0, rows_processed = 0, warning = NULL WHERE id = $1"
				   " RETURNING chunks_total > 0",
				   lengthof(types), types, values, NULL,
				   SPI_OK_UPDATE_RETURNING);
	any = pgd_column_bool(0, 0);
	pgd_catalog_leave(&scope);
	pgd_task_set_status(task_id, any ? PGD_TASK_CHUNKED : PGD_TASK_NO_CHUNKS);
}

/* A name by PostgreSQL's rules; NULL if it is not one, or several. */
static char *
single_name(const char *text)
{
	List	   *names;

	if (!SplitIdentifierString(pstrdup(text), '.', &names) ||
		list_length(names) != 1)
		return NULL;
	return linitial(names);
}

bool
pgd_chunking_find_table(const char *owner, const char *name,
						PgdChunkedTable *table)
{
	RangeVar   *range;
	Oid			relation;

	if (name == NULL || name[0] == '\0')
		pgd_error_missing("table name", name);
	range = makeRangeVar(NULL, single_name(name), -1);
	if (range->relname == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("invalid table name: \"%s\"", name),
				 errhint("Give the schema as table owner, and put a name that is not a plain identifier into double quotes.")));
	if (owner != NULL && owner[0] != '\0')
	{
		range->schemaname = single_name(owner);
		if (range->schemaname == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("invalid table owner: \"%s\"", owner),
					 errhint("It is the name of a schema; put one that is not a plain identifier into double quotes.")));
	}
	relation = RangeVarGetRelid(range, NoLock, true);
	if (!OidIsValid(relation))
		return false;
	table->relation = relation;
	table->schema = get_namespace_name(get_rel_namespace(relation));
	table->name = get_rel_name(relation);
	table->quoted = quote_qualified_identifier(table->schema, table->name);
	return true;
}

void
pgd_chunking_require_table(const char *owner, const char *name,
						   PgdChunkedTable *table)
{
	if (!pgd_chunking_find_table(owner, name, table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" does not exist", name),
				 errhint("Names are PostgreSQL's: in lower case unless quoted; the table owner is its schema.")));
}

void
pgd_chunking_require_column(const PgdChunkedTable *table, const char *name,
							PgdChunkedColumn *column)
{
	HeapTuple	tuple = NULL;
	Form_pg_attribute attribute;
	char	   *single;

	if (name == NULL || name[0] == '\0')
		pgd_error_missing("table column", name);
	single = single_name(name);
	if (single == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("invalid column name: \"%s\"", name),
				 errhint("Chunks are ranges of one column.")));
	tuple = SearchSysCacheAttName(table->relation, single);
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of table \"%s\" does not exist",
						name, table->name),
				 errhint("Names are PostgreSQL's: in lower case unless quoted.")));
	attribute = (Form_pg_attribute) GETSTRUCT(tuple);
	if (attribute->attnum < 0)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("system column \"%s\" cannot be the column of chunks",
						NameStr(attribute->attname)),
				 attribute->attnum == SelfItemPointerAttributeNumber ?
				 errhint("Use create_chunks_by_rowid(): an update gives rows another \"ctid\".") : 0));
	column->name = pstrdup(NameStr(attribute->attname));
	column->quoted = pstrdup(quote_identifier(column->name));
	column->type = getBaseType(attribute->atttypid);
	column->collation = attribute->attcollation;
	column->is_not_null = attribute->attnotnull;
	ReleaseSysCache(tuple);
}

int64
pgd_chunking_size(FunctionCallInfo fcinfo, int argument)
{
	Datum		size;

	if (PG_ARGISNULL(argument))
		pgd_error_null("chunk size");
	size = PG_GETARG_DATUM(argument);
	if (numeric_is_nan(DatumGetNumeric(size)) ||
		numeric_is_inf(DatumGetNumeric(size)) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, size,
										 DirectFunctionCall1(int4_numeric,
															 Int32GetDatum(1)))) ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, size,
										  DirectFunctionCall2(numeric_trunc,
															  size,
															  Int32GetDatum(0)))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("chunk size must be a whole number from 1 on"),
				 errdetail("It is %s.",
						   DatumGetCString(DirectFunctionCall1(numeric_out,
															   size)))));
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, size,
										 NumericGetDatum(int64_to_numeric(PG_INT64_MAX)))))
		return PG_INT64_MAX;
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, size));
}

void
pgd_chunking_check_number(double chunks)
{
	if (chunks > PGD_MAX_CHUNKS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many chunks"),
				 errdetail("There would be %.0f chunks, more than %d.",
						   chunks, PGD_MAX_CHUNKS),
				 errhint("Use a larger chunk size.")));
}

void
pgd_chunking_describe(const PgdTask *task, const char *chunk_type,
					  const PgdChunkedTable *table, const char *column,
					  Oid bind_type)
{
	Oid			types[] = {INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)];
	PgdCatalogScope scope;

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(task->id);
	values[1] = CStringGetTextDatum(chunk_type);
	values[2] = pgd_text_or_null(table ? table->schema : NULL, &nulls[2]);
	values[3] = pgd_text_or_null(table ? table->name : NULL, &nulls[3]);
	values[4] = pgd_text_or_null(column, &nulls[4]);
	values[5] = CStringGetTextDatum(format_type_be_qualified(bind_type));
	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET chunk_type = $2, schema_name = $3, table_name = $4,"
				   " column_name = $5, bind_type = $6 WHERE id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}
