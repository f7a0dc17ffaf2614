/*
 * owner.h
 *		What happens to the objects of a role when it is dropped, or what it
 *		owns is dropped or given away; owners after a restore.
 *
 * All expect a transaction, and do nothing in a database without the
 * extension. The command itself follows or has gone before in the same
 * transaction: its checks of rights count for both.
 */
#ifndef PGD_OWNER_H
#define PGD_OWNER_H

#include "nodes/parsenodes.h"

/*
 * A package's part in it, given by rows of dbms.owner. Called inside a catalog
 * scope, before the rows of dbms.object change. drop_owned and reassign are
 * NULL in a package in which roles own nothing.
 */
typedef struct PgdOwnerPackage
{
	/* deletes the rows behind these owners' objects; RESTRICT may raise */
	void		(*drop_owned) (List *owner_ids, DropBehavior behavior);
	/* moves what refers to the old owner */
	void		(*reassign) (int old_owner_id, int new_owner_id);
	/* owns he anything beside rows of dbms.object; may be NULL */
	bool		(*owns_any) (int owner_id);
	/* deletes what was granted to him; may be NULL */
	void		(*forget) (int owner_id);
} PgdOwnerPackage;

/* from _PG_init; the struct must be static */
extern void pgd_owner_register_package(const PgdOwnerPackage *package);

/*
 * Before DROP ROLE: an owner that owns nothing here any more is let go. One
 * that still owns something is not touched, and the server refuses to drop
 * the role because of the entry that pgd_owner_id() left.
 */
extern void pgd_owner_before_drop_role(List *roles);

/*
 * Before DROP OWNED BY roles, which would otherwise take the entry for a
 * right and try to revoke it.
 */
extern void pgd_owner_before_drop_owned(List *roles, DropBehavior behavior);

/* REASSIGN OWNED BY roles TO newrole */
extern void pgd_owner_reassign(List *roles, RoleSpec *newrole);

/* after ALTER ROLE ... RENAME */
extern void pgd_owner_after_rename(const char *new_name);

/*
 * Brings dbms.owner in line with the roles of this cluster: new names of
 * renamed roles, roles that are gone, owners from a restore whose role exists
 * now. With is_foreign all OIDs are distrusted and found by name. Returns
 * whether any row changed. Waits for nobody: an owner that another session is
 * making or changing just now is left alone, and is_complete false.
 */
extern bool pgd_owner_resolve_all(bool is_foreign, bool *is_complete);

#endif							/* PGD_OWNER_H */
