/*
 * objection - a card about what customers object on a sales call: how they say
 * it, what to answer, what to ask next, and what not to say.
 *
 * A file is one JSON object with one member, the card's id:
 *
 *   {"price_too_high": {
 *     "language": "es", "category": "price",
 *     "objection_title": "", "objection_description": "",
 *     "rebuttals": [{"title": "", "text": "", "question": ""}],
 *     "avoid": [""], "listen_for": [""],
 *     "phrases": {"es": [""], "en": [""]},
 *     "translations": {"en": {the words once more, in that language}}}}
 *
 * A card is told in every language of the program, whole; nothing else may
 * stand in it.  Pure: no files, no database.  What was read does not change,
 * so any thread may look at it.  Every text belongs to the card and is what
 * the file says: it passes text_safe() before anybody sees it.
 */
#ifndef KB_OBJECTION_H
#define KB_OBJECTION_H

#include "kb/guide.h"

#define OBJECTION_MAX_BYTES     (1024 * 1024) /* of a file */
#define OBJECTION_MIN_REBUTTALS 2
#define OBJECTION_MAX_REBUTTALS 4
#define OBJECTION_MAX_ITEMS     10   /* to avoid, or to listen for */
#define OBJECTION_MAX_PHRASES   2000 /* in one language; 1 at least */
#define OBJECTION_MAX_TEXT      1000 /* bytes of one text */

struct objection_rebuttal {
	const char *title;    /* of the approach */
	const char *text;     /* what the operator says; may hold {{price}} */
	const char *question; /* the one to ask next */
};
struct objection_words {
	const char *title, *description;
	struct objection_rebuttal rebuttals[OBJECTION_MAX_REBUTTALS];
	int n_rebuttals;                     /* the same in every language */
	struct guide_list avoid, listen_for; /* at least one each */
};
struct objection {
	const char *id;       /* as a guide's topic */
	enum lang lang;       /* the one it was written in */
	const char *category; /* of objection_categories */
	struct objection_words words[LANG_COUNT];
	struct guide_list phrases[LANG_COUNT]; /* as customers say it */
	struct json *doc;                      /* owned; the texts' */
};

/* "price", "provider", "decision" and so on; ends with NULL. */
extern const char *const objection_categories[];

/*
 * Read s[0..n), which may go away afterwards; *out is owned by the caller
 * (objection_free).  OD_EDATA with the field when anything is wrong, OD_ELIMIT
 * when the text is too large.
 */
int objection_read(
    const char *s, size_t n, struct objection **out, struct err *err);
/*
 * The same, and all that is wrong is added to found by line: errors, and of a
 * card that can be read what a person would stumble over.  found is empty
 * before.
 */
int objection_read_all(const char *s, size_t n, struct guide_findings *found,
    struct objection **out, struct err *err);
void objection_free(struct objection **o);

#endif
