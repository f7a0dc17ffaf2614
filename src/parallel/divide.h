/*
 * divide.h
 *		Coordinator: workers of tasks under a resource plan.
 */
#ifndef PGD_PARALLEL_DIVIDE_H
#define PGD_PARALLEL_DIVIDE_H

#include "datatype/timestamp.h"

extern void pgd_divide_install(int kind);

/*
 * The turn of tasks under a plan; false if there is none, and everything is
 * as the tasks want it. Inside a transaction; *next as in slave.h.
 */
extern bool pgd_divide_by_plan(int kind, Oid schema, TimestampTz now,
							   TimestampTz *next);

#endif							/* PGD_PARALLEL_DIVIDE_H */
