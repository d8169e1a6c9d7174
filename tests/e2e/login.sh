#!/bin/bash
# Logging in by name on the command line: passwords, codes, delays, showing it
# again, who is disabled, and --readonly.
. tests/e2e/lib.bash
make_desk
op_as() { # login, words...
	local who=$1
	shift
	op --login "$who" --password-file "$TMP/$who.secret" "$@"
}
secret() { # login, lines
	printf '%s\n' "${@:2}" >"$TMP/$1.secret"
	chmod 600 "$TMP/$1.secret"
}
is() { # status, words in what is said, command...
	local want=$1 words=$2
	shift 2
	"$@"
	if [ $RC = "$want" ] && grep -qF -- "$words" "$OUT" "$ERR"; then
		ok "login $want: ${*: -4}"
	else
		no "login $want: $*" "exit $RC" "$(cat "$OUT" "$ERR")"
	fi
}
host=(op --operator irene --yes)
secret marta "casi tres gatos en la luna"
secret irene "siete mares y un farol"
set_password() { # login, as
	run "$OPDESK" --config "$conf" --operator irene --yes --json operator \
	    password "$1" <"$TMP/$1.secret"
}

# ---- setting one ----
is 0 '"has_password":true' set_password marta
secret short "eleven char"
cp "$TMP/short.secret" "$TMP/ana.secret"
is 7 "12 characters" set_password ana
for weak in password1234 aaaaaaaaaaaaaaaa abcdefghijklmn anaanaanaana \
    contraseña1234 123456789012; do
	secret ana "$weak"
	is 7 "among the first" set_password ana
done
secret ana "$(printf 'palabra larga %.0s' {1..20})"
is 0 '"has_password":true' set_password ana
if "$OPDESK" --config "$conf" --operator irene operator password ana \
    "in the words" --yes >/dev/null 2>"$ERR"; then
	no "login: a password among the words is refused"
else
	ok "login: a password among the words is refused"
fi
if grep -aqF "gatos en la luna" "$TMP"/desk.db* 2>/dev/null; then
	no "login: the password is in the desk"
else
	ok "login: the password is not in the desk"
fi

# ---- logging in ----
is 0 '"number":7' op_as marta --json ticket show 7
is 0 '"number":7' op_as marta --json --readonly ticket show 7
is 4 "for reading only" op_as marta --readonly ticket edit 7 --subject x
is 0 "" op_as marta ticket edit 7 --subject x
cp "$TMP/marta.secret" "$TMP/right"
secret marta "another one altogether"
is 4 "The name, the password or the code is wrong" op_as marta ticket show 7
secret nobody "another one altogether"
is 4 "The name, the password or the code is wrong" op_as nobody ticket show 7
is 4 "nobody can be asked" op --no-input --login marta ticket show 7
is 0 '"operation":"login"' "${host[@]}" --json audit list
is 0 '"reason":"password"' "${host[@]}" --json audit list
chmod 644 "$TMP/marta.secret"
is 4 "" op_as marta ticket show 7
chmod 600 "$TMP/marta.secret"

# ---- what is another team's is not shown, and that is kept ----
is 0 '"number"' op --operator marta --json ticket new --subject "de ventas"
number=$(member number)
is 0 '"team":"Ventas"' op --operator marta --json ticket assign \
    "$number" --team Ventas
is 4 "Somebody else has it" op_as ana ticket show "$number"
is 0 '"operation":"ticket.read"' "${host[@]}" --json audit list
op_as ana --json ticket list --view all --limit 1000
if grep -q "\"number\":$number[,}]" "$OUT"; then
	no "login: another team's ticket is in the list"
else
	ok "login: another team's ticket is not in the list"
fi

# ---- tries: from the fifth on one has to wait, and then may again ----
export OPDESK_FAKE_CLOCK=$(date -u +%Y-%m-%dT%H:%M:%SZ)
for i in 1 2 3 4 5; do op_as marta ticket show 7; done
is 6 "Too many tries" op_as marta ticket show 7
cp "$TMP/right" "$TMP/marta.secret"
is 6 "Too many tries" op_as marta ticket show 7
for i in 1 2 3 4 5 6 7; do op_as nobody ticket show 7; done
is 6 "Too many tries" op_as nobody ticket show 7
later=$(date -u -d "+1 hour" +%Y-%m-%dT%H:%M:%SZ)
export OPDESK_FAKE_CLOCK=$later
is 0 '"number":7' op_as marta --json ticket show 7

# ---- codes ----
is 5 "Set a password first" "${host[@]}" operator totp ruth --new
is 0 otpauth://totp/opdesk:marta "${host[@]}" --json operator totp marta --new
generator=$(member secret)
code_at() { # time
	local step key mac at
	step=$(printf %016x $(($(date -u -d "$1" +%s) / 30)))
	key=$(base32 -d <<<"$generator" | od -An -tx1 | tr -d ' \n')
	mac=$(printf "$(sed 's/../\\x&/g' <<<"$step")" |
	    openssl dgst -sha1 -mac HMAC -macopt "hexkey:$key" | sed 's/.* //')
	at=$((0x${mac:39:1} * 2))
	printf %06d $(((0x${mac:at:8} & 0x7fffffff) % 1000000))
}
if [ "$(stat -c %a "$TMP"/desk.db.seal 2>/dev/null || echo 600)" = 600 ]; then
	ok "login: the sealing key is its owner's alone"
else
	no "login: the sealing key is its owner's alone"
fi
is 4 "second line" op_as marta ticket show 7
secret marta "$(cat "$TMP/right")" 000000
is 4 "code is wrong" op_as marta ticket show 7
secret marta "$(cat "$TMP/right")" "$(code_at "$later")"
is 0 '"number":7' op_as marta --json ticket show 7
is 4 "code is wrong" op_as marta ticket show 7 # a code works once
export OPDESK_FAKE_CLOCK=$(date -u -d "$later 60 seconds" +%Y-%m-%dT%H:%M:%SZ)
secret marta "$(cat "$TMP/right")" "$(code_at "$OPDESK_FAKE_CLOCK")"
is 0 '"number":7' op_as marta --json ticket show 7
is 0 "" "${host[@]}" operator totp marta --clear
cp "$TMP/right" "$TMP/marta.secret"
is 0 '"number":7' op_as marta --json ticket show 7

# ---- showing it again ----
is 4 "nobody can be asked" op --operator irene --no-input team new Noche
is 0 "" "${host[@]}" team new Noche
is 0 '"has_password":true' set_password irene
id=$(id -u)
is 0 "" "${host[@]}" operator edit marta --uid 65533
is 0 "" "${host[@]}" operator edit irene --uid "$id"
is 4 "nobody can be asked" op --yes --no-input team new Dia
is 0 "" op --password-file "$TMP/irene.secret" team new Dia
secret irene "not that one at all"
is 4 "is wrong" op --password-file "$TMP/irene.secret" team new Tarde
secret irene "siete mares y un farol"
is 0 "" op_as irene team new Tarde

# ---- who has to log in, and who may no more ----
is 0 '"login_required":true' op_as irene --json operator edit irene \
    --require-login yes
is 4 "You have to log in" op ticket show 7
is 0 '"number":7' op_as irene --json ticket show 7
is 5 "Set a password first" op_as irene operator edit ruth --require-login yes
is 0 '"enabled":false' op_as irene --json operator disable marta
is 4 "password or the code is wrong" op_as marta ticket show 7
# Who owns the desk helps whoever forgot his.
is 0 '"has_password":false' "${host[@]}" --json operator password irene --clear
is 0 '"has_password":true' set_password irene
is 5 "last enabled administrator" op_as irene operator disable irene
is 4 "own role" op_as irene operator edit irene --role operator
is 0 "" op_as irene audit verify

# ---- nothing is written where that was asked for ----
is 2 "--readonly" run "$SYNCD" --config "$conf" --readonly
unset OPDESK_FAKE_CLOCK
for words in "ticket new --subject x" "team new X" "operator disable ana" \
    "operator password ana --clear" "operator totp ana --clear" \
    "token new x --scopes *" "tenant edit --name X" "undo"; do
	set -f
	is 4 "" op_as irene --readonly $words
	set +f
done
exit $status
