# shellcheck shell=bash disable=SC2154
# Misspelt words, and the people in the manual's examples: part of cli.sh.
# Turned red by a name that is said though it is far, and by an example about
# somebody whom the desk of make run does not have.

# ---- what was misspelt is named, and what nothing is near is not ----
meant() { # sentence, words...
	local sentence=$1
	shift
	op "$@"
	[ $RC = 2 ] && [ "$(cat "$ERR")" = "opdesk: $sentence" ] &&
		ok "cli $*: $sentence" || no "cli $*: $sentence" "$RC" "$(cat "$ERR")"
}
meant 'There is no command "tikcet"; did you mean "ticket"?' tikcet list
meant 'There is no command "xyzzy"; "opdesk --help" lists them' xyzzy
meant '"ticket" has no verb "lsit"; did you mean "list"?' ticket lsit
meant 'There is no option --veiw here; did you mean --view?' ticket list --veiw=all
meant 'There is no option --jsno here; did you mean --json?' ticket list --jsno

# ---- whom the manual names is on this desk ----
while read -r name; do
	op conversation show "$name"
	[ $RC = 0 ] && ok "manual: $name" || no "manual: $name" "$(cat "$ERR")"
done < <(sed -n 's/^opdesk \(conversation show\|message send\) "\([^"]*\)".*/\2/p' \
    man/opdesk.1 man/es/opdesk.1 | sort -u)
