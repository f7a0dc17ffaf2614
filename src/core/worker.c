/*
 * worker.c
 *		The main loop of a worker: takes items, runs them as its role, records
 *		failures, and leaves the session as new after each.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/async.h"
#include "commands/prepare.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "replication/slot.h"
#include "storage/condition_variable.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "core/errors.h"
#include "core/pool.h"
#include "core/process.h"
#include "core/sql.h"

static MemoryContext worker_cxt;
static MemoryContext work_cxt;

static void run_item(const PgdWorkItem *item);
static void add_item_context(void *arg);
static char *item_context(const PgdWorkItem *item);
static void strip_item_context(ErrorData *error, const PgdWorkItem *item);
static bool was_canceled(ErrorData *error);
static void say_who_stopped(ErrorData *error);
static void record_failure(const PgdWorkItem *item, ErrorData *error,
						   PgdWorkResult *result);
static void reset_session(void);

void
pgd_worker_main(Datum main_arg)
{
	int			slot = DatumGetInt32(main_arg);
	int			generation;

	memcpy(&generation, MyBgworkerEntry->bgw_extra, sizeof(generation));
	pgd_process_start(PGD_PROCESS_WORKER);
	pgd_slot_attach(slot, generation);
	pgd_process_pin_role();

	/* an error ends a run, not the process that is to record it */
	SetConfigOption("exit_on_error", "off", PGC_SUSET, PGC_S_OVERRIDE);
	BackgroundWorkerInitializeConnectionByOid(pgd_shared->workers[slot].database,
											  pgd_shared->workers[slot].role,
											  0);
	worker_cxt = AllocSetContextCreate(TopMemoryContext, "pg_dbms worker",
									   ALLOCSET_DEFAULT_SIZES);
	work_cxt = AllocSetContextCreate(worker_cxt, "pg_dbms work item",
									 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work_cxt);
	pgd_meter_install(&pgd_shared->workers[slot].meter);
	pgd_slot_connected();

	for (;;)
	{
		PgdWorkItem item;
		bool		must_leave;

		ResetLatch(MyLatch);
		QueryCancelPending = false; /* there is nothing to cancel */
		CHECK_FOR_INTERRUPTS();
		pgd_process_reload_config();
		if (pgd_slot_take(&item, &must_leave))
		{
			run_item(&item);
			continue;
		}
		if (must_leave)
			proc_exit(0);
		pgd_process_sleep(pgd_slot_idle_until(), PGD_WAIT_WORKER);
	}
}

/* One item from its start to its report; no error leaves this function. */
static void
run_item(const PgdWorkItem *item)
{
	PgdWorkResult result = {0};
	ErrorData  *volatile error = NULL;
	const PgdWorkKind *kind = pgd_work_kind(item->kind);
	ErrorContextCallback context;

	MemoryContextReset(work_cxt);
	MemoryContextSwitchTo(work_cxt);
	result.outcome = PGD_LOST;
	result.started_at = GetCurrentTimestamp();
	result.is_broken = -1;
	pgstat_report_appname(item->label);

	PG_TRY();
	{
		const char *stop_reason = pgd_slot_stop_reason();

		if (stop_reason != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_QUERY_CANCELED),
					 errmsg("run was stopped before it began")));
		context.callback = add_item_context;
		context.arg = unconstify(PgdWorkItem *, item);
		context.previous = error_context_stack;
		error_context_stack = &context;
		kind->execute(item, &result);
		error_context_stack = context.previous;
		result.outcome = PGD_SUCCEEDED;
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		disable_all_timeouts(false);
		QueryCancelPending = false;
		MemoryContextSwitchTo(work_cxt);
		error = CopyErrorData();
		EmitErrorReport();
		AbortOutOfAnyTransaction();
		PortalErrorCleanup();
		LWLockReleaseAll();
		ConditionVariableCancelSleep();
		pgstat_report_wait_end();
		FlushErrorState();
		MemoryContextSwitchTo(work_cxt);
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();

	/* a success has ended when its record says so, not after its commit */
	if (error != NULL || result.ended_at == 0)
		result.ended_at = GetCurrentTimestamp();
	pgd_meter_end_item();
	if (error != NULL)
	{
		strip_item_context(error, item);
		say_who_stopped(error);
		record_failure(item, error, &result);
	}
	/* the text goes away with the next item */
	debug_query_string = NULL;
	reset_session();
	pgd_slot_report(&result);
	pgstat_report_stat(false);
	pgstat_report_activity(STATE_IDLE, NULL);
	pgstat_report_appname("");
}

/* The server's log says which item an error belongs to. */
static void
add_item_context(void *arg)
{
	const PgdWorkItem *item = arg;

	errcontext("%s", item_context(item));
}

static char *
item_context(const PgdWorkItem *item)
{
	return psprintf("%s %s, run " INT64_FORMAT,
					pgd_work_kind(item->kind)->name, item->label,
					item->run_id);
}

/* The item's own record need not say which item it is. */
static void
strip_item_context(ErrorData *error, const PgdWorkItem *item)
{
	const char *line = item_context(item);
	size_t		length;

	if (error->context == NULL)
		return;
	length = strlen(error->context);
	if (length < strlen(line) ||
		strcmp(error->context + length - strlen(line), line) != 0)
		return;
	length -= strlen(line);
	if (length == 0)
		error->context = NULL;
	else if (error->context[length - 1] == '\n')
		error->context[length - 1] = '\0';
}

/* Somebody stopped the run, by STOP_JOB or pg_cancel_backend(). */
static bool
was_canceled(ErrorData *error)
{
	return pgd_error_is_cancel(error) ||
		(error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
		 pgd_slot_stop_reason() != NULL);
}

/*
 * A run that was cancelled because it used too much does not count as
 * stopped: it failed, with the error of the limit.
 */
static void
say_who_stopped(ErrorData *error)
{
	if (pgd_slot_stop_sqlstate() != 0 && was_canceled(error))
		pgd_slot_take_stop(error);
}

/*
 * In a transaction of its own. If even that fails, the log says so, and the
 * coordinator finds a run without an outcome.
 */
static void
record_failure(const PgdWorkItem *item, ErrorData *error,
			   PgdWorkResult *result)
{
	PG_TRY();
	{
		result->outcome = was_canceled(error) ? PGD_STOPPED : PGD_FAILED;

		/* a second cancel is no reason to lose the record */
		HOLD_CANCEL_INTERRUPTS();
		pgd_transaction_begin();
		pgd_work_kind(item->kind)->failed(item, error, result);
		pgd_transaction_commit();
		RESUME_CANCEL_INTERRUPTS();
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		MemoryContextSwitchTo(work_cxt);
		EmitErrorReport();
		AbortOutOfAnyTransaction();
		LWLockReleaseAll();
		pgstat_report_wait_end();
		FlushErrorState();
		result->outcome = PGD_LOST;
		result->has_begun = true;
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(work_cxt);
}

/*
 * Leaves the session as DISCARD ALL does, but keeps cached plans: nobody sees
 * them, and ours are among them.  Its slots for replication go, too: no client
 * is there whose end would drop them.  A worker that cannot be reset ends.
 */
static void
reset_session(void)
{
	PG_TRY();
	{
		SetCurrentStatementStartTimestamp();
		StartTransactionCommand();
		PortalHashTableDeleteAll();
		SetPGVariable("session_authorization", NIL, false);
		SetPGVariable("role", NIL, false);
		ResetAllOptions();
		DropAllPreparedStatements();
		Async_UnlistenAll();
		LockReleaseAll(USER_LOCKMETHOD, true);
		if (MyReplicationSlot != NULL)
			ReplicationSlotRelease();
		pgd_drop_temporary_slots();
		ResetTempTableNamespace();
		ResetSequenceCaches();
		for (int i = 0; i < pgd_work_kinds(); i++)
			if (pgd_work_kind(i)->reset != NULL)
				pgd_work_kind(i)->reset();
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		EmitErrorReport();
		ereport(FATAL,
				(errmsg("pg_dbms worker could not reset its session")));
	}
	PG_END_TRY();
	MemoryContextSwitchTo(work_cxt);
}
