/*
 * change.c
 *		Notes of what this transaction changed, given to the coordinator when
 *		the transaction ends.
 *
 * They are given at an abort too: the coordinator passes over rows that a
 * transaction holds locked, and has to look again when the lock is gone. A
 * note costs it one read, so those of rolled-back subtransactions stay in.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/resowner.h"

#include "core/change.h"
#include "core/process.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "core/stamp.h"

PG_FUNCTION_INFO_V1(pgd_core_catalog_changed);

/* notes of the current transaction; more than a ring holds means "all" */
static int64 noted[PGD_CHANGE_RING];
static int	nnoted = 0;
static bool all_noted = false;
static int	own_depth = 0;
static bool has_written = false;

static void at_transaction_end(XactEvent event, void *arg);
static void after_transaction(ResourceReleasePhase phase, bool is_commit,
							  bool is_top_level, void *arg);
static void give_notes(void);

/* Called once when the library is preloaded. */
void
pgd_change_install(void)
{
	RegisterXactCallback(at_transaction_end, NULL);
	RegisterResourceReleaseCallback(after_transaction, NULL);
}

void
pgd_change_note_job(int64 job_id)
{
	if (all_noted)
		return;
	if (nnoted > 0 && noted[nnoted - 1] == job_id)
		return;
	if (nnoted == lengthof(noted))
		all_noted = true;
	else
		noted[nnoted++] = job_id;
}

/*
 * Among the ids of jobs, which are positive: these are read again by whoever
 * knows them.
 */
void
pgd_change_note_windows(void)
{
	pgd_change_note_job(PGD_CHANGE_WINDOWS);
}

void
pgd_change_note_plans(void)
{
	pgd_change_note_job(PGD_CHANGE_PLANS);
}

void
pgd_change_note_all(void)
{
	all_noted = true;
}

void
pgd_change_begin_own(void)
{
	own_depth++;
}

void
pgd_change_end_own(void)
{
	Assert(own_depth > 0);
	own_depth--;
}

uint64
pgd_change_sql(const char *text, int nargs, const Oid *types,
			   const Datum *values, const char *nulls, int expected)
{
	uint64		n;

	has_written = true;
	pgd_change_begin_own();
	n = pgd_sql(text, nargs, types, values, nulls, expected);
	pgd_change_end_own();
	return n;
}

/*
 * Statement trigger of the catalog tables. Our own calls name what they
 * change; anything else (a superuser's UPDATE, pg_restore's COPY) means that
 * all is to be read again.
 */
Datum
pgd_core_catalog_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"catalog_changed\" must be called as a trigger")));
	if (own_depth == 0 && !pgd_process_is_coordinator())
	{
		/* rows that our own script brings are no restore */
		if (!creating_extension)
			pgd_stamp_note_loader();
		pgd_change_note_all();
	}
	return PointerGetDatum(NULL);
}

static void
at_transaction_end(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_PREPARE:
			if (nnoted > 0 || all_noted || has_written)
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("cannot PREPARE a transaction that has changed definitions of pg_dbms"),
						 errhint("Commit the transaction, or change the definitions in one of their own.")));
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
			own_depth = 0;
			has_written = false;
			break;
		default:
			break;
	}
}

/*
 * Only now others see all of it: locks are gone, and messages that invalidate
 * what they have cached were sent. At XACT_EVENT_COMMIT neither is true.
 */
static void
after_transaction(ResourceReleasePhase phase, bool is_commit,
				  bool is_top_level, void *arg)
{
	if (phase != RESOURCE_RELEASE_AFTER_LOCKS || !is_top_level)
		return;
	if ((nnoted > 0 || all_noted) && pgd_shared != NULL)
		give_notes();
	nnoted = 0;
	all_noted = false;
}

/* Past the point of no return: nothing in here can fail. */
static void
give_notes(void)
{
	PgdDatabaseSlot *slot;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL)
	{
		if (all_noted || slot->all_changed ||
			slot->nchanged + nnoted > lengthof(slot->changed))
		{
			slot->all_changed = true;
			slot->nchanged = 0;
		}
		else
		{
			memcpy(&slot->changed[slot->nchanged], noted,
				   sizeof(int64) * nnoted);
			slot->nchanged += nnoted;
		}
		if (slot->latch != NULL)
			SetLatch(slot->latch);
	}
	LWLockRelease(pgd_shared->lock);
}
