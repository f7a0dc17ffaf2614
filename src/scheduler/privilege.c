/*
 * privilege.c
 *		Object privileges on scheduler objects: dbms.privilege.
 *
 * A privilege does not keep the role that holds it from being dropped in this
 * database: it goes with the role.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/varlena.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/object.h"
#include "core/sql.h"

/* a type of object and the privileges that there are on it */
static const struct
{
	const char *type;
	const char *privileges[3];
}			known[] = {
	{"JOB", {"ALTER"}},
	{"PROGRAM", {"ALTER", "EXECUTE"}},
	{"SCHEDULE", {"ALTER"}},
	{"GROUP", {"ALTER"}},
	{"JOB CLASS", {"EXECUTE"}}
};

/* objects up to this id come with the extension (scheduler.sql) */
#define LAST_SYSTEM_OBJECT	1000

static void change_privileges(FunctionCallInfo fcinfo, bool is_grant);
static List *privileges_meant(const PgdObject *object, const char *privilege);
static Oid	grantee_role(const char *grantee);
static void note_public_loss(int64 object_id, bool is_grant);

PG_FUNCTION_INFO_V1(pgd_scheduler_grant_privilege);
PG_FUNCTION_INFO_V1(pgd_scheduler_revoke_privilege);
PG_FUNCTION_INFO_V1(pgd_scheduler_privilege_lost);

Datum
pgd_scheduler_grant_privilege(PG_FUNCTION_ARGS)
{
	change_privileges(fcinfo, true);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_revoke_privilege(PG_FUNCTION_ARGS)
{
	change_privileges(fcinfo, false);
	PG_RETURN_VOID();
}

/*
 * Only who may do as the owner does can pass on what he has. Granting twice
 * and revoking what was not granted is no error, as in SQL.
 */
static void
change_privileges(FunctionCallInfo fcinfo, bool is_grant)
{
	Oid			caller = GetUserId();
	char	   *privilege = pgd_arg_text(fcinfo, 0);
	PgdObjectName *name = pgd_name_parse(pgd_arg_text(fcinfo, 1),
										 "object name");
	char	   *grantee = pgd_arg_text(fcinfo, 2);
	Oid			role;
	PgdCatalogScope scope;
	PgdObject  *object;
	int			grantee_id = PGD_OWNER_PUBLIC;
	ListCell   *cell;

	if (privilege == NULL || privilege[0] == '\0')
		pgd_error_null("PRIVILEGE");
	if (grantee == NULL || grantee[0] == '\0')
		pgd_error_null("GRANTEE");
	role = grantee_role(grantee);

	pgd_catalog_enter(&scope);
	object = pgd_object_find(caller, name);
	if (object == NULL)
		pgd_error_no_object("scheduler object",
							pgd_object_show_name(caller, name));
	if (!pgd_object_may_own(caller, object))
		pgd_error_privilege(psprintf("Privileges on %s \"%s\" are its owner's to give.",
									 pgd_object_kind(object->type),
									 object->shown),
							object->owner_id == PGD_OWNER_SYS ?
							"Objects of SYS need the privileges of role dbms_manage_scheduler." :
							NULL);
	if (OidIsValid(role))
		grantee_id = pgd_owner_id(role, is_grant);
	foreach(cell, privileges_meant(object, privilege))
	{
		Oid			types[] = {INT8OID, INT4OID, TEXTOID, INT4OID};
		Datum		values[4];

		values[0] = Int64GetDatum(object->id);
		values[1] = Int32GetDatum(grantee_id);
		values[2] = CStringGetTextDatum(lfirst(cell));
		if (is_grant)
		{
			values[3] = Int32GetDatum(pgd_owner_id(caller, true));
			pgd_change_sql("INSERT INTO dbms.privilege (object_id, grantee_id, privilege, grantor_id)"
						   " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
						   4, types, values, NULL, SPI_OK_INSERT);
		}
		else
			pgd_change_sql("DELETE FROM dbms.privilege WHERE object_id = $1 AND grantee_id = $2 AND privilege = $3",
						   3, types, values, NULL, SPI_OK_DELETE);
	}
	if (object->id <= LAST_SYSTEM_OBJECT && grantee_id == PGD_OWNER_PUBLIC)
		note_public_loss(object->id, is_grant);
	pgd_catalog_leave(&scope);
}

/*
 * What CREATE EXTENSION gives to PUBLIC is no row that a dump takes along;
 * that PUBLIC lost it is one.
 */
static void
note_public_loss(int64 object_id, bool is_grant)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object_id)};

	if (is_grant)
		pgd_change_sql("DELETE FROM dbms.privilege"
					   " WHERE object_id = $1 AND grantee_id = -1 AND privilege = 'NONE'",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	else
		pgd_change_sql("INSERT INTO dbms.privilege (object_id, grantee_id, privilege, grantor_id)"
					   " VALUES ($1, -1, 'NONE', 0) ON CONFLICT DO NOTHING",
					   lengthof(types), types, values, NULL, SPI_OK_INSERT);
}

/*
 * Row trigger after such a loss is inserted: by a restore, too, into a
 * database where CREATE EXTENSION has just given the privilege.
 */
Datum
pgd_scheduler_privilege_lost(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	PgdCatalogScope scope;
	Oid			types[] = {INT8OID};
	Datum		values[1];
	bool		isnull;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_AFTER(data->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		elog(ERROR, "dbms.privilege_lost() is a trigger function for inserts");
	values[0] = heap_getattr(data->tg_trigtuple,
							 SPI_fnumber(RelationGetDescr(data->tg_relation),
										 "object_id"),
							 RelationGetDescr(data->tg_relation), &isnull);
	pgd_catalog_enter(&scope);
	(void) pgd_sql("DELETE FROM dbms.privilege"
				   " WHERE object_id = $1 AND grantee_id = -1 AND privilege <> 'NONE'",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
	return PointerGetDatum(NULL);
}

/* 27487: there is no such privilege on objects of this type. */
static List *
privileges_meant(const PgdObject *object, const char *privilege)
{
	List	   *meant = NIL;

	for (int i = 0; i < lengthof(known); i++)
	{
		if (strcmp(object->type, known[i].type) != 0)
			continue;
		for (int j = 0; j < lengthof(known[i].privileges) &&
			 known[i].privileges[j] != NULL; j++)
			if (pg_strcasecmp(privilege, "ALL") == 0 ||
				pg_strcasecmp(privilege, known[i].privileges[j]) == 0)
				meant = lappend(meant, unconstify(char *, known[i].privileges[j]));
	}
	if (meant == NIL)
		ereport(ERROR,
				(errcode(PGD_ORA(27487)),
				 errmsg("invalid privilege \"%s\" for a %s", privilege,
						pgd_object_kind(object->type)),
				 errhint("There are ALTER on jobs, programs, schedules and groups, and EXECUTE on programs and job classes.")));
	return meant;
}

/* By PostgreSQL's rules; InvalidOid for PUBLIC. */
static Oid
grantee_role(const char *grantee)
{
	List	   *parts = textToQualifiedNameList(cstring_to_text(grantee));

	if (list_length(parts) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("invalid role name: \"%s\"", grantee)));
	if (pg_strcasecmp(grantee, "public") == 0)
		return InvalidOid;
	return get_role_oid(strVal(linitial(parts)), false);
}
