/*
 * hooks.h
 *		What utility commands mean for our processes and rows.
 */
#ifndef PGD_HOOKS_H
#define PGD_HOOKS_H

extern void pgd_hooks_install(void);

/*
 * To be called behind DISCARD ALL, outside of a transaction block, by which a
 * session gives back what it holds beyond its transactions. For one package.
 */
extern void pgd_hooks_on_discard_all(void (*forget) (void));

#endif							/* PGD_HOOKS_H */
