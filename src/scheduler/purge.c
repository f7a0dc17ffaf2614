/*
 * purge.c
 *		Deleting rows of the logs: by hand, and by the history of their class,
 *		those of windows by that of the scheduler.
 *
 * A row whose run is still in dbms.run is what the coordinator will learn
 * that run's outcome from: it stays, however old.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/errors.h"
#include "core/object.h"
#include "core/sql.h"
#include "scheduler/global.h"
#include "scheduler/log.h"

#define LOG_HISTORY_MAX		1000000
#define STEP_ROWS			1000

/*
 * Where a round stands. Only a guide: whatever it says, rows are deleted by
 * their age and number alone, so an abort does no harm to it.
 */
typedef struct PgdPurgeRound
{
	char		class_name[PGD_NAME_MAX + 1];	/* "": at the beginning */
	TimestampTz older_than;
	int64		below_log_id;	/* 0: the number of rows has no bound */
	int64		after_log_id;	/* rows up to here have been looked at */
} PgdPurgeRound;

static PgdPurgeRound round_state;

static uint64 purge_windows(int limit);
static bool next_class(PgdPurgeRound *round);
static uint64 purge_class(PgdPurgeRound *round, int limit);
static void purge_named(Oid caller, const PgdObjectName *name,
						TimestampTz older_than);
static TimestampTz days_ago(int days);

PG_FUNCTION_INFO_V1(pgd_scheduler_purge_log);
PG_FUNCTION_INFO_V1(pgd_scheduler_auto_purge);

/* Jobs that are named say that rows of theirs go, whichever log is given. */
Datum
pgd_scheduler_purge_log(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	int			days;
	char	   *which = pgd_arg_text(fcinfo, 1);
	List	   *names = NIL;
	TimestampTz older_than;
	PgdCatalogScope scope;
	ListCell   *cell;

	pgd_require(PGD_MANAGE_SCHEDULER);
	days = pgd_arg_int32(fcinfo, 0, "LOG_HISTORY");
	if (days < 0 || days > LOG_HISTORY_MAX)
		pgd_error_invalid_value("LOG_HISTORY", psprintf("%d", days),
								psprintf("It must be between 0 and %d.",
										 LOG_HISTORY_MAX), NULL);
	if (which == NULL)
		pgd_error_null("WHICH_LOG");
	if (pg_strcasecmp(which, "JOB_LOG") != 0 &&
		pg_strcasecmp(which, "WINDOW_LOG") != 0 &&
		pg_strcasecmp(which, "JOB_AND_WINDOW_LOG") != 0)
		pgd_error_invalid_value("WHICH_LOG", which, NULL,
								"Use JOB_LOG, WINDOW_LOG or JOB_AND_WINDOW_LOG.");
	if (!PG_ARGISNULL(2))
		names = pgd_name_parse_list(pgd_arg_text(fcinfo, 2), "job name");
	older_than = days_ago(days);

	pgd_catalog_enter(&scope);
	foreach(cell, names)
		purge_named(caller, lfirst(cell), older_than);
	if (names == NIL && pg_strcasecmp(which, "WINDOW_LOG") != 0)
	{
		Oid			types[] = {TIMESTAMPTZOID};
		Datum		values[] = {TimestampTzGetDatum(older_than)};

		pgd_sql("DELETE FROM dbms.job_log l WHERE l.log_date < $1"
				" AND NOT EXISTS (SELECT 1 FROM dbms.run r WHERE r.id = l.log_id)",
				lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
	if (pg_strcasecmp(which, "JOB_LOG") != 0)
	{
		Oid			types[] = {TIMESTAMPTZOID};
		Datum		values[] = {TimestampTzGetDatum(older_than)};

		pgd_sql("DELETE FROM dbms.window_log WHERE log_date < $1",
				lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* Windows and all classes, in the caller's transaction. */
Datum
pgd_scheduler_auto_purge(PG_FUNCTION_ARGS)
{
	pgd_require(PGD_MANAGE_SCHEDULER);
	round_state.class_name[0] = '\0';
	while (pgd_log_purge_step(STEP_ROWS))
		CHECK_FOR_INTERRUPTS();
	PG_RETURN_VOID();
}

bool
pgd_log_purge_step(int limit)
{
	PgdCatalogScope scope;
	bool		has_class;

	pgd_catalog_enter(&scope);
	if (round_state.class_name[0] == '\0' && purge_windows(limit) > 0)
	{
		pgd_catalog_leave(&scope);
		return true;
	}
	has_class = round_state.class_name[0] != '\0' ||
		next_class(&round_state);
	while (has_class && purge_class(&round_state, limit) == 0)
		has_class = next_class(&round_state);
	pgd_catalog_leave(&scope);
	if (!has_class)
		round_state.class_name[0] = '\0';
	return has_class;
}

/* Rows of the log of windows, which goes by the scheduler's LOG_HISTORY. */
static uint64
purge_windows(int limit)
{
	Oid			types[] = {TIMESTAMPTZOID, INT4OID};
	Datum		values[2];

	values[0] = TimestampTzGetDatum(days_ago(pgd_scheduler_log_history()));
	values[1] = Int32GetDatum(limit);
	return pgd_sql("DELETE FROM dbms.window_log WHERE log_id IN"
				   " (SELECT l.log_id FROM dbms.window_log l WHERE l.log_date < $1 ORDER BY l.log_date LIMIT $2)",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
}

/*
 * Goes to the next class that has rows in the log, in the order of the index
 * (job_class, log_id): one descent of the index for each. The class may be
 * one that was dropped; then the scheduler's LOG_HISTORY counts. False after
 * the last.
 */
static bool
next_class(PgdPurgeRound *round)
{
	Oid			types[] = {TEXTOID, INT8OID};
	Datum		values[2];
	int			days;
	int64		max_rows = -1;

	values[0] = CStringGetTextDatum(round->class_name);
	if (pgd_sql("SELECT l.job_class FROM dbms.job_log l WHERE l.job_class > $1"
				" ORDER BY l.job_class, l.log_id LIMIT 1",
				1, types, values, NULL, SPI_OK_SELECT) == 0)
		return false;
	strlcpy(round->class_name, pgd_column_text(CurrentMemoryContext, 0, 0),
			sizeof(round->class_name));

	days = pgd_scheduler_log_history();
	values[0] = CStringGetTextDatum(round->class_name);
	if (pgd_sql("SELECT c.log_history, c.log_max_rows FROM dbms.object b JOIN dbms.job_class c ON c.id = b.id"
				" WHERE b.owner_id = 0 AND b.name = $1 AND b.type = 'JOB CLASS'",
				1, types, values, NULL, SPI_OK_SELECT) > 0)
	{
		if (!pgd_column_is_null(0, 0))
			days = pgd_column_int32(0, 0);
		if (!pgd_column_is_null(0, 1))
			max_rows = pgd_column_int64(0, 1);
	}
	round->older_than = days_ago(days);
	round->below_log_id = 0;
	round->after_log_id = 0;
	values[1] = Int64GetDatum(max_rows);
	if (max_rows >= 0 &&
		pgd_sql("SELECT l.log_id FROM dbms.job_log l WHERE l.job_class = $1"
				" ORDER BY l.log_id DESC OFFSET $2 LIMIT 1",
				2, types, values, NULL, SPI_OK_SELECT) > 0)
		round->below_log_id = pgd_column_int64(0, 0) + 1;
	return true;
}

/*
 * Deletes from among the class's next rows in the order of their numbers.
 * That is nearly the order of their dates: a long run's number is from its
 * start, its date from its end. Such a row may lie among those that are
 * looked at and stays; the others go. 0 means that the class is done. A round
 * never looks at an entry of the index twice, since those of rows it has
 * deleted stay in the index for as long as somebody may still see them.
 */
static uint64
purge_class(PgdPurgeRound *round, int limit)
{
	Oid			types[] = {TEXTOID, INT8OID, INT4OID, TIMESTAMPTZOID, INT8OID};
	Datum		values[5];
	int64	   *ids;
	uint64		n;
	int			ngone = 0;

	values[0] = CStringGetTextDatum(round->class_name);
	values[1] = Int64GetDatum(round->after_log_id);
	values[2] = Int32GetDatum(limit);
	values[3] = TimestampTzGetDatum(round->older_than);
	values[4] = Int64GetDatum(round->below_log_id);
	n = pgd_sql("SELECT l.log_id, (l.log_date < $4 OR l.log_id < $5)"
				" AND NOT EXISTS (SELECT 1 FROM dbms.run r WHERE r.id = l.log_id)"
				" FROM dbms.job_log l WHERE l.job_class = $1 AND l.log_id > $2"
				" ORDER BY l.job_class, l.log_id LIMIT $3",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	ids = palloc(sizeof(int64) * Max(n, 1));
	for (uint64 row = 0; row < n; row++)
	{
		round->after_log_id = pgd_column_int64(row, 0);
		if (pgd_column_bool(row, 1))
			ids[ngone++] = round->after_log_id;
	}
	if (ngone > 0)
	{
		Oid			array_types[] = {INT8ARRAYOID};
		Datum		array_values[] = {pgd_int8_array(ids, ngone)};

		pgd_sql("DELETE FROM dbms.job_log WHERE log_id = ANY ($1)",
				lengthof(array_types), array_types, array_values, NULL,
				SPI_OK_DELETE);
	}
	return ngone;
}

/*
 * Rows of one job or class. A job that was dropped still has a name in the
 * log.
 */
static void
purge_named(Oid caller, const PgdObjectName *name, TimestampTz older_than)
{
	PgdObject  *object = pgd_object_find(caller, name);
	Oid			types[] = {TIMESTAMPTZOID, TEXTOID, INT4OID};
	Datum		values[3];
	int			owner_id;

	values[0] = TimestampTzGetDatum(older_than);
	values[1] = CStringGetTextDatum(name->name);
	if (object != NULL && strcmp(object->type, "JOB CLASS") == 0)
	{
		pgd_sql("DELETE FROM dbms.job_log l WHERE l.log_date < $1 AND l.job_class = $2"
				" AND NOT EXISTS (SELECT 1 FROM dbms.run r WHERE r.id = l.log_id)",
				2, types, values, NULL, SPI_OK_DELETE);
		return;
	}
	if (name->owner_is_sys)
		owner_id = PGD_OWNER_SYS;
	else if (name->owner != NULL)
		owner_id = pgd_owner_id_by_name(name->owner);
	else
		owner_id = pgd_owner_id(caller, false);
	values[2] = Int32GetDatum(owner_id);
	if ((object == NULL || strcmp(object->type, "JOB") != 0) &&
		pgd_sql("SELECT 1 FROM dbms.job_log l WHERE l.job_name = $2 AND l.owner_id = $3 LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_job(pgd_object_show_name(caller, name));
	pgd_sql("DELETE FROM dbms.job_log l WHERE l.log_date < $1 AND l.job_name = $2 AND l.owner_id = $3"
			" AND NOT EXISTS (SELECT 1 FROM dbms.run r WHERE r.id = l.log_id)",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
}

/* Of the wall clock; 0 days ago is later than any row that is visible. */
static TimestampTz
days_ago(int days)
{
	return GetCurrentTimestamp() - days * USECS_PER_DAY;
}
