#!/bin/bash
# The files of a desk on a server are mounted, or nothing works: the command
# line, the console and the daemon say what is wrong and make no directory, and
# with the right place all of them go on.
#
# Turned red by: a program that does not look; one that makes what is missing;
# a copy or a restore that takes the place of the configuration for any desk.
# PostgreSQL only: beside a desk in a file the files are where it is.
set -u
. tests/e2e/lib.bash
make_desk
files=$TMP/mount/files
sed -i "s|^\[daemon\]|files = $files\n&|" "$conf"
began=$TMP/.local/share/opdesk

refused() { # name, word of the sentence, command...
	local name=$1 word=$2
	shift 2
	run timeout 120 "$@" </dev/null
	if [ $RC != 0 ] && grep -q -e "$word" "$ERR"; then
		ok "$name"
	else
		no "$name" "exit $RC" "$(cat "$ERR")"
	fi
}

fine() { # name, command...
	local name=$1
	shift
	run "$@"
	[ $RC = 0 ] && ok "$name" || no "$name" "exit $RC" "$(cat "$ERR")"
}

everybody() { # what is wrong, word
	refused "$1: command line" "$2" "$OPDESK" --config "$conf" ticket list
	refused "$1: console" "$2" script -qec \
	    "'$OPDESK' --config '$conf' 2>'$ERR'" /dev/null
	refused "$1: daemon" "$2" "$SYNCD" --config "$conf"
}

run find "$began" -name .opdesk-desk
[ "$(wc -l <"$OUT")" = 1 ] && ok "the demo marks the place" ||
    no "the demo marks the place" "$(cat "$OUT")"
place=$(dirname "$(cat "$OUT")")

everybody "nothing mounted" "not there\|no está"
[ ! -e "$TMP/mount" ] && ok "nothing is made" || no "nothing is made"

mkdir -p -m 700 "$files"
everybody "an empty mount point" "desk files --adopt"
[ -z "$(ls -A "$files")" ] && ok "nothing is written" || no "nothing is written"
op --json desk files
[ "$(member state)" = unmarked ] && ok "desk files says so" ||
    no "desk files says so" "$(cat "$OUT" "$ERR")"

echo 0123456789abcdef0123456789abcdef >"$files/.opdesk-desk"
everybody "another desk's files" "another desk\|otra mesa"
refused "another desk's files: adopt" "another desk" "$OPDESK" \
    --config "$conf" desk files --adopt

rm -rf "$files"
mv "$place" "$files"
fine "mounted: command line" "$OPDESK" --config "$conf" ticket list
start_both
fine "mounted: daemon" "$OPDESK" --config "$conf" --json desk show
[ "$(member files)" = "$files" ] && ok "mounted: where" || no "mounted: where"
stop_all

rm "$files/.opdesk-desk"
fine "adopted" "$OPDESK" --config "$conf" desk files --adopt
fine "adopted: command line" "$OPDESK" --config "$conf" ticket list

# A desk that moves in has its files where its configuration says; another one,
# be it a restore to look at, does not get them among these.
second=$(desk_uri second) third=$(desk_uri third)
sed "s|^database = .*|database = ${second//&/\\&}|
	s|^files = .*|files = $TMP/mount/second|" "$conf" >"$TMP/second.conf"
fine "copied away" "$OPDESK" --config "$conf" desk copy --keep-source \
    --to "$TMP/away/desk.db"
fine "copied in" "$OPDESK" --config "$TMP/second.conf" --json desk copy \
    --keep-source --from "$TMP/away/desk.db" --to "$second"
[ "$(member files_place)" = "$TMP/mount/second" ] &&
    ok "copied in: it says where the files are" ||
    no "copied in: it says where the files are" "$(member files_place)"
fine "copied in: the desk is open" "$OPDESK" --config "$TMP/second.conf" \
    ticket list
fine "a backup" "$OPDESK" --db "$TMP/away/desk.db" --json backup new \
    --to "$TMP/backups"
fine "restored elsewhere" "$OPDESK" --config "$TMP/second.conf" restore \
    --from "$(member file)" --to "$third"
run find "$TMP/.local" -path "*third*" -name .opdesk-desk
[ "$(wc -l <"$OUT")" = 1 ] && ok "restored elsewhere: its own files" ||
    no "restored elsewhere: its own files" "$(cat "$OUT")"
exit $status
