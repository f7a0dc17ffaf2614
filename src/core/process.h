/*
 * process.h
 *		What launcher, coordinators and workers have in common.
 */
#ifndef PGD_PROCESS_H
#define PGD_PROCESS_H

#include "datatype/timestamp.h"

typedef enum PgdProcess
{
	PGD_PROCESS_NONE,			/* a client's backend or a foreign worker */
	PGD_PROCESS_LAUNCHER,
	PGD_PROCESS_COORDINATOR,
	PGD_PROCESS_WORKER
} PgdProcess;

extern PgdProcess pgd_process;

/* the longest sleep, only to notice a changed wall clock, in ms */
#define PGD_LONGEST_SLEEP	60000L

/* what a process waits for; shown in pg_stat_activity from version 17 on */
typedef enum PgdWait
{
	PGD_WAIT_LAUNCHER,
	PGD_WAIT_COORDINATOR,
	PGD_WAIT_WORKER,
	PGD_WAIT_EVACUATE,
	PGD_WAIT_STOP_RUN,
	PGD_WAIT_CHUNK
} PgdWait;

extern uint32 pgd_wait_event(PgdWait wait);

/* signal handlers of a background process; unblocks signals */
extern void pgd_process_start(PgdProcess process);

/* its current user is the one that it connects as, whatever settings say */
extern void pgd_process_pin_role(void);

/* no setting of a role or database steers this process */
extern void pgd_process_pin_settings(void);

extern void pgd_process_reload_config(void);

/* sleeps on the latch until the given time at the latest */
extern void pgd_process_sleep(TimestampTz wake_at, PgdWait wait);

extern bool pgd_process_is_coordinator(void);

#endif							/* PGD_PROCESS_H */
