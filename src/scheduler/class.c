/*
 * class.c
 *		Job classes: reading and writing dbms.job_class.
 *
 * Classes belong to SYS. Each run reads its job's class when it starts, so
 * only a change of what decides the consumer group needs a word to the
 * coordinator.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/names.h"
#include "core/object.h"
#include "core/sql.h"
#include "resource/resource.h"
#include "scheduler/attribute.h"
#include "scheduler/job.h"
#include "scheduler/log.h"

#define JOB_CLASS			"JOB CLASS"
#define NAME_OF				"job class name"
#define COMMENTS_MAX		4000
#define SERVICE_MAX			64
#define LOG_HISTORY_MAX		1000000
#define LOG_ROWS_MAX		INT64CONST(1000000000000)

/* a row of dbms.job_class; numbers that are not set are -1 */
typedef struct PgdJobClass
{
	char	   *consumer_group;
	char	   *service;
	int			logging_level;
	int64		log_history;
	int64		log_max_rows;
	bool		is_system;
	char	   *comments;
} PgdJobClass;

static char *fold_group(const char *group);
static void check_group(const char *group);
static int64 check_count(const char *attribute, int64 number, int64 max);
static void read_class(const PgdObject *object, PgdJobClass *job_class);
static void write_class(int64 id, const PgdJobClass *job_class, bool is_new);
static void drop_one(Oid caller, const PgdObjectName *name, bool force);

#define CLASS_ATTRIBUTES \
	"RESOURCE_CONSUMER_GROUP, LOGGING_LEVEL, LOG_HISTORY, LOG_MAX_ROWS, SERVICE and COMMENTS"

PG_FUNCTION_INFO_V1(pgd_scheduler_create_job_class);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_job_class);
PG_FUNCTION_INFO_V1(pgd_scheduler_job_class_arrives);

Datum
pgd_scheduler_create_job_class(PG_FUNCTION_ARGS)
{
	PgdObjectName *name;
	PgdJobClass job_class;
	PgdCatalogScope scope;

	pgd_require(PGD_MANAGE_SCHEDULER);
	name = pgd_name_in_sys(pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF),
						   "job class");
	job_class.consumer_group = fold_group(pgd_arg_text(fcinfo, 1));
	job_class.service = pgd_arg_text(fcinfo, 2);
	if (job_class.service != NULL && strlen(job_class.service) > SERVICE_MAX)
		pgd_error_too_long("SERVICE", SERVICE_MAX);
	job_class.logging_level =
		pgd_attr_check_logging_level("LOGGING_LEVEL",
									 pgd_arg_int32(fcinfo, 3, "LOGGING_LEVEL"));
	job_class.log_history = PG_ARGISNULL(4) ? -1 :
		check_count("LOG_HISTORY", PG_GETARG_INT32(4), LOG_HISTORY_MAX);
	job_class.comments = pgd_arg_text(fcinfo, 5);
	if (job_class.comments != NULL &&
		strlen(job_class.comments) > COMMENTS_MAX)
		pgd_error_too_long("COMMENTS", COMMENTS_MAX);
	job_class.log_max_rows = PG_ARGISNULL(6) ? -1 :
		check_count("LOG_MAX_ROWS", PG_GETARG_INT64(6), LOG_ROWS_MAX);

	pgd_catalog_enter(&scope);
	check_group(job_class.consumer_group);
	write_class(pgd_object_create(PGD_OWNER_SYS, name->name, JOB_CLASS),
				&job_class, true);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_job_class(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	List	   *names;
	bool		force;
	PgdCatalogScope scope;
	ListCell   *cell;

	pgd_require(PGD_MANAGE_SCHEDULER);
	names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0), NAME_OF);
	force = pgd_arg_bool(fcinfo, 1, "FORCE");
	pgd_catalog_enter(&scope);
	foreach(cell, names)
		drop_one(caller, pgd_name_in_sys(lfirst(cell), "job class"), force);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * Row trigger before a class of the extension is inserted, as a restore does:
 * its attributes go to the row that CREATE EXTENSION has made.
 */
Datum
pgd_scheduler_job_class_arrives(PG_FUNCTION_ARGS)
{
	static const char *const columns[] = {
		"id", "service", "logging_level", "log_history", "log_max_rows", "comments",
		"resource_consumer_group"
	};
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;
	PgdCatalogScope scope;
	Oid			types[] = {
		INT8OID, TEXTOID, INT4OID, INT4OID, INT8OID, TEXTOID, TEXTOID
	};
	Datum		values[lengthof(columns)];
	char		nulls[lengthof(columns)];
	uint64		n;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		elog(ERROR, "dbms.job_class_arrives() is a trigger function for inserts");
	desc = RelationGetDescr(data->tg_relation);
	for (int i = 0; i < lengthof(columns); i++)
	{
		bool		isnull;

		values[i] = heap_getattr(data->tg_trigtuple,
								 SPI_fnumber(desc, columns[i]), desc, &isnull);
		nulls[i] = isnull ? 'n' : ' ';
	}
	pgd_catalog_enter(&scope);
	n = pgd_sql("UPDATE dbms.job_class SET service = $2, logging_level = $3, log_history = $4,"
				" log_max_rows = $5, comments = $6, resource_consumer_group = $7, is_changed = true"
				" WHERE id = $1 AND is_system",
				lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	return PointerGetDatum(n > 0 ? NULL : data->tg_trigtuple);
}

void
pgd_class_set_attribute(Oid caller, const PgdObject *object,
						const char *attribute, const PgdAttrValue *value)
{
	PgdJobClass job_class;

	pgd_object_require_alter(caller, object);
	if (strcmp(object->name, "DEFAULT_JOB_CLASS") == 0 &&
		!superuser_arg(caller))
		pgd_error_privilege("Only a superuser can change the job class DEFAULT_JOB_CLASS.",
							"Make a job class of your own.");
	read_class(object, &job_class);

	if (strcmp(attribute, "RESOURCE_CONSUMER_GROUP") == 0)
	{
		job_class.consumer_group = value->is_null ? NULL :
			fold_group(pgd_attr_to_text(attribute, value, PGD_NAME_MAX + 2));
		check_group(job_class.consumer_group);
	}
	else if (strcmp(attribute, "SERVICE") == 0)
		job_class.service = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, SERVICE_MAX);
	else if (strcmp(attribute, "LOGGING_LEVEL") == 0)
		job_class.logging_level =
			pgd_attr_to_logging_level(attribute, value);
	else if (strcmp(attribute, "LOG_HISTORY") == 0)
		job_class.log_history = value->is_null ? -1 :
			pgd_attr_to_integer(attribute, value, 0, LOG_HISTORY_MAX);
	else if (strcmp(attribute, "LOG_MAX_ROWS") == 0)
		job_class.log_max_rows = value->is_null ? -1 :
			pgd_attr_to_integer(attribute, value, 0, LOG_ROWS_MAX);
	else if (strcmp(attribute, "COMMENTS") == 0)
		job_class.comments = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, COMMENTS_MAX);
	else
		pgd_attr_error_unknown("job class", attribute, CLASS_ATTRIBUTES);
	write_class(object->id, &job_class, false);
}

void
pgd_class_get_attribute(Oid caller, const PgdObject *object,
						const char *attribute, PgdAttrValue *value)
{
	MemoryContext old_context;
	PgdJobClass job_class;

	if (!pgd_object_may_alter(caller, object))
		pgd_object_require_execute(caller, object);
	old_context = MemoryContextSwitchTo(GetMemoryChunkContext(unconstify(PgdObject *, object)));
	read_class(object, &job_class);
	if (strcmp(attribute, "RESOURCE_CONSUMER_GROUP") == 0)
		pgd_attr_put_text(value, job_class.consumer_group);
	else if (strcmp(attribute, "SERVICE") == 0)
		pgd_attr_put_text(value, job_class.service);
	else if (strcmp(attribute, "LOGGING_LEVEL") == 0)
		pgd_attr_put_integer(value, job_class.logging_level, false);
	else if (strcmp(attribute, "LOG_HISTORY") == 0)
		pgd_attr_put_integer(value, job_class.log_history,
							 job_class.log_history < 0);
	else if (strcmp(attribute, "LOG_MAX_ROWS") == 0)
		pgd_attr_put_integer(value, job_class.log_max_rows,
							 job_class.log_max_rows < 0);
	else if (strcmp(attribute, "COMMENTS") == 0)
		pgd_attr_put_text(value, job_class.comments);
	else
		pgd_attr_error_unknown("job class", attribute, CLASS_ATTRIBUTES);
	MemoryContextSwitchTo(old_context);
}

static int64
check_count(const char *attribute, int64 number, int64 max)
{
	if (number < 0 || number > max)
		pgd_error_invalid_value(attribute, psprintf(INT64_FORMAT, number),
								psprintf("It must be between 0 and " INT64_FORMAT ".",
										 max), NULL);
	return number;
}

/* An empty name is none. */
static char *
fold_group(const char *group)
{
	if (group == NULL || group[0] == '\0')
		return NULL;
	return pgd_name_fold(group, "consumer group name");
}

/* 27476; inside a scope. Its later deletion leaves the class without effect. */
static void
check_group(const char *group)
{
	if (group != NULL && !pgd_group_exists(group))
		pgd_error_no_object("consumer group", group);
}

/* Locks the row, so that two who change it do so one after the other. */
static void
read_class(const PgdObject *object, PgdJobClass *job_class)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (pgd_sql("SELECT c.service, c.logging_level, c.log_history, c.log_max_rows, c.is_system, c.comments,"
				" c.resource_consumer_group FROM dbms.job_class c WHERE c.id = $1 FOR UPDATE",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_object("job class", object->shown);
	job_class->service = pgd_column_text(CurrentMemoryContext, 0, 0);
	job_class->logging_level = pgd_column_int32(0, 1);
	job_class->log_history = pgd_column_is_null(0, 2) ? -1 :
		pgd_column_int32(0, 2);
	job_class->log_max_rows = pgd_column_is_null(0, 3) ? -1 :
		pgd_column_int64(0, 3);
	job_class->is_system = pgd_column_bool(0, 4);
	job_class->comments = pgd_column_text(CurrentMemoryContext, 0, 5);
	job_class->consumer_group = pgd_column_text(CurrentMemoryContext, 0, 6);
}

static void
write_class(int64 id, const PgdJobClass *job_class, bool is_new)
{
	Oid			types[] = {
		INT8OID, TEXTOID, INT4OID, INT4OID, INT8OID, TEXTOID, TEXTOID
	};
	char		nulls[] = {' ', ' ', ' ', ' ', ' ', ' ', ' '};
	Datum		values[7];

	values[0] = Int64GetDatum(id);
	values[1] = pgd_text_or_null(job_class->service, &nulls[1]);
	values[2] = Int32GetDatum(job_class->logging_level);
	values[3] = Int32GetDatum((int32) job_class->log_history);
	nulls[3] = job_class->log_history < 0 ? 'n' : ' ';
	values[4] = Int64GetDatum(job_class->log_max_rows);
	nulls[4] = job_class->log_max_rows < 0 ? 'n' : ' ';
	values[5] = pgd_text_or_null(job_class->comments, &nulls[5]);
	values[6] = pgd_text_or_null(job_class->consumer_group, &nulls[6]);
	if (is_new)
		pgd_change_sql("INSERT INTO dbms.job_class (id, service, logging_level, log_history, log_max_rows, comments,"
					   " resource_consumer_group) VALUES ($1, $2, $3, $4, $5, $6, $7)",
					   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	else
		pgd_change_sql("UPDATE dbms.job_class SET service = $2, logging_level = $3, log_history = $4,"
					   " log_max_rows = $5, comments = $6, resource_consumer_group = $7,"
					   " is_changed = is_system WHERE id = $1",
					   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_change_note_plans();
}

static void
drop_one(Oid caller, const PgdObjectName *name, bool force)
{
	PgdObject  *object = pgd_object_get(caller, name, JOB_CLASS);
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};
	PgdJobClass job_class;
	char	   *dependents;

	read_class(object, &job_class);
	if (job_class.is_system)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot drop job class \"%s\" because pg_dbms needs it",
						object->shown)));
	dependents = pgd_job_dependents(PGD_JOB_USES_CLASS, PGD_OWNER_SYS,
									object->name);
	if (dependents != NULL && !force)
		pgd_error_dependents("drop", "job class", object->shown, dependents);
	if (dependents != NULL)
		pgd_job_disable_dependents(PGD_JOB_USES_CLASS, PGD_OWNER_SYS,
								   object->name,
								   psprintf("job class \"%s\" was dropped",
											object->shown));
	pgd_change_sql("DELETE FROM dbms.job_class WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_object_drop(object->id);
	pgd_change_note_plans();
}
