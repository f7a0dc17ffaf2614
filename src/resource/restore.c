/*
 * restore.c
 *		Rows of plans that arrive with a dump, in a database where CREATE
 *		EXTENSION has just made its own.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "core/change.h"
#include "core/sql.h"
#include "resource/resource.h"

/* rows of ours of which there is a user's one, too; none that is locked */
#define TWINS(table, keys) \
	"DELETE FROM dbms." table " WHERE ctid = ANY (ARRAY(SELECT m.ctid FROM dbms." table " m" \
	" WHERE m.is_system AND EXISTS (SELECT FROM dbms." table " u WHERE NOT u.is_system AND " keys ")" \
	" FOR UPDATE OF m SKIP LOCKED))"
#define SAME(key)	"u." key " = m." key

static const char *key_column(const TriggerData *data, int argument);
static void delete_made(const char *kind, const char *name, const char *part);

PG_FUNCTION_INFO_V1(pgd_resource_arrives);

/*
 * Row trigger before an insert. Its arguments are the kind of the row and the
 * columns of its key. Our own row of that key goes; for a row of
 * dbms.resource_removed, the one that it names.
 */
Datum
pgd_resource_arrives(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	PgdCatalogScope scope;
	const char *kind;
	const char *name;
	const char *part;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
		data->tg_trigger->tgnargs < 1)
		elog(ERROR, "dbms.resource_arrives() is a trigger function for inserts");
	kind = data->tg_trigger->tgargs[0];
	name = key_column(data, 1);
	part = key_column(data, 2);
	if (strcmp(kind, "REMOVED") == 0)
	{
		kind = name;
		name = part;
		part = key_column(data, 3);
	}
	pgd_catalog_enter(&scope);
	delete_made(kind, name, part);
	pgd_catalog_leave(&scope);
	return PointerGetDatum(data->tg_trigtuple);
}

/*
 * The same after a restore that switched triggers off. The coordinator calls
 * this whenever it reads plans again; it waits for nobody.
 */
void
pgd_resource_settle(void)
{
	uint64		n;
	SPITupleTable *rows;

	pgd_change_sql(TWINS("resource_plan", SAME("name") " AND " SAME("is_pending")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql(TWINS("consumer_group", SAME("name") " AND " SAME("is_pending")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql(TWINS("plan_directive", SAME("plan") " AND " SAME("group_or_subplan")
						 " AND " SAME("is_pending")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql(TWINS("resource_category", SAME("name") " AND " SAME("is_pending")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql(TWINS("group_mapping", SAME("attribute") " AND " SAME("value")
						 " AND " SAME("is_pending")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql(TWINS("mapping_priority", SAME("attribute") " AND " SAME("is_pending")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_change_sql(TWINS("group_privilege", SAME("grantee_id") " AND " SAME("consumer_group")),
				   0, NULL, NULL, NULL, SPI_OK_DELETE);
	n = pgd_sql("SELECT kind, name, part FROM dbms.resource_removed ORDER BY 1, 2, 3",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 row = 0; row < n; row++)
	{
		pgd_rows_use(rows, n);
		delete_made(pgd_column_text(CurrentMemoryContext, row, 0),
					pgd_column_text(CurrentMemoryContext, row, 1),
					pgd_column_text(CurrentMemoryContext, row, 2));
	}
}

/* An empty text if the trigger names no such column. */
static const char *
key_column(const TriggerData *data, int argument)
{
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	Datum		value;
	bool		isnull;

	if (argument >= data->tg_trigger->tgnargs)
		return "";
	value = heap_getattr(data->tg_trigtuple,
						 SPI_fnumber(desc, data->tg_trigger->tgargs[argument]),
						 desc, &isnull);
	return isnull ? "" : TextDatumGetCString(value);
}

static void
delete_made(const char *kind, const char *name, const char *part)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name), CStringGetTextDatum(part)};

	if (strcmp(kind, "PLAN") == 0)
		(void) pgd_sql("DELETE FROM dbms.resource_plan WHERE name = $1 AND NOT is_pending AND is_system",
					   1, types, values, NULL, SPI_OK_DELETE);
	else if (strcmp(kind, "GROUP") == 0)
		(void) pgd_sql("DELETE FROM dbms.consumer_group WHERE name = $1 AND NOT is_pending AND is_system",
					   1, types, values, NULL, SPI_OK_DELETE);
	else if (strcmp(kind, "DIRECTIVE") == 0)
		(void) pgd_sql("DELETE FROM dbms.plan_directive WHERE plan = $1 AND group_or_subplan = $2"
					   " AND NOT is_pending AND is_system",
					   2, types, values, NULL, SPI_OK_DELETE);
	else if (strcmp(kind, "CATEGORY") == 0)
		(void) pgd_sql("DELETE FROM dbms.resource_category WHERE name = $1 AND NOT is_pending AND is_system",
					   1, types, values, NULL, SPI_OK_DELETE);
	else if (strcmp(kind, "MAPPING") == 0)
		(void) pgd_sql("DELETE FROM dbms.group_mapping WHERE attribute = $1 AND value = $2"
					   " AND NOT is_pending AND is_system",
					   2, types, values, NULL, SPI_OK_DELETE);
	else if (strcmp(kind, "PRIORITY") == 0)
		(void) pgd_sql("DELETE FROM dbms.mapping_priority WHERE attribute = $1 AND NOT is_pending AND is_system",
					   1, types, values, NULL, SPI_OK_DELETE);
	else if (strcmp(kind, "PRIVILEGE") == 0)
		(void) pgd_sql("DELETE FROM dbms.group_privilege WHERE consumer_group = $1 AND grantee_id = -1 AND is_system",
					   1, types, values, NULL, SPI_OK_DELETE);
}
