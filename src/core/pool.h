/*
 * pool.h
 *		The pool of workers. The coordinator reserves a slot, commits that a
 *		run has started, hands the item over, and collects the result; the
 *		worker attaches, takes its item, and reports.
 *
 * A slot belongs to one (database, role). Its item goes NONE -> RESERVED ->
 * ASSIGNED -> RUNNING -> DONE -> NONE; its process STARTING -> READY -> GONE.
 */
#ifndef PGD_POOL_H
#define PGD_POOL_H

#include "core/shmem.h"
#include "core/work.h"

typedef enum PgdReserve
{
	PGD_RESERVED,				/* *slot is ours */
	PGD_NO_SLOT,				/* the pool is full: wait for a worker */
	PGD_NO_PROCESS,				/* max_worker_processes is used up */
	PGD_PAUSED,					/* max_workers is 0 */
	PGD_NOT_OUR_TURN,			/* other databases have less than their share */
	PGD_NOT_ADMITTED			/* the resource plan lets no more of them run */
} PgdReserve;

/* an item that ended */
typedef struct PgdFinished
{
	PgdWorkItem item;
	PgdWorkResult result;
	char		stop_reason[160];	/* empty: nobody asked to stop it */
	int			stop_sqlstate;	/* not 0: that is its error */
	char		note[PGD_NOTE_LEN]; /* for its record; empty: none */
	bool		is_recovered;	/* found in the tables, no worker reported it */
	TimestampTz not_before;		/* raised an error: tried alone, and then */
} PgdFinished;

/* coordinator */
extern void pgd_pool_adopt(void);
extern void pgd_pool_set_schema(Oid schema);
extern PgdReserve pgd_pool_reserve(Oid role, int *slot);
extern void pgd_pool_hand(int slot, const PgdWorkItem *item);
extern void pgd_pool_release(int slot);
extern int	pgd_pool_collect(int kind, PgdFinished *finished, int max);
extern bool pgd_pool_has_run(int64 run_id);
extern void pgd_pool_note_waiting(int kind, int waiting, const char *reason,
								  bool wants_workers);
extern void pgd_pool_report_waiting(void);
extern int	pgd_pool_wanted_by_others(int kind);
extern const char *pgd_reserve_reason(PgdReserve reserve);
extern TimestampTz pgd_pool_retry_at(void);
extern void pgd_pool_check_launches(void);

/* an item that has a slot of this database */
typedef struct PgdPoolItem
{
	int			kind;
	int64		object_id;
	char		consumer_group[PGD_CLASS_LEN];
} PgdPoolItem;

/*
 * Coordinator: the items that hold slots of this database, in items[] with
 * room for all slots; returns their number. *free: slots that a reservation
 * may get sooner or later without waiting for the end of an item; *share: as
 * many as are for this database while others want some, too.
 */
extern int	pgd_pool_list_items(PgdPoolItem *items, int *free, int *share);

/* an item under way, and what it has used since some moment of it */
typedef struct PgdRunning
{
	int			slot;
	int			pid;
	bool		has_begun;		/* else it is about to: the meter says nothing */
	bool		is_between_calls;
	bool		is_failing;		/* was told to end by pgd_pool_fail_run() */
	PgdWorkItem item;
	PgdMeter	meter;
} PgdRunning;

/* coordinator: the items that workers of this database have, at most max */
extern int	pgd_pool_running(PgdRunning *running, int max);

/* coordinator: its item is of another consumer group now; note may be NULL */
extern void pgd_pool_move_run(int64 run_id, const char *consumer_group,
							  const char *note);

/* coordinator: something to be said in the record of an item */
extern void pgd_pool_note_run(int64 run_id, const char *note);

/*
 * Any backend: the items that workers of this role have here are of another
 * consumer group now, that of one worker if pid is not 0. Returns how many.
 */
extern int	pgd_pool_move_items(int pid, Oid role,
								const char *consumer_group);

/* any backend */
extern bool pgd_pool_stop_run(int64 run_id, bool force, const char *reason);

/*
 * The same, but the run fails with this error, unless somebody has stopped it
 * before. False also if the item has calls and is in none.
 */
extern bool pgd_pool_fail_run(int64 run_id, bool force, int sqlstate,
							  const char *message);
extern bool pgd_pool_run_is_live(int64 run_id);
extern int	pgd_pool_count_items(int kind, int64 object_id);
extern bool pgd_pool_run_is_own(int64 run_id);
extern bool pgd_pool_wait_run_end(int64 run_id, int timeout_ms);

/* worker */
extern void pgd_slot_attach(int slot, int generation);
extern void pgd_slot_connected(void);
extern bool pgd_slot_take(PgdWorkItem *item, bool *must_leave);
extern void pgd_slot_report(const PgdWorkResult *result);
extern const char *pgd_slot_stop_reason(void);
extern int	pgd_slot_stop_sqlstate(void);

/* worker: is its item to fail, with which message? Throws nothing. */
extern bool pgd_slot_failure(char *message, Size size);

/*
 * Worker: its call was cancelled for that error: what was caught becomes it,
 * and the item goes on.
 */
extern void pgd_slot_take_stop(ErrorData *error);

/*
 * Worker: a call of an item with calls begins and ends; what begin says, end
 * wants to know. Limits cancel such an item only in a call, and what came too
 * late for it does not hit the next one.
 */
extern bool pgd_slot_begin_call(void);
extern void pgd_slot_end_call(bool was_between);

/* worker: what the record of its item is to say, too; NULL: nothing */
extern const char *pgd_slot_note(void);

/* the consumer group of its item; false if it is no worker with an item */
extern bool pgd_slot_group(char *group, Size size);

/* it ends when its item is done */
extern void pgd_slot_retire(void);
extern TimestampTz pgd_slot_idle_until(void);

extern PGDLLEXPORT void pgd_worker_main(Datum main_arg);

#endif							/* PGD_POOL_H */
