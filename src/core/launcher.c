/*
 * launcher.c
 *		One process for the cluster: knows the databases, and keeps a
 *		coordinator in each that has the extension.
 *
 * A database is looked at once by starting a coordinator there, which leaves
 * again if there is no extension. Utility commands tell the launcher what
 * changed (hooks.c); it reads pg_database once a minute besides, for changes
 * that no command made.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "replication/logicallauncher.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/backend_status.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "core/coordinator.h"
#include "core/database.h"
#include "core/process.h"
#include "core/shmem.h"

/* databases looked at at the same time */
#define PGD_MAX_PROBES			4

/* wait before a coordinator that failed is started again: doubled each time */
#define PGD_RESTART_FIRST_MS	100
#define PGD_RESTART_LAST_MS		60000

/* a shortage of processes is over, for the log, when none was felt so long */
#define PGD_SHORTAGE_ENDS_MS	600000

typedef enum PgdKnown
{
	PGD_KNOWN_NOT,				/* to be looked at */
	PGD_KNOWN_ABSENT,			/* has no extension */
	PGD_KNOWN_SERVED
} PgdKnown;

typedef struct PgdKnownDatabase
{
	Oid			database;
	PgdKnown	known;
	bool		is_seen;		/* found in pg_database by the last scan */
	bool		is_open;		/* accepts connections, is no template */
	bool		is_asked;		/* somebody asked us to look at it */
	bool		has_arrived;	/* its extension came while we were here */
	int			slot;			/* -1: none */
	int			generation;
	BackgroundWorkerHandle *handle;
	TimestampTz started_at;
	TimestampTz retry_at;
	long		backoff_ms;
} PgdKnownDatabase;

static HTAB *databases = NULL;
static MemoryContext launcher_cxt;

static void launcher_on_exit(int code, Datum arg);
static void ask(PgdKnownDatabase *database);
static void take_requests(void);
static void scan_databases(void);
static TimestampTz serve_databases(void);
static void look_after(PgdKnownDatabase *database, int *probing,
					   TimestampTz now);
static void start_coordinator(PgdKnownDatabase *database);
static bool has_process_to_spare(void);
static void dismiss(PgdKnownDatabase *database);
static void forget(PgdKnownDatabase *database);

/* Registers the launcher; called while the library is preloaded. */
void
pgd_launcher_register(void)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS |
		BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 1;
	strlcpy(worker.bgw_library_name, "pg_dbms", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, "pgd_launcher_main", BGW_MAXLEN);
	strlcpy(worker.bgw_name, "pg_dbms launcher", BGW_MAXLEN);
	strlcpy(worker.bgw_type, "pg_dbms launcher", BGW_MAXLEN);
	RegisterBackgroundWorker(&worker);
}

void
pgd_launcher_main(Datum main_arg)
{
	HASHCTL		ctl = {0};
	TimestampTz next_scan = 0;

	pgd_process_start(PGD_PROCESS_LAUNCHER);
	if (IsBinaryUpgrade)
		proc_exit(0);
	before_shmem_exit(launcher_on_exit, (Datum) 0);
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	pgd_shared->launcher_pid = MyProcPid;
	pgd_shared->launcher_latch = MyLatch;
	pgd_shared->rescan = true;
	LWLockRelease(pgd_shared->lock);

	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	pgd_process_pin_settings();
	launcher_cxt = AllocSetContextCreate(TopMemoryContext, "pg_dbms launcher",
										 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(launcher_cxt);
	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(PgdKnownDatabase);
	ctl.hcxt = launcher_cxt;
	databases = hash_create("pg_dbms databases", 64, &ctl,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	ereport(LOG, (errmsg("pg_dbms launcher started")));

	for (;;)
	{
		TimestampTz wake_at;
		bool		rescan;

		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		pgd_process_reload_config();

		LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
		rescan = pgd_shared->rescan;
		pgd_shared->rescan = false;
		LWLockRelease(pgd_shared->lock);
		if (rescan || GetCurrentTimestamp() >= next_scan)
		{
			take_requests();
			scan_databases();
			next_scan = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													PGD_LONGEST_SLEEP);
		}
		wake_at = serve_databases();
		pgd_process_sleep(Min(wake_at, next_scan), PGD_WAIT_LAUNCHER);
	}
}

static void
launcher_on_exit(int code, Datum arg)
{
	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	if (pgd_shared->launcher_pid == MyProcPid)
	{
		pgd_shared->launcher_pid = 0;
		pgd_shared->launcher_latch = NULL;
	}
	LWLockRelease(pgd_shared->lock);
}

/*
 * A coordinator that is just leaving may have looked before the change: then
 * the question stays until it has gone.
 */
static void
ask(PgdKnownDatabase *database)
{
	database->has_arrived = database->known == PGD_KNOWN_ABSENT ||
		(database->known == PGD_KNOWN_NOT && database->slot >= 0);
	if (database->known == PGD_KNOWN_ABSENT)
		database->known = PGD_KNOWN_NOT;
	else
		database->is_asked = true;
}

/* Databases that somebody asked us to look at are unknown again. */
static void
take_requests(void)
{
	Oid			probes[PGD_PROBE_RING];
	int			n;
	bool		all;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	n = pgd_shared->nprobes;
	memcpy(probes, pgd_shared->probes, sizeof(Oid) * n);
	all = pgd_shared->probe_all;
	pgd_shared->nprobes = 0;
	pgd_shared->probe_all = false;
	LWLockRelease(pgd_shared->lock);

	for (int i = 0; i < n; i++)
	{
		PgdKnownDatabase *database = hash_search(databases, &probes[i],
												 HASH_FIND, NULL);

		if (database != NULL)
			ask(database);
	}
	if (all)
	{
		HASH_SEQ_STATUS scan;
		PgdKnownDatabase *database;

		hash_seq_init(&scan, databases);
		while ((database = hash_seq_search(&scan)) != NULL)
			ask(database);
	}
}

/* Reads pg_database; databases that are gone are forgotten. */
static void
scan_databases(void)
{
	HASH_SEQ_STATUS hash_scan;
	PgdKnownDatabase *database;
	Relation	rel;
	TableScanDesc scan;
	HeapTuple	tuple;

	hash_seq_init(&hash_scan, databases);
	while ((database = hash_seq_search(&hash_scan)) != NULL)
		database->is_seen = false;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	(void) GetTransactionSnapshot();
	rel = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(rel, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_database form = (Form_pg_database) GETSTRUCT(tuple);
		Oid			oid = form->oid;
		bool		found;

		database = hash_search(databases, &oid, HASH_ENTER, &found);
		if (!found)
		{
			database->known = PGD_KNOWN_NOT;
			database->is_asked = false;
			database->has_arrived = false;
			database->slot = -1;
			database->generation = 0;
			database->handle = NULL;
			database->started_at = 0;
			database->retry_at = 0;
			database->backoff_ms = 0;
		}
		database->is_seen = true;
		database->is_open = form->datallowconn && !form->datistemplate;
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	CommitTransactionCommand();
	pgstat_report_stat(true);
	MemoryContextSwitchTo(launcher_cxt);

	/* a slot of a launcher before us, after this one was started again */
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];

		if (!slot->in_use)
			continue;
		database = hash_search(databases, &slot->database, HASH_FIND, NULL);
		if (database == NULL)
			pgd_database_free(i, slot->generation);
		else if (database->slot < 0)
		{
			database->slot = i;
			database->generation = slot->generation;
			database->known = PGD_KNOWN_SERVED;
		}
	}
}

static TimestampTz
serve_databases(void)
{
	HASH_SEQ_STATUS scan;
	PgdKnownDatabase *database;
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz wake_at = DT_NOEND;
	int			probing = 0;

	hash_seq_init(&scan, databases);
	while ((database = hash_seq_search(&scan)) != NULL)
		if (database->known == PGD_KNOWN_NOT && database->slot >= 0)
			probing++;

	hash_seq_init(&scan, databases);
	while ((database = hash_seq_search(&scan)) != NULL)
	{
		if (!database->is_seen)
		{
			forget(database);
			continue;
		}
		look_after(database, &probing, now);
		if (database->retry_at > now)
			wake_at = Min(wake_at, database->retry_at);
	}
	return wake_at;
}

/* One database: what is its coordinator's state, what is to be done? */
static void
look_after(PgdKnownDatabase *database, int *probing, TimestampTz now)
{
	PgdDatabaseState state = PGD_DATABASE_DOWN;
	bool		is_evacuated = false;

	if (database->slot >= 0)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[database->slot];
		pid_t		pid;

		LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
		if (slot->state == PGD_DATABASE_STARTING && slot->pid == 0 &&
			(database->handle == NULL ||
			 GetBackgroundWorkerPid(database->handle, &pid) == BGWH_STOPPED))
			slot->state = PGD_DATABASE_DOWN;
		if (slot->evacuated_by != 0 &&
			BackendPidGetProc(slot->evacuated_by) == NULL)
			slot->evacuated_by = 0;
		if (slot->state == PGD_DATABASE_DOWN && slot->has_obeyed)
		{
			/* not the coordinator's fault: it may come back at once */
			slot->has_obeyed = false;
			database->backoff_ms = 0;
			database->retry_at = 0;
		}
		state = slot->state;
		is_evacuated = slot->evacuated_by != 0;
		LWLockRelease(pgd_shared->lock);
	}

	if (!database->is_open)
	{
		if (database->slot >= 0)
			dismiss(database);
		return;
	}
	if (database->slot >= 0 && state == PGD_DATABASE_ABSENT)
	{
		pgd_database_free(database->slot, database->generation);
		database->slot = -1;
		database->known = database->is_asked ? PGD_KNOWN_NOT : PGD_KNOWN_ABSENT;
		database->is_asked = false;
		database->retry_at = 0;
		(*probing)--;
		return;
	}
	if (database->slot >= 0 && state == PGD_DATABASE_SERVED)
	{
		if (database->known == PGD_KNOWN_NOT)
			(*probing)--;
		database->known = PGD_KNOWN_SERVED;
		database->has_arrived = false;
		database->retry_at = 0;
		return;
	}
	if (database->known == PGD_KNOWN_ABSENT || is_evacuated ||
		state == PGD_DATABASE_STARTING || database->retry_at > now)
		return;
	if (database->slot < 0)
	{
		if (*probing >= PGD_MAX_PROBES)
			return;
		database->slot = pgd_database_take(database->database);
		if (database->slot < 0)
			return;
		database->generation =
			pgd_shared->databases[database->slot].generation;
		(*probing)++;

		/* what fell due since was not missed: we were about to come */
		if (database->has_arrived)
			pgd_database_serves_since(database->slot, PgStartTime);
	}

	/* one that lived for a while is started at once, else later and later */
	if (TimestampDifferenceExceeds(database->started_at, now, 10000))
		database->backoff_ms = 0;
	start_coordinator(database);
	database->started_at = now;
	database->backoff_ms = database->backoff_ms == 0 ? PGD_RESTART_FIRST_MS :
		Min(database->backoff_ms * 2, PGD_RESTART_LAST_MS);
	database->retry_at = TimestampTzPlusMilliseconds(now,
													 database->backoff_ms);
}

static void
start_coordinator(PgdKnownDatabase *database)
{
	static TimestampTz no_process_at = 0;
	TimestampTz now = GetCurrentTimestamp();
	PgdDatabaseSlot *slot = &pgd_shared->databases[database->slot];
	BackgroundWorker worker;
	PgdCoordinatorStart start;
	bool		is_registered;

	if (database->handle != NULL)
	{
		pfree(database->handle);
		database->handle = NULL;
	}
	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS |
		BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	strlcpy(worker.bgw_library_name, "pg_dbms", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, "pgd_coordinator_main", BGW_MAXLEN);
	strlcpy(worker.bgw_name, "pg_dbms coordinator", BGW_MAXLEN);
	strlcpy(worker.bgw_type, "pg_dbms coordinator", BGW_MAXLEN);
	worker.bgw_main_arg = Int32GetDatum(database->slot);
	start.database = database->database;
	start.generation = database->generation;
	memcpy(worker.bgw_extra, &start, sizeof(start));
	worker.bgw_notify_pid = MyProcPid;
	is_registered = has_process_to_spare();
	if (is_registered)
	{
		LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
		slot->state = PGD_DATABASE_STARTING;
		LWLockRelease(pgd_shared->lock);
		is_registered = RegisterDynamicBackgroundWorker(&worker,
														&database->handle);
	}
	if (is_registered)
		return;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	slot->state = PGD_DATABASE_DOWN;
	LWLockRelease(pgd_shared->lock);
	if (TimestampDifferenceExceeds(no_process_at, now, PGD_SHORTAGE_ENDS_MS))
		ereport(LOG,
				(errmsg("pg_dbms could not start a coordinator: no worker process is free"),
				 errdetail("The last one is kept for the work of the databases that are served."),
				 errhint("Increase max_worker_processes.")));
	no_process_at = now;
}

/*
 * Coordinators alone do nothing: when there is no worker that runs the items
 * of all databases in turn, a process stays free for one.
 */
static bool
has_process_to_spare(void)
{
	int			ours = 1;
	int			others = 0;
	int			workers = 0;
	bool		is_missing = max_logical_replication_workers > 0;
	int			n;

	LWLockAcquire(pgd_shared->lock, LW_SHARED);
	for (int i = 0; i < pgd_shared->ndatabases; i++)
	{
		PgdDatabaseSlot *slot = &pgd_shared->databases[i];

		if (slot->in_use &&
			(slot->pid != 0 || slot->state == PGD_DATABASE_STARTING))
			ours++;
	}
	for (int i = 0; i < pgd_shared->nworkers; i++)
		if (pgd_shared->workers[i].in_use &&
			pgd_shared->workers[i].state != PGD_SLOT_GONE)
			workers++;
	LWLockRelease(pgd_shared->lock);

	pgstat_clear_backend_activity_snapshot();
	n = pgstat_fetch_stat_numbackends();
	for (int i = 1; i <= n; i++)
	{
		LocalPgBackendStatus *local = pgstat_get_local_beentry_by_index(i);
		const char *type;

		if (local->backendStatus.st_backendType != B_BG_WORKER)
			continue;
		type = GetBackgroundWorkerTypeByPid(local->backendStatus.st_procpid);
		if (type != NULL && strncmp(type, "pg_dbms ", 8) != 0)
			others++;
		if (type != NULL && strcmp(type, "logical replication launcher") == 0)
			is_missing = false;
	}
	pgstat_clear_backend_activity_snapshot();
	if (is_missing)
		others++;				/* started as early as we are */
	return ours + workers + others + (workers > 0 ? 1 : 2) <=
		max_worker_processes;
}

/* The database no longer accepts connections: its service ends. */
static void
dismiss(PgdKnownDatabase *database)
{
	PgdDatabaseSlot *slot = &pgd_shared->databases[database->slot];
	bool		is_gone;

	LWLockAcquire(pgd_shared->lock, LW_EXCLUSIVE);
	is_gone = slot->pid == 0 && slot->state != PGD_DATABASE_STARTING;
	if (!is_gone)
	{
		slot->must_leave = true;
		if (slot->latch != NULL)
			SetLatch(slot->latch);
	}
	LWLockRelease(pgd_shared->lock);
	if (is_gone)
	{
		pgd_database_free(database->slot, database->generation);
		database->slot = -1;
		database->known = PGD_KNOWN_NOT;
		database->backoff_ms = 0;
		database->retry_at = 0;
	}
}

/* The database was dropped. */
static void
forget(PgdKnownDatabase *database)
{
	if (database->slot >= 0)
		pgd_database_free(database->slot, database->generation);
	if (database->handle != NULL)
		pfree(database->handle);
	(void) hash_search(databases, &database->database, HASH_REMOVE, NULL);
}
