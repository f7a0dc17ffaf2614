/*
 * expression.h
 *		Repeat intervals that are SQL expressions with Oracle's date
 *		arithmetic, such as TRUNC(SYSDATE + 1) + 6/24.
 */
#ifndef PGD_EXPRESSION_H
#define PGD_EXPRESSION_H

#include "datatype/timestamp.h"

/*
 * Is it one SQL expression that yields a date or timestamp? Throws if not,
 * a syntax error with its position. Evaluates nothing but constants' input;
 * names are looked up as the current user sees them. Needs a transaction.
 */
extern void pgd_expression_check(const char *text);

/*
 * The expression's value, for which SYSDATE is the start of the current
 * statement, in this time zone. Runs the user's functions: only for a
 * worker of the owner, inside a transaction. *is_null is set if the value is
 * NULL (no more runs).
 */
extern TimestampTz pgd_expression_next(const char *text,
									   const char *time_zone, bool *is_null);

/*
 * The instant of a local time in the session's time zone: of two, when clocks
 * are put back, the first that is not before the given time.
 */
extern TimestampTz pgd_local_to_instant(Timestamp local,
										TimestampTz not_before);

#endif							/* PGD_EXPRESSION_H */
