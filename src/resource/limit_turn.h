/*
 * limit_turn.h
 *		The coordinator's watch over what items use, under a plan with limits.
 */
#ifndef PGD_LIMIT_TURN_H
#define PGD_LIMIT_TURN_H

/* registers it as a kind of work; after those that hand out items */
extern void pgd_limit_install(void);

#endif							/* PGD_LIMIT_TURN_H */
