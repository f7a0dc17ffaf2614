/*
 * meter.h
 *		What a worker's item has used of CPU time, reads and writes, as the
 *		coordinator sees it while the item runs.
 *
 * Only the process itself can count its buffers. A timer in it notes them in
 * its slot once a second, whatever the item's code does meanwhile; CPU time and
 * memory the coordinator reads from the operating system.
 */
#ifndef PGD_METER_H
#define PGD_METER_H

#include "datatype/timestamp.h"

/* a state of all counters of a process */
typedef struct PgdReading
{
	TimestampTz at;
	int64		cpu_us;
	int64		blocks;			/* read from files or written to them */
	int64		buffers;		/* looked at, whether they had to be read or
								 * not */
} PgdReading;

/* in the slot of a worker */
typedef struct PgdMeter
{
	PgdReading	item;			/* when its item began */
	PgdReading	call;			/* when its chunk or statement began */

	/* noted by the timer */
	volatile int64 blocks;
	volatile int64 buffers;
} PgdMeter;

/* worker: once, when timeouts are there */
extern void pgd_meter_install(PgdMeter *meter);

/* worker: an item begins, a call within it, the item ends */
extern void pgd_meter_begin_item(void);
extern void pgd_meter_begin_call(void);
extern void pgd_meter_end_item(void);

/* CPU time of a process (0: this one) in microseconds; -1 if unknown */
extern int64 pgd_meter_cpu(int pid);

/* private memory of a process in bytes; -1 if unknown */
extern int64 pgd_meter_memory(int pid);

#endif							/* PGD_METER_H */
