/*
 * decide.h
 *		The rules of when a job runs and what a run's outcome does to it, as
 *		pure functions of what is given: no clock, no catalog, no settings.
 *		Coordinator, CREATE_JOB, ENABLE and forecast use them alike.
 */
#ifndef PGD_DECIDE_H
#define PGD_DECIDE_H

#include "datatype/timestamp.h"

#include "calendar/calendar.h"
#include "core/work.h"

/* no such instant; also "never again" */
#define PGD_NO_TIME		DT_NOEND

/* retries of a restartable job after its first run */
#define PGD_MAX_RETRIES	6

/* an operation that only evaluates the repeat expression; never logged */
#define PGD_OPERATION_EVALUATE	"EVALUATE"

typedef enum PgdIntervalKind
{
	PGD_INTERVAL_NONE,			/* runs once */
	PGD_INTERVAL_CALENDAR,		/* calendar string or cron line */
	PGD_INTERVAL_EXPRESSION		/* evaluated by the owner's worker */
} PgdIntervalKind;

typedef enum PgdMissedRule
{
	PGD_MISSED_ONCE,			/* one run makes up for all, as Oracle */
	PGD_MISSED_SKIP,			/* none */
	PGD_MISSED_EACH				/* one run for each due time */
} PgdMissedRule;

/* when a job is to run */
typedef struct PgdTiming
{
	PgdIntervalKind kind;
	const PgdCalendar *calendar;	/* for PGD_INTERVAL_CALENDAR */
	const PgdCalZone *zone;		/* zone of the start date */
	TimestampTz start_at;		/* PGD_NO_TIME: none was given */
	TimestampTz base_at;		/* moment of enabling, counts without start */
	TimestampTz end_at;			/* PGD_NO_TIME: none */
	PgdMissedRule missed;
} PgdTiming;

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
} PgdJobFacts;

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
 * The first due time of a job that is enabled at now; PGD_NO_TIME if it never
 * runs. An error of the calendar is returned in *error (then PGD_NO_TIME).
 */
extern TimestampTz pgd_timing_first(const PgdTiming *timing, TimestampTz now,
									PgdCalError *error);

/*
 * The due time after the one at 'served', seen from now. For an expression
 * the worker says it, not this function.
 */
extern TimestampTz pgd_timing_next(const PgdTiming *timing,
								   TimestampTz served, TimestampTz now,
								   PgdCalError *error);

/*
 * Up to when due times passed because a run of the job was under way.
 */
extern TimestampTz pgd_run_passed(const PgdJobFacts *job,
								  const PgdWorkResult *result,
								  TimestampTz now);

/*
 * Due times that passed, from the first that was not served up to now; at
 * most 'most' are counted. *last becomes the latest of them.
 */
extern int	pgd_timing_count_missed(const PgdTiming *timing,
									TimestampTz first, TimestampTz now,
									int most, TimestampTz *last);

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

#endif							/* PGD_DECIDE_H */
