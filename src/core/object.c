/*
 * object.c
 *		The name space of scheduler objects, and who may use which.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "core/change.h"
#include "core/errors.h"
#include "core/object.h"
#include "core/sql.h"

static PgdObject *object_of_row(uint64 row);
static bool is_granted(Oid caller, const PgdObject *object,
					   const char *privilege);

PgdObject *
pgd_object_find(Oid caller, const PgdObjectName *name)
{
	PgdObject  *object = NULL;
	int			owner_id;

	if (name->owner_is_sys)
		return pgd_object_find_owned(PGD_OWNER_SYS, name->name);
	if (name->owner != NULL)
		owner_id = pgd_owner_id_by_name(name->owner);
	else
		owner_id = pgd_owner_id(caller, false);
	if (owner_id != PGD_OWNER_NONE)
		object = pgd_object_find_owned(owner_id, name->name);
	if (object == NULL && name->owner == NULL)
		object = pgd_object_find_owned(PGD_OWNER_SYS, name->name);
	return object;
}

PgdObject *
pgd_object_find_owned(int owner_id, const char *name)
{
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[] = {Int32GetDatum(owner_id), CStringGetTextDatum(name)};

	if (pgd_sql("SELECT b.id, b.owner_id, o.role_oid, b.name, b.type"
				" FROM dbms.object b JOIN dbms.owner o ON o.id = b.owner_id"
				" WHERE b.owner_id = $1 AND b.name = $2",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return NULL;
	return object_of_row(0);
}

PgdObject *
pgd_object_by_id(int64 id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(id)};

	if (pgd_sql("SELECT b.id, b.owner_id, o.role_oid, b.name, b.type"
				" FROM dbms.object b JOIN dbms.owner o ON o.id = b.owner_id"
				" WHERE b.id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return NULL;
	return object_of_row(0);
}

PgdObject *
pgd_object_get(Oid caller, const PgdObjectName *name, const char *type)
{
	PgdObject  *object;

	if (strcmp(type, "JOB CLASS") == 0 || strcmp(type, "WINDOW") == 0)
	{
		PgdObjectName in_sys = *name;

		if (name->owner == NULL)
			in_sys.owner_is_sys = true;
		object = pgd_object_find(caller, &in_sys);
		name = memcpy(palloc(sizeof(PgdObjectName)), &in_sys,
					  sizeof(PgdObjectName));
	}
	else
		object = pgd_object_find(caller, name);
	if (object != NULL && strcmp(object->type, type) == 0)
		return object;
	if (strcmp(type, "JOB") == 0)
		pgd_error_no_job(pgd_object_show_name(caller, name));
	pgd_error_no_object(pgd_object_kind(type),
						pgd_object_show_name(caller, name));
}

PgdObjectName *
pgd_name_in_sys(PgdObjectName *name, const char *kind)
{
	if (name->owner != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27455)),
				 errmsg("only SYS is a valid owner of a %s", kind),
				 errhint("Leave out the owner, or write SYS.%s.", name->name)));
	name->owner_is_sys = true;
	return name;
}

char *
pgd_object_show_name(Oid caller, const PgdObjectName *name)
{
	char	   *owner;

	if (name->owner_is_sys)
		owner = "SYS";
	else if (name->owner != NULL)
		owner = pgd_name_show_role(name->owner);
	else
		owner = pgd_role_show(caller);
	return pgd_name_display(owner, name->name);
}

const char *
pgd_object_kind(const char *type)
{
	return asc_tolower(type, strlen(type));
}

/*
 * A transaction under way that makes the same name is waited for, as with any
 * unique index.
 */
int64
pgd_object_create(int owner_id, const char *name, const char *type)
{
	int64		id = pgd_object_try_create(owner_id, name, type);
	PgdObject  *other;

	if (id != 0)
		return id;
	other = pgd_object_find_owned(owner_id, name);
	pgd_error_exists(pgd_object_kind(other != NULL ? other->type : type),
					 pgd_name_display(pgd_owner_show(owner_id), name));
}

int64
pgd_object_try_create(int owner_id, const char *name, const char *type)
{
	Oid			types[] = {INT4OID, TEXTOID, TEXTOID};
	Datum		values[] = {Int32GetDatum(owner_id), CStringGetTextDatum(name),
		CStringGetTextDatum(type)
	};

	if (pgd_change_sql("INSERT INTO dbms.object (owner_id, name, type) VALUES ($1, $2, $3)"
					   " ON CONFLICT DO NOTHING RETURNING id",
					   lengthof(types), types, values, NULL,
					   SPI_OK_INSERT_RETURNING) == 0)
		return 0;
	return pgd_column_int64(0, 0);
}

/* The row of its kind is its kind's to delete. */
void
pgd_object_drop(int64 id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(id)};

	pgd_change_sql("DELETE FROM dbms.privilege WHERE object_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.object WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
}

bool
pgd_object_may_own(Oid caller, const PgdObject *object)
{
	if (superuser_arg(caller))
		return true;
	if (object->owner_id == PGD_OWNER_SYS)
		return pgd_role_has(caller, PGD_MANAGE_SCHEDULER);
	if (!OidIsValid(object->owner_role))
		return false;
	return caller == object->owner_role ||
		(pgd_role_has(caller, PGD_CREATE_ANY_JOB) &&
		 has_privs_of_role(caller, object->owner_role));
}

bool
pgd_object_may_alter(Oid caller, const PgdObject *object)
{
	return pgd_object_may_own(caller, object) ||
		is_granted(caller, object, "ALTER");
}

bool
pgd_object_may_execute(Oid caller, const PgdObject *object)
{
	if (strcmp(object->type, "SCHEDULE") == 0)
		return true;
	if (strcmp(object->type, "JOB CLASS") == 0)
		return pgd_role_has(caller, PGD_EXECUTE_ANY_CLASS) ||
			is_granted(caller, object, "EXECUTE");
	return pgd_object_may_own(caller, object) ||
		(object->owner_id != PGD_OWNER_SYS &&
		 pgd_role_has(caller, PGD_EXECUTE_ANY_PROGRAM)) ||
		is_granted(caller, object, "EXECUTE");
}

void
pgd_object_require_alter(Oid caller, const PgdObject *object)
{
	if (pgd_object_may_alter(caller, object))
		return;
	if (object->owner_id == PGD_OWNER_SYS)
		pgd_error_privilege(psprintf("The %s \"%s\" belongs to SYS.",
									 pgd_object_kind(object->type),
									 object->shown),
							"Changing it needs the privileges of role dbms_manage_scheduler.");
	pgd_error_privilege(psprintf("The %s \"%s\" can be changed by its owner, and by those who have the privilege ALTER on it.",
								 pgd_object_kind(object->type), object->shown),
						"Use dbms_scheduler.grant_privilege() to grant ALTER.");
}

void
pgd_object_require_execute(Oid caller, const PgdObject *object)
{
	if (pgd_object_may_execute(caller, object))
		return;
	pgd_error_privilege(psprintf("The %s \"%s\" can be used by those who have the privilege EXECUTE on it.",
								 pgd_object_kind(object->type), object->shown),
						"Use dbms_scheduler.grant_privilege() to grant EXECUTE.");
}

void
pgd_require_create_for(Oid caller, Oid owner)
{
	if (!OidIsValid(owner))
		pgd_error_privilege("Objects of this kind cannot belong to SYS.", NULL);
	if (superuser_arg(caller))
		return;
	if (caller == owner)
	{
		if (!pgd_role_has(caller, PGD_CREATE_JOB) &&
			!pgd_role_has(caller, PGD_CREATE_ANY_JOB))
			pgd_error_privilege(NULL, "This needs the privileges of role dbms_create_job.");
		return;
	}
	if (!pgd_role_has(caller, PGD_CREATE_ANY_JOB))
		pgd_error_privilege(psprintf("The object would belong to \"%s\".",
									 pgd_role_show(owner)),
							"Objects of other roles need the privileges of role dbms_create_any_job.");
	if (!has_privs_of_role(caller, owner))
		pgd_error_privilege(psprintf("The object would belong to \"%s\".",
									 pgd_role_show(owner)),
							"Objects of another role need the privileges of that role as well, since its jobs run with them.");
}

/* Copies before anything else is asked of SPI. */
static PgdObject *
object_of_row(uint64 row)
{
	PgdObject  *object = palloc0(sizeof(PgdObject));

	object->id = pgd_column_int64(row, 0);
	object->owner_id = pgd_column_int32(row, 1);
	object->owner_role = pgd_column_oid(row, 2);
	object->name = pgd_column_text(CurrentMemoryContext, row, 3);
	object->type = pgd_column_text(CurrentMemoryContext, row, 4);
	object->shown = pgd_name_display(pgd_owner_show(object->owner_id),
									 object->name);
	return object;
}

/* A grant to a role counts for those who have its privileges. */
static bool
is_granted(Oid caller, const PgdObject *object, const char *privilege)
{
	Oid			types[] = {INT8OID, TEXTOID};
	Datum		values[] = {Int64GetDatum(object->id), CStringGetTextDatum(privilege)};
	uint64		n;
	List	   *grantees = NIL;
	ListCell   *cell;

	n = pgd_sql("SELECT p.grantee_id, o.role_oid FROM dbms.privilege p"
				" LEFT JOIN dbms.owner o ON o.id = p.grantee_id"
				" WHERE p.object_id = $1 AND p.privilege = $2",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
	{
		if (pgd_column_int32(row, 0) == PGD_OWNER_PUBLIC)
			return true;
		grantees = lappend_oid(grantees, pgd_column_oid(row, 1));
	}
	foreach(cell, grantees)
	{
		if (OidIsValid(lfirst_oid(cell)) &&
			has_privs_of_role(caller, lfirst_oid(cell)))
			return true;
	}
	return false;
}
