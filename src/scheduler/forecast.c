/*
 * forecast.c
 *		What would happen: dbms_scheduler.forecast().
 *
 * The rules are those that the coordinator uses, fed with times to come.
 * Jobs are merged by their next time, so rows come in order and memory grows
 * with the number of jobs only.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "lib/pairingheap.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "core/errors.h"
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
	int64		runs;			/* runs so far, for max_runs */
	bool		is_retry;
	Datum		owner;
	Datum		name;
} PgdForecastJob;

static int	compare_jobs(const pairingheap_node *a,
						 const pairingheap_node *b, void *arg);
static pairingheap *read_jobs(Oid caller, TimestampTz now);
static bool advance(PgdForecastJob *job);
static const char *describe(const PgdForecastJob *job);

Datum
pgd_scheduler_forecast(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TimestampTz from_time;
	TimestampTz to_time;
	pairingheap *jobs;
	Datum		event;

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
	jobs = read_jobs(GetUserId(), GetCurrentTimestamp());
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
			const char *detail = describe(job);
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
		if (advance(job))
			pairingheap_add(jobs, &job->node);
	}
	return (Datum) 0;
}

static int
compare_jobs(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	const PgdForecastJob *x = pairingheap_const_container(PgdForecastJob, node, a);
	const PgdForecastJob *y = pairingheap_const_container(PgdForecastJob, node, b);

	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return x->facts.timing.base_at < y->facts.timing.base_at ? 1 : -1;
}

/* The enabled jobs that the caller may see, by their next time. */
static pairingheap *
read_jobs(Oid caller, TimestampTz now)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			monitor = get_role_oid("pg_monitor", true);
	pairingheap *jobs = pairingheap_allocate(compare_jobs, NULL);
	bool		sees_all = pgd_role_has(caller, PGD_SCHEDULER_ADMIN) ||
	(OidIsValid(monitor) && has_privs_of_role(caller, monitor));
	Oid			types[] = {INT8OID, BOOLOID, INT4OID, INT4OID};
	int64		last = 0;
	uint64		n;
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	do
	{
		Datum		values[] = {
			Int64GetDatum(last), BoolGetDatum(sees_all),
			Int32GetDatum(pgd_owner_id(caller, false)),
			Int32GetDatum(PGD_FORECAST_BATCH)
		};
		SPITupleTable *rows;

		n = pgd_sql("SELECT " PGD_FACT_COLUMNS
					" WHERE s.job_id > $1 AND s.is_enabled AND s.next_run_at IS NOT NULL"
					" AND ($2 OR o.owner_id = $3) AND s.next_operation <> 'EVALUATE'"
					" ORDER BY s.job_id LIMIT $4",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
		rows = SPI_tuptable;
		for (uint64 row = 0; row < n; row++)
		{
			MemoryContext old = MemoryContextSwitchTo(context);
			PgdForecastJob *job = palloc0(sizeof(PgdForecastJob));

			pgd_rows_use(rows, n);
			last = pgd_column_int64(row, 0);
			job->owner = CStringGetTextDatum(pgd_column_text(context, row,
															 PGD_FACT_SHOWN_OWNER));
			job->name = CStringGetTextDatum(pgd_column_text(context, row,
															PGD_FACT_NAME));
			(void) pgd_facts_read(row, &job->facts);
			pgd_rows_use(rows, n);
			if (pgd_facts_fault(row, &job->facts) == NULL)
			{
				job->at = Max(job->facts.next_run_at, now);
				job->due_at = job->facts.due_at;
				job->runs = job->facts.run_count;
				job->is_retry = job->facts.retry_count > 0;
				pairingheap_add(jobs, &job->node);
			}
			MemoryContextSwitchTo(old);
		}
		SPI_freetuptable(rows);
	} while (n == PGD_FORECAST_BATCH);
	pgd_catalog_leave(&scope);
	return jobs;
}

/*
 * Lets the job have run at its time, in no time and with success; false if
 * it does not run again, or only the owner's worker can say when.
 */
static bool
advance(PgdForecastJob *job)
{
	PgdCalError error;

	job->runs++;
	job->is_retry = false;
	if (job->facts.max_runs > 0 && job->runs >= job->facts.max_runs)
		return false;
	job->due_at = pgd_timing_next(&job->facts.timing, job->due_at, job->at,
								  &error);
	if (job->due_at == PGD_NO_TIME)
		return false;
	job->at = Max(job->due_at, job->at);
	return true;
}

static const char *
describe(const PgdForecastJob *job)
{
	if (job->is_retry)
		return "retry of a failed run";
	if (job->facts.timing.kind == PGD_INTERVAL_EXPRESSION)
		return "later runs are not known: the repeat interval is an expression";
	return NULL;
}
