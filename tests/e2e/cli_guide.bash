# shellcheck shell=bash disable=SC2154
# Files of guides, and which guide a text is about, by the command line: part
# of cli.sh, whose functions it takes.

verb - array guide check tests/data/guides/good.json
op guide check tests/data/guides/good.json tests/data/guides/bad/loop.json
[ $RC = 7 ] && grep -q 'loop.json  *49  *loop ' "$OUT" &&
    ok "cli guide check: file, line and rule" ||
    no "cli guide check: file, line and rule" "exit $RC" "$(cat "$OUT" "$ERR")"

verb - array guide match "la impresora sale fuera de línea y no imprime"
[ "$(member 0 topic)" = printer_offline ] &&
    ok "cli guide match: the right guide" ||
    no "cli guide match: the right guide" "$(cat "$OUT" "$ERR")"
op guide match --threshold 2 vpn
[ $RC = 2 ] && ok "cli guide match: a threshold of 2 is refused" ||
    no "cli guide match: a threshold of 2 is refused" "exit $RC"
op --jsonl guide match <<'END'
{"id":"a","text":"vpn error 809","lang":"es"}
{"id":"b","text":"hola, buenas tardes","lang":"es"}
no json
{"id":"c","lang":"en"}

{"id":"d","text":"my password has expired","lang":"en"}
END
[ $RC = 7 ] && [ "$(wc -l <"$OUT") $(wc -l <"$ERR")" = "3 3" ] &&
    grep -q '^{"id":"a","matches":\[{"topic":"vpn_fails",' "$OUT" &&
    grep -q '^{"id":"b","matches":\[\]}$' "$OUT" &&
    grep -q '"id":"d".*password_reset' "$OUT" && grep -q ' 3: ' "$ERR" &&
    ok "cli guide match --jsonl: a line each, wrong ones on stderr" ||
    no "cli guide match --jsonl: a line each, wrong ones on stderr" \
	"exit $RC" "$(cat "$OUT" "$ERR")"

# ---- the guides of the desk ----
verb irene array guide import
verb ana array guide list
is 4 --operator ana guide import
op --json --operator irene guide import
grep -qF '"made"' "$OUT" &&
    no "cli guide import again: nothing new" "$(cat "$OUT")" ||
    ok "cli guide import again: nothing new"
verb ana object guide show vpn_fails
verb ana object guide export vpn_fails
op --operator ana guide export vpn_fails
"$OPDESK" guide check "$OUT" >/dev/null 2>"$ERR" &&
    ok "cli guide export: a file that is right" ||
    no "cli guide export: a file that is right" "$(cat "$ERR")"
cp "$OUT" "$TMP/vpn.json"
mkdir "$TMP/guides"
verb ana array guide export --dir "$TMP/guides"
cmp -s "$TMP/guides/vpn_fails.json" "$TMP/vpn.json" &&
    ok "cli guide export --dir: the same" || no "cli guide export --dir: the same"
sed -i 's/La VPN no conecta/La VPN se niega/' "$TMP/vpn.json"
verb irene object guide edit vpn_fails --file "$TMP/vpn.json"
op --operator irene guide diff vpn_fails
grep -q '^+.*La VPN se niega' "$OUT" && grep -q '^-.*La VPN no' "$OUT" &&
    ok "cli guide diff: the draft and what is published" ||
    no "cli guide diff: the draft and what is published" "$(cat "$OUT" "$ERR")"
verb irene object guide diff vpn_fails
is 4 --operator ana guide publish vpn_fails
verb ana object guide settings
[ "$(member on_ticket) $(member threshold)" = "off 0.5" ] &&
    ok "cli guide settings: as they come" ||
    no "cli guide settings: as they come" "$(cat "$OUT")"
op --json guide match teléfono # between the two that were once the usual ones
grep -q softphone_not_reg "$OUT" && ok "cli guide match: as for a session" ||
    no "cli guide match: not the tenant's threshold" "$(cat "$OUT" "$ERR")"
verb irene object guide set --threshold 0.7
op --json guide match teléfono
grep -qF '[]' "$OUT" && ok "cli guide match: the tenant's threshold" ||
    no "cli guide match: not the tenant's threshold" "$(cat "$OUT" "$ERR")"
verb irene object guide set --threshold 0.5
verb irene object guide set --idle-days 30 --escalations n2@example.com
[ "$(member idle_days) $(member escalations)" = "30 n2@example.com" ] &&
    ok "cli guide set: kept" || no "cli guide set: kept" "$(cat "$OUT")"
verb irene object guide set --escalations ""
is 7 --operator irene --yes guide set --threshold 2
is 7 --operator irene --yes guide set --on-ticket maybe --idle-days 20
is 7 --operator irene --yes guide set --escalations nobody
is 2 --operator irene --yes guide set
is 4 --operator ana --yes guide set --idle-days 20
verb irene object guide edit vpn_fails --discard

# ---- a tenant of few guides, which are learnt fast ----
op tenant new few --login flor
sed 's/^tenant = demo$/tenant = few/' "$own" >"$TMP/few.conf"
chmod 600 "$TMP/few.conf"
conf=$TMP/few.conf
op --operator flor guide import tests/data/guides/bad/loop.json \
    tests/data/guides/older.json
[ $RC = 7 ] && grep -q 'fan_noise  *refused' "$OUT" && grep -q 'fax_fails' "$OUT" &&
    ok "cli guide import: the bad one is refused, the rest is there" ||
    no "cli guide import: the bad one is refused, the rest is there" \
	"exit $RC" "$(cat "$OUT" "$ERR")"
op --operator flor guide export fax_fails
sed 's/El fax no envía/La impresora matricial no avanza/' "$OUT" >"$TMP/fax.json"
verb flor object guide edit fax_fails --file "$TMP/fax.json"
verb flor object guide publish fax_fails
[ "$(member published)" = 2 ] && ok "cli guide publish: version 2" ||
    no "cli guide publish: version 2" "$(cat "$OUT" "$ERR")"
is 3 --operator flor guide publish fax_fails
verb flor array guide versions fax_fails
named() { # words, text
	op --json --operator flor guide match "$2"
	if grep -q '"topic":"fax_fails"' "$OUT"; then
		ok "cli guide match, $1: named"
	else
		no "cli guide match, $1: not named" "$(cat "$OUT" "$ERR")"
	fi
}
unnamed() { # words, text
	op --json --operator flor guide match "$2"
	if grep -qF '[]' "$OUT"; then
		ok "cli guide match, $1: nothing named"
	else
		no "cli guide match, $1: something named" "$(cat "$OUT" "$ERR")"
	fi
}
matrix="la impresora matricial no avanza"
named published "$matrix"
op --operator flor undo
op --json --operator flor guide show fax_fails
[ "$(member number)" = 1 ] && ok "cli guide publish: taken back" ||
    no "cli guide publish: taken back" "$(cat "$OUT" "$ERR")"
unnamed "what was published is taken back" "$matrix"
named "what was published is taken back" "el fax no envía"
verb flor object guide delete fax_fails
unnamed deleted "el fax no envía"
op --operator flor undo
named "deleted, undone" "el fax no envía"
op --operator flor redo
unnamed "deleted again" "el fax no envía"
verb flor object guide restore fax_fails
named restored "el fax no envía"
verb flor object guide train
[ "$(member learnt)" = false ] && ok "cli guide train: nothing new" ||
    no "cli guide train: nothing new" "$(cat "$OUT" "$ERR")"
conf=$own
is 4 --operator ana guide train
is 3 --operator ana guide show none_such
