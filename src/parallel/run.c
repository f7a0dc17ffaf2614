/*
 * run.c
 *		RUN_TASK and RESUME_TASK: the session that calls them controls the run.
 *
 * It stores the arguments, fences tables that are chunked by rowid, reads the
 * ids of unassigned chunks into shared memory as workers take them, waits,
 * and stores how it ended. A serial run, and one for which no worker can be
 * had, does the chunks itself. It commits many times, so it cannot be called
 * inside of a transaction block.
 */
#include "postgres.h"

#include <unistd.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "storage/condition_variable.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/guc.h"
#include "core/object.h"
#include "core/pool.h"
#include "core/process.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "core/stop_point.h"
#include "parallel/fence.h"
#include "parallel/live.h"
#include "parallel/moved.h"
#include "parallel/parallel.h"
#include "parallel/slave.h"
#include "parallel/task.h"
#include "scheduler/environment.h"

PG_FUNCTION_INFO_V1(pgd_parallel_run_task);
PG_FUNCTION_INFO_V1(pgd_parallel_resume_task);
PG_FUNCTION_INFO_V1(pgd_parallel_resume_task_again);

/*
 * So long the coordinator has to say whether workers can be had; and so long
 * one may take that is to come when another has left.
 */
#define ANSWER_MS		3000
#define WORKER_MS		500

/* from so many on, each should find its rows without reading the table */
#define MANY_CHUNKS		10

/* ids of chunks read at a time */
#define READ_CHUNKS		(PGD_LIVE_CHUNKS / 2)

/* Oracle's bound of an edition and of a trigger's name, in bytes */
#define MAX_EDITION		130

/* arguments of RUN_TASK, and of RESUME_TASK */
typedef struct RunArguments
{
	char	   *sql_stmt;
	char	   *language_flag;
	char	   *edition;
	char	   *apply_crossedition_trigger;
	bool		fire_apply_trigger;
	int			level;			/* -1: NULL */
	char	   *job_class;
	bool		force;
} RunArguments;

/* a run under way, in its controller */
typedef struct Run
{
	PgdTask    *task;
	PgdLiveRun	live;
	PgdExecution execution;
	MemoryContext chunk_cxt;
	int64		last_id;		/* of the chunks read so far */
	bool		has_fence;
	bool		is_exact;		/* wants an anchor */
	bool		was_vacuumed;	/* between fences of the same anchor */
	bool		is_attached;	/* runs chunks itself */
	bool		has_told;		/* that there is no worker */
	bool		must_wait;		/* for the throttle, before the next chunk */
	int64		done_before;	/* chunks, when some were tried again */
} Run;

/* what the shared memory says of it */
typedef struct Progress
{
	bool		all_given;		/* no chunk is left to be given out */
	bool		is_busy;		/* somebody is at a chunk */
	int			attached;
	int			usable;			/* workers that it may have */
	bool		is_stopped;
	bool		is_paused;
	bool		must_fence;
	bool		is_answered;
	bool		is_kept_out;	/* by the resource plan */
	bool		has_workers;	/* the coordinator found some */
	bool		is_locked_out;	/* but they could not lock the tables */
} Progress;

static void require_not_atomic(FunctionCallInfo fcinfo, const char *call);
static void read_arguments(FunctionCallInfo fcinfo, RunArguments *arguments);
static void check_length(const char *argument, const char *value);
static void check_state(const PgdTask *task, bool is_resume, bool force);
static void check_arguments(const char *name, RunArguments *arguments);
static void check_class(const char *name);
static void tell_ignored(const RunArguments *arguments);
static int	default_level(void);
static void run(const char *name, RunArguments *arguments, bool is_resume);
static PgdTask *check(const char *name, RunArguments *arguments,
					  bool is_resume, bool for_update);
static void next_transaction(void);
static void be_read_committed(void);
static void open_run(Run *run, const RunArguments *arguments, bool is_resume);
static void store_arguments(PgdTask *task, const RunArguments *arguments,
							bool is_resume);
static void reset_chunks(const PgdTask *task);
static void count_chunks(Run *run);
static void warn_of_scan(const Run *run);
static void prepare_fence(Run *run);
static void raise_fence(Run *run, bool is_first);
static void process(Run *run);
static void look(const Run *run, Progress *progress);
static void read_more_chunks(Run *run);
static bool try_skipped(Run *run);
static bool process_one(Run *run, const Progress *progress);
static void tell_alone(Run *run, bool is_locked_out);
static bool is_stopped(const Run *run);
static void handle_pause(Run *run, const Progress *progress);
static void wait_for_workers(Run *run, bool with_cancel);
static void finish(Run *run);
static char *tell_lost_rows(Run *run);
static char *tell_vacuumed(const PgdTask *task);
static void abandon(Run *run);

/* dbms_parallel_execute.run_task(): see parallel.sql; 29494 in a wrong state. */
Datum
pgd_parallel_run_task(PG_FUNCTION_ARGS)
{
	RunArguments arguments = {0};

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	require_not_atomic(fcinfo, "run_task");
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	read_arguments(fcinfo, &arguments);
	run(pgd_arg_text(fcinfo, 0), &arguments, false);
	SPI_finish();
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.resume_task() with a statement; 29495. */
Datum
pgd_parallel_resume_task(PG_FUNCTION_ARGS)
{
	RunArguments arguments = {0};

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	require_not_atomic(fcinfo, "resume_task");
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	read_arguments(fcinfo, &arguments);
	arguments.force = pgd_arg_bool(fcinfo, 8, "force");
	run(pgd_arg_text(fcinfo, 0), &arguments, true);
	SPI_finish();
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.resume_task() with the arguments of the last run. */
Datum
pgd_parallel_resume_task_again(PG_FUNCTION_ARGS)
{
	RunArguments arguments = {0};
	char	   *name;
	PgdTask    *task;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	require_not_atomic(fcinfo, "resume_task");
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	name = pgd_arg_text(fcinfo, 0);
	task = pgd_task_get(name, false);
	if (task->sql_stmt == NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(29495)),
				 errmsg("task \"%s\" cannot be resumed", name),
				 errdetail("It has not been run yet."),
				 errhint("Use run_task(), or give resume_task() a statement.")));
	arguments.sql_stmt = task->sql_stmt;
	arguments.language_flag = task->language_flag;
	arguments.edition = task->edition;
	arguments.apply_crossedition_trigger = task->apply_crossedition_trigger;
	arguments.fire_apply_trigger = task->fire_apply_trigger;
	arguments.level = task->parallel_level;
	arguments.job_class = task->job_class;
	arguments.force = pgd_arg_bool(fcinfo, 1, "force");
	run(name, &arguments, true);
	SPI_finish();
	PG_RETURN_VOID();
}

static void
require_not_atomic(FunctionCallInfo fcinfo, const char *call)
{
	if (fcinfo->context != NULL && IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic &&
		!IsSubTransaction())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
			 errmsg("dbms_parallel_execute.%s() cannot be called inside of a transaction",
					call),
			 errdetail("It commits after each chunk."),
			 errhint("CALL it outside of BEGIN and COMMIT, or from a DO block or procedure that is called so; there not where EXCEPTION handles errors, nor from a function or what has SECURITY DEFINER or SET.")));
}

static void
read_arguments(FunctionCallInfo fcinfo, RunArguments *arguments)
{
	arguments->sql_stmt = pgd_arg_text(fcinfo, 1);
	if (!PG_ARGISNULL(2))
		arguments->language_flag =
			DatumGetCString(DirectFunctionCall1(numeric_out,
												PG_GETARG_DATUM(2)));
	arguments->edition = pgd_arg_text(fcinfo, 3);
	arguments->apply_crossedition_trigger = pgd_arg_text(fcinfo, 4);
	check_length("edition", arguments->edition);
	check_length("apply_crossedition_trigger",
				 arguments->apply_crossedition_trigger);
	arguments->fire_apply_trigger = pgd_arg_bool(fcinfo, 5,
												 "fire_apply_trigger");
	arguments->level = -1;
	if (!PG_ARGISNULL(6))
		arguments->level = pgd_parallel_level(PG_GETARG_NUMERIC(6), 0);
	arguments->job_class = pgd_arg_text(fcinfo, 7);
}

static void
check_length(const char *argument, const char *value)
{
	if (value != NULL && strlen(value) > MAX_EDITION)
		pgd_error_too_long(argument, MAX_EDITION);
}

int
pgd_parallel_level(Numeric level, int least)
{
	Datum		number = NumericGetDatum(level);
	Datum		lowest = DirectFunctionCall1(int4_numeric, Int32GetDatum(least));
	Datum		highest = DirectFunctionCall1(int4_numeric, Int32GetDatum(PG_INT32_MAX));

	if (numeric_is_nan(level) || numeric_is_inf(level) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, number, lowest)) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, number, highest)) ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, number,
										  DirectFunctionCall2(numeric_trunc,
															  number,
															  Int32GetDatum(0)))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parallel level must be a whole number from %d on",
						least),
				 errdetail("It is %s.",
						   DatumGetCString(DirectFunctionCall1(numeric_out,
															   number)))));
	return DatumGetInt32(DirectFunctionCall1(numeric_int4, number));
}

/* ---- before the run ---- */

static void
check_state(const PgdTask *task, bool is_resume, bool force)
{
	PgdTaskStatus status = pgd_task_status(task);

	pgd_task_require_idle(task);
	if (!is_resume && status != PGD_TASK_CHUNKED)
		ereport(ERROR,
				(errcode(PGD_ORA(29494)),
				 errmsg("task \"%s\" cannot be run because it is %s",
						task->name, pgd_task_status_name(status)),
				 errhint("A task can be run once it is CHUNKED; after that, use resume_task().")));
	if (is_resume && status != PGD_TASK_CRASHED &&
		status != PGD_TASK_FINISHED_WITH_ERROR &&
		!(status == PGD_TASK_PROCESSING && force))
		ereport(ERROR,
				(errcode(PGD_ORA(29495)),
				 errmsg("task \"%s\" cannot be resumed because it is %s",
						task->name, pgd_task_status_name(status)),
				 status == PGD_TASK_PROCESSING ?
				 errhint("If nobody works on it any more, use force => true.") :
				 errhint("A task can be resumed if it is CRASHED or FINISHED_WITH_ERROR.")));
}

static void
check_arguments(const char *name, RunArguments *arguments)
{
	const char *refusal;
	const char *hint;

	if (arguments->sql_stmt == NULL || arguments->sql_stmt[0] == '\0')
		pgd_error_missing("sql_stmt", arguments->sql_stmt);
	if (arguments->job_class == NULL || arguments->job_class[0] == '\0')
		arguments->job_class = "DEFAULT_JOB_CLASS";
	if (arguments->level < 0)
		arguments->level = default_level();
	if (arguments->level > 0)
		pgd_require(PGD_CREATE_JOB);

	/* kept, so resume_task() may need it with another level */
	check_class(arguments->job_class);
	if (arguments->level == 0)
		return;
	arguments->level = Min(arguments->level, PGD_LIVE_WORKERS - 1);
	refusal = pgd_role_refusal(GetUserId(), &hint);
	if (refusal != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errmsg("no worker can connect for task \"%s\"", name),
				 errdetail("Role \"%s\" %s.",
						   GetUserNameFromId(GetUserId(), false), refusal),
				 errhint("%s Or use parallel_level => 0.", hint)));
}

static void
check_class(const char *name)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	PgdObjectName *parsed = pgd_name_parse(name, "job class");
	PgdCatalogScope scope;
	PgdObject  *class;

	pgd_catalog_enter(&scope);
	class = pgd_object_get(caller, parsed, "JOB CLASS");
	pgd_object_require_execute(caller, class);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

static void
tell_ignored(const RunArguments *arguments)
{
	if (arguments->edition != NULL)
		ereport(NOTICE,
				(errmsg("edition \"%s\" is stored but has no effect",
						arguments->edition),
				 errdetail("PostgreSQL has no editions.")));
	if (arguments->apply_crossedition_trigger != NULL)
		ereport(NOTICE,
				(errmsg("cross-edition trigger \"%s\" is stored but has no effect",
						arguments->apply_crossedition_trigger),
				 errdetail("PostgreSQL has no editions.")));
}

static int
default_level(void)
{
	long		cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return Max(1, Min(cpus, pgd_max_workers));
}

/* ---- the run ---- */

static void
run(const char *name, RunArguments *arguments, bool is_resume)
{
	MemoryContext context = CurrentMemoryContext;
	Run			run = {.done_before = -1};

	/* by default the caller's are stricter */
	if (XactIsoLevel != XACT_READ_COMMITTED)
	{
		if (check(name, arguments, is_resume, false) == NULL)
			return;
		next_transaction();
	}
	run.task = check(name, arguments, is_resume, true);
	if (run.task == NULL)
		return;
	tell_ignored(arguments);
	run.chunk_cxt = AllocSetContextCreate(context, "pg_dbms chunk",
										  ALLOCSET_DEFAULT_SIZES);
	PG_TRY();
	{
		open_run(&run, arguments, is_resume);
		prepare_fence(&run);
		raise_fence(&run, !is_resume);
		count_chunks(&run);
		warn_of_scan(&run);
		if (arguments->level > 0)
			pgd_coordinator_wake(MyDatabaseId);
		process(&run);
		finish(&run);
	}
	PG_CATCH();
	{
		abandon(&run);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

/* May it run, with these arguments? NULL: there is nothing to do. */
static PgdTask *
check(const char *name, RunArguments *arguments, bool is_resume,
	  bool for_update)
{
	PgdTask    *task = pgd_task_get(name, for_update);

	if (!is_resume && task->status == PGD_TASK_NO_CHUNKS)
		return NULL;
	check_state(task, is_resume, arguments->force);
	check_arguments(name, arguments);
	return task;
}

/* Commits, and begins the next. */
static void
next_transaction(void)
{
	SPI_commit();
	be_read_committed();
}

/*
 * A transaction that has just begun, whatever the session's default: it is to
 * see what workers and others have committed, and must not fail because others
 * are at work on tasks.
 */
static void
be_read_committed(void)
{
	XactIsoLevel = XACT_READ_COMMITTED;
	XactDeferrable = false;
}

/*
 * Everything that is stored before the first chunk. The fence is raised in the
 * same transaction, so a run that cannot start leaves the task as it was.
 */
static void
open_run(Run *run, const RunArguments *arguments, bool is_resume)
{
	MemoryContext context = CurrentMemoryContext;
	PgdTask    *task = run->task;
	PgdLiveTask *start = palloc0(sizeof(PgdLiveTask));

	store_arguments(task, arguments, is_resume);
	if (is_resume)
		reset_chunks(task);
	run->task = task = pgd_task_by_id(task->id);
	run->execution.task = task;
	pgd_chunk_note_extension(&run->execution);
	run->execution.in_session = true;
	run->execution.is_synchronous = pgd_chunk_synchronous_commit;
	pgd_fence_check(task);
	run->execution.statement =
		pgd_statement_prepare(task, pgd_task_relation(task),
							  pgd_task_has_leaves(task), context);
	pgd_statement_require_rights(run->execution.statement);
	if (task->is_parallel)
		pgd_statement_require_shared(run->execution.statement);

	start->database = MyDatabaseId;
	start->schema = pgd_catalog_schema();
	start->role = GetUserId();
	start->task_id = task->id;
	start->run_number = task->run_number;
	strlcpy(start->label, task->shown, sizeof(start->label));
	strlcpy(start->class_name, task->job_class, sizeof(start->class_name));
	strlcpy(start->job_prefix, task->job_prefix ? task->job_prefix : "",
			sizeof(start->job_prefix));
	if (task->is_parallel)
		snprintf(start->jobs_label, sizeof(start->jobs_label), "%.*s%s",
				 (int) (strlen(task->shown) - strlen(task->name)),
				 task->shown, task->job_prefix);
	start->is_parallel = task->is_parallel;
	start->is_synchronous = pgd_chunk_synchronous_commit;
	start->level = task->parallel_level;
	pgd_task_read_throttle(task->id, &start->max_lag, &start->max_rows,
						   &start->sleep_us);

	/* workers may not come before what they read is committed */
	start->must_fence = true;
	start->is_closed = true;
	pgd_live_open(&run->live, start);
	pfree(start);
}

static void
store_arguments(PgdTask *task, const RunArguments *arguments, bool is_resume)
{
	Oid			types[] = {
		INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, INT4OID,
		TEXTOID, TEXTARRAYOID
	};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)];
	PgdCatalogScope scope;

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(task->id);
	values[1] = CStringGetTextDatum(arguments->sql_stmt);
	values[2] = pgd_text_or_null(arguments->language_flag, &nulls[2]);
	values[3] = pgd_text_or_null(arguments->edition, &nulls[3]);
	values[4] = pgd_text_or_null(arguments->apply_crossedition_trigger,
								 &nulls[4]);
	values[5] = BoolGetDatum(arguments->fire_apply_trigger);
	values[6] = Int32GetDatum(arguments->level);
	values[7] = CStringGetTextDatum(pgd_name_parse(arguments->job_class, "job class")->name);
	values[8] = pgd_environment_capture_all();
	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET status = 6, sql_stmt = $2, language_flag = $3::numeric, edition = $4,"
				   " apply_crossedition_trigger = $5, fire_apply_trigger = $6, parallel_level = $7,"
				   " job_class = $8, environment = $9, is_parallel = $7 > 0,"
				   " job_prefix = CASE WHEN $7 > 0 THEN 'TASK$_' || nextval('dbms.parallel_task_name_seq') END,"
				   " run_number = run_number + 1, run_started_at = clock_timestamp(), run_ended_at = NULL,"
				   " chunks_total = NULL, chunks_processed = NULL, chunks_failed = NULL, rows_processed = NULL,"
				   " warning = NULL"
				   " WHERE id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}

/* What was not processed, or with an error, is done again. */
static void
reset_chunks(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_chunk SET status = 0, job_name = NULL, start_ts = NULL, end_ts = NULL,"
				   " rows_processed = NULL, retries = NULL, xids = NULL, error_code = NULL, sqlstate = NULL,"
				   " error_message = NULL, error_detail = NULL, error_context = NULL"
				   " WHERE task_id = $1 AND status IN (1, 3)",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}

/* Ends with a commit. */
static void
count_chunks(Run *run)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(run->task->id)};
	PgdCatalogScope scope;
	PgdLiveTask *live = run->live.task;
	int64		total;
	int64		processed;
	int64		failed;
	int64		rows;

	pgd_catalog_enter(&scope);
	(void) pgd_sql("SELECT count(*), count(*) FILTER (WHERE status = 2), coalesce(sum(rows_processed), 0)::bigint,"
				   " count(*) FILTER (WHERE status = 3)"
				   " FROM dbms.parallel_chunk WHERE task_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	total = pgd_column_int64(0, 0);
	processed = pgd_column_int64(0, 1);
	rows = pgd_column_int64(0, 2);
	failed = pgd_column_int64(0, 3);
	pgd_catalog_leave(&scope);
	next_transaction();
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	live->total = total;
	live->processed = processed;
	live->failed = failed;
	live->rows = rows;
	LWLockRelease(pgd_live->lock);
}

/* A table that is read all over again for few chunks is none to speak of. */
static void
warn_of_scan(const Run *run)
{
	int64		left;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	left = run->live.task->total - run->live.task->processed;
	LWLockRelease(pgd_live->lock);
	if (left < MANY_CHUNKS)
		return;
	pgd_statement_warn_of_scan(run->execution.statement, run->task);
	SPI_commit();
}

/* Which tables are fenced, and what a fence cannot keep rows from. */
static void
prepare_fence(Run *run)
{
	const PgdStatement *statement = run->execution.statement;

	if (run->task->chunk_type != PGD_CHUNKS_ROWID)
		return;

	/* rows that the statement only reads are not locked, so may move later */
	run->is_exact = pgd_rowid_exact &&
		pgd_statement_kind(statement) == PGD_STATEMENT_CHANGES &&
		(run->task->table_name == NULL ||
		 pgd_statement_target(statement) == pgd_task_relation(run->task));
	if (!run->is_exact)
		pgd_anchor_forget(run->task);
	if (pgd_statement_kind(statement) == PGD_STATEMENT_READS)
		return;
	if (pgd_rowid_exact && !run->is_exact)
		ereport(NOTICE,
				(errmsg("pg_dbms.rowid_exact has no effect for this statement"),
				 errdetail("Rows that have moved are followed for UPDATE, DELETE and MERGE of the chunked table.")));
	pgd_moved_choose_table(run->task, statement);
	if (!run->is_exact)
		pgd_moved_warn_of_triggers(run->task);
}

/* Fences, if there is anything to fence, commits, and lets chunks be taken. */
static void
raise_fence(Run *run, bool is_first)
{
	if (run->task->chunk_type == PGD_CHUNKS_ROWID &&
		pgd_statement_kind(run->execution.statement) != PGD_STATEMENT_READS)
		run->has_fence = pgd_fence_raise(run->task, is_first);
	if (run->has_fence && run->is_exact)
	{
		run->is_exact = pgd_anchor_take(run->task, is_first);
		if (run->is_exact && !is_first && pgd_fence_was_open())
			run->was_vacuumed = true;
		run->execution.anchor = !run->is_exact ? NULL :
			pgd_anchor_open(run->task, MemoryContextGetParent(run->chunk_cxt));
	}
	next_transaction();
	PGD_STOP_POINT("chunks-fenced");
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	run->live.task->has_fence = run->has_fence;
	run->live.task->must_fence = false;
	run->live.task->fence_number++;
	run->live.task->is_closed = false;
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
}

static void
process(Run *run)
{
	TimestampTz since = GetCurrentTimestamp();

	for (;;)
	{
		Progress	progress;

		CHECK_FOR_INTERRUPTS();
		read_more_chunks(run);
		look(run, &progress);
		if (progress.is_stopped)
			break;
		if (progress.has_workers)
			since = GetCurrentTimestamp();
		if (!progress.is_busy && progress.attached == 0 &&
			(progress.all_given ||
			 (run->task->is_parallel && progress.usable <= 0)))
		{
			if (!progress.all_given || !try_skipped(run))
				break;
			since = GetCurrentTimestamp();
			continue;
		}
		if (progress.is_paused || progress.must_fence)
			handle_pause(run, &progress);
		else if (!progress.all_given && progress.attached == 0 &&
				 (!run->task->is_parallel ||
				  (!progress.has_workers && !progress.is_kept_out &&
				   TimestampDifferenceExceeds(since, GetCurrentTimestamp(),
											  progress.is_answered ?
											  WORKER_MS : ANSWER_MS))))
		{
			if (!process_one(run, &progress))
				break;
			continue;
		}
		pgd_live_cancel_blocked(&run->live);
		(void) ConditionVariableTimedSleep(&pgd_live->changed, WORKER_MS,
										   pgd_wait_event(PGD_WAIT_CHUNK));
	}
	ConditionVariableCancelSleep();
	if (run->is_attached)
		pgd_live_detach(false);
	run->is_attached = false;
	wait_for_workers(run, false);
}

static void
look(const Run *run, Progress *progress)
{
	PgdLiveTask *live = run->live.task;

	memset(progress, 0, sizeof(*progress));
	if (run->task->is_parallel)
		progress->has_workers = pgd_pool_count_items(pgd_slave_kind(),
													 run->task->id) > 0;
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	progress->all_given = live->is_complete && live->count == 0;
	for (int i = 0; i < PGD_LIVE_WORKERS; i++)
		if (live->workers[i].pid != 0)
		{
			progress->is_busy = progress->is_busy ||
				live->workers[i].chunk_id != 0;
			if (live->workers[i].run_id != 0)
				progress->attached++;
		}
	progress->usable = live->level - live->lost;
	progress->is_stopped = live->is_stopped;
	progress->is_paused = live->is_paused;
	progress->must_fence = live->must_fence;
	progress->is_answered = live->is_answered;

	/* a job that runs a task is let in already, and would wait for itself */
	progress->is_kept_out = live->is_answered &&
		live->reserve == PGD_NOT_ADMITTED &&
		pgd_process != PGD_PROCESS_WORKER;
	progress->is_locked_out = live->locked_out > 0;
	LWLockRelease(pgd_live->lock);
}

static void
read_more_chunks(Run *run)
{
	Oid			types[] = {INT8OID, INT8OID, INT4OID};
	Datum		values[3];
	int64		ids[READ_CHUNKS];
	PgdCatalogScope scope;
	uint64		n;

	if (pgd_live_chunks_wanted(&run->live) == 0)
		return;
	values[0] = Int64GetDatum(run->task->id);
	values[1] = Int64GetDatum(run->last_id);
	values[2] = Int32GetDatum(READ_CHUNKS);
	pgd_chunk_require_extension(&run->execution);
	pgd_catalog_enter(&scope);
	n = pgd_sql("SELECT id FROM dbms.parallel_chunk WHERE task_id = $1 AND id > $2 AND status = 0"
				" ORDER BY task_id, id LIMIT $3",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < n; i++)
		ids[i] = pgd_column_int64(i, 0);
	pgd_catalog_leave(&scope);
	next_transaction();
	if (n > 0)
		run->last_id = ids[n - 1];
	pgd_live_add_chunks(&run->live, ids, n, n < READ_CHUNKS);
}

/*
 * Chunks that other sessions had with GET_..._CHUNK or SET_CHUNK_STATUS: some may
 * have given theirs back since.
 */
static bool
try_skipped(Run *run)
{
	if (!pgd_live_try_skipped(&run->live, &run->done_before))
		return false;
	run->last_id = 0;
	if (run->task->is_parallel)
		pgd_coordinator_wake(MyDatabaseId);
	return true;
}

/* A chunk in this session; false if there are none for it any more. */
static bool
process_one(Run *run, const Progress *progress)
{
	MemoryContext context = CurrentMemoryContext;
	bool		has_aborted = false;
	PgdProcessed answer;

	if (run->task->is_parallel && !run->has_told)
		tell_alone(run, progress->is_locked_out);
	if (run->must_wait && !pgd_slave_wait_between_chunks(&run->live))
		return true;
	run->must_wait = false;
	if (!run->is_attached)
		run->is_attached = pgd_live_attach(&run->live, 0, 0) >= 0;
	if (!run->is_attached)
		return false;
	MemoryContextReset(run->chunk_cxt);
	MemoryContextSwitchTo(run->chunk_cxt);
	PG_TRY();
	{
		answer = pgd_slave_process_one(&run->execution, &has_aborted);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		/* STOP_TASK cancels the chunk, not the call */
		MemoryContextSwitchTo(run->chunk_cxt);
		error = CopyErrorData();
		if (!pgd_error_is_cancel(error) || !is_stopped(run))
			PG_RE_THROW();
		FlushErrorState();
		SPI_rollback();
		has_aborted = true;
		answer = PGD_PROCESSED_ALL;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	be_read_committed();
	if (is_stopped(run))
	{
		/* a cancel by STOP_TASK may have come when the chunk was done */
		QueryCancelPending = false;
		return false;
	}

	/* the abort took the locks of the session along */
	if (has_aborted && run->has_fence)
		raise_fence(run, false);
	run->must_wait = answer == PGD_PROCESSED_ONE;
	return answer != PGD_PROCESSED_ALL || run->task->is_parallel;
}

static void
tell_alone(Run *run, bool is_locked_out)
{
	run->has_told = true;
	if (is_locked_out)
		ereport(NOTICE,
				(errmsg("no worker can lock the table of task \"%s\"",
						run->task->name),
				 errdetail("Another session waits for a lock on it. Chunks are processed in this session meanwhile.")));
	else
		ereport(NOTICE,
				(errmsg("no worker is free for task \"%s\"",
						run->task->name),
				 errdetail("Its chunks are processed in this session until there is one."),
				 errhint("See pg_dbms.max_workers and max_worker_processes.")));
}

static bool
is_stopped(const Run *run)
{
	bool		stopped;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	stopped = run->live.task->is_stopped;
	LWLockRelease(pgd_live->lock);
	return stopped;
}

/*
 * While a task is paused its fence is down, so VACUUM and DDL can pass. With an
 * anchor it stays up: VACUUM would let rows that others update move into chunks.
 */
static void
handle_pause(Run *run, const Progress *progress)
{
	bool		let_go = false;

	if (progress->is_paused && !progress->must_fence && run->has_fence &&
		run->execution.anchor == NULL)
	{
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		let_go = true;
		for (int i = 0; i < PGD_LIVE_WORKERS; i++)
			if (run->live.task->workers[i].pid != 0 &&
				run->live.task->workers[i].chunk_id != 0)
				let_go = false;
		if (let_go)
			run->live.task->must_fence = true;
		LWLockRelease(pgd_live->lock);
		if (let_go)
		{
			pgd_live_wake();
			pgd_fence_release();
		}
	}
	else if (!progress->is_paused && progress->must_fence)
		raise_fence(run, false);
}

/* Until the last worker has left; with_cancel they leave at once. */
static void
wait_for_workers(Run *run, bool with_cancel)
{
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	run->live.task->is_closed = true;
	LWLockRelease(pgd_live->lock);
	pgd_live_wake();
	while (pgd_live_attached(&run->live) > 0)
	{
		if (with_cancel)
			pgd_live_cancel(&run->live, "the run of the task was cancelled");
		else
			pgd_live_cancel_blocked(&run->live);
		(void) ConditionVariableTimedSleep(&pgd_live->changed, 1000,
										   pgd_wait_event(PGD_WAIT_CHUNK));
	}
	ConditionVariableCancelSleep();
}

/* How it ended, from the chunks themselves. */
static void
finish(Run *run)
{
	PgdTask    *task = run->task;
	Oid			types[] = {INT8OID, TEXTOID};
	Datum		values[lengthof(types)] = {Int64GetDatum(task->id)};
	char		nulls[] = {' ', ' '};
	PgdCatalogScope scope;
	int64		failed = 0;
	int64		left = 0;
	bool		exists;
	int64		skipped;
	char		problem[PGD_LIVE_PROBLEM];
	int			saved = synchronous_commit;
	char	   *warning = NULL;

	pgd_chunk_require_extension(&run->execution);
	if (run->has_fence && run->execution.anchor == NULL && !is_stopped(run))
		warning = pgd_moved_look(task);
	if (run->live.task->lost_rows > 0)
		warning = tell_lost_rows(run);
	if (run->was_vacuumed && warning == NULL)
		warning = tell_vacuumed(task);
	if (run->has_fence)
		pgd_fence_release();
	values[1] = pgd_text_or_null(warning, &nulls[1]);
	pgd_catalog_enter(&scope);
	exists = pgd_sql("WITH c AS (SELECT count(*) AS total, count(*) FILTER (WHERE status = 2) AS processed,"
					 " count(*) FILTER (WHERE status = 3) AS failed, count(*) FILTER (WHERE status < 2) AS left,"
					 " coalesce(sum(rows_processed), 0) AS rows"
					 " FROM dbms.parallel_chunk WHERE task_id = $1)"
					 " UPDATE dbms.parallel_task SET status = CASE WHEN c.left > 0 THEN CASE WHEN is_parallel THEN 9 ELSE 6 END"
					 " WHEN c.failed > 0 THEN 8 ELSE 7 END,"
					 " run_ended_at = clock_timestamp(), chunks_total = c.total, chunks_processed = c.processed,"
					 " chunks_failed = c.failed, rows_processed = c.rows, warning = $2, environment = '{}'"
					 " FROM c WHERE id = $1 RETURNING c.failed, c.left",
					 lengthof(types), types, values, nulls,
					 SPI_OK_UPDATE_RETURNING) > 0;
	if (exists)
	{
		failed = pgd_column_int64(0, 0);
		left = pgd_column_int64(0, 1);
	}
	pgd_catalog_leave(&scope);

	PGD_STOP_POINT("task-ended");

	/* after this the chunks' commits are on disk, too */
	PG_TRY();
	{
		if (synchronous_commit == SYNCHRONOUS_COMMIT_OFF)
			synchronous_commit = SYNCHRONOUS_COMMIT_LOCAL_FLUSH;
		SPI_commit();
	}
	PG_FINALLY();
	{
		synchronous_commit = saved;
	}
	PG_END_TRY();
	LWLockAcquire(pgd_live->lock, LW_SHARED);
	strlcpy(problem, run->live.task->problem, sizeof(problem));
	skipped = run->live.task->skipped;
	LWLockRelease(pgd_live->lock);
	PGD_STOP_POINT("task-end-committed");
	pgd_live_close(&run->live);
	if (!exists || (left == 0 && failed == 0))
		pgd_anchor_release(task->id);
	else if (run->execution.anchor != NULL)
		ereport(NOTICE,
				(errmsg("the snapshot of task \"%s\" is kept for resume_task()",
						task->name),
				 errdetail("No row that is deleted since can be vacuumed in this cluster, until the task has been resumed or dropped, an error is raised in this session, or it ends.")));
	pgd_statement_drop_function(run->execution.statement);
	pgd_statement_free(run->execution.statement);
	if (!exists)
		ereport(WARNING,
				(errmsg("task \"%s\" was dropped with all that its owner owned while it ran",
						task->name)));
	else if (left > 0)
		ereport(WARNING,
				(errmsg("task \"%s\" ended before all its chunks were processed",
						task->name),
				 problem[0] != '\0' ?
				 errdetail("A worker ended with: %s", problem) :
				 skipped > 0 ?
				 errdetail_plural("%lld chunk is left; another session has it, by get_..._chunk() or set_chunk_status().",
								  "%lld chunks are left; other sessions have them, by get_..._chunk() or set_chunk_status().",
								  left, (long long) left) :
				 errdetail_plural("%lld chunk is left.",
								  "%lld chunks are left.",
								  left, (long long) left),
				 errhint("Use dbms_parallel_execute.resume_task().")));
	else if (failed > 0)
		ereport(WARNING,
				(errmsg_plural("%lld chunk of task \"%s\" failed",
							   "%lld chunks of task \"%s\" failed",
							   failed, (long long) failed, task->name),
				 errhint("See sys.user_parallel_execute_chunks for the errors, and use resume_task() to process them again.")));
}

/* What even the anchor does not find. */
static char *
tell_lost_rows(Run *run)
{
	int64		rows;

	LWLockAcquire(pgd_live->lock, LW_SHARED);
	rows = run->live.task->lost_rows;
	LWLockRelease(pgd_live->lock);
	ereport(WARNING,
			(errmsg("other sessions have moved rows to other partitions while task \"%s\" processed them",
					run->task->name),
			 errdetail_plural("%lld row was moved before its chunk was processed, and has been missed.",
							  "%lld rows were moved before their chunk was processed, and have been missed.",
							  rows, (long long) rows)));
	return psprintf("%lld rows were moved to other partitions by others",
					(long long) rows);
}

/* Rows could move into chunks, where the anchor does not tell them from others. */
static char *
tell_vacuumed(const PgdTask *task)
{
	ereport(WARNING,
			(errmsg("rows may have been processed more than once by task \"%s\"",
					task->name),
			 errdetail("Its table was vacuumed between two runs: rows that other sessions updated after that may have moved from chunks that were processed into others."),
			 errhint("Pause a task rather than stop it: pg_dbms.rowid_exact keeps VACUUM away then.")));
	return pstrdup("rows that others updated between runs may have been processed more than once");
}

/*
 * After an error or a cancel of the caller: as STOP_TASK. The status is found
 * when it is read. Workers end before the abort takes the fence down, and
 * the slot is given back by the abort, with the chunk of this session.
 */
static void
abandon(Run *run)
{
	if (run->live.task == NULL)
		return;
	HOLD_INTERRUPTS();
	ConditionVariableCancelSleep();
	pgd_live_abandon(&run->live);
	wait_for_workers(run, true);
	RESUME_INTERRUPTS();
}
