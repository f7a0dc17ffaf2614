/*
 * chunk_calls.c
 *		Chunks for a framework of the user's own, and removing them. All is
 *		part of the caller's transaction, so that his work and the status of its
 *		chunk are committed together.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/numeric.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "parallel/chunking.h"
#include "parallel/task.h"

PG_FUNCTION_INFO_V1(pgd_parallel_get_rowid_chunk);
PG_FUNCTION_INFO_V1(pgd_parallel_get_number_col_chunk);
PG_FUNCTION_INFO_V1(pgd_parallel_get_key_chunk);
PG_FUNCTION_INFO_V1(pgd_parallel_set_chunk_status);
PG_FUNCTION_INFO_V1(pgd_parallel_purge_processed_chunks);
PG_FUNCTION_INFO_V1(pgd_parallel_drop_chunks);
PG_FUNCTION_INFO_V1(pgd_parallel_adm_drop_chunks);

/* Oracle's bound of an error's message, in bytes */
#define MAX_MESSAGE		4000

/*
 * Where this session found its last chunk: those before are given out already,
 * most likely, and not looked through again each time.
 */
static int64 last_task = 0;
static int64 last_chunk = 0;

static Datum get_chunk(FunctionCallInfo fcinfo, PgdChunkType type);
static bool take_chunk(const PgdTask *task, int64 after);
static void note_processing(const PgdTask *task);
static void forget_counts(const PgdTask *task);
static void drop_chunks(const PgdTask *task);

/* dbms_parallel_execute.get_rowid_chunk(): see parallel.sql. */
Datum
pgd_parallel_get_rowid_chunk(PG_FUNCTION_ARGS)
{
	return get_chunk(fcinfo, PGD_CHUNKS_ROWID);
}

/* dbms_parallel_execute.get_number_col_chunk(): see parallel.sql. */
Datum
pgd_parallel_get_number_col_chunk(PG_FUNCTION_ARGS)
{
	return get_chunk(fcinfo, PGD_CHUNKS_NUMBER);
}

/* dbms_parallel_execute.get_key_chunk(): see parallel.sql. */
Datum
pgd_parallel_get_key_chunk(PG_FUNCTION_ARGS)
{
	return get_chunk(fcinfo, PGD_CHUNKS_KEY);
}

/*
 * A chunk of another type is given out all the same, as Oracle does, but
 * without its bounds.
 */
static Datum
get_chunk(FunctionCallInfo fcinfo, PgdChunkType type)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdTask    *task;
	TupleDesc	desc;
	Datum		values[4] = {0};
	bool		nulls[4] = {true, true, true, false};
	bool		found;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	task = pgd_task_get(pgd_arg_text(fcinfo, 0), false);
	if (type == PGD_CHUNKS_ROWID && pgd_task_has_leaves(task))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("chunks of a partitioned table cannot be given out by rowid"),
				 errdetail("Each range belongs to one partition, which the call does not say."),
				 errhint("Chunk the partitions, each with a task of its own.")));
	pgd_catalog_enter(&scope);
	found = (task->id == last_task && take_chunk(task, last_chunk)) ||
		take_chunk(task, 0);
	if (found)
	{
		int			first = type == PGD_CHUNKS_ROWID ? 1 :
		type == PGD_CHUNKS_NUMBER ? 3 : 5;
		MemoryContext old;

		last_task = task->id;
		last_chunk = pgd_column_int64(0, 0);
		nulls[0] = false;
		old = MemoryContextSwitchTo(context);
		values[0] = NumericGetDatum(int64_to_numeric(last_chunk));
		for (int i = 0; i < 2; i++)
		{
			Form_pg_attribute column = TupleDescAttr(desc, 1 + i);
			Datum		value = SPI_getbinval(SPI_tuptable->vals[0],
											  SPI_tuptable->tupdesc,
											  first + i + 1, &nulls[1 + i]);

			if (!nulls[1 + i])
				values[1 + i] = datumCopy(value, column->attbyval,
										  column->attlen);
		}
		MemoryContextSwitchTo(old);
		note_processing(task);
	}
	pgd_catalog_leave(&scope);
	values[3] = BoolGetDatum(found);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/* The lowest unassigned chunk that nobody has locked. */
static bool
take_chunk(const PgdTask *task, int64 after)
{
	Oid			types[] = {INT8OID, INT8OID};
	Datum		values[] = {Int64GetDatum(task->id), Int64GetDatum(after)};

	/* a scalar subquery, as it is done once: a join may do it again and again */
	return pgd_sql("UPDATE dbms.parallel_chunk c SET status = 1, start_ts = clock_timestamp(), end_ts = NULL"
				   " WHERE c.task_id = $1 AND c.id = (SELECT id FROM dbms.parallel_chunk"
				   "  WHERE task_id = $1 AND id > $2 AND status = 0"
				   "  ORDER BY task_id, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)"
				   " RETURNING c.id, c.start_rowid, c.end_rowid, c.start_id, c.end_id, c.start_key, c.end_key",
				   lengthof(types), types, values, NULL,
				   SPI_OK_UPDATE_RETURNING) > 0;
}

/* Whoever is first says so; the others need not wait for him. */
static void
note_processing(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};

	if (task->status != PGD_TASK_CHUNKED)
		return;
	pgd_change_sql("UPDATE dbms.parallel_task SET status = 6, chunks_total = NULL, chunks_processed = NULL,"
				   " chunks_failed = NULL, rows_processed = NULL WHERE id ="
				   " (SELECT id FROM dbms.parallel_task WHERE id = $1 AND status = 5 FOR NO KEY UPDATE SKIP LOCKED)",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

/* Chunks of a task that has ended changed: what is stored of them is void. */
static void
forget_counts(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};

	pgd_change_sql("UPDATE dbms.parallel_task SET chunks_total = NULL, chunks_processed = NULL,"
				   " chunks_failed = NULL, rows_processed = NULL WHERE id = $1 AND chunks_total IS NOT NULL",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

/*
 * dbms_parallel_execute.set_chunk_status(): 29493 for a status that there is
 * not, 29499 for an unknown chunk.
 */
Datum
pgd_parallel_set_chunk_status(PG_FUNCTION_ARGS)
{
	Oid			types[] = {INT8OID, NUMERICOID, INT4OID, NUMERICOID, TEXTOID};
	Datum		values[lengthof(types)];
	char		nulls[] = {' ', ' ', ' ', ' ', ' '};
	PgdCatalogScope scope;
	PgdTask    *task;
	char	   *message;
	bool		found;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	task = pgd_task_get(pgd_arg_text(fcinfo, 0), false);
	if (PG_ARGISNULL(1))
		pgd_error_null("chunk id");
	if (PG_ARGISNULL(2) || !pgd_chunk_status_is_valid(PG_GETARG_NUMERIC(2)))
		ereport(ERROR,
				(errcode(PGD_ORA(29493)),
				 errmsg("invalid chunk status: %s",
						PG_ARGISNULL(2) ? "NULL" :
						DatumGetCString(DirectFunctionCall1(numeric_out,
															PG_GETARG_DATUM(2)))),
				 errhint("Use dbms_parallel_execute.unassigned(), assigned(), processed() or processed_with_error().")));
	message = pgd_arg_text(fcinfo, 4);
	if (message != NULL && strlen(message) > MAX_MESSAGE)
		message[pg_mbcliplen(message, strlen(message), MAX_MESSAGE)] = '\0';
	values[0] = Int64GetDatum(task->id);
	values[1] = PG_GETARG_DATUM(1);
	values[2] = DirectFunctionCall1(numeric_int4, PG_GETARG_DATUM(2));
	values[3] = PG_GETARG_DATUM(3);
	if (PG_ARGISNULL(3))
		nulls[3] = 'n';
	values[4] = pgd_text_or_null(message, &nulls[4]);
	pgd_catalog_enter(&scope);
	found = pgd_sql("UPDATE dbms.parallel_chunk SET status = $3,"
					" start_ts = CASE $3 WHEN 0 THEN NULL WHEN 1 THEN clock_timestamp() ELSE start_ts END,"
					" end_ts = CASE WHEN $3 > 1 THEN clock_timestamp() END,"
					" error_code = $4, error_message = $5"
					" WHERE task_id = $1 AND id = (SELECT CASE WHEN $2 BETWEEN 1 AND 9223372036854775807"
					"  AND $2 = trunc($2) THEN $2::bigint ELSE -1 END)",
					lengthof(types), types, values, nulls,
					SPI_OK_UPDATE) > 0;
	if (found && task->status != PGD_TASK_CHUNKED)
		forget_counts(task);
	else if (found && DatumGetInt32(values[2]) != PGD_CHUNK_UNASSIGNED)
		note_processing(task);
	pgd_catalog_leave(&scope);
	if (!found)
		ereport(ERROR,
				(errcode(PGD_ORA(29499)),
				 errmsg("chunk %s of task \"%s\" does not exist",
						DatumGetCString(DirectFunctionCall1(numeric_out,
															PG_GETARG_DATUM(1))),
						task->name)));

	/* it is to be given out again, before those that come later */
	if (DatumGetInt32(values[2]) == PGD_CHUNK_UNASSIGNED)
		last_task = 0;
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.purge_processed_chunks(): see parallel.sql. */
Datum
pgd_parallel_purge_processed_chunks(PG_FUNCTION_ARGS)
{
	Oid			types[] = {INT8OID};
	Datum		values[1];
	PgdCatalogScope scope;
	PgdTask    *task;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	task = pgd_task_get(pgd_arg_text(fcinfo, 0), false);
	values[0] = Int64GetDatum(task->id);
	pgd_catalog_enter(&scope);
	if (pgd_change_sql("DELETE FROM dbms.parallel_chunk WHERE task_id = $1 AND status >= 2",
					   lengthof(types), types, values, NULL,
					   SPI_OK_DELETE) > 0)
		forget_counts(task);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.drop_chunks(): see parallel.sql; 55006. */
Datum
pgd_parallel_drop_chunks(PG_FUNCTION_ARGS)
{
	pgd_require_preload();
	pgd_require_writable(fcinfo);
	drop_chunks(pgd_task_get(pgd_arg_text(fcinfo, 0), true));
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.adm_drop_chunks(): see parallel.sql. */
Datum
pgd_parallel_adm_drop_chunks(PG_FUNCTION_ARGS)
{
	Oid			owner;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	owner = pgd_task_adm_owner(pgd_arg_text(fcinfo, 0));
	drop_chunks(pgd_task_get_of(owner, pgd_arg_text(fcinfo, 1), true));
	PG_RETURN_VOID();
}

static void
drop_chunks(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;

	pgd_task_require_idle(task);
	pgd_chunking_require_idle(task);
	pgd_catalog_enter(&scope);
	pgd_task_delete_chunks(task->id);
	pgd_change_sql("UPDATE dbms.parallel_task SET status = 1, chunk_type = 'UNDELARED', schema_name = NULL,"
				   " table_name = NULL, column_name = NULL, bind_type = NULL,"
				   " run_number = 0, is_parallel = false, run_started_at = NULL, run_ended_at = NULL,"
				   " chunks_total = NULL, chunks_processed = NULL, chunks_failed = NULL,"
				   " rows_processed = NULL, warning = NULL WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}
