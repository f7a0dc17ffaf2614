/*
 * attribute_call.c
 *		SET_ATTRIBUTE, SET_ATTRIBUTE_NULL and GET_ATTRIBUTE in their overloads:
 *		they find the object and hand the value to what its kind provides.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/errors.h"
#include "scheduler/attribute.h"
#include "scheduler/job_int.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_text);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_boolean);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_integer);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_number);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_timestamptz);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_interval);
PG_FUNCTION_INFO_V1(pgd_scheduler_set_attribute_null);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_attribute_text);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_attribute_boolean);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_attribute_integer);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_attribute_timestamptz);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_attribute_interval);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_attribute_two_texts);
PG_FUNCTION_INFO_V1(pgd_scheduler_attribute_text);
PG_FUNCTION_INFO_V1(pgd_scheduler_attribute_boolean);
PG_FUNCTION_INFO_V1(pgd_scheduler_attribute_integer);
PG_FUNCTION_INFO_V1(pgd_scheduler_attribute_timestamptz);
PG_FUNCTION_INFO_V1(pgd_scheduler_attribute_interval);

static char *attribute_arg(FunctionCallInfo fcinfo);
static PgdObject *find(Oid caller, const char *name);
static Datum set(FunctionCallInfo fcinfo, PgdAttrValue *value);
static void get(FunctionCallInfo fcinfo, PgdAttrValue *value);
static Datum as_type(const PgdAttrValue *value, const char *attribute,
					 PgdAttrType type, bool *is_null);
static char *as_text(const PgdAttrValue *value);
static Datum get_inout(FunctionCallInfo fcinfo, PgdAttrType type,
					   bool has_second);
static Datum get_result(FunctionCallInfo fcinfo, PgdAttrType type);

/* The attribute's name in upper case. */
static char *
attribute_arg(FunctionCallInfo fcinfo)
{
	char	   *attribute = pgd_arg_text(fcinfo, 1);

	if (attribute == NULL || attribute[0] == '\0')
		pgd_error_null("attribute");
	return asc_toupper(attribute, strlen(attribute));
}

/* The object of a name, in the current memory context; 27476 if missing. */
static PgdObject *
find(Oid caller, const char *name)
{
	MemoryContext context = CurrentMemoryContext;
	PgdObjectName *parsed = pgd_name_parse(name, "object name");
	PgdCatalogScope scope;
	PgdObject  *object;

	pgd_catalog_enter(&scope);
	object = pgd_object_find(caller, parsed);
	if (object == NULL)
		pgd_error_no_object("object", pgd_object_show_name(caller, parsed));
	object = pgd_object_copy(object, context);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return object;
}

static Datum
set(FunctionCallInfo fcinfo, PgdAttrValue *value)
{
	Oid			caller = GetUserId();
	char	   *attribute = attribute_arg(fcinfo);
	PgdObject  *object = find(caller, pgd_arg_text(fcinfo, 0));

	pgd_object_set_attribute(caller, object, attribute, value);
	PG_RETURN_VOID();
}

/*
 * Sets an attribute of an object of any kind. Outside of catalog scopes.
 */
void
pgd_object_set_attribute(Oid caller, const PgdObject *object,
						 const char *attribute, const PgdAttrValue *value)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;

	if (strcmp(object->type, "JOB") == 0)
	{
		pgd_job_set_attribute(caller, object, attribute, value);
		return;
	}
	pgd_catalog_enter(&scope);
	if (strcmp(object->type, "PROGRAM") == 0)
		pgd_program_set_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "SCHEDULE") == 0)
		pgd_schedule_set_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "JOB CLASS") == 0)
		pgd_class_set_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "WINDOW") == 0)
		pgd_window_set_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "GROUP") == 0)
		pgd_group_set_attribute(caller, object, attribute, value);
	else
		pgd_attr_error_unknown(pgd_object_kind(object->type), attribute, NULL);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

static void
get(FunctionCallInfo fcinfo, PgdAttrValue *value)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	char	   *attribute = attribute_arg(fcinfo);
	PgdObject  *object = find(caller, pgd_arg_text(fcinfo, 0));
	PgdCatalogScope scope;

	memset(value, 0, sizeof(*value));
	value->is_null = true;
	if (strcmp(object->type, "JOB") == 0)
	{
		pgd_job_get_attribute(caller, object, attribute, value);
		return;
	}
	pgd_catalog_enter(&scope);
	if (strcmp(object->type, "PROGRAM") == 0)
		pgd_program_get_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "SCHEDULE") == 0)
		pgd_schedule_get_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "JOB CLASS") == 0)
		pgd_class_get_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "WINDOW") == 0)
		pgd_window_get_attribute(caller, object, attribute, value);
	else if (strcmp(object->type, "GROUP") == 0)
		pgd_group_get_attribute(caller, object, attribute, value);
	else
		pgd_attr_error_unknown(pgd_object_kind(object->type), attribute, NULL);

	/* the scope's memory ends with it */
	if (!value->is_null && value->text != NULL)
		value->text = MemoryContextStrdup(context, value->text);
	if (!value->is_null && value->text2 != NULL)
		value->text2 = MemoryContextStrdup(context, value->text2);
	if (!value->is_null && value->interval != NULL)
	{
		Interval   *copy = MemoryContextAlloc(context, sizeof(Interval));

		*copy = *value->interval;
		value->interval = copy;
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
}

/* ---- setting ---- */

/*
 * NULL is for SET_ATTRIBUTE_NULL; an empty text is NULL in Oracle, and is
 * what some attributes of windows may be, so that their files decide.
 */
Datum
pgd_scheduler_set_attribute_text(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_TEXT};

	if (PG_ARGISNULL(2))
		pgd_attr_error_null(attribute_arg(fcinfo));
	value.text = pgd_arg_text(fcinfo, 2);
	value.text2 = pgd_arg_text(fcinfo, 3);
	if (value.text2 != NULL &&
		strcmp(attribute_arg(fcinfo), "EVENT_SPEC") != 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27467)),
				 errmsg("invalid data type for attribute \"%s\"",
						attribute_arg(fcinfo)),
				 errdetail("The attribute has no second value.")));
	return set(fcinfo, &value);
}

Datum
pgd_scheduler_set_attribute_boolean(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_BOOLEAN};

	if (PG_ARGISNULL(2))
		pgd_attr_error_null(attribute_arg(fcinfo));
	value.boolean = PG_GETARG_BOOL(2);
	return set(fcinfo, &value);
}

Datum
pgd_scheduler_set_attribute_integer(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_INTEGER};

	if (PG_ARGISNULL(2))
		pgd_attr_error_null(attribute_arg(fcinfo));
	value.integer = PG_GETARG_INT32(2);
	return set(fcinfo, &value);
}

/*
 * Numbers of all types but integer, since variables that were NUMBER in Oracle
 * are mostly numeric or bigint: all convert to this one, so that none is
 * ambiguous.
 */
Datum
pgd_scheduler_set_attribute_number(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_INTEGER};
	float8		number;

	if (PG_ARGISNULL(2))
		pgd_attr_error_null(attribute_arg(fcinfo));
	number = PG_GETARG_FLOAT8(2);
	if (isnan(number) || number != rint(number) ||
		!FLOAT8_FITS_IN_INT64(number))
		pgd_error_invalid_value(attribute_arg(fcinfo),
								DatumGetCString(DirectFunctionCall1(float8out,
																	PG_GETARG_DATUM(2))),
								"It must be a whole number.", NULL);
	value.integer = (int64) number;
	return set(fcinfo, &value);
}

Datum
pgd_scheduler_set_attribute_timestamptz(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_TIMESTAMPTZ};

	if (PG_ARGISNULL(2))
		pgd_attr_error_null(attribute_arg(fcinfo));
	value.timestamp = PG_GETARG_TIMESTAMPTZ(2);
	return set(fcinfo, &value);
}

Datum
pgd_scheduler_set_attribute_interval(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_INTERVAL};

	if (PG_ARGISNULL(2))
		pgd_attr_error_null(attribute_arg(fcinfo));
	value.interval = PG_GETARG_INTERVAL_P(2);
	return set(fcinfo, &value);
}

Datum
pgd_scheduler_set_attribute_null(PG_FUNCTION_ARGS)
{
	PgdAttrValue value = {.type = PGD_ATTR_TEXT,.is_null = true};

	return set(fcinfo, &value);
}

/* ---- getting ---- */

static char *
as_text(const PgdAttrValue *value)
{
	switch (value->type)
	{
		case PGD_ATTR_TEXT:
			return value->text;
		case PGD_ATTR_BOOLEAN:
			return pstrdup(PGD_ATTR_BOOLEAN_TEXT(value->boolean));
		case PGD_ATTR_INTEGER:
			return psprintf(INT64_FORMAT, value->integer);
		case PGD_ATTR_TIMESTAMPTZ:
			return DatumGetCString(DirectFunctionCall1(timestamptz_out,
													   TimestampTzGetDatum(value->timestamp)));
		case PGD_ATTR_INTERVAL:
			return DatumGetCString(DirectFunctionCall1(interval_out,
													   IntervalPGetDatum(value->interval)));
	}
	return NULL;
}

/* Everything can be had as text; else the types must agree (27467). */
static Datum
as_type(const PgdAttrValue *value, const char *attribute, PgdAttrType type,
		bool *is_null)
{
	*is_null = value->is_null;
	if (type == PGD_ATTR_TEXT)
		return value->is_null ? (Datum) 0 :
			CStringGetTextDatum(as_text(value));
	if (value->type != type)
		pgd_attr_error_type(attribute, value->type);
	if (value->is_null)
		return (Datum) 0;
	switch (type)
	{
		case PGD_ATTR_BOOLEAN:
			return BoolGetDatum(value->boolean);
		case PGD_ATTR_INTEGER:
			return Int32GetDatum((int32) value->integer);
		case PGD_ATTR_TIMESTAMPTZ:
			return TimestampTzGetDatum(value->timestamp);
		case PGD_ATTR_INTERVAL:
			return IntervalPGetDatum(value->interval);
		case PGD_ATTR_TEXT:
			break;
	}
	return (Datum) 0;
}

/* A procedure hands its INOUT arguments back as a row. */
static Datum
get_inout(FunctionCallInfo fcinfo, PgdAttrType type, bool has_second)
{
	static const Oid types[] = {
		[PGD_ATTR_TEXT] = TEXTOID,
		[PGD_ATTR_BOOLEAN] = BOOLOID,
		[PGD_ATTR_INTEGER] = INT4OID,
		[PGD_ATTR_TIMESTAMPTZ] = TIMESTAMPTZOID,
		[PGD_ATTR_INTERVAL] = INTERVALOID
	};
	PgdAttrValue value;
	TupleDesc	desc;
	Datum		values[2] = {0};
	bool		nulls[2] = {false, true};

	get(fcinfo, &value);
	values[0] = as_type(&value, attribute_arg(fcinfo), type, &nulls[0]);
	desc = CreateTemplateTupleDesc(has_second ? 2 : 1);
	TupleDescInitEntry(desc, 1, "value", types[type], -1, 0);
	if (has_second)
	{
		TupleDescInitEntry(desc, 2, "value2", TEXTOID, -1, 0);
		if (!value.is_null && value.text2 != NULL)
		{
			values[1] = CStringGetTextDatum(value.text2);
			nulls[1] = false;
		}
	}
	desc = BlessTupleDesc(desc);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

static Datum
get_result(FunctionCallInfo fcinfo, PgdAttrType type)
{
	PgdAttrValue value;
	bool		is_null;
	Datum		result;

	get(fcinfo, &value);
	result = as_type(&value, attribute_arg(fcinfo), type, &is_null);
	if (is_null)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

Datum
pgd_scheduler_get_attribute_text(PG_FUNCTION_ARGS)
{
	return get_inout(fcinfo, PGD_ATTR_TEXT, false);
}

Datum
pgd_scheduler_get_attribute_boolean(PG_FUNCTION_ARGS)
{
	return get_inout(fcinfo, PGD_ATTR_BOOLEAN, false);
}

Datum
pgd_scheduler_get_attribute_integer(PG_FUNCTION_ARGS)
{
	return get_inout(fcinfo, PGD_ATTR_INTEGER, false);
}

Datum
pgd_scheduler_get_attribute_timestamptz(PG_FUNCTION_ARGS)
{
	return get_inout(fcinfo, PGD_ATTR_TIMESTAMPTZ, false);
}

Datum
pgd_scheduler_get_attribute_interval(PG_FUNCTION_ARGS)
{
	return get_inout(fcinfo, PGD_ATTR_INTERVAL, false);
}

Datum
pgd_scheduler_get_attribute_two_texts(PG_FUNCTION_ARGS)
{
	return get_inout(fcinfo, PGD_ATTR_TEXT, true);
}

Datum
pgd_scheduler_attribute_text(PG_FUNCTION_ARGS)
{
	return get_result(fcinfo, PGD_ATTR_TEXT);
}

Datum
pgd_scheduler_attribute_boolean(PG_FUNCTION_ARGS)
{
	return get_result(fcinfo, PGD_ATTR_BOOLEAN);
}

Datum
pgd_scheduler_attribute_integer(PG_FUNCTION_ARGS)
{
	return get_result(fcinfo, PGD_ATTR_INTEGER);
}

Datum
pgd_scheduler_attribute_timestamptz(PG_FUNCTION_ARGS)
{
	return get_result(fcinfo, PGD_ATTR_TIMESTAMPTZ);
}

Datum
pgd_scheduler_attribute_interval(PG_FUNCTION_ARGS)
{
	return get_result(fcinfo, PGD_ATTR_INTERVAL);
}
