/*
 * pending.c
 *		The pending area: a copy of plans, groups, directives, categories and
 *		mappings that is changed, validated and then put in place of the active
 *		ones.
 *
 * There is one for a database. It is rows, so it outlives its session, and
 * what is done to it is part of the caller's transaction. Each call locks its
 * row of dbms.pending_area: two sessions change it one after the other.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/change.h"
#include "core/identity.h"
#include "resource/manager_int.h"

/* all rows that dbms.resource_removed can speak of */
#define KEYS \
	"SELECT 'PLAN' AS kind, name, '' AS part, is_pending, is_system FROM dbms.resource_plan" \
	" UNION ALL SELECT 'GROUP', name, '', is_pending, is_system FROM dbms.consumer_group" \
	" UNION ALL SELECT 'DIRECTIVE', plan, group_or_subplan, is_pending, is_system FROM dbms.plan_directive" \
	" UNION ALL SELECT 'CATEGORY', name, '', is_pending, is_system FROM dbms.resource_category" \
	" UNION ALL SELECT 'MAPPING', attribute, value, is_pending, is_system FROM dbms.group_mapping"

static void drop_pending(void);
static void note_removed(void);
static void forget_privileges(void);

PG_FUNCTION_INFO_V1(pgd_resource_create_pending_area);
PG_FUNCTION_INFO_V1(pgd_resource_validate_pending_area);
PG_FUNCTION_INFO_V1(pgd_resource_submit_pending_area);
PG_FUNCTION_INFO_V1(pgd_resource_clear_pending_area);

Datum
pgd_resource_create_pending_area(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	pgd_catalog_enter(&scope);
	pgd_pending_create(caller);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_validate_pending_area(PG_FUNCTION_ARGS)
{
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	pgd_pending_enter(&scope);
	pgd_pending_validate();
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* Takes effect at commit, as everything here; it does not commit itself. */
Datum
pgd_resource_submit_pending_area(PG_FUNCTION_ARGS)
{
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	pgd_pending_enter(&scope);
	pgd_pending_validate();
	pgd_pending_activate();
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_clear_pending_area(PG_FUNCTION_ARGS)
{
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	pgd_pending_enter(&scope);
	drop_pending();
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

void
pgd_pending_enter(PgdCatalogScope *scope)
{
	pgd_catalog_enter(scope);
	if (pgd_sql("SELECT 1 FROM dbms.pending_area FOR UPDATE",
				0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29371)),
				 errmsg("pending area is not active"),
				 errhint("Call create_pending_area first, and submit_pending_area last.")));
}

void
pgd_pending_create(Oid caller)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(pgd_role_show(caller))};

	if (pgd_change_sql("INSERT INTO dbms.pending_area (created_by) VALUES ($1) ON CONFLICT DO NOTHING",
					   lengthof(types), types, values, NULL,
					   SPI_OK_INSERT) == 0)
	{
		char	   *creator = NULL;

		if (pgd_sql("SELECT created_by FROM dbms.pending_area",
					0, NULL, NULL, NULL, SPI_OK_SELECT) > 0)
			creator = pgd_column_text(CurrentMemoryContext, 0, 0);
		ereport(ERROR,
				(errcode(PGD_ORA(29370)),
				 errmsg("pending area is already active"),
				 creator != NULL ? errdetail("%s has made it.", creator) : 0,
				 errhint("Submit it, or discard it with clear_pending_area.")));
	}
	pgd_change_sql("INSERT INTO dbms.resource_plan (id, name, is_pending, mgmt_method, active_sess_pool_method,"
				   " parallel_degree_method, queueing_method, is_sub_plan, max_iops, max_mbps, is_mandatory,"
				   " is_system, comments)"
				   " SELECT id, name, true, mgmt_method, active_sess_pool_method, parallel_degree_method,"
				   " queueing_method, is_sub_plan, max_iops, max_mbps, is_mandatory, is_system, comments"
				   " FROM dbms.resource_plan WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.consumer_group (id, name, is_pending, mgmt_method, category, is_internal,"
				   " is_mandatory, is_system, comments)"
				   " SELECT id, name, true, mgmt_method, category, is_internal, is_mandatory, is_system, comments"
				   " FROM dbms.consumer_group WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.plan_directive (plan, group_or_subplan, is_pending, mgmt_p, shares,"
				   " active_sess_pool_p1, queueing_p1, parallel_degree_limit_p1, parallel_server_limit,"
				   " utilization_limit, switch_group, switch_for_call, switch_time, switch_elapsed_time,"
				   " switch_io_megabytes, switch_io_reqs, switch_io_logical, switch_estimate, max_est_exec_time,"
				   " undo_pool, max_idle_time, max_idle_blocker_time, parallel_queue_timeout,"
				   " parallel_stmt_critical, pq_timeout_action, session_pga_limit, worker_settings,"
				   " worker_niceness, is_mandatory, is_system, comments)"
				   " SELECT plan, group_or_subplan, true, mgmt_p, shares,"
				   " active_sess_pool_p1, queueing_p1, parallel_degree_limit_p1, parallel_server_limit,"
				   " utilization_limit, switch_group, switch_for_call, switch_time, switch_elapsed_time,"
				   " switch_io_megabytes, switch_io_reqs, switch_io_logical, switch_estimate, max_est_exec_time,"
				   " undo_pool, max_idle_time, max_idle_blocker_time, parallel_queue_timeout,"
				   " parallel_stmt_critical, pq_timeout_action, session_pga_limit, worker_settings,"
				   " worker_niceness, is_mandatory, is_system, comments"
				   " FROM dbms.plan_directive WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.resource_category (name, is_pending, is_mandatory, is_system, comments)"
				   " SELECT name, true, is_mandatory, is_system, comments"
				   " FROM dbms.resource_category WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.group_mapping (attribute, value, is_pending, consumer_group, is_system)"
				   " SELECT attribute, value, true, consumer_group, is_system"
				   " FROM dbms.group_mapping WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_change_sql("INSERT INTO dbms.mapping_priority (attribute, is_pending, priority, is_system)"
				   " SELECT attribute, true, priority, is_system"
				   " FROM dbms.mapping_priority WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
}

/*
 * The pending rows become the active ones. What work is under way in, and
 * what plan is in force, stays: the coordinator reads it again.
 */
void
pgd_pending_activate(void)
{
	note_removed();
	pgd_change_sql("DELETE FROM dbms.resource_plan WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.resource_plan SET is_pending = false",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
	pgd_change_sql("DELETE FROM dbms.consumer_group WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.consumer_group SET is_pending = false",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
	pgd_change_sql("DELETE FROM dbms.plan_directive WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.plan_directive SET is_pending = false",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
	pgd_change_sql("DELETE FROM dbms.resource_category WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.resource_category SET is_pending = false",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
	pgd_change_sql("DELETE FROM dbms.group_mapping WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.group_mapping SET is_pending = false",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
	pgd_change_sql("DELETE FROM dbms.mapping_priority WHERE NOT is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("UPDATE dbms.mapping_priority SET is_pending = false",
				   0, NULL, NULL, NULL, SPI_OK_UPDATE);
	forget_privileges();
	pgd_change_sql("DELETE FROM dbms.pending_area",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_note_plans();
}

static void
drop_pending(void)
{
	pgd_change_sql("DELETE FROM dbms.resource_plan WHERE is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.consumer_group WHERE is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.plan_directive WHERE is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.resource_category WHERE is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.group_mapping WHERE is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.mapping_priority WHERE is_pending",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.pending_area",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
}

/*
 * What CREATE EXTENSION made and is not among the pending rows is noted: a
 * restore must not bring it back. A name that is used again is no news.
 */
static void
note_removed(void)
{
	pgd_change_sql("INSERT INTO dbms.resource_removed (kind, name, part)"
				   " (SELECT k.kind, k.name, k.part FROM (" KEYS ") AS k WHERE NOT k.is_pending AND k.is_system"
				   " EXCEPT SELECT k.kind, k.name, k.part FROM (" KEYS ") AS k WHERE k.is_pending)"
				   " ON CONFLICT DO NOTHING",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
	pgd_change_sql("DELETE FROM dbms.resource_removed r USING (" KEYS ") AS k"
				   " WHERE k.is_pending AND k.kind = r.kind AND k.name = r.name AND k.part = r.part",
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
}

/* Of groups that are gone. */
static void
forget_privileges(void)
{
	pgd_change_sql("WITH gone AS (DELETE FROM dbms.group_privilege v"
				   " WHERE NOT EXISTS (SELECT FROM dbms.consumer_group g WHERE g.name = v.consumer_group)"
				   " RETURNING v.consumer_group, v.is_system)"
				   " INSERT INTO dbms.resource_removed (kind, name)"
				   " SELECT 'PRIVILEGE', consumer_group FROM gone WHERE is_system ON CONFLICT DO NOTHING",
				   0, NULL, NULL, NULL, SPI_OK_INSERT);
}

bool
pgd_pending_has_plan(const char *name)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name)};

	return pgd_sql("SELECT is_mandatory FROM dbms.resource_plan WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

bool
pgd_pending_has_group(const char *name)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name)};

	return pgd_sql("SELECT is_mandatory FROM dbms.consumer_group WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

bool
pgd_pending_has_category(const char *name)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name)};

	return pgd_sql("SELECT is_mandatory FROM dbms.resource_category WHERE name = $1 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

void
pgd_pending_get_plan(const char *name, bool change)
{
	if (!pgd_pending_has_plan(name))
		pgd_error_no_plan(name);
	if (change && pgd_column_bool(0, 0))
		pgd_error_mandatory("resource plan", name);
}

void
pgd_pending_get_group(const char *name, bool change)
{
	if (!pgd_pending_has_group(name))
		pgd_error_no_group(name);
	if (change && pgd_column_bool(0, 0))
		pgd_error_mandatory("consumer group", name);
}

void
pgd_pending_get_category(const char *name, bool change)
{
	if (!pgd_pending_has_category(name))
		ereport(ERROR,
				(errcode(PGD_ORA(29367)),
				 errmsg("category \"%s\" does not exist", name)));
	if (change && pgd_column_bool(0, 0))
		pgd_error_mandatory("category", name);
}

void
pgd_pending_require_free(const char *name)
{
	const char *kind = NULL;

	if (pgd_pending_has_plan(name))
		kind = "resource plan";
	else if (pgd_pending_has_group(name))
		kind = "consumer group";
	if (kind != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(29357)),
				 errmsg("%s \"%s\" already exists", kind, name),
				 errdetail("Plans and consumer groups share one name space.")));
}
