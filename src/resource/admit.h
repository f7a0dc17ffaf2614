/*
 * admit.h
 *		Coordinator: who of the plan in force may have the next slot. The
 *		clock and the counts for share.h; the kinds of work ask in turn.
 *
 * A turn of a kind: pgd_admit_begin(), then pgd_admit_next() again and again,
 * with what became of the item that was chosen, then pgd_admit_end(). Nothing
 * here is called while no plan is in force.
 */
#ifndef PGD_ADMIT_H
#define PGD_ADMIT_H

#include "datatype/timestamp.h"

#include "resource/plan.h"

/* from _PG_init: counts[] is zero; adds a kind's waiting items by group */
extern void pgd_admit_register(int kind, void (*count) (int *counts));

/* the plan that counts from now on, NULL for none; clocks begin anew if new */
extern void pgd_admit_use(const PgdPlan *plan);

/* the plan in force, as pgd_admit_use() told; NULL: none */
extern const PgdPlan *pgd_admit_plan(void);

extern void pgd_admit_begin(void);

/*
 * The group whose item of this kind is to have the next slot; -1 if there is
 * no slot or nobody for it. Slots that are meant for other kinds of work are
 * left to them.
 */
extern int	pgd_admit_next(int kind);

/* its item starts, and has waited so long since it was due */
extern void pgd_admit_started(int kind, int group, int64 waited_us);

/* its item has to wait until a worker of its role can be had: so does a slot */
extern void pgd_admit_kept(int kind, int group);

/* its item needs no slot */
extern void pgd_admit_skipped(int kind, int group);

/* its item failed, as it waited for too long */
extern void pgd_admit_timed_out(int kind, int group, int64 waited_us);

/* has the group, or a sub-plan that it is in, as many items as it may? */
extern bool pgd_admit_is_limited(int group);

/* does a group wait that no limit keeps waiting? */
extern bool pgd_admit_is_contended(void);

/*
 * Tells the views. reason is what those wait for that no limit keeps waiting.
 * Returns what the first item that waits is waiting for, NULL if none does;
 * *for_workers says whether one would run if there were more workers.
 */
extern const char *pgd_admit_end(int kind, const char *reason,
								 bool *for_workers);

/*
 * How many workers of this kind each group has to give away at the next
 * opportunity: over its limit, or over its share while others wait.
 */
extern void pgd_admit_surplus(int kind, int *surplus);

/* so many of them have been told */
extern void pgd_admit_yielded(int group, int n);

#endif							/* PGD_ADMIT_H */
