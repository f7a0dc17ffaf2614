/*
 * resource.c
 *		Registers what resource plans need of the core.
 */
#include "postgres.h"

#include "resource/group_privilege.h"
#include "resource/resource.h"

void
pgd_resource_objects_install(void)
{
	pgd_group_privilege_install();
}
