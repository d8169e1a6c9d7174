/*
 * doc_int - what the readers of cards and prompts share: values of a JSON
 * document that have to be there and of a type, each fault with its line.
 */
#ifndef KB_DOC_INT_H
#define KB_DOC_INT_H

#include "kb/guide_int.h"

struct doc_reader {
	const char *source; /* borrowed; of the document */
	size_t len;
	const struct json *doc;
	const char *id; /* what it is about; NULL: not known yet */
	struct guide_findings *found;
};

/*
 * Parse; what is no JSON is a finding at its line.  Returns as json_parse,
 * with r's source, document and findings set on 0; *doc is the caller's.
 */
int doc__parse(struct doc_reader *r, const char *s, size_t n,
    const struct json_limits *limits, struct guide_findings *found,
    struct json **doc, struct err *err);
/* Whether nothing was found that forbids its use; else OD_EDATA with that. */
int doc__verdict(const struct doc_reader *r, struct err *err);

/* at: a text or name of the document near the reason; NULL: line 1. */
void doc__fault(struct doc_reader *r, const char *at, enum guide_rule rule,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void doc__odd(struct doc_reader *r, const char *at, enum guide_rule rule,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * v is an object that has nothing but these fields (ended by NULL); name: what
 * it is called, at: where that stands, or what it is missing in.  False when
 * it is no object.
 */
bool doc__only(struct doc_reader *r, const struct json *v, const char *name,
    const char *at, const char *const *fields);
/* A text with a word in it, else "" and a fault. */
const char *doc__text(
    struct doc_reader *r, const struct json *v, const char *name);
/*
 * A list of so many texts, each with a word in it; else a fault, and what can
 * be read.  items is owned by the caller.
 */
void doc__list(struct doc_reader *r, const struct json *v, const char *name,
    int max, struct guide_list *out);
/* LANG_ES and a fault where it is none. */
enum lang doc__language(struct doc_reader *r, const struct json *v);

#endif
