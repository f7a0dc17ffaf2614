/*
 * late.c
 *		Jobs that are late when their turn comes: schedule_limit, end_date,
 *		and what fell due while nobody served the database.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/timestamp.h"

#include "core/database.h"
#include "core/sql.h"
#include "scheduler/facts.h"
#include "scheduler/late.h"
#include "scheduler/log.h"
#include "scheduler/outcome.h"

/* missed due times are counted up to this */
#define PGD_MAX_COUNTED			100000

static void log_missed(int64 job_id, const PgdJobFacts *facts,
					   TimestampTz first, TimestampTz since);

/*
 * Jobs that are late: by more than a minute, or because they fell due while
 * nobody served this database. Here schedule_limit, end_date and missed_runs
 * are looked at; those that are to run are started in the next turn.
 */
void
pgd_late_handle(PgdJobEntry **late, int n, TimestampTz now)
{
	Oid			types[] = {INT8ARRAYOID};
	Datum		values[1];
	int64	   *ids = palloc(sizeof(int64) * n);
	int64	   *dropped = palloc(sizeof(int64) * n);
	int			ndropped = 0;
	TimestampTz since = pgd_database_serving_since();
	uint64		found;
	SPITupleTable *rows;

	for (int i = 0; i < n; i++)
	{
		ids[i] = late[i]->job_id;

		/* one whose row is locked is tried again */
		pgd_due_postpone(late[i],
						 TimestampTzPlusMilliseconds(now, PGD_LOCKED_RETRY_MS));
	}
	if (n == 1)
		pgd_suspect_job = ids[0];
	values[0] = pgd_int8_array(ids, n);
	found = pgd_sql("SELECT " PGD_FACT_COLUMNS
					" WHERE s.job_id = ANY($1) AND s.is_enabled AND s.next_run_at IS NOT NULL"
					" FOR NO KEY UPDATE OF s SKIP LOCKED",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 row = 0; row < found; row++)
	{
		int64		job_id;
		PgdJobFacts facts;
		PgdJobAfter after;
		PgdCalendar *calendar;
		PgdJobEntry *entry;
		Interval   *limit;
		TimestampTz last_start;
		const char *fault;
		bool		skip = false;
		bool		repeats;

		pgd_rows_use(rows, found);
		job_id = pgd_column_int64(row, 0);
		entry = pgd_due_find(job_id);
		limit = pgd_column_interval(CurrentMemoryContext, row, PGD_FACT_LIMIT);
		last_start = pgd_column_timestamptz(row, PGD_FACT_LAST_START);
		calendar = pgd_facts_read(row, &facts);
		pgd_rows_use(rows, found);
		fault = pgd_facts_fault(row, &facts);
		repeats = facts.timing.kind != PGD_INTERVAL_NONE;
		if (fault != NULL)
		{
			pgd_job_after_skip(&facts, now, &after);
			pgd_outcome_break(&after, fault);
			skip = true;
		}
		else
		{
			if (facts.due_at < since && last_start < since &&
				facts.retry_count == 0)
				log_missed(job_id, &facts, facts.due_at, since);
			pgd_rows_use(rows, found);
			if (facts.timing.end_at != PGD_NO_TIME &&
				facts.timing.end_at <= now)
				skip = true;
			else if (facts.due_at < since &&
					 facts.timing.missed == PGD_MISSED_SKIP)
				skip = true;
			else if (limit != NULL && repeats && facts.retry_count == 0 &&
					 now - facts.next_run_at >
					 limit->time + limit->day * USECS_PER_DAY)
			{
				pgd_log_job_operation(job_id, "SCH_LIM_REACHED", NULL,
									  pgd_log_info("REASON", "schedule_limit exceeded"),
									  true);
				skip = true;
			}
			pgd_rows_use(rows, found);
			if (skip)
				pgd_job_after_skip(&facts, now, &after);
		}
		if (skip)
		{
			if (after.is_dropped)
				dropped[ndropped++] = job_id;
			pgd_outcome_settle(row, rows, found, &after, NULL, NULL);
		}
		else if (entry != NULL)
		{
			pgd_due_postpone(entry, facts.next_run_at);
			entry->checked_at = facts.next_run_at;
		}
		if (calendar != NULL)
			pfree(calendar);
	}
	if (ndropped > 0)
		pgd_outcome_drop_rows(dropped, ndropped);
}

void
pgd_late_log_gap(int64 job_id, const PgdJobFacts *facts, TimestampTz passed)
{
	PgdTiming	timing = facts->timing;
	TimestampTz since = pgd_database_serving_since();
	TimestampTz first;
	PgdCalError error;

	/* "each" runs them all, one by one */
	if (timing.missed == PGD_MISSED_EACH)
		return;
	first = pgd_timing_next(&timing, facts->due_at, passed, &error);
	if (first < since)
		log_missed(job_id, facts, first, since);
}

/*
 * One log row says what fell due while nobody served, and what follows. A job
 * may wait for its worker while all jobs are read again, so that only the log
 * knows whether it was told: among the job's latest rows, since no run came
 * after it.
 */
static void
log_missed(int64 job_id, const PgdJobFacts *facts, TimestampTz first,
		   TimestampTz since)
{
	static const char *const rules[] = {"ONCE", "SKIP", "EACH"};
	TimestampTz last = first;
	int			n;
	StringInfoData info;
	Oid			types[] = {INT8OID, TIMESTAMPTZOID};
	Datum		values[] = {Int64GetDatum(job_id), TimestampTzGetDatum(since)};

	if (pgd_sql("SELECT FROM (SELECT l.operation, l.log_date FROM dbms.object b"
				"  JOIN dbms.job_log l ON l.owner_id = b.owner_id AND l.job_name = b.name"
				"  WHERE b.id = $1 ORDER BY l.log_id DESC LIMIT 20) AS l"
				" WHERE l.operation = 'MISSED' AND l.log_date >= $2",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		return;
	n = pgd_timing_count_missed(&facts->timing, first, since,
								PGD_MAX_COUNTED, &last);
	initStringInfo(&info);
	appendStringInfo(&info, "MISSED=\"%d\"", n);
	appendStringInfo(&info, ", FIRST=\"%s\"", timestamptz_to_str(first));
	appendStringInfo(&info, ", LAST=\"%s\"", timestamptz_to_str(last));
	appendStringInfo(&info, ", MISSED_RUNS=\"%s\"", rules[facts->timing.missed]);
	pgd_log_job_operation(job_id, "MISSED", NULL, info.data, true);
}
