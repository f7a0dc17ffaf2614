/*
 * pool_views.c
 *		What the views show of the pool and of the databases that are served.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/identity.h"
#include "core/pool.h"
#include "core/shmem.h"

PG_FUNCTION_INFO_V1(pgd_core_workers);
PG_FUNCTION_INFO_V1(pgd_core_coordinators);

static Datum
timestamp_or_null(TimestampTz at, bool *isnull)
{
	*isnull = at == 0 || at == DT_NOEND || at == DT_NOBEGIN;
	return TimestampTzGetDatum(at);
}

/*
 * dbms.workers(): the slots in use, of all databases. As in pg_stat_activity
 * everybody sees that a worker is there, but what it does only who has the
 * privileges of its role.
 */
Datum
pgd_core_workers(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
		"idle", "reserved", "assigned", "running", "done"
	};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PgdWorkerSlot *copy;
	bool		sees_all;
	int			n;

	pgd_require_preload();
	InitMaterializedSRF(fcinfo, 0);
	sees_all = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) ||
		pgd_role_has(GetUserId(), PGD_SCHEDULER_ADMIN) ||
		pgd_role_has(GetUserId(), PGD_RESOURCE_ADMIN);
	n = pgd_shared->nworkers;
	copy = palloc(sizeof(PgdWorkerSlot) * n);
	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	memcpy(copy, pgd_shared->workers, sizeof(PgdWorkerSlot) * n);
	LWLockRelease(pgd_shared->lock);

	for (int i = 0; i < n; i++)
	{
		PgdWorkerSlot *slot = &copy[i];
		Datum		values[15] = {0};
		bool		nulls[15] = {0};
		bool		has_item = slot->item_state >= PGD_ITEM_ASSIGNED;

		if (!slot->in_use)
			continue;
		values[0] = Int32GetDatum(i);
		nulls[1] = slot->pid == 0;
		values[1] = Int32GetDatum(slot->pid);
		values[2] = ObjectIdGetDatum(slot->database);
		values[3] = ObjectIdGetDatum(slot->role);
		values[4] = CStringGetTextDatum(slot->state == PGD_SLOT_GONE ? "gone" :
										slot->state == PGD_SLOT_STARTING ? "starting" :
										slot->must_leave ? "leaving" :
										names[slot->item_state]);
		for (int c = 5; c <= 11; c++)
			nulls[c] = !has_item;
		nulls[12] = has_item;
		nulls[13] = true;
		nulls[14] = !has_item || slot->item.consumer_group[0] == '\0';
		values[14] = CStringGetTextDatum(slot->item.consumer_group);
		if (has_item)
		{
			int64		cpu = pgd_meter_cpu(slot->pid);

			values[5] = CStringGetTextDatum(pgd_work_kind(slot->item.kind)->name);
			values[6] = Int64GetDatum(slot->item.run_id);
			values[7] = Int64GetDatum(slot->item.object_id);
			values[8] = CStringGetTextDatum(slot->item.label);
			values[9] = CStringGetTextDatum(slot->item.class_name);
			values[10] = timestamp_or_null(slot->item.scheduled_at, &nulls[10]);
			values[11] = timestamp_or_null(slot->result.started_at, &nulls[11]);
			if (slot->pid != 0 && cpu >= 0 &&
				slot->item_state == PGD_ITEM_RUNNING)
			{
				Interval   *used = palloc0(sizeof(Interval));

				used->time = Max(cpu - slot->meter.item.cpu_us, 0);
				values[13] = IntervalPGetDatum(used);
				nulls[13] = false;
			}
		}
		else
			values[12] = timestamp_or_null(slot->idle_since, &nulls[12]);
		if (!sees_all && !has_privs_of_role(GetUserId(), slot->role))
			memset(&nulls[4], true, sizeof(nulls) - 4 * sizeof(bool));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

/* dbms.coordinators(): the databases that are served. */
Datum
pgd_core_coordinators(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
		"starting", "serving", "absent", "down"
	};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	pgd_require_preload();
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = palloc(sizeof(PgdDatabaseSlot));
		Datum		values[6] = {0};
		bool		nulls[6] = {0};

		LWLockAcquire(pgd_shared->lock, LW_SHARED);
		memcpy(slot, &pgd_shared->databases[i], sizeof(*slot));
		LWLockRelease(pgd_shared->lock);
		if (slot->in_use)
		{
			values[0] = ObjectIdGetDatum(slot->database);
			nulls[1] = slot->pid == 0;
			values[1] = Int32GetDatum(slot->pid);
			values[2] = CStringGetTextDatum(slot->is_held ? "held" :
											names[slot->state]);
			values[3] = Int32GetDatum(slot->waiting);
			nulls[4] = slot->waiting == 0;
			values[4] = CStringGetTextDatum(slot->waiting_reason);
			nulls[5] = slot->waiting == 0;
			values[5] = TimestampTzGetDatum(slot->waiting_since);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
								 nulls);
		}
		pfree(slot);
	}
	return (Datum) 0;
}
