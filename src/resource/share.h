/*
 * share.h
 *		Who gets the next slot: the rules of resource plans as pure functions
 *		of (plan, load, time). No server state, so that tests feed them years.
 *
 * A plan is a tree: plans divide what they have among their directives, whose
 * targets are consumer groups or sub-plans. Plans come before their children,
 * and the children of one plan stand together.
 *
 * The shares are those of slot time: how long how many slots were used. Each
 * group has a virtual time, its slot time divided by its share, that runs while
 * there are more items than slots; the next slot goes to the group that is
 * furthest behind.
 */
#ifndef PGD_SHARE_H
#define PGD_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#define PGD_SHARE_LEVELS	8
#define PGD_SHARE_GROUPS	32
#define PGD_SHARE_NODES		256

/* no limit on the number of running items */
#define PGD_SHARE_NO_LIMIT	INT32_MAX

/*
 * A running item counts as this much slot time from its start on, in
 * microseconds, so that slots that become free together are divided, too.
 */
#define PGD_SHARE_QUANTUM	INT64_C(100000)

/* nobody is further ahead or behind than this, in microseconds of each slot */
#define PGD_SHARE_MEMORY	INT64_C(3600000000)

typedef struct PgdShareNode
{
	int			group;			/* consumer group; -1: it is a plan */
	int			parent;			/* -1: the top plan */

	/* of a plan */
	int			first_child;
	int			nchildren;
	bool		by_weight;		/* divides by weight; else by percent */

	/* as the directive says that leads here */
	double		percent[PGD_SHARE_LEVELS];
	double		weight;
	int			sessions;		/* running items; PGD_SHARE_NO_LIMIT */
	double		utilization;	/* percent of the slots; 100: no limit */
} PgdShareNode;

typedef struct PgdShareTree
{
	int			ngroups;
	int			nnodes;
	PgdShareNode nodes[PGD_SHARE_NODES];
} PgdShareTree;

/* what each group has and wants */
typedef struct PgdShareLoad
{
	int			slots;			/* that there are for all */
	int			running[PGD_SHARE_GROUPS];
	int			waiting[PGD_SHARE_GROUPS];
} PgdShareLoad;

/*
 * What each group has had more than the one that is furthest behind, as slot
 * time in microseconds: divided by its part of just now that is how far ahead
 * its virtual time is. Less than 0: its limits keep it behind.
 */
typedef struct PgdShareClock
{
	int64_t		charged_at;		/* microseconds; 0: not yet */
	double		debt[PGD_SHARE_GROUPS];
} PgdShareClock;

/*
 * The part of all that each group is entitled to while just those that are
 * wanted have demand: 0 for the others, and they sum to 1 if there is one.
 */
extern void pgd_share_entitle(const PgdShareTree *tree, const bool *wanted,
							  double *part);

/*
 * The node whose limit keeps a group from one more running item, the nearest to
 * the top; -1 if none does.
 */
extern int	pgd_share_limit(const PgdShareTree *tree,
							const PgdShareLoad *load, int group);

/* how many running items a node may have */
extern int	pgd_share_cap(const PgdShareNode *node, int slots);

/* lets the time go on, under the load that there was since it last did */
extern void pgd_share_advance(const PgdShareTree *tree, PgdShareClock *clock,
							  const PgdShareLoad *load, int64_t now);

/*
 * The group that the next slot is for, of those that wait; -1 if none waits
 * or limits keep all from it. Free slots are the caller's affair.
 */
extern int	pgd_share_next(const PgdShareTree *tree,
						   const PgdShareClock *clock,
						   const PgdShareLoad *load);

/* how many slots each group would get if all were free now */
extern void pgd_share_targets(const PgdShareTree *tree,
							  const PgdShareClock *clock,
							  const PgdShareLoad *load, int *targets);

#endif							/* PGD_SHARE_H */
