/*
 * guc.h
 *		The settings pg_dbms.*; doc/settings.md describes them.
 */
#ifndef PGD_GUC_H
#define PGD_GUC_H

typedef enum PgdAfterRestore
{
	PGD_AFTER_RESTORE_RUN,
	PGD_AFTER_RESTORE_HOLD
} PgdAfterRestore;

extern int	pgd_after_restore;
extern char *pgd_block_language;
extern bool pgd_chunk_synchronous_commit;
extern int	pgd_chunk_stop_grace;	/* ms */
extern int	pgd_max_output;		/* kB */
extern int	pgd_max_workers;
extern bool pgd_rowid_exact;
extern bool pgd_start_synchronous_commit;
extern int	pgd_worker_idle_timeout;	/* ms */

extern void pgd_define_settings(void);

#endif							/* PGD_GUC_H */
