/*
 * dbms_job.h
 *		Package DBMS_JOB: what its jobs run, in a worker or by RUN.
 */
#ifndef PGD_DBMS_JOB_H
#define PGD_DBMS_JOB_H

#include "core/work.h"
#include "scheduler/block.h"

/* job, next_date, broken */
#define PGD_DBMS_JOB_VARIABLES	3

/*
 * The variables that WHAT may use, for a run whose interval was evaluated:
 * next_date starts with what result says. All is in the current memory
 * context.
 */
extern PgdBlockVariable *pgd_dbms_job_variables(int64 number,
												const char *time_zone,
												bool is_broken,
												const PgdWorkResult *result);

/* what WHAT assigned to next_date and broken, as outcome of the run */
extern void pgd_dbms_job_take_reports(const PgdBlockVariable *variables,
									  const char *time_zone,
									  PgdWorkResult *result);

/*
 * A worker holds this lock while it runs the job, over its commits and to the
 * reset of its session. It waits for a RUN that has committed and so lost the
 * lock on the job's row; true if it did, and the job may have changed.
 */
extern bool pgd_dbms_job_lock(int64 number);

#endif							/* PGD_DBMS_JOB_H */
