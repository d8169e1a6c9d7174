#!/bin/bash
# Run each fuzz program of a directory for some seconds on its corpus.  New
# inputs go to DIRECTORY/found/NAME; one that fails is named there and its
# output shown.  usage: tests/fuzz/run.sh DIRECTORY SECONDS
set -eu
dir=$1 seconds=$2 failed=0
for seeds in tests/fuzz/corpus/*/; do
	name=$(basename "$seeds")
	[ -e "tests/fuzz/fuzz_$name.c" ] || {
		echo "$seeds: there is no tests/fuzz/fuzz_$name.c"
		failed=1
	}
done
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	found=$dir/found/$name
	mkdir -p "$found"
	corpus=("$found")
	[ ! -d "tests/fuzz/corpus/$name" ] || corpus+=("tests/fuzz/corpus/$name")
	if "$dir/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
	    -artifact_prefix="$found/" "${corpus[@]}" >"$dir/$name.log" 2>&1
	then
		echo "fuzz $name: $(grep '^Done' "$dir/$name.log")"
	else
		echo "fuzz $name: failed"
		tail -n 60 "$dir/$name.log"
		failed=1
	fi
done
exit "$failed"
