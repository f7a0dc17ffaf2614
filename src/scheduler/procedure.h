/*
 * procedure.h
 *		Which procedure or function a STORED_PROCEDURE action calls.
 */
#ifndef PGD_PROCEDURE_H
#define PGD_PROCEDURE_H

#include "nodes/parsenodes.h"

#include "scheduler/action.h"

/*
 * Parts of a procedure's name as String nodes, by PostgreSQL's rules of
 * case. Raises 27452 if the text is not a name of one to three parts.
 */
extern List *pgd_procedure_name(const char *text);

/*
 * The statement, not analyzed yet, that calls what the name and arguments
 * mean under the current search_path: CALL, or SELECT for a function. Needs a
 * transaction; throws if nothing fits, or more than one.
 */
extern RawStmt *pgd_procedure_statement(const char *name,
										const PgdActionArgument *arguments,
										int narguments);

/*
 * The same as text, with values as parameters $1, $2 ... of type text, in the
 * order of positions.
 */
extern char *pgd_procedure_statement_text(const char *name,
										  const PgdActionArgument *arguments,
										  int narguments);

#endif							/* PGD_PROCEDURE_H */
