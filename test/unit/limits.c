/*
 * limits.c
 *		Tests of the limits of a directive without a server; prints TAP.
 *
 * unit-sources: src/resource/limits.c
 */
#include <stdio.h>
#include <string.h>

#include "resource/limits.h"

static int	ntests = 0;
static int	nfailed = 0;

static void
is(const char *got, const char *expected, const char *name)
{
	bool		passed = got == NULL || expected == NULL ? got == expected :
	strcmp(got, expected) == 0;

	if (!passed)
	{
		nfailed++;
		printf("# got %s, expected %s\n", got ? got : "nothing",
			   expected ? expected : "nothing");
	}
	printf("%sok %d - %s\n", passed ? "" : "not ", ++ntests, name);
}

int
main(void)
{
	PgdLimits	limits = pgd_no_limits;
	PgdUse		use = {
		.cpu_us = 2000001,.elapsed_us = 3000001,.blocks = 128,
		.block_size = 8192,.buffers = 1000,.memory = 10485761
	};
	PgdUse		unknown = {-1, -1, -1, 8192, -1, -1};

	is(pgd_limits_exceeded(&limits, &use), NULL, "no limits");
	is(pgd_limits_any(&limits) ? "yes" : "no", "no", "nothing to watch");

	limits.cpu_seconds = 2;
	is(pgd_limits_exceeded(&limits, &use), NULL, "no action: no effect");
	is(pgd_limits_any(&limits) ? "yes" : "no", "no", "nothing to watch without an action");
	limits.action = PGD_LIMIT_CANCEL;
	is(pgd_limits_any(&limits) ? "yes" : "no", "yes", "something to watch");
	is(pgd_limits_exceeded(&limits, &use), "switch_time", "CPU time");
	is(pgd_limits_exceeded(&limits, &unknown), NULL, "what is unknown is not beyond");
	limits.cpu_seconds = 2.000001;
	is(pgd_limits_exceeded(&limits, &use), NULL, "just at the limit");
	limits.cpu_seconds = 0;
	is(pgd_limits_exceeded(&limits, &use), "switch_time", "zero is a limit");

	limits = pgd_no_limits;
	limits.action = PGD_LIMIT_LOG;
	limits.elapsed_seconds = 3;
	is(pgd_limits_exceeded(&limits, &use), "switch_elapsed_time", "elapsed time");

	limits = pgd_no_limits;
	limits.action = PGD_LIMIT_SWITCH;
	limits.io_megabytes = 1;
	is(pgd_limits_exceeded(&limits, &use), NULL, "one megabyte is not more than one");
	limits.io_megabytes = 0.99;
	is(pgd_limits_exceeded(&limits, &use), "switch_io_megabytes", "megabytes");

	limits = pgd_no_limits;
	limits.action = PGD_LIMIT_KILL;
	limits.io_requests = 127;
	is(pgd_limits_exceeded(&limits, &use), "switch_io_reqs", "requests");
	limits.io_requests = -1;
	limits.io_logical = 999;
	is(pgd_limits_exceeded(&limits, &use), "switch_io_logical", "buffers");

	limits = pgd_no_limits;
	limits.memory_megabytes = 10;
	is(pgd_limits_any(&limits) ? "yes" : "no", "yes", "memory is watched without an action");
	is(pgd_limits_exceeded(&limits, &use), "session_pga_limit", "memory");
	limits.action = PGD_LIMIT_LOG;
	limits.cpu_seconds = 1;
	is(pgd_limits_exceeded(&limits, &use), "session_pga_limit", "memory comes first");

	printf("1..%d\n", ntests);
	return nfailed > 0;
}
