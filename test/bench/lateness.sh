#!/bin/bash
# How late jobs start: 3,000 one-time jobs, due 10 ms apart, and 1,000 jobs
# that are due in every second.  Beside us: pg_cron's start of 1,000 jobs.

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

restart_with "pg_dbms.max_workers = 8" "cron.max_running_jobs = 8"
sql "CREATE EXTENSION pg_dbms" "CREATE EXTENSION pg_cron" \
	"CREATE TABLE public.work (due timestamptz, at timestamptz DEFAULT clock_timestamp())"

sql "DO \$\$
DECLARE due timestamptz := clock_timestamp() + interval '8 s';
BEGIN
	FOR i IN 1..3000 LOOP
		CALL dbms_scheduler.create_job(job_name => 'LATE_' || i, job_type => 'PLSQL_BLOCK',
			job_action => format('INSERT INTO public.work (due) VALUES (%L)', due + i * interval '10 ms'),
			start_date => due + i * interval '10 ms', enabled => true);
	END LOOP;
END \$\$"
wait_until "SELECT count(*) = 3000 FROM public.work" 120
lateness=$(sql "SELECT string_agg(round(p::numeric, 2)::text, ' ' ORDER BY p) FROM unnest((
	SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM at - due) * 1000)
	FROM public.work)) AS p")

# jobs of every second: how long until the last of a second has started
sql "TRUNCATE public.work" "DO \$\$
DECLARE first timestamptz := date_trunc('second', clock_timestamp()) + interval '8 s';
BEGIN
	FOR i IN 1..1000 LOOP
		CALL dbms_scheduler.create_job(job_name => 'SECOND_' || i, job_type => 'PLSQL_BLOCK',
			job_action => 'INSERT INTO public.work (due) VALUES (date_trunc(''second'', clock_timestamp()))',
			start_date => first, repeat_interval => 'FREQ=SECONDLY', enabled => false);
		CALL dbms_scheduler.set_attribute('SECOND_' || i, 'MAX_RUNS', 8);
		CALL dbms_scheduler.enable('SECOND_' || i);
	END LOOP;
END \$\$"
wait_until "SELECT count(*) >= 8000 FROM public.work" 60
last=$(sql "SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY late)) FROM (
	SELECT extract(epoch FROM max(at) - due) * 1000 AS late FROM public.work
	GROUP BY due HAVING count(*) = 1000) AS seconds")

sql "TRUNCATE public.work" \
	"SELECT count(cron.schedule('late' || i, '* * * * *',
		'INSERT INTO public.work (due) VALUES (date_trunc(''minute'', clock_timestamp()))'))
		FROM generate_series(1, 1000) AS i" >/dev/null
wait_until "SELECT count(*) >= 1000 FROM public.work" 120
cron=$(sql "SELECT round(extract(epoch FROM max(at) - min(due)) * 1000) FROM public.work")
sql "SELECT count(cron.unschedule(jobid)) FROM cron.job" >/dev/null

figure "commits of one row, one session" "$(commits_per_second)" "per second"
figure "lateness of 3,000 jobs 10 ms apart, p50" "${lateness% *}" "ms (under 3)"
figure "lateness of 3,000 jobs 10 ms apart, p99" "${lateness#* }" "ms (under 20)"
figure "1,000 jobs of one second, last start, median" "$last" "ms (under 400)"
figure "pg_cron, 1,000 jobs of one minute, last start" "$cron" "ms"
