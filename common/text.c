/*
 * text - the one gate for text from outside.
 *
 * One pass over the code points.  What is decided about one depends on what
 * was written before it (the state below) and, for a joiner, on the code
 * point after it; never on what was dropped.  That is why a second pass
 * changes nothing.
 */
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define ZWJ           0x200Du
#define DOTTED_CIRCLE 0x25CCu
#define MARKS_MAX     4
#define JOINS_MAX     6 /* the longest emoji of the standard needs 3 */

enum script { SCRIPT_LATIN = 1, SCRIPT_GREEK = 2, SCRIPT_CYRILLIC = 4 };

struct gate {
	struct str *out;
	enum text_kind kind;
	unsigned flags;
	uint32_t last;    /* code point written last, 0 at a line's start */
	int marks;        /* on the current base */
	bool is_emoji;    /* the current base and all after it is one emoji */
	int joins;        /* ZWJ in the current emoji */
	unsigned scripts; /* of the current word */
};

static enum script
script_of(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
		enum script script;
	} ranges[] = {
	    {'A', 'Z', SCRIPT_LATIN},
	    {'a', 'z', SCRIPT_LATIN},
	    {0x00C0, 0x024F, SCRIPT_LATIN},
	    {0x0370, 0x03FF, SCRIPT_GREEK},
	    {0x0400, 0x052F, SCRIPT_CYRILLIC},
	    {0x1C80, 0x1C8F, SCRIPT_CYRILLIC},
	    {0x1E00, 0x1EFF, SCRIPT_LATIN},
	    {0x1F00, 0x1FFF, SCRIPT_GREEK},
	    {0x2C60, 0x2C7F, SCRIPT_LATIN},
	    {0xA640, 0xA69F, SCRIPT_CYRILLIC},
	    {0xA720, 0xA7FF, SCRIPT_LATIN},
	    {0xFF21, 0xFF3A, SCRIPT_LATIN},
	    {0xFF41, 0xFF5A, SCRIPT_LATIN},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return ranges[i].script;
	return 0;
}

static void
note_word(struct gate *g, uint32_t cp)
{
	if (!utf8_cp_is_word(cp)) {
		g->scripts = 0;
		return;
	}
	g->scripts |= script_of(cp);
	if ((g->scripts & SCRIPT_LATIN) && g->scripts != SCRIPT_LATIN)
		g->flags |= TEXT_MIXED_SCRIPT;
}

static void
write_cp(struct gate *g, uint32_t cp)
{
	char bytes[4];

	str_addn(g->out, bytes, utf8_encode(cp, bytes));
	g->last = cp;
}

/* A code point that stands by itself. */
static void
write_base(struct gate *g, uint32_t cp)
{
	bool joined = g->last == ZWJ;

	note_word(g, cp);
	write_cp(g, cp);
	g->marks = 0;
	g->is_emoji = utf8_cp_is_pictograph(cp);
	if (!joined)
		g->joins = 0;
}

static void
write_mark(struct gate *g, uint32_t cp)
{
	if (g->last == 0) /* or it would sit on whatever is drawn before */
		write_base(g, DOTTED_CIRCLE);
	if (g->marks >= MARKS_MAX)
		return;
	write_cp(g, cp);
	g->marks++;
}

static void
write_control(struct gate *g, uint32_t cp)
{
	g->flags |= TEXT_HAD_CONTROL;
	if (cp < 0x20) {
		write_base(g, 0x2400 + cp);
	} else if (cp == 0x7F) {
		write_base(g, 0x2421);
	} else { /* C1 is short for ESC and a letter, and is shown so */
		write_base(g, 0x241B);
		write_base(g, cp - 0x40);
	}
}

static void
write_line_end(struct gate *g)
{
	if (g->kind == TEXT_LINE) {
		write_base(g, ' ');
		return;
	}
	write_base(g, '\n');
	g->last = 0;
}

/* U+FE0E, U+FE0F: how the emoji or key cap before it is drawn. */
static void
write_selector(struct gate *g, uint32_t cp)
{
	bool may_follow = utf8_cp_is_pictograph(g->last) || g->last == '#' ||
	                  g->last == '*' || (g->last >= '0' && g->last <= '9');

	if ((cp == 0xFE0E || cp == 0xFE0F) && may_follow)
		write_cp(g, cp);
	else
		g->flags |= TEXT_HAD_INVISIBLE;
}

static void
write_joiner(struct gate *g, const char *rest, size_t n)
{
	uint32_t next = 0;

	if (n > 0)
		utf8_decode(rest, n, &next);
	if (g->is_emoji && g->last != ZWJ && g->joins < JOINS_MAX &&
	    utf8_cp_is_pictograph(next)) {
		write_cp(g, ZWJ);
		g->joins++;
	} else {
		g->flags |= TEXT_HAD_INVISIBLE;
	}
}

/* One code point above ASCII; rest[0..n) is what follows it. */
static void
write_wide(struct gate *g, uint32_t cp, const char *rest, size_t n)
{
	if (cp == 0x2028 || cp == 0x2029) {
		write_line_end(g);
	} else if (utf8_cp_is_control(cp)) {
		write_control(g, cp);
	} else if (utf8_cp_is_noncharacter(cp)) {
		g->flags |= TEXT_HAD_INVALID;
		write_base(g, UTF8_REPLACEMENT);
	} else if (cp == ZWJ) {
		write_joiner(g, rest, n);
	} else if (utf8_cp_is_invisible(cp)) {
		g->flags |= TEXT_HAD_INVISIBLE;
	} else if (cp >= 0xFE00 && cp <= 0xFE0F) {
		write_selector(g, cp);
	} else if (g->is_emoji && cp >= 0x1F3FB && cp <= 0x1F3FF) {
		write_cp(g, cp); /* skin colour */
	} else if (utf8_cp_is_mark(cp)) {
		write_mark(g, cp);
	} else {
		write_base(g, cp);
	}
}

/* The printable ASCII at the start of s[0..n), in one piece. */
static size_t
write_ascii(struct gate *g, const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && s[len] >= 0x20 && s[len] < 0x7F)
		note_word(g, (uint32_t)s[len++]);
	if (len == 0)
		return 0;
	str_addn(g->out, s, len);
	g->last = (uint32_t)s[len - 1];
	g->marks = 0;
	g->is_emoji = false;
	g->joins = 0;
	return len;
}

unsigned
text_safe(struct str *out, const char *s, size_t n, enum text_kind kind)
{
	struct gate g = {.out = out, .kind = kind};
	uint32_t cp;

	str_reserve(out, n);
	for (size_t at = 0, len; at < n; at += len) {
		if ((len = write_ascii(&g, s + at, n - at)) > 0)
			continue;
		len = utf8_decode(s + at, n - at, &cp);
		if (len == 1 && cp == UTF8_REPLACEMENT) {
			g.flags |= TEXT_HAD_INVALID;
			write_base(&g, UTF8_REPLACEMENT);
		} else if (cp == '\n' || cp == '\r') {
			if (cp == '\r' && at + 1 < n && s[at + 1] == '\n')
				len = 2;
			write_line_end(&g);
		} else if (cp == '\t') {
			write_base(&g, ' ');
		} else if (cp < 0x80) {
			write_control(&g, cp);
		} else {
			write_wide(&g, cp, s + at + len, n - at - len);
		}
	}
	return g.flags;
}

char *
text_safe_dup(const char *s, enum text_kind kind)
{
	struct str out = STR_INIT;

	if (s)
		text_safe(&out, s, strlen(s), kind);
	return str_take(&out);
}

unsigned
text_safe_buf(char *dst, size_t dst_size, const char *s)
{
	struct str out = STR_INIT;
	size_t fits = 0;
	unsigned flags;
	int cells;

	flags = text_safe(&out, s, strlen(s), TEXT_LINE);
	while (fits < out.len) {
		size_t len = utf8_cluster(out.s + fits, out.len - fits, &cells);

		if (fits + len >= dst_size)
			break;
		fits += len;
	}
	memcpy(dst, out.s, fits);
	dst[fits] = '\0';
	str_free(&out);
	return flags;
}

/* How many characters of a number with n stay readable, front and back. */
static void
readable_ends(size_t n, size_t *front, size_t *back)
{
	*front = n >= 8 ? 2 : 0;
	*back = n >= 8 ? 4 : n >= 5 ? 2 : 0;
}

void
text_mask_number(char *dst, size_t dst_size, const char *number)
{
	struct str out = STR_INIT;
	char kept[40];
	size_t n = 0, front, back;

	for (const char *p = number; *p && n < sizeof(kept); p++)
		if ((unsigned char)*p < 0x80 && utf8_cp_is_word((uint32_t)*p))
			kept[n++] = *p;
	readable_ends(n, &front, &back);
	if (number[0] == '+')
		str_addc(&out, '+');
	for (size_t i = 0; i < n; i++) {
		if (i < front || i >= n - back)
			str_addc(&out, kept[i]);
		else
			str_add(&out, "•");
	}
	str_copy(dst, dst_size, out.s);
	str_free(&out);
}
