/*
 * run.h
 *		Runs of jobs: executing one in a worker, and recording its outcome.
 */
#ifndef PGD_RUN_H
#define PGD_RUN_H

#include "core/pool.h"
#include "core/work.h"
#include "scheduler/action.h"

/* worker: the two functions of the kind of work */
extern void pgd_run_execute(const PgdWorkItem *item, PgdWorkResult *result);
extern void pgd_run_failed(const PgdWorkItem *item, ErrorData *error,
						   PgdWorkResult *result);

/*
 * Coordinator, inside a catalog scope: the record of a run whose worker could
 * not write one. status is FAILED or STOPPED, reason what an operator should
 * know; errors may be NULL. The job may be gone.
 */
extern void pgd_run_record_without_worker(const PgdWorkItem *item,
										  const PgdWorkResult *result,
										  const char *status,
										  const char *reason,
										  const char *errors,
										  int sqlstate);

/*
 * Coordinator, inside a catalog scope: did this run leave an outcome? Fills
 * *result from the log or from dbms.outcome.
 */
extern bool pgd_run_read_outcome(int64 run_id, PgdWorkResult *result);

/*
 * Any session, as the owner of the job: its action, to be run in place, and
 * afterwards its record, if the logging level wants one. Both run outside of
 * catalog scopes; the caller has checked that the job is valid.
 */
typedef struct PgdRunJob PgdSessionRun;
extern PgdSessionRun *pgd_run_session_begin(const PgdWorkItem *item,
											PgdAction *action);
extern void pgd_run_session_end(PgdSessionRun *run, const PgdWorkItem *item,
								PgdWorkResult *result, const char *user);

/* the ORA number that the views show for an SQLSTATE; 0 for success */
extern int	pgd_run_error_number(int sqlstate, const char *message);

#endif							/* PGD_RUN_H */
