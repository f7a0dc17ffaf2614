/*
 * work.c
 *		The registry of kinds of work; packages register when the library is
 *		loaded, so that all processes number them alike.
 */
#include "postgres.h"

#include "core/work.h"

static const PgdWorkKind *kinds[PGD_MAX_KINDS];
static int	nkinds = 0;

/* Returns the number of the kind, for PgdWorkItem.kind. */
int
pgd_work_register(const PgdWorkKind *kind)
{
	if (nkinds == PGD_MAX_KINDS)
		elog(ERROR, "too many kinds of work");
	kinds[nkinds] = kind;
	return nkinds++;
}

const PgdWorkKind *
pgd_work_kind(int kind)
{
	Assert(kind >= 0 && kind < nkinds);
	return kinds[kind];
}

int
pgd_work_kinds(void)
{
	return nkinds;
}
