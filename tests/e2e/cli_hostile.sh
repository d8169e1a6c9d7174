#!/bin/bash
# 102 hostile texts in through the command line, and out of it: nothing that
# a terminal could take for a command comes out, for people or as JSON.
. tests/e2e/lib.bash
make_desk

e=$(printf '\033')
payloads=("$e[31m" "$e[2J$e[H" "$e]0;title$e\\" "$e]52;c;aGk=$e\\" \
    "$e]8;;http://x$e\\link$e]8;;$e\\" "${e}c" "${e}P1\$r0m$e\\" "${e}[6n" \
    "${e}[?1049h" "${e}[5i" $'\r' $'over\rwritten' $'back\b\b\bspace' $'\a' \
    $'\t' $'\v\f' $'\016' $'\177' $'\302\233' $'\302\23331m' $'\302\235' \
    $'\302\205' $'\342\200\256moc.knab' $'\342\201\246x\342\201\251' \
    $'\342\200\213' $'\342\200\215' $'\357\273\277' $'\302\255' \
    $'\363\240\201\201\363\240\201\277' $'\342\200\250' $'\342\200\251' \
    $'\330\234' $'\315\217' $'line\nbreak')

# Fill: each at the start, inside and at the end of a name and a subject.
n=0
for p in "${payloads[@]}"; do
	for text in "${p}a" "b${p}c" "d$p"; do
		n=$((n + 1))
		op --operator marta contact new "N$n $text" >"$TMP/null"
		c=$RC
		op --operator marta ticket new --subject "S$n $text" \
		    --description "D$n $text"
		[ "$c$RC" = 00 ] || no "hostile $n goes in" "exit $c $RC" \
		    "$(cat -v "$ERR")"
	done
done
ok "cli: $n hostile texts go in as data"

# What may not come out, as bytes: C0 but LF, DEL, C1, direction marks,
# zero-width characters, tags, line separators.
bad='[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]'
bad="$bad|\\xe2\\x81[\\xa0-\\xaf]|\\xef\\xbb\\xbf|\\xf3\\xa0[\\x80-\\x81]|\\xd8\\x9c"
clean() { # name, what must be there; checks $OUT and $ERR
	if cat "$OUT" "$ERR" | LC_ALL=C grep -aqP "$bad"; then
		no "$1" "$(cat "$OUT" "$ERR" | LC_ALL=C grep -anP "$bad" |
		    cat -v | head -5)"
	elif ! grep -q "$2" "$OUT" "$ERR"; then
		no "$1" "\"$2\" is not there" "$(cat -v "$ERR" | head -3)"
	else
		ok "$1"
	fi
}
for form in "" --json --jsonl; do
	op $form ticket list --limit 1000
	clean "cli ticket list $form: clean" "S$n"
	op $form contact list --limit 1000
	clean "cli contact list $form: clean" "N$n"
	for k in 1 40 100; do
		op $form ticket show $((k + 13))
		clean "cli ticket show $((k + 13)) $form: clean" "D$k"
	done
done

# Through arguments into errors, and through a signed message.
for p in "${payloads[@]}"; do
	op "x$p"
	cp "$ERR" "$TMP/one"
	op ticket list --view "x$p"
	cat "$TMP/one" >>"$ERR"
	if [ $RC != 3 ]; then
		no "cli: a view of a hostile name is not there" "exit $RC"
	elif LC_ALL=C grep -aqP "$bad" "$ERR"; then
		no "cli: errors are clean" "$(cat -v "$ERR")"
	fi
done
ok "cli: errors are clean"
exit $status
