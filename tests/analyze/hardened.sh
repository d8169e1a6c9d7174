#!/bin/bash
# Is a program built so that a memory error is hard to use?  For each: it is
# position-independent; all relocations are read-only once it runs (full
# RELRO); its stack cannot be executed and no segment is writable and
# executable; it names no library path; it has canaries, checked functions and,
# for frames of many pages, probes of the stack.  The self-test also compiles
# with the Makefile's own flags, which tells the level of the checks.
# usage: tests/analyze/hardened.sh [--self-test] PROGRAM...
set -u

findings() {
	local p=$1 head segments dynamic symbols
	head=$(readelf -hW "$p") || return
	segments=$(readelf -lW "$p")
	dynamic=$(readelf -dW "$p")
	symbols=$(readelf -sW "$p")
	grep -q 'Type: *DYN' <<<"$head" ||
		echo "$p: not position-independent: -fPIE -pie"
	grep -q 'GNU_RELRO' <<<"$segments" &&
		grep -qE 'BIND_NOW|\bNOW\b' <<<"$dynamic" ||
		echo "$p: not full RELRO: -Wl,-z,relro,-z,now"
	grep 'GNU_STACK' <<<"$segments" | grep -q ' RW ' ||
		echo "$p: the stack is not without execution: -z noexecstack"
	! grep -E '^ +(LOAD|GNU_STACK)' <<<"$segments" | grep -q 'RWE' ||
		echo "$p: a segment is not either writable or executable"
	! grep -qE 'RPATH|RUNPATH|TEXTREL' <<<"$dynamic" ||
		echo "$p: not free of RPATH and TEXTREL"
	grep -q '__stack_chk_fail' <<<"$symbols" ||
		echo "$p: not with canaries: -fstack-protector-strong"
	grep -qE '__(mem|str|v?s?n?v?printf|fprintf|read|recv)[a-z]*_chk' \
	    <<<"$symbols" ||
		echo "$p: not with checked functions: -O2 -D_FORTIFY_SOURCE=3"
	! grep -q 'Machine:.*X86-64' <<<"$head" ||
		objdump -d --no-show-raw-insn "$p" |
		grep -E 'or[lqb]? +\$0x0,(0x[0-9a-f]+)?\(%' >/dev/null ||
		echo "$p: not with probes: -fstack-clash-protection"
}

build() { # name, flags...
	local name=$1
	shift
	${CC:-gcc} -w -x c "$@" - -o "$tmp/$name" <<-'END' || exit 1
		#include <stdio.h>
		#include <string.h>
		int
		main(int argc, char **argv)
		{
			char b[20000];

			strcpy(b, argv[0]);
			puts(b);
			return b[argc];
		}
	END
}

expect() { # program, number of findings
	local n
	n=$(findings "$tmp/$1" | wc -l)
	[ "$n" = "$2" ] || {
		echo "self-test: found $n of $2 weaknesses of $1: not right"
		exit 1
	}
}

# A program with nothing of this has every weakness; one with the Makefile's
# flags has none; one that is linked lazily has that one.
self_test() {
	local flags ours='-pie -Wl,-z,relro,-z,now'
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	# shellcheck disable=SC2046,SC2086 # flags are words
	{
		flags=$(make -s SAN=none CC="${CC:-gcc}" all-flags)
		build bare -O0 -fno-pie -no-pie -fno-stack-protector \
		    -fno-stack-clash-protection -U_FORTIFY_SOURCE \
		    -Wl,-z,norelro,-z,lazy,-z,execstack -Wl,-rpath,/opt
		build ours $flags $ours
		build lazy $flags $ours -Wl,-z,lazy
		${CC:-gcc} -x c $flags -fsyntax-only - <<-'END' || exit 1
			#if _FORTIFY_SOURCE < 3 || !defined(__PIE__) || \
			    !defined(__SSP_STRONG__)
			#error not _FORTIFY_SOURCE=3, -fPIE, -fstack-protector-strong
			#endif
		END
	}
	expect bare 8
	expect ours 0
	expect lazy 1
}

if [ "${1-}" = --self-test ]; then
	self_test
	shift
fi
found=$(for p; do
	[ -x "$p" ] && findings "$p" || echo "$p: not there"
done)
[ -z "$found" ] || {
	echo "$found"
	exit 1
}
