/* guide_gap - see guide_gap.h. */
#include "kb/guide_gap.h"
#include "common/utf8.h"
#include <string.h>

/* What encloses a value; the opening one does not end a word. */
static const char *const pairs[][2] = {
    {"(", ")"},
    {"[", "]"},
    {"\"", "\""},
    {"'", "'"},
    {"\xc2\xab", "\xc2\xbb"},
    {"\xe2\x80\x9c", "\xe2\x80\x9d"},
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char
last(const struct str *s)
{
	if (s->len == 0)
		return '\0';
	return s->s[s->len - 1];
}

static bool
ends_with(const struct str *s, const char *end)
{
	size_t n = strlen(end);

	return s->len >= n && memcmp(s->s + s->len - n, end, n) == 0;
}

static void
drop_blanks(struct str *s)
{
	while (is_blank(last(s)))
		str_trunc(s, s->len - 1);
}

/* An empty pair goes; its length at the beginning of rest. */
static size_t
drop_pair(struct str *before, const char *rest)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (ends_with(before, pairs[i][0]) &&
		    str_starts(rest, pairs[i][1])) {
			str_trunc(before, before->len - strlen(pairs[i][0]));
			return strlen(pairs[i][1]);
		}
	return 0;
}

/* A sentence, or a line, begins behind it. */
static bool
is_begin(const struct str *before)
{
	size_t n = before->len;

	while (n > 0 && is_blank(before->s[n - 1]))
		n--;
	return n == 0 || strchr("\n.!?", before->s[n - 1]) != NULL;
}

size_t
guide_close_gap(struct str *before, const char *rest)
{
	size_t skip = 0, n;

	while ((n = drop_pair(before, rest + skip)) > 0)
		skip += n;
	/* Nothing to say what it is about: ", please" at the beginning. */
	if (is_begin(before) && strchr(",;:", rest[skip]) != NULL &&
	    rest[skip] != '\0')
		skip++;
	n = skip + strspn(rest + skip, " \t");
	if (rest[n] == '\0' || strchr("\n.,;:!?)]", rest[n]) != NULL) {
		drop_blanks(before);
		/* "noted: ." and "Hello, !" */
		if (!is_begin(before) && strchr(",;:", last(before)) != NULL)
			str_trunc(before, before->len - 1);
		return n;
	}
	if (before->len == 0 || is_blank(last(before)) ||
	    strchr("\n([", last(before)) != NULL)
		return n;
	return skip;
}
