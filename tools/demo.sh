#!/bin/bash
# The demo: a private cluster with the extension, and a first look at it.
#
#	tools/demo.sh start		make it anew, run tools/demo.sql, leave it running
#	tools/demo.sh psql		a session in it (further arguments go to psql)
#	tools/demo.sh stop		stop it and remove its folder

# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

start()
{
	server_packages
	open_private demo
	close_private_at_exit
	install_private

	say "starting a server"
	start_cluster data "$(cat "$checkout/tools/demo.conf")"
	as_user createdb demo
	export PGDATABASE=demo
	interruptible as_user psql -X -q -v ON_ERROR_STOP=1 -f "$private/tree/tools/demo.sql"

	trap - EXIT HUP INT TERM
	say "the server stays: \"make demo-psql\" connects, \"make demo-stop\" removes it"
}

client()
{
	locate_private demo
	as_run_user test -S "$private/socket/.s.PGSQL.5432" ||
		die "the demo is not running; start it with \"make demo\""
	# shellcheck disable=SC2030
	export PGHOST=$private/socket PGPORT=5432 PGUSER=postgres PGDATABASE=demo
	as_user psql "$@"
}

stop()
{
	locate_private demo
	remove_private
	rm -rf "$build" "$build".*
	say "the demo is gone"
}

case ${1:-} in
	start) start ;;
	psql) shift; client "$@" ;;
	stop) stop ;;
	*) die "usage: tools/demo.sh start | psql | stop" ;;
esac
