/*
 * execute.h
 *		One chunk in one transaction.
 */
#ifndef PGD_PARALLEL_EXECUTE_H
#define PGD_PARALLEL_EXECUTE_H

#include "parallel/anchor.h"
#include "parallel/statement.h"

typedef struct PgdExecution
{
	const PgdTask *task;
	PgdStatement *statement;
	PgdAnchor  *anchor;			/* NULL: chunks by rowid follow no rows */
	Oid			extension;		/* whose task it is */
	Oid			schema;			/* of that */
	char	   *job_name;		/* NULL: in the caller's session */
	bool		in_session;		/* of the caller: commits are SPI's */
	bool		is_synchronous; /* commits wait for the disk */
} PgdExecution;

typedef enum PgdChunkEnd
{
	PGD_CHUNK_DONE,
	PGD_CHUNK_FAILED,			/* its error is recorded */
	PGD_CHUNK_SKIPPED			/* somebody else has it */
} PgdChunkEnd;

/*
 * Runs the statement on a chunk and records the outcome, and commits both
 * together. An error in the statement or at the commit is recorded. Throws if
 * it was cancelled by request or the fence is gone: then the chunk is as
 * before. *rows is what the statement processed; *has_aborted says that a
 * transaction was rolled back, so that locks of the session are gone.
 *
 * In a worker called outside of transactions; in a session inside of one that
 * may be committed by SPI, with another one begun at the end.
 */
extern PgdChunkEnd pgd_chunk_execute(const PgdExecution *execution,
									 int64 chunk_id, int64 *rows,
									 bool *has_aborted);

/* Notes whose task it is. Needs a transaction. */
extern void pgd_chunk_note_extension(PgdExecution *execution);

/*
 * An error if the extension was dropped, or made anew, since the run began:
 * then the task is gone, or another has its number. Until the end of the
 * transaction nobody drops it.
 */
extern void pgd_chunk_require_extension(const PgdExecution *execution);

#endif							/* PGD_PARALLEL_EXECUTE_H */
