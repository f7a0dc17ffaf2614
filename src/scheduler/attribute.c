/*
 * attribute.c
 *		Values of attributes: from what a caller gives to what an attribute
 *		needs, and back.
 *
 * Nothing here reads or writes tables.
 */
#include "postgres.h"

#include <ctype.h>

#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/errors.h"
#include "scheduler/attribute.h"
#include "scheduler/log.h"

#define LOGGING_LEVEL_HINT \
	"Use dbms_scheduler.logging_off(), logging_runs(), logging_failed_runs() or logging_full()."

static const char *type_name(PgdAttrType type);
static Datum input_or_invalid(PGFunction input, const char *attribute,
							  const char *text);
static bool read_integer(const char *text, int64 *number);
static void require_value(const char *attribute, const PgdAttrValue *value);

static const char *
type_name(PgdAttrType type)
{
	switch (type)
	{
		case PGD_ATTR_TEXT:
			return "text";
		case PGD_ATTR_BOOLEAN:
			return "boolean";
		case PGD_ATTR_INTEGER:
			return "integer";
		case PGD_ATTR_TIMESTAMPTZ:
			return "timestamp with time zone";
		case PGD_ATTR_INTERVAL:
			return "interval";
	}
	return "unknown";
}

void
pgd_attr_error_unknown(const char *kind, const char *attribute,
					   const char *known)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27469)),
			 errmsg("\"%s\" is not a valid attribute of a %s",
					attribute, kind),
			 known != NULL ? errhint("Valid attributes are %s.", known) : 0));
}

void
pgd_attr_error_null(const char *attribute)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27451)),
			 errmsg("%s cannot be NULL", attribute),
			 errhint("Use set_attribute_null() for an attribute that has no value.")));
}

void
pgd_attr_error_type(const char *attribute, PgdAttrType wanted)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27467)),
			 errmsg("invalid data type for attribute \"%s\"", attribute),
			 errdetail("The attribute is of type %s.", type_name(wanted))));
}

/* The empty text is NULL, as in Oracle. */
static void
require_value(const char *attribute, const PgdAttrValue *value)
{
	if (value->is_null)
		pgd_error_null(attribute);
	if (value->type == PGD_ATTR_TEXT &&
		(value->text == NULL || value->text[0] == '\0'))
		pgd_attr_error_null(attribute);
}

/*
 * A type's input function, whose complaint becomes the detail of 27465.
 */
static Datum
input_or_invalid(PGFunction input, const char *attribute, const char *text)
{
	MemoryContext context = CurrentMemoryContext;
	Datum		result = (Datum) 0;

	PG_TRY();
	{
		result = DirectFunctionCall3(input, CStringGetDatum(text),
									 ObjectIdGetDatum(InvalidOid),
									 Int32GetDatum(-1));
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		pgd_error_invalid_value(attribute, text,
								pgd_error_sentence(error->message), NULL);
	}
	PG_END_TRY();
	return result;
}

/* A text as a number without a fraction; false if it is none. */
static bool
read_integer(const char *text, int64 *number)
{
	char	   *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	while (isspace((unsigned char) *end))
		end++;
	return end != text && *end == '\0' && errno == 0;
}

char *
pgd_attr_to_text(const char *attribute, const PgdAttrValue *value, int limit)
{
	char	   *text = NULL;

	require_value(attribute, value);
	if (value->type != PGD_ATTR_TEXT)
		pgd_attr_error_type(attribute, PGD_ATTR_TEXT);
	text = value->text;
	if (limit > 0 && strlen(text) > limit)
		pgd_error_too_long(attribute, limit);
	return pstrdup(text);
}

bool
pgd_attr_to_boolean(const char *attribute, const PgdAttrValue *value)
{
	bool		result;

	require_value(attribute, value);
	if (value->type == PGD_ATTR_BOOLEAN)
		return value->boolean;
	if (value->type != PGD_ATTR_TEXT)
		pgd_attr_error_type(attribute, PGD_ATTR_BOOLEAN);
	if (!parse_bool(value->text, &result))
		pgd_error_invalid_value(attribute, value->text, NULL,
								"Use TRUE or FALSE.");
	return result;
}

int64
pgd_attr_to_integer(const char *attribute, const PgdAttrValue *value,
					int64 min, int64 max)
{
	int64		number;
	const char *shown;

	require_value(attribute, value);
	if (value->type == PGD_ATTR_INTEGER)
	{
		number = value->integer;
		shown = psprintf(INT64_FORMAT, number);
	}
	else if (value->type == PGD_ATTR_TEXT)
	{
		shown = value->text;
		if (!read_integer(shown, &number))
			pgd_error_invalid_value(attribute, shown,
									psprintf("It must be a whole number between " INT64_FORMAT
											 " and " INT64_FORMAT ".", min, max),
									NULL);
	}
	else
		pgd_attr_error_type(attribute, PGD_ATTR_INTEGER);
	if (number < min || number > max)
		pgd_error_invalid_value(attribute, shown,
								psprintf("It must be between " INT64_FORMAT
										 " and " INT64_FORMAT ".", min, max),
								NULL);
	return number;
}

int
pgd_attr_to_logging_level(const char *attribute, const PgdAttrValue *value)
{
	int64		level;

	require_value(attribute, value);
	if (value->type == PGD_ATTR_INTEGER)
		level = value->integer;
	else if (value->type != PGD_ATTR_TEXT)
		pgd_attr_error_type(attribute, PGD_ATTR_INTEGER);
	else if (!read_integer(value->text, &level))
		pgd_error_invalid_value(attribute, value->text, NULL,
								LOGGING_LEVEL_HINT);
	return pgd_attr_check_logging_level(attribute, level);
}

int
pgd_attr_check_logging_level(const char *attribute, int64 level)
{
	if (level != PGD_LOGGING_OFF && level != PGD_LOGGING_RUNS &&
		level != PGD_LOGGING_FAILED_RUNS && level != PGD_LOGGING_FULL)
		pgd_error_invalid_value(attribute, psprintf(INT64_FORMAT, level), NULL,
								LOGGING_LEVEL_HINT);
	return (int) level;
}

TimestampTz
pgd_attr_to_timestamptz(const char *attribute, const PgdAttrValue *value)
{
	TimestampTz at;
	const char *shown = "infinity";

	require_value(attribute, value);
	if (value->type == PGD_ATTR_TIMESTAMPTZ)
	{
		at = value->timestamp;
		if (TIMESTAMP_IS_NOBEGIN(at))
			shown = "-infinity";
	}
	else if (value->type == PGD_ATTR_TEXT)
	{
		shown = value->text;
		at = DatumGetTimestampTz(input_or_invalid(timestamptz_in, attribute,
												  shown));
	}
	else
		pgd_attr_error_type(attribute, PGD_ATTR_TIMESTAMPTZ);
	if (TIMESTAMP_NOT_FINITE(at))
		pgd_error_invalid_value(attribute, shown,
								"It must be a finite point in time.", NULL);
	return at;
}

/*
 * The region that a time as text names at its end, as Oracle's values carry
 * theirs; NULL if there is none.
 */
const char *
pgd_attr_zone_in_text(const PgdAttrValue *value)
{
	const PgdCalZone *zone;
	const char *word;

	if (value->type != PGD_ATTR_TEXT)
		return NULL;
	word = strrchr(value->text, ' ');
	if (word == NULL || strchr(word, '/') == NULL)
		return NULL;
	zone = pgd_zone_lookup(word + 1);
	return zone == NULL || pgd_zone_is_offset(zone) ? NULL : word + 1;
}

Interval *
pgd_attr_to_interval(const char *attribute, const PgdAttrValue *value,
					 int64 min_seconds, int64 max_seconds)
{
	Interval   *interval;
	const char *shown;
	int64		usecs;

	require_value(attribute, value);
	if (value->type == PGD_ATTR_INTERVAL)
	{
		interval = palloc(sizeof(Interval));
		*interval = *value->interval;
		shown = DatumGetCString(DirectFunctionCall1(interval_out,
													IntervalPGetDatum(interval)));
	}
	else if (value->type == PGD_ATTR_TEXT)
	{
		shown = value->text;
		interval = DatumGetIntervalP(input_or_invalid(interval_in, attribute,
													  shown));
	}
	else
		pgd_attr_error_type(attribute, PGD_ATTR_INTERVAL);

	if (interval->month != 0)
		pgd_error_invalid_value(attribute, shown,
								"An interval of days to seconds has no years or months.",
								NULL);
	/* no overflow: the bounds are far smaller than what a day count can be */
	if (interval->day > max_seconds / SECS_PER_DAY + 1 ||
		interval->day < -(max_seconds / SECS_PER_DAY + 1) ||
		interval->time > 2 * max_seconds * USECS_PER_SEC ||
		interval->time < -2 * max_seconds * USECS_PER_SEC)
		usecs = PG_INT64_MAX;
	else
		usecs = interval->day * USECS_PER_DAY + interval->time;
	if (usecs < min_seconds * USECS_PER_SEC ||
		usecs > max_seconds * USECS_PER_SEC)
	{
		Interval	min = {.time = (min_seconds % SECS_PER_DAY) * USECS_PER_SEC,
		.day = min_seconds / SECS_PER_DAY};
		Interval	max = {.time = (max_seconds % SECS_PER_DAY) * USECS_PER_SEC,
		.day = max_seconds / SECS_PER_DAY};

		pgd_error_invalid_value(attribute, shown,
								psprintf("It must be between %s and %s.",
										 DatumGetCString(DirectFunctionCall1(interval_out,
																			 IntervalPGetDatum(&min))),
										 DatumGetCString(DirectFunctionCall1(interval_out,
																			 IntervalPGetDatum(&max)))),
								NULL);
	}
	return interval;
}

void
pgd_attr_put_text(PgdAttrValue *value, const char *text)
{
	value->type = PGD_ATTR_TEXT;
	value->is_null = (text == NULL);
	value->text = unconstify(char *, text);
}

void
pgd_attr_put_boolean(PgdAttrValue *value, bool boolean)
{
	value->type = PGD_ATTR_BOOLEAN;
	value->is_null = false;
	value->boolean = boolean;
}

void
pgd_attr_put_integer(PgdAttrValue *value, int64 integer, bool is_null)
{
	value->type = PGD_ATTR_INTEGER;
	value->is_null = is_null;
	value->integer = integer;
}

void
pgd_attr_put_timestamptz(PgdAttrValue *value, TimestampTz timestamp)
{
	value->type = PGD_ATTR_TIMESTAMPTZ;
	value->is_null = TIMESTAMP_NOT_FINITE(timestamp);
	value->timestamp = timestamp;
}

void
pgd_attr_put_interval(PgdAttrValue *value, const Interval *interval)
{
	value->type = PGD_ATTR_INTERVAL;
	value->is_null = (interval == NULL);
	value->interval = unconstify(Interval *, interval);
}
