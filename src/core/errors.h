/*
 * errors.h
 *		SQLSTATEs of the errors that Oracle documents.
 *
 * ORA-27475 is O7475: the first digit of the number becomes a letter (Q for
 * 0, O for 2, T for 3), the last four digits stay.  A ported handler is a
 * search and replace.  Faults without an ORA number use the server's own
 * condition codes.
 */
#ifndef PGD_ERRORS_H
#define PGD_ERRORS_H

#include "utils/elog.h"

/* the letter of an ORA number's first digit */
#define PGD_ORA_LETTER(n) \
	((n) / 10000 == 0 ? 'Q' : (n) / 10000 == 2 ? 'O' : 'T')

/* SQLSTATE of an ORA number, a constant expression */
#define PGD_ORA(n) \
	MAKE_SQLSTATE(PGD_ORA_LETTER(n), \
				  '0' + (n) / 1000 % 10, '0' + (n) / 100 % 10, \
				  '0' + (n) / 10 % 10, '0' + (n) % 10)

#endif							/* PGD_ERRORS_H */
