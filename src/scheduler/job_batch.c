/*
 * job_batch.c
 *		CREATE_JOBS and SET_JOB_ATTRIBUTES: many jobs in one call.
 *
 * Definitions come as an array of a composite type with Oracle's fields, or
 * as jsonb with the same names. A field that is NULL has its default.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "core/arguments.h"
#include "core/errors.h"
#include "scheduler/batch.h"
#include "scheduler/job_int.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_create_jobs);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_jobs_jsonb);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_job_attributes);

/* fields that are set as attributes are, with the types they have */
static const struct
{
	const char *field;
	const char *attribute;
	PgdAttrType type;
	bool		is_true_by_default;
}			attribute_fields[] = {
	{"schedule_limit", "SCHEDULE_LIMIT", PGD_ATTR_INTERVAL, false},
	{"job_priority", "JOB_PRIORITY", PGD_ATTR_INTEGER, false},
	{"job_weight", "JOB_WEIGHT", PGD_ATTR_INTEGER, false},
	{"max_run_duration", "MAX_RUN_DURATION", PGD_ATTR_INTERVAL, false},
	{"max_runs", "MAX_RUNS", PGD_ATTR_INTEGER, false},
	{"max_failures", "MAX_FAILURES", PGD_ATTR_INTEGER, false},
	{"logging_level", "LOGGING_LEVEL", PGD_ATTR_INTEGER, false},
	{"restartable", "RESTARTABLE", PGD_ATTR_BOOLEAN, false},
	{"restart_on_recovery", "RESTART_ON_RECOVERY", PGD_ATTR_BOOLEAN, false},
	{"restart_on_failure", "RESTART_ON_FAILURE", PGD_ATTR_BOOLEAN, false},
	{"stop_on_window_close", "STOP_ON_WINDOW_CLOSE", PGD_ATTR_BOOLEAN, false},
	{"raise_events", "RAISE_EVENTS", PGD_ATTR_INTEGER, false},
	{"comments", "COMMENTS", PGD_ATTR_TEXT, false},
	{"auto_drop", "AUTO_DROP", PGD_ATTR_BOOLEAN, true},
	{"follow_default_timezone", "FOLLOW_DEFAULT_TIMEZONE", PGD_ATTR_BOOLEAN, false},
	{"parallel_instances", "PARALLEL_INSTANCES", PGD_ATTR_BOOLEAN, false},
	{"instance_id", "INSTANCE_ID", PGD_ATTR_INTEGER, false},
	{"credential_name", "CREDENTIAL_NAME", PGD_ATTR_TEXT, false},
	{"destination", "DESTINATION", PGD_ATTR_TEXT, false},
	{"database_role", "DATABASE_ROLE", PGD_ATTR_TEXT, false},
	{"allow_runs_in_restricted_mode", "ALLOW_RUNS_IN_RESTRICTED_MODE", PGD_ATTR_BOOLEAN, false},
	{"store_output", "STORE_OUTPUT", PGD_ATTR_BOOLEAN, true},
	{"missed_runs", "MISSED_RUNS", PGD_ATTR_TEXT, false}
};

/* a jobattr */
typedef struct PgdBatchChange
{
	HeapTupleHeader row;
	const char *attribute;		/* in upper case; NULL: none was given */
	int			index;			/* in the caller's array, from 1 */
} PgdBatchChange;

/* one job of a call: a definition, or what is to be set in it */
typedef struct PgdBatchJob
{
	char	   *name;			/* as given */
	char	   *shown;			/* OWNER.NAME */
	HeapTupleHeader definition;
	List	   *changes;		/* PgdBatchChange */

	/* what the step is at: one of them, or one of those set together */
	const PgdBatchChange *at;	/* NULL: the latter */
	List	   *set;
	int			set_at;			/* its length: none in particular */
} PgdBatchJob;

typedef struct PgdBatchCall
{
	Oid			caller;
	int			n;
	PgdBatchJob *jobs;
	int			at;				/* the job that a step is at */
} PgdBatchCall;

static void create_jobs(FunctionCallInfo fcinfo, Datum *definitions, int n);
static void create_step(void *arg, int i);
static void create_one(PgdBatchCall *call, int i);
static void tell_definition(void *arg);
static void set_step(void *arg, int i);
static void set_one(PgdBatchCall *call, int i);
static void tell_change(void *arg);
static const char *describe(void *arg, int i);
static void add_change(PgdBatchCall *call, HeapTupleHeader row, int index);
static int	locate(void *arg, int i, const char **attribute);
static void run(FunctionCallInfo fcinfo, PgdBatchCall *call,
				void (*step) (void *arg, int i),
				int (*locate) (void *arg, int i, const char **attribute));
static void take_array(FunctionCallInfo fcinfo, const char *what,
					   Datum **elements, int *n);
static bool field(HeapTupleHeader row, const char *name, PgdAttrType type,
				  PgdAttrValue *value);
static char *text_field(HeapTupleHeader row, const char *name);
static bool bool_field(HeapTupleHeader row, const char *name,
					   bool default_value);
static TimestampTz time_field(HeapTupleHeader row, const char *name,
							  const char *attribute);
static void set_arguments(Oid caller, const PgdObject *object,
						  HeapTupleHeader row, const char *name);

/* ---- CREATE_JOBS ---- */

Datum
pgd_scheduler_create_jobs(PG_FUNCTION_ARGS)
{
	Datum	   *elements;
	int			n;

	take_array(fcinfo, "jobdef_array", &elements, &n);
	create_jobs(fcinfo, elements, n);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_create_jobs_jsonb(PG_FUNCTION_ARGS)
{
	Datum	   *definitions;
	int			n;

	if (PG_ARGISNULL(0))
		pgd_error_null("jobdef_array");
	definitions = pgd_job_definitions_from_json(PG_GETARG_JSONB_P(0), &n);
	create_jobs(fcinfo, definitions, n);
	PG_RETURN_VOID();
}

static void
create_jobs(FunctionCallInfo fcinfo, Datum *definitions, int n)
{
	PgdBatchCall call = {0};

	call.caller = GetUserId();
	call.n = n;
	call.jobs = palloc0(sizeof(PgdBatchJob) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		PgdBatchJob *job = &call.jobs[i];

		if (definitions[i] == (Datum) 0)
			pgd_error_null(psprintf("element %d of jobdef_array", i + 1));
		job->definition = DatumGetHeapTupleHeader(definitions[i]);
		job->name = text_field(job->definition, "job_name");
		job->shown = pgd_object_show_name(call.caller,
										  pgd_name_parse(job->name,
														 psprintf("job name of element %d",
																  i + 1)));
		for (int other = 0; other < i; other++)
			if (strcmp(call.jobs[other].shown, job->shown) == 0)
				ereport(ERROR,
						(errcode(PGD_ORA(27357)),
						 errmsg("job \"%s\" is defined twice in the call",
								job->shown)));
	}
	run(fcinfo, &call, create_step, NULL);
}

static void
create_step(void *arg, int i)
{
	ErrorContextCallback callback;
	PgdBatchCall *call = arg;

	call->at = i;
	callback.callback = tell_definition;
	callback.arg = call;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	create_one(call, i);
	error_context_stack = callback.previous;
}

static void
tell_definition(void *arg)
{
	errcontext("element %d of jobdef_array", ((PgdBatchCall *) arg)->at + 1);
}

static void
create_one(PgdBatchCall *call, int i)
{
	HeapTupleHeader row = call->jobs[i].definition;
	PgdJob		job;
	PgdAttrValue value;
	char	   *program_name = text_field(row, "program_name");
	char	   *schedule_name = text_field(row, "schedule_name");
	char	   *job_class = text_field(row, "job_class");
	bool		enabled = bool_field(row, "enabled", false);

	pgd_job_init(&job);
	if (text_field(row, "event_condition") != NULL ||
		text_field(row, "queue_spec") != NULL ||
		bool_field(row, "aq_job", false))
		pgd_error_not_supported("a job that is started by events");
	if (text_field(row, "job_style") != NULL)
		job.job_style = text_field(row, "job_style");
	job.logging_level = 64;		/* Oracle's default in a JOB_DEFINITION */
	pgd_job_begin_create(&job, call->jobs[i].name);
	job.job_type = text_field(row, "job_type");
	job.job_action = text_field(row, "job_action");
	if (field(row, "number_of_arguments", PGD_ATTR_INTEGER, &value))
		job.number_of_arguments = value.integer;
	if (program_name != NULL &&
		(job.job_type != NULL || job.job_action != NULL ||
		 job.number_of_arguments != 0))
		ereport(ERROR,
				(errcode(PGD_ORA(27488)),
				 errmsg("job \"%s\" cannot have both a program and an inline action",
						job.object->shown)));
	job.start_at = time_field(row, "start_date", "START_DATE");
	job.end_at = time_field(row, "end_date", "END_DATE");
	job.repeat_interval = text_field(row, "repeat_interval");
	if (schedule_name != NULL &&
		(job.start_at != DT_NOEND || job.end_at != DT_NOEND ||
		 job.repeat_interval != NULL))
		ereport(ERROR,
				(errcode(PGD_ORA(27488)),
				 errmsg("job \"%s\" cannot have both a named and an inline schedule",
						job.object->shown)));
	for (int f = 0; f < lengthof(attribute_fields); f++)
	{
		if (!field(row, attribute_fields[f].field, attribute_fields[f].type,
				   &value))
			continue;

		if (attribute_fields[f].type == PGD_ATTR_TEXT &&
			value.text[0] == '\0')
			continue;

		/* the constructor's defaults are no request for an attribute */
		if (attribute_fields[f].type == PGD_ATTR_BOOLEAN &&
			value.boolean == attribute_fields[f].is_true_by_default)
			continue;
		(void) pgd_job_put_attribute(call->caller, &job,
									 attribute_fields[f].attribute, &value);
	}

	/* arguments can be set once the job exists, enabling it must wait */
	pgd_job_create(&job, program_name, schedule_name,
				   job_class != NULL ? job_class : PGD_CLASS_DEFAULT,
				   text_field(row, "time_zone"), false);
	set_arguments(call->caller, job.object, row, "arguments");
	if (enabled)
		pgd_job_enable(call->caller, job.object);
}

/* ---- SET_JOB_ATTRIBUTES ---- */

/* What is said of one job is taken together, whatever lies in between. */
Datum
pgd_scheduler_set_job_attributes(PG_FUNCTION_ARGS)
{
	PgdBatchCall call = {0};
	Datum	   *elements;
	int			n;

	take_array(fcinfo, "jobattr_array", &elements, &n);
	call.caller = GetUserId();
	call.jobs = palloc0(sizeof(PgdBatchJob) * Max(n, 1));
	for (int i = 0; i < n; i++)
		add_change(&call, DatumGetHeapTupleHeader(elements[i]), i + 1);
	run(fcinfo, &call, set_step, locate);
	PG_RETURN_VOID();
}

static void
add_change(PgdBatchCall *call, HeapTupleHeader row, int index)
{
	char	   *name = text_field(row, "job_name");
	char	   *attribute = text_field(row, "attr_name");
	PgdObjectName *parsed = pgd_name_parse(name,
										   psprintf("job name of element %d",
													index));
	char	   *shown = pgd_object_show_name(call->caller, parsed);
	PgdBatchChange *change = palloc(sizeof(PgdBatchChange));
	int			j;

	change->row = row;
	change->attribute = attribute == NULL ? NULL :
		asc_toupper(attribute, strlen(attribute));
	change->index = index;
	for (j = 0; j < call->n; j++)
		if (strcmp(call->jobs[j].shown, shown) == 0)
			break;
	if (j == call->n)
	{
		call->jobs[j].name = name;
		call->jobs[j].shown = shown;
		call->n++;
	}
	call->jobs[j].changes = lappend(call->jobs[j].changes, change);
}

static void
set_step(void *arg, int i)
{
	ErrorContextCallback callback;
	PgdBatchCall *call = arg;

	call->at = i;
	callback.callback = tell_change;
	callback.arg = call;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	set_one(call, i);
	error_context_stack = callback.previous;
}

static void
tell_change(void *arg)
{
	const char *attribute;

	errcontext("element %d of jobattr_array",
			   locate(arg, ((PgdBatchCall *) arg)->at, &attribute));
}

/*
 * A jobattr holds its value in the field of its type; one without any sets
 * the attribute to NULL.
 */
static void
set_one(PgdBatchCall *call, int i)
{
	PgdBatchJob *job = &call->jobs[i];
	PgdObject  *object;
	const char **names = palloc(sizeof(char *) * list_length(job->changes));
	PgdAttrValue *values = palloc0(sizeof(PgdAttrValue) *
								   list_length(job->changes));
	int			n = 0;
	ListCell   *cell;

	object = pgd_job_or_class(call->caller,
							  pgd_name_parse(job->name, "job name"), false);
	foreach(cell, job->changes)
	{
		const PgdBatchChange *change = lfirst(cell);
		HeapTupleHeader row = change->row;

		job->at = change;
		if (change->attribute == NULL)
			pgd_error_null("attr_name");
		if (strcmp(change->attribute, "ARGUMENTS") == 0)
		{
			set_arguments(call->caller, object, row, "args_value");
			continue;
		}
		names[n] = change->attribute;
		job->set = lappend(job->set, unconstify(PgdBatchChange *, change));
		if (!field(row, "char_value", PGD_ATTR_TEXT, &values[n]) &&
			!field(row, "num_value", PGD_ATTR_INTEGER, &values[n]) &&
			!field(row, "timestamp_value", PGD_ATTR_TIMESTAMPTZ, &values[n]) &&
			!field(row, "interval_value", PGD_ATTR_INTERVAL, &values[n]))
			values[n].is_null = true;
		values[n].text2 = text_field(row, "char_value2");
		n++;
	}
	job->at = NULL;
	if (n > 0)
		pgd_job_set_attributes(call->caller, object, n, names, values,
							   &job->set_at);
}

/* Without an attribute in particular it is the first one of the job. */
static int
locate(void *arg, int i, const char **attribute)
{
	const PgdBatchJob *job = &((PgdBatchCall *) arg)->jobs[i];
	const PgdBatchChange *change = job->at;

	if (change == NULL && job->set_at < list_length(job->set))
		change = list_nth(job->set, job->set_at);
	*attribute = change == NULL ? NULL : change->attribute;
	if (change == NULL)
		change = linitial(job->changes);
	return change->index;
}

/* ---- both ---- */

static void
run(FunctionCallInfo fcinfo, PgdBatchCall *call,
	void (*step) (void *arg, int i),
	int (*locate) (void *arg, int i, const char **attribute))
{
	PgdBatch	batch = {0};

	batch.fcinfo = fcinfo;
	batch.semantics = pgd_commit_semantics(pgd_arg_text(fcinfo, 1));
	batch.n = call->n;
	batch.step = step;
	batch.describe = describe;
	batch.locate = locate;
	batch.arg = call;
	pgd_batch_run(&batch);
}

static const char *
describe(void *arg, int i)
{
	return ((PgdBatchCall *) arg)->jobs[i].shown;
}

/* Elements of the first argument, an array of composite values. */
static void
take_array(FunctionCallInfo fcinfo, const char *what, Datum **elements,
		   int *n)
{
	ArrayType  *array;
	bool	   *nulls;

	if (PG_ARGISNULL(0))
		pgd_error_null(what);
	array = PG_GETARG_ARRAYTYPE_P(0);
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE,
					  elements, &nulls, n);
	for (int i = 0; i < *n; i++)
		if (nulls[i])
			pgd_error_null(psprintf("element %d of %s", i + 1, what));
}

/* A field as a value of its type; false if it is NULL. */
static bool
field(HeapTupleHeader row, const char *name, PgdAttrType type,
	  PgdAttrValue *value)
{
	bool		is_null;
	Datum		datum = GetAttributeByName(row, name, &is_null);

	memset(value, 0, sizeof(*value));
	value->type = type;
	value->is_null = is_null;
	if (is_null)
		return false;
	switch (type)
	{
		case PGD_ATTR_TEXT:
			value->text = TextDatumGetCString(datum);
			break;
		case PGD_ATTR_BOOLEAN:
			value->boolean = DatumGetBool(datum);
			break;
		case PGD_ATTR_INTEGER:
			value->integer = DatumGetInt32(datum);
			break;
		case PGD_ATTR_TIMESTAMPTZ:
			value->timestamp = DatumGetTimestampTz(datum);
			break;
		case PGD_ATTR_INTERVAL:
			value->interval = DatumGetIntervalP(datum);
			break;
	}
	return true;
}

/* The empty text is NULL, as in Oracle. */
static char *
text_field(HeapTupleHeader row, const char *name)
{
	PgdAttrValue value;

	if (!field(row, name, PGD_ATTR_TEXT, &value) || value.text[0] == '\0')
		return NULL;
	return value.text;
}

static bool
bool_field(HeapTupleHeader row, const char *name, bool default_value)
{
	PgdAttrValue value;

	return field(row, name, PGD_ATTR_BOOLEAN, &value) ? value.boolean :
		default_value;
}

static TimestampTz
time_field(HeapTupleHeader row, const char *name, const char *attribute)
{
	PgdAttrValue value;

	return field(row, name, PGD_ATTR_TIMESTAMPTZ, &value) ?
		pgd_attr_to_timestamptz(attribute, &value) : DT_NOEND;
}

/* Values from a field of type jobarg[]. */
static void
set_arguments(Oid caller, const PgdObject *object, HeapTupleHeader row,
			  const char *name)
{
	bool		is_null;
	Datum		datum = GetAttributeByName(row, name, &is_null);
	ArrayType  *array;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (is_null)
		return;
	array = DatumGetArrayTypeP(datum);
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE,
					  &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		HeapTupleHeader argument;
		PgdAttrValue position;
		char	   *operation;
		Datum		anydata;

		if (nulls[i])
			pgd_error_null("an argument");
		argument = DatumGetHeapTupleHeader(elements[i]);
		if (!field(argument, "arg_position", PGD_ATTR_INTEGER, &position))
			pgd_error_null("arg_position");
		operation = text_field(argument, "arg_operation");
		if (operation != NULL && pg_strcasecmp(operation, "RESET") == 0)
		{
			pgd_job_reset_argument(caller, object, position.integer, NULL);
			continue;
		}
		if (operation != NULL && pg_strcasecmp(operation, "SET") != 0)
			pgd_error_invalid_value("arg_operation", operation, NULL,
									"Use SET or RESET.");
		anydata = GetAttributeByName(argument, "arg_anydata_value", &is_null);
		if (!is_null)
		{
			Datum		text_datum = GetAttributeByName(DatumGetHeapTupleHeader(anydata),
														"value", &is_null);

			pgd_job_set_argument(caller, object, position.integer, NULL,
								 is_null ? NULL :
								 TextDatumGetCString(text_datum), true);
		}
		else
		{
			PgdAttrValue value;

			(void) field(argument, "arg_text_value", PGD_ATTR_TEXT, &value);
			pgd_job_set_argument(caller, object, position.integer, NULL,
								 value.text, false);
		}
	}
}
