/*
 * stop_point.h
 *		Named points at which a process of a test build stops, so that a test
 *		can end it just there. Elsewhere they are nothing.
 *
 * A process that comes to a point named in pg_dbms.stop_points (a comma list)
 * takes the advisory lock (PGD_STOP_POINT_CLASS, hashtext(name)) and gives it
 * back: it waits for as long as a test holds that lock, and shows in pg_locks.
 */
#ifndef PGD_STOP_POINT_H
#define PGD_STOP_POINT_H

#ifdef USE_ASSERT_CHECKING

#define PGD_STOP_POINT_CLASS	20487

#define PGD_STOP_POINT(name)	pgd_stop_point(name)

extern void pgd_stop_point(const char *name);

/* defines the setting; from _PG_init */
extern void pgd_stop_point_install(void);

#else

#define PGD_STOP_POINT(name)	((void) 0)
#define pgd_stop_point_install()	((void) 0)

#endif

#endif							/* PGD_STOP_POINT_H */
