/*
 * output.c
 *		Collects what a run would have sent to its client as notices.
 *
 * A background worker has no client, and the server drops such messages
 * early (whereToSendOutput is DestNone).  So for the time of a run we pretend
 * to have a client whose connection is a buffer: notices are taken apart and
 * kept, all else that the server sends is dropped.  As parallel workers do
 * it, in libpq/pqmq.c.
 *
 * The callbacks run while an error is reported, possibly for lack of memory
 * or on the way out of the process: they allocate nothing (but to convert
 * from a client encoding that the user's code chose) and throw nothing.
 */
#include "postgres.h"

/* we look into no connection, so its libraries' headers are not needed */
#undef ENABLE_GSS
#undef USE_OPENSSL
#include "libpq/libpq.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "postgres_ext.h"
#include "tcop/tcopprot.h"

#include "core/output.h"

#define CUT_MARK	"[further output was cut]\n"

/* room for messages, a line break and the mark */
#define MESSAGES_MAX	(PGD_OUTPUT_MAX - sizeof(CUT_MARK) - 1)

static char buffer[PGD_OUTPUT_MAX];
static size_t used = 0;
static bool is_cut = false;

static bool is_collecting = false;
static CommandDest saved_dest;
static const PQcommMethods *saved_methods;

static void keep_notice(const char *message, size_t length);
static void keep_field(const char *value);
static void keep(const char *text);

static void
output_reset(void)
{
}

static int
output_flush(void)
{
	return 0;
}

static bool
output_is_pending(void)
{
	return false;
}

static int
output_put(char type, const char *message, size_t length)
{
	if (type == 'N')
		keep_notice(message, length);
	return 0;
}

static void
output_put_noblock(char type, const char *message, size_t length)
{
	(void) output_put(type, message, length);
}

static const PQcommMethods output_methods = {
	.comm_reset = output_reset,
	.flush = output_flush,
	.flush_if_writable = output_flush,
	.is_send_pending = output_is_pending,
	.putmessage = output_put,
	.putmessage_noblock = output_put_noblock
};

void
pgd_output_begin(void)
{
	used = 0;
	buffer[0] = '\0';
	is_cut = false;

	/* never take the place of a real client */
	if (is_collecting || MyProcPort != NULL)
		return;

	saved_dest = whereToSendOutput;
	saved_methods = PqCommMethods;
	PqCommMethods = &output_methods;
	whereToSendOutput = DestRemote;
	is_collecting = true;
}

void
pgd_output_end(void)
{
	if (!is_collecting)
		return;
	whereToSendOutput = saved_dest;
	PqCommMethods = saved_methods;
	is_collecting = false;
}

const char *
pgd_output_text(void)
{
	return buffer;
}

/*
 * Takes a NoticeResponse apart: fields of a code and a string, a zero at the
 * end.  Severity comes before message, detail and hint.
 */
static void
keep_notice(const char *message, size_t length)
{
	const char *end = message + length;

	while (message < end && *message != '\0')
	{
		char		code = *message++;
		size_t		field_length = strnlen(message, end - message);

		if (message + field_length >= end)
			break;				/* not terminated: cannot happen */

		switch (code)
		{
			case PG_DIAG_SEVERITY:
				keep_field(message);
				keep(":  ");
				break;
			case PG_DIAG_MESSAGE_PRIMARY:
				keep_field(message);
				keep("\n");
				break;
			case PG_DIAG_MESSAGE_DETAIL:
				keep("DETAIL:  ");
				keep_field(message);
				keep("\n");
				break;
			case PG_DIAG_MESSAGE_HINT:
				keep("HINT:  ");
				keep_field(message);
				keep("\n");
				break;
			default:
				break;
		}
		message += field_length + 1;
	}
}

/*
 * The server converts messages to the client's encoding, which SET
 * client_encoding in the user's code may have changed: convert back.
 */
static void
keep_field(const char *value)
{
	if (pg_get_client_encoding() == GetDatabaseEncoding())
		keep(value);
	else
	{
		char	   *converted = pg_client_to_server(value, strlen(value));

		keep(converted);
		if (converted != value)
			pfree(converted);
	}
}

static void
keep(const char *text)
{
	size_t		length = strlen(text);

	if (is_cut)
		return;
	if (length > MESSAGES_MAX - used)
	{
		length = pg_mbcliplen(text, length, MESSAGES_MAX - used);
		memcpy(buffer + used, text, length);
		used += length;
		/* the mark stands on a line of its own */
		if (used > 0 && buffer[used - 1] != '\n')
			buffer[used++] = '\n';
		strcpy(buffer + used, CUT_MARK);
		used += strlen(CUT_MARK);
		is_cut = true;
		return;
	}
	memcpy(buffer + used, text, length);
	used += length;
	buffer[used] = '\0';
}
