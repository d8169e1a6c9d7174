# Part of cli.sh: the verbs of webhooks.
# Nobody listens there; what is sent is tested in webhooks.sh.
verb irene array webhook events
verb irene object webhook new Avisos --url http://127.0.0.1:1/x --private \
    --events "ticket.created message.*"
hook=$(member id)
case $(member secret) in
whsec_*) ok "cli webhook new: its secret" ;;
*) no "cli webhook new: its secret" "$(cat "$OUT")" ;;
esac
is 5 --operator irene --yes webhook new Avisos --url https://a.example/
is 7 --operator irene --yes webhook new Otro --url http://a.example/
is 7 --operator irene --yes webhook new Otro --url https://a.example/ \
    --events ticket.eaten
is 4 --operator ana webhook list
verb irene object webhook edit Avisos --filter "prioridad>=4 -status:closed"
[ "$(member filter)" = "priority:4,5 -status:closed" ] &&
    ok "cli webhook edit: its filter" ||
    no "cli webhook edit: its filter" "$(cat "$OUT")"
is 7 --operator irene --yes webhook edit Avisos --filter "priority:9"
is 7 --operator irene --yes webhook edit Avisos --filter "guide:none_such"
is 7 --operator irene --yes webhook new Otro --url https://a.example/ \
    --events "contact.*" --filter team:none
verb irene object webhook edit Avisos --filter ""
verb irene object webhook edit Avisos --events "*" --name Todo
verb irene object webhook test Todo
verb irene object webhook rotate Todo
verb irene object webhook off Todo
is 5 --operator irene webhook test Todo
verb irene object webhook on Todo
verb irene object webhook show "$hook"
case $(<"$OUT") in
*whsec_* | *127.0.0.1:1*) no "cli webhook show: no secret" "$(cat "$OUT")" ;;
*) ok "cli webhook show: no secret" ;;
esac
verb irene array webhook attempts Todo
verb irene object webhook replay Todo --since 2026-01-01
verb irene object webhook delete Todo
verb irene array webhook list --trash
verb irene object webhook restore "$hook"
printf 'http://127.0.0.1:1/k\n' >"$TMP/kestra.url"
chmod 600 "$TMP/kestra.url"
verb irene object webhook new Flujo --kind kestra --private \
    --url-file "$TMP/kestra.url"
verb irene object webhook off Flujo
verb irene object webhook off Todo
