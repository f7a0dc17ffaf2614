#!/bin/bash
# How long a forecast takes: a year of ten windows and 1,000 daily jobs, and what
# many windows, jobs that wait and a span far away cost.  Nothing to compare it
# with: beside it, a table of as many rows, filled by generate_series.
#
# JOBS: number of jobs (1000).  WINDOWS: number of windows (10).

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

jobs=${JOBS:-1000}
windows=${WINDOWS:-10}

restart_with
sql "CREATE EXTENSION pg_dbms"

# windows FROM TO: each starts every day and overlaps with its neighbours
windows()
{
	sql "DO \$\$
	BEGIN
		FOR i IN $1..$2 LOOP
			CALL dbms_scheduler.create_window('BENCH_' || i,
				CASE i % 3 WHEN 0 THEN 'DEFAULT_MAINTENANCE_PLAN' WHEN 1 THEN NULL ELSE 'INTERNAL_QUIESCE' END,
				'2099-12-01'::timestamptz + i * interval '137 min', 'FREQ=DAILY', NULL, interval '3 hours',
				CASE WHEN i % 5 = 0 THEN 'HIGH' ELSE 'LOW' END);
		END LOOP;
	END \$\$"
}

# seconds FROM TO: median of five
seconds()
{
	sql "CREATE TEMP TABLE took (t interval)" "DO \$\$
	DECLARE
		began timestamptz;
	BEGIN
		FOR i IN 1..5 LOOP
			began := clock_timestamp();
			PERFORM count(*) FROM dbms_scheduler.forecast('$1', '$2');
			INSERT INTO took VALUES (clock_timestamp() - began);
		END LOOP;
	END \$\$" "SELECT round(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY t)), 2) FROM took"
}

windows 1 "$windows"
sql "DO \$\$
BEGIN
	FOR i IN 1..$jobs LOOP
		CALL dbms_scheduler.create_job('BENCH_JOB_' || i, job_type => 'PLSQL_BLOCK', job_action => 'BEGIN NULL; END;',
			start_date => timestamptz '2100-01-01' + i * interval '77 s', repeat_interval => 'FREQ=DAILY', enabled => true);
	END LOOP;
END \$\$"

rows=$(sql "SELECT count(*) FROM dbms_scheduler.forecast('2100-01-01', '2101-01-01')")
figure "rows of a year, $windows windows and $jobs jobs" "$rows" "rows"
sql "SELECT event || ' ' || count(*) FROM dbms_scheduler.forecast('2100-01-01', '2101-01-01') GROUP BY event ORDER BY 1" |
	while read -r event count; do figure "  of these $event" "$count" "rows"; done
figure "the year" "$(seconds 2100-01-01 2101-01-01)" "s (at most 1)"
figure "a week in it" "$(seconds 2100-06-01 2100-06-08)" "s"
figure "a day after 7,000 years" "$(seconds 9100-06-01 9100-06-02)" "s"
figure "as many rows of generate_series" "$(sql '\timing on' "SELECT count(*) FROM (SELECT i, repeat('x', 60) FROM generate_series(1, $rows) AS i OFFSET 0) AS t" |
	sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | awk '{ printf "%.2f", $1 / 1000 }')" "s"
windows $((windows + 1)) 1000
figure "a month with 1,000 windows" "$(seconds 2100-01-01 2100-02-01)" "s"
