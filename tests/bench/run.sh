#!/bin/bash
# Run the benchmarks, each in turn and on both engines, and show them in one
# table: sqlite, postgres, limit.
# usage: tests/bench/run.sh BUILD/tests/bench [SECTION ...]
#
# A figure over its target is told, never a failure: times are the machine's.
set -u
here=$(dirname "$0")
dir=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
sections=${*:-$(for source in "$here"/bench_*.c; do
	section=${source##*/bench_}
	echo "${section%.c}"
done)}

echo "machine.cores: $(nproc)"
for section in $sections; do
	program=$dir/bench_$section
	if [ ! -x "$program" ]; then
		echo "There is no section \"$section\"." >&2
		continue
	fi
	echo "== $section (load $(cut -d' ' -f1 /proc/loadavg))"
	"$program" || echo "$section: ended with $?"
	grep -q '^ \* SQLite only: ' "$here/bench_$section.c" && continue
	# The same on a server of its own, which keeps what it says.
	echo "== $section on PostgreSQL (load $(cut -d' ' -f1 /proc/loadavg))"
	OPDESK_TEST_ENGINE=postgres PG_DURABLE=1 PG_DISK=1 "$here/../lib/pg.sh" \
	    "$program" | sed 's/^/pg./'
	[ "${PIPESTATUS[0]}" = 0 ] || echo "$section on PostgreSQL: ended badly"
done | tee "$log"

echo "== both engines (! misses its target; what else runs counts)"
awk -f "$here/table.awk" "$log"
exit 0
