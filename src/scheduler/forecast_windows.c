/*
 * forecast_windows.c
 *		Windows, and the resource plan in force, at times to come.
 *
 * The rules are those of the coordinator: window_rules.h, plan_state.h.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "core/sql.h"
#include "scheduler/forecast_int.h"

/* work for a step, beside that for each window */
#define PGD_STEP_WORK		50

/* so much work before the span begins, about half a second; then a jump */
#define PGD_FORECAST_WORK	INT64CONST(30000000)

/* a jump ends so long before the span: longer than any window is open */
#define PGD_FORECAST_LEAD	(100 * USECS_PER_DAY)

static const char *kept_refusal(MemoryContext context, const char *plan);
static void read_bars(PgdForecastWindows *windows, MemoryContext context);
static void set_barred(PgdForecastWindows *windows);
static bool same_text(const char *a, const char *b);

void
pgd_forecast_windows_read(PgdForecastWindows *windows, TimestampTz now)
{
	MemoryContext context = CurrentMemoryContext;
	PgdWindowSet *set = pgd_window_set_read(false);

	/* statements leave us in a context of theirs */
	MemoryContextSwitchTo(context);
	memset(windows, 0, sizeof(*windows));
	windows->set = set;
	windows->at = now;
	windows->jump_from = windows->jump_to = PGD_NO_TIME;
	windows->refusals = palloc0(sizeof(char *) * Max(set->n, 1));
	windows->events = palloc(sizeof(PgdWindowEvent) *
							 PGD_WINDOW_MAX_EVENTS(set->n));
	pgd_plan_state_read(&windows->plan);
	MemoryContextSwitchTo(context);
	for (int i = 0; i < set->n; i++)
	{
		PgdWindow  *window = &set->windows[i];
		PgdWindowDetail *detail = pgd_window_set_detail(set, window->id);

		/* as the coordinator will, when its turn comes */
		if (detail->fault != NULL)
			window->is_enabled = false;
		else if (window->is_enabled && !detail->has_state)
			pgd_window_begin(window, now);
		if (detail->resource_plan != NULL && detail->resource_plan[0] != '\0')
			windows->refusals[i] = kept_refusal(context, detail->resource_plan);
	}
	if (windows->plan.has_saved_plan && windows->plan.saved_plan != NULL)
		windows->saved_refusal = kept_refusal(context,
											  windows->plan.saved_plan);
	else if (windows->plan.plan != NULL)
		windows->saved_refusal = kept_refusal(context, windows->plan.plan);
	read_bars(windows, context);
	MemoryContextSwitchTo(context);
}

static const char *
kept_refusal(MemoryContext context, const char *plan)
{
	const char *refusal = pgd_plan_refusal(plan);

	MemoryContextSwitchTo(context);
	return refusal != NULL ? pstrdup(refusal) : NULL;
}

/* What each plan says of the groups that it names, itself or in sub-plans. */
static void
read_bars(PgdForecastWindows *windows, MemoryContext context)
{
	uint64		n;

	n = pgd_sql("WITH RECURSIVE below(top, name, is_barred) AS ("
				" SELECT p.name, p.name, false FROM dbms.resource_plan p WHERE NOT p.is_pending"
				" UNION"
				" SELECT b.top, d.group_or_subplan, b.is_barred OR coalesce(d.active_sess_pool_p1, 1) = 0"
				" FROM below b JOIN dbms.plan_directive d ON d.plan = b.name AND NOT d.is_pending"
				" JOIN dbms.resource_plan s ON s.name = d.group_or_subplan AND NOT s.is_pending)"
				" SELECT b.top, d.group_or_subplan, bool_or(b.is_barred OR coalesce(d.active_sess_pool_p1, 1) = 0),"
				"  coalesce(min(d.queueing_p1), -1)"
				" FROM below b JOIN dbms.plan_directive d ON d.plan = b.name AND NOT d.is_pending"
				" WHERE NOT EXISTS (SELECT FROM dbms.resource_plan s"
				"  WHERE s.name = d.group_or_subplan AND NOT s.is_pending)"
				" GROUP BY 1, 2",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	windows->nbars = (int) n;
	windows->bars = MemoryContextAlloc(context,
									   sizeof(PgdForecastBar) * (n + 1));
	for (uint64 i = 0; i < n; i++)
	{
		PgdForecastBar *bar = &windows->bars[i];
		int32		queueing = pgd_column_int32(i, 3);

		bar->plan = pgd_column_text(context, i, 0);
		bar->group = pgd_column_text(context, i, 1);
		bar->is_barred = pgd_column_bool(i, 2);
		bar->queueing = queueing < 0 ? -1 : queueing * USECS_PER_SEC;
		windows->has_barred |= bar->is_barred;
	}
}

int
pgd_forecast_group(PgdForecastWindows *windows, const char *group)
{
	PgdForecastGroup *added;

	for (int i = 0; i < windows->ngroups; i++)
		if (strcmp(windows->groups[i].name, group) == 0)
			return i;
	if (windows->groups == NULL)
		windows->groups = palloc(sizeof(PgdForecastGroup));
	else
		windows->groups = repalloc(windows->groups, sizeof(PgdForecastGroup) *
								   (windows->ngroups + 1));
	added = &windows->groups[windows->ngroups];
	added->name = pstrdup(group);
	added->is_barred = false;
	added->barred_since = PGD_NO_TIME;
	windows->ngroups++;
	set_barred(windows);
	return windows->ngroups - 1;
}

/* Which groups the plan in force bars; those it does not name are OTHER_GROUPS. */
static void
set_barred(PgdForecastWindows *windows)
{
	for (int i = 0; i < windows->ngroups; i++)
	{
		PgdForecastGroup *group = &windows->groups[i];
		bool		is_named = false;

		group->is_barred = false;
		group->queueing = -1;
		for (int b = 0; b < windows->nbars; b++)
		{
			const PgdForecastBar *bar = &windows->bars[b];

			if (is_named || !same_text(bar->plan, windows->plan.plan))
				continue;
			is_named = strcmp(bar->group, group->name) == 0;
			if (is_named || strcmp(bar->group, "OTHER_GROUPS") == 0)
			{
				group->is_barred = bar->is_barred;
				group->queueing = bar->queueing;
			}
		}
	}
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void
pgd_forecast_windows_look(PgdForecastWindows *windows, TimestampTz from_time)
{
	PgdForecastWindows saved = *windows;
	PgdWindowSet *set = windows->set;
	PgdOpening	opening = set->opening;
	PgdWindow  *copy = palloc(sizeof(PgdWindow) * Max(set->n, 1));
	int64		work = 0;
	TimestampTz next;

	memcpy(copy, set->windows, sizeof(PgdWindow) * set->n);
	for (int i = 0; i < windows->ngroups; i++)
		if (windows->groups[i].is_barred)
			windows->groups[i].barred_since = windows->at;
	while ((next = pgd_forecast_windows_next(windows)) < from_time)
	{
		CHECK_FOR_INTERRUPTS();
		if (work > PGD_FORECAST_WORK && windows->jump_from == PGD_NO_TIME &&
			next < from_time - PGD_FORECAST_LEAD)
		{
			windows->jump_from = next;
			windows->jump_to = from_time - PGD_FORECAST_LEAD;
			continue;
		}
		pgd_forecast_windows_step(windows, next);
		work += set->n + PGD_STEP_WORK;
		if (!pgd_forecast_plan_changed(windows))
			continue;
		for (int i = 0; i < windows->ngroups; i++)
		{
			PgdForecastGroup *group = &windows->groups[i];

			if (!group->is_barred)
				group->barred_since = PGD_NO_TIME;
			else if (group->barred_since == PGD_NO_TIME)
				group->barred_since = next;
		}
	}

	/* and back */
	memcpy(set->windows, copy, sizeof(PgdWindow) * set->n);
	pfree(copy);
	set->opening = opening;
	windows->plan = saved.plan;
	windows->at = saved.at;
	set_barred(windows);
}

TimestampTz
pgd_forecast_windows_next(const PgdForecastWindows *windows)
{
	const PgdWindowSet *set = windows->set;
	TimestampTz next = pgd_windows_next(set->windows, set->n, &set->opening);

	if (next < windows->at)
		next = windows->at;
	if (next >= windows->jump_from && next < windows->jump_to)
		next = windows->jump_to;
	return next;
}

void
pgd_forecast_windows_step(PgdForecastWindows *windows, TimestampTz at)
{
	PgdWindowSet *set = windows->set;
	bool		has_closed = false;
	bool		has_opened = false;

	windows->at = at;
	windows->plan_before = windows->plan.plan;
	windows->failure = NULL;
	windows->nevents = pgd_windows_step(set->windows, set->n, &set->opening,
										NULL, at, windows->events);
	for (int i = 0; i < windows->nevents; i++)
	{
		const PgdWindowEvent *event = &windows->events[i];
		const PgdWindow *window;

		if (event->kind == PGD_WINDOW_CLOSES)
			has_closed = true;
		if (event->kind != PGD_WINDOW_OPENS)
			continue;
		has_opened = true;
		window = pgd_window_set_find(set, event->window_id);
		windows->failure =
			pgd_plan_state_open(&windows->plan, window->name,
								pgd_window_set_detail(set, window->id)->resource_plan,
								windows->refusals[window - set->windows]);
	}
	if (has_closed && !has_opened)
		windows->failure =
			pgd_plan_state_close(&windows->plan,
								 windows->plan.saved_plan != NULL ?
								 windows->saved_refusal : NULL);
	if (pgd_forecast_plan_changed(windows))
		set_barred(windows);
}

bool
pgd_forecast_plan_changed(const PgdForecastWindows *windows)
{
	return !same_text(windows->plan_before, windows->plan.plan);
}
