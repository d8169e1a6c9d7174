#!/bin/bash
# The three roles of a server, as opdesk.conf(5) makes them: the owner upgrades
# a desk of the oldest schema, daemon and consoles work as opdesk_app, and can
# use what the upgrade made; opdesk_app upgrades and maintains nothing,
# opdesk_ro only reads.
#
# Turned red by: a block without the default privileges of opdesk_app; a VACUUM
# that leaves out every table and says nothing.
# PostgreSQL only: a desk in a file has no roles of a server.
set -u
. tests/e2e/lib.bash
name=roles_$$

# The names are this run's own: roles belong to the whole cluster.
block() { # page, title: the first block of the section
	sed -n "/^\.Sh $2/,/^\.Sh/p" "$1" |
	    sed -n '/^\.Bd/,/^\.Ed/p' | sed -e '/^\.Ed/q' |
	    sed -e '/^\.[BE]d/d' -e 's/\\e/\\/g' \
		-e "s/opdesk_\(owner\|app\|ro\)/${name}_\1/g" \
		-e "s/DATABASE desk /DATABASE $name /" -e "s/^\\\\c desk/\\\\c $name/"
}

drop_all() {
	psql -qX -h "$OPDESK_TEST_PG" -U postgres postgres \
	    -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" \
	    -c "DROP ROLE IF EXISTS ${name}_owner, ${name}_app, ${name}_ro" \
	    >/dev/null 2>&1
}
trap 'stop_all; drop_all' EXIT

as() { # role: the desk's URI
	echo "postgresql:///$name?host=$OPDESK_TEST_PG&user=${name}_$1"
}

fine() { # name, command...
	local what=$1
	shift
	run "$@"
	[ $RC = 0 ] && ok "$what" || no "$what" "exit $RC" "$(cat "$ERR")"
}

refused() { # name, part of the sentence, command...
	local what=$1 part=$2
	shift 2
	run "$@"
	if [ $RC != 0 ] && grep -q -e "$part" "$ERR"; then
		ok "$what"
	else
		no "$what" "exit $RC" "$(cat "$ERR")"
	fi
}

make_desk # its configuration; the desk itself is not used here
one=$(block man/opdesk.conf.5 "A DESK ON A SERVER")
two=$(block man/es/opdesk.conf.5 "UNA MESA EN UN SERVIDOR")
[ "$one" = "$two" ] && ok "both pages have the same block" ||
    no "both pages have the same block" "$(diff <(echo "$one") <(echo "$two"))"
run psql -qX -v ON_ERROR_STOP=1 -h "$OPDESK_TEST_PG" -U postgres postgres \
    <<<"$one"
[ $RC = 0 ] && ok "the block is run" || no "the block is run" "$(cat "$ERR")"

gzip -dc tests/data/desk-schema-2.sql.gz |
    psql -qX -v ON_ERROR_STOP=1 "$(as owner)" >/dev/null
app=$(as app)
sed -i "s|^database = .*|database = ${app//&/\\&}|" "$conf"
refused "app: upgrades nothing" "rights of the role" \
    "$OPDESK" --config "$conf" desk upgrade --no-backup
fine "owner: upgrades" "$OPDESK" --config "$conf" --db "$(as owner)" \
    desk upgrade --no-backup
fine "app: has nothing to upgrade" "$OPDESK" --config "$conf" desk upgrade
fine "app: marks the files" "$OPDESK" --config "$conf" desk files --adopt

start_both
fine "app: a ticket" "$OPDESK" --config "$conf" --operator marta \
    ticket new --subject "De otro rol"
fine "app: a daemon" "$OPDESK" --config "$conf" --operator marta \
    rehearse whatsapp --channel soporte --from 34600111222 --text "Hola desde fuera"
fresh() {
	op --operator marta --jsonl conversation list --view all
	grep -q "Hola desde fuera" "$OUT"
}
wait_for fresh && ok "app: a message came in" ||
    no "app: a message came in" "$(cat "$OUT" "$ERR" "$TMP/syncd.log.err")"
fine "app: what the steps made" "$OPDESK" --config "$conf" --operator irene \
    approval list
op --jsonl doctor
grep -q "Row policies bind the role ${name}_app" "$OUT" &&
    ok "app: is bound" || no "app: is bound" "$(grep role "$OUT")"

fine "ro: reads" "$OPDESK" --config "$conf" --db "$(as ro)" --readonly \
    --operator irene ticket list
refused "app: maintains nothing" "owns the tables" \
    "$OPDESK" --config "$conf" desk maintain
fine "owner: maintains" "$OPDESK" --config "$conf" --db "$(as owner)" \
    desk maintain

refused "ro: writes nothing" "rights of the role" "$OPDESK" --config "$conf" \
    --db "$(as ro)" --operator marta ticket new --subject x
exit $status
