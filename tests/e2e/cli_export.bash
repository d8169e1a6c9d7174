# shellcheck shell=bash disable=SC2154
# Lists taken away in files, by the command line: part of cli.sh.

for list in tickets conversations contacts companies employees sessions \
    guides calls recordings leads audit; do
	verb irene object export "$list" --out "$TMP/$list.csv"
done
op --operator irene --yes --json export tickets --out "$TMP/tickets.xlsx"
listed=$(member rows)
unzip -p "$TMP/tickets.xlsx" xl/worksheets/sheet1.xml >"$TMP/sheet.xml"
[ "$listed" -gt 0 ] &&
    [ "$(grep -o '<row ' "$TMP/sheet.xml" | wc -l)" = $((listed + 1)) ] &&
    ok "cli export tickets: a workbook with as many rows" ||
    no "cli export tickets: a workbook with as many rows" "$listed"
op --operator irene --yes export tickets --out "$TMP/tickets.json"
"$JSONCHECK" array <"$TMP/tickets.json" &&
    ok "cli export tickets: JSON is one array" ||
    no "cli export tickets: JSON is one array" "$(head -c 300 "$TMP/tickets.json")"
[ "$(stat -c %a "$TMP/tickets.json")" = 600 ] &&
    ok "cli export: nobody else reads the file" ||
    no "cli export: nobody else reads the file" "$(ls -l "$TMP/tickets.json")"
is 2 --operator irene --yes export tickets
is 2 --operator irene --yes export tickets --out "$TMP/a.csv" --format pdf
is 5 --operator irene --yes export tickets --out "$TMP/tickets.csv"
is 4 --operator ana --yes export tickets --out "$TMP/a.csv"
is 3 --operator irene --yes export tickets --out "$TMP/no/a.csv"
is 7 --operator irene --yes export tickets --out "$TMP/a.csv" --filter "state:no"
[ ! -e "$TMP/a.csv" ] && ok "cli export: what failed leaves no file" ||
    no "cli export: what failed leaves no file"

verb marta array report daily
verb irene array report daily --day 2026-01-02
verb irene object report daily --out "$TMP/day.csv"
listed=$(member rows)
[ "$listed" -gt 9 ] && [ "$(wc -l <"$TMP/day.csv")" = $((listed + 1)) ] &&
    ok "cli report daily: a file with each figure" ||
    no "cli report daily: a file with each figure" "$listed"
verb irene object report daily --out "$TMP/day.xlsx"
is 2 --operator irene report daily --format xlsx
is 2 --operator irene report daily --day yesterday
is 5 --operator irene report daily --out "$TMP/day.csv"
is 7 --operator irene report daily --day 2999-01-01
