/*
 * window_jobs.c
 *		Jobs whose schedule is a window or a group of windows: what an opening
 *		and a closing do to them.
 *
 * Such a job has no due time between openings. When its window opens, the
 * coordinator gives it one; from there on it is a due job like any other. The
 * job's due_at stays, and says which opening it was told of last, so that this
 * can be done again after a crash, or for a job whose row was locked.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/timestamp.h"

#include "core/errors.h"
#include "core/pool.h"
#include "scheduler/facts.h"
#include "scheduler/log.h"
#include "scheduler/outcome.h"
#include "scheduler/window_jobs.h"

/* $1 the open window, $2 since when: objects that its opening is about */
#define OPENING_OBJECTS \
	"(SELECT o.owner_id, o.name FROM dbms.object o WHERE o.id = $1" \
	" UNION ALL SELECT o.owner_id, o.name FROM dbms.object_group_member m" \
	"  JOIN dbms.object_group g ON g.id = m.group_id AND g.is_enabled" \
	"  JOIN dbms.object o ON o.id = g.id WHERE m.member_id = $1) AS b" \
	" JOIN dbms.job j ON j.schedule_owner_id = b.owner_id AND j.schedule_name = b.name" \
	" JOIN dbms.job_state s ON s.job_id = j.id"

/* a job that was enabled before, and not told yet */
#define IS_NEWS \
	"s.base_at < $2 AND (s.due_at IS NULL OR s.due_at < $2)"

#define IS_IDLE \
	"s.is_enabled AND NOT s.is_deferred_drop AND s.next_run_at IS NULL" \
	" AND NOT EXISTS (SELECT FROM dbms.run r WHERE r.job_id = s.job_id AND NOT r.is_manual)"

/* a job that is due, waits for a retry or runs */
typedef struct PgdBusyJob
{
	int64		id;
	int64		run_id;			/* 0: none */
	bool		is_news;
} PgdBusyJob;

static void find_stops(int64 window_id, TimestampTz opened_at,
					   PgdWindowServed *served);
static bool start_idle(int64 window_id, TimestampTz opened_at,
					   PgdWindowServed *served);
static bool tell_busy(int64 window_id, TimestampTz opened_at);
static bool tell_found(const PgdBusyJob *jobs, int n, TimestampTz opened_at);
static void write_times(int64 job_id, const PgdJobAfter *after);

bool
pgd_job_goes_by_window(const PgdJob *job)
{
	PgdObject  *object;

	if (job->schedule_name == NULL)
		return false;
	object = pgd_object_find_owned(job->schedule_owner_id,
								   job->schedule_name);
	return object != NULL && (strcmp(object->type, "WINDOW") == 0 ||
							  strcmp(object->type, "GROUP") == 0);
}

void
pgd_window_group_require(const PgdObject *object)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (pgd_sql("SELECT FROM dbms.object_group g WHERE g.id = $1 AND g.group_type = 'WINDOW'",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27481)),
				 errmsg("group \"%s\" cannot be the schedule of a job",
						object->shown),
				 errdetail("It is not a group of windows.")));
}

/*
 * Runs that end with a window, then jobs that are due, wait or run, then all
 * the others, which are many and simple.
 */
void
pgd_window_jobs_serve(int64 window_id, TimestampTz opened_at,
					  PgdWindowServed *served)
{
	memset(served, 0, sizeof(*served));
	served->context = CurrentMemoryContext;
	find_stops(window_id, opened_at, served);
	served->is_complete = tell_busy(window_id, opened_at);
	if (window_id != 0 && !start_idle(window_id, opened_at, served))
		served->is_complete = false;
}

/* In a transaction of its own, which it needs for a look at the catalog. */
void
pgd_window_jobs_stop(const PgdWindowServed *served)
{
	if (served->nstops == 0)
		return;
	pgd_transaction_begin();
	for (int i = 0; i < served->nstops; i++)
		(void) pgd_pool_stop_run(served->stops[i], false, PGD_CLOSED_REASON);
	pgd_transaction_commit();
}

/*
 * Runs of jobs with stop_on_window_close whose window is no longer open, nor
 * another one of their group. A window that is gone was dropped.
 */
static void
find_stops(int64 window_id, TimestampTz opened_at, PgdWindowServed *served)
{
	Oid			types[] = {INT8OID, TIMESTAMPTZOID};
	Datum		values[] = {
		Int64GetDatum(window_id), TimestampTzGetDatum(opened_at)
	};
	uint64		n;

	n = pgd_sql("SELECT r.id FROM dbms.run r JOIN dbms.job j ON j.id = r.job_id"
				" JOIN dbms.job_state s ON s.job_id = j.id"
				" LEFT JOIN dbms.object b ON b.owner_id = j.schedule_owner_id AND b.name = j.schedule_name"
				" WHERE j.stop_on_window_close AND NOT r.is_manual"
				" AND (b.type IN ('WINDOW', 'GROUP') OR b.id IS NULL AND j.schedule_owner_id = 0)"
				" AND NOT coalesce(b.id = $1 AND s.due_at >= $2, false)"
				" AND NOT EXISTS (SELECT FROM dbms.object_group_member m"
				"  WHERE m.group_id = b.id AND m.member_id = $1)"
				" ORDER BY r.id",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	served->stops = MemoryContextAlloc(served->context,
									   sizeof(int64) * (n + 1));
	for (uint64 i = 0; i < n; i++)
		served->stops[served->nstops++] = pgd_column_int64(i, 0);
}

/* Jobs of the opening that wait for nothing else; false if one is locked. */
static bool
start_idle(int64 window_id, TimestampTz opened_at, PgdWindowServed *served)
{
	Oid			types[] = {INT8OID, TIMESTAMPTZOID};
	Datum		values[] = {
		Int64GetDatum(window_id), TimestampTzGetDatum(opened_at)
	};
	uint64		n;

	n = pgd_sql("WITH told AS MATERIALIZED (SELECT s.job_id FROM " OPENING_OBJECTS
				"  WHERE " IS_NEWS " AND " IS_IDLE
				"  FOR NO KEY UPDATE OF s SKIP LOCKED)"
				" UPDATE dbms.job_state u SET next_run_at = $2, due_at = $2, next_operation = 'RUN', retry_count = 0"
				" FROM told WHERE u.job_id = told.job_id"
				" RETURNING u.job_id",
				lengthof(types), types, values, NULL,
				SPI_OK_UPDATE_RETURNING);
	served->due = MemoryContextAlloc(served->context,
									 sizeof(int64) * (n + 1));
	for (uint64 i = 0; i < n; i++)
		served->due[served->ndue++] = pgd_column_int64(i, 0);
	return pgd_sql("SELECT FROM " OPENING_OBJECTS
				   " WHERE " IS_NEWS " AND " IS_IDLE " LIMIT 1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0;
}

/*
 * Jobs that have a due time: their window closed, or one opened that they are
 * to hear of. False if one is locked.
 */
static bool
tell_busy(int64 window_id, TimestampTz opened_at)
{
	Oid			types[] = {INT8OID, TIMESTAMPTZOID};
	Datum		values[] = {
		Int64GetDatum(window_id), TimestampTzGetDatum(opened_at)
	};
	PgdBusyJob *jobs;
	uint64		n;

	n = pgd_sql("SELECT f.id, f.run_id, f.is_news FROM ("
				" SELECT j.id, (SELECT max(r.id) FROM dbms.run r WHERE r.job_id = j.id AND NOT r.is_manual) AS run_id,"
				"  " IS_NEWS " AND (b.id = $1 OR EXISTS (SELECT FROM dbms.object_group_member m"
				"   JOIN dbms.object_group g ON g.id = m.group_id AND g.is_enabled"
				"   WHERE m.group_id = b.id AND m.member_id = $1)) AS is_news,"
				"  b.id = $1 OR EXISTS (SELECT FROM dbms.object_group_member m"
				"   WHERE m.group_id = b.id AND m.member_id = $1) AS is_open"
				" FROM (SELECT w.id FROM dbms.window w UNION ALL SELECT g.id FROM dbms.object_group g) AS k"
				" JOIN dbms.object b ON b.id = k.id"
				" JOIN dbms.job j ON j.schedule_owner_id = b.owner_id AND j.schedule_name = b.name"
				" JOIN dbms.job_state s ON s.job_id = j.id"
				" WHERE s.is_enabled AND s.next_run_at IS NOT NULL AND NOT s.is_deferred_drop) AS f"
				" WHERE f.is_news OR NOT f.is_open ORDER BY f.id",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	jobs = palloc(sizeof(PgdBusyJob) * Max(n, 1));
	for (uint64 i = 0; i < n; i++)
	{
		jobs[i].id = pgd_column_int64(i, 0);
		jobs[i].run_id = pgd_column_is_null(i, 1) ? 0 :
			pgd_column_int64(i, 1);
		jobs[i].is_news = pgd_column_bool(i, 2);
	}
	return n == 0 || tell_found(jobs, n, opened_at);
}

static bool
tell_found(const PgdBusyJob *jobs, int n, TimestampTz opened_at)
{
	Oid			types[] = {INT8ARRAYOID};
	Datum		values[1];
	int64	   *ids = palloc(sizeof(int64) * n);
	int64	   *dropped = palloc(sizeof(int64) * n);
	int			ndropped = 0;
	uint64		found;
	SPITupleTable *rows;

	for (int i = 0; i < n; i++)
		ids[i] = jobs[i].id;
	values[0] = pgd_int8_array(ids, n);
	found = pgd_sql("SELECT " PGD_FACT_COLUMNS
					" WHERE s.job_id = ANY($1) ORDER BY s.job_id FOR NO KEY UPDATE OF s SKIP LOCKED",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 row = 0; row < found; row++)
	{
		const PgdBusyJob *job = jobs;
		PgdJobFacts facts;
		PgdJobAfter after;
		PgdWindowNews news;
		const char *skipped;
		int64		job_id;

		pgd_rows_use(rows, found);
		job_id = pgd_column_int64(row, 0);
		while (job->id != job_id)
			job++;
		(void) pgd_facts_read(row, &facts);
		news.opened_at = job->is_news ? opened_at : PGD_NO_TIME;
		news.has_run = job->run_id != 0;
		news.is_running = news.has_run && pgd_pool_run_is_live(job->run_id);
		pgd_job_at_window(&facts, &news, &after, &skipped);
		if (skipped != NULL)
			pgd_log_job_operation(job_id, "SKIPPED", NULL,
								  pgd_log_info("REASON", skipped), true);

		/* one that has a run is brought up to date when that is settled */
		pgd_rows_use(rows, found);
		if (!news.has_run)
			pgd_outcome_settle(row, rows, found, &after, NULL, NULL);
		else if (job->is_news)
			write_times(job_id, &after);
		if (!news.has_run && after.is_dropped)
			dropped[ndropped++] = job_id;
	}
	if (ndropped > 0)
		pgd_outcome_drop_rows(dropped, ndropped);
	return found == (uint64) n;
}

static void
write_times(int64 job_id, const PgdJobAfter *after)
{
	Oid			types[] = {INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[] = {
		Int64GetDatum(job_id), TimestampTzGetDatum(after->next_run_at),
		TimestampTzGetDatum(after->due_at)
	};

	pgd_sql("UPDATE dbms.job_state SET next_run_at = $2, due_at = $3 WHERE job_id = $1",
			lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}
