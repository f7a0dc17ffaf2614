/*
 * environment.c
 *		The settings of a session that its work takes along.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "core/compat.h"
#include "scheduler/environment.h"

static const char *const nls_names[] = {
	"TimeZone", "DateStyle", "IntervalStyle", "search_path"
};

static Datum make_array(const char *const *names, int n);
static bool is_pinned(const char *name);
static bool is_of_session(const struct config_generic *setting);

Datum
pgd_environment_capture(void)
{
	return make_array(nls_names, lengthof(nls_names));
}

Datum
pgd_environment_capture_all(void)
{
	int			nsettings;
	struct config_generic **settings = pgd_guc_variables(&nsettings);
	const char **names = palloc(sizeof(char *) * nsettings);
	int			n = 0;

	for (int i = 0; i < nsettings; i++)
		if (is_pinned(settings[i]->name) || is_of_session(settings[i]))
			names[n++] = settings[i]->name;
	return make_array(names, n);
}

static Datum
make_array(const char *const *names, int n)
{
	Datum	   *elements = palloc(sizeof(Datum) * 2 * n);

	for (int i = 0; i < n; i++)
	{
		elements[2 * i] = CStringGetTextDatum(names[i]);
		elements[2 * i + 1] =
			CStringGetTextDatum(GetConfigOption(names[i], false, false));
	}
	return PointerGetDatum(construct_array(elements, 2 * n,
										   TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* Taken along wherever it was set: the session may have another role's. */
static bool
is_pinned(const char *name)
{
	for (int i = 0; i < lengthof(nls_names); i++)
		if (strcmp(name, nls_names[i]) == 0)
			return true;
	return strcmp(name, "standard_conforming_strings") == 0;
}

/*
 * Set by the client or with SET, and the user could set it elsewhere, too. Not
 * what says who the session is: role, session_authorization and the state of
 * the transaction are among those that RESET ALL leaves alone.
 */
static bool
is_of_session(const struct config_generic *setting)
{
	return (setting->source == PGC_S_CLIENT ||
			setting->source == PGC_S_SESSION) &&
		(setting->context == PGC_USERSET ||
		 (setting->context == PGC_SUSET && superuser())) &&
		(setting->flags & GUC_NO_RESET_ALL) == 0 &&
		strcmp(setting->name, "application_name") != 0 &&
		strcmp(setting->name, "client_encoding") != 0;
}

void
pgd_environment_apply(Datum environment)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (environment == (Datum) 0)
		return;
	deconstruct_array(DatumGetArrayTypeP(environment), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i + 1 < n; i += 2)
	{
		if (nulls[i] || nulls[i + 1])
			continue;
		(void) set_config_option(TextDatumGetCString(elements[i]),
								 TextDatumGetCString(elements[i + 1]),
								 superuser() ? PGC_SUSET : PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SET,
								 true, WARNING, false);
	}
}
