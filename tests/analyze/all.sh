#!/bin/bash
# make analyze: what compilers and analysers find in our own code; nothing is
# the only good result.  Ends with "N passed, N failed".
#   gcc        strict warnings and -fanalyzer, as errors, on everything
#   clang      strict warnings as errors, on everything, fuzzers too
#   tidy       clang-tidy on the programs' code (.clang-tidy)
#   hardened   what the linker made: PIE, RELRO, canaries, FORTIFY
#   memcheck   valgrind on unit programs without a sanitizer
# usage: tests/analyze/all.sh [PART...]
set -u
cd "$(dirname "$0")/../.."
log=build/analyze-logs
mkdir -p "$log"
passed=0 failed=0
jobs=$(nproc)
parts=${*:-gcc clang tidy hardened memcheck}

both='-Wcast-qual -Wmissing-declarations -Wold-style-definition
-Wredundant-decls -Wnested-externs -Wdate-time -Walloca -Wimplicit-fallthrough
-Wunused-macros'
gcc_only='-Wlogical-op -Wdouble-promotion -Wduplicated-cond -Wtrampolines
-Wformat-signedness -Wformat-overflow=2 -Walloc-zero -Warray-bounds=2 -Wshift-overflow=2'
clang_only='-Wunreachable-code -Wloop-analysis'

# Off, with the reason:
#   file-leak, fd-leak   does not know that a child that execs or exits closes
#   malloc-leak          does not know str_take, xalloc and owned members
#   use-of-uninitialized-value, null-dereference, null-argument
#                        does not know that BUG never returns, nor that a
#                        function of another file fills or returns an error
# What remains: double free, use after free, use after close, bad free,
# mismatching deallocation, stale and escaping stack addresses, tainted sizes,
# unsafe calls in signal handlers, out-of-bounds writes to literals.
analyzer='-fanalyzer -Wno-analyzer-file-leak -Wno-analyzer-malloc-leak
-Wno-analyzer-use-of-uninitialized-value
-Wno-analyzer-null-dereference -Wno-analyzer-null-argument
-Wno-analyzer-possible-null-dereference
-Wno-analyzer-possible-null-argument -Wno-analyzer-too-complex'

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

build() { # directory, compiler, flags, targets...
	local dir=$1 cc=$2 flags
	flags=$(tr '\n' ' ' <<<"$3")
	shift 3
	make -s -k -j"$jobs" SAN=none BUILD="build/$dir" CC="$cc" \
	    WERROR="-Werror $flags" "$@"
}

tidy() {
	local flags
	make -s BUILD=build/analyze-gcc build/analyze-gcc/gen/schema.c \
	    build/analyze-gcc/gen/messages.c
	flags="-std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags libuv libpq \
	    libcurl libcrypto libsodium libutf8proc sqlite3 ncursesw \
	    libmicrohttpd)"
	export flags
	git ls-files {agent,common,db,kb,syncd,tui}/'*.c' |
	    xargs -P "$jobs" -n 6 \
		sh -c 'clang-tidy --quiet "$@" -- $flags' _
}

memcheck() {
	local t rc=0
	# Those that parse what comes from outside, and own many things.
	for t in text json json_strict conf whatsapp_parse str http_head \
	    form list canvas; do
		t=build/analyze-gcc/tests/unit/test_$t
		valgrind --quiet --error-exitcode=9 --leak-check=full \
		    --show-leak-kinds=definite,indirect \
		    --errors-for-leak-kinds=definite,indirect \
		    --track-fds=no --suppressions=tests/analyze/valgrind.supp \
		    "$t" || {
			echo "$t: valgrind failed"
			rc=1
		}
	done
	return $rc
}

everything='programs tests whole-tests bench-programs'
part gcc build analyze-gcc "${ANALYZE_GCC:-gcc}" \
    "$both $gcc_only $analyzer" $everything
part clang build analyze-clang "${ANALYZE_CLANG:-clang}" \
    "$both $clang_only" $everything
part tidy tidy
part hardened tests/analyze/hardened.sh --self-test \
    build/analyze-gcc/opdesk build/analyze-gcc/opdesk-syncd
part memcheck memcheck

echo "$passed passed, $failed failed"
[ $failed = 0 ]
