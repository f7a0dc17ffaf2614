/*
 * share.c
 *		The rules of resource plans; see share.h.
 */
#include <string.h>

#include "resource/share.h"

/* what is smaller comes from rounding */
#define EPSILON		1e-9

static void divide(const PgdShareTree *tree, const PgdShareNode *plan,
				   const bool *has_demand, double *fraction);
static double divide_by_level(const PgdShareTree *tree,
							  const PgdShareNode *plan,
							  const bool *has_demand, double *fraction);
static double divide_by_weight(const PgdShareTree *tree,
							   const PgdShareNode *plan,
							   const bool *has_demand, double *fraction);
static void find_candidates(const PgdShareTree *tree,
							const PgdShareLoad *load, bool *candidates);
static bool find_competitors(const PgdShareTree *tree,
							 const PgdShareClock *clock,
							 const PgdShareLoad *load, bool *waits,
							 bool *competes);
static int	count_running(const PgdShareTree *tree, const PgdShareLoad *load,
						  int node);

void
pgd_share_entitle(const PgdShareTree *tree, const bool *wanted, double *part)
{
	bool		has_demand[PGD_SHARE_NODES] = {false};
	double		fraction[PGD_SHARE_NODES] = {0};

	memset(part, 0, sizeof(double) * PGD_SHARE_GROUPS);

	/* children come after their plans */
	for (int i = tree->nnodes - 1; i >= 0; i--)
	{
		const PgdShareNode *node = &tree->nodes[i];

		if (node->group >= 0)
			has_demand[i] = wanted[node->group];
		if (has_demand[i] && node->parent >= 0)
			has_demand[node->parent] = true;
	}
	fraction[0] = 1;
	for (int i = 0; i < tree->nnodes; i++)
	{
		const PgdShareNode *node = &tree->nodes[i];

		if (!has_demand[i])
			continue;
		if (node->group >= 0)
			part[node->group] += fraction[i];
		else
			divide(tree, node, has_demand, fraction);
	}
}

/*
 * What a plan has goes to those of its children that have demand: nothing is
 * kept for the others. If none of them is given anything they get equal parts.
 */
static void
divide(const PgdShareTree *tree, const PgdShareNode *plan,
	   const bool *has_demand, double *fraction)
{
	int			end = plan->first_child + plan->nchildren;
	double		whole = fraction[plan - tree->nodes];
	double		sum;
	int			n = 0;

	if (plan->by_weight)
		sum = divide_by_weight(tree, plan, has_demand, fraction);
	else
		sum = divide_by_level(tree, plan, has_demand, fraction);
	for (int i = plan->first_child; i < end; i++)
		if (has_demand[i])
			n++;
	for (int i = plan->first_child; i < end; i++)
		if (has_demand[i])
			fraction[i] = sum > EPSILON ? whole * fraction[i] / sum : whole / n;
}

/*
 * Each level divides what the levels above have left. What the last one leaves
 * begins at the first again, for ever: that makes the parts larger, all in the
 * same proportion. Returns the sum of the parts.
 */
static double
divide_by_level(const PgdShareTree *tree, const PgdShareNode *plan,
				const bool *has_demand, double *fraction)
{
	int			end = plan->first_child + plan->nchildren;
	double		left = 1;

	for (int i = plan->first_child; i < end; i++)
		fraction[i] = 0;
	for (int level = 0; level < PGD_SHARE_LEVELS && left > EPSILON; level++)
	{
		double		given = 0;
		double		scale;

		for (int i = plan->first_child; i < end; i++)
			if (has_demand[i])
				given += tree->nodes[i].percent[level] / 100;

		/* no more than there is, if percentages are too large */
		scale = given > 1 ? left / given : left;
		for (int i = plan->first_child; i < end; i++)
			if (has_demand[i])
				fraction[i] += scale * tree->nodes[i].percent[level] / 100;
		left -= scale * given;
	}
	return 1 - left;
}

static double
divide_by_weight(const PgdShareTree *tree, const PgdShareNode *plan,
				 const bool *has_demand, double *fraction)
{
	int			end = plan->first_child + plan->nchildren;
	double		sum = 0;

	for (int i = plan->first_child; i < end; i++)
	{
		fraction[i] = has_demand[i] ? tree->nodes[i].weight : 0;
		sum += fraction[i];
	}
	return sum;
}

int
pgd_share_cap(const PgdShareNode *node, int slots)
{
	int			cap = node->sessions;

	if (node->utilization < 100)
	{
		int			most = (int) (slots * node->utilization / 100 + EPSILON);

		if (most < 1)
			most = 1;
		if (most < cap)
			cap = most;
	}
	return cap;
}

int
pgd_share_limit(const PgdShareTree *tree, const PgdShareLoad *load, int group)
{
	int			found = -1;

	for (int i = 0; i < tree->nnodes; i++)
	{
		if (tree->nodes[i].group != group)
			continue;
		for (int at = i; at >= 0; at = tree->nodes[at].parent)
		{
			int			cap = pgd_share_cap(&tree->nodes[at], load->slots);

			if (cap != PGD_SHARE_NO_LIMIT &&
				count_running(tree, load, at) >= cap &&
				(found < 0 || at < found))
				found = at;
		}
	}
	return found;
}

/* Running items of the groups at and below a node, each group once. */
static int
count_running(const PgdShareTree *tree, const PgdShareLoad *load, int node)
{
	bool		is_below[PGD_SHARE_NODES] = {false};
	bool		is_counted[PGD_SHARE_GROUPS] = {false};
	int			n = 0;

	if (tree->nodes[node].group >= 0)
		return load->running[tree->nodes[node].group];
	is_below[node] = true;
	for (int i = node + 1; i < tree->nnodes; i++)
	{
		int			group = tree->nodes[i].group;

		is_below[i] = is_below[tree->nodes[i].parent];
		if (is_below[i] && group >= 0 && !is_counted[group])
		{
			is_counted[group] = true;
			n += load->running[group];
		}
	}
	return n;
}

/* The groups that wait and may have one more running item. */
static void
find_candidates(const PgdShareTree *tree, const PgdShareLoad *load,
				bool *candidates)
{
	for (int i = 0; i < tree->ngroups; i++)
		candidates[i] = load->waiting[i] > 0 &&
			pgd_share_limit(tree, load, i) < 0;
}

/*
 * Who competes: those that wait and may run at all, even if their limit is
 * reached just now, those that run, and those that are still ahead of others.
 */
static bool
find_competitors(const PgdShareTree *tree, const PgdShareClock *clock,
				 const PgdShareLoad *load, bool *waits, bool *competes)
{
	PgdShareLoad empty = {0};
	bool		found = false;

	empty.slots = load->slots;
	for (int i = 0; i < tree->ngroups; i++)
	{
		waits[i] = load->waiting[i] > 0 &&
			pgd_share_limit(tree, &empty, i) < 0;
		competes[i] = waits[i] || load->running[i] > 0 || clock->debt[i] > 0;
		found = found || waits[i];
	}
	return found;
}

void
pgd_share_advance(const PgdShareTree *tree, PgdShareClock *clock,
				  const PgdShareLoad *load, int64_t now)
{
	bool		candidates[PGD_SHARE_GROUPS] = {false};
	bool		waits[PGD_SHARE_GROUPS] = {false};
	bool		competes[PGD_SHARE_GROUPS] = {false};
	double		part[PGD_SHARE_GROUPS];
	double		lower_part[PGD_SHARE_GROUPS];
	double		passed = clock->charged_at == 0 ? 0 : now - clock->charged_at;
	double		most = (double) PGD_SHARE_MEMORY * load->slots;
	double		time[PGD_SHARE_GROUPS] = {0};
	int			first = -1;

	/* nobody waits: slots cost nothing, and what was is forgotten */
	clock->charged_at = now;
	if (!find_competitors(tree, clock, load, waits, competes))
	{
		memset(clock->debt, 0, sizeof(clock->debt));
		return;
	}

	/*
	 * Those that run and do not wait are entitled to their part, too; what
	 * they leave to lower levels is divided among those that could use it.
	 */
	find_candidates(tree, load, candidates);
	pgd_share_entitle(tree, competes, part);
	pgd_share_entitle(tree, candidates, lower_part);
	for (int i = 0; i < tree->ngroups; i++)
	{
		if (part[i] <= EPSILON)
			part[i] = lower_part[i];
		if (part[i] <= EPSILON)
			continue;
		if (passed > 0)
			clock->debt[i] += passed * load->running[i];
		time[i] = clock->debt[i] / part[i];

		/* of those that could use a slot, if there are such */
		if (waits[i] && (first < 0 || candidates[i] > candidates[first] ||
						 (candidates[i] == candidates[first] &&
						  time[i] < time[first])))
			first = i;
	}

	/* who does not want saves nothing up; neither credit nor debt is endless */
	for (int i = 0; i < tree->ngroups && first >= 0; i++)
	{
		double		ahead = time[i] - time[first];

		if (part[i] <= EPSILON)
			continue;
		if (!waits[i] && ahead < 0)
			ahead = 0;
		clock->debt[i] = ahead * part[i];
		if (clock->debt[i] > most)
			clock->debt[i] = most;
		if (clock->debt[i] < -most)
			clock->debt[i] = -most;
	}
}

int
pgd_share_next(const PgdShareTree *tree, const PgdShareClock *clock,
			   const PgdShareLoad *load)
{
	bool		candidates[PGD_SHARE_GROUPS] = {false};
	double		part[PGD_SHARE_GROUPS];
	double		best_time = 0;
	int			best = -1;

	find_candidates(tree, load, candidates);
	pgd_share_entitle(tree, candidates, part);
	for (int i = 0; i < tree->ngroups; i++)
	{
		double		time;

		if (!candidates[i] || part[i] <= EPSILON)
			continue;
		time = (clock->debt[i] + (load->running[i] + 1) *
				(double) PGD_SHARE_QUANTUM) / part[i];
		if (best < 0 || time < best_time)
		{
			best = i;
			best_time = time;
		}
	}
	return best;
}

void
pgd_share_targets(const PgdShareTree *tree, const PgdShareClock *clock,
				  const PgdShareLoad *load, int *targets)
{
	PgdShareLoad empty = *load;

	for (int i = 0; i < tree->ngroups; i++)
	{
		empty.waiting[i] += empty.running[i];
		empty.running[i] = 0;
	}
	for (int n = 0; n < load->slots; n++)
	{
		int			group = pgd_share_next(tree, clock, &empty);

		if (group < 0)
			break;
		empty.waiting[group]--;
		empty.running[group]++;
	}
	memcpy(targets, empty.running, sizeof(int) * tree->ngroups);
}
