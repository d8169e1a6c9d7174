/* llm_text - see llm_text.h. */
#include "common/llm_text.h"
#include "common/text.h"
#include "common/utf8.h"
#include <string.h>

#define OPEN      "<think>"
#define CLOSE     "</think>"
#define KEPT_LAST 256 /* bytes of a cluster that is looked back at */

void
llm_text_init(struct llm_text *t)
{
	memset(t, 0, sizeof(*t));
	str_init(&t->held);
	str_init(&t->last);
}

void
llm_text_clear(struct llm_text *t)
{
	str_free(&t->held);
	str_free(&t->last);
}

/*
 * A mark or a joiner at the start of a piece belongs to the end of the one
 * before: that one is made safe once more, and what is new is given out.
 */
static void
give(struct llm_text *t, const char *s, size_t n, struct str *out)
{
	struct str before = STR_INIT, all = STR_INIT;
	size_t at, last_n = t->last.len;

	if (!t->has_begun)
		while (n > 0 && strchr(" \t\r\n", s[0]) != NULL)
			s++, n--;
	if (n == 0)
		return;
	t->has_begun = true;
	text_safe(&before, t->last.s, last_n, TEXT_BLOCK);
	str_addn(&t->last, s, n);
	text_safe(&all, t->last.s, t->last.len, TEXT_BLOCK);
	if (all.len > before.len)
		str_addn(out, all.s + before.len, all.len - before.len);
	at = utf8_prev(t->last.s, t->last.len, t->last.len);
	if (t->last.len - at > KEPT_LAST)
		at = t->last.len;
	str_remove(&t->last, 0, at);
	str_free(&before);
	str_free(&all);
}

/* How many bytes at the end of s[0..n) may be the start of tag. */
static size_t
half_tag(const char *s, size_t n, const char *tag)
{
	size_t most = strlen(tag) - 1;

	for (size_t k = n < most ? n : most; k > 0; k--)
		if (memcmp(s + n - k, tag, k) == 0)
			return k;
	return 0;
}

void
llm_text_feed(struct llm_text *t, const char *s, size_t n, struct str *out)
{
	const char *p, *tag;
	size_t left, k;

	str_addn(&t->held, s, n);
	p = t->held.s;
	left = t->held.len;
	for (;;) {
		const char *found;

		tag = t->is_thinking ? CLOSE : OPEN;
		found = memmem(p, left, tag, strlen(tag));
		if (found == NULL)
			break;
		if (!t->is_thinking)
			give(t, p, (size_t)(found - p), out);
		found += strlen(tag);
		left -= (size_t)(found - p);
		p = found;
		t->is_thinking = !t->is_thinking;
	}
	k = half_tag(p, left, tag);
	if (!t->is_thinking)
		give(t, p, left - k, out);
	str_remove(&t->held, 0, t->held.len - k);
}

void
llm_text_end(struct llm_text *t, struct str *out)
{
	if (!t->is_thinking)
		give(t, t->held.s, t->held.len, out);
	str_clear(&t->held);
}
