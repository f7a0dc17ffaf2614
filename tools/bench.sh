#!/bin/bash
# make bench: run test/bench/*.sh and *.pl, each on a new server with flushes
# to disk as in earnest, our asserts off, and what a user would choose instead
# beside us.
#
# A benchmark finds the server in PGHOST and so on, its data in PGDATA, and
# helpers in test/helpers/bench.sh.  NAME is a pattern for names to run.

# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

pattern=${NAME:-*}
failed=0
ran=0

server_packages "postgresql-$pgmajor-cron"
open_private bench
close_private_at_exit
install_private

say "$(nproc) processors, $(sed -n 's/^model name[^:]*: //p;T;q' /proc/cpuinfo)"
for file in "$checkout"/test/bench/*.sh "$checkout"/test/bench/*.pl; do
	[ -e "$file" ] || continue
	name=$(basename "${file%.*}")
	# shellcheck disable=SC2254
	case $name in
		$pattern) ;;
		*) continue ;;
	esac
	say "$name"
	ran=$((ran + 1))
	start_cluster "$name" "$(cat "$checkout/test/bench/bench.conf")" \
		"cron.host = '$private/socket'"
	if ! BENCH_HELPERS=$private/tree/test/helpers/bench.sh \
		PGDATA=$private/$name BENCH_LOG=$private/$name.log \
		PERL5LIB=$private/tree/test/helpers \
		interruptible as_user "$private/tree/test/bench/$(basename "$file")"; then
		failed=$((failed + 1))
		printf 'FAILED: %s\n' "$name"
		tail -n 40 "$private/$name.log"
	fi
	stop_cluster "$name"
	as_user rm -rf "${private:?}/$name"
done

printf '%d benchmarks, %d failed\n' "$ran" "$failed"
[ "$failed" -eq 0 ] && [ "$ran" -gt 0 ]
