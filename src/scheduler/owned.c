/*
 * owned.c
 *		What DROP OWNED and REASSIGN OWNED do to scheduler objects.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/owner.h"
#include "core/sql.h"
#include "scheduler/job.h"
#include "scheduler/schedule.h"
#include "scheduler/scheduler.h"
#include "scheduler/window.h"

/* objects of the owner that others use, named in an error */
#define MAX_NAMED	10

static void drop_owned(List *owner_ids, DropBehavior behavior);
static void drop_jobs(int owner_id);
static void reassign(int old_owner_id, int new_owner_id);
static void refuse_dependents(int owner_id);
static void disable_dependents(int owner_id);

static const PgdOwnerPackage scheduler_package = {
	.drop_owned = drop_owned,
	.reassign = reassign
};

/* Called when the library is loaded. */
void
pgd_scheduler_objects_install(void)
{
	pgd_owner_register_package(&scheduler_package);
	pgd_calendar_resolver = pgd_schedule_resolve;
}

/*
 * Jobs go first, whether they run or not: a run under way ends by itself.
 * Jobs of roles that keep theirs, and windows, that use what is dropped stop
 * the command, or, with CASCADE, are disabled.
 */
static void
drop_owned(List *owner_ids, DropBehavior behavior)
{
	Oid			types[] = {INT4OID};
	ListCell   *cell;

	foreach(cell, owner_ids)
		drop_jobs(lfirst_int(cell));
	foreach(cell, owner_ids)
	{
		Datum		values[] = {Int32GetDatum(lfirst_int(cell))};

		if (behavior == DROP_CASCADE)
			disable_dependents(lfirst_int(cell));
		else
			refuse_dependents(lfirst_int(cell));
		pgd_change_sql("DELETE FROM dbms.program_argument WHERE program_id IN"
					   " (SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'PROGRAM')",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.program WHERE id IN"
					   " (SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'PROGRAM')",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.schedule WHERE id IN"
					   " (SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'SCHEDULE')",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.object_group_member WHERE group_id IN"
					   " (SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'GROUP')",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		pgd_change_sql("DELETE FROM dbms.object_group WHERE id IN"
					   " (SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'GROUP')",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	}
}

static void
drop_jobs(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};
	uint64		njobs;
	int64	   *jobs;

	njobs = pgd_sql("SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'JOB' ORDER BY id",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	jobs = palloc(sizeof(int64) * Max(njobs, 1));
	for (uint64 row = 0; row < njobs; row++)
		jobs[row] = pgd_column_int64(row, 0);
	for (uint64 i = 0; i < njobs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pgd_job_delete(jobs[i], NULL, "REASON=\"drop owned\"");
	}
}

/*
 * Jobs name programs and schedules by their owner. Those that the new owner
 * gets run as him from now on, so the coordinator reads them again.
 */
static void
reassign(int old_owner_id, int new_owner_id)
{
	Oid			types[] = {INT4OID, INT4OID};
	Datum		values[] = {Int32GetDatum(old_owner_id), Int32GetDatum(new_owner_id)};
	uint64		njobs;

	pgd_change_sql("UPDATE dbms.job SET program_owner_id = $2"
				   " WHERE program_owner_id = $1 AND program_name IS NOT NULL",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_change_sql("UPDATE dbms.job SET schedule_owner_id = $2"
				   " WHERE schedule_owner_id = $1 AND schedule_name IS NOT NULL",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_change_sql("UPDATE dbms.window SET schedule_owner_id = $2"
				   " WHERE schedule_owner_id = $1 AND schedule_name IS NOT NULL",
				   lengthof(types), types, values, NULL, SPI_OK_UPDATE);
	pgd_change_note_windows();
	njobs = pgd_sql("SELECT id FROM dbms.object WHERE owner_id = $1 AND type = 'JOB' AND $2 IS NOT NULL",
					lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < njobs; row++)
		pgd_change_note_job(pgd_column_int64(row, 0));
}

#define DEPENDENTS \
	"SELECT b.type, b.name, 'Jobs of other roles' FROM dbms.object b JOIN dbms.job j" \
	"  ON j.program_owner_id = b.owner_id AND j.program_name = b.name" \
	" WHERE b.owner_id = $1 AND b.type = 'PROGRAM'" \
	" UNION SELECT b.type, b.name, 'Jobs of other roles' FROM dbms.object b JOIN dbms.job j" \
	"  ON j.schedule_owner_id = b.owner_id AND j.schedule_name = b.name" \
	" WHERE b.owner_id = $1 AND b.type = 'SCHEDULE'" \
	" UNION SELECT b.type, b.name, 'Windows' FROM dbms.object b JOIN dbms.window w" \
	"  ON w.schedule_owner_id = b.owner_id AND w.schedule_name = b.name" \
	" WHERE b.owner_id = $1 AND b.type = 'SCHEDULE'" \
	" ORDER BY 1, 2, 3"

static void
refuse_dependents(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};
	StringInfoData detail;
	char	   *owner;
	uint64		n;

	n = pgd_sql(DEPENDENTS, lengthof(types), types, values, NULL,
				SPI_OK_SELECT);
	if (n == 0)
		return;
	owner = pgd_owner_show(owner_id);
	initStringInfo(&detail);
	for (uint64 row = 0; row < Min(n, MAX_NAMED); row++)
	{
		char	   *type = pgd_column_text(CurrentMemoryContext, row, 0);

		appendStringInfo(&detail, "%s%s use %s \"%s\".",
						 row > 0 ? " " : "",
						 pgd_column_text(CurrentMemoryContext, row, 2),
						 strcmp(type, "PROGRAM") == 0 ? "program" : "schedule",
						 pgd_name_display(owner,
										  pgd_column_text(CurrentMemoryContext,
														  row, 1)));
	}
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot drop scheduler objects of \"%s\" because objects of others depend on them",
					owner),
			 errdetail_internal("%s", detail.data),
			 errhint("Use DROP OWNED ... CASCADE to disable these.")));
}

static void
disable_dependents(int owner_id)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(owner_id)};
	SPITupleTable *rows;
	uint64		n;

	n = pgd_sql(DEPENDENTS, lengthof(types), types, values, NULL,
				SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 row = 0; row < n; row++)
	{
		char	   *type;
		char	   *name;
		char	   *reason;

		pgd_rows_use(rows, n);
		type = pgd_column_text(CurrentMemoryContext, row, 0);
		name = pgd_column_text(CurrentMemoryContext, row, 1);
		reason = psprintf("%s \"%s\" was dropped",
						  strcmp(type, "PROGRAM") == 0 ? "program" : "schedule",
						  pgd_name_display(pgd_owner_show(owner_id), name));
		if (strcmp(type, "PROGRAM") == 0)
			pgd_job_disable_dependents(PGD_JOB_USES_PROGRAM, owner_id, name,
									   reason);
		else
		{
			pgd_job_disable_dependents(PGD_JOB_USES_SCHEDULE, owner_id, name,
									   reason);
			pgd_window_disable_dependents(owner_id, name, reason);
		}
	}
}
