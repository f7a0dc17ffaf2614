/*
 * moved.h
 *		Rows of chunks by rowid that others than the task's statement move.
 */
#ifndef PGD_PARALLEL_MOVED_H
#define PGD_PARALLEL_MOVED_H

#include "parallel/statement.h"

/*
 * Controller, before the fence is raised: chunks by a query do not say whose
 * rowids they have, so the table that the statement changes is noted. A
 * WARNING if there is no single one, or ranges share blocks.
 */
extern void pgd_moved_choose_table(const PgdTask *task,
								   const PgdStatement *statement);

/* a WARNING for triggers and foreign keys that may change rows of other chunks */
extern void pgd_moved_warn_of_triggers(const PgdTask *task);

/*
 * Controller, under the fence and after the last chunk: looks whether others
 * have put rows behind it. Raises a WARNING and returns it for the task's row,
 * NULL if there are none.
 */
extern char *pgd_moved_look(const PgdTask *task);

#endif							/* PGD_PARALLEL_MOVED_H */
