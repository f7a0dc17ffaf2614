/*
 * job_check.c
 *		What makes a job valid: its type and action when they are given, what
 *		it refers to, and all of it together when it is enabled or run.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/formatting.h"
#include "utils/syscache.h"

#include "core/errors.h"
#include "scheduler/action.h"
#include "scheduler/job_int.h"
#include "scheduler/window_jobs.h"

static void check_arguments(const PgdJob *job, int number_of_arguments,
							const PgdJobProgram *program);

/*
 * The type of an inline action in upper case: 27463 if there is no such
 * type, 0A000 for those that need more than this database.
 */
char *
pgd_job_type_check(const char *job_type)
{
	static const char *const known[] = {
		"PLSQL_BLOCK", "STORED_PROCEDURE", "SQL_SCRIPT"
	};
	static const char *const later[] = {
		"EXECUTABLE", "EXTERNAL_SCRIPT", "BACKUP_SCRIPT", "CHAIN"
	};

	if (job_type == NULL || job_type[0] == '\0')
		pgd_error_null("JOB_TYPE");
	for (int i = 0; i < lengthof(known); i++)
		if (pg_strcasecmp(job_type, known[i]) == 0)
			return unconstify(char *, known[i]);
	for (int i = 0; i < lengthof(later); i++)
		if (pg_strcasecmp(job_type, later[i]) == 0)
			pgd_error_not_supported(psprintf("job type \"%s\"", later[i]));
	ereport(ERROR,
			(errcode(PGD_ORA(27463)),
			 errmsg("invalid job type \"%s\"", job_type),
			 errhint("Use PLSQL_BLOCK, STORED_PROCEDURE or SQL_SCRIPT.")));
}

/* An inline action and its number of arguments; looks at no catalog. */
void
pgd_job_action_check(const char *job_type, const char *action,
					 int number_of_arguments)
{
	PgdActionType type = PGD_ACTION_BLOCK;

	if (action == NULL || action[0] == '\0')
		pgd_error_null("JOB_ACTION");
	if (strlen(action) > PGD_JOB_ACTION_MAX)
		pgd_error_too_long("JOB_ACTION", PGD_JOB_ACTION_MAX);
	if (number_of_arguments < 0 ||
		number_of_arguments > PGD_JOB_ARGUMENTS_MAX)
		pgd_error_invalid_value("NUMBER_OF_ARGUMENTS",
								psprintf("%d", number_of_arguments),
								"It must be between 0 and 255.", NULL);
	if (strcmp(job_type, "STORED_PROCEDURE") == 0)
		type = PGD_ACTION_PROCEDURE;
	else
	{
		if (number_of_arguments != 0)
			ereport(ERROR,
					(errcode(PGD_ORA(27458)),
					 errmsg("a job of type %s cannot have arguments",
							job_type),
					 errhint("Jobs of type STORED_PROCEDURE can.")));
		if (strcmp(job_type, "SQL_SCRIPT") == 0)
			type = PGD_ACTION_SCRIPT;
	}
	pgd_action_check(type, action);
}

/*
 * Puts a job class into the job: it must exist, and the owner be allowed to
 * use it.
 */
void
pgd_job_class_require(Oid owner, PgdJob *job, const char *name)
{
	MemoryContext context = PGD_JOB_CONTEXT(job);
	PgdObject  *object;

	object = pgd_object_get(owner, pgd_name_parse(name, "job class name"),
							"JOB CLASS");
	job->job_class = MemoryContextStrdup(context, object->name);
	pgd_object_require_execute(owner, object);
}

/* Puts a named program into the job; a name without owner is the owner's. */
void
pgd_job_program_require(Oid owner, PgdJob *job, const char *name)
{
	MemoryContext context = PGD_JOB_CONTEXT(job);
	PgdObject  *object;

	object = pgd_object_get(owner, pgd_name_parse(name, "program name"),
							"PROGRAM");
	job->program_owner_id = object->owner_id;
	job->program_name = MemoryContextStrdup(context, object->name);
	pgd_object_require_execute(owner, object);
}

/*
 * Puts a named schedule, a window or a group of windows into the job.
 * Everybody may use all of them.
 */
void
pgd_job_schedule_require(Oid owner, PgdJob *job, const char *name)
{
	MemoryContext context = PGD_JOB_CONTEXT(job);
	PgdObjectName *parsed = pgd_name_parse(name, "schedule name");
	PgdObject  *object = pgd_object_find(owner, parsed);

	if (object != NULL && strcmp(object->type, "GROUP") == 0)
		pgd_window_group_require(object);
	else if (object == NULL || strcmp(object->type, "WINDOW") != 0)
		object = pgd_object_get(owner, parsed, "SCHEDULE");
	job->schedule_owner_id = object->owner_id;
	job->schedule_name = MemoryContextStrdup(context, object->name);
}

/* A restored job whose role is missing here can only be dropped. */
void
pgd_job_error_no_owner(const PgdObject *object)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("the owner of job \"%s\" does not exist",
					object->shown),
			 errhint("Create the role, or drop the job.")));
}

/*
 * Everything that a run would fail on at once: class, program, their
 * privileges, values of arguments. Rights are the owner's.
 */
void
pgd_job_check_runnable(const PgdJob *job)
{
	Oid			owner = job->object->owner_role;
	PgdObject  *job_class;
	PgdJobProgram *program = NULL;
	int			number_of_arguments = job->number_of_arguments;

	if (!OidIsValid(owner))
		pgd_job_error_no_owner(job->object);
	if (job->program_name == NULL)
	{
		if (job->job_type == NULL)
			pgd_error_null("JOB_TYPE");
		if (job->job_action == NULL)
			pgd_error_null("JOB_ACTION");
		pgd_job_action_check(job->job_type, job->job_action,
							 job->number_of_arguments);
	}
	job_class = pgd_object_find_owned(PGD_OWNER_SYS, job->job_class);
	if (job_class == NULL || strcmp(job_class->type, "JOB CLASS") != 0)
		pgd_error_no_object("job class",
							pgd_name_display("SYS", job->job_class));
	pgd_object_require_execute(owner, job_class);

	if (job->program_name != NULL)
	{
		program = pgd_job_program(job);
		if (program == NULL)
			pgd_error_no_object("program",
								pgd_name_display(pgd_owner_show(job->program_owner_id),
												 job->program_name));
		pgd_object_require_execute(owner, program->object);
		if (!program->is_enabled)
			ereport(ERROR,
					(errcode(PGD_ORA(27367)),
					 errmsg("program \"%s\" of job \"%s\" is disabled",
							program->object->shown, job->object->shown),
					 errhint("Use dbms_scheduler.enable() on the program.")));
		if (program->defined_arguments < program->number_of_arguments)
			ereport(ERROR,
					(errcode(PGD_ORA(27456)),
					 errmsg("not all arguments of program \"%s\" have been defined",
							program->object->shown),
					 errdetail("%d of %d are defined.",
							   program->defined_arguments,
							   program->number_of_arguments),
					 errhint("Use dbms_scheduler.define_program_argument().")));
		number_of_arguments = program->number_of_arguments;
	}
	if (number_of_arguments > 0)
		check_arguments(job, number_of_arguments, program);
}

/* 27457 for the first argument that would have no value. */
static void
check_arguments(const PgdJob *job, int number_of_arguments,
				const PgdJobProgram *program)
{
	Oid			types[] = {INT8OID, INT8OID, INT4OID};
	Datum		values[] = {
		Int64GetDatum(job->object->id),
		Int64GetDatum(program != NULL ? program->object->id : 0),
		Int32GetDatum(number_of_arguments)
	};

	if (pgd_sql("SELECT n.position FROM pg_catalog.generate_series(1, $3) AS n(position)"
				" WHERE NOT EXISTS (SELECT FROM dbms.job_argument a"
				"  WHERE a.job_id = $1 AND a.position = n.position)"
				" AND NOT EXISTS (SELECT FROM dbms.program_argument p"
				"  WHERE p.program_id = $2 AND p.position = n.position"
				"  AND (p.has_default OR p.metadata_attribute IS NOT NULL))"
				" ORDER BY n.position LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27457)),
				 errmsg("argument %d of job \"%s\" has no value",
						pgd_column_int32(0, 0), job->object->shown),
				 errhint("Create the job disabled, and set the value with dbms_scheduler.set_job_argument_value() before it is enabled or run.")));
}

/*
 * What Oracle asks of a job that is not REGULAR: an enabled program in the
 * same schema that is a block or a procedure.
 */
void
pgd_job_check_lightweight(const PgdJob *job)
{
	PgdJobProgram *program;
	const char *fault = NULL;

	if (!pgd_job_is_lightweight(job))
		return;
	if (job->program_name == NULL)
		fault = "Such a job needs a named program.";
	else
	{
		program = pgd_job_program(job);
		if (program == NULL)
			pgd_error_no_object("program",
								pgd_name_display(pgd_owner_show(job->program_owner_id),
												 job->program_name));
		if (program->object->owner_id != job->object->owner_id)
			fault = "The program must belong to the owner of the job.";
		else if (!program->is_enabled)
			fault = "The program must be enabled.";
		else if (strcmp(program->type, "PLSQL_BLOCK") != 0 &&
				 strcmp(program->type, "STORED_PROCEDURE") != 0)
			fault = "The program must be of type PLSQL_BLOCK or STORED_PROCEDURE.";
		else if (program->is_detached)
			fault = "The program must not be detached.";
	}
	if (fault != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27363)),
				 errmsg("invalid program for job \"%s\" of style %s",
						job->object->shown, job->job_style),
				 errdetail("%s", fault)));
}

/*
 * May the caller decide what the job's owner executes? ALTER on the job alone
 * does not suffice: that would be a way to act as another role.
 */
bool
pgd_job_may_change_action(Oid caller, const PgdObject *object)
{
	return pgd_object_may_own(caller, object);
}

/*
 * Warns of an owner as whom no worker can connect: the job can be made, but
 * its runs will fail until that is changed.
 */
void
pgd_job_warn_owner(Oid owner, const char *shown)
{
	const char *hint;
	const char *reason = pgd_role_refusal(owner, &hint);

	if (reason != NULL)
		ereport(WARNING,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errmsg("job \"%s\" cannot run", shown),
				 errdetail("The owner %s.", reason),
				 errhint("%s", hint)));
}
