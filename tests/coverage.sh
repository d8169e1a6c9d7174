#!/bin/bash
# make coverage: how much of each folder's and file's lines the tests ran.
# Reads the .gcda files that a build with --coverage left, with gcov alone.
# usage: tests/coverage.sh BUILD [LEAST]     LEAST files are named [25]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1 least=${2-25}
out=$build/coverage
mkdir -p "$out"

# One "file hit all" line a source: gcov's summary, in JSON when it can.
find "$build"/{agent,common,db,kb,syncd,tui} -name '*.gcno' 2>/dev/null |
    sort >"$out/notes" || true # a folder may have none
: >"$out/lines"
while IFS= read -r note; do
	file=${note#"$build"/}
	file=${file%.gcno}.c
	if [ -e "${note%.gcno}.gcda" ]; then
		gcov -n -o "${note%/*}" "${note%.gcno}.gcda" 2>/dev/null
	else
		# Compiled and never started: all of it is missing.
		gcov -n -o "${note%/*}" "$note" 2>/dev/null
	fi | awk -v want="$file" '
	/^File / { file = $2; gsub(/\x27/, "", file) }
	/^Lines executed:/ && file == want {
		sub(/^Lines executed:/, "")
		sub(/%.*of/, "")
		printf "%s %d %d\n", want, $1 * $2 / 100 + 0.5, $2
		exit
	}'
done <"$out/notes" >>"$out/lines"

awk '
{
	folder = $1
	sub(/\/[^\/]*$/, "", folder)
	hit[folder] += $2
	all[folder] += $3
	total_hit += $2
	total += $3
}
END {
	for (f in all)
		printf "%-20s %6d of %6d lines  %5.1f %%\n", f, hit[f], \
		    all[f], 100 * hit[f] / all[f]
	if (total > 0)
		printf "%-20s %6d of %6d lines  %5.1f %%\n", "~all", \
		    total_hit, total, 100 * total_hit / total
}' "$out/lines" | sort | sed 's/^~all/all /'
echo
echo "least covered:"
awk '{ printf "%5.1f %%  %5d lines missing  %s\n", 100 * $2 / $3, $3 - $2, $1 }' \
    "$out/lines" | sort -n | head -n "$least"
