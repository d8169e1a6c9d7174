#!/bin/bash
# Make the fixture of this program's schema: a demo desk, and what it holds.
# Run once when a schema is released; a fixture is never made again.
# usage: tools/make-fixture.sh BUILD-DIRECTORY
set -eu
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat >"$dir/opdesk.conf" <<'EOF'
[desk]
database = desk.db
tenant = demo
[channel soporte]
kind = whatsapp
phone_number_id = 106540352242922
api_base = http://127.0.0.1:9
EOF
desk=("$build/opdesk" --config "$dir/opdesk.conf")
"${desk[@]}" rehearse demo
schema=$("${desk[@]}" --json desk show | sed 's/.*"schema":\([0-9]*\).*/\1/')
out=tests/data/desk-schema-$schema
[ ! -e "$out.db.gz" ] || { echo "$out.db.gz is there already" >&2; exit 1; }
for words in "ticket list --view all --limit 1000" \
    "conversation list --view all --limit 1000" "contact list --limit 1000" \
    "operator list"; do
	# shellcheck disable=SC2086
	echo "$("${desk[@]}" --jsonl $words | wc -l) $words"
done >"$out.counts"
# The account that made it is nobody's operator.
sqlite3 "$dir/desk.db" "UPDATE operators SET unix_uid = NULL" \
    "VACUUM INTO '$dir/small.db'"
gzip -9n <"$dir/small.db" >"$out.db.gz"
ls -l "$out.db.gz" "$out.counts"
