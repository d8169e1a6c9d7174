#!/bin/bash
# The rules of the house that a compiler does not know.  Each finding is one
# line "file:line: what is wrong: what to do"; exit status 1 when there is one.
#
# usage: tests/lint/lint.sh [DIRECTORY]     check a tree (default: this one)
#        tests/lint/lint.sh --self-test     each rule finds a planted fault
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$here/tests.bash"

code_folders='agent common db kb syncd tui'

# folder; what it may include besides itself
floors='
agent;common
common;
db;common
kb;common db
syncd;common db kb
tui;common db kb
'

# header; where it may be included; whose it is
owners='
sqlite3[^/]*\.h;db/engine/;the engines
libpq-fe\.h;db/engine/|tests/lib/engine\.c;the engines
(n?cursesw?/)?(n?curses|term)\.h;tui/term/;the terminal
gmime/.*;common/mail_lib\.h;common/mail
curl/.*;common/(http_client|smtp)[^/]*\.c|common/http_client_(int|lib)\.h;common/http_client and smtp
(cjson/)?cJSON\.h;common/json[^/]*\.c;common/json
microhttpd\.h;syncd/http/;the HTTP server
openssl/.*;common/|tests/lib/smtp_stand[^/]*\.c;common
sodium(/.*|\.h);common/;common
ini\.h;common/conf;common/conf
utf8proc\.h;common/utf8;common/utf8
(uv/.*|uv\.h);(common|tui|syncd)/;common, tui and syncd
expat\.h;common/xml_pick;common/xml_pick
zlib\.h;common/|tests/unit/test_inventory\.c;common
portaudio\.h;tui/audio/rec_;the recorder
sndfile\.h;tui/audio/rec_;the recorder
xlsxwriter\.h;tui/;tui
'

# function; where it may be called (- nowhere); what to do
calls='
audit_open;db/core/audit_chain\.[ch]|db/records/audit_cut\.c;only the cut of retention takes rows of the trail away
v?sprintf;-;use str_format or str_addf
str(n?cpy|n?cat);-;use str_copy or struct str
gets;-;read with a limit
system;-;no shell is ever run
popen;-;no shell is ever run
(localtime|gmtime)(_r)?;-;use common/zone
mktime;-;use common/zone
strtok;-;split with strcspn or strchr
s?rand;-;use random_bytes or random_below
(secure_)?getenv;common/(conf|log|clock|utf8|notify)[^/]*\.c|db/core/desk\.c|tui/term/term\.c|(agent|syncd|tui)/main\.c;let common/conf or main read it
'

# Who may have memory for each thread: all threads of all programs hold it,
# used or not.
of_threads='common/(i18n|conf_check)\.c|db/engine/sqlite_checkpoint\.c'

# Rows for a macro that the including file defines: no headers of their own.
row_files='db/core/op_table\.h'

# Every file of the tree, one a line.
all_files() {
	if [ -e .git ]; then
		git ls-files
	else
		find . -type f | sed 's|^\./||'
	fi | sort | while IFS= read -r f; do
		[ ! -f "$f" ] || printf '%s\n' "$f"
	done
}

# Those of our own making that are text: no data of tests.
text_files() {
	grep -vE '^tests/(data|golden|fuzz/corpus)/|\.(png|gz|db|wav|flac)$' \
	    "$tmp/all" || true
}

c_files() {
	grep -E "^(${code_folders// /|})/.*\\.[ch]\$" "$tmp/all" || true
}

# Run a command on the files listed on stdin; without files, do not.
each() {
	tr '\n' '\0' | xargs -0 -r "$@"
}

# "file:line:own:name" of each include, "system" instead when it is in <>.
list_includes() {
	c_files | each awk '
	match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+[>"]/) {
		s = substr($0, RSTART, RLENGTH)
		kind = s ~ /"$/ ? "own" : "system"
		sub(/^[^<"]*[<"]/, "", s)
		sub(/[>"]$/, "", s)
		print FILENAME ":" FNR ":" kind ":" s
	}' >"$tmp/includes"
}

check_floors() {
	local file line kind name from to allowed
	while IFS=: read -r file line kind name; do
		from=${file%%/*}
		to=${name%%/*}
		[ "$kind" = own ] && [ "$from" != "$to" ] || continue
		case " $code_folders " in *" $to "*) ;; *) continue ;; esac
		allowed=$(sed -n "s/^$from;//p" <<<"$floors")
		case " $allowed " in *" $to "*) continue ;; esac
		echo "$file:$line: $from must not know $to (\"$name\"):" \
		    "move what both need to a floor below"
	done <"$tmp/includes"
}

check_owners() {
	local header where whose
	while IFS=';' read -r header where whose; do
		[ -n "$header" ] || continue
		{ grep -E ":(own|system):($header)\$" "$tmp/includes" || true; } |
		    { grep -vE "^($where)" || true; } |
		    while IFS=: read -r file line _ name; do
			echo "$file:$line: <$name> belongs to $whose:" \
			    "call what they offer instead"
		    done
	done <<<"$owners"
}

check_calls() {
	local name where advice
	c_files | each awk -f "$here/strip.awk" >"$tmp/code"
	while IFS=';' read -r name where advice; do
		[ -n "$name" ] || continue
		[ "$where" != - ] || where='nowhere:'
		{ grep -E "^[^:]*:[0-9]+:(.*[^A-Za-z0-9_>.])?($name)[ 	]*\\(" \
		    "$tmp/code" || true; } |
		    { grep -vE "^($where)" || true; } |
		    while IFS=: read -r file line code; do
			code=$(grep -oE "(^|[^A-Za-z0-9_])($name)[ 	]*\\(" \
			    <<<"$code" | grep -oE "$name" | head -n 1)
			echo "$file:$line: $code() is not called here: $advice"
		    done
	done <<<"$calls"
}

check_threads() {
	{ grep -E '^[^:]*:[0-9]+:(.*[^A-Za-z0-9_])?(_Thread_local|__thread)[ 	]' \
	    "$tmp/code" || true; } | { grep -vE "^($of_threads):" || true; } |
	    while IFS=: read -r file line _; do
		echo "$file:$line: each thread would hold this for its whole" \
		    "life: use the stack or xmalloc"
	done
}

# What people read for a name of JSON is in their language.
check_labels() {
	local table=tui/cli/cli_labels.c file line name
	[ -e $table ] || return 0
	sed -nE 's/^	\{"([a-z0-9_]+)".*/\1/p' $table >"$tmp/labels"
	sort -c "$tmp/labels" 2>"$tmp/unsorted" ||
		echo "$table:1: not sorted by name: it is searched"
	{ grep -E '^(tui/cli|db/records)/.*\.c$' "$tmp/all" || true; } |
	    each grep -nHoE 'json_out_[a-z]+\([^;"]*"[a-z0-9_]+"' |
	    while IFS=: read -r file line name; do
		name=${name%\"}
		name=${name##*\"}
		grep -qx "$name" "$tmp/labels" ||
			echo "$file:$line: no words for \"$name\":" \
			    "add them to $table"
	done
}

# A log is read by machines: its sentences are not in anybody's language.
check_logs() {
	[ -e "$tmp/code" ] || return 0
	{ grep -vE '^common/log\.[ch]:' "$tmp/code" || true; } | awk '
	{
		match($0, /^[^:]*:[0-9]+:/)
		place = substr($0, 1, RLENGTH - 1)
		code = substr($0, RLENGTH + 1)
		if (!inside && code ~ /(^|[^A-Za-z0-9_])log_(error|warn|info|debug|line|braked)[ \t]*\(/) {
			inside = 1
			sub(/^.*log_(error|warn|info|debug|line|braked)/, "", code)
		}
		if (!inside)
			next
		if (code ~ /(->|\.)text([^A-Za-z0-9_]|$)|(^|[^A-Za-z0-9_])_\(/)
			print place ": a translated text in a log: use err_plain(), and no _()"
		if (code ~ /;/)
			inside = 0
	}'
}

check_sql() {
	{ grep -E '^db/.*\.c$' "$tmp/all" || true; } |
	    { grep -v '^db/core/query\.c$' || true; } |
	    each awk -f "$here/sql.awk"
}

check_tenants() {
	local excused=tests/lint/tenant.txt
	[ -d db/engine/schema ] || return 0
	[ -e "$excused" ] || excused=/dev/null
	{ grep -E '^db/.*\.c$' "$tmp/all" || true; } |
	    each awk -f "$here/tenant.awk" db/engine/schema/*.sql "$excused"
}

check_length() {
	text_files | { grep -E '\.(c|h|sh|awk|sql)$|^Makefile$' || true; } |
	    each awk '
	FNR == 801 {
		print FILENAME ":801: more than 800 lines: make two files of it"
	}'
}

# A header must bring what it needs.  $CC and pkg-config as in the Makefile.
check_headers() {
	local flags header
	flags=$(for p in libuv libpq libcurl libcjson libmicrohttpd ncursesw \
	    gmime-3.0; do
		pkg-config --cflags "$p" 2>/dev/null || true
	done)
	export flags
	c_files | { grep '\.h$' || true; } | { grep -vE "^($row_files)\$" || true; } |
	    tr '\n' '\0' | xargs -0 -r -n 8 -P 2 bash -c '
	for header; do
		# shellcheck disable=SC2086 # flags and compilers are words
		printf "#include \"%s\"\n" "$header" |
		    ${CC:-cc} -std=c11 -D_GNU_SOURCE -I. $flags -fsyntax-only \
			-Wall -Werror -x c - >/dev/null 2>&1 ||
		    echo "$header:1: does not compile alone:" \
			"include what it needs"
	done' _
}

# The pattern is put together so that this file does not match itself.
check_paths() {
	local s=/
	text_files | each grep -nHIE \
	    "(^|[^]A-Za-z0-9_.)}*%$s-])$s(work|root|tmp${s}bash_jobs)$s" |
	    sed -E 's/^([^:]*:[0-9]+):.*/\1: a path of one machine: make it relative or an option/' ||
	    true
}

# Tables whose rows are longer stand between clang-format's off and on.
check_layout() {
	text_files | { grep -v '\.patch$' || true; } |
	    each grep -nHIE '[ 	]+$' |
	    sed -E 's/^([^:]*:[0-9]+):.*/\1: space at the end of the line: remove it/' ||
	    true
	{ grep -E '\.[ch]$' "$tmp/all" || true; } | each awk '
	FNR == 1 || /clang-format on/ { is_table = 0 }
	/clang-format off/ { is_table = 1 }
	!is_table {
		s = $0
		gsub(/[\200-\277]/, "", s) # a character counts once
		if (length(s) <= 86 && s !~ /\t/)
			next
		column = 0
		for (i = 1; i <= length(s); i++)
			column += substr(s, i, 1) == "\t" ? 8 - column % 8 : 1
		if (column > 100)
			print FILENAME ":" FNR ": " column \
			    " columns: break the line (100 at most)"
	}'
}

# All findings for the tree in the current directory.
check_tree() {
	all_files >"$tmp/all"
	list_includes
	check_floors
	check_owners
	check_calls
	check_threads
	check_logs
	check_sql
	check_tenants
	check_length
	check_headers
	check_paths
	check_layout
	check_engines
	check_labels
	check_catalogue
}

# Write stdin to a file of the planted tree.
plant() {
	mkdir -p "$(dirname "$1")"
	cat >"$1"
}

plant_schema() {
	plant db/engine/schema/1.sql <<-'END'
		CREATE TABLE owned (
			tenant_id BIGINT NOT NULL,
			a BIGINT
		);
		CREATE TABLE meta (
			a BIGINT
		);
	END
}

# Plant a tree in which nothing is wrong although it looks so.
plant_right() {
	plant common/log.c <<-'END'
		#include "common/log.h"
		#include <openssl/evp.h>
		/* sprintf(x), system("ls") and
		 * localtime(t) are words here */
		const char *a = "gets(x) \" rand()"; // popen("x")
		int b = 'x' + my_system(1) + p->rand(2) + getenv("A");
	END
	plant common/log.h <<<'int my_system(int);'
	plant common/i18n.c <<<'static _Thread_local int lang; /* _Thread_local */'
	plant common/b.c <<<'/* no _Thread_local char block[65536] */'
	plant db/core/query.c <<<'str_addf(&s, "SELECT %s FROM t", x);'
	plant db/records/a.c <<-'END'
		static const char q[] = "SELECT a FROM t WHERE b = ?";
		log_warn("a", "err.text %s", err_plain(err));
		str(e.text);
		str_addf(&s, "%s UPDATEs nothing", x);
	END
	plant_schema
	plant db/records/b.c <<-'END'
		static const char q[] = "SELECT a FROM owned o"
		    /* of one tenant */ " WHERE o.tenant_id = ?";
		say("UPDATE", "of owned");
	END
	plant tui/cli/cli_labels.c <<<$'\t{"name", N_("Name")},'
	plant tui/cli/a.c <<<'json_out_string(out, "name", x);'
	plant tui/a.c <<<'#include "db/core/desk.h"'
	plant syncd/work/a.c <<<'#include "syncd/work/a.h"'
	plant README.md <<<'See syncd/work/a.c and /usr/share/zoneinfo.'
	plant tests/unit/test_a.c <<<'#include <sqlite3.h>'
	plant tests/lib/engine.h <<<'int engine;'
	plant tests/lib/stage.h <<<'#include "tests/lib/engine.h"'
	plant tests/unit/test_b.c <<<$'#include "tests/lib/stage.h"\ndb_open();'
	plant tests/fault/test_c.c <<<$'/*\n * SQLite only: a file.\n */'
	plant tests/daemon/test_d.c <<<'#include "tests/lib/stage.h"'
	plant tests/e2e/e.sh <<<$'# PostgreSQL only: no desk.'
	chmod +x tests/e2e/e.sh
	# 100 columns, in characters and with tabs
	printf '/* %s */\n\t%s\n' "$(printf 'ñ%.0s' {1..94})" \
	    "$(printf 'x%.0s' {1..92})" | plant kb/a.c
	printf '/* clang-format %s */\n%s\n/* clang-format on */\n' off \
	    "$(printf 'x%.0s' {1..150})" | plant kb/b.c
}

# Plant one fault a line of the table: file; line; words of the finding; text.
plant_wrong() {
	local file line words text s=/
	while IFS='|' read -r file line words text; do
		[ -n "$file" ] || continue
		printf '%b\n' "$text" | plant "$file"
		printf '%s:%s: %s\n' "$file" "$line" "$words" >>"$tmp/want"
	done <<-END
		common/w1.c|2|common must not know db|\n#include "db/core/desk.h"
		db/w1.c|1|db must not know kb|#include "kb/guide.h"
		kb/w1.c|1|kb must not know tui|#include "tui/app.h"
		tui/w1.c|1|tui must not know syncd|#include "syncd/http/server.h"
		syncd/w1.c|1|syncd must not know tui|#include "tui/app.h"
		agent/w1.c|1|agent must not know db|#include "db/core/desk.h"
		db/core/w2.c|1|<sqlite3.h> belongs|#include <sqlite3.h>
		db/core/w3.c|1|<libpq-fe.h> belongs|#include <libpq-fe.h>
		tui/w4.c|1|<ncurses.h> belongs|#include <ncurses.h>
		common/w5.c|1|<curl/curl.h> belongs|#include <curl/curl.h>
		common/w6.c|1|<cjson/cJSON.h> belongs|#include <cjson/cJSON.h>
		syncd/w7.c|1|<microhttpd.h> belongs|#include <microhttpd.h>
		db/w8.c|1|<openssl/evp.h> belongs|#include <openssl/evp.h>
		syncd/w9.c|1|<sodium.h> belongs|#include <sodium.h>
		common/w10.c|1|<ini.h> belongs|#include <ini.h>
		common/w11.c|1|<utf8proc.h> belongs|#include <utf8proc.h>
		db/w12.c|1|<uv.h> belongs|#include <uv.h>
		db/records/w46.c|1|audit_open() is not called|rc = audit_open(d, true, err);
		common/w13.c|1|sprintf() is not called|sprintf(a, "x");
		common/w14.c|1|strcpy() is not called|strcpy(a, b);
		common/w15.c|1|strcat() is not called|if (strcat (a, b));
		common/w16.c|1|gets() is not called|gets(a);
		common/w17.c|3|system() is not called|/*\n*/\n(void)system("ls");
		common/w18.c|1|popen() is not called|f = popen("ls", "r");
		common/w19.c|1|localtime_r() is not called|localtime_r(&t, &tm);
		common/w20.c|1|gmtime() is not called|tm = gmtime(&t);
		common/w21.c|1|strtok() is not called|s = strtok(s, ",");
		common/w22.c|1|rand() is not called|i = rand();
		common/w23.c|1|srand() is not called|srand(1);
		common/w24.c|1|getenv() is not called|s = getenv("HOME");
		db/records/w25.c|2|SQL is formatted|\nstr_addf(&s, "SELECT %s", x);
		db/records/w26.c|1|SQL is formatted|snprintf(s, n,\n    "DELETE FROM t"\n    " WHERE id = %d", 5);
		kb/w27.c|801|more than 800 lines|$(printf '\\n%.0s' {1..800})int x;
		kb/w28.h|1|does not compile alone|unknown_type x;
		README.w29|1|a path of one machine|see ${s}work${s}x
		README.w30|1|a path of one machine|HOME=${s}root${s}x
		README.w31|1|a path of one machine|${s}tmp${s}bash_jobs${s}1
		README.w32|2|space at the end|x\nx\x20
		db/records/w34.c|1|SQL of a tenant's table|q("SELECT a FROM"\n    " owned, meta");
		db/records/w35.c|2|SQL of a tenant's table|\n"UPDATE owned SET a = 1 WHERE tenant_id = 1 AND EXISTS(SELECT 1 FROM owned)"
		syncd/w36.c|3|a translated text in a log|\nlog_error("a",\n    "x: %s", err->text);
		syncd/w37.c|1|a translated text in a log|log_warn("a", "%s", _("x"));
		tui/cli/cli_labels.c|1|not sorted by name|\t{"b", N_("B")},\n\t{"a", N_("A")},
		tui/cli/w45.c|1|no words for "other"|json_out_int(out, "other", 1);
		kb/w47.c|2|each thread would hold|\nstatic _Thread_local char block[65536];
		tests/unit/test_w38.c|1|its desk is always a file|db_open(a);
		tests/fault/test_w39.c|1|runs on neither|/*\n * SQLite only: a.\n * PostgreSQL only: b.\n */
		tests/more/test_w40.c|1|nothing runs it|int x;
		tests/e2e/w41.sh|1|nothing runs it|make_desk
		tests/daemon/test_w42.c|1|its desk is always a file|int x;
		kb/w33.c|1|101 columns|$(printf '\\t%.0s' {1..12})int x
	END
}

# One fault a row, and what is not there at all.
plant_catalogue() {
	plant tests/README.md <<-'END'
		| T1 | no such program | `fault/test_w43.c` | all | all | x |
		| T3 | no program | none | all | all | x |
		| T4 | no break | `README.md` | all | all | |
		| T5 | not so often | `README.md` | all | NOBODYS=5 | x |
	END
	printf 'tests/README.md:%s\n' '1: tests/fault/test_w43.c is not there' \
	    '2: no program' '3: no break' '4: tests/all.sh has no NOBODYS=5' \
	    '4: nobody reads NOBODYS' '1: no row of T6 T7' >>"$tmp/want"
}

self_test() {
	local missed=0 want
	mkdir "$tmp/right" "$tmp/wrong"
	(cd "$tmp/right" && plant_right && check_tree) >"$tmp/found"
	if [ -s "$tmp/found" ]; then
		echo "found where nothing is wrong:"
		cat "$tmp/found"
		missed=1
	fi
	: >"$tmp/want"
	(cd "$tmp/wrong" && plant_schema && plant_wrong &&
	    plant_catalogue && check_tree) >"$tmp/found"
	while IFS= read -r want; do
		grep -qF "$want" "$tmp/found" || {
			echo "not found: $want"
			missed=1
		}
	done <"$tmp/want"
	if [ "$(wc -l <"$tmp/want")" != "$(wc -l <"$tmp/found")" ]; then
		echo "planted $(wc -l <"$tmp/want"), found $(wc -l <"$tmp/found"):"
		cat "$tmp/found"
		missed=1
	fi
	[ "$missed" = 0 ] || exit 1
	echo "lint: $(wc -l <"$tmp/want") planted faults, all found"
}

if [ "${1-}" = --self-test ]; then
	self_test
	exit 0
fi
cd "${1:-$here/../..}"
check_tree >"$tmp/found"
cat "$tmp/found"
[ ! -s "$tmp/found" ] || exit 1
echo "lint: $(wc -l <"$tmp/all") files, nothing found"
