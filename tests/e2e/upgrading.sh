#!/bin/bash
# A desk on a server is upgraded as opdesk-operations(7) says, in both
# languages: an old one with a file, its daemon refuses it, it is backed up,
# upgraded and marked; the files move without their mark; and what was backed
# up comes back.  Nothing is lost.
#
# Turned red by: a dump of an older opdesk that nobody brings to this one's
# schema on its way back.
# PostgreSQL only: a desk in a file is upgraded by its daemon.
set -u
. tests/e2e/lib.bash
. tests/e2e/follow.bash
root=$PWD role=upg$$
# No "&" in it: it stands in commands as the page has them.
uri=postgresql://$role@${OPDESK_TEST_PG//\//%2F}/$role
text="the only file" name=0123456789abcdef0123456789abcdef

rewrite() { server_line "$1"; }

drop_all() {
	psql -c "DROP DATABASE IF EXISTS $role" \
	    -c "DROP DATABASE IF EXISTS ${role}_old" \
	    -c "DROP ROLE IF EXISTS $role" postgres >/dev/null 2>&1
}
trap 'stop_all; drop_all' EXIT

# A demo desk of the oldest schema; who runs this looks after it.
old_desk() {
	psql -c "CREATE ROLE $role LOGIN" postgres
	createdb --owner "$role" --template template0 --encoding UTF8 "$role"
	{
		gzip -dc tests/data/desk-schema-1.sql.gz
		cat <<-END
			SET opdesk.tenant = '*';
			UPDATE public.operators SET unix_uid = $(id -u)
			    WHERE login = 'irene';
			INSERT INTO public.files (tenant_id, name, kind, state, size,
			    digest, title, created_at, updated_at)
			SELECT id, '$name', 1, 0, ${#text}, '$(printf %s "$text" |
			    sha256sum | cut -d ' ' -f 1)', 'x.txt', created_at,
			    created_at FROM public.tenants;
		END
	} | command psql -qX -v ON_ERROR_STOP=1 "$uri" >/dev/null
	mkdir -p "$TMP/srv/files/${name:0:2}" "$TMP/mnt"
	printf %s "$text" >"$TMP/srv/files/${name:0:2}/$name"
}

every() { opdesk --jsonl ticket list --view all --limit 1000 | wc -l; }

says() { # name, member, value, command...
	local what=$1 want=$2 value=$3
	shift 3
	op --json "$@"
	[ "$(member "$want")" = "$value" ] && ok "$what" ||
	    no "$what" "$(cat "$OUT" "$ERR")"
}

refused() { # name, word, command...
	local what=$1 word=$2
	shift 2
	run timeout 60 "$@"
	[ $RC != 0 ] && grep -q -e "$word" "$ERR" && ok "$what" ||
	    no "$what" "exit $RC" "$(cat "$ERR")"
}

backup() { # page, title: as it stands there
	local line
	while IFS= read -r line; do
		eval "$(rewrite "$line")" >"$OUT" 2>"$ERR" ||
		    no "$2: $line" "$(cat "$ERR")"
	done < <(commands "$1" "$2" | head -n 3)
}

upgrade() { # page, titles: upgrading, files, on a server
	local page=$1 server=$4
	old_desk
	refused "$2: the daemon ends" pg_dump "$SYNCD" --config "$conf"
	systemctl() {
		case $1 in
		stop) backup "$page" "$server" ;; # "as above"
		start) start_both ;;
		esac
	}
	# The first command is for a desk in a file.
	follow "$page" "$2" "5:opdesk desk upgrade" 6 || return
	[ "$(every)" = 13 ] && ok "$2: every ticket is there" ||
	    no "$2: tickets" "$(every)"
	stop_all
}

make_desk
sed -i "s|^database = .*|database = $uri|
	s|^\[daemon\]|files = $TMP/srv/files\n&|" "$conf"

procedures() { # page, titles: upgrading, files, on a server
	upgrade "$@" || return
	# The files are moved without their mark.
	rm "$TMP/srv/files/.opdesk-desk"
	refused "$3: nobody works" "files --adopt" "$OPDESK" --config "$conf" \
	    ticket list
	follow "$1" "$3" "" 2
	says "$3: the file is there" present 1 desk files
	says "$3: it is marked" state right desk files
	# What was backed up is of the older opdesk.
	systemctl() {
		case $1 in
		stop) stop_all ;;
		start) start_both ;;
		esac
	}
	pg_dump() { :; }
	tar() { [ "$1" = --create ] || command tar "$@"; }
	follow "$1" "$4" "" 14
	unset -f pg_dump tar
	[ "$(every)" = 13 ] && ok "$4: every ticket is back" ||
	    no "$4: tickets" "$(every)"
	says "$4: the file is back" present 1 desk files
	stop_all
	drop_all
	rm -rf "$TMP"/{srv,mnt}
}

procedures "$root/man/opdesk-operations.7" UPGRADING \
    "FILES THAT HOSTS SHARE" "ON A DATABASE SERVER"
procedures "$root/man/es/opdesk-operations.7" ACTUALIZAR \
    "ARCHIVOS QUE COMPARTEN LAS MÁQUINAS" "EN UN SERVIDOR DE BASES DE DATOS"
exit $status
