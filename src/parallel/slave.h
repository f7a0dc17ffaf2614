/*
 * slave.h
 *		Workers of a running task.
 */
#ifndef PGD_PARALLEL_SLAVE_H
#define PGD_PARALLEL_SLAVE_H

#include "core/pool.h"
#include "parallel/execute.h"
#include "parallel/live.h"

/* the kind of work: chunks of a task */
extern int	pgd_slave_kind(void);

/*
 * Coordinator: does this task want workers, and how many? Then *copy is a
 * picture of it. *next becomes the moment at which it will want some, if that
 * is earlier.
 */
extern bool pgd_slave_copy_wanted(int i, Oid schema, TimestampTz now,
								  PgdLiveTask *copy, int *wanted,
								  TimestampTz *next);

/* one more worker for a task; says what was in the way */
extern PgdReserve pgd_slave_hand_item(int i, const PgdLiveTask *task,
									  const char *consumer_group);

/* the task was answered so */
extern void pgd_slave_answer(int i, uint64 generation, PgdReserve reserve);

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
