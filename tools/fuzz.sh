#!/bin/bash
# make fuzz: build each test/fuzz/NAME.c with clang's fuzzer and sanitizers
# and run it for FUZZ_SECONDS (60).
#
# A line "fuzz-sources: FILE..." in the head of a target names the sources
# that it is linked with.  NAME.dict and NAME.seeds/ beside it are used when
# they exist.  Found inputs stay in build/fuzz/NAME.corpus, so a later run
# goes on from there; an input that crashes is build/fuzz/NAME-crash-*.

# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

seconds=${FUZZ_SECONDS:-60}
pattern=${NAME:-*}

need_packages clang libclang-rt-dev "postgresql-server-dev-$pgmajor"
build=$checkout/build/fuzz
mkdir -p "$build"
cd "$checkout"

for target in test/fuzz/*.c; do
	name=$(basename "$target" .c)
	# shellcheck disable=SC2254
	case $name in
		$pattern) ;;
		*) continue ;;
	esac
	read -r -a sources < <(sed -n 's/.*fuzz-sources: *//p' "$target")
	[ ${#sources[@]} -gt 0 ] || die "$target has no line \"fuzz-sources:\""

	say "$name, $seconds s"
	clang -g -O1 -fno-omit-frame-pointer \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		-Isrc -I"$("$system_pg_config" --includedir-server)" \
		-o "$build/$name" "$target" "${sources[@]}"
	mkdir -p "$build/$name.corpus"
	options=(-max_total_time="$seconds" -artifact_prefix="$build/$name-"
		-print_final_stats=1 -timeout=5)
	[ ! -e "test/fuzz/$name.dict" ] || options+=(-dict="test/fuzz/$name.dict")
	inputs=("$build/$name.corpus")
	[ ! -d "test/fuzz/$name.seeds" ] || inputs+=("test/fuzz/$name.seeds")
	if ! "$build/$name" "${options[@]}" "${inputs[@]}" >"$build/$name.log" 2>&1; then
		tail -n 60 "$build/$name.log"
		die "$name found a fault"
	fi
	tail -n 7 "$build/$name.log"
done
