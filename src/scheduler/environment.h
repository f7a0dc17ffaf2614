/*
 * environment.h
 *		The settings of a session that its work takes along, as Oracle's NLS
 *		environment: text[] of name, value, name, value.
 */
#ifndef PGD_ENVIRONMENT_H
#define PGD_ENVIRONMENT_H

/* Of the current session, in the current context. */
extern Datum pgd_environment_capture(void);

/* The same with all that was set in the session, and how it reads quotes. */
extern Datum pgd_environment_capture_all(void);

/*
 * Sets them for the session. One that is no longer valid is passed over with a
 * warning.
 */
extern void pgd_environment_apply(Datum environment);

#endif							/* PGD_ENVIRONMENT_H */
