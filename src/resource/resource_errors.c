/*
 * resource_errors.c
 *		The errors of resource plans that more than one place raises.
 */
#include "postgres.h"

#include "core/errors.h"
#include "resource/manager_int.h"

void
pgd_error_no_plan(const char *plan)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29358)),
			 errmsg("resource plan \"%s\" does not exist", plan)));
}

void
pgd_error_no_group(const char *group)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29368)),
			 errmsg("consumer group \"%s\" does not exist", group)));
}

void
pgd_error_both_set(const char *one, const char *other)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29365)),
			 errmsg("parameters %s and %s cannot both be set", one, other)));
}

void
pgd_error_mandatory(const char *kind, const char *name)
{
	ereport(ERROR,
			(errcode(PGD_ORA(29386)),
			 errmsg("%s \"%s\" is mandatory and cannot be changed or deleted",
					kind, name)));
}
