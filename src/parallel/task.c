/*
 * task.c
 *		Tasks: making, finding and removing them, and what their status is.
 *
 * A task belongs to a role and has a name that is a plain string. All calls
 * here are part of the caller's transaction.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/owner.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "parallel/anchor.h"
#include "parallel/chunking.h"
#include "parallel/live.h"
#include "parallel/parallel.h"
#include "parallel/task.h"

PG_FUNCTION_INFO_V1(pgd_parallel_generate_task_name);
PG_FUNCTION_INFO_V1(pgd_parallel_create_task);
PG_FUNCTION_INFO_V1(pgd_parallel_drop_task);
PG_FUNCTION_INFO_V1(pgd_parallel_adm_drop_task);
PG_FUNCTION_INFO_V1(pgd_parallel_task_status);
PG_FUNCTION_INFO_V1(pgd_parallel_adm_task_status);

#define TASK_COLUMNS \
	"SELECT t.id, t.owner_id, w.role_oid, t.name, dbms.display_name(w.role_name) || '.' || t.name," \
	" t.status, t.chunk_type, t.schema_name, t.table_name, t.column_name," \
	" to_regtype(t.bind_type)::oid, t.run_number, t.is_parallel," \
	" t.sql_stmt, t.language_flag::text, t.edition, t.apply_crossedition_trigger," \
	" coalesce(t.fire_apply_trigger, true), t.parallel_level, t.job_class, t.job_prefix," \
	" t.run_started_at IS NULL OR t.run_ended_at IS NOT NULL, t.environment" \
	" FROM dbms.parallel_task t JOIN dbms.owner w ON w.id = t.owner_id"

static bool is_being_chunked(int n, const Oid *types, const Datum *values);
static PgdTask *read_task(MemoryContext context);
static PgdChunkType chunk_type_of(const char *text);
static void drop_task(const PgdTask *task);
static PgdTaskStatus status_by_chunks(const PgdTask *task);
static PgdTaskStatus status_without_worker(const PgdTask *task,
										   PgdTaskStatus status);

/* dbms_parallel_execute.generate_task_name(prefix): see parallel.sql. */
Datum
pgd_parallel_generate_task_name(PG_FUNCTION_ARGS)
{
	char	   *prefix = pgd_arg_text(fcinfo, 0);
	PgdCatalogScope scope;
	int64		number;
	char	   *name;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	pgd_catalog_enter(&scope);
	(void) pgd_sql("SELECT nextval('dbms.parallel_task_name_seq')", 0, NULL,
				   NULL, NULL, SPI_OK_SELECT);
	number = pgd_column_int64(0, 0);
	pgd_catalog_leave(&scope);
	name = psprintf("%s" INT64_FORMAT, prefix == NULL ? "" : prefix, number);
	if (strlen(name) > PGD_TASK_NAME_MAX)
		pgd_error_too_long("task name", PGD_TASK_NAME_MAX);
	PG_RETURN_TEXT_P(cstring_to_text(name));
}

/* dbms_parallel_execute.create_task(): 29497 if the owner has such a task. */
Datum
pgd_parallel_create_task(PG_FUNCTION_ARGS)
{
	char	   *name = pgd_arg_text(fcinfo, 0);
	char	   *comment = pgd_arg_text(fcinfo, 1);
	Oid			caller = GetUserId();
	Oid			types[] = {INT4OID, TEXTOID, TEXTOID};
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};
	PgdCatalogScope scope;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	if (name == NULL || name[0] == '\0')
		pgd_error_missing("task name", name);
	if (strlen(name) > PGD_TASK_NAME_MAX)
		pgd_error_too_long("task name", PGD_TASK_NAME_MAX);
	if (comment != NULL && strlen(comment) > PGD_TASK_COMMENT_MAX)
		pgd_error_too_long("comment", PGD_TASK_COMMENT_MAX);

	pgd_catalog_enter(&scope);
	values[0] = Int32GetDatum(pgd_owner_id(caller, true));
	values[1] = CStringGetTextDatum(name);
	values[2] = pgd_text_or_null(comment, &nulls[2]);
	if (pgd_change_sql("INSERT INTO dbms.parallel_task (owner_id, name, task_comment) VALUES ($1, $2, $3)"
					   " ON CONFLICT DO NOTHING",
					   lengthof(types), types, values, nulls,
					   SPI_OK_INSERT) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29497)),
				 errmsg("task \"%s\" already exists", name),
				 errhint("Use dbms_parallel_execute.drop_task(), or a name made by generate_task_name().")));
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.drop_task(): see parallel.sql. */
Datum
pgd_parallel_drop_task(PG_FUNCTION_ARGS)
{
	pgd_require_preload();
	pgd_require_writable(fcinfo);
	drop_task(pgd_task_get(pgd_arg_text(fcinfo, 0), true));
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.adm_drop_task(): see parallel.sql. */
Datum
pgd_parallel_adm_drop_task(PG_FUNCTION_ARGS)
{
	Oid			owner;

	pgd_require_preload();
	pgd_require_writable(fcinfo);
	owner = pgd_task_adm_owner(pgd_arg_text(fcinfo, 0));
	drop_task(pgd_task_get_of(owner, pgd_arg_text(fcinfo, 1), true));
	PG_RETURN_VOID();
}

/* dbms_parallel_execute.task_status(): see parallel.sql. */
Datum
pgd_parallel_task_status(PG_FUNCTION_ARGS)
{
	pgd_require_preload();
	PG_RETURN_INT32(pgd_task_status(pgd_task_get(pgd_arg_text(fcinfo, 0),
												 false)));
}

/* dbms_parallel_execute.adm_task_status(): see parallel.sql. */
Datum
pgd_parallel_adm_task_status(PG_FUNCTION_ARGS)
{
	Oid			owner;

	pgd_require_preload();
	owner = pgd_task_adm_owner(pgd_arg_text(fcinfo, 0));
	PG_RETURN_INT32(pgd_task_status(pgd_task_get_of(owner,
													pgd_arg_text(fcinfo, 1),
													false)));
}

PgdTask *
pgd_task_get(const char *name, bool lock)
{
	return pgd_task_get_of(GetUserId(), name, lock);
}

PgdTask *
pgd_task_get_of(Oid owner, const char *name, bool lock)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[2];
	PgdCatalogScope scope;
	PgdTask    *task = NULL;

	if (name == NULL || name[0] == '\0')
		pgd_error_missing("task name", name);
	pgd_catalog_enter(&scope);
	values[0] = Int32GetDatum(pgd_owner_id(owner, false));
	values[1] = CStringGetTextDatum(name);
	if (lock && !is_being_chunked(lengthof(types), types, values))
		(void) pgd_sql("SELECT 1 FROM dbms.parallel_task WHERE owner_id = $1 AND name = $2 FOR UPDATE",
					   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	if (pgd_sql(TASK_COLUMNS " WHERE t.owner_id = $1 AND t.name = $2",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		task = read_task(context);
	pgd_catalog_leave(&scope);
	if (task == NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(29498)),
				 errmsg("task \"%s\" does not exist", name),
				 owner == GetUserId() ?
				 errhint("Task names are plain strings: upper and lower case differ.") :
				 errdetail("Its owner is \"%s\".",
						   OidIsValid(owner) ? pgd_role_show(owner) : "SYS")));
	return task;
}

/* Who makes chunks holds the row for long; callers see the status instead. */
static bool
is_being_chunked(int n, const Oid *types, const Datum *values)
{
	return pgd_sql("SELECT id FROM dbms.parallel_task WHERE owner_id = $1 AND name = $2 AND status = 2",
				   n, types, values, NULL, SPI_OK_SELECT) > 0 &&
		pgd_chunking_is_live(pgd_column_int64(0, 0));
}

PgdTask *
pgd_task_by_id(int64 id)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(id)};
	PgdCatalogScope scope;
	PgdTask    *task = NULL;

	pgd_catalog_enter(&scope);
	if (pgd_sql(TASK_COLUMNS " WHERE t.id = $1", lengthof(types), types,
				values, NULL, SPI_OK_SELECT) > 0)
		task = read_task(context);
	pgd_catalog_leave(&scope);
	return task;
}

/* The first row of TASK_COLUMNS. */
static PgdTask *
read_task(MemoryContext context)
{
	PgdTask    *task = MemoryContextAllocZero(context, sizeof(PgdTask));
	char	   *chunk_type = pgd_column_text(context, 0, 6);

	task->id = pgd_column_int64(0, 0);
	task->owner_id = pgd_column_int32(0, 1);
	task->owner = pgd_column_oid(0, 2);
	task->name = pgd_column_text(context, 0, 3);
	task->shown = pgd_column_text(context, 0, 4);
	task->status = pgd_column_int32(0, 5);
	task->chunk_type = chunk_type_of(chunk_type);
	task->schema_name = pgd_column_text(context, 0, 7);
	task->table_name = pgd_column_text(context, 0, 8);
	task->column_name = pgd_column_text(context, 0, 9);
	task->bind_type = pgd_column_oid(0, 10);
	task->run_number = pgd_column_int32(0, 11);
	task->is_parallel = pgd_column_bool(0, 12);
	task->sql_stmt = pgd_column_text(context, 0, 13);
	task->language_flag = pgd_column_text(context, 0, 14);
	task->edition = pgd_column_text(context, 0, 15);
	task->apply_crossedition_trigger = pgd_column_text(context, 0, 16);
	task->fire_apply_trigger = pgd_column_bool(0, 17);
	task->parallel_level = pgd_column_is_null(0, 18) ? -1 :
		pgd_column_int32(0, 18);
	task->job_class = pgd_column_text(context, 0, 19);
	task->job_prefix = pgd_column_text(context, 0, 20);
	task->run_has_ended = pgd_column_bool(0, 21);
	task->environment = pgd_column_array(context, 0, 22);
	return task;
}

static PgdChunkType
chunk_type_of(const char *text)
{
	if (strcmp(text, "ROWID_RANGE") == 0)
		return PGD_CHUNKS_ROWID;
	if (strcmp(text, "NUMBER_RANGE") == 0)
		return PGD_CHUNKS_NUMBER;
	if (strcmp(text, "KEY_RANGE") == 0)
		return PGD_CHUNKS_KEY;
	return PGD_CHUNKS_UNDECLARED;
}

Oid
pgd_task_adm_owner(const char *owner)
{
	PgdObjectName *name;

	if (!pgd_role_has(GetUserId(), PGD_PARALLEL_ADMIN))
		ereport(ERROR,
				(errcode(PGD_ORA(29490)),
				 errmsg("insufficient privileges for tasks of other owners"),
				 errhint("This needs the privileges of role %s.",
						 pgd_privilege_role(PGD_PARALLEL_ADMIN))));
	if (owner == NULL || owner[0] == '\0')
		pgd_error_missing("task owner", owner);
	name = pgd_name_parse(owner, "task owner");
	if (name->owner != NULL || name->owner_is_sys)
		pgd_error_invalid_name("task owner", owner, NULL);
	return pgd_name_owner_role(pgd_name_parse(psprintf("%s.x", owner),
											  "task owner"));
}

void
pgd_task_require_idle(const PgdTask *task)
{
	if (pgd_live_is_running(task->id))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("task \"%s\" is running", task->name),
				 errhint("Use dbms_parallel_execute.stop_task() to stop it.")));
}

/*
 * A run that nobody controls has crashed if it was a parallel one; after a
 * serial one Oracle says PROCESSING. A task that was never run is worked on
 * by a framework of its owner, if at all: its chunks say how far that is.
 */
PgdTaskStatus
pgd_task_status(const PgdTask *task)
{
	/* who is at work is known at the primary alone */
	if (RecoveryInProgress())
		return task->status == PGD_TASK_PROCESSING && task->run_number == 0 ?
			status_by_chunks(task) : task->status;
	if (task->status == PGD_TASK_CHUNKING && !pgd_chunking_is_live(task->id))
		return status_without_worker(task, PGD_TASK_CHUNKING_FAILED);
	if (task->status != PGD_TASK_CHUNKED && task->status != PGD_TASK_PROCESSING)
		return task->status;
	if (pgd_live_is_running(task->id))
		return PGD_TASK_PROCESSING;
	if (task->run_number == 0 && task->status == PGD_TASK_PROCESSING)
		return status_by_chunks(task);
	if (task->status == PGD_TASK_PROCESSING && task->is_parallel)
		return status_without_worker(task, PGD_TASK_CRASHED);
	return task->status;
}

/*
 * Nobody is at work, so the status is this one: unless whoever was ended
 * between reading its row and looking for him. He stores his end before that
 * can be seen, so the row as it is now, whatever the caller's snapshot, tells.
 */
static PgdTaskStatus
status_without_worker(const PgdTask *task, PgdTaskStatus status)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_execute_with_args("SELECT status, run_number FROM dbms.parallel_task WHERE id = $1",
							  lengthof(types), types, values, NULL, true,
							  1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the row of a task");
	if (SPI_processed > 0 && (pgd_column_int32(0, 0) != task->status ||
							  pgd_column_int32(0, 1) != task->run_number))
		status = pgd_column_int32(0, 0);
	PopActiveSnapshot();
	pgd_catalog_leave(&scope);
	return status;
}

/*
 * Chunks are given out in their order, so most often the first and the last
 * tell enough; else all are counted.
 */
static PgdTaskStatus
status_by_chunks(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;
	PgdTaskStatus answer = PGD_TASK_PROCESSING;
	int64		total;
	int64		left;
	int64		failed;
	int64		unassigned;
	bool		is_clear;

	pgd_catalog_enter(&scope);
	is_clear = pgd_sql("SELECT 1 WHERE"
					   " (SELECT status FROM dbms.parallel_chunk WHERE task_id = $1 ORDER BY task_id, id LIMIT 1) > 0"
					   " AND (SELECT status FROM dbms.parallel_chunk WHERE task_id = $1"
					   "  ORDER BY task_id DESC, id DESC LIMIT 1) < 2",
					   lengthof(types), types, values, NULL,
					   SPI_OK_SELECT) > 0;
	if (is_clear)
	{
		pgd_catalog_leave(&scope);
		return PGD_TASK_PROCESSING;
	}
	(void) pgd_sql("SELECT count(*), count(*) FILTER (WHERE status <= 1),"
				   " count(*) FILTER (WHERE status = 3), count(*) FILTER (WHERE status = 0)"
				   " FROM dbms.parallel_chunk WHERE task_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	total = pgd_column_int64(0, 0);
	left = pgd_column_int64(0, 1);
	failed = pgd_column_int64(0, 2);
	unassigned = pgd_column_int64(0, 3);
	pgd_catalog_leave(&scope);
	if (total > 0 && total == unassigned)
		answer = PGD_TASK_CHUNKED;
	else if (left == 0)
		answer = failed > 0 ? PGD_TASK_FINISHED_WITH_ERROR :
			PGD_TASK_FINISHED;
	return answer;
}

const char *
pgd_task_status_name(PgdTaskStatus status)
{
	static const char *const names[] = {
		"?", "CREATED", "CHUNKING", "CHUNKING_FAILED", "NO_CHUNKS", "CHUNKED",
		"PROCESSING", "FINISHED", "FINISHED_WITH_ERROR", "CRASHED"
	};

	return names[status];
}

bool
pgd_chunk_status_is_valid(Numeric status)
{
	for (int i = PGD_CHUNK_UNASSIGNED; i <= PGD_CHUNK_PROCESSED_WITH_ERROR; i++)
		if (DatumGetBool(DirectFunctionCall2(numeric_eq,
											 NumericGetDatum(status),
											 DirectFunctionCall1(int4_numeric,
																 Int32GetDatum(i)))))
			return true;
	return false;
}

Oid
pgd_task_relation(const PgdTask *task)
{
	Oid			schema;

	if (task->table_name == NULL)
		return InvalidOid;
	schema = get_namespace_oid(task->schema_name, true);
	if (!OidIsValid(schema))
		return InvalidOid;
	return get_relname_relid(task->table_name, schema);
}

/* Numbers beyond what anybody waits for are as good as these. */
void
pgd_task_read_throttle(int64 id, int64 *max_lag, double *max_rows,
					   int64 *sleep_us)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(id)};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	(void) pgd_sql("SELECT CASE WHEN max_replication_lag IS NULL THEN -1"
				   " ELSE (least(extract(epoch FROM max_replication_lag), 1e12) * 1000000)::bigint END,"
				   " CASE WHEN max_rows_per_second IS NULL THEN 0"
				   " ELSE greatest(least(max_rows_per_second, 1e12) * 1000, 1)::bigint END,"
				   " CASE WHEN sleep_between_chunks IS NULL THEN 0"
				   " ELSE (least(extract(epoch FROM sleep_between_chunks), 1e12) * 1000000)::bigint END"
				   " FROM dbms.parallel_task WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	*max_lag = pgd_column_int64(0, 0);
	*max_rows = pgd_column_int64(0, 1) / 1000.0;
	*sleep_us = pgd_column_int64(0, 2);
	pgd_catalog_leave(&scope);
}

void
pgd_task_set_status(int64 id, PgdTaskStatus status)
{
	Oid			types[] = {INT8OID, INT4OID};
	Datum		values[] = {Int64GetDatum(id), Int32GetDatum(status)};
	PgdCatalogScope scope;

	pgd_catalog_enter(&scope);
	pgd_change_sql("UPDATE dbms.parallel_task SET status = $2 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
}

void
pgd_task_delete_chunks(int64 id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(id)};

	pgd_anchor_release(id);
	pgd_change_sql("DELETE FROM dbms.parallel_chunk WHERE task_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.parallel_relation WHERE task_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
}

static void
drop_task(const PgdTask *task)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(task->id)};
	PgdCatalogScope scope;

	pgd_task_require_idle(task);
	pgd_chunking_require_idle(task);
	pgd_catalog_enter(&scope);
	pgd_task_delete_chunks(task->id);
	pgd_change_sql("DELETE FROM dbms.parallel_task WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
}

/* ---- with their owners ---- */

static void
drop_owned(List *owner_ids, DropBehavior behavior)
{
	ListCell   *cell;

	foreach(cell, owner_ids)
	{
		Oid			types[] = {INT4OID};
		Datum		values[] = {Int32GetDatum(lfirst_int(cell))};

		pgd_change_sql("DELETE FROM dbms.parallel_chunk c USING dbms.parallel_task t"
					   " WHERE t.owner_id = $1 AND c.task_id = t.id",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.parallel_relation c USING dbms.parallel_task t"
					   " WHERE t.owner_id = $1 AND c.task_id = t.id",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.parallel_task WHERE owner_id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
}

static void
reassign(int old_owner_id, int new_owner_id)
{
	Oid			types[] = {INT4OID, INT4OID};
	Datum		values[] = {Int32GetDatum(old_owner_id), Int32GetDatum(new_owner_id)};
	uint64		n;

	if (pgd_sql("SELECT a.name FROM dbms.parallel_task a JOIN dbms.parallel_task b ON b.name = a.name"
				" WHERE a.owner_id = $1 AND b.owner_id = $2 ORDER BY a.name LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29497)),
				 errmsg("cannot reassign task \"%s\" because the new owner has a task of this name",
						pgd_column_text(CurrentMemoryContext, 0, 0)),
				 errhint("Drop one of the two.")));
	n = pgd_change_sql("UPDATE dbms.parallel_task SET owner_id = $2 WHERE owner_id = $1 RETURNING id, name",
					   lengthof(types), types, values, NULL,
					   SPI_OK_UPDATE_RETURNING);

	/* its workers are sessions of the old owner; no run begins from here on */
	for (uint64 i = 0; i < n; i++)
		if (pgd_live_is_running(pgd_column_int64(i, 0)))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_IN_USE),
					 errmsg("cannot reassign task \"%s\" because it is running",
							pgd_column_text(CurrentMemoryContext, i, 1)),
					 errhint("Use dbms_parallel_execute.adm_stop_task() to stop it.")));
}

static bool
owns_any(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};

	return pgd_sql("SELECT 1 FROM dbms.parallel_task WHERE owner_id = $1 LIMIT 1",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

static const PgdOwnerPackage task_package = {
	.drop_owned = drop_owned,
	.reassign = reassign,
	.owns_any = owns_any
};

void
pgd_task_install(void)
{
	pgd_owner_register_package(&task_package);
}
