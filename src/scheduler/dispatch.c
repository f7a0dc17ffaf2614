/*
 * dispatch.c
 *		Jobs as work of the coordinator: which are due, handing them to
 *		workers, and bringing their rows up to date when they have run.
 *
 * The coordinator knows every enabled job's next time in memory, in two
 * heaps: those of the future by time, those that are due by priority and
 * time. A turn takes what ended, decides, marks what starts, commits all that
 * once, and only then hands the marked runs to workers. Rows that a user's
 * transaction holds locked are passed over: that job alone waits.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "catalog/pg_type.h"
#include "lib/pairingheap.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "core/database.h"
#include "core/guc.h"
#include "core/names.h"
#include "core/owner.h"
#include "core/pool.h"
#include "core/sql.h"
#include "core/stamp.h"
#include "scheduler/decide.h"
#include "scheduler/dispatch.h"
#include "scheduler/facts.h"
#include "scheduler/log.h"
#include "scheduler/run.h"
#include "scheduler/scheduler.h"

/* a row that was locked is looked at again after this, if nobody told before */
#define PGD_LOCKED_RETRY_MS		1000

/* after a worker could not be started for a job */
#define PGD_LAUNCH_RETRY_MS		1000

/* a job whose start raised an error is left alone for a while */
#define PGD_SUSPECT_PAUSE_MS	60000

/* due jobs looked at in one turn that no worker can be had for */
#define PGD_MAX_SET_ASIDE		64

/* a job this late is looked at before it starts: schedule_limit, end_date */
#define PGD_LATE_MS				60000
#define PGD_MAX_LATE			256

/* missed due times are counted up to this */
#define PGD_MAX_COUNTED			100000

/* rows read at a time when everything is read */
#define PGD_LOAD_BATCH			2000

typedef enum PgdPlace
{
	PGD_PLACE_NONE,
	PGD_PLACE_FUTURE,
	PGD_PLACE_READY,
	PGD_PLACE_RUNNING
} PgdPlace;

typedef struct PgdJobEntry
{
	int64		job_id;			/* hash key */
	pairingheap_node node;
	TimestampTz at;				/* when to start it */
	TimestampTz due_at;			/* as its row says */
	Oid			role;
	int16		priority;
	int8		place;
	bool		is_manual;
	TimestampTz checked_at;		/* this lateness was looked at */
} PgdJobEntry;

/* ended runs whose outcome has not reached the job's row */
typedef struct PgdBacklog
{
	PgdFinished *items;
	int			n;
	int			size;
} PgdBacklog;

/* a run whose job has a max_run_duration */
typedef struct PgdWatchedRun
{
	int64		run_id;
	int64		job_id;
	TimestampTz over_at;
} PgdWatchedRun;

/* a job that is about to start */
typedef struct PgdStart
{
	PgdJobEntry *entry;
	int			slot;			/* -1: fails without a worker */
	const char *refusal;		/* why its owner cannot run anything */
	bool		is_marked;
	PgdWorkItem item;
} PgdStart;

static const PgdWorkKind job_kind = {
	.name = "JOB",
	.load = pgd_dispatch_load,
	.changed = pgd_dispatch_changed,
	.turn = pgd_dispatch_turn,
	.execute = pgd_run_execute,
	.failed = pgd_run_failed
};

static int	my_kind;
static MemoryContext dispatch_cxt = NULL;
static HTAB *entries = NULL;
static pairingheap *future = NULL;
static pairingheap *ready = NULL;
static int	nready = 0;
static PgdBacklog backlog;
static PgdStart *starts = NULL;
static PgdWatchedRun *watched = NULL;
static int	nwatched = 0;
static bool scheduler_disabled = false;

/* set while a statement about one job runs; after an error it is suspected */
static int64 suspect_job = 0;
static bool is_careful = false;

static int	compare_future(const pairingheap_node *a,
						   const pairingheap_node *b, void *arg);
static int	compare_ready(const pairingheap_node *a,
						  const pairingheap_node *b, void *arg);
static void set_up(void);
static void clear_entries(void);
static void place(PgdJobEntry *entry, PgdPlace where);
static void take_row(uint64 row);
static void read_attributes(void);
static void recover_runs(void);
static void collect(void);
static PgdFinished *backlog_add(void);
static void finish_backlog(TimestampTz now);
static bool finish_batch(PgdFinished *batch, int n, TimestampTz now);
static void settle(uint64 row, SPITupleTable *rows, uint64 nrows,
				   const PgdJobAfter *after, const PgdWorkItem *run,
				   const PgdWorkResult *result);
static void break_job(PgdJobAfter *after, const char *fault);
static void handle_late(PgdJobEntry **late, int n, TimestampTz now);
static void log_missed(int64 job_id, const PgdJobFacts *facts,
					   TimestampTz since);
static void settle_lost(PgdFinished *finished, bool *unmarked);
static void write_after(int64 job_id, const PgdJobAfter *after,
						const PgdWorkItem *run, const PgdWorkResult *result);
static void drop_jobs(const int64 *ids, int n);
static int	choose_starts(TimestampTz now, const char **reason);
static void mark_starts(int n, TimestampTz now);
static void watch_duration(const PgdWorkItem *item, TimestampTz over_at);
static TimestampTz next_over_at(void);
static void report_over(TimestampTz now);
static void refuse_start(PgdStart *start);
static void hand_starts(int n);
static void refusal_for(Oid role, const char **refusal);

/* Registers jobs as a kind of work. */
void
pgd_scheduler_install(void)
{
	my_kind = pgd_work_register(&job_kind);
}

/* ---- what the coordinator knows ---- */

static int
compare_future(const pairingheap_node *a, const pairingheap_node *b,
			   void *arg)
{
	const PgdJobEntry *x = pairingheap_const_container(PgdJobEntry, node, a);
	const PgdJobEntry *y = pairingheap_const_container(PgdJobEntry, node, b);

	return x->at < y->at ? 1 : x->at > y->at ? -1 :
		x->job_id < y->job_id ? 1 : -1;
}

/* Priority first, then how long it has been due. */
static int
compare_ready(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	const PgdJobEntry *x = pairingheap_const_container(PgdJobEntry, node, a);
	const PgdJobEntry *y = pairingheap_const_container(PgdJobEntry, node, b);

	if (x->priority != y->priority)
		return x->priority < y->priority ? 1 : -1;
	return compare_future(a, b, arg);
}

static void
set_up(void)
{
	if (dispatch_cxt != NULL)
		return;
	dispatch_cxt = AllocSetContextCreate(TopMemoryContext, "pg_dbms dispatch",
										 ALLOCSET_DEFAULT_SIZES);
	starts = MemoryContextAlloc(dispatch_cxt,
								sizeof(PgdStart) * pgd_shared->nworkers);
	watched = MemoryContextAlloc(dispatch_cxt, sizeof(PgdWatchedRun) *
								 pgd_shared->nworkers);

	/* nothing that we commit needs to be waited for: see design of marks */
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
}

static void
clear_entries(void)
{
	static MemoryContext entries_cxt = NULL;
	HASHCTL		ctl = {0};
	MemoryContext old;

	if (entries_cxt == NULL)
		entries_cxt = AllocSetContextCreate(dispatch_cxt, "pg_dbms jobs",
											ALLOCSET_DEFAULT_SIZES);
	else
		MemoryContextReset(entries_cxt);
	old = MemoryContextSwitchTo(entries_cxt);
	ctl.keysize = sizeof(int64);
	ctl.entrysize = sizeof(PgdJobEntry);
	ctl.hcxt = entries_cxt;
	entries = hash_create("pg_dbms jobs", 256, &ctl,
						  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	future = pairingheap_allocate(compare_future, NULL);
	ready = pairingheap_allocate(compare_ready, NULL);
	nready = 0;
	MemoryContextSwitchTo(old);
}

static void
place(PgdJobEntry *entry, PgdPlace where)
{
	if (entry->place == PGD_PLACE_FUTURE)
		pairingheap_remove(future, &entry->node);
	else if (entry->place == PGD_PLACE_READY)
	{
		pairingheap_remove(ready, &entry->node);
		nready--;
	}
	entry->place = where;
	if (where == PGD_PLACE_FUTURE)
		pairingheap_add(future, &entry->node);
	else if (where == PGD_PLACE_READY)
	{
		pairingheap_add(ready, &entry->node);
		nready++;
	}
}

static void
forget(int64 job_id)
{
	PgdJobEntry *entry = hash_search(entries, &job_id, HASH_FIND, NULL);

	if (entry != NULL)
	{
		place(entry, PGD_PLACE_NONE);
		(void) hash_search(entries, &job_id, HASH_REMOVE, NULL);
	}
}

/* Sets when a job is due next; PGD_NO_TIME forgets it. */
static void
expect(int64 job_id, TimestampTz at, TimestampTz due_at, Oid role,
	   int priority, bool is_manual)
{
	PgdJobEntry *entry;
	bool		found;

	if (at == PGD_NO_TIME)
	{
		entry = hash_search(entries, &job_id, HASH_FIND, NULL);
		if (entry != NULL && entry->place != PGD_PLACE_RUNNING)
			forget(job_id);
		return;
	}
	entry = hash_search(entries, &job_id, HASH_ENTER, &found);
	if (!found)
	{
		entry->place = PGD_PLACE_NONE;
		entry->checked_at = 0;
	}
	if (entry->place == PGD_PLACE_RUNNING)
		return;					/* its end decides */
	place(entry, PGD_PLACE_NONE);
	entry->at = at;
	entry->due_at = due_at;
	entry->role = role;
	entry->priority = priority;
	entry->is_manual = is_manual;
	place(entry, PGD_PLACE_FUTURE);
}

/* One row of the statements that read jobs. */
static void
take_row(uint64 row)
{
	int64		job_id = pgd_column_int64(row, 0);
	TimestampTz next = pgd_column_is_null(row, 1) ? PGD_NO_TIME :
	pgd_column_timestamptz(row, 1);
	TimestampTz manual = pgd_column_is_null(row, 2) ? PGD_NO_TIME :
	pgd_column_timestamptz(row, 2);

	if (!pgd_column_bool(row, 3))
		next = PGD_NO_TIME;
	expect(job_id, Min(next, manual), next, pgd_column_oid(row, 5),
		   pgd_column_int32(row, 4), manual != PGD_NO_TIME);
}

#define PGD_JOB_COLUMNS \
	"s.job_id, s.next_run_at, s.manual_run_at, s.is_enabled, j.job_priority, w.role_oid" \
	" FROM dbms.job_state s JOIN dbms.job j ON j.id = s.job_id" \
	" JOIN dbms.object o ON o.id = s.job_id JOIN dbms.owner w ON w.id = o.owner_id"

/* Reads everything: at the start, and after changes of unknown extent. */
void
pgd_dispatch_load(void)
{
	Oid			types[] = {INT8OID, INT4OID};
	int64		last = 0;
	uint64		n;
	int64		suspect = suspect_job;
	PgdCatalogScope scope;

	set_up();
	is_careful = suspect != 0 || backlog.n > 0;
	suspect_job = 0;
	clear_entries();

	/* owners that were renamed, or came with a restore */
	pgd_transaction_begin();
	(void) pgd_owner_resolve_all(false);
	pgd_transaction_commit();

	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	recover_runs();
	read_attributes();
	do
	{
		Datum		values[] = {
			Int64GetDatum(last), Int32GetDatum(PGD_LOAD_BATCH)
		};

		n = pgd_sql("SELECT " PGD_JOB_COLUMNS
					" WHERE s.job_id > $1 AND (s.is_enabled OR s.manual_run_at IS NOT NULL)"
					" ORDER BY s.job_id LIMIT $2",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
		for (uint64 i = 0; i < n; i++)
			take_row(i);
		if (n > 0)
			last = pgd_column_int64(n - 1, 0);
		SPI_freetuptable(SPI_tuptable);
	} while (n == PGD_LOAD_BATCH);
	pgd_catalog_leave(&scope);
	pgd_transaction_commit();

	if (suspect != 0)
	{
		PgdJobEntry *entry = hash_search(entries, &suspect, HASH_FIND, NULL);

		if (entry != NULL && entry->place == PGD_PLACE_FUTURE)
		{
			place(entry, PGD_PLACE_NONE);
			entry->at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													PGD_SUSPECT_PAUSE_MS);
			place(entry, PGD_PLACE_FUTURE);
		}
	}
}

/* Reads these jobs again. */
void
pgd_dispatch_changed(const int64 *ids, int n)
{
	Oid			types[] = {INT8ARRAYOID};
	Datum		values[1];
	PgdCatalogScope scope;
	uint64		found;

	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	values[0] = pgd_int8_array(ids, n);
	for (int i = 0; i < n; i++)
	{
		PgdJobEntry *entry = hash_search(entries, &ids[i], HASH_FIND, NULL);

		if (entry != NULL && entry->place != PGD_PLACE_RUNNING)
			forget(ids[i]);
	}
	found = pgd_sql("SELECT " PGD_JOB_COLUMNS
					" WHERE s.job_id = ANY($1) AND (s.is_enabled OR s.manual_run_at IS NOT NULL)",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < found; i++)
		take_row(i);
	pgd_catalog_leave(&scope);
	pgd_transaction_commit();
}

/* Scheduler attributes that count here. */
static void
read_attributes(void)
{
	uint64		n = pgd_sql("SELECT value FROM dbms.scheduler_attribute WHERE name = 'SCHEDULER_DISABLED'",
							0, NULL, NULL, NULL, SPI_OK_SELECT);
	char	   *value = n > 0 ? pgd_column_text(CurrentMemoryContext, 0, 0) : NULL;

	scheduler_disabled = value != NULL && pg_strcasecmp(value, "TRUE") == 0;
}

/*
 * Runs that are marked as started. One with a live worker goes on; any other
 * has left an outcome, or was interrupted.
 */
static void
recover_runs(void)
{
	uint64		n = pgd_sql("SELECT id, job_id, operation, scheduled_at, marked_at, retry, is_manual"
							" FROM dbms.run ORDER BY id",
							0, NULL, NULL, NULL, SPI_OK_SELECT);

	for (uint64 i = 0; i < n; i++)
	{
		int64		run_id = pgd_column_int64(i, 0);
		int64		job_id = pgd_column_int64(i, 1);
		PgdJobEntry *entry;
		bool		found;

		entry = hash_search(entries, &job_id, HASH_ENTER, &found);
		if (!found)
			memset((char *) entry + sizeof(int64), 0,
				   sizeof(PgdJobEntry) - sizeof(int64));
		entry->place = PGD_PLACE_RUNNING;
		if (pgd_pool_has_run(run_id))
			continue;
		found = false;
		for (int b = 0; b < backlog.n && !found; b++)
			found = backlog.items[b].item.run_id == run_id;
		if (!found)
		{
			PgdFinished *finished = backlog_add();
			char	   *operation = pgd_column_text(CurrentMemoryContext, i, 2);

			memset(finished, 0, sizeof(*finished));
			finished->item.kind = my_kind;
			finished->item.run_id = run_id;
			finished->item.object_id = job_id;
			strlcpy(finished->item.operation, operation,
					sizeof(finished->item.operation));
			finished->item.scheduled_at = pgd_column_timestamptz(i, 3);
			finished->item.retry = pgd_column_int32(i, 5);
			finished->item.is_manual = pgd_column_bool(i, 6);
			finished->result.outcome = PGD_LOST;
			finished->result.started_at = pgd_column_timestamptz(i, 4);
			finished->result.ended_at = GetCurrentTimestamp();
			finished->result.has_begun = true;
			finished->result.is_broken = -1;
		}
	}
}

/* ---- a turn ---- */

/*
 * Takes what ended, starts what is due; returns when the next job is due.
 */
TimestampTz
pgd_dispatch_turn(TimestampTz now)
{
	const char *reason = NULL;
	TimestampTz wake_at = DT_NOEND;
	TimestampTz over_at;
	int			n = 0;

	collect();
	while (!pairingheap_is_empty(future))
	{
		PgdJobEntry *entry = pairingheap_container(PgdJobEntry, node,
												   pairingheap_first(future));

		if (entry->at > now)
			break;
		place(entry, PGD_PLACE_READY);
	}
	over_at = next_over_at();
	if (backlog.n == 0 && nready == 0 && over_at > now)
	{
		pgd_pool_report_waiting(0, NULL);
		if (!pairingheap_is_empty(future))
			wake_at = pairingheap_container(PgdJobEntry, node,
											pairingheap_first(future))->at;
		return Min(wake_at, over_at);
	}

	pgstat_report_activity(STATE_RUNNING, "dispatching jobs");
	pgd_transaction_begin();
	{
		PgdCatalogScope scope;

		pgd_catalog_enter(&scope);
		if (backlog.n > 0)
			finish_backlog(now);
		if (over_at <= now)
			report_over(now);
		now = GetCurrentTimestamp();
		n = choose_starts(now, &reason);
		if (n > 0)
			mark_starts(n, now);
		pgd_catalog_leave(&scope);
	}
	if (n > 0 && pgd_start_synchronous_commit)
		synchronous_commit = SYNCHRONOUS_COMMIT_ON;

	/* a marked run must reach its worker: nothing may end us in between */
	HOLD_INTERRUPTS();
	pgd_transaction_commit();
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
	hand_starts(n);
	RESUME_INTERRUPTS();
	suspect_job = 0;
	is_careful = false;
	pgd_pool_report_waiting(nready, reason);
	wake_at = next_over_at();

	/* locked rows, and runs that failed without a worker */
	if (backlog.n > 0)
		wake_at = Min(wake_at,
					  TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
												  PGD_LOCKED_RETRY_MS));
	for (int i = 0; i < n; i++)
		if (starts[i].slot < 0)
			wake_at = now;
	if (!pairingheap_is_empty(future))
		wake_at = Min(wake_at,
					  pairingheap_container(PgdJobEntry, node,
											pairingheap_first(future))->at);
	return wake_at;
}

static PgdFinished *
backlog_add(void)
{
	if (backlog.n == backlog.size)
	{
		int			size = Max(64, backlog.size * 2);

		if (backlog.items == NULL)
			backlog.items = MemoryContextAlloc(dispatch_cxt,
											   sizeof(PgdFinished) * size);
		else
			backlog.items = repalloc_huge(backlog.items,
										  sizeof(PgdFinished) * size);
		backlog.size = size;
	}
	return &backlog.items[backlog.n++];
}

/* Takes over the results of ended runs. */
static void
collect(void)
{
	static PgdFinished *buffer = NULL;
	int			n;

	if (buffer == NULL)
		buffer = MemoryContextAlloc(dispatch_cxt, sizeof(PgdFinished) *
									pgd_shared->nworkers);
	n = pgd_pool_collect(my_kind, buffer, pgd_shared->nworkers);
	for (int i = 0; i < n; i++)
		*backlog_add() = buffer[i];
}

/*
 * Brings jobs up to date with their ended runs. After an error one run at a
 * time, the first going to the end before it is tried, so that a bad one
 * stands in nobody's way.
 */
static void
finish_backlog(TimestampTz now)
{
	int			kept = 0;
	int			n = backlog.n;

	if (is_careful && n > 1)
	{
		PgdFinished first = backlog.items[0];

		memmove(&backlog.items[0], &backlog.items[1],
				sizeof(PgdFinished) * (n - 1));
		backlog.items[n - 1] = first;
		if (finish_batch(&backlog.items[n - 1], 1, now))
			backlog.n--;
		return;
	}
	while (n > 0)
	{
		int			batch = Min(n, 256);
		PgdFinished *items = &backlog.items[backlog.n - n];

		(void) finish_batch(items, batch, now);
		n -= batch;
	}
	for (int i = 0; i < backlog.n; i++)
		if (backlog.items[i].item.run_id != 0)
			backlog.items[kept++] = backlog.items[i];
	backlog.n = kept;
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
	{
		bool		unmarked = false;

		if (n == 1)
			suspect_job = batch[i].item.object_id;
		job_ids[i] = batch[i].item.object_id;
		if (batch[i].result.outcome == PGD_LOST)
			settle_lost(&batch[i], &unmarked);
		if (unmarked)
			batch[i].item.run_id = 0;
	}

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
		PgdFinished *finished = NULL;
		const char *fault;
		int64		job_id;

		pgd_rows_use(rows, found);
		job_id = pgd_column_int64(row, 0);
		for (int i = 0; i < n && finished == NULL; i++)
			if (batch[i].item.object_id == job_id && batch[i].item.run_id != 0)
				finished = &batch[i];
		if (finished == NULL)
			continue;
		calendar = pgd_facts_read(row, &facts);
		pgd_rows_use(rows, found);
		fault = pgd_facts_fault(row, &facts);
		if (fault != NULL && facts.timing.kind == PGD_INTERVAL_CALENDAR)
			facts.timing.kind = PGD_INTERVAL_NONE;
		pgd_job_after_run(&facts, &finished->item, &finished->result, now,
						  &after);
		if (fault == NULL && finished->result.is_invalid)
			fault = "its program, job class or action is not valid";
		if (fault != NULL && facts.is_enabled)
			break_job(&after, fault);
		if (after.is_dropped)
			dropped[ndropped++] = job_id;
		settle(row, rows, found, &after, &finished->item, &finished->result);
		done_runs[ndone++] = finished->item.run_id;
		if (finished->result.has_outcome_row)
			outcome_runs[noutcomes++] = finished->item.run_id;
		finished->item.run_id = 0;
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
		forget(batch[i].item.object_id);
		done_runs[ndone++] = batch[i].item.run_id;
		outcome_runs[noutcomes++] = batch[i].item.run_id;
		batch[i].item.run_id = 0;
	}

	if (ndropped > 0)
		drop_jobs(dropped, ndropped);
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
static void
break_job(PgdJobAfter *after, const char *fault)
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
static void
settle(uint64 row, SPITupleTable *rows, uint64 nrows,
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
	forget(job_id);
	if (!after->is_dropped)
		expect(job_id, Min(manual, after->is_enabled ?
						   after->next_run_at : PGD_NO_TIME),
			   after->next_run_at, role, priority, manual != PGD_NO_TIME);
	pgd_rows_use(rows, nrows);
}

/*
 * Jobs that are late: by more than a minute, or because they fell due while
 * nobody served this database. Here schedule_limit, end_date and missed_runs
 * are looked at; those that are to run are started in the next turn.
 */
static void
handle_late(PgdJobEntry **late, int n, TimestampTz now)
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
		place(late[i], PGD_PLACE_NONE);
		late[i]->at = TimestampTzPlusMilliseconds(now, PGD_LOCKED_RETRY_MS);
		place(late[i], PGD_PLACE_FUTURE);
	}
	if (n == 1)
		suspect_job = ids[0];
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
		entry = hash_search(entries, &job_id, HASH_FIND, NULL);
		limit = pgd_column_interval(CurrentMemoryContext, row, PGD_FACT_LIMIT);
		last_start = pgd_column_timestamptz(row, PGD_FACT_LAST_START);
		calendar = pgd_facts_read(row, &facts);
		pgd_rows_use(rows, found);
		fault = pgd_facts_fault(row, &facts);
		repeats = facts.timing.kind != PGD_INTERVAL_NONE;
		if (fault != NULL)
		{
			pgd_job_after_skip(&facts, now, &after);
			break_job(&after, fault);
			skip = true;
		}
		else
		{
			if (facts.due_at < since && last_start < since &&
				facts.retry_count == 0)
				log_missed(job_id, &facts, since);
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
			settle(row, rows, found, &after, NULL, NULL);
		}
		else if (entry != NULL)
		{
			place(entry, PGD_PLACE_NONE);
			entry->at = facts.next_run_at;
			entry->checked_at = facts.next_run_at;
			place(entry, PGD_PLACE_FUTURE);
		}
		if (calendar != NULL)
			pfree(calendar);
	}
	if (ndropped > 0)
		drop_jobs(dropped, ndropped);
}

/* One log row says what fell due while nobody served, and what follows. */
static void
log_missed(int64 job_id, const PgdJobFacts *facts, TimestampTz since)
{
	static const char *const rules[] = {"ONCE", "SKIP", "EACH"};
	TimestampTz last = facts->due_at;
	int			n;
	StringInfoData info;

	n = pgd_timing_count_missed(&facts->timing, facts->due_at, since,
								PGD_MAX_COUNTED, &last);
	initStringInfo(&info);
	appendStringInfo(&info, "MISSED=\"%d\"", n);
	appendStringInfo(&info, ", FIRST=\"%s\"", timestamptz_to_str(facts->due_at));
	appendStringInfo(&info, ", LAST=\"%s\"", timestamptz_to_str(last));
	appendStringInfo(&info, ", MISSED_RUNS=\"%s\"", rules[facts->timing.missed]);
	pgd_log_job_operation(job_id, "MISSED", NULL, info.data, true);
}

/*
 * A worker ended without a report. Perhaps its outcome is in the tables; if
 * it never began, the mark is taken back; else the run was interrupted, and
 * that is its outcome.
 */
static void
settle_lost(PgdFinished *finished, bool *unmarked)
{
	PgdWorkItem *item = &finished->item;
	PgdWorkResult *result = &finished->result;

	result->is_broken = -1;
	if (pgd_run_read_outcome(item->run_id, result))
		return;
	if (result->ended_at == 0)
		result->ended_at = GetCurrentTimestamp();
	if (result->started_at == 0)
		result->started_at = result->ended_at;
	if (!result->has_begun && finished->stop_reason[0] == '\0')
	{
		Oid			types[] = {INT8OID};
		Datum		values[] = {Int64GetDatum(item->run_id)};
		PgdJobEntry *entry = hash_search(entries, &item->object_id,
										 HASH_FIND, NULL);

		pgd_sql("DELETE FROM dbms.run WHERE id = $1",
				lengthof(types), types, values, NULL, SPI_OK_DELETE);
		if (entry != NULL)
		{
			place(entry, PGD_PLACE_NONE);
			entry->at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													PGD_LAUNCH_RETRY_MS);
			place(entry, PGD_PLACE_FUTURE);
		}
		*unmarked = true;
		return;
	}
	pgd_run_record_without_worker(item, result, "STOPPED",
								  finished->stop_reason[0] != '\0' ?
								  finished->stop_reason :
								  "Job slave process was terminated",
								  NULL, 0);
	result->has_outcome_row = true;
	if (finished->stop_reason[0] != '\0')
		result->outcome = PGD_STOPPED;
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
			" disabled_reason = $11, last_start_at = coalesce($12, last_start_at),"
			" last_run_duration = coalesce($13, last_run_duration),"
			" total_run_time = total_run_time + coalesce($13, '0'),"
			" last_success_at = CASE WHEN $14 THEN $12 ELSE last_success_at END"
			" WHERE job_id = $1",
			lengthof(types), types, values, nulls, SPI_OK_UPDATE);
}

/* Jobs that have ended and are dropped by themselves. */
static void
drop_jobs(const int64 *ids, int n)
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

/*
 * Due jobs for which a worker is to be had, by priority and due time. Those
 * of roles without a worker are set aside, some of them, so that one role
 * cannot block the others.
 */
static int
choose_starts(TimestampTz now, const char **reason)
{
	PgdJobEntry *aside[PGD_MAX_SET_ASIDE];
	PgdJobEntry *late[PGD_MAX_LATE];
	int			naside = 0;
	int			nlate = 0;
	int			max_late = is_careful ? 1 : PGD_MAX_LATE;
	int			n = 0;
	int			most = is_careful ? 1 : pgd_shared->nworkers;

	if (pgd_stamp_is_held())
	{
		*reason = pgd_stamp_hold_reason();
		return 0;
	}
	if (scheduler_disabled)
	{
		*reason = "scheduler attribute SCHEDULER_DISABLED is TRUE";
		return 0;
	}
	while (nready > 0 && n < most && naside < PGD_MAX_SET_ASIDE &&
		   nlate < max_late)
	{
		PgdJobEntry *entry = pairingheap_container(PgdJobEntry, node,
												   pairingheap_first(ready));
		PgdStart   *start = &starts[n];
		PgdReserve	answer;

		if (!entry->is_manual && entry->checked_at != entry->at &&
			(entry->at < pgd_database_serving_since() ||
			 TimestampDifferenceExceeds(entry->at, now, PGD_LATE_MS)))
		{
			place(entry, PGD_PLACE_NONE);
			late[nlate++] = entry;
			continue;
		}
		memset(start, 0, sizeof(*start));
		start->entry = entry;
		start->slot = -1;
		refusal_for(entry->role, &start->refusal);
		if (start->refusal == NULL)
		{
			answer = pgd_pool_reserve(entry->role, &start->slot);
			if (answer != PGD_RESERVED)
			{
				*reason = pgd_reserve_reason(answer);
				place(entry, PGD_PLACE_NONE);
				aside[naside++] = entry;
				if (answer == PGD_PAUSED || answer == PGD_NOT_OUR_TURN)
					break;
				continue;
			}
		}
		place(entry, PGD_PLACE_RUNNING);
		n++;
	}
	for (int i = 0; i < naside; i++)
		place(aside[i], PGD_PLACE_READY);
	if (nlate > 0)
		handle_late(late, nlate, now);
	return n;
}

/* Why this role cannot run anything here; NULL if it can. */
static void
refusal_for(Oid role, const char **refusal)
{
	HeapTuple	tuple;
	bool		can_login;

	*refusal = NULL;
	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	if (!HeapTupleIsValid(tuple))
	{
		*refusal = "the owner of the job does not exist";
		return;
	}
	can_login = ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;
	ReleaseSysCache(tuple);
	if (!can_login)
		*refusal = "the owner of the job is not permitted to log in";
	else if (pgd_database_aclcheck(MyDatabaseId, role,
								   ACL_CONNECT) != ACLCHECK_OK)
		*refusal = "the owner of the job lacks the CONNECT privilege on the database";
}

/*
 * Marks the chosen jobs as started, in one statement. Jobs that a user's
 * transaction holds locked, or that changed meanwhile, are not marked.
 */
static void
mark_starts(int n, TimestampTz now)
{
	Oid			types[] = {INT8ARRAYOID, TIMESTAMPTZOID};
	Datum		values[2];
	int64	   *ids = palloc(sizeof(int64) * n);
	uint64		marked;
	SPITupleTable *rows;
	bool		any_manual = false;

	for (int i = 0; i < n; i++)
		ids[i] = starts[i].entry->job_id;
	if (n == 1)
		suspect_job = ids[0];
	values[0] = pgd_int8_array(ids, n);
	values[1] = TimestampTzGetDatum(now);
	marked = pgd_sql("WITH due AS MATERIALIZED ("
					 " SELECT s.job_id, s.next_run_at, s.next_operation, s.retry_count, s.manual_run_at, s.manual_run_user"
					 " FROM dbms.job_state s"
					 " WHERE s.job_id = ANY($1)"
					 " AND ((s.is_enabled AND s.next_run_at <= $2) OR s.manual_run_at IS NOT NULL)"
					 " AND NOT EXISTS (SELECT FROM dbms.run r WHERE r.job_id = s.job_id)"
					 " FOR NO KEY UPDATE OF s SKIP LOCKED),"
					 " started AS ("
					 " INSERT INTO dbms.run (id, job_id, operation, scheduled_at, marked_at, retry, is_manual, requested_by)"
					 " SELECT pg_catalog.nextval('dbms.log_id_seq'), d.job_id,"
					 "  CASE WHEN d.manual_run_at IS NULL THEN d.next_operation ELSE 'RUN' END,"
					 "  coalesce(d.manual_run_at, d.next_run_at), $2, d.retry_count,"
					 "  d.manual_run_at IS NOT NULL, d.manual_run_user"
					 " FROM due d"
					 " RETURNING id, job_id, operation, scheduled_at, retry, is_manual)"
					 " SELECT t.id, t.job_id, t.operation, t.scheduled_at, t.retry, t.is_manual,"
					 "  dbms.display_name(w.role_name), o.name, j.job_class, j.max_run_duration"
					 " FROM started t JOIN dbms.object o ON o.id = t.job_id"
					 " JOIN dbms.owner w ON w.id = o.owner_id JOIN dbms.job j ON j.id = t.job_id",
					 lengthof(types), types, values, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 row = 0; row < marked; row++)
	{
		int64		job_id;
		PgdStart   *start = NULL;
		char	   *operation;
		char	   *class_name;
		Interval   *longest;

		pgd_rows_use(rows, marked);
		job_id = pgd_column_int64(row, 1);
		for (int i = 0; i < n && start == NULL; i++)
			if (starts[i].entry->job_id == job_id)
				start = &starts[i];
		start->is_marked = true;
		start->item.kind = my_kind;
		start->item.run_id = pgd_column_int64(row, 0);
		start->item.object_id = job_id;
		operation = pgd_column_text(CurrentMemoryContext, row, 2);
		strlcpy(start->item.operation, operation,
				sizeof(start->item.operation));
		start->item.scheduled_at = pgd_column_timestamptz(row, 3);
		start->item.retry = pgd_column_int32(row, 4);
		start->item.is_manual = pgd_column_bool(row, 5);
		any_manual |= start->item.is_manual;
		strlcpy(start->item.label,
				pgd_name_display(pgd_column_text(CurrentMemoryContext, row, 6),
								 pgd_column_text(CurrentMemoryContext, row, 7)),
				sizeof(start->item.label));
		class_name = pgd_column_text(CurrentMemoryContext, row, 8);
		strlcpy(start->item.class_name, class_name,
				sizeof(start->item.class_name));
		longest = pgd_column_interval(CurrentMemoryContext, row, 9);
		if (longest != NULL && start->slot >= 0)
			watch_duration(&start->item, now + longest->time +
						   longest->day * USECS_PER_DAY);
	}
	if (any_manual)
		pgd_sql("UPDATE dbms.job_state SET manual_run_at = NULL, manual_run_user = NULL"
				" WHERE job_id = ANY($1) AND manual_run_at IS NOT NULL"
				" AND EXISTS (SELECT FROM dbms.run r WHERE r.job_id = job_state.job_id AND r.is_manual)",
				1, types, values, NULL, SPI_OK_UPDATE);
	for (int i = 0; i < n; i++)
		if (starts[i].is_marked && starts[i].slot < 0)
			refuse_start(&starts[i]);
}

/* Looks at a run again when it has taken as long as its job allows. */
static void
watch_duration(const PgdWorkItem *item, TimestampTz over_at)
{
	if (nwatched == pgd_shared->nworkers)
		return;					/* not more than there are workers */
	watched[nwatched].run_id = item->run_id;
	watched[nwatched].job_id = item->object_id;
	watched[nwatched++].over_at = over_at;
}

/* When the first watched run is over its time; ended ones are forgotten. */
static TimestampTz
next_over_at(void)
{
	TimestampTz at = DT_NOEND;

	for (int i = 0; i < nwatched; i++)
	{
		if (pgd_pool_has_run(watched[i].run_id))
			at = Min(at, watched[i].over_at);
		else
			watched[i--] = watched[--nwatched];
	}
	return at;
}

/* A run over its max_run_duration is told of once; it is not stopped. */
static void
report_over(TimestampTz now)
{
	for (int i = 0; i < nwatched; i++)
	{
		if (watched[i].over_at > now)
			continue;
		pgd_log_job_operation(watched[i].job_id, "JOB_OVER_MAX_DUR", NULL,
							  pgd_log_info("RUN_LOG_ID",
										   psprintf(INT64_FORMAT, watched[i].run_id)),
							  true);
		watched[i--] = watched[--nwatched];
	}
}

/* The owner cannot run anything: a failed run with an explanation. */
static void
refuse_start(PgdStart *start)
{
	PgdFinished *finished = backlog_add();

	memset(finished, 0, sizeof(*finished));
	finished->item = start->item;
	finished->result.outcome = PGD_FAILED;
	finished->result.started_at = finished->result.ended_at =
		GetCurrentTimestamp();
	finished->result.is_broken = -1;
	finished->result.has_outcome_row = true;
	pgd_run_record_without_worker(&finished->item, &finished->result,
								  "FAILED", start->refusal, start->refusal,
								  ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION);
}

/* After the commit: marked runs go to their workers. */
static void
hand_starts(int n)
{
	for (int i = 0; i < n; i++)
	{
		PgdStart   *start = &starts[i];

		if (start->is_marked && start->slot >= 0)
			pgd_pool_hand(start->slot, &start->item);
		else if (start->slot >= 0)
			pgd_pool_release(start->slot);
		if (!start->is_marked)
		{
			/* locked or changed: its note may come first */
			place(start->entry, PGD_PLACE_NONE);
			start->entry->at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														   PGD_LOCKED_RETRY_MS);
			place(start->entry, PGD_PLACE_FUTURE);
		}
	}
}
