#!/bin/bash
# Every schema that was ever released opens, is brought up to date, keeps what
# it held, finds it, and its audit chain still verifies.  The fixtures are demo
# desks: tests/data/desk-schema-N.db.gz, made once by tools/make-fixture.sh, and
# on a server .sql.gz, by tools/make-fixture-postgres.sh.
#
# Turned red by: a server's desk that is upgraded without asking for a backup;
# one of schema 2 whose full text is left as it was.
set -u
. tests/e2e/lib.bash

check() { # name, command...
	local name=$1
	shift
	run "$@"
	if [ $RC = 0 ]; then
		ok "$name"
	else
		no "$name" "$(cat "$ERR")"
	fi
}

refused() { # name, exit status, word that the sentence has, command...
	local name=$1 rc=$2 word=$3
	shift 3
	run timeout 120 "$@"
	if [ $RC = "$rc" ] && grep -q -e "$word" "$ERR"; then
		ok "$name"
	else
		no "$name" "exit $RC" "$(cat "$ERR")"
	fi
}

suffix=.db option= admin=() maker=()
newest=$(sed -n 's/^#define SCHEMA_VERSION *\([0-9]*\).*/\1/p' \
    db/engine/migrate.h)
if [ "${OPDESK_TEST_ENGINE-}" = postgres ]; then
	suffix=.sql option=--no-backup
	# No account is somebody there.
	admin=(--operator irene) maker=(--operator marta)
fi

unpack() { # fixture, name: print the desk's URI
	if [ $suffix = .sql ]; then
		local uri
		uri=$(desk_uri "$2")
		gzip -dc "$1" | psql -qX -v ON_ERROR_STOP=1 "$uri" >/dev/null
		echo "$uri"
		return
	fi
	mkdir -m 700 "$TMP/$2"
	(umask 077; gzip -dc "$1" >"$TMP/$2/desk.db")
	echo "$TMP/$2/desk.db"
}

# Its own words are the command: what that writes is the whole desk.
dumped() { # name
	local command copy rows="SET opdesk.tenant = '*'; SELECT count(*)"
	rows="$rows, sum(id) FROM messages"
	command=$(sed -e 's/.* first: //' -e 's/; then run .*//' "$ERR")
	copy=$(desk_uri "${n//-/_}_copy")
	(cd "$TMP" && bash -c "$command" &&
	    pg_restore --no-owner --dbname "$copy" desk-before-*.dump &&
	    rm desk-before-*.dump)
	run psql -qXAt "$copy" -c "$rows"
	if [ $RC = 0 ] && [ "$(cat "$OUT")" != "0|" ] &&
	    [ "$(cat "$OUT")" = "$(psql -qXAt "${base[2]}" -c "$rows")" ]; then
		ok "$1"
	else
		no "$1" "$command" "$(cat "$OUT" "$ERR")"
	fi
}

found() { # name, words
	[ "$("${desk[@]}" --jsonl ticket list --view all --match "$2" | wc -l)" \
	    -gt 0 ] && ok "$1" || no "$1"
}

for fixture in tests/data/desk-schema-*$suffix.gz; do
	counts=${fixture%.gz}.counts
	n=$(basename "$fixture" $suffix.gz)
	[ -e "$counts" ] || counts=${fixture%.db.gz}.counts
	base=("$OPDESK" --db "$(unpack "$fixture" "${n//-/_}")" --tenant demo)
	desk=("${base[@]}" "${admin[@]}")
	if [ $suffix = .sql ] && [ "$n" != "desk-schema-$newest" ]; then
		refused "$n: no work before the upgrade" 5 \
		    "desk upgrade" "${desk[@]}" ticket list
		refused "$n: no daemon before the upgrade" 1 \
		    pg_dump "$SYNCD" --db "${base[2]}" --listen 127.0.0.1:0
		refused "$n: no upgrade without a backup" 5 \
		    --no-backup "${desk[@]}" desk upgrade
		dumped "$n: the backup as it says"
		refused "$n: no copy before the upgrade" 5 "--db FROM" \
		    "$OPDESK" desk copy --from "${base[2]}" --to "$TMP/copied"
	fi
	check "$n: upgrade" "${desk[@]}" desk upgrade $option
	check "$n: again" "${desk[@]}" desk upgrade
	check "$n: its files" "${desk[@]}" desk files --adopt
	count() { "${desk[@]}" --jsonl "$@" | wc -l; }
	while read -r want words; do
		# shellcheck disable=SC2086
		got=$(count $words)
		check "$n: $want by $words, got $got" [ "$got" = "$want" ]
	done <"$counts"
	found "$n: finds what it held" lector
	check "$n: audit" "${desk[@]}" audit verify
	check "$n: writes" "${base[@]}" "${maker[@]}" ticket new --subject after
	found "$n: finds what is new" after
done
exit $status
