/*
 * group.c
 *		Groups: of windows, which belong to SYS, and of destinations, which
 *		belong to a role and have no effect. dbms.object_group and
 *		dbms.object_group_member.
 *
 * A group that is given as a member is replaced by its own members at once.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/arguments.h"
#include "core/change.h"
#include "core/errors.h"
#include "core/sql.h"
#include "scheduler/job.h"
#include "scheduler/window_int.h"
#include "scheduler/window_open.h"

#define NAME_OF			"group name"
#define MEMBER_OF		"group member"
#define OF_WINDOWS		"WINDOW"

/* the one destination that there is */
#define LOCAL			"LOCAL"

#define GROUP_ATTRIBUTES \
	"GROUP_TYPE, MEMBER_NAME, NUMBER_OF_MEMBERS, ENABLED and COMMENTS"

/* a row of dbms.object_group */
typedef struct PgdGroup
{
	const PgdObject *object;
	char	   *type;
	bool		is_enabled;
	char	   *comments;
} PgdGroup;

/* a row of dbms.object_group_member; a destination has id 0 */
typedef struct PgdMember
{
	int64		id;
	char	   *name;			/* as the views show it */
	char	   *shown;			/* as messages do */
} PgdMember;

static char *check_type(const char *type);
static void check_comments(const char *comments);
static int64 create(int owner_id, const char *name, const char *type,
					const char *comments, bool is_system);
static void create_of_windows(FunctionCallInfo fcinfo, int list);
static void change_members(FunctionCallInfo fcinfo, bool only_windows,
						   bool is_add);
static void drop(FunctionCallInfo fcinfo, bool only_windows);
static void drop_one(Oid caller, const PgdObject *object, bool force);
static PgdObject *find(Oid caller, PgdObjectName *name, bool only_windows);
static void read_group(PgdGroup *group, const PgdObject *object,
					   bool for_change);
static void write_group(const PgdGroup *group);
static List *members_meant(Oid caller, const char *type, const char *list);
static List *members_of(int64 group_id);
static PgdMember *window_member(const PgdObject *window);
static void add_members(int64 group_id, List *members);
static void remove_member(const PgdObject *group, const PgdMember *member);

PG_FUNCTION_INFO_V1(pgd_scheduler_create_group);
PG_FUNCTION_INFO_V1(pgd_scheduler_create_window_group);
PG_FUNCTION_INFO_V1(pgd_scheduler_add_group_member);
PG_FUNCTION_INFO_V1(pgd_scheduler_add_window_group_member);
PG_FUNCTION_INFO_V1(pgd_scheduler_remove_group_member);
PG_FUNCTION_INFO_V1(pgd_scheduler_remove_window_group_member);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_group);
PG_FUNCTION_INFO_V1(pgd_scheduler_drop_window_group);

/* (group_name, group_type, member, comments) */
Datum
pgd_scheduler_create_group(PG_FUNCTION_ARGS)
{
	Oid			caller = GetUserId();
	char	   *type = check_type(pgd_arg_text(fcinfo, 1));
	PgdObjectName *name;
	Oid			owner;
	char	   *comments = pgd_arg_text(fcinfo, 3);
	PgdCatalogScope scope;
	int64		id;

	pgd_require_writable(fcinfo);
	if (strcmp(type, OF_WINDOWS) == 0)
	{
		create_of_windows(fcinfo, 2);
		PG_RETURN_VOID();
	}
	name = pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF);
	owner = pgd_name_owner_role(name);
	pgd_require_create_for(caller, owner);
	check_comments(comments);
	pgd_catalog_enter(&scope);
	id = create(pgd_owner_id(owner, true), name->name, type, comments, false);
	if (!PG_ARGISNULL(2))
		add_members(id, members_meant(caller, type, pgd_arg_text(fcinfo, 2)));
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* (group_name, window_list, comments) */
Datum
pgd_scheduler_create_window_group(PG_FUNCTION_ARGS)
{
	pgd_require_writable(fcinfo);
	create_of_windows(fcinfo, 1);
	PG_RETURN_VOID();
}

/* The list of members is argument number list, comments follow it. */
static void
create_of_windows(FunctionCallInfo fcinfo, int list)
{
	Oid			caller = GetUserId();
	PgdObjectName *name;
	char	   *comments = pgd_arg_text(fcinfo, list + 1);
	PgdCatalogScope scope;
	int64		id;

	pgd_require(PGD_MANAGE_SCHEDULER);
	name = pgd_name_in_sys(pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF),
						   "group of windows");
	check_comments(comments);
	pgd_catalog_enter(&scope);
	id = create(PGD_OWNER_SYS, name->name, OF_WINDOWS, comments, false);
	if (!PG_ARGISNULL(list))
		add_members(id, members_meant(caller, OF_WINDOWS,
									  pgd_arg_text(fcinfo, list)));
	pgd_catalog_leave(&scope);
}

Datum
pgd_scheduler_add_group_member(PG_FUNCTION_ARGS)
{
	change_members(fcinfo, false, true);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_add_window_group_member(PG_FUNCTION_ARGS)
{
	change_members(fcinfo, true, true);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_remove_group_member(PG_FUNCTION_ARGS)
{
	change_members(fcinfo, false, false);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_remove_window_group_member(PG_FUNCTION_ARGS)
{
	change_members(fcinfo, true, false);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_group(PG_FUNCTION_ARGS)
{
	drop(fcinfo, false);
	PG_RETURN_VOID();
}

Datum
pgd_scheduler_drop_window_group(PG_FUNCTION_ARGS)
{
	drop(fcinfo, true);
	PG_RETURN_VOID();
}

/* (group_name, members): adding a member again is no error. */
static void
change_members(FunctionCallInfo fcinfo, bool only_windows, bool is_add)
{
	Oid			caller = GetUserId();
	PgdObjectName *name = pgd_name_parse(pgd_arg_text(fcinfo, 0), NAME_OF);
	char	   *list = pgd_arg_text(fcinfo, 1);
	PgdCatalogScope scope;
	PgdGroup	group;
	List	   *members;
	ListCell   *cell;

	pgd_require_writable(fcinfo);
	if (list == NULL)
		pgd_error_null(MEMBER_OF);
	pgd_catalog_enter(&scope);
	read_group(&group, find(caller, name, only_windows), true);
	pgd_object_require_alter(caller, group.object);
	members = members_meant(caller, group.type, list);
	if (is_add)
		add_members(group.object->id, members);
	else
		foreach(cell, members)
			remove_member(group.object, lfirst(cell));
	pgd_change_note_windows();
	pgd_catalog_leave(&scope);
}

/* (group_name, force) */
static void
drop(FunctionCallInfo fcinfo, bool only_windows)
{
	Oid			caller = GetUserId();
	List	   *names = pgd_name_parse_list(pgd_arg_text(fcinfo, 0), NAME_OF);
	bool		force = pgd_arg_bool(fcinfo, 1, "FORCE");
	PgdCatalogScope scope;
	ListCell   *cell;

	pgd_require_writable(fcinfo);
	pgd_catalog_enter(&scope);
	foreach(cell, names)
		drop_one(caller, find(caller, lfirst(cell), only_windows), force);
	pgd_catalog_leave(&scope);
}

/* Its windows stay. */
static void
drop_one(Oid caller, const PgdObject *object, bool force)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};
	PgdGroup	group;
	char	   *dependents;

	pgd_object_require_alter(caller, object);
	read_group(&group, object, true);
	dependents = pgd_job_dependents(PGD_JOB_USES_SCHEDULE, object->owner_id,
									object->name);
	if (dependents != NULL && !force)
		pgd_error_dependents("drop", "group", object->shown, dependents);
	if (dependents != NULL)
		pgd_job_disable_dependents(PGD_JOB_USES_SCHEDULE, object->owner_id,
								   object->name,
								   psprintf("group \"%s\" was dropped",
											object->shown));
	pgd_change_sql("DELETE FROM dbms.object_group_member WHERE group_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_change_sql("DELETE FROM dbms.object_group WHERE id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_object_drop(object->id);
	pgd_change_note_windows();
}

/* ---- attributes ---- */

void
pgd_group_set_attribute(Oid caller, const PgdObject *object,
						const char *attribute, const PgdAttrValue *value)
{
	PgdGroup	group;

	pgd_object_require_alter(caller, object);
	if (strcmp(attribute, "ENABLED") == 0)
	{
		if (pgd_attr_to_boolean(attribute, value))
			pgd_group_enable(caller, object);
		else
			pgd_group_disable(caller, object, false);
		return;
	}
	read_group(&group, object, true);
	if (strcmp(attribute, "COMMENTS") == 0)
	{
		group.comments = value->is_null ? NULL :
			pgd_attr_to_text(attribute, value, PGD_COMMENTS_MAX);
		write_group(&group);
	}
	else if (strcmp(attribute, "MEMBER_NAME") == 0)
	{
		Oid			types[] = {INT8OID};
		Datum		values[] = {Int64GetDatum(object->id)};
		List	   *members = NIL;

		if (!value->is_null)
			members = members_meant(caller, group.type,
									pgd_attr_to_text(attribute, value, 0));
		pgd_change_sql("DELETE FROM dbms.object_group_member WHERE group_id = $1",
					   lengthof(types), types, values, NULL, SPI_OK_DELETE);
		add_members(object->id, members);
		pgd_change_note_windows();
	}
	else if (strcmp(attribute, "GROUP_TYPE") == 0 ||
			 strcmp(attribute, "NUMBER_OF_MEMBERS") == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27469)),
				 errmsg("attribute %s of a group cannot be changed",
						attribute)));
	else
		pgd_attr_error_unknown("group", attribute, GROUP_ATTRIBUTES);
}

/* Everybody may look at every group. */
void
pgd_group_get_attribute(Oid caller, const PgdObject *object,
						const char *attribute, PgdAttrValue *value)
{
	MemoryContext old_context;
	PgdGroup	group;
	List	   *members;

	old_context = MemoryContextSwitchTo(GetMemoryChunkContext(unconstify(PgdObject *, object)));
	read_group(&group, object, false);
	members = members_of(object->id);
	if (strcmp(attribute, "GROUP_TYPE") == 0)
		pgd_attr_put_text(value, group.type);
	else if (strcmp(attribute, "ENABLED") == 0)
		pgd_attr_put_boolean(value, group.is_enabled);
	else if (strcmp(attribute, "COMMENTS") == 0)
		pgd_attr_put_text(value, group.comments);
	else if (strcmp(attribute, "NUMBER_OF_MEMBERS") == 0)
		pgd_attr_put_integer(value, list_length(members), false);
	else if (strcmp(attribute, "MEMBER_NAME") == 0)
	{
		StringInfoData names;
		ListCell   *cell;

		initStringInfo(&names);
		foreach(cell, members)
			appendStringInfo(&names, "%s%s", names.len > 0 ? "," : "",
							 ((PgdMember *) lfirst(cell))->name);
		pgd_attr_put_text(value, members == NIL ? NULL : names.data);
	}
	else
		pgd_attr_error_unknown("group", attribute, GROUP_ATTRIBUTES);
	MemoryContextSwitchTo(old_context);
}

void
pgd_group_enable(Oid caller, const PgdObject *object)
{
	PgdGroup	group;

	pgd_object_require_alter(caller, object);
	read_group(&group, object, true);
	if (group.is_enabled)
		return;
	group.is_enabled = true;
	write_group(&group);
}

/*
 * Jobs of the group start no more; its windows open all the same, and so do
 * jobs start that name one of them. With force an open window and the jobs
 * stay as they are.
 */
void
pgd_group_disable(Oid caller, const PgdObject *object, bool force)
{
	PgdGroup	group;
	ListCell   *cell;
	char	   *dependents;

	pgd_object_require_alter(caller, object);
	read_group(&group, object, true);
	if (!group.is_enabled)
		return;
	if (!force)
	{
		int64		open_id = pgd_window_open_id();

		foreach(cell, members_of(object->id))
		{
			PgdMember  *member = lfirst(cell);

			if (member->id != 0 && member->id == open_id)
				ereport(ERROR,
						(errcode(PGD_ORA(27480)),
						 errmsg("cannot disable group \"%s\" because its window \"%s\" is open",
								object->shown, member->shown),
						 errhint("Use force => true, or close the window first.")));
		}
		dependents = pgd_job_dependents(PGD_JOB_USES_SCHEDULE,
										object->owner_id, object->name);
		if (dependents != NULL)
			pgd_error_dependents("disable", "group", object->shown,
								 dependents);
	}
	group.is_enabled = false;
	write_group(&group);
}

/* ---- what windows need ---- */

List *
pgd_window_or_group(Oid caller, PgdObjectName *name)
{
	PgdObject  *object;
	List	   *windows = NIL;
	ListCell   *cell;

	name = pgd_name_in_sys(name, "window");
	object = pgd_object_find(caller, name);
	if (object != NULL && strcmp(object->type, PGD_WINDOW) == 0)
		return list_make1(object);
	if (object == NULL || strcmp(object->type, PGD_GROUP) != 0)
		pgd_error_no_object("window", pgd_object_show_name(caller, name));
	foreach(cell, members_of(object->id))
	{
		PgdMember  *member = lfirst(cell);
		PgdObject  *window = pgd_object_by_id(member->id);

		if (window != NULL)
			windows = lappend(windows, window);
	}
	return windows;
}

/* A window is dropped. */
void
pgd_group_forget_window(int64 window_id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(window_id)};

	pgd_change_sql("DELETE FROM dbms.object_group_member WHERE member_id = $1",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
}

int64
pgd_group_create_of_windows(const char *name, const char *comments)
{
	return create(PGD_OWNER_SYS, name, OF_WINDOWS, comments, true);
}

void
pgd_group_add_window(int64 group_id, const PgdObject *window)
{
	add_members(group_id, list_make1(window_member(window)));
}

/* ---- rows ---- */

/* In upper case; a constant. */
static char *
check_type(const char *type)
{
	static const char *const known[] = {
		OF_WINDOWS, "DB_DEST", "EXTERNAL_DEST"
	};

	if (type == NULL || type[0] == '\0')
		pgd_error_missing("GROUP_TYPE", type);
	for (int i = 0; i < lengthof(known); i++)
		if (pg_strcasecmp(type, known[i]) == 0)
			return unconstify(char *, known[i]);
	pgd_error_invalid_value("GROUP_TYPE", type, NULL,
							"Use WINDOW, DB_DEST or EXTERNAL_DEST.");
}

static void
check_comments(const char *comments)
{
	if (comments != NULL && strlen(comments) > PGD_COMMENTS_MAX)
		pgd_error_too_long("COMMENTS", PGD_COMMENTS_MAX);
}

static int64
create(int owner_id, const char *name, const char *type, const char *comments,
	   bool is_system)
{
	Oid			types[] = {INT8OID, TEXTOID, TEXTOID, BOOLOID};
	char		nulls[] = {' ', ' ', ' ', ' '};
	Datum		values[4];

	if (comments != NULL && comments[0] == '\0')
		comments = NULL;
	values[0] = Int64GetDatum(pgd_object_create(owner_id, name, PGD_GROUP));
	values[1] = CStringGetTextDatum(type);
	values[2] = pgd_text_or_null(comments, &nulls[2]);
	values[3] = BoolGetDatum(is_system);
	pgd_change_sql("INSERT INTO dbms.object_group (id, group_type, comments, is_system) VALUES ($1, $2, $3, $4)",
				   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	pgd_change_note_windows();
	return DatumGetInt64(values[0]);
}

/*
 * A group by its name: of windows in SYS, others where the name says, else
 * the caller's, else of SYS. 27476 if there is none.
 */
static PgdObject *
find(Oid caller, PgdObjectName *name, bool only_windows)
{
	PgdObject  *object;
	PgdObjectName in_sys = *name;

	if (only_windows)
		name = pgd_name_in_sys(name, "group of windows");
	object = pgd_object_find(caller, name);
	if (object != NULL && strcmp(object->type, PGD_GROUP) != 0)
		object = NULL;
	if (object == NULL && name->owner == NULL)
	{
		in_sys.owner_is_sys = true;
		object = pgd_object_find(caller, &in_sys);
	}
	if (object == NULL || strcmp(object->type, PGD_GROUP) != 0)
		pgd_error_no_object("group", pgd_object_show_name(caller, name));
	return object;
}

/* Locked for a change, so that two who do so do it one after the other. */
static void
read_group(PgdGroup *group, const PgdObject *object, bool for_change)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(object->id)};

	if (for_change)
		(void) pgd_sql("SELECT 1 FROM dbms.object_group WHERE id = $1 FOR UPDATE",
					   lengthof(types), types, values, NULL, SPI_OK_SELECT);
	if (pgd_sql("SELECT group_type, is_enabled, comments FROM dbms.object_group WHERE id = $1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) == 0)
		pgd_error_no_object("group", object->shown);
	group->object = object;
	group->type = pgd_column_text(CurrentMemoryContext, 0, 0);
	group->is_enabled = pgd_column_bool(0, 1);
	group->comments = pgd_column_text(CurrentMemoryContext, 0, 2);
}

static void
write_group(const PgdGroup *group)
{
	Oid			types[] = {INT8OID, BOOLOID, TEXTOID};
	char		nulls[] = {' ', ' ', ' '};
	Datum		values[3];

	values[0] = Int64GetDatum(group->object->id);
	values[1] = BoolGetDatum(group->is_enabled);
	values[2] = pgd_text_or_null(group->comments, &nulls[2]);
	pgd_change_sql("UPDATE dbms.object_group SET is_enabled = $2, comments = $3 WHERE id = $1",
				   lengthof(types), types, values, nulls, SPI_OK_UPDATE);
	pgd_change_note_windows();
}

/* ---- members ---- */

/* What a comma list of members means to a group of this type. */
static List *
members_meant(Oid caller, const char *type, const char *list)
{
	List	   *members = NIL;
	ListCell   *cell;

	foreach(cell, pgd_name_parse_list(list, MEMBER_OF))
	{
		PgdObjectName *name = lfirst(cell);
		PgdObject  *object;
		PgdGroup	group;

		if (strcmp(type, OF_WINDOWS) == 0)
		{
			ListCell   *window;

			foreach(window, pgd_window_or_group(caller, name))
				members = lappend(members, window_member(lfirst(window)));
			continue;
		}
		object = pgd_object_find(caller, name);
		if (object != NULL && strcmp(object->type, PGD_GROUP) == 0)
		{
			read_group(&group, object, false);
			if (strcmp(group.type, type) == 0)
			{
				members = list_concat(members, members_of(object->id));
				continue;
			}
		}
		else if (object == NULL && name->owner == NULL &&
				 !name->owner_is_sys && strcmp(name->name, LOCAL) == 0)
		{
			PgdMember  *member = palloc0(sizeof(PgdMember));

			member->name = member->shown = LOCAL;
			members = lappend(members, member);
			continue;
		}
		pgd_error_no_object("destination", pgd_object_show_name(caller, name));
	}
	return members;
}

static List *
members_of(int64 group_id)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(group_id)};
	uint64		n;
	List	   *members = NIL;

	n = pgd_sql("SELECT m.member_id, m.member_name, b.name FROM dbms.object_group_member m"
				" LEFT JOIN dbms.object b ON b.id = m.member_id"
				" WHERE m.group_id = $1 ORDER BY m.member_name",
				lengthof(types), types, values, NULL, SPI_OK_SELECT);
	for (uint64 row = 0; row < n; row++)
	{
		PgdMember  *member = palloc0(sizeof(PgdMember));

		member->id = pgd_column_int64(row, 0);
		member->name = pgd_column_text(CurrentMemoryContext, row, 1);
		member->shown = pgd_column_is_null(row, 2) ? member->name :
			pgd_name_display("SYS",
							 pgd_column_text(CurrentMemoryContext, row, 2));
		members = lappend(members, member);
	}
	return members;
}

static PgdMember *
window_member(const PgdObject *window)
{
	PgdMember  *member = palloc0(sizeof(PgdMember));

	member->id = window->id;
	member->name = psprintf("\"SYS\".\"%s\"", window->name);
	member->shown = window->shown;
	return member;
}

/* Those that it has already are passed over. */
static void
add_members(int64 group_id, List *members)
{
	Oid			types[] = {INT8OID, INT8OID, TEXTOID};
	char		nulls[] = {' ', ' ', ' '};
	Datum		values[3];
	ListCell   *cell;

	values[0] = Int64GetDatum(group_id);
	foreach(cell, members)
	{
		PgdMember  *member = lfirst(cell);

		/* a window that is being dropped is waited for */
		values[1] = Int64GetDatum(member->id);
		nulls[1] = member->id == 0 ? 'n' : ' ';
		if (member->id != 0 &&
			pgd_sql("SELECT 1 FROM dbms.window WHERE id = $1 FOR KEY SHARE",
					1, &types[1], &values[1], NULL, SPI_OK_SELECT) == 0)
			pgd_error_no_object("window", member->shown);
		values[2] = CStringGetTextDatum(member->name);
		pgd_change_sql("INSERT INTO dbms.object_group_member (group_id, member_id, member_name)"
					   " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
					   lengthof(types), types, values, nulls, SPI_OK_INSERT);
	}
}

/* 27476 if it is none of the group. */
static void
remove_member(const PgdObject *group, const PgdMember *member)
{
	Oid			types[] = {INT8OID, TEXTOID};
	Datum		values[] = {Int64GetDatum(group->id), CStringGetTextDatum(member->name)};

	if (pgd_change_sql("DELETE FROM dbms.object_group_member WHERE group_id = $1 AND member_name = $2",
					   lengthof(types), types, values, NULL,
					   SPI_OK_DELETE) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(27476)),
				 errmsg("\"%s\" is not a member of group \"%s\"",
						member->shown, group->shown)));
}
