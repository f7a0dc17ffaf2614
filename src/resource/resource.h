/*
 * resource.h
 *		What the other packages need of resource plans: does one exist, and the
 *		switch to another one. All expect an open catalog scope.
 */
#ifndef PGD_RESOURCE_H
#define PGD_RESOURCE_H

/* from _PG_init, when the library is preloaded: shared memory */
extern void pgd_resource_install(void);

/* from _PG_init */
extern void pgd_resource_objects_install(void);

/*
 * Coordinator, before it reads plans: rows that a restore brought take the
 * place of those that CREATE EXTENSION made, where no trigger saw to it.
 */
extern void pgd_resource_settle(void);

/* is there such an active plan, not a pending one; such a consumer group */
extern bool pgd_plan_exists(const char *plan);
extern bool pgd_group_exists(const char *consumer_group);

/* 29358 and 29368: there is none */
extern void pgd_error_no_plan(const char *plan) pg_attribute_noreturn();
extern void pgd_error_no_group(const char *group) pg_attribute_noreturn();

/*
 * Locks the plan in force to the end of the transaction. Without wait false
 * if another session holds it: its end notes a change of plans. The calls
 * below lock it themselves, and wait.
 */
extern bool pgd_plan_lock(bool wait);

/*
 * Makes the row that the lock is on, if it is missing, as it is before the
 * first switch and the first window. Whoever makes a window calls this, so
 * that the coordinator never waits for a session that does the same.
 */
extern void pgd_plan_make_state(void);

/*
 * A window opens (name given) or the last one of a row closes (NULL: the plan
 * from before comes back). plan is that of the window: NULL leaves the one in
 * force, '' means none. Returns NULL, or why the plan could not be switched,
 * which is no error: the window opens nevertheless. *in_force becomes the plan
 * in force afterwards, NULL for none. Notes the change for the coordinator.
 * Results are in the current memory context. Closing is without effect when no
 * window has opened since the last SWITCH_PLAN, and may be repeated.
 */
extern const char *pgd_plan_window_opens(const char *window,
										 const char *plan, char **in_force);
extern const char *pgd_plan_windows_closed(char **in_force);

#endif							/* PGD_RESOURCE_H */
