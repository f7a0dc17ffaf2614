/*
 * late.h
 *		Jobs that are late when their turn comes.
 */
#ifndef PGD_LATE_H
#define PGD_LATE_H

#include "scheduler/decide.h"
#include "scheduler/due.h"

/* a job this late is looked at before it starts */
#define PGD_LATE_MS				60000

/* so many in one turn */
#define PGD_MAX_LATE			256

/* a row that was locked is looked at again after this, if nobody told before */
#define PGD_LOCKED_RETRY_MS		1000

/* inside a catalog scope of the coordinator */
extern void pgd_late_handle(PgdJobEntry **late, int n, TimestampTz now);

/*
 * Logs what fell due after the due time of a run that was broken off and is
 * now recovered: the run that makes up for it is the recovery.
 */
extern void pgd_late_log_gap(int64 job_id, const PgdJobFacts *facts,
							 TimestampTz passed);

#endif							/* PGD_LATE_H */
