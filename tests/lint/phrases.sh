#!/bin/bash
# No phrase of a guide or of an objection shares four words in a row with a
# query that measures the matcher, else the figures would be worth nothing.
# usage: tests/lint/phrases.sh [--self-test]
set -eu
export LC_ALL=C
check() { # queries, guides...
	awk -f tests/lint/phrases.awk "$@"
}
if [ "${1-}" = --self-test ]; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	printf '%s\n' '{"id": "1", "text": "Pues no me Llegó el código, ¡vaya!"}' \
	    >"$tmp/queries"
	printf '%s\n' '{' '"common_issues": ["no me llego el"],' \
	    '"phrases": {' '"es": [' '"a mí no me llega el codigo",' \
	    '"ayer NO ME LLEGO EL codigo",' '"me llegó el, código"' \
	    >"$tmp/guide"
	found=$(check "$tmp/queries" "$tmp/guide" | cut -d: -f2 | tr '\n' ' ')
	[ "$found" = "6 7 " ] || {
		echo "phrases: planted in lines 6 and 7, found: $found"
		exit 1
	}
	exit 0
fi
guides=tests/data/guide_queries.jsonl
objections=tests/data/objection_queries.jsonl
found=$(check $guides kb/guides/*.json kb/objections/*.json
	check $objections kb/objections/*.json)
[ -z "$found" ] || {
	echo "$found"
	exit 1
}
