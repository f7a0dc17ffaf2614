/*
 * anchor.c
 *		The snapshot by which chunks find rows that others moved; see anchor.h.
 *
 * The snapshot is stored with the task, so that each worker can look with it.
 * What it sees must not be vacuumed or pruned while the run lasts, over all
 * commits and aborts of the session that controls it: a temporary replication
 * slot of that session holds the xmin, as it does for a standby.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/multixact.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "replication/slot.h"
#include "storage/bufmgr.h"
#include "storage/procarray.h"
#include "storage/spin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "core/change.h"
#include "core/compat.h"
#include "core/sql.h"
#include "parallel/anchor.h"
#include "parallel/fence.h"

struct PgdAnchor
{
	char	   *snapshot;		/* as SerializeSnapshot() makes it */
	Oid			relation;		/* of chunks that do not say theirs */
};

/* what became of a row */
typedef enum Fate
{
	STAYED,						/* or is gone, or was processed by us */
	LEFT,						/* to another block */
	LEFT_PARTITION				/* nobody knows where to */
} Fate;

static char *slot_name(const PgdTask *task);
static bool is_held(const char *name, TransactionId xmin);
static void hold(const char *name, TransactionId xmin);
static char *read_stored(const PgdTask *task, MemoryContext context,
						 char **slot);
static void store(const PgdTask *task, Snapshot snapshot, const char *slot);
static void release(const int64 *task_id);
static void remember(int64 task_id, const char *slot);
static void empty_others(int64 task_id);
static List *find_changed(Relation relation, Snapshot snapshot,
						  ItemPointer start, ItemPointer end);
static void read_header(TupleTableSlot *slot, HeapTupleHeader header);
static bool is_changed_by_others(HeapTupleHeader header);
static Fate follow(Relation relation, ItemPointer tid, TupleTableSlot *slot,
				   ItemPointer start, ItemPointer end);
static bool lock_last(Relation relation, ItemPointer tid,
					  TupleTableSlot *slot);

/* slots of this session */
typedef struct HeldSlot
{
	int64		task_id;
	NameData	name;
} HeldSlot;

static List *held = NIL;

/* ---- the controller ---- */

bool
pgd_anchor_take(const PgdTask *task, bool is_first)
{
	char	   *old_slot = NULL;
	char	   *stored = read_stored(task, CurrentMemoryContext, &old_slot);
	char	   *name = slot_name(task);
	Snapshot	snapshot;

	if (!is_first)
	{
		TransactionId xmin = InvalidTransactionId;

		if (stored != NULL)
			xmin = RestoreSnapshot(stored)->xmin;
		if (stored == NULL || !is_held(old_slot, xmin))
		{
			pgd_anchor_forget(task);
			ereport(NOTICE,
					(errmsg("the snapshot of task \"%s\" is lost", task->name),
					 errdetail("It was taken by no earlier run, or its session has ended: rows that other sessions have moved may be missed."),
					 errhint("See the warning at the end of the run.")));
			return false;
		}
		if (strcmp(old_slot, name) == 0)
			return true;		/* fenced again in the same run */

		/* both hold it for a moment */
		hold(name, xmin);
		if (!is_held(old_slot, xmin))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("the session that holds the snapshot of task \"%s\" has just ended",
							task->name),
					 errhint("Resume the task again.")));
		snapshot = RestoreSnapshot(stored);
		store(task, snapshot, name);
		release(&task->id);
		remember(task->id, name);
		empty_others(task->id);
		return true;
	}

	pgd_anchor_release(task->id);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	if (snapshot->suboverflowed)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no snapshot can be taken for task \"%s\" now",
						task->name),
				 errdetail("A transaction under way has too many subtransactions."),
				 errhint("Try again when it has ended, or use pg_dbms.rowid_exact = off.")));
	hold(name, snapshot->xmin);
	remember(task->id, name);
	store(task, snapshot, name);
	UnregisterSnapshot(snapshot);
	return true;
}

void
pgd_anchor_forget(const PgdTask *task)
{
	store(task, NULL, NULL);
	pgd_anchor_release(task->id);
}

/*
 * Another one for each run and session: two may hold the same snapshot, and
 * a session may still have one of a task that is gone, whose number is given
 * again after DROP EXTENSION.
 */
static char *
slot_name(const PgdTask *task)
{
	return psprintf("pg_dbms_%u_" INT64_FORMAT "_%d_%d", MyDatabaseId,
					task->id, task->run_number, MyProcPid);
}

/* Does a session that lives keep rows of that snapshot? */
static bool
is_held(const char *name, TransactionId xmin)
{
	ReplicationSlot *slot;
	bool		answer;

	LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
	slot = SearchNamedReplicationSlot(name, false);
	answer = slot != NULL;
	if (answer)
	{
		SpinLockAcquire(&slot->mutex);
		answer = slot->data.persistency == RS_TEMPORARY &&
			slot->active_pid != 0 && slot->effective_xmin == xmin;
		SpinLockRelease(&slot->mutex);
	}
	LWLockRelease(ReplicationSlotControlLock);
	return answer;
}

/* Somebody, we or another slot, keeps this xmin just now. */
static void
hold(const char *name, TransactionId xmin)
{
	CheckSlotRequirements();
	pgd_create_temporary_slot(name);
	SpinLockAcquire(&MyReplicationSlot->mutex);
	MyReplicationSlot->data.xmin = xmin;
	MyReplicationSlot->effective_xmin = xmin;
	SpinLockRelease(&MyReplicationSlot->mutex);
	ReplicationSlotMarkDirty();
	ReplicationSlotsComputeRequiredXmin(false);
	ReplicationSlotRelease();
}

static void
remember(int64 task_id, const char *slot)
{
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);
	HeldSlot   *mine = palloc(sizeof(HeldSlot));

	mine->task_id = task_id;
	namestrcpy(&mine->name, slot);
	held = lappend(held, mine);
	MemoryContextSwitchTo(old);
}

void
pgd_anchor_release(int64 task_id)
{
	release(&task_id);
	empty_others(task_id);
}

void
pgd_anchor_release_all(void)
{
	release(NULL);
}

/* Slots of this session; task_id may be NULL: those of any task. */
static void
release(const int64 *task_id)
{
	ListCell   *cell;

	foreach(cell, held)
	{
		HeldSlot   *mine = lfirst(cell);

		if (task_id != NULL && mine->task_id != *task_id)
			continue;

		/* an error of an earlier statement has dropped all of the session's */
		if (SearchNamedReplicationSlot(NameStr(mine->name), true) != NULL)
			ReplicationSlotDrop(NameStr(mine->name), true);
		held = foreach_delete_current(held, cell);
		pfree(mine);
	}
}

/*
 * The slots of other sessions that have run the task: nobody needs what they
 * keep any more. Only they can drop them, but empty they keep nothing.
 */
static void
empty_others(int64 task_id)
{
	char	   *prefix = psprintf("pg_dbms_%u_" INT64_FORMAT "_", MyDatabaseId,
								  task_id);
	bool		found = false;

	LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
	for (int i = 0; i < max_replication_slots; i++)
	{
		ReplicationSlot *slot = &ReplicationSlotCtl->replication_slots[i];

		if (!slot->in_use ||
			strncmp(NameStr(slot->data.name), prefix, strlen(prefix)) != 0)
			continue;
		SpinLockAcquire(&slot->mutex);
		if (slot->data.persistency == RS_TEMPORARY &&
			slot->active_pid != MyProcPid)
		{
			slot->data.xmin = InvalidTransactionId;
			slot->effective_xmin = InvalidTransactionId;
			found = true;
		}
		SpinLockRelease(&slot->mutex);
	}
	LWLockRelease(ReplicationSlotControlLock);
	if (found)
		ReplicationSlotsComputeRequiredXmin(false);
	pfree(prefix);
}

/* NULL if there is none. */
static char *
read_stored(const PgdTask *task, MemoryContext context, char **slot)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;
	char	   *stored = NULL;

	pgd_catalog_enter(&scope);
	if (pgd_sql("SELECT anchor, anchor_slot FROM dbms.parallel_task WHERE id = $1 AND anchor IS NOT NULL",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
	{
		bool		isnull;
		bytea	   *bytes = DatumGetByteaPP(SPI_getbinval(SPI_tuptable->vals[0],
														  SPI_tuptable->tupdesc,
														  1, &isnull));

		stored = MemoryContextAlloc(context, VARSIZE_ANY_EXHDR(bytes));
		memcpy(stored, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
		*slot = pgd_column_text(context, 0, 1);
	}
	pgd_catalog_leave(&scope);
	return stored;
}

/* snapshot may be NULL: there is none any more */
static void
store(const PgdTask *task, Snapshot snapshot, const char *slot)
{
	Oid			types[] = {INT8OID, BYTEAOID, TEXTOID};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)] = {' ', 'n', 'n'};
	PgdCatalogScope scope;

	values[0] = Int64GetDatum(task->id);
	if (snapshot != NULL)
	{
		Size		size = EstimateSnapshotSpace(snapshot);
		bytea	   *bytes = palloc0(VARHDRSZ + size);

		SET_VARSIZE(bytes, VARHDRSZ + size);
		SerializeSnapshot(snapshot, VARDATA(bytes));
		values[1] = PointerGetDatum(bytes);
		values[2] = CStringGetTextDatum(slot);
		nulls[1] = nulls[2] = ' ';
	}
	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET anchor = $2, anchor_slot = $3 WHERE id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}

/* ---- whoever runs chunks ---- */

PgdAnchor *
pgd_anchor_open(const PgdTask *task, MemoryContext context)
{
	char	   *slot;
	char	   *stored = read_stored(task, context, &slot);
	List	   *relations;
	PgdAnchor  *anchor;

	if (stored == NULL)
		return NULL;
	relations = pgd_fence_relations(task);
	anchor = MemoryContextAlloc(context, sizeof(PgdAnchor));
	anchor->snapshot = stored;
	anchor->relation = relations == NIL ? InvalidOid : linitial_oid(relations);
	return anchor;
}

uint64
pgd_anchor_follow(PgdAnchor *anchor, PgdStatement *statement, Oid oid,
				  ItemPointer start, ItemPointer end, int64 *lost)
{
	Relation	relation = table_open(OidIsValid(oid) ? oid : anchor->relation,
									  RowExclusiveLock);
	Snapshot	snapshot = RestoreSnapshot(anchor->snapshot);
	TupleTableSlot *slot;
	List	   *changed;
	ListCell   *cell;
	uint64		rows = 0;

	/* of this transaction it sees nothing */
	snapshot->curcid = FirstCommandId;
	changed = find_changed(relation, snapshot, start, end);
	slot = table_slot_create(relation, NULL);
	foreach(cell, changed)
	{
		ItemPointer tid = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		switch (follow(relation, tid, slot, start, end))
		{
			case STAYED:
				break;
			case LEFT_PARTITION:
				(*lost)++;
				break;
			case LEFT:
				if (lock_last(relation, tid, slot))
					rows += pgd_statement_run(statement, PointerGetDatum(tid),
											  PointerGetDatum(tid), oid);
				break;
		}
	}
	ExecDropSingleTupleTableSlot(slot);
	list_free_deep(changed);
	table_close(relation, NoLock);
	pfree(snapshot);
	return rows;
}

/* Rows that the snapshot sees here and others have updated or deleted since. */
static List *
find_changed(Relation relation, Snapshot snapshot, ItemPointer start,
			 ItemPointer end)
{
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan_tidrange(relation, snapshot, start,
												  end);
	List	   *changed = NIL;

	while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot))
	{
		HeapTupleHeaderData header;

		CHECK_FOR_INTERRUPTS();
		read_header(slot, &header);
		if (is_changed_by_others(&header))
		{
			ItemPointer tid = palloc(sizeof(ItemPointerData));

			ItemPointerCopy(&slot->tts_tid, tid);
			changed = lappend(changed, tid);
		}
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	return changed;
}

/* As it is now: others may be writing it. */
static void
read_header(TupleTableSlot *slot, HeapTupleHeader header)
{
	BufferHeapTupleTableSlot *heap = (BufferHeapTupleTableSlot *) slot;

	Assert(TTS_IS_BUFFERTUPLE(slot));
	LockBuffer(heap->buffer, BUFFER_LOCK_SHARE);
	memcpy(header, heap->base.tuple->t_data, SizeofHeapTupleHeader);
	LockBuffer(heap->buffer, BUFFER_LOCK_UNLOCK);
}

/*
 * Updated or deleted by another transaction that has committed. One that is
 * under way came after our statement, which would have waited for it had it
 * wanted the row.
 */
static bool
is_changed_by_others(HeapTupleHeader header)
{
	TransactionId xmax;

	if ((header->t_infomask & HEAP_XMAX_INVALID) ||
		HEAP_XMAX_IS_LOCKED_ONLY(header->t_infomask))
		return false;
	xmax = HeapTupleHeaderGetUpdateXid(header);
	return TransactionIdIsValid(xmax) &&
		!TransactionIdIsCurrentTransactionId(xmax) &&
		!TransactionIdIsInProgress(xmax) && TransactionIdDidCommit(xmax);
}

/*
 * Where the row is now; *tid becomes the last version. The snapshot keeps all
 * versions since from being pruned.
 */
static Fate
follow(Relation relation, ItemPointer tid, TupleTableSlot *slot,
	   ItemPointer start, ItemPointer end)
{
	TransactionId prior_xmax = InvalidTransactionId;

	for (;;)
	{
		HeapTupleHeaderData header;
		BlockNumber block = ItemPointerGetBlockNumber(tid);

		if (!table_tuple_fetch_row_version(relation, tid, SnapshotAny, slot))
			return STAYED;		/* deleted, and gone */
		read_header(slot, &header);
		if (TransactionIdIsValid(prior_xmax) &&
			!TransactionIdEquals(HeapTupleHeaderGetXmin(&header), prior_xmax))
			return STAYED;		/* another row is there */
		if (TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(&header)))
			return STAYED;		/* processed */
		if (!is_changed_by_others(&header))
		{
			bool		is_ours;

			is_ours = !(header.t_infomask & HEAP_XMAX_INVALID) &&
				!HEAP_XMAX_IS_LOCKED_ONLY(header.t_infomask) &&
				TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetUpdateXid(&header));
			if (is_ours)
				return STAYED;	/* processed */

			/* where the statement has looked for it */
			if (block >= ItemPointerGetBlockNumberNoCheck(start) &&
				block <= ItemPointerGetBlockNumberNoCheck(end))
				return STAYED;
			return LEFT;
		}
		if (HeapTupleHeaderIndicatesMovedPartitions(&header))
			return LEFT_PARTITION;
		if (ItemPointerEquals(tid, &header.t_ctid))
			return STAYED;		/* deleted */
		prior_xmax = HeapTupleHeaderGetUpdateXid(&header);
		ItemPointerCopy(&header.t_ctid, tid);
	}
}

/* So that nobody moves it on; false if it is deleted, or was processed. */
static bool
lock_last(Relation relation, ItemPointer tid, TupleTableSlot *slot)
{
	TM_FailureData failure;
	HeapTupleHeaderData header;

	if (table_tuple_lock(relation, tid, SnapshotAny, slot,
						 GetCurrentCommandId(false),
						 LockTupleNoKeyExclusive, LockWaitBlock,
						 TUPLE_LOCK_FLAG_FIND_LAST_VERSION,
						 &failure) != TM_Ok)
		return false;
	ItemPointerCopy(&slot->tts_tid, tid);
	read_header(slot, &header);
	return !TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(&header));
}
