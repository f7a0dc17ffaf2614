/*
 * log.h
 *		The log of jobs: rows for what was done to a job, and purging. Rows
 *		for runs are written by run.c.
 */
#ifndef PGD_SCHEDULER_LOG_H
#define PGD_SCHEDULER_LOG_H

/* logging levels, Oracle's numbers; the order of detail is another one */
#define PGD_LOGGING_OFF			32
#define PGD_LOGGING_RUNS		64
#define PGD_LOGGING_FAILED_RUNS	128
#define PGD_LOGGING_FULL		256

/* the more detailed of a job's and its class's level */
extern int	pgd_logging_level(int job_level, int class_level);

/* 'OFF', 'RUNS', 'FAILED RUNS', 'FULL' */
extern const char *pgd_logging_level_name(int level);

/*
 * Inserts a log row about a job (CREATE, UPDATE, ENABLE, DISABLE, DROP,
 * STOPPED, COMPLETED, BROKEN ...) if the effective level is FULL; always says
 * that the row is written whatever the level. Inside a catalog scope; info is
 * NULL or 'KEY="value"' pairs; user is the acting role's shown name or NULL.
 */
extern void pgd_log_job_operation(int64 job_id, const char *operation,
								  const char *user, const char *info,
								  bool always);

/* KEY="value" appended to additional information, quotes in it doubled */
extern char *pgd_log_info(const char *key, const char *value);

/*
 * Deletes some log rows that are past their history, limit at the most: those
 * of windows, then of jobs, class by class. Returns whether there may be more to do in this
 * round; after false the next call begins a new round. Needs a transaction of
 * its own; takes no more than a look at an index if nothing is to be deleted,
 * except for classes with LOG_MAX_ROWS, where it counts so many entries of an
 * index once in a round.
 */
extern bool pgd_log_purge_step(int limit);

#endif							/* PGD_SCHEDULER_LOG_H */
