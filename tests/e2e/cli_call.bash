# shellcheck shell=bash disable=SC2154
# Calls by the command line: part of cli.sh.

verb ana object call state
verb ana array call figures --since 2020-01-01
sold=$(member 0 sales)
verb ana object call clock in
verb ana object call ready
verb ana object call pause BREAK
is 7 --operator ana call pause ""
is 3 --operator ana call pause NAP
verb ana object call ready
verb ana object call who "+34 600 999 888"
[ "$(member known)" = false ] && ok "cli call who: unknown" ||
    no "cli call who: unknown" "$(cat "$OUT" "$ERR")"
verb ana object call start "+34 600 999 888" --ringing --ticket "$number"
called=$(member call_id)
is 5 --operator ana call start "+34600999777"
is 5 --operator ana call hold
verb ana object call answer
verb ana object call consent "$called" announced
verb ana object call hold
verb ana object call resume "${called:0:8}"
verb ana object call transfer "$called" "Segunda línea"
verb ana object call link "$called" --ticket "$number"
verb ana object call note "$called" "Pide precio"
is 5 --operator ana call close --as SALE
verb ana object call end
verb ana object call extend
is 5 --operator ana call extend
is 7 --operator ana call close
is 7 --operator ana call close --as NA --amount 100
verb ana object call close --as s --amount 4990
[ "$(member disposition)" = SALE ] && [ "$(member currency)" = EUR ] &&
    ok "cli call close: a sale" ||
    no "cli call close: a sale" "$(cat "$OUT" "$ERR")"
is 3 --operator ana call show
verb ana object call show "$called"
verb ana object call explain "$called"
verb ana array call list --view sales
verb ana array call figures --since 2020-01-01
[ "$(member 0 sales)" = $((sold + 1)) ] && ok "cli call figures: one sale more" ||
    no "cli call figures: one sale more" "$(cat "$OUT" "$ERR")"
verb marta array call figures --by operator
verb marta array call figures --by hour
verb ana array call figures --formula
verb marta array call states
verb ana array call shifts
verb ana object call callback "600 999 888" "2h" --note "Después de comer"
promised=$(member id)
verb ana array call callbacks --mine
verb ana object call done "$promised"
is 5 --operator ana call cancel "$promised"
verb ana object call callback "600 999 888" "3h"
verb ana object call cancel "$(member id)"
verb ana array call stop "+34 600 999 888" --reason "Lo pidió"
is 4 --operator ana call start "+34600999888"
verb ana array call stops
is 4 --operator ana call allow "+34600999888"
verb marta array call allow "+34600999888"
# A flag that is written wrongly is not one that is left out.
is 2 --operator irene call code HUNG --label-es Colgó --label-en "Hung up" --flags human,do-not-call
# A program dials, on a desk that is nobody else's; it fails, the call goes on.
printf '#!/bin/sh\nprintf "<%%s>" "$@" >"%s"\nexit 3\n' "$TMP/dialled" >"$TMP/dial"
chmod 700 "$TMP/dial"
(umask 077; { cat "$conf"; printf '[call]\nprovider = command\ndialler = %s\ndialler_arguments = -n %s\n' \
    "$TMP/dial" '{number}'; } >"$TMP/dial.conf")
run "$OPDESK" --config "$TMP/dial.conf" --operator ana --json call start "600 (999) 777"
if [ "$RC" = 0 ] && [ "${OPDESK_TEST_ENGINE-}" != postgres ]; then
	[ "$(cat "$TMP/dialled")" = "<-n><600999777>" ] &&
	    grep -q "status 3" "$ERR" && ! grep -q 600999777 "$ERR" &&
	    [ "$(member state)" = ringing ] &&
	    ok "cli call start: dialled" ||
	    no "cli call start: dialled" "$(cat "$OUT" "$ERR" "$TMP/dialled")"
else
	[ "$RC" = 0 ] && grep -q "personal desk" "$ERR" && ! [ -e "$TMP/dialled" ] &&
	    ok "cli call start: not dialled for a server's desk" ||
	    no "cli call start: not dialled" "$(cat "$OUT" "$ERR")"
fi
run "$OPDESK" --config "$TMP/dial.conf" doctor
[ "$RC" = 0 ] && grep -q dialler "$OUT" && ok "cli doctor: dialler" ||
    no "cli doctor: dialler" "$(cat "$OUT" "$ERR")"
verb ana object call end
verb ana object call close --as NA
verb ana array call dispositions
verb ana array call reasons
verb marta array call code QUOTE --label-es Presupuesto --label-en Quote --key q --flags human,answered
verb marta array call code quote --unused
is 4 --operator ana call code QUOTE --used
verb ana object call settings
is 4 --operator ana call set wrap_up 30
verb irene object call set wrap_up 45
is 7 --operator irene call set wrap_up soon
verb ana object call off
