/*
 * late.h
 *		Jobs that are late when their turn comes.
 */
#ifndef PGD_LATE_H
#define PGD_LATE_H

#include "scheduler/due.h"

/* a job this late is looked at before it starts */
#define PGD_LATE_MS				60000

/* so many in one turn */
#define PGD_MAX_LATE			256

/* a row that was locked is looked at again after this, if nobody told before */
#define PGD_LOCKED_RETRY_MS		1000

/* inside a catalog scope of the coordinator */
extern void pgd_late_handle(PgdJobEntry **late, int n, TimestampTz now);

#endif							/* PGD_LATE_H */
