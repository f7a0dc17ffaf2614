/*
 * state.h
 *		What the coordinators tell the others of resource plans, in shared
 *		memory: which plan is in force, and how its consumer groups fare.
 */
#ifndef PGD_RESOURCE_STATE_H
#define PGD_RESOURCE_STATE_H

#include "datatype/timestamp.h"
#include "storage/lwlock.h"

#include "core/work.h"
#include "resource/share.h"

/* a consumer group of the plan in force; counts are since it is */
typedef struct PgdGroupState
{
	char		name[PGD_CLASS_LEN];
	int			running;
	int			waiting;
	int64		requests;		/* items that started */
	int64		waits;			/* those that had to wait for a worker */
	int64		waited_us;
	int64		queued_us;		/* waited while a limit was reached */
	int64		limit_hits;		/* so often it was, with items waiting */
	int64		timeouts;		/* failed, as they waited for too long */
	int64		yields;			/* workers that left for others' work */
	int64		switched_in;	/* came from another group for a limit */
	int64		switched_out;	/* went to another one */
	int64		cancelled;		/* calls, for a limit */
	int64		killed;			/* workers */
	char		reason[160];	/* why items wait; empty: for a free worker */
} PgdGroupState;

/* a database with a plan in force */
typedef struct PgdPlanLive
{
	Oid			database;		/* InvalidOid: not in use */
	uint64		generation;
	TimestampTz since;
	char		plan[PGD_CLASS_LEN];
	int			ngroups;
	PgdGroupState groups[PGD_SHARE_GROUPS];
} PgdPlanLive;

typedef struct PgdResourceShared
{
	LWLock	   *lock;
	uint64		last_generation;
	int			nstates;
	PgdPlanLive states[FLEXIBLE_ARRAY_MEMBER];
} PgdResourceShared;

extern PgdResourceShared *pgd_resource_shared;

/* the state of this database, NULL if it has none; hold the lock */
extern PgdPlanLive *pgd_plan_live(void);

/* the same, made if there is none; NULL if there is no room */
extern PgdPlanLive *pgd_plan_live_make(void);

#endif							/* PGD_RESOURCE_STATE_H */
