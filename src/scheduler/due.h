/*
 * due.h
 *		When each enabled job is due, in the coordinator's memory.
 */
#ifndef PGD_DUE_H
#define PGD_DUE_H

#include "datatype/timestamp.h"
#include "lib/pairingheap.h"

#include "resource/share.h"

typedef enum PgdPlace
{
	PGD_PLACE_NONE,
	PGD_PLACE_FUTURE,
	PGD_PLACE_READY,
	PGD_PLACE_RUNNING			/* its end decides when it is due again */
} PgdPlace;

/* job_priority: 1 comes first */
#define PGD_PRIORITIES	5

/*
 * Due jobs stand in queues, one for each consumer group of the plan in force,
 * so that a group that may not run stands in nobody's way. Without a plan
 * there is one queue, 0.
 */
#define PGD_QUEUES		PGD_SHARE_GROUPS

typedef struct PgdJobEntry
{
	int64		job_id;			/* hash key */
	pairingheap_node node;
	TimestampTz at;				/* when to start it */
	TimestampTz due_at;			/* as its row says */
	Oid			role;
	int			kind;			/* of consumer.h */
	int8		priority;		/* 1 to PGD_PRIORITIES */
	int8		queue;			/* where it is ready */
	int8		place;			/* a PgdPlace */
	bool		is_manual;
	TimestampTz checked_at;		/* this lateness was looked at */
} PgdJobEntry;

extern void pgd_due_clear(void);
extern PgdJobEntry *pgd_due_find(int64 job_id);
extern void pgd_due_expect(int64 job_id, TimestampTz at, TimestampTz due_at,
						   Oid role, int kind, int priority, bool is_manual);
extern void pgd_due_set_running(int64 job_id);
extern void pgd_due_forget(int64 job_id);
extern void pgd_due_place(PgdJobEntry *entry, PgdPlace where);
extern void pgd_due_postpone(PgdJobEntry *entry, TimestampTz at);

extern TimestampTz pgd_due_next(void);
extern void pgd_due_advance(TimestampTz now);
extern int	pgd_due_count_ready(void);

/* of one queue: by priority and time, and the one that has waited longest */
extern PgdJobEntry *pgd_due_first_ready(int queue);
extern PgdJobEntry *pgd_due_oldest_ready(int queue);
extern int	pgd_due_count_queue(int queue);

/* the plan has changed: due jobs go to the queues of today */
extern void pgd_due_sort_again(void);

#endif							/* PGD_DUE_H */
