#!/bin/bash
# Print a page of the manual with its lists in place: a line "@LIST@" becomes
# what manlist prints for it, in the language of the page's folder.
# usage: tools/man.sh MANLIST PAGE
set -eu
manlist=$1
page=$2
lang=en
case $page in */es/*) lang=es ;; esac
while IFS= read -r line; do
	case $line in
	@*@)
		list=${line//@/}
		"$manlist" "$list" $lang
		;;
	*) printf '%s\n' "$line" ;;
	esac
done <"$page"
