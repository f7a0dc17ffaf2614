/*
 * job_create.c
 *		CREATE_JOB in its forms, COPY_JOB, GENERATE_JOB_NAME.
 *
 * The forms differ only in their parameters; each fills a PgdJob and hands it
 * to pgd_job_create().
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "scheduler/environment.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"

#define PGD_PREFIX_MAX	18		/* characters of a prefix, as in Oracle */

PG_FUNCTION_INFO_V1(pgd_scheduler_create_job_inline);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_job_named);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_job_program);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_job_schedule);
PG_FUNCTION_INFO_V1(pgd_scheduler_copy_job);
PG_FUNCTION_INFO_V1(pgd_scheduler_generate_job_name);

/* what the forms have beside a job's own columns */
typedef struct PgdCreateCall
{
	PgdJob		job;
	const char *job_name;
	const char *program_name;
	const char *schedule_name;
	const char *job_class;
	const char *time_zone;
	bool		enabled;
} PgdCreateCall;

static char *text_arg(FunctionCallInfo fcinfo, int i);
static TimestampTz time_arg(FunctionCallInfo fcinfo, int i, const char *what);
static void inline_action(FunctionCallInfo fcinfo, int i, PgdJob *job);
static void inline_schedule(FunctionCallInfo fcinfo, int i, PgdJob *job);
static void common(FunctionCallInfo fcinfo, int i, PgdCreateCall *call);
static void local_only(FunctionCallInfo fcinfo, int i, PgdJob *job);
static void create(PgdCreateCall *call);

/* NULL for NULL and for the empty text, which Oracle takes for NULL. */
static char *
text_arg(FunctionCallInfo fcinfo, int i)
{
	char	   *string = pgd_arg_text(fcinfo, i);

	return string == NULL || string[0] == '\0' ? NULL : string;
}

static TimestampTz
time_arg(FunctionCallInfo fcinfo, int i, const char *what)
{
	PgdAttrValue value = {.type = PGD_ATTR_TIMESTAMPTZ};

	if (PG_ARGISNULL(i))
		return DT_NOEND;
	value.timestamp = PG_GETARG_TIMESTAMPTZ(i);
	return pgd_attr_to_timestamptz(what, &value);
}

/* job_type, job_action, number_of_arguments */
static void
inline_action(FunctionCallInfo fcinfo, int i, PgdJob *job)
{
	job->job_type = text_arg(fcinfo, i);
	job->job_action = text_arg(fcinfo, i + 1);
	if (job->job_type == NULL)
		pgd_error_null("JOB_TYPE");
	job->number_of_arguments = pgd_arg_int32(fcinfo, i + 2,
											 "NUMBER_OF_ARGUMENTS");
}

/* start_date, repeat_interval, end_date */
static void
inline_schedule(FunctionCallInfo fcinfo, int i, PgdJob *job)
{
	job->start_at = time_arg(fcinfo, i, "START_DATE");
	job->repeat_interval = text_arg(fcinfo, i + 1);
	job->end_at = time_arg(fcinfo, i + 2, "END_DATE");
}

/* job_class, enabled, auto_drop, comments */
static void
common(FunctionCallInfo fcinfo, int i, PgdCreateCall *call)
{
	call->job_class = text_arg(fcinfo, i);
	if (call->job_class == NULL)
		pgd_error_null("JOB_CLASS");
	call->enabled = pgd_arg_bool(fcinfo, i + 1, "ENABLED");
	call->job.auto_drop = pgd_arg_bool(fcinfo, i + 2, "AUTO_DROP");
	call->job.comments = text_arg(fcinfo, i + 3);
}

/* credential_name, destination_name */
static void
local_only(FunctionCallInfo fcinfo, int i, PgdJob *job)
{
	if (text_arg(fcinfo, i) != NULL)
		pgd_error_not_supported("a job with a credential");
	if (text_arg(fcinfo, i + 1) != NULL)
		pgd_error_not_supported("a job with a destination");
}

/* Form 1: inline program, inline schedule. */
Datum
pgd_scheduler_create_job_inline(PG_FUNCTION_ARGS)
{
	PgdCreateCall call = {0};

	pgd_job_init(&call.job);
	call.job_name = text_arg(fcinfo, 0);
	inline_action(fcinfo, 1, &call.job);
	inline_schedule(fcinfo, 4, &call.job);
	common(fcinfo, 7, &call);
	local_only(fcinfo, 11, &call.job);
	call.time_zone = text_arg(fcinfo, 13);
	create(&call);
	PG_RETURN_VOID();
}

/* Form 2: named program, named schedule. */
Datum
pgd_scheduler_create_job_named(PG_FUNCTION_ARGS)
{
	PgdCreateCall call = {0};

	pgd_job_init(&call.job);
	call.job_name = text_arg(fcinfo, 0);
	call.program_name = text_arg(fcinfo, 1);
	call.schedule_name = text_arg(fcinfo, 2);
	if (call.program_name == NULL)
		pgd_error_null("PROGRAM_NAME");
	if (call.schedule_name == NULL)
		pgd_error_null("SCHEDULE_NAME");
	common(fcinfo, 3, &call);
	call.job.job_style = text_arg(fcinfo, 7);
	local_only(fcinfo, 8, &call.job);
	create(&call);
	PG_RETURN_VOID();
}

/* Form 3: named program, inline schedule. */
Datum
pgd_scheduler_create_job_program(PG_FUNCTION_ARGS)
{
	PgdCreateCall call = {0};

	pgd_job_init(&call.job);
	call.job_name = text_arg(fcinfo, 0);
	call.program_name = text_arg(fcinfo, 1);
	if (call.program_name == NULL)
		pgd_error_null("PROGRAM_NAME");
	inline_schedule(fcinfo, 2, &call.job);
	common(fcinfo, 5, &call);
	call.job.job_style = text_arg(fcinfo, 9);
	local_only(fcinfo, 10, &call.job);
	call.time_zone = text_arg(fcinfo, 12);
	create(&call);
	PG_RETURN_VOID();
}

/* Form 4: named schedule, inline program. */
Datum
pgd_scheduler_create_job_schedule(PG_FUNCTION_ARGS)
{
	PgdCreateCall call = {0};

	pgd_job_init(&call.job);
	call.job_name = text_arg(fcinfo, 0);
	call.schedule_name = text_arg(fcinfo, 1);
	if (call.schedule_name == NULL)
		pgd_error_null("SCHEDULE_NAME");
	inline_action(fcinfo, 2, &call.job);
	common(fcinfo, 5, &call);
	local_only(fcinfo, 9, &call.job);
	create(&call);
	PG_RETURN_VOID();
}

static void
create(PgdCreateCall *call)
{
	pgd_job_begin_create(&call->job, call->job_name);
	pgd_job_create(&call->job, call->program_name, call->schedule_name,
				   call->job_class, call->time_zone, call->enabled);
}

/* The style in upper case; 27465 for an unknown one. */
static char *
style_of(const char *job_style)
{
	static const char *const known[] = {
		"REGULAR", "LIGHTWEIGHT", "IN_MEMORY_RUNTIME", "IN_MEMORY_FULL"
	};

	if (job_style == NULL)
		pgd_error_null("JOB_STYLE");
	for (int i = 0; i < lengthof(known); i++)
		if (pg_strcasecmp(job_style, known[i]) == 0)
			return unconstify(char *, known[i]);
	pgd_error_invalid_value("JOB_STYLE", job_style, NULL,
							"Use REGULAR, LIGHTWEIGHT, IN_MEMORY_RUNTIME or IN_MEMORY_FULL.");
}

/*
 * The name, owner and style of a new job, and the right to make it. Texts in
 * the job must live in the current memory context. Outside of catalog scopes.
 */
void
pgd_job_begin_create(PgdJob *job, const char *job_name)
{
	Oid			caller = GetUserId();
	PgdObjectName *name = pgd_name_parse(job_name, "job name");
	Oid			owner = pgd_name_owner_role(name);
	PgdObject  *object = palloc0(sizeof(PgdObject));

	pgd_require_create_for(caller, owner);
	object->owner_id = PGD_OWNER_NONE;
	object->owner_role = owner;
	object->name = name->name;
	object->type = "JOB";
	object->shown = pgd_name_display(pgd_role_show(owner), name->name);
	job->object = object;
	job->creator = pgd_role_show(caller);
	job->environment = pgd_environment_capture();
	job->job_style = style_of(job->job_style);
}

/*
 * Makes the job that pgd_job_begin_create() began: checks what its caller put
 * into it and what it refers to, and writes it. Outside of catalog scopes.
 */
void
pgd_job_create(PgdJob *job, const char *program_name,
			   const char *schedule_name, const char *job_class,
			   const char *time_zone, bool enabled)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	PgdObject  *object = unconstify(PgdObject *, job->object);
	Oid			owner = object->owner_role;
	PgdCatalogScope scope;

	/* what the arguments say by themselves */
	if (program_name == NULL)
	{
		job->job_type = pgd_job_type_check(job->job_type);
		pgd_job_action_check(job->job_type, job->job_action,
							 job->number_of_arguments);
	}
	if (job->comments != NULL && strlen(job->comments) > PGD_JOB_COMMENTS_MAX)
		pgd_error_too_long("COMMENTS", PGD_JOB_COMMENTS_MAX);
	pgd_job_check_dates(job);
	if (schedule_name != NULL && strcmp(job->job_style, "IN_MEMORY_FULL") == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27495)),
				 errmsg("a job of style %s cannot have a schedule",
						job->job_style)));
	pgd_job_set_time_zone(job, time_zone);
	job->interval_kind = pgd_job_interval_kind(owner, job->repeat_interval);

	/* what it refers to, and its rows */
	pgd_catalog_enter(&scope);
	pgd_job_class_require(owner, job, job_class);
	if (program_name != NULL)
		pgd_job_program_require(owner, job, program_name);
	if (schedule_name != NULL)
		pgd_job_schedule_require(owner, job, schedule_name);
	object->owner_id = pgd_owner_id(owner, true);
	pgd_job_check_lightweight(job);
	object->id = pgd_object_create(object->owner_id, object->name, "JOB");
	(void) pgd_job_follow_time_zone(job);
	pgd_job_check_calendar(job, enabled);
	pgd_job_insert(job);
	pgd_log_job_operation(object->id, "CREATE", job->creator, NULL, false);
	if (enabled)
		pgd_job_enable_loaded(caller, job, true);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	pgd_job_warn_owner(owner, object->shown);
}

/* Everything but the state: the copy is disabled, its counters are zero. */
Datum
pgd_scheduler_copy_job(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	PgdObjectName *old_name = pgd_name_parse(text_arg(fcinfo, 0), "job name");
	PgdObjectName *new_name = pgd_name_parse(text_arg(fcinfo, 1), "job name");
	Oid			owner = pgd_name_owner_role(new_name);
	PgdObject  *object = palloc0(sizeof(PgdObject));
	PgdObject  *source;
	PgdJob	   *job;
	PgdCatalogScope scope;
	Oid			types[] = {INT8OID, INT8OID};
	Datum		values[2];

	pgd_require_create_for(caller, owner);
	object->owner_role = owner;
	object->name = new_name->name;
	object->type = "JOB";
	object->shown = pgd_name_display(pgd_role_show(owner), new_name->name);

	pgd_catalog_enter(&scope);
	source = pgd_job_get(caller, old_name, context);
	pgd_object_require_alter(caller, source);
	job = pgd_job_load(source);

	job->object = object;
	job->creator = MemoryContextStrdup(context, pgd_role_show(caller));
	job->dbms_job_number = 0;
	job->is_system = false;
	object->owner_id = pgd_owner_id(owner, true);
	object->id = pgd_object_create(object->owner_id, object->name, "JOB");
	pgd_job_insert(job);
	values[0] = Int64GetDatum(source->id);
	values[1] = Int64GetDatum(object->id);
	pgd_change_sql("INSERT INTO dbms.job_argument (job_id, position, value, is_anydata)"
				   " SELECT $2, position, value, is_anydata FROM dbms.job_argument WHERE job_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_log_job_operation(object->id, "CREATE", job->creator,
						  pgd_log_info("COPY_OF", source->shown), false);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	pgd_job_warn_owner(owner, object->shown);
	PG_RETURN_VOID();
}

/* Is it one identifier, plain or in double quotes? */
static bool
is_prefix(const char *text)
{
	if (text[0] == '"')
		return text[1] != '\0' && text[1] != '"' &&
			strchr(text + 1, '"') == text + strlen(text) - 1;
	if (isdigit((unsigned char) text[0]))
		return false;
	for (; *text != '\0'; text++)
		if (!IS_HIGHBIT_SET(*text) && !isalnum((unsigned char) *text) &&
			strchr("_$#", *text) == NULL)
			return false;
	return true;
}

/*
 * The prefix with the next number; without a prefix just the number, to be
 * put in double quotes where it is used.
 */
Datum
pgd_scheduler_generate_job_name(PG_FUNCTION_ARGS)
{
	char	   *prefix = text_arg(fcinfo, 0);
	char	   *name;
	int64		number;
	PgdCatalogScope scope;

	if (prefix != NULL)
	{
		if (pg_mbstrlen(prefix) > PGD_PREFIX_MAX)
			pgd_error_invalid_prefix(prefix,
									 psprintf("It has more than %d characters.",
											  PGD_PREFIX_MAX));
		if (isdigit((unsigned char) prefix[strlen(prefix) - 1]))
			pgd_error_invalid_prefix(prefix, "It ends in a digit.");
		if (!is_prefix(prefix))
			pgd_error_invalid_prefix(prefix, NULL);
		prefix = pgd_name_fold(prefix, "prefix");
	}
	pgd_catalog_enter(&scope);
	(void) pgd_sql("SELECT pg_catalog.nextval('dbms.job_name_seq')",
				   0, NULL, NULL, NULL, SPI_OK_SELECT);
	number = pgd_column_int64(0, 0);
	pgd_catalog_leave(&scope);
	name = psprintf("%s" INT64_FORMAT, prefix != NULL ? prefix : "", number);
	PG_RETURN_TEXT_P(cstring_to_text(name));
}
