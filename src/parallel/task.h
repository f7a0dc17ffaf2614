/*
 * task.h
 *		A task as its calls read it: dbms.parallel_task.
 */
#ifndef PGD_PARALLEL_TASK_H
#define PGD_PARALLEL_TASK_H

#include "utils/numeric.h"

#include "core/identity.h"

/* values of dbms_parallel_execute's constants */
typedef enum PgdTaskStatus
{
	PGD_TASK_CREATED = 1,
	PGD_TASK_CHUNKING,
	PGD_TASK_CHUNKING_FAILED,
	PGD_TASK_NO_CHUNKS,
	PGD_TASK_CHUNKED,
	PGD_TASK_PROCESSING,
	PGD_TASK_FINISHED,
	PGD_TASK_FINISHED_WITH_ERROR,
	PGD_TASK_CRASHED
} PgdTaskStatus;

typedef enum PgdChunkStatus
{
	PGD_CHUNK_UNASSIGNED,
	PGD_CHUNK_ASSIGNED,
	PGD_CHUNK_PROCESSED,
	PGD_CHUNK_PROCESSED_WITH_ERROR
} PgdChunkStatus;

typedef enum PgdChunkType
{
	PGD_CHUNKS_UNDECLARED,
	PGD_CHUNKS_ROWID,
	PGD_CHUNKS_NUMBER,
	PGD_CHUNKS_KEY
} PgdChunkType;

#define PGD_TASK_NAME_MAX		128 /* bytes */
#define PGD_TASK_COMMENT_MAX	4000

/* texts are NULL where the row has none */
typedef struct PgdTask
{
	int64		id;
	int			owner_id;
	Oid			owner;			/* InvalidOid if the role is gone */
	char	   *name;
	char	   *shown;			/* OWNER.name for messages */
	PgdTaskStatus status;		/* as stored */
	PgdChunkType chunk_type;
	char	   *schema_name;
	char	   *table_name;
	char	   *column_name;
	Oid			bind_type;		/* InvalidOid before there are chunks */
	int			run_number;
	bool		is_parallel;
	char	   *sql_stmt;
	char	   *language_flag;	/* text of a number */
	char	   *edition;
	char	   *apply_crossedition_trigger;
	bool		fire_apply_trigger;
	int			parallel_level; /* -1: NULL */
	char	   *job_class;
	char	   *job_prefix;
	bool		run_has_ended;	/* the last one, or there was none */
	Datum		environment;	/* of the session of the last run */
} PgdTask;

/*
 * The task of this name of the current user, or of an owner that the caller
 * has checked. Raises 27451 for no name, 29498 if there is none. Opens and
 * closes a catalog scope; the result is in the current context. With lock the
 * row is locked against other calls that change the task, unless its chunks
 * are being made just now: then its status is CHUNKING, and nothing waits.
 */
extern PgdTask *pgd_task_get(const char *name, bool lock);
extern PgdTask *pgd_task_get_of(Oid owner, const char *name, bool lock);
extern PgdTask *pgd_task_by_id(int64 id);

/* an owner's role by name for the ADM_ calls: 29490 without the privilege */
extern Oid	pgd_task_adm_owner(const char *owner);

/* 55006 if the task runs in any process */
extern void pgd_task_require_idle(const PgdTask *task);

/* what callers see: CRASHED and the like are found out here */
extern PgdTaskStatus pgd_task_status(const PgdTask *task);

/* its name as the views show it */
extern const char *pgd_task_status_name(PgdTaskStatus status);

/* the chunked table, InvalidOid if the task has none or it is gone */
extern Oid	pgd_task_relation(const PgdTask *task);

/* chunked by rowid: is it the partitions or children of the table */
extern bool pgd_task_has_leaves(const PgdTask *task);

/* 0 to 3 */
extern bool pgd_chunk_status_is_valid(Numeric status);

/* a parallel level of at least that; 22023 */
extern int	pgd_parallel_level(Numeric level, int least);

/* what set_throttle() stored, as PgdLiveTask has it */
extern void pgd_task_read_throttle(int64 id, int64 *max_lag, double *max_rows,
								   int64 *sleep_us);

/* stores a status; inside no scope */
extern void pgd_task_set_status(int64 id, PgdTaskStatus status);

/* removes chunks and what belongs to them; inside a scope */
extern void pgd_task_delete_chunks(int64 id);

#endif							/* PGD_PARALLEL_TASK_H */
