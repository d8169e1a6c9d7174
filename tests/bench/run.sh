#!/bin/bash
# Run the benchmarks, each in turn, and sum up what has a target.
# usage: tests/bench/run.sh BUILD/tests/bench [SECTION ...]
#
# A figure over its target is told, never a failure: times are the machine's.
set -u
dir=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
sections=${*:-webhook ingest db console}

echo "machine.cores: $(nproc)"
echo "machine.load: $(cut -d' ' -f1 /proc/loadavg)"
for section in $sections; do
	program=$dir/bench_$section
	if [ ! -x "$program" ]; then
		echo "There is no section \"$section\"." >&2
		continue
	fi
	echo "== $section"
	"$program" || echo "$section: ended with $?"
	# The same on a server of its own, which keeps what it says.
	echo "== $section on PostgreSQL"
	OPDESK_TEST_ENGINE=postgres PG_DURABLE=1 tests/lib/pg.sh "$program" |
	    sed 's/^/pg./'
done | tee "$log"

echo "== both engines"
awk -F': ' '/^pg\./ { pg[substr($1, 4)] = $2; next }
    NF > 1 && !($1 in at) { at[$1] = $2; order[++n] = $1 }
    END { printf "%-34s %26s %26s\n", "", "SQLite", "PostgreSQL"
	for (i = 1; i <= n; i++)
		if (order[i] in pg) {
			a = at[order[i]]; b = pg[order[i]]
			sub(/ \(at.*/, "", a); sub(/ \(at.*/, "", b)
			printf "%-34s %26s %26s\n", order[i], a, b
		} }' "$log"
echo "== summary (targets are the design's; a load beside it counts)"
sed -nE 's/^([^:]+): (.*) \((at (least|most)) ([^:]+): (ok|over|under)\)$/\1|\2|\3 \5|\6/p' \
    "$log" | awk -F'|' '{ printf "%-42s %18s  %-18s %s\n", $1, $2, $3, $4 }'
exit 0
