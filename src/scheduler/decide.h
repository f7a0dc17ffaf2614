/*
 * decide.h
 *		The rules of when a job runs and what a run's outcome does to it, as
 *		pure functions of what is given: no clock, no catalog, no settings.
 *		Coordinator, CREATE_JOB, ENABLE and forecast use them alike.
 */
#ifndef PGD_DECIDE_H
#define PGD_DECIDE_H

#include "datatype/timestamp.h"

#include "core/work.h"
#include "scheduler/timing.h"

/* retries of a restartable job after its first run */
#define PGD_MAX_RETRIES	6

/* an operation that only evaluates the repeat expression; never logged */
#define PGD_OPERATION_EVALUATE	"EVALUATE"

/* what a job is when a run of it ends */
typedef struct PgdJobFacts
{
	PgdTiming	timing;
	bool		is_enabled;
	bool		is_deferred_drop;
	bool		auto_drop;
	bool		restart_on_failure;
	bool		restart_on_recovery;
	bool		is_dbms_job;	/* DBMS_JOB's rules of failure */
	int			max_runs;		/* 0: none */
	int			max_failures;	/* 0: none */
	int64		run_count;
	int64		failure_count;
	int			consecutive_failures;
	int			retry_count;
	TimestampTz next_run_at;	/* what the run served, or a retry of it */
	TimestampTz due_at;			/* the schedule's due time behind it */
	bool		has_gap;		/* found after a time without service */

	/*
	 * For PGD_INTERVAL_WINDOW, whose due_at is the last opening that the job
	 * was told of: stop_on_window_close, and when the open window that it
	 * belongs to will close; DT_NOBEGIN if none is open.
	 */
	bool		stops_with_window;
	TimestampTz window_close_at;
} PgdJobFacts;

/* a window opened or closed, for a job that goes by windows */
typedef struct PgdWindowNews
{
	TimestampTz opened_at;		/* it is the job's; PGD_NO_TIME: it is not */
	bool		has_run;		/* a run by schedule is not settled yet */
	bool		is_running;		/* ... and goes on */
} PgdWindowNews;

/* what a job is after the run */
typedef struct PgdJobAfter
{
	bool		is_enabled;
	bool		is_dropped;
	int64		run_count;
	int64		failure_count;
	int			consecutive_failures;
	int			retry_count;
	TimestampTz next_run_at;	/* PGD_NO_TIME: none */
	TimestampTz due_at;
	const char *next_operation; /* RUN, RETRY_RUN, RECOVERY_RUN */
	const char *final_state;	/* NULL: not ended */
	const char *log_operation;	/* COMPLETED, BROKEN: a log row of its own */
	const char *disabled_reason;	/* why the scheduler disabled it */
	PgdCalError calendar_error; /* ora 0 and empty message: none */
} PgdJobAfter;

/*
 * Up to when due times passed because a run of the job was under way.
 */
extern TimestampTz pgd_run_passed(const PgdJobFacts *job,
								  const PgdWorkResult *result,
								  TimestampTz now);

/* What the outcome of a run makes of its job. */
extern void pgd_job_after_run(const PgdJobFacts *job, const PgdWorkItem *run,
							  const PgdWorkResult *result, TimestampTz now,
							  PgdJobAfter *after);

/*
 * What becomes of a job whose due time was passed over without a run, because
 * it waited longer than its schedule_limit or because missed times are
 * skipped.
 */
extern void pgd_job_after_skip(const PgdJobFacts *job, TimestampTz now,
							   PgdJobAfter *after);

/*
 * What becomes of a job that goes by windows when one has opened or closed. A
 * start or retry that waits ends with its window; a new opening is a due time
 * unless the job runs. *skipped says why a start was passed over, NULL if none
 * was. With news->has_run only next_run_at and due_at count.
 */
extern void pgd_job_at_window(const PgdJobFacts *job,
							  const PgdWindowNews *news, PgdJobAfter *after,
							  const char **skipped);

#endif							/* PGD_DECIDE_H */
