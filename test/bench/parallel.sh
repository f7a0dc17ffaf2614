#!/bin/bash
# An update of all rows of a large table in chunks, two at a time, beside what
# one would write otherwise: (a) one UPDATE, (b) psql for each chunk by xargs,
# (c) two PL/pgSQL loops that commit.  Then small chunks, and the cost of a
# chunk that does nothing.
#
# SCALE: rows in 100,000 (50).  RUNS: alternating runs, of which the median
# counts (5).  SMALL_RUNS: the same for small chunks (3).  PART: small chunks
# of which (b) does one, its time is multiplied (10).

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

scale=${SCALE:-50}
runs=${RUNS:-5}
small_runs=${SMALL_RUNS:-3}
part=${PART:-10}
rows=$((scale * 100000))
psql=$(pg_config --bindir)/psql
results=$(mktemp -d)

trap 'rm -rf "$results"' EXIT

restart_with "autovacuum = off"
sql "CREATE EXTENSION pg_dbms" \
	"CREATE PROCEDURE public.update_loop(first int, last int, size int) LANGUAGE plpgsql AS \$\$
	BEGIN
		FOR i IN first..last BY size LOOP
			UPDATE public.pgbench_accounts SET abalance = abalance + 1
				WHERE aid BETWEEN i AND least(i + size - 1, last);
			COMMIT;
		END LOOP;
	END\$\$"

# the table as it is after loading, and nothing left to be written
fresh()
{
	pgbench -i -I dtgp -q -s "$scale" 2>"$results/init" || cat "$results/init" >&2
	sql "CHECKPOINT"
}

# seconds COMMAND...
seconds()
{
	local begun

	begun=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - begun) / 1000000)) | sed 's/^/000/; s/\(...\)$/.\1/; s/^0*\([0-9]\)/\1/'
}

# note NAME SECONDS
note()
{
	echo "$2" >>"$results/$1"
}

# median NAME
median()
{
	sort -n "$results/$1" | awk '{ v[NR] = $1 }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# ratio A B
ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'
}

# each row once, whoever did it
check_rows()
{
	local found

	found=$(sql "SELECT count(*), count(*) FILTER (WHERE abalance = 1) FROM pgbench_accounts")
	[ "$found" = "$rows|$rows" ] || { echo "$1: rows and updated rows are $found" >&2; exit 1; }
}

one_update()
{
	sql "UPDATE public.pgbench_accounts SET abalance = abalance + 1"
}

# with_xargs SIZE UNTIL
with_xargs()
{
	seq 1 "$1" "$2" | xargs -P2 -I FIRST "$psql" -X -q -v ON_ERROR_STOP=1 \
		-c "UPDATE public.pgbench_accounts SET abalance = abalance + 1 WHERE aid BETWEEN FIRST AND FIRST + $1 - 1"
}

# with_loops SIZE
with_loops()
{
	local other

	sql "CALL public.update_loop(1, $((rows / 2)), $1)" &
	other=$!
	sql "CALL public.update_loop($((rows / 2 + 1)), $rows, $1)"
	wait "$other"
}

# make_task CHUNKS
make_task()
{
	sql "DO \$\$
		BEGIN
			IF EXISTS (SELECT 1 FROM sys.user_parallel_execute_tasks WHERE task_name = 'bench') THEN
				CALL dbms_parallel_execute.drop_task('bench');
			END IF;
		END\$\$" \
		"CALL dbms_parallel_execute.create_task('bench')" \
		"CALL dbms_parallel_execute.create_chunks_by_$1"
}

# run_task STATEMENT LEVEL
run_task()
{
	local status

	sql "CALL dbms_parallel_execute.run_task('bench', '$1', dbms_parallel_execute.native(), parallel_level => $2)"
	status=$(sql "SELECT status FROM sys.user_parallel_execute_tasks WHERE task_name = 'bench'")
	[ "$status" = FINISHED ] || { echo "the task is $status" >&2; exit 1; }
}

# ours COLUMN
ours()
{
	run_task "UPDATE public.pgbench_accounts SET abalance = abalance + 1 WHERE $1 BETWEEN :start_id AND :end_id" 2
}

# by_number SIZE
by_number()
{
	make_task "number_col('bench', 'public', 'pgbench_accounts', 'aid', $1)"
}

# by_rowid CHUNKS: of as many blocks each
by_rowid()
{
	local blocks

	blocks=$(sql "SELECT pg_relation_size('pgbench_accounts') / current_setting('block_size')::int")
	make_task "rowid('bench', 'public', 'pgbench_accounts', false, $(((blocks + $1 - 1) / $1)))"
}

size=$((rows / 200))
for ((run = 1; run <= runs; run++)); do
	fresh
	note a "$(seconds one_update)"
	fresh
	note b "$(seconds with_xargs "$size" "$rows")"
	check_rows xargs
	fresh
	note c "$(seconds with_loops "$size")"
	check_rows loops
	fresh
	by_number "$size"
	note number "$(seconds ours aid)"
	check_rows "chunks by number"
	fresh
	by_rowid 200
	note rowid "$(seconds ours rowid)"
	check_rows "chunks by rowid"
done

size=250
for ((run = 1; run <= small_runs; run++)); do
	fresh
	note small_part "$(seconds with_xargs "$size" "$((rows / part))")"
	fresh
	note small_loops "$(seconds with_loops "$size")"
	fresh
	by_number "$size"
	note small_number "$(seconds ours aid)"
	check_rows "small chunks by number"
	fresh
	by_rowid "$((rows / size))"
	note small_rowid "$(seconds ours rowid)"
	check_rows "small chunks by rowid"

	make_task "sql('bench', 'SELECT i, i FROM generate_series(1, 20000) AS i', false)"
	note nothing "$(seconds run_task 'SELECT :start_id, :end_id' 1)"
done

figure "rows" "$rows"
figure "(a) one UPDATE" "$(median a)" s
figure "(b) xargs -P2 psql, 200 chunks" "$(median b)" s
figure "(c) two PL/pgSQL loops, 200 chunks" "$(median c)" s
for by in number rowid; do
	figure "pg_dbms by $by, two workers, 200 chunks" "$(median $by)" s
	figure "  of (b)" "$(ratio "$(median $by)" "$(median b)")" "(at most 0.9)"
	figure "  of (c)" "$(ratio "$(median $by)" "$(median c)")" "(at most 1.05)"
done
small_b=$(awk -v t="$(median small_part)" -v n="$part" 'BEGIN { print t * n }')
figure "(b) chunks of 250 rows, from 1/$part of them" "$small_b" s
figure "(c) chunks of 250 rows" "$(median small_loops)" s
for by in number rowid; do
	figure "pg_dbms by $by, chunks of 250 rows" "$(median small_$by)" s
	figure "  times as fast as (b)" "$(ratio "$small_b" "$(median small_$by)")" "(at least 5)"
done
figure "a chunk that does nothing, one worker" \
	"$(awk -v t="$(median nothing)" 'BEGIN { print t / 20 }')" "ms (below 0.25)"
