/*
 * plan.h
 *		The resource plan in force as a tree, with the directives of its
 *		consumer groups: read from the tables, kept by each process that asks.
 */
#ifndef PGD_PLAN_H
#define PGD_PLAN_H

#include "postgres_ext.h"

#include "core/work.h"
#include "resource/share.h"

#define PGD_OTHER_GROUPS		"OTHER_GROUPS"
#define PGD_DEFAULT_GROUP		"DEFAULT_CONSUMER_GROUP"

/*
 * What a plan says of a consumer group, where it is named several times the
 * strictest. Numbers that are not set are -1, texts NULL; times in seconds.
 */
typedef struct PgdDirective
{
	int			active_sessions;
	double		queueing;
	int			parallel_degree;
	double		parallel_server_limit;	/* percent */
	double		utilization_limit;	/* percent */

	/* when the work is to be switched, and what is to become of it */
	char	   *switch_group;	/* a group, CANCEL_SQL, KILL_SESSION, LOG_ONLY */
	bool		switch_for_call;
	double		switch_time;
	double		switch_elapsed_time;
	double		switch_io_megabytes;
	double		switch_io_reqs;
	double		switch_io_logical;
	double		session_pga_limit;	/* megabytes */

	/* of its workers */
	Datum		worker_settings;	/* text[]: name, value, ...; 0: none */
	int			worker_niceness;
} PgdDirective;

typedef struct PgdPlan
{
	char	   *name;
	uint64		generation;		/* another one each time that it is read */
	PgdShareTree tree;
	char	   *node_names[PGD_SHARE_NODES];	/* plan or group */

	/* the groups that it names, and OTHER_GROUPS for all others */
	char	   *groups[PGD_SHARE_GROUPS];
	PgdDirective directives[PGD_SHARE_GROUPS];
	int			other_groups;	/* its number */
	bool		is_truncated;	/* it names more than there is room for */
} PgdPlan;

/*
 * The plan in force in this database as the coordinator knows it, NULL if there
 * is none. Costs a look into shared memory unless it has changed: then it is
 * read again, in a transaction of its own if none is open, and what was got
 * before is freed. Inside of no catalog scope.
 */
extern const PgdPlan *pgd_plan_in_force(void);

/* a number that changes when the plan does; 0: none is in force */
extern uint64 pgd_plan_generation(void);

/* the group's number in the plan: that of OTHER_GROUPS if it is not named */
extern int	pgd_plan_group(const PgdPlan *plan, const char *consumer_group);

/*
 * Coordinator: reads it again and tells the others. Inside a catalog scope.
 * The generation changes only if the plan or one of its directives does.
 */
extern const PgdPlan *pgd_plan_reload(void);

#endif							/* PGD_PLAN_H */
