/*
 * shmem.h
 *		State in shared memory: the databases that are served, and the slots
 *		of the worker pool. It only makes things fast: after a crash all of it
 *		is built again from the tables.
 *
 * One LWLock guards everything here; nothing waits, reads tables or does I/O
 * while holding it. Latches are set under it, after looking the slot up.
 */
#ifndef PGD_SHMEM_H
#define PGD_SHMEM_H

#include "datatype/timestamp.h"
#include "storage/condition_variable.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "core/meter.h"
#include "core/work.h"

#define PGD_CHANGE_RING		1024	/* changed objects not yet read again */
#define PGD_PROBE_RING		32	/* databases to look at */
#define PGD_MAX_LOADERS		32	/* sessions that wrote rows by themselves */

/* what the launcher knows of a database with a slot */
typedef enum PgdDatabaseState
{
	PGD_DATABASE_STARTING,		/* coordinator registered, not yet attached */
	PGD_DATABASE_SERVED,		/* coordinator attached */
	PGD_DATABASE_ABSENT,		/* coordinator found no extension and left */
	PGD_DATABASE_DOWN			/* coordinator gone, to be started again */
} PgdDatabaseState;

typedef struct PgdDatabaseSlot
{
	bool		in_use;
	int			generation;
	Oid			database;
	PgdDatabaseState state;
	int			pid;			/* coordinator, 0 until it attached */
	Latch	   *latch;
	TimestampTz serving_since;	/* first coordinator since the slot was taken */
	bool		must_leave;		/* coordinator: go */
	bool		has_obeyed;		/* it went by itself: no failure */
	int			evacuated_by;	/* backend that needs the database empty, or 0 */
	bool		is_held;		/* restored or copied: nothing starts */
	bool		check_version;	/* is the extension still here and fitting? */

	/* backends that wrote rows without our calls, as pg_restore does */
	bool		is_loading;
	int			nloaders;
	int			loaders[PGD_MAX_LOADERS];

	/* notes of committed changes; filled by backends, read by coordinator */
	bool		all_changed;
	int			nchanged;
	int64		changed[PGD_CHANGE_RING];

	/* for the views and for fairness; written by the coordinator */
	int			waiting;		/* items due without a worker */
	bool		wants_workers;	/* they would run if there were more */
	TimestampTz waiting_since;
	char		waiting_reason[160];
} PgdDatabaseSlot;

typedef enum PgdSlotState
{
	PGD_SLOT_STARTING,			/* registered, not yet attached */
	PGD_SLOT_READY,				/* attached and connected */
	PGD_SLOT_GONE				/* process ended; its item is to be collected */
} PgdSlotState;

typedef enum PgdItemState
{
	PGD_ITEM_NONE,
	PGD_ITEM_RESERVED,			/* the coordinator is about to hand an item */
	PGD_ITEM_ASSIGNED,			/* the worker is to take it */
	PGD_ITEM_RUNNING,
	PGD_ITEM_DONE				/* result is to be collected */
} PgdItemState;

typedef struct PgdWorkerSlot
{
	bool		in_use;
	int			generation;		/* bumped whenever the slot is taken */
	PgdSlotState state;
	int			pid;			/* 0 until it attached */
	Latch	   *latch;
	Oid			database;
	Oid			role;
	uint64		settings_generation;	/* when it connected */
	TimestampTz launched_at;
	TimestampTz idle_since;
	bool		must_leave;		/* leave once idle */
	PgdItemState item_state;
	PgdWorkItem item;
	PgdWorkResult result;
	PgdMeter	meter;			/* what the item uses */

	/* what is to stand in its record, too */
	char		note[PGD_NOTE_LEN];

	/*
	 * Asked to stop this run; the worker reports STOPPED then, or a failure
	 * with this code and the reason as its message.
	 */
	int64		stop_run_id;
	int			stop_sqlstate;
	char		stop_reason[160];

	/* its item has calls, and is in none: limits have nothing to cancel */
	bool		is_between_calls;
} PgdWorkerSlot;

typedef struct PgdShared
{
	LWLock	   *lock;
	int			launcher_pid;
	Latch	   *launcher_latch;
	bool		rescan;			/* launcher: read pg_database again */
	int			nprobes;
	Oid			probes[PGD_PROBE_RING];
	bool		probe_all;
	uint64		settings_generation;	/* role or database settings changed */
	ConditionVariable process_left; /* a coordinator or worker ended */
	ConditionVariable item_ended;	/* a run ended */
	TimestampTz no_process_at;	/* no process could be had for a worker */
	int			ndatabases;
	int			nworkers;		/* length of the arrays behind */
	PgdDatabaseSlot *databases;
	PgdWorkerSlot *workers;
} PgdShared;

extern PgdShared *pgd_shared;

extern void pgd_shmem_install(void);

/*
 * An area of a package, made zero; then initialize is called with its lock,
 * and *pointer is its place in every process. From _PG_init.
 */
extern void pgd_shmem_add(const char *name, Size size, void **pointer,
						  void (*initialize) (LWLock *lock));

/* raises an error if the library was not preloaded */
extern void pgd_require_preload(void);

/* the slot of a database, NULL if it has none; hold the lock */
extern PgdDatabaseSlot *pgd_database_slot(Oid database);

/* sets the latch of a database's coordinator; takes the lock */
extern void pgd_coordinator_wake(Oid database);

/* the coordinator is to look whether the extension is still there */
extern void pgd_coordinator_check(Oid database);

/* sets the launcher's latch; hold the lock */
extern void pgd_launcher_wake(void);

#endif							/* PGD_SHMEM_H */
