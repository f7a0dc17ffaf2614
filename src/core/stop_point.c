/*
 * stop_point.c
 *		Named points at which a process of a test build stops.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/guc.h"

#include "core/stop_point.h"

#ifdef USE_ASSERT_CHECKING

static char *stop_points = NULL;

static bool is_named(const char *name);

void
pgd_stop_point_install(void)
{
	DefineCustomStringVariable("pg_dbms.stop_points",
							   "Points at which processes stop.",
							   "Test builds have this setting.",
							   &stop_points, "",
							   PGC_SIGHUP, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL,
							   NULL, NULL, NULL);
}

/*
 * Of the session, since some points lie outside of transactions, and some
 * where interrupts are held: only a kill -9 or the test gets it out of there.
 */
void
pgd_stop_point(const char *name)
{
	LOCKTAG		tag;
	uint32		number;

	if (stop_points == NULL || stop_points[0] == '\0' || !is_named(name))
		return;
	number = DatumGetUInt32(hash_any((const unsigned char *) name,
									 (int) strlen(name)));
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, PGD_STOP_POINT_CLASS, number, 2);
	(void) LockAcquire(&tag, ShareLock, true, false);
	LockRelease(&tag, ShareLock, true);
}

static bool
is_named(const char *name)
{
	size_t		length = strlen(name);

	for (const char *p = stop_points; p != NULL && *p != '\0';)
	{
		const char *end = strchr(p, ',');

		if ((end != NULL ? (size_t) (end - p) : strlen(p)) == length &&
			strncmp(p, name, length) == 0)
			return true;
		p = end != NULL ? end + 1 : NULL;
	}
	return false;
}

#endif
