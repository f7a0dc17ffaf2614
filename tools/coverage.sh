#!/bin/bash
# make coverage: run the tests with gcc's line counters, and print how many
# lines of each file they reach; build/coverage.html has every line.
# PART and NAME narrow it as they do for make check.

# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

need_packages lcov
status=0
COVERAGE=1 "$checkout/tools/check.sh" || status=$?

build=$checkout/build/coverage
[ -e "$build.counts" ] || die "the tests left no counters"
tar -C "$build" -xf "$build.counts"
lcov -q --capture --directory "$build/src" --base-directory "$build" \
	--no-external --output-file "$build.info"
rm -rf "$build.html"
genhtml -q --prefix "$build" -o "$build.html" "$build.info"
lcov --list "$build.info"
exit "$status"
