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
