/*
 * forecast.c
 *		What would happen: dbms_scheduler.forecast().
 *
 * The rules are those that the coordinator uses, fed with times to come.
 * Windows and jobs are merged by their next time, so rows come in order and
 * memory grows with the number of jobs and windows only. What is due at one
 * moment comes in the coordinator's order: windows, the plan that they put in
 * force, runs that end with a window, then jobs.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "core/errors.h"
#include "scheduler/forecast_int.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_forecast);

static int	compare_jobs(const pairingheap_node *a,
						 const pairingheap_node *b, void *arg);
static void put_row(const PgdForecast *forecast, TimestampTz at,
					const char *event, Datum owner, Datum name,
					const char *detail);
static void put_sys_row(const PgdForecast *forecast, TimestampTz at,
						const char *event, const char *name,
						const char *detail);
static void step_windows(PgdForecast *forecast, TimestampTz at);
static char *opening_detail(const PgdForecast *forecast,
							const PgdOpening *opening);
static void put_plan_switch(const PgdForecast *forecast, TimestampTz at,
							int64 closed, int64 opened);
static void tell_audience(PgdForecast *forecast,
						  PgdForecastAudience *audience, TimestampTz at,
						  int64 closed, int64 opened);
static bool has_member(const PgdForecastAudience *audience, int64 window_id);
static void stop_run(PgdForecast *forecast, PgdForecastJob *job,
					 TimestampTz at, int64 closed);
static void start_by_window(PgdForecast *forecast, PgdForecastJob *job,
							TimestampTz at);
static void forget_start(PgdForecast *forecast, PgdForecastJob *job);
static void release_waiting(PgdForecast *forecast, TimestampTz at);
static void come_to_job(PgdForecast *forecast, PgdForecastJob *job);
static void wait_for_plan(PgdForecast *forecast, PgdForecastJob *job);
static void limit_wait(PgdForecast *forecast, PgdForecastJob *job,
					   TimestampTz since);
static char *run_detail(const PgdForecast *forecast,
						const PgdForecastJob *job);
static TimestampTz passed_over_to(const PgdForecast *forecast,
								  const PgdForecastJob *job);
static const char *window_name(const PgdForecast *forecast, int64 id);
static char *duration_text(int64 duration);

Datum
pgd_scheduler_forecast(PG_FUNCTION_ARGS)
{
	PgdForecast forecast = {0};
	TimestampTz window_at;

	if (PG_ARGISNULL(0))
		pgd_error_null("FROM_TIME");
	if (PG_ARGISNULL(1))
		pgd_error_null("TO_TIME");
	forecast.now = GetCurrentTimestamp();
	forecast.from_time = PG_GETARG_TIMESTAMPTZ(0);
	forecast.to_time = PG_GETARG_TIMESTAMPTZ(1);
	if (TIMESTAMP_NOT_FINITE(forecast.from_time) ||
		TIMESTAMP_NOT_FINITE(forecast.to_time) ||
		forecast.to_time < forecast.from_time)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid span for a forecast"),
				 errdetail("to_time must not be earlier than from_time, and both must be finite.")));
	InitMaterializedSRF(fcinfo, 0);
	forecast.answer = (ReturnSetInfo *) fcinfo->resultinfo;
	forecast.jobs = pairingheap_allocate(compare_jobs, NULL);
	dlist_init(&forecast.waiting);
	pgd_forecast_read(&forecast, GetUserId());
	pgd_forecast_windows_look(&forecast.windows, forecast.from_time);
	window_at = pgd_forecast_windows_next(&forecast.windows);
	for (;;)
	{
		PgdForecastJob *job = pairingheap_is_empty(forecast.jobs) ? NULL :
		pairingheap_container(PgdForecastJob, node,
							  pairingheap_first(forecast.jobs));

		CHECK_FOR_INTERRUPTS();
		if (job != NULL && job->at < window_at)
		{
			if (job->at >= forecast.to_time)
				break;
			(void) pairingheap_remove_first(forecast.jobs);
			job->is_queued = false;
			come_to_job(&forecast, job);
		}
		else if (window_at < forecast.to_time)
		{
			step_windows(&forecast, window_at);
			window_at = pgd_forecast_windows_next(&forecast.windows);
		}
		else
			break;
	}
	return (Datum) 0;
}

/* Those that start at the same time come in the coordinator's order. */
static int
compare_jobs(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	const PgdForecastJob *x = pairingheap_const_container(PgdForecastJob, node, a);
	const PgdForecastJob *y = pairingheap_const_container(PgdForecastJob, node, b);

	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	if (x->priority != y->priority)
		return x->priority < y->priority ? 1 : -1;
	if (x->id != y->id)
		return x->id < y->id ? 1 : -1;
	return 0;
}

/* detail may be NULL; what keeps everything from starting comes before it. */
static void
put_row(const PgdForecast *forecast, TimestampTz at, const char *event,
		Datum owner, Datum name, const char *detail)
{
	Datum		values[5];
	bool		nulls[5] = {false};

	if (forecast->obstacle != NULL)
		detail = forecast->obstacle;
	values[0] = TimestampTzGetDatum(at);
	values[1] = CStringGetTextDatum(event);
	values[2] = owner;
	values[3] = name;
	nulls[3] = name == (Datum) 0;
	nulls[4] = detail == NULL;
	if (detail != NULL)
		values[4] = CStringGetTextDatum(detail);
	tuplestore_putvalues(forecast->answer->setResult,
						 forecast->answer->setDesc, values, nulls);
	pfree(DatumGetPointer(values[1]));
	if (detail != NULL)
		pfree(DatumGetPointer(values[4]));
}

/* a row about a window or plan; name may be NULL */
static void
put_sys_row(const PgdForecast *forecast, TimestampTz at, const char *event,
			const char *name, const char *detail)
{
	Datum		owner = CStringGetTextDatum("SYS");
	Datum		object = name != NULL ? CStringGetTextDatum(name) : (Datum) 0;

	put_row(forecast, at, event, owner, object, detail);
	pfree(DatumGetPointer(owner));
	if (name != NULL)
		pfree(DatumGetPointer(object));
}

/* ---- windows ---- */

static void
step_windows(PgdForecast *forecast, TimestampTz at)
{
	PgdForecastWindows *windows = &forecast->windows;
	bool		is_shown = at >= forecast->from_time;
	int64		closed = 0;
	int64		opened = 0;

	pgd_forecast_windows_step(windows, at);
	for (int i = 0; i < windows->nevents; i++)
	{
		const PgdWindowEvent *event = &windows->events[i];
		const char *name = window_name(forecast, event->window_id);
		char	   *detail = NULL;

		if (event->kind == PGD_WINDOW_OPENS)
		{
			opened = event->window_id;
			if (!is_shown)
				continue;
			detail = opening_detail(forecast, &event->opening);
			put_sys_row(forecast, at, "WINDOW_OPEN", name, detail);
		}
		else if (event->kind == PGD_WINDOW_CLOSES)
		{
			closed = event->window_id;
			if (!is_shown)
				continue;
			if (event->reason == PGD_CLOSE_PRIORITY)
				detail = pstrdup("a window of priority HIGH opens");
			put_sys_row(forecast, at, "WINDOW_CLOSE", name, detail);
		}
		if (detail != NULL)
			pfree(detail);
	}
	if (closed == 0 && opened == 0)
		return;
	if (is_shown && pgd_forecast_plan_changed(windows))
		put_plan_switch(forecast, at, closed, opened);
	if (hash_get_num_entries(forecast->audiences) > 0)
	{
		HASH_SEQ_STATUS status;
		PgdForecastAudience *audience;

		hash_seq_init(&status, forecast->audiences);
		while ((audience = hash_seq_search(&status)) != NULL)
			if (audience->njobs > 0)
				tell_audience(forecast, audience, at, closed, opened);
	}
	if (pgd_forecast_plan_changed(windows))
		release_waiting(forecast, at);
}

static char *
opening_detail(const PgdForecast *forecast, const PgdOpening *opening)
{
	const PgdForecastWindows *windows = &forecast->windows;
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfo(&detail, "until %s",
					 timestamptz_to_str(opening->close_at));
	if (windows->failure != NULL)
		appendStringInfo(&detail, "; its resource plan is not put in force: %s",
						 windows->failure);
	if (windows->jump_from != PGD_NO_TIME)
		appendStringInfo(&detail, "; windows are reckoned from %s on",
						 timestamptz_to_str(windows->jump_to));
	return detail.data;
}

static void
put_plan_switch(const PgdForecast *forecast, TimestampTz at, int64 closed,
				int64 opened)
{
	const char *plan = forecast->windows.plan.plan;
	char	   *detail;

	if (opened != 0)
		detail = psprintf("window %s opens", window_name(forecast, opened));
	else
		detail = psprintf("window %s closes", window_name(forecast, closed));
	if (plan == NULL)
	{
		char	   *whole = psprintf("no resource plan: %s", detail);

		pfree(detail);
		detail = whole;
	}
	put_sys_row(forecast, at, "PLAN_SWITCH", plan, detail);
	pfree(detail);
}

/*
 * What an opening or closing is to the jobs of a window or group: as
 * window_jobs.c does it.
 */
static void
tell_audience(PgdForecast *forecast, PgdForecastAudience *audience,
			  TimestampTz at, int64 closed, int64 opened)
{
	bool		was_open = closed != 0 && has_member(audience, closed);
	bool		is_open = opened != 0 && has_member(audience, opened);
	bool		goes_on = audience->is_group && is_open;

	if (!was_open && !is_open)
		return;
	for (int i = 0; i < audience->njobs; i++)
	{
		PgdForecastJob *job = audience->jobs[i];

		if (was_open && !goes_on && job->facts.stops_with_window)
			stop_run(forecast, job, at, closed);
		if (is_open && audience->starts)
			start_by_window(forecast, job, at);
	}
}

static bool
has_member(const PgdForecastAudience *audience, int64 window_id)
{
	int			low = 0;
	int			high = audience->nmembers;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (audience->members[middle] < window_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < audience->nmembers && audience->members[low] == window_id;
}

/* Its run is stopped, or one that waits does not start. */
static void
stop_run(PgdForecast *forecast, PgdForecastJob *job, TimestampTz at,
		 int64 closed)
{
	char	   *detail;
	char	   *duration;

	forget_start(forecast, job);
	if (job->busy_until <= at)
		return;
	job->busy_until = at + 1;
	if (at < forecast->from_time)
		return;
	duration = duration_text(job->duration);
	detail = psprintf(job->was_stopped ?
					  "window %s closes; assumes that the run is still under way, as the last one was when it was stopped after %s" :
					  "window %s closes; assumes that the run takes as long as the last one, %s",
					  window_name(forecast, closed), duration);
	put_row(forecast, at, "STOP", job->owner, job->name, detail);
	pfree(detail);
	pfree(duration);
}

static void
start_by_window(PgdForecast *forecast, PgdForecastJob *job, TimestampTz at)
{
	if (job->facts.max_runs > 0 && job->runs >= job->facts.max_runs)
		return;
	forget_start(forecast, job);
	if (job->busy_until > at)
	{
		job->has_passed_over = true;
		return;
	}
	job->is_retry = false;
	job->has_waited = false;
	job->at = job->due_at = at;
	pgd_forecast_queue(forecast, job);
}

/* It was due, or waited, and its window closed. */
static void
forget_start(PgdForecast *forecast, PgdForecastJob *job)
{
	if (job->is_queued)
		pairingheap_remove(forecast->jobs, &job->node);
	if (job->is_waiting)
		dlist_delete(&job->wait_node);
	job->is_queued = job->is_waiting = false;
}

/* ---- jobs ---- */

void
pgd_forecast_queue(PgdForecast *forecast, PgdForecastJob *job)
{
	pairingheap_add(forecast->jobs, &job->node);
	job->is_queued = true;
}

/*
 * When a run that starts then ends: it takes as long as the last one. How long
 * one would have taken that was stopped as its window closed, nobody knows: it
 * goes on until that happens again.
 */
TimestampTz
pgd_forecast_end(const PgdForecastJob *job, TimestampTz start)
{
	return job->was_stopped ? PGD_NO_TIME : start + job->duration;
}

static void
come_to_job(PgdForecast *forecast, PgdForecastJob *job)
{
	const PgdForecastGroup *group = job->group < 0 ? NULL :
	&forecast->windows.groups[job->group];

	if (job->is_waiting)
	{
		/* for as long as it may: that run has failed */
		dlist_delete(&job->wait_node);
		job->is_waiting = false;
	}
	else if (group != NULL && group->is_barred)
	{
		wait_for_plan(forecast, job);
		return;
	}
	else if (job->has_waited && job->facts.timing.end_at != PGD_NO_TIME &&
			 job->at >= job->facts.timing.end_at)
		return;
	else
	{
		if (job->at >= forecast->from_time)
		{
			char	   *detail = run_detail(forecast, job);

			put_row(forecast, job->at, "RUN", job->owner, job->name, detail);
			if (detail != NULL)
				pfree(detail);
		}
		job->has_passed_over = false;
		if (job->schedule_id != 0 && job->duration > 0)
			job->busy_until = pgd_forecast_end(job, job->at);
	}
	job->has_waited = false;
	if (pgd_forecast_advance(forecast, job))
		pgd_forecast_queue(forecast, job);
}

/* The plan in force lets none of the job's consumer group start. */
static void
wait_for_plan(PgdForecast *forecast, PgdForecastJob *job)
{
	const PgdForecastGroup *group = &forecast->windows.groups[job->group];
	const char *plan = forecast->windows.plan.plan;

	job->is_waiting = job->has_waited = true;
	job->waits_since = job->at;
	dlist_push_tail(&forecast->waiting, &job->wait_node);
	if (job->at >= forecast->from_time)
	{
		char	   *detail;

		if (group->queueing < 0)
			detail = psprintf("resource plan %s lets nothing of consumer group %s start",
							  plan, group->name);
		else
		{
			char	   *limit = duration_text(group->queueing);

			detail = psprintf("resource plan %s lets nothing of consumer group %s start; fails if it waits for more than %s",
							  plan, group->name, limit);
			pfree(limit);
		}
		put_row(forecast, job->at, "WAIT", job->owner, job->name, detail);
		pfree(detail);
	}
	limit_wait(forecast, job, job->at);
}

/* queueing_p1 counts from when the job is due and that plan in force */
static void
limit_wait(PgdForecast *forecast, PgdForecastJob *job, TimestampTz since)
{
	int64		queueing = forecast->windows.groups[job->group].queueing;

	job->waited_for = forecast->windows.plan.plan;
	if (queueing < 0)
		return;
	job->at = since + queueing;
	pgd_forecast_queue(forecast, job);
}

/* Another plan is in force: who waited and may start now? */
static void
release_waiting(PgdForecast *forecast, TimestampTz at)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &forecast->waiting)
	{
		PgdForecastJob *job = dlist_container(PgdForecastJob, wait_node,
											  iter.cur);
		const PgdForecastGroup *group = &forecast->windows.groups[job->group];

		if (group->is_barred)
		{
			/* it begins to wait for this plan */
			if (job->is_queued)
				pairingheap_remove(forecast->jobs, &job->node);
			job->is_queued = false;
			limit_wait(forecast, job, at);
			continue;
		}
		forget_start(forecast, job);
		job->at = at;
		if (job->schedule_limit >= 0 &&
			job->facts.timing.kind != PGD_INTERVAL_NONE && !job->is_retry &&
			at - job->waits_since > job->schedule_limit)
		{
			job->has_waited = false;
			if (!pgd_forecast_advance(forecast, job))
				continue;
		}
		pgd_forecast_queue(forecast, job);
	}
}

/*
 * Lets the job have run at its time, in no time and with success; false if
 * it does not run again, or only the owner's worker or a window can say when.
 * Times before the span are passed over where none of them has to be counted
 * and none waits into the span.
 */
bool
pgd_forecast_advance(PgdForecast *forecast, PgdForecastJob *job)
{
	TimestampTz from_time = passed_over_to(forecast, job);
	PgdCalError error;
	TimestampTz served = job->due_at;

	job->runs++;
	job->is_retry = false;
	if (job->facts.max_runs > 0 && job->runs >= job->facts.max_runs)
		return false;
	if (job->facts.timing.kind == PGD_INTERVAL_WINDOW)
		return false;
	if (job->facts.max_runs == 0 && from_time - 1 > served)
		served = from_time - 1;

	/* it takes a moment: a time at which a late run starts passes in it */
	job->due_at = pgd_timing_next(&job->facts.timing, served, job->at + 1,
								  &error);
	if (job->due_at == PGD_NO_TIME)
		return false;
	job->at = Max(job->due_at, job->at);
	return true;
}

/* The time from which on it matters when the job is due. */
static TimestampTz
passed_over_to(const PgdForecast *forecast, const PgdForecastJob *job)
{
	TimestampTz barred_since;

	if (job->group < 0)
		return forecast->from_time;
	barred_since = forecast->windows.groups[job->group].barred_since;
	return Min(forecast->from_time, barred_since);
}

/* allocated, or NULL */
static char *
run_detail(const PgdForecast *forecast, const PgdForecastJob *job)
{
	int64		open = forecast->windows.set->opening.window_id;

	if (job->has_waited)
		return psprintf("waited since %s, for the end of resource plan %s",
						timestamptz_to_str(job->waits_since),
						job->waited_for);
	if (job->is_retry)
		return pstrdup("retry of a failed run");
	if (job->facts.timing.kind == PGD_INTERVAL_EXPRESSION)
		return pstrdup("later runs are not known: the repeat interval is an expression");
	if (job->has_passed_over)
	{
		char	   *duration = duration_text(job->duration);
		char	   *detail = psprintf(job->was_stopped ?
									  "assumes that each run goes on until it is stopped, as the last one, after %s: openings meanwhile are passed over" :
									  "assumes that each run takes as long as the last one, %s: openings meanwhile are passed over",
									  duration);

		pfree(duration);
		return detail;
	}
	if (job->schedule_id != 0 && job->facts.stops_with_window &&
		job->duration < 0 && open != 0)
		return psprintf("is stopped if it still runs when window %s closes: how long it takes is not known",
						window_name(forecast, open));
	return NULL;
}

static const char *
window_name(const PgdForecast *forecast, int64 id)
{
	PgdWindowSet *set = forecast->windows.set;
	PgdWindow  *window = pgd_window_set_find(set, id);

	if (window != NULL)
		return window->name;
	return set->open_name != NULL ? set->open_name : "";
}

static char *
duration_text(int64 duration)
{
	return DatumGetCString(DirectFunctionCall1(interval_out,
											   IntervalPGetDatum(pgd_interval_of(duration))));
}
