/*
 * guc.c
 *		The settings pg_dbms.*, in alphabetical order.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"

#include "core/guc.h"

int			pgd_after_restore = PGD_AFTER_RESTORE_RUN;
char	   *pgd_block_language = NULL;
int			pgd_chunk_stop_grace = 1000;
bool		pgd_chunk_synchronous_commit = false;
int			pgd_max_output = 64;
int			pgd_max_workers = 8;
bool		pgd_rowid_exact = false;
bool		pgd_start_synchronous_commit = false;
int			pgd_worker_idle_timeout = 60000;

static const struct config_enum_entry after_restore_options[] = {
	{"run", PGD_AFTER_RESTORE_RUN, false},
	{"hold", PGD_AFTER_RESTORE_HOLD, false},
	{NULL, 0, false}
};

/* Defines the settings; called once when the library is loaded. */
void
pgd_define_settings(void)
{
	DefineCustomEnumVariable("pg_dbms.after_restore",
							 "What a database does whose definitions were restored from a dump.",
							 "With \"run\", jobs run once the restore has ended; with \"hold\", after dbms_scheduler.resume_after_restore().",
							 &pgd_after_restore, PGD_AFTER_RESTORE_RUN,
							 after_restore_options, PGC_SIGHUP, 0,
							 NULL, NULL, NULL);
	DefineCustomStringVariable("pg_dbms.block_language",
							   "Language of actions that are blocks.",
							   "An action of type PLSQL_BLOCK that starts with BEGIN or DECLARE runs as a DO block of this language.",
							   &pgd_block_language, "plpgsql",
							   PGC_USERSET, GUC_NOT_IN_SAMPLE,
							   NULL, NULL, NULL);
	DefineCustomIntVariable("pg_dbms.chunk_stop_grace",
							"Time that chunks have to end when their task is stopped.",
							"After it they are cancelled, and are as before.",
							&pgd_chunk_stop_grace, 1000, 0, INT_MAX,
							PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomBoolVariable("pg_dbms.chunk_synchronous_commit",
							 "Waits until each chunk of a task is on disk.",
							 "When off, a crash forgets the last chunks together with the work that was done for them, and they are done again.",
							 &pgd_chunk_synchronous_commit, false,
							 PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("pg_dbms.max_output",
							"Most output of a run that is kept in its record.",
							NULL,
							&pgd_max_output, 64, 0, 1024,
							PGC_SIGHUP, GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomIntVariable("pg_dbms.max_workers",
							"Most workers of pg_dbms at a time, in all databases.",
							"Zero pauses all work. Workers also count against max_worker_processes.",
							&pgd_max_workers, 8, 0, 1000,
							PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("pg_dbms.rowid_exact",
							 "Makes chunks by rowid find rows that other sessions move.",
							 "A replication slot keeps the rows as they were when the task began, in the whole cluster, for as long as it runs.",
							 &pgd_rowid_exact, false,
							 PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("pg_dbms.start_synchronous_commit",
							 "Waits until the mark that a run has started is on disk.",
							 "When off, a crash forgets the last starts together with all that those runs did in this cluster.",
							 &pgd_start_synchronous_commit, false,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("pg_dbms.worker_idle_timeout",
							"Time after which an idle worker leaves.",
							NULL,
							&pgd_worker_idle_timeout, 60000, 0, INT_MAX,
							PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	MarkGUCPrefixReserved("pg_dbms");
}
