/*
 * degree.c
 *		parallel_degree_limit_p1 and parallel_server_limit as settings of a
 *		worker.
 *
 * The settings are those of the session, so that an action may change them;
 * the limits are good for work that does not mean to get around them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/paths.h"
#include "postmaster/bgworker_internals.h"
#include "utils/guc.h"

#include "core/pool.h"
#include "core/work.h"
#include "resource/degree.h"
#include "resource/plan.h"

static void lower(const char *setting, int now, int most);

void
pgd_degree_apply(void)
{
	char		group[PGD_CLASS_LEN];
	const PgdPlan *plan;
	const PgdDirective *directive;
	int			most = PG_INT32_MAX;

	if (pgd_plan_generation() == 0 || !pgd_slot_group(group, sizeof(group)))
		return;
	plan = pgd_plan_in_force();
	if (plan == NULL)
		return;
	directive = &plan->directives[pgd_plan_group(plan, group)];
	if (directive->parallel_degree >= 0)
		most = directive->parallel_degree;
	if (directive->parallel_server_limit >= 0)
		most = Min(most, (int) (max_parallel_workers *
								directive->parallel_server_limit / 100));

	/* one process is no parallelism */
	if (most == 1)
		most = 0;
	lower("max_parallel_workers_per_gather", max_parallel_workers_per_gather,
		  most);
	lower("max_parallel_maintenance_workers",
		  max_parallel_maintenance_workers, most);
}

static void
lower(const char *setting, int now, int most)
{
	char		value[16];

	if (now <= most)
		return;
	snprintf(value, sizeof(value), "%d", most);
	SetConfigOption(setting, value, PGC_USERSET, PGC_S_SESSION);
}
