/*
 * version.h
 *		Does the installed extension fit the loaded library?
 */
#ifndef PGD_VERSION_H
#define PGD_VERSION_H

#define PGD_VERSION "1.0"

/* in a transaction; logs once if it does not fit */
extern bool pgd_version_fits(void);

#endif							/* PGD_VERSION_H */
