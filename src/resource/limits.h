/*
 * limits.h
 *		Limits of a directive on one session or call, and which of them its use
 *		is beyond: pure, without server state.
 */
#ifndef PGD_LIMITS_H
#define PGD_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/* what happens to an item that is beyond a limit of switch_* */
typedef enum PgdLimitAction
{
	PGD_LIMIT_NOTHING,			/* no switch_group: the limits have no effect */
	PGD_LIMIT_SWITCH,			/* it goes on in another consumer group */
	PGD_LIMIT_CANCEL,			/* CANCEL_SQL: fails with ORA-00040 */
	PGD_LIMIT_KILL,				/* KILL_SESSION: fails with ORA-00041 */
	PGD_LIMIT_LOG				/* LOG_ONLY: is told of */
} PgdLimitAction;

/* less than 0: no limit */
typedef struct PgdLimits
{
	PgdLimitAction action;
	bool		for_call;		/* counted anew for each call */
	double		cpu_seconds;	/* switch_time */
	double		elapsed_seconds;	/* switch_elapsed_time */
	double		io_megabytes;	/* switch_io_megabytes */
	double		io_requests;	/* switch_io_reqs */
	double		io_logical;		/* switch_io_logical */
	double		memory_megabytes;	/* session_pga_limit: is terminated */
} PgdLimits;

/* less than 0: unknown */
typedef struct PgdUse
{
	int64_t		cpu_us;
	int64_t		elapsed_us;
	int64_t		blocks;			/* read and written */
	int64_t		block_size;		/* bytes */
	int64_t		buffers;
	int64_t		memory;			/* bytes */
} PgdUse;

extern const PgdLimits pgd_no_limits;

/* does anything have to be watched? */
extern bool pgd_limits_any(const PgdLimits *limits);

/*
 * The name of the first parameter that the use is beyond, NULL if there is
 * none. session_pga_limit comes first, since it does not depend on
 * limits->action.
 */
extern const char *pgd_limits_exceeded(const PgdLimits *limits,
									   const PgdUse *use);

#endif							/* PGD_LIMITS_H */
