/*
 * schedule.h
 *		Named schedules, as jobs and calendar strings use them. Attributes are
 *		in attribute.h.
 */
#ifndef PGD_SCHEDULE_H
#define PGD_SCHEDULE_H

#include "calendar/calendar.h"

/*
 * The resolver of named schedules for the calendar. The owner is a role's
 * name, NULL for the current user, "sys" for SYS unless a role has that name;
 * arg is not used. Opens a catalog scope of its own; texts are in the current
 * memory context.
 */
extern bool pgd_schedule_resolve(void *arg, const char *owner,
								 const char *name, PgdCalSchedule *schedule);

#endif							/* PGD_SCHEDULE_H */
