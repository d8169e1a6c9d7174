#!/bin/bash
# The command line: every verb with --json, exit statuses, hostile text.
. tests/e2e/lib.bash
make_desk
start_both --delay-ms 60000 # no status settles what is to be settled here
: >"$TMP/seen"
own=$conf
sed '/^\[channel/,$ { /^tenant/d }' "$conf" >"$TMP/usual.conf"
sed '/^tenant/d' "$conf" >"$TMP/nobodys.conf"
chmod 600 "$TMP"/*.conf

# The list or what is said of it has these words.
shows() { # words, noun, verb, words...
	local words=$1
	shift
	op --json "$@"
	if grep -qF "$words" "$OUT"; then
		ok "cli $*: $words"
	else
		no "cli $*: $words" "$(cat "$OUT" "$ERR")"
	fi
}

# Ends with a status, says one line about it and prints nothing else.
is() { # status, words...
	local want=$1
	shift
	op "$@"
	if [ $RC = "$want" ] && [ "$(wc -l <"$ERR")" = 1 ] && ! [ -s "$OUT" ]; then
		ok "cli exit $want: $*"
	else
		no "cli exit $want: $*" "exit $RC" "$(cat "$OUT" "$ERR")"
	fi
}

# ---- of a desk with one tenant nobody need say which ----
conf=$TMP/nobodys.conf
shows '"tenant":"demo"' channel list
conf=$own

# Run a verb with --json as somebody; it must print one strict value.
verb() { # login or -, array|object, noun, verb, words...
	local who=() kind=$2 name="$3 ${4-}"
	[ "$1" = - ] || who=(--operator "$1" --yes)
	shift 2
	case ${2-} in -* | "") name=$1 ;; esac
	op "${who[@]}" --json "$@"
	echo "${name% }" >>"$TMP/seen"
	if [ $RC = 0 ] && "$JSONCHECK" "$kind" <"$OUT" 2>"$TMP/why"; then
		ok "cli $* --json"
	else
		no "cli $* --json" "exit $RC" "$(head -c 300 "$OUT")" \
		    "$(cat "$ERR" "$TMP/why")"
	fi
}

# ---- what people read before a value is in their language ----
op --lang es --operator irene contact show 1
grep -q '^  Nombre completo: ' "$OUT" && ! grep -q '^ *[a-z_]*: ' "$OUT" &&
    ok "cli contact show: words in Spanish" ||
    no "cli contact show: words in Spanish" "$(cat "$OUT" "$ERR")"
# So are states, and what stands below a heading begins below it.
op --lang es --operator irene ticket list --view all
head=$(head -n 1 "$OUT")
before=${head%%Asunto*} told=
while IFS= read -r line; do
	subject=${line:${#before}}
	[ "${line:$((${#before} - 2)):2}" = "  " ] && [ "${subject# }" = "$subject" ] ||
	    told="$told$line
"
done < <(tail -n +2 "$OUT")
[ -n "$before" ] && [ -z "$told" ] && ok "cli ticket list: columns in Spanish" ||
    no "cli ticket list: columns in Spanish" "$head" "$told"
grep -q " en espera " "$OUT" && grep -q " abierto " "$OUT" &&
    ! grep -qE "^[0-9]+ +(open|waiting|new) " "$OUT" &&
    ok "cli ticket list: states in Spanish" ||
    no "cli ticket list: states in Spanish" "$(cat "$OUT")"
op --lang es --operator irene --json ticket list --filter 'estado:abierto -zzz' --sort -priority
[ "$(member 0 state)" = open ] && ok "cli ticket list: a filter in Spanish" ||
    no "cli ticket list: a filter in Spanish" "$(cat "$OUT" "$ERR")"
op --lang es --operator irene --json ticket list --view all --state open
[ "$(member 0 state)" = open ] && ok "cli ticket list: its JSON is not" ||
    no "cli ticket list: its JSON is not" "$(cat "$OUT" "$ERR")"
if [ "${OPDESK_TEST_ENGINE-}" != postgres ]; then
	op --json backup new --to "$TMP/first"
	[ "$(member encrypted)" = false ] && ok "cli backup new: encrypted" ||
	    no "cli backup new: encrypted" "$(cat "$OUT" "$ERR")"
fi

# ---- every verb ----
verb - object desk show
verb - array desk health
for check in space log; do
	grep -q "\"check\":\"$check\",\"state\":\"ok\"" "$OUT" ||
	    [ "${OPDESK_TEST_ENGINE:-sqlite}" != sqlite ] ||
	    no "cli desk health: $check" "$(cat "$OUT")"
done
verb - object desk maintain
[ "$(member stale_tables)" = 0 ] && ok "cli desk maintain: measured" ||
    no "cli desk maintain: measured" "$(cat "$OUT" "$ERR")"
verb - object desk files
verb - array tenant list
verb - object tenant show demo
verb - object tenant new second --name Second --rehearsal --language en
verb irene object tenant edit --name "Demostración"
verb ana array tenant settings
verb irene object tenant set guide.threshold 0.6
[ "$(member value)" = 0.6 ] && ok "cli tenant set: its value" ||
    no "cli tenant set: its value" "$(cat "$OUT")"
is 4 --operator ana tenant set guide.threshold 0.7
is 5 --operator irene --yes tenant set guide.threshold 0.60
is 7 --operator irene --yes tenant set guide.threshold 2
is 7 --operator irene --yes tenant set guide.idle_days 0
is 7 --operator irene --yes tenant set guide.on_ticket maybe
is 3 --operator irene --yes tenant set guide.none 1
op --operator irene --yes undo
shows '"setting":"guide.threshold"' --operator ana tenant settings
grep -q '"setting":"guide.threshold"[^}]*"value":"0.5"[^}]*"is_set":false' "$OUT" &&
    ok "cli tenant set, undone: the usual value" ||
    no "cli tenant set, undone: the usual value" "$(cat "$OUT")"
verb - array team list
verb - object team show Soporte
verb irene object team new Noche
verb irene object team edit Noche Guardia
verb - array operator list
verb - object operator show ana
verb irene object operator new luz --name "Luz Vera" --team Guardia
verb irene object operator edit luz --role supervisor --team ""
verb irene object operator edit luz --extension 201
[ "$(member extension)" = 201 ] && ok "cli operator edit: extension" ||
    no "cli operator edit: extension" "$(cat "$OUT" "$ERR")"
is 5 --operator irene --yes operator edit ana --extension 201
is 7 --operator irene --yes operator edit ana --extension 201020102010201020102010201020102
verb irene object operator disable luz
verb irene object operator enable luz
echo "casi tres gatos en la luna" >"$TMP/luz.secret"
chmod 600 "$TMP/luz.secret"
verb irene object operator password luz --new-password-file "$TMP/luz.secret"
verb irene object operator totp luz --new
verb irene object operator totp luz --clear
verb irene object team delete Guardia

# What a second person approves: proposed by one, done by the other.
waits() { # noun, verb, words...
	op --operator irene --yes --json "$@"
	echo "$1 $2" >>"$TMP/seen"
	proposal=$(member id)
	[ $RC = 8 ] && [ -n "$proposal" ] && ok "cli $* waits" ||
	    no "cli $* waits" "exit $RC" "$(cat "$OUT" "$ERR")"
}
verb irene object operator new ramiro --name "Ramiro Vidal" --role admin
waits retention set drafts 45
verb ramiro array approval list
verb ramiro object approval show "$proposal"
verb ramiro object approval approve "$proposal"
waits retention set drafts 60
verb ramiro object approval refuse "$proposal" --reason "Bastan 45"
waits retention hold contact 1 --reason "Un pleito"
verb ramiro object approval approve "$proposal"
verb irene array retention holds
waits retention release "$(member 0 id)" --reason "Acabado"
verb irene array retention list
verb irene object retention show drafts
verb irene array retention run --dry-run

verb ana array ticket list --view all --state open --limit 5
verb marta object ticket new --subject "Sin red" --contact Emily \
    --urgency 4 --impact 2 --description "Desde hoy"
number=$(member number)
verb marta object ticket show "$number"
verb marta object ticket edit "$number" --subject "Sin red en la sala" --tags red
verb marta object ticket comment "$number" --text "Mirado" --reply
verb marta object ticket state "$number" waiting --reason "pieza" --until 2031-01-02
verb diego object ticket assign 7 --operator diego --team Soporte --note "mía"
verb marta object ticket delete "$number"
verb marta object ticket restore "$number"
verb marta object ticket new --subject "Otra vez sin red" --tags sala
other=$(member number)
verb marta object ticket comment "$other" --text "Desde ayer"
comment=$(member id)
verb marta object ticket merge "$other" "$number" --dry-run
verb marta object ticket merge "$other" "$number"
verb marta object ticket comment "$other" --text "Sigue igual"
verb marta object ticket unmerge "$other"
verb marta object ticket split "$other" --comment "$comment"
split=$(member number)
verb marta array ticket link "$number" --ticket "$split" --relation follow_up
verb marta array ticket links "$split"
verb marta array ticket unlink "$split" "$(member 0 id)"
verb marta array ticket timeline "$other" --limit 3
printf 'Querida Ana\n' >"$TMP/carta.txt"
verb marta array ticket attach "$number" "$TMP/carta.txt" tests/data/mail/04-attachments.eml
[ "$(member 0 title) $(member 0 mime)" = "carta.txt text/plain" ] &&
    ok "cli ticket attach: type by content" ||
    no "cli ticket attach: type by content" "$(cat "$OUT" "$ERR")"
verb marta object ticket file "$number" "$(member 0 id)" --to "$TMP/vuelta.txt"
cmp -s "$TMP/carta.txt" "$TMP/vuelta.txt" && ok "cli ticket file: the same bytes" ||
    no "cli ticket file: the same bytes"
is 3 --operator marta ticket attach "$number" "$TMP/no hay.txt"
is 7 --operator marta ticket attach "$number" "$TMP"
is 4 --operator ruth ticket attach "$number" "$TMP/carta.txt"
verb - object message receive --mail <tests/data/mail/04-attachments.eml
mailed=$(member ticket)
verb marta array ticket files "$mailed"
verb marta object ticket file "$mailed" "$(member 0 id)" --to "$TMP/mail.eml"

# ---- clocks: hours, promises, sleep ----
verb ana object ticket explain "$number"
verb ana object calendar show
calendar=$(member calendar name)
verb ana array calendar list
verb irene object calendar date "$calendar" 12-25 --name Navidad
verb irene object calendar new Noche --week "lun-vie 22-24; sab 0-6"
verb irene object calendar edit Noche --week "lun-dom 22-24" --name Noches
verb irene object calendar promise --name Oro --priority 5 --first 10m \
    --calendar Noches
verb ana array calendar promises
promise=$(member 0 id)
is 5 --operator irene calendar delete Noches
verb irene object calendar unpromise "$promise"
verb irene object calendar new Vacío
verb irene object calendar delete Vacío
is 5 --operator irene calendar delete "$calendar"
is 7 --operator irene calendar new Mal --week "lun 25-26"
is 7 --operator irene calendar date "$calendar" 02-30
is 4 --operator ana calendar new Mío
verb irene array ticket promises
verb irene array ticket promises --rows resolution
verb marta object ticket snooze "$number" --until "mañana 9" --until-reply
is 7 --operator marta ticket snooze "$number" --until ayer
verb marta object ticket wake "$number"
is 5 --operator marta ticket wake "$number"

# ---- the tenant's own labels, categories and fields ----
. tests/e2e/cli_meant.bash
. tests/e2e/cli_declared.bash

printf 'legajo,nombre\n7,Eva Prueba\n' >"$TMP/personal.csv"
printf 'nombre,correo\nEva Prueba,eva@cliente.example\n' >"$TMP/gente.csv"
printf '{"id":90001,"asunto":"De antes","empleado":"7"}\n' >"$TMP/viejos.json"
verb irene object import employees --from "$TMP/personal.csv"
verb irene array employee list --match eva
verb irene object employee show 7
verb marta object import contacts --from "$TMP/gente.csv"
verb marta object import tickets --from "$TMP/viejos.json"
verb irene array import list
verb irene object import undo viejos
is 4 --operator ana import tickets --from "$TMP/viejos.json"

verb - array keys
. tests/e2e/cli_guide.bash
. tests/e2e/cli_hint.bash
. tests/e2e/cli_recording.bash
. tests/e2e/cli_session.bash
. tests/e2e/cli_call.bash
. tests/e2e/cli_lead.bash
. tests/e2e/cli_agent.bash

verb ana object time start "$number"
is 5 --operator ana time start "$number"
verb ana array time status
[ "$(member 0 running)" = true ] && ok "cli time status: runs" ||
    no "cli time status: runs" "$(cat "$OUT" "$ERR")"
verb ana object time stop
is 5 --operator ana time stop
verb ana object ticket time "$number" --add "1h 20m" --note Taller
verb ana object time list "$number"
[ "$(member times 0 worked_s)" = 4800 ] && ok "cli ticket time: 1h 20m" ||
    no "cli ticket time: 1h 20m" "$(cat "$OUT" "$ERR")"
verb ana object time edit "$(member times 0 id)" --worked 90m
is 7 --operator ana ticket time "$number" --add soon
is 2 --operator ana ticket time "$number" --note x
verb marta array time figures
verb marta array time figures --rows ana
[ "$(member 0 worked_s)" = 5400 ] && ok "cli time figures: corrected" ||
    no "cli time figures: corrected" "$(cat "$OUT" "$ERR")"
verb ana object time delete "$(member 0 id)"

verb irene object checklist new Baja --items "- [ ] ! Portátil
- [ ] Tarjeta"
list=$(member id)
verb ana array checklist list
verb ana object checklist show BAJA
verb irene object checklist edit Baja --position 2
verb ana array checklist put "$number" baja
portatil=$(member 0 id)
verb ana array checklist add "$number" "Llamar"
second=$(member 1 id)
is 7 --operator ana checklist add "$number" " "
verb ana array checklist tick "$number" "$portatil" "$second"
[ "$(member 0 done)" = true ] && ok "cli checklist tick: is done" ||
    no "cli checklist tick: is done" "$(cat "$OUT" "$ERR")"
verb ana array checklist untick "$number" "$portatil"
verb ana array checklist of "$number"
is 3 --operator ana checklist tick "$number" 99999
verb ana array checklist remove "$number" "$portatil"
verb irene object checklist delete Baja
verb irene object checklist restore "$list"

verb irene object reply new Reinicio --text "Apague la conexión" --everybody
verb ana object reply new Saludo --text "Hola, {{contact.name}}" --shortcut ho
saludo=$(member id)
verb ana object reply edit "$saludo" --title "Saludo corto" --language es
verb ana object reply show "$saludo"
verb ana array reply list --match CONEXION --at-hand
[ "$(member 0 title)" = Reinicio ] && ok "cli reply list: finds in the text" ||
    no "cli reply list: finds in the text" "$(cat "$OUT" "$ERR")"
verb ana object reply delete "$saludo"

verb ana object macro new Cierre --reply "Hasta pronto, {{operator.name}}" \
    --note "Visto" --status waiting --reason "la pieza" --tag macro --key F8
verb ana object macro edit Cierre --tag otra --tag macro --note ""
verb ana object macro show Cierre
[ "$(member actions 1 status)" = waiting ] && [ "$(member key)" = F8 ] &&
    [ "$(member actions 3 tag)" = macro ] && ok "cli macro edit: its actions" ||
    no "cli macro edit: its actions" "$(cat "$OUT" "$ERR")"
verb ana array macro list --at-hand
is 5 --operator ana macro new Otra --tag x --key u
is 7 --operator ana macro new Otra --tag x --key nada
is 3 --operator ana macro new Otra --status nonsense
is 7 --operator ana macro new Otra
is 2 --operator ana macro new Otra --tag x --actions "[]"
op --operator ana --json ticket new --subject "Para la macro"
number=$(member number)
verb ana object macro run Cierre "$number" --dry-run
[ "$(member reply)" = "Hasta pronto, Ana Belmonte" ] &&
    [ "$(member changes 2 field)" = tags ] &&
    ok "cli macro run --dry-run: says what would change" ||
    no "cli macro run --dry-run: says what would change" "$(cat "$OUT" "$ERR")"
op --operator ana --json ticket show "$number"
[ "$(member ticket tags)" = "" ] && ok "cli macro run --dry-run: changes nothing" ||
    no "cli macro run --dry-run: changes nothing" "$(cat "$OUT" "$ERR")"
verb ana object macro run Cierre "$number"
op --operator ana --json ticket show "$number"
[ "$(member ticket tags)" = "otra, macro" ] && [ "$(member ticket state)" = waiting ] &&
    ok "cli macro run: does all of it" ||
    no "cli macro run: does all of it" "$(cat "$OUT" "$ERR")"
op --operator ana undo
op --operator ana --json ticket show "$number"
[ "$(member ticket tags)" = "" ] && [ "$(member ticket state)" = new ] &&
    ok "cli macro run: one undo takes it back" ||
    no "cli macro run: one undo takes it back" "$(cat "$OUT" "$ERR")"
echo "$number" | verb ana array macro run Cierre -
verb ana object macro delete Cierre

verb ana object view new Urgentes --filter "prioridad>=4 es:activo" \
    --sort created --columns number,subject,age --key 7
verb ana object view edit urgentes --sort -created
verb ana object view show URGENTES
verb ana array view list --at-hand
[ "$(member 0 ordering)" = -created ] && [ "$(member 0 number_key)" = 7 ] &&
    ok "cli view list: order and key" ||
    no "cli view list: order and key" "$(cat "$OUT" "$ERR")"
verb ana array ticket list --view urgentes --filter -zzzz
cp "$OUT" "$TMP/by-view"
op --operator ana --json ticket list --filter "prioridad>=4 es:activo" \
    --sort -created
[ -s "$OUT" ] && cmp -s "$OUT" "$TMP/by-view" &&
    ok "cli ticket list --view: filter and order of the view" ||
    no "cli ticket list --view: filter and order of the view" "$(cat "$OUT" "$ERR")"
is 3 --operator ana ticket list --view nothing
is 7 --operator ana --yes view new x --columns number,colour
verb ana object view delete Urgentes
verb marta array ticket bulk --filter etiqueta:sobra --state solved

verb marta object company new "Hotel Brisa" --fiscal-id B123 --notes "junto al mar"
verb marta object company edit "Hotel Brisa" --crm-id H1
verb marta object company show "Hotel Brisa"
verb marta array company list --match Hotel
verb marta object division new "Hotel Brisa" Cocina
verb marta object division edit "Hotel Brisa/Cocina" --name Sala
verb marta object division show "Hotel Brisa/Sala"
verb marta array division list --company "Hotel Brisa"
verb marta object contact new "Bruno Sala" --division "Hotel Brisa/Sala" \
    --phone +34600999111 --language es
contact=$(member id)
verb marta object contact edit "$contact" --email bruno@brisa.example
verb marta object contact show bruno@brisa.example
verb marta array contact list --match Bruno
verb marta object contact delete "$contact"
verb marta object division delete "Hotel Brisa/Sala"
verb marta object company delete "Hotel Brisa"

verb ana array conversation list --view unassigned
verb ana object conversation show 1
verb ana object conversation claim 4
verb ana object conversation note 4 --text "lo miro yo"
verb ana object conversation seen 4 --no-receipt
verb ana object conversation close 4
verb ana object conversation reopen 4
verb ana object conversation assign 4 --team Ventas --note "es de ventas"
verb marta object conversation open soporte Emily
verb ana array message list 1
verb ana object message show 1

# What the provider refuses is failed here and dead in the outbox.
verb marta object message send 1 --text "#now-131026"
message=$(member id)
failed() {
	op --json message show "$message" && [ "$(member state)" = failed ]
}
wait_for failed || no "cli: a refused message is failed" "$(cat "$OUT")"
verb marta array outbox list --state dead
dead=$(member 0 id)
verb marta object outbox show "$dead"
verb irene object outbox replay "$dead"
wait_for failed || no "cli: it is refused again" "$(cat "$OUT")"
verb marta object message retry "$message"
op --operator irene outbox replay "$dead"
[ $RC = 5 ] && ok "cli outbox replay: sent again already" ||
    no "cli outbox replay: sent again already" "exit $RC" "$(cat "$ERR")"
verb marta object message send 1 --text "#cut-after"
uncertain() {
	op --json outbox list --state uncertain && [ "$(<"$OUT")" != "[]" ]
}
wait_for uncertain || no "cli: a cut sending is uncertain" "$(cat "$OUT")"
verb marta object outbox resolve "$(member 0 id)" --sent
verb irene object outbox release

. tests/e2e/cli_webhook.bash
. tests/e2e/cli_export.bash
verb ana object operator phone

verb - array channel list
verb - object channel show soporte
verb irene object channel test soporte
verb irene object channel fetch soporte
approved() {
	op --json channel templates soporte && [ "$(<"$OUT")" != "[]" ]
}
wait_for approved || no "cli: templates are fetched" "$(cat "$OUT")"
verb irene array channel templates soporte --approved
verb irene object channel resume soporte

# A signed event that nothing can be made of.
body='["no event"]'
sum=$(printf '%s' "$body" | openssl dgst -sha256 -r \
    -hmac "$(cat "$TMP/app.secret")" | cut -d' ' -f1)
run curl -s -o /dev/null -w '%{http_code}' -d "$body" \
    -H 'Content-Type: application/json' \
    -H "X-Hub-Signature-256: sha256=$sum" "http://$listen/whatsapp/soporte"
unread() {
	op --json channel events && [ "$(<"$OUT")" != "[]" ]
}
wait_for unread || no "cli: an unreadable event is failed" "$(cat "$OUT")"
verb irene array channel events --state failed
event=$(member 0 id)
verb irene object channel event "$event"
verb irene object channel replay "$event"

verb irene object token new taller --scopes 'ticket.*,contact.read'
verb irene array token list
verb irene object token revoke "$(member 0 id)"
verb ruth array audit list --limit 3
verb ruth object audit verify
verb marta object undo
verb marta object redo
verb ana object draft new --ticket 7 --note --text "Le llamo ahora"
verb ana object draft show "$(member id)"
verb ana object draft delete "$(member id)"
verb ana object draft new --conversation "Beatriz" --text "Un momento"
draft=$(member id)
verb ana array draft list
verb - array doctor --quick
verb - object config check
verb - array config show
verb - object config example
verb - object config path
verb - object rehearse whatsapp --from 34600111222 --name "Lucía" --text "Hola"
verb irene object rehearse fill --tickets 20 --messages 20
verb - object desk upgrade

if [ "${OPDESK_TEST_ENGINE-}" = postgres ]; then # pg_dump does it
	printf '%s\n' "backup new" "backup list" "backup verify" \
	    "backup prune" restore >>"$TMP/seen"
else
	verb - object backup new --to "$TMP/backups"
	copy=$(member file)
	verb - array backup list --to "$TMP/backups"
	verb - object backup verify "$copy"
	verb - array backup prune --to "$TMP/backups" --dry-run
	verb - object restore --from "$copy" --verify
fi
op --jsonl ticket list --limit 3
if [ $RC = 0 ] && "$JSONCHECK" lines <"$OUT" && [ "$(wc -l <"$OUT")" = 3 ]; then
	ok "cli --jsonl: a value a line"
else
	no "cli --jsonl: a value a line" "$(cat "$OUT" "$ERR")"
fi

# ---- is every verb of the table here? ----
# Those below print no value, or are tried by another test.
cat >>"$TMP/seen" <<-END
	completion
	rehearse demo
	rehearse provider
	init
	desk copy
	desk reopen
END
sort -u "$TMP/seen" -o "$TMP/seen"
"$OPDESK" completion bash | sed -n 's/^\([a-z]*\)|\([a-z]*\)|.*/\1 \2/p' |
    sed 's/ $//' | sort -u >"$TMP/table"
left=$(comm -13 "$TMP/seen" "$TMP/table")
if [ -z "$left" ]; then
	ok "cli: every verb was tried"
else
	no "cli: every verb was tried" "not tried: $left"
fi

# ---- exit statuses ----
is 2 nonsense
is 2 ticket nonsense
is 2 ticket
is 2 ticket show
is 2 ticket show abc
is 2 ticket show 1 2
is 2 ticket list --nonsense
is 2 ticket list --limit
is 2 ticket list --limit 0
is 2 ticket list --limit 5 --limit 6
is 3 ticket list --view sideways
is 2 ticket list --sort sideways
is 7 ticket list --filter estado:sideways
is 2 ticket list --cursor never
is 2 --operator marta ticket edit 7
is 2 --operator marta ticket assign 7
is 2 --operator marta message send 1
is 2 --operator marta message send 1 --button x --text y
is 2 --operator marta message send 1 --image u --document u
is 2 --db postgresql://u:p@h/d ticket list
is 2 --operator irene token new x
is 3 ticket show 99999
is 3 contact show 99999
is 3 company show "No such company"
is 3 operator show nobody
is 3 message show 99999
is 3 conversation show 99999
is 3 channel show nowhere
is 3 --operator nobody ticket list
is 3 --tenant nowhere ticket list
is 3 --config "$TMP/none.conf" ticket list
is 3 --db "$TMP/none.db" ticket list
is 4 --operator ruth ticket delete 7
is 4 --operator ruth ticket new --subject x
is 4 --operator ana token list
is 4 --operator teo audit verify
is 4 --readonly --operator marta ticket delete 7
is 4 --operator irene --no-input token new x --scopes "ticket.*"
is 5 --operator marta ticket edit 7 --subject x --if-version 999
is 5 --operator ana conversation claim 1
is 5 --operator marta message retry 2
is 7 --operator marta message send 1 --template none --template-lang es
is 7 --operator irene token new x --scopes nothing.at.all
is 7 --operator marta ticket new --subject ""

# ---- numbers from standard input ----
printf '7\n2\n' >"$TMP/numbers"
run "$OPDESK" --config "$conf" --operator marta --json ticket state - open \
    <"$TMP/numbers"
if [ $RC = 0 ] && [ "$("$JSONCHECK" size <"$OUT")" = 2 ] &&
    [ "$(member 1 state)" = open ]; then
	ok "cli: numbers from standard input"
else
	no "cli: numbers from standard input" "$RC" "$(cat "$OUT" "$ERR")"
fi
printf '10\n99999\n2\n' >"$TMP/numbers"
run "$OPDESK" --config "$conf" --operator marta --json ticket state - solved \
    <"$TMP/numbers"
if [ $RC = 3 ] && [ "$("$JSONCHECK" size <"$OUT")" = 1 ]; then
	ok "cli: a wrong number ends it, what was done is printed"
else
	no "cli: a wrong number ends it, what was done is printed" \
	    "$RC" "$(cat "$OUT" "$ERR")"
fi

# ---- a reader that has had enough ----
"$OPDESK" --config "$conf" --json ticket list 2>"$ERR" | head -c 1 >"$OUT"
[ -s "$ERR" ] && no "cli: nothing is said when the reader goes" "$(cat "$ERR")" ||
    ok "cli: nothing is said when the reader goes"

# ---- a cell that does not fit ends in a mark ----
long=Largo$(printf '%095d' 0)
op --operator marta ticket new --subject "$long"
op ticket list
if grep -q "Largo0*…" "$OUT" && ! grep -q "$long" "$OUT"; then
	ok "cli: a cell that is cut says so"
else
	no "cli: a cell that is cut says so" "$(head -n 3 "$OUT")"
fi
op --json ticket list
grep -q "$long" "$OUT" && ok "cli: JSON is never cut" ||
    no "cli: JSON is never cut"

# ---- nobody can read what is printed ----
mute() { # name, status, words...
	local name=$1 want=$2
	shift 2
	(exec >&-; "$OPDESK" --config "$conf" "$@") 2>"$ERR"
	RC=$?
	if [ $RC = "$want" ] && grep -q "Standard output is closed" "$ERR"; then
		ok "cli: $name"
	else
		no "cli: $name" "exit $RC" "$(cat "$ERR")"
	fi
}
op --json ticket list --view all --limit 1
before=$(member 0 number)
mute "closed output, list" 1 ticket list
mute "closed output, console" 1
mute "closed output, version" 1 --version
mute "closed output, help" 1 --help
mute "closed output, nothing is done" 1 --operator marta ticket new --subject Mudo
op --json ticket list --view all --limit 1
[ "$(member 0 number)" = "$before" ] &&
    ok "cli: closed output does nothing" || no "cli: closed output does nothing"
for words in "ticket list" --version --help; do
	"$OPDESK" --config "$conf" $words >/dev/full 2>"$ERR"
	[ $? = 1 ] && grep -q "cannot be written" "$ERR" &&
	    ok "cli: full output, $words" ||
	    no "cli: full output, $words" "$(cat "$ERR")"
done

# ---- a ticket's beginning, in the reader's words ----
op --lang es ticket show 1
if grep -q "creó el ticket" "$OUT" &&
    ! grep -qE "ticket\.new|deleted_at" "$OUT"; then
	ok "cli: the history tells who made the ticket"
else
	no "cli: the history tells who made the ticket" "$(cat "$OUT")"
fi

# ---- a demo desk without a channel ----
printf '[desk]\ndatabase = %s\n' "$TMP/none.db" >"$TMP/none.conf"
run "$OPDESK" --config "$TMP/none.conf" rehearse demo
if [ $RC = 3 ] && grep -q "add a section \[channel" "$ERR" &&
    ! [ -e "$TMP/none.db" ]; then
	ok "cli: rehearse demo says what is needed"
else
	no "cli: rehearse demo says what is needed" "$RC" "$(cat "$ERR")"
fi

# ---- pages: two and two are the same as all ----
op --json ticket list --view all
all=$("$JSONCHECK" size <"$OUT")
paged=0 cursor=
while :; do
	op --json ticket list --view all --limit 2 ${cursor:+--cursor "$cursor"}
	n=$("$JSONCHECK" size <"$OUT")
	paged=$((paged + n))
	[ "$n" = 2 ] && [ $paged -lt 1000 ] || break
	cursor=$(member 1 updated_at)/$(member 1 number)
done
if [ "$paged" = "$all" ] && [ "$all" -gt 5 ]; then
	ok "cli: pages are the whole list"
else
	no "cli: pages are the whole list" "$paged of $all"
fi

. tests/e2e/cli_pages.bash

# ---- a rehearsal speaks to its own tenant's channels only ----
awk '/^\[channel/ { c = 1 } c && /^tenant/ { $0 = "tenant = second" } 1' \
    "$conf" >"$TMP/other.conf"
chmod 600 "$TMP/other.conf"
conf=$TMP/other.conf
is 3 rehearse whatsapp --from 34600111222 --text x
is 3 rehearse whatsapp --channel soporte --from 34600111222 --text x
conf=$own

# ---- a channel that names no tenant is that of [desk], or nobody's ----
conf=$TMP/usual.conf
shows demo channel list
shows "of the tenant demo" doctor --quick
conf=$TMP/nobodys.conf
shows "several tenants" --tenant demo channel list
shows "several tenants" doctor --quick
is 7 --tenant demo channel show soporte
is 2 channel list
conf=$own

# ---- nothing listens: unavailable; a broken file: bad data ----
stop_all
is 6 rehearse whatsapp --from 34600111222 --text x
is 6 --operator irene channel test soporte

# What is being written is nobody else's, and is not written over.
is 5 --operator ana draft new --conversation Beatriz --text "Otra cosa"
is 2 --operator ana draft new --text "A nadie"
is 3 --operator diego draft show "$draft"
op --operator ana draft delete "$draft"
is 3 --operator ana draft show "$draft"

# The audit trail names the first bad row.
tamper=
if [ "${OPDESK_TEST_ENGINE-}" = postgres ]; then
	bad=$(desk_uri bad)
	tamper="psql -q $bad"
	bad_of="SET opdesk.tenant = '*'; DROP TRIGGER audit_no_change ON audit;"
	psql -q -h "$OPDESK_TEST_PG" -U opdesk postgres \
	    -c "DROP DATABASE e2e_$$_bad" \
	    -c "CREATE DATABASE e2e_$$_bad TEMPLATE e2e_$$"
elif command -v sqlite3 >/dev/null; then
	bad=$TMP/bad.db
	cp "$TMP/desk.db" "$bad"
	tamper="sqlite3 $bad"
	bad_of="PRAGMA journal_mode=WAL; DROP TRIGGER IF EXISTS audit_no_update;"
fi
if [ -n "$tamper" ]; then
	$tamper >/dev/null 2>"$TMP/why" <<<"$bad_of
	    UPDATE audit SET reason = 'x' WHERE seq = 4;"
	chmod 600 "$TMP"/bad.db* 2>/dev/null
	beside=$TMP/.local/share/opdesk/on-server-e2e_$$
	mkdir -p "${beside}_bad"
	cp -r "$beside/files" "${beside}_bad/" 2>/dev/null
	op --db "$bad" desk files --adopt
	op --db "$bad" --operator ruth audit verify
	if [ $RC = 7 ] && grep -q 'row 4' "$ERR"; then
		ok "cli audit verify: names the bad row"
	else
		no "cli audit verify: names the bad row" "exit $RC" \
		    "$(cat "$OUT" "$ERR" "$TMP/why")"
	fi
fi
printf 'no database' >"$TMP/broken.db"
chmod 600 "$TMP/broken.db"
is 7 --db "$TMP/broken.db" ticket list
op --db "$TMP/broken.db" doctor
if [ $RC = 7 ] && grep -q fault "$OUT"; then
	ok "cli doctor: a broken file is a fault"
else
	no "cli doctor: a broken file is a fault" "$RC" "$(cat "$OUT" "$ERR")"
fi

"$OPDESK" --help >/dev/full
[ $? = 1 ] && ok "cli --help: a full disk is not a success" ||
	no "cli --help: a full disk is not a success"

# ---- init, and a desk of one's own ----
run "$OPDESK" --db "$TMP/own/desk.db" --json init --slug uno --login yo --lang es
if [ $RC = 0 ] && [ "$(member tenant)" = uno ]; then
	ok "cli init"
else
	no "cli init" "$RC" "$(cat "$OUT" "$ERR")"
fi
if command -v sqlite3 >/dev/null; then # the file of an older opdesk
	run "$OPDESK" --db "$TMP/own/desk.db" doctor --quick
	! grep -q 'never gets smaller' "$OUT" || no "cli doctor: it can shrink"
	sqlite3 "$TMP/own/desk.db" "PRAGMA journal_mode=DELETE;
	    PRAGMA auto_vacuum=NONE; VACUUM; PRAGMA journal_mode=WAL" \
	    >/dev/null
	run "$OPDESK" --db "$TMP/own/desk.db" doctor --quick
	grep -q 'never gets smaller' "$OUT" && ok "cli doctor: cannot shrink" ||
	    no "cli doctor: a file that cannot shrink" "$(cat "$OUT")"
fi
run "$OPDESK" --db "$TMP/own/desk.db" init
[ $RC = 5 ] && ok "cli init: never over another desk" ||
    no "cli init: never over another desk" "$RC" "$(cat "$OUT" "$ERR")"
# As the README says: nobody names the tenant, for there is only one.
"$OPDESK" config example >"$TMP/own/opdesk.conf"
own=(--config "$TMP/own/opdesk.conf" --db "$TMP/own/desk.db")
run "$OPDESK" "${own[@]}" ticket new --subject "Alta"
[ $RC = 0 ] && ok "cli init: the only tenant is meant" ||
	no "cli init: the only tenant is meant" "$RC" "$(cat "$OUT" "$ERR")"
run "$OPDESK" "${own[@]}" tenant new dos --login yo
run "$OPDESK" "${own[@]}" ticket list
[ $RC = 2 ] && grep -q -- --tenant "$ERR" &&
	ok "cli init: of several tenants one is named" ||
	no "cli init: of several tenants one is named" "$RC" \
	    "$(cat "$OUT" "$ERR")"
run "$OPDESK" --db "$TMP/own/desk.db" desk upgrade
[ $RC = 0 ] && ok "cli desk upgrade" || no "cli desk upgrade" "$(cat "$ERR")"

. tests/e2e/cli_moved.bash

exit $status
