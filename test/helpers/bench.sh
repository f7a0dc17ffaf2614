# shellcheck shell=bash
# Sourced by the benchmarks, which tools/bench.sh runs on a new server of
# their own: psql and pgbench need no further arguments.

set -euo pipefail

# sql COMMAND...: answers without headings; an error ends the benchmark
sql()
{
	local command arguments=()

	for command in "$@"; do
		arguments+=(-c "$command")
	done
	psql -X -q -A -t -v ON_ERROR_STOP=1 "${arguments[@]}"
}

# wait_until QUERY [SECONDS]: until it answers t
wait_until()
{
	local deadline=$((SECONDS + ${2:-60}))

	until [ "$(sql "$1")" = t ]; do
		if [ "$SECONDS" -gt "$deadline" ]; then
			printf 'still not true: %s\n' "$1" >&2
			return 1
		fi
		sleep 0.05
	done
}

# restart_with SETTING...: settings as they stand in postgresql.conf
restart_with()
{
	printf '%s\n' "$@" >>"$PGDATA/postgresql.conf"
	pg_ctl -w -s -m fast -D "$PGDATA" -l "$BENCH_LOG" restart
}

# How many commits of one inserted row one session gets through the disk in a
# second.  No figure that waits for flushes means anything without it.
commits_per_second()
{
	local script

	sql 'CREATE TABLE IF NOT EXISTS public.bench_commit (at timestamptz)'
	script=$(mktemp)
	echo 'INSERT INTO public.bench_commit VALUES (now());' >"$script"
	pgbench -n -M prepared -c 1 -T "${1:-3}" -f "$script" 2>/dev/null |
		sed -n 's/^tps = \([0-9]*\).*/\1/p'
	rm -f "$script"
	sql 'DROP TABLE public.bench_commit'
}

# figure NAME VALUE UNIT: one line of the report
figure()
{
	printf '  %-52s %12s %s\n' "$1" "$2" "${3:-}"
}
