/*
 * batch.h
 *		Calls that do the same to several objects: lists of names, arrays of
 *		definitions, and their commit_semantics.
 */
#ifndef PGD_BATCH_H
#define PGD_BATCH_H

#include "fmgr.h"

#include "core/object.h"

typedef enum PgdCommitSemantics
{
	PGD_STOP_ON_FIRST_ERROR,	/* what was done before the error stays */
	PGD_TRANSACTIONAL,			/* all or nothing */
	PGD_ABSORB_ERRORS			/* errors are kept for the view and passed
								 * over */
} PgdCommitSemantics;

/* 27361 unless it is one of the three; NULL and '' too */
extern PgdCommitSemantics pgd_commit_semantics(const char *text);

/*
 * Does step(arg, i) for i = 0 .. n - 1. Runs outside of catalog scopes; so do
 * the steps. describe(arg, i) names the object of an element for the view
 * SCHEDULER_BATCH_ERRORS; it must not throw.
 */
typedef struct PgdBatch
{
	FunctionCallInfo fcinfo;	/* of the procedure that was called */
	PgdCommitSemantics semantics;
	int			n;
	void		(*step) (void *arg, int i);
	const char *(*describe) (void *arg, int i);

	/*
	 * Where its elements are not those of the caller's array: the index from
	 * 1, and the attribute or NULL, that the step was at; else NULL.
	 */
	int			(*locate) (void *arg, int i, const char **attribute);
	void	   *arg;
} PgdBatch;

extern void pgd_batch_run(const PgdBatch *batch);

/*
 * Does step(arg, job) for all jobs of a class; what one raises becomes 27489.
 * Outside of catalog scopes.
 */
extern void pgd_batch_class(const PgdObject *job_class,
							void (*step) (void *arg, const PgdObject *job),
							void *arg);

/* forgets the errors of the last batch, as DISCARD ALL forgets a session */
extern void pgd_batch_forget_errors(void);

#endif							/* PGD_BATCH_H */
