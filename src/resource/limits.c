/*
 * limits.c
 *		Limits on one session or call; see limits.h.
 */
#include <stddef.h>

#include "resource/limits.h"

const PgdLimits pgd_no_limits = {
	PGD_LIMIT_NOTHING, false, -1, -1, -1, -1, -1, -1
};

static bool
is_beyond(double limit, double use)
{
	return limit >= 0 && use >= 0 && use > limit;
}

bool
pgd_limits_any(const PgdLimits *limits)
{
	return limits->memory_megabytes >= 0 ||
		(limits->action != PGD_LIMIT_NOTHING &&
		 (limits->cpu_seconds >= 0 || limits->elapsed_seconds >= 0 ||
		  limits->io_megabytes >= 0 || limits->io_requests >= 0 ||
		  limits->io_logical >= 0));
}

const char *
pgd_limits_exceeded(const PgdLimits *limits, const PgdUse *use)
{
	if (is_beyond(limits->memory_megabytes, use->memory / 1048576.0))
		return "session_pga_limit";
	if (limits->action == PGD_LIMIT_NOTHING)
		return NULL;
	if (is_beyond(limits->cpu_seconds, use->cpu_us / 1e6))
		return "switch_time";
	if (is_beyond(limits->elapsed_seconds, use->elapsed_us / 1e6))
		return "switch_elapsed_time";
	if (is_beyond(limits->io_megabytes,
				  (double) use->blocks * use->block_size / 1048576.0))
		return "switch_io_megabytes";
	if (is_beyond(limits->io_requests, use->blocks))
		return "switch_io_reqs";
	if (is_beyond(limits->io_logical, use->buffers))
		return "switch_io_logical";
	return NULL;
}
