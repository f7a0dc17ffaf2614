/*
 * environment.c
 *		The settings of a session that its work takes along.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "scheduler/environment.h"

Datum
pgd_environment_capture(bool with_lexical)
{
	static const char *const names[] = {
		"TimeZone", "DateStyle", "IntervalStyle", "search_path",
		"standard_conforming_strings"
	};
	Datum		elements[2 * lengthof(names)];
	int			n = with_lexical ? lengthof(names) : lengthof(names) - 1;

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
								 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SET,
								 true, WARNING, false);
	}
}
