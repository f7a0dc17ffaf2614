/*
 * view.c
 *		Functions behind columns of the dictionary views.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(pgd_core_opaque);
PG_FUNCTION_INFO_V1(pgd_core_shown_settings);

/*
 * Its argument. Declared volatile: a condition on a column that is its result
 * is tested above the view, on visible rows alone, whereas the planner takes
 * even a security barrier's leakproof conditions down to the tables, where
 * EXPLAIN shows how many rows of others meet them.
 */
Datum
pgd_core_opaque(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * Settings that are kept as an array of name, value, name, value, as one
 * text: name='value' name='value'. NULL if there are none.
 */
Datum
pgd_core_shown_settings(PG_FUNCTION_ARGS)
{
	StringInfoData shown;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &n);
	initStringInfo(&shown);
	for (int i = 0; i + 1 < n; i += 2)
	{
		if (nulls[i] || nulls[i + 1])
			continue;
		if (shown.len > 0)
			appendStringInfoChar(&shown, ' ');
		appendStringInfo(&shown, "%s=%s", TextDatumGetCString(elements[i]),
						 quote_literal_cstr(TextDatumGetCString(elements[i + 1])));
	}
	if (shown.len == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(shown.data, shown.len));
}
