/*
 * identity.h
 *		Who calls, who owns, who may: roles that stand for Oracle's system
 *		privileges, rows of dbms.owner, object privileges.
 */
#ifndef PGD_IDENTITY_H
#define PGD_IDENTITY_H

#include "core/names.h"

#define PGD_OWNER_SYS		0
#define PGD_OWNER_NONE		(-2)	/* no row for this role */
#define PGD_OWNER_PUBLIC	(-1)	/* grantee of dbms.privilege only */

/* Oracle's system privileges, each a role */
typedef enum PgdPrivilege
{
	PGD_CREATE_JOB,				/* dbms_create_job */
	PGD_CREATE_ANY_JOB,			/* dbms_create_any_job */
	PGD_CREATE_EXTERNAL_JOB,	/* dbms_create_external_job */
	PGD_EXECUTE_ANY_PROGRAM,	/* dbms_execute_any_program */
	PGD_EXECUTE_ANY_CLASS,		/* dbms_execute_any_class */
	PGD_MANAGE_SCHEDULER,		/* dbms_manage_scheduler */
	PGD_SCHEDULER_ADMIN,		/* dbms_scheduler_admin: all of these */
	PGD_RESOURCE_ADMIN,
	PGD_PARALLEL_ADMIN,
	PGD_AQ_ADMIN,
	PGD_DEFER_ADMIN,
	PGD_DATAPUMP_EXP,
	PGD_DATAPUMP_IMP
} PgdPrivilege;

/* has the role this privilege; superusers and admins of the package have */
extern bool pgd_role_has(Oid role, PgdPrivilege privilege);

/* the same for the current user; raises 27486 with a hint naming the role */
extern void pgd_require(PgdPrivilege privilege);

/*
 * The row of dbms.owner for a role, made if missing and create is set. Call
 * it inside a catalog scope. Making it leaves an entry in pg_shdepend, so that
 * DROP ROLE is refused while the role owns objects.
 */
extern int	pgd_owner_id(Oid role, bool create);

/*
 * Owner that a parsed name means: the named role (error 42704 if there is
 * none), SYS, or the current user.
 */
extern Oid	pgd_name_owner_role(const PgdObjectName *name);

/* role and shown name of an owner row */
extern Oid	pgd_owner_role(int owner_id);
extern char *pgd_owner_show(int owner_id);

#endif							/* PGD_IDENTITY_H */
