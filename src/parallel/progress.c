/*
 * progress.c
 *		What the dictionary views show of tasks that run, from shared memory.
 *
 * Everybody may call these functions, since the views call them as whoever
 * reads; they answer for tasks of roles whose privileges he has.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/identity.h"
#include "core/pool.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "parallel/live.h"
#include "parallel/task.h"

PG_FUNCTION_INFO_V1(pgd_parallel_shown_status);
PG_FUNCTION_INFO_V1(pgd_parallel_chunk_counts);
PG_FUNCTION_INFO_V1(pgd_parallel_running_tasks);
PG_FUNCTION_INFO_V1(pgd_parallel_workers);

/* what is said of a running task beside what its slot has */
typedef struct Picture
{
	const char *state;
	const char *reason;			/* NULL: nothing to be said */
	int			wanted;			/* workers */
	int			workers;
	double		chunk_rate;
	double		row_rate;
} Picture;

static PgdTask *visible_task(int64 id);
static bool may_see_all(void);
static bool copy_task(int i, PgdLiveTask *copy);
static void draw(const PgdLiveTask *task, TimestampTz now, Picture *picture);
static void draw_rate(const PgdLiveTask *task, TimestampTz now,
					  Picture *picture);

/*
 * dbms.parallel_task_status(): as TASK_STATUS, by the task's number. NULL for
 * others' tasks.
 */
Datum
pgd_parallel_shown_status(PG_FUNCTION_ARGS)
{
	PgdTask    *task;

	pgd_require_preload();
	task = visible_task(PG_GETARG_INT64(0));
	if (task == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT32(pgd_task_status(task));
}

/* dbms.parallel_chunk_counts(): by the index of the task, whatever its size. */
Datum
pgd_parallel_chunk_counts(PG_FUNCTION_ARGS)
{
	Oid			types[] = {INT8OID};
	Datum		values[4] = {0};
	bool		nulls[4] = {0};
	TupleDesc	desc;
	PgdCatalogScope scope;
	PgdTask    *task;

	pgd_require_preload();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	task = visible_task(PG_GETARG_INT64(0));
	if (task == NULL)
		PG_RETURN_NULL();
	values[0] = Int64GetDatum(task->id);
	pgd_catalog_enter(&scope);
	(void) pgd_sql("SELECT count(*), count(*) FILTER (WHERE status = 2), count(*) FILTER (WHERE status = 3),"
				   " coalesce(sum(rows_processed), 0)::bigint FROM dbms.parallel_chunk WHERE task_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (int i = 0; i < lengthof(values); i++)
		values[i] = Int64GetDatum(pgd_column_int64(0, i));
	pgd_catalog_leave(&scope);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/* dbms.parallel_running_tasks(): tasks of this database that run now. */
Datum
pgd_parallel_running_tasks(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PgdLiveTask *task = palloc(sizeof(PgdLiveTask));
	bool		sees_all;

	pgd_require_preload();
	InitMaterializedSRF(fcinfo, 0);
	sees_all = may_see_all();
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		Picture		picture = {0};
		Datum		values[14] = {0};
		bool		nulls[14] = {0};

		if (!copy_task(i, task) ||
			(!sees_all && !has_privs_of_role(GetUserId(), task->role)))
			continue;
		draw(task, GetCurrentTimestamp(), &picture);
		values[0] = Int64GetDatum(task->task_id);
		values[1] = Int32GetDatum(task->run_number);
		nulls[2] = task->controller == 0;
		values[2] = Int32GetDatum(task->controller);
		values[3] = TimestampTzGetDatum(task->started_at);
		values[4] = CStringGetTextDatum(picture.state);
		nulls[5] = picture.reason == NULL;
		if (picture.reason != NULL)
			values[5] = CStringGetTextDatum(picture.reason);
		values[6] = Int32GetDatum(picture.wanted);
		values[7] = Int32GetDatum(picture.workers);
		values[8] = Int64GetDatum(task->total);
		values[9] = Int64GetDatum(task->processed);
		values[10] = Int64GetDatum(task->failed);
		values[11] = Int64GetDatum(task->rows);
		values[12] = Float8GetDatum(picture.chunk_rate);
		values[13] = Float8GetDatum(picture.row_rate);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

/*
 * dbms.parallel_workers(): the processes that run chunks in this database, the
 * sessions that called RUN_TASK among them if they do it themselves.
 */
Datum
pgd_parallel_workers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PgdLiveTask *task = palloc(sizeof(PgdLiveTask));
	bool		sees_all;

	pgd_require_preload();
	InitMaterializedSRF(fcinfo, 0);
	sees_all = may_see_all();
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		if (!copy_task(i, task) ||
			(!sees_all && !has_privs_of_role(GetUserId(), task->role)))
			continue;
		for (int w = 0; w < PGD_LIVE_WORKERS; w++)
		{
			PgdLiveWorker *worker = &task->workers[w];
			Datum		values[6] = {0};
			bool		nulls[6] = {0};

			if (worker->pid == 0)
				continue;
			values[0] = Int64GetDatum(task->task_id);
			values[1] = Int32GetDatum(worker->pid);
			nulls[2] = worker->run_id == 0;
			if (worker->run_id != 0)
				values[2] = CStringGetTextDatum(psprintf("%s_%d",
														 task->job_prefix,
														 worker->number));
			nulls[3] = nulls[4] = worker->chunk_id == 0;
			values[3] = Int64GetDatum(worker->chunk_id);
			values[4] = TimestampTzGetDatum(worker->chunk_since);
			values[5] = Int64GetDatum(worker->chunks);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
								 nulls);
		}
	}
	return (Datum) 0;
}

/* NULL if there is none, or it is not for this user. */
static PgdTask *
visible_task(int64 id)
{
	PgdTask    *task = pgd_task_by_id(id);

	if (task != NULL && !may_see_all() &&
		(!OidIsValid(task->owner) ||
		 !has_privs_of_role(GetUserId(), task->owner)))
		return NULL;
	return task;
}

static bool
may_see_all(void)
{
	return has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) ||
		pgd_role_has(GetUserId(), PGD_PARALLEL_ADMIN) ||
		pgd_role_has(GetUserId(), PGD_SCHEDULER_ADMIN);
}

/* A slot as it is now, if a task of this database runs in it. */
static bool
copy_task(int i, PgdLiveTask *copy)
{
	Oid			schema = pgd_catalog_schema();
	PgdLiveTask *task = &pgd_live->tasks[i];
	bool		is_ours;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	is_ours = task->in_use && task->database == MyDatabaseId &&
		task->schema == schema;
	if (is_ours)
		memcpy(copy, task, sizeof(PgdLiveTask));
	LWLockRelease(pgd_live->lock);
	return is_ours;
}

static void
draw(const PgdLiveTask *task, TimestampTz now, Picture *picture)
{
	int			busy = 0;
	int			wanted = Max(pgd_live_level(task), 0);

	picture->wanted = task->is_parallel ? wanted : 0;
	draw_rate(task, now, picture);
	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
	{
		const PgdLiveWorker *worker = &task->workers[i];

		if (worker->pid == 0)
			continue;
		busy += worker->chunk_id != 0;
		picture->workers += worker->run_id != 0;
	}

	if (task->is_stopped || task->controller == 0)
	{
		picture->state = "STOPPING";
		if (task->controller == 0)
			picture->reason = "the session that ran the task has ended";
		else if (busy > 0)
			picture->reason = "chunks under way have a while to end (pg_dbms.chunk_stop_grace)";
	}
	else if (task->is_paused)
	{
		picture->state = busy > 0 ? "PAUSING" : "PAUSED";
		picture->reason = "see dbms_parallel_execute.continue_task()";
	}
	else if (task->must_fence)
	{
		picture->state = "STARTING";
		picture->reason = "its table is being locked and measured";
	}
	else if (task->is_closed || (task->is_complete && task->count == 0))
		picture->state = "ENDING";
	else if (busy == 0 && task->max_rows > 0 && task->rows_allowed_at > now)
	{
		picture->state = "THROTTLED";
		picture->reason = "max_rows_per_second of set_throttle()";
	}
	else if (busy == 0 && (picture->workers > 0 || !task->is_parallel) &&
			 (task->sleep_us > 0 || task->max_lag >= 0))
	{
		picture->state = "THROTTLED";
		picture->reason = "sleep_between_chunks or max_replication_lag of set_throttle()";
	}
	else if (task->is_parallel && picture->workers == 0 && busy == 0)
	{
		picture->state = "WAITING";
		picture->reason = "workers have not come yet";
		if (task->is_answered && task->reserve != PGD_RESERVED)
			picture->reason = pgd_reserve_reason(task->reserve);
	}
	else
	{
		picture->state = "RUNNING";
		if (task->is_parallel && picture->workers < wanted &&
			task->is_answered && task->reserve != PGD_RESERVED)
			picture->reason = psprintf("%d of %d workers: %s",
									   picture->workers, wanted,
									   pgd_reserve_reason(task->reserve));
	}
}

/* Over the seconds that are kept, or since the start of a shorter run. */
static void
draw_rate(const PgdLiveTask *task, TimestampTz now, Picture *picture)
{
	int64		second = now / USECS_PER_SEC;
	int64		oldest = second - PGD_LIVE_SECONDS + 1;
	double		span = (now - oldest * USECS_PER_SEC) / (double) USECS_PER_SEC;
	double		age = (now - task->started_at) / (double) USECS_PER_SEC;
	int64		chunks = 0;
	int64		rows = 0;

	for (int i = 0; i < PGD_LIVE_SECONDS; i++)
	{
		if (task->rate[i].second < oldest)
			continue;
		chunks += task->rate[i].chunks;
		rows += task->rate[i].rows;
	}
	span = Min(span, age);
	if (span > 0)
	{
		picture->chunk_rate = chunks / span;
		picture->row_rate = rows / span;
	}
}
