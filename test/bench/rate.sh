#!/bin/bash
# Completed runs a second: jobs that insert one row, all due, as many workers
# on both sides, each with its full record.  Beside us: pg_cron.
#
# JOBS: number of jobs (5000).  WORKERS: workers of either (8).

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

jobs=${JOBS:-5000}
workers=${WORKERS:-8}

restart_with "pg_dbms.max_workers = $workers" \
	"cron.max_running_jobs = $workers"
sql "CREATE EXTENSION pg_dbms" "CREATE EXTENSION pg_cron" \
	"CREATE TABLE public.work (who text, at timestamptz DEFAULT clock_timestamp())"

# ours LEVEL: due all at once, some seconds after they were made
ours()
{
	sql "TRUNCATE public.work" "CALL dbms_scheduler.purge_log()" >/dev/null
	sql "DO \$\$
	DECLARE due timestamptz := clock_timestamp() + interval '12 s';
	BEGIN
		FOR i IN 1..$jobs LOOP
			CALL dbms_scheduler.create_job(job_name => 'RATE_' || i, job_type => 'PLSQL_BLOCK',
				job_action => 'INSERT INTO public.work (who) VALUES (''ours'')',
				start_date => due, job_class => '$1', enabled => true);
		END LOOP;
		CREATE TABLE IF NOT EXISTS public.due (at timestamptz);
		DELETE FROM public.due;
		INSERT INTO public.due VALUES (due);
	END \$\$"
	wait_until "SELECT count(*) = $jobs FROM public.work" 120
	sql "SELECT round($jobs / extract(epoch FROM max(w.at) - min(d.at)))
		FROM public.work w, public.due d"
}

logged=$(ours DEFAULT_JOB_CLASS)
count=$(sql "SELECT count(*) FROM sys.dba_scheduler_job_run_details WHERE job_name LIKE 'RATE%'")
[ "$count" = "$jobs" ] || { echo "only $count of $jobs runs are in the log" >&2; exit 1; }
sql "CALL dbms_scheduler.create_job_class('BENCH_QUIET', logging_level => dbms_scheduler.logging_off())"
quiet=$(ours BENCH_QUIET)

# pg_cron starts what is due at the full minute; 30 seconds of that are enough
sql "TRUNCATE public.work" \
	"SELECT count(cron.schedule('rate' || i, '* * * * *', 'INSERT INTO public.work (who) VALUES (''cron'')'))
		FROM generate_series(1, 3000) AS i" >/dev/null
wait_until "SELECT count(*) > 0 FROM public.work" 90
wait_until "SELECT count(*) >= 3000 OR max(at) - min(at) > interval '30 s' FROM public.work" 60
cron=$(sql "SELECT round(count(*) / extract(epoch FROM max(at) - min(at))) FROM public.work")
sql "SELECT count(cron.unschedule(jobid)) FROM cron.job" >/dev/null

figure "commits of one row, one session" "$(commits_per_second)" "per second"
figure "pg_dbms, each run in the log" "$logged" "runs per second"
figure "pg_dbms, logging off" "$quiet" "runs per second"
figure "pg_cron, each run in job_run_details" "$cron" "runs per second"
figure "ratio" "$(sql "SELECT round($logged::numeric / $cron, 1)")" "(at least 10)"
