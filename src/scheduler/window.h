/*
 * window.h
 *		Windows: what other kinds of objects need of them. All calls expect an
 *		open catalog scope.
 */
#ifndef PGD_WINDOW_H
#define PGD_WINDOW_H

#include "core/object.h"

/*
 * A row about a window's definition in the log: CREATE, UPDATE, ENABLE,
 * DISABLE or DROP. user is the acting role's shown name, NULL for the
 * scheduler; info is NULL or 'KEY="value"' pairs (pgd_log_info).
 */
extern void pgd_window_log_definition(const char *window_name,
									  const char *operation, const char *user,
									  const char *info);

/*
 * Windows whose named schedule it is: some of them as the DETAIL of 27479,
 * NULL if there are none; and disabling the enabled ones among them, with the
 * reason in the log. An open one stays open.
 */
extern char *pgd_window_dependents(int owner_id, const char *schedule_name);
extern void pgd_window_disable_dependents(int owner_id,
										  const char *schedule_name,
										  const char *reason);

/*
 * A schedule changed: windows that use it, or name it in their calendars,
 * start anew.
 */
extern void pgd_window_reschedule_dependents(int owner_id,
											 const char *schedule_name);

/* the scheduler attribute DEFAULT_TIMEZONE has a new value */
extern void pgd_window_default_time_zone_changed(void);

#endif							/* PGD_WINDOW_H */
