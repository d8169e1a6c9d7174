#!/bin/bash
# What valgrind says of programs built without a sanitizer: invalid reads and
# writes, memory that nobody points to any more, descriptors that nobody closed.
#   unit   every unit program of BUILD
#   whole  the real programs: every verb of the command line with daemon and
#          provider, and the console in a pseudo-terminal
# Ends with "N passed, N failed".
# usage: tests/analyze/memcheck.sh [--self-test] BUILD [unit] [whole]
set -u
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/logs"
export VALGRIND_LOGS=$tmp/logs
export MEMCHECK="valgrind --quiet --leak-check=full
--show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect
--track-fds=yes --child-silent-after-fork=yes
--suppressions=$PWD/tests/analyze/valgrind.supp --log-file=$tmp/logs/%p"

# What a log tells besides descriptors that the program was given.
findings() { # log
	sed -E 's/^[=*]+[0-9]+[=*]+ ?//' "$1" | awk '
	/^FILE DESCRIPTORS:/ { next }
	/^Open (file descriptor|AF_|socket)/ { open = $0; next }
	open != "" && /<inherited from parent>/ { open = ""; next }
	open != "" { print open; open = "" }
	/[^ ]/ { print }'
}

# Each run's log is judged by itself; nothing said is the only good result.
judge() { # what ran
	local log n=0 bad=0
	for log in "$tmp"/logs/*; do
		[ -e "$log" ] || continue
		n=$((n + 1))
		findings "$log" >"$tmp/found"
		[ -s "$tmp/found" ] || continue
		bad=$((bad + 1))
		echo "== $1:"
		cat "$tmp/${log##*/}.args" 2>/dev/null
		head -n 60 "$tmp/found"
	done
	rm -f "$tmp"/logs/*
	[ $n -gt 0 ] || echo "$1: not run under valgrind"
	[ $bad = 0 ] && [ $n -gt 0 ]
}

passed=0 failed=0
count() { # status, what ran
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$2: memcheck failed"
	fi
}

unit() {
	local t
	for t in tests/unit/test_*.c; do
		# It runs itself by /proc/self/exe, which valgrind refuses.
		[ "$t" != tests/unit/test_term.c ] || continue
		t=$build/${t%.c}
		# shellcheck disable=SC2086 # words
		timeout 3000 $MEMCHECK "$t" >"$tmp/out" 2>&1 || {
			tail -n 20 "$tmp/out"
			echo "$t: exit status not 0"
		}
		judge "$t"
		count $? "$t"
	done
}

# The tests find wrappers where they look for the programs.
whole() {
	local p at=$tmp/build t
	mkdir -p "$at/tests/e2e"
	for p in opdesk opdesk-syncd; do
		printf '#!/bin/sh\necho "$0 $*" >%s/$$.args\nexec %s %s "$@"\n' \
		    "$tmp" "${MEMCHECK//$'\n'/ }" "$PWD/$build/$p" >"$at/$p"
		chmod +x "$at/$p"
	done
	cp "$build/tests/e2e/test_first_light" "$at/tests/e2e"
	export OPDESK=$at/opdesk SYNCD=$at/opdesk-syncd
	export JSONCHECK=$PWD/$build/tests/tools/jsoncheck
	for t in "$at/tests/e2e/test_first_light" tests/e2e/cli.sh; do
		mkdir "$tmp/home"
		TMP=$tmp/home HOME=$tmp/home SAN=memcheck timeout 3000 "$t" \
		    >"$tmp/out" 2>&1 || {
			grep -vE '^ok |^\[ ' "$tmp/out" | tail -n 20
			echo "$t: exit status not 0"
			failed=$((failed + 1))
		}
		rm -rf "$tmp/home"
		judge "$t"
		count $? "$t"
	done
}

# A program that leaks memory and a descriptor, and one that reads beyond.
self_test() {
	local n fault
	cat >"$tmp/a.c" <<-'END'
		#include <fcntl.h>
		#include <stdlib.h>
		#include <unistd.h>
		static char *volatile p;
		int
		main(int argc, char **argv)
		{
			p = malloc(8);
			if (argc > 1 && argv[1][0] == 'r')
				return p[8] == 'x';
			if (argc > 1 && argv[1][0] == 'm')
				p = NULL;
			if (argc > 1 && argv[1][0] == 'f')
				return open("/dev/null", O_RDONLY) < 0;
			free(p);
			return 0;
		}
	END
	${CC:-gcc} -w -g -O0 "$tmp/a.c" -o "$tmp/a" || exit 1
	for fault in none read memory fd; do
		# shellcheck disable=SC2086 # words
		$MEMCHECK "$tmp/a" $fault >/dev/null 2>&1
		judge "$fault" >/dev/null
		n=$?
		[ $fault = none ] && n=$((!n))
		[ $n = 1 ] || {
			echo "self-test: $fault: not judged right"
			exit 1
		}
	done
}

if [ "${1-}" = --self-test ]; then
	self_test
	shift
fi
build=$1
shift
for part in "${@:-unit}"; do
	$part
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
