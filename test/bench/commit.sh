#!/bin/bash
# What the disk and a session can do at most: the yardstick for the others.

# shellcheck source=test/helpers/bench.sh
. "$BENCH_HELPERS"

figure "commits of one row, one session" "$(commits_per_second)" "per second"
