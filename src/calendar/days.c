/*
 * days.c
 *		The proleptic Gregorian calendar on day numbers from 2000-01-01.
 *
 * Pure C: see calendar.h.  Year 0 is 1 BC.
 */
#include "calendar/calendar_int.h"

/* days from 0000-03-01 to 2000-01-01 */
#define DAYS_BEFORE_2000	INT64_C(730425)

int64_t
pgd_cal_day(int64_t year, int month, int day)
{
	int64_t		cycle;
	int64_t		year_of_cycle;
	int64_t		day_of_year;

	/* years that start in March put the leap day at their end */
	if (month <= 2)
	{
		year--;
		month += 12;
	}
	cycle = floor_div(year, YEARS_PER_CYCLE);
	year_of_cycle = year - cycle * YEARS_PER_CYCLE;
	day_of_year = (153 * (month - 3) + 2) / 5 + day - 1;
	return cycle * DAYS_PER_CYCLE + year_of_cycle * 365 + year_of_cycle / 4 -
		year_of_cycle / 100 + day_of_year - DAYS_BEFORE_2000;
}

void
pgd_cal_date(int64_t number, int64_t *year, int *month, int *day)
{
	int64_t		shifted = number + DAYS_BEFORE_2000;
	int64_t		cycle = floor_div(shifted, DAYS_PER_CYCLE);
	int			day_of_cycle = (int) (shifted - cycle * DAYS_PER_CYCLE);
	int			year_of_cycle;
	int			day_of_year;
	int			shifted_month;

	year_of_cycle = (day_of_cycle - day_of_cycle / 1460 +
					 day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
	day_of_year = day_of_cycle -
		(365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
	shifted_month = (5 * day_of_year + 2) / 153;
	*day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	*month = (shifted_month < 10) ? shifted_month + 3 : shifted_month - 9;
	*year = cycle * YEARS_PER_CYCLE + year_of_cycle + (*month <= 2 ? 1 : 0);
}

int
pgd_cal_month_length(int64_t year, int month)
{
	static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return (month == 2 && is_leap(year)) ? 29 : lengths[month - 1];
}

/* 0 is Monday; 2000-01-01 was a Saturday */
int
pgd_cal_weekday(int64_t number)
{
	return (int) floor_mod(number + 5, 7);
}

/* The year to which the ISO week of this day belongs. */
int64_t
pgd_cal_iso_year(int64_t number)
{
	int64_t		year;
	int			month;
	int			day;

	pgd_cal_date(number - pgd_cal_weekday(number) + 3, &year, &month, &day);
	return year;
}

/* The Monday of the first ISO week of a year. */
int64_t
pgd_cal_iso_year_start(int64_t iso_year)
{
	int64_t		fourth = pgd_cal_day(iso_year, 1, 4);

	return fourth - pgd_cal_weekday(fourth);
}
