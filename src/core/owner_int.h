/*
 * owner_int.h
 *		How identity.c and owner.c keep owners: the entry in pg_shdepend that
 *		makes DROP ROLE fail, and restored owners. Inside a catalog scope.
 */
#ifndef PGD_OWNER_INT_H
#define PGD_OWNER_INT_H

/*
 * Lock for those who make, take over or let go of this owner, held to the end
 * of the transaction. Afterwards all that others did with it is visible to
 * catalog scans.
 */
extern void pgd_owner_lock(Oid role);

/* keeps DROP ROLE waiting to the end of the transaction, and nobody else */
extern void pgd_owner_lock_shared(Oid role);

/* is there an entry that keeps this role from being dropped */
extern bool pgd_owner_is_kept(Oid role);

/* makes or removes that entry; under pgd_owner_lock() */
extern void pgd_owner_keep(Oid role, bool keep);

/* owns he anything: rows of dbms.object, or what packages have beside it */
extern bool pgd_owner_owns_any(int owner_id);

/* gives a restored owner's row its role; under pgd_owner_lock() */
extern void pgd_owner_adopt(int owner_id, Oid role);

/* brings the name of a role's row up to date */
extern void pgd_owner_name(Oid role, const char *role_name);

#endif							/* PGD_OWNER_INT_H */
