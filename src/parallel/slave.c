/*
 * slave.c
 *		Workers of a running task: the coordinator hands as many items to the
 *		pool as the task wants workers, each takes chunks until there are none.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "replication/walsender.h"
#include "replication/walsender_private.h"
#include "storage/condition_variable.h"
#include "storage/spin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/guc.h"
#include "core/pool.h"
#include "core/process.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "core/stamp.h"
#include "parallel/divide.h"
#include "parallel/execute.h"
#include "parallel/fence.h"
#include "parallel/live.h"
#include "parallel/parallel.h"
#include "parallel/slave.h"
#include "parallel/task.h"
#include "resource/worker_apply.h"
#include "scheduler/consumer.h"
#include "scheduler/environment.h"

/* the lag of standbys is looked at so often while chunks wait for it */
#define LAG_PAUSE_MS	100

/* how much of the statement pg_stat_activity shows behind task and chunk */
#define ACTIVITY_LEN	1024

static void load(void);
static void changed(const int64 *ids, int n);
static TimestampTz turn(TimestampTz now);
static void turn_failed(void);
static void execute(const PgdWorkItem *item, PgdWorkResult *result);
static void failed(const PgdWorkItem *item, ErrorData *error,
				   PgdWorkResult *result);
static void note_refused(const PgdFinished *finished);
static int	make_room(Oid schema);
static int	busy_workers(const PgdLiveTask *task);
static PgdReserve hand_items(int i, const PgdLiveTask *copy, int wanted,
							 int *missing);
static bool find_run(const PgdWorkItem *item, PgdLiveRun *run);
static void work(const PgdLiveRun *run, const PgdWorkItem *item);
static bool is_task_stopped(const PgdLiveRun *run);
static bool is_pause_wanted(const PgdLiveTask *task);
static bool is_behind(int64 max_lag);
static void note_position(TimestampTz now, int64 max_lag);

static const PgdWorkKind chunk_kind = {
	.name = "PARALLEL",
	.load = load,
	.changed = changed,
	.turn = turn,
	.turn_failed = turn_failed,
	.execute = execute,
	.failed = failed,
	.has_calls = true,
	.waits_quietly = true
};

/*
 * Where the log was when. A standby whose replay stands still reports no lag,
 * but it has not come to what was written that long ago.
 */
typedef struct Position
{
	TimestampTz at;
	XLogRecPtr	lsn;
} Position;

#define POSITIONS		32

static Position positions[POSITIONS];
static int	npositions = 0;		/* of all times; the last ones are kept */

static int	my_kind;

void
pgd_slave_install(void)
{
	my_kind = pgd_work_register(&chunk_kind);
	pgd_divide_install(my_kind);
}

int
pgd_slave_kind(void)
{
	return my_kind;
}

/* ---- coordinator ---- */

/* All that counts is in shared memory. */
static void
load(void)
{
}

static void
changed(const int64 *ids, int n)
{
}

static void
turn_failed(void)
{
}

static TimestampTz
turn(TimestampTz now)
{
	static PgdFinished finished[16];
	PgdLiveTask *copy;
	int			n;
	int			room;
	int			waiting = 0;
	PgdReserve	reason = PGD_RESERVED;
	bool		answered = false;
	TimestampTz next = DT_NOEND;
	Oid			schema;

	/* whether they succeeded, their tasks know */
	while ((n = pgd_pool_collect(my_kind, finished, lengthof(finished))) > 0)
		for (int i = 0; i < n; i++)
			note_refused(&finished[i]);
	if (pgd_stamp_is_held())
		return DT_NOEND;
	copy = palloc(sizeof(PgdLiveTask));
	pgd_transaction_begin();
	schema = pgd_catalog_schema();
	if (pgd_divide_by_plan(my_kind, schema, now, &next))
	{
		pgd_transaction_commit();
		return next;
	}
	room = make_room(schema);
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		int			wanted;
		int			missing = 0;
		PgdReserve	reserve;

		if (!pgd_slave_copy_wanted(i, schema, now, copy, &wanted, &next))
			continue;
		wanted = Min(wanted, room);
		reserve = hand_items(i, copy, wanted, &missing);
		if (room < PG_INT32_MAX)
			room = Max(0, room - wanted);
		pgd_slave_answer(i, copy->generation, reserve);
		answered = true;
		waiting += missing;
		if (reserve != PGD_RESERVED)
			reason = reserve;
	}
	pgd_pool_note_waiting(my_kind, waiting, pgd_reserve_reason(reason),
						  reason == PGD_NO_SLOT ||
						  reason == PGD_NOT_OUR_TURN);
	pgd_transaction_commit();
	if (answered)
		pgd_live_wake();
	return next;
}

void
pgd_slave_answer(int i, uint64 generation, PgdReserve reserve)
{
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live->tasks[i].generation == generation)
	{
		pgd_live->tasks[i].is_answered = true;
		pgd_live->tasks[i].reserve = reserve;
	}
	LWLockRelease(pgd_live->lock);
}

/*
 * Processes that end before they take their item, as the server lets nobody
 * else in: after as many of them as the task wants workers it gets none.
 */
static void
note_refused(const PgdFinished *finished)
{
	PgdLiveTask *task;

	if (finished->result.outcome != PGD_LOST || finished->result.has_begun)
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	for (task = pgd_live->tasks; task < pgd_live->tasks + PGD_LIVE_TASKS; task++)
		if (task->in_use && task->database == MyDatabaseId &&
			task->schema == finished->item.schema &&
			task->task_id == finished->item.object_id &&
			task->started_at == finished->item.scheduled_at)
			task->refused++;
	LWLockRelease(pgd_live->lock);
}

/*
 * Tasks may take all slots for hours. When other work waits for one they keep
 * half of them, and their workers leave at the end of their chunks. Returns how many
 * workers they may have in all.
 */
static int
make_room(Oid schema)
{
	int			wanted = pgd_pool_wanted_by_others(my_kind);
	int			room = pgd_max_workers / 2;
	int			surplus;

	if (wanted == 0)
		return PG_INT32_MAX;
	surplus = -room;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		PgdLiveTask *task = &pgd_live->tasks[i];
		int			attached = 0;

		if (!task->in_use || task->database != MyDatabaseId ||
			task->schema != schema)
			continue;
		for (int j = 0; j < PGD_LIVE_WORKERS; j++)
			if (task->workers[j].pid != 0 && task->workers[j].run_id != 0)
				attached++;
		surplus += attached;
		task->yielding = Min(attached, Min(wanted, Max(0, surplus)));
		surplus -= task->yielding;
		wanted -= task->yielding;
	}
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
	return room;
}

bool
pgd_slave_copy_wanted(int i, Oid schema, TimestampTz now, PgdLiveTask *copy,
					  int *wanted, TimestampTz *next)
{
	PgdLiveTask *task = &pgd_live->tasks[i];

	*wanted = 0;
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	if (task->in_use && task->database == MyDatabaseId &&
		task->schema == schema && task->is_parallel &&
		!task->is_closed && !task->is_stopped && task->controller != 0 &&
		task->refused < task->level)
	{
		*wanted = pgd_live_level(task);
		if (task->is_complete)
			*wanted = Min(*wanted, task->count + busy_workers(task));
		if (*wanted > 0 && task->locked_out_until > now)
		{
			*next = Min(*next, task->locked_out_until);
			*wanted = 0;
		}
		if (*wanted > 0)
			*copy = *task;
	}
	LWLockRelease(pgd_live->lock);
	return *wanted > 0;
}

/*
 * Workers that have a chunk: those that are next are for others. Hold the
 * lock.
 */
static int
busy_workers(const PgdLiveTask *task)
{
	int			busy = 0;

	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
		if (task->workers[i].pid != 0 && task->workers[i].run_id != 0 &&
			task->workers[i].chunk_id != 0)
			busy++;
	return busy;
}

/* So many workers in all, with those that it has. */
static PgdReserve
hand_items(int i, const PgdLiveTask *task, int wanted, int *missing)
{
	int			kind = pgd_consumer_kind(task->class_name, task->role);

	wanted -= pgd_pool_count_items(my_kind, task->task_id);
	for (; wanted > 0; wanted--)
	{
		PgdReserve	reserve;

		reserve = pgd_slave_hand_item(i, task, pgd_consumer_group(kind));
		if (reserve != PGD_RESERVED)
		{
			*missing = wanted;
			return reserve;
		}
	}
	return PGD_RESERVED;
}

/* The slot may be another run's by now: then the item finds none. */
PgdReserve
pgd_slave_hand_item(int i, const PgdLiveTask *task, const char *consumer_group)
{
	PgdWorkItem item = {0};
	PgdReserve	reserve;
	int			slot;

	reserve = pgd_pool_reserve(task->role, &slot);
	if (reserve != PGD_RESERVED)
		return reserve;
	item.kind = my_kind;
	item.object_id = task->task_id;
	item.schema = task->schema;
	item.scheduled_at = task->started_at;
	strlcpy(item.operation, "RUN", sizeof(item.operation));
	strlcpy(item.class_name, task->class_name, sizeof(item.class_name));
	strlcpy(item.consumer_group, consumer_group, sizeof(item.consumer_group));

	/* numbers of jobs' runs are positive */
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	item.run_id = -(++pgd_live->last_item);
	if (pgd_live->tasks[i].generation == task->generation)
		item.part = ++pgd_live->tasks[i].last_number;
	LWLockRelease(pgd_live->lock);

	/* shown as a job of the task's owner, as Oracle does */
	snprintf(item.label, sizeof(item.label), "%s_%d",
			 task->jobs_label, item.part);
	pgd_pool_hand(slot, &item);
	return PGD_RESERVED;
}

/* ---- worker ---- */

static void
execute(const PgdWorkItem *item, PgdWorkResult *result)
{
	MemoryContext context = CurrentMemoryContext;
	PgdLiveRun	run;

	/* its run may have come to its end before we came */
	if (!find_run(item, &run) || pgd_live_attach(&run, item->run_id,
												 item->part) < 0)
		return;
	PG_TRY();
	{
		work(&run, item);
		pgd_live_detach(false);
	}
	PG_CATCH();
	{
		bool		is_lost = !is_task_stopped(&run);

		if (is_lost)
		{
			MemoryContextSwitchTo(context);
			pgd_live_note_problem(CopyErrorData()->message);
		}

		/* whoever sees that we are gone finds our chunk free, and the table */
		AbortOutOfAnyTransaction();
		pgd_fence_leave();
		pgd_live_detach(is_lost);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

/* Its chunk is as it was; the log has the error. */
static void
failed(const PgdWorkItem *item, ErrorData *error, PgdWorkResult *result)
{
}

static bool
find_run(const PgdWorkItem *item, PgdLiveRun *run)
{
	bool		found;
	bool		is_ours;

	pgd_transaction_begin();
	is_ours = item->schema == pgd_catalog_schema();
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	run->task = is_ours ? pgd_live_find(item->object_id) : NULL;
	found = run->task != NULL &&
		run->task->started_at == item->scheduled_at;
	if (found)
		run->generation = run->task->generation;
	LWLockRelease(pgd_live->lock);
	pgd_transaction_commit();
	return found;
}

static bool
is_task_stopped(const PgdLiveRun *run)
{
	bool		stopped;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	stopped = !pgd_live_is_current(run) || run->task->is_stopped ||
		run->task->is_closed;
	LWLockRelease(pgd_live->lock);
	return stopped;
}

static void
work(const PgdLiveRun *run, const PgdWorkItem *item)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext chunk_cxt;
	PgdExecution execution = {0};
	PgdTask    *task;
	List	   *relations;
	bool		has_fence;
	bool		is_locked = false;
	bool		must_wait = false;
	PgdProcessed answer;

	pgd_transaction_begin();
	MemoryContextSwitchTo(context);
	task = pgd_task_by_id(item->object_id);
	if (task == NULL || task->run_number != run->task->run_number)
	{
		pgd_transaction_commit();
		return;
	}
	pgd_environment_apply(task->environment);
	relations = pgd_fence_locks(task);
	execution.anchor = pgd_anchor_open(task, context);
	pgd_chunk_note_extension(&execution);
	pgd_transaction_commit();
	MemoryContextSwitchTo(context);

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	has_fence = run->task->has_fence;
	execution.is_synchronous = run->task->is_synchronous;
	execution.job_name = psprintf("%s_%d", run->task->job_prefix,
								  pgd_live_number());
	LWLockRelease(pgd_live->lock);
	execution.task = task;

	chunk_cxt = AllocSetContextCreate(context, "pg_dbms chunk",
									  ALLOCSET_DEFAULT_SIZES);
	do
	{
		bool		has_aborted = false;

		CHECK_FOR_INTERRUPTS();
		pgd_worker_apply();
		answer = PGD_PROCESSED_NONE;
		if (must_wait)
			must_wait = !pgd_slave_wait_between_chunks(run);
		if (has_fence && !pgd_live_has_fence(run))
		{
			/* the controller locks the tables anew: out of its way */
			if (is_locked)
				pgd_fence_leave();
			is_locked = false;
			if (is_task_stopped(run))
				break;
			(void) ConditionVariableTimedSleep(&pgd_live->changed, 1000,
											   pgd_wait_event(PGD_WAIT_CHUNK));
			continue;
		}
		if (has_fence && !is_locked)
		{
			if (!pgd_fence_enter(relations))
			{
				pgd_live_note_locked_out();
				break;
			}
			is_locked = true;
		}
		if (execution.statement == NULL)
		{
			/* only now, as this locks the tables, too, and without a limit */
			pgd_transaction_begin();
			execution.statement = pgd_statement_prepare(task, pgd_task_relation(task),
														pgd_task_has_leaves(task),
														context);
			pgd_transaction_commit();
			MemoryContextSwitchTo(context);
		}
		MemoryContextReset(chunk_cxt);
		MemoryContextSwitchTo(chunk_cxt);
		answer = pgd_slave_process_one(&execution, &has_aborted);
		MemoryContextSwitchTo(context);
		if (has_aborted)
			is_locked = false;
		if (answer == PGD_PROCESSED_ONE)
			must_wait = true;
	} while (answer != PGD_PROCESSED_ALL);
	ConditionVariableCancelSleep();
	if (is_locked)
		pgd_fence_leave();
	if (execution.statement != NULL)
		pgd_statement_free(execution.statement);
}

/*
 * One chunk, or a wait of a second at the most if there is none now. In the
 * controller of a task the wait is its own, so it may add chunks.
 */
PgdProcessed
pgd_slave_process_one(const PgdExecution *execution, bool *has_aborted)
{
	TimestampTz not_before;
	int64		chunk_id;
	int64		rows;
	char	   *activity;
	PgdChunkEnd end;

	switch (pgd_live_take(&chunk_id, &not_before))
	{
		case PGD_TAKE_LEAVE:
			return PGD_PROCESSED_ALL;
		case PGD_TAKE_WAIT:
			{
				long		wait_ms = 1000;

				if (not_before != DT_NOEND)
				{
					long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
																	   not_before);

					wait_ms = Min(wait_ms, 1 + left);
				}
				(void) ConditionVariableTimedSleep(&pgd_live->changed, wait_ms,
												   pgd_wait_event(PGD_WAIT_CHUNK));
				return PGD_PROCESSED_NONE;
			}
		case PGD_TAKE_CHUNK:
			break;
	}
	if (!execution->in_session)
	{
		activity = psprintf("task %s chunk " INT64_FORMAT ": %.*s",
							execution->task->shown, chunk_id, ACTIVITY_LEN,
							execution->task->sql_stmt);
		pgstat_report_activity(STATE_RUNNING, activity);
	}
	PG_TRY();
	{
		end = pgd_chunk_execute(execution, chunk_id, &rows, has_aborted);
	}
	PG_CATCH();
	{
		pgd_live_end_chunk(false, -1);
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (end == PGD_CHUNK_SKIPPED)
		pgd_live_note_skipped();
	pgd_live_end_chunk(end == PGD_CHUNK_FAILED,
					   end == PGD_CHUNK_SKIPPED ? -1 : rows);
	if (!execution->in_session)
		pgstat_report_stat(false);
	return PGD_PROCESSED_ONE;
}

/*
 * What the throttle says: a pause, and standbys that must catch up. False if
 * something else came up, for which whoever runs chunks is to be free.
 */
bool
pgd_slave_wait_between_chunks(const PgdLiveRun *run)
{
	TimestampTz until = 0;
	int64		max_lag;
	bool		is_wanted;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	max_lag = run->task->max_lag;
	if (run->task->sleep_us > 0)
		until = GetCurrentTimestamp() + run->task->sleep_us;
	is_wanted = is_pause_wanted(run->task);
	LWLockRelease(pgd_live->lock);
	for (;;)
	{
		long		wait_ms = 0;

		if (until != 0)
			wait_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
													  until);
		if (wait_ms <= 0 && max_lag >= 0 && is_behind(max_lag))
			wait_ms = LAG_PAUSE_MS;
		if (wait_ms <= 0)
			return true;
		if (!is_wanted || is_task_stopped(run) || !pgd_live_has_fence(run))
			return false;
		CHECK_FOR_INTERRUPTS();
		(void) ConditionVariableTimedSleep(&pgd_live->changed, wait_ms,
										   pgd_wait_event(PGD_WAIT_CHUNK));

		/* the throttle may be changed or taken off meanwhile */
		LWLockAcquire(pgd_live->lock, LW_SHARED);
		max_lag = run->task->max_lag;
		if (run->task->sleep_us == 0)
			until = 0;
		is_wanted = is_pause_wanted(run->task);
		LWLockRelease(pgd_live->lock);
	}
}

/* Not if there is nothing to do afterwards, or something else. Hold the lock. */
static bool
is_pause_wanted(const PgdLiveTask *task)
{
	return task->yielding == 0 && !task->is_paused &&
		(task->count > 0 || !task->is_complete);
}

/* Is a standby that streams further behind than that, in microseconds? */
static bool
is_behind(int64 max_lag)
{
	TimestampTz now = GetCurrentTimestamp();
	XLogRecPtr	newest;
	XLogRecPtr	old = InvalidXLogRecPtr;
	bool		behind = false;

	note_position(now, max_lag);
	newest = positions[(npositions - 1) % POSITIONS].lsn;
	for (int i = 0; i < Min(npositions, POSITIONS); i++)
		if (positions[i].at <= now - max_lag && positions[i].lsn > old)
			old = positions[i].lsn;
	for (int i = 0; i < max_wal_senders && !behind; i++)
	{
		WalSnd	   *sender = &WalSndCtl->walsnds[i];

		SpinLockAcquire(&sender->mutex);
		if (sender->pid != 0 && sender->state == WALSNDSTATE_STREAMING)
			behind = sender->apply < old ||
				(sender->applyLag > max_lag && sender->apply < newest);
		SpinLockRelease(&sender->mutex);
	}
	return behind;
}

/* Often enough to know where the log was that long ago. */
static void
note_position(TimestampTz now, int64 max_lag)
{
	Position   *last = &positions[(npositions + POSITIONS - 1) % POSITIONS];

	if (npositions > 0 && now - last->at < max_lag / (POSITIONS / 2))
		return;
	positions[npositions % POSITIONS].at = now;
	positions[npositions % POSITIONS].lsn = GetFlushRecPtr(NULL);
	if (++npositions == 2 * POSITIONS)
		npositions = POSITIONS;
}
