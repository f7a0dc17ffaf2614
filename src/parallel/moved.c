/*
 * moved.c
 *		Rows of chunks by rowid that others than the task's statement move: its
 *		triggers and foreign keys, and other sessions. The fence keeps such
 *		rows from being processed twice; they are missed if they move before
 *		their chunk is processed. So who runs a task is told.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xlog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/xid8.h"

#include "core/change.h"
#include "core/sql.h"
#include "parallel/fence.h"
#include "parallel/moved.h"

/* chunks whose transactions are read at a time */
#define READ_CHUNKS		10000

/* transactions of a task's chunks, sorted */
typedef struct Transactions
{
	TransactionId *xids;
	int			n;
	int			room;
	bool		is_complete;	/* no chunk has more than are kept */
} Transactions;

static bool is_plain_table(Oid relation);
static void note_table(const PgdTask *task, Oid relation);
static void forget_tables(const PgdTask *task);
static bool ranges_share_blocks(const PgdTask *task);
static const char *trigger_of(Oid relation);
static char *foreign_key_of(Oid relation);
static void read_transactions(const PgdTask *task, Transactions *all);
static int	compare_xids(const void *a, const void *b);
static int64 count_strange(Oid relation, BlockNumber from,
						   const Transactions *ours);
static int64 count_in_page(Relation relation, Buffer buffer,
						   const Transactions *ours, Snapshot snapshot,
						   TransactionId *last);

/* ---- chunks by a query ---- */

void
pgd_moved_choose_table(const PgdTask *task, const PgdStatement *statement)
{
	Oid			target = pgd_statement_target(statement);
	List	   *noted;

	if (task->chunk_type != PGD_CHUNKS_ROWID || task->table_name != NULL ||
		pgd_statement_kind(statement) == PGD_STATEMENT_READS)
		return;
	if (pgd_statement_kind(statement) != PGD_STATEMENT_CHANGES ||
		!is_plain_table(target))
	{
		forget_tables(task);
		ereport(WARNING,
				(errmsg("rows may be processed more than once by task \"%s\", or not at all",
						task->name),
				 errdetail("Its chunks are rowids of a query, and its statement is not a plain UPDATE, DELETE or MERGE of one table without partitions: nothing keeps rows from moving into other chunks."),
				 errhint("Use create_chunks_by_rowid().")));
		return;
	}
	noted = pgd_fence_relations(task);
	if (list_length(noted) != 1 || linitial_oid(noted) != target)
	{
		forget_tables(task);
		note_table(task, target);
	}
	if (ranges_share_blocks(task))
		ereport(WARNING,
				(errmsg("rows may be processed more than once by task \"%s\"",
						task->name),
				 errdetail("Ranges of its chunks share blocks, and an update moves a row within its block."),
				 errhint("End each range with (block,65535), and begin the next with (block + 1,0).")));
}

static bool
is_plain_table(Oid oid)
{
	Relation	relation;
	bool		is_plain;

	if (!OidIsValid(oid) || get_rel_relkind(oid) != RELKIND_RELATION)
		return false;
	relation = table_open(oid, AccessShareLock);
	is_plain = relation->rd_rel->relam == HEAP_TABLE_AM_OID &&
		!RELATION_IS_OTHER_TEMP(relation) && !has_subclass(oid);
	table_close(relation, AccessShareLock);
	return is_plain;
}

/* With no blocks of a chunk, as the ranges are not ours to make. */
static void
note_table(const PgdTask *task, Oid oid)
{
	Oid			types[] = {INT8OID, OIDOID, OIDOID, INT8OID};
	Datum		values[lengthof(types)];
	Relation	relation = table_open(oid, AccessShareLock);
	PgdCatalogScope scope;

	values[0] = Int64GetDatum(task->id);
	values[1] = ObjectIdGetDatum(oid);
	values[2] = ObjectIdGetDatum(relation->rd_rel->relfilenode);
	values[3] = Int64GetDatum((int64) GetSystemIdentifier());
	table_close(relation, NoLock);
	pgd_catalog_enter(&scope);
	pgd_change_sql("INSERT INTO dbms.parallel_relation (task_id, relation, filenode, chunk_blocks, chunked_blocks,"
				   " system_identifier) VALUES ($1, $2, $3, 0, 0, $4)",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
}

static void
forget_tables(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	pgd_change_sql("DELETE FROM dbms.parallel_relation WHERE task_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
}

static bool
ranges_share_blocks(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;
	bool		share;

	pgd_catalog_enter(&scope);
	share = pgd_sql("SELECT 1 FROM (SELECT split_part(trim('(' FROM start_rowid::text), ',', 1)::bigint AS first,"
					" max(split_part(trim('(' FROM end_rowid::text), ',', 1)::bigint)"
					"  OVER (ORDER BY start_rowid, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last"
					" FROM dbms.parallel_chunk WHERE task_id = $1) AS c WHERE c.last >= c.first LIMIT 1",
					lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
	pgd_catalog_leave(&scope);
	return share;
}

/* ---- triggers ---- */

void
pgd_moved_warn_of_triggers(const PgdTask *task)
{
	ListCell   *cell;

	foreach(cell, pgd_fence_relations(task))
	{
		Oid			relation = lfirst_oid(cell);
		const char *trigger = trigger_of(relation);
		const char *key = foreign_key_of(relation);

		if (trigger == NULL && key == NULL)
			continue;
		ereport(WARNING,
				(errmsg("rows of table \"%s\" may be missed by task \"%s\"",
						get_rel_name(relation), task->name),
				 trigger != NULL ?
				 errdetail("Trigger \"%s\" may update rows of other chunks.",
						   trigger) :
				 errdetail("Foreign key \"%s\" refers to the table itself, and may update rows of other chunks.",
						   key),
				 errhint("A row that moves before its chunk is processed is missed. With pg_dbms.rowid_exact = on it is found.")));
		break;
	}
}

/* One that users made, for rows that are updated or deleted; or NULL. */
static const char *
trigger_of(Oid oid)
{
	Relation	relation = table_open(oid, AccessShareLock);
	TriggerDesc *all = relation->trigdesc;
	const char *name = NULL;

	for (int i = 0; all != NULL && i < all->numtriggers && name == NULL; i++)
	{
		Trigger    *trigger = &all->triggers[i];

		if (!trigger->tgisinternal && trigger->tgenabled != TRIGGER_DISABLED &&
			TRIGGER_FOR_ROW(trigger->tgtype) &&
			(TRIGGER_FOR_UPDATE(trigger->tgtype) ||
			 TRIGGER_FOR_DELETE(trigger->tgtype)))
			name = pstrdup(trigger->tgname);
	}
	table_close(relation, AccessShareLock);
	return name;
}

/* One by which the table changes its own rows; or NULL. */
static char *
foreign_key_of(Oid relation)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(relation)};
	PgdCatalogScope scope;
	char	   *name = NULL;

	pgd_catalog_enter(&scope);
	if (pgd_sql("SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND conrelid = $1"
				" AND (confrelid = $1 OR confrelid IN (SELECT relid FROM pg_partition_ancestors($1)))"
				" AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd')) ORDER BY conname LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		name = pgd_column_text(context, 0, 0);
	pgd_catalog_leave(&scope);
	return name;
}

/* ---- after the last chunk ---- */

char *
pgd_moved_look(const PgdTask *task)
{
	Transactions ours = {0};
	int64		rows = 0;
	char	   *text;
	ListCell   *cell;

	read_transactions(task, &ours);
	foreach(cell, pgd_fence_places(task))
	{
		PgdFencePlace *place = lfirst(cell);

		rows += count_strange(place->relation, place->first_block, &ours);
	}
	if (rows == 0)
		return NULL;
	text = ours.is_complete ?
		psprintf("%lld rows behind the chunks were written by others",
				 (long long) rows) :
		psprintf("unknown: %lld rows behind the chunks may have been written by others",
				 (long long) rows);
	ereport(WARNING,
			(errmsg("other sessions have written to the table while task \"%s\" processed it",
					task->name),
			 ours.is_complete ?
			 errdetail("They inserted or moved %lld rows that lie behind the chunks now. Rows that were moved before their chunk was processed have been missed.",
					   (long long) rows) :
			 errdetail("It is unknown how many of %lld rows behind the chunks are theirs, since chunks have too many subtransactions or were marked by set_chunk_status(). Rows that were moved before their chunk was processed have been missed.",
					   (long long) rows),
			 errhint("With pg_dbms.rowid_exact = on such rows are found.")));
	return text;
}

/* All that chunks of the task have used, in its earlier runs too. */
static void
read_transactions(const PgdTask *task, Transactions *all)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {INT8OID, INT8OID, INT4OID};
	Datum		values[] = {Int64GetDatum(task->id), Int64GetDatum(0), Int32GetDatum(READ_CHUNKS)};
	bool		is_end = false;

	all->is_complete = true;
	while (!is_end)
	{
		PgdCatalogScope scope;
		Datum	   *elements = NULL;
		int			n = 0;

		CHECK_FOR_INTERRUPTS();
		pgd_catalog_enter(&scope);
		(void) pgd_sql("WITH p AS (SELECT id, xids FROM dbms.parallel_chunk WHERE task_id = $1 AND id > $2 AND status = 2"
					   " ORDER BY task_id, id LIMIT $3)"
					   " SELECT (SELECT max(id) FROM p),"
					   " (SELECT count(*) FROM p WHERE xids IS NULL OR array_position(xids, NULL) IS NOT NULL),"
					   " (SELECT array_agg(x) FROM p, unnest(xids) AS x WHERE x IS NOT NULL)",
					   lengthof(types), types, values, NULL, SPI_OK_SELECT);
		is_end = pgd_column_is_null(0, 0);
		if (!is_end)
		{
			values[1] = Int64GetDatum(pgd_column_int64(0, 0));
			if (pgd_column_int64(0, 1) > 0)
				all->is_complete = false;
		}
		if (!pgd_column_is_null(0, 2))
			deconstruct_array(DatumGetArrayTypeP(pgd_column_array(context, 0, 2)),
							  XID8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
							  &elements, NULL, &n);
		if (all->n + n > all->room)
		{
			int			room = (all->n + n) * 2;

			all->xids = all->xids == NULL ?
				MemoryContextAllocHuge(context, sizeof(TransactionId) * room) :
				repalloc_huge(all->xids, sizeof(TransactionId) * room);
			all->room = room;
		}
		for (int i = 0; i < n; i++)
			all->xids[all->n++] =
				XidFromFullTransactionId(DatumGetFullTransactionId(elements[i]));
		pgd_catalog_leave(&scope);
	}
	if (all->n > 0)
		qsort(all->xids, all->n, sizeof(TransactionId), compare_xids);
}

static int
compare_xids(const void *a, const void *b)
{
	TransactionId x = *(const TransactionId *) a;
	TransactionId y = *(const TransactionId *) b;

	return x < y ? -1 : x > y ? 1 : 0;
}

/* Live rows from this block on that none of our transactions wrote. */
static int64
count_strange(Oid oid, BlockNumber from, const Transactions *ours)
{
	Relation	relation = table_open(oid, AccessShareLock);
	BlockNumber blocks = RelationGetNumberOfBlocks(relation);
	BufferAccessStrategy strategy = GetAccessStrategy(BAS_BULKREAD);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TransactionId last = InvalidTransactionId;
	int64		rows = 0;

	for (BlockNumber block = from; block < blocks; block++)
	{
		Buffer		buffer;

		CHECK_FOR_INTERRUPTS();
		buffer = ReadBufferExtended(relation, MAIN_FORKNUM, block, RBM_NORMAL,
									strategy);
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		rows += count_in_page(relation, buffer, ours, snapshot, &last);
		UnlockReleaseBuffer(buffer);
	}
	UnregisterSnapshot(snapshot);
	FreeAccessStrategy(strategy);
	table_close(relation, AccessShareLock);
	return rows;
}

/* *last is the transaction of ours that was found before: most often it is again. */
static int64
count_in_page(Relation relation, Buffer buffer, const Transactions *ours,
			  Snapshot snapshot, TransactionId *last)
{
	Page		page = BufferGetPage(buffer);
	int64		rows = 0;

	if (PageIsNew(page))
		return 0;
	for (OffsetNumber i = FirstOffsetNumber;
		 i <= PageGetMaxOffsetNumber(page); i++)
	{
		ItemId		item = PageGetItemId(page, i);
		HeapTupleData tuple;
		TransactionId xmin;

		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		xmin = HeapTupleHeaderGetRawXmin(tuple.t_data);
		if (xmin == *last)
			continue;
		if (ours->n > 0 && bsearch(&xmin, ours->xids, ours->n,
								   sizeof(TransactionId), compare_xids))
		{
			*last = xmin;
			continue;
		}
		tuple.t_len = ItemIdGetLength(item);
		tuple.t_tableOid = RelationGetRelid(relation);
		ItemPointerSet(&tuple.t_self, BufferGetBlockNumber(buffer), i);
		if (HeapTupleSatisfiesVisibility(&tuple, snapshot, buffer))
			rows++;
	}
	return rows;
}
