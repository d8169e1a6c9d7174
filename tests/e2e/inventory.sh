#!/bin/bash
# FusionInventory's own agent reports to the daemon: without a word for who is
# nobody, with its site's token, and what it said is there after the daemon was
# killed.
#
# Turned red by: an answer to its question that does not say SEND, a realm that
# it does not find, a report that is answered before it is on the disk.
. tests/e2e/lib.bash
command -v fusioninventory-agent >/dev/null || {
	echo "skipped: fusioninventory-agent is not installed"
	exit 0
}
make_desk
printf '[inventory]\nanonymous = off\n' >>"$conf"
mkdir "$TMP/var"
printf 'vardir = %s\n' "$TMP/var" >"$TMP/agent.cfg"
op --operator irene --yes --json token new "Site" --scopes inventory.report
token=$(member token)
[ "${token:0:4}" = opd_ ] && ok "inventory: a token of the site" ||
    no "inventory: a token of the site" "$(cat "$OUT" "$ERR")"
start syncd "$SYNCD" --config "$conf"

# One run of the agent, of its inventory alone; nothing listens, nothing waits.
agent() { # options...
	run timeout 120 fusioninventory-agent --conf-file="$TMP/agent.cfg" \
	    --server "http://$listen/inventory" --tag e2e --force \
	    --no-task=deploy,esx,netdiscovery,netinventory,wakeonlan,collect \
	    --no-category=software,environment,process,printer,user \
	    --backend-collect-timeout=10 "$@"
}

agent
op --operator teo --json agent list --view all
[ "$(grep -c '"tag":"e2e"' "$OUT")" = 0 ] &&
    ok "inventory: nothing without the token" ||
    no "inventory: nothing without the token" "$(cat "$OUT")"
agent --user site --password "$token"
op --operator teo --json agent list --view all
grep -q '"program":"FusionInventory-Agent","program_version":"2[^"]*","tag":"e2e"' \
    "$OUT" && ok "inventory: the agent and its version" ||
    no "inventory: the agent and its version" "$(cat "$OUT" "$ERR")"
kill -9 "${started[0]}"
wait "${started[0]}" 2>/dev/null
start again "$SYNCD" --config "$conf"
op --operator teo --json agent list --view all --limit 1000
id=$(grep -o '"id":[0-9]*,"device_id":"[^"]*","agent_id":"[^"]*","state":"accepted","has_token":true' "$OUT" | grep -o '[0-9]*' | head -n 1)
op --operator teo --json agent show "${id:-0}"
[ "$(member reports)" = 1 ] && [ "$(member report_bytes)" -gt 500 ] &&
    ok "inventory: its report is kept" ||
    no "inventory: its report is kept" "$(cat "$OUT" "$ERR")"
agent --user site --password "$token" --no-compression
op --operator teo --json agent show "${id:-0}"
[ "$(member reports)" = 2 ] && ok "inventory: a plain one is one more" ||
    no "inventory: a plain one is one more" "$(cat "$OUT" "$ERR")"
op --operator teo --json agent stats
[ "$(member silent)" = 1 ] && [ "$(member agents)" = 4 ] &&
    ok "inventory: its figure moves" ||
    no "inventory: its figure moves" "$(cat "$OUT" "$ERR")"
curl -s -H "Authorization: Bearer $token" \
    "http://$listen/api/inventory/agents" | grep -q '"status":403' &&
    ok "inventory: the site's token reads nothing" ||
    no "inventory: the site's token reads nothing"
exit $status
