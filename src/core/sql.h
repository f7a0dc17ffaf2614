/*
 * sql.h
 *		Catalog access: statements with constant text, run as the owner of the
 *		extension's tables under a pinned search_path.
 */
#ifndef PGD_SQL_H
#define PGD_SQL_H

#include "executor/spi.h"
#include "fmgr.h"
#include "utils/timestamp.h"

/* what pgd_catalog_enter() changed, for pgd_catalog_leave() */
typedef struct PgdCatalogScope
{
	Oid			saved_user;
	int			saved_sec_context;
	int			guc_level;
	bool		is_open;
} PgdCatalogScope;

extern void pgd_catalog_enter(PgdCatalogScope *scope);
extern void pgd_catalog_leave(PgdCatalogScope *scope);

/* OID of schema dbms: another one if the extension was dropped and made again */
extern Oid	pgd_catalog_schema(void);

extern uint64 pgd_sql(const char *text, int nargs, const Oid *types,
					  const Datum *values, const char *nulls, int expected);

/* 25006 if a call that changes our tables is in a read-only transaction */
extern void pgd_require_writable(FunctionCallInfo fcinfo);

/* the rows of an earlier statement again, after others were run */
extern void pgd_rows_use(SPITupleTable *rows, uint64 n);

/* a row's columns, numbered from 0; text is allocated in the given context */
extern bool pgd_column_is_null(uint64 row, int column);
extern char *pgd_column_text(MemoryContext context, uint64 row, int column);
extern int64 pgd_column_int64(uint64 row, int column);
extern int32 pgd_column_int32(uint64 row, int column);
extern double pgd_column_float8(uint64 row, int column);
extern bool pgd_column_bool(uint64 row, int column);
extern TimestampTz pgd_column_timestamptz(uint64 row, int column);
extern Interval *pgd_column_interval(MemoryContext context, uint64 row,
									 int column);
extern Oid	pgd_column_oid(uint64 row, int column);

/* an array, copied; 0 for NULL */
extern Datum pgd_column_array(MemoryContext context, uint64 row, int column);

/* arrays as parameters of set-based statements */
extern Datum pgd_int8_array(const int64 *values, int n);

/* a transaction of a background process */
extern void pgd_transaction_begin(void);
extern void pgd_transaction_commit(void);

#endif							/* PGD_SQL_H */
