/*
 * output.h
 *		Messages raised during a run (NOTICE, WARNING, INFO ...), kept as text.
 *		The session's client_min_messages decides what is kept, as for a
 *		client; the server's log is not changed.
 */
#ifndef PGD_OUTPUT_H
#define PGD_OUTPUT_H

/* at most this much text of one run is kept, with the line that says it was cut */
#define PGD_OUTPUT_MAX	(64 * 1024)

/*
 * From here on messages are collected, what was collected before is
 * forgotten. Only for processes without a client; an error is not collected,
 * it belongs to who catches it. Calls do not nest; begin twice just starts
 * again.
 */
extern void pgd_output_begin(void);

/* ends collecting; harmless if it did not begin. Never throws. */
extern void pgd_output_end(void);

/*
 * What was collected since pgd_output_begin, lines such as "NOTICE:  text";
 * valid until the next pgd_output_begin, "" if nothing was. May be called
 * before and after pgd_output_end, and after an error.
 */
extern const char *pgd_output_text(void);

#endif							/* PGD_OUTPUT_H */
