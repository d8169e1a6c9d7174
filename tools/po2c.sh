#!/bin/sh
# Print a C file with the given catalogues (po/LANG.po) as const tables,
# sorted as common/i18n.c searches them.  A catalogue that msgfmt refuses
# (syntax, header, printf directives) stops the build; fuzzy and missing
# texts are left out, so that those show in English.
set -eu
tmp=$(mktemp)
trap 'rm -f "$tmp" "$tmp.po"' EXIT
export LC_ALL=C
printf '#include "common/i18n_table.h"\n'
list=
for po in "$@"; do
	lang=$(basename "$po" .po)
	# Two branches that added the same text leave it twice; the lint asks
	# for make po-update then, the build takes the first.
	msguniq --force-po --use-first "$po" >"$tmp.po"
	msgfmt --check-format --check-domain --output-file=/dev/null "$tmp.po"
	# msgcat's escapes are those of C, so that its lines can stay as
	# they are; only what trigraphs would change is split up.
	msgattrib --translated --no-fuzzy --no-obsolete --no-wrap \
	    --no-location --sort-output "$tmp.po" >"$tmp"
	printf '\nstatic const struct i18n_entry %s[] = {\n' "$lang"
	awk '
	function flush() {
		if (id != "" && id != "\"\"")
			printf "{%s,\n\t{%s, %s}},\n", id, text[0],
			    plural ? text[1] : "0"
		id = ""; plural = 0; field = ""
	}
	function add(s) {
		gsub(/\?\?/, "?\"\"?", s)
		if (field == "id")
			id = id == "\"\"" ? s : (id == "" ? s : id "\n\t" s)
		else if (field == "text")
			text[at] = text[at] == "\"\"" || text[at] == "" ? \
			    s : text[at] "\n\t" s
	}
	/^msgctxt /      { print "po2c: msgctxt is not used" > "/dev/stderr"
			   exit 1 }
	/^msgid_plural / { field = "skip"; plural = 1; next }
	/^msgid /        { flush(); field = "id"; add(substr($0, 7)); next }
	/^msgstr\[/      { field = "text"; at = substr($0, 8, 1) + 0
			   text[at] = ""; add(substr($0, 11)); next }
	/^msgstr /       { field = "text"; at = 0; text[0] = ""
			   add(substr($0, 8)); next }
	/^"/             { add($0); next }
	END { flush() }' "$tmp"
	printf '{0, {0, 0}}};\n'
	up=$(printf '%s' "$lang" | tr '[:lower:]' '[:upper:]')
	list="$list
	[LANG_$up] = {$lang, sizeof($lang) / sizeof($lang[0]) - 1},"
done
printf '\nconst struct i18n_catalogue i18n_catalogues[LANG_COUNT] = {%s\n};\n' \
    "$list"
