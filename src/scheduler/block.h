/*
 * block.h
 *		Blocks: what is one, calls without CALL in it, variables around it.
 */
#ifndef PGD_BLOCK_H
#define PGD_BLOCK_H

#include "core/text.h"

/* a name that a block may use without declaring it */
typedef struct PgdBlockVariable
{
	const char *name;			/* lower case identifier */
	const char *type;			/* such as pg_catalog.timestamptz */
	const char *value;			/* text of its value; NULL is NULL */
	bool		is_reported;	/* the block may assign to it */

	/* set by the run, for those that are reported */
	bool		was_reported;	/* the block came to its end */
	char	   *reported;		/* text of its last value; NULL is NULL */
} PgdBlockVariable;

/*
 * Does this PLSQL_BLOCK text run as a block; else it is SQL. Text that the
 * scanner refuses is SQL, whose parser says why.
 */
extern bool pgd_action_is_block(const char *text);

/*
 * The same block for PL/pgSQL: statements that are only a name, or a name
 * with arguments, become CALL or PERFORM, by what the name means under the
 * current search_path (needs a transaction). Variables that the text
 * mentions are declared around it. Lines keep their numbers. The result is
 * allocated in the current context.
 */
extern char *pgd_block_rewrite(const char *text,
							   const PgdBlockVariable *variables,
							   int nvariables);

/*
 * PL/SQL statements without BEGIN and END, such as DBMS_JOB's WHAT, as a
 * block.
 */
extern char *pgd_block_from_statements(const char *text);

#endif							/* PGD_BLOCK_H */
