/*
 * plan_switch.c
 *		The plan in force: dbms.resource_state and its history.
 *
 * SWITCH_PLAN and windows switch it. Whoever does holds the one row of
 * dbms.resource_state to the end of the transaction, and the switch counts
 * from its commit on. The plan from before the first window of a row is kept
 * there until no window is open any more; SWITCH_PLAN meanwhile forgets it, so
 * that its plan stays.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/sql.h"
#include "resource/manager_int.h"
#include "resource/plan_state.h"
#include "resource/resource.h"

/* switches that the history keeps */
#define HISTORY_MAX		1000

static void read_state(PgdPlanState *state);
static void write_state(const PgdPlanState *old, const PgdPlanState *new);
static void write_history(const PgdPlanState *state);
static bool same(const char *a, const char *b);
static bool has_other_groups(const char *plan);

PG_FUNCTION_INFO_V1(pgd_resource_switch_plan);

/*
 * SWITCH_PLAN(plan_name, sid, allow_scheduler_plan_switches). There is one
 * instance here, whatever sid says.
 */
Datum
pgd_resource_switch_plan(PG_FUNCTION_ARGS)
{
	char	   *plan = pgd_arg_text(fcinfo, 0);
	bool		may_windows;
	PgdCatalogScope scope;
	PgdPlanState old;
	PgdPlanState new = {0};

	pgd_manager_require(fcinfo);
	may_windows = pgd_arg_bool(fcinfo, 2, "ALLOW_SCHEDULER_PLAN_SWITCHES");
	if (plan != NULL && plan[0] != '\0')
		new.plan = pgd_name_fold(plan, "resource plan name");
	new.is_locked = !may_windows;

	pgd_catalog_enter(&scope);
	read_state(&old);
	if (new.plan != NULL)
	{
		if (!pgd_plan_exists(new.plan))
			pgd_error_no_plan(new.plan);
		if (!has_other_groups(new.plan))
			ereport(ERROR,
					(errcode(PGD_ORA(29377)),
					 errmsg("consumer group \"OTHER_GROUPS\" is not part of top plan \"%s\"",
							new.plan),
					 errhint("A plan that is meant to be a sub-plan cannot be in force by itself.")));
	}
	write_state(&old, &new);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

bool
pgd_plan_exists(const char *plan)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(plan)};

	return pgd_sql("SELECT 1 FROM dbms.resource_plan WHERE name = $1 AND NOT is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

bool
pgd_group_exists(const char *consumer_group)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(consumer_group)};

	return pgd_sql("SELECT 1 FROM dbms.consumer_group WHERE name = $1 AND NOT is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

void
pgd_plan_make_state(void)
{
	pgd_change_sql("INSERT INTO dbms.resource_state DEFAULT VALUES ON CONFLICT DO NOTHING",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
}

bool
pgd_plan_lock(bool wait)
{
	if (!wait &&
		pgd_sql("SELECT 1 FROM dbms.resource_state FOR UPDATE SKIP LOCKED",
				0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
		return true;
	if (!wait &&
		pgd_sql("SELECT 1 FROM dbms.resource_state",
				0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
		return false;
	while (pgd_sql("SELECT 1 FROM dbms.resource_state FOR UPDATE",
				   0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
		pgd_plan_make_state();
	return true;
}

const char *
pgd_plan_window_opens(const char *window, const char *plan, char **in_force)
{
	PgdPlanState old;
	PgdPlanState new;
	const char *reason = NULL;

	read_state(&old);
	new = old;
	if (plan != NULL && plan[0] != '\0' && !old.is_locked)
		reason = pgd_plan_refusal(plan);
	reason = pgd_plan_state_open(&new, window, plan, reason);
	write_state(&old, &new);
	*in_force = new.plan != NULL ? pstrdup(new.plan) : NULL;
	return reason;
}

const char *
pgd_plan_state_open(PgdPlanState *state, const char *window,
					const char *plan, const char *refusal)
{
	if (state->is_locked)
		return plan != NULL ? "plan switch blocked" : NULL;
	if (!state->has_saved_plan)
	{
		state->has_saved_plan = true;
		state->saved_plan = state->plan;
	}
	if (plan == NULL || refusal != NULL)
		return refusal;
	state->plan = plan[0] != '\0' ? plan : NULL;
	state->window = window;
	return NULL;
}

/* SWITCH_PLAN, also the one that locks, has forgotten what was saved. */
const char *
pgd_plan_windows_closed(char **in_force)
{
	PgdPlanState old;
	PgdPlanState new;
	const char *reason = NULL;

	read_state(&old);
	new = old;
	if (old.has_saved_plan)
	{
		if (old.saved_plan != NULL)
			reason = pgd_plan_refusal(old.saved_plan);
		reason = pgd_plan_state_close(&new, reason);
		write_state(&old, &new);
	}
	*in_force = new.plan != NULL ? pstrdup(new.plan) : NULL;
	return reason;
}

const char *
pgd_plan_state_close(PgdPlanState *state, const char *refusal)
{
	if (!state->has_saved_plan)
		return NULL;
	state->plan = refusal == NULL ? state->saved_plan : NULL;
	state->window = NULL;
	state->has_saved_plan = false;
	state->saved_plan = NULL;
	return refusal;
}

/* Locks it, too. */
static void
read_state(PgdPlanState *state)
{
	pgd_plan_lock(true);
	pgd_plan_state_read(state);
}

void
pgd_plan_state_read(PgdPlanState *state)
{
	MemoryContext context = CurrentMemoryContext;

	if (pgd_sql("SELECT plan, window_name, is_locked, has_saved_plan, saved_plan FROM dbms.resource_state",
				0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
	{
		memset(state, 0, sizeof(*state));
		return;
	}
	state->plan = pgd_column_text(context, 0, 0);
	state->window = pgd_column_text(context, 0, 1);
	state->is_locked = pgd_column_bool(0, 2);
	state->has_saved_plan = pgd_column_bool(0, 3);
	state->saved_plan = pgd_column_text(context, 0, 4);
}

static void
write_state(const PgdPlanState *old, const PgdPlanState *new)
{
	Oid			types[] = {TEXTOID, TEXTOID, BOOLOID, BOOLOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' ', ' ', ' '};
	Datum		values[5];

	values[0] = pgd_text_or_null(new->plan, &nulls[0]);
	values[1] = pgd_text_or_null(new->window, &nulls[1]);
	values[2] = BoolGetDatum(new->is_locked);
	values[3] = BoolGetDatum(new->has_saved_plan);
	values[4] = pgd_text_or_null(new->saved_plan, &nulls[4]);
	pgd_change_sql("UPDATE dbms.resource_state SET plan = $1, window_name = $2, is_locked = $3,"
				   " has_saved_plan = $4, saved_plan = $5",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	if (!same(old->plan, new->plan) || !same(old->window, new->window) ||
		old->is_locked != new->is_locked)
	{
		write_history(new);
		pgd_change_note_plans();
	}
}

/* The one in force so far ends; the oldest are forgotten. */
static void
write_history(const PgdPlanState *state)
{
	Oid			types[] = {TEXTOID, TEXTOID, BOOLOID, TIMESTAMPTZOID};
	char		nulls[] = {' ', ' ', ' ', ' '};
	Datum		values[4];
	Oid			end_types[] = {TIMESTAMPTZOID};
	Oid			count_types[] = {INT8OID};
	Datum		count[] = {Int64GetDatum(HISTORY_MAX)};

	values[0] = pgd_text_or_null(state->plan, &nulls[0]);
	values[1] = pgd_text_or_null(state->window, &nulls[1]);
	values[2] = BoolGetDatum(state->is_locked);
	values[3] = TimestampTzGetDatum(GetCurrentTimestamp());
	pgd_change_sql("UPDATE dbms.plan_history SET ended_at = greatest($1, started_at) WHERE ended_at IS NULL",
				   lengthof(end_types), end_types, &values[3], NULL, SPI_OK_UPDATE);
	pgd_change_sql("INSERT INTO dbms.plan_history (plan, window_name, is_locked, started_at)"
				   " VALUES ($1, $2, $3, $4)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	pgd_change_sql("DELETE FROM dbms.plan_history WHERE sequence <="
				   " (SELECT max(sequence) FROM dbms.plan_history) - $1",
				   lengthof(count_types), count_types, count, NULL,
				   SPI_OK_DELETE);
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Why a window cannot put it in force; NULL if it can. */
const char *
pgd_plan_refusal(const char *plan)
{
	if (!pgd_plan_exists(plan))
		return psprintf("resource plan %s does not exist", plan);
	if (!has_other_groups(plan))
		return psprintf("resource plan %s has no directive for OTHER_GROUPS",
						plan);
	return NULL;
}

/*
 * Does the plan or one below it say what OTHER_GROUPS get? All active plans
 * do that are not sub-plans.
 */
static bool
has_other_groups(const char *plan)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(plan)};

	return pgd_sql("WITH RECURSIVE below(name) AS (SELECT $1"
				   " UNION SELECT d.group_or_subplan FROM below b"
				   " JOIN dbms.plan_directive d ON d.plan = b.name AND NOT d.is_pending)"
				   " SELECT 1 FROM below WHERE name = 'OTHER_GROUPS'",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}
