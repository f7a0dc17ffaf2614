/*
 * names.h
 *		Names of our own objects by Oracle's rule: upper-cased unless quoted.
 *		An owner in front is a role's name by PostgreSQL's rule (lower-cased
 *		unless quoted), or the pseudo-owner SYS.
 */
#ifndef PGD_NAMES_H
#define PGD_NAMES_H

#include "nodes/pg_list.h"

/* Oracle's limit for identifiers, in bytes */
#define PGD_NAME_MAX	128

typedef struct PgdObjectName
{
	char	   *owner;			/* role's name; NULL if none was given */
	bool		owner_is_sys;	/* the owner was SYS; then owner is NULL */
	char	   *name;			/* as stored */
} PgdObjectName;

/*
 * 'hr.my_job' etc.; NULL or an empty text raises 27451 or 27452 with
 * what ("job name") in the message, a wrong form or length 27452.
 */
extern PgdObjectName *pgd_name_parse(const char *text, const char *what);

/* a comma list of such names; quotes may hold commas; returns PgdObjectName* */
extern List *pgd_name_parse_list(const char *text, const char *what);

/* a single name without owner */
extern char *pgd_name_fold(const char *text, const char *what);

/* for messages: OWNER.NAME, quoted where needed, as the views show them */
extern char *pgd_name_display(const char *owner_shown, const char *name);

/* a PostgreSQL name as Oracle would show it: dbms.display_name() in C */
extern char *pgd_name_show_role(const char *role_name);

#endif							/* PGD_NAMES_H */
