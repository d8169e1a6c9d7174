#!/bin/bash
# The operator's keys.conf: shown by "opdesk keys", and what is wrong in it is
# said with its line, also by the console before it begins.
. tests/e2e/lib.bash
make_desk

printf '[ticket]\nticket.reply = R F8\nticket.note = none\n' >"$TMP/keys.conf"
op --json keys --check "$TMP/keys.conf"
grep -q '"keys":"F8","command":"ticket.reply"' "$OUT" &&
    ! grep -q '"screen":"ticket","keys":"[^"]*","command":"ticket.note"' "$OUT" &&
    ok "cli keys: other keys" ||
    no "cli keys: other keys" "$(cat "$OUT" "$ERR")"
printf '[ticket]\nticket.replay = R\n' >"$TMP/keys.conf"
op keys --check "$TMP/keys.conf"
[ "$RC" = 7 ] && grep -qF "keys.conf:2: " "$ERR" && grep -qF '"ticket.reply"' "$ERR" &&
    ok "cli keys: names line and nearest" ||
    no "cli keys: names line and nearest" "$(cat "$OUT" "$ERR")"
# The console says it too, before it begins.
mkdir -p "$TMP/.config/opdesk"
cp "$TMP/keys.conf" "$TMP/.config/opdesk/keys.conf"
op --operator ana
[ "$RC" = 7 ] && grep -qF "keys.conf:2: " "$ERR" &&
    ok "console: wrong keys are said" ||
    no "console: wrong keys are said" "exit $RC" "$(cat "$ERR")"

exit $status
