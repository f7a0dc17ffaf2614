#!/bin/bash
# tools/indent.sh		bring the C sources into PostgreSQL's form
# tools/indent.sh check	say which are not, and how; change nothing

set -euo pipefail

cd "$(dirname "$0")/.."

formatted()
{
	pg_bsd_indent -bad -bap -bbb -bc -bl -cli1 -cp33 -cdb -nce -d0 -di12 \
		-nfc1 -i4 -l79 -lp -lpl -nip -npro -sac -tpg -ts4 -Utypedefs.list \
		<"$1" |
		# a pointer to a type that stands alone above its function's name
		sed -E 's/^([A-Za-z_][A-Za-z0-9_ ]*\w)[[:space:]]+(\*+)$/\1 \2/'
}

command -v pg_bsd_indent >/dev/null || {
	echo "pg_bsd_indent is missing; as root: apt-get install pg-bsd-indent" >&2
	exit 1
}

output=$(mktemp)
trap 'rm -f "$output"' EXIT
wrong=0
while IFS= read -r file; do
	formatted "$file" >"$output" || { echo "cannot indent $file" >&2; exit 1; }
	if [ "${1:-}" = check ]; then
		diff -u --label "$file" --label "$file (make indent)" \
			"$file" "$output" || wrong=1
	elif ! cmp -s "$file" "$output"; then
		cat "$output" >"$file"
		echo "$file"
	fi
done < <(find src test -name '*.[ch]' | sort)

[ "$wrong" = 0 ] || echo 'not in form; "make indent" does it' >&2
exit "$wrong"
