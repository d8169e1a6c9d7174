#!/bin/bash
# What doctor says of a desk on a server: each row true for a server, and what
# is wrong there named with what to do.
#
# Turned red by: a policy that is looked for by its name only; a clock that is
# compared after it was set by the server's; a role that is taken for bound as
# it is no superuser.
# PostgreSQL only: a desk in a file has no server.
set -u
. tests/e2e/lib.bash
make_desk
uri=$(sed -n 's/^database = //p' "$conf")

said() { # check, state, part of the text, [words before doctor ...]
	local check=$1 state=$2 part=$3
	shift 3
	run "$OPDESK" --config "$conf" "$@" --jsonl doctor
	if grep "\"check\":\"$check\",\"state\":\"$state\"" "$OUT" |
	    grep -q -e "$part"; then
		ok "$check: $state: $part"
	else
		no "$check: $state: $part" "$(grep "\"$check\"" "$OUT")" \
		    "$(cat "$ERR")"
	fi
}

silent() { # check
	run "$OPDESK" --config "$conf" --jsonl doctor
	if grep -q "\"check\":\"$1\"" "$OUT"; then
		no "$1 is about a file" "$(grep "\"$1\"" "$OUT")"
	else
		ok "$1 is about a file"
	fi
}

super() {
	psql -qX -h "$OPDESK_TEST_PG" -U postgres postgres "$@" 2>&1
}

by() { # role: the same desk as another role
	echo "${uri/user=opdesk/user=$1}"
}

said server ok "PostgreSQL [0-9.]*; the desk takes [0-9]* MiB"
said server ok "on its disk before that is said"
said connections ok "[0-9]* of [0-9]* connections"
said clock ok agrees
said replication ok "No other server follows"
said pages warning checksums
said indexes ok "in use"
said policies ok "Every table"
said role ok "opdesk owns the tables and is the only one"
said files ok "marked as this desk's"
said disk ok MiB
silent keeper
silent library.*SQLite
if [ $RC = 0 ]; then
	ok "nothing is a fault"
else
	no "nothing is a fault" "$(cat "$OUT" "$ERR")"
fi

export OPDESK_FAKE_CLOCK=+10
said clock warning "10.0 s behind"
OPDESK_FAKE_CLOCK=-3
said clock warning "3.0 s ahead"
OPDESK_FAKE_CLOCK=+1
said clock ok agrees
unset OPDESK_FAKE_CLOCK

start_both
said daemon ok listens
kill -KILL "${started[0]}"
wait "${started[0]}" 2>/dev/null
said daemon warning "without saying so"
stop_all

# What an owner may do to the policies, and how it is mended.
psql -qX "$uri" -c "CREATE POLICY more ON teams USING (true)"
said policies fault "1, teams among them.*desk upgrade"
op desk upgrade
said policies ok "Every table"
psql -qX "$uri" -c "ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY" \
    -c "DROP POLICY tenant ON contacts" \
    -c "CREATE POLICY tenant ON contacts USING (true)"
said policies fault "2, contacts among them"
op desk upgrade
said policies ok "Every table"

# Roles: one that is bound, and those that are not.
app=app_$$ back=back_$$ heir=heir_$$ root=root_$$
super -c "CREATE ROLE $app LOGIN" -c "CREATE ROLE $back LOGIN BYPASSRLS" \
    -c "CREATE ROLE $heir LOGIN" -c "GRANT opdesk TO $heir" \
    -c "CREATE ROLE $root LOGIN SUPERUSER"
psql -qX "$uri" \
    -c "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $app" \
    -c "GRANT SELECT ON ALL TABLES IN SCHEMA public TO $back"
said role ok "bind the role $app" --db "$(by "$app")"
said role warning "opdesk owns the tables and can lift"
said role warning "$back.*NOBYPASSRLS"
said role fault "$back.*NOBYPASSRLS" --db "$(by "$back")"
said role warning "$heir can become the owner.*REVOKE" --db "$(by "$heir")"
said role fault "$root is a superuser" --db "$(by "$root")"
run "$OPDESK" --config "$conf" --db "$(by "$root")" doctor
[ $RC = 7 ] && ok "a superuser is a fault" || no "a superuser is a fault" $RC
psql -qX "$uri" -c "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM $app, $back"
super -c "DROP ROLE $app, $back, $heir, $root"

mv "$TMP/.local" "$TMP/elsewhere"
said files fault "not there or cannot be read"
said disk warning ""
mv "$TMP/elsewhere" "$TMP/.local"

op --lang es doctor
grep -q "El reloj del servidor" "$OUT" && ok "in Spanish" ||
    no "in Spanish" "$(cat "$OUT")"
exit $status
