/*
 * coordinator.c
 *		The process that decides, one for each database with the extension.
 *
 * It sleeps until the next due time or until somebody sets its latch: a
 * session that committed a change, a worker that ended an item. The kinds of
 * work registered by the packages do the deciding; an error in a turn is
 * logged, everything is read again, and the coordinator goes on.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/condition_variable.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/coordinator.h"
#include "core/database.h"
#include "core/pool.h"
#include "core/process.h"
#include "core/sql.h"
#include "core/stamp.h"
#include "core/version.h"

/* after an error in a turn */
#define PGD_ERROR_PAUSE_MS	1000

static MemoryContext coordinator_cxt;
static MemoryContext turn_cxt;

static bool may_serve(void);
static TimestampTz run_one_turn(bool *reload);
static TimestampTz try_one_turn(bool *reload);

void
pgd_coordinator_main(Datum main_arg)
{
	PgdCoordinatorStart start;
	bool		reload = true;

	memcpy(&start, MyBgworkerEntry->bgw_extra, sizeof(start));
	pgd_process_start(PGD_PROCESS_COORDINATOR);
	pgd_database_attach(DatumGetInt32(main_arg), start.generation);
	BackgroundWorkerInitializeConnectionByOid(start.database, InvalidOid, 0);
	pgd_process_pin_settings();
	coordinator_cxt = AllocSetContextCreate(TopMemoryContext,
											"pg_dbms coordinator",
											ALLOCSET_DEFAULT_SIZES);
	turn_cxt = AllocSetContextCreate(coordinator_cxt, "pg_dbms turn",
									 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(turn_cxt);
	pgstat_report_appname("pg_dbms coordinator");
	if (!may_serve())
		proc_exit(0);
	pgd_pool_adopt();
	ereport(DEBUG1, (errmsg("pg_dbms coordinator started")));

	for (;;)
	{
		TimestampTz wake_at;

		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		pgd_process_reload_config();
		if (pgd_database_must_leave())
			proc_exit(0);
		wake_at = try_one_turn(&reload);
		MemoryContextSwitchTo(turn_cxt);
		MemoryContextReset(turn_cxt);
		if (wake_at > GetCurrentTimestamp())
			pgd_process_sleep(wake_at, PGD_WAIT_COORDINATOR);
	}
}

/*
 * Is the extension here, in the version of this library? If not, says so and
 * the caller leaves; the launcher is told when that changes.
 */
static bool
may_serve(void)
{
	bool		serves;

	pgd_transaction_begin();
	serves = OidIsValid(get_extension_oid("pg_dbms", true));
	if (!serves)
		pgd_database_report_absent();
	else if (!pgd_version_fits())
	{
		serves = false;
		pgd_database_report_absent();
	}
	pgd_pool_set_schema(pgd_catalog_schema());
	pgd_transaction_commit();
	MemoryContextSwitchTo(turn_cxt);
	return serves;
}

/* A turn of all kinds of work; returns when the next one is due. */
static TimestampTz
run_one_turn(bool *reload)
{
	static int64 changed[PGD_CHANGE_RING];
	PgdDatabaseSlot *slot;
	TimestampTz wake_at = DT_NOEND;
	TimestampTz retry_at;
	TimestampTz now;
	int			nchanged = 0;
	bool		check = false;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL)
	{
		if (slot->all_changed)
			*reload = true;
		nchanged = slot->nchanged;
		memcpy(changed, slot->changed, sizeof(int64) * nchanged);
		check = slot->check_version;
		slot->check_version = false;
		slot->all_changed = false;
		slot->nchanged = 0;
	}
	LWLockRelease(pgd_shared->lock);
	if (check)
	{
		if (!may_serve())
			proc_exit(0);
		*reload = true;
	}

	pgd_pool_check_launches();
	wake_at = pgd_stamp_turn(reload);
	while (*reload || nchanged > 0)
	{
		TimestampTz again_at;

		for (int i = 0; i < pgd_work_kinds(); i++)
		{
			const PgdWorkKind *kind = pgd_work_kind(i);

			if (*reload)
				kind->load();
			else
				kind->changed(changed, nchanged);
		}
		*reload = false;
		nchanged = 0;

		/* nothing is to be done with rows that a restore was bringing */
		again_at = pgd_stamp_turn(reload);
		wake_at = Min(wake_at, again_at);
	}
	now = GetCurrentTimestamp();
	for (int i = 0; i < pgd_work_kinds(); i++)
	{
		/* not inside of Min(), which evaluates its arguments twice */
		TimestampTz next = pgd_work_kind(i)->turn(now);

		wake_at = Min(wake_at, next);
	}
	pgd_pool_report_waiting();
	retry_at = pgd_pool_retry_at();
	return Min(wake_at, retry_at);
}

/*
 * An error in a turn must not stop the others' work for longer than a pause:
 * what was decided is forgotten and read again from the tables.
 */
static TimestampTz
try_one_turn(bool *reload)
{
	volatile TimestampTz wake_at = DT_NOEND;
	volatile bool failed = false;

	PG_TRY();
	{
		wake_at = run_one_turn(reload);
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		MemoryContextSwitchTo(turn_cxt);
		EmitErrorReport();
		AbortOutOfAnyTransaction();
		LWLockReleaseAll();
		ConditionVariableCancelSleep();
		pgstat_report_wait_end();
		FlushErrorState();
		MemoryContextSwitchTo(turn_cxt);
		RESUME_INTERRUPTS();
		failed = true;
	}
	PG_END_TRY();
	if (failed)
	{
		*reload = true;
		pgd_pool_adopt();
		for (int i = 0; i < pgd_work_kinds(); i++)
			pgd_work_kind(i)->turn_failed();
		if (!may_serve())
			proc_exit(0);

		/* slots that the failed turn had reserved */
		pgd_pool_adopt();
		wake_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
											  PGD_ERROR_PAUSE_MS);
		pgd_process_sleep(wake_at, PGD_WAIT_COORDINATOR);
	}
	pgstat_report_stat(false);
	pgstat_report_activity(STATE_IDLE, NULL);
	return wake_at;
}
