/*
 * group_switch.c
 *		SWITCH_CONSUMER_GROUP_FOR_SESS and _FOR_USER: work that runs goes on in
 *		another consumer group.
 *
 * Sessions of clients belong to no group: plans divide the pool's workers. The
 * move takes place at the call and is not undone by a rollback, as that of
 * work that passes a limit is not.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/identity.h"
#include "core/pool.h"
#include "resource/group_privilege.h"
#include "resource/manager_int.h"

static char *target_group(FunctionCallInfo fcinfo, int n);
static int	session_pid(FunctionCallInfo fcinfo);
static Oid	worker_role(int pid);

PG_FUNCTION_INFO_V1(pgd_resource_switch_consumer_group_for_sess);
PG_FUNCTION_INFO_V1(pgd_resource_switch_consumer_group_for_user);

/*
 * SESSION_ID is the process of the worker, as all views show it; one process
 * is one session, so SESSION_SERIAL tells nothing more.
 */
Datum
pgd_resource_switch_consumer_group_for_sess(PG_FUNCTION_ARGS)
{
	int			pid;
	char	   *group;
	Oid			role;
	PgdCatalogScope scope;

	pgd_require(PGD_RESOURCE_ADMIN);
	pid = session_pid(fcinfo);
	group = target_group(fcinfo, 2);
	pgd_catalog_enter(&scope);
	if (!pgd_group_exists(group))
		pgd_error_no_group(group);
	role = worker_role(pid);
	if (OidIsValid(role))
		pgd_group_require_switch(role, group);
	if (!OidIsValid(role) || pgd_pool_move_items(pid, role, group) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29394)),
				 errmsg("session %s does not exist, or runs no work of the pool",
						DatumGetCString(DirectFunctionCall1(numeric_out,
															PG_GETARG_DATUM(0)))),
				 errhint("Consumer groups are for jobs and parallel tasks; see SESSION_ID of sys.dba_scheduler_running_jobs.")));
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_switch_consumer_group_for_user(PG_FUNCTION_ARGS)
{
	char	   *user;
	Oid			role;
	char	   *group;
	PgdCatalogScope scope;

	pgd_require(PGD_RESOURCE_ADMIN);
	user = pgd_arg_text(fcinfo, 0);
	role = pgd_manager_role(user, "USER");
	group = target_group(fcinfo, 1);
	pgd_catalog_enter(&scope);
	if (!pgd_group_exists(group))
		pgd_error_no_group(group);
	pgd_group_require_switch(role, group);
	if (pgd_pool_move_items(0, role, group) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29393)),
				 errmsg("user %s has no work that runs", pgd_role_show(role))));
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* 29396 for OTHER_GROUPS */
static char *
target_group(FunctionCallInfo fcinfo, int n)
{
	char	   *group = pgd_manager_name(fcinfo, n, PGD_GROUP_NAME);

	if (strcmp(group, PGD_OTHER_GROUPS) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29396)),
				 errmsg("cannot switch group to \"%s\"", group),
				 errdetail("It stands for the groups that a plan does not name.")));
	return group;
}

/* -1, which no process is, for a number that none can be. */
static int
session_pid(FunctionCallInfo fcinfo)
{
	double		number;

	if (PG_ARGISNULL(0))
		pgd_error_null("SESSION_ID");
	if (PG_ARGISNULL(1))
		pgd_error_null("SESSION_SERIAL");
	number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
												PG_GETARG_DATUM(0)));
	return number >= 1 && number <= PG_INT32_MAX && number == rint(number) ?
		(int) number : -1;
}

/* InvalidOid if there is no such worker here that runs something. */
static Oid
worker_role(int pid)
{
	Oid			types[] = {INT4OID, OIDOID};
	Datum		values[] = {Int32GetDatum(pid), ObjectIdGetDatum(MyDatabaseId)};

	if (pgd_sql("SELECT w.role_oid FROM dbms.workers() w"
				" WHERE w.pid = $1 AND w.database_oid = $2 AND w.run_id IS NOT NULL",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		return InvalidOid;
	return pgd_column_oid(0, 0);
}
