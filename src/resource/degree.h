/*
 * degree.h
 *		What the directive of a worker's consumer group says of parallel
 *		queries.
 */
#ifndef PGD_DEGREE_H
#define PGD_DEGREE_H

/*
 * Worker, when the settings of its item are in place: lowers those that say how
 * many parallel workers a statement may have. Inside a transaction, and of no
 * catalog scope. Does nothing if no plan is in force.
 */
extern void pgd_degree_apply(void);

#endif							/* PGD_DEGREE_H */
