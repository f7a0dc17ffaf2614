/*
 * chunking.h
 *		What the ways to make chunks have in common.
 */
#ifndef PGD_PARALLEL_CHUNKING_H
#define PGD_PARALLEL_CHUNKING_H

#include "fmgr.h"
#include "storage/block.h"

#include "parallel/task.h"

/* chunks that one call may make */
#define PGD_MAX_CHUNKS	10000000

/* the table that is to be chunked */
typedef struct PgdChunkedTable
{
	Oid			relation;
	char	   *schema;
	char	   *name;
	char	   *quoted;			/* schema.table for a statement */
} PgdChunkedTable;

/*
 * A table by Oracle's owner, which is a schema, and name, by PostgreSQL's
 * rules; without owner by the search_path. *table is untouched and false the
 * answer if there is none. 27451 for no name.
 */
extern bool pgd_chunking_find_table(const char *owner, const char *name,
									PgdChunkedTable *table);

/* the same; 42P01 if there is none */
extern void pgd_chunking_require_table(const char *owner, const char *name,
									   PgdChunkedTable *table);

/* a column of it */
typedef struct PgdChunkedColumn
{
	char	   *name;
	char	   *quoted;
	Oid			type;
	Oid			collation;
	bool		is_not_null;
} PgdChunkedColumn;

/* by PostgreSQL's rules; 27451 for none, 42703 if there is none */
extern void pgd_chunking_require_column(const PgdChunkedTable *table,
										const char *name,
										PgdChunkedColumn *column);

/* chunk_size: a whole number from 1 on, else 22023; no more than an int64 has */
extern int64 pgd_chunking_size(FunctionCallInfo fcinfo, int argument);

/* 54000 for more chunks than we make */
extern void pgd_chunking_check_number(double chunks);

/* the chunked table in the task's row; column and type may be NULL, InvalidOid */
extern void pgd_chunking_describe(const PgdTask *task, const char *chunk_type,
								  const PgdChunkedTable *table,
								  const char *column, Oid bind_type);

/* chunks of a table by rowid, for the blocks from .. until - 1 */
extern void pgd_chunking_add_blocks(int64 task_id, Oid relation,
									BlockNumber from, BlockNumber until,
									int64 chunk_blocks);

/*
 * One call of CREATE_CHUNKS_...: checks the task's state (29492), shows
 * CHUNKING and CHUNKING_FAILED to others if the call may commit, and calls
 * back to make the chunks.
 */
typedef void (*PgdMakeChunks) (const PgdTask *task, FunctionCallInfo fcinfo);
extern void pgd_chunking_run(FunctionCallInfo fcinfo, PgdMakeChunks make);

/* is a session making chunks of this task just now? */
extern bool pgd_chunking_is_live(int64 task_id);

/* 55006 if one is; for calls that take the chunks away */
extern void pgd_chunking_require_idle(const PgdTask *task);

#endif							/* PGD_PARALLEL_CHUNKING_H */
