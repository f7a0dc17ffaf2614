/*
 * worker_settings.c
 *		Which settings a plan may give workers: those that any user may set, but
 *		not those that say who a session is and what names mean to it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "core/errors.h"
#include "resource/manager_int.h"

/*
 * A work item runs with its owner's rights, and a plan is not his: it must not
 * make the work another role's, find other tables and functions, read its
 * strings in another way, or change its transactions. Some of these would end the worker.
 */
static const char *const forbidden[] = {
	"backslash_quote", "client_encoding", "exit_on_error",
	"local_preload_libraries", "role", "row_security", "search_path",
	"session_authorization", "standard_conforming_strings",
	"transaction_deferrable", "transaction_isolation", "transaction_read_only"
};

static char *trim(char *text);
static const char *check_name(const char *name);
static void error_forbidden(const char *name) pg_attribute_noreturn();
static void error_form(const char *element) pg_attribute_noreturn();

Datum
pgd_worker_settings(ArrayType *settings)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	Datum	   *pairs;

	if (ARR_NDIM(settings) > 1)
		pgd_error_invalid_value("WORKER_SETTINGS", NULL,
								"It must have one dimension.", NULL);
	deconstruct_array(settings, TEXTOID, -1, false, TYPALIGN_INT, &elements,
					  &nulls, &n);
	pairs = palloc(sizeof(Datum) * (2 * n + 1));
	for (int i = 0; i < n; i++)
	{
		char	   *element;
		char	   *equals;
		const char *name;
		char	   *value;

		if (nulls[i])
			error_form(NULL);
		element = TextDatumGetCString(elements[i]);
		equals = strchr(element, '=');
		if (equals == NULL)
			error_form(element);
		*equals = '\0';
		name = check_name(trim(element));
		value = trim(equals + 1);
		for (int j = 0; j < i; j++)
			if (strcmp(TextDatumGetCString(pairs[2 * j]), name) == 0)
				pgd_error_invalid_value("WORKER_SETTINGS", name,
										"A parameter is there twice.", NULL);

		/* raises what SET would */
		(void) set_config_option(name, value, PGC_USERSET, PGC_S_TEST,
								 GUC_ACTION_SET, false, ERROR, false);
		pairs[2 * i] = CStringGetTextDatum(name);
		pairs[2 * i + 1] = CStringGetTextDatum(value);
	}
	return PointerGetDatum(construct_array(pairs, 2 * n, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* Without white space around it. */
static char *
trim(char *text)
{
	char	   *end;

	while (scanner_isspace(*text))
		text++;
	end = text + strlen(text);
	while (end > text && scanner_isspace(end[-1]))
		*--end = '\0';
	return text;
}

/* The name as the server spells it. */
static const char *
check_name(const char *name)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name)};
	const char *spelled;

	/* the server does not even list some of these */
	for (int i = 0; i < lengthof(forbidden); i++)
		if (pg_strcasecmp(name, forbidden[i]) == 0)
			error_forbidden(name);
	if (pgd_sql("SELECT s.name, s.context = 'user' FROM pg_settings s WHERE lower(s.name) = lower($1)",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("unrecognized configuration parameter \"%s\"", name)));
	spelled = pgd_column_text(CurrentMemoryContext, 0, 0);
	if (!pgd_column_bool(0, 1) ||
		strncmp(spelled, "pg_dbms.", strlen("pg_dbms.")) == 0)
		error_forbidden(spelled);
	return spelled;
}

static void
error_forbidden(const char *name)
{
	pgd_error_invalid_value("WORKER_SETTINGS", name,
							"Workers can be given parameters that any user may set, but none of pg_dbms, and none that says who runs, what names mean or how a transaction works.",
							NULL);
}

static void
error_form(const char *element)
{
	pgd_error_invalid_value("WORKER_SETTINGS", element,
							"Each element must be a text name=value.",
							"For example: ARRAY['work_mem=64MB', 'vacuum_cost_delay=10ms'].");
}
