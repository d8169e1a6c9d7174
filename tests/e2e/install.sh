#!/bin/bash
# make install puts everything in its place, and what it puts there is right.
# SQLite only: a desk is opened for its backup alone.
. tests/e2e/lib.bash
root=$TMP/root
build=$(dirname "$OPDESK")
build=${build#"$PWD/"}

run make -s BUILD="$build" DESTDIR="$root" PREFIX=/usr install
[ $RC = 0 ] && ok "make install" || no "make install" "$(cat "$OUT" "$ERR")"

for f in bin/opdesk bin/opdesk-syncd bin/opdesk-recorder share/man/man1/opdesk-recorder.1 share/man/man1/opdesk.1 \
    share/man/man8/opdesk-syncd.8 share/man/man5/opdesk.conf.5 \
    share/man/man5/opdesk-guide.5 share/man/es/man5/opdesk-guide.5 \
    share/opdesk/guides/vpn_fails.json share/opdesk/guides/_concepts.json \
    share/opdesk/objections/no_time.json share/opdesk/objections.model \
    share/man/man7/opdesk-api.7 share/man/es/man1/opdesk.1 \
    share/man/es/man8/opdesk-syncd.8 share/man/es/man5/opdesk.conf.5 \
    share/man/es/man7/opdesk-api.7 share/bash-completion/completions/opdesk \
    share/zsh/site-functions/_opdesk \
    share/fish/vendor_completions.d/opdesk.fish \
    share/doc/opdesk/opdesk.conf.example lib/sysusers.d/opdesk.conf \
    lib/systemd/system/opdesk-syncd.service \
    lib/systemd/system/opdesk-backup.service \
    lib/systemd/system/opdesk-backup.timer \
    share/man/man7/opdesk-operations.7 share/man/es/man7/opdesk-operations.7
do
	[ -s "$root/usr/$f" ] && ok "install: $f" || no "install: $f" missing
done

# Every verb and every key is in the manual.
"$OPDESK" completion bash | sed -n 's/^\([a-z]*\)|\([a-z]*\)|.*/\1 \2/p' |
    sed 's/ $//' >"$TMP/verbs"
for page in share/man/man1/opdesk.1 share/man/es/man1/opdesk.1; do
	left=$(while read -r verb; do
		grep -qE "^\.It Cm $verb( Ar .*)?$" "$root/usr/$page" ||
		    echo "$verb"
	done <"$TMP/verbs")
	[ -z "$left" ] && ok "$page: every verb" || no "$page: every verb" "$left"
done
"$OPDESK" config example | sed -n 's/^;\([a-z_]*\) =.*/\1/p' >"$TMP/keys"
left=$(while read -r key; do
	grep -q "^\.It Cm $key No" "$root/usr/share/man/man5/opdesk.conf.5" ||
	    echo "$key"
done <"$TMP/keys")
[ -s "$TMP/keys" ] && [ -z "$left" ] && ok "opdesk.conf.5: every key" ||
    no "opdesk.conf.5: every key" "$left"

grep -q '^\.Ss channel NOMBRE$' "$root/usr/share/man/es/man5/opdesk.conf.5" &&
    ok "es/opdesk.conf.5: headings in Spanish" ||
    no "es/opdesk.conf.5: headings in Spanish"

# The example is a configuration as it stands.
run "$OPDESK" --json config check \
    "$root/usr/share/doc/opdesk/opdesk.conf.example"
[ $RC = 0 ] && [ "$(member ok)" = true ] && ok "the example is right" ||
    no "the example is right" "$(cat "$OUT" "$ERR")"

# The completion offers nouns, then verbs, then options.
complete_words() { # words typed so far
	bash -c '. "$1"; shift; COMP_WORDS=("$@" ""); COMP_CWORD=$#
	    _opdesk; printf "%s\n" "${COMPREPLY[@]}"' _ \
	    "$root/usr/share/bash-completion/completions/opdesk" "$@"
}
complete_words opdesk | grep -qx ticket &&
    complete_words opdesk ticket | grep -qx assign &&
    complete_words opdesk ticket assign | grep -qx -- --team &&
    ! complete_words opdesk ticket | grep -qx -- --team &&
    ok "completion for bash" || no "completion for bash" \
    "$(complete_words opdesk ticket | head -5)"
words() { # what zsh and fish ask for
	"$OPDESK" completion words -- opdesk "$@"
}
words | grep -qx ticket && words --json ticket | grep -qx assign &&
    words ticket assign 7 | grep -qx -- --team && ! words ticket | grep -q -- -- &&
    ok "completion for zsh and fish" || no "completion for zsh and fish" \
    "$(words ticket | head -5)"

# The unit keeps the daemon in a small room.
unit=$root/usr/lib/systemd/system/opdesk-syncd.service
grep -q '^ExecStart=/usr/bin/opdesk-syncd$' "$unit" && ok "unit: program" ||
    no "unit: program" "$(grep ExecStart "$unit")"
if ! command -v systemd-analyze >/dev/null; then
	echo "skipped: unit's exposure: systemd-analyze is not installed"
else
	score=$(systemd-analyze security --offline=true --no-pager "$unit" \
	    2>/dev/null | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
	if [ -n "$score" ] && [ "$(printf '%.0f' "${score/./}")" -le 15 ]; then
		ok "unit: exposure $score is at most 1.5"
	else
		no "unit: exposure is at most 1.5" "it is ${score:-not known}"
	fi
fi

# systemd understands the units, beside targets as every system has them.
units=$root/usr/lib/systemd/system
understood() {
	systemd-analyze verify --man=no --root="$root" opdesk-syncd.service \
	    opdesk-backup.service opdesk-backup.timer
}
if command -v systemd-analyze >/dev/null; then
	mkdir -p "$root/bin"
	cp "$(type -P kill)" "$root/bin/"
	for t in sysinit basic shutdown timers multi-user network \
	    network-online; do
		echo "[Unit]" >"$units/$t.target"
	done
	run understood
	[ $RC = 0 ] && [ ! -s "$ERR" ] && ok "units: understood" ||
	    no "units: understood" "$(cat "$OUT" "$ERR")"
	sed 's/^PrivateTmp=/PrivatTmp=/' "$units/opdesk-backup.service" \
	    >"$TMP/unit" && cp "$TMP/unit" "$units/opdesk-backup.service"
	run understood
	grep -q PrivatTmp "$ERR" && ok "units: a wrong one is found" ||
	    no "units: a wrong one is found" "$(cat "$ERR")"
	sed -i 's/^PrivatTmp=/PrivateTmp=/' "$units/opdesk-backup.service"
fi

# The backup's command, as it is written, beside a configuration that it finds
# by itself; nobody is there to be asked.
make_desk
command=$(sed -n 's/^ExecStart=//p' "$units/opdesk-backup.service")
mkdir -p "$TMP/etc/opdesk"
sed "s|^database = .*|database = $TMP/desk.db|" "$conf" \
    >"$TMP/etc/opdesk/opdesk.conf"
cp "$TMP"/*.secret "$TMP/etc/opdesk/"
for _ in 1 2; do
	# shellcheck disable=SC2086 # a command and its words
	run env XDG_CONFIG_HOME="$TMP/etc" $root$command </dev/null
	[ $RC = 0 ] && ok "unit: $command" ||
	    no "unit: $command" "$RC" "$(cat "$ERR")"
done
set -- "$TMP"/backups/*.backup
run "$OPDESK" backup verify "$1"
# Of one day the newest one stays.
[ $# = 1 ] && [ $RC = 0 ] && ok "unit: one backup of the day, whole" ||
    no "unit: one backup of the day, whole" "$# of them" "$(cat "$ERR")"
exit $status
