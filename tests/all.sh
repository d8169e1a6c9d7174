#!/bin/bash
# make test: lint, the suites under ASan and UBSan, what has threads under
# TSan, short fuzzing, the whole programs, and analysis of the code; or some of
# these parts.  Ends with "N passed, N failed".
# usage: tests/all.sh [long] [PART...]
set -u
cd "$(dirname "$0")/.."

# How often, NAME=NUMBER: unless the caller says otherwise.
rounds() {
	local r name
	for r; do
		name=${r%%=*}
		export "$name=${!name:-${r#*=}}"
	done
}

analysis="planted tidy hardened"
on_server=none # sanitizers on PostgreSQL: by night
server_rounds=
if [ "${1-}" = long ]; then # the long rounds of the same tests
	shift
	analysis= # all
	on_server=address
	export NIGHT=1
	# A round on a server takes many times as long: it sees a share of what a
	# file sees, and each step of each upgrade.
	server_rounds="KILL_ROUNDS=${KILL_ROUNDS:-1000} CONSOLE_ROUNDS=${CONSOLE_ROUNDS:-200}
	    RECORDER_ROUNDS=${RECORDER_ROUNDS:-20} KILL_STEP=${KILL_STEP:-6}
	    SEND_STEP=${SEND_STEP:-200} COPY_WRITES=${COPY_WRITES:-100}
	    MEMORY_ROUNDS=${MEMORY_ROUNDS:-4} FAULT_ROUNDS=${FAULT_ROUNDS:-60}
	    PERMIT_STEPS=${PERMIT_STEPS:-5000} TAMPER_ROUNDS=${TAMPER_ROUNDS:-500}
	    MERGE_PAIRS=${MERGE_PAIRS:-100} UNDO_STEPS=${UNDO_STEPS:-300}"
	# As in the catalogue of tests/README.md.
	rounds RECORD_SECONDS=600 KILL_ROUNDS=10000 CRASH_ROUNDS=500 CONSOLE_ROUNDS=5000 RECORDER_ROUNDS=600 API_KILLS=300 POWER_STATES=200000 \
	    POWER_FILE_STATES=20000 UPGRADE_STATES=1000 UPGRADE_SCHEMAS=100 KILL_STRIDE=1 \
	    UPGRADE_ROWS=1000000 \
	    WRITERS=64 SAVES=1000 CHECKPOINT_SECONDS=3600 \
	    MEMORY_ROUNDS=0 "MEMORY_SEED=$RANDOM" FAULT_ROUNDS=0 TAMPER_ROUNDS=10000 PERMIT_STEPS=100000 MERGE_PAIRS=1000 UNDO_STEPS=3000 "UNDO_SEED=$RANDOM" STEPS=600 "WRITERS_SEED=$RANDOM" RANDOM_KEYS=1000000 "RANDOM_SEED=$RANDOM" COPY_WRITES=2 KILL_STEP=1 SEND_STEP=2 \
	    RESTORE_WRITES=1 BACKUP_ROUNDS=50 BALLAST_ROUNDS=200 \
	    POWER_SEED=0 FUZZ_SECONDS=900 TEST_TIMEOUT=20000
fi
# A push is judged by what it changed, not by other luck than the last one's.
rounds FUZZ_SECONDS=3 POWER_SEED=1
only="$*"
export WERROR=-Werror
jobs=$(nproc)
log=build/test-logs
mkdir -p "$log"
: >"$log/failed"
passed=0 failed=0 skipped=0

count() { # name, log: add up the part's last "N passed, N failed"
	local line
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$2" | tail -1)
	if [ -z "$line" ]; then
		line="0 passed, 1 failed"
		echo "$1: gave no result"
	fi
	set -- $line
	passed=$((passed + $1))
	failed=$((failed + $3))
	[ "${5-}" = "" ] || skipped=$((skipped + $5))
}

run() { # name, command...: into its log, and how it went beside it
	local name=$1 TIMEFORMAT='%0R s, %0U and %0S s of a core'
	shift
	{ time "$@" >"$log/$name.log" 2>&1; } 2>"$log/$name.time"
	echo $? >"$log/$name.status"
}

report() { # name
	local name=$1 rc
	rc=$(cat "$log/$name.status")
	if [ "$rc" != 0 ]; then
		tail -n 60 "$log/$name.log"
		grep -h '^failed: ' "$log/$name.log" | sed "s/^failed:/& $name:/" \
			>>"$log/failed" || echo "failed: $name: exit $rc" >>"$log/failed"
	fi
	if grep -qE '^[0-9]+ passed, [0-9]+ failed' "$log/$name.log"; then
		grep -E '^skipped:' "$log/$name.log" || true
		count "$name" "$log/$name.log"
		[ "$rc" = 0 ] || grep -qE ' [1-9][0-9]* failed' "$log/$name.log" ||
			failed=$((failed + 1))
	elif [ "$rc" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
	echo "   $name: $(cat "$log/$name.time"), exit $rc"
}

is_wanted() { # name
	case " ${only:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
}

part() { # name, command...
	is_wanted "$1" || return
	echo "== $1"
	run "$@"
	report "$1"
}

declare -A running
beside=
part_beside() { # as part, at the same time as the next ones: all wait a lot
	is_wanted "$1" || return
	run "$@" &
	running[$1]=$!
	beside="$beside $1"
}

part_last() { # name of what goes on or "", then as part: the rest is waited for
	local goes_on=$1 name
	shift
	part "$@"
	for name in $beside; do
		[ "$name" != "$goes_on" ] || continue
		wait "${running[$name]}"
		echo "== $name"
		report "$name"
	done
	case " $beside " in
	*" $goes_on "*) beside=$goes_on ;;
	*) beside= ;;
	esac
}

part lint make -s -j"$jobs" lint
part build-asan make -s -j"$jobs" SAN=address whole-tests tests
# With what the scripts of e2e use: they run at the same time.
part build make -s -j"$jobs" SAN=none STRICT=yes programs whole-tests tests \
	build/none/tests/tools/jsoncheck build/none/tests/tools/llmstand build/none/tests/shim/resolver.so
# shellcheck disable=SC2086 # NAME=NUMBER, several
part_beside unit-postgres env $server_rounds make -s SAN=$on_server unit-postgres
part_last "" unit make -s SAN=address unit
# shellcheck disable=SC2086 # NAME=NUMBER, several
part_beside whole-postgres env $server_rounds make -s SAN=$on_server whole-postgres
part_beside tsan make -s SAN=thread tsan
# The longest, one script after the other.  doctor rightly finds fault with a
# server that syncs nothing.
part_beside e2e-postgres env OPDESK_TEST_ENGINE=postgres PG_DURABLE=1 \
	tests/lib/pg.sh tests/e2e/run.sh
part_last e2e-postgres whole make -s SAN=address whole
part_beside rounds make -s SAN=none rounds
# shellcheck disable=SC2086 # NAME=NUMBER, several
part_beside rounds-postgres env $server_rounds make -s SAN=none rounds-postgres
part_beside e2e tests/e2e/run.sh
# shellcheck disable=SC2086 # names of parts
part analyze tests/analyze/all.sh $analysis
part_last "" fuzz make -s -j"$jobs" fuzz "FUZZ_SECONDS=$FUZZ_SECONDS"
part man make -s man-lint
part knowledge make -s SAN=none knowledge-lint

cat "$log/failed"
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed = 0 ]
