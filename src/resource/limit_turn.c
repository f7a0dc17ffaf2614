/*
 * limit_turn.c
 *		The coordinator's watch over what items use: switch_time and its kin,
 *		session_pga_limit.
 *
 * While an item runs whose consumer group has limits, the coordinator looks at
 * it at the time when it could first be beyond one, and once a second for what
 * the item's process has to note itself. Without such a plan it costs nothing.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/errors.h"
#include "core/pool.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "core/work.h"
#include "resource/limit_turn.h"
#include "resource/limits.h"
#include "resource/admit.h"
#include "resource/state.h"
#include "resource/worker_apply.h"

/* how often memory, reads and writes are looked at */
#define LOOK_MS			1000

/*
 * how often we look whether the call is over for which an item was moved, or
 * one has begun that can be cancelled
 */
#define RETURN_MS		100

/* never more often than this */
#define LOOK_LEAST_MS	20

/* what is remembered of the item in a slot */
typedef struct Watched
{
	int64		run_id;
	TimestampTz call_at;		/* of which the rest is remembered */
	TimestampTz ended_at;		/* when it was cancelled or killed */
	bool		is_logged;
	bool		is_moved;		/* to another group, where it counts anew */
	PgdReading	moved;			/* ... from here on */
	bool		comes_back;		/* with its next call */
	char		home[PGD_CLASS_LEN];	/* ... to this group */
	char		group[PGD_CLASS_LEN];	/* where it is */
} Watched;

static void nothing(void);
static void nothing_changed(const int64 *ids, int n);
static TimestampTz turn(TimestampTz now);
static TimestampTz look(const PgdPlan *plan, PgdRunning *running,
						TimestampTz now);
static const PgdDirective *directive_of(const PgdPlan *plan,
										const PgdRunning *running);
static PgdLimits limits_of(const PgdDirective *directive);
static void follow(Watched *watched, PgdRunning *running, bool for_call);
static PgdUse use_of(const Watched *watched, const PgdRunning *running,
					 const PgdLimits *limits, PgdReading *reading);
static TimestampTz next_look(const PgdLimits *limits, const PgdUse *use,
							 TimestampTz now);
static bool act(Watched *watched, const PgdRunning *running,
				const PgdDirective *directive, const PgdLimits *limits,
				const char *exceeded, const PgdReading *reading);
static void count_switch(const char *from, const char *to);
static void count_end(const char *group, bool kill);
static PgdGroupState *state_of(const char *group);
static bool end(Watched *watched, const PgdRunning *running, bool kill,
				int sqlstate, const char *message, const char *note);

static const PgdWorkKind limit_kind = {
	.name = "LIMIT",
	.load = nothing,
	.changed = nothing_changed,
	.turn = turn,
	.turn_failed = nothing,
	.reset = pgd_worker_forget
};

/* coordinator: by slot */
static Watched *watched_slots = NULL;
static PgdRunning *running_items = NULL;
static bool has_guests = false; /* that come back from other groups */

void
pgd_limit_install(void)
{
	(void) pgd_work_register(&limit_kind);
}

static void
nothing(void)
{
}

static void
nothing_changed(const int64 *ids, int n)
{
}

static TimestampTz
turn(TimestampTz now)
{
	const PgdPlan *plan = pgd_admit_plan();
	TimestampTz wake_at = DT_NOEND;
	bool		has_limits = has_guests;
	int			n;

	for (int i = 0; plan != NULL && i < plan->tree.ngroups; i++)
	{
		PgdLimits	limits = limits_of(&plan->directives[i]);

		has_limits |= pgd_limits_any(&limits);
	}
	if (plan == NULL || !has_limits)
		return DT_NOEND;
	if (watched_slots == NULL)
	{
		watched_slots = MemoryContextAllocZero(TopMemoryContext,
											   sizeof(Watched) * pgd_shared->nworkers);
		running_items = MemoryContextAlloc(TopMemoryContext,
										   sizeof(PgdRunning) * pgd_shared->nworkers);
	}
	has_guests = false;
	n = pgd_pool_running(running_items, pgd_shared->nworkers);
	for (int i = 0; i < n; i++)
	{
		TimestampTz look_at = look(plan, &running_items[i], now);

		wake_at = Min(wake_at, look_at);
	}
	return wake_at;
}

/* At one item; returns when to look at it again. */
static TimestampTz
look(const PgdPlan *plan, PgdRunning *running, TimestampTz now)
{
	Watched    *watched = &watched_slots[running->slot];
	const PgdDirective *directive = directive_of(plan, running);
	PgdLimits	limits = limits_of(directive);
	const PgdUse unused = {0};
	PgdReading	reading;
	PgdUse		use;
	const char *exceeded;
	TimestampTz look_at;
	TimestampTz return_at;
	bool		has_acted;

	if (!pgd_limits_any(&limits) && watched->run_id != running->item.run_id)
		return DT_NOEND;
	if (!running->has_begun)
		return next_look(&limits, &unused, now);
	follow(watched, running, limits.for_call);
	directive = directive_of(plan, running);
	limits = limits_of(directive);
	if (limits.for_call && running->is_between_calls)
		return next_look(&limits, &unused, now);
	use = use_of(watched, running, &limits, &reading);
	exceeded = pgd_limits_exceeded(&limits, &use);
	if (exceeded != NULL)
	{
		pgd_transaction_begin();
		has_acted = act(watched, running, directive, &limits, exceeded,
						&reading);
		pgd_transaction_commit();
		look_at = TimestampTzPlusMilliseconds(now, has_acted ? LOOK_MS :
											  RETURN_MS);
	}
	else
		look_at = next_look(&limits, &use, now);
	has_guests |= watched->comes_back;
	return_at = TimestampTzPlusMilliseconds(now, RETURN_MS);
	return watched->comes_back ? Min(look_at, return_at) : look_at;
}

/* What the plan says of an item's group. */
static const PgdDirective *
directive_of(const PgdPlan *plan, const PgdRunning *running)
{
	return &plan->directives[pgd_plan_group(plan, running->item.consumer_group)];
}

static PgdLimits
limits_of(const PgdDirective *directive)
{
	PgdLimits	limits = pgd_no_limits;
	const char *action = directive->switch_group;

	limits.memory_megabytes = directive->session_pga_limit;
	if (action == NULL)
		return limits;
	limits.action = strcmp(action, "CANCEL_SQL") == 0 ? PGD_LIMIT_CANCEL :
		strcmp(action, "KILL_SESSION") == 0 ? PGD_LIMIT_KILL :
		strcmp(action, "LOG_ONLY") == 0 ? PGD_LIMIT_LOG : PGD_LIMIT_SWITCH;
	limits.for_call = directive->switch_for_call;
	limits.cpu_seconds = directive->switch_time;
	limits.elapsed_seconds = directive->switch_elapsed_time;
	limits.io_megabytes = directive->switch_io_megabytes;
	limits.io_requests = directive->switch_io_reqs;
	limits.io_logical = directive->switch_io_logical;
	return limits;
}

/*
 * Is it still the item, and the call, that is remembered? One that was moved
 * for the time of its call goes back to its group with the next one, unless
 * somebody has moved it meanwhile.
 */
static void
follow(Watched *watched, PgdRunning *running, bool for_call)
{
	char	   *group = running->item.consumer_group;

	if (watched->run_id != running->item.run_id)
	{
		memset(watched, 0, sizeof(*watched));
		watched->run_id = running->item.run_id;
		watched->call_at = running->meter.call.at;
		strlcpy(watched->group, group, sizeof(watched->group));
		return;
	}
	if (strcmp(watched->group, group) != 0)
	{
		watched->comes_back = false;
		strlcpy(watched->group, group, sizeof(watched->group));
	}
	if (watched->call_at == running->meter.call.at)
		return;
	watched->call_at = running->meter.call.at;
	if (for_call)
		watched->is_logged = false;
	if (watched->comes_back)
	{
		watched->comes_back = false;
		watched->is_moved = false;
		strlcpy(watched->group, watched->home, sizeof(watched->group));
		strlcpy(group, watched->home, sizeof(running->item.consumer_group));
		pgd_pool_move_run(watched->run_id, watched->home, NULL);
	}
}

/* What it has used; *reading becomes what its counters say now. */
static PgdUse
use_of(const Watched *watched, const PgdRunning *running,
	   const PgdLimits *limits, PgdReading *reading)
{
	const PgdReading *since = limits->for_call ? &running->meter.call :
	&running->meter.item;
	PgdUse		use;

	if (watched->is_moved && watched->moved.at > since->at)
		since = &watched->moved;
	reading->at = GetCurrentTimestamp();
	reading->cpu_us = pgd_meter_cpu(running->pid);
	reading->blocks = running->meter.blocks;
	reading->buffers = running->meter.buffers;
	use.cpu_us = reading->cpu_us < 0 ? -1 :
		Max(reading->cpu_us - since->cpu_us, 0);
	use.elapsed_us = Max(reading->at - since->at, 0);
	use.blocks = Max(reading->blocks - since->blocks, 0);
	use.block_size = BLCKSZ;
	use.buffers = Max(reading->buffers - since->buffers, 0);
	use.memory = limits->memory_megabytes >= 0 ?
		pgd_meter_memory(running->pid) : -1;
	return use;
}

/* When it could be beyond a limit: its process has one core, and the time. */
static TimestampTz
next_look(const PgdLimits *limits, const PgdUse *use, TimestampTz now)
{
	double		ms = HUGE_VAL;

	if (limits->memory_megabytes >= 0 || limits->io_megabytes >= 0 ||
		limits->io_requests >= 0 || limits->io_logical >= 0)
		ms = LOOK_MS;
	if (limits->action != PGD_LIMIT_NOTHING && limits->elapsed_seconds >= 0)
		ms = Min(ms, limits->elapsed_seconds * 1000 - use->elapsed_us / 1000.0);
	if (limits->action != PGD_LIMIT_NOTHING && limits->cpu_seconds >= 0)
		ms = Min(ms, limits->cpu_seconds * 1000 - use->cpu_us / 1000.0);
	if (ms > (double) INT_MAX)
		return DT_NOEND;
	return TimestampTzPlusMilliseconds(now, Max((int) ms + 1, LOOK_LEAST_MS));
}

/* False if nothing could be done just now. */
static bool
act(Watched *watched, const PgdRunning *running,
	const PgdDirective *directive, const PgdLimits *limits,
	const char *exceeded, const PgdReading *reading)
{
	int64		run_id = running->item.run_id;
	char	   *reason = psprintf("%s of consumer group %s", exceeded,
								  running->item.consumer_group);

	if (strcmp(exceeded, "session_pga_limit") == 0)
		return end(watched, running, true, PGD_ORA(10260),
				   psprintf("limit of %g megabytes of memory of consumer group \"%s\" is exceeded",
							limits->memory_megabytes,
							running->item.consumer_group),
				   NULL);
	switch (limits->action)
	{
		case PGD_LIMIT_NOTHING:
			break;
		case PGD_LIMIT_CANCEL:
			return end(watched, running, false, PGD_ORA(40),
					   "active time limit exceeded - call aborted", reason);
		case PGD_LIMIT_KILL:
			return end(watched, running, true, PGD_ORA(41),
					   "active time limit exceeded - session terminated",
					   reason);
		case PGD_LIMIT_SWITCH:
			if (limits->for_call && !watched->comes_back)
			{
				watched->comes_back = true;
				strlcpy(watched->home, running->item.consumer_group,
						sizeof(watched->home));
			}
			watched->is_moved = true;
			watched->moved = *reading;
			strlcpy(watched->group, directive->switch_group,
					sizeof(watched->group));
			pgd_pool_move_run(run_id, directive->switch_group,
							  psprintf("%s, switched to %s",
									   reason, directive->switch_group));
			count_switch(running->item.consumer_group,
						 directive->switch_group);
			break;
		case PGD_LIMIT_LOG:
			if (watched->is_logged)
				break;
			watched->is_logged = true;
			pgd_pool_note_run(run_id, reason);
			ereport(LOG,
					(errmsg("pg_dbms: %s \"%s\" is beyond %s",
							pgd_work_kind(running->item.kind)->name,
							running->item.label, reason)));
			break;
	}
	return true;
}

/*
 * Cancels the item's call, or ends its worker. That may take a while, or be
 * in vain if the call bears it: it is tried again, but not at every turn.
 */
static bool
end(Watched *watched, const PgdRunning *running, bool kill, int sqlstate,
	const char *message, const char *note)
{
	TimestampTz now = GetCurrentTimestamp();

	if (running->is_failing &&
		!TimestampDifferenceExceeds(watched->ended_at, now, LOOK_MS))
		return true;

	/* its record may be written as soon as it is told */
	if (note != NULL)
		pgd_pool_note_run(watched->run_id, note);
	if (!pgd_pool_fail_run(watched->run_id, kill, sqlstate, message))
		return false;
	if (!running->is_failing)
		count_end(running->item.consumer_group, kill);
	watched->ended_at = now;
	return true;
}

static void
count_switch(const char *from, const char *to)
{
	PgdGroupState *state;

	LWLockAcquire(pgd_resource_shared->lock, LW_EXCLUSIVE);
	state = state_of(from);
	if (state != NULL)
		state->switched_out++;
	state = state_of(to);
	if (state != NULL)
		state->switched_in++;
	LWLockRelease(pgd_resource_shared->lock);
}

static void
count_end(const char *group, bool kill)
{
	PgdGroupState *state;

	LWLockAcquire(pgd_resource_shared->lock, LW_EXCLUSIVE);
	state = state_of(group);
	if (state != NULL && kill)
		state->killed++;
	else if (state != NULL)
		state->cancelled++;
	LWLockRelease(pgd_resource_shared->lock);
}

/* What the views tell of a group; hold the lock. */
static PgdGroupState *
state_of(const char *group)
{
	PgdPlanLive *live = pgd_plan_live();

	return live != NULL ?
		&live->groups[pgd_plan_group(pgd_admit_plan(), group)] : NULL;
}
