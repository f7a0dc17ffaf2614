/*
 * calendar.c
 *		Tests of calendar strings without a server; prints TAP.
 *
 * unit-sources: src/calendar/parse.c src/calendar/lex.c src/calendar/clauses.c src/calendar/cron.c src/calendar/days.c src/calendar/local.c src/calendar/months.c src/calendar/periods.c src/calendar/times.c src/calendar/elapsed.c src/calendar/evaluate.c src/calendar/summary.c test/unit/calendar_harness.c test/unit/calendar_naive.c
 *
 * The worked examples of the specification, properties at random against
 * calendar_naive.c, and the time that the worst rules take.  CALENDAR_SEED
 * and CALENDAR_RULES (how many rules of each kind) may be set.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calendar_harness.h"
#include "calendar_naive.h"

#define USEC		INT64_C(1000000)
#define DAY			INT64_C(86400)

static int	ntests = 0;
static int	nfailed = 0;

static void
ok(bool passed, const char *format,...)
{
	va_list		args;

	if (!passed)
		nfailed++;
	printf("%sok %d - ", passed ? "" : "not ", ++ntests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* Named schedules of the examples */

static const TestSchedule named[] = {
	{"S1", "FREQ=YEARLY;BYDATE=0701", NULL, NULL},
	{"EMBED", "FREQ=YEARLY;BYDATE=0130,0220,0725", NULL, NULL},
	{"LAST_SAT", "FREQ=MONTHLY;BYDAY=-1SAT", NULL, NULL},
	{"END_QTR", "FREQ=YEARLY;BYDATE=0331,0630,0930,1231", NULL, NULL},
	{"JAN15", "FREQ=YEARLY;BYDATE=0115", NULL, NULL},
	{"HOLIDAY", "FREQ=YEARLY;BYDATE=0101,0704,1225", NULL, NULL},
	{"FY", "FREQ=YEARLY;BYDATE=0301,0601,0901,1201;PERIODS=4",
	"2004-03-01 00:00:00", "UTC"},
	{"YEAR_START", "FREQ=YEARLY;BYDATE=0201^SPAN:1W;BYDAY=SUN", NULL, NULL},
	{"RETAIL", "year_start,year_start+13w,year_start+26w,year_start+39w;periods=4",
	"2005-01-15 12:00:00", "UTC"},
	{"JOB1", "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=6;BYMINUTE=0;BYSECOND=0", NULL, NULL},
	{"LOOP1", "FREQ=DAILY;EXCLUDE=LOOP2", NULL, NULL},
	{"LOOP2", "LOOP1", NULL, NULL},
	{"Mixed Case", "FREQ=YEARLY;BYDATE=0701", NULL, NULL},
	{"MORNING", "FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYSECOND=0", NULL, NULL},
	{"BAD", "FREQ=DAILY;BYHOUR=99", NULL, NULL},
	{"SELF", "FREQ=SELF", NULL, NULL},
	{"BERLIN", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
	"2007-01-01 09:00:00", "Eastern"},
	{"NOWHERE", "FREQ=DAILY", "2007-01-01 09:00:00", "UTC"}
};
static TestSchedules named_list = {named, sizeof(named) / sizeof(named[0])};

static const struct
{
	int			number;
	const char *start;
	const char *zone;
	const char *text;
	const char *after;
	const char *results;		/* empty: 27419 */
}			examples[] =

{
	{1, "2005-04-15 09:00:00", "UTC",
		"FREQ=YEARLY", NULL,
		"2005-04-15 09:00:00,"
		"2006-04-15 09:00:00,"
		"2007-04-15 09:00:00,"
		"2008-04-15 09:00:00,"
		"2009-04-15 09:00:00,"
	"2010-04-15 09:00:00"},
	{2, "2003-01-21 00:00:00", "UTC",
		"FREQ=YEARLY;BYMONTH=JAN,JUL", NULL,
		"2003-01-21 00:00:00,"
		"2003-07-21 00:00:00,"
		"2004-01-21 00:00:00,"
		"2004-07-21 00:00:00,"
		"2005-01-21 00:00:00,"
	"2005-07-21 00:00:00"},
	{3, "2003-01-01 10:00:00", "UTC",
		"FREQ=YEARLY;BYWEEKNO=2", NULL,
		"2003-01-06 10:00:00,"
		"2003-01-07 10:00:00,"
		"2003-01-08 10:00:00,"
		"2003-01-09 10:00:00,"
		"2003-01-10 10:00:00,"
		"2003-01-11 10:00:00,"
		"2003-01-12 10:00:00,"
	"2004-01-05 10:00:00"},
	{4, "2003-12-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYWEEKNO=1,53", NULL,
		"2003-12-29 00:00:00,"
		"2003-12-30 00:00:00,"
		"2003-12-31 00:00:00,"
		"2004-01-01 00:00:00,"
		"2004-01-02 00:00:00,"
		"2004-01-03 00:00:00,"
		"2004-01-04 00:00:00,"
		"2004-12-27 00:00:00,"
		"2004-12-28 00:00:00,"
		"2004-12-29 00:00:00,"
		"2004-12-30 00:00:00,"
		"2004-12-31 00:00:00,"
		"2005-01-01 00:00:00,"
		"2005-01-02 00:00:00,"
	"2005-01-03 00:00:00"},
	{5, "2004-06-10 00:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=MON,TUE,WED,THU,FRI;BYSETPOS=-1", NULL,
		"2004-06-30 00:00:00,"
		"2004-07-30 00:00:00,"
		"2004-08-31 00:00:00,"
		"2004-09-30 00:00:00,"
		"2004-10-29 00:00:00,"
	"2004-11-30 00:00:00"},
	{6, "2003-01-01 10:00:00", "UTC",
		"FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYDAY=MON,TUE,WED,THU,FRI", NULL,
		"2003-01-02 09:30:00,"
		"2003-01-03 09:30:00,"
		"2003-01-06 09:30:00,"
		"2003-01-07 09:30:00,"
		"2003-01-08 09:30:00,"
	"2003-01-09 09:30:00"},
	{7, "2005-01-20 09:00:00", "UTC",
		"FREQ=YEARLY;INCLUDE=S1", NULL,
		"2005-07-01 09:00:00,"
		"2006-07-01 09:00:00,"
		"2007-07-01 09:00:00,"
		"2008-07-01 09:00:00,"
		"2009-07-01 09:00:00,"
	"2010-07-01 09:00:00"},
	{8, "2005-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;BYMONTHDAY=-1;INTERSECT=LAST_SAT,END_QTR", NULL,
		"2005-03-31 00:00:00,"
		"2005-04-30 00:00:00,"
		"2005-06-30 00:00:00,"
		"2005-09-30 00:00:00,"
	"2005-12-31 00:00:00"},
	{9, "2005-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15;BYHOUR=9,17;INCLUDE=EMBED", NULL,
		"2005-01-15 09:00:00,"
		"2005-01-15 17:00:00,"
		"2005-01-30 09:00:00,"
		"2005-01-30 17:00:00,"
		"2005-03-15 09:00:00,"
	"2005-03-15 17:00:00"},
	{10, "2005-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;BYMONTHDAY=15,30;BYHOUR=8,13,18;BYMINUTE=0;BYSECOND=0;EXCLUDE=JAN15", NULL,
		"2005-01-30 08:00:00,"
		"2005-01-30 13:00:00,"
		"2005-01-30 18:00:00,"
		"2005-02-15 08:00:00,"
		"2005-02-15 13:00:00,"
	"2005-02-15 18:00:00"},
	{11, "2004-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=MON,TUE,FRI;BYSETPOS=1,3", NULL,
		"2004-01-02 00:00:00,"
		"2004-01-06 00:00:00,"
		"2004-02-02 00:00:00,"
		"2004-02-06 00:00:00,"
		"2004-03-01 00:00:00,"
	"2004-03-05 00:00:00"},
	{12, "2004-01-15 00:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=MON,TUE,FRI;BYSETPOS=1,3", NULL,
		"2004-02-02 00:00:00,"
		"2004-02-06 00:00:00,"
		"2004-03-01 00:00:00,"
		"2004-03-05 00:00:00,"
		"2004-04-02 00:00:00,"
	"2004-04-06 00:00:00"},
	{13, "2005-03-01 07:00:00", "UTC",
		"FREQ=MONTHLY;INTERVAL=3;BYDAY=MON,TUE,WED,THU,FRI;BYSETPOS=-2", NULL,
		"2005-03-30 07:00:00,"
		"2005-06-29 07:00:00,"
		"2005-09-29 07:00:00,"
		"2005-12-29 07:00:00,"
		"2006-03-30 07:00:00,"
	"2006-06-29 07:00:00"},
	{14, "2005-01-01 00:00:00", "UTC",
		"FREQ=DAILY;BYHOUR=8,13,18;BYMINUTE=0;BYSECOND=0;BYDATE=0502,0922", NULL,
		"2005-05-02 08:00:00,"
		"2005-05-02 13:00:00,"
		"2005-05-02 18:00:00,"
		"2005-09-22 08:00:00,"
		"2005-09-22 13:00:00,"
	"2005-09-22 18:00:00"},
	{15, "2005-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYDATE=0110+SPAN:5D", NULL,
		"2005-01-10 00:00:00,"
		"2005-01-11 00:00:00,"
		"2005-01-12 00:00:00,"
		"2005-01-13 00:00:00,"
		"2005-01-14 00:00:00,"
	"2006-01-10 00:00:00"},
	{16, "2005-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYDATE=0205-OFFSET:2W", NULL,
		"2005-01-22 00:00:00,"
		"2006-01-22 00:00:00,"
		"2007-01-22 00:00:00,"
		"2008-01-22 00:00:00,"
		"2009-01-22 00:00:00,"
	"2010-01-22 00:00:00"},
	{17, "2005-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYDATE=0201^SPAN:1W;BYDAY=SUN", NULL,
		"2005-01-30 00:00:00,"
		"2006-01-29 00:00:00,"
		"2007-02-04 00:00:00,"
		"2008-02-03 00:00:00,"
		"2009-02-01 00:00:00,"
	"2010-01-31 00:00:00"},
	{18, "2004-03-01 12:00:00", "UTC",
		"FREQ=FY;BYDAY=-1WED", NULL,
		"2004-05-26 12:00:00,"
		"2004-08-25 12:00:00,"
		"2004-11-24 12:00:00,"
		"2005-02-23 12:00:00,"
		"2005-05-25 12:00:00,"
	"2005-08-31 12:00:00"},
	{19, "2004-03-01 12:00:00", "UTC",
		"FREQ=FY;BYDAY=MON,TUE,WED,THU,FRI;BYPERIOD=2,4;BYSETPOS=-1", NULL,
		"2004-08-31 12:00:00,"
		"2005-02-28 12:00:00,"
		"2005-08-31 12:00:00,"
		"2006-02-28 12:00:00,"
		"2006-08-31 12:00:00,"
	"2007-02-28 12:00:00"},
	{20, "2005-02-01 00:00:00", "UTC",
		"FREQ=RETAIL;BYDAY=SAT,SUN;INCLUDE=HOLIDAY;BYPERIOD=2,4;BYSETPOS=5", NULL,
		"2005-05-15 00:00:00,"
		"2005-11-13 00:00:00,"
		"2006-05-14 00:00:00,"
		"2006-11-12 00:00:00,"
		"2007-05-20 00:00:00,"
	"2007-11-18 00:00:00"},
	{21, "2005-01-15 12:00:00", "UTC",
		"RETAIL", NULL,
		"2005-01-30 12:00:00,"
		"2005-05-01 12:00:00,"
		"2005-07-31 12:00:00,"
		"2005-10-30 12:00:00,"
		"2006-01-29 12:00:00,"
	"2006-04-30 12:00:00"},
	{22, "2006-01-01 00:00:00", "UTC",
		"JOB1+OFFSET:15D", NULL,
		"2006-01-16 06:00:00,"
		"2006-02-16 06:00:00,"
		"2006-03-16 06:00:00,"
		"2006-04-16 06:00:00,"
		"2006-05-16 06:00:00,"
	"2006-06-16 06:00:00"},
	{23, "2006-01-02 08:00:00", "UTC",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=FRI", NULL,
		"2006-01-06 08:00:00,"
		"2006-01-20 08:00:00,"
		"2006-02-03 08:00:00,"
		"2006-02-17 08:00:00,"
		"2006-03-03 08:00:00,"
	"2006-03-17 08:00:00"},
	{24, "2006-01-07 08:00:00", "UTC",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=MON,SAT", NULL,
		"2006-01-07 08:00:00,"
		"2006-01-16 08:00:00,"
		"2006-01-21 08:00:00,"
		"2006-01-30 08:00:00,"
		"2006-02-04 08:00:00,"
	"2006-02-13 08:00:00"},
	{25, "2006-01-04 08:15:30", "UTC",
		"FREQ=WEEKLY", NULL,
		"2006-01-04 08:15:30,"
		"2006-01-11 08:15:30,"
		"2006-01-18 08:15:30,"
		"2006-01-25 08:15:30,"
		"2006-02-01 08:15:30,"
	"2006-02-08 08:15:30"},
	{26, "2006-01-31 23:30:00", "UTC",
		"FREQ=MONTHLY", NULL,
		"2006-01-31 23:30:00,"
		"2006-03-31 23:30:00,"
		"2006-05-31 23:30:00,"
		"2006-07-31 23:30:00,"
		"2006-08-31 23:30:00,"
	"2006-10-31 23:30:00"},
	{27, "2006-01-31 23:30:00", "UTC",
		"FREQ=MONTHLY;BYMONTHDAY=-1", NULL,
		"2006-01-31 23:30:00,"
		"2006-02-28 23:30:00,"
		"2006-03-31 23:30:00,"
		"2006-04-30 23:30:00,"
		"2006-05-31 23:30:00,"
	"2006-06-30 23:30:00"},
	{28, "2006-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;BYMONTHDAY=29", NULL,
		"2006-01-29 00:00:00,"
		"2006-03-29 00:00:00,"
		"2006-04-29 00:00:00,"
		"2006-05-29 00:00:00,"
		"2006-06-29 00:00:00,"
	"2006-07-29 00:00:00"},
	{29, "2006-01-01 06:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=2WED", NULL,
		"2006-01-11 06:00:00,"
		"2006-02-08 06:00:00,"
		"2006-03-08 06:00:00,"
		"2006-04-12 06:00:00,"
		"2006-05-10 06:00:00,"
	"2006-06-14 06:00:00"},
	{30, "2006-01-01 06:00:00", "UTC",
		"FREQ=YEARLY;BYDAY=-1FRI", NULL,
		"2006-12-29 06:00:00,"
		"2007-12-28 06:00:00,"
		"2008-12-26 06:00:00,"
		"2009-12-25 06:00:00,"
		"2010-12-31 06:00:00,"
	"2011-12-30 06:00:00"},
	{31, "2006-01-01 06:00:00", "UTC",
		"FREQ=YEARLY;BYDAY=26FRI", NULL,
		"2006-06-30 06:00:00,"
		"2007-06-29 06:00:00,"
		"2008-06-27 06:00:00,"
		"2009-06-26 06:00:00,"
		"2010-06-25 06:00:00,"
	"2011-07-01 06:00:00"},
	{32, "2006-01-01 06:00:00", "UTC",
		"FREQ=YEARLY;BYYEARDAY=69,-2", NULL,
		"2006-03-10 06:00:00,"
		"2006-12-30 06:00:00,"
		"2007-03-10 06:00:00,"
		"2007-12-30 06:00:00,"
		"2008-03-09 06:00:00,"
	"2008-12-30 06:00:00"},
	{33, "2004-02-29 05:00:00", "UTC",
		"FREQ=YEARLY", NULL,
		"2004-02-29 05:00:00,"
		"2008-02-29 05:00:00,"
		"2012-02-29 05:00:00,"
		"2016-02-29 05:00:00,"
		"2020-02-29 05:00:00,"
	"2024-02-29 05:00:00"},
	{34, "2006-01-01 10:20:30", "UTC",
		"FREQ=HOURLY;INTERVAL=50", NULL,
		"2006-01-01 10:20:30,"
		"2006-01-03 12:20:30,"
		"2006-01-05 14:20:30,"
		"2006-01-07 16:20:30,"
		"2006-01-09 18:20:30,"
	"2006-01-11 20:20:30"},
	{35, "2006-01-01 10:20:30", "UTC",
		"FREQ=HOURLY;BYMINUTE=7,31,42;BYSECOND=0", NULL,
		"2006-01-01 10:31:00,"
		"2006-01-01 10:42:00,"
		"2006-01-01 11:07:00,"
		"2006-01-01 11:31:00,"
		"2006-01-01 11:42:00,"
	"2006-01-01 12:07:00"},
	{36, "2006-01-30 22:00:00", "UTC",
		"FREQ=HOURLY;BYMONTHDAY=1,2,3", NULL,
		"2006-02-01 00:00:00,"
		"2006-02-01 01:00:00,"
		"2006-02-01 02:00:00,"
		"2006-02-01 03:00:00,"
		"2006-02-01 04:00:00,"
	"2006-02-01 05:00:00"},
	{37, "2006-01-01 09:02:30", "UTC",
		"FREQ=MINUTELY;INTERVAL=5;BYSECOND=0", NULL,
		"2006-01-01 09:07:00,"
		"2006-01-01 09:12:00,"
		"2006-01-01 09:17:00,"
		"2006-01-01 09:22:00,"
		"2006-01-01 09:27:00,"
	"2006-01-01 09:32:00"},
	{38, "2006-01-01 16:58:10", "UTC",
		"FREQ=MINUTELY;BYHOUR=7,8,16,17", NULL,
		"2006-01-01 16:58:10,"
		"2006-01-01 16:59:10,"
		"2006-01-01 17:00:10,"
	"2006-01-01 17:01:10"},
	{39, "2006-01-01 00:00:00", "UTC",
		"FREQ=SECONDLY;INTERVAL=30", NULL,
		"2006-01-01 00:00:00,"
		"2006-01-01 00:00:30,"
		"2006-01-01 00:01:00,"
		"2006-01-01 00:01:30,"
		"2006-01-01 00:02:00,"
	"2006-01-01 00:02:30"},
	{40, "2006-01-01 04:00:00", "UTC",
		"FREQ=DAILY;INTERVAL=10", NULL,
		"2006-01-01 04:00:00,"
		"2006-01-11 04:00:00,"
		"2006-01-21 04:00:00,"
		"2006-01-31 04:00:00,"
		"2006-02-10 04:00:00,"
	"2006-02-20 04:00:00"},
	{41, "2006-01-01 00:00:00", "UTC",
		"FREQ=DAILY;BYHOUR=16,17,18;BYMINUTE=0;BYSECOND=0", NULL,
		"2006-01-01 16:00:00,"
		"2006-01-01 17:00:00,"
		"2006-01-01 18:00:00,"
		"2006-01-02 16:00:00,"
		"2006-01-02 17:00:00,"
	"2006-01-02 18:00:00"},
	{42, "2006-01-01 00:00:00", "UTC",
		"FREQ=DAILY;BYDAY=MON,TUE,WED,THU,FRI;EXCLUDE=HOLIDAY;BYHOUR=7", "2006-06-30 08:00:00",
		"2006-07-03 07:00:00,"
		"2006-07-05 07:00:00,"
		"2006-07-06 07:00:00,"
		"2006-07-07 07:00:00,"
		"2006-07-10 07:00:00,"
	"2006-07-11 07:00:00"},
	{43, "2006-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=FRI;BYMONTHDAY=13", NULL,
		"2006-01-13 00:00:00,"
		"2006-10-13 00:00:00,"
		"2007-04-13 00:00:00,"
		"2007-07-13 00:00:00,"
		"2008-06-13 00:00:00,"
	"2009-02-13 00:00:00"},
	{44, "2006-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYMONTH=NOV;BYDAY=THU;BYSETPOS=4", NULL,
		"2006-11-23 00:00:00,"
		"2007-11-22 00:00:00,"
		"2008-11-27 00:00:00,"
		"2009-11-26 00:00:00,"
		"2010-11-25 00:00:00,"
	"2011-11-24 00:00:00"},
	{45, "2006-01-01 00:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=MON,TUE,WED,THU,FRI;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;BYSETPOS=-1,1", NULL,
		"2006-01-02 09:00:00,"
		"2006-01-31 17:00:00,"
		"2006-02-01 09:00:00,"
		"2006-02-28 17:00:00,"
		"2006-03-01 09:00:00,"
	"2006-03-31 17:00:00"},
	{46, "2006-01-01 00:00:00", "UTC",
		"FREQ=DAILY;BYTIME=060000,123015", NULL,
		"2006-01-01 06:00:00,"
		"2006-01-01 12:30:15,"
		"2006-01-02 06:00:00,"
		"2006-01-02 12:30:15,"
		"2006-01-03 06:00:00,"
	"2006-01-03 12:30:15"},
	{47, "2006-03-10 08:00:00", "UTC",
		"FREQ=YEARLY;BYDATE=20060315,0701", NULL,
		"2006-03-15 08:00:00,"
		"2006-07-01 08:00:00,"
		"2007-07-01 08:00:00,"
		"2008-07-01 08:00:00,"
		"2009-07-01 08:00:00,"
	"2010-07-01 08:00:00"},
	{48, "2006-01-01 00:00:00", "UTC",
		"FREQ=DAILY;INTERVAL=3;BYDAY=MON", NULL,
		"2006-01-16 00:00:00,"
		"2006-02-06 00:00:00,"
		"2006-02-27 00:00:00,"
		"2006-03-20 00:00:00,"
		"2006-04-10 00:00:00,"
	"2006-05-01 00:00:00"},
	{49, "2006-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FRI", NULL,
		"2006-12-29 00:00:00,"
		"2007-12-28 00:00:00,"
		"2008-12-26 00:00:00,"
		"2010-01-01 00:00:00,"
		"2010-12-31 00:00:00,"
	"2011-12-30 00:00:00"},
	{50, "2006-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYDATE=0228-SPAN:3D", NULL,
		"2006-02-26 00:00:00,"
		"2006-02-27 00:00:00,"
		"2006-02-28 00:00:00,"
		"2007-02-26 00:00:00,"
		"2007-02-27 00:00:00,"
	"2007-02-28 00:00:00"},
	{51, "2006-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYDATE=0704^SPAN:4D", NULL,
		"2006-07-02 00:00:00,"
		"2006-07-03 00:00:00,"
		"2006-07-04 00:00:00,"
		"2006-07-05 00:00:00,"
		"2006-07-06 00:00:00,"
	"2007-07-02 00:00:00"},
	{52, "2006-01-15 09:00:00", "UTC",
		"FREQ=MONTHLY;BYMONTH=MAR,SEP", NULL,
		"2006-03-15 09:00:00,"
		"2006-09-15 09:00:00,"
		"2007-03-15 09:00:00,"
		"2007-09-15 09:00:00,"
		"2008-03-15 09:00:00,"
	"2008-09-15 09:00:00"},
	{53, "2006-01-05 03:00:00", "UTC",
		"FREQ=MONTHLY;BYDAY=-1SUN,1SUN;BYHOUR=2", NULL,
		"2006-01-29 02:00:00,"
		"2006-02-05 02:00:00,"
		"2006-02-26 02:00:00,"
		"2006-03-05 02:00:00,"
		"2006-03-26 02:00:00,"
	"2006-04-02 02:00:00"},
	{54, "2006-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYMONTHDAY=15", NULL,
		"2006-01-15 00:00:00,"
		"2006-02-15 00:00:00,"
		"2006-03-15 00:00:00,"
		"2006-04-15 00:00:00,"
		"2006-05-15 00:00:00,"
	"2006-06-15 00:00:00"},
	{55, "2004-03-01 12:00:00", "UTC",
		"FREQ=FY", NULL,
		"2004-03-01 12:00:00,"
		"2004-06-01 12:00:00,"
		"2004-09-01 12:00:00,"
		"2004-12-01 12:00:00,"
		"2005-03-01 12:00:00,"
	"2005-06-01 12:00:00"},
	{56, "2006-01-01 00:00:00", "UTC",
		"FREQ=DAILY;BYDAY=MON;BYHOUR=22;BYMINUTE=0;BYSECOND=0", NULL,
		"2006-01-02 22:00:00,"
		"2006-01-09 22:00:00,"
		"2006-01-16 22:00:00,"
		"2006-01-23 22:00:00,"
		"2006-01-30 22:00:00,"
	"2006-02-06 22:00:00"},
	{57, "2007-03-10 21:00:00", "Eastern",
		"FREQ=HOURLY;INTERVAL=3", NULL,
		"2007-03-10 21:00:00,"
		"2007-03-11 00:00:00,"
		"2007-03-11 04:00:00,"
		"2007-03-11 07:00:00,"
		"2007-03-11 10:00:00,"
	"2007-03-11 13:00:00"},
	{58, "2007-03-10 02:30:00", "Eastern",
		"FREQ=DAILY", NULL,
		"2007-03-10 02:30:00,"
		"2007-03-11 03:00:00,"
		"2007-03-12 02:30:00,"
		"2007-03-13 02:30:00,"
		"2007-03-14 02:30:00,"
	"2007-03-15 02:30:00"},
	{59, "2007-11-04 00:30:00", "Eastern",
		"FREQ=HOURLY", NULL,
		"2007-11-04 00:30:00,"
		"2007-11-04 01:30:00,"
		"2007-11-04 01:30:00,"
		"2007-11-04 02:30:00,"
		"2007-11-04 03:30:00,"
	"2007-11-04 04:30:00"},
	{60, "2007-11-03 01:30:00", "Eastern",
		"FREQ=DAILY", NULL,
		"2007-11-03 01:30:00,"
		"2007-11-04 01:30:00,"
		"2007-11-05 01:30:00,"
		"2007-11-06 01:30:00,"
		"2007-11-07 01:30:00,"
	"2007-11-08 01:30:00"},
	{61, "2006-01-01 00:00:00", "UTC",
		"FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31", NULL,
	""},
};

static void
test_examples(void)
{
	size_t		i;

	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
	{
		const PgdCalZone *zone = test_zone(examples[i].zone);
		int64_t		start = test_instant(examples[i].start, zone);
		int64_t		at = examples[i].after ? test_instant(examples[i].after, zone) : start - 1;
		const char *expected = examples[i].results;
		char		got[1000] = "";
		PgdCalError err;
		PgdCalendar *calendar;

		calendar = pgd_calendar_parse(&test_env, examples[i].text, NULL,
									  test_resolve, &named_list, &err);
		while (calendar != NULL && strlen(got) < strlen(expected) &&
			   pgd_calendar_evaluate(&test_env, calendar, start, zone, at, &at, &err))
		{
			if (got[0] != '\0')
				strcat(got, ",");
			test_show(at, zone, got + strlen(got));
		}
		if (expected[0] == '\0' && calendar != NULL)
			pgd_calendar_evaluate(&test_env, calendar, start, zone, at, &at, &err);
		ok(strcmp(got, expected) == 0 && (expected[0] != '\0' || err.ora == 27419),
		   "example %d: %s", examples[i].number, examples[i].text);
		if (strcmp(got, expected) != 0)
			printf("# expected %s\n# got      %s %s\n", expected, got, err.message);
		free(calendar);
	}
}

/* Errors */

static void
test_errors(void)
{
	static const struct
	{
		const char *text;
		int			ora;
	}			cases[] =
	{
		{NULL, 27411},
		{"", 27411},
		{"  \t", 27411},
		{"FREQ=DAILY;FOO=1", 27412},
		{"FREQ=SOMETIMES", 27412},
		{"FREQ=DAILY;EXCLUDE=NO_SUCH", 27412},
		{"hr.no_such", 27412},
		{"BYDAY=MON", 27415},
		{"=", 27415},
		{"5", 27415},
		{"FREQ=DAILY;BYHOUR=MON", 27414},
		{"FREQ=DAILY;BYMONTH=FOO", 27414},
		{"FREQ=DAILY;BYTIME=9", 27414},
		{"FREQ=DAILY;BYTIME=240000", 27414},
		{"FREQ=YEARLY;BYDATE=0230", 27414},
		{"FREQ=YEARLY;BYDATE=20230229", 27414},
		{"FREQ=YEARLY;BYDATE=MON", 27414},
		{"FREQ=WEEKLY;BYDAY=XXX", 27416},
		{"FREQ=YEARLY;BYDAY=1", 27418},
		{"FREQ=MONTHLY;BYWEEKNO=1", 27417},
		{"FREQ=DAILY;", 0},
		{"FREQ=DAILY;;BYHOUR=1;", 0},
		{"FREQ=DAILY BYHOUR=1", 27418},
		{"FREQ=DAILY;BYHOUR=1,", 27418},
		{"FREQ=DAILY;BYHOUR", 27418},
		{"FREQ=DAILY;BYHOUR=", 27418},
		{"FREQ", 27418},
		{"FREQ=", 27418},
		{"FREQ=DAILY;BYHOUR=1;BYHOUR=2", 27418},
		{"FREQ=DAILY;FREQ=DAILY", 27418},
		{"FREQ=YEARLY;BYDATE=0201^3D", 27418},
		{"FREQ=YEARLY;BYDATE=0201+OFFSET:3", 27418},
		{"JOB1-3D", 27418},
		{"JOB1;BYHOUR=3", 27418},
		{"FREQ=DAILY;INTERVAL=0", 27421},
		{"FREQ=DAILY;INTERVAL=100", 27421},
		{"FREQ=DAILY;INTERVAL=99", 0},
		{"FREQ=SECONDLY;INTERVAL=31622400", 0},
		{"FREQ=SECONDLY;INTERVAL=31622401", 27421},
		{"FREQ=HOURLY;INTERVAL=99999999999999999999", 27421},
		{"FREQ=DAILY;BYHOUR=24", 27421},
		{"FREQ=DAILY;BYHOUR=-1", 27421},
		{"FREQ=DAILY;BYSECOND=60", 27421},
		{"FREQ=DAILY;BYSETPOS=1", 27421},
		{"FREQ=MONTHLY;BYSETPOS=0", 27421},
		{"FREQ=WEEKLY;BYDAY=1MON", 27421},
		{"FREQ=MONTHLY;BYDAY=6MON", 27421},
		{"FREQ=YEARLY;BYDAY=54MON", 27421},
		{"FREQ=YEARLY;BYWEEKNO=1;BYMONTH=1", 27421},
		{"FREQ=DAILY;BYTIME=090000;BYHOUR=3", 27421},
		{"FREQ=YEARLY;BYPERIOD=1", 27421},
		{"FREQ=FY;BYPERIOD=5", 27421},
		{"FREQ=S1;BYPERIOD=1", 27421},
		{"FREQ=YEARLY;BYDATE=0201+OFFSET:377D", 27421},
		{"FREQ=YEARLY;BYDATE=0201+SPAN:54W", 27421},
		{"LOOP1", 27421},
		{"SELF", 27421},
		{"BAD", 27421},
		{"FREQ=DAILY;EXCLUDE=MORNING", 27422},
		{"FREQ=DAILY;INCLUDE=S1,MORNING", 27422},
		{"morning;include=job1", 0},
		{"\"Mixed Case\"", 0},
		{"\"mixed case\"", 27412},
		{"\"\"", 27418},
		{"freq = daily ; byday = mon , tue ", 0},
		{"FREQ=YEARLY;BYDATE= 0201 ^ SPAN : 1 W", 0},
		{"sys.morning", 0},
		{"5 4 * * *", 0},
		{"60 4 * * *", 27421},
		{"* * * * mon-fry", 27418},
		{"@fortnightly", 27418},
		{"99 seconds", 27421}
	};
	char		long_text[PGD_CALENDAR_MAX + 2];
	PgdCalendar *calendar;
	PgdCalError err;
	size_t		i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		calendar = pgd_calendar_parse(&test_env, cases[i].text, NULL,
									  test_resolve, &named_list, &err);
		ok(err.ora == cases[i].ora && (calendar == NULL) == (cases[i].ora != 0),
		   "error %d: %s", cases[i].ora, cases[i].text ? cases[i].text : "NULL");
		if (err.ora != cases[i].ora)
			printf("# got %d %s | %s\n", err.ora, err.message, err.detail);
		free(calendar);
	}
	memset(long_text, ' ', sizeof(long_text));
	memcpy(long_text, "FREQ=DAILY", 10);
	long_text[PGD_CALENDAR_MAX + 1] = '\0';
	calendar = pgd_calendar_parse(&test_env, long_text, NULL, NULL, NULL, &err);
	ok(calendar == NULL && err.ora == 27413, "error 27413: 4001 bytes");
	long_text[PGD_CALENDAR_MAX] = '\0';
	calendar = pgd_calendar_parse(&test_env, long_text, NULL, NULL, NULL, &err);
	ok(calendar != NULL, "4000 bytes are possible");
	free(calendar);
}

/* schedules N1 .. N99 that name each other, Nn the next one */
static bool
resolve_chain(void *arg, const char *owner, const char *name, PgdCalSchedule *schedule)
{
	static char text[20][32];
	int			depth = *(int *) arg;
	int			n = atoi(name + 1);

	if (name[0] != 'N' || n > depth)
		return false;
	if (n == depth)
		strcpy(text[n], "FREQ=DAILY");
	else
		sprintf(text[n], "N%d", n + 1);
	schedule->owner = owner;
	schedule->text = text[n];
	return true;
}

static void
test_nesting(void)
{
	PgdCalError err;
	PgdCalendar *calendar;
	int			depth = 16;

	calendar = pgd_calendar_parse(&test_env, "N1", NULL, resolve_chain, &depth, &err);
	ok(calendar != NULL, "schedules nested 16 deep");
	free(calendar);
	depth = 17;
	calendar = pgd_calendar_parse(&test_env, "N1", NULL, resolve_chain, &depth, &err);
	ok(calendar == NULL && err.ora == 27421, "schedules nested 17 deep: %s", err.message);
	/* a short way first, then a long one to the same schedule */
	depth = 16;
	calendar = pgd_calendar_parse(&test_env, "N2,N1", NULL, resolve_chain, &depth, &err);
	ok(calendar != NULL, "a schedule may be reached in two ways");
	free(calendar);
}

static void
test_kinds(void)
{
	static const struct
	{
		const char *text;
		PgdCalTextKind kind;
	}			cases[] =
	{
		{"FREQ=DAILY", PGD_TEXT_CALENDAR},
		{" freq = nonsense", PGD_TEXT_CALENDAR},
		{"JOB1", PGD_TEXT_CALENDAR},
		{"job1,s1+3d;exclude=s1", PGD_TEXT_CALENDAR},
		{"hr.job1", PGD_TEXT_CALENDAR},
		{"JOB1, NO_SUCH", PGD_TEXT_OTHER},
		{"NO_SUCH", PGD_TEXT_OTHER},
		{"SYSDATE + 1/24", PGD_TEXT_OTHER},
		{"JOB1 + 1/24", PGD_TEXT_OTHER},
		{"TRUNC(SYSDATE + 1) + 6/24", PGD_TEXT_OTHER},
		{"interval '1 day'", PGD_TEXT_OTHER},
		{"* * * * *", PGD_TEXT_CRON},
		{"*/5 0-12/2 1,15,$ jan-mar mon-fri", PGD_TEXT_CRON},
		{"@daily", PGD_TEXT_CRON},
		{"10 seconds", PGD_TEXT_CRON},
		{"10 minutes", PGD_TEXT_OTHER},
		{"* * * *", PGD_TEXT_OTHER},
		{"* * * * * *", PGD_TEXT_OTHER},
		{"5 - 3 + 2", PGD_TEXT_OTHER},
		{"", PGD_TEXT_OTHER},
		{NULL, PGD_TEXT_OTHER}
	};
	size_t		i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(pgd_calendar_classify(cases[i].text, NULL, test_resolve, &named_list) ==
		   cases[i].kind, "kind of %s", cases[i].text ? cases[i].text : "NULL");
}

/* Random rules */

static uint64_t random_state;

static int
any(int n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (int) ((random_state >> 11) % (uint64_t) n);
}

static bool
chance(int percent)
{
	return any(100) < percent;
}

static const char *const day_names[] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
static const char *const month_names[] = {
	"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
};

static void
put(NaiveRule *rule, const char *format,...)
{
	size_t		used = strlen(rule->text);
	va_list		args;

	va_start(args, format);
	vsnprintf(rule->text + used, NAIVE_TEXT - used, format, args);
	va_end(args);
}

/* a clause of count numbers; negative ones mirror the positive */
static void
put_list(NaiveRule *rule, const char *clause, int *list, int *count, int most,
		 int low, int high, bool may_be_negative)
{
	int			i;

	*count = 1 + any(most);
	put(rule, ";%s=", clause);
	for (i = 0; i < *count; i++)
	{
		list[i] = low + any(high - low + 1);
		if (may_be_negative && chance(30))
			list[i] = -list[i];
		put(rule, "%s%d", i > 0 ? "," : "", list[i]);
	}
}

static void
put_dates(NaiveRule *rule)
{
	int			i;

	rule->ndate = 1 + any(4);
	put(rule, ";BYDATE=");
	for (i = 0; i < rule->ndate; i++)
	{
		NaiveDate  *date = &rule->date[i];
		int			n = 1 + any(20);

		memset(date, 0, sizeof(*date));
		date->month = 1 + any(12);
		date->day = 1 + any(28);
		if (chance(10))
		{
			date->month = 2;
			date->day = 29;
		}
		if (i > 0)
			put(rule, ",");
		if (chance(20) && date->day != 29)
		{
			date->year = 2003 + any(15);
			put(rule, "%04d", date->year);
		}
		put(rule, "%02d%02d", date->month, date->day);
		if (chance(10))
			n = 300 + any(77);
		switch (any(8))
		{
			case 0:
				date->first = date->last = n;
				put(rule, "+OFFSET:%dD", n);
				break;
			case 1:
				date->first = date->last = -n;
				put(rule, "-%dD", n);
				break;
			case 2:
				date->last = n - 1;
				put(rule, "+SPAN:%dD", n);
				break;
			case 3:
				date->first = 1 - n;
				put(rule, "-SPAN:%dD", n);
				break;
			case 4:
				n = 1 + any(3);
				date->first = -(n * 7 / 2);
				date->last = n * 7 / 2;
				put(rule, "^span:%dw", n);
				break;
			default:
				break;
		}
	}
}

static void
put_days(NaiveRule *rule)
{
	int			i;
	int			most = rule->freq == PGD_FREQ_YEARLY ? 53 : rule->freq == PGD_FREQ_MONTHLY ? 5 :
	rule->freq == PGD_FREQ_USER ? 20 : 0;
	bool		numbered = most > 0 && chance(50);

	rule->nweekday = 1 + any(5);
	put(rule, ";BYDAY=");
	for (i = 0; i < rule->nweekday; i++)
	{
		rule->weekday[i] = any(7);
		rule->nth[i] = 0;
		if (numbered && chance(80))
			rule->nth[i] = (1 + any(most)) * (chance(40) ? -1 : 1);
		if (i > 0)
			put(rule, ",");
		if (rule->nth[i] != 0)
			put(rule, "%d", rule->nth[i]);
		put(rule, "%s", day_names[rule->weekday[i]]);
	}
}

static void
put_months(NaiveRule *rule)
{
	int			i;

	rule->nmonth = 1 + any(4);
	put(rule, ";BYMONTH=");
	for (i = 0; i < rule->nmonth; i++)
	{
		rule->month[i] = 1 + any(12);
		if (chance(50))
			put(rule, "%s%s", i > 0 ? "," : "", month_names[rule->month[i] - 1]);
		else
			put(rule, "%s%d", i > 0 ? "," : "", rule->month[i]);
	}
}

static void
put_date_clauses(NaiveRule *rule)
{
	if (chance(30))
		put_months(rule);
	else if (rule->freq == PGD_FREQ_YEARLY && chance(20))
		put_list(rule, "BYWEEKNO", rule->weekno, &rule->nweekno, 4, 1, 53, true);
	if (chance(12))
		put_list(rule, "BYYEARDAY", rule->yearday, &rule->nyearday, 7, 1, 366, true);
	if (chance(15))
		put_dates(rule);
	if (chance(25))
		put_list(rule, "BYMONTHDAY", rule->monthday, &rule->nmonthday, 7, 1, 31, true);
	if (chance(40))
		put_days(rule);
}

static void
put_time_clauses(NaiveRule *rule)
{
	int			i;

	if (chance(10))
	{
		rule->ntime = 1 + any(4);
		put(rule, ";BYTIME=");
		for (i = 0; i < rule->ntime; i++)
		{
			rule->time[i] = any(60) * 100 + any(60);
			if (chance(60))
			{
				rule->time[i] += any(24) * 10000;
				put(rule, "%s%06d", i > 0 ? "," : "", rule->time[i]);
			}
			else
			{
				put(rule, "%s%04d", i > 0 ? "," : "", rule->time[i]);
				rule->time[i] -= 1000000;
			}
		}
		return;
	}
	if (chance(40))
		put_list(rule, "BYHOUR", rule->hour, &rule->nhour, 4, 0, 23, false);
	if (chance(40))
		put_list(rule, "BYMINUTE", rule->minute, &rule->nminute, 4, 0, 59, false);
	if (chance(40))
		put_list(rule, "BYSECOND", rule->second, &rule->nsecond, 3, 0, 59, false);
}

/* named schedules for INCLUDE etc. and as frequency, made new for each rule */
#define NPOOL	4

static NaiveRule pool[NPOOL + 1];

static bool
resolve_pool(void *arg, const char *owner, const char *name, PgdCalSchedule *schedule)
{
	int			i;

	(void) arg;
	for (i = 0; i <= NPOOL; i++)
	{
		if (strcmp(pool[i].name, name) == 0)
		{
			schedule->owner = owner;
			schedule->text = pool[i].text;
			schedule->has_start = pool[i].has_start;
			schedule->start = pool[i].start_local * USEC;
			schedule->zone = "UTC";
			return true;
		}
	}
	return false;
}

static int64_t
random_start(void)
{
	return (naive_day(2003, 1, 1) + any(1200)) * DAY + any(86400);
}

static void
make_pool(void)
{
	static const int freqs[] = {PGD_FREQ_YEARLY, PGD_FREQ_MONTHLY, PGD_FREQ_WEEKLY, PGD_FREQ_DAILY};
	int			i;

	memset(pool, 0, sizeof(pool));
	for (i = 0; i < NPOOL; i++)
	{
		NaiveRule  *rule = &pool[i];

		sprintf(rule->name, "P%d", i);
		rule->freq = freqs[any(4)];
		rule->interval = 1;
		put(rule, "FREQ=%s", rule->freq == PGD_FREQ_YEARLY ? "YEARLY" :
			rule->freq == PGD_FREQ_MONTHLY ? "MONTHLY" :
			rule->freq == PGD_FREQ_WEEKLY ? "WEEKLY" : "DAILY");
		if (chance(30))
		{
			rule->interval = 1 + any(4);
			put(rule, ";INTERVAL=%d", rule->interval);
		}
		put_date_clauses(rule);
		if (rule->freq <= PGD_FREQ_MONTHLY && chance(10))
			put_list(rule, "BYSETPOS", rule->setpos, &rule->nsetpos, 3, 1, 6, true);
		rule->has_start = chance(30);
		rule->start_local = random_start();
	}
	/* a frequency that never ends */
	{
		NaiveRule  *rule = &pool[NPOOL];

		strcpy(rule->name, "PF");
		rule->interval = 1;
		if (chance(50))
		{
			int			i;

			rule->freq = PGD_FREQ_YEARLY;
			put(rule, "FREQ=YEARLY;BYDATE=");
			rule->ndate = 1 + any(5);
			for (i = 0; i < rule->ndate; i++)
			{
				rule->date[i].month = 1 + any(12);
				rule->date[i].day = 1 + any(28);
				put(rule, "%s%02d%02d", i > 0 ? "," : "", rule->date[i].month,
					rule->date[i].day);
			}
		}
		else if (chance(50))
		{
			rule->freq = PGD_FREQ_MONTHLY;
			put(rule, "FREQ=MONTHLY");
			put_list(rule, "BYMONTHDAY", rule->monthday, &rule->nmonthday, 3, 1, 28, true);
		}
		else
		{
			rule->freq = PGD_FREQ_WEEKLY;
			rule->interval = 1 + any(6);
			put(rule, "FREQ=WEEKLY;INTERVAL=%d", rule->interval);
			put_days(rule);
		}
		rule->periods = 1 + any(6);
		put(rule, ";PERIODS=%d", rule->periods);
		rule->has_start = chance(50);
		rule->start_local = random_start();
	}
}

static void
put_groups(NaiveRule *rule, bool with_offsets)
{
	static const char *const words[] = {"INCLUDE", "EXCLUDE", "INTERSECT"};
	int			i,
				j;

	rule->ngroup = 1 + any(2);
	for (i = 0; i < rule->ngroup; i++)
	{
		NaiveGroup *group = &rule->group[i];

		group->kind = 1 + any(3);
		group->count = 1 + any(2);
		put(rule, ";%s=", words[group->kind - 1]);
		for (j = 0; j < group->count; j++)
		{
			group->rule[j] = &pool[any(NPOOL)];
			group->offset[j] = (with_offsets && chance(30)) ? 1 + any(40) : 0;
			put(rule, "%s%s", j > 0 ? "," : "", group->rule[j]->name);
			if (group->offset[j] > 0)
				put(rule, "+%s%dD", chance(50) ? "OFFSET:" : "", group->offset[j]);
		}
	}
}

static void
make_rule(NaiveRule *rule, int freq, bool with_schedules)
{
	static const char *const names[] = {
		NULL, "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY", "PF"
	};

	memset(rule, 0, sizeof(*rule));
	rule->freq = freq;
	rule->interval = 1;
	if (freq == PGD_FREQ_USER)
		rule->user = &pool[NPOOL];
	put(rule, "FREQ=%s", names[freq]);
	if (chance(50))
	{
		rule->interval = 1 + any(freq == PGD_FREQ_YEARLY ? 3 : freq < PGD_FREQ_HOURLY || freq == PGD_FREQ_USER ? 12 : 200);
		if (freq > PGD_FREQ_DAILY && freq < PGD_FREQ_USER && chance(20))
			rule->interval = 1 + any(freq == PGD_FREQ_HOURLY ? 2000 : freq == PGD_FREQ_MINUTELY ? 5000 : 200000);
		put(rule, ";INTERVAL=%d", rule->interval);
	}
	put_date_clauses(rule);
	put_time_clauses(rule);
	if (freq == PGD_FREQ_USER && chance(40))
		put_list(rule, "BYPERIOD", rule->byperiod, &rule->nbyperiod, 3, 1,
				 rule->user->periods, false);
	if ((freq <= PGD_FREQ_MONTHLY || freq == PGD_FREQ_USER) && chance(40))
		put_list(rule, "BYSETPOS", rule->setpos, &rule->nsetpos, 4, 1, 12, true);
	if (with_schedules && chance(60))
		put_groups(rule, true);
}

static const char *const zone_names[] = {"UTC", "Fixed", "Eastern", "Howe"};

/* Compares a rule with its list of instants; false and a report if they differ. */
static bool
agrees(const NaiveRule *rule, int64_t start, const PgdCalZone *zone,
	   const char *zone_name, const NaiveTimes *expected, int64_t end,
	   PgdCalResolve resolve)
{
	PgdCalError err;
	PgdCalendar *calendar;
	PgdCalendar *copy;
	int64_t		at = start * USEC - 1;
	int64_t		next;
	int			i = 0;
	int			steps;
	bool		passed = true;

	calendar = pgd_calendar_parse(&test_env, rule->text, NULL, resolve, NULL, &err);
	if (calendar == NULL)
	{
		printf("# %s: %d %s %s\n", rule->text, err.ora, err.message, err.detail);
		return false;
	}
	/* a compiled calendar can be moved */
	copy = malloc(pgd_calendar_size(calendar));
	memcpy(copy, calendar, pgd_calendar_size(calendar));
	free(calendar);

	/* stepping from the start: strictly increasing and the same times */
	while (i < expected->count && expected->at[i] < start)
		i++;
	for (steps = 0; steps < 400 && passed; steps++)
	{
		int64_t		wanted = i < expected->count ? expected->at[i] : end;
		bool		found = pgd_calendar_evaluate(&test_env, copy, start * USEC, zone, at, &next, &err);

		if (wanted >= end)
		{
			/* nothing more in the window */
			passed = found ? next >= end * USEC : err.ora == 27419;
			if (passed)
				break;
		}
		else
			passed = found && next == wanted * USEC && next > at;
		if (!passed)
		{
			char		shown[3][40] = {"", "none", "none"};

			test_show(start * USEC, zone, shown[0]);
			if (wanted < end)
				test_show(wanted * USEC, zone, shown[1]);
			if (found)
				test_show(next, zone, shown[2]);
			printf("# %s\n# start %s %s, step %d: expected %s, got %s %s\n",
				   rule->text, shown[0], zone_name, steps, shown[1], shown[2],
				   found ? "" : err.message);
		}
		at = next;
		while (i < expected->count && expected->at[i] <= wanted)
			i++;
	}
	/* from any moment: the same as stepping */
	for (steps = 0; steps < 40 && passed; steps++)
	{
		int64_t		after = start + any((int) (end - start > 2000000000 ? 2000000000 : end - start));
		int64_t		wanted = end;
		bool		found;

		if (expected->count > 0 && chance(40))
			after = expected->at[any(expected->count)] - any(2);
		if (after < start || after >= end)
			continue;
		for (i = 0; i < expected->count; i++)
		{
			if (expected->at[i] > after && expected->at[i] >= start)
			{
				wanted = expected->at[i];
				break;
			}
		}
		found = pgd_calendar_evaluate(&test_env, copy, start * USEC, zone,
									  after * USEC + any(1000000), &next, &err);
		if (wanted >= end)
			passed = found ? next >= end * USEC : err.ora == 27419;
		else
			passed = found && next == wanted * USEC;
		if (!passed)
		{
			char		shown[4][40] = {"", "", "none", "none"};

			test_show(start * USEC, zone, shown[0]);
			test_show(after * USEC, zone, shown[1]);
			if (wanted < end)
				test_show(wanted * USEC, zone, shown[2]);
			if (found)
				test_show(next, zone, shown[3]);
			printf("# %s\n# start %s %s, after %s: expected %s, got %s\n",
				   rule->text, shown[0], zone_name, shown[1], shown[2], shown[3]);
		}
	}
	if (!passed)
	{
		for (i = 0; i <= NPOOL; i++)
			printf("#   %s = %s%s\n", pool[i].name, pool[i].text,
				   pool[i].has_start ? " (own start)" : "");
	}
	free(copy);
	return passed;
}

/* local times to instants, each once */
static void
to_instants(NaiveTimes *times, const PgdCalZone *zone)
{
	int			i,
				n = 0;

	for (i = 0; i < times->count; i++)
	{
		int64_t		at = naive_instant(zone, times->at[i]);

		if (n == 0 || times->at[n - 1] < at)
			times->at[n++] = at;
	}
	times->count = n;
}

static void
test_random_days(int freq, bool with_schedules, int nrules)
{
	int			failures = 0;
	int			i;

	for (i = 0; i < nrules && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(4)];
		const PgdCalZone *zone = test_zone(zone_name);
		NaiveTimes	times = {NULL, 0, 0};
		NaiveRule	rule;
		int64_t		start;
		int64_t		start_local;

		make_pool();
		make_rule(&rule, freq, with_schedules);
		start_local = random_start();
		start = naive_instant(zone, start_local);
		start_local = start;
		{
			int64_t		until;

			start_local += zone->offset(zone, start, &until);
		}
		naive_local_times(&rule, start_local, false, &times);
		to_instants(&times, zone);
		if (!agrees(&rule, start, zone, zone_name, &times,
					naive_day(2021, 1, 1) * DAY, resolve_pool))
			failures++;
		free(times.at);
	}
	ok(failures == 0, "%d random rules of frequency %d%s", i, freq,
	   with_schedules ? " with named schedules" : "");
}

static void
test_random_seconds(int freq, bool with_schedules, int nrules)
{
	static const int hours[] = {24 * 60, 24 * 12, 10};
	int			failures = 0;
	int			i;

	for (i = 0; i < nrules && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(4)];
		const PgdCalZone *zone = test_zone(zone_name);
		NaiveTimes	times = {NULL, 0, 0};
		NaiveRule	rule;
		int64_t		start;
		int64_t		end;

		make_pool();
		make_rule(&rule, freq, with_schedules);
		start = naive_instant(zone, random_start());
		/* often near a change of clocks */
		if (chance(60))
		{
			int64_t		until;

			zone->offset(zone, start, &until);
			if (until < naive_day(2015, 1, 1) * DAY)
				start = until - any(8 * 3600);
		}
		end = start + hours[freq - PGD_FREQ_HOURLY] * INT64_C(3600);
		naive_elapsed_times(&rule, start, zone, start, end, &times);
		if (!agrees(&rule, start, zone, zone_name, &times, end, resolve_pool))
			failures++;
		free(times.at);
	}
	ok(failures == 0, "%d random rules of frequency %d%s", i, freq,
	   with_schedules ? " with named schedules" : "");
}

/* unions of named schedules, moved by days */
static void
test_random_unions(int nrules)
{
	int			failures = 0;
	int			i,
				j;

	for (i = 0; i < nrules && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(2)];
		const PgdCalZone *zone = test_zone("UTC");
		NaiveTimes	times = {NULL, 0, 0};
		NaiveTimes	sorted = {NULL, 0, 0};
		NaiveRule	rule;
		int64_t		start = random_start();
		int			count = 1 + any(3);
		int64_t		at;

		(void) zone_name;
		make_pool();
		memset(&rule, 0, sizeof(rule));
		for (j = 0; j < count; j++)
		{
			NaiveRule  *member = &pool[any(NPOOL)];
			NaiveTimes	own = {NULL, 0, 0};
			int			offset = chance(60) ? 1 + any(30) : 0;
			int			k;

			put(&rule, "%s%s", j > 0 ? "," : "", member->name);
			if (offset > 0)
				put(&rule, "+%dD", offset);
			naive_local_times(member, member->has_start ? member->start_local : start,
							  member->has_start, &own);
			for (k = 0; k < own.count; k++)
			{
				if (!member->has_start || own.at[k] >= member->start_local)
					naive_add(&times, own.at[k] + offset * DAY);
			}
			free(own.at);
		}
		/* ascending, each once */
		for (at = INT64_MIN;;)
		{
			int64_t		best = INT64_MAX;

			for (j = 0; j < times.count; j++)
			{
				if (times.at[j] > at && times.at[j] < best)
					best = times.at[j];
			}
			if (best == INT64_MAX)
				break;
			naive_add(&sorted, best);
			at = best;
			if (sorted.count > 1500)
				break;
		}
		if (!agrees(&rule, start, zone, "UTC", &sorted,
					sorted.count > 1500 ? sorted.at[1499] : naive_day(2021, 1, 1) * DAY,
					resolve_pool))
			failures++;
		free(times.at);
		free(sorted.at);
	}
	ok(failures == 0, "%d random unions", i);
}

/* Cron lines, minute by minute */

typedef struct CronPart
{
	bool		star;
	bool		set[64];
	bool		last;
} CronPart;

static void
make_cron_field(char *text, CronPart *part, int low, int high,
				const char *const *names, int name_base, bool may_be_last)
{
	int			n = 1 + any(2);
	int			i,
				j;

	memset(part, 0, sizeof(*part));
	for (i = 0; i < n; i++)
	{
		int			first = low + any(high - low + 1);
		int			last = first + any(high - first + 1);
		int			stride = 1 + any(7);

		if (i > 0)
			strcat(text, ",");
		switch (any(may_be_last ? 6 : 5))
		{
			case 0:
				if (i == 0)
					part->star = true;
				sprintf(text + strlen(text), "*");
				stride = 1;
				first = low;
				last = high;
				break;
			case 1:
				if (i == 0)
					part->star = true;
				sprintf(text + strlen(text), "*/%d", stride);
				first = low;
				last = high;
				break;
			case 2:
				sprintf(text + strlen(text), "%d-%d/%d", first, last, stride);
				break;
			case 3:
				sprintf(text + strlen(text), "%d-%d", first, last);
				stride = 1;
				break;
			case 4:
				last = first;
				if (names != NULL && first - name_base >= 0 && first < high && chance(50))
					sprintf(text + strlen(text), "%.3s", names[first - name_base]);
				else
					sprintf(text + strlen(text), "%d", first);
				break;
			default:
				strcat(text, "$");
				part->last = true;
				continue;
		}
		for (j = first; j <= last; j += stride)
			part->set[j] = true;
	}
}

static void
test_random_cron(int nlines)
{
	static const char *const sunday_first[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	static const char *const months[] = {
		"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
	};
	int			failures = 0;
	int			i;

	for (i = 0; i < nlines && failures < 3; i++)
	{
		const char *zone_name = zone_names[any(4)];
		const PgdCalZone *zone = test_zone(zone_name);
		NaiveTimes	times = {NULL, 0, 0};
		NaiveRule	rule;
		CronPart	part[5];
		int64_t		start = random_start();
		int64_t		last = start + 120 * DAY;
		int64_t		minute;

		memset(&rule, 0, sizeof(rule));
		memset(pool, 0, sizeof(pool));
		make_cron_field(rule.text, &part[0], 0, 59, NULL, 0, false);
		strcat(rule.text, " ");
		make_cron_field(rule.text, &part[1], 0, 23, NULL, 0, false);
		strcat(rule.text, " \t");
		make_cron_field(rule.text, &part[2], 1, 31, NULL, 0, true);
		strcat(rule.text, " ");
		make_cron_field(rule.text, &part[3], 1, 12, months, 1, false);
		strcat(rule.text, " ");
		make_cron_field(rule.text, &part[4], 0, 7, sunday_first, 0, false);
		if (part[4].set[7])
			part[4].set[0] = true;
		for (minute = start / 60 * 60; minute < last + DAY; minute += 60)
		{
			int			year,
						month,
						day,
						y,
						m,
						d;
			bool		by_month_day,
						by_week_day;

			naive_date(minute / DAY, &year, &month, &day);
			naive_date(minute / DAY + 1, &y, &m, &d);
			by_month_day = part[2].set[day] || (part[2].last && d == 1);
			by_week_day = part[4].set[(minute / DAY + 6) % 7];
			if (part[0].set[minute / 60 % 60] && part[1].set[minute / 3600 % 24] &&
				part[3].set[month] &&
				((part[2].star || part[4].star) ? by_month_day && by_week_day :
				 by_month_day || by_week_day))
			{
				int64_t		at = naive_instant(zone, minute);
				int64_t		until;
				int64_t		shown = at + zone->offset(zone, at, &until);
				int64_t		again;

				if (!part[0].star && !part[1].star)
					naive_add(&times, at);
				else
				{
					/* what clocks never show does not run, else each time */
					if (shown == minute)
						naive_add(&times, at);
					for (again = at + 60; again < at + 2 * 3600; again += 60)
					{
						if (again + zone->offset(zone, again, &until) == minute)
							naive_add(&times, again);
					}
				}
			}
			/* a time that clocks skip runs with the one at the gap's end */
			if (times.count > 1 && times.at[times.count - 1] == times.at[times.count - 2])
				times.count--;
		}
		naive_sort(&times);
		if (!agrees(&rule, naive_instant(zone, start), zone, zone_name, &times,
					naive_instant(zone, last), NULL))
			failures++;
		free(times.at);
	}
	ok(failures == 0, "%d random cron lines", i);
}

/* The worst that a rule can cost */

static const char *
worst_list(const char *prefix, const char *item, int step, int most, const char *suffix)
{
	static char text[PGD_CALENDAR_MAX + 100];
	int			i;

	strcpy(text, prefix);
	for (i = 1; i <= 2000 && strlen(text) + strlen(suffix) < PGD_CALENDAR_MAX - 30; i++)
	{
		if (i > 1)
			strcat(text, ",");
		sprintf(text + strlen(text), item, 1 + i * step % most);
	}
	strcat(text, suffix);
	return text;
}

static double
seconds_of_cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void
test_speed(const char *text, const char *zone_name, double limit)
{
	const PgdCalZone *zone = test_zone(zone_name);
	int64_t		start = test_instant("1970-01-05 00:00:00", zone);
	int64_t		next;
	double		best = 1000;
	PgdCalError err;
	int			i;

	for (i = 0; i < 3; i++)
	{
		double		before = seconds_of_cpu();
		double		spent;
		PgdCalendar *calendar;

		calendar = pgd_calendar_parse(&test_env, text, NULL, NULL, NULL, &err);
		if (calendar == NULL)
		{
			ok(false, "%.60s: %s %s", text, err.message, err.detail);
			return;
		}
		pgd_calendar_evaluate(&test_env, calendar, start, zone, start, &next, &err);
		free(calendar);
		spent = seconds_of_cpu() - before;
		if (spent < best)
			best = spent;
	}
	ok(best < limit, "%.1f ms: %.100s in %s", best * 1000, text, zone_name);
}

static void
test_worst(void)
{
	static const char *const texts[] = {
		"FREQ=YEARLY;BYMONTH=FEB;BYMONTHDAY=31",
		"FREQ=YEARLY;INTERVAL=99;BYMONTH=FEB;BYMONTHDAY=30",
		"FREQ=MONTHLY;INTERVAL=97;BYMONTH=FEB;BYMONTHDAY=29;BYDAY=MON;BYYEARDAY=1",
		"FREQ=WEEKLY;INTERVAL=97;BYMONTH=FEB;BYMONTHDAY=30",
		"FREQ=DAILY;INTERVAL=97;BYMONTH=FEB;BYMONTHDAY=29",
		"FREQ=DAILY;INTERVAL=98;BYDAY=TUE,WED,THU,FRI,SAT,SUN",
		"FREQ=DAILY;INTERVAL=91;BYDAY=TUE",
		"FREQ=DAILY;BYYEARDAY=366;BYMONTH=JAN,MAR,MAY,JUL,AUG,OCT",
		"FREQ=DAILY;BYDATE=99991231",
		"FREQ=DAILY;INTERVAL=97;BYDATE=99991231^SPAN:376D",
		"FREQ=YEARLY;BYWEEKNO=53;BYMONTHDAY=15",
		"FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=9999",
		"FREQ=MONTHLY;BYHOUR=0,1,2,3;BYSETPOS=9999,-9999",
		"FREQ=SECONDLY;INTERVAL=7919;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3;BYMINUTE=3;BYSECOND=3",
		"FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,43,45,47,49,51,53,55,57,59",
		"FREQ=SECONDLY;INTERVAL=300;BYSECOND=1",
		"FREQ=SECONDLY;INTERVAL=293;BYYEARDAY=366;BYSECOND=1;BYMINUTE=1;BYHOUR=1",
		"FREQ=SECONDLY;INTERVAL=86399;BYHOUR=7;BYMINUTE=7;BYSECOND=7;BYDAY=MON;BYMONTHDAY=13;BYMONTH=2",
		"FREQ=SECONDLY;INTERVAL=86401;BYHOUR=7;BYMINUTE=7;BYSECOND=7;BYDATE=0229",
		"FREQ=SECONDLY;INTERVAL=31622399;BYDATE=0229;BYHOUR=1;BYMINUTE=1;BYSECOND=1",
		"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=SECONDLY;BYYEARDAY=366;BYMONTH=1,2,3,4,5,6,7,8,9,10,11",
		"FREQ=MINUTELY;INTERVAL=1439;BYHOUR=3;BYMINUTE=3;BYDATE=0229;BYDAY=MON",
		"FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30",
		"FREQ=MINUTELY;INTERVAL=527040;BYMINUTE=30;BYDATE=0229",
		"FREQ=HOURLY;INTERVAL=23;BYHOUR=3;BYDATE=0229;BYDAY=MON",
		"FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
		"FREQ=HOURLY;INTERVAL=25;BYDATE=0229;BYMINUTE=1;BYSECOND=1;BYHOUR=0",
		"FREQ=HOURLY;INTERVAL=8784;BYHOUR=3;BYDATE=0229",
		"0 0 31 2 *",
		"0 0 30 feb mon"
	};
	size_t		i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		test_speed(texts[i], "UTC", 0.05);
		test_speed(texts[i], "Howe", 0.05);
	}
	test_speed(worst_list("FREQ=DAILY;BYDATE=", "0101^SPAN:%dD", 7, 376, ";BYMONTH=2;BYMONTHDAY=30"), "UTC", 0.05);
	test_speed(worst_list("FREQ=DAILY;BYDATE=", "0101^SPAN:%dD", 7, 376, ";BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=1"), "UTC", 0.05);
	test_speed(worst_list("FREQ=DAILY;BYDATE=", "0229+SPAN:%dD", 7, 376, ";BYDAY=MON;BYYEARDAY=366;BYMONTHDAY=30"), "UTC", 0.05);
	test_speed(worst_list("FREQ=DAILY;INTERVAL=97;BYDATE=", "0101-%dD", 1, 376, ";BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=60"), "UTC", 0.05);
	test_speed(worst_list("FREQ=SECONDLY;INTERVAL=97;BYDATE=", "0101-%dD", 1, 376, ";BYMONTHDAY=29;BYMONTH=2;BYYEARDAY=61"), "Howe", 0.05);
	test_speed(worst_list("FREQ=DAILY;INTERVAL=97;BYDATE=", "9%03d1231", 1, 900, ""), "UTC", 0.05);
	test_speed(worst_list("FREQ=DAILY;BYDATE=", "0101+SPAN:%dD", 1, 90, ";BYMONTH=7,8,9"), "UTC", 0.05);
	test_speed(worst_list("FREQ=DAILY;INTERVAL=97;BYDATE=", "1231-SPAN:%dW", 1, 9, ";BYMONTH=7,8,9"), "UTC", 0.05);
	test_speed(worst_list("FREQ=MINUTELY;BYDATE=", "0101+SPAN:%dD", 1, 90, ";BYMONTH=7,8,9"), "Howe", 0.05);
	test_speed(worst_list("FREQ=MONTHLY;BYSETPOS=", "%d", 1, 1000, ";BYMONTH=2;BYMONTHDAY=30"), "UTC", 0.05);
	test_speed(worst_list("FREQ=MONTHLY;BYSETPOS=", "9%03d", 1, 900, ""), "UTC", 0.05);
	test_speed(worst_list("FREQ=YEARLY;BYSETPOS=", "-9%03d", 1, 900, ";BYDAY=MON"), "UTC", 0.05);
	test_speed(worst_list("FREQ=YEARLY;BYYEARDAY=", "%d", 5, 300, ";BYMONTHDAY=31;BYMONTH=2"), "UTC", 0.05);
	test_speed(worst_list("FREQ=YEARLY;BYYEARDAY=", "%d", 5, 300, ";BYWEEKNO=53"), "UTC", 0.05);
	test_speed(worst_list("FREQ=YEARLY;BYDAY=", "%dMON", 1, 52, ",53SUN;BYYEARDAY=1,2,3,4,5,6,7;BYMONTHDAY=8"), "UTC", 0.05);
	test_speed(worst_list("FREQ=MINUTELY;INTERVAL=7;BYTIME=", "%04d", 1, 59, ";BYDATE=0229;BYDAY=SUN"), "Howe", 0.05);
	test_speed("FREQ=SECONDLY;INTERVAL=7", "Eastern", 0.001);
}

/* Named schedules may cost more, but not without bounds. */

static const char *ladder_rung;
static const char *ladder_end;

static bool
resolve_ladder(void *arg, const char *owner, const char *name, PgdCalSchedule *schedule)
{
	static char text[20][PGD_CALENDAR_MAX + 1];
	int			n = atoi(name + 1);

	(void) arg;
	if (name[0] != 'N' || n > 16)
		return false;
	if (n == 16)
		strcpy(text[n], ladder_end);
	else
		snprintf(text[n], sizeof(text[n]), ladder_rung, n + 1, n + 1, n + 1);
	schedule->owner = owner;
	schedule->text = text[n];
	return true;
}

static void
test_ladder(const char *rung, const char *end)
{
	double		before = seconds_of_cpu();
	double		spent;
	const PgdCalZone *zone = test_zone("Howe");
	int64_t		next;
	PgdCalError err;
	PgdCalendar *calendar;

	ladder_rung = rung;
	ladder_end = end;
	calendar = pgd_calendar_parse(&test_env, "N1", NULL, resolve_ladder, NULL, &err);
	if (calendar != NULL)
		pgd_calendar_evaluate(&test_env, calendar, 0, zone, 1, &next, &err);
	free(calendar);
	spent = seconds_of_cpu() - before;
	ok(calendar != NULL && spent < 2, "%.0f ms: 16 schedules like %s, then %.60s %s",
	   spent * 1000, rung, end, err.message);
}

static void
test_ladders(void)
{
	static const char *const rungs[] = {
		"N%d,N%d+1D,N%d+2D", "FREQ=DAILY;INCLUDE=N%d,N%d+1D;EXCLUDE=N%d+3D",
		"FREQ=N%d;INCLUDE=N%d+7D", "FREQ=N%d;BYSETPOS=2", "FREQ=N%d;INTERVAL=7",
		"FREQ=YEARLY;INTERSECT=N%d,N%d+1W", "N%d;EXCLUDE=N%d+1D;INTERSECT=N%d+2D"
	};
	static const char *const ends[] = {
		"FREQ=DAILY", "FREQ=SECONDLY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=DAILY;BYDATE=99991231", "FREQ=HOURLY;INTERVAL=25;BYDATE=0229"
	};
	size_t		i,
				j;

	for (i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++)
	{
		for (j = 0; j < sizeof(ends) / sizeof(ends[0]); j++)
			test_ladder(rungs[i], ends[j]);
		test_ladder(rungs[i], worst_list("FREQ=DAILY;BYDATE=", "0101+SPAN:%dD", 1, 90, ";BYMONTH=7,8,9"));
	}
}

/* Times far away and at the ends of what timestamps can be */
static void
test_range(void)
{
	static const char *const texts[] = {
		"FREQ=YEARLY", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=WEEKLY;INTERVAL=99",
		"FREQ=DAILY;BYDATE=0101-SPAN:376D", "FREQ=HOURLY;INTERVAL=8784", "FREQ=MINUTELY",
		"FREQ=SECONDLY;INTERVAL=7", "FREQ=YEARLY;BYWEEKNO=1", "0 0 * * *",
		"FREQ=YEARLY;BYSETPOS=-1;BYDAY=SUN", "S1+3D,JOB1", "FREQ=FY;INTERVAL=1;BYSETPOS=1"
	};
	static const int64_t moments[] = {
		INT64_MIN, INT64_MIN + 1, INT64_C(-211813488000000000),
		INT64_C(-211813488000000001), INT64_C(-63000000000000000), -1, 0, 1,
		INT64_C(9223371331199000000), INT64_C(9223371331199999999),
		INT64_C(9223371331200000000), INT64_MAX - 1, INT64_MAX
	};
	size_t		i,
				j,
				k,
				z;
	bool		passed = true;
	int			found = 0;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		PgdCalError err;
		PgdCalendar *calendar = pgd_calendar_parse(&test_env, texts[i], NULL,
												   test_resolve, &named_list, &err);

		for (j = 0; j < sizeof(moments) / sizeof(moments[0]); j++)
		{
			for (k = 0; k < sizeof(moments) / sizeof(moments[0]); k++)
			{
				for (z = 0; z < 2; z++)
				{
					int64_t		next;

					if (pgd_calendar_evaluate(&test_env, calendar, moments[j],
											  test_zone(zone_names[z]), moments[k], &next, &err))
					{
						found++;
						if (next <= moments[k] || next < moments[j] ||
							next > INT64_C(9223371331199000000))
							passed = false;
					}
				}
			}
		}
		free(calendar);
	}
	ok(passed && found > 100, "the ends of time, %d results", found);
}

static void
test_far_start(void)
{
	const PgdCalZone *zone = test_zone("Eastern");
	int64_t		start = test_instant("1970-01-01 00:00:01", zone);
	int64_t		after = test_instant("2026-07-01 12:00:00", zone);
	int64_t		next;
	PgdCalError err;
	PgdCalendar *calendar = pgd_calendar_parse(&test_env, "FREQ=SECONDLY;INTERVAL=7",
											   NULL, NULL, NULL, &err);

	pgd_calendar_evaluate(&test_env, calendar, start, zone, after, &next, &err);
	ok(next > after && next - after <= 7 * USEC && (next - start) % (7 * USEC) == 0,
	   "steps of seconds from 1970");
	free(calendar);
}

int
main(void)
{
	const char *seed = getenv("CALENDAR_SEED");
	const char *rules = getenv("CALENDAR_RULES");
	int			n = rules != NULL ? atoi(rules) : 40;
	int			freq;

	random_state = seed != NULL ? strtoull(seed, NULL, 10) : 20061023;
	printf("# CALENDAR_SEED=%llu CALENDAR_RULES=%d\n", (unsigned long long) random_state, n);
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_examples();
	test_errors();
	test_nesting();
	test_kinds();
	test_range();
	test_far_start();
	for (freq = PGD_FREQ_YEARLY; freq <= PGD_FREQ_DAILY; freq++)
	{
		test_random_days(freq, false, n);
		test_random_days(freq, true, n / 2);
	}
	test_random_days(PGD_FREQ_USER, true, n);
	for (freq = PGD_FREQ_HOURLY; freq <= PGD_FREQ_SECONDLY; freq++)
	{
		test_random_seconds(freq, false, n);
		test_random_seconds(freq, true, n / 4);
	}
	test_random_unions(n / 2);
	test_random_cron(n);
	test_worst();
	test_ladders();
	printf("1..%d\n", ntests);
	return nfailed > 0;
}
