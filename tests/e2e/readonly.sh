#!/bin/bash
# --readonly, verb by verb of the command line's table: what changes something
# is refused with one sentence and status 4 and leaves the desk as it was, in
# every byte (on a server: every row and counter); what reads says the same as
# without.  A new verb that is not here turns this red.
#
# Turned red by: no check of the table in run_verb (verbs without a desk of
# their own went on: init, restore, desk copy), one without the look at
# --dry-run, "rehearse whatsapp" without its own check.
. tests/e2e/lib.bash
make_desk
start_both

# ---- something of everything ----
body='["no event"]'
sum=$(printf '%s' "$body" | openssl dgst -sha256 -r \
    -hmac "$(cat "$TMP/app.secret")" | cut -d' ' -f1)
run curl -s -o /dev/null -d "$body" -H 'Content-Type: application/json' \
    -H "X-Hub-Signature-256: sha256=$sum" "http://$listen/whatsapp/soporte"
unread() {
	op --json channel events && [ "$(<"$OUT")" != "[]" ]
}
wait_for unread || no "readonly: an unreadable event" "$(cat "$OUT")"
event=$(member 0 id)
op --operator irene channel fetch soporte
fetched() {
	op --json channel templates soporte && [ "$(<"$OUT")" != "[]" ]
}
wait_for fetched || no "readonly: templates" "$(cat "$OUT")"
op --operator marta --json message send 1 --text "Hola"
message=$(member id)
sent() {
	op --json outbox list && [ "$(member 0 state)" = sent ]
}
wait_for sent || no "readonly: a message was sent" "$(cat "$OUT")"
outbox=$(member 0 id)
stop_all
op --operator irene --json draft new --ticket 7 --text "Le llamo"
draft=$(member id)
op --operator irene --yes --json token new taller --scopes ticket.read
token=$(member id)
op --operator irene --yes operator new berta --name "Berta Ríos" --role admin
op --operator irene --yes retention hold ticket 7 --reason "Un pleito"
op --operator irene --yes --json approval list
approval=$(member 0 id)
op --operator irene --yes field new Metros
op --operator irene --yes status new Aparcado --state waiting
op --operator irene --yes status delete Aparcado
op --operator irene --yes category new Antes
op --operator irene --yes category delete antes
op --operator irene --yes field new Antes
op --operator irene --yes field delete antes
op --operator irene --yes company new "Hotel Brisa"
op --operator irene --yes division new "Hotel Brisa" Sala
op --operator irene --yes checklist new Baja --items "Tarjeta"
op --operator irene --yes template new alta --steps '["Hola {{name}}"]' \
    --variables '[{"name":"name","required":true}]'
op --operator irene --yes checklist put 1 Baja
op --operator irene --yes guide import
op --operator irene --yes hint import
op --operator irene hint export no_time
sed 's/tiempo/rato/' "$OUT" >"$TMP/hint.json"
op --operator irene --yes hint edit no_time --file "$TMP/hint.json"
op --operator marta --json recording record --device tone --seconds 1 \
    --consent yes
recording=$(member name)
op --operator marta --json session start --guide vpn_fails
walked=$(member session_id)
op --operator marta --json call start 600111222
called=$(member call_id)
op --operator irene --yes guide edit vpn_fails \
    --file tests/data/guides/good.json
op --operator irene --yes reply new Hola --text Hola --everybody
op --operator irene --yes macro new Marca --tag marca --everybody
op --operator irene --yes view new Mias --everybody
op --json message receive --mail <tests/data/mail/01-plain.eml
mailed=$(member ticket)
op --operator marta --json ticket files "$mailed"
file=$(member 0 id)
printf 'codigo,nombre\n1,Eva Prueba\n' >"$TMP/people.csv"
printf 'id,asunto\n90001,De antes\n' >"$TMP/old.csv"
op --operator irene --yes import employees --from "$TMP/people.csv"
backup=$TMP/none
if [ "${OPDESK_TEST_ENGINE-}" != postgres ]; then
	op --json backup new --to "$TMP/backups"
	backup=$(member file)
fi
echo "casi tres gatos en la luna" >"$TMP/new.secret"
chmod 600 "$TMP/new.secret"

op --operator irene --yes --json webhook new Avisos \
    --url http://127.0.0.1:1/x --private --events ticket.created
hook=$(member id)
op --operator irene webhook off Avisos

# Every verb: "w" changes something, "r" reads.  Some of both do either.
cat >"$TMP/verbs" <<-END
	w init --slug otra
	r desk show
	r desk health
	w desk maintain
	w desk upgrade
	w desk copy --to $TMP/copy/desk.db
	w desk copy --keep-source --to $TMP/copy/desk.db
	w desk reopen
	r desk files
	w desk files --adopt
	r tenant list
	r tenant show demo
	w tenant new second
	w tenant edit --name Otra
	r tenant settings
	w tenant set guide.idle_days 30
	r team list
	r team show Soporte
	w team new Noche
	w team edit Soporte Noche
	w team delete Soporte
	r operator list
	r operator show ana
	w operator new luz
	w operator edit ana --role supervisor
	w operator disable ana
	w operator enable ana
	w operator password ana --new-password-file $TMP/new.secret
	w operator totp ana --new
	r conversation list
	r conversation show 1
	w conversation claim 4
	w conversation assign 4 --team Ventas
	w conversation close 4
	w conversation reopen 4
	w conversation note 4 --text x
	w conversation seen 4
	w conversation open soporte Emily
	r message list 1
	r message show $message
	w message send 1 --text x
	w message retry $message
	w message receive
	w operator phone
	r report daily
	w export tickets --out $TMP/no.csv
	w export conversations --out $TMP/no.csv
	w export contacts --out $TMP/no.csv
	w export companies --out $TMP/no.csv
	w export employees --out $TMP/no.csv
	w export sessions --out $TMP/no.csv
	w export guides --out $TMP/no.csv
	w export calls --out $TMP/no.csv
	w export recordings --out $TMP/no.csv
	w export leads --out $TMP/no.csv
	w export audit --out $TMP/no.csv
	r ticket list
	r ticket show 7
	r ticket links 7
	r ticket timeline 7
	r ticket files $mailed
	r ticket file $mailed $file
	w ticket new --subject x
	w ticket edit 7 --subject x
	w ticket state 7 solved
	w ticket assign 7 --operator diego
	w ticket comment 7 --text x
	w ticket attach 7 tests/data/mail/04-attachments.eml
	w ticket delete 7
	w ticket restore 7
	w ticket merge 7 8
	w ticket unmerge 7
	w ticket split 7 --comment 1
	w ticket link 7 --ticket 8
	w ticket unlink 7 1
	w ticket set 7 --status open
	w ticket bulk --filter vip --state open
	r status list
	w status new Taller --state waiting
	w status edit open --name Abiertos
	w status delete open
	w status restore Aparcado
	r category list
	w category new Redes
	w category edit Redes --name Nets
	w category delete Redes
	w category restore antes
	r field list
	w field new Sede
	r field show metros
	w field edit metros --name Suelo
	w field delete metros
	w field restore antes
	r keys
	r guide check tests/data/guides/good.json
	r guide match vpn
	r recording list
	r recording show $recording
	r recording marks $recording
	r recording stats
	r recording devices
	r recording verify
	w recording record --device tone --consent yes --seconds 1
	w recording repair
	w recording export $recording $TMP/no.flac --reason x
	w recording delete $recording --reason x
	w recording restore $recording
	r recording due
	w recording play $recording
	r hint list
	r hint show no_time
	r hint match caro
	r hint check kb/objections/no_time.json
	w hint import
	r hint kept
	r hint export no_time
	w hint edit no_time --discard
	w hint publish no_time
	r hint versions no_time
	r hint diff no_time
	w hint delete no_time
	w hint restore no_time
	w hint ask caro
	r hint status
	r hint models
	w hint use llama3
	r hint history
	w hint clear
	w hint rate good
	w guide import
	r guide list
	r guide show vpn_fails
	r guide export vpn_fails
	w guide edit vpn_fails --file tests/data/guides/good.json
	w guide publish vpn_fails
	r guide versions vpn_fails
	r guide diff vpn_fails
	w guide delete vpn_fails
	w guide restore vpn_fails
	w guide train
	r guide settings
	w guide set --on-ticket on
	w ticket time 1
	r time list 1
	w time start 1
	w time stop
	r time status
	w time edit 1 --note x
	w time delete 1
	r time figures
	w call start 600111222
	w call answer
	w call hold
	w call resume
	w call end
	w call extend
	w call close --as NA
	w call note 0000 x
	w call link 0000
	w call transfer 0000 x
	w call consent 0000 yes
	r call list
	r call figures
	r call figures --formula
	r call who 600111222
	r call state
	r call states
	r call shifts
	r call callbacks
	r call dispositions
	r call reasons
	r call stops
	w call ready
	w call pause BREAK
	w call off
	w call clock in
	w call callback 600111222 2h
	w call done 1
	w call cancel 1
	w call code X --label-es x --label-en x
	w call stop 600111222
	w call allow 600111222
	r call settings
	w call set wrap_up 30
	r call show $called
	r call explain $called
	r lead list
	r lead show 1
	w lead new x
	w lead edit 1 --problem x
	w lead close 1
	w lead delete 1
	w lead restore 1
	r agent list
	r agent stats
	r agent show 1
	w agent accept 1
	w agent delete 1
	w agent restore 1
	r session list --view all
	r session show $walked
	w session start --guide x
	w session answer 0000 yes
	w session back 0000
	w session restart 0000
	w session note 0000 x
	w session set 0000 a=b
	w session send 0000
	w session pause 0000
	w session resume 0000
	w session assign 0000
	w session resolve 0000
	w session escalate 0000
	w session abandon 0000
	w session feedback 0000 5
	r session figures --by guide
	r session now
	w session refresh
	w session cleanup
	r template list
	r template show alta
	r template render alta name=Ana
	w template new x --steps ["x"]
	w template edit alta --title x
	w template delete alta
	r checklist list
	r checklist show Baja
	w checklist new x --items y
	w checklist edit Baja --name x
	w checklist delete Baja
	w checklist restore 1
	r checklist of 1
	w checklist put 1 Baja
	w checklist add 1 x
	w checklist tick 1 1
	w checklist untick 1 1
	w checklist remove 1 1
	r import tickets --from $TMP/old.csv --dry-run
	r import contacts --from $TMP/people.csv --dry-run
	w import tickets --from $TMP/old.csv
	w import contacts --from $TMP/people.csv
	w import employees --from $TMP/people.csv
	r import list
	w import undo people
	r employee list
	r employee show 1
	r reply list
	r reply show 1
	w reply new x --text y
	w reply edit 1 --title x
	w reply delete 1
	r macro list
	r macro show Marca
	w macro new x --tag y
	w macro edit Marca --name x
	w macro delete Marca
	w macro run Marca 7
	r macro run Marca 7 --dry-run
	r view list
	r view show Mias
	w view new x --filter es:libre
	w view edit Mias --key 8
	w view delete Mias
	r contact list
	r contact show 1
	w contact new x
	w contact edit 1 --email x@y.example
	w contact delete 1
	r company list
	r company show 1
	w company new x
	w company edit 1 --notes x
	w company delete 1
	r division list
	r division show 1
	w division new 1 x
	w division edit 1 --name x
	w division delete 1
	r channel list
	r channel show soporte
	w channel test soporte
	w channel resume soporte
	r channel templates soporte
	w channel fetch soporte
	r channel events
	r channel event $event
	w channel replay $event
	r webhook list
	r webhook show Avisos
	r webhook events
	r webhook attempts
	w webhook new Otro --url https://a.example/
	w webhook edit Avisos --name Otro
	w webhook on Avisos
	w webhook off Avisos
	w webhook delete Avisos
	w webhook restore $hook
	w webhook rotate Avisos
	w webhook test Avisos
	w webhook replay Avisos
	r outbox list
	r outbox show $outbox
	w outbox replay $outbox
	w outbox resolve $outbox --sent
	w outbox release
	w draft new --ticket 7 --text x
	r draft list
	r draft show $draft
	w draft delete $draft
	w undo
	w redo
	r token list
	w token new x --scopes ticket.read
	w token revoke $token
	r audit list
	r audit verify
	r approval list
	r approval show $approval
	w approval approve $approval
	w approval refuse $approval --reason x
	r ticket explain 7
	r ticket promises
	w ticket snooze 7 --until 1h
	w ticket wake 7
	r calendar list
	r calendar show
	w calendar new x
	w calendar edit 1 --name x
	w calendar date 1 12-25
	w calendar delete 1
	r calendar promises
	w calendar promise --priority 5 --first 1h
	w calendar unpromise 1
	r retention list
	r retention show drafts
	w retention set drafts 45
	w retention run
	r retention run --dry-run
	r retention holds
	w retention hold ticket 2 --reason x
	w retention release 1 --reason x
	w backup new --to $TMP/backups
	w backup prune --to $TMP/backups --daily 0 --weekly 0
	w restore --from $backup --to $TMP/back/desk.db
	r doctor --quick
	w doctor --recover $TMP/recovered.db
	r config check
	r config show
	r config example
	r config path
	r completion bash
	w rehearse demo
	w rehearse whatsapp --from 34600111222 --text x
	r rehearse provider
	w rehearse fill --tickets 5
END
if [ "${OPDESK_TEST_ENGINE-}" != postgres ]; then # a server has pg_dump
	cat >>"$TMP/verbs" <<-END
		r backup list --to $TMP/backups
		r backup verify $backup
		r backup prune --to $TMP/backups --daily 0 --dry-run
	END
else
	printf '%s\n' "r backup list" "r backup verify" >>"$TMP/untried"
fi

"$OPDESK" completion bash | sed -n 's/^\([a-z]*\)|\([a-z]*\)|.*/\1 \2/p' |
    sed 's/ $//' | sort -u >"$TMP/table"
sed -E 's/^[rw] //' "$TMP/verbs" $([ -e "$TMP/untried" ] && echo "$TMP/untried") |
    while read -r noun verb rest; do
	case $noun in
	init | restore | undo | redo | doctor | completion | keys) echo "$noun" ;;
	*) echo "$noun $verb" ;;
	esac
    done | sort -u >"$TMP/tried"
left=$(comm -3 "$TMP/tried" "$TMP/table")
[ -z "$left" ] && ok "readonly: every verb of the table is here" ||
    no "readonly: every verb of the table is here" "$left"

# Everything that the desk stands on, but for the locks of who reads.
whole() {
	(cd "$TMP" && find . -type f ! -name out ! -name err ! -name 'said.*' ! -name 'desk.db-shm' \
	    ! -name now ! -name before -print0 | sort -z | xargs -0 sha256sum)
	[ "${OPDESK_TEST_ENGINE-}" != postgres ] ||
	    pg_dump --data-only "$(sed -n \
		's/^database = \(.*\)user=opdesk$/\1user=postgres/p' "$conf")" |
	    grep -v '^.\(un\)\?restrict'
}

say() { # words...: what a verb that reads answers, into a file
	local file=$TMP/$1
	shift
	case "$*" in *"rehearse provider"*) # until it is told to end
		start provider "$OPDESK" --config "$conf" "$@"
		stop_all
		rm "$TMP/provider.log" "$TMP/provider.log.err"
		echo "exit 0" >"$file"
		return ;;
	esac
	op "$@" </dev/null
	# The disk's free space is that of the moment, as is what a server counts.
	(echo "exit $RC" && grep -v -e '^disk ' -e '^index use ' "$OUT") >"$file"
}

n=0
while read -r kind words; do
	[ "$kind" = r ] || continue
	say "said.$((++n))" --operator irene --yes $words
done <"$TMP/verbs"

whole >"$TMP/before"
n=0
while read -r kind words; do
	if [ "$kind" = w ]; then
		op --operator irene --yes --readonly $words </dev/null
		if [ $RC = 4 ] && [ ! -s "$OUT" ] &&
		    [ "$(wc -l <"$ERR")" = 1 ] &&
		    grep -q "Nothing was done: .*--readonly" "$ERR"; then
			ok "readonly: $words is refused"
		else
			no "readonly: $words is refused" "exit $RC" \
			    "$(head -c 300 "$OUT")" "$(cat "$ERR")"
		fi
		continue
	fi
	say now --operator irene --yes --readonly $words
	# An answer with a clock in it is another a minute on: both once more.
	cmp -s "$TMP/now" "$TMP/said.$((++n))" || {
		say "said.$n" --operator irene --yes $words
		say now --operator irene --yes --readonly $words
	}
	want='exit 0'
	case $words in
	"doctor --quick") want='exit [07]' ;; # no fsync in tests
	"hint status" | "hint models") want='exit 6' ;; # there is no server
	esac
	if cmp -s "$TMP/now" "$TMP/said.$n" &&
	    sed q "$TMP/now" | grep -q "^$want\$"; then
		ok "readonly: $words reads"
	else
		no "readonly: $words reads" "$(cat "$ERR")" \
		    "$(diff "$TMP/said.$n" "$TMP/now")"
	fi
done <"$TMP/verbs"
whole >"$TMP/now"
cmp -s "$TMP/before" "$TMP/now" && ok "readonly: the desk is as it was" ||
    no "readonly: the desk is as it was" "$(diff "$TMP/before" "$TMP/now")"
exit $status
