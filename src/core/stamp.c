/*
 * stamp.c
 *		Tells a database from its copies.
 *
 * The rows of a database carry a stamp: the cluster's system identifier and
 * the database's OID. CREATE EXTENSION writes it, and a dump brings that of
 * its origin: a restored database has both, one made by CREATE DATABASE ...
 * TEMPLATE has only that of its template. While rows arrive that our own
 * calls did not write, nothing starts: definitions may be half there.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/procarray.h"
#include "utils/backend_status.h"
#include "utils/timestamp.h"

#include "core/change.h"
#include "core/compat.h"
#include "core/database.h"
#include "core/guc.h"
#include "core/identity.h"
#include "core/owner.h"
#include "core/shmem.h"
#include "core/sql.h"
#include "core/stamp.h"

PG_FUNCTION_INFO_V1(pgd_core_write_stamp);
PG_FUNCTION_INFO_V1(pgd_scheduler_resume_after_restore);

/* how often to look whether a restore has ended */
#define PGD_LOADING_POLL_MS	500

typedef enum PgdHold
{
	PGD_HOLD_UNKNOWN,			/* not looked yet */
	PGD_HOLD_NONE,
	PGD_HOLD_LOADING,			/* until the writers have ended */
	PGD_HOLD_COPY,				/* until resume_after_restore() */
	PGD_HOLD_RESTORED			/* the same */
} PgdHold;

static PgdHold hold = PGD_HOLD_UNKNOWN;

/* what read_stamps() found last: the log gets a line when it becomes another */
static PgdHold last_answer = PGD_HOLD_UNKNOWN;

static bool is_being_loaded(void);
static bool has_restore_session(void);
static void loader_on_exit(int code, Datum arg);
static PgdHold read_stamps(void);
static void write_stamp(void);

/*
 * Called by the statement triggers before such rows are visible to anybody,
 * so that nothing starts from them.
 */
void
pgd_stamp_note_loader(void)
{
	static bool noted = false;
	PgdDatabaseSlot *slot;

	if (pgd_shared == NULL)
		return;
	if (!noted)
	{
		before_shmem_exit(loader_on_exit, (Datum) 0);
		noted = true;
	}

	/* the launcher may not have come to this database yet */
	(void) pgd_database_take(MyDatabaseId);
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL)
	{
		bool		found = false;

		for (int i = 0; i < slot->nloaders && !found; i++)
			found = slot->loaders[i] == MyProcPid;
		if (!found && slot->nloaders < lengthof(slot->loaders))
			slot->loaders[slot->nloaders++] = MyProcPid;
		slot->is_loading = true;
	}
	LWLockRelease(pgd_shared->lock);
}

static void
loader_on_exit(int code, Datum arg)
{
	PgdDatabaseSlot *slot;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL)
	{
		for (int i = 0; i < slot->nloaders; i++)
			if (slot->loaders[i] == MyProcPid)
				slot->loaders[i--] = slot->loaders[--slot->nloaders];
		if (slot->latch != NULL)
			SetLatch(slot->latch);
	}
	LWLockRelease(pgd_shared->lock);
}

bool
pgd_stamp_is_held(void)
{
	return hold != PGD_HOLD_NONE;
}

const char *
pgd_stamp_hold_reason(void)
{
	switch (hold)
	{
		case PGD_HOLD_LOADING:
			return "definitions are being restored";
		case PGD_HOLD_COPY:
			return "this database is a copy; see dbms_scheduler.resume_after_restore()";
		case PGD_HOLD_RESTORED:
			return "this database was restored; see dbms_scheduler.resume_after_restore()";
		default:
			return "";
	}
}

TimestampTz
pgd_stamp_turn(bool *reload)
{
	PgdHold		before = hold;
	bool		was_loaded;

	if (is_being_loaded())
	{
		hold = PGD_HOLD_LOADING;
		last_answer = PGD_HOLD_LOADING;
		pgd_database_set_held(true);
		return TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
										   PGD_LOADING_POLL_MS);
	}
	if (hold == PGD_HOLD_NONE || (hold >= PGD_HOLD_COPY && !*reload))
		return DT_NOEND;
	was_loaded = hold == PGD_HOLD_UNKNOWN;
	hold = read_stamps();
	if (hold == PGD_HOLD_LOADING)
	{
		pgd_database_set_held(true);
		return TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
										   PGD_LOADING_POLL_MS);
	}
	pgd_database_set_held(hold != PGD_HOLD_NONE);
	if ((before != PGD_HOLD_NONE || was_loaded) && hold == PGD_HOLD_NONE)
		*reload = true;
	return DT_NOEND;
}

/* Is one of those who wrote rows by themselves still there? */
static bool
is_being_loaded(void)
{
	PgdDatabaseSlot *slot;
	int			loaders[PGD_MAX_LOADERS];
	int			n = 0;
	bool		is_loading = false;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL)
	{
		is_loading = slot->is_loading;
		n = slot->nloaders;
		memcpy(loaders, slot->loaders, sizeof(int) * n);
	}
	LWLockRelease(pgd_shared->lock);
	if (!is_loading)
		return false;
	for (int i = 0; i < n; i++)
		if (BackendPidGetProc(loaders[i]) != NULL)
			return true;
	if (has_restore_session())
		return true;

	/* all have gone; one that came just now sets the mark again */
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot = pgd_database_slot(MyDatabaseId);
	if (slot != NULL && slot->nloaders <= n)
	{
		slot->is_loading = false;
		slot->nloaders = 0;
		slot->all_changed = true;
		is_loading = false;
	}
	LWLockRelease(pgd_shared->lock);
	if (!is_loading)
	{
		/* a load that came and went between two turns counts, too */
		hold = PGD_HOLD_UNKNOWN;
		last_answer = PGD_HOLD_LOADING;
	}
	return is_loading;
}

/* A session of pg_restore in this database, perhaps one that wrote nothing yet. */
static bool
has_restore_session(void)
{
	int			n;
	bool		found = false;

	pgstat_clear_backend_activity_snapshot();
	n = pgstat_fetch_stat_numbackends();
	for (int i = 1; i <= n && !found; i++)
	{
		LocalPgBackendStatus *local = pgstat_get_local_beentry_by_index(i);
		PgBackendStatus *status = &local->backendStatus;

		found = status->st_procpid != 0 &&
			status->st_databaseid == MyDatabaseId &&
			status->st_appname != NULL &&
			strcmp(status->st_appname, "pg_restore") == 0;
	}
	pgstat_clear_backend_activity_snapshot();
	return found;
}

/*
 * Whose rows are these? Owners are found by name first, since a restored
 * row's OID means nothing here.
 */
static PgdHold
read_stamps(void)
{
	Oid			types[] = {INT8OID, OIDOID};
	Datum		values[] = {
		Int64GetDatum((int64) GetSystemIdentifier()),
		ObjectIdGetDatum(MyDatabaseId)
	};
	PgdCatalogScope scope;
	bool		has_own;
	bool		has_foreign;
	bool		is_template_copy;
	PgdHold		answer = PGD_HOLD_NONE;
	char		name[NAMEDATALEN];

	pgd_transaction_begin();
	strlcpy(name, get_database_name(MyDatabaseId), sizeof(name));
	pgd_catalog_enter(&scope);
	(void) pgd_sql("SELECT coalesce(bool_or(system_identifier = $1 AND database_oid = $2), false),"
				   " coalesce(bool_or(system_identifier <> $1 OR database_oid <> $2), false),"
				   " coalesce(bool_and(system_identifier = $1 AND database_oid <> $2), false)"
				   " FROM dbms.stamp",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	has_own = pgd_column_bool(0, 0);
	has_foreign = pgd_column_bool(0, 1);
	is_template_copy = pgd_column_bool(0, 2);
	if (has_restore_session())
		answer = PGD_HOLD_LOADING;
	else if (is_template_copy)
		answer = PGD_HOLD_COPY;
	else if (has_foreign && pgd_after_restore == PGD_AFTER_RESTORE_HOLD)
		answer = PGD_HOLD_RESTORED;
	if (has_foreign && answer != PGD_HOLD_LOADING && !is_template_copy)
	{
		bool		is_complete;

		(void) pgd_owner_resolve_all(true, &is_complete);
		if (!is_complete && answer == PGD_HOLD_NONE)
			answer = PGD_HOLD_LOADING;	/* somebody makes an owner */
	}
	if (answer == PGD_HOLD_NONE && (has_foreign || !has_own))
		write_stamp();
	pgd_catalog_leave(&scope);
	pgd_transaction_commit();

	if (answer == last_answer)
		return answer;
	last_answer = answer;
	if (answer == PGD_HOLD_COPY)
		ereport(LOG,
				(errmsg("pg_dbms holds the jobs of database \"%s\": it is a copy of another database",
						name),
				 errhint("Call dbms_scheduler.resume_after_restore() there to let them run.")));
	else if (answer == PGD_HOLD_RESTORED)
		ereport(LOG,
				(errmsg("pg_dbms holds the jobs of database \"%s\": they were restored from a dump",
						name),
				 errhint("Call dbms_scheduler.resume_after_restore() there to let them run.")));
	else if (has_foreign && answer == PGD_HOLD_NONE)
		ereport(LOG,
				(errmsg("pg_dbms runs the jobs of database \"%s\", which were restored from a dump",
						name)));
	return answer;
}

/* The one stamp of this database. Inside a catalog scope. */
static void
write_stamp(void)
{
	Oid			types[] = {INT8OID, OIDOID};
	Datum		values[] = {
		Int64GetDatum((int64) GetSystemIdentifier()),
		ObjectIdGetDatum(MyDatabaseId)
	};

	pgd_sql("DELETE FROM dbms.stamp", 0, NULL, NULL, NULL, SPI_OK_DELETE);
	pgd_sql("INSERT INTO dbms.stamp (system_identifier, database_oid) VALUES ($1, $2)",
			lengthof(types), types, values, NULL, SPI_OK_INSERT);
}

/* dbms.write_stamp(): for the install script. */
Datum
pgd_core_write_stamp(PG_FUNCTION_ARGS)
{
	PgdCatalogScope scope;

	pgd_change_begin_own();
	pgd_catalog_enter(&scope);
	write_stamp();
	pgd_catalog_leave(&scope);
	pgd_change_end_own();
	PG_RETURN_VOID();
}

/*
 * dbms_scheduler.resume_after_restore(): lets the jobs of a copy or of a
 * restored database run. Needs dbms_manage_scheduler.
 */
Datum
pgd_scheduler_resume_after_restore(PG_FUNCTION_ARGS)
{
	PgdCatalogScope scope;

	pgd_require_preload();
	pgd_require(PGD_MANAGE_SCHEDULER);
	pgd_change_begin_own();
	pgd_catalog_enter(&scope);
	write_stamp();
	pgd_catalog_leave(&scope);
	pgd_change_note_all();
	pgd_change_end_own();
	PG_RETURN_VOID();
}
