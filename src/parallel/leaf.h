/*
 * leaf.h
 *		Statements on a partitioned table, kept to one of its leaves.
 */
#ifndef PGD_PARALLEL_LEAF_H
#define PGD_PARALLEL_LEAF_H

/*
 * Between enter and leave, the statement of exactly this text is analyzed
 * and planned for one leaf of a table that it must name exactly once: a
 * condition "tableoid = $3" is added, and other leaves are left out of the
 * plan (with InvalidOid as leaf none are). A plan that is made so must not be
 * used for another leaf. No text: nothing is changed. They nest; leave in any
 * case.
 */
typedef struct PgdLeafScope
{
	const char *text;
	Oid			relation;
	Oid			leaf;
} PgdLeafScope;

extern void pgd_leaf_enter(PgdLeafScope *scope, const char *text,
						   Oid relation, Oid leaf);
extern void pgd_leaf_leave(const PgdLeafScope *scope);

/* hooks of parser and planner; when the library is preloaded */
extern void pgd_leaf_install(void);

#endif							/* PGD_PARALLEL_LEAF_H */
