/*
 * pool.c
 *		The slots of the worker pool in shared memory: reserving, handing out,
 *		collecting, stopping. See pool.h for the states.
 */
#include "postgres.h"

#include <signal.h>

#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/guc.h"
#include "core/pool.h"
#include "core/pool_int.h"
#include "core/process.h"
#include "core/shmem.h"
#include "core/sql.h"

/* how long to wait before asking for a process again when there was none */
#define PGD_PROCESS_RETRY_MS	500

/* a shortage of processes is over, for the log, when none was felt so long */
#define PGD_SHORTAGE_ENDS_MS	600000

/* waiting for a worker is normal; waiting for longer than this is logged */
#define PGD_WAIT_LOGGED_MS		10000

/* a worker that was registered and has not attached by then is given up */
#define PGD_LAUNCH_TIMEOUT_MS	60000

/* coordinator: handles of the workers that it launched, by slot */
static BackgroundWorkerHandle **handles = NULL;
static int *handle_generations = NULL;
static TimestampTz retry_at = DT_NOEND;

/* coordinator: the schema dbms whose items it handles */
static Oid	my_schema = InvalidOid;

/* coordinator: what waits, by kind of work */
typedef struct Wait
{
	int			waiting;
	const char *reason;
	bool		wants_workers;
} Wait;

static Wait waits[PGD_MAX_KINDS];

/* coordinator: workers became idle since others were last told */
static bool workers_freed = false;

static bool is_my_turn(PgdDatabaseSlot *mine, int max_workers);
static int	count_used(void);
static int	find_idle(Oid role);
static int	take_free_slot(Oid role);
static bool launch(int slot);
static void give_up_launch(int slot);
static bool is_to_leave_soon(const PgdWorkerSlot *slot);
static void retire_one_idle(void);
static void clear_slot(PgdWorkerSlot *slot);
static void wake_waiting_coordinators(PgdDatabaseSlot *but);
static void log_wait(const Wait *wait, TimestampTz since);

/*
 * Coordinator, at its start, after an error and at its end: slots that were
 * reserved and never got their item are idle.
 */
void
pgd_pool_adopt(void)
{
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->database != MyDatabaseId)
			continue;
		if (slot->item_state == PGD_ITEM_RESERVED)
			slot->item_state = PGD_ITEM_NONE;
		if (slot->state == PGD_SLOT_GONE && slot->item_state == PGD_ITEM_NONE)
			pgd_pool_free_slot(slot);
	}
	LWLockRelease(pgd_shared->lock);
}

/*
 * Coordinator: the catalog that it serves. An item of another one was left by
 * an extension that was dropped: its numbers mean nothing here, and its end
 * is of no interest.
 */
void
pgd_pool_set_schema(Oid schema)
{
	my_schema = schema;
}

/*
 * Coordinator: a slot for an item of this role. An idle worker of the role
 * is best; else a new one is launched if the pool has room; else the worker
 * that has been idle longest is told to leave, and the caller tries again
 * when it has.
 */
PgdReserve
pgd_pool_reserve(Oid role, int *slot)
{
	PgdReserve	answer = PGD_NO_SLOT;
	int			found = -1;
	bool		is_new = false;

	if (pgd_max_workers == 0)
		return PGD_PAUSED;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (!is_my_turn(pgd_database_slot(MyDatabaseId), pgd_max_workers))
	{
		LWLockRelease(pgd_shared->lock);
		return PGD_NOT_OUR_TURN;
	}

	/* more of them than a setting that was lowered: no use of an idle one */
	if (pgd_pool_count_staying() <= pgd_max_workers)
		found = find_idle(role);
	if (found < 0)
	{
		if (count_used() < pgd_max_workers)
		{
			found = take_free_slot(role);
			is_new = true;
		}
		else
			retire_one_idle();
	}
	if (found >= 0)
	{
		pgd_shared->workers[found].item_state = PGD_ITEM_RESERVED;
		answer = PGD_RESERVED;
	}
	LWLockRelease(pgd_shared->lock);

	if (is_new && found >= 0 && !launch(found))
	{
		give_up_launch(found);
		return PGD_NO_PROCESS;
	}
	*slot = found;
	return answer;
}

/*
 * No process could be had for this slot. Others use them, so nobody tells
 * when there is one again: unless an idle worker makes room, we come back.
 */
static void
give_up_launch(int slot)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		is_new;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	clear_slot(&pgd_shared->workers[slot]);
	retire_one_idle();
	is_new = TimestampDifferenceExceeds(pgd_shared->no_process_at, now,
										PGD_SHORTAGE_ENDS_MS);
	pgd_shared->no_process_at = now;
	LWLockRelease(pgd_shared->lock);
	if (is_new)
		ereport(LOG,
				(errmsg("pg_dbms could not start a worker: no worker process is free"),
				 errhint("Increase max_worker_processes, or lower pg_dbms.max_workers.")));
	retry_at = TimestampTzPlusMilliseconds(now, PGD_PROCESS_RETRY_MS);
}

/* When to try again after PGD_NO_PROCESS; DT_NOEND if there is no need. */
TimestampTz
pgd_pool_retry_at(void)
{
	TimestampTz at = retry_at;

	retry_at = DT_NOEND;
	return at;
}

/*
 * Is this database below its share of the pool, or does nobody else wait who
 * is? Shares are equal among databases that have work. Hold the lock.
 */
static bool
is_my_turn(PgdDatabaseSlot *mine, int max_workers)
{
	int			demanding = 1;
	int			share;
	bool		others_wait = false;

	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *other = &pgd_shared->databases[i];

		if (other->in_use && other != mine && other->wants_workers)
			demanding++;
	}
	if (demanding == 1)
		return true;
	share = Max(1, max_workers / demanding);
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *other = &pgd_shared->databases[i];
		int			busy = 0;

		if (!other->in_use || other == mine || !other->wants_workers)
			continue;
		for (int j = 0; j < pgd_shared->nworkers; j++)
			if (pgd_shared->workers[j].in_use &&
				pgd_shared->workers[j].database == other->database)
				busy++;
		if (busy < share)
			others_wait = true;
	}
	if (others_wait)
	{
		int			busy = 0;

		for (int j = 0; j < pgd_shared->nworkers; j++)
			if (pgd_shared->workers[j].in_use &&
				pgd_shared->workers[j].database == MyDatabaseId &&
				pgd_shared->workers[j].item_state != PGD_ITEM_NONE)
				busy++;
		return busy < share;
	}
	return true;
}

/* Slots that are taken. Hold the lock. */
static int
count_used(void)
{
	int			used = 0;

	for (int i = 0; i < pgd_shared->nworkers; i++)
		if (pgd_shared->workers[i].in_use)
			used++;
	return used;
}

/* The same without those that are about to be free. Hold the lock. */
int
pgd_pool_count_staying(void)
{
	int			staying = 0;

	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (slot->in_use &&
			!(slot->must_leave && slot->item_state == PGD_ITEM_NONE))
			staying++;
	}
	return staying;
}

/* An idle worker of this role in this database, the last used one. */
static int
find_idle(Oid role)
{
	int			best = -1;

	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (slot->in_use && slot->database == MyDatabaseId &&
			slot->role == role && slot->state != PGD_SLOT_GONE &&
			slot->item_state == PGD_ITEM_NONE && !slot->must_leave &&
			slot->settings_generation == pgd_shared->settings_generation &&
			(best < 0 ||
			 slot->idle_since > pgd_shared->workers[best].idle_since))
			best = i;
	}
	return best;
}

static int
take_free_slot(Oid role)
{
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];
		int			generation = slot->generation + 1;

		if (slot->in_use)
			continue;
		memset(slot, 0, sizeof(*slot));
		slot->in_use = true;
		slot->generation = generation;
		slot->state = PGD_SLOT_STARTING;
		slot->database = MyDatabaseId;
		slot->role = role;
		slot->settings_generation = pgd_shared->settings_generation;
		slot->launched_at = GetCurrentTimestamp();
		slot->idle_since = slot->launched_at;
		return i;
	}
	return -1;
}

/* Registers the process of a slot; false if no process is free. */
static bool
launch(int slot)
{
	BackgroundWorker worker;
	BackgroundWorkerHandle *handle;
	MemoryContext old;
	bool		registered;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS |
		BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	strlcpy(worker.bgw_library_name, "pg_dbms", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, "pgd_worker_main", BGW_MAXLEN);
	snprintf(worker.bgw_name, BGW_MAXLEN, "pg_dbms worker");
	snprintf(worker.bgw_type, BGW_MAXLEN, "pg_dbms worker");
	worker.bgw_main_arg = Int32GetDatum(slot);
	memcpy(worker.bgw_extra, &pgd_shared->workers[slot].generation,
		   sizeof(int));
	worker.bgw_notify_pid = MyProcPid;

	old = MemoryContextSwitchTo(TopMemoryContext);
	if (handles == NULL)
	{
		handles = palloc0(sizeof(*handles) * pgd_shared->nworkers);
		handle_generations = palloc0(sizeof(int) * pgd_shared->nworkers);
	}
	registered = RegisterDynamicBackgroundWorker(&worker, &handle);
	MemoryContextSwitchTo(old);
	if (!registered)
		return false;
	if (handles[slot] != NULL)
		pfree(handles[slot]);
	handles[slot] = handle;
	handle_generations[slot] = pgd_shared->workers[slot].generation;
	return true;
}

/*
 * Coordinator: slots whose process ended before it attached (a failed fork,
 * a postmaster that is stopping), which no exit callback has told of.
 */
void
pgd_pool_check_launches(void)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];
		pid_t		pid;
		bool		is_ours;
		bool		is_lost;

		LWLockAcquire(pgd_shared->lock, LW_SHARED);
		is_ours = slot->in_use && slot->state == PGD_SLOT_STARTING &&
			slot->pid == 0 && slot->database == MyDatabaseId;
		LWLockRelease(pgd_shared->lock);
		if (!is_ours)
			continue;
		if (handles != NULL && handles[i] != NULL &&
			handle_generations[i] == slot->generation)
			is_lost = GetBackgroundWorkerPid(handles[i], &pid) == BGWH_STOPPED;
		else
			is_lost = TimestampDifferenceExceeds(slot->launched_at, now,
												 PGD_LAUNCH_TIMEOUT_MS);
		if (!is_lost)
			continue;
		LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
		if (slot->state == PGD_SLOT_STARTING && slot->pid == 0)
		{
			if (slot->item_state == PGD_ITEM_ASSIGNED)
				slot->state = PGD_SLOT_GONE;
			else
				pgd_pool_free_slot(slot);
		}
		LWLockRelease(pgd_shared->lock);
	}
}

/*
 * Tells the worker that has been idle longest to leave, unless enough of
 * them are already leaving: one at a time is enough, since its exit wakes
 * whoever waits. Hold the lock.
 */
static void
retire_one_idle(void)
{
	int			oldest = -1;

	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->item_state != PGD_ITEM_NONE)
			continue;
		if (slot->must_leave)
			return;
		if (slot->state == PGD_SLOT_READY &&
			(oldest < 0 ||
			 slot->idle_since < pgd_shared->workers[oldest].idle_since))
			oldest = i;
	}
	if (oldest >= 0)
	{
		pgd_shared->workers[oldest].must_leave = true;
		if (pgd_shared->workers[oldest].latch != NULL)
			SetLatch(pgd_shared->workers[oldest].latch);
	}
}

/* Coordinator: the reserved slot's worker is to run this item. */
void
pgd_pool_hand(int slot_no, const PgdWorkItem *item)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[slot_no];

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	Assert(slot->in_use && slot->item_state == PGD_ITEM_RESERVED);
	slot->item = *item;
	memset(&slot->result, 0, sizeof(slot->result));
	slot->result.outcome = PGD_LOST;
	slot->stop_run_id = 0;
	slot->stop_sqlstate = 0;
	slot->note[0] = '\0';
	slot->item_state = PGD_ITEM_ASSIGNED;
	if (slot->latch != NULL)
		SetLatch(slot->latch);
	LWLockRelease(pgd_shared->lock);
}

/* Coordinator: the reserved slot is not needed after all. */
void
pgd_pool_release(int slot_no)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[slot_no];

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	Assert(slot->in_use && slot->item_state == PGD_ITEM_RESERVED);
	if (slot->state == PGD_SLOT_GONE)
		pgd_pool_free_slot(slot);
	else
		slot->item_state = PGD_ITEM_NONE;
	LWLockRelease(pgd_shared->lock);
}

/*
 * Coordinator: takes over the results of ended items of a kind. The slots
 * are free for new work at once; the caller keeps the results until its
 * transaction about them has committed.
 */
int
pgd_pool_collect(int kind, PgdFinished *finished, int max)
{
	int			n = 0;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->nworkers && n < max; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->database != MyDatabaseId)
			continue;
		if (slot->state == PGD_SLOT_GONE &&
			(slot->item_state == PGD_ITEM_NONE ||
			 slot->item_state == PGD_ITEM_RESERVED))
		{
			if (slot->item_state == PGD_ITEM_NONE)
				pgd_pool_free_slot(slot);
			continue;
		}
		if (slot->item.kind != kind)
			continue;
		if (slot->item_state == PGD_ITEM_DONE ||
			(slot->state == PGD_SLOT_GONE &&
			 slot->item_state != PGD_ITEM_NONE))
		{
			bool		is_ours = slot->item.schema == my_schema;

			memset(&finished[n], 0, sizeof(PgdFinished));
			finished[n].item = slot->item;
			finished[n].result = slot->result;
			strlcpy(finished[n].stop_reason,
					slot->stop_run_id == slot->item.run_id ?
					slot->stop_reason : "",
					sizeof(finished[n].stop_reason));
			finished[n].stop_sqlstate =
				slot->stop_run_id == slot->item.run_id ?
				slot->stop_sqlstate : 0;
			strlcpy(finished[n].note, slot->note, sizeof(finished[n].note));
			if (slot->item_state != PGD_ITEM_DONE)
			{
				finished[n].result.outcome = PGD_LOST;
				finished[n].result.has_begun =
					slot->item_state == PGD_ITEM_RUNNING;
			}
			if (is_ours)
				n++;
			if (slot->state == PGD_SLOT_GONE)
				pgd_pool_free_slot(slot);
			else
			{
				slot->item_state = PGD_ITEM_NONE;
				slot->idle_since = GetCurrentTimestamp();
				workers_freed = true;
				if (slot->latch != NULL && is_to_leave_soon(slot))
					SetLatch(slot->latch);
			}
		}
	}
	LWLockRelease(pgd_shared->lock);
	return n;
}

/*
 * Is there a reason for a worker that becomes idle to look whether it should
 * leave? A long idle timeout it counts by itself from the end of its item;
 * saving the wake-up matters when items are short. Hold the lock.
 */
static bool
is_to_leave_soon(const PgdWorkerSlot *slot)
{
	return slot->must_leave ||
		pgd_worker_idle_timeout < PGD_LONG_IDLE_MS ||
		slot->settings_generation != pgd_shared->settings_generation ||
		pgd_pool_count_staying() > pgd_max_workers;
}

/* Coordinator: is there a slot with this run, whatever its state? */
bool
pgd_pool_has_run(int64 run_id)
{
	bool		found = false;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->nworkers && !found; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		found = slot->in_use && slot->database == MyDatabaseId &&
			slot->item_state >= PGD_ITEM_ASSIGNED &&
			slot->item.schema == my_schema && slot->item.run_id == run_id;
	}
	LWLockRelease(pgd_shared->lock);
	return found;
}

/* How many slots of this database have an item of a kind for an object. */
int
pgd_pool_count_items(int kind, int64 object_id)
{
	int			n = 0;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (slot->in_use && slot->database == MyDatabaseId &&
			slot->state != PGD_SLOT_GONE &&
			(slot->item_state == PGD_ITEM_ASSIGNED ||
			 slot->item_state == PGD_ITEM_RUNNING) &&
			slot->item.kind == kind && slot->item.object_id == object_id)
			n++;
	}
	LWLockRelease(pgd_shared->lock);
	return n;
}

/*
 * Coordinator, in each turn of a kind: how many of its items wait, and why;
 * wants_workers says that more workers would help.
 */
void
pgd_pool_note_waiting(int kind, int waiting, const char *reason,
					  bool wants_workers)
{
	waits[kind].waiting = waiting;
	waits[kind].reason = waiting > 0 ? reason : NULL;
	waits[kind].wants_workers = waiting > 0 && wants_workers;
}

/*
 * How many items of other kinds, and of other databases, wait for one of the
 * slots that are in use?
 */
int
pgd_pool_wanted_by_others(int kind)
{
	int			wanted = 0;

	for (int i = 0; i < pgd_work_kinds(); i++)
		if (i != kind && waits[i].wants_workers)
			wanted += waits[i].waiting;
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *other = &pgd_shared->databases[i];

		if (other->in_use && other->database != MyDatabaseId &&
			other->wants_workers)
			wanted += other->waiting;
	}
	LWLockRelease(pgd_shared->lock);
	return wanted;
}

/*
 * Coordinator, at the end of a turn of all kinds: tells the views, and others
 * for fairness. What it leaves of the workers that became idle is for those
 * that wait elsewhere: nobody else tells them.
 */
void
pgd_pool_report_waiting(void)
{
	Wait		all = {0};
	Wait		loud = {0};		/* of kinds whose waits the log is told of */
	TimestampTz since = 0;
	PgdDatabaseSlot *slot;

	for (int i = 0; i < pgd_work_kinds(); i++)
	{
		Wait	   *sums[] = {&all, pgd_work_kind(i)->waits_quietly ? NULL : &loud};

		for (int j = 0; j < lengthof(sums); j++)
		{
			if (sums[j] == NULL)
				continue;
			sums[j]->waiting += waits[i].waiting;
			if (sums[j]->reason == NULL)
				sums[j]->reason = waits[i].reason;
			sums[j]->wants_workers |= waits[i].wants_workers;
		}
	}
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL)
	{
		if (all.waiting > 0 && slot->waiting == 0)
			slot->waiting_since = GetCurrentTimestamp();

		/* the others' shares grow, too, when we wait no more */
		if (workers_freed || (!all.wants_workers && slot->wants_workers))
			wake_waiting_coordinators(slot);
		workers_freed = false;
		slot->waiting = all.waiting;
		slot->wants_workers = all.wants_workers;
		strlcpy(slot->waiting_reason, all.reason ? all.reason : "",
				sizeof(slot->waiting_reason));
		if (!slot->is_held)
			since = slot->waiting_since;
	}
	LWLockRelease(pgd_shared->lock);
	log_wait(&loud, since);
}

/* To wait is normal; to wait for long is told once, until nothing waits. */
static void
log_wait(const Wait *wait, TimestampTz since)
{
	static bool is_logged = false;
	static TimestampTz waits_since = 0;
	TimestampTz log_at;

	if (wait->waiting == 0)
	{
		is_logged = false;
		waits_since = 0;
		return;
	}
	if (since == 0)
		return;
	if (waits_since == 0)
		waits_since = GetCurrentTimestamp();
	log_at = TimestampTzPlusMilliseconds(waits_since, PGD_WAIT_LOGGED_MS);
	if (!is_logged && log_at <= GetCurrentTimestamp())
	{
		is_logged = true;
		ereport(LOG,
				(errmsg_plural("pg_dbms: %d item of work is due and waits: %s",
							   "pg_dbms: %d items of work are due and wait: %s",
							   wait->waiting, wait->waiting,
							   wait->reason ? wait->reason : ""),
				 errdetail("Work has been waiting in this database for more than %d seconds.",
						   PGD_WAIT_LOGGED_MS / 1000),
				 errhint("See sys.dba_scheduler_waiting_jobs and sys.dba_scheduler_workers.")));
	}
	else if (!is_logged)
		retry_at = Min(retry_at, log_at);
}

const char *
pgd_reserve_reason(PgdReserve reserve)
{
	switch (reserve)
	{
		case PGD_RESERVED:
			return "";
		case PGD_NO_SLOT:
			return "all workers are busy (pg_dbms.max_workers)";
		case PGD_NO_PROCESS:
			return "no worker process is free (max_worker_processes)";
		case PGD_PAUSED:
			return "pg_dbms.max_workers is 0";
		case PGD_NOT_OUR_TURN:
			return "other databases have less than their share of workers";
		case PGD_NOT_ADMITTED:
			return "the resource plan lets no more work of its consumer group run";
	}
	return "";
}

/*
 * Asks the worker of a run to stop: by a cancel, or by ending its process if
 * force is set. False if no worker has this run. The signal is sent under the
 * lock that the worker takes when it ends a run, so it cannot hit another.
 */
bool
pgd_pool_stop_run(int64 run_id, bool force, const char *reason)
{
	return pgd_pool_fail_run(run_id, force, 0, reason);
}

/* With a code, the run does not count as stopped: it fails with this error. */
bool
pgd_pool_fail_run(int64 run_id, bool force, int sqlstate, const char *message)
{
	bool		found = false;
	Oid			schema;

	pgd_require_preload();

	/* numbers that come from memory are negative, and good for all catalogs */
	schema = run_id > 0 ? pgd_catalog_schema() : InvalidOid;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->database != MyDatabaseId ||
			slot->item.run_id != run_id ||
			(run_id > 0 && slot->item.schema != schema) ||
			(slot->item_state != PGD_ITEM_ASSIGNED &&
			 slot->item_state != PGD_ITEM_RUNNING))
			continue;
		if (sqlstate != 0 && !force && slot->is_between_calls)
			break;
		found = true;
		if (sqlstate == 0 || slot->stop_run_id != run_id ||
			slot->stop_sqlstate != 0)
		{
			slot->stop_run_id = run_id;
			slot->stop_sqlstate = sqlstate;
			strlcpy(slot->stop_reason, message, sizeof(slot->stop_reason));
		}
		if (slot->pid != 0 && slot->state == PGD_SLOT_READY &&
			(force || slot->item_state == PGD_ITEM_RUNNING))
			(void) kill(slot->pid, force ? SIGTERM : SIGINT);
		if (slot->latch != NULL)
			SetLatch(slot->latch);
		break;
	}
	LWLockRelease(pgd_shared->lock);
	return found;
}

/* Coordinator: items under way, for those who watch what they use. */
int
pgd_pool_running(PgdRunning *running, int max)
{
	int			n = 0;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->nworkers && n < max; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->database != MyDatabaseId ||
			(slot->item_state != PGD_ITEM_ASSIGNED &&
			 slot->item_state != PGD_ITEM_RUNNING) ||
			slot->state == PGD_SLOT_GONE || slot->item.schema != my_schema)
			continue;
		running[n].slot = i;
		running[n].pid = slot->pid;
		running[n].has_begun = slot->item_state == PGD_ITEM_RUNNING;
		running[n].is_between_calls = slot->is_between_calls;
		running[n].is_failing = slot->stop_sqlstate != 0 &&
			slot->stop_run_id == slot->item.run_id;
		running[n].item = slot->item;
		memcpy(&running[n].meter, &slot->meter, sizeof(PgdMeter));
		n++;
	}
	LWLockRelease(pgd_shared->lock);
	return n;
}

void
pgd_pool_move_run(int64 run_id, const char *consumer_group, const char *note)
{
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->database != MyDatabaseId ||
			slot->item_state == PGD_ITEM_NONE ||
			slot->item.schema != my_schema || slot->item.run_id != run_id)
			continue;
		if (consumer_group != NULL)
			strlcpy(slot->item.consumer_group, consumer_group,
					sizeof(slot->item.consumer_group));
		if (note != NULL)
			strlcpy(slot->note, note, sizeof(slot->note));
	}
	LWLockRelease(pgd_shared->lock);
}

void
pgd_pool_note_run(int64 run_id, const char *note)
{
	pgd_pool_move_run(run_id, NULL, note);
}

/* Does a worker of this database have this run? */
bool
pgd_pool_run_is_live(int64 run_id)
{
	bool		live = false;
	Oid			schema;

	if (pgd_shared == NULL)
		return false;
	schema = pgd_catalog_schema();
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->nworkers && !live; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		live = slot->in_use && slot->database == MyDatabaseId &&
			slot->item.schema == schema && slot->item.run_id == run_id &&
			slot->state != PGD_SLOT_GONE &&
			(slot->item_state == PGD_ITEM_ASSIGNED ||
			 slot->item_state == PGD_ITEM_RUNNING);
	}
	LWLockRelease(pgd_shared->lock);
	return live;
}

/* Waits until no worker has this run any more; false after the timeout. */
bool
pgd_pool_wait_run_end(int64 run_id, int timeout_ms)
{
	TimestampTz deadline;
	bool		ended = true;

	deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout_ms);
	ConditionVariablePrepareToSleep(&pgd_shared->item_ended);
	while (pgd_pool_run_is_live(run_id))
	{
		long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
														   deadline);

		if (left <= 0)
		{
			ended = false;
			break;
		}
		(void) ConditionVariableTimedSleep(&pgd_shared->item_ended, left,
										   pgd_wait_event(PGD_WAIT_STOP_RUN));
	}
	ConditionVariableCancelSleep();
	return ended;
}

/* Hold the lock. */
static void
clear_slot(PgdWorkerSlot *slot)
{
	int			generation = slot->generation;

	memset(slot, 0, sizeof(*slot));
	slot->generation = generation;
}

/* The slot's process has ended. Hold the lock. */
void
pgd_pool_free_slot(PgdWorkerSlot *slot)
{
	clear_slot(slot);
	wake_waiting_coordinators(NULL);
}

/* Hold the lock. */
static void
wake_waiting_coordinators(PgdDatabaseSlot *but)
{
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];

		if (slot != but && slot->in_use && slot->waiting > 0 &&
			slot->latch != NULL)
			SetLatch(slot->latch);
	}
}
