# shellcheck shell=bash disable=SC2154
# Guides that are walked, and templates, by the command line: part of cli.sh,
# behind cli_guide.bash, which imports the guides.

verb ana object session start --guide printer_offline --ticket "$number" "No imprime"
walked=$(member session_id)
verb ana array session list
verb ana object session show "$walked"
op --operator ana --json session show "${walked:0:8}"
[ $RC = 0 ] && [ "$(member step_number)" = 1 ] &&
    ok "cli session show: the first characters will do" ||
    no "cli session show: the first characters will do" "$(cat "$OUT" "$ERR")"
verb ana object session note "$walked" "Se oye mal"
verb ana object session answer "$walked" no --step 1 --notes "sigue igual"
step=$(member step_number)
verb ana object session answer "$walked" no --step 1 --notes "sigue igual"
[ "$(member step_number)" = "$step" ] &&
    ok "cli session answer: the same once more is one" ||
    no "cli session answer: the same once more is one" "$(cat "$OUT")"
is 5 --operator ana session answer "$walked" yes --step 1
is 7 --operator ana session answer "$walked" skip
is 7 --operator ana session set "$walked" color=rojo
is 3 --operator ana session show 0000dead
verb ana object session back "$walked"
verb ana object session restart "$walked"
verb ana object session pause "$walked" --reason "turno"
is 5 --operator ana session answer "$walked" yes
verb ana object session resume "$walked"
op --operator ana session send "$walked"
[ $RC != 0 ] && [ $RC != 1 ] && [ $RC -lt 8 ] &&
    ok "cli session send: neither address nor mail" ||
    no "cli session send: neither address nor mail" "$RC" "$(cat "$ERR")"
echo "session send" >>"$TMP/seen"
verb ana object session set "$walked" printer=HP-9
verb ana object session assign "$walked" --note "sigue tú"
verb ana object session escalate "$walked" --reason "no hay manera"
is 5 --operator ana session resolve "$walked"
verb ana object session feedback "$walked" 4 --helped no --text "lento"
is 5 --operator ana session feedback "$walked" 4
is 7 --operator ana session feedback "$walked" 9
verb ana object session start --guide printer_offline
verb ana object session resolve "$(member session_id)"
verb ana object session start --guide printer_offline
verb ana object session abandon "$(member session_id)"
op --operator ana session start "una pizza grande con queso"
[ $RC = 3 ] && ok "cli session start: no guide is about it" ||
    no "cli session start: no guide is about it" "$RC" "$(cat "$OUT" "$ERR")"
verb ana object session figures
[ "$(member total_sessions)" = 3 ] && ok "cli session figures: all of them" ||
    no "cli session figures: all of them" "$(cat "$OUT")"
verb ana array session figures --by guide
verb ana array session figures --by step --guide printer_offline
# A span of time is written as one, so that no unit stands over it.
run "$OPDESK" --config "$conf" --operator ana session figures --by guide
! grep -q '(s)' "$OUT" && ok "cli session figures: spans" ||
    no "cli session figures: spans" "$(cat "$OUT")"
verb ana array session figures --sessions --state escalated
verb ana object session now
verb irene object session refresh
verb irene object session cleanup --dry-run
[ "$(member abandoned) $(member idle_days)" = "0 30" ] &&
    ok "cli session cleanup --dry-run: abandons none" ||
    no "cli session cleanup --dry-run: abandons none" "$(cat "$OUT")"

verb irene object template new alta --title "Alta de un equipo" \
    --variables '[{"name":"name","required":true}]' --steps '["Hola {{name}}"]'
verb ana array template list
verb ana object template show alta
verb ana object template render alta name=Ana
is 7 --operator ana template render alta
is 7 --operator irene --yes template new mala --steps '["{{nadie}}"]'
verb irene object template edit alta --title "Alta"
verb irene object template delete alta
is 3 --operator ana template show alta
