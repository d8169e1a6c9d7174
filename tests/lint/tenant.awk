# Find SQL that touches a tenant's table without naming tenant_id, once for
# each such table in it: a row of another tenant could come back or change.
# First the schema files (the tables), then the list of exceptions
# ("file<TAB>start of the statement<TAB>reason"), then C files.  Adjacent
# literals are one text; a macro between them counts as what it defines
# elsewhere, where it is looked at itself.

function flush(    i, n, words, hits, named, key, k) {
	if (text != "") {
		n = split(text, words, /[^A-Za-z_0-9]+/)
		hits = named = 0
		for (i = 1; i <= n; i++) {
			if (words[i] == "tenant_id")
				named++
			if (i > 1 && words[i] in tables &&
			    words[i - 1] ~ /^(FROM|JOIN|INTO|UPDATE)$/)
				hits++
		}
		if (hits > named) {
			for (k in excused) {
				split(k, key, "\t")
				if (key[1] == file &&
				    index(text, key[2]) == 1) {
					used[k] = 1
					hits = 0
				}
			}
			if (hits > 0)
				print file ":" line ": SQL of a tenant's " \
				    "table without tenant_id: add it, or a " \
				    "row with a reason to tests/lint/tenant.txt"
		}
	}
	text = ""
}

FNR == 1 {
	flush()
	file = FILENAME
	sub(/^\.\//, "", file)
	in_comment = 0
}

FILENAME ~ /\.sql$/ {
	if ($0 ~ /^CREATE TABLE/)
		table = $3
	if ($0 ~ /^[ \t]*tenant_id/)
		tables[table] = 1
	next
}

FILENAME ~ /tenant\.txt$/ {
	if ($0 != "" && $0 !~ /^#/) {
		split($0, row, "\t")
		excused[row[1] "\t" row[2]] = 1
		if (row[3] == "")
			print FILENAME ":" FNR ": no reason: write one"
	}
	next
}

{
	s = $0
	while (s != "") {
		if (in_comment) {
			i = index(s, "*/")
			if (i == 0)
				break
			s = substr(s, i + 2)
			in_comment = 0
		} else if (match(s, /^[ \t\\]+/)) {
			s = substr(s, RLENGTH + 1)
		} else if (substr(s, 1, 2) == "/*") {
			in_comment = 1
			s = substr(s, 3)
		} else if (substr(s, 1, 2) == "//") {
			break
		} else if (match(s, /^"([^"\\]|\\.)*"/)) {
			if (text == "")
				line = FNR
			text = text substr(s, 2, RLENGTH - 2)
			s = substr(s, RLENGTH + 1)
		} else if (match(s, /^'([^'\\]|\\.)+'/)) {
			flush()
			s = substr(s, RLENGTH + 1)
		} else if (text != "" && match(s, /^[A-Z][A-Z_0-9]+/)) {
			s = substr(s, RLENGTH + 1)
		} else if (match(s, /^[A-Za-z_0-9]+/)) {
			flush()
			s = substr(s, RLENGTH + 1)
		} else {
			flush()
			s = substr(s, 2)
		}
	}
}

END {
	flush()
	for (k in excused) {
		split(k, key, "\t")
		if (!(k in used))
			print "tests/lint/tenant.txt:1: \"" key[2] \
			    "\" is in " key[1] " no more: remove the row"
	}
}
