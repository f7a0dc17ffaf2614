/*
 * outcome.c
 *		Brings jobs up to date with their ended runs.
 *
 * Ended runs wait in a backlog until the transaction that writes their
 * outcome into their job's row has been done; the run's row says the same
 * across a crash.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/pool.h"
#include "core/sql.h"
#include "scheduler/consumer.h"
#include "scheduler/due.h"
#include "scheduler/facts.h"
#include "scheduler/late.h"
#include "scheduler/log.h"
#include "scheduler/outcome.h"
#include "scheduler/run.h"

/* after a worker could not be started for a job */
#define PGD_LAUNCH_RETRY_MS		1000

/* runs that are brought into their jobs' rows by one set of statements */
#define PGD_OUTCOME_BATCH		256

/* ended runs whose outcome has not reached the job's row */
typedef struct PgdBacklog
{
	PgdFinished *items;
	int			n;
	int			size;
} PgdBacklog;

int64		pgd_suspect_job = 0;

static PgdBacklog backlog;

static bool finish_batch(PgdFinished *batch, int n, TimestampTz now);
static bool settle_lost(PgdFinished *finished);
static void take_mark_back(const PgdWorkItem *item);
static void write_after(int64 job_id, const PgdJobAfter *after,
						const PgdWorkItem *run, const PgdWorkResult *result);

PgdFinished *
pgd_outcome_add(void)
{
	if (backlog.n == backlog.size)
	{
		int			size = Max(64, backlog.size * 2);

		if (backlog.items == NULL)
			backlog.items = MemoryContextAlloc(TopMemoryContext,
											   sizeof(PgdFinished) * size);
		else
			backlog.items = repalloc_huge(backlog.items,
										  sizeof(PgdFinished) * size);
		backlog.size = size;
	}
	return &backlog.items[backlog.n++];
}

/* Takes over the results of ended runs. */
void
pgd_outcome_collect(int kind)
{
	static PgdFinished *buffer = NULL;
	int			n;

	if (buffer == NULL)
		buffer = MemoryContextAlloc(TopMemoryContext, sizeof(PgdFinished) *
									pgd_shared->nworkers);
	n = pgd_pool_collect(kind, buffer, pgd_shared->nworkers);
	for (int i = 0; i < n; i++)
		*pgd_outcome_add() = buffer[i];
}

/*
 * Brings jobs up to date with their ended runs: all together, unless care is
 * asked for or one of them has raised an error before. Then one run, alone, so
 * that a bad one stands in nobody's way.
 */
void
pgd_outcome_finish_all(TimestampTz now, bool careful)
{
	int			n = 0;
	int			kept = 0;

	for (int i = 0; i < backlog.n; i++)
	{
		PgdFinished item = backlog.items[i];

		if (item.not_before > now || (item.not_before == 0 && !careful))
			continue;

		/* to the end, so that another one is the first next time */
		memmove(&backlog.items[i], &backlog.items[i + 1],
				sizeof(PgdFinished) * (backlog.n - i - 1));
		backlog.items[backlog.n - 1] = item;
		if (finish_batch(&backlog.items[backlog.n - 1], 1, now))
			backlog.n--;
		return;
	}

	/* those without a blemish to the front */
	for (int i = 0; i < backlog.n; i++)
	{
		if (backlog.items[i].not_before == 0)
		{
			PgdFinished item = backlog.items[i];

			backlog.items[i] = backlog.items[n];
			backlog.items[n++] = item;
		}
	}
	for (int i = 0; i < n; i += PGD_OUTCOME_BATCH)
		(void) finish_batch(&backlog.items[i], Min(n - i, PGD_OUTCOME_BATCH),
							now);
	for (int i = 0; i < backlog.n; i++)
		if (backlog.items[i].item.run_id != 0)
			backlog.items[kept++] = backlog.items[i];
	backlog.n = kept;
}

void
pgd_outcome_postpone(int64 job_id, TimestampTz at)
{
	for (int i = 0; i < backlog.n; i++)
		if (backlog.items[i].item.object_id == job_id)
			backlog.items[i].not_before = at;
}

/* When to try those again that are left: their jobs are locked, or bad. */
TimestampTz
pgd_outcome_next(TimestampTz now)
{
	TimestampTz at = DT_NOEND;

	for (int i = 0; i < backlog.n; i++)
		at = Min(at, backlog.items[i].not_before > now ?
				 backlog.items[i].not_before :
				 TimestampTzPlusMilliseconds(now, PGD_LOCKED_RETRY_MS));
	return at;
}

/*
 * A batch of ended runs: reads their jobs, decides, writes. Items that are
 * done get run_id 0; those whose job is locked stay. True if all are done.
 */
static bool
finish_batch(PgdFinished *batch, int n, TimestampTz now)
{
	Oid			types[] = {INT8ARRAYOID};
	Datum		values[1];
	int64	   *job_ids = palloc(sizeof(int64) * n);
	int64	   *done_runs = palloc(sizeof(int64) * n);
	int64	   *outcome_runs = palloc(sizeof(int64) * n);
	int64	   *dropped = palloc(sizeof(int64) * n);
	int			ndone = 0;
	int			noutcomes = 0;
	int			ndropped = 0;
	uint64		found;
	SPITupleTable *rows;

	for (int i = 0; i < n; i++)
		job_ids[i] = batch[i].item.object_id;
	if (n == 1)
		pgd_suspect_job = job_ids[0];

	values[0] = pgd_int8_array(job_ids, n);
	found = pgd_sql("SELECT " PGD_FACT_COLUMNS
					" WHERE s.job_id = ANY($1) FOR NO KEY UPDATE OF s SKIP LOCKED",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 row = 0; row < found; row++)
	{
		PgdJobFacts facts;
		PgdJobAfter after;
		PgdCalendar *calendar;
		PgdFinished *item = NULL;
		PgdFinished run;
		const char *fault;
		int64		job_id;

		pgd_rows_use(rows, found);
		job_id = pgd_column_int64(row, 0);
		for (int i = 0; i < n && item == NULL; i++)
			if (batch[i].item.object_id == job_id && batch[i].item.run_id != 0)
				item = &batch[i];
		if (item == NULL)
			continue;

		/* what is found out about it counts only if all this commits */
		run = *item;
		if (run.result.outcome == PGD_LOST && !settle_lost(&run))
		{
			item->item.run_id = 0;
			continue;
		}
		pgd_rows_use(rows, found);
		calendar = pgd_facts_read(row, &facts);
		pgd_rows_use(rows, found);
		facts.has_gap = run.is_recovered;
		fault = pgd_facts_fault(row, &facts);
		if (fault != NULL && facts.timing.kind == PGD_INTERVAL_CALENDAR)
			facts.timing.kind = PGD_INTERVAL_NONE;
		pgd_job_after_run(&facts, &run.item, &run.result, now, &after);
		if (fault == NULL && run.result.is_invalid)
			fault = "its program, job class or action is not valid";
		if (fault != NULL && facts.is_enabled)
			pgd_outcome_break(&after, fault);
		if (after.is_dropped)
			dropped[ndropped++] = job_id;
		if (run.is_recovered &&
			strcmp(after.next_operation, "RECOVERY_RUN") == 0)
			pgd_late_log_gap(job_id, &facts,
							 pgd_run_passed(&facts, &run.result, now));
		pgd_rows_use(rows, found);
		pgd_outcome_settle(row, rows, found, &after, &run.item, &run.result);
		done_runs[ndone++] = run.item.run_id;
		if (run.result.has_outcome_row)
			outcome_runs[noutcomes++] = run.item.run_id;
		item->item.run_id = 0;
		if (calendar != NULL)
			pfree(calendar);
	}

	/* runs whose job is gone */
	for (int i = 0; i < n; i++)
	{
		Oid			one_type[] = {INT8OID};
		Datum		one_value[] = {Int64GetDatum(batch[i].item.object_id)};

		if (batch[i].item.run_id == 0 ||
			pgd_sql("SELECT 1 FROM dbms.job_state WHERE job_id = $1",
					1, one_type, one_value, NULL, SPI_OK_SELECT) > 0)
			continue;
		pgd_due_forget(batch[i].item.object_id);
		done_runs[ndone++] = batch[i].item.run_id;
		outcome_runs[noutcomes++] = batch[i].item.run_id;
		batch[i].item.run_id = 0;
	}

	if (ndropped > 0)
		pgd_outcome_drop_rows(dropped, ndropped);
	if (ndone > 0)
	{
		values[0] = pgd_int8_array(done_runs, ndone);
		pgd_sql("DELETE FROM dbms.run WHERE id = ANY($1)",
				lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
	if (noutcomes > 0)
	{
		values[0] = pgd_int8_array(outcome_runs, noutcomes);
		pgd_sql("DELETE FROM dbms.outcome WHERE id = ANY($1)",
				lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
	for (int i = 0; i < n; i++)
		if (batch[i].item.run_id != 0)
			return false;
	return true;
}

/* A job that can no more be scheduled is disabled with the reason. */
void
pgd_outcome_break(PgdJobAfter *after, const char *fault)
{
	after->is_enabled = false;
	after->is_dropped = false;
	after->final_state = "BROKEN";
	after->log_operation = "BROKEN";
	after->disabled_reason = fault;
	after->next_run_at = after->due_at = PGD_NO_TIME;
}

/*
 * Makes a decision true: log rows, the job's row, and what the coordinator
 * knows. A dropped job's rows are left to the caller, for all of a batch.
 */
void
pgd_outcome_settle(uint64 row, SPITupleTable *rows, uint64 nrows,
				   const PgdJobAfter *after, const PgdWorkItem *run,
				   const PgdWorkResult *result)
{
	int64		job_id = pgd_column_int64(row, 0);
	TimestampTz manual = pgd_column_is_null(row, PGD_FACT_MANUAL) ?
	PGD_NO_TIME : pgd_column_timestamptz(row, PGD_FACT_MANUAL);
	Oid			role = pgd_column_oid(row, PGD_FACT_ROLE);
	int			priority = pgd_column_int32(row, PGD_FACT_PRIORITY);
	int			level = pgd_logging_level(pgd_column_int32(row, PGD_FACT_LEVEL),
										  pgd_column_int32(row, PGD_FACT_CLASS_LEVEL));
	char	   *reason = after->disabled_reason == NULL ? NULL :
	pgd_log_info("REASON", after->disabled_reason);

	if (after->log_operation != NULL)
		pgd_log_job_operation(job_id, after->log_operation, NULL, reason,
							  true);
	else if (reason != NULL)
		pgd_log_job_operation(job_id, "DISABLE", NULL, reason, true);
	if (after->is_dropped && level == PGD_LOGGING_FULL)
		pgd_log_job_operation(job_id, "DROP", NULL,
							  pgd_log_info("REASON", "auto drop"), false);
	if (!after->is_dropped)
		write_after(job_id, after, run, result);
	pgd_due_forget(job_id);
	if (!after->is_dropped)
	{
		char	   *job_class;
		int			kind;

		pgd_rows_use(rows, nrows);
		job_class = pgd_column_text(CurrentMemoryContext, row, PGD_FACT_CLASS);
		kind = pgd_consumer_kind(job_class, role);
		pgd_due_expect(job_id, Min(manual, after->is_enabled ?
								   after->next_run_at : PGD_NO_TIME),
					   after->next_run_at, role, kind, priority,
					   manual != PGD_NO_TIME);
	}
	pgd_rows_use(rows, nrows);
}

/*
 * A worker ended without a report. Perhaps its outcome is in the tables; if
 * it never began, the mark is taken back, and false is returned; else the run
 * was interrupted, and that is its outcome. The job's row is locked by us.
 */
static bool
settle_lost(PgdFinished *finished)
{
	PgdWorkItem *item = &finished->item;
	PgdWorkResult *result = &finished->result;
	bool		was_stopped = finished->stop_reason[0] != '\0';

	result->is_broken = -1;
	if (pgd_run_read_outcome(item->run_id, result))
		return true;
	if (result->ended_at == 0)
		result->ended_at = GetCurrentTimestamp();
	if (result->started_at == 0)
		result->started_at = result->ended_at;
	if (!result->has_begun && !was_stopped)
	{
		take_mark_back(item);
		return false;
	}
	if (finished->stop_sqlstate != 0)
	{
		/* it used too much, and was ended for that */
		pgd_run_record_without_worker(item, result, "FAILED",
									  finished->note[0] != '\0' ?
									  finished->note : NULL,
									  finished->stop_reason,
									  finished->stop_sqlstate);
		result->outcome = PGD_FAILED;
	}
	else
		pgd_run_record_without_worker(item, result, "STOPPED",
									  was_stopped ? finished->stop_reason :
									  "Job slave process was terminated",
									  NULL, 0);
	result->has_outcome_row = true;
	if (was_stopped && finished->stop_sqlstate == 0)
		result->outcome = PGD_STOPPED;
	return true;
}

/* The run never began: as if it had not been marked. */
static void
take_mark_back(const PgdWorkItem *item)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(item->run_id)};
	PgdJobEntry *entry = pgd_due_find(item->object_id);

	if (item->is_manual)
		pgd_sql("UPDATE dbms.job_state s SET manual_run_at = r.scheduled_at, manual_run_user = r.requested_by"
				" FROM dbms.run r WHERE r.id = $1 AND s.job_id = r.job_id AND s.manual_run_at IS NULL",
				lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_sql("DELETE FROM dbms.run WHERE id = $1",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
	if (entry != NULL)
		pgd_due_postpone(entry,
						 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													 PGD_LAUNCH_RETRY_MS));
}

/* The new state of a job, in its row. */
static void
write_after(int64 job_id, const PgdJobAfter *after, const PgdWorkItem *run,
			const PgdWorkResult *result)
{
	Oid			types[] = {
		INT8OID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, INT8OID,
		INT8OID, INT4OID, INT4OID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
		INTERVALOID, BOOLOID
	};
	Interval	duration = {0};
	Datum		values[] = {
		Int64GetDatum(job_id),
		BoolGetDatum(after->is_enabled),
		TimestampTzGetDatum(after->next_run_at),
		TimestampTzGetDatum(after->due_at),
		CStringGetTextDatum(after->next_operation),
		Int64GetDatum(after->run_count),
		Int64GetDatum(after->failure_count),
		Int32GetDatum(after->consecutive_failures),
		Int32GetDatum(after->retry_count),
		after->final_state ? CStringGetTextDatum(after->final_state) : (Datum) 0,
		after->disabled_reason ?
		CStringGetTextDatum(after->disabled_reason) : (Datum) 0,
		(Datum) 0,
		IntervalPGetDatum(&duration),
		BoolGetDatum(false)
	};
	char		nulls[] = "              ";

	if (after->next_run_at == PGD_NO_TIME)
		nulls[2] = 'n';
	if (after->due_at == PGD_NO_TIME)
		nulls[3] = 'n';
	if (after->final_state == NULL)
		nulls[9] = 'n';
	if (after->disabled_reason == NULL)
		nulls[10] = 'n';
	if (run != NULL && strcmp(run->operation, PGD_OPERATION_EVALUATE) != 0)
	{
		duration.time = Max(result->ended_at - result->started_at, 0);
		values[11] = TimestampTzGetDatum(result->started_at);
		values[13] = BoolGetDatum(result->outcome == PGD_SUCCEEDED);
	}
	else
		nulls[11] = nulls[12] = 'n';
	pgd_sql("UPDATE dbms.job_state SET is_enabled = $2, next_run_at = $3, due_at = $4,"
			" next_operation = $5, run_count = $6, failure_count = $7, consecutive_failures = $8,"
			" retry_count = $9, final_state = coalesce($10, CASE WHEN $2 THEN NULL ELSE final_state END),"
			" disabled_reason = coalesce($11, CASE WHEN $2 THEN NULL ELSE disabled_reason END), last_start_at = coalesce($12, last_start_at),"
			" last_run_duration = coalesce($13, last_run_duration),"
			" total_run_time = total_run_time + coalesce($13, '0'),"
			" last_success_at = CASE WHEN $14 THEN $12 ELSE last_success_at END"
			" WHERE job_id = $1",
			lengthof(types), types, values, nulls, SPI_OK_UPDATE);
}

/* Jobs that have ended and are dropped by themselves. */
void
pgd_outcome_drop_rows(const int64 *ids, int n)
{
	Oid			types[] = {INT8ARRAYOID};
	Datum		values[] = {pgd_int8_array(ids, n)};

	pgd_sql("DELETE FROM dbms.job_state WHERE job_id = ANY($1)",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_sql("DELETE FROM dbms.job_argument WHERE job_id = ANY($1)",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_sql("DELETE FROM dbms.job WHERE id = ANY($1)",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_sql("DELETE FROM dbms.privilege WHERE object_id = ANY($1)",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_sql("DELETE FROM dbms.object WHERE id = ANY($1)",
			lengthof(types), types, values, NULL, SPI_OK_DELETE);
}

/* Runs in the backlog: those whose job is locked, or all before a turn. */
int
pgd_outcome_count(void)
{
	return backlog.n;
}

bool
pgd_outcome_has_run(int64 run_id)
{
	for (int i = 0; i < backlog.n; i++)
		if (backlog.items[i].item.run_id == run_id)
			return true;
	return false;
}
