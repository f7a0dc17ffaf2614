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
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "core/change.h"
#include "core/database.h"
#include "core/errors.h"
#include "core/guc.h"
#include "core/names.h"
#include "core/owner.h"
#include "core/pool.h"
#include "core/sql.h"
#include "core/stamp.h"
#include "core/stop_point.h"
#include "resource/admit.h"
#include "scheduler/batch.h"
#include "scheduler/consumer.h"
#include "scheduler/decide.h"
#include "scheduler/dispatch.h"
#include "scheduler/due.h"
#include "scheduler/late.h"
#include "scheduler/outcome.h"
#include "scheduler/log.h"
#include "scheduler/run.h"
#include "scheduler/schedule.h"
#include "scheduler/scheduler.h"
#include "scheduler/watch.h"
#include "scheduler/window_turn.h"

/* a job whose start raised an error is left alone for a while */
#define PGD_SUSPECT_PAUSE_MS	60000

/* so many jobs are handled one by one after an error, at the most */
#define PGD_CAREFUL_TURNS		1000

/* due jobs looked at in one turn that no worker can be had for */
#define PGD_MAX_SET_ASIDE		64

/* runs that fail in one turn, as they waited for too long */
#define PGD_MAX_TIMEOUTS		64

/* the log is looked through for rows to purge: at first, then each hour */
#define PGD_PURGE_FIRST_MS		60000
#define PGD_PURGE_INTERVAL_MS	3600000
#define PGD_PURGE_PAUSE_MS		50
#define PGD_PURGE_ROWS			1000

/* so many runs since make it worth while to look earlier */
#define PGD_PURGE_RUNS			20000

/* rows read at a time when everything is read */
#define PGD_LOAD_BATCH			2000

/* why due jobs were not started */
typedef struct PgdWaiting
{
	const char *reason;
	bool		for_workers;	/* more of them would help */
	bool		for_next_turn;	/* a bound of this turn was reached */
	TimestampTz until;			/* the next one that waits too long; DT_NOEND */
} PgdWaiting;

/* a job that is about to start */
typedef struct PgdStart
{
	PgdJobEntry *entry;
	int			slot;			/* -1: fails without a worker */
	const char *refusal;		/* why it fails */
	int			sqlstate;
	bool		is_marked;
	PgdWorkItem item;
} PgdStart;

static const PgdWorkKind job_kind = {
	.name = "JOB",
	.load = pgd_dispatch_load,
	.changed = pgd_dispatch_changed,
	.turn = pgd_dispatch_turn,
	.turn_failed = pgd_dispatch_turn_failed,
	.execute = pgd_run_execute,
	.failed = pgd_run_failed,
	.reset = pgd_batch_forget_errors
};

static int	my_kind;
static MemoryContext dispatch_cxt = NULL;
static PgdStart *starts = NULL;
static bool scheduler_disabled = false;

/* since when the plan is in force, if there is one */
static TimestampTz plan_since = 0;

/* after an error jobs are tried one by one, until a turn has gone well */
/*
 * After an error jobs are handled one by one, until all that was there then
 * has been tried: that finds the bad one.
 */
static bool is_careful = false;
static int	careful_left = 0;
static int	careful_turns = 0;

/* when the log is looked through next, and runs since it was */
static TimestampTz purge_at = 0;
static int	runs_since_purge = 0;

static void set_up(void);
static void take_row(uint64 row);
static void note_plan(void);
static void count_waiting(int *counts);
static void read_attributes(void);
static void recover_runs(void);
static void purge_log(TimestampTz now);
static void end_careful_turn(bool more);
static int	choose_starts(TimestampTz now, PgdWaiting *waiting);
static bool is_late(const PgdJobEntry *entry, TimestampTz now);
static PgdReserve choose_start(PgdStart *start, PgdJobEntry *entry);
static int	end_choice(int n, TimestampTz now, PgdWaiting *waiting);
static void mark_starts(int n, TimestampTz now);
static void refuse_start(PgdStart *start);
static void hand_starts(int n);

/* Registers jobs as a kind of work. */
void
pgd_scheduler_install(void)
{
	pgd_windows_install();
	my_kind = pgd_work_register(&job_kind);
	pgd_admit_register(my_kind, count_waiting);
	pgd_calendar_resolver = pgd_schedule_resolve;
}

/* ---- what the coordinator knows ---- */


static void
set_up(void)
{
	if (dispatch_cxt != NULL)
		return;
	dispatch_cxt = AllocSetContextCreate(TopMemoryContext, "pg_dbms dispatch",
										 ALLOCSET_DEFAULT_SIZES);
	starts = MemoryContextAlloc(dispatch_cxt,
								sizeof(PgdStart) *
								(pgd_shared->nworkers + PGD_MAX_TIMEOUTS));

	/* nothing that we commit needs to be waited for: see design of marks */
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
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
	Oid			role = pgd_column_oid(row, 5);
	char	   *job_class = pgd_column_text(CurrentMemoryContext, row, 6);

	if (!pgd_column_bool(row, 3))
		next = PGD_NO_TIME;
	pgd_due_expect(job_id, Min(next, manual), next, role,
				   pgd_consumer_kind(job_class, role),
				   pgd_column_int32(row, 4), manual != PGD_NO_TIME);
	pfree(job_class);
}

#define PGD_JOB_COLUMNS \
	"s.job_id, s.next_run_at, s.manual_run_at, s.is_enabled, j.job_priority, w.role_oid, j.job_class" \
	" FROM dbms.job_state s JOIN dbms.job j ON j.id = s.job_id" \
	" JOIN dbms.object o ON o.id = s.job_id JOIN dbms.owner w ON w.id = o.owner_id"

/* Reads everything: at the start, and after changes of unknown extent. */
void
pgd_dispatch_load(void)
{
	Oid			types[] = {INT8OID, INT4OID};
	int64		last = 0;
	uint64		n;
	int64		suspect = pgd_suspect_job;
	PgdCatalogScope scope;

	set_up();
	pgd_suspect_job = 0;
	pgd_due_clear();

	/* owners that were renamed, or whose role has come */
	if (!pgd_stamp_is_held())
	{
		bool		is_complete;

		pgd_transaction_begin();
		(void) pgd_owner_resolve_all(false, &is_complete);
		pgd_transaction_commit();
	}

	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	pgd_consumer_reload();
	note_plan();
	recover_runs();
	read_attributes();

	/* each table from there on, whichever the planner begins with */
	do
	{
		Datum		values[] = {
			Int64GetDatum(last), Int32GetDatum(PGD_LOAD_BATCH)
		};

		n = pgd_sql("SELECT " PGD_JOB_COLUMNS
					" WHERE s.job_id > $1 AND j.id > $1 AND o.id > $1"
					" AND (s.is_enabled OR s.manual_run_at IS NOT NULL)"
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
		PgdJobEntry *entry = pgd_due_find(suspect);

		if (entry != NULL && entry->place == PGD_PLACE_FUTURE)
			pgd_due_postpone(entry,
							 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														 PGD_SUSPECT_PAUSE_MS));
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
	bool		has_plans = false;

	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	values[0] = pgd_int8_array(ids, n);
	for (int i = 0; i < n; i++)
	{
		PgdJobEntry *entry = pgd_due_find(ids[i]);

		has_plans = has_plans || ids[i] == PGD_CHANGE_PLANS;
		if (entry != NULL && entry->place != PGD_PLACE_RUNNING)
			pgd_due_forget(ids[i]);
	}
	if (has_plans)
	{
		pgd_consumer_reload();
		note_plan();
		pgd_due_sort_again();
	}
	found = pgd_sql("SELECT " PGD_JOB_COLUMNS
					" WHERE s.job_id = ANY($1) AND (s.is_enabled OR s.manual_run_at IS NOT NULL)",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < found; i++)
		take_row(i);
	pgd_catalog_leave(&scope);
	pgd_transaction_commit();
}

/* What waits for a plan's sake begins to wait when it comes into force. */
static void
note_plan(void)
{
	static uint64 generation = 0;
	const PgdPlan *plan = pgd_admit_plan();

	if (plan == NULL || plan->generation == generation)
		return;
	generation = plan->generation;
	plan_since = GetCurrentTimestamp();
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

		pgd_due_set_running(job_id);
		if (!pgd_pool_has_run(run_id) && !pgd_outcome_has_run(run_id))
		{
			PgdFinished *finished = pgd_outcome_add();
			char	   *operation = pgd_column_text(CurrentMemoryContext, i, 2);

			memset(finished, 0, sizeof(*finished));
			finished->is_recovered = true;
			finished->item.kind = my_kind;
			finished->item.schema = pgd_catalog_schema();
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
	PgdWaiting	waiting = {.until = DT_NOEND};
	TimestampTz wake_at = DT_NOEND;
	TimestampTz over_at;
	bool		has_outcomes;
	int			n = 0;

	pgd_outcome_collect(my_kind);
	purge_log(now);
	pgd_due_advance(now);
	over_at = pgd_watch_next();
	if (pgd_outcome_count() == 0 && pgd_due_count_ready() == 0 && over_at > now)
	{
		pgd_pool_note_waiting(my_kind, 0, NULL, false);
		is_careful = false;
		return Min(Min(pgd_due_next(), over_at), purge_at);
	}

	pgstat_report_activity(STATE_RUNNING, "dispatching jobs");
	pgd_transaction_begin();
	{
		PgdCatalogScope scope;

		pgd_catalog_enter(&scope);
		has_outcomes = pgd_outcome_count() > 0;
		if (has_outcomes)
			pgd_outcome_finish_all(now, is_careful);
		if (over_at <= now)
			pgd_watch_report(now);
		now = GetCurrentTimestamp();
		n = choose_starts(now, &waiting);
		if (n > 0)
			mark_starts(n, now);
		pgd_catalog_leave(&scope);
	}
	if (n > 0 && pgd_start_synchronous_commit)
		synchronous_commit = SYNCHRONOUS_COMMIT_ON;

	/* a marked run must reach its worker: nothing may end us in between */
	HOLD_INTERRUPTS();
	if (n > 0)
		PGD_STOP_POINT("start-marked");
	if (has_outcomes)
		PGD_STOP_POINT("outcome-applied");
	pgd_transaction_commit();
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
	if (n > 0)
		PGD_STOP_POINT("start-committed");
	if (has_outcomes)
		PGD_STOP_POINT("outcome-committed");

	/* STOP_JOB waits until its run is settled */
	ConditionVariableBroadcast(&pgd_shared->item_ended);
	hand_starts(n);
	RESUME_INTERRUPTS();
	pgd_suspect_job = 0;
	end_careful_turn(n > 0 && waiting.for_next_turn);
	pgd_pool_note_waiting(my_kind, pgd_due_count_ready(), waiting.reason,
						  waiting.for_workers);
	wake_at = pgd_watch_next();

	/* locked rows, and runs that failed without a worker */
	wake_at = Min(wake_at, pgd_outcome_next(now));
	for (int i = 0; i < n; i++)
		if (starts[i].slot < 0)
			wake_at = now;
	if (waiting.for_next_turn || (is_careful && careful_left > 0))
		wake_at = now;
	wake_at = Min(wake_at, waiting.until);
	return Min(Min(wake_at, pgd_due_next()), purge_at);
}

/* The turn raised an error: find out whose fault it is. */
void
pgd_dispatch_turn_failed(void)
{
	is_careful = true;
	careful_left = pgd_outcome_count();
	careful_turns = 0;
	if (pgd_suspect_job != 0)
		pgd_outcome_postpone(pgd_suspect_job,
							 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														 PGD_SUSPECT_PAUSE_MS));
}

/* A careful turn has gone well; more says that jobs are left to start. */
static void
end_careful_turn(bool more)
{
	if (!is_careful)
		return;
	if (careful_left > 0)
		careful_left--;
	careful_turns++;
	if ((careful_left == 0 && !more) || careful_turns >= PGD_CAREFUL_TURNS)
		is_careful = false;
}

/* A small piece of the log that is too old or too much, from time to time. */
static void
purge_log(TimestampTz now)
{
	PgdCatalogScope scope;
	bool		more;

	runs_since_purge += pgd_outcome_count();
	if (purge_at == 0)
		purge_at = TimestampTzPlusMilliseconds(now, PGD_PURGE_FIRST_MS);
	if (runs_since_purge >= PGD_PURGE_RUNS)
		purge_at = Min(purge_at, now);
	if (purge_at > now)
		return;
	if (pgd_stamp_is_held())
	{
		purge_at = TimestampTzPlusMilliseconds(now, PGD_PURGE_INTERVAL_MS);
		return;
	}
	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	more = pgd_log_purge_step(PGD_PURGE_ROWS);
	pgd_catalog_leave(&scope);
	pgd_transaction_commit();
	runs_since_purge = 0;
	purge_at = TimestampTzPlusMilliseconds(now, more ? PGD_PURGE_PAUSE_MS :
										   PGD_PURGE_INTERVAL_MS);
}

/* Jobs that would run if they could, by queue. */
static void
count_waiting(int *counts)
{
	if (pgd_stamp_is_held() || scheduler_disabled)
		return;
	for (int i = 0; i < PGD_QUEUES; i++)
		counts[i] = pgd_due_count_queue(i);
}

/*
 * Due jobs for which a worker is to be had, by priority and due time; with a
 * resource plan, of the queue whose turn it is. Those of roles without a worker
 * are set aside, some of them, so that one role cannot block the others.
 */
static int
choose_starts(TimestampTz now, PgdWaiting *waiting)
{
	PgdJobEntry *aside[PGD_MAX_SET_ASIDE];
	PgdJobEntry *late[PGD_MAX_LATE];
	bool		has_plan = pgd_admit_plan() != NULL;
	int			naside = 0;
	int			nlate = 0;
	int			max_late = is_careful ? 1 : PGD_MAX_LATE;
	int			n = 0;
	int			most = is_careful ? 1 : pgd_shared->nworkers;

	if (pgd_stamp_is_held())
	{
		waiting->reason = pgd_stamp_hold_reason();
		return 0;
	}
	if (scheduler_disabled)
	{
		waiting->reason = "scheduler attribute SCHEDULER_DISABLED is TRUE";
		return 0;
	}
	if (has_plan)
		pgd_admit_begin();
	while (pgd_due_count_ready() > 0 && n < most && naside < PGD_MAX_SET_ASIDE &&
		   nlate < max_late)
	{
		int			queue = has_plan ? pgd_admit_next(my_kind) : 0;
		PgdJobEntry *entry;
		PgdReserve	answer;

		if (queue < 0)
			break;
		entry = pgd_due_first_ready(queue);
		if (is_late(entry, now))
		{
			pgd_due_place(entry, PGD_PLACE_NONE);
			late[nlate++] = entry;
			if (has_plan)
				pgd_admit_skipped(my_kind, queue);
			continue;
		}
		answer = choose_start(&starts[n], entry);
		if (answer != PGD_RESERVED)
		{
			waiting->reason = pgd_reserve_reason(answer);
			waiting->for_workers = answer != PGD_PAUSED;
			pgd_due_place(entry, PGD_PLACE_NONE);
			aside[naside++] = entry;
			if (has_plan)
				pgd_admit_kept(my_kind, queue);
			if (answer == PGD_PAUSED || answer == PGD_NOT_OUR_TURN)
				break;
			continue;
		}
		if (has_plan && starts[n].slot < 0)
			pgd_admit_skipped(my_kind, queue);
		else if (has_plan)
			pgd_admit_started(my_kind, queue,
							  now - Max(entry->at, plan_since));
		pgd_due_place(entry, PGD_PLACE_RUNNING);
		n++;
	}
	waiting->for_next_turn = pgd_due_count_ready() > 0 &&
		(nlate == max_late || n == most);
	if (has_plan)
		n = end_choice(n, now, waiting);
	for (int i = 0; i < naside; i++)
		pgd_due_place(aside[i], PGD_PLACE_READY);
	if (nlate > 0)
		pgd_late_handle(late, nlate, now);
	return n;
}

/* Is the job so late that its rules for that have to be looked at? */
static bool
is_late(const PgdJobEntry *entry, TimestampTz now)
{
	return !entry->is_manual && entry->checked_at != entry->at &&
		(entry->at < pgd_database_serving_since() ||
		 TimestampDifferenceExceeds(entry->at, now, PGD_LATE_MS));
}

/* A slot for it; or without one, if its owner cannot run anything. */
static PgdReserve
choose_start(PgdStart *start, PgdJobEntry *entry)
{
	const char *refusal = pgd_role_refusal(entry->role, NULL);

	memset(start, 0, sizeof(*start));
	start->entry = entry;
	start->slot = -1;
	if (refusal == NULL)
		return pgd_pool_reserve(entry->role, &start->slot);
	start->refusal = psprintf("the owner of the job %s", refusal);
	start->sqlstate = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION;
	return PGD_RESERVED;
}

/*
 * With a resource plan: jobs that a limit has kept waiting for longer than
 * queueing_p1 says fail; then the views are told what the others wait for.
 * Returns how many are chosen now.
 */
static int
end_choice(int n, TimestampTz now, PgdWaiting *waiting)
{
	const PgdPlan *plan = pgd_admit_plan();
	int			most = is_careful ? 1 : n + PGD_MAX_TIMEOUTS;
	const char *reason = waiting->reason;

	for (int queue = 0; queue < plan->tree.ngroups; queue++)
	{
		double		longest = plan->directives[queue].queueing;
		PgdJobEntry *entry;

		if (longest < 0 || !pgd_admit_is_limited(queue))
			continue;
		while ((entry = pgd_due_oldest_ready(queue)) != NULL)
		{
			TimestampTz since = Max(entry->at, plan_since);
			TimestampTz until = since + (TimestampTz) (longest * USECS_PER_SEC);
			PgdStart   *start = &starts[n];

			if (until > now || n >= most)
			{
				waiting->until = Min(waiting->until, until);
				break;
			}
			memset(start, 0, sizeof(*start));
			start->entry = entry;
			start->slot = -1;
			start->refusal = psprintf("queue timeout of %g seconds exceeded in consumer group \"%s\"",
									  longest, plan->groups[queue]);
			start->sqlstate = PGD_ORA(7454);
			pgd_admit_timed_out(my_kind, queue, now - since);
			pgd_due_place(entry, PGD_PLACE_RUNNING);
			n++;
		}
	}
	if (reason == NULL)
		reason = pgd_reserve_reason(pgd_max_workers == 0 ? PGD_PAUSED :
									PGD_NO_SLOT);
	waiting->reason = pgd_admit_end(my_kind, reason, &waiting->for_workers);
	if (pgd_max_workers == 0)
		waiting->for_workers = false;
	return n;
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
		pgd_suspect_job = ids[0];
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
		start->item.schema = pgd_catalog_schema();
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
		strlcpy(start->item.consumer_group,
				pgd_consumer_group(start->entry->kind),
				sizeof(start->item.consumer_group));
		class_name = pgd_column_text(CurrentMemoryContext, row, 8);
		strlcpy(start->item.class_name, class_name,
				sizeof(start->item.class_name));
		longest = pgd_column_interval(CurrentMemoryContext, row, 9);
		if (longest != NULL && start->slot >= 0)
			pgd_watch_add(&start->item, now + longest->time +
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


/* It fails without a worker: a failed run with an explanation. */
static void
refuse_start(PgdStart *start)
{
	PgdFinished *finished = pgd_outcome_add();

	memset(finished, 0, sizeof(*finished));
	finished->item = start->item;
	finished->result.outcome = PGD_FAILED;
	finished->result.started_at = finished->result.ended_at =
		GetCurrentTimestamp();
	finished->result.is_broken = -1;
	finished->result.has_outcome_row = true;
	pgd_run_record_without_worker(&finished->item, &finished->result,
								  "FAILED", NULL, start->refusal,
								  start->sqlstate);
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
			/* locked or changed: its note may come first */
			pgd_due_postpone(start->entry,
							 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														 PGD_LOCKED_RETRY_MS));
	}
}
