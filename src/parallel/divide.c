/*
 * divide.c
 *		Workers of tasks under a resource plan.
 *
 * A task belongs to the consumer group of its job class, and each of its
 * workers is one running item of it. Workers leave at the end of a chunk when
 * the plan gives their group fewer slots than it has: because of a limit, or as
 * others wait that have less than their share.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "core/guc.h"
#include "core/pool.h"
#include "core/sql.h"
#include "parallel/divide.h"
#include "parallel/live.h"
#include "parallel/slave.h"
#include "resource/admit.h"
#include "scheduler/consumer.h"

/* a task and the workers that it has and lacks */
typedef struct Claim
{
	int			task;			/* its number in pgd_live */
	uint64		generation;
	int			kind;			/* of consumer.h */
	int			group;
	int			has;
	int			missing;
	int			kept;			/* of these, slots are kept for so many */
	PgdReserve	reserve;
} Claim;

static int	my_kind;
static Claim claims[PGD_LIVE_TASKS];
static int	nclaims = 0;
static TimestampTz next_claim = DT_NOEND;
static PgdLiveTask copy;

/* tasks carry limits of a plan */
static bool has_limits = false;

static void count_waiting(int *counts);
static void read_claims(Oid schema);
static bool limit_levels(Oid schema);
static void forget_limits(void);
static int	most_of_group(const PgdPlan *plan, int group);
static void limit_groups(const PgdPlan *plan);
static void ask_to_leave(const PgdPlan *plan);
static Claim *next_of_group(int group);
static PgdReserve hand_all(void);

void
pgd_divide_install(int kind)
{
	my_kind = kind;
	pgd_admit_register(kind, count_waiting);
}

bool
pgd_divide_by_plan(int kind, Oid schema, TimestampTz now, TimestampTz *next)
{
	const PgdPlan *plan = pgd_admit_plan();
	PgdReserve	reserve;
	const char *reason;
	int			waiting = 0;
	bool		for_workers;

	if (plan == NULL)
	{
		if (has_limits)
			forget_limits();
		return false;
	}
	has_limits = true;
	pgd_admit_begin();
	ask_to_leave(plan);
	reserve = hand_all();
	for (int i = 0; i < nclaims; i++)
	{
		waiting += claims[i].missing;
		if (claims[i].missing > 0 && claims[i].reserve == PGD_RESERVED)
			claims[i].reserve = pgd_admit_is_limited(claims[i].group) ?
				PGD_NOT_ADMITTED : reserve;
		pgd_slave_answer(claims[i].task, claims[i].generation,
						 claims[i].reserve);
	}
	reason = pgd_admit_end(kind, pgd_reserve_reason(reserve), &for_workers);
	pgd_pool_note_waiting(kind, waiting, reason,
						  for_workers && reserve != PGD_PAUSED);
	if (nclaims > 0)
		pgd_live_wake();
	*next = next_claim;

	/* chunks end without a word to us, and the time goes on for who waits */
	if (nclaims > 0 && pgd_admit_is_contended())
		*next = Min(*next, now + PGD_SHARE_QUANTUM);
	return true;
}

/* Workers that tasks lack, by group: also for the turns of other kinds. */
static void
count_waiting(int *counts)
{
	read_claims(pgd_catalog_schema());
	for (int i = 0; i < nclaims; i++)
		counts[claims[i].group] += claims[i].missing;
}

/* The tasks that run in this database, with the limits of the plan. */
static void
read_claims(Oid schema)
{
	TimestampTz now = GetCurrentTimestamp();

	nclaims = 0;
	next_claim = DT_NOEND;
	if (limit_levels(schema))
		pgd_live_wake();
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		Claim	   *claim = &claims[nclaims];
		int			wanted;

		if (!pgd_slave_copy_wanted(i, schema, now, &copy, &wanted,
								   &next_claim))
			continue;
		claim->task = i;
		claim->generation = copy.generation;
		claim->kind = pgd_consumer_kind(copy.class_name, copy.role);
		claim->group = pgd_consumer_queue(claim->kind);
		claim->has = pgd_pool_count_items(my_kind, copy.task_id);
		claim->missing = Max(0, wanted - claim->has);
		claim->kept = 0;
		claim->reserve = PGD_RESERVED;
		nclaims++;
	}
	limit_groups(pgd_admit_plan());
}

/* parallel_degree_limit_p1 of each task's group; true if one has changed */
static bool
limit_levels(Oid schema)
{
	const PgdPlan *plan = pgd_admit_plan();
	bool		has_changed = false;

	for (int i = 0; i < PGD_LIVE_TASKS; i++)
	{
		PgdLiveTask *task = &pgd_live->tasks[i];
		char		class_name[PGD_CLASS_LEN];
		uint64		generation = 0;
		Oid			role = InvalidOid;
		int			level;

		LWLockAcquire(pgd_live->lock, LW_SHARED);
		if (task->in_use && task->database == MyDatabaseId &&
			task->schema == schema && task->is_parallel)
		{
			generation = task->generation;
			role = task->role;
			strlcpy(class_name, task->class_name, sizeof(class_name));
		}
		LWLockRelease(pgd_live->lock);
		if (generation == 0)
			continue;
		level = pgd_consumer_queue(pgd_consumer_kind(class_name, role));
		level = plan->directives[level].parallel_degree;

		/* 0 is no parallelism, and so is 1 */
		level = level < 0 ? 0 : Max(level, 1);
		LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
		if (task->generation == generation && task->plan_level != level)
		{
			task->plan_level = level;
			has_changed = true;
		}
		LWLockRelease(pgd_live->lock);
	}
	return has_changed;
}

/* No plan is in force any more. */
static void
forget_limits(void)
{
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	for (int i = 0; i < PGD_LIVE_TASKS; i++)
		if (pgd_live->tasks[i].in_use &&
			pgd_live->tasks[i].database == MyDatabaseId)
		{
			pgd_live->tasks[i].plan_level = 0;
			pgd_live->tasks[i].yielding = 0;
		}
	LWLockRelease(pgd_live->lock);
	has_limits = false;
	pgd_live_wake();
}

/* most workers of all tasks of a group: parallel_server_limit */
static int
most_of_group(const PgdPlan *plan, int group)
{
	double		percent = plan->directives[group].parallel_server_limit;
	int			most;

	if (percent < 0)
		return PG_INT32_MAX;
	most = (int) (pgd_max_workers * percent / 100);
	return Max(most, 1);
}

/* What a group's tasks may not have they do not lack. */
static void
limit_groups(const PgdPlan *plan)
{
	int			left[PGD_SHARE_GROUPS];

	for (int i = 0; i < plan->tree.ngroups; i++)
		left[i] = most_of_group(plan, i);
	for (int i = 0; i < nclaims; i++)
		left[claims[i].group] -= claims[i].has;
	for (int i = 0; i < nclaims; i++)
	{
		int		   *rest = &left[claims[i].group];

		claims[i].missing = Max(0, Min(claims[i].missing, *rest));
		*rest -= claims[i].missing;
	}
}

/* Tells workers to leave at the end of their chunks, if there are too many. */
static void
ask_to_leave(const PgdPlan *plan)
{
	int			surplus[PGD_SHARE_GROUPS] = {0};
	int			has[PGD_SHARE_GROUPS] = {0};

	pgd_admit_surplus(my_kind, surplus);
	for (int i = 0; i < nclaims; i++)
		has[claims[i].group] += claims[i].has;
	for (int i = 0; i < plan->tree.ngroups; i++)
	{
		int			over = has[i] - most_of_group(plan, i);

		surplus[i] = Max(surplus[i], over);
	}
	LWLockAcquire(pgd_live->lock, LW_EXCLUSIVE);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < nclaims; i++)
		{
			PgdLiveTask *task = &pgd_live->tasks[claims[i].task];
			int		   *wanted = &surplus[claims[i].group];
			int			staying = 0;
			int			told = 0;

			if (task->generation != claims[i].generation)
				continue;
			for (int j = 0; j < PGD_LIVE_WORKERS; j++)
			{
				PgdLiveWorker *worker = &task->workers[j];

				if (worker->pid == 0 || worker->run_id == 0)
					continue;
				if (!worker->is_leaving)
					staying++;
				else if (round == 0)
					(*wanted)--;
			}
			if (round == 0)
				continue;
			told = Min(staying, Max(*wanted, 0));
			if (told > task->yielding)
				pgd_admit_yielded(claims[i].group, told - task->yielding);
			task->yielding = told;
			*wanted -= told;
		}
	LWLockRelease(pgd_live->lock);
}

/* Gives out slots while the plan has some for tasks; says what ended it. */
static PgdReserve
hand_all(void)
{
	PgdReserve	answer = pgd_max_workers == 0 ? PGD_PAUSED : PGD_NO_SLOT;
	int			group;

	while ((group = pgd_admit_next(my_kind)) >= 0)
	{
		Claim	   *claim = next_of_group(group);
		TimestampTz next = DT_NOEND;
		int			wanted;
		PgdReserve	reserve = PGD_NO_SLOT;

		if (claim == NULL)
			break;				/* cannot be: the counts are ours */
		if (pgd_slave_copy_wanted(claim->task, pgd_catalog_schema(),
								  GetCurrentTimestamp(), &copy, &wanted,
								  &next) &&
			copy.generation == claim->generation)
			reserve = pgd_slave_hand_item(claim->task, &copy,
										  pgd_consumer_group(claim->kind));
		if (reserve == PGD_RESERVED)
		{
			claim->has++;
			claim->missing--;
			pgd_admit_started(my_kind, group, 0);
			continue;
		}
		answer = claim->reserve = reserve;
		claim->kept++;
		pgd_admit_kept(my_kind, group);
		if (reserve == PGD_PAUSED || reserve == PGD_NOT_OUR_TURN)
			break;
	}
	return answer;
}

/* Of a group's tasks the one with the fewest workers. */
static Claim *
next_of_group(int group)
{
	Claim	   *found = NULL;

	for (int i = 0; i < nclaims; i++)
		if (claims[i].group == group &&
			claims[i].missing > claims[i].kept &&
			(found == NULL || claims[i].has < found->has))
			found = &claims[i];
	return found;
}
