# The figures of both engines side by side, each beside its limit: a target
# ("at most 2"), or what else was measured in the same run ("raw 5400").
# Input: "name: value unit (limit)" lines; those of PostgreSQL begin with
# "pg.".  A figure over or under its target has an "!".

function take(line,    at) {
	at = index(line, ": ")
	name = substr(line, 1, at - 1)
	value = substr(line, at + 2)
	limit = ""
	if (match(value, / \(.*\)$/)) {
		limit = substr(value, RSTART + 2, RLENGTH - 3)
		value = substr(value, 1, RSTART - 1)
	}
	if (limit ~ /: (over|under)$/)
		value = value " !"
	sub(/: (ok|over|under)$/, "", limit)
	sub(/^beside /, "", limit)
}

# "raw 5400", once for each engine where they differ.
function both(a, b,    i, n, x, y) {
	if (a == "" || b == "" || a == b)
		return a != "" ? a : b
	n = split(a, x, " ")
	if (split(b, y, " ") == n && n > 1) {
		for (i = 1; i < n && x[i] == y[i]; i++)
			;
		if (i == n)
			return a " | " y[n]
	}
	return a " | " b
}

/^[a-z0-9_]+\.[a-z0-9_.]+: / {
	take($0)
	side = sub(/^pg\./, "", name) ? "pg" : "file"
	if (!(name in seen)) {
		seen[name] = 1
		order[++rows] = name
	}
	values[side, name] = value
	limits[side, name] = limit
}

END {
	printf "%-38s %22s %22s  %s\n", "", "sqlite", "postgres", "limit"
	for (i = 1; i <= rows; i++) {
		name = order[i]
		if (name ~ /^machine\./)
			continue
		a = values["file", name]
		b = values["pg", name]
		printf "%-38s %22s %22s  %s\n", name, a == "" ? "-" : a, \
		    b == "" ? "-" : b, \
		    both(limits["file", name], limits["pg", name])
	}
}
