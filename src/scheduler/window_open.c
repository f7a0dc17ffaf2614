/*
 * window_open.c
 *		OPEN_WINDOW and CLOSE_WINDOW, and the open window when it is dropped.
 *
 * The session does what the coordinator does when a window's time comes: takes
 * the row of dbms.opening, carries out a step of the rules, writes state and
 * log. It counts from the commit on, when the coordinator hears of it and
 * starts and stops jobs; a rollback undoes all of it. Two sessions wait for
 * each other by the row.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/identity.h"
#include "core/object.h"
#include "core/sql.h"
#include "scheduler/attribute.h"
#include "scheduler/global.h"
#include "scheduler/window_open.h"
#include "scheduler/window_set.h"

#define NAME_OF		"window name"

static int64 duration_argument(FunctionCallInfo fcinfo, int n);
static bool scheduler_is_disabled(void);
static void require_scheduler(const PgdObject *object);
static PgdWindowSet *take_windows(const PgdObject *object);
static void carry_out(PgdWindowSet *set, PgdWindowActionKind kind,
					  int64 window_id, int64 duration, const char *user);

PG_FUNCTION_INFO_V1(pgd_scheduler_open_window);
PG_FUNCTION_INFO_V1(pgd_scheduler_close_window);

/* (window_name, duration, force) */
Datum
pgd_scheduler_open_window(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdObjectName *name;
	int64		duration;
	bool		force;
	PgdCatalogScope scope;
	PgdObject  *object;
	PgdWindowSet *set;
	PgdWindow  *window;

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	name = pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF);
	duration = duration_argument(fcinfo, 1);
	force = pgd_arg_bool(fcinfo, 2, "FORCE");

	pgd_catalog_enter(&scope);
	object = pgd_object_get(caller, name, "WINDOW");
	require_scheduler(object);
	set = take_windows(object);
	window = pgd_window_set_find(set, object->id);
	if (!window->is_enabled)
		ereport(ERROR,
				(errcode(PGD_ORA(27490)),
				 errmsg("cannot open disabled window \"%s\"", object->shown),
				 errhint("Use dbms_scheduler.enable() on the window.")));

	/* one whose time is over is about to be closed */
	if (!force && set->opening.window_id != 0 &&
		set->opening.close_at > GetCurrentTimestamp())
		ereport(ERROR,
				(errcode(PGD_ORA(27480)),
				 errmsg("window \"%s\" is currently open",
						pgd_name_display("SYS", set->open_name)),
				 errhint(set->opening.window_id == object->id ?
						 "With force => true it gets a new end." :
						 "With force => true it is closed first.")));
	carry_out(set, PGD_WINDOW_OPEN, object->id, duration,
			  pgd_role_show(caller));
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* (window_name) */
Datum
pgd_scheduler_close_window(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	PgdObjectName *name;
	PgdCatalogScope scope;
	PgdObject  *object;
	PgdWindowSet *set;

	pgd_require_writable(fcinfo);
	pgd_require(PGD_MANAGE_SCHEDULER);
	name = pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF);

	pgd_catalog_enter(&scope);
	object = pgd_object_get(caller, name, "WINDOW");
	set = take_windows(object);
	if (set->opening.window_id != object->id)
		ereport(ERROR,
				(errcode(PGD_ORA(27471)),
				 errmsg("window \"%s\" is not open", object->shown)));
	carry_out(set, PGD_WINDOW_CLOSE, object->id, 0, pgd_role_show(caller));
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

int64
pgd_window_open_id(void)
{
	(void) pgd_opening_lock(true);
	pgd_change_note_windows();
	if (pgd_sql("SELECT window_id FROM dbms.opening WHERE window_id IS NOT NULL",
				0, NULL, NULL, NULL, SPI_OK_SELECT) == 0)
		return 0;
	return pgd_column_int64(0, 0);
}

void
pgd_window_require_closed(const char *verb, const PgdObject *object)
{
	if (pgd_window_open_id() == object->id)
		ereport(ERROR,
				(errcode(PGD_ORA(27480)),
				 errmsg("cannot %s window \"%s\" because it is currently open",
						verb, object->shown),
				 errhint("Close it first, or pass force => true.")));
}

void
pgd_window_close_dropped(const PgdObject *object, const char *user)
{
	if (pgd_window_open_id() == object->id)
		carry_out(take_windows(object), PGD_WINDOW_DROP, object->id, 0, user);
}

/* NULL or not given: the window's own duration, 0 here. */
static int64
duration_argument(FunctionCallInfo fcinfo, int n)
{
	PgdAttrValue value = {.type = PGD_ATTR_INTERVAL};
	Interval   *duration;

	if (PG_ARGISNULL(n))
		return 0;
	value.interval = PG_GETARG_INTERVAL_P(n);
	duration = pgd_attr_to_interval("DURATION", &value,
									PGD_WINDOW_DURATION_MIN,
									PGD_WINDOW_DURATION_MAX);
	return duration->day * USECS_PER_DAY + duration->time;
}

static bool
scheduler_is_disabled(void)
{
	char	   *disabled = pgd_scheduler_attribute("SCHEDULER_DISABLED");

	return disabled != NULL && pg_strcasecmp(disabled, "TRUE") == 0;
}

/* A window that nobody would close again is not opened. */
static void
require_scheduler(const PgdObject *object)
{
	if (scheduler_is_disabled())
		ereport(ERROR,
				(errcode(PGD_ORA(27492)),
				 errmsg("window \"%s\" cannot be opened because the scheduler is not available",
						object->shown),
				 errdetail("The scheduler attribute SCHEDULER_DISABLED is TRUE.")));
}

/*
 * All windows, with the opening and this window's row locked; the rows of
 * others that are held elsewhere are left alone. 27476 if it was dropped while
 * we waited.
 */
static PgdWindowSet *
take_windows(const PgdObject *object)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};
	PgdWindowSet *set;

	(void) pgd_opening_lock(true);
	pgd_change_note_windows();
	(void) pgd_sql("SELECT FROM dbms.window WHERE id = $1 FOR UPDATE",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	set = pgd_window_set_read(true);
	if (pgd_window_set_find(set, object->id) == NULL)
		pgd_error_no_object("window", object->shown);
	return set;
}

static void
carry_out(PgdWindowSet *set, PgdWindowActionKind kind, int64 window_id,
		  int64 duration, const char *user)
{
	PgdWindowAction action = {kind, window_id, duration};

	/* a closing that was due long ago is ours too, and says why it is late */
	pgd_window_set_step(set, &action, GetCurrentTimestamp(), user, 0,
						scheduler_is_disabled() ? PGD_LATE_DISABLED : NULL);
}
