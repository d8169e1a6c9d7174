#!/bin/bash
# Run cmocka programs, two at a time; count tests, print what failed at the end.
# The last line is "N passed, N failed", and ", N skipped" when some are; why,
# they say themselves in a line "skipped: ...", or their source does
# (tests/lib/engines.bash).
set -u
. "$(dirname "$0")/lib/engines.bash"
. "$(dirname "$0")/lib/scratch.bash"
scratch_begin
out=$(mktemp -d)
trap 'rm -rf "$out"; scratch_end' EXIT
mkdir "$out/templates"
export OPDESK_TEST_TEMPLATES=$out/templates
# Else who looks for sound devices leaves a directory in TMPDIR.
export XDG_RUNTIME_DIR=$out
# A few frames tell who allocated; thirty at each cost a tenth of the time.  To
# keep more than 16 MiB of what was freed from use costs another sixth.
asan=detect_leaks=1:abort_on_error=0:malloc_context_size=6
[ -n "${NIGHT-}" ] || asan=$asan:quarantine_size_mb=16
export ASAN_OPTIONS=${ASAN_OPTIONS:-$asan}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
one() {
	local name log TIMEFORMAT='%0R s, %0U and %0S s of a core'
	name=$(basename "$1")
	log=$2/$name
	{
		time {
			timeout "${TEST_TIMEOUT:-300}" "$1" >"$log.out" 2>&1
			echo $? >"$log.rc"
		}
	} 2>"$log.time"
}
export -f one
skipped=0
run=()
for program; do
	source=$(dirname "$0")/${program##*/tests/}.c
	why=
	[ ! -f "$source" ] || why=$(engine_refused "$source")
	if [ -n "$why" ]; then
		echo "skipped: $(basename "$program"): $why"
		skipped=$((skipped + 1))
	else
		run+=("$program")
	fi
done
printf '%s\n' "${run[@]}" | xargs -r -P "${JOBS:-2}" -I{} bash -c 'one "$1" "$2"' _ {} "$out"
passed=0 failed=0
broken=()
for log in "$out"/*.out; do
	[ -e "$log" ] || continue
	name=$(basename "$log" .out)
	p=$(grep -c '^\[       OK \]' "$log")
	f=$(grep '^\[  FAILED  \] [a-zA-Z0-9_]*$' "$log" | sort -u | wc -l)
	s=$(grep -c '^\[  SKIPPED \] [a-zA-Z0-9_]*$' "$log")
	[ "$s" = 0 ] || grep '^skipped: ' "$log" | sort -u
	skipped=$((skipped + s))
	if [ "$(cat "${log%.out}.rc")" != 0 ]; then
		[ "$f" -gt 0 ] || f=1
		broken+=("$name")
	fi
	echo "$name: $p passed, $f failed in $(cat "${log%.out}.time")"
	passed=$((passed + p))
	failed=$((failed + f))
done
for name in "${broken[@]}"; do # last, where they are seen
	echo "== $name: exit $(cat "$out/$name.rc")"
	tail -n 200 "$out/$name.out"
	sed -n "s/^\[  FAILED  \] \([a-zA-Z0-9_]*\)$/failed: $name: \1/p" \
	    "$out/$name.out" | sort -u
	echo "failed: $name: exit $(cat "$out/$name.rc")"
done
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ]
