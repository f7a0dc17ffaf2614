/*
 * arguments.h
 *		Arguments of SQL-callable procedures, which are never STRICT: a NULL
 *		where a value is needed is an error of its own.
 */
#ifndef PGD_ARGUMENTS_H
#define PGD_ARGUMENTS_H

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/errors.h"

/* NULL for NULL */
static inline char *
pgd_arg_text(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/* 27451 for NULL */
static inline bool
pgd_arg_bool(FunctionCallInfo fcinfo, int n, const char *what)
{
	if (PG_ARGISNULL(n))
		pgd_error_null(what);
	return PG_GETARG_BOOL(n);
}

static inline int32
pgd_arg_int32(FunctionCallInfo fcinfo, int n, const char *what)
{
	if (PG_ARGISNULL(n))
		pgd_error_null(what);
	return PG_GETARG_INT32(n);
}

/* a value of a statement and its mark of NULL */
static inline Datum
pgd_text_or_null(const char *text, char *null)
{
	*null = text == NULL ? 'n' : ' ';
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/* DT_NOBEGIN is NULL, as pgd_column_timestamptz() reads it */
static inline Datum
pgd_timestamptz_or_null(TimestampTz at, char *null)
{
	*null = at == DT_NOBEGIN ? 'n' : ' ';
	return TimestampTzGetDatum(at);
}

#endif							/* PGD_ARGUMENTS_H */
