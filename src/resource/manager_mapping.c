/*
 * manager_mapping.c
 *		Which consumer group work belongs to: mappings and their priorities, in
 *		the pending area; the first group of a role, at once.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/varlena.h"

#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/names.h"
#include "resource/group_privilege.h"
#include "resource/manager_int.h"

#define VALUE_MAX	128

/* attributes of a mapping; two of them are known of work of the pool */
static const struct
{
	const char *name;
	bool		is_idle;
}			attributes[] = {
	{"ORACLE_USER", false},
	{"SERVICE_NAME", false},
	{"CLIENT_OS_USER", true},
	{"CLIENT_PROGRAM", true},
	{"CLIENT_MACHINE", true},
	{"CLIENT_ID", true},
	{"MODULE_NAME", true},
	{"MODULE_NAME_ACTION", true},
	{"SERVICE_MODULE", true},
	{"SERVICE_MODULE_ACTION", true},
	{"ORACLE_FUNCTION", true},
	{"PERFORMANCE_CLASS", true}
};

/* in the order of the arguments of SET_CONSUMER_GROUP_MAPPING_PRI */
static const char *const ranked[] = {
	"EXPLICIT", "ORACLE_USER", "SERVICE_NAME", "CLIENT_OS_USER",
	"CLIENT_PROGRAM", "CLIENT_MACHINE", "MODULE_NAME", "MODULE_NAME_ACTION",
	"SERVICE_MODULE", "SERVICE_MODULE_ACTION", "CLIENT_ID"
};

static const char *mapping_attribute(FunctionCallInfo fcinfo, bool *is_idle);
static char *mapping_value(FunctionCallInfo fcinfo, const char *attribute);
static void write_mapping(const char *attribute, const char *value,
						  const char *group, bool is_pending);
static void error_priorities(const char *detail) pg_attribute_noreturn();

PG_FUNCTION_INFO_V1(pgd_resource_set_consumer_group_mapping);
PG_FUNCTION_INFO_V1(pgd_resource_set_consumer_group_mapping_pri);
PG_FUNCTION_INFO_V1(pgd_resource_set_initial_consumer_group);

/* Without a group the mapping is deleted; that there is none is no error. */
Datum
pgd_resource_set_consumer_group_mapping(PG_FUNCTION_ARGS)
{
	const char *attribute;
	char	   *value;
	char	   *group = NULL;
	bool		is_idle;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	attribute = mapping_attribute(fcinfo, &is_idle);
	value = mapping_value(fcinfo, attribute);
	if (!PG_ARGISNULL(2))
		group = pgd_manager_name(fcinfo, 2, PGD_GROUP_NAME);
	if (group != NULL && strcmp(group, PGD_OTHER_GROUPS) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29366)),
				 errmsg("invalid consumer group \"%s\" for a mapping", group),
				 errdetail("It stands for the groups that a plan does not name.")));
	pgd_pending_enter(&scope);
	if (group != NULL)
		pgd_pending_get_group(group, false);
	write_mapping(attribute, value, group, true);
	pgd_catalog_leave(&scope);
	if (group != NULL && is_idle)
		pgd_manager_warn(list_make1(psprintf("mapping by %s", attribute)));
	PG_RETURN_VOID();
}

/* 29378 unless they are the numbers 1 to 11, and EXPLICIT is 1. */
Datum
pgd_resource_set_consumer_group_mapping_pri(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, INT4OID};
	bool		seen[lengthof(ranked) + 1] = {false};
	int			priorities[lengthof(ranked)];
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	for (int i = 0; i < lengthof(ranked); i++)
	{
		double		number;

		if (PG_ARGISNULL(i))
			pgd_error_null(ranked[i]);
		number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
													PG_GETARG_DATUM(i)));
		if (!(number >= 1 && number <= (double) lengthof(ranked)) ||
			number != rint(number))
			error_priorities(psprintf("%s is %s.", ranked[i],
									  DatumGetCString(DirectFunctionCall1(numeric_out,
																		  PG_GETARG_DATUM(i)))));
		priorities[i] = (int) number;
		if (seen[priorities[i]])
			error_priorities(psprintf("%d is there twice.", priorities[i]));
		seen[priorities[i]] = true;
	}
	if (priorities[0] != 1)
		error_priorities("EXPLICIT must be 1.");

	pgd_pending_enter(&scope);
	for (int i = 0; i < lengthof(ranked); i++)
	{
		Datum		values[] = {CStringGetTextDatum(ranked[i]), Int32GetDatum(priorities[i])};

		pgd_change_sql("UPDATE dbms.mapping_priority SET priority = $2, is_system = false"
					   " WHERE attribute = $1 AND is_pending AND priority <> $2",
					   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	}
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * Oracle's older call: the mapping of a user, needing no pending area. If
 * there is one, it is changed there, too, or submitting it would undo this.
 */
Datum
pgd_resource_set_initial_consumer_group(PG_FUNCTION_ARGS)
{
	char	   *user;
	Oid			role;
	char	   *group;
	char	   *shown;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	user = pgd_arg_text(fcinfo, 0);
	role = pgd_manager_role(user, "USER");
	group = pgd_manager_name(fcinfo, 1, PGD_GROUP_NAME);
	if (strcmp(group, PGD_OTHER_GROUPS) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29395)),
				 errmsg("cannot set the initial consumer group to \"%s\"", group),
				 errdetail("It stands for the groups that a plan does not name.")));
	pgd_catalog_enter(&scope);
	if (!pgd_group_exists(group))
		pgd_error_no_group(group);
	pgd_group_require_switch(role, group);
	shown = pgd_role_show(role);
	if (pgd_sql("SELECT 1 FROM dbms.pending_area FOR UPDATE",
				0, NULL, NULL, NULL, SPI_OK_SELECT) > 0 &&
		pgd_pending_has_group(group))
		write_mapping("ORACLE_USER", shown, group, true);
	write_mapping("ORACLE_USER", shown, group, false);
	pgd_change_note_plans();
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

static const char *
mapping_attribute(FunctionCallInfo fcinfo, bool *is_idle)
{
	char	   *attribute = pgd_manager_word(fcinfo, 0);

	if (attribute == NULL)
		pgd_error_missing("ATTRIBUTE", pgd_arg_text(fcinfo, 0));
	for (int i = 0; i < lengthof(attributes); i++)
		if (strcmp(attribute, attributes[i].name) == 0)
		{
			*is_idle = attributes[i].is_idle;
			return attributes[i].name;
		}
	pgd_error_invalid_value("ATTRIBUTE", attribute,
							"Functions of schema dbms_resource_manager return what there is, such as oracle_user().",
							NULL);
}

/*
 * A role as the views show it, whether there is such a role or not; all else in
 * upper case.
 */
static char *
mapping_value(FunctionCallInfo fcinfo, const char *attribute)
{
	static const char *const known_functions[] = {"BACKUP", "COPY", "DATALOAD"};
	char	   *given = pgd_arg_text(fcinfo, 1);
	char	   *value = pgd_manager_word(fcinfo, 1);

	if (value == NULL)
		pgd_error_missing("VALUE", given);
	if (strlen(value) > VALUE_MAX)
		pgd_error_too_long("VALUE", VALUE_MAX);
	if (strcmp(attribute, "ORACLE_USER") == 0)
	{
		List	   *parts = textToQualifiedNameList(cstring_to_text(given));

		if (list_length(parts) != 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("invalid role name: \"%s\"", given)));
		return pgd_name_show_role(strVal(linitial(parts)));
	}
	if (strcmp(attribute, "ORACLE_FUNCTION") == 0)
	{
		for (int i = 0; i < lengthof(known_functions); i++)
			if (strcmp(value, known_functions[i]) == 0)
				return value;
		pgd_error_invalid_value("ORACLE_FUNCTION", value,
								"It must be BACKUP, COPY or DATALOAD.", NULL);
	}
	return value;
}

/* The mapping becomes the user's; without a group it goes. */
static void
write_mapping(const char *attribute, const char *value, const char *group,
			  bool is_pending)
{
	Oid			types[] = {TEXTOID, TEXTOID, BOOLOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' ', ' '};
	Datum		values[4];

	values[0] = CStringGetTextDatum(attribute);
	values[1] = CStringGetTextDatum(value);
	values[2] = BoolGetDatum(is_pending);
	values[3] = pgd_text_or_null(group, &nulls[3]);
	pgd_change_sql("DELETE FROM dbms.group_mapping WHERE attribute = $1 AND value = $2 AND is_pending = $3"
				   " AND (is_system OR $4 IS NULL)",
				   4, types, values, nulls, SPI_OK_DELETE);
	if (group != NULL)
		pgd_change_sql("INSERT INTO dbms.group_mapping (attribute, value, is_pending, consumer_group)"
					   " VALUES ($1, $2, $3, $4) ON CONFLICT (attribute, value, is_pending, is_system)"
					   " DO UPDATE SET consumer_group = EXCLUDED.consumer_group",
					   4, types, values, NULL, SPI_OK_INSERT);
}

static void
error_priorities(const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29378)),
			 errmsg("invalid consumer group mapping priorities"),
			 errdetail("%s", detail),
			 errhint("They are the numbers from 1 to 11, each once.")));
}
