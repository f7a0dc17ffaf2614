/*
 * group_privilege.h
 *		Who may switch to a consumer group.
 */
#ifndef PGD_GROUP_PRIVILEGE_H
#define PGD_GROUP_PRIVILEGE_H

/*
 * A role by PostgreSQL's rules for names. 27451 for NULL and an empty text,
 * with what in the message; 42704 if there is none.
 */
extern Oid	pgd_manager_role(const char *name, const char *what);

/*
 * 29399 unless the role may switch to the group: granted to itself, to a role
 * whose privileges it has, or to PUBLIC. Administrators may. Inside a scope.
 */
extern void pgd_group_require_switch(Oid role, const char *group);

/* lets go of privileges with the role that has them */
extern void pgd_group_privilege_install(void);

#endif							/* PGD_GROUP_PRIVILEGE_H */
