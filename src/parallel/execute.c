/*
 * execute.c
 *		One chunk in one transaction; see execute.h.
 *
 * The chunk's row is locked first: whoever else would take it passes over it,
 * and if it is not unassigned any more it is not ours. The user's statement
 * runs in a subtransaction, so its error leaves the lock, and the outcome is
 * written and committed with the work. A deadlock or serialization failure is
 * tried again a few times.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "common/pg_prng.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/meter.h"
#include "core/process.h"
#include "core/pool.h"
#include "core/sql.h"
#include "core/stop_point.h"
#include "parallel/execute.h"
#include "parallel/live.h"
#include "scheduler/run.h"

/* a chunk's transaction and so many children are kept for the final scan */
#define MAX_XIDS		64

#define MAX_RETRIES		5
#define MAX_PAUSE_MS	50

/* Oracle's bound of an error's message, in bytes */
#define MAX_MESSAGE		4000

/* a chunk as its row says it */
typedef struct Chunk
{
	int64		id;
	Oid			relation;
	Datum		start;			/* a rowid, a numeric or a key's text ... */
	Datum		end;
	TimestampTz started_at;
	int			retries;
	int64		lost;			/* rows that others moved away for good */
} Chunk;

/* the chunk's transaction is to check the fence just before its commit */
static bool check_fence = false;
static bool fence_was_lost = false;

static void begin(const PgdExecution *execution);
static void commit(const PgdExecution *execution);
static void before_commit(XactEvent event, void *arg);
static bool lock_chunk(const PgdExecution *execution, Chunk *chunk);
static Datum bind_value(const PgdTask *task, Datum bound);
static ErrorData *try_statement(const PgdExecution *execution, Chunk *chunk,
								int64 *rows);
static void fire_deferred_triggers(void);
static void tell_deadlock(ErrorData *error);
static void stop_clock(const PgdExecution *execution);
static bool may_try_again(const ErrorData *error);
static bool is_timeout(const ErrorData *error);
static ErrorData *run_statement(const PgdExecution *execution, Chunk *chunk,
								int64 *rows);
static ErrorData *try_commit(const PgdExecution *execution);
static void pause_before_retry(void);
static void record(const PgdExecution *execution, const Chunk *chunk,
				   const ErrorData *error, int64 rows);
static Datum xids_of_transaction(void);
static char *context_of(const PgdExecution *execution, const ErrorData *error);
static char *clip(const char *text);

PgdChunkEnd
pgd_chunk_execute(const PgdExecution *execution, int64 chunk_id, int64 *rows,
				  bool *has_aborted)
{
	MemoryContext context = CurrentMemoryContext;
	Chunk		chunk = {.id = chunk_id};
	ErrorData  *error = NULL;
	ErrorData  *commit_error = NULL;
	bool		again = true;

	*rows = 0;
	*has_aborted = false;
	chunk.started_at = GetCurrentTimestamp();
	for (;;)
	{
		begin(execution);
		if (!lock_chunk(execution, &chunk))
		{
			commit(execution);
			MemoryContextSwitchTo(context);
			return PGD_CHUNK_SKIPPED;
		}
		if (again)
			error = run_statement(execution, &chunk, rows);
		MemoryContextSwitchTo(context);
		record(execution, &chunk, error, error == NULL ? *rows : 0);
		if (!again)
			break;
		PGD_STOP_POINT("chunk-recorded");
		commit_error = try_commit(execution);
		if (commit_error == NULL)
		{
			PGD_STOP_POINT("chunk-committed");
			break;
		}

		/*
		 * Deferred constraints and the like: the work is gone, say why. It is
		 * not done again if the abort took the locks of the fence along.
		 */
		*has_aborted = true;
		again = may_try_again(commit_error) &&
			chunk.retries < MAX_RETRIES &&
			execution->task->chunk_type != PGD_CHUNKS_ROWID;
		if (again)
		{
			chunk.retries++;
			pause_before_retry();
		}
		else
			error = commit_error;
	}
	if (!again)
		commit(execution);
	MemoryContextSwitchTo(context);
	if (error != NULL)
		*rows = 0;
	else
		pgd_live_note_lost_rows(chunk.lost);
	return error == NULL ? PGD_CHUNK_DONE : PGD_CHUNK_FAILED;
}

/* With its retries; its error, or NULL. Throws if it was cancelled. */
static ErrorData *
run_statement(const PgdExecution *execution, Chunk *chunk, int64 *rows)
{
	ErrorData  *error;

	while ((error = try_statement(execution, chunk, rows)) != NULL &&
		   may_try_again(error) && chunk->retries < MAX_RETRIES)
	{
		chunk->retries++;
		pause_before_retry();
	}
	if (error != NULL && (pgd_error_is_cancel(error) ||
						  (execution->in_session && is_timeout(error))))
		ReThrowError(error);
	return error;
}

/* The timeout of the caller's own statement, which is RUN_TASK. */
static bool
is_timeout(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
		error->message_id != NULL &&
		strcmp(error->message_id,
			   "canceling statement due to statement timeout") == 0;
}

/* The error of the commit, or NULL. Throws if the fence is gone. */
static ErrorData *
try_commit(const PgdExecution *execution)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		check_fence = true;
		fence_was_lost = false;
		commit(execution);
	}
	PG_CATCH();
	{
		check_fence = false;
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (fence_was_lost || pgd_error_is_cancel(error))
			PG_RE_THROW();
		FlushErrorState();
		if (!execution->in_session)
			AbortCurrentTransaction();
	}
	PG_END_TRY();
	check_fence = false;
	MemoryContextSwitchTo(context);
	return error;
}

/* The caller's session is in a transaction that has done nothing yet. */
static void
begin(const PgdExecution *execution)
{
	static bool registered = false;

	if (!registered)
	{
		RegisterXactCallback(before_commit, NULL);
		registered = true;
	}
	SetCurrentStatementStartTimestamp();
	if (!execution->in_session)
	{
		StartTransactionCommand();
		XactReadOnly = false;	/* as in the session that called */
	}

	/* whatever the role's defaults say: others' rows are seen as they are */
	XactIsoLevel = XACT_READ_COMMITTED;
	if (!execution->in_session)
		PushActiveSnapshot(GetTransactionSnapshot());
}

/*
 * Work and mark are one: a crash that forgets the last commits forgets both,
 * so they need not wait for the disk.
 */
static void
commit(const PgdExecution *execution)
{
	int			saved = synchronous_commit;

	PG_TRY();
	{
		if (!execution->is_synchronous)
			synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
		if (execution->in_session)
			SPI_commit();
		else
			pgd_transaction_commit();
	}
	PG_FINALLY();
	{
		synchronous_commit = saved;
	}
	PG_END_TRY();
}

/* After all that the user's statement does, deferred triggers included. */
static void
before_commit(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_PRE_COMMIT || !check_fence)
		return;
	fence_was_lost = true;
	pgd_live_check_fence();
	fence_was_lost = false;
}

/* Reads and locks the row; false if it is somebody else's, done or gone. */
static bool
lock_chunk(const PgdExecution *execution, Chunk *chunk)
{
	const PgdTask *task = execution->task;
	Oid			types[] = {INT8OID, INT8OID};
	Datum		values[] = {Int64GetDatum(task->id), Int64GetDatum(chunk->id)};
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	bool		found;
	int			first = task->chunk_type == PGD_CHUNKS_ROWID ? 2 :
	task->chunk_type == PGD_CHUNKS_NUMBER ? 4 : 6;

	pgd_chunk_require_extension(execution);
	pgd_catalog_enter(&scope);
	found = pgd_sql("SELECT relation, start_rowid, end_rowid, start_id, end_id, start_key, end_key"
					" FROM dbms.parallel_chunk"
					" WHERE task_id = $1 AND id = $2 AND status = 0 FOR NO KEY UPDATE SKIP LOCKED",
					lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
	if (found)
	{
		HeapTuple	row = SPI_tuptable->vals[0];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		bool		isnull;

		int			length = task->chunk_type == PGD_CHUNKS_ROWID ?
		sizeof(ItemPointerData) : -1;

		if (!pgd_column_is_null(0, 0))
			chunk->relation = pgd_column_oid(0, 0);
		chunk->start = datumCopy(SPI_getbinval(row, desc, first, &isnull),
								 false, length);
		chunk->end = datumCopy(SPI_getbinval(row, desc, first + 1, &isnull),
							   false, length);
		MemoryContextSwitchTo(old);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return found;
}

void
pgd_chunk_note_extension(PgdExecution *execution)
{
	execution->extension = get_extension_oid("pg_dbms", false);
	execution->schema = pgd_catalog_schema();
}

/* Whoever drops it locks it before its tables, for which we would wait. */
void
pgd_chunk_require_extension(const PgdExecution *execution)
{
	LockDatabaseObject(ExtensionRelationId, execution->extension, 0,
					   AccessShareLock);
	if (pgd_catalog_schema() == execution->schema)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("extension pg_dbms was dropped while task \"%s\" ran",
					execution->task->name),
			 errdetail("Chunks whose work was committed stay processed; what was known of them is gone.")));
}

/*
 * A bound as the type that the statement compares it with. The input function
 * of a key's type may call what users made, so this is part of their work.
 */
static Datum
bind_value(const PgdTask *task, Datum bound)
{
	Oid			input;
	Oid			parameter;
	int			level;
	Datum		value;

	if (task->chunk_type == PGD_CHUNKS_ROWID)
		return bound;
	if (task->chunk_type == PGD_CHUNKS_KEY)
	{
		getTypeInputInfo(task->bind_type, &input, &parameter);

		/* as it was written */
		level = NewGUCNestLevel();
		if (task->bind_type == MONEYOID)
			(void) set_config_option("lc_monetary", "C", PGC_USERSET,
									 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
									 false);
		value = OidInputFunctionCall(input, TextDatumGetCString(bound),
									 parameter, -1);
		AtEOXact_GUC(true, level);
		return value;
	}
	switch (task->bind_type)
	{
		case INT2OID:
			return DirectFunctionCall1(numeric_int2, bound);
		case INT4OID:
			return DirectFunctionCall1(numeric_int4, bound);
		case INT8OID:
			return DirectFunctionCall1(numeric_int8, bound);
		default:
			return bound;
	}
}

/* The statement in a subtransaction; its error, or NULL. */
static ErrorData *
try_statement(const PgdExecution *execution, Chunk *chunk, int64 *rows)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;
	bool		was_between;

	BeginInternalSubTransaction(NULL);
	was_between = pgd_slot_begin_call();

	/* nobody else starts the clock in a worker */
	if (!execution->in_session && StatementTimeout > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
	PG_TRY();
	{
		*rows = (int64) pgd_statement_run(execution->statement,
										  bind_value(execution->task, chunk->start),
										  bind_value(execution->task, chunk->end),
										  chunk->relation);
		chunk->lost = 0;
		if (execution->anchor != NULL)
			*rows += (int64) pgd_anchor_follow(execution->anchor,
											   execution->statement,
											   chunk->relation,
											   (ItemPointer) DatumGetPointer(chunk->start),
											   (ItemPointer) DatumGetPointer(chunk->end),
											   &chunk->lost);
		if (execution->task->chunk_type == PGD_CHUNKS_ROWID)
			fire_deferred_triggers();
		stop_clock(execution);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		stop_clock(execution);
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		if (pgd_error_is_cancel(error) && pgd_live_was_blocked())
			tell_deadlock(error);
		else if (pgd_error_is_cancel(error) && pgd_slot_stop_sqlstate() != 0)
		{
			/* it goes on, and may use as much again */
			pgd_slot_take_stop(error);
			pgd_meter_begin_item();
		}
	}
	PG_END_TRY();
	pgd_slot_end_call(was_between);
	return error;
}

/*
 * Their errors undo the statement alone: an abort of the whole transaction
 * would take the locks of the session along, and with them the fence.
 */
static void
fire_deferred_triggers(void)
{
	ConstraintsSetStmt *all = makeNode(ConstraintsSetStmt);

	all->deferred = false;
	AfterTriggerSetState(all);
}

/* Cancelled by the controller, whose lock it waited for. */
static void
tell_deadlock(ErrorData *error)
{
	error->sqlerrcode = ERRCODE_T_R_DEADLOCK_DETECTED;
	error->message = pstrdup("deadlock detected");
	error->detail = pstrdup("The chunk waits for a lock of the session that runs its task, and that session waits for the chunk.");
}

static void
stop_clock(const PgdExecution *execution)
{
	if (!execution->in_session && get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
}

static bool
may_try_again(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

/* Not at once, and not together with whoever was in the way. */
static void
pause_before_retry(void)
{
	TimestampTz until;

	until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), 1 +
										pg_prng_uint32(&pg_global_prng_state) %
										MAX_PAUSE_MS);
	for (;;)
	{
		long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
														   until);

		CHECK_FOR_INTERRUPTS();
		if (left <= 0)
			break;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 left, pgd_wait_event(PGD_WAIT_WORKER));
		ResetLatch(MyLatch);
	}
}

/*
 * The outcome in the chunk's row. The owner's settings must not keep it from
 * being written.
 */
static void
record(const PgdExecution *execution, const Chunk *chunk,
	   const ErrorData *error, int64 rows)
{
	const PgdTask *task = execution->task;
	static const Oid types[] = {
		INT8OID, INT8OID, INT4OID, INT4OID, TEXTOID, TIMESTAMPTZOID,
		TIMESTAMPTZOID, INT8OID, INT4OID, XID8ARRAYOID, INT4OID, TEXTOID,
		TEXTOID, TEXTOID, TEXTOID
	};
	Datum		values[lengthof(types)] = {0};
	char		nulls[lengthof(types)];
	bool		was_read_only = XactReadOnly;
	int			lock_timeout = LockTimeout;
	PgdCatalogScope scope;

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(task->id);
	values[1] = Int64GetDatum(chunk->id);
	values[2] = Int32GetDatum(error == NULL ? PGD_CHUNK_PROCESSED :
							  PGD_CHUNK_PROCESSED_WITH_ERROR);
	values[3] = Int32GetDatum(task->run_number);
	values[4] = pgd_text_or_null(execution->job_name, &nulls[4]);
	values[5] = TimestampTzGetDatum(chunk->started_at);
	values[6] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[7] = Int64GetDatum(rows);
	values[8] = Int32GetDatum(chunk->retries);
	nulls[9] = 'n';
	if (task->chunk_type == PGD_CHUNKS_ROWID && error == NULL)
	{
		values[9] = xids_of_transaction();
		nulls[9] = ' ';
	}
	if (error != NULL)
	{
		values[10] = Int32GetDatum(-pgd_run_error_number(error->sqlerrcode,
														 error->message));
		values[11] = CStringGetTextDatum(unpack_sql_state(error->sqlerrcode));
		values[12] = CStringGetTextDatum(clip(error->message));
		values[13] = pgd_text_or_null(clip(error->detail), &nulls[13]);
		values[14] = pgd_text_or_null(clip(context_of(execution, error)),
									  &nulls[14]);
	}
	else
		memset(&nulls[10], 'n', 5);

	XactReadOnly = false;
	LockTimeout = 0;
	pgd_catalog_enter(&scope);
	(void) pgd_sql("UPDATE dbms.parallel_chunk SET status = $3, run_number = $4, job_name = $5, start_ts = $6,"
				   " end_ts = $7, rows_processed = $8, retries = $9, xids = $10, error_code = $11,"
				   " sqlstate = $12, error_message = $13, error_detail = $14, error_context = $15"
				   " WHERE task_id = $1 AND id = $2",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	XactReadOnly = was_read_only;
	LockTimeout = lock_timeout;
}

/*
 * This transaction and its committed children, by which rows that it wrote
 * are known. NULL elements stand for those that are too many to keep.
 */
static Datum
xids_of_transaction(void)
{
	FullTransactionId top = GetTopFullTransactionId();
	TransactionId *children;
	int			nchildren = xactGetCommittedChildren(&children);
	Datum		values[MAX_XIDS + 2];
	bool		nulls[MAX_XIDS + 2] = {false};
	int			n = 0;
	int			lower = 1;

	values[n++] = FullTransactionIdGetDatum(top);
	for (int i = 0; i < nchildren && i < MAX_XIDS; i++)
	{
		uint32		epoch = EpochFromFullTransactionId(top);

		if (children[i] < XidFromFullTransactionId(top))
			epoch++;			/* the counter went round since */
		values[n++] =
			FullTransactionIdGetDatum(FullTransactionIdFromEpochAndXid(epoch,
																	   children[i]));
	}
	if (nchildren > MAX_XIDS)
		nulls[n++] = true;
	return PointerGetDatum(construct_md_array(values, nulls, 1, &n, &lower,
											  XID8OID, 8, FLOAT8PASSBYVAL,
											  TYPALIGN_DOUBLE));
}

/* Without the worker's own line, the last: the row has the job's name. */
static char *
context_of(const PgdExecution *execution, const ErrorData *error)
{
	char	   *context;
	char	   *line;

	if (error->context == NULL || execution->in_session)
		return error->context;
	context = pstrdup(error->context);
	line = strrchr(context, '\n');
	if (strncmp(line == NULL ? context : line + 1, "PARALLEL ", 9) != 0)
		return context;
	if (line == NULL)
		return NULL;
	*line = '\0';
	return context;
}

/* At most as long as Oracle's, and not within a character. */
static char *
clip(const char *text)
{
	if (text == NULL || strlen(text) <= MAX_MESSAGE)
		return text == NULL ? NULL : pstrdup(text);
	return pnstrdup(text, pg_mbcliplen(text, strlen(text), MAX_MESSAGE));
}
