#!/bin/bash
# Run a command beside a PostgreSQL cluster of its own, on a unix socket in a
# temporary directory; the cluster ends with the command, or with us.
# usage: tests/lib/pg.sh COMMAND...
# The command finds the socket's directory in OPDESK_TEST_PG.  Without the
# server's programs nothing runs and that is said.  PG_DURABLE=1 keeps fsync on,
# PG_DISK=1 the cluster on a disk, for figures.
set -u
if [ -n "${OPDESK_TEST_PG-}" ]; then # one that runs already serves us too
	exec "$@"
fi
bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
if [ ! -x "$bin/initdb" ] || ! command -v setpriv >/dev/null 2>&1; then
	echo "skipped: PostgreSQL's server is not installed"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi

as=() # the server refuses to run as root
if [ "$(id -u)" = 0 ]; then
	as=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
base=/tmp
[ "${PG_DISK-}" = 1 ] || [ ! -w /dev/shm ] || base=/dev/shm
dir=$(mktemp -d $base/opdesk-pg-XXXXXX)
server=
finish() {
	if [ -n "$server" ]; then
		kill -INT "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
[ "$(id -u)" != 0 ] || chown postgres: "$dir"
chmod 0700 "$dir"

# A new cluster takes seconds to make, so one is kept and copied.
kept=build/pg/cluster-$(basename "$(dirname "$bin")").tar
mkdir -p build/pg
(
	flock 9
	[ -s "$kept" ] && exit 0
	"${as[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust \
	    -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 || {
		cat "$dir/initdb.log" >&2
		exit 1
	}
	tar -C "$dir" -cf "$kept.part" data && mv "$kept.part" "$kept"
	rm -rf "$dir/data"
) 9>build/pg/lock || exit 1
tar -C "$dir" -xpf "$kept" || exit 1

durable=off
[ "${PG_DURABLE-}" != 1 ] || durable=on
setpriv --pdeathsig INT "${as[@]}" true 2>/dev/null &&
	as=("${as[@]:-setpriv}" --pdeathsig INT)
(cd "$dir" && exec "${as[@]}" "$bin/postgres" -D "$dir/data" \
    -k "$dir" -c listen_addresses= -c unix_socket_permissions=0700 \
    -c fsync=$durable -c full_page_writes=$durable \
    -c max_connections=200 -c shared_buffers=16MB -c autovacuum=off \
    -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c checkpoint_timeout=1h -c log_min_messages=error \
    -c log_min_error_statement=panic) >"$dir/log" 2>&1 &
server=$!
for _ in $(seq 1200); do
	"$bin/pg_isready" -q -h "$dir" && break
	kill -0 "$server" 2>/dev/null || break
	sleep 0.05
done
if ! "$bin/psql" -q -h "$dir" -U postgres postgres \
    -c 'CREATE ROLE opdesk LOGIN CREATEDB' >&2; then
	cat "$dir/log" >&2
	exit 1
fi
# What stands beside a server's desk goes where the cluster is.
OPDESK_TEST_PG=$dir XDG_DATA_HOME=$dir/home "$@" &
child=$!
trap 'kill "$child" 2>/dev/null; exit 130' INT TERM HUP
wait "$child"
