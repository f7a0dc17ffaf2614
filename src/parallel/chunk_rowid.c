/*
 * chunk_rowid.c
 *		Chunks by rowid: ranges of whole blocks of one table, or of each leaf
 *		of a partitioned one.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/varlena.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/compat.h"
#include "core/errors.h"
#include "core/sql.h"
#include "parallel/chunking.h"

PG_FUNCTION_INFO_V1(pgd_parallel_create_chunks_by_rowid);

/* blocks that are read for the rows in a block, of a table without statistics */
#define SAMPLE_BLOCKS	30

static void by_rowid(const PgdTask *task, FunctionCallInfo fcinfo);
static bool is_hidden(const char *schema);
static void refuse(const char *name, const char *why) pg_attribute_noreturn();
static void chunk_relation(const PgdTask *task, Oid relation, bool by_row,
						   int64 size, double *total);
static int64 blocks_of_rows(Relation relation, BlockNumber blocks, int64 rows);
static double sample(Relation relation, BlockNumber blocks);

/* dbms_parallel_execute.create_chunks_by_rowid(): see parallel.sql; 29491. */
Datum
pgd_parallel_create_chunks_by_rowid(PG_FUNCTION_ARGS)
{
	pgd_chunking_run(fcinfo, by_rowid);
	PG_RETURN_VOID();
}

static void
by_rowid(const PgdTask *task, FunctionCallInfo fcinfo)
{
	char	   *name = pgd_arg_text(fcinfo, 2);
	bool		by_row = pgd_arg_bool(fcinfo, 3, "by_row");
	int64		size = pgd_chunking_size(fcinfo, 4);
	PgdChunkedTable table;
	List	   *leaves;
	ListCell   *cell;
	double		total = 0;
	char		kind;

	if (is_hidden(pgd_arg_text(fcinfo, 1)) ||
		!pgd_chunking_find_table(pgd_arg_text(fcinfo, 1), name, &table))
		refuse(name, "It does not exist, or its schema is not yours to use.");
	kind = get_rel_relkind(table.relation);
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		refuse(name, "It is not a table with rows of its own.");
	if (pg_class_aclmask(table.relation, GetUserId(),
						 ACL_SELECT | ACL_UPDATE | ACL_DELETE,
						 ACLMASK_ANY) == 0)
		refuse(name, "You have no privileges on it.");

	/* its children have rows of their own, with the same rowids */
	leaves = find_all_inheritors(table.relation, AccessShareLock, NULL);
	pgd_chunking_describe(task, "ROWID_RANGE", &table, NULL, TIDOID);
	foreach(cell, leaves)
	{
		kind = get_rel_relkind(lfirst_oid(cell));
		if (kind == RELKIND_PARTITIONED_TABLE)
			continue;
		if (kind != RELKIND_RELATION)
			refuse(get_rel_name(lfirst_oid(cell)),
				   "It is a foreign table.");
		chunk_relation(task, lfirst_oid(cell), by_row, size, &total);
	}
}

/* Is it a schema whose tables the caller may not see? */
static bool
is_hidden(const char *schema)
{
	List	   *names;
	Oid			oid;

	if (schema == NULL ||
		!SplitIdentifierString(pstrdup(schema), '.', &names) ||
		list_length(names) != 1)
		return false;
	oid = get_namespace_oid(linitial(names), true);
	return OidIsValid(oid) &&
		pgd_schema_aclcheck(oid, GetUserId(), ACL_USAGE) != ACLCHECK_OK;
}

static void
refuse(const char *name, const char *why)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29491)),
			 errmsg("table \"%s\" cannot be chunked by rowid", name),
			 errdetail("%s", why)));
}

static void
chunk_relation(const PgdTask *task, Oid oid, bool by_row, int64 size,
			   double *total)
{
	Relation	relation = table_open(oid, AccessShareLock);
	BlockNumber blocks;
	int64		chunk_blocks;
	Oid			types[] = {INT8OID, OIDOID, OIDOID, INT8OID, INT8OID, INT8OID};
	Datum		values[lengthof(types)];
	PgdCatalogScope scope;

	if (relation->rd_rel->relam != HEAP_TABLE_AM_OID)
		refuse(RelationGetRelationName(relation),
			   "Its access method is not heap.");
	if (RELATION_IS_OTHER_TEMP(relation))
		refuse(RelationGetRelationName(relation),
			   "It is a temporary table of another session.");
	blocks = RelationGetNumberOfBlocks(relation);
	chunk_blocks = by_row ? blocks_of_rows(relation, blocks, size) : size;
	chunk_blocks = Min(chunk_blocks, MaxBlockNumber);
	*total += (double) blocks / chunk_blocks + 1;
	pgd_chunking_check_number(*total);

	values[0] = Int64GetDatum(task->id);
	values[1] = ObjectIdGetDatum(oid);
	values[2] = ObjectIdGetDatum(relation->rd_rel->relfilenode);
	values[3] = Int64GetDatum(chunk_blocks);
	values[4] = Int64GetDatum(blocks);
	values[5] = Int64GetDatum((int64) GetSystemIdentifier());
	pgd_catalog_enter(&scope);
	pgd_change_sql("INSERT INTO dbms.parallel_relation (task_id, relation, filenode, chunk_blocks, chunked_blocks,"
				   " system_identifier) VALUES ($1, $2, $3, $4, $5, $6)",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
	pgd_chunking_add_blocks(task->id, oid, 0, blocks, chunk_blocks);
	table_close(relation, NoLock);
}

void
pgd_chunking_add_blocks(int64 task_id, Oid relation, BlockNumber from,
						BlockNumber until, int64 chunk_blocks)
{
	Oid			types[] = {INT8OID, OIDOID, INT8OID, INT8OID, INT8OID};
	Datum		values[] = {
		Int64GetDatum(task_id), ObjectIdGetDatum(relation),
		Int64GetDatum(from), Int64GetDatum(until), Int64GetDatum(chunk_blocks)
	};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	pgd_change_sql("INSERT INTO dbms.parallel_chunk (task_id, relation, start_rowid, end_rowid)"
				   " SELECT $1, $2, format('(%s,0)', b)::tid, format('(%s,65535)', least(b + $5, $4) - 1)::tid"
				   " FROM generate_series($3, $4 - 1, $5) AS b",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
}

/* At least one; by statistics, or by what the first blocks have. */
static int64
blocks_of_rows(Relation relation, BlockNumber blocks, int64 rows)
{
	double		density = 0;

	if (relation->rd_rel->reltuples > 0 && relation->rd_rel->relpages > 0)
		density = relation->rd_rel->reltuples / relation->rd_rel->relpages;
	if (density <= 0 && blocks > 0)
		density = sample(relation, blocks);
	density = Max(density, 1);
	return (int64) Max(1, Min(rows / density, MaxBlockNumber));
}

/* Rows in a block, from blocks all over the table. */
static double
sample(Relation relation, BlockNumber blocks)
{
	int			n = Min(SAMPLE_BLOCKS, blocks);
	int64		items = 0;

	for (int i = 0; i < n; i++)
	{
		Buffer		buffer = ReadBuffer(relation,
										(BlockNumber) ((uint64) blocks * i / n));
		Page		page;

		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		page = BufferGetPage(buffer);
		if (!PageIsNew(page))
			for (OffsetNumber item = FirstOffsetNumber;
				 item <= PageGetMaxOffsetNumber(page); item++)
				if (ItemIdIsNormal(PageGetItemId(page, item)))
					items++;
		UnlockReleaseBuffer(buffer);
	}
	return (double) items / n;
}
