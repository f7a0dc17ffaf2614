/*
 * statement.h
 *		The statement of a task: its placeholders, its plan, one execution.
 */
#ifndef PGD_PARALLEL_STATEMENT_H
#define PGD_PARALLEL_STATEMENT_H

#include "parallel/task.h"

typedef struct PgdStatement PgdStatement;

/*
 * Understands and prepares the task's sql_stmt for chunks of its type: finds
 * :start_id and :end_id, gives them the task's bind_type, makes
 * "rowid" ctid in tasks by rowid, and a block callable. For a partitioned
 * table (leaves is true) the plan also restricts the chunked table to one
 * leaf. Raises a clear error for what cannot work, before anything runs; so
 * the controller calls it, too. Needs a transaction, with the settings and the
 * user under which the statement is to run; no catalog scope. The result
 * lives in the given context and outlives transactions.
 */
extern PgdStatement *pgd_statement_prepare(const PgdTask *task, Oid relation,
										   bool leaves,
										   MemoryContext context);

/* 0A000 if it names temporary tables of this session, or is for one */
extern void pgd_statement_require_shared(const PgdStatement *statement);

/*
 * 42501 if the current user lacks a right on a table that it names, or on the
 * procedure that it calls. What functions and blocks do is seen when they run.
 */
extern void pgd_statement_require_rights(const PgdStatement *statement);

/*
 * Warns if the plan reads all of a large table for each chunk: without an index
 * on the column, say. Nothing of blocks, functions and partitioned tables.
 */
extern void pgd_statement_warn_of_scan(const PgdStatement *statement,
									   const PgdTask *task);

extern void pgd_statement_free(PgdStatement *statement);

/*
 * Removes the function of a block from a session that goes on, in the current
 * transaction; a worker's temporary objects go when its work is done.
 */
extern void pgd_statement_drop_function(PgdStatement *statement);

/*
 * Runs it for one chunk in the current transaction, under a new snapshot.
 * leaf counts for partitioned tables only. Returns the rows that it
 * processed: those of an INSERT, UPDATE, DELETE, MERGE or SELECT; 0 for CALL and
 * blocks. Throws what the statement throws; a COMMIT or ROLLBACK inside of a
 * procedure or block is an error.
 */
extern uint64 pgd_statement_run(PgdStatement *statement, Datum start,
								Datum end, Oid leaf);

/* what it does, for the fence */
typedef enum PgdStatementKind
{
	PGD_STATEMENT_READS,		/* a SELECT or plain INSERT ... SELECT without
								 * volatile functions */
	PGD_STATEMENT_CHANGES,		/* UPDATE, DELETE or MERGE of one table */
	PGD_STATEMENT_OTHER			/* anything else: may write whatever it likes */
} PgdStatementKind;

extern PgdStatementKind pgd_statement_kind(const PgdStatement *statement);

/* the table that an UPDATE, DELETE or MERGE changes, else InvalidOid */
extern Oid	pgd_statement_target(const PgdStatement *statement);

/*
 * A query that makes chunks by rowid, with ctid in place of "rowid" unless a
 * table that it names has such a column.
 */
extern char *pgd_statement_rowid_query(const char *text);

#endif							/* PGD_PARALLEL_STATEMENT_H */
