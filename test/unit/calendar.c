/*
 * calendar.c
 *		Tests of calendar strings without a server; prints TAP.
 *
 * unit-sources: src/calendar/parse.c src/calendar/lex.c src/calendar/clauses.c src/calendar/cron.c src/calendar/days.c src/calendar/local.c src/calendar/months.c src/calendar/periods.c src/calendar/times.c src/calendar/elapsed.c src/calendar/evaluate.c src/calendar/summary.c test/unit/calendar_*.c
 *
 * The worked examples of calendar strings, errors, and the ends of time;
 * properties at random and the time that the worst rules take follow.  CALENDAR_SEED
 * and CALENDAR_RULES (how many rules of each kind) may be set.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar_test.h"

static const char *const zone_names[] = {"UTC", "Fixed"};

static int	ntests = 0;
static int	nfailed = 0;

void
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
	uint64_t	state;
	const char *rules = getenv("CALENDAR_RULES");
	int			n = rules != NULL ? atoi(rules) : 40;

	state = seed != NULL ? strtoull(seed, NULL, 10) : 20061023;
	printf("# CALENDAR_SEED=%llu CALENDAR_RULES=%d\n", (unsigned long long) state, n);
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_examples();
	test_errors();
	test_nesting();
	test_kinds();
	test_range();
	test_far_start();
	test_random(state, n);
	test_speed();
	printf("1..%d\n", ntests);
	return nfailed > 0;
}
