#!/bin/bash
# tools/indent.sh		bring the C sources into PostgreSQL's form, and
#						typedefs.list up to date before that
# tools/indent.sh check	say which are not, and how; change nothing

set -euo pipefail

cd "$(dirname "$0")/.."
mode=${1:-}

formatted()
{
	pg_bsd_indent -bad -bap -bbb -bc -bl -cli1 -cp33 -cdb -nce -d0 -di12 \
		-nfc1 -i4 -l79 -lp -lpl -nip -npro -sac -tpg -ts4 -Utypedefs.list \
		<"$1" |
		# a pointer to a type that stands alone above its function's name
		sed -E 's/^([A-Za-z_][A-Za-z0-9_ ]*\w)[[:space:]]+(\*+)$/\1 \2/'
}

# "make check" brings it; here a missing one must not pass for a difference
command -v pg_bsd_indent >/dev/null || {
	echo "pg_bsd_indent is missing; as root: apt-get install pg-bsd-indent" >&2
	exit 1
}

output=$(mktemp)
trap 'rm -f "$output"' EXIT
wrong=0
mapfile -t files < <(find src test -name '*.[ch]' | LC_ALL=C sort)

if [ "$mode" = check ]; then
	missing=$(tools/typedefs.pl '' "${files[@]}" | LC_ALL=C sort |
		LC_ALL=C comm -23 - <(LC_ALL=C sort typedefs.list))
	if [ -n "$missing" ]; then
		printf 'not in typedefs.list: %s\n' "${missing//$'\n'/ }"
		wrong=1
	fi
else
	{
		cat typedefs.list
		tools/typedefs.pl "$("${PG_CONFIG:-pg_config}" --includedir-server)" \
			"${files[@]}"
	} | LC_ALL=C sort -u >"$output"
	cmp -s typedefs.list "$output" || cat "$output" >typedefs.list
fi

for file in "${files[@]}"; do
	formatted "$file" >"$output" || {
		echo "pg_bsd_indent cannot read $file" >&2
		exit 1
	}
	if [ "$mode" = check ]; then
		diff -u --label "$file" --label "$file (make indent)" \
			"$file" "$output" || wrong=1
	elif ! cmp -s "$file" "$output"; then
		cat "$output" >"$file"
		echo "$file"
	fi
done

[ "$wrong" = 0 ] || echo 'not in form; "make indent" does it' >&2
exit "$wrong"
