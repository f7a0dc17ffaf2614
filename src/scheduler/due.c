/*
 * due.c
 *		When each enabled job is due, in the coordinator's memory: one heap of
 *		the future by time; for what is due one for each consumer group and
 *		priority, by time, too.
 */
#include "postgres.h"

#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "scheduler/consumer.h"
#include "scheduler/decide.h"
#include "scheduler/due.h"

static HTAB *entries = NULL;
static pairingheap *future = NULL;
static MemoryContext entries_cxt = NULL;

/* made when they are needed */
static pairingheap *ready[PGD_QUEUES][PGD_PRIORITIES];
static int	nready_of[PGD_QUEUES];
static int	nready = 0;

static int	compare(const pairingheap_node *a, const pairingheap_node *b,
					void *arg);
static pairingheap **heap_of(const PgdJobEntry *entry);

static int
compare(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	const PgdJobEntry *x = pairingheap_const_container(PgdJobEntry, node, a);
	const PgdJobEntry *y = pairingheap_const_container(PgdJobEntry, node, b);

	return x->at < y->at ? 1 : x->at > y->at ? -1 :
		x->job_id < y->job_id ? 1 : -1;
}

void
pgd_due_clear(void)
{
	HASHCTL		ctl = {0};
	MemoryContext old;

	if (entries_cxt == NULL)
		entries_cxt = AllocSetContextCreate(TopMemoryContext, "pg_dbms jobs",
											ALLOCSET_DEFAULT_SIZES);
	else
		MemoryContextReset(entries_cxt);
	old = MemoryContextSwitchTo(entries_cxt);
	ctl.keysize = sizeof(int64);
	ctl.entrysize = sizeof(PgdJobEntry);
	ctl.hcxt = entries_cxt;
	entries = hash_create("pg_dbms jobs", 256, &ctl,
						  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	future = pairingheap_allocate(compare, NULL);
	memset(ready, 0, sizeof(ready));
	memset(nready_of, 0, sizeof(nready_of));
	nready = 0;
	MemoryContextSwitchTo(old);
}

void
pgd_due_place(PgdJobEntry *entry, PgdPlace where)
{
	if (entry->place == PGD_PLACE_FUTURE)
		pairingheap_remove(future, &entry->node);
	else if (entry->place == PGD_PLACE_READY)
	{
		pairingheap_remove(*heap_of(entry), &entry->node);
		nready_of[entry->queue]--;
		nready--;
	}
	entry->place = where;
	if (where == PGD_PLACE_FUTURE)
		pairingheap_add(future, &entry->node);
	else if (where == PGD_PLACE_READY)
	{
		pairingheap **heap;

		entry->queue = pgd_consumer_queue(entry->kind);
		heap = heap_of(entry);
		if (*heap == NULL)
		{
			MemoryContext old = MemoryContextSwitchTo(entries_cxt);

			*heap = pairingheap_allocate(compare, NULL);
			MemoryContextSwitchTo(old);
		}
		pairingheap_add(*heap, &entry->node);
		nready_of[entry->queue]++;
		nready++;
	}
}

static pairingheap **
heap_of(const PgdJobEntry *entry)
{
	int			priority = Max(1, Min(entry->priority, PGD_PRIORITIES));

	return &ready[entry->queue][priority - 1];
}

void
pgd_due_forget(int64 job_id)
{
	PgdJobEntry *entry = hash_search(entries, &job_id, HASH_FIND, NULL);

	if (entry != NULL)
	{
		pgd_due_place(entry, PGD_PLACE_NONE);
		(void) hash_search(entries, &job_id, HASH_REMOVE, NULL);
	}
}

/* Sets when a job is due next; PGD_NO_TIME forgets it. */
void
pgd_due_expect(int64 job_id, TimestampTz at, TimestampTz due_at, Oid role,
			   int kind, int priority, bool is_manual)
{
	PgdJobEntry *entry;
	bool		found;

	if (at == PGD_NO_TIME)
	{
		entry = hash_search(entries, &job_id, HASH_FIND, NULL);
		if (entry != NULL && entry->place != PGD_PLACE_RUNNING)
			pgd_due_forget(job_id);
		return;
	}
	entry = hash_search(entries, &job_id, HASH_ENTER, &found);
	if (!found)
	{
		entry->place = PGD_PLACE_NONE;
		entry->checked_at = 0;
	}
	if (entry->place == PGD_PLACE_RUNNING)
		return;					/* its end decides */
	pgd_due_place(entry, PGD_PLACE_NONE);
	entry->at = at;
	entry->due_at = due_at;
	entry->role = role;
	entry->kind = kind;
	entry->priority = priority;
	entry->is_manual = is_manual;
	pgd_due_place(entry, PGD_PLACE_FUTURE);
}

/* NULL if nothing is known of the job: it is not enabled, or does not exist. */
PgdJobEntry *
pgd_due_find(int64 job_id)
{
	return hash_search(entries, &job_id, HASH_FIND, NULL);
}

/* The job has a run that is marked as started. */
void
pgd_due_set_running(int64 job_id)
{
	PgdJobEntry *entry;
	bool		found;

	entry = hash_search(entries, &job_id, HASH_ENTER, &found);
	if (!found)
		memset((char *) entry + sizeof(int64), 0,
			   sizeof(PgdJobEntry) - sizeof(int64));
	pgd_due_place(entry, PGD_PLACE_RUNNING);
}

/* Puts a job back into the future, to be looked at again then. */
void
pgd_due_postpone(PgdJobEntry *entry, TimestampTz at)
{
	pgd_due_place(entry, PGD_PLACE_NONE);
	entry->at = at;
	pgd_due_place(entry, PGD_PLACE_FUTURE);
}

/* The time of the next job of the future; PGD_NO_TIME if there is none. */
TimestampTz
pgd_due_next(void)
{
	if (pairingheap_is_empty(future))
		return PGD_NO_TIME;
	return pairingheap_container(PgdJobEntry, node,
								 pairingheap_first(future))->at;
}

/* What has become due moves to the other heap. */
void
pgd_due_advance(TimestampTz now)
{
	while (pgd_due_next() <= now)
		pgd_due_place(pairingheap_container(PgdJobEntry, node,
											pairingheap_first(future)),
					  PGD_PLACE_READY);
}

/* The due job of a queue that is to start first; NULL if none is due. */
PgdJobEntry *
pgd_due_first_ready(int queue)
{
	for (int i = 0; i < PGD_PRIORITIES && nready_of[queue] > 0; i++)
	{
		pairingheap *heap = ready[queue][i];

		if (heap != NULL && !pairingheap_is_empty(heap))
			return pairingheap_container(PgdJobEntry, node,
										 pairingheap_first(heap));
	}
	return NULL;
}

PgdJobEntry *
pgd_due_oldest_ready(int queue)
{
	PgdJobEntry *oldest = NULL;

	for (int i = 0; i < PGD_PRIORITIES && nready_of[queue] > 0; i++)
	{
		pairingheap *heap = ready[queue][i];
		PgdJobEntry *entry;

		if (heap == NULL || pairingheap_is_empty(heap))
			continue;
		entry = pairingheap_container(PgdJobEntry, node,
									  pairingheap_first(heap));
		if (oldest == NULL || entry->at < oldest->at)
			oldest = entry;
	}
	return oldest;
}

int
pgd_due_count_ready(void)
{
	return nready;
}

int
pgd_due_count_queue(int queue)
{
	return nready_of[queue];
}

/* Each heap is emptied into a list, and the list into the heaps again. */
void
pgd_due_sort_again(void)
{
	PgdJobEntry **all;
	int			n = 0;

	if (nready == 0)
		return;
	all = MemoryContextAllocHuge(CurrentMemoryContext,
								 sizeof(PgdJobEntry *) * (Size) nready);
	for (int queue = 0; queue < PGD_QUEUES; queue++)
	{
		PgdJobEntry *entry;

		while ((entry = pgd_due_first_ready(queue)) != NULL)
		{
			pgd_due_place(entry, PGD_PLACE_NONE);
			all[n++] = entry;
		}
	}
	for (int i = 0; i < n; i++)
		pgd_due_place(all[i], PGD_PLACE_READY);
	pfree(all);
}
