# shellcheck shell=bash disable=SC2034,SC2154
# Labels of states, categories and fields by the command line: part of cli.sh,
# whose functions and ticket it takes.

verb irene object status new "En taller" --state waiting
verb ana array status list
verb irene object status edit "en taller" --name "En el taller" --position 9
verb irene object category new "Redes y Wi-Fi"
verb ana array category list
verb irene object category edit redes_y_wi_fi --name Redes
verb irene object field new Sede --category redes --choice Norte --choice Sur
verb irene object field new Metros --type number --required
verb ana array field list
verb ana object field show metros
verb irene object field edit sede --help-text "Dónde está"
verb marta object ticket edit "$number" --category Redes
is 7 --operator marta ticket edit "$number" --category nonsense
is 7 --operator marta ticket set "$number" --field sede=Este
is 7 --operator marta ticket set "$number" --field color=rojo
is 7 --operator marta ticket set "$number" --status solved
is 3 --operator marta ticket set "$number" --status nonsense
is 2 --operator marta ticket set "$number" --field sede
is 2 --operator marta ticket set "$number"
is 7 --operator marta ticket set "$number" --priority 1
# Both or neither.
is 3 --operator marta ticket set "$number" --field metros=9 --status nonsense
verb marta object ticket set "$number" --field sede=norte \
    --field metros=12,50 --status "EN EL TALLER" --reason "pieza" \
    --priority 1 --because "es una prueba"
[ "$(member status)" = "En el taller" ] && [ "$(member state)" = waiting ] &&
    [ "$(member priority_reason)" = "es una prueba" ] &&
    ok "cli ticket set: label, state and reason" ||
    no "cli ticket set: label, state and reason" "$(cat "$OUT")"
op --operator marta --json ticket show "$number"
[ "$(member fields 0 value)" = 12.5 ] && [ "$(member fields 1 value)" = Norte ] &&
    ok "cli ticket show: fields" || no "cli ticket show: fields" "$(cat "$OUT")"
is 4 --operator marta field delete sede
run "$OPDESK" --config "$conf" --operator irene --yes field edit sede --type date
[ $RC = 0 ] && grep -q "not fit.*: 1$" "$OUT" "$ERR" &&
    ok "cli field edit: says what does not fit" ||
    no "cli field edit: says what does not fit" "$(cat "$OUT" "$ERR")"
verb marta object ticket set "$number" --field sede= --status solved
is 5 --operator irene --yes status delete waiting
verb irene object status delete "En el taller"
verb irene object field delete sede
verb irene object field delete metros
verb irene object category delete redes
verb ana array category list --deleted
is 5 --operator irene --yes field restore sede
is 4 --operator marta status restore "en el taller"
for what in "category restore redes" "field restore sede" \
    "field delete sede" "category delete redes"; do
	# shellcheck disable=SC2086 # words
	verb irene object $what
done
verb irene object status restore "en el taller"
