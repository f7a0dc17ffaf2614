/*
 * forecast_int.h
 *		What the files of the forecast share: windows, and the resource plan in
 *		force, at times to come.
 */
#ifndef PGD_FORECAST_INT_H
#define PGD_FORECAST_INT_H

#include "lib/ilist.h"
#include "lib/pairingheap.h"

#include "resource/plan_state.h"
#include "scheduler/decide.h"
#include "scheduler/window_set.h"

/* a directive: may work of this group start while the plan is in force? */
typedef struct PgdForecastBar
{
	char	   *plan;
	char	   *group;
	bool		is_barred;		/* active_sess_pool_p1 is 0, here or above */
	int64		queueing;		/* microseconds it waits; -1: no limit */
} PgdForecastBar;

/* a consumer group that jobs belong to */
typedef struct PgdForecastGroup
{
	char	   *name;
	bool		is_barred;		/* by the plan in force */
	int64		queueing;
	TimestampTz barred_since;	/* of that at the beginning of the span;
								 * PGD_NO_TIME: it is not barred then */
} PgdForecastGroup;

typedef struct PgdForecastWindows
{
	PgdWindowSet *set;
	const char **refusals;		/* of the windows' plans, by window */
	const char *saved_refusal;	/* of the plan that comes back */
	PgdPlanState plan;
	TimestampTz at;				/* time of the last step */

	/* of the last step */
	PgdWindowEvent *events;
	int			nevents;
	const char *plan_before;
	const char *failure;		/* why the plan was not switched */

	PgdForecastBar *bars;
	int			nbars;
	bool		has_barred;		/* some plan bars a group */
	PgdForecastGroup *groups;
	int			ngroups;

	/* steps in between are passed over, as if nobody had served */
	TimestampTz jump_from;		/* PGD_NO_TIME: none are */
	TimestampTz jump_to;
} PgdForecastWindows;

typedef struct PgdForecastJob
{
	pairingheap_node node;
	bool		is_queued;		/* in the heap */
	TimestampTz at;				/* when it runs next */
	TimestampTz due_at;			/* the due time that this serves */
	PgdJobFacts facts;
	int64		id;
	int32		priority;
	int64		runs;			/* runs so far, for max_runs */
	bool		is_retry;
	Datum		owner;
	Datum		name;

	/* while the plan in force keeps it from starting */
	int			group;			/* consumer group; -1: nothing is ever barred */
	bool		is_waiting;		/* in the list of those */
	bool		has_waited;
	TimestampTz waits_since;
	const char *waited_for;		/* the plan */
	int64		schedule_limit; /* it starts late by so much at the most; -1 */
	dlist_node	wait_node;

	/* of one that goes by windows */
	int64		schedule_id;	/* window or group; 0: it does not */
	int64		duration;		/* of the last run; -1: not known */
	bool		was_stopped;	/* that run, as its window closed */
	TimestampTz busy_until;		/* its run ends, as that one took so long */
	bool		has_passed_over;	/* an opening, since it ran */
} PgdForecastJob;

/* jobs of a window or group */
typedef struct PgdForecastAudience
{
	int64		id;				/* hash key: the window or group */
	bool		is_group;
	bool		starts;			/* false: the group is disabled */
	int64	   *members;		/* windows, in order */
	int			nmembers;
	PgdForecastJob **jobs;
	int			njobs;
	int			size;
} PgdForecastAudience;

typedef struct PgdForecast
{
	struct ReturnSetInfo *answer;
	TimestampTz now;
	TimestampTz from_time;
	TimestampTz to_time;
	const char *obstacle;		/* why nothing at all starts; NULL: nothing */
	PgdForecastWindows windows;
	pairingheap *jobs;			/* by their next time */
	struct HTAB *audiences;
	dlist_head	waiting;
} PgdForecast;

/*
 * forecast_read.c: jobs that the caller may see, and what is known of windows;
 * results are in the current memory context
 */
extern void pgd_forecast_read(PgdForecast *forecast, Oid caller);

/* forecast.c: for the reader */
extern bool pgd_forecast_advance(PgdForecast *forecast, PgdForecastJob *job);
extern void pgd_forecast_queue(PgdForecast *forecast, PgdForecastJob *job);
extern TimestampTz pgd_forecast_end(const PgdForecastJob *job,
									TimestampTz start);

/* as things are now; inside a catalog scope */
extern void pgd_forecast_windows_read(PgdForecastWindows *windows,
									  TimestampTz now);

/* the number of a consumer group, a new one if need be */
extern int	pgd_forecast_group(PgdForecastWindows *windows,
							   const char *group);

/*
 * Looks ahead to the beginning of the span, once the groups are known:
 * barred_since, and whether there is too much in between.
 */
extern void pgd_forecast_windows_look(PgdForecastWindows *windows,
									  TimestampTz from_time);

/* when something is due, and that step */
extern TimestampTz pgd_forecast_windows_next(const PgdForecastWindows *windows);
extern void pgd_forecast_windows_step(PgdForecastWindows *windows,
									  TimestampTz at);

/* was another plan put in force in the last step? */
extern bool pgd_forecast_plan_changed(const PgdForecastWindows *windows);

#endif							/* PGD_FORECAST_INT_H */
