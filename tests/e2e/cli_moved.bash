# shellcheck shell=bash disable=SC2154
# A desk that moves, or is copied, by the command line: part of cli.sh.

here=(--db "$TMP/own/desk.db" --tenant uno) there=(--db "$TMP/moved/desk.db")
run script -qec "stty cols 40
    '$OPDESK' ${here[*]} desk copy --keep-source --to '$TMP/kept/desk.db'" /dev/null
tr '\r' '\n' <"$OUT" | grep '\[[#.]*\] *[0-9]* %$' >"$TMP/bars"
[ $RC = 0 ] && grep -q '^Copying rows \[#*\.\.*\] *[0-9]* %$' "$TMP/bars" &&
	grep -q '^Comparing \[##*\] 100 %$' "$TMP/bars" &&
	! grep -q '.\{40\}' "$TMP/bars" &&
	ok "cli desk copy: a bar on one line" ||
	no "cli desk copy: a bar on one line" "$RC" "$(cat "$OUT")"
run "$OPDESK" "${here[@]}" desk copy --to "$TMP/moved/desk.db"
[ $RC = 0 ] && grep -q 'old one is closed' "$OUT" && ok "cli desk copy" ||
	no "cli desk copy" "$RC" "$(cat "$OUT" "$ERR")"
run "$OPDESK" "${here[@]}" ticket list
[ $RC = 6 ] && grep -q "moved to $TMP/moved/desk.db" "$ERR" &&
	ok "cli desk copy: the old desk says where it went" ||
	no "cli desk copy: the old desk says where it went" "$RC" "$(cat "$ERR")"
run "$OPDESK" "${here[@]}" --readonly ticket list
[ $RC = 0 ] && ok "cli desk copy: the old desk can be read" ||
	no "cli desk copy: the old desk can be read" "$RC" "$(cat "$ERR")"
run "$OPDESK" "${there[@]}" --tenant uno ticket new --subject "Allí"
[ $RC = 0 ] && ok "cli desk copy: the new desk takes over" ||
	no "cli desk copy: the new desk takes over" "$RC" "$(cat "$ERR")"
run "$OPDESK" "${here[@]}" --json desk reopen
[ $RC = 0 ] && [ "$(member held)" = 0 ] && ok "cli desk reopen" ||
	no "cli desk reopen" "$RC" "$(cat "$OUT" "$ERR")"
run "$OPDESK" "${here[@]}" ticket new --subject "Aquí"
[ $RC = 0 ] && ok "cli desk reopen: it goes on" ||
	no "cli desk reopen: it goes on" "$RC" "$(cat "$ERR")"
