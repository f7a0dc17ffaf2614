/*
 * watch.c
 *		Runs whose job has a max_run_duration.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/pool.h"
#include "scheduler/log.h"
#include "scheduler/watch.h"

typedef struct PgdWatchedRun
{
	int64		run_id;
	int64		job_id;
	TimestampTz over_at;
} PgdWatchedRun;

static PgdWatchedRun *watched = NULL;
static int	nwatched = 0;

/* Looks at a run again when it has taken as long as its job allows. */
void
pgd_watch_add(const PgdWorkItem *item, TimestampTz over_at)
{
	if (watched == NULL)
		watched = MemoryContextAlloc(TopMemoryContext, sizeof(PgdWatchedRun) *
									 pgd_shared->nworkers);
	if (nwatched == pgd_shared->nworkers)
		return;					/* not more than there are workers */
	watched[nwatched].run_id = item->run_id;
	watched[nwatched].job_id = item->object_id;
	watched[nwatched++].over_at = over_at;
}

/* When the first watched run is over its time; ended ones are forgotten. */
TimestampTz
pgd_watch_next(void)
{
	TimestampTz at = DT_NOEND;

	for (int i = 0; i < nwatched; i++)
	{
		if (pgd_pool_has_run(watched[i].run_id))
			at = Min(at, watched[i].over_at);
		else
			watched[i--] = watched[--nwatched];
	}
	return at;
}

/* A run over its max_run_duration is told of once; it is not stopped. */
void
pgd_watch_report(TimestampTz now)
{
	for (int i = 0; i < nwatched; i++)
	{
		if (watched[i].over_at > now)
			continue;
		pgd_log_job_operation(watched[i].job_id, "JOB_OVER_MAX_DUR", NULL,
							  pgd_log_info("RUN_LOG_ID",
										   psprintf(INT64_FORMAT, watched[i].run_id)),
							  true);
		watched[i--] = watched[--nwatched];
	}
}
