/*
 * manager_directive.c
 *		Plan directives in the pending area: what a plan gives a consumer group
 *		or a sub-plan.
 *
 * CREATE_ and UPDATE_PLAN_DIRECTIVE have the same arguments in the same
 * order, Oracle's and then ours. A table says of each number what it may be.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/change.h"
#include "core/errors.h"
#include "resource/manager_int.h"

#define NUMBER_MAX		1e12
#define LEVELS			8

/* arguments, counted from 0 */
#define ARG_PLAN				0
#define ARG_TARGET				1
#define ARG_COMMENT				2
#define ARG_CPU_P1				3
#define ARG_SWITCH_GROUP		14
#define ARG_SWITCH_TIME			15
#define ARG_SWITCH_ESTIMATE		16
#define ARG_SWITCH_TIME_IN_CALL	21
#define ARG_MGMT_P1				22
#define ARG_SWITCH_FOR_CALL		32
#define ARG_MAX_UTILIZATION		33
#define ARG_PARALLEL_TARGET		34
#define ARG_PARALLEL_SERVER		36
#define ARG_UTILIZATION			37
#define ARG_STMT_CRITICAL		41
#define ARG_TIMEOUT_ACTION		43
#define ARG_WORKER_SETTINGS		44

/* what a number may be */
typedef enum PgdNumberKind
{
	NUMBER_PERCENT,				/* 0 to 100: 29361 */
	NUMBER_AMOUNT,				/* not negative */
	NUMBER_COUNT,				/* the same, without a fraction */
	NUMBER_WEIGHT,				/* more than 0 */
	NUMBER_NICENESS				/* 0 to 19, without a fraction */
} PgdNumberKind;

typedef struct PgdNumber
{
	const char *name;
	int			argument;
	PgdNumberKind kind;
	bool		is_idle;		/* without effect */
} PgdNumber;

/* in the order of the parameters of the statements, from $4 on */
static const PgdNumber numbers[] = {
	{"MGMT_P1", 22, NUMBER_PERCENT, false},
	{"MGMT_P2", 23, NUMBER_PERCENT, false},
	{"MGMT_P3", 24, NUMBER_PERCENT, false},
	{"MGMT_P4", 25, NUMBER_PERCENT, false},
	{"MGMT_P5", 26, NUMBER_PERCENT, false},
	{"MGMT_P6", 27, NUMBER_PERCENT, false},
	{"MGMT_P7", 28, NUMBER_PERCENT, false},
	{"MGMT_P8", 29, NUMBER_PERCENT, false},
	{"ACTIVE_SESS_POOL_P1", 11, NUMBER_COUNT, false},
	{"QUEUEING_P1", 12, NUMBER_COUNT, false},
	{"PARALLEL_DEGREE_LIMIT_P1", 13, NUMBER_COUNT, false},
	{"SWITCH_TIME", ARG_SWITCH_TIME, NUMBER_AMOUNT, false},
	{"MAX_EST_EXEC_TIME", 17, NUMBER_AMOUNT, true},
	{"UNDO_POOL", 18, NUMBER_AMOUNT, true},
	{"MAX_IDLE_TIME", 19, NUMBER_AMOUNT, true},
	{"MAX_IDLE_BLOCKER_TIME", 20, NUMBER_AMOUNT, true},
	{"SWITCH_IO_MEGABYTES", 30, NUMBER_AMOUNT, false},
	{"SWITCH_IO_REQS", 31, NUMBER_AMOUNT, false},
	{"PARALLEL_QUEUE_TIMEOUT", 35, NUMBER_AMOUNT, true},
	{"PARALLEL_SERVER_LIMIT", ARG_PARALLEL_SERVER, NUMBER_PERCENT, false},
	{"UTILIZATION_LIMIT", ARG_UTILIZATION, NUMBER_PERCENT, false},
	{"SWITCH_IO_LOGICAL", 38, NUMBER_AMOUNT, false},
	{"SWITCH_ELAPSED_TIME", 39, NUMBER_AMOUNT, false},
	{"SHARES", 40, NUMBER_WEIGHT, false},
	{"SESSION_PGA_LIMIT", 42, NUMBER_AMOUNT, false},
	{"WORKER_NICENESS", 45, NUMBER_NICENESS, false}
};

/* the statements' parameters: keys, comment, numbers, and these */
enum
{
	VALUE_PLAN,
	VALUE_TARGET,
	VALUE_COMMENT,
	VALUE_NUMBERS,
	VALUE_SWITCH_GROUP = VALUE_NUMBERS + lengthof(numbers),
	VALUE_SWITCH_FOR_CALL,
	VALUE_SWITCH_ESTIMATE,
	VALUE_STMT_CRITICAL,
	VALUE_TIMEOUT_ACTION,
	VALUE_WORKER_SETTINGS,
	NVALUES
};

typedef struct PgdDirectiveCall
{
	char	   *plan;
	char	   *target;
	ArrayType  *settings;		/* as given; NULL: not given */
	Oid			types[NVALUES];
	Datum		values[NVALUES];
	char		nulls[NVALUES];
} PgdDirectiveCall;

static void read_call(FunctionCallInfo fcinfo, PgdDirectiveCall *call,
					  bool is_update);
static List *read_numbers(FunctionCallInfo fcinfo, PgdDirectiveCall *call,
						  bool is_update);
static int	argument_of(FunctionCallInfo fcinfo, const PgdNumber *number);
static bool is_default(Datum value, bool is_update);
static void check_number(const PgdNumber *number, Datum value);
static List *read_words(FunctionCallInfo fcinfo, PgdDirectiveCall *call);
static void put_text(PgdDirectiveCall *call, int value, const char *text);
static void put_bool(PgdDirectiveCall *call, int value,
					 FunctionCallInfo fcinfo, int argument);
static void check_word(const char *parameter, const char *word,
					   const char *const *allowed, const char *detail);
static void put_settings(PgdDirectiveCall *call);
static bool has_directive(const char *plan, const char *target);
static void get_directive(const char *plan, const char *target);
static void require_open_plan(const char *plan);

PG_FUNCTION_INFO_V1(pgd_resource_create_plan_directive);
PG_FUNCTION_INFO_V1(pgd_resource_update_plan_directive);
PG_FUNCTION_INFO_V1(pgd_resource_delete_plan_directive);

Datum
pgd_resource_create_plan_directive(PG_FUNCTION_ARGS)
{
	PgdDirectiveCall call;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	read_call(fcinfo, &call, false);
	if (strcmp(call.plan, call.target) == 0)
		ereport(ERROR,
				(errcode(PGD_ORA(29385)),
				 errmsg("cannot create plan directive from \"%s\" to \"%s\"",
						call.plan, call.target),
				 errdetail("A plan cannot be its own sub-plan.")));
	pgd_pending_enter(&scope);
	pgd_pending_get_plan(call.plan, false);
	require_open_plan(call.plan);
	if (has_directive(call.plan, call.target))
		ereport(ERROR,
				(errcode(PGD_ORA(29364)),
				 errmsg("plan directive \"%s\", \"%s\" already exists",
						call.plan, call.target)));
	put_settings(&call);
	pgd_change_sql("INSERT INTO dbms.plan_directive (plan, group_or_subplan, is_pending, comments, mgmt_p,"
				   " active_sess_pool_p1, queueing_p1, parallel_degree_limit_p1, switch_time,"
				   " max_est_exec_time, undo_pool, max_idle_time, max_idle_blocker_time,"
				   " switch_io_megabytes, switch_io_reqs, parallel_queue_timeout, parallel_server_limit,"
				   " utilization_limit, switch_io_logical, switch_elapsed_time, shares, session_pga_limit,"
				   " worker_niceness, switch_group, switch_for_call, switch_estimate,"
				   " parallel_stmt_critical, pq_timeout_action, worker_settings)"
				   " VALUES ($1, $2, true, $3, ARRAY[$4, $5, $6, $7, $8, $9, $10, $11], $12, $13, $14,"
				   " $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,"
				   " nullif($30, ''), $31, coalesce($32, false), nullif($33, ''), nullif($34, ''),"
				   " nullif($35, '{}'))",
				   NVALUES, call.types, call.values, call.nulls,
				   SPI_OK_INSERT);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* a number that is not given stays, -1 is the default */
#define NEW_NUMBER(n, column) \
	"CASE WHEN " n " = -1 THEN NULL ELSE coalesce(" n ", " column ") END"
#define SET_NUMBER(n, column) ", " column " = " NEW_NUMBER(n, column)

Datum
pgd_resource_update_plan_directive(PG_FUNCTION_ARGS)
{
	PgdDirectiveCall call;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	read_call(fcinfo, &call, true);
	pgd_pending_enter(&scope);
	get_directive(call.plan, call.target);
	put_settings(&call);
	pgd_change_sql("UPDATE dbms.plan_directive SET is_system = false, comments = coalesce($3, comments),"
				   " mgmt_p = ARRAY[" NEW_NUMBER("$4", "mgmt_p[1]") ", " NEW_NUMBER("$5", "mgmt_p[2]")
				   ", " NEW_NUMBER("$6", "mgmt_p[3]") ", " NEW_NUMBER("$7", "mgmt_p[4]")
				   ", " NEW_NUMBER("$8", "mgmt_p[5]") ", " NEW_NUMBER("$9", "mgmt_p[6]")
				   ", " NEW_NUMBER("$10", "mgmt_p[7]") ", " NEW_NUMBER("$11", "mgmt_p[8]") "]"
				   SET_NUMBER("$12", "active_sess_pool_p1")
				   SET_NUMBER("$13", "queueing_p1")
				   SET_NUMBER("$14", "parallel_degree_limit_p1")
				   SET_NUMBER("$15", "switch_time")
				   SET_NUMBER("$16", "max_est_exec_time")
				   SET_NUMBER("$17", "undo_pool")
				   SET_NUMBER("$18", "max_idle_time")
				   SET_NUMBER("$19", "max_idle_blocker_time")
				   SET_NUMBER("$20", "switch_io_megabytes")
				   SET_NUMBER("$21", "switch_io_reqs")
				   SET_NUMBER("$22", "parallel_queue_timeout")
				   SET_NUMBER("$23", "parallel_server_limit")
				   SET_NUMBER("$24", "utilization_limit")
				   SET_NUMBER("$25", "switch_io_logical")
				   SET_NUMBER("$26", "switch_elapsed_time")
				   SET_NUMBER("$27", "shares")
				   SET_NUMBER("$28", "session_pga_limit")
				   SET_NUMBER("$29", "worker_niceness")
				   ", switch_group = nullif(coalesce($30, switch_group), '')"
				   ", switch_for_call = coalesce($31, switch_for_call)"
				   ", switch_estimate = coalesce($32, switch_estimate)"
				   ", parallel_stmt_critical = nullif(coalesce($33, parallel_stmt_critical), '')"
				   ", pq_timeout_action = nullif(coalesce($34, pq_timeout_action), '')"
				   ", worker_settings = nullif(coalesce($35, worker_settings), '{}')"
				   " WHERE plan = $1 AND group_or_subplan = $2 AND is_pending",
				   NVALUES, call.types, call.values, call.nulls,
				   SPI_OK_UPDATE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

Datum
pgd_resource_delete_plan_directive(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	Datum		values[2];
	char	   *plan;
	char	   *target;
	PgdCatalogScope scope;

	pgd_manager_require(fcinfo);
	plan = pgd_manager_name(fcinfo, ARG_PLAN, PGD_PLAN_NAME);
	target = pgd_manager_name(fcinfo, ARG_TARGET,
							  "name of a consumer group or sub-plan");
	values[0] = CStringGetTextDatum(plan);
	values[1] = CStringGetTextDatum(target);
	pgd_pending_enter(&scope);
	get_directive(plan, target);
	pgd_change_sql("DELETE FROM dbms.plan_directive WHERE plan = $1 AND group_or_subplan = $2 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_DELETE);
	pgd_catalog_leave(&scope);
	PG_RETURN_VOID();
}

/* For plans that are made in one call; level is from 1 on. */
void
pgd_pending_add_level(const char *plan, const char *group, int level,
					  Datum percent)
{
	Oid			types[] = {TEXTOID, TEXTOID, INT4OID, NUMERICOID};
	Datum		values[4];

	values[0] = CStringGetTextDatum(plan);
	values[1] = CStringGetTextDatum(group);
	values[2] = Int32GetDatum(level);
	values[3] = percent;
	pgd_change_sql("INSERT INTO dbms.plan_directive (plan, group_or_subplan, is_pending, mgmt_p)"
				   " SELECT $1, $2, true, array_agg(CASE WHEN n = $3 THEN $4 END ORDER BY n)"
				   " FROM generate_series(1, 8) AS n",
				   lengthof(types), types, values, NULL, SPI_OK_INSERT);
}

/* All arguments but the settings, which need the catalog. */
static void
read_call(FunctionCallInfo fcinfo, PgdDirectiveCall *call, bool is_update)
{
	List	   *idle;

	memset(call, 0, sizeof(PgdDirectiveCall));
	memset(call->nulls, 'n', sizeof(call->nulls));
	for (int i = 0; i < NVALUES; i++)
		call->types[i] = TEXTOID;
	call->plan = pgd_manager_name(fcinfo, ARG_PLAN, PGD_PLAN_NAME);
	call->target = pgd_manager_name(fcinfo, ARG_TARGET,
									"name of a consumer group or sub-plan");
	put_text(call, VALUE_PLAN, call->plan);
	put_text(call, VALUE_TARGET, call->target);
	put_text(call, VALUE_COMMENT, pgd_manager_comment(fcinfo, ARG_COMMENT));
	idle = read_numbers(fcinfo, call, is_update);
	idle = list_concat(idle, read_words(fcinfo, call));
	call->types[VALUE_WORKER_SETTINGS] = TEXTARRAYOID;
	if (!PG_ARGISNULL(ARG_WORKER_SETTINGS))
		call->settings = PG_GETARG_ARRAYTYPE_P(ARG_WORKER_SETTINGS);
	pgd_manager_warn(idle);
}

/* Returns the names of those without effect. */
static List *
read_numbers(FunctionCallInfo fcinfo, PgdDirectiveCall *call, bool is_update)
{
	List	   *idle = NIL;

	for (int i = 0; i < lengthof(numbers); i++)
	{
		int			argument = argument_of(fcinfo, &numbers[i]);
		int			value = VALUE_NUMBERS + i;

		call->types[value] = NUMERICOID;
		if (PG_ARGISNULL(argument))
			continue;
		call->values[value] = PG_GETARG_DATUM(argument);
		call->nulls[value] = ' ';
		if (is_default(call->values[value], is_update))
			continue;
		check_number(&numbers[i], call->values[value]);
		if (numbers[i].is_idle)
			idle = lappend(idle, unconstify(char *, numbers[i].name));
	}
	return idle;
}

/* Some have an older name, too. */
static int
argument_of(FunctionCallInfo fcinfo, const PgdNumber *number)
{
	int			argument = number->argument;

	if (argument >= ARG_MGMT_P1 && argument < ARG_MGMT_P1 + LEVELS)
	{
		int			level = argument - ARG_MGMT_P1;

		return pgd_manager_either(fcinfo, ARG_CPU_P1 + level, argument,
								  psprintf("CPU_P%d", level + 1),
								  number->name);
	}
	switch (argument)
	{
		case ARG_SWITCH_TIME:
			return pgd_manager_either(fcinfo, ARG_SWITCH_TIME_IN_CALL,
									  argument, "SWITCH_TIME_IN_CALL",
									  number->name);
		case ARG_UTILIZATION:
			return pgd_manager_either(fcinfo, ARG_MAX_UTILIZATION, argument,
									  "MAX_UTILIZATION_LIMIT", number->name);
		case ARG_PARALLEL_SERVER:
			return pgd_manager_either(fcinfo, ARG_PARALLEL_TARGET, argument,
									  "PARALLEL_TARGET_PERCENTAGE",
									  number->name);
		default:
			return argument;
	}
}

/* -1 in an update stands for the default. */
static bool
is_default(Datum value, bool is_update)
{
	return is_update &&
		DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value)) == -1;
}

static void
check_number(const PgdNumber *number, Datum value)
{
	double		amount = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
	const char *detail = NULL;

	switch (number->kind)
	{
		case NUMBER_PERCENT:
			pgd_manager_check_percent(number->name, value);
			return;
		case NUMBER_AMOUNT:
			if (!(amount >= 0 && amount <= NUMBER_MAX))
				detail = "It must be between 0 and 1000000000000.";
			break;
		case NUMBER_COUNT:
			if (!(amount >= 0 && amount <= PG_INT32_MAX) ||
				amount != rint(amount))
				detail = "It must be an integer between 0 and 2147483647.";
			break;
		case NUMBER_WEIGHT:
			if (!(amount > 0 && amount <= NUMBER_MAX))
				detail = "It must be greater than 0, and at most 1000000000000.";
			break;
		case NUMBER_NICENESS:
			if (!(amount >= 0 && amount <= 19) || amount != rint(amount))
				detail = "It must be an integer between 0 and 19: who is not root cannot go below.";
			break;
	}
	if (detail != NULL)
		pgd_error_invalid_value(number->name,
								DatumGetCString(DirectFunctionCall1(numeric_out, value)),
								detail, NULL);
}

void
pgd_manager_check_percent(const char *parameter, Datum percent)
{
	double		amount = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, percent));

	if (!(amount >= 0 && amount <= 100))
		ereport(ERROR,
				(errcode(PGD_ORA(29361)),
				 errmsg("value %s of %s is outside the valid range of 0 to 100",
						DatumGetCString(DirectFunctionCall1(numeric_out, percent)),
						parameter)));
}

/* Texts and booleans; returns the names of those without effect. */
static List *
read_words(FunctionCallInfo fcinfo, PgdDirectiveCall *call)
{
	static const char *const critical[] = {"TRUE", "FALSE", "QUEUE", "BYPASS_QUEUE", NULL};
	static const char *const actions[] = {"CANCEL", "RUN", NULL};
	List	   *idle = NIL;
	char	   *text = pgd_arg_text(fcinfo, ARG_SWITCH_GROUP);

	if (text != NULL && text[0] != '\0')
		text = pgd_name_fold(text, PGD_GROUP_NAME);
	put_text(call, VALUE_SWITCH_GROUP, text);
	put_bool(call, VALUE_SWITCH_FOR_CALL, fcinfo, ARG_SWITCH_FOR_CALL);
	if (!PG_ARGISNULL(ARG_SWITCH_TIME_IN_CALL))
	{
		call->values[VALUE_SWITCH_FOR_CALL] = BoolGetDatum(true);
		call->nulls[VALUE_SWITCH_FOR_CALL] = ' ';
	}
	put_bool(call, VALUE_SWITCH_ESTIMATE, fcinfo, ARG_SWITCH_ESTIMATE);
	if (call->nulls[VALUE_SWITCH_ESTIMATE] == ' ' &&
		DatumGetBool(call->values[VALUE_SWITCH_ESTIMATE]))
		idle = lappend(idle, "SWITCH_ESTIMATE");

	text = pgd_arg_text(fcinfo, ARG_STMT_CRITICAL);
	if (text != NULL && text[0] != '\0')
	{
		text = pgd_manager_word(fcinfo, ARG_STMT_CRITICAL);
		check_word("PARALLEL_STMT_CRITICAL", text, critical,
				   "It must be TRUE, FALSE, QUEUE or BYPASS_QUEUE.");
		idle = lappend(idle, "PARALLEL_STMT_CRITICAL");
	}
	put_text(call, VALUE_STMT_CRITICAL, text);
	text = pgd_arg_text(fcinfo, ARG_TIMEOUT_ACTION);
	if (text != NULL && text[0] != '\0')
	{
		text = pgd_manager_word(fcinfo, ARG_TIMEOUT_ACTION);
		check_word("PQ_TIMEOUT_ACTION", text, actions,
				   "It must be CANCEL or RUN.");
		idle = lappend(idle, "PQ_TIMEOUT_ACTION");
	}
	put_text(call, VALUE_TIMEOUT_ACTION, text);
	return idle;
}

static void
put_text(PgdDirectiveCall *call, int value, const char *text)
{
	call->values[value] = pgd_text_or_null(text, &call->nulls[value]);
}

static void
put_bool(PgdDirectiveCall *call, int value, FunctionCallInfo fcinfo,
		 int argument)
{
	call->types[value] = BOOLOID;
	if (PG_ARGISNULL(argument))
		return;
	call->values[value] = PG_GETARG_DATUM(argument);
	call->nulls[value] = ' ';
}

static void
check_word(const char *parameter, const char *word,
		   const char *const *allowed, const char *detail)
{
	for (int i = 0; allowed[i] != NULL; i++)
		if (strcmp(word, allowed[i]) == 0)
			return;
	pgd_error_invalid_value(parameter, word, detail, NULL);
}

static void
put_settings(PgdDirectiveCall *call)
{
	if (call->settings == NULL)
		return;
	call->values[VALUE_WORKER_SETTINGS] = pgd_worker_settings(call->settings);
	call->nulls[VALUE_WORKER_SETTINGS] = ' ';
}

static bool
has_directive(const char *plan, const char *target)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {CStringGetTextDatum(plan), CStringGetTextDatum(target)};

	return pgd_sql("SELECT is_mandatory FROM dbms.plan_directive"
				   " WHERE plan = $1 AND group_or_subplan = $2 AND is_pending",
				   lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0;
}

/* 29362 if there is none, 29363 if it is mandatory. */
static void
get_directive(const char *plan, const char *target)
{
	pgd_pending_get_plan(plan, false);
	if (!has_directive(plan, target))
		ereport(ERROR,
				(errcode(PGD_ORA(29362)),
				 errmsg("plan directive \"%s\", \"%s\" does not exist", plan,
						target)));
	if (pgd_column_bool(0, 0))
		ereport(ERROR,
				(errcode(PGD_ORA(29363)),
				 errmsg("plan directive \"%s\", \"%s\" is mandatory and cannot be changed or deleted",
						plan, target)));
}

/* 29386: a plan with mandatory directives has all that it is to have. */
static void
require_open_plan(const char *plan)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(plan)};

	if (pgd_sql("SELECT 1 FROM dbms.plan_directive WHERE plan = $1 AND is_pending AND is_mandatory LIMIT 1",
				lengthof(types), types, values, NULL, SPI_OK_SELECT) > 0)
		pgd_error_mandatory("resource plan", plan);
}
