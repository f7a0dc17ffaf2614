/*
 * admit.c
 *		Coordinator: who of the plan in force may have the next slot.
 *
 * The counts are taken anew at the beginning of each kind's turn, so that what
 * one of them did not do after all does no harm. Only the clock lasts.
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/pool.h"
#include "core/shmem.h"
#include "resource/admit.h"
#include "resource/share.h"
#include "resource/state.h"

/* whoever waits for less did not have to, in microseconds */
#define WAIT_NOTED		INT64CONST(10000)

static void (*counters[PGD_MAX_KINDS]) (int *counts);

static const PgdPlan *plan = NULL;
static uint64 plan_generation = 0;
static PgdShareClock share_clock;

/* in all, and of each kind of work */
static PgdShareLoad load;
static int	running[PGD_MAX_KINDS][PGD_SHARE_GROUPS];
static int	waiting[PGD_MAX_KINDS][PGD_SHARE_GROUPS];
static int	kept[PGD_MAX_KINDS][PGD_SHARE_GROUPS];	/* counted as running */
static int	last_kind[PGD_SHARE_GROUPS];	/* that got a slot */
static int	free_slots;
static bool was_limited[PGD_SHARE_GROUPS];

/* what happened since the views were told, which name none of these groups */
static PgdGroupState events[PGD_SHARE_GROUPS];

static int	other_kind_waiting(int kind, int group);
static void take_slot(int kind, int group);
static void describe_limit(int group, char *reason, Size length);

void
pgd_admit_register(int kind, void (*count) (int *counts))
{
	counters[kind] = count;
}

void
pgd_admit_use(const PgdPlan *new)
{
	if (new != NULL && new->generation != plan_generation)
	{
		memset(&share_clock, 0, sizeof(share_clock));
		memset(&load, 0, sizeof(load));
		memset(events, 0, sizeof(events));
		memset(was_limited, 0, sizeof(was_limited));
		plan_generation = new->generation;
	}
	plan = new;
}

const PgdPlan *
pgd_admit_plan(void)
{
	return plan;
}

void
pgd_admit_begin(void)
{
	static PgdPoolItem *items = NULL;
	int			n;

	if (items == NULL)
		items = MemoryContextAlloc(TopMemoryContext,
								   sizeof(PgdPoolItem) * pgd_shared->nworkers);
	pgd_share_advance(&plan->tree, &share_clock, &load, GetCurrentTimestamp());
	memset(&load, 0, sizeof(load));
	memset(running, 0, sizeof(running));
	memset(waiting, 0, sizeof(waiting));
	memset(kept, 0, sizeof(kept));
	n = pgd_pool_list_items(items, &free_slots, &load.slots);
	for (int i = 0; i < n; i++)
	{
		int			group = pgd_plan_group(plan, items[i].consumer_group);

		load.running[group]++;
		running[items[i].kind][group]++;
	}
	for (int kind = 0; kind < pgd_work_kinds(); kind++)
	{
		if (counters[kind] == NULL)
			continue;
		counters[kind] (waiting[kind]);
		for (int i = 0; i < plan->tree.ngroups; i++)
			load.waiting[i] += waiting[kind][i];
	}
}

int
pgd_admit_next(int kind)
{
	while (free_slots > 0)
	{
		int			group = pgd_share_next(&plan->tree, &share_clock, &load);
		int			other;

		if (group < 0)
			return -1;

		/*
		 * Two kinds of work of one group have half of its slots each; of a
		 * single one they take turns.
		 */
		other = other_kind_waiting(kind, group);
		if (waiting[kind][group] > 0 &&
			(other < 0 || running[kind][group] < running[other][group] ||
			 (running[kind][group] == running[other][group] &&
			  last_kind[group] != kind)))
			return group;
		pgd_admit_kept(other, group);
	}
	return -1;
}

static int
other_kind_waiting(int kind, int group)
{
	for (int i = 0; i < pgd_work_kinds(); i++)
		if (i != kind && waiting[i][group] > 0)
			return i;
	return -1;
}

void
pgd_admit_started(int kind, int group, int64 waited_us)
{
	PgdGroupState *event = &events[group];

	take_slot(kind, group);
	last_kind[group] = kind;
	event->requests++;
	if (waited_us >= WAIT_NOTED)
	{
		event->waits++;
		if (was_limited[group])
			event->queued_us += waited_us;
		else
			event->waited_us += waited_us;
	}
}

void
pgd_admit_kept(int kind, int group)
{
	take_slot(kind, group);
	kept[kind][group]++;
}

static void
take_slot(int kind, int group)
{
	pgd_admit_skipped(kind, group);
	load.running[group]++;
	running[kind][group]++;
	free_slots--;
}

void
pgd_admit_skipped(int kind, int group)
{
	load.waiting[group]--;
	waiting[kind][group]--;
}

void
pgd_admit_timed_out(int kind, int group, int64 waited_us)
{
	pgd_admit_skipped(kind, group);
	events[group].timeouts++;
	events[group].queued_us += waited_us;
}

bool
pgd_admit_is_limited(int group)
{
	return pgd_share_limit(&plan->tree, &load, group) >= 0;
}

bool
pgd_admit_is_contended(void)
{
	for (int i = 0; i < plan->tree.ngroups; i++)
		if (load.waiting[i] > 0 && !pgd_admit_is_limited(i))
			return true;
	return false;
}

/*
 * The kinds end their turns one after the other: the last one's word counts
 * for groups in which several wait.
 */
const char *
pgd_admit_end(int kind, const char *reason, bool *for_workers)
{
	static char reasons[PGD_MAX_KINDS][sizeof(events[0].reason)];
	char	   *first_reason = reasons[kind];
	PgdPlanLive *live;
	bool		found = false;

	for (int k = 0; k < pgd_work_kinds(); k++)
		for (int i = 0; i < plan->tree.ngroups; i++)
		{
			load.running[i] -= kept[k][i];
			running[k][i] -= kept[k][i];
			load.waiting[i] += kept[k][i];
			waiting[k][i] += kept[k][i];
		}
	memset(kept, 0, sizeof(kept));
	*for_workers = false;
	for (int i = 0; i < plan->tree.ngroups; i++)
	{
		bool		limited = load.waiting[i] > 0 && pgd_admit_is_limited(i);

		events[i].reason[0] = '\0';
		if (limited)
			describe_limit(i, events[i].reason, sizeof(events[i].reason));
		else if (load.waiting[i] > 0 && reason != NULL)
			strlcpy(events[i].reason, reason, sizeof(events[i].reason));
		if (limited && !was_limited[i])
			events[i].limit_hits++;
		was_limited[i] = limited;
		if (waiting[kind][i] == 0)
			continue;
		if (!found || (!limited && !*for_workers))
			strlcpy(first_reason, events[i].reason, sizeof(reasons[kind]));
		found = true;
		if (!limited)
			*for_workers = true;
	}

	LWLockAcquire(pgd_resource_shared->lock, LW_EXCLUSIVE);
	live = pgd_plan_live();
	for (int i = 0; i < plan->tree.ngroups && live != NULL; i++)
	{
		PgdGroupState *group = &live->groups[i];

		group->running = load.running[i];
		group->waiting = load.waiting[i];
		group->requests += events[i].requests;
		group->waits += events[i].waits;
		group->waited_us += events[i].waited_us;
		group->queued_us += events[i].queued_us;
		group->limit_hits += events[i].limit_hits;
		group->timeouts += events[i].timeouts;
		group->yields += events[i].yields;
		strlcpy(group->reason, events[i].reason, sizeof(group->reason));
	}
	LWLockRelease(pgd_resource_shared->lock);
	memset(events, 0, sizeof(events));
	return found ? first_reason : NULL;
}

static void
describe_limit(int group, char *reason, Size length)
{
	int			i = pgd_share_limit(&plan->tree, &load, group);
	const PgdShareNode *node = &plan->tree.nodes[i];
	int			cap = pgd_share_cap(node, load.slots);

	if (cap == node->sessions)
		snprintf(reason, length, "active_sess_pool_p1 of %s is %d",
				 plan->node_names[i], cap);
	else
		snprintf(reason, length,
				 "utilization_limit of %s is %g %% of the workers, that is %d",
				 plan->node_names[i], node->utilization, cap);
}

void
pgd_admit_surplus(int kind, int *surplus)
{
	int			targets[PGD_SHARE_GROUPS];

	pgd_share_targets(&plan->tree, &share_clock, &load, targets);
	for (int i = 0; i < plan->tree.ngroups; i++)
	{
		int			over = load.running[i] - targets[i];
		int			other = other_kind_waiting(kind, i);

		/* for work of its own group, it gives away what is over a half */
		if (over <= 0 && other >= 0)
			over = Min(waiting[other][i],
					   running[kind][i] - Max(targets[i], 1) / 2);
		surplus[i] = Max(0, Min(over, running[kind][i]));
	}
}

void
pgd_admit_yielded(int group, int n)
{
	events[group].yields += n;
}
