#!/bin/bash
# make run: the demo desk, its daemon and provider on loopback, the console.
# Everything that this starts ends when the console is left.
# usage: tools/run.sh BUILD-DIRECTORY
set -eu

build=$1
demo=build/demo
opdesk=$build/opdesk
syncd=$build/opdesk-syncd

if ! [ -t 0 ] || ! [ -t 1 ]; then
	echo "make run opens a console and needs a terminal." >&2
	echo "Without one, use the command line: build/none/opdesk --help" >&2
	exit 2
fi

free_port() { # the first of $1.. that nobody listens on
	local p=$1
	while (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; do p=$((p + 1)); done
	echo "$p"
}

secret() { # a random text into file $1, for our eyes only
	[ -s "$1" ] || (umask 077; openssl rand -hex 24 >"$1")
}

port=8480 # the first one to try
configure() {
	local listen provider
	listen=$(free_port $port)
	provider=$(free_port $((listen + 1)))
	port=$((provider + 1))
	for s in app verify access; do secret "$demo/$s.secret"; done
	cat >"$demo/opdesk.conf" <<EOF
[desk]
database = desk.db
tenant = demo
[daemon]
listen = 127.0.0.1:$listen
[channel soporte]
kind = whatsapp
tenant = demo
phone_number_id = 106540352242922
business_account_id = 104996122399160
verify_token_file = verify.secret
app_secret_file = app.secret
access_token_file = access.secret
api_base = http://127.0.0.1:$provider
api_version = v23.0
EOF
}

mkdir -p -m 700 "$demo"
chmod 700 "$demo"
configure
conf="--config $demo/opdesk.conf"
if ! [ -e "$demo/desk.db" ]; then
	echo "Making the demo desk..."
	$opdesk $conf rehearse demo >/dev/null || { rm -f "$demo"/desk.db*; exit 1; }
else
	$opdesk $conf desk upgrade >/dev/null
fi

started=()
stop() { # first the daemon, so that what it sends still arrives
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 143' TERM

start() { # name, program...: wait until it says that it listens
	local log=$demo/$1.log errors=$demo/$1.err
	shift
	: >"$log"
	: >"$errors"
	"$@" >"$log" 2>"$errors" &
	local pid=$!
	started=("$pid" "${started[@]}")
	for _ in $(seq 200); do
		grep -q ^listening "$log" && return 0
		kill -0 "$pid" 2>/dev/null || break
		read -rt 0.05 <> <(:) || true
	done
	said=$errors
	return 1
}

start_both() {
	local said
	for _ in 1 2 3 4 5; do
		start provider $syncd $conf --rehearsal-provider &&
		    start syncd $syncd $conf && return
		stop
		started=()
		# Somebody took the port since it was looked at: others, then.
		grep -qE "already listens|ya escucha" "$said" || break
		configure
	done
	echo "The demo desk has no daemon; see $said:" >&2
	tail -3 "$said" >&2
	exit 1
}
start_both

"$opdesk" $conf
