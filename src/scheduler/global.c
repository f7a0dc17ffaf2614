/*
 * global.c
 *		The scheduler's own attributes: dbms.scheduler_attribute holds those
 *		that were set, the others have the defaults given here.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "calendar/calendar.h"
#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/sql.h"
#include "scheduler/attribute.h"
#include "scheduler/global.h"
#include "scheduler/job.h"
#include "scheduler/window.h"

#define VALUE_MAX			128
#define LOG_HISTORY_DEFAULT 30
#define LOG_HISTORY_MAX		1000000
#define EXPIRY_MAX			(100 * 366 * 86400LL)

typedef enum PgdGlobalType
{
	PGD_GLOBAL_TEXT,
	PGD_GLOBAL_INTEGER,
	PGD_GLOBAL_BOOLEAN,
	PGD_GLOBAL_ZONE,
	PGD_GLOBAL_ENCRYPTION,
	PGD_GLOBAL_READ_ONLY
} PgdGlobalType;

typedef struct PgdGlobal
{
	const char *name;
	const char *value;			/* the default; NULL: none */
	PgdGlobalType type;
	int64		min;			/* for integers */
	int64		max;
	bool		wakes;			/* the coordinator must know */
} PgdGlobal;

/* in alphabetical order, as the view shows them */
static const PgdGlobal globals[] = {
	{"CURRENT_OPEN_WINDOW", NULL, PGD_GLOBAL_READ_ONLY, 0, 0, false},
	{"DEFAULT_TIMEZONE", NULL, PGD_GLOBAL_ZONE, 0, 0, true},
	{"EMAIL_SENDER", NULL, PGD_GLOBAL_TEXT, 0, 0, false},
	{"EMAIL_SERVER", NULL, PGD_GLOBAL_TEXT, 0, 0, false},
	{"EMAIL_SERVER_CREDENTIAL", NULL, PGD_GLOBAL_TEXT, 0, 0, false},
	{"EMAIL_SERVER_ENCRYPTION", "NONE", PGD_GLOBAL_ENCRYPTION, 0, 0, false},
	{"EVENT_EXPIRY_TIME", NULL, PGD_GLOBAL_INTEGER, 0, EXPIRY_MAX, false},
	{"FILE_WATCHER_COUNT", "0", PGD_GLOBAL_READ_ONLY, 0, 0, false},
	{"LAST_OBSERVED_EVENT", NULL, PGD_GLOBAL_READ_ONLY, 0, 0, false},
	{"LOG_HISTORY", "30", PGD_GLOBAL_INTEGER, 0, LOG_HISTORY_MAX, false},
	{"MAX_JOB_SLAVE_PROCESSES", NULL, PGD_GLOBAL_INTEGER, 1, 999, false},
	{"SCHEDULER_DISABLED", NULL, PGD_GLOBAL_BOOLEAN, 0, 0, true}
};

/* defaults of attributes of objects, for get_default_value */
static const struct
{
	const char *name;
	const char *value;
}			object_defaults[] = {
	{"ALLOW_RUNS_IN_RESTRICTED_MODE", "FALSE"},
	{"AUTO_DROP", "TRUE"},
	{"DATABASE_ROLE", "PRIMARY"},
	{"DETACHED", "FALSE"},
	{"ENABLED", "FALSE"},
	{"FOLLOW_DEFAULT_TIMEZONE", "FALSE"},
	{"INSTANCE_STICKINESS", "TRUE"},
	{"JOB_CLASS", "DEFAULT_JOB_CLASS"},
	{"JOB_PRIORITY", "3"},
	{"JOB_STYLE", "REGULAR"},
	{"JOB_WEIGHT", "1"},
	{"LOGGING_LEVEL", "32"},
	{"MISSED_RUNS", "ONCE"},
	{"NUMBER_OF_ARGUMENTS", "0"},
	{"PARALLEL_INSTANCES", "FALSE"},
	{"RAISE_EVENTS", "0"},
	{"RESTARTABLE", "FALSE"},
	{"RESTART_ON_FAILURE", "FALSE"},
	{"RESTART_ON_RECOVERY", "FALSE"},
	{"STOP_ON_WINDOW_CLOSE", "FALSE"},
	{"STORE_OUTPUT", "TRUE"},
	{"WINDOW_PRIORITY", "LOW"}
};

static const PgdGlobal *find_global(const char *name);
static char *attribute_name(FunctionCallInfo fcinfo);
static char *check_value(const PgdGlobal *global, const char *text);
static char *default_of(const PgdGlobal *global);
static const char *default_zone(void);

PG_FUNCTION_INFO_V1(pgd_scheduler_set_scheduler_attribute);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_scheduler_attribute);
PG_FUNCTION_INFO_V1(pgd_scheduler_stime);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_sys_time_zone_name);
PG_FUNCTION_INFO_V1(pgd_scheduler_get_default_value);
PG_FUNCTION_INFO_V1(pgd_scheduler_attributes);

Datum
pgd_scheduler_set_scheduler_attribute(PG_FUNCTION_ARGS)
{
	char	   *name;
	char	   *value = pgd_arg_text(fcinfo, 1);
	const PgdGlobal *global;
	PgdCatalogScope scope;
	Oid			types[] = {TEXTOID, TEXTOID};
	Datum		values[2];

	pgd_require(PGD_MANAGE_SCHEDULER);
	name = attribute_name(fcinfo);
	global = find_global(name);

	if (global == NULL)
		pgd_attr_error_unknown("scheduler", name,
							   "those of the view sys.all_scheduler_global_attribute");
	if (global->type == PGD_GLOBAL_READ_ONLY)
		ereport(ERROR,
				(errcode(PGD_ORA(27469)),
				 errmsg("attribute %s of the scheduler cannot be set", name),
				 errdetail("The scheduler keeps it itself.")));
	if (value != NULL)
		value = check_value(global, value);

	pgd_catalog_enter(&scope);
	values[0] = CStringGetTextDatum(name);
	if (value == NULL)
		pgd_change_sql("DELETE FROM dbms.scheduler_attribute WHERE name = $1",
					   1, types, values, NULL, SPI_OK_DELETE);
	else
	{
		values[1] = CStringGetTextDatum(value);
		pgd_change_sql("INSERT INTO dbms.scheduler_attribute (name, value) VALUES ($1, $2)"
					   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
					   2, types, values, NULL, SPI_OK_INSERT);
	}
	if (global->wakes)
		pgd_change_note_all();
	if (strcmp(global->name, "DEFAULT_TIMEZONE") == 0)
	{
		pgd_job_default_time_zone_changed();
		pgd_window_default_time_zone_changed();
	}
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_get_scheduler_attribute(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *name = attribute_name(fcinfo);
	PgdCatalogScope scope;
	char	   *value;
	TupleDesc	desc;
	Datum		datum;
	bool		isnull;

	if (find_global(name) == NULL)
		pgd_attr_error_unknown("scheduler", name,
							   "those of the view sys.all_scheduler_global_attribute");
	pgd_catalog_enter(&scope);
	value = pgd_scheduler_attribute(name);
	if (value != NULL)
		value = MemoryContextStrdup(context, value);
	pgd_catalog_leave(&scope);

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	isnull = value == NULL;
	datum = isnull ? (Datum) 0 : CStringGetTextDatum(value);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  &datum, &isnull)));
}

Datum
pgd_scheduler_stime(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(GetCurrentTimestamp());
}

Datum
pgd_scheduler_get_sys_time_zone_name(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(default_zone()));
}

Datum
pgd_scheduler_get_default_value(PG_FUNCTION_ARGS)
{
	char	   *name = pgd_arg_text(fcinfo, 0);
	const PgdGlobal *global;

	if (name == NULL)
		PG_RETURN_NULL();
	for (int i = 0; i < lengthof(object_defaults); i++)
		if (pg_strcasecmp(name, object_defaults[i].name) == 0)
			PG_RETURN_TEXT_P(cstring_to_text(object_defaults[i].value));
	global = find_global(name);

	if (global == NULL || global->value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(global->value));
}

/* For the views: who sees it is their affair. */
Datum
pgd_scheduler_attributes(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	char	   *shown[lengthof(globals)];

	pgd_catalog_enter(&scope);
	for (int i = 0; i < lengthof(globals); i++)
	{
		shown[i] = pgd_scheduler_attribute(globals[i].name);
		if (shown[i] != NULL)
			shown[i] = MemoryContextStrdup(context, shown[i]);
	}
	pgd_catalog_leave(&scope);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < lengthof(globals); i++)
	{
		ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
		Datum		values[2];
		bool		nulls[2] = {false, shown[i] == NULL};

		values[0] = CStringGetTextDatum(globals[i].name);
		values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(shown[i]);
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

char *
pgd_scheduler_attribute(const char *name)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name)};
	const PgdGlobal *global = find_global(name);

	if (strcmp(name, "CURRENT_OPEN_WINDOW") == 0)
		return pgd_sql("SELECT window_name FROM dbms.opening WHERE window_id IS NOT NULL",
					   0, NULL, NULL, NULL, SPI_OK_SELECT) == 0 ? NULL :
			pgd_column_text(CurrentMemoryContext, 0, 0);
	if (pgd_sql("SELECT a.value FROM dbms.scheduler_attribute a WHERE a.name = $1 AND a.value IS NOT NULL",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		return pgd_column_text(CurrentMemoryContext, 0, 0);
	return global == NULL ? NULL : default_of(global);
}

/* A restored value that is no number counts as not set. */
int
pgd_scheduler_log_history(void)
{
	char	   *text = pgd_scheduler_attribute("LOG_HISTORY");
	char	   *end;
	long		days;

	if (text == NULL)
		return LOG_HISTORY_DEFAULT;
	errno = 0;
	days = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || days < 0 ||
		days > LOG_HISTORY_MAX)
		return LOG_HISTORY_DEFAULT;
	return days;
}

static const PgdGlobal *
find_global(const char *name)
{
	for (int i = 0; i < lengthof(globals); i++)
		if (pg_strcasecmp(name, globals[i].name) == 0)
			return &globals[i];
	return NULL;
}

static char *
attribute_name(FunctionCallInfo fcinfo)
{
	char	   *name = pgd_arg_text(fcinfo, 0);

	if (name == NULL || name[0] == '\0')
		pgd_error_null("ATTRIBUTE");
	return asc_toupper(name, strlen(name));
}

/* The value as it is kept; 27465 if it does not fit. */
static char *
check_value(const PgdGlobal *global, const char *text)
{
	PgdAttrValue value = {.type = PGD_ATTR_TEXT,.text = unconstify(char *, text)};
	char	   *upper;

	if (strlen(text) > VALUE_MAX)
		pgd_error_too_long(global->name, VALUE_MAX);
	switch (global->type)
	{
		case PGD_GLOBAL_TEXT:
		case PGD_GLOBAL_READ_ONLY:
			return pstrdup(text);
		case PGD_GLOBAL_INTEGER:
			return psprintf(INT64_FORMAT,
							pgd_attr_to_integer(global->name, &value,
												global->min, global->max));
		case PGD_GLOBAL_BOOLEAN:
			return pstrdup(PGD_ATTR_BOOLEAN_TEXT(pgd_attr_to_boolean(global->name,
																	 &value)));
		case PGD_GLOBAL_ZONE:
			if (pgd_zone_lookup(text) == NULL)
				pgd_error_invalid_value(global->name, text,
										"The server does not know this time zone.",
										"Use a name from the view pg_timezone_names, such as Europe/Berlin.");
			pgd_zone_warn_offset(pgd_zone_lookup(text));
			return pstrdup(pgd_zone_name(pgd_zone_lookup(text)));
		case PGD_GLOBAL_ENCRYPTION:
			upper = asc_toupper(text, strlen(text));
			if (strcmp(upper, "NONE") != 0 && strcmp(upper, "SSL_TLS") != 0 &&
				strcmp(upper, "STARTTLS") != 0)
				pgd_error_invalid_value(global->name, text, NULL,
										"Use NONE, SSL_TLS or STARTTLS.");
			return upper;
	}
	return NULL;
}

/* The server's own zone. */
static const char *
default_zone(void)
{
	const char *name = pg_get_timezone_name(log_timezone);
	const PgdCalZone *zone = pgd_zone_lookup(name);

	return zone != NULL ? pgd_zone_name(zone) : name;
}

static char *
default_of(const PgdGlobal *global)
{
	if (global->type == PGD_GLOBAL_ZONE)
		return pstrdup(default_zone());
	return global->value == NULL ? NULL : pstrdup(global->value);
}
