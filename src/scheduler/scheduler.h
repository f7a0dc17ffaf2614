/*
 * scheduler.h
 *		The package scheduler as the library's entry sees it.
 */
#ifndef PGD_SCHEDULER_H
#define PGD_SCHEDULER_H

/* registers jobs as a kind of work; called when the library is loaded */
extern void pgd_scheduler_install(void);

/* registers what happens to scheduler objects with their owners */
extern void pgd_scheduler_objects_install(void);

#endif							/* PGD_SCHEDULER_H */
