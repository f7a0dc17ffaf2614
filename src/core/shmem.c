/*
 * shmem.c
 *		Sets up the shared memory of the pool; see shmem.h.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#include "core/shmem.h"

#define MAX_AREAS	4

/* an area that a package asked for */
typedef struct Area
{
	const char *name;
	Size		size;
	void	  **pointer;
	void		(*initialize) (LWLock *lock);
} Area;

PgdShared  *pgd_shared = NULL;

static Area areas[MAX_AREAS];
static int	n_areas = 0;

static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

static Size shared_size(void);
static void request_shared_memory(void);
static void create_shared_memory(void);

/* Hooks the set-up in; called while the postmaster preloads the library. */
void
pgd_shmem_install(void)
{
	previous_request_hook = shmem_request_hook;
	shmem_request_hook = request_shared_memory;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = create_shared_memory;
}

void
pgd_shmem_add(const char *name, Size size, void **pointer,
			  void (*initialize) (LWLock *lock))
{
	if (n_areas == MAX_AREAS)
		elog(ERROR, "too many areas of shared memory");
	areas[n_areas].name = name;
	areas[n_areas].size = size;
	areas[n_areas].pointer = pointer;
	areas[n_areas++].initialize = initialize;
}

static Size
shared_size(void)
{
	Size		size = MAXALIGN(sizeof(PgdShared));

	size = add_size(size, mul_size(max_worker_processes,
								   MAXALIGN(sizeof(PgdDatabaseSlot))));
	size = add_size(size, mul_size(max_worker_processes,
								   MAXALIGN(sizeof(PgdWorkerSlot))));
	return size;
}

static void
request_shared_memory(void)
{
	if (previous_request_hook)
		previous_request_hook();
	RequestAddinShmemSpace(shared_size());
	for (int i = 0; i < n_areas; i++)
		RequestAddinShmemSpace(areas[i].size);
	RequestNamedLWLockTranche("pg_dbms", 1 + n_areas);
}

/* No more coordinators or workers than worker processes can exist. */
static void
create_shared_memory(void)
{
	bool		found;

	if (previous_startup_hook)
		previous_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	pgd_shared = ShmemInitStruct("pg_dbms", shared_size(), &found);
	if (!found)
	{
		char	   *at = (char *) pgd_shared;

		memset(pgd_shared, 0, shared_size());
		pgd_shared->lock = &(GetNamedLWLockTranche("pg_dbms"))->lock;
		ConditionVariableInit(&pgd_shared->process_left);
		ConditionVariableInit(&pgd_shared->item_ended);
		pgd_shared->ndatabases = max_worker_processes;
		pgd_shared->nworkers = max_worker_processes;
		at += MAXALIGN(sizeof(PgdShared));
		pgd_shared->databases = (PgdDatabaseSlot *) at;
		at += MAXALIGN(sizeof(PgdDatabaseSlot)) * max_worker_processes;
		pgd_shared->workers = (PgdWorkerSlot *) at;
	}
	for (int i = 0; i < n_areas; i++)
	{
		*areas[i].pointer = ShmemInitStruct(areas[i].name, areas[i].size,
											&found);
		if (!found)
		{
			memset(*areas[i].pointer, 0, areas[i].size);
			areas[i].initialize(&GetNamedLWLockTranche("pg_dbms")[1 + i].lock);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

void
pgd_require_preload(void)
{
	if (pgd_shared == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pg_dbms must be loaded when the server starts"),
				 errdetail("Its workers and shared memory are set up at server start only."),
				 errhint("Add pg_dbms to shared_preload_libraries in postgresql.conf and restart the server.")));
}

PgdDatabaseSlot *
pgd_database_slot(Oid database)
{
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];

		if (slot->in_use && slot->database == database)
			return slot;
	}
	return NULL;
}

void
pgd_coordinator_wake(Oid database)
{
	PgdDatabaseSlot *slot;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	slot = pgd_database_slot(database);
	if (slot != NULL && slot->latch != NULL)
		SetLatch(slot->latch);
	LWLockRelease(pgd_shared->lock);
}

void
pgd_coordinator_check(Oid database)
{
	PgdDatabaseSlot *slot;

	if (pgd_shared == NULL)
		return;
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(database);
	if (slot != NULL)
	{
		slot->check_version = true;
		if (slot->latch != NULL)
			SetLatch(slot->latch);
	}
	LWLockRelease(pgd_shared->lock);
}

void
pgd_launcher_wake(void)
{
	if (pgd_shared->launcher_latch != NULL)
		SetLatch(pgd_shared->launcher_latch);
}
