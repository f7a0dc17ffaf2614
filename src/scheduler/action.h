/*
 * action.h
 *		Runs an action as if a client had sent it.
 */
#ifndef PGD_ACTION_H
#define PGD_ACTION_H

#include "scheduler/block.h"

typedef enum PgdActionType
{
	PGD_ACTION_BLOCK,			/* PLSQL_BLOCK */
	PGD_ACTION_PROCEDURE,		/* STORED_PROCEDURE */
	PGD_ACTION_SCRIPT			/* SQL_SCRIPT */
} PgdActionType;

typedef struct PgdActionArgument
{
	int			position;		/* from 1, each once, none left out */
	const char *name;			/* NULL if it has none */
	const char *type;			/* declared type, as written; NULL if none */
	const char *value;			/* text of its value; NULL is NULL */
} PgdActionArgument;

typedef struct PgdAction
{
	PgdActionType type;
	const char *text;			/* the block, the statements, or the name */
	const char *block_language; /* NULL: plpgsql */
	const PgdActionArgument *arguments; /* for PGD_ACTION_PROCEDURE */
	int			narguments;
	PgdBlockVariable *variables;	/* for blocks; may be NULL */
	int			nvariables;
} PgdAction;

typedef struct PgdActionHooks
{
	/*
	 * Called once the text has been understood, before anything of it runs:
	 * an error before this means that the action itself is not valid. May be
	 * NULL.
	 */
	void		(*before_start) (void *arg);

	/*
	 * Called exactly once in a run that succeeds, inside its last
	 * transaction, just before that commits, with an active snapshot: what it
	 * writes becomes true together with the work. is_single says that the
	 * whole action was this one transaction. The transaction may be READ
	 * ONLY, and the user may have changed role and settings. Reported
	 * variables have their values by then. May be NULL. What it throws makes
	 * the action fail.
	 */
	void		(*before_commit) (void *arg, bool is_single);
	void	   *arg;
} PgdActionHooks;

/*
 * Runs the action and returns after its last commit. Expects a process
 * without a client, connected as the action's owner, outside any transaction,
 * in a memory context that outlives the transactions (where reported values
 * are put), with no snapshot, SPI level or portal of the caller's.
 *
 * Throws what the action throws. The caller then aborts out of any
 * transaction; debug_query_string still points to the action's text, so that
 * a report of the error can show it, and must be set to NULL after that.
 */
extern void pgd_action_run(const PgdAction *action,
						   const PgdActionHooks *hooks);

/*
 * Runs the action inside of the caller's session and transaction, as a
 * function would: RUN_JOB in the current session. If it is not atomic, a block
 * or procedure may commit (the caller was itself called so, with the user's
 * identity unchanged and no snapshot, SPI level or portal of its own that a
 * commit would harm). SQL and scripts run statement by statement; what cannot
 * run inside a function, such as COMMIT or VACUUM, raises an error. Notices
 * go where the session's go. Reported values are put into the current memory
 * context, which must outlive commits if not atomic.
 */
extern void pgd_action_run_inside(const PgdAction *action, bool is_atomic);

/*
 * Checks an action's text as far as that is possible without running it,
 * when it is defined: an invalid name raises 27452, a syntax error of SQL
 * the server's own. A block is not looked into, as Oracle does not.
 */
extern void pgd_action_check(PgdActionType type, const char *text);

#endif							/* PGD_ACTION_H */
