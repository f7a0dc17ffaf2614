/*
 * pool_int.h
 *		What the two sides of the pool share. The lock is held for all.
 */
#ifndef PGD_POOL_INT_H
#define PGD_POOL_INT_H

#include "core/shmem.h"

/* an idle timeout from here on need not be met to the millisecond */
#define PGD_LONG_IDLE_MS		1000

/* slots that are taken, but for those that are about to be free */
extern int	pgd_pool_count_staying(void);

/* the slot's process has ended */
extern void pgd_pool_free_slot(PgdWorkerSlot *slot);

#endif							/* PGD_POOL_INT_H */
