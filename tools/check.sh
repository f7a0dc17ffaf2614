#!/bin/bash
# make check: every test, on a private installation with our asserts on.
#
#	PART=regress NAME='calendar_*' tools/check.sh
#
# PART is one or more of indent unit regress isolation pgtap tap, NAME a pattern
# for the names of tests without their suffix; both may be left out.  KEEP=1
# leaves the private folder with its logs.
#
# Counted are: the indent check, each file of pg_regress, each isolation spec,
# each assertion of unit, pgTAP and TAP files, and as one failure each such file
# that dies or breaks its plan.  The last line says how many passed and failed.

# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

parts=${PART:-indent unit regress isolation pgtap tap}
pattern=${NAME:-*}
passed=0
failed=0
is_complete=no

# Names, without suffix $2, of the files in the checkout's $1 that match NAME.
select_tests()
{
	local file name

	for file in "$checkout/$1"/*"$2"; do
		[ -e "$file" ] || continue
		name=$(basename "$file" "$2")
		# shellcheck disable=SC2254
		case $name in
			$pattern) echo "$name" ;;
		esac
	done
}

run_indent()
{
	if [ "$pattern" != '*' ]; then
		return
	fi
	say "indent"
	if "$checkout/tools/indent.sh" check; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}

# run_pg_regress PROGRAM TITLE INPUTDIR NAME...: both testers speak alike, and
# make a temporary instance of their own.
run_pg_regress()
{
	local program=$1 title=$2 input=$private/tree/$3 out=$private/$2
	local total=0 good=0
	shift 3

	say "$title"
	as_user mkdir -p "$out"
	logged "$build.$title" as_user "$program" --bindir="$bin" --inputdir="$input" \
		--outputdir="$out" --temp-instance="$out/instance" \
		--temp-config="$private/tree/test/regress.conf" \
		--no-locale --encoding=UTF8 --load-extension=pg_dbms "$@" ||
		true

	total=$#
	good=$(grep -Ec '^(test .* \.\.\. ok|ok [0-9])' "$build.$title" || true)
	passed=$((passed + good))
	failed=$((failed + total - good))
	rm -rf "$build.$title.results"
	cp -r "$out/results" "$build.$title.results" 2>/dev/null || true
	if [ "$good" -lt "$total" ]; then
		say "the outputs are in ${build#"$checkout"/}.$title.results"
		show "$out/regression.diffs" 1000
		show "$out/log/postmaster.log" 100
	fi
}

# show FILE LINES: the end of a log, for those who see nothing but our output.
show()
{
	[ -s "$1" ] || return 0
	printf -- '---- %s\n' "$1"
	tail -n "$2" "$1"
	printf -- '----\n'
}

run_regress()
{
	local names
	mapfile -t names < <(select_tests sql .sql)

	[ ${#names[@]} -gt 0 ] || return 0
	run_pg_regress "$pgxs_test/regress/pg_regress" regress . "${names[@]}"
}

run_isolation()
{
	local names
	mapfile -t names < <(select_tests test/isolation/specs .spec)

	[ ${#names[@]} -gt 0 ] || return 0
	run_pg_regress "$pgxs_test/isolation/pg_isolation_regress" isolation \
		test/isolation "${names[@]}"
}

# run_tap_files TITLE JOBS FILE...: tap.pl prints its own two numbers last.
run_tap_files()
{
	local title=$1 jobs=$2 numbers
	shift 2

	logged "$build.$title" as_user perl "$private/tree/tools/tap.pl" "$jobs" \
		"$@" || true
	numbers=$(tail -n 1 "$build.$title")
	if [[ $numbers =~ ^([0-9]+)\ assertions\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
	else
		failed=$((failed + 1))
	fi
}

# Code that needs no server is tested by programs that print TAP: each
# test/unit/NAME.c with a line "unit-sources: FILE..." in its head, which may
# hold patterns.
run_unit()
{
	local name names line sources tested=()

	mapfile -t names < <(select_tests test/unit .c)
	[ ${#names[@]} -gt 0 ] || return 0
	say "unit"
	as_user mkdir -p "$private/unit"
	for name in "${names[@]}"; do
		line=$(sed -n 's/.*unit-sources: *//p' "$checkout/test/unit/$name.c")
		[ -n "$line" ] || continue
		# shellcheck disable=SC2086
		read -r -a sources < <(cd "$checkout" && echo $line)
		if as_user env -C "$private/tree" gcc -Wall -Wextra -Werror -g -O2 \
			-DUSE_ASSERT_CHECKING -Isrc -o "$private/unit/$name" \
			"test/unit/$name.c" "${sources[@]}" -lm; then
			tested+=("$private/unit/$name")
		else
			failed=$((failed + 1))
		fi
	done
	[ ${#tested[@]} -gt 0 ] || return 0
	TAP_EXEC="env" run_tap_files unit 2 "${tested[@]}"
}

run_pgtap()
{
	local names
	mapfile -t names < <(select_tests test/pgtap .sql)
	names=("${names[@]/%/.sql}")

	[ ${#names[@]} -gt 0 ] || return 0
	say "pgtap"
	start_cluster pgtap "$(cat "$checkout/test/regress.conf")"
	TAP_EXEC=$private/tree/tools/pgtap-file.sh run_tap_files pgtap 1 \
		"${names[@]/#/$private/tree/test/pgtap/}"
	stop_cluster pgtap
	unset PGHOST PGPORT PGUSER PGDATABASE
}

run_tap()
{
	local names
	mapfile -t names < <(select_tests test/t .pl)
	names=("${names[@]/%/.pl}")

	[ ${#names[@]} -gt 0 ] || return 0
	say "tap"
	PG_REGRESS=$pgxs_test/regress/pg_regress \
		PERL5LIB=$private/tree/test/helpers:$pgxs_test/perl \
		run_tap_files tap 2 "${names[@]/#/$private/tree/test/t/}"
}

# In place of the server's program: one that runs it under a tool, which
# leaves a file for each process that it complains of.  What initdb starts
# runs as it is.
watch_server()
{
	local tool

	as_user mkdir "$private/reports"
	as_user mv "$bin/postgres" "$bin/postgres.real"
	if [ "$MEMCHECK" = valgrind ]; then
		tool="exec valgrind --quiet --trace-children=yes --leak-check=no \\
	--fullpath-after= --num-callers=30 --suppressions='$private/tree/tools/valgrind.supp' \\
	--log-file='$private/reports/%p'"
	else
		# the runtime of the address sanitizer does not start with this server
		tool="UBSAN_OPTIONS=print_stacktrace=1:log_path='$private/reports/ubsan' \\
LD_PRELOAD='$(gcc -print-file-name=libubsan.so)' exec"
	fi
	as_user tee "$bin/postgres" >/dev/null <<-END
		#!/bin/bash
		case \$1 in
			--boot | --single | --check | --describe-config | -V | --version | -C) exec "\$0.real" "\$@" ;;
		esac
		$tool "\$0.real" "\$@"
	END
	as_user chmod 755 "$bin/postgres"
}

# Each report with a line of ours in it is a failure.
count_reports()
{
	local file found=0

	for file in "$private"/reports/*; do
		grep -Eqs 'src/(calendar|core|parallel|scheduler)/|pg_dbms\.so' "$file" || continue
		found=$((found + 1))
		show "$file" 60
	done
	say "$found processes with faults in our code"
	failed=$((failed + found))
}

server_packages "postgresql-$pgmajor-pgtap" libipc-run-perl pg-bsd-indent
# However the run ends, the last line tells the count.
finish()
{
	[ "$is_complete" = yes ] || failed=$((failed + 1))
	close_private || true
	printf '%d passed, %d failed\n' "$passed" "$failed"
	if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then
		exit_status=1
	fi
}

if [ -n "${COVERAGE:-}" ]; then
	open_private coverage
	close_private_at_exit finish
	# each server process adds to its counters when it ends
	export GCOV_PREFIX=$private/counts
	rm -f "$build.counts"
	install_private CPPFLAGS=-DUSE_ASSERT_CHECKING PROFILE=--coverage \
		COPT='-O0 -Wno-cpp'
elif [ -n "${MEMCHECK:-}" ]; then
	open_private "$MEMCHECK"
	close_private_at_exit finish
	if [ "$MEMCHECK" = sanitize ]; then
		install_private CPPFLAGS=-DUSE_ASSERT_CHECKING COPT='-O1 -Wno-cpp' \
			PROFILE='-fsanitize=undefined -fno-omit-frame-pointer'
	else
		install_private CPPFLAGS=-DUSE_ASSERT_CHECKING COPT='-O1 -Wno-cpp'
	fi
	watch_server
else
	open_private check
	close_private_at_exit finish
	install_private CPPFLAGS=-DUSE_ASSERT_CHECKING
fi

for part in $parts; do
	case $part in
		indent | unit | regress | isolation | pgtap | tap) "run_$part" ;;
		*) die "PART is one or more of indent unit regress isolation pgtap tap" ;;
	esac
done

if [ -n "${COVERAGE:-}" ] && [ -d "$GCOV_PREFIX$build" ]; then
	tar -C "$GCOV_PREFIX$build" -cf "$build.counts" .
fi

if [ -n "${MEMCHECK:-}" ]; then
	count_reports
fi

is_complete=yes
