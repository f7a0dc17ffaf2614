/*
 * job.h
 *		Jobs: what other kinds of objects do to the jobs that refer to them.
 *
 * All calls expect an open catalog scope. They note the jobs they touch, so
 * that the coordinator reads them again when the transaction commits.
 */
#ifndef PGD_JOB_H
#define PGD_JOB_H

/* by what a job refers to another object */
typedef enum PgdJobReference
{
	PGD_JOB_USES_PROGRAM,
	PGD_JOB_USES_SCHEDULE,
	PGD_JOB_USES_CLASS
} PgdJobReference;

/*
 * Names some of the jobs that refer to the object, as the DETAIL of 27479;
 * NULL if there are none. For a class owner_id is PGD_OWNER_SYS.
 */
extern char *pgd_job_dependents(PgdJobReference reference, int owner_id,
								const char *name);

/*
 * Disables the enabled ones among them, with the reason in the log and in
 * dbms.job_state.disabled_reason. Jobs of a class that goes move to
 * DEFAULT_JOB_CLASS. Runs under way are not touched.
 */
extern void pgd_job_disable_dependents(PgdJobReference reference,
									   int owner_id, const char *name,
									   const char *reason);

/*
 * A named schedule changed: computes anew when the jobs that use it run next.
 * Counters stay; a job that can no more be scheduled is disabled.
 */
extern void pgd_job_reschedule_dependents(PgdJobReference reference,
										  int owner_id, const char *name);

/* the same for jobs whose calendars name the schedule, at any depth */
extern void pgd_job_reschedule_naming(int owner_id, const char *name);

/* the same for one job; does nothing to a disabled one */
extern void pgd_job_reschedule(int64 job_id);

/* the scheduler attribute DEFAULT_TIMEZONE has a new value */
extern void pgd_job_default_time_zone_changed(void);

/* disables one job with a reason; does nothing to a disabled one */
extern void pgd_job_disable(int64 job_id, const char *reason);

/*
 * Deletes a job with its arguments, whether it runs or not; a log row at
 * level FULL. user is the acting role's shown name, NULL for the scheduler.
 */
extern void pgd_job_delete(int64 job_id, const char *user, const char *info);

#endif							/* PGD_JOB_H */
