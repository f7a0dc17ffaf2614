/*
 * chunk_key.c
 *		Chunks by a column of any type with an order: each begins and ends at
 *		values that are there, and equal ones are never split.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/sql.h"
#include "parallel/chunking.h"

PG_FUNCTION_INFO_V1(pgd_parallel_create_chunks_by_key);

/* keys read at a time */
#define FETCH_ROWS	10000

/* chunks written at a time */
#define WRITE_CHUNKS	1000

/* chunks that are complete and not yet written */
typedef struct KeyRanges
{
	const PgdTask *task;
	FmgrInfo	output;
	MemoryContext context;
	Datum		starts[WRITE_CHUNKS];
	Datum		ends[WRITE_CHUNKS];
	int			n;
	double		total;
} KeyRanges;

/* the chunk that grows */
typedef struct KeyChunk
{
	bool		is_open;
	Datum		start;
	Datum		last;
	int64		rows;
} KeyChunk;

static void by_key(const PgdTask *task, FunctionCallInfo fcinfo);
static bool is_name_of_object(Oid type);
static void read_keys(KeyRanges *ranges, const PgdChunkedTable *table,
					  const PgdChunkedColumn *column, int64 size);
static void add_range(KeyRanges *ranges, const KeyChunk *chunk);
static void write_ranges(KeyRanges *ranges);

/* dbms_parallel_execute.create_chunks_by_key(): see parallel.sql. */
Datum
pgd_parallel_create_chunks_by_key(PG_FUNCTION_ARGS)
{
	pgd_chunking_run(fcinfo, by_key);
	PG_RETURN_VOID();
}

static void
by_key(const PgdTask *task, FunctionCallInfo fcinfo)
{
	PgdChunkedTable table;
	PgdChunkedColumn column;
	int64		size = pgd_chunking_size(fcinfo, 4);
	KeyRanges  *ranges = palloc0(sizeof(KeyRanges));
	int			level;
	Oid			output;
	bool		is_varlena;

	pgd_chunking_require_table(pgd_arg_text(fcinfo, 1),
							   pgd_arg_text(fcinfo, 2), &table);
	pgd_chunking_require_column(&table, pgd_arg_text(fcinfo, 3), &column);
	if (!OidIsValid(lookup_type_cache(column.type,
									  TYPECACHE_CMP_PROC)->cmp_proc))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of table \"%s\" has no order",
						column.name, table.name),
				 errdetail("Type %s has no operator class for btree indexes.",
						   format_type_be(column.type))));
	pgd_chunking_describe(task, "KEY_RANGE", &table, column.name, column.type);
	getTypeOutputInfo(column.type, &output, &is_varlena);
	if (is_name_of_object(column.type))
		output = F_OIDOUT;
	fmgr_info(output, &ranges->output);
	ranges->task = task;
	ranges->context = AllocSetContextCreate(CurrentMemoryContext,
											"pg_dbms key ranges",
											ALLOCSET_DEFAULT_SIZES);

	/* texts that every session reads as the same values */
	level = NewGUCNestLevel();
	(void) set_config_option("DateStyle", "ISO", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("IntervalStyle", "postgres", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("lc_monetary", "C", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("extra_float_digits", "3", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	read_keys(ranges, &table, &column, size);
	write_ranges(ranges);
	AtEOXact_GUC(true, level);
}

/* Those name objects as the search path wants it, but read numbers as well. */
static bool
is_name_of_object(Oid type)
{
	switch (type)
	{
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGCLASSOID:
		case REGTYPEOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
		case REGCOLLATIONOID:
		case REGNAMESPACEOID:
		case REGROLEOID:
			return true;
		default:
			return false;
	}
}

/* One pass over the keys in their order; memory does not grow with them. */
static void
read_keys(KeyRanges *ranges, const PgdChunkedTable *table,
		  const PgdChunkedColumn *column, int64 size)
{
	TypeCacheEntry *type = lookup_type_cache(column->type,
											 TYPECACHE_CMP_PROC_FINFO);
	KeyChunk	chunk = {0};
	int64		nulls = 0;
	SPIPlanPtr	plan;
	Portal		portal;
	char	   *text;
	MemoryContext last_cxt = AllocSetContextCreate(CurrentMemoryContext,
												   "pg_dbms keys",
												   ALLOCSET_SMALL_SIZES);
	MemoryContext next_cxt = AllocSetContextCreate(CurrentMemoryContext,
												   "pg_dbms keys",
												   ALLOCSET_SMALL_SIZES);
	MemoryContext swap;

	text = psprintf("SELECT %s FROM %s ORDER BY 1", column->quoted,
					table->quoted);
	plan = SPI_prepare(text, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
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
		for (uint64 i = 0; i < n; i++)
		{
			bool		isnull;
			Datum		key = SPI_getbinval(rows->vals[i], rows->tupdesc, 1,
											&isnull);

			if (isnull)
			{
				nulls++;
				continue;
			}
			if (chunk.is_open && chunk.rows >= size &&
				DatumGetInt32(FunctionCall2Coll(&type->cmp_proc_finfo,
												column->collation, chunk.last,
												key)) != 0)
			{
				add_range(ranges, &chunk);
				chunk.is_open = false;
			}
			if (!chunk.is_open)
			{
				chunk.is_open = true;
				chunk.rows = 0;
				chunk.start = key;
			}
			chunk.last = key;
			chunk.rows++;
		}

		/* the keys of a chunk that goes on must outlive their rows */
		if (chunk.is_open)
		{
			MemoryContext old = MemoryContextSwitchTo(next_cxt);

			chunk.start = datumCopy(chunk.start, type->typbyval, type->typlen);
			chunk.last = datumCopy(chunk.last, type->typbyval, type->typlen);
			MemoryContextSwitchTo(old);
		}
		MemoryContextReset(last_cxt);
		swap = last_cxt;
		last_cxt = next_cxt;
		next_cxt = swap;
		SPI_freetuptable(rows);
	}
	SPI_cursor_close(portal);
	if (chunk.is_open)
		add_range(ranges, &chunk);
	if (nulls > 0)
		ereport(WARNING,
				(errmsg("column \"%s\" of table \"%s\" has NULLs",
						column->name, table->name),
				 errdetail_plural("%lld row without a value is in no chunk.",
								  "%lld rows without a value are in no chunk.",
								  nulls, (long long) nulls)));
}

static void
add_range(KeyRanges *ranges, const KeyChunk *chunk)
{
	MemoryContext old;

	pgd_chunking_check_number(++ranges->total);
	if (ranges->n == WRITE_CHUNKS)
		write_ranges(ranges);
	old = MemoryContextSwitchTo(ranges->context);
	ranges->starts[ranges->n] =
		CStringGetTextDatum(OutputFunctionCall(&ranges->output, chunk->start));
	ranges->ends[ranges->n++] =
		CStringGetTextDatum(OutputFunctionCall(&ranges->output, chunk->last));
	MemoryContextSwitchTo(old);
}

static void
write_ranges(KeyRanges *ranges)
{
	Oid			types[] = {INT8OID, TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[lengthof(types)];
	PgdCatalogScope scope;

	if (ranges->n > 0)
	{
		values[0] = Int64GetDatum(ranges->task->id);
		values[1] = PointerGetDatum(construct_array(ranges->starts, ranges->n,
													TEXTOID, -1, false,
													TYPALIGN_INT));
		values[2] = PointerGetDatum(construct_array(ranges->ends, ranges->n,
													TEXTOID, -1, false,
													TYPALIGN_INT));
		pgd_catalog_enter(&scope);
		pgd_change_sql("INSERT INTO dbms.parallel_chunk (task_id, start_key, end_key)"
					   " SELECT $1, s, e FROM unnest($2, $3) AS u(s, e)",
					   lengthof(types), types, values, NULL, SPI_OK_INSERT);
		pgd_catalog_leave(&scope);
	}
	ranges->n = 0;
	MemoryContextReset(ranges->context);
}
