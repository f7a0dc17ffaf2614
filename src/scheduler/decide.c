/*
 * decide.c
 *		When a job runs, and what a run's outcome does to it; see decide.h.
 *
 * Rules of Oracle's scheduler: a calendar keeps its times whatever the runs
 * do, an expression counts from the run; retries after 1, 10, ... 100,000
 * seconds but never after the next due time; a job that will not run again
 * ends in a final state, and is dropped if auto_drop says so.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "scheduler/decide.h"

/* DBMS_JOB: after so many failures in a row the job is broken */
#define DBMS_JOB_MAX_FAILURES	16
#define DBMS_JOB_MAX_DELAY		(1440 * (int64) SECS_PER_MINUTE * USECS_PER_SEC)

StaticAssertDecl(PGD_NO_TIME == DT_NOEND, "no time is infinity");

static TimestampTz retry_time(int retry, TimestampTz ended_at);
static TimestampTz dbms_job_retry_time(int failures, TimestampTz next,
									   TimestampTz ended_at);
static TimestampTz next_due(const PgdJobFacts *job, const PgdWorkResult *result,
							TimestampTz now, PgdJobAfter *after);
static void keep(const PgdJobFacts *job, PgdJobAfter *after);
static bool is_superseded(const PgdJobFacts *job, const PgdWorkItem *run);
static bool ends_by_count(const PgdJobFacts *job, PgdJobAfter *after);
static void end_job(const PgdJobFacts *job, PgdJobAfter *after,
					const char *state, const char *reason);

void
pgd_job_after_run(const PgdJobFacts *job, const PgdWorkItem *run,
				  const PgdWorkResult *result, TimestampTz now,
				  PgdJobAfter *after)
{
	bool		succeeded = result->outcome == PGD_SUCCEEDED;
	bool		failed = result->outcome == PGD_FAILED ||
	(job->is_dbms_job && !succeeded);
	bool		repeats = job->timing.kind != PGD_INTERVAL_NONE;
	bool		by_window = job->timing.kind == PGD_INTERVAL_WINDOW;
	bool		superseded = is_superseded(job, run);
	TimestampTz next;
	TimestampTz retry_before;

	keep(job, after);

	/* only the repeat expression was evaluated, nothing was run */
	if (strcmp(run->operation, PGD_OPERATION_EVALUATE) == 0)
	{
		after->next_run_at = after->due_at = next_due(job, result, now, after);
		if (!result->has_next_run)
			end_job(job, after, "BROKEN",
					"its repeat interval could not be evaluated");
		else if (after->next_run_at == PGD_NO_TIME)
			end_job(job, after, "COMPLETED", NULL);
		return;
	}

	/*
	 * A run by hand beside the schedule does not move it. What BROKEN of
	 * DBMS_JOB set meanwhile, the end of the run decides anew.
	 */
	if (run->is_manual || (!job->is_enabled && !job->is_dbms_job))
	{
		after->run_count++;
		if (failed)
			after->failure_count++;
		if (job->is_deferred_drop)
			after->is_dropped = true;
		return;
	}

	if (result->outcome == PGD_LOST && job->restart_on_recovery &&
		!superseded && (!by_window || !job->stops_with_window ||
						job->window_close_at != DT_NOBEGIN))
	{
		after->next_run_at = now;
		after->next_operation = "RECOVERY_RUN";
		return;
	}
	next = superseded ? job->next_run_at : next_due(job, result, now, after);

	/* a window's job is tried again only while the window is open */
	retry_before = superseded ? DT_NOBEGIN :
		by_window ? job->window_close_at : next;

	if (failed && job->restart_on_failure &&
		job->retry_count < PGD_MAX_RETRIES)
	{
		TimestampTz retry = retry_time(job->retry_count, result->ended_at);

		if (retry < retry_before &&
			pgd_timing_within_end(&job->timing, retry) != PGD_NO_TIME)
		{
			after->retry_count = job->retry_count + 1;
			after->next_run_at = retry;
			after->next_operation = "RETRY_RUN";
			return;
		}
	}

	after->retry_count = 0;
	after->run_count++;
	if (failed)
	{
		after->failure_count++;
		after->consecutive_failures++;
	}
	else if (succeeded)
		after->consecutive_failures = 0;
	after->next_run_at = next;
	after->due_at = by_window ? job->due_at : next;

	if (job->is_deferred_drop)
		after->is_dropped = true;
	else if (job->is_dbms_job)
	{
		after->is_enabled = true;
		if (succeeded)
			after->failure_count = 0;
		if (result->is_broken == 1 ||
			(failed && after->consecutive_failures >= DBMS_JOB_MAX_FAILURES))
		{
			after->is_enabled = false;
			after->final_state = "BROKEN";
			after->next_run_at = after->due_at = PGD_NO_TIME;
		}
		else if (failed)
			after->next_run_at = after->due_at =
				dbms_job_retry_time(after->consecutive_failures, next,
									result->ended_at);
		else if (next == PGD_NO_TIME)
			after->is_dropped = true;
	}
	else if (after->calendar_error.message[0] != '\0')
		end_job(job, after, "BROKEN", after->calendar_error.message);
	else if (ends_by_count(job, after) || by_window)
	{
		/* a window that closes ends no job; its next opening is a due time */
	}
	else if (job->timing.kind == PGD_INTERVAL_EXPRESSION &&
			 !result->has_next_run)
	{
		/* the worker did not come to evaluate it: a run of just that */
		after->next_run_at = after->due_at = now;
		after->next_operation = PGD_OPERATION_EVALUATE;
	}
	else if (next == PGD_NO_TIME && repeats)
	{
		end_job(job, after, "COMPLETED", NULL);
		after->log_operation = "COMPLETED";
	}
	else if (next == PGD_NO_TIME)
	{
		end_job(job, after, succeeded ? "SUCCEEDED" :
				failed ? "FAILED" : "STOPPED", NULL);

		/* one that was stopped has not done its work: its owner decides */
		if (!succeeded && !failed)
			after->is_dropped = false;
	}
}

void
pgd_job_after_skip(const PgdJobFacts *job, TimestampTz now,
				   PgdJobAfter *after)
{
	PgdTiming	timing = job->timing;

	keep(job, after);
	if (job->timing.kind == PGD_INTERVAL_WINDOW)
	{
		after->next_run_at = PGD_NO_TIME;
		after->retry_count = 0;
		return;
	}
	timing.missed = PGD_MISSED_SKIP;
	after->next_run_at = pgd_timing_next(&timing, job->due_at, now,
										 &after->calendar_error);
	after->due_at = after->next_run_at;
	after->retry_count = 0;
	after->next_operation = "RUN";
	if (job->timing.kind == PGD_INTERVAL_EXPRESSION)
	{
		after->next_run_at = after->due_at = now;
		after->next_operation = PGD_OPERATION_EVALUATE;
	}
	else if (after->calendar_error.message[0] != '\0')
		end_job(job, after, "BROKEN", after->calendar_error.message);
	else if (after->next_run_at == PGD_NO_TIME)
	{
		end_job(job, after, "COMPLETED", NULL);
		after->log_operation = "COMPLETED";
	}
}

void
pgd_job_at_window(const PgdJobFacts *job, const PgdWindowNews *news,
				  PgdJobAfter *after, const char **skipped)
{
	bool		opens = news->opened_at != PGD_NO_TIME;
	bool		is_over = opens || job->window_close_at == DT_NOBEGIN;

	keep(job, after);
	*skipped = NULL;
	if (job->next_run_at != PGD_NO_TIME && !news->has_run && is_over)
	{
		if (job->retry_count > 0)
		{
			/* no more retries: the run has failed */
			after->next_run_at = PGD_NO_TIME;
			after->retry_count = 0;
			after->run_count++;
			after->failure_count++;
			after->consecutive_failures++;
			(void) ends_by_count(job, after);
		}
		else if (opens || job->stops_with_window)
		{
			after->next_run_at = PGD_NO_TIME;
			*skipped = "the window closed before it could start";
		}
	}
	if (!opens || !after->is_enabled)
		return;
	after->due_at = news->opened_at;
	if (news->is_running)
		*skipped = "it was still running when the window opened";
	else
		after->next_run_at = news->opened_at;
}

/* A new opening has made the job due again before its run was settled. */
static bool
is_superseded(const PgdJobFacts *job, const PgdWorkItem *run)
{
	return job->timing.kind == PGD_INTERVAL_WINDOW &&
		job->next_run_at != PGD_NO_TIME &&
		job->next_run_at > run->scheduled_at;
}

/* Has the job failed too often in a row, or run often enough? */
static bool
ends_by_count(const PgdJobFacts *job, PgdJobAfter *after)
{
	if (job->max_failures > 0 &&
		after->consecutive_failures >= job->max_failures)
	{
		end_job(job, after, "BROKEN", NULL);
		after->log_operation = "BROKEN";
		return true;
	}
	if (job->max_runs > 0 && after->run_count >= job->max_runs)
	{
		end_job(job, after, "COMPLETED", NULL);
		after->log_operation = "COMPLETED";
		return true;
	}
	return false;
}

/*
 * Due times up to this moment passed while the job ran, and are not made up
 * for. Later ones are late at the most; in a gap without service they are
 * missed. When a run that was broken off there has ended is not known.
 */
TimestampTz
pgd_run_passed(const PgdJobFacts *job, const PgdWorkResult *result,
			   TimestampTz now)
{
	return Min(job->has_gap && result->outcome == PGD_LOST ?
			   result->started_at : result->ended_at, now);
}

/* The next regular due time, in whatever way the job repeats. */
static TimestampTz
next_due(const PgdJobFacts *job, const PgdWorkResult *result,
		 TimestampTz now, PgdJobAfter *after)
{
	if (result->has_next_run)
		return pgd_timing_within_end(&job->timing, result->next_run_at);
	return pgd_timing_next(&job->timing, job->due_at,
						   pgd_run_passed(job, result, now),
						   &after->calendar_error);
}

/* Retry n comes 10^n seconds after the failure. */
static TimestampTz
retry_time(int retry, TimestampTz ended_at)
{
	int64		seconds = 1;

	for (int i = 0; i < retry; i++)
		seconds *= 10;
	return ended_at + seconds * USECS_PER_SEC;
}

/* DBMS_JOB: 1, 2, 4 ... minutes, a day or the normal interval at the most. */
static TimestampTz
dbms_job_retry_time(int failures, TimestampTz next, TimestampTz ended_at)
{
	int64		delay = DBMS_JOB_MAX_DELAY;

	if (failures <= 11)
		delay = Min(delay, ((int64) 1 << (failures - 1)) *
					SECS_PER_MINUTE * USECS_PER_SEC);
	if (next != PGD_NO_TIME && next > ended_at)
		delay = Min(delay, next - ended_at);
	return ended_at + delay;
}

static void
keep(const PgdJobFacts *job, PgdJobAfter *after)
{
	memset(after, 0, sizeof(*after));
	after->is_enabled = job->is_enabled;
	after->run_count = job->run_count;
	after->failure_count = job->failure_count;
	after->consecutive_failures = job->consecutive_failures;
	after->retry_count = job->retry_count;
	after->next_run_at = job->next_run_at;
	after->due_at = job->due_at;
	after->next_operation = "RUN";
}

static void
end_job(const PgdJobFacts *job, PgdJobAfter *after, const char *state,
		const char *reason)
{
	after->is_enabled = false;
	after->final_state = state;
	after->disabled_reason = reason;
	after->next_run_at = PGD_NO_TIME;
	after->due_at = PGD_NO_TIME;
	after->is_dropped = job->auto_drop && reason == NULL;
}
