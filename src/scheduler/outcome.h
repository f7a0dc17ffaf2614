/*
 * outcome.h
 *		Outcomes of runs, brought into the rows of their jobs; the
 *		coordinator's, all but the first three inside a catalog scope.
 */
#ifndef PGD_OUTCOME_H
#define PGD_OUTCOME_H

#include "core/pool.h"
#include "executor/spi.h"
#include "scheduler/decide.h"

/*
 * The one job that a statement under way is about, 0 if about several: after
 * an error it is suspected.
 */
extern int64 pgd_suspect_job;

/* a new item of the backlog, to be filled by the caller */
extern PgdFinished *pgd_outcome_add(void);
extern int	pgd_outcome_count(void);
extern bool pgd_outcome_has_run(int64 run_id);

/* takes over what the workers reported */
extern void pgd_outcome_collect(int kind);

/* writes the backlog; careful: one run only, so that a bad one is found */
extern void pgd_outcome_finish_all(TimestampTz now, bool careful);

/* a run of this job could not be written: not again before then */
extern void pgd_outcome_postpone(int64 job_id, TimestampTz at);

/* when the runs that are left are to be tried again; DT_NOEND: none is */
extern TimestampTz pgd_outcome_next(TimestampTz now);

/*
 * Makes a decision about the job of a row (facts.h) true: log rows, its state,
 * when it is due. run is NULL if there was none. The rows of a dropped job are
 * left to the caller, who deletes those of a batch together.
 */
extern void pgd_outcome_settle(uint64 row, SPITupleTable *rows, uint64 nrows,
							   const PgdJobAfter *after,
							   const PgdWorkItem *run,
							   const PgdWorkResult *result);
extern void pgd_outcome_drop_rows(const int64 *ids, int n);

/* the decision to disable a job that can no more be scheduled or run */
extern void pgd_outcome_break(PgdJobAfter *after, const char *fault);

#endif							/* PGD_OUTCOME_H */
