/*
 * manager_simple.c
 *		CREATE_SIMPLE_PLAN: a plan of one level in one call.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/numeric.h"

#include "core/errors.h"
#include "resource/manager_int.h"

#define GROUPS	8

/* arguments, counted from 0 */
#define ARG_PLAN			0
#define ARG_GROUP(i)		(1 + 2 * (i))
#define ARG_CPU(i)			(2 + 2 * (i))
#define ARG_PERCENT(i)		(17 + (i))

typedef struct PgdSimpleGroup
{
	char	   *name;			/* NULL: not given */
	Datum		percent;
} PgdSimpleGroup;

static void read_groups(FunctionCallInfo fcinfo, PgdSimpleGroup *groups);
static void error_group(const char *detail) pg_attribute_noreturn();

PG_FUNCTION_INFO_V1(pgd_resource_create_simple_plan);

/*
 * It makes, validates and submits a pending area of its own. SYS_GROUP comes
 * first, then the given groups, then all others, unless OTHER_GROUPS is one of
 * those given. Groups that do not exist are made.
 */
Datum
pgd_resource_create_simple_plan(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdSimpleGroup groups[GROUPS];
	char	   *plan;
	Datum		all;
	bool		has_others = false;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	plan = pgd_manager_name(fcinfo, ARG_PLAN, PGD_PLAN_NAME);
	read_groups(fcinfo, groups);
	all = DirectFunctionCall1(int4_numeric, Int32GetDatum(100));

	pgd_catalog_enter(&scope);
	pgd_pending_create(caller);
	pgd_pending_require_free(plan);
	pgd_pending_add_plan(plan, "made by create_simple_plan");
	pgd_pending_add_level(plan, "SYS_GROUP", 1, all);
	for (int i = 0; i < GROUPS; i++)
	{
		if (groups[i].name == NULL)
			continue;
		if (!pgd_pending_has_group(groups[i].name))
		{
			pgd_pending_require_free(groups[i].name);
			pgd_pending_add_group(groups[i].name, NULL, NULL,
								  "made by create_simple_plan");
		}
		if (strcmp(groups[i].name, PGD_OTHER_GROUPS) == 0)
			has_others = true;
		pgd_pending_add_level(plan, groups[i].name, 2, groups[i].percent);
	}
	if (!has_others)
		pgd_pending_add_level(plan, PGD_OTHER_GROUPS, 3, all);
	pgd_pending_validate();
	pgd_pending_activate();
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* 29366 for a group that is there twice, or a percentage without one. */
static void
read_groups(FunctionCallInfo fcinfo, PgdSimpleGroup *groups)
{
	for (int i = 0; i < GROUPS; i++)
	{
		char	   *name = pgd_arg_text(fcinfo, ARG_GROUP(i));
		char	   *percent_name = psprintf("GROUP%d_PERCENT", i + 1);
		int			percent = pgd_manager_either(fcinfo, ARG_CPU(i),
												 ARG_PERCENT(i),
												 psprintf("GROUP%d_CPU", i + 1),
												 percent_name);

		groups[i].name = NULL;
		groups[i].percent = (Datum) 0;
		if (name == NULL || name[0] == '\0')
		{
			if (!PG_ARGISNULL(percent))
				error_group(psprintf("There is %s, but not CONSUMER_GROUP%d.",
									 percent_name, i + 1));
			continue;
		}
		groups[i].name = pgd_group_name(name);
		if (strcmp(groups[i].name, "SYS_GROUP") == 0)
			error_group("SYS_GROUP has the first level for itself.");
		for (int j = 0; j < i; j++)
			if (groups[j].name != NULL &&
				strcmp(groups[j].name, groups[i].name) == 0)
				error_group(psprintf("%s is there twice.", groups[i].name));
		if (PG_ARGISNULL(percent))
			pgd_error_null(percent_name);
		groups[i].percent = PG_GETARG_DATUM(percent);
		pgd_manager_check_percent(percent_name, groups[i].percent);
	}
}

static void
error_group(const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29366)),
			 errmsg("invalid CONSUMER_GROUP argument specified"),
			 errdetail("%s", detail)));
}
