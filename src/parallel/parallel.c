/*
 * parallel.c
 *		Registers the package DBMS_PARALLEL_EXECUTE.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "core/hooks.h"
#include "parallel/anchor.h"
#include "parallel/leaf.h"
#include "parallel/live.h"
#include "parallel/parallel.h"

void
pgd_parallel_install(void)
{
	pgd_slave_install();
	pgd_task_install();
	pgd_hooks_on_discard_all(pgd_anchor_release_all);
	if (!process_shared_preload_libraries_in_progress)
		return;
	pgd_live_install();
	pgd_leaf_install();
}
