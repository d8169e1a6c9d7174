# shellcheck shell=bash disable=SC2154
# What a list names to go on with is what it takes: part of cli.sh.

# Walk over a list in some four pages; together they have all its rows.
walk() { # least rows, words...
	local least=$1 most=${most-1000} all limit seen=0 cursor= page=()
	shift
	op --json "$@" --limit "$most"
	all=$("$JSONCHECK" size <"$OUT")
	limit=$(((all + 2) / 3))
	for _ in 1 2 3 4 5; do
		page=("$@" --limit "$((limit > 0 ? limit : 1))" ${cursor:+--cursor "$cursor"})
		op --json "${page[@]}"
		[ $RC = 0 ] || break
		seen=$((seen + $("$JSONCHECK" size <"$OUT")))
		op "${page[@]}"
		cursor=$(sed -n 's/^There is more: --cursor //p' "$ERR")
		[ -n "$cursor" ] || break
	done
	[ "$seen" = "$all" ] && [ "$all" -ge "$least" ] && [ -z "$cursor" ] &&
	    ok "cli $*: pages" ||
	    no "cli $*: pages" "$seen of $all" "$cursor" "$(cat "$ERR")"
}

walk 3 audit list
walk 2 --operator ramiro approval list
walk 3 call list
walk 1 channel events
walk 3 contact list
walk 3 conversation list
walk 1 employee list
walk 3 lead list
walk 1 message list 1
walk 3 outbox list
walk 3 company list
walk 1 recording list
walk 3 session list --view all
walk 3 session figures --sessions
walk 3 ticket list --view all
most=200 walk 3 ticket timeline "$number"
walk 1 webhook attempts
