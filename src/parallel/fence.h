/*
 * fence.h
 *		Keeps rows that move out of chunks by rowid that are not processed yet.
 *
 * A row that an UPDATE moves to another block must not land in a later chunk.
 * So before a run no block of a chunk is offered as free space any more, the
 * table gets an empty block behind them, and VACUUM, which would offer them
 * again, is kept out by a lock of the session for as long as the run lasts.
 */
#ifndef PGD_PARALLEL_FENCE_H
#define PGD_PARALLEL_FENCE_H

#include "nodes/pg_list.h"
#include "storage/block.h"

#include "parallel/task.h"

/*
 * Controller: fences all relations of a task (dbms.parallel_relation) and
 * fits its chunks to them. The first run takes blocks along that came since
 * chunking; later ones keep to the blocks of the first. Raises 29491 if a
 * relation is gone, was rewritten or has lost its name to another, 55P03 if a lock cannot be had. Called in
 * a transaction that the caller commits right after; the locks of the session
 * stay until pgd_fence_release() or an abort of a transaction, after which it
 * must be called again before the next chunk.
 *
 * Does nothing and returns false for a task without relations, and if the
 * caller may not write them: then nothing can move.
 */
extern bool pgd_fence_raise(const PgdTask *task, bool is_first);
extern void pgd_fence_release(void);

/*
 * Where the fence was up before: VACUUM came in between, and has offered space
 * in blocks of chunks for rows that move.
 */
extern bool pgd_fence_was_open(void);

/* 29491 if the task's tables are not those any more that it has chunked */
extern void pgd_fence_check(const PgdTask *task);

/* the task's relations in their order, a List of Oid in the current context */
extern List *pgd_fence_relations(const PgdTask *task);

/* what pgd_fence_enter() is to lock: those, and parents whose partitions they are */
extern List *pgd_fence_locks(const PgdTask *task);

/* where rows of a fenced relation land that move */
typedef struct PgdFencePlace
{
	Oid			relation;
	BlockNumber first_block;
} PgdFencePlace;

/* those of all relations that are fenced, a List of PgdFencePlace */
extern List *pgd_fence_places(const PgdTask *task);

/*
 * Worker: locks these relations (ROW EXCLUSIVE) for its session, so that DDL
 * that waits for the fence does not stop it in mid-run. Returns false if it cannot get
 * them soon: then it is to leave. Again after each abort.
 */
extern bool pgd_fence_enter(List *relations);
extern void pgd_fence_leave(void);

#endif							/* PGD_PARALLEL_FENCE_H */
