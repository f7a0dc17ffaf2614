/*
 * object.h
 *		The name space that all kinds of objects share (dbms.object), and
 *		object privileges (dbms.privilege).
 *
 * All calls expect an open catalog scope; the role that counts for rights is
 * given, since inside the scope the current user is the tables' owner.
 */
#ifndef PGD_OBJECT_H
#define PGD_OBJECT_H

#include "core/identity.h"
#include "core/names.h"

typedef struct PgdObject
{
	int64		id;
	int			owner_id;
	Oid			owner_role;		/* InvalidOid for SYS */
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
 * Makes the row in dbms.object. Raises 27477 if the name is taken by any kind
 * of object of that owner.
 */
extern int64 pgd_object_create(int owner_id, const char *name,
							   const char *type);
extern void pgd_object_drop(int64 id);

/*
 * May the caller do this to the object: owner, superuser, CREATE ANY JOB for
 * other roles' jobs, programs and schedules (not SYS), or a granted object
 * privilege 'ALTER' / 'EXECUTE'. EXECUTE counts EXECUTE ANY PROGRAM / CLASS.
 */
extern bool pgd_object_may_alter(Oid caller, const PgdObject *object);
extern bool pgd_object_may_execute(Oid caller, const PgdObject *object);

/*
 * May the caller create objects owned by this role: CREATE JOB for himself;
 * CREATE ANY JOB for roles whose privileges he has, superuser for all.
 * Raises 27486 if not.
 */
extern void pgd_require_create_for(Oid caller, Oid owner);

#endif							/* PGD_OBJECT_H */
