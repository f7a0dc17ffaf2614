/*
 * process.c
 *		Signals, settings and sleeping of our background processes.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "core/process.h"

PgdProcess	pgd_process = PGD_PROCESS_NONE;

/*
 * SIGTERM ends the process at its next safe point; SIGINT cancels what a
 * worker runs and does nothing to the others.
 */
void
pgd_process_start(PgdProcess process)
{
	pgd_process = process;
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	pqsignal(SIGINT, process == PGD_PROCESS_WORKER ?
			 StatementCancelHandler : SIG_IGN);
	BackgroundWorkerUnblockSignals();
}

/*
 * ALTER ROLE ... SET role would give a process another current user than the
 * one it is for, and RESET ROLE would lead there. Best called before
 * the connection is made: what it finds in the catalogs then comes too late.
 */
void
pgd_process_pin_role(void)
{
	SetConfigOption("role", "none", PGC_SUSET, PGC_S_OVERRIDE);
}

void
pgd_process_pin_settings(void)
{
	static const char *const off[] = {
		"statement_timeout", "lock_timeout",
		"idle_in_transaction_session_timeout"
	};

	pgd_process_pin_role();
	SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_SUSET,
					PGC_S_OVERRIDE);
	for (int i = 0; i < lengthof(off); i++)
		SetConfigOption(off[i], "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("default_transaction_isolation", "read committed",
					PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("default_transaction_read_only", "off", PGC_SUSET,
					PGC_S_OVERRIDE);
	SetConfigOption("exit_on_error", "off", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("row_security", "off", PGC_SUSET, PGC_S_OVERRIDE);
}

void
pgd_process_reload_config(void)
{
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

void
pgd_process_sleep(TimestampTz wake_at, PgdWait wait)
{
	long		ms = PGD_LONGEST_SLEEP;

	if (wake_at != DT_NOEND)
		ms = Min(ms, TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
													 wake_at));
	if (ms > 0)
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 ms, pgd_wait_event(wait));
}

/* before 17 all wait events of extensions show as "Extension" */
uint32
pgd_wait_event(PgdWait wait)
{
	return PG_WAIT_EXTENSION;
}

bool
pgd_process_is_coordinator(void)
{
	return pgd_process == PGD_PROCESS_COORDINATOR;
}
