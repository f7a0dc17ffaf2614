/*
 * identity.c
 *		Roles that stand for Oracle's system privileges, and owners.
 *
 * Reading a row of dbms.owner goes straight to the table, since it is done for
 * the current user, who has no rights on it. All needs a transaction.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/owner_int.h"
#include "core/sql.h"

/* columns of dbms.owner */
#define OWNER_ID		1
#define OWNER_ROLE_OID	2
#define OWNER_ROLE_NAME	3

/* a row of dbms.owner */
typedef struct PgdOwnerRow
{
	int			id;
	Oid			role;
	char	   *role_name;
} PgdOwnerRow;

/*
 * In the order of PgdPrivilege. The member text makes the role and, for those
 * that the administrator of the scheduler passes on, the membership.
 */
typedef struct PgdPrivilegeRole
{
	const char *name;
	const char *create;
	const char *grant;
} PgdPrivilegeRole;

#define ROLE_ONLY(name) {name, "CREATE ROLE " name, NULL}
#define ROLE_OF_ADMIN(name) {name, "CREATE ROLE " name, \
	"GRANT " name " TO dbms_scheduler_admin WITH ADMIN OPTION"}

static const PgdPrivilegeRole privilege_roles[] = {
	ROLE_OF_ADMIN("dbms_create_job"),
	ROLE_OF_ADMIN("dbms_create_any_job"),
	ROLE_OF_ADMIN("dbms_create_external_job"),
	ROLE_OF_ADMIN("dbms_execute_any_program"),
	ROLE_OF_ADMIN("dbms_execute_any_class"),
	ROLE_OF_ADMIN("dbms_manage_scheduler"),
	ROLE_ONLY("dbms_scheduler_admin"),
	ROLE_ONLY("dbms_resource_admin"),
	ROLE_ONLY("dbms_parallel_admin"),
	ROLE_ONLY("dbms_aq_admin"),
	ROLE_ONLY("dbms_defer_admin"),
	ROLE_ONLY("dbms_datapump_exp"),
	ROLE_ONLY("dbms_datapump_imp")
};

static bool role_is_there(const char *name);
static void run_utility(const char *text);
static bool read_owner(const char *index, AttrNumber attribute, Datum key,
					   RegProcedure equal, PgdOwnerRow *row);
static bool read_owner_by_id(int owner_id, PgdOwnerRow *row);
static int	make_owner(Oid role, const char *role_name);
static int	find_unresolved(const char *role_name);

PG_FUNCTION_INFO_V1(pgd_core_create_roles);
PG_FUNCTION_INFO_V1(pgd_core_has_role);
PG_FUNCTION_INFO_V1(pgd_core_owner_arrives);
PG_FUNCTION_INFO_V1(pgd_core_revoke_defaults);

/*
 * Makes the roles that are missing in this cluster. Those that exist are kept
 * as they are, with the memberships an administrator gave or took; but a role
 * of such a name that can log in or is a superuser belongs to somebody, and
 * giving it our privileges would be wrong.
 *
 * Two databases may do this at once: the lock is that of the roles' catalog,
 * held to the end of the transaction, and taken only if a role is missing.
 */
Datum
pgd_core_create_roles(PG_FUNCTION_ARGS)
{
	bool		made[lengthof(privilege_roles)] = {false};
	int			missing = 0;

	if (!superuser())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be superuser to create the roles of pg_dbms")));
	for (int i = 0; i < lengthof(privilege_roles); i++)
		if (!role_is_there(privilege_roles[i].name))
			missing++;
	if (missing == 0)
		PG_RETURN_VOID();

	LockRelationOid(AuthIdRelationId, ShareRowExclusiveLock);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (int i = 0; i < lengthof(privilege_roles); i++)
	{
		if (role_is_there(privilege_roles[i].name))
			continue;
		run_utility(privilege_roles[i].create);
		made[i] = true;
	}
	for (int i = 0; i < lengthof(privilege_roles); i++)
		if (privilege_roles[i].grant != NULL &&
			(made[i] || made[PGD_SCHEDULER_ADMIN]))
			run_utility(privilege_roles[i].grant);
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * Takes back what ALTER DEFAULT PRIVILEGES of the installing role gave others
 * on what the script has made: all rights on tables and views, and
 * on functions of schema dbms that PUBLIC may not call, and CREATE on schemas.
 */
Datum
pgd_core_revoke_defaults(PG_FUNCTION_ARGS)
{
	uint64		n;
	SPITupleTable *rows;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute("SELECT DISTINCT pg_catalog.format('REVOKE %s ON %s %s FROM %s CASCADE', a.rights, a.kind, a.name,"
					" CASE a.grantee WHEN 0::pg_catalog.oid THEN 'PUBLIC'"
					" ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END)"
					" FROM (SELECT 'ALL' AS rights, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,"
					" c.oid::pg_catalog.regclass::text AS name, g.grantee"
					" FROM pg_catalog.pg_class c CROSS JOIN pg_catalog.aclexplode(c.relacl) g"
					" WHERE c.relnamespace IN ('dbms'::pg_catalog.regnamespace, 'sys'::pg_catalog.regnamespace)"
					" AND c.relkind IN ('r', 'v', 'S') AND g.grantee <> c.relowner"
					" UNION ALL SELECT 'ALL', 'ROUTINE', p.oid::pg_catalog.regprocedure::text, g.grantee"
					" FROM pg_catalog.pg_proc p CROSS JOIN pg_catalog.aclexplode(p.proacl) g"
					" WHERE p.pronamespace = 'dbms'::pg_catalog.regnamespace AND g.grantee <> p.proowner"
					" AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) u WHERE u.grantee = 0::pg_catalog.oid)"
					" UNION ALL SELECT 'CREATE', 'SCHEMA', n.nspname::text, g.grantee"
					" FROM pg_catalog.pg_namespace n CROSS JOIN pg_catalog.aclexplode(n.nspacl) g"
					" WHERE n.nspname IN ('dbms', 'sys', 'dbms_scheduler', 'dbms_job', 'dbms_date',"
					" 'dbms_parallel_execute', 'dbms_resource_manager', 'dbms_resource_manager_privs')"
					" AND g.grantee <> n.nspowner AND g.privilege_type = 'CREATE') AS a",
					false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read access lists");
	n = SPI_processed;
	rows = SPI_tuptable;
	for (uint64 row = 0; row < n; row++)
		run_utility(SPI_getvalue(rows->vals[row], rows->tupdesc, 1));
	SPI_finish();
	PG_RETURN_VOID();
}

/* Has the current user the privileges of a role, if it exists? */
Datum
pgd_core_has_role(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Oid			role = get_role_oid(name, true);

	PG_RETURN_BOOL(superuser() ||
				   (OidIsValid(role) && has_privs_of_role(GetUserId(), role)));
}

/*
 * Row trigger before an owner is inserted: its OID is that of the role of
 * that name in this cluster, whatever a dump says, and from here on it is kept.
 * A role that was gone when the dump was made stays so.
 */
Datum
pgd_core_owner_arrives(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;
	bool		isnull;
	Oid			role;
	int			column = OWNER_ROLE_OID;
	Datum		value;
	bool		null = false;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		elog(ERROR, "dbms.owner_arrives() is a trigger function for inserts");

	desc = RelationGetDescr(data->tg_relation);
	role = DatumGetObjectId(heap_getattr(data->tg_trigtuple, OWNER_ROLE_OID,
										 desc, &isnull));
	if (isnull || !OidIsValid(role))
		return PointerGetDatum(data->tg_trigtuple);
	value = heap_getattr(data->tg_trigtuple, OWNER_ROLE_NAME, desc, &isnull);
	if (isnull)
		return PointerGetDatum(data->tg_trigtuple);
	role = get_role_oid(TextDatumGetCString(value), true);
	if (OidIsValid(role))
	{
		pgd_owner_lock(role);
		pgd_owner_keep(role, true);
	}
	value = ObjectIdGetDatum(role);
	return PointerGetDatum(heap_modify_tuple_by_cols(data->tg_trigtuple, desc,
													 1, &column, &value,
													 &null));
}

bool
pgd_role_has(Oid role, PgdPrivilege privilege)
{
	Oid			has;

	if (superuser_arg(role))
		return true;
	has = get_role_oid(pgd_privilege_role(privilege), true);
	return OidIsValid(has) && has_privs_of_role(role, has);
}

void
pgd_require(PgdPrivilege privilege)
{
	if (!pgd_role_has(GetUserId(), privilege))
		pgd_error_privilege(NULL,
							psprintf("This needs the privileges of role %s.",
									 pgd_privilege_role(privilege)));
}

const char *
pgd_role_refusal(Oid role, const char **hint)
{
	HeapTuple	tuple;
	bool		can_login;
	const char *no_hint;

	if (hint == NULL)
		hint = &no_hint;
	*hint = "Give the work to another role.";
	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	if (!HeapTupleIsValid(tuple))
		return "does not exist";
	can_login = ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;
	ReleaseSysCache(tuple);
	if (!can_login)
	{
		*hint = "Use ALTER ROLE ... LOGIN.";
		return "is not permitted to log in";
	}
	if (pgd_database_aclcheck(MyDatabaseId, role,
							  ACL_CONNECT) != ACLCHECK_OK)
	{
		*hint = "Use GRANT CONNECT ON DATABASE.";
		return "lacks the CONNECT privilege on the database";
	}
	return NULL;
}

const char *
pgd_privilege_role(PgdPrivilege privilege)
{
	StaticAssertStmt(lengthof(privilege_roles) == PGD_DATAPUMP_IMP + 1,
					 "one role for each privilege");
	return privilege_roles[privilege].name;
}

/*
 * With create the row exists afterwards, and so does the entry that keeps the
 * role from being dropped, which DROP OWNED may have taken away. A restored
 * owner of this name whose role was missing is taken over.
 */
int
pgd_owner_id(Oid role, bool create)
{
	PgdOwnerRow row;
	bool		found;
	char	   *role_name;
	int			unresolved;

	if (!OidIsValid(role))
		return PGD_OWNER_SYS;
	if (create)
		pgd_owner_lock_shared(role);
	found = read_owner("owner_role_oid_idx", OWNER_ROLE_OID,
					   ObjectIdGetDatum(role), F_OIDEQ, &row);
	if (found && !create)
		return row.id;
	role_name = GetUserNameFromId(role, false);
	if (found && strcmp(row.role_name, role_name) != 0)
		pgd_owner_name(role, role_name);
	if (found && pgd_owner_is_kept(role))
		return row.id;

	unresolved = found ? PGD_OWNER_NONE : find_unresolved(role_name);
	if (!create && (unresolved == PGD_OWNER_NONE || XactReadOnly))
		return unresolved;

	/* one at a time; whoever was first has made the row */
	pgd_owner_lock(role);
	if (!found && unresolved != PGD_OWNER_NONE)
	{
		pgd_owner_adopt(unresolved, role);
		found = true;
		row.id = unresolved;
	}
	if (!found)
		row.id = make_owner(role, role_name);
	pgd_owner_keep(role, true);
	return row.id;
}

int
pgd_owner_id_by_name(const char *role_name)
{
	Oid			role = get_role_oid(role_name, true);

	return OidIsValid(role) ? pgd_owner_id(role, false) :
		find_unresolved(role_name);
}

Oid
pgd_name_owner_role(const PgdObjectName *name)
{
	if (name->owner_is_sys)
		return InvalidOid;
	if (name->owner != NULL)
		return get_role_oid(name->owner, false);
	return GetUserId();
}

Oid
pgd_owner_role(int owner_id)
{
	PgdOwnerRow row;

	return read_owner_by_id(owner_id, &row) ? row.role : InvalidOid;
}

char *
pgd_owner_show(int owner_id)
{
	PgdOwnerRow row;

	if (!read_owner_by_id(owner_id, &row))
		return pstrdup("?");
	return OidIsValid(row.role) ? pgd_role_show(row.role) :
		pgd_name_show_role(row.role_name);
}

char *
pgd_role_show(Oid role)
{
	char	   *name = GetUserNameFromId(role, true);

	return name != NULL ? pgd_name_show_role(name) : psprintf("%u", role);
}

/* Raises an error if the role is not fit to be one of ours. */
static bool
role_is_there(const char *name)
{
	HeapTuple	tuple = SearchSysCache1(AUTHNAME, CStringGetDatum(name));
	Form_pg_authid role;
	bool		fit;

	if (!HeapTupleIsValid(tuple))
		return false;
	role = (Form_pg_authid) GETSTRUCT(tuple);
	fit = !role->rolcanlogin && !role->rolsuper;
	ReleaseSysCache(tuple);
	if (!fit)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("role \"%s\" exists and cannot be used by pg_dbms", name),
				 errdetail("pg_dbms uses this role for a privilege, so it must not be a superuser or be able to log in."),
				 errhint("Rename the role, or use ALTER ROLE ... NOLOGIN NOSUPERUSER.")));
	return true;
}

static void
run_utility(const char *text)
{
	if (SPI_execute(text, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not run: %s", text);
}

static bool
read_owner_by_id(int owner_id, PgdOwnerRow *row)
{
	return read_owner("owner_pkey", OWNER_ID, Int32GetDatum(owner_id),
					  F_INT4EQ, row);
}

/*
 * The first row with this key. Sees what is committed now and what this
 * transaction has done, whatever its isolation level.
 */
static bool
read_owner(const char *index, AttrNumber attribute, Datum key,
		   RegProcedure equal, PgdOwnerRow *row)
{
	Oid			schema = get_namespace_oid("dbms", false);
	Relation	table;
	SysScanDesc scan;
	ScanKeyData scan_key;
	HeapTuple	tuple;
	bool		isnull;

	table = table_open(get_relname_relid("owner", schema), AccessShareLock);
	ScanKeyInit(&scan_key, attribute, BTEqualStrategyNumber, equal, key);
	scan = systable_beginscan(table, get_relname_relid(index, schema), true,
							  NULL, 1, &scan_key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		TupleDesc	desc = RelationGetDescr(table);

		row->id = DatumGetInt32(heap_getattr(tuple, OWNER_ID, desc, &isnull));
		row->role = DatumGetObjectId(heap_getattr(tuple, OWNER_ROLE_OID, desc,
												  &isnull));
		row->role_name =
			TextDatumGetCString(heap_getattr(tuple, OWNER_ROLE_NAME, desc,
											 &isnull));
	}
	systable_endscan(scan);
	table_close(table, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

/*
 * Inserts the row, unless somebody else has while we waited for the lock,
 * which the caller holds.
 */
static int
make_owner(Oid role, const char *role_name)
{
	Oid			types[] = {OIDOID, TEXTOID};
	Datum		values[] = {ObjectIdGetDatum(role), CStringGetTextDatum(role_name)};
	PgdOwnerRow row;

	if (read_owner("owner_role_oid_idx", OWNER_ROLE_OID,
				   ObjectIdGetDatum(role), F_OIDEQ, &row))
		return row.id;
	pgd_change_sql("INSERT INTO dbms.owner (role_oid, role_name) VALUES ($1, $2) RETURNING id",
				   lengthof(types), types, values, NULL,
				   SPI_OK_INSERT_RETURNING);
	return pgd_column_int32(0, 0);
}

/* A restored owner of this name that has objects, and no role here yet. */
static int
find_unresolved(const char *role_name)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(role_name)};
	List	   *ids = NIL;
	ListCell   *cell;
	uint64		n;

	n = pgd_sql("SELECT id FROM dbms.owner WHERE role_oid = 0 AND id <> 0 AND role_name = $1 ORDER BY id",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
		ids = lappend_int(ids, pgd_column_int32(row, 0));
	foreach(cell, ids)
	{
		if (pgd_owner_owns_any(lfirst_int(cell)))
			return lfirst_int(cell);
	}
	return PGD_OWNER_NONE;
}
