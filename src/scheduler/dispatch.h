/*
 * dispatch.h
 *		Jobs as work of the coordinator; see PgdWorkKind for the contracts.
 */
#ifndef PGD_DISPATCH_H
#define PGD_DISPATCH_H

#include "datatype/timestamp.h"

extern void pgd_dispatch_load(void);
extern void pgd_dispatch_changed(const int64 *ids, int n);
extern TimestampTz pgd_dispatch_turn(TimestampTz now);
extern void pgd_dispatch_turn_failed(void);

#endif							/* PGD_DISPATCH_H */
