/*
 * errors.h
 *		SQLSTATEs of the errors that Oracle documents, and the functions that
 *		raise those that occur in more than one place.
 *
 * ORA-27475 is O7475: the first digit of the number becomes a letter (Q for
 * 0, I for 1, O for 2, T for 3), the last four digits stay.  A ported handler is a
 * search and replace.  Faults without an ORA number use the server's own
 * condition codes.
 */
#ifndef PGD_ERRORS_H
#define PGD_ERRORS_H

#include "utils/elog.h"

#include "core/compat.h"

/* the letter of an ORA number's first digit */
#define PGD_ORA_LETTER(n) \
	((n) / 10000 == 0 ? 'Q' : (n) / 10000 == 1 ? 'I' : \
	 (n) / 10000 == 2 ? 'O' : 'T')

/* SQLSTATE of an ORA number, a constant expression */
#define PGD_ORA(n) \
	MAKE_SQLSTATE(PGD_ORA_LETTER(n), \
				  '0' + (n) / 1000 % 10, '0' + (n) / 100 % 10, \
				  '0' + (n) / 10 % 10, '0' + (n) % 10)

/* the ORA number of an SQLSTATE made by PGD_ORA, 0 for any other */
extern int	pgd_ora_number(int sqlstate);

/* 27451: an argument or attribute that must have a value is NULL or empty */
extern void pgd_error_null(const char *what) pg_attribute_noreturn();

/* the same for a text, NULL or empty, as the caller gave it */
extern void pgd_error_missing(const char *what, const char *text)
			pg_attribute_noreturn();

/* 27452: not a valid name */
extern void pgd_error_invalid_name(const char *what, const char *value,
								   const char *detail) pg_attribute_noreturn();

/* the same for a name that has no owner */
extern void pgd_error_invalid_single_name(const char *what, const char *value,
										  const char *detail)
			pg_attribute_noreturn();

/* a prefix of generated names is not valid: has its own advice */
extern void pgd_error_invalid_prefix(const char *value, const char *detail)
			pg_attribute_noreturn();

/* a message of the server as a sentence, for a detail */
extern char *pgd_error_sentence(const char *message);

/* an error in the detail of another: SQLSTATE, message and its own detail */
extern char *pgd_error_summary(const ErrorData *error);

/* 27461: a text is longer than its attribute allows */
extern void pgd_error_too_long(const char *what, int limit)
			pg_attribute_noreturn();

/* 27465: a value is out of the attribute's range or form */
extern void pgd_error_invalid_value(const char *attribute, const char *value,
									const char *detail, const char *hint)
			pg_attribute_noreturn();

/* 27475 (jobs) and 27476 (all other kinds): does not exist */
extern void pgd_error_no_job(const char *shown) pg_attribute_noreturn();
extern void pgd_error_no_object(const char *kind, const char *shown)
			pg_attribute_noreturn();

/* 27477: the name is taken */
extern void pgd_error_exists(const char *kind, const char *shown)
			pg_attribute_noreturn();

/* 27478: the job runs now */
extern void pgd_error_job_running(const char *shown) pg_attribute_noreturn();

/* 27479: other objects depend on it */
extern void pgd_error_dependents(const char *verb, const char *kind,
								 const char *shown, const char *detail)
			pg_attribute_noreturn();

/* 27486: a privilege is missing; hint names what would help */
extern void pgd_error_privilege(const char *detail, const char *hint)
			pg_attribute_noreturn();

/*
 * Somebody cancelled the statement. A timeout has the same SQLSTATE, but is a
 * failure of the statement.
 */
extern bool pgd_error_is_cancel(const ErrorData *error);

/* 0A000: comes with a later release */
extern void pgd_error_not_supported(const char *what) pg_attribute_noreturn();

#endif							/* PGD_ERRORS_H */
