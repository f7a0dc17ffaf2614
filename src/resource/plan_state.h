/*
 * plan_state.h
 *		Which plan is in force after windows open and close: the rules alone,
 *		for plan_switch.c, which keeps the state, and for forecasts.
 */
#ifndef PGD_PLAN_STATE_H
#define PGD_PLAN_STATE_H

/* the row of dbms.resource_state */
typedef struct PgdPlanState
{
	const char *plan;			/* in force; NULL: none */
	const char *window;			/* that set it; NULL: SWITCH_PLAN did */
	bool		is_locked;		/* windows may not switch it */
	bool		has_saved_plan; /* one comes back when no window is open */
	const char *saved_plan;		/* NULL: none */
} PgdPlanState;

/*
 * A window opens. plan is its own: NULL leaves the one in force, '' means
 * none; refusal says why it cannot be in force, NULL if it can. Returns why the
 * plan was not switched, or NULL. The texts are not copied.
 */
extern const char *pgd_plan_state_open(PgdPlanState *state,
									   const char *window, const char *plan,
									   const char *refusal);

/* the last window of a row has closed; refusal is about the saved plan */
extern const char *pgd_plan_state_close(PgdPlanState *state,
										const char *refusal);

/*
 * The state as the caller's snapshot shows it, in the current memory context,
 * and why a plan cannot be put in force by a window, NULL if it can. Inside a
 * catalog scope.
 */
extern void pgd_plan_state_read(PgdPlanState *state);
extern const char *pgd_plan_refusal(const char *plan);

#endif							/* PGD_PLAN_STATE_H */
