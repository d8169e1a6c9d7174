/*
 * pg_script - where a statement of a script ends, and what a statement does.
 */
#include "db/engine/pg_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The length of a quoted part or a comment at s; 0 when there is none. */
static size_t
skip_part(const char *s)
{
	const char *end;

	if (s[0] == '-' && s[1] == '-')
		return strcspn(s, "\n");
	if (s[0] == '\'' || s[0] == '"') {
		end = strchr(s + 1, s[0]);
		return end != NULL ? (size_t)(end - s) + 1 : strlen(s);
	}
	if (s[0] == '$' && s[1] == '$') {
		end = strstr(s + 2, "$$");
		return end != NULL ? (size_t)(end - s) + 2 : strlen(s);
	}
	return 0;
}

size_t
pg__statement_len(const char *sql, bool *is_empty)
{
	const char *s = sql;

	*is_empty = true;
	while (*s != '\0') {
		size_t n = skip_part(s);

		if (*s == ';')
			return (size_t)(s - sql) + 1;
		if (n > 0 ? *s != '-' : !isspace((unsigned char)*s))
			*is_empty = false;
		s += n > 0 ? n : 1;
	}
	return (size_t)(s - sql);
}

size_t
pg__parameters(const char *sql)
{
	size_t count = 0;

	for (const char *s = sql; *s != '\0';) {
		size_t n = skip_part(s);

		if (*s == '?' || (*s == ';' && s[1] != '\0'))
			BUG("not one statement with $n: %s", sql);
		if (*s == '$' && isdigit((unsigned char)s[1])) {
			size_t number = strtoul(s + 1, NULL, 10);

			if (number > count)
				count = number;
		}
		s += n > 0 ? n : 1;
	}
	return count;
}

static bool
starts_with(const char *s, const char *word)
{
	return strncmp(s, word, strlen(word)) == 0;
}

bool
pg__writes(const char *sql)
{
	static const char *const reads[] = {"SELECT", "VALUES", "SAVEPOINT",
	    "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SHOW", "EXPLAIN"};

	sql += strspn(sql, " \t\n");
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		if (starts_with(sql, reads[i]))
			return false;
	}
	if (starts_with(sql, "WITH"))
		return strstr(sql, "UPDATE ") != NULL ||
		       strstr(sql, "INSERT INTO ") != NULL ||
		       strstr(sql, "DELETE FROM ") != NULL;
	return true;
}
