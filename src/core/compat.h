/*
 * compat.h
 *		The only place that knows server versions: older servers get the newest
 *		name and signature.
 */
#ifndef PGD_COMPAT_H
#define PGD_COMPAT_H

#if PG_VERSION_NUM < 140000 || PG_VERSION_NUM >= 190000
#error "pg_dbms needs PostgreSQL 14 to 18"
#endif

#include "catalog/pg_database.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/guc_tables.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

/* 18: pg_noreturn, which stands before a declaration */
#ifndef pg_attribute_noreturn
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif

/* 15: new name; before, the one function took the types of parameters */
static inline List *
pgd_analyze_and_rewrite(RawStmt *statement, const char *text)
{
#if PG_VERSION_NUM >= 150000
	return pg_analyze_and_rewrite_fixedparams(statement, text, NULL, 0, NULL);
#else
	return pg_analyze_and_rewrite(statement, text, NULL, 0, NULL);
#endif
}

/* 15: new name */
static inline List *
pgd_analyze_and_rewrite_withcb(RawStmt *statement, const char *text,
							   ParserSetupHook setup, void *arg)
{
#if PG_VERSION_NUM >= 150000
	return pg_analyze_and_rewrite_withcb(statement, text, setup, arg, NULL);
#else
	return pg_analyze_and_rewrite_params(statement, text, setup, arg, NULL);
#endif
}

/* 16: tells how many there are */
static inline struct config_generic **
pgd_guc_variables(int *n)
{
#if PG_VERSION_NUM >= 160000
	return get_guc_variables(n);
#else
	*n = GetNumConfigOptions();
	return get_guc_variables();
#endif
}

/* 18: without run_once */
static inline bool
pgd_portal_run(Portal portal, DestReceiver *receiver,
			   QueryCompletion *completion)
{
#if PG_VERSION_NUM >= 180000
	return PortalRun(portal, FETCH_ALL, true, receiver, receiver, completion);
#else
	return PortalRun(portal, FETCH_ALL, true, true, receiver, receiver,
					 completion);
#endif
}

/* 18: without execute_once */
static inline void
pgd_executor_run(QueryDesc *query)
{
#if PG_VERSION_NUM >= 180000
	ExecutorRun(query, ForwardScanDirection, 0);
#else
	ExecutorRun(query, ForwardScanDirection, 0, true);
#endif
}

/* 17: the virtual transaction's number moved into a struct */
static inline LocalTransactionId
pgd_local_transaction(void)
{
#if PG_VERSION_NUM >= 170000
	return MyProc->vxid.lxid;
#else
	return MyProc->lxid;
#endif
}

/* 15: constants hold their value in a union and NULL in a flag */
static inline A_Const *
pgd_make_constant(char *value)
{
	A_Const    *constant = makeNode(A_Const);

	constant->location = -1;
#if PG_VERSION_NUM >= 150000
	if (value == NULL)
		constant->isnull = true;
	else
	{
		constant->val.sval.type = T_String;
		constant->val.sval.sval = value;
	}
#else
	if (value == NULL)
		constant->val.type = T_Null;
	else
	{
		constant->val.type = T_String;
		constant->val.val.str = value;
	}
#endif
	return constant;
}

/* 16: one function for the rights on all kinds of objects */
static inline AclResult
pgd_database_aclcheck(Oid database, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(DatabaseRelationId, database, role, mode);
#else
	return pg_database_aclcheck(database, role, mode);
#endif
}

static inline AclResult
pgd_function_aclcheck(Oid function, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(ProcedureRelationId, function, role, mode);
#else
	return pg_proc_aclcheck(function, role, mode);
#endif
}

static inline AclResult
pgd_schema_aclcheck(Oid schema, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, role, mode);
#else
	return pg_namespace_aclcheck(schema, role, mode);
#endif
}

/* 16: the rights that a query needs are in a list of their own; throws */
static inline void
pgd_check_relation_rights(const Query *query)
{
#if PG_VERSION_NUM >= 160000
	(void) ExecCheckPermissions(query->rtable, query->rteperminfos, true);
#else
	(void) ExecCheckRTPerms(query->rtable, true);
#endif
}

/* 16: new name */
#if PG_VERSION_NUM < 160000
#define pgstat_get_local_beentry_by_index(i) pgstat_fetch_stat_local_beentry(i)
#endif

/* 16: relations have locators and numbers where they had nodes */
#if PG_VERSION_NUM >= 160000
#define PGD_SMGR_LOCATOR	smgr_rlocator
#else
#define PGD_SMGR_LOCATOR	smgr_rnode
#endif

/* 16: a call that extends; the new block is locked */
static inline Buffer
pgd_extend_relation(Relation relation)
{
#if PG_VERSION_NUM >= 160000
	return ExtendBufferedRel(BMR_REL(relation), MAIN_FORKNUM, NULL,
							 EB_LOCK_FIRST);
#else
	Buffer		buffer;

	LockRelationForExtension(relation, ExclusiveLock);
	buffer = ReadBuffer(relation, P_NEW);
	LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
	UnlockRelationForExtension(relation, ExclusiveLock);
	return buffer;
#endif
}

/* 17: slots may follow a failover; a macro, as its header is for few files */
#if PG_VERSION_NUM >= 170000
#define pgd_create_temporary_slot(name) \
	ReplicationSlotCreate(name, false, RS_TEMPORARY, false, false, false)
#else
#define pgd_create_temporary_slot(name) \
	ReplicationSlotCreate(name, false, RS_TEMPORARY, false)
#endif

/* 17: those that are copied from a primary can be left */
#if PG_VERSION_NUM >= 170000
#define pgd_drop_temporary_slots() ReplicationSlotCleanup(false)
#else
#define pgd_drop_temporary_slots() ReplicationSlotCleanup()
#endif

/* 16: errors can be caught softly; before, a syntax error of a type throws */
static inline Oid
pgd_type_by_name(const char *name)
{
	Oid			type = InvalidOid;
	int32		typmod = -1;

#if PG_VERSION_NUM >= 160000
	ErrorSaveContext errors = {.type = T_ErrorSaveContext};

	if (!parseTypeString(name, &type, &typmod, (Node *) &errors))
		return InvalidOid;
#else
	parseTypeString(name, &type, &typmod, true);
#endif
	return type;
}

#endif							/* PGD_COMPAT_H */
