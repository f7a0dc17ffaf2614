/*
 * fence.c
 *		Keeps rows that move out of chunks by rowid; see fence.h.
 *
 * A heap puts the new version of a row that does not fit its page where the
 * free space map says, else on the last page. So the map is told that the
 * blocks of chunks are full, and the last page becomes one behind them. Only
 * VACUUM would write the map again: a lock keeps it away for the run.
 */
#include "postgres.h"

#include <signal.h>

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "postmaster/autovacuum.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/freespace.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "storage/smgr.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"

#include "core/change.h"
#include "core/compat.h"
#include "core/errors.h"
#include "core/sql.h"
#include "parallel/chunking.h"
#include "parallel/fence.h"
#include "parallel/live.h"

/*
 * A lock is tried so often, each time a second longer than it takes to cancel
 * an autovacuum that holds one.
 */
#define LOCK_TRIES			10
#define LOCK_EXTRA_MS		1000

/* a worker that cannot lock the table that soon leaves */
#define ENTER_TIMEOUT_MS	5000

/* a relation of a task, as its row says it */
typedef struct Fenced
{
	Oid			relation;
	Oid			filenode;
	int64		chunk_blocks;
	int64		chunked_blocks;
	int64		fence_blocks;	/* -1: not fenced yet */
	bool		is_foreign;		/* the row came from another cluster */
} Fenced;

/* a lock of the session that this process holds, in TopMemoryContext */
typedef struct KeptLock
{
	LockRelId	relation;
	LOCKMODE	mode;
} KeptLock;

static List *locked = NIL;

/* before the fence that was raised last, rows could move into its blocks */
static bool was_open = false;

/*
 * A try to lock a table is over, or somebody cancelled us meanwhile. The
 * server's own lock timeout would hide a cancel that comes with it.
 */
static volatile sig_atomic_t try_is_over = false;
static volatile sig_atomic_t was_cancelled = false;
static TimeoutId try_clock;

static List *read_relations(const PgdTask *task);
static bool may_write(Oid relation);
static void fence_relation(const PgdTask *task, Fenced *fenced, bool is_first);
static List *parents_of(const PgdTask *task);
static void lock_parent(const PgdTask *task, Oid relation);
static Relation lock_with_patience(const PgdTask *task, Oid relation,
								   LOCKMODE mode);
static bool try_lock(Oid relation, LOCKMODE mode, int timeout);
static void begin_try(int timeout);
static void end_try(void);
static void end_wait(void);
static void note_cancel(SIGNAL_ARGS);
static const char *holder_of(Oid relation);
static void check_file(const PgdTask *task, const Fenced *fenced);
static void check_name(const PgdTask *task, List *relations,
					   bool with_warning);
static void fit_chunks(const PgdTask *task, Fenced *fenced,
					   BlockNumber blocks, bool is_first);
static void cut_chunks(const PgdTask *task, const Fenced *fenced,
					   BlockNumber blocks);
static void warn_of_own_work(const PgdTask *task, const Fenced *fenced);
static bool close_blocks(Relation relation, BlockNumber blocks);
static void append_page(Relation relation);
static void warn_of_freeze(Relation relation);
static void keep_lock(Relation relation, LOCKMODE mode);
static void after_abort(XactEvent event, void *arg);
static void at_exit(int code, Datum arg);

bool
pgd_fence_raise(const PgdTask *task, bool is_first)
{
	List	   *relations = read_relations(task);
	ListCell   *cell;

	if (relations == NIL)
		return false;
	foreach(cell, relations)
	{
		Fenced	   *fenced = lfirst(cell);

		check_file(task, fenced);
		if (!may_write(fenced->relation))
			return false;
	}
	foreach(cell, parents_of(task))
		lock_parent(task, lfirst_oid(cell));
	was_open = false;
	foreach(cell, relations)
		fence_relation(task, lfirst(cell), is_first);
	check_name(task, relations, false);
	return true;
}

bool
pgd_fence_was_open(void)
{
	return was_open;
}

void
pgd_fence_check(const PgdTask *task)
{
	List	   *relations = read_relations(task);
	ListCell   *cell;

	foreach(cell, relations)
		check_file(task, lfirst(cell));
	check_name(task, relations, true);
}

void
pgd_fence_release(void)
{
	ListCell   *cell;

	foreach(cell, locked)
	{
		KeptLock   *kept = lfirst(cell);

		UnlockRelationIdForSession(&kept->relation, kept->mode);
	}
	list_free_deep(locked);
	locked = NIL;
}

bool
pgd_task_has_leaves(const PgdTask *task)
{
	List	   *relations = pgd_fence_relations(task);
	Oid			named;

	if (list_length(relations) != 1)
		return relations != NIL;
	named = pgd_task_relation(task);
	return OidIsValid(named) && named != linitial_oid(relations) &&
		has_superclass(linitial_oid(relations));
}

List *
pgd_fence_relations(const PgdTask *task)
{
	List	   *oids = NIL;
	ListCell   *cell;

	foreach(cell, read_relations(task))
		oids = lappend_oid(oids, ((Fenced *) lfirst(cell))->relation);
	return oids;
}

List *
pgd_fence_locks(const PgdTask *task)
{
	return list_concat(parents_of(task), pgd_fence_relations(task));
}

List *
pgd_fence_places(const PgdTask *task)
{
	List	   *places = NIL;
	ListCell   *cell;

	foreach(cell, read_relations(task))
	{
		Fenced	   *fenced = lfirst(cell);
		PgdFencePlace *place;

		if (fenced->fence_blocks < 0)
			continue;
		place = palloc(sizeof(PgdFencePlace));
		place->relation = fenced->relation;
		place->first_block = (BlockNumber) fenced->fence_blocks;
		places = lappend(places, place);
	}
	return places;
}

bool
pgd_fence_enter(List *relations)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool entered = true;
	int			saved = LockTimeout;
	ListCell   *cell;

	pgd_transaction_begin();
	PG_TRY();
	{
		LockTimeout = ENTER_TIMEOUT_MS;
		foreach(cell, relations)
		{
			Relation	relation = try_relation_open(lfirst_oid(cell),
													 RowExclusiveLock);

			if (relation == NULL)
			{
				entered = false;
				break;
			}
			keep_lock(relation, RowExclusiveLock);
			table_close(relation, NoLock);
		}
		LockTimeout = saved;
		pgd_transaction_commit();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		LockTimeout = saved;
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
			PG_RE_THROW();
		FlushErrorState();
		AbortCurrentTransaction();
		entered = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	if (!entered)
		pgd_fence_release();
	return entered;
}

void
pgd_fence_leave(void)
{
	pgd_fence_release();
}

/* List of Fenced, in the order in which all lock them. */
static List *
read_relations(const PgdTask *task)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;
	List	   *relations = NIL;
	uint64		n;

	pgd_catalog_enter(&scope);
	n = pgd_sql("SELECT relation, filenode, chunk_blocks, chunked_blocks, coalesce(fence_blocks, -1), system_identifier"
				" FROM dbms.parallel_relation WHERE task_id = $1 ORDER BY task_id, relation",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(context);
		Fenced	   *fenced = palloc(sizeof(Fenced));

		fenced->relation = pgd_column_oid(i, 0);
		fenced->filenode = pgd_column_oid(i, 1);
		fenced->chunk_blocks = pgd_column_int64(i, 2);
		fenced->chunked_blocks = pgd_column_int64(i, 3);
		fenced->fence_blocks = pgd_column_int64(i, 4);
		fenced->is_foreign = pgd_column_int64(i, 5) !=
			(int64) GetSystemIdentifier();
		relations = lappend(relations, fenced);
		MemoryContextSwitchTo(old);
	}
	pgd_catalog_leave(&scope);
	return relations;
}

/*
 * Who may only read a table may not lock it against others' writes, and moves
 * nothing.
 */
static bool
may_write(Oid relation)
{
	return pg_class_aclcheck(relation, GetUserId(), ACL_UPDATE) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(relation, GetUserId(), ACL_UPDATE,
								  ACLMASK_ANY) == ACLCHECK_OK ||
		pg_class_aclcheck(relation, GetUserId(), ACL_DELETE) == ACLCHECK_OK ||
		pg_class_aclcheck(relation, GetUserId(), ACL_TRUNCATE) == ACLCHECK_OK;
}

/*
 * Tables without rows of their own above those that are fenced, in the order
 * in which DDL locks them.
 */
static List *
parents_of(const PgdTask *task)
{
	Oid			named = pgd_task_relation(task);
	List	   *parents = NIL;
	ListCell   *cell;

	if (!OidIsValid(named) ||
		get_rel_relkind(named) != RELKIND_PARTITIONED_TABLE)
		return NIL;
	foreach(cell, find_all_inheritors(named, NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE)
		parents = lappend_oid(parents, lfirst_oid(cell));
	return parents;
}

/*
 * Nothing moves there, but DDL on a parent locks it first and then waits for
 * the fences of its partitions, and workers would wait for the DDL: so it is
 * to wait already here.
 */
static void
lock_parent(const PgdTask *task, Oid oid)
{
	Relation	relation = lock_with_patience(task, oid, RowExclusiveLock);

	if (relation == NULL)
		return;					/* its partitions say what became of it */
	keep_lock(relation, RowExclusiveLock);
	table_close(relation, NoLock);
}

static void
fence_relation(const PgdTask *task, Fenced *fenced, bool is_first)
{
	Relation	relation = lock_with_patience(task, fenced->relation,
											  ShareRowExclusiveLock);
	BlockNumber blocks;

	check_file(task, fenced);	/* raises an error if there is none */
	warn_of_freeze(relation);
	blocks = RelationGetNumberOfBlocks(relation);
	fit_chunks(task, fenced, blocks, is_first);
	if (close_blocks(relation, (BlockNumber) fenced->fence_blocks))
		was_open = true;
	while (RelationGetNumberOfBlocks(relation) <= fenced->fence_blocks)
		append_page(relation);

	/* nobody, nor we, goes on with a page that he used last */
	CacheInvalidateSmgr(RelationGetSmgr(relation)->PGD_SMGR_LOCATOR);
	RelationSetTargetBlock(relation, InvalidBlockNumber);
	keep_lock(relation, ShareUpdateExclusiveLock);
	table_close(relation, NoLock);	/* until the commit */
}

/*
 * Waits out those who write now, but not for ever, nor longer than the caller
 * wants to wait for a lock. NULL: the relation is gone.
 */
static Relation
lock_with_patience(const PgdTask *task, Oid relation, LOCKMODE mode)
{
	int64		longest = (int64) DeadlockTimeout + LOCK_EXTRA_MS;
	int64		left = LOCK_TRIES * longest;

	if (LockTimeout > 0)
		left = Min(left, LockTimeout);
	while (left > 0)
	{
		int64		timeout = Min(Min(left, longest), PG_INT32_MAX);

		left -= timeout;
		if (pgd_live_is_stopped())
			ereport(ERROR,
					(errcode(ERRCODE_QUERY_CANCELED),
					 errmsg("task \"%s\" was stopped while it waited for table \"%s\"",
							task->name, get_rel_name(relation))));
		if (try_lock(relation, mode, (int) timeout))
			return try_relation_open(relation, NoLock);
	}
	ereport(ERROR,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 errmsg("could not lock table \"%s\" for task \"%s\"",
					get_rel_name(relation), task->name),
			 errdetail("%s", holder_of(relation)),
			 errhint("Before a table is processed by rowid, all who write it must end their transactions.")));
}

/* In milliseconds; false if it could not be had by then. */
static bool
try_lock(Oid relation, LOCKMODE mode, int timeout)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	int			saved = LockTimeout;
	volatile bool is_locked = true;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		LockTimeout = 0;
		begin_try(timeout);
		LockRelationOid(relation, mode);
		end_try();
		if (try_is_over && was_cancelled)
			InterruptPending = QueryCancelPending = true;
		LockTimeout = saved;
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		end_try();
		LockTimeout = saved;
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;

		/* not before: an abort of the session would stop at it */
		if (error->sqlerrcode != ERRCODE_QUERY_CANCELED || !try_is_over ||
			was_cancelled)
			ReThrowError(error);
		is_locked = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return is_locked;
}

/* From here to end_try() cancels are noted, and the wait ends by itself. */
static void
begin_try(int timeout)
{
	static bool registered = false;

	if (!registered)
		try_clock = RegisterTimeout(USER_TIMEOUT, end_wait);
	registered = true;
	try_is_over = was_cancelled = false;
	pqsignal(SIGINT, note_cancel);
	enable_timeout_after(try_clock, timeout);
}

/* A try whose time was up when the lock was there already cancels nothing. */
static void
end_try(void)
{
	disable_timeout(try_clock, false);
	if (try_is_over)
		QueryCancelPending = false;
	pqsignal(SIGINT, StatementCancelHandler);
}

/* In a signal handler: as a cancel, but not by its signal. */
static void
end_wait(void)
{
	try_is_over = true;
	InterruptPending = QueryCancelPending = true;
}

static void
note_cancel(SIGNAL_ARGS)
{
	was_cancelled = true;
	StatementCancelHandler(postgres_signal_arg);
}

static const char *
holder_of(Oid relation)
{
	Oid			types[] = {OIDOID, INT4OID};
	Datum		values[] = {ObjectIdGetDatum(relation), Int32GetDatum(MyProcPid)};
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	char	   *answer = "Nobody holds it any more.";

	pgd_catalog_enter(&scope);
	if (pgd_sql("SELECT format('It is held by %s, mode %s.', CASE WHEN l.pid IS NULL"
				" THEN format('prepared transaction \"%s\"', p.gid)"
				" ELSE format('process %s (%s)', l.pid, coalesce(a.usename, a.backend_type)) END, l.mode)"
				" FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
				" LEFT JOIN pg_locks x ON l.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid'"
				" AND x.virtualtransaction = l.virtualtransaction"
				" LEFT JOIN pg_prepared_xacts p ON p.transaction = x.transactionid"
				" WHERE l.locktype = 'relation' AND l.relation = $1 AND l.granted AND l.pid IS DISTINCT FROM $2"
				" AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
				" AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		answer = pgd_column_text(context, 0, 0);
	pgd_catalog_leave(&scope);
	return answer;
}

/* VACUUM FULL, CLUSTER, TRUNCATE and the like number all rows anew. */
static void
check_file(const PgdTask *task, const Fenced *fenced)
{
	HeapTuple	tuple = SearchSysCache1(RELOID,
										ObjectIdGetDatum(fenced->relation));
	bool		is_same;

	/* a table of the same number in another cluster is not the same */
	if (!HeapTupleIsValid(tuple) || fenced->is_foreign)
		ereport(ERROR,
				(errcode(PGD_ORA(29491)),
				 errmsg("a table that task \"%s\" has chunked does not exist any more",
						task->name),
				 errdetail("It was dropped, or the task was restored from a dump: then rows have other rowids."),
				 errhint("Use drop_chunks(), and chunk it again.")));
	is_same = ((Form_pg_class) GETSTRUCT(tuple))->relfilenode == fenced->filenode;
	ReleaseSysCache(tuple);
	if (!is_same)
		ereport(ERROR,
				(errcode(PGD_ORA(29491)),
				 errmsg("table \"%s\" was rewritten since task \"%s\" chunked it",
						get_rel_name(fenced->relation), task->name),
				 errdetail("Its rows have other rowids now."),
				 errhint("Use drop_chunks(), and chunk it again.")));
}

/*
 * The statement finds its table by name. Another table of that name, as left by a
 * swap, is not the one that has chunks; a table that is merely renamed is.
 */
static void
check_name(const PgdTask *task, List *relations, bool with_warning)
{
	Oid			named = pgd_task_relation(task);
	List	   *strange;
	Fenced	   *first;
	ListCell   *cell;
	bool		found = false;

	if (relations == NIL || !OidIsValid(named))
		return;
	strange = find_all_inheritors(named, NoLock, NULL);
	foreach(cell, relations)
	{
		Oid			relation = ((Fenced *) lfirst(cell))->relation;

		if (list_member_oid(strange, relation))
			found = true;
		strange = list_delete_oid(strange, relation);
	}
	first = linitial(relations);
	if (!found)
		ereport(ERROR,
				(errcode(PGD_ORA(29491)),
				 errmsg("table \"%s\" is not the one that task \"%s\" chunked",
						task->table_name, task->name),
				 errdetail("Rows of its chunks are in table \"%s\".",
						   get_rel_name(first->relation)),
				 errhint("Use drop_chunks(), and chunk it again.")));
	foreach(cell, strange)
	{
		if (with_warning && get_rel_relkind(lfirst_oid(cell)) != RELKIND_PARTITIONED_TABLE)
			ereport(WARNING,
					(errmsg("rows of table \"%s\" are in no chunk of task \"%s\"",
							get_rel_name(lfirst_oid(cell)), task->name),
					 errdetail("It became a part of table \"%s\" after that was chunked.",
							   task->table_name)));
	}
}

/*
 * The first run also takes blocks that came since chunking. A table that has
 * shrunk since, in any run, loses the chunks that are behind its end: what
 * comes there now has moved there. Ranges of a query (no blocks of a chunk) are
 * only cut.
 */
static void
fit_chunks(const PgdTask *task, Fenced *fenced, BlockNumber blocks,
		   bool is_first)
{
	Oid			types[] = {INT8OID, OIDOID, INT8OID};
	Datum		values[3];
	PgdCatalogScope scope;

	if (is_first || fenced->fence_blocks < 0)
	{
		if (blocks > fenced->chunked_blocks && fenced->chunk_blocks > 0)
		{
			if (!is_first)
				warn_of_own_work(task, fenced);
			pgd_chunking_add_blocks(task->id, fenced->relation,
									(BlockNumber) fenced->chunked_blocks,
									blocks, fenced->chunk_blocks);
		}
		if (blocks < fenced->chunked_blocks || fenced->chunk_blocks == 0)
			cut_chunks(task, fenced, blocks);
		fenced->fence_blocks = blocks;
	}
	else if (blocks < fenced->fence_blocks)
	{
		cut_chunks(task, fenced, blocks);
		fenced->fence_blocks = blocks;
	}
	values[0] = Int64GetDatum(task->id);
	values[1] = ObjectIdGetDatum(fenced->relation);
	values[2] = Int64GetDatum(fenced->fence_blocks);
	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_relation SET fence_blocks = $3, chunked_blocks = $3"
				   " WHERE task_id = $1 AND relation = $2",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}

/* Chunks that are not processed end before this block. */
static void
cut_chunks(const PgdTask *task, const Fenced *fenced, BlockNumber blocks)
{
	Oid			types[] = {INT8OID, OIDOID, INT8OID};
	Datum		values[] = {
		Int64GetDatum(task->id), ObjectIdGetDatum(fenced->relation),
		Int64GetDatum(blocks)
	};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	pgd_change_sql("DELETE FROM dbms.parallel_chunk WHERE task_id = $1 AND coalesce(relation, $2) = $2 AND status <> 2"
				   " AND start_rowid >= format('(%s,0)', $3)::tid",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.parallel_chunk SET end_rowid = format('(%s,65535)', $3 - 1)::tid"
				   " WHERE task_id = $1 AND coalesce(relation, $2) = $2 AND status <> 2"
				   " AND end_rowid >= format('(%s,0)', $3)::tid",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}

/* A resumed task that no run has fenced yet: its owner has processed chunks. */
static void
warn_of_own_work(const PgdTask *task, const Fenced *fenced)
{
	ereport(WARNING,
			(errmsg("rows of table \"%s\" may be processed more than once by task \"%s\"",
					get_rel_name(fenced->relation), task->name),
			 errdetail("Chunks were given out by get_rowid_chunk(), and the table has grown since: rows that moved out of them are processed again."),
			 errhint("Use chunks by number or key for a framework of your own.")));
}

/* The free space map offers none of the first blocks any more. Did it? */
static bool
close_blocks(Relation relation, BlockNumber blocks)
{
	bool		offered = false;

	for (BlockNumber block = 0; block < blocks; block++)
	{
		if (block % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		offered = offered || GetRecordedFreeSpace(relation, block) > 0;
		RecordPageWithFreeSpace(relation, block, 0);
	}
	if (blocks > 0)
		FreeSpaceMapVacuumRange(relation, 0, blocks);
	return offered;
}

/* An empty page at the end, as VACUUM leaves one. */
static void
append_page(Relation relation)
{
	Buffer		buffer = pgd_extend_relation(relation);

	START_CRIT_SECTION();
	PageInit(BufferGetPage(buffer), BufferGetPageSize(buffer), 0);
	MarkBufferDirty(buffer);
	if (RelationNeedsWAL(relation))
		log_newpage_buffer(buffer, true);
	END_CRIT_SECTION();
	UnlockReleaseBuffer(buffer);
}

/* No VACUUM gets at the table during the run, not even that one. */
static void
warn_of_freeze(Relation relation)
{
	TransactionId frozen = relation->rd_rel->relfrozenxid;
	int32		age;

	if (!TransactionIdIsNormal(frozen))
		return;
	age = (int32) (ReadNextTransactionId() - frozen);
	if (age > autovacuum_freeze_max_age / 2)
		ereport(WARNING,
				(errmsg("table \"%s\" will soon need a vacuum to prevent wraparound",
						RelationGetRelationName(relation)),
				 errdetail("Its oldest transaction is %d transactions old, and no VACUUM can run while the task does.",
						   age),
				 errhint("Vacuum it before the task, or use pause_task() meanwhile.")));
}

/* Holds a lock beyond the transaction, to pgd_fence_release() or an abort. */
static void
keep_lock(Relation relation, LOCKMODE mode)
{
	static bool registered = false;
	MemoryContext old;
	KeptLock   *kept;

	if (!registered)
	{
		RegisterXactCallback(after_abort, NULL);
		on_shmem_exit(at_exit, (Datum) 0);
		registered = true;
	}
	kept = MemoryContextAlloc(TopMemoryContext, sizeof(KeptLock));
	kept->relation = relation->rd_lockInfo.lockRelId;
	kept->mode = mode;
	LockRelationIdForSession(&kept->relation, mode);
	old = MemoryContextSwitchTo(TopMemoryContext);
	locked = lappend(locked, kept);
	MemoryContextSwitchTo(old);
}

/* The server lets go of the locks by itself, right after this. */
static void
after_abort(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_ABORT || locked == NIL)
		return;
	pgd_live_drop_fence();		/* if it is ours */
	list_free_deep(locked);
	locked = NIL;
}

/*
 * A process that ends between two transactions aborts nothing, and the server
 * forgets to take such locks back. After all that is done before the end of
 * shared memory: workers have been told that the fence is gone.
 */
static void
at_exit(int code, Datum arg)
{
	LockReleaseAll(DEFAULT_LOCKMETHOD, true);
}
