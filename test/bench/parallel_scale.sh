#!/bin/bash
# A task of a million chunks with a statement that does nothing: what chunking
# and running cost for each chunk as there are more of them, what memory the
# processes hold at the beginning and at the end, and how long TASK_STATUS and the
# progress view take meanwhile.
#
# CHUNKS: of the largest task (1000000).  WORKERS: of a run (2).

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

chunks=${CHUNKS:-1000000}
workers=${WORKERS:-2}
notes=$(mktemp -d)

trap 'rm -rf "$notes"' EXIT

restart_with "autovacuum = off"
sql "CREATE EXTENSION pg_dbms" \
	"CREATE TABLE public.numbers (id int PRIMARY KEY)" \
	"INSERT INTO public.numbers SELECT generate_series(1, $chunks)" \
	"CHECKPOINT"

now_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

# memory that a process has for itself, in kB
anonymous()
{
	sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null
}

# largest of those of the coordinator, the session that runs the task, the workers
memory()
{
	local pid size coordinator=0 session=0 worker=0

	pid=$(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_dbms coordinator' AND datname = current_database()")
	coordinator=$(anonymous "$pid")
	pid=$(sql "SELECT session_id FROM sys.user_parallel_execute_progress WHERE task_name = 'bench'")
	session=$(anonymous "$pid")
	for pid in $(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_dbms worker'"); do
		size=$(anonymous "$pid")
		[ "${size:-0}" -le "$worker" ] || worker=$size
	done
	echo "${coordinator:-0} ${session:-0} $worker"
}

# milliseconds of two calls in a session that has made both before
look()
{
	psql -X -q -A -t <<-'SQL' | awk '/^Time:/ { n++; if (n == 3) status = $2; if (n == 4) view = $2 }
		END { print status, view }'
		\timing on
		SELECT dbms_parallel_execute.task_status('bench') \g /dev/null
		SELECT * FROM sys.user_parallel_execute_progress \g /dev/null
		SELECT dbms_parallel_execute.task_status('bench') \g /dev/null
		SELECT * FROM sys.user_parallel_execute_progress \g /dev/null
	SQL
}

# one CHUNKS: notes what that many cost
one()
{
	local begun made ended run status

	sql "DO \$\$
		BEGIN
			IF EXISTS (SELECT 1 FROM sys.user_parallel_execute_tasks WHERE task_name = 'bench') THEN
				CALL dbms_parallel_execute.drop_task('bench');
			END IF;
		END\$\$" \
		"VACUUM dbms.parallel_chunk" \
		"CALL dbms_parallel_execute.create_task('bench')" "CHECKPOINT"
	begun=$(now_ms)
	sql "CALL dbms_parallel_execute.create_chunks_by_sql('bench',
		'SELECT id, id FROM public.numbers WHERE id <= $1', false)"
	made=$(now_ms)
	sql "CALL dbms_parallel_execute.run_task('bench', 'SELECT :start_id, :end_id',
		dbms_parallel_execute.native(), parallel_level => $workers)" &
	run=$!
	: >"$notes/looks"
	: >"$notes/memory"
	while kill -0 "$run" 2>/dev/null; do
		status=$(sql "SELECT activity FROM sys.user_parallel_execute_progress WHERE task_name = 'bench'")
		if [ "$status" = RUNNING ]; then
			look >>"$notes/looks"
			memory >>"$notes/memory"
		fi
		sleep 0.5
	done
	wait "$run"
	ended=$(sql "SELECT round(1000 * extract(epoch FROM run_ended_at - run_started_at)) FROM dbms.parallel_task WHERE name = 'bench'")
	status=$(sql "SELECT status || ' ' || chunks_processed FROM sys.user_parallel_execute_progress WHERE task_name = 'bench'")
	[ "$status" = "FINISHED $1" ] || { echo "the task is $status" >&2; exit 1; }
	figure "$1 chunks: making them" "$(awk -v t=$((made - begun)) -v n="$1" 'BEGIN { printf "%.2f", 1000 * t / n }')" "us a chunk"
	figure "$1 chunks: running them, $workers workers" "$(awk -v t="$ended" -v n="$1" 'BEGIN { printf "%.2f", 1000 * t / n }')" "us a chunk"
}

one $((chunks / 10))
one "$chunks"

figure "looks while the large one ran" "$(wc -l <"$notes/looks")"
figure "TASK_STATUS, slowest" "$(awk '$1 > m { m = $1 } END { print m }' "$notes/looks")" "ms (below 20)"
figure "progress view, slowest" "$(awk '$2 > m { m = $2 } END { print m }' "$notes/looks")" "ms (below 20)"
column=0
for process in coordinator "session that runs it" "largest worker"; do
	column=$((column + 1))
	figure "memory of the $process, first and last" \
		"$(awk -v c=$column 'NR == 2 { first = $c } $3 > 0 { last = $c } END { print first "-" last }' "$notes/memory")" kB
done
