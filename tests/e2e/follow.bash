# Follows the procedures of a manual page as they are written: their commands
# are read from the page and run one by one.  Sourced; who does so says with
# "rewrite LINE" what is his own in it: directories, names.
set -u

# Commands of a section, one a line.
commands() { # page, section
	awk -v want="$2" '
	/^\.Sh / { inside = substr($0, 5) == want; next }
	inside && /^\.Bd -literal/ { taken = 1; next }
	/^\.Ed/ { taken = 0 }
	taken {
		sub(/^ +/, " ")
		if (sub(/\\e$/, "")) { held = held $0; next }
		print held $0
		held = ""
	}' "$1"
}

opdesk() { "$OPDESK" --config "$conf" "$@"; }

mv() { # what is not there is not moved, as the page says
	[ $# != 2 ] || [ -e "$1" ] || return 0
	command mv "$@"
}

systemctl() {
	case $1 in
	stop) stop_all ;;
	start) start_both ;;
	esac
}

# Run a section's commands; stops at the first one that fails.
follow() { # page, section, exit status that a command may have, how many
	local line n=0
	while IFS= read -r line; do
		line=$(rewrite "$line")
		# Not in a subshell: the daemon that it starts is ours.
		eval "$line" >"$OUT" 2>"$ERR" </dev/null
		RC=$?
		n=$((n + 1))
		if [ $RC != 0 ] && [ "$RC:$line" != "${3-}" ]; then
			no "$2: $line" "$(cat "$ERR")" "$(tail -n 3 "$OUT")"
			return 1
		fi
	done < <(commands "$1" "$2")
	[ $n -ge "${4-3}" ] && ok "$2: $n commands" || no "$2: only $n commands"
}

# ---- on a server ----

# What is run there, by who looks after it; its socket is in OPDESK_TEST_PG.
on_server() { PGHOST=$OPDESK_TEST_PG PGUSER=postgres "$@"; }
createdb() { on_server command createdb "$@"; }
psql() { on_server command psql -qX "$@"; }

# A command for the database of a role that has its name, in $role.
server_line() { # line
	local line=$1
	line=${line//postgresql:\/\/opdesk@db.example.com\/opdesk/$uri}
	line=${line//\/etc\/opdesk/$TMP}
	line=${line//\/srv\/opdesk/$TMP/srv}
	line=${line//\/mnt\/backups/$TMP/mnt}
	line=${line//\/var\/lib\/opdesk/$TMP}
	case $line in
	createuser* | createdb* | psql*)
		line=$(sed "s/\<opdesk\>/$role/g; s/\<opdesk_old\>/${role}_old/" \
		    <<<"$line") ;;
	esac
	printf '%s\n' "$line"
}

tickets() { opdesk --jsonl ticket list --limit 1000 | wc -l; }
