/*
 * run.c
 *		One run of a job in its worker, and its record.
 *
 * The definition is read in a transaction of its own; then the action runs as
 * if a client had sent it, and the outcome is written in the action's last
 * transaction, so that work and record are true together or not at all. A
 * failure is recorded right after the abort.
 */
#include "postgres.h"

#include <sys/resource.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "core/errors.h"
#include "core/guc.h"
#include "core/identity.h"
#include "core/object.h"
#include "core/output.h"
#include "core/process.h"
#include "core/sql.h"
#include "core/stop_point.h"
#include "scheduler/action.h"
#include "scheduler/dbms_job.h"
#include "scheduler/decide.h"
#include "scheduler/environment.h"
#include "scheduler/expression.h"
#include "scheduler/log.h"
#include "scheduler/run.h"

/* bytes kept of each part of an error: its message, detail, context ... */
#define PGD_ERROR_PART_MAX	8000

/* characters shown before and behind the place of an error in its line */
#define PGD_PLACE_CHARS		60

/* a job as its run needs it; lives in the worker's context of the item */
struct PgdRunJob
{
	MemoryContext context;
	int64		id;
	int			owner_id;
	char	   *owner_shown;
	char	   *name;
	char	   *job_class;
	int			level;			/* effective logging level */
	bool		has_class;
	bool		class_is_public;	/* everybody may use it */
	char	   *type;
	char	   *action;
	int			narguments;
	char	   *program_shown;	/* NULL: inline action */
	bool		has_program;	/* the named program exists */
	bool		program_enabled;
	bool		program_is_own; /* of the job's owner */
	int64		program_id;
	char	   *interval_kind;
	char	   *repeat_interval;
	char	   *time_zone;
	bool		store_output;
	Datum		environment;	/* text[] */
	TimestampTz window_start;	/* of the open window whose job it is, ... */
	TimestampTz window_end;		/* ... DT_NOBEGIN: none */
	char	   *requested_by;	/* who called RUN_JOB */
	int64		dbms_job_number;	/* of a job of DBMS_JOB, else 0 */
};

typedef struct PgdRunJob PgdRunJob;

/* everything that a run's record says */
typedef struct PgdRunRecord
{
	const PgdWorkItem *item;
	PgdWorkResult *result;
	const char *status;
	int			sqlstate;		/* 0: none */
	const char *message;		/* for the error's number */
	const char *errors;
	const char *output;
	const char *info;
	const char *user;
	int64		cpu_us;
	int			pid;
} PgdRunRecord;

/* worker: the job of the current item, NULL before it was read */
static PgdRunJob *current_job = NULL;
static int64 cpu_before;

static PgdRunJob *read_job(MemoryContext context, const PgdWorkItem *item);
static void read_program(PgdRunJob *job, int owner_id);
static void read_request(PgdRunJob *job, int64 run_id);
static void read_window(PgdRunJob *job);
static void check_job(PgdRunJob *job);
static bool lock_dbms_job(const PgdRunJob *job);
static void enter_catalog(PgdCatalogScope *scope);
static void evaluate_interval(PgdRunJob *job, PgdWorkResult *result);
static void fill_action(PgdRunJob *job, const PgdWorkItem *item,
						const PgdWorkResult *result, PgdAction *action);
static PgdActionArgument *read_arguments(PgdRunJob *job,
										 const PgdWorkItem *item);
static char *metadata_value(PgdRunJob *job, const PgdWorkItem *item,
							const char *attribute);
static PgdBlockVariable *block_variables(PgdRunJob *job,
										 const PgdWorkItem *item, int *n);
static void note_begin(void *arg);
static bool is_invalid(const PgdRunJob *job, const PgdWorkResult *result,
					   int sqlstate);
static void record_success(void *arg, bool is_single);
static void write_record(const PgdRunJob *job, const PgdRunRecord *record);
static bool is_logged(int level, const char *status);
static char *describe_error(const PgdRunJob *job, ErrorData *error);
static void append_place(StringInfo text, const char *query, int position);
static void append_clipped(StringInfo text, const char *label,
						   const char *value);
static int64 cpu_now(void);
static char *run_info(const char *reason);

/* what the success record needs inside the action */
typedef struct PgdRunContext
{
	const PgdWorkItem *item;
	PgdWorkResult *result;
	PgdRunJob  *job;
	PgdBlockVariable *dbms_job_variables;	/* NULL: not a job of DBMS_JOB */
} PgdRunContext;

void
pgd_run_execute(const PgdWorkItem *item, PgdWorkResult *result)
{
	MemoryContext context = CurrentMemoryContext;
	PgdActionHooks hooks = {0};
	PgdAction	action = {0};
	PgdRunContext run = {0};
	PgdRunJob  *job;

	current_job = NULL;
	cpu_before = cpu_now();
	pgd_transaction_begin();
	job = item->schema == pgd_catalog_schema() ?
		read_job(context, item) : NULL;
	if (job != NULL && job->dbms_job_number != 0 && lock_dbms_job(job))
		job = read_job(context, item);
	if (job == NULL)
	{
		/* dropped between the mark and now: there is nothing to run */
		pgd_transaction_commit();
		MemoryContextSwitchTo(context);
		return;
	}
	current_job = job;
	check_job(job);
	pgd_environment_apply(job->environment);
	MemoryContextSwitchTo(context);

	/* this is the owner's code again */
	XactReadOnly = DefaultXactReadOnly;
	evaluate_interval(job, result);
	XactReadOnly = false;
	run.item = item;
	run.result = result;
	run.job = job;
	if (strcmp(item->operation, PGD_OPERATION_EVALUATE) == 0)
	{
		record_success(&run, true);
		pgd_transaction_commit();
		MemoryContextSwitchTo(context);
		current_job = NULL;
		return;
	}
	fill_action(job, item, result, &action);
	if (job->dbms_job_number != 0)
		run.dbms_job_variables = action.variables;
	pgd_transaction_commit();
	MemoryContextSwitchTo(context);

	hooks.before_start = note_begin;
	hooks.before_commit = record_success;
	hooks.arg = &run;
	pgd_output_begin();
	pgd_action_run(&action, &hooks);
	pgd_output_end();
	current_job = NULL;
	PGD_STOP_POINT("run-committed");
}

/* True if the job may have changed meanwhile. */
static bool
lock_dbms_job(const PgdRunJob *job)
{
	PgdCatalogScope scope;
	bool		waited;

	enter_catalog(&scope);
	waited = pgd_dbms_job_lock(job->dbms_job_number);
	pgd_catalog_leave(&scope);
	return waited;
}

/* A catalog scope; in a worker the owner's lock_timeout does not count. */
static void
enter_catalog(PgdCatalogScope *scope)
{
	pgd_catalog_enter(scope);
	if (LockTimeout > 0 && pgd_process == PGD_PROCESS_WORKER)
		(void) set_config_option("lock_timeout", "0", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
}

/* What to run: the job's action with the values of this run. */
static void
fill_action(PgdRunJob *job, const PgdWorkItem *item,
			const PgdWorkResult *result, PgdAction *action)
{
	action->block_language = pgd_block_language;
	if (job->dbms_job_number != 0)
	{
		action->type = PGD_ACTION_BLOCK;
		action->text = pgd_block_from_statements(job->action);
		action->variables = pgd_dbms_job_variables(job->dbms_job_number,
												   job->time_zone, false,
												   result);
		action->nvariables = PGD_DBMS_JOB_VARIABLES;
		return;
	}
	action->type = strcmp(job->type, "STORED_PROCEDURE") == 0 ?
		PGD_ACTION_PROCEDURE :
		strcmp(job->type, "SQL_SCRIPT") == 0 ? PGD_ACTION_SCRIPT :
		PGD_ACTION_BLOCK;
	action->text = job->action;
	if (job->narguments > 0)
		action->arguments = read_arguments(job, item);
	action->narguments = job->narguments;
	action->variables = block_variables(job, item, &action->nvariables);
}

/*
 * The job with its program and class, NULL if it is gone. Runs in the
 * worker's transaction or in the coordinator's.
 */
static PgdRunJob *
read_job(MemoryContext context, const PgdWorkItem *item)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(item->object_id)};
	PgdCatalogScope scope;
	PgdRunJob  *job = NULL;

	enter_catalog(&scope);
	if (pgd_sql("SELECT o.owner_id, dbms.display_name(w.role_name), o.name, j.job_class,"
				" j.logging_level, c.logging_level, j.job_type, j.job_action, j.number_of_arguments,"
				" j.program_name, j.program_owner_id, j.interval_kind, j.repeat_interval,"
				" j.time_zone, j.store_output, j.environment, j.dbms_job_number,"
				" EXISTS (SELECT FROM dbms.privilege x WHERE x.object_id = co.id"
				"  AND x.grantee_id = -1 AND x.privilege = 'EXECUTE'),"
				" j.schedule_name IS NOT NULL"
				" FROM dbms.job j"
				" JOIN dbms.object o ON o.id = j.id"
				" JOIN dbms.owner w ON w.id = o.owner_id"
				" LEFT JOIN dbms.object co ON co.owner_id = 0"
				"  AND co.name = j.job_class AND co.type = 'JOB CLASS'"
				" LEFT JOIN dbms.job_class c ON c.id = co.id"
				" WHERE j.id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
	{
		int32		program_owner;
		bool		has_schedule = pgd_column_bool(0, 18);

		job = MemoryContextAllocZero(context, sizeof(PgdRunJob));
		job->context = context;
		job->id = item->object_id;
		job->owner_id = pgd_column_int32(0, 0);
		job->owner_shown = pgd_column_text(context, 0, 1);
		job->name = pgd_column_text(context, 0, 2);
		job->job_class = pgd_column_text(context, 0, 3);
		job->has_class = !pgd_column_is_null(0, 5);
		job->level = pgd_logging_level(pgd_column_int32(0, 4),
									   job->has_class ?
									   pgd_column_int32(0, 5) :
									   PGD_LOGGING_RUNS);
		job->type = pgd_column_text(context, 0, 6);
		job->action = pgd_column_text(context, 0, 7);
		job->narguments = pgd_column_int32(0, 8);
		job->program_shown = pgd_column_text(context, 0, 9);
		program_owner = pgd_column_int32(0, 10);
		job->interval_kind = pgd_column_text(context, 0, 11);
		job->repeat_interval = pgd_column_text(context, 0, 12);
		job->time_zone = pgd_column_text(context, 0, 13);
		job->store_output = pgd_column_bool(0, 14);
		job->environment = pgd_column_array(context, 0, 15);
		job->dbms_job_number = pgd_column_int32(0, 16);
		job->class_is_public = pgd_column_bool(0, 17);
		if (job->program_shown != NULL)
			read_program(job, program_owner);
		job->window_start = job->window_end = DT_NOBEGIN;
		if (item->is_manual)
			read_request(job, item->run_id);
		else if (has_schedule)
			read_window(job);
	}
	pgd_catalog_leave(&scope);
	return job;
}

/* The named program of a job, in place of an inline action. */
static void
read_program(PgdRunJob *job, int owner_id)
{
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[] = {
		Int32GetDatum(owner_id), CStringGetTextDatum(job->program_shown)
	};

	if (pgd_sql("SELECT p.id, p.program_type, p.program_action, p.number_of_arguments, p.is_enabled"
				" FROM dbms.object o JOIN dbms.program p ON p.id = o.id"
				" WHERE o.owner_id = $1 AND o.name = $2 AND o.type = 'PROGRAM'",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return;
	job->has_program = true;
	job->program_id = pgd_column_int64(0, 0);
	job->type = pgd_column_text(job->context, 0, 1);
	job->action = pgd_column_text(job->context, 0, 2);
	job->narguments = pgd_column_int32(0, 3);
	job->program_enabled = pgd_column_bool(0, 4);
	job->program_is_own = owner_id == job->owner_id;
}

/* Who called RUN_JOB for this run. */
static void
read_request(PgdRunJob *job, int64 run_id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(run_id)};

	if (pgd_sql("SELECT requested_by FROM dbms.run WHERE id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		job->requested_by = pgd_column_text(job->context, 0, 0);
}

/* The open window, if it is the job's or one of its group. */
static void
read_window(PgdRunJob *job)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(job->id)};

	if (pgd_sql("SELECT p.opened_at, p.close_at FROM dbms.job j"
				" JOIN dbms.object b ON b.owner_id = j.schedule_owner_id AND b.name = j.schedule_name"
				" JOIN dbms.opening p ON p.window_id = b.id OR EXISTS (SELECT FROM dbms.object_group_member m"
				"  WHERE m.group_id = b.id AND m.member_id = p.window_id)"
				" WHERE j.id = $1 AND b.type IN ('WINDOW', 'GROUP')",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return;
	job->window_start = pgd_column_timestamptz(0, 0);
	job->window_end = pgd_column_timestamptz(0, 1);
}

/* Rights and references are checked again when they are used. */
static void
check_job(PgdRunJob *job)
{
	PgdCatalogScope scope;
	Oid			owner = GetSessionUserId();
	bool		may_use_class = false;
	bool		may_use_program = true;

	if (job->program_shown != NULL && !job->has_program)
		pgd_error_no_object("program", job->program_shown);
	if (job->program_shown != NULL && !job->program_enabled)
		ereport(ERROR,
				(errcode(PGD_ORA(27367)),
				 errmsg("program \"%s\" of the job is disabled",
						job->program_shown),
				 errhint("Use dbms_scheduler.enable() on the program.")));
	if (!job->has_class)
		pgd_error_no_object("job class", job->job_class);

	if (job->class_is_public && (!job->has_program || job->program_is_own))
		return;
	enter_catalog(&scope);
	{
		PgdObject  *object = pgd_object_find_owned(PGD_OWNER_SYS,
												   job->job_class);

		may_use_class = object != NULL &&
			pgd_object_may_execute(owner, object);
		if (job->has_program && !job->program_is_own)
		{
			object = pgd_object_by_id(job->program_id);
			may_use_program = object != NULL &&
				pgd_object_may_execute(owner, object);
		}
	}
	pgd_catalog_leave(&scope);
	if (!may_use_class)
		pgd_error_privilege(psprintf("The owner of the job may not use job class \"%s\".",
									 job->job_class),
							"Grant EXECUTE on the class with dbms_scheduler.grant_privilege().");
	if (!may_use_program)
		pgd_error_privilege(psprintf("The owner of the job may not execute program \"%s\".",
									 job->program_shown),
							"Grant EXECUTE on the program with dbms_scheduler.grant_privilege().");
}

/*
 * The next run of a job that repeats by an expression, evaluated before the
 * action as Oracle does, with the owner's rights. It is a statement of the run
 * like those of the action: statement_timeout counts for it, STOP_JOB cancels
 * it, and its time is part of the run's duration. It has to lie in the future
 * of what SYSDATE was for it: of now it may not, when it took long to say.
 */
static void
evaluate_interval(PgdRunJob *job, PgdWorkResult *result)
{
	bool		is_null;
	TimestampTz next;

	if (job->interval_kind == NULL || job->repeat_interval == NULL ||
		strcmp(job->interval_kind, "EXPRESSION") != 0)
		return;
	if (StatementTimeout > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
	next = pgd_expression_next(job->repeat_interval, job->time_zone, &is_null);
	if (get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
	if (!is_null && next <= GetCurrentStatementStartTimestamp())
		ereport(ERROR,
				(errcode(PGD_ORA(job->dbms_job_number != 0 ? 23420 : 27465)),
				 errmsg("repeat interval of the job does not lie in the future"),
				 errdetail("It evaluates to %s.", timestamptz_to_str(next))));
	result->has_next_run = true;
	result->next_run_at = is_null ? PGD_NO_TIME : next;
}

/* Values of the arguments: the job's own, else the program's defaults. */
static PgdActionArgument *
read_arguments(PgdRunJob *job, const PgdWorkItem *item)
{
	Oid			types[] = {INT8OID, INT8OID, INT4OID};
	Datum		values[] = {
		Int64GetDatum(job->id),
		Int64GetDatum(job->has_program ? job->program_id : 0),
		Int32GetDatum(job->narguments)
	};
	PgdActionArgument *arguments;
	PgdCatalogScope scope;
	uint64		n;

	arguments = MemoryContextAllocZero(job->context,
									   sizeof(PgdActionArgument) *
									   job->narguments);
	enter_catalog(&scope);
	n = pgd_sql("SELECT n.position, p.name, p.type_name, p.metadata_attribute,"
				" a.position IS NOT NULL OR coalesce(p.has_default, false),"
				" CASE WHEN a.position IS NOT NULL THEN a.value ELSE p.default_value END"
				" FROM pg_catalog.generate_series(1, $3) AS n(position)"
				" LEFT JOIN dbms.program_argument p ON p.program_id = $2 AND p.position = n.position"
				" LEFT JOIN dbms.job_argument a ON a.job_id = $1 AND a.position = n.position"
				" ORDER BY n.position",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < n; i++)
	{
		char	   *metadata = pgd_column_text(job->context, i, 3);

		arguments[i].position = i + 1;
		arguments[i].name = pgd_column_text(job->context, i, 1);
		arguments[i].type = pgd_column_text(job->context, i, 2);
		if (metadata != NULL)
			arguments[i].value = metadata_value(job, item, metadata);
		else if (pgd_column_bool(i, 4))
			arguments[i].value = pgd_column_text(job->context, i, 5);
		else
			ereport(ERROR,
					(errcode(PGD_ORA(27457)),
					 errmsg("argument %d of job \"%s\" has no value",
							(int) i + 1, job->name),
					 errhint("Set it with dbms_scheduler.set_job_argument_value().")));
	}
	pgd_catalog_leave(&scope);
	return arguments;
}

/* Text of a metadata attribute of this run; NULL where it has none. */
static char *
metadata_value(PgdRunJob *job, const PgdWorkItem *item, const char *attribute)
{
	TimestampTz at;

	if (strcmp(attribute, "JOB_NAME") == 0)
		return job->name;
	if (strcmp(attribute, "JOB_OWNER") == 0)
		return job->owner_shown;
	if (strcmp(attribute, "JOB_SCHEDULED_START") == 0)
		at = item->scheduled_at;
	else if (strcmp(attribute, "JOB_START") == 0)
		at = GetCurrentTimestamp();
	else if (strcmp(attribute, "WINDOW_START") == 0)
		at = job->window_start;
	else if (strcmp(attribute, "WINDOW_END") == 0)
		at = job->window_end;
	else
		return NULL;			/* no subjob or event */
	if (at == DT_NOBEGIN)
		return NULL;

	/* in ISO style: any session reads it back, whatever its DateStyle */
	return MemoryContextStrdup(job->context, timestamptz_to_str(at));
}

/* The names that Oracle lets a block use without declaring them. */
static PgdBlockVariable *
block_variables(PgdRunJob *job, const PgdWorkItem *item, int *n)
{
	static const struct
	{
		const char *name;
		const char *type;
		const char *attribute;
	}			known[] = {
		{"job_name", "pg_catalog.text", "JOB_NAME"},
		{"job_subname", "pg_catalog.text", "JOB_SUBNAME"},
		{"job_owner", "pg_catalog.text", "JOB_OWNER"},
		{"job_scheduled_start", "pg_catalog.timestamptz", "JOB_SCHEDULED_START"},
		{"job_start", "pg_catalog.timestamptz", "JOB_START"},
		{"window_start", "pg_catalog.timestamptz", "WINDOW_START"},
		{"window_end", "pg_catalog.timestamptz", "WINDOW_END"}
	};
	PgdBlockVariable *variables;

	*n = lengthof(known);
	variables = MemoryContextAllocZero(job->context,
									   sizeof(PgdBlockVariable) * *n);
	for (int i = 0; i < *n; i++)
	{
		variables[i].name = known[i].name;
		variables[i].type = known[i].type;
		variables[i].value = metadata_value(job, item, known[i].attribute);
	}
	return variables;
}

/* From here on the action may have done something. */
static void
note_begin(void *arg)
{
	((PgdRunContext *) arg)->result->has_begun = true;
}

/*
 * Can the job never run as it is defined now? Its program or class is gone,
 * or its action is not understood.
 */
static bool
is_invalid(const PgdRunJob *job, const PgdWorkResult *result, int sqlstate)
{
	if ((job->program_shown != NULL && !job->has_program) || !job->has_class)
		return true;
	if (result->has_begun || job->dbms_job_number != 0)
		return false;
	return sqlstate == ERRCODE_SYNTAX_ERROR ||
		sqlstate == ERRCODE_UNDEFINED_FUNCTION ||
		sqlstate == ERRCODE_UNDEFINED_SCHEMA ||
		sqlstate == ERRCODE_INVALID_SCHEMA_NAME ||
		sqlstate == ERRCODE_AMBIGUOUS_FUNCTION ||
		sqlstate == PGD_ORA(27452);
}

/*
 * Inside the action's last transaction, just before it commits. The owner's
 * settings must not make the record fail: read-only and timeouts are lifted.
 */
static void
record_success(void *arg, bool is_single)
{
	PgdRunContext *run = arg;
	bool		was_read_only = XactReadOnly;
	PgdRunRecord record = {0};
	PgdCatalogScope scope;

	if (run->item->schema != pgd_catalog_schema())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("extension \"pg_dbms\" was dropped while job \"%s\" ran",
						run->job->name)));
	if (get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
	XactReadOnly = false;
	if (run->dbms_job_variables != NULL)
		pgd_dbms_job_take_reports(run->dbms_job_variables,
								  run->job->time_zone, run->result);
	run->result->outcome = PGD_SUCCEEDED;
	run->result->ended_at = GetCurrentTimestamp();
	record.item = run->item;
	record.result = run->result;
	record.status = "SUCCEEDED";
	record.output = pgd_output_text();
	record.info = run_info(run->item->is_manual ? "manually run" : NULL);
	record.user = run->job->requested_by;
	record.cpu_us = cpu_now() - cpu_before;
	record.pid = MyProcPid;
	enter_catalog(&scope);
	write_record(run->job, &record);
	pgd_catalog_leave(&scope);
	XactReadOnly = was_read_only;
	PGD_STOP_POINT("run-recorded");
}

/* In a transaction that the worker opened after the abort. */
void
pgd_run_failed(const PgdWorkItem *item, ErrorData *error,
			   PgdWorkResult *result)
{
	PgdRunRecord record = {0};
	PgdRunJob  *job = current_job;
	int64		cpu_us = job != NULL ? cpu_now() - cpu_before : 0;
	PgdCatalogScope scope;
	const char *reason;
	bool		was_stopped = result->outcome == PGD_STOPPED;

	/* what fails before its definition is read must not find this one's */
	current_job = NULL;
	pgd_output_end();
	if (item->schema != pgd_catalog_schema())
		return;					/* nobody wants to know any more */
	reason = pgd_slot_stop_reason();
	if (job == NULL)
	{
		/* the definition could not be read: the record names what it can */
		job = read_job(CurrentMemoryContext, item);
		if (job == NULL)
			return;
	}
	result->is_invalid = !was_stopped &&
		is_invalid(job, result, error->sqlerrcode);
	record.item = item;
	record.result = result;
	record.status = was_stopped ? "STOPPED" : "FAILED";
	record.sqlstate = error->sqlerrcode;
	record.message = error->message;
	record.errors = describe_error(job, error);
	record.output = pgd_output_text();
	if (was_stopped)
		record.info = run_info(reason ? reason :
							   "canceled by pg_cancel_backend()");
	else
		record.info = run_info(item->is_manual ? "manually run" : NULL);
	record.user = job->requested_by;
	record.cpu_us = cpu_us;
	record.pid = MyProcPid;
	enter_catalog(&scope);
	write_record(job, &record);
	pgd_catalog_leave(&scope);
}

void
pgd_run_record_without_worker(const PgdWorkItem *item,
							  const PgdWorkResult *result,
							  const char *status, const char *reason,
							  const char *errors, int sqlstate)
{
	PgdRunRecord record = {0};
	PgdWorkResult copy = *result;
	PgdRunJob  *job = read_job(CurrentMemoryContext, item);

	if (job == NULL)
		return;
	record.item = item;
	record.result = &copy;
	record.status = status;
	record.sqlstate = sqlstate;
	record.errors = errors;
	record.info = pgd_log_info("REASON", reason);
	record.user = job->requested_by;
	write_record(job, &record);
}

/* ADDITIONAL_INFO of a worker's run: why, and what limits had to do with it. */
static char *
run_info(const char *reason)
{
	char	   *info = pgd_log_info("REASON", reason);
	char	   *limit = pgd_log_info("RESOURCE_LIMIT", pgd_slot_note());

	return info != NULL && limit != NULL ? psprintf("%s %s", info, limit) :
		info != NULL ? info : limit;
}

/*
 * The log row, if the effective level wants one; an outcome row if the log
 * does not say everything that the coordinator has to know after a crash.
 */
static void
write_record(const PgdRunJob *job, const PgdRunRecord *record)
{
	const PgdWorkItem *item = record->item;
	PgdWorkResult *result = record->result;
	bool		is_evaluation = strcmp(item->operation,
									   PGD_OPERATION_EVALUATE) == 0;
	bool		logged = !is_evaluation &&
	is_logged(job->level, record->status);

	if (logged)
	{
		Oid			types[] = {
			INT8OID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
			TEXTOID, INT4OID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
			INTERVALOID, INTERVALOID, INT4OID, TEXTOID, TEXTOID,
			TIMESTAMPTZOID
		};
		Datum		values[lengthof(types)];
		char		nulls[lengthof(types)];
		Interval	duration = {0};
		Interval	cpu = {0};
		const char *texts[] = {
			job->name, job->job_class, item->operation, record->status,
			record->user, record->info
		};

		memset(nulls, ' ', sizeof(nulls));
		values[0] = Int64GetDatum(item->run_id);
		values[1] = Int32GetDatum(job->owner_id);
		for (int i = 0; i < lengthof(texts); i++)
		{
			if (texts[i] == NULL)
				nulls[2 + i] = 'n';
			else
				values[2 + i] = CStringGetTextDatum(texts[i]);
		}
		values[8] = Int32GetDatum(record->sqlstate == 0 ? 0 :
								  pgd_run_error_number(record->sqlstate,
													   record->message));
		if (record->sqlstate == 0)
			nulls[9] = 'n';
		else
			values[9] = CStringGetTextDatum(unpack_sql_state(record->sqlstate));
		values[10] = TimestampTzGetDatum(item->scheduled_at);
		values[11] = TimestampTzGetDatum(result->started_at);
		duration.time = Max(result->ended_at - result->started_at, 0);
		values[12] = IntervalPGetDatum(&duration);
		cpu.time = Max(record->cpu_us, 0);
		values[13] = IntervalPGetDatum(&cpu);
		if (record->pid == 0)
			nulls[13] = nulls[14] = 'n';
		values[14] = Int32GetDatum(record->pid);
		if (record->errors == NULL)
			nulls[15] = 'n';
		else
			values[15] = CStringGetTextDatum(record->errors);
		if (!job->store_output || record->output == NULL ||
			record->output[0] == '\0')
			nulls[16] = 'n';
		else
			values[16] = CStringGetTextDatum(record->output);
		values[17] = TimestampTzGetDatum(result->ended_at);
		pgd_sql("INSERT INTO dbms.job_log (log_id, owner_id, job_name, job_class, operation, status,"
				" user_name, additional_info, error_number, sqlstate, scheduled_at, started_at,"
				" run_duration, cpu_used, worker_pid, errors, output, is_run, log_date)"
				" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, true, $18)",
				lengthof(types), types, values, nulls, SPI_OK_INSERT);
	}
	if (!logged || result->has_next_run || result->is_broken >= 0)
	{
		Oid			types[] = {
			INT8OID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID,
			TIMESTAMPTZOID, BOOLOID
		};
		Datum		values[] = {
			Int64GetDatum(item->run_id),
			CStringGetTextDatum(record->status),
			TimestampTzGetDatum(result->started_at),
			TimestampTzGetDatum(result->ended_at),
			BoolGetDatum(result->has_next_run),
			TimestampTzGetDatum(result->next_run_at),
			BoolGetDatum(result->is_broken == 1)
		};
		char		nulls[] = "       ";

		if (!result->has_next_run || result->next_run_at == PGD_NO_TIME)
			nulls[5] = 'n';
		if (result->is_broken < 0)
			nulls[6] = 'n';
		pgd_sql("INSERT INTO dbms.outcome (id, status, started_at, ended_at, has_next_run, next_run_at, is_broken)"
				" VALUES ($1, $2, $3, $4, $5, $6, $7)",
				lengthof(types), types, values, nulls, SPI_OK_INSERT);
		result->has_outcome_row = true;
	}
}

bool
pgd_run_read_outcome(int64 run_id, PgdWorkResult *result)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(run_id)};
	char	   *status;

	if (pgd_sql("SELECT coalesce(l.status, o.status), coalesce(l.started_at, o.started_at),"
				" coalesce(l.started_at + l.run_duration, o.ended_at),"
				" coalesce(o.has_next_run, false), o.next_run_at, o.is_broken, o.id IS NOT NULL"
				" FROM (SELECT $1 AS id) AS r"
				" LEFT JOIN dbms.job_log l ON l.log_id = r.id"
				" LEFT JOIN dbms.outcome o ON o.id = r.id"
				" WHERE l.log_id IS NOT NULL OR o.id IS NOT NULL",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return false;
	status = pgd_column_text(CurrentMemoryContext, 0, 0);
	result->outcome = strcmp(status, "SUCCEEDED") == 0 ? PGD_SUCCEEDED :
		strcmp(status, "STOPPED") == 0 ? PGD_STOPPED : PGD_FAILED;
	result->started_at = pgd_column_timestamptz(0, 1);
	result->ended_at = pgd_column_timestamptz(0, 2);
	result->has_begun = true;
	result->has_next_run = pgd_column_bool(0, 3);
	result->next_run_at = pgd_column_is_null(0, 4) ? PGD_NO_TIME :
		pgd_column_timestamptz(0, 4);
	result->is_broken = pgd_column_is_null(0, 5) ? -1 : pgd_column_bool(0, 5);
	result->has_outcome_row = pgd_column_bool(0, 6);
	return true;
}

static bool
is_logged(int level, const char *status)
{
	switch (level)
	{
		case PGD_LOGGING_OFF:
			return false;
		case PGD_LOGGING_FAILED_RUNS:
			return strcmp(status, "FAILED") == 0;
		default:
			return true;
	}
}

/*
 * Message, place, detail, hint and context, as psql would show them. Each is
 * bounded: a statement in the context can be of any size.
 */
static char *
describe_error(const PgdRunJob *job, ErrorData *error)
{
	StringInfoData text;

	initStringInfo(&text);
	append_clipped(&text, "", error->message ? error->message : "");
	if (error->internalpos > 0 && error->internalquery)
		append_place(&text, error->internalquery, error->internalpos);
	else if (error->cursorpos > 0 && job->action != NULL)
		append_place(&text, job->action, error->cursorpos);
	append_clipped(&text, "\nDETAIL:  ", error->detail);
	append_clipped(&text, "\nHINT:  ", error->hint);
	append_clipped(&text, "\nQUERY:  ", error->internalquery);
	append_clipped(&text, "\nCONTEXT:  ", error->context);
	return text.data;
}

/*
 * The line that holds a character of the query, counted from 1, and a mark
 * below it; of a long line only what is near. Nothing if there is no such
 * character.
 */
static void
append_place(StringInfo text, const char *query, int position)
{
	const char *at = query;
	const char *start = query;
	const char *end;
	int			line = 1;
	int			nbefore = 0;
	int			label;
	bool		is_cut;

	if (position > pg_mbstrlen(query) + 1)
		return;
	for (int i = 1; i < position; i++)
	{
		nbefore++;
		if (*at == '\n')
		{
			line++;
			start = at + 1;
			nbefore = 0;
		}
		at += pg_mblen(at);
	}
	is_cut = nbefore > PGD_PLACE_CHARS;
	for (; nbefore > PGD_PLACE_CHARS; nbefore--)
		start += pg_mblen(start);
	end = at;
	for (int i = 0; i < PGD_PLACE_CHARS && *end != '\0' && *end != '\n'; i++)
		end += pg_mblen(end);

	appendStringInfoChar(text, '\n');
	label = text->len;
	appendStringInfo(text, "LINE %d: %s", line, is_cut ? "..." : "");
	label = text->len - label;
	for (const char *c = start; c < end; c++)
		appendStringInfoChar(text, *c == '\t' || *c == '\r' ? ' ' : *c);
	appendStringInfo(text, "\n%*s^", label + nbefore, "");
}

static void
append_clipped(StringInfo text, const char *label, const char *value)
{
	int			length;

	if (value == NULL)
		return;
	length = strlen(value);
	appendStringInfoString(text, label);
	if (length > PGD_ERROR_PART_MAX)
	{
		length = pg_mbcliplen(value, length, PGD_ERROR_PART_MAX);
		appendBinaryStringInfo(text, value, length);
		appendStringInfoString(text, "...");
	}
	else
		appendBinaryStringInfo(text, value, length);
}

/*
 * Oracle's number for an error: that of our own codes, one that the message
 * itself starts with, the usual numbers of common conditions, else 20000.
 */
int
pgd_run_error_number(int sqlstate, const char *message)
{
	static const struct
	{
		const char *state;
		int			ora;
	}			known[] = {
		{"23505", 1}, {"40P01", 60}, {"55P03", 54}, {"40001", 8177},
		{"42601", 900}, {"42703", 904}, {"42P01", 942}, {"42501", 1031},
		{"57014", 1013}, {"23502", 1400}, {"P0002", 1403}, {"P0003", 1422},
		{"22012", 1476}, {"22P02", 1722}, {"22007", 1843}, {"22008", 1830},
		{"23514", 2290}, {"23503", 2291}, {"22001", 12899}, {"22003", 1426},
		{"42883", 904}, {"53100", 1653}, {"53200", 4030}
	};
	int			number = pgd_ora_number(sqlstate);

	if (number != 0)
		return number;
	if (message != NULL && strncmp(message, "ORA-", 4) == 0)
	{
		number = atoi(message + 4);
		if (number > 0)
			return number;
	}
	for (int i = 0; i < lengthof(known); i++)
		if (strcmp(unpack_sql_state(sqlstate), known[i].state) == 0)
			return known[i].ora;
	return 20000;
}

/* CPU time of this process in microseconds. */
static int64
cpu_now(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return ((int64) usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
		USECS_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* ---- a run in the session of RUN_JOB's caller ---- */

PgdSessionRun *
pgd_run_session_begin(const PgdWorkItem *item, PgdAction *action)
{
	MemoryContext context = CurrentMemoryContext;
	PgdRunJob  *job = read_job(context, item);
	PgdWorkResult none = {0};

	MemoryContextSwitchTo(context);
	if (job == NULL)
		pgd_error_no_job(item->label);
	fill_action(job, item, &none, action);
	MemoryContextSwitchTo(context);
	return job;
}

void
pgd_run_session_end(PgdSessionRun *run, const PgdWorkItem *item,
					PgdWorkResult *result, const char *user)
{
	PgdRunRecord record = {0};
	PgdCatalogScope scope;

	if (!is_logged(run->level, "SUCCEEDED"))
		return;
	result->is_broken = -1;
	record.item = item;
	record.result = result;
	record.status = "SUCCEEDED";
	record.info = pgd_log_info("REASON", "manually run");
	record.user = user;
	record.pid = MyProcPid;
	enter_catalog(&scope);
	write_record(run, &record);
	pgd_catalog_leave(&scope);
}
