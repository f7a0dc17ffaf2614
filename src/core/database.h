/*
 * database.h
 *		The slots of served databases: taken by the launcher, attached by the
 *		coordinator, emptied for commands that need a database to itself.
 */
#ifndef PGD_DATABASE_H
#define PGD_DATABASE_H

#include "core/shmem.h"

/* launcher */
extern int	pgd_database_take(Oid database);
extern void pgd_database_free(int slot, int generation);
extern void pgd_database_serves_since(int slot, TimestampTz since);

/* coordinator */
extern void pgd_database_attach(int slot, int generation);
extern bool pgd_database_must_leave(void);
extern void pgd_database_report_absent(void);
extern TimestampTz pgd_database_serving_since(void);
extern void pgd_database_set_held(bool held);

/* any backend: let coordinator and idle workers of a database leave */
extern void pgd_database_evacuate(Oid database);
extern void pgd_database_admit_all(void);

/* any backend: the launcher is to look at this database (InvalidOid: all) */
extern void pgd_database_probe(Oid database);

/* settings of roles or databases changed: idle workers start anew */
extern void pgd_settings_changed(void);
extern void pgd_database_reload_all(void);

#endif							/* PGD_DATABASE_H */
