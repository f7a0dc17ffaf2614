/*
 * owner.c
 *		Owners and the commands on roles that concern their objects.
 *
 * Our rows cannot be in pg_shdepend, so each owner has one entry there in the
 * name of a function that does nothing, dbms.owned_objects(): as if its
 * access list named the owner. That makes the server refuse DROP ROLE, in
 * this database and in others, as long as the owner is kept here. The access
 * list itself stays empty: it would be one row that all owners write, and a
 * dump would grant rights to roles that are not there.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
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

/* a row of dbms.owner, and the role that it should have */
typedef struct OwnerRow
{
	int			id;
	Oid			role;
	Oid			target;
	char	   *name;
	bool		has_objects;
} OwnerRow;

static Oid	marker(void);
static bool lock_role(Oid role, bool wait);
static List *read_owners(void);
static Oid	role_of(const OwnerRow *owner, bool is_foreign);
static bool has_role(List *owners, Oid role);
static bool set_role(OwnerRow *owner, Oid role);
static bool extension_is_here(void);
static List *owner_ids(List *roles);
static void let_go(int owner_id, Oid role);
static void forget(int owner_id);
static void refuse_name_clash(int old_owner_id, int new_owner_id);

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

	/* who may not drop roles shall not lock them either */
	if (!extension_is_here() || !has_createrole_privilege(GetUserId()))
		return;
	owners = owner_ids(roles);
	pgd_catalog_enter(&scope);
	foreach(cell, owners)
	{
		Oid			role = pgd_owner_role(lfirst_int(cell));

		if (!OidIsValid(role))
			continue;
		pgd_owner_lock(role);
		LockSharedObject(AuthIdRelationId, role, 0, AccessExclusiveLock);
		if (!pgd_owner_owns_any(lfirst_int(cell)))
			let_go(lfirst_int(cell), role);
	}
	pgd_catalog_leave(&scope);
}

void
pgd_owner_before_drop_owned(List *roles, DropBehavior behavior)
{
	PgdCatalogScope scope;
	Oid			types[] = {INT4OID};
	List	   *owners;
	ListCell   *cell;

	if (!extension_is_here())
		return;
	foreach(cell, roles)
	{
		Oid			role = get_rolespec_oid(lfirst_node(RoleSpec, cell), true);

		/* the command will refuse it */
		if (!OidIsValid(role) || !has_privs_of_role(GetUserId(), role))
			return;
	}
	owners = owner_ids(roles);
	pgd_catalog_enter(&scope);
	for (int i = 0; i < n_packages; i++)
		if (packages[i]->drop_owned != NULL)
			packages[i]->drop_owned(owners, behavior);
	foreach(cell, owners)
	{
		Datum		values[] = {Int32GetDatum(lfirst_int(cell))};
		Oid			role = pgd_owner_role(lfirst_int(cell));

		pgd_change_sql("DELETE FROM dbms.privilege WHERE grantee_id = $1"
					   " OR object_id IN (SELECT id FROM dbms.object WHERE owner_id = $1)",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		forget(lfirst_int(cell));
		pgd_change_sql("DELETE FROM dbms.object WHERE owner_id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		if (OidIsValid(role))
		{
			pgd_owner_lock(role);
			pgd_owner_keep(role, false);
		}
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

		if (!pgd_owner_owns_any(old_owner_id))
			continue;
		new_owner_id = pgd_owner_id(new_role, true);
		if (new_owner_id == old_owner_id)
			continue;
		refuse_name_clash(old_owner_id, new_owner_id);
		for (int i = 0; i < n_packages; i++)
			if (packages[i]->reassign != NULL)
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
 * the role. The coordinators of other databases learn of it when the command
 * commits (hooks.c), and write it there.
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
 *
 * Roles are taken away before they are given, since two rows may change
 * places.
 */
bool
pgd_owner_resolve_all(bool is_foreign, bool *is_complete)
{
	PgdCatalogScope scope;
	List	   *owners;
	ListCell   *cell;
	bool		changed = false;

	*is_complete = true;
	pgd_catalog_enter(&scope);
	owners = read_owners();
	foreach(cell, owners)
	{
		OwnerRow   *owner = lfirst(cell);

		owner->target = role_of(owner, is_foreign);
		if (owner->role == owner->target || !OidIsValid(owner->role))
			continue;
		if (set_role(owner, InvalidOid))
			changed = true;
		else
			*is_complete = false;
	}
	foreach(cell, owners)
	{
		OwnerRow   *owner = lfirst(cell);
		bool		is_new = owner->role != owner->target;

		if (!OidIsValid(owner->target) ||
			(is_new && has_role(owners, owner->target)))
			continue;
		if (!is_new && (!owner->has_objects ||
						pgd_owner_is_kept(owner->target)))
			continue;
		if (!lock_role(owner->target, false) ||
			(is_new && !set_role(owner, owner->target)))
		{
			*is_complete = false;
			continue;
		}
		changed = changed || is_new;
		if (SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(owner->target)))
			pgd_owner_keep(owner->target, true);
	}
	changed = pgd_change_sql("UPDATE dbms.owner o SET role_name = r.rolname FROM pg_roles r"
							 " WHERE r.oid = o.role_oid AND r.rolname <> o.role_name"
							 " AND o.id IN (SELECT p.id FROM dbms.owner p, pg_roles q"
							 " WHERE q.oid = p.role_oid AND q.rolname <> p.role_name FOR NO KEY UPDATE OF p SKIP LOCKED)",
							 0, NULL, NULL, NULL, SPI_OK_UPDATE) > 0 || changed;
	pgd_catalog_leave(&scope);
	if (changed)
		pgd_change_note_all();
	return changed;
}

/* List of OwnerRow: all but SYS. */
static List *
read_owners(void)
{
	List	   *owners = NIL;
	ListCell   *cell;
	uint64		n;

	n = pgd_sql("SELECT id, role_oid, role_name FROM dbms.owner WHERE id <> 0 ORDER BY id",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
	{
		OwnerRow   *owner = palloc0(sizeof(OwnerRow));

		owner->id = pgd_column_int32(row, 0);
		owner->role = pgd_column_oid(row, 1);
		owner->name = pgd_column_text(CurrentMemoryContext, row, 2);
		owners = lappend(owners, owner);
	}
	foreach(cell, owners)
	{
		OwnerRow   *owner = lfirst(cell);

		owner->has_objects = pgd_owner_owns_any(owner->id);
	}
	return owners;
}

/* The role that a row should have in this cluster. */
static Oid
role_of(const OwnerRow *owner, bool is_foreign)
{
	Oid			by_name = get_role_oid(owner->name, true);

	if (!OidIsValid(owner->role))
		return owner->has_objects ? by_name : InvalidOid;
	if (is_foreign)
		return by_name;
	if (SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(owner->role)))
		return owner->role;
	return InvalidOid;
}

static bool
has_role(List *owners, Oid role)
{
	ListCell   *cell;

	foreach(cell, owners)
	{
		if (((OwnerRow *) lfirst(cell))->role == role)
			return true;
	}
	return false;
}

/* False if another session is changing the row. */
static bool
set_role(OwnerRow *owner, Oid role)
{
	Oid			types[] = {INT4OID, OIDOID, OIDOID};
	Datum		values[] = {Int32GetDatum(owner->id), ObjectIdGetDatum(owner->role),
		ObjectIdGetDatum(role)
	};

	if (pgd_change_sql("UPDATE dbms.owner SET role_oid = $3 WHERE id ="
					   " (SELECT id FROM dbms.owner WHERE id = $1 AND role_oid = $2 FOR NO KEY UPDATE SKIP LOCKED)",
					   lengthof(types), types, values, NULL,
					   SPI_OK_UPDATE) == 0)
		return false;
	owner->role = role;
	return true;
}

void
pgd_owner_lock(Oid role)
{
	(void) lock_role(role, true);
}

void
pgd_owner_lock_shared(Oid role)
{
	LockSharedObject(AuthIdRelationId, role, 0, AccessShareLock);
}

/*
 * Against others who make, take over or let go of this owner here, and
 * against DROP ROLE. Both to the end of the transaction.
 */
static bool
lock_role(Oid role, bool wait)
{
	LOCKTAG		here;
	LOCKTAG		everywhere;

	SET_LOCKTAG_OBJECT(here, MyDatabaseId, AuthIdRelationId, role, 0);
	SET_LOCKTAG_OBJECT(everywhere, InvalidOid, AuthIdRelationId, role, 0);
	if (LockAcquire(&here, ShareUpdateExclusiveLock, false, !wait) ==
		LOCKACQUIRE_NOT_AVAIL ||
		LockAcquire(&everywhere, AccessShareLock, false, !wait) ==
		LOCKACQUIRE_NOT_AVAIL)
		return false;
	AcceptInvalidationMessages();
	return true;
}

/* Roles that initdb made cannot be dropped, and have no entries. */
bool
pgd_owner_is_kept(Oid role)
{
	Relation	table;
	SysScanDesc scan;
	ScanKeyData keys[3];
	HeapTuple	tuple;
	bool		is_kept = false;

	if (IsPinnedObject(AuthIdRelationId, role))
		return true;
	table = table_open(SharedDependRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_shdepend_dbid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(MyDatabaseId));
	ScanKeyInit(&keys[1], Anum_pg_shdepend_classid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(ProcedureRelationId));
	ScanKeyInit(&keys[2], Anum_pg_shdepend_objid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(marker()));
	scan = systable_beginscan(table, SharedDependDependerIndexId, true, NULL,
							  lengthof(keys), keys);
	while (!is_kept && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_shdepend entry = (Form_pg_shdepend) GETSTRUCT(tuple);

		is_kept = entry->deptype == SHARED_DEPENDENCY_ACL &&
			entry->refclassid == AuthIdRelationId && entry->refobjid == role;
	}
	systable_endscan(scan);
	table_close(table, AccessShareLock);
	return is_kept;
}

void
pgd_owner_keep(Oid role, bool keep)
{
	Oid		   *roles = palloc(sizeof(Oid));

	if (pgd_owner_is_kept(role) == keep)
		return;
	roles[0] = role;
	updateAclDependencies(ProcedureRelationId, marker(), 0, InvalidOid,
						  keep ? 0 : 1, keep ? NULL : roles,
						  keep ? 1 : 0, keep ? roles : NULL);
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

static Oid
marker(void)
{
	return LookupFuncName(list_make2(makeString(pstrdup("dbms")),
									 makeString(pstrdup("owned_objects"))),
						  0, NULL, false);
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

bool
pgd_owner_owns_any(int owner_id)
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
let_go(int owner_id, Oid role)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};

	pgd_change_sql("DELETE FROM dbms.privilege WHERE grantee_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	forget(owner_id);
	pgd_change_sql("UPDATE dbms.owner SET role_oid = 0 WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_owner_keep(role, false);
}

/* Takes from him what packages granted him. */
static void
forget(int owner_id)
{
	for (int i = 0; i < n_packages; i++)
		if (packages[i]->forget != NULL)
			packages[i]->forget(owner_id);
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
