/*
 * group_privilege.c
 *		DBMS_RESOURCE_MANAGER_PRIVS: the privilege to switch to a consumer group
 *		(dbms.group_privilege), and the system privilege, which is membership in
 *		a role.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/varlena.h"

#include "core/change.h"
#include "core/identity.h"
#include "core/owner.h"
#include "resource/group_privilege.h"
#include "resource/manager_int.h"

static void change_membership(FunctionCallInfo fcinfo, const char *format,
							  const char *suffix);
static void check_system_privilege(FunctionCallInfo fcinfo, int n);
static Oid	grantee(FunctionCallInfo fcinfo, int n, bool *is_public);
static void require_grantable(Oid caller, const char *group);
static void require_named_group(const char *group);
static void forget_grantee(int owner_id);

static const PgdOwnerPackage resource_package = {
	.forget = forget_grantee
};

PG_FUNCTION_INFO_V1(pgd_resource_grant_system_privilege);
PG_FUNCTION_INFO_V1(pgd_resource_revoke_system_privilege);
PG_FUNCTION_INFO_V1(pgd_resource_grant_switch_consumer_group);
PG_FUNCTION_INFO_V1(pgd_resource_revoke_switch_consumer_group);

void
pgd_group_privilege_install(void)
{
	pgd_owner_register_package(&resource_package);
}

/*
 * GRANT_SYSTEM_PRIVILEGE(grantee_name, privilege_name, admin_option). GRANT
 * itself checks who may.
 */
Datum
pgd_resource_grant_system_privilege(PG_FUNCTION_ARGS)
{
	check_system_privilege(fcinfo, 1);
	change_membership(fcinfo, "GRANT %s TO %s%s",
					  pgd_arg_bool(fcinfo, 2, "ADMIN_OPTION") ?
					  " WITH ADMIN OPTION" : "");
	PG_RETURN_VOID();
}

Datum
pgd_resource_revoke_system_privilege(PG_FUNCTION_ARGS)
{
	check_system_privilege(fcinfo, 1);
	change_membership(fcinfo, "REVOKE %s FROM %s%s", "");
	PG_RETURN_VOID();
}

/* Granting once more changes the grant option. */
Datum
pgd_resource_grant_switch_consumer_group(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	Oid			types[] = {INT4OID, TEXTOID, BOOLOID};
	Datum		values[3];
	bool		is_public;
	Oid			role;
	char	   *group;
	bool		has_option;
	PgdCatalogScope scope;

	pgd_require_writable(fcinfo);
	role = grantee(fcinfo, 0, &is_public);
	group = pgd_manager_name(fcinfo, 1, PGD_GROUP_NAME);
	has_option = pgd_arg_bool(fcinfo, 2, "GRANT_OPTION");
	pgd_catalog_enter(&scope);
	require_named_group(group);
	require_grantable(caller, group);
	values[0] = Int32GetDatum(is_public ? PGD_OWNER_PUBLIC :
							  pgd_owner_id(role, true));
	values[1] = CStringGetTextDatum(group);
	values[2] = BoolGetDatum(has_option);
	pgd_change_sql("DELETE FROM dbms.group_privilege WHERE grantee_id = $1 AND consumer_group = $2"
				   " AND is_system AND has_grant_option <> $3",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("INSERT INTO dbms.group_privilege (grantee_id, consumer_group, has_grant_option)"
				   " SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM dbms.group_privilege"
				   "  WHERE grantee_id = $1 AND consumer_group = $2 AND is_system)"
				   " ON CONFLICT (grantee_id, consumer_group, is_system)"
				   " DO UPDATE SET has_grant_option = EXCLUDED.has_grant_option"
				   " WHERE group_privilege.has_grant_option <> EXCLUDED.has_grant_option",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	if (is_public)
		pgd_change_sql("DELETE FROM dbms.resource_removed WHERE kind = 'PRIVILEGE' AND name = $1",
					   1, &types[1], &values[1], NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* What was not granted is no error, as in SQL. */
Datum
pgd_resource_revoke_switch_consumer_group(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[2];
	bool		is_public;
	Oid			role;
	char	   *group;
	PgdCatalogScope scope;

	pgd_require_writable(fcinfo);
	role = grantee(fcinfo, 0, &is_public);
	group = pgd_manager_name(fcinfo, 1, PGD_GROUP_NAME);
	pgd_catalog_enter(&scope);
	require_named_group(group);
	require_grantable(caller, group);
	values[0] = Int32GetDatum(is_public ? PGD_OWNER_PUBLIC :
							  pgd_owner_id(role, false));
	values[1] = CStringGetTextDatum(group);

	/* that PUBLIC lost what CREATE EXTENSION gave is for a dump to say */
	pgd_change_sql("WITH gone AS (DELETE FROM dbms.group_privilege"
				   "  WHERE grantee_id = $1 AND consumer_group = $2 RETURNING grantee_id, consumer_group)"
				   " INSERT INTO dbms.resource_removed (kind, name)"
				   " SELECT 'PRIVILEGE', consumer_group FROM gone WHERE grantee_id = -1 ON CONFLICT DO NOTHING",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Oid
pgd_manager_role(const char *name, const char *what)
{
	List	   *parts;

	if (name == NULL || name[0] == '\0')
		pgd_error_missing(what, name);
	parts = textToQualifiedNameList(cstring_to_text(name));
	if (list_length(parts) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("invalid role name: \"%s\"", name)));
	return get_role_oid(strVal(linitial(parts)), false);
}

void
pgd_group_require_switch(Oid role, const char *group)
{
	Oid			types[] = {TEXTOID, OIDOID};
	Datum		values[] = {CStringGetTextDatum(group), ObjectIdGetDatum(role)};

	if (pgd_role_has(role, PGD_RESOURCE_ADMIN))
		return;
	if (pgd_sql("SELECT 1 FROM dbms.group_privilege v LEFT JOIN dbms.owner w ON w.id = v.grantee_id"
				" WHERE v.consumer_group = $1 AND (v.grantee_id = -1"
				"  OR (w.role_oid <> 0 AND pg_has_role($2, w.role_oid, 'USAGE'))) LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29399)),
				 errmsg("user %s does not have the privilege to switch to consumer group \"%s\"",
						pgd_role_show(role), group),
				 errhint("Use dbms_resource_manager_privs.grant_switch_consumer_group.")));
}

/* The command is built of quoted identifiers, and runs as the caller. */
static void
change_membership(FunctionCallInfo fcinfo, const char *format,
				  const char *suffix)
{
	Oid			role = pgd_manager_role(pgd_arg_text(fcinfo, 0), "GRANTEE_NAME");
	char	   *command = psprintf(format,
								   quote_identifier(pgd_privilege_role(PGD_RESOURCE_ADMIN)),
								   quote_identifier(GetUserNameFromId(role, false)),
								   suffix);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(command, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not run: %s", command);
	SPI_finish();
}

/* 29398: there is one only. */
static void
check_system_privilege(FunctionCallInfo fcinfo, int n)
{
	char	   *privilege = pgd_manager_word(fcinfo, n);

	if (privilege == NULL)
		pgd_error_missing("PRIVILEGE_NAME", pgd_arg_text(fcinfo, n));
	if (strcmp(privilege, "ADMINISTER_RESOURCE_MANAGER") != 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29398)),
				 errmsg("invalid privilege name \"%s\"", privilege),
				 errhint("There is ADMINISTER_RESOURCE_MANAGER.")));
}

static Oid
grantee(FunctionCallInfo fcinfo, int n, bool *is_public)
{
	char	   *name = pgd_arg_text(fcinfo, n);

	*is_public = name != NULL && pg_strcasecmp(name, "public") == 0;
	return *is_public ? InvalidOid : pgd_manager_role(name, "GRANTEE_NAME");
}

/* Administrators may, and who holds it with the grant option. */
static void
require_grantable(Oid caller, const char *group)
{
	Oid			types[] = {TEXTOID, OIDOID};
	Datum		values[] = {CStringGetTextDatum(group), ObjectIdGetDatum(caller)};

	if (pgd_role_has(caller, PGD_RESOURCE_ADMIN))
		return;
	if (pgd_sql("SELECT 1 FROM dbms.group_privilege v LEFT JOIN dbms.owner w ON w.id = v.grantee_id"
				" WHERE v.consumer_group = $1 AND v.has_grant_option AND (v.grantee_id = -1"
				"  OR (w.role_oid <> 0 AND pg_has_role($2, w.role_oid, 'USAGE'))) LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_privilege(NULL,
							"This needs the privileges of role dbms_resource_admin, or the privilege itself with the grant option.");
}

/* 29397, 29368 */
static void
require_named_group(const char *group)
{
	if (strcmp(group, PGD_OTHER_GROUPS) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29397)),
				 errmsg("cannot grant or revoke the switch privilege for \"%s\"",
						group),
				 errdetail("It stands for the groups that a plan does not name.")));
	if (!pgd_group_exists(group))
		pgd_error_no_group(group);
}

/* The role is dropped, or DROP OWNED takes its privileges. */
static void
forget_grantee(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};

	pgd_change_sql("DELETE FROM dbms.group_privilege WHERE grantee_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
}
