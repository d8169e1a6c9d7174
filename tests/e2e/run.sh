#!/bin/bash
# Whole programs: every executable test of this folder, each with a directory
# of its own that is gone afterwards.  Ends with "N passed, N failed".
#
# A test finds OPDESK, SYNCD and JSONCHECK (programs) and TMP (its directory)
# in its environment and stands in the repository.  It prints a line for each
# thing it checked: "ok NAME", "not ok NAME", "skipped: NAME: REASON".  One
# that prints none of these counts as one, by its exit status.
#
# usage: tests/e2e/run.sh [TEST ...]      BUILD=build/none
set -u
cd "$(dirname "$0")/../.."
. tests/lib/engines.bash
. tests/lib/scratch.bash
scratch_begin
trap scratch_end EXIT
build=${BUILD:-build/none}
here=tests/e2e
export SAN=${build##*/} # for make, here and in tests
export OPDESK=$PWD/$build/opdesk SYNCD=$PWD/$build/opdesk-syncd
export JSONCHECK=$PWD/$build/tests/tools/jsoncheck
export LLMSTAND=$PWD/$build/tests/tools/llmstand
export LC_ALL=C.UTF-8
unset OPDESK_FAKE_CLOCK XDG_CONFIG_HOME XDG_DATA_HOME

make -s BUILD="$build" "$build/opdesk" "$build/opdesk-syncd" \
    "$build/opdesk-recorder" "$build/tests/tools/jsoncheck" \
    "$build/tests/tools/llmstand" >&2 || exit 1

[ $# -gt 0 ] || set -- $(find $here -maxdepth 1 -type f -executable \
    ! -name run.sh | sort)
passed=0 failed=0 skipped=0
for t in "$@"; do
	why=$(engine_refused "$t")
	if [ -n "$why" ]; then
		echo "skipped: $(basename "$t"): $why"
		skipped=$((skipped + 1))
		continue
	fi
	TMP=$(mktemp -d)
	# Without the last, who looks for sound devices leaves a directory behind.
	export TMP HOME=$TMP XDG_RUNTIME_DIR=$TMP
	log=$TMP.log
	timeout "${TEST_TIMEOUT:-900}" "$t" >"$log" 2>&1
	rc=$?
	# A check that does not run is no check.
	! grep -q 'command not found$' "$log" || rc=127
	p=$(grep -c '^ok ' "$log")
	f=$(grep -c '^not ok ' "$log")
	s=$(grep -c '^skipped:' "$log")
	if [ $rc != 0 ] && [ "$f" = 0 ]; then
		f=1
	elif [ $((p + f + s)) = 0 ]; then
		p=1
	fi
	if [ "$f" != 0 ]; then
		echo "== $t: exit $rc"
		grep -v '^ok ' "$log"
	fi
	grep '^skipped:' "$log"
	echo "$(basename "$t"): $p passed, $f failed"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	rm -rf "$TMP" "$log"
done
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed = 0 ]
