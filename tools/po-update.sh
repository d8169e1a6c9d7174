#!/bin/sh
# Bring the given catalogues up to date with the sources: new strings come in
# empty, gone ones go out.  A string is never guessed from a similar one.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8
# shellcheck disable=SC2046 # our own paths have no spaces
tools/pot.sh $(find agent common db kb syncd tools tui -name '*.c' -o -name 'op_table.h' 2>/dev/null |
    LC_ALL=C sort) >"$tmp/pot"
for po in "$@"; do
	# Two branches that added the same string leave it twice after a
	# merge; the first one stays.
	msguniq --force-po --use-first --no-wrap "$po" >"$tmp/old"
	msgmerge --quiet --force-po --no-fuzzy-matching --no-wrap --add-location=file \
	    --sort-by-file "$tmp/old" "$tmp/pot" |
	    msgattrib --force-po --no-obsolete --no-wrap --add-location=file |
	    sed '/^"POT-Creation-Date:/d' >"$tmp/new"
	cmp -s "$tmp/new" "$po" || cp "$tmp/new" "$po"
done
