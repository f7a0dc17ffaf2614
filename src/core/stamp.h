/*
 * stamp.h
 *		Is this database the one whose definitions it holds, or a copy? Copies
 *		and databases that are being restored do not run anything.
 */
#ifndef PGD_STAMP_H
#define PGD_STAMP_H

#include "datatype/timestamp.h"

/* any backend: this session writes catalog rows without our calls */
extern void pgd_stamp_note_loader(void);

/*
 * Coordinator, at the beginning of a turn and when it has read rows: looks
 * whether the database is to be held.
 * Returns when to look again; sets *reload when everything is to be read
 * again because the hold has ended.
 */
extern TimestampTz pgd_stamp_turn(bool *reload);

extern bool pgd_stamp_is_held(void);
extern const char *pgd_stamp_hold_reason(void);

#endif							/* PGD_STAMP_H */
