/*
 * parallel.h
 *		The package DBMS_PARALLEL_EXECUTE as the library's entry sees it.
 */
#ifndef PGD_PARALLEL_H
#define PGD_PARALLEL_H

/* from _PG_init: registers chunks as a kind of work, tasks with their owners */
extern void pgd_parallel_install(void);

/* parts of that */
extern void pgd_task_install(void);
extern void pgd_slave_install(void);

#endif							/* PGD_PARALLEL_H */
