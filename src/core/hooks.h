/*
 * hooks.h
 *		What utility commands mean for our processes and rows.
 */
#ifndef PGD_HOOKS_H
#define PGD_HOOKS_H

extern void pgd_hooks_install(void);

#endif							/* PGD_HOOKS_H */
