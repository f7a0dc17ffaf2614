/*
 * watch.h
 *		Runs whose job has a max_run_duration, in the coordinator's memory.
 */
#ifndef PGD_WATCH_H
#define PGD_WATCH_H

#include "core/work.h"

extern void pgd_watch_add(const PgdWorkItem *item, TimestampTz over_at);
extern TimestampTz pgd_watch_next(void);

/* in a transaction and a catalog scope */
extern void pgd_watch_report(TimestampTz now);

#endif							/* PGD_WATCH_H */
