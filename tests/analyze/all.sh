#!/bin/bash
# What compilers and analysers find in our own code; nothing is the only good
# result.  Ends with "N passed, N failed".
#   planted    each tool below finds the faults that are planted for it
#   gcc        strict warnings as errors on every file, -fanalyzer on the
#              programs' code
#   clang      strict warnings as errors, on every file
#   tidy       clang-tidy without its slow half, on every file (.clang-tidy)
#   hardened   what the linker made: PIE, RELRO, canaries, FORTIFY, probes
#   paths      gcc's -fanalyzer on the tests' code
#   deep       all of clang-tidy on the programs' code: paths through functions
#   memcheck   valgrind on the unit programs and the real programs
# make test runs the first five; the others take longer.
# usage: tests/analyze/all.sh [PART...]
set -u
cd "$(dirname "$0")/../.."
log=build/analyze-logs
mkdir -p "$log"
passed=0 failed=0
jobs=$(nproc)
parts=${*:-planted gcc clang tidy hardened paths deep memcheck}
gcc=${ANALYZE_GCC:-gcc} clang=${ANALYZE_CLANG:-clang}

both='-Wcast-qual -Wmissing-declarations -Wold-style-definition
-Wredundant-decls -Wnested-externs -Wdate-time -Walloca -Wimplicit-fallthrough
-Wunused-macros'
gcc_only='-Wlogical-op -Wdouble-promotion -Wduplicated-cond -Wtrampolines
-Wformat-signedness -Wformat-overflow=2 -Walloc-zero -Warray-bounds=2
-Wshift-overflow=2'
clang_only='-Wunreachable-code -Wloop-analysis'

# glibc's checked functions hide formats from clang: SAN=plain has none.
# All of gcc's analyser; common/err.h then says what err_set returns.
analyzer='-fanalyzer -DOD_ANALYZER'

part() { # name, command...
	local name=$1 t0=$SECONDS
	shift
	case " $parts " in *" $name "*) ;; *) return ;; esac
	echo "== $name"
	if "$@" >"$log/$name.log" 2>&1; then
		passed=$((passed + 1))
		echo "   $name: $((SECONDS - t0)) s, nothing found"
	else
		failed=$((failed + 1))
		grep -E '(warning|error): |^tests/|failed|not ' \
		    "$log/$name.log" | sort -u | head -n 60
		echo "   $name: $((SECONDS - t0)) s, see $log/$name.log"
	fi
}

compile() { # directory, compiler, flags, SAN, what
	make -s -k -j"$jobs" SAN="$4" BUILD="build/$1" CC="$2" \
	    WERROR="-Werror ${3//$'\n'/ }" "$5"
}

# The analyser takes as long for the tests as for all the rest: see paths.
gcc_fast() {
	compile analyze-gcc "$gcc" "$both $gcc_only $analyzer" none \
	    program-objects &&
		compile analyze-gcc "$gcc" "$both $gcc_only" none test-objects
}

tidy() { # options and --, then files on stdin
	local flags
	make -s BUILD=build/analyze-gcc build/analyze-gcc/gen/schema.c \
	    build/analyze-gcc/gen/messages.c
	flags=$(make -s BUILD=build/analyze-gcc flags)
	export flags
	xargs -P "$jobs" -n 6 sh -c \
	    'o=$1; shift; clang-tidy --quiet $o "$@" -- $flags' _ "$1"
}

tidy_fast() {
	git ls-files '*.c' | tidy --checks=-clang-analyzer-*
}

tidy_deep() {
	git ls-files {agent,common,db,kb,syncd,tools,tui}/'*.c' |
	    tidy --warnings-as-errors=*
}

hardened() {
	make -s -j"$jobs" SAN=none programs &&
	    tests/analyze/hardened.sh --self-test build/none/opdesk \
		build/none/opdesk-syncd
}

memcheck() {
	make -s -j"$jobs" SAN=none programs tests whole-tests \
	    build/none/tests/tools/jsoncheck &&
	    tests/analyze/memcheck.sh --self-test build/none unit whole
}

# One fault a line: tool; what it must say; code.  The last one is none.
planted() {
	local tmp tool word code all plain own missed=0
	tmp=$(mktemp -d)
	mkdir -p "$tmp/common"
	cp .clang-tidy "$tmp"
	own="-Werror ${both//$'\n'/ } -Wno-missing-prototypes
	    -Wno-missing-declarations"
	all=$(make -s SAN=none BUILD=build/analyze-gcc all-flags)
	plain=$(make -s SAN=plain BUILD=build/analyze-gcc all-flags)
	while IFS='|' read -r tool word code; do
		printf '%b\n' '#include <stdio.h>\n#include <stdlib.h>' \
		    '#include <string.h>\n#include <unistd.h>' "$code" \
		    >"$tmp/common/a.c"
		# shellcheck disable=SC2086 # flags are words
		case $tool in
		gcc) $gcc $all $own ${gcc_only//$'\n'/ } $analyzer -c \
			"$tmp/common/a.c" -o "$tmp/a.o" ;;
		clang) $clang $plain $own $clang_only -fsyntax-only "$tmp/common/a.c" ;;
		tidy) (cd "$tmp" && clang-tidy --quiet common/a.c -- -std=c11 \
			-D_GNU_SOURCE) ;;
		esac >"$tmp/said" 2>&1
		case $?:$word in
		0:-) continue ;;
		0:*) ;;
		*) ! grep -qF -e "$word" "$tmp/said" || continue ;;
		esac
		echo "planted: $tool does not say $word: $code"
		cat "$tmp/said"
		missed=1
	done <<-'END'
		gcc|analyzer-null-dereference|int f(int a) { int *p = NULL; if (a > 3) p = &a; return *p; }
		gcc|analyzer-double-free|void f(char *p, int a) { free(p); if (a) free(p); }
		gcc|analyzer-use-after-free|int f(char *p) { free(p); return p[1]; }
		gcc|analyzer-malloc-leak|int f(int a) { char *p = malloc(9); if (!p) return 1; if (a) return 2; free(p); return 0; }
		gcc|analyzer-file-leak|int f(void) { FILE *p = fopen("a", "r"); return p != NULL; }
		gcc|format-nonliteral|void f(const char *a) { printf(a, 1); }
		gcc|=conversion|short f(long a) { return a; }
		gcc|implicit-fallthrough|int f(int a) { switch (a) { case 1: a = 7; case 2: a++; } return a; }
		gcc|=vla|int f(int n) { char b[n]; memset(b, 0, (size_t)n); return b[0]; }
		gcc|=shadow|int f(int a) { if (a) { int a = 2; return a; } return a; }
		gcc|-|int f(int a) { char *p = malloc(9); if (!p) return 1; p[0] = (char)a; free(p); return 0; }
		clang|Wformat|void f(long a) { printf("%d", a); }
		clang|Wstring-concatenation|const char *const a[] = {"a", "b" "c", "d"};
		clang|Wimplicit-int-conversion|short f(long a) { return a; }
		clang|Wunreachable-code|int f(int a) { return a; puts("a"); }
		clang|Wcast-qual|char *f(const char *a) { return (char *)a; }
		clang|-|short f(long a) { return (short)a; }
		tidy|bugprone-suspicious-memset-usage|void f(int *a) { memset(a, '0', 9); }
		tidy|bugprone-sizeof-expression|struct s { int a, b; }; void f(struct s **a, int n) { memset(a, 0, sizeof(*a) / 2 * (unsigned long)n); }
		tidy|cert-err34-c|int f(const char *a) { return atoi(a); }
		tidy|misc-no-recursion|int f(int a) { return a > 1 ? f(a - 1) : a; }
		tidy|readability-else-after-return|int f(int a) { if (a > 3) { return 1; } else { a++; } return a; }
		tidy|clang-analyzer-unix.Malloc|char f(char *a) { free(a); return a[1]; }
		tidy|clang-analyzer-core.NullDereference|int f(int a) { int *p = NULL; if (a > 3) p = &a; return *p; }
		tidy|-|int f(int a) { return a > 1 ? a : 0; }
	END
	rm -rf "$tmp"
	[ $missed = 0 ]
}

part planted planted
part gcc gcc_fast
part clang compile analyze-clang "$clang" "$both $clang_only -fsyntax-only" \
    plain objects
part tidy tidy_fast
part hardened hardened
part paths compile analyze-paths "$gcc" "$analyzer" none test-objects
part deep tidy_deep
part memcheck memcheck

echo "$passed passed, $failed failed"
[ $failed = 0 ]
