#!/bin/bash
# Webhooks from the command line to an endpoint that behaves as badly as they
# do: each event arrives at least once with one id, a verifier that is not ours
# takes what is sent and refuses what was altered, and who hangs keeps nobody
# waiting.  The daemon is killed in between; on PostgreSQL there are two.
. tests/e2e/lib.bash

. tests/e2e/webhooks/lib.bash

kills=${WEBHOOK_KILLS:-2}
make_desk
start_endpoint

hook() { # name, behaviour, options: made, its secret kept for the verifier
	local name=$1 behaviour=$2
	shift 2
	op --operator irene --yes --json webhook new "$name" --private \
	    --url "http://127.0.0.1:$port/$name/$behaviour" "$@"
	[ $RC = 0 ] || no "webhook new $name" "$(cat "$ERR")"
	sed -n 's/.*"secret":"\([^"]*\)".*/\1/p' "$OUT" >"$SECRETS/$name"
}
ticket() { # subject, options
	local subject=$1
	shift
	op --operator ana --json ticket new --subject "$subject" "$@"
	[ $RC = 0 ] || no "ticket new" "$(cat "$ERR")"
}
state_is() { # name, state
	op --operator irene --json webhook show "$1"
	[ "$(member state)" = "$2" ]
}

created=(--events ticket.created)
hook good ok "${created[@]}"
hook stuck hang "${created[@]}"
hook moved redirect "${created[@]}"
hook away gone "${created[@]}"
hook patient slow "${created[@]}"
hook shaky flaky "${created[@]}"
hook cut close "${created[@]}"
hook wordy big "${created[@]}"
hook notices ok "${created[@]}" --kind slack \
    --text 'Ticket {{data.number}}: {{data.subject}}'
printf 'Basic dTpw\n' | (umask 077 && cat >"$TMP/auth")
hook flow empty "${created[@]}" --kind kestra --secret-file "$TMP/auth"
start syncd "$SYNCD" --config "$conf"

# ---- each of them, at once ----
for n in 1 2 3 4; do
	ticket "Sin red <!channel> $n"
done
expect "all that happened arrives" good 4 '"verified":true'
expect "what was altered is refused" good 4 '"alteredRefused":true'
expect "an answer of 10 MB is one" wordy 4 '"verified":true'
expect "a redirect is tried, not followed" moved 1 '"verified":true'
expect "an error is tried again" shaky 4 '"nth":2'
expect "a connection that is closed is tried again" cut 4 '"nth":2'
expect "Retry-After is waited for" patient 4 '"nth":2'
expect "Slack's text is escaped" notices 2 '&lt;!channel&gt;'
expect "kestra gets its header" flow 4 '"authorization":"Basic dTpw"'
expect "and the id of the event" flow 4 '"id":"msg_'
[ "$(got stolen)" = 0 ] && ok "webhooks: nothing where a redirect points" ||
    no "webhooks: a redirect was followed" "$(got stolen)"
wait_for state_is away gone && ok "webhooks: 410 switches it off" ||
    no "webhooks: 410" "$(cat "$OUT")"
most=$(curl -s "http://127.0.0.1:$port/x/most")
[ "${most:-9}" -le 2 ] && [ "${most:-0}" -ge 1 ] &&
    ok "webhooks: at most two requests at once" ||
    no "webhooks: at most two at once" "$most"
op --operator irene --json webhook attempts shaky
grep -q '"status":500' "$OUT" && ! grep -q $'\x1b' "$OUT" &&
    ok "webhooks: attempts are listed, safe to read" ||
    no "webhooks: attempts" "$(cat "$OUT" "$ERR")"

# ---- only what it is about ----
hook urgent ok "${created[@]}" --filter "priority>=4"
ticket "Sin prisa" --urgency 1 --impact 1
ticket "Con prisa" --urgency 5 --impact 5
expect "what its filter lets through arrives" urgent 1 '"subject":"Con prisa"'
[ "$(got urgent)" = 1 ] && ok "webhooks: and nothing else" ||
    no "webhooks: and nothing else" "$(got urgent)"

# ---- two secrets, then only the new one ----
cp "$SECRETS/good" "$TMP/older"
op --operator irene --yes --json webhook rotate good
sed -n 's/.*"secret":"\([^"]*\)".*/\1/p' "$OUT" >"$TMP/newer"
ticket "Con el secreto de antes"
expect "the older secret still opens" good 7 '"verified":true'
cp "$TMP/newer" "$SECRETS/good"
ticket "Con el nuevo"
expect "so does the new one" good 8 '"verified":true'
cmp -s "$TMP/older" "$TMP/newer" && no "webhooks: another secret" ||
    ok "webhooks: it is another secret"

# ---- a test, off, on, dead letters ----
op --operator irene --yes webhook test good
expect "a test is sent" good 1 '"type":"webhook.test"'
op --operator irene --yes webhook off good
ticket "Mientras estaba apagado"
op --operator irene --yes webhook on good
ticket "De nuevo"
expect "on again it is told of what is new" good 1 '"subject":"De nuevo"'
[ "$(got good 'estaba apagado')" = 0 ] &&
    ok "webhooks: and of nothing before" || no "webhooks: told of the past"
op --operator irene --yes webhook on away
op --operator irene --yes --json webhook replay away
[ "$(member replayed)" -ge 1 ] && ok "webhooks: dead letters go out again" ||
    no "webhooks: replay" "$(cat "$OUT" "$ERR")"
expect "as they were, by their ids" away 1 '"nth":2'

# ---- by programs, as the older system registered them ----
op --operator irene --yes --json token new crm --scopes "webhook.*,ticket.read"
token=$(member token)
api() { # token, method, path, body
	RC=$(curl -s -o "$OUT" -w '%{http_code}' -X "$2" \
	    -H "Authorization: Bearer $1" -H "Content-Type: application/json" \
	    ${4+-d "$4"} "http://$listen$3")
}
answers() { # what, status, words
	if [ "$RC" = "$2" ] && grep -q -- "${3-}" "$OUT"; then
		ok "webhooks api: $1"
	else
		no "webhooks api: $1" "$RC" "$(cat "$OUT")"
	fi
}
old=/api/support/troubleshooting/webhooks
body='{"id":"crm","url":"https://hooks.example.com/a","events":["SESSION_STARTED","SESSION_RESOLVED"]}'
api "$token" POST $old "$body"
answers "registered, with its secret" 200 '"secret":"whsec_'
api "$token" POST $old "${body/SESSION_RESOLVED/SESSION_ESCALATED}"
answers "once more: changed" 200 '"secret":null'
api "$token" GET $old
answers "listed, by its events" 200 \
    '"events":\["session.started","session.escalated"\]'
[ "$(grep -o '"name":"crm"' "$OUT" | wc -l)" = 1 ] && ! grep -q whsec_ "$OUT" &&
    ok "webhooks api: one, and no secret" ||
    no "webhooks api: one, and no secret" "$(cat "$OUT")"
api "$token" POST /api/webhooks \
    '{"name":"x","url":"http://10.0.0.1/","events":[]}'
answers "an address without https is refused" 422
api "$token" POST /api/webhooks \
    '{"name":"y","url":"https://a.example/","events":["ticket.*"],"filter":"prioridad>=4"}'
answers "made with a filter" 201
hook=/api/webhooks/$(member id)
api "$token" GET "$hook"
answers "which is read as it is understood" 200 '"filter":"priority:4,5"'
api "$token" PATCH "$hook" '{"filter":"guide:vpn_fails"}'
answers "one that none of its events can meet is refused" 422
api "$token" PATCH "$hook" '{"filter":""}'
answers "taken off" 200 '"filter":""'
api "$token" POST /api/webhooks '{"name":"x","url":"https://a.example/","is_private":true}'
answers "a program cannot name our own network" 422
op --operator irene --yes --json token new none --scopes "webhook.read"
api "$(member token)" POST $old "$body"
answers "a token that may only read" 403

# ---- a network that is not ours to call ----
op --operator irene --yes webhook edit good \
    --url "http://169.254.169.254/latest"
ticket "A un servicio de metadatos"
seen_refusal() {
	op --operator irene --json webhook attempts good --limit 1
	grep -q "may go to\|no puede ir a" "$OUT"
}
wait_for seen_refusal && ok "webhooks: rehearsals stay on this machine" ||
    no "webhooks: an address outside" "$(cat "$OUT" "$ERR")"

# ---- killed while it sends ----
hook sure ok "${created[@]}"
before=$(got sure)
for ((round = 1; round <= kills; round++)); do
	for n in 1 2 3; do
		ticket "Ronda $round.$n"
	done
	wait_for has sure $((before + 1))
	kill -9 "${started[0]}"
	wait "${started[0]}" 2>/dev/null
	started=("${started[@]:1}")
	start syncd "$SYNCD" --config "$conf"
	for n in 1 2 3; do
		expect "killed: $round.$n arrived" sure 1 \
		    "\"subject\":\"Ronda $round.$n\""
	done
	before=$(got sure)
done
# One id for an event, however often it came.
pairs=$(grep '^{"name":"sure"' "$heard" |
    sed 's/.*"id":"\(msg_[^"]*\)".*"event":{"id":\([0-9]*\).*/\2 \1/' |
    sort -u)
[ "$(cut -d' ' -f1 <<<"$pairs" | sort | uniq -d | wc -l)" = 0 ] &&
    ok "webhooks: an event keeps its id" ||
    no "webhooks: one event, several ids" "$pairs"

# ---- two daemons ----
if [ "${OPDESK_TEST_ENGINE-}" = postgres ]; then
	sed "s/^listen = .*/listen = 127.0.0.1:0/" "$conf" >"$conf.second"
	chmod 600 "$conf.second"
	hook pair ok "${created[@]}"
	start second "$SYNCD" --config "$conf.second"
	for n in 1 2 3 4 5 6; do
		ticket "Pareja $n"
	done
	expect "two daemons send each event" pair 6 '"verified":true'
	wait_for has pair 6
	[ "$(got pair)" = 6 ] && ok "webhooks: once" ||
	    no "webhooks: two daemons, twice" "$(got pair)"
fi
exit $status
