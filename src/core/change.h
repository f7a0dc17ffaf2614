/*
 * change.h
 *		Telling the coordinator of this database what a transaction changed.
 *
 * Notes are kept in the backend and reach shared memory when the transaction
 * ends, so that nobody wakes for what is not yet visible.
 */
#ifndef PGD_CHANGE_H
#define PGD_CHANGE_H

/* this job's definition or state changed; the coordinator reads it again */
extern void pgd_change_note_job(int64 job_id);

/* windows, their groups or the opening changed */
#define PGD_CHANGE_WINDOWS	(-1)
extern void pgd_change_note_windows(void);

/* resource plans, or which of them is in force */
#define PGD_CHANGE_PLANS	(-2)
extern void pgd_change_note_plans(void);

/* more changed than can be named: the coordinator reads everything again */
extern void pgd_change_note_all(void);

/*
 * Between these two, statement triggers do not note a change of unknown
 * extent: the caller names what it changes itself. They nest.
 */
extern void pgd_change_begin_own(void);
extern void pgd_change_end_own(void);

/*
 * A statement of ours that writes definitions, inside a catalog scope: as
 * pgd_sql(), between begin and end of own changes. The caller notes the jobs
 * that it concerns; the transaction cannot be prepared even if there are none.
 */
extern uint64 pgd_change_sql(const char *text, int nargs, const Oid *types,
							 const Datum *values, const char *nulls,
							 int expected);

extern void pgd_change_install(void);

#endif							/* PGD_CHANGE_H */
