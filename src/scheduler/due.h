/*
 * due.h
 *		When each enabled job is due, in the coordinator's memory.
 */
#ifndef PGD_DUE_H
#define PGD_DUE_H

#include "datatype/timestamp.h"
#include "lib/pairingheap.h"

typedef enum PgdPlace
{
	PGD_PLACE_NONE,
	PGD_PLACE_FUTURE,
	PGD_PLACE_READY,
	PGD_PLACE_RUNNING			/* its end decides when it is due again */
} PgdPlace;

typedef struct PgdJobEntry
{
	int64		job_id;			/* hash key */
	pairingheap_node node;
	TimestampTz at;				/* when to start it */
	TimestampTz due_at;			/* as its row says */
	Oid			role;
	int16		priority;
	int8		place;			/* a PgdPlace */
	bool		is_manual;
	TimestampTz checked_at;		/* this lateness was looked at */
} PgdJobEntry;

extern void pgd_due_clear(void);
extern PgdJobEntry *pgd_due_find(int64 job_id);
extern void pgd_due_expect(int64 job_id, TimestampTz at, TimestampTz due_at,
						   Oid role, int priority, bool is_manual);
extern void pgd_due_set_running(int64 job_id);
extern void pgd_due_forget(int64 job_id);
extern void pgd_due_place(PgdJobEntry *entry, PgdPlace where);
extern void pgd_due_postpone(PgdJobEntry *entry, TimestampTz at);

extern TimestampTz pgd_due_next(void);
extern void pgd_due_advance(TimestampTz now);
extern PgdJobEntry *pgd_due_first_ready(void);
extern int	pgd_due_count_ready(void);

#endif							/* PGD_DUE_H */
