/*
 * job_int.h
 *		A job in memory, and what the files about jobs share.
 */
#ifndef PGD_JOB_INT_H
#define PGD_JOB_INT_H

#include "core/object.h"
#include "core/sql.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "scheduler/attribute.h"
#include "scheduler/job.h"

#define PGD_JOB_ACTION_MAX		4000	/* bytes, as in Oracle */
#define PGD_JOB_COMMENTS_MAX	4000
#define PGD_JOB_INTERVAL_MAX	4000
#define PGD_JOB_COUNT_MAX		1000000 /* of max_runs and max_failures */
#define PGD_JOB_ARGUMENTS_MAX	255
#define PGD_LIMIT_MIN			60	/* seconds, of schedule_limit */
#define PGD_LIMIT_MAX			(99 * SECS_PER_DAY)

#define PGD_CLASS_DEFAULT		"DEFAULT_JOB_CLASS"

/* where everything of a job is allocated: beside its object */
#define PGD_JOB_CONTEXT(job) \
	GetMemoryChunkContext(unconstify(PgdObject *, (job)->object))

/*
 * A row of dbms.job and its row of dbms.job_state. Times that are not set
 * are DT_NOEND, texts and intervals NULL, owners PGD_OWNER_NONE, and limits
 * 0.
 */
typedef struct PgdJob
{
	const PgdObject *object;
	char	   *creator;
	char	   *job_style;
	int			program_owner_id;
	char	   *program_name;
	char	   *job_type;
	char	   *job_action;
	int			number_of_arguments;
	int			schedule_owner_id;
	char	   *schedule_name;
	TimestampTz start_at;
	char	   *time_zone;
	char	   *repeat_interval;
	char	   *interval_kind;
	TimestampTz end_at;
	char	   *job_class;
	int			job_priority;
	int			job_weight;
	int			max_failures;
	int			max_runs;
	Interval   *max_run_duration;
	Interval   *schedule_limit;
	bool		restart_on_failure;
	bool		restart_on_recovery;
	char	   *missed_runs;
	bool		auto_drop;
	bool		stop_on_window_close;
	int			raise_events;
	int			logging_level;
	bool		store_output;
	bool		follow_default_timezone;
	bool		parallel_instances;
	bool		instance_stickiness;
	int			instance_id;
	char	   *database_role;
	bool		allow_runs_in_restricted_mode;
	char	   *credential_name;
	bool		is_system;
	int64		dbms_job_number;
	Datum		environment;	/* text[] */
	char	   *comments;

	/* the state, as far as these files use it */
	bool		is_enabled;
	TimestampTz base_at;
	TimestampTz next_run_at;
	TimestampTz due_at;
	char	   *final_state;
	char	   *disabled_reason;
} PgdJob;

/* a named program, as far as jobs need it */
typedef struct PgdJobProgram
{
	const PgdObject *object;
	char	   *type;
	char	   *action;
	int			number_of_arguments;
	int			defined_arguments;
	bool		is_enabled;
	bool		is_detached;
} PgdJobProgram;

/* a statement's parameters, filled from left to right */
typedef struct PgdParameters
{
	int			n;
	Oid			types[64];
	Datum		values[64];
	char		nulls[64];
} PgdParameters;

/* job.c: the tables; inside a catalog scope */
extern void pgd_job_init(PgdJob *job);
extern PgdJob *pgd_job_load(const PgdObject *object);
extern PgdJob *pgd_job_load_for_change(const PgdObject *object);
extern void pgd_job_insert(PgdJob *job);
extern void pgd_job_update_definition(PgdJob *job);
extern void pgd_job_update_state(PgdJob *job, bool reset_counters);
extern int64 *pgd_job_runs(int64 job_id, int *nruns);
extern int64 *pgd_job_ids_of_class(const char *class_name, int *njobs);
extern PgdJobProgram *pgd_job_program(const PgdJob *job);
extern PgdObject *pgd_job_get(Oid caller, const PgdObjectName *name,
							  MemoryContext context);
extern PgdObject *pgd_job_by_id(int64 job_id, MemoryContext context);
extern PgdObject *pgd_object_copy(const PgdObject *object,
								  MemoryContext context);
extern bool pgd_job_is_lightweight(const PgdJob *job);

/* job_timing.c */
extern void pgd_job_set_time_zone(PgdJob *job, const char *time_zone);
extern bool pgd_job_follow_time_zone(PgdJob *job);
extern void pgd_job_check_calendar(const PgdJob *job, bool is_enabled_now);
extern char *pgd_job_interval_kind(Oid owner, const char *repeat_interval);
extern void pgd_job_check_dates(const PgdJob *job);
extern TimestampTz pgd_job_first_run(const PgdJob *job, TimestampTz now,
									 char **complaint);

/* job_check.c */
extern char *pgd_job_type_check(const char *job_type);
extern void pgd_job_action_check(const char *job_type, const char *action,
								 int number_of_arguments);
extern void pgd_job_class_require(Oid owner, PgdJob *job, const char *name);
extern void pgd_job_program_require(Oid owner, PgdJob *job, const char *name);
extern void pgd_job_schedule_require(Oid owner, PgdJob *job,
									 const char *name);
extern void pgd_job_error_no_owner(const PgdObject *object)
			pg_attribute_noreturn();
extern void pgd_job_check_runnable(const PgdJob *job);
extern void pgd_job_check_lightweight(const PgdJob *job);
extern void pgd_job_warn_owner(Oid owner, const char *shown);
extern bool pgd_job_may_change_action(Oid caller, const PgdObject *object);

/* enable.c */
extern void pgd_job_enable(Oid caller, const PgdObject *object);
extern void pgd_job_enable_loaded(Oid caller, PgdJob *job,
								  bool reset_counters);
extern void pgd_job_disable_by(Oid caller, const PgdObject *object,
							   bool force);

/* job_create.c: outside of catalog scopes */
extern void pgd_job_begin_create(PgdJob *job, const char *job_name);
extern void pgd_job_create(PgdJob *job, const char *program_name,
						   const char *schedule_name, const char *job_class,
						   const char *time_zone, bool enabled);

/* job_json.c: outside of catalog scopes */
extern Datum *pgd_job_definitions_from_json(Jsonb *json, int *n);

/* attribute_call.c: outside of catalog scopes */
extern void pgd_object_set_attribute(Oid caller, const PgdObject *object,
									 const char *attribute,
									 const PgdAttrValue *value);

/* job_attribute.c: outside of catalog scopes */
extern void pgd_job_set_attribute(Oid caller, const PgdObject *object,
								  const char *attribute,
								  const PgdAttrValue *value);
extern void pgd_job_set_attributes(Oid caller, const PgdObject *object, int n,
								   const char *const *attributes,
								   const PgdAttrValue *values, int *at);
extern bool pgd_job_put_attribute(Oid caller, PgdJob *job,
								  const char *attribute,
								  const PgdAttrValue *value);
extern void pgd_job_get_attribute(Oid caller, const PgdObject *object,
								  const char *attribute,
								  PgdAttrValue *value);

/* job_argument.c: outside of catalog scopes */
extern void pgd_job_set_argument(Oid caller, const PgdObject *object,
								 int position, const char *name,
								 const char *value, bool is_anydata);
extern void pgd_job_reset_argument(Oid caller, const PgdObject *object,
								   int position, const char *name);

/* job_run.c: outside of catalog scopes */
extern PgdObject *pgd_job_or_class(Oid caller, const PgdObjectName *name,
								   bool may_be_class);
extern void pgd_job_stop(Oid caller, const PgdObject *object, bool force,
						 bool until_settled);

/* parameters.c */
extern void pgd_put_text(PgdParameters *parameters, const char *text);
extern void pgd_put_int32(PgdParameters *parameters, int32 value);
extern void pgd_put_int32_or_null(PgdParameters *parameters, int32 value,
								  int32 null_value);
extern void pgd_put_int64(PgdParameters *parameters, int64 value);
extern void pgd_put_bool(PgdParameters *parameters, bool value);
extern void pgd_put_timestamptz(PgdParameters *parameters, TimestampTz at);
extern void pgd_put_interval(PgdParameters *parameters,
							 const Interval *interval);
extern void pgd_put_datum(PgdParameters *parameters, Oid type, Datum value);
extern uint64 pgd_sql_with(const char *text, const PgdParameters *parameters,
						   int expected);
extern uint64 pgd_change_sql_with(const char *text,
								  const PgdParameters *parameters,
								  int expected);

#endif							/* PGD_JOB_INT_H */
