/*
 * anchor.h
 *		A snapshot from before the first chunk by rowid, by which rows are found
 *		that others moved behind the fence before their chunk was processed
 *		(pg_dbms.rowid_exact).
 *
 * A row belongs to the chunk in whose blocks the snapshot sees it. After its
 * statement each chunk looks there for rows that others have updated since,
 * follows them, and runs the statement on those that have left the blocks.
 */
#ifndef PGD_PARALLEL_ANCHOR_H
#define PGD_PARALLEL_ANCHOR_H

#include "storage/itemptr.h"

#include "parallel/statement.h"

/*
 * Controller, in the transaction that raises the fence, with the tables
 * locked: takes the snapshot for the first run, and keeps it from being
 * vacuumed away until pgd_anchor_release(), an error of the whole call, or
 * the end of the session. For a later run it goes on with that of the first,
 * or says in a NOTICE that it is lost. Returns whether there is one.
 */
extern bool pgd_anchor_take(const PgdTask *task, bool is_first);

/* the task's runs go on without */
extern void pgd_anchor_forget(const PgdTask *task);

/* nobody needs it any more: lets go of it, whichever session has it */
extern void pgd_anchor_release(int64 task_id);

/* ... of all tasks */
extern void pgd_anchor_release_all(void);

typedef struct PgdAnchor PgdAnchor;

/* whoever runs chunks: the snapshot as the task has it, NULL if it has none */
extern PgdAnchor *pgd_anchor_open(const PgdTask *task, MemoryContext context);

/*
 * After the statement, in its subtransaction: runs it on rows of the chunk
 * that others have moved away. Returns what that processed. Adds to *lost the
 * rows that were moved to other partitions, where they cannot be followed.
 */
extern uint64 pgd_anchor_follow(PgdAnchor *anchor, PgdStatement *statement,
								Oid relation, ItemPointer start,
								ItemPointer end, int64 *lost);

#endif							/* PGD_PARALLEL_ANCHOR_H */
