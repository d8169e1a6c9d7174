/*
 * utf8 - decoding, cell widths, grapheme clusters and folding.
 */
#include "common/utf8.h"
#include "common/err.h"
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#define ZWJ 0x200Du

void
utf8_locale_init(void)
{
	if (setlocale(LC_CTYPE, "") &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return;
	setlocale(LC_CTYPE, "C.UTF-8");
}

/* Bytes that a lead byte announces, and the smallest code point so written. */
static size_t
announced(unsigned char lead, uint32_t *min)
{
	if (lead >= 0xC2 && lead <= 0xDF) {
		*min = 0x80;
		return 2;
	}
	if (lead >= 0xE0 && lead <= 0xEF) {
		*min = 0x800;
		return 3;
	}
	if (lead >= 0xF0 && lead <= 0xF4) {
		*min = 0x10000;
		return 4;
	}
	return 0;
}

static bool
is_scalar(uint32_t cp)
{
	return cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
}

/* As utf8_decode, but 0 when the first byte starts no valid sequence. */
static size_t
decode_strict(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t min, v;
	size_t len;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	len = announced(p[0], &min);
	if (len == 0 || len > n)
		return 0;
	v = p[0] & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3Fu);
	}
	if (v < min || !is_scalar(v))
		return 0;
	*cp = v;
	return len;
}

size_t
utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	size_t len = decode_strict(s, n, cp);

	if (len > 0)
		return len;
	*cp = UTF8_REPLACEMENT;
	return 1;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (!is_scalar(cp))
		cp = UTF8_REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool
utf8_valid(const char *s, size_t n)
{
	uint32_t cp;

	for (size_t at = 0, len; at < n; at += len) {
		len = decode_strict(s + at, n - at, &cp);
		if (len == 0)
			return false;
	}
	return true;
}

bool
utf8_cp_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F);
}

bool
utf8_cp_is_invisible(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x00AD, 0x00AD},   /* soft hyphen */
	    {0x034F, 0x034F},   /* combining grapheme joiner */
	    {0x061C, 0x061C},   /* Arabic letter mark */
	    {0x115F, 0x1160},   /* Hangul fillers */
	    {0x17B4, 0x17B5},   /* Khmer inherent vowels */
	    {0x180B, 0x180F},   /* Mongolian selectors and separator */
	    {0x200B, 0x200F},   /* zero width; ZWJ too; direction marks */
	    {0x2028, 0x202E},   /* line, paragraph; direction overrides */
	    {0x2060, 0x206F},   /* joiners, operators, isolates */
	    {0x3164, 0x3164},   /* Hangul filler */
	    {0xFEFF, 0xFEFF},   /* byte order mark */
	    {0xFFA0, 0xFFA0},   /* half-width Hangul filler */
	    {0xFFF0, 0xFFFB},   /* interlinear annotation */
	    {0x13430, 0x1343F}, /* hieroglyph joiners */
	    {0x1BCA0, 0x1BCA3}, /* shorthand controls */
	    {0x1D173, 0x1D17A}, /* musical formatting */
	    {0xE0000, 0xE0FFF}, /* tags, further selectors */
	};

	if (cp < ranges[0].first)
		return false;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

bool
utf8_cp_is_noncharacter(uint32_t cp)
{
	return (cp >= 0xFDD0 && cp <= 0xFDEF) || (cp & 0xFFFE) == 0xFFFE;
}

bool
utf8_cp_is_mark(uint32_t cp)
{
	if (cp < 0x300)
		return false;
	if ((cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FF))
		return true;
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return true;
	default:
		return false;
	}
}

bool
utf8_cp_is_pictograph(uint32_t cp)
{
	return cp >= 0xA9 &&
	       utf8proc_get_property((utf8proc_int32_t)cp)->boundclass ==
	           UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool
utf8_cp_is_word(uint32_t cp)
{
	utf8proc_category_t category;

	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
		       (cp >= 'a' && cp <= 'z');
	category = utf8proc_category((utf8proc_int32_t)cp);
	return category >= UTF8PROC_CATEGORY_LU &&
	       category <= UTF8PROC_CATEGORY_NO;
}

int
utf8_cp_width(uint32_t cp)
{
	int w;

	if (cp >= 0x20 && cp < 0x7F)
		return 1;
	if (utf8_cp_is_control(cp))
		return -1;
	w = wcwidth((wchar_t)cp);
	return w < 0 ? 1 : w;
}

static bool
is_skin_colour(uint32_t cp)
{
	return cp >= 0x1F3FB && cp <= 0x1F3FF;
}

size_t
utf8_cluster(const char *s, size_t n, int *cells)
{
	uint32_t previous, cp;
	utf8proc_int32_t state = 0;
	size_t at, len;
	bool joined = false; /* a ZWJ stands before the next code point */
	int w;

	at = utf8_decode(s, n, &previous);
	w = utf8_cp_width(previous);
	*cells = w > 0 ? w : 0;
	if (previous >= 0x20 && previous < 0x7F &&
	    (at == n || (unsigned char)s[at] < 0x80))
		return at; /* nearly all text is this */
	for (; at < n; at += len, previous = cp) {
		len = utf8_decode(s + at, n - at, &cp);
		if (!utf8proc_grapheme_break_stateful(
			(utf8proc_int32_t)previous, (utf8proc_int32_t)cp,
			&state)) {
			w = utf8_cp_width(cp);
			if (w < 0)
				w = 0; /* the LF of a CRLF */
		} else {
			break;
		}
		/*
		 * What a terminal draws side by side in more than two cells
		 * is more than one cluster, but for an emoji with a skin
		 * colour or joined by ZWJ.
		 */
		if (!joined && !is_skin_colour(cp) && *cells + w > 2)
			break;
		*cells = *cells + w > 2 ? 2 : *cells + w;
		joined = cp == ZWJ;
	}
	return at;
}

int
utf8_width(const char *s, size_t n)
{
	int total = 0, cells;

	for (size_t at = 0; at < n; total += cells)
		at += utf8_cluster(s + at, n - at, &cells);
	return total;
}

size_t
utf8_fit(const char *s, size_t n, int max_cells, int *cells)
{
	size_t at = 0, len;
	int total = 0, w;

	for (; at < n; at += len, total += w) {
		len = utf8_cluster(s + at, n - at, &w);
		if (total + w > max_cells)
			break;
	}
	*cells = total;
	return at;
}

size_t
utf8_prev(const char *s, size_t n, size_t at)
{
	size_t start = at > n ? n : at, before, len;
	int cells;

	at = start;
	if (at == 0)
		return 0;
	/* A cluster always begins after a line end: no need to go further. */
	start--;
	while (start > 0 && s[start - 1] != '\n')
		start--;
	for (before = start; before < at; before += len) {
		len = utf8_cluster(s + before, n - before, &cells);
		if (before + len >= at)
			break;
	}
	return before;
}

size_t
utf8_next(const char *s, size_t n, size_t at)
{
	int cells;

	if (at >= n)
		return n;
	return at + utf8_cluster(s + at, n - at, &cells);
}

size_t
utf8_cut(const char *s, size_t n, size_t max)
{
	size_t at = max;

	if (n <= max)
		return n;
	while (at > 0 && max - at < 3 && (s[at] & 0xC0) == 0x80)
		at--;
	/* More continuation bytes than any sequence has: not UTF-8 anyway. */
	return (s[at] & 0xC0) == 0x80 ? max : at;
}

static void
fold_cp(struct str *out, uint32_t cp)
{
	utf8proc_int32_t parts[32];
	utf8proc_ssize_t count;
	char bytes[4];
	int bound = 0;

	count = utf8proc_decompose_char((utf8proc_int32_t)cp, parts, 32,
	    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
		UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
	    &bound);
	BUG_ON(count < 0 || count > 32);
	for (utf8proc_ssize_t i = 0; i < count; i++)
		str_addn(out, bytes, utf8_encode((uint32_t)parts[i], bytes));
}

void
utf8_fold(struct str *out, const char *s, size_t n)
{
	uint32_t cp;

	str_reserve(out, n);
	for (size_t at = 0, len; at < n; at += len) {
		len = decode_strict(s + at, n - at, &cp);
		if (len == 0) {
			str_addc(out, ' ');
			len = 1;
		} else if (utf8_cp_is_control(cp)) {
			str_addc(out, ' ');
		} else if (cp < 0x80) {
			str_addc(
			    out, (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp));
		} else {
			fold_cp(out, cp);
		}
	}
}

bool
utf8_is_text(const char *s, size_t n)
{
	return utf8_valid(s, n) && memchr(s, '\0', n) == NULL;
}

void
utf8_mend(struct str *out, const char *s, size_t n)
{
	char bytes[4];
	uint32_t cp;

	for (size_t i = 0; i < n;) {
		i += utf8_decode(s + i, n - i, &cp);
		if (cp == 0)
			cp = UTF8_REPLACEMENT;
		str_addn(out, bytes, utf8_encode(cp, bytes));
	}
}
