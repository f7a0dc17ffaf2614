/*
 * window_open.h
 *		The window that is open, for calls that drop or disable windows.
 *
 * Everything here expects an open catalog scope.
 */
#ifndef PGD_WINDOW_OPEN_H
#define PGD_WINDOW_OPEN_H

#include "core/object.h"

/*
 * The window that is open, 0 for none. From here to the end of the
 * transaction nobody else opens or closes one: what the caller has found stays
 * true. Waits for another session that holds it.
 */
extern int64 pgd_window_open_id(void);

/* 27480 if the window is open; holds the opening as the one above */
extern void pgd_window_require_closed(const char *verb,
									  const PgdObject *object);

/*
 * Closes a window that is about to be dropped, if it is open, by the normal
 * rules: another one may open. Before its rows go. user is the acting role as
 * the log shows it.
 */
extern void pgd_window_close_dropped(const PgdObject *object,
									 const char *user);

#endif							/* PGD_WINDOW_OPEN_H */
