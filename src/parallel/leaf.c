/*
 * leaf.c
 *		Statements on a partitioned table, kept to one of its leaves.
 *
 * A range of rowids belongs to one leaf, and the same range of others must not
 * be touched. The condition that says so is put into the analyzed query, so
 * that the user's text may be whatever it is; and since the planner does not
 * draw conclusions from tableoid, the other leaves are taken out of its way:
 * each chunk would read its blocks of every leaf.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/planner.h"
#include "parser/analyze.h"
#include "parser/parse_node.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "parallel/leaf.h"

/* oid = oid, which has no symbol */
#define OID_EQUAL_OPERATOR	607

/* what the analyzed query says of the table */
typedef struct Analysis
{
	int			found;			/* times that it names it */
	bool		inserts;		/* into it */
} Analysis;

static PgdLeafScope current = {NULL, InvalidOid, InvalidOid};

/* the planner is at that statement, and at none that it calls */
static bool is_planning = false;

static post_parse_analyze_hook_type previous_analyze = NULL;
static planner_hook_type previous_planner = NULL;
static set_rel_pathlist_hook_type previous_pathlist = NULL;

static bool is_current(const char *text);
static void after_analysis(ParseState *pstate, Query *query,
						   JumbleState *jumble);
static bool add_condition(Node *node, Analysis *analysis);
static PlannedStmt *plan(Query *query, const char *text, int options,
						 ParamListInfo params);
static void after_paths(PlannerInfo *root, RelOptInfo *rel, Index index,
						RangeTblEntry *rte);

void
pgd_leaf_install(void)
{
	previous_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = after_analysis;
	previous_planner = planner_hook;
	planner_hook = plan;
	previous_pathlist = set_rel_pathlist_hook;
	set_rel_pathlist_hook = after_paths;
}

void
pgd_leaf_enter(PgdLeafScope *scope, const char *text, Oid relation, Oid leaf)
{
	*scope = current;
	current.text = text;
	current.relation = relation;
	current.leaf = leaf;
}

void
pgd_leaf_leave(const PgdLeafScope *scope)
{
	current = *scope;
}

static bool
is_current(const char *text)
{
	return current.text != NULL && text != NULL &&
		strcmp(text, current.text) == 0;
}

static void
after_analysis(ParseState *pstate, Query *query, JumbleState *jumble)
{
	Analysis	analysis = {0};

	if (previous_analyze)
		previous_analyze(pstate, query, jumble);
	if (!is_current(pstate->p_sourcetext))
		return;
	(void) add_condition((Node *) query, &analysis);
	if (analysis.found != 1 || analysis.inserts)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the statement must name the partitioned table \"%s\" exactly once",
						get_rel_name(current.relation)),
				 analysis.inserts ? errdetail("It inserts into it.") :
				 errdetail("It names it %d times.", analysis.found),
				 errhint("Chunk the partitions, each with a task of its own.")));
}

static bool
add_condition(Node *node, Analysis *analysis)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		int			index = 0;
		ListCell   *cell;

		foreach(cell, query->rtable)
		{
			RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
			Param	   *leaf;
			Node	   *condition;

			index++;
			if (rte->rtekind != RTE_RELATION || rte->relid != current.relation)
				continue;
			analysis->found++;
			if (query->commandType == CMD_INSERT &&
				index == query->resultRelation)
			{
				analysis->inserts = true;
				continue;
			}
			leaf = makeNode(Param);
			leaf->paramkind = PARAM_EXTERN;
			leaf->paramid = 3;
			leaf->paramtype = OIDOID;
			leaf->paramtypmod = -1;
			leaf->location = -1;
			condition = (Node *) make_opclause(OID_EQUAL_OPERATOR, BOOLOID, false,
											   (Expr *) makeVar(index,
																TableOidAttributeNumber,
																OIDOID, -1,
																InvalidOid, 0),
											   (Expr *) leaf, InvalidOid,
											   InvalidOid);
			set_opfuncid((OpExpr *) condition);
			query->jointree->quals = make_and_qual(query->jointree->quals,
												   condition);
		}
		return query_tree_walker(query, add_condition, analysis, 0);
	}
	return expression_tree_walker(node, add_condition, analysis);
}

static PlannedStmt *
plan(Query *query, const char *text, int options, ParamListInfo params)
{
	bool		was_planning = is_planning;
	PlannedStmt *volatile result = NULL;

	is_planning = is_current(text) && OidIsValid(current.leaf);
	PG_TRY();
	{
		result = previous_planner ?
			previous_planner(query, text, options, params) :
			standard_planner(query, text, options, params);
	}
	PG_FINALLY();
	{
		is_planning = was_planning;
	}
	PG_END_TRY();
	return result;
}

/* Other leaves of the table have no rows in the chunk. */
static void
after_paths(PlannerInfo *root, RelOptInfo *rel, Index index,
			RangeTblEntry *rte)
{
	int			top;

	if (previous_pathlist)
		previous_pathlist(root, rel, index, rte);
	if (!is_planning || rel->reloptkind != RELOPT_OTHER_MEMBER_REL ||
		rte->rtekind != RTE_RELATION || rte->relid == current.leaf ||
		rte->relkind == RELKIND_PARTITIONED_TABLE)
		return;
	if (!bms_get_singleton_member(rel->top_parent_relids, &top) ||
		planner_rt_fetch(top, root)->relid != current.relation)
		return;
	mark_dummy_rel(rel);
}
