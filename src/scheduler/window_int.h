/*
 * window_int.h
 *		The definition of a window, and what the files about windows and groups
 *		share.
 */
#ifndef PGD_WINDOW_INT_H
#define PGD_WINDOW_INT_H

#include "scheduler/attribute.h"
#include "scheduler/window.h"

#define PGD_WINDOW			"WINDOW"
#define PGD_GROUP			"GROUP"
#define PGD_COMMENTS_MAX	4000

/* what names without an owner in a window's own calendar mean */
#define PGD_SYS_SCHEMA		"sys"

/*
 * A row of dbms.window. Times that are not set are DT_NOEND, texts NULL, an
 * owner PGD_OWNER_NONE.
 */
typedef struct PgdWindowDefinition
{
	const PgdObject *object;
	char	   *resource_plan;	/* NULL: leave the plan; "": none */
	int			schedule_owner_id;
	char	   *schedule_name;
	TimestampTz start_at;
	char	   *time_zone;
	char	   *repeat_interval;
	TimestampTz end_at;
	Interval   *duration;
	bool		is_high;
	bool		is_enabled;
	TimestampTz base_at;
	bool		is_system;
	bool		follow_default_timezone;
	char	   *comments;
} PgdWindowDefinition;

/* window.c: the rows, in the memory context of the object; locked for a change */
extern void pgd_window_read(PgdWindowDefinition *window,
							const PgdObject *object, bool for_change);
extern void pgd_window_insert(const PgdWindowDefinition *window);
extern void pgd_window_update(const PgdWindowDefinition *window);
extern void pgd_window_delete(int64 window_id);

/*
 * Enables it, or lets it count from now on with another schedule: base_at is
 * now, and dbms.window_state says when it starts next. Writes both rows. One
 * that will never open is not enabled, and the caller is warned.
 */
extern void pgd_window_start_anew(PgdWindowDefinition *window);

/* disables it; an open one stays open */
extern void pgd_window_stop_starting(PgdWindowDefinition *window);

/* window_define.c: checks of values, 27465 and so on */
extern char *pgd_window_plan_require(const char *resource_plan);
extern void pgd_window_schedule_require(Oid caller,
										PgdWindowDefinition *window,
										const char *schedule_name);
extern Interval *pgd_window_check_duration(const PgdAttrValue *value);
extern bool pgd_window_check_priority(const char *text);
extern void pgd_window_check_times(const PgdWindowDefinition *window);
extern void pgd_window_follow_zone(PgdWindowDefinition *window);
extern void pgd_window_drop(Oid caller, const PgdObject *object, bool force);

/* makes it; object is filled in */
extern void pgd_window_create(Oid caller, const char *name,
							  PgdWindowDefinition *window, bool is_enabled);

/*
 * group.c: the windows (PgdObject) that a name in SYS means, one or those of
 * a group; 27476 for anything else.
 */
extern List *pgd_window_or_group(Oid caller, PgdObjectName *name);
extern void pgd_group_forget_window(int64 window_id);

/* makes a group of windows that install_maintenance_windows brings */
extern int64 pgd_group_create_of_windows(const char *name,
										 const char *comments);
extern void pgd_group_add_window(int64 group_id, const PgdObject *window);

#endif							/* PGD_WINDOW_INT_H */
