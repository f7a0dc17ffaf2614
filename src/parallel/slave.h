/*
 * slave.h
 *		Workers of a running task.
 */
#ifndef PGD_PARALLEL_SLAVE_H
#define PGD_PARALLEL_SLAVE_H

#include "parallel/execute.h"
#include "parallel/live.h"

/* the kind of work: chunks of a task */
extern int	pgd_slave_kind(void);

typedef enum PgdProcessed
{
	PGD_PROCESSED_ONE,
	PGD_PROCESSED_NONE,			/* none just now: try again when woken */
	PGD_PROCESSED_ALL			/* none any more for this process */
} PgdProcessed;

/*
 * Takes and runs one chunk in a process that is attached to the run, or waits
 * for a second at the most. *has_aborted as in execute.h.
 */
extern PgdProcessed pgd_slave_process_one(const PgdExecution *execution,
										  bool *has_aborted);

/*
 * What the throttle of the task says; false if that was not waited for to its
 * end.
 */
extern bool pgd_slave_wait_between_chunks(const PgdLiveRun *run);

#endif							/* PGD_PARALLEL_SLAVE_H */
