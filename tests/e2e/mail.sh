#!/bin/bash
# Mails in by "opdesk message receive --mail", as a mail server runs it: each
# of tests/data/mail becomes what it should, once; statuses are those of
# sysexits.h, so that a mail server keeps what can be taken in later.
#
# Turned red by: the look at mail_ids left out (a mail twice is two comments),
# may_write always 1 (a stranger writes on a ticket), MAIL_LATER for what is
# refused, err_exit_status for what has to wait.
. tests/e2e/lib.bash
make_desk
mails=tests/data/mail

# A mail in; its answer is in $OUT.
mail() { # file, options...
	local file=$1
	shift
	RC=0
	sed "s/NUMBER/${number-0}/" "$file" |
	    "$OPDESK" --config "$conf" --json message receive --mail "$@" \
		>"$OUT" 2>"$ERR" || RC=$?
}

# What a mail became.
becomes() { # result, ticket or "", file, options...
	local want=$1 ticket=$2
	shift 2
	mail "$@"
	if [ $RC = 0 ] && [ "$(member result)" = "$want" ] &&
	    { [ -z "$ticket" ] || [ "$(member ticket)" = "$ticket" ]; }; then
		ok "mail ${1##*/}: $want"
	else
		no "mail ${1##*/}: $want" "exit $RC" "$(cat "$OUT" "$ERR")"
	fi
}

# The last JSON has these words.
has() { # name, words...
	local name=$1 words
	shift
	for words; do
		grep -qF -- "$words" "$OUT" || {
			no "$name" "not there: $words" "$(head -c 2000 "$OUT")"
			return
		}
	done
	ok "$name"
}

status_is() { # status, name
	if [ $RC = "$1" ] && [ "$(wc -l <"$ERR")" = 1 ] && ! [ -s "$OUT" ]; then
		ok "mail: status $1 $2"
	else
		no "mail: status $1 $2" "exit $RC" "$(cat "$OUT" "$ERR")"
	fi
}

# ---- a ticket, its answers, and the same once more ----
becomes created "" $mails/01-plain.eml --tags correo
first=$(member ticket)
op --operator marta --json ticket show "$first"
has "mail: subject, text, contact and source" \
    '"subject":"Impresora sin conexión"' '¿Pueden mirarlo?' \
    '"contact_name":"Ana Pérez"' '"source":"mail"' '"tags":"correo"'
becomes known "$first" $mails/01-plain.eml
op --operator marta ticket state "$first" solved
becomes commented "$first" $mails/02-reply-gmail.eml
op --operator marta --json ticket show "$first"
has "mail: an answer without what it quotes opens the ticket again" \
    '"state":"open"' '"body":"Ahora dice \"sin papel\", pero sí tiene."' \
    '"author":"Ana Pérez"'
becomes noted "$first" $mails/07-vacation.eml
becomes noted "$first" $mails/08-bounce.eml
becomes commented "$first" $mails/12-inline-answers.eml

# ---- by the number in the subject, and who may not ----
number=$first
becomes created "" $mails/11-stranger.eml
[ "$(member meant)" = "$first" ] && ok "mail: a stranger's is linked" ||
	no "mail: a stranger's is linked" "$(cat "$OUT")"
op --operator marta --json contact new "Luis Gómez" \
    --email luis.gomez@example.org
luis=$(member id)
op --operator marta --json ticket new --subject Alta --contact "$luis"
number=$(member number)
becomes commented "$number" $mails/03-outlook-html.eml
op --operator marta --json ticket show "$number"
has "mail: HTML of Windows-1252 without the block that it quotes" \
    '"body":"Falta también el correo de la compañera – gracias."'

# ---- a merged ticket's answers go to the target ----
op --operator marta --json ticket new --subject Impresoras
target=$(member number)
op --operator marta ticket merge "$first" "$target"
sed 's/<inline12@/<late@/' $mails/12-inline-answers.eml >"$TMP/late.eml"
becomes commented "$target" "$TMP/late.eml"

# ---- what comes along ----
becomes created "" $mails/04-attachments.eml
op --operator marta --json ticket files "$(member ticket)"
has "mail: files keep name, type and size, and the mail is whole" \
    '"title":"mail.eml","mime":"message/rfc822"' \
    '"title":"Factura nº 17.pdf","mime":"application/pdf","size":2068' \
    '"title":"passwd","mime":"text/csv"' '"title":"logo.png"'
id=$(member 0 id)
op --operator marta --json ticket list
number=$(member 0 number)
op --operator marta --json ticket file "$number" "$id" --to "$TMP/whole.eml"
cmp -s "$TMP/whole.eml" $mails/04-attachments.eml &&
    ok "mail: the whole mail comes back byte by byte" ||
	no "mail: the whole mail comes back byte by byte" "$(cat "$OUT" "$ERR")"
op --operator marta ticket file "$number" "$id" --to "$TMP/whole.eml"
[ $RC = 5 ] && ok "mail: a file that is there stays" ||
	no "mail: a file that is there stays" "exit $RC"

# ---- sets of characters, lists, forwards, nothing at all ----
becomes created "" $mails/05-japanese.eml
op --operator marta --json ticket show "$(member ticket)"
has "mail: ISO-2022-JP" 'プリンターが動きません。'
becomes created "" $mails/06-latin1-undeclared.eml
op --operator marta --json ticket show "$(member ticket)"
has "mail: bytes that nobody named" 'Contraseña caducada' 'cuesta 20 €'
becomes created "" $mails/09-list.eml
becomes created "" $mails/10-flowed-forward.eml
op --operator marta --json ticket show "$(member ticket)"
has "mail: flowed lines are one, the mail within is a file" \
    'y que nadie ha contestado todavia.' 'Aviso de corte.eml'
becomes created "" $mails/13-no-id-no-subject.eml
becomes known "" $mails/13-no-id-no-subject.eml
becomes created "" $mails/14-hostile.eml
op --operator marta ticket show "$(member ticket)"
LC_ALL=C grep -aqP '[\x00-\x09\x0b-\x1f\x7f]' "$OUT" &&
    no "mail: nothing for the terminal comes out" "$(cat -v "$OUT")" ||
	ok "mail: nothing for the terminal comes out"
sed 's/<auto1@/<auto2@/; /^In-Reply-To/d' $mails/07-vacation.eml \
    >"$TMP/auto.eml"
becomes created "" "$TMP/auto.eml"
op --operator marta --json ticket show "$(member ticket)"
has "mail: what no person wrote is tagged" '"tags":"automatic"'

# ---- statuses ----
printf 'this is no mail' >"$TMP/none"
mail "$TMP/none"
status_is 65 "for what is no mail"
{
	cat $mails/01-plain.eml
	head -c 27000000 /dev/zero | tr '\0' x
} >"$TMP/large"
mail "$TMP/large"
status_is 65 "for one that is too large"
{
	printf 'From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n'
	for i in {1..101}; do printf '\n--b\n\nx\n'; done
} >"$TMP/parts"
mail "$TMP/parts"
status_is 65 "for too many parts"
sed 's/a1b2c3/new1/' $mails/01-plain.eml >"$TMP/new.eml"
mail "$TMP/new.eml" --team nobody
status_is 75 "for an alias that names no team"
mail "$TMP/new.eml" --taem soporte
status_is 75 "for an alias with a wrong option"
was=$conf
conf=$TMP/broken.conf
printf '[desk]\ncolour = red\n' >"$conf"
mail "$TMP/new.eml"
status_is 75 "for a wrong configuration"
printf '[desk]\ndatabase = %s/nowhere.db\n' "$TMP" >"$conf"
mail "$TMP/new.eml"
status_is 75 "without a desk"
conf=$was
becomes created "" "$TMP/new.eml"
exit $status
