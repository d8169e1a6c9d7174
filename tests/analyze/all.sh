#!/bin/bash
# What compilers and analysers find in our own code; nothing is the only good
# result.  Ends with "N passed, N failed".
#   planted    each tool below finds the faults that are planted for it
#   gcc        strict warnings as errors and -fanalyzer on the programs' code
#   clang      strict warnings as errors, on the same
#   tidy       clang's warnings and clang-tidy without its slow half, on the
#              same (.clang-tidy)
#   hardened   what the linker made: PIE, RELRO, canaries, FORTIFY, probes
#   tests      the three without -fanalyzer on the tests' code
#   paths      gcc's -fanalyzer on the tests' code
#   deep       all of clang-tidy on the programs' code: paths through functions
#   memcheck   valgrind on the unit programs and the real programs
# make test builds the programs with gcc's strict warnings and runs planted,
# tidy and hardened, which leave the tests' code to the compilers that build it;
# the others take longer.
# usage: tests/analyze/all.sh [PART...]
set -u
cd "$(dirname "$0")/../.."
log=build/analyze-logs
mkdir -p "$log"
passed=0 failed=0
jobs=$(nproc)
parts=${*:-planted gcc clang tidy hardened tests paths deep memcheck}
gcc=${ANALYZE_GCC:-gcc} clang=${ANALYZE_CLANG:-clang}

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
	make -s -k -j"$jobs" SAN="$4" BUILD="build/$1" CC="$2" STRICT=yes \
	    WERROR="-Werror $3" "$5"
}

# The analyser takes as long for the tests as for all the rest: see paths.
gcc_fast() {
	compile analyze-gcc "$gcc" "$analyzer" none program-objects
}

tidy() { # options and --, then files on stdin
	local flags
	make -s BUILD=build/analyze-gcc build/analyze-gcc/gen/schema.c \
	    build/analyze-gcc/gen/messages.c
	# Not -O2: what the C library makes of it reads as tangled code.
	flags=$(make -s BUILD=build/analyze-gcc SAN=plain STRICT=yes CFLAGS= \
	    CC="$clang" all-flags)
	flags=${flags//-I\/usr/-isystem \/usr} # libraries' own headers
	export flags
	xargs -P "$jobs" -n 6 sh -c \
	    'o=$1; shift; clang-tidy --quiet $o "$@" -- $flags' _ "$1"
}

program_files() {
	git ls-files {agent,common,db,kb,syncd,tools,tui}/'*.c'
}

tidy_fast() {
	program_files | tidy --checks=-clang-analyzer-*
}

tests_too() {
	compile analyze-syntax "$gcc" -fsyntax-only none test-objects &&
		compile analyze-clang "$clang" -fsyntax-only plain \
		    test-objects &&
		git ls-files tests/'*.c' | tidy --checks=-clang-analyzer-*
}

tidy_deep() {
	program_files | tidy --warnings-as-errors=*
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
	own="-Werror -Wno-missing-prototypes -Wno-missing-declarations"
	all=$(make -s SAN=none STRICT=yes BUILD=build/analyze-gcc all-flags)
	plain=$(make -s SAN=plain STRICT=yes BUILD=build/analyze-gcc CC="$clang" \
	    all-flags)
	while IFS='|' read -r tool word code; do
		printf '%b\n' '#include <stdio.h>\n#include <stdlib.h>' \
		    '#include <string.h>\n#include <unistd.h>' "$code" \
		    >"$tmp/common/a.c"
		# shellcheck disable=SC2086 # flags are words
		case $tool in
		gcc) $gcc $all $own $analyzer -c \
			"$tmp/common/a.c" -o "$tmp/a.o" ;;
		clang) $clang $plain $own -fsyntax-only "$tmp/common/a.c" ;;
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
part clang compile analyze-clang "$clang" -fsyntax-only plain program-objects
part tidy tidy_fast
part hardened hardened
part tests tests_too
part paths compile analyze-paths "$gcc" "$analyzer" none test-objects
part deep tidy_deep
part memcheck memcheck

echo "$passed passed, $failed failed"
[ $failed = 0 ]
