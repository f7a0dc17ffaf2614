/*
 * share.c
 *		Tests of the shares of resource plans without a server; prints TAP.
 *
 * unit-sources: src/resource/share.c
 *
 * Examples with known answers, properties of random plans against a second
 * model, and simulated hours of work. SHARE_SEED repeats an earlier run.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "resource/share.h"

#define MS			INT64_C(1000)
#define SECOND		INT64_C(1000000)

static int	ntests = 0;
static int	nfailed = 0;
static uint64_t seed;

static void ok(bool passed, const char *format,...)
			__attribute__((format(printf, 2, 3)));

static void
ok(bool passed, const char *format,...)
{
	va_list		args;

	if (!passed)
		nfailed++;
	printf("%sok %d - ", passed ? "" : "not ", ++ntests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static int
at_random(int n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int) ((seed >> 33) % (uint64_t) n);
}

/* ---- plans ---- */

static PgdShareTree *
make_tree(bool by_weight)
{
	PgdShareTree *tree = calloc(1, sizeof(PgdShareTree));

	tree->nnodes = 1;
	tree->nodes[0].group = -1;
	tree->nodes[0].parent = -1;
	tree->nodes[0].by_weight = by_weight;
	tree->nodes[0].first_child = 1;
	tree->nodes[0].sessions = PGD_SHARE_NO_LIMIT;
	tree->nodes[0].utilization = 100;
	return tree;
}

/* children of a plan are added together; a group of -1 makes a sub-plan */
static int
add_node(PgdShareTree *tree, int plan, int group)
{
	int			i = tree->nnodes++;
	PgdShareNode *node = &tree->nodes[i];

	node->group = group;
	node->parent = plan;
	node->sessions = PGD_SHARE_NO_LIMIT;
	node->utilization = 100;
	node->weight = 1;
	if (tree->nodes[plan].nchildren++ == 0)
		tree->nodes[plan].first_child = i;
	if (group >= tree->ngroups)
		tree->ngroups = group + 1;
	return i;
}

static int
add_level(PgdShareTree *tree, int plan, int group, int level, double percent)
{
	int			i = add_node(tree, plan, group);

	tree->nodes[i].percent[level - 1] = percent;
	return i;
}

/* the parts as text, wanted as a string of group letters */
static const char *
parts_of(const PgdShareTree *tree, const char *groups)
{
	static char text[512];
	bool		wanted[PGD_SHARE_GROUPS] = {false};
	double		part[PGD_SHARE_GROUPS];

	for (const char *c = groups; *c != '\0'; c++)
		wanted[*c - 'A'] = true;
	pgd_share_entitle(tree, wanted, part);
	text[0] = '\0';
	for (int i = 0; i < tree->ngroups; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%c=%.4g",
				 i > 0 ? " " : "", 'A' + i, part[i] * 100);
	return text;
}

static void
is(const char *found, const char *expected, const char *name)
{
	ok(strcmp(found, expected) == 0, "%s", name);
	if (strcmp(found, expected) != 0)
		printf("# found %s, expected %s\n", found, expected);
}

static void
test_examples(void)
{
	PgdShareTree *tree = make_tree(false);
	int			sub;

	add_level(tree, 0, 0, 1, 75);
	add_level(tree, 0, 1, 1, 25);
	is(parts_of(tree, "AB"), "A=75 B=25", "two groups on one level");
	is(parts_of(tree, "B"), "A=0 B=100", "a lone group gets everything");
	is(parts_of(tree, ""), "A=0 B=0", "nobody wants anything");

	tree = make_tree(false);
	add_level(tree, 0, 0, 1, 60);
	add_level(tree, 0, 1, 1, 20);
	add_level(tree, 0, 2, 2, 50);
	add_level(tree, 0, 3, 2, 50);
	add_level(tree, 0, 4, 3, 100);
	is(parts_of(tree, "ABCDE"), "A=60 B=20 C=10 D=10 E=0",
	   "a lower level gets what the one above leaves");
	is(parts_of(tree, "BCDE"), "A=0 B=20 C=40 D=40 E=0",
	   "an idle group's part flows down");
	is(parts_of(tree, "AE"), "A=60 B=0 C=0 D=0 E=40",
	   "and past an idle level");
	is(parts_of(tree, "AC"), "A=75 B=0 C=25 D=0 E=0",
	   "what the last level leaves goes back up");

	tree = make_tree(true);
	add_node(tree, 0, 0);
	tree->nodes[add_node(tree, 0, 1)].weight = 3;
	tree->nodes[add_node(tree, 0, 2)].weight = 4;
	is(parts_of(tree, "ABC"), "A=12.5 B=37.5 C=50", "shares by weight");
	is(parts_of(tree, "AB"), "A=25 B=75 C=0", "of those that want");

	/* 60 to group A, 40 to a sub-plan of B 80 and C 20 */
	tree = make_tree(false);
	add_level(tree, 0, 0, 1, 60);
	sub = add_level(tree, 0, -1, 1, 40);
	add_level(tree, sub, 1, 1, 80);
	add_level(tree, sub, 2, 1, 20);
	is(parts_of(tree, "ABC"), "A=60 B=32 C=8", "a sub-plan divides its part");
	is(parts_of(tree, "AC"), "A=60 B=0 C=40", "among those of its own first");
	is(parts_of(tree, "A"), "A=100 B=0 C=0", "an idle sub-plan takes nothing");

	/* a group in two places */
	add_level(tree, sub, 0, 2, 100);
	is(parts_of(tree, "AB"), "A=68 B=32 C=0",
	   "a group that is named twice has the sum");

	tree = make_tree(false);
	add_node(tree, 0, 0);
	add_node(tree, 0, 1);
	is(parts_of(tree, "AB"), "A=50 B=50",
	   "without percentages all are equal");
}

static void
test_limits(void)
{
	PgdShareTree *tree = make_tree(false);
	PgdShareLoad load = {4, {0}, {9, 9, 9}};
	int			sub;
	int			a = add_level(tree, 0, 0, 1, 90);

	sub = add_level(tree, 0, -1, 1, 10);
	add_level(tree, sub, 1, 1, 50);
	add_level(tree, sub, 2, 1, 50);
	ok(pgd_share_limit(tree, &load, 0) == -1, "no limit");
	tree->nodes[a].sessions = 0;
	ok(pgd_share_limit(tree, &load, 0) == a, "a limit of 0 lets nothing start");
	tree->nodes[a].sessions = PGD_SHARE_NO_LIMIT;
	tree->nodes[sub].utilization = 50;
	load.running[1] = 1;
	ok(pgd_share_limit(tree, &load, 2) == -1, "half of four slots are two");
	load.running[2] = 1;
	ok(pgd_share_limit(tree, &load, 2) == sub &&
	   pgd_share_limit(tree, &load, 1) == sub,
	   "a sub-plan's limit is that of all below it");
	ok(pgd_share_limit(tree, &load, 0) == -1, "and of nobody else");
	tree->nodes[sub].utilization = 10;
	ok(pgd_share_cap(&tree->nodes[sub], 4) == 1, "one slot at the least");
	tree->nodes[sub].sessions = 0;
	ok(pgd_share_cap(&tree->nodes[sub], 4) == 0, "unless it is to have none");
	tree->nodes[sub].sessions = 7;
	tree->nodes[sub].utilization = 29;
	ok(pgd_share_cap(&tree->nodes[sub], 100) == 7 &&
	   pgd_share_cap(&tree->nodes[sub], 10) == 2,
	   "the smaller one counts, rounded down");
}

/* ---- random plans ---- */

static void
fill_plan(PgdShareTree *tree, int plan, int depth, int ngroups)
{
	int			first = tree->nnodes;
	int			n = 1 + at_random(5);

	tree->nodes[plan].by_weight = at_random(3) == 0;
	for (int i = 0; i < n; i++)
	{
		bool		is_plan = depth < 3 && at_random(4) == 0;
		int			at = add_node(tree, plan, is_plan ? -1 : at_random(ngroups));
		PgdShareNode *node = &tree->nodes[at];

		for (int k = at_random(3); k > 0; k--)
			node->percent[at_random(PGD_SHARE_LEVELS)] = at_random(101);
		node->weight = at_random(5);
		if (at_random(4) == 0)
			node->sessions = at_random(5);
		if (at_random(4) == 0)
			node->utilization = at_random(101);
	}
	for (int i = first; i < first + n; i++)
		if (tree->nodes[i].group < 0)
			fill_plan(tree, i, depth + 1, ngroups);
}

static PgdShareTree *
make_random_tree(void)
{
	PgdShareTree *tree = make_tree(false);
	int			ngroups = 1 + at_random(8);

	fill_plan(tree, 0, 0, ngroups);

	/* every group is somewhere */
	for (int group = 0; group < tree->ngroups; group++)
	{
		bool		found = false;

		for (int i = 0; i < tree->nnodes; i++)
			found |= tree->nodes[i].group == group;
		if (!found)
		{
			free(tree);
			return make_random_tree();
		}
	}
	return tree;
}

static bool
has_demand(const PgdShareTree *tree, int node, const bool *wanted)
{
	if (tree->nodes[node].group >= 0)
		return wanted[tree->nodes[node].group];
	for (int i = 0; i < tree->nnodes; i++)
		if (tree->nodes[i].parent == node && has_demand(tree, i, wanted))
			return true;
	return false;
}

/* The second model: gives pieces away, round by round, until all is given. */
static void
give(const PgdShareTree *tree, int node, double amount, const bool *wanted,
	 double *part)
{
	double		left = amount;
	double		all = 0;
	int			n = 0;

	if (tree->nodes[node].group >= 0)
	{
		part[tree->nodes[node].group] += amount;
		return;
	}
	for (int i = 1; i < tree->nnodes; i++)
		if (tree->nodes[i].parent == node && has_demand(tree, i, wanted))
		{
			n++;
			all += tree->nodes[node].by_weight ? tree->nodes[i].weight : 0;
			for (int k = 0; k < PGD_SHARE_LEVELS && !tree->nodes[node].by_weight; k++)
				all += tree->nodes[i].percent[k];
		}
	while (left > 1e-13)
	{
		for (int level = 0; level < PGD_SHARE_LEVELS; level++)
		{
			double		at_start = left;
			double		sum = 0;

			for (int i = 1; i < tree->nnodes; i++)
				if (tree->nodes[i].parent == node && has_demand(tree, i, wanted))
					sum += tree->nodes[i].percent[level];
			for (int i = 1; i < tree->nnodes; i++)
			{
				double		piece;

				if (tree->nodes[i].parent != node || !has_demand(tree, i, wanted))
					continue;
				if (all == 0)
					piece = amount / n;
				else if (tree->nodes[node].by_weight)
					piece = amount * tree->nodes[i].weight / all;
				else
					piece = at_start * tree->nodes[i].percent[level] /
						(sum > 100 ? sum : 100);
				if (piece > 0)
					give(tree, i, piece, wanted, part);
				left -= piece;
			}
			if (all == 0 || tree->nodes[node].by_weight)
				return;
		}

	}
}

static void
test_random_parts(int rounds)
{
	int			bad_sum = 0;
	int			bad_model = 0;
	int			bad_idle = 0;
	int			bad_more = 0;

	for (int round = 0; round < rounds; round++)
	{
		PgdShareTree *tree = make_random_tree();
		bool		wanted[PGD_SHARE_GROUPS] = {false};
		double		part[PGD_SHARE_GROUPS];
		double		model[PGD_SHARE_GROUPS] = {0};
		double		sum = 0;
		bool		any;
		int			one;

		for (int i = 0; i < tree->ngroups; i++)
			wanted[i] = at_random(2) == 0;
		any = has_demand(tree, 0, wanted);
		pgd_share_entitle(tree, wanted, part);
		if (any)
			give(tree, 0, 1, wanted, model);
		for (int i = 0; i < tree->ngroups; i++)
		{
			sum += part[i];
			if (!wanted[i] && part[i] != 0)
				bad_idle++;
			if (fabs(part[i] - model[i]) > 1e-6)
				bad_model++;
		}
		if (fabs(sum - (any ? 1 : 0)) > 1e-9)
			bad_sum++;

		/* one more that wants gives the others no more */
		one = at_random(tree->ngroups);
		if (!wanted[one])
		{
			double		after[PGD_SHARE_GROUPS];

			wanted[one] = true;
			pgd_share_entitle(tree, wanted, after);
			for (int i = 0; i < tree->ngroups && any; i++)
				if (i != one && after[i] > part[i] + 1e-6)
					bad_more++;
		}
		free(tree);
	}
	ok(bad_sum == 0, "parts of %d random plans sum to 1", rounds);
	ok(bad_idle == 0, "those without demand have none");
	ok(bad_model == 0, "parts are as a naive model gives them out");
	ok(bad_more == 0, "more demand gives nobody else more");
}

/* ---- simulated work ---- */

typedef struct Item
{
	int			group;			/* -1: the slot is free */
	int64_t		ends_at;
} Item;

typedef struct Work
{
	const PgdShareTree *tree;
	PgdShareClock clock;
	PgdShareLoad load;
	Item		items[64];
	int64_t		now;
	int64_t		durations[PGD_SHARE_GROUPS];
	int64_t		used[PGD_SHARE_GROUPS]; /* slot time */
	int			over_limit;
	int			idle_slots;		/* that somebody could have used */
} Work;

static void
start_work(Work *work, const PgdShareTree *tree, int slots)
{
	memset(work, 0, sizeof(*work));
	work->tree = tree;
	work->load.slots = slots;
	work->now = SECOND;
	for (int i = 0; i < 64; i++)
		work->items[i].group = -1;
	for (int i = 0; i < PGD_SHARE_GROUPS; i++)
		work->durations[i] = 50 * MS;
}

/* fills free slots, then goes on to the next end, until then */
static void
run_until(Work *work, int64_t end)
{
	while (work->now < end)
	{
		int64_t		next = end;
		bool		is_full = true;

		pgd_share_advance(work->tree, &work->clock, &work->load, work->now);
		for (int i = 0; i < work->load.slots; i++)
			if (work->items[i].group >= 0 && work->items[i].ends_at <= work->now)
			{
				work->load.running[work->items[i].group]--;
				work->items[i].group = -1;
			}
		for (int i = 0; i < work->load.slots; i++)
		{
			int			group;

			if (work->items[i].group >= 0)
				continue;
			group = pgd_share_next(work->tree, &work->clock, &work->load);
			if (group < 0)
			{
				is_full = false;
				break;
			}
			if (work->load.waiting[group] <= 0 ||
				pgd_share_limit(work->tree, &work->load, group) >= 0)
				work->over_limit++;
			work->items[i].group = group;
			work->items[i].ends_at = work->now + work->durations[group];
			work->load.running[group]++;
			work->load.waiting[group]--;
		}
		for (int g = 0; g < work->tree->ngroups && !is_full; g++)
			if (work->load.waiting[g] > 0 &&
				pgd_share_limit(work->tree, &work->load, g) < 0)
				work->idle_slots++;
		for (int i = 0; i < work->load.slots; i++)
			if (work->items[i].group >= 0 && work->items[i].ends_at < next)
				next = work->items[i].ends_at;
		if (next <= work->now)
			next = work->now + 1;
		for (int i = 0; i < work->load.slots; i++)
			if (work->items[i].group >= 0)
				work->used[work->items[i].group] += next - work->now;
		work->now = next;
	}
}

static double
percent_of(const Work *work, int group)
{
	double		sum = 0;

	for (int i = 0; i < PGD_SHARE_GROUPS; i++)
		sum += work->used[i];
	return sum > 0 ? 100 * work->used[group] / sum : 0;
}

static void
test_saturated(void)
{
	static const int slots[] = {1, 2, 3, 4, 7, 16};
	PgdShareTree *tree = make_tree(false);
	PgdShareTree *other = make_tree(false);
	Work		work;
	double		worst = 0;

	add_level(tree, 0, 0, 1, 75);
	add_level(tree, 0, 1, 1, 25);
	add_level(other, 0, 0, 1, 25);
	add_level(other, 0, 1, 1, 75);
	for (int i = 0; i < 6; i++)
	{
		start_work(&work, tree, slots[i]);
		work.load.waiting[0] = work.load.waiting[1] = 1000000;
		run_until(&work, work.now + 30 * SECOND);
		worst = fmax(worst, fabs(percent_of(&work, 0) - 75));
	}
	ok(worst < 1, "75/25 with 1 to 16 slots: %.2f points off", worst);

	/* a new plan forgets the clock of the old one */
	start_work(&work, tree, 4);
	work.load.waiting[0] = work.load.waiting[1] = 1000000;
	run_until(&work, work.now + 10 * SECOND);
	work.tree = other;
	memset(&work.clock, 0, sizeof(work.clock));
	memset(work.used, 0, sizeof(work.used));
	run_until(&work, work.now + 2 * SECOND);
	ok(fabs(percent_of(&work, 0) - 25) < 3, "2 s after a switch: %.1f %%",
	   percent_of(&work, 0));

	/* items of very different length */
	start_work(&work, tree, 4);
	work.load.waiting[0] = work.load.waiting[1] = 1000000;
	work.durations[1] = 3 * SECOND;
	run_until(&work, work.now + 120 * SECOND);
	ok(fabs(percent_of(&work, 0) - 75) < 3, "items of 50 ms and 3 s: %.1f %%",
	   percent_of(&work, 0));
	start_work(&work, tree, 2);
	work.load.waiting[0] = work.load.waiting[1] = 1000000;
	work.durations[0] = work.durations[1] = 600 * SECOND;
	run_until(&work, work.now + 24 * 3600 * SECOND);
	ok(fabs(percent_of(&work, 0) - 75) < 3, "items of ten minutes: %.1f %%",
	   percent_of(&work, 0));

	/* a group that had all for long owes nothing, and nobody saved up */
	start_work(&work, tree, 4);
	work.load.waiting[0] = 1000000;
	run_until(&work, work.now + 3600 * SECOND);
	ok(percent_of(&work, 0) == 100, "a lone group has all slots");
	memset(work.used, 0, sizeof(work.used));
	work.load.waiting[1] = 1000000;
	run_until(&work, work.now + 4 * SECOND);
	ok(fabs(percent_of(&work, 0) - 75) < 3,
	   "and its share as soon as there is another: %.1f %%",
	   percent_of(&work, 0));

	/* a limit below the share */
	tree->nodes[1].sessions = 1;
	start_work(&work, tree, 4);
	work.load.waiting[0] = work.load.waiting[1] = 1000000;
	run_until(&work, work.now + 30 * SECOND);
	ok(fabs(percent_of(&work, 0) - 25) < 0.5 && work.idle_slots == 0,
	   "what a limit keeps from one the other has: %.1f %%",
	   percent_of(&work, 0));
	tree->nodes[1].sessions = 0;
	start_work(&work, tree, 4);
	work.load.waiting[0] = 1000000;
	run_until(&work, work.now + 30 * SECOND);
	ok(work.used[0] == 0, "a limit of 0 keeps all slots idle");
}

static void
test_levels(void)
{
	PgdShareTree *tree = make_tree(false);
	Work		work;

	add_level(tree, 0, 0, 1, 100);
	add_level(tree, 0, 1, 2, 90);
	add_level(tree, 0, 2, 2, 10);
	start_work(&work, tree, 4);
	for (int i = 0; i < 3; i++)
		work.load.waiting[i] = 1000000;
	run_until(&work, work.now + 10 * SECOND);
	ok(percent_of(&work, 0) == 100, "the first level comes first");

	/* A has two items that last, and wants no more */
	start_work(&work, tree, 3);
	work.load.waiting[0] = 2;
	work.load.waiting[1] = work.load.waiting[2] = 1000000;
	work.durations[0] = 1000 * SECOND;
	run_until(&work, work.now + 60 * SECOND);
	ok(fabs(percent_of(&work, 1) / percent_of(&work, 2) - 9) < 0.5,
	   "lower levels divide what is left: %.1f and %.1f %%",
	   percent_of(&work, 1), percent_of(&work, 2));
}

/* A group that has one item at a time, over and over, against one with many. */
static void
test_alternating(void)
{
	PgdShareTree *tree = make_tree(false);
	Work		work;

	add_level(tree, 0, 0, 1, 90);
	add_level(tree, 0, 1, 1, 10);
	start_work(&work, tree, 1);
	work.load.waiting[0] = 1000000;
	while (work.now < 100 * SECOND)
	{
		if (work.load.waiting[1] == 0 && work.load.running[1] == 0)
			work.load.waiting[1] = 1;
		run_until(&work, work.now + 60 * MS);
	}
	ok(percent_of(&work, 1) > 4 && percent_of(&work, 1) < 11,
	   "one that comes again and again has no more than its share: %.1f %%",
	   percent_of(&work, 1));
}

/* Random plans under random demand: limits hold, and no slot is wasted. */
static void
test_random_work(int rounds)
{
	int			over_limit = 0;
	int			idle_slots = 0;
	int			unfair = 0;

	for (int round = 0; round < rounds; round++)
	{
		PgdShareTree *tree = make_random_tree();
		bool		wanted[PGD_SHARE_GROUPS] = {false};
		double		part[PGD_SHARE_GROUPS];
		bool		has_limit = false;
		Work		work;

		start_work(&work, tree, 1 + at_random(12));
		for (int i = 0; i < tree->ngroups; i++)
			work.durations[i] = (1 + at_random(400)) * MS;
		for (int step = 0; step < 10; step++)
		{
			for (int i = 0; i < tree->ngroups; i++)
				work.load.waiting[i] = at_random(2) * at_random(60);
			run_until(&work, work.now + SECOND);
		}

		/* all that want have plenty to do: their parts */
		for (int i = 0; i < tree->nnodes; i++)
			has_limit |= pgd_share_cap(&tree->nodes[i], work.load.slots) <
				work.load.slots;
		for (int i = 0; i < tree->ngroups; i++)
		{
			wanted[i] = at_random(2) == 0;
			work.load.waiting[i] = wanted[i] ? 100000000 : 0;
		}
		run_until(&work, work.now + 2 * SECOND);
		memset(work.used, 0, sizeof(work.used));
		run_until(&work, work.now + 200 * SECOND);
		pgd_share_entitle(tree, wanted, part);
		for (int i = 0; i < tree->ngroups && !has_limit; i++)
			if (fabs(percent_of(&work, i) - 100 * part[i]) > 3)
			{
				printf("# round %d, group %d: %.2f instead of %.2f\n", round, i,
					   percent_of(&work, i), 100 * part[i]);
				unfair++;
			}
		over_limit += work.over_limit;
		idle_slots += work.idle_slots;
		free(tree);
	}
	ok(over_limit == 0, "limits hold in %d random plans", rounds);
	ok(idle_slots == 0, "no slot is idle that somebody may use");
	ok(unfair == 0, "slot time is as the plan says, within 3 points");
}

static void
test_targets(void)
{
	PgdShareTree *tree = make_tree(false);
	PgdShareClock clock = {0};
	PgdShareLoad load = {4, {4, 0}, {0, 100}};
	int			targets[PGD_SHARE_GROUPS];

	add_level(tree, 0, 0, 1, 25);
	add_level(tree, 0, 1, 1, 75);
	pgd_share_targets(tree, &clock, &load, targets);
	ok(targets[0] == 1 && targets[1] == 3,
	   "a group that has all is to give three of four away");
	load.waiting[1] = 1;
	pgd_share_targets(tree, &clock, &load, targets);
	ok(targets[0] == 3 && targets[1] == 1, "but no more than are wanted");
	load.waiting[1] = 0;
	pgd_share_targets(tree, &clock, &load, targets);
	ok(targets[0] == 4, "and none if nobody waits");
	tree->nodes[1].sessions = 1;
	pgd_share_targets(tree, &clock, &load, targets);
	ok(targets[0] == 1, "a new limit counts for what runs, too");

	/* a small share has its turn when it has waited for long enough */
	tree = make_tree(false);
	add_level(tree, 0, 0, 1, 95);
	add_level(tree, 0, 1, 1, 5);
	load.waiting[1] = 1;
	memset(&clock, 0, sizeof(clock));
	clock.charged_at = 1;
	pgd_share_targets(tree, &clock, &load, targets);
	ok(targets[1] == 0, "5 %% of four slots is none at first");
	pgd_share_advance(tree, &clock, &load, 1 + 10 * SECOND);
	pgd_share_targets(tree, &clock, &load, targets);
	ok(targets[1] == 1, "one after a while");
}

int
main(void)
{
	const char *text = getenv("SHARE_SEED");

	seed = text != NULL ? strtoull(text, NULL, 10) : (uint64_t) time(NULL);
	printf("# SHARE_SEED=%llu\n", (unsigned long long) seed);
	test_examples();
	test_limits();
	test_random_parts(3000);
	test_saturated();
	test_levels();
	test_alternating();
	test_random_work(100);
	test_targets();
	printf("1..%d\n", ntests);
	return nfailed > 0;
}
