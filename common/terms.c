/*
 * terms - words and fields that narrow a list down.
 */
#include "common/terms.h"
#include "common/str.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The text's own length is enough: what is read is never longer than it. */
struct reader {
	const char *p;
	char *out; /* the next free byte of terms.text */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/*
 * Length of the name before ":", "=", "<" or ">", 0 when this is no field's
 * term.  "//" behind it makes an address of it.
 */
static size_t
field_length(const char *p)
{
	size_t n = 0;

	while (isalpha((unsigned char)p[n]) || p[n] == '_' ||
	       (unsigned char)p[n] >= 0x80)
		n++;
	if (n == 0 || !p[n] || !strchr(":=<>", p[n]) ||
	    strncmp(p + n, "://", 3) == 0)
		return 0;
	return n;
}

static enum term_relation
take_relation(struct reader *r)
{
	char c = *r->p++;

	if (c != '<' && c != '>')
		return TERM_IS;
	if (*r->p != '=')
		return c == '<' ? TERM_BELOW : TERM_ABOVE;
	r->p++;
	return c == '<' ? TERM_AT_MOST : TERM_AT_LEAST;
}

/* Up to a blank, a comma of a list or the end; NULL when there is nothing. */
static const char *
take_value(struct reader *r, bool in_list)
{
	char *start = r->out;
	bool is_quoted = *r->p == '"';

	if (is_quoted)
		r->p++;
	while (*r->p &&
	       (is_quoted ? *r->p != '"'
			  : !is_blank(*r->p) && !(in_list && *r->p == ',')))
		*r->out++ = *r->p++;
	if (is_quoted && *r->p == '"')
		r->p++;
	if (r->out == start)
		return NULL;
	*r->out++ = '\0';
	return start;
}

static int
too_many(struct err *err)
{
	return err_set(err, OD_ELIMIT,
	    "This filter is too long: it may have %d parts, each of %d bytes "
	    "and %d values.",
	    TERMS_MAX, TERM_TEXT_SIZE, TERM_VALUES_MAX);
}

static bool
add_value(struct term *t, const char *value)
{
	if (value == NULL)
		return true;
	if (t->value_count == TERM_VALUES_MAX ||
	    strlen(value) >= TERM_TEXT_SIZE)
		return false;
	t->values[t->value_count++] = value;
	return true;
}

static const char *
take_field(struct reader *r, size_t n)
{
	struct str folded = STR_INIT;
	char *start = r->out;

	utf8_fold(&folded, r->p, n);
	/* Folding may lengthen a letter, a field's name has none of those. */
	if (folded.len > n)
		str_trunc(&folded, n);
	memcpy(r->out, folded.s, folded.len + 1);
	r->out += folded.len + 1;
	r->p += n;
	str_free(&folded);
	return start;
}

static bool
read_term(struct reader *r, struct term *t)
{
	size_t n;

	*t = (struct term){.field = "", .relation = TERM_IS};
	if (*r->p == '-' && r->p[1] && !is_blank(r->p[1])) {
		t->is_negated = true;
		r->p++;
	}
	if ((n = field_length(r->p)) == 0)
		return add_value(t, take_value(r, false));
	t->field = take_field(r, n);
	t->relation = take_relation(r);
	do {
		if (*r->p == ',')
			r->p++;
		if (!add_value(t, take_value(r, t->relation == TERM_IS)))
			return false;
	} while (t->relation == TERM_IS && *r->p == ',');
	return true;
}

int
terms_parse(const char *text, struct terms *out, struct err *err)
{
	/* Each term takes a NUL more than it has bytes, a field's takes two
	 * and has its sign. */
	struct reader r = {.p = text};

	out->count = 0;
	out->text = xmalloc(2 * strlen(text) + 2);
	r.out = out->text;
	for (;;) {
		while (is_blank(*r.p))
			r.p++;
		if (!*r.p)
			return 0;
		if (out->count == TERMS_MAX ||
		    !read_term(&r, &out->terms[out->count]))
			break;
		if (out->terms[out->count].value_count > 0 ||
		    out->terms[out->count].field[0] != '\0')
			out->count++;
	}
	terms_clear(out);
	return too_many(err);
}

void
terms_clear(struct terms *t)
{
	FREE(&t->text);
	t->count = 0;
}
