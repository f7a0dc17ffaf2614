/*
 * database.c
 *		Slots of the databases that are served; see database.h.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/condition_variable.h"
#include "storage/ipc.h"
#include "storage/procarray.h"
#include "utils/timestamp.h"

#include "core/database.h"
#include "core/pool.h"
#include "core/process.h"

/* how long a command waits for coordinator and idle workers to leave */
#define PGD_EVACUATE_TIMEOUT_MS 5000

/* coordinator: its slot */
static int	my_slot = -1;
static int	my_generation = 0;

/* backend: does it keep databases empty? */
static bool is_evacuating = false;
static bool exit_hooked = false;

static bool keep_loaders(PgdDatabaseSlot *slot);
static bool somebody_is_in(Oid database);
static void admit_at_exit(int code, Datum arg);

/*
 * A slot for a database, the one that it has or a new one; -1 if all are in
 * use. The launcher's, and that of backends which have to leave word there
 * before the launcher comes.
 */
int
pgd_database_take(Oid database)
{
	int			taken = -1;
	PgdDatabaseSlot *known;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	known = pgd_database_slot(database);
	if (known != NULL)
		taken = known - pgd_shared->databases;
	for (int i = 0; i < pgd_shared->ndatabases && taken < 0; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];
		int			generation = slot->generation + 1;

		if (slot->in_use)
			continue;
		memset(slot, 0, sizeof(*slot));
		slot->in_use = true;
		slot->generation = generation;
		slot->database = database;
		slot->state = PGD_DATABASE_DOWN;
		taken = i;
	}
	LWLockRelease(pgd_shared->lock);
	return taken;
}

/* Launcher: due times from here on are not missed, though nobody serves yet. */
void
pgd_database_serves_since(int slot_no, TimestampTz since)
{
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	pgd_shared->databases[slot_no].serving_since = since;
	LWLockRelease(pgd_shared->lock);
}

/*
 * Launcher: the database is gone or has no extension. Results that nobody
 * will collect go with it; busy workers keep their slots until they end.
 */
void
pgd_database_free(int slot_no, int generation)
{
	PgdDatabaseSlot *slot = &pgd_shared->databases[slot_no];

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (slot->in_use && slot->generation == generation)
	{
		for (int i = 0; i < pgd_shared->nworkers; i++)
		{
			PgdWorkerSlot *worker = &pgd_shared->workers[i];

			if (!worker->in_use || worker->database != slot->database)
				continue;
			if (worker->state == PGD_SLOT_GONE)
			{
				int			worker_generation = worker->generation;

				memset(worker, 0, sizeof(*worker));
				worker->generation = worker_generation;
				continue;
			}
			if (worker->item_state == PGD_ITEM_DONE)
				worker->item_state = PGD_ITEM_NONE;
			worker->must_leave = true;
			if (worker->latch != NULL)
				SetLatch(worker->latch);
		}
		if (!keep_loaders(slot))
			slot->in_use = false;
	}
	LWLockRelease(pgd_shared->lock);
}

/*
 * An extension that was dropped and made again may be loaded already when the
 * launcher learns of its end: what holds it must outlive the slot's first
 * life. Returns whether somebody loads. Hold the lock.
 */
static bool
keep_loaders(PgdDatabaseSlot *slot)
{
	PgdDatabaseSlot old = *slot;

	memset(slot, 0, sizeof(*slot));
	slot->generation = old.generation;
	for (int i = 0; i < old.nloaders; i++)
		if (BackendPidGetProc(old.loaders[i]) != NULL)
			slot->loaders[slot->nloaders++] = old.loaders[i];
	if (slot->nloaders == 0)
		return false;
	slot->in_use = true;
	slot->generation++;
	slot->database = old.database;
	slot->state = PGD_DATABASE_DOWN;
	slot->is_loading = true;
	return true;
}

static void
coordinator_on_exit(int code, Datum arg)
{
	PgdDatabaseSlot *slot;

	if (my_slot < 0)
		return;
	pgd_pool_adopt();
	slot = &pgd_shared->databases[my_slot];
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (slot->in_use && slot->generation == my_generation &&
		slot->pid == MyProcPid)
	{
		slot->pid = 0;
		slot->latch = NULL;
		slot->must_leave = false;
		slot->has_obeyed = code == 0;
		slot->waiting = 0;
		slot->wants_workers = false;
		if (slot->state == PGD_DATABASE_SERVED)
			slot->state = PGD_DATABASE_DOWN;
		pgd_launcher_wake();
	}
	LWLockRelease(pgd_shared->lock);
	my_slot = -1;
	ConditionVariableBroadcast(&pgd_shared->process_left);
}

/* Coordinator: takes its slot, or ends quietly if it is not wanted. */
void
pgd_database_attach(int slot_no, int generation)
{
	PgdDatabaseSlot *slot = &pgd_shared->databases[slot_no];
	bool		welcome;

	before_shmem_exit(coordinator_on_exit, (Datum) 0);
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	welcome = slot->in_use && slot->generation == generation &&
		slot->state == PGD_DATABASE_STARTING && slot->evacuated_by == 0;
	if (welcome)
	{
		slot->pid = MyProcPid;
		slot->latch = MyLatch;
		slot->state = PGD_DATABASE_SERVED;
		if (slot->serving_since == 0)
			slot->serving_since = GetCurrentTimestamp();
		slot->must_leave = false;

		/* everything is read anyway */
		slot->all_changed = true;
		slot->nchanged = 0;
		my_slot = slot_no;
		my_generation = generation;
	}
	else if (slot->in_use && slot->generation == generation &&
			 slot->state == PGD_DATABASE_STARTING)
	{
		slot->state = PGD_DATABASE_DOWN;
		slot->has_obeyed = true;
	}
	LWLockRelease(pgd_shared->lock);
	if (!welcome)
		proc_exit(0);
}

bool
pgd_database_must_leave(void)
{
	PgdDatabaseSlot *slot = &pgd_shared->databases[my_slot];
	bool		must_leave;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	must_leave = slot->must_leave || slot->evacuated_by != 0;
	LWLockRelease(pgd_shared->lock);
	return must_leave;
}

/* Coordinator: there is no extension here; the launcher frees the slot. */
void
pgd_database_report_absent(void)
{
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	pgd_shared->databases[my_slot].state = PGD_DATABASE_ABSENT;
	LWLockRelease(pgd_shared->lock);
}

/* Coordinator: due times before this fell due while nobody served. */
TimestampTz
pgd_database_serving_since(void)
{
	return pgd_shared->databases[my_slot].serving_since;
}

/*
 * Coordinator: nothing starts, or may start again. What fell due while the
 * database was held counts as missed.
 */
void
pgd_database_set_held(bool held)
{
	PgdDatabaseSlot *slot = &pgd_shared->databases[my_slot];

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (slot->is_held && !held)
		slot->serving_since = GetCurrentTimestamp();
	slot->is_held = held;
	LWLockRelease(pgd_shared->lock);
}

/*
 * Makes the coordinator and the idle workers of a database leave and keeps
 * new ones out until pgd_database_admit_all(). A worker that runs something
 * counts as a session like any other: the command will report it.
 */
void
pgd_database_evacuate(Oid database)
{
	TimestampTz deadline;
	PgdDatabaseSlot *slot;

	if (pgd_shared == NULL || !OidIsValid(database))
		return;
	if (!exit_hooked)
	{
		before_shmem_exit(admit_at_exit, (Datum) 0);
		exit_hooked = true;
	}
	is_evacuating = true;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(database);
	if (slot != NULL)
	{
		slot->evacuated_by = MyProcPid;
		if (slot->latch != NULL)
			SetLatch(slot->latch);
	}
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *worker = &pgd_shared->workers[i];

		if (worker->in_use && worker->database == database)
		{
			worker->must_leave = true;
			if (worker->latch != NULL)
				SetLatch(worker->latch);
		}
	}
	LWLockRelease(pgd_shared->lock);

	deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
										   PGD_EVACUATE_TIMEOUT_MS);
	ConditionVariablePrepareToSleep(&pgd_shared->process_left);
	while (somebody_is_in(database))
	{
		long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
														   deadline);

		if (left <= 0)
			break;
		(void) ConditionVariableTimedSleep(&pgd_shared->process_left, left,
										   pgd_wait_event(PGD_WAIT_EVACUATE));
	}
	ConditionVariableCancelSleep();
}

static bool
somebody_is_in(Oid database)
{
	PgdDatabaseSlot *slot;
	bool		found;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	slot = pgd_database_slot(database);
	found = slot != NULL && slot->pid != 0;
	for (int i = 0; i < pgd_shared->nworkers && !found; i++)
	{
		PgdWorkerSlot *worker = &pgd_shared->workers[i];

		found = worker->in_use && worker->database == database &&
			worker->pid != 0 && worker->item_state != PGD_ITEM_ASSIGNED &&
			worker->item_state != PGD_ITEM_RUNNING;
	}
	LWLockRelease(pgd_shared->lock);
	return found;
}

/* Lets coordinators into the databases again that this backend kept empty. */
void
pgd_database_admit_all(void)
{
	if (!is_evacuating || pgd_shared == NULL)
		return;
	is_evacuating = false;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];

		if (slot->in_use && slot->evacuated_by == MyProcPid)
			slot->evacuated_by = 0;
	}
	pgd_shared->rescan = true;
	pgd_launcher_wake();
	LWLockRelease(pgd_shared->lock);
}

static void
admit_at_exit(int code, Datum arg)
{
	pgd_database_admit_all();
}

/* Asks the launcher to look at a database, or at all for InvalidOid. */
void
pgd_database_probe(Oid database)
{
	if (pgd_shared == NULL)
		return;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	pgd_shared->rescan = true;
	if (!OidIsValid(database) ||
		pgd_shared->nprobes == lengthof(pgd_shared->probes))
		pgd_shared->probe_all = true;
	else
		pgd_shared->probes[pgd_shared->nprobes++] = database;
	pgd_launcher_wake();
	LWLockRelease(pgd_shared->lock);
}

void
pgd_settings_changed(void)
{
	if (pgd_shared == NULL)
		return;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	pgd_shared->settings_generation++;
	for (int i = 0; i < pgd_shared->nworkers; i++)
		if (pgd_shared->workers[i].in_use &&
			pgd_shared->workers[i].latch != NULL)
			SetLatch(pgd_shared->workers[i].latch);
	LWLockRelease(pgd_shared->lock);
}

/* All coordinators read everything again: something of the whole cluster changed. */
void
pgd_database_reload_all(void)
{
	if (pgd_shared == NULL)
		return;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];

		if (!slot->in_use)
			continue;
		slot->all_changed = true;
		if (slot->latch != NULL)
			SetLatch(slot->latch);
	}
	LWLockRelease(pgd_shared->lock);
}
