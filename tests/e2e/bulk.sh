#!/bin/bash
# opdesk ticket bulk: a look first, asked from three tickets up, all or none.
. tests/e2e/lib.bash
make_desk

# An exit status, with some words on either output.
is() { # status, words, noun, verb, words...
	local want=$1 words=$2
	shift 2
	op --operator marta "$@"
	if [ $RC = "$want" ] && grep -qF -- "$words" "$OUT" "$ERR"; then
		ok "bulk $want: $*"
	else
		no "bulk $want: $*" "exit $RC" "$(head -c 500 "$OUT")" "$(cat "$ERR")"
	fi
}

for n in 1 2 3; do
	is 0 '"sobra"' --json ticket new --subject "Sobra $n" --tags sobra
done
is 2 "What shall be changed" --no-input ticket bulk --filter etiqueta:sobra
is 2 "Which tickets" --no-input ticket bulk --priority 5
is 2 "What shall be changed" ticket bulk --filter a --priority 5 --delete
is 7 "etiqeta" ticket bulk --filter etiqeta:sobra --delete
is 0 "3 tickets are meant" ticket bulk --filter etiqueta:sobra --delete --dry-run
is 0 '"priority":3' --readonly --json ticket bulk --filter etiqueta:sobra \
    --priority 5 --dry-run
is 1 "--yes changes 3 tickets" --no-input ticket bulk --filter etiqueta:sobra --delete
is 0 '"priority":3' --json ticket list --filter etiqueta:sobra
is 0 "Set 3 tickets to priority 5" --yes ticket bulk --filter etiqueta:sobra \
    --priority 5 --reason "Lo pide dirección"
is 0 '"priority":5' --json ticket list --filter etiqueta:sobra
op --operator marta view new Sobrantes --filter etiqueta:sobra
is 0 "Tagged 3 tickets: fuera" --yes ticket bulk --view Sobrantes --tag fuera
is 0 "Moved 3 tickets to the trash" --yes ticket bulk --filter etiqueta:fuera --delete
is 0 "[]" --json ticket list --filter etiqueta:sobra
is 0 "Took 3 tickets out of the trash" --yes ticket bulk --view trash \
    --filter etiqueta:fuera --restore
is 0 "0 tickets are meant" --yes ticket bulk --filter etiqueta:nadie --delete
exit $status
