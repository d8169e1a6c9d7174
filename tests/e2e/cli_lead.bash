# shellcheck shell=bash disable=SC2154
# Leads by the command line: part of cli.sh.

verb ana array lead list
[ "$(member 0 status)" = needs_expert ] && ok "cli lead list: overdue first" ||
    no "cli lead list: overdue first" "$(cat "$OUT" "$ERR")"
verb ana array lead list --limit 1
behind=$(member 0 id)
verb ana array lead list --limit 1 --cursor "$behind"
[ "$(member 0 id)" != "$behind" ] && ok "cli lead list: the page behind" ||
    no "cli lead list: the page behind" "$(cat "$OUT" "$ERR")"
verb ana array lead list --status closed
[ "$(member 0 status)" = closed ] && ok "cli lead list: closed ones" ||
    no "cli lead list: closed ones" "$(cat "$OUT" "$ERR")"
verb ana object lead new "Fibra para dos oficinas" --call "$called" \
    --ticket "$number" --next "2h" --status needs_expert
lead=$(member id)
[ "$(member ticket)" = "$number" ] && [ "$(member operator)" = ana ] &&
    ok "cli lead new: from a call and a ticket" ||
    no "cli lead new: from a call and a ticket" "$(cat "$OUT" "$ERR")"
verb ana object call link "$called" --lead "$lead"
[ "$(member lead_id)" = "$lead" ] && ok "cli call link: to a lead" ||
    no "cli call link: to a lead" "$(cat "$OUT" "$ERR")"
verb ana array call list --lead "$lead"
[ "$(member 0 call_id)" = "$called" ] && ok "cli call list: of a lead" ||
    no "cli call list: of a lead" "$(cat "$OUT" "$ERR")"
is 7 --operator ana lead new " "
is 3 --operator ana lead new x --contact "nobody of that name"
is 2 --operator ana lead new x --status sold
verb ana object lead edit "$lead" --problem "Fibra para tres" --next ""
[ "$(member next_at)" = null ] && ok "cli lead edit: no next step" ||
    no "cli lead edit: no next step" "$(cat "$OUT" "$ERR")"
is 2 --operator ana lead edit "$lead"
is 5 --operator ana lead edit "$lead" --status qualified --if-version 1
verb ana object lead close "$lead"
verb ana object lead show "$lead"
[ "$(member status)" = closed ] && ok "cli lead close" ||
    no "cli lead close" "$(cat "$OUT" "$ERR")"
verb ana object lead delete "$lead"
verb ana array lead list --view trash
[ "$(member 0 id)" = "$lead" ] && ok "cli lead list: the trash" ||
    no "cli lead list: the trash" "$(cat "$OUT" "$ERR")"
verb ana object lead restore "$lead"
is 3 --operator ana lead show 999999
is 4 --operator diego lead delete "$lead"
