/*
 * manager_int.h
 *		What the files behind DBMS_RESOURCE_MANAGER share: the pending area and
 *		checks of arguments.
 */
#ifndef PGD_MANAGER_INT_H
#define PGD_MANAGER_INT_H

#include "fmgr.h"
#include "nodes/pg_list.h"
#include "utils/array.h"

#include "core/arguments.h"
#include "core/names.h"
#include "core/sql.h"
#include "resource/resource.h"

#define PGD_OTHER_GROUPS	"OTHER_GROUPS"

/* what plans and groups are called in messages */
#define PGD_PLAN_NAME		"resource plan name"
#define PGD_GROUP_NAME		"consumer group name"
#define PGD_CATEGORY_NAME	"category name"

/* rights, and a transaction that may write: before all else in each call */
extern void pgd_manager_require(FunctionCallInfo fcinfo);

/* a name argument, folded; 27451 or 27452 */
extern char *pgd_manager_name(FunctionCallInfo fcinfo, int n,
							  const char *what);

/* the name of a group, which cannot be an action of SWITCH_GROUP */
extern char *pgd_group_name(const char *text);

/* COMMENT or NEW_COMMENT; NULL for NULL */
extern char *pgd_manager_comment(FunctionCallInfo fcinfo, int n);

/* a text in upper case; NULL for NULL and for an empty one */
extern char *pgd_manager_word(FunctionCallInfo fcinfo, int n);

/* 29365: two arguments of which one only can be given */
extern void pgd_error_both_set(const char *one, const char *other)
			pg_attribute_noreturn();

/*
 * The argument of an old name and a new one. Not NULL for either: the number
 * of that one; else the new one's. 29365 if both are given.
 */
extern int	pgd_manager_either(FunctionCallInfo fcinfo, int old_n,
							   int new_n, const char *old_name,
							   const char *new_name);

/* 29386 and 29363 */
extern void pgd_error_mandatory(const char *kind, const char *name)
			pg_attribute_noreturn();

/* WARNING: these arguments are kept and have no effect; nothing for NIL */
extern void pgd_manager_warn(List *names);

/*
 * Opens a scope and locks the pending area to the end of the transaction:
 * 29371 if there is none.
 */
extern void pgd_pending_enter(PgdCatalogScope *scope);

/* inside a scope; 29370 if there is one already; 29382 */
extern void pgd_pending_create(Oid caller);
extern void pgd_pending_validate(void);
extern void pgd_pending_activate(void);

/* is there one in the pending area */
extern bool pgd_pending_has_plan(const char *name);
extern bool pgd_pending_has_group(const char *name);
extern bool pgd_pending_has_category(const char *name);

/* 29358, 29368, 29367 if not; with change, 29386 if it is mandatory */
extern void pgd_pending_get_plan(const char *name, bool change);
extern void pgd_pending_get_group(const char *name, bool change);
extern void pgd_pending_get_category(const char *name, bool change);

/* 29357 if a plan or group of the pending area has this name */
extern void pgd_pending_require_free(const char *name);

/* new rows of the pending area; the names are free */
extern void pgd_pending_add_plan(const char *name, const char *comment);
extern void pgd_pending_add_group(const char *name, const char *method,
								  const char *category, const char *comment);
extern void pgd_pending_add_level(const char *plan, const char *group,
								  int level, Datum percent);

/* 29361 unless a number is one of 0 to 100 */
extern void pgd_manager_check_percent(const char *parameter, Datum percent);

/*
 * Settings for workers, elements name=value, as name, value, name, value;
 * each is one that any user may set. Inside a scope.
 */
extern Datum pgd_worker_settings(ArrayType *settings);

#endif							/* PGD_MANAGER_INT_H */
