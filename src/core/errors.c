/*
 * errors.c
 *		The errors that Oracle documents and that more than one place raises:
 *		same fault, same code, same text.
 *
 * They can be raised anywhere inside a transaction; texts given may live in
 * any memory context.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "core/errors.h"

/* bytes of a faulty text that a message repeats */
#define PGD_SHOWN_MAX	256

static const char *shorten(const char *text);

/* The ORA number behind an SQLSTATE of PGD_ORA(), 0 for any other. */
int
pgd_ora_number(int sqlstate)
{
	const char *text = unpack_sql_state(sqlstate);
	int			number;

	switch (text[0])
	{
		case 'Q':
			number = 0;
			break;
		case 'I':
			number = 1;
			break;
		case 'O':
			number = 2;
			break;
		case 'T':
			number = 3;
			break;
		default:
			return 0;
	}
	for (int i = 1; i < 5; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return 0;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

void
pgd_error_null(const char *what)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27451)),
			 errmsg("%s cannot be NULL", what)));
}

void
pgd_error_missing(const char *what, const char *text)
{
	if (text == NULL)
		pgd_error_null(what);
	ereport(ERROR,
			(errcode(PGD_ORA(27451)),
			 errmsg("%s cannot be empty", what)));
}

void
pgd_error_invalid_name(const char *what, const char *value,
					   const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27452)),
			 errmsg("invalid %s: \"%s\"", what, shorten(value)),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 errhint("Put a name that is not a plain identifier into double quotes, and the owner's name in front, separated by a dot.")));
}

void
pgd_error_invalid_single_name(const char *what, const char *value,
							  const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27452)),
			 errmsg("invalid %s: \"%s\"", what, shorten(value)),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 errhint("Put a name that is not a plain identifier into double quotes.")));
}

void
pgd_error_invalid_prefix(const char *value, const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27452)),
			 errmsg("invalid prefix of job names: \"%s\"", shorten(value)),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 errhint("A prefix is a plain identifier, or a text in double quotes, of at most 18 characters, and does not end in a digit.")));
}

char *
pgd_error_sentence(const char *message)
{
	char	   *sentence = psprintf("%s.", message);

	sentence[0] = pg_ascii_toupper((unsigned char) sentence[0]);
	return sentence;
}

char *
pgd_error_summary(const ErrorData *error)
{
	if (error->detail == NULL)
		return psprintf("%s: %s", unpack_sql_state(error->sqlerrcode),
						error->message);
	return psprintf("%s: %s: %s", unpack_sql_state(error->sqlerrcode),
					error->message, error->detail);
}

void
pgd_error_too_long(const char *what, int limit)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27461)),
			 errmsg("%s is too long", what),
			 errdetail("The limit is %d bytes.", limit)));
}

void
pgd_error_invalid_value(const char *attribute, const char *value,
						const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27465)),
			 value != NULL ?
			 errmsg("invalid value for attribute %s: \"%s\"", attribute,
					shorten(value)) :
			 errmsg("invalid value for attribute %s", attribute),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 hint != NULL ? errhint("%s", hint) : 0));
}

void
pgd_error_no_job(const char *shown)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27475)),
			 errmsg("job \"%s\" does not exist", shown)));
}

void
pgd_error_no_object(const char *kind, const char *shown)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27476)),
			 errmsg("%s \"%s\" does not exist", kind, shown)));
}

void
pgd_error_exists(const char *kind, const char *shown)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27477)),
			 errmsg("%s \"%s\" already exists", kind, shown),
			 errdetail("All scheduler objects of one owner share one name space.")));
}

void
pgd_error_job_running(const char *shown)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27478)),
			 errmsg("job \"%s\" is running", shown),
			 errhint("Stop it with stop_job, or wait until its run has ended.")));
}

void
pgd_error_dependents(const char *verb, const char *kind, const char *shown,
					 const char *detail)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27479)),
			 errmsg("cannot %s %s \"%s\" because other objects depend on it",
					verb, kind, shown),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 errhint("Change or drop these first, or pass force => true.")));
}

void
pgd_error_privilege(const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(PGD_ORA(27486)),
			 errmsg("insufficient privileges"),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 hint != NULL ? errhint("%s", hint) : 0));
}

void
pgd_error_not_supported(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s is not supported yet", what)));
}

/* The beginning of a text that is too long for a message. */
static const char *
shorten(const char *text)
{
	int			len = strlen(text);

	if (len <= PGD_SHOWN_MAX)
		return text;
	return psprintf("%.*s...", pg_mbcliplen(text, len, PGD_SHOWN_MAX), text);
}

bool
pgd_error_is_cancel(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
		error->message_id != NULL &&
		strcmp(error->message_id,
			   "canceling statement due to user request") == 0;
}
