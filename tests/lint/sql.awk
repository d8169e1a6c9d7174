# Find calls that format SQL instead of binding it: from the name of a
# formatting function to the end of its statement.
FNR == 1 { call = "" }
call == "" && /(str_addf|str_vaddf|str_format|snprintf|xasprintf)[ \t]*\(/ {
	line = FNR
	call = " "
}
call != "" {
	call = call $0
	if (call ~ /;[ \t]*$/) {
		if (call ~ /"[^"]*(SELECT|INSERT INTO|UPDATE|DELETE FROM)[ "\\]/)
			print FILENAME ":" line ": SQL is formatted: bind the " \
			    "values, or join it in db/core/query.c"
		call = ""
	}
}
