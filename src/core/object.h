/*
 * object.h
 *		The name space that all kinds of objects share (dbms.object), and
 *		object privileges (dbms.privilege).
 *
 * All calls expect an open catalog scope; the role that counts for rights is
 * given, since inside the scope the current user is the tables' owner.
 * Results are in the current memory context, which must not be that of the
 * scope's SPI level if they are to outlive it.
 */
#ifndef PGD_OBJECT_H
#define PGD_OBJECT_H

#include "core/identity.h"
#include "core/names.h"

typedef struct PgdObject
{
	int64		id;
	int			owner_id;
	Oid			owner_role;		/* InvalidOid for SYS, or if the role is gone */
	char	   *name;
	char	   *type;			/* 'JOB', 'PROGRAM', ... */
	char	   *shown;			/* OWNER.NAME for messages */
} PgdObject;

/*
 * Finds an object by name. An unqualified name means the caller's schema,
 * then SYS (classes, windows, groups need no prefix). NULL if there is none.
 */
extern PgdObject *pgd_object_find(Oid caller, const PgdObjectName *name);
extern PgdObject *pgd_object_find_owned(int owner_id, const char *name);
extern PgdObject *pgd_object_by_id(int64 id);

/*
 * The object of this name and type; any other type is not found. Raises
 * 27475 for a job, 27476 for another type. Classes and windows are found in
 * SYS alone.
 */
extern PgdObject *pgd_object_get(Oid caller, const PgdObjectName *name,
								 const char *type);

/*
 * The name of an object that can only be in SYS, whether the name says so or
 * not; kind is "job class" or the like. 27455 if it names another owner.
 */
extern PgdObjectName *pgd_name_in_sys(PgdObjectName *name, const char *kind);

/* a parsed name as messages show it; the caller is its owner if none is given */
extern char *pgd_object_show_name(Oid caller, const PgdObjectName *name);

/* 'PROGRAM' as messages say it: "program" */
extern const char *pgd_object_kind(const char *type);

/*
 * Makes the row in dbms.object. Raises 27477 if the name is taken by any kind
 * of object of that owner.
 */
extern int64 pgd_object_create(int owner_id, const char *name,
							   const char *type);

/* the same, but 0 if there is one, also from a transaction that committed now */
extern int64 pgd_object_try_create(int owner_id, const char *name,
								   const char *type);
extern void pgd_object_drop(int64 id);

/*
 * May the caller do as the owner does: owner, superuser, CREATE ANY JOB for
 * objects of roles whose privileges he has; MANAGE SCHEDULER for those of
 * SYS.
 */
extern bool pgd_object_may_own(Oid caller, const PgdObject *object);

/*
 * Those, and who was granted the object privilege ALTER / EXECUTE, himself,
 * by a role or by PUBLIC. EXECUTE counts EXECUTE ANY PROGRAM / CLASS; a
 * schedule is for everybody.
 */
extern bool pgd_object_may_alter(Oid caller, const PgdObject *object);
extern bool pgd_object_may_execute(Oid caller, const PgdObject *object);

/* raise 27486 otherwise */
extern void pgd_object_require_alter(Oid caller, const PgdObject *object);
extern void pgd_object_require_execute(Oid caller, const PgdObject *object);

/*
 * May the caller create objects owned by this role: CREATE JOB or CREATE ANY
 * JOB for himself; CREATE ANY JOB for roles whose privileges he has, superuser
 * for all; nobody for SYS. Raises 27486 if not.
 */
extern void pgd_require_create_for(Oid caller, Oid owner);

#endif							/* PGD_OBJECT_H */
