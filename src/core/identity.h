/*
 * identity.h
 *		Who calls, who owns, who may: roles that stand for Oracle's system
 *		privileges, rows of dbms.owner.
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

/*
 * The same for the current user, so outside of catalog scopes; raises 27486
 * with a hint naming the role.
 */
extern void pgd_require(PgdPrivilege privilege);

/* name of the role that stands for a privilege, for hints */
extern const char *pgd_privilege_role(PgdPrivilege privilege);

/*
 * Why no worker can connect here as this role, to be put behind "the owner";
 * NULL if one can. *hint says what would help, if it is not NULL.
 */
extern const char *pgd_role_refusal(Oid role, const char **hint);

/*
 * The row of dbms.owner for a role, made if missing and create is set (then
 * inside a catalog scope). Making it leaves an entry in pg_shdepend, so that
 * DROP ROLE is refused while the role owns objects.
 */
extern int	pgd_owner_id(Oid role, bool create);

/*
 * The row for a role's name: of that role, or, if no role has this name, of a
 * restored owner whose role is missing here. PGD_OWNER_NONE if there is none.
 */
extern int	pgd_owner_id_by_name(const char *role_name);

/*
 * Owner that a parsed name means: the named role (error 42704 if there is
 * none), InvalidOid for SYS, or the current user; so outside of catalog
 * scopes.
 */
extern Oid	pgd_name_owner_role(const PgdObjectName *name);

/*
 * Role and shown name of an owner row; the role is InvalidOid for SYS and for
 * an owner whose role is gone, the name is in the current memory context.
 */
extern Oid	pgd_owner_role(int owner_id);
extern char *pgd_owner_show(int owner_id);

/* current name of a role as the views show it; never fails */
extern char *pgd_role_show(Oid role);

#endif							/* PGD_IDENTITY_H */
