/* html_text - see html_text.h. */
#include "common/html_text.h"
#include "common/utf8.h"
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX  5   /* quotations in quotations that are shown as such */
#define LINES_MAX  3   /* line ends in a row */
#define NAME_BYTES 16  /* of a tag's name */
#define HREF_BYTES 500 /* of a link's address */

struct reader {
	const char *at, *end;
	struct str *out;
	size_t from; /* where the text begins in out */
	int quotes;  /* how deep */
	int pre;     /* within so many <pre> */
	bool space;  /* a blank is due before the next character */
	int lines;   /* so many line ends are due */
	size_t link; /* where the shown text of a link began */
	char href[HREF_BYTES + 1];
	unsigned unclosed; /* bits of unread[]: nothing ends them any more */
	bool no_tags;      /* nor any tag */
};

/* ---- characters ---- */

/* clang-format off */
/* Those that mails have; the rest of HTML's names stays as it is written. */
static const struct {
	const char *name;
	uint32_t cp;
} entities[] = {
    {"AMP", '&'}, {"Aacute", 0xc1}, {"Agrave", 0xc0}, {"Auml", 0xc4},
    {"Ccedil", 0xc7}, {"Eacute", 0xc9}, {"Egrave", 0xc8}, {"GT", '>'},
    {"Iacute", 0xcd}, {"LT", '<'}, {"Ntilde", 0xd1}, {"Oacute", 0xd3},
    {"Ouml", 0xd6}, {"QUOT", '"'}, {"Uacute", 0xda}, {"Uuml", 0xdc},
    {"aacute", 0xe1}, {"acirc", 0xe2}, {"aelig", 0xe6}, {"agrave", 0xe0},
    {"amp", '&'}, {"apos", '\''}, {"aring", 0xe5}, {"atilde", 0xe3},
    {"auml", 0xe4}, {"bull", 0x2022}, {"ccedil", 0xe7}, {"cent", 0xa2},
    {"copy", 0xa9}, {"deg", 0xb0}, {"eacute", 0xe9}, {"ecirc", 0xea},
    {"egrave", 0xe8}, {"euml", 0xeb}, {"euro", 0x20ac}, {"frac12", 0xbd},
    {"frasl", 0x2044}, {"gt", '>'}, {"hellip", 0x2026}, {"iacute", 0xed},
    {"icirc", 0xee}, {"iexcl", 0xa1}, {"igrave", 0xec}, {"iquest", 0xbf},
    {"iuml", 0xef}, {"laquo", 0xab}, {"larr", 0x2190}, {"ldquo", 0x201c},
    {"lsquo", 0x2018}, {"lt", '<'}, {"mdash", 0x2014}, {"middot", 0xb7},
    {"nbsp", ' '}, {"ndash", 0x2013}, {"ntilde", 0xf1}, {"oacute", 0xf3},
    {"ocirc", 0xf4}, {"ograve", 0xf2}, {"ordf", 0xaa}, {"ordm", 0xba},
    {"oslash", 0xf8}, {"otilde", 0xf5}, {"ouml", 0xf6}, {"plusmn", 0xb1},
    {"pound", 0xa3}, {"quot", '"'}, {"raquo", 0xbb}, {"rarr", 0x2192},
    {"rdquo", 0x201d}, {"reg", 0xae}, {"rsquo", 0x2019}, {"sbquo", 0x201a},
    {"sect", 0xa7}, {"shy", 0xad}, {"szlig", 0xdf}, {"times", 0xd7},
    {"trade", 0x2122}, {"uacute", 0xfa}, {"ucirc", 0xfb}, {"ugrave", 0xf9},
    {"uuml", 0xfc}, {"yen", 0xa5},
};
/* clang-format on */

static uint32_t
number_entity(const char *s, size_t n)
{
	bool hex = n > 2 && (s[1] == 'x' || s[1] == 'X');
	uint32_t cp = 0;

	for (size_t i = hex ? 2 : 1; i < n; i++) {
		int digit = s[i] >= '0' && s[i] <= '9' ? s[i] - '0'
		            : isxdigit((unsigned char)s[i])
		                ? (s[i] | 32) - 'a' + 10
		                : 99;

		if (digit >= (hex ? 16 : 10) || cp > 0x10ffff)
			return 0;
		cp = cp * (hex ? 16 : 10) + (uint32_t)digit;
	}
	return cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) ? UTF8_REPLACEMENT
	                                                      : cp;
}

/* The character at "&"; how many bytes it takes, 0 when it is none. */
static size_t
entity(const char *s, size_t n, uint32_t *cp)
{
	size_t len = 1;

	while (len < n && len < 12 &&
	       (isalnum((unsigned char)s[len]) || s[len] == '#'))
		len++;
	*cp = 0;
	if (len < 2)
		return 0;
	if (s[1] == '#')
		*cp = number_entity(s + 1, len - 1);
	for (size_t i = 0; *cp == 0 && s[1] != '#' &&
			   i < sizeof(entities) / sizeof(entities[0]);
	     i++)
		if (strlen(entities[i].name) == len - 1 &&
		    memcmp(entities[i].name, s + 1, len - 1) == 0)
			*cp = entities[i].cp;
	if (*cp == 0)
		return 0;
	return len < n && s[len] == ';' ? len + 1 : len;
}

/* ---- what is written ---- */

static void
start_line(struct reader *r)
{
	for (int i = 0; i < r->quotes && i < DEPTH_MAX; i++)
		str_add(r->out, "> ");
}

static void
end_lines(struct reader *r)
{
	if (r->out->len == r->from) {
		r->lines = 0;
		start_line(r);
	}
	if (r->lines == 0)
		return;
	r->space = false;
	for (; r->lines > 0; r->lines--) {
		while (
		    r->out->len > r->from && r->out->s[r->out->len - 1] == ' ')
			str_trunc(r->out, r->out->len - 1);
		str_addc(r->out, '\n');
		start_line(r);
	}
}

static void
put(struct reader *r, const char *s, size_t n)
{
	end_lines(r);
	if (r->space)
		str_addc(r->out, ' ');
	r->space = false;
	str_addn(r->out, s, n);
}

static void
add_line(struct reader *r)
{
	r->lines += r->lines < LINES_MAX ? 1 : 0;
}

static void
want_lines(struct reader *r, int lines)
{
	if (r->lines < lines)
		r->lines = lines;
}

static bool
is_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' ||
	       cp == '\f' || cp == 0xa0;
}

static void
put_character(struct reader *r, const char *s, size_t n, uint32_t cp)
{
	if (cp == '\n' && r->pre > 0) {
		add_line(r);
	} else if (is_blank(cp)) {
		if (r->pre > 0)
			put(r, " ", 1);
		else if (r->lines == 0 && r->out->len > r->from)
			r->space = true;
	} else if (cp != '\r' && cp != 0) {
		put(r, s, n);
	}
}

/* ---- tags ---- */

struct tag {
	char name[NAME_BYTES + 1]; /* small letters */
	bool ends;
	const char *at, *end; /* its attributes */
};

/* The value of an attribute, its references resolved. */
static void
attribute(const struct tag *t, const char *name, char *dst, size_t size)
{
	size_t want = strlen(name), n = 0;
	const char *p = t->at, *stop;

	dst[0] = '\0';
	for (; p + want < t->end; p++)
		if (strncasecmp(p, name, want) == 0 && p[want] == '=' &&
		    (p == t->at || isspace((unsigned char)p[-1])))
			break;
	if (p + want >= t->end)
		return;
	p += want + 1;
	if (p < t->end && (*p == '"' || *p == '\'')) {
		stop = memchr(p + 1, *p, (size_t)(t->end - p - 1));
		stop = stop != NULL ? stop : t->end;
		p++;
	} else {
		for (stop = p; stop < t->end && !isspace((unsigned char)*stop);)
			stop++;
	}
	while (p < stop && n + 4 < size) {
		size_t left = (size_t)(stop - p);
		uint32_t cp;
		size_t used = *p == '&' ? entity(p, left, &cp) : 0;

		if (used == 0)
			used = utf8_decode(p, left, &cp);
		n += utf8_encode(cp, dst + n);
		p += used;
	}
	dst[n] = '\0';
}

/* At "<": the tag, and the reader behind it; false when it is none. */
static bool
read_tag(struct reader *r, struct tag *t)
{
	const char *p = r->at + 1;
	size_t n = 0;
	char quote = '\0';

	memset(t, 0, sizeof(*t));
	if (p < r->end && *p == '/') {
		t->ends = true;
		p++;
	}
	if (p >= r->end || !isalpha((unsigned char)*p))
		return false;
	for (; p < r->end && isalnum((unsigned char)*p); p++)
		if (n < NAME_BYTES)
			t->name[n++] = (char)tolower((unsigned char)*p);
	t->at = p;
	for (; p < r->end && (quote != '\0' || *p != '>'); p++) {
		if (quote == '\0' && (*p == '"' || *p == '\'') && p[-1] == '=')
			quote = *p;
		else if (*p == quote)
			quote = '\0';
	}
	/* A quotation mark that nobody closed. */
	if (p == r->end)
		p = memchr(t->at, '>', (size_t)(r->end - t->at));
	if (p == NULL) {
		r->no_tags = true;
		return false;
	}
	t->end = p;
	r->at = p + 1;
	return true;
}

/* Elements whose text nobody reads. */
static const char *const unread[] = {"script", "style", "head", "title",
    "template", "noscript", "svg", "object", "iframe", "select", "textarea",
    NULL};

/* Behind the end of such an element; what nothing ends is read. */
static void
skip_element(struct reader *r, size_t which)
{
	size_t n = strlen(unread[which]);
	const char *p = r->at;

	if ((r->unclosed & 1u << which) != 0)
		return;
	while (
	    p < r->end && (p = memchr(p, '<', (size_t)(r->end - p))) != NULL) {
		if ((size_t)(r->end - p) > n + 2 && p[1] == '/' &&
		    strncasecmp(p + 2, unread[which], n) == 0 &&
		    !isalnum((unsigned char)p[n + 2])) {
			p = memchr(p, '>', (size_t)(r->end - p));
			r->at = p != NULL ? p + 1 : r->end;
			return;
		}
		p++;
	}
	r->unclosed |= 1u << which;
}

/* "<!-- ... -->", "<!doctype ...>", "<?xml ...>" */
static void
skip_markup(struct reader *r)
{
	size_t left = (size_t)(r->end - r->at);
	const char *p;

	if (left >= 4 && memcmp(r->at, "<!--", 4) == 0) {
		p = memmem(r->at + 4, left - 4, "-->", 3);
		r->at = p != NULL ? p + 3 : r->end;
		return;
	}
	p = memchr(r->at, '>', left);
	r->at = p != NULL ? p + 1 : r->end;
}

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static void
quote(struct reader *r, bool ends)
{
	want_lines(r, 1);
	if (ends && r->quotes > 0)
		r->quotes--;
	else if (!ends)
		r->quotes++;
}

/* Where it leads, unless that is what it shows. */
static void
end_link(struct reader *r)
{
	bool shows = r->link < r->out->len;
	const char *href = r->href;

	if (str_starts(href, "mailto:"))
		href += strlen("mailto:");
	else if (!str_starts(href, "http://") && !str_starts(href, "https://"))
		href = "";
	if (href[0] != '\0' &&
	    (!shows || strstr(r->out->s + r->link, href) == NULL)) {
		r->space = shows;
		put(r, "<", 1);
		put(r, href, strlen(href));
		put(r, ">", 1);
	}
	r->href[0] = '\0';
}

static void
link_tag(struct reader *r, const struct tag *t)
{
	if (r->href[0] != '\0')
		end_link(r);
	if (t->ends)
		return;
	attribute(t, "href", r->href, sizeof(r->href));
	end_lines(r);
	r->link = r->out->len;
}

static void
block(struct reader *r, const struct tag *t)
{
	static const char *const paragraphs[] = {"p", "h1", "h2", "h3", "h4",
	    "h5", "h6", "table", "ul", "ol", "dl", NULL};
	static const char *const lines[] = {"div", "tr", "li", "dt", "dd",
	    "section", "article", "header", "footer", "center", "form",
	    "address", "hr", "caption", NULL};

	if (is_one_of(t->name, paragraphs))
		want_lines(r, 2);
	else if (is_one_of(t->name, lines))
		want_lines(r, 1);
	if (strcmp(t->name, "li") == 0 && !t->ends)
		put(r, "- ", 2);
	else if (strcmp(t->name, "hr") == 0)
		put(r, "---", 3);
	if (strcmp(t->name, "hr") == 0)
		want_lines(r, 1);
}

static void
take_tag(struct reader *r, const struct tag *t)
{
	for (size_t i = 0; unread[i] != NULL; i++)
		if (strcmp(t->name, unread[i]) == 0) {
			if (!t->ends)
				skip_element(r, i);
			return;
		}
	if (strcmp(t->name, "br") == 0) {
		add_line(r);
	} else if (strcmp(t->name, "blockquote") == 0) {
		quote(r, t->ends);
	} else if (strcmp(t->name, "pre") == 0) {
		want_lines(r, 1);
		r->pre += !t->ends ? 1 : r->pre > 0 ? -1 : 0;
	} else if (strcmp(t->name, "a") == 0) {
		link_tag(r, t);
	} else if (strcmp(t->name, "td") == 0 || strcmp(t->name, "th") == 0) {
		r->space = r->out->len > r->from && r->lines == 0;
	} else {
		block(r, t);
	}
}

static void
take_text(struct reader *r)
{
	uint32_t cp;
	size_t left = (size_t)(r->end - r->at), n;
	char c[4];

	if (*r->at == '&' && (n = entity(r->at, left, &cp)) > 0) {
		put_character(r, c, utf8_encode(cp, c), cp);
	} else {
		n = utf8_decode(r->at, left, &cp);
		put_character(r, r->at, n, cp);
	}
	r->at += n;
}

bool
html_text(struct str *out, const char *html, size_t n)
{
	struct reader r = {
	    .at = html, .end = html + n, .out = out, .from = out->len};
	struct tag t;

	/* Line ends within quotations are what grows most. */
	if (!str_try_reserve(out, n * 6 + 64))
		return false;
	while (r.at < r.end) {
		bool is_mark = *r.at == '<';

		if (is_mark && !r.no_tags && read_tag(&r, &t))
			take_tag(&r, &t);
		else if (is_mark && r.at + 1 < r.end &&
			 strchr("!?/", r.at[1]) != NULL && r.at[1] != '\0')
			skip_markup(&r);
		else
			take_text(&r);
	}
	if (r.href[0] != '\0')
		end_link(&r);
	return true;
}
