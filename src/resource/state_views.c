/*
 * state_views.c
 *		What the views show of the consumer groups of the plan in force.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/shmem.h"
#include "resource/state.h"

PG_FUNCTION_INFO_V1(pgd_resource_group_states);

static Datum
interval_of(int64 microseconds)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = microseconds;
	return IntervalPGetDatum(interval);
}

/* dbms.consumer_group_states(): see enforcement.sql. */
Datum
pgd_resource_group_states(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PgdPlanLive *copy = palloc0(sizeof(PgdPlanLive));
	PgdPlanLive *live;

	pgd_require_preload();
	InitMaterializedSRF(fcinfo, 0);
	LWLockAcquire(pgd_resource_shared->lock, LW_SHARED);
	live = pgd_plan_live();
	if (live != NULL)
		memcpy(copy, live, sizeof(*copy));
	LWLockRelease(pgd_resource_shared->lock);
	for (int i = 0; i < copy->ngroups; i++)
	{
		PgdGroupState *group = &copy->groups[i];
		Datum		values[16] = {0};
		bool		nulls[16] = {0};

		values[0] = CStringGetTextDatum(copy->plan);
		values[1] = TimestampTzGetDatum(copy->since);
		values[2] = CStringGetTextDatum(group->name);
		values[3] = Int32GetDatum(group->waiting);
		values[4] = Int64GetDatum(group->requests);
		values[5] = Int64GetDatum(group->waits);
		values[6] = interval_of(group->waited_us);
		values[7] = interval_of(group->queued_us);
		values[8] = Int64GetDatum(group->limit_hits);
		values[9] = Int64GetDatum(group->timeouts);
		values[10] = Int64GetDatum(group->yields);
		values[11] = Int64GetDatum(group->switched_in);
		values[12] = Int64GetDatum(group->switched_out);
		values[13] = Int64GetDatum(group->cancelled);
		values[14] = Int64GetDatum(group->killed);
		values[15] = CStringGetTextDatum(group->reason);
		nulls[15] = group->reason[0] == '\0';
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
