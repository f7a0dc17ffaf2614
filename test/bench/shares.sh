#!/bin/bash
# Shares of slot time under a resource plan: two classes of one owner, jobs that
# sleep for 50 ms, 4 workers, both classes always with work to do.  Beside it the
# same without a plan.  Then a group that may not run with many due jobs: what
# that costs another group's jobs.
#
# SECONDS_EACH: length of a measurement (30).  BLOCKED: due jobs that may not
# run (100000).

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

seconds=${SECONDS_EACH:-30}
blocked=${BLOCKED:-100000}

restart_with "pg_dbms.max_workers = 4"
sql "CREATE EXTENSION pg_dbms" \
	"CREATE TABLE public.ran (class text, started timestamptz, ended timestamptz)" \
	"CREATE TABLE public.late (due timestamptz, started timestamptz DEFAULT clock_timestamp())" \
	"CREATE PROCEDURE public.nap(class text) LANGUAGE plpgsql AS \$\$
	DECLARE
		started timestamptz := clock_timestamp();
	BEGIN
		PERFORM pg_sleep(0.05);
		INSERT INTO public.ran VALUES (class, started, clock_timestamp());
	END \$\$" \
	"CREATE PROCEDURE public.make_many(class text, n int) LANGUAGE plpgsql AS \$\$
	BEGIN
		FOR i IN 1..n LOOP
			CALL dbms_scheduler.create_job(job_name => class || '_' || i, job_type => 'PLSQL_BLOCK',
				job_action => format('CALL public.nap(%L)', class), job_class => 'CLASS_' || class,
				enabled => true);
		END LOOP;
	END \$\$" \
	"CALL dbms_resource_manager.create_pending_area()" \
	"CALL dbms_resource_manager.create_consumer_group('group_a')" \
	"CALL dbms_resource_manager.create_consumer_group('group_b')" \
	"CALL dbms_resource_manager.create_plan('a75')" \
	"CALL dbms_resource_manager.create_plan_directive('a75', 'group_a', mgmt_p1 => 75)" \
	"CALL dbms_resource_manager.create_plan_directive('a75', 'group_b', mgmt_p1 => 25)" \
	"CALL dbms_resource_manager.create_plan_directive('a75', 'OTHER_GROUPS', mgmt_p2 => 100)" \
	"CALL dbms_resource_manager.create_plan('a25')" \
	"CALL dbms_resource_manager.create_plan_directive('a25', 'group_a', mgmt_p1 => 25)" \
	"CALL dbms_resource_manager.create_plan_directive('a25', 'group_b', mgmt_p1 => 75)" \
	"CALL dbms_resource_manager.create_plan_directive('a25', 'OTHER_GROUPS', mgmt_p2 => 100)" \
	"CALL dbms_resource_manager.create_plan('no_a')" \
	"CALL dbms_resource_manager.create_plan_directive('no_a', 'group_a', active_sess_pool_p1 => 0)" \
	"CALL dbms_resource_manager.create_plan_directive('no_a', 'OTHER_GROUPS', mgmt_p1 => 100)" \
	"CALL dbms_resource_manager.submit_pending_area()" \
	"CALL dbms_scheduler.create_job_class('class_a', 'group_a', logging_level => dbms_scheduler.logging_off())" \
	"CALL dbms_scheduler.create_job_class('class_b', 'group_b', logging_level => dbms_scheduler.logging_off())"

now() { sql "SELECT clock_timestamp()"; }

# span FROM LENGTH: waits until it is over
span() { wait_until "SELECT clock_timestamp() > '$1'::timestamptz + interval '$2 s'" $((${2%.*} + 60)); }

# part FROM LENGTH: percentage of class A in the slot time of that span
part()
{
	sql "WITH used AS (
		SELECT class, sum(extract(epoch FROM least(ended, b) - greatest(started, a))) AS t
		  FROM public.ran, (VALUES ('$1'::timestamptz, '$1'::timestamptz + interval '$2 s')) AS span(a, b)
		 WHERE ended > a AND started < b GROUP BY class)
		SELECT round((100 * coalesce(sum(t) FILTER (WHERE class = 'A'), 0) / sum(t))::numeric, 1) FROM used"
}

# more than can be done in all measurements
each=$((seconds * 200 + 2000))
sql "CALL dbms_resource_manager.switch_plan('a75')" "BEGIN" \
	"CALL public.make_many('A', $each)" "CALL public.make_many('B', $each)" "COMMIT"
wait_until "SELECT count(*) > 20 FROM public.ran"
from=$(now)
span "$from" "$seconds"
with_plan=$(part "$from" "$seconds")
figure "share of class A at 75/25 over $seconds s" "$with_plan" "% of the slot time (72 to 78)"
figure "runs in that time" "$(sql "SELECT count(*) FROM public.ran WHERE ended > '$from'")" ""
sql "CALL dbms_resource_manager.switch_plan('a25')"
from=$(now)
span "$from" "$seconds"
figure "after a switch to 25/75, first 2 s" "$(part "$from" 2)" "% (22 to 28)"
figure "after a switch to 25/75, $seconds s" "$(part "$from" "$seconds")" "% (22 to 28)"
sql "CALL dbms_resource_manager.switch_plan('')"
from=$(now)
span "$from" 5
figure "without a plan, 5 s" "$(part "$from" 5)" "%, whatever is due first"

# how late jobs of another class start, and what the coordinator uses meanwhile
drop_all()
{
	sql "CALL dbms_resource_manager.switch_plan('no_a')"
	wait_until "SELECT count(*) = 0 FROM dbms.run" 600
	sql "DO \$\$
	DECLARE job text;
	BEGIN
		FOR job IN SELECT job_name FROM sys.dba_scheduler_jobs LOOP
			CALL dbms_scheduler.drop_job(job, force => true);
		END LOOP;
	END \$\$"
}

lateness()
{
	sql "TRUNCATE public.late" "DO \$\$
	DECLARE due timestamptz;
	BEGIN
		FOR i IN 1..100 LOOP
			due := clock_timestamp() + interval '2 s' + i * interval '20 ms';
			CALL dbms_scheduler.create_job(job_name => 'LATE_' || i, job_type => 'PLSQL_BLOCK',
				job_action => format('INSERT INTO public.late (due) VALUES (%L)', due),
				job_class => 'CLASS_B', start_date => due, enabled => true);
		END LOOP;
	END \$\$"
	wait_until "SELECT count(*) = 100 FROM public.late" 120
	sql "SELECT round((1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM started - due)))::numeric, 1)
		FROM public.late"
}

drop_all
figure "lateness of others, median, nothing waits" "$(lateness)" "ms"
sql "CALL public.make_many('A', $blocked)"
wait_until "SELECT execution_waiters = $blocked FROM sys.\"v\$rsrc_consumer_group\" WHERE name = 'GROUP_A'" 120
figure "the same with $blocked due jobs that may not run" "$(lateness)" "ms"
