/*
 * forecast.c
 *		What would happen: dbms_scheduler.forecast().
 *
 * The rules are those that the coordinator uses, fed with times to come.
 * Jobs are merged by their next time, so rows come in order and memory grows
 * with the number of jobs only.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "lib/pairingheap.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "core/errors.h"
#include "core/guc.h"
#include "core/identity.h"
#include "core/sql.h"
#include "scheduler/facts.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_forecast);

/* jobs read at a time */
#define PGD_FORECAST_BATCH	1000

typedef struct PgdForecastJob
{
	pairingheap_node node;
	TimestampTz at;				/* when it runs next */
	TimestampTz due_at;			/* the due time that this serves */
	PgdJobFacts facts;
	int64		id;
	int32		priority;
	int64		runs;			/* runs so far, for max_runs */
	bool		is_retry;
	Datum		owner;
	Datum		name;
} PgdForecastJob;

static int	compare_jobs(const pairingheap_node *a,
						 const pairingheap_node *b, void *arg);
static pairingheap *read_jobs(Oid caller, TimestampTz now,
							  TimestampTz from_time, const char **obstacle);
static const char *find_obstacle(void);
static int64 *read_running(MemoryContext context, int *n);
static int	compare_ids(const void *a, const void *b);
static bool advance(PgdForecastJob *job, TimestampTz from_time);
static const char *describe(const PgdForecastJob *job, const char *obstacle);

Datum
pgd_scheduler_forecast(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TimestampTz from_time;
	TimestampTz to_time;
	pairingheap *jobs;
	Datum		event;
	const char *obstacle;

	if (PG_ARGISNULL(0))
		pgd_error_null("FROM_TIME");
	if (PG_ARGISNULL(1))
		pgd_error_null("TO_TIME");
	from_time = PG_GETARG_TIMESTAMPTZ(0);
	to_time = PG_GETARG_TIMESTAMPTZ(1);
	if (TIMESTAMP_NOT_FINITE(from_time) || TIMESTAMP_NOT_FINITE(to_time) ||
		to_time < from_time)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid span for a forecast"),
				 errdetail("to_time must not be earlier than from_time, and both must be finite.")));
	InitMaterializedSRF(fcinfo, 0);
	jobs = read_jobs(GetUserId(), GetCurrentTimestamp(), from_time, &obstacle);
	event = CStringGetTextDatum("RUN");
	while (!pairingheap_is_empty(jobs))
	{
		PgdForecastJob *job = pairingheap_container(PgdForecastJob, node,
													pairingheap_remove_first(jobs));

		CHECK_FOR_INTERRUPTS();
		if (job->at >= to_time)
			continue;
		if (job->at >= from_time)
		{
			const char *detail = describe(job, obstacle);
			Datum		values[5] = {
				TimestampTzGetDatum(job->at), event, job->owner, job->name
			};
			bool		nulls[5] = {false, false, false, false, detail == NULL};

			if (detail != NULL)
				values[4] = CStringGetTextDatum(detail);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
								 nulls);
			if (detail != NULL)
				pfree(DatumGetPointer(values[4]));
		}
		if (advance(job, from_time))
			pairingheap_add(jobs, &job->node);
	}
	return (Datum) 0;
}

/* Those that start at the same time come in the coordinator's order. */
static int
compare_jobs(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	const PgdForecastJob *x = pairingheap_const_container(PgdForecastJob, node, a);
	const PgdForecastJob *y = pairingheap_const_container(PgdForecastJob, node, b);

	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	if (x->priority != y->priority)
		return x->priority < y->priority ? 1 : -1;
	if (x->id != y->id)
		return x->id < y->id ? 1 : -1;
	return 0;
}

/*
 * The enabled jobs that the caller may see, by their next time, and what
 * keeps all of them from running (NULL: nothing). A job that runs now is
 * expected to end at once: its next time counts.
 */
static pairingheap *
read_jobs(Oid caller, TimestampTz now, TimestampTz from_time,
		  const char **obstacle)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			monitor = get_role_oid("pg_monitor", true);
	pairingheap *jobs = pairingheap_allocate(compare_jobs, NULL);
	bool		sees_all = pgd_role_has(caller, PGD_SCHEDULER_ADMIN) ||
	(OidIsValid(monitor) && has_privs_of_role(caller, monitor));
	Oid			types[] = {INT8OID, BOOLOID, INT4OID, INT4OID};
	int64		last = 0;
	int64	   *running;
	int			nrunning;
	uint64		n;
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	*obstacle = find_obstacle();
	running = read_running(context, &nrunning);
	do
	{
		Datum		values[] = {
			Int64GetDatum(last), BoolGetDatum(sees_all),
			Int32GetDatum(pgd_owner_id(caller, false)),
			Int32GetDatum(PGD_FORECAST_BATCH)
		};
		SPITupleTable *rows;

		n = pgd_sql("SELECT " PGD_FACT_COLUMNS
					" WHERE s.job_id > $1 AND j.id > $1 AND o.id > $1 AND s.is_enabled AND s.next_run_at IS NOT NULL"
					" AND ($2 OR o.owner_id = $3) AND s.next_operation <> 'EVALUATE'"
					" ORDER BY s.job_id LIMIT $4",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
		rows = SPI_tuptable;
		for (uint64 row = 0; row < n; row++)
		{
			MemoryContext old = MemoryContextSwitchTo(context);
			PgdForecastJob *job = palloc0(sizeof(PgdForecastJob));
			bool		is_running;

			pgd_rows_use(rows, n);
			job->id = last = pgd_column_int64(row, 0);
			job->priority = pgd_column_int32(row, PGD_FACT_PRIORITY);
			job->owner = CStringGetTextDatum(pgd_column_text(context, row,
															 PGD_FACT_SHOWN_OWNER));
			job->name = CStringGetTextDatum(pgd_column_text(context, row,
															PGD_FACT_NAME));
			is_running = nrunning > 0 &&
				bsearch(&job->id, running, nrunning, sizeof(int64),
						compare_ids) != NULL;
			(void) pgd_facts_read(row, &job->facts);
			pgd_rows_use(rows, n);
			if (pgd_facts_fault(row, &job->facts) == NULL)
			{
				job->at = Max(job->facts.next_run_at, now);
				job->due_at = job->facts.due_at;
				job->runs = job->facts.run_count;
				job->is_retry = !is_running && job->facts.retry_count > 0;
				if (!is_running || advance(job, from_time))
					pairingheap_add(jobs, &job->node);
			}
			MemoryContextSwitchTo(old);
		}
		SPI_freetuptable(rows);
	} while (n == PGD_FORECAST_BATCH);
	pgd_catalog_leave(&scope);
	return jobs;
}

/* Why nothing at all would start as things are; NULL if there is no such reason. */
static const char *
find_obstacle(void)
{
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(MyDatabaseId)};

	if (RecoveryInProgress())
		return "paused: this server is a standby";
	if (pgd_max_workers == 0)
		return "paused: pg_dbms.max_workers is 0";
	if (pgd_sql("SELECT 1 FROM dbms.scheduler_attribute"
				" WHERE name = 'SCHEDULER_DISABLED' AND pg_catalog.upper(value) = 'TRUE'",
				0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
		return "paused: the scheduler attribute SCHEDULER_DISABLED is TRUE";
	if (pgd_sql("SELECT 1 FROM dbms.coordinators() c"
				" WHERE c.database_oid = $1 AND c.state = 'held'",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		return "paused: this database is held, see dbms_scheduler.resume_after_restore()";
	return NULL;
}

/* The jobs whose scheduled run is under way, in order. */
static int64 *
read_running(MemoryContext context, int *n)
{
	uint64		rows = pgd_sql("SELECT r.job_id FROM dbms.run r"
							   " WHERE NOT r.is_manual ORDER BY r.job_id",
							   0, NULL, NULL, NULL, SPI_OK_SELECT);
	int64	   *ids = MemoryContextAlloc(context, sizeof(int64) * (rows + 1));

	for (uint64 row = 0; row < rows; row++)
		ids[row] = pgd_column_int64(row, 0);
	*n = (int) rows;
	return ids;
}

static int
compare_ids(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

/*
 * Lets the job have run at its time, in no time and with success; false if
 * it does not run again, or only the owner's worker can say when. Times
 * before from_time are passed over where none of them has to be counted.
 */
static bool
advance(PgdForecastJob *job, TimestampTz from_time)
{
	PgdCalError error;
	TimestampTz served = job->due_at;

	job->runs++;
	job->is_retry = false;
	if (job->facts.max_runs > 0 && job->runs >= job->facts.max_runs)
		return false;
	if (job->facts.max_runs == 0 && from_time - 1 > served)
		served = from_time - 1;
	job->due_at = pgd_timing_next(&job->facts.timing, served, job->at, &error);
	if (job->due_at == PGD_NO_TIME)
		return false;
	job->at = Max(job->due_at, job->at);
	return true;
}

static const char *
describe(const PgdForecastJob *job, const char *obstacle)
{
	if (obstacle != NULL)
		return obstacle;
	if (job->is_retry)
		return "retry of a failed run";
	if (job->facts.timing.kind == PGD_INTERVAL_EXPRESSION)
		return "later runs are not known: the repeat interval is an expression";
	return NULL;
}
