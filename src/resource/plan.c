/*
 * plan.c
 *		Reads the resource plan in force from the tables and keeps it.
 *
 * The coordinator reads it whenever plans have changed, and puts a new number
 * into shared memory if it is another one then. Workers and sessions see the
 * number, and read the plan themselves when they need it. Nobody pays for a
 * plan that is not there.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/sql.h"
#include "resource/plan.h"
#include "resource/state.h"

/* a row of the statement below */
typedef struct PgdDirectiveRow
{
	char	   *plan;
	char	   *target;
	bool		is_plan;		/* the target is a sub-plan */
	bool		is_ratio;		/* the plan divides by weight */
	double		percent[PGD_SHARE_LEVELS];
	double		shares;			/* -1: not set */
	PgdDirective directive;
} PgdDirectiveRow;

#define FIRST_NUMBER	4		/* columns of numbers begin here */

static MemoryContext plan_cxt = NULL;
static PgdPlan *current = NULL;
static char *current_text = NULL;	/* what it was made of */
static uint64 current_generation = 0;	/* even if there is no plan */

static PgdPlan *read_plan(char **text);
static bool publish(PgdPlan *plan);
static PgdDirectiveRow *read_rows(int *n, StringInfo text);
static double column_number(uint64 row, int column);
static void build_tree(PgdPlan *plan, const PgdDirectiveRow *rows, int n);
static void expand(PgdPlan *plan, int at, const PgdDirectiveRow *rows, int n,
				   bool needs_others);
static int	add_node(PgdPlan *plan, int parent, const char *name, int group);
static int	add_group(PgdPlan *plan, const char *name);
static void restrict_group(PgdDirective *group, const PgdDirective *more);
static PgdDirective no_directive(void);

uint64
pgd_plan_generation(void)
{
	PgdPlanLive *live;
	uint64		generation;

	if (pgd_resource_shared == NULL)
		return 0;
	LWLockAcquire(pgd_resource_shared->lock, LW_SHARED);
	live = pgd_plan_live();
	generation = live != NULL ? live->generation : 0;
	LWLockRelease(pgd_resource_shared->lock);
	return generation;
}

const PgdPlan *
pgd_plan_in_force(void)
{
	MemoryContext caller = CurrentMemoryContext;
	uint64		generation = pgd_plan_generation();
	bool		is_own;
	PgdCatalogScope scope;
	PgdPlan    *plan;
	char	   *text;

	if (generation == current_generation)
		return current;
	plan = NULL;
	if (generation != 0)
	{
		is_own = !IsTransactionState();
		if (is_own)
			pgd_transaction_begin();
		pgd_catalog_enter(&scope);
		plan = read_plan(&text);

		/* out of the scope's memory before that goes away */
		if (plan != NULL)
			MemoryContextSetParent(GetMemoryChunkContext(plan),
								   TopMemoryContext);
		pgd_catalog_leave(&scope);
		if (is_own)
			pgd_transaction_commit();
		MemoryContextSwitchTo(caller);
	}
	if (current != NULL)
		MemoryContextDelete(plan_cxt);
	plan_cxt = plan != NULL ? GetMemoryChunkContext(plan) : NULL;
	if (plan != NULL)
		plan->generation = generation;
	current = plan;
	current_generation = generation;
	return current;
}

int
pgd_plan_group(const PgdPlan *plan, const char *consumer_group)
{
	for (int i = 0; i < plan->tree.ngroups; i++)
		if (strcmp(plan->groups[i], consumer_group) == 0)
			return i;
	return plan->other_groups;
}

const PgdPlan *
pgd_plan_reload(void)
{
	char	   *text;
	PgdPlan    *plan = read_plan(&text);

	if (plan != NULL && current != NULL && strcmp(text, current_text) == 0)
	{
		MemoryContextDelete(GetMemoryChunkContext(plan));
		return current;
	}
	if (!publish(plan))
	{
		/* as many as there can be coordinators, so one is being left */
		MemoryContextDelete(GetMemoryChunkContext(plan));
		ereport(LOG,
				(errmsg("no room in shared memory for the resource plan of this database")));
		plan = NULL;
	}
	if (current != NULL)
		MemoryContextDelete(plan_cxt);
	current = plan;
	current_text = plan != NULL ? text : NULL;
	current_generation = plan != NULL ? plan->generation : 0;
	plan_cxt = plan != NULL ? GetMemoryChunkContext(plan) : NULL;
	if (plan != NULL)
		MemoryContextSetParent(plan_cxt, TopMemoryContext);
	if (plan != NULL && plan->is_truncated)
		ereport(LOG,
				(errmsg("resource plan \"%s\" names more than pg_dbms can divide among",
						plan->name),
				 errdetail("What is too much counts as group OTHER_GROUPS."),
				 errhint("Name no more than %d consumer groups in a plan and its sub-plans.",
						 PGD_SHARE_GROUPS - 1)));
	return current;
}

/* Tells the others, and gives the plan its number; false if there is no room. */
static bool
publish(PgdPlan *plan)
{
	PgdPlanLive *live;

	LWLockAcquire(pgd_resource_shared->lock, LW_EXCLUSIVE);
	live = plan != NULL ? pgd_plan_live_make() : pgd_plan_live();
	if (live != NULL && plan == NULL)
		memset(live, 0, sizeof(*live));
	else if (live != NULL)
	{
		plan->generation = ++pgd_resource_shared->last_generation;
		live->generation = plan->generation;
		live->since = GetCurrentTimestamp();
		strlcpy(live->plan, plan->name, sizeof(live->plan));
		live->ngroups = plan->tree.ngroups;
		for (int i = 0; i < live->ngroups; i++)
			strlcpy(live->groups[i].name, plan->groups[i],
					sizeof(live->groups[i].name));
	}
	LWLockRelease(pgd_resource_shared->lock);
	return plan == NULL || live != NULL;
}

/*
 * The plan in force, in a context of its own below the caller's, which is also
 * that of *text; NULL if there is none.
 */
static PgdPlan *
read_plan(char **text)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext own;
	PgdPlan    *plan;
	PgdDirectiveRow *rows;
	StringInfoData made_of;
	int			n;

	*text = NULL;
	own = AllocSetContextCreate(caller, "pg_dbms resource plan",
								ALLOCSET_SMALL_SIZES);
	if (pgd_sql("SELECT p.name FROM dbms.resource_state s"
				" JOIN dbms.resource_plan p ON p.name = s.plan AND NOT p.is_pending",
				0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
	{
		MemoryContextDelete(own);
		return NULL;
	}
	MemoryContextSwitchTo(own);
	plan = palloc0(sizeof(PgdPlan));
	plan->name = pgd_column_text(own, 0, 0);
	initStringInfo(&made_of);
	appendStringInfoString(&made_of, plan->name);
	rows = read_rows(&n, &made_of);
	MemoryContextSwitchTo(own);
	build_tree(plan, rows, n);
	*text = made_of.data;
	MemoryContextSwitchTo(caller);
	return plan;
}

/* The directives of the plan in force and of all sub-plans below it. */
static PgdDirectiveRow *
read_rows(int *n, StringInfo text)
{
	MemoryContext own = CurrentMemoryContext;
	uint64		found;
	PgdDirectiveRow *rows;

	found = pgd_sql("WITH RECURSIVE used AS ("
					" SELECT p.name, p.mgmt_method FROM dbms.resource_state s"
					" JOIN dbms.resource_plan p ON p.name = s.plan AND NOT p.is_pending"
					" UNION"
					" SELECT q.name, q.mgmt_method FROM used u"
					" JOIN dbms.plan_directive d ON d.plan = u.name AND NOT d.is_pending"
					" JOIN dbms.resource_plan q ON q.name = d.group_or_subplan AND NOT q.is_pending)"
					" SELECT d.plan, d.group_or_subplan, q.name IS NOT NULL, u.mgmt_method = 'RATIO',"
					" d.mgmt_p[1]::float8, d.mgmt_p[2]::float8, d.mgmt_p[3]::float8, d.mgmt_p[4]::float8,"
					" d.mgmt_p[5]::float8, d.mgmt_p[6]::float8, d.mgmt_p[7]::float8, d.mgmt_p[8]::float8,"
					" d.shares::float8, d.active_sess_pool_p1::float8, d.queueing_p1::float8,"
					" d.parallel_degree_limit_p1::float8, d.parallel_server_limit::float8,"
					" d.utilization_limit::float8, d.switch_time::float8, d.switch_elapsed_time::float8,"
					" d.switch_io_megabytes::float8, d.switch_io_reqs::float8, d.switch_io_logical::float8,"
					" d.session_pga_limit::float8, d.worker_niceness::float8,"
					" d.switch_group, d.switch_for_call, d.worker_settings"
					" FROM used u JOIN dbms.plan_directive d ON d.plan = u.name AND NOT d.is_pending"
					" LEFT JOIN dbms.resource_plan q ON q.name = d.group_or_subplan AND NOT q.is_pending"
					" ORDER BY d.plan, d.group_or_subplan",
					0, NULL, NULL, NULL, SPI_OK_SELECT);
	MemoryContextSwitchTo(own);
	rows = palloc0(sizeof(PgdDirectiveRow) * Max(found, 1));
	for (uint64 i = 0; i < found; i++)
	{
		PgdDirectiveRow *row = &rows[i];
		PgdDirective *directive = &row->directive;
		int			column = FIRST_NUMBER;

		for (int c = 1; c <= SPI_tuptable->tupdesc->natts; c++)
		{
			char	   *value = SPI_getvalue(SPI_tuptable->vals[i],
											 SPI_tuptable->tupdesc, c);

			appendStringInfo(text, "\n%s", value != NULL ? value : "");
		}
		row->plan = pgd_column_text(own, i, 0);
		row->target = pgd_column_text(own, i, 1);
		row->is_plan = pgd_column_bool(i, 2);
		row->is_ratio = pgd_column_bool(i, 3);
		for (int level = 0; level < PGD_SHARE_LEVELS; level++)
			row->percent[level] = column_number(i, column++);
		row->shares = column_number(i, column++);
		directive->active_sessions = (int) column_number(i, column++);
		directive->queueing = column_number(i, column++);
		directive->parallel_degree = (int) column_number(i, column++);
		directive->parallel_server_limit = column_number(i, column++);
		directive->utilization_limit = column_number(i, column++);
		directive->switch_time = column_number(i, column++);
		directive->switch_elapsed_time = column_number(i, column++);
		directive->switch_io_megabytes = column_number(i, column++);
		directive->switch_io_reqs = column_number(i, column++);
		directive->switch_io_logical = column_number(i, column++);
		directive->session_pga_limit = column_number(i, column++);
		directive->worker_niceness = (int) column_number(i, column++);
		directive->switch_group = pgd_column_text(own, i, column++);
		directive->switch_for_call = !pgd_column_is_null(i, column) &&
			pgd_column_bool(i, column);
		column++;
		directive->worker_settings = pgd_column_array(own, i, column);
	}
	*n = (int) found;
	return rows;
}

/* a number that is not set is -1 */
static double
column_number(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row],
									  SPI_tuptable->tupdesc, column + 1,
									  &isnull);

	return isnull ? -1 : DatumGetFloat8(value);
}

/*
 * A group that no directive names counts as OTHER_GROUPS, which is a group of
 * the top plan without a share if the plan does not name it.
 */
static void
build_tree(PgdPlan *plan, const PgdDirectiveRow *rows, int n)
{
	bool		needs_others = true;

	for (int i = 0; i < n; i++)
		if (strcmp(rows[i].target, PGD_OTHER_GROUPS) == 0)
			needs_others = false;
	plan->other_groups = add_group(plan, PGD_OTHER_GROUPS);
	(void) add_node(plan, -1, plan->name, -1);

	/* it grows while we go through it */
	for (int at = 0; at < plan->tree.nnodes; at++)
		if (plan->tree.nodes[at].group < 0)
			expand(plan, at, rows, n, at == 0 && needs_others);
}

/* The children of a plan's node. A plan below itself has none. */
static void
expand(PgdPlan *plan, int at, const PgdDirectiveRow *rows, int n,
	   bool needs_others)
{
	const char *name = plan->node_names[at];
	PgdShareNode *nodes = plan->tree.nodes;

	for (int i = nodes[at].parent; i >= 0; i = nodes[i].parent)
		if (strcmp(plan->node_names[i], name) == 0)
			return;
	for (int i = 0; i < n; i++)
		if (strcmp(rows[i].plan, name) == 0 &&
			(rows[i].is_ratio || rows[i].shares >= 0))
			nodes[at].by_weight = true;
	for (int i = 0; i < n; i++)
	{
		const PgdDirectiveRow *row = &rows[i];
		int			group = -1;
		int			child;

		if (strcmp(row->plan, name) != 0)
			continue;
		if (!row->is_plan)
			group = add_group(plan, row->target);
		if (!row->is_plan && group < 0)
			continue;
		child = add_node(plan, at, row->target, group);
		if (child < 0)
			return;
		for (int level = 0; level < PGD_SHARE_LEVELS; level++)
			nodes[child].percent[level] = Max(row->percent[level], 0);
		nodes[child].weight = row->shares >= 0 ? row->shares :
			row->is_ratio && row->percent[0] >= 0 ? row->percent[0] : 1;
		if (row->directive.active_sessions >= 0)
			nodes[child].sessions = row->directive.active_sessions;
		if (row->directive.utilization_limit >= 0)
			nodes[child].utilization = row->directive.utilization_limit;
		if (group >= 0)
			restrict_group(&plan->directives[group], &row->directive);
	}
	if (needs_others)
	{
		int			child = add_node(plan, at, PGD_OTHER_GROUPS,
									 plan->other_groups);

		if (child >= 0)
			nodes[child].weight = 0;
	}
}

/* -1 if there is no room; room for OTHER_GROUPS is kept */
static int
add_node(PgdPlan *plan, int parent, const char *name, int group)
{
	PgdShareTree *tree = &plan->tree;
	PgdShareNode *node = &tree->nodes[tree->nnodes];

	if (tree->nnodes == PGD_SHARE_NODES ||
		(tree->nnodes == PGD_SHARE_NODES - 1 && group != plan->other_groups))
	{
		plan->is_truncated = true;
		return -1;
	}
	memset(node, 0, sizeof(*node));
	node->group = group;
	node->parent = parent;
	node->sessions = PGD_SHARE_NO_LIMIT;
	node->utilization = 100;
	plan->node_names[tree->nnodes] = pstrdup(name);
	if (parent >= 0 && tree->nodes[parent].nchildren++ == 0)
		tree->nodes[parent].first_child = tree->nnodes;
	return tree->nnodes++;
}

/* the number of a group, a new one if need be; -1 if there is no room */
static int
add_group(PgdPlan *plan, const char *name)
{
	int			n = plan->tree.ngroups;

	for (int i = 0; i < n; i++)
		if (strcmp(plan->groups[i], name) == 0)
			return i;
	if (n == PGD_SHARE_GROUPS)
	{
		plan->is_truncated = true;
		return -1;
	}
	plan->groups[n] = pstrdup(name);
	plan->directives[n] = no_directive();
	return plan->tree.ngroups++;
}

static PgdDirective
no_directive(void)
{
	PgdDirective none = {0};

	none.active_sessions = none.parallel_degree = none.worker_niceness = -1;
	none.queueing = none.parallel_server_limit = none.utilization_limit = -1;
	none.switch_time = none.switch_elapsed_time = -1;
	none.switch_io_megabytes = none.switch_io_reqs = none.switch_io_logical = -1;
	none.session_pga_limit = -1;
	return none;
}

/* the smaller of two limits, of which -1 is none */
static double
stricter(double a, double b)
{
	return a < 0 ? b : b < 0 ? a : Min(a, b);
}

/* A group that is named again: the strictest limits, the first settings. */
static void
restrict_group(PgdDirective *group, const PgdDirective *more)
{
	group->active_sessions = (int) stricter(group->active_sessions,
											more->active_sessions);
	group->queueing = stricter(group->queueing, more->queueing);
	group->parallel_degree = (int) stricter(group->parallel_degree,
											more->parallel_degree);
	group->parallel_server_limit = stricter(group->parallel_server_limit,
											more->parallel_server_limit);
	group->utilization_limit = stricter(group->utilization_limit,
										more->utilization_limit);
	group->switch_time = stricter(group->switch_time, more->switch_time);
	group->switch_elapsed_time = stricter(group->switch_elapsed_time,
										  more->switch_elapsed_time);
	group->switch_io_megabytes = stricter(group->switch_io_megabytes,
										  more->switch_io_megabytes);
	group->switch_io_reqs = stricter(group->switch_io_reqs,
									 more->switch_io_reqs);
	group->switch_io_logical = stricter(group->switch_io_logical,
										more->switch_io_logical);
	group->session_pga_limit = stricter(group->session_pga_limit,
										more->session_pga_limit);
	group->worker_niceness = Max(group->worker_niceness,
								 more->worker_niceness);
	if (group->switch_group == NULL)
	{
		group->switch_group = more->switch_group;
		group->switch_for_call = more->switch_for_call;
	}
	if (group->worker_settings == 0)
		group->worker_settings = more->worker_settings;
}
