/*
 * job_drop.c
 *		DROP_JOB: jobs and all jobs of a class.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/pool.h"
#include "scheduler/batch.h"
#include "scheduler/job_int.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_drop_job);

typedef struct PgdDropCall
{
	Oid			caller;
	List	   *names;			/* PgdObjectName */
	bool		force;
	bool		defer;
	PgdCommitSemantics semantics;
} PgdDropCall;

static void step(void *arg, int i);
static void drop_one(void *arg, const PgdObject *object);
static const char *describe(void *arg, int i);

Datum
pgd_scheduler_drop_job(PG_FUNCTION_ARGS)
{
	PgdDropCall call = {0};
	PgdBatch	batch = {0};

	call.caller = GetUserId();
	if (PG_ARGISNULL(1))
		pgd_error_null("force");
	if (PG_ARGISNULL(2))
		pgd_error_null("defer");
	call.force = PG_GETARG_BOOL(1);
	call.defer = PG_GETARG_BOOL(2);
	call.semantics = pgd_commit_semantics(pgd_arg_text(fcinfo, 3));
	if (call.force && call.defer)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("force and defer cannot be used together")));
	if (call.force && call.semantics == PGD_TRANSACTIONAL)
		ereport(ERROR,
				(errcode(PGD_ORA(27361)),
				 errmsg("force cannot be used with commit_semantics TRANSACTIONAL")));
	call.names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0),
									 "job name");
	batch.fcinfo = fcinfo;
	batch.semantics = call.semantics;
	batch.n = list_length(call.names);
	batch.step = step;
	batch.describe = describe;
	batch.arg = &call;
	pgd_batch_run(&batch);
	PG_RETURN_VOID();
}

static const char *
describe(void *arg, int i)
{
	PgdDropCall *call = arg;

	return pgd_object_show_name(call->caller, list_nth(call->names, i));
}

static void
step(void *arg, int i)
{
	PgdDropCall *call = arg;
	PgdObject  *object;

	object = pgd_job_or_class(call->caller, list_nth(call->names, i),
							  call->semantics == PGD_STOP_ON_FIRST_ERROR);
	if (strcmp(object->type, "JOB CLASS") == 0)
		pgd_batch_class(object, drop_one, call);
	else
		drop_one(call, object);
}

/*
 * The rows are locked first: from then on the coordinator starts no run of
 * the job, so that none comes between the look and the drop. A run that drops
 * its own job by force cannot end first, since that would undo the drop: the
 * job goes when the run has ended.
 */
static void
drop_one(void *arg, const PgdObject *object)
{
	PgdDropCall *call = arg;
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	int64	   *runs;
	int			nruns;
	bool		is_own_run = false;

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(call->caller, object);
	job = pgd_job_load_for_change(object);
	runs = pgd_job_runs(object->id, &nruns);
	for (int i = 0; i < nruns; i++)
		is_own_run |= pgd_pool_run_is_own(runs[i]);
	if (nruns > 0 && (call->defer || (call->force && is_own_run)))
	{
		Oid			types[] = {INT8OID};
		Datum		values[] = {Int64GetDatum(object->id)};

		job->is_enabled = false;
		job->next_run_at = job->due_at = DT_NOEND;
		pgd_job_update_state(job, false);
		pgd_change_sql("UPDATE dbms.job_state SET is_deferred_drop = true WHERE job_id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
		pgd_catalog_leave(&scope);
		MemoryContextSwitchTo(context);
		return;
	}
	if (nruns > 0 && !call->force)
		pgd_error_job_running(object->shown);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);

	if (nruns > 0)
		pgd_job_stop(call->caller, object, false, false);
	pgd_catalog_enter(&scope);
	pgd_job_delete(object->id, pgd_role_show(call->caller), NULL);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}
