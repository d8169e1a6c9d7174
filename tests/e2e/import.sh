#!/bin/bash
# Tickets, contacts and employees of other systems: real files, with headings
# in both languages, in other encodings, damaged, hostile, twice, half, killed
# in the middle; and what is said of them.
#
# Turned red by: a batch that is committed row by row without its marks, a
# report that does not pass the gate, an exit status of 0 with refused rows.
. tests/e2e/lib.bash
make_desk
data=tests/data/import
who=(--operator marta)

figures() { # of the last import, as "made updated unchanged kept refused"
	echo "$(member made) $(member updated) $(member unchanged)" \
	    "$(member kept_here) $(member refused)"
}

# Import with --json: its status and figures.
imported() { # name, status, figures, words...
	local name=$1 status=$2 want=$3 got
	shift 3
	op "${who[@]}" --json import "$@"
	got=$(figures)
	[ $RC = "$status" ] && [ "$got" = "$want" ] && ok "import: $name" ||
		no "import: $name" "status $RC, $got" "$(cat "$ERR")" \
		    "$(head -c 600 "$OUT")"
}

refused() { # name, status, word of its sentence, words...
	local name=$1 status=$2 word=$3
	shift 3
	op "${who[@]}" import "$@"
	[ $RC = "$status" ] && grep -qF -- "$word" "$ERR" &&
		[ "$(wc -l <"$ERR")" = 1 ] && ok "import: $name" ||
		no "import: $name" "$RC" "$(cat "$OUT" "$ERR")"
}

op --operator irene --json outbox list
cp "$OUT" "$TMP/outbox"

# ---- the people first ----
imported "employees" 7 "2 0 0 0 1" employees --from $data/empleados.csv
imported "employees again" 7 "0 0 2 0 1" employees --from $data/empleados.csv
imported "contacts" 7 "3 0 1 0 1" contacts --from $data/contacts-en.csv

# ---- what is not UTF-8 says what it is ----
refused "Latin-1 is recognised" 7 "--encoding windows-1252" \
    tickets --from $data/tickets-latin1.csv
refused "UTF-16 is recognised" 7 "--encoding utf-16" \
    tickets --from $data/tickets-utf16.csv
refused "an encoding that is none" 2 "ebcdic" \
    tickets --from $data/tickets-es.csv --encoding ebcdic

refused "a category that is none" 7 "rows were refused" \
    tickets --from $data/tickets-es.csv --dry-run
grep -q -- '--word "category:red=' "$OUT" &&
	ok "import: it says what to do about a category" ||
	no "import: it says what to do about a category" "$(cat "$OUT")"
op --operator irene --yes category new impresoras
op --operator irene --yes category new red

# ---- a look, then the thing, by other encodings the same ----
imported "a look" 7 "4 0 0 0 4" tickets --from $data/tickets-es.csv --dry-run
op "${who[@]}" ticket show 1001
[ $RC = 3 ] && ok "import: a look changes nothing" ||
	no "import: a look changes nothing" "$(cat "$OUT")"
imported "Latin-1" 7 "4 0 0 0 4" tickets --from $data/tickets-latin1.csv \
    --encoding latin-1 --source antes
imported "the same as UTF-16" 7 "0 0 4 0 4" tickets \
    --from $data/tickets-utf16.csv --encoding utf-16 --source antes
imported "the same as UTF-8, under another name" 7 "0 0 4 0 4" tickets \
    --from $data/tickets-es.csv
op "${who[@]}" --json ticket show 1001
[ "$(member ticket subject)" = "No imprime" ] &&
	[ "$(member ticket state)" = open ] && [ "$(member ticket priority)" = 4 ] &&
	[ "$(member ticket contact_name)" = "Ana Ejemplo" ] &&
	[ "$(member ticket created_at)" = 2024-03-31T07:15:00Z ] &&
	grep -q "Se cambió el tóner" "$OUT" && ok "import: a ticket as it was" ||
	no "import: a ticket as it was" "$(cat "$OUT")"

# ---- nothing of a file reaches a terminal as it is ----
op "${who[@]}" ticket show 1007
! grep -q $'\e' "$OUT" && grep -q rojo "$OUT" &&
	ok "import: what is hostile is shown as text" ||
	no "import: what is hostile is shown as text" "$(cat -v "$OUT")"
printf 'id,subject,status,\e[31mx\n1,y,\e]0;z\a,q\n' >"$TMP/hostile.csv"
op "${who[@]}" import tickets --from "$TMP/hostile.csv" \
    --report "$TMP/hostile.report"
! cat "$OUT" "$ERR" "$TMP/hostile.report" | grep -q $'[\e\a]' && [ $RC = 7 ] &&
	ok "import: what is hostile is told as text" ||
	no "import: what is hostile is told as text" "$RC" "$(cat -v "$OUT" "$ERR")"

# ---- the report: each bad line, its field, why ----
op "${who[@]}" import tickets --from $data/tickets-es.csv \
    --report "$TMP/report.csv"
cut -d, -f1-3 "$TMP/report.csv" >"$TMP/report"
cat >"$TMP/want" <<-'END'
	line,field,outcome
	6,"subject","refused"
	7,"estado","refused"
	8,"fecha_creacion","refused"
	9,"","refused"
END
cmp -s "$TMP/want" "$TMP/report" && grep -q "abierta del todo" "$OUT" &&
	ok "import: a report names each bad line" ||
	no "import: a report names each bad line" "$(cat "$TMP/report.csv" "$OUT")"
refused "a report is not written over" 5 "already" tickets \
    --from $data/tickets-es.csv --report "$TMP/report.csv"
imported "words and a mended file" 7 "1 0 4 0 3" tickets --source antes \
    --from $data/tickets-es.csv --word "state:abierta del todo=open"

# ---- JSON: a list, one a line, damaged, cut off ----
imported "JSON" 0 "2 0 0 0 0" tickets --from $data/tickets-en.json
imported "JSON again" 0 "0 0 2 0 0" tickets --from $data/tickets-en.json
imported "one a line" 7 "2 0 0 0 1" tickets --from $data/tickets-lines.json
head -c 700 $data/tickets-en.json >"$TMP/cut.json"
imported "a list that is cut off" 7 "0 0 1 0 1" tickets --from "$TMP/cut.json"
op "${who[@]}" --json ticket list --view all
cp "$OUT" "$TMP/own.json"
op "${who[@]}" --json import tickets --from "$TMP/own.json" --dry-run
# Two of them have a reference, which is a ticket's here already.
[ "$(member refused)" = 2 ] && [ "$(member made)" -gt 15 ] &&
	ok "import: reads what the desk itself prints" ||
	no "import: reads what the desk itself prints" "$RC" \
	    "$(head -c 1000 "$OUT")"

# ---- 4 MB in one field ----
{
	printf 'id,subject,description\n4000,before,x\n4001,much,'
	head -c 4000000 /dev/zero | tr '\0' x
	printf '\n4002,after,x\n'
} >"$TMP/much.csv"
imported "a field of 4 MB is refused alone" 7 "2 0 0 0 1" \
    tickets --from "$TMP/much.csv"

# ---- a file far larger than the memory that is allowed: it is streamed ----
# By night 1 GB.  What grows with it are 8 bytes for each row's mark.  Turned
# red by: rows that are kept until the end.
mb=24
[ -z "${NIGHT:-}" ] || mb=1000
pad=$(head -c 8000 /dev/zero | tr '\0' x)
awk -v pad="$pad" -v rows=$((mb * 125)) 'BEGIN {
	print "id,subject,description"
	for (i = 1; i <= rows; i++)
		print 500000 + i ",Large " i "," pad
}' >"$TMP/large.csv"
(
	# Of everything that it may write to, its stacks too.
	ulimit -d 20480
	"$OPDESK" --config "$conf" "${who[@]}" --json import tickets \
	    --from "$TMP/large.csv" >"$TMP/large.out" 2>"$TMP/large.err"
)
rc=$?
[ $rc = 0 ] && grep -q "\"made\":$((mb * 125))" "$TMP/large.out" &&
	ok "import: $mb MB within 20 MiB" ||
	no "import: $mb MB within 20 MiB" "$rc" \
	    "$(cat "$TMP/large.out" "$TMP/large.err")"
rm -f "$TMP/large.csv"

# ---- changed there, changed here ----
printf 'id,asunto\n5000,Uno\n5001,Dos\n' >"$TMP/cambia.csv"
imported "two" 0 "2 0 0 0 0" tickets --from "$TMP/cambia.csv"
op "${who[@]}" ticket edit 5001 --subject "Lo nuestro"
printf 'id,asunto\n5000,Uno más\n5001,Dos más\n' >"$TMP/cambia.csv"
imported "one was changed here" 0 "0 1 0 1 0" tickets --from "$TMP/cambia.csv"
op "${who[@]}" --json ticket show 5001
[ "$(member ticket subject)" = "Lo nuestro" ] && ok "import: ours stays" ||
	no "import: ours stays" "$(cat "$OUT")"

# ---- taken back ----
op "${who[@]}" --json import undo cambia
[ $RC = 0 ] && [ "$(member trashed) $(member kept_here)" = "1 1" ] &&
	ok "import undo: but for what was changed here" ||
	no "import undo: but for what was changed here" "$(cat "$OUT" "$ERR")"
imported "theirs wins when it is said" 0 "0 2 0 0 0" tickets --overwrite \
    --from "$TMP/cambia.csv"
refused "undo: nothing of that name" 3 "import list" undo nada

# ---- killed in the middle, and again ----
rows=3000
# A server takes them more slowly: fewer are as long in the middle.
[ "${OPDESK_TEST_ENGINE-}" != postgres ] || rows=1000
{
	echo id,subject,name,email,comment
	for ((i = 10001; i <= 10000 + rows; i++)); do
		echo "$i,Ticket $i,Persona $((i % 50)),p$((i % 50))@c.example,x"
	done
} >"$TMP/many.csv"
some_are_there() {
	op "${who[@]}" --json ticket show 10001 && [ $RC = 0 ]
}
killed=0
for round in 1 2 3; do
	"$OPDESK" --config "$conf" "${who[@]}" import tickets \
	    --from "$TMP/many.csv" >"$TMP/killed.out" 2>&1 &
	pid=$!
	wait_for some_are_there
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ $? = 137 ] && killed=$((killed + 1))
done
op "${who[@]}" --json import tickets --from "$TMP/many.csv"
made=$(member made) there=$(member unchanged)
[ $RC = 0 ] && [ $((made + there)) = $rows ] && [ "$there" -gt 0 ] &&
	ok "import: killed, it is completed" ||
	no "import: killed, it is completed" "$RC $made $there" "$(cat "$ERR")"
[ $killed -gt 0 ] && ok "import: it was killed in the middle" ||
	echo "skipped: import: it was killed in the middle: it was done before"
imported "then all is there, once" 0 "0 0 $rows 0 0" \
    tickets --from "$TMP/many.csv"
op "${who[@]}" --json contact list --match "Persona 7" --limit 100
[ "$(grep -o '"full_name":"Persona 7"' "$OUT" | wc -l)" = 1 ] &&
	ok "import: its people are there once" ||
	no "import: its people are there once" "$(cat "$OUT")"
op --operator irene --yes --json audit verify
[ $RC = 0 ] && ok "import: the audit trail is whole" ||
	no "import: the audit trail is whole" "$(cat "$OUT" "$ERR")"

# ---- Ctrl-C ends between two rows, and says how to go on ----
sed 's/^1/2/' "$TMP/many.csv" >"$TMP/stop.csv"
(
	trap - INT
	exec "$OPDESK" --config "$conf" "${who[@]}" --json import tickets \
	    --from "$TMP/stop.csv"
) >"$TMP/stopped.out" 2>"$TMP/stopped.err" &
pid=$!
first_is_there() {
	op "${who[@]}" --json ticket show 20001 && [ $RC = 0 ]
}
wait_for first_is_there
kill -INT $pid
wait $pid
rc=$?
if [ $rc = 0 ]; then
	echo "skipped: import: stopped: it was done before"
else
	grep -q '"stopped":true' "$TMP/stopped.out" &&
		grep -q "goes on where it was" "$TMP/stopped.err" &&
		ok "import: stopped, it says so" ||
		no "import: stopped, it says so" "$rc" \
		    "$(cat "$TMP/stopped.out" "$TMP/stopped.err")"
fi
op "${who[@]}" --json import tickets --from "$TMP/stop.csv"
[ $RC = 0 ] && [ $(($(member made) + $(member unchanged))) = $rows ] &&
	ok "import: stopped, it is completed" ||
	no "import: stopped, it is completed" "$(cat "$OUT" "$ERR")"

# ---- who may, and that nobody is told ----
who=(--operator ana)
refused "an operator may not" 4 "may not" tickets --from $data/tickets-en.json
op --operator irene --json outbox list
cmp -s "$OUT" "$TMP/outbox" && ok "import: nothing is sent" ||
	no "import: nothing is sent" "$(cat "$OUT")"
exit $status
