#!/bin/bash
# Run fuzz programs for some seconds each on its corpus, as many at once as
# there are cores.  New inputs go to found/NAME beside the program; one that
# fails is named there and its output shown.
# usage: tests/fuzz/run.sh SECONDS PROGRAM...
set -eu
seconds=$1 failed=0
shift
dir=$(dirname "$1")
one() { # name, directory, seconds
	local found=$2/found/$1
	local corpus=("$found")
	mkdir -p "$found"
	[ ! -d "tests/fuzz/corpus/$1" ] || corpus+=("tests/fuzz/corpus/$1")
	"$2/fuzz_$1" -max_total_time="$3" -timeout=10 \
	    -artifact_prefix="$found/" "${corpus[@]}" >"$2/$1.log" 2>&1 ||
		touch "$2/$1.failed"
}
export -f one
for seeds in tests/fuzz/corpus/*/; do
	name=$(basename "$seeds")
	[ -e "tests/fuzz/fuzz_$name.c" ] || {
		echo "$seeds: there is no tests/fuzz/fuzz_$name.c"
		failed=1
	}
done
names=$(basename -a "$@" | sed 's/^fuzz_//')
rm -f "$dir"/*.failed
xargs -P "$(nproc)" -I{} bash -c 'one "$@"' _ {} "$dir" "$seconds" <<<"$names"
for name in $names; do
	if [ ! -e "$dir/$name.failed" ]; then
		echo "fuzz $name: $(grep '^Done' "$dir/$name.log")"
	else
		echo "fuzz $name: failed"
		tail -n 60 "$dir/$name.log"
		failed=1
	fi
done
exit "$failed"
