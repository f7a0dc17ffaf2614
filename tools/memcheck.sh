#!/bin/bash
# make valgrind, make sanitize: run the tests under a tool that watches the
# server, and print what it finds in code of ours.  PART and NAME narrow it as
# they do for make check; without them it runs regress and isolation.
#
# Valgrind sees what is not initialised or outside of the blocks of malloc(),
# of which the server cuts its own, and takes many times as long.  The
# sanitizer of undefined behaviour is compiled into our library.

# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

export MEMCHECK=$1
case $MEMCHECK in
	valgrind) need_packages valgrind ;;
	sanitize) ;;
	*) die "usage: tools/memcheck.sh valgrind|sanitize" ;;
esac
export PART=${PART:-regress isolation}
export PG_TEST_TIMEOUT_DEFAULT=${PG_TEST_TIMEOUT_DEFAULT:-1800}
exec "$checkout/tools/check.sh"
