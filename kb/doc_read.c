/* doc_read - see doc_int.h. */
#include "kb/doc_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

static int
line_of(const struct doc_reader *r, const char *at)
{
	size_t end = at != NULL ? json_where(r->doc, at) : 0;
	int line = 1;

	for (size_t i = 0; i < end && i < r->len; i++)
		line += r->source[i] == '\n';
	return line;
}

int
doc__parse(struct doc_reader *r, const char *s, size_t n,
    const struct json_limits *limits, struct guide_findings *found,
    struct json **doc, struct err *err)
{
	struct err own = ERR_INIT;
	int rc;

	err = err != NULL ? err : &own;
	*r = (struct doc_reader){.source = s, .len = n, .found = found};
	if ((rc = json_parse(s, n, limits, doc, err)) != 0)
		return guide__no_json(found, s, n, rc, err);
	r->doc = *doc;
	return 0;
}

int
doc__verdict(const struct doc_reader *r, struct err *err)
{
	for (int i = 0; i < r->found->count; i++)
		if (r->found->items[i].is_error)
			return err_set(
			    err, OD_EDATA, "%s", r->found->items[i].text);
	return 0;
}

void
doc__fault(struct doc_reader *r, const char *at, enum guide_rule rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	guide__vfound(r->found, rule, true, line_of(r, at), r->id, fmt, ap);
	va_end(ap);
}

void
doc__odd(struct doc_reader *r, const char *at, enum guide_rule rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	guide__vfound(r->found, rule, false, line_of(r, at), r->id, fmt, ap);
	va_end(ap);
}

static bool
is_one_of(const char *s, const char *const *words)
{
	while (*words != NULL && strcmp(*words, s) != 0)
		words++;
	return *words != NULL;
}

bool
doc__only(struct doc_reader *r, const struct json *v, const char *name,
    const char *at, const char *const *fields)
{
	if (json_type(v) != JSON_OBJECT) {
		doc__fault(r, at, GUIDE_RULE_TYPE, _("\"%s\" has to be %s."),
		    name, _("an object, in { }"));
		return false;
	}
	for (const struct json *m = json_first(v); m; m = json_next(m))
		if (!is_one_of(json_name(m), fields))
			doc__fault(r, json_name(m), GUIDE_RULE_UNKNOWN,
			    _("\"%s\" in \"%s\" is nothing that anybody reads;"
			      " take it out."),
			    json_name(m), name);
	return true;
}

/* A text that is one; at: where it is missing else. */
static const char *
words(struct doc_reader *r, const struct json *m, const char *name,
    const char *at)
{
	const char *s = json_as_string(m);

	if (s != NULL && guide__has_words(s))
		return s;
	doc__fault(r, s != NULL ? s : at, GUIDE_RULE_MISSING,
	    _("\"%s\" has to be a text, in quotes, and not empty."), name);
	return "";
}

/* The name of a value or, in a list, of something in it. */
static const char *
near(const struct json *v)
{
	while (v != NULL && json_name(v) == NULL)
		v = json_first(v);
	return v != NULL ? json_name(v) : NULL;
}

const char *
doc__text(struct doc_reader *r, const struct json *v, const char *name)
{
	const struct json *m = json_get(v, name);

	return words(r, m, name, m != NULL ? json_name(m) : near(v));
}

void
doc__list(struct doc_reader *r, const struct json *v, const char *name, int max,
    struct guide_list *out)
{
	const struct json *a = json_get(v, name);
	size_t n = json_size(a);

	if (json_type(a) != JSON_ARRAY || n == 0 || n > (size_t)max) {
		doc__fault(r, a != NULL ? json_name(a) : near(v),
		    GUIDE_RULE_TYPE,
		    _("\"%s\" has to be a list of 1 to %d texts."), name, max);
		return;
	}
	out->items = xcalloc(n, sizeof(*out->items));
	for (const struct json *m = json_first(a); m; m = json_next(m))
		out->items[out->count++] = words(r, m, name, json_name(a));
}

enum lang
doc__language(struct doc_reader *r, const struct json *v)
{
	const char *code = json_string(v, "language");
	enum lang lang = LANG_ES;

	if (code == NULL || !lang_parse(code, &lang))
		doc__fault(r, code != NULL ? code : near(v),
		    GUIDE_RULE_LANGUAGE, _("\"language\" has to be es or en."));
	return lang;
}
