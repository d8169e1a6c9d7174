/*
 * json - the strict reader.
 *
 * One pass fills an array of nodes in document order, so that the first
 * child of a node is the node after it and siblings are linked by distance
 * (the array may move while it grows).  Decoded strings and numbers stand in
 * one copy of the text, each at the offset where its source stood: decoding
 * never makes a string longer, and the offset serves error messages.
 */
#include "common/json_int.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct json_limits json_limits_api = {256 * 1024, 32, 20000, 64 * 1024};
const struct json_limits json_limits_webhook = {
    4 * 1024 * 1024, 32, 100000, 256 * 1024};

/* The block that json_free gives back: this, then the nodes. */
struct document {
	char *text; /* owned; as long as the source, plus a NUL */
	struct json nodes[];
};

struct frame { /* an array or object that is still open */
	uint32_t node;
	uint32_t last; /* its last child; node itself when it has none */
};

struct parser {
	const char *start, *at, *end;
	const struct json_limits *limits;
	struct document *doc;
	uint32_t nodes, cap;
	const char *name; /* of the next value */
	uint32_t name_len;
	int depth;
	struct frame open[JSON_MAX_DEPTH];
	struct err *err;
};

/* Members up to which comparing each with each is cheaper than sorting. */
#define FEW_MEMBERS 24
/* A number this short without an exponent is below 1e308. */
#define SURELY_FINITE 300

static int
wrong_at(struct parser *p, const char *at, const char *reason)
{
	return err_set(p->err, OD_EDATA, "The JSON is wrong at byte %zu: %s.",
	    (size_t)(at - p->start), tr(i18n_lang(), reason));
}

static int
wrong(struct parser *p, const char *reason)
{
	return wrong_at(p, p->at, reason);
}

static int
too_much(struct parser *p, const char *what)
{
	return err_set(p->err, OD_ELIMIT,
	    "The JSON is refused at byte %zu: %s.", (size_t)(p->at - p->start),
	    tr(i18n_lang(), what));
}

/* Nothing is wrong with it: another time there may be room. */
static int
no_memory(struct parser *p)
{
	return err_set(p->err, OD_EUNAVAIL,
	    "The JSON of %zu bytes does not fit into memory; try again later.",
	    (size_t)(p->end - p->start));
}

static void
skip_space(struct parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' ||
				     *p->at == '\r' || *p->at == '\t'))
		p->at++;
}

static bool
is_digit(const struct parser *p)
{
	return p->at < p->end && *p->at >= '0' && *p->at <= '9';
}

/* Four hex digits at p->at; false when they are not there. */
static bool
hex4(struct parser *p, uint32_t *out)
{
	uint32_t v = 0;

	if (p->end - p->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = *p->at++;

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v |= (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v |= (uint32_t)(c - 'A' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

/* After "\u": a code point, from two escapes if need be. */
static int
unicode_escape(struct parser *p, char **to)
{
	const char *begin = p->at - 2;
	uint32_t cp, low;

	if (!hex4(p, &cp))
		return wrong_at(p, begin, N_("\\u needs four hex digits"));
	if (cp == 0)
		return wrong_at(p, begin, N_("a NUL character"));
	if (cp >= 0xDC00 && cp <= 0xDFFF)
		return wrong_at(p, begin, N_("half of a surrogate pair"));
	if (cp >= 0xD800 && cp <= 0xDBFF) {
		if (p->end - p->at < 2 || p->at[0] != '\\' || p->at[1] != 'u')
			return wrong_at(
			    p, begin, N_("half of a surrogate pair"));
		p->at += 2;
		if (!hex4(p, &low) || low < 0xDC00 || low > 0xDFFF)
			return wrong_at(
			    p, begin, N_("half of a surrogate pair"));
		cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
	}
	*to += utf8_encode(cp, *to);
	return 0;
}

static int
escape(struct parser *p, char **to)
{
	static const char from[] = "\"\\/bfnrt";
	static const char into[] = "\"\\/\b\f\n\r\t";
	const char *hit;
	char c;

	if (p->end - p->at < 2)
		return wrong(p, N_("the string has no end"));
	c = p->at[1];
	p->at += 2;
	if (c == 'u')
		return unicode_escape(p, to);
	hit = c ? strchr(from, c) : NULL;
	if (!hit)
		return wrong_at(p, p->at - 2, N_("an unknown escape"));
	*(*to)++ = into[hit - from];
	return 0;
}

/* p->at is at the quote; the decoded text goes to where its source stood. */
static int
parse_string(struct parser *p, const char **text, uint32_t *len)
{
	const char *quote = p->at++;
	char *begin = p->doc->text + (p->at - p->start);
	char *to = begin;
	uint32_t cp;
	size_t n;
	int rc;

	for (;;) {
		unsigned char c;

		if (p->at == p->end)
			return wrong_at(p, quote, N_("the string has no end"));
		c = (unsigned char)*p->at;
		if (c == '"')
			break;
		if (c == '\\') {
			if ((rc = escape(p, &to)) != 0)
				return rc;
		} else if (c < 0x20) {
			return wrong(p, N_("a control character"));
		} else if (c < 0x80) {
			*to++ = (char)c;
			p->at++;
		} else {
			n = utf8_decode(p->at, (size_t)(p->end - p->at), &cp);
			if (n == 1)
				return wrong(p, N_("bytes that are not UTF-8"));
			memcpy(to, p->at, n);
			to += n;
			p->at += n;
		}
	}
	p->at++;
	if ((size_t)(to - begin) > p->limits->max_string)
		return too_much(p, N_("a string is too long"));
	*to = '\0';
	*text = begin;
	*len = (uint32_t)(to - begin);
	return 0;
}

static int
parse_number(struct parser *p, struct json *v)
{
	const char *begin = p->at;
	char *text = p->doc->text + (begin - p->start);
	bool exponent = false;
	size_t n;

	if (*p->at == '-')
		p->at++;
	if (!is_digit(p))
		return wrong(p, N_("a digit is missing"));
	if (*p->at == '0') {
		p->at++;
		if (is_digit(p))
			return wrong_at(p, begin, N_("a number begins with 0"));
	}
	while (is_digit(p))
		p->at++;
	if (p->at < p->end && *p->at == '.') {
		p->at++;
		if (!is_digit(p))
			return wrong(p, N_("a digit is missing"));
		while (is_digit(p))
			p->at++;
	}
	if (p->at < p->end && (*p->at == 'e' || *p->at == 'E')) {
		exponent = true;
		p->at++;
		if (p->at < p->end && (*p->at == '+' || *p->at == '-'))
			p->at++;
		if (!is_digit(p))
			return wrong(p, N_("a digit is missing"));
		while (is_digit(p))
			p->at++;
	}
	n = (size_t)(p->at - begin);
	if (n > p->limits->max_string)
		return too_much(p, N_("a number is too long"));
	memcpy(text, begin, n);
	text[n] = '\0';
	if ((exponent || n > SURELY_FINITE) && !isfinite(strtod(text, NULL)))
		return wrong_at(p, begin, N_("a number is too large"));
	v->type = JSON_NUMBER;
	v->text = text;
	v->len = (uint32_t)n;
	return 0;
}

static int
parse_word(struct parser *p, struct json *v, const char *word, int type)
{
	size_t n = strlen(word);

	if ((size_t)(p->end - p->at) < n || memcmp(p->at, word, n) != 0)
		return wrong(p, N_("a value is missing"));
	p->at += n;
	v->type = (uint8_t)type;
	v->is_true = word[0] == 't';
	return 0;
}

/* A fresh node, linked to the innermost open container. */
static int
add_node(struct parser *p, struct json **out)
{
	struct json *v;

	if (p->nodes >= (uint32_t)p->limits->max_nodes)
		return too_much(p, N_("there are too many values"));
	if (p->nodes == p->cap) {
		uint32_t cap = p->cap * 2;
		struct document *d =
		    realloc(p->doc, sizeof(*d) + cap * sizeof(struct json));

		if (!d)
			return no_memory(p);
		p->doc = d;
		p->cap = cap;
	}
	v = &p->doc->nodes[p->nodes];
	memset(v, 0, sizeof(*v));
	v->name = p->name;
	v->name_len = p->name_len;
	if (p->depth > 0) {
		struct frame *f = &p->open[p->depth - 1];

		if (f->last != f->node)
			p->doc->nodes[f->last].next = p->nodes - f->last;
		f->last = p->nodes;
		p->doc->nodes[f->node].count++;
	}
	p->nodes++;
	*out = v;
	return 0;
}

/* A scalar whole, or the opening of a container. */
static int
parse_value(struct parser *p)
{
	struct json *v = NULL;
	int rc;

	skip_space(p);
	if (p->at == p->end)
		return wrong(p, N_("a value is missing"));
	if ((rc = add_node(p, &v)) != 0)
		return rc;
	switch (*p->at) {
	case '{':
	case '[':
		if (p->depth >= p->limits->max_depth)
			return too_much(p, N_("it is nested too deeply"));
		v->type = *p->at == '{' ? JSON_OBJECT : JSON_ARRAY;
		p->open[p->depth].node = p->nodes - 1;
		p->open[p->depth].last = p->nodes - 1;
		p->depth++;
		p->at++;
		return 0;
	case '"':
		v->type = JSON_STRING;
		return parse_string(p, &v->text, &v->len);
	case 't':
		return parse_word(p, v, "true", JSON_BOOL);
	case 'f':
		return parse_word(p, v, "false", JSON_BOOL);
	case 'n':
		return parse_word(p, v, "null", JSON_NULL);
	default:
		if (*p->at == '-' || is_digit(p))
			return parse_number(p, v);
		return wrong(p, N_("a value is missing"));
	}
}

static int
parse_name(struct parser *p)
{
	int rc;

	skip_space(p);
	if (p->at == p->end || *p->at != '"')
		return wrong(p, N_("a name in quotes is missing"));
	if ((rc = parse_string(p, &p->name, &p->name_len)) != 0)
		return rc;
	skip_space(p);
	if (p->at == p->end || *p->at != ':')
		return wrong(p, N_("a colon is missing"));
	p->at++;
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	const struct json *x = *(const struct json *const *)a;
	const struct json *y = *(const struct json *const *)b;

	if (x->name_len != y->name_len)
		return x->name_len < y->name_len ? -1 : 1;
	return memcmp(x->name, y->name, x->name_len);
}

static int
doubled(struct parser *p, const struct json *member)
{
	return wrong_at(p, p->start + (member->name - p->doc->text),
	    N_("an object has this name twice"));
}

/* An object with very many members must not cost their square. */
static int
check_many_names(struct parser *p, const struct json *object)
{
	const struct json **list, *m;
	uint32_t i = 0;
	int rc = 0;

	list = try_alloc(object->count * sizeof(struct json *));
	if (!list)
		return no_memory(p);
	for (m = json_first(object); m; m = json_next(m))
		list[i++] = m;
	qsort(list, i, sizeof(struct json *), compare_names);
	for (i = 1; i < object->count && rc == 0; i++)
		if (compare_names(&list[i - 1], &list[i]) == 0)
			rc = doubled(p, list[i]);
	free(list);
	return rc;
}

static int
check_names(struct parser *p, const struct json *object)
{
	const struct json *a, *b;

	if (object->count > FEW_MEMBERS)
		return check_many_names(p, object);
	for (a = json_first(object); a; a = json_next(a))
		for (b = json_next(a); b; b = json_next(b))
			if (compare_names(&a, &b) == 0)
				return doubled(p, b);
	return 0;
}

/* Close every container that ends here; true when more is to come. */
static int
close_containers(struct parser *p, bool *more)
{
	while (p->depth > 0) {
		struct frame *f = &p->open[p->depth - 1];
		const struct json *v = &p->doc->nodes[f->node];
		bool is_object = v->type == JSON_OBJECT;
		int rc;

		skip_space(p);
		if (p->at == p->end)
			return wrong(p, N_("the text ends too early"));
		if (*p->at == (is_object ? '}' : ']')) {
			if (is_object && (rc = check_names(p, v)) != 0)
				return rc;
			p->at++;
			p->depth--;
			continue;
		}
		if (v->count > 0) {
			if (*p->at != ',')
				return wrong(p, N_("a comma is missing"));
			p->at++;
		}
		p->name = NULL;
		p->name_len = 0;
		*more = true;
		return is_object ? parse_name(p) : 0;
	}
	*more = false;
	return 0;
}

static int
parse_document(struct parser *p)
{
	bool more = true;
	int rc = 0;

	while (more) {
		if ((rc = parse_value(p)) != 0 ||
		    (rc = close_containers(p, &more)) != 0)
			return rc;
	}
	skip_space(p);
	if (p->at != p->end)
		return wrong(p, N_("there is more after the end"));
	return 0;
}

static void
free_document(struct document *d)
{
	if (d)
		free(d->text);
	free(d);
}

int
json_parse(const char *s, size_t n, const struct json_limits *limits,
    struct json **doc, struct err *err)
{
	struct parser p;
	int rc;

	BUG_ON(limits->max_depth > JSON_MAX_DEPTH);
	BUG_ON(limits->max_bytes > UINT32_MAX / 2 || limits->max_nodes < 1);
	*doc = NULL;
	memset(&p, 0, sizeof(p));
	p.start = p.at = s ? s : "";
	p.end = p.start + n;
	p.limits = limits;
	p.err = err;
	if (n > limits->max_bytes)
		return err_set(err, OD_ELIMIT,
		    "The JSON has %zu bytes; %zu are allowed.", n,
		    limits->max_bytes);
	p.cap = (uint32_t)(n / 16 + 8);
	p.doc = try_alloc(sizeof(*p.doc) + p.cap * sizeof(struct json));
	if (!p.doc)
		return no_memory(&p);
	p.doc->text = try_alloc(n + 1);
	if (!p.doc->text)
		rc = no_memory(&p);
	else
		rc = parse_document(&p);
	if (rc != 0)
		free_document(p.doc);
	else
		*doc = p.doc->nodes;
	return rc;
}

static struct document *
document_of(const struct json *doc)
{
	return (struct document *)((char *)(uintptr_t)doc -
				   offsetof(struct document, nodes));
}

void
json_free(struct json **doc)
{
	if (*doc)
		free_document(document_of(*doc));
	*doc = NULL;
}

size_t
json_where(const struct json *doc, const char *text)
{
	return (size_t)(text - document_of(doc)->text);
}
