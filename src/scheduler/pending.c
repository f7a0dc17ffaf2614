/*
 * pending.c
 *		Weak definitions that let the library load until the calls on jobs
 *		have landed; goes with the commit that brings them.
 */
#include "postgres.h"

#include "scheduler/attribute.h"
#include "scheduler/job.h"

#define PENDING(call) \
	__attribute__((weak)) call { elog(ERROR, "jobs are not built in"); }

PENDING(char *pgd_job_dependents(PgdJobReference r, int o, const char *n))
PENDING(void pgd_job_disable_dependents(PgdJobReference r, int o, const char *n, const char *w))
PENDING(void pgd_job_reschedule_dependents(PgdJobReference r, int o, const char *n))
PENDING(void pgd_job_delete(int64 j, const char *u, const char *i))
PENDING(char *pgd_attr_to_text(const char *a, const PgdAttrValue *v, int l))
PENDING(bool pgd_attr_to_boolean(const char *a, const PgdAttrValue *v))
PENDING(int64 pgd_attr_to_integer(const char *a, const PgdAttrValue *v, int64 i, int64 x))
PENDING(TimestampTz pgd_attr_to_timestamptz(const char *a, const PgdAttrValue *v))
PENDING(void pgd_attr_put_text(PgdAttrValue *v, const char *t))
PENDING(void pgd_attr_put_boolean(PgdAttrValue *v, bool b))
PENDING(void pgd_attr_put_integer(PgdAttrValue *v, int64 i, bool n))
PENDING(void pgd_attr_put_timestamptz(PgdAttrValue *v, TimestampTz t))
PENDING(void pgd_attr_error_unknown(const char *k, const char *a))
