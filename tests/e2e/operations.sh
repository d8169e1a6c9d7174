#!/bin/bash
# The procedures of opdesk-operations(7), in both languages, as they are
# written: the commands are read from the page and run one by one.  Only the
# directory, the backup's name and the way a daemon is stopped and started
# are the test's own.
#
# Turned red by: a restore that leaves the keys with the old desk.
# SQLite only: the procedures are for a desk in a file.
set -u
. tests/e2e/lib.bash
. tests/e2e/follow.bash

rewrite() {
	local line=$1 newest
	newest=$(ls -t "$TMP"/backups/*.backup "$TMP"/mnt/*.backup 2>/dev/null |
	    head -n 1)
	newest=${newest##*/}
	line=${line//\/var\/lib\/opdesk/$TMP}
	line=${line//\/mnt\/backups/$TMP/mnt}
	line=${line//\/FILE/\/$newest}
	line=${line//\/ARCHIVO/\/$newest}
	case $line in "15 3 "*) line=${line#15 3 \* \* \* } ;; esac
	printf '%s\n' "$line"
}

make_desk
cd "$TMP" || exit 1
page=$OLDPWD/man
# A secret that is sealed, and an audit trail that was cut: their keys are in
# no backup.
(umask 077; echo "http://$listen/x" >url)
opdesk --operator irene --yes webhook new crm --private --url-file url \
    --events company.created >"$OUT" || exit 1
OPDESK_FAKE_CLOCK=2029-01-01T00:00:00Z opdesk --operator irene --yes \
    retention run >"$OUT" || exit 1
cp desk.db.seal seal.before
before=$(tickets)

procedures() { # page, titles of the sections
	start_both
	follow "$1" "$2"
	opdesk backup new >"$OUT" 2>"$ERR" || no "backup" "$(cat "$ERR")"
	rm -rf "$TMP/mnt" "$TMP/backup.key"
	follow "$1" "$3"
	[ "$(tickets)" = "$before" ] && ok "$3: every ticket is back" ||
	    no "$3: tickets" "$(tickets), not $before"
	cmp -s desk.db.seal seal.before && ok "$3: what is sealed opens" ||
	    no "$3: what is sealed opens"
	run opdesk --operator irene audit verify
	[ $RC = 0 ] && ok "$3: the audit trail is whole" ||
	    no "$3: the audit trail is whole" "$(cat "$ERR")"
	rm -rf "$TMP/old"
	stop_all
	# The first bytes of the desk are not what they were.
	dd if=/dev/zero of="$TMP/desk.db" bs=100 count=1 conv=notrunc 2>"$ERR"
	follow "$1" "$4" "7:opdesk doctor"
	[ "$(tickets)" = "$before" ] && ok "$4: every ticket is back" ||
	    no "$4: tickets" "$(tickets), not $before"
	follow "$1" "$5" "" 1
	stop_all
	rm -rf "$TMP/old"
}

procedures "$page/opdesk-operations.7" BACKUP RESTORE "A DAMAGED DESK" \
    "AUDIT TRAIL"
procedures "$page/es/opdesk-operations.7" "COPIAS DE SEGURIDAD" RESTAURAR \
    "UNA MESA DAÑADA" "REGISTRO DE AUDITORÍA"
exit $status
