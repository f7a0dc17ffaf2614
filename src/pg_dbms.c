/*
 * pg_dbms.c
 *		Entry of the library: settings always; hooks, shared memory and the
 *		launcher when the postmaster preloads it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "core/change.h"
#include "core/coordinator.h"
#include "core/guc.h"
#include "core/hooks.h"
#include "core/shmem.h"
#include "core/stop_point.h"
#include "parallel/parallel.h"
#include "resource/limit_turn.h"
#include "resource/resource.h"
#include "scheduler/scheduler.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	pgd_stop_point_install();
	pgd_define_settings();
	pgd_resource_objects_install();
	pgd_scheduler_install();
	pgd_scheduler_objects_install();
	pgd_parallel_install();
	pgd_limit_install();
	if (!process_shared_preload_libraries_in_progress)
		return;
	pgd_resource_install();
	pgd_shmem_install();
	pgd_change_install();
	pgd_hooks_install();
	pgd_launcher_register();
}
