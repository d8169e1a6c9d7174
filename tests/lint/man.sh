#!/bin/bash
# The manual is clean under mandoc, and no list is missing in it.
# usage: tests/lint/man.sh PAGE ...
set -u
export LC_ALL=C.UTF-8
bad=0 n=0
for page in "$@"; do
	n=$((n + 1))
	# Spanish pages begin with NOMBRE, which mandoc does not know.
	found=$(mandoc -Tlint -W warning "$page" 2>&1 |
	    case $page in
	    */es/*) grep -vE 'not "NAME"|outside NAME section' ;;
	    *) cat ;;
	    esac)
	if [ -n "$found" ]; then
		printf '%s\n' "$found"
		bad=1
	fi
	if grep -n '^@.*@$' "$page"; then
		echo "$page: a list is missing"
		bad=1
	fi
done
[ $n -ge 8 ] || {
	echo "only $n pages were given"
	bad=1
}
[ $bad = 0 ] && echo "man: $n pages, nothing found"
exit $bad
