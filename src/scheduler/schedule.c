/*
 * schedule.c
 *		Named schedules: reading and writing dbms.schedule.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/identity.h"
#include "core/sql.h"
#include "scheduler/schedule.h"

bool
pgd_schedule_resolve(void *arg, const char *owner, const char *name,
					 PgdCalSchedule *schedule)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			caller = GetUserId();
	PgdCatalogScope scope;
	int			owner_id;
	bool		found;

	pgd_catalog_enter(&scope);
	owner_id = owner == NULL ? pgd_owner_id(caller, false) :
		pgd_owner_id_by_name(owner);
	if (owner_id == PGD_OWNER_NONE && owner != NULL &&
		strcmp(owner, "sys") == 0)
		owner_id = PGD_OWNER_SYS;
	found = owner_id != PGD_OWNER_NONE;
	if (found)
	{
		Oid			types[] = {INT4OID, TEXTOID};
		Datum		values[] = {Int32GetDatum(owner_id), CStringGetTextDatum(name)};

		found = pgd_sql("SELECT s.repeat_interval, s.start_at, s.time_zone, o.role_name"
						" FROM dbms.object b JOIN dbms.schedule s ON s.id = b.id"
						" JOIN dbms.owner o ON o.id = b.owner_id"
						" WHERE b.owner_id = $1 AND b.name = $2 AND b.type = 'SCHEDULE'",
						lengthof(types), types, values, NULL,
						SPI_OK_SELECT) > 0;
	}
	if (found)
	{
		memset(schedule, 0, sizeof(*schedule));
		schedule->text = pgd_column_text(context, 0, 0);
		schedule->has_start = !pgd_column_is_null(0, 1);
		if (schedule->has_start)
			schedule->start = pgd_column_timestamptz(0, 1);
		schedule->zone = pgd_column_text(context, 0, 2);
		schedule->owner = pgd_column_text(context, 0, 3);
	}
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return found;
}
