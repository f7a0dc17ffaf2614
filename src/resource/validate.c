/*
 * validate.c
 *		Is what the pending area holds fit to be active? All that is not is
 *		told at once.
 *
 * The rows are read into a model first; the rules are functions of it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/errors.h"
#include "resource/manager_int.h"
#include "resource/share.h"

#define CHILDREN_MAX	28
#define GROUPS_MAX		28

/* directives below a top plan, each place of a sub-plan counted anew */
#define BELOW_MAX		(PGD_SHARE_NODES - 2)
#define LEVELS			8

/* faults that a message lists */
#define FAULTS_MAX		50

typedef struct PgdRulePlan
{
	char	   *name;
	bool		is_ratio;
	bool		is_sub_plan;
	bool		is_in_force;
	bool		is_child;		/* another plan refers to it */
	int			first;			/* its directives in the model's array */
	int			ndirectives;
	bool		is_marked;		/* reached by the walk under way */
	int			below;			/* directives below it; -1: being counted */
	bool		is_counted;
} PgdRulePlan;

typedef struct PgdRuleGroup
{
	char	   *name;
	bool		is_marked;
} PgdRuleGroup;

typedef struct PgdRuleDirective
{
	char	   *plan_name;
	char	   *target;
	int			plan;			/* target, or -1 */
	int			group;			/* target, or -1 */
	double		percent[LEVELS];	/* 0 for NULL */
	bool		has_percent;
	bool		has_shares;
	bool		has_degree_limit;
	char	   *switch_group;
	bool		was_there;		/* the target is active, so it was deleted */
} PgdRuleDirective;

typedef struct PgdRuleModel
{
	PgdRulePlan *plans;			/* by name, in the order of strcmp() */
	int			nplans;
	PgdRuleGroup *groups;		/* the same */
	int			ngroups;
	PgdRuleDirective *directives;	/* by plan */
	int			ndirectives;
	List	   *faults;			/* text */
} PgdRuleModel;

static void read_plans(PgdRuleModel *model);
static void read_groups(PgdRuleModel *model);
static void read_directives(PgdRuleModel *model);
static void link_directives(PgdRuleModel *model);
static int	find_plan(const PgdRuleModel *model, const char *name);
static int	find_group(const PgdRuleModel *model, const char *name);
static int	compare_name(const void *key, const void *element);
static void check_directive(PgdRuleModel *model,
							const PgdRuleDirective *directive);
static void check_shape(PgdRuleModel *model, const PgdRulePlan *plan);
static void check_levels(PgdRuleModel *model, const PgdRulePlan *plan);
static void check_below(PgdRuleModel *model, int plan);
static void mark_below(PgdRuleModel *model, const PgdRulePlan *plan);
static int	count_below(PgdRuleModel *model, PgdRulePlan *plan);
static void check_in_force(PgdRuleModel *model);
static void check_names(PgdRuleModel *model);
static void add_fault(PgdRuleModel *model, int sqlstate,
					  const char *format,...) pg_attribute_printf(3, 4);
static void raise_faults(const PgdRuleModel *model);

/*
 * Locks the plan in force, too: it must not become one that is deleted
 * here.
 */
void
pgd_pending_validate(void)
{
	PgdRuleModel model = {0};

	pgd_plan_lock(true);
	read_plans(&model);
	read_groups(&model);
	read_directives(&model);
	link_directives(&model);
	for (int i = 0; i < model.ndirectives; i++)
		check_directive(&model, &model.directives[i]);
	for (int i = 0; i < model.nplans; i++)
	{
		CHECK_FOR_INTERRUPTS();
		check_shape(&model, &model.plans[i]);
		check_levels(&model, &model.plans[i]);
		check_below(&model, i);
	}
	check_in_force(&model);
	check_names(&model);
	raise_faults(&model);
}

static void
read_plans(PgdRuleModel *model)
{
	uint64		n;

	n = pgd_sql("SELECT p.name, p.mgmt_method = 'RATIO', p.is_sub_plan,"
				" EXISTS (SELECT FROM dbms.resource_state s WHERE s.plan = p.name)"
				" FROM dbms.resource_plan p WHERE p.is_pending ORDER BY p.name COLLATE \"C\"",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	model->nplans = (int) n;
	model->plans = palloc0(sizeof(PgdRulePlan) * (n + 1));
	for (uint64 row = 0; row < n; row++)
	{
		PgdRulePlan *plan = &model->plans[row];

		plan->name = pgd_column_text(CurrentMemoryContext, row, 0);
		plan->is_ratio = pgd_column_bool(row, 1);
		plan->is_sub_plan = pgd_column_bool(row, 2);
		plan->is_in_force = pgd_column_bool(row, 3);
	}
}

static void
read_groups(PgdRuleModel *model)
{
	uint64		n;

	n = pgd_sql("SELECT g.name FROM dbms.consumer_group g WHERE g.is_pending ORDER BY g.name COLLATE \"C\"",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	model->ngroups = (int) n;
	model->groups = palloc0(sizeof(PgdRuleGroup) * (n + 1));
	for (uint64 row = 0; row < n; row++)
		model->groups[row].name =
			pgd_column_text(CurrentMemoryContext, row, 0);
}

static void
read_directives(PgdRuleModel *model)
{
	uint64		n;

	n = pgd_sql("SELECT d.plan, d.group_or_subplan, d.shares IS NOT NULL,"
				" d.parallel_degree_limit_p1 IS NOT NULL, d.switch_group,"
				" EXISTS (SELECT FROM dbms.resource_plan p WHERE p.name = d.group_or_subplan AND NOT p.is_pending)"
				" OR EXISTS (SELECT FROM dbms.consumer_group g WHERE g.name = d.group_or_subplan"
				"  AND NOT g.is_pending),"
				" d.mgmt_p[1]::float8, d.mgmt_p[2]::float8, d.mgmt_p[3]::float8, d.mgmt_p[4]::float8,"
				" d.mgmt_p[5]::float8, d.mgmt_p[6]::float8, d.mgmt_p[7]::float8, d.mgmt_p[8]::float8"
				" FROM dbms.plan_directive d WHERE d.is_pending"
				" ORDER BY d.plan COLLATE \"C\", d.group_or_subplan COLLATE \"C\"",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	model->ndirectives = (int) n;
	model->directives = palloc0(sizeof(PgdRuleDirective) * (n + 1));
	for (uint64 row = 0; row < n; row++)
	{
		PgdRuleDirective *directive = &model->directives[row];

		directive->plan_name = pgd_column_text(CurrentMemoryContext, row, 0);
		directive->target = pgd_column_text(CurrentMemoryContext, row, 1);
		directive->has_shares = pgd_column_bool(row, 2);
		directive->has_degree_limit = pgd_column_bool(row, 3);
		directive->switch_group = pgd_column_text(CurrentMemoryContext, row, 4);
		directive->was_there = pgd_column_bool(row, 5);
		for (int level = 0; level < LEVELS; level++)
		{
			if (pgd_column_is_null(row, 6 + level))
				continue;
			directive->percent[level] = pgd_column_float8(row, 6 + level);
			if (directive->percent[level] > 0)
				directive->has_percent = true;
		}
	}
}

/* Finds the plans, sub-plans and groups of the directives. */
static void
link_directives(PgdRuleModel *model)
{
	for (int i = 0; i < model->ndirectives; i++)
	{
		PgdRuleDirective *directive = &model->directives[i];
		int			plan = find_plan(model, directive->plan_name);

		directive->plan = find_plan(model, directive->target);
		directive->group = find_group(model, directive->target);
		if (plan < 0)
		{
			add_fault(model, PGD_ORA(29358),
					  "resource plan \"%s\" does not exist", directive->plan_name);
			continue;
		}
		if (model->plans[plan].ndirectives++ == 0)
			model->plans[plan].first = i;
		if (directive->plan >= 0)
			model->plans[directive->plan].is_child = true;
	}
}

static int
find_plan(const PgdRuleModel *model, const char *name)
{
	const PgdRulePlan *found = bsearch(&name, model->plans, model->nplans,
									   sizeof(PgdRulePlan), compare_name);

	return found == NULL ? -1 : (int) (found - model->plans);
}

static int
find_group(const PgdRuleModel *model, const char *name)
{
	const PgdRuleGroup *found = bsearch(&name, model->groups, model->ngroups,
										sizeof(PgdRuleGroup), compare_name);

	return found == NULL ? -1 : (int) (found - model->groups);
}

/* Both begin with their name, as the key does; they are read in its order. */
static int
compare_name(const void *key, const void *element)
{
	return strcmp(*(const char *const *) key, *(const char *const *) element);
}

/* What it refers to exists. */
static void
check_directive(PgdRuleModel *model, const PgdRuleDirective *directive)
{
	const char *to = directive->switch_group;

	if (directive->plan < 0 && directive->group < 0)
	{
		if (directive->was_there)
			add_fault(model, PGD_ORA(29381),
					  "plan or consumer group \"%s\" is referred to by plan \"%s\" and cannot be deleted",
					  directive->target, directive->plan_name);
		else
			add_fault(model, PGD_ORA(29368),
					  "consumer group \"%s\" does not exist, and plan \"%s\" has a directive for it",
					  directive->target, directive->plan_name);
	}
	if (directive->plan >= 0 && directive->has_degree_limit)
		add_fault(model, PGD_ORA(29385),
				  "cannot create plan directive from \"%s\" to \"%s\" with PARALLEL_DEGREE_LIMIT_P1, which is for consumer groups",
				  directive->plan_name, directive->target);
	if (to == NULL || strcmp(to, "CANCEL_SQL") == 0 ||
		strcmp(to, "KILL_SESSION") == 0 || strcmp(to, "LOG_ONLY") == 0)
		return;
	if (strcmp(to, PGD_OTHER_GROUPS) == 0)
		add_fault(model, PGD_ORA(29396),
				  "cannot switch group to \"%s\", as the directive of plan \"%s\" for \"%s\" wants",
				  to, directive->plan_name, directive->target);
	else if (find_group(model, to) < 0)
		add_fault(model, PGD_ORA(29368),
				  "consumer group \"%s\" does not exist, and the directive of plan \"%s\" for \"%s\" switches to it",
				  to, directive->plan_name, directive->target);
}

static void
check_shape(PgdRuleModel *model, const PgdRulePlan *plan)
{
	if (plan->ndirectives == 0)
		add_fault(model, PGD_ORA(29383),
				  "all leaves of a top plan must be consumer groups, and plan \"%s\" has no directives",
				  plan->name);
	if (plan->ndirectives > CHILDREN_MAX)
		add_fault(model, PGD_ORA(29384),
				  "number of children for plan \"%s\" exceeds %d", plan->name,
				  CHILDREN_MAX);
}

/*
 * A plan divides by percentages of levels, or, if its method is RATIO or one
 * directive has shares, by weights, of which there is one level.
 */
static void
check_levels(PgdRuleModel *model, const PgdRulePlan *plan)
{
	double		sums[LEVELS] = {0};
	bool		has_shares = false;
	bool		has_percent = false;

	for (int i = 0; i < plan->ndirectives; i++)
	{
		PgdRuleDirective *directive = &model->directives[plan->first + i];

		has_shares = has_shares || directive->has_shares;
		has_percent = has_percent || directive->has_percent;
		for (int level = 0; level < LEVELS; level++)
			sums[level] += directive->percent[level];
	}
	if (has_shares && has_percent)
		add_fault(model, PGD_ORA(29365),
				  "parameters SHARES and MGMT_P1 to MGMT_P8 cannot both be set in plan \"%s\"",
				  plan->name);
	for (int level = 0; level < LEVELS; level++)
	{
		if (plan->is_ratio && level > 0 && sums[level] > 0)
			add_fault(model, PGD_ORA(29392),
					  "percentages of level %d for plan \"%s\" must be zero, as its method is RATIO",
					  level + 1, plan->name);
		if (!plan->is_ratio && sums[level] > 100.0000001)
			add_fault(model, PGD_ORA(29375),
					  "sum of values %g for level %d, plan \"%s\" exceeds 100",
					  sums[level], level + 1, plan->name);
	}
}

/*
 * What lies below: no loop; for a top plan something for OTHER_GROUPS, and
 * not too many groups.
 */
static void
check_below(PgdRuleModel *model, int number)
{
	PgdRulePlan *plan = &model->plans[number];
	int			ngroups = 0;
	int			others;

	for (int i = 0; i < model->nplans; i++)
		model->plans[i].is_marked = false;
	for (int i = 0; i < model->ngroups; i++)
		model->groups[i].is_marked = false;
	mark_below(model, plan);
	if (plan->is_marked)
	{
		add_fault(model, PGD_ORA(29379),
				  "resource plan \"%s\" is involved in a loop", plan->name);
		return;
	}
	if ((plan->is_sub_plan || plan->is_child) && !plan->is_in_force)
		return;
	others = find_group(model, PGD_OTHER_GROUPS);
	if (plan->ndirectives > 0 &&
		(others < 0 || !model->groups[others].is_marked))
		add_fault(model, PGD_ORA(29377),
				  "consumer group \"OTHER_GROUPS\" is not part of top plan \"%s\"",
				  plan->name);
	for (int i = 0; i < model->ngroups; i++)
		ngroups += model->groups[i].is_marked ? 1 : 0;
	if (ngroups > GROUPS_MAX)
		add_fault(model, PGD_ORA(29376),
				  "number of consumer groups %d in top plan \"%s\" exceeds %d",
				  ngroups, plan->name, GROUPS_MAX);
	if (count_below(model, plan) > BELOW_MAX)
		add_fault(model, PGD_ORA(29384),
				  "number of children below top plan \"%s\", with those of sub-plans at each place, exceeds %d",
				  plan->name, BELOW_MAX);
}

/* Marks sub-plans and groups; the plan itself only if it is in a loop. */
static void
mark_below(PgdRuleModel *model, const PgdRulePlan *plan)
{
	check_stack_depth();
	for (int i = 0; i < plan->ndirectives; i++)
	{
		PgdRuleDirective *directive = &model->directives[plan->first + i];

		if (directive->group >= 0)
			model->groups[directive->group].is_marked = true;
		if (directive->plan >= 0 && !model->plans[directive->plan].is_marked)
		{
			model->plans[directive->plan].is_marked = true;
			mark_below(model, &model->plans[directive->plan]);
		}
	}
}

/* No more than one too many; a loop, which is a fault of its own, ends it. */
static int
count_below(PgdRuleModel *model, PgdRulePlan *plan)
{
	int			below = 0;

	check_stack_depth();
	if (plan->is_counted)
		return Max(plan->below, 0);
	plan->is_counted = true;
	plan->below = -1;
	for (int i = 0; i < plan->ndirectives && below <= BELOW_MAX; i++)
	{
		int			child = model->directives[plan->first + i].plan;

		below++;
		if (child >= 0)
			below += count_below(model, &model->plans[child]);
	}
	plan->below = Min(below, BELOW_MAX + 1);
	return plan->below;
}

/* The plan in force, and the one that comes back after a window, stay. */
static void
check_in_force(PgdRuleModel *model)
{
	uint64		n;

	n = pgd_sql("SELECT v.name FROM (SELECT plan AS name FROM dbms.resource_state WHERE plan IS NOT NULL"
				"  UNION SELECT saved_plan FROM dbms.resource_state WHERE has_saved_plan AND saved_plan IS NOT NULL) AS v"
				" WHERE NOT EXISTS (SELECT FROM dbms.resource_plan p WHERE p.name = v.name AND p.is_pending)"
				" ORDER BY 1",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
		add_fault(model, PGD_ORA(29380),
				  "resource plan \"%s\" is currently active and cannot be deleted",
				  pgd_column_text(CurrentMemoryContext, row, 0));
}

/* Groups of mappings and categories of groups exist. */
static void
check_names(PgdRuleModel *model)
{
	uint64		n;

	n = pgd_sql("SELECT m.consumer_group, m.attribute, m.value FROM dbms.group_mapping m"
				" WHERE m.is_pending AND NOT EXISTS (SELECT FROM dbms.consumer_group g"
				"  WHERE g.name = m.consumer_group AND g.is_pending) ORDER BY m.attribute, m.value",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
		add_fault(model, PGD_ORA(29368),
				  "consumer group \"%s\" does not exist, and %s \"%s\" is mapped to it",
				  pgd_column_text(CurrentMemoryContext, row, 0),
				  pgd_column_text(CurrentMemoryContext, row, 1),
				  pgd_column_text(CurrentMemoryContext, row, 2));
	n = pgd_sql("SELECT g.category, g.name FROM dbms.consumer_group g"
				" WHERE g.is_pending AND NOT EXISTS (SELECT FROM dbms.resource_category c"
				"  WHERE c.name = g.category AND c.is_pending) ORDER BY g.name",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
		add_fault(model, PGD_ORA(29367),
				  "category \"%s\" of consumer group \"%s\" does not exist",
				  pgd_column_text(CurrentMemoryContext, row, 0),
				  pgd_column_text(CurrentMemoryContext, row, 1));
}

static void
add_fault(PgdRuleModel *model, int sqlstate, const char *format,...)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s: ", unpack_sql_state(sqlstate));
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&text, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&text, needed);
	}
	appendStringInfoChar(&text, '.');
	model->faults = lappend(model->faults, text.data);
}

/* 29382 with all of them. */
static void
raise_faults(const PgdRuleModel *model)
{
	StringInfoData detail;
	int			n = list_length(model->faults);

	if (n == 0)
		return;
	initStringInfo(&detail);
	for (int i = 0; i < Min(n, FAULTS_MAX); i++)
		appendStringInfo(&detail, "%s%s", i > 0 ? "\n" : "",
						 (char *) list_nth(model->faults, i));
	if (n > FAULTS_MAX)
		appendStringInfo(&detail, "\nAnd %d more.", n - FAULTS_MAX);
	ereport(ERROR,
			(errcode(PGD_ORA(29382)),
			 errmsg("validation of pending area failed"),
			 errdetail_internal("%s", detail.data),
			 errhint("Correct the definitions, or discard them with clear_pending_area.")));
}
