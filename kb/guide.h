/*
 * guide - a troubleshooting guide: what a file or the desk holds, read.
 *
 * The format is opdesk-guide(5): one JSON object keyed by topic.  Structure
 * (numbers, branches, types) is said once; words stand in the guide's own
 * language and in translations.  Files of the older system load unchanged.
 * Pure: no files, no database.  What was read does not change, so any thread
 * may look at it.
 *
 * Every text here belongs to the struct guide_file that it was read with, and
 * is what the file says: it passes text_safe() before anybody sees it.
 */
#ifndef KB_GUIDE_H
#define KB_GUIDE_H

#include "common/err.h"
#include "common/i18n.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

#define GUIDE_MAX_BYTES       (4 * 1024 * 1024) /* of a file */
#define GUIDE_MAX_GUIDES      1000              /* in a file */
#define GUIDE_MAX_STEPS       50
#define GUIDE_MAX_STEP_NUMBER 999
#define GUIDE_MAX_VARIABLES   30
#define GUIDE_MAX_ITEMS       100  /* of a list that people read */
#define GUIDE_MAX_PHRASES     3000 /* in one language */
#define GUIDE_MAX_TEXT        4000 /* bytes of one text */
#define GUIDE_MAX_TOPIC       64   /* bytes */
#define GUIDE_MAX_NAME        40   /* bytes of a variable's name */

struct guide_list {
	const char **items; /* the array is owned by the file too */
	int count;
};

/* Where an answer leads. */
enum guide_goto {
	GUIDE_TO_NEXT, /* the next higher number; after the last: escalate */
	GUIDE_TO_STEP,
	GUIDE_TO_RESOLVED,
	GUIDE_TO_ESCALATE,
	GUIDE_TO_COUNT
};
struct guide_branch {
	enum guide_goto to;
	int step; /* number, for GUIDE_TO_STEP; it may name none (guide_check)
	           */
	const char *at; /* the word in the file that said it; NULL: absent */
};

struct guide_resource {
	const char *title, *url; /* NULL when absent */
};

/* Texts are NULL and lists empty when the language does not say them. */
struct guide_step_words {
	const char *title, *description, *expected_result, *question;
	struct guide_list instructions, warnings;
	struct guide_resource *resources;
	int n_resources;
	const char *at; /* a name inside, for its line; NULL: not there */
};
struct guide_step {
	int number; /* 1 to GUIDE_MAX_STEP_NUMBER */
	struct guide_branch on_yes, on_no;
	struct guide_step_words words[LANG_COUNT]; /* see guide_step_words() */
};

enum guide_variable_type {
	GUIDE_TEXT,
	GUIDE_NUMBER,
	GUIDE_DATE,
	GUIDE_EMAIL,
	GUIDE_PHONE,
	GUIDE_CHOICE,
	GUIDE_YES_NO,
	GUIDE_TYPE_COUNT
};
/* What of the desk fills a variable. */
enum guide_source {
	GUIDE_FROM_NOBODY, /* it is asked */
	GUIDE_FROM_CONTACT_NAME,
	GUIDE_FROM_CONTACT_EMAIL,
	GUIDE_FROM_CONTACT_PHONE,
	GUIDE_FROM_COMPANY,
	GUIDE_FROM_TICKET_NUMBER,
	GUIDE_FROM_TICKET_SUBJECT,
	GUIDE_FROM_EQUIPMENT_NAME,
	GUIDE_FROM_EQUIPMENT_SERIAL,
	GUIDE_FROM_OPERATOR,
	GUIDE_SOURCE_COUNT
};
struct guide_variable_words {
	const char *description;
	struct guide_list choices; /* as many in each language, same order */
	const char *at;
};
struct guide_variable {
	const char *name; /* letters a-z, digits and _ */
	enum guide_variable_type type;
	enum guide_source source;
	bool is_required;
	struct guide_variable_words words[LANG_COUNT];
};

struct guide_words {
	const char *title, *description, *estimated_time, *difficulty;
	struct guide_list common_issues, escalation_criteria;
	const char *at; /* NULL: the guide is not told in this language */
};

struct guide {
	const char *topic; /* letters a-z, digits and _, not _ first */
	enum lang lang;    /* its own; translations are the others */
	const char *category;
	struct guide_variable *variables;
	int n_variables;
	struct guide_step *steps; /* by number, each once; at least one */
	int n_steps;
	struct guide_words words[LANG_COUNT]; /* see guide_words() */
	struct guide_list phrases[LANG_COUNT];
	const char *phrases_at; /* the field's name; NULL: absent */
	const char *translations_at;
};

/* Words of both languages that mean one thing: _concepts. */
struct guide_concept {
	const char *name;
	struct guide_list words[LANG_COUNT];
};

struct guide_file {
	struct guide *guides; /* in the file's order */
	int count;
	struct guide_concept *concepts;
	int n_concepts;
	bool has_concepts;
	/* _out_of_scope: what people say that no guide is for. */
	struct guide_list out_of_scope[LANG_COUNT];
	bool has_out_of_scope;
	struct guide_file_own *own; /* the parsed text and its lines */
};

/* What is wrong with a file; rules in guide.c, described in opdesk-guide(5). */
enum guide_rule {
	GUIDE_RULE_JSON,        /* no JSON at all, or no object */
	GUIDE_RULE_TOPIC,       /* a name that topics cannot have */
	GUIDE_RULE_UNKNOWN,     /* a field that nobody reads */
	GUIDE_RULE_TYPE,        /* a value of another type or not of its list */
	GUIDE_RULE_MISSING,     /* a field that must be there is not */
	GUIDE_RULE_LIMIT,       /* too long or too many */
	GUIDE_RULE_EMPTY,       /* a text without a word */
	GUIDE_RULE_NUMBER,      /* step numbers with gaps, or twice the same */
	GUIDE_RULE_BRANCH,      /* leads to a step that is not there */
	GUIDE_RULE_UNREACHABLE, /* no answers lead to the step */
	GUIDE_RULE_DEAD_END,    /* from here neither resolved nor escalate */
	GUIDE_RULE_LOOP,        /* a circle that no answer leaves */
	GUIDE_RULE_LANGUAGE,    /* not told in Spanish and English */
	GUIDE_RULE_TRANSLATION, /* a translation with other steps or lists */
	GUIDE_RULE_VARIABLE,    /* used and not declared */
	GUIDE_RULE_WIDTH,       /* a word that does not fit into 80 columns */
	GUIDE_RULE_PHRASES,     /* too few of them */
	GUIDE_RULE_DUPLICATE,   /* a phrase twice, also between topics */
	GUIDE_RULE_URL,         /* an address that nobody can open */
	GUIDE_RULE_COUNT
};
struct guide_finding {
	enum guide_rule rule;
	bool is_error; /* else a warning: the guide works all the same */
	int line;      /* from 1 */
	char topic[GUIDE_MAX_TOPIC + 1]; /* "" when it is no guide's */
	char text[ERR_TEXT_SIZE]; /* one safe sentence, thread's language */
};
struct guide_findings {
	struct guide_finding *items; /* owned */
	int count;
	int errors;
	int more; /* not kept: there are 500 already */
};
#define GUIDE_FINDINGS_INIT                                                    \
	{                                                                      \
		NULL, 0, 0, 0                                                  \
	}
void guide_findings_free(struct guide_findings *f);
void guide_findings_sort(struct guide_findings *f); /* by line */
const char *guide_rule_name(enum guide_rule rule); /* "dead-end" */

/*
 * Read s[0..n), which may go away afterwards.  0: *out is owned by the caller
 * (guide_file_free) and holds every guide of the file that can be used; of the
 * others found says why not, as of fields that nobody reads.  OD_EDATA (no JSON
 * object), OD_ELIMIT (too large), OD_EUNAVAIL (no memory): *out is NULL, and
 * found has it too.  found may be NULL, or hold findings already.
 */
int guide_file_read(const char *s, size_t n, struct guide_findings *found,
    struct guide_file **out, struct err *err);
void guide_file_free(struct guide_file **f);
/* NULL when the file has none of that topic. */
const struct guide *guide_file_find(
    const struct guide_file *f, const char *topic);
/* The line, from 1, of a text that was read with f; NULL: 1. */
int guide_file_line(const struct guide_file *f, const char *text);

/*
 * The body of one guide as the desk keeps it: read a text with one topic.
 * OD_EDATA also when the guide cannot be used, with the first reason.
 * The guide is (*out)->guides[0].
 */
int guide_read_one(
    const char *s, size_t n, struct guide_file **out, struct err *err);

/* True when the guide is told in lang. */
bool guide_speaks(const struct guide *g, enum lang lang);
/*
 * Words in lang; what lang does not say stands in the guide's own language,
 * and what that does not say either is "" (question: the usual one).  The
 * structs are filled by value and borrow from the guide.
 */
void guide_words(
    const struct guide *g, enum lang lang, struct guide_words *out);
void guide_step_words(const struct guide *g, const struct guide_step *step,
    enum lang lang, struct guide_step_words *out);
void guide_variable_words(const struct guide *g, const struct guide_variable *v,
    enum lang lang, struct guide_variable_words *out);

/* NULL when there is none of that number or name (n bytes of it). */
const struct guide_step *guide_step(const struct guide *g, int number);
const struct guide_variable *guide_variable(
    const struct guide *g, const char *name, size_t n);

const char *guide_type_name(enum guide_variable_type type); /* "yes_no" */
const char *guide_source_name(enum guide_source source);    /* "" for none */
const char *guide_goto_name(enum guide_goto to); /* "" for a step's number */

/* Whether topic can be a guide's: a-z, 0-9 and _, a letter first, not long. */
bool guide_topic_valid(const char *topic);

/*
 * Append the canonical text: an object with the guides, the concepts and the
 * phrases of no guide, two spaces a level, one value a line, fields in a fixed
 * order, what is absent left out; language, branches, types and required are
 * always said.
 * Equal knowledge gives equal bytes; unknown fields are gone.  Reading it gives
 * the same again.
 */
void guide_print(const struct guide *g, struct str *out);
void guide_print_concepts(const struct guide_file *f, struct str *out);
void guide_print_out_of_scope(const struct guide_file *f, struct str *out);

/*
 * The next {{name}} in text at or after *at: true, with the name's place
 * (spaces around it left out) and *at behind it, *begin at its braces.  A
 * "{{" without an end is text.
 */
bool guide_next_variable(const char *text, size_t *at, size_t *begin,
    const char **name, size_t *name_len);

#endif
