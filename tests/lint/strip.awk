# Print C files as "file:line:code" with comments and the insides of strings
# and character constants left out.
FNR == 1 { in_comment = 0 }
{
	s = $0
	out = ""
	while (s != "") {
		if (in_comment) {
			i = index(s, "*/")
			if (i == 0)
				break
			s = substr(s, i + 2)
			in_comment = 0
			continue
		}
		i = match(s, /\/\*|\/\/|"|'/)
		if (i == 0) {
			out = out s
			break
		}
		out = out substr(s, 1, i - 1)
		mark = substr(s, i, 1)
		if (mark == "/") {
			if (substr(s, i, 2) == "//")
				break
			s = substr(s, i + 2)
			in_comment = 1
			continue
		}
		s = substr(s, i + 1)
		for (n = 1; n <= length(s); n++) {
			c = substr(s, n, 1)
			if (c == "\\")
				n++
			else if (c == mark)
				break
		}
		out = out mark mark
		s = substr(s, n + 1)
	}
	print FILENAME ":" FNR ":" out
}
