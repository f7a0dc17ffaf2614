# shellcheck shell=bash
# Sourced by the other scripts: packages, build, private installation and
# cluster.  Nothing outside the checkout's build/ and the private folder is
# changed, except that root's missing Debian packages are installed.
#
# The caller says `open_private NAME` first; from then on
#   $build    holds the copy of the sources that is compiled
#   $private  is the folder of the unprivileged user who runs the server
# and both are locked against a second run of the same kind in this checkout.

set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
pgmajor=${PGMAJOR:-15}
system_pgdir=/usr/lib/postgresql/$pgmajor
system_pg_config=$system_pgdir/bin/pg_config
child=
exit_status=0

# The unprivileged user may not be able to enter the current directory.
cd /

# Settings of the caller's shell must not lead us to another server, nor
# those of the make that called us into the make that we call.  Those of the
# tests are meant for them.
for name in "${!PG@}"; do
	case $name in
		PGD_* | PG_TEST_*) ;;
		*) unset "$name" ;;
	esac
done
unset name MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
export LC_ALL=C.UTF-8

if [ "$(id -u)" = 0 ]; then
	run_user=postgres
else
	run_user=$(id -un)
fi

say()
{
	printf '== %s\n' "$*"
}

die()
{
	printf 'pg_dbms: %s\n' "$*" >&2
	exit 1
}

# Run a command as the user who may run a server.  The lock stays with us.
as_run_user()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$run_user" --regid="$run_user" --init-groups "$@" 9>&-
	else
		"$@" 9>&-
	fi
}

# The same, with the private installation and folder as its environment.
as_user()
{
	as_run_user env HOME="$private" USER="$run_user" LOGNAME="$run_user" \
		PATH="$bin:$PATH" TMPDIR="$private/tmp" "$@"
}

# Run a long command in a process group of its own, so that a signal to us
# ends it at once and completely.
interruptible()
{
	local status=0

	set -m
	"$@" &
	child=$!
	set +m
	wait "$child" || status=$?
	child=
	return "$status"
}

# logged FILE COMMAND...: the same, and what it prints goes to FILE as well.
logged()
{
	local file=$1 status=0 out tee_pid
	shift

	exec {out}> >(exec tee "$file" 9>&-)
	tee_pid=$!
	interruptible "$@" >&"$out" 2>&1 || status=$?
	exec {out}>&-
	wait "$tee_pid" || true
	return "$status"
}

# Install the packages named in "$@" that miss.  A new server must not come
# with a cluster of its own.
need_packages()
{
	local package conf=/etc/postgresql-common/createcluster.conf
	local missing=()

	for package in "$@"; do
		dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null |
			grep -qx installed || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] ||
		die "missing packages; as root: apt-get install ${missing[*]}"

	say "installing ${missing[*]}"
	if ! grep -Eqs '^[[:space:]]*create_main_cluster' "$conf"; then
		mkdir -p "$(dirname "$conf")"
		echo 'create_main_cluster = false' >>"$conf"
	fi
	export DEBIAN_FRONTEND=noninteractive
	local log
	log=$(mktemp)
	if ! { apt-get update -q &&
		apt-get install -q -y --no-install-recommends \
			-o Dpkg::Options::=--force-confold "${missing[@]}"; } >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		rm -f "$log"
		die "could not install packages"
	fi
	rm -f "$log"
}

server_packages()
{
	need_packages build-essential "postgresql-$pgmajor" \
		"postgresql-server-dev-$pgmajor" "$@"
}

# A folder that $run_user can reach, whatever root's TMPDIR and umask are.
private_base()
{
	local tmp=${TMPDIR:-/tmp}
	local hash

	if [ -z "$(as_run_user find "$tmp" -maxdepth 0 -executable -writable 2>/dev/null)" ]; then
		tmp=/tmp
	fi
	hash=$(printf %s "$checkout" | sha256sum | cut -c1-8)
	printf '%s/pg_dbms-%s-%s\n' "$tmp" "$run_user" "$hash"
}

# Set $build, $private and what lies in them.
locate_private()
{
	base=$(private_base)
	private=$base/$1
	build=$checkout/build/$1
	prefix=$private/usr/lib/postgresql/$pgmajor
	bin=$prefix/bin
	# shellcheck disable=SC2034
	pgxs_test=$prefix/lib/pgxs/src/test
}

# Make an empty $private, and lock it against a second run in this checkout.
# A folder in /tmp that somebody else prepared under our name is refused.
open_private()
{
	locate_private "$1"
	if ! mkdir -p "$build" 2>/dev/null || [ ! -w "$build" ]; then
		die "cannot write to $build"
	fi
	exec 9>"$build.lock"
	flock -n 9 || die "another run of this kind is going on in $checkout"

	as_run_user mkdir -p -m 700 "$base"
	if [ -L "$base" ] || [ "$(stat -c %U "$base")" != "$run_user" ]; then
		die "$base does not belong to $run_user"
	fi
	stop_private
	rm -rf "$private"
	as_run_user mkdir -p -m 700 "$private/tmp"
}

# End whatever runs from $private, servers first and in their own way.
stop_private()
{
	local pid_file pid data tries

	[ -d "$private" ] || return 0
	while IFS= read -r pid_file; do
		pid=$(head -n 1 "$pid_file" 2>/dev/null) || continue
		data=$(dirname "$pid_file")
		[ "$(readlink "/proc/$pid/cwd")" = "$data" ] || continue
		kill -QUIT "$pid" 2>/dev/null || continue
		for ((tries = 0; tries < 100; tries++)); do
			[ -e "/proc/$pid" ] || break
			sleep 0.05
		done
	done < <(find "$private" -name postmaster.pid 2>/dev/null)

	for pid in /proc/[0-9]*; do
		case $(readlink "$pid/exe") in
			"$private"/*) kill -KILL "${pid#/proc/}" 2>/dev/null || true ;;
		esac
	done
}

remove_private()
{
	stop_private
	rm -rf "$private"
	rmdir "$base" 2>/dev/null || true
}

# End the running step and leave nothing behind.
close_private()
{
	local tries

	if [ -n "$child" ]; then
		kill -TERM -- "-$child" 2>/dev/null || true
		for ((tries = 0; tries < 100; tries++)); do
			kill -0 -- "-$child" 2>/dev/null || break
			sleep 0.05
		done
		kill -KILL -- "-$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
		child=
	fi
	if [ -n "${KEEP:-}" ]; then
		stop_private
		say "kept: $private"
	else
		remove_private
	fi
}

# Do that, or the given function that does it, however the script ends.  That
# function may change $exit_status.
close_private_at_exit()
{
	# shellcheck disable=SC2064
	trap "exit_status=\$?; trap '' HUP INT TERM; ${1:-close_private}; exit \$exit_status" EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# The sources as a tar archive.  File times are kept, so that make knows which
# objects of an earlier build are still good.
copy_sources()
{
	local names=(Makefile pg_dbms.control src)
	local name

	for name in README.md typedefs.list doc sql expected test tools; do
		[ ! -e "$checkout/$name" ] || names+=("$name")
	done
	tar -C "$checkout" --exclude='*.o' --exclude='*.so' --exclude='*.bc' \
		--exclude='*.gc??' -cf - "${names[@]}"
}

# Build in $build with the further arguments of make, and lay the result
# beside a copy of the server in $private.
install_private()
{
	local stage=$build.stage

	say "building"
	find "$build" -type f ! -name '*.o' -delete
	copy_sources | tar -C "$build" -xf -
	rm -rf "$stage"
	interruptible make -s -C "$build" -j"$(nproc)" with_llvm=no \
		PG_CONFIG="$system_pg_config" "$@" all 9>&-
	make -s -C "$build" with_llvm=no PG_CONFIG="$system_pg_config" \
		"$@" DESTDIR="$stage" install 9>&-

	say "installing below $private"
	tar -C / -h --exclude=man --exclude=bitcode --exclude=locale -cf - \
		"${system_pgdir#/}" "usr/share/postgresql/$pgmajor" |
		as_user tar -C "$private" --no-same-owner -xf -
	tar -C "$stage" -cf - usr | as_user tar -C "$private" --no-same-owner -xf -
	rm -rf "$stage"
	copy_sources |
		{ as_user mkdir "$private/tree" && as_user tar -C "$private/tree" --no-same-owner -xf -; }
}

# start_cluster NAME [SETTING...]: a cluster $private/NAME, reached only by a
# socket in $private/socket.  Exports what a client needs.
start_cluster()
{
	local name=$1 setting
	shift

	as_user mkdir -p -m 700 "$private/socket"
	as_user initdb -D "$private/$name" -U postgres -A trust -N -E UTF8 \
		--locale=C.UTF-8 >"$build.log" 2>&1 || { cat "$build.log" >&2; return 1; }
	{
		printf "listen_addresses = ''\n"
		printf "unix_socket_directories = '%s'\n" "$private/socket"
		for setting in "$@"; do
			printf '%s\n' "$setting"
		done
	} | as_user tee -a "$private/$name/postgresql.conf" >/dev/null
	if ! as_user pg_ctl -w -s -D "$private/$name" -l "$private/$name.log" start \
		>"$build.log" 2>&1; then
		cat "$build.log" "$private/$name.log" >&2
		return 1
	fi
	export PGHOST=$private/socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
}

stop_cluster()
{
	as_user pg_ctl -w -s -m fast -D "$private/$1" stop >/dev/null
}
