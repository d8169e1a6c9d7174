#!/bin/bash
# Make the fixture of a program's schema on PostgreSQL: a demo desk as pg_dump
# writes it, and what it holds.  Run once when a schema is released, with the
# program of that time; a fixture is never made again.
# usage: tests/lib/pg.sh tools/make-fixture-postgres.sh BUILD-DIRECTORY
#        tests/lib/pg.sh tools/make-fixture-postgres.sh first
# Schema 2 is by revision f56f379, schema 3 by 1b290e7.  Before f56f379 no
# program could make a desk on a server, so that "first" derives schema 1 from
# schema 2, by taking back the step between them, and shows that the step
# brings it there again.
set -eu
what=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
name=fixture_$$
uri="postgresql:///$name?host=$OPDESK_TEST_PG&user=opdesk"
export PGOPTIONS="-c opdesk.tenant=*"

sql() {
	psql -qX -v ON_ERROR_STOP=1 "$uri" "$@"
}

# Lines that older versions of psql do not know, or that differ each time.
dump() {
	pg_dump --enable-row-security --no-owner "$uri" |
	    grep -v -e '^.restrict ' -e '^.unrestrict ' -e '^-- Dumped '
}

psql -qX -h "$OPDESK_TEST_PG" -U opdesk postgres -c "CREATE DATABASE $name" \
    >/dev/null

if [ "$what" = first ]; then
	out=tests/data/desk-schema-1
	gzip -dc tests/data/desk-schema-2.sql.gz | sql >/dev/null
	dump >"$dir/second"
	sql -c "DROP INDEX outbox_talk" \
	    -c "ALTER TABLE outbox DROP COLUMN conversation_id" \
	    -c "UPDATE schema SET version = 1"
	dump >"$dir/first"
	sql -f db/engine/schema/0002_outbox_order.postgres.sql \
	    -c "UPDATE schema SET version = 2"
	dump | diff "$dir/second" - ||
	    { echo "the step does not lead to schema 2" >&2; exit 1; }
	set -- "$dir/first"
	counts=tests/data/desk-schema-2.sql.counts
	cp "$counts" "$dir/counts"
else
	cat >"$dir/opdesk.conf" <<-END
		[desk]
		database = $uri
		tenant = demo
		[channel soporte]
		kind = whatsapp
		phone_number_id = 106540352242922
		api_base = http://127.0.0.1:9
	END
	desk=("$what/opdesk" --config "$dir/opdesk.conf")
	"${desk[@]}" rehearse demo
	schema=$("${desk[@]}" --json desk show |
	    sed 's/.*"schema":\([0-9]*\).*/\1/')
	out=tests/data/desk-schema-$schema
	for words in "ticket list --view all --limit 1000" \
	    "conversation list --view all --limit 1000" \
	    "contact list --limit 1000" "operator list"; do
		# shellcheck disable=SC2086
		echo "$("${desk[@]}" --jsonl $words | wc -l) $words"
	done >"$dir/counts"
	# The account that made it is nobody's operator, nor its owner.
	sql -c "UPDATE operators SET unix_uid = NULL" \
	    -c "DELETE FROM meta WHERE name = 'owner_uid'"
	dump >"$dir/desk"
	set -- "$dir/desk"
fi
[ ! -e "$out.sql.gz" ] || { echo "$out.sql.gz is there already" >&2; exit 1; }
gzip -9n <"$1" >"$out.sql.gz"
cp "$dir/counts" "$out.sql.counts"
ls -l "$out.sql.gz" "$out.sql.counts"
