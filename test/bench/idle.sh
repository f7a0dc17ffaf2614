#!/bin/bash
# What 100,000 enabled jobs of next month cost while nothing is due.

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

jobs=${JOBS:-100000}

# cpu PID: CPU time in ms; rss PID: memory in kB
cpu() { awk '{ print $1 / 1e6 }' "/proc/$1/schedstat"; }
rss() { awk '/^RssAnon/ { print $2 }' "/proc/$1/status"; }
pid_of() { sql "SELECT pid FROM pg_stat_activity WHERE backend_type = '$1'"; }

restart_with "autovacuum = off"
sql "CREATE EXTENSION pg_dbms"
started=$(date +%s%N)
sql "DO \$\$
BEGIN
	FOR i IN 1..$jobs LOOP
		CALL dbms_scheduler.create_job(job_name => 'IDLE_' || i, job_type => 'PLSQL_BLOCK',
			job_action => 'SELECT 1', start_date => now() + interval '30 days',
			repeat_interval => 'FREQ=MONTHLY', enabled => true);
	END LOOP;
END \$\$"
made=$(( ($(date +%s%N) - started) / 1000000 ))
sql "VACUUM" "CHECKPOINT"
coordinator=$(pid_of 'pg_dbms coordinator')
launcher=$(pid_of 'pg_dbms launcher')
# settled: the coordinator has read them, and the checkpoint's own records are out
sleep 20
sql "CHECKPOINT"
sleep 16
lsn=$(sql "SELECT pg_current_wal_insert_lsn()")
cpu_before=$(cpu "$coordinator"); launcher_before=$(cpu "$launcher")
rss_before=$(rss "$coordinator")
sleep 60
cpu_after=$(cpu "$coordinator"); launcher_after=$(cpu "$launcher")
rss_after=$(rss "$coordinator")
written=$(sql "SELECT pg_current_wal_insert_lsn() - '$lsn'")

sql "CREATE TABLE public.work (due timestamptz, at timestamptz DEFAULT clock_timestamp())" \
	"CALL dbms_scheduler.create_job(job_name => 'ONE_MORE', job_type => 'PLSQL_BLOCK',
		job_action => format('INSERT INTO public.work (due) VALUES (%L)', clock_timestamp()), enabled => true)"
wait_until "SELECT count(*) = 1 FROM public.work"
one=$(sql "SELECT round(extract(epoch FROM at - due) * 1000, 1) FROM public.work")
restarted=$(date +%s%N)
restart_with "# once more"
sql "CALL dbms_scheduler.create_job(job_name => 'AFTER_RESTART', job_type => 'PLSQL_BLOCK',
	job_action => 'INSERT INTO public.work (due) VALUES (now())', enabled => true)"
wait_until "SELECT count(*) = 2 FROM public.work"
restart=$(( ($(date +%s%N) - restarted) / 1000000 ))

figure "making $jobs jobs in one transaction" "$made" "ms"
figure "CPU of the coordinator in a minute" \
	"$(awk "BEGIN { print $cpu_after - $cpu_before }")" "ms (under 10)"
figure "CPU of the launcher in a minute" \
	"$(awk "BEGIN { print $launcher_after - $launcher_before }")" "ms"
figure "WAL written in a minute" "$written" "bytes (0)"
figure "memory of the coordinator" "$rss_after" "kB"
figure "its growth in a minute" "$((rss_after - rss_before))" "kB"
figure "one more job, from the call to its first statement" "$one" "ms (under 1000)"
figure "restart until a new job has run" "$restart" "ms (under 1000)"
