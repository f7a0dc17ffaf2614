/*
 * worker_apply.h
 *		What a directive says of the workers of its consumer group: settings
 *		and niceness.
 */
#ifndef PGD_WORKER_APPLY_H
#define PGD_WORKER_APPLY_H

/*
 * Worker, before a statement at top level or a chunk, and outside of
 * transactions (else it does nothing): brings its settings and its niceness in
 * line with the plan in force and its item's consumer group. Costs a look into
 * shared memory if nothing has changed. Raises no error: a setting that the
 * server does not take any more is told in the log. Other processes: nothing.
 */
extern void pgd_worker_apply(void);

/* worker: its item has ended, and the session's settings with it */
extern void pgd_worker_forget(void);

#endif							/* PGD_WORKER_APPLY_H */
