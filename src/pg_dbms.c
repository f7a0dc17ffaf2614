/*
 * pg_dbms.c
 *		Entry of the library.
 *
 * _PG_init runs in the postmaster when the library is in
 * shared_preload_libraries, and in a backend when one of our functions is
 * called without that.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
}
