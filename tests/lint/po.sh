#!/bin/sh
# Every marked string has a Spanish text that is not fuzzy and has the same
# printf directives, and every Spanish text has its string.  Usage: tests/lint/po.sh [po/LANG.po ...]
set -eu
[ $# -gt 0 ] || set -- po/*.po
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8
# shellcheck disable=SC2046 # our own paths have no spaces
tools/pot.sh $(find agent common db kb syncd tools tui -name '*.c' -o -name 'op_table.h' 2>/dev/null |
    LC_ALL=C sort) >"$tmp/pot"
bad=0
if grep -n '<PRI' "$tmp/pot"; then
	echo "A text with PRId64 is not found when it runs: use %lld."
	bad=1
fi
for po in "$@"; do
	msgfmt --check-format --check-domain --output-file=/dev/null "$po" ||
	    bad=1
	msgmerge --quiet --force-po --no-fuzzy-matching --no-wrap --add-location=file \
	    "$po" "$tmp/pot" >"$tmp/po"
	# The flags of the template decide what is a format, so the merged
	# file is checked as well.
	msgfmt --check-format --output-file=/dev/null "$tmp/po" || bad=1
	if grep '^#~ msgid ' "$tmp/po"; then
		echo "$po: no source has these texts any more; take them out."
		bad=1
	fi
	# The part before "|" says what is meant and is never shown.
	if awk '/^msgid "[a-z_ ]+\|/ { split($0, id, "|"); next }
	    /^msgstr/ && id[1] != "" {
		if (index($0, "\"" substr(id[1], 8) "|")) { print; found = 1 }
		id[1] = ""
	    }
	    END { exit !found }' "$po"; then
		echo "$po: these keep the part that only says what is meant."
		bad=1
	fi
	for what in --untranslated --only-fuzzy; do
		msgattrib $what --no-obsolete --no-wrap --add-location=file \
		    "$tmp/po" >"$tmp/left"
		grep -q '^msgid "..*"\|^"' "$tmp/left" || continue
		n=$(grep -c '^msgid ' "$tmp/left" || true)
		# msgattrib keeps the header when anything is left.
		n=$((n - 1))
		[ "$n" -gt 0 ] || continue
		echo "$po: $n texts ${what#--}:"
		sed -n -e '/^#:/p' -e '/^msgid "[^"]/p' "$tmp/left"
		bad=1
	done
done
exit $bad
