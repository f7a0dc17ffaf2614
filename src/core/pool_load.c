/*
 * pool_load.c
 *		What the slots of the pool are used for just now, for whoever divides
 *		them among kinds of work or consumer groups.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "core/guc.h"
#include "core/pool.h"
#include "core/shmem.h"
#include "core/sql.h"

int
pgd_pool_list_items(PgdPoolItem *items, int *free, int *share)
{
	int			busy = 0;
	int			demanding = 1;
	int			n = 0;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->item_state == PGD_ITEM_NONE)
			continue;
		busy++;
		if (slot->database != MyDatabaseId || slot->state == PGD_SLOT_GONE ||
			(slot->item_state != PGD_ITEM_ASSIGNED &&
			 slot->item_state != PGD_ITEM_RUNNING))
			continue;
		items[n].kind = slot->item.kind;
		items[n].object_id = slot->item.object_id;
		strlcpy(items[n].consumer_group, slot->item.consumer_group,
				sizeof(items[n].consumer_group));
		n++;
	}
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *other = &pgd_shared->databases[i];

		if (other->in_use && other->database != MyDatabaseId &&
			other->wants_workers)
			demanding++;
	}
	LWLockRelease(pgd_shared->lock);
	*free = Max(0, pgd_max_workers - busy);
	*share = Max(1, pgd_max_workers / demanding);
	return n;
}

/*
 * Items that are under way, also those that no worker has begun yet. The
 * coordinator counts anew at its next turn, which begins at once.
 */
int
pgd_pool_move_items(int pid, Oid role, const char *consumer_group)
{
	Oid			schema = pgd_catalog_schema();
	int			moved = 0;

	pgd_require_preload();
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < pgd_shared->nworkers; i++)
	{
		PgdWorkerSlot *slot = &pgd_shared->workers[i];

		if (!slot->in_use || slot->database != MyDatabaseId ||
			slot->state == PGD_SLOT_GONE || slot->role != role ||
			(pid != 0 && slot->pid != pid) || slot->item.schema != schema ||
			(slot->item_state != PGD_ITEM_ASSIGNED &&
			 slot->item_state != PGD_ITEM_RUNNING))
			continue;
		strlcpy(slot->item.consumer_group, consumer_group,
				sizeof(slot->item.consumer_group));
		moved++;
	}
	LWLockRelease(pgd_shared->lock);
	if (moved > 0)
		pgd_coordinator_wake(MyDatabaseId);
	return moved;
}
