/*
 * program.c
 *		Programs and their arguments: dbms.program and dbms.program_argument.
 *
 * A program says what a job does, and is looked at anew by each run: changing
 * one needs no word to the coordinator. What a run needs is read in run.c.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/object.h"
#include "core/sql.h"
#include "scheduler/action.h"
#include "scheduler/attribute.h"
#include "scheduler/job.h"
#include "scheduler/program.h"

#define PROGRAM			"PROGRAM"
#define NAME_OF			"program name"
#define ACTION_MAX		4000	/* bytes, as in Oracle */
#define COMMENTS_MAX	4000
#define ARGUMENTS_MAX	255
#define TYPE_NAME_MAX	257
#define VALUE_MAX		4000

/* a row of dbms.program */
typedef struct PgdProgram
{
	char	   *type;
	char	   *action;
	int			number_of_arguments;
	bool		is_enabled;
	bool		is_detached;
	char	   *comments;
	int			defined_arguments;
} PgdProgram;

/* a row of dbms.program_argument */
typedef struct PgdArgument
{
	int			position;
	char	   *name;
	char	   *type_name;
	const char *metadata_attribute;
	bool		has_default;
	char	   *default_value;
	bool		is_anydata;
} PgdArgument;

static const char *check_type(const char *type);
static PgdActionType action_type(const char *type);
static void check_arguments_allowed(const char *type,
									int number_of_arguments);
static void check_number_of_arguments(int number);
static void read_program(const PgdObject *object, PgdProgram *program);
static void write_program(const PgdObject *object, const PgdProgram *program);
static void check_complete(const PgdObject *object,
						   const PgdProgram *program);
static void drop_one(Oid caller, const PgdObjectName *name, bool force);
static void define(const char *program_name, PgdArgument *argument,
				   bool out_argument);
static void read_anydata(FunctionCallInfo fcinfo, int n,
						 PgdArgument *argument);
static void drop_argument(const char *program_name, int position,
						  const char *name);

#define PROGRAM_ATTRIBUTES \
	"PROGRAM_TYPE, PROGRAM_ACTION, NUMBER_OF_ARGUMENTS, ENABLED, DETACHED and COMMENTS"

PG_FUNCTION_INFO_V1(pgd_scheduler_create_program);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_program);
PG_FUNCTION_INFO_V1(pgd_scheduler_define_program_argument);
PG_FUNCTION_INFO_V1(pgd_scheduler_define_program_argument_plain);
PG_FUNCTION_INFO_V1(pgd_scheduler_define_program_argument_unnamed);
PG_FUNCTION_INFO_V1(pgd_scheduler_define_anydata_argument);
PG_FUNCTION_INFO_V1(pgd_scheduler_define_anydata_argument_unnamed);
PG_FUNCTION_INFO_V1(pgd_scheduler_define_metadata_argument);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_program_argument);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_program_argument_by_name);

Datum
pgd_scheduler_create_program(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdObjectName *name = pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF);
	Oid			owner = pgd_name_owner_role(name);
	const char *type;
	char	   *action = pgd_arg_text(fcinfo, 2);
	int			number_of_arguments;
	bool		enabled;
	char	   *comments = pgd_arg_text(fcinfo, 5);
	PgdCatalogScope scope;
	Oid			types[] = {INT8OID, TEXTOID, TEXTOID, INT4OID, BOOLOID, TEXTOID};
	Datum		values[6];
	char		nulls[] = {' ', ' ', ' ', ' ', ' ', ' '};

	pgd_require_create_for(caller, owner);
	type = check_type(pgd_arg_text(fcinfo, 1));
	if (action == NULL || action[0] == '\0')
		pgd_error_null("PROGRAM_ACTION");
	if (strlen(action) > ACTION_MAX)
		pgd_error_too_long("PROGRAM_ACTION", ACTION_MAX);
	number_of_arguments = pgd_arg_int32(fcinfo, 3, "NUMBER_OF_ARGUMENTS");
	check_number_of_arguments(number_of_arguments);
	check_arguments_allowed(type, number_of_arguments);
	enabled = pgd_arg_bool(fcinfo, 4, "ENABLED");
	if (comments != NULL && strlen(comments) > COMMENTS_MAX)
		pgd_error_too_long("COMMENTS", COMMENTS_MAX);
	pgd_action_check(action_type(type), action);

	pgd_catalog_enter(&scope);
	if (enabled && number_of_arguments > 0)
		pgd_program_error_incomplete(pgd_object_show_name(caller, name), 0,
									 number_of_arguments);
	values[0] = Int64GetDatum(pgd_object_create(pgd_owner_id(owner, true),
												name->name, PROGRAM));
	values[1] = CStringGetTextDatum(type);
	values[2] = CStringGetTextDatum(action);
	values[3] = Int32GetDatum(number_of_arguments);
	values[4] = BoolGetDatum(enabled);
	values[5] = pgd_text_or_null(comments, &nulls[5]);
	pgd_change_sql("INSERT INTO dbms.program (id, program_type, program_action, number_of_arguments, is_enabled, comments)"
				   " VALUES ($1, $2, $3, $4, $5, $6)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_program(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	List	   *names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0), NAME_OF);
	bool		force = pgd_arg_bool(fcinfo, 1, "FORCE");
	PgdCatalogScope scope;
	ListCell   *cell;

	pgd_catalog_enter(&scope);
	foreach(cell, names)
		drop_one(caller, lfirst(cell), force);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* (program_name, position, name, type, default_value, out_argument) */
Datum
pgd_scheduler_define_program_argument(PG_FUNCTION_ARGS)
{
	PgdArgument argument = {0};

	argument.position = pgd_arg_int32(fcinfo, 1, "ARGUMENT_POSITION");
	argument.name = pgd_argument_name(pgd_arg_text(fcinfo, 2));
	argument.type_name = pgd_arg_text(fcinfo, 3);
	argument.has_default = true;
	argument.default_value = pgd_arg_text(fcinfo, 4);
	define(pgd_arg_text(fcinfo, 0), &argument,
		   pgd_arg_bool(fcinfo, 5, "OUT_ARGUMENT"));
	PG_RETURN_VOID();
}

/* (program_name, position, name, type, out_argument) */
Datum
pgd_scheduler_define_program_argument_plain(PG_FUNCTION_ARGS)
{
	PgdArgument argument = {0};

	argument.position = pgd_arg_int32(fcinfo, 1, "ARGUMENT_POSITION");
	argument.name = pgd_argument_name(pgd_arg_text(fcinfo, 2));
	argument.type_name = pgd_arg_text(fcinfo, 3);
	define(pgd_arg_text(fcinfo, 0), &argument,
		   pgd_arg_bool(fcinfo, 4, "OUT_ARGUMENT"));
	PG_RETURN_VOID();
}

/* (position, program_name, type, default_value, out_argument) */
Datum
pgd_scheduler_define_program_argument_unnamed(PG_FUNCTION_ARGS)
{
	PgdArgument argument = {0};

	argument.position = pgd_arg_int32(fcinfo, 0, "ARGUMENT_POSITION");
	argument.type_name = pgd_arg_text(fcinfo, 2);
	argument.has_default = true;
	argument.default_value = pgd_arg_text(fcinfo, 3);
	define(pgd_arg_text(fcinfo, 1), &argument,
		   pgd_arg_bool(fcinfo, 4, "OUT_ARGUMENT"));
	PG_RETURN_VOID();
}

/* (program_name, position, name, type, default_value, out_argument) */
Datum
pgd_scheduler_define_anydata_argument(PG_FUNCTION_ARGS)
{
	PgdArgument argument = {0};

	argument.position = pgd_arg_int32(fcinfo, 1, "ARGUMENT_POSITION");
	argument.name = pgd_argument_name(pgd_arg_text(fcinfo, 2));
	argument.type_name = pgd_arg_text(fcinfo, 3);
	read_anydata(fcinfo, 4, &argument);
	define(pgd_arg_text(fcinfo, 0), &argument,
		   pgd_arg_bool(fcinfo, 5, "OUT_ARGUMENT"));
	PG_RETURN_VOID();
}

/* (position, program_name, type, default_value, out_argument) */
Datum
pgd_scheduler_define_anydata_argument_unnamed(PG_FUNCTION_ARGS)
{
	PgdArgument argument = {0};

	argument.position = pgd_arg_int32(fcinfo, 0, "ARGUMENT_POSITION");
	argument.type_name = pgd_arg_text(fcinfo, 2);
	read_anydata(fcinfo, 3, &argument);
	define(pgd_arg_text(fcinfo, 1), &argument,
		   pgd_arg_bool(fcinfo, 4, "OUT_ARGUMENT"));
	PG_RETURN_VOID();
}

/* (program_name, metadata_attribute, position, name) */
Datum
pgd_scheduler_define_metadata_argument(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		const char *type_name;
	}			known[] = {
		{"JOB_NAME", "VARCHAR2"},
		{"JOB_SUBNAME", "VARCHAR2"},
		{"JOB_OWNER", "VARCHAR2"},
		{"JOB_SCHEDULED_START", "TIMESTAMP WITH TIME ZONE"},
		{"JOB_START", "TIMESTAMP WITH TIME ZONE"},
		{"WINDOW_START", "TIMESTAMP WITH TIME ZONE"},
		{"WINDOW_END", "TIMESTAMP WITH TIME ZONE"},
		{"EVENT_MESSAGE", "ANYDATA"}
	};
	char	   *attribute = pgd_arg_text(fcinfo, 1);
	PgdArgument argument = {0};

	if (attribute == NULL || attribute[0] == '\0')
		pgd_error_null("METADATA_ATTRIBUTE");
	for (int i = 0; i < lengthof(known); i++)
		if (pg_strcasecmp(attribute, known[i].name) == 0)
		{
			argument.metadata_attribute = known[i].name;
			argument.type_name = pstrdup(known[i].type_name);
		}
	if (argument.metadata_attribute == NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27472)),
				 errmsg("invalid metadata attribute \"%s\"", attribute),
				 errhint("Use JOB_NAME, JOB_SUBNAME, JOB_OWNER, JOB_SCHEDULED_START, JOB_START, WINDOW_START, WINDOW_END or EVENT_MESSAGE.")));
	argument.position = pgd_arg_int32(fcinfo, 2, "ARGUMENT_POSITION");
	argument.name = pgd_argument_name(pgd_arg_text(fcinfo, 3));
	define(pgd_arg_text(fcinfo, 0), &argument, false);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_program_argument(PG_FUNCTION_ARGS)
{
	drop_argument(pgd_arg_text(fcinfo, 0),
				  pgd_arg_int32(fcinfo, 1, "ARGUMENT_POSITION"), NULL);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_program_argument_by_name(PG_FUNCTION_ARGS)
{
	char	   *name = pgd_argument_name(pgd_arg_text(fcinfo, 1));

	if (name == NULL)
		pgd_error_null("ARGUMENT_NAME");
	drop_argument(pgd_arg_text(fcinfo, 0), 0, name);
	PG_RETURN_VOID();
}

void
pgd_program_set_attribute(Oid caller, const PgdObject *object,
						  const char *attribute, const PgdAttrValue *value)
{
	PgdProgram	program;

	pgd_object_require_alter(caller, object);
	read_program(object, &program);

	if (strcmp(attribute, "PROGRAM_TYPE") == 0)
	{
		program.type = unconstify(char *, check_type(pgd_attr_to_text(attribute,
																	  value, 0)));
		check_arguments_allowed(program.type, program.number_of_arguments);
	}
	else if (strcmp(attribute, "PROGRAM_ACTION") == 0)
	{
		program.action = pgd_attr_to_text(attribute, value, ACTION_MAX);
		if (program.action[0] == '\0')
			pgd_error_null(attribute);
	}
	else if (strcmp(attribute, "NUMBER_OF_ARGUMENTS") == 0)
	{
		Oid			types[] = {INT8OID, INT4OID};
		Datum		values[2];

		program.number_of_arguments = pgd_attr_to_integer(attribute, value, 0,
														  ARGUMENTS_MAX);
		check_arguments_allowed(program.type, program.number_of_arguments);
		values[0] = Int64GetDatum(object->id);
		values[1] = Int32GetDatum(program.number_of_arguments);
		program.defined_arguments -=
			pgd_change_sql("DELETE FROM dbms.program_argument WHERE program_id = $1 AND position > $2",
						   lengthof(types), types, values, NULL,
						   SPI_OK_DELETE);
	}
	else if (strcmp(attribute, "COMMENTS") == 0)
		program.comments = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, COMMENTS_MAX);
	else if (strcmp(attribute, "ENABLED") == 0)
	{
		if (pgd_attr_to_boolean(attribute, value))
			pgd_program_enable(caller, object);
		else
			pgd_program_disable(caller, object, false);
		return;
	}
	else if (strcmp(attribute, "DETACHED") == 0)
	{
		if (pgd_attr_to_boolean(attribute, value))
			pgd_error_not_supported("a detached program");
	}
	else
		pgd_attr_error_unknown("program", attribute, PROGRAM_ATTRIBUTES);

	/*
	 * Type and action of a disabled program may fit only when both have been
	 * changed. An enabled one must be fit to run after each change.
	 */
	if (program.is_enabled)
	{
		if (program.defined_arguments < program.number_of_arguments)
			ereport(ERROR,
					(errcode(PGD_ORA(27470)),
					 errmsg("could not re-enable program \"%s\" after the change",
							object->shown),
					 errdetail("%d of %d arguments are defined.",
							   program.defined_arguments,
							   program.number_of_arguments),
					 errhint("Disable the program, define its arguments, and enable it.")));
		pgd_action_check(action_type(program.type), program.action);
	}
	write_program(object, &program);
}

void
pgd_program_get_attribute(Oid caller, const PgdObject *object,
						  const char *attribute, PgdAttrValue *value)
{
	MemoryContext context = GetMemoryChunkContext(unconstify(PgdObject *, object));
	PgdProgram	program;
	MemoryContext old_context;

	if (!pgd_object_may_alter(caller, object))
		pgd_object_require_execute(caller, object);
	read_program(object, &program);
	old_context = MemoryContextSwitchTo(context);
	if (strcmp(attribute, "PROGRAM_TYPE") == 0)
		pgd_attr_put_text(value, pstrdup(program.type));
	else if (strcmp(attribute, "PROGRAM_ACTION") == 0)
		pgd_attr_put_text(value, pstrdup(program.action));
	else if (strcmp(attribute, "NUMBER_OF_ARGUMENTS") == 0)
		pgd_attr_put_integer(value, program.number_of_arguments, false);
	else if (strcmp(attribute, "COMMENTS") == 0)
		pgd_attr_put_text(value, program.comments == NULL ? NULL :
						  pstrdup(program.comments));
	else if (strcmp(attribute, "ENABLED") == 0)
		pgd_attr_put_boolean(value, program.is_enabled);
	else if (strcmp(attribute, "DETACHED") == 0)
		pgd_attr_put_boolean(value, program.is_detached);
	else
		pgd_attr_error_unknown("program", attribute, PROGRAM_ATTRIBUTES);
	MemoryContextSwitchTo(old_context);
}

void
pgd_program_enable(Oid caller, const PgdObject *object)
{
	PgdProgram	program;

	pgd_object_require_alter(caller, object);
	read_program(object, &program);
	if (program.is_enabled)
		return;
	check_complete(object, &program);
	program.is_enabled = true;
	write_program(object, &program);
}

/* With force, jobs that use it stay enabled, and fail when they run. */
void
pgd_program_disable(Oid caller, const PgdObject *object, bool force)
{
	PgdProgram	program;

	pgd_object_require_alter(caller, object);
	read_program(object, &program);
	if (!program.is_enabled)
		return;
	if (!force)
	{
		char	   *dependents = pgd_job_dependents(PGD_JOB_USES_PROGRAM,
													object->owner_id,
													object->name);

		if (dependents != NULL)
			pgd_error_dependents("disable", "program", object->shown,
								 dependents);
	}
	program.is_enabled = false;
	write_program(object, &program);
}

char *
pgd_argument_name(const char *text)
{
	char	   *name;
	int			length;
	bool		is_quoted;
	bool		is_valid;

	if (text == NULL)
		return NULL;
	while (scanner_isspace(*text))
		text++;
	length = strlen(text);
	while (length > 0 && scanner_isspace(text[length - 1]))
		length--;
	is_quoted = length > 2 && text[0] == '"' && text[length - 1] == '"';
	if (is_quoted)
		name = pnstrdup(text + 1, length - 2);
	else
		name = pnstrdup(text, length);
	is_valid = name[0] != '\0' && strlen(name) <= PGD_NAME_MAX &&
		(is_quoted || !isdigit((unsigned char) name[0]));
	for (char *p = name; *p != '\0'; p++)
	{
		unsigned char c = (unsigned char) *p;

		if (is_quoted)
			is_valid = is_valid && c != '"';
		else
		{
			is_valid = is_valid && (IS_HIGHBIT_SET(c) || isalnum(c) ||
									c == '_' || c == '$' || c == '#');
			*p = pg_ascii_toupper(c);
		}
	}
	if (!is_valid)
		ereport(ERROR,
				(errcode(PGD_ORA(27453)),
				 errmsg("invalid argument name: \"%s\"", text),
				 errhint("An argument's name is a plain identifier, or a text in double quotes, of at most 128 bytes.")));
	return name;
}

void
pgd_program_error_incomplete(const char *shown, int defined,
							 int number_of_arguments)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27456)),
			 errmsg("not all arguments of program \"%s\" have been defined",
					shown),
			 errdetail("%d of %d are defined.", defined, number_of_arguments),
			 errhint("Use dbms_scheduler.define_program_argument().")));
}

/* In upper case; a constant. */
static const char *
check_type(const char *type)
{
	static const char *const known[] = {
		"PLSQL_BLOCK", "STORED_PROCEDURE", "SQL_SCRIPT"
	};
	static const char *const later[] = {
		"EXECUTABLE", "EXTERNAL_SCRIPT", "BACKUP_SCRIPT", "CHAIN"
	};

	if (type == NULL || type[0] == '\0')
		pgd_error_null("PROGRAM_TYPE");
	for (int i = 0; i < lengthof(known); i++)
		if (pg_strcasecmp(type, known[i]) == 0)
			return known[i];
	for (int i = 0; i < lengthof(later); i++)
		if (pg_strcasecmp(type, later[i]) == 0)
			pgd_error_not_supported(psprintf("program type \"%s\"", later[i]));
	ereport(ERROR,
			(errcode(PGD_ORA(27463)),
			 errmsg("invalid program type \"%s\"", type),
			 errhint("Use PLSQL_BLOCK, STORED_PROCEDURE or SQL_SCRIPT.")));
}

static PgdActionType
action_type(const char *type)
{
	if (strcmp(type, "STORED_PROCEDURE") == 0)
		return PGD_ACTION_PROCEDURE;
	return strcmp(type, "SQL_SCRIPT") == 0 ? PGD_ACTION_SCRIPT :
		PGD_ACTION_BLOCK;
}

static void
check_number_of_arguments(int number)
{
	if (number < 0 || number > ARGUMENTS_MAX)
		pgd_error_invalid_value("NUMBER_OF_ARGUMENTS", psprintf("%d", number),
								psprintf("It must be between 0 and %d.",
										 ARGUMENTS_MAX), NULL);
}

static void
check_arguments_allowed(const char *type, int number_of_arguments)
{
	if (number_of_arguments > 0 &&
		action_type(type) != PGD_ACTION_PROCEDURE)
		ereport(ERROR,
				(errcode(PGD_ORA(27458)),
				 errmsg("a program of type %s cannot have arguments", type),
				 errhint("Programs of type STORED_PROCEDURE can.")));
}

/* Locks the row, so that what is decided on it stays true. */
static void
read_program(const PgdObject *object, PgdProgram *program)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (pgd_sql("SELECT p.program_type, p.program_action, p.number_of_arguments, p.is_enabled, p.is_detached, p.comments,"
				" (SELECT count(*)::integer FROM dbms.program_argument a WHERE a.program_id = p.id)"
				" FROM dbms.program p WHERE p.id = $1 FOR UPDATE OF p",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_object("program", object->shown);
	program->type = pgd_column_text(CurrentMemoryContext, 0, 0);
	program->action = pgd_column_text(CurrentMemoryContext, 0, 1);
	program->number_of_arguments = pgd_column_int32(0, 2);
	program->is_enabled = pgd_column_bool(0, 3);
	program->is_detached = pgd_column_bool(0, 4);
	program->comments = pgd_column_text(CurrentMemoryContext, 0, 5);
	program->defined_arguments = pgd_column_int32(0, 6);
}

static void
write_program(const PgdObject *object, const PgdProgram *program)
{
	Oid			types[] = {INT8OID, TEXTOID, TEXTOID, INT4OID, BOOLOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' ', ' ', ' ', ' '};
	Datum		values[6];

	values[0] = Int64GetDatum(object->id);
	values[1] = CStringGetTextDatum(program->type);
	values[2] = CStringGetTextDatum(program->action);
	values[3] = Int32GetDatum(program->number_of_arguments);
	values[4] = BoolGetDatum(program->is_enabled);
	values[5] = pgd_text_or_null(program->comments, &nulls[5]);
	pgd_change_sql("UPDATE dbms.program SET program_type = $2, program_action = $3, number_of_arguments = $4,"
				   " is_enabled = $5, comments = $6 WHERE id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
}

/* Raises the error that keeps the program from being enabled. */
static void
check_complete(const PgdObject *object, const PgdProgram *program)
{
	(void) check_type(program->type);
	check_arguments_allowed(program->type, program->number_of_arguments);
	if (program->defined_arguments < program->number_of_arguments)
		pgd_program_error_incomplete(object->shown,
									 program->defined_arguments,
									 program->number_of_arguments);
	pgd_action_check(action_type(program->type), program->action);
}

static void
drop_one(Oid caller, const PgdObjectName *name, bool force)
{
	PgdObject  *object = pgd_object_get(caller, name, PROGRAM);
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};
	char	   *dependents;

	pgd_object_require_alter(caller, object);
	dependents = pgd_job_dependents(PGD_JOB_USES_PROGRAM, object->owner_id,
									object->name);
	if (dependents != NULL && !force)
		pgd_error_dependents("drop", "program", object->shown, dependents);
	if (dependents != NULL)
		pgd_job_disable_dependents(PGD_JOB_USES_PROGRAM, object->owner_id,
								   object->name,
								   psprintf("program \"%s\" was dropped",
											object->shown));
	pgd_change_sql("DELETE FROM dbms.program_argument WHERE program_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.program WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_object_drop(object->id);
}

/* A position that has a definition gets a new one. */
static void
define(const char *program_name, PgdArgument *argument, bool out_argument)
{
	Oid			caller = GetUserId();
	PgdObjectName *name = pgd_name_parse(program_name, NAME_OF);
	PgdCatalogScope scope;
	PgdObject  *object;
	PgdProgram	program;
	Oid			types[] = {INT8OID, INT4OID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, BOOLOID};
	Datum		values[8];
	char		nulls[] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

	if (argument->type_name == NULL || argument->type_name[0] == '\0')
		pgd_error_null("ARGUMENT_TYPE");
	if (strlen(argument->type_name) > TYPE_NAME_MAX)
		pgd_error_too_long("ARGUMENT_TYPE", TYPE_NAME_MAX);
	if (argument->default_value != NULL &&
		strlen(argument->default_value) > VALUE_MAX)
		pgd_error_too_long("DEFAULT_VALUE", VALUE_MAX);
	if (out_argument)
		pgd_error_invalid_value("OUT_ARGUMENT", "TRUE",
								"Arguments of programs go in only.", NULL);

	pgd_catalog_enter(&scope);
	object = pgd_object_get(caller, name, PROGRAM);
	pgd_object_require_alter(caller, object);
	read_program(object, &program);
	check_arguments_allowed(program.type, 1);
	if (argument->position < 1 ||
		argument->position > program.number_of_arguments)
		pgd_error_invalid_value("ARGUMENT_POSITION",
								psprintf("%d", argument->position),
								psprintf("Program \"%s\" has %d arguments.",
										 object->shown,
										 program.number_of_arguments), NULL);

	values[0] = Int64GetDatum(object->id);
	values[1] = Int32GetDatum(argument->position);
	values[2] = pgd_text_or_null(argument->name, &nulls[2]);
	if (argument->name != NULL &&
		pgd_sql("SELECT position FROM dbms.program_argument"
				" WHERE program_id = $1 AND position <> $2 AND name = $3",
				3, types, values, NULL, SPI_OK_SELECT) > 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27485)),
				 errmsg("argument \"%s\" of program \"%s\" exists at another position",
						argument->name, object->shown),
				 errdetail("It is at position %d.", pgd_column_int32(0, 0))));
	values[3] = CStringGetTextDatum(argument->type_name);
	values[4] = pgd_text_or_null(argument->metadata_attribute, &nulls[4]);
	values[5] = BoolGetDatum(argument->has_default);
	values[6] = pgd_text_or_null(argument->default_value, &nulls[6]);
	values[7] = BoolGetDatum(argument->is_anydata);
	pgd_change_sql("INSERT INTO dbms.program_argument (program_id, position, name, type_name, metadata_attribute,"
				   " has_default, default_value, is_anydata) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
				   " ON CONFLICT (program_id, position) DO UPDATE SET name = excluded.name, type_name = excluded.type_name,"
				   " metadata_attribute = excluded.metadata_attribute, has_default = excluded.has_default,"
				   " default_value = excluded.default_value, is_anydata = excluded.is_anydata",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
}

/* A NULL is a default as well. */
static void
read_anydata(FunctionCallInfo fcinfo, int n, PgdArgument *argument)
{
	argument->is_anydata = true;
	argument->has_default = true;
	if (!PG_ARGISNULL(n))
	{
		HeapTupleHeader anydata = PG_GETARG_HEAPTUPLEHEADER(n);
		bool		isnull;
		Datum		value = GetAttributeByName(anydata, "value", &isnull);

		if (!isnull)
			argument->default_value = TextDatumGetCString(value);
	}
}

/* By name if there is one, else by position. */
static void
drop_argument(const char *program_name, int position, const char *name)
{
	Oid			caller = GetUserId();
	PgdObjectName *parsed = pgd_name_parse(program_name, NAME_OF);
	PgdCatalogScope scope;
	PgdObject  *object;
	PgdProgram	program;
	Oid			types[] = {INT8OID, INT4OID, TEXTOID};
	Datum		values[3];
	char		nulls[] = {' ', ' ', ' '};

	pgd_catalog_enter(&scope);
	object = pgd_object_get(caller, parsed, PROGRAM);
	pgd_object_require_alter(caller, object);
	read_program(object, &program);
	values[0] = Int64GetDatum(object->id);
	values[1] = Int32GetDatum(position);
	values[2] = pgd_text_or_null(name, &nulls[2]);
	if (pgd_change_sql("DELETE FROM dbms.program_argument WHERE program_id = $1"
					   " AND CASE WHEN $3 IS NULL THEN position = $2 ELSE name = $3 END",
					   lengthof(types), types, values, nulls,
					   SPI_OK_DELETE) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27473)),
				 name != NULL ?
				 errmsg("argument \"%s\" of program \"%s\" does not exist",
						name, object->shown) :
				 errmsg("argument %d of program \"%s\" does not exist",
						position, object->shown)));
	if (program.is_enabled)
		ereport(ERROR,
				(errcode(PGD_ORA(27470)),
				 errmsg("could not re-enable program \"%s\" after the change",
						object->shown),
				 errdetail("An enabled program has all its arguments."),
				 errhint("Disable the program first.")));
	pgd_catalog_leave(&scope);
}
