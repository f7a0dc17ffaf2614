/*
 * hooks.c
 *		Watches utility commands: those that need a database to itself find it
 *		free of our idle processes, the launcher hears of databases and
 *		extensions that come and go, roles take their objects with them, and
 *		DISCARD ALL gives back what a session holds.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/resowner.h"

#include "core/change.h"
#include "core/database.h"
#include "core/hooks.h"
#include "core/owner.h"
#include "core/shmem.h"
#include "core/stamp.h"

/* what the current transaction did, told when it commits */
typedef struct PgdPending
{
	bool		probe_here;		/* extension made, changed or dropped here */
	bool		probe_all;
	bool		settings;
	bool		names;			/* a role has another name */
} PgdPending;

static ProcessUtility_hook_type previous_utility = NULL;
static PgdPending pending;
static void (*forget_session) (void) = NULL;

static void process_utility(PlannedStmt *pstmt, const char *query_string,
							bool read_only_tree,
							ProcessUtilityContext context,
							ParamListInfo params, QueryEnvironment *env,
							DestReceiver *dest, QueryCompletion *completion);
static void before_command(Node *command);
static void after_command(Node *command);
static void after_transaction(ResourceReleasePhase phase, bool is_commit,
							  bool is_top_level, void *arg);
static Oid	template_of(CreatedbStmt *stmt);
static bool has_option(List *options, const char *name);
static bool names_extension(List *objects);
static bool silences_triggers(AlterTableStmt *stmt);

/* Called once when the library is preloaded. */
void
pgd_hooks_install(void)
{
	previous_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	RegisterResourceReleaseCallback(after_transaction, NULL);
}

void
pgd_hooks_on_discard_all(void (*forget) (void))
{
	Assert(forget_session == NULL);
	forget_session = forget;
}

static void
process_utility(PlannedStmt *pstmt, const char *query_string,
				bool read_only_tree, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *env,
				DestReceiver *dest, QueryCompletion *completion)
{
	Node	   *command = pstmt->utilityStmt;

	before_command(command);
	if (previous_utility)
		previous_utility(pstmt, query_string, read_only_tree, context,
						 params, env, dest, completion);
	else
		standard_ProcessUtility(pstmt, query_string, read_only_tree, context,
								params, env, dest, completion);
	after_command(command);
}

/*
 * Rights are checked by the command itself, after this: the worst that a
 * caller without them does here is to send idle processes away for a moment.
 */
static void
before_command(Node *command)
{
	switch (nodeTag(command))
	{
		case T_CreatedbStmt:
			if (!IsInTransactionBlock(true))
				pgd_database_evacuate(template_of((CreatedbStmt *) command));
			break;
		case T_DropdbStmt:
			if (!IsInTransactionBlock(true))
				pgd_database_evacuate(get_database_oid(((DropdbStmt *) command)->dbname,
													   true));
			break;
		case T_RenameStmt:
			if (((RenameStmt *) command)->renameType == OBJECT_DATABASE)
				pgd_database_evacuate(get_database_oid(((RenameStmt *) command)->subname,
													   true));
			break;
		case T_AlterDatabaseStmt:
			if (has_option(((AlterDatabaseStmt *) command)->options,
						   "tablespace"))
				pgd_database_evacuate(get_database_oid(((AlterDatabaseStmt *) command)->dbname,
													   true));
			break;
		case T_DropStmt:
			/* they read our tables in an order of their own */
			if (((DropStmt *) command)->removeType == OBJECT_EXTENSION &&
				names_extension(((DropStmt *) command)->objects))
				pgd_database_evacuate(MyDatabaseId);
			break;
		case T_DropRoleStmt:
			pgd_owner_before_drop_role(((DropRoleStmt *) command)->roles);
			break;
		case T_DropOwnedStmt:
			pgd_owner_before_drop_owned(((DropOwnedStmt *) command)->roles,
										((DropOwnedStmt *) command)->behavior);
			break;
		default:
			break;
	}
}

static void
after_command(Node *command)
{
	switch (nodeTag(command))
	{
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_AlterDatabaseStmt:
			pending.probe_all = true;
			break;
		case T_RenameStmt:
			if (((RenameStmt *) command)->renameType == OBJECT_DATABASE)
				pending.probe_all = true;
			if (((RenameStmt *) command)->renameType == OBJECT_ROLE)
			{
				pgd_owner_after_rename(((RenameStmt *) command)->newname);
				pending.names = true;
			}
			break;
		case T_CreateExtensionStmt:
			if (strcmp(((CreateExtensionStmt *) command)->extname,
					   "pg_dbms") == 0)
				pending.probe_here = true;
			break;
		case T_AlterExtensionStmt:
			if (strcmp(((AlterExtensionStmt *) command)->extname,
					   "pg_dbms") == 0)
				pending.probe_here = true;
			break;
		case T_DropStmt:
			if (((DropStmt *) command)->removeType == OBJECT_EXTENSION &&
				names_extension(((DropStmt *) command)->objects))
				pending.probe_here = true;
			break;
		case T_DropOwnedStmt:
			pending.probe_here = true;
			break;
		case T_ReassignOwnedStmt:
			pgd_owner_reassign(((ReassignOwnedStmt *) command)->roles,
							   ((ReassignOwnedStmt *) command)->newrole);
			break;
		case T_AlterTableStmt:
			if (silences_triggers((AlterTableStmt *) command))
			{
				pgd_stamp_note_loader();
				pgd_change_note_all();
			}
			break;
		case T_DiscardStmt:
			if (((DiscardStmt *) command)->target == DISCARD_ALL &&
				forget_session != NULL)
				forget_session();
			break;
		case T_AlterRoleSetStmt:
		case T_AlterDatabaseSetStmt:
			pending.settings = true;
			break;
		default:
			break;
	}
}

/*
 * The launcher and the workers hear of it when it is true for them too: not
 * before locks are gone and invalidation messages were sent.
 */
static void
after_transaction(ResourceReleasePhase phase, bool is_commit,
				  bool is_top_level, void *arg)
{
	if (phase != RESOURCE_RELEASE_AFTER_LOCKS || !is_top_level)
		return;
	if (is_commit)
	{
		if (pending.probe_here)
		{
			pgd_database_probe(MyDatabaseId);
			pgd_coordinator_check(MyDatabaseId);
		}
		if (pending.probe_all)
			pgd_database_probe(InvalidOid);
		if (pending.settings)
			pgd_settings_changed();
		if (pending.names)
			pgd_database_reload_all();
	}
	memset(&pending, 0, sizeof(pending));

	/* not earlier: the launcher must see what the command did */
	pgd_database_admit_all();
}

/* The database that CREATE DATABASE copies. */
static Oid
template_of(CreatedbStmt *stmt)
{
	const char *name = "template1";
	ListCell   *cell;

	foreach(cell, stmt->options)
	{
		DefElem    *option = lfirst(cell);

		if (strcmp(option->defname, "template") == 0 && option->arg != NULL)
			name = defGetString(option);
	}
	return get_database_oid(name, true);
}

static bool
has_option(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		if (strcmp(((DefElem *) lfirst(cell))->defname, name) == 0)
			return true;
	}
	return false;
}

static bool
names_extension(List *objects)
{
	ListCell   *cell;

	foreach(cell, objects)
	{
		if (strcmp(strVal(lfirst(cell)), "pg_dbms") == 0)
			return true;
	}
	return false;
}

/*
 * A restore without triggers, which begins like this, loads rows that ours
 * cannot tell of.
 */
static bool
silences_triggers(AlterTableStmt *stmt)
{
	ListCell   *cell;

	if (creating_extension || stmt->relation == NULL ||
		stmt->relation->schemaname == NULL ||
		strcmp(stmt->relation->schemaname, "dbms") != 0)
		return false;
	foreach(cell, stmt->cmds)
	{
		switch (lfirst_node(AlterTableCmd, cell)->subtype)
		{
			case AT_DisableTrig:
			case AT_DisableTrigAll:
			case AT_DisableTrigUser:
				return true;
			default:
				break;
		}
	}
	return false;
}
