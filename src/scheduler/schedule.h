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

/*
 * 27465 if a repeat interval is neither a calendar string nor a cron line, or
 * one that is wrong or, if must_match is set, has no date: from the start date
 * on, or, with NULL, from any start from now on. Names in it without an owner
 * are the owner's. Inside a catalog scope.
 */
extern void pgd_schedule_check_interval(const char *repeat_interval,
										const char *owner,
										const int64_t *start,
										const PgdCalZone *zone,
										bool must_match);

#endif							/* PGD_SCHEDULE_H */
