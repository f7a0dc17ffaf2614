/*
 * manager_plan.c
 *		Resource plans in the pending area.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/change.h"
#include "core/errors.h"
#include "resource/manager_int.h"

#define ACTIVE_SESS_POOL_METHOD	"ACTIVE_SESS_POOL_ABSOLUTE"
#define PARALLEL_DEGREE_METHOD	"PARALLEL_DEGREE_LIMIT_ABSOLUTE"
#define QUEUEING_METHOD			"FIFO_TIMEOUT"

#define THROUGHPUT_MAX	1e12

/* arguments of CREATE_PLAN and UPDATE_PLAN, which are the same */
enum
{
	ARG_PLAN,
	ARG_COMMENT,
	ARG_CPU_MTH,
	ARG_ACTIVE_SESS_POOL_MTH,
	ARG_PARALLEL_DEGREE_LIMIT_MTH,
	ARG_QUEUEING_MTH,
	ARG_MGMT_MTH,
	ARG_SUB_PLAN,
	ARG_MAX_IOPS,
	ARG_MAX_MBPS
};

/* what a call gives; NULL: not given */
typedef struct PgdPlanValues
{
	char	   *name;
	char	   *comment;
	char	   *method;
	int			sub_plan;		/* -1: not given */
	Datum		max_iops;
	Datum		max_mbps;
} PgdPlanValues;

static void read_values(FunctionCallInfo fcinfo, PgdPlanValues *values,
						bool is_update);
static char *plan_method(FunctionCallInfo fcinfo, bool is_update);
static void check_only_method(FunctionCallInfo fcinfo, int n,
							  const char *only);
static void error_method(const char *method) pg_attribute_noreturn();
static Datum throughput(FunctionCallInfo fcinfo, int n, char *what,
						bool is_update, List **idle);
static void write_values(const PgdPlanValues *values);
static void require_not_used_elsewhere(const char *plan);

PG_FUNCTION_INFO_V1(pgd_resource_create_plan);
PG_FUNCTION_INFO_V1(pgd_resource_update_plan);
PG_FUNCTION_INFO_V1(pgd_resource_delete_plan);
PG_FUNCTION_INFO_V1(pgd_resource_delete_plan_cascade);

Datum
pgd_resource_create_plan(PG_FUNCTION_ARGS)
{
	PgdPlanValues values;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	read_values(fcinfo, &values, false);
	pgd_pending_enter(&scope);
	pgd_pending_require_free(values.name);
	pgd_pending_add_plan(values.name, NULL);
	write_values(&values);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_update_plan(PG_FUNCTION_ARGS)
{
	PgdPlanValues values;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	read_values(fcinfo, &values, true);
	pgd_pending_enter(&scope);
	pgd_pending_get_plan(values.name, true);
	write_values(&values);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* The plan and its directives; those that refer to it are a fault at the end. */
Datum
pgd_resource_delete_plan(PG_FUNCTION_ARGS)
{
	char	   *plan;
	Oid			types[] = {TEXTOID};
	Datum		values[1];
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	plan = pgd_manager_name(fcinfo, 0, PGD_PLAN_NAME);
	pgd_pending_enter(&scope);
	pgd_pending_get_plan(plan, true);
	values[0] = CStringGetTextDatum(plan);
	pgd_change_sql("DELETE FROM dbms.plan_directive WHERE plan = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.resource_plan WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* the plan $1 and all below it that is not mandatory */
#define BELOW \
	"WITH RECURSIVE below(name) AS (SELECT $1::text" \
	" UNION SELECT d.group_or_subplan FROM below b" \
	" JOIN dbms.plan_directive d ON d.plan = b.name AND d.is_pending" \
	" WHERE NOT EXISTS (SELECT FROM dbms.resource_plan p" \
	"   WHERE p.name = d.group_or_subplan AND p.is_pending AND p.is_mandatory)" \
	" AND NOT EXISTS (SELECT FROM dbms.consumer_group g" \
	"   WHERE g.name = d.group_or_subplan AND g.is_pending AND g.is_mandatory))"

/*
 * With all sub-plans and groups below it that are not mandatory. Nothing is
 * deleted if one of them is used by a plan that stays.
 */
Datum
pgd_resource_delete_plan_cascade(PG_FUNCTION_ARGS)
{
	char	   *plan;
	Oid			types[] = {TEXTOID};
	Datum		values[1];
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	plan = pgd_manager_name(fcinfo, 0, PGD_PLAN_NAME);
	values[0] = CStringGetTextDatum(plan);
	pgd_pending_enter(&scope);
	pgd_pending_get_plan(plan, true);
	require_not_used_elsewhere(plan);
	pgd_change_sql(BELOW ", gone AS (DELETE FROM dbms.consumer_group g USING below b"
				   "  WHERE g.name = b.name AND g.is_pending RETURNING g.name)"
				   " DELETE FROM dbms.group_mapping m USING gone"
				   "  WHERE m.consumer_group = gone.name AND m.is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql(BELOW ", gone AS (DELETE FROM dbms.resource_plan p USING below b"
				   "  WHERE p.name = b.name AND p.is_pending RETURNING p.name)"
				   " DELETE FROM dbms.plan_directive d USING gone WHERE d.plan = gone.name AND d.is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

void
pgd_pending_add_plan(const char *name, const char *comment)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	char		nulls[] = {' ', ' '};
	Datum		values[2];

	values[0] = CStringGetTextDatum(name);
	values[1] = pgd_text_or_null(comment, &nulls[1]);
	pgd_change_sql("INSERT INTO dbms.resource_plan (name, is_pending, comments) VALUES ($1, true, $2)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
}

static void
read_values(FunctionCallInfo fcinfo, PgdPlanValues *values, bool is_update)
{
	List	   *idle = NIL;

	values->name = pgd_manager_name(fcinfo, ARG_PLAN, PGD_PLAN_NAME);
	values->comment = pgd_manager_comment(fcinfo, ARG_COMMENT);
	values->method = plan_method(fcinfo, is_update);
	check_only_method(fcinfo, ARG_ACTIVE_SESS_POOL_MTH,
					  ACTIVE_SESS_POOL_METHOD);
	check_only_method(fcinfo, ARG_PARALLEL_DEGREE_LIMIT_MTH,
					  PARALLEL_DEGREE_METHOD);
	check_only_method(fcinfo, ARG_QUEUEING_MTH, QUEUEING_METHOD);
	values->sub_plan = PG_ARGISNULL(ARG_SUB_PLAN) ? -1 :
		PG_GETARG_BOOL(ARG_SUB_PLAN) ? 1 : 0;
	values->max_iops = throughput(fcinfo, ARG_MAX_IOPS, "MAX_IOPS",
								  is_update, &idle);
	values->max_mbps = throughput(fcinfo, ARG_MAX_MBPS, "MAX_MBPS",
								  is_update, &idle);
	pgd_manager_warn(idle);
}

/*
 * EMPHASIS or RATIO; NULL if none is given. CPU_MTH is the old name; CREATE_PLAN
 * has a default for the new one, which is no choice of the caller.
 */
static char *
plan_method(FunctionCallInfo fcinfo, bool is_update)
{
	char	   *old_method = pgd_manager_word(fcinfo, ARG_CPU_MTH);
	char	   *method = pgd_manager_word(fcinfo, ARG_MGMT_MTH);

	if (old_method != NULL)
	{
		if (method != NULL && strcmp(method, old_method) != 0 &&
			(is_update || strcmp(method, "EMPHASIS") != 0))
			pgd_error_both_set("CPU_MTH", "MGMT_MTH");
		method = old_method;
	}
	if (method != NULL && strcmp(method, "EMPHASIS") != 0 &&
		strcmp(method, "RATIO") != 0)
		error_method(method);
	return method;
}

/* For methods of which Oracle has one only. */
static void
check_only_method(FunctionCallInfo fcinfo, int n, const char *only)
{
	char	   *method = pgd_manager_word(fcinfo, n);

	if (method != NULL && strcmp(method, only) != 0)
		error_method(method);
}

static void
error_method(const char *method)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29359)),
			 errmsg("invalid method name \"%s\" for a resource plan", method),
			 errhint("There are the methods EMPHASIS and RATIO for MGMT_MTH, and one for each of the others.")));
}

/* 0 if not given; -1 in an update is the default. It has no effect. */
static Datum
throughput(FunctionCallInfo fcinfo, int n, char *what, bool is_update,
		   List **idle)
{
	double		number;

	if (PG_ARGISNULL(n))
		return (Datum) 0;
	number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
												PG_GETARG_DATUM(n)));
	if (is_update && number == -1)
		return PG_GETARG_DATUM(n);
	if (!(number >= 0 && number <= THROUGHPUT_MAX))
		pgd_error_invalid_value(what,
								DatumGetCString(DirectFunctionCall1(numeric_out,
																	PG_GETARG_DATUM(n))),
								"It must be between 0 and 1000000000000.",
								NULL);
	*idle = lappend(*idle, what);
	return PG_GETARG_DATUM(n);
}

/* What was not given stays as it is; the row is the user's from now on. */
static void
write_values(const PgdPlanValues *plan)
{
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID, BOOLOID, NUMERICOID, NUMERICOID};
	char		nulls[] = {' ', ' ', ' ', ' ', ' ', ' '};
	Datum		values[6];

	values[0] = CStringGetTextDatum(plan->name);
	values[1] = pgd_text_or_null(plan->comment, &nulls[1]);
	values[2] = pgd_text_or_null(plan->method, &nulls[2]);
	values[3] = BoolGetDatum(plan->sub_plan == 1);
	nulls[3] = plan->sub_plan < 0 ? 'n' : ' ';
	values[4] = plan->max_iops;
	nulls[4] = plan->max_iops == (Datum) 0 ? 'n' : ' ';
	values[5] = plan->max_mbps;
	nulls[5] = plan->max_mbps == (Datum) 0 ? 'n' : ' ';
	pgd_change_sql("UPDATE dbms.resource_plan SET comments = coalesce($2, comments),"
				   " mgmt_method = coalesce($3, mgmt_method), is_sub_plan = coalesce($4, is_sub_plan),"
				   " max_iops = CASE WHEN $5 = -1 THEN NULL ELSE coalesce($5, max_iops) END,"
				   " max_mbps = CASE WHEN $6 = -1 THEN NULL ELSE coalesce($6, max_mbps) END,"
				   " is_system = false WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
}

/* 29381 */
static void
require_not_used_elsewhere(const char *plan)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(plan)};
	StringInfoData detail;
	uint64		n;

	n = pgd_sql(BELOW " SELECT d.group_or_subplan, d.plan FROM below b"
				" JOIN dbms.plan_directive d ON d.group_or_subplan = b.name AND d.is_pending"
				" WHERE d.plan NOT IN (SELECT name FROM below) ORDER BY 1, 2",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	if (n == 0)
		return;
	initStringInfo(&detail);
	for (uint64 row = 0; row < n; row++)
		appendStringInfo(&detail, "%sPlan \"%s\" has a directive for \"%s\".",
						 row > 0 ? "\n" : "",
						 pgd_column_text(CurrentMemoryContext, row, 1),
						 pgd_column_text(CurrentMemoryContext, row, 0));
	ereport(ERROR,
			(errcode(PGD_ORA(29381)),
			 errmsg("plans or consumer groups below plan \"%s\" are referred to by other plans and cannot be deleted",
					plan),
			 errdetail_internal("%s", detail.data),
			 errhint("Use delete_plan, which leaves what is below.")));
}
