/*
 * log.c
 *		The log of jobs: rows for what was done to a job. Rows for runs are
 *		written by run.c.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "core/sql.h"
#include "scheduler/log.h"

/* OFF < FAILED RUNS < RUNS < FULL, which is not the order of the numbers */
static int
detail_of_level(int level)
{
	switch (level)
	{
		case PGD_LOGGING_FAILED_RUNS:
			return 1;
		case PGD_LOGGING_RUNS:
			return 2;
		case PGD_LOGGING_FULL:
			return 3;
		default:
			return 0;
	}
}

int
pgd_logging_level(int job_level, int class_level)
{
	return detail_of_level(job_level) > detail_of_level(class_level) ?
		job_level : class_level;
}

const char *
pgd_logging_level_name(int level)
{
	static const char *const names[] = {"OFF", "FAILED RUNS", "RUNS", "FULL"};

	return names[detail_of_level(level)];
}

void
pgd_log_job_operation(int64 job_id, const char *operation, const char *user,
					  const char *info, bool always)
{
	Oid			types[] = {INT8OID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, INT4OID};
	Datum		values[] = {
		Int64GetDatum(job_id),
		CStringGetTextDatum(operation),
		user != NULL ? CStringGetTextDatum(user) : (Datum) 0,
		info != NULL ? CStringGetTextDatum(info) : (Datum) 0,
		BoolGetDatum(always),
		Int32GetDatum(PGD_LOGGING_FULL)
	};
	char		nulls[] = {' ', ' ', user != NULL ? ' ' : 'n',
	info != NULL ? ' ' : 'n', ' ', ' '};

	pgd_sql("INSERT INTO dbms.job_log (log_id, owner_id, job_name, job_class, operation, user_name, additional_info)"
			" SELECT nextval('dbms.log_id_seq'), b.owner_id, b.name, j.job_class, $2, $3, $4"
			" FROM dbms.job j JOIN dbms.object b ON b.id = j.id"
			" WHERE j.id = $1 AND ($5 OR j.logging_level = $6 OR EXISTS"
			" (SELECT 1 FROM dbms.object co JOIN dbms.job_class c ON c.id = co.id"
			"  WHERE co.owner_id = 0 AND co.name = j.job_class AND c.logging_level = $6))",
			lengthof(types), types, values, nulls, SPI_OK_INSERT);
}

char *
pgd_log_info(const char *key, const char *value)
{
	StringInfoData info;

	if (value == NULL)
		return NULL;
	initStringInfo(&info);
	appendStringInfo(&info, "%s=\"", key);
	for (const char *p = value; *p != '\0'; p++)
	{
		if (*p == '"')
			appendStringInfoChar(&info, '"');
		appendStringInfoChar(&info, *p);
	}
	appendStringInfoChar(&info, '"');
	return info.data;
}
