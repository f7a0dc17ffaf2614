/*
 * job_argument.c
 *		Values of a job's arguments, which count before its program's defaults.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"
#include "scheduler/program.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_set_argument_by_position);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_argument_by_name);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_anydata_by_position);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_anydata_by_name);
PG_FUNCTION_INFO_V1(pgd_scheduler_reset_argument_by_position);
PG_FUNCTION_INFO_V1(pgd_scheduler_reset_argument_by_name);

/* an argument as the call names it */
typedef struct PgdArgumentCall
{
	Oid			caller;
	PgdObject  *object;
	int			position;		/* 0: by name */
	const char *name;			/* NULL: by position */
} PgdArgumentCall;

static void begin_call(FunctionCallInfo fcinfo, bool by_name,
					   PgdArgumentCall *call);
static char *anydata_value(FunctionCallInfo fcinfo, int i);
static int	find_position(const PgdJob *job, int position, const char *name);

/* job_name and the argument's position or name */
static void
begin_call(FunctionCallInfo fcinfo, bool by_name, PgdArgumentCall *call)
{
	MemoryContext context = CurrentMemoryContext;
	PgdObjectName *name;
	PgdCatalogScope scope;

	memset(call, 0, sizeof(*call));
	call->caller = GetUserId();
	name = pgd_name_parse(pgd_arg_text(fcinfo, 0), "job name");
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(PGD_ORA(27454)),
				 errmsg("name and position of an argument cannot both be NULL")));
	if (by_name)
		call->name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	else
		call->position = PG_GETARG_INT32(1);
	pgd_catalog_enter(&scope);
	call->object = pgd_job_get(call->caller, name, context);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

Datum
pgd_scheduler_set_argument_by_position(PG_FUNCTION_ARGS)
{
	PgdArgumentCall call;

	begin_call(fcinfo, false, &call);
	pgd_job_set_argument(call.caller, call.object, call.position, NULL,
						 pgd_arg_text(fcinfo, 2), false);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_set_argument_by_name(PG_FUNCTION_ARGS)
{
	PgdArgumentCall call;

	begin_call(fcinfo, true, &call);
	pgd_job_set_argument(call.caller, call.object, 0, call.name,
						 pgd_arg_text(fcinfo, 2), false);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_set_anydata_by_position(PG_FUNCTION_ARGS)
{
	PgdArgumentCall call;

	begin_call(fcinfo, false, &call);
	pgd_job_set_argument(call.caller, call.object, call.position, NULL,
						 anydata_value(fcinfo, 2), true);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_set_anydata_by_name(PG_FUNCTION_ARGS)
{
	PgdArgumentCall call;

	begin_call(fcinfo, true, &call);
	pgd_job_set_argument(call.caller, call.object, 0, call.name,
						 anydata_value(fcinfo, 2), true);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_reset_argument_by_position(PG_FUNCTION_ARGS)
{
	PgdArgumentCall call;

	begin_call(fcinfo, false, &call);
	pgd_job_reset_argument(call.caller, call.object, call.position, NULL);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_reset_argument_by_name(PG_FUNCTION_ARGS)
{
	PgdArgumentCall call;

	begin_call(fcinfo, true, &call);
	pgd_job_reset_argument(call.caller, call.object, 0, call.name);
	PG_RETURN_VOID();
}

/* Text of a sys.anydata; NULL for NULL. */
static char *
anydata_value(FunctionCallInfo fcinfo, int i)
{
	Datum		value;
	bool		is_null;

	if (PG_ARGISNULL(i))
		return NULL;
	value = GetAttributeByName(PG_GETARG_HEAPTUPLEHEADER(i), "value",
							   &is_null);
	return is_null ? NULL : TextDatumGetCString(value);
}

/*
 * The position that the job's action has for an argument, by position (name
 * is NULL) or by name; 27473 if there is none. Inside a catalog scope.
 */
static int
find_position(const PgdJob *job, int position, const char *name)
{
	PgdJobProgram *program = NULL;
	int			number_of_arguments = job->number_of_arguments;

	if (job->program_name != NULL)
	{
		program = pgd_job_program(job);
		if (program == NULL)
			pgd_error_no_object("program",
								pgd_name_display(pgd_owner_show(job->program_owner_id),
												 job->program_name));
		number_of_arguments = program->number_of_arguments;
	}
	if (name != NULL)
	{
		Oid			types[] = {INT8OID, TEXTOID};
		Datum		values[2];

		if (program == NULL)
			ereport(ERROR,
					(errcode(PGD_ORA(27484)),
					 errmsg("argument names are not supported for job \"%s\" because it has no program",
							job->object->shown),
					 errhint("Give the position of the argument.")));
		values[0] = Int64GetDatum(program->object->id);
		values[1] = CStringGetTextDatum(pgd_argument_name(name));
		if (pgd_sql("SELECT position FROM dbms.program_argument WHERE program_id = $1 AND name = $2",
					lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
			ereport(ERROR,
					(errcode(PGD_ORA(27473)),
					 errmsg("job \"%s\" has no argument \"%s\"",
							job->object->shown, name)));
		position = pgd_column_int32(0, 0);
	}
	else if (position < 1 || position > number_of_arguments)
		ereport(ERROR,
				(errcode(PGD_ORA(27473)),
				 errmsg("job \"%s\" has no argument %d",
						job->object->shown, position),
				 errdetail_plural("Its action has %d argument.",
								  "Its action has %d arguments.",
								  number_of_arguments, number_of_arguments)));
	if (program != NULL)
	{
		Oid			types[] = {INT8OID, INT4OID};
		Datum		values[] = {
			Int64GetDatum(program->object->id), Int32GetDatum(position)
		};

		if (pgd_sql("SELECT 1 FROM dbms.program_argument"
					" WHERE program_id = $1 AND position = $2 AND metadata_attribute IS NOT NULL",
					lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
			ereport(ERROR,
					(errcode(PGD_ORA(27473)),
					 errmsg("argument %d of job \"%s\" cannot be given a value",
							position, job->object->shown),
					 errdetail("The scheduler passes a metadata attribute of the run in it.")));
	}
	return position;
}

/* NULL is a value. Outside of catalog scopes. */
void
pgd_job_set_argument(Oid caller, const PgdObject *object, int position,
					 const char *name, const char *value, bool is_anydata)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	PgdParameters parameters = {0};

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load_for_change(object);
	if (is_anydata && pgd_job_is_lightweight(job))
		ereport(ERROR,
				(errcode(PGD_ORA(27494)),
				 errmsg("arguments of type anydata are not permitted for job \"%s\" of style %s",
						object->shown, job->job_style)));
	position = find_position(job, position, name);
	pgd_put_int64(&parameters, object->id);
	pgd_put_int32(&parameters, position);
	pgd_put_text(&parameters, value);
	pgd_put_bool(&parameters, is_anydata);
	pgd_change_sql_with("INSERT INTO dbms.job_argument (job_id, position, value, is_anydata)"
						" VALUES ($1, $2, $3, $4)"
						" ON CONFLICT (job_id, position) DO UPDATE"
						" SET value = excluded.value, is_anydata = excluded.is_anydata",
						&parameters, SPI_OK_INSERT);
	pgd_log_job_operation(object->id, "UPDATE", pgd_role_show(caller), NULL,
						  false);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

/*
 * Back to the program's default; a job whose argument has none is disabled,
 * since it could not run. Outside of catalog scopes.
 */
void
pgd_job_reset_argument(Oid caller, const PgdObject *object, int position,
					   const char *name)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	PgdParameters parameters = {0};

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load_for_change(object);
	position = find_position(job, position, name);
	pgd_put_int64(&parameters, object->id);
	pgd_put_int32(&parameters, position);
	pgd_change_sql_with("DELETE FROM dbms.job_argument WHERE job_id = $1 AND position = $2",
						&parameters, SPI_OK_DELETE);
	pgd_log_job_operation(object->id, "UPDATE", pgd_role_show(caller), NULL,
						  false);
	pgd_put_int32_or_null(&parameters, job->program_owner_id, PGD_OWNER_NONE);
	pgd_put_text(&parameters, job->program_name);
	if (job->is_enabled &&
		pgd_sql_with("SELECT 1 FROM dbms.object o"
					 " JOIN dbms.program_argument p ON p.program_id = o.id"
					 " WHERE o.owner_id = $3 AND o.name = $4 AND p.position = $2 AND p.has_default"
					 " AND $1 IS NOT NULL",
					 &parameters, SPI_OK_SELECT) == 0)
		pgd_job_disable(object->id, psprintf("argument %d has no value",
											 position));
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}
