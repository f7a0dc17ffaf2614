/*
 * consumer.h
 *		Which consumer group a job or task belongs to, in the coordinator's
 *		memory.
 *
 * Job class and owner decide; each pair of them that there is has a number,
 * its kind. A kind's queue is the number of its group in the plan in force.
 */
#ifndef PGD_CONSUMER_H
#define PGD_CONSUMER_H

/*
 * Reads plan, mappings and classes again, after a change or at the start;
 * inside a catalog scope. Kinds keep their numbers; queues may be others.
 */
extern void pgd_consumer_reload(void);

/* the kind of a class and owner; inside a transaction */
extern int	pgd_consumer_kind(const char *job_class, Oid role);

/* its group, and the number of that in the plan in force; 0 if there is none */
extern const char *pgd_consumer_group(int kind);
extern int	pgd_consumer_queue(int kind);

#endif							/* PGD_CONSUMER_H */
