/*
 * worker_apply.c
 *		Settings and niceness of workers by the directive of their group.
 *
 * A setting goes back to what it was when the directive no longer has it, the
 * plan is switched or the item moves to another consumer group, unless the
 * action has set it meanwhile. Niceness can only rise: a niced worker leaves
 * when its item is done.
 */
#include "postgres.h"

#include <errno.h>
#include <sys/resource.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "core/pool.h"
#include "resource/plan.h"
#include "resource/worker_apply.h"

/* a setting that we have changed */
typedef struct Applied
{
	char	   *name;
	char	   *before;
	char	   *value;			/* as the server shows it */
} Applied;

static MemoryContext apply_cxt = NULL;
static List *applied = NIL;
static uint64 applied_generation = 0;
static char applied_group[PGD_CLASS_LEN] = "";

static void take_back(void);
static void apply_settings(Datum settings);
static void apply_degree(const PgdDirective *directive);
static void apply(const char *name, const char *value);
static void set(const char *name, const char *value);
static void apply_niceness(int niceness);

void
pgd_worker_apply(void)
{
	char		group[PGD_CLASS_LEN];
	uint64		generation;
	const PgdPlan *plan;
	const PgdDirective *directive;

	/* most often there is no plan: nothing else is looked at then */
	generation = pgd_plan_generation();
	if (generation == 0 && applied_generation == 0)
		return;
	if (!pgd_slot_group(group, sizeof(group)) || IsTransactionState())
		return;
	if (generation == applied_generation &&
		(generation == 0 || strcmp(group, applied_group) == 0))
		return;
	take_back();
	applied_generation = generation;
	strlcpy(applied_group, group, sizeof(applied_group));
	plan = generation != 0 ? pgd_plan_in_force() : NULL;
	if (plan == NULL)
		return;
	if (apply_cxt == NULL)
		apply_cxt = AllocSetContextCreate(TopMemoryContext,
										  "pg_dbms worker settings",
										  ALLOCSET_SMALL_SIZES);
	directive = &plan->directives[pgd_plan_group(plan, group)];
	apply_settings(directive->worker_settings);
	apply_degree(directive);	/* less than what they say */
	apply_niceness(directive->worker_niceness);
}

/* They are all back at what the role and the database have. */
void
pgd_worker_forget(void)
{
	applied = NIL;
	applied_generation = 0;
	applied_group[0] = '\0';
	if (apply_cxt != NULL)
		MemoryContextReset(apply_cxt);
}

static void
take_back(void)
{
	ListCell   *cell;

	foreach(cell, applied)
	{
		Applied    *setting = lfirst(cell);
		const char *now = GetConfigOption(setting->name, true, false);

		if (now != NULL && strcmp(now, setting->value) == 0)
			set(setting->name, setting->before);
	}
	pgd_worker_forget();
}

/* name, value, name, value */
static void
apply_settings(Datum settings)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (settings == (Datum) 0)
		return;
	deconstruct_array(DatumGetArrayTypeP(settings), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i + 1 < n; i += 2)
		if (!nulls[i] && !nulls[i + 1])
			apply(TextDatumGetCString(elements[i]),
				  TextDatumGetCString(elements[i + 1]));
}

/*
 * Processes that help with one query, by parallel_degree_limit_p1 and
 * parallel_server_limit. The settings are those of the session, so that an
 * action may change them; the limits are good for work that does not mean to
 * get around them.
 */
static void
apply_degree(const PgdDirective *directive)
{
	int			most = PG_INT32_MAX;

	if (directive->parallel_degree >= 0)
		most = directive->parallel_degree;
	if (directive->parallel_server_limit >= 0)
		most = Min(most, (int) (max_parallel_workers *
								directive->parallel_server_limit / 100));

	/* one process is no parallelism */
	if (most == 1)
		most = 0;
	if (max_parallel_workers_per_gather > most)
		apply("max_parallel_workers_per_gather", psprintf("%d", most));
	if (max_parallel_maintenance_workers > most)
		apply("max_parallel_maintenance_workers", psprintf("%d", most));
}

static void
apply(const char *name, const char *value)
{
	MemoryContext old = MemoryContextSwitchTo(apply_cxt);
	const char *before = GetConfigOption(name, true, false);
	Applied    *setting;

	if (before != NULL)
	{
		setting = palloc(sizeof(Applied));
		setting->name = pstrdup(name);
		setting->before = pstrdup(before);

		set(name, value);
		setting->value = pstrdup(GetConfigOption(name, false, false));

		/* taken back in the order opposite to that in which they were set */
		applied = lcons(setting, applied);
	}
	MemoryContextSwitchTo(old);
}

/* At a level below ERROR, the server says why it does not take a value. */
static void
set(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SET, true, WARNING, false);
}

static void
apply_niceness(int niceness)
{
	int			now;

	if (niceness < 0)
		return;
	errno = 0;
	now = getpriority(PRIO_PROCESS, 0);
	if (errno != 0 || now >= niceness)
		return;
	if (setpriority(PRIO_PROCESS, 0, niceness) != 0)
		ereport(LOG,
				(errmsg("could not set the niceness of a worker to %d: %m",
						niceness)));
	else
		pgd_slot_retire();
}
