#!/bin/bash
# Encrypted backups on the command line: with a passphrase and with a key each
# is verified and restored; with another one, the other form, none, or a file
# that others can read it is refused, says why, and leaves nothing.  A secret
# comes from a file alone: no option and no variable holds one.
#
# Turned red by: a cipher whose sum is not compared; secrets read from files
# that others can read; a passphrase that is taken from the environment.
#
# SQLite only: a backup is made of a desk in a file.
set -u
. tests/e2e/lib.bash
make_desk
cd "$TMP" || exit 1
umask 077
words='ojala llueva cafe en el campo'
echo "$words" >right.passphrase
echo "$words." >wrong.passphrase
echo "corta" >short.passphrase
openssl rand -hex 32 >right.key
openssl rand -hex 32 >wrong.key
head -c 63 right.key >short.key
install -m 644 right.passphrase open.passphrase
install -m 644 right.key open.key

refused() { # name, status, word of the sentence, words of the command
	local name=$1 want=$2 word=$3
	shift 3
	op "$@"
	if [ $RC = "$want" ] && grep -q -e "$word" "$ERR" &&
	    ! grep -q -e "$words" "$OUT" "$ERR" && [ ! -e back ] &&
	    [ -z "$(find . -name '.opdesk-restore-*')" ]; then
		ok "$name"
	else
		no "$name" "exit $RC, not $want" "$(cat "$ERR")" "$(ls -A)"
	fi
}

for form in passphrase key; do
	other=key
	[ $form = passphrase ] || other=passphrase
	rm -rf $form backups
	op --json backup new --to $form --$form-file right.$form
	file=$(member file)
	[ $RC = 0 ] && [ "$(member cipher)" = $form ] &&
	    ok "$form: backup" || no "$form: backup" "$(cat "$OUT" "$ERR")"
	# Nothing of a customer can be read in it.
	"$OPDESK" --config "$conf" --jsonl contact list | head -n 1 |
	    sed 's/.*"full_name":"\([^"]*\)".*/\1/' >name
	[ -s name ] && grep -qaFf name desk.db && ! grep -qaFf name "$file" &&
	    ok "$form: no names in it" || no "$form: no names in it" "$(cat name)"
	op backup verify "$file" --$form-file right.$form
	[ $RC = 0 ] && ok "$form: verified" || no "$form: verified" "$(cat "$ERR")"
	refused "$form: another one" 7 "not the one" \
	    backup verify "$file" --$form-file wrong.$form
	refused "$form: another one, restored" 7 "not the one" \
	    restore --from "$file" --to back/desk.db --$form-file wrong.$form
	refused "$form: the other form" 2 "$form-file" \
	    restore --from "$file" --to back/desk.db --$other-file right.$other
	OPDESK_PASSPHRASE=$words PASSPHRASE=$words \
	    refused "$form: none" 2 "$form-file" \
	    restore --from "$file" --to back/desk.db
	refused "$form: others can read it" 4 "open.$form" \
	    backup new --to $form --$form-file open.$form
	refused "$form: too short" 7 "" \
	    backup new --to $form --$form-file short.$form
	refused "$form: in an argument" 2 "" \
	    backup new --to $form "--$form" "$words"
	refused "$form: no such file" 3 "" \
	    backup new --to $form --$form-file none
	[ "$(find $form -type f | wc -l)" = 1 ] &&
	    ok "$form: nothing else was written" ||
	    no "$form: nothing else was written" "$(find $form)"
	op restore --from "$file" --to back/desk.db --$form-file right.$form
	[ $RC = 0 ] && run "$OPDESK" --config "$conf" --db back/desk.db \
	    contact list && ok "$form: restored" ||
	    no "$form: restored" "$(cat "$ERR")"
	rm -rf back
done
refused "both at once" 2 "" backup new --passphrase-file right.passphrase \
    --key-file right.key
exit $status
