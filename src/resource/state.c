/*
 * state.c
 *		The area of resource plans in shared memory.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/shmem.h"

#include "core/shmem.h"
#include "resource/resource.h"
#include "resource/state.h"

PgdResourceShared *pgd_resource_shared = NULL;

static int	nstates = 0;

static void initialize(LWLock *lock);

/* No more databases than coordinators, and those are worker processes. */
void
pgd_resource_install(void)
{
	Size		size = offsetof(PgdResourceShared, states);

	/* another library may still change the setting */
	nstates = max_worker_processes;
	size = add_size(size, mul_size(nstates, sizeof(PgdPlanLive)));
	pgd_shmem_add("pg_dbms resource plans", size,
				  (void **) &pgd_resource_shared, initialize);
}

static void
initialize(LWLock *lock)
{
	pgd_resource_shared->lock = lock;
	pgd_resource_shared->nstates = nstates;
}

PgdPlanLive *
pgd_plan_live(void)
{
	for (int i = 0; i < pgd_resource_shared->nstates; i++)
		if (pgd_resource_shared->states[i].database == MyDatabaseId)
			return &pgd_resource_shared->states[i];
	return NULL;
}

/* That of a database that is served no more is free again. */
PgdPlanLive *
pgd_plan_live_make(void)
{
	PgdPlanLive *live = pgd_plan_live();

	for (int i = 0; i < pgd_resource_shared->nstates && live == NULL; i++)
	{
		PgdPlanLive *other = &pgd_resource_shared->states[i];
		bool		is_served = false;

		if (OidIsValid(other->database))
		{
			LWLockAcquire(pgd_shared->lock, LW_SHARED);
			is_served = pgd_database_slot(other->database) != NULL;
			LWLockRelease(pgd_shared->lock);
		}
		if (!is_served)
			live = other;
	}
	if (live != NULL)
	{
		memset(live, 0, sizeof(*live));
		live->database = MyDatabaseId;
	}
	return live;
}
