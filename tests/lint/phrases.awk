# Phrases of guides that share four words in a row with a query that measures
# them: first file the queries (one JSON object a line), then the guides (one
# string a line).  Says file and line of the phrase, never the query.

function fold(s) {
	s = tolower(s)
	gsub(/á|Á|à|â|ã/, "a", s); gsub(/é|É|è|ê/, "e", s)
	gsub(/í|Í|ì|î/, "i", s); gsub(/ó|Ó|ò|ô/, "o", s)
	gsub(/ú|Ú|ü|Ü|ù/, "u", s); gsub(/ñ|Ñ/, "n", s)
	gsub(/\\[nrt"\\\/]/, " ", s)
	gsub(/'|’/, "", s)
	gsub(/[^a-z0-9]+/, " ", s)
	return s
}

function fours(s, seen,    n, i, words) {
	n = split(fold(s), words, " ")
	for (i = 1; i + 3 <= n; i++)
		seen[words[i] " " words[i + 1] " " words[i + 2] " " words[i + 3]]
	return n
}

BEGIN { string = "\"([^\"\\\\]|\\\\.)*\"" }

FILENAME == ARGV[1] {
	if (match($0, "\"text\": *" string)) {
		text = substr($0, RSTART, RLENGTH)
		sub(/^"text": */, "", text)
		fours(text, asked)
	}
	next
}

FNR == 1 { inside = 0 }
/^ *"phrases": *\{/ { inside = 1 }
inside && /^ *\},?$/ { inside = 0 }
inside && match($0, "^ *" string ",?$") {
	delete told
	fours($0, told)
	for (words in told)
		if (words in asked) {
			print FILENAME ":" FNR ": the phrase shares \"" words \
			    "\" with a query that measures the matcher:" \
			    " say it otherwise"
			break
		}
}
