# shellcheck shell=bash disable=SC2154
# What to answer to what a customer objects, by the command line: part of
# cli.sh, whose functions it takes.

verb - array hint list
[ "$(member 0 id)" = already_have_provider ] &&
    ok "cli hint list: the cards that come with opdesk" ||
    no "cli hint list: the cards that come with opdesk" "$(cat "$OUT" "$ERR")"
verb - object hint show price_too_high
op --lang en hint show price_too_high
grep -q '^Price' "$OUT" && grep -q '^1\. ' "$OUT" &&
    grep -q '^   > .*?$' "$OUT" && grep -q '^What not to say$' "$OUT" &&
    ok "cli hint show: what to answer and what to ask" ||
    no "cli hint show: what to answer and what to ask" "$(cat "$OUT" "$ERR")"
is 3 hint show none_such
verb - array hint match "la otra empresa me lo da más barato"
[ "$(member 0 topic)" = competitor_cheaper ] &&
    ok "cli hint match: the right card" ||
    no "cli hint match: the right card" "$(cat "$OUT" "$ERR")"
is 2 hint match
is 2 hint match --threshold -1 caro
op --jsonl hint match <<'END'
{"id":"a","text":"es muy caro","lang":"es"}
{"id":"b","text":"vale, perfecto","lang":"es"}
no json
{"id":"c","text":"I have to ask my husband first","lang":"en"}
END
[ $RC = 7 ] && [ "$(wc -l <"$OUT") $(wc -l <"$ERR")" = "3 2" ] &&
    grep -q '^{"id":"a","matches":\[{"topic":"price_too_high",' "$OUT" &&
    grep -q '^{"id":"b","matches":\[\]}$' "$OUT" &&
    grep -q '"id":"c".*"topic":"need_to_ask_other"' "$OUT" &&
    grep -q ' 3: ' "$ERR" &&
    ok "cli hint match --jsonl: a line each, wrong ones on stderr" ||
    no "cli hint match --jsonl: a line each, wrong ones on stderr" \
	"exit $RC" "$(cat "$OUT" "$ERR")"

verb - array hint check kb/objections/*.json
sed 's/"question"/"answer"/' kb/objections/no_time.json >"$TMP/card.json"
op hint check kb/objections/no_time.json "$TMP/card.json"
[ $RC = 7 ] && grep -q 'card\.json.*"answer"' "$OUT" &&
    ok "cli hint check: the file and the field" ||
    no "cli hint check: the file and the field" "exit $RC" "$(cat "$OUT" "$ERR")"

# ---- the desk's own cards and prompts ----
is 4 --operator ana hint import
verb marta array hint import kb/objections/no_time.json
verb marta array hint import --prompt
verb marta array hint import kb/objections/*.json
verb irene array hint kept
verb irene array hint kept --prompt
op hint kept --prompt
grep -q hint "$OUT" && ok "cli hint kept: the prompt" ||
    no "cli hint kept: the prompt" "$(cat "$OUT" "$ERR")"
sed 's/"time"/"trust"/' kb/objections/no_time.json >"$TMP/card.json"
verb marta object hint edit no_time --file "$TMP/card.json"
verb irene object hint diff no_time
grep -q trust "$OUT" && ok "cli hint diff: the draft" ||
    no "cli hint diff: the draft" "$(cat "$OUT" "$ERR")"
verb marta object hint publish no_time
verb irene array hint versions no_time
verb irene object hint export no_time
verb marta object hint delete no_time
op hint match "ahora no tengo tiempo, voy con prisa"
! grep -q no_time "$OUT" && ok "cli hint match: a card that is gone is named no more" ||
    no "cli hint match: a card that is gone is named no more" "$(cat "$OUT" "$ERR")"
verb marta object hint restore no_time

# ---- the model ----
is 6 hint status
is 6 hint models
verb ana object hint ask "ahora no tengo tiempo, voy con prisa"
exec {STAND_IN}> >("$LLMSTAND" fine >"$TMP/stand")
wait_for test -s "$TMP/stand"
cp "$conf" "$TMP/before.conf"
printf '[llm]\nkind = ollama\nurl = http://127.0.0.1:%s\nmodel = llama3\n' \
    "$(cat "$TMP/stand")" >>"$conf"
verb - object hint status
verb - array hint models
is 3 --operator ana hint use nobody
verb ana object hint use mistral:7b
op --operator ana --lang es hint ask "ahora no tengo tiempo, voy con prisa"
[ $RC = 0 ] && grep -q '¿Qué precio le parecería justo?' "$OUT" &&
    grep -q '^1\. ' "$OUT" && ok "cli hint ask: cards, then the model's words" ||
    no "cli hint ask: cards, then the model's words" "exit $RC" "$(cat "$OUT" "$ERR")"
verb ana object hint ask "es que es muy caro" --product "Fibra 600"
verb ana array hint history
verb ana array hint history --log
op --operator ana --json hint history
grep -q '"model":"mistral:7b"' "$OUT" && grep -q '"tokens_out":8' "$OUT" &&
    ok "cli hint history: model and tokens" ||
    no "cli hint history: model and tokens" "$(cat "$OUT" "$ERR")"
verb ana object hint rate good
is 2 --operator ana hint rate perfect
verb ana object hint clear
op --operator ana --json hint history
[ "$(cat "$OUT")" = "[]" ] && ok "cli hint clear: nothing is remembered" ||
    no "cli hint clear: nothing is remembered" "$(cat "$OUT" "$ERR")"
for fault in escapes ends_early bad_key; do
	: >"$TMP/stand"
	echo $fault >&$STAND_IN
	wait_for grep -q $fault "$TMP/stand"
	op --operator ana hint ask "es muy caro"
	case $fault in
	escapes) [ $RC = 0 ] && ! grep -q "$(printf '\033')" "$OUT" ;;
	ends_early) [ $RC = 6 ] && grep -q Entiendo "$OUT" ;;
	*) [ $RC = 4 ] && grep -q api_key_file "$ERR" ;;
	esac && ok "cli hint ask: $fault" ||
	    no "cli hint ask: $fault" "exit $RC" "$(cat "$OUT" "$ERR")"
done
exec {STAND_IN}>&-
cp "$TMP/before.conf" "$conf"
