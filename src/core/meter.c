/*
 * meter.c
 *		What a worker's item uses; see meter.h.
 */
#include "postgres.h"

#include <time.h>
#include <unistd.h>

#include "executor/instrument.h"
#include "storage/fd.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "core/meter.h"

#define PGD_METER_MS	1000

static PgdMeter *my_meter = NULL;
static TimeoutId my_timeout;
static bool is_metering = false;

static void tick(void);
static void read_counters(PgdReading *reading);
static int64 blocks_now(void);
static int64 buffers_now(void);

void
pgd_meter_install(PgdMeter *meter)
{
	my_meter = meter;
	my_timeout = RegisterTimeout(USER_TIMEOUT, tick);
}

void
pgd_meter_begin_item(void)
{
	if (my_meter == NULL)
		return;
	read_counters(&my_meter->item);
	my_meter->call = my_meter->item;
	my_meter->blocks = my_meter->item.blocks;
	my_meter->buffers = my_meter->item.buffers;
	is_metering = true;
	if (!get_timeout_active(my_timeout))
		enable_timeout_after(my_timeout, PGD_METER_MS);
}

void
pgd_meter_begin_call(void)
{
	if (is_metering)
		read_counters(&my_meter->call);
}

/* The timer is left to run out: items are often shorter than setting it. */
void
pgd_meter_end_item(void)
{
	is_metering = false;
}

/* In a signal handler: reads numbers, writes numbers. */
static void
tick(void)
{
	if (!is_metering)
		return;
	my_meter->blocks = blocks_now();
	my_meter->buffers = buffers_now();
	enable_timeout_after(my_timeout, PGD_METER_MS);
}

static void
read_counters(PgdReading *reading)
{
	reading->at = GetCurrentTimestamp();
	reading->cpu_us = pgd_meter_cpu(0);
	reading->blocks = blocks_now();
	reading->buffers = buffers_now();
}

static int64
blocks_now(void)
{
	return pgBufferUsage.shared_blks_read + pgBufferUsage.shared_blks_written +
		pgBufferUsage.local_blks_read + pgBufferUsage.local_blks_written +
		pgBufferUsage.temp_blks_read + pgBufferUsage.temp_blks_written;
}

static int64
buffers_now(void)
{
	return pgBufferUsage.shared_blks_hit + pgBufferUsage.shared_blks_read +
		pgBufferUsage.local_blks_hit + pgBufferUsage.local_blks_read;
}

int64
pgd_meter_cpu(int pid)
{
	clockid_t	clock = CLOCK_PROCESS_CPUTIME_ID;
	struct timespec ts;

	if (pid != 0 && clock_getcpuclockid(pid, &clock) != 0)
		return -1;
	if (clock_gettime(clock, &ts) != 0)
		return -1;
	return (int64) ts.tv_sec * USECS_PER_SEC + ts.tv_nsec / 1000;
}

/*
 * Resident pages that it shares with nobody. What it has of shared buffers is
 * not counted.
 */
int64
pgd_meter_memory(int pid)
{
	char		path[64];
	FILE	   *file;
	long		size;
	long		resident;
	long		shared;
	int			n;

	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	file = AllocateFile(path, "r");
	if (file == NULL)
		return -1;
	n = fscanf(file, "%ld %ld %ld", &size, &resident, &shared);
	FreeFile(file);
	if (n != 3)
		return -1;
	return (int64) Max(resident - shared, 0) * sysconf(_SC_PAGESIZE);
}
