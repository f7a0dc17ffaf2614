/*
 * parameters.c
 *		Parameters of statements with many columns, put one after the other.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/change.h"
#include "scheduler/job_int.h"

static void put(PgdParameters *parameters, Oid type, Datum value, bool is_null);

static void
put(PgdParameters *parameters, Oid type, Datum value, bool is_null)
{
	int			i = parameters->n++;

	Assert(i < lengthof(parameters->types));
	parameters->types[i] = type;
	parameters->values[i] = value;
	parameters->nulls[i] = is_null ? 'n' : ' ';
}

void
pgd_put_text(PgdParameters *parameters, const char *text)
{
	put(parameters, TEXTOID,
		text == NULL ? (Datum) 0 : CStringGetTextDatum(text), text == NULL);
}

void
pgd_put_int32(PgdParameters *parameters, int32 value)
{
	put(parameters, INT4OID, Int32GetDatum(value), false);
}

/* One value stands for NULL. */
void
pgd_put_int32_or_null(PgdParameters *parameters, int32 value,
					  int32 null_value)
{
	put(parameters, INT4OID, Int32GetDatum(value), value == null_value);
}

void
pgd_put_int64(PgdParameters *parameters, int64 value)
{
	put(parameters, INT8OID, Int64GetDatum(value), false);
}

void
pgd_put_bool(PgdParameters *parameters, bool value)
{
	put(parameters, BOOLOID, BoolGetDatum(value), false);
}

/* DT_NOEND is NULL. */
void
pgd_put_timestamptz(PgdParameters *parameters, TimestampTz at)
{
	put(parameters, TIMESTAMPTZOID, TimestampTzGetDatum(at),
		TIMESTAMP_NOT_FINITE(at));
}

void
pgd_put_interval(PgdParameters *parameters, const Interval *interval)
{
	put(parameters, INTERVALOID, IntervalPGetDatum(interval),
		interval == NULL);
}

/* The datum 0 is NULL: for types passed by reference. */
void
pgd_put_datum(PgdParameters *parameters, Oid type, Datum value)
{
	put(parameters, type, value, value == (Datum) 0);
}

/* pgd_sql() with these parameters. */
uint64
pgd_sql_with(const char *text, const PgdParameters *parameters, int expected)
{
	return pgd_sql(text, parameters->n, parameters->types,
				   parameters->values, parameters->nulls, expected);
}

/* pgd_change_sql() with these parameters. */
uint64
pgd_change_sql_with(const char *text, const PgdParameters *parameters,
					int expected)
{
	return pgd_change_sql(text, parameters->n, parameters->types,
						  parameters->values, parameters->nulls, expected);
}
