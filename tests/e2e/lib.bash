# For the tests of this folder: a demo desk, its daemon and provider, and
# checks that print "ok" and "not ok".  Sourced; see run.sh.
set -u
status=0
OUT=$TMP/out ERR=$TMP/err RC=0
conf=$TMP/opdesk.conf

ok() {
	echo "ok $*"
}

no() { # name, what was seen instead
	echo "not ok $1"
	shift
	printf '\t%s\n' "$@" | head -n 20
	status=1
}

# Run a program; its output is in $OUT and $ERR, its status in $RC.
run() {
	"$@" >"$OUT" 2>"$ERR"
	RC=$?
}

op() {
	run "$OPDESK" --config "$conf" "$@"
}

# Addresses for the daemon and the provider, which have to know each other
# before they start: on a loopback address that is this process's own, so that
# nobody takes their ports, also while one of them is started anew.
choose_ports() {
	local own=127.$((1 + ($$ >> 16) % 254)).$(($$ >> 8 & 255)).$(($$ & 255))
	listen=$own:8480
	provider=$own:8481
}

# A file beside the configuration, or a database of its own on the cluster of
# tests/lib/pg.sh.
desk_uri() { # a second one has a name
	local name=e2e_$$${1+_$1}
	if [ "${OPDESK_TEST_ENGINE-}" != postgres ]; then
		echo desk.db
		return
	fi
	psql -q -h "$OPDESK_TEST_PG" -U opdesk postgres \
	    -c "CREATE DATABASE $name" >&2
	echo "postgresql:///$name?host=$OPDESK_TEST_PG&user=opdesk"
}

make_desk() {
	local s
	choose_ports
	for s in app verify access; do
		(umask 077; echo "$s-secret-of-this-test" >"$TMP/$s.secret")
	done
	cat >"$conf" <<-END
		[desk]
		database = $(desk_uri)
		tenant = demo
		[daemon]
		listen = $listen
		[channel soporte]
		kind = whatsapp
		tenant = demo
		phone_number_id = 106540352242922
		business_account_id = 104996122399160
		verify_token_file = verify.secret
		app_secret_file = app.secret
		access_token_file = access.secret
		api_base = http://$provider
		api_version = v23.0
	END
	"$OPDESK" --config "$conf" rehearse demo >"$OUT" || exit 1
}

started=()
# Start a program of the daemon and wait until it says that it listens; the
# test ends when it does not.
start() { # name, program...
	local name=$1 log=$TMP/$1.log i
	shift
	: >"$log"
	"$@" >"$log" 2>>"$log.err" &
	local pid=$!
	started=("$pid" "${started[@]}")
	for ((i = 0; i < 1200; i++)); do
		grep -q ^listening "$log" && return 0
		kill -0 "$pid" 2>/dev/null || break
		read -rt 0.05 <> <(:) || true
	done
	echo "$name did not start:"
	cat "$log.err"
	exit 1
}

start_both() { # options of the provider
	start provider "$SYNCD" --config "$conf" --rehearsal-provider "$@"
	start syncd "$SYNCD" --config "$conf"
}

stop_all() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	started=()
}
trap stop_all EXIT

# Until a command is true, for a minute at most.
wait_for() {
	local until=$((SECONDS + 60))
	while [ $SECONDS -lt $until ]; do
		"$@" && return 0
		read -rt 0.05 <> <(:) || true
	done
	return 1
}

# A member of the last JSON output.
member() {
	"$JSONCHECK" get "$@" <"$OUT"
}
