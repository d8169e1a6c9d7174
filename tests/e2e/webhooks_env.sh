#!/bin/bash
# What the older systems had in their environment: a daemon started with
# SLACK_WEBHOOK_URL and KESTRA_WEBHOOK_URL makes the two webhooks, follows an
# address that changes, and leaves alone what people made of them.  A workflow
# engine starts a session by a request, walks it, and hears of it.
. tests/e2e/lib.bash
. tests/e2e/webhooks/lib.bash

make_desk
start_endpoint
at=http://127.0.0.1:$port
serve() { # settings of its environment
	start syncd env "$@" "$SYNCD" --config "$conf"
}
again() {
	kill "${started[0]}"
	wait "${started[0]}"
	started=("${started[@]:1}")
	serve "$@"
}
listed() { # how many webhooks
	op --operator irene --json webhook list
	[ "$(grep -o '"name":' "$OUT" | wc -l)" = "$1" ]
}
serve SLACK_WEBHOOK_URL="$at/chat/ok" KESTRA_WEBHOOK_URL="$at/flow/empty"
wait_for listed 2 && ok "webhooks env: made" ||
    no "webhooks env: made" "$(cat "$OUT" "$TMP/syncd.log.err")"
! grep -q "$at" "$OUT" && ok "webhooks env: the addresses are nobody's" ||
    no "webhooks env: the addresses are nobody's" "$(cat "$OUT")"
run env SLACK_WEBHOOK_URL="$at/chat/ok" "$OPDESK" --config "$conf" --lang en \
    doctor
grep -q "slack_webhook_url.*SLACK_WEBHOOK_URL.*opdesk.conf" "$OUT" &&
    ok "webhooks env: doctor says where it belongs" ||
    no "webhooks env: doctor says where it belongs" "$(cat "$OUT")"

# ---- a workflow engine starts a session and walks it ----
op --operator irene --yes --json token new engine \
    --scopes "session.start,session.read,session.answer,session.escalate"
token=$(member token)
sessions=http://$listen/api/support/troubleshooting
api() { # path, body
	RC=$(curl -s -o "$OUT" -w '%{http_code}' -d "$2" \
	    -H "Authorization: Bearer $token" \
	    -H "Content-Type: application/json" "$sessions$1")
}
begin() {
	api /start '{"problem_description":"la impresora sale sin conexión y no imprime","customer_email":"lucia@example.com","ticket_id":"TKT-12345"}'
	session=$(member session_id)
}
begin
[ "$RC" = 201 ] || [ "$RC" = 200 ] || no "start" "$RC" "$(cat "$OUT")"
expect "kestra hears that it began" flow 1 "\"type\":\"session.started\",.*\"session_id\":\"$session\""
expect "with the other system's ticket" flow 1 '"external_ticket":"TKT-12345"'
api "/$session/step" '{"success":false,"step_number":1}'
expect "and each step" flow 1 '"type":"session.step"'
op --operator ana --json session escalate "$session" --reason "no hay manera"
expect "and how it ended" flow 1 '"type":"session.escalated"'
expect "Slack is told of that alone, by its template" chat 1 "$session"
[ "$(got chat)" = 1 ] && ok "webhooks env: and of nothing else" ||
    no "webhooks env: and of nothing else" "$(grep '"chat"' "$heard")"
grep -q 'lucia@example.com\|no hay manera' "$heard" &&
    no "webhooks env: nobody's address" "$(tail -2 "$heard")" ||
    ok "webhooks env: nobody's address or words"

# ---- what people choose stays; another address is followed ----
op --operator irene --yes webhook edit kestra --events "session.feedback"
op --operator irene --yes webhook delete slack
again SLACK_WEBHOOK_URL="$at/chat/ok" KESTRA_WEBHOOK_URL="$at/second/empty"
begin
op --operator ana session resolve "$session"
op --operator ana session feedback "$session" 5
expect "another address is followed" second 1 '"type":"session.feedback"'
[ "$(got second)" = 1 ] && ok "webhooks env: told of what was chosen" ||
    no "webhooks env: told of what was chosen" "$(grep '"second"' "$heard")"
listed 1 && [ "$(got chat)" = 1 ] &&
    ok "webhooks env: what was deleted stays so" ||
    no "webhooks env: what was deleted stays so" "$(cat "$OUT")"
# By the configuration, and with an address that is none.
again KESTRA_WEBHOOK_URL="nonsense"
is_said() {
	grep -q 'kestra_webhook_url is not called' "$TMP/syncd.log.err"
}
wait_for is_said && ok "webhooks env: an address that is none is said" ||
    no "webhooks env: an address that is none" "$(cat "$TMP/syncd.log.err")"
exit $status
