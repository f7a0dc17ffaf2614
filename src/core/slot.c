/*
 * slot.c
 *		The worker's side of the pool: it attaches to its slot, takes its
 *		items, and reports. See pool.h for the states.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

#include "core/guc.h"
#include "core/meter.h"
#include "core/pool.h"
#include "core/pool_int.h"
#include "core/shmem.h"

static int	my_slot = -1;
static int	my_generation = 0;

/*
 * Exit callback: the slot is free, or its item is to be collected. Touches no
 * catalog and throws nothing.
 */
static void
worker_on_exit(int code, Datum arg)
{
	PgdWorkerSlot *slot;

	if (my_slot < 0)
		return;
	slot = &pgd_shared->workers[my_slot];
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (slot->in_use && slot->generation == my_generation &&
		slot->pid == MyProcPid)
	{
		PgdDatabaseSlot *database = pgd_database_slot(slot->database);

		slot->pid = 0;
		slot->latch = NULL;
		slot->state = PGD_SLOT_GONE;

		/* perhaps it is long until somebody collects it */
		if (slot->item_state == PGD_ITEM_RUNNING)
			slot->result.ended_at = GetCurrentTimestamp();
		if (slot->item_state == PGD_ITEM_NONE)
			pgd_pool_free_slot(slot);
		if (database != NULL && database->latch != NULL)
			SetLatch(database->latch);
	}
	LWLockRelease(pgd_shared->lock);
	my_slot = -1;
	ConditionVariableBroadcast(&pgd_shared->process_left);
	ConditionVariableBroadcast(&pgd_shared->item_ended);
}

/* Worker: takes its slot, or ends quietly if the slot was given up. */
void
pgd_slot_attach(int slot_no, int generation)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[slot_no];
	PgdDatabaseSlot *database;
	bool		welcome;

	before_shmem_exit(worker_on_exit, (Datum) 0);
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	welcome = slot->in_use && slot->generation == generation &&
		slot->state == PGD_SLOT_STARTING;
	if (welcome)
	{
		slot->pid = MyProcPid;
		slot->latch = MyLatch;
		my_slot = slot_no;
		my_generation = generation;
		database = pgd_database_slot(slot->database);
		if ((database == NULL || database->evacuated_by != 0) &&
			slot->item_state == PGD_ITEM_NONE)
			slot->must_leave = true;
	}
	LWLockRelease(pgd_shared->lock);
	if (!welcome)
		proc_exit(0);
}

/* Worker: connected; from now on signals reach a session that can bear them. */
void
pgd_slot_connected(void)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[my_slot];

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot->state = PGD_SLOT_READY;
	slot->idle_since = GetCurrentTimestamp();
	LWLockRelease(pgd_shared->lock);
}

/*
 * Worker: its next item, if there is one. *must_leave says that the worker is
 * to end now. An item that was stopped before it began is reported stopped.
 */
bool
pgd_slot_take(PgdWorkItem *item, bool *must_leave)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[my_slot];
	bool		taken = false;

	*must_leave = false;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (slot->item_state == PGD_ITEM_ASSIGNED)
	{
		*item = slot->item;
		slot->item_state = PGD_ITEM_RUNNING;
		slot->is_between_calls = pgd_work_kind(item->kind)->has_calls;
		slot->result.started_at = GetCurrentTimestamp();
		pgd_meter_begin_item();
		QueryCancelPending = false;
		taken = true;
	}
	else if (slot->item_state == PGD_ITEM_NONE)
	{
		*must_leave = slot->must_leave ||
			pgd_pool_count_staying() > pgd_max_workers ||
			slot->settings_generation != pgd_shared->settings_generation;

		/* decided under the lock, so that nobody hands us an item now */
		if (*must_leave)
			slot->must_leave = true;
	}
	else if (slot->item_state == PGD_ITEM_DONE)
		*must_leave = slot->must_leave; /* its result stays in the slot */
	LWLockRelease(pgd_shared->lock);
	return taken;
}

/* Worker: the item has ended; wakes the coordinator. */
void
pgd_slot_report(const PgdWorkResult *result)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[my_slot];
	PgdDatabaseSlot *database;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot->result = *result;
	slot->item_state = PGD_ITEM_DONE;
	database = pgd_database_slot(slot->database);
	if (database != NULL && database->latch != NULL)
		SetLatch(database->latch);
	LWLockRelease(pgd_shared->lock);
	ConditionVariableBroadcast(&pgd_shared->item_ended);

	/* a cancel that came too late for this item must not hit the next one */
	QueryCancelPending = false;
}

/* Worker: why its current run was asked to stop; NULL if it was not. */
const char *
pgd_slot_stop_reason(void)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[my_slot];
	char	   *reason = NULL;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	if (slot->stop_run_id != 0 && slot->stop_run_id == slot->item.run_id)
		reason = pstrdup(slot->stop_reason);
	LWLockRelease(pgd_shared->lock);
	return reason;
}

/* Worker: the error with which its current run is to fail; 0: none. */
int
pgd_slot_stop_sqlstate(void)
{
	PgdWorkerSlot *slot;
	int			sqlstate = 0;

	if (my_slot < 0)
		return 0;
	slot = &pgd_shared->workers[my_slot];

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	if (slot->stop_run_id != 0 && slot->stop_run_id == slot->item.run_id)
		sqlstate = slot->stop_sqlstate;
	LWLockRelease(pgd_shared->lock);
	return sqlstate;
}

bool
pgd_slot_failure(char *message, Size size)
{
	const PgdWorkerSlot *slot;
	bool		is_failing;

	if (my_slot < 0)
		return false;
	slot = &pgd_shared->workers[my_slot];
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	is_failing = slot->stop_sqlstate != 0 &&
		slot->stop_run_id == slot->item.run_id;
	if (is_failing)
		strlcpy(message, slot->stop_reason, size);
	LWLockRelease(pgd_shared->lock);
	return is_failing;
}

void
pgd_slot_take_stop(ErrorData *error)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[my_slot];

	error->message = unconstify(char *, pgd_slot_stop_reason());
	error->detail = NULL;
	error->hint = NULL;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	error->sqlerrcode = slot->stop_sqlstate;
	slot->stop_run_id = 0;
	slot->stop_sqlstate = 0;
	LWLockRelease(pgd_shared->lock);
}

bool
pgd_slot_begin_call(void)
{
	bool		was_between = false;

	if (my_slot < 0)
		return false;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (pgd_shared->workers[my_slot].is_between_calls)
	{
		pgd_shared->workers[my_slot].is_between_calls = false;
		pgd_meter_begin_call();
		was_between = true;
	}
	LWLockRelease(pgd_shared->lock);
	return was_between;
}

void
pgd_slot_end_call(bool was_between)
{
	PgdWorkerSlot *slot;
	bool		is_late;

	if (!was_between)
		return;
	slot = &pgd_shared->workers[my_slot];
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot->is_between_calls = true;
	is_late = slot->stop_sqlstate != 0 &&
		slot->stop_run_id == slot->item.run_id;
	if (is_late)
	{
		slot->stop_run_id = 0;
		slot->stop_sqlstate = 0;
		QueryCancelPending = false;
	}
	LWLockRelease(pgd_shared->lock);
	if (is_late)
		pgd_meter_begin_item();
}

const char *
pgd_slot_note(void)
{
	PgdWorkerSlot *slot;
	char	   *note;

	if (my_slot < 0)
		return NULL;
	slot = &pgd_shared->workers[my_slot];
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	note = slot->note[0] != '\0' ? pstrdup(slot->note) : NULL;
	LWLockRelease(pgd_shared->lock);
	return note;
}

bool
pgd_slot_group(char *group, Size size)
{
	bool		has_item;

	if (my_slot < 0)
		return false;
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	has_item = pgd_shared->workers[my_slot].item_state == PGD_ITEM_RUNNING;
	if (has_item)
		strlcpy(group, pgd_shared->workers[my_slot].item.consumer_group, size);
	LWLockRelease(pgd_shared->lock);
	return has_item;
}

void
pgd_slot_retire(void)
{
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	pgd_shared->workers[my_slot].must_leave = true;
	LWLockRelease(pgd_shared->lock);
}

/*
 * Worker: when it is to look again whether it has been idle long enough. Its
 * result may not be collected yet, and the collector need not wake it.
 */
TimestampTz
pgd_slot_idle_until(void)
{
	PgdWorkerSlot *slot = &pgd_shared->workers[my_slot];
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz leave_at;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (slot->item_state == PGD_ITEM_NONE)
	{
		leave_at = TimestampTzPlusMilliseconds(slot->idle_since,
											   pgd_worker_idle_timeout);
		if (leave_at <= now)
			slot->must_leave = true;
	}
	else
		leave_at = TimestampTzPlusMilliseconds(now,
											   Max(pgd_worker_idle_timeout,
												   PGD_LONG_IDLE_MS));
	LWLockRelease(pgd_shared->lock);
	return leave_at;
}

/* Is it the run that this process carries out? */
bool
pgd_pool_run_is_own(int64 run_id)
{
	bool		is_own = false;

	if (my_slot < 0)
		return false;
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	is_own = pgd_shared->workers[my_slot].item_state == PGD_ITEM_RUNNING &&
		pgd_shared->workers[my_slot].item.run_id == run_id;
	LWLockRelease(pgd_shared->lock);
	return is_own;
}
