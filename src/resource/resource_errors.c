/*
 * resource_errors.c
 *		The errors of resource plans that more than one place raises.
 */
#include "postgres.h"

#include "core/errors.h"
#include "resource/resource.h"

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
