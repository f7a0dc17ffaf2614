/*
 * forecast_read.c
 *		What a forecast begins with: jobs, their windows and consumer groups as
 *		they are now.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"

#include "core/guc.h"
#include "core/identity.h"
#include "core/sql.h"
#include "resource/mapping.h"
#include "scheduler/facts.h"
#include "scheduler/forecast_int.h"
#include "scheduler/window_jobs.h"

/* jobs read at a time */
#define PGD_FORECAST_BATCH	1000

/* a run that is under way */
typedef struct PgdRunning
{
	int64		job_id;
	TimestampTz since;
} PgdRunning;

/* a job class that says something of consumer groups */
typedef struct PgdClassGroup
{
	char	   *name;
	char	   *group;
	char	   *service;
} PgdClassGroup;

/* what the reading of jobs needs */
typedef struct PgdForecastReader
{
	PgdForecast *forecast;
	MemoryContext context;		/* of the results */
	PgdRunning *running;
	int			nrunning;
	int64	   *stopped;		/* jobs whose last run a closing stopped */
	int			nstopped;
	PgdClassGroup *classes;
	int			nclasses;
} PgdForecastReader;

static const char *find_obstacle(void);
static void read_running(PgdForecastReader *reader);
static void read_stopped(PgdForecastReader *reader);
static void read_classes(PgdForecastReader *reader);
static void read_audiences(PgdForecastReader *reader);
static void read_jobs(PgdForecastReader *reader, Oid caller);
static PgdForecastJob *read_job(PgdForecastReader *reader,
								SPITupleTable *rows, uint64 n, uint64 row);
static void read_window_job(PgdForecastReader *reader, PgdForecastJob *job,
							uint64 row, const PgdRunning *running);
static int64 column_usecs(uint64 row, int column);
static int	consumer_group(PgdForecastReader *reader, uint64 row);
static PgdForecastAudience *audience_of(PgdForecast *forecast, int64 id);
static int	compare_running(const void *a, const void *b);
static int	compare_ids(const void *a, const void *b);

void
pgd_forecast_read(PgdForecast *forecast, Oid caller)
{
	PgdForecastReader reader = {0};
	PgdCatalogScope scope;

	reader.forecast = forecast;
	reader.context = CurrentMemoryContext;
	pgd_catalog_enter(&scope);
	forecast->obstacle = find_obstacle();
	MemoryContextSwitchTo(reader.context);
	pgd_forecast_windows_read(&forecast->windows, forecast->now);
	MemoryContextSwitchTo(reader.context);
	read_audiences(&reader);
	read_running(&reader);
	read_stopped(&reader);
	if (forecast->windows.has_barred)
		read_classes(&reader);
	read_jobs(&reader, caller);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(reader.context);
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
static void
read_running(PgdForecastReader *reader)
{
	uint64		n = pgd_sql("SELECT r.job_id, r.marked_at FROM dbms.run r"
							" WHERE NOT r.is_manual ORDER BY r.job_id",
							0, NULL, NULL, NULL, SPI_OK_SELECT);

	reader->nrunning = (int) n;
	reader->running = MemoryContextAlloc(reader->context,
										 sizeof(PgdRunning) * (n + 1));
	for (uint64 row = 0; row < n; row++)
	{
		reader->running[row].job_id = pgd_column_int64(row, 0);
		reader->running[row].since = pgd_column_timestamptz(row, 1);
	}
}

/*
 * The jobs whose last run was stopped as its window closed, in order. Runs by
 * hand in the caller's session count as last runs in the log alone.
 */
static void
read_stopped(PgdForecastReader *reader)
{
	uint64		n = pgd_sql("SELECT j.id FROM dbms.job j JOIN dbms.job_state s ON s.job_id = j.id"
							" JOIN dbms.object o ON o.id = j.id"
							" CROSS JOIN LATERAL (SELECT l.status, l.additional_info FROM dbms.job_log l"
							"  WHERE l.owner_id = o.owner_id AND l.job_name = o.name AND l.is_run"
							"   AND l.run_duration = s.last_run_duration"
							"  ORDER BY l.log_id DESC LIMIT 1) AS l"
							" WHERE j.stop_on_window_close AND l.status = 'STOPPED'"
							" AND l.additional_info LIKE '%REASON=\"" PGD_CLOSED_REASON "\"%'"
							" ORDER BY j.id",
							0, NULL, NULL, NULL, SPI_OK_SELECT);

	reader->nstopped = (int) n;
	reader->stopped = MemoryContextAlloc(reader->context,
										 sizeof(int64) * (n + 1));
	for (uint64 row = 0; row < n; row++)
		reader->stopped[row] = pgd_column_int64(row, 0);
}

static void
read_classes(PgdForecastReader *reader)
{
	uint64		n;

	pgd_mapping_reload();
	n = pgd_sql("SELECT o.name, c.resource_consumer_group, c.service"
				" FROM dbms.job_class c JOIN dbms.object o ON o.id = c.id"
				" WHERE c.resource_consumer_group IS NOT NULL OR c.service IS NOT NULL",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	reader->nclasses = (int) n;
	reader->classes = MemoryContextAlloc(reader->context,
										 sizeof(PgdClassGroup) * (n + 1));
	for (uint64 row = 0; row < n; row++)
	{
		PgdClassGroup *class = &reader->classes[row];

		class->name = pgd_column_text(reader->context, row, 0);
		class->group = pgd_column_text(reader->context, row, 1);
		class->service = pgd_column_text(reader->context, row, 2);
	}
}

/* Groups of windows, with their members. A window is found when a job names it. */
static void
read_audiences(PgdForecastReader *reader)
{
	HASHCTL		ctl = {0};
	uint64		n;
	PgdForecastAudience *audience = NULL;

	ctl.keysize = sizeof(int64);
	ctl.entrysize = sizeof(PgdForecastAudience);
	ctl.hcxt = reader->context;
	reader->forecast->audiences = hash_create("forecast windows and groups",
											  64, &ctl,
											  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	n = pgd_sql("SELECT g.id, g.is_enabled, m.member_id FROM dbms.object_group g"
				" JOIN dbms.object_group_member m ON m.group_id = g.id"
				" WHERE g.group_type = 'WINDOW' AND m.member_id IS NOT NULL"
				" ORDER BY g.id, m.member_id",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
	{
		int64		id = pgd_column_int64(row, 0);

		if (audience == NULL || audience->id != id)
		{
			audience = audience_of(reader->forecast, id);
			audience->is_group = true;
			audience->starts = pgd_column_bool(row, 1);
			audience->nmembers = 0;
			audience->members = MemoryContextAllocHuge(reader->context,
													   sizeof(int64) * (n - row));
		}
		audience->members[audience->nmembers++] = pgd_column_int64(row, 2);
	}
}

/* A new one is a window's own. */
static PgdForecastAudience *
audience_of(PgdForecast *forecast, int64 id)
{
	bool		found;
	PgdForecastAudience *audience = hash_search(forecast->audiences, &id,
												HASH_ENTER, &found);

	if (!found)
	{
		audience->is_group = false;
		audience->starts = true;
		audience->nmembers = 1;
		audience->members = &audience->id;
		audience->jobs = NULL;
		audience->njobs = audience->size = 0;
	}
	return audience;
}

/*
 * The enabled jobs that the caller may see, by their next time. A job that
 * runs now is expected to end at once, unless it goes by windows.
 */
static void
read_jobs(PgdForecastReader *reader, Oid caller)
{
	Oid			monitor = get_role_oid("pg_monitor", true);
	bool		sees_all = pgd_role_has(caller, PGD_SCHEDULER_ADMIN) ||
	(OidIsValid(monitor) && has_privs_of_role(caller, monitor));
	Oid			types[] = {INT8OID, BOOLOID, INT4OID, INT4OID};
	int64		last = 0;
	uint64		n;

	do
	{
		Datum		values[] = {
			Int64GetDatum(last), BoolGetDatum(sees_all),
			Int32GetDatum(pgd_owner_id(caller, false)),
			Int32GetDatum(PGD_FORECAST_BATCH)
		};
		SPITupleTable *rows;

		n = pgd_sql("SELECT " PGD_FACT_COLUMNS
					" WHERE s.job_id > $1 AND j.id > $1 AND o.id > $1 AND s.is_enabled"
					" AND (s.next_run_at IS NOT NULL OR so.type <> 'SCHEDULE')"
					" AND ($2 OR o.owner_id = $3) AND s.next_operation <> 'EVALUATE'"
					" ORDER BY s.job_id LIMIT $4",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
		rows = SPI_tuptable;
		for (uint64 row = 0; row < n; row++)
		{
			MemoryContext old = MemoryContextSwitchTo(reader->context);

			last = read_job(reader, rows, n, row)->id;
			MemoryContextSwitchTo(old);
		}
		SPI_freetuptable(rows);
	} while (n == PGD_FORECAST_BATCH);
}

static PgdForecastJob *
read_job(PgdForecastReader *reader, SPITupleTable *rows, uint64 n, uint64 row)
{
	PgdForecast *forecast = reader->forecast;
	PgdForecastJob *job = palloc0(sizeof(PgdForecastJob));
	PgdRunning	key;
	const PgdRunning *running;

	pgd_rows_use(rows, n);
	job->id = key.job_id = pgd_column_int64(row, 0);
	job->priority = pgd_column_int32(row, PGD_FACT_PRIORITY);
	job->owner = CStringGetTextDatum(pgd_column_text(reader->context, row,
													 PGD_FACT_SHOWN_OWNER));
	job->name = CStringGetTextDatum(pgd_column_text(reader->context, row,
													PGD_FACT_NAME));
	job->duration = column_usecs(row, PGD_FACT_DURATION);
	job->schedule_limit = column_usecs(row, PGD_FACT_LIMIT);
	running = bsearch(&key, reader->running, reader->nrunning,
					  sizeof(PgdRunning), compare_running);
	job->was_stopped = reader->nstopped > 0 &&
		bsearch(&job->id, reader->stopped, reader->nstopped, sizeof(int64),
				compare_ids) != NULL;
	(void) pgd_facts_read(row, &job->facts);
	pgd_rows_use(rows, n);
	if (pgd_facts_fault(row, &job->facts) != NULL)
		return job;
	job->group = forecast->windows.has_barred ?
		consumer_group(reader, row) : -1;
	job->runs = job->facts.run_count;
	job->is_retry = running == NULL && job->facts.retry_count > 0;
	job->due_at = job->facts.due_at;
	job->at = job->facts.next_run_at;
	if (job->facts.timing.kind == PGD_INTERVAL_WINDOW)
		read_window_job(reader, job, row, running);
	else if (job->at < forecast->now)
		job->at = forecast->now;
	if (job->at != PGD_NO_TIME &&
		(running == NULL || pgd_forecast_advance(forecast, job)))
		pgd_forecast_queue(forecast, job);
	return job;
}

/* an interval's length, -1 for NULL */
static int64
column_usecs(uint64 row, int column)
{
	Interval   *value = pgd_column_interval(CurrentMemoryContext, row, column);

	return value == NULL ? -1 :
		(value->month * INT64CONST(30) + value->day) * USECS_PER_DAY +
		value->time;
}

/* It joins those of its window or group. */
static void
read_window_job(PgdForecastReader *reader, PgdForecastJob *job, uint64 row,
				const PgdRunning *running)
{
	PgdForecastAudience *audience;

	job->schedule_id = pgd_column_int64(row, PGD_FACT_SCHEDULE);
	audience = audience_of(reader->forecast, job->schedule_id);
	if (audience->njobs == audience->size)
	{
		audience->size = Max(16, audience->size * 2);
		if (audience->jobs == NULL)
			audience->jobs = palloc(sizeof(PgdForecastJob *) * audience->size);
		else
			audience->jobs = repalloc_huge(audience->jobs,
										   sizeof(PgdForecastJob *) * audience->size);
	}
	audience->jobs[audience->njobs++] = job;
	if (job->at != PGD_NO_TIME && job->at < reader->forecast->now)
		job->at = reader->forecast->now;
	if (running == NULL)
		return;
	job->busy_until = job->duration < 0 ? reader->forecast->now :
		pgd_forecast_end(job, running->since);
	job->at = PGD_NO_TIME;
}

static int
compare_running(const void *a, const void *b)
{
	int64		x = ((const PgdRunning *) a)->job_id;
	int64		y = ((const PgdRunning *) b)->job_id;

	return x < y ? -1 : x > y;
}

static int
compare_ids(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

/* The number of its group: that of its class, its service or its owner. */
static int
consumer_group(PgdForecastReader *reader, uint64 row)
{
	char	   *job_class = pgd_column_text(reader->context, row,
											PGD_FACT_CLASS);
	char	   *owner = pgd_column_text(reader->context, row,
										PGD_FACT_SHOWN_OWNER);
	const PgdClassGroup *class = NULL;
	int			group;

	for (int i = 0; i < reader->nclasses && class == NULL; i++)
		if (strcmp(reader->classes[i].name, job_class) == 0)
			class = &reader->classes[i];
	group = pgd_forecast_group(&reader->forecast->windows,
							   pgd_mapping_group(class != NULL ? class->group : NULL,
												 class != NULL ? class->service : NULL,
												 owner));
	pfree(job_class);
	pfree(owner);
	return group;
}
