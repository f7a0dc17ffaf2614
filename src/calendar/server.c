/*
 * server.c
 *		Calendars inside the server: memory, time zones, errors.
 *
 * Called by the coordinator, by workers and by the SQL functions.  Needs no
 * transaction: time zones come from the server's files and are kept for the
 * life of the process, as the server itself does.
 */
#include "postgres.h"

#include <ctype.h>

#include "miscadmin.h"
#include "pgtime.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "calendar/calendar.h"
#include "core/errors.h"

/* seconds from the Unix epoch to 2000-01-01 */
#define UNIX_TO_2000	INT64CONST(946684800)

/* PgdCalZone by pg_tz */
typedef struct ServerZone
{
	const pg_tz *key;			/* hash key */
	PgdCalZone	zone;
	pg_tz	   *tz;
	char		offset_name[16];	/* of a bare offset, else empty */
} ServerZone;

static HTAB *zones = NULL;

PgdCalResolve pgd_calendar_resolver = NULL;

static const ServerZone *
server_zone(const PgdCalZone *zone)
{
	return (const ServerZone *)
		((const char *) zone - offsetof(ServerZone, zone));
}

static int32_t
server_offset(const PgdCalZone *zone, int64_t at, int64_t *until)
{
	pg_time_t	instant = at + UNIX_TO_2000;
	pg_time_t	boundary;
	long int	before;
	long int	after;
	int			before_isdst;
	int			after_isdst;
	int			result;

	result = pg_next_dst_boundary(&instant, &before, &before_isdst,
								  &boundary, &after, &after_isdst,
								  server_zone(zone)->tz);
	if (result < 0)
		before = 0;
	*until = (result == 1) ? boundary - UNIX_TO_2000 : PG_INT64_MAX;
	return (int32_t) before;
}

/*
 * The name of a zone that is nothing but an offset: as ISO 8601 writes it, and
 * Oracle, not the server's "<+02>-02" or POSIX's "-02:00", whose signs are
 * turned round.  Empty if the zone has a name of its own.
 */
static void
set_offset_name(ServerZone *entry)
{
	char		first = pg_get_timezone_name(entry->tz)[0];
	long int	offset;
	long int	seconds;

	entry->offset_name[0] = '\0';
	if (isalpha((unsigned char) first) ||
		!pg_get_timezone_offset(entry->tz, &offset))
		return;
	seconds = labs(offset);
	snprintf(entry->offset_name, sizeof(entry->offset_name), "%c%02d:%02d",
			 offset < 0 ? '-' : '+', (int) (seconds / 3600 % 100),
			 (int) (seconds / 60 % 60));
	if (seconds % 60 != 0)
		snprintf(entry->offset_name + 6, sizeof(entry->offset_name) - 6,
				 ":%02d", (int) (seconds % 60));
}

/* The calendar's view of one of the server's zones. */
static const PgdCalZone *
wrap_zone(pg_tz *tz)
{
	const pg_tz *key = tz;
	ServerZone *entry;
	bool		found;

	if (zones == NULL)
	{
		HASHCTL		ctl;

		memset(&ctl, 0, sizeof(ctl));
		ctl.keysize = sizeof(pg_tz *);
		ctl.entrysize = sizeof(ServerZone);
		ctl.hcxt = AllocSetContextCreate(TopMemoryContext,
										 "pg_dbms calendar zones",
										 ALLOCSET_SMALL_SIZES);
		zones = hash_create("pg_dbms calendar zones", 16, &ctl,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(zones, &key, HASH_ENTER, &found);
	if (!found)
	{
		entry->zone.offset = server_offset;
		entry->tz = tz;
		set_offset_name(entry);
	}
	return &entry->zone;
}

/*
 * An offset from UTC as ISO 8601 writes it, east positive: +5, -03:30,
 * +05:45:00.  The server's own parser would read it the other way round.
 */
static bool
parse_offset(const char *name, long *seconds)
{
	const char *p = name;
	int			part[3] = {0, 0, 0};
	int			i;

	if (*p != '+' && *p != '-')
		return false;
	for (i = 0; i < 3; i++)
	{
		int			digits;

		p++;
		for (digits = 0; digits < 2 && *p >= '0' && *p <= '9'; digits++)
			part[i] = part[i] * 10 + (*p++ - '0');
		if (digits == 0 || (i > 0 && digits != 2))
			return false;
		if (*p != ':')
			break;
	}
	if (*p != '\0' || part[0] > 15 || part[1] > 59 || part[2] > 59)
		return false;
	*seconds = (part[0] * 60L + part[1]) * 60 + part[2];
	if (*name == '-')
		*seconds = -*seconds;
	return true;
}

const PgdCalZone *
pgd_zone_lookup(const char *name)
{
	pg_tz	   *tz;
	long		seconds;

	if (name == NULL || name[0] == '\0' || strlen(name) > TZ_STRLEN_MAX)
		return NULL;
	if (parse_offset(name, &seconds))
		tz = pg_tzset_offset(-seconds);
	else
		tz = pg_tzset(name);
	if (tz == NULL || !pg_tz_acceptable(tz))
		return NULL;
	return wrap_zone(tz);
}

const PgdCalZone *
pgd_zone_require(const char *name)
{
	const PgdCalZone *zone;

	if (name == NULL)
		return wrap_zone(session_timezone);
	zone = pgd_zone_lookup(name);
	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", name),
				 errhint("Use a name from the view pg_timezone_names, such as Europe/Berlin.")));
	return zone;
}

const char *
pgd_zone_name(const PgdCalZone *zone)
{
	const ServerZone *entry = server_zone(zone);

	return entry->offset_name[0] != '\0' ? entry->offset_name :
		pg_get_timezone_name(entry->tz);
}

const char *
pgd_zone_server_name(const char *name)
{
	const PgdCalZone *zone = pgd_zone_lookup(name);

	return zone != NULL ? pg_get_timezone_name(server_zone(zone)->tz) : name;
}

bool
pgd_zone_is_offset(const PgdCalZone *zone)
{
	const ServerZone *entry = server_zone(zone);
	const char *name = pg_get_timezone_name(entry->tz);
	long int	offset;

	if (entry->offset_name[0] != '\0')
		return true;
	/* POSIX's UTC+2, which lies west */
	return strpbrk(name, "0123456789") != NULL && strchr(name, '/') == NULL &&
		pg_get_timezone_offset(entry->tz, &offset) && offset != 0;
}

void
pgd_zone_warn_offset(const PgdCalZone *zone)
{
	if (pgd_zone_is_offset(zone))
		ereport(WARNING,
				(errmsg("time zone \"%s\" is a fixed offset from UTC",
						pgd_zone_name(zone)),
				 errdetail("Daylight saving time is not observed."),
				 errhint("Use the name of a region, such as Europe/Berlin.")));
}

static void *
env_alloc(size_t size)
{
	return palloc(size);
}

static void
env_release(void *memory)
{
	pfree(memory);
}

static void
env_check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

static const PgdCalEnv server_env = {
	.alloc = env_alloc,
	.release = env_release,
	.check_interrupts = env_check_interrupts,
	.find_zone = pgd_zone_lookup
};

PgdCalendar *
pgd_calendar_compile(const char *text, const char *default_owner,
					 PgdCalResolve resolve, void *arg, PgdCalError *err)
{
	return pgd_calendar_parse(&server_env, text, default_owner, resolve, arg,
							  err);
}

bool
pgd_calendar_next(const PgdCalendar *calendar, int64_t start,
				  const PgdCalZone *zone, int64_t after, int64_t *next,
				  PgdCalError *err)
{
	return pgd_calendar_evaluate(&server_env, calendar, start, zone, after,
								 next, err);
}

bool
pgd_calendar_check(const PgdCalendar *calendar, const int64_t *start,
				   const PgdCalZone *zone, int64_t now, PgdCalError *err)
{
	int64_t		next;

	if (start != NULL)
		return pgd_calendar_next(calendar, *start, zone, *start - 1, &next,
								 err);
	return pgd_calendar_next(calendar, now, zone, now - 1, &next, err) ||
		(err->ora == 27419 && !err->was_given_up &&
		 pgd_calendar_can_match(&server_env, calendar, zone, now, err));
}

void
pgd_calendar_raise(const PgdCalError *err)
{
	ereport(ERROR,
			(errcode(err->ora != 0 ? PGD_ORA(err->ora) :
					 ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", err->message),
			 err->detail[0] != '\0' ? errdetail("%s", err->detail) : 0,
			 err->hint[0] != '\0' ? errhint("%s", err->hint) : 0));
}

char *
pgd_calendar_error_detail(const PgdCalError *err)
{
	char	   *detail = psprintf("%s.%s%s", err->message,
								  err->detail[0] != '\0' ? " " : "",
								  err->detail);

	detail[0] = pg_ascii_toupper((unsigned char) detail[0]);
	return detail;
}
