/*
 * manager.c
 *		What all calls of DBMS_RESOURCE_MANAGER do first: rights, names,
 *		arguments with an old and a new name.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "core/identity.h"
#include "resource/manager_int.h"

#define COMMENT_MAX		2000

void
pgd_manager_require(FunctionCallInfo fcinfo)
{
	pgd_require(PGD_RESOURCE_ADMIN);
	pgd_require_writable(fcinfo);
}

char *
pgd_manager_name(FunctionCallInfo fcinfo, int n, const char *what)
{
	return pgd_name_fold(pgd_arg_text(fcinfo, n), what);
}

char *
pgd_manager_comment(FunctionCallInfo fcinfo, int n)
{
	char	   *comment = pgd_arg_text(fcinfo, n);

	if (comment != NULL && strlen(comment) > COMMENT_MAX)
		pgd_error_too_long("COMMENT", COMMENT_MAX);
	return comment;
}

/* Only ASCII letters change, as in names. */
char *
pgd_manager_word(FunctionCallInfo fcinfo, int n)
{
	char	   *word = pgd_arg_text(fcinfo, n);

	if (word == NULL || word[0] == '\0')
		return NULL;
	for (char *p = word; *p != '\0'; p++)
		*p = pg_ascii_toupper((unsigned char) *p);
	return word;
}

int
pgd_manager_either(FunctionCallInfo fcinfo, int old_n, int new_n,
				   const char *old_name, const char *new_name)
{
	if (PG_ARGISNULL(old_n))
		return new_n;
	if (!PG_ARGISNULL(new_n))
		pgd_error_both_set(old_name, new_name);
	return old_n;
}

void
pgd_manager_warn(List *names)
{
	StringInfoData list;
	ListCell   *cell;

	if (names == NIL)
		return;
	initStringInfo(&list);
	foreach(cell, names)
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
						 (char *) lfirst(cell));
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg_plural("%s has no effect in PostgreSQL",
						   "%s have no effect in PostgreSQL",
						   list_length(names), list.data),
			 errdetail("What was given is kept and shown, but does not steer any work."),
			 errhint("See the view sys.dba_rsrc_enforcement.")));
}
