/*
 * chunk_number.c
 *		Chunks by a numeric column, and from a query of the user.
 */
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/plancache.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/sql.h"
#include "parallel/chunking.h"
#include "parallel/statement.h"

PG_FUNCTION_INFO_V1(pgd_parallel_create_chunks_by_number_col);
PG_FUNCTION_INFO_V1(pgd_parallel_create_chunks_by_sql);

/* rows of the user's query taken at a time */
#define FETCH_ROWS	1000

static void by_number(const PgdTask *task, FunctionCallInfo fcinfo);
static bool is_number(Oid type);
static bool is_special(Datum number);
static void check_values(const PgdChunkedTable *table, const char *column,
						 Oid type, bool is_not_null);
static bool finds_any(const char *text);
static void insert_ranges(const PgdTask *task, Datum low, Datum high,
						  Datum size);
static void by_sql(const PgdTask *task, FunctionCallInfo fcinfo);
static bool only_reads(SPIPlanPtr plan);
static Oid	bind_type_of(Portal portal, bool by_rowid);
static uint64 insert_rows(const PgdTask *task, bool by_rowid, SPITupleTable *rows,
						  uint64 n, int64 *reversed);
static bool is_reversed(bool by_rowid, Datum start, Datum end);
static Datum as_numeric(Oid type, Datum value);

/* dbms_parallel_execute.create_chunks_by_number_col(): see parallel.sql. */
Datum
pgd_parallel_create_chunks_by_number_col(PG_FUNCTION_ARGS)
{
	pgd_chunking_run(fcinfo, by_number);
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.create_chunks_by_sql(): see parallel.sql. */
Datum
pgd_parallel_create_chunks_by_sql(PG_FUNCTION_ARGS)
{
	pgd_chunking_run(fcinfo, by_sql);
	PG_RETURN_VOID();
}

static void
by_number(const PgdTask *task, FunctionCallInfo fcinfo)
{
	PgdChunkedTable table;
	PgdChunkedColumn column;
	StringInfoData query;
	Datum		low;
	Datum		high;
	bool		isnull;

	(void) pgd_chunking_size(fcinfo, 4);
	pgd_chunking_require_table(pgd_arg_text(fcinfo, 1),
							   pgd_arg_text(fcinfo, 2), &table);
	pgd_chunking_require_column(&table, pgd_arg_text(fcinfo, 3), &column);
	if (!is_number(column.type))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of table \"%s\" is not numeric",
						column.name, table.name),
				 errdetail("It is of type %s.", format_type_be(column.type)),
				 errhint("Use create_chunks_by_key() for columns of other types.")));
	check_values(&table, column.quoted, column.type, column.is_not_null);
	pgd_chunking_describe(task, "NUMBER_RANGE", &table, column.name,
						  column.type);

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT pg_catalog.min(%s)::numeric, pg_catalog.max(%s)::numeric FROM %s",
					 column.quoted, column.quoted, table.quoted);
	if (SPI_execute(query.data, true, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "could not read the range of a column");
	low = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
						&isnull);
	if (isnull)
		return;					/* no rows: no chunks */
	high = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2,
						 &isnull);
	low = datumCopy(low, false, -1);
	high = datumCopy(high, false, -1);
	if (is_special(low) || is_special(high))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" of table \"%s\" has values without a place among the numbers",
						column.name, table.name),
				 errdetail("Its values reach from %s to %s.",
						   DatumGetCString(DirectFunctionCall1(numeric_out, low)),
						   DatumGetCString(DirectFunctionCall1(numeric_out, high))),
				 errhint("Use create_chunks_by_key(), whose chunks end at values that are there.")));
	insert_ranges(task, low, high, PG_GETARG_DATUM(4));
}

static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID ||
		type == NUMERICOID;
}

/* infinite, or not a number */
static bool
is_special(Datum number)
{
	return numeric_is_nan(DatumGetNumeric(number)) ||
		numeric_is_inf(DatumGetNumeric(number));
}

/*
 * Rows that no chunk would have: a fraction lies between the whole numbers
 * where chunks end and begin; NULL is nowhere.
 */
static void
check_values(const PgdChunkedTable *table, const char *column, Oid type,
			 bool is_not_null)
{
	if (type == NUMERICOID &&
		finds_any(psprintf("SELECT 1 FROM %s WHERE %s OPERATOR(pg_catalog.<>) pg_catalog.trunc(%s) LIMIT 1",
						   table->quoted, column, column)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column %s of table \"%s\" has numbers with a fraction",
						column, table->name),
				 errdetail("Some of them would lie between two chunks."),
				 errhint("Use create_chunks_by_key(), whose chunks end at values that are there.")));
	if (!is_not_null &&
		finds_any(psprintf("SELECT 1 FROM %s WHERE %s IS NULL LIMIT 1",
						   table->quoted, column)))
		ereport(WARNING,
				(errmsg("column %s of table \"%s\" has NULLs", column,
						table->name),
				 errdetail("Rows without a value are in no chunk.")));
}

static bool
finds_any(const char *text)
{
	if (SPI_execute(text, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read a column");
	return SPI_processed > 0;
}

/* Chunk i is [low + i * size, low + (i + 1) * size - 1], the last ends at high. */
static void
insert_ranges(const PgdTask *task, Datum low, Datum high, Datum size)
{
	Oid			types[] = {INT8OID, NUMERICOID, NUMERICOID, NUMERICOID};
	Datum		values[] = {Int64GetDatum(task->id), low, high, size};
	Datum		span = DirectFunctionCall2(numeric_sub, high, low);
	PgdCatalogScope scope;

	pgd_chunking_check_number(1 +
							  DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
																 DirectFunctionCall2(numeric_div_trunc,
																					 span, size))));
	pgd_catalog_enter(&scope);
	pgd_change_sql("INSERT INTO dbms.parallel_chunk (task_id, start_id, end_id)"
				   " SELECT $1, s, least(s + $4 - 1, $3) FROM generate_series($2, $3, $4) AS s",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
}

/* ---- a query of the user ---- */

static void
by_sql(const PgdTask *task, FunctionCallInfo fcinfo)
{
	char	   *text = pgd_arg_text(fcinfo, 1);
	bool		by_rowid = pgd_arg_bool(fcinfo, 2, "by_rowid");
	SPIPlanPtr	plan;
	Portal		portal;
	Oid			type;
	int64		total = 0;
	int64		without = 0;
	int64		reversed = 0;

	if (text == NULL || text[0] == '\0')
		pgd_error_missing("sql_stmt", text);
	if (by_rowid)
		text = pgd_statement_rowid_query(text);
	plan = SPI_prepare(text, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	if (!SPI_is_cursor_plan(plan) || !only_reads(plan))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the statement that makes chunks must be a query"),
				 errhint("Use one SELECT, VALUES or TABLE that changes nothing.")));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, false);
	type = bind_type_of(portal, by_rowid);
	pgd_chunking_describe(task, by_rowid ? "ROWID_RANGE" : "NUMBER_RANGE",
						  NULL, NULL, type);
	for (;;)
	{
		SPITupleTable *rows;
		uint64		n;

		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, FETCH_ROWS);
		rows = SPI_tuptable;
		n = SPI_processed;
		if (n == 0)
			break;
		total += n;
		pgd_chunking_check_number(total);
		without += n - insert_rows(task, by_rowid, rows, n, &reversed);
		SPI_freetuptable(rows);
	}
	SPI_cursor_close(portal);
	if (without > 0)
		ereport(WARNING,
				(errmsg_plural("the query that makes chunks returned a NULL in %lld row",
							   "the query that makes chunks returned a NULL in %lld rows",
							   without, (long long) without),
				 errdetail("Nothing lies between such bounds, so they are left out: rows without a value are in no chunk.")));
	if (reversed > 0)
		ereport(WARNING,
				(errmsg_plural("%lld chunk begins behind its end",
							   "%lld chunks begin behind their end",
							   reversed, (long long) reversed),
				 errdetail("No row is BETWEEN :start_id AND :end_id of such a chunk."),
				 errhint("The first column of the query is start_id, the second end_id.")));
}

/* A query that returns rows may change them, too. */
static bool
only_reads(SPIPlanPtr plan)
{
	ListCell   *cell;

	foreach(cell, SPI_plan_get_plan_sources(plan))
	{
		CachedPlanSource *source = lfirst(cell);
		ListCell   *query;

		foreach(query, source->query_list)
		{
			if (lfirst_node(Query, query)->commandType != CMD_SELECT ||
				lfirst_node(Query, query)->hasModifyingCTE)
				return false;
		}
	}
	return true;
}

/* What both columns are; 42804 if the query is not fit. */
static Oid
bind_type_of(Portal portal, bool by_rowid)
{
	TupleDesc	desc = portal->tupDesc;
	Oid			first;
	Oid			second;

	if (desc == NULL || desc->natts != 2)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the query that makes chunks must return two columns"),
				 errdetail("It returns %d.", desc == NULL ? 0 : desc->natts),
				 errhint("They are the first and the last of a chunk, start_id and end_id.")));
	first = getBaseType(TupleDescAttr(desc, 0)->atttypid);
	second = getBaseType(TupleDescAttr(desc, 1)->atttypid);
	if (by_rowid ? first == TIDOID && second == TIDOID :
		is_number(first) && is_number(second))
	{
		if (first == second)
			return first;
		return first == NUMERICOID || second == NUMERICOID ? NUMERICOID :
			INT8OID;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("the query that makes chunks returns columns of type %s and %s",
					format_type_be(first), format_type_be(second)),
			 by_rowid ?
			 errhint("With by_rowid => true both must be of type tid, as ctid is.") :
			 errhint("With by_rowid => false both must be integers or numeric.")));
}

/*
 * Returns how many chunks they are: rows with a NULL are none. What is behind
 * its end is a chunk as in Oracle: the bounds may mean something else to the
 * statement.
 */
static uint64
insert_rows(const PgdTask *task, bool by_rowid, SPITupleTable *rows, uint64 n,
			int64 *reversed)
{
	Oid			element = by_rowid ? TIDOID : NUMERICOID;
	Oid			types[] = {INT8OID, get_array_type(element), get_array_type(element)};
	Datum		values[lengthof(types)];
	Datum	   *bounds[2];
	int16		length;
	bool		by_value;
	char		align;
	PgdCatalogScope scope;
	uint64		chunks = 0;

	bounds[0] = palloc(sizeof(Datum) * n);
	bounds[1] = palloc(sizeof(Datum) * n);
	for (uint64 i = 0; i < n; i++)
	{
		bool		isnull[2];

		for (int column = 0; column < 2; column++)
			bounds[column][chunks] = SPI_getbinval(rows->vals[i], rows->tupdesc,
												   column + 1, &isnull[column]);
		if (isnull[0] || isnull[1])
			continue;
		for (int column = 0; column < 2 && !by_rowid; column++)
			bounds[column][chunks] =
				as_numeric(getBaseType(TupleDescAttr(rows->tupdesc,
													 column)->atttypid),
						   bounds[column][chunks]);
		if (is_reversed(by_rowid, bounds[0][chunks], bounds[1][chunks]))
			(*reversed)++;
		chunks++;
	}
	if (chunks == 0)
		return 0;
	get_typlenbyvalalign(element, &length, &by_value, &align);
	values[0] = Int64GetDatum(task->id);
	for (int column = 0; column < 2; column++)
		values[column + 1] =
			PointerGetDatum(construct_array(bounds[column], chunks, element, length,
											by_value, align));
	pgd_catalog_enter(&scope);
	if (by_rowid)
		pgd_change_sql("INSERT INTO dbms.parallel_chunk (task_id, start_rowid, end_rowid)"
					   " SELECT $1, s, e FROM unnest($2, $3) AS u(s, e)",
					   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	else
		pgd_change_sql("INSERT INTO dbms.parallel_chunk (task_id, start_id, end_id)"
					   " SELECT $1, s, e FROM unnest($2, $3) AS u(s, e)",
					   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
	return chunks;
}

static bool
is_reversed(bool by_rowid, Datum start, Datum end)
{
	return by_rowid ?
		ItemPointerCompare((ItemPointer) DatumGetPointer(start),
						   (ItemPointer) DatumGetPointer(end)) > 0 :
		DatumGetBool(DirectFunctionCall2(numeric_gt, start, end));
}

static Datum
as_numeric(Oid type, Datum value)
{
	switch (type)
	{
		case INT2OID:
			return DirectFunctionCall1(int2_numeric, value);
		case INT4OID:
			return DirectFunctionCall1(int4_numeric, value);
		case INT8OID:
			return DirectFunctionCall1(int8_numeric, value);
		default:
			return value;
	}
}
