/*
 * owner.c
 *		Owners and the commands on roles that concern their objects.
 *
 * Our rows cannot be in pg_shdepend, so each owner has one entry in the
 * access list of a function that does nothing, dbms.owned_objects(). That
 * makes the server refuse DROP ROLE, in this database and in others, as long
 * as the owner is kept here. A function, because the access list of a table
 * cannot grow past a page.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/syscache.h"

#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/owner.h"
#include "core/owner_int.h"
#include "core/sql.h"

#define MAX_PACKAGES	8

static const PgdOwnerPackage *packages[MAX_PACKAGES];
static int	n_packages = 0;

static List *marker_name(void);
static bool extension_is_here(void);
static List *owner_ids(List *roles);
static bool owns_any(int owner_id);
static void let_go(int owner_id);
static void refuse_name_clash(int old_owner_id, int new_owner_id);
static uint64 update_owners(const char *text);

void
pgd_owner_register_package(const PgdOwnerPackage *package)
{
	if (n_packages == MAX_PACKAGES)
		elog(ERROR, "too many packages with owned objects");
	packages[n_packages++] = package;
}

void
pgd_owner_before_drop_role(List *roles)
{
	PgdCatalogScope scope;
	List	   *owners;
	ListCell   *cell;

	if (!extension_is_here())
		return;
	owners = owner_ids(roles);
	pgd_catalog_enter(&scope);
	foreach(cell, owners)
	{
		if (!owns_any(lfirst_int(cell)))
			let_go(lfirst_int(cell));
	}
	pgd_catalog_leave(&scope);
}

void
pgd_owner_drop_owned(List *roles, DropBehavior behavior)
{
	PgdCatalogScope scope;
	Oid			types[] = {INT4OID};
	List	   *owners;
	ListCell   *cell;

	if (!extension_is_here())
		return;
	owners = owner_ids(roles);
	pgd_catalog_enter(&scope);
	for (int i = 0; i < n_packages; i++)
		packages[i]->drop_owned(owners, behavior);
	foreach(cell, owners)
	{
		Datum		values[] = {Int32GetDatum(lfirst_int(cell))};

		pgd_change_sql("DELETE FROM dbms.privilege WHERE grantee_id = $1"
					   " OR object_id IN (SELECT id FROM dbms.object WHERE owner_id = $1)",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.object WHERE owner_id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
	pgd_catalog_leave(&scope);
}

void
pgd_owner_reassign(List *roles, RoleSpec *newrole)
{
	PgdCatalogScope scope;
	Oid			new_role;
	List	   *old_owners;
	ListCell   *cell;

	if (!extension_is_here())
		return;
	new_role = get_rolespec_oid(newrole, false);
	old_owners = owner_ids(roles);
	pgd_catalog_enter(&scope);
	foreach(cell, old_owners)
	{
		int			old_owner_id = lfirst_int(cell);
		int			new_owner_id;
		Oid			types[] = {INT4OID, INT4OID};
		Datum		values[2];

		if (!owns_any(old_owner_id))
			continue;
		new_owner_id = pgd_owner_id(new_role, true);
		if (new_owner_id == old_owner_id)
			continue;
		refuse_name_clash(old_owner_id, new_owner_id);
		for (int i = 0; i < n_packages; i++)
			packages[i]->reassign(old_owner_id, new_owner_id);
		values[0] = Int32GetDatum(old_owner_id);
		values[1] = Int32GetDatum(new_owner_id);
		pgd_change_sql("UPDATE dbms.object SET owner_id = $2 WHERE owner_id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	}
	pgd_catalog_leave(&scope);
}

/*
 * A dump that is made from here on has the new name, by which a restore finds
 * the role. Other databases learn of it when their coordinator reads
 * everything again, or when the owner makes an object.
 */
void
pgd_owner_after_rename(const char *new_name)
{
	PgdCatalogScope scope;
	Oid			role = get_role_oid(new_name, true);

	if (!OidIsValid(role) || !extension_is_here())
		return;
	pgd_catalog_enter(&scope);
	pgd_owner_name(role, new_name);
	pgd_catalog_leave(&scope);
}

/*
 * A row whose OID is 0 and that has objects is an owner from a restore whose
 * role was missing; one without objects is a dropped role, of which only the
 * log speaks, and a new role of that name has no part in it.
 */
bool
pgd_owner_resolve_all(bool is_foreign)
{
	PgdCatalogScope scope;
	uint64		changed = 0;
	List	   *to_keep = NIL;
	ListCell   *cell;
	uint64		n;

	pgd_catalog_enter(&scope);
	if (!pgd_owner_try_lock())
	{
		pgd_catalog_leave(&scope);
		return false;
	}
	if (is_foreign)
		changed += update_owners("UPDATE dbms.owner o SET role_oid = coalesce((SELECT r.oid FROM pg_roles r WHERE r.rolname = o.role_name), 0)"
								 " WHERE o.role_oid <> 0"
								 " AND o.role_oid <> coalesce((SELECT r.oid FROM pg_roles r WHERE r.rolname = o.role_name), 0)");
	else
		changed += update_owners("UPDATE dbms.owner o SET role_name = r.rolname FROM pg_roles r"
								 " WHERE r.oid = o.role_oid AND r.rolname <> o.role_name");
	changed += update_owners("UPDATE dbms.owner o SET role_oid = 0"
							 " WHERE o.role_oid <> 0"
							 " AND NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.oid = o.role_oid)");
	changed += update_owners("UPDATE dbms.owner o SET role_oid = r.oid FROM pg_roles r"
							 " WHERE o.role_oid = 0 AND o.id <> 0 AND r.rolname = o.role_name"
							 " AND EXISTS (SELECT 1 FROM dbms.object b WHERE b.owner_id = o.id)"
							 " AND NOT EXISTS (SELECT 1 FROM dbms.owner p WHERE p.role_oid = r.oid)");

	n = pgd_sql("SELECT o.role_oid FROM dbms.owner o"
				" WHERE o.role_oid <> 0 AND EXISTS (SELECT 1 FROM dbms.object b WHERE b.owner_id = o.id)"
				" ORDER BY o.id",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
		to_keep = lappend_oid(to_keep, pgd_column_oid(row, 0));
	foreach(cell, to_keep)
	{
		if (!pgd_owner_is_kept(lfirst_oid(cell)))
			pgd_owner_keep(GetUserNameFromId(lfirst_oid(cell), false), true);
	}
	pgd_catalog_leave(&scope);
	if (changed > 0)
		pgd_change_note_all();
	return changed > 0;
}

void
pgd_owner_lock(void)
{
	LockDatabaseObject(ProcedureRelationId,
					   LookupFuncName(marker_name(), 0, NULL, false), 0,
					   ShareUpdateExclusiveLock);
}

/*
 * For the coordinator, which must not wait for a session that made its first
 * job and has not committed yet.
 */
bool
pgd_owner_try_lock(void)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, ProcedureRelationId,
					   LookupFuncName(marker_name(), 0, NULL, false), 0);
	if (LockAcquire(&tag, ShareUpdateExclusiveLock, false, true) ==
		LOCKACQUIRE_NOT_AVAIL)
		return false;
	AcceptInvalidationMessages();
	return true;
}

bool
pgd_owner_is_kept(Oid role)
{
	HeapTuple	tuple;
	Datum		value;
	bool		isnull;
	bool		is_kept = false;

	tuple = SearchSysCache1(PROCOID,
							ObjectIdGetDatum(LookupFuncName(marker_name(), 0,
															NULL, false)));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function dbms.owned_objects");
	value = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proacl, &isnull);
	if (!isnull)
	{
		Acl		   *acl = DatumGetAclP(value);

		for (int i = 0; i < ACL_NUM(acl) && !is_kept; i++)
			is_kept = ACL_DAT(acl)[i].ai_grantee == role;
	}
	ReleaseSysCache(tuple);
	return is_kept;
}

void
pgd_owner_keep(const char *role_name, bool keep)
{
	GrantStmt  *grant = makeNode(GrantStmt);
	ObjectWithArgs *function = makeNode(ObjectWithArgs);
	AccessPriv *execute = makeNode(AccessPriv);
	RoleSpec   *grantee = makeNode(RoleSpec);

	function->objname = marker_name();
	execute->priv_name = pstrdup("execute");
	grantee->roletype = ROLESPEC_CSTRING;
	grantee->rolename = pstrdup(role_name);
	grantee->location = -1;
	grant->is_grant = keep;
	grant->targtype = ACL_TARGET_OBJECT;
	grant->objtype = OBJECT_FUNCTION;
	grant->objects = list_make1(function);
	grant->privileges = list_make1(execute);
	grant->grantees = list_make1(grantee);
	grant->behavior = DROP_RESTRICT;
	ExecuteGrantStmt(grant);
	CommandCounterIncrement();
}

void
pgd_owner_adopt(int owner_id, Oid role)
{
	Oid			types[] = {INT4OID, OIDOID};
	Datum		values[] = {Int32GetDatum(owner_id), ObjectIdGetDatum(role)};

	pgd_change_sql("UPDATE dbms.owner SET role_oid = $2 WHERE id = $1 AND role_oid = 0",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_change_note_all();
}

void
pgd_owner_name(Oid role, const char *role_name)
{
	Oid			types[] = {OIDOID, TEXTOID};
	Datum		values[] = {ObjectIdGetDatum(role), CStringGetTextDatum(role_name)};

	pgd_change_sql("UPDATE dbms.owner SET role_name = $2 WHERE role_oid = $1 AND role_name <> $2",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
}

static List *
marker_name(void)
{
	return list_make2(makeString(pstrdup("dbms")),
					  makeString(pstrdup("owned_objects")));
}

/*
 * The hooks fire in every database; ours is one where the marker exists. It
 * may be missing for a moment in CREATE EXTENSION too.
 */
static bool
extension_is_here(void)
{
	Oid			schema = get_namespace_oid("dbms", true);

	return OidIsValid(schema) &&
		SearchSysCacheExists3(PROCNAMEARGSNSP,
							  CStringGetDatum("owned_objects"),
							  PointerGetDatum(buildoidvector(NULL, 0)),
							  ObjectIdGetDatum(schema));
}

/*
 * Rows of those roles that exist and are owners here. The current user is
 * that of the command, so CURRENT_USER means what it says only outside of a
 * scope; inside, names alone are resolved.
 */
static List *
owner_ids(List *roles)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *role_oids = NIL;
	List	   *ids = NIL;
	PgdCatalogScope scope;
	ListCell   *cell;

	foreach(cell, roles)
	{
		Oid			role = get_rolespec_oid(lfirst_node(RoleSpec, cell), true);

		if (OidIsValid(role))
			role_oids = list_append_unique_oid(role_oids, role);
	}
	pgd_catalog_enter(&scope);
	foreach(cell, role_oids)
	{
		int			id = pgd_owner_id(lfirst_oid(cell), false);

		if (id != PGD_OWNER_NONE)
		{
			MemoryContext spi_context = MemoryContextSwitchTo(context);

			ids = lappend_int(ids, id);
			MemoryContextSwitchTo(spi_context);
		}
	}
	pgd_catalog_leave(&scope);
	return ids;
}

static bool
owns_any(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};

	if (pgd_sql("SELECT 1 FROM dbms.object WHERE owner_id = $1 LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		return true;
	for (int i = 0; i < n_packages; i++)
		if (packages[i]->owns_any != NULL && packages[i]->owns_any(owner_id))
			return true;
	return false;
}

/*
 * The row stays, without a role, for what the log says of it.
 */
static void
let_go(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};
	Oid			role = pgd_owner_role(owner_id);

	pgd_owner_lock();
	pgd_change_sql("DELETE FROM dbms.privilege WHERE grantee_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.owner SET role_oid = 0 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	if (OidIsValid(role) && pgd_owner_is_kept(role))
		pgd_owner_keep(GetUserNameFromId(role, false), false);
}

/* Both owners have an object of the same name: the user must decide. */
static void
refuse_name_clash(int old_owner_id, int new_owner_id)
{
	Oid			types[] = {INT4OID, INT4OID};
	Datum		values[] = {Int32GetDatum(old_owner_id), Int32GetDatum(new_owner_id)};

	if (pgd_sql("SELECT a.name FROM dbms.object a JOIN dbms.object b ON b.name = a.name"
				" WHERE a.owner_id = $1 AND b.owner_id = $2 ORDER BY a.name LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
	{
		char	   *name = pgd_column_text(CurrentMemoryContext, 0, 0);

		ereport(ERROR,
				(errcode(PGD_ORA(27477)),
				 errmsg("cannot reassign scheduler object \"%s\" because the new owner has an object of this name",
						pgd_name_display(pgd_owner_show(old_owner_id), name)),
				 errhint("Drop one of the two, or copy it under another name.")));
	}
}

static uint64
update_owners(const char *text)
{
	return pgd_change_sql(text, 0, NULL, NULL, NULL, SPI_OK_UPDATE);
}
