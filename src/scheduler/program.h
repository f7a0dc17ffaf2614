/*
 * program.h
 *		Programs: what jobs and the dispatching of attributes need of them;
 *		attributes are in attribute.h.
 */
#ifndef PGD_PROGRAM_H
#define PGD_PROGRAM_H

/*
 * An argument's name by Oracle's rule; NULL stays NULL, what is no name
 * raises 27453.
 */
extern char *pgd_argument_name(const char *text);

/* 27456, a program has fewer arguments defined than it has */
extern void pgd_program_error_incomplete(const char *shown, int defined,
										 int number_of_arguments)
			pg_attribute_noreturn();

#endif							/* PGD_PROGRAM_H */
