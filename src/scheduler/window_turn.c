/*
 * window_turn.c
 *		Windows as work of the coordinator: it sleeps until the next step of the
 *		rules is due, carries it out, and tells the jobs.
 *
 * What it knows in memory only says when to look: the step itself reads the
 * tables again, with the row of dbms.opening locked. A session that opens or
 * closes a window by hand holds that row until it commits; the coordinator
 * goes on with everything else meanwhile. Switches are rare, and their commits
 * wait for the disk.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/change.h"
#include "core/database.h"
#include "core/sql.h"
#include "core/stamp.h"
#include "core/stop_point.h"
#include "core/work.h"
#include "resource/resource.h"
#include "scheduler/dispatch.h"
#include "scheduler/global.h"
#include "scheduler/window_jobs.h"
#include "scheduler/window_set.h"
#include "scheduler/window_turn.h"

/* rows that are locked are looked at again after this, if nobody told before */
#define PGD_WINDOW_RETRY_MS		1000

/* after an error windows are left alone for a while, and jobs go on */
#define PGD_WINDOW_PAUSE_MS		10000

static void load(void);
static void changed(const int64 *ids, int n);
static TimestampTz turn(TimestampTz now);
static void turn_failed(void);
static void read_again(void);
static void act(TimestampTz now);

static const PgdWorkKind window_kind = {
	.name = "WINDOW",
	.load = load,
	.changed = changed,
	.turn = turn,
	.turn_failed = turn_failed
};

/*
 * When the rules want a step, and when it is tried: later if that failed. When
 * jobs are to be told, DT_NOEND: they were.
 */
static TimestampTz due_at = DT_NOEND;
static TimestampTz step_at = DT_NOEND;
static TimestampTz serve_at = DT_NOEND;

static bool is_disabled = false;	/* SCHEDULER_DISABLED */
static TimestampTz serving_since = 0;

/* why a step that was due could not be carried out */
static const char *late_reason = NULL;

/* an error in our turn, or in what it reads */
static bool is_busy = false;
static TimestampTz paused_until = 0;

void
pgd_windows_install(void)
{
	(void) pgd_work_register(&window_kind);
}

static void
load(void)
{
	if (serving_since == 0)
		serving_since = GetCurrentTimestamp();
	read_again();
}

static void
changed(const int64 *ids, int n)
{
	bool		is_ours = false;

	for (int i = 0; i < n; i++)
		is_ours |= ids[i] == PGD_CHANGE_WINDOWS ||
			(ids[i] == PGD_CHANGE_PLANS && late_reason != NULL);
	if (is_ours)
		read_again();
	else if (serve_at != DT_NOEND)
		serve_at = 0;			/* perhaps a job's row is free now */
}

/* When the next step is due, and whether the last one was carried through. */
static void
read_again(void)
{
	PgdCatalogScope scope;
	PgdWindowSet *set;
	TimestampTz now = GetCurrentTimestamp();
	char	   *disabled;

	due_at = step_at = serve_at = DT_NOEND;
	if (paused_until > now)
		return;
	is_busy = true;
	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	set = pgd_window_set_read(false);
	disabled = pgd_scheduler_attribute("SCHEDULER_DISABLED");
	is_disabled = disabled != NULL && pg_strcasecmp(disabled, "TRUE") == 0;
	step_at = pgd_windows_next(set->windows, set->n, &set->opening);
	for (int i = 0; i < set->n; i++)
		if (set->windows[i].is_enabled &&
			(set->details[i].fault != NULL || !set->details[i].has_state))
			step_at = Min(step_at, now);
	due_at = step_at;
	if (!set->is_served)
		serve_at = now;
	pgd_catalog_leave(&scope);
	pgd_transaction_commit();
	is_busy = false;
}

static TimestampTz
turn(TimestampTz now)
{
	if (paused_until > now)
		return paused_until;
	if (paused_until != 0)
	{
		paused_until = 0;
		read_again();
	}
	if (pgd_stamp_is_held())
		late_reason = "the database was held";
	else if (is_disabled)
		late_reason = PGD_LATE_DISABLED;
	else
	{
		if (due_at > now)
			late_reason = NULL;
		if (step_at <= now || serve_at <= now)
			act(now);
		return Min(step_at, serve_at);
	}
	return DT_NOEND;
}

/* A step of the rules if one is due, and what it means for jobs. */
static void
act(TimestampTz now)
{
	PgdCatalogScope scope;
	PgdWindowSet *set;
	PgdWindowServed served = {0};
	bool		was_due = step_at <= now;
	bool		is_free;
	TimestampTz stepped_at = 0;
	MemoryContext context = CurrentMemoryContext;
	MemoryContext act_cxt;

	is_busy = true;
	act_cxt = AllocSetContextCreate(context, "pg_dbms windows",
									ALLOCSET_DEFAULT_SIZES);
	pgstat_report_activity(STATE_RUNNING, "opening and closing windows");
	pgd_transaction_begin();
	pgd_catalog_enter(&scope);
	is_free = pgd_opening_lock(false) && (!was_due || pgd_plan_lock(false));
	if (is_free)
	{
		MemoryContext spi_cxt = MemoryContextSwitchTo(act_cxt);
		PgdWindowAction action = {.kind = PGD_WINDOW_TIME};
		TimestampTz since = pgd_database_serving_since();

		set = pgd_window_set_read(true);
		if (was_due)
		{
			stepped_at = GetCurrentTimestamp();
			pgd_window_set_step(set, &action, stepped_at, NULL,
								Max(since, serving_since), late_reason);
		}
		MemoryContextSwitchTo(act_cxt);
		if (!set->is_served)
		{
			pgd_window_jobs_serve(set->opening.window_id,
								  set->opening.opened_at, &served);
			if (served.is_complete)
				pgd_opening_set_served();
		}
		MemoryContextSwitchTo(spi_cxt);
		is_free = !set->has_held;
		late_reason = set->has_held ? "a window was locked" : NULL;
	}
	else
		late_reason = "a session held the windows or the resource plan";
	pgd_catalog_leave(&scope);
	PGD_STOP_POINT("window-switched");
	synchronous_commit = SYNCHRONOUS_COMMIT_ON;

	/* a run that is to be stopped must hear of it: nothing may end us here */
	HOLD_INTERRUPTS();
	pgd_transaction_commit();
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
	pgd_window_jobs_stop(&served);
	RESUME_INTERRUPTS();
	PGD_STOP_POINT("window-committed");
	pgd_window_plan_is_suspect = false;
	MemoryContextSwitchTo(context);

	/* before jobs have their turn: what is due now starts under the new plan */
	if (stepped_at != 0)
	{
		int64		plans = PGD_CHANGE_PLANS;

		pgd_dispatch_changed(&plans, 1);
	}
	if (served.ndue > 0)
		pgd_dispatch_changed(served.due, served.ndue);
	MemoryContextSwitchTo(context);
	MemoryContextDelete(act_cxt);
	read_again();
	MemoryContextSwitchTo(context);
	now = GetCurrentTimestamp();
	if (step_at <= (is_free ? stepped_at : now))
		step_at = TimestampTzPlusMilliseconds(now, PGD_WINDOW_RETRY_MS);
	if ((!is_free || !served.is_complete) && serve_at <= now)
		serve_at = TimestampTzPlusMilliseconds(now, PGD_WINDOW_RETRY_MS);
	is_busy = false;
}

/*
 * An error of ours must not keep jobs from running. If it was the plan, the
 * window opens without.
 */
static void
turn_failed(void)
{
	if (!is_busy)
		return;
	is_busy = false;
	if (pgd_window_plan_is_switching)
	{
		pgd_window_plan_is_switching = false;
		pgd_window_plan_is_suspect = true;
		return;
	}
	pgd_window_plan_is_suspect = false;
	paused_until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
											   PGD_WINDOW_PAUSE_MS);
}
