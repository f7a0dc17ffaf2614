/*
 * work.h
 *		What the core runs: work items of kinds that packages register.
 *
 * A package gives the coordinator a turn function, which decides and hands
 * items to workers of the pool, and the worker an execute function. The core
 * knows no package.
 */
#ifndef PGD_WORK_H
#define PGD_WORK_H

#include "datatype/timestamp.h"
#include "utils/elog.h"

#define PGD_LABEL_LEN		264 /* OWNER.NAME */
#define PGD_CLASS_LEN		132
#define PGD_NOTE_LEN		320

#define PGD_MAX_KINDS		8

/* what becomes of an item; kept in shared memory until it is collected */
typedef enum PgdOutcome
{
	PGD_SUCCEEDED,
	PGD_FAILED,
	PGD_STOPPED,				/* cancelled or terminated on request */
	PGD_LOST					/* the worker is gone and said nothing */
} PgdOutcome;

/* a unit of work for one worker */
typedef struct PgdWorkItem
{
	int			kind;			/* as returned by pgd_work_register() */
	int64		run_id;
	int64		object_id;
	int			part;			/* its number, if the object has many items */
	Oid			schema;			/* of the catalog that the ids are from */
	TimestampTz scheduled_at;
	int			retry;
	bool		is_manual;
	char		operation[16];
	char		label[PGD_LABEL_LEN];
	char		class_name[PGD_CLASS_LEN];
	char		consumer_group[PGD_CLASS_LEN];	/* of resource plans; may
												 * change */
} PgdWorkItem;

/* what a worker reports of a finished item */
typedef struct PgdWorkResult
{
	PgdOutcome	outcome;
	TimestampTz started_at;
	TimestampTz ended_at;
	bool		has_begun;		/* the action may have done something */
	bool		is_invalid;		/* it can never run as it is defined */
	bool		has_next_run;	/* next_run_at counts */
	TimestampTz next_run_at;	/* DT_NOEND: never again */
	int			is_broken;		/* DBMS_JOB's block set it: 0, 1; -1: not set */
	bool		has_outcome_row;	/* a row of dbms.outcome is to be deleted */
} PgdWorkResult;

typedef struct PgdWorkKind
{
	const char *name;			/* shown in the views: 'JOB' */

	/*
	 * Coordinator: everything is to be read again (its start, or a change of
	 * unknown extent).  Runs in a transaction of its own.
	 */
	void		(*load) (void);

	/* coordinator: these objects changed; the next turn reads them again */
	void		(*changed) (const int64 *ids, int n);

	/*
	 * Coordinator: collect what finished, decide, hand out; starts its own
	 * transactions.  Returns when it wants its next turn at the latest.
	 */
	TimestampTz (*turn) (TimestampTz now);

	/* coordinator: a turn raised an error; all is read again, then the next */
	void		(*turn_failed) (void);

	/*
	 * Worker: runs the item and records its success together with the work;
	 * throws when it fails.  Called outside any transaction.
	 */
	void		(*execute) (const PgdWorkItem *item, PgdWorkResult *result);

	/* worker: records a failure, in a transaction that the caller opened */
	void		(*failed) (const PgdWorkItem *item, ErrorData *error,
						   PgdWorkResult *result);

	/* items consist of calls: see pgd_slot_begin_call() */
	bool		has_calls;

	/* that its items wait for a worker is no news for the log */
	bool		waits_quietly;

	/* worker: forgets what a session's calls left in memory; may be NULL */
	void		(*reset) (void);
} PgdWorkKind;

extern int	pgd_work_register(const PgdWorkKind *kind);
extern const PgdWorkKind *pgd_work_kind(int kind);
extern int	pgd_work_kinds(void);

#endif							/* PGD_WORK_H */
