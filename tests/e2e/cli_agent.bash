# shellcheck shell=bash disable=SC2154
# Inventory agents by the command line: part of cli.sh.

verb teo array agent list
[ "$(member 0 program)" = FusionInventory-Agent ] &&
    ok "cli agent list: who is silent longest first" ||
    no "cli agent list: who is silent longest first" "$(cat "$OUT" "$ERR")"
verb teo array agent list --limit 1
behind=$(member 0 id)
verb teo array agent list --limit 1 --cursor "$behind"
[ "$(member 0 id)" != "$behind" ] && ok "cli agent list: the page behind" ||
    no "cli agent list: the page behind" "$(cat "$OUT" "$ERR")"
verb teo array agent list --view silent
[ "$(member 0 id)" = "$behind" ] && ok "cli agent list: silent ones" ||
    no "cli agent list: silent ones" "$(cat "$OUT" "$ERR")"
verb teo array agent list --view review
agent=$(member 0 id)
verb teo object agent stats
[ "$(member agents)" = 3 ] && [ "$(member silent)" = 1 ] &&
    [ "$(member waiting)" = 1 ] && ok "cli agent stats" ||
    no "cli agent stats" "$(cat "$OUT" "$ERR")"
is 4 --operator ana agent list
is 5 --operator teo agent accept "$agent" --if-version 9
verb teo object agent accept "$agent"
[ "$(member state)" = accepted ] && ok "cli agent accept" ||
    no "cli agent accept" "$(cat "$OUT" "$ERR")"
verb teo object agent delete "$agent"
verb teo array agent list --view trash
[ "$(member 0 id)" = "$agent" ] && ok "cli agent list: the trash" ||
    no "cli agent list: the trash" "$(cat "$OUT" "$ERR")"
verb teo object agent restore "$agent"
verb teo object agent show "$agent"
is 3 --operator teo agent show 999999
