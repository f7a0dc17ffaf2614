/*
 * window_turn.h
 *		Windows as work of the coordinator.
 */
#ifndef PGD_WINDOW_TURN_H
#define PGD_WINDOW_TURN_H

/* registers them; before jobs, which they make due in the same turn */
extern void pgd_windows_install(void);

#endif							/* PGD_WINDOW_TURN_H */
