/*
 * enable.c
 *		ENABLE and DISABLE: of jobs, of all jobs of a class, of other objects.
 *
 * Enabling a job checks all that a run would fail on, sets its counters to
 * zero and computes when it runs first.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/errors.h"
#include "scheduler/batch.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"
#include "scheduler/window_jobs.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_enable);
PG_FUNCTION_INFO_V1(pgd_scheduler_disable);

/* what a call is about */
typedef struct PgdEnableCall
{
	Oid			caller;
	List	   *names;			/* PgdObjectName */
	bool		enable;
	bool		force;
	PgdCommitSemantics semantics;
} PgdEnableCall;

static void enable_or_disable(FunctionCallInfo fcinfo, PgdEnableCall *call,
							  const char *names);
static void step(void *arg, int i);
static void job_step(void *arg, const PgdObject *job);
static const char *describe(void *arg, int i);

Datum
pgd_scheduler_enable(PG_FUNCTION_ARGS)
{
	PgdEnableCall call = {.enable = true};

	call.semantics = pgd_commit_semantics(pgd_arg_text(fcinfo, 1));
	enable_or_disable(fcinfo, &call, pgd_arg_text(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_disable(PG_FUNCTION_ARGS)
{
	PgdEnableCall call = {.enable = false};

	call.force = pgd_arg_bool(fcinfo, 1, "force");
	call.semantics = pgd_commit_semantics(pgd_arg_text(fcinfo, 2));
	if (call.force && call.semantics == PGD_TRANSACTIONAL)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("force cannot be used with commit_semantics TRANSACTIONAL")));
	enable_or_disable(fcinfo, &call, pgd_arg_text(fcinfo, 0));
	PG_RETURN_VOID();
}

static void
enable_or_disable(FunctionCallInfo fcinfo, PgdEnableCall *call,
				  const char *names)
{
	PgdBatch	batch = {0};

	call->caller = GetUserId();
	call->names = pgd_name_parse_list(names, "object name");
	batch.fcinfo = fcinfo;
	batch.semantics = call->semantics;
	batch.n = list_length(call->names);
	batch.step = step;
	batch.describe = describe;
	batch.arg = call;
	pgd_batch_run(&batch);
}

static const char *
describe(void *arg, int i)
{
	PgdEnableCall *call = arg;

	return pgd_object_show_name(call->caller, list_nth(call->names, i));
}

static void
step(void *arg, int i)
{
	PgdEnableCall *call = arg;
	PgdObjectName *name = list_nth(call->names, i);
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdObject  *object;

	pgd_catalog_enter(&scope);
	object = pgd_object_find(call->caller, name);
	if (object == NULL)
		pgd_error_no_object("object",
							pgd_object_show_name(call->caller, name));
	object = pgd_object_copy(object, context);
	if (strcmp(object->type, "JOB") != 0 &&
		call->semantics != PGD_STOP_ON_FIRST_ERROR)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("commit_semantics other than STOP_ON_FIRST_ERROR are for jobs only"),
				 errdetail("\"%s\" is a %s.", object->shown,
						   pgd_object_kind(object->type))));
	if (strcmp(object->type, "PROGRAM") == 0)
	{
		if (call->enable)
			pgd_program_enable(call->caller, object);
		else
			pgd_program_disable(call->caller, object, call->force);
	}
	else if (strcmp(object->type, "WINDOW") == 0)
	{
		if (call->enable)
			pgd_window_enable(call->caller, object);
		else
			pgd_window_disable(call->caller, object, call->force);
	}
	else if (strcmp(object->type, "GROUP") == 0)
	{
		if (call->enable)
			pgd_group_enable(call->caller, object);
		else
			pgd_group_disable(call->caller, object, call->force);
	}
	else if (strcmp(object->type, "JOB") != 0 &&
			 strcmp(object->type, "JOB CLASS") != 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27469)),
				 errmsg("a %s cannot be enabled or disabled",
						pgd_object_kind(object->type)),
				 errdetail("\"%s\" is always there for those who use it.",
						   object->shown)));
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);

	if (strcmp(object->type, "JOB") == 0)
		job_step(call, object);
	else if (strcmp(object->type, "JOB CLASS") == 0)
		pgd_batch_class(object, job_step, call);
}

static void
job_step(void *arg, const PgdObject *job)
{
	PgdEnableCall *call = arg;

	if (call->enable)
		pgd_job_enable(call->caller, job);
	else
		pgd_job_disable_by(call->caller, job, call->force);
}

/* One that is enabled already stays as it is, counters too. */
void
pgd_job_enable(Oid caller, const PgdObject *object)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load_for_change(object);
	if (!job->is_enabled)
	{
		pgd_job_enable_loaded(caller, job, true);
		pgd_log_job_operation(object->id, "ENABLE", pgd_role_show(caller),
							  NULL, false);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

/*
 * Makes a valid job run from now on. Inside a catalog scope, with the job's
 * rows locked or new. A job that never runs is not enabled but completed, and
 * the caller is warned.
 */
void
pgd_job_enable_loaded(Oid caller, PgdJob *job, bool reset_counters)
{
	TimestampTz now = GetCurrentTimestamp();
	char	   *complaint = NULL;
	bool		by_window = pgd_job_goes_by_window(job);

	pgd_job_check_lightweight(job);
	pgd_job_check_runnable(job);
	job->base_at = now;

	/* a window that is open already does not count */
	job->next_run_at = by_window ? DT_NOEND :
		pgd_job_first_run(job, now, &complaint);
	if (complaint != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27481)),
				 errmsg("job \"%s\" has an invalid schedule",
						job->object->shown),
				 errdetail("%c%s.", pg_toupper((unsigned char) complaint[0]),
						   complaint + 1)));
	job->due_at = job->next_run_at;
	job->is_enabled = by_window || job->next_run_at != DT_NOEND;
	job->final_state = job->is_enabled ? NULL : "COMPLETED";
	job->disabled_reason = NULL;
	if (!job->is_enabled)
		ereport(WARNING,
				(errcode(PGD_ORA(27483)),
				 errmsg("job \"%s\" will never run", job->object->shown),
				 errdetail("Its schedule has no time from now on.")));
	pgd_job_update_state(job, reset_counters);
}

/* A run under way is an error, or goes on with force. */
void
pgd_job_disable_by(Oid caller, const PgdObject *object, bool force)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	int			nruns;

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load_for_change(object);
	if (job->is_enabled)
	{
		(void) pgd_job_runs(object->id, &nruns);
		if (nruns > 0 && !force)
			pgd_error_job_running(object->shown);
		job->is_enabled = false;
		job->next_run_at = job->due_at = DT_NOEND;
		job->final_state = job->disabled_reason = NULL;
		pgd_job_update_state(job, false);
		pgd_log_job_operation(object->id, "DISABLE", pgd_role_show(caller),
							  NULL, false);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

/*
 * The schedule of an enabled job changed: when it runs next, counted from
 * now. Counters stay. One that cannot be scheduled any more is broken.
 */
void
pgd_job_reschedule(int64 job_id)
{
	PgdObject  *object = pgd_object_by_id(job_id);
	PgdJob	   *job;
	char	   *complaint;

	if (object == NULL)
		return;
	job = pgd_job_load_for_change(object);
	if (!job->is_enabled || pgd_job_goes_by_window(job))
		return;
	job->next_run_at = pgd_job_first_run(job, GetCurrentTimestamp(),
										 &complaint);
	if (complaint != NULL)
	{
		/* what the coordinator would make of it when the job is due */
		job->is_enabled = false;
		job->next_run_at = job->due_at = DT_NOEND;
		job->final_state = "BROKEN";
		job->disabled_reason = complaint;
		pgd_job_update_state(job, false);
		pgd_log_job_operation(job_id, "BROKEN", NULL,
							  pgd_log_info("REASON", complaint), true);
		return;
	}
	job->due_at = job->next_run_at;
	job->is_enabled = job->next_run_at != DT_NOEND;
	if (!job->is_enabled)
		job->final_state = "COMPLETED";
	pgd_job_update_state(job, false);
	if (!job->is_enabled)
		pgd_log_job_operation(job_id, "COMPLETED", NULL,
							  pgd_log_info("REASON", "the schedule was changed"),
							  true);
}

/* Jobs that follow it go by the new zone, at the same time of day. */
void
pgd_job_default_time_zone_changed(void)
{
	uint64		n;
	int64	   *ids;

	n = pgd_sql("SELECT id FROM dbms.job WHERE follow_default_timezone AND start_at IS NULL ORDER BY id",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	ids = palloc(sizeof(int64) * Max(n, 1));
	for (uint64 i = 0; i < n; i++)
		ids[i] = pgd_column_int64(i, 0);
	for (uint64 i = 0; i < n; i++)
	{
		PgdObject  *object = pgd_object_by_id(ids[i]);
		PgdJob	   *job;

		if (object == NULL)
			continue;
		job = pgd_job_load_for_change(object);
		if (!pgd_job_follow_time_zone(job))
			continue;
		pgd_job_update_definition(job);
		pgd_job_reschedule(ids[i]);
	}
}
