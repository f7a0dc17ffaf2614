/*
 * dates.c
 *		Oracle's date functions, for schema dbms_date.
 *
 * Oracle's DATE has a time of day and no zone: timestamp here.  Nothing in
 * this file depends on settings but SYSDATE.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/* a timestamp taken apart: day number (Julian) and time of day */
typedef struct DayTime
{
	int			day;			/* Julian day */
	int64		time;			/* microseconds since midnight */
} DayTime;

/* what TRUNC and ROUND go by */
typedef enum DateUnit
{
	UNIT_CENTURY,
	UNIT_YEAR,
	UNIT_ISO_YEAR,
	UNIT_QUARTER,
	UNIT_MONTH,
	UNIT_WEEK_OF_YEAR,			/* weeks begin as the year does */
	UNIT_ISO_WEEK,				/* weeks begin on Monday */
	UNIT_WEEK_OF_MONTH,			/* weeks begin as the month does */
	UNIT_WEEK,					/* weeks begin on Sunday */
	UNIT_DAY,
	UNIT_HOUR,
	UNIT_MINUTE
} DateUnit;

static const struct
{
	const char *name;
	DateUnit	unit;
}			date_formats[] = {
	{"CC", UNIT_CENTURY},
	{"SCC", UNIT_CENTURY},
	{"SYYYY", UNIT_YEAR},
	{"YYYY", UNIT_YEAR},
	{"YEAR", UNIT_YEAR},
	{"SYEAR", UNIT_YEAR},
	{"YYY", UNIT_YEAR},
	{"YY", UNIT_YEAR},
	{"Y", UNIT_YEAR},
	{"IYYY", UNIT_ISO_YEAR},
	{"IYY", UNIT_ISO_YEAR},
	{"IY", UNIT_ISO_YEAR},
	{"I", UNIT_ISO_YEAR},
	{"Q", UNIT_QUARTER},
	{"MONTH", UNIT_MONTH},
	{"MON", UNIT_MONTH},
	{"MM", UNIT_MONTH},
	{"RM", UNIT_MONTH},
	{"WW", UNIT_WEEK_OF_YEAR},
	{"IW", UNIT_ISO_WEEK},
	{"W", UNIT_WEEK_OF_MONTH},
	{"DDD", UNIT_DAY},
	{"DD", UNIT_DAY},
	{"J", UNIT_DAY},
	{"DAY", UNIT_WEEK},
	{"DY", UNIT_WEEK},
	{"D", UNIT_WEEK},
	{"HH", UNIT_HOUR},
	{"HH12", UNIT_HOUR},
	{"HH24", UNIT_HOUR},
	{"MI", UNIT_MINUTE}
};

static DateUnit parse_format(Datum format);
static void split(Timestamp timestamp, DayTime *result);
static Timestamp join(int day, int64 time);
static int	month_days(int year, int month);
static int	iso_year_start(int year);
static Timestamp truncate_to(Timestamp timestamp, DateUnit unit,
							 Timestamp *middle, Timestamp *next);
static int64 days_to_microseconds(Numeric days, int64 unit, int64 *whole_days);
static Numeric ratio(int64 numerator, int64 denominator);

PG_FUNCTION_INFO_V1(pgd_date_sysdate);
PG_FUNCTION_INFO_V1(pgd_date_trunc);
PG_FUNCTION_INFO_V1(pgd_date_round);
PG_FUNCTION_INFO_V1(pgd_date_next_day);
PG_FUNCTION_INFO_V1(pgd_date_next_day_number);
PG_FUNCTION_INFO_V1(pgd_date_last_day);
PG_FUNCTION_INFO_V1(pgd_date_add_months);
PG_FUNCTION_INFO_V1(pgd_date_months_between);
PG_FUNCTION_INFO_V1(pgd_date_plus);
PG_FUNCTION_INFO_V1(pgd_date_plus_timestamptz);
PG_FUNCTION_INFO_V1(pgd_date_minus);
PG_FUNCTION_INFO_V1(pgd_date_numtodsinterval);
PG_FUNCTION_INFO_V1(pgd_date_numtoyminterval);
PG_FUNCTION_INFO_V1(pgd_date_to_dsinterval);

/*
 * The start of the current statement in the session's time zone, in whole
 * seconds.
 */
Datum
pgd_date_sysdate(PG_FUNCTION_ARGS)
{
	TimestampTz now = GetCurrentStatementStartTimestamp();
	Timestamp	local =
	DatumGetTimestamp(DirectFunctionCall1(timestamptz_timestamp,
										  TimestampTzGetDatum(now)));
	DayTime		parts;

	split(local, &parts);
	PG_RETURN_TIMESTAMP(join(parts.day,
							 parts.time - parts.time % USECS_PER_SEC));
}

Datum
pgd_date_trunc(PG_FUNCTION_ARGS)
{
	Timestamp	timestamp = PG_GETARG_TIMESTAMP(0);
	DateUnit	unit = PG_NARGS() > 1 ? parse_format(PG_GETARG_DATUM(1)) :
	UNIT_DAY;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	PG_RETURN_TIMESTAMP(truncate_to(timestamp, unit, NULL, NULL));
}

Datum
pgd_date_round(PG_FUNCTION_ARGS)
{
	Timestamp	timestamp = PG_GETARG_TIMESTAMP(0);
	DateUnit	unit = PG_NARGS() > 1 ? parse_format(PG_GETARG_DATUM(1)) :
	UNIT_DAY;
	Timestamp	result;
	Timestamp	middle;
	Timestamp	next;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	result = truncate_to(timestamp, unit, &middle, &next);
	PG_RETURN_TIMESTAMP(timestamp >= middle ? next : result);
}

/*
 * The first such weekday after the date, at the same time of day.  As in
 * Oracle three letters count, and what follows them is not looked at.
 */
Datum
pgd_date_next_day(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
		"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"
	};
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	char	   *start = name + strspn(name, " ");

	for (int i = 0; i < lengthof(names); i++)
	{
		if (pg_strncasecmp(start, names[i], 3) == 0)
			return DirectFunctionCall2(pgd_date_next_day_number,
									   PG_GETARG_DATUM(0),
									   Int32GetDatum(i + 1));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a day of the week", name),
			 errhint("Use an English name such as MONDAY or MON.")));
}

/* the same with the day's number, 1 is Sunday */
Datum
pgd_date_next_day_number(PG_FUNCTION_ARGS)
{
	Timestamp	timestamp = PG_GETARG_TIMESTAMP(0);
	int			weekday = PG_GETARG_INT32(1) - 1;
	DayTime		parts;
	int			distance;

	if (weekday < 0 || weekday > 6)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%d\" is not a day of the week", weekday + 1),
				 errhint("Days are numbered from 1 for Sunday to 7.")));
	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	split(timestamp, &parts);
	distance = (weekday - j2day(parts.day) + 7) % 7;
	PG_RETURN_TIMESTAMP(join(parts.day + (distance == 0 ? 7 : distance),
							 parts.time));
}

Datum
pgd_date_last_day(PG_FUNCTION_ARGS)
{
	Timestamp	timestamp = PG_GETARG_TIMESTAMP(0);
	DayTime		parts;
	int			year;
	int			month;
	int			day;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	split(timestamp, &parts);
	j2date(parts.day, &year, &month, &day);
	PG_RETURN_TIMESTAMP(join(date2j(year, month, month_days(year, month)),
							 parts.time));
}

/*
 * The last day of a month becomes the last day of the other; so does a day
 * that the other has not.
 */
Datum
pgd_date_add_months(PG_FUNCTION_ARGS)
{
	Timestamp	timestamp = PG_GETARG_TIMESTAMP(0);
	int32		n = PG_GETARG_INT32(1);
	DayTime		parts;
	int			year;
	int			month;
	int			day;
	int64		months;
	bool		is_last;
	int			last;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	split(timestamp, &parts);
	j2date(parts.day, &year, &month, &day);
	is_last = day == month_days(year, month);
	months = (int64) year * 12 + month - 1 + n;
	if (months < -4713 * 12 || months > INT64CONST(294277) * 12)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	month = (int) (months % 12);
	year = (int) (months / 12);
	if (month < 0)
	{
		month += 12;
		year--;
	}
	month++;
	last = month_days(year, month);
	if (is_last || day > last)
		day = last;
	PG_RETURN_TIMESTAMP(join(date2j(year, month, day), parts.time));
}

/*
 * A whole number if both are the same day of a month or both the last of
 * one; else the rest counts in months of 31 days, with its time.
 */
Datum
pgd_date_months_between(PG_FUNCTION_ARGS)
{
	Timestamp	later = PG_GETARG_TIMESTAMP(0);
	Timestamp	earlier = PG_GETARG_TIMESTAMP(1);
	DayTime		parts[2];
	int			year[2];
	int			month[2];
	int			day[2];
	int64		months;
	int64		rest;

	if (TIMESTAMP_NOT_FINITE(later) || TIMESTAMP_NOT_FINITE(earlier))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("cannot subtract infinite timestamps")));
	split(later, &parts[0]);
	split(earlier, &parts[1]);
	for (int i = 0; i < 2; i++)
		j2date(parts[i].day, &year[i], &month[i], &day[i]);
	months = (int64) (year[0] - year[1]) * 12 + month[0] - month[1];
	if (day[0] == day[1] ||
		(day[0] == month_days(year[0], month[0]) &&
		 day[1] == month_days(year[1], month[1])))
		PG_RETURN_NUMERIC(int64_to_numeric(months));
	rest = (day[0] - day[1]) * USECS_PER_DAY + parts[0].time - parts[1].time;
	return DirectFunctionCall2(numeric_add,
							   NumericGetDatum(int64_to_numeric(months)),
							   NumericGetDatum(ratio(rest,
													 31 * USECS_PER_DAY)));
}

/* DATE + days, to the second as in Oracle */
Datum
pgd_date_plus(PG_FUNCTION_ARGS)
{
	Timestamp	timestamp = PG_GETARG_TIMESTAMP(0);
	int64		days;
	int64		rest = days_to_microseconds(PG_GETARG_NUMERIC(1),
											USECS_PER_SEC, &days);
	Interval	interval = {0};

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	interval.day = (int32) days;
	interval.time = rest;
	return DirectFunctionCall2(timestamp_pl_interval,
							   TimestampGetDatum(timestamp),
							   IntervalPGetDatum(&interval));
}

/*
 * Whole days are days of the calendar, also when clocks are changed; the rest
 * is time that goes by.
 */
Datum
pgd_date_plus_timestamptz(PG_FUNCTION_ARGS)
{
	TimestampTz timestamp = PG_GETARG_TIMESTAMPTZ(0);
	int64		days;
	int64		rest = days_to_microseconds(PG_GETARG_NUMERIC(1), 1, &days);
	Interval	interval = {0};

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMPTZ(timestamp);
	interval.day = (int32) days;
	interval.time = rest;
	return DirectFunctionCall2(timestamptz_pl_interval,
							   TimestampTzGetDatum(timestamp),
							   IntervalPGetDatum(&interval));
}

/* DATE - DATE in days */
Datum
pgd_date_minus(PG_FUNCTION_ARGS)
{
	Timestamp	left = PG_GETARG_TIMESTAMP(0);
	Timestamp	right = PG_GETARG_TIMESTAMP(1);
	int64		difference;

	if (TIMESTAMP_NOT_FINITE(left) || TIMESTAMP_NOT_FINITE(right) ||
		pg_sub_s64_overflow(left, right, &difference))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("cannot subtract infinite timestamps")));
	PG_RETURN_NUMERIC(ratio(difference, USECS_PER_DAY));
}

Datum
pgd_date_numtodsinterval(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		int			per_day;
	}			units[] = {
		{"DAY", 1}, {"HOUR", 24}, {"MINUTE", 1440}, {"SECOND", 86400}
	};
	char	   *unit = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Interval   *interval = palloc0(sizeof(Interval));

	for (int i = 0; i < lengthof(units); i++)
	{
		if (pg_strcasecmp(unit, units[i].name) == 0)
		{
			Datum		number = PG_GETARG_DATUM(0);
			int64		days;
			Datum		per_day;

			if (units[i].per_day == 1)
			{
				interval->time =
					days_to_microseconds(DatumGetNumeric(number), 1, &days);
				interval->day = (int32) days;
				PG_RETURN_INTERVAL_P(interval);
			}

			/* exact: microseconds of the unit, not a fraction of a day */
			per_day = NumericGetDatum(int64_to_numeric(USECS_PER_DAY /
													   units[i].per_day));
			number = DirectFunctionCall2(numeric_mul, number, per_day);
			interval->time =
				DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
			interval->day = (int32) (interval->time / USECS_PER_DAY);
			interval->time %= USECS_PER_DAY;
			PG_RETURN_INTERVAL_P(interval);
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a unit of a day to second interval", unit),
			 errhint("Units are DAY, HOUR, MINUTE and SECOND.")));
}

Datum
pgd_date_numtoyminterval(PG_FUNCTION_ARGS)
{
	char	   *unit = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Datum		number = PG_GETARG_DATUM(0);
	Interval   *interval = palloc0(sizeof(Interval));

	if (pg_strcasecmp(unit, "YEAR") == 0)
		number = DirectFunctionCall2(numeric_mul, number,
									 NumericGetDatum(int64_to_numeric(12)));
	else if (pg_strcasecmp(unit, "MONTH") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a unit of a year to month interval",
						unit),
				 errhint("Units are YEAR and MONTH.")));
	interval->month = DatumGetInt32(DirectFunctionCall1(numeric_int4, number));
	PG_RETURN_INTERVAL_P(interval);
}

/*
 * '[+|-]days hours:minutes:seconds' or ISO's 'P1DT2H'.  The sign counts for
 * all fields, which PostgreSQL's own input has only for the first.
 */
Datum
pgd_date_to_dsinterval(PG_FUNCTION_ARGS)
{
	char	   *value = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *start = value + strspn(value, " ");
	bool		is_negative = *start == '-';
	Interval   *interval;
	Datum		result;

	if (*start == '-' || *start == '+')
		start++;
	if (*start == '-' || *start == '+' || *start == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is not a day to second interval", value),
				 errhint("Write days and a time, such as '1 02:30:00', or 'P1DT2H30M'.")));
	result = DirectFunctionCall3(interval_in, CStringGetDatum(start),
								 ObjectIdGetDatum(InvalidOid),
								 Int32GetDatum(-1));
	interval = DatumGetIntervalP(result);
	if (interval->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is not a day to second interval", value),
				 errhint("Write days and a time, such as '1 02:30:00', or 'P1DT2H30M'.")));
	if (is_negative)
		return DirectFunctionCall1(interval_um, result);
	return result;
}

static DateUnit
parse_format(Datum format)
{
	char	   *name = TextDatumGetCString(format);

	for (int i = 0; i < lengthof(date_formats); i++)
	{
		if (pg_strcasecmp(name, date_formats[i].name) == 0)
			return date_formats[i].unit;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a format to truncate or round a date by",
					name),
			 errhint("Formats are CC, YYYY, IYYY, Q, MM, WW, IW, W, DD, D, HH24, MI and their synonyms.")));
}

static void
split(Timestamp timestamp, DayTime *result)
{
	int64		day = timestamp / USECS_PER_DAY;

	result->time = timestamp % USECS_PER_DAY;
	if (result->time < 0)
	{
		result->time += USECS_PER_DAY;
		day--;
	}
	result->day = (int) day + POSTGRES_EPOCH_JDATE;
}

static Timestamp
join(int day, int64 time)
{
	Timestamp	result;

	if (pg_mul_s64_overflow((int64) day - POSTGRES_EPOCH_JDATE,
							USECS_PER_DAY, &result) ||
		pg_add_s64_overflow(result, time, &result) ||
		!IS_VALID_TIMESTAMP(result))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return result;
}

static int
month_days(int year, int month)
{
	return day_tab[isleap(year)][month - 1];
}

/* the Monday of the week with January 4, as a Julian day */
static int
iso_year_start(int year)
{
	int			fourth = date2j(year, 1, 4);

	return fourth - (j2day(fourth) + 6) % 7;
}

/*
 * The start of the unit that the timestamp lies in; if wanted, from when on
 * it rounds up, and the start of the next one.
 */
static Timestamp
truncate_to(Timestamp timestamp, DateUnit unit, Timestamp *middle,
			Timestamp *next)
{
	DayTime		parts;
	int			year;
	int			month;
	int			day;
	int			start = 0;		/* Julian days */
	int			turn = 0;
	int			end = 0;
	int64		turn_time = 0;	/* microseconds in the turning day */

	split(timestamp, &parts);
	j2date(parts.day, &year, &month, &day);

	switch (unit)
	{
		case UNIT_CENTURY:
			/* the 21st began with 2001 */
			year = year > 0 ? (year - 1) / 100 * 100 + 1 :
				-((99 - (year - 1)) / 100 * 100) + 1;
			start = date2j(year, 1, 1);
			turn = date2j(year + 50, 1, 1);
			end = date2j(year + 100, 1, 1);
			break;
		case UNIT_YEAR:
			start = date2j(year, 1, 1);
			turn = date2j(year, 7, 1);
			end = date2j(year + 1, 1, 1);
			break;
		case UNIT_ISO_YEAR:
			if (parts.day >= iso_year_start(year + 1))
				year++;
			else if (parts.day < iso_year_start(year))
				year--;
			start = iso_year_start(year);
			turn = date2j(year, 7, 1);
			end = iso_year_start(year + 1);
			break;
		case UNIT_QUARTER:
			month = (month - 1) / 3 * 3 + 1;
			start = date2j(year, month, 1);
			turn = date2j(year, month + 1, 16);
			end = month == 10 ? date2j(year + 1, 1, 1) :
				date2j(year, month + 3, 1);
			break;
		case UNIT_MONTH:
			start = date2j(year, month, 1);
			turn = date2j(year, month, 16);
			end = start + month_days(year, month);
			break;
		case UNIT_WEEK_OF_YEAR:
		case UNIT_ISO_WEEK:
		case UNIT_WEEK_OF_MONTH:
		case UNIT_WEEK:
			if (unit == UNIT_WEEK_OF_YEAR)
				start = parts.day - (parts.day - date2j(year, 1, 1)) % 7;
			else if (unit == UNIT_WEEK_OF_MONTH)
				start = parts.day - (day - 1) % 7;
			else if (unit == UNIT_ISO_WEEK)
				start = parts.day - (j2day(parts.day) + 6) % 7;
			else
				start = parts.day - j2day(parts.day);
			turn = start + 3;
			turn_time = USECS_PER_DAY / 2;
			end = start + 7;
			break;
		case UNIT_DAY:
			start = parts.day;
			turn = start;
			turn_time = USECS_PER_DAY / 2;
			end = start + 1;
			break;
		case UNIT_HOUR:
		case UNIT_MINUTE:
			{
				int64		length = unit == UNIT_HOUR ? USECS_PER_HOUR :
				USECS_PER_MINUTE;
				int64		time = parts.time - parts.time % length;

				if (middle != NULL)
				{
					*middle = join(parts.day, time + length / 2);
					*next = join(parts.day, time + length);
				}
				return join(parts.day, time);
			}
	}
	if (middle != NULL)
	{
		*middle = join(turn, turn_time);
		*next = join(end, 0);
	}
	return join(start, 0);
}

/*
 * Splits a number of days into whole days and microseconds, rounded to a
 * multiple of unit.
 */
static int64
days_to_microseconds(Numeric days, int64 unit, int64 *whole_days)
{
	Datum		units = NumericGetDatum(int64_to_numeric(USECS_PER_DAY / unit));
	int64		total =
	DatumGetInt64(DirectFunctionCall1(numeric_int8,
									  DirectFunctionCall2(numeric_mul,
														  NumericGetDatum(days),
														  units)));
	int64		per_day = USECS_PER_DAY / unit;

	*whole_days = total / per_day;
	if (*whole_days > PG_INT32_MAX || *whole_days < PG_INT32_MIN)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("interval out of range")));
	return total % per_day * unit;
}

static Numeric
ratio(int64 numerator, int64 denominator)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_div,
											   NumericGetDatum(int64_to_numeric(numerator)),
											   NumericGetDatum(int64_to_numeric(denominator))));
}
