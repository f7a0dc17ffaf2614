/*
 * global.h
 *		The scheduler's own attributes, which count for the whole database.
 */
#ifndef PGD_GLOBAL_H
#define PGD_GLOBAL_H

/*
 * Value of an attribute by its name in upper case: what was set, else the
 * default; NULL if it has no value or does not exist. Inside a catalog scope;
 * the text is in the current memory context.
 */
extern char *pgd_scheduler_attribute(const char *name);

/* days that log rows are kept where their class does not say; also in a scope */
extern int	pgd_scheduler_log_history(void);

#endif							/* PGD_GLOBAL_H */
