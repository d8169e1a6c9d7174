/*
 * textpos - wrapping and word moves.
 */
#include "tui/widgets/textpos.h"

#include "common/utf8.h"
#include "tui/term/canvas.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Blanks beyond the edge stay there: the row's end without them. */
static size_t
out_of_sight(const char *s, size_t end, int width, int w)
{
	while (width > w && end > 0 && s[end - 1] == ' ') {
		end--;
		width--;
	}
	return end;
}

size_t
wrap_row(const char *s, size_t n, int w, size_t *next)
{
	size_t i = 0, end = 0, after_space = 0;
	int width = 0, end_width = 0;
	bool has_space = false;

	while (i < n && s[i] != '\n') {
		int cells;
		size_t len = canvas_cluster(s + i, n - i, &cells);

		if (s[i] == ' ') {
			has_space = true;
			end = i;
			end_width = width;
			after_space = i + 1;
		} else if (width + cells > w && i > 0) {
			if (!has_space) {
				*next = i;
				return i;
			}
			*next = after_space;
			return out_of_sight(s, end, end_width, w);
		}
		width += cells;
		i += len;
	}
	*next = i < n ? i + 1 : i;
	return out_of_sight(s, i, width, w);
}

size_t
wrap_count(const char *s, size_t n, int w)
{
	size_t rows = 1, at = 0, next;

	while (at < n) {
		wrap_row(s + at, n - at, w, &next);
		at += next;
		if (at < n || s[at - 1] == '\n')
			rows++;
	}
	return rows;
}

void
gate_behind(struct str *out, const char *text, size_t at, const char *s,
    size_t n, enum text_kind kind)
{
	size_t from = at > 0 ? utf8_prev(text, at, at) : 0, before = at - from;
	struct str joined, safe;

	str_init(&joined);
	str_init(&safe);
	str_addn(&joined, text + from, before);
	str_addn(&joined, s, n);
	text_safe(&safe, joined.s, joined.len, kind);
	if (safe.len >= before && memcmp(safe.s, text + from, before) == 0)
		str_addn(out, safe.s + before, safe.len - before);
	else
		text_safe(out, s, n, kind);
	str_free(&joined);
	str_free(&safe);
}

static bool
is_word(unsigned char c)
{
	return c >= 0x80 || isalnum(c) != 0 || c == '_';
}

size_t
word_left(const char *s, size_t n, size_t at)
{
	while (at > 0 && !is_word((unsigned char)s[at - 1]))
		at--;
	while (at > 0 && is_word((unsigned char)s[at - 1]))
		at = utf8_prev(s, n, at);
	return at;
}

size_t
word_right(const char *s, size_t n, size_t at)
{
	while (at < n && !is_word((unsigned char)s[at]))
		at++;
	while (at < n && is_word((unsigned char)s[at]))
		at = utf8_next(s, n, at);
	return at;
}
