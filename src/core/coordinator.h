/*
 * coordinator.h
 *		The process that decides, one for each database with the extension.
 */
#ifndef PGD_COORDINATOR_H
#define PGD_COORDINATOR_H

#include "postmaster/bgworker.h"

/* what the launcher tells a coordinator, in bgw_extra */
typedef struct PgdCoordinatorStart
{
	Oid			database;
	int			generation;
} PgdCoordinatorStart;

StaticAssertDecl(sizeof(PgdCoordinatorStart) <= BGW_EXTRALEN,
				 "what a coordinator is told must fit");

extern void pgd_launcher_register(void);
extern PGDLLEXPORT void pgd_launcher_main(Datum main_arg);
extern PGDLLEXPORT void pgd_coordinator_main(Datum main_arg);

#endif							/* PGD_COORDINATOR_H */
