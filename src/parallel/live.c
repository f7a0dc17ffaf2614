/*
 * live.c
 *		The slots of running tasks; see live.h.
 */
#include "postgres.h"

#include <signal.h>

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/pool.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "parallel/live.h"

/* what a task that was too slow for its limit may catch up with */
#define RATE_SLACK		(100 * INT64CONST(1000))

/* so long nobody else tries to lock a table; more each time, up to 30 times */
#define LOCKED_OUT_MS	10000
#define LOCKED_OUT_MAX	30

PgdLive    *pgd_live = NULL;

/* a throttle lets nobody wait longer, in microseconds: 30 years */
#define MAX_PAUSE_US	1e15

/* the run that this process controls */
static PgdLiveRun controlled = {NULL, 0};

/* the run that it works for, and its place there */
static PgdLiveRun worked = {NULL, 0};
static int	place = -1;

/* the fence under which its chunk was taken */
static uint64 fence_number = 0;

static bool exit_is_noted = false;

/* the controlled run has failed: the abort that follows ends it */
static bool is_abandoned = false;

static void initialize(LWLock *lock);
static void at_exit(int code, Datum arg);
static void at_transaction_end(XactEvent event, void *arg);
static void note_exit(void);
static PgdLiveTask *find(Oid database, Oid schema, int64 task_id);
static void free_if_left(PgdLiveTask *task);
static int	count_attached(const PgdLiveTask *task);
static bool is_anybody_busy(const PgdLiveTask *task);
static bool is_controller_alone(const PgdLiveTask *task,
								const PgdLiveWorker *me);
static void count_rate(PgdLiveTask *task, int64 rows);

void
pgd_live_install(void)
{
	pgd_shmem_add("pg_dbms parallel tasks", sizeof(PgdLive),
				  (void **) &pgd_live, initialize);
}

static void
initialize(LWLock *lock)
{
	pgd_live->lock = lock;
	ConditionVariableInit(&pgd_live->changed);
}

PgdLiveTask *
pgd_live_find(int64 task_id)
{
	return find(MyDatabaseId, pgd_catalog_schema(), task_id);
}

static PgdLiveTask *
find(Oid database, Oid schema, int64 task_id)
{
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		PgdLiveTask *task = &pgd_live->tasks[i];

		if (task->in_use && task->database == database &&
			task->schema == schema && task->task_id == task_id)
			return task;
	}
	return NULL;
}

bool
pgd_live_is_running(int64 task_id)
{
	Oid			schema;
	bool		found;

	if (pgd_live == NULL)
		return false;
	schema = pgd_catalog_schema();
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	found = find(MyDatabaseId, schema, task_id) != NULL;
	LWLockRelease(pgd_live->lock);
	return found;
}

bool
pgd_live_is_current(const PgdLiveRun *run)
{
	return run->task != NULL && run->task->in_use &&
		run->task->generation == run->generation;
}

void
pgd_live_open(PgdLiveRun *run, const PgdLiveTask *start)
{
	PgdLiveTask *task = NULL;
	bool		runs;

	note_exit();
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	runs = find(start->database, start->schema, start->task_id) != NULL;
	for (int i = 0; i < PGD_LIVE_TASKS && !runs && task == NULL; i++)
		if (!pgd_live->tasks[i].in_use)
			task = &pgd_live->tasks[i];
	if (task != NULL)
	{
		*task = *start;
		task->in_use = true;
		task->generation = ++pgd_live->last_generation;
		task->controller = MyProcPid;
		task->started_at = GetCurrentTimestamp();
		run->task = task;
		run->generation = task->generation;
		controlled = *run;
		is_abandoned = false;
	}
	LWLockRelease(pgd_live->lock);
	if (runs)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("task \"%s\" is running", start->label),
				 errhint("Use dbms_parallel_execute.stop_task() to stop it.")));
	if (task == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("too many tasks are running"),
				 errdetail("At most %d tasks can run at a time.",
						   PGD_LIVE_TASKS)));
}

void
pgd_live_close(PgdLiveRun *run)
{
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(run))
	{
		run->task->controller = 0;
		run->task->is_closed = true;
		free_if_left(run->task);
	}
	LWLockRelease(pgd_live->lock);
	run->task = NULL;
	controlled.task = NULL;
	pgd_live_wake();
}

void
pgd_live_abandon(PgdLiveRun *run)
{
	is_abandoned = true;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(run))
		run->task->is_stopped = run->task->is_closed = true;
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
}

/* Past the point of no return, before locks go: nothing in here can fail. */
static void
at_transaction_end(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_ABORT || !is_abandoned ||
		controlled.task == NULL)
		return;
	is_abandoned = false;
	if (worked.task == controlled.task)
		pgd_live_detach(false);
	pgd_live_close(&controlled);
}

int
pgd_live_chunks_wanted(const PgdLiveRun *run)
{
	int			wanted = 0;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	if (!run->task->is_complete && run->task->count <= PGD_LIVE_CHUNKS / 2)
		wanted = PGD_LIVE_CHUNKS - run->task->count;
	LWLockRelease(pgd_live->lock);
	return wanted;
}

void
pgd_live_add_chunks(const PgdLiveRun *run, const int64 *ids, int n,
					bool is_complete)
{
	PgdLiveTask *task = run->task;

	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	Assert(task->count + n <= PGD_LIVE_CHUNKS);
	for (int i = 0; i < n; i++)
		task->chunks[(task->first + task->count++) % PGD_LIVE_CHUNKS] = ids[i];
	task->is_complete = is_complete;
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
}

int
pgd_live_attach(const PgdLiveRun *run, int64 run_id, int number)
{
	int			found = -1;

	note_exit();
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(run) && !run->task->is_closed)
	{
		for (int i = 0; i < PGD_LIVE_WORKERS && found < 0; i++)
			if (run->task->workers[i].pid == 0)
				found = i;
		if (found >= 0)
		{
			PgdLiveWorker *worker = &run->task->workers[found];

			memset(worker, 0, sizeof(*worker));
			worker->pid = MyProcPid;
			worker->run_id = run_id;
			worker->number = number;
			worked = *run;
			place = found;
		}
	}
	LWLockRelease(pgd_live->lock);
	return found;
}

void
pgd_live_detach(bool is_lost)
{
	if (place < 0)
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked))
	{
		worked.task->workers[place].pid = 0;
		if (is_lost && worked.task->workers[place].run_id != 0)
			worked.task->lost++;
		free_if_left(worked.task);
	}
	LWLockRelease(pgd_live->lock);
	place = -1;
	worked.task = NULL;
	pgd_live_wake();
}

void
pgd_live_note_locked_out(void)
{
	TimestampTz now = GetCurrentTimestamp();

	if (place < 0)
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked) && worked.task->locked_out_until <= now)
	{
		if (worked.task->locked_out < LOCKED_OUT_MAX)
			worked.task->locked_out++;
		worked.task->locked_out_until =
			TimestampTzPlusMilliseconds(now, worked.task->locked_out * LOCKED_OUT_MS);
	}
	LWLockRelease(pgd_live->lock);
}

void
pgd_live_note_problem(const char *message)
{
	int			length = pg_mbcliplen(message, strlen(message),
									  PGD_LIVE_PROBLEM - 1);

	if (place < 0)
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked))
	{
		memcpy(worked.task->problem, message, length);
		worked.task->problem[length] = '\0';
	}
	LWLockRelease(pgd_live->lock);
}

int
pgd_live_level(const PgdLiveTask *task)
{
	int			level = task->level - task->lost;

	return task->plan_level > 0 ? Min(level, task->plan_level) : level;
}

/*
 * The next chunk for this process. When it must wait for a moment that is
 * known, *not_before says it, else it is DT_NOEND and somebody will wake us.
 */
PgdTake
pgd_live_take(int64 *chunk_id, TimestampTz *not_before)
{
	PgdLiveTask *task = worked.task;
	PgdLiveWorker *me = &task->workers[place];
	PgdTake		answer = PGD_TAKE_CHUNK;
	bool		more_wanted = false;

	*not_before = DT_NOEND;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (!pgd_live_is_current(&worked) || task->is_closed ||
		task->is_stopped || task->fence_is_lost)
		answer = PGD_TAKE_LEAVE;
	else if (me->run_id == 0)
	{
		if (task->has_fence && is_anybody_busy(task))
			answer = PGD_TAKE_WAIT; /* an abort of ours would take the fence */
	}
	else
	{
		/* too many since the level was lowered: the youngest leave */
		int			older = 0;

		for (int i = 0; i < PGD_LIVE_WORKERS; i++)
			if (task->workers[i].pid != 0 && task->workers[i].run_id != 0 &&
				task->workers[i].number < me->number)
				older++;
		if (older >= task->level ||
			(task->plan_level > 0 && older >= task->plan_level))
			answer = PGD_TAKE_LEAVE;
		else if (task->yielding > 0)
		{
			task->yielding--;
			me->is_leaving = true;
			answer = PGD_TAKE_LEAVE;
		}
	}
	if (answer == PGD_TAKE_CHUNK && task->count == 0)
		answer = task->is_complete ? PGD_TAKE_LEAVE : PGD_TAKE_WAIT;
	else if (answer == PGD_TAKE_CHUNK &&
			 (task->is_paused || task->must_fence || is_controller_alone(task, me)))
		answer = PGD_TAKE_WAIT;
	else if (answer == PGD_TAKE_CHUNK && task->max_rows > 0)
	{
		*not_before = task->rows_allowed_at;
		if (*not_before > GetCurrentTimestamp())
			answer = PGD_TAKE_WAIT;
	}
	if (answer == PGD_TAKE_CHUNK)
	{
		me->chunk_id = task->chunks[task->first];
		me->chunk_since = GetCurrentTimestamp();
		me->is_blocked = false;
		fence_number = task->fence_number;
		*chunk_id = me->chunk_id;
		task->first = (task->first + 1) % PGD_LIVE_CHUNKS;
		task->count--;
		more_wanted = !task->is_complete &&
			task->count == PGD_LIVE_CHUNKS / 2;
	}
	LWLockRelease(pgd_live->lock);
	if (more_wanted)
		pgd_live_wake();
	return answer;
}

void
pgd_live_end_chunk(bool has_failed, int64 rows)
{
	PgdLiveTask *task = worked.task;
	bool		is_awaited = false;

	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked))
	{
		PgdLiveWorker *me = &task->workers[place];

		me->chunk_id = 0;
		is_awaited = task->is_paused;
		if (rows >= 0)
		{
			me->chunks++;
			task->rows += rows;
			if (has_failed)
				task->failed++;
			else
				task->processed++;
			count_rate(task, rows);
			if (task->max_rows > 0)
			{
				/* its own time counts, and so does a wake-up that came late */
				TimestampTz now = GetCurrentTimestamp();
				TimestampTz since = me->chunk_since - RATE_SLACK;
				TimestampTz from = Max(task->rows_allowed_at, since);
				double		pause = (double) rows * USECS_PER_SEC / task->max_rows;

				if (from < now + (TimestampTz) MAX_PAUSE_US)
					task->rows_allowed_at = from +
						(TimestampTz) Min(pause, MAX_PAUSE_US);
			}
		}
	}
	LWLockRelease(pgd_live->lock);
	if (is_awaited)
		pgd_live_wake();
}

void
pgd_live_note_skipped(void)
{
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked))
		worked.task->skipped++;
	LWLockRelease(pgd_live->lock);
}

bool
pgd_live_try_skipped(const PgdLiveRun *run, int64 *done_before)
{
	PgdLiveTask *task = run->task;
	int64		done;
	bool		again;

	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	done = task->processed + task->failed;
	again = task->skipped > 0 && done > *done_before && !task->is_stopped;
	if (again)
	{
		*done_before = done;
		task->skipped = 0;
		task->is_complete = false;
	}
	LWLockRelease(pgd_live->lock);
	return again;
}

bool
pgd_live_is_stopped(void)
{
	bool		stopped;

	if (controlled.task == NULL)
		return false;
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	stopped = pgd_live_is_current(&controlled) && controlled.task->is_stopped;
	LWLockRelease(pgd_live->lock);
	return stopped;
}

void
pgd_live_note_lost_rows(int64 rows)
{
	if (rows == 0)
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked))
		worked.task->lost_rows += rows;
	LWLockRelease(pgd_live->lock);
}

void
pgd_live_check_fence(void)
{
	bool		is_lost;

	if (place < 0)
		return;
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	is_lost = !pgd_live_is_current(&worked) || worked.task->fence_is_lost ||
		(worked.task->has_fence &&
		 (worked.task->controller == 0 || worked.task->must_fence ||
		  worked.task->fence_number != fence_number));
	LWLockRelease(pgd_live->lock);
	if (is_lost)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the session that runs the task has ended, or lost its locks"),
				 errdetail("Without them rows may move into chunks that are not processed yet, so this chunk is rolled back.")));
}

bool
pgd_live_has_fence(const PgdLiveRun *run)
{
	bool		has;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	has = pgd_live_is_current(run) && !run->task->must_fence;
	LWLockRelease(pgd_live->lock);
	return has;
}

void
pgd_live_drop_fence(void)
{
	if (controlled.task == NULL)
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&controlled) && controlled.task->has_fence)
		controlled.task->must_fence = true;
	LWLockRelease(pgd_live->lock);
}

/*
 * The deadlock detector does not see that we wait for them. Under the lock, as
 * they cannot end their chunk and begin something else: what they wait for is
 * ours.
 */
void
pgd_live_cancel_blocked(const PgdLiveRun *run)
{
	int			pids[PGD_LIVE_WORKERS];
	TimestampTz since[PGD_LIVE_WORKERS];
	TimestampTz now = GetCurrentTimestamp();
	int			n = 0;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
	{
		PgdLiveWorker *worker = &run->task->workers[i];

		if (worker->pid != 0 && worker->run_id != 0 && worker->chunk_id != 0 &&
			!worker->is_blocked &&
			TimestampDifferenceExceeds(worker->chunk_since, now,
									   DeadlockTimeout))
		{
			pids[n] = worker->pid;
			since[n++] = worker->chunk_since;
		}
	}
	LWLockRelease(pgd_live->lock);
	for (int i = 0; i < n; i++)
	{
		if (!pgd_live_is_blocked_by_us(pids[i]))
			continue;
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		for (int j = 0; j < PGD_LIVE_WORKERS; j++)
		{
			PgdLiveWorker *worker = &run->task->workers[j];

			if (worker->pid != pids[i] || worker->chunk_since != since[i] ||
				worker->chunk_id == 0)
				continue;
			worker->is_blocked = true;
			(void) kill(worker->pid, SIGINT);
		}
		LWLockRelease(pgd_live->lock);
	}
}

bool
pgd_live_is_blocked_by_us(int pid)
{
	List	   *waiting = list_make1_int(pid);
	bool		found = false;

	for (int next = 0; next < list_length(waiting) && !found; next++)
	{
		Datum		answer = DirectFunctionCall1(pg_blocking_pids,
												 Int32GetDatum(list_nth_int(waiting, next)));
		ArrayType  *array = DatumGetArrayTypeP(answer);
		int32	   *pids = (int32 *) ARR_DATA_PTR(array);
		int			n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

		for (int i = 0; i < n && !found; i++)
		{
			found = pids[i] == MyProcPid;
			if (pids[i] != 0)
				waiting = list_append_unique_int(waiting, pids[i]);
		}
		pfree(array);
	}
	list_free(waiting);
	return found;
}

bool
pgd_live_was_blocked(void)
{
	bool		was = false;

	if (place < 0)
		return false;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&worked))
	{
		was = worked.task->workers[place].is_blocked;
		worked.task->workers[place].is_blocked = false;
	}
	LWLockRelease(pgd_live->lock);
	return was;
}

int
pgd_live_attached(const PgdLiveRun *run)
{
	int			n;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	n = pgd_live_is_current(run) ? count_attached(run->task) : 0;
	LWLockRelease(pgd_live->lock);
	return n;
}

int
pgd_live_number(void)
{
	return worked.task->workers[place].number;
}

void
pgd_live_cancel(const PgdLiveRun *run, const char *reason)
{
	int64		runs[PGD_LIVE_WORKERS];
	int			n = 0;
	int			controller = 0;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	for (int i = 0; i < PGD_LIVE_WORKERS && pgd_live_is_current(run); i++)
	{
		PgdLiveWorker *worker = &run->task->workers[i];

		if (worker->pid == 0 || worker->pid == MyProcPid)
			continue;
		if (worker->run_id != 0)
			runs[n++] = worker->run_id;
		else if (worker->chunk_id != 0)
			controller = worker->pid;
	}

	/* under the lock, as it cannot end its chunk and begin something else */
	if (controller != 0)
		(void) kill(controller, SIGINT);
	LWLockRelease(pgd_live->lock);
	for (int i = 0; i < n; i++)
		(void) pgd_pool_stop_run(runs[i], false, reason);
}

void
pgd_live_wake(void)
{
	ConditionVariableBroadcast(&pgd_live->changed);
}

/* Workers that are attached; the controller does not count. Hold the lock. */
static int
count_attached(const PgdLiveTask *task)
{
	int			n = 0;

	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
		if (task->workers[i].pid != 0 && task->workers[i].run_id != 0)
			n++;
	return n;
}

/* Is a worker at a chunk? Hold the lock. */
static bool
is_anybody_busy(const PgdLiveTask *task)
{
	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
		if (task->workers[i].pid != 0 && task->workers[i].run_id != 0 &&
			task->workers[i].chunk_id != 0)
			return true;
	return false;
}

/*
 * A controller that holds the fence and runs a chunk itself may lose the
 * fence by an abort: nobody else works then. Hold the lock.
 */
static bool
is_controller_alone(const PgdLiveTask *task, const PgdLiveWorker *me)
{
	if (!task->has_fence || me->run_id == 0)
		return false;
	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
		if (task->workers[i].pid != 0 && task->workers[i].run_id == 0 &&
			task->workers[i].chunk_id != 0)
			return true;
	return false;
}

/* Hold the lock. */
static void
free_if_left(PgdLiveTask *task)
{
	if (task->controller == 0 && count_attached(task) == 0)
		task->in_use = false;
}

/* Hold the lock. */
static void
count_rate(PgdLiveTask *task, int64 rows)
{
	int64		second = GetCurrentTimestamp() / USECS_PER_SEC;
	int			i = second % PGD_LIVE_SECONDS;

	if (task->rate[i].second != second)
	{
		task->rate[i].second = second;
		task->rate[i].chunks = 0;
		task->rate[i].rows = 0;
	}
	task->rate[i].chunks++;
	task->rate[i].rows += rows;
}

static void
note_exit(void)
{
	if (exit_is_noted)
		return;
	before_shmem_exit(at_exit, (Datum) 0);
	RegisterXactCallback(at_transaction_end, NULL);
	exit_is_noted = true;
}

/*
 * The end of a process that had a part in a task. That of a controller is told
 * before its locks are given back: workers see that the fence is gone before
 * it is. Then it lets go of its chunk, so that whoever sees that it has gone
 * can take it. Throws nothing.
 */
static void
at_exit(int code, Datum arg)
{
	char		problem[PGD_LIVE_PROBLEM];

	if (pgd_slot_failure(problem, sizeof(problem)))
		pgd_live_note_problem(problem);
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&controlled))
	{
		controlled.task->is_closed = true;
		controlled.task->fence_is_lost = controlled.task->has_fence;
	}
	LWLockRelease(pgd_live->lock);
	if (place >= 0)
		AbortOutOfAnyTransaction();
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (place >= 0 && pgd_live_is_current(&worked))
	{
		worked.task->workers[place].pid = 0;
		if (worked.task->workers[place].run_id != 0)
			worked.task->lost++;
		free_if_left(worked.task);
	}
	if (pgd_live_is_current(&controlled))
	{
		controlled.task->controller = 0;
		free_if_left(controlled.task);
	}
	LWLockRelease(pgd_live->lock);
	place = -1;
	ConditionVariableBroadcast(&pgd_live->changed);
}
