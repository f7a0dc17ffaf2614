/*
 * live.h
 *		Tasks that run now, in shared memory: who controls them, who works,
 *		which chunks are next. A server crash empties it, and that is how a
 *		task is known to have crashed.
 *
 * One LWLock guards all; nothing waits or reads tables while holding it. The
 * memory holds a bounded number of chunk ids: the controller reads more when
 * half of them are taken.
 */
#ifndef PGD_PARALLEL_LIVE_H
#define PGD_PARALLEL_LIVE_H

#include "datatype/timestamp.h"
#include "storage/condition_variable.h"
#include "storage/lwlock.h"

#include "core/work.h"

#define PGD_LIVE_TASKS		64	/* tasks that run at once in the cluster */
#define PGD_LIVE_WORKERS	64	/* workers of one task */
#define PGD_LIVE_CHUNKS		1024	/* ids of chunks that are next */
#define PGD_LIVE_SECONDS	60	/* span over which the rate is measured */
#define PGD_LIVE_PROBLEM	512 /* bytes of an error's message */

/* a process that runs chunks: a worker, or the controller itself */
typedef struct PgdLiveWorker
{
	int			pid;			/* 0: not in use */
	int			number;			/* of its job, as handed out; 0: the
								 * controller */
	int64		run_id;			/* its work item; 0: the controller */
	int64		chunk_id;		/* taken now; 0: none */
	TimestampTz chunk_since;
	bool		is_blocked;		/* by its controller, who cancels the chunk */
	bool		is_leaving;		/* for others' work */
	int64		chunks;
} PgdLiveWorker;

typedef struct PgdLiveTask
{
	bool		in_use;
	uint64		generation;		/* another one for each run */
	Oid			database;
	Oid			schema;			/* of the catalog that the ids are from */
	Oid			role;
	int64		task_id;
	int			run_number;
	char		label[PGD_LABEL_LEN];
	char		class_name[PGD_CLASS_LEN];
	char		job_prefix[PGD_CLASS_LEN];
	char		jobs_label[PGD_LABEL_LEN];	/* OWNER.job_prefix */

	/* the controller; pid 0 when it is gone and only workers are left */
	int			controller;
	TimestampTz started_at;
	bool		is_parallel;
	bool		is_synchronous; /* each chunk's commit waits for the disk */

	/* what workers obey between chunks */
	bool		is_closed;		/* no more chunks are given out */
	bool		is_stopped;		/* by STOP_TASK or a cancel of the caller */
	bool		is_paused;
	bool		must_fence;		/* no chunks until the controller has fenced */
	uint64		fence_number;	/* of the fence that is up: another one each
								 * time */
	bool		has_fence;		/* commits need it */
	bool		fence_is_lost;	/* ... and it is gone: roll back */
	int			level;			/* workers wanted */
	int			plan_level;		/* most workers by the resource plan; 0: no
								 * limit */
	int			lost;			/* workers that ended without being asked */
	int			refused;		/* processes that ended before they were one */
	int			locked_out;		/* times that workers could not lock the table */
	TimestampTz locked_out_until;	/* no others are wanted before */
	int			yielding;		/* workers that are to leave for others' work */
	char		problem[PGD_LIVE_PROBLEM];	/* why the last of them did */
	int64		max_lag;		/* microseconds of replay lag; -1: no limit */
	double		max_rows;		/* rows a second; 0: no limit */
	int64		sleep_us;		/* between chunks of a worker */
	TimestampTz rows_allowed_at;	/* the next chunk may start */

	/* what the coordinator answered when workers were wanted */
	bool		is_answered;
	int			reserve;		/* PgdReserve */

	/* chunks that are next */
	int			first;
	int			count;
	bool		is_complete;	/* there are no more to be read */
	int64		chunks[PGD_LIVE_CHUNKS];

	int			last_number;	/* of the jobs of this run */
	PgdLiveWorker workers[PGD_LIVE_WORKERS];

	/* counts of all chunks, those of earlier runs with them */
	int64		total;
	int64		processed;
	int64		failed;
	int64		rows;
	int64		lost_rows;		/* that others moved to other partitions */
	int64		skipped;		/* chunks that other sessions had just then */
	struct
	{
		int64		second;		/* since 2000 */
		int64		chunks;
		int64		rows;
	}			rate[PGD_LIVE_SECONDS];
} PgdLiveTask;

typedef struct PgdLive
{
	LWLock	   *lock;
	uint64		last_generation;
	int64		last_item;
	ConditionVariable changed;	/* a flag, a chunk or a worker */
	PgdLiveTask tasks[PGD_LIVE_TASKS];
} PgdLive;

extern PgdLive *pgd_live;

/* from _PG_init, when the library is preloaded */
extern void pgd_live_install(void);

/* a run as its processes hold it */
typedef struct PgdLiveRun
{
	PgdLiveTask *task;
	uint64		generation;
} PgdLiveRun;

/* workers that it is to have; hold the lock */
extern int	pgd_live_level(const PgdLiveTask *task);

/* the task's slot if it runs here, NULL if not; hold the lock */
extern PgdLiveTask *pgd_live_find(int64 task_id);

/* does a controller or a worker of this task live? */
extern bool pgd_live_is_running(int64 task_id);

/* still this run? hold the lock */
extern bool pgd_live_is_current(const PgdLiveRun *run);

/*
 * Controller: takes a slot for a run that start describes. Raises 55006 if the
 * task runs, and 53400 if too many do. From then on the slot is given back at
 * the end of the process if not by pgd_live_close(), which may be called only
 * when no worker is attached any more.
 */
extern void pgd_live_open(PgdLiveRun *run, const PgdLiveTask *start);
extern void pgd_live_close(PgdLiveRun *run);

/*
 * Controller: an error is about to abort its transaction for good. That abort
 * gives the slot back, when the rows that it has locked are free again.
 */
extern void pgd_live_abandon(PgdLiveRun *run);

/* controller: room for so many more ids; adds them in their order */
extern int	pgd_live_chunks_wanted(const PgdLiveRun *run);
extern void pgd_live_add_chunks(const PgdLiveRun *run, const int64 *ids, int n,
								bool is_complete);

/* why a process takes no chunk just now */
typedef enum PgdTake
{
	PGD_TAKE_CHUNK,				/* here is one */
	PGD_TAKE_WAIT,				/* none now: sleep on pgd_live->changed */
	PGD_TAKE_LEAVE				/* no more for this process */
} PgdTake;

/*
 * Whoever runs chunks: a place in the task's list, -1 if there is none or the
 * run has ended; the process's end gives it back, and counts as a loss. The
 * controller has no run_id, and is not counted as a worker.
 */
extern int	pgd_live_attach(const PgdLiveRun *run, int64 run_id, int number);
extern void pgd_live_detach(bool is_lost);

/*
 * Worker: it cannot lock the tables, since somebody waits for a lock that
 * keeps it out: so would the next one. The controller is not kept out.
 */
extern void pgd_live_note_locked_out(void);

/* worker: it will end with this error, for the controller to tell */
extern void pgd_live_note_problem(const char *message);
extern PgdTake pgd_live_take(int64 *chunk_id, TimestampTz *not_before);

/* the chunk taken is done; rows < 0: it was not processed by us */
extern void pgd_live_end_chunk(bool has_failed, int64 rows);

/* the chunk taken was somebody else's, or is no more */
extern void pgd_live_note_skipped(void);

/*
 * Controller: are chunks that were skipped to be tried once more? Not if the
 * last time, when so many were done, none of them could be had.
 */
extern bool pgd_live_try_skipped(const PgdLiveRun *run, int64 *done_before);

/* controller: has the run been told to stop? */
extern bool pgd_live_is_stopped(void);

/* is that process waiting for a lock of this one, or of one that does? */
extern bool pgd_live_is_blocked_by_us(int pid);

/* rows of the chunk could not be followed */
extern void pgd_live_note_lost_rows(int64 rows);

/* before a commit that needs the fence: raises an error if it is gone */
extern void pgd_live_check_fence(void);

/* is the fence of this run up, if it needs one? */
extern bool pgd_live_has_fence(const PgdLiveRun *run);

/*
 * Controller: its fence falls, by an abort or because the task pauses; chunks
 * that are under way are rolled back. Throws nothing.
 */
extern void pgd_live_drop_fence(void);

/*
 * Controller: cancels chunks that wait for a lock of this session, which waits
 * for them.
 */
extern void pgd_live_cancel_blocked(const PgdLiveRun *run);

/* worker: its chunk was cancelled for that reason; asked once */
extern bool pgd_live_was_blocked(void);

extern int	pgd_live_attached(const PgdLiveRun *run);

/* a worker's number within its run */
extern int	pgd_live_number(void);

/* cancels the chunks that are under way, but not that of this process */
extern void pgd_live_cancel(const PgdLiveRun *run, const char *reason);

/* wakes all who wait for something of a task */
extern void pgd_live_wake(void);

#endif							/* PGD_PARALLEL_LIVE_H */
