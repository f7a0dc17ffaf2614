/*
 * job.c
 *		The tables of jobs: dbms.job, which holds the definition, and
 *		dbms.job_state, which holds what changes with each run.
 *
 * Everything here expects an open catalog scope. What is read is allocated in
 * the memory context of the object it belongs to, so that it outlives the
 * scope. The row of dbms.job is locked before that of dbms.job_state; the
 * coordinator takes the latter alone and passes over rows it finds locked.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/change.h"
#include "core/errors.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"

/* so many dependent jobs are named in a detail */
#define PGD_NAMED_DEPENDENTS	5

#define PGD_DEFINITION_COLUMNS \
	"creator, job_style, program_owner_id, program_name, job_type, job_action," \
	" number_of_arguments, schedule_owner_id, schedule_name, start_at, time_zone," \
	" repeat_interval, interval_kind, end_at, job_class, job_priority, job_weight," \
	" max_failures, max_runs, max_run_duration, schedule_limit, restart_on_failure," \
	" restart_on_recovery, missed_runs, auto_drop, stop_on_window_close, raise_events," \
	" logging_level, store_output, follow_default_timezone, parallel_instances," \
	" instance_stickiness, instance_id, database_role, allow_runs_in_restricted_mode," \
	" credential_name, is_system, dbms_job_number, environment, comments"

#define PGD_DEFINITION_VALUES \
	"$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20," \
	" $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37," \
	" $38, $39, $40, $41"

#define PGD_STATE_COLUMNS \
	"is_enabled, base_at, next_run_at, due_at, final_state, disabled_reason"

static PgdJob *read_job(const PgdObject *object);
static void put_definition(PgdParameters *parameters, const PgdJob *job);
static int64 *dependent_ids(PgdJobReference reference, int owner_id,
							const char *name, bool only_enabled, int *n);
static TimestampTz time_or_none(uint64 row, int column);
static int	owner_or_none(uint64 row, int column);

/* A job with Oracle's defaults. */
void
pgd_job_init(PgdJob *job)
{
	memset(job, 0, sizeof(*job));
	job->job_style = "REGULAR";
	job->program_owner_id = PGD_OWNER_NONE;
	job->schedule_owner_id = PGD_OWNER_NONE;
	job->start_at = job->end_at = DT_NOEND;
	job->job_class = PGD_CLASS_DEFAULT;
	job->job_priority = 3;
	job->job_weight = 1;
	job->missed_runs = "ONCE";
	job->auto_drop = true;
	job->logging_level = PGD_LOGGING_OFF;
	job->store_output = true;
	job->instance_stickiness = true;
	job->database_role = "PRIMARY";
	job->base_at = job->next_run_at = job->due_at = DT_NOEND;
}

/* The copy of an object in another memory context. */
PgdObject *
pgd_object_copy(const PgdObject *object, MemoryContext context)
{
	PgdObject  *copy = MemoryContextAlloc(context, sizeof(PgdObject));

	*copy = *object;
	copy->name = MemoryContextStrdup(context, object->name);
	copy->type = MemoryContextStrdup(context, object->type);
	copy->shown = MemoryContextStrdup(context, object->shown);
	return copy;
}

/* The job of this name in the given context; raises 27475. */
PgdObject *
pgd_job_get(Oid caller, const PgdObjectName *name, MemoryContext context)
{
	return pgd_object_copy(pgd_object_get(caller, name, "JOB"), context);
}

/* The same by its number; NULL if it is gone. */
PgdObject *
pgd_job_by_id(int64 job_id, MemoryContext context)
{
	PgdObject  *object = pgd_object_by_id(job_id);

	return object != NULL ? pgd_object_copy(object, context) : NULL;
}

/*
 * The job; 27475 if it is gone. Allocated in the memory context of the
 * object.
 */
PgdJob *
pgd_job_load(const PgdObject *object)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (pgd_sql("SELECT " PGD_DEFINITION_COLUMNS ", " PGD_STATE_COLUMNS
				" FROM dbms.job JOIN dbms.job_state ON job_id = id WHERE id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_job(object->shown);
	return read_job(object);
}

/*
 * The same with both rows locked: nobody else changes this job until the end
 * of the transaction, and the coordinator lets it be.
 */
PgdJob *
pgd_job_load_for_change(const PgdObject *object)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (pgd_sql("SELECT 1 FROM dbms.job WHERE id = $1 FOR UPDATE",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0 ||
		pgd_sql("SELECT 1 FROM dbms.job_state WHERE job_id = $1 FOR UPDATE",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_job(object->shown);

	/* a second look: what was waited for may have changed it */
	pgd_change_note_job(object->id);
	return pgd_job_load(object);
}

static TimestampTz
time_or_none(uint64 row, int column)
{
	return pgd_column_is_null(row, column) ? DT_NOEND :
		pgd_column_timestamptz(row, column);
}

static int
owner_or_none(uint64 row, int column)
{
	return pgd_column_is_null(row, column) ? PGD_OWNER_NONE :
		pgd_column_int32(row, column);
}

/* The first row of the last statement, in the context of the object. */
static PgdJob *
read_job(const PgdObject *object)
{
	MemoryContext context = GetMemoryChunkContext(unconstify(PgdObject *, object));
	PgdJob	   *job = MemoryContextAllocZero(context, sizeof(PgdJob));
	MemoryContext old;
	bool		is_null;
	int			c = 0;

	job->object = object;
	job->creator = pgd_column_text(context, 0, c++);
	job->job_style = pgd_column_text(context, 0, c++);
	job->program_owner_id = owner_or_none(0, c++);
	job->program_name = pgd_column_text(context, 0, c++);
	job->job_type = pgd_column_text(context, 0, c++);
	job->job_action = pgd_column_text(context, 0, c++);
	job->number_of_arguments = pgd_column_int32(0, c++);
	job->schedule_owner_id = owner_or_none(0, c++);
	job->schedule_name = pgd_column_text(context, 0, c++);
	job->start_at = time_or_none(0, c++);
	job->time_zone = pgd_column_text(context, 0, c++);
	job->repeat_interval = pgd_column_text(context, 0, c++);
	job->interval_kind = pgd_column_text(context, 0, c++);
	job->end_at = time_or_none(0, c++);
	job->job_class = pgd_column_text(context, 0, c++);
	job->job_priority = pgd_column_int32(0, c++);
	job->job_weight = pgd_column_int32(0, c++);
	job->max_failures = pgd_column_int32(0, c++);
	job->max_runs = pgd_column_int32(0, c++);
	job->max_run_duration = pgd_column_interval(context, 0, c++);
	job->schedule_limit = pgd_column_interval(context, 0, c++);
	job->restart_on_failure = pgd_column_bool(0, c++);
	job->restart_on_recovery = pgd_column_bool(0, c++);
	job->missed_runs = pgd_column_text(context, 0, c++);
	job->auto_drop = pgd_column_bool(0, c++);
	job->stop_on_window_close = pgd_column_bool(0, c++);
	job->raise_events = pgd_column_int32(0, c++);
	job->logging_level = pgd_column_int32(0, c++);
	job->store_output = pgd_column_bool(0, c++);
	job->follow_default_timezone = pgd_column_bool(0, c++);
	job->parallel_instances = pgd_column_bool(0, c++);
	job->instance_stickiness = pgd_column_bool(0, c++);
	job->instance_id = pgd_column_int32(0, c++);
	job->database_role = pgd_column_text(context, 0, c++);
	job->allow_runs_in_restricted_mode = pgd_column_bool(0, c++);
	job->credential_name = pgd_column_text(context, 0, c++);
	job->is_system = pgd_column_bool(0, c++);
	job->dbms_job_number = pgd_column_int32(0, c++);
	old = MemoryContextSwitchTo(context);
	job->environment =
		PointerGetDatum(DatumGetArrayTypePCopy(SPI_getbinval(SPI_tuptable->vals[0],
															 SPI_tuptable->tupdesc,
															 ++c, &is_null)));
	MemoryContextSwitchTo(old);
	job->comments = pgd_column_text(context, 0, c++);

	job->is_enabled = pgd_column_bool(0, c++);
	job->base_at = time_or_none(0, c++);
	job->next_run_at = time_or_none(0, c++);
	job->due_at = time_or_none(0, c++);
	job->final_state = pgd_column_text(context, 0, c++);
	job->disabled_reason = pgd_column_text(context, 0, c++);
	return job;
}

/* $1 is the job's id, then the columns of PGD_DEFINITION_COLUMNS. */
static void
put_definition(PgdParameters *p, const PgdJob *job)
{
	p->n = 0;
	pgd_put_int64(p, job->object->id);
	pgd_put_text(p, job->creator);
	pgd_put_text(p, job->job_style);
	pgd_put_int32_or_null(p, job->program_owner_id, PGD_OWNER_NONE);
	pgd_put_text(p, job->program_name);
	pgd_put_text(p, job->job_type);
	pgd_put_text(p, job->job_action);
	pgd_put_int32(p, job->number_of_arguments);
	pgd_put_int32_or_null(p, job->schedule_owner_id, PGD_OWNER_NONE);
	pgd_put_text(p, job->schedule_name);
	pgd_put_timestamptz(p, job->start_at);
	pgd_put_text(p, job->time_zone);
	pgd_put_text(p, job->repeat_interval);
	pgd_put_text(p, job->interval_kind);
	pgd_put_timestamptz(p, job->end_at);
	pgd_put_text(p, job->job_class);
	pgd_put_int32(p, job->job_priority);
	pgd_put_int32(p, job->job_weight);
	pgd_put_int32_or_null(p, job->max_failures, 0);
	pgd_put_int32_or_null(p, job->max_runs, 0);
	pgd_put_interval(p, job->max_run_duration);
	pgd_put_interval(p, job->schedule_limit);
	pgd_put_bool(p, job->restart_on_failure);
	pgd_put_bool(p, job->restart_on_recovery);
	pgd_put_text(p, job->missed_runs);
	pgd_put_bool(p, job->auto_drop);
	pgd_put_bool(p, job->stop_on_window_close);
	pgd_put_int32(p, job->raise_events);
	pgd_put_int32(p, job->logging_level);
	pgd_put_bool(p, job->store_output);
	pgd_put_bool(p, job->follow_default_timezone);
	pgd_put_bool(p, job->parallel_instances);
	pgd_put_bool(p, job->instance_stickiness);
	pgd_put_int32_or_null(p, job->instance_id, 0);
	pgd_put_text(p, job->database_role);
	pgd_put_bool(p, job->allow_runs_in_restricted_mode);
	pgd_put_text(p, job->credential_name);
	pgd_put_bool(p, job->is_system);
	if (job->dbms_job_number != 0)
		pgd_put_int64(p, job->dbms_job_number);
	else
	{
		p->types[p->n] = INT8OID;
		p->values[p->n] = (Datum) 0;
		p->nulls[p->n++] = 'n';
	}
	pgd_put_datum(p, TEXTARRAYOID, job->environment);
	pgd_put_text(p, job->comments);
}

/* The rows of a new job, whose object exists. */
void
pgd_job_insert(PgdJob *job)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(job->object->id)};
	PgdParameters parameters;

	put_definition(&parameters, job);
	pgd_change_sql_with("INSERT INTO dbms.job (id, " PGD_DEFINITION_COLUMNS ")"
						" VALUES ($1, " PGD_DEFINITION_VALUES ")",
						&parameters, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.job_state (job_id) VALUES ($1)",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_change_note_job(job->object->id);
}

void
pgd_job_update_definition(PgdJob *job)
{
	PgdParameters parameters;

	put_definition(&parameters, job);
	pgd_change_sql_with("UPDATE dbms.job SET (" PGD_DEFINITION_COLUMNS ")"
						" = ROW(" PGD_DEFINITION_VALUES ") WHERE id = $1",
						&parameters, SPI_OK_UPDATE);
	pgd_change_note_job(job->object->id);
}

/*
 * Writes whether and when the job runs next. A retry that was due is
 * forgotten; with reset_counters all counters start again.
 */
void
pgd_job_update_state(PgdJob *job, bool reset_counters)
{
	PgdParameters parameters = {0};

	pgd_put_int64(&parameters, job->object->id);
	pgd_put_bool(&parameters, job->is_enabled);
	pgd_put_timestamptz(&parameters, job->base_at);
	pgd_put_timestamptz(&parameters, job->next_run_at);
	pgd_put_timestamptz(&parameters, job->due_at);
	pgd_put_text(&parameters, job->final_state);
	pgd_put_text(&parameters, job->disabled_reason);
	pgd_put_bool(&parameters, reset_counters);
	pgd_change_sql_with("UPDATE dbms.job_state SET is_enabled = $2, base_at = $3, next_run_at = $4,"
						" due_at = $5, final_state = $6, disabled_reason = $7,"
						" next_operation = 'RUN', retry_count = 0,"
						" run_count = CASE WHEN $8 THEN 0 ELSE run_count END,"
						" failure_count = CASE WHEN $8 THEN 0 ELSE failure_count END,"
						" consecutive_failures = CASE WHEN $8 THEN 0 ELSE consecutive_failures END"
						" WHERE job_id = $1",
						&parameters, SPI_OK_UPDATE);
	pgd_change_note_job(job->object->id);
}

/* Numbers of the runs under way, in the current memory context of SPI. */
int64 *
pgd_job_runs(int64 job_id, int *nruns)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(job_id)};
	int64	   *runs;

	*nruns = pgd_sql("SELECT id FROM dbms.run WHERE job_id = $1 ORDER BY id",
					 lengthof(types), types, values, NULL, SPI_OK_SELECT);
	runs = palloc(sizeof(int64) * Max(*nruns, 1));
	for (int i = 0; i < *nruns; i++)
		runs[i] = pgd_column_int64(i, 0);
	return runs;
}

/* Jobs of a class by owner and name, in the current memory context of SPI. */
int64 *
pgd_job_ids_of_class(const char *class_name, int *njobs)
{
	return dependent_ids(PGD_JOB_USES_CLASS, PGD_OWNER_SYS, class_name, false,
						 njobs);
}

/*
 * The named program of a job, in the memory context of its object; NULL if
 * there is none.
 */
PgdJobProgram *
pgd_job_program(const PgdJob *job)
{
	MemoryContext context = PGD_JOB_CONTEXT(job);
	PgdObject  *object;
	PgdJobProgram *program;
	Oid			types[] = {INT8OID};
	Datum		values[1];

	object = pgd_object_find_owned(job->program_owner_id, job->program_name);
	if (object == NULL || strcmp(object->type, "PROGRAM") != 0)
		return NULL;
	object = pgd_object_copy(object, context);
	values[0] = Int64GetDatum(object->id);
	if (pgd_sql("SELECT p.program_type, p.program_action, p.number_of_arguments, p.is_enabled, p.is_detached,"
				" (SELECT pg_catalog.count(*)::integer FROM dbms.program_argument a"
				"  WHERE a.program_id = p.id AND a.position <= p.number_of_arguments)"
				" FROM dbms.program p WHERE p.id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return NULL;
	program = MemoryContextAllocZero(context, sizeof(PgdJobProgram));
	program->object = object;
	program->type = pgd_column_text(context, 0, 0);
	program->action = pgd_column_text(context, 0, 1);
	program->number_of_arguments = pgd_column_int32(0, 2);
	program->is_enabled = pgd_column_bool(0, 3);
	program->is_detached = pgd_column_bool(0, 4);
	program->defined_arguments = pgd_column_int32(0, 5);
	return program;
}

bool
pgd_job_is_lightweight(const PgdJob *job)
{
	return strcmp(job->job_style, "REGULAR") != 0;
}

/* ---- jobs that refer to other objects ---- */

/* Ids by owner and name, in the current memory context of SPI. */
static int64 *
dependent_ids(PgdJobReference reference, int owner_id, const char *name,
			  bool only_enabled, int *n)
{
	Oid			types[] = {TEXTOID, BOOLOID, INT4OID};
	Datum		values[] = {
		CStringGetTextDatum(name), BoolGetDatum(only_enabled),
		Int32GetDatum(owner_id)
	};
	int64	   *ids;

	switch (reference)
	{
		case PGD_JOB_USES_PROGRAM:
			*n = pgd_sql("SELECT j.id FROM dbms.job j JOIN dbms.object o ON o.id = j.id"
						 " JOIN dbms.job_state s ON s.job_id = j.id"
						 " WHERE j.program_owner_id = $3 AND j.program_name = $1 AND (s.is_enabled OR NOT $2)"
						 " ORDER BY o.owner_id, o.name",
						 3, types, values, NULL, SPI_OK_SELECT);
			break;
		case PGD_JOB_USES_SCHEDULE:
			*n = pgd_sql("SELECT j.id FROM dbms.job j JOIN dbms.object o ON o.id = j.id"
						 " JOIN dbms.job_state s ON s.job_id = j.id"
						 " WHERE j.schedule_owner_id = $3 AND j.schedule_name = $1 AND (s.is_enabled OR NOT $2)"
						 " ORDER BY o.owner_id, o.name",
						 3, types, values, NULL, SPI_OK_SELECT);
			break;
		case PGD_JOB_USES_CLASS:
			*n = pgd_sql("SELECT j.id FROM dbms.job j JOIN dbms.object o ON o.id = j.id"
						 " JOIN dbms.job_state s ON s.job_id = j.id"
						 " WHERE j.job_class = $1 AND (s.is_enabled OR NOT $2)"
						 " ORDER BY o.owner_id, o.name",
						 2, types, values, NULL, SPI_OK_SELECT);
			break;
	}
	ids = palloc(sizeof(int64) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
		ids[i] = pgd_column_int64(i, 0);
	return ids;
}

char *
pgd_job_dependents(PgdJobReference reference, int owner_id, const char *name)
{
	int			n;
	int64	   *ids = dependent_ids(reference, owner_id, name, false, &n);
	StringInfoData detail;

	if (n == 0)
		return NULL;
	initStringInfo(&detail);
	for (int i = 0; i < n && i < PGD_NAMED_DEPENDENTS; i++)
	{
		PgdObject  *object = pgd_object_by_id(ids[i]);

		if (object != NULL)
			appendStringInfo(&detail, "%sJob \"%s\" depends on it.",
							 detail.len > 0 ? " " : "", object->shown);
	}
	if (n > PGD_NAMED_DEPENDENTS)
		appendStringInfo(&detail, " So do %d other jobs.",
						 n - PGD_NAMED_DEPENDENTS);
	return detail.data;
}

void
pgd_job_disable_dependents(PgdJobReference reference, int owner_id,
						   const char *name, const char *reason)
{
	int			n;
	int64	   *ids = dependent_ids(reference, owner_id, name,
									reference != PGD_JOB_USES_CLASS, &n);

	for (int i = 0; i < n; i++)
	{
		pgd_job_disable(ids[i], reason);
		if (reference == PGD_JOB_USES_CLASS)
		{
			Oid			types[] = {INT8OID, TEXTOID};
			Datum		values[] = {
				Int64GetDatum(ids[i]), CStringGetTextDatum(PGD_CLASS_DEFAULT)
			};

			pgd_change_sql("UPDATE dbms.job SET job_class = $2 WHERE id = $1",
						   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
			pgd_change_note_job(ids[i]);
		}
	}
}

void
pgd_job_reschedule_dependents(PgdJobReference reference, int owner_id,
							  const char *name)
{
	int			n;
	int64	   *ids = dependent_ids(reference, owner_id, name, true, &n);

	for (int i = 0; i < n; i++)
		pgd_job_reschedule(ids[i]);
}

void
pgd_job_disable(int64 job_id, const char *reason)
{
	PgdObject  *object = pgd_object_by_id(job_id);
	PgdJob	   *job;

	if (object == NULL)
		return;
	job = pgd_job_load_for_change(object);
	if (!job->is_enabled)
		return;
	job->is_enabled = false;
	job->next_run_at = job->due_at = DT_NOEND;
	job->final_state = NULL;
	job->disabled_reason = unconstify(char *, reason);
	pgd_job_update_state(job, false);
	pgd_log_job_operation(job_id, "DISABLE", NULL,
						  pgd_log_info("REASON", reason), true);
}

void
pgd_job_delete(int64 job_id, const char *user, const char *info)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(job_id)};

	pgd_log_job_operation(job_id, "DROP", user, info, false);
	pgd_change_sql("DELETE FROM dbms.job WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.job_state WHERE job_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.job_argument WHERE job_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_object_drop(job_id);
	pgd_change_note_job(job_id);
}
