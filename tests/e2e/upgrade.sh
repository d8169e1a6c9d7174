#!/bin/bash
# Every schema that was ever released opens, is brought up to date, keeps what
# it held, and its audit chain still verifies.  The fixtures are demo desks:
# tests/data/desk-schema-N.db.gz, made once by tools/make-fixture.sh.
# SQLite only: the desks of older schemas are kept as files.
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

for fixture in tests/data/desk-schema-*.db.gz; do
	n=$(basename "$fixture" .db.gz)
	dir=$TMP/$n
	mkdir -m 700 "$dir"
	(umask 077; gzip -dc "$fixture" >"$dir/desk.db")
	desk=("$OPDESK" --db "$dir/desk.db" --tenant demo)
	check "$n: upgrade" "${desk[@]}" desk upgrade
	count() { "${desk[@]}" --jsonl "$@" | wc -l; }
	while read -r want words; do
		# shellcheck disable=SC2086
		got=$(count $words)
		check "$n: $want by $words, got $got" [ "$got" = "$want" ]
	done <"tests/data/$n.counts"
	check "$n: audit" "${desk[@]}" audit verify
	check "$n: writes" "${desk[@]}" ticket new --subject after
done
exit $status
