# Rules about the tests themselves; sourced by lint.sh.

# Where the runners look: what stands elsewhere is run by nobody.
c_test_folders='unit e2e daemon fault'

# The headers of tests/lib by which a desk is on the engine of the run.
engine_headers() {
	local known=tests/lib/engine.h before=
	while [ "$known" != "$before" ]; do
		before=$known
		known=$({
			echo "$known"
			{ grep '^tests/lib/.*\.h$' "$tmp/all" || true; } |
			    each grep -lF "$(sed 's/^/#include "/;s/$/"/' \
				<<<"$before")" || true
		} | sort -u)
	done
	echo "$known"
}

# A test runs on both engines, or its first comment says why not.
check_engines() {
	local f said kind headers
	headers=$(engine_headers | sed 's/^/#include "/;s/$/"/')
	{ grep -E '^tests/.*/test_[^/]*\.c$|^tests/e2e/[^/]*\.sh$' "$tmp/all" ||
	    true; } | while IFS= read -r f; do
		kind=${f#tests/}
		kind=${kind%%/*}
		case " $c_test_folders " in *" $kind "*) ;; *)
			echo "$f:1: nothing runs it: one of \"$c_test_folders\"" \
			    "is its folder"
			continue
			;;
		esac
		case $f in */run.sh) continue ;; *.sh)
			[ -x "$f" ] || echo "$f:1: nothing runs it: chmod +x"
			;;
		esac
		said=$(sed -nE 's/^( \*|#) (SQLite|PostgreSQL) only: .*/\2/p; 40q' \
		    "$f" | sort -u | wc -l)
		if [ "$said" = 2 ]; then
			echo "$f:1: runs on neither engine: keep one reason"
		fi
		[ "$said" = 0 ] || continue
		case $kind:$f in
		*.sh) grep -qE '\<(make_desk|desk_uri)\>' "$f" && continue ;;
		unit:*)
			grep -qE '\<(tmp_desk|desk_open|desk_create|db_open)\(' \
			    "$f" || continue
			grep -qF "$headers" "$f" && continue
			;;
		*) grep -qF "$headers" "$f" && continue ;;
		esac
		echo "$f:1: its desk is always a file: take it from" \
		    "tests/lib/engine.h, or say \"SQLite only: REASON.\""
	done
}

# What has to be in the catalogue, whatever else is.
catalogue_must='T1 T3 T4 T5 T6 T7 T10 T18 T19 T20 T21 T25 T31'

# The catalogue says what is there: programs, and the counts of all.sh.
check_catalogue() {
	local page=tests/README.md n=0 lacks= t programs short long broken
	local program row
	[ -e "$page" ] || return 0
	while IFS='|' read -r _ t _ programs short long broken _; do
		n=$((n + 1))
		case $t in " T"[0-9]*) ;; *) continue ;; esac
		[ -n "${broken// /}" ] ||
			echo "$page:$n: no break: say what turned it red"
		[[ $programs == *\`* ]] ||
			echo "$page:$n: no program: name what tests it"
		for program in $(grep -o '`[^`]*`' <<<"$programs" | tr -d '`'); do
			[ -e "tests/$program" ] ||
				echo "$page:$n: tests/$program is not there"
		done
		for row in $(grep -oE '[A-Z_]+=[0-9]+' <<<"$long"); do
			grep -qE "(^|[ 	])$row( |\$)" tests/all.sh 2>/dev/null ||
				echo "$page:$n: tests/all.sh has no $row"
		done
		for row in $(grep -oE '[A-Z_]+=' <<<"$short$long" | sort -u); do
			grep -rqE "(^|[^A-Z_])${row%=}([^A-Z_]|\$)" \
			    --include=*.c --include=*.sh \
			    --include=Makefile --exclude=all.sh \
			    tests Makefile 2>/dev/null ||
				echo "$page:$n: nobody reads ${row%=}"
		done
	done <"$page"
	for t in $catalogue_must; do
		grep -q "^| $t |" "$page" || lacks="$lacks $t"
	done
	[ -z "$lacks" ] || echo "$page:1: no row of$lacks: what tests it?"
}
