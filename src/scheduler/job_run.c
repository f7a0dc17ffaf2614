/*
 * job_run.c
 *		RUN_JOB and STOP_JOB.
 *
 * RUN_JOB runs a job either here, or asks the coordinator for a run beside
 * the schedule. Here means with the rights of the session: only the job's
 * owner may ask for that, since code that we ran as somebody else in the
 * caller's session could switch back to the caller, and the caller's settings
 * could bend it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/guc.h"
#include "core/pool.h"
#include "core/process.h"
#include "scheduler/action.h"
#include "scheduler/batch.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"
#include "scheduler/run.h"

/* STOP_JOB waits so long for a run to end */
#define PGD_STOP_WAIT_MS	10000

/* and so long for the job's row to say so, too */
#define PGD_SETTLE_WAIT_MS	1000

PG_FUNCTION_INFO_V1(pgd_scheduler_run_job);
PG_FUNCTION_INFO_V1(pgd_scheduler_stop_job);
PG_FUNCTION_INFO_V1(pgd_scheduler_end_detached_job_run);

typedef struct PgdStopCall
{
	Oid			caller;
	List	   *names;			/* PgdObjectName */
	bool		force;
	PgdCommitSemantics semantics;
} PgdStopCall;

static void run_here(Oid caller, const PgdObject *object, bool can_commit);
static void request_run(Oid caller, const PgdObject *object);
static void stop_step(void *arg, int i);
static void stop_one(void *arg, const PgdObject *object);
static bool may_force(Oid caller, const PgdObject *object);
static void wait_until_settled(int64 run_id);
static const char *describe(void *arg, int i);

/*
 * The job or, where may_be_class, the job class of this name, in the current
 * memory context; 27475 if there is none.
 */
PgdObject *
pgd_job_or_class(Oid caller, const PgdObjectName *name, bool may_be_class)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdObject  *object;

	pgd_catalog_enter(&scope);
	object = pgd_object_find(caller, name);
	if (object == NULL ||
		(strcmp(object->type, "JOB") != 0 &&
		 strcmp(object->type, "JOB CLASS") != 0))
		pgd_error_no_job(pgd_object_show_name(caller, name));
	if (strcmp(object->type, "JOB CLASS") == 0 && !may_be_class)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("commit_semantics other than STOP_ON_FIRST_ERROR are for jobs only"),
				 errdetail("\"%s\" is a job class.", object->shown)));
	object = pgd_object_copy(object, context);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return object;
}

/* ---- RUN_JOB ---- */

Datum
pgd_scheduler_run_job(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	List	   *names;
	ListCell   *cell;
	bool		can_commit;

	names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0),
								"job name");
	if (PG_ARGISNULL(1))
		pgd_error_null("use_current_session");
	can_commit = fcinfo->context != NULL &&
		IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic;
	foreach(cell, names)
	{
		PgdObject  *object = pgd_job_or_class(caller, lfirst(cell), false);

		if (PG_GETARG_BOOL(1))
			run_here(caller, object, can_commit);
		else
			request_run(caller, object);
		MemoryContextSwitchTo(context);
	}
	PG_RETURN_VOID();
}

/*
 * In this session, at once. The job's state does not change; a log row says
 * that it ran. Where the caller could commit, so can the action.
 */
static void
run_here(Oid caller, const PgdObject *object, bool can_commit)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	PgdWorkItem item = {0};
	PgdWorkResult result = {0};
	PgdAction	action = {0};
	PgdSessionRun *run;

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load(object);
	if (caller != object->owner_role)
		ereport(ERROR,
				(errcode(PGD_ORA(27486)),
				 errmsg("insufficient privileges"),
				 errdetail("Only the owner of job \"%s\" can run it in the current session.",
						   object->shown),
				 errhint("Pass use_current_session => false to run it in the background as its owner.")));
	pgd_job_check_lightweight(job);
	pgd_job_check_runnable(job);
	if (job->program_name != NULL && pgd_job_program(job)->is_detached)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("job \"%s\" cannot run in the current session",
						object->shown),
				 errdetail("Its program is detached.")));
	(void) pgd_sql("SELECT pg_catalog.nextval('dbms.log_id_seq')",
				   0, NULL, NULL, NULL, SPI_OK_SELECT);
	item.run_id = pgd_column_int64(0, 0);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);

	item.object_id = object->id;
	item.scheduled_at = result.started_at = GetCurrentTimestamp();
	item.is_manual = true;
	strlcpy(item.operation, "RUN", sizeof(item.operation));
	run = pgd_run_session_begin(&item, &action);
	MemoryContextSwitchTo(context);
	pgd_action_run_inside(&action, !can_commit);
	MemoryContextSwitchTo(context);
	result.outcome = PGD_SUCCEEDED;
	result.ended_at = GetCurrentTimestamp();
	pgd_run_session_end(run, &item, &result, pgd_role_show(caller));
	MemoryContextSwitchTo(context);
}

/*
 * A run in the background beside the schedule: the coordinator hears of it
 * when the transaction commits.
 */
static void
request_run(Oid caller, const PgdObject *object)
{
	PgdCatalogScope scope;
	PgdJob	   *job;
	PgdParameters parameters = {0};
	int			nruns;
	const char *reason = NULL;

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	if (pgd_max_workers == 0)
		reason = "The setting pg_dbms.max_workers is 0.";
	else if (pgd_sql("SELECT 1 FROM dbms.scheduler_attribute"
					 " WHERE name = 'SCHEDULER_DISABLED' AND pg_catalog.upper(value) = 'TRUE'",
					 0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
		reason = "The scheduler attribute SCHEDULER_DISABLED is TRUE.";
	if (reason != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27492)),
				 errmsg("job \"%s\" cannot run because the scheduler is not available",
						object->shown),
				 errdetail("%s", reason),
				 errhint("Pass use_current_session => true to run it in this session.")));
	job = pgd_job_load_for_change(object);
	(void) pgd_job_runs(object->id, &nruns);
	if (nruns > 0)
		pgd_error_job_running(object->shown);
	pgd_job_check_lightweight(job);
	pgd_job_check_runnable(job);
	pgd_put_int64(&parameters, object->id);
	pgd_put_timestamptz(&parameters, GetCurrentTimestamp());
	pgd_put_text(&parameters, pgd_role_show(caller));
	if (pgd_change_sql_with("UPDATE dbms.job_state SET manual_run_at = $2, manual_run_user = $3"
							" WHERE job_id = $1 AND manual_run_at IS NULL",
							&parameters, SPI_OK_UPDATE) == 0)
		pgd_error_job_running(object->shown);
	pgd_change_note_job(object->id);
	pgd_catalog_leave(&scope);
}

/* ---- STOP_JOB ---- */

Datum
pgd_scheduler_stop_job(PG_FUNCTION_ARGS)
{
	PgdStopCall call = {0};
	PgdBatch	batch = {0};

	call.caller = GetUserId();
	call.force = pgd_arg_bool(fcinfo, 1, "force");
	if (call.force)
		pgd_require(PGD_MANAGE_SCHEDULER);
	call.semantics = pgd_commit_semantics(pgd_arg_text(fcinfo, 2));
	if (call.semantics == PGD_TRANSACTIONAL)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("commit_semantics TRANSACTIONAL is not for stop_job"),
				 errdetail("A run that was stopped cannot be brought back.")));
	call.names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0),
									 "job name");
	batch.fcinfo = fcinfo;
	batch.semantics = call.semantics;
	batch.n = list_length(call.names);
	batch.step = stop_step;
	batch.describe = describe;
	batch.arg = &call;
	pgd_batch_run(&batch);
	PG_RETURN_VOID();
}

static const char *
describe(void *arg, int i)
{
	PgdStopCall *call = arg;

	return pgd_object_show_name(call->caller, list_nth(call->names, i));
}

/* Of a class those jobs are stopped that run. */
static void
stop_step(void *arg, int i)
{
	PgdStopCall *call = arg;
	PgdObject  *object;

	object = pgd_job_or_class(call->caller, list_nth(call->names, i),
							  call->semantics == PGD_STOP_ON_FIRST_ERROR);
	if (strcmp(object->type, "JOB CLASS") == 0)
		pgd_batch_class(object, stop_one, call);
	else
		pgd_job_stop(call->caller, object, call->force, true);
}

static void
stop_one(void *arg, const PgdObject *object)
{
	PgdStopCall *call = arg;
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	int			nruns;

	pgd_catalog_enter(&scope);
	(void) pgd_job_runs(object->id, &nruns);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	if (nruns > 0)
		pgd_job_stop(call->caller, object, call->force, true);
}

/*
 * A manager can end the runs of other roles' jobs, as pg_signal_backend can
 * end their sessions: but those of superusers.
 */
static bool
may_force(Oid caller, const PgdObject *object)
{
	return pgd_role_has(caller, PGD_MANAGE_SCHEDULER) &&
		(superuser_arg(caller) || !superuser_arg(object->owner_role));
}

/*
 * Stops the runs of a job and waits until they have ended; 27366 if it does
 * not run, 27365 if it does not end in time. With until_settled the job's row
 * says so, too, when it returns; who holds that row's lock would wait in vain.
 * Outside of catalog scopes.
 */
void
pgd_job_stop(Oid caller, const PgdObject *object, bool force,
			 bool until_settled)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	int64	   *runs;
	int			nruns;
	int			nstopped = 0;
	char	   *reason;

	pgd_catalog_enter(&scope);
	if (!force || !may_force(caller, object))
		pgd_object_require_alter(caller, object);
	runs = pgd_job_runs(object->id, &nruns);
	runs = memcpy(MemoryContextAlloc(context, sizeof(int64) * Max(nruns, 1)),
				  runs, sizeof(int64) * nruns);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);

	reason = psprintf("Stop job called by user: '%s'", pgd_role_show(caller));
	for (int i = 0; i < nruns; i++)
	{
		if (!pgd_pool_stop_run(runs[i], force, reason))
			continue;
		nstopped++;
		if (!pgd_pool_wait_run_end(runs[i], PGD_STOP_WAIT_MS))
			ereport(ERROR,
					(errcode(PGD_ORA(27365)),
					 errmsg("job \"%s\" was told to stop but did not stop at once",
							object->shown),
					 errdetail("It still runs after %d seconds.",
							   PGD_STOP_WAIT_MS / 1000),
					 force ? 0 : errhint("It will stop where it can be interrupted. With force => true its process is ended.")));
	}
	if (nstopped == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27366)),
				 errmsg("job \"%s\" is not running", object->shown)));
	for (int i = 0; i < nruns && until_settled; i++)
		wait_until_settled(runs[i]);

	pgd_catalog_enter(&scope);
	pgd_log_job_operation(object->id, "STOPPED", pgd_role_show(caller),
						  pgd_log_info("REASON", reason), false);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

/*
 * Until the coordinator has brought a stopped run's job up to date, so that
 * a DROP_JOB or RUN_JOB right after STOP_JOB does not find it running. Not
 * for long: our own transaction may be what the coordinator waits for.
 */
static void
wait_until_settled(int64 run_id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(run_id)};
	TimestampTz deadline;

	deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
										   PGD_SETTLE_WAIT_MS);
	ConditionVariablePrepareToSleep(&pgd_shared->item_ended);
	for (;;)
	{
		long		left;
		bool		is_settled;
		PgdCatalogScope scope;

		pgd_catalog_enter(&scope);
		is_settled = pgd_sql("SELECT FROM dbms.run WHERE id = $1", 1, types,
							 values, NULL, SPI_OK_SELECT) == 0;
		pgd_catalog_leave(&scope);
		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
											   deadline);
		if (is_settled || left <= 0)
			break;
		(void) ConditionVariableTimedSleep(&pgd_shared->item_ended, left,
										   pgd_wait_event(PGD_WAIT_STOP_RUN));
	}
	ConditionVariableCancelSleep();
}

Datum
pgd_scheduler_end_detached_job_run(PG_FUNCTION_ARGS)
{
	pgd_error_not_supported("a run of a detached program");
}
