/*
 * batch.c
 *		Calls on several objects, and the view of the errors that such a call
 *		absorbed.
 *
 * Each element runs in a subtransaction where an error is not to take the
 * elements before it along. Unlike elsewhere, an error is then not raised
 * again at once: that is what commit_semantics ask for.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "core/errors.h"
#include "core/sql.h"
#include "scheduler/batch.h"
#include "scheduler/job_int.h"
#include "scheduler/run.h"

PG_FUNCTION_INFO_V1(pgd_scheduler_batch_errors);

/* an absorbed error of this session's last batch call */
typedef struct PgdBatchError
{
	int			index;			/* of the element, from 1 */
	char	   *object;
	char	   *attribute;		/* NULL: none in particular */
	int			sqlstate;
	char	   *message;
	char	   *detail;			/* or else the hint */
} PgdBatchError;

static MemoryContext errors_cxt = NULL;
static PgdBatchError *errors = NULL;
static int	nerrors = 0;
static int	errors_size = 0;
static Oid	errors_caller = InvalidOid; /* nobody else may see them */

static ErrorData *try_step(const PgdBatch *batch, int i,
						   MemoryContext context);
static bool may_commit(FunctionCallInfo fcinfo);
static void keep_error(const PgdBatch *batch, int i, ErrorData *error);

PgdCommitSemantics
pgd_commit_semantics(const char *text)
{
	if (text != NULL)
	{
		if (pg_strcasecmp(text, "STOP_ON_FIRST_ERROR") == 0)
			return PGD_STOP_ON_FIRST_ERROR;
		if (pg_strcasecmp(text, "TRANSACTIONAL") == 0)
			return PGD_TRANSACTIONAL;
		if (pg_strcasecmp(text, "ABSORB_ERRORS") == 0)
			return PGD_ABSORB_ERRORS;
	}
	ereport(ERROR,
			(errcode(PGD_ORA(27361)),
			 text == NULL ? errmsg("commit_semantics cannot be NULL") :
			 errmsg("invalid commit_semantics \"%s\"", text),
			 errhint("Use STOP_ON_FIRST_ERROR, TRANSACTIONAL or ABSORB_ERRORS.")));
}

void
pgd_batch_run(const PgdBatch *batch)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext errors_of_call;
	bool		can_commit = may_commit(batch->fcinfo);
	bool		needs_subtransactions;
	int			nfailed = 0;

	needs_subtransactions = batch->semantics == PGD_ABSORB_ERRORS ||
		(batch->semantics == PGD_STOP_ON_FIRST_ERROR && can_commit &&
		 batch->n > 1);
	if (batch->semantics == PGD_ABSORB_ERRORS)
		pgd_batch_forget_errors();

	/* what is raised after a commit must have survived it */
	errors_of_call = PortalContext != NULL ? PortalContext : context;
	for (int i = 0; i < batch->n; i++)
	{
		ErrorData  *error;

		CHECK_FOR_INTERRUPTS();
		if (!needs_subtransactions)
		{
			batch->step(batch->arg, i);
			MemoryContextSwitchTo(context);
			continue;
		}
		error = try_step(batch, i, errors_of_call);
		MemoryContextSwitchTo(context);
		if (error == NULL)
			continue;
		if (batch->semantics == PGD_ABSORB_ERRORS)
		{
			nfailed++;
			keep_error(batch, i, error);
			FreeErrorData(error);
			continue;
		}
		if (i > 0)
		{
			if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
				elog(ERROR, "SPI_connect failed");
			SPI_commit();
			SPI_finish();
		}
		ReThrowError(error);
	}
	if (nfailed > 0)
		ereport(WARNING,
				(errcode(PGD_ORA(27362)),
				 errmsg("batch call completed with errors"),
				 errdetail_plural("%d of %d elements failed.",
								  "%d of %d elements failed.",
								  nfailed, nfailed, batch->n),
				 errhint("See the view sys.scheduler_batch_errors.")));
}

/*
 * One element in a subtransaction; its error, if it raised one, in the given
 * context. A cancel is not an element's error.
 */
static ErrorData *
try_step(const PgdBatch *batch, int i, MemoryContext context)
{
	MemoryContext old_context = CurrentMemoryContext;
	ResourceOwner old_owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(old_context);
	PG_TRY();
	{
		batch->step(batch->arg, i);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old_context);
	CurrentResourceOwner = old_owner;

	/* not before: an abort of the session would stop at the subtransaction */
	if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	return error;
}

/*
 * Is the call a statement of its own? In a block that could commit it does
 * not, since it would commit what the block did before.
 */
static bool
may_commit(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL && IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic &&
		!SPI_inside_nonatomic_context();
}

void
pgd_batch_class(const PgdObject *job_class,
				void (*step) (void *arg, const PgdObject *job), void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	int			n;
	int64	   *ids;
	int64	   *copy;

	pgd_catalog_enter(&scope);
	ids = pgd_job_ids_of_class(job_class->name, &n);
	copy = MemoryContextAlloc(context, sizeof(int64) * Max(n, 1));
	memcpy(copy, ids, sizeof(int64) * n);
	pgd_catalog_leave(&scope);

	for (int i = 0; i < n; i++)
	{
		PgdObject  *job;

		MemoryContextSwitchTo(context);
		pgd_catalog_enter(&scope);
		job = pgd_job_by_id(copy[i], context);
		pgd_catalog_leave(&scope);
		MemoryContextSwitchTo(context);
		if (job == NULL)
			continue;			/* dropped meanwhile */
		PG_TRY();
		{
			step(arg, job);
		}
		PG_CATCH();
		{
			ErrorData  *error;

			MemoryContextSwitchTo(context);
			error = CopyErrorData();
			if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
				PG_RE_THROW();
			FlushErrorState();
			ereport(ERROR,
					(errcode(PGD_ORA(27489)),
					 errmsg("could not process job \"%s\" of job class \"%s\"",
							job->shown, job_class->name),
					 errdetail("%s", pgd_error_summary(error)),
					 error->hint != NULL ? errhint("%s", error->hint) : 0));
		}
		PG_END_TRY();
	}
	MemoryContextSwitchTo(context);
}

/* ---- the absorbed errors of this session ---- */

void
pgd_batch_forget_errors(void)
{
	if (errors_cxt != NULL)
		MemoryContextReset(errors_cxt);
	errors = NULL;
	nerrors = errors_size = 0;
	errors_caller = GetUserId();
}

static void
keep_error(const PgdBatch *batch, int i, ErrorData *error)
{
	MemoryContext old;
	PgdBatchError *kept;
	const char *attribute = NULL;
	const char *detail = error->detail != NULL ? error->detail : error->hint;

	if (errors_cxt == NULL)
		errors_cxt = AllocSetContextCreate(TopMemoryContext,
										   "pg_dbms batch errors",
										   ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(errors_cxt);
	if (nerrors == errors_size)
	{
		errors_size = Max(16, errors_size * 2);
		errors = errors == NULL ? palloc(sizeof(PgdBatchError) * errors_size) :
			repalloc(errors, sizeof(PgdBatchError) * errors_size);
	}
	kept = &errors[nerrors];
	kept->index = batch->locate == NULL ? i + 1 :
		batch->locate(batch->arg, i, &attribute);
	kept->attribute = attribute != NULL ? pstrdup(attribute) : NULL;
	kept->object = pstrdup(batch->describe(batch->arg, i));
	kept->sqlstate = error->sqlerrcode;
	kept->message = pstrdup(error->message);
	kept->detail = detail != NULL ? pstrdup(detail) : NULL;
	nerrors++;
	MemoryContextSwitchTo(old);
}

/* Rows of sys.scheduler_batch_errors. */
Datum
pgd_scheduler_batch_errors(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	if (nerrors > 0 && !has_privs_of_role(GetUserId(), errors_caller))
		return (Datum) 0;
	for (int i = 0; i < nerrors; i++)
	{
		const PgdBatchError *error = &errors[i];
		Datum		values[7];
		bool		nulls[7] = {false};

		values[0] = Int32GetDatum(error->index);
		values[1] = CStringGetTextDatum(error->object);
		values[2] = Int32GetDatum(pgd_run_error_number(error->sqlstate,
													   error->message));
		values[3] = CStringGetTextDatum(unpack_sql_state(error->sqlstate));
		values[4] = CStringGetTextDatum(error->message);
		if (error->detail != NULL)
			values[5] = CStringGetTextDatum(error->detail);
		else
			nulls[5] = true;
		if (error->attribute != NULL)
			values[6] = CStringGetTextDatum(error->attribute);
		else
			nulls[6] = true;
		tuplestore_putvalues(result->setResult, result->setDesc,
							 values, nulls);
	}
	return (Datum) 0;
}
