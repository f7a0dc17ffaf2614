/*
 * job_json.c
 *		Job definitions from JSON, for CREATE_JOBS.
 *
 * All of the JSON is checked against the types of SQL before anything is made
 * of it, so that an error can name the element and the field.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "core/errors.h"
#include "scheduler/job_int.h"

/* where in the JSON we are */
typedef struct PgdJsonPlace
{
	int			element;		/* of jobdef_array, from 1 */
	const char *field;			/* path in it, NULL: the element itself */
} PgdJsonPlace;

static void check_array(JsonbContainer *array, Oid rowtype,
						const PgdJsonPlace *where);
static void check_row(JsonbContainer *object, Oid rowtype,
					  const PgdJsonPlace *where);
static void check_value(const JsonbValue *value, Oid type,
						const PgdJsonPlace *where);
static void check_input(const char *text, Oid type,
						const PgdJsonPlace *where);
static const char *scalar_text(const JsonbValue *value);
static void error_value(const PgdJsonPlace *where, const char *text,
						const char *detail) pg_attribute_noreturn();
static void error_shape(const char *detail) pg_attribute_noreturn();

/*
 * Values of type dbms_scheduler.job_definition, in the current memory
 * context. Raises 27361 for what is no definition, 27465 for a value that its
 * field cannot have. Outside of catalog scopes.
 */
Datum *
pgd_job_definitions_from_json(Jsonb *json, int *n)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {JSONBOID};
	Datum		values[] = {JsonbPGetDatum(json)};
	Datum	   *definitions;
	Oid			rowtype;
	PgdCatalogScope scope;

	rowtype = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
							  CStringGetDatum("job_definition"),
							  ObjectIdGetDatum(get_namespace_oid("dbms_scheduler", false)));
	if (!JB_ROOT_IS_ARRAY(json) || JB_ROOT_IS_SCALAR(json))
		error_shape("It is not an array.");
	check_array(&json->root, rowtype, NULL);

	pgd_catalog_enter(&scope);
	*n = pgd_sql("SELECT d FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS e(v, i),"
				 " LATERAL pg_catalog.jsonb_populate_record(NULL::dbms_scheduler.job_definition, e.v) AS d"
				 " ORDER BY e.i",
				 lengthof(types), types, values, NULL, SPI_OK_SELECT);
	definitions = MemoryContextAllocZero(context,
										 sizeof(Datum) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		bool		is_null;
		Datum		row = SPI_getbinval(SPI_tuptable->vals[i],
										SPI_tuptable->tupdesc, 1, &is_null);
		MemoryContext old = MemoryContextSwitchTo(context);

		definitions[i] = is_null ? (Datum) 0 : datumCopy(row, false, -1);
		MemoryContextSwitchTo(old);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return definitions;
}

/* Objects of a row type. The outermost array has no place yet. */
static void
check_array(JsonbContainer *array, Oid rowtype, const PgdJsonPlace *where)
{
	JsonbIterator *iterator = JsonbIteratorInit(array);
	JsonbValue	value;
	JsonbIteratorToken token;
	int			i = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		PgdJsonPlace place;
		bool		is_object;

		if (token != WJB_ELEM)
			continue;
		CHECK_FOR_INTERRUPTS();
		i++;
		is_object = value.type == jbvBinary &&
			JsonContainerIsObject(value.val.binary.data);
		if (where == NULL)
		{
			place.element = i;
			place.field = NULL;
			if (!is_object)
				error_shape(psprintf("Element %d is not an object.", i));
		}
		else
		{
			place.element = where->element;
			place.field = psprintf("%s[%d]", where->field, i);
			if (!is_object)
				error_value(&place, scalar_text(&value),
							"It must be an object.");
		}
		check_row(value.val.binary.data, rowtype, &place);
	}
}

/* An unknown field is an error: a default in its place would be a trap. */
static void
check_row(JsonbContainer *object, Oid rowtype, const PgdJsonPlace *where)
{
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(rowtype, -1);
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue	value;
	JsonbIteratorToken token;
	PgdJsonPlace place = *where;
	Form_pg_attribute attribute = NULL;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			char	   *key = pnstrdup(value.val.string.val,
									   value.val.string.len);

			attribute = NULL;
			for (int i = 0; i < desc->natts && attribute == NULL; i++)
				if (!TupleDescAttr(desc, i)->attisdropped &&
					strcmp(NameStr(TupleDescAttr(desc, i)->attname), key) == 0)
					attribute = TupleDescAttr(desc, i);
			place.field = where->field == NULL ? key :
				psprintf("%s.%s", where->field, key);
			if (attribute == NULL)
				ereport(ERROR,
						(errcode(PGD_ORA(27361)),
						 errmsg("element %d of jobdef_array has an unknown field \"%s\"",
								place.element, place.field),
						 errhint("The fields are those of the type %s.",
								 format_type_be_qualified(rowtype))));
		}
		else if (token == WJB_VALUE)
			check_value(&value, attribute->atttypid, &place);
	}
}

static void
check_value(const JsonbValue *value, Oid type, const PgdJsonPlace *where)
{
	Oid			element_type = get_element_type(type);
	const char *text = scalar_text(value);

	if (value->type == jbvNull)
		return;
	if (OidIsValid(element_type))
	{
		if (text != NULL || !JsonContainerIsArray(value->val.binary.data))
			error_value(where, text, "It must be an array.");
		check_array(value->val.binary.data, element_type, where);
	}
	else if (type_is_rowtype(type))
	{
		if (text != NULL || !JsonContainerIsObject(value->val.binary.data))
			error_value(where, text, "It must be an object.");
		check_row(value->val.binary.data, type, where);
	}
	else if (text == NULL)
		error_value(where, NULL,
					"It must be a single value, not an array or an object.");
	else
		check_input(text, type, where);
}

/* What the type's input function complains of becomes the detail. */
static void
check_input(const char *text, Oid type, const PgdJsonPlace *where)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			input;
	Oid			io_param;

	getTypeInputInfo(type, &input, &io_param);
	PG_TRY();
	{
		(void) OidInputFunctionCall(input, unconstify(char *, text), io_param,
									-1);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		error_value(where, text, pgd_error_sentence(error->message));
	}
	PG_END_TRY();
}

/* NULL for an array or object, and for null */
static const char *
scalar_text(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return DatumGetCString(DirectFunctionCall1(numeric_out,
													   NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		default:
			return NULL;
	}
}

static void
error_value(const PgdJsonPlace *where, const char *text, const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27465)),
			 text != NULL ?
			 errmsg("invalid value for field \"%s\" of element %d of jobdef_array: \"%s\"",
					where->field, where->element, text) :
			 errmsg("invalid value for field \"%s\" of element %d of jobdef_array",
					where->field, where->element),
			 errdetail("%s", detail)));
}

static void
error_shape(const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27361)),
			 errmsg("jobdef_array must be a JSON array of objects"),
			 errdetail("%s", detail)));
}
