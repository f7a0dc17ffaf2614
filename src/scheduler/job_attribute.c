/*
 * job_attribute.c
 *		Attributes of jobs: what each of them may be, and what setting it does.
 *
 * Setting an attribute of an enabled job is as if it were disabled, changed
 * and enabled again: it has to be valid afterwards (else 27470, and nothing
 * has changed), and when it runs next is computed anew if its schedule
 * changed. Counters start again only then.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "calendar/calendar.h"
#include "core/errors.h"
#include "scheduler/job_int.h"
#include "scheduler/log.h"

typedef enum PgdJobAttr
{
	ATTR_PROGRAM_NAME,
	ATTR_JOB_TYPE,
	ATTR_JOB_ACTION,
	ATTR_NUMBER_OF_ARGUMENTS,
	ATTR_SCHEDULE_NAME,
	ATTR_START_DATE,
	ATTR_START_DATE_TIMEZONE,
	ATTR_REPEAT_INTERVAL,
	ATTR_END_DATE,
	ATTR_EVENT_SPEC,
	ATTR_JOB_CLASS,
	ATTR_JOB_PRIORITY,
	ATTR_JOB_WEIGHT,
	ATTR_MAX_FAILURES,
	ATTR_MAX_RUNS,
	ATTR_MAX_RUN_DURATION,
	ATTR_SCHEDULE_LIMIT,
	ATTR_RESTARTABLE,
	ATTR_RESTART_ON_FAILURE,
	ATTR_RESTART_ON_RECOVERY,
	ATTR_MISSED_RUNS,
	ATTR_AUTO_DROP,
	ATTR_STOP_ON_WINDOW_CLOSE,
	ATTR_RAISE_EVENTS,
	ATTR_LOGGING_LEVEL,
	ATTR_STORE_OUTPUT,
	ATTR_COMMENTS,
	ATTR_ENABLED,
	ATTR_FOLLOW_DEFAULT_TIMEZONE,
	ATTR_PARALLEL_INSTANCES,
	ATTR_INSTANCE_STICKINESS,
	ATTR_INSTANCE_ID,
	ATTR_DATABASE_ROLE,
	ATTR_RESTRICTED_MODE,
	ATTR_CREDENTIAL,
	ATTR_DESTINATION,
	ATTR_JOB_STYLE,
	ATTR_SYSTEM
} PgdJobAttr;

#define IS_ACTION		(1 << 0)	/* what is executed: owners only */
#define IS_TIMING		(1 << 1)	/* when it is executed */
#define MAY_BE_NULL		(1 << 2)
#define NOT_LIGHTWEIGHT	(1 << 3)	/* 27494 unless the style is REGULAR */
#define NOT_SETTABLE	(1 << 4)
#define IS_CALENDAR		(1 << 5)	/* what a calendar string is about */

static const struct
{
	const char *name;
	PgdJobAttr	attr;
	int			flags;
}			job_attributes[] = {
	{"PROGRAM_NAME", ATTR_PROGRAM_NAME, IS_ACTION | MAY_BE_NULL},
	{"JOB_TYPE", ATTR_JOB_TYPE, IS_ACTION | MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"JOB_ACTION", ATTR_JOB_ACTION, IS_ACTION | MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"NUMBER_OF_ARGUMENTS", ATTR_NUMBER_OF_ARGUMENTS, IS_ACTION | MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"SCHEDULE_NAME", ATTR_SCHEDULE_NAME, IS_TIMING | MAY_BE_NULL},
	{"START_DATE", ATTR_START_DATE, IS_TIMING | IS_CALENDAR | MAY_BE_NULL},
	{"START_DATE_TIMEZONE", ATTR_START_DATE_TIMEZONE, IS_TIMING | IS_CALENDAR},
	{"REPEAT_INTERVAL", ATTR_REPEAT_INTERVAL, IS_TIMING | IS_CALENDAR | MAY_BE_NULL},
	{"END_DATE", ATTR_END_DATE, IS_TIMING | MAY_BE_NULL},
	{"EVENT_SPEC", ATTR_EVENT_SPEC, IS_TIMING | MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"JOB_CLASS", ATTR_JOB_CLASS, MAY_BE_NULL},
	{"JOB_PRIORITY", ATTR_JOB_PRIORITY, MAY_BE_NULL},
	{"JOB_WEIGHT", ATTR_JOB_WEIGHT, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"MAX_FAILURES", ATTR_MAX_FAILURES, MAY_BE_NULL},
	{"MAX_RUNS", ATTR_MAX_RUNS, MAY_BE_NULL},
	{"MAX_RUN_DURATION", ATTR_MAX_RUN_DURATION, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"SCHEDULE_LIMIT", ATTR_SCHEDULE_LIMIT, MAY_BE_NULL},
	{"RESTARTABLE", ATTR_RESTARTABLE, 0},
	{"RESTART_ON_FAILURE", ATTR_RESTART_ON_FAILURE, 0},
	{"RESTART_ON_RECOVERY", ATTR_RESTART_ON_RECOVERY, 0},
	{"MISSED_RUNS", ATTR_MISSED_RUNS, 0},
	{"AUTO_DROP", ATTR_AUTO_DROP, 0},
	{"STOP_ON_WINDOW_CLOSE", ATTR_STOP_ON_WINDOW_CLOSE, NOT_LIGHTWEIGHT},
	{"STOP_ON_WINDOW_EXIT", ATTR_STOP_ON_WINDOW_CLOSE, NOT_LIGHTWEIGHT},
	{"RAISE_EVENTS", ATTR_RAISE_EVENTS, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"LOGGING_LEVEL", ATTR_LOGGING_LEVEL, 0},
	{"STORE_OUTPUT", ATTR_STORE_OUTPUT, NOT_LIGHTWEIGHT},
	{"COMMENTS", ATTR_COMMENTS, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"ENABLED", ATTR_ENABLED, 0},
	{"FOLLOW_DEFAULT_TIMEZONE", ATTR_FOLLOW_DEFAULT_TIMEZONE, IS_TIMING | NOT_LIGHTWEIGHT},
	{"PARALLEL_INSTANCES", ATTR_PARALLEL_INSTANCES, NOT_LIGHTWEIGHT},
	{"INSTANCE_STICKINESS", ATTR_INSTANCE_STICKINESS, NOT_LIGHTWEIGHT},
	{"INSTANCE_ID", ATTR_INSTANCE_ID, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"DATABASE_ROLE", ATTR_DATABASE_ROLE, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"ALLOW_RUNS_IN_RESTRICTED_MODE", ATTR_RESTRICTED_MODE, NOT_LIGHTWEIGHT},
	{"CREDENTIAL_NAME", ATTR_CREDENTIAL, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"CONNECT_CREDENTIAL_NAME", ATTR_CREDENTIAL, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"DESTINATION_NAME", ATTR_DESTINATION, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"DESTINATION", ATTR_DESTINATION, MAY_BE_NULL | NOT_LIGHTWEIGHT},
	{"JOB_STYLE", ATTR_JOB_STYLE, NOT_SETTABLE},
	{"SYSTEM", ATTR_SYSTEM, 0}
};

static int	find_attribute(const char *attribute);
static bool may_change_action(Oid caller, const PgdObject *object);
static bool set_one(Oid caller, PgdJob *job, PgdJobAttr attr,
					const char *name, const PgdAttrValue *value);
static void set_repeat_interval(Oid caller, PgdJob *job,
								const PgdAttrValue *value);
static void refuse_unless(bool harmless, const char *what);
static void require_inline_action(const PgdJob *job, const char *name);
static void require_inline_schedule(const PgdJob *job, const char *name);
static void save(Oid caller, PgdJob *job, bool was_enabled, int flags);

static int
find_attribute(const char *attribute)
{
	StringInfoData known;

	for (int i = 0; i < lengthof(job_attributes); i++)
		if (strcmp(attribute, job_attributes[i].name) == 0)
			return i;
	initStringInfo(&known);
	for (int i = 0; i < lengthof(job_attributes); i++)
		appendStringInfo(&known, "%s%s", i == 0 ? "" :
						 i == lengthof(job_attributes) - 1 ? " and " : ", ",
						 job_attributes[i].name);
	pgd_attr_error_unknown("job", attribute, known.data);
}

/* One attribute: SET_ATTRIBUTE and, with a NULL value, SET_ATTRIBUTE_NULL. */
void
pgd_job_set_attribute(Oid caller, const PgdObject *object,
					  const char *attribute, const PgdAttrValue *value)
{
	int			at;

	pgd_job_set_attributes(caller, object, 1, &attribute, value, &at);
}

/*
 * Sets attributes of a job, which is written, and enabled again, once.
 * *at tells which of them an error was about, n if about none in particular.
 * Outside of catalog scopes.
 */
void
pgd_job_set_attributes(Oid caller, const PgdObject *object, int n,
					   const char *const *attributes,
					   const PgdAttrValue *values, int *at)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	bool		was_enabled;
	bool		will_be_enabled;
	int			changed = 0;
	bool		is_changed = false;

	*at = n;
	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load_for_change(object);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	if (!OidIsValid(object->owner_role))
		pgd_job_error_no_owner(object);

	was_enabled = will_be_enabled = job->is_enabled;
	for (int i = 0; i < n; i++)
	{
		int			a;

		*at = i;
		a = find_attribute(attributes[i]);

		if (job_attributes[a].attr == ATTR_ENABLED)
		{
			will_be_enabled = pgd_attr_to_boolean(attributes[i], &values[i]);
			continue;
		}
		if (pgd_job_put_attribute(caller, job, attributes[i], &values[i]))
		{
			is_changed = true;
			changed |= job_attributes[a].flags;
		}
	}
	*at = n;

	pgd_catalog_enter(&scope);
	if (is_changed)
		save(caller, job, was_enabled && will_be_enabled, changed);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	if (will_be_enabled && !was_enabled)
		pgd_job_enable(caller, object);
	else if (was_enabled && !will_be_enabled)
		pgd_job_disable_by(caller, object, false);
}

/*
 * Puts a value into the job in memory; false if that changes nothing. Checks
 * the value and the caller's rights. Outside of catalog scopes, in the memory
 * context of the job.
 */
bool
pgd_job_put_attribute(Oid caller, PgdJob *job, const char *attribute,
					  const PgdAttrValue *value)
{
	int			i = find_attribute(attribute);
	int			flags = job_attributes[i].flags;
	PgdJobAttr	attr = job_attributes[i].attr;
	const PgdObject *object = job->object;

	if ((job->is_system || attr == ATTR_SYSTEM) && !superuser_arg(caller))
		pgd_error_privilege(psprintf("Job \"%s\" is changed by superusers only.",
									 object->shown), NULL);
	if ((flags & IS_ACTION) && !may_change_action(caller, object))
		pgd_error_privilege(psprintf("What job \"%s\" executes is changed by its owner only.",
									 object->shown),
							"The privilege ALTER on a job does not cover its action.");
	if (flags & NOT_SETTABLE)
		ereport(ERROR,
				(errcode(PGD_ORA(27469)),
				 errmsg("attribute %s of a job cannot be changed",
						attribute),
				 errhint("Drop the job and create it again.")));
	if ((flags & NOT_LIGHTWEIGHT) && pgd_job_is_lightweight(job))
		ereport(ERROR,
				(errcode(PGD_ORA(27494)),
				 errmsg("attribute %s is not permitted for job \"%s\" of style %s",
						attribute, object->shown, job->job_style)));
	if (value->is_null && !(flags & MAY_BE_NULL))
		pgd_error_null(attribute);
	if (!value->is_null && value->type == PGD_ATTR_TEXT &&
		value->text[0] == '\0')
		pgd_attr_error_null(attribute);
	return set_one(caller, job, attr, attribute, value);
}

/* A scope of its own around the question. */
static bool
may_change_action(Oid caller, const PgdObject *object)
{
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	bool		may;

	pgd_catalog_enter(&scope);
	may = pgd_job_may_change_action(caller, object);
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);
	return may;
}

/*
 * Writes a definition of which attributes with these flags were changed.
 * Inside a catalog scope. What stands in the way of enabling it again becomes
 * 27470.
 */
static void
save(Oid caller, PgdJob *job, bool was_enabled, int flags)
{
	MemoryContext context = CurrentMemoryContext;

	(void) pgd_job_follow_time_zone(job);
	if (flags & IS_CALENDAR)
		pgd_job_check_calendar(job, was_enabled);
	pgd_job_update_definition(job);
	pgd_log_job_operation(job->object->id, "UPDATE", pgd_role_show(caller),
						  NULL, false);
	if (!was_enabled)
		return;
	PG_TRY();
	{
		if (flags & IS_TIMING)
			pgd_job_enable_loaded(caller, job, true);
		else
		{
			pgd_job_check_lightweight(job);
			pgd_job_check_runnable(job);
		}
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR,
				(errcode(PGD_ORA(27470)),
				 errmsg("could not enable job \"%s\" again after the change",
						job->object->shown),
				 errdetail("%s", pgd_error_summary(error)),
				 errhint("The job was not changed. Disable it, make all changes, and enable it again.")));
	}
	PG_END_TRY();
}

/*
 * Puts a value into the job; false if there is nothing to write. Outside of
 * catalog scopes, in the memory context of the job.
 */
static bool
set_one(Oid caller, PgdJob *job, PgdJobAttr attr, const char *name,
		const PgdAttrValue *value)
{
	Oid			owner = job->object->owner_role;
	bool		is_null = value->is_null;
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;

	switch (attr)
	{
		case ATTR_PROGRAM_NAME:
			if (is_null)
			{
				job->program_owner_id = PGD_OWNER_NONE;
				job->program_name = NULL;
				return true;
			}
			if (job->job_type != NULL || job->job_action != NULL ||
				job->number_of_arguments != 0)
				ereport(ERROR,
						(errcode(PGD_ORA(27488)),
						 errmsg("cannot set %s of job \"%s\" because it has an inline action",
								name, job->object->shown),
						 errhint("Set JOB_TYPE, JOB_ACTION and NUMBER_OF_ARGUMENTS to NULL first.")));
			pgd_catalog_enter(&scope);
			pgd_job_program_require(owner, job,
									pgd_attr_to_text(name, value, 0));
			pgd_catalog_leave(&scope);
			MemoryContextSwitchTo(context);
			return true;
		case ATTR_JOB_TYPE:
			if (is_null)
			{
				job->job_type = NULL;
				return true;
			}
			require_inline_action(job, name);
			job->job_type = pgd_job_type_check(pgd_attr_to_text(name, value, 0));
			return true;
		case ATTR_JOB_ACTION:
			if (is_null)
			{
				job->job_action = NULL;
				return true;
			}
			require_inline_action(job, name);
			job->job_action = pgd_attr_to_text(name, value,
											   PGD_JOB_ACTION_MAX);
			if (job->job_type != NULL)
				pgd_job_action_check(job->job_type, job->job_action,
									 job->number_of_arguments);
			return true;
		case ATTR_NUMBER_OF_ARGUMENTS:
			if (!is_null)
				require_inline_action(job, name);
			job->number_of_arguments = is_null ? 0 :
				pgd_attr_to_integer(name, value, 0, PGD_JOB_ARGUMENTS_MAX);
			return true;
		case ATTR_SCHEDULE_NAME:
			if (is_null)
			{
				job->schedule_owner_id = PGD_OWNER_NONE;
				job->schedule_name = NULL;
				return true;
			}
			if (job->start_at != DT_NOEND || job->end_at != DT_NOEND ||
				job->repeat_interval != NULL)
				ereport(ERROR,
						(errcode(PGD_ORA(27488)),
						 errmsg("cannot set %s of job \"%s\" because it has an inline schedule",
								name, job->object->shown),
						 errhint("Set START_DATE, REPEAT_INTERVAL and END_DATE to NULL first, while the job is disabled or in one call of set_job_attributes.")));
			pgd_catalog_enter(&scope);
			pgd_job_schedule_require(owner, job,
									 pgd_attr_to_text(name, value, 0));
			pgd_catalog_leave(&scope);
			MemoryContextSwitchTo(context);
			return true;
		case ATTR_START_DATE:
			if (is_null)
			{
				job->start_at = DT_NOEND;
				return true;
			}
			require_inline_schedule(job, name);
			job->start_at = pgd_attr_to_timestamptz(name, value);
			pgd_job_set_time_zone(job, pgd_attr_zone_in_text(value));
			pgd_job_check_dates(job);
			return true;
		case ATTR_START_DATE_TIMEZONE:
			require_inline_schedule(job, name);
			if (pgd_zone_lookup(pgd_attr_to_text(name, value, 0)) == NULL)
				pgd_error_invalid_value(name, value->text,
										"The server does not know this time zone.",
										"Use a name from the view pg_timezone_names, such as Europe/Berlin.");
			pgd_job_set_time_zone(job, value->text);
			return true;
		case ATTR_REPEAT_INTERVAL:
			set_repeat_interval(caller, job, value);
			return true;
		case ATTR_END_DATE:
			if (is_null)
			{
				job->end_at = DT_NOEND;
				return true;
			}
			require_inline_schedule(job, name);
			job->end_at = pgd_attr_to_timestamptz(name, value);
			pgd_job_check_dates(job);
			return true;
		case ATTR_EVENT_SPEC:
			refuse_unless(is_null, "a job that is started by events");
			return false;
		case ATTR_JOB_CLASS:
			pgd_catalog_enter(&scope);
			pgd_job_class_require(owner, job, is_null ? PGD_CLASS_DEFAULT :
								  pgd_attr_to_text(name, value, 0));
			pgd_catalog_leave(&scope);
			MemoryContextSwitchTo(context);
			return true;
		case ATTR_JOB_PRIORITY:
			job->job_priority = is_null ? 3 :
				pgd_attr_to_integer(name, value, 1, 5);
			return true;
		case ATTR_JOB_WEIGHT:
			job->job_weight = is_null ? 1 :
				pgd_attr_to_integer(name, value, 1, 100);
			return true;
		case ATTR_MAX_FAILURES:
			job->max_failures = is_null ? 0 :
				pgd_attr_to_integer(name, value, 1, PGD_JOB_COUNT_MAX);
			return true;
		case ATTR_MAX_RUNS:
			job->max_runs = is_null ? 0 :
				pgd_attr_to_integer(name, value, 1, PGD_JOB_COUNT_MAX);
			return true;
		case ATTR_MAX_RUN_DURATION:
			job->max_run_duration = is_null ? NULL :
				pgd_attr_to_interval(name, value, 1, PGD_LIMIT_MAX);
			return true;
		case ATTR_SCHEDULE_LIMIT:
			job->schedule_limit = is_null ? NULL :
				pgd_attr_to_interval(name, value, PGD_LIMIT_MIN, PGD_LIMIT_MAX);
			return true;
		case ATTR_RESTARTABLE:
			job->restart_on_failure = job->restart_on_recovery =
				pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_RESTART_ON_FAILURE:
			job->restart_on_failure = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_RESTART_ON_RECOVERY:
			job->restart_on_recovery = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_MISSED_RUNS:
			{
				static const char *const rules[] = {"ONCE", "SKIP", "EACH"};
				char	   *rule = pgd_attr_to_text(name, value, 0);

				for (int i = 0; i < lengthof(rules); i++)
				{
					if (pg_strcasecmp(rule, rules[i]) == 0)
					{
						job->missed_runs = unconstify(char *, rules[i]);
						return true;
					}
				}
				pgd_error_invalid_value(name, rule, NULL,
										"Use ONCE, SKIP or EACH.");
			}
			break;
		case ATTR_AUTO_DROP:
			job->auto_drop = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_STOP_ON_WINDOW_CLOSE:
			job->stop_on_window_close = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_RAISE_EVENTS:
			refuse_unless(is_null ||
						  pgd_attr_to_integer(name, value, 0, 1023) == 0,
						  "raising events of a job");
			return false;
		case ATTR_LOGGING_LEVEL:
			job->logging_level = pgd_attr_to_logging_level(name, value);
			return true;
		case ATTR_STORE_OUTPUT:
			job->store_output = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_COMMENTS:
			job->comments = is_null ? NULL :
				pgd_attr_to_text(name, value, PGD_JOB_COMMENTS_MAX);
			return true;
		case ATTR_FOLLOW_DEFAULT_TIMEZONE:
			job->follow_default_timezone = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_PARALLEL_INSTANCES:
			refuse_unless(!pgd_attr_to_boolean(name, value),
						  "running instances of a job in parallel");
			return false;
		case ATTR_INSTANCE_STICKINESS:
			job->instance_stickiness = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_INSTANCE_ID:
			job->instance_id = is_null ? 0 :
				pgd_attr_to_integer(name, value, 1, PG_INT32_MAX);
			return true;
		case ATTR_DATABASE_ROLE:
			if (!is_null)
			{
				char	   *role = pgd_attr_to_text(name, value, 0);

				if (pg_strcasecmp(role, "LOGICAL STANDBY") == 0 ||
					pg_strcasecmp(role, "ALL") == 0)
					refuse_unless(false, "running a job on a standby");
				if (pg_strcasecmp(role, "PRIMARY") != 0)
					pgd_error_invalid_value(name, role, NULL, "Use PRIMARY.");
			}
			return false;
		case ATTR_RESTRICTED_MODE:
			job->allow_runs_in_restricted_mode =
				pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_CREDENTIAL:
			refuse_unless(is_null, "a job with a credential");
			return false;
		case ATTR_DESTINATION:
			refuse_unless(is_null, "a job with a destination");
			return false;
		case ATTR_SYSTEM:
			job->is_system = pgd_attr_to_boolean(name, value);
			return true;
		case ATTR_JOB_STYLE:
		case ATTR_ENABLED:
			break;
	}
	elog(ERROR, "attribute %s is not handled", name);
}

/*
 * An SQL expression is evaluated as the owner, so that ALTER on the job does
 * not suffice to set one.
 */
static void
set_repeat_interval(Oid caller, PgdJob *job, const PgdAttrValue *value)
{
	if (value->is_null)
	{
		job->repeat_interval = job->interval_kind = NULL;
		return;
	}
	require_inline_schedule(job, "REPEAT_INTERVAL");
	job->repeat_interval = pgd_attr_to_text("REPEAT_INTERVAL", value,
											PGD_JOB_INTERVAL_MAX);
	job->interval_kind = pgd_job_interval_kind(job->object->owner_role,
											   job->repeat_interval);
	if (strcmp(job->interval_kind, "EXPRESSION") == 0 &&
		!may_change_action(caller, job->object))
		pgd_error_privilege(psprintf("A repeat expression of job \"%s\" is set by its owner only.",
									 job->object->shown),
							"Use a calendar string.");
}

static void
refuse_unless(bool harmless, const char *what)
{
	if (!harmless)
		pgd_error_not_supported(what);
}

static void
require_inline_action(const PgdJob *job, const char *name)
{
	if (job->program_name != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27488)),
				 errmsg("cannot set %s of job \"%s\" because it uses program \"%s\"",
						name, job->object->shown, job->program_name),
				 errhint("Set PROGRAM_NAME to NULL first.")));
}

static void
require_inline_schedule(const PgdJob *job, const char *name)
{
	if (job->schedule_name != NULL)
		ereport(ERROR,
				(errcode(PGD_ORA(27488)),
				 errmsg("cannot set %s of job \"%s\" because it uses schedule \"%s\"",
						name, job->object->shown, job->schedule_name),
				 errhint("Set SCHEDULE_NAME to NULL first.")));
}

/*
 * GET_ATTRIBUTE. Outside of catalog scopes; the value is in the memory
 * context of the object.
 */
void
pgd_job_get_attribute(Oid caller, const PgdObject *object,
					  const char *attribute, PgdAttrValue *value)
{
	int			i = find_attribute(attribute);
	MemoryContext context = CurrentMemoryContext;
	PgdCatalogScope scope;
	PgdJob	   *job;
	char	   *owner = NULL;

	pgd_catalog_enter(&scope);
	pgd_object_require_alter(caller, object);
	job = pgd_job_load(object);
	if (job->program_name != NULL && job_attributes[i].attr == ATTR_PROGRAM_NAME)
		owner = MemoryContextStrdup(context, pgd_owner_show(job->program_owner_id));
	if (job->schedule_name != NULL && job_attributes[i].attr == ATTR_SCHEDULE_NAME)
		owner = MemoryContextStrdup(context, pgd_owner_show(job->schedule_owner_id));
	pgd_catalog_leave(&scope);
	MemoryContextSwitchTo(context);

	switch (job_attributes[i].attr)
	{
		case ATTR_PROGRAM_NAME:
			pgd_attr_put_text(value, job->program_name == NULL ? NULL :
							  pgd_name_display(owner, job->program_name));
			break;
		case ATTR_JOB_TYPE:
			pgd_attr_put_text(value, job->job_type);
			break;
		case ATTR_JOB_ACTION:
			pgd_attr_put_text(value, job->job_action);
			break;
		case ATTR_NUMBER_OF_ARGUMENTS:
			pgd_attr_put_integer(value, job->number_of_arguments, false);
			break;
		case ATTR_SCHEDULE_NAME:
			pgd_attr_put_text(value, job->schedule_name == NULL ? NULL :
							  pgd_name_display(owner, job->schedule_name));
			break;
		case ATTR_START_DATE:
			pgd_attr_put_timestamptz(value, job->start_at);
			break;
		case ATTR_START_DATE_TIMEZONE:
			pgd_attr_put_text(value, job->time_zone);
			break;
		case ATTR_REPEAT_INTERVAL:
			pgd_attr_put_text(value, job->repeat_interval);
			break;
		case ATTR_END_DATE:
			pgd_attr_put_timestamptz(value, job->end_at);
			break;
		case ATTR_JOB_CLASS:
			pgd_attr_put_text(value, pgd_name_display("SYS", job->job_class));
			break;
		case ATTR_JOB_PRIORITY:
			pgd_attr_put_integer(value, job->job_priority, false);
			break;
		case ATTR_JOB_WEIGHT:
			pgd_attr_put_integer(value, job->job_weight, false);
			break;
		case ATTR_MAX_FAILURES:
			pgd_attr_put_integer(value, job->max_failures,
								 job->max_failures == 0);
			break;
		case ATTR_MAX_RUNS:
			pgd_attr_put_integer(value, job->max_runs, job->max_runs == 0);
			break;
		case ATTR_MAX_RUN_DURATION:
			pgd_attr_put_interval(value, job->max_run_duration);
			break;
		case ATTR_SCHEDULE_LIMIT:
			pgd_attr_put_interval(value, job->schedule_limit);
			break;
		case ATTR_RESTARTABLE:
			pgd_attr_put_boolean(value, job->restart_on_failure &&
								 job->restart_on_recovery);
			break;
		case ATTR_RESTART_ON_FAILURE:
			pgd_attr_put_boolean(value, job->restart_on_failure);
			break;
		case ATTR_RESTART_ON_RECOVERY:
			pgd_attr_put_boolean(value, job->restart_on_recovery);
			break;
		case ATTR_MISSED_RUNS:
			pgd_attr_put_text(value, job->missed_runs);
			break;
		case ATTR_AUTO_DROP:
			pgd_attr_put_boolean(value, job->auto_drop);
			break;
		case ATTR_STOP_ON_WINDOW_CLOSE:
			pgd_attr_put_boolean(value, job->stop_on_window_close);
			break;
		case ATTR_RAISE_EVENTS:
			pgd_attr_put_integer(value, job->raise_events, false);
			break;
		case ATTR_LOGGING_LEVEL:
			pgd_attr_put_integer(value, job->logging_level, false);
			break;
		case ATTR_STORE_OUTPUT:
			pgd_attr_put_boolean(value, job->store_output);
			break;
		case ATTR_COMMENTS:
			pgd_attr_put_text(value, job->comments);
			break;
		case ATTR_ENABLED:
			pgd_attr_put_boolean(value, job->is_enabled);
			break;
		case ATTR_FOLLOW_DEFAULT_TIMEZONE:
			pgd_attr_put_boolean(value, job->follow_default_timezone);
			break;
		case ATTR_PARALLEL_INSTANCES:
			pgd_attr_put_boolean(value, job->parallel_instances);
			break;
		case ATTR_INSTANCE_STICKINESS:
			pgd_attr_put_boolean(value, job->instance_stickiness);
			break;
		case ATTR_INSTANCE_ID:
			pgd_attr_put_integer(value, job->instance_id,
								 job->instance_id == 0);
			break;
		case ATTR_DATABASE_ROLE:
			pgd_attr_put_text(value, job->database_role);
			break;
		case ATTR_RESTRICTED_MODE:
			pgd_attr_put_boolean(value, job->allow_runs_in_restricted_mode);
			break;
		case ATTR_JOB_STYLE:
			pgd_attr_put_text(value, job->job_style);
			break;
		case ATTR_SYSTEM:
			pgd_attr_put_boolean(value, job->is_system);
			break;
		case ATTR_EVENT_SPEC:
		case ATTR_CREDENTIAL:
		case ATTR_DESTINATION:
			pgd_attr_put_text(value, NULL);
			break;
	}
}
