/*
 * dbms_job.c
 *		Package DBMS_JOB over the scheduler's jobs.
 *
 * A job of DBMS_JOB is a row of dbms.job with a number, named DBMS_JOB$_n, of
 * class DBMS_JOB$. It is enabled unless it is broken. Only its owner handles
 * it, by whatever right: there are no privileges on such jobs. A DATE is a
 * local time of the session, kept as an instant.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/guc.h"
#include "utils/portal.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/guc.h"
#include "core/process.h"
#include "core/sql.h"
#include "scheduler/action.h"
#include "scheduler/dbms_job.h"
#include "scheduler/decide.h"
#include "scheduler/environment.h"
#include "scheduler/expression.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"

#define PGD_CLASS_DBMS_JOB	"DBMS_JOB$"
#define PGD_DBMS_JOB_NAME	"DBMS_JOB$_%d"
#define PGD_NO_INTERVAL		"null"

/* the only instance of the database there is; 0 is any */
#define PGD_LAST_INSTANCE	1

/* a job of the caller */
typedef struct PgdDbmsJob
{
	int64		id;
	char	   *what;
	char	   *interval;
	char	   *time_zone;
	int			instance;
	bool		is_broken;
	TimestampTz next_run_at;
} PgdDbmsJob;

/* advisory locks of users have 1 or 2 there */
#define PGD_ADVISORY_DBMS_JOB	3

PG_FUNCTION_INFO_V1(pgd_dbms_job_submit);
PG_FUNCTION_INFO_V1(pgd_dbms_job_isubmit);
PG_FUNCTION_INFO_V1(pgd_dbms_job_remove);
PG_FUNCTION_INFO_V1(pgd_dbms_job_change);
PG_FUNCTION_INFO_V1(pgd_dbms_job_what);
PG_FUNCTION_INFO_V1(pgd_dbms_job_next_date);
PG_FUNCTION_INFO_V1(pgd_dbms_job_interval);
PG_FUNCTION_INFO_V1(pgd_dbms_job_instance);
PG_FUNCTION_INFO_V1(pgd_dbms_job_broken);
PG_FUNCTION_INFO_V1(pgd_dbms_job_run);
PG_FUNCTION_INFO_V1(pgd_dbms_job_user_export);
PG_FUNCTION_INFO_V1(pgd_dbms_job_user_export_instance);
PG_FUNCTION_INFO_V1(pgd_dbms_job_is_jobq);

static void error_parameter(const char *name, const char *detail)
			pg_attribute_noreturn();
static void error_interval(TimestampTz at) pg_attribute_noreturn();
static char *text_arg(FunctionCallInfo fcinfo, int i);
static bool bool_arg(FunctionCallInfo fcinfo, int i, const char *name);
static int	number_arg(FunctionCallInfo fcinfo);
static int	instance_arg(FunctionCallInfo fcinfo, int i, bool force);
static TimestampTz date_arg(FunctionCallInfo fcinfo, int i);
static void check_what(const char *what);
static void check_interval(const char *interval, bool no_parse);
static bool create(int number, const char *what, TimestampTz next,
				   const char *interval, int instance);
static char *shown_name(Oid owner, int number);
static int	new_number(void);
static bool number_is_taken(int number);
static PgdDbmsJob *load(Oid caller, int number, MemoryContext context);
static void set_what(const PgdDbmsJob *job, const char *what, Datum environment,
					 const char *time_zone);
static void set_next_date(const PgdDbmsJob *job, TimestampTz next);
static void set_interval(const PgdDbmsJob *job, const char *interval);
static void set_instance(const PgdDbmsJob *job, int instance);
static LOCKTAG run_tag(int64 number);
static void run_what(const PgdDbmsJob *job, int number, bool is_atomic,
					 PgdWorkResult *result);
static void rethrow_failure(int number, MemoryContext context)
			pg_attribute_noreturn();
static void record_run(const PgdDbmsJob *job, const PgdWorkResult *result);
static TimestampTz instant_in_zone(Timestamp local, const char *time_zone);
static char *local_text(TimestampTz at, const char *time_zone);
static char *local_iso_text(TimestampTz at);
static char *iso_text(Datum local);
static Datum export(FunctionCallInfo fcinfo, bool with_instance);

/* ---- the interface ---- */

/* submit(OUT job, what, next_date, interval, no_parse, instance, force) */
Datum
pgd_dbms_job_submit(PG_FUNCTION_ARGS)
{
	char	   *what = text_arg(fcinfo, 0);
	TimestampTz next = date_arg(fcinfo, 1);
	char	   *interval = text_arg(fcinfo, 2);
	bool		no_parse = bool_arg(fcinfo, 3, "no_parse");
	bool		force = bool_arg(fcinfo, 5, "force");
	int			instance = instance_arg(fcinfo, 4, force);
	TupleDesc	tupdesc;
	int			number;
	Datum		value;
	bool		isnull = false;

	if (what == NULL)
		error_parameter("what", NULL);
	if (next == PGD_NO_TIME)
		error_parameter("next_date", NULL);
	if (!no_parse)
		check_what(what);
	check_interval(interval, no_parse);
	do
		number = new_number();
	while (!create(number, what, next, interval, instance));

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	value = Int32GetDatum(number);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc),
													  &value, &isnull)));
}

/* isubmit(job, what, next_date, interval, no_parse) */
Datum
pgd_dbms_job_isubmit(PG_FUNCTION_ARGS)
{
	int			number = number_arg(fcinfo);
	char	   *what = text_arg(fcinfo, 1);
	TimestampTz next = date_arg(fcinfo, 2);
	char	   *interval = text_arg(fcinfo, 3);
	bool		no_parse = bool_arg(fcinfo, 4, "no_parse");

	if (what == NULL)
		error_parameter("what", NULL);
	if (next == PGD_NO_TIME)
		error_parameter("next_date", NULL);
	if (!no_parse)
		check_what(what);
	check_interval(interval, no_parse);
	if (!create(number, what, next, interval, 0))
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("job number %d is in use", number),
				 errhint("Use submit, which finds a free one.")));
	PG_RETURN_VOID();
}

Datum
pgd_dbms_job_remove(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	PgdCatalogScope scope;
	PgdDbmsJob *job;

	pgd_catalog_enter(&scope);
	job = load(caller, number, CurrentMemoryContext);
	pgd_job_delete(job->id, pgd_role_show(caller), NULL);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* change(job, what, next_date, interval, instance, force); NULL keeps */
Datum
pgd_dbms_job_change(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	char	   *what = text_arg(fcinfo, 1);
	TimestampTz next = date_arg(fcinfo, 2);
	char	   *interval = text_arg(fcinfo, 3);
	bool		force = bool_arg(fcinfo, 5, "force");
	int			instance = PG_ARGISNULL(4) ? 0 :
	instance_arg(fcinfo, 4, force);
	Datum		environment = pgd_environment_capture();
	const char *zone = pgd_zone_name(pgd_zone_require(NULL));
	PgdCatalogScope scope;
	PgdDbmsJob *job;

	if (what != NULL)
		check_what(what);
	if (interval != NULL)
		check_interval(interval, false);
	pgd_catalog_enter(&scope);
	job = load(caller, number, CurrentMemoryContext);
	if (what != NULL)
		set_what(job, what, environment, zone);
	if (next != PGD_NO_TIME)
		set_next_date(job, next);
	if (interval != NULL)
		set_interval(job, interval);
	if (!PG_ARGISNULL(4))
		set_instance(job, instance);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_dbms_job_what(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	char	   *what = text_arg(fcinfo, 1);
	Datum		environment = pgd_environment_capture();
	const char *zone = pgd_zone_name(pgd_zone_require(NULL));
	PgdCatalogScope scope;

	if (what == NULL)
		error_parameter("what", NULL);
	check_what(what);
	pgd_catalog_enter(&scope);
	set_what(load(caller, number, CurrentMemoryContext), what, environment,
			 zone);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_dbms_job_next_date(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	TimestampTz next = date_arg(fcinfo, 1);
	PgdCatalogScope scope;

	if (next == PGD_NO_TIME)
		error_parameter("next_date", NULL);
	pgd_catalog_enter(&scope);
	set_next_date(load(caller, number, CurrentMemoryContext), next);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_dbms_job_interval(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	char	   *interval = text_arg(fcinfo, 1);
	PgdCatalogScope scope;

	check_interval(interval, false);
	pgd_catalog_enter(&scope);
	set_interval(load(caller, number, CurrentMemoryContext), interval);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_dbms_job_instance(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	bool		force = bool_arg(fcinfo, 2, "force");
	int			instance = instance_arg(fcinfo, 1, force);
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	set_instance(load(caller, number, CurrentMemoryContext), instance);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * broken(job, broken, next_date). The end of a run that is under way decides
 * anew.
 */
Datum
pgd_dbms_job_broken(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	bool		broken = bool_arg(fcinfo, 1, "broken");
	TimestampTz next = date_arg(fcinfo, 2);
	Oid			types[] = {INT8OID, BOOLOID, TIMESTAMPTZOID};
	Datum		values[3];
	char		nulls[] = "   ";
	PgdCatalogScope scope;
	PgdDbmsJob *job;

	if (!broken && next == PGD_NO_TIME)
		error_parameter("next_date", NULL);
	pgd_catalog_enter(&scope);
	job = load(caller, number, CurrentMemoryContext);
	values[0] = Int64GetDatum(job->id);
	values[1] = BoolGetDatum(!broken);
	values[2] = TimestampTzGetDatum(next);
	if (broken)
		nulls[2] = 'n';
	pgd_change_sql("UPDATE dbms.job_state SET is_enabled = $2, next_run_at = $3, due_at = $3, next_operation = 'RUN',"
				   " failure_count = CASE WHEN $2 THEN 0 ELSE failure_count END,"
				   " consecutive_failures = CASE WHEN $2 THEN 0 ELSE consecutive_failures END,"
				   " final_state = CASE WHEN $2 THEN NULL ELSE 'BROKEN' END, disabled_reason = NULL"
				   " WHERE job_id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_change_note_job(job->id);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * run(job, force): in this session, even if the job is broken. It becomes
 * true with the caller's transaction; where the caller could commit, so can
 * the job.
 */
Datum
pgd_dbms_job_run(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	bool		is_atomic = fcinfo->context == NULL ||
	!IsA(fcinfo->context, CallContext) ||
	castNode(CallContext, fcinfo->context)->atomic;
	MemoryContext context = is_atomic ? CurrentMemoryContext : PortalContext;
	MemoryContext old_context = CurrentMemoryContext;
	PgdWorkResult result = {.is_broken = -1};
	Oid			types[] = {INT8OID};
	Datum		values[1];
	PgdCatalogScope scope;
	PgdDbmsJob *job;
	LOCKTAG		tag = run_tag(number);

	(void) bool_arg(fcinfo, 1, "force");
	pgd_catalog_enter(&scope);
	job = load(caller, number, context);
	values[0] = Int64GetDatum(job->id);
	if (pgd_sql("SELECT 1 FROM dbms.run WHERE job_id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		pgd_error_job_running(shown_name(caller, number));
	pgd_catalog_leave(&scope);

	/* the statements may commit, which gives the lock on the row away */
	if (LockAcquire(&tag, ExclusiveLock, true, true) ==
		LOCKACQUIRE_NOT_AVAIL)
		pgd_error_job_running(shown_name(caller, number));

	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		run_what(job, number, is_atomic, &result);
	}
	PG_CATCH();
	{
		LockRelease(&tag, ExclusiveLock, true);
		rethrow_failure(number, context);
	}
	PG_END_TRY();
	LockRelease(&tag, ExclusiveLock, true);

	pgd_catalog_enter(&scope);
	record_run(job, &result);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(old_context);
	PG_RETURN_VOID();
}

/* user_export(job, INOUT mycall): the text of a call that makes the job */
Datum
pgd_dbms_job_user_export(PG_FUNCTION_ARGS)
{
	return export(fcinfo, false);
}

/* user_export(job, INOUT mycall, INOUT myinst): and one for its instance */
Datum
pgd_dbms_job_user_export_instance(PG_FUNCTION_ARGS)
{
	return export(fcinfo, true);
}

/* is_jobq(), background_process(): does this session run jobs? */
Datum
pgd_dbms_job_is_jobq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pgd_process == PGD_PROCESS_WORKER);
}

/* ---- what a job runs ---- */

PgdBlockVariable *
pgd_dbms_job_variables(int64 number, const char *time_zone, bool is_broken,
					   const PgdWorkResult *result)
{
	PgdBlockVariable *variables = palloc0(sizeof(PgdBlockVariable) *
										  PGD_DBMS_JOB_VARIABLES);

	variables[0].name = "job";
	variables[0].type = "pg_catalog.int4";
	variables[0].value = psprintf(INT64_FORMAT, number);
	variables[1].name = "next_date";
	variables[1].type = "pg_catalog.timestamp(0)";
	variables[1].value = result->has_next_run &&
		result->next_run_at != PGD_NO_TIME ?
		local_text(result->next_run_at, time_zone) : NULL;
	variables[1].is_reported = true;
	variables[2].name = "broken";
	variables[2].type = "pg_catalog.bool";
	variables[2].value = is_broken ? "t" : "f";
	variables[2].is_reported = true;
	return variables;
}

/*
 * What is as it was says nothing: a next_date then stays the interval's, to
 * the microsecond, and a broken job is mended by its success.
 */
void
pgd_dbms_job_take_reports(const PgdBlockVariable *variables,
						  const char *time_zone, PgdWorkResult *result)
{
	const PgdBlockVariable *next = &variables[1];
	const PgdBlockVariable *broken = &variables[2];

	if (next->was_reported && next->reported == NULL)
	{
		result->has_next_run = true;
		result->next_run_at = PGD_NO_TIME;
	}
	else if (next->was_reported &&
			 (next->value == NULL || strcmp(next->value, next->reported) != 0))
	{
		Datum		local = DirectFunctionCall3(timestamp_in,
												CStringGetDatum(next->reported),
												ObjectIdGetDatum(InvalidOid),
												Int32GetDatum(-1));

		result->has_next_run = true;
		result->next_run_at = instant_in_zone(DatumGetTimestamp(local),
											  time_zone);
	}
	if (broken->was_reported && broken->reported != NULL &&
		strcmp(broken->value, broken->reported) != 0)
		result->is_broken = broken->reported[0] == 't';
}

/* What the zone's clocks show, the first time that is not over. */
static TimestampTz
instant_in_zone(Timestamp local, const char *time_zone)
{
	int			guc_level = NewGUCNestLevel();
	TimestampTz at;

	(void) set_config_option("timezone", pgd_zone_server_name(time_zone),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
	at = pgd_local_to_instant(local, GetCurrentTimestamp());
	AtEOXact_GUC(true, guc_level);
	return at;
}

/* A time of the zone as text, to the second. */
static char *
local_text(TimestampTz at, const char *time_zone)
{
	Datum		local = DirectFunctionCall2(timestamptz_zone,
											CStringGetTextDatum(pgd_zone_server_name(time_zone)),
											TimestampTzGetDatum(at));

	local = DirectFunctionCall2(timestamp_trunc,
								CStringGetTextDatum("second"), local);
	return iso_text(local);
}

/*
 * Who runs the job of this number. An advisory lock, since any other one ends
 * with a ROLLBACK.
 */
static LOCKTAG
run_tag(int64 number)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (number >> 32),
						 (uint32) number, PGD_ADVISORY_DBMS_JOB);
	return tag;
}

bool
pgd_dbms_job_lock(int64 number)
{
	LOCKTAG		tag = run_tag(number);

	if (LockAcquire(&tag, ExclusiveLock, true, true) !=
		LOCKACQUIRE_NOT_AVAIL)
		return false;
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
	return true;
}

/* The interval first, then WHAT, as in a worker. */
static void
run_what(const PgdDbmsJob *job, int number, bool is_atomic,
		 PgdWorkResult *result)
{
	PgdAction	action = {0};
	PgdBlockVariable *variables;
	bool		is_null;

	result->started_at = GetCurrentTimestamp();
	result->next_run_at = pgd_expression_next(job->interval, job->time_zone,
											  &is_null);
	if (is_null)
		result->next_run_at = PGD_NO_TIME;
	else if (result->next_run_at <= result->started_at)
		error_interval(result->next_run_at);
	result->has_next_run = true;

	variables = pgd_dbms_job_variables(number, job->time_zone, job->is_broken,
									   result);
	action.type = PGD_ACTION_BLOCK;
	action.text = pgd_block_from_statements(job->what);
	action.block_language = pgd_block_language;
	action.variables = variables;
	action.nvariables = PGD_DBMS_JOB_VARIABLES;
	pgd_action_run_inside(&action, is_atomic);

	pgd_dbms_job_take_reports(variables, job->time_zone, result);
	result->ended_at = GetCurrentTimestamp();
}

/*
 * What WHAT raised, as 12011; a cancel stays what it is. Never returns, so
 * the abort of the transaction cleans up.
 */
static void
rethrow_failure(int number, MemoryContext context)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		PG_RE_THROW();
	FlushErrorState();
	error->detail = error->detail == NULL ?
		psprintf("%s: %s", unpack_sql_state(error->sqlerrcode), error->message) :
		psprintf("%s: %s\n%s", unpack_sql_state(error->sqlerrcode),
				 error->message, error->detail);
	error->message = psprintf("execution of job %d failed", number);
	error->sqlerrcode = PGD_ORA(12011);
	ReThrowError(error);
}

/* The job after a run that succeeded; it may have removed itself. */
static void
record_run(const PgdDbmsJob *job, const PgdWorkResult *result)
{
	Oid			types[] = {
		INT8OID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INTERVALOID
	};
	Interval	duration = {.time = Max(result->ended_at - result->started_at, 0)};
	bool		is_broken = result->is_broken == 1;
	Datum		values[] = {
		Int64GetDatum(job->id),
		BoolGetDatum(!is_broken),
		TimestampTzGetDatum(result->next_run_at),
		TimestampTzGetDatum(result->started_at),
		IntervalPGetDatum(&duration)
	};
	char		nulls[] = "     ";

	if (result->next_run_at == PGD_NO_TIME && !is_broken)
	{
		Oid			id_type[] = {INT8OID};

		if (pgd_sql("SELECT 1 FROM dbms.job WHERE id = $1",
					lengthof(id_type), id_type, values, NULL, SPI_OK_SELECT) > 0)
			pgd_job_delete(job->id, pgd_role_show(GetSessionUserId()), NULL);
		return;
	}
	if (is_broken)
		nulls[2] = 'n';
	pgd_change_sql("UPDATE dbms.job_state SET is_enabled = $2, next_run_at = $3, due_at = $3, next_operation = 'RUN',"
				   " run_count = run_count + 1, failure_count = 0, consecutive_failures = 0, retry_count = 0,"
				   " last_start_at = $4, last_run_duration = $5, last_success_at = $4,"
				   " total_run_time = total_run_time + $5,"
				   " final_state = CASE WHEN $2 THEN NULL ELSE 'BROKEN' END, disabled_reason = NULL"
				   " WHERE job_id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_change_note_job(job->id);
}

/* ---- arguments ---- */

/* 23319 */
static void
error_parameter(const char *name, const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(23319)),
			 errmsg("invalid value for parameter \"%s\"", name),
			 detail != NULL ? errdetail("%s", detail) :
			 errdetail("It cannot be NULL.")));
}

/* 23420 */
static void
error_interval(TimestampTz at)
{
	ereport(ERROR,
			(errcode(PGD_ORA(23420)),
			 errmsg("interval of the job does not lie in the future"),
			 errdetail("It evaluates to %s.", timestamptz_to_str(at)),
			 errhint("Write an expression for a later time, such as SYSDATE + 1.")));
}

/* NULL for NULL and for the empty text, which Oracle takes for NULL. */
static char *
text_arg(FunctionCallInfo fcinfo, int i)
{
	char	   *text = pgd_arg_text(fcinfo, i);

	return text == NULL || text[0] == '\0' ? NULL : text;
}

static bool
bool_arg(FunctionCallInfo fcinfo, int i, const char *name)
{
	if (PG_ARGISNULL(i))
		error_parameter(name, NULL);
	return PG_GETARG_BOOL(i);
}

/* The number of a job, always the first argument. */
static int
number_arg(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		error_parameter("job", NULL);
	if (PG_GETARG_INT32(0) <= 0)
		ereport(ERROR,
				(errcode(PGD_ORA(23423)),
				 errmsg("job number %d is not positive", PG_GETARG_INT32(0))));
	return PG_GETARG_INT32(0);
}

static int
instance_arg(FunctionCallInfo fcinfo, int i, bool force)
{
	if (PG_ARGISNULL(i))
		error_parameter("instance", NULL);
	if (PG_GETARG_INT32(i) < 0)
		error_parameter("instance", "It cannot be negative.");
	if (PG_GETARG_INT32(i) > PGD_LAST_INSTANCE && !force)
		ereport(ERROR,
				(errcode(PGD_ORA(23428)),
				 errmsg("instance %d of the database is not running",
						PG_GETARG_INT32(i)),
				 errhint("Use instance 0, any, or pass force => true.")));
	return PG_GETARG_INT32(i);
}

/*
 * A DATE, PGD_NO_TIME for NULL: a local time of the session, or an instant,
 * to the second. A local time that comes twice is the first one that is not
 * over.
 */
static TimestampTz
date_arg(FunctionCallInfo fcinfo, int i)
{
	TimestampTz at;

	if (PG_ARGISNULL(i))
		return PGD_NO_TIME;
	if (get_fn_expr_argtype(fcinfo->flinfo, i) == TIMESTAMPTZOID)
		at = PG_GETARG_TIMESTAMPTZ(i);
	else
		at = pgd_local_to_instant(PG_GETARG_TIMESTAMP(i),
								  GetCurrentStatementStartTimestamp() -
								  USECS_PER_SEC);
	if (TIMESTAMP_NOT_FINITE(at))
		error_parameter("next_date", "It cannot be infinite.");
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_trunc,
												   CStringGetTextDatum("second"),
												   TimestampTzGetDatum(at)));
}

/*
 * Does the language take WHAT? It is run behind a RETURN, so nothing of it
 * is. Outside of catalog scopes.
 */
static void
check_what(const char *what)
{
	PgdWorkResult none = {0};
	PgdAction	action = {0};

	if (strlen(what) > PGD_JOB_ACTION_MAX)
		pgd_error_too_long("WHAT", PGD_JOB_ACTION_MAX);
	if (strcmp(pgd_block_language, "plpgsql") != 0)
		return;
	action.type = PGD_ACTION_BLOCK;
	action.text = pgd_block_from_statements(psprintf("RETURN; %s", what));
	action.block_language = pgd_block_language;
	action.variables = pgd_dbms_job_variables(0, "UTC", false, &none);
	action.nvariables = PGD_DBMS_JOB_VARIABLES;
	pgd_action_run_inside(&action, true);
}

/*
 * Is it an expression, and of a time to come? NULL means once, as the text
 * null does. Runs functions of the caller, as himself: outside of catalog
 * scopes.
 */
static void
check_interval(const char *interval, bool no_parse)
{
	TimestampTz next;
	bool		is_null;

	if (interval == NULL)
		return;
	if (strlen(interval) > PGD_JOB_INTERVAL_MAX)
		pgd_error_too_long("INTERVAL", PGD_JOB_INTERVAL_MAX);
	if (no_parse)
		return;
	next = pgd_expression_next(interval,
							   pgd_zone_name(pgd_zone_require(NULL)), &is_null);
	if (!is_null && next <= GetCurrentStatementStartTimestamp())
		error_interval(next);
}

/* ---- the tables; the functions below expect a catalog scope ---- */

/*
 * Makes a job, unless the number is taken, perhaps by a transaction that is
 * waited for; opens the scope itself, since its environment is read before.
 */
static bool
create(int number, const char *what, TimestampTz next, const char *interval,
	   int instance)
{
	Oid			caller = GetUserId();
	const PgdCalZone *zone = pgd_zone_require(NULL);
	char	   *name = psprintf(PGD_DBMS_JOB_NAME, number);
	Oid			types[] = {
		INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, INT4OID,
		INT8OID, TEXTARRAYOID
	};
	Datum		values[] = {
		(Datum) 0,
		CStringGetTextDatum(pgd_role_show(caller)),
		CStringGetTextDatum(what),
		CStringGetTextDatum(pgd_zone_name(zone)),
		CStringGetTextDatum(interval != NULL ? interval : PGD_NO_INTERVAL),
		CStringGetTextDatum(PGD_CLASS_DBMS_JOB),
		Int32GetDatum(PGD_LOGGING_FAILED_RUNS),
		Int32GetDatum(instance),
		Int64GetDatum(number),
		pgd_environment_capture()
	};
	PgdCatalogScope scope;
	int64		id = 0;

	if (interval != NULL)
		pgd_zone_warn_offset(zone);
	pgd_catalog_enter(&scope);
	if (!number_is_taken(number))
		id = pgd_object_try_create(pgd_owner_id(caller, true), name, "JOB");
	if (id == 0)
	{
		pgd_catalog_leave(&scope);
		return false;
	}
	values[0] = Int64GetDatum(id);
	if (pgd_change_sql("INSERT INTO dbms.job (id, creator, job_type, job_action, time_zone, repeat_interval,"
					   " interval_kind, job_class, logging_level, instance_id, dbms_job_number, environment,"
					   " restart_on_recovery)"
					   " VALUES ($1, $2, 'PLSQL_BLOCK', $3, $4, $5, 'EXPRESSION', $6, $7, $8, $9, $10, true)"
					   " ON CONFLICT (dbms_job_number) WHERE dbms_job_number IS NOT NULL DO NOTHING",
					   lengthof(types), types, values, NULL, SPI_OK_INSERT) == 0)
	{
		/* another role's */
		pgd_object_drop(id);
		pgd_catalog_leave(&scope);
		return false;
	}
	{
		Oid			state_types[] = {INT8OID, TIMESTAMPTZOID};
		Datum		state_values[] = {values[0], TimestampTzGetDatum(next)};

		pgd_change_sql("INSERT INTO dbms.job_state (job_id, is_enabled, base_at, next_run_at, due_at)"
					   " VALUES ($1, true, $2, $2, $2)",
					   lengthof(state_types), state_types, state_values, NULL,
					   SPI_OK_INSERT);
	}
	pgd_change_note_job(DatumGetInt64(values[0]));
	pgd_catalog_leave(&scope);
	pgd_job_warn_owner(caller, shown_name(caller, number));
	return true;
}

static char *
shown_name(Oid owner, int number)
{
	return pgd_name_display(pgd_role_show(owner),
							psprintf(PGD_DBMS_JOB_NAME, number));
}

/* The next number of the sequence that ISUBMIT has not taken; own scope. */
static int
new_number(void)
{
	PgdCatalogScope scope;
	int			number;

	pgd_catalog_enter(&scope);
	do
	{
		pgd_sql("SELECT pg_catalog.nextval('dbms.dbms_job_seq')::integer",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
		number = pgd_column_int32(0, 0);
	} while (number_is_taken(number));
	pgd_catalog_leave(&scope);
	return number;
}

static bool
number_is_taken(int number)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(number)};

	return pgd_sql("SELECT 1 FROM dbms.job WHERE dbms_job_number = $1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

/*
 * The caller's job of this number, its state locked; 23421 if he has none.
 */
static PgdDbmsJob *
load(Oid caller, int number, MemoryContext context)
{
	Oid			types[] = {INT8OID, INT4OID};
	Datum		values[] = {
		Int64GetDatum(number), Int32GetDatum(pgd_owner_id(caller, false))
	};
	PgdDbmsJob *job;

	if (pgd_sql("SELECT j.id, j.job_action, j.repeat_interval, j.time_zone, j.instance_id,"
				" s.is_enabled, s.next_run_at"
				" FROM dbms.job j"
				" JOIN dbms.object o ON o.id = j.id"
				" JOIN dbms.job_state s ON s.job_id = j.id"
				" WHERE j.dbms_job_number = $1 AND o.owner_id = $2"
				" FOR NO KEY UPDATE OF s",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(23421)),
				 errmsg("job number %d is not a job in the job queue", number),
				 errhint("Own jobs alone are handled; see the view sys.user_jobs.")));
	job = MemoryContextAllocZero(context, sizeof(PgdDbmsJob));
	job->id = pgd_column_int64(0, 0);
	job->what = pgd_column_text(context, 0, 1);
	job->interval = pgd_column_text(context, 0, 2);
	job->time_zone = pgd_column_text(context, 0, 3);
	job->instance = pgd_column_int32(0, 4);
	job->is_broken = !pgd_column_bool(0, 5);
	job->next_run_at = pgd_column_is_null(0, 6) ? PGD_NO_TIME :
		pgd_column_timestamptz(0, 6);
	return job;
}

/* With WHAT the session's settings are taken anew, and its time zone. */
static void
set_what(const PgdDbmsJob *job, const char *what, Datum environment,
		 const char *time_zone)
{
	Oid			types[] = {INT8OID, TEXTOID, TEXTARRAYOID, TEXTOID};
	Datum		values[] = {
		Int64GetDatum(job->id),
		CStringGetTextDatum(what),
		environment,
		CStringGetTextDatum(time_zone)
	};

	pgd_change_sql("UPDATE dbms.job SET job_action = $2, environment = $3, time_zone = $4 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

/* A broken job stays broken. */
static void
set_next_date(const PgdDbmsJob *job, TimestampTz next)
{
	Oid			types[] = {INT8OID, TIMESTAMPTZOID};
	Datum		values[] = {Int64GetDatum(job->id), TimestampTzGetDatum(next)};

	pgd_change_sql("UPDATE dbms.job_state SET next_run_at = $2, due_at = $2, next_operation = 'RUN' WHERE job_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_change_note_job(job->id);
}

static void
set_interval(const PgdDbmsJob *job, const char *interval)
{
	Oid			types[] = {INT8OID, TEXTOID};
	Datum		values[] = {
		Int64GetDatum(job->id),
		CStringGetTextDatum(interval != NULL ? interval : PGD_NO_INTERVAL)
	};

	pgd_change_sql("UPDATE dbms.job SET repeat_interval = $2 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

static void
set_instance(const PgdDbmsJob *job, int instance)
{
	Oid			types[] = {INT8OID, INT4OID};
	Datum		values[] = {Int64GetDatum(job->id), Int32GetDatum(instance)};

	pgd_change_sql("UPDATE dbms.job SET instance_id = $2 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

/* A time of the session's zone, readable under any DateStyle. */
static char *
local_iso_text(TimestampTz at)
{
	Datum		local = DirectFunctionCall1(timestamptz_timestamp,
											TimestampTzGetDatum(at));

	return iso_text(local);
}

static char *
iso_text(Datum local)
{
	return TextDatumGetCString(DirectFunctionCall2Coll(timestamp_to_char,
													   DEFAULT_COLLATION_OID,
													   local,
													   CStringGetTextDatum("YYYY-MM-DD HH24:MI:SS")));
}

/* The calls of user_export(), as a row of its INOUT parameters. */
static Datum
export(FunctionCallInfo fcinfo, bool with_instance)
{
	Oid			caller = GetUserId();
	int			number = number_arg(fcinfo);
	Datum		values[2];
	bool		nulls[2] = {false, false};
	TupleDesc	tupdesc;
	PgdCatalogScope scope;
	PgdDbmsJob *job;
	MemoryContext context = CurrentMemoryContext;
	char	   *next;

	pgd_catalog_enter(&scope);
	job = load(caller, number, context);
	pgd_catalog_leave(&scope);
	next = job->next_run_at == PGD_NO_TIME ? "4000-01-01 00:00:00" :
		local_iso_text(job->next_run_at);
	values[0] = CStringGetTextDatum(psprintf("CALL dbms_job.isubmit(job => %d, what => %s, next_date => timestamp %s, \"interval\" => %s, no_parse => true);",
											 number,
											 quote_literal_cstr(job->what),
											 quote_literal_cstr(next),
											 quote_literal_cstr(job->interval)));
	values[1] = CStringGetTextDatum(psprintf("CALL dbms_job.instance(job => %d, instance => %d, force => true);",
											 number, job->instance));
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE ||
		tupdesc->natts != (with_instance ? 2 : 1))
		elog(ERROR, "return type must be a row type");
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc),
													  values, nulls)));
}
