/*
 * manager_group.c
 *		Consumer groups and their categories in the pending area.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "core/change.h"
#include "core/errors.h"
#include "resource/manager_int.h"

#define DEFAULT_METHOD		"ROUND-ROBIN"
#define OTHER_METHOD		"RUN-TO-COMPLETION"
#define DEFAULT_CATEGORY	"OTHER"

/* arguments of CREATE_ and UPDATE_CONSUMER_GROUP, which are the same */
enum
{
	ARG_GROUP,
	ARG_COMMENT,
	ARG_CPU_MTH,
	ARG_MGMT_MTH,
	ARG_CATEGORY
};

static char *group_method(FunctionCallInfo fcinfo, bool is_update);
static char *group_category(FunctionCallInfo fcinfo);

PG_FUNCTION_INFO_V1(pgd_resource_create_consumer_group);
PG_FUNCTION_INFO_V1(pgd_resource_update_consumer_group);
PG_FUNCTION_INFO_V1(pgd_resource_delete_consumer_group);
PG_FUNCTION_INFO_V1(pgd_resource_create_category);
PG_FUNCTION_INFO_V1(pgd_resource_update_category);
PG_FUNCTION_INFO_V1(pgd_resource_delete_category);

Datum
pgd_resource_create_consumer_group(PG_FUNCTION_ARGS)
{
	char	   *group;
	char	   *comment;
	char	   *method;
	char	   *category;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	group = pgd_group_name(pgd_arg_text(fcinfo, ARG_GROUP));
	comment = pgd_manager_comment(fcinfo, ARG_COMMENT);
	method = group_method(fcinfo, false);
	category = group_category(fcinfo);
	pgd_pending_enter(&scope);
	pgd_pending_require_free(group);
	pgd_pending_add_group(group, method, category, comment);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_update_consumer_group(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' ', ' '};
	Datum		values[4];
	char	   *group;
	char	   *comment;
	char	   *method;
	char	   *category;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	group = pgd_group_name(pgd_arg_text(fcinfo, ARG_GROUP));
	comment = pgd_manager_comment(fcinfo, ARG_COMMENT);
	method = group_method(fcinfo, true);
	category = group_category(fcinfo);
	pgd_pending_enter(&scope);
	pgd_pending_get_group(group, true);
	if (category != NULL)
		pgd_pending_get_category(category, false);
	values[0] = CStringGetTextDatum(group);
	values[1] = pgd_text_or_null(comment, &nulls[1]);
	values[2] = pgd_text_or_null(method, &nulls[2]);
	values[3] = pgd_text_or_null(category, &nulls[3]);
	pgd_change_sql("UPDATE dbms.consumer_group SET comments = coalesce($2, comments),"
				   " mgmt_method = coalesce($3, mgmt_method), category = coalesce($4, category),"
				   " is_system = false WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/*
 * Work that was in it falls back to the default group, so mappings to it go
 * with it. A directive for it is a fault when the area is validated.
 */
Datum
pgd_resource_delete_consumer_group(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID};
	Datum		values[1];
	char	   *group;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	group = pgd_group_name(pgd_arg_text(fcinfo, ARG_GROUP));
	values[0] = CStringGetTextDatum(group);
	pgd_pending_enter(&scope);
	pgd_pending_get_group(group, true);
	pgd_change_sql("DELETE FROM dbms.consumer_group WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.group_mapping WHERE consumer_group = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

void
pgd_pending_add_group(const char *name, const char *method,
					  const char *category, const char *comment)
{
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' ', ' '};
	Datum		values[4];

	if (category == NULL)
		category = DEFAULT_CATEGORY;
	pgd_pending_get_category(category, false);
	values[0] = CStringGetTextDatum(name);
	values[1] = CStringGetTextDatum(method != NULL ? method : DEFAULT_METHOD);
	values[2] = CStringGetTextDatum(category);
	values[3] = pgd_text_or_null(comment, &nulls[3]);
	pgd_change_sql("INSERT INTO dbms.consumer_group (name, is_pending, mgmt_method, category, comments)"
				   " VALUES ($1, true, $2, $3, $4)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
}

Datum
pgd_resource_create_category(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	char		nulls[] = {' ', ' '};
	Datum		values[2];
	char	   *category;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	category = pgd_manager_name(fcinfo, 0, PGD_CATEGORY_NAME);
	values[0] = CStringGetTextDatum(category);
	values[1] = pgd_text_or_null(pgd_manager_comment(fcinfo, 1), &nulls[1]);
	pgd_pending_enter(&scope);
	if (pgd_pending_has_category(category))
		ereport(ERROR,
				(errcode(PGD_ORA(29357)),
				 errmsg("category \"%s\" already exists", category)));
	pgd_change_sql("INSERT INTO dbms.resource_category (name, is_pending, comments) VALUES ($1, true, $2)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_update_category(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	char		nulls[] = {' ', ' '};
	Datum		values[2];
	char	   *category;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	category = pgd_manager_name(fcinfo, 0, PGD_CATEGORY_NAME);
	values[0] = CStringGetTextDatum(category);
	values[1] = pgd_text_or_null(pgd_manager_comment(fcinfo, 1), &nulls[1]);
	pgd_pending_enter(&scope);
	pgd_pending_get_category(category, true);
	pgd_change_sql("UPDATE dbms.resource_category SET comments = coalesce($2, comments), is_system = false"
				   " WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* Its groups are of category OTHER from now on. */
Datum
pgd_resource_delete_category(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	Datum		values[2];
	char	   *category;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	category = pgd_manager_name(fcinfo, 0, PGD_CATEGORY_NAME);
	values[0] = CStringGetTextDatum(category);
	values[1] = CStringGetTextDatum(DEFAULT_CATEGORY);
	pgd_pending_enter(&scope);
	pgd_pending_get_category(category, true);
	pgd_change_sql("DELETE FROM dbms.resource_category WHERE name = $1 AND is_pending",
				   1, types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.consumer_group SET category = $2, is_system = false"
				   " WHERE category = $1 AND is_pending",
				   2, types, values, NULL, SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

char *
pgd_group_name(const char *text)
{
	char	   *name = pgd_name_fold(text, PGD_GROUP_NAME);

	if (strcmp(name, "CANCEL_SQL") == 0 ||
		strcmp(name, "KILL_SESSION") == 0 || strcmp(name, "LOG_ONLY") == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27452)),
				 errmsg("invalid %s: \"%s\"", PGD_GROUP_NAME, text),
				 errdetail("As SWITCH_GROUP of a directive this word is an action.")));
	return name;
}

/* ROUND-ROBIN or RUN-TO-COMPLETION; NULL if none is given. */
static char *
group_method(FunctionCallInfo fcinfo, bool is_update)
{
	char	   *old_method = pgd_manager_word(fcinfo, ARG_CPU_MTH);
	char	   *method = pgd_manager_word(fcinfo, ARG_MGMT_MTH);

	if (old_method != NULL)
	{
		if (method != NULL && strcmp(method, old_method) != 0 &&
			(is_update || strcmp(method, DEFAULT_METHOD) != 0))
			pgd_error_both_set("CPU_MTH", "MGMT_MTH");
		method = old_method;
	}
	if (method == NULL || strcmp(method, DEFAULT_METHOD) == 0)
		return method;
	if (strcmp(method, OTHER_METHOD) != 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29369)),
				 errmsg("invalid method name \"%s\" for a consumer group",
						method),
				 errhint("There are the methods %s and %s.", DEFAULT_METHOD,
						 OTHER_METHOD)));
	pgd_manager_warn(list_make1("MGMT_MTH RUN-TO-COMPLETION"));
	return method;
}

/* NULL if none is given. */
static char *
group_category(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(ARG_CATEGORY) ? NULL :
		pgd_manager_name(fcinfo, ARG_CATEGORY, PGD_CATEGORY_NAME);
}
