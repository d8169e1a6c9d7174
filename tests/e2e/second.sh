#!/bin/bash
# What takes two people, on the command line: proposed, approved by another
# one, refused; how long things are kept, legal holds, and clearing.
. tests/e2e/lib.bash
make_desk
is() { # status, words in what is said, command...
	local want=$1 words=$2
	shift 2
	"$@"
	if [ $RC = "$want" ] && grep -qF -- "$words" "$OUT" "$ERR"; then
		ok "second $want: ${*: -4}"
	else
		no "second $want: $*" "exit $RC" "$(cat "$OUT" "$ERR")"
	fi
}
as() { # login, words...
	local who=$1
	shift
	op --operator "$who" --yes "$@"
}

# ---- proposed by one, approved by another ----
is 0 '"days":30' as irene --json retention show drafts
is 7 "7 to 365 days" as irene retention set drafts 3
is 4 "You may not do this" as ana retention set drafts 60
is 8 "there is none who may do it" as irene retention set drafts 60
is 0 '"role":"admin"' as irene --json operator new berta --name "Berta Ríos" \
    --role admin
is 8 "Berta Ríos must approve it" as irene retention set drafts 61
is 8 '"state":"proposed"' as irene --json retention set drafts 60
id=$(sed 's/.*"id":\([0-9]*\),"state".*/\1/' "$OUT")
is 0 '"days":30' as irene --json retention show drafts
is 4 "You proposed it yourself" as irene approval approve "$id"
is 4 "You may not do this" as ana approval approve "$id"
is 0 '"may_approve":true' as berta --json approval show "$id"
is 0 "You may approve it: yes" as berta approval show "$id"
is 0 '"state":"approved"' as berta --json approval approve "$id"
is 0 '"days":60' as irene --json retention show drafts
is 5 "approved already" as berta approval approve "$id"
# The other one was for another number of days before.
is 5 "not what would be done now" as berta approval approve $((id + 1))
is 2 "" as berta approval approve x
is 7 "Say why" as berta approval refuse $((id + 1))
is 0 '"reason":"later"' as berta --json approval refuse $((id + 1)) \
    --reason later
is 0 '"decider":"Berta R' as berta --json approval list --state refused
is 3 "There is no such" as berta approval show 999

# ---- legal holds ----
is 7 "Say why" as irene retention hold ticket 7
is 8 "must approve it" as irene --json retention hold ticket 7 --reason "x y"
id=$(sed 's/.*"id":\([0-9]*\),"state".*/\1/' "$OUT")
is 0 '"state":"approved"' as berta --json approval approve "$id"
is 0 '"reason":"x y"' as irene --json retention holds
is 8 "must approve it" as berta --json retention hold ticket 7 --reason again
id=$(sed 's/.*"id":\([0-9]*\),"state".*/\1/' "$OUT")
is 5 "a legal hold on it already" as irene approval approve "$id"
is 8 "must approve it" as berta --json retention release 1 --reason over
id=$(sed 's/.*"id":\([0-9]*\),"state".*/\1/' "$OUT")
is 0 '"state":"approved"' as irene --json approval approve "$id"
is 0 '"released_at":"2' as irene --json retention holds --all

# ---- clearing ----
is 4 "You may not do this" as ana retention run
is 0 "" as irene --json retention run --dry-run
is 0 '"class":"deleted"' run env OPDESK_FAKE_CLOCK=2099-01-01T00:00:00Z \
    "$OPDESK" --config "$conf" --operator irene --yes --json retention run \
    --dry-run
is 0 '"whole":true' as irene --json audit verify
exit $status
