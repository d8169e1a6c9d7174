#!/bin/bash
# Is a program built so that a memory error is hard to use?  For each: it is
# position-independent; all relocations are read-only once it runs (full
# RELRO); its stack cannot be executed and no segment is writable and
# executable; it names no library path; it has canaries and checked functions.
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
		echo "$p: not with checked functions: -O2 -D_FORTIFY_SOURCE=2"
}

# A program built with nothing of this must be found out.
self_test() {
	local tmp n
	tmp=$(mktemp -d)
	printf '%s\n' '#include <string.h>' 'int main(int c, char **v)' \
	    '{ char b[99]; strcpy(b, v[0]); return b[c]; }' >"$tmp/a.c"
	${CC:-gcc} -w -O0 -fno-pie -no-pie -fno-stack-protector \
	    -U_FORTIFY_SOURCE -Wl,-z,norelro,-z,lazy,-z,execstack \
	    -Wl,-rpath,/opt "$tmp/a.c" -o "$tmp/a"
	n=$(findings "$tmp/a" | wc -l)
	rm -rf "$tmp"
	[ "$n" = 7 ] || {
		echo "self-test: found $n of 7 weaknesses: not good enough"
		exit 1
	}
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
