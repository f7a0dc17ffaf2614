/*
 * functions.c
 *		SQL functions that take calendar strings: evaluate, list, take apart,
 *		put together.
 *
 * They read no table themselves; named schedules come from the scheduler
 * through pgd_calendar_resolver.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/errors.h"

/* calendar_occurrences() returns at most so many rows */
#define MAX_OCCURRENCES		1000000

PG_FUNCTION_INFO_V1(pgd_scheduler_evaluate_calendar_string);
PG_FUNCTION_INFO_V1(pgd_scheduler_calendar_occurrences);
PG_FUNCTION_INFO_V1(pgd_scheduler_resolve_calendar_string);
PG_FUNCTION_INFO_V1(pgd_scheduler_resolve_calendar_string_short);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_calendar_string);

/* what calendar_occurrences() keeps between its rows */
typedef struct Occurrences
{
	PgdCalendar *calendar;
	const PgdCalZone *zone;
	TimestampTz start;
	TimestampTz after;
} Occurrences;

/* The text's calendar in the name space of the current user, or an error. */
static PgdCalendar *
compile_argument(FunctionCallInfo fcinfo, int arg)
{
	const char *string = NULL;
	PgdCalendar *calendar;
	PgdCalError err;

	if (!PG_ARGISNULL(arg))
		string = text_to_cstring(PG_GETARG_TEXT_PP(arg));
	calendar = pgd_calendar_compile(string, GetUserNameFromId(GetUserId(), false),
									pgd_calendar_resolver, NULL, &err);
	if (calendar == NULL)
		pgd_calendar_raise(&err);
	return calendar;
}

/* The time zone argument, the last of every call with a start date. */
static const PgdCalZone *
zone_argument(FunctionCallInfo fcinfo, int arg)
{
	const PgdCalZone *zone;
	char	   *name = NULL;

	if (!PG_ARGISNULL(arg))
		name = text_to_cstring(PG_GETARG_TEXT_PP(arg));
	zone = pgd_zone_require(name);
	pgd_zone_warn_offset(zone);
	return zone;
}

/* evaluate_calendar_string(calendar_string, start_date, return_date_after, OUT next_run_date, time_zone) */
Datum
pgd_scheduler_evaluate_calendar_string(PG_FUNCTION_ARGS)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz start = PG_ARGISNULL(1) ? now : PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz after = PG_ARGISNULL(2) ? now : PG_GETARG_TIMESTAMPTZ(2);
	PgdCalendar *calendar = compile_argument(fcinfo, 0);
	const PgdCalZone *zone = zone_argument(fcinfo, 4);
	PgdCalError err;
	TimestampTz next;
	TupleDesc	tupdesc;
	Datum		value;
	bool		isnull = false;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (!pgd_calendar_next(calendar, start, zone, after, &next, &err))
		pgd_calendar_raise(&err);
	value = TimestampTzGetDatum(next);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc),
													  &value, &isnull)));
}

/* Checks the arguments of calendar_occurrences() and compiles its text. */
static Occurrences *
start_occurrences(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	Occurrences *state = palloc(sizeof(Occurrences));
	TimestampTz now = GetCurrentStatementStartTimestamp();
	int32		n;

	if (PG_ARGISNULL(3))
		pgd_error_null("n");
	n = PG_GETARG_INT32(3);
	if (n < 0 || n > MAX_OCCURRENCES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of occurrences must be between 0 and %d",
						MAX_OCCURRENCES)));
	funcctx->max_calls = n;
	state->start = PG_ARGISNULL(1) ? now : PG_GETARG_TIMESTAMPTZ(1);
	state->after = PG_ARGISNULL(2) ? now : PG_GETARG_TIMESTAMPTZ(2);
	state->calendar = compile_argument(fcinfo, 0);
	state->zone = zone_argument(fcinfo, 4);
	return state;
}

/* calendar_occurrences(string, start_date, after, n, time_zone) */
Datum
pgd_scheduler_calendar_occurrences(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Occurrences *state;
	PgdCalError err;
	TimestampTz next;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		funcctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
		funcctx->user_fctx = start_occurrences(fcinfo, funcctx);
		MemoryContextSwitchTo(old);
	}
	funcctx = SRF_PERCALL_SETUP();
	state = funcctx->user_fctx;
	CHECK_FOR_INTERRUPTS();
	if (funcctx->call_cntr >= funcctx->max_calls)
		SRF_RETURN_DONE(funcctx);
	if (!pgd_calendar_next(state->calendar, state->start, state->zone,
						   state->after, &next, &err))
	{
		/* a list may end, but one that never begins is an error */
		if (funcctx->call_cntr == 0 || err.ora != 27419)
			pgd_calendar_raise(&err);
		SRF_RETURN_DONE(funcctx);
	}
	state->after = next;
	SRF_RETURN_NEXT(funcctx, TimestampTzGetDatum(next));
}

/* Collects the values of a list. */
typedef struct ListBuilder
{
	ArrayBuildState *first;
	ArrayBuildState *second;
} ListBuilder;

static void
collect(void *arg, int value, int second)
{
	ListBuilder *builder = arg;

	builder->first = accumArrayResult(builder->first, Int32GetDatum(value),
									  false, INT4OID, CurrentMemoryContext);
	builder->second = accumArrayResult(builder->second, Int32GetDatum(second),
									   false, INT4OID, CurrentMemoryContext);
}

/* Puts a list into one result column, or two; NULL if the clause is absent. */
static void
set_list(const PgdCalendar *calendar, PgdCalList list, Datum *values,
		 bool *nulls, int column, int second_column)
{
	ListBuilder builder = {NULL, NULL};

	pgd_calendar_list(calendar, list, collect, &builder);
	if (builder.first == NULL)
		return;
	values[column] = makeArrayResult(builder.first, CurrentMemoryContext);
	nulls[column] = false;
	if (second_column >= 0)
	{
		values[second_column] = makeArrayResult(builder.second,
												CurrentMemoryContext);
		nulls[second_column] = false;
	}
}

/*
 * Both forms of resolve_calendar_string: the long one has calendars_used,
 * bydate_y, bydate_md and bysetpos as well.
 */
static Datum
resolve_calendar_string(FunctionCallInfo fcinfo, bool is_long)
{
	PgdCalendar *calendar = compile_argument(fcinfo, 0);
	PgdCalSummary summary;
	TupleDesc	tupdesc;
	Datum		values[15];
	bool		nulls[15];
	int			n = 0;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	pgd_calendar_summary(calendar, &summary);
	if (summary.has_times || summary.has_spans || summary.is_cron)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 summary.is_cron ? errmsg("cannot take a cron line apart") :
				 errmsg("cannot take a calendar string with %s apart",
						summary.has_times ? "BYTIME" : "OFFSET or SPAN in BYDATE"),
				 errdetail("The results have no place for it.")));

	memset(nulls, true, sizeof(nulls));
	if (summary.freq >= PGD_FREQ_YEARLY && summary.freq <= PGD_FREQ_SECONDLY)
	{
		values[n] = Int32GetDatum(summary.freq);
		nulls[n] = false;
	}
	n++;
	values[n] = Int32GetDatum(summary.interval);
	nulls[n++] = summary.freq == PGD_FREQ_NONE;
	if (is_long)
	{
		values[n] = BoolGetDatum(summary.uses_calendars);
		nulls[n++] = false;
	}
	set_list(calendar, PGD_LIST_SECOND, values, nulls, n++, -1);
	set_list(calendar, PGD_LIST_MINUTE, values, nulls, n++, -1);
	set_list(calendar, PGD_LIST_HOUR, values, nulls, n++, -1);
	set_list(calendar, PGD_LIST_DAY, values, nulls, n, n + 1);
	n += 2;
	if (is_long)
	{
		set_list(calendar, PGD_LIST_DATE, values, nulls, n, n + 1);
		n += 2;
	}
	set_list(calendar, PGD_LIST_MONTHDAY, values, nulls, n++, -1);
	set_list(calendar, PGD_LIST_YEARDAY, values, nulls, n++, -1);
	set_list(calendar, PGD_LIST_WEEKNO, values, nulls, n++, -1);
	set_list(calendar, PGD_LIST_MONTH, values, nulls, n++, -1);
	if (is_long)
		set_list(calendar, PGD_LIST_SETPOS, values, nulls, n++, -1);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc),
													  values, nulls)));
}

Datum
pgd_scheduler_resolve_calendar_string(PG_FUNCTION_ARGS)
{
	return resolve_calendar_string(fcinfo, true);
}

Datum
pgd_scheduler_resolve_calendar_string_short(PG_FUNCTION_ARGS)
{
	return resolve_calendar_string(fcinfo, false);
}

/* The elements of an array argument; NULL and 0 elements if it is NULL. */
static int32 *
array_argument(FunctionCallInfo fcinfo, int arg, const char *what, int *count)
{
	ArrayType  *array;
	Datum	   *elements;
	bool	   *nulls;
	int32	   *result;
	int			i;

	*count = 0;
	if (PG_ARGISNULL(arg))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(arg);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("\"%s\" must have one dimension", what)));
	deconstruct_array(array, INT4OID, sizeof(int32), true, TYPALIGN_INT,
					  &elements, &nulls, count);
	result = palloc(sizeof(int32) * (*count + 1));
	for (i = 0; i < *count; i++)
	{
		if (nulls[i])
			pgd_error_null(psprintf("element of \"%s\"", what));
		result[i] = DatumGetInt32(elements[i]);
	}
	return result;
}

/* Appends ;CLAUSE=1,2,3 */
static void
append_list(StringInfo text, FunctionCallInfo fcinfo, int arg,
			const char *what, const char *clause)
{
	int			count;
	int32	   *list = array_argument(fcinfo, arg, what, &count);
	int			i;

	for (i = 0; i < count; i++)
		appendStringInfo(text, "%s%d", i == 0 ? psprintf(";%s=", clause) : ",",
						 list[i]);
}

/* Appends ;BYDAY=MON,-1FRI from two lists of equal length. */
static void
append_days(StringInfo text, FunctionCallInfo fcinfo, int days_arg, int occurrence_arg)
{
	static const char *const names[] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
	int			ndays;
	int			noccurrences;
	int32	   *days = array_argument(fcinfo, days_arg, "byday_days", &ndays);
	int32	   *occurrences = array_argument(fcinfo, occurrence_arg,
											 "byday_occurrence", &noccurrences);
	int			i;

	if (noccurrences != 0 && noccurrences != ndays)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"byday_days\" and \"byday_occurrence\" must have the same length")));
	for (i = 0; i < ndays; i++)
	{
		if (days[i] < 1 || days[i] > 7)
			ereport(ERROR,
					(errcode(PGD_ORA(27416)),
					 errmsg("%d is not a day of the week", days[i]),
					 errhint("Days are 1 for Monday to 7 for Sunday.")));
		appendStringInfoString(text, i == 0 ? ";BYDAY=" : ",");
		if (noccurrences != 0 && occurrences[i] != 0)
			appendStringInfo(text, "%d", occurrences[i]);
		appendStringInfoString(text, names[days[i] - 1]);
	}
}

/* create_calendar_string(frequency, interval, lists ..., OUT calendar_string) */
Datum
pgd_scheduler_create_calendar_string(PG_FUNCTION_ARGS)
{
	static const char *const frequencies[] = {
		"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"
	};
	StringInfoData text;
	PgdCalError err;
	TupleDesc	tupdesc;
	Datum		value;
	bool		isnull = false;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (PG_ARGISNULL(0))
		pgd_error_null("frequency");
	if (PG_GETARG_INT32(0) < 1 || PG_GETARG_INT32(0) > lengthof(frequencies))
		ereport(ERROR,
				(errcode(PGD_ORA(27421)),
				 errmsg("frequency must be between 1 and 7"),
				 errdetail("1 is YEARLY, 2 MONTHLY, 3 WEEKLY, 4 DAILY, 5 HOURLY, 6 MINUTELY, 7 SECONDLY.")));
	initStringInfo(&text);
	appendStringInfo(&text, "FREQ=%s", frequencies[PG_GETARG_INT32(0) - 1]);
	if (!PG_ARGISNULL(1))
		appendStringInfo(&text, ";INTERVAL=%d", PG_GETARG_INT32(1));
	append_list(&text, fcinfo, 10, "bymonth", "BYMONTH");
	append_list(&text, fcinfo, 9, "byweekno", "BYWEEKNO");
	append_list(&text, fcinfo, 8, "byyearday", "BYYEARDAY");
	append_list(&text, fcinfo, 7, "bymonthday", "BYMONTHDAY");
	append_days(&text, fcinfo, 5, 6);
	append_list(&text, fcinfo, 4, "byhour", "BYHOUR");
	append_list(&text, fcinfo, 3, "byminute", "BYMINUTE");
	append_list(&text, fcinfo, 2, "bysecond", "BYSECOND");
	if (pgd_calendar_compile(text.data, NULL, NULL, NULL, &err) == NULL)
		pgd_calendar_raise(&err);
	value = CStringGetTextDatum(text.data);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc),
													  &value, &isnull)));
}
