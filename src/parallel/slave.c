/*
 * slave.c
 *		Workers of a running task: the coordinator hands as many items to the
 *		pool as the task wants workers, each takes chunks until there are none.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "replication/walsender.h"
#include "replication/walsender_private.h"
#include "storage/condition_variable.h"
#include "storage/spin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/pool.h"
#include "core/process.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "core/stamp.h"
#include "parallel/execute.h"
#include "parallel/fence.h"
#include "parallel/live.h"
#include "parallel/parallel.h"
#include "parallel/slave.h"
#include "parallel/task.h"
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
static PgdReserve hand_items(PgdLiveTask *task, int wanted, int *missing);
static bool find_run(const PgdWorkItem *item, PgdLiveRun *run);
static void work(const PgdLiveRun *run, const PgdWorkItem *item);
static bool is_task_stopped(const PgdLiveRun *run);
static int64 slowest_lag(void);

static const PgdWorkKind chunk_kind = {
	.name = "PARALLEL",
	.load = load,
	.changed = changed,
	.turn = turn,
	.turn_failed = turn_failed,
	.execute = execute,
	.failed = failed,
	.waits_quietly = true
};

static int	my_kind;

void
pgd_slave_install(void)
{
	my_kind = pgd_work_register(&chunk_kind);
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
	int			waiting = 0;
	PgdReserve	reason = PGD_RESERVED;
	bool		answered = false;
	Oid			schema;

	/* whether they succeeded, their tasks know */
	while (pgd_pool_collect(my_kind, finished, lengthof(finished)) > 0)
		;
	if (pgd_stamp_is_held())
		return DT_NOEND;
	pgd_transaction_begin();
	schema = pgd_catalog_schema();
	pgd_transaction_commit();
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		PgdLiveTask *task = &pgd_live->tasks[i];
		int			wanted = 0;
		int			missing = 0;
		PgdReserve	reserve;

		LWLockAcquire(pgd_live->lock, LW_SHARED);
		if (task->in_use && task->database == MyDatabaseId &&
			task->schema == schema && task->is_parallel &&
			!task->is_closed && !task->is_stopped && task->controller != 0)
		{
			wanted = task->level - task->lost;
			if (task->is_complete)
				wanted = Min(wanted, task->count);
		}
		LWLockRelease(pgd_live->lock);
		if (wanted <= 0)
			continue;
		reserve = hand_items(task, wanted, &missing);
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		task->is_answered = true;
		task->reserve = reserve;
		LWLockRelease(pgd_live->lock);
		answered = true;
		waiting += missing;
		if (reserve != PGD_RESERVED)
			reason = reserve;
	}
	pgd_pool_note_waiting(my_kind, waiting, pgd_reserve_reason(reason),
						  reason == PGD_NO_SLOT ||
						  reason == PGD_NOT_OUR_TURN);
	if (answered)
		pgd_live_wake();
	return DT_NOEND;
}

/* So many workers in all, with those that it has; says what was in the way. */
static PgdReserve
hand_items(PgdLiveTask *task, int wanted, int *missing)
{
	wanted -= pgd_pool_count_items(my_kind, task->task_id);
	for (; wanted > 0; wanted--)
	{
		PgdWorkItem item = {0};
		PgdReserve	reserve;
		int			slot;

		reserve = pgd_pool_reserve(task->role, &slot);
		if (reserve != PGD_RESERVED)
		{
			*missing = wanted;
			return reserve;
		}
		item.kind = my_kind;
		item.object_id = task->task_id;
		item.schema = task->schema;
		item.scheduled_at = task->started_at;
		strlcpy(item.operation, "RUN", sizeof(item.operation));
		strlcpy(item.class_name, task->class_name, sizeof(item.class_name));

		/* numbers of jobs' runs are positive */
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		item.run_id = -(++pgd_live->last_item);
		item.part = ++task->last_number;
		LWLockRelease(pgd_live->lock);

		/* shown as a job of the task's owner, as Oracle does */
		snprintf(item.label, sizeof(item.label), "%s_%d",
				 task->jobs_label, item.part);
		pgd_pool_hand(slot, &item);
	}
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
	relations = pgd_fence_relations(task);
	execution.anchor = pgd_anchor_open(task, context);
	execution.statement = pgd_statement_prepare(task, pgd_task_relation(task),
												pgd_task_has_leaves(task),
												context);
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
		answer = PGD_PROCESSED_NONE;
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
				break;
			is_locked = true;
		}
		MemoryContextReset(chunk_cxt);
		MemoryContextSwitchTo(chunk_cxt);
		answer = pgd_slave_process_one(&execution, &has_aborted);
		MemoryContextSwitchTo(context);
		if (has_aborted)
			is_locked = false;
		if (answer == PGD_PROCESSED_ONE)
			pgd_slave_wait_between_chunks(run);
	} while (answer != PGD_PROCESSED_ALL);
	ConditionVariableCancelSleep();
	if (is_locked)
		pgd_fence_leave();
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
					wait_ms = Min(wait_ms, 1 +
								  TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
																  not_before));
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
	pgd_live_end_chunk(end == PGD_CHUNK_FAILED,
					   end == PGD_CHUNK_SKIPPED ? -1 : rows);
	if (!execution->in_session)
		pgstat_report_stat(false);
	return PGD_PROCESSED_ONE;
}

/* What the throttle says: a pause, and standbys that must catch up. */
void
pgd_slave_wait_between_chunks(const PgdLiveRun *run)
{
	TimestampTz until = 0;
	int64		max_lag;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	max_lag = run->task->max_lag;
	if (run->task->sleep_us > 0)
		until = GetCurrentTimestamp() + run->task->sleep_us;
	LWLockRelease(pgd_live->lock);
	while (!is_task_stopped(run) && pgd_live_has_fence(run))
	{
		long		wait_ms = 0;

		if (until != 0)
			wait_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
													  until);
		if (wait_ms <= 0 && max_lag >= 0 && slowest_lag() > max_lag)
			wait_ms = LAG_PAUSE_MS;
		if (wait_ms <= 0)
			break;
		CHECK_FOR_INTERRUPTS();
		(void) ConditionVariableTimedSleep(&pgd_live->changed, wait_ms,
										   pgd_wait_event(PGD_WAIT_CHUNK));

		/* the throttle may be changed or taken off meanwhile */
		LWLockAcquire(pgd_live->lock, LW_SHARED);
		max_lag = run->task->max_lag;
		if (run->task->sleep_us == 0)
			until = 0;
		LWLockRelease(pgd_live->lock);
	}
}

/* Replay lag of the slowest standby that streams, in microseconds; else 0. */
static int64
slowest_lag(void)
{
	int64		lag = 0;

	for (int i = 0; i < max_wal_senders; i++)
	{
		WalSnd	   *sender = &WalSndCtl->walsnds[i];

		SpinLockAcquire(&sender->mutex);
		if (sender->pid != 0 && sender->state == WALSNDSTATE_STREAMING)
			lag = Max(lag, sender->applyLag);
		SpinLockRelease(&sender->mutex);
	}
	return lag;
}
