/*
 * window_jobs.h
 *		Jobs whose schedule is a window or a group of windows.
 *
 * Everything here expects an open catalog scope.
 */
#ifndef PGD_WINDOW_JOBS_H
#define PGD_WINDOW_JOBS_H

#include "scheduler/job_int.h"

/* the reason in the record of a run that is stopped */
#define PGD_CLOSED_REASON	"window closed"

/* what is left to do after the commit */
typedef struct PgdWindowServed
{
	MemoryContext context;		/* of the lists: the caller's, not that which
								 * statements leave behind */
	int64	   *stops;			/* runs to be stopped */
	int			nstops;
	int64	   *due;			/* jobs that are due now */
	int			ndue;
	bool		is_complete;	/* false: a job's row is locked */
} PgdWindowServed;

/* is the job's schedule a window or a group */
extern bool pgd_job_goes_by_window(const PgdJob *job);

/* 27481 unless the object, a group, is one of windows */
extern void pgd_window_group_require(const PgdObject *object);

/*
 * Coordinator: tells the jobs what happened to the opening of the row of
 * dbms.opening, which is locked: window_id 0 means that none is open.
 */
extern void pgd_window_jobs_serve(int64 window_id, TimestampTz opened_at,
								  PgdWindowServed *served);

/* the runs, after the commit; outside of a transaction */
extern void pgd_window_jobs_stop(const PgdWindowServed *served);

#endif							/* PGD_WINDOW_JOBS_H */
