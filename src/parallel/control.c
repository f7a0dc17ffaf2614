/*
 * control.c
 *		Calls about a task that another session runs: stop, pause, continue,
 *		the number of its workers, the throttle.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/condition_variable.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/guc.h"
#include "core/process.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "parallel/live.h"
#include "parallel/parallel.h"
#include "parallel/task.h"

PG_FUNCTION_INFO_V1(pgd_parallel_stop_task);
PG_FUNCTION_INFO_V1(pgd_parallel_adm_stop_task);
PG_FUNCTION_INFO_V1(pgd_parallel_pause_task);
PG_FUNCTION_INFO_V1(pgd_parallel_continue_task);
PG_FUNCTION_INFO_V1(pgd_parallel_set_parallel_level);
PG_FUNCTION_INFO_V1(pgd_parallel_set_throttle);

/* a run that waits for its table looks so often whether it is stopped */
#define LOCK_MS		2000

static void stop(const PgdTask *task);
static void require_not_in_the_way(const PgdTask *task, int controller,
								   TimestampTz since);
static bool is_part_of(const PgdLiveTask *task);
static void set_paused(const char *name, bool is_paused);
static bool find(int64 task_id, PgdLiveRun *run);

/* dbms_parallel_execute.stop_task(): see parallel.sql. */
Datum
pgd_parallel_stop_task(PG_FUNCTION_ARGS)
{
	pgd_require_preload();
	stop(pgd_task_get(pgd_arg_text(fcinfo, 0), false));
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.adm_stop_task(): see parallel.sql. */
Datum
pgd_parallel_adm_stop_task(PG_FUNCTION_ARGS)
{
	Oid			owner;

	pgd_require_preload();
	owner = pgd_task_adm_owner(pgd_arg_text(fcinfo, 0));
	stop(pgd_task_get_of(owner, pgd_arg_text(fcinfo, 1), false));
	PG_RETURN_VOID();
}

/*
 * No error if the task does not run. Returns when it does not any more: its
 * chunks have a while to end, then they are cancelled. Called by the task
 * itself it only says that it should end.
 */
static void
stop(const PgdTask *task)
{
	PgdLiveRun	run;
	TimestampTz since = GetCurrentTimestamp();
	TimestampTz grace;
	bool		is_own;
	int			controller = 0;

	if (!find(task->id, &run))
		return;
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	is_own = pgd_live_is_current(&run) && is_part_of(run.task);
	if (pgd_live_is_current(&run))
	{
		run.task->is_stopped = true;
		controller = run.task->controller;
	}
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
	if (is_own)
		return;
	grace = TimestampTzPlusMilliseconds(since, pgd_chunk_stop_grace);
	for (;;)
	{
		bool		is_current;
		long		left;

		LWLockAcquire(pgd_live->lock, LW_SHARED);
		is_current = pgd_live_is_current(&run);
		LWLockRelease(pgd_live->lock);
		if (!is_current)
			break;
		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), grace);
		if (left <= 0)
		{
			pgd_live_cancel(&run, "the task was stopped");
			left = 1000;
		}
		require_not_in_the_way(task, controller, since);
		left = Min(left, 1000);
		(void) ConditionVariableTimedSleep(&pgd_live->changed, left,
										   pgd_wait_event(PGD_WAIT_STOP_RUN));
	}
	ConditionVariableCancelSleep();
}

/*
 * The run stores its end in the task's row. The deadlock detector does not see
 * that we wait for that.
 */
static void
require_not_in_the_way(const PgdTask *task, int controller, TimestampTz since)
{
	if (controller == 0 ||
		!TimestampDifferenceExceeds(since, GetCurrentTimestamp(),
									DeadlockTimeout + LOCK_MS) ||
		!pgd_live_is_blocked_by_us(controller))
		return;
	ConditionVariableCancelSleep();
	ereport(ERROR,
			(errcode(ERRCODE_T_R_DEADLOCK_DETECTED),
			 errmsg("deadlock detected"),
			 errdetail("stop_task() waits for the run of task \"%s\", and that waits for a lock of this transaction.",
					   task->name),
			 errhint("The run ends when this transaction does; call stop_task() before others of its calls.")));
}

/* Is this process one of the task's? Hold the lock. */
static bool
is_part_of(const PgdLiveTask *task)
{
	if (task->controller == MyProcPid)
		return true;
	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
		if (task->workers[i].pid == MyProcPid)
			return true;
	return false;
}

/* dbms_parallel_execute.pause_task(): 55000 if the task does not run. */
Datum
pgd_parallel_pause_task(PG_FUNCTION_ARGS)
{
	pgd_require_preload();
	set_paused(pgd_arg_text(fcinfo, 0), true);
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.continue_task(): the same. */
Datum
pgd_parallel_continue_task(PG_FUNCTION_ARGS)
{
	pgd_require_preload();
	set_paused(pgd_arg_text(fcinfo, 0), false);
	PG_RETURN_VOID();
}

static void
set_paused(const char *name, bool is_paused)
{
	PgdTask    *task = pgd_task_get(name, false);
	PgdLiveRun	run;

	if (!find(task->id, &run))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("task \"%s\" is not running", name),
				 errhint("A task can be paused while run_task() or resume_task() works on it.")));
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	if (pgd_live_is_current(&run))
		run.task->is_paused = is_paused;
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
}

/*
 * dbms_parallel_execute.set_parallel_level(): for the run under way and for
 * resume_task() without arguments. A run keeps to being serial or parallel.
 */
Datum
pgd_parallel_set_parallel_level(PG_FUNCTION_ARGS)
{
	PgdTask    *task;
	PgdLiveRun	run;
	int			level;
	Oid			types[] = {INT8OID, INT4OID};
	Datum		values[lengthof(types)];
	PgdCatalogScope scope;
	bool		is_serial = false;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	task = pgd_task_get(pgd_arg_text(fcinfo, 0), false);
	if (PG_ARGISNULL(1))
		pgd_error_null("parallel level");
	level = pgd_parallel_level(PG_GETARG_NUMERIC(1), 1);
	level = Min(level, PGD_LIVE_WORKERS - 1);
	if (find(task->id, &run))
	{
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		if (pgd_live_is_current(&run))
		{
			is_serial = !run.task->is_parallel;
			if (!is_serial)
			{
				run.task->level = level + run.task->lost;
				run.task->refused = 0;	/* they may be let in by now */
			}
		}
		LWLockRelease(pgd_live->lock);
		if (is_serial)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("task \"%s\" runs in the session that called it",
							task->name),
					 errhint("Stop it, and resume it with a parallel level.")));
		pgd_coordinator_wake(MyDatabaseId);
		pgd_live_wake();
	}
	values[0] = Int64GetDatum(task->id);
	values[1] = Int32GetDatum(level);
	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET parallel_level = $2 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * dbms_parallel_execute.set_throttle(): 22023 for values that are not
 * positive. Kept with the task; a run under way obeys at once.
 */
Datum
pgd_parallel_set_throttle(PG_FUNCTION_ARGS)
{
	Oid			types[] = {INT8OID, INTERVALOID, NUMERICOID, INTERVALOID};
	static const char *const names[] = {
		NULL, "max_replication_lag", "max_rows_per_second",
		"sleep_between_chunks"
	};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)];
	PgdTask    *task;
	PgdLiveRun	run;
	PgdCatalogScope scope;
	int64		max_lag;
	double		max_rows;
	int64		sleep_us;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	task = pgd_task_get(pgd_arg_text(fcinfo, 0), false);
	values[0] = Int64GetDatum(task->id);
	nulls[0] = ' ';
	for (int i = 1; i < lengthof(types); i++)
	{
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
		values[i] = PG_GETARG_DATUM(i);
		if (PG_ARGISNULL(i))
			continue;
		if (types[i] == INTERVALOID ?
			DatumGetInt32(DirectFunctionCall2(interval_cmp, values[i],
											  IntervalPGetDatum(palloc0(sizeof(Interval))))) < 0 :
			(numeric_is_nan(DatumGetNumeric(values[i])) ||
			 DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
												values[i])) <= 0))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is out of range", names[i]),
					 types[i] == INTERVALOID ?
					 errdetail("It cannot be negative.") :
					 errdetail("It must be greater than 0."),
					 errhint("Use NULL for no limit.")));
	}
	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET max_replication_lag = $2, max_rows_per_second = $3,"
				   " sleep_between_chunks = $4 WHERE id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	pgd_task_read_throttle(task->id, &max_lag, &max_rows, &sleep_us);
	if (find(task->id, &run))
	{
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		if (pgd_live_is_current(&run))
		{
			run.task->max_lag = max_lag;
			run.task->max_rows = max_rows;
			run.task->sleep_us = sleep_us;
			run.task->rows_allowed_at = 0;
		}
		LWLockRelease(pgd_live->lock);
		pgd_live_wake();
	}
	PG_RETURN_VOID();
}

static bool
find(int64 task_id, PgdLiveRun *run)
{
	Oid			schema = pgd_catalog_schema();

	if (!OidIsValid(schema))
		return false;
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	run->task = pgd_live_find(task_id);
	if (run->task != NULL)
		run->generation = run->task->generation;
	LWLockRelease(pgd_live->lock);
	return run->task != NULL;
}
